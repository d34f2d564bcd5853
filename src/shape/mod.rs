//! How content looks: for each form the reader of the old look and the writer, in one file.
//! Nothing here knows what a model is, what a page is or what a marker is: readers take the lines of a body with `\n`
//! line ends and without the prefix (indentation, block quote marks) that the caller removes and puts back.

pub mod inline;
pub mod json5;
pub mod list;
pub mod sequence;
pub mod table;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// What a body mainly is: its first block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// Nothing but white space.
    Empty,
    /// A bullet list or an ordered list.
    List,
    /// A table as GitHub has them.
    Table,
    /// A fenced block.
    Fence,
    /// Anything else: prose, a comment, a heading, HTML.
    Other,
}

/// What a body mainly is, by its first block.
///
/// ```
/// use moonsync::shape::{kind, BodyKind};
/// assert_eq!(kind("\n* `a`\n"), BodyKind::List);
/// assert_eq!(kind("| a |\n|---|\n"), BodyKind::Table);
/// assert_eq!(kind("words\n\n- a\n"), BodyKind::Other);
/// ```
#[must_use]
pub fn kind(body: &str) -> BodyKind {
    if body.trim().is_empty() {
        return BodyKind::Empty;
    }
    if table::starts(body) {
        return BodyKind::Table;
    }
    // The definitions of links make no event, but the first line of what comes after them does.
    match Parser::new_ext(body, Options::ENABLE_TABLES).into_offset_iter().next() {
        Some((_, at)) if !body[..at.start].trim().is_empty() => BodyKind::Other,
        Some((Event::Start(Tag::List(_)), _)) => BodyKind::List,
        Some((Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))), _)) => BodyKind::Fence,
        _ => BodyKind::Other,
    }
}

/// Whether a character is white space to Markdown within a line.
fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t')
}

/// Knows which lines stand in a fenced block.
#[derive(Default)]
struct Fence {
    open: Option<(u8, usize)>,
}

impl Fence {
    /// Whether the next line belongs to a fenced block, its first and last line included.
    fn holds(&mut self, line: &str) -> bool {
        let text = line.trim_start_matches(is_blank);
        let first = text.bytes().next().filter(|byte| matches!(byte, b'`' | b'~')).unwrap_or_default();
        let end = text.bytes().take_while(|byte| *byte == first && first != 0).count();
        match self.open {
            None if end >= 3 && !(first == b'`' && text[end..].contains('`')) => {
                self.open = Some((first, end));
                true
            }
            None => false,
            Some((byte, length)) => {
                if first == byte && end >= length && text[end..].trim().is_empty() {
                    self.open = None;
                }
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn kinds() {
        for (body, expected) in [
            ("", BodyKind::Empty),
            (" \n\n", BodyKind::Empty),
            ("- a", BodyKind::List),
            ("\n\n 3) a\n", BodyKind::List),
            ("* * *\n", BodyKind::Other),
            ("| a |\n|---|\n", BodyKind::Table),
            ("\na | b\n--|--\n", BodyKind::Table),
            ("| a |\n|---|---|\n", BodyKind::Other),
            ("```json5\n[]\n```\n", BodyKind::Fence),
            ("~~~\n", BodyKind::Fence),
            ("words\n- a\n", BodyKind::Other),
            ("<!-- a -->\n- a\n", BodyKind::Other),
            ("{/* a */}\n\n- a\n", BodyKind::Other),
            ("[//]: # \"a\"\n\n- a\n", BodyKind::Other),
            ("    - a\n", BodyKind::Other),
        ] {
            assert_eq!(kind(body), expected, "{body:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_has_a_kind(body in "[-|:` a\n\t\\[\\]<#~>1.\\\\{}/*é]{0,40}") {
            let _ = kind(&body);
        }
    }
}
