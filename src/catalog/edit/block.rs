//! Tables that are to be added to a list, in the look of those around them: as lines, or inline.

use super::layout::{Layout, Node, NodeKind, Section};
use super::look::{Align, Look, Spacing, key as key_of, table};
use super::splice::insert_lines;
use super::tree::{Listing, Owner, Run, Scope, runs};
use crate::content::Value;
use crate::text::Edit;
use std::collections::BTreeMap;

/// A value that a new table is to hold.
#[derive(Debug, Clone)]
pub(super) enum Said {
    /// A value.
    Value(Value),
    /// A day, as TOML writes it.
    Day(String),
}

impl Said {
    fn write(&self, look: &Look) -> String {
        match self {
            Self::Value(value) => look.write(value),
            Self::Day(day) => day.clone(),
        }
    }
}

/// The tables around one that is to be added or changed, nearest first, and what they have in common.
pub(super) struct Around<'l, 't> {
    /// The text.
    pub(super) layout: &'l Layout<'t>,
    /// The tables.
    pub(super) scopes: Vec<Scope<'l>>,
    /// How values are spelled.
    pub(super) look: Look,
    /// In which order keys stand.
    pub(super) order: Vec<String>,
}

impl<'l, 't> Around<'l, 't> {
    pub(super) fn of(layout: &'l Layout<'t>, listing: &Listing<'l>, near: usize, canonical: &[&str]) -> Self {
        let mut indexes: Vec<usize> = (0..listing.len()).collect();
        indexes.sort_by_key(|index| (index.abs_diff(near), *index > near));
        let scopes: Vec<Scope<'l>> = indexes.into_iter().map(|index| listing.scope(layout, index)).collect();
        let entries = scopes.iter().flat_map(|scope| scope.parts.iter().flat_map(|part| part.entries));
        let look = Look::of(layout, entries);
        let order = order(&scopes, canonical);
        Self { layout, scopes, look, order }
    }

    /// How the nearest table that has one spells a table within it: this one, or else any.
    fn form(&self, key: &str) -> Form<'l> {
        let own = self.scopes.iter().find_map(|scope| {
            let others = scope.keys().into_iter().filter(|other| *other != key);
            std::iter::once(key).chain(others).find_map(|key| form(scope, key))
        });
        own.unwrap_or(Form::Inline)
    }
}

/// How a table within a model is spelled, where it has it.
fn form<'l>(scope: &Scope<'l>, key: &str) -> Option<Form<'l>> {
    if let Some(leaf) = scope.find(&[key]) {
        return matches!(leaf.entry.value.kind, NodeKind::Inline(..)).then_some(Form::Inline);
    }
    if let Some(Owner::Section(section)) = scope.part(&[key]).map(|part| part.owner) {
        return Some(Form::Section(section));
    }
    (!scope.children(&[key]).is_empty()).then_some(Form::Dotted)
}

/// How a table within a model is spelled.
enum Form<'l> {
    /// `cost = { input = 1 }`
    Inline,
    /// `cost.input = 1`
    Dotted,
    /// `[models.cost]`, as this section.
    Section(&'l Section),
}

/// The order of keys: that of the nearest table, then what others have in theirs, then the canonical one.
fn order(scopes: &[Scope<'_>], canonical: &[&str]) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    let own = scopes.iter().map(Scope::order);
    for keys in own.chain([canonical.to_vec()]) {
        let mut after = 0;
        for key in keys {
            match order.iter().position(|known| known == key) {
                Some(at) => after = at + 1,
                None => {
                    order.insert(after, key.to_owned());
                    after += 1;
                }
            }
        }
    }
    order
}

/// Keys and values of a table within a model.
type Members = [(String, Value)];

/// A table that is to be added.
#[derive(Default)]
pub(super) struct Block {
    /// Keys and values.
    pub(super) said: Vec<(&'static str, Said)>,
    /// What stands behind the value of a key.
    pub(super) remarks: Vec<(&'static str, String)>,
    /// Lines of comment above the header.
    pub(super) above: Vec<String>,
    /// The comment behind the header.
    pub(super) on_header: Option<String>,
    /// Lines of comment below the last key.
    pub(super) below: Vec<String>,
}

impl Block {
    /// What is said, in the order of the tables around it.
    fn ordered<'b>(&'b self, around: &'b Around<'_, '_>) -> impl Iterator<Item = &'b (&'static str, Said)> {
        around.order.iter().filter_map(|key| self.said.iter().find(|(said, _)| said == key))
    }

    /// The rows of the table's own entries, tables within it written inline or dotted.
    fn rows(&self, around: &Around<'_, '_>, sections: bool) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        for (key, said) in self.ordered(around) {
            match (said, around.form(key)) {
                (Said::Value(Value::Object(members)), Form::Dotted) if !members.is_empty() => {
                    let member =
                        |(name, value): &(String, Value)| (format!("{key}.{}", key_of(name)), around.look.write(value));
                    rows.extend(members.iter().map(member));
                }
                (Said::Value(Value::Object(_)), Form::Section(_)) if sections => {}
                _ => rows.push(((*key).to_owned(), said.write(&around.look))),
            }
        }
        rows
    }

    /// The lines of `[[name]]`, spelled as `like` is.
    pub(super) fn lines(&self, around: &Around<'_, '_>, like: &Section, name: &str) -> Vec<String> {
        let layout = around.layout;
        let indent = |offset: usize| layout.indent(offset).unwrap_or("");
        let head = |section: &Section| section.header.as_ref().map_or("", |header| indent(header.span.start));
        let inner = |section: &Section| {
            section.entries.first().map_or_else(|| head(section), |entry| indent(entry.span().start)).to_owned()
        };
        let outer = head(like);
        let mut lines: Vec<String> = self.above.iter().map(|line| format!("{outer}{line}")).collect();
        let comment = |comment: Option<&String>| comment.map(|comment| format!(" {comment}")).unwrap_or_default();
        lines.push(format!("{outer}{}{}", header_like(layout, like, name), comment(self.on_header.as_ref())));
        let rows = self.rows(around, true);
        let align = Align::of(layout, &like.entries).for_keys(rows.iter().map(|(key, _)| key.as_str()));
        for (key, value) in &rows {
            let remark = self.remarks.iter().find(|(known, _)| known == key).map(|(_, remark)| remark);
            lines.push(format!("{}{}{}", inner(like), align.line(key, value), comment(remark)));
        }
        let mut sections: Vec<(usize, &str, &Section, &Members)> = Vec::new();
        for (key, said) in self.ordered(around) {
            if let (Said::Value(Value::Object(members)), Form::Section(section)) = (said, around.form(key)) {
                let at = section.span().map_or(0, |span| layout.line(span.start));
                sections.push((at, key, section, members));
            }
        }
        sections.sort_by_key(|section| section.0);
        for (at, key, section, members) in sections {
            lines.extend(vec![String::new(); layout.blank_above(layout.lead(at))]);
            lines.push(format!("{}{}", head(section), header_like(layout, section, &format!("{name}.{key}"))));
            let rows: Vec<(String, String)> =
                members.iter().map(|(name, value)| (key_of(name), around.look.write(value))).collect();
            let align = Align::of(layout, &section.entries).for_keys(rows.iter().map(|(key, _)| key.as_str()));
            lines.extend(rows.iter().map(|(key, value)| format!("{}{}", inner(section), align.line(key, value))));
        }
        lines.extend(self.below.iter().map(|line| format!("{outer}{line}")));
        lines
    }

    /// The inline table, spelled as `like` is.
    pub(super) fn inline(&self, around: &Around<'_, '_>, like: Option<&Node>) -> String {
        let text = around.layout.text;
        let spacing = like.and_then(|like| Spacing::of(text, like)).unwrap_or_else(|| around.look.spacing(false));
        let rows = self.rows(around, false);
        match like.map(|like| &like.kind) {
            Some(NodeKind::Inline(entries, _)) if spacing.comma.contains('\n') => {
                let align = Align::of(around.layout, entries).for_keys(rows.iter().map(|(key, _)| key.as_str()));
                let lines: Vec<String> = rows.iter().map(|(key, value)| align.line(key, value)).collect();
                format!("{{{}{}{}}}", spacing.open, lines.join(&spacing.comma), spacing.close)
            }
            _ => table(&rows, &spacing),
        }
    }
}

/// The header of a section, as the header of another table.
fn header_like(layout: &Layout<'_>, section: &Section, path: &str) -> String {
    let keys = section.header.as_ref().map(|header| (header.keys.first(), header.keys.last(), &header.span));
    let Some((Some(first), Some(last), span)) = keys else { return format!("[[{path}]]") };
    if section.path().join(".") == path {
        return layout.text[span.clone()].to_owned();
    }
    format!("{}{path}{}", &layout.text[span.start..first.span.start], &layout.text[last.span.end..span.end])
}

/// Adds a table among those of `[[…]]`, below the one before `index`, or above that at `index`.
pub(super) fn insert_block(
    layout: &Layout<'_>,
    tables: &[Vec<usize>],
    index: usize,
    below: bool,
    block: Vec<String>,
) -> Edit {
    let all: Vec<_> = tables.iter().map(|sections| runs(layout, sections)).collect();
    let blank = blank_between(layout, &all);
    let blank = vec![String::new(); blank];
    if below {
        let end = index.checked_sub(1).and_then(|at| all[at].last()).map_or(layout.line_count(), |run| run.whole.end);
        let follows = end < layout.line_count() && layout.blank_from(end) == 0;
        let lines = [blank.clone(), block, if follows { blank } else { Vec::new() }].concat();
        insert_lines(layout, end, &lines)
    } else {
        let start = all[index].first().map_or(layout.line_count(), |run| run.whole.start);
        insert_lines(layout, start, &[block, blank].concat())
    }
}

/// How many blank lines stand between tables of `[[…]]`.
fn blank_between(layout: &Layout<'_>, all: &[Vec<Run>]) -> usize {
    let above = |runs: &Vec<Run>| runs.first().map_or(0, |run| layout.blank_above(run.whole.start));
    match all {
        [] => 1,
        [only] => above(only).min(1),
        [_, rest @ ..] => {
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            rest.iter().for_each(|runs| *counts.entry(above(runs)).or_default() += 1);
            let best = counts.values().copied().max().unwrap_or(0);
            counts.into_iter().find(|(_, count)| *count == best).map_or(1, |(blank, _)| blank)
        }
    }
}
