//! Markers that a translation lost, put back where the source page has them.
//!
//! Words tell nothing across languages, so that places are found by structure: headings by level, fences by language
//! and lines, tables by columns, components by name, and above all by what a list, a table or a fence lists. A place is
//! taken only where nothing else is nearly as good; what a region says stays as it is.

mod align;
mod blocks;
mod entries;

use super::insert::{FenceText, fits, lines_before, own_form, written};
use super::{Near, internal, needs_after, needs_before, outer_prefix};
use crate::catalog::{Catalog, Family, Kind, Region};
use crate::diagnostic::{Code, Diagnostic};
use crate::page::{self, Comments, Edge, Form, Place, Scan, Site, comments_of};
use crate::plan::{Options, PageInput, PagePlan, RegionPlan, Standing, plan_page, scan_page};
use crate::shape::json5::{Syntax, read_whole};
use crate::text::{Edit, apply, lines, position, visible};
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
                _ => self.assign(&key, &places, &starts, &ends),
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
    fn assign(&self, key: &Key, places: &[usize], starts: &[usize], ends: &[usize]) -> Vec<Lost> {
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
        let _ = key;
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

    fn find(&self, lost: &Lost) -> Result<Seat, String> {
        let region = &self.model.scan.regions[lost.at];
        let key = key_of(region);
        let ours = self.ours(&key).ok_or("the catalog does not have it")?;
        if self.model.planned(lost.at).is_none_or(|planned| planned.broken) {
            return Err(format!("it has a fault on {}:{}", visible(&self.model.page.path), region.start.line + 1));
        }
        let half = lost.start.or(lost.end).map(|line| self.twin.scan.host.lines[line].place);
        match (region.site, half) {
            (Site::Prose, None | Some(Place::Prose | Place::Html)) => {
                let pair = self.pages().ok_or("the pages are too long")?;
                self.in_blocks(lost, &ours, pair)
            }
            (Site::FrontMatter { toml }, None | Some(Place::FrontMatter)) => {
                let inner = |scan: &Scan| {
                    let (lines, here) = scan.host.front_matter.clone()?;
                    (here == toml).then_some(lines.start + 1..lines.end - 1)
                };
                match (inner(&self.model.scan), inner(&self.twin.scan)) {
                    (Some(source), Some(twin)) => self.in_lines(lost, &ours, source, twin),
                    _ => Err("it has no front matter of that kind".to_owned()),
                }
            }
            (Site::Fence(fence), None | Some(Place::Fence(_))) => {
                let twin = match half {
                    Some(Place::Fence(twin)) => twin,
                    _ => self.fence(lost, &ours, fence)?,
                };
                let (a, b) = (&self.model.scan.host.fences[fence], &self.twin.scan.host.fences[twin]);
                if a.language != b.language {
                    return Err(format!("its fence is of `{}` here", visible(&b.language)));
                }
                match entries::syntax(&ours, &b.language) {
                    Some(syntax) => self.in_entries(lost, &ours, fence, twin, syntax),
                    None => {
                        let lines = |scan: &Scan, text: &str, fence| FenceText::of(text, &scan.host, fence).lines();
                        let source = lines(&self.model.scan, &self.model.page.text, fence);
                        self.in_lines(lost, &ours, source, lines(&self.twin.scan, self.twin.text(), twin))
                    }
                }
            }
            _ => Err("its other marker stands in another kind of place".to_owned()),
        }
    }

    /// The fence of the translation that is the one of the source page.
    fn fence(&self, lost: &Lost, ours: &Ours<'_>, fence: usize) -> Result<usize, String> {
        let pair = self.pages().ok_or("the pages are too long")?;
        let language = &self.model.scan.host.fences[fence].language;
        let index = |block: &Block| match &block.kind {
            blocks::Kind::Fence(index, known) if known == language => Some(*index),
            _ => None,
        };
        let block =
            pair.source.iter().position(|block| matches!(block.kind, blocks::Kind::Fence(at, _) if at == fence));
        let (partner, margin) = block.map_or((None, 0), |block| pair.alignment.partner(block));
        let aligned = partner.filter(|_| margin >= SURE).and_then(|at| index(&pair.twin[at]));
        // The one fence that has the place, where the source page has one alone too.
        let region = &self.model.scan.regions[lost.at];
        let has = |page: &PageInput, scan: &Scan, at: usize| match entries::syntax(ours, language) {
            Some(syntax) => {
                let wanted = entries::path(self.model, region, syntax);
                wanted.is_some_and(|wanted| entries::has(page, scan, at, syntax, &wanted, ours))
            }
            None => {
                let inner = FenceText::of(&page.text, &scan.host, at).lines();
                let all = blocks::of_lines(&page.text, scan, inner, |word| ours.names(word));
                all.iter().any(|block| block.kind == blocks::Kind::List)
            }
        };
        let having = |blocks: &[Block], page: &PageInput, scan: &Scan| -> Vec<usize> {
            blocks.iter().filter_map(index).filter(|at| has(page, scan, *at)).collect()
        };
        let here = having(pair.twin, self.twin.page, &self.twin.scan);
        let there = having(pair.source, self.model.page, &self.model.scan);
        let only = match (&here[..], &there[..]) {
            ([here], [there]) if *there == fence => Some(*here),
            _ => entries::syntax(ours, language).and_then(|syntax| {
                let wanted = entries::path(self.model, region, syntax)?;
                let keys = |page: &PageInput, scan: &Scan, at: usize| entries::keys(page, scan, at, syntax, &wanted);
                let own = keys(self.model.page, &self.model.scan, fence);
                let likeness = |at: &usize| {
                    let other = keys(self.twin.page, &self.twin.scan, *at);
                    200 * own.intersection(&other).count() / (own.len() + other.len()).max(1)
                };
                let mut ranked: Vec<(usize, usize)> = here.iter().map(|at| (likeness(at), *at)).collect();
                ranked.sort_unstable_by(|a, b| b.cmp(a));
                let (best, at) = *ranked.first()?;
                (best >= 75 && ranked.get(1).is_none_or(|(next, _)| next + 25 <= best)).then_some(at)
            }),
        };
        match (aligned, only) {
            (Some(a), Some(b)) if a != b => Err(format!(
                "the fences of lines {} and {} both could be its own",
                self.twin.scan.host.fences[a.min(b)].open + 1,
                self.twin.scan.host.fences[a.max(b)].open + 1
            )),
            (Some(at), _) | (None, Some(at)) => Ok(at),
            (None, None) => Err(match &here[..] {
                [] => format!("no fence of {} is like its own there", named(language)),
                several => {
                    let lines: Vec<usize> = several.iter().map(|at| self.twin.scan.host.fences[*at].open + 1).collect();
                    format!("which fence is its own can't be told: {}", places(&lines))
                }
            }),
        }
    }

    /// Looks for a place among the lines of a fence or of front matter.
    fn in_lines(&self, lost: &Lost, ours: &Ours<'_>, source: Range<usize>, twin: Range<usize>) -> Result<Seat, String> {
        let listed = |word: &str| matches!(ours.region.kind, Kind::List { .. }) && ours.names(word);
        let mut there = blocks::of_lines(&self.model.page.text, &self.model.scan, source, listed);
        with_body(self.catalog, &mut there, &self.model.scan.regions[lost.at]);
        let here = blocks::of_lines(self.twin.text(), &self.twin.scan, twin.clone(), listed);
        let pair = self.pair(&there, &here).ok_or("the fence is too long")?;
        let mut site = self.in_blocks(lost, ours, &pair)?;
        // Nothing beyond the fence is a neighbour.
        if site.empty {
            site.lines = site.lines.start.max(twin.start)..site.lines.end.min(twin.end);
        }
        Ok(site)
    }

    /// Looks for a place between blocks.
    fn in_blocks(&self, lost: &Lost, ours: &Ours<'_>, pair: &Pair<'_>) -> Result<Seat, String> {
        let region = &self.model.scan.regions[lost.at];
        let at = |blocks: &[Block], line: usize| {
            blocks.iter().position(|block| block.lines.start == line && matches!(block.kind, blocks::Kind::Marker(..)))
        };
        let (Some(start), Some(end)) = (at(pair.source, region.start.line), at(pair.source, region.end.line)) else {
            return Err("its place on the source page can't be read".to_owned());
        };
        let marker = |line: Option<usize>| line.map(|line| at(pair.twin, line));
        let (first, last) = match (marker(lost.start), marker(lost.end)) {
            (Some(None), _) | (_, Some(None)) => return Err("its other marker stands elsewhere".to_owned()),
            (first, last) => (first.flatten(), last.flatten()),
        };
        if matches!(ours.region.kind, Kind::Template(_)) {
            return self.of_text(ours, pair, start..end, first, last);
        }
        let listed = |block: &Block| {
            use blocks::Kind::{Empty, Fence, List, Table};
            matches!(block.kind, List | Table(_) | Fence(..) | Empty)
        };
        let body = (start + 1..end).find(|at| listed(&pair.source[*at])).ok_or("it lists nothing there")?;
        let free = |at: &usize| !self.twin.in_region(pair.twin[*at].lines.start);
        let (partner, margin) = pair.alignment.partner(body);
        if let Some(at) = partner {
            if margin < SURE {
                let near = |at: &usize| {
                    pair.alignment.pair(body, *at).is_some_and(|score| score > pair.alignment.best() - SURE)
                };
                let lines: Vec<usize> =
                    (0..pair.twin.len()).filter(near).map(|at| pair.twin[at].lines.start + 1).collect();
                return Err(match lines.len() {
                    1 => format!("what line {} lists may not be what it listed", lines[0]),
                    _ => format!("more than one place fits: {}", places(&lines)),
                });
            }
            let beside = first.is_none_or(|first| at == first + 1) && last.is_none_or(|last| at + 1 == last);
            if !beside {
                return Err(format!(
                    "its other marker stands away from what line {} lists",
                    pair.twin[at].lines.start + 1
                ));
            }
            let half = first.is_some() || last.is_some();
            if !half && !self.same_section(pair, body, at) && !self.is_only(ours, pair, body, at) {
                return Err(format!("what line {} lists stands below another heading", pair.twin[at].lines.start + 1));
            }
            return Ok(self.around(pair, at..at + 1));
        }
        // What fits and stands for nothing: was the body moved?
        let stands = |at: usize| {
            (0..pair.source.len())
                .any(|i| !region.body_lines().contains(&pair.source[i].lines.start) && pair.alignment.agrees(i, at))
        };
        let fitting: Vec<usize> = (0..pair.twin.len())
            .filter(|at| free(at) && self.holds(ours, &pair.source[body], &pair.twin[*at]) && !stands(*at))
            .collect();
        if let Some(at) = fitting.first() {
            let beside = first.is_none_or(|first| *at == first + 1) && last.is_none_or(|last| *at + 1 == last);
            if fitting.len() == 1 && beside && self.is_only(ours, pair, body, *at) {
                return Ok(self.around(pair, *at..*at + 1));
            }
            let lines: Vec<usize> = fitting.iter().map(|at| pair.twin[*at].lines.start + 1).collect();
            return Err(format!(
                "{} may be its own, and stands elsewhere than there",
                match lines[..] {
                    [line] => format!("what line {line} lists"),
                    _ => format!("what is listed on {}", places(&lines)),
                }
            ));
        }
        self.between(ours, pair, start, end, first, last)
    }

    /// Whether a body is all that lists the region's models on the source page, and its twin on the translation, and
    /// both list much the same.
    fn is_only(&self, ours: &Ours<'_>, pair: &Pair<'_>, body: usize, twin: usize) -> bool {
        let count = |blocks: &[Block], scan: &Scan, own: usize| {
            let lists = |at: &usize| {
                let line = blocks[*at].lines.start;
                let region = scan.regions.iter().find(|region| region.body_lines().contains(&line));
                // What has its markers is out of the question.
                let known = region.is_some_and(|region| !self.is_open(&key_of(region)));
                !known && *at != own && ours.lists(&blocks[*at])
            };
            (0..blocks.len()).filter(lists).count()
        };
        count(pair.source, &self.model.scan, body) == 0
            && count(pair.twin, &self.twin.scan, twin) == 0
            && ours.lists_alike(&pair.source[body], &pair.twin[twin])
    }

    /// The place of a region whose body is gone.
    fn between(
        &self,
        ours: &Ours<'_>,
        pair: &Pair<'_>,
        start: usize,
        end: usize,
        first: Option<usize>,
        last: Option<usize>,
    ) -> Result<Seat, String> {
        let (from, to) = match (first, last) {
            (Some(_), _) => (end, end + 1),
            (_, Some(_)) => (start, start + 1),
            _ => (start, end + 1),
        };
        let (at, margin) = self.cut(pair, from, to)?;
        let beside = first.is_none_or(|first| at == first + 1) && last.is_none_or(|last| at == last);
        if margin < SURE || !beside {
            return Err("what it listed is gone, and the text around is not that of the source page".to_owned());
        }
        let half = first.is_some() || last.is_some();
        if !half && !self.same_section(pair, start, at) {
            return Err("what it listed is gone, and so is the heading that it stood below".to_owned());
        }
        // Its neighbours are its neighbours still.
        let above =
            start.checked_sub(1).map(|above| at.checked_sub(1).is_some_and(|at| pair.alignment.agrees(above, at)));
        let below = (end + 1 < pair.source.len()).then(|| at < pair.twin.len() && pair.alignment.agrees(end + 1, at));
        if !half && (above == Some(false) || below == Some(false)) {
            return Err("what it listed is gone, and what stood next to it there does not here".to_owned());
        }
        // Its entries among others, as when two lists became one.
        let is_heading = |block: &Block| matches!(block.kind, blocks::Kind::Heading(_));
        let above = pair.twin[..at].iter().rposition(is_heading).unwrap_or(0);
        let below = pair.twin[at..].iter().position(is_heading).map_or(pair.twin.len(), |below| at + below);
        let holds = |block: &&Block| {
            let names = block.items.iter().flatten().any(|word| ours.names(word));
            names && !self.twin.in_region(block.lines.start)
        };
        if let Some(mixed) = pair.twin[above..below].iter().find(holds) {
            return Err(format!("what line {} lists holds its entries, and others", mixed.lines.start + 1));
        }
        self.empty(pair, start..end, at)
    }

    /// A template has the text that the source page has there.
    fn of_text(
        &self,
        ours: &Ours<'_>,
        pair: &Pair<'_>,
        source: Range<usize>,
        first: Option<usize>,
        last: Option<usize>,
    ) -> Result<Seat, String> {
        let body = source.start + 1..source.end;
        if body.is_empty() {
            return self.between(ours, pair, source.start, source.end, first, last);
        }
        let from = match first {
            Some(first) => (first + 1, i32::MAX),
            None => self.cut(pair, source.start, body.start)?,
        };
        let to = match last {
            Some(last) => (last, i32::MAX),
            None => self.cut(pair, body.end, source.end + 1)?,
        };
        let unsure = || Err("where its text begins and ends can't be told".to_owned());
        if from.1 < SURE || to.1 < SURE || from.0 > to.0 {
            return unsure();
        }
        let half = first.is_some() || last.is_some();
        if !half && !self.same_section(pair, source.start, from.0) {
            return Err("it stood below another heading".to_owned());
        }
        if from.0 == to.0 {
            return self.empty(pair, source, from.0);
        }
        let agree = |(i, j): (usize, usize)| pair.alignment.agrees(i, j);
        if body.len() != to.0 - from.0 || !body.zip(from.0..to.0).all(agree) {
            return unsure();
        }
        Ok(self.around(pair, from.0..to.0))
    }

    /// Where the translation is parted as the source page is; never within a region.
    fn cut(&self, pair: &Pair<'_>, from: usize, to: usize) -> Result<(usize, i32), String> {
        let outside = |at: usize| {
            let line = |at: usize| pair.twin.get(at).map(|block| block.lines.start);
            !self.twin.scan.regions.iter().any(|region| {
                let after = at.checked_sub(1).and_then(line).is_some_and(|line| line >= region.start.line);
                after && line(at).is_some_and(|line| line <= region.end.line)
            })
        };
        pair.alignment.cut(from, to, outside).ok_or_else(|| "there is no place for it".to_owned())
    }

    /// Whether the headings above two places go together.
    fn same_section(&self, pair: &Pair<'_>, source: usize, twin: usize) -> bool {
        let heading =
            |blocks: &[Block], at: usize| (0..at).rev().find(|at| matches!(blocks[*at].kind, blocks::Kind::Heading(_)));
        match (heading(pair.source, source), heading(pair.twin, twin)) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                let (there, here) = (&pair.source[a], &pair.twin[b]);
                pair.alignment.agrees(a, b) || there.kind == here.kind && blocks::resemble(there, here)
            }
            _ => false,
        }
    }

    fn around(&self, pair: &Pair<'_>, at: Range<usize>) -> Seat {
        let lines = pair.twin[at.start].lines.start..pair.twin[at.end - 1].lines.end;
        let prefix = outer_prefix(self.twin.text(), &self.twin.scan.host, lines.start).0.to_owned();
        let how = match pair.twin[at.start].kind {
            blocks::Kind::Table(_) => "around the table".to_owned(),
            blocks::Kind::List => "around the list".to_owned(),
            blocks::Kind::Fence(..) => "around the fence".to_owned(),
            _ if lines.len() == 1 => "around the line".to_owned(),
            _ => format!("around {} lines", lines.len()),
        };
        Seat { lines, empty: false, prefix, how }
    }

    /// A place between two blocks.
    fn empty(&self, pair: &Pair<'_>, source: Range<usize>, at: usize) -> Result<Seat, String> {
        let end = |blocks: &[Block], at: usize| at.checked_sub(1).map(|at| blocks[at].lines.clone());
        let above = end(pair.twin, at);
        let below = pair.twin.get(at).map(|block| block.lines.clone());
        let (text, host) = (self.twin.text(), &self.twin.scan.host);
        let (there, their_host) = (&*self.model.page.text, &self.model.scan.host);
        let region_line = pair.source[source.start].lines.start;
        let wanted = outer_prefix(there, their_host, region_line).0;
        let (before, after) = (source.start.checked_sub(1), Some(source.end + 1).filter(|at| *at < pair.source.len()));
        // Of what stands around, what is indented as the markers are in the source page is indented so here.
        let theirs = |line: usize| outer_prefix(there, their_host, line).0;
        let own = |line: usize| outer_prefix(text, host, line).0;
        let sides = [
            (before.map(|at| pair.source[at].lines.start), above.clone().map(|lines| lines.start)),
            (after.map(|at| pair.source[at].lines.start), below.clone().map(|lines| lines.start)),
        ];
        let like = sides.iter().find_map(|(there, here)| {
            let (there, here) = ((*there)?, (*here)?);
            (theirs(there) == wanted).then(|| own(here).to_owned())
        });
        let same =
            || sides.iter().find_map(|(there, here)| (theirs((*there)?) == own((*here)?)).then(|| wanted.to_owned()));
        let prefix = match (like, same) {
            (Some(prefix), _) => prefix,
            (None, same) => same().ok_or("how far it is indented can't be told")?,
        };
        let count = host.lines.len();
        let front = host.front_matter.as_ref().map_or(0, |(lines, _)| lines.end);
        let lines = above.map_or(front.min(count), |lines| lines.end)..below.map_or(count, |lines| lines.start);
        Ok(Seat { lines: lines.start.min(lines.end)..lines.end, empty: true, prefix, how: "empty".to_owned() })
    }

    /// Looks for a place among the entries of a fence.
    fn in_entries(
        &self,
        lost: &Lost,
        ours: &Ours<'_>,
        fence: usize,
        twin: usize,
        syntax: Syntax,
    ) -> Result<Seat, String> {
        let region = &self.model.scan.regions[lost.at];
        let there = entries::around(self.model, region, fence, syntax).ok_or("its fence can't be read there")?;
        let text = FenceText::of(self.twin.text(), &self.twin.scan.host, twin);
        let found = entries::find(self.twin, &text, syntax, &there, ours, lost)?;
        let path =
            if there.path.is_empty() { String::new() } else { format!(" of `{}`", visible(&written(&there.path))) };
        Ok(match found {
            entries::Found::Around(lines, count) => {
                let host = &self.twin.scan.host;
                let start = host.lines[lines.start].line.text.start;
                let prefix = self.twin.text()[start..host.lines[lines.start].content].to_owned();
                let entries = if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
                Seat { lines, empty: false, prefix, how: format!("around {entries}{path}") }
            }
            entries::Found::At(line, prefix) => {
                Seat { lines: line..line, empty: true, prefix, how: format!("empty, among the entries{path}") }
            }
        })
    }

    /// Sets the markers, and makes sure that the page with them is as it should be.
    fn place(&self, lost: &Lost, site: &Seat) -> Result<Done, String> {
        let region = &self.model.scan.regions[lost.at];
        let (text, scan) = (self.twin.text(), &self.twin.scan);
        let (start, end, form) = self.comments(lost, site).ok_or("its place takes no comments here")?;
        let gaps = self.gaps(lost, form, site);
        let all = lines(text);
        let blank = |line: usize| line < scan.host.lines.len() && blocks::is_blank(text, scan, line);
        let count = scan.host.lines.len();
        let above = |line: usize| (0..line).rev().take_while(|line| blank(*line)).count();
        let below = |line: usize| (line..count).take_while(|line| blank(*line)).count();
        // The two halves of a pair stand alike.
        let half = lost.start.or(lost.end).map(|line| outer_prefix(text, &scan.host, line).0);
        let prefix = half.unwrap_or(&site.prefix);
        let empty_line = prefix.trim_end().to_owned();
        let marker = |comment: &str| format!("{prefix}{comment}");
        let lines_of = |add_above: usize, words: Vec<String>, add_below: usize| -> Vec<String> {
            let blanks = |count: usize| std::iter::repeat_n(empty_line.clone(), count);
            blanks(add_above).chain(words).chain(blanks(add_below)).collect()
        };
        // Before which line what goes.
        let mut groups: Vec<(usize, Vec<String>)> = Vec::new();
        match (site.empty, lost.start, lost.end) {
            (true, None, None) => {
                let gap = site.lines.len();
                let split = Split::of(gap, gaps.above_start, gaps.below_end, true);
                let top = site.lines.start == 0;
                let bottom = site.lines.end == count;
                let (a, b) = (if top { 0 } else { split.add_above }, if bottom { 0 } else { split.add_below });
                groups.push((site.lines.start + split.keep_above, lines_of(a, vec![marker(&start), marker(&end)], b)));
            }
            (true, Some(at), _) => {
                let gap = below(at + 1);
                let add = if at + 1 + gap == count { 0 } else { gaps.below_end.saturating_sub(gap) };
                groups.push((at + 1, lines_of(0, vec![marker(&end)], add)));
            }
            (true, None, Some(at)) => {
                let gap = above(at);
                let add = if gap == at { 0 } else { gaps.above_start.saturating_sub(gap) };
                groups.push((at, lines_of(add, vec![marker(&start)], 0)));
            }
            (false, ..) => {
                if lost.start.is_none() {
                    let gap = above(site.lines.start);
                    let split = Split::of(gap, gaps.above_start, gaps.below_start, false);
                    let add = if gap == site.lines.start { 0 } else { split.add_above };
                    groups.push((
                        site.lines.start - split.keep_below,
                        lines_of(add, vec![marker(&start)], split.add_below),
                    ));
                }
                if lost.end.is_none() {
                    let gap = below(site.lines.end);
                    let split = Split::of(gap, gaps.above_end, gaps.below_end, true);
                    let add = if site.lines.end + gap == count { 0 } else { split.add_below };
                    groups
                        .push((site.lines.end + split.keep_above, lines_of(split.add_above, vec![marker(&end)], add)));
                }
            }
        }
        let edits: Vec<Edit> = groups.iter().map(|(at, new)| lines_before(text, scan, &all, *at, new)).collect();
        let new = apply(text, &edits);
        let added: Vec<(usize, usize)> = groups.iter().map(|(at, new)| (*at, new.len())).collect();
        let line = self.verify(lost, site, &new, &added)?;
        let how = match (lost.start, lost.end) {
            (Some(_), _) => format!("its end, {}", site.how),
            (_, Some(_)) => format!("its start, {}", site.how),
            _ => site.how.clone(),
        };
        let name = self.name(&key_of(region));
        let region = Regained { name, line: line + 1, how, source_line: region.start.line + 1 };
        Ok(Done { edits, lines: added, text: new, region })
    }

    /// The comments of both markers, and their form.
    fn comments(&self, lost: &Lost, site: &Seat) -> Option<(String, String, Form)> {
        let region = &self.model.scan.regions[lost.at];
        let name = self.name(&key_of(region));
        let names = (format!("{name}:start"), format!("{name}:end"));
        let scan = &self.twin.scan;
        if let Some(line) = lost.start.or(lost.end) {
            // As its other half, to the last blank.
            let half = scan.markers.iter().find(|marker| marker.line == line)?;
            let comment = &self.twin.text()[half.span.clone()];
            let (own, other) = if lost.start.is_some() { (&names.0, &names.1) } else { (&names.1, &names.0) };
            let turned = match comment.matches(own.as_str()).count() {
                1 if !half.form.is_mangled() => comment.replace(own.as_str(), other),
                _ => half.form.write(other),
            };
            return Some(match lost.start {
                Some(_) => (comment.to_owned(), turned, half.form),
                None => (turned, comment.to_owned(), half.form),
            });
        }
        let place = scan.host.lines.get(site.lines.start.min(scan.host.lines.len().saturating_sub(1)));
        let place = place.map_or(Place::Prose, |line| line.place);
        let wanted = region.start.form;
        let form = match region.site {
            Site::FrontMatter { .. } => Form::Hash,
            Site::Fence(fence) => {
                let language = &self.model.scan.host.fences[fence].language;
                let forms = comments_of(language).map(Comments::forms)?;
                *forms.iter().find(|form| **form == wanted).or(forms.first())?
            }
            Site::Prose if place != Place::Html && fits(scan, wanted) => wanted,
            Site::Prose => own_form(scan, place),
        };
        let text = |marker: &page::Marker, name: &str| {
            let comment = &self.model.page.text[marker.span.clone()];
            if marker.form == form { comment.to_owned() } else { form.write(name) }
        };
        Some((text(&region.start, &names.0), text(&region.end, &names.1), form))
    }

    /// How many blank lines stand around the markers: as many as on the source page, and as their form needs.
    fn gaps(&self, lost: &Lost, form: Form, site: &Seat) -> Gaps {
        let region = &self.model.scan.regions[lost.at];
        let (there, source) = (&*self.model.page.text, &self.model.scan);
        let count = source.host.lines.len();
        let blank = |line: usize| blocks::is_blank(there, source, line);
        let above = |line: usize, from: usize| (from..line).rev().take_while(|line| blank(*line)).count();
        let below = |line: usize, to: usize| (line..to).take_while(|line| blank(*line)).count();
        let mut gaps = Gaps {
            above_start: above(region.start.line, 0),
            below_start: below(region.start.line + 1, region.end.line),
            above_end: above(region.end.line, region.start.line + 1),
            below_end: below(region.end.line + 1, count),
        };
        if gaps.below_start == region.body_lines().len() {
            gaps.above_end = 0;
        }
        if region.start.form != form {
            let set_off = usize::from(form == Form::Definition || form.is_braced());
            (gaps.below_start, gaps.above_end) = (set_off, set_off);
        }
        if region.site == Site::Prose {
            let (text, scan) = (self.twin.text(), &self.twin.scan);
            let blank = |line: usize| blocks::is_blank(text, scan, line);
            let up = |line: usize| Near::of(text, scan, (0..line).rev().find(|line| !blank(*line)));
            let down = |line: usize| Near::of(text, scan, (line..scan.host.lines.len()).find(|line| !blank(*line)));
            let need = |gap: &mut usize, needs: bool| *gap = (*gap).max(usize::from(needs));
            need(&mut gaps.above_start, needs_before(form, up(site.lines.start)));
            need(&mut gaps.below_end, needs_after(form, down(site.lines.end), true));
            if !site.empty {
                need(&mut gaps.below_start, needs_after(form, down(site.lines.start), false));
                need(&mut gaps.above_end, needs_before(form, up(site.lines.end)));
            }
        }
        gaps
    }

    /// Reads the page with its markers: the region is sound, stands as it does on the source page and in the same
    /// order, and nothing else has changed. Gives the line of its start marker.
    fn verify(&self, lost: &Lost, site: &Seat, new: &str, added: &[(usize, usize)]) -> Result<usize, String> {
        let region = &self.model.scan.regions[lost.at];
        let key = key_of(region);
        let page = PageInput { text: new.into(), ..self.twin.page.clone() };
        let plan = plan_page(self.catalog, &page, Options::default());
        let scan = scan_page(self.catalog, &page);
        let shift =
            |line: usize| line + added.iter().filter(|(at, _)| *at <= line).map(|(_, count)| count).sum::<usize>();
        // The marker that was there, or else the first that is new.
        let known = lost.start.or(lost.end).map(shift);
        let is_ours = |found: &&page::Region| {
            let old = |line: usize| (0..self.twin.scan.host.lines.len()).any(|known| shift(known) == line);
            key_of(found) == key
                && match known {
                    Some(line) => found.start.line == line || found.end.line == line,
                    None => !old(found.start.line) && !old(found.end.line),
                }
        };
        let would = "with its markers there, ";
        let Some(found) = scan.regions.iter().find(is_ours) else {
            return Err(format!("{would}it would be no region"));
        };
        let Some(planned) = plan.regions.iter().find(|planned| planned.line == found.start.line + 1) else {
            return Err(format!("{would}it would be no region"));
        };
        let kept = |old: &page::Region| {
            let (start, end) = (shift(old.start.line), shift(old.end.line));
            scan.regions.iter().any(|new| key_of(new) == key_of(old) && (new.start.line, new.end.line) == (start, end))
        };
        let halves = usize::from(known.is_some());
        if !self.twin.scan.regions.iter().all(kept) || scan.unpaired.len() + halves > self.twin.scan.unpaired.len() {
            return Err(format!("{would}other regions would change"));
        }
        let wanted = self.model.planned(lost.at).map(|planned| &planned.standing);
        if wanted != Some(&planned.standing) && !(site.empty && matches!(wanted, Some(Standing::AroundFence(_)))) {
            return Err(format!("{would}it would stand in {}", visible(&planned.standing.to_string())));
        }
        if planned.broken {
            let says = plan.diagnostics.iter().find(|fault| fault.is_error()).map(|fault| fault.message.as_str());
            return Err(format!("{would}{}", visible(says.unwrap_or("it would have a fault"))));
        }
        let swallows = |text: &str, scan: &Scan, region: &page::Region| {
            region.site == Site::Prose && page::swallowed(text, scan, region).is_some()
        };
        if swallows(new, &scan, found) && !swallows(&self.model.page.text, &self.model.scan, region) {
            return Err(format!("{would}it would take in other text"));
        }
        let template = self.ours(&key).is_some_and(|ours| matches!(ours.region.kind, Kind::Template(_)));
        let is_template = || template && self.is_like_template(lost, new, found);
        if !site.empty && !planned.removed.is_empty() && !is_template() {
            return Err(format!("{would}other text would be lost: {}", visible(planned.removed[0].trim())));
        }
        let counts = |plan: &PagePlan| {
            let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
            for fault in &plan.diagnostics {
                *counts.entry(fault.code).or_insert(0) += 1;
            }
            counts
        };
        let before = counts(&self.twin.plan);
        for (code, count) in counts(&plan) {
            // Markers without their other half have been counted; one more of them may show as a fault now.
            let counted = matches!(code, Code::MissingEnd | Code::MissingStart | Code::NestedStart);
            let said = matches!(code, Code::MissingWord | Code::MissingTemplate);
            if !said && !counted && count > before.get(&code).copied().unwrap_or(0) {
                let fault = plan.diagnostics.iter().rfind(|fault| fault.code == code);
                let message = fault.map_or(String::new(), |fault| visible(&fault.message));
                return Err(format!("{would}{message}"));
            }
        }
        let once = |scan: &Scan, key: &Key| scan.regions.iter().filter(|region| key_of(region) == *key).count() == 1;
        for other in scan.regions.iter().filter(|other| other.start.line != found.start.line) {
            let other_key = key_of(other);
            if !once(&scan, &other_key) || !once(&self.model.scan, &other_key) {
                continue;
            }
            let there = self.model.scan.regions.iter().find(|known| key_of(known) == other_key);
            let before = there.is_some_and(|there| there.start.line < region.start.line);
            if before != (other.start.line < found.start.line) {
                let side = if before { "before" } else { "after" };
                return Err(format!("{would}it would not stand {side} `{}`", self.name(&other_key)));
            }
        }
        Ok(found.start.line)
    }

    /// Whether the text of a region says much the same as that of the source page.
    fn is_like_template(&self, lost: &Lost, new: &str, found: &page::Region) -> bool {
        let of = |text: &str, scan: &Scan, lines: Range<usize>| {
            let lines = scan.host.lines[lines].iter();
            let said: Vec<&str> = lines.map(|line| text[line.line.text.clone()].trim()).collect();
            Block::of_text(&said.join("\n"))
        };
        let region = &self.model.scan.regions[lost.at];
        let there = of(&self.model.page.text, &self.model.scan, region.body_lines());
        let page = PageInput { text: new.into(), ..self.twin.page.clone() };
        let here = of(new, &scan_page(self.catalog, &page), found.body_lines());
        blocks::resemble(&there, &here)
    }

    /// A region that can't be put back.
    fn fault(&self, lost: &Lost, why: &str) -> Fault {
        let region = &self.model.scan.regions[lost.at];
        let name = self.name(&key_of(region));
        let what = match (lost.start, lost.end) {
            (Some(_), None) => format!("the end of `{name}` is lost"),
            (None, Some(_)) => format!("the start of `{name}` is lost"),
            _ => format!("`{name}` is lost"),
        };
        let (place, lines) = self.to_paste(lost);
        let message = format!("{what}, and where it belongs can't be told: {why}");
        let half = match (lost.start, lost.end) {
            (Some(line), None) | (None, Some(line)) => self.twin.scan.markers.iter().find(|marker| marker.line == line),
            _ => None,
        };
        let fault = Diagnostic::new(Code::CannotRestore, self.twin.page.path.clone(), message);
        let fault = fault.help(format!("{place}; put it there by hand:\n{lines}"));
        Box::new(match half {
            Some(half) => fault.at(half.span.clone()),
            None => fault,
        })
    }

    /// Where the source page has a region, and the lines to paste.
    fn to_paste(&self, lost: &Lost) -> (String, String) {
        let region = &self.model.scan.regions[lost.at];
        let site = Seat { lines: usize::MAX..usize::MAX, empty: true, prefix: String::new(), how: String::new() };
        let lines = match self.comments(lost, &site) {
            Some((start, end, form)) => match (lost.start, lost.end) {
                (Some(_), None) => end,
                (None, Some(_)) => start,
                _ if region.site == Site::Prose && form != Form::Html => format!("{start}\n\n{end}"),
                _ => format!("{start}\n{end}"),
            },
            None => String::new(),
        };
        let place = format!("{}:{}", visible(&self.model.page.path), region.start.line + 1);
        (format!("{place} has it {}", self.describe(lost.at)), lines)
    }

    /// The place of a region of the source page, in words.
    fn describe(&self, at: usize) -> String {
        let region = &self.model.scan.regions[at];
        let blocks = &self.model.blocks;
        let before = |line: usize| {
            blocks.iter().rfind(|block| matches!(block.kind, blocks::Kind::Heading(_)) && block.lines.start < line)
        };
        let below = match before(region.start.line) {
            Some(heading) => format!(" below the heading `{}`", visible(&heading.text)),
            None => String::new(),
        };
        match region.site {
            Site::Prose => match self.model.planned(at).map(|planned| &planned.standing) {
                Some(Standing::AroundFence(language)) => format!("around a fence of {}{below}", named(language)),
                _ if below.is_empty() => "before the first heading".to_owned(),
                _ => below.trim_start().to_owned(),
            },
            Site::FrontMatter { .. } => "in the front matter".to_owned(),
            Site::Fence(fence) => {
                let language = &self.model.scan.host.fences[fence].language;
                let path = Syntax::of_language(language).and_then(|syntax| entries::path(self.model, region, syntax));
                let path = path.filter(|path| !path.is_empty());
                let path = path.map_or(String::new(), |path| format!(" at `{}`", visible(&written(&path))));
                format!("in a fence of {}{path}{below}", named(language))
            }
        }
    }
}

fn named(language: &str) -> String {
    if language.is_empty() { "no language".to_owned() } else { format!("`{}`", visible(language)) }
}

/// Lines as people read them: `lines 3, 8`.
fn places(lines: &[usize]) -> String {
    let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!("line{} {}", if lines.len() == 1 { "" } else { "s" }, shown.join(", "))
}

/// The blank lines around the markers of a region.
struct Gaps {
    above_start: usize,
    below_start: usize,
    above_end: usize,
    below_end: usize,
}

/// Where in a gap of blank lines a marker goes.
struct Split {
    keep_above: usize,
    keep_below: usize,
    add_above: usize,
    add_below: usize,
}

impl Split {
    /// A marker that shall have so many blank lines above and below it; of more than that, the rest stays `outside`,
    /// which is above or below.
    fn of(gap: usize, above: usize, below: usize, rest_below: bool) -> Self {
        let keep_above = match gap >= above + below {
            true if rest_below => above,
            true => gap - below,
            false => gap.min(above),
        };
        let keep_below = gap - keep_above;
        Self {
            keep_above,
            keep_below,
            add_above: above.saturating_sub(keep_above),
            add_below: below.saturating_sub(keep_below),
        }
    }
}
