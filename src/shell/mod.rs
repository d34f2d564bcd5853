//! The program around the library: files, streams and the environment. `sync` is the whole main run on one screen.

mod bounds;
mod builtin;
mod catalog;
mod catalogs;
mod config;
mod day;
mod explain;
mod family;
mod find;
mod findings;
mod git;
mod harvest;
mod help;
mod import;
mod init;
mod locale;
mod mark;
mod output;
mod parity;
mod paths;
mod read;
mod refs;
mod replace;
mod restore;
mod stamp;
mod status;
#[cfg(test)]
mod testing;
mod twins;

use crate::cli::{self, Cli, Command, Common, Format, Mode, Sync};
use bounds::Bounds;
use clap::ValueEnum;
use config::{Config, Root};
use find::{Found, Page};
use moonsync::catalog::Catalog;
use moonsync::diagnostic::{self, Code, Diagnostic, Sources};
use moonsync::plan::{self, Options, PagePlan};
use moonsync::report::finding::{self, Summary};
use moonsync::report::{human, patch};
use output::Output;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Nothing drifted, or it was written.
    Fine = 0,
    /// A check failed.
    Drift = 1,
    /// A fault.
    Fault = 2,
}

/// Does what was typed.
pub(crate) fn run(cli: &Cli) -> ExitCode {
    let findings: &[Format] = &[Format::Human, Format::Json, Format::Github, Format::Sarif];
    let (name, formats): (_, &[Format]) = match &cli.command {
        None => ("sync", findings),
        Some(Command::Status(_)) => ("status", &[Format::Human, Format::Json, Format::Markdown]),
        Some(Command::Refs(_)) => ("refs", findings),
        Some(Command::Catalog(cli::Catalog::Show(_))) => ("catalog", &[Format::Human, Format::Json]),
        Some(Command::Catalog(cli::Catalog::Check)) => ("catalog", findings),
        Some(Command::Catalog(_)) => ("catalog", &[Format::Human]),
        Some(Command::Explain(_)) => ("explain", &[Format::Human]),
        Some(Command::Harvest(_)) => ("harvest", &[Format::Human]),
        Some(Command::Mark(_)) => ("mark", &[Format::Human]),
        Some(Command::Import(_)) => ("import", &[Format::Human]),
        Some(Command::Init(_)) => ("init", &[Format::Human]),
        Some(Command::Schema(_)) => ("schema", &[Format::Human]),
        Some(Command::Completions(_)) => ("completions", &[Format::Human]),
        Some(Command::Man(_)) => ("man", &[Format::Human]),
    };
    let mut output = Output::new(&cli.common, name);
    if !formats.contains(&cli.common.format) {
        let name = |format: &Format| format.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned());
        let message = format!("this command cannot print `--format {}`", name(&cli.common.format));
        let help = format!("it prints: {}", formats.iter().map(name).collect::<Vec<_>>().join(", "));
        let exit = output.faults(&[Diagnostic::new(Code::Usage, "", message).help(help)], &Sources::new());
        return ExitCode::from(output.end(exit) as u8);
    }
    if let Some(option) = idle(cli) {
        let message = format!("`{option}` does nothing with `moonsync {name}`");
        let fault = Diagnostic::new(Code::Usage, "", message).help("leave it out");
        let exit = output.faults(&[fault], &Sources::new());
        return ExitCode::from(output.end(exit) as u8);
    }
    let exit = match &cli.command {
        None => sync(&cli.common, &cli.sync, &mut output),
        Some(_) if cli.sync.paths.is_empty() && !cli.sync.mode.check && !cli.sync.mode.diff => match &cli.command {
            Some(Command::Status(status)) => status::run(&cli.common, status, &mut output),
            Some(Command::Refs(refs)) => refs::run(&cli.common, refs, &mut output),
            Some(Command::Explain(explain)) => explain::run(&cli.common, explain, &mut output),
            Some(Command::Harvest(harvest)) => harvest::run(&cli.common, harvest, &mut output),
            Some(Command::Mark(mark)) => mark::run(&cli.common, mark, &mut output),
            Some(Command::Init(init)) => init::run(&cli.common, init, &mut output),
            Some(Command::Import(import)) => import::run(&cli.common, import, &mut output),
            Some(Command::Schema(schema)) => help::schema(schema.file, &mut output),
            Some(Command::Completions(completions)) => help::completions(completions.shell, &mut output),
            Some(Command::Man(man)) => help::man(man, &mut output),
            Some(Command::Catalog(command)) => catalog::run(&cli.common, command, &mut output),
            None => Exit::Fine,
        },
        Some(_) => {
            let message = "--check, --diff and paths stand behind the command, not before it";
            let help = "a page named like a command is given as ./NAME";
            output.faults(&[Diagnostic::new(Code::Usage, "", message).help(help)], &Sources::new())
        }
    };
    ExitCode::from(output.end(exit) as u8)
}

/// An option that was given and that the command has no use for.
fn idle(cli: &Cli) -> Option<&'static str> {
    let command = cli.command.as_ref();
    let is_sync = command.is_none();
    let explains = matches!(command, Some(Command::Explain(_)));
    let marks = matches!(command, Some(Command::Mark(_)));
    let harvests = matches!(command, Some(Command::Harvest(_)));
    let refs = matches!(command, Some(Command::Refs(_)));
    // These say more about why they take no page from stdin.
    let refuses = matches!(command, Some(Command::Status(_) | Command::Import(_) | Command::Init(_)));
    [
        ("--rewrite", cli.common.rewrite && !is_sync && !explains),
        ("--keep-going", cli.common.keep_going && !is_sync && !marks && !harvests),
        ("--stdin-path", cli.common.stdin_path.is_some() && !(is_sync || refs || marks || harvests || refuses)),
    ]
    .into_iter()
    .find_map(|(option, idle)| idle.then_some(option))
}

/// The main run.
fn sync(common: &Common, sync: &Sync, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    if let Some(fault) = two_on_stdout(common, sync.mode) {
        return output.faults(&[fault], &sources);
    }
    let project = match Project::open(common, &mut sources) {
        Ok(project) => project,
        Err(faults) => return output.faults(&faults, &sources),
    };
    let mut found = match &common.stdin_path {
        Some(_) if !sync.paths.is_empty() => {
            let fault = Diagnostic::new(Code::Usage, "", "--stdin-path takes one page, and no other paths");
            return output.faults(&[fault], &sources);
        }
        Some(path) => project.stdin(path, &mut sources),
        None => find::pages(&project, &sync.paths, threads(common), &mut sources),
    };
    let options = Options { rewrite: common.rewrite };
    let mut plans =
        in_parallel(&found.pages, threads(common), |page| plan::plan_page(&project.catalog, &page.input, options));
    restore::advise(&project, &found.pages, &mut plans);
    let stamped = stamp::refresh(&project, &found.pages, &mut plans);
    if common.verbose && !common.format.lists_findings() {
        output.note(&stamped.report());
    }
    let warnings = parity::warnings(&project, &found, &plans, threads(common));
    found.diagnostics.extend(warnings);
    deliver(&project, common, sync.mode, found, plans, &sources, output)
}

/// What is wrong where a patch or a page would stand on stdout beside a machine format.
fn two_on_stdout(common: &Common, mode: Mode) -> Option<Diagnostic> {
    let what = match (mode.diff, &common.stdin_path) {
        _ if !common.format.lists_findings() => return None,
        (true, _) => "a patch",
        (false, Some(_)) if !mode.check => "the page",
        _ => return None,
    };
    let format = common.format.to_possible_value();
    let format = format.as_ref().map_or("", |value| value.get_name());
    let message = format!("stdout cannot have both {what} and `--format {format}`");
    let help = if mode.diff {
        "leave out --diff: `--format json` has the edit of each region as `edit`, and sarif as `fixes`"
    } else {
        "with --check, the page that comes on stdin is not printed"
    };
    Some(Diagnostic::new(Code::Usage, "", message).help(help))
}

/// Where the program was started.
#[derive(Debug)]
pub(crate) struct Workplace {
    /// The working directory, absolute.
    pub(crate) cwd: PathBuf,
    /// The home folder.
    pub(crate) home: Option<PathBuf>,
}

impl Workplace {
    fn new() -> io::Result<Self> {
        let home = env::home_dir().and_then(|home| fs::canonicalize(home).ok());
        Ok(Self { cwd: env::current_dir()?, home })
    }

    /// A path as it is typed here.
    pub(crate) fn relative(&self, path: &Path) -> PathBuf {
        paths::relative(&self.cwd, &paths::normal(&self.cwd.join(path)))
    }
}

/// What a run knows before it looks at a page.
#[derive(Debug)]
pub(crate) struct Project {
    /// Where the program was started.
    pub(crate) place: Workplace,
    /// Where the project is.
    pub(crate) root: Root,
    /// What `moonsync.toml` says.
    pub(crate) config: Config,
    /// The families.
    pub(crate) catalog: Catalog,
    /// What the closing line calls the catalog.
    pub(crate) label: String,
    /// Warnings of the configuration and the catalog.
    pub(crate) warnings: Vec<Diagnostic>,
}

impl Project {
    /// Reads the configuration and the catalog; all their faults at once.
    pub(crate) fn open(common: &Common, sources: &mut Sources) -> Result<Self, Vec<Diagnostic>> {
        let place = Workplace::new().map_err(|error| {
            vec![Diagnostic::new(Code::Io, "", format!("the working directory cannot be read: {error}"))]
        })?;
        let root = match &common.config {
            Some(file) => {
                let whole = paths::normal(&place.cwd.join(file));
                let folder = whole.parent().unwrap_or(&whole).to_owned();
                Root { folder: fs::canonicalize(&folder).unwrap_or(folder), file: Some(whole) }
            }
            None => config::find_root(&project_of(common, &place), place.home.as_deref()),
        };
        let (config, mut diagnostics) = match &root.file {
            None => (Config::default(), Vec::new()),
            Some(file) => {
                let shown = paths::display(&common.config.clone().unwrap_or_else(|| place.relative(file)));
                let nothing = file == Path::new("/dev/null"); // the way to say: no configuration
                Bounds::new(&place, &root)
                    .admit(&place.relative(file), common.config.is_some())
                    .map_err(|fault| vec![fault])?;
                let text = if nothing { Ok(String::new()) } else { read::text(file) }.map_err(|error| {
                    vec![Diagnostic::new(Code::Io, shown.clone(), format!("cannot be read: {error}"))]
                })?;
                let parsed = config::parse(&shown, &text);
                sources.insert(shown, text.into());
                parsed
            }
        };
        // A newer format may say anything about where the catalog is.
        if diagnostics.iter().any(|fault| fault.code == Code::VersionRequired) {
            return Err(diagnostics);
        }
        let loaded = catalogs::load(&place, &root, &config, &common.catalog, sources);
        diagnostics.extend(loaded.diagnostics);
        if diagnostics.iter().any(Diagnostic::is_error) {
            return Err(diagnostics);
        }
        let mut catalog = loaded.catalog;
        catalog.source_locale.clone_from(&config.translations.source_locale);
        Ok(Self { place, root, config, catalog, label: loaded.label, warnings: diagnostics })
    }

    /// The one page that comes on stdin.
    pub(crate) fn stdin(&self, path: &Path, sources: &mut Sources) -> Found {
        let shown = paths::display(path);
        let mut found = Found { read: 1, looked_in: vec![shown.clone()], ..Found::default() };
        let mut bytes = Vec::new();
        if let Err(error) = io::stdin().lock().read_to_end(&mut bytes) {
            found.diagnostics.push(Diagnostic::new(Code::Io, shown, format!("stdin cannot be read: {error}")));
            return found;
        }
        match find::Search::new(self).text_of(&bytes) {
            Ok(None) => found.unread = Some(bytes),
            Ok(Some(text)) => {
                sources.insert(shown.clone(), text.clone());
                let real = fs::canonicalize(path).unwrap_or_else(|_| paths::normal(&self.place.cwd.join(path)));
                found.pages.push(self.page(path, &real, shown, text));
            }
            Err(at) => found.diagnostics.push(find::not_utf8(shown, at)),
        }
        found
    }
}

/// Where the search for the project begins: where the run was started, or where the page that comes on stdin lies.
fn project_of(common: &Common, place: &Workplace) -> PathBuf {
    let folder = common.stdin_path.as_ref().and_then(|path| {
        let whole = paths::normal(&place.cwd.join(path));
        whole.ancestors().skip(1).find_map(|folder| fs::canonicalize(folder).ok())
    });
    folder.unwrap_or_else(|| place.cwd.clone())
}

/// How many threads a run has.
pub(crate) fn threads(common: &Common) -> usize {
    common.threads.map_or_else(|| thread::available_parallelism().map_or(1, usize::from).min(12), usize::from)
}

/// Does something to every item, in several threads; the results have the items' order.
pub(crate) fn in_parallel<T: std::marker::Sync, R: Send>(
    items: &[T],
    threads: usize,
    work: impl Fn(&T) -> R + std::marker::Sync,
) -> Vec<R> {
    let threads = threads.min(items.len());
    if threads <= 1 {
        return items.iter().map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let worker = || {
        let mut done = Vec::new();
        while let Some((index, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|n| Some((n, items.get(n)?)))
        {
            done.push((index, work(item)));
        }
        done
    };
    let mut results: Vec<(usize, R)> = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        let results = workers.into_iter().flat_map(|worker| match worker.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        results.collect()
    });
    results.sort_unstable_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Writes, checks or prints what was planned. The pages of `found` and the plans go together.
pub(crate) fn deliver(
    project: &Project,
    common: &Common,
    mode: Mode,
    found: Found,
    plans: Vec<PagePlan>,
    sources: &Sources,
    output: &mut Output,
) -> Exit {
    let Found { pages, read, looked_in, targets: _, unread, diagnostics: mut all } = found;
    all.extend(project.warnings.iter().cloned());
    all.extend(plans.iter().flat_map(|plan| plan.diagnostics.iter().cloned()));
    let regions: usize = plans.iter().map(|plan| plan.regions.len()).sum();
    if regions == 0 && !all.iter().any(Diagnostic::is_error) {
        all.push(no_region(project, read, &looked_in));
    }

    let due: Vec<usize> = (0..plans.len()).filter(|n| !plans[*n].edits.is_empty() && !plans[*n].is_faulty()).collect();
    let mut patches = Vec::new();
    if mode.diff {
        for n in &due {
            match project.path_in_patch(&pages[*n]) {
                Ok(path) => patches.push(patch::patch(&path, &plans[*n].text, &plans[*n].edits)),
                Err(fault) => all.push(fault),
            }
        }
    }
    let faulty = |all: &[Diagnostic]| all.iter().any(Diagnostic::is_error);
    let sound = !faulty(&all) || common.keep_going && common.stdin_path.is_none();

    let for_people = !common.format.lists_findings();
    let (mut written, mut spared) = (0, 0);
    let mut replaced: &[usize] = &[];
    let stamps = |plans: &[&PagePlan]| plans.iter().filter(|plan| plan.stamped).count();
    let writes = !mode.check && !mode.diff;
    if mode.check && for_people {
        let report = human::drift(&plans, common.verbose);
        let mend = if report.is_empty() { String::new() } else { format!("to mend it: {}\n", mending_command()) };
        match (common.quiet, mode.diff) {
            (true, _) => {}
            (false, false) => output.result(&(report + &mend)),
            (false, true) => output.note(&(report + &mend)), // the result is the patch
        }
    }
    if mode.diff && sound {
        output.raw(patches.concat().as_bytes());
    }
    if writes && common.stdin_path.is_some() {
        if let (true, Some(bytes)) = (sound, &unread) {
            output.raw(bytes);
        } else if let (true, Some(plan)) = (sound, plans.first()) {
            output.raw(plan.new_text().as_deref().unwrap_or(&plan.text).as_bytes());
            output.note(&human::written(&due.iter().map(|n| &plans[*n]).collect::<Vec<_>>(), common.verbose, true));
            written = due.iter().map(|n| edited(&plans[*n])).sum();
        }
    } else if writes {
        pages.iter().for_each(|page| replace::sweep(&page.file));
        if sound {
            replaced = &due[..write(&pages, &plans, &due, &mut all)];
            let done: Vec<&PagePlan> = replaced.iter().map(|n| &plans[*n]).collect();
            if for_people {
                output.result(&human::written(&done, common.verbose, common.quiet));
            }
            written = done.iter().map(|plan| edited(plan)).sum();
            spared = stamps(&done);
        }
    }

    diagnostic::sort(&mut all);
    let drifted = plans.iter().flat_map(|plan| &plan.regions).filter(|region| human::is_due(region)).count();
    let warned = all.iter().any(|diagnostic| !diagnostic.is_error());
    let due_stamps = stamps(&due.iter().map(|n| &plans[*n]).collect::<Vec<_>>());
    let about_stamps = match (spared, due_stamps) {
        (0, due) if due > 0 && !writes => format!("; {} to refresh", human::plural(due, "stamp")),
        (0, _) => String::new(),
        (spared, _) => format!("; {} spared", human::plural(spared, "translation")),
    };
    let exit = if faulty(&all) {
        Exit::Fault
    } else if mode.check && drifted > 0 || common.strict && warned {
        Exit::Drift
    } else {
        Exit::Fine
    };
    let mut summary = Summary {
        read,
        drifted,
        written,
        stamps_due: due_stamps,
        stamps_refreshed: spared,
        catalog: Some(project.label.clone()),
        exit: exit as u8,
        ..counts(&plans)
    };
    let mut closing = closing_line(&summary, &about_stamps);
    let faults = all.iter().filter(|diagnostic| diagnostic.is_error()).count();
    if faults > 0 {
        closing.push_str(&format!("; {}", human::plural(faults, "fault")));
        closing.push_str(if writes && written == 0 { ": nothing was written" } else { "" });
    }
    if for_people {
        output.diagnostics(&all, sources, common.strict);
    } else {
        summary.stamps_due -= spared;
        let mend = (mode.check && drifted > 0).then(mending_command);
        let mut findings = finding::diagnostics(&all, &plans, sources);
        for (n, plan) in plans.iter().enumerate() {
            findings.extend(finding::drift(plan, replaced.binary_search(&n).is_ok(), mend.as_deref()));
        }
        finding::sort(&mut findings);
        output.findings(findings, summary, &closing, mend.as_deref());
    }
    output.closing(&closing);
    exit
}

/// Replaces the pages that are due; gives how many were, from the first.
fn write(pages: &[Page], plans: &[PagePlan], due: &[usize], all: &mut Vec<Diagnostic>) -> usize {
    let items = due.iter().filter_map(|n| {
        let (page, plan) = (&pages[*n], &plans[*n]);
        let new = plan.new_text()?;
        Some(replace::Replacement { file: &page.file, shown: &plan.path, old: &plan.text, new })
    });
    let items: Vec<_> = items.collect();
    match replace::replace(&items, &find::kept(pages, due)) {
        Ok(()) => due.len(),
        Err(failure) => {
            all.extend(failure.diagnostics);
            failure.replaced
        }
    }
}

fn edited(plan: &PagePlan) -> usize {
    plan.regions.iter().filter(|region| region.edited).count()
}

impl Project {
    /// The path of a page as a patch names it.
    fn path_in_patch(&self, page: &Page) -> Result<Vec<u8>, Diagnostic> {
        self.name_in_patch(&page.file).ok_or_else(|| {
            let message = "this page lies outside the working directory: a patch cannot name it";
            let fault = Diagnostic::new(Code::Usage, page.input.path.clone(), message);
            fault.help("run --diff from a folder that holds all pages")
        })
    }

    /// The name of a file in a patch, if it has one there.
    fn name_in_patch(&self, file: &Path) -> Option<Vec<u8>> {
        let path = file.strip_prefix(&self.place.cwd).ok()?;
        Some(if cfg!(windows) {
            paths::slashes(path).into_bytes()
        } else {
            path.as_os_str().as_encoded_bytes().to_vec()
        })
    }
}

fn no_region(project: &Project, read: usize, looked_in: &[String]) -> Diagnostic {
    let place = if looked_in.is_empty() { ".".to_owned() } else { looked_in.join(", ") };
    let message = match read {
        0 => format!("no page found in {place}"),
        _ => format!("no region found in {} in {place}", human::plural(read, "page")),
    };
    let namespaces: Vec<&str> = project.catalog.families.iter().map(|family| family.namespace.as_str()).collect();
    let mut help = format!(
        "regions of this catalog begin with {}; set one into a page: moonsync mark insert PAGE REGION --line N",
        namespaces.join(", ")
    );
    if project.catalog.families.iter().all(|family| builtin::holds(&family.path)) {
        help.push_str("\nthe catalog is the built-in one: moonsync init gives a project its own");
    }
    let other = looked_in.iter().find_map(|path| {
        let whole = paths::normal(&project.place.cwd.join(path));
        let below = |folder: &&Path| folder.starts_with(&project.root.folder) && *folder != project.root.folder;
        let file =
            whole.ancestors().take_while(below).map(|folder| folder.join(config::FILE)).find(|file| file.is_file());
        file.map(|file| paths::display(&project.place.relative(&file)))
    });
    if let Some(file) = other {
        let command = moonsync::text::command(&["--config", &file]);
        help.push_str(&format!("\nthese pages have a configuration of their own: {command}"));
    }
    Diagnostic::new(Code::NoRegion, "", message).help(help)
}

/// How many regions, pages with regions, and languages of these there are.
fn counts(plans: &[PagePlan]) -> Summary {
    let with: Vec<&PagePlan> = plans.iter().filter(|plan| !plan.regions.is_empty()).collect();
    let mut languages: Vec<Option<String>> =
        with.iter().map(|plan| plan.locale.as_ref().map(|tag| tag.to_lowercase())).collect();
    languages.sort_unstable();
    languages.dedup();
    Summary {
        pages: with.len(),
        regions: with.iter().map(|plan| plan.regions.len()).sum(),
        languages: languages.len(),
        ..Summary::default()
    }
}

fn closing_line(counts: &Summary, about_stamps: &str) -> String {
    format!(
        "moonsync: {} in {} in {}; {} drifted, {} written{about_stamps}; catalog {}",
        human::plural(counts.regions, "region"),
        human::plural(counts.pages, "page"),
        human::plural(counts.languages, "language"),
        counts.drifted,
        counts.written,
        moonsync::text::visible(counts.catalog.as_deref().unwrap_or_default()),
    )
}

/// The command that was typed, without what kept it from writing and what only says what is printed, and how.
fn mending_command() -> String {
    const REPORTING: &[&str] = &["--check", "--diff", "-v", "--verbose", "-q", "--quiet", "--format"];
    let (mut only_paths, mut is_value) = (false, false);
    let kept = env::args_os().skip(1).filter(|argument| {
        let named = REPORTING.iter().any(|reporting| argument == reporting);
        // The page that came on stdin is mended as a file.
        let is_stdin = argument == "--stdin-path";
        let reads =
            !only_paths && (named || is_value || is_stdin || argument.as_encoded_bytes().starts_with(b"--format="));
        is_value = !only_paths && argument == "--format";
        only_paths |= argument == "--";
        !reads
    });
    let kept = kept.map(|argument| match argument.to_str().and_then(|text| text.strip_prefix("--stdin-path=")) {
        Some(path) => path.into(),
        None => argument,
    });
    std::iter::once("moonsync".to_owned())
        .chain(kept.map(|argument| paths::quote(&argument)))
        .collect::<Vec<_>>()
        .join(" ")
}
