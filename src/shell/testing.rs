//! Folders and projects for the tests of the shell.

use super::config::{Config, Root};
use super::{Project, Workplace};
use moonsync::catalog::{Catalog, Family};
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder of files that is gone after the test.
pub(crate) struct Tree(TempDir);

impl Tree {
    /// Files by path and text.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().expect("a folder"));
        for (name, text) in files {
            let path = tree.path(name);
            fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        tree
    }

    /// The whole path of a file.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// All files with their texts, as `path: text`.
    pub(crate) fn list(&self) -> Vec<String> {
        let mut files = Vec::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("it reads").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(self.0.path()).expect("it lies within").display().to_string();
                    files.push(format!("{name}: {}", fs::read_to_string(&path).expect("it reads")));
                }
            }
        }
        files.sort();
        files
    }
}

/// A project in the folder, with one family of this namespace.
pub(crate) fn project(tree: &Tree, namespace: &str) -> Project {
    let root = fs::canonicalize(tree.path("")).expect("it is there");
    let family = Family {
        sources: Vec::new(),
        path: "k.toml".into(),
        namespace: namespace.into(),
        provider: "p".into(),
        default_model: "m".into(),
        ids: Vec::new(),
        defaults: Default::default(),
        models: Vec::new(),
        retired: Vec::new(),
        regions: Vec::new(),
        promises: Vec::new(),
        locales: Vec::new().into(),
    };
    Project {
        place: Workplace { cwd: root.clone(), home: None },
        root: Root { folder: root, file: None },
        config: Config::default(),
        catalog: Catalog { families: vec![family], ..Catalog::default() },
        label: "test".into(),
        warnings: Vec::new(),
    }
}
