//! Which language a page is in and what it is called in every language, by its path.
//!
//! Pure: whether a twin exists is asked through a function, since only a few pages need to know.

use super::paths;

/// A path with places for the locale and the page, as in `docs/{locale}/{page}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Locale,
    Page,
}

impl Pattern {
    /// Where the pages of the source language are by default.
    pub(crate) fn source() -> Self {
        Self(vec![Piece::Literal("docs/".to_owned()), Piece::Page])
    }

    /// Where translations are by default.
    pub(crate) fn translation() -> Self {
        Self(vec![Piece::Literal("docs/".to_owned()), Piece::Locale, Piece::Literal("/".to_owned()), Piece::Page])
    }

    /// Reads a pattern. It must have a `{page}`, and a `{locale}` exactly where one is wanted.
    pub(crate) fn parse(text: &str, locale: bool) -> Result<Self, String> {
        let text = text.trim_start_matches("./");
        let text = paths::page_stem(text.as_bytes()).map_or(text, |stem| &text[..stem.len()]);
        if text.starts_with('/') || text.split('/').any(|part| part == "..") {
            return Err("it must stay below the folder of the configuration".to_owned());
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let open = rest.find('{').unwrap_or(rest.len());
            if open > 0 {
                pieces.push(Piece::Literal(rest[..open].to_owned()));
            }
            rest = &rest[open..];
            let Some(inner) = rest.strip_prefix('{') else { break };
            let (name, after) = inner.split_once('}').ok_or("a `{` without its `}`")?;
            pieces.push(match name {
                "locale" => Piece::Locale,
                "page" => Piece::Page,
                _ => return Err(format!("`{{{name}}}` is neither {{locale}} nor {{page}}")),
            });
            rest = after;
        }
        let count = |piece: &Piece| pieces.iter().filter(|other| *other == piece).count();
        match (count(&Piece::Page), count(&Piece::Locale)) {
            (1, 1) if locale => Ok(Self(pieces)),
            (1, 0) if !locale => Ok(Self(pieces)),
            (0, _) => Err("it needs a {page}".to_owned()),
            (_, 0) => Err("it needs a {locale}".to_owned()),
            _ if locale => Err("{page} and {locale} may each stand in it once".to_owned()),
            _ => Err("only {page} may stand in it, and once".to_owned()),
        }
    }

    /// The locale and the page of a path without its ending, the longest page first.
    fn matches<'p>(&self, stem: &'p str) -> Option<(Option<&'p str>, &'p str)> {
        let (locale, page) = step(&self.0, stem, None, None)?;
        Some((locale, page?))
    }

    /// Whether the last part of `{page}` stands in the name of the file.
    pub(crate) fn ends_in_page(&self) -> bool {
        let behind = self.0.iter().skip_while(|piece| **piece != Piece::Page);
        !behind.into_iter().any(|piece| matches!(piece, Piece::Literal(text) if text.contains('/')))
    }

    /// The path, without an ending, of a page in a language; a pattern of the source language has no place for one.
    pub(crate) fn fill(&self, page: &str, locale: &str) -> String {
        let mut path = String::new();
        for piece in &self.0 {
            path.push_str(match piece {
                Piece::Literal(text) => text,
                Piece::Locale => locale,
                Piece::Page => page,
            });
        }
        path
    }

    /// The folder in which the pages of the source language are: what stands before the page's name.
    pub(crate) fn folder(&self) -> &str {
        match self.0.first() {
            Some(Piece::Literal(text)) => text.rfind('/').map_or("", |at| &text[..=at]),
            _ => "",
        }
    }

    /// The folder whose folders are named by language, and what stands before and behind the language in their names.
    /// Nothing where files, or folders below a page's path, are named by language.
    pub(crate) fn locale_folder(&self) -> Option<(&str, &str, &str)> {
        let at = self.0.iter().position(|piece| *piece == Piece::Locale)?;
        let before = match &self.0[..at] {
            [] => "",
            [Piece::Literal(text)] => text,
            _ => return None,
        };
        let Some(Piece::Literal(after)) = self.0.get(at + 1) else { return None };
        let (suffix, _) = after.split_once('/')?;
        let (folder, prefix) = before.rsplit_once('/').unwrap_or(("", before));
        Some((folder, prefix, suffix))
    }
}

type Match<'p> = (Option<&'p str>, Option<&'p str>);

fn step<'p>(pieces: &[Piece], rest: &'p str, locale: Option<&'p str>, page: Option<&'p str>) -> Option<Match<'p>> {
    let Some((piece, pieces)) = pieces.split_first() else {
        return rest.is_empty().then_some((locale, page));
    };
    // Shorter and shorter parts, but only at characters, and a locale only within one segment.
    let parts = |limit: usize| (1..=limit).rev().filter(|at| rest.is_char_boundary(*at)).map(|at| rest.split_at(at));
    match piece {
        Piece::Literal(text) => step(pieces, rest.strip_prefix(text.as_str())?, locale, page),
        Piece::Locale => {
            let limit = rest.find('/').unwrap_or(rest.len());
            parts(limit).find_map(|(part, rest)| step(pieces, rest, Some(part), page))
        }
        Piece::Page => parts(rest.len()).find_map(|(part, rest)| step(pieces, rest, locale, Some(part))),
    }
}

/// Where pages of which language are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'a> {
    /// Where the source language is.
    pub(crate) source: &'a Pattern,
    /// The tag of the source language.
    pub(crate) source_locale: &'a str,
    /// Where translations are.
    pub(crate) paths: &'a [Pattern],
}

/// Which language a page is in, and its name in every language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    /// The language tag; nothing for the source language.
    pub(crate) locale: Option<String>,
    /// The name, without an ending and a last `/index`.
    pub(crate) name: Option<String>,
}

/// The place of the page at `path` (forward slashes, from the root). Gives nothing where no pattern fits.
///
/// A folder is a locale where `known` knows it, or where its name is a language tag and there is a twin in the source
/// tree: `twin` is asked with the path of a source page, without its ending.
pub(crate) fn place(
    layout: Layout<'_>,
    path: &str,
    known: impl Fn(&str) -> bool,
    twin: impl Fn(&str) -> bool,
) -> Option<Place> {
    let stem = paths::page_stem(path.as_bytes()).map_or(path, |stem| &path[..stem.len()]);
    for pattern in layout.paths {
        let Some((Some(locale), page)) = pattern.matches(stem) else { continue };
        let source = layout.source.fill(page, "");
        if source == stem || locale.eq_ignore_ascii_case(layout.source_locale) {
            return Some(Place { locale: None, name: Some(page_name(page)) });
        }
        let has_twin = || {
            let bare = page.strip_suffix("/index").map(|page| layout.source.fill(page, ""));
            twin(&source) || bare.is_some_and(|source| twin(&source))
        };
        if known(locale) || is_language_tag(locale) && has_twin() {
            return Some(Place { locale: Some(locale.to_owned()), name: Some(page_name(page)) });
        }
    }
    let (_, page) = layout.source.matches(stem)?;
    Some(Place { locale: None, name: Some(page_name(page)) })
}

/// The place of a page that lies nowhere below the root: the patterns are tried on the path's tails. Also gives what
/// stands before the tail.
///
/// `twin` is asked with the whole path.
pub(crate) fn place_of_tail(
    layout: Layout<'_>,
    path: &str,
    known: impl Fn(&str) -> bool,
    twin: impl Fn(&str) -> bool,
) -> Option<(Place, usize)> {
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    let mut source = None;
    for start in std::iter::once(0).chain(starts) {
        let (before, tail) = path.split_at(start);
        let found = place(layout, tail, &known, |page| twin(&format!("{before}{page}")));
        match found {
            Some(place) if place.locale.is_some() => return Some((place, start)),
            // Of several, the innermost: `docs/notes/docs/x.md` is page `x`.
            Some(place) => source = Some((place, start)),
            None => {}
        }
    }
    source
}

fn page_name(page: &str) -> String {
    page.strip_suffix("/index").unwrap_or(page).to_owned()
}

/// The three-letter languages that translations come in. Every other three-letter folder is a section: `cli`, `api` and
/// `faq` are languages too, by ISO 639-3, and an index page has a twin everywhere. Languages with a two-letter tag are
/// not named by three (BCP 47).
const THREE_LETTERS: &str = "ast ban bem bho brx ceb chr ckb cmn crh doi dsb fil fur gez gom gsw hak haw hil hmn hsb \
    ilo kab kmr kok krc lij lmo lrc ltg luo mad mai mas min mni nan nds nso pam pap pcm prs prg quc sah sat scn shi \
    smn sma syr szl tcy tet tlh tok tpi tzm vec war wuu yrl yue zgh";

/// Whether a word is a language tag as folders carry them: `fr`, `pt-BR`, `zh-Hant`, `zh_Hant_TW`, `es-419`.
pub(crate) fn is_language_tag(word: &str) -> bool {
    if word.len() == 3 {
        return THREE_LETTERS.split_whitespace().any(|tag| tag.eq_ignore_ascii_case(word));
    }
    let mut parts = word.split(['-', '_']).peekable();
    let alphabetic = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    if !parts.next().is_some_and(|language| matches!(language.len(), 2 | 3) && alphabetic(language)) {
        return false;
    }
    parts.next_if(|script| script.len() == 4 && alphabetic(script));
    parts.next_if(|region| {
        region.len() == 2 && alphabetic(region) || region.len() == 3 && region.bytes().all(|b| b.is_ascii_digit())
    });
    parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text, text.contains("{locale}")).expect("a pattern")
    }

    fn check(source: &str, paths: &[&str], twins: &[&str], path: &str, expect: Option<(Option<&str>, &str)>) {
        let source = pattern(source);
        let paths: Vec<Pattern> = paths.iter().map(|path| pattern(path)).collect();
        let layout = Layout { source: &source, source_locale: "en", paths: &paths };
        let found = place(layout, path, |tag| tag.eq_ignore_ascii_case("xx"), |twin| twins.contains(&twin));
        let expect =
            expect.map(|(locale, name)| Place { locale: locale.map(str::to_owned), name: Some(name.to_owned()) });
        assert_eq!(found, expect, "{path}");
    }

    #[test]
    fn folders() {
        let check = |twins: &[&str], path, expect| check("docs/{page}", &["docs/{locale}/{page}"], twins, path, expect);
        let twins = ["docs/providers/moonshot", "docs/index"];
        check(&twins, "docs/providers/moonshot.md", Some((None, "providers/moonshot")));
        check(&twins, "docs/fr/providers/moonshot.mdx", Some((Some("fr"), "providers/moonshot")));
        check(&twins, "docs/pt-BR/providers/moonshot.MD", Some((Some("pt-BR"), "providers/moonshot")));
        check(&twins, "docs/fr/index.md", Some((Some("fr"), "index")));
        check(&twins, "docs/fr/providers/moonshot/index.md", Some((Some("fr"), "providers/moonshot")));
        check(&twins, "docs/fr/other.md", Some((None, "fr/other")));
        check(&twins, "docs/cli/models.md", Some((None, "cli/models")));
        check(&twins, "docs/XX/anything.md", Some((Some("XX"), "anything")));
        check(&twins, "docs/en/anything.md", Some((None, "anything")));
        check(&twins, "docs/x/index.md", Some((None, "x")));
        check(&twins, "README.md", None);
    }

    #[test]
    fn other_layouts() {
        let docusaurus = "i18n/{locale}/docusaurus-plugin-content-docs/current/{page}";
        let check_d = |path, expect| check("docs/{page}", &[docusaurus], &["docs/a/b"], path, expect);
        check_d("i18n/de/docusaurus-plugin-content-docs/current/a/b.md", Some((Some("de"), "a/b")));
        check_d("docs/de/a.md", Some((None, "de/a")));
        let suffix = |path, expect| check("docs/{page}", &["docs/{page}.{locale}"], &["docs/a/b"], path, expect);
        suffix("docs/a/b.fr.md", Some((Some("fr"), "a/b")));
        suffix("docs/a/b.md", Some((None, "a/b")));
        suffix("docs/a/v1.2.md", Some((None, "a/v1.2")));
        let twin = |path, expect| check("docs/de/{page}", &["docs/{locale}/{page}"], &["docs/de/a"], path, expect);
        twin("docs/de/a.md", Some((None, "a")));
        twin("docs/fr/a.md", Some((Some("fr"), "a")));
    }

    #[test]
    fn tails() {
        let (source, paths) = (Pattern::source(), [Pattern::translation()]);
        let layout = Layout { source: &source, source_locale: "en", paths: &paths };
        let find = |path| place_of_tail(layout, path, |_| false, |twin| twin == "/home/docs/web/docs/a");
        let (place, start) = find("/home/docs/web/docs/fr/a.md").expect("a place");
        assert_eq!(start, "/home/docs/web/".len());
        assert_eq!((place.locale.as_deref(), place.name.as_deref()), (Some("fr"), Some("a")));
        let (place, _) = find("/home/docs/web/docs/cli/a.md").expect("a place");
        assert_eq!((place.locale.as_deref(), place.name.as_deref()), (None, Some("cli/a")));
        assert_eq!(find("/home/web/a.md"), None);
    }

    #[test]
    fn tags() {
        for tag in ["fr", "fil", "pt-BR", "pt_br", "zh-Hant", "zh-Hant-TW", "es-419", "ja-JP"] {
            assert!(is_language_tag(tag), "{tag}");
        }
        for word in ["", "f", "cli", "api", "docs", "providers", "v2", "en-", "fr-x", "zh-Hant-TW-x", "es-41"] {
            assert!(!is_language_tag(word), "{word}");
        }
    }

    #[test]
    fn folders_named_by_language() {
        let folder = |text: &str| pattern(text).locale_folder().map(|(a, b, c)| format!("{a}|{b}|{c}"));
        assert_eq!(folder("docs/{locale}/{page}").as_deref(), Some("docs||"));
        assert_eq!(folder("{locale}/{page}").as_deref(), Some("||"));
        assert_eq!(folder("i18n/docs-{locale}.d/current/{page}").as_deref(), Some("i18n|docs-|.d"));
        assert_eq!(folder("docs/{page}.{locale}"), None);
        assert_eq!(folder("docs/{page}/{locale}"), None);
    }

    #[test]
    fn patterns_refused() {
        for (text, locale) in [
            ("docs/x", true),
            ("docs/{page}", true),
            ("{page}/{page}", false),
            ("docs/{lang}/{page}", true),
            ("../{page}", false),
        ] {
            assert!(Pattern::parse(text, locale).is_err(), "{text}");
        }
    }
}
