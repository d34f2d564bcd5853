//! A whole document of JSON or JSON5 as a tree, each value with its place.
//!
//! Strict about structure, where [`read`](super::read()) goes on behind what it cannot read: a document that was cut short
//! or glued together must not pass for a shorter one. Lenient about single values: one that no catalog can hold
//! (`NaN`, `1e999`, half a surrogate pair) is [`Data::Odd`], so that whoever asks for it can say so.

use std::iter::Peekable;
use std::ops::Range;

use super::lex::{Bracket, Kind, Lexer, Syntax, Token};
use super::read::{identifier, number, unescape};
use crate::content::{Number, Value};

/// Arrays and objects within so many others are not read.
const DEPTH: usize = 128;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// What it is.
    pub data: Data,
}

impl Node {
    /// The value of the first member `key` of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.members()?.iter().find(|member| member.key == key).map(|member| &member.value)
    }

    /// The members of an object.
    #[must_use]
    pub fn members(&self) -> Option<&[Member]> {
        match &self.data {
            Data::Object(members) => Some(members),
            _ => None,
        }
    }
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, exactly as it was written.
    Number(Number),
    /// A string.
    String(String),
    /// A list of values.
    Array(Vec<Node>),
    /// Members in order; a key may be there twice.
    Object(Vec<Member>),
    /// A word or string that is no value: `NaN`, `undefined`, a number without end, a broken escape.
    Odd,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub span: Range<usize>,
    /// The value.
    pub value: Node,
}

/// Why a text is no document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Where reading ended.
    pub span: Range<usize>,
    /// What is wrong there.
    pub message: &'static str,
}

/// Reads a document: one value, or the members of an object without its braces, as a page shows a part of a file.
/// Comments, trailing commas, bare keys and single quotes are read in JSON too.
///
/// # Errors
///
/// The first place at which the text is no document, or nests too deeply.
///
/// ```
/// use moonsync::shape::json5::{Data, parse};
/// let node = parse("{ a: [1e-7, NaN] }").unwrap();
/// let Data::Object(members) = node.data else { panic!() };
/// let Data::Array(values) = &members[0].value.data else { panic!() };
/// assert!(matches!(&values[0].data, Data::Number(number) if number.as_str() == "0.0000001"));
/// assert_eq!(values[1].data, Data::Odd);
/// assert_eq!(parse("[1, 2").unwrap_err().message, "the text ends within an array");
/// ```
pub fn parse(text: &str) -> Result<Node, Malformed> {
    let mut reader = Reader { text, tokens: Lexer::new(text, Syntax::Json5).peekable() };
    let first = reader.next("the text holds no value")?;
    let node = match first.kind {
        Kind::Str | Kind::Word if reader.peek().is_some_and(|token| token.kind == Kind::Colon) => {
            let data = Data::Object(reader.members(Some(first), None, 0)?);
            Node { span: first.start..text.trim_end().len(), data }
        }
        _ => reader.value(first, 0)?,
    };
    match reader.peek() {
        Some(token) => Err(Malformed { span: token.range(), message: "the document ends before this" }),
        None => Ok(node),
    }
}

struct Reader<'t> {
    text: &'t str,
    tokens: Peekable<Lexer<'t>>,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<Token> {
        while self.tokens.next_if(|token| token.kind == Kind::Comment).is_some() {}
        self.tokens.peek().copied()
    }

    /// The next token; where there is none, `message` is the fault.
    fn next(&mut self, message: &'static str) -> Result<Token, Malformed> {
        match self.peek() {
            Some(token) => {
                self.tokens.next();
                Ok(token)
            }
            None => {
                let end = self.text.trim_end().len();
                Err(Malformed { span: end..end, message })
            }
        }
    }

    /// The value that begins with a token.
    fn value(&mut self, first: Token, depth: usize) -> Result<Node, Malformed> {
        let fault = |message| Err(Malformed { span: first.range(), message });
        let source = &self.text[first.range()];
        let data = match first.kind {
            Kind::Open(_) if depth == DEPTH => return fault("arrays and objects nest too deeply here"),
            Kind::Open(Bracket::Object) => {
                let mut end = first.end;
                let members = self.members(None, Some(&mut end), depth)?;
                return Ok(Node { span: first.start..end, data: Data::Object(members) });
            }
            Kind::Open(Bracket::Array) => return self.array(first, depth),
            Kind::Str => match unescape(&source[1..source.len() - 1], Syntax::Json5) {
                Some(text) => Data::String(text),
                None => Data::Odd,
            },
            Kind::Word => match source {
                "null" => Data::Null,
                "true" => Data::Bool(true),
                "false" => Data::Bool(false),
                _ => match number(source, Syntax::Json5) {
                    Some((Value::Number(number), _)) => Data::Number(number),
                    _ if source.starts_with(|c: char| c.is_ascii_alphanumeric() || "+-._".contains(c)) => Data::Odd,
                    _ => return fault("this is no value"),
                },
            },
            Kind::Opaque => return fault("this string has no end"),
            _ => return fault("a value should stand here"),
        };
        Ok(Node { span: first.range(), data })
    }

    fn array(&mut self, open: Token, depth: usize) -> Result<Node, Malformed> {
        let mut values = Vec::new();
        let ends = "the text ends within an array";
        let mut token = self.next(ends)?;
        loop {
            if token.kind == Kind::Close(Bracket::Array) {
                return Ok(Node { span: open.start..token.end, data: Data::Array(values) });
            }
            values.push(self.value(token, depth + 1)?);
            token = self.next(ends)?;
            match token.kind {
                Kind::Comma => token = self.next(ends)?,
                Kind::Close(Bracket::Array) => {}
                _ => return Err(Malformed { span: token.range(), message: "a comma is missing before this" }),
            }
        }
    }

    /// The members of an object: up to its brace, whose end goes to `end`, else to the end of the text.
    fn members(
        &mut self,
        mut first: Option<Token>,
        mut end: Option<&mut usize>,
        depth: usize,
    ) -> Result<Vec<Member>, Malformed> {
        let mut members = Vec::new();
        let ends = "the text ends within an object";
        loop {
            if first.is_none() && end.is_none() && self.peek().is_none() {
                return Ok(members);
            }
            let token = match first.take() {
                Some(token) => token,
                None => self.next(ends)?,
            };
            if let (Kind::Close(Bracket::Object), Some(end)) = (token.kind, end.as_deref_mut()) {
                *end = token.end;
                return Ok(members);
            }
            let fault = |message| Malformed { span: token.range(), message };
            let source = &self.text[token.range()];
            let key = match token.kind {
                Kind::Str => unescape(&source[1..source.len() - 1], Syntax::Json5),
                Kind::Word => identifier(source),
                Kind::Opaque => return Err(fault("this string has no end")),
                _ => None,
            };
            let key = key.ok_or_else(|| fault("a key should stand here"))?;
            let colon = self.next(ends)?;
            if colon.kind != Kind::Colon {
                return Err(Malformed { span: colon.range(), message: "a colon should stand here" });
            }
            let token_of_value = self.next(ends)?;
            let value = self.value(token_of_value, depth + 1)?;
            members.push(Member { key, span: token.range(), value });
            match self.peek() {
                Some(after) if after.kind == Kind::Comma => _ = self.next(ends)?,
                Some(after) if after.kind != Kind::Close(Bracket::Object) || end.is_none() => {
                    return Err(Malformed { span: after.range(), message: "a comma is missing before this" });
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fault(text: &str) -> (&'static str, usize) {
        let fault = parse(text).expect_err(text);
        (fault.message, fault.span.start)
    }

    #[test]
    fn json_is_read_as_its_own_reader_reads_it() {
        fn same(node: &Node, value: &serde_json::Value) {
            match (&node.data, value) {
                (Data::Null, serde_json::Value::Null) => {}
                (Data::Bool(a), serde_json::Value::Bool(b)) => assert_eq!(a, b),
                (Data::Number(a), serde_json::Value::Number(b)) => assert_eq!(a.as_str(), b.to_string()),
                (Data::String(a), serde_json::Value::String(b)) => assert_eq!(a, b),
                (Data::Array(a), serde_json::Value::Array(b)) => {
                    assert_eq!(a.len(), b.len());
                    a.iter().zip(b).for_each(|(a, b)| same(a, b));
                }
                (Data::Object(a), serde_json::Value::Object(b)) => {
                    assert_eq!(a.len(), b.len());
                    a.iter().zip(b).for_each(|(a, (key, b))| {
                        assert_eq!(&a.key, key);
                        same(&a.value, b);
                    });
                }
                (a, b) => panic!("{a:?} is not {b:?}"),
            }
        }
        let text =
            r#"{"a": [1, -2, 0.25, "x\u00e9\ud83d\ude00\n"], "": {"b": null, "c": [true, false], "d": {}}, "e": []}"#;
        same(&parse(text).expect("it is JSON"), &serde_json::from_str(text).expect("it is JSON"));
    }

    #[test]
    fn json5_and_parts_of_it() {
        let whole = parse("// a\n{ moonshot: { models: [{ id: 'x', },], }, /* b */ }").expect("it is JSON5");
        let part = parse("moonshot: { models: [{ id: 'x' }] },\n").expect("members alone");
        let path = |node: &Node| match &node.data {
            Data::Object(members) => members.iter().map(|member| member.key.clone()).collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        assert_eq!(path(&whole), ["moonshot"]);
        assert_eq!(path(&part), ["moonshot"]);
        assert_eq!(parse("\u{feff}[]").expect("a BOM").data, Data::Array(Vec::new()));
    }

    #[test]
    fn values_that_are_none() {
        for text in ["NaN", "-Infinity", "1e999", "undefined", "0777", r#""\ud800""#, "1_000", "0x"] {
            let Data::Array(values) = parse(&format!("[{text}]")).expect(text).data else { panic!("{text}") };
            assert_eq!(values[0].data, Data::Odd, "{text}");
        }
    }

    #[test]
    fn documents_that_are_none() {
        for (text, message, at) in [
            ("", "the text holds no value", 0),
            (" // only a comment", "the text holds no value", 18),
            ("[1, 2", "the text ends within an array", 5),
            ("{\"a\": 1", "the text ends within an object", 7),
            ("{\"a\": ", "the text ends within an object", 5),
            ("{\"a", "this string has no end", 1),
            ("[1 2]", "a comma is missing before this", 3),
            ("{a: 1 b: 2}", "a comma is missing before this", 6),
            ("{a 1}", "a colon should stand here", 3),
            ("{[]: 1}", "a key should stand here", 1),
            ("[}", "a value should stand here", 1),
            ("[<a>]", "this is no value", 1),
            ("[]\n[]", "the document ends before this", 3),
            ("a: 1 }", "a comma is missing before this", 5),
        ] {
            assert_eq!(fault(text), (message, at), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&deep(DEPTH)).is_ok());
        assert_eq!(fault(&deep(DEPTH + 1)).0, "arrays and objects nest too deeply here");
        assert_eq!(fault(&"[{a:".repeat(1_000_000)).0, "arrays and objects nest too deeply here");
    }

    proptest! {
        #[test]
        fn places_are_true(text in r#"[\[\]{},:"' \n/*a0.-]{0,40}"#) {
            fn check(node: &Node, around: &Range<usize>) {
                assert!(around.start <= node.span.start && node.span.end <= around.end);
                match &node.data {
                    Data::Array(values) => values.iter().for_each(|value| check(value, &node.span)),
                    Data::Object(members) => members.iter().for_each(|member| check(&member.value, &node.span)),
                    _ => {}
                }
            }
            match parse(&text) {
                Ok(node) => check(&node, &(0..text.len())),
                Err(fault) => prop_assert!(fault.span.end <= text.len()),
            }
        }
    }
}
