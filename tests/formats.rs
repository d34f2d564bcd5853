//! The machine formats: held to their schemas, and to what a reader of them does.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that can't set itself up has failed

use jsonschema::Validator;
use serde_json::{Value, json};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

const CATALOG: &str = r#"
namespace     = "acme"
provider      = "acme"
default_model = "acme-large"

[defaults]
reasoning      = false
input          = ["text"]
context_window = 200000
max_tokens     = 8192

[[models]]
id   = "acme-large"
name = "Acme Large"
cost = { input = 3, output = 15 }

[[models]]
id   = "acme-nano"
name = "Acme Nano"
cost = { input = 0.25, output = 1 }

[[retired]]
id          = "acme-1"
replaced_by = "acme-nano"
"#;

/// Two regions that drifted, with characters of two, three and four bytes before and between, and two mentions.
const PAGE: &str = "\u{feff}# Modèles 🌒 acme/acme-1\n\nß [//]\n\n[//]: # \"acme-ids:start\"\n\n- `acme-large`\n- `x`\n\n\
    [//]: # \"acme-ids:end\"\n\nUse 🌒 acme-1.\n\n> [//]: # \"acme-ids:start\"\n>\n> - `ü`\n>\n> [//]: # \"acme-ids:end\"\n";

struct Project(TempDir);

impl Project {
    /// A repository with a catalog and some files.
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        fs::create_dir(project.path(".git")).unwrap();
        for (name, text) in files.iter().chain(&[("catalog/acme.toml", CATALOG)]) {
            let file = project.path(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, folder: &str, arguments: &[&str], summary: Option<&Path>) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_moonsync"));
        command.args(arguments).current_dir(self.path(folder)).env_remove("GITHUB_STEP_SUMMARY");
        command.envs(summary.map(|file| ("GITHUB_STEP_SUMMARY", file)));
        command.output().unwrap()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_slice(&self.run(".", arguments, None).stdout).unwrap()
    }
}

fn schema(path: &str) -> Value {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap()
}

/// The schema of findings, and nothing beyond what it names.
fn findings() -> Validator {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(map) => {
                if map.contains_key("properties") && map.contains_key("type") {
                    map.insert("additionalProperties".into(), json!(false));
                }
                map.values_mut().for_each(close);
            }
            Value::Array(items) => items.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut schema = schema("docs/manual/findings-1.schema.json");
    close(&mut schema);
    jsonschema::validator_for(&schema).unwrap()
}

fn sarif() -> Validator {
    let mut schema = schema("tests/schemas/sarif-2.1.0.json");
    // As published these are no regular expressions (`[a-zA-Z]{2}]?`); they are of keys that moonsync does not print.
    for part in ["run", "toolComponent"] {
        let language = schema["definitions"][part]["properties"]["language"].as_object_mut().unwrap();
        language.remove("pattern").unwrap();
    }
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

fn faults(schema: &Validator, value: &Value) -> Vec<String> {
    schema.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The byte of a line and column as SARIF counts: lines by `\n`, columns in code points, no byte order mark.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let mut start = 0;
    for _ in 1..line {
        start += text[start..].find('\n').unwrap() + 1;
    }
    if start == 0 && text.starts_with('\u{feff}') {
        start = 3;
    }
    let column = usize::try_from(column - 1).unwrap();
    text[start..].char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}

fn region(text: &str, region: &Value) -> Range<usize> {
    let number = |key: &str| region[key].as_u64().unwrap();
    offset(text, number("startLine"), number("startColumn"))..offset(text, number("endLine"), number("endColumn"))
}

fn applied(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    edits.iter().rev().fold(text.to_owned(), |mut text, (range, new)| {
        text.replace_range(range.clone(), new);
        text
    })
}

#[test]
fn every_document_of_the_cases_is_as_its_schema_says() {
    let (findings, sarif) = (findings(), sarif());
    let (mut documents, mut logs) = (0, 0);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    for area in fs::read_dir(&root).unwrap() {
        for case in fs::read_dir(area.unwrap().path()).unwrap() {
            let case = case.unwrap().path();
            let arguments = fs::read_to_string(case.join("cmd")).unwrap();
            let Ok(stdout) = fs::read_to_string(case.join("stdout")) else { continue };
            let schema = match () {
                () if arguments.contains("--format sarif") => &sarif,
                () if arguments.contains("--format json") && stdout.contains("\"findings\"") => &findings,
                () => continue,
            };
            *(if arguments.contains("sarif") { &mut logs } else { &mut documents }) += 1;
            let value: Value = serde_json::from_str(&stdout).unwrap();
            assert_eq!(faults(schema, &value), Vec::<String>::new(), "{}", case.display());
        }
    }
    assert!(documents >= 8 && logs >= 8, "{documents} documents and {logs} logs");
}

#[test]
fn the_sample_of_the_manual_is_as_the_schema_says() {
    let chapter = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/manual/formats.md")).unwrap();
    let sample = chapter.split_once("```json\n").unwrap().1.split_once("\n```").unwrap().0;
    assert_eq!(faults(&findings(), &serde_json::from_str(sample).unwrap()), Vec::<String>::new());
}

#[test]
fn schemas_refuse_what_is_wrong() {
    let project = Project::new(&[("docs/a.md", PAGE)]);
    let mut document = project.json(&["--check", "--format", "json", "docs"]);
    assert_eq!(faults(&findings(), &document), Vec::<String>::new());
    document["findings"][0]["unheard-of"] = json!(1);
    document["findings"][0]["span"]["start"]["line"] = json!(0);
    document["findings"][0]["differences"] = json!([{ "kind": "changed", "text": "~" }]);
    assert_eq!(faults(&findings(), &document).len(), 3);

    let mut log = project.json(&["--check", "--format", "sarif", "docs"]);
    assert_eq!(faults(&sarif(), &log), Vec::<String>::new());
    log["runs"][0]["results"][0]["level"] = json!("bad");
    log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] = json!("a b");
    assert_eq!(faults(&sarif(), &log).len(), 2);
}

#[test]
fn edits_of_json_lead_to_what_is_written() {
    for page in [PAGE.to_owned(), PAGE.replace('\n', "\r\n")] {
        let project = Project::new(&[("docs/a.md", &page)]);
        let document = project.json(&["--check", "--format", "json", "docs"]);
        let edits = document["findings"].as_array().unwrap().iter().map(|finding| {
            let edit = &finding["edit"];
            let byte = |side: &str| usize::try_from(edit["span"][side]["byte"].as_u64().unwrap()).unwrap();
            (byte("start")..byte("end"), edit["text"].as_str().unwrap().to_owned())
        });
        let edited = applied(&page, edits.collect());
        let written = project.json(&["--format", "json", "docs"]);
        assert_eq!(written["summary"]["written"], 2);
        assert_ne!(edited, page);
        assert_eq!(edited, project.read("docs/a.md"));
    }
}

#[test]
fn fixes_of_sarif_lead_to_what_is_written() {
    for page in [PAGE.to_owned(), PAGE.replace('\n', "\r\n")] {
        let project = Project::new(&[("docs/a.md", &page)]);
        let log = project.json(&["--check", "--format", "sarif", "docs"]);
        let results = log["runs"][0]["results"].as_array().unwrap();
        let edits = results.iter().map(|result| {
            let place = &result["locations"][0]["physicalLocation"]["region"];
            assert_eq!(&page[region(&page, place)], place["snippet"]["text"].as_str().unwrap());
            let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
            let new = change["insertedContent"]["text"].as_str().unwrap_or_default();
            (region(&page, &change["deletedRegion"]), new.to_owned())
        });
        let edited = applied(&page, edits.collect());
        assert!(project.run(".", &["docs"], None).status.success());
        assert_eq!(edited, project.read("docs/a.md"));
    }
}

#[test]
fn mentions_are_where_they_are_said_to_be() {
    let project = Project::new(&[("docs/a.md", PAGE)]);
    let log = project.json(&["refs", "--format", "sarif", "docs"]);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let place = |result: &Value| region(PAGE, &result["locations"][0]["physicalLocation"]["region"]);
    let named: Vec<&str> = results.iter().map(|result| &PAGE[place(result)]).collect();
    assert_eq!(named, ["acme/acme-1", "acme-1"]);
    let fix = &results[0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(fix["insertedContent"]["text"], "acme/acme-nano");
}

#[test]
fn fingerprints_stay_where_lines_move() {
    let prints = |page: &str| -> Vec<String> {
        let log = Project::new(&[("docs/a.md", page)]).json(&["--check", "--format", "sarif", "docs"]);
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"]["moonsync/v1"].to_string()).collect()
    };
    let first = prints(PAGE);
    assert_eq!(first.len(), 2);
    assert_ne!(first[0], first[1]);
    assert_eq!(first, prints(&PAGE.replace("ß [//]\n", "ß\n\nMore\n\nlines\n").replace("- `x`\n", "- `x`\n- `y`\n")));
}

#[test]
fn paths_are_those_of_the_repository() {
    let project = Project::new(&[("site/docs/a b.md", PAGE)]);
    let arguments = |format| ["--check", "--catalog", "../catalog", "--format", format, "docs"];
    let run = |format| String::from_utf8(project.run("site", &arguments(format), None).stdout).unwrap();
    let sarif: Value = serde_json::from_str(&run("sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(place, &json!({ "uri": "site/docs/a%20b.md", "uriBaseId": "%SRCROOT%" }));
    assert!(run("github").contains("\n::error file=site/docs/a b.md,line=5,"), "{}", run("github"));
    let json: Value = serde_json::from_str(&run("json")).unwrap();
    assert_eq!(json["findings"][0]["path"], "docs/a b.md");
}

#[test]
fn what_lies_elsewhere_has_a_whole_address() {
    let elsewhere = tempfile::tempdir().unwrap();
    let page = elsewhere.path().canonicalize().unwrap().join("a b.md");
    fs::write(&page, PAGE).unwrap();
    let project = Project::new(&[]);
    let log = project.json(&["--check", "--format", "sarif", page.to_str().unwrap()]);
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    let uri = place["uri"].as_str().unwrap();
    assert!(uri.starts_with("file:///") && uri.ends_with("/a%20b.md") && place.get("uriBaseId").is_none(), "{uri}");
}

#[cfg(unix)]
#[test]
fn hostile_names_of_files() {
    let name = "a\n::error::x,line=1%0A##[error]\u{2028}\u{1b}[31m\".md";
    let project = Project::new(&[(&format!("docs/{name}"), PAGE)]);
    let json = project.json(&["--check", "--format", "json", "docs"]);
    assert_eq!(json["findings"][0]["path"], format!("docs/{name}"));
    let sarif_log = project.json(&["--check", "--format", "sarif", "docs"]);
    assert_eq!(faults(&sarif(), &sarif_log), Vec::<String>::new());
    let place = &sarif_log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
    let uri = "docs/a%0A%3A%3Aerror%3A%3Ax%2Cline%3D1%250A%23%23%5Berror%5D%E2%80%A8%1B%5B31m%22.md";
    assert_eq!(place["uri"], uri);
    let summary = project.path("summary.md");
    let output = project.run(".", &["--check", "--format", "github", "docs"], Some(&summary));
    for text in [output.stdout, output.stderr, fs::read(&summary).unwrap()].map(|text| String::from_utf8(text).unwrap())
    {
        assert!(!text.contains(['\u{1b}', '\u{2028}', '\r']), "{text:?}");
        let commands: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("::")).collect();
        assert!(commands.iter().all(|line| line.starts_with("::error file=docs/a\\n%3A%3Aerror%3A%3Ax%2C")), "{text}");
    }
}

#[test]
fn the_summary_of_a_job() {
    let project = Project::new(&[("docs/a|b.md", PAGE)]);
    let summary = project.path("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let check = ["--check", "--format", "github", "docs"];
    let output = project.run(".", &check, Some(&summary));
    assert_eq!(output.status.code(), Some(1));
    let expected = "\
before
### moonsync

`2 regions in 1 page in 1 language; 2 drifted, 0 written; catalog catalog/`

| Page | Region | Language | What differs | State |
| --- | --- | --- | --- | --- |
| `docs/a\\|b.md:5` | `acme-ids` |  | `+ acme-nano`<br>`- x` | drifted |
| `docs/a\\|b.md:14` | `acme-ids` |  | `+ acme-large`<br>`+ acme-nano`<br>`- ü` | drifted |

To mend it: `moonsync docs`
";
    assert_eq!(fs::read_to_string(&summary).unwrap(), expected);

    // No other format writes it.
    project.run(".", &["--check", "--format", "json", "docs"], Some(&summary));
    assert_eq!(fs::read_to_string(&summary).unwrap(), expected);
    // There is never more than GitHub takes.
    fs::write(&summary, vec![b'x'; (1 << 20) - 100]).unwrap();
    project.run(".", &check, Some(&summary));
    assert!(fs::metadata(&summary).unwrap().len() <= 1 << 20);
    // That it cannot be written is a warning, and no failure: not even where warnings are.
    let output = project.run(".", &["--strict", "--format", "github", "docs"], Some(&project.path("none/summary.md")));
    assert_eq!(output.status.code(), Some(0));
    let log = String::from_utf8(output.stdout).unwrap();
    assert!(log.contains("::warning title=io::the summary of the job cannot be written"), "{log}");
}

#[test]
fn stdout_has_the_document_and_stderr_the_closing_line() {
    let project = Project::new(&[("docs/a.md", PAGE), ("docs/b.md", "<!-- acme-ids:start -->\n")]);
    for command in [&["--check", "-v"][..], &["--keep-going", "-v"], &["--strict"], &["refs", "-v"], &["-q"]] {
        for format in ["json", "github", "sarif"] {
            let arguments = [command, &["--color", "always", "--format", format, "docs"]].concat();
            let output = project.run(".", &arguments, None);
            let stderr = String::from_utf8(output.stderr).unwrap();
            let lines = if command == ["-q"] { 0 } else { 1 };
            assert_eq!(stderr.lines().count(), lines, "{arguments:?}: {stderr}");
            assert!(stderr.is_empty() || stderr.starts_with("moonsync: "), "{arguments:?}: {stderr}");
            if format != "github" {
                let document: Value = serde_json::from_slice(&output.stdout).unwrap();
                let exit =
                    document["summary"]["exit"].as_i64().or(document["runs"][0]["invocations"][0]["exitCode"].as_i64());
                assert_eq!(exit, output.status.code().map(i64::from), "{arguments:?}");
            }
        }
    }
}
