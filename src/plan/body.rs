//! The body of a region as a text of its own: without the prefixes of its lines, and back again.

use crate::page::{Form, Host, marker};
use crate::text::Edit;
use std::ops::Range;

/// How the lines of a body begin and end: read from the line of the start marker, or of an opening fence.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    /// What stands before the words of a line: quote marks and indentation.
    prefix: String,
    /// The part of the prefix that belongs to the containers.
    quotes: usize,
    container: usize,
    /// The columns of indentation after the containers' prefixes.
    indent: usize,
    /// `\n` or `\r\n`.
    end: String,
}

impl Frame {
    /// The frame of the line `anchor`.
    pub(super) fn of(text: &str, host: &Host, anchor: usize) -> Self {
        let line = &host.lines[anchor];
        let start = line.line.text.start;
        let start = if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start };
        let (inner, left) = host.strip(text, anchor, line.container);
        let indent = left + columns(&text[inner..line.content], inner - start);
        Self {
            prefix: text[start..line.content].to_owned(),
            quotes: inner - start,
            container: line.container,
            indent,
            end: if text[line.line.end.clone()].starts_with('\r') { "\r\n".to_owned() } else { "\n".to_owned() },
        }
    }

    /// The indentation after the containers' prefixes.
    pub(super) fn indent(&self) -> &str {
        &self.prefix[self.quotes..]
    }

    /// The columns of that indentation.
    pub(super) fn columns(&self) -> usize {
        self.indent
    }

    /// The columns that the containers' prefixes take.
    pub(super) fn extra_width(&self) -> usize {
        columns(&self.prefix[..self.quotes], 0)
    }

    /// A line without the containers' prefixes.
    pub(super) fn strip(&self, text: &str, host: &Host, line: usize) -> String {
        let (from, left) = host.strip(text, line, self.container);
        " ".repeat(left) + &text[from..host.lines[line].line.text.end.max(from)]
    }

    /// A line without the containers' prefixes and the frame's indentation, as far as it has any.
    pub(super) fn dedent(&self, text: &str, host: &Host, line: usize) -> String {
        let stripped = self.strip(text, host, line);
        let mut column = 0;
        for (at, c) in stripped.char_indices() {
            if column >= self.indent || !matches!(c, ' ' | '\t') {
                return " ".repeat(column.saturating_sub(self.indent)) + &stripped[at..];
            }
            column += if c == '\t' { 4 - column % 4 } else { 1 };
        }
        String::new()
    }

    /// Lines that end in `\n`, each with the frame's whole prefix and line end.
    pub(super) fn enclose(&self, lines: &str) -> String {
        self.with_prefix(lines, &self.prefix)
    }

    /// Lines that end in `\n` and have their indentation, each with the containers' prefixes and the line end.
    pub(super) fn enclose_indented(&self, lines: &str) -> String {
        self.with_prefix(lines, &self.prefix[..self.quotes])
    }

    fn with_prefix(&self, lines: &str, prefix: &str) -> String {
        let mut out = String::with_capacity(lines.len() + lines.len() / 8);
        for line in lines.lines() {
            if line.is_empty() {
                out.push_str(prefix.trim_end());
            } else {
                out.push_str(prefix);
                out.push_str(line);
            }
            out.push_str(&self.end);
        }
        out
    }
}

fn columns(text: &str, from: usize) -> usize {
    let mut column = from;
    for c in text.chars() {
        column += if c == '\t' { 4 - column % 4 } else { 1 };
    }
    column - from
}

/// The lines of a body: what leads, what counts, what trails.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    /// Blank lines and directives before the content.
    pub(super) lead: Range<usize>,
    /// The content.
    pub(super) core: Range<usize>,
    /// Blank lines and directives after the content.
    pub(super) trail: Range<usize>,
}

impl Parts {
    /// Parts the lines of a body. Directives to formatters and linters that stand first or last are not content.
    pub(super) fn of(text: &str, host: &Host, lines: Range<usize>, forms: &[Form]) -> Self {
        let words = |n: usize| {
            let line = &host.lines[n];
            text[line.content..line.line.text.end.max(line.content)].trim_end_matches([' ', '\t'])
        };
        let around = lines.start.checked_sub(1).map(|n| host.lines[n].container);
        let passes = |n: &usize| {
            let line = &host.lines[*n];
            // A bullet or a quote mark without words is an item or a quote all the same.
            let own = !line.opens_item && around.is_none_or(|around| line.container == around);
            let empty = text[line.line.text.clone()].trim_matches([' ', '\t']).is_empty();
            empty || own && (words(*n).is_empty() || is_directive(words(*n), forms))
        };
        let first = lines.clone().find(|n| !passes(n)).unwrap_or(lines.end);
        let last = (first..lines.end).rev().find(|n| !passes(n)).map_or(first, |n| n + 1);
        Self { lead: lines.start..first, core: first..last, trail: last..lines.end }
    }

    /// The bytes of the content's lines, or where they would be.
    pub(super) fn bytes(&self, host: &Host) -> Range<usize> {
        let start = |n: usize| host.lines[n].line.text.start;
        start(self.core.start)..start(self.core.end)
    }

    /// The content as a text of its own.
    pub(super) fn text(&self, text: &str, host: &Host, frame: &Frame) -> String {
        let mut out = String::new();
        for n in self.core.clone() {
            out.push_str(&frame.dedent(text, host, n));
            out.push('\n');
        }
        out
    }

    /// An edit that puts `content`, framed lines, in the place of the old.
    pub(super) fn replace(&self, host: &Host, content: String) -> Edit {
        Edit { range: self.bytes(host), text: content }
    }
}

/// Words that a directive to a formatter or linter begins with.
const DIRECTIVES: &[&str] = &[
    "prettier-ignore",
    "markdownlint-",
    "remark-",
    "lint ",
    "textlint",
    "vale ",
    "cspell",
    "spell-checker",
    "spellchecker",
    "dprint-ignore",
    "oxfmt-ignore",
    "oxlint-",
    "eslint",
    "biome-ignore",
    "deno-fmt-ignore",
    "deno-lint-ignore",
    "rumdl-",
    "alex ",
    "mdformat",
    "proselint",
    "write-good",
    "yamllint",
    "stylelint-",
    "fmt:",
    "noqa",
    "jscpd:",
    "editorconfig-checker",
    "mdl ",
    "ltex",
    "harper",
    "sourcery",
    "pyml ",
    "taplo",
    "codespell",
];

/// Whether a line is a comment that speaks to a formatter or a linter.
fn is_directive(words: &str, forms: &[Form]) -> bool {
    forms.iter().filter_map(|form| marker::comment(words, *form)).any(|comment| {
        let says = comment.says.to_lowercase() + " ";
        DIRECTIVES.iter().any(|directive| says.starts_with(directive))
    })
}
