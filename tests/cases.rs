//! Whole runs of the program: one folder a case, each held to more than its own expectation.
//!
//! `tests/cases/AREA/NAME/` holds `cmd` (the arguments), `input/` (the tree of the run), and what is expected: `expected/`
//! (the tree afterwards, byte by byte; without it nothing may change), `stdout`, `stderr` and `exit` (0 without it).
//! `MOONSYNC_CASES=overwrite cargo test --test cases` writes the expectations anew: read them before you commit them.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that can't set itself up has failed

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

type Tree = BTreeMap<String, Vec<u8>>;

fn read_tree(root: &Path) -> Tree {
    let mut tree = Tree::new();
    let mut todo = vec![root.to_owned()];
    while let Some(folder) = todo.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.file_name().is_some_and(|name| name == ".git") {
                continue;
            }
            if path.is_dir() {
                todo.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
                tree.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    tree
}

fn write_tree(root: &Path, tree: &Tree) {
    for (name, bytes) in tree {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

/// A fresh folder with the tree in it, and a `.git` so that it is the root of a project.
fn lay(tree: &Tree) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    write_tree(folder.path(), tree);
    folder
}

fn run(folder: &Path, arguments: &[String], stdin: Option<&[u8]>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_moonsync"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("GITHUB_STEP_SUMMARY");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut pipe = child.stdin.take().unwrap();
    // A run that fails early reads nothing.
    let _ = pipe.write_all(stdin.unwrap_or_default());
    drop(pipe);
    child.wait_with_output().unwrap()
}

fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in line.trim().chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn is_page(name: &str) -> bool {
    [".md", ".mdx"].iter().any(|ending| name.ends_with(ending))
}

/// The tree with every page changed.
fn pages(tree: &Tree, change: impl Fn(&[u8]) -> Vec<u8>) -> Tree {
    let changed =
        |(name, bytes): (&String, &Vec<u8>)| (name.clone(), if is_page(name) { change(bytes) } else { bytes.clone() });
    tree.iter().map(changed).collect()
}

fn crlf(bytes: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes()
}

fn bom(bytes: &[u8]) -> Vec<u8> {
    [b"\xef\xbb\xbf", bytes].concat()
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\r', "\\r")
}

/// One case, and what differs from what must be.
struct Case {
    folder: PathBuf,
    name: String,
    faults: Vec<String>,
}

impl Case {
    fn expect(&mut self, what: &str, wanted: &str, found: &str) {
        if wanted != found {
            self.faults.push(format!("{what}\n--- wanted\n{wanted}--- found\n{found}"));
        }
    }

    fn expect_tree(&mut self, what: &str, wanted: &Tree, found: &Tree) {
        for name in wanted.keys().chain(found.keys()) {
            if wanted.get(name) != found.get(name) {
                let text = |tree: &Tree| tree.get(name).map_or("(no file)\n".to_owned(), |bytes| shown(bytes));
                let (wanted, found) = (text(wanted), text(found));
                self.expect(&format!("{what}: {name}"), &wanted, &found);
                return;
            }
        }
    }

    fn check(&mut self) {
        let folder = self.folder.clone();
        let at = move |name: &str| folder.join(name);
        let input = read_tree(&at("input"));
        let arguments = words(&fs::read_to_string(at("cmd")).expect("a case has a cmd"));
        let text = |name: &str| fs::read_to_string(at(name)).unwrap_or_default();
        let stdin = fs::read(at("stdin")).ok();
        let workplace = lay(&input);
        let output = run(workplace.path(), &arguments, stdin.as_deref());
        let done = read_tree(workplace.path());
        let place = workplace.path().canonicalize().unwrap().display().to_string();
        let version = format!("ersion\": \"{}\"", env!("CARGO_PKG_VERSION"));
        let text_of =
            |bytes: &[u8]| shown(bytes).replace(&place, "[ROOT]").replace(&version, "ersion\": \"[VERSION]\"");
        let (stdout, stderr) = (text_of(&output.stdout), text_of(&output.stderr));
        let code = output.status.code().map_or("killed".to_owned(), |code| code.to_string());

        if std::env::var_os("MOONSYNC_CASES").is_some_and(|mode| mode == "overwrite") {
            let keep = |name: &str, text: &str| {
                let _ = fs::remove_file(at(name));
                if !text.is_empty() {
                    fs::write(at(name), text).unwrap();
                }
            };
            keep("stdout", &stdout);
            keep("stderr", &stderr);
            keep("exit", if code == "0" { "" } else { &code });
            let _ = fs::remove_dir_all(at("expected"));
            if done != input {
                write_tree(&at("expected"), &done);
            }
        }
        let expected = if at("expected").is_dir() { read_tree(&at("expected")) } else { input.clone() };
        let exit = text("exit");
        self.expect("stdout", &text("stdout"), &stdout);
        self.expect("stderr", &text("stderr"), &stderr);
        self.expect("exit code", if exit.is_empty() { "0" } else { exit.trim() }, &code);
        self.expect_tree("the tree", &expected, &done);

        let writes = !arguments.iter().any(|word| word.starts_with("--check") || word.starts_with("--diff"));
        let other = |word: &String| ["mark", "explain", "status", "--format"].contains(&&**word);
        // What is restored is restored for good, but what can't be told stays so.
        let restores = arguments.iter().any(|word| word == "restore") && !stderr.contains("[cannot-restore]");
        let plain = writes && stdin.is_none() && (restores || !arguments.iter().any(other));
        if code == "2" && !arguments.iter().any(|word| word == "--keep-going") {
            self.expect_tree("a run with a fault changed something", &input, &done);
        }
        if plain && code == "0" && done != input {
            // What a list contradicts, and what nobody says of a new model, waits for a person.
            let settled = !["contradicted", "left out"].iter().any(|open| stderr.contains(open));
            self.check_beyond(&input, &arguments, &done, settled);
        }
    }

    /// What must hold of every run that wrote something.
    fn check_beyond(&mut self, input: &Tree, arguments: &[String], done: &Tree, settled: bool) {
        let with = |more: &str| {
            let kept = arguments.iter().filter(|word| *word != "--yes"); // nobody is asked for a patch
            kept.cloned().chain([more.to_owned()]).collect::<Vec<_>>()
        };
        let again = lay(done);
        run(again.path(), arguments, None);
        self.expect_tree("a second run changes something", done, &read_tree(again.path()));
        // An edit that was asked for has nothing to check.
        if arguments.first().is_none_or(|command| !["catalog", "init"].contains(&command.as_str())) {
            let check = run(again.path(), &with("--check"), None);
            self.expect(
                "--check after the run",
                if settled { "Some(0)\n" } else { "Some(1)\n" },
                &format!("{:?}\n", check.status.code()),
            );
        }
        run(again.path(), &with("--rewrite"), None);
        let rewritten = read_tree(again.path());
        run(again.path(), &with("--rewrite"), None);
        self.expect_tree("--rewrite twice is not --rewrite once", &rewritten, &read_tree(again.path()));

        let fresh = lay(input);
        let patch = run(fresh.path(), &with("--diff"), None).stdout;
        self.expect_tree("--diff changed something", input, &read_tree(fresh.path()));
        fs::remove_dir(fresh.path().join(".git")).unwrap();
        let git = Command::new("git")
            .args(["apply", "--whitespace=nowarn", "-"])
            .current_dir(fresh.path())
            .env("GIT_CEILING_DIRECTORIES", fresh.path().parent().unwrap())
            .stdin(Stdio::piped())
            .spawn()
            .and_then(|mut child| {
                child.stdin.take().unwrap().write_all(&patch)?;
                child.wait()
            });
        self.expect("git apply", "true\n", &format!("{}\n", git.is_ok_and(|status| status.success())));
        self.expect_tree("the patch leads elsewhere", done, &read_tree(fresh.path()));

        if input.iter().any(|(name, bytes)| is_page(name) && (bytes.contains(&b'\r') || bytes.starts_with(b"\xef"))) {
            return;
        }
        for (what, change) in [("CRLF", crlf as fn(&[u8]) -> Vec<u8>), ("BOM", bom)] {
            let twin = lay(&pages(input, change));
            run(twin.path(), arguments, None);
            self.expect_tree(&format!("the {what} twin differs"), &pages(done, change), &read_tree(twin.path()));
        }
    }
}

#[test]
fn every_case_holds_and_what_must_hold_beyond_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases = Vec::new();
    for area in fs::read_dir(&root).unwrap() {
        for case in fs::read_dir(area.unwrap().path()).unwrap() {
            let folder = case.unwrap().path();
            let name = folder.strip_prefix(&root).unwrap().display().to_string();
            cases.push(Case { folder, name, faults: Vec::new() });
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(cases.len() >= 20, "only {} cases were found", cases.len());
    for case in &mut cases {
        case.check();
    }
    let failed: Vec<String> = cases
        .iter()
        .filter(|case| !case.faults.is_empty())
        .map(|case| format!("== {}\n{}", case.name, case.faults.join("\n")))
        .collect();
    assert!(failed.is_empty(), "{} of {} cases fail\n{}", failed.len(), cases.len(), failed.join("\n"));
}

#[test]
fn every_diagnostic_has_a_case() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let printed: Vec<String> = read_tree(&root)
        .into_iter()
        .filter(|(name, _)| name.ends_with("/stdout") || name.ends_with("/stderr"))
        .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
        .collect();
    let is_told = |code: &&str| printed.iter().any(|text| text.contains(&format!("[{code}]")));
    // `internal` is a fault of moonsync's own, which no input is known to bring about.
    let codes = moonsync::diagnostic::Code::ALL.iter().map(|code| code.name()).filter(|code| *code != "internal");
    assert_eq!(codes.filter(|code| !is_told(code)).collect::<Vec<_>>(), Vec::<&str>::new());
}
