//! Our view of where fences, indented code, raw HTML and front matter are, held against two other parsers.
//!
//! The line scanner is our own (`page::host` says why), so that others have to agree with it: markdown-rs in CommonMark
//! and in MDX, and pulldown-cmark, which knows no MDX, as the judge where markdown-rs and we differ. Where both are
//! against us, or there is no judge, [`departs`] names the case and the reason; nothing else may differ.
//! Tables are no blocks to CommonMark, nor to the scanner: none of the three looks for them.
//!
//! Bounded here. `MOONSYNC_PLACES_SECONDS=120 cargo test --release --test places -- --nocapture` runs as long and says how
//! many pages were read; `MOONSYNC_PLACES_LINES=3` reads every page of that many lines; `MOONSYNC_PLACES_TREE=folder` reads
//! the pages of a folder.

#![allow(clippy::unwrap_used)] // a test that can't set itself up has failed

use markdown::mdast::Node;
use markdown::{Constructs, MdxSignal, ParseOptions};
use moonsync::page::host::HostLine;
use moonsync::page::{Host, Place};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::time::{Duration, Instant};

/// Line beginnings and words that decide where code is.
const LINES: &[&str] = &[
    "",
    "text",
    "  text",
    "    text",
    "        text",
    "- item",
    "  - item",
    "    - item",
    "- ",
    "-     code",
    " - item",
    "+ plus",
    "1. one",
    "2. two",
    "10) ten",
    "> quote",
    ">",
    "> - item",
    ">     code",
    "> > deep",
    "- > quote",
    "```",
    "```js",
    "~~~",
    "``` `",
    "  ```",
    "   ```",
    "    ```",
    "      ```",
    "- ```",
    "> ```",
    "````md",
    "# head",
    "===",
    "---",
    "***",
    "+++",
    "<!-- note -->",
    "<!-- open",
    "text <!-- open",
    "-->",
    "> -->",
    "<div>",
    "</div>",
    "  <div>",
    "<pre>",
    "</pre>",
    "<script>",
    "</script>",
    "<b>bold</b>",
    "<b>",
    "<?php",
    "?>",
    "<!DOCTYPE",
    "[//]: # \"note\"",
    "[//]: # (note)",
    "| a | b |",
    "| - | - |",
    "\ttext",
    "\t- item",
    "-\titem",
    ">\ttext",
    "`",
    "text ` text",
    "\\",
    "  ",
];

const MDX_LINES: &[&str] = &[
    "",
    "text",
    "  text",
    "    text",
    "        text",
    "- item",
    "  - item",
    "      - item",
    "1. one",
    "2. two",
    "> quote",
    ">",
    "> - item",
    "    > quote",
    "```",
    "```js",
    "~~~",
    "  ```",
    "    ```",
    "        ```js",
    "- ```",
    "> ```",
    "# head",
    "    # head",
    "===",
    "---",
    "[//]: # \"note\"",
    "| a | b |",
    "| - | - |",
    "\ttext",
    "-\titem",
    " - item",
    "{/* note */}",
    "    {/* note */}",
    "{/* open",
    "*/}",
    "<Tab>",
    "</Tab>",
    "  <Tab>",
    "    </Tab>",
    "<Tab a={1} />",
    "<div>",
    "</div>",
    "`",
    "  ",
];

/// Why we read a page otherwise than both others, or than markdown-rs where it alone has a view.
fn departs(text: &str, judged: bool) -> Option<&'static str> {
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.first().map_or("", |line| line.trim_end());
    if (first == "---" || first == "+++") && Host::scan(text, !judged).front_matter.is_none() {
        return Some("markdown-rs loses the first container behind a front matter that nothing closes");
    }
    let tab_behind_bullet = |line: &&str| {
        let words = line.trim_start_matches([' ', '\t', '>']);
        words.strip_prefix(['-', '+', '*']).is_some_and(|rest| rest.starts_with('\t'))
    };
    if !judged && lines.iter().any(tab_behind_bullet) {
        return Some("markdown-rs counts a tab behind a bullet as one column, CommonMark up to the next stop");
    }
    let host = Host::scan(text, true);
    let second = |words: &str| words.starts_with(|c: char| c.is_ascii_digit() && c != '1');
    let behind_block = |three: &[HostLine]| {
        let words = |n: usize| &text[three[n].content..];
        let ended = three[0].container != 0 || words(0).starts_with('[') || words(1).starts_with(['{', '<']);
        let third = text[three[2].line.text.clone()].trim_start_matches([' ', '\t', '>']);
        ended && three[1].container == 0 && second(third)
    };
    if !judged && host.lines.windows(3).any(behind_block) {
        // micromark, which MDX is read with, reads them as we do.
        return Some("markdown-rs forgets what ended a line above, so that 2. is no item or interrupts a paragraph");
    }
    let pre_and_script = ["<pre", "<script", "</pre", "</script"].map(|tag| text.contains(tag));
    if judged && matches!(pre_and_script, [true, _, _, true] | [_, true, true, _]) {
        return Some(
            "pulldown-cmark ends <pre> and <script> only with their own tags, CommonMark 0.31 with any of them",
        );
    }
    None
}

/// The marks of a page's lines: `f` fenced code with its edges, `i` indented code, `h` HTML, `m` front matter, `c` lines
/// within a code span, `.` anything else.
struct Marks<'t> {
    starts: Vec<usize>,
    text: &'t str,
    marks: Vec<u8>,
}

impl<'t> Marks<'t> {
    fn new(text: &'t str) -> Self {
        let starts: Vec<usize> = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .filter(|at| *at < text.len())
            .collect();
        Self { text, marks: vec![b'.'; starts.len()], starts }
    }

    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// Marks the lines that a block stands on.
    fn block(&mut self, span: Range<usize>, mark: u8) {
        let span = span.start..span.start + self.text[span].trim_end_matches('\n').len();
        let (first, last) = (self.line(span.start), self.line(span.end.max(span.start + 1) - 1));
        for slot in &mut self.marks[first..=last] {
            *slot = mark;
        }
    }

    /// Marks the lines that lie within an inline.
    fn within(&mut self, span: Range<usize>, mark: u8) {
        let (first, last) = (self.line(span.start), self.line(span.end - 1));
        for slot in self.marks.iter_mut().take(last).skip(first + 1) {
            *slot = mark;
        }
    }

    /// Blank lines belong to nothing that matters.
    fn settled(&self) -> String {
        let lines = self.text.lines().zip(&self.marks);
        let blank = |line: &str| line.trim_matches([' ', '\t', '>']).is_empty();
        lines.map(|(line, mark)| if blank(line) { ' ' } else { char::from(*mark) }).collect()
    }
}

/// Keeps quiet about panics of markdown-rs, which has a few; all others are shown.
fn keep_quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let shown = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic.location().is_some_and(|place| place.file().contains("/markdown-")) {
                shown(panic);
            }
        }));
    });
}

/// JavaScript as far as these pages have it, which markdown-rs asks about where an expression may end: a comment.
fn expression(text: &str) -> MdxSignal {
    let odd = |what: &str| MdxSignal::Error(what.to_owned(), 0, Box::default(), Box::default());
    match text.trim_start().strip_prefix("/*").map(|comment| comment.split_once("*/")) {
        None => MdxSignal::Ok,
        Some(None) => MdxSignal::Eof("an open comment".to_owned(), Box::default(), Box::default()),
        Some(Some((_, rest))) if rest.trim().is_empty() => MdxSignal::Ok,
        Some(Some(_)) => odd("words behind a comment"),
    }
}

/// What markdown-rs makes of a page; nothing where it finds a fault in it, or panics.
fn markdown_rs(text: &str, mdx: bool) -> Option<String> {
    keep_quiet();
    // It loses lazy lines that the page ends in without a line end.
    let text = &format!("{}\n", text.strip_suffix('\n').unwrap_or(text));
    let constructs = if mdx { Constructs::mdx() } else { Constructs::default() };
    let constructs = Constructs { frontmatter: true, ..constructs };
    let expressions: Option<Box<markdown::MdxExpressionParse>> = Some(Box::new(|text, _| expression(text)));
    let options = ParseOptions { constructs, mdx_expression_parse: expressions, ..ParseOptions::default() };
    let tree = std::panic::catch_unwind(AssertUnwindSafe(|| markdown::to_mdast(text, &options))).ok()?.ok()?;
    let mut marks = Marks::new(text);
    let mut todo = vec![(&tree, false)];
    while let Some((node, inline)) = todo.pop() {
        let inline = inline || matches!(node, Node::Paragraph(_) | Node::Heading(_) | Node::Table(_));
        todo.extend(node.children().into_iter().flatten().map(|child| (child, inline)));
        let position = node.position()?;
        let span = position.start.offset..position.end.offset;
        match node {
            Node::Code(_) => {
                let start = &text[span.start..];
                let fenced = start.starts_with("```") || start.starts_with("~~~");
                marks.block(span, if fenced { b'f' } else { b'i' });
            }
            Node::Yaml(_) | Node::Toml(_) => marks.block(span, b'm'),
            Node::Html(_) if inline => marks.within(span, b'h'),
            Node::Html(_) => marks.block(span, b'h'),
            Node::InlineCode(_) => marks.within(span, b'c'),
            _ => {}
        }
    }
    Some(marks.settled())
}

/// What pulldown-cmark makes of a page without its front matter, which it knows otherwise.
fn pulldown(text: &str) -> String {
    let mut marks = Marks::new(text);
    for (event, span) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) => marks.block(span, b'f'),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => marks.block(span, b'i'),
            Event::Start(Tag::HtmlBlock) => marks.block(span, b'h'),
            Event::Code(_) => marks.within(span, b'c'),
            Event::InlineHtml(_) => marks.within(span, b'h'),
            _ => {}
        }
    }
    marks.settled()
}

fn ours(text: &str, mdx: bool) -> String {
    let host = Host::scan(text, mdx);
    let html = !mdx && !host.has_components;
    let mut marks = Marks::new(text);
    for (n, line) in host.lines.iter().enumerate() {
        marks.marks[n] = match line.place {
            _ if host.front_matter.as_ref().is_some_and(|(lines, _)| lines.contains(&n)) => b'm',
            Place::Fence(_) | Place::FenceEdge(_) => b'f',
            Place::IndentedCode => b'i',
            // MDX has no HTML: what is a comment here is an expression there.
            Place::Html | Place::Comment | Place::Raw if html => b'h',
            Place::Prose if html && text[line.content..].starts_with("<!--") => b'h',
            Place::CodeSpan => b'c',
            _ => b'.',
        };
    }
    marks.settled()
}

/// Whether a page means the same in both dialects: nothing of MDX's own, nothing that may be indented code or HTML.
fn is_common(text: &str) -> bool {
    let indented = |line: &str| line.trim_start_matches([' ', '>']).starts_with('\t');
    !text.contains(['<', '{']) && !text.contains("    ") && !text.lines().any(indented)
}

/// How a page was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// All agree.
    Agreed,
    /// markdown-rs has no view of it: a fault in MDX, or a panic.
    NotAnswered,
    /// markdown-rs stands alone: pulldown-cmark reads it as we do.
    AgainstMarkdownRs,
    /// Known, for this reason.
    Departs(&'static str),
}

/// Judges how we read a page. One with components is MDX's to us whatever its name, as long as they are open.
fn judge(text: &str, mdx: bool) -> Result<Verdict, String> {
    let ours = ours(text, mdx);
    let mdx = mdx || Host::scan(text, mdx).has_components;
    let theirs = markdown_rs(text, mdx);
    if theirs.as_ref() == Some(&ours) {
        return Ok(Verdict::Agreed);
    }
    if mdx && theirs.is_none() {
        return Ok(Verdict::NotAnswered);
    }
    let front_matter: String = ours.chars().take_while(|mark| matches!(mark, 'm' | ' ')).collect();
    let front_matter = front_matter[..front_matter.rfind('m').map_or(0, |at| at + 1)].to_owned();
    let agreed = theirs.as_ref().is_none_or(|theirs| theirs.starts_with(&front_matter));
    let before = text.split_inclusive('\n').take(front_matter.len()).map(str::len).sum::<usize>();
    let judge = ((!mdx || is_common(text)) && agreed).then(|| front_matter + &pulldown(&text[before..]));
    if judge.as_ref() == Some(&ours) {
        return Ok(if theirs.is_none() { Verdict::NotAnswered } else { Verdict::AgainstMarkdownRs });
    }
    if let Some(reason) = departs(text, judge.is_some()) {
        return Ok(Verdict::Departs(reason));
    }
    let shown = |marks: Option<String>| marks.unwrap_or_else(|| "-".to_owned()).replace(' ', "_");
    Err(format!("ours     {}\nmarkdown {}\npulldown {}\n{text}", shown(Some(ours)), shown(theirs), shown(judge)))
}

/// How many pages were judged how.
#[derive(Debug, Default)]
struct Count(BTreeMap<Verdict, u64>);

impl Count {
    fn add(&mut self, text: &str, mdx: bool) -> Result<(), String> {
        *self.0.entry(judge(text, mdx)?).or_default() += 1;
        Ok(())
    }

    fn total(&self) -> u64 {
        self.0.values().sum()
    }

    fn say(&self, what: &str) {
        println!("{what}: {} pages read", self.total());
        for (verdict, count) in &self.0 {
            println!("  {count:>8} {verdict:?}");
        }
    }
}

fn page(lines: impl Into<Vec<&'static str>>) -> impl Strategy<Value = String> {
    (proptest::collection::vec(proptest::sample::select(lines.into()), 3..10), any::<bool>())
        .prop_map(|(lines, end)| lines.join("\n") + if end { "\n" } else { "" })
}

/// A page of MDX: most have no tag, as one that is left open is a fault to markdown-rs.
fn mdx_page() -> impl Strategy<Value = String> {
    let tagless: Vec<_> = MDX_LINES.iter().copied().filter(|line| !line.contains(['<', '{', '}'])).collect();
    prop_oneof![2 => page(tagless), 1 => page(MDX_LINES), 2 => component()]
}

/// Lines between the tags of a component, as deep as its author likes.
fn component() -> impl Strategy<Value = String> {
    let lines: Vec<_> = MDX_LINES.iter().copied().filter(|line| !line.contains(['<', '{', '}', '\t'])).collect();
    let indent = proptest::sample::select(&["", "  ", "    ", "      "][..]);
    (page(lines), indent, any::<[bool; 2]>()).prop_map(|(page, indent, [above, below])| {
        let lines =
            page.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("{indent}{line}\n") });
        let blank = |is: bool| if is { "\n" } else { "" };
        format!("<Tab>\n{}{}{}</Tab>\n", blank(above), lines.collect::<String>(), blank(below))
    })
}

fn hold(name: &str, pages: impl Strategy<Value = String>, mdx: bool) {
    let seconds = std::env::var("MOONSYNC_PLACES_SECONDS").ok().and_then(|text| text.parse().ok());
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let count = RefCell::new(Count::default());
    loop {
        let config = Config { cases: 1500, failure_persistence: None, ..Config::default() };
        // The same pages every time, unless more are asked for: no oddity of another parser fails a build by chance.
        let mut runner = match until {
            Some(_) => TestRunner::new(config),
            None => TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha)),
        };
        let held = runner.run(&pages, |text| count.borrow_mut().add(&text, mdx).map_err(TestCaseError::fail));
        if let Err(error) = held {
            panic!("{name}: {error}");
        }
        if until.is_none_or(|until| Instant::now() >= until) {
            break;
        }
    }
    let count = count.into_inner();
    count.say(name);
    let agreed = count.0.get(&Verdict::Agreed).copied().unwrap_or_default();
    assert!(agreed * 2 > count.total(), "few pages are read alike: {count:?}");
}

/// Every page of that many lines. All differences are shown, so that they can be told apart.
fn whole_world(lines: &[&str], mdx: bool) {
    let depth = std::env::var("MOONSYNC_PLACES_LINES").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let mut count = Count::default();
    let mut differences = Vec::new();
    for length in 1..=depth {
        for number in 0..lines.len().pow(length) {
            let at = |place: u32| lines[number / lines.len().pow(place) % lines.len()];
            let text: String = (0..length).rev().flat_map(|place| [at(place), "\n"]).collect();
            differences.extend(count.add(&text, mdx).err());
        }
    }
    count.say(if mdx { "every small page of MDX" } else { "every small page of CommonMark" });
    assert!(differences.is_empty(), "{} differences:\n{}", differences.len(), differences.join("\n\n"));
}

#[test]
fn commonmark_places_are_those_of_others() {
    hold("CommonMark", page(LINES), false);
}

#[test]
fn mdx_places_are_those_of_markdown_rs() {
    hold("MDX", mdx_page(), true);
}

#[test]
fn between_the_tags_of_a_component_a_page_is_mdx_whatever_its_name() {
    hold("components", component(), false);
}

#[test]
fn every_small_commonmark_page_is_read_alike() {
    whole_world(LINES, false);
}

#[test]
fn every_small_mdx_page_is_read_alike() {
    whole_world(MDX_LINES, true);
}

/// The pages of this project, and of a folder that is named.
#[test]
fn real_pages_are_read_alike() {
    let named = std::env::var_os("MOONSYNC_PLACES_TREE");
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let mut count = Count::default();
    let mut differences = Vec::new();
    for entry in ignore::WalkBuilder::new(named.map_or(own, Into::into)).build() {
        let path = entry.unwrap().into_path();
        let mdx = path.extension().is_some_and(|end| end == "mdx");
        if !(mdx || path.extension().is_some_and(|end| end == "md")) {
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        differences.extend(count.add(&text, mdx).err().map(|what| format!("{}\n{what}", path.display())));
    }
    count.say("real pages");
    assert!(differences.is_empty(), "{}", differences.join("\n\n"));
    assert!(count.total() > 10, "{count:?}");
}
