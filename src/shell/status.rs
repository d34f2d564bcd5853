//! `moonsync status`: pages by language and region.
//!
//! Finds what the matrix is made of: the pages of the run, the source pages and translations beside them, the languages,
//! and where a page would be that is not translated. What is made of it is the library's.

use super::find::{self, Page};
use super::locale::{self, Layout, Pattern};
use super::output::Output;
use super::read::{self, Blocked};
use super::twins::{OnDisk, Twins, twins};
use super::{Exit, Project, in_parallel, paths, threads};
use crate::cli::{Common, Format, Status};
use moonsync::diagnostic::{self, Code, Diagnostic, Sources};
use moonsync::plan::{self, Options, PagePlan, parity::parity};
use moonsync::report::human::plural;
use moonsync::report::status as report;
use moonsync::status::{Content, Entry, Sheet, matrix};
use moonsync::text::visible;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

/// How many pages of a folder are looked at to tell whether it is named by a language.
const LOOKED_AT: usize = 2000;

/// Shows pages by language and region.
pub(crate) fn run(common: &Common, status: &Status, output: &mut Output) -> Exit {
    let mut sources = Sources::new();
    let project = match Project::open(common, &mut sources) {
        Ok(project) => project,
        Err(faults) => return output.faults(&faults, &sources),
    };
    if common.stdin_path.is_some() {
        let fault = Diagnostic::new(Code::Usage, "", "status compares pages on disk, and takes none from stdin");
        return output.faults(&[fault], &sources);
    }
    let survey = Survey::new(&project, common, &status.paths, &mut sources);
    let sheets = survey.sheets();
    let matrix = matrix(&project.catalog, &sheets);

    let mut all = project.warnings.clone();
    all.extend(survey.diagnostics.iter().cloned());
    all.extend(survey.diagnostics_of_pages(&sheets));
    // A fault of a page is a state of its regions; what else went wrong is no status.
    let (mut told, mut rest): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|fault| matches!(fault.code, Code::Io | Code::Usage));
    let failed = told.iter().any(Diagnostic::is_error);
    if matrix.pages.is_empty() && !failed {
        told.push(super::no_region(&project, survey.read, &survey.looked_in));
    }
    if common.verbose || common.strict {
        told.append(&mut rest);
    }
    let typed = typed(common, &status.paths);
    let text = match common.format {
        Format::Json => report::json(&matrix, &project.label),
        Format::Markdown => report::markdown(&matrix, common.verbose),
        _ => report::human(&matrix, &typed, common.verbose),
    };
    match common.format {
        _ if common.quiet => {}
        Format::Human => output.result(&text),
        _ => output.raw(text.as_bytes()),
    }
    diagnostic::sort(&mut told);
    diagnostic::sort(&mut rest);
    let warned = told.iter().chain(&rest).any(|diagnostic| !diagnostic.is_error());
    output.diagnostics(&told, &sources, common.strict);
    let mut closing = format!("moonsync: {}; catalog {}", report::summary(&matrix), visible(&project.label));
    if !rest.is_empty() {
        let count = |error: bool| rest.iter().filter(|diagnostic| diagnostic.is_error() == error).count();
        let counted = [(count(true), "error"), (count(false), "warning")].into_iter().filter(|(count, _)| *count > 0);
        let counted: Vec<String> = counted.map(|(count, what)| plural(count, what)).collect();
        closing.push_str(&format!("; {} (-v shows)", counted.join(", ")));
    }
    output.closing(&closing);
    if failed {
        Exit::Fault
    } else if common.strict && (warned || !matrix.totals.in_sync()) {
        Exit::Drift
    } else {
        Exit::Fine
    }
}

/// What was typed, for the commands that mend.
fn typed(common: &Common, arguments: &[PathBuf]) -> report::Typed {
    let shown = |path: &PathBuf| path.to_string_lossy().into_owned();
    let catalogs = common.catalog.iter().flat_map(|path| ["--catalog".to_owned(), shown(path)]);
    let config = common.config.iter().flat_map(|path| ["--config".to_owned(), shown(path)]);
    report::Typed { options: catalogs.chain(config).collect(), paths: arguments.iter().map(shown).collect() }
}

/// The languages by base and folded tag: each as it is written, with the pattern that its pages go by.
type Languages<'p> = BTreeMap<PathBuf, BTreeMap<String, (String, &'p Pattern)>>;

/// A page that is there.
struct Found {
    page: Page,
    /// Nothing where it is not UTF-8.
    plan: Option<PagePlan>,
    /// Whether it is asked for, or read for comparison alone.
    shown: bool,
}

/// What was found.
struct Survey<'p> {
    project: &'p Project,
    pages: Vec<Found>,
    /// The pages that are one in several languages; pages by index.
    groups: Vec<Twins>,
    /// Where a page would be that is not translated, by base and name: with the language and as it is shown.
    absent: BTreeMap<(PathBuf, String), Vec<(String, String)>>,
    read: usize,
    looked_in: Vec<String>,
    diagnostics: Vec<Diagnostic>,
}

impl<'p> Survey<'p> {
    fn new(project: &'p Project, common: &Common, arguments: &[PathBuf], sources: &mut Sources) -> Self {
        let found = find::pages(project, arguments, threads(common), sources);
        let targets = found.targets;
        let mut pages: Vec<(Page, bool)> = found.pages.into_iter().map(|page| (page, true)).collect();
        // Which pages a language lacks shows only against all of them.
        if !arguments.is_empty() && find::has_default(project) {
            let others = find::pages(project, &[], threads(common), sources).pages.into_iter();
            let known: BTreeSet<PathBuf> = pages.iter().map(|(page, _)| page.file.clone()).collect();
            pages.extend(others.filter(|page| !known.contains(&page.file)).map(|page| (page, false)));
        }
        let mut unreadable = Vec::new();
        for fault in found.diagnostics.iter().filter(|fault| fault.code == Code::NotUtf8) {
            let path = Path::new(&fault.path);
            if let Ok(real) = fs::canonicalize(path) {
                unreadable.push(project.page(path, &real, fault.path.clone(), "".into()));
            }
        }
        let mut survey = Self {
            project,
            pages: Vec::new(),
            groups: Vec::new(),
            absent: BTreeMap::new(),
            read: found.read,
            looked_in: found.looked_in,
            diagnostics: found.diagnostics,
        };
        let mut on_disk = OnDisk::new(project);
        let beside = survey.beside(&pages, &unreadable, &targets, &mut on_disk);
        for (page, _) in &beside {
            sources.insert(page.input.path.clone(), page.input.text.clone());
        }
        pages.extend(beside);
        pages.sort_by(|(a, _), (b, _)| a.input.path.cmp(&b.input.path));
        let plans = in_parallel(&pages, threads(common), |(page, _)| {
            plan::plan_page(&project.catalog, &page.input, Options::default()) //
        });
        let planned = pages.into_iter().zip(plans).map(|((page, shown), plan)| Found { page, plan: Some(plan), shown });
        let unreadable = unreadable.into_iter().map(|page| Found { page, plan: None, shown: true });
        survey.pages = planned.chain(unreadable).collect();
        let languages = survey.languages(&targets);
        survey.place(&languages);
        survey.groups = twins(survey.pages.iter().map(|found| &found.page));
        survey.absent = survey.absent(&languages, &targets, &mut on_disk);
        survey
    }

    /// Source pages and translations without a marker, and those that are no part of the run.
    fn beside(
        &self,
        pages: &[(Page, bool)],
        unreadable: &[Page],
        targets: &[PathBuf],
        on_disk: &mut OnDisk<'_>,
    ) -> Vec<(Page, bool)> {
        let project = self.project;
        let known: BTreeSet<&Path> =
            pages.iter().map(|(page, _)| page).chain(unreadable).map(|page| page.file.as_path()).collect();
        let mut files: BTreeSet<PathBuf> = BTreeSet::new();
        let mut compared: BTreeSet<PathBuf> = BTreeSet::new();
        for group in twins(pages.iter().map(|(page, _)| page).chain(unreadable)) {
            let source = project.source_on_disk(&group.base, &group.name).filter(|file| !self.excludes(file));
            if group.sources.is_empty() {
                compared.extend(source.iter().filter_map(|file| fs::canonicalize(file).ok()));
            }
            if source.is_some() {
                let translations = on_disk.translations(&group.base, &group.name).into_iter();
                files.extend(translations.filter_map(|(_, file)| fs::canonicalize(file).ok()));
            }
        }
        files.extend(compared.iter().cloned());
        files.retain(|file| !known.contains(file.as_path()));
        let reached = find::reached(project, targets, &files);
        let wanted = files.into_iter().filter(|file| reached.contains(file) || compared.contains(file));
        let page = |file: PathBuf| {
            let page = project.read_beside(&file).unwrap_or_else(|| {
                let path = project.place.relative(&file);
                project.page(&path, &file, paths::display(&path), "".into())
            });
            let shown = reached.contains(&file);
            (page, shown)
        };
        wanted.map(page).collect()
    }

    fn excludes(&self, file: &Path) -> bool {
        self.project.path_from_root(file, file).is_some_and(|rel| self.project.config.excludes(&rel))
    }

    /// Where a page would be in each language that lacks it.
    fn absent(
        &self,
        languages: &Languages<'_>,
        targets: &[PathBuf],
        on_disk: &mut OnDisk<'_>,
    ) -> BTreeMap<(PathBuf, String), Vec<(String, String)>> {
        let mut absent = BTreeMap::new();
        for group in &self.groups {
            let Some(source) = group.sources.first().map(|source| &self.pages[*source].page) else { continue };
            let mut there: BTreeSet<String> =
                on_disk.translations(&group.base, &group.name).into_iter().map(|(tag, _)| tag.to_lowercase()).collect();
            let translations =
                group.translations.iter().filter_map(|page| self.pages[*page].page.input.locale.as_ref());
            there.extend(translations.map(|tag| tag.to_lowercase()));
            for (_, (tag, pattern)) in languages[&group.base].iter().filter(|(folded, _)| !there.contains(*folded)) {
                let file = would_be(&source.file, &group.base, &group.name, tag, pattern);
                let real = fs::canonicalize(&group.base)
                    .map_or_else(|_| file.clone(), |base| base.join(file.strip_prefix(&group.base).unwrap_or(&file)));
                if targets.iter().any(|target| real.starts_with(target)) && !self.excludes(&file) {
                    let shown = paths::display(&self.project.place.relative(&file));
                    let place = (group.base.clone(), group.name.clone());
                    absent.entry(place).or_insert_with(Vec::new).push((tag.clone(), shown));
                }
            }
        }
        absent
    }

    /// The languages by base.
    fn languages(&self, targets: &[PathBuf]) -> Languages<'p> {
        let bases: BTreeSet<&PathBuf> = self.pages.iter().filter_map(|found| found.page.base.as_ref()).collect();
        bases.into_iter().map(|base| (base.clone(), self.languages_of(base, targets))).collect()
    }

    /// Puts pages without a source page where their folder says: one page alone does not tell whether `ja` is a language,
    /// all of them together do.
    fn place(&mut self, languages: &Languages<'_>) {
        let translations = &self.project.config.translations;
        let layout = Layout {
            source: &translations.source,
            source_locale: &translations.source_locale,
            paths: &translations.paths,
        };
        for Found { page, .. } in &mut self.pages {
            let (Some(base), None, Some(name)) = (&page.base, &page.input.locale, &page.input.name) else { continue };
            let known = |tag: &str| languages[base].contains_key(&tag.to_lowercase());
            let place = locale::place(layout, &translations.source.fill(name, ""), known, |_| false);
            if let Some(place) = place.filter(|place| place.locale.is_some()) {
                (page.input.locale, page.input.name) = (place.locale, place.name);
            }
        }
    }

    /// The languages of the pages below a base, by folded tag: those of pages, and those that have a folder of pages.
    fn languages_of(&self, base: &Path, targets: &[PathBuf]) -> BTreeMap<String, (String, &'p Pattern)> {
        let mut languages = BTreeMap::new();
        let patterns = &self.project.config.translations.paths;
        for pattern in patterns.iter().filter(|pattern| pattern.locale_folder().is_some()) {
            for tag in self.project.locales_on_disk(base, pattern) {
                let folded = tag.to_lowercase();
                if !languages.contains_key(&folded) && self.has_pages(base, pattern, &tag, targets) {
                    languages.insert(folded, (tag, pattern));
                }
            }
        }
        let here = self.pages.iter().filter(|found| found.page.base.as_deref() == Some(base));
        for tag in here.filter_map(|found| found.page.input.locale.as_ref()) {
            if let Some(pattern) = patterns.first() {
                languages.entry(tag.to_lowercase()).or_insert_with(|| (tag.clone(), pattern));
            }
        }
        languages
    }

    /// Whether a folder that a language may have given its name holds a page in it.
    fn has_pages(&self, base: &Path, pattern: &Pattern, tag: &str, targets: &[PathBuf]) -> bool {
        let known = |found: &Found| {
            let locale = found.page.input.locale.as_deref();
            found.page.base.as_deref() == Some(base) && locale.is_some_and(|locale| locale.eq_ignore_ascii_case(tag))
        };
        if self.pages.iter().any(known) {
            return true;
        }
        let Some((parent, prefix, suffix)) = pattern.locale_folder() else { return false };
        let folder = base.join(parent).join(format!("{prefix}{tag}{suffix}"));
        let Ok(folder) = fs::canonicalize(folder) else { return false };
        // A walk from here would not see an ignore file that leaves the folder itself out; one that comes by does.
        let below = |path: &Path| targets.iter().any(|target| path.starts_with(target) || target.starts_with(path));
        if !below(&folder) {
            return false;
        }
        let blocked = Blocked::default(); // the search itself has said so
        let Some(mut walk) = read::walk(&folder, &blocked) else { return false };
        walk.filter_entry(move |entry| {
            !entry.file_type().is_some_and(|kind| kind.is_dir()) || blocked.lets(entry.path())
        });
        let files = walk.build().flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        let pages =
            files.filter(|entry| paths::is_page(entry.file_name())).take(LOOKED_AT).map(ignore::DirEntry::into_path);
        let mut pages = pages.filter(|file| !self.excludes(file));
        let page = pages.find(|file| {
            let locale = self.project.page(file, file, String::new(), "".into()).input.locale;
            locale.is_some_and(|locale| locale.eq_ignore_ascii_case(tag))
        });
        page.is_some_and(|page| !find::reached(self.project, targets, &BTreeSet::from([page])).is_empty())
    }

    /// The pages, each in its languages.
    fn sheets(&self) -> Vec<Sheet<'_>> {
        let mut sheets = Vec::new();
        let mut placed = vec![false; self.pages.len()];
        for group in &self.groups {
            let mut languages = BTreeSet::new();
            let (mut translations, mut seconds) = (Vec::new(), Vec::new());
            for number in &group.translations {
                let tag = self.pages[*number].page.input.locale.as_deref().unwrap_or_default();
                if languages.insert(tag.to_lowercase()) { translations.push(*number) } else { seconds.push(*number) }
            }
            let first = |number: usize| {
                let locale = &self.pages[number].page.input.locale;
                let mut same = group.sources.iter().chain(&translations);
                let first = same.find(|other| same_locale(&self.pages[**other].page.input.locale, locale));
                first.map(|first| self.pages[*first].page.input.path.clone())
            };
            for number in group.sources.iter().skip(1).chain(&seconds) {
                sheets.push(self.alone(*number, first(*number)));
            }
            let absent = self.absent.get(&(group.base.clone(), group.name.clone()));
            let absent = absent.into_iter().flatten().map(|(tag, path)| Entry {
                locale: Some(tag.clone()),
                path: path.clone(),
                shown: true,
                content: Content::Absent,
            });
            sheets.push(Sheet {
                name: Some(group.name.clone()),
                source: group.sources.first().map(|source| self.entry(*source)),
                translations: translations.iter().map(|number| self.entry(*number)).chain(absent).collect(),
                beside: None,
            });
            group.sources.iter().chain(&group.translations).for_each(|number| placed[*number] = true);
        }
        sheets.extend((0..self.pages.len()).filter(|number| !placed[*number]).map(|number| self.alone(number, None)));
        sheets
    }

    /// A page that has no twins.
    fn alone(&self, number: usize, beside: Option<String>) -> Sheet<'_> {
        let entry = self.entry(number);
        let name = self.pages[number].page.input.name.clone();
        match entry.locale {
            None => Sheet { name, source: Some(entry), translations: Vec::new(), beside },
            Some(_) => Sheet { name, source: None, translations: vec![entry], beside },
        }
    }

    fn entry(&self, number: usize) -> Entry<'_> {
        let Found { page, plan, shown } = &self.pages[number];
        let content = plan.as_ref().map_or(Content::Unreadable, Content::Planned);
        Entry { locale: page.input.locale.clone(), path: page.input.path.clone(), shown: *shown, content }
    }

    /// What is wrong with the pages that are shown, and what of translations is not as in their source pages.
    fn diagnostics_of_pages(&self, sheets: &[Sheet<'_>]) -> Vec<Diagnostic> {
        let shown = self.pages.iter().filter(|found| found.shown).filter_map(|found| found.plan.as_ref());
        let mut all: Vec<Diagnostic> = shown.flat_map(|plan| plan.diagnostics.iter().cloned()).collect();
        for sheet in sheets.iter().filter(|sheet| sheet.beside.is_none()) {
            let Some(Content::Planned(source)) = sheet.source.as_ref().map(|source| source.content) else { continue };
            for entry in sheet.translations.iter().filter(|entry| entry.shown) {
                if let Content::Planned(translation) = entry.content {
                    all.extend(parity(source, translation));
                }
            }
        }
        all
    }
}

fn same_locale(a: &Option<String>, b: &Option<String>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
        (a, b) => a.is_none() && b.is_none(),
    }
}

/// Where a translation would be: as its source page is called.
fn would_be(source: &Path, base: &Path, name: &str, tag: &str, pattern: &Pattern) -> PathBuf {
    let is_index =
        source.file_stem().is_some_and(|stem| stem == "index") && name != "index" && !name.ends_with("/index");
    let name = if is_index { format!("{name}/index") } else { name.to_owned() };
    let mut file = OsString::from(base.join(pattern.fill(&name, tag)));
    file.push(".");
    file.push(source.extension().unwrap_or("md".as_ref()));
    file.into()
}
