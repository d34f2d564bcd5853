//! Values that a template puts into code, made fit for what they stand in there: a string, a comment, or neither.
//!
//! The template is rendered with its values [marked](mark), and [`fit`] then reads the code around them. Just enough of each
//! language is known to see where strings and comments begin and end. What cannot be made fit is refused.

/// Stand around a value until it is known what it stands in. Private use: no text of a catalog has a meaning with them.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];

/// A value, to be made fit later.
pub(super) fn mark(value: &str) -> String {
    let [open, close] = MARKS;
    // A mark in a value is a value that fits nowhere.
    let value = if value.contains(MARKS) { open.to_string() } else { value.to_owned() };
    format!("{open}{value}{close}")
}

/// What a value stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Bare,
    /// A string, by its quote.
    Quoted(char),
    /// A comment up to the end of the line.
    Line,
    /// A comment up to `*/`.
    Block,
}

/// How a language spells strings and comments.
struct Language<'l> {
    name: &'l str,
    slashes: bool,
}

/// Makes the marked values of some code fit for their places.
///
/// # Errors
///
/// A value that would end what it stands in, or begin something where it stands alone.
pub(super) fn fit(code: &str, language: &str) -> Result<String, String> {
    let slashes = matches!(crate::page::comments_of(language), Some(crate::page::Comments::Slashes));
    let language = Language { name: language, slashes };
    let mut out = String::with_capacity(code.len());
    let mut state = State::Bare;
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let next = &rest[c.len_utf8()..];
        if c == MARKS[0] {
            let (value, behind) = next.split_once(MARKS[1]).unwrap_or((next, ""));
            out.push_str(&language.value(value, state).ok_or(value)?);
            rest = behind;
            continue;
        }
        let mut taken = c.len_utf8();
        state = match (state, c) {
            (State::Quoted('`') | State::Block, '\n') => state,
            (_, '\n') => State::Bare,
            (State::Quoted(quote), c) if c == quote => State::Bare,
            (State::Quoted(quote), '\\') if language.escapes(quote) && !next.starts_with(MARKS[0]) => {
                taken += next.chars().next().map_or(0, char::len_utf8);
                state
            }
            (State::Block, '*') if next.starts_with('/') => {
                taken += 1;
                State::Bare
            }
            (State::Bare, '/') if language.slashes && next.starts_with('/') => State::Line,
            (State::Bare, '/') if language.slashes && next.starts_with('*') => {
                taken += 1;
                State::Block
            }
            (State::Bare, '#') if language.hash() && (out.is_empty() || out.ends_with(char::is_whitespace)) => {
                State::Line
            }
            (State::Bare, '"') => State::Quoted(c),
            (State::Bare, '\'') if language.name != "rust" => State::Quoted(c),
            (State::Bare, '`') if language.has_backticks() => State::Quoted(c),
            (state, _) => state,
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    Ok(out)
}

impl Language<'_> {
    fn is(&self, names: &[&str]) -> bool {
        names.contains(&self.name)
    }

    /// JavaScript and its kin.
    fn is_script(&self) -> bool {
        self.is(&["js", "mjs", "cjs", "javascript", "jsx", "ts", "typescript", "tsx"])
    }

    fn is_shell(&self) -> bool {
        self.is(&["sh", "bash", "shell", "zsh", "dockerfile"])
    }

    fn hash(&self) -> bool {
        !self.slashes || self.name == "php"
    }

    fn has_backticks(&self) -> bool {
        self.is_script() || self.is_shell() || self.name == "go"
    }

    /// Whether a backslash escapes in a string with this quote.
    fn escapes(&self, quote: char) -> bool {
        match quote {
            '"' => true,
            '`' => self.name != "go",
            _ => !self.is_shell() && !self.is(&["yaml", "yml", "toml"]),
        }
    }

    /// The value as it is written there.
    fn value(&self, value: &str, state: State) -> Option<String> {
        if value.contains(MARKS) || value.contains(['\n', '\r']) {
            return None;
        }
        let backslashed = |special: &[char]| {
            let escaped = value.chars().flat_map(|c| special.contains(&c).then_some('\\').into_iter().chain([c]));
            Some(escaped.collect::<String>())
        };
        let plain = || Some(value.to_owned());
        match state {
            State::Quoted('"') => {
                // What is looked for in such strings, and put in.
                let acts = self.is_shell() && value.contains(['$', '`', '\\', '!'])
                    || self.is(&["php", "kotlin"]) && value.contains('$')
                    || self.is(&["ruby", "rb"]) && value.contains("#{");
                let quoted = serde_json::Value::from(value).to_string();
                (!acts).then(|| quoted[1..quoted.len() - 1].to_owned())
            }
            State::Quoted('`') if self.is_script() => backslashed(&['`', '\\', '$']),
            State::Quoted('`') => (!value.contains(['`', '\\', '$'])).then(plain).flatten(),
            State::Quoted(_) if self.is(&["yaml", "yml"]) => Some(value.replace('\'', "''")),
            State::Quoted(_) if self.is_script() || self.is(&["json5", "python", "py", "ruby", "rb", "php"]) => {
                backslashed(&['\'', '\\'])
            }
            State::Quoted(_) => {
                let fits = !value.contains('\'') && (!value.contains('\\') || !self.escapes('\''));
                fits.then(plain).flatten()
            }
            State::Line => plain(),
            State::Block => (!value.contains("*/")).then(plain).flatten(),
            State::Bare => is_plain(value).then(plain).flatten(),
        }
    }
}

/// Whether a value that stands in no string begins nothing else, in any language.
fn is_plain(value: &str) -> bool {
    let begins = value.starts_with(['#', '-', '?', ':', '!', '%', '@', '*', '=', ' ']);
    let ends = value.ends_with([':', ' ']);
    let acts = value.contains(['"', '\'', '`', '{', '}', '[', ']', ';', '$', '\\', '|', '&', '<', '>'])
        || ["//", "/*", "*/", ": ", " #"].iter().any(|pair| value.contains(pair));
    !begins && !ends && !acts
}

/// What a value stands in, in Markdown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Markdown {
    Text,
    /// Inline code, by the length of its marks.
    Code(usize),
    /// A fence.
    Fence,
    /// An HTML tag or a component's.
    Tag,
    /// An HTML comment.
    Comment,
    /// An expression, or a comment in one, by how many braces are open.
    Expression(usize),
    /// Where a link leads.
    Destination,
}

/// Makes the marked values of some Markdown fit for their places; `braces` says whether `{` begins an expression, `text` and
/// `markup` spell a value in text and in a tag.
///
/// # Errors
///
/// A value that would end what it stands in.
pub(super) fn fit_markdown(
    code: &str,
    braces: bool,
    text: impl Fn(&str) -> String,
    markup: impl Fn(&str) -> String,
) -> Result<String, String> {
    let mut out = String::with_capacity(code.len());
    let mut state = Markdown::Text;
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let next = &rest[c.len_utf8()..];
        if c == MARKS[0] {
            let (value, behind) = next.split_once(MARKS[1]).unwrap_or((next, ""));
            let lone = !value.contains(MARKS) && !value.contains(['\n', '\r']);
            let fits = lone
                && match state {
                    Markdown::Text | Markdown::Tag => true,
                    Markdown::Code(_) => !value.contains('`'),
                    Markdown::Fence => !value.contains("```") && !value.contains("~~~"),
                    Markdown::Comment => !value.contains("--") && !value.contains('>'),
                    Markdown::Expression(_) => is_plain(value),
                    Markdown::Destination => {
                        value.chars().all(|c| c.is_ascii_alphanumeric() || "-._~:/?#&=%@+,".contains(c))
                    }
                };
            if !fits {
                return Err(value.to_owned());
            }
            out.push_str(&match state {
                Markdown::Text => text(value),
                Markdown::Tag => markup(value),
                _ => value.to_owned(),
            });
            rest = behind;
            continue;
        }
        let line_start =
            out.trim_end_matches([' ', '\t']).is_empty() || out.trim_end_matches([' ', '\t']).ends_with('\n');
        let is_fence = line_start && (rest.starts_with("```") || rest.starts_with("~~~"));
        let mut taken = c.len_utf8();
        state = match (state, c) {
            (Markdown::Fence, '`' | '~') if is_fence => {
                taken = 3;
                Markdown::Text
            }
            (Markdown::Text, '`' | '~') if is_fence => {
                taken = 3;
                Markdown::Fence
            }
            (Markdown::Text, '\\') if !next.starts_with(MARKS[0]) => {
                taken += next.chars().next().map_or(0, char::len_utf8);
                state
            }
            (Markdown::Text, '`') => {
                taken = rest.len() - rest.trim_start_matches('`').len();
                Markdown::Code(taken)
            }
            (Markdown::Code(length), '`') => {
                taken = rest.len() - rest.trim_start_matches('`').len();
                if taken == length { Markdown::Text } else { state }
            }
            (Markdown::Text, '<') if next.starts_with("!--") => Markdown::Comment,
            (Markdown::Text, '<') if next.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/') => Markdown::Tag,
            (Markdown::Tag, '>') => Markdown::Text,
            (Markdown::Comment, '-') if next.starts_with("->") => {
                taken = 3;
                Markdown::Text
            }
            (Markdown::Text, '{') if braces => Markdown::Expression(1),
            (Markdown::Expression(open), '{') => Markdown::Expression(open + 1),
            (Markdown::Expression(1), '}') => Markdown::Text,
            (Markdown::Expression(open), '}') => Markdown::Expression(open - 1),
            (Markdown::Text, ']') if next.starts_with('(') => {
                taken = 2;
                Markdown::Destination
            }
            (Markdown::Destination, ')' | '\n') => Markdown::Text,
            (state, _) => state,
        };
        out.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_made_fit_for_what_they_stand_in() {
        for (language, code, value, wanted) in [
            ("js", "x = '@'", "a'; b", Some("x = 'a\\'; b'")),
            ("js", "x = \"@\"", "a\"; \\b", Some("x = \"a\\\"; \\\\b\"")),
            ("js", "x = `@`", "a`${b}", Some("x = `a\\`\\${b}`")),
            ("ts", "/* it's @ */", "a */ b", None),
            ("ts", "/* it's @ */", "a's", Some("/* it's a's */")),
            ("ts", "// it's @", "a */ b's", Some("// it's a */ b's")),
            ("js", "x = 'it\\'s @'", "a'", Some("x = 'it\\'s a\\''")),
            ("js", "x = @;", "1; b", None),
            ("js", "// a'\nx = '@'", "b'", Some("// a'\nx = 'b\\''")),
            ("json", "\"a\": \"@\"", "Q\"s 'x'", Some("\"a\": \"Q\\\"s 'x'\"")),
            ("yaml", "x: @", "a # b: c", None),
            ("yaml", "x: @", "Kimi K2 (0905), beta", Some("x: Kimi K2 (0905), beta")),
            ("yaml", "x: '@'", "Jack's \\n", Some("x: 'Jack''s \\n'")),
            ("yaml", "x: \"@\" # '@", "Jack's", Some("x: \"Jack's\" # 'Jack's")),
            ("yaml", "x: don't\ny: @", "a'b", None),
            ("toml", "x = '@'", "a'b", None),
            ("toml", "x = '@'", "a\\b", Some("x = 'a\\b'")),
            ("sh", "echo \"@\"", "a$b", None),
            ("sh", "echo \"@\"", "Jack's", Some("echo \"Jack's\"")),
            ("sh", "echo '@'", "Jack's", None),
            ("sh", "echo a#b '@'", "#x $y", Some("echo a#b '#x $y'")),
            ("python", "x = '@'", "Jack's", Some("x = 'Jack\\'s'")),
            ("go", "x := `@`", "a`b", None),
            ("java", "char c = '@';", "'", None),
            ("ruby", "x = \"@\"", "#{b}", None),
            ("rust", "fn a<'a>() { \"@\" }", "it's \"x\"", Some("fn a<'a>() { \"it's \\\"x\\\"\" }")),
            ("js", "x = '@'", "\u{e000}", None),
        ] {
            let marked = code.replace('@', &mark(value));
            assert_eq!(fit(&marked, language).ok().as_deref(), wanted, "{language}: {code} with {value}");
        }
    }

    #[test]
    fn values_are_made_fit_for_markdown() {
        for (code, value, wanted) in [
            ("* @", "a*b", Some("* T(a*b)")),
            ("`@` @", "a*b", Some("`a*b` T(a*b)")),
            ("`` ` @ ``", "a*b", Some("`` ` a*b ``")),
            ("`@`", "a`b", None),
            ("\\`@", "a`b", Some("\\`T(a`b)")),
            ("<b title=\"@\">@</b>", "a\"b", Some("<b title=\"M(a\"b)\">T(a\"b)</b>")),
            ("1 < 2 @", "a\"b", Some("1 < 2 T(a\"b)")),
            ("<!-- @ --> @", "a-b", Some("<!-- a-b --> T(a-b)")),
            ("<!-- @ -->", "a-->", None),
            ("[@](/x/@?a#b) @", "a", Some("[T(a)](/x/a?a#b) T(a)")),
            ("[x](@)", "a)b", None),
            ("[x](@)", "a b", None),
            ("<Tab name={\"@\"}>", "a", Some("<Tab name={\"M(a)\"}>")),
            ("{\"@\"} @", "a", Some("{\"a\"} T(a)")),
            ("{\"@\"}", "a\"", None),
            ("{/* {@} @ */} @", "a*b", Some("{/* {a*b} a*b */} T(a*b)")),
            ("```js\nx = \"@\"\n```\n@", "a_b", Some("```js\nx = \"a_b\"\n```\nT(a_b)")),
            ("~~~\n@", "~~~", None),
            ("@", "\u{e001}", None),
        ] {
            let marked = code.replace('@', &mark(value));
            let fitted = fit_markdown(&marked, true, |text| format!("T({text})"), |text| format!("M({text})"));
            assert_eq!(fitted.ok().as_deref(), wanted, "{code} with {value}");
        }
        let text = |text: &str| text.to_owned();
        assert_eq!(fit_markdown(&format!("{{{}}}", mark("a\"")), false, text, text).as_deref(), Ok("{a\"}"));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        assert_eq!(fit(&format!("a = {}", mark("b; c")), "js"), Err("b; c".to_owned()));
    }
}
