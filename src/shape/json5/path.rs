//! Arrays and objects by the keys that lead to them.

use std::ops::Range;

use super::lex::{Bracket, Kind, Lexer, Syntax};

/// An array or object, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The keys and places in arrays that lead to it, from the outside in.
    pub path: Vec<String>,
    /// Array or object.
    pub bracket: Bracket,
    /// What it encloses, without the brackets.
    pub inside: Range<usize>,
    /// What of that is more than white space and comments; `None` where it is empty.
    pub entries: Option<Range<usize>>,
}

/// A bracket that is open.
struct Open {
    bracket: Bracket,
    path: Vec<String>,
    start: usize,
    key: Option<String>,
    index: usize,
    entries: Option<Range<usize>>,
}

/// Every array and object of a text that is closed, in the order in which they end. Parentheses and what stands before
/// a value (`export default`, `const x =`) lead nowhere.
///
/// ```
/// use moonsync::shape::json5::{Syntax, locate};
/// let found = locate("{ models: { \"a.b\": [] } }", Syntax::Json5);
/// assert_eq!(found[0].path, ["models", "a.b"]);
/// assert_eq!(found[0].entries, None);
/// ```
#[must_use]
pub fn locate(text: &str, syntax: Syntax) -> Vec<Located> {
    let mut top = Open { bracket: Bracket::Object, path: Vec::new(), start: 0, key: None, index: 0, entries: None };
    let mut stack: Vec<Open> = Vec::new();
    let mut found = Vec::new();
    let mut before: Option<Range<usize>> = None;
    for token in Lexer::new(text, syntax).filter(|token| token.kind != Kind::Comment) {
        if let Kind::Close(bracket) = token.kind {
            before = None;
            let Some(at) = stack.iter().rposition(|open| open.bracket == bracket) else { continue };
            stack.truncate(at + 1);
            if let Some(open) = stack.pop().filter(|open| open.bracket != Bracket::Paren) {
                let inside = open.start..token.start;
                found.push(Located { path: open.path, bracket, inside, entries: open.entries });
            }
            let around = stack.last_mut().unwrap_or(&mut top);
            around.entries = Some(around.entries.as_ref().map_or(token.start, |known| known.start)..token.end);
            continue;
        }
        let around = stack.last_mut().unwrap_or(&mut top);
        around.entries = Some(around.entries.as_ref().map_or(token.start, |known| known.start)..token.end);
        match token.kind {
            Kind::Colon => {
                around.key = before.take().map(|key| text[key].trim_matches(['"', '\'']).to_owned());
            }
            Kind::Comma => {
                around.key = None;
                around.index += 1;
            }
            Kind::Open(bracket) => {
                let mut path = around.path.clone();
                match (around.bracket, &around.key) {
                    (Bracket::Object, Some(key)) => path.push(key.clone()),
                    (Bracket::Array, _) => path.push(around.index.to_string()),
                    _ => {}
                }
                stack.push(Open { bracket, path, start: token.end, key: None, index: 0, entries: None });
            }
            _ => {}
        }
        before = matches!(token.kind, Kind::Str | Kind::Word).then(|| token.range());
    }
    found
}
