//! The look that entries have: read from the old body, else from the rest of its fence, else a default.
//!
//! Which objects stand on one line and which on several is not here: that goes by key, and `write` sees to it.

use std::ops::Range;

use super::lex::{Bracket, Kind, Lexer, Stack, Syntax, Token};
use super::read::{Body, Whole, indent_at};

/// How entries are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Style {
    /// The syntax to write.
    pub syntax: Syntax,
    /// The indentation of an entry.
    pub indent: String,
    /// One level of indentation inside an entry.
    pub unit: String,
    /// The quote of strings and keys: `"` or `'`.
    pub quote: char,
    /// Whether keys that could stand bare are quoted all the same.
    pub quoted_keys: bool,
    /// Whether a comma stands after the last entry.
    pub comma_last: bool,
    /// Whether a comma stands after the last member of an object or array on several lines inside an entry.
    pub comma_inner: bool,
    /// Whether an object on one line has spaces inside its braces: `{ a: 1 }`.
    pub brace_space: bool,
    /// Whether an array on one line has spaces inside its brackets: `[ 1 ]`.
    pub bracket_space: bool,
    /// Whether a space stands after a colon.
    pub colon_space: bool,
    /// Whether a space stands after a comma on one line.
    pub comma_space: bool,
}

impl Style {
    /// The style of a syntax with nothing to go by.
    #[must_use]
    pub fn new(syntax: Syntax, indent: &str) -> Self {
        Self {
            syntax,
            indent: indent.to_owned(),
            unit: "  ".to_owned(),
            quote: '"',
            quoted_keys: syntax.is_json(),
            comma_last: syntax == Syntax::Go,
            comma_inner: false,
            brace_space: true,
            bracket_space: false,
            colon_space: true,
            comma_space: true,
        }
    }

    /// The style of a body, else that of what stands around it. `indent` is the indentation of the entries.
    #[must_use]
    pub fn of(body: &Body, surroundings: &Surroundings, indent: &str) -> Self {
        let syntax = body.syntax;
        let mut style = Self::new(syntax, indent);
        let inside = Tally::of(&body.text, syntax, &[]);
        let (around, others) = (&surroundings.around, &surroundings.bodies);
        let outside = |vote: fn(&Tally) -> Option<bool>| vote(around).or_else(|| vote(others));
        let both = |vote: fn(&Tally) -> Option<bool>| vote(&inside).or_else(|| outside(vote));
        if let Some(unit) = inside.unit.as_ref().or(around.unit.as_ref()).or(others.unit.as_ref()) {
            style.unit.clone_from(unit);
        }
        if !syntax.is_json() {
            // Elsewhere in a fence of C or Go, `'` is for characters.
            let double = match syntax {
                Syntax::CLike | Syntax::Go => inside.double.decide(),
                _ => both(|tally| tally.double.decide()),
            };
            style.quote = if double == Some(false) { '\'' } else { '"' };
            style.quoted_keys = both(|tally| tally.quoted.decide()).unwrap_or(style.quoted_keys);
        }
        // Strict JSON has no comma there, and Go cannot do without.
        if !matches!(syntax, Syntax::Json | Syntax::Go) {
            let last = match body.entries.is_empty() {
                true => outside(|tally| tally.dangling.decide()),
                false => Some(body.trailing_comma),
            };
            style.comma_last = last.unwrap_or(style.comma_last);
            style.comma_inner = inside.dangling.decide().or(last).unwrap_or(style.comma_inner);
        }
        style.brace_space = both(|tally| tally.brace.decide()).unwrap_or(style.brace_space);
        style.bracket_space = both(|tally| tally.bracket.decide()).unwrap_or(style.bracket_space);
        style.colon_space = both(|tally| tally.colon.decide()).unwrap_or(style.colon_space);
        style.comma_space = both(|tally| tally.comma.decide()).unwrap_or(style.comma_space);
        style
    }

    /// The style of a fence that is one whole value; its entries are indented as the old ones, else one level deeper
    /// than the value.
    #[must_use]
    pub fn of_whole(whole: Option<&Whole>, text: &str, syntax: Syntax) -> Self {
        let Some(whole) = whole else { return Self::new(syntax, "  ") };
        let surroundings = Surroundings::of(text, std::slice::from_ref(&whole.inside), syntax);
        let mut style = Self::of(&whole.body, &surroundings, "");
        if let Some(unit) = Tally::of(text, syntax, &[]).unit {
            style.unit = unit;
        }
        style.indent = match whole.body.entries.first() {
            Some(first) if whole.body.text[..first.source.start].trim_end_matches([' ', '\t']).ends_with('\n') => {
                indent_at(&whole.body.text, first.source.start).to_owned()
            }
            _ => format!("{}{}", whole.indent, style.unit),
        };
        style
    }
}

/// What a fence shows of its look outside a region: read once for all its regions.
///
/// What stands outside every region speaks first, then what stands in the regions; a region that has something to say
/// for itself asks neither.
#[derive(Debug, Default)]
pub struct Surroundings {
    around: Tally,
    bodies: Tally,
}

impl Surroundings {
    /// Reads a fence whose regions have their bodies at `regions`, from front to back and apart.
    #[must_use]
    pub fn of(fence: &str, regions: &[Range<usize>], syntax: Syntax) -> Self {
        let mut bodies = Tally::default();
        for region in regions {
            // Whatever a caller says of where they are, no text is cut within a character.
            if let Some(body) = fence.get(region.clone()) {
                bodies.add(Tally::of(body, syntax, &[]));
            }
        }
        Self { around: Tally::of(fence, syntax, regions), bodies }
    }
}

/// Votes for and against something; where they are even, the first one counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Vote {
    yes: usize,
    no: usize,
    first: Option<bool>,
}

impl Vote {
    pub(super) fn add(&mut self, vote: bool) {
        *(if vote { &mut self.yes } else { &mut self.no }) += 1;
        self.first.get_or_insert(vote);
    }

    fn add_all(&mut self, other: &Self) {
        self.yes += other.yes;
        self.no += other.no;
        self.first = self.first.or(other.first);
    }

    pub(super) fn decide(&self) -> Option<bool> {
        if self.yes == self.no { self.first } else { Some(self.yes > self.no) }
    }
}

/// What a text shows of its look.
#[derive(Debug, Default)]
struct Tally {
    unit: Option<String>,
    dangling: Vote,
    double: Vote,
    quoted: Vote,
    brace: Vote,
    bracket: Vote,
    colon: Vote,
    comma: Vote,
}

/// A bracket that is open.
struct Open {
    token: usize,
    /// Whether the region stands in it, or in something inside it.
    region: bool,
    /// Whether what it encloses looks like code and not like members.
    code: bool,
    /// Whether a comma or colon was seen at its own level.
    members: bool,
}

impl Tally {
    /// Takes in what another text shows.
    fn add(&mut self, other: Self) {
        self.unit = self.unit.take().or(other.unit);
        for (vote, other) in [
            (&mut self.dangling, &other.dangling),
            (&mut self.double, &other.double),
            (&mut self.quoted, &other.quoted),
            (&mut self.brace, &other.brace),
            (&mut self.bracket, &other.bracket),
            (&mut self.colon, &other.colon),
            (&mut self.comma, &other.comma),
        ] {
            vote.add_all(other);
        }
    }

    /// Reads a text, without what stands in `skip`: ranges from front to back and apart.
    fn of(text: &str, syntax: Syntax, skip: &[Range<usize>]) -> Self {
        let mut tally = Self::default();
        let mut next = skip.iter().peekable();
        let outside = |token: &Token| {
            while next.next_if(|skip| skip.end <= token.start).is_some() {}
            next.peek().is_none_or(|skip| token.end <= skip.start)
        };
        let tokens: Vec<Token> = Lexer::new(text, syntax).filter(outside).collect();
        let mut stack: Stack<Open> = Stack::default();
        let mut last: Option<usize> = None;
        let mut skip = skip.iter().peekable();
        for (n, token) in tokens.iter().enumerate() {
            while skip.next_if(|skip| skip.end <= token.start).is_some() {
                if let Some((_, open)) = stack.top() {
                    open.region = true;
                }
            }
            if token.kind == Kind::Comment {
                continue;
            }
            let source = &text[token.range()];
            let next = tokens.get(n + 1);
            let on_line = |next: &Token| !text[token.end..next.start].contains('\n');
            let spaced = next.filter(|next| on_line(next)).map(|next| next.start > token.end);
            match token.kind {
                Kind::Open(bracket) => {
                    if tally.unit.is_none()
                        && let Some(next) = next.filter(|next| !on_line(next))
                    {
                        let (outer, inner) = (indent_at(text, token.start), indent_at(text, next.start));
                        tally.unit = inner.strip_prefix(outer).filter(|unit| !unit.is_empty()).map(str::to_owned);
                    }
                    stack.open(bracket, Open { token: n, region: false, code: false, members: false });
                }
                Kind::Close(bracket) => {
                    if let Some(open) = stack.close(bracket, |_| ())
                        && let Some(last) = last
                    {
                        tally.close(text, &tokens, bracket, &open, last, n);
                    }
                }
                Kind::Comma | Kind::Colon => {
                    if let Some((_, open)) = stack.top() {
                        open.members = true;
                    }
                    if let Some(spaced) = spaced {
                        (if token.kind == Kind::Comma { &mut tally.comma } else { &mut tally.colon }).add(spaced);
                    }
                }
                Kind::Str => {
                    let inside = &source[1..source.len() - 1];
                    // A string that holds a quote may have had no choice.
                    if !source.starts_with('`') && !inside.contains(['"', '\'']) {
                        tally.double.add(source.starts_with('"'));
                    }
                }
                Kind::Word if source.contains(';') => {
                    if let Some((_, open)) = stack.top() {
                        open.code = true;
                    }
                }
                _ => {}
            }
            if matches!(token.kind, Kind::Str | Kind::Word)
                && next.is_some_and(|next| next.kind == Kind::Colon)
                && last.is_none_or(|last| matches!(tokens[last].kind, Kind::Open(_) | Kind::Comma))
            {
                let quoted = token.kind == Kind::Str;
                let name = if quoted { &source[1..source.len() - 1] } else { source };
                if is_bare(name) {
                    tally.quoted.add(quoted);
                }
            }
            last = Some(n);
        }
        tally
    }

    /// Counts a pair of brackets: `last` is the token before the closing one, comments aside.
    fn close(&mut self, text: &str, tokens: &[Token], bracket: Bracket, open: &Open, last: usize, close: usize) {
        if last == open.token || bracket == Bracket::Paren {
            return;
        }
        let (begin, end) = (&tokens[open.token], &tokens[close]);
        if text[tokens[last].end..end.start].contains('\n') {
            if !open.region && !open.code && (open.members || bracket == Bracket::Array) {
                self.dangling.add(tokens[last].kind == Kind::Comma);
            }
        } else if let Some(first) = tokens.get(open.token + 1)
            && !open.region
            && !text[begin.end..first.start].contains('\n')
        {
            let vote = if bracket == Bracket::Object { &mut self.brace } else { &mut self.bracket };
            vote.add(first.start > begin.end);
        }
    }
}

/// Whether a key may stand without quotes: an ECMAScript identifier of letters about which there is no doubt. A key of
/// rarer letters is quoted, which is right in any case.
pub(super) fn is_bare(key: &str) -> bool {
    let letter = |c: char| {
        matches!(c,
            'a'..='z' | 'A'..='Z' | '$' | '_'
            | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{481}' | '\u{48a}'..='\u{52f}'
            | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
            && (c.is_alphabetic() || c == '$' || c == '_')
    };
    key.starts_with(letter) && key.chars().all(|c| letter(c) || c.is_ascii_digit())
}
