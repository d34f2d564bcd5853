//! A page: its places, its markers, its regions, and what is wrong with them.
//!
//! [`marker`] is the grammar by line, [`host`] says where code and prose are, and this file brings the two together.
//! Nothing here knows what a region should say.

pub mod host;
mod js;
pub mod marker;
#[cfg(test)]
mod tests;
mod verbatim;

pub use host::{ContainerKind, Fence, Host, Place, Shape};
pub use marker::{Edge, Form, Naming};

use crate::diagnostic::{Code, Diagnostic, nearest};
use std::collections::HashMap;
use std::ops::Range;

/// A family as a page sees it: the prefix of its markers and the names of its regions.
#[derive(Debug, Clone, Copy)]
pub struct Namespace<'a> {
    /// The prefix.
    pub name: &'a str,
    /// The regions behind it.
    pub regions: &'a [&'a str],
}

/// A marker that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    /// Its line, from 0.
    pub line: usize,
    /// The bytes of its comment.
    pub span: Range<usize>,
    /// Its spelling.
    pub form: Form,
    /// The family, by index.
    pub family: usize,
    /// The region, without its namespace.
    pub region: String,
    /// Start or end.
    pub edge: Edge,
    /// Where it stands.
    pub place: Place,
    /// The innermost container it stands in.
    pub container: usize,
}

/// The kind of place that a region stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Site {
    /// Prose.
    Prose,
    /// Front matter; TOML (`+++`) or YAML.
    FrontMatter {
        /// Whether it is TOML.
        toml: bool,
    },
    /// The fence of this index.
    Fence(usize),
}

/// A region: what stands between a start and its end.
#[derive(Debug, Clone)]
pub struct Region {
    /// The start marker.
    pub start: Marker,
    /// The end marker.
    pub end: Marker,
    /// Where it stands.
    pub site: Site,
    /// The end marker was pulled into the last item of a list.
    pub pulled_in: bool,
}

impl Region {
    /// The lines of its body, from 0.
    #[must_use]
    pub fn body_lines(&self) -> Range<usize> {
        self.start.line + 1..self.end.line
    }
}

/// A marker that does not count, and why: for `explain`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The line, from 0.
    pub line: usize,
    /// Why it does not count.
    pub why: String,
}

/// A marker that is part of no region: its other half is lost, or it is a fault of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpaired {
    /// Its line, from 0.
    pub line: usize,
    /// The family, by index.
    pub family: usize,
    /// The region, without its namespace.
    pub region: String,
}

/// A page that was read: its places, its regions and its faults.
#[derive(Debug, Clone)]
pub struct Scan {
    /// The places.
    pub host: Host,
    /// By MDX's rules.
    pub mdx: bool,
    /// The markers that count, from top to bottom.
    pub markers: Vec<Marker>,
    /// The regions, from top to bottom.
    pub regions: Vec<Region>,
    /// The markers that are part of none, from top to bottom.
    pub unpaired: Vec<Unpaired>,
    /// Lines that name a marker and do not count.
    pub shown: Vec<Shown>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// What comments a fence's language has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// `//` and `/* */`
    Slashes,
    /// `#`
    Hash,
    /// `<!-- -->`
    Html,
}

/// The comments of a language, by the first word of an info string.
#[must_use]
pub fn comments_of(language: &str) -> Option<Comments> {
    Some(match language {
        "json" | "json5" | "jsonc" | "js" | "mjs" | "cjs" | "javascript" | "jsx" | "ts" | "typescript" | "tsx"
        | "rust" | "go" | "java" | "kotlin" | "swift" | "c" | "cpp" | "csharp" | "php" | "css" | "scss" => {
            Comments::Slashes
        }
        "yaml" | "yml" | "toml" | "sh" | "bash" | "shell" | "zsh" | "python" | "py" | "ruby" | "rb" | "dockerfile"
        | "ini" | "conf" | "properties" => Comments::Hash,
        "html" | "xml" | "svg" | "vue" | "svelte" => Comments::Html,
        _ => return None,
    })
}

impl Comments {
    /// The marker forms of the language.
    #[must_use]
    pub fn forms(self) -> &'static [Form] {
        match self {
            Self::Slashes => &[Form::Slashes, Form::Block],
            Self::Hash => &[Form::Hash],
            Self::Html => &[Form::Html],
        }
    }
}

/// Scans a page for the regions of the given families.
///
/// `path` is what diagnostics call the page; `mdx` says by which rules it is read. Every fault is in
/// [`Scan::diagnostics`]; a region that takes part in one is not among the regions.
///
/// ```
/// use moonsync::page::{scan, Namespace};
/// let page = "<!-- kimi-ids:start -->\n- `k3`\n<!-- kimi-ids:end -->\n";
/// let scan = scan("page.md", page, false, &[Namespace { name: "kimi", regions: &["ids"] }]);
/// assert_eq!(scan.regions.len(), 1);
/// assert_eq!(scan.regions[0].body_lines(), 1..2);
/// ```
#[must_use]
pub fn scan(path: &str, text: &str, mdx: bool, namespaces: &[Namespace<'_>]) -> Scan {
    let host = Host::scan(text, mdx);
    let scan = Scan {
        host,
        mdx,
        markers: Vec::new(),
        regions: Vec::new(),
        unpaired: Vec::new(),
        shown: Vec::new(),
        diagnostics: Vec::new(),
    };
    let names: Vec<&str> = namespaces.iter().map(|namespace| namespace.name).collect();
    let mut scanner = Scanner {
        path,
        text,
        namespaces,
        names,
        scan,
        ghosts: Vec::new(),
        ghost_lines: HashMap::new(),
        enclosed: None,
    };
    for line in scanner.candidates() {
        scanner.line(line);
    }
    scanner.pair();
    scanner.find_unpaired();
    scanner.scan
}

/// A marker that is a fault of its own: its line, and what is known of it.
type Ghost = (usize, GhostKind);

/// The family, the region where it is known, the edge where it is known.
type GhostKind = (usize, Option<String>, Option<Edge>);

struct Scanner<'a> {
    path: &'a str,
    text: &'a str,
    namespaces: &'a [Namespace<'a>],
    names: Vec<&'a str>,
    scan: Scan,
    /// Markers that are faults of their own. The other half of such a marker is no second fault.
    ghosts: Vec<Ghost>,
    /// The first and the last line of the ghosts of one kind.
    ghost_lines: HashMap<GhostKind, (usize, usize)>,
    /// The lines of the fence, or of the front matter, that was last looked at which lie in a comment or string of
    /// several lines.
    enclosed: Option<(Option<usize>, Vec<usize>)>,
}

impl<'a> Scanner<'a> {
    /// The lines that hold a namespace, from top to bottom.
    fn candidates(&self) -> Vec<usize> {
        let mut lines: Vec<usize> = Vec::new();
        for name in &self.names {
            let finder = memchr::memmem::Finder::new(name.as_bytes());
            for hit in finder.find_iter(self.text.as_bytes()) {
                let line = self.scan.host.lines.partition_point(|line| line.line.text.start <= hit) - 1;
                if lines.last() != Some(&line) {
                    lines.push(line);
                }
            }
        }
        lines.sort_unstable();
        lines.dedup();
        lines
    }

    fn report(&mut self, code: Code, span: Range<usize>, message: String, help: String) {
        self.scan.diagnostics.push(Diagnostic::new(code, self.path, message).at(span).help(help));
    }

    fn shown(&mut self, line: usize, why: impl Into<String>) {
        self.scan.shown.push(Shown { line, why: why.into() });
    }

    /// Looks at one line that holds a namespace.
    fn line(&mut self, n: usize) {
        let line = self.scan.host.lines[n].clone();
        let text = self.text;
        let words = text[line.content..line.line.text.end].trim_end();
        let span = line.content..line.content + words.len();
        match line.place {
            Place::Prose | Place::Html => {
                if self.scan.host.in_inline_code(&span) {
                    return self.shown(n, "it stands in a code span or an inline comment of several lines");
                }
                let found = Form::PROSE.iter().find_map(|form| marker::comment(words, *form));
                match found {
                    Some(comment) if !self.opens_bullet(n) => self.comment(n, comment, &span),
                    _ => self.glued(n, words, line.content),
                }
            }
            Place::FrontMatter => match marker::comment(words, Form::Hash) {
                Some(_) if self.is_enclosed(n, None) => {
                    self.shown(n, "it stands in a string of several lines in the front matter");
                }
                Some(comment) => self.comment(n, comment, &span),
                None => self.shown(n, "it is no comment of its own in the front matter"),
            },
            Place::Fence(fence) => {
                let language = self.scan.host.fences[fence].language.clone();
                let Some(comments) = comments_of(&language) else {
                    let shown = if language.is_empty() { "no language".to_owned() } else { format!("`{language}`") };
                    return self.shown(n, format!("what stands in a fence of {shown} is being shown"));
                };
                if self.is_enclosed(n, Some(fence)) {
                    return self.shown(n, "it stands in a comment or a string of several lines");
                }
                match comments.forms().iter().find_map(|form| marker::comment(words, *form)) {
                    Some(comment) => self.comment(n, comment, &span),
                    None => self.foreign(n, words, &span, &language, comments),
                }
            }
            place => self.shown(n, format!("it stands in {}", place.describe())),
        }
    }

    /// Whether a line of a fence, or of the front matter, lies in a string or comment that began before it.
    fn is_enclosed(&mut self, n: usize, fence: Option<usize>) -> bool {
        if self.enclosed.as_ref().is_none_or(|(known, _)| *known != fence) {
            let host = &self.scan.host;
            let (first, language, place) = match (fence, &host.front_matter) {
                (Some(fence), _) => {
                    (host.fences[fence].open + 1, host.fences[fence].language.as_str(), Place::Fence(fence))
                }
                (None, Some((_, true))) => (1, "toml", Place::FrontMatter),
                (None, _) => (1, "yaml", Place::FrontMatter),
            };
            let inside = host.lines[first..].iter().take_while(|line| line.place == place).enumerate();
            let lines: Vec<&str> = inside
                .map(|(at, line)| {
                    // Indentation counts, but for that of what the fence stands in.
                    let (from, _) = host.strip(self.text, first + at, line.container);
                    &self.text[from..line.line.text.end.max(from)]
                })
                .collect();
            let enclosed = verbatim::lines(language, &lines).into_iter().enumerate();
            let enclosed = enclosed.filter(|(_, enclosed)| *enclosed).map(|(at, _)| first + at).collect();
            self.enclosed = Some((fence, enclosed));
        }
        self.enclosed.as_ref().is_some_and(|(_, lines)| lines.binary_search(&n).is_ok())
    }

    /// Whether a bullet stands in front of the words of a line; a quote mark is part of every line of its quote.
    fn opens_bullet(&self, n: usize) -> bool {
        let host = &self.scan.host;
        let mut around = host.ancestors(host.lines[n].container).map(|at| &host.containers[at]);
        around.any(|container| container.line == n && matches!(container.kind, ContainerKind::Item { .. }))
    }

    /// A comment alone on its line, in a place where it is a comment.
    fn comment(&mut self, n: usize, comment: marker::Comment<'_>, span: &Range<usize>) {
        // mdformat escapes the underscores and dashes of what it takes for text.
        let unescaped;
        let says = if comment.form == Form::MangledEscape && comment.says.contains('\\') {
            unescaped = comment.says.replace('\\', "");
            unescaped.as_str()
        } else {
            comment.says
        };
        match marker::naming(says, &self.names) {
            None => self.shown(n, "it names no region's start or end"),
            Some(Naming::Malformed { family }) => {
                self.ghost(n, family, None, None);
                self.malformed(family, says, span.clone());
            }
            Some(Naming::Marker { family, region, edge }) => {
                if !self.known(family, region, span.clone()) {
                    self.ghost(n, family, None, Some(edge));
                    return;
                }
                let line = &self.scan.host.lines[n];
                let (place, container, continues) = (line.place, line.container, line.continues);
                let marker = Marker {
                    line: n,
                    span: span.clone(),
                    form: comment.form,
                    family,
                    region: region.to_owned(),
                    edge,
                    place,
                    container,
                };
                self.warn(&marker, continues);
                self.scan.markers.push(marker);
            }
        }
    }

    /// Whether the family has the region; a fault where it does not.
    fn known(&mut self, family: usize, region: &str, span: Range<usize>) -> bool {
        let namespace = self.namespaces[family];
        if namespace.regions.contains(&region) {
            return true;
        }
        let meant = nearest(region, namespace.regions.iter().copied());
        let help = match meant {
            Some(meant) => format!("did you mean `{}-{meant}`?", namespace.name),
            None => format!("the regions of `{}` are: {}", namespace.name, namespace.regions.join(", ")),
        };
        let message = format!("`{}` has no region `{region}`", namespace.name);
        self.report(Code::UnknownRegion, span, message, help);
        false
    }

    fn malformed(&mut self, family: usize, says: &str, span: Range<usize>) {
        let namespace = self.namespaces[family];
        let message = format!("`{}` begins like a marker and is none", crate::text::visible(says));
        let example = namespace.regions.first().copied().unwrap_or("ids");
        let help = format!(
            "a marker is `{0}-REGION:start` or `{0}-REGION:end` and nothing else, as `{0}-{example}:start`",
            namespace.name
        );
        self.report(Code::MalformedMarker, span, message, help);
    }

    /// A line of prose that is not one comment alone: every marker in it, outside code spans, is a fault.
    fn glued(&mut self, n: usize, words: &str, offset: usize) {
        let found = marker::find_in(words, &self.names);
        let mut any = false;
        for (at, form, naming) in found {
            let span = offset + at.start..offset + at.end;
            if self.scan.host.in_inline_code(&span) {
                continue;
            }
            any = true;
            let says = match naming {
                Naming::Malformed { .. } => continue,
                Naming::Marker { family, region, edge } => {
                    self.ghost(n, family, Some(region.to_owned()), Some(edge));
                    format!("{}-{region}:{}", self.names[family], edge.name())
                }
            };
            let message = format!("the marker `{says}` is not alone on its line");
            let help = format!(
                "put `{}` on a line of its own: {}",
                form.write(&says),
                crate::text::command(&["mark", "repair", self.path])
            );
            self.report(Code::GluedMarker, span, message, help);
        }
        if !any {
            self.shown(n, "it is no complete comment, or stands in a code span");
        }
    }

    /// A marker in a fence whose language has other comments.
    fn foreign(&mut self, n: usize, words: &str, span: &Range<usize>, language: &str, comments: Comments) {
        let other = [Form::Slashes, Form::Block, Form::Hash].iter().find_map(|form| marker::comment(words, *form));
        let naming = other.and_then(|comment| marker::naming(comment.says, &self.names));
        if let (Some(comment), Some(Naming::Marker { .. })) = (other, naming) {
            let message = format!("this is no comment in `{language}`, so it is no marker");
            let help = format!("write `{}`", comments.forms()[0].write(comment.says));
            self.report(Code::ForeignComment, span.clone(), message, help);
        }
        self.shown(n, format!("it is no comment of its own in `{language}`"));
    }

    /// Warns of a marker that counts and is in a bad state.
    fn warn(&mut self, marker: &Marker, continues: bool) {
        if !matches!(marker.place, Place::Prose | Place::Html) {
            return;
        }
        let says = format!("{}-{}:{}", self.names[marker.family], marker.region, marker.edge.name());
        let repair = crate::text::command(&["mark", "repair", self.path]);
        let convert = |to: &str| crate::text::command(&["mark", "convert", "--to", to, self.path]);
        let span = marker.span.clone();
        let (mdx, components) = (self.scan.mdx, self.scan.host.has_components);
        match marker.form {
            Form::MangledUnderscore | Form::MangledEscape => {
                let message = format!("a formatter mangled the marker `{says}`; readers see it as text");
                self.report(Code::MangledMarker, span, message, format!("to mend it: {repair}"));
            }
            Form::Html if mdx => {
                let message = format!("an HTML comment is an error in MDX: `{says}`");
                self.report(Code::BreakingMarker, span, message, format!("to mend it: {}", convert("mdx")));
            }
            Form::JsxAndNull if mdx || components => {
                let message = format!("`&& null` after a comment alone is an error in MDX: `{says}`");
                self.report(Code::BreakingMarker, span, message, format!("to mend it: {}", convert("mdx")));
            }
            Form::Jsx | Form::JsxAndNull if !mdx && (!components || marker.place == Place::Html) => {
                let message = format!("in Markdown that is not MDX, readers see `{says}` as text");
                let form = if marker.place == Place::Html { "html" } else { "definition" };
                let help = format!("to mend it: {}", convert(form));
                self.report(Code::VisibleMarker, span, message, help);
            }
            Form::Definition if marker.place == Place::Html => {
                let message = format!("in an HTML block, readers see `{says}` as text");
                let help = format!("to mend it: {}", convert("html"));
                self.report(Code::VisibleMarker, span, message, help);
            }
            Form::Definition if continues => {
                let message = format!("right after a line of text, readers see `{says}` as text");
                let help = format!("leave a blank line before it: {repair}");
                self.report(Code::VisibleMarker, span, message, help);
            }
            _ => {}
        }
    }

    /// Pairs the markers, and reports those that can't be.
    fn pair(&mut self) {
        let markers = self.scan.markers.clone();
        // For each marker the next end of the same region, so that one lost marker is one fault.
        let mut ends: HashMap<(usize, &str), Vec<usize>> = HashMap::new();
        for (at, marker) in markers.iter().enumerate() {
            if marker.edge == Edge::End {
                ends.entry((marker.family, marker.region.as_str())).or_default().push(at);
            }
        }
        let ends_after = |marker: &Marker, at: usize| {
            ends.get(&(marker.family, marker.region.as_str()))
                .is_some_and(|ends| ends.partition_point(|end| *end <= at) < ends.len())
        };
        let mut open: Option<&Marker> = None;
        let mut last_start: HashMap<(usize, &str), usize> = HashMap::new();
        for (at, marker) in markers.iter().enumerate() {
            let same = |other: &Marker| other.family == marker.family && other.region == marker.region;
            let key = (marker.family, marker.region.as_str());
            if marker.edge == Edge::Start {
                last_start.insert(key, marker.line);
            }
            match (marker.edge, open) {
                (Edge::Start, None) => open = Some(marker),
                (Edge::Start, Some(before)) => {
                    if !same(before) && ends_after(before, at) {
                        self.nested(before, marker);
                        // Its own end, if it has one, goes with it: see `MissingStart` below.
                    } else {
                        self.missing_end(before);
                        open = Some(marker);
                    }
                }
                (Edge::End, Some(start)) if same(start) => {
                    self.region(start, marker);
                    open = None;
                }
                (Edge::End, Some(start)) => {
                    let nested = last_start.get(&key).is_some_and(|line| *line > start.line);
                    if !nested {
                        self.missing_start(marker);
                        if !ends_after(start, at) {
                            self.missing_end(start);
                            open = None;
                        }
                    }
                }
                (Edge::End, None) => self.missing_start(marker),
            }
        }
        if let Some(start) = open {
            self.missing_end(start);
        }
    }

    fn find_unpaired(&mut self) {
        let paired: std::collections::HashSet<usize> =
            self.scan.regions.iter().flat_map(|region| [region.start.line, region.end.line]).collect();
        let halves = self.scan.markers.iter().filter(|marker| !paired.contains(&marker.line));
        let mut unpaired: Vec<Unpaired> = halves
            .map(|marker| Unpaired { line: marker.line, family: marker.family, region: marker.region.clone() })
            .collect();
        let known = |(line, (family, region, _)): &Ghost| {
            let region = region.clone().filter(|name| self.namespaces[*family].regions.contains(&name.as_str()))?;
            Some(Unpaired { line: *line, family: *family, region })
        };
        unpaired.extend(self.ghosts.iter().filter_map(known));
        unpaired.sort_by_key(|marker| marker.line);
        self.scan.unpaired = unpaired;
    }

    fn says(&self, marker: &Marker) -> String {
        format!("{}-{}:{}", self.names[marker.family], marker.region, marker.edge.name())
    }

    fn nested(&mut self, outer: &Marker, inner: &Marker) {
        let message = format!("`{}` stands inside the region that starts on line {}", self.says(inner), outer.line + 1);
        let help = format!("end the region before it with `{}`", outer.form.write(&self.opposite(outer)));
        self.report(Code::NestedStart, inner.span.clone(), message, help);
    }

    fn ghost(&mut self, line: usize, family: usize, region: Option<String>, edge: Option<Edge>) {
        let kind = (family, region, edge);
        let lines = self.ghost_lines.entry(kind.clone()).or_insert((line, line));
        *lines = (lines.0.min(line), lines.1.max(line));
        self.ghosts.push((line, kind));
    }

    /// Whether the other half of a marker is there and is a fault of its own.
    fn has_ghost(&self, marker: &Marker) -> bool {
        let other = if marker.edge == Edge::Start { Edge::End } else { Edge::Start };
        let regions = [None, Some(marker.region.clone())];
        regions.into_iter().flat_map(|region| [None, Some(other)].map(|edge| (region.clone(), edge))).any(
            |(region, edge)| {
                let lines = self.ghost_lines.get(&(marker.family, region, edge));
                lines.is_some_and(|(first, last)| match marker.edge {
                    Edge::Start => *last > marker.line,
                    Edge::End => *first < marker.line,
                })
            },
        )
    }

    fn missing_end(&mut self, start: &Marker) {
        if self.has_ghost(start) {
            return;
        }
        let message = format!("`{}` has no end", self.says(start));
        let help = format!("write `{}` on the line after the region", start.form.write(&self.opposite(start)));
        self.report(Code::MissingEnd, start.span.clone(), message, help);
    }

    fn missing_start(&mut self, end: &Marker) {
        if self.has_ghost(end) {
            return;
        }
        let message = format!("`{}` has no start", self.says(end));
        let help = format!("write `{}` on the line before the region", end.form.write(&self.opposite(end)));
        self.report(Code::MissingStart, end.span.clone(), message, help);
    }

    /// The name of a marker's other half.
    fn opposite(&self, marker: &Marker) -> String {
        let edge = match marker.edge {
            Edge::Start => Edge::End,
            Edge::End => Edge::Start,
        };
        format!("{}-{}:{}", self.names[marker.family], marker.region, edge.name())
    }

    /// A start and its end: a region, where both stand in one place.
    fn region(&mut self, start: &Marker, end: &Marker) {
        let site = |place: Place| match place {
            Place::Fence(fence) => Site::Fence(fence),
            Place::FrontMatter => {
                Site::FrontMatter { toml: self.scan.host.front_matter.as_ref().is_some_and(|(_, toml)| *toml) }
            }
            _ => Site::Prose,
        };
        let (from, to) = (site(start.place), site(end.place));
        let split =
            |what: &str| format!("`{}` starts {what}", self.names[start.family].to_owned() + "-" + &start.region);
        if from != to {
            let name = |site: Site| match site {
                Site::Prose => "in prose".to_owned(),
                Site::FrontMatter { .. } => "in the front matter".to_owned(),
                Site::Fence(fence) => format!("in the fence of line {}", self.scan.host.fences[fence].open + 1),
            };
            let message = split(&format!("{} and ends {}", name(from), name(to)));
            return self.split(start, end, message);
        }
        let pulled_in = self.is_pulled_in(start, end);
        if start.container != end.container && !pulled_in {
            let message = split("in one list item or block quote and ends in another");
            return self.split(start, end, message);
        }
        if from == Site::Prose && self.swallows_conflict(start, end) {
            return;
        }
        if pulled_in {
            let message = format!("a formatter pulled `{}` into the last item of the list", self.says(end));
            let help = format!("to mend it: {}", crate::text::command(&["mark", "repair", self.path]));
            self.report(Code::IndentedMarker, end.span.clone(), message, help);
        }
        self.scan.regions.push(Region { start: start.clone(), end: end.clone(), site: from, pulled_in });
    }

    fn split(&mut self, start: &Marker, end: &Marker, message: String) {
        let help = format!(
            "move `{}` of line {} to where the region starts, or its start to where it ends",
            self.says(end),
            end.line + 1
        );
        self.report(Code::SplitRegion, start.span.clone(), message, help);
    }

    /// Whether an end marker stands in the last item of a list that began in the region.
    fn is_pulled_in(&self, start: &Marker, end: &Marker) -> bool {
        let container = &self.scan.host.containers[end.container];
        start.container != end.container
            && container.parent == start.container
            && matches!(container.kind, ContainerKind::Item { .. })
            && container.line > start.line
    }

    /// Conflict marks that do not lie wholly within the region.
    fn swallows_conflict(&mut self, start: &Marker, end: &Marker) -> bool {
        let mut depth = 0_i32;
        let mut stray = None;
        for n in start.line + 1..end.line {
            match conflict_mark(line_in(self.text, &self.scan.host, n, start.container)) {
                Some('<') => depth += 1,
                Some('>') => {
                    depth -= 1;
                    if depth < 0 {
                        stray = stray.or(Some(n));
                    }
                }
                Some(_) if depth == 0 => stray = stray.or(Some(n)),
                _ => {}
            }
            if depth < 0 {
                break;
            }
        }
        let Some(n) = stray.or((depth != 0).then_some(start.line)) else { return false };
        let span = self.scan.host.lines[n].line.text.clone();
        let message = format!(
            "conflict marks stand half in the region `{}-{}` of line {}",
            self.names[start.family],
            start.region,
            start.line + 1
        );
        self.report(Code::SwallowedText, span, message, "resolve the conflict first".to_owned());
        true
    }
}

/// A line without the prefixes of a container: conflict marks would be taken for quotes otherwise.
fn line_in<'a>(text: &'a str, host: &Host, line: usize, container: usize) -> &'a str {
    let end = host.lines[line].line.text.end;
    &text[host.strip(text, line, container).0.min(end)..end]
}

/// Whether a line is a conflict mark of git, and which.
fn conflict_mark(words: &str) -> Option<char> {
    let first = words.chars().next().filter(|c| matches!(c, '<' | '=' | '>' | '|'))?;
    let run = words.chars().take_while(|c| *c == first).count();
    let rest = &words[run..];
    let whole = run == 7 && (rest.is_empty() || rest.starts_with(' '));
    (whole && (first != '=' || rest.trim().is_empty())).then_some(first)
}

/// What a region of prose holds that no list and no table holds, as when a marker was lost: its line, and in words.
///
/// One fence alone is no fault: a region may be rewritten inside it, as a whole value.
#[must_use]
pub fn swallowed(text: &str, scan: &Scan, region: &Region) -> Option<(usize, &'static str)> {
    let lines = region.body_lines();
    let body = &scan.host.lines[lines.clone()];
    if whole_fence(scan, region).is_some() {
        return None;
    }
    let mut in_conflict = false;
    body.iter().zip(lines).find_map(|(line, n)| {
        match conflict_mark(line_in(text, &scan.host, n, region.start.container)) {
            Some('<') => in_conflict = true,
            Some('>') => in_conflict = false,
            _ => {}
        }
        match (line.place, line.shape) {
            (Place::FenceEdge(_) | Place::Fence(_), _) => Some((n, "a fence")),
            // The marks of a conflict underline what is above them.
            (Place::Prose, Shape::Heading) if !in_conflict => Some((n, "a heading")),
            (Place::Tag, _) | (Place::Prose, Shape::Component) => Some((n, "a component's tag")),
            // In an HTML block they are none, until they go and the block is read otherwise.
            (Place::Html, _) => structure_in(&text[line.content..line.line.text.end]).map(|what| (n, what)),
            _ => None,
        }
    })
}

/// What a line would be if it stood in no HTML block.
fn structure_in(words: &str) -> Option<&'static str> {
    let name = words.strip_prefix("</").or_else(|| words.strip_prefix('<'));
    if name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase())) {
        return Some("a component's tag");
    }
    (words.starts_with("```") || words.starts_with("~~~")).then_some("a fence")
}

/// The fence that a region of prose consists of: nothing but blank lines around it.
#[must_use]
pub fn whole_fence(scan: &Scan, region: &Region) -> Option<usize> {
    let lines = region.body_lines();
    let mut fence = None;
    for line in &scan.host.lines[lines.clone()] {
        match line.place {
            Place::Fence(index) | Place::FenceEdge(index) if fence.is_none_or(|known| known == index) => {
                fence = Some(index);
            }
            Place::Prose if line.shape == Shape::Blank && !line.opens_item => {}
            _ => return None,
        }
    }
    let fence = fence?;
    let close = scan.host.fences[fence].close?;
    (lines.contains(&scan.host.fences[fence].open) && lines.contains(&close)).then_some(fence)
}
