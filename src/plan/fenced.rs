//! Entries in fences: between two markers of a fence, or as the whole value of a fence between markers of prose.

use super::body::{Frame, Parts};
use super::differences::{align, changed, entry};
use super::region::{Fault, Outcome, Planner, settled};
use super::{Difference, Said};
use crate::content::{Entry, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::page::{Scan, Site};
use crate::shape::json5::{
    self, Body, Bracket, Enclosing, Style, Surroundings, Syntax, Wanted, enclosing_all, read_whole, significant,
    write_whole,
};
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// The text of a fence without the prefixes of its lines, and where each line of the page begins in it.
struct FenceText {
    text: String,
    first: usize,
    starts: Vec<usize>,
}

impl FenceText {
    fn of(planner: &Planner<'_>, frame: &Frame, lines: Range<usize>) -> Self {
        let mut text = String::new();
        let mut starts = Vec::with_capacity(lines.len() + 1);
        for n in lines.clone() {
            starts.push(text.len());
            text.push_str(&frame.strip(planner.text(), &planner.scan.host, n));
            text.push('\n');
        }
        starts.push(text.len());
        Self { text, first: lines.start, starts }
    }

    /// Where a line of the page begins.
    fn start(&self, line: usize) -> usize {
        self.starts[line - self.first]
    }

    /// The line of the page in which an offset lies.
    fn line(&self, offset: usize) -> usize {
        self.first + self.starts.partition_point(|start| *start <= offset) - 1
    }
}

/// What every region of a fence, or of TOML front matter, is planned from: read once, however many there are.
struct Survey {
    whole: FenceText,
    /// The brackets around each marker line.
    around: HashMap<usize, Enclosing>,
    /// Where tokens that are no comments begin.
    significant: Vec<usize>,
    surroundings: Surroundings,
}

impl Survey {
    fn of(planner: &Planner<'_>, frame: &Frame, lines: Range<usize>, syntax: Syntax) -> Self {
        let (text, host) = (planner.text(), &planner.scan.host);
        let whole = FenceText::of(planner, frame, lines);
        let regions = || regions_in(planner.scan, planner.found.site);
        let markers: Vec<usize> = regions().flat_map(|region| [region.start.line, region.end.line]).collect();
        let offsets: Vec<usize> = markers.iter().map(|line| whole.start(*line)).collect();
        let around = markers.into_iter().zip(enclosing_all(&whole.text, &offsets, syntax)).collect();
        let bodies: Vec<Range<usize>> = regions()
            .map(|region| {
                let core = Parts::of(text, host, region.body_lines(), planner.forms()).core;
                whole.start(core.start)..whole.start(core.end)
            })
            .collect();
        let surroundings = Surroundings::of(&whole.text, &bodies, syntax);
        Self { around, significant: significant(&whole.text, syntax), surroundings, whole }
    }

    /// What stands first at or after an offset, comments aside.
    fn next(&self, offset: usize) -> Option<char> {
        let at = self.significant.get(self.significant.partition_point(|start| *start < offset))?;
        self.whole.text[*at..].chars().next()
    }
}

fn regions_in(scan: &Scan, site: Site) -> impl Iterator<Item = &crate::page::Region> {
    // Those of one place follow each other.
    let from = scan.regions.iter().position(|region| region.site == site).unwrap_or(scan.regions.len());
    scan.regions[from..].iter().take_while(move |region| region.site == site)
}

/// The surveys of a page, each made when it is first asked for.
#[derive(Default)]
pub(super) struct Surveys(RefCell<HashMap<SurveyKey, Rc<Survey>>>);

/// The fence, if it is one, and the container whose prefixes its lines are read without.
type SurveyKey = (Option<usize>, usize);

impl Surveys {
    fn get(&self, planner: &Planner<'_>, frame: &Frame, lines: Range<usize>, syntax: Syntax) -> Rc<Survey> {
        let fence = if let Site::Fence(fence) = planner.found.site { Some(fence) } else { None };
        let key = (fence, planner.scan.host.lines[planner.found.start.line].container);
        let known = self.0.borrow().get(&key).cloned();
        known.unwrap_or_else(|| {
            let survey = Rc::new(Survey::of(planner, frame, lines, syntax));
            self.0.borrow_mut().insert(key, Rc::clone(&survey));
            survey
        })
    }
}

/// Plans entries between two markers of a fence.
pub(super) fn in_fence(
    planner: &Planner<'_>,
    fence: usize,
    syntax: Syntax,
    wanted: &[(String, Entry)],
    as_object: bool,
) -> Result<Outcome, Fault> {
    let host = &planner.scan.host;
    let fence = &host.fences[fence];
    let end = fence.close.unwrap_or_else(|| {
        let after =
            host.lines[planner.found.end.line..].iter().take_while(|line| line.place == planner.found.end.place);
        planner.found.end.line + after.count()
    });
    between(planner, fence.open + 1..end, syntax, wanted, as_object)
}

/// Plans the strings of an array in TOML front matter.
pub(super) fn front_matter(
    planner: &Planner<'_>,
    syntax: Syntax,
    wanted: &[(String, Entry)],
) -> Result<Outcome, Fault> {
    let lines = planner.scan.host.front_matter.as_ref().map_or(0..0, |(lines, _)| lines.start + 1..lines.end - 1);
    between(planner, lines, syntax, wanted, false)
}

fn between(
    planner: &Planner<'_>,
    lines: Range<usize>,
    syntax: Syntax,
    wanted: &[(String, Entry)],
    as_object: bool,
) -> Result<Outcome, Fault> {
    let (text, host, found) = (planner.text(), &planner.scan.host, planner.found);
    let frame = Frame::of(text, host, found.start.line);
    let survey = planner.surveys.get(planner, &frame, lines, syntax);
    let whole = &survey.whole;
    let (before, after) = (&survey.around[&found.start.line], &survey.around[&found.end.line]);

    if before.open != after.open {
        let name = format!("{}-{}", planner.family.namespace, planner.region.name);
        let message = format!("`{name}` starts and ends at different depths, or in different brackets");
        let help =
            format!("the end of line {} must stand in the brackets that the start stands in", found.end.line + 1);
        let fault = Diagnostic::new(Code::SplitRegion, planner.page.path.clone(), message);
        return Err(Box::new(fault.at(found.start.span.clone()).help(help)));
    }
    let container = before.open.last().map(|(bracket, _)| *bracket);
    match (container, as_object) {
        (Some(Bracket::Array), true) => {
            return Err(planner.no_form("it stands in an array", "put its markers between the braces of an object"));
        }
        (Some(Bracket::Object), false) => {
            return Err(planner.no_form("it stands in an object", "put its markers between the brackets of an array"));
        }
        _ => {}
    }
    if let (Some(_), Some((at, c))) = (container, before.before)
        && !matches!(c, '[' | '{' | '(' | ',')
        && !wanted.is_empty()
    {
        let line = whole.line(at);
        let page_line = &host.lines[line].line;
        let tail = whole.start(line + 1).saturating_sub(at + c.len_utf8() + 1);
        let place = page_line.text.end.saturating_sub(tail).max(page_line.text.start);
        let message = "the entry before the region lacks its comma".to_owned();
        let help = "write `,` here: it lies outside the region, so that moonsync does not touch it";
        let from = place.saturating_sub(c.len_utf8());
        let fault = Diagnostic::new(Code::MissingComma, planner.page.path.clone(), message);
        return Err(Box::new(fault.at(from..place).help(help)));
    }
    let end_line = whole.start(found.end.line + 1);
    let follows = container.is_some() && survey.next(end_line).is_some_and(|c| !matches!(c, ']' | '}' | ')'));

    let parts = Parts::of(text, host, found.body_lines(), planner.forms());
    let core = whole.start(parts.core.start)..whole.start(parts.core.end);
    let body = json5::read(&whole.text[core], syntax, Some(as_object));
    let entries: Vec<Entry> = wanted.iter().map(|(_, entry)| entry.clone()).collect();
    let mut said = compare(&body, wanted, &entries);
    if said.drift.is_empty() && follows && !body.trailing_comma && !entries.is_empty() {
        said.drift.push(Difference::Other("no comma after the last entry, though another one follows".to_owned()));
    }
    let style = Style::of(&body, &survey.surroundings, frame.indent());
    said.look = looks(&style);
    if said.drift.is_empty() && said.removed.is_empty() && !planner.options.rewrite {
        return Ok(settled(said, None));
    }
    let wanted = Wanted {
        expand: &planner.region.expand,
        width: planner.region.width,
        comma_after_last: follows.then_some(true),
        reuse: !planner.options.rewrite,
        extra_width: frame.extra_width(),
        ..Wanted::new(&entries)
    };
    let new = json5::write(&wanted, &body, &style);
    let edit = parts.replace(host, frame.enclose_indented(&new));
    Ok(settled(said, Some(edit)))
}

/// Plans a fence that is one whole value, alone between markers of prose.
pub(super) fn whole(
    planner: &Planner<'_>,
    fence: usize,
    syntax: Syntax,
    wanted: &[(String, Entry)],
    as_object: bool,
) -> Result<Outcome, Fault> {
    let (frame, parts) = planner.fence_parts(fence);
    let text = parts.text(planner.text(), &planner.scan.host, &frame);
    let old = read_whole(&text, syntax);
    let is_code = !matches!(syntax, Syntax::Json | Syntax::Jsonc | Syntax::Json5);
    if old.is_none() && is_code && !significant(&text, syntax).is_empty() {
        let what = "its fence holds more than one value";
        return Err(
            planner.no_form(what, "put the markers inside the fence, between the brackets of its array or object")
        );
    }
    let bracket = if as_object { Bracket::Object } else { Bracket::Array };
    if let Some(old) = &old
        && old.bracket != bracket
    {
        let (has, needs) = if as_object { ("an array", "an object") } else { ("an object", "an array") };
        let help = format!("make the fence {needs}, or put the markers inside it, where {needs} is");
        return Err(planner.no_form(&format!("its fence is {has}"), &help));
    }
    let entries: Vec<Entry> = wanted.iter().map(|(_, entry)| entry.clone()).collect();
    let mut said = match &old {
        Some(old) => compare(&old.body, wanted, &entries),
        None => {
            let mut said = Said::default();
            said.drift.extend(wanted.iter().map(|(id, _)| Difference::Missing(id.clone())));
            said.removed.extend(text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
            said
        }
    };
    let style = Style::of_whole(old.as_ref(), &text, syntax);
    said.look = looks(&style);
    if said.drift.is_empty() && said.removed.is_empty() && !planner.options.rewrite {
        return Ok(settled(said, None));
    }
    let wanted = Wanted {
        expand: &planner.region.expand,
        width: planner.region.width,
        reuse: !planner.options.rewrite,
        extra_width: frame.extra_width() + frame.indent().len(),
        ..Wanted::new(&entries)
    };
    let new = write_whole(&wanted, old.as_ref(), bracket, &style);
    let edit = parts.replace(&planner.scan.host, frame.enclose(&new));
    Ok(settled(said, Some(edit)))
}

/// What differs between the entries of a body and those of the catalog.
fn compare(body: &Body, wanted: &[(String, Entry)], entries: &[Entry]) -> Said {
    let mut said = Said::default();
    if body.says(entries) {
        return said;
    }
    let name = |entry: &Entry| match (&entry.key, &entry.value) {
        (Some(key), _) => key.clone(),
        (None, Value::String(text)) => text.clone(),
        (None, value) => match value.get("id") {
            Some(Value::String(id)) => id.clone(),
            _ => value.to_string(),
        },
    };
    let ids: HashMap<String, &str> = wanted.iter().map(|(id, entry)| (name(entry), id.as_str())).collect();
    let shown: Vec<String> = body
        .entries
        .iter()
        .map(|found| {
            let name = name(&found.entry);
            ids.get(&name).map_or(name, |id| (*id).to_owned())
        })
        .collect();
    let wanted_ids: Vec<&str> = wanted.iter().map(|(id, _)| id.as_str()).collect();
    let found_ids: Vec<&str> = shown.iter().map(String::as_str).collect();
    for (at, place) in align(&wanted_ids, &found_ids, &mut said.drift) {
        let found = &body.entries[place];
        entry(wanted_ids[at], &wanted[at].1, &found.entry, &mut said.drift);
        if !found.clean && said.drift.is_empty() && body.foreign.is_empty() {
            said.drift.push(changed(wanted_ids[at], "spelling", "a comment".to_owned(), "none".to_owned()));
        }
    }
    said.removed.extend(body.foreign.iter().cloned());
    if said.drift.is_empty() && said.removed.is_empty() {
        said.drift.push(Difference::Other("entries that cannot be read throughout".to_owned()));
    }
    said
}

fn looks(style: &Style) -> Vec<(&'static str, String)> {
    let unit = if style.unit == "\t" { "a tab".to_owned() } else { format!("{} spaces", style.unit.len()) };
    let yes = |flag: bool| if flag { "yes" } else { "no" }.to_owned();
    vec![
        ("quotes", style.quote.to_string()),
        ("quoted keys", yes(style.quoted_keys)),
        ("comma after the last entry", yes(style.comma_last)),
        ("one level", unit),
    ]
}
