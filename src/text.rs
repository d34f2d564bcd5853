//! Bytes, lines, spans and edits: the only place that turns offsets into lines and splices by offset.
//!
//! Knows no Markdown and no catalog.

use std::ops::Range;

/// One line of a text: where its words are and where its line end is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The bytes of the line without its line end.
    pub text: Range<usize>,
    /// The bytes of its line end: `\n`, `\r\n`, or nothing on a last line without one.
    pub end: Range<usize>,
}

impl Line {
    /// The whole line with its line end.
    #[must_use]
    pub fn whole(&self) -> Range<usize> {
        self.text.start..self.end.end
    }
}

/// Splits a text into its lines. A `\r` that no `\n` follows is a character like any other.
///
/// ```
/// let lines = moonsync::text::lines("a\r\nb");
/// assert_eq!(lines.len(), 2);
/// assert_eq!(lines[0].text, 0..1);
/// assert_eq!(lines[0].end, 1..3);
/// assert_eq!(lines[1].end, 4..4);
/// ```
#[must_use]
pub fn lines(text: &str) -> Vec<Line> {
    let bytes = text.as_bytes();
    let mut lines = Vec::with_capacity(memchr::memchr_iter(b'\n', bytes).count() + 1);
    let mut start = 0;
    for newline in memchr::memchr_iter(b'\n', bytes) {
        let words = if newline > start && bytes[newline - 1] == b'\r' { newline - 1 } else { newline };
        lines.push(Line { text: start..words, end: words..newline + 1 });
        start = newline + 1;
    }
    if start < bytes.len() {
        lines.push(Line { text: start..bytes.len(), end: bytes.len()..bytes.len() });
    }
    lines
}

/// A place in a text as people count: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// The line and column of a byte offset (an offset inside a character counts as that character's).
///
/// ```
/// let at = moonsync::text::position("é\nab", 4);
/// assert_eq!((at.line, at.column), (2, 2));
/// ```
#[must_use]
pub fn position(text: &str, offset: usize) -> Position {
    let offset = floor_char(text, offset);
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Position {
        line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
        column: text[line_start..offset].trim_start_matches('\u{feff}').chars().count() + 1,
    }
}

/// The nearest character boundary at or before `offset`.
#[must_use]
pub fn floor_char(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// One replacement in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The bytes that go.
    pub range: Range<usize>,
    /// What comes in their place.
    pub text: String,
}

/// The text with the edits made. They must be sorted and must not overlap.
///
/// ```
/// use moonsync::text::{apply, Edit};
/// let edits = [Edit { range: 1..2, text: "--".into() }];
/// assert_eq!(apply("abc", &edits), "a--c");
/// ```
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let grown = edits.iter().map(|edit| edit.text.len()).sum::<usize>();
    let mut out = String::with_capacity(text.len() + grown);
    let mut at = 0;
    for edit in edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Whether a terminal or a reader is misled by a character: it controls the terminal, turns the direction of writing, is
/// taken for a line end by some, or is not seen at all. Joiners are none of these: they belong to words and to emoji.
///
/// ```
/// assert!(moonsync::text::is_hidden('\u{202e}') && !moonsync::text::is_hidden('\u{200d}'));
/// ```
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// A text as it may be shown in a terminal: what [`is_hidden`] is escaped.
///
/// ```
/// assert_eq!(moonsync::text::visible("a\u{1b}[31m"), "a\\u{1b}[31m");
/// ```
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) { out.extend(c.escape_default()) } else { out.push(c) }
    }
    out
}

/// An argument as a shell takes it. What a terminal would act on, and what is no text, is escaped as `$'…'` has it.
///
/// ```
/// use moonsync::text::quoted;
/// assert_eq!(quoted(b"docs/a.md"), "docs/a.md");
/// assert_eq!(quoted(b"it's"), r"'it'\''s'");
/// assert_eq!(quoted(b"a\x1b\n'"), r"$'a\x1b\x0a\''");
/// ```
#[must_use]
pub fn quoted(argument: &[u8]) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./=:,@%+".contains(c);
    match std::str::from_utf8(argument) {
        Ok(text) if !text.is_empty() && text.chars().all(plain) => text.to_owned(),
        Ok(text) if visible(text) == text && !text.contains('\t') => format!("'{}'", text.replace('\'', r"'\''")),
        _ => {
            let mut quoted = String::from("$'");
            for byte in argument {
                match byte {
                    b'\\' | b'\'' => quoted.extend(['\\', char::from(*byte)]),
                    b' '..=b'~' => quoted.push(char::from(*byte)),
                    _ => quoted.push_str(&format!("\\x{byte:02x}")),
                }
            }
            quoted + "'"
        }
    }
}

/// A moonsync command line that a shell takes as it stands.
///
/// ```
/// assert_eq!(moonsync::text::command(&["mark", "repair", "a b.md"]), "moonsync mark repair 'a b.md'");
/// ```
#[must_use]
pub fn command(arguments: &[&str]) -> String {
    let arguments = arguments.iter().map(|argument| quoted(argument.as_bytes()));
    std::iter::once("moonsync".to_owned()).chain(arguments).collect::<Vec<_>>().join(" ")
}
