//! The TOML tree over a layout: which entry a path of keys leads to, however it is spelled, and where models stand.
//!
//! A path may be spelled with headers, dotted keys, inline tables, or a mix of them.

use super::layout::{Entry, Layout, Node, NodeKind, Section};
use std::ops::Range;

/// A part of the file that belongs to one table: the entries below a header, or the members of an inline table.
#[derive(Debug, Clone)]
pub(super) struct Part<'l> {
    /// The path of its entries, seen from the table.
    pub(super) prefix: Vec<&'l str>,
    /// Its entries.
    pub(super) entries: &'l [Entry],
    /// What holds them.
    pub(super) owner: Owner<'l>,
}

/// What holds entries.
#[derive(Debug, Clone, Copy)]
pub(super) enum Owner<'l> {
    /// A section: each entry has its lines.
    Section(&'l Section),
    /// An inline table.
    Inline(&'l Node),
}

/// A table, in all its parts.
#[derive(Debug, Clone)]
pub(super) struct Scope<'l> {
    /// The parts, in the order of the file.
    pub(super) parts: Vec<Part<'l>>,
}

/// An entry that a path leads to.
#[derive(Debug, Clone)]
pub(super) struct Leaf<'l> {
    /// The whole path, seen from the table.
    pub(super) path: Vec<&'l str>,
    /// The entry.
    pub(super) entry: &'l Entry,
    /// What holds it.
    pub(super) owner: Owner<'l>,
    /// Which of its entries it is.
    pub(super) index: usize,
}

impl<'l> Scope<'l> {
    /// The file's own table, without the models.
    pub(super) fn root(layout: &'l Layout<'_>) -> Self {
        let listed = |section: &Section| matches!(section.path().first(), Some(&("models" | "retired")));
        let sections = layout.sections.iter().filter(|section| !listed(section));
        Self { parts: sections.map(|section| part(section, 0)).collect() }
    }

    /// The table that an array of tables spells with these sections.
    fn of_sections(layout: &'l Layout<'_>, sections: &[usize]) -> Self {
        Self { parts: sections.iter().map(|at| part(&layout.sections[*at], 1)).collect() }
    }

    fn of_node(node: &'l Node) -> Self {
        let NodeKind::Inline(entries, _) = &node.kind else { return Self { parts: Vec::new() } };
        Self { parts: vec![Part { prefix: Vec::new(), entries, owner: Owner::Inline(node) }] }
    }

    /// Every entry, those of inline tables after the entry that holds them.
    pub(super) fn leaves(&self) -> Vec<Leaf<'l>> {
        let mut leaves = Vec::new();
        for part in &self.parts {
            add_leaves(&mut leaves, &part.prefix, part.entries, part.owner);
        }
        leaves
    }

    /// The entry of exactly this path.
    pub(super) fn find(&self, path: &[&str]) -> Option<Leaf<'l>> {
        self.leaves().into_iter().find(|leaf| leaf.path == path)
    }

    /// The keys that stand right below a path.
    pub(super) fn children(&self, path: &[&str]) -> Vec<&'l str> {
        let mut keys: Vec<&str> = Vec::new();
        for leaf in self.leaves() {
            if leaf.path.len() > path.len() && leaf.path.starts_with(path) && !keys.contains(&leaf.path[path.len()]) {
                keys.push(leaf.path[path.len()]);
            }
        }
        keys
    }

    /// The table's own keys, in the order of the file.
    pub(super) fn keys(&self) -> Vec<&'l str> {
        let mut keys: Vec<&str> = Vec::new();
        for part in &self.parts {
            let names = part.entries.iter().filter_map(|entry| entry.keys.first()).map(|key| key.name.as_str());
            let own: Vec<&str> = part.prefix.first().map_or_else(|| names.collect(), |first| vec![*first]);
            for key in own {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
        keys
    }

    /// The keys of the table's own entries, in their order: where sub-tables stand says nothing about that.
    pub(super) fn order(&self) -> Vec<&'l str> {
        let own = self.part(&[]).map_or(&[][..], |part| part.entries);
        own.iter().filter_map(|entry| entry.keys.first()).map(|key| key.name.as_str()).collect()
    }

    /// The part with exactly this prefix.
    pub(super) fn part(&self, prefix: &[&str]) -> Option<&Part<'l>> {
        self.parts.iter().find(|part| part.prefix == prefix)
    }
}

fn part(section: &Section, skip: usize) -> Part<'_> {
    let prefix = section.path().into_iter().skip(skip).collect();
    Part { prefix, entries: &section.entries, owner: Owner::Section(section) }
}

fn add_leaves<'l>(leaves: &mut Vec<Leaf<'l>>, prefix: &[&'l str], entries: &'l [Entry], owner: Owner<'l>) {
    for (index, entry) in entries.iter().enumerate() {
        let path: Vec<&str> = prefix.iter().copied().chain(entry.keys.iter().map(|key| key.name.as_str())).collect();
        leaves.push(Leaf { path: path.clone(), entry, owner, index });
        if let NodeKind::Inline(members, _) = &entry.value.kind {
            add_leaves(leaves, &path, members, Owner::Inline(&entry.value));
        }
    }
}

/// How the models, or the retired ones, are spelled.
#[derive(Debug, Clone)]
pub(super) enum Listing<'l> {
    /// Not at all.
    Absent,
    /// `[[models]]`, once a model, with the sections that belong to each.
    Tables(Vec<Vec<usize>>),
    /// `models = [ … ]`: the entry and the values of its array.
    Inline(&'l Entry, &'l [Node]),
}

impl<'l> Listing<'l> {
    /// How an array of tables of the file is spelled.
    pub(super) fn of(layout: &'l Layout<'_>, name: &str) -> Self {
        let mut tables: Vec<Vec<usize>> = Vec::new();
        for (at, section) in layout.sections.iter().enumerate() {
            let path = section.path();
            if path.first() != Some(&name) {
                continue;
            }
            match tables.last_mut() {
                Some(table) if path.len() > 1 => table.push(at),
                _ => tables.push(vec![at]),
            }
        }
        if !tables.is_empty() {
            return Self::Tables(tables);
        }
        match Scope::root(layout).find(&[name]) {
            Some(Leaf { entry, .. }) => match &entry.value.kind {
                NodeKind::Array(nodes, _) => Self::Inline(entry, nodes),
                _ => Self::Absent,
            },
            None => Self::Absent,
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Absent => 0,
            Self::Tables(tables) => tables.len(),
            Self::Inline(_, nodes) => nodes.len(),
        }
    }

    /// One of them, as a table.
    pub(super) fn scope(&self, layout: &'l Layout<'_>, index: usize) -> Scope<'l> {
        match self {
            Self::Absent => Scope { parts: Vec::new() },
            Self::Tables(tables) => Scope::of_sections(layout, tables.get(index).map_or(&[], Vec::as_slice)),
            Self::Inline(_, nodes) => nodes.get(index).map_or_else(|| Scope { parts: Vec::new() }, Scope::of_node),
        }
    }
}

/// The lines of a table of `[[…]]`: run by run, each with the comments that stand right above and right below it.
pub(super) fn runs(layout: &Layout<'_>, sections: &[usize]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut last = None;
    for at in sections {
        let Some(span) = layout.sections[*at].span() else { continue };
        let (first, end) = (layout.line(span.start), layout.line(span.end.max(1) - 1));
        match runs.last_mut() {
            Some(run) if last == at.checked_sub(1) => {
                run.code.end = end + 1;
                run.whole.end = layout.tail(end);
            }
            _ => runs.push(Run { whole: layout.lead(first)..layout.tail(end), code: first..end + 1 }),
        }
        last = Some(*at);
    }
    runs
}

/// Lines, from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// With the comments right above and right below.
    pub(super) whole: Range<usize>,
    /// Without them.
    pub(super) code: Range<usize>,
}
