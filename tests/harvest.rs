//! `moonsync harvest` with what a case cannot have: a history in git, links, and a run after it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that can't set itself up has failed

use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::process::Command;

const FAMILY: &str = r#"
namespace     = "k"
provider      = "p"
default_model = "a"

[defaults]
reasoning      = false
input          = ["text", "image"]
cost           = { input = 1, output = 2 }
context_window = 262144
max_tokens     = 8192

[[models]]
id   = "a"
name = "A"

[[models]]
id        = "b"
name      = "B"
reasoning = true
input     = ["text"]

[regions.ids]
layout  = "table"
columns = ["ref", "name", "reasoning", "input", "context"]
"#;

const ENGLISH: &str = "\
<!-- k-ids:start -->
| Model ref | Name | Reasoning | Input       | Context |
| --------- | ---- | --------- | ----------- | ------- |
| `p/a`     | A    | No        | text, image | 262,144 |
| `p/b`     | B    | Yes       | text        | 262,144 |
<!-- k-ids:end -->
";

const FRENCH: &str = "\
<!-- k-ids:start -->
| Réf.  | Nom | Pense | Entrée         | Contexte |
| ----- | --- | ----- | -------------- | -------- |
| `p/a` | A   | Non   | texte ; image  | 262 144  |
| `p/b` | B   | Oui   | texte          | 262 144  |
<!-- k-ids:end -->
";

const WORDS: &str = "\
# The words of fr, as its pages have them.

list_separator = \" ; \"
thousands      = \" \"

[columns]
ref       = \"Réf.\"
name      = \"Nom\"
reasoning = \"Pense\"
input     = \"Entrée\"
context   = \"Contexte\"

[terms]
\"Yes\"   = \"Oui\"
\"No\"    = \"Non\"
\"text\"  = \"texte\"
\"image\" = \"image\"
";

struct Project(tempfile::TempDir);

impl Project {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.git(&["init", "-q"]);
        files.iter().for_each(|(name, text)| project.write(name, text));
        project
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(self.0.path())
            .status();
        assert!(done.unwrap().success(), "{arguments:?}");
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "state"]);
    }

    /// Runs the program; gives its exit code and what it printed.
    fn run(&self, folder: &str, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_moonsync"));
        command.args(arguments).current_dir(self.path(folder)).env("NO_COLOR", "1");
        let output = command.output().unwrap();
        let printed = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(printed).unwrap())
    }
}

fn stamped(page: &str, source: &str) -> String {
    let hash: String = Sha256::digest(source.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("---\nx-i18n:\n  source_path: k.md\n  source_hash: {hash}\n---\n\n{page}")
}

#[test]
fn a_page_says_what_its_words_say() {
    let project = Project::new(&[("catalog/k.toml", FAMILY), ("docs/k.md", ENGLISH), ("docs/fr/k.md", FRENCH)]);
    let (code, printed) = project.run(".", &["harvest"]);
    assert_eq!((code, project.read("catalog/locales/fr.toml").as_str()), (0, WORDS), "{printed}");
    let (code, printed) = project.run(".", &["--check"]);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(project.read("docs/fr/k.md"), FRENCH);
}

/// The source page has changed since it was translated: what git still has of it teaches, not what it says today.
#[test]
fn a_translation_is_held_against_the_page_that_it_was_made_from() {
    let french = stamped(FRENCH, ENGLISH);
    let files = [("catalog/k.toml", FAMILY), ("docs/k.md", ENGLISH), ("docs/fr/k.md", &french)];
    // The same numbers, but the other way round.
    let today = ENGLISH.replace("Yes", "x").replace("No ", "Yes").replace("x  ", "No ");

    let project = Project::new(&files);
    project.commit();
    project.write("docs/k.md", &today);
    project.commit();
    let (code, printed) = project.run(".", &["harvest", "-v", "docs/fr"]);
    assert_eq!((code, project.read("catalog/locales/fr.toml").as_str()), (0, WORDS), "{printed}");
    assert!(printed.contains("docs/fr/k.md: compared with docs/k.md as it was when its stamp was made"), "{printed}");

    // Without a history there is only today's page, and it says so.
    let project = Project::new(&files);
    project.write("docs/k.md", &today);
    let (_, printed) = project.run(".", &["harvest", "-v"]);
    let words = project.read("catalog/locales/fr.toml");
    assert!(words.contains("\"Yes\"   = \"Non\""), "{words}");
    assert!(printed.contains("as it is today, since git has no revision with its stamp"), "{printed}");

    // A row that is plainly of another day teaches nothing even so.
    let project = Project::new(&files);
    project.write("docs/k.md", &today.replace("262,144", "131,072"));
    let (code, printed) = project.run(".", &["harvest"]);
    assert_eq!(code, 0);
    assert!(printed.contains("docs/fr/k.md: nothing learnt, no row agrees"), "{printed}");
    assert!(!project.path("catalog/locales").exists(), "a file without a word was written");
}

#[test]
fn nothing_is_written_outside_the_project_unless_it_is_named() {
    let project = Project::new(&[
        ("words/k.toml", FAMILY),
        ("here/moonsync.toml", "catalogs = [\"../words\"]\n"),
        ("here/docs/k.md", ENGLISH),
        ("here/docs/fr/k.md", FRENCH),
    ]);
    let (code, printed) = project.run("here", &["harvest"]);
    assert_eq!(code, 2, "{printed}");
    assert!(printed.contains("lies outside the folder of the configuration"), "{printed}");
    assert!(!project.path("words/locales").exists());
    for given in ["../words", "../words/k.toml"] {
        let (code, printed) = project.run("here", &["harvest", "--catalog", given]);
        assert_eq!((code, project.read("words/locales/fr.toml").as_str()), (0, WORDS), "{printed}");
        fs::remove_dir_all(project.path("words/locales")).unwrap();
    }
}

#[test]
fn a_source_page_that_is_gone() {
    let project = Project::new(&[("catalog/k.toml", FAMILY), ("docs/fr/k.md", FRENCH)]);
    project.write("catalog/locales/fr.toml", "");
    let (code, printed) = project.run(".", &["harvest"]);
    assert_eq!(code, 0, "{printed}");
    assert!(printed.contains("docs/fr/k.md: nothing learnt, its source page is not there"), "{printed}");
    assert_eq!(project.read("catalog/locales/fr.toml"), "");
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_but_leads_nowhere_else() {
    let files = [("catalog/k.toml", FAMILY), ("docs/k.md", ENGLISH), ("docs/fr/k.md", FRENCH)];
    let link = |project: &Project, target: &Path| {
        fs::create_dir_all(project.path("catalog/locales")).unwrap();
        std::os::unix::fs::symlink(target, project.path("catalog/locales/fr.toml")).unwrap();
    };
    let project = Project::new(&files);
    project.write("shared/fr.toml", "# ours\n");
    link(&project, Path::new("../../shared/fr.toml"));
    let (code, printed) = project.run(".", &["harvest"]);
    assert_eq!(code, 0, "{printed}");
    assert!(project.path("catalog/locales/fr.toml").is_symlink());
    assert!(project.read("shared/fr.toml").starts_with("# ours\n\nlist_separator"));

    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("fr.toml"), "").unwrap();
    let project = Project::new(&files);
    link(&project, &elsewhere.path().join("fr.toml"));
    let (code, printed) = project.run(".", &["harvest"]);
    assert_eq!(code, 2, "{printed}");
    assert_eq!(fs::read_to_string(elsewhere.path().join("fr.toml")).unwrap(), "");
}

#[test]
fn every_catalog_folder_gets_its_own_words() {
    let second = FAMILY.replace("\"k\"", "\"l\"").replace("\"p\"", "\"q\"");
    let other = |page: &str| page.replace("k-ids", "l-ids").replace("p/", "q/").replace("Non", "Nenni");
    let project = Project::new(&[
        ("moonsync.toml", "catalogs = [\"one\", \"two\"]\n"),
        ("one/k.toml", FAMILY),
        ("two/l.toml", &second),
        ("docs/k.md", ENGLISH),
        ("docs/fr/k.md", FRENCH),
        ("docs/l.md", &other(ENGLISH)),
        ("docs/fr/l.md", &other(FRENCH)),
    ]);
    let (code, printed) = project.run(".", &["harvest"]);
    assert_eq!(code, 0, "{printed}");
    assert_eq!(project.read("one/locales/fr.toml"), WORDS);
    assert_eq!(project.read("two/locales/fr.toml"), WORDS.replace("Non", "Nenni"));
    assert_eq!(project.run(".", &["--check"]).0, 0);
}
