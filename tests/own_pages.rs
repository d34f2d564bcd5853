//! This project's own pages: in sync in every language, of one build in all of them, and between them a sample of every
//! form that a marker has.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that can't set itself up has failed

use moonsync::catalog::Catalog;
use moonsync::catalog::parse::{CatalogFile, Role, parse};
use moonsync::page::{Form, Site};
use moonsync::plan::{Options, PageInput, plan_page, scan_page};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

const PAGES: [&str; 2] = ["providers/moonshot", "concepts/model-providers"];
const LANGUAGES: [&str; 5] = ["ar", "fr", "ja-JP", "pt-BR", "zh-CN"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn catalog() -> Catalog {
    let toml = |folder: &str| {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect::<Vec<_>>()
    };
    let file = |path: &Path, role: Role| CatalogFile {
        path: path.display().to_string(),
        text: fs::read_to_string(path).unwrap().into(),
        role,
        folder: 0,
    };
    let mut files: Vec<CatalogFile> = toml("catalog").iter().map(|path| file(path, Role::Family)).collect();
    for path in toml("catalog/locales") {
        files.push(file(&path, Role::Locale(path.file_stem().unwrap().to_str().unwrap().to_owned())));
    }
    let (catalog, faults) = parse(&files);
    assert!(faults.is_empty(), "{faults:?}");
    catalog
}

fn page(name: &str, language: Option<&str>) -> PageInput {
    let folder = language.map_or_else(String::new, |language| format!("{language}/"));
    let path = ["md", "mdx"].map(|ending| format!("docs/{folder}{name}.{ending}"));
    let path = path.into_iter().find(|path| root().join(path).is_file()).expect("the page is there");
    let text = fs::read_to_string(root().join(&path)).unwrap().into();
    let locale = language.map(str::to_owned);
    PageInput { path, text, locale, name: Some(name.to_owned()), ..PageInput::default() }
}

fn every_page() -> Vec<PageInput> {
    let languages = || std::iter::once(None).chain(LANGUAGES.map(Some));
    PAGES.iter().flat_map(|name| languages().map(|language| page(name, language))).collect()
}

/// The regions of a page, each with the kind of place that it stands in.
fn build(catalog: &Catalog, page: &PageInput) -> Vec<String> {
    let scan = scan_page(catalog, page);
    let place = |site: Site| match site {
        Site::Prose => "prose".to_owned(),
        Site::FrontMatter { .. } => "front matter".to_owned(),
        Site::Fence(fence) => scan.host.fences[fence].language.clone(),
    };
    let named = |region: &moonsync::page::Region| {
        let family = &catalog.families[region.start.family].namespace;
        format!("{family}-{} in {}", region.start.region, place(region.site))
    };
    scan.regions.iter().map(named).collect()
}

#[test]
fn every_page_is_in_sync_without_a_fault_or_a_warning() {
    let catalog = catalog();
    for page in every_page() {
        let plan = plan_page(&catalog, &page, Options::default());
        assert!(plan.diagnostics.is_empty(), "{}: {:?}", page.path, plan.diagnostics);
        let drifted: Vec<_> = plan.regions.iter().filter(|region| !region.drift.is_empty()).collect();
        assert!(drifted.is_empty(), "{}: {drifted:?}", page.path);
    }
}

#[test]
fn a_translation_has_the_regions_the_headings_and_the_keys_of_its_source() {
    let catalog = catalog();
    let headings = |page: &PageInput| {
        let level = |line: &str| line.find(' ').filter(|at| line[..*at].bytes().all(|byte| byte == b'#'));
        page.text.lines().filter(|line| line.starts_with("##")).filter_map(level).collect::<Vec<_>>()
    };
    let keys = |page: &PageInput| {
        let front = page.text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap().0.to_owned();
        let key = |line: &str| Some(line.split_once(':')?.0.to_owned()).filter(|key| !key.starts_with(' '));
        front.lines().filter_map(key).collect::<Vec<_>>()
    };
    for name in PAGES {
        let source = page(name, None);
        assert!(build(&catalog, &source).len() >= 6, "{name}");
        for language in LANGUAGES {
            let translation = page(name, Some(language));
            assert_eq!(build(&catalog, &translation), build(&catalog, &source), "{}", translation.path);
            assert_eq!(headings(&translation), headings(&source), "{}", translation.path);
            assert_eq!(keys(&translation), keys(&source), "{}", translation.path);
        }
    }
}

#[test]
fn between_them_the_pages_have_every_form_that_is_fit_for_use() {
    let catalog = catalog();
    let mut found = BTreeSet::new();
    for page in every_page() {
        for marker in scan_page(&catalog, &page).markers {
            let comment = &page.text[marker.span.clone()];
            found.insert(match marker.form {
                // The label, the target, and what the name stands in: `[//]: # "`.
                Form::Definition => {
                    comment[..comment.find(&catalog.families[marker.family].namespace).unwrap()].to_owned()
                }
                form => format!("{form:?} in {:?}", marker.place),
            });
        }
    }
    let mut wanted = BTreeSet::new();
    for label in ["//", "comment"] {
        for target in ["#", "<>"] {
            wanted.extend(["\"", "'", "("].map(|quote| format!("[{label}]: {target} {quote}")));
        }
    }
    let found: Vec<&str> = found.iter().map(String::as_str).collect();
    for definition in &wanted {
        assert!(found.contains(&definition.as_str()), "{definition} is in none: {found:?}");
    }
    for form in [
        "Html in Prose",
        "Jsx in Prose",
        "Hash in FrontMatter",
        "Slashes in Fence",
        "Block in Fence",
        "Hash in Fence",
        "Html in Fence",
    ] {
        assert!(found.iter().any(|known| known.starts_with(form)), "{form} is in none: {found:?}");
    }
}
