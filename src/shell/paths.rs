//! Paths as people type them and as the program compares them. Touches no file.

use moonsync::text;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// The endings of a page.
pub(crate) const PAGE_ENDINGS: [&str; 3] = [".md", ".mdx", ".markdown"];

/// The path without its `.` and `x/..` parts, by its spelling alone.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::Normal(_))) => {
                out.pop();
            }
            Component::ParentDir if matches!(out.components().next_back(), Some(Component::RootDir)) => {}
            part => out.push(part),
        }
    }
    out
}

/// How `path` is reached from the folder `from`; both are absolute and normal.
pub(crate) fn relative(from: &Path, path: &Path) -> PathBuf {
    let shared = from.components().zip(path.components()).take_while(|(a, b)| a == b).count();
    if shared <= 1 {
        return path.to_owned(); // nothing but the root in common: longer than it helps
    }
    let up = from.components().skip(shared).map(|_| Component::ParentDir);
    let out: PathBuf = up.chain(path.components().skip(shared)).collect();
    if out.as_os_str().is_empty() { PathBuf::from(".") } else { out }
}

/// A path as reports show it: with forward slashes and without a leading `./`.
pub(crate) fn display(path: &Path) -> String {
    let text = slashes(path);
    let shown = text.trim_start_matches("./");
    if shown.is_empty() { ".".to_owned() } else { shown.to_owned() }
}

/// A path with forward slashes, as patterns see it. What is no Unicode is replaced.
pub(crate) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' { text.into_owned() } else { text.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// Whether a file is a page by its name.
pub(crate) fn is_page(name: &OsStr) -> bool {
    page_stem(name.as_encoded_bytes()).is_some()
}

/// A path without the ending of a page, whatever the ending's case.
pub(crate) fn page_stem(path: &[u8]) -> Option<&[u8]> {
    PAGE_ENDINGS.iter().find_map(|ending| {
        let at = path.len().checked_sub(ending.len())?;
        path[at..].eq_ignore_ascii_case(ending.as_bytes()).then(|| &path[..at])
    })
}

/// An argument as a shell takes it.
pub(crate) fn quote(argument: &OsStr) -> String {
    text::quoted(argument.as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling() {
        assert_eq!(normal(Path::new("/a/./b/../c/")), Path::new("/a/c"));
        assert_eq!(relative(Path::new("/w/a"), Path::new("/w/a/docs")), Path::new("docs"));
        assert_eq!(relative(Path::new("/w/a/docs"), Path::new("/w/a/catalog")), Path::new("../catalog"));
        assert_eq!(relative(Path::new("/w/a"), Path::new("/w/a")), Path::new("."));
        assert_eq!(display(Path::new("./docs/x.md")), "docs/x.md");
        assert_eq!(display(Path::new(".")), ".");
        assert_eq!(display(Path::new("../x")), "../x");
    }

    #[test]
    fn pages_by_name() {
        assert!(is_page(OsStr::new("a.md")) && is_page(OsStr::new("a.MDX")) && is_page(OsStr::new("b.Markdown")));
        assert!(!is_page(OsStr::new("md")) && !is_page(OsStr::new("a.txt")) && !is_page(OsStr::new("a.mdxx")));
    }

    #[test]
    fn quoting() {
        assert_eq!(quote(OsStr::new("docs/a b.md")), "'docs/a b.md'");
        assert_eq!(quote(OsStr::new("it's")), r"'it'\''s'");
        assert_eq!(quote(OsStr::new("--catalog")), "--catalog");
    }
}
