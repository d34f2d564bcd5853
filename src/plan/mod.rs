//! From catalogs and pages to a plan: which regions drifted, how, and the edits that mend them.
//!
//! The one module that sees all others. It decides no output: writing, `--check` and `--diff` differ only after it.

mod body;
mod code;
mod differences;
mod fenced;
mod list;
pub mod parity;
mod region;
mod table;
mod tables;

use crate::catalog::{Catalog, Family, Kind};
use crate::diagnostic::{Code, Diagnostic, sort};
use crate::page::{self, Form, Namespace, Scan, Site, Unpaired};
use crate::render::words::Missing;
use crate::text::Edit;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

pub use tables::{PageTable, columns, tables};

/// By which rules a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// MDX for `.mdx`; CommonMark with components for all else.
    #[default]
    Auto,
    /// MDX: indentation never makes code.
    Mdx,
    /// CommonMark, in which indentation is free between the lines of a component.
    CommonMark,
}

/// One page as the planner takes it.
#[derive(Debug, Clone, Default)]
pub struct PageInput {
    /// The page as the user names it; diagnostics use it.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// The language tag; `None` for the source language.
    pub locale: Option<String>,
    /// The name in any language (`providers/moonshot`), which promises go by; `None` where the path has none.
    pub name: Option<String>,
    /// By which rules it is read.
    pub dialect: Dialect,
}

/// What differs between the catalog and a region, in the catalog's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A model that the region lacks: `+ kimi-k3`.
    Missing(String),
    /// A model, or something else, that the region should not have: `- kimi-k2-turbo`.
    Extra(String),
    /// A value: `~ kimi-k2.6 maxTokens 8192 -> 262144`.
    Changed {
        /// The model, or the heading's column.
        model: String,
        /// The field.
        field: String,
        /// What the page says.
        old: String,
        /// What the catalog says.
        new: String,
    },
    /// The right things in another order.
    Order,
    /// Something else that a reader would see, in words: `a list, not a table`.
    Other(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "+ {what}"),
            Self::Extra(what) => write!(f, "- {what}"),
            Self::Changed { model, field, old, new } => write!(f, "~ {model} {field} {old} -> {new}"),
            Self::Order => f.write_str("order"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

/// The kind of place that a region stands in, as its twin in another language should.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Prose.
    Prose,
    /// Prose, with a fence of this language and nothing else between its markers.
    AroundFence(String),
    /// Front matter.
    FrontMatter,
    /// A fence of this language.
    Fence(String),
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Prose => f.write_str("prose"),
            Self::AroundFence(language) => write!(f, "prose, around a fence of `{language}`"),
            Self::FrontMatter => f.write_str("front matter"),
            Self::Fence(language) => write!(f, "a fence of `{language}`"),
        }
    }
}

/// One region of a page, as planned.
#[derive(Debug, Clone)]
pub struct RegionPlan {
    /// The full name, namespace included.
    pub name: String,
    /// The family, as an index into [`Catalog::families`].
    pub family: usize,
    /// The region's name, without its namespace.
    pub region: String,
    /// The kind of place that it stands in.
    pub standing: Standing,
    /// Whether it has a fault of its own, so that nobody knows whether it drifted.
    pub broken: bool,
    /// The line of its start marker, from 1.
    pub line: usize,
    /// The bytes of its start marker's line (without its line end).
    pub marker: Range<usize>,
    /// The bytes between its marker lines.
    pub body: Range<usize>,
    /// What differs; empty where the region says what the catalog says.
    pub drift: Vec<Difference>,
    /// Whether it is written anew (it drifted, or `rewrite` was asked for and the text differs).
    pub edited: bool,
    /// Lines of the old body that are no catalog content and go with the rewriting: notes, comments, prose.
    pub removed: Vec<String>,
    /// The look that it has or takes, by name: for `explain`.
    pub look: Vec<(&'static str, String)>,
}

/// One page, as planned.
#[derive(Debug, Clone)]
pub struct PagePlan {
    /// The page as the user names it.
    pub path: String,
    /// Its language; `None` for the source language.
    pub locale: Option<String>,
    /// The text as it was read.
    pub text: Arc<str>,
    /// Its regions, from top to bottom.
    pub regions: Vec<RegionPlan>,
    /// The markers that are part of no region, from top to bottom; lines from 0.
    pub unpaired: Vec<Unpaired>,
    /// The edits, sorted and apart; empty where nothing drifted or the page has a fault.
    pub edits: Vec<Edit>,
    /// Whether one of the edits is a new [`stamp`](crate::stamp): the only one that ever lies outside the regions. No
    /// page is planned so; who refreshes stamps adds it.
    pub stamped: bool,
    /// What is wrong with the page.
    pub diagnostics: Vec<Diagnostic>,
}

impl PagePlan {
    /// The page as it is to be; `None` where nothing changes.
    #[must_use]
    pub fn new_text(&self) -> Option<String> {
        (!self.edits.is_empty()).then(|| crate::text::apply(&self.text, &self.edits))
    }

    /// Whether the page has a fault, so that nothing may be written to it.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// How to plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Write every region anew, drifted or not.
    pub rewrite: bool,
}

/// What a region says, held against the catalog.
#[derive(Debug, Default)]
struct Said {
    /// What differs.
    drift: Vec<Difference>,
    /// What is no content of a catalog.
    removed: Vec<String>,
    /// The content as it should be, without the prefixes of its lines.
    text: String,
    /// The look that was read.
    look: Vec<(&'static str, String)>,
}

impl Dialect {
    /// Whether a page of this path is read by MDX's rules.
    ///
    /// ```
    /// use moonsync::plan::Dialect;
    /// assert!(Dialect::Auto.is_mdx("docs/a.MDX"));
    /// assert!(!Dialect::Auto.is_mdx("docs/a.md"));
    /// assert!(Dialect::Mdx.is_mdx("docs/a.md"));
    /// ```
    #[must_use]
    pub fn is_mdx(self, path: &str) -> bool {
        match self {
            Self::Mdx => true,
            Self::CommonMark => false,
            Self::Auto => path.len() >= 4 && path.as_bytes()[path.len() - 4..].eq_ignore_ascii_case(b".mdx"),
        }
    }
}

/// Scans a page for the regions of a catalog.
#[must_use]
pub fn scan_page(catalog: &Catalog, page: &PageInput) -> Scan {
    let names: Vec<Vec<&str>> = catalog
        .families
        .iter()
        .map(|family| family.regions.iter().map(|region| region.name.as_str()).collect())
        .collect();
    let namespaces: Vec<Namespace<'_>> = catalog
        .families
        .iter()
        .zip(&names)
        .map(|(family, regions)| Namespace { name: &family.namespace, regions })
        .collect();
    page::scan(&page.path, &page.text, page.dialect.is_mdx(&page.path), &namespaces)
}

/// Plans one page. Pages do not depend on each other, so they may be planned in parallel.
///
/// Everything that is wrong with the page is in [`PagePlan::diagnostics`]; with an error among them there are no edits.
/// What is to be written was read again, and says what the catalog says: where it would not, there is an
/// [`Internal`](Code::Internal) error instead of an edit.
///
/// ```
/// use moonsync::catalog::parse::{parse, CatalogFile, Role};
/// use moonsync::plan::{plan_page, Options, PageInput};
///
/// let catalog = r#"
/// namespace = "kimi"
/// provider = "moonshot"
/// default_model = "k3"
/// [[models]]
/// id = "k3"
/// name = "K3"
/// reasoning = true
/// input = ["text"]
/// cost = { input = 1, output = 2 }
/// context_window = 1000
/// max_tokens = 100
/// "#;
/// let file = CatalogFile { path: "kimi.toml".into(), text: catalog.into(), role: Role::Family, folder: 0 };
/// let (catalog, faults) = parse(&[file]);
/// assert!(faults.is_empty());
///
/// let page = PageInput {
///     path: "page.md".into(),
///     text: "<!-- kimi-ids:start -->\n* `k2`\n<!-- kimi-ids:end -->\n".into(),
///     ..PageInput::default()
/// };
/// let plan = plan_page(&catalog, &page, Options::default());
/// assert_eq!(plan.regions[0].drift.iter().map(ToString::to_string).collect::<Vec<_>>(), ["+ k3", "- k2"]);
/// assert_eq!(plan.new_text().unwrap(), "<!-- kimi-ids:start -->\n* `k3`\n<!-- kimi-ids:end -->\n");
/// ```
#[must_use]
pub fn plan_page(catalog: &Catalog, page: &PageInput, options: Options) -> PagePlan {
    let mut plan = draft(catalog, page, options);
    if plan.is_faulty() {
        plan.edits.clear();
    } else if let Some(text) = plan.new_text() {
        let fault = check(catalog, page, options, &plan, text);
        if let Some(fault) = fault {
            plan.edits.clear();
            plan.diagnostics.push(fault);
        }
    }
    sort(&mut plan.diagnostics);
    plan
}

/// Plans a page without reading again what is to be written.
fn draft(catalog: &Catalog, page: &PageInput, options: Options) -> PagePlan {
    let scan = scan_page(catalog, page);
    let mut plan = PagePlan {
        path: page.path.clone(),
        locale: page.locale.clone(),
        text: Arc::clone(&page.text),
        regions: Vec::new(),
        unpaired: scan.unpaired.clone(),
        edits: Vec::new(),
        stamped: false,
        diagnostics: scan.diagnostics.clone(),
    };
    plan.diagnostics.extend(promises(catalog, page, &scan).into_iter().map(|(_, _, fault)| fault));
    let page_list = std::cell::OnceCell::new();
    let surveys = fenced::Surveys::default();
    for found in &scan.regions {
        let family = &catalog.families[found.start.family];
        let Some(region) = family.region(&found.start.region) else { continue };
        let planner = region::Planner {
            catalog,
            family,
            region,
            found,
            scan: &scan,
            page,
            options,
            page_list: &page_list,
            surveys: &surveys,
        };
        let lines = &scan.host.lines;
        let body = lines[found.start.line + 1].line.text.start..lines[found.end.line].line.text.start;
        let mut planned = RegionPlan {
            name: format!("{}-{}", family.namespace, region.name),
            family: found.start.family,
            region: region.name.clone(),
            standing: standing(&scan, found),
            broken: false,
            line: found.start.line + 1,
            marker: found.start.span.clone(),
            body,
            drift: Vec::new(),
            edited: false,
            removed: Vec::new(),
            look: Vec::new(),
        };
        match planner.plan() {
            Ok(outcome) => {
                let edit = outcome.edit.filter(|edit| page.text[edit.range.clone()] != edit.text);
                planned.edited = edit.is_some();
                planned.look = outcome.said.look;
                planned.removed = if planned.edited { outcome.said.removed } else { Vec::new() };
                planned.drift = outcome.said.drift;
                plan.edits.extend(edit);
                let missing = outcome.missing.iter();
                plan.diagnostics.extend(missing.map(|word| missing_word(family, page, word)));
                plan.diagnostics.extend(outcome.warnings);
            }
            Err(fault) => {
                planned.broken = true;
                plan.diagnostics.push(*fault);
            }
        }
        plan.regions.push(planned);
    }
    plan
}

fn standing(scan: &Scan, region: &page::Region) -> Standing {
    let language = |fence: usize| scan.host.fences[fence].language.clone();
    match region.site {
        Site::FrontMatter { .. } => Standing::FrontMatter,
        Site::Fence(fence) => Standing::Fence(language(fence)),
        Site::Prose => match page::whole_fence(scan, region) {
            Some(fence) => Standing::AroundFence(language(fence)),
            None => Standing::Prose,
        },
    }
}

/// Reads what is to be written again: the same regions, the same bytes outside them, and no further change.
fn check(catalog: &Catalog, page: &PageInput, options: Options, plan: &PagePlan, text: String) -> Option<Diagnostic> {
    let fault = |line: usize, what: String| {
        let span = plan.regions.iter().find(|region| region.line == line).map(|region| region.marker.clone());
        let help = "nothing was written; please report this with the page and the catalog";
        let fault = Diagnostic::new(Code::Internal, page.path.clone(), what).help(help);
        Some(span.map_or(fault.clone(), |span| fault.at(span)))
    };
    for edit in &plan.edits {
        // Regions stand in the page's order, and none within another.
        let after = plan.regions.partition_point(|region| region.body.start <= edit.range.start);
        let region = after.checked_sub(1).map(|at| &plan.regions[at]);
        let inside = region.is_some_and(|region| edit.range.end <= region.body.end);
        if !inside {
            return fault(0, "an edit lies outside every region".to_owned());
        }
    }
    let new = PageInput { text: text.into(), ..page.clone() };
    let again = draft(catalog, &new, options);
    // A list or a table may end a paragraph, take up the lines after it, or go on with the list before it.
    let elsewhere = |what: String| {
        let message = format!("written here, the region would change how the lines around it are read: {what}");
        let region = culprit(catalog, page, options, plan);
        let help = match region.map(|region| &region.standing) {
            Some(Standing::Fence(_) | Standing::FrontMatter) => "mend what the catalog puts there, or move the region",
            _ => "set its markers apart from what stands around them: blank lines, and no indentation of their own",
        };
        let span = region.map_or(0..0, |region| region.marker.clone());
        Some(Diagnostic::new(Code::NoForm, page.path.clone(), message).at(span).help(help))
    };
    if let Some(first) = again.diagnostics.iter().find(|diagnostic| diagnostic.is_error()) {
        return elsewhere(first.message.clone());
    }
    let names = |plan: &PagePlan| plan.regions.iter().map(|region| region.name.clone()).collect::<Vec<_>>();
    if names(&again) != names(plan) {
        return elsewhere("other markers would count".to_owned());
    }
    for (n, (before, after)) in plan.regions.iter().zip(&again.regions).enumerate() {
        if !after.drift.is_empty() || after.edited {
            // What ends an HTML block, say, changes what the regions behind it stand in.
            if surroundings(&scan_page(catalog, page), n) != surroundings(&scan_page(catalog, &new), n) {
                return elsewhere(format!("`{}` would stand in another place", after.name));
            }
            let first = after.drift.first().map_or_else(|| "another spelling".to_owned(), ToString::to_string);
            return fault(before.line, format!("what would be written does not read back: {first}"));
        }
    }
    None
}

/// The region whose writing alone changes what the page holds; the first that is to be written where none does alone, or
/// where there are too many to try.
fn culprit<'p>(catalog: &Catalog, page: &PageInput, options: Options, plan: &'p PagePlan) -> Option<&'p RegionPlan> {
    const MOST: usize = 50;
    let edited: Vec<&RegionPlan> = plan.regions.iter().filter(|region| region.edited).collect();
    let names = |plan: &PagePlan| plan.regions.iter().map(|region| region.name.clone()).collect::<Vec<_>>();
    let is_culprit = |region: &&&RegionPlan| {
        let inside = |edit: &&Edit| region.body.start <= edit.range.start && edit.range.end <= region.body.end;
        let edits: Vec<Edit> = plan.edits.iter().filter(inside).cloned().collect();
        let text = crate::text::apply(&page.text, &edits);
        let alone = draft(catalog, &PageInput { text: text.into(), ..page.clone() }, options);
        alone.is_faulty() || names(&alone) != names(plan)
    };
    let few = edited.len() <= MOST;
    edited.iter().filter(|_| few).find(is_culprit).or(edited.first()).copied()
}

/// What the markers of a region stand in.
fn surroundings(scan: &Scan, region: usize) -> Option<[impl PartialEq + use<>; 2]> {
    let host = &scan.host;
    let region = scan.regions.get(region)?;
    Some([&region.start, &region.end].map(|marker| {
        let line = &host.lines[marker.line];
        let kinds: Vec<page::host::ContainerKind> =
            host.ancestors(line.container).map(|container| host.containers[container].kind).collect();
        (std::mem::discriminant(&line.place), line.continues, line.free, kinds)
    }))
}

/// The regions that the catalog promises for a page and that are gone: the family, the region, and the fault.
#[must_use]
pub fn broken_promises(catalog: &Catalog, page: &PageInput) -> Vec<(usize, String, Diagnostic)> {
    if page.name.is_none() || catalog.families.iter().all(|family| family.promises.is_empty()) {
        return Vec::new();
    }
    promises(catalog, page, &scan_page(catalog, page))
}

fn promises(catalog: &Catalog, page: &PageInput, scan: &Scan) -> Vec<(usize, String, Diagnostic)> {
    let mut out = Vec::new();
    let Some(name) = &page.name else { return out };
    for (number, family) in catalog.families.iter().enumerate() {
        for promise in family.promises.iter().filter(|promise| promise.page == *name) {
            for region in &promise.regions {
                let has = |family: usize, known: &str| family == number && known == region;
                // A marker with a fault of its own is no region that is gone.
                if scan.markers.iter().any(|marker| has(marker.family, &marker.region))
                    || scan.unpaired.iter().any(|half| has(half.family, &half.region))
                {
                    continue;
                }
                let full = format!("{}-{region}", family.namespace);
                let message = format!("the region `{full}` is gone, and {} promises it", family.path);
                let help = put_back(family, region, page, scan);
                out.push((
                    number,
                    region.clone(),
                    Diagnostic::new(Code::PromisedRegion, page.path.clone(), message).help(help),
                ));
            }
        }
    }
    out
}

/// How a region comes back into a page, where nothing is known but its kind and the page.
fn put_back(family: &Family, region: &str, page: &PageInput, scan: &Scan) -> String {
    let full = format!("{}-{region}", family.namespace);
    let in_fence = matches!(family.region(region).map(|region| &region.kind), Some(Kind::Models | Kind::Aliases));
    let (place, form, gap) = match () {
        () if in_fence => ("in a fence of json5 as here, in another as its language has comments", Form::Slashes, ""),
        () if scan.mdx => ("in prose as here or in a fence as its language has comments", Form::Jsx, "\n"),
        () => ("in prose as here or in a fence as its language has comments", Form::Definition, "\n"),
    };
    let start = form.write(&format!("{full}:start"));
    let end = form.write(&format!("{full}:end"));
    match &page.locale {
        Some(_) => {
            let restore = crate::text::command(&["mark", "restore", &page.path]);
            format!("put it back where the source page has it: {restore}\nor paste, {place}:\n{start}\n{gap}{end}")
        }
        None => format!("put it back, {place}:\n{start}\n{gap}{end}"),
    }
}

/// A word that the page's language lacks: one warning, whatever the number of pages.
fn missing_word(family: &Family, page: &PageInput, missing: &Missing) -> Diagnostic {
    let locale = page.locale.as_deref().unwrap_or_default();
    let file = family.locales.iter().find(|known| crate::catalog::same_tag(&known.tag, locale));
    let path = file.map(|file| file.path.clone());
    let folder = family.path.rfind('/').map_or("", |at| &family.path[..=at]);
    let place = path.clone().unwrap_or_else(|| format!("{folder}locales/{locale}.toml"));
    let quoted = |word: &str| crate::content::Value::String(word.to_owned()).to_string();
    let (message, lines) = match missing {
        Missing::Term(word) => {
            (format!("{locale} has no word for {}", quoted(word)), format!("[terms]\n{} = \"…\"", quoted(word)))
        }
        Missing::Heading(column) => (
            format!("{locale} has no heading for the column `{}`", column.key()),
            format!(
                "[columns]\n{} = \"…\"",
                if column.key().contains('.') { quoted(column.key()) } else { column.key().to_owned() }
            ),
        ),
    };
    let help = format!("it is written as in the source language; add to {place}:\n{lines}");
    Diagnostic::new(Code::MissingWord, path.unwrap_or_default(), message).help(help)
}
