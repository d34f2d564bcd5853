//! `moonsync refs`: mentions of retired and unknown models over a whole tree.

use super::config::RefLevel;
use super::output::Output;
use super::{Exit, Project, find, in_parallel, threads};
use crate::cli::{Common, Refs, RefsLevel};
use moonsync::diagnostic::{self, Code, Diagnostic, Severity, Sources};
use moonsync::plan::PageInput;
use moonsync::refs;
use moonsync::report::finding::{self, Summary};
use moonsync::report::human::plural;
use moonsync::report::refs::{self as report, PageMentions};
use moonsync::text::visible;
use std::collections::{BTreeSet, HashMap};

/// Looks for mentions, and says what to write instead. Writes nothing.
pub(crate) fn run(common: &Common, arguments: &Refs, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let project = match Project::open(common, &mut sources) {
        Ok(project) => project,
        Err(faults) => return output.faults(&faults, &sources),
    };
    let level = match arguments.level {
        Some(RefsLevel::Off) => RefLevel::Off,
        Some(RefsLevel::Warn) => RefLevel::Warn,
        Some(RefsLevel::Error) => RefLevel::Error,
        None => project.config.refs.level,
    };
    if level == RefLevel::Off {
        let closing = "moonsync: mentions are not looked for: their level is off";
        if common.format.lists_findings() {
            let summary = Summary { catalog: Some(project.label.clone()), ..Summary::default() };
            output.findings(Vec::new(), summary, closing, None);
        }
        output.closing(closing);
        return Exit::Fine;
    }
    let refs = refs::Refs::new(&project.catalog);
    let mut found = match &common.stdin_path {
        Some(_) if !arguments.paths.is_empty() => {
            let fault = Diagnostic::new(Code::Usage, "", "--stdin-path takes one page, and no other paths");
            return output.faults(&[fault], &sources);
        }
        Some(path) => project.stdin(path, &mut sources),
        None => find::mentioning(&project, &refs, &arguments.paths, threads(common), &mut sources),
    };
    let allowed = |page: &find::Page| {
        let rel = project.path_from_root(&page.file, page.input.path.as_ref());
        rel.is_some_and(|rel| project.config.refs.allow.iter().any(|glob| glob.matches(&rel)))
    };
    found.pages.retain(|page| !allowed(page));
    let mentions = in_parallel(&found.pages, threads(common), |page| refs.mentions(&page.input));
    let pages: Vec<PageMentions> = found
        .pages
        .iter()
        .zip(mentions)
        .filter(|(_, mentions)| !mentions.is_empty())
        .map(|(page, mentions)| PageMentions { path: page.input.path.clone(), mentions })
        .collect();

    let mut faults = project.warnings.clone();
    faults.extend(found.diagnostics);
    if found.read == 0 && !faults.iter().any(Diagnostic::is_error) {
        faults.push(super::no_region(&project, 0, &found.looked_in));
    }
    diagnostic::sort(&mut faults);
    let exit = if faults.iter().any(Diagnostic::is_error) {
        Exit::Fault
    } else if !pages.is_empty() && (level == RefLevel::Error || common.strict) || common.strict && !faults.is_empty() {
        Exit::Drift
    } else {
        Exit::Fine
    };
    let label = visible(&project.label);
    let read = plural(found.read, "page");
    let closing = format!("moonsync: {}; {read} read; catalog {label}", report::summary(&pages));
    if common.format.lists_findings() {
        let severity = if level == RefLevel::Error { Severity::Error } else { Severity::Warning };
        let inputs: HashMap<&str, &PageInput> =
            found.pages.iter().map(|page| (page.input.path.as_str(), &page.input)).collect();
        let mut findings = finding::diagnostics(&faults, &[], &sources);
        let mut languages = BTreeSet::new();
        for page in &pages {
            let Some(input) = inputs.get(page.path.as_str()) else { continue };
            languages.insert(input.locale.as_ref().map(|tag| tag.to_lowercase()));
            let locale = input.locale.as_deref();
            findings.extend(finding::mentions(page, &input.text, locale, &project.catalog, severity));
        }
        finding::sort(&mut findings);
        let summary = Summary {
            read: found.read,
            pages: pages.len(),
            languages: languages.len(),
            catalog: Some(project.label.clone()),
            exit: exit as u8,
            ..Summary::default()
        };
        output.findings(findings, summary, &closing, None);
    } else {
        if !common.quiet {
            output.result(&report::human(&pages, common.verbose));
        }
        output.diagnostics(&faults, &sources, common.strict);
    }
    output.closing(&closing);
    exit
}
