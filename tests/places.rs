//! Our view of where fences, indented code and raw HTML are, held against markdown-rs over generated pages.
//!
//! The line scanner is our own (`page::host` says why), so that another parser has to agree with it. Where markdown-rs
//! itself departs from CommonMark's reference, [`departs`] names the case, and what it says there is not asked.

use markdown::mdast::Node;
use markdown::{Constructs, ParseOptions};
use moonsync::page::host::HostLine;
use moonsync::page::{Host, Place};
use proptest::prelude::*;
use std::cell::Cell;
use std::panic::AssertUnwindSafe;

/// Line beginnings and words that decide where code is.
const LINES: &[&str] = &[
    "",
    "",
    "text",
    "  text",
    "    text",
    "        text",
    "- item",
    "  - item",
    "- ",
    "1. one",
    "2. two",
    "> quote",
    ">",
    "> - item",
    ">     code",
    "```",
    "```js",
    "~~~",
    "  ```",
    "    ```",
    "   ```",
    "      ```",
    "- ```",
    "> ```",
    "````md",
    "# head",
    "===",
    "---",
    "***",
    "<!-- note -->",
    "<!-- open",
    "-->",
    "<div>",
    "</div>",
    "<pre>",
    "</pre>",
    "<script>",
    "</script>",
    "<b>bold</b>",
    "<b>",
    "[//]: # \"note\"",
    "| a | b |",
    "| - | - |",
    "\ttext",
    "-\titem",
    " - item",
    "10) ten",
    "    - item",
    "+ plus",
    "<?php",
    "?>",
];

const MDX_LINES: &[&str] = &[
    "",
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
    "```",
    "```js",
    "~~~",
    "  ```",
    "    ```",
    "        ```js",
    "- ```",
    "> ```",
    "# head",
    "===",
    "---",
    "[//]: # \"note\"",
    "\ttext",
    "-\titem",
    " - item",
    "{/* note */}",
    "    {/* note */}",
    "  ",
];

/// Why markdown-rs is not asked about a page.
fn departs(text: &str) -> Option<&'static str> {
    let lines: Vec<&str> = text.lines().collect();
    let opens_item = |line: &str| {
        let words = line.trim_start_matches([' ', '\t', '>']);
        words.starts_with(['-', '+', '*']) || words.starts_with(|c: char| c.is_ascii_digit())
    };
    let item = lines.iter().position(|line| opens_item(line));
    let after_item = |wanted: &dyn Fn(&str) -> bool| item.is_some_and(|at| lines[at..].iter().any(|line| wanted(line)));
    if lines.windows(2).any(|pair| pair[0].contains("]: ") && pair[1].starts_with([' ', '\t'])) {
        // CommonMark 0.31, 4.7: a definition is cut from a finished paragraph, which an indented line continues.
        return Some("an indented line right after a definition is code to it");
    }
    if after_item(&|line| line.contains("```") || line.contains("~~~")) {
        return Some("fences in and after list items: it panics on some, and takes some that are open for text");
    }
    if after_item(&|line| line.contains("</") || line.contains("-->") || line.contains("?>")) {
        return Some("the end of an HTML block counts for it in a line that a list item lets go");
    }
    if lines.iter().any(|line| line.contains('\t') && opens_item(line)) || after_item(&|line| line.contains('\t')) {
        return Some("tabs after bullets are counted by it from the bullet, not from the column");
    }
    None
}

/// For each line, what markdown-rs makes of it: `f` fenced code (its edges too), `i` indented code, `h` HTML.
fn oracle(text: &str, mdx: bool) -> Option<String> {
    let constructs = if mdx { Constructs::mdx() } else { Constructs::default() };
    let options =
        ParseOptions { constructs: Constructs { frontmatter: true, ..constructs }, ..ParseOptions::default() };
    let tree = std::panic::catch_unwind(AssertUnwindSafe(|| markdown::to_mdast(text, &options))).ok()?.ok()?;
    let mut marks = vec![b'.'; text.lines().count()];
    let mut todo = vec![(&tree, false)];
    while let Some((node, inline)) = todo.pop() {
        let inline = inline || matches!(node, Node::Paragraph(_) | Node::Heading(_));
        todo.extend(node.children().into_iter().flatten().map(|child| (child, inline)));
        let (mark, position) = match node {
            Node::Code(code) => {
                let position = code.position.as_ref()?;
                let start = &text[position.start.offset..];
                let fenced = start.starts_with("```") || start.starts_with("~~~");
                (if fenced { b'f' } else { b'i' }, position)
            }
            Node::Html(html) if !inline => (b'h', html.position.as_ref()?),
            _ => continue,
        };
        // A fence that ends with its container ends where the next line begins.
        let last = if position.end.column == 1 { position.end.line - 1 } else { position.end.line };
        for line in position.start.line..=last {
            if let Some(slot) = marks.get_mut(line - 1) {
                *slot = mark;
            }
        }
    }
    String::from_utf8(marks).ok()
}

fn ours(text: &str, mdx: bool) -> String {
    let host = Host::scan(text, mdx);
    let mark = |line: &HostLine| match line.place {
        Place::Fence(_) | Place::FenceEdge(_) => 'f',
        Place::IndentedCode => 'i',
        Place::Html | Place::Comment | Place::Raw => 'h',
        Place::Prose if text[line.content..].starts_with("<!--") => 'h',
        _ => '.',
    };
    host.lines.iter().map(mark).collect()
}

/// Blank lines at the edge of a block belong to nothing that matters.
fn settle(text: &str, marks: &str) -> String {
    let keep = |(line, mark): (&str, char)| if line.trim_matches([' ', '\t', '>']).is_empty() { ' ' } else { mark };
    text.lines().zip(marks.chars()).map(keep).collect()
}

/// Nothing where markdown-rs has no view of the page.
fn agree(text: &str, mdx: bool) -> Option<Result<(), String>> {
    if departs(text).is_some() {
        return None;
    }
    let theirs = oracle(text, mdx)?;
    let (ours, theirs) = (settle(text, &ours(text, mdx)), settle(text, &theirs));
    Some(if ours == theirs { Ok(()) } else { Err(format!("ours   {ours}\ntheirs {theirs}\n{text}")) })
}

fn page(lines: &'static [&'static str]) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(lines), 1..9).prop_map(|lines| lines.join("\n") + "\n")
}

fn hold(lines: &'static [&'static str], mdx: bool) {
    let (asked, answered) = (Cell::new(0_u32), Cell::new(0_u32));
    let config = proptest::test_runner::Config { cases: 6000, failure_persistence: None, ..Default::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let held = runner.run(&page(lines), |text| {
        asked.set(asked.get() + 1);
        match agree(&text, mdx) {
            None => {}
            Some(Ok(())) => answered.set(answered.get() + 1),
            Some(Err(difference)) => return Err(TestCaseError::fail(difference)),
        }
        Ok(())
    });
    if let Err(error) = held {
        panic!("{error}");
    }
    println!("{} pages, {} answered", asked.get(), answered.get());
    assert!(
        answered.get() * 3 > asked.get(),
        "markdown-rs was asked too seldom: {} of {}",
        answered.get(),
        asked.get()
    );
}

#[test]
fn commonmark_places_are_those_of_markdown_rs() {
    hold(LINES, false);
}

#[test]
fn mdx_places_are_those_of_markdown_rs() {
    hold(MDX_LINES, true);
}
