//! Locale files: adding words to one without touching anything else of it, and writing a new one.
//!
//! Words are only ever inserted: every byte that was there stays, in its order. What comes out is read again before it
//! counts.

use super::{Lesson, Word};
use crate::catalog::{Column, Locale, parse};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::{self, Edit, visible};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};
use unicode_width::UnicodeWidthStr;

/// The edits that add words to a locale file. `wording` are the terms of the catalog in their order, as
/// [`wording`](super::wording) gives them: each new word goes behind the one that comes before it there.
///
/// Comments, order, alignment and line ends stay as they are. None of the words may be in the file.
///
/// # Errors
///
/// An [`Internal`](Code::Internal) fault with the lines to add by hand, where the outcome would not say just what the
/// file said and the new words.
///
/// ```
/// use moonsync::catalog::Column;
/// use moonsync::harvest::{Lesson, Said, Word, complete};
///
/// let said = Said { said: "Nom".into(), places: Vec::new() };
/// let lesson = Lesson { word: Word::Heading(Column::Name), said };
/// let file = "[columns]\nref   = \"Réf.\" # short\ninput = \"Entrée\"\n";
/// let edits = complete("fr.toml", file, &[lesson], &[]).unwrap();
/// assert_eq!(
///     moonsync::text::apply(file, &edits),
///     "[columns]\nref   = \"Réf.\" # short\nname  = \"Nom\"\ninput = \"Entrée\"\n"
/// );
/// ```
pub fn complete(path: &str, text: &str, lessons: &[Lesson], wording: &[String]) -> Result<Vec<Edit>, Box<Diagnostic>> {
    let edits = insertions(text, lessons, wording).unwrap_or_default();
    prove(path, text, &text::apply(text, &edits), lessons)?;
    Ok(edits)
}

/// A new locale file.
///
/// # Errors
///
/// As [`complete`].
pub fn fresh(path: &str, tag: &str, lessons: &[Lesson]) -> Result<String, Box<Diagnostic>> {
    let new = format!("# The words of {}, as its pages have them.\n\n{}", visible(tag), lines(lessons, "\n"));
    prove(path, "", &new, lessons)?;
    Ok(new)
}

/// Whether the new text says what the old one says and the new words, and nothing else.
fn prove(path: &str, old: &str, new: &str, lessons: &[Lesson]) -> Result<(), Box<Diagnostic>> {
    let wanted = read(path, old).map(|mut locale| {
        lessons.iter().for_each(|lesson| add(&mut locale, lesson));
        sorted(locale)
    });
    if wanted.is_some() && wanted == read(path, new).map(sorted) {
        return Ok(());
    }
    let message = "its words cannot be completed without touching what is there";
    let help = format!("add these lines by hand, and please report this with the file:\n{}", lines(lessons, "\n"));
    Err(Box::new(Diagnostic::new(Code::Internal, path, message).help(help)))
}

/// A string as a locale file has it. What cannot be seen is escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            // Of the characters that shape or space a word, only those that scripts need stand as they are.
            ' ' | '\u{3000}' | '\u{200c}' | '\u{200d}' => out.push(c),
            c if c.is_control() || c.is_whitespace() || is_invisible(c) => {
                out.push_str(&match u32::from(c) {
                    code @ ..=0xFFFF => format!("\\u{code:04X}"),
                    code => format!("\\U{code:08X}"),
                });
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Words as a file of their own has them, its keys lined up.
fn lines(lessons: &[Lesson], end: &str) -> String {
    let mut out = String::new();
    for chunk in lessons.chunk_by(|a, b| a.word.section() == b.word.section()) {
        if !out.is_empty() {
            out.push_str(end);
        }
        let width = chunk.iter().map(|lesson| lesson.word.key().width()).max().unwrap_or(0);
        if let Some(section) = chunk.first().and_then(|lesson| lesson.word.section()) {
            out.push_str(&format!("[{section}]{end}"));
        }
        for lesson in chunk {
            let key = lesson.word.key();
            let pad = " ".repeat(width - key.width());
            out.push_str(&format!("{key}{pad} = {}{end}", quoted(&lesson.said.said)));
        }
    }
    out
}

fn read(path: &str, text: &str) -> Option<Locale> {
    parse::parse_locale(path, text, "").ok()
}

fn add(locale: &mut Locale, lesson: &Lesson) {
    let said = lesson.said.said.clone();
    match &lesson.word {
        Word::ListSeparator => locale.list_separator = Some(said),
        Word::Thousands => locale.thousands = Some(said),
        Word::Heading(column) => locale.columns.push((*column, said)),
        Word::Term(word) => locale.terms.push((word.clone(), said)),
    }
}

/// The same words, whatever their order.
fn sorted(mut locale: Locale) -> Locale {
    locale.columns.sort();
    locale.terms.sort();
    locale.templates.sort();
    locale
}

/// A key and its value, each on a line of the file.
struct Entry {
    /// Where its word stands among all; nothing for what is no word.
    order: Option<usize>,
    /// The whole key, `columns.ref` in a dotted one.
    key: Range<usize>,
    value: Range<usize>,
}

/// How a table is written.
enum Form {
    /// `[terms]`
    Header,
    /// `terms = { … }`
    Inline,
    /// `terms."Yes" = "…"`
    Dotted,
    /// Without a header of its own, which it may get: `[columns.cost]`.
    Implied,
}

/// All insertions by place, each with the text that comes there.
#[derive(Default)]
struct Insertions(BTreeMap<usize, String>);

impl Insertions {
    fn put(&mut self, at: usize, text: &str) {
        self.0.entry(at).or_default().push_str(text);
    }
}

/// Gives nothing where the file is no TOML.
fn insertions(text: &str, lessons: &[Lesson], wording: &[String]) -> Option<Vec<Edit>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return None;
    }
    let end = if text.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r')) { "\r\n" } else { "\n" };
    let file = File { text, root: root.get_ref(), end, wording };
    let mut out = Insertions::default();
    for chunk in lessons.chunk_by(|a, b| a.word.section() == b.word.section()) {
        match chunk.first()?.word.section() {
            None => file.top(chunk, &mut out),
            Some(section) => file.section(section, chunk, &mut out),
        }
    }
    Some(out.0.into_iter().map(|(at, text)| Edit { range: at..at, text }).collect())
}

/// A locale file that gets new words.
struct File<'a, 'i> {
    text: &'a str,
    root: &'a DeTable<'i>,
    /// Its line end.
    end: &'static str,
    /// The terms of the catalog, in their order.
    wording: &'a [String],
}

type Key<'i> = Spanned<DeString<'i>>;
type Item<'i> = Spanned<DeValue<'i>>;

impl File<'_, '_> {
    /// Adds what stands above all tables.
    fn top(&self, lessons: &[Lesson], out: &mut Insertions) {
        let entries = self.entries(None, self.root, false);
        if !entries.is_empty() {
            return self.rows(&entries, "", entries[0].value.end, lessons, out);
        }
        let new = lines(lessons, self.end);
        match self.first_header(&["columns", "terms", "templates"]) {
            Some(header) => out.put(self.above(header), &format!("{new}{}", self.end)),
            None => self.append(&new, out),
        }
    }

    /// Adds what stands in a table.
    fn section(&self, name: &str, lessons: &[Lesson], out: &mut Insertions) {
        let Some((key, value)) = self.root.iter().find(|(key, _)| key.get_ref() == name) else {
            return self.new_section(name, lessons, out);
        };
        let DeValue::Table(table) = value.get_ref() else { return };
        match self.form(key, value) {
            Form::Header => {
                let entries = self.entries(Some(name), table, false);
                self.rows(&entries, "", value.span().end, lessons, out);
            }
            Form::Dotted => {
                let entries = self.entries(Some(name), table, true);
                let Some(first) = entries.first() else { return };
                let prefix = format!("{}.", &self.text[key.span()]);
                self.rows(&entries, &prefix, first.value.end, lessons, out);
            }
            Form::Inline => {
                let entries = self.entries(Some(name), table, false);
                if entries.is_empty() {
                    let new: Vec<String> = lessons.iter().map(Lesson::line).collect();
                    return out.put(value.span().start + 1, &format!(" {} ", new.join(", ")));
                }
                for lesson in lessons {
                    let entry = self.predecessor(&entries, lesson).or(entries.last());
                    entry.into_iter().for_each(|entry| out.put(entry.value.end, &format!(", {}", lesson.line())));
                }
            }
            Form::Implied => self.new_section(name, lessons, out),
        }
    }

    fn new_section(&self, name: &str, lessons: &[Lesson], out: &mut Insertions) {
        let later: &[&str] = if name == "columns" { &["terms", "templates"] } else { &["templates"] };
        let new = lines(lessons, self.end);
        match self.first_header(later) {
            Some(header) => out.put(self.above(header), &format!("{new}{}", self.end)),
            None => self.append(&new, out),
        }
    }

    /// Adds a line for each word: behind the line of the word that goes before it, else behind the line of `first`.
    fn rows(&self, entries: &[Entry], prefix: &str, first: usize, lessons: &[Lesson], out: &mut Insertions) {
        for lesson in lessons {
            let neighbour = self.predecessor(entries, lesson);
            let after = neighbour.map_or(first, |entry| entry.value.end);
            let model = neighbour.or(entries.first());
            let indent = model.map_or("", |entry| {
                let line = &self.text[self.line_start(entry.key.start)..entry.key.start];
                if line.chars().all(|c| matches!(c, ' ' | '\t')) { line } else { "" }
            });
            let key = format!("{prefix}{}", lesson.word.key());
            let gap = match model.and_then(|model| self.aligned(self.block(entries, model))) {
                Some(column) if column > key.width() => format!("{}= ", " ".repeat(column - key.width())),
                _ if model.is_some_and(|entry| &self.text[entry.key.end..entry.value.start] == "=") => "=".to_owned(),
                _ => " = ".to_owned(),
            };
            let line = format!("{indent}{key}{gap}{}", quoted(&lesson.said.said));
            match self.text[after..].find('\n') {
                Some(newline) => out.put(after + newline + 1, &format!("{line}{}", self.end)),
                None => out.put(self.text.len(), &format!("{}{line}", self.end)),
            }
        }
    }

    /// The entry behind which a word belongs: the last of those that go before it.
    fn predecessor<'e>(&self, entries: &'e [Entry], lesson: &Lesson) -> Option<&'e Entry> {
        let own = order(&lesson.word, self.wording)?;
        entries.iter().filter(|entry| entry.order.is_some_and(|order| order < own)).max_by_key(|entry| entry.order)
    }

    /// The entries around one, as far as there is no line between them.
    fn block<'e>(&self, entries: &'e [Entry], one: &Entry) -> &'e [Entry] {
        let joined = |a: &Entry, b: &Entry| self.text[a.value.end..b.key.start].matches('\n').count() <= 1;
        let holds = |block: &&[Entry]| block.iter().any(|entry| entry.key == one.key);
        entries.chunk_by(joined).find(holds).unwrap_or_default()
    }

    /// The width before the `=` of most entries, where they are lined up.
    fn aligned(&self, entries: &[Entry]) -> Option<usize> {
        let width = |entry: &Entry| {
            let gap = &self.text[entry.key.end..entry.value.start];
            self.text[entry.key.clone()].width() + gap.find('=').unwrap_or(0)
        };
        let padded = |entry: &&Entry| self.text[entry.key.end..entry.value.start].starts_with("  ");
        let column = entries.iter().find(padded).map(width)?;
        let count = entries.iter().filter(|entry| width(entry) == column).count();
        (count * 2 > entries.len()).then_some(column)
    }

    /// The entries of a table whose lines stand together, from top to bottom.
    fn entries(&self, section: Option<&str>, table: &DeTable<'_>, dotted: bool) -> Vec<Entry> {
        let mut out = Vec::new();
        self.collect(section, "", table, dotted, &mut out);
        out.sort_by_key(|entry| entry.key.start);
        out
    }

    fn collect(&self, section: Option<&str>, above: &str, table: &DeTable<'_>, dotted: bool, out: &mut Vec<Entry>) {
        for (key, value) in table {
            let name = format!("{above}{}", key.get_ref());
            let word = match section {
                None => match &*name {
                    "list_separator" => Some(Word::ListSeparator),
                    "thousands" => Some(Word::Thousands),
                    _ => None,
                },
                Some("columns") => Column::from_key(&name).map(Word::Heading),
                Some(_) => Some(Word::Term(name.clone())),
            };
            // A dotted key begins on its line, whatever part of it this is.
            let start = if dotted { self.words_start(key.span().start) } else { key.span().start };
            if let DeValue::Table(inner) = value.get_ref() {
                match self.form(key, value) {
                    Form::Dotted => {
                        self.collect(section, &format!("{name}."), inner, true, out);
                        continue;
                    }
                    Form::Header | Form::Implied => continue,
                    Form::Inline => {}
                }
            }
            let order = word.and_then(|word| order(&word, self.wording));
            out.push(Entry { order, key: start..key.span().end, value: value.span() });
        }
    }

    /// How a table is written, by where TOML says that it stands.
    fn form(&self, key: &Key<'_>, value: &Item<'_>) -> Form {
        if value.span() == key.span() {
            // The name of a table that only `[columns.cost]` speaks of stands in brackets.
            let line = &self.text[self.line_start(key.span().start)..key.span().start];
            return if line.trim_start().starts_with('[') { Form::Implied } else { Form::Dotted };
        }
        match self.text.as_bytes().get(value.span().start) {
            Some(b'{') => Form::Inline,
            Some(b'[') => Form::Header,
            _ => Form::Implied,
        }
    }

    fn first_header(&self, names: &[&str]) -> Option<usize> {
        let stands = |(key, value): (&Key<'_>, &Item<'_>)| {
            let header = names.contains(&&**key.get_ref())
                && value.get_ref().is_table()
                && matches!(self.form(key, value), Form::Header | Form::Implied);
            header.then(|| self.line_start(value.span().start))
        };
        self.root.iter().filter_map(stands).min()
    }

    /// Where something goes above a header: above the comments that belong to it, unless they are the file's own.
    fn above(&self, header: usize) -> usize {
        let mut at = header;
        while at > self.first() {
            let start = self.line_start(at - 1);
            if !self.text[start..at].trim_start().starts_with('#') {
                return at;
            }
            at = start;
        }
        header
    }

    fn append(&self, new: &str, out: &mut Insertions) {
        let at = self.text.len();
        let bare = self.text.trim_start_matches('\u{feff}');
        let so_far = match out.0.get(&at) {
            Some(more) => format!("{bare}{more}"),
            None => bare.to_owned(),
        };
        let blank = format!("{0}{0}", self.end);
        let gap = if so_far.is_empty() || so_far.ends_with(&blank) {
            String::new()
        } else if so_far.ends_with('\n') {
            self.end.to_owned()
        } else {
            blank
        };
        out.put(at, &format!("{gap}{new}"));
    }

    /// Where the file begins, behind its byte order mark.
    fn first(&self) -> usize {
        if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
    }

    fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(self.first(), |newline| newline + 1)
    }

    /// Where the words of a line begin.
    fn words_start(&self, at: usize) -> usize {
        let start = self.line_start(at);
        start + (self.text[start..at].len() - self.text[start..at].trim_start_matches([' ', '\t']).len())
    }
}

/// Where a word stands among all; nothing for a term that the catalog does not have.
fn order(word: &Word, wording: &[String]) -> Option<usize> {
    match word {
        Word::ListSeparator => Some(0),
        Word::Thousands => Some(1),
        Word::Heading(column) => Some(*column as usize),
        Word::Term(word) => wording.iter().position(|known| known == word),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Said;
    use super::*;

    fn lessons(words: &[(Word, &str)]) -> Vec<Lesson> {
        let lesson = |(word, said): &(Word, &str)| Lesson {
            word: word.clone(),
            said: Said { said: (*said).to_owned(), places: Vec::new() },
        };
        words.iter().map(lesson).collect()
    }

    fn term(word: &str) -> Word {
        Word::Term(word.to_owned())
    }

    fn completed(file: &str, words: &[(Word, &str)]) -> String {
        let wording = ["Yes", "No", "Always on", "text", "image"].map(str::to_owned);
        let edits = complete("x.toml", file, &lessons(words), &wording).unwrap_or_else(|_| panic!("{file:?}"));
        let bytes: usize = edits.iter().map(|edit| edit.range.len()).sum();
        assert_eq!(bytes, 0, "something of {file:?} was taken away");
        text::apply(file, &edits)
    }

    #[test]
    fn new_lines_go_where_they_belong_and_line_up() {
        let file = "# French.\n\n# as the style guide has it\n[columns]\nref        = \"Réf.\"\nmax_output = \"Max.\" # short\n\n\
                    [terms]\n\"Yes\"  = \"Oui\"\n\"mine\" = \"à moi\" # not the catalog's\n# modalities\n\"text\" = \"texte\"";
        let words = [
            (Word::ListSeparator, "、"),
            (Word::Thousands, "\u{202f}"),
            (Word::Heading(Column::Name), "Nom"),
            (Word::Heading(Column::CostCacheWrite), "Écriture"),
            (term("No"), "Non"),
            (term("Always on"), "Toujours \"actif\""),
            (term("image"), "image"),
        ];
        let wanted = "# French.\n\nlist_separator = \"、\"\nthousands      = \"\\u202F\"\n\n# as the style guide has it\n[columns]\n\
                      ref        = \"Réf.\"\nname       = \"Nom\"\nmax_output = \"Max.\" # short\n\
                      \"cost.cache_write\" = \"Écriture\"\n\n\
                      [terms]\n\"Yes\"  = \"Oui\"\n\"No\"   = \"Non\"\n\"Always on\" = \"Toujours \\\"actif\\\"\"\n\
                      \"mine\" = \"à moi\" # not the catalog's\n# modalities\n\"text\" = \"texte\"\n\"image\" = \"image\"";
        assert_eq!(completed(file, &words), wanted);
        // Line ends and a byte order mark stay what they are.
        let other = |text: &str| format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(completed(&other(file), &words), other(wanted));
    }

    #[test]
    fn whichever_way_a_table_is_written() {
        let (name, cost, no) = (Word::Heading(Column::Name), Word::Heading(Column::CostInput), term("No"));
        let words = [(name, "Nom"), (cost, "Prix"), (no, "Non")];
        for (file, wanted) in [
            ("", "[columns]\nname         = \"Nom\"\n\"cost.input\" = \"Prix\"\n\n[terms]\n\"No\" = \"Non\"\n"),
            (
                "# a",
                "# a\n\n[columns]\nname         = \"Nom\"\n\"cost.input\" = \"Prix\"\n\n[terms]\n\"No\" = \"Non\"\n",
            ),
            (
                "columns = { ref = \"R\" }\nterms = {}\n",
                "columns = { ref = \"R\", name = \"Nom\", \"cost.input\" = \"Prix\" }\nterms = { \"No\" = \"Non\" }\n",
            ),
            (
                "columns.ref = \"R\" # r\nterms.\"Yes\" = \"Oui\"\n",
                "columns.ref = \"R\" # r\ncolumns.name = \"Nom\"\ncolumns.\"cost.input\" = \"Prix\"\n\
                 terms.\"Yes\" = \"Oui\"\nterms.\"No\" = \"Non\"\n",
            ),
            ("[columns]\n  cost.output=\"S\"\n[columns.cost2]\n", ""),
            (
                "[columns.cost]\noutput = \"S\"\n[terms]\nYes=\"Oui\"\n",
                "[columns.cost]\noutput = \"S\"\n[columns]\nname         = \"Nom\"\n\"cost.input\" = \"Prix\"\n\n\
                 [terms]\nYes=\"Oui\"\n\"No\"=\"Non\"\n",
            ),
            (
                "[columns]\n\tcost.output = \"S\"\n\n# t\n[templates]\np = \"\"\"\n[terms]\n\"\"\"\n",
                "[columns]\n\tname = \"Nom\"\n\t\"cost.input\" = \"Prix\"\n\tcost.output = \"S\"\n\n\
                 [terms]\n\"No\" = \"Non\"\n\n# t\n[templates]\np = \"\"\"\n[terms]\n\"\"\"\n",
            ),
        ] {
            if wanted.is_empty() {
                let fault = complete("x.toml", file, &lessons(&words), &[]).expect_err("the file has a fault");
                assert!(fault.help.is_some_and(|help| help.contains("\"No\" = \"Non\"")));
            } else {
                assert_eq!(completed(file, &words), wanted, "{file}");
            }
        }
    }

    #[test]
    fn a_new_file_reads_back() {
        let words = lessons(&[(Word::ListSeparator, "، "), (term("a\"b"), "c\\d"), (term("No"), "\u{200f}لا")]);
        let text = fresh("ar.toml", "ar", &words).expect("it reads back");
        assert_eq!(
            text,
            "# The words of ar, as its pages have them.\n\nlist_separator = \"، \"\n\n\
             [terms]\n\"a\\\"b\" = \"c\\\\d\"\n\"No\"   = \"\\u200Fلا\"\n"
        );
        assert!(fresh("x.toml", "x", &lessons(&[(term("No"), " ")])).is_err());
    }

    /// Every file that can be put together from these parts takes the words, and keeps each of its bytes.
    #[test]
    fn any_file_can_be_completed() {
        let parts: [&[&str]; 5] = [
            &["", "# a\n", "# a\n\n", "\n\n"],
            &["", "thousands = \".\"\n", "\nlist_separator=\"/\" # b\n\n"],
            &[
                "",
                "[columns]\n",
                "# c\n[ columns ] # d\nref = \"R\"\n\n",
                "[columns]\n  ref        = \"R\"\n\n  max_output = \"M\"\n  cost.output = \"O\"\n",
                "[columns.cost]\noutput = \"O\"\n",
                "[columns]\ncost = { output = \"O\" }\n",
            ],
            &[
                "",
                "[terms]\n\n",
                "[terms]\n# e\nYes = \"J\"\n'text' = 'T' # f\n",
                "\n[\"terms\"]\n\"foreign\" = \"\"\"F\"\"\"\n",
            ],
            &["", "[templates]\np = \"\"\"\n[terms]\nNo = 1\n\"\"\"\n", "\n# g\n[templates]\n# h"],
        ];
        let dotted = ["columns.ref = \"R\"\nterms.'Yes' = \"J\"\n", "columns = {ref=\"R\"}\nterms = { }\n"];
        let mut files: Vec<String> = vec![String::new()];
        for part in parts {
            files = files.iter().flat_map(|so_far| part.iter().map(move |more| format!("{so_far}{more}"))).collect();
        }
        files.extend(parts[0].iter().flat_map(|top| dotted.map(|more| format!("{top}{more}{}", parts[4][1]))));
        let words = [
            (Word::Heading(Column::Name), "N"),
            (Word::Heading(Column::CostInput), "C"),
            (term("No"), "Nein"),
            (term("image"), "B"),
        ];
        for file in &files {
            for file in [file.clone(), file.trim_end().to_owned(), format!("\u{feff}{file}")] {
                let new = completed(&file, &words);
                let crlf = |text: &str| text.replace('\n', "\r\n");
                if file.contains('\n') {
                    assert_eq!(completed(&crlf(&file), &words), crlf(&new));
                }
                assert!(new.ends_with('\n') || !file.ends_with('\n'), "{new:?}");
            }
        }
        assert!(files.len() > 800);
    }
}
