//! The matrix for a pull request: tables as GitHub shows them. All that comes from pages and paths stands in code spans.

use super::{head, notes, one_family, summary, troubles};
use crate::report::human::plural;
use crate::status::{Cell, Matrix, Page, State};
use crate::text::visible;
use std::fmt::Write as _;

/// The most regions side by side; where there are more, each page has a table.
const WIDE: usize = 10;

/// The most lines of what is not in sync.
const LISTED: usize = 100;

/// The most lines of it that are unfolded.
const UNFOLDED: usize = 10;

/// The matrix as Markdown: a heading, tables, and what is not in sync.
///
/// Where `verbose`, with the pages that are in sync in every language, however many.
#[must_use]
pub fn markdown(matrix: &Matrix, verbose: bool) -> String {
    let mut out = format!("### moonsync: {}\n", summary(matrix));
    if matrix.pages.is_empty() {
        return out;
    }
    let all: Vec<&Page> = matrix.pages.iter().collect();
    let regions: usize = all.iter().map(|page| page.columns.len()).sum();
    if regions <= WIDE {
        if let [page] = all[..] {
            let _ = writeln!(out, "\n**{}**", code(&page.name));
        }
        table(&mut out, matrix, &all);
    } else {
        languages(&mut out, matrix);
        let fine = |page: &Page| page.columns.iter().all(|column| column.totals.in_sync());
        for page in all.iter().filter(|page| verbose || !fine(page)) {
            let _ = writeln!(out, "\n**{}**", code(&page.name));
            table(&mut out, matrix, &[page]);
        }
        let count = all.iter().filter(|page| fine(page)).count();
        if count > 0 && !verbose {
            let _ = writeln!(out, "\n{} in sync in every language.", plural(count, "page"));
        }
    }
    list(&mut out, matrix);
    out
}

/// Languages down, the regions of some pages across.
fn table(out: &mut String, matrix: &Matrix, pages: &[&Page]) {
    let short = one_family(matrix);
    let columns = || pages.iter().flat_map(|page| page.columns.iter().map(move |column| (page, column)));
    out.push_str("\n| Language |");
    for (page, column) in columns() {
        let name = in_cell(head(column, short));
        let of = if pages.len() > 1 { format!("{}<br>", in_cell(&page.name)) } else { String::new() };
        let _ = write!(out, " {of}{name} |");
    }
    out.push_str(" In sync |\n| --- |");
    columns().for_each(|_| out.push_str(" --- |"));
    out.push_str(" ---: |\n");
    for (at, language) in matrix.languages.iter().enumerate() {
        if pages.iter().all(|page| page.rows[at].is_none()) {
            continue;
        }
        let _ = write!(out, "| {}{} |", in_cell(&language.tag), super::source_mark(language));
        let (mut fine, mut expected) = (0, 0);
        for page in pages {
            for (number, _) in page.columns.iter().enumerate() {
                let cell = page.rows[at].as_ref().and_then(|row| row.cells[number].as_ref());
                expected += usize::from(cell.is_some());
                fine += usize::from(cell.is_some_and(|cell| cell.state == State::InSync));
                let _ = write!(out, " {} |", mark(cell));
            }
        }
        let _ = writeln!(out, " {fine}/{expected} |");
    }
    out.push_str("| **Total** |");
    let (mut fine, mut expected) = (0, 0);
    for (_, column) in columns() {
        let _ = write!(out, " {} |", super::ratio(&column.totals));
        fine += column.totals.of(State::InSync);
        expected += column.totals.all();
    }
    let _ = writeln!(out, " {fine}/{expected} |");
}

/// Languages down, states across.
fn languages(out: &mut String, matrix: &Matrix) {
    out.push_str("\n| Language | In sync | Drifted | Broken | Missing | Pages not translated |\n");
    out.push_str("| --- | ---: | ---: | ---: | ---: | ---: |\n");
    let named = matrix.languages.iter().map(|language| {
        (format!("{}{}", in_cell(&language.tag), super::source_mark(language)), &language.totals) //
    });
    for (name, totals) in named.chain([("**Total**".to_owned(), &matrix.totals)]) {
        let of = |state| totals.of(state);
        let _ = writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {} |",
            super::ratio(totals),
            of(State::Drifted),
            of(State::Broken),
            of(State::Missing),
            totals.pages_not_translated
        );
    }
}

/// What is not in sync, folded away where it is long.
fn list(out: &mut String, matrix: &Matrix) {
    let short = one_family(matrix);
    let mut lines = Vec::new();
    for at in 0..matrix.languages.len() {
        for trouble in troubles(matrix, at) {
            let name = trouble.name(short);
            let what = if name.is_empty() { String::new() } else { format!(" {}", code(name)) };
            let differences = trouble.cell.differences.iter().take(5).map(|difference| code(difference));
            let differences = differences.collect::<Vec<_>>().join(", ");
            let colon = if differences.is_empty() { "" } else { ": " };
            let state = trouble.cell.state.words();
            lines.push(format!("- {}{what} {state}{colon}{differences}", code(&trouble.place())));
        }
    }
    lines.extend(notes(matrix).iter().map(|note| format!("- {}", code(note))));
    if lines.is_empty() {
        return;
    }
    let count = lines.len();
    if count > LISTED {
        lines.truncate(LISTED);
        lines.push(format!("- and {} more", count - LISTED));
    }
    let open = if count > UNFOLDED { "" } else { " open" };
    let _ = writeln!(out, "\n<details{open}>\n<summary>Where to look: {}</summary>\n", plural(count, "place"));
    let _ = writeln!(out, "{}\n\n</details>", lines.join("\n"));
}

fn mark(cell: Option<&Cell>) -> &'static str {
    match cell.map(|cell| cell.state) {
        None => "",
        Some(State::InSync) => "✅",
        Some(State::Drifted) => "🟡 drifted",
        Some(State::Broken) => "❌ broken",
        Some(State::Missing) => "❌ missing",
        Some(State::NotTranslated) => "➖ not translated",
    }
}

/// A code span within a table, where a bar ends a cell even in code.
pub(in crate::report) fn in_cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// A code span that holds a text whatever it is.
pub(in crate::report) fn code(text: &str) -> String {
    let text = visible(text).replace('\t', " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let room = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_spans_hold_everything() {
        assert_eq!(code("docs/a.md"), "`docs/a.md`");
        assert_eq!(code("a|b<br>@x"), "`a|b<br>@x`");
        assert_eq!(in_cell("a|b"), "`a\\|b`");
        assert_eq!(code("`a``b"), "``` `a``b ```");
        assert_eq!(code("a\nb"), "`a\\nb`");
    }
}
