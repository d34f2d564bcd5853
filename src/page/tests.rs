//! Which lines of a page count as markers, and why not: tables over whole pages.

use super::*;
use crate::diagnostic::Code;

const OURS: &[Namespace<'static>] = &[Namespace { name: "k", regions: &["ids", "models"] }];

fn read(page: &str, mdx: bool) -> Scan {
    scan("page.md", page, mdx, OURS)
}

/// How many markers of a page count.
fn count(page: &str, mdx: bool) -> usize {
    read(page, mdx).markers.len()
}

fn codes(page: &str, mdx: bool) -> Vec<&'static str> {
    read(page, mdx).diagnostics.iter().map(|diagnostic| diagnostic.code.name()).collect()
}

#[test]
fn what_is_being_shown_is_no_marker() {
    for (page, what) in [
        ("```\n<!-- k-ids:start -->\n```\n", "a fence without a language"),
        ("```md\n<!-- k-ids:start -->\n```\n", "a fence of Markdown"),
        ("~~~mdx\n{/* k-ids:start */}\n~~~\n", "a fence of MDX"),
        ("````text\n```json5\n// k-ids:start\n```\n````\n", "a fence inside a longer one"),
        ("```diff\n// k-ids:start\n```\n", "a diff"),
        ("```json5\n# k-ids:start\n```\n", "another language's comment"),
        ("```yaml\n// k-ids:start\n```\n", "another language's comment"),
        ("```json5\na // k-ids:start\n```\n", "a comment behind code"),
        ("```json5\n/*\n// k-ids:start\n*/\n```\n", "a comment inside a comment"),
        ("```js\nconst a = `\n// k-ids:start\n`\n```\n", "a template literal"),
        ("`<!-- k-ids:start -->`\n", "a code span"),
        ("a `b\n[//]: # \"k-ids:start\"\nc` d\n", "a code span of several lines"),
        ("text\n\n    <!-- k-ids:start -->\n", "indented code"),
        ("\t<!-- k-ids:start -->\n", "indented code, by a tab"),
        ("- a\n\n      <!-- k-ids:start -->\n", "indented code of a list item"),
        (">     <!-- k-ids:start -->\n", "indented code of a quote"),
        ("<!--\n[//]: # \"k-ids:start\"\n-->\n", "another comment"),
        ("<script>\n<!-- k-ids:start -->\n</script>\n", "a script"),
        ("<pre>\n<!-- k-ids:start -->\n\n<!-- k-ids:end -->\n</pre>\n", "a pre"),
        ("<style>\n<!-- k-ids:start -->\n</style>\n", "a style"),
        ("<!-- other-ids:start -->\n", "another tool's marker"),
        ("<!-- k-ids -->\n", "a comment that names a region"),
        ("---\ntitle: \"# k-ids:start\"\n---\n", "a string of the front matter"),
    ] {
        assert_eq!(count(page, false), 0, "{what}:\n{page}");
        assert_eq!(codes(page, false).iter().filter(|code| **code != "foreign-comment").count(), 0, "{what}:\n{page}");
    }
}

#[test]
fn what_is_being_shown_in_mdx_is_no_marker() {
    for (page, what) in [
        ("export const a = `\n{/* k-ids:start */}\n`\n", "an ESM block"),
        ("import a from 'a'\n{/* k-ids:start */}\n", "an ESM block, until a blank line"),
        ("{\n/* k-ids:start */\n}\n", "an expression"),
        ("{/*\n{/* k-ids:start */\n*/}\n", "another comment"),
        ("<Card\n  title={`\n{/* k-ids:start */}\n`}\n/>\n", "an attribute"),
        ("<pre>\n{/* k-ids:start */}\n</pre>\n", "a pre"),
    ] {
        assert_eq!(count(page, true), 0, "{what}:\n{page}");
    }
}

#[test]
fn a_marker_counts_where_its_form_is_a_comment() {
    for (page, mdx, what) in [
        ("<!-- k-ids:start -->\n", false, "prose"),
        ("   <!-- k-ids:start -->\n", false, "three spaces"),
        ("text\n<!-- k-ids:start -->\n", false, "after a paragraph"),
        ("- a\n  <!-- k-ids:start -->\n", false, "in a list item"),
        ("- a\n\n  - b\n\n    <!-- k-ids:start -->\n", false, "in a nested item"),
        ("> <!-- k-ids:start -->\n", false, "in a quote"),
        (">> <!-- k-ids:start -->\n", false, "in a quote in a quote"),
        ("<div>\n<!-- k-ids:start -->\n</div>\n", false, "in an HTML block"),
        ("<Tabs>\n  <Tab>\n      <!-- k-ids:start -->\n  </Tab>\n</Tabs>\n", false, "in a component, at any depth"),
        (
            "<Tabs>\n  <Tab>\n\n        ```json5\n        // k-ids:start\n        ```\n  </Tab>\n</Tabs>\n",
            false,
            "in a fence in a component",
        ),
        ("<Card\n  title=\"a\"\n>\n      <!-- k-ids:start -->\n</Card>\n", false, "after a tag of several lines"),
        ("      {/* k-ids:start */}\n", true, "MDX has no indented code"),
        ("        ```json5\n        // k-ids:start\n        ```\n", true, "a deep fence of MDX"),
        ("text\n{/* k-ids:start */}\n", true, "after a paragraph of MDX"),
        ("a `b\n{/* k-ids:start */}\nc` d\n", true, "between backticks of two paragraphs of MDX"),
        ("- a\n{/* b */}\n  ```json5\n// k-ids:start\n  ```\n", true, "in a fence behind the end of a list of MDX"),
        ("---\na:\n  # k-ids:start\n---\n", false, "front matter"),
        ("+++\n# k-ids:start\n+++\n", false, "TOML front matter"),
        ("\u{feff}---\n# k-ids:start\n---\n", false, "front matter after a BOM"),
        ("\u{feff}<!-- k-ids:start -->\n", false, "after a BOM"),
        ("```JSON5\n// k-ids:start\n```\n", false, "a language in any case"),
        ("```json5 title=\"a\"\n// k-ids:start\n```\n", false, "an info string"),
        ("```js{1,2}\n// k-ids:start\n```\n", false, "highlighted lines"),
        ("```ts:a.ts\n/* k-ids:start */\n```\n", false, "a file name"),
        ("```yaml\n# k-ids:start\n```\n", false, "YAML"),
        ("```vue\n<!-- k-ids:start -->\n```\n", false, "HTML"),
        ("- a\n  ```json5\n  // k-ids:start\n  ```\n", false, "a fence in a list item"),
        ("> ```json5\n> // k-ids:start\n> ```\n", false, "a fence in a quote"),
        ("```json5\n// k-ids:start", false, "a fence that nothing closes"),
        ("<!-- k-ids:start -->\r\n", false, "CRLF"),
        ("<YOUR_KEY>\n\ntext\n<!-- k-ids:start -->\n", false, "after a tag that nothing closes"),
    ] {
        assert_eq!(count(page, mdx), 1, "{what}:\n{page}");
    }
    let page = "<YOUR_KEY>\n\n    <!-- k-ids:start -->\n";
    assert_eq!(count(page, false), 0, "a tag that nothing closes is no component:\n{page}");
}

#[test]
fn faults_are_told_apart() {
    const S: &str = "<!-- k-ids:start -->\n";
    const E: &str = "<!-- k-ids:end -->\n";
    for (page, wanted) in [
        (format!("{S}{E}"), &[][..]),
        (S.to_owned(), &["missing-end"]),
        (E.to_owned(), &["missing-start"]),
        (format!("{S}{S}{E}"), &["missing-end"]),
        (format!("{S}{E}{E}"), &["missing-start"]),
        (format!("{S}<!-- k-models:start -->\n<!-- k-models:end -->\n{E}"), &["nested-start"]),
        (format!("{S}<!-- k-models:start -->\n<!-- k-models:end -->\n"), &["missing-end"]),
        ("<!-- k-idz:start -->\n".to_owned(), &["unknown-region"]),
        ("<!-- k-ids:begin -->\n".to_owned(), &["malformed-marker"]),
        (format!("text {S}"), &["glued-marker"]),
        ("- <!-- k-ids:start -->\n".to_owned(), &["glued-marker"]),
        (format!("text {S}\n{E}"), &["glued-marker"]),
        (format!("{S}\ntext {E}"), &["glued-marker"]),
        (format!("<!-- k-ids:begin -->\n{E}"), &["malformed-marker"]),
        (format!("<!-- k-idz:start -->\n{E}"), &["unknown-region"]),
        (format!("{E}\ntext {S}"), &["missing-start", "glued-marker"]),
        ("text [//]: # \"k-ids:start\"\n".to_owned(), &["glued-marker"]),
        (format!("{S}```json5\n// k-ids:end\n```\n"), &["split-region"]),
        ("```json5\n// k-ids:start\n```\n```json5\n// k-ids:end\n```\n".to_owned(), &["split-region"]),
        (format!("- a\n\n  {S}- b\n\n  {E}"), &["split-region"]),
        (format!("{S}> {E}"), &["split-region"]),
        (format!("{S}<<<<<<< a\n- b\n{E}"), &["swallowed-text"]),
        (format!("{S}<<<<<<< a\n- b\n=======\n- c\n>>>>>>> d\n{E}"), &[]),
        (format!("{S}- a\n  {E}"), &["indented-marker"]),
        ("{/_ k-ids:start _/}\n\n{/_ k-ids:end _/}\n".to_owned(), &["mangled-marker", "mangled-marker"]),
        ("text\n[//]: # \"k-ids:start\"\n[//]: # \"k-ids:end\"\n".to_owned(), &["visible-marker", "visible-marker"]),
        ("{/* k-ids:start */}\n\n{/* k-ids:end */}\n".to_owned(), &["visible-marker", "visible-marker"]),
        ("[//]: # \"k-ids:start\"\n[//]: # \"k-ids:end\"\n".to_owned(), &[]),
    ] {
        let mut found = codes(&page, false);
        let mut wanted = wanted.to_vec();
        found.sort_unstable();
        wanted.sort_unstable();
        assert_eq!(found, wanted, "{page}");
    }
    assert_eq!(codes(&format!("{S}\n{E}"), true), ["breaking-marker", "breaking-marker"]);
}

#[test]
fn a_body_that_swallows_text_is_found() {
    let swallowed = |body: &str, mdx: bool| {
        let page = format!("{{/* k-ids:start */}}\n\n{body}\n{{/* k-ids:end */}}\n");
        let scan = read(&page, mdx);
        swallowed(&page, &scan, &scan.regions[0])
    };
    for (body, wanted) in [
        ("- a\n", None),
        ("```json\n[]\n```\n", None),
        ("- a\n\n## b\n", Some((4, "a heading"))),
        ("a\n===\n", Some((2, "a heading"))),
        ("- a\n\n```json\n```\n", Some((4, "a fence"))),
        ("- a\n\n</Tab>\n", Some((4, "a component's tag"))),
        ("<<<<<<< a\nb\n=======\nc\n>>>>>>> d\n", None),
        ("<Tab>\n- a\n", Some((2, "a component's tag"))),
    ] {
        assert_eq!(swallowed(body, true), wanted, "{body}");
    }
}

#[test]
fn deep_and_long_pages_stay_linear() {
    for page in [
        ">".repeat(50_000),
        "- ".repeat(20_000),
        "<A>\n".repeat(20_000),
        "{\n".repeat(20_000),
        "`".repeat(20_000) + "\n",
        "`a ``b ```c ".repeat(5_000),
        "<!-- k-ids:start ".repeat(10_000),
        "[//]: # \"k-ids:start".repeat(10_000),
        "<a b={`".repeat(10_000),
    ] {
        for mdx in [false, true] {
            let started = std::time::Instant::now();
            let _ = read(&page, mdx);
            assert!(started.elapsed().as_secs() < 5, "{mdx} {}", &page[..20]);
        }
    }
    assert_eq!(Code::ALL.iter().filter(|code| code.name().is_empty()).count(), 0);
}
