//! `moonsync refs`: mentions of retired and unknown models over a whole tree.

use super::config::RefLevel;
use super::output::Output;
use super::{Exit, Project, find, in_parallel, threads};
use crate::cli::{Common, Format, Refs, RefsLevel};
use moonsync::diagnostic::{self, Code, Diagnostic, Severity, Sources};
use moonsync::refs;
use moonsync::report::refs::{self as report, PageMentions};
use moonsync::text::visible;

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
        output.closing("moonsync: mentions are not looked for: their level is off");
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
    let name = if level == RefLevel::Error { Severity::Error } else { Severity::Warning }.name();
    match common.format {
        Format::Json => output.raw(report::json(&pages, &project.catalog, &project.label, name).as_bytes()),
        _ if common.quiet => {}
        _ => output.result(&report::human(&pages, common.verbose)),
    }
    diagnostic::sort(&mut faults);
    output.diagnostics(&faults, &sources, common.strict);
    let read = moonsync::report::human::plural(found.read, "page");
    let label = visible(&project.label);
    output.closing(&format!("moonsync: {}; {read} read; catalog {label}", report::summary(&pages)));
    if faults.iter().any(Diagnostic::is_error) {
        Exit::Fault
    } else if !pages.is_empty() && (level == RefLevel::Error || common.strict) || common.strict && !faults.is_empty() {
        Exit::Drift
    } else {
        Exit::Fine
    }
}
