//! What a region of a page says, before there is a catalog to hold it against.

use crate::catalog::Catalog;
use crate::content::{Inline, Value};
use crate::mark::insert::FenceText;
use crate::page::{self, Region, Scan, Site};
use crate::plan::{self, PageInput};
use crate::shape::json5::{self, Syntax, locate};
use crate::shape::{list, sequence, table};
use std::ops::Range;

/// A region, and what it says.
#[derive(Debug)]
pub(super) struct Seen {
    /// The family, by index.
    pub(super) family: usize,
    /// The region's name, without its namespace.
    pub(super) region: String,
    /// The page.
    pub(super) path: String,
    /// The line of its start marker, from 1.
    pub(super) line: usize,
    /// The key of the object whose `models` it stands in.
    pub(super) provider: Option<String>,
    pub(super) said: Said,
    /// What of it cannot be read, for a person to look at.
    pub(super) unread: Vec<String>,
}

/// What a region says.
#[derive(Debug)]
pub(super) enum Said {
    /// Objects, by id.
    Objects(Vec<(String, Value)>),
    /// Refs and their aliases.
    Aliases(Vec<(String, Option<String>)>),
    /// Ids or refs.
    Names(Vec<String>),
}

impl Said {
    pub(super) fn names(&self) -> Vec<&str> {
        match self {
            Self::Objects(objects) => objects.iter().map(|(id, _)| id.as_str()).collect(),
            Self::Aliases(aliases) => aliases.iter().map(|(name, _)| name.as_str()).collect(),
            Self::Names(names) => names.iter().map(String::as_str).collect(),
        }
    }

    pub(super) fn objects(&self) -> Option<impl Iterator<Item = (&str, &Value)>> {
        match self {
            Self::Objects(objects) => Some(objects.iter().map(|(id, object)| (id.as_str(), object))),
            _ => None,
        }
    }
}

/// The regions of a page, from top to bottom; a page with a fault has them as far as they can be told.
pub(super) fn regions(catalog: &Catalog, page: &PageInput) -> Vec<Seen> {
    let scan = plan::scan_page(catalog, page);
    scan.regions
        .iter()
        .filter_map(|region| {
            let (said, provider, foreign) = said(page, &scan, region)?;
            let is_comment =
                |line: &String| ["//", "/*", "*", "#"].iter().any(|mark| line.trim_start().starts_with(mark));
            let line = region.start.line + 1;
            let unread = foreign.iter().filter(|text| !is_comment(text)).map(|text| {
                format!(
                    "{}:{line} holds what cannot be read, and would be gone with the next sync: {}",
                    page.path,
                    text.trim()
                )
            });
            Some(Seen {
                unread: unread.collect(),
                family: region.start.family,
                region: region.start.region.clone(),
                path: page.path.clone(),
                line: region.start.line + 1,
                provider,
                said,
            })
        })
        .collect()
}

/// The text of every fence of JSON and its kin.
pub(super) fn blocks(page: &PageInput) -> Vec<String> {
    let scan = page::scan(&page.path, &page.text, page.dialect.is_mdx(&page.path), &[]);
    let fences = scan.host.fences.iter().enumerate();
    let readable = fences.filter(|(_, fence)| Syntax::of_language(&fence.language).is_some_and(Syntax::has_objects));
    readable.map(|(at, _)| FenceText::of(&page.text, &scan.host, at).text).collect()
}

/// What a region says, whose models they are, and the lines that cannot be read.
type Read = (Said, Option<String>, Vec<String>);

fn said(page: &PageInput, scan: &Scan, region: &Region) -> Option<Read> {
    let is_prose = matches!(region.site, Site::Prose);
    match (region.site, page::whole_fence(scan, region)) {
        (Site::Fence(fence), _) => {
            let text = FenceText::of(&page.text, &scan.host, fence);
            in_fence(scan, region, fence, &text)
        }
        (_, Some(fence)) => {
            let text = FenceText::of(&page.text, &scan.host, fence);
            let syntax = Syntax::of_language(&scan.host.fences[fence].language)?;
            let whole = json5::read_whole(&text.text, syntax)?;
            Some((of_body(&whole.body)?, None, whole.body.foreign))
        }
        _ if is_prose && page::swallowed(&page.text, scan, region).is_some() => None,
        _ => Some((words(&lines(page, scan, region), is_prose)?, None, Vec::new())),
    }
}

/// The lines of a region without the prefixes of what they stand in.
fn lines(page: &PageInput, scan: &Scan, region: &Region) -> String {
    let mut out = String::new();
    let container = region.start.container;
    for n in region.body_lines() {
        let (from, left) = scan.host.strip(&page.text, n, container);
        let end = scan.host.lines[n].line.text.end.max(from);
        out.push_str(&" ".repeat(left));
        out.push_str(page.text[from..end].trim_end());
        out.push('\n');
    }
    out
}

fn in_fence(scan: &Scan, region: &Region, fence: usize, text: &FenceText) -> Option<Read> {
    let language = &scan.host.fences[fence].language;
    let span = text.start(region.start.line + 1)..text.start(region.end.line);
    let Some(syntax) = Syntax::of_language(language).filter(|syntax| syntax.has_objects()) else {
        return Some((words(text.text.get(span)?, false)?, None, Vec::new()));
    };
    let body = json5::read(text.text.get(span.clone())?, syntax, None);
    let said = of_body(&body)?;
    Some((said, provider(&text.text, &span, syntax), body.foreign))
}

/// The key above `models`, where the region stands in such a list.
fn provider(text: &str, span: &Range<usize>, syntax: Syntax) -> Option<String> {
    let around = locate(text, syntax).into_iter();
    let around = around.filter(|at| at.inside.start <= span.start && span.end <= at.inside.end);
    let path = around.min_by_key(|at| at.inside.len())?.path;
    match &path[..] {
        [.., providers, provider, models] if providers == "providers" && models == "models" => Some(provider.clone()),
        _ => None,
    }
}

fn of_body(body: &json5::Body) -> Option<Said> {
    let entries = || body.entries.iter().map(|read| &read.entry);
    let string = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        _ => None,
    };
    if entries().next().is_some_and(|entry| entry.key.is_some()) {
        let alias =
            |entry: &crate::content::Entry| Some((entry.key.clone()?, entry.value.get("alias").and_then(string)));
        return Some(Said::Aliases(entries().filter_map(alias).collect()));
    }
    let objects: Vec<(String, Value)> =
        entries().filter_map(|entry| Some((entry.value.get("id").and_then(string)?, entry.value.clone()))).collect();
    if !objects.is_empty() {
        return Some(Said::Objects(objects));
    }
    let names: Vec<String> = entries().filter_map(|entry| string(&entry.value)).collect();
    (!names.is_empty()).then_some(Said::Names(names))
}

/// The items of a list or a table of prose, or of a list of another language.
fn words(body: &str, is_prose: bool) -> Option<Said> {
    let is_name = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
    let names: Vec<String> = if !is_prose {
        sequence::read(body).items.into_iter().filter_map(|item| item.value).collect()
    } else if let Some(table) = table::read(body) {
        let cell = |row: &Vec<table::Cell>| {
            let code = row.iter().find_map(|cell| match &cell.content {
                Some(Inline::Code(code)) => Some(code.clone()),
                _ => None,
            });
            code.or_else(|| row.first()?.content.as_ref().map(|content| content.text().to_owned()))
        };
        table.rows.iter().filter_map(cell).collect()
    } else {
        let items = list::read(body).items.into_iter();
        items.filter_map(|item| item.content.map(|content| content.text().to_owned())).collect()
    };
    let names: Vec<String> = names.into_iter().filter(|name| is_name(name)).collect();
    (!names.is_empty()).then_some(Said::Names(names))
}
