//! Setting a region's markers into a page, and the region with them.

use super::{Near, default_form, internal, line_end, line_start, needs_after, needs_before, opened_item, outer_prefix};
use crate::catalog::{Catalog, Family};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::page::marker::Edge;
use crate::page::{Comments, Form, Host, Place, Scan, Shape, Site, comments_of};
use crate::plan::{Difference, Options, PageInput, PagePlan, plan_page, scan_page};
use crate::shape::json5::{Located, Syntax, enclosing_all, locate};
use crate::text::{Edit, Line, apply, lines, visible};
use std::ops::Range;

/// Where the markers are to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Before this line, from 1.
    Line(usize),
    /// After the heading with this text.
    AfterHeading(String),
    /// In a fence, around the entries of the array or object with this path: `models.providers.moonshot.models`, a
    /// key with a dot in quotes.
    At(String),
}

/// What is to be inserted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insertion {
    /// The family, by index.
    pub family: usize,
    /// The region, without its namespace.
    pub region: String,
    /// Where.
    pub spot: Spot,
    /// The form of the markers in prose; `None`: what the page has, else what its dialect takes.
    pub form: Option<Form>,
}

/// A page with a new region.
#[derive(Debug, Clone)]
pub struct Inserted {
    /// The edits on the page as it was.
    pub edits: Vec<Edit>,
    /// The line of the start marker in the page as it is to be, from 1.
    pub line: usize,
    /// The start marker.
    pub comment: String,
    /// The page with its new markers, planned: its region is filled, and all others are in sync.
    pub plan: PagePlan,
}

/// The family and the region that a name means: `moonshot-kimi-k2-ids`, or `ids` where one family alone has it.
///
/// # Errors
/// Where no region, or more than one, has this name.
pub fn resolve(catalog: &Catalog, name: &str) -> Result<(usize, String), Box<Diagnostic>> {
    let all: Vec<(usize, String, String)> = catalog
        .families
        .iter()
        .enumerate()
        .flat_map(|(number, family)| {
            let full = move |region: &str| format!("{}-{region}", family.namespace);
            family.regions.iter().map(move |region| (number, region.name.clone(), full(&region.name)))
        })
        .collect();
    if let Some((family, region, _)) = all.iter().find(|(_, _, full)| full == name) {
        return Ok((*family, region.clone()));
    }
    let bare: Vec<_> = all.iter().filter(|(_, region, _)| region == name).collect();
    let shown = visible(name);
    match bare[..] {
        [(family, region, _)] => Ok((*family, region.clone())),
        [] => {
            let candidates = all.iter().flat_map(|(_, region, full)| [full.as_str(), region.as_str()]);
            let help = match nearest(name, candidates) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    let names: Vec<&str> = all.iter().map(|(_, _, full)| full.as_str()).collect();
                    format!("the catalog has {}", names.join(", "))
                }
            };
            Err(usage("", format!("the catalog has no region `{shown}`"), help))
        }
        _ => {
            let names: Vec<String> = bare.iter().map(|(_, _, full)| format!("`{full}`")).collect();
            let message = format!("more than one family has a region `{shown}`");
            Err(usage("", message, format!("name one of {}", names.join(", "))))
        }
    }
}

fn usage(path: &str, message: String, help: String) -> Box<Diagnostic> {
    Box::new(Diagnostic::new(Code::Usage, path, message).help(help))
}

/// Sets the markers of a region into a page and fills it.
///
/// # Errors
/// Where no marker counts there, or the page with it has a fault.
pub fn insert(catalog: &Catalog, page: &PageInput, insertion: &Insertion) -> Result<Inserted, Vec<Diagnostic>> {
    let scan = scan_page(catalog, page);
    let name = format!("{}-{}", catalog.families[insertion.family].namespace, insertion.region);
    let lines = lines(&page.text);
    let desk = Desk { page, scan: &scan, lines: &lines, name: &name, form: insertion.form };
    let edits = match &insertion.spot {
        Spot::Line(line) => desk.line(*line),
        Spot::AfterHeading(text) => desk.heading(text),
        Spot::At(path) => desk.at(path),
    };
    let edits = edits.map_err(|fault| vec![*fault])?;
    let with_markers = PageInput { text: apply(&page.text, &edits).into(), ..page.clone() };
    let after = scan_page(catalog, &with_markers);
    let ours = |marker: &&crate::page::Marker| {
        marker.family == insertion.family && marker.region == insertion.region && marker.edge == Edge::Start
    };
    let known: Vec<_> = scan.markers.iter().filter(ours).collect();
    // The first that is new: those before the place are where they were.
    let at = edits.first().map_or(0, |edit| edit.range.start);
    let new = after.markers.iter().filter(ours).find(|marker| marker.span.end > at);
    let Some(new) = new.filter(|_| after.markers.len() == scan.markers.len() + 2 && known.len() < after.markers.len())
    else {
        let message = format!("markers of `{name}` would not count there");
        let help = "choose another place; `moonsync explain PAGE:LINE` says what a line is".to_owned();
        return Err(vec![*usage(&page.path, message, help)]);
    };
    if let Some(fault) = misplaced(&with_markers, &after, new.line, &name) {
        return Err(vec![*fault]);
    }
    let comment = with_markers.text[new.span.clone()].to_owned();
    let (number, line) = (after.markers.iter().position(|marker| marker == new), new.line);
    let plan = plan_page(catalog, &with_markers, Options::default());
    if plan.is_faulty() {
        return Err(plan.diagnostics);
    }
    if let Some(fault) = own_entries(&catalog.families[insertion.family], page, &plan, new.line + 1, &comment) {
        return Err(vec![fault]);
    }
    let text = plan.new_text();
    // Regions above it may have grown.
    let done = text.clone().map(|text| scan_page(catalog, &PageInput { text: text.into(), ..page.clone() }));
    let line = 1 + done.zip(number).map_or(line, |(scan, number)| scan.markers[number].line);
    let edits = one_edit(&page.text, text.as_deref().unwrap_or(&with_markers.text));
    if edits.is_empty() {
        return Err(vec![internal(&page.path, "nothing was inserted")]);
    }
    Ok(Inserted { edits, line, comment, plan })
}

/// What is wrong where the new region, which starts on `line` (from 0), stands in data, but neither in an array nor below
/// a key: what it says would be no part of the data.
fn misplaced(page: &PageInput, scan: &Scan, line: usize, name: &str) -> Option<Box<Diagnostic>> {
    let region = scan.regions.iter().find(|region| region.start.line == line)?;
    let host = &scan.host;
    let words = |line: usize| page.text[host.lines[line].content..host.lines[line].line.text.end].trim();
    let in_yaml = |first: usize| {
        let before = (first..line).rev().map(words).find(|words| !words.is_empty() && !words.starts_with('#'));
        before.is_none_or(|words| words.ends_with(':') || words.starts_with('-'))
    };
    let fits = match region.site {
        Site::Prose => true,
        Site::FrontMatter { toml: false } => in_yaml(1) && line > 1,
        Site::FrontMatter { toml: true } => {
            let text: String = (1..line).map(|line| format!("{}\n", words(line))).collect();
            !enclosing_all(&text, &[text.len()], Syntax::Hash).iter().any(|around| around.open.is_empty())
        }
        Site::Fence(fence) => {
            match (host.fences[fence].language.as_str(), Syntax::of_language(&host.fences[fence].language)) {
                ("yaml" | "yml", _) => in_yaml(host.fences[fence].open + 1),
                (_, Some(syntax)) => {
                    let text = FenceText::of(&page.text, host, fence);
                    !enclosing_all(&text.text, &[text.start(line)], syntax).iter().any(|around| around.open.is_empty())
                }
                _ => true,
            }
        }
    };
    if fits {
        return None;
    }
    let message = format!("`{name}` would stand beside the data there, not in it");
    let help = "choose a line between the brackets of an array or object, or below the key of a list";
    Some(usage(&page.path, message, help.to_owned()))
}

/// What is wrong where the new region, which starts on `line`, would have entries that are the page's own.
fn own_entries(family: &Family, page: &PageInput, plan: &PagePlan, line: usize, comment: &str) -> Option<Diagnostic> {
    let region = plan.regions.iter().find(|region| region.line == line)?;
    let own: Vec<String> = region
        .drift
        .iter()
        .filter_map(|difference| match difference {
            Difference::Extra(name) => {
                let own = name.strip_prefix(&family.provider).and_then(|rest| rest.strip_prefix('/'));
                let id = own.unwrap_or(name);
                // A list that was kept by hand may still have what was given up.
                (!family.retired.iter().any(|retired| retired.id == id)).then(|| visible(name))
            }
            _ => None,
        })
        .collect();
    if own.is_empty() {
        return None;
    }
    let message = format!("`{}` would replace what the catalog does not have: {}", region.name, own.join(", "));
    let help = format!(
        "give that a place before or behind the region, with markers set by hand: `{comment}` and `{}`",
        comment.replacen(":start", ":end", 1)
    );
    Some(*usage(&page.path, message, help))
}

/// The edit of whole lines that makes one text another.
fn one_edit(old: &str, new: &str) -> Vec<Edit> {
    let (from, to) = (lines(old), lines(new));
    let same = |a: &Line, b: &Line| old[a.whole()] == new[b.whole()];
    let head = from.iter().zip(&to).take_while(|(a, b)| same(a, b)).count();
    let (from, to) = (&from[head..], &to[head..]);
    let tail = from.iter().rev().zip(to.iter().rev()).take_while(|(a, b)| same(a, b)).count();
    let bytes = |lines: &[Line], text: &str| -> Range<usize> {
        let start = lines.first().map_or(text.len(), |line| line.text.start);
        let end = lines[lines.len() - tail..].first().map_or(text.len(), |line| line.text.start);
        start..end
    };
    let (range, text) = (bytes(from, old), &new[bytes(to, new)]);
    if range.is_empty() && text.is_empty() { Vec::new() } else { vec![Edit { range, text: text.to_owned() }] }
}

/// All that a place is found from.
struct Desk<'a> {
    page: &'a PageInput,
    scan: &'a Scan,
    lines: &'a [Line],
    name: &'a str,
    form: Option<Form>,
}

type Edits = Result<Vec<Edit>, Box<Diagnostic>>;

impl Desk<'_> {
    fn text(&self) -> &str {
        &self.page.text
    }

    fn fault(&self, message: impl Into<String>, help: impl Into<String>) -> Box<Diagnostic> {
        usage(&self.page.path, message.into(), help.into())
    }

    fn comments(&self, form: Form) -> (String, String) {
        (form.write(&format!("{}:start", self.name)), form.write(&format!("{}:end", self.name)))
    }

    /// The form of prose: as asked for, else that of the page.
    fn prose_form(&self, place: Place) -> Form {
        match self.form {
            Some(form) if place != Place::Html => form,
            _ => own_form(self.scan, place),
        }
    }

    /// Lines that go before the line `at`, or at the end.
    fn before(&self, at: usize, new: &[String]) -> Edit {
        lines_before(self.text(), self.scan, self.lines, at, new)
    }

    /// The form of a fence's comments; `--form` has no say there.
    fn fence_form(&self, language: &str) -> Result<Form, Box<Diagnostic>> {
        if self.form.is_some() {
            return Err(self.fault("in a fence the language has its own comments", "leave out --form"));
        }
        let forms = comments_of(language).map(Comments::forms);
        match forms.and_then(|forms| forms.first()) {
            Some(_) if language == "css" => Ok(Form::Block),
            Some(form) => Ok(*form),
            None => {
                let shown = if language.is_empty() { "no language".to_owned() } else { format!("`{language}`") };
                Err(self.fault(
                    format!("what stands in a fence of {shown} is being shown: no marker counts in it"),
                    "choose a place in prose, or give the fence a language with comments",
                ))
            }
        }
    }

    fn line(&self, number: usize) -> Edits {
        let host = &self.scan.host;
        let at = number.saturating_sub(1);
        if at > self.lines.len() {
            let message = format!("the page has {} lines", self.lines.len());
            return Err(self.fault(message, format!("the last place is --line {}", self.lines.len() + 1)));
        }
        let Some(line) = host.lines.get(at) else { return Ok(vec![self.prose(at, "")]) };
        let in_front = host.front_matter.as_ref().filter(|(lines, _)| at > lines.start && at < lines.end);
        if in_front.is_some() {
            let (start, end) = self.comments(Form::Hash);
            let indent = match line.place {
                Place::FrontMatter => &self.text()[line.line.text.start..line.content],
                _ => "",
            };
            return Ok(vec![self.before(at, &[format!("{indent}{start}"), format!("{indent}{end}")])]);
        }
        let fence = match line.place {
            Place::Fence(fence) => Some(fence),
            Place::FenceEdge(fence) if host.fences[fence].close == Some(at) => Some(fence),
            _ => None,
        };
        if let Some(fence) = fence {
            let (start, end) = self.comments(self.fence_form(&host.fences[fence].language)?);
            // A blank line has no indentation to go by: the line before it has.
            let model = if line.shape == Shape::Blank && at > host.fences[fence].open + 1 { at - 1 } else { at };
            let prefix = &self.text()[host.lines[model].line.text.start..host.lines[model].content];
            return Ok(vec![self.before(at, &[format!("{prefix}{start}"), format!("{prefix}{end}")])]);
        }
        // Before the first line of something else, prose ends.
        let begins = at > 0 && host.lines[at - 1].place != line.place;
        if !begins && !matches!(line.place, Place::Prose | Place::Html | Place::FenceEdge(_) | Place::Tag) {
            let message = format!("line {number} stands in {}: no marker counts there", line.place.describe());
            return Err(self.fault(message, "choose a line of prose, of front matter or of a fence"));
        }
        let prefix = if line.shape == Shape::Blank {
            let start = line_start(self.text(), host, at);
            let quotes = self.text()[start..line.line.text.end].trim_end();
            if quotes.is_empty() { String::new() } else { format!("{quotes} ") }
        } else {
            outer_prefix(self.text(), host, at).0.to_owned()
        };
        Ok(vec![self.prose(at, &prefix)])
    }

    /// Markers of prose before the line `at`, set off as their form needs it.
    fn prose(&self, at: usize, prefix: &str) -> Edit {
        let place = self.scan.host.lines.get(at).map_or(Place::Prose, |line| line.place);
        let form = self.prose_form(place);
        let (start, end) = self.comments(form);
        let blank = prefix.trim_end().to_owned();
        let mut new = vec![format!("{prefix}{start}"), format!("{prefix}{end}")];
        if needs_before(form, Near::of(self.text(), self.scan, at.checked_sub(1))) {
            new.insert(0, blank.clone());
        }
        if needs_after(form, Near::of(self.text(), self.scan, Some(at)), true) {
            new.push(blank);
        }
        self.before(at, &new)
    }

    fn heading(&self, text: &str) -> Edits {
        let headings = headings(self.text(), &self.scan.host);
        let wanted = text.trim().trim_start_matches('#').trim();
        let found: Vec<_> = headings.iter().filter(|(_, _, text)| text == wanted).collect();
        let (first, last) = match found[..] {
            [(first, last, _)] => (*first, *last),
            [] => {
                let message = format!("the page has no heading `{}`", visible(wanted));
                let folded = |text: &str| text.to_lowercase();
                let same = headings.iter().find(|(_, _, text)| folded(text) == folded(wanted));
                let near = same.map(|(_, _, text)| text.as_str());
                let near = near.or_else(|| nearest(wanted, headings.iter().map(|(_, _, text)| text.as_str())));
                let help = match near {
                    Some(near) => format!("did you mean `{}`?", visible(near)),
                    None if headings.is_empty() => "it has none at all: give a --line".to_owned(),
                    None => {
                        let all: Vec<String> =
                            headings.iter().take(20).map(|(_, _, text)| format!("`{}`", visible(text))).collect();
                        format!("it has {}", all.join(", "))
                    }
                };
                return Err(self.fault(message, help));
            }
            _ => {
                let places: Vec<String> = found.iter().map(|(first, _, _)| (first + 1).to_string()).collect();
                let message = format!("{} headings say `{}`", found.len(), visible(wanted));
                let help = format!("they are on lines {}: give a --line", places.join(", "));
                return Err(self.fault(message, help));
            }
        };
        let host = &self.scan.host;
        let own = &self.text()[line_start(self.text(), host, first)..host.lines[first].content];
        // What follows a heading in a list item is indented as it is.
        let prefix: String = match opened_item(host, first) {
            Some(_) => own.chars().map(|c| if matches!(c, '>' | '\t') { c } else { ' ' }).collect(),
            None => own.to_owned(),
        };
        let form = self.prose_form(Place::Prose);
        let (start, end) = self.comments(form);
        let blank = prefix.trim_end().to_owned();
        let mut new = vec![blank.clone(), format!("{prefix}{start}"), format!("{prefix}{end}")];
        if host.lines.get(last + 1).is_some_and(|line| line.shape != Shape::Blank) {
            new.push(blank);
        }
        Ok(vec![self.before(last + 1, &new)])
    }

    fn at(&self, path: &str) -> Edits {
        let Some(wanted) = segments(path) else {
            return Err(self.fault(
                format!("`{}` is no path of keys", visible(path)),
                "as models.providers.moonshot.models; a key with a dot in quotes",
            ));
        };
        let mut found: Vec<(usize, FenceText, Syntax, Located)> = Vec::new();
        let mut known: Vec<String> = Vec::new();
        for (fence, here) in self.scan.host.fences.iter().enumerate() {
            let syntax = Syntax::of_language(&here.language).filter(|syntax| syntax.has_objects());
            let Some(syntax) = syntax else { continue };
            let text = FenceText::of(self.text(), &self.scan.host, fence);
            for located in locate(&text.text, syntax) {
                if located.path == wanted {
                    found.push((fence, text.clone(), syntax, located));
                } else {
                    known.push(written(&located.path));
                }
            }
        }
        let shown = visible(path);
        let line =
            |fence: usize, text: &FenceText, at: usize| text.line(at).unwrap_or(self.scan.host.fences[fence].open) + 1;
        match &found[..] {
            [(fence, text, _, located)] => self.around(*fence, text, located),
            [] => {
                let message = format!("no fence of json, json5 or JavaScript has an array or object at `{shown}`");
                known.retain(|path| !path.is_empty());
                known.dedup();
                let ends = known.iter().find(|path| path.ends_with(&format!(".{}", written(&wanted))));
                let near = ends.map(String::as_str).or_else(|| nearest(path, known.iter().map(String::as_str)));
                let help = match near {
                    Some(near) => format!("did you mean `{}`?", visible(near)),
                    None if known.is_empty() => "give a --line".to_owned(),
                    None => {
                        let all: Vec<String> =
                            known.iter().take(20).map(|path| format!("`{}`", visible(path))).collect();
                        format!("there are {}", all.join(", "))
                    }
                };
                Err(self.fault(message, help))
            }
            several => {
                let places: Vec<String> = several
                    .iter()
                    .map(|(fence, text, _, located)| line(*fence, text, located.inside.start).to_string())
                    .collect();
                let message = format!("`{shown}` is there {} times", several.len());
                Err(self.fault(message, format!("it begins on lines {}: give a --line", places.join(", "))))
            }
        }
    }

    /// Markers around all entries of an array or object.
    fn around(&self, fence: usize, text: &FenceText, located: &Located) -> Edits {
        let host = &self.scan.host;
        let form = self.fence_form(&host.fences[fence].language)?;
        let (start, end) = self.comments(form);
        let whole = &text.text;
        let inside = &whole[located.inside.clone()];
        let (open_line, close_line) = (text.line(located.inside.start), text.line(located.inside.end));
        let (Some(open_line), Some(_)) = (open_line, close_line) else {
            return Err(self.fault("the fence has no such place", "give a --line"));
        };
        let indent_at = |at: usize| {
            let line = &whole[whole[..at].rfind('\n').map_or(0, |newline| newline + 1)..];
            &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
        };
        let outer = indent_at(located.inside.start);
        let first = located.entries.as_ref().map(|entries| entries.start);
        // What leads on a line of its own tells the indentation; else it is one step deeper than the bracket's line.
        let own_line = first.filter(|at| whole[located.inside.start..*at].contains('\n'));
        let indent = match own_line {
            Some(at) => indent_at(at).to_owned(),
            None => format!("{outer}{}", text.unit()),
        };
        let page_end = line_end(self.text(), self.lines, open_line);
        // What the containers of the fence put in front of every line.
        let (inner, _) = host.strip(self.text(), open_line, host.fences[fence].container);
        let prefix = &self.text()[self.lines[open_line].text.start..inner];
        let at_line = |indent: &str, words: &str| format!("{page_end}{prefix}{indent}{words}");

        // From the opening bracket to the first entry, or to a comment that stands before it.
        let lead = inside.len() - inside.trim_start_matches([' ', '\t']).len();
        let trimmed = inside.trim_end_matches([' ', '\t']);
        let begins = located.inside.start + lead;
        let opens = whole[begins..].starts_with('\n');
        let closes = trimmed.ends_with('\n');
        let mut edits = Vec::new();
        if inside.trim().is_empty() {
            let range = text.page(located.inside.start)..text.page(located.inside.end);
            let new = at_line(&indent, &start) + &at_line(&indent, &end) + &at_line(outer, "");
            return Ok(vec![Edit { range, text: new }]);
        }
        // A comment behind the bracket stays there.
        let rest = inside[lead..].lines().next().unwrap_or_default();
        let commented =
            rest.starts_with("//") || rest.starts_with("/*") && rest.trim_end().ends_with("*/") && !closes_more(rest);
        if opens || commented {
            let at = located.inside.start + inside.find('\n').unwrap_or(0);
            let at = text.page(at);
            edits.push(Edit { range: at..at, text: at_line(&indent, &start) });
        } else {
            let range = text.page(located.inside.start)..text.page(begins);
            edits.push(Edit { range, text: at_line(&indent, &start) + &at_line(&indent, "") });
        }
        let after = located.inside.start + inside.trim_end().len();
        if closes {
            // Before the line of the closing bracket.
            let at = located.inside.start + trimmed.len() - 1;
            let at = text.page(at);
            edits.push(Edit { range: at..at, text: at_line(&indent, &end) });
        } else {
            let range = text.page(after)..text.page(located.inside.end);
            edits.push(Edit { range, text: at_line(&indent, &end) + &at_line(outer, "") });
        }
        Ok(edits)
    }
}

/// The form of a page's markers in prose: that of its other markers where it is sound, else that of its dialect.
pub(super) fn own_form(scan: &Scan, place: Place) -> Form {
    if place == Place::Html {
        return Form::Html;
    }
    let markers = scan.markers.iter().filter(|marker| marker.place == Place::Prose);
    let own = markers.map(|marker| marker.form).find(|form| fits(scan, *form));
    own.unwrap_or(if scan.mdx { Form::Jsx } else { Form::Definition })
}

/// Whether a form is a comment in the prose of a page, and no trouble.
pub(super) fn fits(scan: &Scan, form: Form) -> bool {
    match form {
        Form::Html => !scan.mdx,
        Form::Jsx => default_form(scan) == Form::Jsx,
        Form::Definition => true,
        _ => false,
    }
}

/// Lines that go before the line `at`, or at the end.
pub(super) fn lines_before(text: &str, scan: &Scan, lines: &[Line], at: usize, new: &[String]) -> Edit {
    let end = line_end(text, lines, at.min(lines.len().saturating_sub(1)));
    match lines.get(at) {
        Some(_) => {
            let start = line_start(text, &scan.host, at);
            let text = new.iter().map(|line| format!("{line}{end}")).collect();
            Edit { range: start..start, text }
        }
        None => {
            let open = lines.last().is_some_and(|line| line.end.is_empty());
            let mut added: String = new.iter().map(|line| format!("{line}{end}")).collect();
            if open {
                added.insert_str(0, end);
                added.truncate(added.len() - end.len());
            }
            Edit { range: text.len()..text.len(), text: added }
        }
    }
}

/// The headings of a page: first line, last line, text.
pub(super) fn headings(text: &str, host: &Host) -> Vec<(usize, usize, String)> {
    let mut out: Vec<(usize, usize, String)> = Vec::new();
    let mut open: Option<(usize, Vec<&str>)> = None;
    for (n, line) in host.lines.iter().enumerate() {
        if line.place != Place::Prose || line.shape != Shape::Heading {
            open = None;
            continue;
        }
        let words = text[line.content..line.line.text.end].trim();
        let level = words.bytes().take_while(|byte| *byte == b'#').count();
        if open.is_none() && (1..=6).contains(&level) && !words[level..].starts_with(|c: char| !c.is_whitespace()) {
            let inner = words[level..].trim();
            let bare = inner.trim_end_matches('#');
            let closed = bare.is_empty() || bare.ends_with([' ', '\t']);
            out.push((n, n, if closed { bare.trim() } else { inner }.to_owned()));
            continue;
        }
        let underline =
            !words.is_empty() && (words.bytes().all(|byte| byte == b'=') || words.bytes().all(|byte| byte == b'-'));
        match &mut open {
            Some((first, texts)) if underline => {
                out.push((*first, n, texts.join(" ")));
                open = None;
            }
            Some((_, texts)) => texts.push(words),
            None => open = Some((n, vec![words])),
        }
    }
    out
}

/// Whether more than one comment stands in a line.
fn closes_more(rest: &str) -> bool {
    rest.matches("*/").count() > 1
}

/// The keys of a path: `a.b."c.d"`; `.` is the whole value.
fn segments(path: &str) -> Option<Vec<String>> {
    let mut out = Vec::new();
    let mut rest = path.trim();
    if rest == "." {
        return Some(out);
    }
    loop {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (segment, after) = match quote {
            Some(quote) => rest[1..].split_once(quote)?,
            None => rest.split_at(rest.find('.').unwrap_or(rest.len())),
        };
        if segment.is_empty() {
            return None;
        }
        out.push(segment.to_owned());
        match after.strip_prefix('.') {
            Some(after) => rest = after,
            None => return after.is_empty().then_some(out),
        }
    }
}

/// A path as [`segments`] reads it.
pub(super) fn written(path: &[String]) -> String {
    let segment = |key: &String| if key.contains('.') { format!("\"{key}\"") } else { key.clone() };
    path.iter().map(segment).collect::<Vec<_>>().join(".")
}

/// A fence's text without the prefixes of its lines, and where it stands in the page.
#[derive(Debug, Clone)]
pub(crate) struct FenceText {
    pub(crate) text: String,
    first: usize,
    /// For each line: where it begins in the text, where in the page, and how many columns of a tab lead it.
    starts: Vec<(usize, usize, usize)>,
}

impl FenceText {
    pub(crate) fn of(page: &str, host: &Host, fence: usize) -> Self {
        let here = &host.fences[fence];
        let inside = |n: &usize| host.lines.get(*n).is_some_and(|line| line.place == Place::Fence(fence));
        let mut text = String::new();
        let mut starts = Vec::new();
        for n in (here.open + 1..).take_while(inside) {
            let (at, left) = host.strip(page, n, here.container);
            starts.push((text.len(), at, left));
            text.push_str(&" ".repeat(left));
            text.push_str(&page[at..host.lines[n].line.text.end.max(at)]);
            text.push('\n');
        }
        Self { text, first: here.open + 1, starts }
    }

    /// The lines of the page.
    pub(super) fn lines(&self) -> Range<usize> {
        self.first..self.first + self.starts.len()
    }

    /// Where a line of the page begins.
    pub(crate) fn start(&self, line: usize) -> usize {
        self.starts.get(line.saturating_sub(self.first)).map_or(self.text.len(), |(start, _, _)| *start)
    }

    fn entry(&self, offset: usize) -> Option<usize> {
        self.starts.partition_point(|(start, _, _)| *start <= offset).checked_sub(1)
    }

    /// The line of the page in which an offset lies.
    pub(super) fn line(&self, offset: usize) -> Option<usize> {
        Some(self.first + self.entry(offset)?)
    }

    /// An offset in the page.
    fn page(&self, offset: usize) -> usize {
        let Some((start, at, left)) = self.entry(offset).map(|entry| self.starts[entry]) else { return 0 };
        at + (offset - start).saturating_sub(left)
    }

    /// One level of indentation.
    pub(super) fn unit(&self) -> &str {
        let indent = |line: &'_ str| line.len() - line.trim_start_matches([' ', '\t']).len();
        let lines: Vec<&str> = self.text.lines().filter(|line| !line.trim().is_empty()).collect();
        let deeper = lines.windows(2).find_map(|pair| {
            let (a, b) = (&pair[0][..indent(pair[0])], &pair[1][..indent(pair[1])]);
            b.strip_prefix(a).filter(|step| !step.is_empty())
        });
        deeper.unwrap_or("  ")
    }
}
