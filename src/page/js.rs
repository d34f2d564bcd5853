//! Where a braced expression or a tag ends: just enough of JavaScript to step over strings, templates and comments.
//!
//! Fed line by line, so that the prefixes of block quotes and list items never get into it.

/// What is open, innermost last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `{`, `[` or `(`, with the character that closes it.
    Bracket(u8),
    /// A string with its quote; inside a tag it may span lines, in an expression it may not.
    Quote(u8),
    /// A template literal.
    Template,
    /// `/* … */`
    BlockComment,
    /// A tag: `<Name …`; closed by `>`.
    Tag,
}

/// A scanner that knows when what it was started on is closed.
#[derive(Debug, Clone)]
pub(super) struct Scanner {
    open: Vec<Open>,
    /// The last byte of a tag before `>`: a `/` makes it self-closing.
    slash: bool,
}

/// Deeper than this nobody writes; what is deeper counts as never closed.
const DEPTH: usize = 256;

impl Scanner {
    /// A scanner that stands right after an opening `{`.
    pub(super) fn expression() -> Self {
        Self { open: vec![Open::Bracket(b'}')], slash: false }
    }

    /// A scanner that stands right after the name of a tag.
    pub(super) fn tag() -> Self {
        Self { open: vec![Open::Tag], slash: false }
    }

    /// A scanner of statements, which is closed whenever nothing is open.
    pub(super) fn statements() -> Self {
        Self { open: Vec::new(), slash: false }
    }

    /// Whether something is still open.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether a comment or a template literal is open.
    pub(super) fn is_verbatim(&self) -> bool {
        matches!(self.open.last(), Some(Open::BlockComment | Open::Template))
    }

    /// Whether the tag that was just closed closes itself: `<Card />`.
    pub(super) fn self_closing(&self) -> bool {
        self.slash
    }

    /// Takes one line (without its line end). Gives the offset right after the byte that closed the first thing
    /// opened, where it is closed here; scanners of [`statements`](Self::statements) always read on.
    pub(super) fn feed(&mut self, line: &str, statements: bool) -> Option<usize> {
        let bytes = line.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            let next = bytes.get(at + 1).copied();
            match self.open.last().copied() {
                Some(Open::BlockComment) => {
                    if byte == b'*' && next == Some(b'/') {
                        self.open.pop();
                        at += 1;
                    }
                }
                Some(Open::Quote(quote)) => {
                    let in_tag = self.open.iter().rev().nth(1) == Some(&Open::Tag);
                    if byte == b'\\' && !in_tag {
                        at += 1;
                    } else if byte == quote {
                        self.open.pop();
                    }
                }
                Some(Open::Template) => match byte {
                    b'\\' => at += 1,
                    b'`' => {
                        self.open.pop();
                    }
                    b'$' if next == Some(b'{') => {
                        self.open.push(Open::Bracket(b'}'));
                        at += 1;
                    }
                    _ => {}
                },
                Some(Open::Tag) => match byte {
                    b'"' | b'\'' => self.open.push(Open::Quote(byte)),
                    b'{' => self.open.push(Open::Bracket(b'}')),
                    b'>' => {
                        self.slash = at > 0 && bytes[at - 1] == b'/';
                        self.open.pop();
                        return Some(at + 1);
                    }
                    _ => {}
                },
                open => match byte {
                    b'"' | b'\'' => self.open.push(Open::Quote(byte)),
                    b'`' => self.open.push(Open::Template),
                    b'/' if next == Some(b'*') => {
                        self.open.push(Open::BlockComment);
                        at += 1;
                    }
                    b'/' if next == Some(b'/') => break,
                    b'{' => self.open.push(Open::Bracket(b'}')),
                    b'[' => self.open.push(Open::Bracket(b']')),
                    b'(' => self.open.push(Open::Bracket(b')')),
                    _ if open == Some(Open::Bracket(byte)) => {
                        self.open.pop();
                        if self.open.is_empty() && !statements {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                },
            }
            if self.open.len() > DEPTH {
                return None;
            }
            at += 1;
        }
        // A string of an expression ends with its line; an attribute's goes on.
        while let [.., below, Open::Quote(_)] = self.open[..] {
            if below == Open::Tag {
                break;
            }
            self.open.pop();
        }
        if let [Open::Quote(_)] = self.open[..] {
            self.open.pop();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Scanner;

    #[test]
    fn an_expression_ends_at_its_own_brace() {
        for (text, end) in [
            ("}", Some(1)),
            (" a } b", Some(4)),
            ("/* } */}", Some(8)),
            ("'}'}", Some(4)),
            ("`${a}}`}", Some(8)),
            ("{}", None),
            ("\"it's\" }", Some(8)),
            ("/_ x _/}", Some(8)),
        ] {
            assert_eq!(Scanner::expression().feed(text, false), end, "{text}");
        }
    }

    #[test]
    fn a_tag_ends_at_its_own_angle() {
        for (text, end) in [(">", Some(1)), (" a='>'>", Some(7)), (" a={b > c}>", Some(11)), (" a=\"b", None)] {
            assert_eq!(Scanner::tag().feed(text, false), end, "{text}");
        }
    }

    #[test]
    fn an_attribute_goes_on_over_lines_and_a_string_does_not() {
        let mut tag = Scanner::tag();
        assert_eq!(tag.feed(" title=\"a", false), None);
        assert_eq!(tag.feed("b > c\" />", false), Some(9));
        assert!(tag.self_closing());
        let mut expression = Scanner::expression();
        assert_eq!(expression.feed(" don't", false), None);
        assert_eq!(expression.feed("}", false), Some(1));
    }
}
