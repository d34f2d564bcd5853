//! Lists of prose and sequences of YAML.

use super::Said;
use super::differences::{align, changed};
use crate::catalog::Family;
use crate::content::Inline;
use crate::shape::inline::{self, Position};
use crate::shape::{list, sequence};
use std::collections::{HashMap, HashSet, VecDeque};

/// What a list is held against: the items, each with the id of its model.
pub(super) struct Lists<'a> {
    pub(super) family: &'a Family,
    pub(super) items: &'a [(String, Inline)],
    pub(super) rewrite: bool,
}

impl Lists<'_> {
    /// Compares a list of prose with the catalog. `page` gives the look of another list if the body has none.
    pub(super) fn markdown(&self, body: &str, page: impl FnOnce() -> Option<list::Look>) -> Said {
        let old = list::read(body);
        let found: Vec<(Option<&Inline>, &str)> =
            old.items.iter().map(|item| (item.content.as_ref(), item.source.as_str())).collect();
        let mut said = self.compare(&found);
        said.removed.extend(old.foreign.iter().cloned());
        let mut sources: HashMap<&Inline, &str> = HashMap::new();
        for (content, source) in &found {
            if let (Some(content), false) = (content, source.is_empty()) {
                sources.entry(content).or_insert(source);
            }
        }
        let lines: Vec<String> = self
            .items
            .iter()
            .map(|(_, wanted)| match sources.get(wanted) {
                Some(source) if !self.rewrite => (*source).to_owned(),
                _ => inline::write(wanted, Position::Item),
            })
            .collect();
        let look = old.look.or_else(page).unwrap_or_default();
        said.look.push(("bullet", format!("{:?}", list::write(&[String::new()], &look).trim_end())));
        said.look.push(("list", if look.loose { "loose" } else { "tight" }.to_owned()));
        said.text = list::write(&lines, &look);
        said
    }

    /// Compares a sequence of YAML with the catalog.
    pub(super) fn sequence(&self, body: &str) -> Said {
        let old = sequence::read(body);
        let values: Vec<Option<Inline>> =
            old.items.iter().map(|item| item.value.as_ref().map(|value| self.as_wanted(value))).collect();
        let found: Vec<(Option<&Inline>, &str)> =
            values.iter().zip(&old.items).map(|(value, item)| (value.as_ref(), item.source.as_str())).collect();
        let mut said = self.compare(&found);
        said.removed.extend(old.foreign.iter().cloned());
        let look = old.look.unwrap_or_default();
        let mut sources: HashMap<&str, &str> = HashMap::new();
        for item in &old.items {
            if let (Some(value), false) = (&item.value, item.source.is_empty()) {
                sources.entry(value).or_insert(&item.source);
            }
        }
        let lines: Vec<String> = self
            .items
            .iter()
            .map(|(_, wanted)| match sources.get(wanted.text()) {
                Some(source) if !self.rewrite => (*source).to_owned(),
                _ => sequence::scalar(wanted.text(), &look),
            })
            .collect();
        said.look.push(("list", "a YAML sequence".to_owned()));
        said.text = sequence::write(&lines, &look);
        said
    }

    /// A string of a data format: there is no code there, so that it is compared by its text.
    fn as_wanted(&self, value: &str) -> Inline {
        let wanted = self.items.iter().map(|(_, item)| item).find(|item| item.text() == value);
        wanted.cloned().unwrap_or_else(|| Inline::Text(value.to_owned()))
    }

    fn compare(&self, found: &[(Option<&Inline>, &str)]) -> Said {
        let mut said = Said::default();
        let mut names: HashMap<&str, VecDeque<&str>> = HashMap::new();
        for model in &self.family.models {
            names.insert(&model.id, VecDeque::from([model.id.as_str()]));
        }
        let mut named: HashSet<&str> = HashSet::new();
        for (id, item) in self.items {
            let ids = names.entry(item.text()).or_default();
            if named.insert(item.text()) {
                ids.clear();
            }
            ids.push_back(id);
        }
        // Two models may have one name: the first item of that name is the first model's.
        let mut id_of = |text: &str| {
            let ids = names.get_mut(text)?;
            if ids.len() > 1 { ids.pop_front() } else { ids.front().copied() }
        };
        let wanted: Vec<&str> = self.items.iter().map(|(id, _)| id.as_str()).collect();
        let shown: Vec<&str> = found
            .iter()
            .map(|(content, source)| match content {
                Some(content) if content.text().is_empty() => "an empty item",
                Some(content) => id_of(content.text()).unwrap_or(content.text()),
                None if source.is_empty() => "an item of several lines",
                None => source,
            })
            .collect();
        for (at, place) in align(&wanted, &shown, &mut said.drift) {
            let (id, item) = &self.items[at];
            if let (Some(content), _) = found[place]
                && content != item
            {
                said.drift.push(changed(id, "item", content.to_string(), item.to_string()));
            }
        }
        said
    }
}
