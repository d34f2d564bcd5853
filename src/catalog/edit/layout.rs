//! Where things stand in a TOML text: headers, keys, values, commas, comments, by their bytes.
//!
//! Knows TOML and no catalog, and decides nothing. Is only given texts that the catalog's parser found no fault with.

use crate::text::{self, Line};
use std::ops::Range;
use toml_parser::Source;
use toml_parser::decoder::Encoding;
use toml_parser::parser::{Event, EventKind, parse_document};

/// A TOML text, taken apart.
#[derive(Debug)]
pub(super) struct Layout<'t> {
    /// The text.
    pub(super) text: &'t str,
    /// What stands before the first header, then header by header.
    pub(super) sections: Vec<Section>,
    /// The comments without their line ends, in the order of the text.
    pub(super) comments: Vec<Range<usize>>,
    lines: Vec<Line>,
    kinds: Vec<LineKind>,
}

/// A header and the entries below it.
#[derive(Debug, Default)]
pub(super) struct Section {
    /// `None` for what stands before the first header.
    pub(super) header: Option<Header>,
    /// The entries.
    pub(super) entries: Vec<Entry>,
}

/// `[a.b]` or `[[a.b]]`.
#[derive(Debug)]
pub(super) struct Header {
    /// The names between the brackets.
    pub(super) keys: Vec<Key>,
    /// From bracket to bracket.
    pub(super) span: Range<usize>,
}

/// `a.b = value`, on a line of its own or in an inline table.
#[derive(Debug)]
pub(super) struct Entry {
    /// The names before the `=`.
    pub(super) keys: Vec<Key>,
    /// Where the `=` is.
    pub(super) eq: usize,
    /// The value.
    pub(super) value: Node,
}

/// One name of a key.
#[derive(Debug)]
pub(super) struct Key {
    /// What it says.
    pub(super) name: String,
    /// Where it stands, with its quotes.
    pub(super) span: Range<usize>,
}

/// A value.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it stands.
    pub(super) span: Range<usize>,
    /// What is in it.
    pub(super) kind: NodeKind,
}

/// What is in a value.
#[derive(Debug)]
pub(super) enum NodeKind {
    /// A string, with its kind of quotes, or anything else without parts.
    Scalar(Option<Encoding>),
    /// An array, and where its commas are.
    Array(Vec<Node>, Vec<usize>),
    /// An inline table, and where its commas are.
    Inline(Vec<Entry>, Vec<usize>),
}

/// What is on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LineKind {
    Blank,
    Comment,
    Code,
}

impl Entry {
    /// From the first key to the end of the value.
    pub(super) fn span(&self) -> Range<usize> {
        self.keys.first().map_or(self.eq, |key| key.span.start)..self.value.span.end
    }
}

impl Section {
    /// The names of the header.
    pub(super) fn path(&self) -> Vec<&str> {
        self.header.iter().flat_map(|header| &header.keys).map(|key| key.name.as_str()).collect()
    }

    /// The bytes of header and entries; nothing where there is neither.
    pub(super) fn span(&self) -> Option<Range<usize>> {
        let start = self.header.as_ref().map(|header| header.span.start);
        let start = start.or_else(|| self.entries.first().map(|entry| entry.span().start))?;
        let end = self.entries.last().map(|entry| entry.span().end);
        Some(start..end.or_else(|| self.header.as_ref().map(|header| header.span.end))?)
    }
}

impl<'t> Layout<'t> {
    /// Takes a text apart.
    pub(super) fn of(text: &'t str) -> Self {
        let mut events: Vec<Event> = Vec::new();
        parse_document(&Source::new(text).lex().into_vec(), &mut events, &mut ());
        let lines = text::lines(text);
        let kinds = vec![LineKind::Blank; lines.len()];
        let mut layout = Self { text, sections: vec![Section::default()], comments: Vec::new(), lines, kinds };
        layout.kinds_from(&events);
        let mut cursor = Cursor { text, events: &events, at: 0 };
        while let Some(event) = cursor.events.get(cursor.at) {
            match event.kind() {
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    let header = cursor.header();
                    layout.sections.push(Section { header: Some(header), entries: Vec::new() });
                }
                EventKind::SimpleKey => {
                    if let (Some(entry), Some(section)) = (cursor.entry(), layout.sections.last_mut()) {
                        section.entries.push(entry);
                    }
                }
                _ => cursor.at += 1,
            }
        }
        layout
    }

    fn kinds_from(&mut self, events: &[Event]) {
        for event in events {
            let span = event.span().start()..event.span().end();
            let kind = match event.kind() {
                EventKind::Whitespace | EventKind::Newline => continue,
                EventKind::Comment => {
                    self.comments.push(span.clone());
                    LineKind::Comment
                }
                _ => LineKind::Code,
            };
            for line in self.line(span.start)..=self.line(span.end.max(span.start + 1) - 1) {
                if let Some(known) = self.kinds.get_mut(line)
                    && *known != LineKind::Code
                {
                    *known = kind;
                }
            }
        }
    }

    /// The number of lines.
    pub(super) fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The line of an offset, from 0.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|line| line.end.end <= offset).min(self.lines.len().saturating_sub(1))
    }

    /// Where a line starts; for the line after the last, where the text ends.
    pub(super) fn start_of(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.text.len(), |line| line.text.start)
    }

    /// What separates lines around this one: its line end, else that of the line before it, else `\n`.
    pub(super) fn newline(&self, line: usize) -> &'t str {
        let end = |line: &Line| &self.text[line.end.clone()];
        let ends = self.lines.iter().take(line + 1).rev().map(end);
        ends.take(2).find(|end| !end.is_empty()).unwrap_or("\n")
    }

    /// Whether the text ends within this line: it has no line end.
    pub(super) fn is_open(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|line| line.end.is_empty())
    }

    /// The white space that a line begins with, where there is nothing but white space before an offset.
    pub(super) fn indent(&self, offset: usize) -> Option<&'t str> {
        let start = self.start_of(self.line(offset));
        let before = self.text[start..offset].trim_start_matches('\u{feff}');
        before.trim().is_empty().then_some(before)
    }

    /// The comment at the end of a line of code.
    pub(super) fn comment_on(&self, line: usize) -> Option<&Range<usize>> {
        let range = self.start_of(line)..self.start_of(line + 1);
        let first = self.comments.partition_point(|comment| comment.start < range.start);
        self.comments.get(first).filter(|comment| range.contains(&comment.start))
    }

    /// The first of the lines of comment that stand right above a line.
    pub(super) fn lead(&self, line: usize) -> usize {
        let above = self.kinds[..line].iter().rev();
        line - above.take_while(|kind| **kind == LineKind::Comment).count()
    }

    /// The line after the lines of comment that stand right below a line, unless they stand right above another one.
    pub(super) fn tail(&self, line: usize) -> usize {
        let below = self.kinds.get(line + 1..).unwrap_or_default();
        let comments = below.iter().take_while(|kind| **kind == LineKind::Comment).count();
        match below.get(comments) {
            Some(LineKind::Code) => line + 1,
            _ => line + 1 + comments,
        }
    }

    /// How many blank lines stand right above a line.
    pub(super) fn blank_above(&self, line: usize) -> usize {
        self.kinds[..line].iter().rev().take_while(|kind| **kind == LineKind::Blank).count()
    }

    /// How many blank lines there are from a line on.
    pub(super) fn blank_from(&self, line: usize) -> usize {
        self.kinds.get(line..).unwrap_or_default().iter().take_while(|kind| **kind == LineKind::Blank).count()
    }

    /// Whether nothing but white space and comments stands between two offsets of a line of code, or that and commas.
    pub(super) fn is_bare(&self, range: Range<usize>) -> bool {
        let comment = self.comments.iter().find(|comment| range.contains(&comment.start));
        let end = comment.map_or(range.end, |comment| comment.start);
        self.text[range.start..end].chars().all(|c| c.is_whitespace() || c == ',')
    }
}

/// A walk along the events. Gives up, by giving nothing, where they are not what a sound text has.
struct Cursor<'e> {
    text: &'e str,
    events: &'e [Event],
    at: usize,
}

impl Cursor<'_> {
    fn kind(&self) -> Option<EventKind> {
        self.events.get(self.at).map(Event::kind)
    }

    fn skip(&mut self) {
        while matches!(self.kind(), Some(EventKind::Whitespace | EventKind::Newline | EventKind::Comment)) {
            self.at += 1;
        }
    }

    fn keys(&mut self) -> Vec<Key> {
        let mut keys = Vec::new();
        while let Some(event) = self.events.get(self.at) {
            match event.kind() {
                EventKind::SimpleKey => {
                    let mut name = String::new();
                    if let Some(raw) = Source::new(self.text).get(event) {
                        raw.decode_key(&mut name, &mut ());
                    }
                    keys.push(Key { name, span: event.span().start()..event.span().end() });
                }
                // In an inline table the parser takes line ends and comments between a key and its `=`.
                EventKind::KeySep | EventKind::Whitespace | EventKind::Newline | EventKind::Comment => {}
                _ => break,
            }
            self.at += 1;
        }
        keys
    }

    fn header(&mut self) -> Header {
        let open = self.events[self.at];
        self.at += 1;
        let keys = self.keys();
        let end = match self.kind() {
            Some(EventKind::StdTableClose | EventKind::ArrayTableClose) => {
                self.at += 1;
                self.events[self.at - 1].span().end()
            }
            _ => open.span().end(),
        };
        Header { keys, span: open.span().start()..end }
    }

    fn entry(&mut self) -> Option<Entry> {
        let keys = self.keys();
        let eq = self.events.get(self.at)?;
        if eq.kind() != EventKind::KeyValSep {
            return None;
        }
        self.at += 1;
        self.skip();
        Some(Entry { keys, eq: eq.span().start(), value: self.node()? })
    }

    fn node(&mut self) -> Option<Node> {
        let first = self.events.get(self.at)?;
        let start = first.span().start();
        self.at += 1;
        let (mut nodes, mut entries, mut commas) = (Vec::new(), Vec::new(), Vec::new());
        let array = match first.kind() {
            EventKind::Scalar => {
                let kind = NodeKind::Scalar(first.encoding());
                return Some(Node { span: start..first.span().end(), kind });
            }
            EventKind::ArrayOpen => true,
            EventKind::InlineTableOpen => false,
            _ => return None,
        };
        loop {
            self.skip();
            let event = self.events.get(self.at)?;
            match event.kind() {
                EventKind::ValueSep => {
                    commas.push(event.span().start());
                    self.at += 1;
                }
                EventKind::ArrayClose | EventKind::InlineTableClose => {
                    self.at += 1;
                    let kind = if array { NodeKind::Array(nodes, commas) } else { NodeKind::Inline(entries, commas) };
                    return Some(Node { span: start..event.span().end(), kind });
                }
                _ if array => nodes.push(self.node()?),
                _ => entries.push(self.entry()?),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_an_inline_table_may_stand_above_its_value() {
        let layout = Layout::of("a = { b # c\n = 1, d.e = 2 }\n");
        let NodeKind::Inline(entries, commas) = &layout.sections[0].entries[0].value.kind else { panic!("{layout:?}") };
        let names = |entry: &Entry| entry.keys.iter().map(|key| key.name.clone()).collect::<Vec<_>>().join(".");
        assert_eq!((entries.iter().map(names).collect::<Vec<_>>(), commas.len()), (vec!["b".into(), "d.e".into()], 1));
    }

    #[test]
    fn a_text_taken_apart() {
        let text = "\u{feff}# top\r\na = 1 # on a\r\n\r\n# lead\r\n[[ models ]]\r\n  \"i.d\".x = 'v'\r\nl = [ # in\r\n  1, { k = 2, l.m = \"\"\"\r\n[x]\"\"\" },\r\n]\r\n# tail\r\n\r\n# free\r\n\r\n[models.cost]\r\n";
        let layout = Layout::of(text);
        let said = |range: &Range<usize>| text[range.clone()].to_owned();
        assert_eq!(
            layout.comments.iter().map(said).collect::<Vec<_>>(),
            ["# top", "# on a", "# lead", "# in", "# tail", "# free"]
        );
        let paths: Vec<_> = layout.sections.iter().map(|section| section.path().join("/")).collect();
        assert_eq!(paths, ["", "models", "models/cost"]);
        let model = &layout.sections[1];
        assert_eq!(said(&model.header.as_ref().expect("a header").span), "[[ models ]]");
        assert_eq!(model.entries[0].keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["i.d", "x"]);
        assert_eq!(said(&(model.entries[0].eq..model.entries[0].value.span.end)), "= 'v'");
        let NodeKind::Array(nodes, commas) = &model.entries[1].value.kind else { panic!("an array") };
        assert_eq!((nodes.len(), commas.len()), (2, 2));
        let NodeKind::Inline(members, commas) = &nodes[1].kind else { panic!("an inline table") };
        assert_eq!((members.len(), commas.len()), (2, 1));
        let header = layout.line(model.header.as_ref().expect("a header").span.start);
        assert_eq!((header, layout.lead(header), layout.blank_above(layout.lead(header))), (4, 3, 1));
        let end = layout.line(model.span().expect("entries").end);
        assert_eq!((end, layout.tail(end), layout.blank_from(layout.tail(end))), (9, 11, 1));
        assert_eq!(layout.newline(4), "\r\n");
        assert_eq!(layout.indent(model.entries[0].span().start), Some("  "));
        assert_eq!(layout.indent(layout.sections[0].entries[0].span().start), Some(""));
    }
}
