//! Opens regular files, and nothing else: no run waits for a pipe, reads a device without an end, or follows an ignore
//! file that is one of these.
//!
//! What a file is, is asked of the open file: between a look at a path and its opening it may have become anything.

use ignore::WalkBuilder;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The files that a walk reads on its way.
const IGNORE_FILES: [&str; 4] = [".gitignore", ".ignore", ".rgignore", ".git/info/exclude"];

/// Opens a regular file for reading.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let file = open_unasked(path)?;
    be_regular(&file)?;
    Ok(file)
}

/// Opens a file for reading, without asking what it is: nothing waits for a pipe, but whoever keeps bytes of it, or reads
/// on and on, must ask. That spares a call for each of thousands of pages that are passed over.
pub(crate) fn open_unasked(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    // To open a pipe is to wait for somebody who writes to it.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    options.open(path)
}

/// Fails where an open file is no regular one.
pub(crate) fn be_regular(file: &File) -> io::Result<()> {
    if file.metadata()?.is_file() { Ok(()) } else { Err(io::Error::other("no regular file")) }
}

/// The bytes of a regular file.
pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = open(path)?;
    let mut bytes = Vec::with_capacity(file.metadata().map_or(0, |data| data.len() as usize + 1));
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The text of a regular file.
pub(crate) fn text(path: &Path) -> io::Result<String> {
    String::from_utf8(bytes(path)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        io::Error::new(io::ErrorKind::InvalidData, format!("not UTF-8 at byte {at}"))
    })
}

/// Folders that a walk must not enter, since an ignore file of theirs is no regular file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blocked(Arc<Mutex<Vec<PathBuf>>>);

impl Blocked {
    /// The ignore files in question, sorted.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        files.sort();
        files.dedup();
        files
    }

    /// Whether a walk may enter the folder.
    pub(crate) fn lets(&self, folder: &Path) -> bool {
        let is_none = |file: &PathBuf| fs::metadata(file).is_ok_and(|data| !data.is_file());
        let bad = IGNORE_FILES.iter().map(|name| folder.join(name)).find(is_none);
        bad.is_none_or(|file| {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(file);
            false
        })
    }

    /// Whether a walk may begin at a folder: it reads the ignore files of those above, too.
    pub(crate) fn lets_begin(&self, folder: &Path) -> bool {
        let real = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_owned());
        self.lets(folder) && real.ancestors().skip(1).all(|above| self.lets(above))
    }
}

/// A walk of a folder as `ripgrep` walks it, which enters no folder that is blocked. Nothing where it cannot begin.
pub(crate) fn walk(folder: &Path, blocked: &Blocked) -> Option<WalkBuilder> {
    if !blocked.lets_begin(folder) {
        return None;
    }
    let mut builder = WalkBuilder::new(folder);
    builder.add_custom_ignore_filename(".rgignore");
    Some(builder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::testing::Tree;

    #[test]
    fn regular_files_only() {
        let tree = Tree::new(&[("a.md", "text"), ("folder/b.md", "")]);
        assert_eq!(text(&tree.path("a.md")).expect("it reads"), "text");
        assert!(bytes(&tree.path("folder")).is_err());
        assert!(bytes(&tree.path("none")).is_err_and(|error| error.kind() == io::ErrorKind::NotFound));
        std::fs::write(tree.path("a.md"), b"a\xff").expect("a file");
        assert!(text(&tree.path("a.md")).is_err_and(|error| error.to_string() == "not UTF-8 at byte 1"));
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_refused() {
        for device in ["/dev/zero", "/dev/null"] {
            assert!(bytes(Path::new(device)).is_err_and(|error| error.to_string() == "no regular file"));
        }
    }

    #[test]
    fn a_folder_in_an_ignore_file_s_place_blocks() {
        let tree = Tree::new(&[("a/.gitignore", "x\n"), ("b/.gitignore/c", "")]);
        let blocked = Blocked::default();
        assert!(blocked.lets(&tree.path("a")) && !blocked.lets(&tree.path("b")));
        assert!(!blocked.lets_begin(&tree.path("b/.gitignore")), "a folder above is blocked");
        assert!(blocked.files().iter().all(|file| file.ends_with("b/.gitignore")));
    }
}
