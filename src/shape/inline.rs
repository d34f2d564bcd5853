//! The inline Markdown of a list item or a table cell: reading what it says, and writing it so that it says just that.
//!
//! What is written reads back as itself in CommonMark, with GitHub's extensions and in MDX. Layout (bullets, pipes,
//! padding) belongs to [`list`](super::list) and [`table`](super::table).

use std::fmt::Write as _;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::is_blank;
use crate::content::Inline;

/// Where inline Markdown goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Position {
    /// The whole of a list item.
    Item,
    /// The whole of a table cell.
    Cell,
    /// Anywhere in a paragraph, its beginning included.
    Paragraph,
}

/// What the inline Markdown of an item or a cell says: words, or one code span. Nothing where it is anything else:
/// emphasis, a link, HTML, an expression, several lines, words mixed with code.
///
/// A cell comes without the backslashes of its `\|`.
///
/// ```
/// use moonsync::{content::Inline, shape::inline::read};
/// assert_eq!(read("`kimi-k2.5`"), Some(Inline::Code("kimi-k2.5".into())));
/// assert_eq!(read(r"Kimi \*K2\* &amp; co"), Some(Inline::Text("Kimi *K2* & co".into())));
/// assert_eq!(read("**Kimi**"), None);
/// ```
#[must_use]
pub fn read(markdown: &str) -> Option<Inline> {
    let markdown = markdown.trim_matches(is_blank);
    if markdown.contains(['\n', '\r']) {
        return None;
    }
    if !markdown.contains(['\\', '`', '*', '_', '[', ']', '<', '{', '~', '&', '\0']) {
        return Some(Inline::Text(markdown.to_owned()));
    }
    // A word in front keeps what acts only at the beginning of a block (`- `, `# `, `[a]: b`) from acting: an item or
    // a cell has had its beginning already.
    const WORD: &str = "x ";
    let paragraph = format!("{WORD}{markdown}");
    let mut text = String::new();
    let mut code = None;
    for event in Parser::new_ext(&paragraph, Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
            Event::Text(words) if code.is_none() => text.push_str(&words),
            Event::Code(words) if code.is_none() => code = Some(words.into_string()),
            _ => return None,
        }
    }
    let text = text.strip_prefix(WORD)?;
    match code {
        Some(code) => text.is_empty().then_some(Inline::Code(code)),
        None => (!has_expression(markdown)).then(|| Inline::Text(text.to_owned())),
    }
}

/// Whether Markdown without code spans holds what MDX would take for an expression or a tag.
fn has_expression(markdown: &str) -> bool {
    let mut escaped = false;
    markdown.bytes().any(|byte| {
        let acts = !escaped && matches!(byte, b'{' | b'<');
        escaped = !escaped && byte == b'\\';
        acts
    })
}

/// Writes what an item or a cell says as inline Markdown on one line.
///
/// What has no spelling is left out or made a space: control characters other than tabs and line ends in text, all of
/// them in code. Code that is empty, or that has a backslash right before a `|` and goes to a cell, is written as text.
///
/// An address (`https://…`, `www.…`, `a@b.c`) is escaped as remark does it. Tools that look for addresses in finished
/// text still make a link of it, with the same words.
///
/// ```
/// use moonsync::{content::Inline, shape::inline::{write, Position}};
/// assert_eq!(write(&Inline::Text("a_b | {c}".into()), Position::Cell), r"a\_b \| \{c\}");
/// assert_eq!(write(&Inline::Code("a`b".into()), Position::Item), "``a`b``");
/// ```
#[must_use]
pub fn write(content: &Inline, at: Position) -> String {
    match content {
        Inline::Code(code) if code.is_empty() || (at == Position::Cell && code.contains("\\|")) => write_text(code, at),
        Inline::Code(code) => write_code(code, at),
        Inline::Text(text) => write_text(text, at),
    }
}

fn write_code(code: &str, at: Position) -> String {
    let mut words: String = code.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let fence = "`".repeat(longest_run(&words, '`') + 1);
    let ticks = words.starts_with('`') || words.ends_with('`');
    // One space is taken from each side of what has one on both, unless it is all spaces.
    let spaces = words.starts_with(' ') && words.ends_with(' ') && words.contains(|c| c != ' ');
    let pad = if ticks || spaces { " " } else { "" };
    if at == Position::Cell {
        // A cell ends at a `|` even within a code span.
        words = words.replace('|', "\\|");
    }
    format!("{fence}{pad}{words}{pad}{fence}")
}

fn longest_run(text: &str, of: char) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if c == of { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

fn write_text(text: &str, at: Position) -> String {
    let text: Vec<char> = text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).collect();
    let get = |n: usize| text.get(n).copied();
    let before = |n: usize| n.checked_sub(1).and_then(get);
    let mut out = String::with_capacity(text.len() + 8);
    for (n, &c) in text.iter().enumerate() {
        let edge = n == 0 || n + 1 == text.len();
        let next = get(n + 1);
        let entity = match c {
            '\t' | '\n' | '\r' => true,
            // At an edge it would be trimmed; of several a formatter leaves one.
            ' ' => edge || before(n) == Some(' '),
            // Tables disagree on what two backslashes before a `|` mean.
            '\\' => at == Position::Cell && (next == Some('|') || next.is_none()),
            // `import` and `export` at the beginning of a line are code to MDX.
            'i' | 'e' if n == 0 && at == Position::Paragraph => is_module_keyword(&text),
            _ => edge && c.is_whitespace(),
        };
        if entity {
            // Writing to a string cannot fail.
            let _ = write!(out, "&#{};", u32::from(c));
            continue;
        }
        let escape = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '{' | '}' | '~' | '$' => true,
            '|' => at != Position::Item,
            '&' => next.is_some_and(|c| c == '#' || c.is_ascii_alphanumeric()),
            '#' | '=' => n == 0 && at != Position::Cell,
            '-' | '+' => {
                n == 0 && at != Position::Cell && next.is_none_or(|next| next == ' ' || next == '\t' || next == c)
            }
            '.' | ')' => {
                (at != Position::Cell && ends_ordinal(&text, n))
                    || (c == '.' && is_www(&text[..n]) && next.is_some_and(is_address))
            }
            ':' => n == 0 || (next == Some('/') && get(n + 2) == Some('/')) || begins_name(next, get(n + 2)),
            '@' => before(n).is_some_and(is_address) && next.is_some_and(is_address),
            _ => false,
        };
        if escape {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Whether the text begins with `import` or `export` as a word.
fn is_module_keyword(text: &[char]) -> bool {
    ["import", "export"].iter().any(|word| {
        text.len() >= word.len()
            && word.chars().eq(text[..word.len()].iter().copied())
            && !text.get(word.len()).is_some_and(|c| c.is_alphanumeric() || *c == '_')
    })
}

/// Whether the `.` or `)` at `n` would make an ordered list of the text.
fn ends_ordinal(text: &[char], n: usize) -> bool {
    // No ordinal has more digits than nine.
    (1..=9).contains(&n)
        && text[..n].iter().all(char::is_ascii_digit)
        && text.get(n + 1).is_none_or(|c| matches!(c, ' ' | '\t'))
}

fn is_www(before: &[char]) -> bool {
    before.len() >= 3 && before[before.len() - 3..].iter().all(|c| matches!(c, 'w' | 'W'))
}

/// A character of a mail address or a host name.
fn is_address(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+')
}

/// Whether a `:` with this behind it begins a directive (`:name`, `:1`) or an emoji (`:moon:`, `:+1:`).
fn begins_name(next: Option<char>, after: Option<char>) -> bool {
    next.is_some_and(char::is_alphanumeric)
        || (matches!(next, Some('+' | '-')) && after.is_some_and(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(words: &str) -> Inline {
        Inline::Text(words.to_owned())
    }

    fn code(words: &str) -> Inline {
        Inline::Code(words.to_owned())
    }

    #[test]
    fn reads() {
        for (markdown, expected) in [
            ("", Some(text(""))),
            (" Kimi K2 ", Some(text("Kimi K2"))),
            ("`a`", Some(code("a"))),
            ("`` a`b ``", Some(code("a`b"))),
            ("`{a} <b>`", Some(code("{a} <b>"))),
            ("`a", Some(text("`a"))),
            ("- a", Some(text("- a"))),
            ("1. a_b", Some(text("1. a_b"))),
            ("# a&nbsp;b", Some(text("# a\u{a0}b"))),
            ("[a]: b", Some(text("[a]: b"))),
            ("[ ] a", Some(text("[ ] a"))),
            (r"\{a\} \<b>", Some(text("{a} <b>"))),
            (r"a\", Some(text(r"a\"))),
            ("5 > 4", Some(text("5 > 4"))),
            ("x `a`", None),
            ("`a` x", None),
            ("`a` `b`", None),
            ("`a``b`", Some(code("a``b"))),
            ("*a*", None),
            ("_a_", None),
            ("~~a~~", None),
            ("[a](b)", None),
            ("![a](b)", None),
            ("<https://a.b>", None),
            ("a<br>b", None),
            ("a <!-- b -->", None),
            ("a < b", None),
            ("{a}", None),
            (r"\\{a}", None),
            ("a\nb", None),
            ("a\rb", None),
        ] {
            assert_eq!(read(markdown), expected, "{markdown:?}");
        }
    }

    #[test]
    fn leaves_ordinary_text_alone() {
        for words in [
            "",
            "Kimi K2.5 (HighSpeed), v1.0 – 20% off!",
            "text, image",
            "262,144",
            "R & D; \"a\" 'b' a-b a+b 2.5 = 3 #1? ja/nein … 推理 (思考)",
            "-20 %",
            "+1",
            "2.5 Pro",
            "Note: see www and http",
            "import",
        ] {
            assert_eq!(write(&text(words), Position::Item), words);
            assert_eq!(write(&text(words), Position::Cell), words);
        }
    }

    #[test]
    fn escapes() {
        use Position::{Cell, Item, Paragraph};
        for (words, at, expected) in [
            ("a|b", Cell, r"a\|b"),
            ("a|b", Item, "a|b"),
            (r"a\|b\", Cell, r"a&#92;\|b&#92;"),
            (r"a\b", Item, r"a\\b"),
            ("- a", Item, r"\- a"),
            ("- a", Cell, "- a"),
            ("---", Item, r"\---"),
            ("+", Item, r"\+"),
            ("# a", Item, r"\# a"),
            ("=", Paragraph, r"\="),
            ("1. a", Item, r"1\. a"),
            ("12)", Item, r"12\)"),
            (":::note", Item, r"\:::note".replace(":n", r"\:n").as_str()),
            ("a :moon: :+1:", Item, r"a \:moon: \:+1:"),
            ("a: b 10:30 a:", Item, r"a: b 10\:30 a:"),
            ("https://a.b", Item, r"https\://a.b"),
            ("www.a.b me@a.b @me", Item, r"www\.a.b me\@a.b @me"),
            ("&amp; &#1; & a", Item, r"\&amp; \&#1; & a"),
            (" a  b ", Item, "&#32;a &#32;b&#32;"),
            ("\u{a0}a\tb\nc\u{7}", Item, "&#160;a&#9;b&#10;c"),
            ("import a", Paragraph, "&#105;mport a"),
            ("exports", Paragraph, "exports"),
            ("$1 ~2 [a](b) <c> {d}", Item, r"\$1 \~2 \[a\](b) \<c\> \{d\}"),
        ] {
            assert_eq!(write(&text(words), at), expected, "{words:?}");
        }
        for (words, at, expected) in [
            ("kimi-k2.5", Item, "`kimi-k2.5`"),
            ("a|b", Item, "`a|b`"),
            ("a|b", Cell, r"`a\|b`"),
            ("``", Item, "``` `` ```"),
            (" ", Item, "` `"),
            (" a ", Item, "`  a  `"),
            (" a", Item, "` a`"),
            ("a\nb", Item, "`a b`"),
            (r"a\|b", Cell, r"a&#92;\|b"),
            ("", Item, ""),
        ] {
            assert_eq!(write(&code(words), at), expected, "{words:?}");
        }
    }

    /// Words out of the characters that matter most.
    fn words() -> impl Strategy<Value = String> {
        prop_oneof![
            "[^\\p{C}]{0,20}",
            "[-+=#1.):&;|`*_\\[\\]()<>{}~$@!\\\\/\"' ax\u{a0}w\t^]{0,12}",
            "(- |1\\. |# |> |``|\\\\\\||https://a\\.b|www\\.a\\.b|a@b\\.c|:a:|&amp;|<a>|\\{a\\}|\\[a\\]\\(b\\)| |\\[//\\]: # \"a\"|import a|~~a~~|\\$a\\$){0,4}",
        ]
    }

    /// What a parser makes of a page: the words and code spans, with every other inline event but a line break.
    fn events(page: &str) -> Vec<String> {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH
            | Options::ENABLE_FOOTNOTES;
        let mut all: Vec<String> = Vec::new();
        let mut open = false;
        for event in Parser::new_ext(page, options) {
            match event {
                Event::Text(words) if open => {
                    if let Some(last) = all.last_mut() {
                        last.push_str(&words);
                    }
                }
                Event::Text(words) => {
                    all.push(format!("text {words}"));
                    open = true;
                    continue;
                }
                Event::Code(words) => all.push(format!("code {words}")),
                Event::Start(tag) => all.push(format!("{tag:?}").split(['(', ' ']).next().expect("a name").to_owned()),
                Event::End(_) => {}
                other => all.push(format!("{other:?}")),
            }
            open &= matches!(all.last(), Some(last) if last.starts_with("text "));
        }
        all
    }

    fn said(content: &Inline) -> Option<String> {
        match content {
            Inline::Text(words) if words.is_empty() => None,
            Inline::Text(words) => Some(format!("text {words}")),
            Inline::Code(words) => Some(format!("code {words}")),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]

        #[test]
        fn any_text_is_read(markdown in "\\PC{0,30}|[`*_\\[\\]()<>{}~&;#|\\\\ \n\r\ta\0]{0,20}") {
            let _ = read(&markdown);
        }

        #[test]
        fn written_text_reads_back(words in words()) {
            for at in [Position::Item, Position::Cell, Position::Paragraph] {
                let written = write(&text(&words), at);
                prop_assert!(!written.contains(char::is_control));
                let seen = if at == Position::Cell { written.replace("\\|", "|") } else { written };
                prop_assert_eq!(read(&seen), Some(text(&words)), "{}", seen);
            }
        }

        #[test]
        fn written_code_reads_back(words in words().prop_map(|words| words.replace('\t', " "))) {
            prop_assume!(!words.is_empty());
            for at in [Position::Item, Position::Cell, Position::Paragraph] {
                if at == Position::Cell && words.contains("\\|") {
                    continue;
                }
                let written = write(&code(&words), at);
                let seen = if at == Position::Cell { written.replace("\\|", "|") } else { written };
                prop_assert_eq!(read(&seen), Some(code(&words)), "{}", seen);
            }
        }

        #[test]
        fn a_page_shows_just_what_was_written(words in words(), is_code: bool) {
            let content = if is_code && !words.is_empty() && !words.contains(char::is_control) && !words.contains("\\|") {
                code(&words)
            } else {
                text(&words)
            };
            let item = write(&content, Position::Item);
            let mut expected = vec!["List".to_owned(), "Item".to_owned()];
            expected.extend(said(&content));
            expected.extend(["Item".to_owned(), "text end".to_owned()]);
            prop_assert_eq!(events(&format!("- {item}\n- end\n")), expected, "{}", item);

            let cell = write(&content, Position::Cell);
            for page in [
                format!("| {cell} | {cell} |\n| --- | --- |\n| {cell} | {cell} |\n"),
                format!("|{cell}|{cell}|\n|---|---|\n|{cell}|{cell}|\n"),
            ] {
                if content.text().is_empty() {
                    continue;
                }
                let mut expected = vec!["Table".to_owned(), "TableHead".to_owned()];
                for cell in 0..4 {
                    if cell == 2 {
                        expected.push("TableRow".to_owned());
                    }
                    expected.push("TableCell".to_owned());
                    expected.extend(said(&content));
                }
                prop_assert_eq!(events(&page), expected, "{}", page);
            }

            let paragraph = write(&content, Position::Paragraph);
            let mut expected = vec!["Paragraph".to_owned()];
            expected.extend(said(&content));
            if content.text().is_empty() {
                expected.clear();
            }
            prop_assert_eq!(events(&format!("{paragraph}\n")), expected, "{}", paragraph);
        }
    }
}
