//! Every line of shell in the manual's page on CI and in the action is run here, with stubs for what is not moonsync.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test that can't set itself up has failed

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

const CATALOG: &str = r#"
namespace = "acme"
provider = "acme"
default_model = "acme-1"
ids = ["acme-*"]
[[models]]
id = "acme-1"
name = "Acme 1"
reasoning = false
input = ["text"]
cost = { input = 1, output = 2 }
context_window = 1000
max_tokens = 100
"#;

const LIST: &str = r#"{ "acme": { "id": "acme", "name": "Acme", "models": { "acme-1": { "id": "acme-1", "name": "Acme 1",
    "reasoning": false, "modalities": { "input": ["text"], "output": ["text"] }, "cost": { "input": 1, "output": 2 },
    "limit": { "context": 1000, "output": 100 } } } } }"#;

fn page(model: &str) -> String {
    format!("# Page\n\n<!-- acme-ids:start -->\n- `{model}`\n<!-- acme-ids:end -->\n")
}

/// One test at a time: a stub that this process has open for writing, a child that another test starts has too for a
/// moment, and such a file cannot be run.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A repository with a page, and a folder of stubs that comes first on the path.
struct Place {
    folder: TempDir,
    set: BTreeMap<&'static str, String>,
}

impl Place {
    fn new(model: &str) -> Self {
        let mut place = Self { folder: tempfile::tempdir().unwrap(), set: BTreeMap::new() };
        place.write("repository/catalog/acme.toml", CATALOG);
        place.write("repository/docs/a page.md", &page(model));
        place.write("list.json", LIST);
        fs::create_dir_all(place.at("repository/.git/hooks")).unwrap();
        fs::create_dir_all(place.at("temp")).unwrap();
        place.stub("curl", &format!("cat '{}'", place.at("list.json").display()));
        place.stub("cargo", "echo \"cargo $*\"");
        let bin = Path::new(env!("CARGO_BIN_EXE_moonsync")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        place.set.insert("PATH", format!("{}:{}:{path}", place.at("stubs").display(), bin.display()));
        place.set.insert("RUNNER_TEMP", place.at("temp").display().to_string());
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.at(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.at(name)).unwrap_or_default()
    }

    fn stub(&self, name: &str, script: &str) {
        self.write(&format!("stubs/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.at(&format!("stubs/{name}")), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("sh");
        command.args(arguments).current_dir(self.at("repository")).env_remove("GITHUB_STEP_SUMMARY");
        command.env("NO_COLOR", "1").envs(&self.set).output().unwrap()
    }

    /// Runs one of the action's scripts.
    fn script(&self, name: &str) -> (Option<i32>, String) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/action").join(name);
        let output = self.run(&[script.to_str().unwrap()]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), text)
    }
}

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The shell in a page: whole fences of `sh`, and of YAML what stands behind `run:` and below `script:`.
fn shell(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut language: Option<&str> = None;
    let mut in_script = false;
    for line in page.lines() {
        if let Some(info) = line.strip_prefix("```") {
            language = if language.is_none() { Some(info) } else { None };
            continue;
        }
        let words = line.trim_start();
        match language {
            Some("sh") => found.push(line.to_owned()),
            Some("yaml") => {
                let bare = words.strip_prefix("- ").unwrap_or(words);
                if let Some(run) = bare.strip_prefix("run: ") {
                    found.push(run.to_owned());
                } else if in_script && words.starts_with("- ") {
                    found.push(bare.to_owned());
                }
                in_script = words == "script:" || in_script && words.starts_with("- ");
            }
            _ => {}
        }
    }
    found
}

#[test]
fn every_line_of_the_manual_does_what_it_says() {
    let _alone = alone();
    let lines = shell(&file("docs/manual/ci.md"));
    assert!(lines.len() >= 9, "{lines:?}");
    for line in &lines {
        // `exec` is the last line of a hook, and multi-line commands do not occur.
        let fine = Place::new("acme-1").run(&["-euc", line]);
        assert_eq!(fine.status.code(), Some(0), "{line}: {fine:?}");
        let behind = Place::new("acme-0");
        behind.write("list.json", &LIST.replace("acme-1", "acme-2"));
        let output = behind.run(&["-euc", line]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if line.starts_with("cargo ") || line.contains(" refs ") {
            assert_eq!(output.status.code(), Some(0), "{line}");
        } else {
            assert_eq!(output.status.code(), Some(1), "{line}: {output:?}");
        }
        assert_eq!(said.contains("+- `acme-1`"), line.contains("--diff"), "{line}: {said}");
    }
}

#[test]
fn a_retired_model_fails_the_check_of_mentions() {
    let _alone = alone();
    let place = Place::new("acme-1");
    place.write("repository/catalog/acme.toml", &format!("{CATALOG}[[retired]]\nid = \"acme-0\"\n"));
    place.write("repository/docs/b.md", "Use `acme/acme-0`.\n");
    let line = shell(&file("docs/manual/ci.md")).into_iter().find(|line| line.contains(" refs ")).unwrap();
    assert_eq!(place.run(&["-euc", &line]).status.code(), Some(1));
}

#[test]
fn the_check_annotates_and_writes_sarif() {
    let _alone = alone();
    let mut place = Place::new("acme-0");
    place.set.insert("MOONSYNC_PATHS", String::new());
    place.set.insert("MOONSYNC_SARIF", "out.sarif".to_owned());
    let (code, text) = place.script("check.sh");
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("::error ") && text.contains("docs/a page.md"), "{text}");
    let sarif: serde_json::Value = serde_json::from_str(&place.read("repository/out.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "drift");

    let mut place = Place::new("acme-1");
    place.set.insert("MOONSYNC_PATHS", "docs/a page.md\n\n".to_owned());
    let (code, text) = place.script("check.sh");
    assert_eq!(code, Some(0), "{text}");
    place.set.insert("MOONSYNC_PATHS", "docs/*".to_owned());
    assert_eq!(place.script("check.sh").0, Some(2), "a path is no pattern");

    // A fault fails the run before it begins to annotate, and says why.
    place.write("repository/docs/a page.md", "<!-- acme-ids:start -->\n");
    place.set.insert("MOONSYNC_PATHS", String::new());
    place.set.insert("MOONSYNC_SARIF", "out.sarif".to_owned());
    assert_eq!(place.script("check.sh").0, Some(2));
}

#[test]
fn warnings_fail_the_check_where_it_is_strict() {
    let _alone = alone();
    let mut place = Place::new("acme-1");
    // In MDX a marker like this shows on the page.
    place.write("repository/docs/b.md", "# Page\n\n<!-- acme-ids:start-->\n- `acme-1`\n<!--acme-ids:end -->\nword\n");
    place.write("repository/docs/c.md", "text\n[//]: # \"acme-ids:start\"\n\n- `acme-1`\n\n[//]: # \"acme-ids:end\"\n");
    place.set.insert("MOONSYNC_PATHS", String::new());
    let (code, text) = place.script("check.sh");
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("::warning "), "{text}");
    place.set.insert("MOONSYNC_STRICT", "true".to_owned());
    assert_eq!(place.script("check.sh").0, Some(1));
}

#[test]
fn the_comment_is_written_once_and_then_edited() {
    let _alone = alone();
    let mut place = Place::new("acme-0");
    let log = place.at("log");
    let known = place.at("known");
    place.stub(
        "gh",
        &format!(
            "printf '%s|' \"$@\" >> '{log}'; echo >> '{log}'\ncase \"$*\" in *--paginate*) [ ! -f '{known}' ] || cat '{known}';; esac",
            log = log.display(),
            known = known.display()
        ),
    );
    place.set.insert("GITHUB_REPOSITORY", "acme/docs".to_owned());
    place.set.insert("MOONSYNC_PULL_REQUEST", "7".to_owned());
    place.set.insert("MOONSYNC_PATHS", String::new());
    let (code, text) = place.script("comment.sh");
    assert_eq!(code, Some(0), "{text}");
    let said = place.read("log");
    assert!(said.contains("|--method|POST|repos/acme/docs/issues/7/comments|-F|body=@"), "{said}");
    let body = place.read("temp/moonsync-status.md");
    assert!(body.starts_with("<!-- moonsync status -->\n") && body.contains("**`a page`**"), "{body}");

    place.write("known", "42\n43\n");
    place.write("log", "");
    assert_eq!(place.script("comment.sh").0, Some(0));
    let said = place.read("log");
    assert!(said.contains("|--method|PATCH|repos/acme/docs/issues/comments/42|") && !said.contains("POST"), "{said}");
}

#[test]
fn moonsync_is_built_once() {
    let _alone = alone();
    let mut place = Place::new("acme-1");
    place.set.insert("GITHUB_ACTION_PATH", "/the/action".to_owned());
    place.set.insert("GITHUB_PATH", place.at("path").display().to_string());
    place.stub("cargo", "echo \"$*\" >> ../log; mkdir -p ../temp/moonsync/bin; touch ../temp/moonsync/bin/moonsync; chmod +x ../temp/moonsync/bin/moonsync");
    for _ in 0..2 {
        let (code, text) = place.script("install.sh");
        assert_eq!(code, Some(0), "{text}");
    }
    let temp = place.at("temp/moonsync").display().to_string();
    assert_eq!(place.read("log"), format!("install --locked --quiet --path /the/action --root {temp}\n"));
    assert_eq!(place.read("path"), format!("{temp}/bin\n{temp}/bin\n"));
}

#[test]
fn no_input_is_part_of_a_command() {
    let action = file("action.yml");
    let commands: Vec<&str> = action.lines().filter(|line| line.trim_start().starts_with("run:")).collect();
    assert_eq!(commands.len(), 3);
    assert!(commands.iter().all(|line| !line.contains("${{")), "{commands:?}");
    let scripts = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/action")).unwrap();
    for script in scripts {
        let name = script.unwrap().file_name().into_string().unwrap();
        assert!(action.contains(&name), "{name} is not used");
        assert!(include_str!("ci.rs").contains(&format!("script(\"{name}\")")), "{name} is not run here");
    }
}

/// A checkout as a release sees it: the program built for a target, and what is packed with it.
fn release(place: &Place, target: &str) {
    for name in ["Cargo.toml", "README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        place.write(&format!("repository/{name}"), &file(name));
    }
    place.write(&format!("repository/target/{target}/release/moonsync"), "program");
}

fn released(place: &Place, script: &str, arguments: &[&str]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(".github/release").join(script);
    place.run(&[&[script.to_str().unwrap()], arguments].concat())
}

#[test]
fn an_archive_holds_the_program_where_binstall_looks_for_it() {
    let _alone = alone();
    let version = env!("CARGO_PKG_VERSION");
    let place = Place::new("acme-1");
    release(&place, "some-target");
    assert!(!released(&place, "archive.sh", &["some-target", "99.0.0"]).status.success(), "another version is packed");
    let output = released(&place, "archive.sh", &["some-target", version]);
    assert!(output.status.success(), "{output:?}");
    let listed = place
        .run(&["-euc", "cd dist && { sha256sum -c *.sha256 || shasum -a 256 -c *.sha256; } >&2 && tar -tzf *.tgz"]);
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let manifest = file("Cargo.toml");
    let dir = manifest.lines().find_map(|line| line.strip_prefix("bin-dir = \"")).unwrap().trim_end_matches('"');
    let program = dir.replace("{ version }", version).replace("{ target }", "some-target");
    let program = program.replace("{ bin }", "moonsync").replace("{ binary-ext }", "");
    assert!(listed.lines().any(|line| line == program), "{program} is not in\n{listed}");
    assert!(place.at(&format!("repository/dist/moonsync-v{version}-some-target.tgz")).is_file());
}

#[test]
fn a_release_has_its_part_of_the_changelog() {
    let _alone = alone();
    let place = Place::new("acme-1");
    place.write("repository/CHANGELOG.md", "# Changelog\n\n## 0.2.0\n\nNew.\n\n## 0.1.0\n\nOld.\n");
    place.write("repository/dist/a.tgz", "");
    place.stub("gh", "echo \"$*\"; while [ $# -gt 0 ]; do [ \"$1\" != --notes-file ] || cat \"$2\"; shift; done");
    let output = released(&place, "publish.sh", &["v0.2.0"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.starts_with("release create v0.2.0 ") && text.contains("dist/a.tgz"), "{text}");
    assert!(text.contains("New.") && !text.contains("Old."), "{text}");
    assert!(!released(&place, "publish.sh", &["v0.3.0"]).status.success());
}
