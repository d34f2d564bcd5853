//! Where pages of which language are, told from the paths of pages.
//!
//! Pure: whether there is a page is asked through a function.

use crate::shell::locale::is_language_tag;
use std::collections::BTreeMap;

/// Folders that the pages of a source language may have of their own.
const SOURCE_FOLDERS: &[&str] = &["en", "en-US", "en-us", "en-GB"];

/// Where pages of which language are, as `[translations]` says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// `source`.
    pub(super) source: String,
    /// `path`.
    pub(super) paths: Vec<String>,
    /// The tag of the source language, where a folder says it.
    pub(super) source_locale: Option<String>,
}

/// A way to read a path: where its source page is, and where it is itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Reading {
    source: String,
    path: String,
    /// The folder of the source language, where it has one.
    folder: Option<&'static str>,
}

/// The layout that explains most pages. `exists` is asked with a path from the root, forward slashes.
pub(super) fn detect(pages: &[String], exists: impl Fn(&str) -> bool) -> Option<Layout> {
    let mut readings: BTreeMap<Reading, Vec<usize>> = BTreeMap::new();
    for (n, page) in pages.iter().enumerate() {
        for reading in self::readings(page, pages, &exists) {
            readings.entry(reading).or_default().push(n);
        }
    }
    // Of those that explain as much the one with the longest `{page}` leaves least to chance.
    let length = |reading: &Reading| reading.path.len() + reading.source.len();
    let count = |(reading, pages): &(&Reading, &Vec<usize>)| (pages.len(), std::cmp::Reverse(length(reading)));
    let (best, covered) = readings.iter().max_by_key(count)?;
    let mut covered = covered.clone();
    let mut paths = vec![best.path.clone()];
    let mut others: Vec<_> = readings.iter().filter(|(reading, _)| reading.source == best.source).collect();
    others.sort_by_key(|entry| std::cmp::Reverse(count(entry)));
    for (reading, pages) in others {
        if !pages.iter().any(|page| covered.contains(page)) {
            paths.push(reading.path.clone());
            covered.extend(pages);
        }
    }
    Some(Layout { source: best.source.clone(), paths, source_locale: best.folder.map(str::to_owned) })
}

fn readings(page: &str, pages: &[String], exists: &impl Fn(&str) -> bool) -> Vec<Reading> {
    let parts: Vec<&str> = page.split('/').collect();
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate().take(parts.len() - 1) {
        if !is_language_tag(part) || SOURCE_FOLDERS.contains(part) {
            continue;
        }
        let before = prefix(&parts[..at]);
        for skipped in at + 1..parts.len() {
            let (between, rest) = (prefix(&parts[at + 1..skipped]), parts[skipped..].join("/"));
            let path = format!("{before}{{locale}}/{between}{{page}}");
            let plain = [before.clone(), "docs/".to_owned(), format!("{before}docs/")];
            let own = SOURCE_FOLDERS.iter().map(|folder| (format!("{before}{folder}/{between}"), Some(*folder)));
            for (folder, locale) in plain.into_iter().map(|folder| (folder, None)).chain(own) {
                let source = format!("{folder}{rest}");
                // What is skipped must not be taken for a part of the page's name where that is there too.
                if source != page && exists(&source) {
                    found.push(Reading { source: format!("{folder}{{page}}"), path: path.clone(), folder: locale });
                }
            }
        }
    }
    // `a.fr.md` beside `a.md`
    let name = parts.last().copied().unwrap_or_default();
    if let Some((stem, ending)) = name.rsplit_once('.')
        && let Some((own, locale)) = stem.rsplit_once('.')
        && is_language_tag(locale)
    {
        let folder = prefix(&parts[..parts.len() - 1]);
        if exists(&format!("{folder}{own}.{ending}")) {
            let top = pages.first().and_then(|first| Some(first.split_once('/')?.0)).filter(|top| {
                let below = format!("{top}/");
                pages.iter().all(|page| page.starts_with(&below))
            });
            let top = top.map_or_else(String::new, |top| format!("{top}/"));
            let path = format!("{top}{{page}}.{{locale}}");
            found.push(Reading { source: format!("{top}{{page}}"), path, folder: None });
        }
    }
    found.sort();
    found.dedup();
    found
}

fn prefix(parts: &[&str]) -> String {
    parts.iter().flat_map(|part| [*part, "/"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(all: &[&str]) -> String {
        let pages: Vec<String> = all.iter().map(|page| (*page).to_owned()).collect();
        let layout = detect(&pages, |path| all.contains(&path));
        layout.map_or_else(
            || "none".to_owned(),
            |layout| format!("{} <- {} {}", layout.source, layout.paths.join(", "), layout.source_locale.is_some()),
        )
    }

    #[test]
    fn layouts() {
        for (pages, expected) in [
            (
                &["docs/a.md", "docs/fr/a.md", "docs/x/b.md", "docs/fr/x/b.md"][..],
                "docs/{page} <- docs/{locale}/{page} false",
            ),
            (&["a.md", "pt-BR/a.md"], "{page} <- {locale}/{page} false"),
            (&["content/en/a.md", "content/fr/a.md"], "content/en/{page} <- content/{locale}/{page} true"),
            (
                &["docs/a.mdx", "docs/b/c.mdx", "i18n/fr/docusaurus-plugin-content-docs/current/b/c.mdx"],
                "docs/{page} <- i18n/{locale}/docusaurus-plugin-content-docs/current/{page} false",
            ),
            (
                &["docs/a.md", "docs/a.fr.md", "docs/x/a.ja.md", "docs/x/a.md"],
                "docs/{page} <- docs/{page}.{locale} false",
            ),
            (
                &["src/content/docs/a.mdx", "src/content/docs/de/a.mdx"],
                "src/content/docs/{page} <- src/content/docs/{locale}/{page} false",
            ),
            (&["docs/a.md", "docs/cli/b.md"], "none"),
            (&["README.md"], "none"),
        ] {
            assert_eq!(detected(pages), expected, "{pages:?}");
        }
    }
}
