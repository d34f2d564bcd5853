//! Tables and laws for the whole module.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::content::{Entry, Number, Value};

const ALL: [Syntax; 7] =
    [Syntax::Json, Syntax::Jsonc, Syntax::Json5, Syntax::JavaScript, Syntax::Go, Syntax::CLike, Syntax::Hash];

/// What a body says, one entry a line, then its foreign lines and its flags.
fn told(body: &Body) -> String {
    let mut out = String::new();
    for read in &body.entries {
        match &read.entry.key {
            Some(key) => writeln!(out, "{key}: {}", read.entry.value),
            None => writeln!(out, "{}", read.entry.value),
        }
        .expect("a string takes everything");
    }
    for line in &body.foreign {
        writeln!(out, "- {line}").expect("a string takes everything");
    }
    if body.broken {
        out.push_str("broken\n");
    }
    if body.trailing_comma {
        out.push_str("comma\n");
    }
    out
}

/// The style of a body that stands at `region`, the only one of its fence.
fn style_of(body: &Body, fence: &str, region: std::ops::Range<usize>, indent: &str) -> Style {
    Style::of(body, &Surroundings::of(fence, &[region], body.syntax), indent)
}

#[test]
fn an_empty_region_takes_after_the_fence_and_then_after_its_other_regions() {
    let fence = "[\n  //\n  'a',\n  //\n], [\n  //\n  //\n]\n";
    let other = fence.find("  'a'").expect("the other region");
    let empty = fence.rfind("  //").expect("the empty region");
    let regions = [other..other + 7, empty..empty];
    let body = read("", Syntax::Json5, Some(false));
    let style = Style::of(&body, &Surroundings::of(fence, &regions, Syntax::Json5), "  ");
    assert_eq!(style.quote, '\'');
    let with_more = format!("{fence}\"b\"\n");
    let style = Style::of(&body, &Surroundings::of(&with_more, &regions, Syntax::Json5), "  ");
    assert_eq!(style.quote, '"', "what stands outside the regions comes first");
}

#[track_caller]
fn check_read(syntax: Syntax, body: &str, expect: &str) {
    let got = told(&read(body, syntax, None));
    assert_eq!(got.trim_end().replace('\n', " | "), expect, "{body}");
}

/// Entries from strict JSON: of an array, or of an object.
fn entries(json: &str) -> Vec<Entry> {
    fn value(json: serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(bool) => Value::Bool(bool),
            serde_json::Value::Number(number) => {
                Value::Number(Number::parse(&number.to_string()).expect("a JSON number is a number"))
            }
            serde_json::Value::String(text) => Value::String(text),
            serde_json::Value::Array(values) => Value::Array(values.into_iter().map(value).collect()),
            serde_json::Value::Object(members) => {
                Value::Object(members.into_iter().map(|(key, member)| (key, value(member))).collect())
            }
        }
    }
    match value(serde_json::from_str(json).expect("a test's JSON is JSON")) {
        Value::Array(values) => values.into_iter().map(|value| Entry { key: None, value }).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| Entry { key: Some(key), value }).collect(),
        other => panic!("no list: {other}"),
    }
}

/// Writes `wanted` over the lines between `<` and `>` lines of a fence, and gives these lines.
fn rewritten(syntax: Syntax, fence: &str, wanted: &str, adjust: impl Fn(&mut Wanted)) -> String {
    let wanted = entries(wanted);
    let open = fence.find("<\n").expect("a test's fence has a region") + 2;
    let close = fence[open..].find('>').expect("a test's region has an end") + open;
    let line = fence[..open - 2].rfind('\n').map_or(0, |newline| newline + 1);
    let indent = &fence[line..open - 2];
    let close = fence[..close].rfind('\n').map_or(0, |newline| newline + 1);
    let text = format!("{}//{}//{}", &fence[..open - 2], &fence[open - 1..close], &fence[close..].replacen('>', "", 1));
    let body = read(&fence[open..close], syntax, None);
    let style = style_of(&body, &text, open + 1..close + 1, indent);
    let mut options = Wanted::new(&wanted);
    adjust(&mut options);
    let written = write(&options, &body, &style);
    let again = read(&written, syntax, None);
    assert!(again.says(&wanted), "written and read again:\n{written}");
    // A law: what was written is a fixed point, whether written anew or kept.
    for reuse in [true, false] {
        let mut once = options.clone();
        once.reuse = reuse;
        let style = style_of(&again, &text, open + 1..close + 1, indent);
        let twice = write(&once, &again, &style);
        if reuse || !options.reuse {
            assert_eq!(twice, written, "written twice");
        }
    }
    written
}

#[track_caller]
fn check_write(syntax: Syntax, fence: &str, wanted: &str, expect: &str) {
    assert_eq!(rewritten(syntax, fence, wanted, |_| ()), expect);
}

#[test]
fn reads_values() {
    for (body, expect) in [
        ("", ""),
        (" \t\n\u{a0}\u{feff}\u{2028}\u{3000}", ""),
        ("null, true, false", "null | true | false"),
        ("1, 4.0, .5, 5., +1, -0, 1e3, 2E-07, 0x1F", "1 | 4 | 0.5 | 5 | 1 | 0 | 1000 | 0.0000002 | 31"),
        (r#""a", 'b', "it's", 'say "x"'"#, r#""a" | "b" | "it's" | "say \"x\"""#),
        (r#"'\'\"\\\b\f\n\r\t\v\0'"#, r#""'\"\\\b\f\n\r\t\u000b\u0000""#),
        (r#""\x41\u0042\uD83D\uDE00\q\/""#, r#""AB😀q/""#),
        ("'a\\\n  b', 'a\\\u{2028}b'", r#""a  b" | "ab""#),
        ("'\u{2028}'", "\"\u{2028}\""),
        ("[], {}, [ ], { }", "[] | {} | [] | {}"),
        ("[1, [2,],], {a: {b: 1,},}", r#"[1, [2]] | {"a": {"b": 1}}"#),
        (
            "{$a_1: 1, 'b c': 2, \"d\": 3, é: 4, null: 5, \\u0061b: 6}",
            r#"{"$a_1": 1, "b c": 2, "d": 3, "é": 4, "null": 5, "ab": 6}"#,
        ),
        ("a: 1, 'b/c': { alias: \"x\" },", r#"a: 1 | b/c: {"alias": "x"} | comma"#),
        ("1,\n2,\n", "1 | 2 | comma"),
        ("{a: 1, a: 2}", r#"{"a": 1, "a": 2}"#),
    ] {
        check_read(Syntax::Json5, body, expect);
    }
    check_read(Syntax::JavaScript, "`a\\n$b`, 1_000, \"\\u{1F600}\", { 1: 2 }", r#""a\n$b" | 1000 | "😀" | {"1": 2}"#);
    check_read(Syntax::Go, "`a\\n`, \"b\",", r#""a\\n" | "b" | comma"#);
    check_read(Syntax::Hash, "\"\\U0001F600\\u0041\"", "\"😀A\"");
    check_read(Syntax::Hash, "'a', # one\n\"b\"", r#""a" | "b" | - # one"#);
}

#[test]
fn names_what_is_no_entry() {
    for (body, expect) in [
        ("// one\n1, // two\n/* three\n four */ 2", "1 | 2 | - // one | - // two | - /* three | - four */"),
        ("{a: /* x */ 1},\n2", r#"{"a": 1} | 2 | - /* x */"#),
        ("1 // last\n", "1 | - // last"),
        ("1 /* before its comma */, 2", "1 | 2 | - /* before its comma */"),
        ("1,,2", "1 | 2 | broken"),
        (",", "broken | comma"),
        ("{a: 1}\n{a: 2}", r#"{"a": 1} | {"a": 2} | broken"#),
        ("{a: 1} {a: 2}, 3", "3 | - {a: 1} {a: 2} | broken"),
        ("a: foo(1, 2), b: 1", "b: 1 | - a: foo(1, 2) | broken"),
        ("...rest, 'a'", r#""a" | - ...rest | broken"#),
        ("'a' + 'b', 'c'", r#""c" | - 'a' + 'b' | broken"#),
        ("'a'.b, 'c'", r#""c" | - 'a'.b | broken"#),
        ("{a: Infinity}, {a: NaN}, {a: 1}", r#"{"a": 1} | - {a: Infinity} | - {a: NaN} | broken"#),
        ("{a, b: 1}, 2", "2 | - {a, b: 1} | broken"),
        ("{a: 1,, b: 2}, 2", "2 | - {a: 1,, b: 2} | broken"),
        ("[1,,2], 2", "2 | - [1,,2] | broken"),
        ("[1 2], {a 1}, {1}, 2", "2 | - [1 2] | - {a 1} | - {1} | broken"),
        ("010, 0x, 1e, ., 1.2.3, 1_0, --1, 2", "2 | - 010 | - 0x | - 1e | - . | - 1.2.3 | - 1_0 | - --1 | broken"),
        ("'open\n'b'", r#""b" | - 'open | broken"#),
        (
            r"'\x4', '\u12', '\1', '\01', '\ud800', 'b'",
            r#""b" | - '\x4' | - '\u12' | - '\1' | - '\01' | - '\ud800' | broken"#,
        ),
        ("`a`, 'b'", r#""b" | - `a` | broken"#),
        ("{ id: 'a',\n'b',\n", r#""b" | - { id: 'a' | broken | comma"#),
        ("]\n'b'", r#""b" | - ] | broken"#),
        ("<<<<<<< HEAD\n1,\n=======\n2,\n>>>>>>> x\n", "1 | 2 | - <<<<<<< HEAD | - ======= | - >>>>>>> x | broken"),
        ("/* open 1, 2", "- /* open 1, 2"),
    ] {
        check_read(Syntax::Json5, body, expect);
    }
    check_read(Syntax::JavaScript, "`a${b}`, /['\"]/, 1", "1 | - `a${b}` | - /['\"]/ | broken");
    check_read(Syntax::CLike, "\"a\".to_string(), 1, \"b\"", r#""b" | - "a".to_string() | - 1 | broken"#);
    check_read(Syntax::CLike, "r#\"a\"#, 'b'", r##""b" | - r#"a"# | broken"##);
    check_read(Syntax::Hash, "'a\\b', \"\"\"c\"\"\", 'd'", r#""d" | - 'a\b' | - """c""" | broken"#);
}

#[test]
fn reads_only_what_is_meant() {
    assert_eq!(told(&read("a: 1, 2", Syntax::Json5, Some(true))), "a: 1\n- 2\nbroken\n");
    assert_eq!(told(&read("a: 1, 2", Syntax::Json5, Some(false))), "2\n- a: 1\nbroken\n");
    assert_eq!(told(&read("\"a\", \"b\",", Syntax::CLike, Some(false))), "\"a\"\n\"b\"\ncomma\n");
}

#[test]
fn deep_nesting_is_no_entry() {
    let nested = |depth: usize| format!("{}{},\n'a'", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(read(&nested(128), Syntax::Json5, None).entries.len(), 2);
    assert_eq!(read(&nested(129), Syntax::Json5, None).entries.len(), 1);
    assert_eq!(read(&nested(200_000), Syntax::Json5, None).entries.len(), 1);
    assert_eq!(read(&"[{".repeat(200_000), Syntax::Json5, None).entries.len(), 0);
    let _ = enclosing(&"[{".repeat(200_000), 400_000, Syntax::Json5);
}

/// Each of these would take minutes if any part of the module looked at the text again for each entry.
#[test]
fn time_is_linear() {
    let mut entry = String::new();
    for n in 0..5_000 {
        writeln!(entry, "{{id: 'm{n}', cost: {{a: 4.0}}}},").expect("a string takes everything");
    }
    for text in [
        entry.clone(),
        entry.replace('\n', " "),
        "'".repeat(60_000),
        "\\'".repeat(30_000),
        "'\\\n".repeat(30_000),
        "/".repeat(60_000),
        "(/\\".repeat(30_000),
        "`${".repeat(30_000),
        "`${\"\\\"\\\n".repeat(15_000),
        "r#\"".repeat(30_000),
        "{a:".repeat(30_000),
        "[1,\n".repeat(30_000),
        "foo(".repeat(30_000),
        ",".repeat(60_000),
        "/*".repeat(30_000),
        "\"\"\"".repeat(30_000),
        format!("'{}'", "é\\n".repeat(15_000)),
    ] {
        for syntax in ALL {
            let body = read(&text, syntax, None);
            let style = style_of(&body, &text, 0..0, "");
            let wanted: Vec<Entry> = body.entries.iter().map(|read| read.entry.clone()).collect();
            let _ = write(&Wanted::new(&wanted), &body, &style);
            let _ = enclosing_all(&text, &[0, text.len() / 2, text.len()], syntax);
        }
    }
}

/// `|` marks the offset; the answer is the open brackets, the character before, and `~` inside a string or comment.
#[test]
fn enclosing_brackets() {
    for (syntax, text, expect) in [
        (Syntax::Json5, "|", ""),
        (Syntax::Json5, "{ a: [ 1, |] }", "{[ ,"),
        (Syntax::Json5, "{ a: [ 1 ] |}", "{ ]"),
        (Syntax::Json5, "{ a: '[{(' |}", "{ '"),
        (Syntax::Json5, "{ a: '[|{(' }", "{ : ~"),
        (Syntax::Json5, "{ // [\n|}", "{ {"),
        (Syntax::Json5, "{ // [|\n}", "{ { ~"),
        (Syntax::Json5, "{ /* [ */|}", "{ {"),
        (Syntax::Json5, "{ /* [ *|/}", "{ { ~"),
        (Syntax::Json5, "{ /* [|", "{ { ~"),
        (Syntax::Json5, "[ 'it\\'s [', |]", "[ ,"),
        (Syntax::Json5, "[ 'open [\n |]", "[ ["),
        (Syntax::Json5, "{ [ } |", "}"),
        (Syntax::Json5, "] } [|", "[ ["),
        (Syntax::Json5, "wo|rd", "o"),
        (Syntax::JavaScript, "f([`[${ `]` + {a: 1}.a }`, |])", "([ ,"),
        (Syntax::JavaScript, "[/[\"'(]/, |]", "[ ,"),
        (Syntax::JavaScript, "[a / b, '/', |]", "[ ,"),
        (Syntax::JavaScript, "<p>it's [fine]</p>\n[|", "[ ["),
        (Syntax::CLike, "fn f<'a>(x: &'a str) { vec![|] }", "{[ ["),
        (Syntax::CLike, "x('{', [|])", "([ ["),
        (Syntax::CLike, "[r#\"]\"\"#, |]", "[ ,"),
        (Syntax::Go, "[]string{`{[`, |}", "{ ,"),
        (Syntax::Hash, "a = [ # ]\n  '#', |]", "[ ,"),
        (Syntax::Hash, "'''[''' [|", "[ ["),
    ] {
        let offset = text.find('|').expect("a test has an offset");
        let clean = text.replacen('|', "", 1);
        let got = enclosing(&clean, offset, syntax);
        let mut told: String = got.open.iter().map(|(bracket, _)| bracket.pair().0).collect();
        for (bracket, at) in &got.open {
            assert!(clean[*at..].starts_with(bracket.pair().0));
        }
        if let Some((at, before)) = got.before {
            assert!(clean[at..].starts_with(before));
            told.push(' ');
            told.push(before);
        }
        if got.in_string_or_comment {
            told.push_str(" ~");
        }
        assert_eq!(told.trim_start(), expect.trim_start(), "{text}");
    }
}

#[test]
fn many_offsets_answer_in_their_order() {
    let text = "[ { é } ]";
    let offsets = [text.len(), 3, 5, 0, 99];
    let all = enclosing_all(text, &offsets, Syntax::Json5);
    for (offset, answer) in offsets.iter().zip(all) {
        assert_eq!(answer, enclosing(text, *offset, Syntax::Json5));
    }
}

#[test]
fn next_character_that_counts() {
    for (syntax, text, expect) in [
        (Syntax::Json5, "  // x\n /* y */ {", Some((16, '{'))),
        (Syntax::Json5, " // x", None),
        (Syntax::Hash, "# x\n]", Some((4, ']'))),
        (Syntax::Hash, "// x", Some((0, '/'))),
        (Syntax::Json5, "é", Some((0, 'é'))),
    ] {
        let first = significant(text, syntax).first().map(|at| (*at, text[*at..].chars().next().expect("a token")));
        assert_eq!(first, expect, "{text}");
    }
    assert_eq!(significant("é /* b */ x, // c\n'd'", Syntax::Json5), [0, 11, 12, 19]);
}

#[test]
fn directives_at_the_edges() {
    let keep = |comment: &str| comment.contains("keep");
    for (body, expect) in [
        ("// keep\n1,\n// keep\n", "1,\n"),
        ("  // keep 1\n\n  /* keep 2 */\n\n1,\n2\n// keep\n", "\n1,\n2\n"),
        ("// drop\n// keep\n1,", "// drop\n// keep\n1,"),
        ("1, // keep\n", "1, // keep\n"),
        ("/* keep */ 1,\n", "/* keep */ 1,\n"),
        ("// keep\n// keep", ""),
        ("", ""),
    ] {
        assert_eq!(&body[edges(body, Syntax::Json5, keep)], expect, "{body}");
    }
}

const MODELS: &str = "{
  models: [
    <
    {
      id: \"a\",
      name: \"A\",
      cost: { input: 4.0, output: 1 },
    },
    {
      id: \"b\", cost: { input: 0x10, output: 1 },
    },
    >
  ],
}
";

#[test]
fn what_still_says_the_same_is_kept() {
    check_write(
        Syntax::Json5,
        MODELS,
        r#"[{"id": "b", "cost": {"input": 16, "output": 1}}, {"id": "a", "name": "A", "cost": {"input": 4, "output": 2}}]"#,
        "    {
      id: \"b\", cost: { input: 0x10, output: 1 },
    },
    {
      id: \"a\",
      name: \"A\",
      cost: { input: 4.0, output: 2 },
    },
",
    );
    // Written anew: one number, one way.
    let anew = rewritten(Syntax::Json5, MODELS, r#"[{"id": "b", "cost": {"input": 16, "output": 1}}]"#, |wanted| {
        wanted.reuse = false
    });
    assert_eq!(anew, "    {\n      id: \"b\",\n      cost: { input: 16, output: 1 },\n    },\n");
}

#[test]
fn members_are_kept_with_their_keys() {
    check_write(
        Syntax::Json5,
        "[\n  <\n  { 'id': \"a\", n: +1.0, list: ['x',   'y'], old: 1 }\n  >\n]",
        r#"[{"id": "a", "n": 1, "list": ["x", "y"], "new": 2}]"#,
        "  { 'id': \"a\", n: +1.0, list: ['x',   'y'], new: 2 }\n",
    );
    // A comment inside is no content: what held it is written anew, and the rest is kept.
    check_write(
        Syntax::Json5,
        "[\n  <\n  { id: 'a', n: /* one */ 1.0, m: 2.0 },\n  >\n]",
        r#"[{"id": "a", "n": 1, "m": 2}]"#,
        "  { id: 'a', n: 1, m: 2.0 },\n",
    );
}

#[test]
fn kept_lines_are_indented_anew() {
    check_write(
        Syntax::Json5,
        "[\n    <\n  {\n    id: 'a',\n\n      odd: 1.0,\n }, {\n    id: 'b',\n  }\n    >\n]",
        r#"[{"id": "a", "odd": 1}, {"id": "b"}, {"id": "c"}]"#,
        "    {\n      id: 'a',\n\n        odd: 1.0,\n    },\n    {\n      id: 'b',\n    },\n    {\n      id: 'c',\n    }\n",
    );
    // The lines of a string are its content.
    check_write(
        Syntax::Json5,
        "[\n    <\n  { id: 'a\\\n  b' },\n    >\n]",
        r#"[{"id": "a  b"}]"#,
        "    { id: 'a  b' },\n",
    );
    // Of a key too.
    check_write(
        Syntax::Json5,
        "[\n    <\n  { id: 'a', 'b\\\n  c': 1 },\n    >\n]",
        r#"[{"id": "a", "b  c": 1}]"#,
        "    { id: 'a', 'b  c': 1 },\n",
    );
}

#[test]
fn one_line_or_several() {
    // The old body decides by key: most of them, and of two the first.
    check_write(
        Syntax::Json5,
        "[\n  <\n  {\n    id: 'a',\n    in: [\n      1,\n    ],\n    x: { y: 1 },\n  },\n  >\n]",
        r#"[{"id": "b", "in": [2], "x": {"y": 2}, "z": {"y": 1}}]"#,
        "  {\n    id: 'b',\n    in: [\n      2,\n    ],\n    x: { y: 2 },\n    z: { y: 1 },\n  },\n",
    );
    // Nothing to go by: one line where it fits.
    check_write(Syntax::Json5, "[\n  <\n  >\n]", r#"[{"id": "a", "in": [1]}]"#, "  { id: \"a\", in: [1] }\n");
    // Too wide.
    let wide = rewritten(
        Syntax::Json5,
        "[\n  <\n  { id: 'a', in: ['text'] },\n  >\n]",
        r#"[{"id": "abc", "in": ["text", "image"], "x": {}}]"#,
        |wanted| wanted.width = 32,
    );
    assert_eq!(wide, "  {\n    id: 'abc',\n    in: ['text', 'image'],\n    x: {},\n  },\n");
    // A too wide one that says the same stays.
    let kept = rewritten(
        Syntax::Json5,
        "[\n  <\n  { id: 'a', in: ['text'] },\n  >\n]",
        r#"[{"id": "a", "in": ["text"]}]"#,
        |wanted| {
            wanted.width = 10;
        },
    );
    assert_eq!(kept, "  { id: 'a', in: ['text'] },\n");
    // `expand`, where the old body has no say; and an object with something on several lines is on several.
    let expand = ["x".to_owned()];
    let expanded = entries(r#"[{"id": "a", "x": {"y": 1}, "z": {}}]"#);
    let body = read("", Syntax::Json5, None);
    let options = Wanted { expand: &expand, ..Wanted::new(&expanded) };
    let written = write(&options, &body, &Style::new(Syntax::Json5, ""));
    assert_eq!(written, "{\n  id: \"a\",\n  x: {\n    y: 1\n  },\n  z: {}\n}\n");
    let body = read("{ id: 'b', x: { y: 2 } }", Syntax::Json5, None);
    let written = write(&options, &body, &Style::new(Syntax::Json5, ""));
    assert_eq!(written, "{ id: \"a\", x: { y: 1 }, z: {} }\n");
}

#[test]
fn width_is_counted_to_the_column() {
    let wanted = entries(r#"{"k": {"a": "世界"}}"#);
    let body = read("", Syntax::Json5, None);
    let style = Style::new(Syntax::Json5, "  ");
    let line = "  k: { a: \"世界\" }\n";
    for (width, extra, flat) in [(19, 0, true), (18, 0, false), (21, 2, true), (20, 2, false)] {
        let options = Wanted { width, extra_width: extra, ..Wanted::new(&wanted) };
        assert_eq!(write(&options, &body, &style) == line, flat, "{width}");
    }
    let tabs = Style::new(Syntax::Json5, "\t");
    assert_eq!(write(&Wanted { width: 21, ..Wanted::new(&wanted) }, &body, &tabs), "\tk: { a: \"世界\" }\n");
    assert_ne!(write(&Wanted { width: 20, ..Wanted::new(&wanted) }, &body, &tabs), "\tk: { a: \"世界\" }\n");
}

/// What was too wide must not decide by key for what is not, or a second `--rewrite` would not be the first.
#[test]
fn writing_anew_twice_is_writing_once() {
    let long = "x".repeat(90);
    let wanted =
        format!(r#"[{{"id": "a", "l": ["{long}"]}}, {{"id": "b", "l": ["{long}"]}}, {{"id": "c", "l": ["x"]}}]"#);
    let fence = "[\n  <\n  {\n    id: 'a',\n    l: [\n      'x',\n    ],\n  },\n  {\n    id: 'b',\n    l: ['x'],\n  },\n  {\n    id: 'c',\n    l: ['x'],\n  },\n  >\n]";
    let got = rewritten(Syntax::Json5, fence, &wanted, |wanted| wanted.reuse = false);
    assert_eq!(got.matches("l: [\n").count(), 2);
    assert!(got.contains("l: ['x'],\n"));
}

#[test]
fn the_look_of_the_body() {
    let wanted = r#"{"a": {"b": "x", "c": [1, 2]}, "d-e": {"b": "y"}}"#;
    for (body, expect) in [
        ("  z: { y: 'q' }", "  a: { b: 'x', c: [1, 2] },\n  'd-e': { b: 'y' }\n"),
        ("  z:{y:\"q\"},", "  a:{b:\"x\", c:[1, 2]},\n  \"d-e\":{b:\"y\"},\n"),
        ("  z: {y: [ 1,2 ]},", "  a: {b: \"x\",c: [ 1,2 ]},\n  \"d-e\": {b: \"y\"},\n"),
        ("  \"z\": { \"y\": 1 }", "  \"a\": { \"b\": \"x\", \"c\": [1, 2] },\n  \"d-e\": { \"b\": \"y\" }\n"),
        (
            "  z: {\n      y: 1,\n      x: 1\n  },",
            "  a: {\n      b: \"x\",\n      c: [1, 2]\n  },\n  \"d-e\": {\n      b: \"y\"\n  },\n",
        ),
        (
            "  z: {\n  \ty: 'it is',\n  \tx: \"it's\",\n  }",
            "  a: {\n  \tb: 'x',\n  \tc: [1, 2],\n  },\n  'd-e': {\n  \tb: 'y',\n  }\n",
        ),
    ] {
        check_write(Syntax::Json5, &format!("{{\n  <\n{body}\n  >\n}}"), wanted, expect);
    }
}

#[test]
fn the_look_of_the_fence_where_the_body_is_empty() {
    let wanted = r#"{"a": {"b": "x"}}"#;
    for (fence, expect) in [
        ("{\n    x: {\n        <\n        >\n    }\n}", "        a: {\n            b: \"x\"\n        }\n"),
        ("{\n\tx: {\n\t\t<\n\t\t>\n\t},\n}", "\t\ta: {\n\t\t\tb: \"x\",\n\t\t},\n"),
        ("{\n  z: 'q',\n  y: [\n    1,\n  ],\n  x: {\n    <\n    >\n  }\n}", "    a: {\n      b: 'x',\n    },\n"),
        ("{\n  \"z\": \"q\",\n  \"x\": {\n    <\n    >\n  }\n}", "    \"a\": {\n      \"b\": \"x\"\n    }\n"),
        ("{\n  z:{y:1},\n  x:{\n    <\n    >\n  }\n}", "    a:{\n      b:\"x\"\n    }\n"),
    ] {
        let got = rewritten(Syntax::Json5, fence, wanted, |wanted| wanted.width = 12);
        assert_eq!(got, expect, "{fence}");
    }
}

#[test]
fn commas_after_the_last_entry() {
    let wanted = r#"["a", "b"]"#;
    for (syntax, fence, forced, expect) in [
        (Syntax::Json5, "[\n<\n'a',\n>\n]", None, "'a',\n'b',\n"),
        (Syntax::Json5, "[\n<\n'a'\n>\n]", None, "'a',\n'b'\n"),
        (Syntax::Json5, "[\n<\n'a'\n>\n]", Some(true), "'a',\n'b',\n"),
        (Syntax::Json5, "[\n<\n'a',\n>\n]", Some(false), "'a',\n'b'\n"),
        (Syntax::Json5, "[\n<\n>\n]", None, "\"a\",\n\"b\"\n"),
        (Syntax::Json5, "[{\na: 1,\n}, [\n<\n>\n]]", None, "\"a\",\n\"b\",\n"),
        (Syntax::JavaScript, "function f() {\n  return 1;\n}\nf({\na: 1,\n});\n[\n<\n>\n]", None, "\"a\",\n\"b\",\n"),
        (Syntax::Json, "[\n<\n\"a\",\n>\n]", None, "\"a\",\n\"b\"\n"),
        (Syntax::Json, "[\n<\n\"a\",\n>\n]", Some(true), "\"a\",\n\"b\",\n"),
        (Syntax::Jsonc, "[\n<\n\"a\",\n>\n]", None, "\"a\",\n\"b\",\n"),
        (Syntax::Go, "[]string{\n<\n\"a\"\n>\n}", None, "\"a\",\n\"b\",\n"),
        (Syntax::CLike, "vec![\n<\n\"a\"\n>\n]", None, "\"a\",\n\"b\"\n"),
        (Syntax::CLike, "[\n<\n'a',\n>\n]", None, "'a',\n'b',\n"),
        (Syntax::Hash, "x = [\n<\n\"a\"\n>\n]", None, "\"a\",\n\"b\"\n"),
    ] {
        let got = rewritten(syntax, fence, wanted, |wanted| wanted.comma_after_last = forced);
        assert_eq!(got, expect, "{fence}");
    }
}

#[test]
fn strict_json_is_written() {
    let fence = "[\n  <\n  { id: 'a', n: .5, m: +1 },\n  {\n    \"id\": \"b\",\n    \"n\": 4.0,\n  }\n  >\n]";
    check_write(
        Syntax::Json,
        fence,
        r#"[{"id": "a", "n": 0.5, "m": 1}, {"id": "b", "n": 4}]"#,
        "  { \"id\": \"a\", \"n\": 0.5, \"m\": 1 },\n  {\n    \"id\": \"b\",\n    \"n\": 4.0\n  }\n",
    );
}

#[test]
fn nothing_and_empty_values() {
    check_write(Syntax::Json5, "[\n<\n1,\n>\n]", "[]", "");
    check_write(Syntax::Json5, "{\n<\n>\n}", r#"{"a": {}, "b": []}"#, "a: {},\nb: []\n");
}

#[test]
fn strings_are_escaped() {
    let style = |syntax, quote| Style { quote, ..Style::new(syntax, "") };
    let body = |syntax| read("", syntax, None);
    for (syntax, quote, text, expect) in [
        (Syntax::Json5, '"', "a\"b'c\\", r#""a\"b'c\\""#),
        (Syntax::Json5, '\'', "a\"b'c", r#"'a"b\'c'"#),
        (Syntax::Json, '\'', "a'", r#""a'""#),
        (Syntax::Json5, '"', "\n\r\t\u{8}\u{c}\u{b}\0", r#""\n\r\t\b\f\u000b\u0000""#),
        (Syntax::Json5, '"', "\u{7f}\u{85}\u{2028}\u{2029}", r#""\u007f\u0085\u2028\u2029""#),
        (Syntax::Json5, '"', "é世😀\u{feff}", "\"é世😀\u{feff}\""),
        (Syntax::Hash, '"', "#{a} # b", "\"\\u0023{a} # b\""),
        (Syntax::Hash, '\'', "it's", "\"it's\""),
        (Syntax::Hash, '\'', "#{a}", "'#{a}'"),
    ] {
        let wanted = [Entry { key: None, value: Value::String(text.to_owned()) }];
        assert_eq!(write(&Wanted::new(&wanted), &body(syntax), &style(syntax, quote)).trim_end_matches('\n'), expect);
    }
    for (key, expect) in [
        ("a", "a"),
        ("$_1", "$_1"),
        ("class", "class"),
        ("größe", "größe"),
        ("世界", "世界"),
        ("1a", "\"1a\""),
        ("", "\"\""),
        ("a-b", "\"a-b\""),
        ("a×b", "\"a×b\""),
        ("Ⓐ", "\"Ⓐ\""),
    ] {
        let wanted = [Entry { key: Some(key.to_owned()), value: Value::Null }];
        let written = write(&Wanted::new(&wanted), &body(Syntax::Json5), &style(Syntax::Json5, '"'));
        assert_eq!(written, format!("{expect}: null\n"));
    }
}

#[test]
fn whole_values() {
    let check = |syntax, text: &str, wanted: &str, expect: &str| {
        let whole = read_whole(text, syntax).expect("a test's text is a whole value");
        let style = Style::of_whole(Some(&whole), text, syntax);
        let entries = entries(wanted);
        assert_eq!(write_whole(&Wanted::new(&entries), Some(&whole), whole.bracket, &style), expect, "{text}");
    };
    check(Syntax::Json, "[\n    {\"id\": \"a\"}\n]\n", r#"[{"id": "b"}]"#, "[\n    {\"id\": \"b\"}\n]\n");
    check(Syntax::Json, "[\"a\"]", r#"["a", "b"]"#, "[\"a\", \"b\"]\n");
    check(Syntax::Json5, "  {\n  }\n", r#"{"a": 1}"#, "  {\n    a: 1\n  }\n");
    check(Syntax::Json5, "[]", r#"["a"]"#, "[\n  \"a\"\n]\n");
    check(Syntax::Json5, "[\n\t'a',\n]", r#"["b"]"#, "[\n\t'b',\n]\n");
    check(Syntax::Json5, "[\n\t'a',\n]", "[]", "[]\n");
    check(
        Syntax::Json,
        "[\"a\"]",
        r#"["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"]"#,
        "[\n  \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\n  \"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\"\n]\n",
    );
    let commented = read_whole("// x\n[1 /* y */] // z\n", Syntax::Json5).expect("comments may stand around it");
    assert_eq!(told(&commented.body), "1\n- /* y */\n- // x\n- // z\n");
    for text in ["", "1", "[1], [2]", "[1]]", "[1}", "a: [1]", "x = [1]", "[1];", "(1)", "[1] [2]", "// [1]"] {
        assert!(read_whole(text, Syntax::JavaScript).is_none(), "{text}");
    }
    let fresh = entries(r#"["a"]"#);
    let style = Style::of_whole(None, "", Syntax::Json);
    assert_eq!(write_whole(&Wanted::new(&fresh), None, Bracket::Array, &style), "[\n  \"a\"\n]\n");
}

fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z.-]{0,8}",
        "[\"'`\\\\\n\r\t\u{0}\u{7f}\u{85}\u{2028}\u{feff}\u{ffff}é世😀/*#{}$,:x0-9 ]{0,12}",
        ".{0,6}",
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let number = (any::<i64>(), 0..6).prop_map(|(mantissa, places)| {
        Value::Number(Number::parse(&format!("{mantissa}e-{places}")).expect("a decimal number"))
    });
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Bool), number, nasty().prop_map(Value::String)];
    leaf.prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((nasty(), inner), 0..5).prop_map(Value::Object),
        ]
    })
}

fn listed(object: bool) -> impl Strategy<Value = Vec<Entry>> {
    prop::collection::vec((nasty(), value()), 0..5).prop_map(move |list| {
        list.into_iter().map(|(key, value)| Entry { key: object.then_some(key), value }).collect()
    })
}

fn any_syntax() -> impl Strategy<Value = Syntax> {
    prop::sample::select(ALL.to_vec())
}

fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "{", "}", "[", "]", "(", ")", ",", ":", "\n", " ", "\t", "'", "\"", "`", "${", "\\", "//", "/*", "*/", "#",
            "/", "id", "a: 1", "'b'", "\"c\": ", "1.5", "0x", "é", "\u{2028}", "\r", "r#\"", "\"\"\"", "'''", "\\u",
            "...", "<",
        ])
        .prop_map(str::to_owned),
        nasty(),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in soup(), other in soup(), syntax in any_syntax(), at in 0usize..200, width in 0usize..60) {
        let body = read(&text, syntax, None);
        for read in &body.entries {
            prop_assert!(text.get(read.source.clone()).is_some());
        }
        let fence = format!("{other}{text}{other}");
        let style = style_of(&body, &fence, other.len()..other.len() + text.len(), "  ");
        let wanted: Vec<Entry> = body.entries.iter().map(|read| read.entry.clone()).collect();
        for reuse in [true, false] {
            let written = write(&Wanted { width, reuse, ..Wanted::new(&wanted) }, &body, &style);
            let again = read(&written, syntax, None);
            prop_assert!(again.says(&wanted), "{written}\n{again:?}");
            let style = style_of(&again, &fence, other.len()..other.len() + text.len(), "  ");
            let kept = write(&Wanted { width, reuse: true, ..Wanted::new(&wanted) }, &again, &style);
            prop_assert_eq!(&kept, &written);
        }
        let _ = enclosing_all(&text, &[at, at / 2, usize::MAX], syntax);
        let _ = significant(&text, syntax);
        let inside = edges(&text, syntax, |comment| comment.len() % 2 == 0);
        prop_assert!(text.get(inside).is_some());
        if let Some(whole) = read_whole(&text, syntax) {
            let style = Style::of_whole(Some(&whole), &text, syntax);
            let _ = write_whole(&Wanted::new(&wanted), Some(&whole), whole.bracket, &style);
        }
        let _ = style_of(&body, &text, at..usize::MAX, "");
    }

    #[test]
    fn what_is_written_reads_back(
        wanted in any::<bool>().prop_flat_map(listed),
        old in soup(),
        n in 0usize..4,
        width in 0usize..120,
        single in any::<bool>(),
    ) {
        let syntax = ALL[n];
        let as_object = wanted.first().map(|entry| entry.key.is_some());
        let body = read(&old, syntax, as_object);
        let mut style = style_of(&body, &old, 0..old.len(), "    ");
        if single && !matches!(syntax, Syntax::Json | Syntax::Jsonc) {
            style.quote = '\'';
        }
        let options = Wanted { width, ..Wanted::new(&wanted) };
        let written = write(&options, &body, &style);
        prop_assert!(read(&written, syntax, as_object).says(&wanted), "{}", written);
        prop_assert!(read(&written, Syntax::Json5, as_object).says(&wanted) || syntax == Syntax::JavaScript);
        // Old spellings or not: strict JSON stays strict, and its own reader sees the same.
        if syntax == Syntax::Json {
            let (open, close) = if as_object == Some(true) { ('{', '}') } else { ('[', ']') };
            let text = format!("{open}{written}{close}");
            prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn writing_anew_is_a_fixed_point(wanted in any::<bool>().prop_flat_map(listed), first in 0usize..80, width in 0usize..80) {
        // The old body is the same content at another width: a mixture of one line and several.
        let empty = read("", Syntax::Json5, None);
        let style = Style::new(Syntax::Json5, "");
        let old = write(&Wanted { width: first, ..Wanted::new(&wanted) }, &empty, &style);
        let options = Wanted { width, reuse: false, ..Wanted::new(&wanted) };
        let anew = |text: &str| {
            let body = read(text, Syntax::Json5, None);
            write(&options, &body, &style_of(&body, text, 0..text.len(), ""))
        };
        let once = anew(&old);
        prop_assert_eq!(anew(&once), once);
    }

    #[test]
    fn lists_of_strings_read_back(words in prop::collection::vec("[ -~é]{0,12}", 0..6), single in any::<bool>(), n in 4usize..7) {
        let syntax = ALL[n];
        let wanted: Vec<Entry> = words.into_iter().map(|word| Entry { key: None, value: Value::String(word) }).collect();
        let style = Style { quote: if single { '\'' } else { '"' }, ..Style::new(syntax, "\t") };
        let written = write(&Wanted::new(&wanted), &read("", syntax, None), &style);
        prop_assert!(read(&written, syntax, Some(false)).says(&wanted), "{}", written);
    }
}
