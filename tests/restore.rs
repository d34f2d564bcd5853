//! Markers taken out of this project's own translations, and put back by their source pages: every region, every single
//! marker, and many of them at once. The pages hold a sample of every place and every form that a marker has.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that can't set itself up has failed

use moonsync::catalog::Catalog;
use moonsync::catalog::parse::{CatalogFile, Role, parse};
use moonsync::mark::restore;
use moonsync::page::Scan;
use moonsync::plan::{PageInput, scan_page};
use moonsync::text::apply;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGES: [&str; 2] = ["providers/moonshot", "concepts/model-providers"];
const LANGUAGES: [&str; 5] = ["ar", "fr", "ja-JP", "pt-BR", "zh-CN"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn catalog() -> Catalog {
    let toml = |folder: &str| -> Vec<PathBuf> {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|ending| ending == "toml")).collect()
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

/// The text without these lines; where a blank line stands on both sides of one, one of them goes too if `closed`.
fn without(text: &str, lines: &BTreeSet<usize>, closed: bool) -> String {
    let mut out: Vec<&str> = Vec::new();
    let mut after = false;
    for (n, line) in text.split_inclusive('\n').enumerate() {
        if lines.contains(&n) {
            after = true;
            continue;
        }
        let blank = line.trim_matches([' ', '>', '\n', '\r']).is_empty();
        let doubled = after && blank && out.last().is_some_and(|last| last.trim().is_empty());
        if !(closed && doubled) {
            out.push(line);
        }
        after = false;
    }
    out.concat()
}

/// The lines of a page that are not blank, with the markers told by what they say, not by how they are spelled.
fn told(catalog: &Catalog, page: &PageInput) -> Vec<String> {
    let scan = scan_page(catalog, page);
    let mut lines: Vec<String> = page.text.lines().map(|line| line.trim_end().to_owned()).collect();
    for marker in &scan.markers {
        let line = &lines[marker.line];
        let indent = line.len() - line.trim_start().len();
        lines[marker.line] = format!("{indent} {} {} {:?}", marker.family, marker.region, marker.edge);
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// What may be taken out of a page: each pair, each marker, and a sample of all sets of pairs and of markers.
fn losses(scan: &Scan) -> Vec<BTreeSet<usize>> {
    let pairs: Vec<[usize; 2]> = scan.regions.iter().map(|region| [region.start.line, region.end.line]).collect();
    let markers: Vec<usize> = pairs.iter().flatten().copied().collect();
    let mut out: Vec<BTreeSet<usize>> = pairs.iter().map(|pair| BTreeSet::from(*pair)).collect();
    out.extend(markers.iter().map(|line| BTreeSet::from([*line])));
    let chosen = |mask: usize, count: usize| (0..count).filter(move |at| mask & (1 << at) != 0);
    let sets = (1..1_usize << pairs.len()).rev().step_by(13);
    out.extend(sets.map(|mask| chosen(mask, pairs.len()).flat_map(|at| pairs[at]).collect()));
    let sets = (1..1_usize << markers.len()).rev().step_by((1 << markers.len()) / 13);
    out.extend(sets.map(|mask| chosen(mask, markers.len()).map(|at| markers[at]).collect()));
    out
}

#[test]
fn markers_of_our_own_pages_come_back_to_where_they_were() {
    let catalog = catalog();
    let (mut all, mut back, mut same, mut left) = (0, 0, 0, Vec::new());
    for (name, language) in PAGES.iter().flat_map(|name| LANGUAGES.map(|language| (name, language))) {
        let (source, whole) = (page(name, None), page(name, Some(language)));
        let scan = scan_page(&catalog, &whole);
        for (number, lines) in losses(&scan).into_iter().enumerate() {
            let broken = PageInput { text: without(&whole.text, &lines, number % 2 == 1).into(), ..whole.clone() };
            let done = restore(&catalog, &source, &broken);
            let what = format!("{} without the lines {lines:?}", whole.path);
            assert!(done.edits.iter().all(|edit| edit.range.is_empty()), "{what}: something was replaced");
            let again = PageInput { text: apply(&broken.text, &done.edits).into(), ..whole.clone() };
            all += 1;
            if told(&catalog, &again) == told(&catalog, &whole) {
                assert!(done.diagnostics.is_empty(), "{what}: {:?}", done.diagnostics);
                back += 1;
                same += usize::from(again.text == whole.text);
                // The French pages have the forms of their source pages.
                assert!(language != "fr" || again.text == whole.text, "{what}: other bytes\n{}", again.text);
                continue;
            }
            // What can't be told is said, and all else stands where it stood.
            assert!(!done.diagnostics.is_empty(), "{what}: {:?}\n{}", done.regions, again.text);
            let (again, mut whole) = (told(&catalog, &again), told(&catalog, &whole).into_iter());
            let stray = again.iter().find(|line| !whole.any(|known| known == **line));
            assert_eq!(stray, None, "{what}: {:?}", done.regions);
            left.push(format!("{what}: {}", done.diagnostics[0].message));
        }
    }
    let shown = left.iter().take(5).cloned().collect::<Vec<_>>().join("\n");
    assert!(all > 400 && back * 100 > all * 97, "{back} of {all} are back, {same} to the byte; not these:\n{shown}");
    assert!(same * 2 > all, "{same} of {all} are back to the byte");
}

#[test]
fn what_is_whole_stays_as_it_is() {
    let catalog = catalog();
    for (name, language) in PAGES.iter().flat_map(|name| LANGUAGES.map(|language| (name, language))) {
        let done = restore(&catalog, &page(name, None), &page(name, Some(language)));
        assert!(done.edits.is_empty() && done.regions.is_empty() && done.diagnostics.is_empty(), "{name} {language}");
    }
}
