//! One region: which form its kind takes where it stands, its body held against the catalog, and the edit.

use super::body::{Frame, Parts};
use super::list::Lists;
use super::table::Tables;
use super::{Difference, Options, PageInput, Said, code, fenced};
use crate::catalog::{Catalog, Family, Kind, Layout, ListValue, Region, Vocabulary, falls_back_to};
use crate::content::{Entry, Inline, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::page::{self, Form, Place, Scan, Site, comments_of};
use crate::render::template::Escape;
use crate::render::words::{Missing, Words};
use crate::render::{self, entries, template};
use crate::shape::inline::{self, Position};
use crate::shape::json5::Syntax;
use crate::shape::{self, BodyKind};
use crate::text::Edit;
use std::cell::OnceCell;

/// What came out of a region.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// What it says and what it should say.
    pub(super) said: Said,
    /// The edit that writes it anew; `None` where it says the right thing.
    pub(super) edit: Option<Edit>,
    /// Words that its language lacks.
    pub(super) missing: Vec<Missing>,
    /// Other things to warn of.
    pub(super) warnings: Vec<Diagnostic>,
}

/// The most bytes of a body. Reading Markdown takes many times its size in memory, and no catalog says that much: a page
/// of this size is a mistake, or an attack.
const LONGEST: usize = 8 << 20;

/// A fault, boxed because it is large and rare.
pub(super) type Fault = Box<Diagnostic>;

/// All that one region is planned from.
pub(super) struct Planner<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) family: &'a Family,
    pub(super) region: &'a Region,
    pub(super) found: &'a page::Region,
    pub(super) scan: &'a Scan,
    pub(super) page: &'a PageInput,
    pub(super) options: Options,
    /// The look of the page's first list, found once.
    pub(super) page_list: &'a OnceCell<Option<shape::list::Look>>,
    /// What fences with regions look like, each found once.
    pub(super) surveys: &'a fenced::Surveys,
}

impl<'a> Planner<'a> {
    /// Plans the region, or says why it can't be written where it stands.
    pub(super) fn plan(&self) -> Result<Outcome, Fault> {
        self.refuse_long()?;
        if self.found.site == Site::Prose {
            self.refuse_code()?;
            if !matches!(self.region.kind, Kind::Template(_)) {
                self.refuse_swallowed()?;
            }
        }
        match &self.region.kind {
            Kind::Template(source) => self.template(source),
            Kind::List { value, layout } => self.list(*value, *layout),
            Kind::Aliases => self.entries(entries::aliases(self.family, self.region), true),
            Kind::Models => self.entries(entries::models(self.family, self.region), false),
        }
    }

    pub(super) fn text(&self) -> &'a str {
        &self.page.text
    }

    fn refuse_long(&self) -> Result<(), Fault> {
        let lines = &self.scan.host.lines;
        let (first, last) = (lines[self.found.start.line].line.end.end, lines[self.found.end.line].line.text.start);
        if last.saturating_sub(first) <= LONGEST {
            return Ok(());
        }
        let name = format!("{}-{}", self.family.namespace, self.region.name);
        let message = format!(
            "the region `{name}` holds more than {} MiB: was a marker lost before its end?",
            LONGEST >> 20 //
        );
        let help = format!("put `{}` back where the region ended", self.found.end.form.write(&format!("{name}:end")));
        let span = self.found.start.span.clone();
        Err(Box::new(Diagnostic::new(Code::SwallowedText, self.page.path.clone(), message).at(span).help(help)))
    }

    /// A marker that is indented as code is, and is none because it continues a paragraph: what is written there, set
    /// off by a blank line, would be code.
    fn refuse_code(&self) -> Result<(), Fault> {
        let host = &self.scan.host;
        for marker in [&self.found.start, &self.found.end] {
            let indent = || Frame::of(self.text(), host, marker.line).columns();
            if marker.place == Place::Prose && !host.lines[marker.line].free && indent() >= 4 {
                let message = "this marker is indented as code is, and counts only because it continues a paragraph";
                let help = "begin its line with three spaces at the most, or set it off and outdent it";
                let fault = Diagnostic::new(Code::NoForm, self.page.path.clone(), message);
                return Err(Box::new(fault.at(marker.span.clone()).help(help)));
            }
        }
        Ok(())
    }

    fn refuse_swallowed(&self) -> Result<(), Fault> {
        let Some((line, what)) = page::swallowed(self.text(), self.scan, self.found) else { return Ok(()) };
        let name = format!("{}-{}", self.family.namespace, self.region.name);
        let message = format!(
            "the region `{name}` of line {} holds {what}: was a marker lost between them?",
            self.found.start.line + 1
        );
        let help = format!("put `{}` back where the region ended", self.found.end.form.write(&format!("{name}:end")));
        let span = self.scan.host.lines[line].line.text.clone();
        Err(Box::new(Diagnostic::new(Code::SwallowedText, self.page.path.clone(), message).at(span).help(help)))
    }

    /// The region can't be written where it stands.
    pub(super) fn no_form(&self, what: &str, help: &str) -> Fault {
        let name = format!("{}-{}", self.family.namespace, self.region.name);
        let message = format!("`{name}` is of kind `{}`, and {what}", self.region.kind.name());
        let span = self.found.start.span.clone();
        Box::new(Diagnostic::new(Code::NoForm, self.page.path.clone(), message).at(span).help(help))
    }

    /// Whether the catalog's own wording is the page's language: `en-GB` lacks nothing that is said in `en`.
    fn is_in_source_language(&self) -> bool {
        self.page.locale.as_ref().is_none_or(|tag| falls_back_to(tag, &self.catalog.source_locale))
    }

    fn words(&self) -> Words<'a> {
        let tag = self.page.locale.as_deref().unwrap_or(&self.catalog.source_locale);
        Words::new(Vocabulary::of(&self.family.locales, tag), self.is_in_source_language())
    }

    /// The frame of the region's own lines, and the parts of its body.
    fn prose_parts(&self) -> (Frame, Parts) {
        let frame = Frame::of(self.text(), &self.scan.host, self.found.start.line);
        let parts = Parts::of(self.text(), &self.scan.host, self.found.body_lines(), self.forms());
        (frame, parts)
    }

    /// The comments of the place that the region stands in.
    pub(super) fn forms(&self) -> &'static [Form] {
        match self.found.site {
            Site::Prose => Form::PROSE,
            Site::FrontMatter { .. } => &[Form::Hash],
            Site::Fence(fence) => {
                comments_of(&self.scan.host.fences[fence].language).map_or(&[][..], page::Comments::forms)
            }
        }
    }

    fn list(&self, value: ListValue, layout: Layout) -> Result<Outcome, Fault> {
        let items = render::items(self.family, self.region, value);
        let lists = Lists { family: self.family, items: &items, rewrite: self.options.rewrite };
        let strings = || -> Vec<(String, Entry)> {
            let string = |item: &Inline| Entry { key: None, value: Value::String(item.text().to_owned()) };
            items.iter().map(|(id, item)| (id.clone(), string(item))).collect()
        };
        let in_data = |what: &str| {
            let help = "give the catalog a region of kind `list` for this place, or move this one to prose";
            (layout == Layout::Table).then(|| self.no_form(what, help))
        };
        match self.found.site {
            Site::FrontMatter { toml } => {
                if let Some(fault) = in_data("a table has no form in front matter") {
                    return Err(fault);
                }
                if toml {
                    return fenced::front_matter(self, Syntax::Hash, &strings());
                }
                Ok(self.framed(self.prose_parts(), |body| lists.sequence(body)))
            }
            Site::Fence(fence) => {
                if let Some(fault) = in_data("a table has no form in a fence") {
                    return Err(fault);
                }
                let language = &self.scan.host.fences[fence].language;
                if matches!(language.as_str(), "yaml" | "yml") {
                    return Ok(self.framed(self.prose_parts(), |body| lists.sequence(body)));
                }
                match Syntax::of_language(language) {
                    Some(syntax) => fenced::in_fence(self, fence, syntax, &strings(), false),
                    None => Err(self.no_form(
                        &format!("a list has no form in `{language}`"),
                        "move it to prose, or to a fence of json, json5, yaml or toml",
                    )),
                }
            }
            Site::Prose => {
                if let Some(fence) = page::whole_fence(self.scan, self.found) {
                    if let Some(fault) = in_data("a table has no form in a fence") {
                        return Err(fault);
                    }
                    let language = &self.scan.host.fences[fence].language;
                    if matches!(language.as_str(), "yaml" | "yml") {
                        return Ok(self.framed(self.fence_parts(fence), |body| lists.sequence(body)));
                    }
                    // Where a bare array is a whole text of the language.
                    let whole = |syntax: &Syntax| {
                        syntax.has_objects() || matches!(language.as_str(), "python" | "py" | "ruby" | "rb")
                    };
                    return match Syntax::of_language(language).filter(whole) {
                        Some(syntax) => fenced::whole(self, fence, syntax, &strings(), false),
                        None => Err(self.no_form(
                            &format!("a list is no whole fence of `{language}`"),
                            "use a fence of json, json5 or yaml, put the markers into an array inside the fence, or have a list \
                             without a fence",
                        )),
                    };
                }
                let (frame, parts) = self.prose_parts();
                let body = parts.text(self.text(), &self.scan.host, &frame);
                let has = shape::kind(&body);
                let table = match layout {
                    Layout::Table => true,
                    Layout::List => false,
                    Layout::Keep => has == BodyKind::Table,
                };
                let mut words = self.words();
                let mut said = if table {
                    let tables = Tables { family: self.family, region: self.region, rewrite: self.options.rewrite };
                    tables.plan(&body, &mut words)
                } else {
                    lists.markdown(&body, || *self.page_list.get_or_init(|| shape::list::find_look(self.text())))
                };
                // Another layout is one difference, not one a model.
                let flipped = match (table, has) {
                    (true, BodyKind::List) => Some("a list, where the catalog has a table"),
                    (false, BodyKind::Table) => Some("a table, where the catalog has a list"),
                    _ => None,
                };
                if let Some(flipped) = flipped {
                    said.drift = vec![Difference::Other(flipped.to_owned())];
                    said.removed.clear();
                }
                if !table && !said.drift.is_empty() && !self.found.pulled_in && self.is_in_item(&said.text, &frame) {
                    let message = "this end marker is indented deeper than its start: it would stand in the last item";
                    let help = "indent both markers of a list alike";
                    let fault = Diagnostic::new(Code::SplitRegion, self.page.path.clone(), message);
                    return Err(Box::new(fault.at(self.found.end.span.clone()).help(help)));
                }
                let mut outcome = self.outcome(said, &frame, &parts);
                if table {
                    outcome.missing = words.missing();
                }
                Ok(outcome)
            }
        }
    }

    fn entries(&self, wanted: Vec<(String, Entry)>, as_object: bool) -> Result<Outcome, Fault> {
        let kind = self.region.kind.name();
        let (fence, whole) = match self.found.site {
            Site::FrontMatter { .. } => {
                return Err(self.no_form(
                    &format!("`{kind}` has no form in front matter"),
                    "move it to a fence of json, json5 or a JavaScript dialect",
                ));
            }
            Site::Fence(fence) => (fence, false),
            Site::Prose => match page::whole_fence(self.scan, self.found) {
                Some(fence) => (fence, true),
                None => {
                    let shape = if as_object { "{\n}" } else { "[\n]" };
                    let help = format!("put a fence between the markers:\n```json\n{shape}\n```");
                    return Err(self.no_form(&format!("`{kind}` has no form in prose without a fence"), &help));
                }
            },
        };
        let language = &self.scan.host.fences[fence].language;
        let syntax = Syntax::of_language(language).filter(|syntax| syntax.has_objects());
        let Some(syntax) = syntax else {
            let named = if language.is_empty() { "a fence without a language" } else { language };
            return Err(self.no_form(
                &format!("`{kind}` has no form in {named}"),
                "move it to a fence of json, json5, jsonc or a JavaScript dialect",
            ));
        };
        if whole {
            fenced::whole(self, fence, syntax, &wanted, as_object)
        } else {
            fenced::in_fence(self, fence, syntax, &wanted, as_object)
        }
    }

    fn template(&self, source: &str) -> Result<Outcome, Fault> {
        let words = self.words();
        let own = words.vocabulary().template(&self.region.name);
        let prose = self.found.site == Site::Prose;
        let markup = self.is_in_markup();
        let escape = if markup {
            Escape { text: in_markup, code: in_markup }
        } else if prose {
            Escape { text: code::mark, code: |text| inline::write(&Inline::Code(text.to_owned()), Position::Paragraph) }
        } else {
            Escape { text: code::mark, code: code::mark }
        };
        let locale = self.page.locale.as_deref().unwrap_or(&self.catalog.source_locale);
        let rendered = template::render(self.family, self.region, own.unwrap_or(source), locale, &words, escape)
            .map_err(|error| {
                let name = format!("{}-{}", self.family.namespace, self.region.name);
                let message = format!("the template of `{name}` fails: {error}");
                let of_language =
                    words.vocabulary().files().iter().find(|file| {
                        own.is_some() && file.templates.iter().any(|(region, _)| *region == self.region.name)
                    });
                let help = format!("mend the template in {}", of_language.map_or(&self.family.path, |file| &file.path));
                let span = self.found.start.span.clone();
                Box::new(Diagnostic::new(Code::BadTemplate, self.page.path.clone(), message).at(span).help(help))
            })?;
        let rendered = match self.found.site {
            _ if markup => rendered,
            Site::Prose => self.fitted_markdown(&rendered)?,
            Site::Fence(fence) => self.fitted(&rendered, &self.scan.host.fences[fence].language)?,
            Site::FrontMatter { toml } => self.fitted(&rendered, if toml { "toml" } else { "yaml" })?,
        };
        let (frame, parts) = self.prose_parts();
        let body = parts.text(self.text(), &self.scan.host, &frame);
        let mut text: String = rendered.trim_end().trim_start_matches(['\n', '\r']).replace("\r\n", "\n");
        if !text.is_empty() {
            text.push('\n');
        }
        let same = if markup {
            tags(&body) == tags(&text)
        } else if prose {
            events(&body) == events(&text)
        } else {
            lines(&body) == lines(&text)
        };
        let mut said = Said { text, ..Said::default() };
        if !same {
            said.drift.push(Difference::Other("other text than the template gives".to_owned()));
            let kept: std::collections::HashSet<&str> = said.text.lines().map(str::trim).collect();
            said.removed.extend(
                body.lines().filter(|line| !line.trim().is_empty() && !kept.contains(line.trim())).map(str::to_owned),
            );
        }
        let mut outcome = self.outcome(said, &frame, &parts);
        outcome.missing = words.missing();
        if own.is_none() && !self.is_in_source_language() {
            let message = format!("the template `{}` has no text in {locale}", self.region.name);
            let help = format!(
                "it is written in the source language; add to the locale file of {locale}:\n[templates]\n{} = \"\"\"…\"\"\"",
                self.region.name
            );
            outcome.warnings.push(Diagnostic::new(Code::MissingTemplate, "", message).help(help));
        }
        Ok(outcome)
    }

    /// What a template gives, with its values made fit for the code that it is.
    fn fitted(&self, rendered: &str, language: &str) -> Result<String, Fault> {
        code::fit(rendered, language).map_err(|value| {
            let name = format!("{}-{}", self.family.namespace, self.region.name);
            let message = format!("the template of `{name}` puts `{value}` where `{language}` would take it for code");
            let help = "put it into a string with double quotes in the template, or change the name".to_owned();
            let fault = Diagnostic::new(Code::BadTemplate, self.page.path.clone(), message);
            Box::new(fault.at(self.found.start.span.clone()).help(help))
        })
    }

    /// The same for Markdown.
    fn fitted_markdown(&self, rendered: &str) -> Result<String, Fault> {
        let text = |text: &str| inline::write(&Inline::Text(text.to_owned()), Position::Paragraph);
        let braces = self.scan.mdx || self.scan.host.has_components;
        code::fit_markdown(rendered, braces, text, in_markup).map_err(|value| {
            let name = format!("{}-{}", self.family.namespace, self.region.name);
            let message =
                format!("the template of `{name}` puts `{value}` where it would end a link, a comment or code");
            let help = "put it into the text of the template, or change the name".to_owned();
            let fault = Diagnostic::new(Code::BadTemplate, self.page.path.clone(), message);
            Box::new(fault.at(self.found.start.span.clone()).help(help))
        })
    }

    /// Whether the region stands in a fence of HTML or of its kin.
    fn is_in_markup(&self) -> bool {
        let Site::Fence(fence) = self.found.site else { return false };
        comments_of(&self.scan.host.fences[fence].language) == Some(page::Comments::Html)
    }

    /// The frame and the parts of what stands inside a fence.
    pub(super) fn fence_parts(&self, fence: usize) -> (Frame, Parts) {
        let fence = &self.scan.host.fences[fence];
        let frame = Frame::of(self.text(), &self.scan.host, fence.open);
        let end = fence.close.unwrap_or(self.found.end.line);
        let forms = comments_of(&fence.language).map_or(&[][..], page::Comments::forms);
        let parts = Parts::of(self.text(), &self.scan.host, fence.open + 1..end, forms);
        (frame, parts)
    }

    /// Plans a body that is read and written without its frame and needs no blank lines.
    pub(super) fn framed(&self, (frame, parts): (Frame, Parts), plan: impl FnOnce(&str) -> Said) -> Outcome {
        let said = plan(&parts.text(self.text(), &self.scan.host, &frame));
        let write = !said.drift.is_empty() || !said.removed.is_empty() || self.options.rewrite;
        let edit = write.then(|| parts.replace(&self.scan.host, frame.enclose(&said.text)));
        settled(said, edit)
    }

    /// Whether the end marker stands in the last item of a list that is written, indented as the start marker is.
    fn is_in_item(&self, list: &str, frame: &Frame) -> bool {
        let bullet = list.lines().next().unwrap_or_default();
        let marker = bullet.find([' ', '\t']).unwrap_or(bullet.len());
        let content = bullet[marker..].find(|c| !matches!(c, ' ' | '\t')).map_or(marker + 1, |spaces| marker + spaces);
        let end = frame.strip(self.text(), &self.scan.host, self.found.end.line);
        let indent = end.len() - end.trim_start_matches([' ', '\t']).len();
        indent >= frame.columns() + content
    }

    /// The form of the comment that stands on a line.
    fn directive_form(&self, line: usize) -> Option<Form> {
        let line = &self.scan.host.lines[line];
        let words = self.text()[line.content..line.line.text.end].trim_end();
        self.forms().iter().copied().find(|form| page::marker::comment(words, *form).is_some())
    }

    /// Plans a body that may stand in prose, where blank lines may be needed around it.
    fn outcome(&self, said: Said, frame: &Frame, parts: &Parts) -> Outcome {
        if self.found.site != Site::Prose {
            let write = !said.drift.is_empty() || !said.removed.is_empty() || self.options.rewrite;
            let edit = write.then(|| parts.replace(&self.scan.host, frame.enclose(&said.text)));
            return settled(said, edit);
        }
        if said.drift.is_empty() && said.removed.is_empty() && !self.options.rewrite {
            return settled(said, None);
        }
        let host = &self.scan.host;
        let blank = |n: usize| host.lines[n].content >= host.lines[n].line.text.end;
        let (start, end) = (self.found.start.form, self.found.end.form);
        let set_off = |form: Form| form.is_braced() || form == Form::Definition;
        let mut parts = parts.clone();
        let (before, after);
        if parts.core.is_empty() && parts.lead.clone().all(blank) && parts.trail.clone().all(blank) {
            parts.core = self.found.body_lines();
            (before, after) = if self.found.start.place == Place::Html {
                // A blank line would end the HTML block, and the end marker would stand elsewhere.
                (!parts.core.is_empty(), !parts.core.is_empty())
            } else {
                // Nothing was there: the form of the markers says how it is set off.
                (set_off(start), set_off(end))
            };
        } else {
            let html = self.found.start.place == Place::Html;
            // A definition that continues a paragraph is part of it, and so would be what follows.
            let glued = start == Form::Definition && host.lines[self.found.start.line].continues;
            before = !html && (start.is_braced() || glued) && parts.lead.is_empty();
            after = !(self.found.pulled_in && self.is_in_item(&said.text, frame))
                && match parts.trail.clone().next() {
                    Some(first) if blank(first) => false,
                    // A directive stands between the content and the end marker.
                    Some(first) => self.directive_form(first).is_some_and(set_off),
                    None if html => false,
                    None => {
                        let led = parts.lead.clone().last().is_some_and(blank);
                        set_off(end) && (!led || !parts.core.is_empty() || !said.text.is_empty())
                    }
                };
        }
        let mut text = String::new();
        if before && !said.text.is_empty() {
            text.push('\n');
        }
        text.push_str(&said.text);
        if after {
            text.push('\n');
        }
        let edit = parts.replace(host, frame.enclose(&text));
        settled(said, Some(edit))
    }
}

/// An outcome without warnings; what is no content is a difference too.
pub(super) fn settled(mut said: Said, edit: Option<Edit>) -> Outcome {
    if !said.removed.is_empty() && said.drift.is_empty() {
        let lines = if said.removed.len() == 1 { "1 line".to_owned() } else { format!("{} lines", said.removed.len()) };
        said.drift.push(Difference::Other(format!("{lines} of other text")));
    }
    Outcome { said, edit, ..Outcome::default() }
}

/// A value in HTML: between tags, or in a quoted attribute.
fn in_markup(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
        out
    })
}

/// What HTML says: without the white space that formatters break lines at, which is any, within tags and next to them.
fn tags(markup: &str) -> String {
    let mut out = String::with_capacity(markup.len());
    for word in markup.split_whitespace() {
        // Formatters close `<br>` as `<br />`, and end a tag on a line of its own.
        let glued =
            out.is_empty() || out.ends_with(['<', '>']) || word.starts_with(['<', '>']) || word.starts_with("/>");
        if !glued {
            out.push(' ');
        }
        out.push_str(word);
    }
    out.replace("/>", ">")
}

/// What a Markdown text says: its events, white space collapsed.
fn events(markdown: &str) -> Vec<String> {
    use pulldown_cmark::{Event, Options, Parser};
    let mut out: Vec<String> = Vec::new();
    let mut words = String::new();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(text) => words.push_str(&text),
            Event::SoftBreak => words.push(' '),
            other => {
                if !words.is_empty() {
                    out.push(words.split_whitespace().collect::<Vec<_>>().join(" "));
                    words.clear();
                }
                out.push(format!("{other:?}"));
            }
        }
    }
    out.push(words.split_whitespace().collect::<Vec<_>>().join(" "));
    out
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}
