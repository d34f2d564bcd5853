//! From a list to every page in every language: a model that the project's own catalog lost comes back by importing it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that can't set itself up has failed

use moonsync::catalog::parse::{CatalogFile, Role, parse};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The models that are taken out of the catalog, in its order: the newest ones.
const NEW: [&str; 2] = ["kimi-k3.1-pro", "kimi-k3.1-pro-highspeed"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

fn moonsync(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_moonsync")).args(arguments).current_dir(folder).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text)
}

/// The catalog without the new models; what named them names Kimi K3.
fn older(text: &str) -> String {
    let mut out = String::new();
    let mut skipping = false;
    for line in text.lines() {
        skipping = if line.starts_with('[') { false } else { skipping };
        if line.starts_with("id ") && NEW.iter().any(|id| line.ends_with(&format!("\"{id}\""))) {
            let at = out.rfind("[[models]]").unwrap();
            out.truncate(at);
            skipping = true;
        }
        if !skipping {
            let names_new = line.starts_with("default_model") || line.starts_with("replaced_by");
            out.push_str(&if names_new { line.replace("\"kimi-k3.1-pro\"", "\"kimi-k3\"") } else { line.to_owned() });
            out.push('\n');
        }
    }
    out
}

/// A list in pi-ai's shape that says of the new models what the catalog said.
fn list(text: &str) -> String {
    let file = CatalogFile { path: "k.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
    let family = parse(&[file]).0.families.remove(0);
    let entries: Vec<String> = family
        .models
        .iter()
        .map(|model| {
            let cost = &model.cost;
            let input: Vec<&str> = model.input.iter().map(String::as_str).filter(|word| *word != "video").collect();
            format!(
                r#""chat:{0}": {{"id": "{0}", "name": "{1}", "provider": "moonshotai", "api": "chat", "reasoning": {2},
                   "input": {3:?}, "cost": {{"input": {4}, "output": {5}, "cacheRead": {6}, "cacheWrite": {7}}},
                   "contextWindow": {8}, "maxTokens": {9}, "compat": {{"private": true}}}}"#,
                model.id,
                model.name,
                model.reasoning,
                input,
                cost.input,
                cost.output,
                cost.cache_read,
                cost.cache_write,
                model.context_window,
                model.max_tokens
            )
        })
        .collect();
    format!("{{\"chat\": {{{}}}}}", entries.join(",\n"))
}

#[test]
fn a_new_model_comes_to_every_page_in_every_language() {
    let workplace = tempfile::tempdir().unwrap();
    let folder = workplace.path();
    fs::create_dir(folder.join(".git")).unwrap();
    for part in ["catalog", "docs"] {
        for file in files(&root().join(part)) {
            let to = folder.join(file.strip_prefix(root()).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::copy(&file, &to).unwrap();
        }
    }
    let counts = || -> Vec<(PathBuf, [usize; 2])> {
        let count = |file: PathBuf| {
            let text = fs::read_to_string(&file).unwrap();
            // The longer id holds the shorter one.
            (file, NEW.map(|id| text.matches(id).count()))
        };
        files(&folder.join("docs"))
            .into_iter()
            .filter(|file| !file.starts_with(folder.join("docs/manual")))
            .map(count)
            .collect()
    };
    let whole = counts();
    assert!(whole.len() >= 12 && whole.iter().all(|(_, [pro, _])| *pro > 0), "{whole:?}");

    let catalog = folder.join("catalog/moonshot-kimi-k2.toml");
    let original = fs::read_to_string(&catalog).unwrap();
    let older = older(&original);
    assert!(older.len() < original.len() && !older.contains("id              = \"kimi-k3.1"));
    fs::write(&catalog, &older).unwrap();
    fs::write(folder.join("list.json"), list(&original)).unwrap();
    let (code, text) = moonsync(folder, &[]);
    assert_eq!(code, 0, "{text}");
    let without = counts();
    assert!(whole.iter().zip(&without).all(|((_, before), (_, after))| before[1] > after[1]), "{without:?}");

    let check = moonsync(folder, &["import", "list.json", "--check"]);
    assert_eq!(check.0, 1, "{}", check.1);
    let (code, text) = moonsync(folder, &["import", "list.json", "--first"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("2 models added; next: moonsync"), "{text}");
    let parsed = |text: &str| {
        let file = CatalogFile { path: "k.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
        let (mut catalog, faults) = parse(&[file]);
        assert_eq!(faults, []);
        catalog.families.remove(0)
    };
    let (was, is) = (parsed(&original), parsed(&fs::read_to_string(&catalog).unwrap()));
    for (was, is) in was.models.iter().zip(&is.models) {
        assert_eq!((&was.id, &was.name, &was.input, &was.cost), (&is.id, &is.name, &is.input, &is.cost));
        assert_eq!((was.context_window, was.max_tokens), (is.context_window, is.max_tokens));
    }
    assert_eq!(was.models.len(), is.models.len());
    let (code, text) = moonsync(folder, &[]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(counts(), whole);
    let check = moonsync(folder, &["import", "list.json", "--check"]);
    assert_eq!(check.0, 0, "{}", check.1);
}
