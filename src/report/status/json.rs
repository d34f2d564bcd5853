//! The matrix for programs. The shape is in the manual, and versioned: within a version keys are added, never changed.

use crate::status::{Matrix, Origin, State, Totals};
use serde_json::{Map, Value, json};

/// The version of the shape.
const VERSION: u64 = 1;

/// The matrix as JSON, with a line end; `catalog` is what the run calls its catalog.
#[must_use]
pub fn json(matrix: &Matrix, catalog: &str) -> String {
    let languages = matrix.languages.iter().map(|language| {
        json!({
            "language": language.tag,
            "source": language.source,
            "in_sync": language.totals.in_sync(),
            "totals": with_pages(&language.totals),
        })
    });
    let pages = matrix.pages.iter().map(|page| {
        let regions = page.columns.iter().map(|column| {
            json!({
                "name": column.name,
                "origin": origin(column.origin),
                "line": column.line,
                "totals": totals(&column.totals),
            })
        });
        let rows = matrix.languages.iter().zip(&page.rows).filter_map(|(language, row)| {
            let row = row.as_ref()?;
            let cells = page.columns.iter().zip(&row.cells).map(|(column, cell)| {
                let cell = cell.as_ref()?;
                let (state, line) = (cell.state.name(), cell.line);
                Some(json!({ "name": column.name, "state": state, "line": line, "differences": cell.differences }))
            });
            Some(json!({
                "language": language.tag,
                "path": row.path,
                "exists": row.exists,
                "regions": cells.collect::<Vec<_>>(),
            }))
        });
        json!({
            "name": page.name,
            "source": page.source,
            "same_name_as": page.beside,
            "regions": regions.collect::<Vec<_>>(),
            "languages": rows.collect::<Vec<_>>(),
        })
    });
    let whole = json!({
        "version": VERSION,
        "command": "status",
        "catalog": catalog,
        "languages": languages.collect::<Vec<_>>(),
        "pages": pages.collect::<Vec<_>>(),
        "totals": with_pages(&matrix.totals),
    });
    format!("{whole:#}\n")
}

fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Source => "source",
        Origin::Promised => "promised",
        Origin::Translation => "translation",
        Origin::Page => "page",
    }
}

fn totals(totals: &Totals) -> Map<String, Value> {
    State::ALL.into_iter().map(|state| (state.name().to_owned(), totals.of(state).into())).collect()
}

fn with_pages(counted: &Totals) -> Map<String, Value> {
    let mut map = totals(counted);
    map.insert("pages-not-translated".to_owned(), counted.pages_not_translated.into());
    map
}
