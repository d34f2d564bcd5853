//! Findings as SARIF 2.1.0, as code scanning services read it.
//!
//! What has no file is no result but a notification of the run: a result without a place is refused by GitHub.

use super::finding::{Finding, Place, Replacement, Report, Span};
use super::{json, rules};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fmt::Write as _;

/// What relative addresses are relative to.
const ROOT: &str = "%SRCROOT%";

/// The name and version of how fingerprints are made.
const FINGERPRINT: &str = "moonsync/v1";

/// A report as SARIF, with a line end. `place` says where a file lies.
#[must_use]
pub fn sarif(report: &Report, place: &dyn Fn(&str) -> Place) -> String {
    let mut placed = Vec::new();
    let mut notes = Vec::new();
    for finding in &report.findings {
        match place(&finding.path) {
            Place::Inside(path) => placed.push((finding, Artifact { path, inside: true })),
            Place::Outside(path) => placed.push((finding, Artifact { path, inside: false })),
            Place::Nowhere => notes.push(finding),
        }
    }
    let mut descriptors = Descriptors::default();
    let mut seen: HashMap<String, usize> = HashMap::new();
    let results: Vec<Value> = placed
        .iter()
        .map(|(finding, artifact)| {
            let index = descriptors.index(finding.rule);
            let identity = identity(finding, artifact);
            let occurrence = seen.entry(identity.clone()).or_default();
            let print = fingerprint(&identity, *occurrence);
            *occurrence += 1;
            result(finding, artifact, index, &print)
        })
        .collect();
    let mut notifications = Descriptors::default();
    let told: Vec<Value> = notes
        .iter()
        .map(|finding| {
            let index = notifications.index(finding.rule);
            json!({
                "descriptor": { "id": finding.rule, "index": index },
                "level": finding.level.name(),
                "message": { "text": message(finding) },
            })
        })
        .collect();
    let mut driver = json!({
        "name": "moonsync",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": descriptors.all,
    });
    let mut invocation = json!({
        "executionSuccessful": report.summary.exit < 2,
        "exitCode": report.summary.exit,
    });
    if !told.is_empty() {
        driver["notifications"] = notifications.all.into();
        invocation["toolExecutionNotifications"] = told.into();
    }
    json::text(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "invocations": [invocation],
            "originalUriBaseIds": { ROOT: { "description": { "text": "The root of the repository." } } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    }))
}

/// A file as SARIF names it.
struct Artifact {
    /// With forward slashes; whole, unless it is `inside`.
    path: String,
    /// Whether it lies in the repository.
    inside: bool,
}

impl Artifact {
    fn location(&self) -> Value {
        let uri = encoded(&self.path);
        if self.inside {
            json!({ "uri": uri, "uriBaseId": ROOT })
        } else {
            json!({ "uri": format!("file:///{}", uri.trim_start_matches('/')) })
        }
    }
}

/// What is said of the rules that a document names.
#[derive(Default)]
struct Descriptors {
    all: Vec<Value>,
    known: HashMap<&'static str, usize>,
}

impl Descriptors {
    fn index(&mut self, rule: &'static str) -> usize {
        *self.known.entry(rule).or_insert_with(|| {
            let mut descriptor = json!({ "id": rule });
            if let Some(about) = rules::about(rule) {
                descriptor["shortDescription"] = json!({ "text": about.short() });
                descriptor["fullDescription"] = json!({ "text": about.what });
                descriptor["help"] = json!({ "text": about.whole, "markdown": about.whole });
                descriptor["defaultConfiguration"] = json!({ "level": about.level.name() });
            }
            self.all.push(descriptor);
            self.all.len() - 1
        })
    }
}

fn result(finding: &Finding, artifact: &Artifact, rule: usize, fingerprint: &str) -> Value {
    // What is meant by a whole file is shown at its first line: services want a line.
    let mut region = finding.span.as_ref().map_or_else(|| json!({ "startLine": 1 }), region);
    if let Some(snippet) = finding.snippet.as_ref().filter(|snippet| !snippet.is_empty()) {
        region["snippet"] = json!({ "text": snippet });
    }
    let mut location = json!({ "physicalLocation": { "artifactLocation": artifact.location(), "region": region } });
    if let Some(name) = &finding.region {
        location["logicalLocations"] = json!([{ "name": name, "kind": "region" }]);
    }
    let mut properties = Map::new();
    if let Some(language) = &finding.locale {
        properties.insert("language".into(), json!(language));
    }
    if !finding.differences.is_empty() {
        let differences: Vec<String> = finding.differences.iter().map(ToString::to_string).collect();
        properties.insert("differences".into(), json!(differences));
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": finding.level.name(),
        "message": { "text": message(finding) },
        "locations": [location],
        "partialFingerprints": { FINGERPRINT: fingerprint },
    });
    // What was written is mended already, and its places are those of the page before.
    if let Some(edit) = finding.edit.as_ref().filter(|_| !finding.written) {
        result["fixes"] = json!([fix(finding, edit, artifact)]);
    }
    if !properties.is_empty() {
        result["properties"] = properties.into();
    }
    result
}

fn fix(finding: &Finding, edit: &Replacement, artifact: &Artifact) -> Value {
    let what = match (&finding.region, &finding.mention) {
        (Some(name), _) => format!("Write {name} as the catalog says"),
        (None, Some(mention)) => format!("Replace {} by {}", mention.text, edit.text),
        (None, None) => "Mend it".to_owned(),
    };
    let mut replacement = json!({ "deletedRegion": region(&edit.span) });
    if !edit.text.is_empty() {
        replacement["insertedContent"] = json!({ "text": edit.text });
    }
    json!({
        "description": { "text": plain(&what) },
        "artifactChanges": [{ "artifactLocation": artifact.location(), "replacements": [replacement] }],
    })
}

/// A part of a file. The end is the first place after it, as SARIF counts too.
fn region(span: &Span) -> Value {
    json!({
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    })
}

fn message(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => plain(&format!("{}\n{help}", finding.message)),
        None => plain(&finding.message),
    }
}

/// A message in which nothing is a link: SARIF has `[text](target)` in messages, and so may pages.
fn plain(text: &str) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() }
}

/// What a finding is about whatever its line: the file, the rule, the region, and the model of a mention.
fn identity(finding: &Finding, artifact: &Artifact) -> String {
    let region = finding.region.as_deref().unwrap_or_default();
    let named = finding.mention.as_ref().map_or("", |mention| mention.text.as_str());
    [&artifact.path, finding.rule, region, named].join("\0")
}

/// Stays the same where lines move; `occurrence` tells apart what is otherwise the same, from 0.
fn fingerprint(identity: &str, occurrence: usize) -> String {
    let digest = Sha256::digest(format!("{identity}\0{occurrence}").as_bytes());
    digest.iter().take(16).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// A path as the path of an address.
fn encoded(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Code, Diagnostic, Sources};
    use crate::report::finding::{Summary, diagnostics};

    fn read(all: &[Diagnostic], sources: &Sources) -> Value {
        let report = Report { command: "sync", findings: diagnostics(all, &[], sources), summary: Summary::default() };
        let place = |path: &str| match path {
            "" => Place::Nowhere,
            path if path.starts_with('/') => Place::Outside(path.to_owned()),
            path => Place::Inside(path.to_owned()),
        };
        serde_json::from_str(&sarif(&report, &place)).expect("it is JSON")
    }

    #[test]
    fn addresses() {
        for (path, expected) in [
            ("docs/a.md", "docs/a.md"),
            ("a b#c?d%.md", "a%20b%23c%3Fd%25.md"),
            ("c:x/é\n.md", "c%3Ax/%C3%A9%0A.md"),
            ("a\\b[1].md", "a%5Cb%5B1%5D.md"),
        ] {
            assert_eq!(encoded(path), expected);
        }
        let outside = Artifact { path: "/tmp/a b.md".into(), inside: false };
        assert_eq!(outside.location(), json!({ "uri": "file:///tmp/a%20b.md" }));
        let inside = Artifact { path: "a.md".into(), inside: true };
        assert_eq!(inside.location(), json!({ "uri": "a.md", "uriBaseId": "%SRCROOT%" }));
    }

    #[test]
    fn what_has_no_file_is_a_notification() {
        let all = [
            Diagnostic::new(Code::Usage, "", "no").help("so"),
            Diagnostic::new(Code::Io, "/tmp/a.md", "cannot be read"),
            Diagnostic::new(Code::Io, "b.md", "cannot be read"),
        ];
        let run = &read(&all, &Sources::new())["runs"][0];
        assert_eq!(run["results"].as_array().map(Vec::len), Some(2));
        let told = &run["invocations"][0]["toolExecutionNotifications"];
        assert_eq!(told[0]["descriptor"], json!({ "id": "usage", "index": 0 }));
        assert_eq!(told[0]["message"]["text"], "no\nso");
        assert_eq!(run["tool"]["driver"]["notifications"][0]["id"], "usage");
        assert_eq!(run["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(1));
    }

    #[test]
    fn fingerprints_follow_what_is_found_not_its_line() {
        let prints = |text: &str, path: &str| -> Vec<String> {
            let sources = Sources::from([(path.to_owned(), text.into())]);
            let at =
                text.match_indices('x').map(|(at, _)| Diagnostic::new(Code::GluedMarker, path, "glued").at(at..at + 1));
            let value = read(&at.collect::<Vec<_>>(), &sources);
            let results = value["runs"][0]["results"].as_array().cloned().unwrap_or_default();
            results.iter().map(|result| result["partialFingerprints"]["moonsync/v1"].to_string()).collect()
        };
        let two = prints("x\nx\n", "a.md");
        assert_ne!(two[0], two[1]);
        assert_eq!(two, prints("\n\n  x\n\nx\n", "a.md"));
        assert_ne!(two, prints("x\nx\n", "b.md"));
    }

    #[test]
    fn pages_make_no_links() {
        for (text, expected) in [("`a[0]`", "`a[0]`"), ("[here](http://x)", "\\[here\\](http://x)")] {
            assert_eq!(plain(text), expected);
        }
    }
}
