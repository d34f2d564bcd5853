//! Tokens: where brackets, commas, strings, words and comments are, in time linear in the text.
//!
//! Knows the comments and quotes of each syntax, and no grammar: any text has tokens.

use std::ops::Range;

use crate::text::floor_char;

/// The comment and value syntax of a fence's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// Strict JSON: written with `"`, quoted keys, and no trailing comma. Comments and JSON5 are read all the same.
    Json,
    /// JSON with comments: as strict JSON, but a trailing comma may stand.
    Jsonc,
    /// JSON5.
    Json5,
    /// Object and array literals of JavaScript and TypeScript: JSON5, template literals without `${`, and `1_000`.
    JavaScript,
    /// Lists of strings in Go, where a comma stands after the last one.
    Go,
    /// Lists of strings in the other languages with `//` comments: rust, java, kotlin, swift, c, cpp, csharp, php.
    CLike,
    /// Lists of strings in languages with `#` comments: toml, python, ruby.
    Hash,
}

impl Syntax {
    /// The syntax of a fence by the first word of its info string, in any case. Nothing for a language in which no
    /// entries are written.
    ///
    /// ```
    /// use moonsync::shape::json5::Syntax;
    /// assert_eq!(Syntax::of_language("JSON5"), Some(Syntax::Json5));
    /// assert_eq!(Syntax::of_language("yaml"), None);
    /// ```
    #[must_use]
    pub fn of_language(language: &str) -> Option<Self> {
        Some(match language.to_ascii_lowercase().as_str() {
            "json" => Self::Json,
            "jsonc" => Self::Jsonc,
            "json5" => Self::Json5,
            "js" | "mjs" | "cjs" | "javascript" | "jsx" | "ts" | "typescript" | "tsx" => Self::JavaScript,
            "go" => Self::Go,
            "rust" | "java" | "kotlin" | "swift" | "c" | "cpp" | "csharp" | "php" => Self::CLike,
            "toml" | "python" | "py" | "ruby" | "rb" => Self::Hash,
            _ => return None,
        })
    }

    /// Whether any value can be an entry; the other syntaxes hold lists of strings only.
    #[must_use]
    pub fn has_objects(self) -> bool {
        matches!(self, Self::Json | Self::Jsonc | Self::Json5 | Self::JavaScript)
    }

    /// Whether keys and strings must be in `"`.
    pub(super) fn is_json(self) -> bool {
        matches!(self, Self::Json | Self::Jsonc)
    }
}

/// A kind of bracket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bracket {
    /// `[` and `]`
    Array,
    /// `{` and `}`
    Object,
    /// `(` and `)`
    Paren,
}

impl Bracket {
    /// The characters that open and close it.
    #[must_use]
    pub fn pair(self) -> (char, char) {
        match self {
            Self::Array => ('[', ']'),
            Self::Object => ('{', '}'),
            Self::Paren => ('(', ')'),
        }
    }
}

/// What surrounds an offset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Enclosing {
    /// The brackets that are open there, outermost first: the kind, and the offset of the character that opens it.
    pub open: Vec<(Bracket, usize)>,
    /// The last character before it that is neither space nor part of a comment, with its offset.
    pub before: Option<(usize, char)>,
    /// Whether it lies within a string or a comment.
    pub in_string_or_comment: bool,
}

/// What surrounds one offset. An offset inside a character counts as that character's; one past the end, as the end.
#[must_use]
pub fn enclosing(text: &str, offset: usize, syntax: Syntax) -> Enclosing {
    enclosing_all(text, &[offset], syntax).pop().unwrap_or_default()
}

/// What surrounds each of several offsets, in one pass over the text. The answers stand in the order of the offsets,
/// which need not be sorted. A closing bracket closes the nearest of its kind, and whatever is open inside that; one
/// with nothing to close is passed over.
#[must_use]
pub fn enclosing_all(text: &str, offsets: &[usize], syntax: Syntax) -> Vec<Enclosing> {
    let offsets: Vec<usize> = offsets.iter().map(|offset| floor_char(text, *offset)).collect();
    let mut order: Vec<usize> = (0..offsets.len()).collect();
    order.sort_by_key(|n| offsets[*n]);
    let mut order = order.into_iter().peekable();
    let mut answers = vec![Enclosing::default(); offsets.len()];
    let mut now = Enclosing::default();
    let mut stack = Stack::default();
    for token in Lexer::new(text, syntax) {
        while let Some(n) = order.next_if(|n| offsets[*n] <= token.start) {
            answers[n] = Enclosing { open: stack.brackets(), ..now.clone() };
        }
        while let Some(n) = order.next_if(|n| token.holds(offsets[*n])) {
            let opaque = matches!(token.kind, Kind::Comment | Kind::Str | Kind::Opaque);
            let before = if opaque { now.before } else { last_char(text, token.start..offsets[n]) };
            answers[n] = Enclosing { open: stack.brackets(), before, in_string_or_comment: opaque };
        }
        match token.kind {
            Kind::Comment => continue,
            Kind::Open(bracket) => stack.open(bracket, token.start),
            Kind::Close(bracket) => _ = stack.close(bracket, |_| ()),
            _ => {}
        }
        now.before = last_char(text, token.start..token.end);
    }
    for n in order {
        answers[n] = Enclosing { open: stack.brackets(), ..now.clone() };
    }
    answers
}

/// Where in a text something stands that is neither space nor part of a comment: the beginning of each token, from front
/// to back.
#[must_use]
pub fn significant(text: &str, syntax: Syntax) -> Vec<usize> {
    Lexer::new(text, syntax).filter(|token| token.kind != Kind::Comment).map(|token| token.start).collect()
}

/// The lines of a body without the comments that stand first and last in it, alone on their lines, and that `keep`
/// says belong to its look. `keep` is given the comment with its delimiters. Whole lines stay: the range begins and ends
/// at a line's beginning or at the end of the body.
///
/// ```
/// use moonsync::shape::json5::{Syntax, edges};
/// let body = "// prettier-ignore\n1, // one\n";
/// assert_eq!(edges(body, Syntax::Json5, |comment| comment.contains("prettier")), 19..29);
/// ```
#[must_use]
pub fn edges(body: &str, syntax: Syntax, keep: impl Fn(&str) -> bool) -> Range<usize> {
    let tokens: Vec<Token> = Lexer::new(body, syntax).collect();
    let line_end = |at: usize| body[at..].find('\n').map_or(body.len(), |newline| at + newline + 1);
    let mut range = 0..body.len();
    let mut first = 0;
    for (n, token) in tokens.iter().enumerate() {
        let end = line_end(token.end);
        let alone = tokens.get(n + 1).is_none_or(|next| next.start >= end);
        if token.kind != Kind::Comment || !alone || !keep(&body[token.start..token.end]) {
            break;
        }
        range.start = end;
        first = n + 1;
    }
    for (n, token) in tokens.iter().enumerate().skip(first).rev() {
        let start = body[..token.start].rfind('\n').map_or(0, |newline| newline + 1);
        let alone = n.checked_sub(1).and_then(|n| tokens.get(n)).is_none_or(|before| before.end <= start);
        if token.kind != Kind::Comment || !alone || !keep(&body[token.start..token.end]) {
            break;
        }
        range.end = start.max(range.start);
    }
    range
}

/// The last character of a part of the text, with its offset.
fn last_char(text: &str, range: Range<usize>) -> Option<(usize, char)> {
    text[range.clone()].char_indices().next_back().map(|(at, c)| (range.start + at, c))
}

/// The brackets that are open, with something known of each.
#[derive(Debug)]
pub(super) struct Stack<T> {
    open: Vec<(Bracket, T)>,
    /// How many of each kind are open: a stray closing bracket is recognised without a search.
    count: [usize; 3],
}

impl<T> Default for Stack<T> {
    fn default() -> Self {
        Self { open: Vec::new(), count: [0; 3] }
    }
}

impl<T> Stack<T> {
    pub(super) fn open(&mut self, bracket: Bracket, known: T) {
        self.count[bracket as usize] += 1;
        self.open.push((bracket, known));
    }

    /// Closes the nearest bracket of the kind and gives what is known of it. What was open inside it has no end, and is
    /// given to `unclosed`.
    pub(super) fn close(&mut self, bracket: Bracket, mut unclosed: impl FnMut(T)) -> Option<T> {
        if self.count[bracket as usize] == 0 {
            return None;
        }
        while let Some((kind, known)) = self.open.pop() {
            self.count[kind as usize] -= 1;
            if kind == bracket {
                return Some(known);
            }
            unclosed(known);
        }
        None
    }

    pub(super) fn top(&mut self) -> Option<&mut (Bracket, T)> {
        self.open.last_mut()
    }
}

impl Stack<usize> {
    fn brackets(&self) -> Vec<(Bracket, usize)> {
        self.open.clone()
    }
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Comment,
    Open(Bracket),
    Close(Bracket),
    Comma,
    Colon,
    /// A closed string on which escapes can be read; the first character is its quote.
    Str,
    /// A string without an end, a template literal with `${`, a regular expression, a raw or triple-quoted string.
    Opaque,
    /// A run of anything else: a number, an identifier, an operator.
    Word,
}

/// One token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether the character at `end` is past it in any case; a line comment goes on to its line's end.
    closed: bool,
}

impl Token {
    fn holds(&self, offset: usize) -> bool {
        self.start < offset && (offset < self.end || (offset == self.end && !self.closed))
    }

    pub(super) fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// The tokens of a text, one by one.
pub(super) struct Lexer<'t> {
    text: &'t str,
    syntax: Syntax,
    at: usize,
    /// The last character that was no comment, and the word it ended: what tells a regular expression from a division.
    before: Option<Token>,
    /// No `'` (and no `/`) before this offset is closed on its line: looked for once, not once a character.
    no_quote: usize,
    no_slash: usize,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str, syntax: Syntax) -> Self {
        Self { text, syntax, at: 0, before: None, no_quote: 0, no_slash: 0 }
    }

    fn line_end(&self, from: usize) -> usize {
        self.text[from..].find(is_line_end).map_or(self.text.len(), |at| from + at)
    }

    /// The end of a string that begins at `start`, past its closing quote; nothing where the line ends before.
    fn string_end(&self, start: usize, quote: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        loop {
            match *bytes.get(at)? {
                b'\\' => at += if bytes[at + 1..].starts_with(b"\r\n") { 3 } else { 2 },
                b'\n' | b'\r' => return None,
                byte if byte == quote => return Some(at + 1),
                _ => at += 1,
            }
        }
    }

    /// The end of a template literal, and whether it holds an expression.
    fn template_end(&self, start: usize) -> (Option<usize>, bool) {
        enum Inside {
            Template,
            /// An expression, with so many `{` open.
            Expression(usize),
        }
        let bytes = self.text.as_bytes();
        let mut stack = vec![Inside::Template];
        let mut plain = true;
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            at += 1;
            match (stack.last_mut(), byte) {
                (Some(Inside::Template), b'\\') => at += 1,
                (Some(Inside::Template), b'`') => {
                    stack.pop();
                    if stack.is_empty() {
                        return (Some(at), plain);
                    }
                }
                (Some(Inside::Template), b'$') if bytes.get(at) == Some(&b'{') => {
                    plain = false;
                    at += 1;
                    stack.push(Inside::Expression(0));
                }
                (Some(Inside::Expression(_)), b'`') => stack.push(Inside::Template),
                (Some(Inside::Expression(_)), b'"' | b'\'') => {
                    at = self.string_end(at - 1, *byte).unwrap_or_else(|| self.unclosed_end(at - 1));
                }
                (Some(Inside::Expression(depth)), b'{') => *depth += 1,
                (Some(Inside::Expression(0)), b'}') => _ = stack.pop(),
                (Some(Inside::Expression(depth)), b'}') => *depth -= 1,
                _ => {}
            }
        }
        (None, plain)
    }

    /// The end of a regular expression that begins at `start`; nothing where its line ends before.
    fn regex_end(&self, start: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut class = false;
        let mut at = start + 1;
        loop {
            match *bytes.get(at)? {
                b'\n' | b'\r' => return None,
                b'\\' if matches!(bytes.get(at + 1), Some(b'\n' | b'\r')) => return None,
                b'\\' => at += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => return Some(at + 1),
                _ => {}
            }
            at += 1;
        }
    }

    /// Whether a `/` here begins a regular expression: where a value may stand, and not after one.
    fn regex_may_stand(&self) -> bool {
        let Some(before) = self.before else { return true };
        match before.kind {
            Kind::Open(_) | Kind::Comma | Kind::Colon => true,
            Kind::Word => {
                let word = &self.text[before.range()];
                word.ends_with(['=', '!', '&', '|', '?', ';', '+', '-', '*', '%', '~', '^'])
                    || matches!(word, "return" | "typeof" | "case" | "in" | "of")
            }
            _ => false,
        }
    }

    /// The end of a string in triple quotes that begins at `start`.
    fn triple_end(&self, start: usize, quote: u8) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = start + 3;
        loop {
            match *bytes.get(at)? {
                b'\\' => at += 2,
                byte if byte == quote && bytes[at..].starts_with(&[quote; 3]) => return Some(at + 3),
                _ => at += 1,
            }
        }
    }

    /// A string's kind, end, and whether it is closed.
    fn quoted(&mut self, start: usize, quote: u8) -> (Kind, usize, bool) {
        let triples = match self.syntax {
            Syntax::Hash => true,
            Syntax::CLike => quote == b'"',
            _ => false,
        };
        if triples && self.text.as_bytes()[start..].starts_with(&[quote; 3]) {
            let end = self.triple_end(start, quote);
            return (Kind::Opaque, end.unwrap_or(self.text.len()), end.is_some());
        }
        if quote == b'\'' && matches!(self.syntax, Syntax::CLike | Syntax::Go) {
            // A lifetime of Rust or an apostrophe is no string, and must not swallow the brackets of its line.
            let glued = start > 0
                && self.text[..start].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "&<_".contains(c));
            if glued || start < self.no_quote {
                return (Kind::Word, start + 1, true);
            }
            return match self.string_end(start, quote) {
                Some(end) => (Kind::Str, end, true),
                None => {
                    self.no_quote = self.unclosed_end(start);
                    (Kind::Word, start + 1, true)
                }
            };
        }
        match self.string_end(start, quote) {
            Some(end) => (Kind::Str, end, true),
            None => (Kind::Opaque, self.unclosed_end(start), false),
        }
    }

    /// Where a string without a closing quote ends: with the first line that no backslash continues.
    fn unclosed_end(&self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = start + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'\\' => at += if bytes[at + 1..].starts_with(b"\r\n") { 3 } else { 2 },
                b'\n' | b'\r' => break,
                _ => at += 1,
            }
        }
        self.ceil(at)
    }

    /// A run of characters that mean nothing here; the first one is taken whatever it is.
    fn word_end(&self, start: usize) -> usize {
        let ends = |c: char| {
            is_space(c)
                || matches!(c, '[' | ']' | '{' | '}' | '(' | ')' | ',' | ':' | '"' | '\'' | '`' | '/')
                || (c == '#' && self.syntax == Syntax::Hash)
        };
        let rest = &self.text[start..];
        rest.char_indices().skip(1).find(|(_, c)| ends(*c)).map_or(self.text.len(), |(at, _)| start + at)
    }

    /// The end of a raw string of Rust whose `r` or `r#` is the word `start..end`.
    fn raw_end(&self, start: usize, end: usize) -> Option<usize> {
        let word = &self.text[start..end];
        let hashes = word.trim_start_matches(['b', 'c']).strip_prefix('r')?;
        if !hashes.bytes().all(|byte| byte == b'#') || !self.text[end..].starts_with('"') {
            return None;
        }
        let mut close = "\"".to_owned();
        close.push_str(hashes);
        Some(self.text[end + 1..].find(&close).map_or(self.text.len(), |at| end + 1 + at + close.len()))
    }

    /// A string or an escape may end in the middle of a character at the end of the text.
    fn ceil(&self, mut at: usize) -> usize {
        while at < self.text.len() && !self.text.is_char_boundary(at) {
            at += 1;
        }
        at.min(self.text.len())
    }
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let spaces = self.text[self.at..].find(|c| !is_space(c))?;
        let start = self.at + spaces;
        let rest = &self.text[start..];
        let first = rest.chars().next()?;
        let hash = self.syntax == Syntax::Hash;
        let one = |kind| (kind, start + 1, true);
        let (kind, end, closed) = match first {
            '[' => one(Kind::Open(Bracket::Array)),
            '{' => one(Kind::Open(Bracket::Object)),
            '(' => one(Kind::Open(Bracket::Paren)),
            ']' => one(Kind::Close(Bracket::Array)),
            '}' => one(Kind::Close(Bracket::Object)),
            ')' => one(Kind::Close(Bracket::Paren)),
            ',' => one(Kind::Comma),
            ':' => one(Kind::Colon),
            '"' => self.quoted(start, b'"'),
            '\'' => self.quoted(start, b'\''),
            '`' if self.syntax == Syntax::JavaScript => {
                let (end, plain) = self.template_end(start);
                let kind = if plain && end.is_some() { Kind::Str } else { Kind::Opaque };
                (kind, end.unwrap_or(self.text.len()), end.is_some())
            }
            '`' if self.syntax == Syntax::Go => {
                let end = self.text[start + 1..].find('`').map(|at| start + at + 2);
                (if end.is_some() { Kind::Str } else { Kind::Opaque }, end.unwrap_or(self.text.len()), end.is_some())
            }
            '#' if hash => (Kind::Comment, self.line_end(start), false),
            '/' if !hash && rest.starts_with("//") => (Kind::Comment, self.line_end(start), false),
            '/' if !hash && rest.starts_with("/*") => {
                let end = rest[2..].find("*/").map(|at| start + at + 4);
                (Kind::Comment, end.unwrap_or(self.text.len()), end.is_some())
            }
            '/' if self.syntax == Syntax::JavaScript && start >= self.no_slash && self.regex_may_stand() => {
                match self.regex_end(start) {
                    Some(end) => (Kind::Opaque, self.ceil(end), true),
                    None => {
                        self.no_slash = self.line_end(start);
                        one(Kind::Word)
                    }
                }
            }
            _ => {
                let end = self.word_end(start);
                match if self.syntax == Syntax::CLike { self.raw_end(start, end) } else { None } {
                    Some(end) => (Kind::Opaque, end, true),
                    None => (Kind::Word, end, true),
                }
            }
        };
        let token = Token { kind, start, end: self.ceil(end), closed };
        self.at = token.end;
        if kind != Kind::Comment {
            self.before = Some(token);
        }
        Some(token)
    }
}

/// White space of JSON5 and ECMAScript.
pub(super) fn is_space(c: char) -> bool {
    (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}'
}

/// What ends a line comment.
fn is_line_end(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}
