//! `moonsync mark restore`: puts markers that translations lost back where their source pages have them.

use super::find::{self, Page};
use super::mark::deliver;
use super::output::Output;
use super::twins::twins;
use super::{Exit, Project, in_parallel, threads};
use crate::cli::{Common, Sync};
use moonsync::diagnostic::{Code, Diagnostic, Sources};
use moonsync::mark::{self, Change, How, Marked, Restored};
use moonsync::plan::{self, PageInput, PagePlan, scan_page};
use moonsync::text::{command, visible};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Puts back what the pages of a run lost.
pub(super) fn run(project: &Project, common: &Common, sync: &Sync, mut sources: Sources, output: &mut Output) -> Exit {
    let found = match &common.stdin_path {
        Some(_) if !sync.paths.is_empty() => {
            let fault = Diagnostic::new(Code::Usage, "", "--stdin-path takes one page, and no other paths");
            return output.faults(&[fault], &sources);
        }
        Some(path) => project.stdin(path, &mut sources),
        None => find::with_bare_translations(project, &sync.paths, threads(common), &mut sources),
    };
    let known = Originals::of(project, &found.pages, |_| true);
    let numbers: Vec<usize> = (0..found.pages.len()).collect();
    let restored = in_parallel(&numbers, threads(common), |number| {
        let page = &found.pages[*number];
        match known.of_page(*number) {
            Original::Page(source) => {
                let mut restored = mark::restore(&project.catalog, source, &page.input);
                restored.diagnostics.extend(without_original(project, &page.input, source));
                restored
            }
            Original::None => {
                let why = match page.input.locale {
                    Some(_) => "there is no source page to tell the place by",
                    None => "nothing tells its place: this is no translation",
                };
                let diagnostics = halves(project, &page.input, why);
                Restored { diagnostics, ..Restored::default() }
            }
            Original::Several => {
                let diagnostics = halves(project, &page.input, "more than one page could be the source page");
                Restored { diagnostics, ..Restored::default() }
            }
        }
    });
    let report = |number: &usize| {
        let path = visible(&found.pages[*number].input.path);
        restored[*number].regions.iter().fold(String::new(), |mut out, region| {
            let there = match known.of_page(*number) {
                Original::Page(source) => visible(&source.path),
                _ => String::new(),
            };
            let (name, line) = (visible(&region.name), region.source_line);
            let _ = writeln!(out, "{path}:{}: {name}: {}, as in {there}:{line}", region.line, region.how);
            out
        })
    };
    let reports: Vec<String> = numbers.iter().map(report).collect();
    let marked = restored.into_iter().map(|restored| {
        let change = |region: mark::Regained| Change {
            line: region.line,
            old: String::new(),
            new: region.name,
            how: How::OwnLine,
        };
        let changes = restored.regions.into_iter().map(change).collect();
        Marked { edits: restored.edits, changes, diagnostics: restored.diagnostics }
    });
    let marked = marked.collect();
    deliver(project, common, sync.mode, "restore", found, marked, reports, &sources, output)
}

/// Says of each promised region that a translation lost where its source page has it. The pages and the plans go
/// together.
pub(super) fn advise(project: &Project, pages: &[Page], plans: &mut [PagePlan]) {
    let broken = |plan: &PagePlan| plan.diagnostics.iter().any(|fault| fault.code == Code::PromisedRegion);
    let concerned: Vec<bool> = plans.iter().map(broken).collect();
    if !concerned.contains(&true) {
        return;
    }
    let known = Originals::of(project, pages, |number| concerned[number]);
    for (number, plan) in plans.iter_mut().enumerate().filter(|(number, _)| concerned[*number]) {
        let (Original::Page(source), input) = (known.of_page(number), &pages[number].input) else { continue };
        for (family, region, fault) in plan::broken_promises(&project.catalog, input) {
            let advice = mark::advice(&project.catalog, source, input, family, &region);
            let name = format!("{}-{region}", project.catalog.families[family].namespace);
            if let Some(said) = plan.diagnostics.iter_mut().find(|said| **said == fault) {
                said.help = Some(advice.unwrap_or_else(|| set_first(source, input, &name)));
            }
        }
    }
}

/// What a page has as its source page.
enum Original<'a> {
    Page(&'a PageInput),
    None,
    Several,
}

/// The source pages of the translations of a run: pages of the run, or read for this alone.
struct Originals<'a> {
    pages: &'a [Page],
    /// For a page, by index: its source page, by index, or whether there are several.
    in_run: BTreeMap<usize, Option<usize>>,
    beside: BTreeMap<usize, usize>,
    read: Vec<Page>,
}

impl<'a> Originals<'a> {
    /// Looks for the source pages of those that are `wanted`, by index.
    fn of(project: &Project, pages: &'a [Page], wanted: impl Fn(usize) -> bool) -> Self {
        let mut all = Self { pages, in_run: BTreeMap::new(), beside: BTreeMap::new(), read: Vec::new() };
        for group in twins(pages) {
            let translations: Vec<usize> = group.translations.iter().copied().filter(|at| wanted(*at)).collect();
            if translations.is_empty() {
                continue;
            }
            if !group.sources.is_empty() {
                all.in_run.extend(translations.into_iter().map(|at| (at, group.source())));
                continue;
            }
            let file = project.source_on_disk(&group.base, &group.name);
            let Some(page) = file.and_then(|file| project.read_beside(&file)) else { continue };
            all.read.push(page);
            all.beside.extend(translations.into_iter().map(|at| (at, all.read.len() - 1)));
        }
        all
    }

    fn of_page(&self, number: usize) -> Original<'_> {
        match (self.in_run.get(&number), self.beside.get(&number)) {
            (Some(Some(source)), _) => Original::Page(&self.pages[*source].input),
            (Some(None), _) => Original::Several,
            (None, Some(source)) => Original::Page(&self.read[*source].input),
            (None, None) => Original::None,
        }
    }
}

/// What can't be put back of a page that nothing tells the places of.
fn halves(project: &Project, page: &PageInput, why: &str) -> Vec<Diagnostic> {
    let scan = scan_page(&project.catalog, page);
    let faults = scan.diagnostics.iter().filter(|fault| matches!(fault.code, Code::MissingEnd | Code::MissingStart));
    let fault = |fault: &Diagnostic| Diagnostic {
        code: Code::CannotRestore,
        severity: Code::CannotRestore.severity(),
        message: format!("{}, and {why}", fault.message),
        ..fault.clone()
    };
    faults.map(fault).collect()
}

/// The regions that the catalog promises, and that the source page does not have either.
fn without_original(project: &Project, page: &PageInput, source: &PageInput) -> Vec<Diagnostic> {
    let there = plan::broken_promises(&project.catalog, source);
    let lacks = |(family, region): (usize, &str)| {
        there.iter().any(|(known, name, _)| (*known, name.as_str()) == (family, region))
    };
    let here = plan::broken_promises(&project.catalog, page).into_iter();
    here.filter(|(family, region, _)| lacks((*family, region)))
        .map(|(family, region, _)| {
            let name = format!("{}-{region}", project.catalog.families[family].namespace);
            let message = format!("`{name}` is promised, and {} does not have it either", visible(&source.path));
            Diagnostic::new(Code::CannotRestore, page.path.clone(), message).help(set_first(source, page, &name))
        })
        .collect()
}

/// How a region comes into a translation that its source page does not have.
fn set_first(source: &PageInput, page: &PageInput, name: &str) -> String {
    let insert = command(&["mark", "insert", &source.path, name, "--line"]);
    let restore = command(&["mark", "restore", &page.path]);
    format!("set it into the source page first: {insert} N\nthen into the translation: {restore}")
}
