//! `moonsync mark`: inserts, converts and repairs markers; [`restore`] puts back those that were lost.

use super::find::{self, Found, Page, Search};
use super::output::Output;
use super::{Exit, Project, in_parallel, mending_command, paths, replace, restore, threads};
use crate::cli::{self, Common, Convert, Insert, Mark, Mode, Sync};
use moonsync::diagnostic::{self, Code, Diagnostic, Sources};
use moonsync::mark::{self, Insertion, Marked, Spot};
use moonsync::page::Form;
use moonsync::report::{human, patch};
use moonsync::text::{self, visible};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Inserts, converts or repairs markers.
pub(crate) fn run(common: &Common, mark: &Mark, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let project = match Project::open(common, &mut sources) {
        Ok(project) => project,
        Err(faults) => return output.faults(&faults, &sources),
    };
    match mark {
        Mark::Repair(sync) => {
            all(&project, common, sync, "repair", sources, output, |page| mark::repair(&project.catalog, &page.input))
        }
        Mark::Convert(Convert { to, sync }) => all(&project, common, sync, "convert", sources, output, |page| {
            mark::convert(&project.catalog, &page.input, form(*to))
        }),
        Mark::Insert(insert) => insert_one(&project, common, insert, sources, output),
        Mark::Restore(sync) => restore::run(&project, common, sync, sources, output),
    }
}

fn form(form: cli::Form) -> Form {
    match form {
        cli::Form::Definition => Form::Definition,
        cli::Form::Html => Form::Html,
        cli::Form::Mdx => Form::Jsx,
    }
}

/// Does something to the markers of every page.
fn all(
    project: &Project,
    common: &Common,
    sync: &Sync,
    verb: &str,
    mut sources: Sources,
    output: &mut Output,
    work: impl Fn(&Page) -> Marked + std::marker::Sync,
) -> Exit {
    let found = match &common.stdin_path {
        Some(_) if !sync.paths.is_empty() => {
            let fault = Diagnostic::new(Code::Usage, "", "--stdin-path takes one page, and no other paths");
            return output.faults(&[fault], &sources);
        }
        Some(path) => project.stdin(path, &mut sources),
        None => find::pages(project, &sync.paths, threads(common), &mut sources),
    };
    let marked = in_parallel(&found.pages, threads(common), work);
    let report = |n: usize| {
        let path = visible(&found.pages[n].input.path);
        marked[n].changes.iter().fold(String::new(), |mut out, change| {
            let _ = writeln!(out, "{path}:{}: {}", change.line, visible(&change.to_string()));
            out
        })
    };
    let reports: Vec<String> = (0..marked.len()).map(report).collect();
    deliver(project, common, sync.mode, verb, found, marked, reports, &sources, output)
}

/// Sets a region into one page.
fn insert_one(project: &Project, common: &Common, insert: &Insert, mut sources: Sources, output: &mut Output) -> Exit {
    let page = match &common.stdin_path {
        Some(_) => {
            let message = "mark insert takes its page by name, not from stdin";
            Err(Diagnostic::new(Code::Usage, "", message))
        }
        None => one_page(project, &insert.page, &mut sources),
    };
    let page = match page {
        Ok(page) => page,
        Err(fault) => return output.faults(&[fault], &sources),
    };
    let (family, region) = match mark::resolve(&project.catalog, &insert.region) {
        Ok(resolved) => resolved,
        Err(fault) => return output.faults(&[*fault], &sources),
    };
    let spot = match (&insert.line, &insert.after_heading, &insert.at) {
        (Some(line), _, _) => Spot::Line(line.get()),
        (_, Some(text), _) => Spot::AfterHeading(text.clone()),
        (_, _, at) => Spot::At(at.clone().unwrap_or_default()),
    };
    let insertion = Insertion { family, region, spot, form: insert.form.map(form) };
    let (marked, report) = match mark::insert(&project.catalog, &page.input, &insertion) {
        Ok(inserted) => {
            let place = format!("{}:{}", visible(&page.input.path), inserted.line);
            let mut report = format!("{place}: {}\n", visible(&inserted.comment));
            for region in inserted.plan.regions.iter().filter(|region| region.edited) {
                for line in &region.removed {
                    let _ = writeln!(report, "    removed: {}", visible(line.trim_end()));
                }
            }
            let change = mark::Change {
                line: inserted.line,
                old: String::new(),
                new: inserted.comment,
                how: mark::How::InPlace,
            };
            // The places of its warnings are of the page as it will be.
            let warnings = inserted.plan.diagnostics.into_iter().map(|warning| Diagnostic { span: None, ..warning });
            let marked = Marked { edits: inserted.edits, changes: vec![change], diagnostics: warnings.collect() };
            (marked, report)
        }
        Err(faults) => {
            let spanless = faults.into_iter().map(|fault| Diagnostic { span: None, ..fault });
            (Marked { diagnostics: spanless.collect(), ..Marked::default() }, String::new())
        }
    };
    let found = Found { pages: vec![page], read: 1, ..Found::default() };
    deliver(project, common, insert.mode, "insert", found, vec![marked], vec![report], &sources, output)
}

/// Reads one page, whatever it holds.
pub(super) fn one_page(project: &Project, path: &Path, sources: &mut Sources) -> Result<Page, Diagnostic> {
    let shown = paths::display(path);
    let io = |error: std::io::Error| Diagnostic::new(Code::Io, shown.clone(), format!("cannot be read: {error}"));
    let file = fs::canonicalize(path).map_err(io)?;
    let bytes = super::read::bytes(&file).map_err(io)?;
    match Search::new(project).text_of(&bytes) {
        Ok(Some(text)) => {
            sources.insert(shown.clone(), text.clone());
            Ok(project.page(path, &file, shown, text))
        }
        Ok(None) => {
            Err(find::not_utf8(shown, std::str::from_utf8(&bytes).err().map_or(0, |error| error.valid_up_to())))
        }
        Err(at) => Err(find::not_utf8(shown, at)),
    }
}

/// Writes, checks or prints what is to be done to markers. The pages of `found`, `marked` and `reports` go together.
#[expect(clippy::too_many_arguments, reason = "all that a run ends with")]
pub(super) fn deliver(
    project: &Project,
    common: &Common,
    mode: Mode,
    verb: &str,
    found: Found,
    marked: Vec<Marked>,
    reports: Vec<String>,
    sources: &Sources,
    output: &mut Output,
) -> Exit {
    let Found { pages, read, looked_in, targets: _, unread, diagnostics: mut all } = found;
    all.extend(project.warnings.iter().cloned());
    all.extend(marked.iter().flat_map(|marked| marked.diagnostics.iter().cloned()));
    if read == 0 && !all.iter().any(Diagnostic::is_error) {
        all.push(super::no_region(project, read, &looked_in));
    }
    let due: Vec<usize> = (0..marked.len()).filter(|n| !marked[*n].edits.is_empty()).collect();
    let mut patches = Vec::new();
    if mode.diff {
        for n in &due {
            match project.path_in_patch(&pages[*n]) {
                Ok(path) => patches.push(patch::patch(&path, &pages[*n].input.text, &marked[*n].edits)),
                Err(fault) => all.push(fault),
            }
        }
    }
    let faulty = |all: &[Diagnostic]| all.iter().any(Diagnostic::is_error);
    let sound = !faulty(&all) || common.keep_going && common.stdin_path.is_none();
    let writes = !mode.check && !mode.diff;
    let new_text = |n: usize| text::apply(&pages[n].input.text, &marked[n].edits);
    let count = |done: &[usize]| done.iter().map(|n| marked[*n].changes.len()).sum::<usize>();
    let mut done = 0;

    if mode.check {
        let mend = if due.is_empty() { String::new() } else { format!("to do it: {}\n", mending_command()) };
        let report = due.iter().map(|n| reports[*n].as_str()).collect::<String>() + &mend;
        match (common.quiet, mode.diff) {
            (true, _) => {}
            (false, false) => output.result(&report),
            (false, true) => output.note(&report), // the result is the patch
        }
    }
    if mode.diff && sound {
        output.raw(patches.concat().as_bytes());
    }
    if writes && common.stdin_path.is_some() {
        if let (true, Some(bytes)) = (sound, &unread) {
            output.raw(bytes);
        } else if sound && !pages.is_empty() {
            output.raw(new_text(0).as_bytes());
            if !common.quiet {
                output.note(&reports[0]);
            }
            done = due.len();
        }
    } else if writes {
        pages.iter().for_each(|page| replace::sweep(&page.file));
        if sound {
            let items: Vec<_> = due
                .iter()
                .map(|n| {
                    let (file, input) = (&pages[*n].file, &pages[*n].input);
                    replace::Replacement { file, shown: &input.path, old: &input.text, new: new_text(*n) }
                })
                .collect();
            done = match replace::replace(&items, &find::kept(&pages, &due)) {
                Ok(()) => due.len(),
                Err(failure) => {
                    all.extend(failure.diagnostics);
                    failure.replaced
                }
            };
            if !common.quiet {
                output.result(&due[..done].iter().map(|n| reports[*n].as_str()).collect::<String>());
            }
        }
    }

    diagnostic::sort(&mut all);
    let warned = all.iter().any(|diagnostic| !diagnostic.is_error());
    let lost = all.iter().filter(|diagnostic| diagnostic.code == Code::CannotRestore).count();
    output.diagnostics(&all, sources, common.strict);
    let mut closing = closing_line(verb, count(&due), due.len(), count(&due[..done]), writes, read);
    if lost > 0 {
        let _ = write!(closing, "; {} to be put back by hand", human::plural(lost, "region"));
    }
    output.closing(&closing);
    if faulty(&all) {
        Exit::Fault
    } else if mode.check && (!due.is_empty() || lost > 0) || common.strict && warned {
        Exit::Drift
    } else {
        Exit::Fine
    }
}

/// The line in which the run ends; `verb` is `repair`, `convert`, `insert` or `restore`.
fn closing_line(verb: &str, due: usize, pages: usize, done: usize, writes: bool, read: usize) -> String {
    let what = if matches!(verb, "insert" | "restore") { "region" } else { "marker" };
    let past = if verb.ends_with('e') { format!("{verb}d") } else { format!("{verb}ed") };
    match (due, writes) {
        (0, _) => format!("moonsync: nothing to {verb} in {}", human::plural(read, "page")),
        (_, true) => format!("moonsync: {} {past} in {}", human::plural(done, what), human::plural(pages, "page")),
        (_, false) => format!("moonsync: {} to {verb} in {}", human::plural(due, what), human::plural(pages, "page")),
    }
}
