//! The matrix for people: pages side by side as far as they fit, then what to look at, then the commands that mend it.
//!
//! Where there are many pages, only what is not in sync is shown.

use super::{Typed, head, notes, one_family, ratio, troubles};
use crate::report::human::plural;
use crate::status::{Cell, Column, Matrix, Page, State, Totals};
use crate::text::{command, visible};
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

/// The width that tables keep to; not the terminal's, so that a report is the same everywhere.
const WIDTH: usize = 100;

/// The most pages of which all rows are shown.
const PAGES: usize = 4;

/// How many lines of a language are listed unless all are asked for.
const LISTED: usize = 10;

/// How many paths a command is given.
const PATHS: usize = 3;

const PLAIN: Style = Style::new();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// A text of one line, and its style.
type Piece = (String, Style);

/// The matrix as text; where `verbose`, whole.
#[must_use]
pub fn human(matrix: &Matrix, typed: &Typed, verbose: bool) -> String {
    let mut out = String::new();
    if matrix.pages.is_empty() {
        return out;
    }
    let folded = !verbose && matrix.pages.len() > PAGES;
    let fine = |page: &&Page| page.columns.iter().all(|column| column.totals.in_sync());
    let pages: Vec<&Page> = matrix.pages.iter().filter(|page| !folded || !fine(page)).collect();
    if matrix.pages.len() > PAGES {
        summary(&mut out, matrix);
    }
    let short = one_family(matrix);
    for band in bands(matrix, &pages, short) {
        if !out.is_empty() {
            out.push('\n');
        }
        let with_totals = matrix.pages.len() <= PAGES && band.first;
        self::band(&mut out, matrix, &band.groups, short, folded, with_totals);
    }
    if folded && pages.len() < matrix.pages.len() {
        let count = plural(matrix.pages.len() - pages.len(), "page");
        let _ = writeln!(out, "\n{count} in sync in every language (-v shows all)");
    }
    legend(&mut out, matrix);
    list(&mut out, matrix, verbose);
    let notes = notes(matrix);
    if !notes.is_empty() {
        out.push('\n');
        notes.iter().for_each(|note| {
            let _ = writeln!(out, "note: {}", visible(note));
        });
    }
    commands(&mut out, matrix, typed);
    out
}

fn style(state: State) -> Style {
    match state {
        State::InSync => GREEN,
        State::Drifted => YELLOW,
        State::Broken | State::Missing => RED,
        State::NotTranslated => DIM,
    }
}

fn symbol(state: State) -> &'static str {
    match state {
        State::InSync => "✓",
        State::Drifted => "~",
        State::Broken => "✗",
        State::Missing => "-",
        State::NotTranslated => "·",
    }
}

fn piece(cell: Option<&Cell>) -> Piece {
    match cell.map(|cell| cell.state) {
        None => (String::new(), PLAIN),
        Some(State::InSync) => (symbol(State::InSync).to_owned(), GREEN),
        Some(state) => (format!("{} {}", symbol(state), state.words()), style(state)),
    }
}

/// Some regions of a page side by side.
struct Group<'m> {
    page: &'m Page,
    title: String,
    /// Which of the page's columns, each with its width.
    columns: Vec<(usize, usize)>,
}

impl Group<'_> {
    fn width(&self) -> usize {
        self.columns.iter().map(|(_, width)| width + 2).sum::<usize>() - 2
    }
}

/// Groups that stand side by side.
struct Band<'m> {
    first: bool,
    groups: Vec<Group<'m>>,
}

fn label_width(matrix: &Matrix) -> usize {
    matrix.languages.iter().map(|language| visible(&language.tag).width()).max().unwrap_or(0).max("total".len())
}

/// The pages side by side, as many as fit.
fn bands<'m>(matrix: &Matrix, pages: &[&'m Page], short: bool) -> Vec<Band<'m>> {
    // Label, two spaces, and the column of totals, which the first band may have.
    let margin = label_width(matrix) + 2 + "in sync".len();
    let width = |page: &Page, at: usize, column: &Column| {
        let rows = page.rows.iter().flatten().filter(|row| row.exists);
        let cells = rows.map(|row| piece(row.cells[at].as_ref()).0.width());
        cells.chain([visible(head(column, short)).width(), ratio(&column.totals).len()]).max().unwrap_or(0)
    };
    let mut bands: Vec<Band<'m>> = Vec::new();
    let mut used = WIDTH;
    for page in pages.iter().copied() {
        let widths: Vec<usize> = page.columns.iter().enumerate().map(|(at, column)| width(page, at, column)).collect();
        let mut columns: Vec<Vec<(usize, usize)>> = vec![Vec::new()];
        let mut room = WIDTH - margin;
        for (at, width) in widths.into_iter().enumerate() {
            let full = columns.last().is_some_and(|columns| !columns.is_empty()) && room < width + 2;
            if full {
                columns.push(Vec::new());
                room = WIDTH - margin;
            }
            room = room.saturating_sub(width + 2);
            columns.last_mut().into_iter().for_each(|columns| columns.push((at, width)));
        }
        for columns in columns {
            let mut group = Group { page, title: String::new(), columns };
            group.title = shortened(&visible(&page.name), group.width().max(30));
            let absent = page.rows.iter().flatten().any(|row| !row.exists);
            let words = if absent { piece_of_absent().0.width() } else { 0 };
            let lacking = group.title.width().max(words).saturating_sub(group.width());
            group.columns.last_mut().into_iter().for_each(|(_, width)| *width += lacking);
            if used + 2 + group.width() > WIDTH {
                bands.push(Band { first: bands.is_empty(), groups: Vec::new() });
                used = margin;
            }
            used += 2 + group.width();
            if let Some(band) = bands.last_mut() {
                band.groups.push(group);
            }
        }
    }
    bands
}

fn piece_of_absent() -> Piece {
    let state = State::NotTranslated;
    (format!("{} {}", symbol(state), state.words()), style(state))
}

/// The end of a text that is too wide.
fn shortened(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut: Vec<char> = Vec::new();
    let mut used = 1;
    for c in text.chars().rev() {
        used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used > width {
            break;
        }
        cut.push(c);
    }
    std::iter::once('…').chain(cut.into_iter().rev()).collect()
}

/// A line of pieces, each with the width that it takes; nothing at its end.
fn line(out: &mut String, pieces: &[(Piece, usize)]) {
    let last = pieces.iter().rposition(|((text, _), _)| !text.is_empty());
    let mut gap = 0;
    for ((text, style), width) in &pieces[..last.map_or(0, |last| last + 1)] {
        let _ = write!(out, "{:gap$}", "");
        if *style == PLAIN || text.is_empty() {
            out.push_str(text)
        } else {
            let _ = write!(out, "{style}{text}{style:#}");
        }
        gap = width.saturating_sub(text.width()) + 2;
    }
    out.push('\n');
}

/// Pages side by side: their names, their regions, a row a language, and the totals.
fn band(out: &mut String, matrix: &Matrix, groups: &[Group<'_>], short: bool, folded: bool, with_totals: bool) {
    let label = label_width(matrix);
    let totals = |text: &str, style| with_totals.then(|| ((text.to_owned(), style), "in sync".len()));
    let start = |text: &str, style, total: &str| {
        let mut pieces = vec![((visible(text), style), label)];
        pieces.extend(totals(total, style));
        pieces
    };
    let mut titles = start("", PLAIN, "");
    let mut heads = start("", DIM, "in sync");
    let mut sums = start("total", DIM, &ratio(&matrix.totals));
    for group in groups {
        titles.push(((group.title.clone(), BOLD), group.width()));
        for (at, width) in &group.columns {
            let column = &group.page.columns[*at];
            heads.push(((visible(head(column, short)), DIM), *width));
            sums.push(((ratio(&column.totals), DIM), *width));
        }
    }
    line(out, &titles);
    line(out, &heads);
    for (number, language) in matrix.languages.iter().enumerate() {
        let rows = || groups.iter().map(|group| group.page.rows[number].as_ref());
        let bad = |cell: &Cell| cell.state != State::InSync;
        if folded && !rows().flatten().any(|row| row.cells.iter().flatten().any(bad)) {
            continue;
        }
        let style = if language.totals.in_sync() { GREEN } else { PLAIN };
        let mut pieces = start(&language.tag, PLAIN, &ratio(&language.totals));
        pieces.iter_mut().skip(1).for_each(|((_, total), _)| *total = style);
        for (group, row) in groups.iter().zip(rows()) {
            match row {
                Some(row) if !row.exists => pieces.push((piece_of_absent(), group.width())),
                row => {
                    let cells = group.columns.iter().map(|(at, width)| {
                        (piece(row.and_then(|row| row.cells[*at].as_ref())), *width) //
                    });
                    pieces.extend(cells);
                }
            }
        }
        line(out, &pieces);
    }
    line(out, &sums);
}

/// Languages down, states across.
fn summary(out: &mut String, matrix: &Matrix) {
    let heads = ["in sync", "drifted", "broken", "missing", "pages not translated"];
    let label = label_width(matrix);
    let row = |out: &mut String, tag: &str, totals: &Totals, style: Style| {
        let count = |count: usize, style| (if count == 0 { String::new() } else { count.to_string() }, style);
        let mut pieces =
            vec![((visible(tag), style), label), ((ratio(totals), style), ratio(&matrix.totals).len().max(7))];
        if totals.in_sync() && style == PLAIN {
            pieces[1].0.1 = GREEN;
        }
        for (state, head) in [State::Drifted, State::Broken, State::Missing].into_iter().zip(&heads[1..]) {
            pieces.push((count(totals.of(state), self::style(state)), head.len()));
        }
        pieces.push((count(totals.pages_not_translated, DIM), heads[4].len()));
        line(out, &pieces);
    };
    let mut first = vec![((String::new(), DIM), label)];
    let widths = [ratio(&matrix.totals).len().max(7), 7, 6, 7, heads[4].len()];
    first.extend(heads.iter().zip(widths).map(|(head, width)| (((*head).to_owned(), DIM), width)));
    line(out, &first);
    for language in &matrix.languages {
        row(out, &language.tag, &language.totals, PLAIN);
    }
    row(out, "total", &matrix.totals, DIM);
}

fn legend(out: &mut String, matrix: &Matrix) {
    let used = State::ALL.into_iter().filter(|state| matrix.totals.of(*state) > 0);
    let named = used.map(|state| {
        let style = style(state);
        format!("{style}{}{style:#} {}", symbol(state), state.words())
    });
    let _ = writeln!(out, "\n{}", named.collect::<Vec<_>>().join("   "));
}

/// What is not in sync, by language.
fn list(out: &mut String, matrix: &Matrix, verbose: bool) {
    let short = one_family(matrix);
    for (at, language) in matrix.languages.iter().enumerate() {
        let troubles = troubles(matrix, at);
        if troubles.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{BOLD}{}{BOLD:#}: {} in sync", visible(&language.tag), ratio(&language.totals));
        let listed = if verbose { troubles.len() } else { LISTED.min(troubles.len()) };
        let lines: Vec<_> = troubles[..listed]
            .iter()
            .map(|trouble| (visible(&trouble.place()), visible(trouble.name(short)), trouble))
            .collect();
        let places = lines.iter().map(|(place, _, _)| place.width()).max().unwrap_or(0);
        let names = lines.iter().map(|(_, name, _)| name.width()).max().unwrap_or(0);
        for (place, name, trouble) in lines {
            let state = (visible(&trouble.state()), style(trouble.cell.state));
            out.push_str("  ");
            line(out, &[((place, PLAIN), places), ((name, PLAIN), names), (state, 0)]);
        }
        if listed < troubles.len() {
            let _ = writeln!(out, "  {DIM}and {} more (-v shows all){DIM:#}", troubles.len() - listed);
        }
    }
}

/// The commands that mend what is not in sync, by its kind.
fn commands(out: &mut String, matrix: &Matrix, typed: &Typed) {
    let with = |words: &[&str], paths: &[String]| {
        let options = typed.options.iter().map(String::as_str);
        command(&words.iter().copied().chain(options).chain(paths.iter().map(String::as_str)).collect::<Vec<_>>())
    };
    let all: Vec<_> = (0..matrix.languages.len()).flat_map(|at| troubles(matrix, at)).collect();
    let paths = |state: State| {
        let mut paths: Vec<String> =
            all.iter().filter(|trouble| trouble.cell.state == state).map(|trouble| trouble.row.path.clone()).collect();
        paths.dedup(); // those of a page stand together
        paths
    };
    let and_more = |count: usize| if count > 1 { format!(" (and so for {} more)", count - 1) } else { String::new() };
    let mut lines: Vec<(&str, String)> = Vec::new();
    let broken = paths(State::Broken);
    if !broken.is_empty() {
        let named = if broken.len() > PATHS { &typed.paths } else { &broken };
        lines.push(("see what is broken", with(&["--check"], named)));
    }
    if matrix.totals.of(State::Drifted) > 0 {
        lines.push(("write what drifted", with(&[], &typed.paths)));
    }
    let (in_source, missing): (Vec<_>, Vec<_>) = all
        .iter()
        .filter(|trouble| trouble.cell.state == State::Missing)
        .partition(|trouble| trouble.page.source.as_ref() == Some(&trouble.row.path));
    if let Some(first) = in_source.first() {
        // There is no page that it could be taken from.
        let name = first.column.name.as_deref().unwrap_or_default();
        let insert = with(&["mark", "insert", "--line", "N", &first.row.path, name], &[]);
        lines.push(("set in what is promised", insert + &and_more(in_source.len())));
    }
    let mut missing: Vec<String> = missing.iter().map(|trouble| trouble.row.path.clone()).collect();
    missing.dedup();
    if let Some(first) = missing.first() {
        let restore = with(&["mark", "restore"], std::slice::from_ref(first));
        lines.push(("put back what is missing", restore + &and_more(missing.len())));
    }
    if matrix.totals.pages_not_translated > 0 {
        lines.push(("translate a page", "copy its source page, and keep the markers as they are".to_owned()));
    }
    if lines.is_empty() {
        return;
    }
    out.push('\n');
    let width = lines.iter().map(|(what, _)| what.len()).max().unwrap_or(0);
    for (what, how) in lines {
        let _ = writeln!(out, "to {what}:{:1$} {how}", "", width - what.len());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::{Language, Origin, Row};

    fn matrix(languages: &[&str], pages: &[(&str, usize)], state: impl Fn(usize, usize, usize) -> State) -> Matrix {
        let language =
            |(at, tag): (usize, &&str)| Language { tag: (*tag).to_owned(), source: at == 0, totals: Totals::default() };
        let column = |at| Column {
            name: Some(format!("acme-region-{at}")),
            region: format!("region-{at}"),
            origin: Origin::Source,
            line: Some(1),
            totals: Totals::default(),
        };
        let page = |(number, (name, regions)): (usize, &(&str, usize))| {
            let cell = |language, at| {
                Some(Cell { state: state(language, number, at), line: Some(at), differences: Vec::new() }) //
            };
            let row = |language| Row {
                path: format!("{name}.md"),
                exists: true,
                cells: (0..*regions).map(|at| cell(language, at)).collect(),
            };
            Page {
                name: (*name).to_owned(),
                source: Some(format!("{name}.md")),
                beside: None,
                columns: (0..*regions).map(column).collect(),
                rows: (0..languages.len()).map(|language| Some(row(language))).collect(),
            }
        };
        Matrix {
            languages: languages.iter().enumerate().map(language).collect(),
            pages: pages.iter().enumerate().map(page).collect(),
            totals: Totals::default(),
        }
    }

    fn plain(matrix: &Matrix) -> String {
        anstream::adapter::strip_str(&human(matrix, &Typed::default(), false)).to_string()
    }

    #[test]
    fn tables_keep_to_their_width() {
        let languages = ["en", "ar", "de", "fr", "ja-JP", "pt-BR", "zh-CN"];
        for regions in [1, 4, 30] {
            let text = plain(&matrix(&languages, &[("concepts/models", regions), ("acme", regions)], |_, _, _| {
                State::Drifted
            }));
            let table: Vec<&str> =
                text.lines().take_while(|line| !line.ends_with("in sync") || line.starts_with(' ')).collect();
            assert!(table.iter().all(|line| line.width() <= WIDTH), "{text}");
            let drifted = table.iter().map(|line| line.matches("~ drifted").count()).sum::<usize>();
            assert_eq!(drifted, 7 * 2 * regions, "{text}");
        }
    }

    #[test]
    fn wide_and_hostile_names() {
        let text = plain(&matrix(&["en", "日本語"], &[("docs/\u{1b}[31m設定", 1)], |_, _, _| State::InSync));
        assert_eq!(
            text.lines().take(4).collect::<Vec<_>>(),
            [
                "                 docs/\\u{1b}[31m設定",
                "        in sync  region-0",
                "en      0/0      ✓",
                "日本語  0/0      ✓",
            ]
        );
        assert_eq!(shortened("guides/設定/page", 8), "…定/page");
        assert_eq!(shortened("page", 4), "page");
    }
}
