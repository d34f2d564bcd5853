//! Markers that a translation lost, put back where the source page has them.
//!
//! Words tell nothing across languages, so that places are found by structure: headings by level, fences by language
//! and lines, tables by columns, components by name, and above all by what a list, a table or a fence lists. A place is
//! taken only where nothing else is nearly as good; what a region says stays as it is.

mod align;
mod blocks;
mod entries;
mod seat;
mod seek;
mod tell;
#[cfg(test)]
mod tests;

use super::insert::FenceText;
use super::internal;
use crate::catalog::{Catalog, Family, Kind, Region};
use crate::diagnostic::{Code, Diagnostic};
use crate::page::{self, Edge, Place, Scan, Site};
use crate::plan::{Options, PageInput, PagePlan, RegionPlan, plan_page, scan_page};
use crate::shape::json5::{Syntax, read_whole};
use crate::text::{Edit, apply, position, visible};
use align::{Alignment, NEVER};
use blocks::Block;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A page with the markers that it had lost.
#[derive(Debug, Clone, Default)]
pub struct Restored {
    /// The edits on the page as it was; each of them adds whole lines.
    pub edits: Vec<Edit>,
    /// What is back, from top to bottom.
    pub regions: Vec<Regained>,
    /// What can't be put back, and why.
    pub diagnostics: Vec<Diagnostic>,
}

/// A region that has its markers again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regained {
    /// Its name, with its namespace.
    pub name: String,
    /// The line of the start marker in the page as it is to be, from 1.
    pub line: usize,
    /// Which markers were put back, and around what.
    pub how: String,
    /// The line of the start marker in the source page, from 1.
    pub source_line: usize,
}

/// Puts the markers that a translation lost back where its source page has them: both of a pair, or the other half of
/// one. Nothing but whole lines is added, markers and the blank lines that they need.
///
/// Where the pages do not tell the place for sure, there is a [`CannotRestore`](Code::CannotRestore) warning with the
/// lines to paste instead.
///
/// ```
/// # use moonsync::catalog::parse::{parse, CatalogFile, Role};
/// use moonsync::mark::restore;
/// use moonsync::plan::PageInput;
/// # let text = "namespace = \"kimi\"\nprovider = \"m\"\ndefault_model = \"k\"\n[[models]]\nid = \"k\"\nname = \"K\"\n\
/// #     reasoning = true\ninput = [\"text\"]\ncost = { input = 1 }\ncontext_window = 1\nmax_tokens = 1\n";
/// # let file = CatalogFile { path: "k.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
/// # let (catalog, faults) = parse(&[file]);
/// # assert!(faults.is_empty());
/// let page = |text: &str| PageInput { path: "page.md".into(), text: text.into(), ..PageInput::default() };
/// let source = page("# Models\n\n<!-- kimi-ids:start -->\n- `k`\n<!-- kimi-ids:end -->\n");
/// let translation = page("# Modèles\n\n- `k`\n");
/// let restored = restore(&catalog, &source, &translation);
/// assert_eq!(
///     moonsync::text::apply(&translation.text, &restored.edits),
///     "# Modèles\n\n<!-- kimi-ids:start -->\n- `k`\n<!-- kimi-ids:end -->\n"
/// );
/// ```
#[must_use]
pub fn restore(catalog: &Catalog, source: &PageInput, page: &PageInput) -> Restored {
    let model = Model::new(catalog, source);
    let mut restored = Restored::default();
    let mut now = page.clone();
    loop {
        let twin = Twin::new(catalog, &now);
        let context = Context { catalog, model: &model, twin: &twin, pages: OnceCell::new() };
        let mut faults = Vec::new();
        let mut progress = None;
        for lost in context.lost() {
            match lost.and_then(|lost| context.restore(&lost)) {
                Ok(done) => {
                    progress = Some(done);
                    break;
                }
                Err(fault) => faults.push(*fault),
            }
        }
        let Some(done) = progress else {
            if restored.edits.is_empty() {
                restored.diagnostics = faults;
            } else {
                // Their places are of the page as it will be.
                restored.diagnostics.extend(faults.into_iter().map(|fault| Diagnostic { span: None, ..fault }));
            }
            restored.regions.sort_by_key(|region| region.line);
            return restored;
        };
        for known in restored.regions.iter_mut() {
            known.line += done.lines.iter().filter(|(at, _)| *at < known.line).map(|(_, count)| count).sum::<usize>();
        }
        // The last first, so that the places of the others stay.
        for edit in done.edits.into_iter().rev() {
            add(&mut restored.edits, edit);
        }
        now.text = apply(&page.text, &restored.edits).into();
        if now.text[..] != done.text {
            restored =
                Restored { diagnostics: vec![internal(&page.path, "lines were put elsewhere")], ..Restored::default() };
            return restored;
        }
        restored.regions.push(done.region);
    }
}

/// What to do about a region that a page lost and its source page has: where it stands there, and the lines to paste.
/// Gives nothing where the source page does not have it.
#[must_use]
pub fn advice(catalog: &Catalog, source: &PageInput, page: &PageInput, family: usize, region: &str) -> Option<String> {
    let model = Model::new(catalog, source);
    let twin = Twin::new(catalog, page);
    let context = Context { catalog, model: &model, twin: &twin, pages: OnceCell::new() };
    let at =
        model.scan.regions.iter().position(|known| known.start.family == family && known.start.region == region)?;
    let command = crate::text::command(&["mark", "restore", &page.path]);
    let (place, lines) = context.to_paste(&Lost { at, start: None, end: None });
    Some(format!("{place}; to put it back as it stands there: {command}\nor paste:\n{lines}"))
}

/// Adds an edit of a page that has been edited to the edits; all of them only insert.
fn add(edits: &mut Vec<Edit>, new: Edit) {
    let mut grown = 0;
    for (n, edit) in edits.iter_mut().enumerate() {
        let at = edit.range.start + grown;
        if new.range.start < at {
            let start = new.range.start - grown;
            edits.insert(n, Edit { range: start..start, text: new.text });
            return;
        }
        if new.range.start <= at + edit.text.len() {
            edit.text.insert_str(new.range.start - at, &new.text);
            return;
        }
        grown += edit.text.len();
    }
    let start = new.range.start - grown;
    edits.push(Edit { range: start..start, text: new.text });
}

type Key = (usize, String);

/// What a whole answer must be better by than any other: a paragraph that has a counterpart.
const SURE: i32 = 20;

/// The source page.
struct Model<'a> {
    page: &'a PageInput,
    scan: Scan,
    plan: PagePlan,
    blocks: Vec<Block>,
}

impl<'a> Model<'a> {
    fn new(catalog: &Catalog, page: &'a PageInput) -> Self {
        let scan = scan_page(catalog, page);
        let plan = plan_page(catalog, page, Options::default());
        let mut blocks = blocks::of_page(&page.text, &scan);
        for region in scan.regions.iter().filter(|region| region.site == Site::Prose) {
            with_body(catalog, &mut blocks, region);
        }
        Self { page, scan, plan, blocks }
    }

    fn planned(&self, region: usize) -> Option<&RegionPlan> {
        let line = self.scan.regions[region].start.line + 1;
        self.plan.regions.iter().find(|planned| planned.line == line)
    }
}

/// Gives a region of models that is empty a body to compare with.
fn with_body(catalog: &Catalog, blocks: &mut Vec<Block>, region: &page::Region) {
    let family = &catalog.families[region.start.family];
    let Some(known) = family.region(&region.start.region) else { return };
    if matches!(known.kind, Kind::Template(_)) {
        return;
    }
    let body = |block: &Block| region.body_lines().contains(&block.lines.start);
    let listed = |block: &&Block| {
        body(block) && matches!(block.kind, blocks::Kind::List | blocks::Kind::Table(_) | blocks::Kind::Fence(..))
    };
    if blocks.iter().find(listed).is_none()
        && let Some(at) = blocks.iter().position(|block| block.lines.start == region.start.line)
    {
        let ids = family.models_of(known).map(|model| model.id.clone());
        blocks.insert(at + 1, Block::empty(region.start.line + 1, ids));
    }
}

/// The translation.
struct Twin<'a> {
    page: &'a PageInput,
    scan: Scan,
    plan: PagePlan,
    blocks: Vec<Block>,
}

impl<'a> Twin<'a> {
    fn new(catalog: &Catalog, page: &'a PageInput) -> Self {
        let scan = scan_page(catalog, page);
        let plan = plan_page(catalog, page, Options::default());
        let blocks = blocks::of_page(&page.text, &scan);
        Self { page, scan, plan, blocks }
    }

    fn text(&self) -> &'a str {
        &self.page.text
    }

    fn sound(&self, key: &Key) -> usize {
        self.scan.regions.iter().filter(|region| key_of(region) == *key).count()
    }

    /// Whether a line stands between the markers of a region.
    fn in_region(&self, line: usize) -> bool {
        self.scan.regions.iter().any(|region| region.body_lines().contains(&line))
    }
}

fn key_of(region: &page::Region) -> Key {
    (region.start.family, region.start.region.clone())
}

/// A region of the source page that the translation lacks, or has half of.
#[derive(Debug, Clone, Copy)]
struct Lost {
    /// The region of the source page, by index.
    at: usize,
    /// The line of the start marker in the translation, where it has it.
    start: Option<usize>,
    /// The line of the end marker.
    end: Option<usize>,
}

/// Where the markers belong.
struct Seat {
    /// The lines of what belongs between the markers; for an empty region, the blank lines in which it goes.
    lines: Range<usize>,
    empty: bool,
    /// What stands before the words of the markers' lines.
    prefix: String,
    /// In words.
    how: String,
}

/// What one region came to.
struct Done {
    edits: Vec<Edit>,
    /// Before which lines of the page how many were added.
    lines: Vec<(usize, usize)>,
    text: String,
    region: Regained,
}

type Fault = Box<Diagnostic>;

/// The entries that belong to a region.
struct Ours<'a> {
    catalog: &'a Catalog,
    family: usize,
    region: &'a Region,
}

impl Ours<'_> {
    fn family(&self) -> &Family {
        &self.catalog.families[self.family]
    }

    /// Whether a family has, or had, a model of this id.
    fn knows(family: &Family, id: &str) -> bool {
        family.models.iter().any(|model| model.id == id) || family.retired.iter().any(|retired| retired.id == id)
    }

    /// Whether a word names a model that the region renders, or once rendered.
    fn names(&self, word: &str) -> bool {
        let word = word.trim();
        let family = self.family();
        // A ref of another provider is none of ours, whatever the pattern.
        let by_pattern = |id: &str| {
            family
                .ids
                .iter()
                .any(|pattern| pattern.matches(id) && (!id.contains('/') || pattern.as_str().contains('/')))
        };
        if let Some((provider, id)) = word.split_once('/')
            && provider == family.provider
        {
            return self.region.takes(id) && !id.contains(char::is_whitespace);
        }
        if Self::knows(family, word) {
            return self.region.takes(word);
        }
        let others = || self.catalog.families.iter().any(|other| Self::knows(other, word));
        let named = || family.models.iter().any(|model| model.name == word || model.alias == word);
        let is_id = !word.is_empty() && !word.contains(char::is_whitespace);
        is_id && by_pattern(word) && self.region.takes(word) && !others() || named()
    }

    /// Whether two blocks list much the same models.
    fn lists_alike(&self, a: &Block, b: &Block) -> bool {
        let ids = |block: &Block| -> BTreeSet<String> {
            let first = |words: &Vec<String>| words.iter().find(|word| self.names(word)).cloned();
            let id = |word: String| {
                word.strip_prefix(&format!("{}/", self.family().provider)).map_or(word.clone(), str::to_owned)
            };
            block.items.iter().filter_map(first).map(id).collect()
        };
        let (a, b) = (ids(a), ids(b));
        2 * a.intersection(&b).count() * 2 >= a.len() + b.len()
    }

    /// Whether all items of a block do.
    fn lists(&self, block: &Block) -> bool {
        !block.items.is_empty() && block.items.iter().all(|words| words.iter().any(|word| self.names(word)))
    }
}

/// Two sequences of blocks and what is known of them.
struct Pair<'p> {
    source: &'p [Block],
    twin: &'p [Block],
    alignment: Alignment,
}

struct Context<'a> {
    catalog: &'a Catalog,
    model: &'a Model<'a>,
    twin: &'a Twin<'a>,
    pages: OnceCell<Option<Pair<'a>>>,
}

impl<'a> Context<'a> {
    fn ours(&self, key: &Key) -> Option<Ours<'a>> {
        let region = self.catalog.families[key.0].region(&key.1)?;
        Some(Ours { catalog: self.catalog, family: key.0, region })
    }

    fn name(&self, key: &Key) -> String {
        format!("{}-{}", self.catalog.families[key.0].namespace, key.1)
    }

    /// The regions that the translation has less often than the source page.
    fn lost(&self) -> Vec<Result<Lost, Fault>> {
        let mut all: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
        for (at, region) in self.model.scan.regions.iter().enumerate() {
            all.entry(key_of(region)).or_default().push(at);
        }
        let mut out: Vec<(usize, Result<Lost, Fault>)> = Vec::new();
        for (key, places) in all {
            let of = |edge: Edge| -> Vec<usize> {
                let markers = self.twin.scan.markers.iter();
                let same =
                    markers.filter(|marker| marker.edge == edge && (marker.family, &marker.region) == (key.0, &key.1));
                same.map(|marker| marker.line).collect()
            };
            let (starts, ends) = (of(Edge::Start), of(Edge::End));
            if starts.len() >= places.len() && ends.len() >= places.len() {
                continue;
            }
            let first = Lost { at: places[0], start: starts.first().copied(), end: ends.first().copied() };
            if let Some(fault) = self.hindrance(&key, &first) {
                out.push((places[0], Err(fault)));
                continue;
            }
            let found = match places[..] {
                [_] if starts.len() <= 1 && ends.len() <= 1 => vec![first],
                [_] => Vec::new(),
                _ => self.assign(&places, &starts, &ends),
            };
            if found.is_empty() {
                let why = "it stands there more than once, and which is which can't be told";
                out.push((places[0], Err(self.fault(&first, why))));
            }
            out.extend(found.into_iter().map(|lost| (lost.at, Ok(lost))));
        }
        out.sort_by_key(|(at, _)| *at);
        out.into_iter().map(|(_, lost)| lost).collect()
    }

    /// What must be mended before a region can be put back.
    fn hindrance(&self, key: &Key, lost: &Lost) -> Option<Fault> {
        let markers = &self.twin.scan.markers;
        let ghost = |line: usize| markers.iter().all(|marker| marker.line != line);
        let mut unpaired = self.twin.scan.unpaired.iter();
        let broken = unpaired.find(|half| (half.family, &half.region) == (key.0, &key.1) && ghost(half.line));
        if let Some(half) = broken {
            let span = self.twin.scan.host.lines[half.line].line.text.clone();
            let message = format!("a marker of `{}` must be mended before the other can be put back", self.name(key));
            let help = format!("to mend it: {}", crate::text::command(&["mark", "repair", &self.twin.page.path]));
            return Some(Box::new(
                Diagnostic::new(Code::CannotRestore, &*self.twin.page.path, message).at(span).help(help),
            ));
        }
        let fault = self.model.scan.diagnostics.iter().find(|fault| fault.is_error())?;
        let line = fault.span.as_ref().map_or(1, |span| position(&self.model.page.text, span.start).line);
        let why = format!("{}:{line} has a fault of its own", visible(&self.model.page.path));
        Some(self.fault(lost, &why))
    }

    /// Which of several regions of one name the translation lacks.
    fn assign(&self, places: &[usize], starts: &[usize], ends: &[usize]) -> Vec<Lost> {
        let Some(pair) = self.pages() else { return Vec::new() };
        let fence_of = |line: usize| match self.twin.scan.host.lines[line].place {
            Place::Fence(fence) => Some(fence),
            _ => None,
        };
        let mut found = Vec::new();
        for at in places {
            let region = &self.model.scan.regions[*at];
            let seek = |line: usize, lines: &[usize]| -> Option<usize> {
                let block = pair.source.iter().position(|block| block.lines.contains(&line))?;
                let partner = pair.alignment.partner(block).0?;
                let here = &pair.twin[partner];
                match here.kind {
                    blocks::Kind::Marker(..) => lines.iter().copied().find(|line| here.lines.contains(line)),
                    blocks::Kind::Fence(fence, _) => {
                        let mut inside = lines.iter().copied().filter(|line| fence_of(*line) == Some(fence));
                        let first = inside.next();
                        first.filter(|_| inside.next().is_none())
                    }
                    _ => None,
                }
            };
            let lost = Lost { at: *at, start: seek(region.start.line, starts), end: seek(region.end.line, ends) };
            found.push(lost);
        }
        let known = |of: fn(&Lost) -> Option<usize>| found.iter().filter_map(of).count();
        if known(|lost| lost.start) != starts.len() || known(|lost| lost.end) != ends.len() {
            return Vec::new();
        }
        found.retain(|lost| lost.start.is_none() || lost.end.is_none());
        found
    }

    /// The blocks of both pages, and how they go together; nothing where the pages are too long.
    fn pages(&self) -> Option<&Pair<'a>> {
        let make = || {
            let (source, twin) = (&self.model.blocks, &self.twin.blocks);
            self.pair(source, twin)
        };
        self.pages.get_or_init(make).as_ref()
    }

    fn pair<'p>(&self, source: &'p [Block], twin: &'p [Block]) -> Option<Pair<'p>> {
        if source.len().saturating_mul(twin.len()) > align::PAIRS {
            return None;
        }
        let inside = |scan: &Scan, block: &Block| -> Option<Key> {
            let region = scan.regions.iter().find(|region| region.body_lines().contains(&block.lines.start));
            region.filter(|_| !matches!(block.kind, blocks::Kind::Marker(..))).map(key_of)
        };
        let source_in: Vec<Option<Key>> = source.iter().map(|block| inside(&self.model.scan, block)).collect();
        let twin_in: Vec<Option<Key>> = twin.iter().map(|block| inside(&self.twin.scan, block)).collect();
        let open: BTreeMap<Key, bool> =
            source_in.iter().flatten().map(|key| (key.clone(), self.is_open(key))).collect();
        let score = |i: usize, j: usize| match (&source_in[i], &twin_in[j]) {
            (Some(a), Some(b)) if a != b => NEVER,
            (None, Some(_)) => NEVER,
            (Some(key), None) if !open[key] => NEVER,
            (Some(key), None) => self.body_score(key, &source[i], &twin[j]),
            _ => blocks::score(&source[i], &twin[j]),
        };
        let alignment = Alignment::new(source.len(), twin.len(), score);
        Some(Pair { source, twin, alignment })
    }

    /// Whether a region is whole less often here than on the source page.
    fn is_open(&self, key: &Key) -> bool {
        self.twin.sound(key) < self.model.scan.regions.iter().filter(|region| key_of(region) == *key).count()
    }

    /// What it is worth that a block of a region stands for one that lost its markers.
    fn body_score(&self, key: &Key, source: &Block, twin: &Block) -> i32 {
        match self.ours(key) {
            Some(ours) if !matches!(ours.region.kind, Kind::Template(_)) => {
                if self.holds(&ours, source, twin) {
                    blocks::score(source, twin)
                } else {
                    NEVER
                }
            }
            _ => blocks::score(source, twin),
        }
    }

    /// Whether a block can be the body of a region that has, or has not, a body like `source`.
    fn holds(&self, ours: &Ours<'_>, source: &Block, twin: &Block) -> bool {
        match (&source.kind, &twin.kind) {
            (blocks::Kind::Fence(_, a), blocks::Kind::Fence(fence, b)) => a == b && self.fence_lists(ours, *fence),
            (blocks::Kind::List | blocks::Kind::Table(_), blocks::Kind::List | blocks::Kind::Table(_)) => {
                ours.lists(twin)
            }
            (blocks::Kind::Empty, blocks::Kind::List | blocks::Kind::Table(_)) => {
                matches!(ours.region.kind, Kind::List { .. }) && ours.lists(twin)
            }
            _ => false,
        }
    }

    /// Whether a fence is one value whose entries are all of the region.
    fn fence_lists(&self, ours: &Ours<'_>, fence: usize) -> bool {
        let text = FenceText::of(self.twin.text(), &self.twin.scan.host, fence);
        match Syntax::of_language(&self.twin.scan.host.fences[fence].language) {
            Some(syntax) => read_whole(&text.text, syntax)
                .is_some_and(|whole| whole.body.entries.iter().all(|entry| ours.names(&entries::name(&entry.entry)))),
            None => {
                let lines = blocks::of_lines(self.twin.text(), &self.twin.scan, text.lines(), |word| ours.names(word));
                lines.iter().all(|block| block.kind == blocks::Kind::List)
            }
        }
    }

    /// Puts one region back, and makes sure of it.
    fn restore(&self, lost: &Lost) -> Result<Done, Fault> {
        let site = self.find(lost).map_err(|why| self.fault(lost, &why))?;
        self.place(lost, &site).map_err(|why| self.fault(lost, &why))
    }
}
