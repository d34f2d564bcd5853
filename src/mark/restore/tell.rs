//! What is said of a region that can't be put back: why, where the source page has it, and the lines to paste.

use super::{Context, Fault, Lost, Seat, blocks, entries, key_of};
use crate::diagnostic::{Code, Diagnostic};
use crate::mark::insert::written;
use crate::page::{Form, Site};
use crate::plan::Standing;
use crate::shape::json5::Syntax;
use crate::text::visible;

impl Context<'_> {
    /// A region that can't be put back.
    pub(super) fn fault(&self, lost: &Lost, why: &str) -> Fault {
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
    pub(super) fn to_paste(&self, lost: &Lost) -> (String, String) {
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

pub(super) fn named(language: &str) -> String {
    if language.is_empty() { "no language".to_owned() } else { format!("`{}`", visible(language)) }
}

/// Lines as people read them: `lines 3, 8`.
pub(super) fn places(lines: &[usize]) -> String {
    let shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!("line{} {}", if lines.len() == 1 { "" } else { "s" }, shown.join(", "))
}
