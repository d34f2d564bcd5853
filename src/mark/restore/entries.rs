//! A region among the entries of an array or object: its place by the path that leads there, and by whose entries they
//! are.

use super::{Lost, Model, Ours, Twin};
use crate::catalog::Kind;
use crate::content::{Entry, Value};
use crate::mark::insert::{FenceText, written};
use crate::page::{Region, Scan};
use crate::plan::PageInput;
use crate::shape::json5::{Bracket, Located, Syntax, locate, read};
use crate::text::visible;
use std::collections::BTreeSet;
use std::ops::Range;

/// The place of a region of the source page.
pub(super) struct There {
    /// The keys that lead to what it stands in.
    pub(super) path: Vec<String>,
    bracket: Bracket,
    /// The names of the entries before and after it.
    before: Vec<String>,
    after: Vec<String>,
}

/// Where the markers belong.
pub(super) enum Found {
    /// Around these lines, which hold so many entries.
    Around(Range<usize>, usize),
    /// Before this line, with this indentation and whatever stands before it.
    At(usize, String),
}

/// An entry of the translation.
struct Here {
    name: String,
    /// Its first and last line.
    lines: (usize, usize),
    /// Whether nothing but it stands on these lines.
    alone: bool,
    ours: bool,
}

/// The syntax of a fence in which a region stands among entries.
pub(super) fn syntax(ours: &Ours<'_>, language: &str) -> Option<Syntax> {
    let entries = !matches!(ours.region.kind, Kind::Template(_));
    Syntax::of_language(language).filter(|syntax| entries && syntax.has_objects())
}

/// What an entry is called: its key, its `id`, or itself.
pub(super) fn name(entry: &Entry) -> String {
    match (&entry.key, &entry.value) {
        (Some(key), _) => key.clone(),
        (None, Value::String(text)) => text.clone(),
        (None, value) => match value.get("id") {
            Some(Value::String(id)) => id.clone(),
            _ => value.to_string(),
        },
    }
}

/// The array or object that a region stands in.
fn container(text: &FenceText, region: &Region, syntax: Syntax) -> Option<Located> {
    let span = text.start(region.start.line)..text.start(region.end.line);
    let holds = |located: &Located| located.inside.start <= span.start && span.end <= located.inside.end;
    locate(&text.text, syntax).into_iter().filter(holds).min_by_key(|located| located.inside.len())
}

/// The keys that lead to a region of the source page.
pub(super) fn path(model: &Model<'_>, region: &Region, syntax: Syntax) -> Option<Vec<String>> {
    let crate::page::Site::Fence(fence) = region.site else { return None };
    let text = FenceText::of(&model.page.text, &model.scan.host, fence);
    Some(container(&text, region, syntax)?.path)
}

/// The place of a region of the source page.
pub(super) fn around(model: &Model<'_>, region: &Region, fence: usize, syntax: Syntax) -> Option<There> {
    let text = FenceText::of(&model.page.text, &model.scan.host, fence);
    let located = container(&text, region, syntax)?;
    let (start, end) = (text.start(region.start.line), text.start(region.end.line));
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (entry, at) in entries(&text, &located, syntax) {
        if at.start < start {
            before.push(entry);
        } else if at.start > end {
            after.push(entry);
        }
    }
    Some(There { path: located.path, bracket: located.bracket, before, after })
}

/// Names of the entries of an array or object, and where they stand in the fence.
fn entries(text: &FenceText, located: &Located, syntax: Syntax) -> Vec<(String, Range<usize>)> {
    let inside = located.inside.clone();
    let body = read(&text.text[inside.clone()], syntax, Some(located.bracket == Bracket::Object));
    let found = body.entries.iter();
    found
        .map(|entry| (name(&entry.entry), entry.source.start + inside.start..entry.source.end + inside.start))
        .collect()
}

/// Whether a fence has an array or object at a path with entries of the region, or none.
pub(super) fn has(
    page: &PageInput,
    scan: &Scan,
    fence: usize,
    syntax: Syntax,
    path: &[String],
    ours: &Ours<'_>,
) -> bool {
    let text = FenceText::of(&page.text, &scan.host, fence);
    let mut all = locate(&text.text, syntax).into_iter().filter(|located| located.path == path);
    all.any(|located| {
        let entries = entries(&text, &located, syntax);
        entries.is_empty() || entries.iter().any(|(name, _)| ours.names(name))
    })
}

/// The keys of a fence, by their paths, but for what stands below one of them.
pub(super) fn keys(
    page: &PageInput,
    scan: &Scan,
    fence: usize,
    syntax: Syntax,
    without: &[String],
) -> BTreeSet<Vec<String>> {
    let text = FenceText::of(&page.text, &scan.host, fence);
    let mut out = BTreeSet::new();
    for located in locate(&text.text, syntax) {
        if located.path.starts_with(without) {
            continue;
        }
        if located.bracket == Bracket::Object {
            for (name, _) in entries(&text, &located, syntax) {
                out.insert(located.path.iter().cloned().chain([name]).collect());
            }
        }
        out.insert(located.path);
    }
    out
}

/// Finds the place of a region in a fence of the translation.
pub(super) fn find(
    twin: &Twin<'_>,
    text: &FenceText,
    syntax: Syntax,
    there: &There,
    ours: &Ours<'_>,
    lost: &Lost,
) -> Result<Found, String> {
    let mut all = locate(&text.text, syntax);
    all.retain(|located| located.path == there.path && located.bracket == there.bracket);
    let shown = visible(&written(&there.path));
    let located = match &all[..] {
        [located] => located,
        [] => return Err(format!("its fence has no `{shown}` here")),
        _ => return Err(format!("its fence has `{shown}` {} times here", all.len())),
    };
    if let Some(half) = lost.start.or(lost.end) {
        let at = text.start(half);
        if !(located.inside.start <= at && at <= located.inside.end) {
            return Err(format!("its other marker does not stand at `{shown}`"));
        }
    }
    let entries: Vec<Here> =
        entries(text, located, syntax).into_iter().map(|(name, at)| here(twin, text, there, ours, name, at)).collect();
    let run = match (lost.start, lost.end) {
        (Some(line), _) => {
            let first = entries.iter().position(|entry| entry.lines.0 > line).unwrap_or(entries.len());
            let count = entries[first..].iter().take_while(|entry| entry.ours).count();
            first..first + count
        }
        (_, Some(line)) => {
            let end = entries.iter().position(|entry| entry.lines.0 > line).unwrap_or(entries.len());
            let count = entries[..end].iter().rev().take_while(|entry| entry.ours).count();
            end - count..end
        }
        (None, None) => {
            let first = entries.iter().position(|entry| entry.ours).unwrap_or(entries.len());
            first..first + entries[first..].iter().take_while(|entry| entry.ours).count()
        }
    };
    let rest = entries.iter().enumerate().filter(|(at, entry)| !run.contains(at) && entry.ours).count();
    let by_marker = lost.start.is_some() || lost.end.is_some();
    if rest > 0 && (!by_marker || !run.is_empty()) {
        return Err(format!("its entries of `{shown}` stand apart"));
    }
    if run.is_empty() {
        return empty(twin, text, there, located, &entries, lost);
    }
    if entries[run.clone()].iter().any(|entry| !entry.alone) {
        return Err(in_line(&shown));
    }
    let (first, last) = (&entries[run.start], &entries[run.end - 1]);
    let beside = |line: usize, at: usize| (at.min(line) + 1..at.max(line)).all(|between| is_free(twin, between));
    let joined = lost.start.is_none_or(|line| beside(line, first.lines.0))
        && lost.end.is_none_or(|line| beside(last.lines.1, line));
    if !joined {
        return Err("something else stands next to its other marker".to_owned());
    }
    Ok(Found::Around(first.lines.0..last.lines.1 + 1, run.len()))
}

/// Whether a line holds nothing, or a comment.
fn is_free(twin: &Twin<'_>, line: usize) -> bool {
    let line = &twin.scan.host.lines[line];
    let words = twin.text()[line.content..line.line.text.end].trim();
    words.is_empty() || words.starts_with("//") || words.starts_with("/*")
}

fn here(twin: &Twin<'_>, text: &FenceText, there: &There, ours: &Ours<'_>, name: String, at: Range<usize>) -> Here {
    let whole = &text.text;
    let line_start = whole[..at.start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = whole[at.end..].find('\n').map_or(whole.len(), |newline| at.end + newline);
    let behind = whole[at.end..line_end].trim_start();
    let behind = behind.strip_prefix(',').unwrap_or(behind).trim();
    let comment = behind.starts_with("//") || behind.starts_with("/*") && behind.find("*/") == Some(behind.len() - 2);
    let alone = whole[line_start..at.start].trim().is_empty() && (behind.is_empty() || comment);
    let line = |offset: usize| text.line(offset).unwrap_or_default();
    let lines = (line(at.start), line(at.end.saturating_sub(1)));
    let outside = there.before.contains(&name) || there.after.contains(&name);
    let ours = ours.names(&name) && !outside && !twin.in_region(lines.0);
    Here { name, lines, alone, ours }
}

/// The place of a region without entries: between those that stand before and after it on the source page.
fn empty(
    twin: &Twin<'_>,
    text: &FenceText,
    there: &There,
    located: &Located,
    entries: &[Here],
    lost: &Lost,
) -> Result<Found, String> {
    let shown = visible(&written(&there.path));
    let host = &twin.scan.host;
    let prefix = |line: usize| twin.text()[host.lines[line].line.text.start..host.lines[line].content].to_owned();
    let split = entries.iter().take_while(|entry| there.before.contains(&entry.name)).count();
    let known = entries[split..].iter().all(|entry| there.after.contains(&entry.name));
    if let Some(line) = lost.start {
        let behind = entries.iter().filter(|entry| entry.lines.0 > line).all(|entry| there.after.contains(&entry.name));
        return if behind { Ok(Found::At(line + 1, prefix(line))) } else { Err(foreign(&shown)) };
    }
    if let Some(line) = lost.end {
        let ahead = entries.iter().filter(|entry| entry.lines.0 < line).all(|entry| there.before.contains(&entry.name));
        return if ahead { Ok(Found::At(line, prefix(line))) } else { Err(foreign(&shown)) };
    }
    if !known {
        return Err(foreign(&shown));
    }
    let region_at = |line: usize| twin.scan.regions.iter().find(|region| region.body_lines().contains(&line));
    if entries.iter().any(|entry| !entry.alone) {
        return Err(in_line(&shown));
    }
    if let Some(last) = split.checked_sub(1).map(|at| &entries[at]) {
        let line = region_at(last.lines.1).map_or(last.lines.1, |region| region.end.line);
        return Ok(Found::At(line + 1, prefix(last.lines.0)));
    }
    if let Some(first) = entries.first() {
        let line = region_at(first.lines.0).map_or(first.lines.0, |region| region.start.line);
        return Ok(Found::At(line, prefix(first.lines.0)));
    }
    let (open, close) = (text.line(located.inside.start), text.line(located.inside.end));
    match (open, close) {
        (Some(open), Some(close)) if open < close && (open + 1..close).all(|line| is_free(twin, line)) => {
            Ok(Found::At(close, prefix(close) + text.unit()))
        }
        _ => Err(format!("`{shown}` opens and closes on one line here; break it")),
    }
}

fn in_line(path: &str) -> String {
    format!("the entries of `{path}` share lines here; give each a line of its own")
}

fn foreign(path: &str) -> String {
    format!("its entries of `{path}` are gone, and the others are not those of the source page")
}
