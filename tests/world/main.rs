//! The program in a hostile world: killed, without space or rights, with strange files, strange names, and texts that
//! want to be something else. SECURITY.md has the table of these faults; `table` holds it to the tests.
//!
//! Every run here is the real program, with a limit of time: what hangs has failed.

#![allow(clippy::unwrap_used)] // a test that can't set itself up has failed
#![cfg(unix)]

mod big;
mod disk;
mod files;
mod hostile;
mod kill;
mod links;
mod meanwhile;
mod names;
mod table;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program.
const MOONSYNC: &str = env!("CARGO_BIN_EXE_moonsync");

/// Longer than any run takes on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(120);

/// A family `k` with the two models, and templates for what a page may be filled with.
fn catalog(models: &[&str]) -> String {
    let mut text = format!(
        "namespace = \"k\"\nprovider = \"p\"\ndefault_model = \"{}\"\n\n[defaults]\nreasoning = false\n\
         input = [\"text\"]\ncost = {{ input = 1, output = 2 }}\ncontext_window = 1000\nmax_tokens = 100\n",
        models[0]
    );
    for id in models {
        text.push_str(&format!("\n[[models]]\nid = \"{id}\"\nname = \"Model {id}\"\n"));
    }
    text
}

/// A page with a region that lists these models.
fn page(models: &[&str]) -> String {
    let items: String = models.iter().map(|id| format!("- `{id}`\n")).collect();
    format!("# A page\n\n<!-- k-ids:start -->\n{items}<!-- k-ids:end -->\n\nThe end.\n")
}

/// A folder with a project in it.
struct World {
    folder: TempDir,
}

/// What a run came to.
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    /// The same, where it ended so.
    #[track_caller]
    fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// The same, where it says this to people.
    #[track_caller]
    fn said(self, words: &str) -> Self {
        assert!(self.err.contains(words), "no {words:?} in stderr:\n{}", self.err);
        self
    }
}

impl World {
    /// Files by path and text.
    fn new(files: &[(&str, &str)]) -> Self {
        // Where there is a file system in memory, a busy disk does not make the tests slow.
        let mut builder = tempfile::Builder::new();
        let builder = builder.prefix("moonsync-world-");
        let folder = builder.tempdir_in("/dev/shm").or_else(|_| builder.tempdir()).unwrap();
        let world = Self { folder };
        files.iter().for_each(|(path, text)| world.write(path, text));
        world
    }

    /// A page that drifted, and its catalog.
    fn drifted() -> Self {
        Self::new(&[("catalog/k.toml", &catalog(&["new", "old"])), ("docs/a.md", &page(&["old"]))])
    }

    fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: impl AsRef<Path>, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[track_caller]
    fn read(&self, path: impl AsRef<Path>) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn mode(&self, path: impl AsRef<Path>, mode: u32) {
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(mode)).unwrap();
    }

    /// The program in this folder.
    fn moonsync<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Command {
        self.command(MOONSYNC, arguments)
    }

    /// A command in this folder, with an environment that does not depend on who runs the tests.
    fn command<I: AsRef<OsStr>>(&self, program: impl AsRef<OsStr>, arguments: impl IntoIterator<Item = I>) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null()).env("NO_COLOR", "1");
        for key in ["CLICOLOR_FORCE", "CLICOLOR", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
            command.env_remove(key);
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_SYSTEM", "/dev/null");
        command
    }

    /// Runs the program to its end.
    fn run<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Run {
        finish(self.moonsync(arguments))
    }

    /// Runs the program as someone whom modes hold: as root, as nobody, else as ourselves.
    fn run_as_nobody<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Run {
        let Some(nobody) = Nobody::new() else { return self.run(arguments) };
        // The program may lie where nobody else may look.
        let program = self.path(".moonsync-of-nobody");
        if !program.exists() {
            // Copied by another process: what this one has open for writing, a child that another test starts has too
            // for a moment, and such a file cannot be run.
            assert!(self.command("cp", [OsStr::new(MOONSYNC), program.as_os_str()]).status().unwrap().success());
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        let mut command = self.command("setpriv", nobody.arguments());
        command.arg(program).args(arguments);
        finish(command)
    }

    /// Gives everything in the folder to whom `run_as_nobody` runs as.
    fn hand_over(&self) {
        if Nobody::new().is_some() {
            fs::set_permissions(self.folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
            for path in self.all() {
                std::os::unix::fs::lchown(path, Some(Nobody::ID), Some(Nobody::ID)).unwrap();
            }
            std::os::unix::fs::lchown(self.folder.path(), Some(Nobody::ID), Some(Nobody::ID)).unwrap();
        }
    }

    /// All files, links and folders.
    fn all(&self) -> Vec<PathBuf> {
        let mut all = Vec::new();
        let mut folders = vec![self.folder.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().flatten() {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                }
                all.push(entry.path());
            }
        }
        all.sort();
        all
    }

    /// What stands in every regular file.
    fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let files = self.all().into_iter().filter(|path| fs::symlink_metadata(path).unwrap().is_file());
        files.filter(|path| !path.ends_with(".moonsync-of-nobody")).map(|p| (p.clone(), fs::read(p).unwrap())).collect()
    }

    /// What a run left that is none of the project's.
    fn litter(&self) -> Vec<PathBuf> {
        let mut all = self.all();
        all.retain(|path| path.to_string_lossy().ends_with(".moonsync~"));
        all
    }

    /// Whether the words of the program are at hand.
    fn has(&self, program: &str) -> bool {
        let shell = self.command("sh", ["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
        shell.is_ok_and(|status| status.success())
    }
}

impl Drop for World {
    fn drop(&mut self) {
        // A folder without rights would stay.
        for path in self.all_folders() {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o755));
        }
    }
}

impl World {
    fn all_folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.folder.path().to_owned()];
        let mut at = 0;
        while at < folders.len() {
            let _ = fs::set_permissions(&folders[at], fs::Permissions::from_mode(0o755));
            for entry in fs::read_dir(&folders[at]).into_iter().flatten().flatten() {
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(entry.path());
                }
            }
            at += 1;
        }
        folders
    }
}

/// A user whom modes hold, where the tests run as root.
struct Nobody;

impl Nobody {
    const ID: u32 = 65534;

    /// Nothing where we are not root: then modes hold us.
    fn new() -> Option<Self> {
        let probe = tempfile::NamedTempFile::new().unwrap();
        let root = std::os::unix::fs::MetadataExt::uid(&probe.as_file().metadata().unwrap()) == 0;
        if !root {
            return None;
        }
        let works = Command::new("setpriv").args(Self.arguments()).arg("true").status();
        assert!(
            works.is_ok_and(|status| status.success()),
            "as root these tests need setpriv (of util-linux), since modes do not hold root: run them as another user"
        );
        Some(Self)
    }

    fn arguments(&self) -> [String; 3] {
        [format!("--reuid={}", Self::ID), format!("--regid={}", Self::ID), "--clear-groups".to_owned()]
    }
}

/// Runs a command to its end.
#[track_caller]
fn finish(mut command: Command) -> Run {
    let (out, err) = (tempfile::NamedTempFile::new().unwrap(), tempfile::NamedTempFile::new().unwrap());
    command.stdout(File::create(out.path()).unwrap()).stderr(File::create(err.path()).unwrap());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let status = end(&mut child);
    let text = |file: &tempfile::NamedTempFile| String::from_utf8(fs::read(file.path()).unwrap()).unwrap();
    Run { code: status.code(), out: text(&out), err: text(&err) }
}

/// Waits for a child, but not for ever.
#[track_caller]
fn end(child: &mut Child) -> ExitStatus {
    let begin = Instant::now();
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if begin.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it hangs");
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(10));
    }
}
