//! Laws over generated pages: bytes outside are kept, sync twice is sync once, what is written reads back.

#![allow(clippy::unwrap_used)] // a test that can't set itself up has failed

use moonsync::catalog::Catalog;
use moonsync::catalog::parse::{CatalogFile, Role, parse};
use moonsync::plan::{Dialect, Options, PageInput, PagePlan, plan_page};
use moonsync::text::apply;
use proptest::prelude::*;

const CATALOG: &str = r#"
namespace = "k"
provider = "p"
default_model = "a"
[defaults]
reasoning = true
input = ["text"]
cost = { input = 0.5, output = 2 }
context_window = 1000
max_tokens = 100
[[models]]
id = "a"
name = "A | *b* <c>"
[[models]]
id = "b.2"
name = "B \"2\""
[regions.table]
kind = "table"
"#;

fn catalog() -> Catalog {
    let file = CatalogFile { path: "k.toml".into(), text: CATALOG.into(), role: Role::Family, folder: 0 };
    let (catalog, faults) = parse(&[file]);
    assert!(faults.is_empty(), "{faults:?}");
    catalog
}

fn plan(text: &str, dialect: Dialect) -> PagePlan {
    let page = PageInput { path: "a.md".into(), text: text.into(), dialect, ..PageInput::default() };
    plan_page(&catalog(), &page, Options::default())
}

/// The page without what stands in its regions.
fn outside(text: &str, plan: &PagePlan) -> String {
    let mut out = String::new();
    let mut at = 0;
    for region in &plan.regions {
        out.push_str(&text[at..region.body.start]);
        at = region.body.end;
    }
    out + &text[at..]
}

fn hold(text: &str, dialect: Dialect) -> Result<(), TestCaseError> {
    let first = plan(text, dialect);
    prop_assert!(
        first.diagnostics.iter().all(|fault| fault.code.name() != "internal"),
        "{text}\n{:?}",
        first.diagnostics
    );
    let Some(new) = first.new_text() else { return Ok(()) };
    prop_assert_eq!(apply(text, &first.edits), new.clone());
    let second = plan(&new, dialect);
    prop_assert!(!second.is_faulty(), "{}\n{:?}", new, second.diagnostics);
    prop_assert_eq!(outside(text, &first), outside(&new, &second));
    prop_assert!(second.new_text().is_none() && second.regions.iter().all(|region| region.drift.is_empty()), "{}", new);
    for region in second.regions.iter().filter(|region| region.name != "k-table") {
        let body = &new[region.body.clone()];
        prop_assert!(body.contains('a') && body.contains("b.2"), "{}", body);
    }
    Ok(())
}

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
    "- `a`",
    "- old",
    "  - x",
    "* `b.2`",
    "> q",
    "> <!-- k-ids:start -->",
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
    "",
    "",
    "# H",
    "---",
    "<Tab>",
    "</Tab>",
    "    <!-- k-ids:start -->",
    "  <!-- k-ids:end -->",
    "{/_ k-table:start _/}",
    "{/_ k-table:end _/}",
    "<<<<<<< x",
    "=======",
    ">>>>>>> y",
];

fn page(most: usize) -> impl Strategy<Value = String> {
    let end = prop_oneof![Just("\n"), Just("\r\n")];
    (proptest::collection::vec(proptest::sample::select(LINES), 0..most), end, any::<bool>())
        .prop_map(|(lines, end, bom)| (if bom { "\u{feff}" } else { "" }).to_owned() + &lines.join(end) + end)
}

/// A region with a body that somebody may have written.
fn region() -> impl Strategy<Value = String> {
    let forms = prop_oneof![
        Just(("<!-- k-ids:start -->", "<!-- k-ids:end -->")),
        Just(("[//]: # \"k-table:start\"", "[//]: # \"k-table:end\"")),
        Just(("{/* k-model-refs:start */}", "{/* k-model-refs:end */}")),
        Just(("```json5\n[\n  // k-models:start", "  // k-models:end\n]\n```")),
        Just(("```json5\n{\n  // k-aliases:start", "  // k-aliases:end\n}\n```")),
        Just(("```yaml\n  # k-ids:start", "  # k-ids:end\n```")),
    ];
    let body = prop_oneof![
        proptest::collection::vec(proptest::sample::select(LINES), 0..4).prop_map(|lines| lines.join("\n") + "\n"),
        "[ -~éａ\n]{0,60}".prop_map(|text| text + "\n"),
        Just("\n".to_owned()),
        Just(String::new()),
    ];
    (forms, body).prop_map(|((start, end), body)| format!("{start}\n{body}{end}\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn any_page_of_lines_that_matter(text in page(12)) {
        hold(&text, Dialect::CommonMark)?;
        hold(&text, Dialect::Mdx)?;
    }

    #[test]
    fn any_body_of_a_region(text in region()) {
        hold(&text, Dialect::CommonMark)?;
        hold(&text, Dialect::Mdx)?;
    }
}

#[test]
fn every_page_of_up_to_three_lines() {
    for a in LINES {
        hold(&format!("{a}\n"), Dialect::CommonMark).unwrap();
        for b in LINES {
            for c in LINES.iter().step_by(2) {
                hold(&format!("{a}\n{b}\n{c}\n"), Dialect::CommonMark).unwrap();
            }
        }
    }
}
