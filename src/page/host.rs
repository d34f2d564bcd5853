//! Where code, prose, comments, components and front matter are in a page: a scanner by line.
//!
//! It follows CommonMark's block structure (container blocks first, then leaves) and MDX's where the page is MDX,
//! and knows no marker, no region and no catalog. `pulldown-cmark` can't take its place: it knows no components, and
//! reads the indented fences of a real page as one indented code block.

use super::js::Scanner;
use crate::text::{Line, lines};
use std::collections::BTreeSet;
use std::ops::Range;

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Prose: paragraphs, lists, tables, headings, blank lines.
    Prose,
    /// Raw HTML that a blank line ends (`<div>` and the like), in CommonMark.
    Html,
    /// Front matter, its fences included.
    FrontMatter,
    /// Inside the fence of this index.
    Fence(usize),
    /// The opening or closing line of the fence of this index.
    FenceEdge(usize),
    /// Indented code.
    IndentedCode,
    /// A code span of several lines.
    CodeSpan,
    /// A comment of several lines.
    Comment,
    /// `<script>`, `<style>`, `<pre>`, `<textarea>`, `<?…?>`, `<!…>`, `<![CDATA[…]]>`.
    Raw,
    /// `import` and `export` of an MDX page.
    Esm,
    /// A braced expression of several lines.
    Expression,
    /// Inside a tag of several lines.
    Tag,
}

impl Place {
    /// The place in words, for people.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Prose => "prose",
            Self::Html => "an HTML block",
            Self::FrontMatter => "the front matter",
            Self::Fence(_) => "a fenced block",
            Self::FenceEdge(_) => "the edge of a fenced block",
            Self::IndentedCode => "an indented code block",
            Self::CodeSpan => "a code span",
            Self::Comment => "another comment",
            Self::Raw => "raw HTML (<script>, <style>, <pre> or the like)",
            Self::Esm => "an ESM block",
            Self::Expression => "a braced expression",
            Self::Tag => "a tag",
        }
    }
}

/// What a line of prose is, as far as regions care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Nothing but white space.
    Blank,
    /// A heading, or the underline of one.
    Heading,
    /// A line that begins with a component's tag, or closes one.
    Component,
    /// Anything else.
    Other,
}

/// One line of a page.
#[derive(Debug, Clone)]
pub struct HostLine {
    /// The bytes of the line and of its line end.
    pub line: Line,
    /// Where the words begin, after quote marks, bullets and white space.
    pub content: usize,
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub shape: Shape,
    /// The innermost container whose prefix the line has; 0 is the page.
    pub container: usize,
    /// A list item was opened on this line: a bullet is in front of the words.
    pub opens_item: bool,
    /// The line goes on with a paragraph, a list item's text or a table, so that `[//]:` would be read as text.
    pub continues: bool,
    /// Indentation makes no code here: by MDX's rules, or between the lines of a component.
    pub free: bool,
}

/// A block quote or a list item; the page itself is the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The container around it.
    pub parent: usize,
    /// What it is.
    pub kind: ContainerKind,
    /// The line that opened it.
    pub line: usize,
}

/// What a container is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerKind {
    /// The page.
    Page,
    /// A block quote.
    Quote,
    /// A list item, with the columns that its content is indented by.
    Item {
        /// How many columns its content is indented by, from its container.
        indent: usize,
    },
}

/// A fenced block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The line of the opening fence.
    pub open: usize,
    /// The line of the closing fence; `None` where the block ends with its container.
    pub close: Option<usize>,
    /// The container it stands in.
    pub container: usize,
    /// The info string as it stands.
    pub info: String,
    /// The first word of the info string in lower case: it ends at a space, `{`, `,` or `:`.
    pub language: String,
}

/// A page's places, line by line.
#[derive(Debug, Clone)]
pub struct Host {
    /// The lines.
    pub lines: Vec<HostLine>,
    /// The containers; the first is the page.
    pub containers: Vec<Container>,
    /// The fences, from top to bottom.
    pub fences: Vec<Fence>,
    /// The front matter, by lines, its fences included, and whether it is TOML (`+++`).
    pub front_matter: Option<(Range<usize>, bool)>,
    /// Whether a component stands anywhere in the page.
    pub has_components: bool,
    /// Code spans and inline comments of prose, by bytes, sorted.
    pub inline_code: Vec<Range<usize>>,
}

impl Host {
    /// Scans a page. `mdx` says by which rules.
    #[must_use]
    pub fn scan(text: &str, mdx: bool) -> Self {
        let mut never_closed = BTreeSet::new();
        // A capital tag that nothing closes (`<YOUR_KEY>`) is no component, which shows only at the end.
        for _ in 0..4 {
            let (host, unclosed) = Scan::new(text, mdx, &never_closed).run();
            if mdx || unclosed.is_subset(&never_closed) {
                return host;
            }
            never_closed.extend(unclosed);
        }
        Scan::new(text, mdx, &never_closed).run().0
    }

    /// Where the words of `line` begin once the prefixes of `container` and of all around it are taken off:
    /// the offset, and how many columns of a tab are left over there. A line that lacks a prefix keeps what it has.
    #[must_use]
    pub fn strip(&self, text: &str, line: usize, container: usize) -> (usize, usize) {
        let mut chain = Vec::new();
        let mut at = container;
        while at != 0 {
            chain.push(self.containers[at].kind);
            at = self.containers[at].parent;
        }
        let mut cursor = Cursor::new(text, &self.lines[line].line);
        for kind in chain.into_iter().rev() {
            match kind {
                ContainerKind::Page => {}
                ContainerKind::Quote => {
                    if cursor.peek_word() == Some(b'>') {
                        cursor.quote_mark();
                    }
                }
                ContainerKind::Item { indent } => cursor.skip_columns(indent.min(cursor.indent())),
            }
        }
        (cursor.at, cursor.left)
    }

    /// The containers from `container` outwards, without the page.
    pub fn ancestors(&self, container: usize) -> impl Iterator<Item = usize> {
        let step = |at: usize| (at != 0).then_some(at);
        std::iter::successors(step(container), move |at| step(self.containers[*at].parent))
    }

    /// Whether a span of bytes lies in a code span or a comment of prose.
    #[must_use]
    pub fn in_inline_code(&self, span: &Range<usize>) -> bool {
        let after = self.inline_code.partition_point(|code| code.start <= span.start);
        after > 0 && self.inline_code[after - 1].end >= span.end
    }
}

/// A place in a line that knows its column, so that tabs count as CommonMark counts them.
#[derive(Debug, Clone, Copy)]
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    end: usize,
    column: usize,
    /// Columns of the tab before `at` that are not used up.
    left: usize,
}

impl<'a> Cursor<'a> {
    fn new(text: &'a str, line: &Line) -> Self {
        let mut start = line.text.start;
        if start == 0 && text.starts_with('\u{feff}') {
            start = '\u{feff}'.len_utf8();
        }
        Self { text: text.as_bytes(), at: start, end: line.text.end, column: 0, left: 0 }
    }

    fn byte(&self) -> Option<u8> {
        (self.at < self.end).then(|| self.text[self.at])
    }

    /// Where the words begin, and how many columns from here.
    fn word(&self) -> (usize, usize) {
        let (mut at, mut columns) = (self.at, self.left);
        while at < self.end {
            match self.text[at] {
                b' ' => columns += 1,
                b'\t' => columns += 4 - (self.column + columns) % 4,
                _ => break,
            }
            at += 1;
        }
        (at, columns)
    }

    fn indent(&self) -> usize {
        self.word().1
    }

    fn is_blank(&self) -> bool {
        self.word().0 == self.end
    }

    fn peek_word(&self) -> Option<u8> {
        let at = self.word().0;
        (at < self.end).then(|| self.text[at])
    }

    fn skip_columns(&mut self, mut columns: usize) {
        while columns > 0 {
            if self.left > 0 {
                let used = self.left.min(columns);
                self.left -= used;
                self.column += used;
                columns -= used;
                continue;
            }
            match self.byte() {
                Some(b' ') => {
                    self.at += 1;
                    self.column += 1;
                    columns -= 1;
                }
                Some(b'\t') => {
                    self.left = 4 - self.column % 4;
                    self.at += 1;
                }
                _ => return,
            }
        }
    }

    fn skip_to_word(&mut self) {
        self.skip_columns(self.indent());
    }

    fn skip_bytes(&mut self, bytes: usize) {
        self.left = 0;
        self.at += bytes;
        self.column += bytes;
    }

    /// Steps over white space, `>` and the one space that belongs to it.
    fn quote_mark(&mut self) {
        self.skip_to_word();
        self.skip_bytes(1);
        if matches!(self.byte(), Some(b' ' | b'\t')) {
            self.skip_columns(1);
        }
    }
}

/// The leaf block that is open.
#[derive(Debug, Clone)]
enum Leaf {
    None,
    Paragraph {
        definitions_only: bool,
    },
    Fence {
        index: usize,
        mark: u8,
        length: usize,
    },
    IndentedCode,
    Html,
    /// Until a line holds one of these.
    RawUntil {
        ends: &'static [&'static str],
        place: Place,
    },
    /// Until the scanner closes.
    Scanned {
        scanner: Scanner,
        place: Place,
        tag: Option<String>,
    },
    Esm {
        scanner: Scanner,
    },
}

/// More containers than this, one in the other, are text.
const DEPTH: usize = 100;

struct Scan<'a> {
    text: &'a str,
    mdx: bool,
    never_closed: &'a BTreeSet<usize>,
    host: Host,
    /// Open containers, by index into `host.containers`, without the page.
    stack: Vec<usize>,
    /// Open list items that began with an empty line and have no content yet.
    empty_item: Option<usize>,
    leaf: Leaf,
    /// Open components: name, opening line, how many containers are open around.
    components: Vec<(String, usize, usize)>,
    unclosed: BTreeSet<usize>,
    /// The lines of the open paragraph.
    paragraph: Vec<usize>,
    /// How many more bytes may be read ahead.
    budget: usize,
}

const TYPE_1: &[&str] = &["script", "pre", "style", "textarea"];
const TYPE_1_ENDS: &[&str] = &["</script>", "</pre>", "</style>", "</textarea>"];

/// The names that begin an HTML block anywhere (CommonMark 0.31, HTML block 6).
const TYPE_6: &[&str] = &[
    "address",
    "article",
    "aside",
    "base",
    "basefont",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "iframe",
    "legend",
    "li",
    "link",
    "main",
    "menu",
    "menuitem",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "param",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "track",
    "ul",
];

impl<'a> Scan<'a> {
    fn new(text: &'a str, mdx: bool, never_closed: &'a BTreeSet<usize>) -> Self {
        let page = Container { parent: 0, kind: ContainerKind::Page, line: 0 };
        Self {
            text,
            mdx,
            never_closed,
            host: Host {
                lines: Vec::new(),
                containers: vec![page],
                fences: Vec::new(),
                front_matter: None,
                has_components: false,
                inline_code: Vec::new(),
            },
            stack: Vec::new(),
            empty_item: None,
            leaf: Leaf::None,
            components: Vec::new(),
            unclosed: BTreeSet::new(),
            paragraph: Vec::new(),
            budget: text.len().saturating_mul(8),
        }
    }

    fn run(mut self) -> (Host, BTreeSet<usize>) {
        let lines = lines(self.text);
        self.host.lines.reserve_exact(lines.len());
        let start = self.front_matter(&lines);
        for n in start..lines.len() {
            self.line(&lines, n);
        }
        self.close_paragraph();
        self.unclosed.extend(self.components.iter().map(|(_, line, _)| *line));
        self.host.inline_code.sort_by_key(|span| span.start);
        (self.host, self.unclosed)
    }

    /// Takes the front matter, where there is one, and gives the line after it.
    fn front_matter(&mut self, lines: &[Line]) -> usize {
        let words = |line: &Line| self.text[line.text.clone()].trim_start_matches('\u{feff}').trim_end();
        let toml = match lines.first().map(words) {
            Some("---") => false,
            Some("+++") => true,
            _ => return 0,
        };
        let fence = if toml { "+++" } else { "---" };
        let Some(close) = lines.iter().skip(1).position(|line| words(line) == fence).map(|at| at + 2) else { return 0 };
        for (n, line) in lines[..close].iter().enumerate() {
            let cursor = Cursor::new(self.text, line);
            let place = if n == 0 || n + 1 == close { Place::Raw } else { Place::FrontMatter };
            self.push(line, cursor.word().0, place, Shape::Other, false, false);
        }
        self.host.front_matter = Some((0..close, toml));
        close
    }

    fn push(&mut self, line: &Line, content: usize, place: Place, shape: Shape, opens_item: bool, continues: bool) {
        let container = self.stack.last().copied().unwrap_or(0);
        let free = self.is_free();
        let line = line.clone();
        self.host.lines.push(HostLine { line, content, place, shape, container, opens_item, continues, free });
    }

    /// Whether indentation makes no code here.
    fn is_free(&self) -> bool {
        self.mdx || !self.components.is_empty()
    }

    fn close_paragraph(&mut self) {
        let lines = std::mem::take(&mut self.paragraph);
        if !lines.is_empty() {
            self.inline(&lines);
        }
        if matches!(self.leaf, Leaf::Paragraph { .. }) {
            self.leaf = Leaf::None;
        }
    }

    /// Closes the containers past the first `depth`, and what is open in them.
    fn close_containers(&mut self, depth: usize) {
        if depth < self.stack.len() {
            self.close_paragraph();
            self.leaf = Leaf::None;
            self.stack.truncate(depth);
            while self.components.last().is_some_and(|(_, _, around)| *around > depth) {
                if let Some((_, line, _)) = self.components.pop() {
                    self.unclosed.insert(line);
                }
            }
        }
    }

    fn line(&mut self, lines: &[Line], n: usize) {
        let line = &lines[n];
        let mut cursor = Cursor::new(self.text, line);

        // The containers that are open and go on.
        let mut depth = 0;
        for at in 0..self.stack.len() {
            let matched = match self.host.containers[self.stack[at]].kind {
                ContainerKind::Page => true,
                ContainerKind::Quote => {
                    let goes_on = cursor.peek_word() == Some(b'>') && (cursor.indent() < 4 || self.is_free());
                    if goes_on {
                        cursor.quote_mark();
                    }
                    goes_on
                }
                ContainerKind::Item { indent } => {
                    if cursor.is_blank() {
                        self.empty_item != Some(self.stack[at])
                    } else if cursor.indent() >= indent {
                        cursor.skip_columns(indent);
                        true
                    } else {
                        false
                    }
                }
            };
            if !matched {
                break;
            }
            depth += 1;
        }
        let all_matched = depth == self.stack.len();
        if !cursor.is_blank() || !all_matched {
            self.empty_item = None;
        }

        // A leaf that takes whole lines, whatever they hold.
        if all_matched && self.continue_leaf(line, cursor) {
            return;
        }
        let lazy_paragraph = matches!(self.leaf, Leaf::Paragraph { .. });
        if !all_matched && !lazy_paragraph {
            self.close_containers(depth);
        }
        self.open_blocks(lines, n, cursor, depth);
    }

    /// Goes on with a fence, raw HTML, code and the like. False where the line is to be looked at for new blocks.
    fn continue_leaf(&mut self, line: &Line, cursor: Cursor<'_>) -> bool {
        let (word, indent) = cursor.word();
        let rest = &self.text[word..line.text.end];
        let blank = rest.is_empty();
        let free = self.is_free();
        let (place, done) = match &mut self.leaf {
            Leaf::None | Leaf::Paragraph { .. } => return false,
            Leaf::Fence { index, mark, length } => {
                let run = rest.bytes().take_while(|byte| byte == mark).count();
                let closes = run >= *length && (indent < 4 || free) && rest[run..].trim().is_empty();
                if closes {
                    self.host.fences[*index].close = Some(self.host.lines.len());
                }
                (if closes { Place::FenceEdge(*index) } else { Place::Fence(*index) }, closes)
            }
            Leaf::IndentedCode => {
                if !blank && indent < 4 {
                    self.leaf = Leaf::None;
                    return false;
                }
                (Place::IndentedCode, false)
            }
            Leaf::Html => {
                if blank {
                    self.leaf = Leaf::None;
                    return false;
                }
                (Place::Html, false)
            }
            Leaf::RawUntil { ends, place } => (*place, holds_any(rest, ends)),
            Leaf::Scanned { scanner, place, tag } => {
                let (place, tag) = (*place, tag.clone());
                let closed = scanner.feed(rest, false);
                let closes_itself = scanner.self_closing();
                if let (Some(_), Some(name), false) = (closed, tag, closes_itself) {
                    self.open_component(name, self.host.lines.len());
                }
                (place, closed.is_some())
            }
            Leaf::Esm { scanner } => {
                if blank && !scanner.is_open() {
                    self.leaf = Leaf::None;
                    return false;
                }
                scanner.feed(rest, true);
                (Place::Esm, false)
            }
        };
        let shape = if blank { Shape::Blank } else { Shape::Other };
        self.push(line, word, place, shape, false, false);
        if done {
            self.leaf = Leaf::None;
        }
        true
    }

    /// Opens the containers and the leaf that begin on the line, or takes it as text.
    fn open_blocks(&mut self, lines: &[Line], n: usize, mut cursor: Cursor<'_>, depth: usize) {
        let line = &lines[n];
        let mut depth = depth;
        let mut opens_item = false;
        loop {
            let (word, indent) = cursor.word();
            let rest = &self.text[word..line.text.end];
            let free = self.is_free();
            let in_paragraph = matches!(self.leaf, Leaf::Paragraph { .. });

            if rest.is_empty() {
                self.close_containers(depth);
                self.close_paragraph();
                if opens_item {
                    self.empty_item = self.stack.last().copied();
                }
                self.push(line, word, Place::Prose, Shape::Blank, opens_item, false);
                return;
            }
            if indent >= 4 && !free {
                if in_paragraph {
                    break;
                }
                self.close_containers(depth);
                self.leaf = Leaf::IndentedCode;
                self.push(line, word, Place::IndentedCode, Shape::Other, opens_item, false);
                return;
            }
            if rest.starts_with('>') && self.stack.len() < DEPTH {
                self.close_containers(depth);
                self.close_paragraph();
                cursor.quote_mark();
                self.open_container(ContainerKind::Quote);
                depth = self.stack.len();
                continue;
            }
            if !is_thematic_break(rest) && self.stack.len() < DEPTH {
                let interrupts = in_paragraph && depth == self.stack.len();
                if let Some((width, content)) = list_marker(rest, interrupts) {
                    self.close_containers(depth);
                    self.close_paragraph();
                    cursor.skip_to_word();
                    cursor.skip_bytes(width);
                    let spaces = cursor.indent();
                    let inner = if !content || (spaces >= 5 && !free) { 1 } else { spaces };
                    cursor.skip_columns(inner.min(spaces));
                    self.open_container(ContainerKind::Item { indent: indent + width + inner });
                    depth = self.stack.len();
                    opens_item = true;
                    continue;
                }
            }
            if self.open_leaf(lines, n, word, indent, depth, opens_item) {
                return;
            }
            break;
        }
        self.text_line(line, cursor.word().0, depth, opens_item);
    }

    fn open_container(&mut self, kind: ContainerKind) {
        let parent = self.stack.last().copied().unwrap_or(0);
        self.host.containers.push(Container { parent, kind, line: self.host.lines.len() });
        self.stack.push(self.host.containers.len() - 1);
    }

    /// Opens a heading, a fence, HTML, a tag, an expression or an ESM block. False where the line is text.
    fn open_leaf(&mut self, lines: &[Line], n: usize, word: usize, indent: usize, depth: usize, item: bool) -> bool {
        let line = &lines[n];
        let text = self.text;
        let rest = &text[word..line.text.end];
        let free = self.is_free();
        let first = rest.as_bytes()[0];

        if matches!(first, b'`' | b'~') {
            let length = rest.bytes().take_while(|byte| *byte == first).count();
            let info = rest[length..].trim();
            if length >= 3 && !(first == b'`' && info.contains('`')) {
                self.close_containers(depth);
                self.close_paragraph();
                let index = self.host.fences.len();
                self.host.fences.push(Fence {
                    open: n,
                    close: None,
                    container: self.stack.last().copied().unwrap_or(0),
                    info: info.to_owned(),
                    language: info
                        .split(|c: char| c.is_whitespace() || matches!(c, '{' | ',' | ':'))
                        .next()
                        .unwrap_or_default()
                        .to_lowercase(),
                });
                self.leaf = Leaf::Fence { index, mark: first, length };
                self.push(line, word, Place::FenceEdge(index), Shape::Other, item, false);
                return true;
            }
        }
        if first == b'#' {
            let level = rest.bytes().take_while(|byte| *byte == b'#').count();
            if level <= 6 && rest[level..].chars().next().is_none_or(|c| c == ' ' || c == '\t') {
                self.close_containers(depth);
                self.close_paragraph();
                self.push(line, word, Place::Prose, Shape::Heading, item, false);
                self.inline(&[n]);
                return true;
            }
        }
        if let Leaf::Paragraph { definitions_only: false } = self.leaf
            && depth == self.stack.len()
            && matches!(first, b'=' | b'-')
            && rest.trim_end().bytes().all(|byte| byte == first)
        {
            for line in self.paragraph.clone() {
                self.host.lines[line].shape = Shape::Heading;
            }
            self.close_paragraph();
            self.push(line, word, Place::Prose, Shape::Heading, item, false);
            return true;
        }
        if is_thematic_break(rest) {
            self.close_containers(depth);
            self.close_paragraph();
            self.push(line, word, Place::Prose, Shape::Other, item, false);
            return true;
        }
        if first == b'<' && self.open_angle(lines, n, word, depth, item) {
            return true;
        }
        let comment = first == b'{' && rest[1..].trim_start().starts_with("/*");
        if first == b'{' && (self.mdx || (free && comment)) {
            let mut scanner = Scanner::expression();
            let closed = scanner.feed(&rest[1..], false);
            // Alone on its line it is a block of its own, which ends a paragraph; with words behind it it is text.
            if closed.is_some_and(|at| rest[1 + at..].trim().is_empty()) {
                self.close_containers(depth);
                self.close_paragraph();
                self.push(line, word, Place::Prose, Shape::Other, item, false);
                return true;
            }
            if closed.is_none() && self.closes(lines, n + 1, &scanner, true) {
                self.close_containers(depth);
                self.close_paragraph();
                let place = if comment { Place::Comment } else { Place::Expression };
                self.leaf = Leaf::Scanned { scanner, place, tag: None };
                self.push(line, word, place, Shape::Other, item, false);
                return true;
            }
        }
        let at_margin = indent == 0 && self.stack.is_empty() && !matches!(self.leaf, Leaf::Paragraph { .. });
        if self.mdx && at_margin && is_esm(rest) {
            let mut scanner = Scanner::statements();
            scanner.feed(rest, true);
            self.leaf = Leaf::Esm { scanner };
            self.push(line, word, Place::Esm, Shape::Other, item, false);
            return true;
        }
        false
    }

    /// Opens what begins with `<`: comments, raw HTML, HTML blocks, tags.
    fn open_angle(&mut self, lines: &[Line], n: usize, word: usize, depth: usize, item: bool) -> bool {
        let line = &lines[n];
        let rest = &self.text[word..line.text.end];
        let free = self.is_free();

        if let Some(inner) = rest.strip_prefix("<!--") {
            // `<!-->` and `<!--->` are whole comments.
            let closed = inner.contains("-->") || rest.starts_with("<!-->") || rest.starts_with("<!--->");
            if !closed && self.mdx && !self.holds_ahead(lines, n + 1, &["-->"]) {
                return false;
            }
            self.close_containers(depth);
            self.close_paragraph();
            let place = if closed { Place::Prose } else { Place::Comment };
            self.push(line, word, place, Shape::Other, item, false);
            if !closed {
                self.leaf = Leaf::RawUntil { ends: &["-->"], place: Place::Comment };
            }
            return true;
        }
        let raw: Option<&'static [&'static str]> = if rest.starts_with("<?") {
            Some(&["?>"])
        } else if rest.starts_with("<![CDATA[") {
            Some(&["]]>"])
        } else if rest.starts_with("<!") && rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) {
            Some(&[">"])
        } else {
            let name = tag_name(&rest[1..]);
            let after = rest.as_bytes().get(1 + name.len()).copied();
            let whole = matches!(after, None | Some(b' ' | b'\t' | b'>'));
            let raw = TYPE_1.iter().any(|raw| raw.eq_ignore_ascii_case(name));
            (raw && whole).then_some(TYPE_1_ENDS)
        };
        if let Some(ends) = raw {
            let closed = holds_any(&rest[1..], ends);
            if !closed && self.mdx && !self.holds_ahead(lines, n + 1, ends) {
                return false;
            }
            self.close_containers(depth);
            self.close_paragraph();
            self.push(line, word, Place::Raw, Shape::Other, item, false);
            if !closed {
                self.leaf = Leaf::RawUntil { ends, place: Place::Raw };
            }
            return true;
        }

        let closing = rest.starts_with("</");
        let name = tag_name(&rest[if closing { 2 } else { 1 }..]);
        let component = name.starts_with(|c: char| c.is_ascii_uppercase()) && !self.never_closed.contains(&n);
        if component || (free && (!name.is_empty() || rest.starts_with("<>") || rest.starts_with("</>"))) {
            let mut scanner = Scanner::tag();
            let after = rest.len() - rest[if closing { 2 } else { 1 }..].len() + name.len();
            let closed = scanner.feed(&rest[after..], false);
            if closed.is_none() && !self.closes(lines, n + 1, &scanner, self.mdx) {
                return false;
            }
            self.close_containers(depth);
            self.close_paragraph();
            self.host.has_components |= component;
            let shape = if component { Shape::Component } else { Shape::Other };
            if closed.is_none() {
                let tag = (component && !closing).then(|| name.to_owned());
                self.push(line, word, Place::Tag, shape, item, false);
                self.leaf = Leaf::Scanned { scanner, place: Place::Tag, tag };
                return true;
            }
            self.push(line, word, Place::Prose, shape, item, false);
            self.tags(rest, n, true);
            let alone = closed.is_some_and(|at| rest[after + at..].trim().is_empty());
            if !alone {
                // Text behind the tag goes on as a paragraph.
                self.paragraph.push(n);
                self.leaf = Leaf::Paragraph { definitions_only: false };
            }
            return true;
        }
        if free {
            return false;
        }
        let plain = tag_name(&rest[if closing { 2 } else { 1 }..]);
        let after = &rest[if closing { 2 } else { 1 } + plain.len()..];
        let type_6 = TYPE_6.iter().any(|known| known.eq_ignore_ascii_case(plain))
            && (after.is_empty() || after.starts_with([' ', '\t', '>']) || after.starts_with("/>"));
        let type_7 = || {
            let mut scanner = Scanner::tag();
            !plain.is_empty()
                && !matches!(self.leaf, Leaf::Paragraph { .. })
                && after.starts_with([' ', '\t', '>', '/'])
                && scanner.feed(after, false).is_some_and(|at| after[at..].trim().is_empty())
        };
        if type_6 || type_7() {
            self.close_containers(depth);
            self.close_paragraph();
            self.leaf = Leaf::Html;
            self.push(line, word, Place::Html, Shape::Other, item, false);
            return true;
        }
        false
    }

    /// A line of a paragraph, lazy or not.
    fn text_line(&mut self, line: &Line, word: usize, depth: usize, opens_item: bool) {
        let n = self.host.lines.len();
        let rest = &self.text[word..line.text.end];
        let definition = is_definition(rest);
        let (continues, definitions_only) = match self.leaf {
            Leaf::Paragraph { definitions_only } => (!definitions_only, definitions_only && definition),
            _ => {
                self.close_containers(depth);
                (false, definition)
            }
        };
        let lazy = depth < self.stack.len();
        self.leaf = Leaf::Paragraph { definitions_only };
        self.push(line, word, Place::Prose, Shape::Other, opens_item, continues);
        if lazy {
            // A lazy line belongs to a paragraph that its prefix does not reach; a marker there goes by its prefix.
            let container = depth.checked_sub(1).map_or(0, |at| self.stack[at]);
            self.host.lines[n].container = container;
        }
        self.paragraph.push(n);
        if !self.components.is_empty() && rest.contains('<') {
            self.tags(rest, n, false);
        }
    }

    /// Follows the component tags of a line. An opening tag counts for later lines only where the line begins with one.
    fn tags(&mut self, rest: &str, n: usize, leading: bool) {
        let mut lowest = self.components.len();
        let code = code_spans(rest);
        let mut at = 0;
        while let Some(found) = rest[at..].find('<') {
            at += found;
            if let Some(span) = code.iter().find(|span| span.contains(&at)) {
                at = span.end;
                continue;
            }
            let closing = rest[at + 1..].starts_with('/');
            let from = at + 1 + usize::from(closing);
            let name = tag_name(&rest[from..]);
            at = from + name.len();
            if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
                continue;
            }
            let mut scanner = Scanner::tag();
            let Some(end) = scanner.feed(&rest[at..], false) else { break };
            at += end;
            if closing {
                if let Some(open) = self.components.iter().rposition(|(open, _, _)| open == name) {
                    let popped = self.components.split_off(open);
                    self.unclosed.extend(popped.iter().skip(1).map(|(_, line, _)| *line));
                    self.host.lines[n].shape = Shape::Component;
                    lowest = lowest.min(open);
                }
            } else if !scanner.self_closing() {
                self.open_component(name.to_owned(), n);
            }
        }
        if !leading {
            self.components.truncate(lowest);
        }
    }

    fn open_component(&mut self, name: String, line: usize) {
        self.components.push((name, line, self.stack.len()));
    }

    /// Whether what a scanner has open is closed on a later line, before a blank line unless those are `free`.
    fn closes(&mut self, lines: &[Line], from: usize, scanner: &Scanner, free: bool) -> bool {
        let mut scanner = scanner.clone();
        for line in &lines[from.min(lines.len())..] {
            let words = self.ahead(line);
            if words.is_empty() && !free {
                return false;
            }
            if self.budget < words.len() + 1 {
                return false;
            }
            self.budget -= words.len() + 1;
            if scanner.feed(words, false).is_some() {
                return true;
            }
        }
        false
    }

    /// Whether a later line holds one of `ends`.
    fn holds_ahead(&mut self, lines: &[Line], from: usize, ends: &[&str]) -> bool {
        for line in &lines[from.min(lines.len())..] {
            let words = self.ahead(line);
            if self.budget < words.len() + 1 {
                return false;
            }
            self.budget -= words.len() + 1;
            if holds_any(words, ends) {
                return true;
            }
        }
        false
    }

    /// The words of a line ahead, without the marks of the block quotes that are open.
    fn ahead(&self, line: &Line) -> &'a str {
        let mut words = self.text[line.text.clone()].trim_start();
        for container in &self.stack {
            if self.host.containers[*container].kind == ContainerKind::Quote {
                words = words.strip_prefix('>').unwrap_or(words).trim_start();
            }
        }
        words
    }

    /// Finds the code spans, comments and expressions in a paragraph, and marks the lines that lie within one.
    fn inline(&mut self, lines: &[usize]) {
        let interesting = |n: &usize| {
            let line = &self.host.lines[*n];
            next_mark(&self.text.as_bytes()[line.content..line.line.text.end], true).is_some()
        };
        if !lines.iter().any(interesting) {
            return;
        }
        // The words of the paragraph without the prefixes of its lines, and where each line's words are.
        let mut words = String::new();
        let mut starts = Vec::with_capacity(lines.len());
        for n in lines {
            let line = &self.host.lines[*n];
            starts.push((words.len(), *n));
            words.push_str(&self.text[line.content..line.line.text.end]);
            words.push('\n');
        }
        let offset = |at: usize, host: &Host| {
            let line = starts.partition_point(|(start, _)| *start <= at) - 1;
            host.lines[starts[line].1].content + (at - starts[line].0)
        };
        for (span, place) in inline_spans(&words, self.mdx, self.is_free()) {
            if place == Place::CodeSpan || span_lines(&words, &span) > 1 {
                let bytes = offset(span.start, &self.host)..offset(span.end - 1, &self.host) + 1;
                self.host.inline_code.push(bytes);
            }
            let first = starts.partition_point(|(start, _)| *start <= span.start);
            for (start, n) in starts[first..].iter().take_while(|(start, _)| *start < span.end) {
                let line = &self.host.lines[*n];
                let end = start + (line.line.text.end - line.content);
                if end < span.end {
                    self.host.lines[*n].place = place;
                }
            }
        }
    }
}

fn span_lines(words: &str, span: &Range<usize>) -> usize {
    words[span.clone()].matches('\n').count() + 1
}

/// The code spans of a line.
fn code_spans(words: &str) -> Vec<Range<usize>> {
    inline_spans(words, false, false)
        .into_iter()
        .filter(|(_, place)| *place == Place::CodeSpan)
        .map(|(span, _)| span)
        .collect()
}

/// The code spans, comments and expressions of a paragraph, from left to right.
fn inline_spans(words: &str, mdx: bool, free: bool) -> Vec<(Range<usize>, Place)> {
    let bytes = words.as_bytes();
    let mut spans = Vec::new();
    let mut runs: Option<Vec<(usize, usize)>> = None;
    let mut no_comment_end = false;
    let mut no_expression_end = false;
    let mut at = 0;
    while let Some(found) = bytes.get(at..).and_then(|rest| next_mark(rest, mdx || free)) {
        at += found;
        match bytes[at] {
            b'\\' => at += 2,
            b'`' => {
                let run = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
                let from = at + run;
                // A span ends at the next run of just this length.
                let runs = runs.get_or_insert_with(|| backtick_runs(bytes));
                match runs.get(runs.partition_point(|other| *other < (run, from))) {
                    Some((length, close)) if *length == run => {
                        spans.push((at..close + run, Place::CodeSpan));
                        at = close + run;
                    }
                    _ => at = from,
                }
            }
            b'<' if !no_comment_end && words[at..].starts_with("<!--") => match words[at + 4..].find("-->") {
                Some(end) => {
                    let end = at + 4 + end + 3;
                    spans.push((at..end, Place::Comment));
                    at = end;
                }
                None => {
                    no_comment_end = true;
                    at += 4;
                }
            },
            b'{' if (mdx || (free && words[at + 1..].starts_with("/*"))) && !no_expression_end => {
                let mut scanner = Scanner::expression();
                let mut end = None;
                let mut from = at + 1;
                for line in words[from..].split_inclusive('\n') {
                    if let Some(closed) = scanner.feed(line.trim_end_matches('\n'), false) {
                        end = Some(from + closed);
                        break;
                    }
                    from += line.len();
                }
                match end {
                    Some(end) => {
                        let comment = words[at + 1..].trim_start().starts_with("/*");
                        spans.push((at..end, if comment { Place::Comment } else { Place::Expression }));
                        at = end;
                    }
                    None => {
                        no_expression_end = true;
                        at += 1;
                    }
                }
            }
            _ => at += 1,
        }
    }
    spans
}

/// The next byte that may open or hide a span: a backslash, a backtick, `<`, and `{` where there are `expressions`.
fn next_mark(bytes: &[u8], expressions: bool) -> Option<usize> {
    if !expressions {
        return memchr::memchr3(b'\\', b'`', b'<', bytes);
    }
    // Piece by piece: a text full of the one must not be searched to its end for the others each time.
    const PIECE: usize = 256;
    bytes.chunks(PIECE).enumerate().find_map(|(n, piece)| {
        let found = memchr::memchr3(b'\\', b'`', b'<', piece);
        let brace = memchr::memchr(b'{', &piece[..found.unwrap_or(piece.len())]);
        Some(n * PIECE + brace.or(found)?)
    })
}

/// The runs of backticks: how long each is and where it begins, sorted.
fn backtick_runs(bytes: &[u8]) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'`', &bytes[at..]) {
        at += found;
        let run = bytes[at..].iter().take_while(|byte| **byte == b'`').count();
        runs.push((run, at));
        at += run;
    }
    runs.sort_unstable();
    runs
}

/// Whether a line holds one of `ends`, whatever the case.
fn holds_any(words: &str, ends: &[&str]) -> bool {
    let bytes = words.as_bytes();
    ends.iter().any(|end| {
        bytes.len() >= end.len() && bytes.windows(end.len()).any(|window| window.eq_ignore_ascii_case(end.as_bytes()))
    })
}

fn tag_name(words: &str) -> &str {
    let end = words
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '$')))
        .unwrap_or(words.len());
    if words.starts_with(|c: char| c.is_ascii_alphabetic()) { &words[..end] } else { "" }
}

fn is_thematic_break(words: &str) -> bool {
    let mut count = 0;
    let mut mark = 0;
    for byte in words.bytes() {
        match byte {
            b' ' | b'\t' => {}
            b'*' | b'-' | b'_' if mark == 0 || byte == mark => {
                mark = byte;
                count += 1;
            }
            _ => return false,
        }
    }
    count >= 3
}

/// The width of a list marker at the beginning of a line, and whether anything follows it.
/// Where it would interrupt a paragraph, only one with content, and numbered from 1, counts.
fn list_marker(words: &str, interrupts: bool) -> Option<(usize, bool)> {
    let bytes = words.as_bytes();
    let width = match bytes[0] {
        b'-' | b'*' | b'+' => 1,
        b'0'..=b'9' => {
            let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits > 9 || !matches!(bytes.get(digits), Some(b'.' | b')')) || (interrupts && &words[..digits] != "1")
            {
                return None;
            }
            digits + 1
        }
        _ => return None,
    };
    if !matches!(bytes.get(width), None | Some(b' ' | b'\t')) {
        return None;
    }
    let content = !words[width..].trim().is_empty();
    (content || !interrupts).then_some((width, content))
}

/// Whether a line begins a definition: `[label]: …`. Only whole ones of one line are told from text.
fn is_definition(words: &str) -> bool {
    let Some(rest) = words.strip_prefix('[') else { return false };
    let Some((label, rest)) = rest.split_once("]:") else { return false };
    !label.trim().is_empty() && !label.contains(['[', ']']) && !label.starts_with('^') && !rest.trim().is_empty()
}

fn is_esm(words: &str) -> bool {
    ["import", "export"].iter().any(|keyword| {
        words
            .strip_prefix(keyword)
            .is_some_and(|rest| rest.starts_with([' ', '\t', '{', '*', '"', '\'']) || rest.is_empty())
    })
}
