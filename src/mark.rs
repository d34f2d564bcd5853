//! Markers: mending them, writing them in another form, and setting new ones into a page.
//!
//! Text in, edits out; no files. What is to be written is read again before it counts: where it would not read as it
//! should, there is an [`Internal`](Code::Internal) error instead of edits. What a region says is not looked at here.

pub(crate) mod insert;
mod restore;
#[cfg(test)]
mod tests;

pub use insert::{Inserted, Insertion, Spot, insert, resolve};
pub use restore::{Regained, Restored, advice, restore};

use crate::catalog::Catalog;
use crate::diagnostic::{Code, Diagnostic};
use crate::page::marker::{self, Edge, Naming};
use crate::page::{ContainerKind, Form, Host, Marker, Place, Scan, Shape};
use crate::plan::{PageInput, scan_page};
use crate::text::{Edit, Line, lines};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

/// What is done to a page's markers.
#[derive(Debug, Clone, Default)]
pub struct Marked {
    /// The edits, sorted and apart; empty where nothing is to do or the page has a fault.
    pub edits: Vec<Edit>,
    /// What is done, from top to bottom; empty where there are no edits.
    pub changes: Vec<Change>,
    /// What can't be done, and what to know of what is done.
    pub diagnostics: Vec<Diagnostic>,
}

/// What is done to one marker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its line in the page as it was, from 1.
    pub line: usize,
    /// The comment as it was.
    pub old: String,
    /// The comment as it is to be.
    pub new: String,
    /// What else is done.
    pub how: How,
}

/// What is done to a marker besides its spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It stays where it is.
    InPlace,
    /// It gets a line of its own.
    OwnLine,
    /// It goes out of the last item of a list.
    Outdented,
    /// It is set off by a blank line.
    SetOff,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.old != self.new {
            write!(f, "{} -> ", self.old)?;
        }
        f.write_str(&self.new)?;
        match self.how {
            How::InPlace => Ok(()),
            How::OwnLine => f.write_str(" on a line of its own"),
            How::Outdented => f.write_str(" out of the last item of the list"),
            How::SetOff => f.write_str(" after a blank line"),
        }
    }
}

/// Mends the markers that a formatter or a translation mangled, glued to text, pulled into a list item or left where
/// readers see them. Nothing else of the page changes.
///
/// ```
/// # use moonsync::catalog::parse::{parse, CatalogFile, Role};
/// use moonsync::mark::repair;
/// use moonsync::plan::PageInput;
/// # let text = "namespace = \"kimi\"\nprovider = \"m\"\ndefault_model = \"k\"\n[[models]]\nid = \"k\"\nname = \"K\"\n\
/// #     reasoning = true\ninput = [\"text\"]\ncost = { input = 1 }\ncontext_window = 1\nmax_tokens = 1\n";
/// # let file = CatalogFile { path: "k.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
/// # let (catalog, faults) = parse(&[file]);
/// # assert!(faults.is_empty());
/// let text = "{/_ kimi-ids:start _/}\n\n- `k`\n\n{/_ kimi-ids:end _/}\n";
/// let page = PageInput { path: "page.mdx".into(), text: text.into(), ..PageInput::default() };
/// let marked = repair(&catalog, &page);
/// assert_eq!(marked.changes[0].to_string(), "{/_ kimi-ids:start _/} -> {/* kimi-ids:start */}");
/// ```
#[must_use]
pub fn repair(catalog: &Catalog, page: &PageInput) -> Marked {
    rewrite(catalog, page, Task::Repair)
}

/// Writes the markers of prose in another form. A page with a fault stays as it is.
///
/// In an HTML block, where no other form is a comment, a marker becomes an HTML comment whatever the form asked for.
#[must_use]
pub fn convert(catalog: &Catalog, page: &PageInput, form: Form) -> Marked {
    let faults = scan_page(catalog, page).diagnostics;
    if faults.iter().any(Diagnostic::is_error) {
        let diagnostics = faults.into_iter().filter(Diagnostic::is_error).collect();
        return Marked { diagnostics, ..Marked::default() };
    }
    rewrite(catalog, page, Task::Convert(form))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Task {
    Repair,
    Convert(Form),
}

/// More rounds than this are never needed: the first takes markers off text, the second sees the pairs they make.
const ROUNDS: usize = 6;

fn rewrite(catalog: &Catalog, page: &PageInput, task: Task) -> Marked {
    let names = namespaces(catalog);
    let mut draft = Draft::new(&page.text);
    let mut marked = Marked::default();
    let first = scan_page(catalog, page);
    let wanted = sequence(&first, &page.text, &names);
    let mut scan = first;
    for _ in 0..ROUNDS {
        let text = draft.text();
        let round = Round::new(&text, &scan, &names, page, task);
        let (fixes, faults) = round.run();
        marked.diagnostics = faults;
        if fixes.is_empty() {
            break;
        }
        draft.apply(fixes, &mut marked.changes);
        scan = scan_page(catalog, &PageInput { text: draft.text().into(), ..page.clone() });
    }
    if !marked.diagnostics.is_empty() {
        // Its place is known in the page as it was, and only there is it shown.
        let (_, faults) = Round::new(&page.text, &scan_page(catalog, page), &names, page, task).run();
        return Marked { diagnostics: faults, ..Marked::default() };
    }
    let text = draft.text();
    let left = |scan: &Scan| scan.diagnostics.iter().find(|fault| task == Task::Repair && is_mended(fault)).cloned();
    let fault = if sequence(&scan, &text, &names) != wanted {
        Some("the page would have other markers".to_owned())
    } else {
        left(&scan).map(|fault| format!("what would be written is not mended: {}", fault.message))
    };
    if let Some(what) = fault {
        return Marked { diagnostics: vec![internal(&page.path, &what)], ..Marked::default() };
    }
    if task != Task::Repair {
        // Their places are of the page as it will be.
        let bad = |fault: &&Diagnostic| matches!(fault.code, Code::VisibleMarker | Code::BreakingMarker);
        let warnings = scan.diagnostics.iter().filter(bad).cloned().map(|fault| Diagnostic { span: None, ..fault });
        marked.diagnostics.extend(warnings);
    }
    marked.changes.sort_by_key(|change| change.line);
    marked.edits = draft.edits();
    marked
}

fn internal(path: &str, what: &str) -> Diagnostic {
    let help = "nothing was written; please report this with the page and the catalog";
    Diagnostic::new(Code::Internal, path, what).help(help)
}

/// Whether a fault or a warning is one that [`repair`] mends.
fn is_mended(fault: &Diagnostic) -> bool {
    matches!(fault.code, Code::MangledMarker | Code::IndentedMarker | Code::GluedMarker)
        || fault.code == Code::VisibleMarker && fault.help.as_ref().is_some_and(|help| help.contains("mark repair"))
}

fn namespaces(catalog: &Catalog) -> Vec<&str> {
    catalog.families.iter().map(|family| family.namespace.as_str()).collect()
}

/// The markers of a page in order, those that are glued to text among them.
fn sequence(scan: &Scan, text: &str, names: &[&str]) -> Vec<(usize, String, Edge)> {
    let mut all: Vec<(usize, (usize, String, Edge))> = scan
        .markers
        .iter()
        .map(|marker| (marker.span.start, (marker.family, marker.region.clone(), marker.edge)))
        .collect();
    for fault in &scan.diagnostics {
        let Some(span) = fault.span.clone().filter(|_| matches!(fault.code, Code::GluedMarker | Code::UnknownRegion))
        else {
            continue;
        };
        if let Some((_, _, Naming::Marker { family, region, edge })) = marker::find_in(&text[span.clone()], names).pop()
        {
            all.push((span.start, (family, region.to_owned(), edge)));
        }
    }
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, marker)| marker).collect()
}

/// The lines that take the place of one line.
struct Fix {
    line: usize,
    lines: Vec<String>,
    changes: Vec<(String, String, How)>,
}

/// A page whose every line may have become several.
struct Draft<'a> {
    text: &'a str,
    lines: Vec<Line>,
    out: Vec<Vec<String>>,
}

impl<'a> Draft<'a> {
    fn new(text: &'a str) -> Self {
        let lines = lines(text);
        let out = lines.iter().map(|line| vec![text[line.text.clone()].to_owned()]).collect();
        Self { text, lines, out }
    }

    /// The line end of a line; where it has none, that of the page.
    fn end(&self, line: usize) -> &'a str {
        line_end(self.text, &self.lines, line)
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (n, out) in self.out.iter().enumerate() {
            text.push_str(&out.join(self.end(n)));
            text.push_str(&self.text[self.lines[n].end.clone()]);
        }
        text
    }

    /// Takes in what a round came to; its lines are those of [`Self::text`].
    fn apply(&mut self, fixes: Vec<Fix>, changes: &mut Vec<Change>) {
        let places: Vec<(usize, usize)> =
            self.out.iter().enumerate().flat_map(|(n, out)| (0..out.len()).map(move |at| (n, at))).collect();
        for fix in fixes.into_iter().rev() {
            let (line, at) = places[fix.line];
            self.out[line].splice(at..=at, fix.lines);
            for (old, new, how) in fix.changes {
                match changes.iter_mut().find(|known| known.line == line + 1 && known.new == old) {
                    Some(known) => known.new = new,
                    None => changes.push(Change { line: line + 1, old, new, how }),
                }
            }
        }
    }

    fn edits(&self) -> Vec<Edit> {
        let changed = |(n, out): (usize, &Vec<String>)| {
            let range = self.lines[n].text.clone();
            let same = out.len() == 1 && out[0] == self.text[range.clone()];
            (!same).then(|| Edit { range, text: out.join(self.end(n)) })
        };
        self.out.iter().enumerate().filter_map(changed).collect()
    }
}

/// The line end of a line; where it has none, that of the line before, else `\n`.
fn line_end<'t>(text: &'t str, lines: &[Line], line: usize) -> &'t str {
    let of = |n: usize| lines.get(n).map(|line| &text[line.end.clone()]).filter(|end| !end.is_empty());
    of(line).or_else(|| of(line.checked_sub(1)?)).unwrap_or("\n")
}

/// What stands beside a marker, as far as its form cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Near {
    /// Nothing that could swallow it.
    Nothing,
    /// Words of a paragraph, a list or a table.
    Words { list: bool, table: bool },
    /// A link definition or a comment of HTML: a definition may follow it.
    Apart,
    /// Another marker.
    Marker(Form),
}

impl Near {
    fn words(words: &str) -> Self {
        let table = words.starts_with('|');
        let bullet = words.starts_with(['-', '*', '+']) || words.starts_with(|c: char| c.is_ascii_digit());
        let tag = words.starts_with('<') && words[1..].starts_with(|c: char| c == '/' || c.is_alphabetic());
        if words.is_empty() || tag && words.ends_with('>') {
            return Self::Nothing;
        }
        if words.starts_with("<!--") && words.ends_with("-->") || words.starts_with('[') && words.contains("]: ") {
            return Self::Apart;
        }
        Self::Words { list: bullet, table }
    }

    /// What stands on a line of a page.
    fn of(text: &str, scan: &Scan, line: Option<usize>) -> Self {
        let Some(host) = line.and_then(|line| scan.host.lines.get(line)) else { return Self::Nothing };
        let prose = matches!(host.place, Place::Prose | Place::CodeSpan | Place::Expression);
        if !prose || host.shape != Shape::Other {
            return Self::Nothing;
        }
        let words = text[host.content..host.line.text.end].trim_end();
        match scan.markers.binary_search_by_key(&line.unwrap_or_default(), |marker| marker.line) {
            Ok(at) => Self::Marker(scan.markers[at].form),
            Err(_) if host.opens_item => Self::Words { list: true, table: false },
            Err(_) => Self::words(words),
        }
    }
}

/// Whether a marker of this form needs a blank line before it.
fn needs_before(form: Form, near: Near) -> bool {
    match form {
        Form::Definition => match near {
            Near::Words { .. } => true,
            Near::Marker(other) => other.is_braced(),
            Near::Apart | Near::Nothing => false,
        },
        form if form.is_braced() => matches!(near, Near::Words { .. } | Near::Apart),
        _ => false,
    }
}

/// Whether a marker of this form needs a blank line after it; `glued` where it was taken off the words that follow.
fn needs_after(form: Form, near: Near, glued: bool) -> bool {
    match form {
        Form::Definition => matches!(near, Near::Words { list, table } if table || glued && !list),
        form if form.is_braced() => matches!(near, Near::Words { .. } | Near::Apart),
        _ => false,
    }
}

/// The form that a place takes, where one is asked for.
fn form_in(place: Place, form: Form) -> Form {
    if place == Place::Html { Form::Html } else { form }
}

/// The form of a marker that moonsync writes by itself.
fn default_form(scan: &Scan) -> Form {
    if scan.mdx || scan.host.has_components { Form::Jsx } else { Form::Definition }
}

/// The bytes of a line's prefix begin here: behind a byte order mark.
fn line_start(text: &str, host: &Host, line: usize) -> usize {
    let start = host.lines[line].line.text.start;
    if start == 0 && text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { start }
}

/// The outermost list item that a line opens.
fn opened_item(host: &Host, line: usize) -> Option<usize> {
    let opened = |at: &usize| {
        let container = &host.containers[*at];
        container.line == line && matches!(container.kind, ContainerKind::Item { .. })
    };
    host.ancestors(host.lines[line].container).filter(opened).last()
}

/// The prefix of a line without the bullets that it opens, and the container that this prefix is of.
fn outer_prefix<'t>(text: &'t str, host: &Host, line: usize) -> (&'t str, usize) {
    let start = line_start(text, host, line);
    let here = &host.lines[line];
    let Some(item) = opened_item(host, line) else { return (&text[start..here.content], here.container) };
    let parent = host.containers[item].parent;
    let (at, _) = host.strip(text, line, parent);
    let white = text[at..here.line.text.end].len() - text[at..here.line.text.end].trim_start_matches([' ', '\t']).len();
    (&text[start..at + white], parent)
}

/// One pass over the markers of a page.
struct Round<'a> {
    text: &'a str,
    scan: &'a Scan,
    names: &'a [&'a str],
    page: &'a PageInput,
    task: Task,
    /// Where the last start of a region stands or will stand: its container and its prefix.
    starts: HashMap<(usize, String), (usize, String)>,
}

/// A part of a line that is taken apart.
enum Piece {
    Words(String),
    Marker { prefix: String, comment: String, form: Form },
}

impl<'a> Round<'a> {
    fn new(text: &'a str, scan: &'a Scan, names: &'a [&'a str], page: &'a PageInput, task: Task) -> Self {
        Self { text, scan, names, page, task, starts: HashMap::new() }
    }

    /// What is to do in this round, and what can't be done.
    fn run(mut self) -> (Vec<Fix>, Vec<Diagnostic>) {
        let mut glued: BTreeSet<usize> = BTreeSet::new();
        if self.task == Task::Repair {
            for fault in self.scan.diagnostics.iter().filter(|fault| fault.code == Code::GluedMarker) {
                let at = fault.span.as_ref().map_or(0, |span| span.start);
                glued.insert(self.scan.host.lines.partition_point(|line| line.line.text.start <= at) - 1);
            }
        }
        let pulled: BTreeSet<usize> =
            self.scan.regions.iter().filter(|region| region.pulled_in).map(|region| region.end.line).collect();
        let mut markers: BTreeMap<usize, Option<&Marker>> = glued.iter().map(|line| (*line, None)).collect();
        markers.extend(self.scan.markers.iter().map(|marker| (marker.line, Some(marker))));
        let (mut fixes, mut faults) = (Vec::new(), Vec::new());
        for (line, marker) in markers {
            match marker {
                Some(marker) => fixes.extend(self.marker(marker, pulled.contains(&line))),
                None => match self.unglue(line) {
                    Ok(fix) => fixes.push(fix),
                    Err(why) => faults.push(self.refusal(line, why)),
                },
            }
        }
        (fixes, faults)
    }

    fn refusal(&self, line: usize, why: &str) -> Diagnostic {
        let span = self.scan.host.lines[line].content..self.scan.host.lines[line].line.text.end;
        let message = format!("a marker is glued to other text, and {why}");
        let help = "put the marker on a line of its own by hand";
        Diagnostic::new(Code::GluedMarker, self.page.path.clone(), message).at(span).help(help)
    }

    /// The form that a marker of prose shall have.
    fn target(&self, form: Form, place: Place) -> Form {
        match self.task {
            Task::Convert(to) => form_in(place, to),
            Task::Repair if form.is_mangled() || form == Form::JsxAndNull => form_in(place, default_form(self.scan)),
            Task::Repair => form,
        }
    }

    fn says(&self, family: usize, region: &str, edge: Edge) -> String {
        format!("{}-{region}:{}", self.names[family], edge.name())
    }

    /// A marker that counts.
    fn marker(&mut self, marker: &Marker, pulled: bool) -> Option<Fix> {
        if !matches!(marker.place, Place::Prose | Place::Html) {
            return None;
        }
        let line = &self.scan.host.lines[marker.line];
        let key = (marker.family, marker.region.clone());
        let own = &self.text[line_start(self.text, &self.scan.host, marker.line)..line.content];
        if marker.edge == Edge::Start {
            self.starts.insert(key.clone(), (marker.container, own.to_owned()));
        }
        let form = self.target(marker.form, marker.place);
        let repairs = self.task == Task::Repair;
        let visible = repairs && form == Form::Definition && line.continues;
        let moves = pulled && (repairs || form != marker.form);
        if form == marker.form && !moves && !visible {
            return None;
        }
        let prefix = if moves { self.starts.get(&key).map_or(own, |(_, prefix)| prefix) } else { own };
        let old = self.text[marker.span.clone()].to_owned();
        let comment = if form == marker.form {
            old.clone()
        } else {
            form.write(&self.says(marker.family, &marker.region, marker.edge))
        };
        // A comment in braces that merely loses its `&& null` stands as it stood.
        let still = marker.form == Form::JsxAndNull && form == Form::Jsx && !moves;
        let before = Near::of(self.text, self.scan, marker.line.checked_sub(1));
        let after = Near::of(self.text, self.scan, Some(marker.line + 1));
        let before = visible || !still && needs_before(form, self.becomes(before));
        let after = !still && needs_after(form, self.becomes(after), false);
        let mut lines = Vec::new();
        if before {
            lines.push(prefix.trim_end().to_owned());
        }
        let trail = &self.text[marker.span.end..line.line.text.end];
        lines.push(format!("{prefix}{comment}{trail}"));
        if after {
            lines.push(prefix.trim_end().to_owned());
        }
        let how = match () {
            () if moves => How::Outdented,
            () if visible => How::SetOff,
            () => How::InPlace,
        };
        self.mark(&mut lines, marker.line);
        Some(Fix { line: marker.line, lines, changes: vec![(old, comment, how)] })
    }

    /// A neighbour as it will be after the round.
    fn becomes(&self, near: Near) -> Near {
        match near {
            Near::Marker(form) => Near::Marker(self.target(form, Place::Prose)),
            near => near,
        }
    }

    /// Puts the byte order mark back in front.
    fn mark(&self, lines: &mut [String], line: usize) {
        let host = &self.scan.host;
        let mark = &self.text[host.lines[line].line.text.start..line_start(self.text, host, line)];
        if let Some(first) = lines.first_mut() {
            first.insert_str(0, mark);
        }
    }

    /// A line that holds markers and other text.
    fn unglue(&mut self, n: usize) -> Result<Fix, &'static str> {
        let host = &self.scan.host;
        let line = &host.lines[n];
        let words = self.text[line.content..line.line.text.end].trim_end();
        let start = line_start(self.text, host, n);
        let own = &self.text[start..line.content];
        let item = opened_item(host, n);
        let (outer, outer_container) = outer_prefix(self.text, host, n);
        let found: Vec<_> = marker::find_in(words, self.names)
            .into_iter()
            .filter(|(span, _, naming)| {
                let bytes = line.content + span.start..line.content + span.end;
                matches!(naming, Naming::Marker { .. }) && !host.in_inline_code(&bytes)
            })
            .collect();
        let next = host.lines.get(n + 1);
        let goes_on = |item: usize| {
            next.is_some_and(|next| {
                let inside = next.container == item || host.ancestors(next.container).any(|at| at == item);
                next.shape != Shape::Blank && (inside && !next.opens_item || next.continues)
            })
        };

        let mut pieces = Vec::new();
        let mut changes = Vec::new();
        let mut texts = 0;
        let mut at = 0;
        let mut out_of_item = None;
        let push = |pieces: &mut Vec<Piece>, texts: &mut usize, part: &str| {
            let part = part.trim_matches([' ', '\t']);
            if !part.is_empty() {
                pieces.push(Piece::Words(format!("{own}{part}")));
                *texts += 1;
            }
        };
        for (span, form, naming) in &found {
            let Naming::Marker { family, region, edge } = *naming else { continue };
            push(&mut pieces, &mut texts, &words[at..span.start]);
            at = span.end;
            let key = (family, region.to_owned());
            let known = self.starts.get(&key).filter(|(container, _)| {
                edge == Edge::End && (*container == 0 || host.ancestors(line.container).any(|at| at == *container))
            });
            let (container, prefix) = match known {
                Some((container, prefix)) => (*container, prefix.clone()),
                None => (outer_container, outer.to_owned()),
            };
            if container != line.container && texts > 0 {
                out_of_item = Some(line.container);
            }
            if edge == Edge::Start {
                self.starts.insert(key, (container, prefix.clone()));
            }
            let form_wanted = self.target(*form, line.place);
            let old = words[span.clone()].to_owned();
            let comment =
                if form_wanted == *form { old.clone() } else { form_wanted.write(&self.says(family, region, edge)) };
            changes.push((old, comment.clone(), How::OwnLine));
            pieces.push(Piece::Marker { prefix, comment, form: form_wanted });
        }
        push(&mut pieces, &mut texts, &words[at..]);

        let heading = line.shape == Shape::Heading;
        let leads = matches!(pieces.first(), Some(Piece::Words(_)));
        if words.starts_with('|') && texts > 1 {
            return Err("it stands within a row of a table");
        }
        if heading && (texts > 1 || leads && !words.starts_with('#')) {
            return Err("it stands within a heading");
        }
        if item.is_some() && texts > 1 {
            return Err("it stands within an item of a list");
        }
        if out_of_item.is_some_and(goes_on) || out_of_item.is_some() && matches!(pieces.last(), Some(Piece::Words(_))) {
            return Err("the item of the list goes on after it");
        }
        if let (Some(item), 0) = (item, texts) {
            // The bullet has nothing but the marker, and goes with it.
            if line.container != item || goes_on(item) {
                return Err("it is the first thing in an item of a list that goes on after it");
            }
        }
        let mut lines = self.assemble(n, &pieces);
        self.mark(&mut lines, n);
        Ok(Fix { line: n, lines, changes })
    }

    /// The lines of what was taken apart, with blank lines where a form needs them.
    fn assemble(&self, n: usize, pieces: &[Piece]) -> Vec<String> {
        let near = |at: Option<usize>, line: Option<usize>| match at.and_then(|at| pieces.get(at)) {
            Some(Piece::Words(words)) => Near::words(words.trim_start_matches([' ', '\t', '>'])),
            Some(Piece::Marker { form, .. }) => Near::Marker(*form),
            None => self.becomes(Near::of(self.text, self.scan, line)),
        };
        let heading = |at: Option<usize>| {
            let lead = at.and_then(|at| pieces.get(at));
            matches!(lead, Some(Piece::Words(words)) if words.trim_start_matches([' ', '>']).starts_with("# "))
        };
        let mut lines: Vec<String> = Vec::new();
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                Piece::Words(words) => lines.push(words.clone()),
                Piece::Marker { prefix, comment, form } => {
                    let before = needs_before(*form, near(at.checked_sub(1), n.checked_sub(1)));
                    let after = needs_after(*form, near(Some(at + 1), Some(n + 1)), true);
                    let blank = prefix.trim_end().to_owned();
                    if before && !heading(at.checked_sub(1)) && lines.last() != Some(&blank) {
                        lines.push(blank.clone());
                    }
                    lines.push(format!("{prefix}{comment}"));
                    if after {
                        lines.push(blank);
                    }
                }
            }
        }
        lines
    }
}
