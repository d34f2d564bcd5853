//! What lists say of a family next to what its catalog says, as tables for people.

use crate::catalog::edit::Spot;
use crate::import::{Compared, Comparison, Decision, Ending, Field, Row, Said, Standing, Step, is_missing, name_of};
use crate::text::visible;
use anstyle::{AnsiColor, Style};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const GREEN: Style = AnsiColor::Green.on_default();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();

/// A cell of more characters is cut.
const WIDEST: usize = 40;

/// How many models a line names.
const NAMED: usize = 8;

/// The lists, then every model of which there is news: what the catalog says, what each list says, and what is taken.
/// Where `verbose`, every model and every field.
#[must_use]
pub fn comparison(comparison: &Comparison<'_>, decision: &Decision, verbose: bool) -> String {
    let labels = labels(comparison);
    let mut out = String::new();
    for ((label, listing), count) in labels.iter().zip(comparison.listings).zip(&comparison.counts) {
        let models = super::human::plural(*count, "model");
        let _ = writeln!(out, "{BOLD}{label}{BOLD:#}: {}, {models} of the family", visible(&listing.source));
    }
    let mut done = Done::default();
    for step in &decision.steps {
        match step {
            Step::Add(model, spot) => _ = done.added.insert(&model.id, spot),
            Step::Set(..) => {}
            Step::Retire(id) => _ = done.retired.insert(id),
        }
    }
    done.taken.extend(decision.taken.iter().map(|(id, field)| (id.as_str(), *field)));
    for compared in &comparison.models {
        model(&mut out, compared, &labels, &done, verbose);
    }
    if !comparison.retired.is_empty() {
        let ids: Vec<&str> = comparison.retired.iter().map(String::as_str).collect();
        let _ = writeln!(out, "{DIM}retired in the catalog, still listed: {}{DIM:#}", named(&ids, verbose));
    }
    if verbose {
        for (id, why) in &comparison.passed_over {
            let _ = writeln!(out, "{DIM}passed over: {}, {}{DIM:#}", visible(id), visible(why));
        }
    } else if !comparison.passed_over.is_empty() {
        let ids: Vec<&str> = comparison.passed_over.iter().map(|(id, _)| id.as_str()).collect();
        let _ = writeln!(out, "{DIM}passed over (-v says why): {}{DIM:#}", named(&ids, false));
    }
    out
}

/// What a decision does, to look up.
#[derive(Default)]
struct Done<'d> {
    added: HashMap<&'d str, &'d Spot>,
    retired: HashSet<&'d str>,
    taken: HashSet<(&'d str, Field)>,
}

/// A name for each list: its shape, numbered where there are several of one.
fn labels(comparison: &Comparison<'_>) -> Vec<String> {
    let shapes: Vec<&str> = comparison.listings.iter().map(|listing| listing.shape.key()).collect();
    let label = |(n, shape): (usize, &&str)| {
        let place = shapes[..=n].iter().filter(|other| *other == shape).count();
        if shapes.iter().filter(|other| *other == shape).count() > 1 {
            format!("{shape} {place}")
        } else {
            (*shape).to_owned()
        }
    };
    shapes.iter().enumerate().map(label).collect()
}

fn named(ids: &[&str], all: bool) -> String {
    let shown = if all { ids.len() } else { NAMED };
    let mut out = ids.iter().take(shown).map(|id| visible(id)).collect::<Vec<_>>().join(", ");
    if ids.len() > shown {
        let _ = write!(out, " and {} more", ids.len() - shown);
    }
    out
}

fn model(out: &mut String, model: &Compared<'_>, labels: &[String], done: &Done<'_>, verbose: bool) {
    let id = visible(&model.id);
    let added = done.added.get(model.id.as_str());
    let (style, mark, what) = match &model.standing {
        Standing::New { .. } => match added {
            Some(Spot::First) => (GREEN, '+', ", new, goes first".to_owned()),
            Some(Spot::Last) => (GREEN, '+', ", new, goes last".to_owned()),
            Some(Spot::After(other)) => (GREEN, '+', format!(", new, goes after {}", visible(other))),
            Some(Spot::Before(other)) => (GREEN, '+', format!(", new, goes before {}", visible(other))),
            None => (YELLOW, '!', ", new, left out".to_owned()),
        },
        Standing::Unlisted { given_up } => {
            let endings = model.listed.iter().flatten().filter_map(|listed| listed.ending.as_ref());
            let day = endings.filter_map(Ending::day).next().map_or(String::new(), |day| format!(" on {day}"));
            let why = if *given_up { format!("given up{day}") } else { "not listed".to_owned() };
            let then = if done.retired.contains(model.id.as_str()) { "retired" } else { "--retire retires it" };
            (RED, '-', format!(", {why}; {then}"))
        }
        Standing::Known if model.rows.iter().any(Row::is_disputed) => (YELLOW, '~', String::new()),
        Standing::Known if model.rows.iter().any(|row| row.said.contains(&Said::Gap)) => (YELLOW, '?', String::new()),
        Standing::Known if model.rows.iter().any(Row::is_news) => (DIM, ' ', String::new()),
        Standing::Known if verbose => (DIM, ' ', String::new()),
        Standing::Known => return,
    };
    let _ = writeln!(out, "{style}{mark}{style:#} {BOLD}{id}{BOLD:#}{what}");
    if matches!(model.standing, Standing::Unlisted { .. }) {
        return;
    }
    let new = matches!(model.standing, Standing::New { .. });
    let own = !new || model.rows.iter().any(|row| row.catalog.is_some());
    let taken = |row: &Row| {
        done.taken.contains(&(model.id.as_str(), row.field)) && (!new || row.pick.is_some() || row.field == Field::Name)
    };
    let rows: Vec<&Row> = model.rows.iter().filter(|row| new || verbose || row.is_news()).collect();
    let mut table: Vec<Vec<String>> = Vec::with_capacity(rows.len() + 1);
    let mut head = vec!["field".to_owned()];
    head.extend(own.then(|| if new { "[defaults]" } else { "catalog" }.to_owned()));
    head.extend(labels.iter().cloned());
    table.push(head);
    for row in &rows {
        let mut cells = vec![row.field.key().to_owned()];
        if own {
            cells.push(row.catalog.as_ref().map_or("-".to_owned(), |fact| cell(&fact.to_string())));
        }
        cells.extend(row.said.iter().map(|said| match said {
            Said::Nothing => "-".to_owned(),
            Said::Gap => "?".to_owned(),
            Said::Same(fact) | Said::Other(fact) | Said::Zero(fact) => cell(&fact.to_string()),
        }));
        table.push(cells);
    }
    let widths: Vec<usize> = (0..table[0].len())
        .map(|column| table.iter().map(|cells| cells[column].width()).max().unwrap_or_default())
        .collect();
    for (n, cells) in table.iter().enumerate() {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(&widths) {
            let _ = write!(line, "{cell}{}", " ".repeat(width - cell.width() + 2));
        }
        let Some(row) = n.checked_sub(1).map(|n| rows[n]) else {
            let _ = writeln!(out, "      {DIM}{}{DIM:#}", line.trim_end());
            continue;
        };
        let taken = taken(row);
        let note = match note(row, new, taken) {
            "from the id" => format!("from the id: {}", visible(&name_of(&model.id))),
            note => note.to_owned(),
        };
        let (style, mark) = match row {
            _ if taken => (GREEN, '+'),
            row if new && is_missing(row) => (YELLOW, '!'),
            row if row.is_disputed() => (YELLOW, '~'),
            row if row.said.contains(&Said::Gap) => (YELLOW, '?'),
            _ => (DIM, ' '),
        };
        let line = if note.is_empty() { line.trim_end().to_owned() } else { format!("{line}{DIM}{note}{DIM:#}") };
        let _ = writeln!(out, "    {style}{mark}{style:#} {line}");
    }
}

/// What is to be known of a row beyond its values.
fn note(row: &Row, new: bool, taken: bool) -> &'static str {
    let zero = row.said.iter().any(|said| matches!(said, Said::Zero(_)));
    let picked_zero = row.pick.as_ref().is_some_and(|(_, fact)| fact.is_zero_price());
    let cached = matches!(row.field, Field::CostCacheRead | Field::CostCacheWrite);
    match (new, &row.pick, &row.catalog) {
        (true, None, None) if row.field == Field::Name => "from the id",
        (true, None, None) if cached => "nobody says: 0",
        (true, None, None) => "nobody says",
        (true, None, Some(_)) => "nobody says: [defaults]",
        (true, ..) if row.is_disputed() => "the lists disagree",
        (true, ..) if picked_zero && !cached => "free, or not known",
        (false, ..) if taken => "taken",
        _ if zero => "0: free, or not known",
        _ => "",
    }
}

fn cell(text: &str) -> String {
    let mut shown: String = visible(text).chars().take(WIDEST).collect();
    if text.chars().nth(WIDEST).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::parse::{CatalogFile, Role, parse};
    use crate::import::{Choices, Scope, compare, decide, read};

    const FAMILY: &str = r#"
namespace = "acme-llm"
provider = "acme"
default_model = "a-1"
[[models]]
id = "a-1"
name = "A 1"
reasoning = true
input = ["text"]
cost = { input = 1, output = 2 }
context_window = 4096
max_tokens = 512
"#;

    fn table(sources: &[(&str, &str)], verbose: bool) -> String {
        let file = CatalogFile { path: "acme.toml".into(), text: FAMILY.into(), role: Role::Family, folder: 0 };
        let (catalog, faults) = parse(&[file]);
        assert_eq!(faults, []);
        let listings: Vec<_> = sources.iter().map(|(name, text)| read(name, text).expect("a list")).collect();
        let compared = compare(&catalog.families[0], &listings, &Scope::default()).expect("no fault");
        let decision = decide(&catalog.families[0], &compared, &Choices::default()).expect("no fault");
        anstream::adapter::strip_str(&comparison(&compared, &decision, verbose)).to_string()
    }

    #[test]
    fn lists_of_one_shape_are_numbered_and_cells_cut() {
        let wide = format!("acme: {{ models: [{{ id: 'a-1', name: '{}', maxTokens: 512 }}] }}", "漢字".repeat(25));
        let first = "acme: { models: [{ id: 'a-1', name: 'Other\\u0021' }] }";
        let expected = format!(
            "openclaw 1: one\\u{{1b}}.json, 1 model of the family\n\
             openclaw 2: two.json, 1 model of the family\n\
             ~ a-1\n      \
             field  catalog  openclaw 1  openclaw 2\n    \
             ~ name   A 1      Other!      {}…\n",
            "漢字".repeat(20)
        );
        assert_eq!(table(&[("one\u{1b}.json", first), ("two.json", &wide)], false), expected);
    }

    #[test]
    fn what_agrees_is_shown_where_asked_for() {
        let list = [("a.json", "acme: { models: [{ id: 'a-1', name: 'a 1' }] }")];
        assert_eq!(table(&list, false), "openclaw: a.json, 1 model of the family\n");
        let all = table(&list, true);
        assert!(all.contains("\n      name              A 1      a 1\n"), "{all}");
        assert!(all.contains("\n      max_tokens        512      -\n"), "{all}");
    }

    #[test]
    fn many_ids_are_not_all_named() {
        let ids: Vec<String> = (0..10).map(|n| format!("{{ id: 'old-{n}', status: 'deprecated' }}")).collect();
        let list = format!("acme: {{ models: [{{ id: 'a-1' }}, {}] }}", ids.join(", "));
        let text = table(&[("a.json", &list)], false);
        assert!(
            text.ends_with(
                "passed over (-v says why): old-0, old-1, old-2, old-3, old-4, old-5, old-6, old-7 and 2 more\n"
            ),
            "{text}"
        );
        let text = table(&[("a.json", &list)], true);
        assert!(text.ends_with("passed over: old-9, openclaw gives it up\n"), "{text}");
    }
}
