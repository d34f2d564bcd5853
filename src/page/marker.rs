//! The grammar of a marker: which comments there are, and which of them name a region's start or end.
//!
//! Works on one line and knows no places; which form counts where is the page's business.

use std::ops::Range;

/// The spelling of a marker's comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `<!-- … -->`
    Html,
    /// `{/* … */}`
    Jsx,
    /// `{/* … */ && null}`
    JsxAndNull,
    /// `[//]: # "…"` and every mix of the labels `//` and `comment`, the targets `#` and `<>`, and the quotes.
    Definition,
    /// `// …`
    Slashes,
    /// `/* … */`
    Block,
    /// `# …`
    Hash,
    /// `{/_ … _/}`, what prettier before 3.9 and oxfmt before 0.58 make of `{/* … */}`, `&& null` or not.
    MangledUnderscore,
    /// `{/\* … \*/}`, what mdformat and remark make of it, `&& null` or not.
    MangledEscape,
}

impl Form {
    /// The forms of prose, the sound ones first.
    pub const PROSE: &[Form] =
        &[Form::Html, Form::Jsx, Form::JsxAndNull, Form::Definition, Form::MangledUnderscore, Form::MangledEscape];

    /// Whether a formatter made it out of another form.
    #[must_use]
    pub fn is_mangled(self) -> bool {
        matches!(self, Self::MangledUnderscore | Self::MangledEscape)
    }

    /// Whether it stands in braces, sound or mangled.
    #[must_use]
    pub fn is_braced(self) -> bool {
        matches!(self, Self::Jsx | Self::JsxAndNull | Self::MangledUnderscore | Self::MangledEscape)
    }

    /// A marker of this form, in the spelling that moonsync writes.
    ///
    /// ```
    /// use moonsync::page::Form;
    /// assert_eq!(Form::Definition.write("x-ids:start"), "[//]: # \"x-ids:start\"");
    /// ```
    #[must_use]
    pub fn write(self, name: &str) -> String {
        match self {
            Self::Html => format!("<!-- {name} -->"),
            Self::Jsx | Self::MangledUnderscore | Self::MangledEscape => format!("{{/* {name} */}}"),
            Self::JsxAndNull => format!("{{/* {name} */ && null}}"),
            Self::Definition => format!("[//]: # \"{name}\""),
            Self::Slashes => format!("// {name}"),
            Self::Block => format!("/* {name} */"),
            Self::Hash => format!("# {name}"),
        }
    }
}

/// A comment that is all there is in a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment<'a> {
    /// Its form.
    pub form: Form,
    /// What it says, without the white space around.
    pub says: &'a str,
}

/// Reads `words` (without white space around) as one comment of the given form.
#[must_use]
pub fn comment(words: &str, form: Form) -> Option<Comment<'_>> {
    let says = match form {
        Form::Html => between(words, "<!--", "-->").filter(|says| !says.contains("-->"))?,
        Form::Block => between(words, "/*", "*/").filter(|says| !says.contains("*/"))?,
        Form::Slashes => words.strip_prefix("//")?,
        Form::Hash => words.strip_prefix('#')?,
        Form::Jsx => between(braced(words)?, "/*", "*/").filter(|says| !says.contains("*/"))?,
        Form::JsxAndNull => between(and_null(braced(words)?)?, "/*", "*/").filter(|says| !says.contains("*/"))?,
        Form::MangledUnderscore => {
            let inner = braced(words)?;
            between(and_null(inner).unwrap_or(inner), "/_", "_/").filter(|says| !says.contains("_/"))?
        }
        Form::MangledEscape => {
            let inner = braced(words)?;
            between(and_null(inner).unwrap_or(inner), "/\\*", "\\*/").filter(|says| !says.contains("\\*/"))?
        }
        Form::Definition => definition(words)?,
    };
    Some(Comment { form, says: says.trim() })
}

fn between<'a>(words: &'a str, open: &str, close: &str) -> Option<&'a str> {
    words.strip_prefix(open)?.strip_suffix(close)
}

fn braced(words: &str) -> Option<&str> {
    Some(between(words, "{", "}")?.trim())
}

fn and_null(words: &str) -> Option<&str> {
    Some(words.strip_suffix("null")?.trim_end().strip_suffix("&&")?.trim_end())
}

/// A link reference definition that defines nothing: CommonMark shows none of it.
fn definition(words: &str) -> Option<&str> {
    let rest = words.strip_prefix('[')?;
    let (label, rest) = rest.split_once("]:")?;
    if !is_comment_label(label) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let title = rest.strip_prefix("<>").or_else(|| rest.strip_prefix('#'))?;
    if !title.starts_with([' ', '\t']) {
        return None;
    }
    let title = title.trim();
    [("\"", "\""), ("'", "'"), ("(", ")")].into_iter().find_map(|(open, close)| {
        between(title, open, close).filter(|says| !says.contains(close) && !says.contains(open))
    })
}

fn is_comment_label(label: &str) -> bool {
    let label = label.trim();
    label == "//" || label.eq_ignore_ascii_case("comment")
}

/// Which end of a region a marker is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edge {
    /// `…:start`
    Start,
    /// `…:end`
    End,
}

impl Edge {
    /// The word of the edge.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
        }
    }
}

/// What a comment says that begins with the namespace of a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming<'a> {
    /// A marker: the family, by index, the name behind the namespace, and which end.
    Marker {
        /// The index of the namespace.
        family: usize,
        /// The region's name; the family need not have it.
        region: &'a str,
        /// Start or end.
        edge: Edge,
    },
    /// Something that was meant as a marker and is none.
    Malformed {
        /// The index of the namespace.
        family: usize,
    },
}

/// Reads what a comment says. Gives nothing where it is no marker of these namespaces; of two that begin alike the
/// longer one wins.
#[must_use]
pub fn naming<'a>(says: &'a str, namespaces: &[&str]) -> Option<Naming<'a>> {
    let (family, rest) = namespaces
        .iter()
        .enumerate()
        .filter_map(|(family, namespace)| Some((namespace.len(), family, says.strip_prefix(namespace)?)))
        .filter(|(_, _, rest)| rest.starts_with(['-', ':']))
        .max_by_key(|(length, _, _)| *length)
        .map(|(_, family, rest)| (family, rest))?;
    let (name, edge) = rest.split_once(':')?;
    let named = name.strip_prefix('-').filter(|name| !name.is_empty() && name.bytes().all(is_region_byte));
    match (named, edge) {
        (Some(region), "start") => Some(Naming::Marker { family, region, edge: Edge::Start }),
        (Some(region), "end") => Some(Naming::Marker { family, region, edge: Edge::End }),
        _ => {
            let word = edge.split_whitespace().next().unwrap_or_default().trim_matches(|c: char| !c.is_alphanumeric());
            let meant = ["start", "end", "begin", "stop", "open", "close", "finish"];
            let near = meant.iter().any(|meant| strsim::damerau_levenshtein(meant, &word.to_lowercase()) <= 1);
            (near && !name.contains(char::is_whitespace)).then_some(Naming::Malformed { family })
        }
    }
}

fn is_region_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
}

/// The complete marker comments of prose in a line that is not one comment alone, wherever they stand.
#[must_use]
pub fn find_in<'a>(words: &'a str, namespaces: &[&str]) -> Vec<(Range<usize>, Form, Naming<'a>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let rest = &words[at..];
        let Some(open) = rest.find(['<', '{', '[']) else { break };
        at += open;
        let rest = &words[at..];
        let hit = Form::PROSE.iter().find_map(|form| {
            let end = comment_end(rest, *form)?;
            let says = comment(&rest[..end], *form)?.says;
            Some((end, *form, naming(says, namespaces)?))
        });
        match hit {
            Some((end, form, naming)) => {
                found.push((at..at + end, form, naming));
                at += end;
            }
            None => at += 1,
        }
    }
    found
}

/// Where a comment of this form that begins here may end.
fn comment_end(rest: &str, form: Form) -> Option<usize> {
    /// No marker is longer; so that a line of many openings is still read in linear time.
    const LONGEST: usize = 300;
    let head = &rest[..crate::text::floor_char(rest, LONGEST)];
    match form {
        Form::Html => Some(head.starts_with("<!--").then(|| head.find("-->"))?? + 3),
        Form::Definition => {
            let label = head.strip_prefix('[')?.split_once("]:")?.0;
            if !is_comment_label(label) {
                return None;
            }
            let from = 1 + label.len() + 2;
            let quote = from + head[from..].find(['"', '\'', '('])?;
            let close = match head.as_bytes()[quote] {
                b'(' => ')',
                other => other as char,
            };
            Some(quote + 1 + head[quote + 1..].find(close)? + 1)
        }
        _ => Some(head.starts_with('{').then(|| head.find('}'))?? + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &[&str] = &["kimi", "kimi-coding"];

    #[test]
    fn every_form_is_read_with_any_white_space_inside() {
        for (words, form) in [
            ("<!-- kimi-ids:start -->", Form::Html),
            ("<!--kimi-ids:start-->", Form::Html),
            ("<!--   kimi-ids:start\t-->", Form::Html),
            ("{/* kimi-ids:start */}", Form::Jsx),
            ("{/*kimi-ids:start*/}", Form::Jsx),
            ("{ /* kimi-ids:start */ }", Form::Jsx),
            ("{/* kimi-ids:start */ && null}", Form::JsxAndNull),
            ("{/* kimi-ids:start */&&null}", Form::JsxAndNull),
            ("{/_ kimi-ids:start _/}", Form::MangledUnderscore),
            ("{/_ kimi-ids:start _/ && null}", Form::MangledUnderscore),
            ("{/\\* kimi-ids:start \\*/}", Form::MangledEscape),
            ("{/\\* kimi-ids:start \\*/ && null}", Form::MangledEscape),
            ("[//]: # \"kimi-ids:start\"", Form::Definition),
            ("[//]:   #   \" kimi-ids:start \"", Form::Definition),
            ("[//]: # 'kimi-ids:start'", Form::Definition),
            ("[//]: # (kimi-ids:start)", Form::Definition),
            ("[//]: <> \"kimi-ids:start\"", Form::Definition),
            ("[//]: <> (kimi-ids:start)", Form::Definition),
            ("[comment]: # 'kimi-ids:start'", Form::Definition),
            ("[Comment]: <> (kimi-ids:start)", Form::Definition),
            ("// kimi-ids:start", Form::Slashes),
            ("/* kimi-ids:start */", Form::Block),
            ("#kimi-ids:start", Form::Hash),
        ] {
            assert_eq!(comment(words, form), Some(Comment { form, says: "kimi-ids:start" }), "{words}");
        }
    }

    #[test]
    fn what_is_no_whole_comment_is_none() {
        for words in [
            "<!-- kimi-ids:start",
            "<!-- a --> kimi-ids:start -->",
            "{/* a */ b */}",
            "[//]: #\"kimi-ids:start\"",
            "[//] : # \"kimi-ids:start\"",
            "[///]: # \"kimi-ids:start\"",
            "[//]: # kimi-ids:start",
            "[//]: # \"a\" \"kimi-ids:start\"",
            "[//]: https://x.org \"kimi-ids:start\"",
        ] {
            assert!(Form::PROSE.iter().all(|form| comment(words, *form).is_none()), "{words}");
        }
    }

    #[test]
    fn a_name_is_read_by_its_longest_namespace() {
        let marker = |family, region, edge| Some(Naming::Marker { family, region, edge });
        for (says, naming_wanted) in [
            ("kimi-ids:start", marker(0, "ids", Edge::Start)),
            ("kimi-coding-ids:end", marker(1, "ids", Edge::End)),
            ("kimi-codings:end", marker(0, "codings", Edge::End)),
            ("kimi-ids:begin", Some(Naming::Malformed { family: 0 })),
            ("kimi-ids:START", Some(Naming::Malformed { family: 0 })),
            ("kimi-ids: start", Some(Naming::Malformed { family: 0 })),
            ("kimi-ids:start now", Some(Naming::Malformed { family: 0 })),
            ("kimi-Ids:start", Some(Naming::Malformed { family: 0 })),
            ("kimi:start", Some(Naming::Malformed { family: 0 })),
            ("kimi-ids: see below", None),
            ("kimi-ids", None),
            ("kimi models: start here", None),
            ("kimigo-ids:start", None),
            ("other-ids:start", None),
        ] {
            assert_eq!(naming(says, OURS), naming_wanted, "{says}");
        }
    }

    #[test]
    fn markers_are_found_inside_a_line() {
        let words = "a <!-- kimi-ids:start --> b {/* kimi-ids:end */}[//]: # \"kimi-x:end\" <!-- other -->";
        let found: Vec<_> = find_in(words, OURS).into_iter().map(|(span, form, _)| (&words[span], form)).collect();
        assert_eq!(
            found,
            [
                ("<!-- kimi-ids:start -->", Form::Html),
                ("{/* kimi-ids:end */}", Form::Jsx),
                ("[//]: # \"kimi-x:end\"", Form::Definition)
            ]
        );
    }
}
