//! Before and after, as tables.

use super::*;
use crate::catalog::parse::{CatalogFile, Role, parse};

fn catalog() -> Catalog {
    let family = |namespace: &str| {
        let text = format!(
            "namespace = \"{namespace}\"\nprovider = \"m\"\ndefault_model = \"a\"\n[[models]]\nid = \"a\"\nname = \"A\"\n\
             reasoning = true\ninput = [\"text\"]\ncontext_window = 1000\nmax_tokens = 10\ncost = {{ input = 1, output = 2 }}\n\
             [regions.x]\nkind = \"list\"\n"
        );
        CatalogFile { path: format!("{namespace}.toml"), text: text.into(), role: Role::Family, folder: 0 }
    };
    let mut files = vec![family("k"), family("other")];
    files[1].text = files[1].text.replace("regions.x", "regions.y").into();
    let (catalog, faults) = parse(&files);
    assert!(faults.is_empty(), "{faults:?}");
    catalog
}

fn page(path: &str, text: &str) -> PageInput {
    PageInput { path: path.into(), text: text.into(), ..PageInput::default() }
}

/// The text without blank lines, white space and markers: what must never change.
fn rest(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = &line.replace("\\-", "-");
        let mut at = 0;
        for (span, _, _) in marker::find_in(line, &["k", "other"]) {
            out.push_str(&line[at..span.start]);
            at = span.end;
        }
        out.push_str(&line[at..]);
    }
    out.retain(|c| !c.is_whitespace() && c != '>' && c != '-');
    out
}

/// Checks an outcome, that it holds twice, and that it holds with other line ends, a byte order mark and in a quote.
fn check(path: &str, before: &str, after: &str, work: impl Fn(&Catalog, &PageInput) -> Marked) {
    let catalog = catalog();
    let once = |before: &str, after: &str| {
        let marked = work(&catalog, &page(path, before));
        let errors: Vec<_> = marked.diagnostics.iter().filter(|fault| fault.is_error()).collect();
        assert!(errors.is_empty(), "{before}\n{errors:?}");
        let text = crate::text::apply(before, &marked.edits);
        assert_eq!(text, after, "of {before}");
        assert_eq!(marked.edits.is_empty(), marked.changes.is_empty(), "{before}");
        assert_eq!(rest(before), rest(&text), "{before}");
        let again = work(&catalog, &page(path, &text));
        assert!(again.edits.is_empty(), "not once for all: {text}\n{:?}", again.edits);
    };
    once(before, after);
    once(&before.replace('\n', "\r\n"), &after.replace('\n', "\r\n"));
    once(&format!("\u{feff}{before}"), &format!("\u{feff}{after}"));
    let quoted = |text: &str| -> String {
        text.lines().map(|line| if line.is_empty() { ">\n".to_owned() } else { format!("> {line}\n") }).collect()
    };
    if !before.contains("export") {
        once(&quoted(before), &quoted(after));
    }
    let open = |text: &str| text.strip_suffix('\n').map(str::to_owned).unwrap_or_default();
    if !before.ends_with("\n\n") && !after.ends_with("\n\n") {
        once(&open(before), &open(after));
    }
}

fn repaired(path: &str, before: &str, after: &str) {
    check(path, before, after, repair);
}

#[test]
fn mangled_markers() {
    for (before, after) in [
        ("{/_ k-x:start _/}\n\n- `a`\n\n{/_ k-x:end _/}\n", "{/* k-x:start */}\n\n- `a`\n\n{/* k-x:end */}\n"),
        ("{/_ k-x:start _/ && null}\n\n{/\\* k-x:end \\*/ && null}\n", "{/* k-x:start */}\n\n{/* k-x:end */}\n"),
        ("{/\\* k-x:start \\*/}\n{/\\* k\\-x:end \\*/}\n", "{/* k-x:start */}\n{/* k-x:end */}\n"),
        (
            "{/* k-x:start */ && null}\n- `a`\n\n{/* k-x:end */&&null}\n",
            "{/* k-x:start */}\n- `a`\n\n{/* k-x:end */}\n",
        ),
        // A list swallows what is not set off.
        ("{/_ k-x:start _/}\n- `a`\n{/_ k-x:end _/}\n", "{/* k-x:start */}\n\n- `a`\n\n{/* k-x:end */}\n"),
    ] {
        repaired("p.mdx", before, after);
    }
    repaired(
        "p.md",
        "{/_ k-x:start _/}\n- `a`\n{/_ k-x:end _/}\nText.\n",
        "[//]: # \"k-x:start\"\n- `a`\n\n[//]: # \"k-x:end\"\nText.\n",
    );
    // With components, braces are taken for comments.
    repaired(
        "p.md",
        "<Tabs>\n  <Tab>\n    {/_ k-x:start _/}\n\n    - `a`\n\n    {/_ k-x:end _/}\n  </Tab>\n</Tabs>\n",
        "<Tabs>\n  <Tab>\n    {/* k-x:start */}\n\n    - `a`\n\n    {/* k-x:end */}\n  </Tab>\n</Tabs>\n",
    );
    repaired(
        "p.md",
        "<div>\n{/_ k-x:start _/}\n{/_ k-x:end _/}\n</div>\n",
        "<div>\n<!-- k-x:start -->\n<!-- k-x:end -->\n</div>\n",
    );
    // Other namespaces and what is shown are left alone.
    for text in [
        "{/_ z-x:start _/}\n",
        "`{/_ k-x:start _/}`\n",
        "```mdx\n{/_ k-x:start _/}\n```\n",
        "{/* k-x:start */}\n\n- `a`\n\n{/* k-x:end */}\n",
    ] {
        repaired("p.mdx", text, text);
    }
}

#[test]
fn pulled_in_markers() {
    repaired(
        "p.md",
        "<!-- k-x:start -->\n- `a`\n- `b`\n  <!-- k-x:end -->\n",
        "<!-- k-x:start -->\n- `a`\n- `b`\n<!-- k-x:end -->\n",
    );
    repaired(
        "p.md",
        "[//]: # \"k-x:start\"\n\n- `a`\n  [//]: # \"k-x:end\"\n\nText.\n",
        "[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n\nText.\n",
    );
    repaired(
        "p.mdx",
        "  {/* k-x:start */}\n\n  - `a`\n    {/* k-x:end */}\n",
        "  {/* k-x:start */}\n\n  - `a`\n\n  {/* k-x:end */}\n",
    );
    repaired(
        "p.mdx",
        "- one\n\n  {/_ k-x:start _/}\n\n  - `a`\n    {/_ k-x:end _/}\n",
        "- one\n\n  {/* k-x:start */}\n\n  - `a`\n\n  {/* k-x:end */}\n",
    );
}

#[test]
fn visible_definitions() {
    repaired(
        "p.md",
        "Text.\n[//]: # \"k-x:start\"\n- `a`\n[//]: # 'k-x:end'\n",
        "Text.\n\n[//]: # \"k-x:start\"\n- `a`\n\n[//]: # 'k-x:end'\n",
    );
}

#[test]
fn glued_markers() {
    for (before, after) in [
        ("Text <!-- k-x:start --> - `a` <!-- k-x:end -->\n", "Text\n<!-- k-x:start -->\n- `a`\n<!-- k-x:end -->\n"),
        ("<!-- k-x:start --><!-- k-x:end -->\n", "<!-- k-x:start -->\n<!-- k-x:end -->\n"),
        ("<!-- k-x:start -->\n- `a`\n- `b` <!-- k-x:end -->\n", "<!-- k-x:start -->\n- `a`\n- `b`\n<!-- k-x:end -->\n"),
        ("- <!-- k-x:start --> `a`\n- `b` <!-- k-x:end -->\n", "<!-- k-x:start -->\n- `a`\n- `b`\n<!-- k-x:end -->\n"),
        ("- <!-- k-x:start -->\n- `b`\n- <!-- k-x:end -->\n", "<!-- k-x:start -->\n- `b`\n<!-- k-x:end -->\n"),
        (
            "## Models <!-- k-x:start -->\n- `a`\n\n<!-- k-x:end --> ## Next\n",
            "## Models\n<!-- k-x:start -->\n- `a`\n\n<!-- k-x:end -->\n## Next\n",
        ),
        (
            "Text [//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\" more\n",
            "Text\n\n[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n\nmore\n",
        ),
        (
            "Text {/_ k-x:start _/}\n\n- `a`\n\n{/_ k-x:end _/}\n",
            "Text\n\n[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n",
        ),
        (
            "<!-- k-x:start -->\n| A |\n| --- |\n| 1 | <!-- k-x:end -->\n",
            "<!-- k-x:start -->\n| A |\n| --- |\n| 1 |\n<!-- k-x:end -->\n",
        ),
        // A pair that was glued and then pulled in.
        ("Text <!-- k-x:start -->\n- `a`\n  <!-- k-x:end -->\n", "Text\n<!-- k-x:start -->\n- `a`\n<!-- k-x:end -->\n"),
        ("A `<!-- k-x:start -->` b\n", "A `<!-- k-x:start -->` b\n"),
    ] {
        repaired("p.md", before, after);
    }
    repaired(
        "p.mdx",
        "<Note>{/* k-x:start */} text {/* k-x:end */}</Note>\n",
        "<Note>\n{/* k-x:start */}\n\ntext\n\n{/* k-x:end */}\n</Note>\n",
    );
}

#[test]
fn what_cannot_be_taken_apart() {
    let catalog = catalog();
    for text in [
        "| a <!-- k-x:start --> | b |\n",
        "- a <!-- k-x:start --> b\n",
        "## a <!-- k-x:start --> b\n",
        "- <!-- k-x:start -->\n  text of the item\n",
        "<!-- k-x:start -->\n- a <!-- k-x:end -->\n  goes on\n",
    ] {
        let marked = repair(&catalog, &page("p.md", text));
        assert!(marked.edits.is_empty(), "{text}");
        let codes: Vec<_> = marked.diagnostics.iter().map(|fault| fault.code).collect();
        assert_eq!(codes, [Code::GluedMarker], "{text}");
    }
}

#[test]
fn repair_minds_no_other_fault() {
    repaired("p.mdx", "{/_ k-x:start _/}\n", "{/* k-x:start */}\n");
    repaired("p.mdx", "{/_ k-none:start _/}\n", "{/_ k-none:start _/}\n");
}

#[test]
fn the_repair_that_a_diagnostic_names_mends_it() {
    let catalog = catalog();
    for (path, text) in [
        ("p.mdx", "{/_ k-x:start _/}\n{/_ k-x:end _/}\n"),
        ("p.mdx", "<!-- k-x:start -->\n<!-- k-x:end -->\n"),
        ("p.mdx", "{/* k-x:start */ && null}\n{/* k-x:end */ && null}\n"),
        ("p.md", "{/* k-x:start */}\n{/* k-x:end */}\n"),
        ("p.md", "{/* k-x:start */ && null}\n{/* k-x:end */ && null}\n"),
        ("p.md", "<div>\n{/* k-x:start */}\n{/* k-x:end */}\n</div>\n"),
        ("p.md", "<div>\n[//]: # \"k-x:start\"\n[//]: # \"k-x:end\"\n</div>\n"),
        ("p.md", "<A/>\n\n<div>\n{/* k-x:start */}\n{/* k-x:end */}\n</div>\n"),
        ("p.md", "<A/>\n\n<div>\n{/* k-x:start */ && null}\n{/* k-x:end */ && null}\n</div>\n"),
        ("p.md", "- a\n[//]: # \"k-x:start\"\n[//]: # \"k-x:end\"\n"),
        ("p.md", "<!-- k-x:start -->\n- `a`\n  <!-- k-x:end -->\n"),
        ("p.md", "text <!-- k-x:start -->\n<!-- k-x:end -->\n"),
        ("p.md", "<A/>\n\n{/* k-x:start */ && null}\n{/* k-x:end */ && null}\n"),
    ] {
        let input = page(path, text);
        let scan = scan_page(&catalog, &input);
        let fault = scan.diagnostics.first().expect("a fault");
        let help = fault.help.clone().unwrap_or_default();
        let marked = match () {
            () if help.contains("--to mdx") => convert(&catalog, &input, Form::Jsx),
            () if help.contains("--to html") => convert(&catalog, &input, Form::Html),
            () if help.contains("--to definition") => convert(&catalog, &input, Form::Definition),
            () => {
                assert!(help.contains("mark repair"), "{text}{help}");
                repair(&catalog, &input)
            }
        };
        let after = crate::text::apply(text, &marked.edits);
        let left = scan_page(&catalog, &page(path, &after)).diagnostics;
        assert!(left.is_empty(), "{text}{help}\n{after}{left:?}");
    }
}

#[test]
fn converted() {
    let html = "Text\n<!-- k-x:start -->\n- `a`\n<!-- k-x:end -->\nText\n";
    let to = |form: Form| move |catalog: &Catalog, page: &PageInput| convert(catalog, page, form);
    check("p.md", html, html, to(Form::Html));
    check("p.md", html, "Text\n\n[//]: # \"k-x:start\"\n- `a`\n\n[//]: # \"k-x:end\"\nText\n", to(Form::Definition));
    check("p.mdx", html, "Text\n\n{/* k-x:start */}\n\n- `a`\n\n{/* k-x:end */}\n\nText\n", to(Form::Jsx));
    check(
        "p.mdx",
        "<!-- k-x:start -->\n\n| A |\n| --- |\n| 1 |\n\n<!-- k-x:end -->\n",
        "{/* k-x:start */}\n\n| A |\n| --- |\n| 1 |\n\n{/* k-x:end */}\n",
        to(Form::Jsx),
    );
    check(
        "p.md",
        "[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n",
        "<!-- k-x:start -->\n\n- `a`\n\n<!-- k-x:end -->\n",
        to(Form::Html),
    );
    check(
        "p.md",
        "- one\n\n  {/_ k-x:start _/}\n\n  - `a`\n\n  {/_ k-x:end _/}\n\n```json5\n[\n  // k-x:start\n  // k-x:end\n]\n```\n",
        "- one\n\n  <!-- k-x:start -->\n\n  - `a`\n\n  <!-- k-x:end -->\n\n```json5\n[\n  // k-x:start\n  // k-x:end\n]\n```\n",
        to(Form::Html),
    );
    let catalog = catalog();
    let marked = convert(&catalog, &page("p.md", "<!-- k-x:start -->\n"), Form::Definition);
    assert!(marked.edits.is_empty() && marked.diagnostics[0].code == Code::MissingEnd);
    let marked = convert(&catalog, &page("p.mdx", "{/* k-x:start */}\n{/* k-x:end */}\n"), Form::Html);
    assert!(!marked.edits.is_empty() && marked.diagnostics[0].code == Code::BreakingMarker);
}

fn inserted(path: &str, before: &str, spot: Spot) -> Result<String, String> {
    let catalog = catalog();
    let region = if matches!(spot, Spot::At(_)) { "models" } else { "x" };
    let insertion = Insertion { family: 0, region: region.into(), spot, form: None };
    match insert(&catalog, &page(path, before), &insertion) {
        Ok(inserted) => {
            let text = crate::text::apply(before, &inserted.edits);
            let line = text.lines().nth(inserted.line - 1).expect("the line");
            assert!(line.contains(&inserted.comment), "{line}");
            let plan = crate::plan::plan_page(&catalog, &page(path, &text), crate::plan::Options::default());
            assert!(plan.edits.is_empty() && !plan.is_faulty(), "{text}");
            Ok(text)
        }
        Err(faults) => Err(faults
            .iter()
            .map(|fault| format!("{}: {}", fault.message, fault.help.clone().unwrap_or_default()))
            .collect()),
    }
}

#[test]
fn inserted_before_a_line() {
    for (path, before, line, after) in [
        ("p.md", "A\n\nB\n", 3, "A\n\n[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n\nB\n"),
        ("p.md", "A\nB\n", 2, "A\n\n[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n\nB\n"),
        ("p.mdx", "A\n", 2, "A\n\n{/* k-x:start */}\n\n- `a`\n\n{/* k-x:end */}\n"),
        ("p.md", "A", 2, "A\n\n[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\""),
        (
            "p.md",
            "<!-- other-y:start -->\n<!-- other-y:end -->\n\nB\r\n",
            4,
            "<!-- other-y:start -->\n- `a`\n<!-- other-y:end -->\n\n<!-- k-x:start -->\r\n- `a`\r\n<!-- k-x:end -->\r\nB\r\n",
        ),
        ("p.md", "> A\n>\n> B\n", 3, "> A\n>\n> [//]: # \"k-x:start\"\n>\n> - `a`\n>\n> [//]: # \"k-x:end\"\n>\n> B\n"),
        ("p.md", "```yaml\nl:\n  - `b`\n```\n", 3, "```yaml\nl:\n  # k-x:start\n  - a\n  # k-x:end\n  - `b`\n```\n"),
        ("p.md", "---\nt: 1\nl:\n---\n", 4, "---\nt: 1\nl:\n# k-x:start\n- a\n# k-x:end\n---\n"),
        (
            "p.mdx",
            "<Tabs>\n  <Tab>\n    text\n  </Tab>\n</Tabs>\n",
            4,
            "<Tabs>\n  <Tab>\n    text\n\n  {/* k-x:start */}\n\n  - `a`\n\n  {/* k-x:end */}\n  </Tab>\n</Tabs>\n",
        ),
        ("p.md", "\u{feff}A\n", 1, "\u{feff}[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n\nA\n"),
        ("p.md", "", 1, "[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n"),
    ] {
        assert_eq!(inserted(path, before, Spot::Line(line)).as_deref(), Ok(after), "of {before}");
    }
    for (before, line, said) in [
        ("A\n", 9, "the page has 1 lines"),
        ("```\na\n```\n", 2, "no language"),
        ("<pre>\na\n</pre>\n", 2, "stands in"),
        ("<!-- k-x:start -->\n<!-- k-x:end -->\n", 2, "has no end"),
    ] {
        let fault = inserted("p.md", before, Spot::Line(line)).expect_err("no place");
        assert!(fault.contains(said), "{before}: {fault:?}");
    }
}

#[test]
fn inserted_after_a_heading() {
    let region = "[//]: # \"k-x:start\"\n\n- `a`\n\n[//]: # \"k-x:end\"\n";
    let spot = |text: &str| Spot::AfterHeading(text.into());
    for (before, after) in [
        ("## Models\n\nText\n", format!("## Models\n\n{region}\nText\n")),
        ("## Models ##\nText\n", format!("## Models ##\n\n{region}\nText\n")),
        ("Models\n------\nText\n", format!("Models\n------\n\n{region}\nText\n")),
        ("## Models\n", format!("## Models\n\n{region}")),
        ("## Models", format!("## Models\n\n{}", region.trim_end())),
    ] {
        assert_eq!(inserted("p.md", before, spot("Models")), Ok(after), "of {before}");
    }
    let fault = |before: &str, text: &str| inserted("p.md", before, spot(text)).expect_err("no such heading");
    assert!(fault("## Models\n", "Modles").contains("did you mean `Models`"));
    assert!(fault("## A\n## A\n", "A").contains("lines 1, 2"));
    assert!(fault("```\n# A\n```\n", "A").contains("no heading"));
}

#[test]
fn inserted_in_a_fence() {
    let shape = |text: &str| -> String {
        // The entry itself is the planner's business.
        let (head, rest) = text.split_once("k-models:start\n").expect("a start");
        let (_, tail) = rest.rsplit_once("// k-models:end").expect("an end");
        format!("{head}<{tail}")
    };
    let spot = || Spot::At("models.p.list".into());
    for (before, after) in [
        ("{ models: { p: { list: [] } } }\n", "{ models: { p: { list: [\n  // <\n] } } }\n"),
        (
            "{\n  models: {\n    p: {\n      list: [],\n    },\n  },\n}\n",
            "{\n  models: {\n    p: {\n      list: [\n        // <\n      ],\n    },\n  },\n}\n",
        ),
        (
            "{\n  \"models\": {\n    'p': {\n      list: [\n        { id: \"a\" },\n      ],\n    },\n  },\n}\n",
            "{\n  \"models\": {\n    'p': {\n      list: [\n        // <\n      ],\n    },\n  },\n}\n",
        ),
        ("{ models: { p: {\n  list: [ { id: 'a' } ]\n} } }\n", "{ models: { p: {\n  list: [\n    // <\n  ]\n} } }\n"),
        (
            "{ models: { p: {\n  list: [{\n    id: 'a'\n  }]\n} } }\n",
            "{ models: { p: {\n  list: [\n    // <\n  ]\n} } }\n",
        ),
        (
            "{ models: { p: {\n  list: [ // all\n    { id: 'a' }\n  ]\n} } }\n",
            "{ models: { p: {\n  list: [ // all\n    // <\n  ]\n} } }\n",
        ),
        ("{ models: { p: {\n  list: [\n  ]\n} } }\n", "{ models: { p: {\n  list: [\n    // <\n  ]\n} } }\n"),
        (
            "export const x = { models: { p: { list: [] } } };\n",
            "export const x = { models: { p: { list: [\n  // <\n] } } };\n",
        ),
    ] {
        for (open, prefix) in [("```js", ""), ("> ```js", "> "), ("   ```js", "   ")] {
            let place = |text: &str| -> String {
                let lines: String = text.lines().map(|line| format!("{prefix}{line}\n")).collect();
                format!("{open}\n{lines}{prefix}```\n")
            };
            let text = inserted("p.md", &place(before), spot()).unwrap_or_else(|fault| panic!("{before}{fault}"));
            assert_eq!(shape(&text), place(after), "{text}");
            let crlf = inserted("p.md", &place(before).replace('\n', "\r\n"), spot()).expect("it works");
            assert_eq!(crlf, text.replace('\n', "\r\n"));
        }
    }
    let fault = |before: &str| inserted("p.md", before, spot()).expect_err("no place");
    let fence = "```json5\n{ models: { p: { list: [] } } }\n```\n";
    assert!(fault(&format!("{fence}\n{fence}")).contains("lines 2, 6"));
    assert!(fault(&fence.replace("list", "lsit")).contains("did you mean `models.p.lsit`"));
    assert!(fault(&fence.replace("json5", "yaml")).contains("--line"));
    assert!(fault(&fence.replace("[]", "{}")).contains("object"));
}

#[test]
fn names() {
    let catalog = catalog();
    let of = |name: &str| resolve(&catalog, name).map_err(|fault| fault.help.unwrap_or_default());
    assert_eq!(of("x"), Ok((0, "x".to_owned())));
    assert_eq!(of("other-ids"), Ok((1, "ids".to_owned())));
    assert!(of("ids").expect_err("two families").contains("`k-ids`, `other-ids`"));
    assert!(of("other-idz").expect_err("none").contains("`other-ids`"));
}

#[test]
fn nothing_of_the_page_s_own_is_replaced() {
    let fence = |entries: &str| format!("```json5\n{{ models: [{entries}] }}\n```\n");
    let refused = inserted("p.md", &fence(" { id: \"mine\" } "), Spot::At("models".into())).expect_err("it is refused");
    assert!(refused.starts_with("`k-models` would replace what the catalog does not have: mine: "), "{refused}");
    assert!(refused.contains("`// k-models:start` and `// k-models:end`"), "{refused}");
    // What the catalog has is brought up to date.
    let text = inserted("p.md", &fence("{ id: \"a\" }"), Spot::At("models".into())).expect("it is inserted");
    assert!(text.contains("id: \"a\""), "{text}");
}

#[test]
fn data_holds_what_is_inserted_into_it() {
    for (text, line, fits) in [
        ("---\ntitle: T\nmodels:\n---\n", 3, false),
        ("---\ntitle: T\nmodels:\n---\n", 4, true),
        ("---\nmodels:\n  - a\n---\n", 3, true),
        ("---\nmodels:\n---\n", 2, false),
        ("+++\ntitle = 'T'\nmodels = [\n]\n+++\n", 3, false),
        ("+++\ntitle = 'T'\nmodels = [\n]\n+++\n", 4, true),
        ("```json5\n{\n}\n```\n", 2, false),
        ("```json5\n[\n]\n```\n", 3, true),
        ("```yaml\na: 1\nmodels:\n```\n", 3, false),
        ("```yaml\na: 1\nmodels:\n```\n", 4, true),
    ] {
        let outcome = inserted("p.md", text, Spot::Line(line));
        let misplaced = outcome.as_ref().is_err_and(|fault| fault.contains("would stand beside the data"));
        assert_eq!((outcome.is_ok(), misplaced), (fits, !fits), "{text} {line}: {outcome:?}");
    }
}
