//! The stamp of a translated page: which source page it was made from, and the SHA-256 of that page on the day.
//!
//! Translation pipelines write it into the front matter and translate again whatever no longer matches. A page whose
//! source page has changed inside regions only needs no translator: moonsync has written the news into both. [`refresh`]
//! says whether that is so, and then gives the stamp of the source page as it is to be. In doubt, it is not.
//!
//! Text in, an edit out. Which page a stamp names, and older revisions of it, are for the caller to find.

use crate::diagnostic::Code;
use crate::plan::{PagePlan, RegionPlan};
use crate::text::{Edit, lines};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

/// What `x-i18n` in the front matter of a page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// `source_hash`: 64 hexadecimal digits, as they are spelt.
    pub hash: String,
    /// The bytes of these digits in the page.
    pub place: Range<usize>,
    /// `source_path`, where there is one.
    pub path: Option<String>,
}

impl Stamp {
    /// Whether it is the stamp of a page with this hash.
    #[must_use]
    pub fn is_of(&self, hash: &str) -> bool {
        self.hash.eq_ignore_ascii_case(hash)
    }
}

/// The SHA-256 of a page, in lower-case hexadecimal digits.
///
/// ```
/// assert!(moonsync::stamp::hash(b"").starts_with("e3b0c442"));
/// ```
#[must_use]
pub fn hash(page: &[u8]) -> String {
    Sha256::digest(page).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads the stamp of a page: `source_hash`, and beside it `source_path`, of the block mapping `x-i18n` at the top level
/// of its YAML front matter.
///
/// Gives nothing where there is none, and in any doubt: a key twice, a value over several lines, with an escape, an
/// anchor or a tag, a mapping in braces, a tab.
///
/// ```
/// let hash = "0123456789abcdef".repeat(4);
/// let page = format!("---\ntitle: A\nx-i18n:\n  source_hash: {hash}\n  source_path: a.md\n---\nText\n");
/// let stamp = moonsync::stamp::read(&page).unwrap();
/// assert_eq!(&page[stamp.place.clone()], hash);
/// assert_eq!(stamp.path.as_deref(), Some("a.md"));
/// ```
#[must_use]
pub fn read(page: &str) -> Option<Stamp> {
    let bom = page.len() - page.trim_start_matches('\u{feff}').len();
    let all = lines(page);
    let words = |range: &Range<usize>| page[range.start.max(bom)..range.end].trim_end_matches([' ', '\t']);
    let mut front = all.iter().map(|line| line.text.clone());
    if words(&front.next()?) != "---" {
        return None;
    }
    let front: Vec<Range<usize>> = front.collect();
    let end = front.iter().position(|line| matches!(words(line), "---" | "..."))?;
    let front = &front[..end];

    let mut tops = front.iter().enumerate().filter(|(_, line)| is_key(words(line), "x-i18n").is_some());
    let (top, line) = tops.next()?;
    let opens_block = is_key(words(line), "x-i18n").is_some_and(|value| without_comment(value).is_empty());
    if !opens_block || tops.next().is_some() {
        return None;
    }
    // Its block: what is indented, with the blank lines and comments between.
    let block = front[top + 1..].iter().take_while(|line| {
        let words = words(line);
        words.is_empty() || words.starts_with([' ', '\t', '#'])
    });
    let block: Vec<(usize, &str, usize)> = block
        .map(|line| (line, words(line)))
        .filter(|(_, words)| !words.trim_start().is_empty() && !words.trim_start().starts_with('#'))
        .map(|(line, words)| {
            let indent = words.len() - words.trim_start_matches(' ').len();
            (indent, &words[indent..], line.start + indent)
        })
        .collect();
    let depth = block.first()?.0;
    if block.iter().any(|(indent, words, _)| *indent < depth || words.starts_with('\t')) {
        return None;
    }
    let value = |key: &str| -> Option<Option<(&str, usize)>> {
        let mut found = None;
        for (at, (indent, words, start)) in block.iter().enumerate() {
            let Some(value) = is_key(words, key).filter(|_| *indent == depth) else { continue };
            let goes_on = block.get(at + 1).is_some_and(|(next, ..)| *next > depth);
            if found.is_some() || goes_on {
                return None;
            }
            let (scalar, offset) = scalar(value)?;
            found = Some((scalar, start + words.len() - value.len() + offset));
        }
        Some(found)
    };
    let (hash, start) = value("source_hash")??;
    let path = value("source_path")?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hash.then(|| Stamp {
        hash: hash.to_owned(),
        place: start..start + hash.len(),
        path: path.map(|(path, _)| path.to_owned()),
    })
}

/// What stands behind `key:`, where a line begins so.
fn is_key<'l>(words: &'l str, key: &str) -> Option<&'l str> {
    let value = words.strip_prefix(key)?.trim_start_matches(' ').strip_prefix(':')?;
    (value.is_empty() || value.starts_with([' ', '\t'])).then_some(value)
}

fn without_comment(value: &str) -> &str {
    let value = value.trim_matches([' ', '\t']);
    if value.starts_with('#') {
        return "";
    }
    value.find(" #").map_or(value, |at| value[..at].trim_end_matches([' ', '\t']))
}

/// A scalar of one line, and where it begins in `value`.
fn scalar(value: &str) -> Option<(&str, usize)> {
    let offset = value.len() - value.trim_start_matches(' ').len();
    let rest = &value[offset..];
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = &rest[1..];
        let (text, after) = inner.split_once(quote)?;
        let plain = !text.contains('\\') && !after.starts_with(quote);
        return (plain && without_comment(after).is_empty()).then_some((text, offset + 1));
    }
    let text = without_comment(rest);
    let odd = |c: char| "&*!|>{}[]%@`\"'?,#\t".contains(c);
    let plain = !text.is_empty() && !text.starts_with(odd) && !text.contains([':', '\t']);
    plain.then_some((text, offset))
}

/// Why a translation keeps the stamp that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is the stamp of the source page as it is to be.
    Current,
    /// The page that it names is no page of this run, or not the only one.
    NoSource,
    /// No revision of the source page is known that has it.
    UnknownRevision,
    /// The source page has a fault, so that nobody knows what it is to be.
    FaultySource,
    /// The source page of that day has a fault today, or has other text or other markers outside its regions.
    OtherText,
    /// The translation has a fault.
    Faulty,
    /// The translation has not the regions of the source page, each as often.
    OtherRegions,
    /// A word, a heading or the text of a template is missing in its language.
    MissingWords,
    /// The stamp stands within a region.
    InRegion,
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Current => "it is that of the source page",
            Self::NoSource => "the page that `source_path` names is not in this run",
            Self::UnknownRevision => "it is of no known revision of the source page",
            Self::FaultySource => "the source page has a fault",
            Self::OtherText => "the source page has changed outside its regions since",
            Self::Faulty => "the page has a fault",
            Self::OtherRegions => "the page has not the same regions as its source page",
            Self::MissingWords => "a word, a heading or a template is missing in its language",
            Self::InRegion => "it stands within a region",
        })
    }
}

/// Refreshes the stamp of a translation: gives the edit that makes it the stamp of the source page as that is to be.
///
/// `stamp` is the translation's, `named` the source page on the day of the stamp, planned with today's catalog; `source`
/// is the source page of this run, and `new_hash` the hash of what it is to be. That `named` has the hash of the stamp,
/// and that all three pages are what they are said to be, is for the caller to see to.
///
/// # Errors
///
/// Why the translation keeps its stamp.
pub fn refresh(
    translation: &PagePlan,
    stamp: &Stamp,
    named: &PagePlan,
    source: &PagePlan,
    new_hash: &str,
) -> Result<Edit, Kept> {
    if source.is_faulty() {
        return Err(Kept::FaultySource);
    }
    if translation.is_faulty() {
        return Err(Kept::Faulty);
    }
    if stamp.is_of(new_hash) {
        return Err(Kept::Current);
    }
    if named.is_faulty() || !same_outside(named, source) {
        return Err(Kept::OtherText);
    }
    if count(&translation.regions) != count(&source.regions) {
        return Err(Kept::OtherRegions);
    }
    let untranslated = |code| matches!(code, Code::MissingWord | Code::MissingTemplate);
    if translation.diagnostics.iter().any(|warning| untranslated(warning.code)) {
        return Err(Kept::MissingWords);
    }
    let within = |range: &Range<usize>| range.start < stamp.place.end && stamp.place.start < range.end;
    let regions = translation.regions.iter().map(|region| &region.body);
    if regions.chain(translation.edits.iter().map(|edit| &edit.range)).any(within) {
        return Err(Kept::InRegion);
    }
    let upper = stamp.hash.bytes().any(|byte| byte.is_ascii_uppercase());
    let text = if upper { new_hash.to_ascii_uppercase() } else { new_hash.to_owned() };
    Ok(Edit { range: stamp.place.clone(), text })
}

/// Whether two pages have the same regions in the same kinds of places, and the same bytes outside them.
fn same_outside(a: &PagePlan, b: &PagePlan) -> bool {
    let outside = |plan: &PagePlan| {
        let mut parts = Vec::with_capacity(plan.regions.len() + 1);
        let mut at = 0;
        for region in &plan.regions {
            parts.push(plan.text[at..region.body.start].to_owned());
            at = region.body.end;
        }
        parts.push(plan.text[at..].to_owned());
        parts
    };
    let same = |(a, b): (&RegionPlan, &RegionPlan)| a.name == b.name && a.standing == b.standing;
    a.regions.len() == b.regions.len() && a.regions.iter().zip(&b.regions).all(same) && outside(a) == outside(b)
}

fn count(regions: &[RegionPlan]) -> BTreeMap<&str, usize> {
    regions.iter().fold(BTreeMap::new(), |mut counts, region| {
        *counts.entry(region.name.as_str()).or_default() += 1;
        counts
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "0123456789abcdef0123456789abcdef0123456789ABCDEF0123456789abcdef";

    #[test]
    fn stamps_are_read() {
        for (front, path) in [
            ("x-i18n:\n  source_hash: HASH\n  source_path: a/b.md", Some("a/b.md")),
            ("x-i18n:\n    source_path: 'a b.md'\n    source_hash: \"HASH\" # made by a machine", Some("a b.md")),
            ("title: x\nx-i18n: # ours\n\n  # a comment\n  model: a\n  source_hash: 'HASH'\nother: 1", None),
            ("x-i18n:\n  more:\n    source_hash: none\n  source_hash: HASH", None),
            ("summary: >\n  x-i18n:\n    source_hash: x\nx-i18n :\n  source_hash :  HASH  ", None),
        ] {
            for end in ["\n", "\r\n"] {
                for bom in ["", "\u{feff}"] {
                    let page = format!("{bom}---\n{front}\n---\ntext\n").replace("HASH", HASH).replace('\n', end);
                    let stamp = read(&page).unwrap_or_else(|| panic!("a stamp: {page}"));
                    assert_eq!((stamp.hash.as_str(), stamp.path.as_deref()), (HASH, path), "{page}");
                    assert_eq!(&page[stamp.place], HASH);
                }
            }
        }
    }

    #[test]
    fn in_doubt_there_is_no_stamp() {
        for front in [
            "source_hash: HASH",
            "x-i18n:\n  a: b\nother:\n  source_hash: HASH",
            "x-i18n: { source_hash: HASH }",
            "x-i18n: &a\n  source_hash: HASH",
            "x-i18n:\n  source_hash: HASH\n  source_hash: HASH",
            "x-i18n:\n  source_hash: HASH\nx-i18n:\n  source_hash: HASH",
            "x-i18n:\n  source_hash: HASH\n    and more",
            "x-i18n:\n  source_hash: HASH and more",
            "x-i18n:\n  source_hash: !!str HASH",
            "x-i18n:\n  source_hash: |\n    HASH",
            "x-i18n:\n  source_hash: 'HASH",
            "x-i18n:\n  source_hash: 'HASH' x",
            "x-i18n:\n  source_hash: abc",
            "x-i18n:\n\tsource_hash: HASH",
            "x-i18n:\n  more:\n    source_hash: HASH",
            "x-i18n:\n    a: b\n  source_hash: HASH",
            "x-i18n:\n  source_hash: HASH\n  source_path: a.md\n  source_path: b.md",
            "x-i18n:\n  source_hash: HASH\n  source_path: \"a\\u002emd\"",
            "x-i18n:\n  source_hash: HASH\n  source_path: *anchor",
            "x-i18n:\n- source_hash: HASH",
            "\"x-i18n\":\n  source_hash: HASH",
        ] {
            let page = format!("---\n{front}\n---\ntext\n").replace("HASH", HASH);
            assert_eq!(read(&page), None, "{page}");
        }
        assert_eq!(read(&format!("---\nx-i18n:\n  source_hash: {HASH}\n")), None, "front matter without an end");
        assert_eq!(read(&format!("text\n---\nx-i18n:\n  source_hash: {HASH}\n---\n")), None, "no front matter");
        assert_eq!(read(&format!("+++\nx-i18n:\n  source_hash: {HASH}\n+++\n")), None, "TOML");
        assert_eq!(read(""), None);
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(hash(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
