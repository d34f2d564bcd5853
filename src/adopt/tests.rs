use super::*;
use crate::diagnostic::Diagnostic;

fn page(path: &str, text: &str) -> PageInput {
    PageInput { path: path.into(), text: text.into(), ..PageInput::default() }
}

/// The drafts of some pages; each parses to a catalog.
fn read(pages: &[PageInput], known: &[Family]) -> Vec<Draft> {
    let mut names: Vec<String> = pages.iter().flat_map(|page| namespaces(&page.text)).collect();
    names.sort();
    names.dedup();
    let drafts = drafts(&names, &pages.iter().collect::<Vec<_>>(), known);
    for draft in &drafts {
        let file = CatalogFile { path: "a.toml".into(), text: draft.to_toml().into(), role: Role::Family, folder: 0 };
        let (_, faults) = parse(&[file]);
        assert!(!faults.iter().any(Diagnostic::is_error), "{faults:?}\n{}", draft.to_toml());
    }
    drafts
}

fn ids(draft: &Draft) -> Vec<&str> {
    draft.models.iter().map(|model| model.id.as_str()).collect()
}

#[test]
fn examples_are_no_markers() {
    let pages = [page("a.md", "Write `k-ids:start`.\n\n```md\n<!-- k-ids:start -->\n- `a`\n<!-- k-ids:end -->\n```\n")];
    assert_eq!(namespaces(&pages[0].text), ["k"]);
    assert_eq!(read(&pages, &[]), []);
}

#[test]
fn models_keep_the_order_of_the_longest_region_and_others_find_their_place() {
    let pages = [
        page("a.md", "<!-- k-ids:start -->\n- `a`\n- `b`\n- `c`\n<!-- k-ids:end -->\n"),
        page("b.md", "<!-- k-model-refs:start -->\n- `p/x/c`\n- `p/x/new`\n<!-- k-model-refs:end -->\n"),
        page("c.md", "```json5\n[\n// k-models:start\n{ id: \"c\" },\n{ id: \"b\" },\n// k-models:end\n]\n```\n"),
    ];
    let drafts = read(&pages, &[]);
    assert_eq!(ids(&drafts[0]), ["a", "b", "c", "new"]);
    assert_eq!(drafts[0].provider.as_deref(), Some("p/x"));
    // What a region has in one place only is what it has.
    assert_eq!(drafts[0].some["model-refs"], ["c", "new"]);
    assert_eq!(drafts[0].some["models"], ["b", "c"]);
    let told = &drafts[0].notes[drafts[0].notes.len() - 2..];
    assert_eq!(told[1], "k-models lists 2 of 4 models wherever it stands: [regions.models] keeps it so");
}

#[test]
fn a_model_that_one_of_two_places_lacks_is_told() {
    let pages = [
        page("a.md", "<!-- k-ids:start -->\n- `a`\n- `b`\n<!-- k-ids:end -->\n"),
        page("b.md", "<!-- k-ids:start -->\n- `a`\n<!-- k-ids:end -->\n"),
    ];
    let drafts = read(&pages, &[]);
    assert_eq!(drafts[0].notes, ["b is in a.md:1 but not in b.md:1"]);
    assert!(drafts[0].some.is_empty());
}

#[test]
fn the_default_model_is_the_one_that_configurations_name_most() {
    let list = "<!-- k-model-refs:start -->\n- `p/a`\n- `p/b`\n- `p/c`\n<!-- k-model-refs:end -->\n";
    let text = format!("{list}\nprimary: \"p/c\"\n`primary` is `p/b`\n  \"primary\": \"p/b\"\nprimary: \"q/a\"\n");
    let drafts = read(&[page("a.md", &text)], &[]);
    assert_eq!((drafts[0].default_model.as_str(), drafts[0].default_is_said), ("b", true));
    let drafts = read(&[page("a.md", list)], &[]);
    assert_eq!((drafts[0].default_model.as_str(), drafts[0].default_is_said), ("a", false));
}

#[test]
fn tables_say_what_objects_do_not() {
    let table = "| Model ref | Reasoning | Max output | Input price | Name |\n|---|---|---|---|---|\n\
                 | `p/a` | ✓ | 1,000 | 2 | A |\n| `p/b` | ✓ | 1.000.000 | 3 | B |\n| `p/c` | deep | | | C |\n";
    let text = format!("<!-- k-ids:start -->\n{table}<!-- k-ids:end -->\n");
    let drafts = read(&[page("a.md", &text)], &[]);
    let [a, b, c] = &drafts[0].models[..] else { panic!("three models") };
    assert_eq!((a.reasoning, a.max_tokens, a.name.as_deref()), (Some(true), Some(1_000), Some("A")));
    assert_eq!((b.max_tokens, b.reasoning_label.as_deref()), (Some(1_000_000), Some("✓")));
    assert_eq!((c.max_tokens, c.reasoning_label.as_deref()), (None, Some("deep")));
    assert!(
        drafts[0].to_toml().contains("max_tokens      = 8192 # no page says it: review"),
        "{}",
        drafts[0].to_toml()
    );
}

#[test]
fn gaps_are_filled_from_blocks_and_then_from_families_that_are_known() {
    let text = "<!-- k-model-refs:start -->\n- `p/a`\n- `p/b`\n- `p/c`\n<!-- k-model-refs:end -->\n\n```json5\n\
                { models: { providers: { p: { models: [{ id: \"a\", name: \"A\", reasoning: true, input: [\"text\"], \
                contextWindow: 9, maxTokens: 8, cost: { input: 1, output: 2 } }] } } } }\n```\n";
    let known = "namespace = \"z\"\nprovider = \"p\"\ndefault_model = \"b\"\n[[models]]\nid = \"b\"\nname = \"Bee\"\n\
                 reasoning = true\ninput = [\"text\"]\ncost = {}\ncontext_window = 7\nmax_tokens = 6\n";
    let file = CatalogFile { path: "z.toml".into(), text: known.into(), role: Role::Family, folder: 0 };
    let drafts = read(&[page("a.md", text)], &parse(&[file]).0.families);
    let [a, b, c] = &drafts[0].models[..] else { panic!("three models") };
    assert_eq!((a.gaps(), a.context_window), (Vec::new(), Some(9)));
    assert_eq!((b.gaps(), b.context_window, b.name.as_deref()), (Vec::new(), Some(7), Some("Bee")));
    assert_eq!(c.gaps().len(), 6);
    assert_eq!(drafts[0].gaps(), 7, "and nobody says which model is the default one");
    assert_eq!(drafts[0].notes.len(), 1, "{:?}", drafts[0].notes);
}

#[test]
fn hostile_words_make_no_other_catalog() {
    let text = "```json5\n[\n// k-models:start\n{ id: \"a\", name: \"A\\\"\\n[[models]]\", reasoning: 3, input: [1], \
                cost: { input: \"x\" }, contextWindow: -1, maxTokens: 1e99, extra: { \"a b\": null } },\n\
                // k-models:end\n]\n```\n<!-- k-ids:start -->\n- `a b`\n- `x\"]`\n<!-- k-ids:end -->\n";
    let names = namespaces(text);
    let page = page("a.md", text);
    for draft in drafts(&names, &[&page], &[]) {
        let file = CatalogFile { path: "a.toml".into(), text: draft.to_toml().into(), role: Role::Family, folder: 0 };
        let (catalog, faults) = parse(&[file]);
        // Refused, or as meant.
        let ids: Vec<&str> = catalog.families.iter().flat_map(|f| &f.models).map(|model| model.id.as_str()).collect();
        assert!(faults.iter().any(Diagnostic::is_error) || ids == self::ids(&draft), "{}", draft.to_toml());
    }
}

#[test]
fn objects_without_reasoning_teach_no_label() {
    let text = "```json5\n[\n// k-models:start\n{ id: \"a\", name: \"A\" },\n// k-models:end\n]\n```\n";
    let drafts = read(&[page("a.md", text)], &[]);
    assert!(!drafts[0].to_toml().contains("reasoning_label"), "{}", drafts[0].to_toml());
}

#[test]
fn what_no_catalog_can_hold_is_left_out_and_told() {
    let text = "```json5\n[\n// k-models:start\n{ id: \"a\", name: 5, reasoning: true, input: [\"te xt\", \"\"], \
                thinkingLevelMap: { weird: \"y\" }, cost: { input: -1 }, contextWindow: 9, x: 1 },\n\
                // k-models:end\n]\n```\n\n<!-- k-ids:start -->\n- `é`\n- `a`\n<!-- k-ids:end -->\n";
    let drafts = read(&[page("a.md", text)], &[]);
    assert_eq!(ids(&drafts[0]), ["a"]);
    assert_eq!((drafts[0].models[0].reasoning, drafts[0].models[0].context_window), (Some(true), Some(9)));
    assert_eq!(drafts[0].models[0].extra.len(), 1);
    assert_eq!(
        drafts[0].notes,
        [
            "a.md:9 has \"é\", which is no id: left out",
            "a.md:9: what it says of a is left out, no catalog can hold it: name, input, cost, thinkingLevelMap"
        ]
    );
}

#[test]
fn entries_that_cannot_be_read_are_told() {
    let text = "```js\n[\n// k-models:start\n{ id: \"a\" },\n// a remark\n{ id: \"b\", maxTokens: 8 * 1024 },\n\
                // k-models:end\n]\n```\n";
    let drafts = read(&[page("a.md", text)], &[]);
    assert_eq!(ids(&drafts[0]), ["a"]);
    let [note] = &drafts[0].notes[..] else { panic!("{:?}", drafts[0].notes) };
    assert!(
        note.starts_with("a.md:3 holds what cannot be read") && note.ends_with("{ id: \"b\", maxTokens: 8 * 1024 }")
    );
}

#[test]
fn markers_that_give_no_draft_are_faults() {
    let told = |text: &str| {
        let page = page("a.md", text);
        assert_eq!(drafts(&namespaces(text), &[&page], &[]), []);
        let faults = undrafted(&namespaces(text), &[&page]);
        faults.iter().map(|fault| format!("{}: {}", fault.code.name(), fault.message)).collect::<Vec<_>>()
    };
    let empty = "usage: the region `k-ids` lists no model that a catalog could be made of";
    assert_eq!(told("<!-- k-ids:start -->\n\n<!-- k-ids:end -->\n"), [empty]);
    assert_eq!(told("<!-- k-ids:start -->\n- `a`\n"), ["missing-end: `k-ids:start` has no end"]);
    assert_eq!(told("Write `k-ids:start`.\n"), Vec::<String>::new());
}
