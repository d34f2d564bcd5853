//! Findings for GitHub Actions: lines of the log, annotations of files, and the summary of a job.
//!
//! A runner takes a line for a command that begins with `::`, wherever in the log, and one that holds `##[`. So no other
//! line is let through as it is, and in commands everything is escaped that could end them.

use super::finding::{Finding, Level, Place, Report, Span};
use super::human::plural;
use super::status::{code, in_cell};
use crate::text::visible;
use std::fmt::Write as _;

/// How many annotations of a level GitHub keeps of a step.
const KEPT: usize = 10;

/// How many differences of a region are listed.
const LISTED: usize = 10;

/// The most characters of a title, and of a message.
const TITLE: usize = 120;
const MESSAGE: usize = 4000;

/// The log: every finding in plain lines, and then the commands that annotate files.
///
/// `place` says where a file lies.
#[must_use]
pub fn github(report: &Report, place: &dyn Fn(&str) -> Place) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        for text in listed(finding) {
            out.push_str(&line(&text));
            out.push('\n');
        }
    }
    if let Some(mend) =
        report.findings.iter().filter(|finding| finding.is_drift()).find_map(|drift| drift.help.as_ref())
    {
        let _ = writeln!(out, "{}", line(mend));
    }
    for level in [Level::Note, Level::Warning, Level::Error] {
        let mut all: Vec<&Finding> = report.findings.iter().filter(|finding| finding.level == level).collect();
        // Where not all are shown, it is drift that is left out: a fault keeps pages from being written at all.
        all.sort_by_key(|finding| finding.is_drift());
        let shown = if all.len() > KEPT { KEPT - 1 } else { all.len() };
        for finding in &all[..shown] {
            annotation(&mut out, finding, place);
        }
        if all.len() > shown {
            let what = plural(all.len() - shown, &format!("more {}", level.name()));
            let message = format!("{what}: GitHub shows ten of a kind, the log of this step has all");
            let _ = writeln!(out, "::{} title=moonsync::{}", command(level), data(&message));
        }
    }
    out
}

/// A line of text as it may stand in a log: control characters are escaped, and no runner takes it for a command.
///
/// ```
/// use moonsync::report::github::line;
/// assert_eq!(line(" ::error::x"), " \\u{3a}:error::x");
/// assert_eq!(line("a ##[error]\n"), "a #\\u{23}[error]\\n");
/// assert_eq!(line("a::b # c"), "a::b # c");
/// ```
#[must_use]
pub fn line(text: &str) -> String {
    let text = shown(text);
    let start = text.len() - text.trim_start().len();
    match text[start..].strip_prefix("::") {
        Some(rest) => format!("{}\\u{{3a}}:{rest}", &text[..start]),
        None => text,
    }
}

/// The summary of a job, in Markdown of no more than `room` bytes; `closing` is the line in which the run ends, `mend` the
/// command that mends drift. Nothing where there is too little room for a sentence.
#[must_use]
pub fn summary(report: &Report, closing: &str, mend: Option<&str>, room: usize) -> String {
    let closing = closing.strip_prefix("moonsync: ").unwrap_or(closing);
    let mut out = format!("### moonsync\n\n{}\n", code(closing));
    let drifted = report.findings.iter().filter(|finding| finding.region.is_some() && finding.is_drift());
    let mut rows = Vec::new();
    for finding in drifted {
        let mut cells = vec![in_cell(&path_and_line(finding)), in_cell(finding.region.as_deref().unwrap_or_default())];
        cells.push(finding.locale.as_deref().map_or_else(String::new, in_cell));
        let mut differences: Vec<String> =
            finding.differences.iter().take(LISTED).map(|difference| in_cell(&difference.to_string())).collect();
        if finding.differences.len() > LISTED {
            differences.push(format!("and {} more", finding.differences.len() - LISTED));
        }
        cells.push(differences.join("<br>"));
        cells.push(if finding.written { "written" } else { "drifted" }.to_owned());
        rows.push(cells);
    }
    let mut left = room.saturating_sub(out.len());
    let mut tables =
        vec![table(&["Page", "Region", "Language", "What differs", "State"], &rows, "drifted region", &mut left)];
    let others = report.findings.iter().filter(|finding| !finding.is_drift()).map(|finding| {
        let place = if finding.path.is_empty() { String::new() } else { in_cell(&path_and_line(finding)) };
        vec![finding.level.name().to_owned(), in_cell(finding.rule), place, in_cell(&finding.message)]
    });
    tables.push(table(&["Level", "Rule", "Place", "Message"], &others.collect::<Vec<_>>(), "finding", &mut left));
    out.push_str(&tables.concat());
    if let Some(mend) = mend {
        let mend = format!("\nTo mend it: {}\n", code(mend));
        if mend.len() <= left {
            out.push_str(&mend);
        }
    }
    if out.len() <= room { out } else { String::new() }
}

/// A table with as many rows as there is room for, and how many are left out. Takes what it needs from the room.
fn table(heads: &[&str], rows: &[Vec<String>], what: &str, left: &mut usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let heads: Vec<String> = heads.iter().map(|head| (*head).to_owned()).collect();
    let rule: Vec<String> = heads.iter().map(|_| "---".to_owned()).collect();
    let mut out = format!("\n{}{}", row(&heads), row(&rule));
    // Room for what is said where rows are left out.
    let end = 100;
    if out.len() + end > *left {
        return String::new();
    }
    for (at, cells) in rows.iter().enumerate() {
        let next = row(cells);
        if out.len() + next.len() + end > *left {
            let _ = writeln!(out, "\nand {}: see the log", plural(rows.len() - at, &format!("more {what}")));
            break;
        }
        out.push_str(&next);
    }
    *left -= out.len();
    out
}

/// A finding as people read it in a log.
fn listed(finding: &Finding) -> Vec<String> {
    let place = match &finding.span {
        Some(span) => format!("{}:{}:{}: ", finding.path, span.start.line, span.start.column),
        None if finding.path.is_empty() => String::new(),
        None => format!("{}: ", finding.path),
    };
    let mut lines = Vec::new();
    if finding.is_drift() {
        let name = finding.region.as_deref().unwrap_or_default();
        let state = if finding.written { "written" } else { "drifted" };
        lines.push(format!("{place}{}[{}]: `{name}` {state}", finding.level.name(), finding.rule));
        lines.extend(finding.differences.iter().take(LISTED).map(|difference| format!("    {difference}")));
        if finding.differences.len() > LISTED {
            lines.push(format!("    and {} more", finding.differences.len() - LISTED));
        }
        if finding.differences.is_empty() {
            lines.push("    in sync, but written anew".to_owned());
        }
        lines.extend(finding.removed.iter().map(|removed| format!("    removed: {removed}")));
        // What mends all drift is said once, below.
    } else {
        lines.push(format!("{place}{}[{}]: {}", finding.level.name(), finding.rule, finding.message));
        lines.extend(finding.help.iter().flat_map(|help| help.lines()).map(|help| format!("    help: {help}")));
    }
    lines
}

fn annotation(out: &mut String, finding: &Finding, place: &dyn Fn(&str) -> Place) {
    let mut properties = Vec::new();
    let file = match place(&finding.path) {
        Place::Inside(path) | Place::Outside(path) => Some(path),
        Place::Nowhere => None,
    };
    if let Some(file) = file {
        properties.push(("file", shown(&file)));
        if let Some(Span { start, end, .. }) = &finding.span {
            properties.push(("line", start.line.to_string()));
            properties.push(("endLine", end.line.to_string()));
            // Over several lines GitHub takes no columns.
            if start.line == end.line {
                properties.push(("col", start.column.to_string()));
                properties.push(("endColumn", end.column.to_string()));
            }
        }
    }
    let title = match &finding.region {
        Some(region) => format!("{}: {region}", finding.rule),
        None => finding.rule.to_owned(),
    };
    properties.push(("title", shown(&cut(&title, TITLE))));
    let mut message = vec![shown(&cut(&finding.message, MESSAGE))];
    message.extend(finding.help.iter().flat_map(|help| help.lines()).map(|help| shown(&cut(help, MESSAGE))));
    let properties: Vec<String> = properties.iter().map(|(key, value)| format!("{key}={}", property(value))).collect();
    let _ = writeln!(out, "::{} {}::{}", command(finding.level), properties.join(","), data(&message.join("\n")));
}

fn command(level: Level) -> &'static str {
    match level {
        Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

fn path_and_line(finding: &Finding) -> String {
    match &finding.span {
        Some(span) => format!("{}:{}", finding.path, span.start.line),
        None => finding.path.clone(),
    }
}

/// What a command says, escaped as the runner reads it.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, escaped as the runner reads it.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// A text without control characters, and without the old form of commands.
fn shown(text: &str) -> String {
    visible(text).replace("##[", "#\\u{23}[")
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Difference;
    use crate::report::finding::{DRIFT, Summary};
    use crate::text::Position;

    fn finding(level: Level, rule: &'static str, path: &str, message: &str) -> Finding {
        Finding {
            rule,
            level,
            message: message.into(),
            path: path.into(),
            locale: None,
            region: None,
            span: None,
            differences: Vec::new(),
            removed: Vec::new(),
            written: false,
            help: None,
            edit: None,
            mention: None,
            snippet: None,
        }
    }

    fn report(findings: Vec<Finding>) -> Report {
        Report { command: "sync", findings, summary: Summary::default() }
    }

    fn inside(path: &str) -> Place {
        if path.is_empty() { Place::Nowhere } else { Place::Inside(format!("sub/{path}")) }
    }

    /// A command as a runner reads it: its name, its properties, and what it says.
    type Command = (String, Vec<(String, String)>, String);

    fn read(line: &str) -> Option<Command> {
        let rest = line.trim_start().strip_prefix("::")?;
        let (head, said) = rest.split_once("::")?;
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let plain = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
        let value = |text: &str| plain(&text.replace("%3A", ":").replace("%2C", ","));
        let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
        Some((name.into(), pairs.map(|(key, text)| (key.into(), value(text))).collect(), plain(said)))
    }

    #[test]
    fn escapes() {
        for (text, said, named) in [
            ("50% of it", "50%25 of it", "50%25 of it"),
            ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
            ("%0A", "%250A", "%250A"),
            ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
            ("é=\"x\"", "é=\"x\"", "é=\"x\""),
        ] {
            assert_eq!((data(text).as_str(), property(text).as_str()), (said, named), "{text}");
        }
    }

    #[test]
    fn hostile_names_make_no_command_and_no_property() {
        let name = "a,line=9::b\n::error::\u{2028}%0A::##[error]\u{1b}[31m\".md";
        let mut drift = finding(Level::Error, DRIFT, name, "it\r\n::warning::drifted");
        drift.region = Some("x\n::stop-commands::y".into());
        drift.differences = vec![Difference::Extra("::error::\n::error::x".into())];
        drift.removed = vec!["\t::add-mask::x".into()];
        drift.help = Some("do it\n::error::and that".into());
        let starts = finding(Level::Warning, "parity", "::error::x.md", "##[group]##[x]");
        let out = github(&report(vec![drift, starts]), &inside);
        let commands: Vec<_> = out.lines().filter_map(read).collect();
        assert_eq!(commands.len(), 2, "{out}");
        assert!(!out.contains("##[") && !out.contains(['\u{1b}', '\r', '\u{2028}']), "{out:?}");
        let (level, properties, said) = &commands[1];
        assert_eq!(level, "error");
        assert_eq!(properties.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["file", "title"]);
        assert_eq!(properties[0].1, shown(&format!("sub/{name}")));
        assert_eq!(said, "it\\r\\n::warning::drifted\ndo it\n::error::and that");
    }

    #[test]
    fn places() {
        let mut one = finding(Level::Warning, "glued-marker", "a.md", "glued");
        let at = |line, column| Position { line, column };
        one.span = Some(Span { bytes: 3..9, start: at(2, 3), end: at(2, 9) });
        let mut several = one.clone();
        several.span = Some(Span { bytes: 3..19, start: at(2, 3), end: at(4, 1) });
        let out = github(&report(vec![one, several, finding(Level::Error, "usage", "", "no")]), &inside);
        let expected = "\
a.md:2:3: warning[glued-marker]: glued
a.md:2:3: warning[glued-marker]: glued
error[usage]: no
::warning file=sub/a.md,line=2,endLine=2,col=3,endColumn=9,title=glued-marker::glued
::warning file=sub/a.md,line=2,endLine=4,title=glued-marker::glued
::error title=usage::no
";
        assert_eq!(out, expected);
    }

    #[test]
    fn no_more_annotations_than_github_keeps() {
        for (count, annotated, last) in [(10, 10, "::error file=sub/9.md,title=drift::x"), (12, 10, "3 more errors: ")]
        {
            let many = (0..count).map(|n| finding(Level::Error, DRIFT, &format!("{n}.md"), "x"));
            let out = github(&report(many.chain([finding(Level::Warning, "parity", "a", "x")]).collect()), &inside);
            assert_eq!(out.lines().filter(|line| line.starts_with("::error ")).count(), annotated, "{count}");
            assert_eq!(out.lines().filter(|line| line.starts_with("::warning ")).count(), 1);
            assert_eq!(out.lines().filter(|line| line.contains("error[drift]")).count(), count);
            let found = out.lines().last().unwrap_or_default();
            assert!(found.contains(last), "{found}");
        }
    }

    #[test]
    fn faults_are_annotated_before_drift() {
        let many = (0..20).map(|n| finding(Level::Error, DRIFT, &format!("{n:02}.md"), "x"));
        let out = github(&report(many.chain([finding(Level::Error, "split-region", "z.md", "x")]).collect()), &inside);
        let first = out.lines().find(|line| line.starts_with("::")).unwrap_or_default();
        assert_eq!(first, "::error file=sub/z.md,title=split-region::x");
    }

    #[test]
    fn a_summary_is_escaped_and_fits_its_room() {
        let mut drift = finding(Level::Error, DRIFT, "a|b`<img>.md", "x");
        drift.region = Some("k-ids".into());
        drift.locale = Some("fr".into());
        drift.differences = vec![Difference::Extra("x\n| y".into()), Difference::Order];
        let all = report(vec![drift.clone(), finding(Level::Warning, "parity", "", "<b>\n# no")]);
        let text = summary(&all, "moonsync: 1 drifted", Some("moonsync docs"), 1 << 20);
        let expected = "\
### moonsync

`1 drifted`

| Page | Region | Language | What differs | State |
| --- | --- | --- | --- | --- |
| ``a\\|b`<img>.md`` | `k-ids` | `fr` | `- x\\n\\| y`<br>`order` | drifted |

| Level | Rule | Place | Message |
| --- | --- | --- | --- |
| warning | `parity` |  | `<b>\\n# no` |

To mend it: `moonsync docs`
";
        assert_eq!(text, expected);
        let many = report(vec![drift; 5000]);
        for room in [0, 20, 200, 1000, 10_000, 1 << 20] {
            let text = summary(&many, "moonsync: 1 drifted", Some("moonsync docs"), room);
            assert!(text.len() <= room, "{room}: {}", text.len());
        }
        let text = summary(&many, "moonsync: 1 drifted", None, 10_000);
        let rows = text.lines().filter(|line| line.ends_with("drifted |")).count();
        assert!(
            rows > 50 && text.contains(&format!("and {} more drifted regions: see the log", 5000 - rows)),
            "{text}"
        );
    }
}
