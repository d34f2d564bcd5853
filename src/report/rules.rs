//! What each rule means, in the words of the manual.

use super::finding::{DRIFT, Level};
use crate::diagnostic::Code;

/// The chapter that has a section for every code. Compiled in, so that it is always that of this version.
const CHAPTER: &str = include_str!("../../docs/manual/diagnostics.md");

const ABOUT_DRIFT: &str = "\
A region does not say what the catalog says: a model is missing, is there and should not be, or has another value, or the
order is another.

`+` stands before a model that the page lacks, `-` before one that it should not have, `~` before a value: first the
page's, then the catalog's. Run `moonsync` to write the region.";

/// What a rule means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// How bad a finding of the rule is unless it says otherwise.
    pub level: Level,
    /// The first paragraph, on one line.
    pub what: String,
    /// All of it, as Markdown without links.
    pub whole: String,
}

/// What a rule means; nothing where there is no such rule.
///
/// ```
/// let about = moonsync::report::rules::about("missing-end").unwrap();
/// assert!(about.what.starts_with("A start marker"));
/// ```
#[must_use]
pub fn about(rule: &str) -> Option<About> {
    if rule == DRIFT {
        return Some(About::new(Level::Error, ABOUT_DRIFT));
    }
    let code = Code::ALL.iter().find(|code| code.name() == rule)?;
    let head = format!("\n### {rule}\n");
    let start = CHAPTER.find(&head)? + head.len();
    let rest = &CHAPTER[start..];
    let end = ["\n### ", "\n## "].iter().filter_map(|next| rest.find(next)).min().unwrap_or(rest.len());
    Some(About::new(code.severity().into(), rest[..end].trim()))
}

impl About {
    fn new(level: Level, text: &str) -> Self {
        let whole = without_links(text);
        let first = whole.split("\n\n").next().unwrap_or_default();
        Self { level, what: first.split_whitespace().collect::<Vec<_>>().join(" "), whole }
    }

    /// The first sentence of the first paragraph.
    #[must_use]
    pub fn short(&self) -> &str {
        self.what.find(". ").map_or(&self.what, |end| &self.what[..=end])
    }
}

/// Links lead to chapters that are not there where this is read: their words stay.
fn without_links(text: &str) -> String {
    let mut fenced = false;
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        fenced ^= line.starts_with("```");
        let mut rest = line;
        while let (false, Some(middle)) = (fenced, rest.find("](")) {
            let (Some(open), Some(close)) = (rest[..middle].rfind('['), rest[middle..].find(')')) else { break };
            out.push_str(&rest[..open]);
            out.push_str(&rest[open + 1..middle]);
            rest = &rest[middle + close + 1..];
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_has_every_rule() {
        for rule in Code::ALL.iter().map(|code| code.name()).chain([DRIFT]) {
            let about = about(rule).unwrap_or_else(|| panic!("{rule} is in no section of docs/manual/diagnostics.md"));
            assert!(about.what.len() > 20 && !about.what.contains('\n'), "{rule}: {}", about.what);
            assert!(about.short().ends_with(['.', ':']), "{rule}: {}", about.short());
            assert!(!about.whole.contains("\n### "), "{rule}");
        }
        assert_eq!(about("none"), None);
    }

    #[test]
    fn links_are_left_out_but_not_in_examples() {
        let text = "See [Columns](catalog.md#columns) and [x](y).\n```text\n[//]: # \"a\" [b](c)\n```\nno [link]\n";
        let expected = "See Columns and x.\n```text\n[//]: # \"a\" [b](c)\n```\nno [link]\n";
        assert_eq!(without_links(text), expected);
    }
}
