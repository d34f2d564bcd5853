//! Mentions of models that should not be: for people, by page.

use super::human::plural;
use crate::refs::{Kind, Mention};
use crate::text::visible;
use anstyle::{AnsiColor, Style};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// How many pages are listed unless all are asked for.
const PAGES: usize = 25;

/// How many lines of a page are listed unless all are asked for, and how many places of one line.
const LINES: usize = 4;
const PLACES: usize = 3;

/// The mentions of one page.
#[derive(Debug)]
pub struct PageMentions {
    /// The page as the user names it.
    pub path: String,
    /// What it mentions, from top to bottom; not nothing.
    pub mentions: Vec<Mention>,
}

/// The pages, each with what it mentions, and then the models by how often they are mentioned. Of many, the first few,
/// unless `verbose`.
///
/// What is the same on a page, and is to be mended in the same way, stands on one line with its places.
#[must_use]
pub fn human(pages: &[PageMentions], verbose: bool) -> String {
    let mut out = String::new();
    let listed = if verbose { pages.len() } else { PAGES };
    for page in pages.iter().take(listed) {
        let path = visible(&page.path);
        let _ = writeln!(out, "{BOLD}{path}{BOLD:#}: {}", plural(page.mentions.len(), "mention"));
        let mut alike: Vec<(&Mention, Vec<&Mention>)> = Vec::new();
        let mut known: HashMap<(Kind, &str, bool), usize> = HashMap::new();
        for mention in &page.mentions {
            let at = *known.entry((mention.kind, &mention.text, mention.as_default)).or_insert(alike.len());
            match alike.get_mut(at) {
                Some((_, all)) => all.push(mention),
                None => alike.push((mention, vec![mention])),
            }
        }
        let lines = if verbose { alike.len() } else { LINES };
        for (first, all) in alike.iter().take(lines) {
            let places = if verbose { all.len() } else { PLACES };
            let place = |mention: &&Mention| format!("{}:{}", mention.line, mention.column);
            let mut shown = all.iter().take(places).map(place).collect::<Vec<_>>().join(", ");
            if all.len() > places {
                let _ = write!(shown, " and {} more", all.len() - places);
            }
            let _ = write!(out, "  {shown}  {YELLOW}{}{YELLOW:#}", visible(&first.message()));
            if let Some(help) = first.help() {
                let _ = write!(out, "; {GREEN}{}{GREEN:#}", visible(&help));
            }
            out.push('\n');
        }
        if alike.len() > lines {
            let _ = writeln!(out, "  {DIM}and {} more (-v shows all){DIM:#}", plural(alike.len() - lines, "model"));
        }
    }
    if pages.len() > listed {
        let rest = &pages[listed..];
        let mentions: usize = rest.iter().map(|page| page.mentions.len()).sum();
        let counted = plural(rest.len(), "page");
        let _ = writeln!(out, "{DIM}and {counted} more with {} (-v shows all){DIM:#}", plural(mentions, "mention"));
    }
    out.push_str(&by_model(pages));
    out
}

/// The models, the most mentioned first, where there is more than one page.
fn by_model(pages: &[PageMentions]) -> String {
    if pages.len() < 2 {
        return String::new();
    }
    let mut models: BTreeMap<&str, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for page in pages {
        for mention in &page.mentions {
            let model = models.entry(&mention.text).or_default();
            model.0 += 1;
            model.1.insert(&page.path);
        }
    }
    let mut models: Vec<_> = models.into_iter().collect();
    models.sort_by_key(|(name, (count, _))| (std::cmp::Reverse(*count), *name));
    let width = models.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    models.iter().fold("\n".to_owned(), |mut out, (name, (count, pages))| {
        let (count, pages) = (plural(*count, "mention"), plural(pages.len(), "page"));
        let _ = writeln!(out, "{:<width$}  {count} in {pages}", visible(name));
        out
    })
}

/// What was found, in a few words: `5 mentions of retired models and 1 unknown ref in 3 pages`.
#[must_use]
pub fn summary(pages: &[PageMentions]) -> String {
    let all = || pages.iter().flat_map(|page| &page.mentions);
    let unknown = all().filter(|mention| mention.kind == Kind::UnknownRef).count();
    let retired = all().count() - unknown;
    let models: BTreeSet<(usize, &str)> = all()
        .filter(|mention| mention.kind != Kind::UnknownRef)
        .map(|mention| (mention.family, mention.id.as_str()))
        .collect();
    let mut parts = Vec::new();
    if retired > 0 {
        parts.push(format!("{} of {}", plural(retired, "mention"), plural(models.len(), "retired model")));
    }
    if unknown > 0 {
        parts.push(plural(unknown, "unknown ref"));
    }
    if parts.is_empty() {
        return "no mention of a retired or unknown model".to_owned();
    }
    format!("{} in {}", parts.join(" and "), plural(pages.len(), "page"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mention(line: usize, text: &str) -> Mention {
        Mention {
            span: 0..1,
            line,
            column: 1,
            kind: Kind::RetiredId,
            text: text.into(),
            id: text.into(),
            family: 0,
            since: None,
            as_default: false,
            instead: Some("new".into()),
        }
    }

    fn page(path: &str, mentions: Vec<Mention>) -> PageMentions {
        PageMentions { path: path.into(), mentions }
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn the_same_on_one_page_is_one_line() {
        let pages = [page("a.md", (1..=5).map(|line| mention(line, "old")).collect())];
        assert_eq!(
            plain(&human(&pages, false)),
            "a.md: 5 mentions\n  1:1, 2:1, 3:1 and 2 more  `old` is retired; replaced by `new`\n"
        );
        assert!(human(&pages, true).contains("4:1, 5:1"));
    }

    #[test]
    fn many_pages_are_counted() {
        let pages: Vec<_> = (0..30).map(|n| page(&format!("{n:02}.md"), vec![mention(1, "old")])).collect();
        let text = plain(&human(&pages, false));
        assert!(text.contains("and 5 pages more with 5 mentions (-v shows all)\n"), "{text}");
        assert!(text.ends_with("\nold  30 mentions in 30 pages\n"), "{text}");
        assert!(human(&pages, true).contains("29.md"));
        assert_eq!(summary(&pages), "30 mentions of 1 retired model in 30 pages");
        assert_eq!(summary(&[]), "no mention of a retired or unknown model");
    }
}
