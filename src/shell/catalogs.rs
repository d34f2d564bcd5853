//! Which catalog a run uses, and the reading of its files. What they say is the library's business.

use super::bounds::Bounds;
use super::config::{self, Config, Root};
use super::{Workplace, builtin, paths, read};
use moonsync::catalog::Catalog;
use moonsync::catalog::parse::{self, CatalogFile, Role};
use moonsync::diagnostic::{Code, Diagnostic, Sources};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// The catalog of a run.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// The families of all its files.
    pub(crate) catalog: Catalog,
    /// What the closing line calls it.
    pub(crate) label: String,
    /// What is wrong with it; with an error, it is not to be used.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Loads the catalog that the arguments, the configuration or the folders name, else the built-in one.
pub(crate) fn load(
    place: &Workplace,
    root: &Root,
    config: &Config,
    arguments: &[PathBuf],
    sources: &mut Sources,
) -> Loaded {
    let chosen = choose(place, root, config, arguments);
    let mut files = Files::new(Bounds::new(place, root), !arguments.is_empty());
    let label = match &chosen {
        Some(paths) => {
            for path in paths {
                files.add(path);
            }
            let names = paths.iter().map(|path| {
                let shown = paths::display(path);
                if path.is_dir() && !shown.ends_with('/') { shown + "/" } else { shown }
            });
            names.collect::<Vec<_>>().join(", ")
        }
        None => {
            files.found = builtin::files(0);
            format!("built in ({})", builtin::DATE)
        }
    };
    for file in &files.found {
        sources.insert(file.path.clone(), file.text.clone());
    }
    if files.faults.iter().any(Diagnostic::is_error) {
        return Loaded { catalog: Catalog::default(), label, diagnostics: files.faults };
    }
    let (mut catalog, diagnostics) = parse::parse(&files.found);
    if chosen.is_none() {
        for family in &mut catalog.families {
            family.promises.clear(); // its promises are about this project's pages, not the user's
        }
    }
    Loaded { catalog, label, diagnostics }
}

/// The files and folders of the catalog; nothing for the built-in one.
fn choose(place: &Workplace, root: &Root, config: &Config, arguments: &[PathBuf]) -> Option<Vec<PathBuf>> {
    if !arguments.is_empty() {
        return Some(arguments.to_vec());
    }
    let from_root = |path: &Path| place.relative(&root.folder.join(path));
    if let Some(catalogs) = &config.catalogs {
        return Some(catalogs.iter().map(|path| from_root(path)).collect());
    }
    if root.file.is_some() {
        let beside = root.folder.join("catalog");
        return beside.is_dir().then(|| vec![from_root(Path::new("catalog"))]);
    }
    // Without a configuration a folder of this name may be anyone's.
    let mut folders = [place.cwd.as_path(), root.folder.as_path()].into_iter().map(|folder| folder.join("catalog"));
    folders.find(|folder| holds_family(folder)).map(|folder| vec![place.relative(&folder)])
}

fn holds_family(folder: &Path) -> bool {
    let is_key =
        |line: &str| line.trim_start().strip_prefix("namespace").is_some_and(|r| r.trim_start().starts_with('='));
    toml_files(folder)
        .is_ok_and(|files| files.iter().any(|file| read::text(file).is_ok_and(|text| text.lines().any(is_key))))
}

struct Files {
    bounds: Bounds,
    /// Whether the user has named them.
    named: bool,
    found: Vec<CatalogFile>,
    folders: Vec<PathBuf>,
    faults: Vec<Diagnostic>,
}

impl Files {
    fn new(bounds: Bounds, named: bool) -> Self {
        Self { bounds, named, found: Vec::new(), folders: Vec::new(), faults: Vec::new() }
    }

    fn add(&mut self, path: &Path) {
        if let Err(fault) = self.bounds.admit(path, self.named) {
            return self.faults.push(fault);
        }
        match fs::metadata(path) {
            Ok(data) if data.is_dir() => match toml_files(path) {
                Ok(files) if files.is_empty() => {
                    let help = "a catalog folder holds one .toml file a model family, and locales/";
                    self.fault(path, "no family file in this folder").help = Some(help.to_owned());
                }
                Ok(files) => {
                    let folder = self.folder(path);
                    files.iter().for_each(|file| self.read(file, Role::Family, folder));
                }
                Err(error) => {
                    self.fault(path, &format!("cannot be read: {error}"));
                }
            },
            Ok(data) if data.is_file() => {
                let folder = self.folder(path.parent().unwrap_or(Path::new("")));
                self.read(path, Role::Family, folder);
            }
            Ok(_) => {
                self.fault(path, "neither a file nor a folder");
            }
            Err(error) => {
                let help = "--catalog takes a family file or a catalog folder; `catalogs` is seen from moonsync.toml";
                self.fault(path, &format!("no catalog here: {error}")).help = Some(help.to_owned());
            }
        }
    }

    /// The number of a catalog folder; its locale files are read with its first family.
    fn folder(&mut self, folder: &Path) -> usize {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        let key = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        if let Some(known) = self.folders.iter().position(|other| *other == key) {
            return known;
        }
        self.folders.push(key);
        let number = self.folders.len() - 1;
        let locales = folder.join("locales");
        if locales.is_dir() {
            match toml_files(&locales) {
                Ok(files) => {
                    for file in files {
                        let tag = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                        self.read(&file, Role::Locale(tag), number);
                    }
                }
                Err(error) => {
                    self.fault(&locales, &format!("cannot be read: {error}"));
                }
            }
        }
        number
    }

    fn read(&mut self, file: &Path, role: Role, folder: usize) {
        let path = paths::display(file);
        if self.found.iter().any(|other| other.path == path) {
            return; // named twice
        }
        if let Err(fault) = self.bounds.admit(file, self.named) {
            return self.faults.push(fault);
        }
        match read::bytes(file).map(String::from_utf8) {
            Ok(Ok(text)) => self.found.push(CatalogFile { path, text: text.into(), role, folder }),
            Ok(Err(error)) => {
                let at = error.utf8_error().valid_up_to();
                let fault = Diagnostic::new(Code::TomlSyntax, path, format!("not UTF-8 at byte {at}"));
                self.faults.push(fault.help("TOML is UTF-8: save the file in that encoding"));
            }
            Err(error) => {
                self.fault(file, &format!("cannot be read: {error}"));
            }
        }
    }

    fn fault(&mut self, path: &Path, message: &str) -> &mut Diagnostic {
        self.faults.push(Diagnostic::new(Code::Io, paths::display(path), message));
        let last = self.faults.len() - 1;
        &mut self.faults[last]
    }
}

/// The TOML files of a folder in the order of their names, without hidden ones and the configuration.
fn toml_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default();
        let hidden = name.as_encoded_bytes().starts_with(b".");
        let toml = path.extension() == Some(OsStr::new("toml")) && name != config::FILE;
        if toml && !hidden && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Files {
        let place = Workplace { cwd: folder.to_owned(), home: None };
        Files::new(Bounds::new(&place, &Root { folder: folder.to_owned(), file: None }), true)
    }

    #[test]
    fn a_folder_and_its_locales_are_read_once() {
        let tmp = tempfile::tempdir().expect("a folder");
        let root = tmp.path();
        fs::create_dir(root.join("locales")).expect("a folder");
        for name in ["b.toml", "a.toml", ".#a.toml", "moonsync.toml", "x.txt", "locales/fr.toml", "locales/pt-BR.toml"]
        {
            fs::write(root.join(name), "").expect("a file");
        }
        let mut files = files(root);
        files.add(root);
        files.add(&root.join("a.toml"));
        assert_eq!(files.faults, []);
        let roles: Vec<_> = files.found.iter().map(|file| (file.role.clone(), file.folder)).collect();
        let locale = |tag: &str| (Role::Locale(tag.to_owned()), 0);
        assert_eq!(roles, [locale("fr"), locale("pt-BR"), (Role::Family, 0), (Role::Family, 0)]);
    }

    #[test]
    fn faults() {
        let tmp = tempfile::tempdir().expect("a folder");
        fs::write(tmp.path().join("a.toml"), b"\xff").expect("a file");
        let mut files = files(tmp.path());
        files.add(&tmp.path().join("none"));
        files.add(tmp.path());
        let codes: Vec<_> = files.faults.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [Code::Io, Code::TomlSyntax]);
    }

    #[test]
    fn a_folder_of_someone_else_is_no_catalog() {
        let tmp = tempfile::tempdir().expect("a folder");
        let place = Workplace { cwd: tmp.path().to_owned(), home: None };
        let root = Root { folder: tmp.path().to_owned(), file: None };
        fs::create_dir(tmp.path().join("catalog")).expect("a folder");
        fs::write(tmp.path().join("catalog/x.toml"), "name = 1\n").expect("a file");
        assert_eq!(choose(&place, &root, &Config::default(), &[]), None);
        fs::write(tmp.path().join("catalog/y.toml"), "namespace = 'y'\n").expect("a file");
        assert_eq!(choose(&place, &root, &Config::default(), &[]), Some(vec!["catalog".into()]));
    }
}
