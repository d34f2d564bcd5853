//! Replaces and creates files, all or none of them.
//!
//! Every new text is first written beside its file (the stage) and synced; only when all are there are they renamed
//! into place. A kill at any moment leaves every file either old or new, and stages that the next run removes.
//!
//! Two runs never mix: a stage is used only by the run that holds its lock *and* has seen, with the lock held, that the
//! file it locked is still the one at the stage's path. Whoever removes a stage holds its lock too. A run that leaves a
//! file as it is, because of what it read there, looks once more, and for the stage of another run before that: else it
//! could build on pages that another run had replaced only in part.

use super::{paths, read};
use moonsync::diagnostic::{Code, Diagnostic};
use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// One file and its new text.
#[derive(Debug)]
pub(crate) struct Replacement<'a> {
    /// The file, with links resolved.
    pub(crate) file: &'a Path,
    /// The file as the user names it.
    pub(crate) shown: &'a str,
    /// What it held when it was read.
    pub(crate) old: &'a str,
    /// What it is to hold.
    pub(crate) new: String,
}

/// A file that is left as it is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept<'a> {
    /// The file, with links resolved.
    pub(crate) file: &'a Path,
    /// The file as the user names it.
    pub(crate) shown: &'a str,
    /// What it held when it was read.
    pub(crate) text: &'a str,
}

/// Why files were not replaced.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What went wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many files, from the first, had been replaced by then.
    pub(crate) replaced: usize,
}

/// Replaces all files, or none; none, too, where one of those that are kept has changed, or is being written.
pub(crate) fn replace(items: &[Replacement<'_>], kept: &[Kept<'_>]) -> Result<(), Failure> {
    if items.is_empty() { Ok(()) } else { write(items, &[], kept) }
}

/// Replaces all files and creates those that are not there yet (with the folder that they are in, and with nothing for
/// what they held), or does none of it. Where a file to be created has come into being meanwhile, it stays.
pub(crate) fn write(items: &[Replacement<'_>], created: &[Replacement<'_>], kept: &[Kept<'_>]) -> Result<(), Failure> {
    let mut made = Folders::default(); // dropped last: a folder goes when the stages in it have gone
    let mut stages = Vec::with_capacity(items.len() + created.len());
    let mut faults = Vec::new();
    raise_file_limit(items.len() + created.len());
    // All are written before the first is synced: the file system then commits them together.
    let new = created.iter().map(|item| made.make(item).and_then(|()| Stage::fresh(item)));
    for stage in items.iter().map(Stage::new).chain(new) {
        match stage {
            Ok(stage) => stages.push(stage),
            Err(fault) => faults.push(fault),
        }
    }
    let none = |diagnostics| Failure { diagnostics, replaced: 0 };
    if !faults.is_empty() {
        return Err(none(faults));
    }
    let all = || items.iter().chain(created);
    for (stage, item) in stages.iter().zip(all()) {
        if let Err(error) = stage.lock.sync_all() {
            faults.push(io_fault(item, "cannot be written", &error));
        }
    }
    faults.extend(items.iter().filter_map(|item| changed(item.file, item.shown, item.old).err()));
    faults.extend(
        kept.iter().filter_map(|file| unwritten(file).and_then(|()| changed(file.file, file.shown, file.text)).err()),
    );
    faults.extend(created.iter().filter_map(|item| absent(item).err()));
    if !faults.is_empty() {
        return Err(none(faults));
    }
    for (replaced, (stage, item)) in stages.iter_mut().zip(all()).enumerate() {
        let done = if replaced < items.len() {
            fs::rename(&stage.path, item.file).map_err(|error| io_fault(item, "cannot be replaced", &error))
        } else {
            stage.settle(item)
        };
        match done {
            Ok(()) => stage.renamed = true,
            Err(fault) => return Err(Failure { diagnostics: vec![fault], replaced }),
        }
        made.kept |= replaced >= items.len();
    }
    let mut folders: Vec<&Path> = all().filter_map(|item| item.file.parent()).collect();
    folders.sort_unstable();
    folders.dedup();
    folders.into_iter().for_each(sync_folder);
    Ok(())
}

/// Removes what a killed run left beside a file, unless the run is alive.
pub(crate) fn sweep(file: &Path) {
    let Some(path) = stage_path(file) else { return };
    if fs::symlink_metadata(&path).is_ok_and(|data| data.is_file()) {
        let _ = remove_leftover(&path); // whether it is gone matters only to who needs the place
    }
}

fn stage_path(file: &Path) -> Option<PathBuf> {
    let mut name = OsString::from(".");
    name.push(file.file_name()?);
    name.push(".moonsync~");
    Some(file.with_file_name(name))
}

/// A new text beside its file. Removes itself unless it was renamed into place.
struct Stage {
    path: PathBuf,
    /// The open stage; its lock lasts as long.
    lock: File,
    renamed: bool,
}

impl Stage {
    fn new(item: &Replacement<'_>) -> Result<Self, Diagnostic> {
        let data = writable(item)?;
        let path = stage_path(item.file).ok_or_else(|| fault(item, "is no file".to_owned()))?;
        // Nobody else's until it gets the page's own mode.
        let lock = create(&path, 0o600).map_err(|error| match error {
            CreateError::Alive => {
                let what = format!("another moonsync is writing this page ({} is locked)", paths::display(&path));
                fault(item, what).help("run again when it has ended")
            }
            CreateError::Io(error) => io_fault(item, &format!("cannot create {}", paths::display(&path)), &error),
        })?;
        let mut stage = Self { path, lock, renamed: false };
        stage.lock.write_all(item.new.as_bytes()).map_err(|error| io_fault(item, "cannot be written", &error))?;
        keep_owner(&stage.lock, &data).map_err(|error| {
            io_fault(item, "would lose its owner", &error).help("run as the owner of the page, or change its owner")
        })?;
        // Last: a change of owner takes away bits of the mode.
        let kept = stage.lock.set_permissions(data.permissions());
        kept.map_err(|error| io_fault(item, "would lose its mode", &error))?;
        Ok(stage)
    }
}

impl Stage {
    /// A stage for a file that is not there yet.
    fn fresh(item: &Replacement<'_>) -> Result<Self, Diagnostic> {
        absent(item)?;
        let path = stage_path(item.file).ok_or_else(|| fault(item, "is no file".to_owned()))?;
        let lock = create(&path, 0o666).map_err(|error| match error {
            CreateError::Alive => {
                let what = format!("another moonsync is writing this file ({} is locked)", paths::display(&path));
                fault(item, what).help("run again when it has ended")
            }
            CreateError::Io(error) => io_fault(item, &format!("cannot create {}", paths::display(&path)), &error),
        })?;
        let mut stage = Self { path, lock, renamed: false };
        stage.lock.write_all(item.new.as_bytes()).map_err(|error| io_fault(item, "cannot be written", &error))?;
        Ok(stage)
    }

    /// Gives the stage its file's name, if nothing has it.
    fn settle(&self, item: &Replacement<'_>) -> Result<(), Diagnostic> {
        match rename_into_nothing(&self.path, item.file) {
            Ok(()) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return absent(item),
            Err(_) => {} // not every file system can
        }
        // Unlike a rename, a second link fails where something is there.
        match fs::hard_link(&self.path, item.file) {
            Ok(()) => {
                let _ = fs::remove_file(&self.path); // if not, the next run sweeps it away
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => absent(item),
            // A file system without links.
            Err(_) => absent(item).and_then(|()| {
                fs::rename(&self.path, item.file).map_err(|error| io_fault(item, "cannot be created", &error))
            }),
        }
    }
}

/// A rename that fails where something has the new name.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn rename_into_nothing(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn rename_into_nothing(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Folders that were made for new files. They go again unless a file was put into place.
#[derive(Default)]
struct Folders {
    made: Vec<PathBuf>,
    kept: bool,
}

impl Folders {
    /// Makes the folder of a new file, and those above it.
    fn make(&mut self, item: &Replacement<'_>) -> Result<(), Diagnostic> {
        let Some(folder) = item.file.parent() else { return Ok(()) };
        let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.is_dir()).collect();
        for folder in missing.into_iter().rev() {
            match fs::create_dir(folder) {
                Ok(()) => self.made.push(folder.to_owned()),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => {}
                Err(error) => {
                    return Err(io_fault(
                        item,
                        &format!("cannot create the folder {}", paths::display(folder)),
                        &error,
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Drop for Folders {
    fn drop(&mut self) {
        if !self.kept {
            self.made.iter().rev().for_each(|folder| {
                let _ = fs::remove_dir(folder); // whoever has put something there meanwhile keeps it
            });
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        if !self.renamed {
            let _ = fs::remove_file(&self.path); // the lock is still held: nobody else's
        }
    }
}

enum CreateError {
    /// Another run holds the stage.
    Alive,
    Io(io::Error),
}

impl From<io::Error> for CreateError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Creates a stage with a mode, as far as the user's mask lets it be, and locks it.
fn create(path: &Path, mode: u32) -> Result<File, CreateError> {
    // Another run may come between any two steps; a few rounds settle who is first.
    for _ in 0..8 {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _ = mode;
        match options.open(path) {
            Ok(file) => match file.try_lock() {
                Ok(()) if is_at(&file, path) => return Ok(file),
                Ok(()) => {}
                // Someone takes it for a leftover.
                Err(TryLockError::WouldBlock) => return Err(CreateError::Alive),
                // A file system without locks: the exclusive creation has to do.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
                Err(TryLockError::Error(error)) => {
                    let _ = fs::remove_file(path);
                    return Err(error.into());
                }
            },
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => remove_leftover(path)?,
            Err(error) => return Err(error.into()),
        }
    }
    Err(CreateError::Alive)
}

/// Removes a stage whose lock is free.
fn remove_leftover(path: &Path) -> Result<(), CreateError> {
    let gone = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(CreateError::Io(error)),
    };
    match fs::symlink_metadata(path) {
        Ok(data) if data.is_file() => {}
        Ok(_) => return Err(io::Error::other("something else has this name").into()),
        Err(error) => return gone(error),
    }
    let file = match OpenOptions::new().write(true).open(path) {
        Ok(file) => file,
        // A leftover has the page's mode, which may be read-only for all.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => match File::open(path) {
            Ok(file) => file,
            Err(error) => return gone(error),
        },
        Err(error) => return gone(error),
    };
    match file.try_lock() {
        Ok(()) if is_at(&file, path) => fs::remove_file(path).or_else(gone),
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(CreateError::Alive),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Whether the open file is the one at the path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::symlink_metadata(path)) {
        (Ok(a), Ok(b)) => (a.dev(), a.ino()) == (b.dev(), b.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> bool {
    path.exists() // an open file cannot be removed here
}

/// What the file is, where it may be replaced. Renaming would get around a page's write protection, so the system is
/// asked whether this user may write to it: whom the mode does not hold (root), it does not hold here either.
fn writable(item: &Replacement<'_>) -> Result<Metadata, Diagnostic> {
    let data = fs::symlink_metadata(item.file).map_err(|error| io_fault(item, "cannot be read", &error))?;
    if !data.is_file() {
        return Err(fault(item, "is no regular file any more".to_owned()));
    }
    let refused = |why: &str| fault(item, format!("is write-protected{why}")).help("make the page writable");
    match OpenOptions::new().write(true).open(item.file) {
        Ok(_) => Ok(data),
        Err(error) => Err(refused(&format!(": {error}"))),
    }
}

/// Whether a file is still what was read.
fn changed(file: &Path, shown: &str, old: &str) -> Result<(), Diagnostic> {
    let fault = |message: &str| Diagnostic::new(Code::Io, shown, message);
    let moved = || fault("changed on disk while moonsync was at work").help("run again: nothing was written");
    let data = fs::symlink_metadata(file).map_err(|_| moved())?;
    if !data.is_file() || data.len() != old.len() as u64 {
        return Err(moved());
    }
    let mut now = Vec::with_capacity(old.len() + 1);
    let read = read::open(file).and_then(|file| file.take(data.len() + 1).read_to_end(&mut now));
    read.map_err(|error| fault(&format!("cannot be read: {error}")))?;
    if now == old.as_bytes() { Ok(()) } else { Err(moved()) }
}

/// Whether no other run is about to write a file that this one keeps.
fn unwritten(kept: &Kept<'_>) -> Result<(), Diagnostic> {
    match stage_path(kept.file).map(|path| remove_leftover(&path)) {
        Some(Err(CreateError::Alive)) => {
            let what = "another moonsync is writing this page";
            Err(Diagnostic::new(Code::Io, kept.shown, what).help("run again when it has ended"))
        }
        _ => Ok(()), // what cannot be removed is no run's
    }
}

/// Whether nothing has the name of a file that is to be created.
fn absent(item: &Replacement<'_>) -> Result<(), Diagnostic> {
    match fs::symlink_metadata(item.file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(io_fault(item, "cannot be looked at", &error)),
        Ok(_) => {
            let fault = fault(item, "came into being while moonsync was at work".to_owned());
            Err(fault.help("run again: it stays as it is"))
        }
    }
}

/// Gives the stage the owner and group of its file.
#[cfg(unix)]
fn keep_owner(stage: &File, data: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = stage.metadata()?;
    let uid = (own.uid() != data.uid()).then_some(data.uid());
    let gid = (own.gid() != data.gid()).then_some(data.gid());
    if uid.is_some() || gid.is_some() { fchown(stage, uid, gid) } else { Ok(()) }
}

#[cfg(not(unix))]
fn keep_owner(_: &File, _: &Metadata) -> io::Result<()> {
    Ok(())
}

/// Makes the renames in a folder last. Where folders cannot be synced, they last as the file system sees fit.
fn sync_folder(folder: &Path) {
    #[cfg(unix)]
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
    #[cfg(not(unix))]
    let _ = folder;
}

/// Every stage stays open for its lock: more pages than the usual limit of open files may be written.
fn raise_file_limit(stages: usize) {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, getrlimit, setrlimit};
        let wanted = stages as u64 + 64;
        let mut limit = getrlimit(Resource::Nofile);
        if limit.current.is_some_and(|current| current < wanted) {
            limit.current = Some(limit.maximum.map_or(wanted, |most| most.min(wanted)));
            let _ = setrlimit(Resource::Nofile, limit); // if not, opening a stage fails, and says so
        }
    }
    #[cfg(not(unix))]
    let _ = stages;
}

fn fault(item: &Replacement<'_>, message: String) -> Diagnostic {
    Diagnostic::new(Code::Io, item.shown, message)
}

fn io_fault(item: &Replacement<'_>, what: &str, error: &io::Error) -> Diagnostic {
    fault(item, format!("{what}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::testing::Tree;

    fn run(tree: &Tree, names: &[&str]) -> Result<(), Failure> {
        let files: Vec<PathBuf> = names.iter().map(|name| tree.path(name)).collect();
        let items: Vec<Replacement<'_>> =
            files.iter().map(|file| Replacement { file, shown: "page", old: "old", new: "new".to_owned() }).collect();
        replace(&items, &[])
    }

    fn messages(result: Result<(), Failure>) -> String {
        let failure = result.expect_err("it fails");
        assert_eq!(failure.replaced, 0);
        failure.diagnostics.into_iter().map(|fault| fault.message).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn all_are_replaced_and_nothing_is_left() {
        let tree = Tree::new(&[("a.md", "old"), ("x/b.md", "old")]);
        run(&tree, &["a.md", "x/b.md"]).expect("it works");
        assert_eq!(tree.list(), ["a.md: new", "x/b.md: new"]);
    }

    #[test]
    fn files_are_created_with_their_folder_or_nothing_is_done() {
        let tree = Tree::new(&[("a.md", "old"), ("b.md", "odd"), ("x/there.md", "mine")]);
        let item = |file, new: &str| Replacement { file, shown: "file", old: "", new: new.to_owned() };
        let (a, new, there) = (tree.path("a.md"), tree.path("y/new.md"), tree.path("x/there.md"));
        let page = || Replacement { old: "old", ..item(&a, "new") };
        let refused = messages(write(&[page()], &[item(&new, "n"), item(&there, "n")], &[]));
        assert!(refused.contains("came into being"), "{refused}");
        let b = tree.path("b.md");
        let refused = messages(write(&[Replacement { old: "old", ..item(&b, "new") }], &[item(&new, "n")], &[]));
        assert!(refused.contains("changed on disk"), "{refused}");
        let below_a_file = tree.path("a.md/folder/new.md");
        assert!(messages(write(&[], &[item(&below_a_file, "n")], &[])).contains("folder"));
        let deep = tree.path("z/folder/new.md");
        assert!(messages(write(&[], &[item(&deep, "n"), item(&there, "n")], &[])).contains("came into being"));
        assert_eq!(tree.list(), ["a.md: old", "b.md: odd", "x/there.md: mine"]);
        assert!(!tree.path("y").exists() && !tree.path("z").exists(), "a folder was left");

        write(&[page()], &[item(&new, "n"), item(&deep, "d")], &[]).expect("it works");
        let all = ["a.md: new", "b.md: odd", "x/there.md: mine", "y/new.md: n", "z/folder/new.md: d"];
        assert_eq!(tree.list(), all);
    }

    #[cfg(unix)]
    #[test]
    fn a_created_file_has_the_mode_of_any_new_file() {
        use std::os::unix::fs::PermissionsExt;
        let tree = Tree::new(&[("a", "")]);
        let file = tree.path("new");
        write(&[], &[Replacement { file: &file, shown: "file", old: "", new: String::new() }], &[]).expect("it works");
        fs::write(tree.path("other"), "").expect("a file");
        let mode = |name: &str| fs::metadata(tree.path(name)).expect("data").permissions().mode();
        assert_eq!(mode("new"), mode("other"));
    }

    #[test]
    fn none_is_replaced_where_one_has_changed() {
        let tree = Tree::new(&[("a.md", "old"), ("b.md", "odd"), ("c.md", "old and more")]);
        assert!(messages(run(&tree, &["a.md", "b.md"])).contains("changed on disk"));
        assert!(messages(run(&tree, &["a.md", "c.md"])).contains("changed on disk"));
        assert!(messages(run(&tree, &["a.md", "none.md"])).contains("cannot be read"));
        assert_eq!(tree.list(), ["a.md: old", "b.md: odd", "c.md: old and more"]);
    }

    #[test]
    fn a_leftover_is_taken_over_but_not_a_live_one() {
        let tree = Tree::new(&[("a.md", "old"), (".a.md.moonsync~", "half a pa")]);
        run(&tree, &["a.md"]).expect("it works");
        assert_eq!(tree.list(), ["a.md: new"]);

        let tree = Tree::new(&[("a.md", "old"), ("b.md", "old"), (".b.md.moonsync~", "half")]);
        let alive = File::open(tree.path(".b.md.moonsync~")).expect("it opens");
        alive.try_lock().expect("a lock");
        assert!(messages(run(&tree, &["a.md", "b.md"])).contains("another moonsync"));
        sweep(&tree.path("b.md"));
        assert_eq!(tree.list(), [".b.md.moonsync~: half", "a.md: old", "b.md: old"]);
        // Closing would not do: a child that another test is just starting has the file open too, until it becomes git.
        alive.unlock().expect("no lock");
        sweep(&tree.path("b.md"));
        assert_eq!(tree.list(), ["a.md: old", "b.md: old"]);
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_is_kept_and_write_protection_holds() {
        use std::os::unix::fs::PermissionsExt;
        let tree = Tree::new(&[("a.md", "old"), ("b.md", "old")]);
        let set = |name: &str, mode| {
            fs::set_permissions(tree.path(name), fs::Permissions::from_mode(mode)).expect("a mode");
        };
        set("a.md", 0o754);
        run(&tree, &["a.md"]).expect("it works");
        let mode = fs::metadata(tree.path("a.md")).expect("data").permissions().mode();
        assert_eq!(mode & 0o7777, 0o754);
        set("b.md", 0o444);
        let protected = OpenOptions::new().write(true).open(tree.path("b.md")).is_err();
        match run(&tree, &["b.md"]) {
            Ok(()) => assert!(!protected, "a page that this user may not write to was replaced"),
            failure => assert!(protected && messages(failure).contains("write-protected")),
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_stage_s_place_is_not_followed() {
        let tree = Tree::new(&[("a.md", "old"), ("precious", "kept")]);
        std::os::unix::fs::symlink(tree.path("precious"), tree.path(".a.md.moonsync~")).expect("a link");
        assert!(messages(run(&tree, &["a.md"])).contains("something else"));
        assert_eq!(fs::read_to_string(tree.path("precious")).expect("it reads"), "kept");
    }

    #[test]
    fn more_files_than_may_be_open() {
        let names: Vec<String> = (0..1500).map(|n| format!("{n}.md")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "old")).collect();
        let tree = Tree::new(&files);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        run(&tree, &names).expect("it works");
        assert!(tree.list().iter().all(|file| file.ends_with(": new")));
    }

    #[test]
    fn two_runs_at_once_never_mix() {
        let tree = Tree::new(&[("a.md", "old"), ("b.md", "old")]);
        let files = [tree.path("a.md"), tree.path("b.md")];
        for _ in 0..50 {
            files.iter().for_each(|file| fs::write(file, "old").expect("a file"));
            let won = std::thread::scope(|scope| {
                let runs: Vec<_> = ["first", "other"]
                    .into_iter()
                    .map(|new| {
                        let items = files.each_ref().map(|file| Replacement {
                            file,
                            shown: "page",
                            old: "old",
                            new: new.to_owned(),
                        });
                        scope.spawn(move || replace(&items, &[]).is_ok().then_some(new))
                    })
                    .collect();
                runs.into_iter().filter_map(|run| run.join().expect("no panic")).collect::<Vec<_>>()
            });
            assert!(won.len() <= 1, "{won:?}");
            let text = won.first().copied().unwrap_or("old");
            assert_eq!(tree.list(), [format!("a.md: {text}"), format!("b.md: {text}")]);
        }
    }

    #[test]
    fn nothing_is_written_where_a_kept_file_changed_or_is_being_written() {
        let tree = Tree::new(&[("a.md", "old"), ("b.md", "same")]);
        let (a, b) = (tree.path("a.md"), tree.path("b.md"));
        let kept = |text| [Kept { file: &b, shown: "page", text }];
        let items = || [Replacement { file: &a, shown: "page", old: "old", new: "new".to_owned() }];
        assert!(messages(replace(&items(), &kept("before"))).contains("changed on disk"));
        assert_eq!(tree.list(), ["a.md: old", "b.md: same"]);

        let stage = stage_path(&b).expect("it has a name");
        let lock = File::create(&stage).expect("a file");
        lock.try_lock().expect("it is free");
        assert!(messages(replace(&items(), &kept("same"))).contains("another moonsync"));
        assert!(stage.exists());
        // Another test may be starting a process that has the file open, too: to close it is not enough.
        lock.unlock().expect("it is locked");
        replace(&items(), &kept("same")).expect("what is left there is nobody's");
        assert_eq!(tree.list(), ["a.md: new", "b.md: same"]);
        replace(&[], &kept("before")).expect("there is nothing to write");
    }
}
