//! What people read: faults with the line shown, what drifted, what was written.
//!
//! Everything that comes from a page, a catalog or a path is shown with its control characters escaped. Styles are
//! always there; whoever prints strips them where they are not wanted.

use crate::diagnostic::{Diagnostic, Severity, Sources};
use crate::plan::{PagePlan, RegionPlan};
use crate::text;
use crate::text::visible;
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;
use std::ops::Range;

/// The width that a shown line is cut to; not the terminal's, so that a report is the same everywhere.
const WIDTH: usize = 140;

/// The most characters that are marked.
const MARKED: usize = 100;

/// How many differences of a region are listed unless all are asked for.
const LISTED: usize = 10;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// Diagnostics in the order given, each with its line where the source is known.
#[must_use]
pub fn diagnostics(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let source = sources.get(&diagnostic.path).map(|text| &**text);
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(visible(&diagnostic.message)).id(diagnostic.code.name());
        let mut group = title.elements(None::<Element<'_>>);
        if let Some((source, span)) = source.zip(diagnostic.span.as_ref()) {
            let shown = Shown::new(source, span);
            let snippet = Snippet::source(shown.line).line_start(shown.number).path(visible(&diagnostic.path));
            group = group.element(snippet.annotation(AnnotationKind::Primary.span(shown.mark)));
        } else if !diagnostic.path.is_empty() {
            group = group.element(Origin::path(visible(&diagnostic.path)));
        }
        if let Some(help) = &diagnostic.help {
            let help: Vec<String> = help.lines().map(visible).collect();
            group = group.element(Level::HELP.message(help.join("\n")));
        }
        for line in renderer.render(&[group]).lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

/// The line that is shown for a fault. The printer cuts it to the width around the mark, and escapes what `visible` would,
/// but for a few characters, which are replaced here.
struct Shown {
    number: usize,
    line: String,
    mark: Range<usize>,
}

impl Shown {
    fn new(source: &str, span: &Range<usize>) -> Self {
        let start = text::floor_char(source, span.start);
        let number = text::position(source, start).line;
        let from = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let to = source[start..].find('\n').map_or(source.len(), |newline| start + newline);
        let line = source[from..to].trim_end_matches('\r');
        let bare = line.trim_start_matches('\u{feff}'); // it has no column
        let mark =
            |offset: usize| (offset - from).clamp(line.len() - bare.len(), line.len()) - (line.len() - bare.len());
        let start = mark(start);
        let end = mark(text::floor_char(source, span.end).clamp(from, to)).max(start);
        let end = bare[start..end].char_indices().nth(MARKED).map_or(end, |(at, _)| start + at);
        let left = |c: char| text::is_hidden(c) && !c.is_ascii();
        let replaced = |part: &str| part.replace(left, "\u{fffd}");
        let (before, marked) = (replaced(&bare[..start]), replaced(&bare[start..end]));
        let mark = before.len()..before.len() + marked.len();
        Self { number, line: before + &marked + &replaced(&bare[end..]), mark }
    }
}

/// What drifted, region by region, as `--check` says it.
#[must_use]
pub fn drift(pages: &[PagePlan], verbose: bool) -> String {
    let mut out = String::new();
    for page in pages {
        for region in page.regions.iter().filter(|region| is_due(region)) {
            let (path, name) = (visible(&page.path), visible(&region.name));
            let _ = writeln!(out, "{BOLD}{path}:{}{BOLD:#}: {name}", region.line);
            differences(&mut out, region, verbose);
            removed(&mut out, region);
        }
    }
    out
}

/// What was written, page by page: with the differences where `verbose`, and always with what was removed.
///
/// Where `quiet`, with nothing but that.
#[must_use]
pub fn written(pages: &[&PagePlan], verbose: bool, quiet: bool) -> String {
    let mut out = String::new();
    for page in pages {
        let regions: Vec<&RegionPlan> = page.regions.iter().filter(|region| region.edited).collect();
        if !quiet {
            let mut done = Vec::new();
            if !regions.is_empty() {
                done.push(format!("{} written", plural(regions.len(), "region")));
            }
            if page.stamped {
                done.push("stamp refreshed".to_owned());
            }
            let _ = writeln!(out, "{BOLD}{}{BOLD:#}: {}", visible(&page.path), done.join(", "));
        }
        for region in regions {
            if verbose || !region.removed.is_empty() {
                let _ = writeln!(out, "  {}:{}: {}", visible(&page.path), region.line, visible(&region.name));
            }
            if verbose {
                differences(&mut out, region, true);
            }
            removed(&mut out, region);
        }
    }
    out
}

/// Whether a region is to be written.
#[must_use]
pub fn is_due(region: &RegionPlan) -> bool {
    region.edited || !region.drift.is_empty()
}

/// How many of something: `1 page`, `2 pages`.
#[must_use]
pub fn plural(count: usize, what: &str) -> String {
    match what.strip_suffix('y') {
        _ if count == 1 => format!("{count} {what}"),
        Some(stem) if what != "key" => format!("{count} {stem}ies"),
        _ => format!("{count} {what}s"),
    }
}

fn differences(out: &mut String, region: &RegionPlan, all: bool) {
    let listed = if all { region.drift.len() } else { LISTED };
    for difference in region.drift.iter().take(listed) {
        let text = visible(&difference.to_string());
        let style = match text.as_bytes().first() {
            Some(b'+') => GREEN,
            Some(b'-') => RED,
            _ => YELLOW,
        };
        let _ = writeln!(out, "    {style}{text}{style:#}");
    }
    if region.drift.len() > listed {
        let _ = writeln!(out, "    {DIM}and {} more (-v shows all){DIM:#}", region.drift.len() - listed);
    }
    if region.drift.is_empty() {
        let _ = writeln!(out, "    in sync, but written anew");
    }
}

fn removed(out: &mut String, region: &RegionPlan) {
    for line in &region.removed {
        let _ = writeln!(out, "    {RED}removed:{RED:#} {}", visible(line.trim_end()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::plan::Difference;

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    fn region() -> RegionPlan {
        RegionPlan {
            name: "k-ids".into(),
            family: 0,
            region: "ids".into(),
            standing: crate::plan::Standing::Prose,
            broken: false,
            line: 3,
            marker: 0..0,
            body: 0..0,
            drift: vec![Difference::Missing("k3".into()), Difference::Order],
            edited: true,
            look: Vec::new(),
            removed: vec!["a \u{1b}[31mnote\r".into()],
        }
    }

    fn page(regions: Vec<RegionPlan>) -> PagePlan {
        PagePlan {
            path: "docs/a.md".into(),
            locale: None,
            text: "".into(),
            regions,
            unpaired: Vec::new(),
            edits: Vec::new(),
            stamped: false,
            diagnostics: Vec::new(),
        }
    }

    #[test]
    fn a_fault_shows_its_line() {
        let sources = Sources::from([("docs/a.md".to_owned(), "one\r\ntwo \u{1b}[0m três\r\nthree".into())]);
        let fault = Diagnostic::new(Code::MissingEnd, "docs/a.md", "no end for `x`").at(14..19).help("write it\nso");
        let text = plain(&diagnostics(&[fault], &sources));
        let expected = "\
error[missing-end]: no end for `x`
 --> docs/a.md:2:10
  |
2 | two ␛[0m três
  |          ^^^^
  |
  = help: write it
          so

";
        assert_eq!(text, expected);
    }

    #[test]
    fn nothing_of_a_line_acts_on_a_terminal() {
        let source = "a\u{9b}31m\u{202e}\u{200f}\u{feff}b\u{2028}\u{1b}HERE\u{7f}\u{85}";
        let at = source.find("HERE").unwrap_or_default();
        let fault = Diagnostic::new(Code::MissingEnd, "docs/a.md", "no end for `x`").at(at..at + 4);
        let text = plain(&diagnostics(&[fault], &Sources::from([("docs/a.md".to_owned(), source.into())])));
        assert!(text.contains("a\u{fffd}31m\u{fffd}\u{fffd}\u{fffd}b\u{fffd}␛HERE␡\u{fffd}\n"), "{text:?}");
        assert!(text.contains("docs/a.md:1:12\n") && text.contains("|            ^^^^\n"), "{text}");
        assert!(text.lines().all(|line| visible(line) == line), "{text:?}");
    }

    #[test]
    fn faults_without_a_place() {
        let fault = Diagnostic::new(Code::Io, "a\u{7}.md", "cannot be read");
        assert_eq!(plain(&diagnostics(&[fault], &Sources::new())), "error[io]: cannot be read\n--> a\\u{7}.md\n\n");
        let fault = Diagnostic::new(Code::NoRegion, "", "no region found").help("insert one");
        let text = plain(&diagnostics(&[fault], &Sources::new()));
        assert_eq!(text, "warning[no-region]: no region found\n |\n = help: insert one\n\n");
    }

    #[test]
    fn a_huge_line_is_cut_around_the_fault() {
        let source = format!("{}HERE{}", "a".repeat(100_000), "é".repeat(100_000));
        let sources = Sources::from([("a.md".to_owned(), source.into())]);
        let fault = Diagnostic::new(Code::GluedMarker, "a.md", "glued").at(100_000..100_004);
        let text = plain(&diagnostics(&[fault], &sources));
        assert!(text.contains("a.md:1:100001"), "{text}");
        assert!(text.contains("aaaHEREéé") && text.len() < 1000, "{text}");
        let fault = Diagnostic::new(Code::GluedMarker, "a.md", "glued").at(0..300_000);
        assert!(plain(&diagnostics(&[fault], &sources)).len() < 1000);
    }

    #[test]
    fn spans_that_fit_nothing_do_no_harm() {
        let sources = Sources::from([("a.md".to_owned(), "é\n".into())]);
        for span in [1..1, 0..9, 3..3, 9..12, 2..3] {
            let _ = diagnostics(&[Diagnostic::new(Code::GluedMarker, "a.md", "x").at(span)], &sources);
        }
    }

    #[test]
    fn drift_in_the_catalog_s_terms() {
        let text = plain(&drift(&[page(vec![region()])], false));
        assert_eq!(text, "docs/a.md:3: k-ids\n    + k3\n    order\n    removed: a \\u{1b}[31mnote\n");
        let mut long = region();
        long.removed.clear();
        long.drift = (0..12).map(|n| Difference::Extra(format!("m{n}"))).collect();
        assert!(plain(&drift(&[page(vec![long.clone()])], false)).ends_with("- m9\n    and 2 more (-v shows all)\n"));
        assert!(plain(&drift(&[page(vec![long])], true)).ends_with("- m11\n"));
    }

    #[test]
    fn what_was_written() {
        let page = page(vec![region()]);
        let text = plain(&written(&[&page], false, false));
        assert_eq!(text, "docs/a.md: 1 region written\n  docs/a.md:3: k-ids\n    removed: a \\u{1b}[31mnote\n");
        assert!(plain(&written(&[&page], true, false)).contains("    + k3\n"));
    }
}
