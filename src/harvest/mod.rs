//! What a language calls the catalog's words, learnt from pages that have been translated.
//!
//! [`compare`] pairs the tables of a page with those of its translation, row by row: the one cell says the word, the
//! other its translation. [`lessons`] puts together what all pages say: what is learnt, what the locale files know
//! already, and where pages contradict each other or the files, which nobody but a person can settle. [`complete`] adds
//! what was learnt to a locale file. Opens no file; which pages belong together is the caller's business.

mod file;
#[cfg(test)]
mod tests;

pub use file::{complete, fresh};

use crate::catalog::{Catalog, Column, Family, Vocabulary};
use crate::content::{Inline, Number};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, PageInput, PageTable};
use crate::render::cell::{Cell, cell, token_count};
use crate::render::words::modalities;
use crate::shape::table;
use crate::text::{self, Line};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;

/// Something that a locale file gives a translation of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Word {
    /// What stands between modalities.
    ListSeparator,
    /// What groups the digits of token counts.
    Thousands,
    /// The heading of a column.
    Heading(Column),
    /// A word in the catalog's own wording.
    Term(String),
}

/// A translation that a page has for a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// The word.
    pub word: Word,
    /// What the page calls it.
    pub said: String,
    /// Where.
    pub place: Place,
}

/// A cell of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The page as the user names it.
    pub path: String,
    /// The line, from 1.
    pub line: usize,
    /// The bytes of the cell.
    pub span: Range<usize>,
}

/// A translation, and where pages have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The translation.
    pub said: String,
    /// The cells, one a line, in the order of the pages.
    pub places: Vec<Place>,
}

/// A word, its translation, and where pages have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The word.
    pub word: Word,
    /// What the pages call it.
    pub said: Said,
}

/// A word that is not learnt, since the pages, or a page and a file, do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The word.
    pub word: Word,
    /// What the pages call it, the most frequent first.
    pub said: Vec<Said>,
    /// Why it is not learnt.
    pub reason: Reason,
}

/// Why a word is not learnt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The pages have several translations.
    Several,
    /// A locale file has another one.
    File {
        /// The file, as diagnostics name it.
        path: String,
        /// What it says.
        said: String,
    },
    /// Another word, which a reader must be able to tell from this one, has the same translation.
    Shared(String),
}

/// What the pages of one language teach.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lessons {
    /// What the locale file is to say, in the order in which it says it.
    pub learnt: Vec<Lesson>,
    /// What it says already, or what holds without it.
    pub known: Vec<Lesson>,
    /// What only a person can settle.
    pub conflicts: Vec<Conflict>,
}

/// Two words of the catalog that are often all that tells two rows apart.
const PLAIN: [&str; 2] = ["Yes", "No"];

/// What the table rows of a page and its translation say of each other, for each family of the catalog.
///
/// Rows belong together where they are about the same model. A row whose numbers differ is from another day than its
/// twin, and teaches nothing, nor does a table without one row that agrees. Names, ids and refs are never words.
#[must_use]
pub fn compare(catalog: &Catalog, source: &PageInput, translation: &PageInput) -> Vec<(usize, Sighting)> {
    let tables = |page| plan::tables(catalog, page, &plan::scan_page(catalog, page));
    let (sources, translations) = (tables(source), tables(translation));
    let mut out = Vec::new();
    let mut nth: HashMap<(usize, &str), usize> = HashMap::new();
    for table in &translations {
        // A region that a page has several times is paired in the order of the page.
        let number = nth.entry((table.family, &table.region)).and_modify(|n| *n += 1).or_default();
        let mut twins =
            sources.iter().filter(|twin| (twin.family, &twin.region) == (table.family, &table.region)).cycle();
        let Some(twin) = twins.nth(*number) else { continue };
        let pair = Pair::new(catalog, source, twin, translation, table);
        out.extend(pair.sightings().into_iter().map(|sighting| (table.family, sighting)));
    }
    out
}

/// Whether a page has a table that [`compare`] could learn from.
#[must_use]
pub fn has_table(catalog: &Catalog, page: &PageInput) -> bool {
    !plan::tables(catalog, page, &plan::scan_page(catalog, page)).is_empty()
}

/// The terms of a catalog, in the order in which a locale file has them: the words of the Reasoning column, then the
/// modalities.
#[must_use]
pub fn wording(families: &[&Family]) -> Vec<String> {
    let wording = Wording::of(families);
    wording.reasoning.into_iter().chain(wording.input).map(str::to_owned).collect()
}

/// Puts together what the pages of one language say. The families share their locale files.
#[must_use]
pub fn lessons(families: &[&Family], tag: &str, sightings: &[Sighting]) -> Lessons {
    let vocabulary = families.first().map(|family| Vocabulary::of(&family.locales, tag)).unwrap_or_default();
    let wording = Wording::of(families);
    let mut words: Vec<(&Word, Vec<Said>)> = Vec::new();
    let mut index: HashMap<&Word, usize> = HashMap::new();
    for sighting in sightings {
        let at = *index.entry(&sighting.word).or_insert_with(|| {
            words.push((&sighting.word, Vec::new()));
            words.len() - 1
        });
        let all = &mut words[at].1;
        let (place, line) = (sighting.place.clone(), sighting.place.line);
        match all.iter_mut().find(|said| said.said == sighting.said) {
            // A row that says it twice is one row.
            Some(said) if said.places.last().is_some_and(|last| (last.line, &last.path) == (line, &place.path)) => {}
            Some(said) => said.places.push(place),
            None => all.push(Said { said: sighting.said.clone(), places: vec![place] }),
        }
    }
    words.sort_by_key(|(word, _)| wording.order(word));

    let mut lessons = Lessons::default();
    for (word, mut said) in words {
        said.sort_by_key(|said| std::cmp::Reverse(said.places.len()));
        let word = word.clone();
        let in_file = word.in_files(&vocabulary);
        let conflict = |said, reason| Conflict { word: word.clone(), said, reason };
        match (&said[..], in_file) {
            ([one], Some((_, known))) if one.said == known => {
                lessons.known.push(Lesson { word, said: one.clone() });
            }
            (_, Some((path, known))) => {
                let reason = Reason::File { path: path.to_owned(), said: known.to_owned() };
                said.retain(|said| said.said != known);
                lessons.conflicts.push(conflict(said, reason));
            }
            ([one], None) if word.default() == Some(&one.said) => {
                lessons.known.push(Lesson { word, said: one.clone() });
            }
            ([one], None) => lessons.learnt.push(Lesson { word, said: one.clone() }),
            _ => lessons.conflicts.push(conflict(said, Reason::Several)),
        }
    }
    lessons.take_out_shared(&wording, &vocabulary);
    lessons.conflicts.sort_by_key(|conflict| wording.order(&conflict.word));
    lessons
}

impl Lessons {
    /// Takes out words that have one translation though a reader must be able to tell them apart: Yes and No, or two
    /// modalities. A slip of the translator, most likely.
    fn take_out_shared(&mut self, wording: &Wording<'_>, vocabulary: &Vocabulary<'_>) {
        let mut said: Vec<(String, String)> = Vec::new();
        for lesson in self.learnt.iter().chain(&self.known) {
            if let Word::Term(word) = &lesson.word {
                said.push((word.clone(), lesson.said.said.clone()));
            }
        }
        let in_files = vocabulary.files().iter().flat_map(|file| &file.terms);
        said.extend(in_files.filter(|(word, term)| vocabulary.term(word) == Some(term)).cloned());
        let (shared, learnt) = std::mem::take(&mut self.learnt).into_iter().partition::<Vec<_>, _>(
            |lesson| matches!(&lesson.word, Word::Term(word) if wording.twin(word, &lesson.said.said, &said).is_some()),
        );
        self.learnt = learnt;
        for lesson in shared {
            let Word::Term(word) = &lesson.word else { continue };
            let twin = wording.twin(word, &lesson.said.said, &said).unwrap_or_default();
            let reason = Reason::Shared(twin.to_owned());
            self.conflicts.push(Conflict { word: lesson.word, said: vec![lesson.said], reason });
        }
    }
}

impl Word {
    /// The key in a locale file, as it is written there.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::ListSeparator => "list_separator".to_owned(),
            Self::Thousands => "thousands".to_owned(),
            Self::Heading(column) if column.key().contains('.') => file::quoted(column.key()),
            Self::Heading(column) => column.key().to_owned(),
            Self::Term(word) => file::quoted(word),
        }
    }

    /// The line of a locale file that gives it a translation.
    #[must_use]
    pub fn line(&self, said: &str) -> String {
        format!("{} = {}", self.key(), file::quoted(said))
    }

    /// The table of a locale file that it stands in.
    #[must_use]
    pub fn section(&self) -> Option<&'static str> {
        match self {
            Self::ListSeparator | Self::Thousands => None,
            Self::Heading(_) => Some("columns"),
            Self::Term(_) => Some("terms"),
        }
    }

    /// What the source language has, where that is not the word itself.
    #[must_use]
    pub fn default(&self) -> Option<&'static str> {
        match self {
            Self::ListSeparator => Some(", "),
            Self::Thousands => Some(","),
            Self::Heading(_) | Self::Term(_) => None,
        }
    }

    /// What the word is where nobody translates it.
    #[must_use]
    pub fn in_source(&self) -> &str {
        match self {
            Self::Heading(column) => column.heading(),
            Self::Term(word) => word,
            other => other.default().unwrap_or_default(),
        }
    }

    /// What it is counted by.
    fn unit(&self) -> &'static str {
        match self {
            Self::Heading(_) => "table",
            _ => "row",
        }
    }

    /// The nearest locale file that has a translation, and the translation.
    fn in_files<'v>(&self, vocabulary: &Vocabulary<'v>) -> Option<(&'v str, &'v str)> {
        vocabulary.files().iter().find_map(|file| {
            let said = match self {
                Self::ListSeparator => file.list_separator.as_deref(),
                Self::Thousands => file.thousands.as_deref(),
                Self::Heading(column) => {
                    file.columns.iter().find(|(known, _)| known == column).map(|(_, t)| t.as_str())
                }
                Self::Term(word) => file.terms.iter().find(|(known, _)| known == word).map(|(_, t)| t.as_str()),
            };
            Some((file.path.as_str(), said?))
        })
    }
}

impl Lesson {
    /// The line of a locale file that says it.
    #[must_use]
    pub fn line(&self) -> String {
        self.word.line(&self.said.said)
    }
}

impl Said {
    /// How often and where, in words: `4 rows, docs/fr/a.md:10`. With no more than `most` places.
    #[must_use]
    pub fn seen(&self, word: &Word, most: usize) -> String {
        let count = self.places.len();
        let mut out = format!("{count} {}{}", word.unit(), if count == 1 { "" } else { "s" });
        for place in self.places.iter().take(most) {
            out.push_str(&format!(", {place}"));
        }
        if count > most && most > 1 {
            out.push_str(", …");
        }
        out
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.path, self.line)
    }
}

/// How many places a conflict lists of each translation.
const LISTED: usize = 3;

impl Conflict {
    /// The conflict as a warning, with the lines to choose from. `file` is the locale file that would say it.
    #[must_use]
    pub fn diagnostic(&self, tag: &str, file: &str) -> Diagnostic {
        let word = match &self.word {
            Word::Heading(column) => format!("the column `{}`", column.key()),
            Word::Term(word) => file::quoted(word),
            other => format!("`{}`", other.key()),
        };
        let mut lines = String::new();
        if let Some(section) = self.word.section() {
            lines.push_str(&format!("[{section}]\n"));
        }
        let places: Vec<String> = self
            .said
            .iter()
            .map(|said| {
                format!("{} = {} # {}", self.word.key(), file::quoted(&said.said), said.seen(&self.word, LISTED))
            })
            .collect();
        lines.push_str(&places.join("\n"));
        let listed = |said: &[Said]| said.iter().map(|said| file::quoted(&said.said)).collect::<Vec<_>>().join(" and ");
        let (message, help) = match &self.reason {
            Reason::Several => (
                format!("pages of {tag} have {} translations for {word}", self.said.len()),
                format!(
                    "none was taken; write one of these lines into {file}, which then holds for all pages:\n{lines}"
                ),
            ),
            Reason::File { path, said } => (
                format!("pages of {tag} say {} for {word}, {path} says {}", listed(&self.said), file::quoted(said)),
                format!(
                    "the file was kept, and `moonsync` writes the pages as it says; to follow the pages instead, write into {file}:\n{lines}"
                ),
            ),
            Reason::Shared(twin) => (
                format!("pages of {tag} say {} for {word} and for {} alike", listed(&self.said), file::quoted(twin)),
                format!("it was not taken; mend the pages, or if it is right, write into {file}:\n{lines}"),
            ),
        };
        // The rarest is the likeliest slip.
        let place = self.said.last().and_then(|said| said.places.first());
        let path = place.map(|place| place.path.clone()).unwrap_or_default();
        let diagnostic = Diagnostic::new(Code::HarvestConflict, path, message).help(help);
        match place {
            Some(place) => diagnostic.at(place.span.clone()),
            None => diagnostic,
        }
    }
}

/// The words that the catalog says of its models, in the order in which a locale file has them.
struct Wording<'a> {
    reasoning: Vec<&'a str>,
    input: Vec<&'a str>,
}

impl<'a> Wording<'a> {
    fn of(families: &[&'a Family]) -> Self {
        let mut wording = Self { reasoning: PLAIN.to_vec(), input: Vec::new() };
        for model in families.iter().flat_map(|family| &family.models) {
            let add = |words: &mut Vec<&'a str>, word: &'a str| {
                if !words.contains(&word) {
                    words.push(word);
                }
            };
            if let Some(label) = &model.reasoning_label {
                add(&mut wording.reasoning, label);
            }
            model.input.iter().for_each(|word| add(&mut wording.input, word));
        }
        wording
    }

    /// Where a word stands in a locale file.
    fn order(&self, word: &Word) -> (usize, usize) {
        match word {
            Word::ListSeparator => (0, 0),
            Word::Thousands => (1, 0),
            Word::Heading(column) => (2, *column as usize),
            Word::Term(word) => {
                let all = self.reasoning.iter().chain(&self.input);
                (3, all.clone().position(|known| known == word).unwrap_or_else(|| all.count()))
            }
        }
    }

    /// Another word with the same translation that a reader must be able to tell from this one.
    fn twin<'s>(&self, word: &str, translation: &str, said: &'s [(String, String)]) -> Option<&'s str> {
        let alike = |other: &str| {
            let both = |words: &[&str]| words.contains(&word) && words.contains(&other);
            other != word && (both(&PLAIN) || both(&self.input))
        };
        said.iter().find(|(other, term)| term == translation && alike(other)).map(|(other, _)| other.as_str())
    }
}

/// A table and its twin in the source language.
struct Pair<'a> {
    catalog: &'a Catalog,
    family: &'a Family,
    page: &'a PageInput,
    table: &'a PageTable,
    /// Rows about the same model: in the source table, and in the translated one.
    rows: Vec<(&'a [table::Cell], usize)>,
    /// Columns that both tables have: which, and where in each of the two.
    columns: Vec<(Column, usize, usize)>,
    wording: Wording<'a>,
    lines: Vec<Line>,
}

impl<'a> Pair<'a> {
    fn new(
        catalog: &'a Catalog,
        source: &PageInput,
        twin: &'a PageTable,
        page: &'a PageInput,
        table: &'a PageTable,
    ) -> Self {
        let known = plan::columns(catalog, source.locale.as_deref(), twin, None);
        let named = plan::columns(catalog, page.locale.as_deref(), table, Some(&known));
        let place = |column: Column| known.iter().position(|known| *known == Some(column));
        let columns = named.iter().enumerate().filter_map(|(at, column)| Some(((*column)?, place((*column)?)?, at)));
        let (theirs, ours) = (once(&twin.owners), once(&table.owners));
        let mut rows: Vec<_> =
            ours.iter().filter_map(|(owner, at)| Some((twin.read.rows[*theirs.get(owner)?].as_slice(), *at))).collect();
        rows.sort_unstable_by_key(|(_, at)| *at);
        let family = &catalog.families[table.family];
        let columns = columns.collect();
        let (wording, lines) = (Wording::of(&[family]), text::lines(&page.text));
        let mut pair = Self { catalog, family, page, table, rows, columns, wording, lines };
        pair.rows = pair.rows.iter().copied().filter(|(row, at)| pair.is_of_one_day(row, *at)).collect();
        pair
    }

    /// Whether no number of a row differs from its twin's.
    fn is_of_one_day(&self, source: &'a [table::Cell], row: usize) -> bool {
        self.columns.iter().all(|(column, there, here)| {
            let (Some(there), Some(here)) = (source.get(*there), self.table.read.rows[row].get(*here)) else {
                return false;
            };
            let text = |cell: &'a table::Cell| cell.content.as_ref().map_or(cell.source.as_str(), Inline::text);
            match Figure::of(*column) {
                Some(figure) => figure.may_be_same(text(there), text(here)),
                None => true,
            }
        })
    }

    fn sightings(&self) -> Vec<Sighting> {
        let mut out = Vec::new();
        if self.rows.is_empty() {
            return out;
        }
        for (column, _, here) in &self.columns {
            let place = Spot { row: None, column: *here };
            if let Some(heading) = words_of(self.row(place), *here) {
                self.see(&mut out, Word::Heading(*column), heading, place);
            }
        }
        for (source, row) in &self.rows {
            for (column, there, here) in &self.columns {
                let place = Spot { row: Some(*row), column: *here };
                let (Some(word), Some(said)) = (words_of(source, *there), words_of(self.row(place), *here)) else {
                    continue;
                };
                match column {
                    Column::Reasoning => {
                        if let Some(word) = self.in_catalog(word, Column::Reasoning, *row) {
                            self.see(&mut out, Word::Term(word), said, place);
                        }
                    }
                    Column::Input => self.input(&mut out, word, said, *row, place),
                    Column::Context | Column::MaxOutput => self.thousands(&mut out, word, said, place),
                    _ => {}
                }
            }
        }
        out
    }

    fn row(&self, place: Spot) -> &[table::Cell] {
        place.row.map_or(&self.table.read.header, |row| &self.table.read.rows[row])
    }

    fn input(&self, out: &mut Vec<Sighting>, source: &str, said: &str, row: usize, place: Spot) {
        let (Some((words, _)), Some((terms, between))) = (modalities(source), modalities(said)) else { return };
        if words.len() != terms.len() {
            return;
        }
        for (word, term) in words.into_iter().zip(terms) {
            if let Some(word) = self.in_catalog(word, Column::Input, row) {
                self.see(out, Word::Term(word), term, place);
            }
        }
        for separator in between {
            self.see(out, Word::ListSeparator, separator, place);
        }
    }

    fn thousands(&self, out: &mut Vec<Sighting>, source: &str, said: &str, place: Spot) {
        let (Some((count, in_source)), Some((same, group))) = (token_count(source), token_count(said)) else { return };
        // Four digits are often left ungrouped where more are not, and say nothing then; nor does a page that follows
        // a source page without groups.
        let silent = group.is_none() && (count < 10_000 || in_source.is_none());
        if count == same && count >= 1000 && !silent {
            self.see(out, Word::Thousands, &group.map(String::from).unwrap_or_default(), place);
        }
    }

    /// The catalog's own wording for a word of the source page.
    fn in_catalog(&self, said: &str, column: Column, row: usize) -> Option<String> {
        let words = if column == Column::Input { &self.wording.input } else { &self.wording.reasoning };
        let source = Vocabulary::of(&self.family.locales, &self.catalog.source_locale);
        let says = |word: &&&'a str| source.term(word).unwrap_or(word) == said;
        let mut meant: Vec<&str> = words.iter().filter(says).copied().collect();
        if meant.is_empty() {
            meant = words.iter().filter(|word| **word == said).copied().collect();
        }
        if meant.is_empty() {
            let said = said.to_lowercase();
            meant = words.iter().filter(|word| word.to_lowercase() == said).copied().collect();
        }
        if let [word] = meant[..] {
            return Some(word.to_owned());
        }
        // The source language has one word for several of the catalog's: the row's model knows which is meant.
        let owner = self.table.owners[row].as_deref()?;
        let model = self.family.models.iter().find(|model| model.id == owner)?;
        let Cell::Words(own) = cell(self.family, model, column) else { return None };
        let mut own = own.into_iter().filter(|word| meant.contains(&word.as_str()));
        own.next().filter(|_| own.next().is_none())
    }

    fn see(&self, out: &mut Vec<Sighting>, word: Word, said: &str, place: Spot) {
        let said = if word.section().is_some() { said.trim() } else { said };
        if word.section().is_some() && said.is_empty() || said.chars().any(is_unfit) {
            return;
        }
        let line = self.table.line + place.row.map_or(0, |row| row + 2);
        let Some(at) = self.lines.get(line - 1) else { return };
        // Nothing but pipes and spaces stands between the cells.
        let mut span = at.text.start..at.text.start;
        for cell in &self.row(place)[..=place.column] {
            let start = span.end + self.page.text[span.end..at.text.end].find(&cell.source).unwrap_or(0);
            span = start..start + cell.source.len();
        }
        let place = Place { path: self.page.path.clone(), line, span };
        out.push(Sighting { word, said: said.to_owned(), place });
    }
}

/// A cell of the translated table: of the header, or of a row.
#[derive(Debug, Clone, Copy)]
struct Spot {
    row: Option<usize>,
    column: usize,
}

/// A column of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figure {
    Tokens,
    Price,
}

impl Figure {
    fn of(column: Column) -> Option<Self> {
        match column {
            Column::Context | Column::MaxOutput => Some(Self::Tokens),
            Column::CostInput | Column::CostOutput | Column::CostCacheRead | Column::CostCacheWrite => {
                Some(Self::Price)
            }
            _ => None,
        }
    }

    /// Whether two cells may say the same number: they don't where both can be read and differ.
    fn may_be_same(self, a: &str, b: &str) -> bool {
        match (self.value(a), self.value(b)) {
            (Some(a), Some(b)) => a == b,
            _ => {
                let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
                let (a, b) = (digits(a), digits(b));
                a.is_empty() || b.is_empty() || a == b
            }
        }
    }

    fn value(self, text: &str) -> Option<Number> {
        match self {
            Self::Tokens => token_count(text).map(|(count, _)| Number::from(count)),
            // With a sign of its currency, and with the comma that many languages have for the point.
            Self::Price => {
                let bare = text.trim_matches(|c: char| !c.is_ascii_digit() && c != '.' && c != ',');
                Number::parse(&bare.replacen(',', ".", 1))
            }
        }
    }
}

/// The words of a cell; nothing where it is code, empty, or anything else.
fn words_of(row: &[table::Cell], at: usize) -> Option<&str> {
    match row.get(at)?.content.as_ref()? {
        Inline::Text(text) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}

/// What is there exactly once, and where.
fn once(owners: &[Option<String>]) -> HashMap<&str, usize> {
    let mut seen: HashMap<&str, (usize, usize)> = HashMap::new();
    for (at, owner) in owners.iter().enumerate() {
        if let Some(owner) = owner {
            seen.entry(owner).or_insert((at, 0)).1 += 1;
        }
    }
    seen.into_iter().filter(|(_, (_, count))| *count == 1).map(|(owner, (at, _))| (owner, at)).collect()
}

/// What no word and no separator may hold.
fn is_unfit(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}
