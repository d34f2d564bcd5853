//! The look of a catalog: how strings are quoted, arrays and tables spaced, and the `=` of keys aligned.
//!
//! Learnt from what stands nearest, and used for what is added. Text in, text out; decides no place.

use super::layout::{Entry, Layout, Node, NodeKind};
use crate::content::{Number, Value};
use std::ops::Range;
use toml_parser::decoder::Encoding;
use toml_writer::{ToTomlKey as _, ToTomlValue as _, TomlStringBuilder};

/// How values are spelled.
#[derive(Debug, Clone)]
pub(super) struct Look {
    literal: Option<bool>,
    /// Whether digits are grouped with `_`: in numbers of four digits, and in longer ones.
    grouped: [Option<bool>; 2],
    array: Option<Spacing>,
    table: Option<Spacing>,
}

/// What stands between the parts of an array or an inline table.
#[derive(Debug, Clone)]
pub(super) struct Spacing {
    /// After the opening bracket.
    pub(super) open: String,
    /// From one part to the next, with the comma.
    pub(super) comma: String,
    /// Before the closing bracket.
    pub(super) close: String,
    /// From a key to its value, with the `=`.
    pub(super) eq: String,
}

impl Spacing {
    fn plain(array: bool) -> Self {
        let pad = if array { "" } else { " " };
        Self { open: pad.to_owned(), comma: ", ".to_owned(), close: pad.to_owned(), eq: " = ".to_owned() }
    }

    /// The spacing of an array or inline table with parts; nothing where comments stand between them.
    pub(super) fn of(text: &str, node: &Node) -> Option<Self> {
        let (parts, array): (Vec<Range<usize>>, bool) = match &node.kind {
            NodeKind::Scalar(_) => return None,
            NodeKind::Array(nodes, _) => (nodes.iter().map(|node| node.span.clone()).collect(), true),
            NodeKind::Inline(entries, _) => (entries.iter().map(Entry::span).collect(), false),
        };
        let bare = |range: Range<usize>| {
            let found = text.get(range)?;
            found.chars().all(|c| c.is_whitespace() || c == ',').then(|| found.to_owned())
        };
        let (first, last) = (parts.first()?, parts.last()?);
        let plain = Self::plain(array);
        let open = bare(node.span.start + 1..first.start)?;
        let close = bare(last.end..node.span.end - 1)?;
        let comma = match parts.get(1) {
            Some(second) => bare(first.end..second.start)?,
            None if open.contains('\n') => format!(",{open}"),
            None => plain.comma,
        };
        let eq = match &node.kind {
            NodeKind::Inline(entries, _) => entries.first().and_then(|entry| eq_of(text, entry)).unwrap_or(plain.eq),
            _ => plain.eq,
        };
        Some(Self { open, comma, close, eq })
    }

    /// Whether it has no line breaks, and no comma after the last part.
    pub(super) fn is_on_one_line(&self) -> bool {
        ![&self.open, &self.comma, &self.close].iter().any(|part| part.contains('\n')) && !self.close.contains(',')
    }
}

/// What stands between a key and its value, where that is the `=` and blanks.
fn eq_of(text: &str, entry: &Entry) -> Option<String> {
    let key = entry.keys.last()?.span.end;
    let found = text.get(key..entry.value.span.start)?;
    found.chars().all(|c| matches!(c, ' ' | '\t' | '=')).then(|| found.to_owned())
}

impl Look {
    /// The look of entries, the nearest first.
    pub(super) fn of<'l>(layout: &Layout<'_>, entries: impl IntoIterator<Item = &'l Entry>) -> Self {
        let mut look = Self::plain();
        for entry in entries {
            look.learn(layout.text, &entry.value);
        }
        look
    }

    fn learn(&mut self, text: &str, node: &Node) {
        match &node.kind {
            NodeKind::Scalar(Some(encoding)) => {
                let literal = *encoding == Encoding::LiteralString;
                // One that holds quotes or backslashes had no choice.
                if !text[node.span.clone()].contains(['\\', '"']) || !literal {
                    self.literal.get_or_insert(literal);
                }
            }
            NodeKind::Scalar(None) => {
                let digits = &text[node.span.clone()];
                let count = digits.bytes().filter(u8::is_ascii_digit).count();
                if count > 3 && digits.bytes().all(|b| b.is_ascii_digit() || b == b'_') {
                    self.grouped[usize::from(count > 4)].get_or_insert(digits.contains('_'));
                }
            }
            NodeKind::Array(nodes, _) => {
                let spacing = Spacing::of(text, node).filter(Spacing::is_on_one_line);
                if nodes.iter().all(|node| matches!(node.kind, NodeKind::Scalar(_))) && self.array.is_none() {
                    self.array = spacing;
                }
                nodes.iter().for_each(|node| self.learn(text, node));
            }
            NodeKind::Inline(entries, _) => {
                let spacing = Spacing::of(text, node).filter(Spacing::is_on_one_line);
                if entries.iter().all(|entry| matches!(entry.value.kind, NodeKind::Scalar(_))) && self.table.is_none() {
                    self.table = spacing;
                }
                entries.iter().for_each(|entry| self.learn(text, &entry.value));
            }
        }
    }

    /// The look of a file that has none yet.
    pub(super) fn plain() -> Self {
        Self { literal: None, grouped: [None; 2], array: None, table: None }
    }

    /// The same, but as a value that is to be replaced is spelled.
    pub(super) fn like(&self, layout: &Layout<'_>, old: &Node) -> Self {
        let mut own = Self::plain();
        own.learn(layout.text, old);
        let own_array = match &old.kind {
            NodeKind::Array(..) => Spacing::of(layout.text, old),
            _ => None,
        };
        Self {
            literal: own.literal.or(self.literal),
            grouped: [own.grouped[0].or(self.grouped[0]), own.grouped[1].or(self.grouped[1])],
            array: own_array.or_else(|| self.array.clone()),
            table: self.table.clone(),
        }
    }

    /// What stands between the parts of an array, or of an inline table.
    pub(super) fn spacing(&self, array: bool) -> Spacing {
        let learnt = if array { &self.array } else { &self.table };
        learnt.clone().unwrap_or_else(|| Spacing::plain(array))
    }

    /// A value as TOML.
    pub(super) fn write(&self, value: &Value) -> String {
        match value {
            Value::Null => "\"\"".to_owned(), // no catalog has one, and the proof would refuse it
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => self.number(number),
            Value::String(text) => string(text, self.literal == Some(true)),
            Value::Array(values) if values.is_empty() => "[]".to_owned(),
            Value::Array(values) => {
                let spacing = self.spacing(true);
                let values: Vec<String> = values.iter().map(|value| self.write(value)).collect();
                format!("[{}{}{}]", spacing.open, values.join(&spacing.comma), spacing.close)
            }
            Value::Object(members) => {
                let members: Vec<(String, String)> =
                    members.iter().map(|(name, value)| (key(name), self.write(value))).collect();
                table(&members, &self.spacing(false))
            }
        }
    }

    fn number(&self, number: &Number) -> String {
        let digits = number.as_str();
        let grouped = match digits.len() {
            0..4 => None,
            4 => self.grouped[0].or(self.grouped[1]),
            _ => self.grouped[1].or(self.grouped[0]),
        };
        if grouped != Some(true) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return digits.to_owned();
        }
        let mut out = String::new();
        for (n, digit) in digits.chars().enumerate() {
            if n > 0 && (digits.len() - n).is_multiple_of(3) {
                out.push('_');
            }
            out.push(digit);
        }
        out
    }
}

/// An inline table; keys and values as they are to stand.
pub(super) fn table(members: &[(String, String)], spacing: &Spacing) -> String {
    if members.is_empty() {
        return "{}".to_owned();
    }
    let members: Vec<String> = members.iter().map(|(key, value)| format!("{key}{}{value}", spacing.eq)).collect();
    format!("{{{}{}{}}}", spacing.open, members.join(&spacing.comma), spacing.close)
}

/// A key as TOML.
pub(super) fn key(name: &str) -> String {
    name.to_toml_key()
}

/// A string as TOML, on one line.
fn string(text: &str, literal: bool) -> String {
    let builder = TomlStringBuilder::new(text);
    let preferred = if literal { builder.as_literal() } else { builder.as_basic_pretty() };
    let spelled = preferred.or_else(|| builder.as_literal()).unwrap_or_else(|| builder.as_basic());
    spelled.to_toml_value()
}

/// How keys and their `=` stand.
#[derive(Debug, Clone)]
pub(super) struct Align {
    /// The column of the `=`, counted from the start of the key, where the keys share one.
    column: Option<usize>,
    /// How far that is from the end of the longest key.
    slack: usize,
    /// Between a key and its `=`, where they share no column.
    before: String,
    /// Between the `=` and the value.
    after: String,
}

impl Align {
    /// How the entries of a section stand.
    pub(super) fn of(layout: &Layout<'_>, entries: &[Entry]) -> Self {
        let mut rows = Vec::new();
        for entry in entries {
            let (Some(first), Some(last)) = (entry.keys.first(), entry.keys.last()) else { continue };
            let width = layout.text[first.span.start..last.span.end].chars().count();
            let column = layout.text[first.span.start..entry.eq].chars().count();
            rows.push((
                width,
                column,
                &layout.text[last.span.end..entry.eq],
                &layout.text[entry.eq + 1..entry.value.span.start],
            ));
        }
        let column = most(rows.iter().map(|row| row.1)).filter(|column| {
            let mut widths: Vec<usize> = rows.iter().filter(|row| row.1 == *column).map(|row| row.0).collect();
            widths.sort_unstable();
            widths.dedup();
            widths.len() > 1
        });
        let longest = rows.iter().filter(|row| Some(row.1) == column).map(|row| row.0).max().unwrap_or(0);
        Self {
            column,
            slack: column.unwrap_or(0).saturating_sub(longest),
            before: most(rows.iter().map(|row| row.2)).unwrap_or(" ").to_owned(),
            after: most(rows.iter().map(|row| row.3)).unwrap_or(" ").to_owned(),
        }
    }

    /// The same for a table of its own with these keys.
    pub(super) fn for_keys<'k>(mut self, keys: impl IntoIterator<Item = &'k str>) -> Self {
        let longest = keys.into_iter().map(|key| key.chars().count()).max().unwrap_or(0);
        if let Some(column) = &mut self.column {
            // A column far right of the keys is one that the whole file shares.
            *column = if self.slack > 1 { (*column).max(longest + 1) } else { longest + self.slack };
        }
        self
    }

    /// `key = value`.
    pub(super) fn line(&self, key: &str, value: &str) -> String {
        let width = key.chars().count();
        let before = match self.column {
            Some(column) if column > width => " ".repeat(column - width),
            Some(_) if self.slack == 0 => String::new(),
            Some(_) => " ".to_owned(),
            None => self.before.clone(),
        };
        format!("{key}{before}={}{value}", self.after)
    }
}

/// What occurs most often; the first of those that do.
fn most<T: PartialEq + Copy>(items: impl Iterator<Item = T>) -> Option<T> {
    let mut counts: Vec<(T, usize)> = Vec::new();
    for item in items {
        match counts.iter_mut().find(|(known, _)| *known == item) {
            Some((_, count)) => *count += 1,
            None => counts.push((item, 1)),
        }
    }
    let best = counts.iter().map(|(_, count)| *count).max()?;
    counts.into_iter().find(|(_, count)| *count == best).map(|(item, _)| item)
}
