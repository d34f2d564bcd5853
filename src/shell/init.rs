//! `moonsync init`: adopts a repository. What its pages say becomes a catalog; where they are, a configuration.
//!
//! Everything is made and tried in memory first: what is written is sound, and what `--check` will say is known.

mod layout;

use super::config::{self, Config};
use super::find::{self, Page};
use super::output::Output;
use super::{Exit, Project, Workplace, builtin, harvest, in_parallel, paths, read, replace, threads};
use crate::cli::{Common, Init};
use moonsync::adopt::{self, Draft};
use moonsync::catalog::parse::{CatalogFile, Role, parse};
use moonsync::catalog::{Catalog, Family};
use moonsync::diagnostic::{self, Code, Diagnostic, Sources};
use moonsync::harvest::Lessons;
use moonsync::plan::{self, Options, PageInput, PagePlan};
use moonsync::report::human::{self, plural};
use moonsync::report::patch;
use moonsync::stamp;
use moonsync::text::visible;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, IsTerminal, Write as _};
use std::path::{Path, PathBuf};

/// Where the CI job goes.
const WORKFLOW: &str = ".github/workflows/moonsync.yml";

/// The CI job, for GitHub.
const JOB: &str = "\
# Fails where a page has drifted from the catalog.
name: moonsync

on:
  push:
  pull_request:

permissions:
  contents: read

jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          persist-credentials: false
      - run: cargo install --locked moonsync
      - run: moonsync --check --format github
";

/// The lines to add to the jobs of GitLab.
const GITLAB: &str = "\
moonsync:
  image: rust:slim
  script:
    - cargo install --locked moonsync
    - moonsync --check
";

/// Proposes what a repository lacks, and writes it where that is wanted.
pub(crate) fn run(common: &Common, init: &Init, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let proposal = match Proposal::of(common, init, &mut sources) {
        Ok(proposal) => proposal,
        Err(faults) => return output.faults(&faults, &sources),
    };
    proposal.deliver(common, init, &sources, output)
}

/// A file that is to be.
struct NewFile {
    /// As the user names it.
    shown: String,
    file: PathBuf,
    text: String,
    /// What it is, for people.
    about: String,
}

/// What a repository lacks.
struct Proposal {
    project: Project,
    files: Vec<NewFile>,
    /// Those of its files that are there already, with the same text.
    done: Vec<NewFile>,
    /// What a person should look at.
    notes: Vec<String>,
    /// The pages as `--check` will see them.
    plans: Vec<PagePlan>,
    diagnostics: Vec<Diagnostic>,
}

impl Proposal {
    fn of(common: &Common, init: &Init, sources: &mut Sources) -> Result<Self, Vec<Diagnostic>> {
        let usage = |message: &str, help: String| vec![Diagnostic::new(Code::Usage, "", message).help(help)];
        if common.stdin_path.is_some() || common.config.is_some() {
            return Err(usage("init takes no --stdin-path and no --config", "it makes a moonsync.toml".to_owned()));
        }
        let place = Workplace::new().map_err(|error| {
            vec![Diagnostic::new(Code::Io, "", format!("the working directory cannot be read: {error}"))]
        })?;
        let root = config::find_root(&place.cwd, place.home.as_deref());
        if let Some(file) = &root.file {
            let shown = paths::display(&place.relative(file));
            let fault = Diagnostic::new(Code::Usage, shown, "this project has been adopted already");
            return Err(vec![fault.help("edit the file, or remove it to begin anew")]);
        }
        let catalog_folder = match &common.catalog[..] {
            [] => place.relative(&root.folder.join("catalog")),
            [folder] => folder.clone(),
            _ => return Err(usage("init makes one catalog", "give --catalog once".to_owned())),
        };
        let mut project = Project {
            place,
            root,
            config: Config::default(),
            catalog: Catalog::default(),
            label: format!("{}/", paths::display(&catalog_folder)),
            warnings: Vec::new(),
        };
        let found = find::marked(&project, &init.paths, threads(common), sources);
        if found.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(found.diagnostics);
        }
        let mut proposal = Self {
            files: Vec::new(),
            done: Vec::new(),
            notes: Vec::new(),
            plans: Vec::new(),
            diagnostics: found.diagnostics,
            project: {
                project.root.file = Some(project.root.folder.join(config::FILE));
                project
            },
        };
        let pages = proposal.configuration(&found.pages, &found.looked_in, &catalog_folder)?;
        let families = proposal.catalog(&pages, &catalog_folder)?;
        proposal.locales(common, &pages, &families, &catalog_folder)?;
        if !init.no_ci {
            proposal.job();
        }
        let project = &proposal.project;
        proposal.plans = in_parallel(&pages, threads(common), |page| {
            plan::plan_page(&project.catalog, &page.input, Options::default())
        });
        // What a run that was killed has put into place is taken as done.
        let is_done = |file: &NewFile| read::text(&file.file).is_ok_and(|text| text == file.text);
        let (done, files) = std::mem::take(&mut proposal.files).into_iter().partition(is_done);
        (proposal.done, proposal.files) = (done, files);
        if holds_other_toml(&catalog_folder, &proposal.done) {
            let shown = paths::display(&catalog_folder);
            let fault = Diagnostic::new(Code::Usage, shown, "this folder holds TOML files already");
            return Err(vec![fault.help("give the catalog a folder of its own: moonsync init --catalog FOLDER")]);
        }
        for file in &proposal.files {
            if fs::symlink_metadata(&file.file).is_ok() {
                let fault = Diagnostic::new(Code::Usage, file.shown.clone(), "this file is there already");
                return Err(vec![fault.help("init overwrites nothing: move it away first")]);
            }
        }
        Ok(proposal)
    }

    /// A file below the root, or in the catalog folder.
    fn add(&mut self, path: &Path, text: String, about: String) {
        let whole = paths::normal(&self.project.place.cwd.join(path));
        let file = match (whole.parent(), whole.file_name()) {
            (Some(folder), Some(name)) => fs::canonicalize(folder).map_or(whole.clone(), |folder| folder.join(name)),
            _ => whole,
        };
        self.files.push(NewFile { shown: paths::display(path), file, text, about });
    }

    fn at_root(&self, path: &str) -> PathBuf {
        self.project.place.relative(&self.project.root.folder.join(path))
    }

    /// Makes `moonsync.toml`, and gives the pages as it places them.
    fn configuration(
        &mut self,
        pages: &[Page],
        looked_in: &[String],
        catalog: &Path,
    ) -> Result<Vec<Page>, Vec<Diagnostic>> {
        let project = &self.project;
        let named = |page: &Page| project.path_from_root(&page.file, Path::new(&page.input.path));
        let all: Vec<String> = pages.iter().filter_map(named).collect();
        let layout = layout::detect(&all, |path| project.root.folder.join(path).is_file());
        let mut folders: BTreeSet<&str> =
            all.iter().map(|page| page.split_once('/').map_or(&**page, |(top, _)| top)).collect();
        let looked = looked_in.iter().filter(|_| all.is_empty()).map(String::as_str).filter(|path| *path != ".");
        folders.extend(looked);
        let stamped = pages.iter().any(|page| stamp::read(&page.input.text).is_some());

        let catalog_root = paths::normal(&project.place.cwd.join(catalog));
        let catalog_key = match catalog_root.strip_prefix(&project.root.folder) {
            Ok(below) => paths::slashes(below),
            Err(_) => paths::slashes(&catalog_root),
        };
        let string = |text: &str| toml::Value::from(text).to_string();
        let list =
            |texts: &mut dyn Iterator<Item = &str>| format!("[{}]", texts.map(string).collect::<Vec<_>>().join(", "));
        let mut text = format!("catalogs = {}\n", list(&mut [catalog_key.as_str()].into_iter()));
        if !folders.is_empty() {
            let _ = writeln!(text, "pages    = {}", list(&mut folders.iter().copied()));
        }
        if let Some(layout) = &layout {
            let rows = [
                ("source_locale", string(layout.source_locale.as_deref().unwrap_or("en"))),
                ("source", string(&layout.source)),
                ("path", list(&mut layout.paths.iter().map(String::as_str))),
            ];
            let mut rows: Vec<_> = rows.into_iter().collect();
            if stamped {
                rows.push((
                    "refresh_source_hash",
                    "true # a new model sends no page back to the translator".to_owned(),
                ));
            }
            let width = rows.iter().map(|(key, _)| key.len()).max().unwrap_or(0);
            text.push_str("\n[translations]\n");
            rows.iter().for_each(|(key, value)| {
                let _ = writeln!(text, "{key:width$} = {value}");
            });
        }
        let path = self.at_root(config::FILE);
        let (config, faults) = config::parse(&paths::display(&path), &text);
        if faults.iter().any(Diagnostic::is_error) {
            return Err(faults);
        }
        let languages = match &layout {
            Some(layout) => format!("translations in {}", layout.paths.join(", ")),
            None => "no translations".to_owned(),
        };
        self.add(&path, text, format!("the configuration: {languages}"));
        self.project.config = config;
        let project = &self.project;
        let place = |page: &Page| {
            let shown = page.input.path.clone();
            project.page(Path::new(&shown), &page.file, shown.clone(), page.input.text.clone())
        };
        Ok(pages.iter().map(place).collect())
    }

    /// Makes a file of each family that pages have markers of; where there is none, those of the built-in catalog.
    fn catalog(&mut self, pages: &[Page], folder: &Path) -> Result<Vec<CatalogFile>, Vec<Diagnostic>> {
        let mut namespaces: Vec<String> = pages.iter().flat_map(|page| adopt::namespaces(&page.input.text)).collect();
        namespaces.sort_unstable();
        namespaces.dedup();
        let sources: Vec<&PageInput> =
            pages.iter().map(|page| &page.input).filter(|page| page.locale.is_none()).collect();
        let of_source = !sources.is_empty();
        let readable = if of_source { sources } else { pages.iter().map(|page| &page.input).collect() };
        let (known, _) = parse(&builtin::files(0));
        let drafts = adopt::drafts(&namespaces, &readable, &known.families);
        if drafts.is_empty() {
            let faults = adopt::undrafted(&namespaces, &readable);
            if !faults.is_empty() {
                return Err(faults);
            }
        }
        let mut files = Vec::new();
        for draft in &drafts {
            let path = folder.join(format!("{}.toml", draft.namespace));
            let text = draft.to_toml();
            let about = about(draft);
            self.notes.extend(draft.notes.iter().cloned());
            files.push(CatalogFile {
                path: paths::display(&path),
                text: text.as_str().into(),
                role: Role::Family,
                folder: 0,
            });
            self.add(&path, text, about);
        }
        if drafts.is_empty() {
            // The words too: a project must not lack what it had while the catalog was built in.
            for file in builtin::files(0) {
                let name = file.path.rsplit('/').next().unwrap_or_default().to_owned();
                let (path, about) = match &file.role {
                    Role::Family => {
                        let family = known.families.iter().find(|family| family.path == file.path);
                        let models = plural(family.map_or(0, |family| family.models.len()), "model");
                        (folder.join(name), format!("{models}, a copy of the built-in one"))
                    }
                    Role::Locale(tag) => {
                        (folder.join("locales").join(name), format!("the words of {tag}, a copy of the built-in ones"))
                    }
                };
                // Its schema stays behind.
                let text = match file.text.split_once('\n') {
                    Some((first, rest)) if first.starts_with("#:schema ") => rest.to_owned(),
                    _ => file.text.to_string(),
                };
                files.push(CatalogFile { path: paths::display(&path), text: text.as_str().into(), ..file });
                self.add(&path, text, about);
            }
            let namespaces: Vec<&str> = known.families.iter().map(|family| family.namespace.as_str()).collect();
            self.notes.push(format!(
                "no page has a region yet: set one with `moonsync mark insert PAGE REGION --line N`, the namespaces are {}",
                namespaces.join(", ")
            ));
        }
        let (catalog, faults) = parse(&files);
        let (errors, warnings): (Vec<_>, Vec<_>) = faults.into_iter().partition(Diagnostic::is_error);
        if !errors.is_empty() {
            return Err(errors);
        }
        self.diagnostics.extend(warnings);
        self.project.catalog = catalog;
        self.settle_locale();
        Ok(files)
    }

    fn settle_locale(&mut self) {
        self.project.catalog.source_locale.clone_from(&self.project.config.translations.source_locale);
    }

    /// Makes a locale file of each language of which the pages teach a word.
    fn locales(
        &mut self,
        common: &Common,
        pages: &[Page],
        families: &[CatalogFile],
        folder: &Path,
    ) -> Result<(), Vec<Diagnostic>> {
        let readings = harvest::readings(&self.project, pages, &[], common).map_err(|fault| vec![fault])?;
        let mut seen: BTreeMap<String, (&str, Vec<moonsync::harvest::Sighting>)> = BTreeMap::new();
        for reading in &readings {
            let entry = seen.entry(reading.locale.to_lowercase()).or_insert_with(|| (reading.locale, Vec::new()));
            entry.1.extend(reading.sightings.iter().map(|(_, sighting)| sighting.clone()));
        }
        let mut files = families.to_vec();
        for (tag, sightings) in seen.into_values() {
            let own: Vec<&Family> = self.project.catalog.families.iter().collect();
            let Lessons { learnt, conflicts, .. } = moonsync::harvest::lessons(&own, tag, &sightings);
            let path = folder.join("locales").join(format!("{tag}.toml"));
            let shown = paths::display(&path);
            self.diagnostics.extend(conflicts.iter().map(|conflict| conflict.diagnostic(tag, &shown)));
            if learnt.is_empty() {
                continue;
            }
            let text = moonsync::harvest::fresh(&shown, tag, &learnt).map_err(|fault| vec![*fault])?;
            let role = Role::Locale(tag.to_owned());
            files.push(CatalogFile { path: shown, text: text.as_str().into(), role, folder: 0 });
            self.add(&path, text, format!("{}, learnt from its pages", plural(learnt.len(), "word")));
        }
        let (catalog, faults) = parse(&files);
        let errors: Vec<Diagnostic> = faults.into_iter().filter(Diagnostic::is_error).collect();
        if !errors.is_empty() {
            return Err(errors);
        }
        self.project.catalog = catalog;
        self.settle_locale();
        Ok(())
    }

    fn job(&mut self) {
        let root = &self.project.root.folder;
        let (github, gitlab) = (self.at_root(WORKFLOW), root.join(".gitlab-ci.yml").is_file());
        if gitlab {
            self.notes.push(format!("for .gitlab-ci.yml, which init leaves alone:\n{GITLAB}"));
        }
        if fs::symlink_metadata(root.join(WORKFLOW)).is_ok() {
            self.notes.push(format!("{WORKFLOW} is there already and stays as it is"));
        } else if !gitlab || root.join(".github").is_dir() {
            self.add(&github, JOB.to_owned(), "a CI job that fails where a page has drifted".to_owned());
        }
    }

    /// Shows the proposal; writes it where that is wanted.
    fn deliver(&self, common: &Common, init: &Init, sources: &Sources, output: &mut Output) -> Exit {
        let mut patches = String::new();
        for file in &self.files {
            match self.project.name_in_patch(&file.file) {
                Some(name) => patches.push_str(&patch::creation(&name, &file.text)),
                None if init.diff => {
                    let message = "this file lies outside the working directory: a patch cannot name it";
                    let fault = Diagnostic::new(Code::Usage, file.shown.clone(), message);
                    return output.faults(&[fault.help("run --diff from the project's root")], sources);
                }
                None => {
                    let _ = writeln!(patches, "{}:\n{}", visible(&file.shown), visible_lines(&file.text));
                }
            }
        }
        if init.diff {
            output.raw(patches.as_bytes());
        } else if !init.yes && !common.quiet {
            output.result(&visible_lines(&patches));
        }
        let mut all = self.diagnostics.clone();
        all.extend(self.plans.iter().flat_map(|plan| plan.diagnostics.iter().cloned()));
        // What the first check will say is said here as it is there, but keeps nothing from being written.
        diagnostic::sort(&mut all);
        output.diagnostics(&all, sources, common.strict);
        let shown = self.summary(common);
        if !common.quiet {
            output.note(&shown);
        }
        let wanted = init.yes || !init.diff && self.confirmed();
        if !wanted {
            let how = if init.diff { "" } else { ", nothing was written; --yes writes them" };
            output.closing(&format!("moonsync: {} to write{how}", plural(self.files.len(), "file")));
            return Exit::Fine;
        }
        // The configuration is what tells that a project has been adopted: it comes last.
        let files: Vec<&NewFile> = self.files.iter().rev().collect();
        self.done.iter().for_each(|file| replace::sweep(&file.file));
        let created: Vec<_> = files
            .iter()
            .map(|file| replace::Replacement { file: &file.file, shown: &file.shown, old: "", new: file.text.clone() })
            .collect();
        if let Err(failure) = replace::write(&[], &created, &[]) {
            output.diagnostics(&failure.diagnostics, sources, common.strict);
            let done = files[..failure.replaced].iter().map(|file| visible(&file.shown)).collect::<Vec<_>>();
            let what = if done.is_empty() {
                "nothing was written".to_owned()
            } else {
                format!("written: {}", done.join(", "))
            };
            output.closing(&format!("moonsync: {}; {what}", plural(failure.diagnostics.len(), "fault")));
            return Exit::Fault;
        }
        output.closing(&format!("moonsync: {} written; next: moonsync --check", plural(self.files.len(), "file")));
        Exit::Fine
    }

    /// The files in a line each, what a person should look at, and what `--check` will say.
    fn summary(&self, common: &Common) -> String {
        let mut out = String::new();
        let width = self.files.iter().map(|file| file.shown.chars().count()).max().unwrap_or(0).min(60);
        for file in &self.files {
            let _ = writeln!(out, "+ {:width$}  {}", visible(&file.shown), visible(&file.about));
        }
        let notes: BTreeSet<&String> = self.notes.iter().collect();
        notes.into_iter().for_each(|note| {
            let _ = writeln!(out, "note: {}", visible_lines(note).trim_end());
        });
        let regions = self.plans.iter().flat_map(|plan| &plan.regions);
        let (count, drifted) = (regions.clone().count(), regions.filter(|region| human::is_due(region)).count());
        let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
        for plan in &self.plans {
            let drifted = plan.regions.iter().filter(|region| human::is_due(region)).count();
            *languages.entry(plan.locale.as_deref().unwrap_or("the source language")).or_default() += drifted;
        }
        if count > 0 {
            let _ = write!(out, "with these files {} of {} in sync", count - drifted, plural(count, "region"));
            let behind = languages.iter().filter(|(_, drifted)| **drifted > 0);
            let behind: Vec<String> = behind.map(|(tag, drifted)| format!("{drifted} in {}", visible(tag))).collect();
            out.push_str(&if behind.is_empty() {
                ".\n".to_owned()
            } else {
                format!("; drifted: {}.\n", behind.join(", "))
            });
            if common.verbose {
                out.push_str(&human::drift(&self.plans, true));
            }
        }
        out
    }

    /// Asks, where someone is there to answer.
    fn confirmed(&self) -> bool {
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return false;
        }
        let mut stderr = io::stderr();
        let _ = write!(stderr, "Write {}? [y/N] ", plural(self.files.len(), "file")).and_then(|()| stderr.flush());
        let mut answer = String::new();
        let read = io::stdin().lock().read_line(&mut answer);
        read.is_ok() && matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")
    }
}

fn about(draft: &Draft) -> String {
    let from = draft.models.first().map_or("", |model| model.from.as_str());
    let gaps = match draft.gaps() {
        0 => String::new(),
        gaps => format!("; {} that no page says, marked `review`", plural(gaps, "value")),
    };
    format!("{}, read from {from}{gaps}", plural(draft.models.len(), "model"))
}

fn holds_other_toml(folder: &Path, ours: &[NewFile]) -> bool {
    let is_ours = |path: &Path| ours.iter().any(|file| file.file.file_name() == path.file_name());
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).any(|path| !is_ours(&path))
}

/// Lines that may go to a terminal.
fn visible_lines(text: &str) -> String {
    text.lines().flat_map(|line| [visible(line), "\n".to_owned()]).collect()
}
