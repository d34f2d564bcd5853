//! Takes typed values out of spanned TOML and notes what is wrong with them, with the line that mends it.
//!
//! Knows TOML and the words of faults; what a family or a locale file is made of is its siblings' business.

use crate::content::{Number, Value};
use crate::diagnostic::{Code, Diagnostic, nearest};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value with its place.
pub(super) type Item<'i> = Spanned<DeValue<'i>>;

/// What a key was found to hold.
#[derive(Debug, Clone)]
pub(super) enum Read<T> {
    /// The key is not there.
    Absent,
    /// The key is there, its value is wrong, and that has been said.
    Bad,
    /// The value.
    Good(T),
}

impl<T> Read<T> {
    /// The value, where there is one.
    pub(super) fn good(self) -> Option<T> {
        match self {
            Self::Good(value) => Some(value),
            _ => None,
        }
    }
}

/// A table, where it stands, and what faults call it.
#[derive(Debug, Clone)]
pub(super) struct Table<'t, 'i> {
    /// Its keys and values.
    pub(super) entries: &'t DeTable<'i>,
    /// Where a key that it lacks is reported.
    pub(super) span: Range<usize>,
    /// What it is, as in "unknown key `x` in a model".
    pub(super) place: &'t str,
}

/// A string with its place.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) span: Range<usize>,
}

/// What a kind of name may hold.
#[derive(Debug, Clone, Copy)]
pub(super) enum Charset {
    /// Letters, digits and `. _ - /`
    Name,
    /// The same and `:`
    Id,
    /// Lower-case letters, digits and `-`
    Region,
}

impl Charset {
    pub(super) fn takes(self, c: char) -> bool {
        match self {
            Self::Name => c.is_ascii_alphanumeric() || "._-/".contains(c),
            Self::Id => c.is_ascii_alphanumeric() || "._-/:".contains(c),
            Self::Region => c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-',
        }
    }

    fn says(self) -> &'static str {
        match self {
            Self::Name => "letters, digits, `.`, `_`, `-` and `/`",
            Self::Id => "letters, digits, `.`, `_`, `-`, `/` and `:`",
            Self::Region => "lower-case letters, digits and `-`",
        }
    }
}

/// The faults of one file.
pub(super) struct Report<'a> {
    /// The file, as diagnostics name it.
    pub(super) path: &'a str,
    /// Its text.
    pub(super) text: &'a str,
    /// What is wrong.
    pub(super) list: Vec<Diagnostic>,
    newlines: Vec<usize>,
    /// Comparisons left for guessing names, so that thousands of faults in a long catalog stay cheap.
    guesses: usize,
}

/// More faults of syntax than this are no news.
const SYNTAX_FAULTS: usize = 20;

/// Words longer than this are not compared.
const LONGEST_GUESS: usize = 100;

impl<'a> Report<'a> {
    pub(super) fn new(path: &'a str, text: &'a str) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes()).collect();
        Self { path, text, list: Vec::new(), newlines, guesses: 100_000 }
    }

    /// The line of an offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.newlines.partition_point(|newline| *newline < offset) + 1
    }

    /// Notes a fault.
    pub(super) fn fault(
        &mut self,
        code: Code,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.list.push(Diagnostic::new(code, self.path, message).at(span).help(help));
    }

    /// Whether something is wrong that stops the run.
    pub(super) fn has_errors(&self) -> bool {
        self.list.iter().any(Diagnostic::is_error)
    }

    /// Reads the file as TOML. Where its syntax is at fault, only that is reported: what could be read of it would
    /// seem to lack keys that are there.
    pub(super) fn toml(&mut self) -> Option<DeTable<'a>> {
        let (table, errors) = DeTable::parse_recoverable(self.text);
        let mut whole = true;
        for error in errors.iter().take(SYNTAX_FAULTS) {
            let twice = error.message().starts_with("duplicate key");
            whole &= twice;
            let span = error.span().unwrap_or(0..0);
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            let help = if twice {
                "keep one of the two".to_owned()
            } else {
                "a line of TOML is `key = value`, with strings in quotes, or `[table]`".to_owned()
            };
            self.fault(Code::TomlSyntax, span, message, help);
        }
        (whole && errors.len() <= SYNTAX_FAULTS).then(|| table.into_inner())
    }

    /// Reports the keys of a table that are not among `known`.
    pub(super) fn known(&mut self, table: &Table<'_, '_>, known: &[&str], otherwise: Option<&str>) {
        for (key, _) in table.entries {
            let word: &str = key.get_ref();
            if known.contains(&word) {
                continue;
            }
            let help = match (near(word, known.iter().copied()), otherwise) {
                (Some(meant), _) => format!("did you mean `{meant}`?"),
                (None, Some(otherwise)) => otherwise.to_owned(),
                (None, None) => format!("the keys here are {}", listed(known)),
            };
            self.fault(Code::UnknownKey, key.span(), format!("unknown key {} in {}", shown(word), table.place), help);
        }
    }

    /// Reports a key that a table lacks; `example` is the line to add.
    pub(super) fn missing(&mut self, table: &Table<'_, '_>, key: &str, help: impl Into<String>) {
        self.fault(Code::MissingKey, table.span.clone(), format!("missing key `{key}` in {}", table.place), help);
    }

    /// Reads what a key holds.
    pub(super) fn read<'i, T>(
        &mut self,
        table: &Table<'_, 'i>,
        key: &str,
        read: impl FnOnce(&mut Self, &str, &Item<'i>) -> Option<T>,
    ) -> Read<T> {
        match table.entries.get(key) {
            None => Read::Absent,
            Some(value) => read(self, key, value).map_or(Read::Bad, Read::Good),
        }
    }

    /// Reads what a key holds, and reports where it is missing; `example` is the line to add.
    pub(super) fn required<'i, T>(
        &mut self,
        table: &Table<'_, 'i>,
        key: &str,
        example: &str,
        read: impl FnOnce(&mut Self, &str, &Item<'i>) -> Option<T>,
    ) -> Option<T> {
        let read = self.read(table, key, read);
        if matches!(read, Read::Absent) {
            self.missing(table, key, format!("add `{example}`"));
        }
        read.good()
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong_type(&mut self, key: &str, value: &Item<'_>, wanted: &str, help: impl Into<String>) {
        let found = kind_of(value.get_ref());
        let message = format!("{} takes {wanted}, this is {found}", shown(key));
        self.fault(Code::WrongType, value.span(), message, help);
    }

    /// A string.
    pub(super) fn string(&mut self, key: &str, value: &Item<'_>) -> Option<Text> {
        if let Some(text) = value.get_ref().as_str() {
            return Some(Text { text: text.to_owned(), span: value.span() });
        }
        let help = match value.get_ref() {
            DeValue::Array(_) | DeValue::Table(_) => format!("write `{} = \"…\"`", bare(key)),
            _ => {
                let source = self.text.get(value.span()).unwrap_or("…");
                format!("write `{} = \"{}\"`", bare(key), clipped(source))
            }
        };
        self.wrong_type(key, value, "a string", help);
        None
    }

    /// `true` or `false`.
    pub(super) fn boolean(&mut self, key: &str, value: &Item<'_>) -> Option<bool> {
        let found = value.get_ref().as_bool();
        if found.is_none() {
            let said = value.get_ref().as_str().unwrap_or_default();
            let meant =
                if ["false", "no", "off", ""].contains(&said.to_lowercase().as_str()) { "false" } else { "true" };
            self.wrong_type(key, value, "true or false", format!("write `{} = {meant}`, without quotes", bare(key)));
        }
        found
    }

    /// A table.
    pub(super) fn table<'t, 'i>(
        &mut self,
        key: &str,
        value: &'t Item<'i>,
        place: &'t str,
        example: &str,
    ) -> Option<Table<'t, 'i>> {
        match value.get_ref() {
            DeValue::Table(entries) => Some(Table { entries, span: value.span(), place }),
            _ => {
                self.wrong_type(key, value, "a table", format!("write `{example}`"));
                None
            }
        }
    }

    /// The table that a key holds.
    pub(super) fn subtable<'t, 'i>(
        &mut self,
        table: &Table<'t, 'i>,
        key: &str,
        place: &'t str,
        example: &str,
    ) -> Option<Table<'t, 'i>> {
        let value = table.entries.get(key)?;
        self.table(key, value, place, example)
    }

    /// An array; nothing where any of its values is wrong, and then all of them have been looked at.
    pub(super) fn array<'i, T>(
        &mut self,
        key: &str,
        value: &Item<'i>,
        example: &str,
        mut each: impl FnMut(&mut Self, &Item<'i>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Some(values) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "an array", format!("write `{} = {example}`", bare(key)));
            return None;
        };
        let mut good = Vec::with_capacity(values.len());
        let mut whole = true;
        for value in values {
            match each(self, value) {
                Some(value) => good.push(value),
                None => whole = false,
            }
        }
        whole.then_some(good)
    }

    /// A string of an array.
    pub(super) fn element(&mut self, key: &str, value: &Item<'_>) -> Option<Text> {
        if let Some(text) = value.get_ref().as_str() {
            return Some(Text { text: text.to_owned(), span: value.span() });
        }
        let found = kind_of(value.get_ref());
        let message = format!("{} takes strings, this is {found}", shown(key));
        self.fault(Code::WrongType, value.span(), message, format!("write `{} = [\"…\"]`", bare(key)));
        None
    }

    /// Whether a text can stand on a page: not empty, on one line, without blanks around it.
    pub(super) fn check_words(&mut self, what: &str, text: &str, span: Range<usize>) -> bool {
        let (fault, help) = if text.trim().is_empty() {
            ("is empty".to_owned(), "write the words that readers should see, or leave the key out".to_owned())
        } else if let Some(c) = text.chars().find(|c| unprintable(*c)) {
            let name =
                if matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}') { "line break" } else { "control character" };
            let mended = text.split(unprintable).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>();
            (format!("holds a {name} ({})", c.escape_unicode()), format!("write {}", quoted(&mended.join(" "))))
        } else if text.trim() != text {
            (
                "begins or ends with white space, which no page shows".to_owned(),
                format!("write {}", quoted(text.trim())),
            )
        } else {
            return true;
        };
        self.fault(Code::BadName, span, format!("{what} {fault}"), help);
        false
    }

    /// A string that can stand on a page.
    pub(super) fn words(&mut self, key: &str, value: &Item<'_>) -> Option<String> {
        let text = self.string(key, value)?;
        self.check_words(&shown(key), &text.text, text.span).then_some(text.text)
    }

    /// Whether a name holds only what it may.
    pub(super) fn check_name(&mut self, what: &str, text: &str, span: Range<usize>, charset: Charset) -> bool {
        if text.is_empty() {
            let help = format!("a name is made of {}", charset.says());
            self.fault(Code::BadName, span, format!("{what} is empty"), help);
            return false;
        }
        let Some(bad) = text.chars().find(|c| !charset.takes(*c)) else { return true };
        let folded = if matches!(charset, Charset::Region) { text.to_lowercase() } else { text.to_owned() };
        let mended: String = folded.trim().chars().map(|c| if charset.takes(c) { c } else { '-' }).collect();
        let mended = mended.trim_matches('-');
        let bad = match bad {
            ' ' => "a space".to_owned(),
            bad => format!("`{}`", bad.escape_debug()),
        };
        let help = if mended.is_empty() {
            format!("it may hold {}", charset.says())
        } else {
            format!("it may hold {}, as in {}", charset.says(), quoted(mended))
        };
        self.fault(Code::BadName, span, format!("{what} {} holds {bad}", shown(text)), help);
        false
    }

    /// A whole number above zero.
    pub(super) fn positive(&mut self, key: &str, value: &Item<'_>) -> Option<u64> {
        let fault = match number(value.get_ref()) {
            None => {
                let digits = value.get_ref().as_str().and_then(Number::parse);
                let example = digits.map_or_else(|| "8192".to_owned(), |digits| digits.to_string());
                let help = format!("write `{} = {example}`", bare(key));
                self.wrong_type(key, value, "a whole number", help);
                return None;
            }
            Some(Err(fault)) => fault,
            Some(Ok(_)) if value.get_ref().is_float() => "is not a whole number",
            Some(Ok(number)) => match number.as_str().parse::<u64>() {
                Ok(1..) => return number.as_str().parse().ok(),
                Ok(0) => "is not above zero",
                Err(_) if number.is_negative() => "is not above zero",
                Err(_) => "is too large",
            },
        };
        let said = shown(self.text.get(value.span()).unwrap_or_default());
        let help = format!("write a positive integer, as in `{} = 8192`", bare(key));
        self.fault(Code::BadNumber, value.span(), format!("{} {said} {fault}", shown(key)), help);
        None
    }

    /// A price: a number that is not below zero.
    pub(super) fn price(&mut self, key: &str, value: &Item<'_>) -> Option<Number> {
        let fault = match number(value.get_ref()) {
            None => {
                let digits = value.get_ref().as_str().and_then(Number::parse);
                let example = digits.map_or_else(|| "0.5".to_owned(), |digits| digits.to_string());
                self.wrong_type(key, value, "a number", format!("write `{} = {example}`", bare(key)));
                return None;
            }
            Some(Ok(number)) if number.is_negative() => "is negative",
            Some(Ok(number)) => return Some(number),
            Some(Err(fault)) => fault,
        };
        let said = shown(self.text.get(value.span()).unwrap_or_default());
        let help = format!("write a price per million tokens, as in `{} = 0.5`", bare(key));
        self.fault(Code::BadNumber, value.span(), format!("the price {} {said} {fault}", shown(key)), help);
        None
    }

    /// The value as JSON has it.
    pub(super) fn json(&mut self, value: &Item<'_>) -> Option<Value> {
        let (fault, help) = match value.get_ref() {
            DeValue::String(text) => return Some(Value::String(text.to_string())),
            DeValue::Boolean(value) => return Some(Value::Bool(*value)),
            DeValue::Array(values) => {
                let good: Vec<_> = values.iter().map(|value| self.json(value)).collect();
                return good.into_iter().collect::<Option<Vec<_>>>().map(Value::Array);
            }
            DeValue::Table(table) => {
                let good: Vec<_> =
                    table.iter().map(|(key, value)| (key.get_ref().to_string(), self.json(value))).collect();
                return good.into_iter().map(|(k, v)| v.map(|v| (k, v))).collect::<Option<Vec<_>>>().map(Value::Object);
            }
            DeValue::Datetime(_) => ("a date has no form in JSON", "write it as a string, in quotes"),
            number_value => match number(number_value) {
                Some(Ok(number)) => return Some(Value::Number(number)),
                Some(Err(_)) | None => {
                    ("this number has no form in JSON", "write a number that is finite, or a string")
                }
            },
        };
        let said = shown(self.text.get(value.span()).unwrap_or_default());
        self.fault(Code::BadExtra, value.span(), format!("{fault}: {said}"), help);
        None
    }

    /// The text of a template, with line feeds for line ends, where it parses.
    pub(super) fn template(&mut self, key: &str, value: &Item<'_>) -> Option<String> {
        let said = self.string(key, value)?;
        // A page brings its own line ends; the catalog's, whatever an editor made of them, must not get there.
        let text = said.text.replace("\r\n", "\n");
        let Err(error) = minijinja::Environment::new().template_from_str(&text).map(|_| ()) else { return Some(text) };
        let line = error.line().unwrap_or(1);
        let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        let detail = detail.lines().collect::<Vec<_>>().join(" ");
        let span = self.line_of_string(&said.span, &text, line).unwrap_or(said.span);
        let message = format!("the template does not parse, in its line {line}: {detail}");
        let help = "a template is minijinja: `{{ value }}`, `{% for m in models %}…{% endfor %}`, `{# remark #}`";
        self.fault(Code::BadTemplate, span, message, help);
        None
    }

    /// Where a line of a string over several lines stands in the file, if the string stands there as it is.
    fn line_of_string(&self, span: &Range<usize>, text: &str, line: usize) -> Option<Range<usize>> {
        let source = self.text.get(span.clone())?;
        let quotes = ["\"\"\"", "'''"].into_iter().find(|quotes| source.starts_with(quotes))?;
        let mut start = span.start + quotes.len();
        let mut body = source.strip_prefix(quotes)?.strip_suffix(quotes)?;
        for newline in ["\r\n", "\n"] {
            if let Some(rest) = body.strip_prefix(newline) {
                body = rest;
                start += newline.len();
                break;
            }
        }
        if body.replace("\r\n", "\n") != text {
            return None;
        }
        for (n, words) in body.split_inclusive('\n').enumerate() {
            if n + 1 == line {
                return Some(start..start + words.trim_end_matches(['\n', '\r']).len());
            }
            start += words.len();
        }
        None
    }

    /// The name that was probably meant, among as many as a file likes to have.
    pub(super) fn near_of<'s>(&mut self, word: &str, names: impl ExactSizeIterator<Item = &'s str>) -> Option<&'s str> {
        self.guesses = self.guesses.checked_sub(names.len())?;
        near(word, names)
    }
}

/// The number that a value is; an error says what is wrong with it. Floats are read from their source, so that
/// `0.1` stays what it is.
fn number(value: &DeValue<'_>) -> Option<Result<Number, &'static str>> {
    let number = match value {
        DeValue::Integer(integer) if integer.radix() == 10 => Number::parse(integer.as_str()),
        DeValue::Integer(integer) => u128::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .and_then(|value| Number::parse(&value.to_string())),
        DeValue::Float(float) if float.as_str().contains(['n', 'N']) => return Some(Err("is not finite")),
        DeValue::Float(float) => Number::parse(float.as_str()),
        _ => return None,
    };
    Some(match number {
        Some(number) if number.as_str().parse::<f64>().is_ok_and(f64::is_finite) => Ok(number),
        _ => Err("is too long"),
    })
}

/// The candidate that was probably meant by a word of moderate length.
pub(super) fn near<'s>(word: &str, candidates: impl IntoIterator<Item = &'s str>) -> Option<&'s str> {
    if word.len() > LONGEST_GUESS {
        return None;
    }
    nearest(word, candidates.into_iter().filter(|candidate| candidate.len() <= LONGEST_GUESS))
}

/// A word of the file as a message shows it: on one line, not too long.
pub(super) fn shown(word: &str) -> String {
    format!("`{}`", clipped(word))
}

/// A word as a line to paste has it.
pub(super) fn quoted(word: &str) -> String {
    if word.chars().count() > CLIP {
        return format!("`\"{}\"`", clipped(word));
    }
    format!("`{}`", crate::catalog::edit::spelled(&crate::content::Value::String(word.to_owned())))
}

/// The most characters of a word that a message shows.
const CLIP: usize = 60;

/// Names as a sentence lists them, not too many.
pub(super) fn listed(words: &[&str]) -> String {
    match words {
        [first @ .., _] if first.len() >= 16 => {
            let first: Vec<_> = first.iter().take(16).map(|word| shown(word)).collect();
            format!("{} and {} more", first.join(", "), words.len() - 16)
        }
        [] => String::new(),
        [one] => shown(one),
        [init @ .., last] => {
            let init: Vec<_> = init.iter().map(|word| shown(word)).collect();
            format!("{} and {}", init.join(", "), shown(last))
        }
    }
}

/// A key as TOML wants it written.
pub(super) fn bare(key: &str) -> String {
    if !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
        key.to_owned()
    } else {
        format!("\"{}\"", clipped(key))
    }
}

fn clipped(word: &str) -> String {
    let mut shown: String = word.chars().take(CLIP).flat_map(char::escape_debug).collect();
    // What is escaped for Rust's sake reads worse.
    shown = shown.replace("\\'", "'").replace("\\\"", "\"");
    if word.chars().nth(CLIP).is_some() {
        shown.push('…');
    }
    shown
}

fn unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a float",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "an array",
        DeValue::Table(_) => "a table",
    }
}
