//! Finds the pages of a run and reads those that hold a region.
//!
//! Folders are walked and files are read in the walker's threads; a page without any family's namespace in it is
//! forgotten at once. What a page says is not looked at here.

use super::config::Config;
use super::locale::{self, Layout, Pattern, Place};
use super::read::{self, Blocked};
use super::replace::Kept;
use super::{Project, paths};
use ignore::{WalkBuilder, WalkState};
use memchr::memmem::{self, Finder};
use moonsync::adopt;
use moonsync::diagnostic::{Code, Diagnostic, Sources, nearest};
use moonsync::plan::PageInput;
use moonsync::refs::Refs;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A page that was read.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// What the planner takes.
    pub(crate) input: PageInput,
    /// The file itself: absolute, with links resolved.
    pub(crate) file: PathBuf,
    /// The folder that the patterns of paths are seen from, where the path says what the page is called.
    pub(crate) base: Option<PathBuf>,
}

/// The pages that a run leaves as they are: all but those that are `due`.
pub(crate) fn kept<'a>(pages: &'a [Page], due: &[usize]) -> Vec<Kept<'a>> {
    let others = pages.iter().enumerate().filter(|(n, _)| due.binary_search(n).is_err());
    others.map(|(_, page)| Kept { file: &page.file, shown: &page.input.path, text: &page.input.text }).collect()
}

/// What a search came to.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The pages that may hold a region, or must, by path.
    pub(crate) pages: Vec<Page>,
    /// How many pages were read.
    pub(crate) read: usize,
    /// Where they were looked for, as the user names it.
    pub(crate) looked_in: Vec<String>,
    /// The same with links resolved: what lies below is part of the run, unless it is left out on the way.
    pub(crate) targets: Vec<PathBuf>,
    /// What came on stdin and is no UTF-8, but has no markers either: it goes through as it is.
    pub(crate) unread: Option<Vec<u8>>,
    /// What could not be read.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A folder or file that is searched.
struct Target {
    /// As it is opened and shown.
    path: PathBuf,
    /// With links resolved.
    real: PathBuf,
    /// Whether it is a folder.
    folder: bool,
}

/// Finds the pages below `arguments`, or below what the configuration names, and reads them.
pub(crate) fn pages(project: &Project, arguments: &[PathBuf], threads: usize, sources: &mut Sources) -> Found {
    search(project, &Search::new(project), arguments, threads, sources)
}

/// The same, and the translations that hold no region though their source page does.
pub(crate) fn with_bare_translations(
    project: &Project,
    arguments: &[PathBuf],
    threads: usize,
    sources: &mut Sources,
) -> Found {
    let bare = Some(Mutex::default());
    search(project, &Search { bare, ..Search::new(project) }, arguments, threads, sources)
}

/// The same for the pages that may mention a model. What is not UTF-8 is passed over.
pub(crate) fn mentioning(
    project: &Project,
    refs: &Refs<'_>,
    arguments: &[PathBuf],
    threads: usize,
    sources: &mut Sources,
) -> Found {
    search(project, &Search { project, wanted: Wanted::Mentions(refs), bare: None }, arguments, threads, sources)
}

/// The same for the pages that may have a marker of any family, known or not. What is not UTF-8 is passed over.
pub(crate) fn marked(project: &Project, arguments: &[PathBuf], threads: usize, sources: &mut Sources) -> Found {
    search(project, &Search { project, wanted: Wanted::Markers, bare: None }, arguments, threads, sources)
}

fn search(
    project: &Project,
    search: &Search<'_>,
    arguments: &[PathBuf],
    threads: usize,
    sources: &mut Sources,
) -> Found {
    let mut found = Found::default();
    let targets = targets(project, arguments, &mut found);
    found.targets = targets.iter().map(|target| target.real.clone()).collect();
    let (folders, files): (Vec<Target>, Vec<Target>) = targets.into_iter().partition(|target| target.folder);

    let mut hits: Vec<Hit> = Vec::new();
    let mut buffer = Vec::new();
    for target in &files {
        found.read += 1;
        let rel = || project.path_from_root(&target.real, &target.path);
        match search.read(&target.path, rel, &mut buffer) {
            Ok(Some(text)) => hits.push(Hit { path: target.path.clone(), real: target.real.clone(), text }),
            Ok(None) => {}
            Err(error) => found.diagnostics.push(unreadable(&target.path, &error)),
        }
    }
    if !folders.is_empty() {
        walk(project, search, &folders, threads, &mut hits, &mut found);
    }

    // A page that is reached twice is one page: the path that sorts first names it.
    hits.sort_by(|a, b| a.path.cmp(&b.path));
    let mut pages: BTreeMap<PathBuf, Page> = BTreeMap::new();
    for hit in hits {
        if pages.contains_key(&hit.real) {
            continue;
        }
        let path = paths::display(&hit.path);
        match hit.text {
            Text::Page(text) => {
                sources.insert(path.clone(), text.clone());
                let page = project.page(&hit.path, &hit.real, path, text);
                pages.insert(hit.real, page);
            }
            Text::NotUtf8(at) => found.diagnostics.push(not_utf8(path, at)),
        }
    }
    found.pages = pages.into_values().collect();
    found.pages.sort_by(|a, b| a.input.path.cmp(&b.input.path));
    found
}

/// What is said of a page with regions whose bytes are no UTF-8 from the byte `at` on.
pub(crate) fn not_utf8(path: String, at: usize) -> Diagnostic {
    let message = format!("this page has regions, or should have, but is not UTF-8 (byte {at})");
    Diagnostic::new(Code::NotUtf8, path, message).help("save the page as UTF-8, or leave it out with `exclude`")
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Io, paths::display(path), format!("cannot be read: {error}"))
}

/// Whether there is a place for pages to be searched for but the working directory itself, where none is named.
pub(crate) fn has_default(project: &Project) -> bool {
    let root = &project.root;
    project.config.pages.is_some()
        || Path::new("docs").is_dir()
        || root.file.is_some() && root.folder.join("docs").is_dir()
}

/// The folders and files that are searched; what is wrong with them goes to `found`.
fn targets(project: &Project, arguments: &[PathBuf], found: &mut Found) -> Vec<Target> {
    let root = &project.root;
    let configured = arguments.is_empty() && project.config.pages.is_some();
    let wanted = match &project.config.pages {
        _ if !arguments.is_empty() => arguments.to_vec(),
        Some(pages) => pages.iter().map(|page| project.place.relative(&root.folder.join(page))).collect(),
        None if Path::new("docs").is_dir() => vec!["docs".into()],
        None if root.file.is_some() && root.folder.join("docs").is_dir() => {
            vec![project.place.relative(&root.folder.join("docs"))]
        }
        None => vec![".".into()],
    };
    let mut targets = Vec::new();
    for path in wanted {
        let shown = paths::display(&path);
        let fault = |code, message: String| Diagnostic::new(code, shown.clone(), message);
        let resolved = fs::metadata(&path).and_then(|data| Ok((data.file_type(), fs::canonicalize(&path)?)));
        match resolved {
            Ok((_, real)) if configured && !project.holds(&real) => {
                let message = "leads outside the folder of the configuration".to_owned();
                found.diagnostics.push(fault(Code::Usage, message).help("name it on the command line"));
            }
            Ok((kind, real)) if kind.is_dir() || kind.is_file() => {
                targets.push(Target { path, real, folder: kind.is_dir() });
            }
            Ok(_) => found.diagnostics.push(fault(Code::Usage, "neither a file nor a folder".to_owned())),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut diagnostic = fault(Code::Usage, "no such file or folder".to_owned());
                let command = if configured { None } else { super::help::command_near(&shown) };
                diagnostic.help = Some(match (neighbour(&path), command) {
                    (Some(near), _) => format!("did you mean {}?", paths::display(&near)),
                    (None, Some(command)) => format!("did you mean moonsync {command}?"),
                    (None, None) if configured => "it is named by `pages` in moonsync.toml".to_owned(),
                    (None, None) => format!("paths are seen from {}", project.place.cwd.display()),
                });
                found.diagnostics.push(diagnostic);
            }
            Err(error) => found.diagnostics.push(unreadable(&path, &error)),
        }
        found.looked_in.push(shown);
    }
    targets
}

/// What lies beside a path that does not exist, and was probably meant.
fn neighbour(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    let listed = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let names =
        fs::read_dir(listed).ok()?.take(1000).flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let names: Vec<String> = names.collect();
    Some(folder.join(nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?))
}

/// A file that is of interest.
struct Hit {
    path: PathBuf,
    real: PathBuf,
    text: Text,
}

enum Text {
    Page(Arc<str>),
    /// Markers, but no UTF-8 from this byte on.
    NotUtf8(usize),
}

fn walk(
    project: &Project,
    search: &Search<'_>,
    folders: &[Target],
    threads: usize,
    hits: &mut Vec<Hit>,
    found: &mut Found,
) {
    let mut builder: Option<WalkBuilder> = None;
    let blocked = Blocked::default();
    for folder in folders {
        // A link to a folder is followed where it is named: with a slash at its end it is the folder.
        let mut path = folder.path.clone().into_os_string();
        if fs::symlink_metadata(&folder.path).is_ok_and(|data| data.is_symlink()) {
            path.push("/");
        }
        if !blocked.lets_begin(&folder.path) {
            continue;
        }
        match &mut builder {
            None => builder = Some(WalkBuilder::new(path)),
            Some(builder) => {
                builder.add(path);
            }
        }
    }
    let Some(mut builder) = builder else {
        return found.diagnostics.extend(unignorable(project, &blocked));
    };
    builder.threads(threads).add_custom_ignore_filename(".rgignore");
    let entered = blocked.clone();
    builder
        .filter_entry(move |entry| !entry.file_type().is_some_and(|kind| kind.is_dir()) || entered.lets(entry.path()));
    let results = Mutex::new((hits, found));
    let by_path = !project.config.exclude.is_empty();
    // Entries of the walk are named by the path of their folder and the way from there.
    let real = |path: &Path, depth: usize| -> Option<PathBuf> {
        let top = path.ancestors().nth(depth)?;
        let folder = folders.iter().find(|folder| folder.path == top)?;
        Some(folder.real.join(path.strip_prefix(top).ok()?))
    };
    builder.build_parallel().run(|| {
        let mut buffer = Vec::new();
        let mut worker = Worker { results: &results, read: 0, hits: Vec::new(), faults: Vec::new() };
        Box::new(move |entry| {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    let path = walk_path(&error).map(paths::display).unwrap_or_default();
                    let cause = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                    worker.faults.push(Diagnostic::new(Code::Io, path, format!("cannot be read: {cause}")));
                    return WalkState::Continue;
                }
            };
            let Some(kind) = entry.file_type() else { return WalkState::Continue };
            let is_page = kind.is_file() && paths::is_page(entry.file_name());
            let may_prune = by_path && kind.is_dir() && entry.depth() > 0;
            if !is_page && !may_prune {
                return WalkState::Continue;
            }
            let path = entry.path();
            let rel = || real(path, entry.depth()).and_then(|real| project.path_from_root(&real, path));
            if by_path && rel().is_some_and(|rel| project.config.excludes(&rel)) {
                return WalkState::Skip;
            }
            if !is_page {
                return WalkState::Continue;
            }
            worker.read += 1;
            match search.read(path, rel, &mut buffer) {
                Ok(Some(text)) => {
                    if let Some(real) = real(path, entry.depth()) {
                        worker.hits.push(Hit { path: path.to_owned(), real, text });
                    }
                }
                Ok(None) => {}
                Err(error) => worker.faults.push(unreadable(path, &error)),
            }
            WalkState::Continue
        })
    });
    let (_, found) = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.diagnostics.extend(unignorable(project, &blocked));
}

/// The faults of folders that were not entered.
fn unignorable(project: &Project, blocked: &Blocked) -> Vec<Diagnostic> {
    let fault = |file: PathBuf| {
        let message = "no regular file: nobody can tell which pages it leaves out";
        let fault = Diagnostic::new(Code::Io, paths::display(&project.place.relative(&file)), message);
        fault.help("remove it, or leave its folder out")
    };
    blocked.files().into_iter().map(fault).collect()
}

/// What one thread of the walk gathers; handed over when the thread is done.
struct Worker<'r, 'f> {
    results: &'r Mutex<(&'f mut Vec<Hit>, &'f mut Found)>,
    read: usize,
    hits: Vec<Hit>,
    faults: Vec<Diagnostic>,
}

impl Drop for Worker<'_, '_> {
    fn drop(&mut self) {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        results.0.append(&mut self.hits);
        results.1.read += self.read;
        results.1.diagnostics.append(&mut self.faults);
    }
}

/// Those of some files that the search in `targets` comes by: named outright, or below a folder and not left out on the
/// way there. Files and targets are absolute, with links resolved.
pub(crate) fn reached(project: &Project, targets: &[PathBuf], files: &BTreeSet<PathBuf>) -> BTreeSet<PathBuf> {
    let (named, others): (BTreeSet<PathBuf>, BTreeSet<PathBuf>) =
        files.iter().cloned().partition(|file| targets.contains(file));
    let mut reached = named;
    for target in targets {
        let below: BTreeSet<PathBuf> = others.iter().filter(|file| file.starts_with(target)).cloned().collect();
        if below.is_empty() {
            continue;
        }
        let on_the_way = move |path: &Path| below.range(path.to_owned()..).next().is_some_and(|f| f.starts_with(path));
        let blocked = Blocked::default(); // the search itself has said so
        let Some(mut builder) = read::walk(target, &blocked) else { continue };
        builder.filter_entry(move |entry| {
            let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            on_the_way(entry.path()) && (!folder || blocked.lets(entry.path()))
        });
        let excluded =
            |path: &Path| project.path_from_root(path, path).is_some_and(|rel| project.config.excludes(&rel));
        let files = builder.build().flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_file()));
        let files = files.map(ignore::DirEntry::into_path);
        reached.extend(files.filter(|file| {
            let mut way = file.ancestors().take_while(|path| path != target);
            !way.any(excluded)
        }));
    }
    reached
}

fn walk_path(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => walk_path(err),
        _ => None,
    }
}

/// What makes a page one of interest.
pub(crate) struct Search<'p> {
    project: &'p Project,
    wanted: Wanted<'p>,
    /// Where translations are wanted that should hold a region: which source pages do, as far as they were looked at.
    bare: Option<Mutex<HashMap<PathBuf, bool>>>,
}

enum Wanted<'p> {
    /// A namespace, or that the catalog promises regions of the page.
    Regions(Vec<Finder<'p>>),
    /// A model.
    Mentions(&'p Refs<'p>),
    /// A marker of any family.
    Markers,
}

impl<'p> Search<'p> {
    /// Looks for the namespaces and the promised pages of the project's catalog.
    pub(crate) fn new(project: &'p Project) -> Self {
        let names: Vec<&str> = project.catalog.families.iter().map(|family| family.namespace.as_str()).collect();
        // One that begins with another is found with it.
        let covered = |name: &str| names.iter().any(|other| *other != name && name.contains(other));
        let namespaces = names.iter().filter(|name| !covered(name)).map(|name| Finder::new(name.as_bytes())).collect();
        Self { project, wanted: Wanted::Regions(namespaces), bare: None }
    }

    /// Whether a page may be one that the catalog promises regions of, by the last part of its path: most are none, and
    /// need not be placed, which may touch the disk.
    fn may_be_promised(&self, path: &Path) -> bool {
        if !matches!(self.wanted, Wanted::Regions(_)) {
            return false;
        }
        let translations = &self.project.config.translations;
        let mut patterns = translations.paths.iter().chain([&translations.source]);
        let is_named_by_file = patterns.all(Pattern::ends_in_page);
        let Some(file) = path.file_name().map(OsStr::as_encoded_bytes) else { return false };
        let mut promises = self.project.catalog.families.iter().flat_map(|family| &family.promises);
        promises.any(|promise| {
            let name = promise.page.strip_suffix("/index").unwrap_or(&promise.page);
            let last = name.rsplit('/').next().unwrap_or(name);
            !is_named_by_file || memmem::find(file, last.as_bytes()).is_some() || memmem::find(file, b"index").is_some()
        })
    }

    /// Whether the page is one that the catalog promises regions of.
    fn is_promised(&self, rel: Option<&str>, path: &Path) -> bool {
        let name = self.project.page_place(rel, path).0.name;
        name.is_some_and(|name| {
            let mut promises = self.project.catalog.families.iter().flat_map(|family| &family.promises);
            promises.any(|promise| promise.page.strip_suffix("/index").unwrap_or(&promise.page) == name)
        })
    }

    /// Whether the page is a translation whose source page holds a namespace, where that is asked.
    fn is_bare(&self, rel: Option<&str>, path: &Path) -> bool {
        let Some(known) = &self.bare else { return false };
        let (Place { locale: Some(_), name: Some(name) }, Some(base)) = self.project.page_place(rel, path) else {
            return false;
        };
        let Some(source) = self.project.source_on_disk(&base, &name) else { return false };
        if let Some(known) = known.lock().unwrap_or_else(PoisonError::into_inner).get(&source) {
            return *known;
        }
        let holds = read::bytes(&source).is_ok_and(|bytes| self.look(&bytes).is_some());
        known.lock().unwrap_or_else(PoisonError::into_inner).insert(source, holds);
        holds
    }

    /// Reads a file. Gives nothing where there is nothing of interest in it; its path from the root is asked for only
    /// where that can matter then.
    fn read(
        &self,
        path: &Path,
        rel: impl FnOnce() -> Option<String>,
        buffer: &mut Vec<u8>,
    ) -> io::Result<Option<Text>> {
        let (file, length) = read_into(path, buffer)?;
        let bytes = &buffer[..length];
        let mut text = self.look(bytes);
        let may_be_promised = self.may_be_promised(path);
        if text.is_none() && (may_be_promised || self.bare.is_some()) {
            let rel = rel();
            let rel = rel.as_deref();
            if may_be_promised && self.is_promised(rel, path) || self.is_bare(rel, path) {
                text = Some(match std::str::from_utf8(bytes) {
                    Ok(text) => Text::Page(text.into()),
                    Err(error) => Text::NotUtf8(error.valid_up_to()),
                });
            }
        }
        if text.is_some() {
            read::be_regular(&file)?;
        }
        Ok(text)
    }

    /// The bytes of a page as its text, where they hold what is wanted.
    fn look(&self, bytes: &[u8]) -> Option<Text> {
        let namespaces = match &self.wanted {
            Wanted::Regions(namespaces) => namespaces,
            Wanted::Mentions(refs) => {
                let text = refs.may_hold(bytes).then(|| std::str::from_utf8(bytes).ok()).flatten();
                return text.map(|text| Text::Page(text.into()));
            }
            Wanted::Markers => {
                memmem::find(bytes, b":start")?;
                let text = std::str::from_utf8(bytes).ok()?;
                return (!adopt::namespaces(text).is_empty()).then(|| Text::Page(text.into()));
            }
        };
        if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
            // UTF-16: the markers are there, but not as bytes.
            let narrow: Vec<u8> = bytes.iter().copied().filter(|byte| *byte != 0).collect();
            return namespaces.iter().any(|finder| has_marker(&narrow, finder)).then_some(Text::NotUtf8(0));
        }
        if !namespaces.iter().any(|finder| finder.find(bytes).is_some()) {
            return None;
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Some(Text::Page(text.into())),
            Err(error) => {
                let marked = namespaces.iter().any(|finder| has_marker(bytes, finder));
                marked.then(|| Text::NotUtf8(error.valid_up_to()))
            }
        }
    }

    /// The text of a page that came by another way than a file. Without a namespace in it, it need not be UTF-8.
    pub(crate) fn text_of(&self, bytes: &[u8]) -> Result<Option<Arc<str>>, usize> {
        match self.look(bytes) {
            Some(Text::Page(text)) => Ok(Some(text)),
            Some(Text::NotUtf8(at)) => Err(at),
            None => Ok(std::str::from_utf8(bytes).ok().map(Into::into)),
        }
    }
}

/// Whether a namespace is followed by the rest of a marker somewhere: `-ids:start`.
fn has_marker(bytes: &[u8], finder: &Finder<'_>) -> bool {
    finder.find_iter(bytes).any(|at| {
        let rest = &bytes[at + finder.needle().len()..];
        let name = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)).count();
        rest[name..].starts_with(b":start") || rest[name..].starts_with(b":end")
    })
}

/// Reads a whole file into the front of a buffer that is used again, and gives its length. As a rule that takes one
/// call, and another to see that it was all. A file that was read is regular only if it is asked for, unless it is long.
fn read_into(path: &Path, buffer: &mut Vec<u8>) -> io::Result<(File, usize)> {
    const ROOM: usize = 1 << 18;
    let mut file = read::open_unasked(path)?;
    if buffer.len() < ROOM {
        buffer.resize(ROOM, 0);
    }
    let mut filled = 0;
    loop {
        if filled == buffer.len() {
            buffer.resize(filled * 2, 0);
        }
        if filled >= ROOM {
            read::be_regular(&file)?; // a device may have no end
        }
        match file.read(&mut buffer[filled..]) {
            Ok(0) => return Ok((file, filled)),
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

impl Project {
    /// A page that was read: named `path` and `shown`, and with links resolved `real`.
    pub(crate) fn page(&self, path: &Path, real: &Path, shown: String, text: Arc<str>) -> Page {
        let rel = self.path_from_root(real, path);
        let (Place { locale, name }, base) = self.page_place(rel.as_deref(), path);
        let input = PageInput { path: shown, text, locale, name, dialect: self.config.dialect(rel.as_deref()) };
        Page { input, file: real.to_owned(), base }
    }

    /// The language of a page and its name, by its path from the root, else by its own; and where that path begins.
    fn page_place(&self, rel: Option<&str>, path: &Path) -> (Place, Option<PathBuf>) {
        let Config { translations, .. } = &self.config;
        let layout = Layout {
            source: &translations.source,
            source_locale: &translations.source_locale,
            paths: &translations.paths,
        };
        let known = |tag: &str| self.knows_locale(tag);
        let exact =
            rel.and_then(|rel| locale::place(layout, rel, known, |stem| source_exists(&self.root.folder.join(stem))));
        match exact {
            Some(place) => (place, Some(self.root.folder.clone())),
            None if self.root.file.is_some() && rel.is_some() => (Place::default(), None),
            // No configuration says where pages are: `docs` may lie deeper, or be the working directory.
            None => {
                let whole = paths::slashes(&paths::normal(&self.place.cwd.join(path)));
                let found = locale::place_of_tail(layout, &whole, known, |stem| source_exists(Path::new(stem)));
                match found {
                    Some((place, start)) => (place, Some(PathBuf::from(&whole[..start]))),
                    None => (Place::default(), None),
                }
            }
        }
    }

    /// The path of a page from the root, with forward slashes: of the path it was named by, else of the file itself.
    pub(crate) fn path_from_root(&self, real: &Path, path: &Path) -> Option<String> {
        let root = &self.root.folder;
        let named = paths::normal(&self.place.cwd.join(path));
        let rel = named.strip_prefix(root).or_else(|_| real.strip_prefix(root)).ok()?;
        Some(paths::slashes(rel))
    }

    /// Whether a file lies below the root, links resolved.
    pub(crate) fn holds(&self, real: &Path) -> bool {
        fs::canonicalize(&self.root.folder).is_ok_and(|root| real.starts_with(root))
    }
}

/// Whether there is a page with this path but for its ending.
fn source_exists(stem: &Path) -> bool {
    let with = |ending: &str| {
        let mut name = OsString::from(stem);
        name.push(ending);
        PathBuf::from(name)
    };
    let endings = || paths::PAGE_ENDINGS.into_iter();
    endings().any(|ending| with(ending).is_file()) || endings().any(|ending| with(&format!("/index{ending}")).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::testing::{Tree, project};

    fn found(tree: &Tree, arguments: &[&str]) -> (Vec<String>, Vec<String>) {
        let project = project(tree, "k");
        let arguments: Vec<PathBuf> = arguments.iter().map(|path| tree.path(path)).collect();
        let found = pages(&project, &arguments, 2, &mut Sources::new());
        let folder = format!("{}/", tree.path("x").parent().expect("a folder").display());
        let shown = |path: &str| path.strip_prefix(&folder).unwrap_or(path).to_owned();
        let pages = found.pages.iter().map(|page| {
            let locale = page.input.locale.as_deref().unwrap_or("-");
            format!("{} {locale} {}", shown(&page.input.path), page.input.name.as_deref().unwrap_or("-"))
        });
        let faults = found.diagnostics.iter().map(|fault| format!("{} {}", shown(&fault.path), fault.code.name()));
        (pages.collect(), faults.collect())
    }

    #[test]
    fn pages_with_a_namespace_are_kept_and_placed() {
        let tree = Tree::new(&[
            ("docs/a.md", "<!-- k-ids:start -->"),
            ("docs/b.mdx", "nothing"),
            ("docs/fr/a.MD", "k-ids"),
            ("docs/cli/a.markdown", "k-ids"),
            ("docs/.hidden/a.md", "k-ids"),
            ("docs/skipped/a.md", "k-ids"),
            ("docs/.ignore", "skipped"),
            ("docs/notes.txt", "k-ids"),
        ]);
        let (pages, faults) = found(&tree, &["docs", "docs/notes.txt", "docs/../docs/a.md"]);
        assert_eq!(faults, Vec::<String>::new());
        assert_eq!(
            pages,
            ["docs/../docs/a.md - a", "docs/cli/a.markdown - cli/a", "docs/fr/a.MD fr a", "docs/notes.txt - notes.txt"]
        );
    }

    #[test]
    fn what_is_no_utf8_is_a_fault_only_with_markers() {
        let tree = Tree::new(&[]);
        std::fs::write(tree.path("a.md"), b"\xff k-ids\n").expect("a file");
        std::fs::write(tree.path("b.md"), b"\xff k-ids:start\n").expect("a file");
        std::fs::write(tree.path("c.md"), b"\xff\xfek\0-\0i\0:\0e\0n\0d\0").expect("a file");
        let (pages, faults) = found(&tree, &["."]);
        assert_eq!(pages, Vec::<String>::new());
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    #[test]
    fn what_is_not_there() {
        let tree = Tree::new(&[("docs/a.md", "")]);
        let (_, faults) = found(&tree, &["dosc", "docs"]);
        assert_eq!(faults, ["dosc usage"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_only_where_named() {
        let tree = Tree::new(&[("docs/a.md", "k-"), ("other/b.md", "k-")]);
        std::os::unix::fs::symlink(tree.path("other/b.md"), tree.path("docs/l.md")).expect("a link");
        std::os::unix::fs::symlink(tree.path("other"), tree.path("docs/folder")).expect("a link");
        assert_eq!(found(&tree, &["docs"]).0, ["docs/a.md - a"]);
        assert_eq!(found(&tree, &["docs/l.md"]).0, ["docs/l.md - l"]);
        assert_eq!(found(&tree, &["docs/folder"]).0, ["docs/folder/b.md - folder/b"]);
        assert_eq!(found(&tree, &["docs/l.md", "other"]).0.len(), 1);
    }

    #[test]
    fn a_big_file_is_read_whole() {
        let tree = Tree::new(&[("a.md", &format!("{}k-ids", "x".repeat(3 << 18)))]);
        let mut buffer = Vec::new();
        assert_eq!(read_into(&tree.path("a.md"), &mut buffer).expect("it reads").1, (3 << 18) + 5);
        std::fs::write(tree.path("a.md"), "short").expect("a file");
        assert_eq!(read_into(&tree.path("a.md"), &mut buffer).expect("it reads").1, 5);
        assert_eq!(&buffer[..5], b"short");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_became_a_pipe_or_a_device_gives_no_page() {
        use std::io::Write;
        let tree = Tree::new(&[]);
        let project = project(&tree, "k");
        let mut buffer = Vec::new();
        let search = Search::new(&project);
        // Without an end, and without a byte.
        assert!(search.read(Path::new("/dev/zero"), || None, &mut buffer).is_err());
        assert!(matches!(search.read(Path::new("/dev/null"), || None, &mut buffer), Ok(None)));
        let pipe = tree.path("a.md");
        let made = rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR);
        made.expect("a pipe");
        assert!(matches!(search.read(&pipe, || None, &mut buffer), Ok(None)), "nobody writes to it");
        let mut writer = fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("it opens");
        writer.write_all(b"<!-- k-ids:start -->").expect("it is written to");
        assert!(search.read(&pipe, || None, &mut buffer).is_err(), "somebody does, and goes on");
    }
}
