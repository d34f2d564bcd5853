//! Setting the markers of a region: their form, the blank lines around them, and making sure of what comes of it.

use super::blocks::{self, Block};
use super::{Context, Done, Key, Lost, Regained, Seat, key_of};
use crate::catalog::Kind;
use crate::diagnostic::Code;
use crate::mark::insert::{fits, lines_before, own_form};
use crate::mark::{Near, needs_after, needs_before, outer_prefix};
use crate::page::{self, Comments, Form, Place, Scan, Site, comments_of};
use crate::plan::{Options, PageInput, PagePlan, Standing, plan_page, scan_page};
use crate::text::{Edit, apply, lines, visible};
use std::collections::BTreeMap;
use std::ops::Range;

impl Context<'_> {
    /// Sets the markers, and makes sure that the page with them is as it should be.
    pub(super) fn place(&self, lost: &Lost, seat: &Seat) -> Result<Done, String> {
        let region = &self.model.scan.regions[lost.at];
        let (text, scan) = (self.twin.text(), &self.twin.scan);
        let (start, end, form) = self.comments(lost, seat).ok_or("its place takes no comments here")?;
        let gaps = self.gaps(lost, form, seat);
        let all = lines(text);
        let blank = |line: usize| line < scan.host.lines.len() && blocks::is_blank(text, scan, line);
        let count = scan.host.lines.len();
        let above = |line: usize| (0..line).rev().take_while(|line| blank(*line)).count();
        let below = |line: usize| (line..count).take_while(|line| blank(*line)).count();
        // The two halves of a pair stand alike.
        let half = lost.start.or(lost.end).map(|line| outer_prefix(text, &scan.host, line).0);
        let prefix = half.unwrap_or(&seat.prefix);
        let empty_line = prefix.trim_end().to_owned();
        let marker = |comment: &str| format!("{prefix}{comment}");
        let lines_of = |add_above: usize, words: Vec<String>, add_below: usize| -> Vec<String> {
            let blanks = |count: usize| std::iter::repeat_n(empty_line.clone(), count);
            blanks(add_above).chain(words).chain(blanks(add_below)).collect()
        };
        // Before which line what goes.
        let mut groups: Vec<(usize, Vec<String>)> = Vec::new();
        match (seat.empty, lost.start, lost.end) {
            (true, None, None) => {
                let gap = seat.lines.len();
                let split = Split::of(gap, gaps.above_start, gaps.below_end, true);
                let top = seat.lines.start == 0;
                let bottom = seat.lines.end == count;
                let (a, b) = (if top { 0 } else { split.add_above }, if bottom { 0 } else { split.add_below });
                groups.push((seat.lines.start + split.keep_above, lines_of(a, vec![marker(&start), marker(&end)], b)));
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
                    let gap = above(seat.lines.start);
                    let split = Split::of(gap, gaps.above_start, gaps.below_start, false);
                    let add = if gap == seat.lines.start { 0 } else { split.add_above };
                    groups.push((
                        seat.lines.start - split.keep_below,
                        lines_of(add, vec![marker(&start)], split.add_below),
                    ));
                }
                if lost.end.is_none() {
                    let gap = below(seat.lines.end);
                    let split = Split::of(gap, gaps.above_end, gaps.below_end, true);
                    let add = if seat.lines.end + gap == count { 0 } else { split.add_below };
                    groups
                        .push((seat.lines.end + split.keep_above, lines_of(split.add_above, vec![marker(&end)], add)));
                }
            }
        }
        let edits: Vec<Edit> = groups.iter().map(|(at, new)| lines_before(text, scan, &all, *at, new)).collect();
        let new = apply(text, &edits);
        let added: Vec<(usize, usize)> = groups.iter().map(|(at, new)| (*at, new.len())).collect();
        let line = self.verify(lost, seat, &new, &added)?;
        let how = match (lost.start, lost.end) {
            (Some(_), _) => format!("its end, {}", seat.how),
            (_, Some(_)) => format!("its start, {}", seat.how),
            _ => seat.how.clone(),
        };
        let name = self.name(&key_of(region));
        let region = Regained { name, line: line + 1, how, source_line: region.start.line + 1 };
        Ok(Done { edits, lines: added, text: new, region })
    }

    /// The comments of both markers, and their form.
    pub(super) fn comments(&self, lost: &Lost, seat: &Seat) -> Option<(String, String, Form)> {
        let region = &self.model.scan.regions[lost.at];
        let name = self.name(&key_of(region));
        let names = (format!("{name}:start"), format!("{name}:end"));
        let scan = &self.twin.scan;
        if let Some(line) = lost.start.or(lost.end) {
            // As its other half, to the last blank, where that is no trouble.
            let half = scan.markers.iter().find(|marker| marker.line == line)?;
            let comment = &self.twin.text()[half.span.clone()];
            let (own, other) = if lost.start.is_some() { (&names.0, &names.1) } else { (&names.1, &names.0) };
            let prose = matches!(half.place, Place::Prose | Place::Html);
            let form = if prose && !fits(scan, half.form) { own_form(scan, half.place) } else { half.form };
            let turned = match comment.matches(own.as_str()).count() {
                1 if form == half.form => comment.replace(own.as_str(), other),
                _ => form.write(other),
            };
            return Some(match lost.start {
                Some(_) => (comment.to_owned(), turned, form),
                None => (turned, comment.to_owned(), form),
            });
        }
        let place = scan.host.lines.get(seat.lines.start.min(scan.host.lines.len().saturating_sub(1)));
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
    fn gaps(&self, lost: &Lost, form: Form, seat: &Seat) -> Gaps {
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
            need(&mut gaps.above_start, needs_before(form, up(seat.lines.start)));
            need(&mut gaps.below_end, needs_after(form, down(seat.lines.end), true));
            if !seat.empty {
                need(&mut gaps.below_start, needs_after(form, down(seat.lines.start), false));
                need(&mut gaps.above_end, needs_before(form, up(seat.lines.end)));
            }
        }
        gaps
    }

    /// Reads the page with its markers: the region is sound, stands as it does on the source page and in the same
    /// order, and nothing else has changed. Gives the line of its start marker.
    fn verify(&self, lost: &Lost, seat: &Seat, new: &str, added: &[(usize, usize)]) -> Result<usize, String> {
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
        if wanted != Some(&planned.standing) && !(seat.empty && matches!(wanted, Some(Standing::AroundFence(_)))) {
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
        let kept = seat.empty || planned.removed.is_empty() || template && self.is_like_template(lost, new, found);
        if !kept {
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
