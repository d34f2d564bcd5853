//! Which files a project may have read. A fault shows the line that it is in, and a log may be anyone's to read: so what
//! a change to the repository can name, by its configuration or by a link, must be a TOML file of that repository.

use super::config::Root;
use super::{Workplace, paths};
use moonsync::diagnostic::{Code, Diagnostic};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

/// The folders that a project's files lie in.
#[derive(Debug)]
pub(crate) struct Bounds {
    cwd: PathBuf,
    /// The repository, if there is one, and the folder of the configuration, links resolved.
    folders: Vec<PathBuf>,
    is_repository: bool,
}

impl Bounds {
    /// The bounds of a project.
    pub(crate) fn new(place: &Workplace, root: &Root) -> Self {
        let own = fs::canonicalize(&root.folder).unwrap_or_else(|_| root.folder.clone());
        let above = |folder: &&Path| place.home.as_deref() != Some(*folder);
        let repository = own.ancestors().take_while(above).find(|folder| folder.join(".git").exists());
        let is_repository = repository.is_some();
        let folders = repository.into_iter().map(Path::to_owned).chain([own.clone()]).collect();
        Self { cwd: place.cwd.clone(), folders, is_repository }
    }

    /// Refuses a configuration, a file or a folder of a catalog that must not be read. What is `named` on the command line
    /// is trusted, unless a link of the repository leads out of it. What does not exist is somebody else's to say.
    pub(crate) fn admit(&self, path: &Path, named: bool) -> Result<(), Diagnostic> {
        let Ok(real) = fs::canonicalize(path) else { return Ok(()) };
        let said = paths::normal(&self.cwd.join(path));
        if named && (real == said || !self.hold(&said) || !self.is_repository) {
            return Ok(());
        }
        let fault =
            |message: &str, help: &str| Err(Diagnostic::new(Code::Usage, paths::display(path), message).help(help));
        if !self.hold(&real) {
            let whose = if self.is_repository { "the repository" } else { "the folder of the configuration" };
            let message = format!("leads outside {whose}");
            return fault(&message, "name the file that it leads to with --catalog, if it is to be trusted");
        }
        let is_toml = real.is_dir() || real.extension() == Some(OsStr::new("toml"));
        if !is_toml || real.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git")) {
            return fault("is no TOML file of this project", "give it a name that ends in .toml");
        }
        Ok(())
    }

    fn hold(&self, path: &Path) -> bool {
        self.folders.iter().any(|folder| path.starts_with(folder))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::testing::Tree;

    #[cfg(unix)]
    #[test]
    fn what_a_repository_may_have_read() {
        let files = [
            "repo/.git/config.toml",
            "repo/site/catalog/k.toml",
            "repo/shared/k.toml",
            "repo/.env",
            "out/k.toml",
            "out/secret",
        ];
        let tree = Tree::new(&files.map(|file| (file, "")));
        let links = [("repo/site/a.toml", "out/k.toml"), ("repo/site/b.toml", "repo/.env"), ("repo/site/out", "out")];
        for (link, target) in links {
            std::os::unix::fs::symlink(tree.path(target), tree.path(link)).expect("a link");
        }
        let folder = fs::canonicalize(tree.path("repo/site")).expect("a folder");
        let place = Workplace { cwd: folder.clone(), home: None };
        let bounds = Bounds::new(&place, &Root { folder, file: None });
        for (path, by_project, by_user) in [
            ("repo/site/catalog", true, true),
            ("repo/site/catalog/k.toml", true, true),
            ("repo/shared/k.toml", true, true),
            ("repo/none.toml", true, true),
            ("repo/.env", false, true),
            ("repo/.git/config.toml", false, true),
            ("out/k.toml", false, true),
            ("out/secret", false, true),
            ("out", false, true),
            ("repo/site/a.toml", false, false),
            ("repo/site/b.toml", false, false),
            ("repo/site/out", false, false),
            ("repo/site/out/k.toml", false, false),
        ] {
            // Links above the tree are the machine's.
            let top = fs::canonicalize(tree.path("")).expect("a folder");
            assert_eq!(bounds.admit(&top.join(path), false).is_ok(), by_project, "{path}, named by the project");
            assert_eq!(bounds.admit(&top.join(path), true).is_ok(), by_user, "{path}, named by the user");
        }
    }
}
