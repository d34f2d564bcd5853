//! The tables of a page as data, for what compares a page with its translation.

use super::PageInput;
use super::body::{Frame, Parts};
use super::table::{Owner, Tables};
use crate::catalog::{Catalog, Column, Kind, Region, Vocabulary};
use crate::page::{self, Form, Scan, Site};
use crate::render::words::Words;
use crate::shape::table::{self, ReadTable};

/// A table between the markers of a region.
#[derive(Debug, Clone)]
pub struct PageTable {
    /// The family, as an index into [`Catalog::families`].
    pub family: usize,
    /// The region's name, without its namespace.
    pub region: String,
    /// The line of its header, from 1; the rows begin two lines below.
    pub line: usize,
    /// Its cells.
    pub read: ReadTable,
    /// Whose row each row is: the id of a model, else what its first cell says; nothing for an empty row.
    pub owners: Vec<Option<String>>,
}

/// The tables of prose in the regions of a page, from top to bottom. A region with a fault has none.
#[must_use]
pub fn tables(catalog: &Catalog, page: &PageInput, scan: &Scan) -> Vec<PageTable> {
    let mut out = Vec::new();
    for found in scan.regions.iter().filter(|found| found.site == Site::Prose) {
        let family = &catalog.families[found.start.family];
        let Some(region) = family.region(&found.start.region).filter(|region| is_list(region)) else { continue };
        if page::whole_fence(scan, found).is_some() || page::swallowed(&page.text, scan, found).is_some() {
            continue;
        }
        let frame = Frame::of(&page.text, &scan.host, found.start.line);
        let parts = Parts::of(&page.text, &scan.host, found.body_lines(), Form::PROSE);
        let body = parts.text(&page.text, &scan.host, &frame);
        let Some(read) = table::read(&body) else { continue };
        let owners = Tables { family, region, rewrite: false }.owners(&read);
        let owners = owners.into_iter().zip(&read.rows).map(|(owner, row)| match owner {
            Owner::Model(model) => Some(model.id.clone()),
            Owner::Other(name) => row.iter().any(|cell| !cell.source.is_empty()).then_some(name),
        });
        out.push(PageTable {
            family: found.start.family,
            region: region.name.clone(),
            line: parts.core.start + read.at + 1,
            owners: owners.collect(),
            read,
        });
    }
    out
}

/// Which column each column of a table is: by its heading, by its values, or by its place. `like` are the columns of the
/// table in another language, where it has as many: they go before those of the catalog.
#[must_use]
pub fn columns(
    catalog: &Catalog,
    locale: Option<&str>,
    table: &PageTable,
    like: Option<&[Option<Column>]>,
) -> Vec<Option<Column>> {
    let family = &catalog.families[table.family];
    let Some(region) = family.region(&table.region) else { return vec![None; table.read.header.len()] };
    let tables = Tables { family, region, rewrite: false };
    let vocabulary = Vocabulary::of(&family.locales, locale.unwrap_or(&catalog.source_locale));
    let words = Words::new(vocabulary, locale.is_none());
    let like = like.filter(|like| like.len() == table.read.header.len());
    let expected = like.map_or_else(|| tables.expected(), <[_]>::to_vec);
    let mut known = tables.columns(&table.read, &tables.owners(&table.read), &words, &expected);
    for (at, column) in like.into_iter().flatten().enumerate() {
        if known[at].is_none() && !known.contains(column) {
            known[at] = *column;
        }
    }
    known
}

fn is_list(region: &Region) -> bool {
    matches!(region.kind, Kind::List { .. })
}
