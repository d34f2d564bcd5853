//! Lists: reading their items and their look, and writing them in a look.
//!
//! A list is one list of one-line items, each of them words or a code span; whatever else stands in its body is told
//! as foreign. What an item says is [`inline`]'s.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Fence, inline, is_blank};
use crate::content::Inline;

const OPTIONS: Options = Options::ENABLE_TABLES.union(Options::ENABLE_TASKLISTS).union(Options::ENABLE_STRIKETHROUGH);

/// What stands in front of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bullet {
    /// `-`, `*` or `+`
    Mark(char),
    /// A number.
    Ordered {
        /// `.` or `)`
        delimiter: char,
        /// The first number.
        start: u64,
        /// Whether each item has one more than the one before; else all have the same.
        counting: bool,
    },
}

/// How a list looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// What stands in front of an item.
    pub bullet: Bullet,
    /// The spaces after the bullet, 1 to 4.
    pub spaces: usize,
    /// Whether blank lines stand between the items.
    pub loose: bool,
    /// The spaces before the bullet, 0 to 3.
    pub indent: usize,
}

impl Default for Look {
    fn default() -> Self {
        Self { bullet: Bullet::Mark('-'), spaces: 1, loose: false, indent: 0 }
    }
}

/// An item that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadItem {
    /// What it says, where that is words or one code span. Words that go over several lines are joined by spaces.
    pub content: Option<Inline>,
    /// Its Markdown as it stands, without the bullet; empty where it goes over several lines.
    pub source: String,
}

/// A list that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadList {
    /// The items of the first list.
    pub items: Vec<ReadItem>,
    /// How the first list looks.
    pub look: Option<Look>,
    /// The lines that are no item of it, blank ones left out, and the lines of items of several lines that hold more
    /// than words.
    pub foreign: Vec<String>,
}

/// Reads the first list of a body.
///
/// ```
/// let list = moonsync::shape::list::read("* `a`\n* b\n\nnote\n");
/// assert_eq!(list.items[0].source, "`a`");
/// assert_eq!(list.items.len(), 2);
/// assert_eq!(list.foreign, ["note"]);
/// ```
#[must_use]
pub fn read(body: &str) -> ReadList {
    let lines = Lines::new(body);
    let mut list = ReadList::default();
    let mut taken = vec![false; lines.starts.len()];
    let mut firsts: Vec<usize> = Vec::new();
    for at in items(body) {
        let Some((first, last)) = lines.within(at) else { continue };
        let Some((look, _)) = split_bullet(lines.get(first)) else { continue };
        // A line that is not set in goes on with an item only by CommonMark's laziness: it is a note stuck to the list.
        let end = (first + 1..=last).find(|n| is_lazy(lines.get(*n), &look)).unwrap_or(last + 1);
        let item = read_item(&body[lines.start(first)..lines.start(end)]);
        let is_told = item.content.is_some() || !item.source.is_empty();
        taken[first..end].fill(is_told);
        firsts.push(first);
        list.look.get_or_insert(look);
        list.items.push(item);
    }
    if let Some(look) = &mut list.look {
        look.loose = firsts.iter().skip(1).any(|first| lines.get(first.saturating_sub(1)).trim().is_empty());
        let second = firsts.get(1).and_then(|second| split_bullet(lines.get(*second))).map(|(look, _)| look.bullet);
        if let Bullet::Ordered { start, counting, .. } = &mut look.bullet
            && let Some(Bullet::Ordered { start: second, .. }) = second
        {
            *counting = second != *start;
        }
    }
    let foreign = (0..taken.len()).filter(|n| !taken[*n]).map(|n| lines.get(n)).filter(|line| !line.trim().is_empty());
    list.foreign = foreign.map(str::to_owned).collect();
    list
}

/// The look of the first bullet list of a text, for a region that has none of its own. Front matter and fenced blocks
/// are passed over, and so are ordered lists. The indentation is left out, since it belongs to the place.
///
/// ```
/// use moonsync::shape::list::{find_look, Bullet};
/// assert_eq!(find_look("Words.\n\n* a\n* b\n").unwrap().bullet, Bullet::Mark('*'));
/// assert_eq!(find_look("Words."), None);
/// ```
#[must_use]
pub fn find_look(text: &str) -> Option<Look> {
    let mut lines = text.trim_start_matches('\u{feff}').lines().peekable();
    if lines.peek().is_some_and(|line| line.trim_end() == "---")
        && text.lines().skip(1).any(|line| line.trim_end() == "---")
    {
        lines.next();
        let _ = lines.by_ref().find(|line| line.trim_end() == "---");
    }
    let mut fence = Fence::default();
    let mut found: Option<(Look, usize)> = None;
    let mut blank = false;
    for line in lines {
        if fence.holds(line) {
            if found.is_some() {
                break;
            }
            continue;
        }
        if line.trim().is_empty() {
            blank = true;
            continue;
        }
        let indent = line.len() - line.trim_start_matches(is_blank).len();
        let front = (!is_rule(line)).then(|| split_bullet(line)).flatten();
        match (&mut found, front) {
            (None, Some((look, text))) if matches!(look.bullet, Bullet::Mark(_)) && !text.is_empty() => {
                found = Some((Look { indent: 0, loose: false, ..look }, indent));
            }
            (Some((look, at)), Some((other, _))) if *at == indent && look.bullet == other.bullet => {
                look.loose = blank;
                break;
            }
            // What is further in belongs to the item.
            (Some((_, at)), _) if indent > *at => {}
            (Some(_), _) => break,
            _ => {}
        }
        blank = false;
    }
    found.map(|(look, _)| look)
}

/// The list as lines, each ended by `\n`. Items are inline Markdown as [`inline::write`] gives it for an item.
///
/// ```
/// use moonsync::shape::list::{write, Look};
/// assert_eq!(write(&["`a`".into(), "b".into()], &Look::default()), "- `a`\n- b\n");
/// ```
#[must_use]
pub fn write(items: &[String], look: &Look) -> String {
    let mut out = String::new();
    let indent = " ".repeat(look.indent.min(3));
    let spaces = " ".repeat(look.spaces.clamp(1, 4));
    for (n, item) in (0u64..).zip(items) {
        if n > 0 && look.loose {
            out.push('\n');
        }
        let bullet = match look.bullet {
            Bullet::Mark(mark) => mark.to_string(),
            Bullet::Ordered { delimiter, start, counting } => {
                // A number of more than nine digits begins no item.
                let number = start.saturating_add(if counting { n } else { 0 }).min(999_999_999);
                format!("{number}{delimiter}")
            }
        };
        let space = if item.is_empty() { "" } else { &spaces };
        out.extend([&indent, &bullet, space, item, "\n"]);
    }
    out
}

/// Where the items of the first list are that stands by itself.
fn items(body: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut depth, mut within) = (0usize, false);
    for (event, at) in Parser::new_ext(body, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                within |= depth == 0 && matches!(tag, Tag::List(_));
                if within && depth == 1 && tag == Tag::Item {
                    found.push(at);
                }
                depth += 1;
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if within && depth == 0 {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// Reads one item with its bullet.
fn read_item(item: &str) -> ReadItem {
    let item = item.trim_end();
    let (first, rest) = item.split_once('\n').unwrap_or((item, ""));
    let Some((_, text)) = split_bullet(first) else { return ReadItem { content: None, source: String::new() } };
    if rest.is_empty() {
        let content = if is_paragraph(item, text) { inline::read(text) } else { None };
        return ReadItem { content, source: text.to_owned() };
    }
    let mut joined = text.to_owned();
    for line in rest.split('\n') {
        joined.push(' ');
        joined.push_str(line.trim_matches(is_blank));
    }
    let content = if is_paragraph(item, text) { inline::read(&joined) } else { None };
    ReadItem { content, source: String::new() }
}

/// Whether an item is one paragraph of which every line is words. The text is what follows the bullet on its line.
fn is_paragraph(item: &str, text: &str) -> bool {
    let line = item.split('\n').next().unwrap_or_default();
    let lead = line.trim_end_matches(is_blank).len() - text.len();
    let (mut blocks, mut words) = (0, None::<Range<usize>>);
    for (event, at) in Parser::new_ext(item, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::List(_) | Tag::Item) if words.is_none() && blocks < 2 => blocks += 1,
            Event::Start(Tag::Paragraph) if words.is_none() && blocks == 2 => blocks += 1,
            Event::Text(_) | Event::Code(_) | Event::SoftBreak => {
                let from = words.map_or(at.start, |words| words.start);
                words = Some(from..at.end);
            }
            Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::List(_)) => {}
            _ => return false,
        }
    }
    // A link definition makes no event, though it is no word. What is escaped begins after the backslash.
    words.map_or(text.is_empty(), |words| words.start <= lead + 1 && !item[words.end..].contains('\n'))
}

/// Whether a line after the first one of an item is set in no further than the bullet.
fn is_lazy(line: &str, look: &Look) -> bool {
    let text = line.trim_start_matches(is_blank);
    !text.is_empty() && line.len() - text.len() <= look.indent
}

/// The look of a line that begins an item, and what follows the bullet.
fn split_bullet(line: &str) -> Option<(Look, &str)> {
    let text = line.trim_start_matches(is_blank);
    let indent = line.len() - text.len();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (bullet, rest) = if digits == 0 {
        let mark = text.chars().next().filter(|c| matches!(c, '-' | '*' | '+'))?;
        (Bullet::Mark(mark), &text[1..])
    } else {
        let delimiter = text[digits..].chars().next().filter(|c| matches!(c, '.' | ')'))?;
        let start = text[..digits].parse().ok().filter(|_| digits <= 9)?;
        (Bullet::Ordered { delimiter, start, counting: true }, &text[digits + 1..])
    };
    let item = rest.trim_start_matches(is_blank);
    if !rest.is_empty() && item.len() == rest.len() {
        return None;
    }
    let front = indent + text.len() - rest.len();
    let mut column = front;
    for byte in rest[..rest.len() - item.len()].bytes() {
        column = if byte == b'\t' { (column / 4 + 1) * 4 } else { column + 1 };
    }
    let spaces = if item.is_empty() || column - front > 4 { 1 } else { column - front };
    let look = Look { bullet, spaces, loose: false, indent: indent.min(3) };
    Some((look, item.trim_end_matches(is_blank)))
}

/// Whether a line is a thematic break.
fn is_rule(line: &str) -> bool {
    ['-', '*', '_']
        .iter()
        .any(|mark| line.chars().filter(|c| c == mark).count() >= 3 && line.chars().all(|c| c == *mark || is_blank(c)))
}

/// A text by line, found by offset.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let newlines = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { text, starts: std::iter::once(0).chain(newlines).collect() }
    }

    fn get(&self, n: usize) -> &'a str {
        let start = self.start(n);
        let end = self.starts.get(n + 1).map_or(self.text.len(), |next| next - 1);
        &self.text[start..end]
    }

    fn start(&self, n: usize) -> usize {
        self.starts.get(n).copied().unwrap_or(self.text.len())
    }

    /// The first and the last line with words between two offsets.
    fn within(&self, at: Range<usize>) -> Option<(usize, usize)> {
        let text = self.text.get(at.clone())?;
        let line = |offset: usize| self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let from = at.start + (text.len() - text.trim_start().len());
        (!text.trim().is_empty()).then(|| (line(from), line(at.start + text.trim_end().len() - 1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::inline::Position;
    use proptest::prelude::*;

    fn said(list: &ReadList) -> Vec<String> {
        list.items.iter().map(|item| item.content.as_ref().map_or("?".to_owned(), ToString::to_string)).collect()
    }

    #[test]
    fn looks() {
        let mark = |mark| Look { bullet: Bullet::Mark(mark), ..Look::default() };
        let ordered = |delimiter, start, counting| Look {
            bullet: Bullet::Ordered { delimiter, start, counting },
            ..Look::default()
        };
        for (body, expected) in [
            ("- a\n- b\n", mark('-')),
            ("* a\n* b\n", mark('*')),
            ("+ a\n", mark('+')),
            ("\n-   a\n-   b\n\n", Look { spaces: 3, ..mark('-') }),
            ("- a\n\n- b\n", Look { loose: true, ..mark('-') }),
            ("  - a\n  - b\n", Look { indent: 2, ..mark('-') }),
            ("1. a\n2. b\n3. c\n", ordered('.', 1, true)),
            ("1. a\n1. b\n1. c\n", ordered('.', 1, false)),
            ("0) a\n0) b\n", ordered(')', 0, false)),
            ("7) a\n", ordered(')', 7, true)),
            ("1.  a\n2.  b\n", Look { spaces: 2, ..ordered('.', 1, true) }),
        ] {
            let list = read(body);
            assert_eq!(list.look, Some(expected), "{body:?}");
            assert!(list.foreign.is_empty(), "{body:?}");
            let items: Vec<_> = list.items.iter().map(|item| item.source.clone()).collect();
            assert_eq!(write(&items, &expected).trim(), body.trim(), "{body:?}");
        }
        assert_eq!(read("").look, None);
        assert_eq!(read("-\ta\n").look, Some(Look { spaces: 3, ..mark('-') }));
        assert_eq!(read("-      a\n").look, Some(mark('-')));
        assert_eq!(read("-\n- a\n").look, Some(mark('-')));
    }

    #[test]
    fn reads_items() {
        for (body, items, foreign) in [
            ("- `a`\n- b c\n", vec!["`a`", "b c"], vec![]),
            ("- a\n\n\n- b\n", vec!["a", "b"], vec![]),
            ("-\n- a\n", vec!["", "a"], vec![]),
            ("- `a`  \n- \\*b\\*\n", vec!["`a`", "*b*"], vec![]),
            ("- `a` (new)\n- **b**\n- [c](d)\n", vec!["?", "?", "?"], vec![]),
            ("- [ ] a\n- [x] b\n- c\n", vec!["?", "?", "c"], vec![]),
            ("- # a\n- - b\n- > c\n- ```\n- <div>\n", vec!["?"; 5], vec![]),
            ("- a\n- ---\n", vec!["a"], vec!["- ---"]),
            ("-      code\n", vec!["?"], vec![]),
            ("- [a]: b\n- c\n", vec!["?", "c"], vec![]),
            ("- a\n  b\n- c\n", vec!["a b", "c"], vec![]),
            ("- a\nb\n- c\n", vec!["a", "c"], vec!["b"]),
            ("- `a`\n**b**\n", vec!["`a`"], vec!["**b**"]),
            ("- a\n  b\nc\n", vec!["a b"], vec!["c"]),
            ("- a\n  b\n\n- c\n", vec!["a b", "c"], vec![]),
            ("- a  \n  b\n- a\\\n  b\n", vec!["?", "?"], vec!["- a  ", "  b", "- a\\", "  b"]),
            ("- `a`\n  b\n", vec!["?"], vec!["- `a`", "  b"]),
            ("- a\n  - b\n- c\n", vec!["?", "c"], vec!["- a", "  - b"]),
            ("- a\n\n  b\n- c\n", vec!["?", "c"], vec!["- a", "  b"]),
            ("- a\n  [b]: c\n", vec!["a [b]: c"], vec![]),
            ("- a\n\n  [b]: c\n", vec!["?"], vec!["- a", "  [b]: c"]),
            ("- a\n{/* b */}\n", vec!["a"], vec!["{/* b */}"]),
            ("- a\n<!-- b -->\n- c\n", vec!["a"], vec!["<!-- b -->", "- c"]),
            ("- a\n* b\n", vec!["a"], vec!["* b"]),
            ("1. a\n2) b\n", vec!["a"], vec!["2) b"]),
            ("note\n\n- a\n\nnote\n", vec!["a"], vec!["note", "note"]),
            ("[//]: # \"a\"\n\n- a\n", vec!["a"], vec!["[//]: # \"a\""]),
            ("> - a\n\n- b\n", vec!["b"], vec!["> - a"]),
            ("<<<<<<< a\n- a\n=======\n- b\n>>>>>>> b\n", vec!["a", "b"], vec!["<<<<<<< a", "=======", ">>>>>>> b"]),
            ("| a |\n|---|\n", vec![], vec!["| a |", "|---|"]),
            ("```\n- a\n```\n", vec![], vec!["```", "- a", "```"]),
        ] {
            let list = read(body);
            assert_eq!(
                (said(&list), list.foreign.clone()),
                (items.into_iter().map(str::to_owned).collect(), foreign.into_iter().map(str::to_owned).collect()),
                "{body:?} {list:?}"
            );
        }
    }

    #[test]
    fn finds_the_look_of_a_page() {
        let mark = |mark| Some(Look { bullet: Bullet::Mark(mark), ..Look::default() });
        for (text, expected) in [
            ("", None),
            ("1. a\n2. b\n", None),
            ("---\nlist:\n  - a\n---\n\n* b\n", mark('*')),
            ("```\n- a\n```\n+ b\n", mark('+')),
            ("* * *\n- a\n", mark('-')),
            ("<Step>\n    * a\n      more\n    * b\n</Step>\n", mark('*')),
            ("*a* b\n-b\n- c", mark('-')),
            ("*  a\n\n   b\n\n*  c\n", Some(Look { spaces: 2, loose: true, ..mark('*').expect("a look") })),
            ("* a\n\nwords\n\n* b\n", mark('*')),
            ("* a\n\n- b\n", mark('*')),
        ] {
            assert_eq!(find_look(text), expected, "{text:?}");
        }
    }

    fn looks_of_any_kind() -> impl Strategy<Value = Look> {
        let bullet = prop_oneof![
            prop_oneof![Just('-'), Just('*'), Just('+')].prop_map(Bullet::Mark),
            (prop_oneof![Just('.'), Just(')')], 0..1000u64, any::<bool>())
                .prop_map(|(delimiter, start, counting)| Bullet::Ordered { delimiter, start, counting }),
        ];
        (bullet, 1..5usize, any::<bool>(), 0..4usize).prop_map(|(bullet, spaces, loose, indent)| Look {
            bullet,
            spaces,
            loose,
            indent,
        })
    }

    fn contents() -> impl Strategy<Value = Inline> {
        prop_oneof![
            "[^\\p{C}]{0,10}|[-|\\\\`:a #.*+1)=_\\[\\]x]{0,6}".prop_map(Inline::Text),
            "[^\\p{C}]{1,10}|[-|`: a]{1,6}".prop_map(Inline::Code),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn any_text_is_read(body in "\\PC{0,40}|[-*+1.) a\n\t`>#\\\\\\[\\]:<{}~|漢]{0,40}|(- a\n| {1,4}|1\\. |\n|\\* b\n|\t|```\n|a\n|> ){0,20}") {
            let list = read(&body);
            prop_assert_eq!(list.look.is_some(), !list.items.is_empty());
            let _ = find_look(&body);
        }

        #[test]
        fn what_is_written_reads_back(contents in proptest::collection::vec(contents(), 1..6), look in looks_of_any_kind()) {
            let items: Vec<_> = contents.iter().map(|content| inline::write(content, Position::Item)).collect();
            let text = write(&items, &look);
            let list = read(&text);
            let read: Vec<_> = list.items.iter().map(|item| item.content.clone()).collect();
            prop_assert_eq!(read, contents.into_iter().map(Some).collect::<Vec<_>>(), "{}", text);
            prop_assert!(list.foreign.is_empty());
            let again: Vec<_> = list.items.iter().map(|item| item.source.clone()).collect();
            prop_assert_eq!(&again, &items);
            if let (true, Some(read)) = (items.len() > 1 && !items[0].is_empty(), list.look) {
                prop_assert_eq!(read, look);
            }
        }
    }
}
