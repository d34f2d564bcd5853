//! `moonsync harvest`: learns a language's words from pages that have been translated, and writes locale files.
//!
//! Which source page a translation was made from is settled here; what the two teach is the library's business.

use super::find::{self, Page};
use super::output::Output;
use super::{Exit, Project, builtin, git, in_parallel, mending_command, paths, replace, threads, twins};
use crate::cli::{Common, Harvest};
use moonsync::catalog::{Family, same_tag};
use moonsync::diagnostic::{self, Code, Diagnostic, Sources};
use moonsync::harvest::{self, Lessons, Sighting};
use moonsync::plan::{self, PageInput};
use moonsync::report::human::plural;
use moonsync::report::{lessons, patch};
use moonsync::stamp;
use moonsync::text::{self, Edit, visible};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Learns words, and writes, checks or prints the locale files.
pub(crate) fn run(common: &Common, harvest: &Harvest, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let project = match Project::open(common, &mut sources) {
        Ok(project) => project,
        Err(faults) => return output.faults(&faults, &sources),
    };
    if let Some(fault) = refusal(&project, common) {
        return output.faults(&[fault], &sources);
    }
    let found = find::pages(&project, &harvest.paths, threads(common), &mut sources);
    let mut all: Vec<Diagnostic> = project.warnings.clone();
    all.extend(found.diagnostics.iter().cloned());
    let faults = in_parallel(&found.pages, threads(common), |page| plan::scan_page(&project.catalog, &page.input));
    all.extend(faults.into_iter().flat_map(|scan| scan.diagnostics).filter(Diagnostic::is_error));
    if found.pages.is_empty() && !all.iter().any(Diagnostic::is_error) {
        all.push(super::no_region(&project, found.read, &found.looked_in));
    }
    let readings = match readings(&project, &found.pages, &harvest.locales, common) {
        Ok(readings) => readings,
        Err(fault) => return output.faults(&[fault], &sources),
    };
    if readings.is_empty() && !found.pages.is_empty() {
        all.push(no_translation(&found.looked_in));
    }
    let files = files(&project, &common.catalog, &readings, &sources, &mut all);
    for file in &files {
        all.extend(file.lessons.conflicts.iter().map(|conflict| conflict.diagnostic(&file.tag, &file.shown)));
    }
    deliver(&project, common, harvest, &readings, &files, all, &sources, output)
}

/// Why this run cannot harvest.
fn refusal(project: &Project, common: &Common) -> Option<Diagnostic> {
    if common.stdin_path.is_some() {
        let message = "harvest reads pages with their source pages, not one page from stdin";
        return Some(Diagnostic::new(Code::Usage, "", message));
    }
    if project.catalog.families.iter().any(|family| builtin::holds(&family.path)) {
        let message = "there is no catalog here to write locale files for: this run uses the built-in one";
        let help = "make one with moonsync init, or name one with --catalog; its words go to `locales` in it";
        return Some(Diagnostic::new(Code::Usage, "", message).help(help));
    }
    None
}

/// A translated page and what was learnt from it.
pub(super) struct Reading<'p> {
    page: &'p PageInput,
    pub(super) locale: &'p str,
    /// The source page that it was held against, as the user would name it; nothing where there is none.
    source: Option<String>,
    made: Made,
    pub(super) sightings: Vec<(usize, Sighting)>,
}

/// Which state of its source page a translation was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    /// Today's, or nobody says.
    Today,
    /// An older one, which git has.
    Older,
    /// Another one, which is nowhere to be found.
    Lost,
}

/// A translation with a table, and its source page.
struct Pair<'p> {
    page: &'p Page,
    locale: &'p str,
    source: Option<Arc<Page>>,
    /// The stamp of the source page that it was made from, where that is not today's.
    stamp: Option<String>,
}

/// Reads the translations of the run, in the languages asked for, with their source pages.
pub(super) fn readings<'p>(
    project: &Project,
    pages: &'p [Page],
    locales: &[String],
    common: &Common,
) -> Result<Vec<Reading<'p>>, Diagnostic> {
    let mut pairs = Vec::new();
    let mut known = Vec::new();
    for twins in twins::twins(pages) {
        let mut source: Option<Arc<Page>> = twins.source().map(|n| Arc::new(pages[n].clone()));
        let mut hash = None;
        for n in &twins.translations {
            let page = &pages[*n];
            let Some(locale) = page.input.locale.as_deref() else { continue };
            known.push(locale);
            let wanted = locales.is_empty() || locales.iter().any(|tag| same_tag(tag, locale));
            if !wanted || !harvest::has_table(&project.catalog, &page.input) {
                continue;
            }
            if source.is_none() {
                source = project
                    .source_on_disk(&twins.base, &twins.name)
                    .and_then(|file| read(project, &file))
                    .map(Arc::new);
            }
            let today = hash.get_or_insert_with(|| source.as_ref().map(|page| stamp::hash(page.input.text.as_bytes())));
            let stamp = stamp::read(&page.input.text).map(|stamp| stamp.hash.to_ascii_lowercase());
            let stamp = stamp.filter(|stamp| today.as_ref() != Some(stamp));
            pairs.push(Pair { page, locale, source: source.clone(), stamp });
        }
    }
    for tag in locales {
        if !known.iter().any(|locale| same_tag(locale, tag)) {
            known.sort_unstable();
            known.dedup();
            let message = format!("no page here is in the language `{tag}`");
            let help = match &known[..] {
                [] => "pages in other languages are where `path` of [translations] says".to_owned(),
                known => format!("there are pages in {}", known.join(", ")),
            };
            return Err(Diagnostic::new(Code::Usage, "", message).help(help));
        }
    }
    // Pages in several languages are made from the same state of their source page, as a rule: git is asked once.
    let mut asked: Vec<(&Path, &str)> =
        pairs.iter().filter_map(|pair| Some((pair.source.as_ref()?.file.as_path(), pair.stamp.as_deref()?))).collect();
    asked.sort_unstable();
    asked.dedup();
    let older = in_parallel(&asked, threads(common), |(file, stamp)| {
        let text = git::revision(file, |text| stamp::hash(text) == *stamp)?;
        String::from_utf8(text).ok().map(Arc::<str>::from)
    });
    let older: BTreeMap<(&Path, &str), Option<Arc<str>>> = asked.into_iter().zip(older).collect();
    let readings = in_parallel(&pairs, threads(common), |pair| {
        let page = &pair.page.input;
        let mut reading = Reading { page, locale: pair.locale, source: None, made: Made::Today, sightings: Vec::new() };
        let Some(source) = &pair.source else { return reading };
        let mut input = source.input.clone();
        if let Some(stamp) = &pair.stamp {
            let text = older.get(&(source.file.as_path(), stamp.as_str())).cloned().flatten();
            reading.made = if text.is_some() { Made::Older } else { Made::Lost };
            input.text = text.unwrap_or(input.text);
        }
        reading.sightings = harvest::compare(&project.catalog, &input, page);
        reading.source = Some(input.path);
        reading
    });
    Ok(readings)
}

/// A source page that is no part of the run.
fn read(project: &Project, file: &Path) -> Option<Page> {
    let real = fs::canonicalize(file).ok()?;
    let text = String::from_utf8(super::read::bytes(&real).ok()?).ok()?;
    let path = project.place.relative(file);
    Some(project.page(&path, &real, paths::display(&path), text.into()))
}

fn no_translation(looked_in: &[String]) -> Diagnostic {
    let message = format!("no translated page with a table found in {}", looked_in.join(", "));
    let help = "words are learnt from tables in regions, held against those of the source page; where pages of which \
                language are is said by [translations] in moonsync.toml";
    Diagnostic::new(Code::NoRegion, "", message).help(help)
}

/// What a locale file is to say.
struct LocaleFile {
    tag: String,
    /// The file as the user names it.
    shown: String,
    /// The file with links resolved, where there are words for it.
    file: PathBuf,
    /// What it says now; nothing where there is none.
    old: Option<Arc<str>>,
    /// The words that are new to it.
    edits: Vec<Edit>,
    lessons: Lessons,
}

/// Puts together what the pages of each language teach for each catalog folder.
fn files(
    project: &Project,
    given: &[PathBuf],
    readings: &[Reading<'_>],
    sources: &Sources,
    all: &mut Vec<Diagnostic>,
) -> Vec<LocaleFile> {
    let families = &project.catalog.families;
    let folder = |number: usize| Path::new(&families[number].path).parent().unwrap_or(Path::new(""));
    let mut seen: BTreeMap<(&Path, String), (&str, Vec<Sighting>)> = BTreeMap::new();
    for reading in readings {
        for (family, sighting) in &reading.sightings {
            let entry = seen.entry((folder(*family), reading.locale.to_lowercase()));
            entry.or_insert_with(|| (reading.locale, Vec::new())).1.push(sighting.clone());
        }
    }
    let mut files = Vec::new();
    for ((folder_of, _), (tag, sightings)) in seen {
        let own: Vec<&Family> = (0..families.len()).filter(|n| folder(*n) == folder_of).map(|n| &families[n]).collect();
        let lessons = harvest::lessons(&own, tag, &sightings);
        let there = own.iter().flat_map(|family| family.locales.iter()).find(|file| same_tag(&file.tag, tag));
        let path = match there {
            Some(locale) => PathBuf::from(&locale.path),
            None => folder_of.join("locales").join(format!("{tag}.toml")),
        };
        let shown = paths::display(&path);
        let old = there.and_then(|locale| sources.get(&locale.path).cloned());
        let mut file = LocaleFile { tag: tag.to_owned(), shown, file: path, old, edits: Vec::new(), lessons };
        if !file.lessons.learnt.is_empty()
            && let Err(fault) = file.settle(project, given, &own)
        {
            all.push(*fault);
        }
        files.push(file);
    }
    files
}

impl LocaleFile {
    /// Finds out where the file is, whether it may be written, and what is to be written.
    fn settle(&mut self, project: &Project, given: &[PathBuf], families: &[&Family]) -> Result<(), Box<Diagnostic>> {
        let fault = |code, message: String| Box::new(Diagnostic::new(code, self.shown.clone(), message));
        let real = if self.old.is_some() {
            fs::canonicalize(&self.file)
        } else {
            // The folder for it may not be there yet.
            let (folder, name) = (self.file.parent(), self.file.file_name().unwrap_or_default());
            let locales = folder.unwrap_or(Path::new(""));
            let catalog = locales.parent().filter(|catalog| !catalog.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let real = if locales.is_dir() {
                fs::canonicalize(locales)
            } else {
                fs::canonicalize(catalog).map(|catalog| catalog.join("locales"))
            };
            real.map(|folder| folder.join(name))
        };
        let real = real.map_err(|error| fault(Code::Io, format!("cannot be read: {error}")))?;
        // A catalog given as an argument is a folder, or a file with its words in a folder beside it.
        let in_given = |path: &PathBuf| {
            let given = fs::canonicalize(path).ok()?;
            let folder = if given.is_dir() { Some(&*given) } else { given.parent() };
            folder.map(|folder| real.starts_with(folder))
        };
        if !project.holds(&real) && !given.iter().any(|path| in_given(path) == Some(true)) {
            let message = "lies outside the folder of the configuration".to_owned();
            return Err(Box::new(
                fault(Code::Usage, message).help("name its catalog with --catalog to have it written"),
            ));
        }
        self.file = real;
        self.edits = match &self.old {
            Some(old) => harvest::complete(&self.shown, old, &self.lessons.learnt, &harvest::wording(families))?,
            None => vec![Edit { range: 0..0, text: harvest::fresh(&self.shown, &self.tag, &self.lessons.learnt)? }],
        };
        Ok(())
    }

    fn is_due(&self) -> bool {
        !self.edits.is_empty()
    }

    fn patch(&self, project: &Project) -> Result<String, Diagnostic> {
        let name = project.name_in_patch(&self.file).ok_or_else(|| {
            let message = "this file lies outside the working directory: a patch cannot name it";
            let fault = Diagnostic::new(Code::Usage, self.shown.clone(), message);
            fault.help("run --diff from a folder that holds the catalog")
        })?;
        Ok(match &self.old {
            Some(old) => patch::patch(&name, old, &self.edits),
            None => patch::creation(&name, &text::apply("", &self.edits)),
        })
    }

    fn replacement(&self) -> replace::Replacement<'_> {
        let old = self.old.as_deref().unwrap_or_default();
        replace::Replacement { file: &self.file, shown: &self.shown, old, new: text::apply(old, &self.edits) }
    }
}

/// Writes, checks or prints the locale files.
#[expect(clippy::too_many_arguments, reason = "all that a run ends with")]
fn deliver(
    project: &Project,
    common: &Common,
    harvest: &Harvest,
    readings: &[Reading<'_>],
    files: &[LocaleFile],
    mut all: Vec<Diagnostic>,
    sources: &Sources,
    output: &mut Output,
) -> Exit {
    let due: Vec<&LocaleFile> = files.iter().filter(|file| file.is_due()).collect();
    let mut patches = String::new();
    if harvest.diff {
        for file in &due {
            match file.patch(project) {
                Ok(patch) => patches.push_str(&patch),
                Err(fault) => all.push(fault),
            }
        }
    }
    let faulty = |all: &[Diagnostic]| all.iter().any(Diagnostic::is_error);
    let sound = !faulty(&all) || common.keep_going;
    let writes = !harvest.check && !harvest.diff;
    let mut written = 0;
    // In the order in which they are written.
    let (mut due, new): (Vec<&LocaleFile>, Vec<&LocaleFile>) = due.into_iter().partition(|file| file.old.is_some());
    let there = due.len();
    due.extend(new);
    if writes {
        files.iter().for_each(|file| replace::sweep(&file.file));
        if sound {
            let all_new: Vec<_> = due.iter().map(|file| file.replacement()).collect();
            let (there, new) = all_new.split_at(there);
            written = match replace::write(there, new, &[]) {
                Ok(()) => due.len(),
                Err(failure) => {
                    all.extend(failure.diagnostics);
                    failure.replaced
                }
            };
        }
    }
    // What was not written after all was not learnt.
    let failed: Vec<&str> = due[written..].iter().filter(|_| writes).map(|file| file.shown.as_str()).collect();
    let files: Vec<&LocaleFile> = files.iter().filter(|file| !failed.contains(&file.shown.as_str())).collect();

    let mut report = String::new();
    for file in &files {
        let new = file.old.is_none();
        report.push_str(&lessons::lessons(&file.tag, &file.shown, new, &file.lessons, common.verbose));
    }
    let odd = |reading: &&Reading<'_>| common.verbose || reading.sightings.is_empty();
    readings.iter().filter(odd).for_each(|reading| report.push_str(&reading.line()));
    if harvest.check && !due.is_empty() {
        report.push_str(&format!("to write it: {}\n", mending_command()));
    }
    if harvest.diff {
        if sound {
            output.raw(patches.as_bytes());
        }
        if !common.quiet {
            output.note(&report); // the result is the patch
        }
    } else if !common.quiet {
        output.result(&report);
    }

    diagnostic::sort(&mut all);
    let warned = all.iter().any(|diagnostic| !diagnostic.is_error());
    output.diagnostics(&all, sources, common.strict);
    let mut closing = closing_line(project, readings, &files, written, writes);
    let faults = all.iter().filter(|diagnostic| diagnostic.is_error()).count();
    if faults > 0 {
        closing.push_str(&format!("; {}", plural(faults, "fault")));
        closing.push_str(if writes && written == 0 { ": nothing was written" } else { "" });
    }
    output.closing(&closing);
    if faulty(&all) {
        Exit::Fault
    } else if harvest.check && !due.is_empty() || common.strict && warned {
        Exit::Drift
    } else {
        Exit::Fine
    }
}

impl Reading<'_> {
    /// What it was held against.
    fn line(&self) -> String {
        let page = visible(&self.page.path);
        let Some(source) = &self.source else {
            return format!("{page}: nothing learnt, its source page is not there\n");
        };
        let made = match self.made {
            Made::Today => "",
            Made::Older => " as it was when its stamp was made",
            Made::Lost => " as it is today, since git has no revision with its stamp",
        };
        let sightings = if self.sightings.is_empty() { "nothing learnt, no row agrees" } else { "compared" };
        format!("{page}: {sightings} with {}{made}\n", visible(source))
    }
}

fn closing_line(
    project: &Project,
    readings: &[Reading<'_>],
    files: &[&LocaleFile],
    written: usize,
    writes: bool,
) -> String {
    let count = |of: fn(&Lessons) -> usize| files.iter().map(|file| of(&file.lessons)).sum::<usize>();
    let mut languages: Vec<String> = readings.iter().map(|reading| reading.locale.to_lowercase()).collect();
    languages.sort_unstable();
    languages.dedup();
    let mut line = format!(
        "moonsync: {} in {}; {} {}, {} known, {}",
        plural(readings.len(), "translated page"),
        plural(languages.len(), "language"),
        plural(count(|lessons| lessons.learnt.len()), "word"),
        if writes { "learnt" } else { "to learn" },
        count(|lessons| lessons.known.len()),
        plural(count(|lessons| lessons.conflicts.len()), "conflict"),
    );
    if writes {
        line.push_str(&format!("; {} written", plural(written, "file")));
    }
    line + &format!("; catalog {}", visible(&project.label))
}
