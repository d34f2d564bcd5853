//! Pages by language and region: in sync, drifted, broken, missing, not translated.
//!
//! A pure table, made from plans and from which pages there are. Nothing that was found is left out: a page without a
//! source page, a region that only a translation has, and a fault that concerns no region have columns of their own.

use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{PagePlan, parity};
use crate::text::position;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// How a region of a page is, in one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It says what the catalog says.
    InSync,
    /// It says something else.
    Drifted,
    /// It has a fault, or a fault of the page hides it.
    Broken,
    /// The page lacks it, though its source page has it or the catalog promises it.
    Missing,
    /// The page is not there in this language.
    NotTranslated,
}

impl State {
    /// All of them, from good to bad.
    pub const ALL: [Self; 5] = [Self::InSync, Self::Drifted, Self::Broken, Self::Missing, Self::NotTranslated];

    /// The stable name, as reports for programs have it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InSync => "in-sync",
            Self::NotTranslated => "not-translated",
            other => other.words(),
        }
    }

    /// The words that people see.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::InSync => "in sync",
            Self::Drifted => "drifted",
            Self::Broken => "broken",
            Self::Missing => "missing",
            Self::NotTranslated => "not translated",
        }
    }
}

/// One page in its languages, as it was found.
#[derive(Debug, Clone)]
pub struct Sheet<'p> {
    /// What it is called in every language, which promises go by; nothing where its path does not say.
    pub name: Option<String>,
    /// The page in the source language.
    pub source: Option<Entry<'p>>,
    /// The page in other languages, and where it should be.
    pub translations: Vec<Entry<'p>>,
    /// Another page that has its name, so that nobody knows which of the two is meant.
    pub beside: Option<String>,
}

/// One page in one language, as it was found.
#[derive(Debug, Clone)]
pub struct Entry<'p> {
    /// The language; `None` for the source language.
    pub locale: Option<String>,
    /// The page as the user names it, or where it would be.
    pub path: String,
    /// Whether it is asked for. A source page that is not is compared with alone.
    pub shown: bool,
    /// What is there.
    pub content: Content<'p>,
}

/// What there is of a page in one language.
#[derive(Debug, Clone, Copy)]
pub enum Content<'p> {
    /// A page, as planned.
    Planned(&'p PagePlan),
    /// A page that cannot be read as text.
    Unreadable,
    /// No page.
    Absent,
}

/// Everything by page, language and region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    /// The languages: the source language first, the others by tag.
    pub languages: Vec<Language>,
    /// The pages with regions, by name.
    pub pages: Vec<Page>,
    /// The cells counted.
    pub totals: Totals,
}

/// One language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Language {
    /// Its tag.
    pub tag: String,
    /// Whether it is the source language.
    pub source: bool,
    /// Its cells counted.
    pub totals: Totals,
}

/// One page in all languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Its name, or a path where that says more.
    pub name: String,
    /// Its source page, where there is one.
    pub source: Option<String>,
    /// Another page that has its name.
    pub beside: Option<String>,
    /// Its regions: those of the source page in their order, then those that are promised, then those of translations.
    pub columns: Vec<Column>,
    /// The page in each of [`Matrix::languages`]; nothing where none is expected.
    pub rows: Vec<Option<Row>>,
}

/// One region of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The full name; `None` for the page itself, where a fault concerns no region.
    pub name: Option<String>,
    /// The name without its namespace.
    pub region: String,
    /// Why the region is expected.
    pub origin: Origin,
    /// Its line in the source page, from 1.
    pub line: Option<usize>,
    /// Its cells counted.
    pub totals: Totals,
}

/// Why a page should have a region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The source page has it.
    Source,
    /// The catalog promises it.
    Promised,
    /// It should not: only a translation has it.
    Translation,
    /// It is no region but the page itself.
    Page,
}

/// One page in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The page as the user names it, or where it would be.
    pub path: String,
    /// Whether there is a page.
    pub exists: bool,
    /// Its regions, by [`Page::columns`]; nothing where none is expected.
    pub cells: Vec<Option<Cell>>,
}

/// One region of one page in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// How it is.
    pub state: State,
    /// Where it begins, or its fault is, from 1.
    pub line: Option<usize>,
    /// What differs, in the catalog's terms.
    pub differences: Vec<String>,
}

/// How many regions are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// By [`State`], in the order of [`State::ALL`].
    states: [usize; 5],
    /// Pages that are not there in a language, which [`State::NotTranslated`] counts by region.
    pub pages_not_translated: usize,
}

impl Totals {
    /// How many regions are in a state.
    #[must_use]
    pub fn of(&self, state: State) -> usize {
        self.states[state as usize]
    }

    /// How many regions there should be.
    #[must_use]
    pub fn all(&self) -> usize {
        self.states.iter().sum()
    }

    /// Whether all of them are in sync.
    #[must_use]
    pub fn in_sync(&self) -> bool {
        self.of(State::InSync) == self.all()
    }

    fn add(&mut self, state: State) {
        self.states[state as usize] += 1;
    }
}

impl Matrix {
    /// How many languages are wholly in sync.
    #[must_use]
    pub fn languages_in_sync(&self) -> usize {
        self.languages.iter().filter(|language| language.totals.in_sync()).count()
    }
}

/// Puts pages, languages and regions together. What is not asked for has no row; what has no region, no column.
///
/// ```
/// use moonsync::catalog::Catalog;
/// use moonsync::status::{matrix, Content, Entry, Sheet, State};
/// let source = Entry { locale: None, path: "docs/a.md".into(), shown: true, content: Content::Unreadable };
/// let sheet = Sheet { name: Some("a".into()), source: Some(source), translations: Vec::new(), beside: None };
/// let matrix = matrix(&Catalog::default(), &[sheet]);
/// assert_eq!(matrix.totals.of(State::Broken), 1);
/// assert_eq!(matrix.languages_in_sync(), 0);
/// ```
#[must_use]
pub fn matrix(catalog: &Catalog, sheets: &[Sheet<'_>]) -> Matrix {
    let entries = || sheets.iter().flat_map(|sheet| sheet.source.iter().chain(&sheet.translations));
    let mut tags: BTreeMap<String, String> = BTreeMap::new();
    for tag in entries().filter(|entry| entry.shown).filter_map(|entry| entry.locale.as_ref()) {
        tags.entry(tag.to_lowercase()).or_insert_with(|| tag.clone());
    }
    let source = Language { tag: catalog.source_locale.clone(), source: true, totals: Totals::default() };
    let others = tags.values().map(|tag| Language { tag: tag.clone(), source: false, totals: Totals::default() });
    let mut languages: Vec<Language> = std::iter::once(source).chain(others).collect();
    let rows: HashMap<&str, usize> = tags.keys().enumerate().map(|(at, tag)| (tag.as_str(), at + 1)).collect();
    let row = |entry: &Entry<'_>| entry.locale.as_ref().map_or(0, |tag| rows[tag.to_lowercase().as_str()]);

    let mut pages: Vec<Page> = sheets.iter().filter_map(|sheet| page(catalog, sheet, languages.len(), row)).collect();
    let mut names: HashMap<String, usize> = HashMap::new();
    pages.iter().for_each(|page| *names.entry(page.name.clone()).or_default() += 1);
    for page in pages.iter_mut().filter(|page| names[&page.name] > 1) {
        let path = page.rows.iter().flatten().next().map(|row| row.path.clone());
        page.name = page.source.clone().or(path).unwrap_or_default();
    }
    pages.sort_by(|a, b| a.name.cmp(&b.name));

    // Languages without a cell are those that were not asked for.
    let empty = |at: usize| pages.iter().all(|page| page.rows[at].is_none());
    let kept: Vec<bool> = (0..languages.len()).map(|at| !empty(at)).collect();
    let keep = |at: &mut usize| {
        *at += 1;
        kept[*at - 1]
    };
    let mut at = 0;
    languages.retain(|_| keep(&mut at));
    for page in &mut pages {
        let mut at = 0;
        page.rows.retain(|_| keep(&mut at));
    }

    let mut totals = Totals::default();
    for page in &mut pages {
        for (language, row) in languages.iter_mut().zip(&page.rows) {
            let Some(row) = row else { continue };
            for (column, cell) in page.columns.iter_mut().zip(&row.cells) {
                let Some(cell) = cell else { continue };
                [&mut column.totals, &mut language.totals, &mut totals].into_iter().for_each(|t| t.add(cell.state));
            }
            if !row.exists {
                language.totals.pages_not_translated += 1;
                totals.pages_not_translated += 1;
            }
        }
    }
    Matrix { languages, pages, totals }
}

/// The family and the region.
type Key = (usize, String);

/// A column, and where the source page has it.
struct Draft {
    key: Option<Key>,
    origin: Origin,
    line: Option<usize>,
    /// The region of the source page, by index.
    region: Option<usize>,
}

/// What a page has for its columns, by column.
#[derive(Default)]
struct Held {
    regions: HashMap<usize, usize>,
    /// Lines of markers that are part of no region.
    halves: HashMap<usize, usize>,
}

fn page(catalog: &Catalog, sheet: &Sheet<'_>, languages: usize, row: impl Fn(&Entry<'_>) -> usize) -> Option<Page> {
    let mut columns = source_columns(catalog, sheet);
    let entries: Vec<&Entry<'_>> = sheet.source.iter().chain(&sheet.translations).collect();
    let held: Vec<Held> = entries.iter().map(|entry| hold(sheet, entry, &mut columns)).collect();

    let mut rows: Vec<Option<Row>> = vec![None; languages];
    let mut whole = Vec::new();
    for (entry, held) in entries.iter().zip(&held).filter(|(entry, _)| entry.shown) {
        let cells: Vec<Option<Cell>> =
            columns.iter().enumerate().map(|(at, column)| cell(entry, held, at, column)).collect();
        if let Some(line) = fault_of_page(entry, &cells) {
            whole.push((row(entry), line));
        }
        let exists = !matches!(entry.content, Content::Absent);
        rows[row(entry)] = Some(Row { path: entry.path.clone(), exists, cells });
    }
    if !whole.is_empty() {
        columns.push(Draft { key: None, origin: Origin::Page, line: None, region: None });
        rows.iter_mut().flatten().for_each(|row| row.cells.push(None));
    }
    for (at, line) in whole {
        let cell = Cell { state: State::Broken, line, differences: Vec::new() };
        let last = rows[at].as_mut().and_then(|row| row.cells.last_mut());
        last.into_iter().for_each(|last| *last = Some(cell.clone()));
    }
    if columns.is_empty() || rows.iter().flatten().all(|row| row.cells.iter().all(Option::is_none)) {
        return None;
    }
    let source = sheet.source.as_ref().filter(|entry| !matches!(entry.content, Content::Absent));
    let first = entries.first().map(|entry| entry.path.clone());
    let finish = |draft: Draft| {
        let name = draft.key.as_ref().map(|(family, region)| {
            format!("{}-{region}", catalog.families[*family].namespace) //
        });
        let region = draft.key.map_or_else(String::new, |(_, region)| region);
        Column { name, region, origin: draft.origin, line: draft.line, totals: Totals::default() }
    };
    Some(Page {
        name: sheet.name.clone().filter(|_| sheet.beside.is_none()).or(first).unwrap_or_default(),
        source: source.map(|entry| entry.path.clone()),
        beside: sheet.beside.clone(),
        columns: columns.into_iter().map(finish).collect(),
        rows,
    })
}

/// The regions that the page should have in every language.
fn source_columns(catalog: &Catalog, sheet: &Sheet<'_>) -> Vec<Draft> {
    let mut columns = Vec::new();
    if let Some(Content::Planned(plan)) = sheet.source.as_ref().map(|source| source.content) {
        for (at, region) in plan.regions.iter().enumerate() {
            let key = Some((region.family, region.region.clone()));
            columns.push(Draft { key, origin: Origin::Source, line: Some(region.line), region: Some(at) });
        }
        for (key, line) in halves(plan) {
            columns.push(Draft { key: Some(key), origin: Origin::Source, line: Some(line), region: None });
        }
        columns.sort_by_key(|column| column.line);
    }
    let known: BTreeSet<Key> = columns.iter().filter_map(|column| column.key.clone()).collect();
    for (number, family) in catalog.families.iter().enumerate() {
        let here = |page: &str| sheet.name.as_deref() == Some(page.strip_suffix("/index").unwrap_or(page));
        let promised =
            family.promises.iter().filter(|promise| here(&promise.page)).flat_map(|promise| &promise.regions);
        let promised: BTreeSet<Key> = promised.map(|region| (number, region.clone())).collect();
        let promised = promised.difference(&known).cloned();
        columns.extend(promised.map(|key| Draft {
            key: Some(key),
            origin: Origin::Promised,
            line: None,
            region: None,
        }));
    }
    columns
}

/// The regions of which a page has markers that are part of none, each with the first line, from 1.
fn halves(plan: &PagePlan) -> BTreeMap<Key, usize> {
    let mut halves = BTreeMap::new();
    for marker in &plan.unpaired {
        halves.entry((marker.family, marker.region.clone())).or_insert(marker.line + 1);
    }
    halves
}

/// Finds what a page has for each column; what there is no column for gets one.
fn hold(sheet: &Sheet<'_>, entry: &Entry<'_>, columns: &mut Vec<Draft>) -> Held {
    let mut held = Held::default();
    let Content::Planned(plan) = entry.content else { return held };
    let source = match sheet.source.as_ref().map(|source| source.content) {
        Some(Content::Planned(source)) => &source.regions[..],
        _ => &[],
    };
    let twins = parity::pairs(source, &plan.regions);
    let mut left: HashMap<Key, VecDeque<usize>> = HashMap::new();
    let mut taken = vec![false; plan.regions.len()];
    for (at, column) in columns.iter().enumerate() {
        match column.region.and_then(|region| twins[region]) {
            Some(twin) => {
                held.regions.insert(at, twin);
                taken[twin] = true;
            }
            None => column.key.iter().for_each(|key| left.entry(key.clone()).or_default().push_back(at)),
        }
    }
    let mut column_for = |key: Key, line: usize| {
        if let Some(at) = left.get_mut(&key).and_then(VecDeque::pop_front) {
            return at;
        }
        let line = Some(line).filter(|_| entry.locale.is_none());
        columns.push(Draft { key: Some(key), origin: Origin::Translation, line, region: None });
        columns.len() - 1
    };
    for (at, region) in plan.regions.iter().enumerate().filter(|(at, _)| !taken[*at]) {
        held.regions.insert(column_for((region.family, region.region.clone()), region.line), at);
    }
    let whole: BTreeSet<Key> = plan.regions.iter().map(|region| (region.family, region.region.clone())).collect();
    for (key, line) in halves(plan) {
        match left.get(&key) {
            Some(columns) if !columns.is_empty() => {
                held.halves.extend(columns.iter().map(|column| (*column, line)));
            }
            // A stray marker of a region that is there is a fault of the page.
            _ if whole.contains(&key) => {}
            _ => {
                columns.push(Draft { key: Some(key), origin: Origin::Translation, line: None, region: None });
                held.halves.insert(columns.len() - 1, line);
            }
        }
    }
    held
}

fn cell(entry: &Entry<'_>, held: &Held, at: usize, column: &Draft) -> Option<Cell> {
    let cell = |state, line| Some(Cell { state, line, differences: Vec::new() });
    let expected = column.origin != Origin::Translation;
    let plan = match entry.content {
        Content::Planned(plan) => plan,
        Content::Unreadable => return cell(State::Broken, None),
        Content::Absent if expected => return cell(State::NotTranslated, None),
        Content::Absent => return None,
    };
    if let Some(region) = held.regions.get(&at).map(|region| &plan.regions[*region]) {
        let state = match (region.broken, region.drift.is_empty()) {
            (true, _) => State::Broken,
            (false, false) => State::Drifted,
            (false, true) => State::InSync,
        };
        let differences = region.drift.iter().map(ToString::to_string).collect();
        return Some(Cell { state, line: Some(region.line), differences });
    }
    if let Some(line) = held.halves.get(&at) {
        return cell(State::Broken, Some(*line));
    }
    if !expected {
        return None;
    }
    // A marker whose region nobody can tell may be the one.
    let hides = |fault: &&Diagnostic| matches!(fault.code, Code::UnknownRegion | Code::MalformedMarker);
    match plan.diagnostics.iter().find(hides) {
        Some(fault) => cell(State::Broken, line_of(plan, fault)),
        None => cell(State::Missing, None),
    }
}

/// The line of a fault that no cell shows. A promised region that is gone is a cell that is missing.
fn fault_of_page(entry: &Entry<'_>, cells: &[Option<Cell>]) -> Option<Option<usize>> {
    if cells.iter().flatten().any(|cell| cell.state == State::Broken) {
        return None;
    }
    match entry.content {
        Content::Unreadable => Some(None),
        Content::Planned(plan) => {
            let mut faults = plan.diagnostics.iter();
            let fault = faults.find(|fault| fault.is_error() && fault.code != Code::PromisedRegion);
            fault.map(|fault| line_of(plan, fault))
        }
        Content::Absent => None,
    }
}

fn line_of(plan: &PagePlan, fault: &Diagnostic) -> Option<usize> {
    fault.span.as_ref().map(|span| position(&plan.text, span.start).line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::parse::{CatalogFile, Role, parse};
    use crate::plan::{Options, PageInput, plan_page};

    const CATALOG: &str = r#"
namespace = "k"
provider = "p"
default_model = "m"
[[models]]
id = "m"
name = "M"
reasoning = true
input = ["text"]
cost = { input = 1, output = 2 }
context_window = 1000
max_tokens = 100
"#;

    /// A matrix of pages by locale (`-` for the source language), one page in all of them; no text is no page.
    fn shown(promises: &str, pages: &[(&str, &str)]) -> Vec<String> {
        let toml = format!("{CATALOG}{promises}");
        let (mut catalog, faults) =
            parse(&[CatalogFile { path: "k.toml".into(), text: toml.into(), role: Role::Family, folder: 0 }]);
        assert_eq!(faults, []);
        catalog.source_locale = "en".into();
        let locale = |tag: &str| (tag != "-").then(|| tag.to_owned());
        let plan = |(tag, text): &(&str, &str)| {
            let (path, text) = (format!("{tag}.md"), text.replace("S ", "<!-- k-").replace(" E", " -->"));
            let input = PageInput {
                path,
                text: text.into(),
                locale: locale(tag),
                name: Some("a".into()),
                ..PageInput::default()
            };
            plan_page(&catalog, &input, Options::default())
        };
        let plans: Vec<PagePlan> = pages.iter().map(plan).collect();
        let entries = pages.iter().zip(&plans).map(|((tag, text), plan)| Entry {
            locale: locale(tag),
            path: plan.path.clone(),
            shown: true,
            content: match *text {
                "" => Content::Absent,
                "\u{fffd}" => Content::Unreadable,
                _ => Content::Planned(plan),
            },
        });
        let (mut sources, translations): (Vec<_>, Vec<_>) = entries.partition(|entry| entry.locale.is_none());
        let sheet = Sheet { name: Some("a".into()), source: sources.pop(), translations, beside: None };
        let matrix = matrix(&catalog, &[sheet]);
        let Some(page) = matrix.pages.first() else { return Vec::new() };
        let heads: Vec<&str> = page.columns.iter().map(|column| column.name.as_deref().unwrap_or("page")).collect();
        let rows = matrix.languages.iter().zip(&page.rows).map(|(language, row)| {
            let cell = |cell: &Option<Cell>| match cell {
                None => "-".to_owned(),
                Some(Cell { state, line: None, .. }) => state.name().to_owned(),
                Some(Cell { state, line: Some(line), .. }) => format!("{}:{line}", state.name()),
            };
            let cells = row.as_ref().map(|row| row.cells.iter().map(cell).collect::<Vec<_>>().join(" "));
            format!("{} {}", language.tag, cells.unwrap_or_default())
        });
        std::iter::once(heads.join(" ")).chain(rows).collect()
    }

    const IDS: &str = "S ids:start E\n- `m`\nS ids:end E\n";
    const REFS: &str = "S model-refs:start E\n- `p/m`\nS model-refs:end E\n";
    const OLD: &str = "S ids:start E\n- `old`\nS ids:end E\n";

    fn check(pages: &[(&str, &str)], expect: &[&str]) {
        assert_eq!(shown("", pages), expect);
    }

    #[test]
    fn states() {
        let both = format!("{IDS}\n{REFS}");
        check(
            &[("-", &both), ("fr", OLD), ("de", "x k- \n"), ("ja", ""), ("it", "\u{fffd}")],
            &[
                "k-ids k-model-refs",
                "en in-sync:1 in-sync:5",
                "de missing missing",
                "fr drifted:1 missing",
                "it broken broken",
                "ja not-translated not-translated",
            ],
        );
    }

    #[test]
    fn a_region_that_the_source_page_has_twice() {
        check(
            &[("-", &format!("{IDS}\n{IDS}")), ("fr", IDS)],
            &["k-ids k-ids", "en in-sync:1 in-sync:5", "fr in-sync:1 missing"],
        );
    }

    #[test]
    fn halves_and_hidden_regions_are_broken() {
        let both = format!("{IDS}\n{REFS}");
        let half = format!("S ids:start E\n- `m`\n\n{REFS}");
        check(
            &[("-", &both), ("fr", &half)],
            &["k-ids k-model-refs", "en in-sync:1 in-sync:5", "fr broken:1 in-sync:4"],
        );
        check(
            &[("-", &half), ("fr", &both)],
            &["k-ids k-model-refs", "en broken:1 in-sync:4", "fr in-sync:1 in-sync:5"],
        );
        // A name that nobody knows may be any region that is not there.
        let unknown = both.replace("k-ids", "k-idz").replace("S ids", "S idz");
        check(
            &[("-", &both), ("fr", &unknown)],
            &["k-ids k-model-refs", "en in-sync:1 in-sync:5", "fr broken:1 in-sync:5"],
        );
    }

    #[test]
    fn a_fault_that_concerns_no_region_of_the_page() {
        let stray = format!("{IDS}\nS ids:end E\n");
        check(&[("-", IDS), ("fr", &stray)], &["k-ids page", "en in-sync:1 -", "fr in-sync:1 broken:5"]);
        check(&[("-", "S idz:start E\n")], &["page", "en broken:1"]);
        check(&[("-", "\u{fffd}")], &["page", "en broken"]);
    }

    #[test]
    fn what_the_source_page_lacks() {
        check(
            &[("-", REFS), ("de", REFS), ("fr", &format!("{IDS}{REFS}"))],
            &["k-model-refs k-ids", "en in-sync:1 -", "de in-sync:1 -", "fr in-sync:4 in-sync:1"],
        );
        check(&[("fr", IDS), ("de", OLD)], &["k-ids", "de drifted:1", "fr in-sync:1"]);
        check(&[("-", "nothing\n"), ("fr", "nothing\n")], &[]);
    }

    #[test]
    fn promised_regions() {
        let shown = |pages: &[(&str, &str)]| shown("[pages]\na = [\"ids\", \"model-refs\"]\n", pages);
        assert_eq!(
            shown(&[("-", REFS), ("fr", IDS), ("de", "")]),
            ["k-model-refs k-ids", "en in-sync:1 missing", "de not-translated not-translated", "fr missing in-sync:1",]
        );
    }

    #[test]
    fn totals_and_languages() {
        let catalog = Catalog { source_locale: "en".into(), ..Catalog::default() };
        let entry = |locale: &str, shown| Entry {
            locale: (!locale.is_empty()).then(|| locale.to_owned()),
            path: format!("{locale}.md"),
            shown,
            content: Content::Unreadable,
        };
        let sheet = |name: &str, translations| Sheet {
            name: Some(name.to_owned()),
            source: Some(entry("", false)),
            translations,
            beside: None,
        };
        let sheets = [
            sheet("b", vec![entry("pt-BR", true), entry("de", true)]),
            sheet("a", vec![entry("pt-br", true), entry("fr", false)]),
        ];
        let matrix = matrix(&catalog, &sheets);
        let tags: Vec<&str> = matrix.languages.iter().map(|language| language.tag.as_str()).collect();
        assert_eq!(tags, ["de", "pt-BR"], "one that is not asked for has no row, and case makes no language");
        assert_eq!(matrix.pages.iter().map(|page| page.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(matrix.totals.of(State::Broken), 3);
        assert_eq!(matrix.languages[1].totals.all(), 2);
        assert_eq!((matrix.pages[1].columns[0].totals.all(), matrix.languages_in_sync()), (2, 0));
    }
}
