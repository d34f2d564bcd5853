//! A model's way out of the list and into that of the retired ones, with its comments.

use super::block::{Around, Block, insert_block};
use super::layout::{Entry, Layout, Node};
use super::look::{Align, Spacing};
use super::splice::{Element, has_own_lines, insert_element, insert_lines, remove_block, remove_element};
use super::tree::{Listing, runs};
use super::{MODEL, RETIRED};
use crate::text::Edit;
use std::ops::Range;

/// The comments of a model that go with it.
#[derive(Default)]
pub(super) struct Moved {
    /// Right above it.
    pub(super) above: Comments,
    /// Behind its header.
    pub(super) on_header: Option<String>,
    /// Behind its id, or behind the whole inline table.
    pub(super) on_id: Option<String>,
    /// Right below it.
    pub(super) below: Comments,
}

/// Lines of comment.
#[derive(Default)]
pub(super) struct Comments {
    /// The first, from 0.
    pub(super) start: Option<usize>,
    /// What they say.
    pub(super) lines: Vec<String>,
}

impl Comments {
    fn add(&mut self, layout: &Layout<'_>, lines: Range<usize>) {
        for line in lines {
            self.start.get_or_insert(line);
            let text = &layout.text[layout.start_of(line)..layout.start_of(line + 1)];
            self.lines.push(text.trim().to_owned());
        }
    }
}

/// The edits that take a model out of the list, and the comments that are to go with it.
pub(super) fn take_out(layout: &Layout<'_>, listing: &Listing<'_>, index: usize) -> (Vec<Edit>, Moved) {
    let mut moved = Moved::default();
    let comment =
        |offset: usize| layout.comment_on(layout.line(offset)).map(|span| layout.text[span.clone()].to_owned());
    let edits = match listing {
        Listing::Absent => Vec::new(),
        Listing::Tables(tables) => {
            let all = runs(layout, &tables[index]);
            for run in &all {
                moved.above.add(layout, run.whole.start..run.code.start);
                moved.below.add(layout, run.code.end..run.whole.end);
            }
            let section = &layout.sections[tables[index][0]];
            moved.on_header = section.header.as_ref().and_then(|header| comment(header.span.start));
            let id = section.entries.iter().find(|entry| entry.keys.len() == 1 && entry.keys[0].name == "id");
            moved.on_id = id.and_then(|entry| comment(entry.span().end - 1));
            all.into_iter().map(|run| remove_block(layout, run.whole)).collect()
        }
        Listing::Inline(entry, nodes) => {
            let edit = remove_element(layout, &entry.value, index);
            let start = layout.line(nodes[index].span.start);
            if has_own_lines(layout, &entry.value, index) {
                moved.above.add(layout, layout.lead(start)..start);
                moved.on_id = comment(edit.range.end.max(1) - 1);
            }
            vec![edit]
        }
    };
    (edits, moved)
}

/// The edits that add a retired model, as the last one.
pub(super) fn retired_edits(layout: &Layout<'_>, block: &Block) -> Vec<Edit> {
    let listing = Listing::of(layout, "retired");
    let models = Listing::of(layout, "models");
    let around = Around::of(layout, &listing, listing.len(), RETIRED);
    match (&listing, &models) {
        (Listing::Tables(tables), _) => {
            let like = &layout.sections[tables[tables.len() - 1][0]];
            vec![insert_block(layout, tables, tables.len(), true, block.lines(&around, like, "retired"))]
        }
        (Listing::Inline(entry, nodes), _) => {
            let text = block.inline(&around, nodes.last());
            let element =
                Element { text: &text, lead: &block.above, comment: block.remarks.first().map(|(_, c)| c.as_str()) };
            insert_element(layout, &entry.value, nodes.len(), &element)
        }
        (Listing::Absent, Listing::Tables(tables)) => {
            let around = Around { order: around.order, ..Around::of(layout, &models, models.len(), MODEL) };
            let like = &layout.sections[tables[tables.len() - 1][0]];
            vec![insert_block(layout, tables, tables.len(), true, block.lines(&around, like, "retired"))]
        }
        (Listing::Absent, Listing::Inline(entry, nodes)) => {
            let around = Around { order: around.order, ..Around::of(layout, &models, models.len(), MODEL) };
            vec![retired_array(layout, entry, nodes.last(), &around, block)]
        }
        (Listing::Absent, Listing::Absent) => Vec::new(),
    }
}

/// `retired = [ … ]` below `models = [ … ]`.
fn retired_array(
    layout: &Layout<'_>,
    models: &Entry,
    like: Option<&Node>,
    around: &Around<'_, '_>,
    block: &Block,
) -> Edit {
    let span = models.span();
    let outer = layout.indent(span.start).unwrap_or("");
    let key = Align::of(layout, std::slice::from_ref(models));
    let own = like.filter(|like| layout.line(like.span.start) > layout.line(models.value.span.start));
    let indent = own.and_then(|like| layout.indent(like.span.start));
    let text =
        block.inline(around, like.filter(|like| Spacing::of(layout.text, like).is_some_and(|s| s.is_on_one_line())));
    let lines = match indent {
        Some(indent) => {
            let remark = block.remarks.first().map(|(_, remark)| format!(" {remark}")).unwrap_or_default();
            let mut lines = vec![format!("{outer}{}", key.line("retired", "["))];
            lines.extend(block.above.iter().map(|line| format!("{indent}{line}")));
            lines.extend([format!("{indent}{text},{remark}"), format!("{outer}]")]);
            lines
        }
        None => vec![format!("{outer}{}", key.line("retired", &format!("[{text}]")))],
    };
    insert_lines(layout, layout.line(span.end - 1) + 1, &lines)
}
