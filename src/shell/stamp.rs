//! `refresh_source_hash`: finds the source page that the stamp of a translation names, and the revision of it.

use super::Project;
use super::find::Page;
use super::{git, paths};
use moonsync::plan::{self, Options, PageInput, PagePlan};
use moonsync::stamp::{self, Kept, Stamp};
use moonsync::text::visible;
use std::collections::HashMap;

/// What became of the stamps of a run.
#[derive(Debug, Default)]
pub(crate) struct Stamped {
    /// Those that keep another stamp, with the reason.
    pub(crate) kept: Vec<(String, Kept)>,
}

impl Stamped {
    /// The translations that keep a stamp which is not that of their source page, one a line.
    pub(crate) fn report(&self) -> String {
        let line = |(path, why): &(String, Kept)| format!("{}: stamp kept: {why}\n", visible(path));
        self.kept.iter().map(line).collect()
    }
}

/// Refreshes the stamps of the translations of a run, where the configuration wants it. The pages and the plans go
/// together. What a plan gets is one more edit, outside its regions.
pub(crate) fn refresh(project: &Project, pages: &[Page], plans: &mut [PagePlan]) -> Stamped {
    let mut stamped = Stamped::default();
    if !project.config.translations.refresh_source_hash {
        return stamped;
    }
    let mut sources = Sources { project, pages, known: HashMap::new(), hashes: HashMap::new() };
    for at in 0..pages.len() {
        if pages[at].input.locale.is_none() {
            continue;
        }
        let Some(stamp) = stamp::read(&pages[at].input.text) else { continue };
        let edit = match sources.source(&pages[at], &stamp) {
            None => Err(Kept::NoSource),
            Some(source) => sources.refresh(&plans[at], &stamp, source, &plans[source]),
        };
        match edit {
            Ok(edit) => {
                let plan = &mut plans[at];
                let place = plan.edits.partition_point(|other| other.range.start < edit.range.start);
                plan.edits.insert(place, edit);
                plan.stamped = true;
            }
            Err(Kept::Current) => {}
            Err(why) => stamped.kept.push((pages[at].input.path.clone(), why)),
        }
    }
    stamped
}

/// The source pages of a run.
struct Sources<'a> {
    project: &'a Project,
    pages: &'a [Page],
    /// The plan of the revision of a page that a stamp names.
    known: HashMap<(usize, String), Option<PagePlan>>,
    /// The hashes of a page as it was read, and as it is to be.
    hashes: HashMap<usize, (String, String)>,
}

impl Sources<'_> {
    /// The page of the run that a stamp names: by its path from the folder of the source pages, or from the root.
    fn source(&self, page: &Page, stamp: &Stamp) -> Option<usize> {
        let wanted = stamp.path.as_deref()?;
        let base = page.base.as_deref()?;
        let is_named = |other: &Page| {
            let rel = other.file.strip_prefix(base).map(paths::slashes).unwrap_or_default();
            let folder = self.project.config.translations.source.folder();
            rel == wanted || rel.strip_prefix(folder).is_some_and(|rel| rel.trim_start_matches('/') == wanted)
        };
        let sources = self.pages.iter().enumerate().filter(|(_, other)| other.input.locale.is_none());
        let mut named = sources.filter(|(_, other)| other.base.as_deref() == Some(base) && is_named(other));
        let (source, _) = named.next()?;
        named.next().is_none().then_some(source)
    }

    fn refresh(
        &mut self,
        translation: &PagePlan,
        stamp: &Stamp,
        at: usize,
        source: &PagePlan,
    ) -> Result<moonsync::text::Edit, Kept> {
        let (now, new) = self.hashes.entry(at).or_insert_with(|| {
            let now = stamp::hash(source.text.as_bytes());
            let new = source.new_text().map(|text| stamp::hash(text.as_bytes()));
            let new = new.unwrap_or_else(|| now.clone());
            (now, new)
        });
        let new = new.clone();
        if stamp.is_of(now) {
            return stamp::refresh(translation, stamp, source, source, &new);
        }
        if stamp.is_of(&new) {
            return Err(Kept::Current);
        }
        let (project, page) = (self.project, &self.pages[at]);
        let key = (at, stamp.hash.to_ascii_lowercase());
        let named = self.known.entry(key).or_insert_with_key(|(_, hash)| {
            let text = git::revision(&page.file, |text| stamp::hash(text) == *hash)?;
            let text = String::from_utf8(text).ok()?;
            let input = PageInput { text: text.into(), ..page.input.clone() };
            Some(plan::plan_page(&project.catalog, &input, Options::default()))
        });
        let named = named.as_ref().ok_or(Kept::UnknownRevision)?;
        stamp::refresh(translation, stamp, named, source, &new)
    }
}
