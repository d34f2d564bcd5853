//! YAML sequences of strings, as they stand in front matter and in YAML fences: reading and writing them.
//!
//! Only block sequences with one scalar a line count; what else YAML has (nested collections, flow collections, block
//! scalars, anchors, tags, comments) is told as something that is no string.

use std::fmt::Write as _;

use super::is_blank;

/// How the strings are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quote {
    /// Not, but for those that would be no strings without.
    #[default]
    None,
    /// `'a'`
    Single,
    /// `"a"`
    Double,
}

/// How a sequence looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// How the strings are quoted.
    pub quote: Quote,
    /// The spaces after the dash, at least 1.
    pub spaces: usize,
    /// The spaces before the dash.
    pub indent: usize,
}

impl Default for Look {
    fn default() -> Self {
        Self { quote: Quote::None, spaces: 1, indent: 0 }
    }
}

/// An item that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SequenceItem {
    /// The string. Nothing where it is no string, goes on over the next line, or has a comment behind it.
    pub value: Option<String>,
    /// The item as it stands, without the dash.
    pub source: String,
}

/// A sequence that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadSequence {
    /// The items.
    pub items: Vec<SequenceItem>,
    /// How it looks, where it has an item.
    pub look: Option<Look>,
    /// The lines that are no item, blank ones left out.
    pub foreign: Vec<String>,
}

/// Reads the sequence of a body.
///
/// ```
/// let sequence = moonsync::shape::sequence::read("- kimi\n- 'true'\n- true\n# note\n");
/// let values: Vec<_> = sequence.items.iter().map(|item| item.value.as_deref()).collect();
/// assert_eq!(values, [Some("kimi"), Some("true"), None]);
/// assert_eq!(sequence.foreign, ["# note"]);
/// ```
#[must_use]
pub fn read(body: &str) -> ReadSequence {
    let mut sequence = ReadSequence::default();
    let mut quotes = Vec::new();
    for line in body.split('\n').filter(|line| !line.trim().is_empty()) {
        let text = line.trim_start_matches(' ');
        let indent = line.len() - text.len();
        let item = text.strip_prefix('-').filter(|rest| rest.is_empty() || rest.starts_with(is_blank));
        let expected = sequence.look.map_or(indent, |look| look.indent);
        if let Some(rest) = item.filter(|_| indent == expected) {
            let source = rest.trim_matches(is_blank);
            let scalar = read_scalar(source);
            quotes.extend(scalar.as_ref().map(|(_, quote)| *quote));
            let spaces = rest.len() - rest.trim_start_matches(' ').len();
            sequence.look.get_or_insert(Look {
                quote: Quote::None,
                spaces: if source.is_empty() { 1 } else { spaces.max(1) },
                indent,
            });
            sequence.items.push(SequenceItem { value: scalar.map(|(value, _)| value), source: source.to_owned() });
            continue;
        }
        // What is further in goes on with the item before, unless it is a comment.
        if indent > expected
            && !text.starts_with('#')
            && let Some(last) = sequence.items.last_mut()
        {
            last.value = None;
        }
        sequence.foreign.push(line.to_owned());
    }
    if let Some(look) = &mut sequence.look {
        // One without quotes shows that the others need theirs.
        let plain = quotes.contains(&Quote::None);
        look.quote = if plain { Quote::None } else { quotes.first().copied().unwrap_or_default() };
    }
    sequence
}

/// The sequence as lines, each ended by `\n`. Items are scalars as [`scalar`] gives them.
///
/// ```
/// use moonsync::shape::sequence::{scalar, write, Look};
/// let look = Look { indent: 2, ..Look::default() };
/// let items: Vec<_> = ["a", "no"].iter().map(|value| scalar(value, &look)).collect();
/// assert_eq!(write(&items, &look), "  - a\n  - \"no\"\n");
/// ```
#[must_use]
pub fn write(items: &[String], look: &Look) -> String {
    let indent = " ".repeat(look.indent);
    let spaces = " ".repeat(look.spaces.max(1));
    items.iter().map(|item| format!("{indent}-{spaces}{item}\n")).collect()
}

/// A string as a YAML scalar on one line, quoted as the look has it where that can hold it, else with double quotes.
#[must_use]
pub fn scalar(value: &str, look: &Look) -> String {
    match look.quote {
        Quote::None if is_plain(value) => value.to_owned(),
        Quote::Single if value.chars().all(is_printable) => format!("'{}'", value.replace('\'', "''")),
        _ => write_double(value),
    }
}

fn write_double(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for c in value.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if is_printable(c) => out.push(c),
            // Writing to a string cannot fail.
            c if u32::from(c) <= 0xff => _ = write!(out, "\\x{:02X}", u32::from(c)),
            c => _ = write!(out, "\\u{:04X}", u32::from(c)),
        }
    }
    out.push('"');
    out
}

/// Whether a character may stand in a scalar on one line for every reader of YAML.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// Whether a string may be written without quotes. More strict than what [`read`] takes.
fn is_plain(value: &str) -> bool {
    reads_plain(value)
        && value.chars().all(is_printable)
        && !value.starts_with(['-', '?', ':', '=', '~', '.'])
        // Where readers differ on what is a number, a time or a date.
        && !(value.starts_with(|c: char| c.is_ascii_digit() || c == '+')
            && value.chars().all(|c| c.is_ascii_hexdigit() || "xXoOtTzZ+-._:, ".contains(c)))
        && value.trim() == value
}

/// Whether a scalar without quotes is a string of just its own characters.
fn reads_plain(source: &str) -> bool {
    let mut chars = source.chars();
    let begins = match chars.next() {
        None | Some(',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@' | '`') => {
            false
        }
        Some('-' | '?' | ':') => chars.next().is_some_and(|c| !is_blank(c)),
        Some(_) => true,
    };
    let acts = source.ends_with(':')
        || [": ", ":\t", " #", "\t#"].iter().any(|mark| source.contains(mark))
        || source.starts_with("---")
        || source.starts_with("...")
        || source.contains('\r');
    begins && !acts && !is_other_type(source)
}

/// Whether YAML 1.1 or 1.2 takes a scalar without quotes for something other than a string.
fn is_other_type(source: &str) -> bool {
    const WORDS: [&str; 12] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "~", "<<", "="];
    if WORDS.iter().any(|word| source.eq_ignore_ascii_case(word)) {
        return true;
    }
    let number = source.strip_prefix(['-', '+']).unwrap_or(source);
    if [".inf", ".nan"].iter().any(|word| number.eq_ignore_ascii_case(word)) {
        return true;
    }
    let all = |text: &str, is: fn(&u8) -> bool| !text.is_empty() && text.bytes().all(|byte| byte == b'_' || is(&byte));
    for (prefix, is) in [
        ("0x", u8::is_ascii_hexdigit as fn(&u8) -> bool),
        ("0o", |byte| matches!(byte, b'0'..=b'7')),
        ("0b", |byte| matches!(byte, b'0' | b'1')),
    ] {
        if number.strip_prefix(prefix).is_some_and(|digits| all(digits, is)) {
            return true;
        }
    }
    is_decimal(number) || is_sexagesimal(number) || is_date(source)
}

/// `1`, `1_000`, `1.5`, `.5`, `1.`, `1e5`
fn is_decimal(number: &str) -> bool {
    let (mantissa, exponent) = number.split_once(['e', 'E']).map_or((number, None), |(m, e)| (m, Some(e)));
    let exponent_holds = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    });
    let mantissa_holds = mantissa.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'))
        && mantissa.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && mantissa.contains(|c: char| c.is_ascii_digit())
        && mantissa.bytes().filter(|byte| *byte == b'.').count() <= 1;
    exponent_holds && mantissa_holds
}

/// `1:30`, `190:20:30.15`: a number to base 60 in YAML 1.1.
fn is_sexagesimal(number: &str) -> bool {
    number.contains(':')
        && number.split(':').enumerate().all(|(n, part)| {
            let digits = if n > 0 { part.split('.').next().unwrap_or_default() } else { part };
            part.starts_with(|c: char| c.is_ascii_digit())
                && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
                && part.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'))
        })
}

/// `2026-01-31`, with or without a time.
fn is_date(source: &str) -> bool {
    let mut parts = source.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else { return false };
    let day = rest.bytes().take_while(u8::is_ascii_digit).count();
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let time = &rest[day..];
    (year.len() == 4 && are_digits(year))
        && ((1..=2).contains(&month.len()) && are_digits(month))
        && (1..=2).contains(&day)
        && (time.is_empty()
            || (time.starts_with(['T', 't', ' ', '\t'])
                && time[1..].trim_start().starts_with(|c: char| c.is_ascii_digit())
                && time.bytes().skip(1).all(|byte| byte.is_ascii_digit() || b" \t:.+-Zz".contains(&byte))))
}

/// The string that a scalar is, and how it is quoted.
fn read_scalar(source: &str) -> Option<(String, Quote)> {
    if let Some(rest) = source.strip_prefix('"') {
        return read_double(rest).map(|value| (value, Quote::Double));
    }
    if let Some(rest) = source.strip_prefix('\'') {
        let inner = rest.strip_suffix('\'')?;
        // Each quote within must be one of a pair.
        let alone = inner.replace("''", "").contains('\'');
        return (!alone && !inner.contains('\r')).then(|| (inner.replace("''", "'"), Quote::Single));
    }
    reads_plain(source).then(|| (source.to_owned(), Quote::None))
}

/// What follows an opening `"`, up to a closing one that must be the last character.
fn read_double(rest: &str) -> Option<String> {
    let mut value = String::new();
    let mut chars = rest.chars();
    loop {
        match chars.next()? {
            '"' => return chars.as_str().is_empty().then_some(value),
            '\r' => return None,
            '\\' => value.push(match chars.next()? {
                '0' => '\0',
                'a' => '\u{7}',
                'b' => '\u{8}',
                't' | '\t' => '\t',
                'n' => '\n',
                'v' => '\u{b}',
                'f' => '\u{c}',
                'r' => '\r',
                'e' => '\u{1b}',
                'N' => '\u{85}',
                '_' => '\u{a0}',
                'L' => '\u{2028}',
                'P' => '\u{2029}',
                c @ (' ' | '"' | '/' | '\\') => c,
                'x' => read_hex(&mut chars, 2)?,
                'u' => read_hex(&mut chars, 4)?,
                'U' => read_hex(&mut chars, 8)?,
                _ => return None,
            }),
            c => value.push(c),
        }
    }
}

fn read_hex(chars: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let mut code = 0u32;
    for _ in 0..digits {
        code = code.checked_mul(16)? + chars.next()?.to_digit(16)?;
    }
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values(sequence: &ReadSequence) -> Vec<Option<&str>> {
        sequence.items.iter().map(|item| item.value.as_deref()).collect()
    }

    #[test]
    fn looks() {
        for (body, expected) in [
            ("- a\n- b\n", Look::default()),
            ("  - a\n  - b\n", Look { indent: 2, ..Look::default() }),
            ("-   a\n-   b\n", Look { spaces: 3, ..Look::default() }),
            ("- 'a'\n- 'it''s'\n", Look { quote: Quote::Single, ..Look::default() }),
            ("- \"a\"\n- \"b\\\\\\\"\"\n", Look { quote: Quote::Double, ..Look::default() }),
            ("- \"true\"\n- a\n", Look::default()),
        ] {
            let sequence = read(body);
            assert_eq!(sequence.look, Some(expected), "{body}");
            let items: Vec<_> =
                sequence.items.iter().map(|item| scalar(item.value.as_ref().expect("a string"), &expected)).collect();
            assert_eq!(write(&items, &expected), body);
        }
        assert_eq!(read("\n# a\n").look, None);
    }

    #[test]
    fn reads_scalars() {
        for (source, expected) in [
            ("kimi-k2.5", Some("kimi-k2.5")),
            ("moonshot/kimi-k2.5", Some("moonshot/kimi-k2.5")),
            ("a b: c", None),
            ("a:b", Some("a:b")),
            ("a:", None),
            ("a # b", None),
            ("a#b", Some("a#b")),
            ("\"a\"", Some("a")),
            ("\"a\" # b", None),
            ("'a' # b", None),
            ("'a' 'b'", None),
            ("'it''s'", Some("it's")),
            ("''", Some("")),
            ("'", None),
            ("\"", None),
            ("\"\\x41\\u00e9\\U0001F319\\n\\/\"", Some("Aé🌙\n/")),
            ("\"\\ud83d\"", None),
            ("\"\\q\"", None),
            ("", None),
            ("[a]", None),
            ("{a: b}", None),
            ("&a b", None),
            ("*a", None),
            ("!a", None),
            ("|", None),
            (">-", None),
            ("@a", None),
            ("- a", None),
            ("-a", Some("-a")),
            ("a: b", None),
            ("true", None),
            ("Yes", None),
            ("null", None),
            ("~", None),
            ("1", None),
            ("-1.5", None),
            ("1_000", None),
            ("0x1F", None),
            ("0o17", None),
            ("1e5", None),
            (".5", None),
            (".inf", None),
            ("1:30", None),
            ("2026-01-31", None),
            ("2026-01-31T10:00:00Z", None),
            ("2026-01-31 a", Some("2026-01-31 a")),
            ("1.5b", Some("1.5b")),
            ("2.5.1", Some("2.5.1")),
            ("e5", Some("e5")),
            ("0905-preview", Some("0905-preview")),
        ] {
            let sequence = read(&format!("- {source}\n"));
            assert_eq!(values(&sequence), [expected], "{source}");
            assert_eq!(sequence.items[0].source, source);
        }
    }

    #[test]
    fn tells_what_is_no_item() {
        for (body, expected, foreign) in [
            ("# note\n- a\n", vec![Some("a")], vec!["# note"]),
            ("- a\n\n- b\n", vec![Some("a"), Some("b")], vec![]),
            ("- a\n  b\n", vec![None], vec!["  b"]),
            ("- a\n  # b\n", vec![Some("a")], vec!["  # b"]),
            ("- a\n  - b\n", vec![None], vec!["  - b"]),
            ("  - a\n- b\n", vec![Some("a")], vec!["- b"]),
            ("- |\n  a\n", vec![None], vec!["  a"]),
            ("models:\n- a\n", vec![Some("a")], vec!["models:"]),
            ("-a\n", vec![], vec!["-a"]),
            ("[a, b]\n", vec![], vec!["[a, b]"]),
        ] {
            let sequence = read(body);
            assert_eq!(
                (values(&sequence), sequence.foreign.iter().map(String::as_str).collect::<Vec<_>>()),
                (expected, foreign),
                "{body}"
            );
        }
    }

    #[test]
    fn quotes_where_it_must() {
        for (value, expected) in [
            ("kimi-k2.5", "kimi-k2.5"),
            ("Kimi K2 (it's \"new\")", "Kimi K2 (it's \"new\")"),
            ("", "\"\""),
            ("no", "\"no\""),
            ("1.5", "\"1.5\""),
            ("1.5b", "\"1.5b\""),
            ("a: b", "\"a: b\""),
            ("a #b", "\"a #b\""),
            ("# x:start", "\"# x:start\""),
            (" a", "\" a\""),
            ("a\nb\u{0}\u{2028}", "\"a\\nb\\x00\\u2028\""),
            ("\"a\\", "\"\\\"a\\\\\""),
            ("---", "\"---\""),
        ] {
            assert_eq!(scalar(value, &Look::default()), expected);
        }
        let single = Look { quote: Quote::Single, ..Look::default() };
        assert_eq!(scalar("it's", &single), "'it''s'");
        assert_eq!(scalar("a\tb", &single), "\"a\\tb\"");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn any_text_is_read(body in "\\PC{0,40}|[-'\"\\\\ #:a1e.\n\t\rxuU0~]{0,40}|(- | {1,3}|\n|'|\"|a|\\\\u12|#){0,20}") {
            let _ = read(&body);
        }

        #[test]
        fn what_is_written_reads_back(
            values in proptest::collection::vec("\\PC{0,12}|(?s-u:[\\x00-\\x7f]{0,6})|[-0-9a-f.:xTZ+_ ]{0,10}|[\u{80}-\u{ff}\u{2028}\u{feff}\u{ffff}'\"]{0,4}", 1..5),
            quote in prop_oneof![Just(Quote::None), Just(Quote::Single), Just(Quote::Double)],
            (spaces, indent) in (1..5usize, 0..5usize),
        ) {
            let look = Look { quote, spaces, indent };
            let items: Vec<_> = values.iter().map(|value| scalar(value, &look)).collect();
            let text = write(&items, &look);
            prop_assert_eq!(text.lines().count(), items.len());
            let sequence = read(&text);
            let read: Vec<_> = sequence.items.iter().map(|item| item.value.clone()).collect();
            prop_assert_eq!(read, values.into_iter().map(Some).collect::<Vec<_>>(), "{}", text);
            prop_assert!(sequence.foreign.is_empty());
            let again: Vec<_> = sequence.items.iter().map(|item| item.source.clone()).collect();
            prop_assert_eq!(write(&again, &look), text);
            prop_assert_eq!(sequence.look.map(|look| (look.spaces, look.indent)), Some((spaces, indent)));
        }
    }
}
