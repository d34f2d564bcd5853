//! Reading entries: what a body says, where each part of it stands, and what in it is no entry.
//!
//! Never fails: what cannot be read is named, and reading goes on behind it.

use std::ops::Range;

use super::lex::{Bracket, Kind, Lexer, Stack, Syntax, Token};
use crate::content::{Entry, Number, Value};

/// A value within so many brackets is not read.
const DEPTH: usize = 128;

/// The entries of an array, or the members of an object, as a page has them.
#[derive(Debug, Clone)]
pub struct Body {
    /// The text that was read.
    pub text: String,
    /// The entries, in order.
    pub entries: Vec<ReadEntry>,
    /// The comments, and anything that is no entry, line by line, as they would be shown to someone who is about to
    /// lose them.
    pub foreign: Vec<String>,
    /// Whether more than comments and entries stands there: a comma with no entry, two entries with no comma between
    /// them, text that cannot be read.
    pub broken: bool,
    /// Whether a comma stands after the last entry.
    pub trailing_comma: bool,
    pub(super) syntax: Syntax,
}

impl Body {
    /// Whether it says exactly these entries, in this order, and nothing else.
    #[must_use]
    pub fn says(&self, entries: &[Entry]) -> bool {
        !self.broken && self.foreign.is_empty() && self.entries.iter().map(|read| &read.entry).eq(entries)
    }
}

/// One entry of a body.
#[derive(Debug, Clone)]
pub struct ReadEntry {
    /// What it says.
    pub entry: Entry,
    /// Where it stands in the body, from its first character (of its key, where it has one) to its last, without the
    /// comma.
    pub source: Range<usize>,
    /// Whether no comment stands inside it.
    pub clean: bool,
    /// Whether it is written as its syntax wants it, so that it can be written again as it stands.
    pub(super) proper: bool,
    pub(super) tree: Tree,
}

/// Where a value and its parts stand; goes alongside the [`Value`].
#[derive(Debug, Clone)]
pub(super) struct Tree {
    pub(super) clean: bool,
    pub(super) proper: bool,
    /// Whether it holds a string that goes over several lines: its lines cannot be indented anew.
    pub(super) stiff: bool,
    /// Whether its own members stand on several lines, whatever goes on inside them.
    pub(super) lines: bool,
    pub(super) parts: Vec<Part>,
}

/// Where an element of an array or a member of an object stands.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) source: Range<usize>,
    pub(super) clean: bool,
    pub(super) proper: bool,
    pub(super) tree: Tree,
}

/// Reads the entries of an array or the members of an object. `as_object` says which are meant, where that is known:
/// what is of the other kind is then no entry. Where it is not known, both are read.
#[must_use]
pub fn read(body: &str, syntax: Syntax, as_object: Option<bool>) -> Body {
    Parser::new(body, syntax).body(as_object)
}

/// A text that is one array or object and nothing else.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Whether it is an array or an object.
    pub bracket: Bracket,
    /// Where what it encloses stands in the text, without the brackets.
    pub inside: Range<usize>,
    /// What it encloses. The comments that stand before or after the brackets are among its foreign lines.
    pub body: Body,
    /// The indentation of the line on which it begins.
    pub indent: String,
    /// Whether it holds something and stands on one line.
    pub one_line: bool,
}

/// Reads a text that is one whole array or object, perhaps with comments around it. Gives nothing for anything else.
#[must_use]
pub fn read_whole(text: &str, syntax: Syntax) -> Option<Whole> {
    let tokens: Vec<Token> = Lexer::new(text, syntax).collect();
    let first = tokens.iter().position(|token| token.kind != Kind::Comment)?;
    let last = tokens.iter().rposition(|token| token.kind != Kind::Comment)?;
    let bracket = match (tokens[first].kind, tokens[last].kind) {
        (Kind::Open(open @ (Bracket::Array | Bracket::Object)), Kind::Close(close)) if open == close => open,
        _ => return None,
    };
    if mates(&tokens)[first] != last {
        return None;
    }
    let inside = tokens[first].end..tokens[last].start;
    let mut body = read(&text[inside.clone()], syntax, Some(bracket == Bracket::Object));
    let around = tokens[..first].iter().chain(&tokens[last + 1..]);
    body.foreign.extend(around.flat_map(|comment| source_lines(&text[comment.range()])));
    let before = &text[..tokens[first].start];
    let line = &text[before.rfind('\n').map_or(0, |newline| newline + 1)..];
    Some(Whole {
        bracket,
        one_line: last > first + 1 && !text[inside.clone()].contains('\n'),
        inside,
        body,
        indent: indent_of(line).to_owned(),
    })
}

/// The spaces and tabs at the beginning of a line.
pub(super) fn indent_of(line: &str) -> &str {
    &line[..line.find(|c| c != ' ' && c != '\t').unwrap_or(line.len())]
}

/// The indentation of the line in which an offset lies.
pub(super) fn indent_at(text: &str, offset: usize) -> &str {
    indent_of(&text[text[..offset].rfind('\n').map_or(0, |newline| newline + 1)..offset])
}

/// The indentation by which the lines of something are to be read: that of its first line, where it begins that line,
/// else that of its last, as in `}, {`.
pub(super) fn base_indent(text: &str, source: Range<usize>) -> &str {
    let first = indent_at(text, source.start);
    if text[..source.start].ends_with(first)
        && text[..source.start - first.len()].chars().next_back().is_none_or(|c| c == '\n')
    {
        return first;
    }
    indent_at(text, source.end)
}

/// The lines of something that is no entry, each without its spaces.
fn source_lines(source: &str) -> impl Iterator<Item = String> {
    source.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty())
}

/// For each token the index of the bracket that closes it; `usize::MAX` for one that is never closed or no bracket.
fn mates(tokens: &[Token]) -> Vec<usize> {
    let mut mates = vec![usize::MAX; tokens.len()];
    let mut stack = Stack::default();
    for (n, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open(bracket) => stack.open(bracket, n),
            Kind::Close(bracket) => {
                if let Some(open) = stack.close(bracket, |_| ()) {
                    mates[open] = n;
                }
            }
            _ => {}
        }
    }
    mates
}

struct Parser<'t> {
    text: &'t str,
    syntax: Syntax,
    tokens: Vec<Token>,
    mates: Vec<usize>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str, syntax: Syntax) -> Self {
        let tokens: Vec<Token> = Lexer::new(text, syntax).collect();
        Self { text, syntax, mates: mates(&tokens), tokens }
    }

    fn body(&self, as_object: Option<bool>) -> Body {
        let mut body = Body {
            text: self.text.to_owned(),
            entries: Vec::new(),
            foreign: Vec::new(),
            broken: false,
            trailing_comma: false,
            syntax: self.syntax,
        };
        let mut at = 0;
        while let Some(token) = self.tokens.get(at) {
            match token.kind {
                Kind::Comment => {
                    body.foreign.extend(source_lines(&self.text[token.range()]));
                    at += 1;
                    continue;
                }
                Kind::Comma => {
                    body.broken = true;
                    body.trailing_comma = true;
                    at += 1;
                    continue;
                }
                _ => {}
            }
            let begin = at;
            let read = self.entry(&mut at, as_object);
            // A comment before the comma goes with the entry before it.
            self.skip(&mut at);
            let next = self.tokens.get(at);
            let parted = |read: &ReadEntry| {
                next.is_none_or(|next| {
                    next.kind == Kind::Comma || self.text[read.source.end..next.start].contains('\n')
                })
            };
            let comments = match read {
                // An entry with something behind it on its line, `"a" + b`, is none.
                Some(read) if parted(&read) => {
                    body.entries.push(read);
                    body.broken |= next.is_some_and(|next| next.kind != Kind::Comma);
                    begin..at
                }
                _ => {
                    body.broken = true;
                    at = self.resync(begin);
                    let source = self.tokens[begin].start..self.tokens[at - 1].end;
                    body.foreign.extend(source_lines(&self.text[source]));
                    at..at
                }
            };
            for comment in self.tokens[comments].iter().filter(|token| token.kind == Kind::Comment) {
                body.foreign.extend(source_lines(&self.text[comment.range()]));
            }
            body.trailing_comma = self.tokens.get(at).is_some_and(|token| token.kind == Kind::Comma);
            at += usize::from(body.trailing_comma);
        }
        body
    }

    /// Where what cannot be read and begins at a token ends: before the next comma at its level, or with its line.
    fn resync(&self, begin: usize) -> usize {
        let mut at = begin;
        loop {
            at = if self.mates[at] == usize::MAX { at + 1 } else { self.mates[at] + 1 };
            let Some(token) = self.tokens.get(at) else { return at };
            if token.kind == Kind::Comma || self.text[self.tokens[at - 1].end..token.start].contains('\n') {
                return at;
            }
        }
    }

    /// Passes over comments and says whether there were any.
    fn skip(&self, at: &mut usize) -> bool {
        let begin = *at;
        while self.tokens.get(*at).is_some_and(|token| token.kind == Kind::Comment) {
            *at += 1;
        }
        *at > begin
    }

    fn entry(&self, at: &mut usize, as_object: Option<bool>) -> Option<ReadEntry> {
        let start = self.tokens.get(*at)?.start;
        let key = if as_object == Some(false) { None } else { self.key(at) };
        if key.is_none() && as_object == Some(true) {
            return None;
        }
        let (value, mut tree) = self.value(at, 0)?;
        let listed = key.is_none() && matches!(value, Value::String(_));
        if !self.syntax.has_objects() && !listed {
            return None;
        }
        let (key, clean, proper) = match key {
            Some(key) => {
                tree.stiff |= key.stiff;
                (Some(key.name), key.clean, key.proper)
            }
            None => (None, true, true),
        };
        Some(ReadEntry {
            entry: Entry { key, value },
            source: start..self.tokens.get(*at - 1)?.end,
            clean: clean && tree.clean,
            proper: proper && tree.proper,
            tree,
        })
    }

    /// A key and its colon; nothing is passed over where there is none.
    fn key(&self, at: &mut usize) -> Option<Key> {
        let token = self.tokens.get(*at)?;
        let source = &self.text[token.range()];
        let (name, proper) = match token.kind {
            Kind::Str if !source.starts_with('`') => self.string(source)?,
            Kind::Word if self.syntax == Syntax::JavaScript && is_index(source) => (source.to_owned(), true),
            Kind::Word => (identifier(source)?, !self.syntax.is_json()),
            _ => return None,
        };
        let mut after = *at + 1;
        let mut clean = !self.skip(&mut after);
        if self.tokens.get(after)?.kind != Kind::Colon {
            return None;
        }
        after += 1;
        clean &= !self.skip(&mut after);
        *at = after;
        Some(Key { name, clean, proper, stiff: source.contains('\n') })
    }

    fn value(&self, at: &mut usize, depth: usize) -> Option<(Value, Tree)> {
        let token = self.tokens.get(*at)?;
        let source = &self.text[token.range()];
        let (value, proper) = match token.kind {
            Kind::Open(Bracket::Array) => return self.list(at, depth, false),
            Kind::Open(Bracket::Object) => return self.list(at, depth, true),
            Kind::Str => self.string(source).map(|(text, proper)| (Value::String(text), proper))?,
            Kind::Word => match source {
                "null" => (Value::Null, true),
                "true" => (Value::Bool(true), true),
                "false" => (Value::Bool(false), true),
                _ => number(source, self.syntax)?,
            },
            _ => return None,
        };
        *at += 1;
        Some((value, Tree { clean: true, proper, stiff: source.contains('\n'), lines: false, parts: Vec::new() }))
    }

    /// An array or object whose opening bracket is at `at`.
    fn list(&self, at: &mut usize, depth: usize, object: bool) -> Option<(Value, Tree)> {
        let close = self.mates[*at];
        if depth == DEPTH || close == usize::MAX {
            return None;
        }
        let mut tree = Tree { clean: true, proper: true, stiff: false, lines: false, parts: Vec::new() };
        let (mut values, mut members) = (Vec::new(), Vec::new());
        let mut end = self.tokens[*at].end;
        *at += 1;
        loop {
            tree.clean &= !self.skip(at);
            let start = self.tokens.get(*at)?.start;
            tree.lines |= self.text[end..start].contains('\n');
            if *at == close {
                break;
            }
            let key = if object { Some(self.key(at)?) } else { None };
            let (value, mut part) = self.value(at, depth + 1)?;
            let source = start..self.tokens[*at - 1].end;
            end = source.end;
            let (mut clean, mut proper) = (part.clean, part.proper);
            match key {
                Some(key) => {
                    clean &= key.clean;
                    proper &= key.proper;
                    part.stiff |= key.stiff;
                    members.push((key.name, value));
                }
                None => values.push(value),
            }
            tree.clean &= clean;
            tree.proper &= proper;
            tree.stiff |= part.stiff;
            tree.parts.push(Part { source, clean, proper, tree: part });
            tree.clean &= !self.skip(at);
            if self.tokens.get(*at)?.kind == Kind::Comma {
                *at += 1;
                let mut after = *at;
                self.skip(&mut after);
                tree.proper &= after != close || self.syntax != Syntax::Json;
            } else if *at != close {
                return None;
            }
        }
        *at += 1;
        Some((if object { Value::Object(members) } else { Value::Array(values) }, tree))
    }

    /// What a string says, and whether it is written as the syntax wants it.
    fn string(&self, source: &str) -> Option<(String, bool)> {
        let inside = source.get(1..source.len().checked_sub(1)?)?;
        let text = match (source.as_bytes().first()?, self.syntax) {
            (b'`', Syntax::Go) => inside.to_owned(),
            // TOML has no escapes there, Python has, Ruby has some: what it says depends on who reads.
            (b'\'', Syntax::Hash) if inside.contains('\\') => return None,
            _ => unescape(inside, self.syntax)?,
        };
        let proper = !self.syntax.is_json() || is_strict(source);
        Some((text, proper))
    }
}

/// Whether strict JSON has a string or number spelled so: its own reader knows.
fn is_strict(source: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(source).is_ok()
}

struct Key {
    name: String,
    clean: bool,
    proper: bool,
    stiff: bool,
}

/// The text of a string without its quotes; nothing where an escape is none.
pub(super) fn unescape(inside: &str, syntax: Syntax) -> Option<String> {
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let c = rest.chars().next()?;
        rest = &rest[c.len_utf8()..];
        match c {
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'v' => text.push('\u{b}'),
            '0' if !rest.starts_with(|c: char| c.is_ascii_digit()) => text.push('\0'),
            '0'..='9' => return None,
            'x' => {
                text.push(char::from(u8::try_from(hex(rest, 2)?).ok()?));
                rest = &rest[2..];
            }
            'u' => {
                let (c, length) = unicode(rest, syntax)?;
                text.push(c);
                rest = &rest[length..];
            }
            'U' if syntax == Syntax::Hash => {
                text.push(char::from_u32(hex(rest, 8)?)?);
                rest = &rest[8..];
            }
            // A line continuation says nothing.
            '\r' => rest = rest.strip_prefix('\n').unwrap_or(rest),
            '\n' | '\u{2028}' | '\u{2029}' => {}
            other => text.push(other),
        }
    }
    text.push_str(rest);
    Some(text)
}

/// The character that the rest of a `\u` stands for, and how much of the rest it takes. Half a surrogate pair is none.
fn unicode(rest: &str, syntax: Syntax) -> Option<(char, usize)> {
    if let Some(braced) = rest.strip_prefix('{')
        && matches!(syntax, Syntax::JavaScript | Syntax::CLike)
    {
        let length = braced.as_bytes().iter().take(9).position(|byte| *byte == b'}')?;
        return Some((char::from_u32(hex(braced, length)?)?, length + 2));
    }
    let high = hex(rest, 4)?;
    if let Some(c) = char::from_u32(high) {
        return Some((c, 4));
    }
    let low = hex(rest[4..].strip_prefix("\\u")?, 4)?;
    if !(0xd800..0xdc00).contains(&high) || !(0xdc00..0xe000).contains(&low) {
        return None;
    }
    Some((char::from_u32(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))?, 10))
}

/// The number that the first `length` hexadecimal digits stand for.
fn hex(text: &str, length: usize) -> Option<u32> {
    let digits = text.get(..length).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// A number of JSON5, and whether strict JSON has it too where that is asked for. `Infinity` and `NaN` are no values of
/// a catalog, so they are not read.
pub(super) fn number(source: &str, syntax: Syntax) -> Option<(Value, bool)> {
    let unsigned = source.strip_prefix(['+', '-']).unwrap_or(source);
    let bytes = unsigned.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
    let well_formed = if unsigned.starts_with("0x") || unsigned.starts_with("0X") {
        bytes.len() > 2 && bytes[2..].iter().all(u8::is_ascii_hexdigit)
    } else {
        let whole = digits(0);
        let mut at = whole;
        let mut fraction = 0;
        if bytes.get(at) == Some(&b'.') {
            fraction = digits(at + 1);
            at += 1 + fraction;
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
            let exponent = digits(at);
            at += if exponent == 0 { bytes.len() + 1 } else { exponent };
        }
        // A leading zero is octal in JavaScript.
        at == bytes.len() && whole + fraction > 0 && !(whole > 1 && bytes[0] == b'0')
    };
    let grouped = unsigned.contains('_');
    let parted = unsigned
        .split('_')
        .all(|part| part.starts_with(|c: char| c.is_ascii_digit()) && part.ends_with(|c: char| c.is_ascii_hexdigit()));
    if !well_formed || (grouped && !(syntax == Syntax::JavaScript && parted)) {
        return None;
    }
    let number = Number::parse(source)?;
    let proper = !syntax.is_json() || is_strict(source);
    Some((Value::Number(number), proper))
}

/// Whether a key of JavaScript is a whole number, which may stand without quotes.
fn is_index(source: &str) -> bool {
    source == "0" || (source.len() < 16 && !source.starts_with('0') && source.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The name that an identifier stands for, escapes and all.
pub(super) fn identifier(source: &str) -> Option<String> {
    let name = if source.contains('\\') {
        let mut parts = source.split("\\u");
        let mut name = parts.next()?.to_owned();
        for part in parts {
            name.push(char::from_u32(hex(part, 4)?)?);
            name.push_str(&part[4..]);
        }
        name
    } else {
        source.to_owned()
    };
    let begins = |c: char| c.is_alphabetic() || c == '$' || c == '_';
    let goes_on = |c: char| begins(c) || c.is_numeric() || c == '\u{200c}' || c == '\u{200d}';
    (name.starts_with(begins) && name.chars().all(goes_on)).then_some(name)
}
