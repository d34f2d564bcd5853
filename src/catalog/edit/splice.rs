//! Changes of a TOML text, as edits: a value replaced, a line or a member added or removed, a table added to a list.
//!
//! Each touches as few bytes as it can. What is to be said, and whether the result is right, is `edit`'s business.

use super::layout::{Entry, Layout, Node, NodeKind};
use super::look::{Align, Look, Spacing, key, table};
use super::tree::{Leaf, Owner, Scope, runs};
use crate::content::Value;
use crate::text::Edit;
use std::ops::Range;

/// A table whose keys are to be changed.
#[derive(Debug)]
pub(super) struct Site<'s, 'l, 't> {
    /// The text.
    pub(super) layout: &'l Layout<'t>,
    /// The table.
    pub(super) scope: Scope<'l>,
    /// How values are spelled around it.
    pub(super) look: &'s Look,
    /// The order that its keys have.
    pub(super) order: &'s [String],
}

impl<'l> Site<'_, 'l, '_> {
    /// Sets what a path leads to: where it stands, only its value changes.
    pub(super) fn set(&self, path: &[&str], value: &Value) -> Vec<Edit> {
        match self.scope.find(path) {
            Some(leaf) => {
                let text = self.look.like(self.layout, &leaf.entry.value).write(value);
                vec![Edit { range: leaf.entry.value.span.clone(), text }]
            }
            None => self.insert(path, value),
        }
    }

    fn insert(&self, path: &[&str], value: &Value) -> Vec<Edit> {
        let Some((name, parent)) = path.split_last() else { return Vec::new() };
        if parent.is_empty() {
            return self.insert_own(name, value);
        }
        let text = self.look.write(value);
        if let Some(Leaf { entry, .. }) = self.scope.find(parent)
            && let NodeKind::Inline(entries, _) = &entry.value.kind
        {
            let after = entries.len().checked_sub(1);
            return vec![self.member(&entry.value, after, &key(name), &text)];
        }
        let below = |leaf: &Leaf<'_>| leaf.path.len() > parent.len() && leaf.path.starts_with(parent);
        if let Some(part) = self.scope.part(parent)
            && let Owner::Section(section) = part.owner
        {
            let line = Align::of(self.layout, part.entries).line(&key(name), &text);
            let place = part.entries.last().map(Entry::span).or_else(|| section.span());
            return place.map(|place| self.line_after(&place, line)).into_iter().collect();
        }
        if let Some(leaf) = self.scope.leaves().into_iter().rfind(below) {
            let shared = leaf.entry.keys.len() + parent.len() - leaf.path.len();
            let keys = &leaf.entry.keys[..shared];
            let spelled = keys.first().zip(keys.last()).map(|(first, last)| first.span.start..last.span.end);
            let spelled = spelled.map_or("", |span| &self.layout.text[span]);
            let dotted = format!("{spelled}.{}", key(name));
            return match leaf.owner {
                Owner::Section(section) => {
                    let line = Align::of(self.layout, &section.entries).line(&dotted, &text);
                    vec![self.line_after(&leaf.entry.span(), line)]
                }
                Owner::Inline(node) => vec![self.member(node, Some(leaf.index), &dotted, &text)],
            };
        }
        let value = parent[1..].iter().rev().fold((name.to_string(), value.clone()), |(name, value), outer| {
            (outer.to_string(), Value::Object(vec![(name, value)]))
        });
        self.insert_own(parent[0], &Value::Object(vec![value]))
    }

    /// Adds one of the table's own keys, in its place in the order.
    fn insert_own(&self, name: &str, value: &Value) -> Vec<Edit> {
        let Some(part) = self.scope.part(&[]) else { return Vec::new() };
        let rank = |name: &str| self.order.iter().position(|known| known == name).unwrap_or(self.order.len());
        let own = rank(name);
        let before = part.entries.iter().enumerate().filter_map(|(at, entry)| {
            let rank = rank(&entry.keys.first()?.name);
            (rank <= own).then_some((rank, at))
        });
        let after = before.max().map(|(_, at)| at);
        let text = self.look.write(value);
        match part.owner {
            Owner::Inline(node) => vec![self.member(node, after, &key(name), &text)],
            Owner::Section(section) => {
                let line = Align::of(self.layout, part.entries).line(&key(name), &text);
                let header = section.header.as_ref().map(|header| header.span.clone());
                let place = after.map(|at| part.entries[at].span()).or(header);
                place.map(|place| self.line_after(&place, line)).into_iter().collect()
            }
        }
    }

    fn line_after(&self, place: &Range<usize>, line: String) -> Edit {
        let indent = self.layout.indent(place.start).unwrap_or("");
        insert_lines(self.layout, self.layout.line(place.end.max(1) - 1) + 1, &[format!("{indent}{line}")])
    }

    /// Adds a member to an inline table, after one of its members, or first.
    fn member(&self, node: &Node, after: Option<usize>, key: &str, value: &str) -> Edit {
        let entries = match &node.kind {
            NodeKind::Inline(entries, _) => entries.as_slice(),
            _ => &[],
        };
        let spacing = Spacing::of(self.layout.text, node);
        let spacing = spacing.unwrap_or_else(|| self.look.spacing(false));
        let member = (key.to_owned(), value.to_owned());
        let Some(next) = entries.get(after.map_or(0, |at| at + 1)) else {
            return match entries.last() {
                Some(last) => {
                    let end = last.span().end;
                    Edit { range: end..end, text: format!("{}{key}{}{value}", spacing.comma, spacing.eq) }
                }
                None => Edit { range: node.span.clone(), text: table(&[member], &spacing) },
            };
        };
        let start = next.span().start;
        Edit { range: start..start, text: format!("{key}{}{value}{}", spacing.eq, spacing.comma) }
    }

    /// Removes what a path leads to; where that empties an inline table, its key too. Dotted keys below it go one a call.
    pub(super) fn remove(&self, path: &[&str]) -> Vec<Edit> {
        if let Some(leaf) = self.scope.find(path) {
            let siblings = match leaf.owner {
                Owner::Inline(Node { kind: NodeKind::Inline(entries, _), .. }) => entries.len(),
                _ => 0,
            };
            return match (leaf.owner, path.split_last()) {
                (Owner::Inline(_), Some((_, parent))) if siblings == 1 && self.scope.find(parent).is_some() => {
                    self.remove(parent)
                }
                (Owner::Inline(node), _) => vec![remove_member(self.layout, node, leaf.index)],
                (Owner::Section(_), _) => {
                    let span = leaf.entry.span();
                    let lines = self.layout.line(span.start)..self.layout.line(span.end - 1) + 1;
                    vec![remove_lines(self.layout, lines)]
                }
            };
        }
        let mut edits = Vec::new();
        for (at, section) in self.layout.sections.iter().enumerate() {
            let belongs = |part: &&super::tree::Part<'_>| match part.owner {
                Owner::Section(owner) => std::ptr::eq(owner, section) && part.prefix.starts_with(path),
                Owner::Inline(_) => false,
            };
            if self.scope.parts.iter().any(|part| belongs(&part)) {
                edits.extend(runs(self.layout, &[at]).into_iter().map(|run| remove_block(self.layout, run.whole)));
            }
        }
        if edits.is_empty()
            && let Some(child) = self.scope.children(path).first()
        {
            return self.remove(&[path, &[*child]].concat());
        }
        edits.sort_by_key(|edit| edit.range.start);
        edits
    }

    /// Removes a value of the array that a path leads to.
    pub(super) fn remove_value(&self, path: &[&str], index: usize) -> Vec<Edit> {
        let leaf = self.scope.find(path);
        leaf.map(|leaf| remove_element(self.layout, &leaf.entry.value, index)).into_iter().collect()
    }

    /// Adds a value at the end of the array that a path leads to.
    pub(super) fn add_value(&self, path: &[&str], value: &Value) -> Vec<Edit> {
        let Some(leaf) = self.scope.find(path) else { return Vec::new() };
        let text = self.look.like(self.layout, &leaf.entry.value).write(value);
        let NodeKind::Array(nodes, _) = &leaf.entry.value.kind else { return Vec::new() };
        insert_element(self.layout, &leaf.entry.value, nodes.len(), &Element { text: &text, lead: &[], comment: None })
    }

    /// The entries that a path leads to, or that stand below it.
    pub(super) fn has(&self, path: &[&str]) -> bool {
        self.scope.find(path).is_some() || !self.scope.children(path).is_empty() || self.scope.part(path).is_some()
    }
}

/// Adds whole lines before a line.
pub(super) fn insert_lines(layout: &Layout<'_>, before: usize, lines: &[String]) -> Edit {
    let at = layout.start_of(before);
    let last = before.saturating_sub(1);
    let newline = layout.newline(last);
    let text = if before > 0 && layout.is_open(last) {
        lines.iter().flat_map(|line| [newline, line]).collect()
    } else {
        lines.iter().flat_map(|line| [line, newline]).collect()
    };
    Edit { range: at..at, text }
}

/// Removes whole lines.
fn remove_lines(layout: &Layout<'_>, lines: Range<usize>) -> Edit {
    Edit { range: layout.start_of(lines.start)..layout.start_of(lines.end), text: String::new() }
}

/// Removes whole lines, and blank ones around them so that as many are left as the more of both sides.
pub(super) fn remove_block(layout: &Layout<'_>, lines: Range<usize>) -> Edit {
    let (above, below) = (layout.blank_above(lines.start), layout.blank_from(lines.end));
    let last = lines.end + below >= layout.line_count();
    let lines = if last || above < below { lines.start - above..lines.end } else { lines.start..lines.end + below };
    remove_lines(layout, lines)
}

fn remove_member(layout: &Layout<'_>, node: &Node, index: usize) -> Edit {
    let (parts, commas): (Vec<Range<usize>>, &[usize]) = match &node.kind {
        NodeKind::Scalar(_) => (Vec::new(), &[]),
        NodeKind::Array(nodes, commas) => (nodes.iter().map(|node| node.span.clone()).collect(), commas),
        NodeKind::Inline(entries, commas) => (entries.iter().map(Entry::span).collect(), commas),
    };
    let part = parts[index].clone();
    let comma = |from: usize, to: usize| commas.iter().copied().find(|comma| (from..to).contains(comma));
    let range = match (index.checked_sub(1).map(|at| &parts[at]), parts.get(index + 1)) {
        (_, Some(next)) if layout.is_bare(part.end..next.start) => part.start..next.start,
        (_, Some(next)) => part.start..comma(part.end, next.start).map_or(part.end, |comma| comma + 1),
        (Some(previous), None) if layout.is_bare(previous.end..part.start) => previous.end..part.end,
        (Some(_), None) => part.start..comma(part.end, node.span.end).map_or(part.end, |comma| comma + 1),
        (None, None) => node.span.start + 1..node.span.end - 1,
    };
    Edit { range, text: String::new() }
}

/// A table to be added to an inline array.
#[derive(Debug)]
pub(super) struct Element<'e> {
    /// The inline table.
    pub(super) text: &'e str,
    /// Lines of comment to stand above it, where it has a line of its own.
    pub(super) lead: &'e [String],
    /// The comment to stand behind it, where it has a line of its own.
    pub(super) comment: Option<&'e str>,
}

/// Adds a value to an array, before the value `index`, or last.
pub(super) fn insert_element(layout: &Layout<'_>, array: &Node, index: usize, new: &Element<'_>) -> Vec<Edit> {
    let NodeKind::Array(nodes, commas) = &array.kind else { return Vec::new() };
    let lines = |indent: &str, comma: &str| {
        let comment = new.comment.map(|comment| format!(" {comment}")).unwrap_or_default();
        let lead = new.lead.iter().map(|line| format!("{indent}{line}"));
        lead.chain([format!("{indent}{}{comma}{comment}", new.text)]).collect::<Vec<_>>()
    };
    let spacing = Spacing::of(layout.text, array).filter(Spacing::is_on_one_line);
    let comma = spacing.map_or_else(|| ", ".to_owned(), |spacing| spacing.comma);
    if let Some(next) = nodes.get(index) {
        let start = next.span.start;
        return match (layout.indent(start), index) {
            // Where the values have lines of their own, the new one comes right below the one before it.
            (Some(indent), 1..) if ends_its_line(layout, array, index - 1) => {
                let line = layout.line(end_of(array, index - 1)) + 1;
                vec![insert_lines(layout, line, &lines(indent, ","))]
            }
            (Some(indent), 0) if layout.line(start) > layout.line(array.span.start) => {
                vec![insert_lines(layout, layout.lead(layout.line(start)), &lines(indent, ","))]
            }
            _ => vec![Edit { range: start..start, text: format!("{}{comma}", new.text) }],
        };
    }
    let Some(last) = nodes.last() else {
        let at = array.span.start + 1;
        return vec![Edit { range: at..at, text: new.text.to_owned() }];
    };
    let trailing = commas.last().is_some_and(|comma| *comma >= last.span.end);
    let missing = Edit { range: last.span.end..last.span.end, text: ",".to_owned() };
    match layout.indent(last.span.start) {
        Some(indent) if ends_its_line(layout, array, nodes.len() - 1) => {
            let line = layout.line(end_of(array, nodes.len() - 1)) + 1;
            let added = insert_lines(layout, line, &lines(indent, if trailing { "," } else { "" }));
            if trailing { vec![added] } else { vec![missing, added] }
        }
        _ => vec![Edit { range: last.span.end..last.span.end, text: format!("{comma}{}", new.text) }],
    }
}

/// Removes a value of an array, with its line and the comments right above it where it has a line of its own.
pub(super) fn remove_element(layout: &Layout<'_>, array: &Node, index: usize) -> Edit {
    let NodeKind::Array(nodes, _) = &array.kind else {
        return Edit { range: array.span.end..array.span.end, text: String::new() };
    };
    let start = nodes[index].span.start;
    if has_own_lines(layout, array, index) {
        let lines = layout.lead(layout.line(start))..layout.line(end_of(array, index)) + 1;
        return remove_lines(layout, lines);
    }
    remove_member(layout, array, index)
}

/// Where a value of an array ends, with its comma.
fn end_of(array: &Node, index: usize) -> usize {
    let NodeKind::Array(nodes, commas) = &array.kind else { return array.span.end };
    let next = nodes.get(index + 1).map_or(array.span.end, |next| next.span.start);
    let end = nodes[index].span.end;
    commas.iter().copied().find(|comma| (end..next).contains(comma)).unwrap_or(end - 1)
}

/// Whether a value of an array shares its lines with nothing but comments.
pub(super) fn has_own_lines(layout: &Layout<'_>, array: &Node, index: usize) -> bool {
    let NodeKind::Array(nodes, _) = &array.kind else { return false };
    let start = nodes[index].span.start;
    let own = layout.indent(start).is_some() && layout.line(start) > layout.line(array.span.start);
    own && ends_its_line(layout, array, index)
}

/// Whether nothing but a comment follows a value and its comma on their line.
fn ends_its_line(layout: &Layout<'_>, array: &Node, index: usize) -> bool {
    let NodeKind::Array(nodes, _) = &array.kind else { return false };
    let next = nodes.get(index + 1).map_or(array.span.end - 1, |next| next.span.start);
    layout.line(next) > layout.line(end_of(array, index))
}
