//! `moonsync explain`: what made a region, and why it counts or does not.

use super::mark::one_page;
use super::output::Output;
use super::{Exit, Project};
use crate::cli::{Common, Explain};
use moonsync::catalog::Vocabulary;
use moonsync::diagnostic::{Code, Diagnostic, Sources};
use moonsync::page::{Form, Place, Region, Scan, Shape, Site};
use moonsync::plan::{self, Options, PageInput, RegionPlan};
use moonsync::text::visible;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Explains a page or a line of it.
pub(crate) fn run(common: &Common, explain: &Explain, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let project = match Project::open(common, &mut sources) {
        Ok(project) => project,
        Err(faults) => return output.faults(&faults, &sources),
    };
    let (path, line) = split(&explain.place);
    let page = match one_page(&project, &path, &mut sources) {
        Ok(page) => page.input,
        Err(fault) => return output.faults(&[fault], &sources),
    };
    let scan = plan::scan_page(&project.catalog, &page);
    if let Some(line) = line.filter(|line| *line == 0 || *line > scan.host.lines.len()) {
        let message = format!("the page has no line {line}: it has {}", scan.host.lines.len());
        return output.faults(&[Diagnostic::new(Code::Usage, page.path, message)], &sources);
    }
    let plan = plan::plan_page(&project.catalog, &page, Options { rewrite: common.rewrite });
    let teller = Teller { project: &project, page: &page, scan: &scan };
    let mut out = String::new();
    let mut told = false;
    for planned in &plan.regions {
        let Some(region) = scan.regions.iter().find(|region| region.start.line + 1 == planned.line) else { continue };
        let lines = region.start.line + 1..=region.end.line + 1;
        if line.is_none_or(|line| lines.contains(&line)) {
            teller.region(&mut out, region, planned, plan.is_faulty());
            told = true;
        }
    }
    // The name of a model may begin as a marker does.
    let looks_so = |n: usize| {
        let line = &scan.host.lines[n].line.text;
        [":start", ":end"].iter().any(|edge| page.text[line.clone()].contains(edge))
    };
    for shown in scan.shown.iter().filter(|shown| looks_so(shown.line)) {
        if line.is_none_or(|line| line == shown.line + 1) {
            let _ = writeln!(out, "line {}: not a marker: {}", shown.line + 1, visible(&shown.why));
            told = true;
        }
    }
    if let (Some(line), false) = (line, told) {
        let _ = writeln!(out, "line {line}: {}", teller.line(line - 1));
    } else if !told && plan.diagnostics.is_empty() {
        let _ = writeln!(out, "{}: no line of it mentions a marker", visible(&page.path));
    }
    output.result(&out);
    let concerns = |fault: &&Diagnostic| {
        let at = fault.span.as_ref().filter(|_| fault.path == page.path);
        let on = |line: usize| at.is_none_or(|span| moonsync::text::position(&page.text, span.start).line == line);
        line.is_none_or(on)
    };
    let faults: Vec<Diagnostic> = plan.diagnostics.iter().filter(concerns).cloned().collect();
    output.diagnostics(&faults, &sources, common.strict);
    if plan.is_faulty() { Exit::Fault } else { Exit::Fine }
}

/// A path and the line behind it. A file that is there as a whole has no line behind its name.
fn split(place: &Path) -> (PathBuf, Option<usize>) {
    let whole = || (place.to_owned(), None);
    if place.exists() {
        return whole();
    }
    let Some((path, line)) = place.to_str().and_then(|text| text.rsplit_once(':')) else { return whole() };
    match line.parse() {
        Ok(line) if !path.is_empty() => (PathBuf::from(path), Some(line)),
        _ => whole(),
    }
}

/// What a page is explained from.
struct Teller<'a> {
    project: &'a Project,
    page: &'a PageInput,
    scan: &'a Scan,
}

impl Teller<'_> {
    fn region(&self, out: &mut String, region: &Region, planned: &RegionPlan, faulty: bool) {
        let family = &self.project.catalog.families[planned.family];
        let path = visible(&self.page.path);
        let _ = writeln!(out, "{path}:{}: {}", planned.line, visible(&planned.name));
        let mut row = |what: &str, text: String| {
            let _ = writeln!(out, "  {:<10} {}", what, visible(&text));
        };
        row("lines", format!("{} to {}", planned.line, region.end.line + 1));
        row("catalog", format!("{} (namespace {}, provider {})", family.path, family.namespace, family.provider));
        if let Some(known) = family.region(&region.start.region) {
            row("kind", known.kind.name().to_owned());
        }
        row("language", self.language());
        row("dialect", self.dialect());
        row("place", self.site(region.site));
        row("markers", self.markers(region));
        let tag = self.page.locale.as_deref().unwrap_or(&self.project.catalog.source_locale);
        let vocabulary = Vocabulary::of(&family.locales, tag);
        let files: Vec<&str> = vocabulary.files().iter().map(|file| file.path.as_str()).collect();
        row("words", if files.is_empty() { format!("no locale file for {tag}") } else { files.join(", ") });
        for (what, text) in &planned.look {
            row(what, text.clone());
        }
        match (&planned.drift[..], faulty) {
            ([], _) if !planned.edited => row("state", if faulty { "see the faults" } else { "in sync" }.to_owned()),
            ([], _) => row("state", "in sync, and to be written anew".to_owned()),
            (drift, _) => {
                row("state", "drifted".to_owned());
                for difference in drift {
                    let _ = writeln!(out, "    {}", visible(&difference.to_string()));
                }
            }
        }
        out.push('\n');
    }

    fn language(&self) -> String {
        match &self.page.locale {
            Some(tag) => format!("{tag}, by its path"),
            None if self.page.name.is_some() => {
                format!("{}, the source language, by its path", self.project.config.translations.source_locale)
            }
            None => format!(
                "{}, the source language, since no pattern of [translations] fits its path",
                self.project.config.translations.source_locale
            ),
        }
    }

    fn dialect(&self) -> String {
        let name = if self.scan.mdx { "mdx" } else { "commonmark" };
        let how = match self.page.dialect {
            plan::Dialect::Auto => "by its name",
            _ => "by moonsync.toml",
        };
        let with = if !self.scan.mdx && self.scan.host.has_components { ", with components" } else { "" };
        format!("{name}{with}, {how}")
    }

    fn site(&self, site: Site) -> String {
        match site {
            Site::Prose => "prose".to_owned(),
            Site::FrontMatter { toml } => format!("front matter ({})", if toml { "TOML" } else { "YAML" }),
            Site::Fence(fence) => self.fence(fence),
        }
    }

    fn fence(&self, fence: usize) -> String {
        let fence = &self.scan.host.fences[fence];
        let language = if fence.language.is_empty() { "no language" } else { &fence.language };
        format!("the fence of line {}, {language}", fence.open + 1)
    }

    fn markers(&self, region: &Region) -> String {
        let name = |form: Form| match form {
            Form::MangledUnderscore | Form::MangledEscape => "mangled, of `{/* … */}`".to_owned(),
            form => form.write("…"),
        };
        let (start, end) = (name(region.start.form), name(region.end.form));
        let both = if start == end { start } else { format!("{start} and {end}") };
        if region.pulled_in { format!("{both}, the end pulled into the last item") } else { both }
    }

    /// What a line is that has nothing to do with a region.
    fn line(&self, n: usize) -> String {
        let line = &self.scan.host.lines[n];
        let what = match line.place {
            Place::Fence(fence) => format!("it stands in {}", self.fence(fence)),
            Place::FenceEdge(fence) => format!("the edge of {}", self.fence(fence)),
            Place::Prose => match line.shape {
                Shape::Blank => "a blank line of prose".to_owned(),
                Shape::Heading => "a heading".to_owned(),
                Shape::Component => "a component's tag, in prose".to_owned(),
                Shape::Other => "prose".to_owned(),
            },
            place => format!("it stands in {}", place.describe()),
        };
        let marker = self.scan.markers.iter().any(|marker| marker.line == n);
        if marker { format!("a marker whose region has a fault; {what}") } else { format!("{what}; in no region") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_behind_a_path() {
        for (place, path, line) in
            [("a.md:12", "a.md", Some(12)), ("a.md", "a.md", None), ("c:a.md", "c:a.md", None), (":3", ":3", None)]
        {
            assert_eq!(split(Path::new(place)), (PathBuf::from(path), line));
        }
    }
}
