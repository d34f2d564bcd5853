//! One page in its several languages: which pages of a run belong together, and where a twin lies on disk.

use super::find::{self, Page};
use super::locale::{self, Pattern};
use super::{Project, paths, read};
use moonsync::catalog::same_tag;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The pages of a run that are one page in several languages; pages are indices into those of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Twins {
    /// The folder that the patterns of the paths are seen from.
    pub(crate) base: PathBuf,
    /// The name of the page in every language.
    pub(crate) name: String,
    /// The pages in the source language: more than one where both `x.md` and `x/index.md` are there.
    pub(crate) sources: Vec<usize>,
    /// The pages in other languages.
    pub(crate) translations: Vec<usize>,
}

impl Twins {
    /// The source page, where there is exactly one.
    pub(crate) fn source(&self) -> Option<usize> {
        match self.sources[..] {
            [source] => Some(source),
            _ => None,
        }
    }
}

/// Puts the pages of a run together that are one page in several languages, by folder and name. A page whose path says
/// neither is left out.
pub(crate) fn twins<'p>(pages: impl IntoIterator<Item = &'p Page>) -> Vec<Twins> {
    let mut all: BTreeMap<(&Path, &str), Twins> = BTreeMap::new();
    for (number, page) in pages.into_iter().enumerate() {
        let (Some(base), Some(name)) = (&page.base, &page.input.name) else { continue };
        let twins = all.entry((base, name)).or_insert_with(|| Twins {
            base: base.clone(),
            name: name.clone(),
            sources: Vec::new(),
            translations: Vec::new(),
        });
        match page.input.locale {
            None => twins.sources.push(number),
            Some(_) => twins.translations.push(number),
        }
    }
    all.into_values().collect()
}

/// The translations that lie on disk, with every folder of languages listed once.
pub(crate) struct OnDisk<'p> {
    project: &'p Project,
    locales: BTreeMap<(PathBuf, usize), Vec<String>>,
}

impl<'p> OnDisk<'p> {
    /// Nothing is listed yet.
    pub(crate) fn new(project: &'p Project) -> Self {
        Self { project, locales: BTreeMap::new() }
    }

    /// The languages that have the page of a name, each with its file, by language.
    pub(crate) fn translations(&mut self, base: &Path, name: &str) -> Vec<(String, PathBuf)> {
        let mut found: BTreeMap<String, PathBuf> = BTreeMap::new();
        for (number, pattern) in self.project.config.translations.paths.iter().enumerate() {
            let list = || self.project.locales_on_disk(base, pattern);
            for locale in self.locales.entry((base.to_owned(), number)).or_insert_with(list) {
                let mut files = stems(name).filter_map(|name| existing(&base.join(pattern.fill(&name, locale))));
                if let (Some(file), false) = (files.next(), found.contains_key(locale)) {
                    found.insert(locale.clone(), file);
                }
            }
        }
        found.into_iter().collect()
    }
}

impl Project {
    /// A page that is no part of the run, read for comparison alone; nothing where it cannot be read as text.
    pub(crate) fn read_beside(&self, file: &Path) -> Option<Page> {
        let bytes = read::bytes(file).ok()?;
        let text = find::Search::new(self).text_of(&bytes).ok()??;
        let path = self.place.relative(file);
        let real = fs::canonicalize(file).ok()?;
        Some(self.page(&path, &real, paths::display(&path), text))
    }

    /// The source page of a name, as it lies on disk.
    pub(crate) fn source_on_disk(&self, base: &Path, name: &str) -> Option<PathBuf> {
        let source = &self.config.translations.source;
        stems(name).find_map(|name| existing(&base.join(source.fill(&name, ""))))
    }

    /// The languages for which there are folders, by a pattern of paths; for a pattern such as `{page}.{locale}`, those
    /// that the catalog has words for.
    pub(crate) fn locales_on_disk(&self, base: &Path, pattern: &Pattern) -> Vec<String> {
        let known = |tag: &str| self.knows_locale(tag);
        let mut locales: Vec<String> = match pattern.locale_folder() {
            Some((folder, prefix, suffix)) => {
                let names = fs::read_dir(base.join(folder)).into_iter().flatten().flatten();
                let name = |entry: fs::DirEntry| {
                    let name = entry.file_name().into_string().ok()?;
                    let locale = name.strip_prefix(prefix)?.strip_suffix(suffix)?.to_owned();
                    let named = known(&locale) || locale::is_language_tag(&locale);
                    (named && entry.path().is_dir()).then_some(locale)
                };
                names.filter_map(name).collect()
            }
            None => {
                let families = self.catalog.families.iter();
                families.flat_map(|family| family.locales.iter()).map(|locale| locale.tag.clone()).collect()
            }
        };
        locales.retain(|locale| !locale.eq_ignore_ascii_case(&self.config.translations.source_locale));
        locales.sort_unstable();
        locales.dedup();
        locales
    }

    /// Whether the catalog has a file of words for a language.
    pub(crate) fn knows_locale(&self, tag: &str) -> bool {
        let mut locales = self.catalog.families.iter().flat_map(|family| family.locales.iter());
        locales.any(|locale| same_tag(&locale.tag, tag))
    }
}

/// The paths, without an ending, that a page of this name may have.
fn stems(name: &str) -> impl Iterator<Item = String> {
    [name.to_owned(), format!("{name}/index")].into_iter()
}

/// The page with this path but for its ending.
fn existing(stem: &Path) -> Option<PathBuf> {
    paths::PAGE_ENDINGS.iter().find_map(|ending| {
        let mut name = stem.as_os_str().to_owned();
        name.push(ending);
        let path = PathBuf::from(name);
        path.is_file().then_some(path)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::testing::{Tree, project};
    use moonsync::diagnostic::Sources;

    #[test]
    fn pages_of_one_name_are_twins() {
        let tree = Tree::new(&[
            ("docs/a.md", "k-ids"),
            ("docs/fr/a.mdx", "k-ids"),
            ("docs/pt-BR/a.md", "k-ids"),
            ("docs/b.md", "k-ids"),
            ("docs/b/index.md", "k-ids"),
            ("docs/cli/a.md", "k-ids"),
        ]);
        let project = project(&tree, "k");
        let found = find::pages(&project, &[tree.path("docs")], 1, &mut Sources::new());
        let shown = |number: &usize| {
            let page = &found.pages[*number].input;
            format!(
                "{}:{}",
                page.locale.as_deref().unwrap_or("-"),
                page.path.rsplit("docs/").next().unwrap_or_default()
            )
        };
        let groups: Vec<String> = twins(&found.pages)
            .iter()
            .map(|twins| {
                let pages: Vec<String> = twins.sources.iter().chain(&twins.translations).map(shown).collect();
                format!("{} {}", twins.name, pages.join(" "))
            })
            .collect();
        assert_eq!(groups, ["a -:a.md fr:fr/a.mdx pt-BR:pt-BR/a.md", "b -:b.md -:b/index.md", "cli/a -:cli/a.md"]);
    }

    #[test]
    fn twins_on_disk() {
        let tree = Tree::new(&[
            ("docs/a.md", ""),
            ("docs/fr/a.mdx", ""),
            ("docs/ja/a/index.md", ""),
            ("docs/cli/a.md", ""),
            ("docs/de/b.md", ""),
            ("docs/en/a.md", ""),
        ]);
        let project = project(&tree, "k");
        let base = tree.path("");
        let found = OnDisk::new(&project).translations(&base, "a");
        let found: Vec<_> = found
            .iter()
            .map(|(locale, file)| format!("{locale} {}", file.strip_prefix(&base).expect("below").display()))
            .collect();
        assert_eq!(found, ["fr docs/fr/a.mdx", "ja docs/ja/a/index.md"]);
        assert_eq!(project.source_on_disk(&base, "a"), Some(base.join("docs/a.md")));
        assert_eq!(project.source_on_disk(&base, "b"), None);
    }
}
