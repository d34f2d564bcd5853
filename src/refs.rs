//! Mentions of models outside regions: those that are retired, and refs that no catalog knows.
//!
//! A mention is a maximal run of the characters that ids are made of (`A-Za-z0-9._-/:`), without `.` and `:` at its end. It
//! counts where all of it is a ref of a family, `<provider>/<id>`, or the bare id of a retired model. So what belongs to
//! someone else counts for nothing (`openrouter/moonshotai/kimi-k2`, `kimi-k2:cloud`), and neither do addresses and paths.
//!
//! Text in, mentions out. What regions hold is moonsync's own, and is left out; nothing is ever rewritten here.

use crate::catalog::{Catalog, Family, Retired};
use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::page::{Place, Scan, comments_of};
use crate::plan::{PageInput, scan_page};
use crate::text::floor_char;
use aho_corasick::AhoCorasick;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// What a mention names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// The ref of a retired model.
    RetiredRef,
    /// The bare id of a retired model.
    RetiredId,
    /// A ref of a family that no model and no retired one has.
    UnknownRef,
}

impl Kind {
    /// Its name in the machine formats.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RetiredRef => "retired-ref",
            Self::RetiredId => "retired-id",
            Self::UnknownRef => "unknown-ref",
        }
    }
}

/// A model that is mentioned and should not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The bytes of the page that name it.
    pub span: Range<usize>,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What it names.
    pub kind: Kind,
    /// What stands there.
    pub text: String,
    /// The id of the model, without its provider.
    pub id: String,
    /// The family, as an index into [`Catalog::families`].
    pub family: usize,
    /// Since when the model is retired, where the catalog says.
    pub since: Option<String>,
    /// Whether the page calls it the default: a `primary` or `default` key, or a line that says default.
    pub as_default: bool,
    /// What to write instead: for a retired model the one that is listed today and takes its place, for a former default
    /// today's default, for an unknown ref the one that was probably meant. A ref where a ref stands, else an id.
    pub instead: Option<String>,
}

impl Mention {
    /// What is wrong, in one line.
    #[must_use]
    pub fn message(&self) -> String {
        let text = &self.text;
        match self.kind {
            Kind::UnknownRef => format!("no catalog knows `{text}`"),
            _ => {
                let since = self.since.as_ref().map_or(String::new(), |day| format!(" since {day}"));
                let as_default = if self.as_default { ", and named as the default" } else { "" };
                format!("`{text}` is retired{since}{as_default}")
            }
        }
    }

    /// What to write instead, in one line.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let instead = self.instead.as_ref()?;
        Some(match self.kind {
            Kind::UnknownRef => format!("did you mean `{instead}`?"),
            _ if self.as_default => format!("the default is now `{instead}`"),
            _ => format!("replaced by `{instead}`"),
        })
    }

    /// The mention as a diagnostic of the page.
    #[must_use]
    pub fn diagnostic(&self, path: &str, severity: Severity) -> Diagnostic {
        let code = if self.kind == Kind::UnknownRef { Code::UnknownRef } else { Code::RetiredRef };
        let mut diagnostic = Diagnostic::new(code, path, self.message()).at(self.span.clone());
        diagnostic.severity = severity;
        diagnostic.help = self.help();
        diagnostic
    }
}

/// What is looked for: the providers and the retired ids of a catalog. Made once a run.
#[derive(Debug)]
pub struct Refs<'c> {
    catalog: &'c Catalog,
    /// Finds `<provider>/` and retired ids.
    needles: AhoCorasick,
    retired: HashMap<&'c str, (usize, &'c Retired)>,
}

/// How far around a mention its line is looked at, so that a page of one line is read in linear time.
const NEAR: usize = 1000;

/// A comment that silences a page, a line, or the next line.
const SILENCE: &str = "moonsync-disable-refs";

impl<'c> Refs<'c> {
    /// What is looked for by a catalog.
    #[must_use]
    pub fn new(catalog: &'c Catalog) -> Self {
        let mut needles: Vec<String> = Vec::new();
        let mut retired = HashMap::new();
        for (number, family) in catalog.families.iter().enumerate() {
            needles.push(format!("{}/", family.provider));
            for model in &family.retired {
                needles.push(model.id.clone());
                retired.entry(model.id.as_str()).or_insert((number, model));
            }
        }
        // A model of one family may be retired in another.
        for family in &catalog.families {
            family.models.iter().for_each(|model| _ = retired.remove(model.id.as_str()));
        }
        needles.retain(|needle| !needle.is_empty());
        needles.sort_unstable();
        needles.dedup();
        let needles = AhoCorasick::new(&needles).unwrap_or_else(|_| {
            // More than the automaton takes: every page is looked at closely.
            AhoCorasick::new([""]).expect("one empty pattern is an automaton")
        });
        Self { catalog, needles, retired }
    }

    /// Whether a page may hold a mention; what is not even UTF-8 may.
    #[must_use]
    pub fn may_hold(&self, page: &[u8]) -> bool {
        self.needles.is_match(page)
    }

    /// The mentions of a page, from top to bottom, without those in regions and those that a comment silences.
    ///
    /// ```
    /// # use moonsync::catalog::parse::{parse, CatalogFile, Role};
    /// use moonsync::plan::PageInput;
    /// use moonsync::refs::Refs;
    /// # let text = "namespace = \"kimi\"\nprovider = \"moonshot\"\ndefault_model = \"k3\"\n[[models]]\nid = \"k3\"\n\
    /// #     name = \"K\"\nreasoning = true\ninput = [\"text\"]\ncost = { input = 1 }\ncontext_window = 1\nmax_tokens = 1\n\
    /// #     [[retired]]\nid = \"k2\"\nreplaced_by = \"k3\"\n";
    /// # let file = CatalogFile { path: "k.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
    /// # let (catalog, faults) = parse(&[file]);
    /// # assert!(faults.is_empty());
    /// let page = PageInput { path: "a.md".into(), text: "Use `moonshot/k2`.\n".into(), ..PageInput::default() };
    /// let mentions = Refs::new(&catalog).mentions(&page);
    /// assert_eq!(mentions[0].instead.as_deref(), Some("moonshot/k3"));
    /// ```
    #[must_use]
    pub fn mentions(&self, page: &PageInput) -> Vec<Mention> {
        let text: &str = &page.text;
        let mut found: Vec<Mention> = Vec::new();
        let mut end = 0;
        let mut places = Places { text, at: 0, line: 1, column: 1 };
        for hit in self.needles.find_iter(text) {
            if hit.start() < end {
                continue; // within the run before
            }
            let run = run_around(text, hit.range());
            end = run.end.max(hit.end());
            if let Some(mut mention) = self.mention(text, run) {
                (mention.line, mention.column) = places.of(mention.span.start);
                found.push(mention);
            }
        }
        if found.is_empty() {
            return found;
        }
        let scan = scan_page(self.catalog, page);
        let silenced = Silenced::of(text, &scan);
        if silenced.page {
            return Vec::new();
        }
        found.retain(|mention| {
            // Regions stand apart, from top to bottom.
            let after = scan.regions.partition_point(|region| region.start.line < mention.line);
            let in_region = after > 0 && mention.line - 1 <= scan.regions[after - 1].end.line;
            !in_region && !silenced.lines.contains(&(mention.line - 1))
        });
        found
    }

    /// What a run of id characters names, where it names something that it should not.
    fn mention(&self, text: &str, run: Range<usize>) -> Option<Mention> {
        let word = &text[run.clone()];
        if word.is_empty() || is_part_of_another(text, &run) {
            return None;
        }
        let mut mention = Mention {
            span: run.clone(),
            line: 0,
            column: 0,
            kind: Kind::RetiredId,
            text: word.to_owned(),
            id: word.to_owned(),
            family: 0,
            since: None,
            as_default: says_default(text, &run),
            instead: None,
        };
        if let Some((family, retired)) = self.retired.get(word) {
            mention.family = *family;
            self.retire(&mut mention, &self.catalog.families[*family], retired, |id| id.to_owned());
            return Some(mention);
        }
        let families = || self.catalog.families.iter().enumerate();
        let refs = families().filter_map(|(number, family)| {
            let id = word.strip_prefix(family.provider.as_str())?.strip_prefix('/')?;
            Some((number, family, id)).filter(|(_, _, id)| !id.is_empty())
        });
        let refs: Vec<(usize, &Family, &str)> = refs.collect();
        if refs.iter().any(|(_, family, id)| family.models.iter().any(|model| model.id == *id)) {
            return None;
        }
        for (number, family, id) in &refs {
            if let Some(retired) = family.retired.iter().find(|retired| retired.id == *id) {
                mention.kind = Kind::RetiredRef;
                mention.family = *number;
                mention.id = (*id).to_owned();
                self.retire(&mut mention, family, retired, |id| family.model_ref(id));
                return Some(mention);
            }
        }
        // An id that is no family's by its patterns is someone else's, unless it is a slip of one that is.
        let (number, family, id) = *refs.iter().find(|(_, family, id)| is_of(family, id)).or_else(|| {
            refs.iter().find(|(_, family, id)| meant(family, id).is_some_and(|known| is_slip(id, known)))
        })?;
        mention.kind = Kind::UnknownRef;
        mention.family = number;
        mention.id = id.to_owned();
        mention.instead = meant(family, id).map(|id| family.model_ref(id));
        Some(mention)
    }

    fn retire(&self, mention: &mut Mention, family: &Family, retired: &Retired, spell: impl Fn(&str) -> String) {
        mention.since.clone_from(&retired.since);
        let next = if mention.as_default { Some(family.default_model.as_str()) } else { family.successor(retired) };
        mention.instead = next.map(spell);
    }
}

/// Tells lines and columns of offsets that only grow, in one pass.
struct Places<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    column: usize,
}

impl Places<'_> {
    fn of(&mut self, offset: usize) -> (usize, usize) {
        for c in self.text[self.at..offset].chars() {
            match c {
                '\n' => (self.line, self.column) = (self.line + 1, 1),
                '\u{feff}' if self.line == 1 && self.column == 1 => {}
                _ => self.column += 1,
            }
        }
        self.at = offset;
        (self.line, self.column)
    }
}

fn is_of(family: &Family, id: &str) -> bool {
    family.ids.is_empty() || family.ids.iter().any(|pattern| pattern.matches(id))
}

/// The listed model that an unknown id was probably meant for.
fn meant<'c>(family: &'c Family, id: &str) -> Option<&'c str> {
    crate::diagnostic::nearest(id, family.models.iter().map(|model| model.id.as_str()))
}

/// Whether one id is a slip of the pen from another: too near to be a name of its own.
fn is_slip(id: &str, known: &str) -> bool {
    strsim::damerau_levenshtein(&id.to_lowercase(), known) <= 2
}

fn is_id_char(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-/:".contains(&byte)
}

/// The maximal run of id characters around a hit, without `.` and `:` at its end.
fn run_around(text: &str, hit: Range<usize>) -> Range<usize> {
    let bytes = text.as_bytes();
    let start = bytes[..hit.start].iter().rposition(|byte| !is_id_char(*byte)).map_or(0, |at| at + 1);
    let end = bytes[hit.end..].iter().position(|byte| !is_id_char(*byte)).map_or(bytes.len(), |at| hit.end + at);
    let word = text[start..end].trim_end_matches(['.', ':']);
    start..start + word.len()
}

/// Whether a run is part of something else: an address, a path, an anchor, a package, a pattern of names.
fn is_part_of_another(text: &str, run: &Range<usize>) -> bool {
    let (before, after) = (&text[..run.start], &text[run.end..]);
    if before.ends_with(['#', '@', '\\', '~', '%', '&', '?', '+'])
        || after.starts_with(['*', '{', '$', '%', '+', '\\', '@'])
    {
        return true;
    }
    // `kimi-<size>`, `kimi-k…`: a name with a part left open.
    let open = text[run.clone()].ends_with(['-', '_', '/']);
    if open || after.starts_with('…') {
        return true;
    }
    // The target of a link, and what is left of an address before a `?` or `=`.
    let near = &before[floor_char(before, before.len().saturating_sub(NEAR))..];
    let line = &near[near.rfind('\n').map_or(0, |newline| newline + 1)..];
    let word = line.rfind(|c: char| c.is_whitespace() || "\"'`<>|".contains(c)).map_or(line, |at| &line[at + 1..]);
    let in_address = word.contains("://") || word.starts_with("www.") || word.starts_with("mailto:");
    let is_target =
        line.ends_with("](") || line.ends_with("](<") || line.ends_with("href=\"") || line.ends_with("src=\"");
    let is_definition = line.trim_start().starts_with('[') && line.trim_end().ends_with("]:");
    in_address || is_target || is_definition
}

/// Whether a page calls what stands there the default.
fn says_default(text: &str, run: &Range<usize>) -> bool {
    let near = floor_char(text, run.start.saturating_sub(NEAR))..floor_char(text, run.end + NEAR);
    let from = text[near.start..run.start].rfind('\n').map_or(near.start, |newline| near.start + newline + 1);
    let to = text[run.end..near.end].find('\n').map_or(near.end, |newline| run.end + newline);
    let before = text[from..run.start].trim_end_matches([' ', '\t', '"', '\'', '`']);
    let key = before.strip_suffix([':', '=']).map(|key| key.trim_end_matches([' ', '\t', '"', '\'']));
    if key.is_some_and(|key| key.ends_with("primary")) {
        return true;
    }
    let line = text[from..to].to_lowercase();
    line.match_indices("default").any(|(at, _)| {
        let letter = |c: char| c.is_ascii_alphanumeric();
        !line[..at].ends_with(letter) && !line[at + "default".len()..].starts_with(letter)
    })
}

/// The lines that comments silence.
struct Silenced {
    page: bool,
    lines: HashSet<usize>,
}

impl Silenced {
    fn of(text: &str, scan: &Scan) -> Self {
        let mut silenced = Self { page: false, lines: HashSet::new() };
        for (at, _) in text.match_indices(SILENCE) {
            let n = scan.host.lines.partition_point(|line| line.line.text.start <= at) - 1;
            let line = &scan.host.lines[n];
            let openers: &[&str] = match line.place {
                Place::Fence(fence) => match comments_of(&scan.host.fences[fence].language) {
                    Some(comments) => match comments {
                        crate::page::Comments::Slashes => &["//", "/*"],
                        crate::page::Comments::Hash => &["#"],
                        crate::page::Comments::Html => &["<!--"],
                    },
                    None => continue, // it is being shown
                },
                Place::FrontMatter => &["#"],
                Place::IndentedCode | Place::FenceEdge(_) => continue,
                _ => &["<!--", "{/*", "[//]: #", "[comment]: #", "[//]: <>", "[comment]: <>"],
            };
            let before = text[line.line.text.start..at].trim_end_matches([' ', '\t', '"', '\'', '(']);
            let is_comment = openers.iter().any(|opener| before.ends_with(opener));
            if !is_comment || scan.host.in_inline_code(&(at..at + 1)) {
                continue;
            }
            let rest = &text[at + SILENCE.len()..];
            let word = &rest[..rest.bytes().position(|b| !(b.is_ascii_lowercase() || b == b'-')).unwrap_or(rest.len())];
            match word {
                "" => silenced.page = true,
                "-line" => _ = silenced.lines.insert(n),
                "-next-line" => _ = silenced.lines.insert(n + 1),
                _ => {}
            }
        }
        silenced
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::parse::{CatalogFile, Role, parse};

    const CATALOG: &str = r#"
namespace = "kimi"
provider = "moonshot"
default_model = "kimi-k3"
ids = ["kimi-*"]
[defaults]
reasoning = true
input = ["text"]
cost = { input = 1 }
context_window = 1
max_tokens = 1
[[models]]
id = "kimi-k3"
name = "K3"
[[models]]
id = "kimi-k2.7-code"
name = "K2.7"
[[retired]]
id = "kimi-k2"
replaced_by = "kimi-k2.5"
since = 2026-05-25
[[retired]]
id = "kimi-k2.5"
replaced_by = "kimi-k2.7-code"
[[retired]]
id = "kimi-old"
"#;

    fn catalog() -> Catalog {
        let file = CatalogFile { path: "k.toml".into(), text: CATALOG.into(), role: Role::Family, folder: 0 };
        let (catalog, faults) = parse(&[file]);
        assert!(faults.is_empty(), "{faults:?}");
        catalog
    }

    fn found(text: &str) -> Vec<String> {
        let page = PageInput { path: "a.mdx".into(), text: text.into(), ..PageInput::default() };
        let shown = |mention: &Mention| {
            format!(
                "{} {}{} -> {}",
                mention.kind.name(),
                mention.text,
                if mention.as_default { " default" } else { "" },
                mention.instead.as_deref().unwrap_or("-")
            )
        };
        Refs::new(&catalog()).mentions(&page).iter().map(shown).collect()
    }

    #[test]
    fn mentions() {
        for (text, expect) in [
            ("Use moonshot/kimi-k2.5.", "retired-ref moonshot/kimi-k2.5 -> moonshot/kimi-k2.7-code"),
            ("`moonshot/kimi-k2`", "retired-ref moonshot/kimi-k2 -> moonshot/kimi-k2.7-code"),
            ("(moonshot/kimi-k2)", "retired-ref moonshot/kimi-k2 -> moonshot/kimi-k2.7-code"),
            ("kimi-k2: slow", "retired-id kimi-k2 -> kimi-k2.7-code"),
            ("id: \"kimi-k2.5\",", "retired-id kimi-k2.5 -> kimi-k2.7-code"),
            ("使用kimi-k2.5模型。", "retired-id kimi-k2.5 -> kimi-k2.7-code"),
            ("<code>kimi-k2.5</code>", "retired-id kimi-k2.5 -> kimi-k2.7-code"),
            ("kimi-old", "retired-id kimi-old -> -"),
            ("--model=moonshot/kimi-k2", "retired-ref moonshot/kimi-k2 -> moonshot/kimi-k2.7-code"),
            ("moonshot/kimi-k9", "unknown-ref moonshot/kimi-k9 -> moonshot/kimi-k3"),
            ("moonshot/kimi-large-preview", "unknown-ref moonshot/kimi-large-preview -> -"),
            ("moonshot/kim-k3", "unknown-ref moonshot/kim-k3 -> moonshot/kimi-k3"),
            ("moonshot/kimi-k2.5:cloud", "unknown-ref moonshot/kimi-k2.5:cloud -> moonshot/kimi-k2.7-code"),
            ("primary: \"moonshot/kimi-k2\"", "retired-ref moonshot/kimi-k2 default -> moonshot/kimi-k3"),
            ("\"primary\" = 'kimi-k2'", "retired-id kimi-k2 default -> kimi-k3"),
            ("The default is kimi-k2.", "retired-id kimi-k2 default -> kimi-k3"),
            ("Defaults to `moonshot/kimi-k2`", "retired-ref moonshot/kimi-k2 -> moonshot/kimi-k2.7-code"),
            ("kimi-k2\nthe default", "retired-id kimi-k2 -> kimi-k2.7-code"),
        ] {
            assert_eq!(found(text), [expect], "{text}");
        }
    }

    #[test]
    fn no_mentions() {
        for text in [
            "moonshot/kimi-k3 kimi-k3 moonshot/kimi-k2.7-code",
            "kimi-k9 kimi-unknown",
            "moonshot/... moonshot/* moonshot/ moonshot/kimi-* moonshot/<model> moonshot/kimi-<size> moonshot/kimi-{x}",
            "openrouter/moonshotai/kimi-k2.5 opencode/kimi-k2 kimi-k2.5:cloud amoonshot/kimi-k2",
            "moonshot/moonshot-v1-8k moonshot/docs moonshot/docs/kimi",
            "https://x.y/moonshot/kimi-k2 https://x.y/?m=moonshot/kimi-k2&n=kimi-k2 www.x.y/a?kimi-k2",
            "platform.x.ai/docs/kimi-k2.5",
            "docs/kimi-k2.md ./kimi-k2 /kimi-k2 ../moonshot/kimi-k2 ~/kimi-k2 C:\\kimi-k2",
            "[a](kimi-k2) [a](/models/kimi-k2) [a](#kimi-k2) [a](moonshot/kimi-k2)",
            "[a]: kimi-k2",
            "<a href=\"kimi-k2\">x</a>",
            "@moonshot/kimi-k2 kimi-k2@1.0",
            "my-kimi-k2 kimi-k2-x kimi-k2_5 kimi-k2.6",
            "KIMI-K2",
            "kimi-ids:start",
        ] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn what_regions_hold_is_not_mentioned() {
        let region = "{/* kimi-ids:start */}\n\n- `kimi-k2`\n\n{/* kimi-ids:end */}\n";
        assert_eq!(found(region), Vec::<String>::new());
        assert_eq!(found(&format!("{region}kimi-k2\n")).len(), 1);
        assert_eq!(found(&region.replace("{/* kimi-ids:end */}", "")).len(), 1, "a marker is lost");
    }

    #[test]
    fn comments_silence() {
        for (text, count) in [
            ("kimi-k2\n{/* moonsync-disable-refs */}\nkimi-k2", 0),
            ("<!-- moonsync-disable-refs -->\nkimi-k2", 0),
            ("[//]: # (moonsync-disable-refs)\n\nkimi-k2", 0),
            ("---\n# moonsync-disable-refs\n---\nkimi-k2", 0),
            ("kimi-k2 <!-- moonsync-disable-refs-line -->\nkimi-k2", 1),
            ("{/* moonsync-disable-refs-next-line */}\nkimi-k2\nkimi-k2", 1),
            ("```yaml\na: kimi-k2 # moonsync-disable-refs-line\nb: kimi-k2\n```", 1),
            ("```json5\n// moonsync-disable-refs-next-line\n'kimi-k2',\n'kimi-k2'\n```", 1),
            ("```md\n<!-- moonsync-disable-refs -->\n```\nkimi-k2", 1),
            ("`<!-- moonsync-disable-refs -->` kimi-k2", 1),
            ("moonsync-disable-refs kimi-k2", 1),
            ("<!-- moonsync-disable-refs-all -->\nkimi-k2", 1),
        ] {
            assert_eq!(found(text).len(), count, "{text}");
        }
    }

    #[test]
    fn time_is_linear() {
        let catalog = catalog();
        let refs = Refs::new(&catalog);
        let page = |text: String| PageInput { text: text.into(), ..PageInput::default() };
        let start = std::time::Instant::now();
        for piece in [
            "kimi-k2 ",
            "kimi-k2\n",
            "moonshot/",
            "moonshot/kimi-x ",
            "{/* kimi-ids:start */}\nkimi-k2\n{/* kimi-ids:end */}\n",
        ] {
            let found = refs.mentions(&page(piece.repeat(1_000_000 / piece.len())));
            std::hint::black_box(found);
        }
        // A megabyte each; anything quadratic takes minutes.
        assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
    }

    #[test]
    fn places_are_counted_in_characters() {
        let page = PageInput { text: "é\né moonshot/kimi-k2\n".into(), ..PageInput::default() };
        let catalog = catalog();
        let mentions = Refs::new(&catalog).mentions(&page);
        assert_eq!((mentions[0].line, mentions[0].column), (2, 3));
        let diagnostic = mentions[0].diagnostic("a.md", Severity::Warning);
        assert_eq!(diagnostic.message, "`moonshot/kimi-k2` is retired since 2026-05-25");
        assert_eq!(diagnostic.help.as_deref(), Some("replaced by `moonshot/kimi-k2.7-code`"));
    }
}
