//! A source page, a translation, and what becomes of it.

use super::*;
use crate::catalog::parse::{CatalogFile, Role, parse};
use crate::mark::insert::lines_before;

fn catalog() -> Catalog {
    let family = |namespace: &str, provider: &str, ids: &str, more: &str| {
        let model = |id: &str| {
            format!(
                "[[models]]\nid = \"{id}\"\nname = \"{}\"\nreasoning = false\ninput = [\"text\"]\ncontext_window = 1000\n\
                 max_tokens = 10\ncost = {{ input = 1, output = 2 }}\n",
                id.to_uppercase()
            )
        };
        let models: String = ids.split(' ').map(model).collect();
        let first = ids.split(' ').next().unwrap_or_default();
        let text = format!(
            "namespace = \"{namespace}\"\nprovider = \"{provider}\"\ndefault_model = \"{first}\"\nids = [\"{first}*\"]\n\
             {models}{more}"
        );
        CatalogFile { path: format!("{namespace}.toml"), text: text.into(), role: Role::Family, folder: 0 }
    };
    let regions = "[[retired]]\nid = \"a-old\"\nreplaced_by = \"a\"\n[regions.t]\nkind = \"table\"\ncolumns = [\"ref\", \"name\"]\n\
                   [regions.say]\nkind = \"template\"\ntemplate = \"The best is `{{ default_model }}`.\"\n\
                   [regions.first]\nkind = \"models\"\nmodels = [\"a\"]\n[regions.second]\nkind = \"models\"\nmodels = [\"a-b\"]\n";
    let files = [family("k", "m", "a a-b", regions), family("other", "o", "z", "")];
    let (catalog, faults) = parse(&files);
    assert!(faults.is_empty(), "{faults:?}");
    catalog
}

fn page(path: &str, text: &str) -> PageInput {
    PageInput { path: path.into(), text: text.into(), ..PageInput::default() }
}

/// What comes of a translation: the page, or why not.
fn outcome(source: (&str, &str), twin: (&str, &str)) -> Result<String, String> {
    let catalog = catalog();
    let twin_page = PageInput { locale: Some("fr".into()), ..page(twin.0, twin.1) };
    let done = restore(&catalog, &page(source.0, source.1), &twin_page);
    let text = apply(twin.1, &done.edits);
    assert!(done.edits.iter().all(|edit| edit.range.is_empty()));
    assert_eq!(done.edits.is_empty(), done.regions.is_empty());
    for region in &done.regions {
        let line = text.lines().nth(region.line - 1).unwrap_or_default();
        assert!(line.contains(&format!("{}:start", region.name)), "line {} of {text}", region.line);
    }
    let again = restore(&catalog, &page(source.0, source.1), &PageInput { text: text.clone().into(), ..twin_page });
    assert!(again.edits.is_empty(), "not once for all: {text}");
    match done.diagnostics.first() {
        Some(fault) => Err(fault.message.clone()),
        None => Ok(text),
    }
}

/// Checks that a translation gets its markers back, with other line ends, a byte order mark and in a quote too.
fn back(source: &str, broken: &str, whole: &str) {
    let check = |broken: &str, whole: &str, source: &str| {
        assert_eq!(outcome(("a.md", source), ("fr/a.md", broken)).as_deref(), Ok(whole), "of {broken}");
    };
    check(broken, whole, source);
    check(&broken.replace('\n', "\r\n"), &whole.replace('\n', "\r\n"), source);
    check(&format!("\u{feff}{broken}"), &format!("\u{feff}{whole}"), source);
    let open = |text: &str| text.strip_suffix('\n').map(str::to_owned).unwrap_or_default();
    check(&open(broken), &open(whole), source);
    if !source.starts_with(['-', '+']) {
        let quoted = |text: &str| -> String {
            text.lines().map(|line| if line.is_empty() { ">\n".to_owned() } else { format!("> {line}\n") }).collect()
        };
        check(&quoted(broken), &quoted(whole), &quoted(source));
    }
}

/// Checks that nothing is done, and why.
fn refused(source: &str, broken: &str, why: &str) {
    match outcome(("a.md", source), ("fr/a.md", broken)) {
        Ok(text) => panic!("of {broken}came {text}"),
        Err(said) => assert!(said.contains(why), "of {broken}: {said}"),
    }
}

/// The text without the lines that hold one of `words`.
fn without(text: &str, words: &[&str]) -> String {
    text.split_inclusive('\n').filter(|line| !words.iter().any(|word| line.contains(word))).collect()
}

const PROSE: &str = "# One\n\nWords.\n\n[//]: # \"k-ids:start\"\n\n- `a`\n- `a-b`\n\n[//]: # \"k-ids:end\"\n\nMore.\n";

const ENTRIES: &str = "# One\n\n```json5\n{\n  models: [\n    { id: \"mine\" },\n    // k-models:start\n    { id: \"a\", name: \
                       \"A\" },\n    { id: \"a-b\", name: \"A-B\" },\n    // k-models:end\n    { id: \"last\" },\n  ],\n}\n```\n";

#[test]
fn lists_and_tables() {
    let whole = PROSE.replace("One", "Un").replace("Words", "Mots").replace("More", "Encore");
    back(PROSE, &without(&whole, &[":start", ":end"]), &whole);
    back(PROSE, &without(&whole, &[":start"]), &whole);
    back(PROSE, &without(&whole, &[":end"]), &whole);
    // Blank lines that went with the markers come with them.
    let closed = without(&whole, &[":start", ":end"]).replace("\n\n\n", "\n\n");
    back(PROSE, &closed, &whole);
    // What it lists may be old; another provider's is none of it.
    back(PROSE, &closed.replace("`a`", "`a-old`"), &whole.replace("`a`", "`a-old`"));
    back(
        PROSE,
        &closed.replace("Mots.", "- `o/a`\n- `z`\n\nMots."),
        &whole.replace("Mots.", "- `o/a`\n- `z`\n\nMots."),
    );
    // The spelling of the source page is that of the translation.
    let spelled = |text: &str| text.replace("[//]: # \"k-ids:start\"", "[comment]: <> (k-ids:start)");
    back(&spelled(PROSE), &closed, &spelled(&whole));
    let table =
        |text: &str| text.replace("- `a`\n- `a-b`", "| Ref | Name |\n|---|---|\n| `m/a` | A |\n| `m/a-b` | A-B |");
    let named = |text: &str| table(text).replace("k-ids", "k-t");
    back(&named(PROSE), &table(&closed), &named(&whole));
    // First and last on the page, without lines that nobody needs.
    back(
        "<!-- k-ids:start -->\n- `a`\n<!-- k-ids:end -->\n",
        "- `a`\n",
        "<!-- k-ids:start -->\n- `a`\n<!-- k-ids:end -->\n",
    );
    // In an item.
    let item = "1. Take:\n\n   <!-- k-ids:start -->\n   - `a`\n   <!-- k-ids:end -->\n\n2. Go.\n";
    back(item, &without(item, &["k-ids"]), item);
    // An item that goes on below is more than an entry.
    refused(item, "1. Take:\n\n   - `a`\n     - which is small\n\n2. Go.\n", "its entries, and others");
    // Below another heading, where nothing else lists the models in either page.
    back(PROSE, &closed.replace("# Un\n\n", "## Un\n\n"), &whole.replace("# Un\n\n", "## Un\n\n"));
}

#[test]
fn places_whose_text_is_gone() {
    let bare = "# Un\n\nMots.\n\nEncore.\n";
    let empty = "# Un\n\nMots.\n\n[//]: # \"k-ids:start\"\n[//]: # \"k-ids:end\"\n\nEncore.\n";
    back(PROSE, bare, empty);
    back(PROSE, &without(empty, &[":start"]), empty);
    back(PROSE, &without(empty, &[":end"]), empty);
    let fence = ENTRIES.replace("    { id: \"a\", name: \"A\" },\n    { id: \"a-b\", name: \"A-B\" },\n", "");
    back(ENTRIES, &without(&fence, &["k-models"]), &fence);
    back(ENTRIES, &without(&fence, &[":end"]), &fence);
    let alone = without(&fence, &["mine", "last"]);
    let source = without(ENTRIES, &["mine", "last"]);
    back(&source, &without(&alone, &["k-models"]), &alone);
    // A paragraph more, and the place is no longer one.
    refused(PROSE, &bare.replace("Encore.", "Neuf.\n\nEncore."), "the text around is not that of the source page");
    refused(PROSE, "## Deux\n\nMots.\n\nEncore.\n", "the heading that it stood below");
    refused(PROSE, "# Un\n\nMots : `a`.\n", "what it listed is gone");
}

#[test]
fn places_that_cannot_be_told() {
    let list = "- `a`\n- `a-b`\n";
    let closed = format!("# Un\n\nMots.\n\n{list}\nEncore.\n");
    refused(
        PROSE,
        &closed.replace("Encore.\n", &format!("Et :\n\n{list}\nEncore.\n")),
        "more than one place fits: lines 5, 10",
    );
    // Items of other things, notes within, and two lists that became one.
    refused(PROSE, &closed.replace("- `a-b`", "- `a-b`\n- `HOME`"), "its entries, and others");
    refused(PROSE, &closed.replace("- `a-b`", "- `a-b`, the small one"), "its entries, and others");
    let joined = closed.replace("Mots.\n\n", "- un\n- deux\n");
    refused(&PROSE.replace("Words.", "- one\n- two"), &joined, "its entries, and others");
    refused(PROSE, &format!("{}[//]: # \"k-ids:end\"\n", joined.replace("Encore.\n", "")), "its entries, and others");
    // The start of one region does not take what another listed.
    let two = PROSE.to_owned() + "\n<!-- k-model-refs:start -->\n- `m/a`\n- `m/a-b`\n<!-- k-model-refs:end -->\n";
    let broken = "# Un\n\nMots.\n\n[//]: # \"k-ids:start\"\n\n- `m/a`\n- `m/a-b`\n";
    let listed = "<!-- k-model-refs:start -->\n- `m/a`\n- `m/a-b`\n<!-- k-model-refs:end -->\n";
    let whole = broken.replace("\n- `m/a`\n- `m/a-b`\n", &format!("[//]: # \"k-ids:end\"\n\n{listed}"));
    back(&two, broken, &whole);
    // A fault of the source page, or of the marker that is left.
    refused(&(PROSE.to_owned() + "\n<!-- k-model-refs:start -->\n"), &closed, "a.md:14 has a fault of its own");
    refused(PROSE, &closed.replace("- `a`\n", "[//]: # \"k-ids:start\" - `a`\n"), "must be mended before the other");
}

#[test]
fn entries_of_fences() {
    let whole = ENTRIES.replace("One", "Un");
    for words in [&[":start", ":end"][..], &[":start"], &[":end"]] {
        back(ENTRIES, &without(&whole, words), &whole);
    }
    let bare = without(&whole, &["k-models"]);
    // Entries of others around, and before them a comment that stays outside.
    let others = |text: &str| text.replace("    { id: \"last\" },\n", "    { id: \"z\" },\n    { id: \"last\" },\n");
    back(ENTRIES, &others(&bare), &others(&whole));
    let noted = bare.replace("    { id: \"a\",", "    // Ours.\n    { id: \"a\",");
    back(ENTRIES, &noted, &whole.replace("    // k-models:start", "    // Ours.\n    // k-models:start"));
    // The fence is the one that has the place.
    let more =
        |text: &str| text.replace("```json5\n{\n  models", "```json5\n{ port: 1 }\n```\n\n```json5\n{\n  models");
    back(ENTRIES, &more(&bare), &more(&whole));
    refused(ENTRIES, &bare.replace("models:", "list:"), "has no `models` here");
    refused(ENTRIES, &bare.replace("json5", "js"), "no fence of `json5` is like its own");
    refused(ENTRIES, &without(&bare, &["```"]), "no fence of `json5` is like its own");
    refused(
        ENTRIES,
        &(bare.clone() + "\n" + &without(&bare, &["# Un"])),
        "which fence is its own can't be told: lines 3, 15",
    );
    let apart = bare.replace(
        "    { id: \"a-b\", name: \"A-B\" },\n    { id: \"last\" },\n",
        "    { id: \"last\" },\n    { id: \"a-b\" },\n",
    );
    refused(ENTRIES, &apart, "its entries of `models` stand apart");
    let in_line = "# Un\n\n```json5\n{\n  models: [{ id: \"mine\" }, { id: \"a\" }, { id: \"a-b\" }, { id: \"last\" }],\n}\n```\n";
    refused(ENTRIES, in_line, "share lines here; give each a line of its own");
    refused(ENTRIES, "# Un\n\n```json5\n{\n  models: [],\n}\n```\n", "on one line here");
    // The entry before it must end in a comma.
    refused(ENTRIES, &bare.replace("{ id: \"mine\" },", "{ id: \"mine\" }"), "with its markers there, ");
}

#[test]
fn regions_side_by_side() {
    let source = "```json5\n[\n  // k-first:start\n  { id: \"a\" },\n  // k-first:end\n  // k-second:start\n  { id: \"a-b\" },\n  \
                  // k-second:end\n]\n```\n";
    for words in
        [&["//"][..], &["k-first"], &["k-second"], &["first:end", "second:start"], &["first:start", "second:end"]]
    {
        back(source, &without(source, words), source);
    }
}

#[test]
fn other_fences_and_front_matter() {
    let yaml = "---\ntitle: T\nmodels:\n  # k-ids:start\n  - a\n  - a-b\n  # k-ids:end\nmore: []\n---\n\nWords.\n";
    let toml = "+++\nmodels = [\n  # k-ids:start\n  \"a\",\n  \"a-b\",\n  # k-ids:end\n]\n+++\n\nWords.\n";
    let fence = "Words.\n\n```yaml\nmodels:\n  # k-ids:start\n  - a\n  - a-b\n  # k-ids:end\n  - mine\n```\n";
    let shell = "Words.\n\n```sh\n# Try it.\n# k-say:start\nThe best is `a`.\n# k-say:end\nexit\n```\n";
    for source in [yaml, toml, fence, shell] {
        for words in [&[":start", ":end"][..], &[":start"], &[":end"]] {
            back(source, &without(source, words), source);
        }
    }
    refused(yaml, "Words.\n", "it has no front matter of that kind");
    refused(yaml, &without(toml, &["k-ids"]), "it has no front matter of that kind");
    // A whole fence between markers of prose.
    let whole = "Words.\n\n[//]: # \"k-aliases:start\"\n\n```json\n{\n  \"m/a\": { \"alias\": \"A\" }\n}\n```\n\n[//]: # \"k-aliases:end\"\n\nMore.\n";
    for words in [&[":start", ":end"][..], &[":start"], &[":end"]] {
        back(whole, &without(whole, words), whole);
    }
    refused(whole, &without(whole, &["k-aliases"]).replace("m/a", "o/a"), "what it listed is gone");
}

#[test]
fn templates() {
    let source = "# One\n\nWords.\n\n<!-- k-say:start -->\nThe best is `a`.\n<!-- k-say:end -->\n\nMore.\n";
    for words in [&[":start", ":end"][..], &[":start"], &[":end"]] {
        back(source, &without(source, words), source);
    }
    // What is not its text would be lost.
    let other = without(source, &["k-say"]).replace("The best is `a`.", "Lisez la page des prix, puis choisissez.");
    refused(source, &other, "other text would be lost");
    refused(
        source,
        &without(source, &["k-say"]).replace("\nThe best", "\nNew.\n\nThe best"),
        "begins and ends can't be told",
    );
}

#[test]
fn forms_that_fit_the_dialect() {
    let html = "# One\n\nWords.\n\n<!-- k-ids:start -->\n- `a`\n<!-- k-ids:end -->\n\nMore.\n";
    let braces = "# One\n\nWords.\n\n{/* k-ids:start */}\n\n- `a`\n\n{/* k-ids:end */}\n\nMore.\n";
    let bare = "# One\n\nWords.\n\n- `a`\n\nMore.\n";
    let definition = "# One\n\nWords.\n\n[//]: # \"k-ids:start\"\n\n- `a`\n\n[//]: # \"k-ids:end\"\n\nMore.\n";
    let known = "\n[comment]: # 'other-ids:start'\n\n- `z`\n\n[comment]: # 'other-ids:end'\n";
    for (source, twin, before, after) in [
        (html, "a.mdx", bare.to_owned(), braces.to_owned()),
        (braces, "a.md", bare.to_owned(), definition.to_owned()),
        (braces, "a.mdx", bare.to_owned(), braces.to_owned()),
        (html, "a.md", bare.to_owned(), html.to_owned()),
        // The form that the page has, where that of the source page does not do.
        (braces, "a.md", bare.to_owned() + known, definition.to_owned() + known),
        // A half that is mangled, or an error, gets no other half like it.
        (
            braces,
            "a.mdx",
            braces.replace("{/* k-ids:start */}", "{/_ k-ids:start _/}").replace("{/* k-ids:end */}\n\n", ""),
            braces.replace("{/* k-ids:start */}", "{/_ k-ids:start _/}"),
        ),
    ] {
        let source_path = if source == braces { "a.mdx" } else { "a.md" };
        assert_eq!(outcome((source_path, source), (twin, &before)).as_deref(), Ok(&*after), "of {before}");
    }
}

#[test]
fn several_of_a_name() {
    let one = "<!-- k-ids:start -->\n- `a`\n- `a-b`\n<!-- k-ids:end -->\n";
    let source = format!("# One\n\n## Two\n\n{one}\nWords.\n\n## Three\n\nSee:\n\n{one}\nMore.\n");
    for words in [&[":start", ":end"][..], &[":start"], &[":end"]] {
        back(&source, &without(&source, words), &source);
        // The first alone, and the second.
        let at = source.rfind("## Three").unwrap_or_default();
        back(&source, &(without(&source[..at], words) + &source[at..]), &source);
        back(&source, &(source[..at].to_owned() + &without(&source[at..], words)), &source);
    }
}

#[test]
fn edits_of_edits() {
    // Lines that are added one after the other, in any order, are edits of the page as it was.
    let text = "a\nb\nc\n";
    for order in [[0, 2, 4], [2, 0, 3], [3, 1, 0], [1, 1, 1]] {
        let mut edits = Vec::new();
        let mut now = text.to_owned();
        for (n, at) in order.into_iter().enumerate() {
            let input = page("a.md", &now);
            let scan = scan_page(&catalog(), &input);
            let edit = lines_before(&now, &scan, &crate::text::lines(&now), at, &[format!("{n}")]);
            add(&mut edits, edit.clone());
            now = apply(&now, &[edit]);
            assert_eq!(apply(text, &edits), now, "{order:?}");
        }
    }
}

#[test]
fn advice_names_the_place_and_the_lines() {
    let catalog = catalog();
    let here = page("fr/a.md", "Mots.\n");
    let said = |source: &str, region: &str| advice(&catalog, &page("a.md", source), &here, 0, region);
    let fence = said(ENTRIES, "models").unwrap_or_default();
    assert!(fence.starts_with("a.md:7 has it in a fence of `json5` at `models` below the heading `One`; "), "{fence}");
    assert!(fence.contains("moonsync mark restore fr/a.md\n"), "{fence}");
    assert!(fence.ends_with("\n// k-models:start\n// k-models:end"), "{fence}");
    let prose = said(PROSE, "ids").unwrap_or_default();
    assert!(prose.ends_with("\n[//]: # \"k-ids:start\"\n\n[//]: # \"k-ids:end\""), "{prose}");
    assert_eq!(said(PROSE, "models"), None);
}
