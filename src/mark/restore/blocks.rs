//! The structure of a page, or of a fence, as a sequence of blocks, and how much two blocks are like each other.
//!
//! Words differ by language, so they decide nothing; names, code and what a list or a table lists do.

use super::align::NEVER;
use crate::mark::insert::headings;
use crate::page::{ContainerKind, Edge, Marker, Place, Scan, Shape};
use crate::shape::{list, table};
use std::collections::BTreeMap;
use std::ops::Range;

/// What a block is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    FrontMatter,
    Heading(usize),
    Paragraph,
    List,
    /// A table with so many columns.
    Table(usize),
    /// The fence of this index, in this language.
    Fence(usize, String),
    /// A line that opens or closes a component.
    Tag(String),
    /// HTML, code and the like; by the name of the place.
    Other(&'static str),
    /// A line of a fence or of front matter; whether it is a comment.
    Line(bool),
    Marker(usize, String, Edge),
    /// Where a list or a table of the catalog would be, in a region that is empty.
    Empty,
}

/// A block.
#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) kind: Kind,
    pub(super) lines: Range<usize>,
    /// What it says, as far as it is the same in every language; each with its weight.
    tokens: BTreeMap<String, i32>,
    /// For a list, each item; for a table, each row; by the words that may be the name of a model. An item that says
    /// more than one thing has none.
    pub(super) items: Vec<Vec<String>>,
    /// The words of a heading or a line as they stand.
    pub(super) text: String,
    /// The markers in a fence.
    marks: Vec<(usize, String, Edge)>,
}

impl Block {
    fn new(kind: Kind, lines: Range<usize>, text: &str) -> Self {
        Self { kind, lines, tokens: tokens(text), items: Vec::new(), text: text.trim().to_owned(), marks: Vec::new() }
    }

    /// A text that is compared with another.
    pub(super) fn of_text(text: &str) -> Self {
        Self::new(Kind::Paragraph, 0..0, text)
    }

    /// What stands for the body of a region that has none.
    pub(super) fn empty(line: usize, ids: impl Iterator<Item = String>) -> Self {
        let tokens = ids.map(|id| (id, 3)).collect();
        Self { tokens, ..Self::new(Kind::Empty, line..line, "") }
    }
}

/// The words of `line` without the prefixes of its containers.
fn words<'t>(text: &'t str, scan: &Scan, line: usize) -> &'t str {
    let line = &scan.host.lines[line];
    text[line.content.min(line.line.text.end)..line.line.text.end].trim_end()
}

/// Whether a line holds nothing.
pub(super) fn is_blank(text: &str, scan: &Scan, line: usize) -> bool {
    scan.host.lines[line].shape == Shape::Blank || words(text, scan, line).is_empty()
}

fn marker_at(scan: &Scan, line: usize) -> Option<&Marker> {
    scan.markers.binary_search_by_key(&line, |marker| marker.line).ok().map(|at| &scan.markers[at])
}

fn marker_block(marker: &Marker) -> Block {
    let kind = Kind::Marker(marker.family, marker.region.clone(), marker.edge);
    Block::new(kind, marker.line..marker.line + 1, "")
}

/// The blocks of a page. Markers in prose are blocks; those in fences and in front matter are passed over.
pub(super) fn of_page(text: &str, scan: &Scan) -> Vec<Block> {
    let host = &scan.host;
    let count = host.lines.len();
    let headings: BTreeMap<usize, (usize, String)> =
        headings(text, host).into_iter().map(|(first, last, words)| (first, (last, words))).collect();
    let mut blocks: Vec<Block> = Vec::new();
    let mut n = 0;
    let block = |kind: Kind, lines: Range<usize>| {
        let inside = lines.clone().filter(|line| marker_at(scan, *line).is_none());
        let said: Vec<&str> = inside.map(|line| words(text, scan, line)).collect();
        Block::new(kind, lines, &said.join("\n"))
    };
    while n < count {
        let line = &host.lines[n];
        if let Some((front, _)) = host.front_matter.as_ref().filter(|(front, _)| front.contains(&n)) {
            blocks.push(block(Kind::FrontMatter, front.clone()));
            n = front.end;
            continue;
        }
        if let Some(marker) = marker_at(scan, n).filter(|_| matches!(line.place, Place::Prose | Place::Html)) {
            blocks.push(marker_block(marker));
            n += 1;
            continue;
        }
        let free = |at: &usize| *at < count && marker_at(scan, *at).is_none();
        match line.place {
            Place::FenceEdge(index) | Place::Fence(index) => {
                let of =
                    |at: usize| matches!(host.lines[at].place, Place::FenceEdge(f) | Place::Fence(f) if f == index);
                let end = (n..count).find(|at| !of(*at)).unwrap_or(count);
                blocks.push(fence(text, scan, index, n..end));
                n = end;
            }
            _ if is_blank(text, scan, n) => n += 1,
            Place::Prose if headings.contains_key(&n) => {
                let (last, said) = &headings[&n];
                let first = words(text, scan, n);
                let level = match first.bytes().take_while(|byte| *byte == b'#').count() {
                    0 if words(text, scan, *last).starts_with('=') => 1,
                    0 => 2,
                    level => level,
                };
                blocks.push(Block::new(Kind::Heading(level), n..last + 1, said));
                n = last + 1;
            }
            Place::Tag | Place::Prose if line.place == Place::Tag || line.shape == Shape::Component => {
                let end = (n + 1..count).find(|at| host.lines[*at].place != Place::Tag).unwrap_or(count);
                blocks.push(block(Kind::Tag(tag(words(text, scan, n))), n..end));
                n = end;
            }
            Place::Prose | Place::CodeSpan if line.opens_item => {
                let end = list_end(text, scan, n);
                let mut list = list_block(text, scan, n..end);
                // What stands within its items after it belongs to it too.
                let next = (end..count).find(|at| !is_blank(text, scan, *at)).map(|at| host.lines[at].container);
                let within = |at: usize| {
                    let around = &host.containers[at];
                    matches!(around.kind, ContainerKind::Item { .. }) && (n..end).contains(&around.line)
                };
                if next.is_some_and(|next| host.ancestors(next).any(within)) {
                    list.items.push(Vec::new());
                }
                blocks.push(list);
                n = end;
            }
            Place::Prose | Place::CodeSpan => {
                let goes_on = |at: &usize| {
                    let next = &host.lines[*at];
                    free(at)
                        && matches!(next.place, Place::Prose | Place::CodeSpan | Place::Expression | Place::Comment)
                        && next.shape == Shape::Other
                        && !next.opens_item
                        && !is_blank(text, scan, *at)
                        && next.container == line.container
                };
                let end = (n + 1..=count).find(|at| *at == count || !goes_on(at)).unwrap_or(count);
                blocks.push(paragraph(text, scan, n..end));
                n = end;
            }
            place => {
                let same = |at: &usize| free(at) && host.lines[*at].place == place;
                let mut end = (n + 1..=count).find(|at| *at == count || !same(at)).unwrap_or(count);
                while is_blank(text, scan, end - 1) {
                    end -= 1;
                }
                blocks.push(block(Kind::Other(place.describe()), n..end));
                n = end;
            }
        }
    }
    blocks
}

/// Where the list ends that begins on a line.
fn list_end(text: &str, scan: &Scan, first: usize) -> usize {
    let host = &scan.host;
    let parent = base(scan, first);
    let inside = |line: usize| {
        let container = host.lines[line].container;
        host.ancestors(container).any(|at| {
            let around = &host.containers[at];
            around.parent == parent && around.line >= first && matches!(around.kind, ContainerKind::Item { .. })
        })
    };
    let mut end = first + 1;
    let mut blank = false;
    for n in first + 1..host.lines.len() {
        let line = &host.lines[n];
        if is_blank(text, scan, n) && !line.opens_item {
            blank = true;
            continue;
        }
        let prose = matches!(line.place, Place::Prose | Place::CodeSpan | Place::Expression | Place::Comment);
        let lazy = line.continues && !blank && line.container == parent;
        // A list within an item is one of its own.
        if line.opens_item && base(scan, n) != parent {
            break;
        }
        if marker_at(scan, n).is_some() || !prose || line.shape != Shape::Other || !(inside(n) || lazy) {
            break;
        }
        end = n + 1;
        blank = false;
    }
    end
}

/// The container around the items that a line opens.
fn base(scan: &Scan, line: usize) -> usize {
    super::super::opened_item(&scan.host, line).map_or(0, |item| scan.host.containers[item].parent)
}

/// Lines without the prefixes of a container.
fn stripped(text: &str, scan: &Scan, lines: Range<usize>, container: usize) -> String {
    let mut out = String::new();
    for n in lines {
        let (at, left) = scan.host.strip(text, n, container);
        out.push_str(&" ".repeat(left));
        out.push_str(&text[at..scan.host.lines[n].line.text.end.max(at)]);
        out.push('\n');
    }
    out
}

fn list_block(text: &str, scan: &Scan, lines: Range<usize>) -> Block {
    let parent = base(scan, lines.start);
    let whole = dedented(&stripped(text, scan, lines.clone(), parent));
    let read = list::read(&whole);
    let item = |item: &list::ReadItem| item.content.iter().map(|content| content.text().to_owned()).collect();
    let mut items: Vec<Vec<String>> = read.items.iter().map(item).collect();
    if !read.foreign.is_empty() {
        items.push(Vec::new());
    }
    Block { items, ..Block::new(Kind::List, lines, &whole) }
}

fn paragraph(text: &str, scan: &Scan, lines: Range<usize>) -> Block {
    let container = scan.host.lines[lines.start].container;
    let whole = dedented(&stripped(text, scan, lines.clone(), container));
    match table::read(&whole).filter(|table| table.foreign.is_empty()) {
        Some(table) => {
            let row = |row: &Vec<table::Cell>| -> Vec<String> {
                row.iter().filter_map(|cell| Some(cell.content.as_ref()?.text().to_owned())).collect()
            };
            let items: Vec<Vec<String>> = table.rows.iter().map(row).collect();
            let said: Vec<String> = items.iter().map(|cells| cells.join(" ")).collect();
            let said =
                items.iter().flatten().map(|cell| format!("`{cell}`")).collect::<Vec<_>>().join(" ") + &said.join(" ");
            Block { items, ..Block::new(Kind::Table(table.header.len()), lines, &said) }
        }
        None => Block::new(Kind::Paragraph, lines, &whole),
    }
}

/// Lines without the indentation of the first.
fn dedented(whole: &str) -> String {
    let indent = whole.len() - whole.trim_start_matches([' ', '\t']).len();
    let dedent = |line: &str| {
        let white = line.len() - line.trim_start_matches([' ', '\t']).len();
        line.get(white.min(indent)..).unwrap_or_default().to_owned() + "\n"
    };
    whole.lines().map(dedent).collect()
}

/// A fence is told by its lines.
fn fence(text: &str, scan: &Scan, index: usize, lines: Range<usize>) -> Block {
    let language = scan.host.fences[index].language.clone();
    let mut block = Block::new(Kind::Fence(index, language), lines.clone(), "");
    for n in lines {
        if let Some(marker) = marker_at(scan, n) {
            block.marks.push((marker.family, marker.region.clone(), marker.edge));
            continue;
        }
        if matches!(scan.host.lines[n].place, Place::FenceEdge(_)) {
            continue;
        }
        let said = words(text, scan, n);
        if !said.is_empty() {
            *block.tokens.entry(said.to_owned()).or_insert(0) += 1;
        }
    }
    block
}

/// The lines of a fence or of front matter as blocks, markers among them. Lines that are nothing but an entry of the
/// region that is looked for, as `ours` says, are a list.
pub(super) fn of_lines(text: &str, scan: &Scan, lines: Range<usize>, ours: impl Fn(&str) -> bool) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for n in lines {
        let said = words(text, scan, n);
        if let Some(marker) = marker_at(scan, n) {
            blocks.push(marker_block(marker));
            continue;
        }
        if said.is_empty() {
            continue;
        }
        let scalar = scalar(said);
        if ours(scalar) {
            match blocks.last_mut() {
                Some(last) if last.kind == Kind::List => {
                    last.lines.end = n + 1;
                    last.items.push(vec![scalar.to_owned()]);
                    *last.tokens.entry(scalar.to_owned()).or_insert(0) += 3;
                }
                _ => {
                    let items = vec![vec![scalar.to_owned()]];
                    let tokens = BTreeMap::from([(scalar.to_owned(), 3)]);
                    blocks.push(Block { items, tokens, ..Block::new(Kind::List, n..n + 1, "") });
                }
            }
            continue;
        }
        let comment = ["#", "//", "/*", "<!--"].iter().any(|mark| said.starts_with(mark));
        blocks.push(Block::new(Kind::Line(comment), n..n + 1, said));
    }
    blocks
}

/// An element of a YAML sequence or of an array of several lines, without its bullet, its quotes and its comma.
fn scalar(line: &str) -> &str {
    let line = line.strip_prefix("- ").unwrap_or(line).trim();
    let line = line.strip_suffix(',').unwrap_or(line).trim_end();
    ['"', '\'', '`'].iter().find_map(|quote| line.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(line)
}

/// `<Tab …>` as `Tab`, `</Tab>` as `/Tab`.
fn tag(words: &str) -> String {
    let inner = words.trim_start_matches('<');
    let name = |c: char| c.is_alphanumeric() || matches!(c, '/' | '-' | '_' | '.');
    inner.chars().take_while(|c| name(*c)).collect()
}

/// What a text says that is the same in every language: code, names, numbers, where links lead.
fn tokens(text: &str) -> BTreeMap<String, i32> {
    let mut out: BTreeMap<String, i32> = BTreeMap::new();
    let mut add = |word: &str, weight: i32| {
        let word = word.trim_matches(['-', '.', '/', ':', '@', '_']);
        if word.is_ascii() && (word.len() > 2 || word.bytes().any(|byte| byte.is_ascii_digit())) {
            let last = word.rsplit('/').next().unwrap_or(word);
            *out.entry(last.to_ascii_lowercase()).or_insert(0) += weight;
        }
    };
    for (n, part) in text.split('`').enumerate() {
        if n % 2 == 1 {
            add(part.trim(), 3);
            continue;
        }
        for word in part.split(|c: char| !c.is_alphanumeric() && !"-./:@_".contains(c)) {
            let name =
                word.bytes().any(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) || word.contains('/');
            add(word, if name { 2 } else { 1 });
        }
    }
    out
}

/// How much two blocks say the same, from 0 to `most`.
fn alike(a: &Block, b: &Block, most: i32) -> i32 {
    let sum = |block: &Block| block.tokens.values().sum::<i32>();
    let all = sum(a) + sum(b);
    let shared: i32 = a.tokens.iter().filter_map(|(word, weight)| Some((*weight).min(*b.tokens.get(word)?))).sum();
    if all == 0 { 0 } else { 2 * shared * most / all }
}

/// Whether two blocks say much the same.
pub(super) fn resemble(a: &Block, b: &Block) -> bool {
    a.text == b.text || alike(a, b, 100) >= 50
}

/// What it is worth that two blocks stand for each other.
pub(super) fn score(a: &Block, b: &Block) -> i32 {
    match (&a.kind, &b.kind) {
        (Kind::Marker(..), Kind::Marker(..)) if a.kind == b.kind => 150,
        (Kind::FrontMatter, Kind::FrontMatter) => 50,
        (Kind::Heading(x), Kind::Heading(y)) if x == y => {
            40 + alike(a, b, 40) + if a.text == b.text && !a.text.is_empty() { 40 } else { 0 }
        }
        (Kind::Paragraph, Kind::Paragraph) => 20 + alike(a, b, 40),
        (Kind::List, Kind::List) => 20 + alike(a, b, 60),
        (Kind::Table(x), Kind::Table(y)) if x == y => 30 + alike(a, b, 60),
        // A table may have got a column, or become a list.
        (Kind::Table(_), Kind::Table(_) | Kind::List) | (Kind::List, Kind::Table(_)) if alike(a, b, 100) >= 30 => {
            10 + alike(a, b, 50)
        }
        (Kind::Empty, Kind::List | Kind::Table(_) | Kind::Fence(..)) => 20 + alike(a, b, 60),
        (Kind::Fence(_, x), Kind::Fence(_, y)) if x == y => {
            let shared = a.marks.iter().filter(|mark| b.marks.contains(mark)).count();
            30 + alike(a, b, 100) + 75 * i32::try_from(shared).unwrap_or(1)
        }
        (Kind::Fence(..), Kind::Fence(..)) if alike(a, b, 100) >= 50 => 10 + alike(a, b, 50),
        (Kind::Tag(x), Kind::Tag(y)) if x == y => 20 + alike(a, b, 20),
        (Kind::Other(x), Kind::Other(y)) if x == y => 10 + alike(a, b, 40),
        (Kind::Line(_), Kind::Line(_)) if a.text == b.text => 40,
        (Kind::Line(true), Kind::Line(true)) => 15 + alike(a, b, 15),
        (Kind::Line(false), Kind::Line(false)) if alike(a, b, 100) >= 40 => 20 + alike(a, b, 10),
        _ => NEVER,
    }
}
