//! Texts that want to be something else: the end of a comment, a fence, a cell, a string, a marker, a command of a
//! terminal or of a CI.

use super::{World, finish};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

/// Words that a catalog may give a model as its name.
const NAMES: [&str; 20] = [
    "--> out",
    "*/} out",
    "*/ out",
    "```",
    "~~~~ fence",
    "a | b",
    "a \\| b \\",
    "`code` ``",
    "\" + evil + \"",
    "' out",
    "</Tab>{evil}",
    "<!-- k-ids:start -->",
    "{/* k-table:end */}",
    "// k-models:end",
    "[//]: # \"k-ids:end\"",
    "${evil} $(evil)",
    "[link](javascript:evil) ![x](y)",
    "- item # heading",
    "::error file=a::evil",
    "\u{202e}desrever & &lt; &#60;",
];

fn catalog() -> String {
    let mut text = "namespace = \"k\"\nprovider = \"p\"\ndefault_model = \"m-0\"\nids = [\"m-*\"]\n[defaults]\n\
                    reasoning = true\ncost = { input = 1 }\ncontext_window = 1000\nmax_tokens = 100\n\
                    [regions.table]\nkind = \"table\"\ncolumns = [\"ref\", \"name\", \"reasoning\", \"input\"]\n\
                    [regions.names]\nkind = \"list\"\nvalue = \"name\"\n[[retired]]\nid = \"m-old\"\n"
        .to_owned();
    for (n, name) in NAMES.iter().enumerate() {
        let name = toml::Value::from(*name).to_string();
        let _ = writeln!(
            text,
            "[[models]]\nid = \"m-{n}\"\nname = {name}\nreasoning_label = {name}\ninput = [{name}]\n\
             extra = {{ note = {name}, {name} = 1 }}"
        );
    }
    text
}

/// A page with every kind of region, its markers written so.
fn page(open: &str, close: &str) -> String {
    let pair = |name: &str, body: &str| format!("{open}{name}:start{close}\n\n{body}\n{open}{name}:end{close}\n\n");
    let fence = |body: &str| format!("```json5\n{{\n  models: {body}\n}}\n```\n\n");
    let mut text = "# Page\n\n".to_owned();
    text += &pair("k-table", "| Model ref | Name | Reasoning | Input |\n| --- | --- | --- | --- |\n");
    text += &pair("k-names", "- x\n");
    text += &fence("[\n    // k-models:start\n    // k-models:end\n  ],");
    text += &fence("{\n    // k-aliases:start\n    // k-aliases:end\n  },");
    text + "The end.\n"
}

/// What CommonMark with tables reads: the words of each item and of each cell.
fn words(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut at: Option<String> = None;
    for event in Parser::new_ext(page, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableCell | Tag::Item) => at = Some(String::new()),
            Event::End(TagEnd::TableCell | TagEnd::Item) => found.extend(at.take()),
            Event::Text(text) => at.as_mut().into_iter().for_each(|at| at.push_str(&text)),
            Event::Code(text) => at.as_mut().into_iter().for_each(|at| at.push_str(&text)),
            Event::Html(text) | Event::InlineHtml(text) => {
                assert!(at.is_none() && text.contains("k-"), "HTML that nobody wrote: {text}");
            }
            _ => {}
        }
    }
    found
}

#[test]
fn no_text_of_a_catalog_leaves_its_place() {
    for (file, open, close) in [
        ("a.md", "<!-- ", " -->"),
        ("b.md", "[//]: # \"", "\""),
        ("c.mdx", "{/* ", " */}"),
        ("d.mdx", "[//]: # (", ")"),
    ] {
        let world = World::new(&[("catalog/k.toml", &catalog())]);
        world.write(format!("docs/{file}"), &page(open, close));
        world.run::<&str>([]).ended(0).said("4 regions in 1 page");
        world.run(["--check"]).ended(0).said("4 regions in 1 page");
        let text = world.read(format!("docs/{file}"));
        assert!(text.ends_with("```\n\nThe end.\n"), "{text}");

        let read = words(&text);
        for (n, name) in NAMES.iter().enumerate() {
            // White space at the edges of a line and within it is the page's.
            let count = read.iter().filter(|said| said == name).count();
            assert_eq!(count, 4, "{file}: {name:?} should be in three cells and an item:\n{text}");
            assert!(read.contains(&format!("p/m-{n}")), "{file}: {n}");
        }
        assert_eq!(read.len(), 4 + NAMES.len() * 5, "{file}: other cells and items than those of the catalog");

        let fences: Vec<&str> =
            text.split("```json5\n").skip(1).map(|rest| rest.split("\n```\n").next().unwrap()).collect();
        let values: Vec<serde_json::Value> = fences.iter().map(|fence| json5::from_str(fence).unwrap()).collect();
        for (n, name) in NAMES.iter().enumerate() {
            let model = &values[0]["models"][n];
            assert_eq!(model["name"], *name, "{file}");
            assert_eq!(
                (&model["note"], &model[*name], &model["input"][0]),
                (&(*name).into(), &1.into(), &(*name).into())
            );
            assert_eq!(values[1]["models"][format!("p/m-{n}")]["alias"], *name, "{file}");
        }
        assert_eq!(values[0]["models"].as_array().unwrap().len(), NAMES.len());
    }
}

/// Words that a terminal acts on, in every text that a stranger can write: a page's lines, its name, a locale's words, a
/// list's names. (A catalog's names cannot hold control characters.)
const TERMINAL: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}\u{200f}\r";

fn hostile() -> World {
    let world = World::new(&[("catalog/k.toml", &catalog())]);
    let page = page("<!-- ", " -->").replace("- x\n", &format!("- {TERMINAL}x\n{TERMINAL}\n"));
    world.write(format!("docs/{TERMINAL}.md"), &page);
    world.write("docs/fr/a.md", &format!("{TERMINAL} p/m-old p/m-zz\n<!-- k-ids:start --> {TERMINAL}\n"));
    world.write("docs/a.md", &format!("# {TERMINAL}\n\n<!-- k-idz:start -->\n`p/m-old`{TERMINAL} p/m-{TERMINAL}\n"));
    world.write(
        "list.json",
        &format!(
            "{{ \"p\": {{ \"id\": \"p\", \"name\": {t}, \"models\": {{ \"m-9\": {{ \"id\": \"m-9\", \"name\": {t}, \"cost\": {t} }}, \
             {t}: {{ \"id\": {t} }} }} }} }}",
            t = serde_json::Value::from(TERMINAL)
        ),
    );
    world
}

#[test]
fn nothing_that_a_terminal_acts_on_is_printed() {
    let place = format!("docs/{TERMINAL}.md:4");
    let commands: [&[&str]; 22] = [
        &[],
        &["--check"],
        &["--check", "-v"],
        &["--keep-going", "--check"],
        &["--format", "github", "--check"],
        &["status"],
        &["status", "-v"],
        &["status", "--format", "markdown"],
        &["refs"],
        &["refs", "-v"],
        &["refs", "--format", "github"],
        &["explain", &place],
        &["explain", "docs/a.md"],
        &["import", "list.json", "--check"],
        &["import", "list.json", "--check", "-v"],
        &["harvest", "--check"],
        &["mark", "repair", "--check"],
        &["mark", "restore", "--check"],
        &["catalog", "show"],
        &["catalog", "default", TERMINAL],
        &["init", "--catalog", TERMINAL],
        &[TERMINAL],
    ];
    for command in commands {
        let world = hostile();
        let run = world.run(command);
        for text in [&run.out, &run.err] {
            let acts = |c: char| c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202e}' | '\u{200f}');
            assert!(!text.chars().any(acts), "{command:?} prints {text:?}");
        }
        assert!(run.code.is_some_and(|code| code <= 2), "{command:?}: {:?}", run.code);
    }
}

#[test]
fn what_a_page_says_is_no_command_to_a_ci() {
    let world = World::new(&[("catalog/k.toml", &catalog())]);
    world.write("docs/::error::a%0A.md", &page("<!-- ", " -->"));
    world.write("docs/b.md", "::set-output name=a::b p/m-old\n::error::x p/m-old ##[error]y\n");
    for command in [&["--check", "--format", "github"][..], &["refs", "--format", "github"]] {
        let run = world.run(command);
        for line in run.out.lines().filter(|line| line.starts_with("::") || line.contains("##[")) {
            let ours = ["::error file=", "::warning file=", "::notice file=", "::error title=", "::warning title="];
            assert!(ours.iter().any(|start| line.starts_with(start)), "{line}");
            let properties = line[2..].split("::").next().unwrap();
            assert!(!properties.contains("::") && !line.contains("##["), "{line}");
        }
    }
}

#[test]
fn a_page_on_stdin_is_as_safe() {
    let world = hostile();
    let mut command = world.moonsync(["--stdin-path", &format!("docs/{TERMINAL}.md")]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("<!-- k-ids:start -->{TERMINAL}\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.chars().any(|c| c.is_control() && c != '\n' && c != '\t'), "{said:?}");
    let _ = finish(world.moonsync(["--check"]));
}

#[test]
fn no_word_of_a_language_leaves_its_place() {
    let family = super::catalog(&["new"]).replace("input = [\"text\"]", "input = [\"text\", \"image\"]")
        + "\n[regions.table]\nkind = \"table\"\ncolumns = [\"ref\", \"reasoning\", \"input\", \"context\"]\n";
    for word in NAMES {
        let said = toml::Value::from(word).to_string();
        let locale = format!(
            "list_separator = {said}\n[columns]\nref = {said}\nreasoning = {said}\ninput = {said}\ncontext = {said}\n\
             [terms]\n\"No\" = {said}\ntext = {said}\nimage = \"i\"\n"
        );
        let world = World::new(&[("catalog/k.toml", &family), ("catalog/locales/fr.toml", &locale)]);
        for (file, open, close) in [("docs/fr/a.md", "<!-- ", " -->"), ("docs/fr/b.mdx", "{/* ", " */}")] {
            let page =
                format!("{open}k-table:start{close}\n\n| a |\n| --- |\n\n{open}k-table:end{close}\n\nThe end.\n");
            world.write(file, &page);
        }
        world.run::<&str>([]).ended(0).said("2 regions in 2 pages");
        world.run(["--check"]).ended(0).said("2 regions in 2 pages");
        for file in ["docs/fr/a.md", "docs/fr/b.mdx"] {
            let text = world.read(file);
            let both = format!("{word}{word}i");
            let cells = [word, word, word, word, "p/new", word, both.trim(), "1,000"];
            assert_eq!(words(&text), cells, "{file}: {word:?}:\n{text}");
            assert!(text.ends_with("\n\nThe end.\n"), "{text}");
        }
    }
    // What groups digits is no word: a number must be read again.
    for mark in ["|", "-->", "0", ", "] {
        let world = World::new(&[("catalog/k.toml", &family)]);
        world.write("catalog/locales/fr.toml", &format!("thousands = \"{mark}\"\n"));
        world.run(["--check"]).ended(2).said("catalog/locales/fr.toml").said("`thousands` groups no digits");
    }
}
