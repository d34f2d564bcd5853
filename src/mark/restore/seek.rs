//! Where a region that was lost belongs.

use super::blocks::{self, Block};
use super::tell::{named, places};
use super::{Context, Lost, Ours, Pair, SURE, Seat, entries, key_of, with_body};
use crate::catalog::Kind;
use crate::mark::insert::{FenceText, written};
use crate::mark::outer_prefix;
use crate::page::{Place, Scan, Site};
use crate::plan::PageInput;
use crate::shape::json5::Syntax;
use crate::text::visible;
use std::ops::Range;

impl Context<'_> {
    pub(super) fn find(&self, lost: &Lost) -> Result<Seat, String> {
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
}
