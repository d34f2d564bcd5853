//! A matrix of pages by language and region as text: for people, for programs, and for a pull request.

mod human;
mod json;
mod markdown;

pub use human::human;
pub use json::json;
pub use markdown::markdown;
pub(super) use markdown::{code, in_cell};

use super::human::plural;
use crate::status::{Cell, Column, Language, Matrix, Origin, Page, Row, State, Totals};

/// What was typed, for the commands that mend: options that say what is looked at, and paths.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// Options, each with its value, as `--catalog` and `words`.
    pub options: Vec<String>,
    /// Pages and folders.
    pub paths: Vec<String>,
}

/// The totals in one line: `6 of 7 languages in sync; 24 regions in sync, 3 drifted; 1 page not translated`.
#[must_use]
pub fn summary(matrix: &Matrix) -> String {
    let totals = &matrix.totals;
    let mut line = format!(
        "{} of {} in sync; {} in sync",
        matrix.languages_in_sync(),
        plural(matrix.languages.len(), "language"),
        plural(totals.of(State::InSync), "region"),
    );
    for state in [State::Drifted, State::Broken, State::Missing].into_iter().filter(|state| totals.of(*state) > 0) {
        line.push_str(&format!(", {} {}", totals.of(state), state.words()));
    }
    if totals.pages_not_translated > 0 {
        line.push_str(&format!("; {} not translated", plural(totals.pages_not_translated, "page")));
    }
    line
}

/// A region of a page in a language that is not in sync, or the whole page where it is not translated.
struct Trouble<'m> {
    page: &'m Page,
    row: &'m Row,
    column: &'m Column,
    cell: &'m Cell,
}

impl Trouble<'_> {
    /// `path:line`, or the path alone.
    fn place(&self) -> String {
        match self.cell.line {
            Some(line) => format!("{}:{line}", self.row.path),
            None => self.row.path.clone(),
        }
    }

    /// The region's name; nothing where the whole page is meant.
    fn name(&self, one_family: bool) -> &str {
        if self.row.exists { head(self.column, one_family) } else { "" }
    }

    /// The state, and where the region is expected from.
    fn state(&self) -> String {
        let source = self.page.source.as_deref();
        match (self.cell.state, self.column.origin, source, self.column.line) {
            (State::Missing, Origin::Promised, _, _) => "missing: the catalog promises it".to_owned(),
            (State::Missing, _, Some(source), Some(line)) => format!("missing: see {source}:{line}"),
            (state, _, _, _) => state.words().to_owned(),
        }
    }
}

/// What is not in sync in a language, by page and region.
fn troubles(matrix: &Matrix, language: usize) -> Vec<Trouble<'_>> {
    let mut troubles = Vec::new();
    for page in &matrix.pages {
        let Some(row) = &page.rows[language] else { continue };
        let cells = page.columns.iter().zip(&row.cells);
        let bad = cells.filter_map(|(column, cell)| Some((column, cell.as_ref()?)));
        let bad = bad.filter(|(_, cell)| cell.state != State::InSync);
        // A page that is not there is one trouble, whatever the number of its regions.
        let bad = bad.take(if row.exists { usize::MAX } else { 1 });
        troubles.extend(bad.map(|(column, cell)| Trouble { page, row, column, cell }));
    }
    troubles
}

/// What is in sync and still worth a word: pages without a source page, and regions that only translations have.
fn notes(matrix: &Matrix) -> Vec<String> {
    let mut notes = Vec::new();
    for page in &matrix.pages {
        let rows = || page.rows.iter().flatten();
        let first = rows().next().map_or(page.name.as_str(), |row| row.path.as_str());
        match (&page.source, &page.beside) {
            (_, Some(beside)) => notes.push(format!("{first}: {beside} has the same name, so it is on its own")),
            (None, None) => notes.push(format!("{first}: there is no source page")),
            (Some(source), None) => {
                for (at, column) in page.columns.iter().enumerate() {
                    let Some(name) = column.name.as_deref().filter(|_| column.origin == Origin::Translation) else {
                        continue;
                    };
                    for row in rows() {
                        let Some(cell) = &row.cells[at] else { continue };
                        let place = cell.line.map_or_else(|| row.path.clone(), |line| format!("{}:{line}", row.path));
                        notes.push(format!("{place}: {source} has no such region {name}"));
                    }
                }
            }
        }
    }
    notes
}

/// Whether all regions are of one family, so that their names need no namespace.
fn one_family(matrix: &Matrix) -> bool {
    let columns = matrix.pages.iter().flat_map(|page| &page.columns);
    let mut families = columns.filter_map(|column| column.name.as_deref()?.strip_suffix(&column.region));
    let first = families.next();
    families.all(|family| Some(family) == first)
}

/// A region's name as the head of its column.
fn head(column: &Column, one_family: bool) -> &str {
    match &column.name {
        None => "(page)",
        Some(_) if one_family => &column.region,
        Some(name) => name,
    }
}

fn ratio(totals: &Totals) -> String {
    format!("{}/{}", totals.of(State::InSync), totals.all())
}

fn source_mark(language: &Language) -> &'static str {
    if language.source { " (source)" } else { "" }
}
