//! A translation held against its source page: the same regions, as often, in the same order, in the same kind of place.
//!
//! How a region looks within its place (a list or a table, bullets, quotes) is each page's own and no matter here.

use super::{PagePlan, RegionPlan, Standing};
use crate::diagnostic::{Code, Diagnostic};
use crate::text::{command, position};
use std::collections::{HashMap, VecDeque};

/// How many regions are named where a page has none of them.
const LISTED: usize = 6;

/// For each region of the source page, by index, the region of the translation that is its twin.
///
/// Of several regions with one name, those in the same kind of place go together, then those that are left, each from
/// top to bottom.
#[must_use]
pub fn pairs(source: &[RegionPlan], translation: &[RegionPlan]) -> Vec<Option<usize>> {
    let mut twins = vec![None; source.len()];
    let mut taken = vec![false; translation.len()];
    let mut alike: HashMap<(Key<'_>, &Standing), VecDeque<usize>> = HashMap::new();
    for (at, region) in translation.iter().enumerate() {
        alike.entry((key(region), &region.standing)).or_default().push_back(at);
    }
    for (twin, region) in twins.iter_mut().zip(source) {
        *twin = alike.get_mut(&(key(region), &region.standing)).and_then(VecDeque::pop_front);
        twin.iter().for_each(|at| taken[*at] = true);
    }
    let mut left: HashMap<Key<'_>, VecDeque<usize>> = HashMap::new();
    for (at, region) in translation.iter().enumerate().filter(|(at, _)| !taken[*at]) {
        left.entry(key(region)).or_default().push_back(at);
    }
    for (twin, region) in twins.iter_mut().zip(source).filter(|(twin, _)| twin.is_none()) {
        *twin = left.get_mut(&key(region)).and_then(VecDeque::pop_front);
    }
    twins
}

/// What of a translation is not as in its source page, one warning for each region that it concerns.
///
/// Nothing is said where one of the pages has a fault: that is to be mended first.
#[must_use]
pub fn parity(source: &PagePlan, translation: &PagePlan) -> Vec<Diagnostic> {
    if source.is_faulty() || translation.is_faulty() {
        return Vec::new();
    }
    let pages = Pages { source, translation, twins: pairs(&source.regions, &translation.regions) };
    if translation.regions.is_empty() && source.regions.len() > 1 {
        return vec![pages.all_missing()];
    }
    let mut warnings = pages.counts();
    warnings.extend(pages.places());
    warnings.extend(pages.order());
    warnings
}

/// The family and the region.
type Key<'a> = (usize, &'a str);

fn key(region: &RegionPlan) -> Key<'_> {
    (region.family, region.region.as_str())
}

struct Pages<'p> {
    source: &'p PagePlan,
    translation: &'p PagePlan,
    twins: Vec<Option<usize>>,
}

impl<'p> Pages<'p> {
    /// The pairs of twins, in the order of the source page.
    fn pairs(&self) -> impl Iterator<Item = (&'p RegionPlan, &'p RegionPlan)> {
        let twins = self.twins.iter().zip(&self.source.regions);
        twins.filter_map(|(twin, region)| Some((region, &self.translation.regions[(*twin)?])))
    }

    fn warning(&self, message: String, help: String) -> Diagnostic {
        Diagnostic::new(Code::Parity, self.translation.path.clone(), message).help(help)
    }

    fn all_missing(&self) -> Diagnostic {
        let path = &self.source.path;
        let named = |region: &RegionPlan| format!("`{}` (line {})", region.name, region.line);
        let mut names: Vec<String> = self.source.regions.iter().take(LISTED).map(named).collect();
        let count = self.source.regions.len();
        if count > LISTED {
            names.push(format!("and {} more", count - LISTED));
        }
        let message = format!("this page has no region, and {path} has {count}: {}", names.join(", "));
        self.warning(message, self.restore(self.source.regions.iter()))
    }

    /// Regions that are there more or fewer times.
    fn counts(&self) -> Vec<Diagnostic> {
        let mut warnings = Vec::new();
        let path = &self.source.path;
        let (here, there) = (count(&self.translation.regions), count(&self.source.regions));
        for (_, region) in self.twins.iter().zip(&self.source.regions).filter(|(twin, _)| twin.is_none()) {
            let (name, line) = (&region.name, region.line);
            let message = match here.get(&key(region)) {
                None => format!("the region `{name}` is missing: {path} has it in line {line}"),
                Some(here) => {
                    let there = times(there[&key(region)]);
                    format!("the region `{name}` stands here {}, in {path} {there}, also in line {line}", times(*here))
                }
            };
            warnings.push(self.warning(message, self.restore([region].into_iter())));
        }
        let mut paired = vec![false; self.translation.regions.len()];
        self.twins.iter().flatten().for_each(|twin| paired[*twin] = true);
        for (_, region) in paired.iter().zip(&self.translation.regions).filter(|(paired, _)| !**paired) {
            let name = &region.name;
            let message = match there.get(&key(region)) {
                None => format!("{path} has no region `{name}`"),
                Some(there) => {
                    let first = self.source.regions.iter().find(|other| key(other) == key(region));
                    let line = first.map_or(0, |first| first.line);
                    let here = times(here[&key(region)]);
                    format!("the region `{name}` stands here {here}, in {path} {}, in line {line}", times(*there))
                }
            };
            let insert = command(&["mark", "insert", path, name, "--line"]);
            let help = format!("remove the lines of its two markers, or set it into {path} too: {insert} N");
            warnings.push(self.warning(message, help).at(region.marker.clone()));
        }
        warnings
    }

    /// The command that puts regions back, and where a line names one in vain.
    fn restore(&self, regions: impl Iterator<Item = &'p RegionPlan>) -> String {
        let (path, text) = (&self.translation.path, &self.translation.text);
        let counts = |line: usize| self.translation.regions.iter().any(|region| region.line == line);
        let in_vain = |region: &RegionPlan| {
            let start = format!("{}:start", region.name);
            let mut lines = text.match_indices(&start).map(|(at, _)| position(text, at).line);
            lines.next().filter(|line| !counts(*line))
        };
        let them = if self.translation.regions.is_empty() && self.source.regions.len() > 1 { "them" } else { "it" };
        let mut help = format!("put {them} back: {}", command(&["mark", "restore", path]));
        for line in regions.filter_map(in_vain).take(1) {
            let explain = command(&["explain", &format!("{path}:{line}")]);
            help.push_str(&format!("\nline {line} names it, but counts for no marker; to see why: {explain}"));
        }
        help
    }

    /// Regions in another kind of place.
    fn places(&self) -> Vec<Diagnostic> {
        let path = &self.source.path;
        let warn = |(source, region): (&RegionPlan, &RegionPlan)| {
            let (name, line, there, here) = (&region.name, source.line, &source.standing, &region.standing);
            let message = format!("the region `{name}` stands in {here}; in {path}, line {line}, in {there}");
            let help = match (there, here) {
                (Standing::Fence(there), Standing::Fence(_))
                | (Standing::AroundFence(there), Standing::AroundFence(_)) => {
                    format!("give the fence the language `{there}`")
                }
                _ => format!("move the two marker lines to where {path} has them"),
            };
            self.warning(message, help).at(region.marker.clone())
        };
        self.pairs().filter(|(source, region)| source.standing != region.standing).map(warn).collect()
    }

    /// Regions in another order: as few of them as have to move. Where a region is not there as often as in the source
    /// page, nobody knows which of them is meant.
    fn order(&self) -> Vec<Diagnostic> {
        let path = &self.source.path;
        let (here, there) = (count(&self.translation.regions), count(&self.source.regions));
        let sure = |region: &RegionPlan| here.get(&key(region)) == there.get(&key(region));
        let pairs: Vec<(&RegionPlan, &RegionPlan)> = self.pairs().filter(|(source, _)| sure(source)).collect();
        let lines: Vec<usize> = pairs.iter().map(|(_, region)| region.line).collect();
        let kept = longest_rise(&lines);
        let mut warnings = Vec::new();
        for (at, (source, region)) in pairs.iter().enumerate() {
            // Where it would stand among the kept ones, by the source page and by its own.
            let (by_source, by_line) =
                (kept.partition_point(|kept| *kept < at), kept.partition_point(|kept| lines[*kept] < lines[at]));
            let (relation, other) = match by_source.cmp(&by_line) {
                std::cmp::Ordering::Less => ("before", kept[by_source]),
                std::cmp::Ordering::Greater => ("behind", kept[by_source - 1]),
                std::cmp::Ordering::Equal => continue, // one of the kept
            };
            let (name, line, other) = (&region.name, source.line, &pairs[other].1);
            let turned = if relation == "before" { "behind" } else { "before" };
            let message = format!(
                "the region `{name}` stands {turned} `{}` (line {}); in {path}, line {line}, it stands {relation} it",
                other.name, other.line
            );
            let help = format!("move it with what is about it, {relation} line {}, as in {path}", other.line);
            warnings.push(self.warning(message, help).at(region.marker.clone()));
        }
        warnings
    }
}

fn count(regions: &[RegionPlan]) -> HashMap<Key<'_>, usize> {
    let mut counts = HashMap::new();
    for region in regions {
        *counts.entry(key(region)).or_default() += 1;
    }
    counts
}

fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}

/// The indices of a longest rising part of a sequence of different numbers.
fn longest_rise(numbers: &[usize]) -> Vec<usize> {
    // For each length the index at which a rise of it ends lowest, and for each index the one before it in its rise.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let length = ends.partition_point(|end| numbers[*end] < *number);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = at,
            None => ends.push(at),
        }
    }
    let mut rise: Vec<usize> = std::iter::successors(ends.last().copied(), |at| before[*at]).collect();
    rise.reverse();
    rise
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of regions: names with the places that they stand in, a line each.
    fn page(path: &str, regions: &[&str]) -> PagePlan {
        let region = |(at, words): (usize, &&str)| {
            let (name, place) = words.split_once(' ').unwrap_or((words, ""));
            let standing = match place.split_once(' ') {
                None if place.is_empty() => Standing::Prose,
                None => Standing::Fence(place.to_owned()),
                Some((_, language)) => Standing::AroundFence(language.to_owned()),
            };
            RegionPlan {
                name: format!("k-{name}"),
                family: 0,
                region: name.to_owned(),
                standing,
                broken: false,
                line: 10 * (at + 1),
                marker: at..at + 1,
                body: 0..0,
                drift: Vec::new(),
                edited: false,
                removed: Vec::new(),
                look: Vec::new(),
            }
        };
        PagePlan {
            path: path.to_owned(),
            locale: None,
            text: "".into(),
            regions: regions.iter().enumerate().map(region).collect(),
            unpaired: Vec::new(),
            edits: Vec::new(),
            stamped: false,
            diagnostics: Vec::new(),
        }
    }

    fn check(source: &[&str], translation: &[&str], expect: &[&str]) {
        let warnings = parity(&page("a.md", source), &page("fr/a.md", translation));
        let messages: Vec<&str> = warnings.iter().map(|warning| warning.message.as_str()).collect();
        assert_eq!(messages, expect, "{source:?} {translation:?}");
        assert!(warnings.iter().all(|warning| warning.path == "fr/a.md" && !warning.is_error()));
    }

    #[test]
    fn the_same() {
        check(&[], &[], &[]);
        check(&["a", "b json5", "a around json"], &["a", "b json5", "a around json"], &[]);
    }

    #[test]
    fn more_or_fewer() {
        check(&["a", "b"], &["b"], &["the region `k-a` is missing: a.md has it in line 10"]);
        check(&["a"], &[], &["the region `k-a` is missing: a.md has it in line 10"]);
        check(&["a", "b"], &[], &["this page has no region, and a.md has 2: `k-a` (line 10), `k-b` (line 20)"]);
        check(&["a"], &["a", "b"], &["a.md has no region `k-b`"]);
        check(&["a", "b", "a"], &["a", "b"], &["the region `k-a` stands here once, in a.md twice, also in line 30"]);
        check(&["a"], &["a", "a"], &["the region `k-a` stands here twice, in a.md once, in line 10"]);
        // Of two, the one in another place is missing; and nothing is said about the order of those.
        check(
            &["a", "b", "a json"],
            &["b", "a json"],
            &["the region `k-a` stands here once, in a.md twice, also in line 10"],
        );
        check(&["a", "b", "a"], &["b", "a"], &["the region `k-a` stands here once, in a.md twice, also in line 30"]);
    }

    #[test]
    fn another_kind_of_place() {
        check(
            &["a json5"],
            &["a json"],
            &["the region `k-a` stands in a fence of `json`; in a.md, line 10, in a fence of `json5`"],
        );
        check(&["a json5"], &["a"], &["the region `k-a` stands in prose; in a.md, line 10, in a fence of `json5`"]);
        check(
            &["a around json"],
            &["a json"],
            &["the region `k-a` stands in a fence of `json`; in a.md, line 10, in prose, around a fence of `json`"],
        );
    }

    #[test]
    fn another_order() {
        check(
            &["a", "b"],
            &["b", "a"],
            &["the region `k-a` stands behind `k-b` (line 10); in a.md, line 10, it stands before it"],
        );
        check(
            &["a", "b", "c", "d"],
            &["d", "a", "b", "c"],
            &["the region `k-d` stands before `k-c` (line 40); in a.md, line 40, it stands behind it"],
        );
        check(
            &["a", "b", "c", "d"],
            &["b", "c", "d", "a"],
            &["the region `k-a` stands behind `k-b` (line 10); in a.md, line 10, it stands before it"],
        );
        // Two of one name in two places that changed places.
        check(
            &["a", "a json"],
            &["a json", "a"],
            &["the region `k-a` stands behind `k-a` (line 10); in a.md, line 10, it stands before it"],
        );
        let reversed = parity(&page("a.md", &["a", "b", "c", "d"]), &page("fr/a.md", &["d", "c", "b", "a"]));
        assert_eq!(reversed.len(), 3);
    }

    #[test]
    fn pages_with_faults_are_not_compared() {
        let (source, mut translation) = (page("a.md", &["a", "b"]), page("fr/a.md", &["b"]));
        translation.diagnostics.push(Diagnostic::new(Code::MissingEnd, "fr/a.md", "x"));
        assert_eq!(parity(&source, &translation), []);
        assert_eq!(parity(&translation, &source), []);
        translation.diagnostics[0].severity = crate::diagnostic::Severity::Warning;
        assert_eq!(parity(&source, &translation).len(), 1);
    }

    #[test]
    fn a_line_that_names_it_in_vain() {
        let mut translation = page("fr/a.md", &[]);
        translation.text = "\n```text\n// k-a:start\n".into();
        let warnings = parity(&page("a.md", &["a"]), &translation);
        let help = warnings[0].help.as_deref().expect("help");
        assert_eq!(
            help,
            "put it back: moonsync mark restore fr/a.md\n\
             line 3 names it, but counts for no marker; to see why: moonsync explain fr/a.md:3"
        );
    }

    #[test]
    fn rises() {
        assert_eq!(longest_rise(&[]), Vec::<usize>::new());
        assert_eq!(longest_rise(&[3, 1, 2, 5, 4]), [1, 2, 4]);
        assert_eq!(longest_rise(&[9, 8, 7]), [2]);
    }
}
