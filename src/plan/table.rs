//! Tables: which columns a page's table has, what its rows say, and the table as it should be.

use super::differences::{align, changed};
use super::{Difference, Said};
use crate::catalog::{Column, Family, Model, Region};
use crate::content::Inline;
#[cfg(test)]
use crate::render::cell::Cell;
use crate::render::cell::cell;
use crate::render::words::{Lesson, Words, input_lesson, reasoning_lesson};
use crate::shape::inline::{self, Position};
use crate::shape::table::{self, Align, Look, ReadTable};
use std::collections::HashMap;

/// Whose row it is: a model that is listed, or something else by its name.
#[derive(Debug, Clone)]
pub(super) enum Owner<'a> {
    Model(&'a Model),
    Other(String),
}

/// What a table is held against.
pub(super) struct Tables<'a> {
    pub(super) family: &'a Family,
    pub(super) region: &'a Region,
    pub(super) rewrite: bool,
}

impl<'a> Tables<'a> {
    /// Compares a body with the catalog, and writes it anew where they differ. `words` learns from the old table.
    pub(super) fn plan(&self, body: &str, words: &mut Words<'_>) -> Said {
        let old = table::read(body);
        let owners = old.as_ref().map(|old| self.owners(old)).unwrap_or_default();
        let expected = self.expected();
        let known = old.as_ref().map(|old| self.columns(old, &owners, words, &expected)).unwrap_or_default();
        if let Some(old) = &old {
            for (at, column) in known.iter().enumerate() {
                words.learn(self.lesson(old, &owners, at, *column));
            }
        }
        let page_columns: Vec<Column> = known.iter().copied().flatten().collect();
        let columns = match &self.region.columns {
            Some(columns) => columns.clone(),
            None if page_columns.is_empty() => Column::DEFAULT.to_vec(),
            None => page_columns.clone(),
        };
        let place = |column: Column| known.iter().position(|known| *known == Some(column));
        let mut said = Said::default();

        // The head.
        let header: Vec<String> = columns
            .iter()
            .map(|column| {
                let cell = place(*column).and_then(|at| old.as_ref()?.header.get(at));
                let heading = words.heading(*column);
                let kept = cell.filter(|cell| {
                    let text = cell.content.as_ref().map(Inline::text);
                    !cell.source.is_empty() && heading.is_none_or(|heading| text == Some(heading))
                });
                match (kept, cell) {
                    (Some(cell), _) if !self.rewrite || cell.content.is_none() => cell.source.clone(),
                    (Some(cell), _) => {
                        inline::write(&cell.content.clone().unwrap_or(Inline::Text(String::new())), Position::Cell)
                    }
                    (None, cell) => {
                        let new = words.new_heading(*column);
                        if let Some(cell) = cell {
                            said.drift.push(changed("heading", column.key(), cell.source.clone(), new.clone()));
                        }
                        inline::write(&Inline::Text(new), Position::Cell)
                    }
                }
            })
            .collect();

        // The rows.
        let models: Vec<&Model> = self.family.models_of(self.region).collect();
        let wanted: Vec<&str> = models.iter().map(|model| model.id.as_str()).collect();
        let mut pairs: HashMap<usize, usize> = HashMap::new();
        if let Some(old) = &old {
            if page_columns != columns {
                let keys =
                    |columns: &[Column]| columns.iter().map(|column| column.key()).collect::<Vec<_>>().join(", ");
                let text = format!("columns {} -> {}", keys(&page_columns), keys(&columns));
                said.drift.push(Difference::Other(text));
            }
            for (cell, _) in old.header.iter().zip(&known).filter(|(_, column)| column.is_none()) {
                said.drift.push(Difference::Extra(format!("column \"{}\"", cell.source)));
            }
            let found: Vec<&str> = owners
                .iter()
                .map(|owner| match owner {
                    Owner::Model(model) => model.id.as_str(),
                    Owner::Other(name) => name.as_str(),
                })
                .collect();
            pairs.extend(align(&wanted, &found, &mut said.drift));
            said.removed.extend(old.foreign.iter().cloned());
        } else {
            said.drift.extend(wanted.iter().map(|id| Difference::Missing((*id).to_owned())));
        }
        let mut rows = Vec::with_capacity(models.len());
        for (at, model) in models.iter().enumerate() {
            let old_row = pairs.get(&at).and_then(|row| Some(&old.as_ref()?.rows[*row]));
            if let (Some(row), Some(old)) = (old_row, &old)
                && row.len() > old.header.len()
            {
                let text = |count: usize| format!("{count} cells");
                said.drift.push(changed(&model.id, "row", text(row.len()), text(old.header.len())));
            }
            let cells = columns.iter().map(|column| {
                let wanted = cell(self.family, model, *column);
                let old_cell = old_row.zip(place(*column)).and_then(|(row, at)| row.get(at));
                let right = old_cell
                    .is_some_and(|cell| cell.content.as_ref().is_some_and(|content| wanted.is_said_by(content, words)));
                if let (Some(cell), true, false) = (old_cell, right, self.rewrite) {
                    return cell.source.clone();
                }
                let new = wanted.say(words);
                if let (Some(_), Some(_), false) = (old_row, place(*column), right) {
                    let source = old_cell.map_or("", |cell| cell.source.as_str());
                    said.drift.push(changed(&model.id, column.key(), source.to_owned(), new.to_string()));
                }
                inline::write(&new, Position::Cell)
            });
            rows.push(cells.collect());
        }

        let mut look = old.as_ref().map_or_else(Look::default, |old| old.look.clone());
        look.align = columns
            .iter()
            .map(|column| {
                place(*column).and_then(|at| old.as_ref()?.look.align.get(at).cloned()).unwrap_or(Align::None)
            })
            .collect();
        said.look.push(("table", describe(&look).to_owned()));
        said.look.push(("columns", columns.iter().map(|column| column.key()).collect::<Vec<_>>().join(", ")));
        said.text = table::write(&header, &rows, &look);
        said
    }

    /// The columns that a table of the region should have, by place.
    pub(super) fn expected(&self) -> Vec<Option<Column>> {
        self.region.columns.as_deref().unwrap_or(Column::DEFAULT).iter().copied().map(Some).collect()
    }

    /// Whose row each row is.
    pub(super) fn owners(&self, old: &ReadTable) -> Vec<Owner<'a>> {
        let mut names: HashMap<String, &'a Model> = HashMap::new();
        for model in &self.family.models {
            names.insert(self.family.model_ref(&model.id), model);
            names.insert(model.id.clone(), model);
        }
        for model in &self.family.models {
            names.entry(model.name.clone()).or_insert(model);
        }
        let owner = |row: &Vec<table::Cell>| {
            let texts = || row.iter().filter_map(|cell| cell.content.as_ref());
            // A ref or an id in code says more than a name that happens to be one.
            let code = texts().filter(|content| matches!(content, Inline::Code(_)));
            match code.chain(texts()).find_map(|content| names.get(content.text())) {
                Some(model) => Owner::Model(model),
                None => {
                    let first = row.iter().map(|cell| cell.source.as_str()).find(|source| !source.is_empty());
                    Owner::Other(first.unwrap_or("an empty row").trim_matches('`').to_owned())
                }
            }
        };
        old.rows.iter().map(owner).collect()
    }

    /// Which column each column of the page is: by its heading, by its values, or by its place among the expected ones.
    pub(super) fn columns(
        &self,
        old: &ReadTable,
        owners: &[Owner<'a>],
        words: &Words<'_>,
        expected: &[Option<Column>],
    ) -> Vec<Option<Column>> {
        let mut known: Vec<Option<Column>> = vec![None; old.header.len()];
        for (at, head) in old.header.iter().enumerate() {
            let Some(text) = head.content.as_ref().map(|content| content.text().to_lowercase()) else { continue };
            let is = |heading: &str| heading.to_lowercase() == text;
            let of = |column: &&Column| {
                words.heading(**column).is_some_and(is)
                    || is(column.heading())
                    || self
                        .family
                        .locales
                        .iter()
                        .any(|locale| locale.columns.iter().any(|(known, heading)| known == *column && is(heading)))
            };
            let own = Column::ALL.iter().find(|column| words.heading(**column).is_some_and(is));
            let column = own.or_else(|| Column::ALL.iter().find(of)).copied();
            if column.is_none_or(|column| !known.contains(&Some(column))) {
                known[at] = column;
            }
        }
        let scratch = Words::new(words.vocabulary().clone(), true);
        for at in 0..known.len() {
            if known[at].is_some() {
                continue;
            }
            let hits = |column: Column| {
                let said = |(owner, row): (&Owner<'a>, &Vec<table::Cell>)| match owner {
                    Owner::Model(model) => row
                        .get(at)
                        .and_then(|cell| cell.content.as_ref())
                        .is_some_and(|content| cell(self.family, model, column).is_said_by(content, &scratch)),
                    Owner::Other(_) => false,
                };
                owners.iter().zip(&old.rows).filter(|pair| said(*pair)).count()
            };
            let listed = owners.iter().filter(|owner| matches!(owner, Owner::Model(_))).count();
            let free = |column: &Column| !known.contains(&Some(*column));
            let here = expected.get(at).copied().flatten().into_iter();
            let others = expected.iter().copied().flatten();
            let candidates = here.chain(others).chain(Column::ALL.iter().copied()).filter(free);
            let mut best: Option<(usize, Column)> = None;
            for column in candidates {
                let count = hits(column);
                if count > 0 && count * 2 >= listed && best.is_none_or(|(most, _)| count > most) {
                    best = Some((count, column));
                }
            }
            known[at] = best.map(|(_, column)| column);
        }
        // Columns of words in a language without a file: by their place, else where they teach something.
        if known.len() == expected.len() {
            for at in 0..known.len() {
                let fits = known[at].is_none() && !known.contains(&expected[at]);
                let words = matches!(expected[at], Some(Column::Reasoning | Column::Input));
                if fits && words {
                    known[at] = expected[at];
                }
            }
        }
        for at in 0..known.len() {
            for column in [Column::Reasoning, Column::Input] {
                if known[at].is_none() && !known.contains(&Some(column)) {
                    let teaches = !self.lesson(old, owners, at, Some(column)).terms.is_empty();
                    known[at] = teaches.then_some(column);
                }
            }
        }
        known
    }

    fn lesson(&self, old: &ReadTable, owners: &[Owner<'a>], at: usize, column: Option<Column>) -> Lesson {
        let rows = owners.iter().zip(&old.rows).filter_map(|(owner, row)| match (owner, &row.get(at)?.content) {
            (Owner::Model(model), Some(Inline::Text(text))) => Some((*model, text.as_str())),
            _ => None,
        });
        match column {
            Some(Column::Reasoning) => reasoning_lesson(rows),
            Some(Column::Input) => input_lesson(rows),
            _ => Lesson::default(),
        }
    }
}

fn describe(look: &Look) -> &'static str {
    match (look.padded, look.spaced_delimiter) {
        (true, _) => "padded",
        (false, true) => "compact",
        (false, false) => "bare",
    }
}

/// Whether a cell would say something else; used by tests of the catalog's wording.
#[cfg(test)]
fn says(wanted: &Cell, text: &str) -> bool {
    wanted.is_said_by(&Inline::Text(text.to_owned()), &Words::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_spellings_are_no_drift_and_other_numbers_are() {
        assert!(says(&Cell::Tokens(262_144), "262 144"));
        assert!(!says(&Cell::Tokens(262_144), "262,145"));
        assert!(says(&Cell::Price(crate::content::Number::from(4_u64)), "4.00"));
        assert!(!says(&Cell::Price(crate::content::Number::from(4_u64)), "$4"));
    }
}
