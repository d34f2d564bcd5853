//! The laws of `common/laws.rs` over generated pages, bodies and catalogs, and over whole small worlds.
//!
//! Bounded here. `MOONSYNC_LAWS_SECONDS=600 cargo test --release --test laws -- --nocapture` runs each law that long and
//! says how many inputs it was held against; `MOONSYNC_LAWS_LINES=6` makes the small worlds that deep.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that can't set itself up has failed

#[path = "common/laws.rs"]
mod laws;

use laws::Law;
use moonsync::catalog::Catalog;
use moonsync::plan::Dialect;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};
use std::fmt::Debug;
use std::time::{Duration, Instant};

/// Holds a law against generated inputs: as many as given, or as long as the environment says.
fn hold<T: Debug>(name: &str, cases: u32, input: impl Strategy<Value = T>, law: impl Fn(&T) -> Law) {
    let seconds = std::env::var("MOONSYNC_LAWS_SECONDS").ok().and_then(|text| text.parse().ok());
    let until = seconds.map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let mut done: u64 = 0;
    loop {
        // A runner counts what it has done: another round takes another one.
        let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
        let held = runner.run(&input, |value| law(&value).map_err(TestCaseError::fail));
        match held {
            Ok(()) => done += u64::from(cases),
            Err(TestError::Fail(why, value)) => panic!("{name}: {why}\n{value:#?}"),
            Err(TestError::Abort(why)) => panic!("{name}: {why}"),
        }
        if until.is_none_or(|until| Instant::now() >= until) {
            break;
        }
    }
    println!("{name}: {done} executions");
}

fn plain() -> Catalog {
    let (catalog, faults) = laws::read_catalog(laws::PLAIN);
    assert!(faults.is_empty(), "{faults:?}");
    catalog
}

fn dialects() -> impl Strategy<Value = Dialect> {
    prop_oneof![Just(Dialect::CommonMark), Just(Dialect::Mdx)]
}

/// Lines that decide where a region is and what it holds.
const LINES: &[&str] = &[
    "<!-- k-ids:start -->",
    "<!-- k-ids:end -->",
    "[//]: # \"k-table:start\"",
    "[//]: # \"k-table:end\"",
    "{/* k-ids:start */}",
    "{/* k-ids:end */}",
    "// k-models:start",
    "// k-models:end",
    "// k-aliases:start",
    "// k-aliases:end",
    "# k-ids:start",
    "# k-ids:end",
    "```json5",
    "```yaml",
    "```",
    "~~~",
    "- `a`",
    "- old",
    "  - x",
    "* `b.2`",
    "1. `a`",
    "> q",
    "> <!-- k-ids:start -->",
    "> <!-- k-ids:end -->",
    "| a | b |",
    "| --- | :-: |",
    "| `p/a` | A |",
    "{",
    "}",
    "[",
    "]",
    "{ id: 'a', maxTokens: 1 },",
    "\"p/a\": { alias: \"x\" }",
    "text",
    "text <!-- k-ids:end --> text",
    "",
    "",
    "# H",
    "---",
    "<Tab>",
    "</Tab>",
    "<div>",
    "<pre>",
    "</pre>",
    "    <!-- k-ids:start -->",
    "  <!-- k-ids:end -->",
    "{/_ k-table:start _/}",
    "{/_ k-table:end _/}",
    "<!-- prettier-ignore -->",
    "/*",
    "*/",
    "`",
    "<<<<<<< x",
    "=======",
    ">>>>>>> y",
];

fn page(most: usize) -> impl Strategy<Value = String> {
    let line = prop_oneof![
        12 => proptest::sample::select(LINES).prop_map(str::to_owned),
        1 => "[ \\t]{0,6}[-*>#`~|{}\\[\\]()<!/:\"'a-z\\\\]{0,12}",
        1 => "\\PC{0,12}",
    ];
    let end = prop_oneof![4 => Just("\n"), 1 => Just("\r\n")];
    (proptest::collection::vec(line, 0..most), end, any::<bool>(), any::<bool>()).prop_map(|(lines, end, bom, last)| {
        (if bom { "\u{feff}" } else { "" }).to_owned() + &lines.join(end) + if last { end } else { "" }
    })
}

/// A region with a body that somebody may have written.
fn region() -> impl Strategy<Value = String> {
    let forms = prop_oneof![
        Just(("<!-- k-ids:start -->", "<!-- k-ids:end -->")),
        Just(("[//]: # \"k-table:start\"", "[//]: # \"k-table:end\"")),
        Just(("{/* k-model-refs:start */}", "{/* k-model-refs:end */}")),
        Just(("```json5\n[\n  // k-models:start", "  // k-models:end\n]\n```")),
        Just(("```json5\n{\n  // k-aliases:start", "  // k-aliases:end\n}\n```")),
        Just(("> ```js\n> {\n>   // k-aliases:start", ">   // k-aliases:end\n> }\n> ```")),
        Just(("```yaml\n  # k-ids:start", "  # k-ids:end\n```")),
        Just(("[//]: # (k-models:start)\n\n```json", "```\n\n[//]: # (k-models:end)")),
    ];
    let body = prop_oneof![
        proptest::collection::vec(proptest::sample::select(LINES), 0..4).prop_map(|lines| lines.join("\n") + "\n"),
        "[ -~éａ\n]{0,60}".prop_map(|text| text + "\n"),
        Just("\n".to_owned()),
        Just(String::new()),
    ];
    (forms, body).prop_map(|((start, end), body)| format!("{start}\n{body}{end}\n"))
}

/// Words that a catalog takes: everything but control characters and line breaks, and no white space at the edges.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => "[A-Z][a-z0-9. ]{0,10}[a-z0-9]",
        2 => "[-!-/:-@\\[-`{-~A-Za-z0-9]{1,12}",
        1 => "\\PC{1,12}",
        1 => proptest::sample::select(&[
            "-->", "*/", "```", "|", "k-ids:end", "<!-- k-ids:end -->", "{/* k-ids:end */}", "[//]: # \"k-ids:end\"",
            "// k-models:end", "# k-ids:end", "</Tab>", "${x}", "\\", "\"", "'", "`a`", "- a", "1. a", "&amp;", "a\\|b",
            "日本語", "עברית", "👩‍👩‍👧", "import x", "{x}", "<b>", "~~~", "***", "---", "# a", "> a", "+ a", "a  b",
        ][..]).prop_map(str::to_owned),
    ]
    .prop_filter("catalogs refuse it", |text| {
        let refused = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
        text.trim() == *text && !text.is_empty() && !text.contains(refused)
    })
}

/// A catalog of hostile words, as its text.
fn catalogs() -> impl Strategy<Value = String> {
    let model = ("[a-z][a-z0-9._:-]{0,8}", words(), proptest::option::of(words()), proptest::option::of(words()));
    let modalities = proptest::collection::vec(words().prop_filter("one word", |word| !word.contains(',')), 1..4);
    (proptest::collection::vec(model, 1..5), modalities).prop_map(|(mut models, input)| {
        models.sort();
        models.dedup_by(|a, b| a.0 == b.0);
        let text = |words: &str| toml::Value::from(words).to_string();
        let mut out = format!(
            "namespace = \"k\"\nprovider = \"p\"\ndefault_model = {}\n[defaults]\nreasoning = false\ninput = {}\n\
             cost = {{ input = 0.00000025, output = 12 }}\ncontext_window = 262144\nmax_tokens = 1\n",
            text(&models[0].0),
            toml::Value::from(input)
        );
        for (id, name, alias, label) in models {
            out += &format!("[[models]]\nid = {}\nname = {}\n", text(&id), text(&name));
            out += &alias.map_or(String::new(), |alias| format!("alias = {}\n", text(&alias)));
            out += &label.map_or(String::new(), |label| format!("reasoning_label = {}\n", text(&label)));
        }
        out + "[regions.table]\nkind = \"table\"\ncolumns = [\"ref\", \"name\", \"alias\", \"reasoning\", \"input\"]\n\
               [regions.names]\nkind = \"list\"\nvalue = \"name\"\n"
    })
}

/// The keys that entries of some shape have, each with a value that it may have there.
const KEYS: &[(&str, &str)] = &[
    ("id", "'c-3'"),
    ("name", "'P: C 3'"),
    ("display_name", "'C 3'"),
    ("provider", "'p'"),
    ("owned_by", "'p'"),
    ("litellm_provider", "'p'"),
    ("api", "'chat'"),
    ("type", "'chat'"),
    ("mode", "'chat'"),
    ("status", "'deprecated'"),
    ("deprecation_date", "'2026-01-02'"),
    ("expiration_date", "'2027-01-02T00:00:00Z'"),
    ("reasoning", "true"),
    ("supports_reasoning", "true"),
    ("supports_vision", "true"),
    ("supports_image_in", "false"),
    ("supported_parameters", "['tools', 'reasoning']"),
    ("input", "['image', 'text']"),
    ("modalities", "{input: ['text', 'pdf'], output: ['text']}"),
    ("architecture", "{input_modalities: ['text'], output_modalities: ['image']}"),
    ("cost", "{input: 0.6, output: 2.5, cacheRead: 0, cache_read: 0.15}"),
    ("pricing", "{prompt: '0.0000006', completion: '2.5e-6'}"),
    ("input_cost_per_token", "6e-07"),
    ("output_cost_per_token", "0.0000025"),
    ("contextWindow", "262144"),
    ("context_length", "131072"),
    ("maxTokens", "8192"),
    ("max_input_tokens", "262144"),
    ("max_output_tokens", "16384"),
    ("limit", "{context: 262144, output: 4096}"),
    ("top_provider", "{max_completion_tokens: 4096}"),
    ("compat", "{private: true, id: 'a', name: 'Other'}"),
];

/// Values that may stand anywhere, whatever they mean there.
const ODD: &[&str] = &[
    "null",
    "true",
    "0",
    "-1",
    "1e400",
    "0.1e-12",
    "0x10",
    "7.5",
    "99999999999999999999",
    "''",
    "'  '",
    "'a'",
    "'b.2'",
    "'p/a'",
    "'old'",
    "'c 3'",
    "'\\u0007'",
    "'\\u202e'",
    "'a\\nb'",
    "[]",
    "['text', 7]",
    "['Image', 'Image', '']",
    "{}",
    "{a: 1}",
    "[[]]",
    "'1'",
    "'x: '",
    "': x'",
    "NaN",
    "+1",
    "what",
    "'日本'",
];

/// An id, in the ways of the shapes.
fn ids() -> impl Strategy<Value = String> {
    let known =
        ["a", "b.2", "old", "c-3", "c-3", "d", "e", "p/a", "p/c-3", "q/d", "c-3:free", "x y", "", "-", "sample_spec"];
    prop_oneof![6 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned), 1 => "[a-z0-9._:/-]{1,9}"]
}

/// A list of models in one of the shapes, with what does not belong there.
fn lists() -> impl Strategy<Value = String> {
    let value = |usual: &'static str| prop_oneof![5 => Just(usual), 1 => proptest::sample::select(ODD)];
    let member = proptest::sample::select(KEYS).prop_flat_map(move |(key, usual)| (Just(key), value(usual)));
    let id = prop_oneof![8 => Just(true), 1 => Just(false)];
    let entry = (ids(), id, proptest::collection::vec(member, 4..20)).prop_map(|(id, says, members)| {
        let mut seen = std::collections::HashSet::new();
        let mut members: Vec<String> = members
            .iter()
            // A key that is given twice is rare: a second `compat` or `cost` most often.
            .filter(|(key, value)| seen.insert(*key) || value.len() == 2)
            .filter(|(key, _)| *key != "id" || !says)
            .map(|(key, value)| format!("{key}: {value}"))
            .collect();
        if says {
            members.insert(members.len() / 2, format!("id: '{id}'"));
        }
        (id, format!("{{{}}}", members.join(", ")))
    });
    (proptest::collection::vec(entry, 0..6), 0..9_u8).prop_map(|(mut entries, shape)| {
        if shape == 0 {
            // A vendor's own answer has none of the keys that tell the other lists.
            for key in ["pricing", "architecture", "top_provider", "contextWindow", "maxTokens", "cost"] {
                entries.iter_mut().for_each(|(_, entry)| *entry = entry.replace(&format!("{key}:"), "other:"));
            }
        }
        let list = || entries.iter().map(|(_, entry)| entry.as_str()).collect::<Vec<_>>().join(",\n");
        let keyed = || entries.iter().map(|(id, entry)| format!("'{id}': {entry}")).collect::<Vec<_>>().join(",\n");
        match shape {
            0 | 1 => format!("{{data: [{}]}}", list()),
            2 => format!("{{p: {{models: {{{}}}}}, q: {{models: {{}}}}}}", keyed()),
            3 => format!("{{id: 'p', models: {{{}}}}}", keyed()),
            4 | 5 => format!("{{{}}}", keyed()),
            6 => format!("{{chat: {{{}}}, other: {{{}}}}}", keyed(), keyed()),
            7 => format!("{{models: {{providers: {{p: {{models: [{}]}}}}}}}}", list()),
            _ => format!("[{}]", list()),
        }
    })
}

/// The seeds of a fuzzer's target, and the words of its dictionary.
fn seeds(target: &str) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let tests = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut files: Vec<_> =
        std::fs::read_dir(tests.join("seeds").join(target)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let dictionary = std::fs::read_to_string(tests.join("dictionaries").join(target)).unwrap();
    let word = |line: &str| {
        let line = line.strip_prefix('"')?.strip_suffix('"')?.replace("\\x0a", "\n").replace("\\x0d", "\r");
        Some(line.replace("\\x09", "\t").replace("\\xef\\xbb\\xbf", "\u{feff}").replace("\\\"", "\"").into_bytes())
    };
    let words: Vec<Vec<u8>> = dictionary.lines().filter_map(word).collect();
    assert!(files.len() >= 3 && words.len() >= 10, "{target} has {} seeds, {} words", files.len(), words.len());
    (files.iter().map(|file| std::fs::read(file).unwrap()).collect(), words)
}

/// A seed with a few places damaged: bytes gone, and a word of the dictionary, bytes of another seed or any bytes put in.
fn damaged(target: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let (seeds, words) = seeds(target);
    let others = seeds.clone();
    let part = move |(other, from, length): (proptest::sample::Index, proptest::sample::Index, usize)| {
        let seed = other.get(&others);
        let from = from.index(seed.len());
        seed[from..seed.len().min(from + length)].to_vec()
    };
    let index = any::<proptest::sample::Index>;
    let put = prop_oneof![
        4 => proptest::sample::select(words),
        2 => (index(), index(), 0..60_usize).prop_map(part),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
        1 => "[ -~\n]{0,3}".prop_map(String::into_bytes),
    ];
    let cut = prop_oneof![3 => 0..1_usize, 3 => 0..4_usize, 1 => 0..40_usize];
    (proptest::sample::select(seeds), proptest::collection::vec((index(), cut, put), 0..5)).prop_map(
        |(mut text, damage)| {
            for (at, cut, put) in damage {
                let at = at.index(text.len() + 1);
                let end = text.len().min(at + cut);
                text.splice(at..end, put);
            }
            text
        },
    )
}

/// A page with a region of every kind.
const EVERY_KIND: &str = "<!-- k-ids:start -->\n<!-- k-ids:end -->\n\n<!-- k-names:start -->\n<!-- k-names:end -->\n\n\
    [//]: # \"k-table:start\"\n\n[//]: # \"k-table:end\"\n\n```json5\n{\n  // k-aliases:start\n  // k-aliases:end\n}\n```\n\n\
    > ```json\n> [\n>   // k-models:start\n>   // k-models:end\n> ]\n> ```\n\n```yaml\n# k-names:start\n# k-names:end\n```\n";

#[test]
fn any_bytes_are_scanned() {
    let catalog = plain();
    let input = (proptest::collection::vec(any::<u8>(), 0..200), dialects());
    hold("bytes to scan", 400, input, |(bytes, dialect)| {
        laws::scan(&catalog, &String::from_utf8_lossy(bytes), *dialect)
    });
}

#[test]
fn any_page_of_lines_that_matter_is_scanned() {
    let catalog = plain();
    hold("page to scan", 600, (page(16), dialects()), |(text, dialect)| laws::scan(&catalog, text, *dialect));
}

#[test]
fn any_page_of_lines_that_matter_is_planned() {
    let catalog = plain();
    hold("page to plan", 600, (page(12), dialects()), |(text, dialect)| laws::plan(&catalog, text, *dialect));
}

#[test]
fn any_body_of_a_region_is_planned() {
    let catalog = plain();
    hold("region to plan", 600, (region(), dialects()), |(text, dialect)| laws::plan(&catalog, text, *dialect));
}

#[test]
fn any_catalog_is_planned() {
    hold("catalog to plan", 300, (catalogs(), dialects()), |(text, dialect)| {
        let (catalog, faults) = laws::read_catalog(text);
        if let Some(fault) = faults.iter().find(|fault| fault.is_error()) {
            return Err(format!("a sound catalog has a fault: {fault:?}"));
        }
        laws::plan(&catalog, EVERY_KIND, *dialect)
    });
}

#[test]
fn any_text_is_read_as_a_catalog() {
    hold("text to catalog", 400, "[-a-z0-9._=\\[\\]{}\"'#, \n\\\\]{0,120}|\\PC{0,60}", |text: &String| {
        laws::catalog(text)
    });
}

#[test]
fn any_damaged_catalog_is_read() {
    let damage = (
        catalogs(),
        any::<proptest::sample::Index>(),
        any::<proptest::sample::Index>(),
        "[-a-z0-9=\\[\\]{}\"\n,.]{0,8}",
    );
    hold("damaged catalog", 400, damage, |(text, from, to, put)| {
        let chars: Vec<char> = text.chars().collect();
        let (from, to) = (from.index(chars.len()), to.index(chars.len()));
        let (from, to) = (from.min(to), from.max(to).min(from.min(to) + 12));
        let damaged: String =
            chars[..from].iter().chain(&put.chars().collect::<Vec<_>>()).chain(&chars[to..]).collect();
        laws::catalog(&damaged)
    });
}

#[test]
fn any_body_is_read_and_written() {
    let lines = proptest::collection::vec(proptest::sample::select(LINES), 0..8).prop_map(|lines| lines.join("\n"));
    let text = prop_oneof![lines, "[-*+|:`{}\\[\\]\"',/a1 \n]{0,60}", "\\PC{0,40}"];
    hold("body to content", 600, text, |text: &String| laws::body(text));
}

#[test]
fn any_sound_catalog_is_edited() {
    hold("catalog to edits", 120, (catalogs(), any::<usize>()), |(text, choice)| laws::edits(text, *choice));
}

#[test]
fn any_list_is_imported() {
    use std::sync::Mutex;
    let reached = Mutex::new(std::collections::BTreeMap::new());
    hold("list to import", 300, (lists(), any::<usize>()), |(text, choice)| {
        if let Some(shape) = laws::imports::shape(text) {
            *reached.lock().unwrap().entry(shape).or_insert(0) += 1;
        }
        laws::list(text, *choice)
    });
    let reached = reached.into_inner().unwrap();
    println!("lists by shape: {reached:?}");
    assert_eq!(reached.len(), moonsync::import::Shape::ALL.len(), "{reached:?}");
}

/// What a fuzzer does, without one: its seeds, damaged with its dictionary's words.
fn damaged_seeds_hold(target: &str, cases: u32) {
    let (_, law) = laws::TARGETS.iter().find(|(name, _)| *name == target).unwrap();
    for seed in seeds(target).0 {
        law(&seed).unwrap_or_else(|why| panic!("{target}: {why}\n{}", String::from_utf8_lossy(&seed)));
    }
    let text = |bytes: &Vec<u8>| String::from_utf8_lossy(bytes).into_owned();
    let name = format!("damaged seeds of {target}");
    hold(&name, cases, damaged(target), |input| law(input).map_err(|why| format!("{why}\n{}", text(input))));
}

#[test]
fn damaged_seeds_of_scan_hold() {
    damaged_seeds_hold("scan", 300);
}

#[test]
fn damaged_seeds_of_plan_hold() {
    damaged_seeds_hold("plan", 150);
}

#[test]
fn damaged_seeds_of_catalog_hold() {
    damaged_seeds_hold("catalog", 200);
}

#[test]
fn damaged_seeds_of_body_hold() {
    damaged_seeds_hold("body", 600);
}

#[test]
fn damaged_seeds_of_list_hold() {
    damaged_seeds_hold("list", 300);
}

#[test]
fn every_target_of_a_fuzzer_has_its_law() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    if root.join("Cargo.toml.orig").exists() {
        return; // a published package: it holds no other package, so the targets are not in it
    }
    let mut files: Vec<_> =
        std::fs::read_dir(root.join("fuzz/fuzz_targets")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut laws: Vec<&str> = laws::TARGETS.iter().map(|(name, _)| *name).collect();
    laws.sort_unstable();
    assert_eq!(files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap()).collect::<Vec<_>>(), laws);
    for (file, law) in files.iter().zip(laws) {
        let source = std::fs::read_to_string(file).unwrap();
        assert!(source.contains(&format!("laws::must(\"{law}\", input)")), "{}", file.display());
        laws::must(law, b"");
    }
}

/// Kinds of lines that decide, one world a trade.
const WORLDS: &[&[&str]] = &[
    // Prose: forms, lists, tables, what glues and what breaks.
    &[
        "<!-- k-ids:start -->",
        "<!-- k-ids:end -->",
        "[//]: # \"k-table:start\"",
        "[//]: # \"k-table:end\"",
        "- `a`",
        "| `p/a` | A |",
        "| - | - |",
        "text",
        "",
        "# H",
        "> q",
        "---",
    ],
    // Fences and entries.
    &[
        "```json5",
        "```",
        "// k-models:start",
        "// k-models:end",
        "[",
        "]",
        "{ id: 'a' },",
        "{ id: 'b' }",
        "/*",
        "*/",
        "`",
        "",
    ],
    // Components, code and raw HTML.
    &[
        "<Tab>",
        "</Tab>",
        "    {/* k-ids:start */}",
        "    {/* k-ids:end */}",
        "{/* k-ids:start */}",
        "{/* k-ids:end */}",
        "    ```",
        "<pre>",
        "</pre>",
        "- `a`",
        "text",
        "",
    ],
    // Lists and quotes.
    &[
        "- x",
        "  - y",
        "  <!-- k-ids:start -->",
        "  <!-- k-ids:end -->",
        "<!-- k-ids:end -->",
        "> <!-- k-ids:start -->",
        "> <!-- k-ids:end -->",
        "> - a",
        "1. x",
        "   text",
        "    code",
        "",
    ],
];

/// Holds the law of planning against every page of a world, and gives their number.
fn whole_world(catalog: &Catalog, world: &[&str], depth: usize) -> u64 {
    let mut pages = 0;
    for length in 1..=depth {
        let mut at = vec![0; length];
        'pages: loop {
            let text: String = at.iter().flat_map(|line| [world[*line], "\n"]).collect();
            for dialect in [Dialect::CommonMark, Dialect::Mdx] {
                if let Err(why) = laws::plan(catalog, &text, dialect) {
                    panic!("{dialect:?}: {why}\n{text}");
                }
                pages += 1;
            }
            for digit in &mut at {
                *digit += 1;
                if *digit < world.len() {
                    continue 'pages;
                }
                *digit = 0;
            }
            break;
        }
    }
    pages
}

fn whole_small_world(number: usize) {
    // A build without optimization takes some ten times as long.
    let bounded = if cfg!(debug_assertions) { 3 } else { 4 };
    let depth = std::env::var("MOONSYNC_LAWS_LINES").ok().and_then(|text| text.parse().ok()).unwrap_or(bounded);
    println!("world {number}: {} executions", whole_world(&plain(), WORLDS[number], depth));
}

#[test]
fn whole_small_world_of_prose() {
    whole_small_world(0);
}

#[test]
fn whole_small_world_of_fences() {
    whole_small_world(1);
}

#[test]
fn whole_small_world_of_components() {
    whole_small_world(2);
}

#[test]
fn whole_small_world_of_lists_and_quotes() {
    whole_small_world(3);
}
