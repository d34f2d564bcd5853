//! What a run found, as data: one finding for each drifted region, fault, warning and mention.
//!
//! The machine formats ([`json`](super::json), [`github`](super::github), [`sarif`](super::sarif)) are made of findings
//! and nothing else, so that they say the same. What people read is made from the plans themselves: a run that prints for
//! people builds no finding.

use super::refs::PageMentions;
use crate::catalog::Catalog;
use crate::diagnostic::{Diagnostic, Severity, Sources};
use crate::plan::{Difference, PagePlan, RegionPlan};
use crate::refs::Mention;
use crate::text::{Edit, Position, floor_char};
use std::collections::HashMap;
use std::ops::Range;

/// The rule of a region that does not say what its catalog says. All other rules are [codes](crate::diagnostic::Code).
pub const DRIFT: &str = "drift";

/// How many differences a message names.
const NAMED: usize = 5;

/// The most bytes of a text that are shown as what a finding is about.
const SNIPPET: usize = 2000;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It was mended in this run.
    Note,
    /// The run goes on; `--strict` makes it fail.
    Warning,
    /// The run fails.
    Error,
}

impl Level {
    /// Its name in the machine formats.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl From<Severity> for Level {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Warning => Self::Warning,
            Severity::Error => Self::Error,
        }
    }
}

/// A part of a file: in bytes, and as people count. The end is the first place after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The bytes.
    pub bytes: Range<usize>,
    /// Where it begins.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// A text that mends a finding, and what it replaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replacement {
    /// What goes.
    pub span: Span,
    /// What comes in its place.
    pub text: String,
}

/// The model that a mention names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mentioned {
    /// `retired-ref`, `retired-id` or `unknown-ref`.
    pub kind: &'static str,
    /// What stands on the page.
    pub text: String,
    /// The id, without its provider.
    pub id: String,
    /// The namespace of its family.
    pub namespace: String,
    /// Since when it is retired, where the catalog says.
    pub since: Option<String>,
    /// Whether the page calls it the default.
    pub as_default: bool,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of a [code](crate::diagnostic::Code), or [`DRIFT`].
    pub rule: &'static str,
    /// How bad it is.
    pub level: Level,
    /// What was found, in one line. Texts of pages and catalogs stand in it as they are.
    pub message: String,
    /// The file, as the user named it; empty where no file is concerned.
    pub path: String,
    /// The language of the page; `None` for the source language, and where no page is concerned.
    pub locale: Option<String>,
    /// The full name of the region that it is about.
    pub region: Option<String>,
    /// The part of the file, as it was read, that is meant; `None` for the whole file. For drift, the start marker.
    pub span: Option<Span>,
    /// How the region differs from the catalog; nothing for other rules.
    pub differences: Vec<Difference>,
    /// Lines of the region that are no catalog content and go when it is written.
    pub removed: Vec<String>,
    /// Whether this run wrote it.
    pub written: bool,
    /// The command or the lines that mend it.
    pub help: Option<String>,
    /// What mends it in this file, as it was read.
    pub edit: Option<Replacement>,
    /// The model, where it is about a mention.
    pub mention: Option<Mentioned>,
    /// The text that is meant, unless it is long.
    pub snippet: Option<String>,
}

impl Finding {
    /// Whether it is a region that drifted, or was to be written anew.
    #[must_use]
    pub fn is_drift(&self) -> bool {
        self.rule == DRIFT
    }
}

/// The counts that a run ends with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// Pages read.
    pub read: usize,
    /// Pages with a region; of `refs` those with a mention.
    pub pages: usize,
    /// Regions.
    pub regions: usize,
    /// Languages of the pages that are counted.
    pub languages: usize,
    /// Regions that drifted.
    pub drifted: usize,
    /// Regions that were written.
    pub written: usize,
    /// Stamps of translations that are to be refreshed.
    pub stamps_due: usize,
    /// Stamps of translations that were refreshed.
    pub stamps_refreshed: usize,
    /// What the closing line calls the catalog; `None` where none was read.
    pub catalog: Option<String>,
    /// The exit code.
    pub exit: u8,
}

/// All that a machine format says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The command: `sync`, `refs`, …
    pub command: &'static str,
    /// What was found, sorted by [`sort`].
    pub findings: Vec<Finding>,
    /// The counts.
    pub summary: Summary,
}

impl Report {
    /// How many findings have a level.
    #[must_use]
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }
}

/// Where a file lies for readers who do not know where the run was started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Its path from the root of the repository, with forward slashes.
    Inside(String),
    /// Its whole path, with forward slashes: it lies elsewhere.
    Outside(String),
    /// It is no file.
    Nowhere,
}

/// The drifted regions of a page. Those that are `written` are notes; the others are errors, which the command `mend`
/// mends.
#[must_use]
pub fn drift(page: &PagePlan, written: bool, mend: Option<&str>) -> Vec<Finding> {
    let mut places = Places::new(&page.text);
    let due = page.regions.iter().filter(|region| super::human::is_due(region));
    let finding = |region: &RegionPlan| {
        let written = written && region.edited;
        let span = places.span(&region.marker);
        let edit = edit_of(page, region).map(|edit| Replacement {
            span: places.span(&edit.range),
            text: edit.text.clone(), //
        });
        Finding {
            rule: DRIFT,
            level: if written { Level::Note } else { Level::Error },
            message: drifted(region, written),
            path: page.path.clone(),
            locale: page.locale.clone(),
            region: Some(region.name.clone()),
            span: Some(span),
            differences: region.drift.clone(),
            removed: region.removed.iter().map(|line| line.trim_end().to_owned()).collect(),
            written,
            help: mend.filter(|_| !written).map(|mend| format!("to mend it: {mend}")),
            edit,
            mention: None,
            snippet: snippet(&page.text, &region.marker),
        }
    };
    due.map(finding).collect()
}

fn drifted(region: &RegionPlan, written: bool) -> String {
    let name = &region.name;
    let mut message = match (region.drift.is_empty(), written) {
        (true, true) => return format!("`{name}` was in sync, and was written anew"),
        (true, false) => return format!("`{name}` is in sync, and would be written anew"),
        (false, true) => format!("`{name}` had drifted, and was written: "),
        (false, false) => format!("`{name}` drifted: "),
    };
    let named: Vec<String> = region.drift.iter().take(NAMED).map(ToString::to_string).collect();
    message.push_str(&named.join("; "));
    if region.drift.len() > NAMED {
        message.push_str(&format!("; and {} more", region.drift.len() - NAMED));
    }
    message
}

/// Faults and warnings. Those of a page of `plans` have its language, and the region that they lie in.
#[must_use]
pub fn diagnostics(diagnostics: &[Diagnostic], plans: &[PagePlan], sources: &Sources) -> Vec<Finding> {
    let pages: HashMap<&str, &PagePlan> = plans.iter().map(|plan| (plan.path.as_str(), plan)).collect();
    let mut texts: HashMap<&str, Places<'_>> = HashMap::new();
    let found = diagnostics.iter().map(|diagnostic| {
        let path = diagnostic.path.as_str();
        let page = pages.get(path);
        let text = page.map(|page| &*page.text).or_else(|| sources.get(path).map(|text| &**text));
        let place = text.zip(diagnostic.span.as_ref());
        let region = page.zip(diagnostic.span.as_ref()).and_then(|(page, span)| region_at(page, span.start));
        Finding {
            rule: diagnostic.code.name(),
            level: diagnostic.severity.into(),
            message: diagnostic.message.clone(),
            path: diagnostic.path.clone(),
            locale: page.and_then(|page| page.locale.clone()),
            region: region.map(|region| region.name.clone()),
            span: place.map(|(text, span)| texts.entry(path).or_insert_with(|| Places::new(text)).span(span)),
            differences: Vec::new(),
            removed: Vec::new(),
            written: false,
            help: diagnostic.help.clone(),
            edit: None,
            mention: None,
            snippet: place.and_then(|(text, span)| snippet(text, span)),
        }
    });
    found.collect()
}

/// The mentions of a page, whose text and language these are.
#[must_use]
pub fn mentions(
    page: &PageMentions,
    text: &str,
    locale: Option<&str>,
    catalog: &Catalog,
    severity: Severity,
) -> Vec<Finding> {
    let mut places = Places::new(text);
    let finding = |mention: &Mention| {
        let diagnostic = mention.diagnostic(&page.path, severity);
        let span = places.span(&mention.span);
        let edit = mention.instead.as_ref().map(|instead| Replacement { span: span.clone(), text: instead.clone() });
        Finding {
            rule: diagnostic.code.name(),
            level: severity.into(),
            message: diagnostic.message,
            path: page.path.clone(),
            locale: locale.map(str::to_owned),
            region: None,
            span: Some(span),
            differences: Vec::new(),
            removed: Vec::new(),
            written: false,
            help: diagnostic.help,
            edit,
            mention: Some(Mentioned {
                kind: mention.kind.name(),
                text: mention.text.clone(),
                id: mention.id.clone(),
                namespace: catalog.families[mention.family].namespace.clone(),
                since: mention.since.clone(),
                as_default: mention.as_default,
            }),
            snippet: snippet(text, &mention.span),
        }
    };
    page.mentions.iter().map(finding).collect()
}

/// Sorts findings by file, place and rule; those without a file come first.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        let place = |finding: &Finding| finding.span.as_ref().map(|span| (span.bytes.start, span.bytes.end));
        (&a.path, place(a), a.rule, &a.message).cmp(&(&b.path, place(b), b.rule, &b.message))
    });
}

/// The edit that writes a region.
fn edit_of<'p>(page: &'p PagePlan, region: &RegionPlan) -> Option<&'p Edit> {
    let at = page.edits.partition_point(|edit| edit.range.start < region.body.start);
    page.edits.get(at).filter(|edit| region.edited && edit.range.end <= region.body.end)
}

/// The region that an offset lies in; its markers' lines are part of it.
fn region_at(page: &PagePlan, offset: usize) -> Option<&RegionPlan> {
    let after = page.regions.partition_point(|region| region.marker.start <= offset);
    let region = page.regions.get(after.checked_sub(1)?)?;
    let rest = page.text.get(region.body.end..)?;
    let end = rest.find('\n').map_or(page.text.len(), |newline| region.body.end + newline);
    (offset <= end).then_some(region)
}

/// The text of a span, unless it is long.
fn snippet(text: &str, span: &Range<usize>) -> Option<String> {
    let start = floor_char(text, span.start);
    let end = floor_char(text, span.end).max(start);
    (end - start <= SNIPPET).then(|| text[start..end].to_owned())
}

/// Lines and columns of a text, found in linear time where they are asked for from top to bottom.
#[derive(Debug, Clone, Copy)]
struct Places<'t> {
    text: &'t str,
    offset: usize,
    at: Position,
}

impl<'t> Places<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, offset: 0, at: Position { line: 1, column: 1 } }
    }

    fn span(&mut self, bytes: &Range<usize>) -> Span {
        let start = self.find(bytes.start);
        let begin = self.offset;
        let end = if bytes.end > bytes.start { Self::find(&mut self.clone(), bytes.end) } else { start };
        Span { bytes: begin..floor_char(self.text, bytes.end).max(begin), start, end }
    }

    /// The place of an offset, as [`text::position`](crate::text::position) counts.
    fn find(&mut self, offset: usize) -> Position {
        let offset = floor_char(self.text, offset);
        if offset < self.offset {
            *self = Self::new(self.text);
        }
        let mut between = &self.text[self.offset..offset];
        if let Some(newline) = between.rfind('\n') {
            self.at.line += memchr::memchr_iter(b'\n', between.as_bytes()).count();
            self.at.column = 1;
            between = &between[newline + 1..];
        }
        // A byte order mark has no column.
        let shown = if self.at.column == 1 { between.trim_start_matches('\u{feff}') } else { between };
        self.at.column += shown.chars().count();
        self.offset = offset;
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::text::position;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_of_the_text(text in "[aé\n\u{feff}\r]{0,20}", offsets in proptest::collection::vec(0usize..50, 1..8)) {
            let mut places = Places::new(&text);
            for pair in offsets.windows(2) {
                let bytes = pair[0]..pair[1].max(pair[0]);
                let span = places.span(&bytes);
                prop_assert_eq!(span.start, position(&text, bytes.start));
                prop_assert_eq!(span.end, position(&text, bytes.end));
                prop_assert!(text.get(span.bytes).is_some());
            }
        }
    }

    #[test]
    fn faults_know_their_region() {
        let text = "x\n[s]\nbody\n[e]\ny\n";
        let region = RegionPlan {
            name: "k-ids".into(),
            family: 0,
            region: "ids".into(),
            standing: crate::plan::Standing::Prose,
            broken: true,
            line: 2,
            marker: 2..5,
            body: 6..11,
            drift: Vec::new(),
            edited: false,
            look: Vec::new(),
            removed: Vec::new(),
        };
        let page = PagePlan {
            path: "a.md".into(),
            locale: Some("fr".into()),
            text: text.into(),
            regions: vec![region],
            unpaired: Vec::new(),
            edits: Vec::new(),
            stamped: false,
            diagnostics: Vec::new(),
        };
        let at = |span| Diagnostic::new(Code::SwallowedText, "a.md", "x").at(span);
        let found = diagnostics(&[at(0..1), at(2..5), at(7..9), at(12..13), at(15..16)], &[page], &Sources::new());
        let regions: Vec<_> = found.iter().map(|finding| finding.region.as_deref()).collect();
        assert_eq!(regions, [None, Some("k-ids"), Some("k-ids"), Some("k-ids"), None]);
        assert!(found.iter().all(|finding| finding.locale.as_deref() == Some("fr")));
        assert_eq!(found[2].span.as_ref().map(|span| (span.start.line, span.start.column)), Some((3, 2)));
        assert_eq!(found[2].snippet.as_deref(), Some("od"));
        // Without a plan the place is that of the source, and without a source there is none.
        let sources = Sources::from([("a.md".to_owned(), text.into())]);
        assert_eq!(diagnostics(&[at(7..9)], &[], &sources)[0].span, found[2].span);
        assert_eq!(diagnostics(&[at(7..9)], &[], &Sources::new())[0].span, None);
    }
}
