//! Finds the source page of every translation of a run, and the translations that lost all their markers.
//!
//! What differs between the two is the library's to say. A source page that is no part of the run is read for this alone.

use super::find::{self, Found, Page};
use super::twins::{OnDisk, twins};
use super::{Project, in_parallel};
use moonsync::diagnostic::Diagnostic;
use moonsync::plan::{self, Options, PageInput, PagePlan, parity::parity};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A page in several languages, as far as it concerns the run.
#[derive(Default)]
struct Group {
    /// The source page and the translations of the run, by index.
    source: Option<usize>,
    translations: Vec<usize>,
    /// Whether more than one page could be the source page.
    ambiguous: bool,
    /// Translations that hold no marker, and so are no pages of the run.
    bare: BTreeSet<PathBuf>,
}

/// What of the translations of a run is not as in their source pages. The pages of `found` and the plans go together.
pub(crate) fn warnings(project: &Project, found: &Found, plans: &[PagePlan], threads: usize) -> Vec<Diagnostic> {
    let groups = twins(&found.pages).into_iter();
    let mut groups: BTreeMap<(PathBuf, String), Group> = groups
        .map(|twins| {
            let (source, ambiguous) = (twins.source(), twins.sources.len() > 1);
            let group = Group { source, ambiguous, translations: twins.translations, bare: BTreeSet::new() };
            ((twins.base, twins.name), group)
        })
        .collect();
    for (file, place) in bare(project, found, &groups, plans) {
        groups.entry(place).or_default().bare.insert(file);
    }
    groups.retain(|_, group| !(group.ambiguous || group.translations.is_empty() && group.bare.is_empty()));

    let absent: Vec<_> = groups.iter().filter(|(_, group)| group.source.is_none()).map(|(place, _)| place).collect();
    let beside = in_parallel(&absent, threads, |(base, name)| source_beside(project, base, name));
    let beside: BTreeMap<_, _> = absent.into_iter().zip(beside).collect();
    let mut warnings = Vec::new();
    for (place, group) in &groups {
        let source = match group.source {
            Some(source) => Some(&plans[source]),
            None => beside.get(place).and_then(Option::as_ref),
        };
        let Some(source) = source else { continue };
        warnings.extend(group.translations.iter().flat_map(|translation| parity(source, &plans[*translation])));
        warnings.extend(
            group.bare.iter().filter_map(|file| plan_beside(project, file)).flat_map(|bare| parity(source, &bare)),
        );
    }
    warnings
}

/// The translations that hold no marker, by file, with their place: those of the source pages that hold regions, and
/// those that were named outright.
fn bare(
    project: &Project,
    found: &Found,
    groups: &BTreeMap<(PathBuf, String), Group>,
    plans: &[PagePlan],
) -> BTreeMap<PathBuf, (PathBuf, String)> {
    let mut bare = BTreeMap::new();
    if found.targets.is_empty() {
        return bare;
    }
    let read: BTreeSet<&Path> = found.pages.iter().map(|page| page.file.as_path()).collect();
    let mut on_disk = OnDisk::new(project);
    for ((base, name), group) in groups {
        let Some(source) = group.source else { continue };
        if plans[source].regions.is_empty() || plans[source].is_faulty() {
            continue;
        }
        let in_run = |locale: &str| {
            let mut known = group.translations.iter().filter_map(|page| found.pages[*page].input.locale.as_deref());
            known.any(|known| known.eq_ignore_ascii_case(locale))
        };
        for (_, file) in on_disk.translations(base, name).into_iter().filter(|(locale, _)| !in_run(locale)) {
            if let Ok(file) = fs::canonicalize(file) {
                bare.insert(file, (base.clone(), name.clone()));
            }
        }
    }
    for file in found.targets.iter().filter(|target| !read.contains(target.as_path()) && target.is_file()) {
        let page = project.page(file, file, String::new(), "".into());
        if let Page { input: PageInput { locale: Some(_), name: Some(name), .. }, base: Some(base), .. } = page {
            bare.insert(file.clone(), (base, name));
        }
    }
    bare.retain(|file, _| !read.contains(file.as_path()));
    let reached = find::reached(project, &found.targets, &bare.keys().cloned().collect());
    bare.retain(|file, _| reached.contains(file));
    bare
}

/// A source page that is no part of the run, planned for comparison; not one that the configuration leaves out.
fn source_beside(project: &Project, base: &Path, name: &str) -> Option<PagePlan> {
    let file = project.source_on_disk(base, name)?;
    let excluded = project.path_from_root(&file, &file).is_some_and(|rel| project.config.excludes(&rel));
    if excluded { None } else { plan_beside(project, &file) }
}

fn plan_beside(project: &Project, file: &Path) -> Option<PagePlan> {
    let page = project.read_beside(file)?;
    Some(plan::plan_page(&project.catalog, &page.input, Options::default()))
}
