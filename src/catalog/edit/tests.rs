//! Tables of edits: what they change, line by line, and what they refuse.

use super::*;
use similar::{ChangeTag, TextDiff};

/// A file with much that edits must keep.
const RICH: &str = r#"# top

namespace     = "k"   # short
provider      = 'p'
default_model = "a-1"
ids           = [ "a-*" ]

[defaults]
reasoning = false
cost = { input = 0, output = 0 }

# The first one.
[[models]]   # listed since May
id             = "a-1"  # the id
name           = "A 1"
# commented = 1
input          = ["text", "image"]   # images too
cost           = { input = 0.50, output = 2.0 } # dollars
context_window = 262_144
max_tokens     = 8_192
# an afterthought

[[models]]
id = 'b'
  name= 'B'
cost.input = 1
cost.output = 2
input = [ 'text' ]
context_window=0x1000
max_tokens = 10

# --- sub-tables ---

# about c
[[ models ]]
	id = "c"
	name = "C"
	input = ["text"]
	max_tokens = 10
	context_window = 1000

	[models.cost]
	input = 3 # three
	[models.thinking_levels]
	low = "low"

# No longer listed.

# gone
[[retired]]
id          = "z"
replaced_by = "b"

[[retired]]
id          = "y"
replaced_by = "z"
since       = 2026-01-01

[regions.some]
kind   = "list"
models = ["a-*", "b"]
"#;

/// An inline array, a BOM, no line end at the end.
const INLINE: &str = "\u{feff}namespace = \"k\"\nprovider = \"p\"\ndefault_model = \"a\"\nmodels = [\n  # first\n  { id = \"a\", name = \"A\", reasoning = true, input = [\"text\"], cost = {input=1}, context_window = 9, max_tokens = 9 }, # on a\n  # second\n  { id = \"b\", name = \"B\", reasoning = true, input = [\"text\"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b\n]\nretired = [{ id = \"z\" }]";

fn editor(text: &str) -> Editor {
    Editor::new("k.toml", text).unwrap_or_else(|faults| panic!("{faults:?}"))
}

/// The lines that differ, with `-` and `+`, or the faults.
fn changes<T: std::fmt::Debug>(text: &str, edit: impl FnOnce(&mut Editor) -> Result<T, Vec<Diagnostic>>) -> String {
    let mut editor = editor(text);
    if let Err(faults) = edit(&mut editor) {
        assert_eq!(editor.text(), text, "a refused edit");
        return faults.iter().map(|fault| format!("{}: {}\n", fault.code.name(), fault.message)).collect();
    }
    let again = Editor::new("k.toml", editor.text()).unwrap_or_else(|faults| panic!("{faults:?}"));
    assert_eq!(again.family(), editor.family());
    difference(text, editor.text())
}

fn difference(old: &str, new: &str) -> String {
    let mut out = String::new();
    for change in TextDiff::from_lines(old, new).iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Delete => '-',
            ChangeTag::Insert => '+',
        };
        let line = change.value();
        out.push_str(&format!(
            "{sign}{}{}\n",
            line.trim_end_matches('\n'),
            if line.ends_with('\n') { "" } else { "∎" }
        ));
    }
    out.replace('\r', "␍")
}

#[track_caller]
fn expect(found: &str, wanted: &str) {
    assert_eq!(found, wanted.trim_start_matches('\n'), "\n{found}");
}

fn whole(id: &str) -> NewModel {
    let number = |text: &str| Number::parse(text);
    NewModel {
        reasoning: Some(true),
        reasoning_label: Some("low / \"high\"".to_owned()),
        thinking_levels: Some(vec![("high".to_owned(), Value::String("max".to_owned()))]),
        input: Some(vec!["text".to_owned(), "video".to_owned()]),
        cost: NewCost {
            input: number("0.95"),
            output: number("4"),
            cache_read: number("0.1"),
            cache_write: number("0"),
        },
        context_window: Some(1_048_576),
        max_tokens: Some(8192),
        ..NewModel::new(id, "New")
    }
}

fn small(id: &str) -> NewModel {
    NewModel {
        input: Some(vec!["text".to_owned()]),
        context_window: Some(100_000),
        max_tokens: Some(10),
        name_is_guessed: true,
        ..NewModel::new(id, "Néw")
    }
}

/// The inline array on one line.
fn inline(text: &str) -> String {
    text.replace("\n  # first\n  ", "").replace(" # on a\n  # second\n ", "").replace(" # on b\n", "")
}

#[test]
fn a_model_is_added_in_the_look_of_its_neighbour() {
    let after = |id: &str| Spot::After(id.to_owned());
    let cheap = || NewCost { input: Number::parse("3"), ..NewCost::default() };
    // Aligned, with a thinking level inline as the neighbour's prices are; 8192 grouped; what [defaults] says left out.
    expect(
        &changes(RICH, |editor| editor.add(&whole("n"), &after("a-1"))),
        r#"
+id              = "n"
+name            = "New"
+reasoning       = true
+reasoning_label = 'low / "high"'
+thinking_levels = { high = "max" }
+input           = ["text", "video"]
+cost            = { input = 0.95, output = 4, cache_read = 0.1 }
+context_window  = 1_048_576
+max_tokens      = 8_192
+
+[[models]]
"#,
    );
    // Dotted prices, the neighbour's odd spacing, a guessed name.
    let model = NewModel { cost: cheap(), reasoning: Some(false), ..small("n") };
    expect(
        &changes(RICH, |editor| editor.add(&model, &after("b"))),
        r"
+[[models]]
+id = 'n'
+name = 'Néw' # derived from the id: review
+cost.input = 3
+input = [ 'text' ]
+context_window = 100_000
+max_tokens = 10
+
",
    );
    // Sub-tables; a free comment below stays where it is.
    expect(
        &changes(RICH, |editor| editor.add(&whole("n"), &Spot::Last)),
        r#"
+[[ models ]]
+	id = "n"
+	name = "New"
+	reasoning = true
+	reasoning_label = 'low / "high"'
+	input = ["text", "video"]
+	max_tokens = 8192
+	context_window = 1_048_576
+
+	[models.cost]
+	input = 0.95
+	output = 4
+	cache_read = 0.1
+	[models.thinking_levels]
+	high = "max"
+
"#,
    );
    // Above the comments of the first model.
    expect(
        &changes(RICH, |editor| editor.add(&small("n"), &Spot::First)),
        r#"
+[[models]]
+id             = "n"
+name           = "Néw" # derived from the id: review
+input          = ["text"]
+context_window = 100_000
+max_tokens     = 10
+
"#,
    );
    // Above those of another one, below a free comment.
    expect(
        &changes(RICH, |editor| editor.add(&small("n"), &Spot::Before("c".to_owned()))),
        r#"
+[[ models ]]
+	id = "n"
+	name = "Néw" # derived from the id: review
+	input = ["text"]
+	max_tokens = 10
+	context_window = 100_000
+
"#,
    );
    // No blank lines between models, no line end at the end, CRLF.
    let tight = "namespace='k'\r\nprovider='p'\r\ndefault_model='a'\r\n[[models]]\r\nid='a'\r\nname='A'\r\nreasoning=true\r\n# c\r\n[[models]]\r\nid='b'\r\nname='B'\r\nreasoning=true";
    let tight = tight
        .replace("reasoning=true", "reasoning=true\r\ninput=['text']\r\ncost={}\r\ncontext_window=9\r\nmax_tokens=9");
    let model = || NewModel { cost: cheap(), reasoning: Some(true), ..small("n") };
    expect(
        &changes(&tight, |editor| editor.add(&model(), &after("a"))),
        r"
+[[models]]␍
+id='n'␍
+name='Néw' # derived from the id: review␍
+reasoning=true␍
+input=['text']␍
+cost={ input = 3 }␍
+context_window=100000␍
+max_tokens=10␍
",
    );
    expect(
        &changes(&tight, |editor| editor.add(&model(), &Spot::Last)),
        r"
-max_tokens=9∎
+max_tokens=9␍
+[[models]]␍
+id='n'␍
+name='Néw' # derived from the id: review␍
+reasoning=true␍
+input=['text']␍
+cost={ input = 3 }␍
+context_window=100000␍
+max_tokens=10∎
",
    );
}

#[test]
fn a_model_is_added_to_an_inline_array() {
    let model = || NewModel { cost: whole("n").cost, reasoning: Some(true), ..small("n") };
    expect(
        &changes(INLINE, |editor| editor.add(&model(), &Spot::First)),
        r#"
+  { id = "n", name = "Néw", reasoning = true, input = ["text"], cost = {input=0.95, output=4, cache_read=0.1}, context_window = 100000, max_tokens = 10 }, # name derived from the id: review
"#,
    );
    expect(
        &changes(INLINE, |editor| editor.add(&model(), &Spot::After("a".to_owned()))),
        r#"
+  { id = "n", name = "Néw", reasoning = true, input = ["text"], cost = {input=0.95, output=4, cache_read=0.1}, context_window = 100000, max_tokens = 10 }, # name derived from the id: review
"#,
    );
    expect(
        &changes(INLINE, |editor| editor.add(&model(), &Spot::Before("b".to_owned()))),
        r#"
+  { id = "n", name = "Néw", reasoning = true, input = ["text"], cost.input = 0.95, cost.output = 4, cost.cache_read = 0.1, context_window = 100000, max_tokens = 10 }, # name derived from the id: review
"#,
    );
    expect(
        &changes(INLINE, |editor| editor.add(&model(), &Spot::Last)),
        r#"
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
+  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }, # on b
+  { id = "n", name = "Néw", reasoning = true, input = ["text"], cost.input = 0.95, cost.output = 4, cost.cache_read = 0.1, context_window = 100000, max_tokens = 10 } # name derived from the id: review
"#,
    );
    // On one line.
    let flat = inline(INLINE);
    expect(
        &changes(&flat, |editor| editor.add(&model(), &Spot::First)),
        r#"
-models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }]
+models = [{ id = "n", name = "Néw", reasoning = true, input = ["text"], cost = {input=0.95, output=4, cache_read=0.1}, context_window = 100000, max_tokens = 10 }, { id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }]
"#,
    );
    expect(
        &changes(&flat, |editor| editor.add(&model(), &Spot::Last)),
        r#"
-models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }]
+models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }, { id = "n", name = "Néw", reasoning = true, input = ["text"], cost.input = 0.95, cost.output = 4, cost.cache_read = 0.1, context_window = 100000, max_tokens = 10 }]
"#,
    );
    // Inline tables over several lines.
    let tall = INLINE.replace("{ id", "{\n    id").replace("9 }", "9,\n  }").replace(", ", ",\n    ");
    expect(
        &changes(&tall, |editor| editor.add(&model(), &Spot::Last)),
        r#"
-  } # on b
+  }, # on b
+  {
+    id = "n",
+    name = "Néw",
+    reasoning = true,
+    input = ["text"],
+    cost.input = 0.95,
+    cost.output = 4,
+    cost.cache_read = 0.1,
+    context_window = 100000,
+    max_tokens = 10,
+  } # name derived from the id: review
"#,
    );
}

#[test]
fn what_cannot_be_added() {
    let missing = NewModel { reasoning: None, ..NewModel::new("n", "N") };
    let bad = NewModel { name: "a\nb".to_owned(), ..whole("a b") };
    let priceless = NewModel { cost: NewCost::default(), reasoning: Some(true), ..small("n") };
    expect(
        &changes(RICH, |editor| editor.add(&missing, &Spot::Last)),
        r"
missing-key: the model `n` has no `input`, and `[defaults]` has none
missing-key: the model `n` has no `context_window`, and `[defaults]` has none
missing-key: the model `n` has no `max_tokens`, and `[defaults]` has none
",
    );
    expect(
        &changes(INLINE, |editor| editor.add(&priceless, &Spot::Last)),
        "missing-key: the model `n` has no `cost`, and `[defaults]` has none\n",
    );
    expect(
        &changes(RICH, |editor| editor.add(&bad, &Spot::Last)),
        r"
bad-name: the id `a b` holds a space
bad-name: `name` holds a line break (\u{a})
",
    );
    expect(
        &changes(RICH, |editor| editor.add(&whole("b"), &Spot::Last)),
        "duplicate-id: there is a model `b` already\n",
    );
    expect(
        &changes(RICH, |editor| editor.add(&whole("y"), &Spot::Last)),
        "duplicate-id: the id `y` is that of a retired model\n",
    );
    expect(
        &changes(RICH, |editor| editor.add(&whole("n"), &Spot::After("a1".to_owned()))),
        "unknown-model: no model is called `a1`\n",
    );
    expect(
        &changes(RICH, |editor| editor.add(&whole("n"), &Spot::Before("z".to_owned()))),
        "unknown-model: the model `z` is retired, replaced by `b`\n",
    );
}

/// What a set value changes, and its notes; nothing where the file says so already.
fn set(text: &str, id: &str, field: Field, value: NewValue) -> String {
    let mut notes = Vec::new();
    let changes = changes(text, |editor| {
        notes = editor.set(id, field, value)?;
        Ok(())
    });
    notes.iter().fold(changes, |out, note| out + &format!("line {}: {}\n", note.line, note.message))
}

fn number(text: &str) -> NewValue {
    NewValue::Number(Number::parse(text).expect("a number"))
}

fn string(text: &str) -> NewValue {
    NewValue::String(text.to_owned())
}

fn levels(levels: &[(&str, &str)]) -> NewValue {
    NewValue::Levels(levels.iter().map(|(k, v)| ((*k).to_owned(), Value::String((*v).to_owned()))).collect())
}

#[test]
fn a_value_is_set_where_it_stands() {
    expect(
        &set(RICH, "a-1", Field::Name, string("A \"1\"")),
        r#"
-name           = "A 1"
+name           = 'A "1"'
"#,
    );
    expect(
        &set(RICH, "a-1", Field::Input, NewValue::Strings(vec!["text".to_owned()])),
        r#"
-input          = ["text", "image"]   # images too
+input          = ["text"]   # images too
"#,
    );
    expect(&set(RICH, "a-1", Field::CostInput, number("0.5")), "");
    expect(
        &set(RICH, "a-1", Field::CostOutput, number("3")),
        r"
-cost           = { input = 0.50, output = 2.0 } # dollars
+cost           = { input = 0.50, output = 3 } # dollars
",
    );
    expect(
        &set(RICH, "a-1", Field::ContextWindow, number("1000000")),
        r"
-context_window = 262_144
+context_window = 1_000_000
",
    );
    expect(
        &set(RICH, "b", Field::Name, string("it's")),
        r#"
-  name= 'B'
+  name= "it's"
"#,
    );
    expect(
        &set(RICH, "b", Field::CostOutput, number("7.25")),
        r"
-cost.output = 2
+cost.output = 7.25
",
    );
    expect(&set(RICH, "b", Field::ContextWindow, number("4096")), "");
    expect(
        &set(RICH, "b", Field::ContextWindow, number("4097")),
        r"
-context_window=0x1000
+context_window=4_097
",
    );
    expect(
        &set(RICH, "c", Field::CostInput, number("4")),
        r"
-	input = 3 # three
+	input = 4 # three
",
    );
    expect(
        &set(RICH, "c", Field::ThinkingLevels, levels(&[("low", "l"), ("max", "m")])),
        r#"
-	low = "low"
+	low = "l"
+	max = "m"
"#,
    );
    expect(
        &set(INLINE, "a", Field::Name, string("B")),
        r#"
-  { id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, # on a
+  { id = "a", name = "B", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, # on a
"#,
    );
    expect(
        &set(INLINE, "b", Field::CostInput, number("2")),
        r#"
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
+  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 2, context_window = 9, max_tokens = 9 } # on b
"#,
    );
    let tall = RICH.replace("[\"text\", \"image\"]", "[\n  \"text\", # words\n  \"image\",\n]");
    expect(
        &set(&tall, "a-1", Field::Input, NewValue::Strings(vec!["text".to_owned()])),
        r#"
-  "image",
"#,
    );
    let tall = tall.replace(" # words", "");
    expect(
        &set(&tall, "a-1", Field::Input, NewValue::Strings(vec!["text".to_owned(), "a".to_owned()])),
        r#"
-  "image",
+  "a",
"#,
    );
}

#[test]
fn a_value_is_added_where_it_does_not_stand() {
    expect(
        &set(RICH, "a-1", Field::CostCacheRead, number("0.1")),
        r"
-cost           = { input = 0.50, output = 2.0 } # dollars
+cost           = { input = 0.50, output = 2.0, cache_read = 0.1 } # dollars
",
    );
    expect(&set(RICH, "a-1", Field::CostCacheRead, number("0")), "");
    expect(&set(RICH, "a-1", Field::Reasoning, NewValue::Bool(false)), "");
    expect(&set(RICH, "a-1", Field::Reasoning, NewValue::Bool(true)), "+reasoning      = true\n");
    expect(
        &set(RICH, "a-1", Field::ReasoningLabel, string("on")),
        r#"
+reasoning_label = "on"
"#,
    );
    expect(
        &set(RICH, "a-1", Field::ThinkingLevels, levels(&[("low", "l"), ("max", "m")])),
        r#"
+thinking_levels = { low = "l", max = "m" }
"#,
    );
    expect(&set(RICH, "b", Field::CostCacheWrite, number("1")), "+cost.cache_write = 1\n");
    expect(&set(RICH, "b", Field::Alias, string("x")), "+  alias = 'x'\n");
    expect(&set(RICH, "b", Field::Alias, string("B")), "");
    expect(&set(RICH, "c", Field::CostOutput, number("4")), "+	output = 4\n");
    expect(
        &set(INLINE, "a", Field::CostOutput, number("2")),
        r#"
-  { id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, # on a
+  { id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1, output=2}, context_window = 9, max_tokens = 9 }, # on a
"#,
    );
    expect(
        &set(INLINE, "a", Field::Alias, string("x")),
        r#"
-  { id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, # on a
+  { id = "a", name = "A", alias = "x", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, # on a
"#,
    );
    expect(
        &set(INLINE, "b", Field::CostOutput, number("2")),
        r#"
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
+  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, cost.output = 2, context_window = 9, max_tokens = 9 } # on b
"#,
    );
    expect(
        &set(INLINE, "b", Field::MaxTokens, number("10")),
        r#"
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
+  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 10 } # on b
"#,
    );
    expect(
        &set(INLINE, "b", Field::ThinkingLevels, levels(&[("low", "l"), ("max", "m")])),
        r#"
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
+  { id = "b", name = "B", reasoning = true, thinking_levels = {low="l", max="m"}, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
"#,
    );
}

#[test]
fn a_value_is_removed() {
    let absent = || NewValue::Absent;
    expect(
        &set(RICH, "a-1", Field::CostOutput, absent()),
        r"
-cost           = { input = 0.50, output = 2.0 } # dollars
+cost           = { input = 0.50 } # dollars
",
    );
    expect(&set(RICH, "b", Field::CostInput, absent()), "-cost.input = 1\n");
    expect(&set(RICH, "b", Field::Alias, absent()), "");
    expect(&set(RICH, "c", Field::CostInput, absent()), "-\tinput = 3 # three\nline 43: removed: # three\n");
    expect(
        &set(RICH, "c", Field::ThinkingLevels, absent()),
        r#"
-	[models.thinking_levels]
-	low = "low"
"#,
    );
    expect(
        &set(RICH, "c", Field::ThinkingLevels, levels(&[("high", "h")])),
        r#"
-	low = "low"
+	high = "h"
"#,
    );
    let with = RICH
        .replace("thinking_levels", "extra")
        .replace("\t[models.cost]", "\tthinking_levels = { low = \"l\", high = \"h\" }\n\t[models.cost]");
    expect(
        &set(&with, "c", Field::ThinkingLevels, levels(&[("high", "h")])),
        r#"
-	thinking_levels = { low = "l", high = "h" }
+	thinking_levels = { high = "h" }
"#,
    );
    expect(
        &set(&with, "c", Field::ThinkingLevels, levels(&[("low", "l")])),
        r#"
-	thinking_levels = { low = "l", high = "h" }
+	thinking_levels = { low = "l" }
"#,
    );
    expect(
        &set(&with, "c", Field::ThinkingLevels, levels(&[])),
        r#"
+	thinking_levels = {}
-	thinking_levels = { low = "l", high = "h" }
"#,
    );
    expect(
        &set(&with, "c", Field::ThinkingLevels, absent()),
        r#"
-	thinking_levels = { low = "l", high = "h" }
"#,
    );
    let with = inline(INLINE).replace("default_model", "defaults.cost.input = 7\ndefault_model");
    expect(
        &set(&with, "a", Field::CostInput, absent()),
        r#"
-models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }]
+models = [{ id = "a", name = "A", reasoning = true, input = ["text"], context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }]
"#,
    );
    expect(
        &set(&with, "b", Field::CostInput, absent()),
        r#"
-models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }]
+models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], context_window = 9, max_tokens = 9 }]
"#,
    );
}

#[test]
fn what_cannot_be_set() {
    expect(&set(RICH, "d", Field::Name, string("x")), "unknown-model: no model is called `d`\n");
    expect(&set(RICH, "c", Field::Name, string(" ")), "bad-name: `name` is empty\n");
    expect(
        &set(RICH, "c", Field::Name, NewValue::Bool(true)),
        "wrong-type: `name` does not take a value of this type\n",
    );
    expect(&set(RICH, "c", Field::Name, NewValue::Absent), "missing-key: the model `c` would have no `name`\n");
    expect(&set(RICH, "c", Field::Input, NewValue::Absent), "missing-key: the model `c` would have no `input`\n");
    expect(
        &set(RICH, "c", Field::Input, NewValue::Strings(Vec::new())),
        "bad-value: `input` is empty: a model takes something\n",
    );
    expect(&set(RICH, "c", Field::ContextWindow, number("0")), "bad-number: `context_window` `0` is not above zero\n");
    expect(
        &set(RICH, "c", Field::ContextWindow, number("1.5")),
        "bad-number: `context_window` 1.5 is not a positive whole number\n",
    );
    expect(&set(RICH, "c", Field::CostInput, number("-1")), "bad-number: the price `input` `-1` is negative\n");
    expect(
        &set(RICH, "c", Field::ThinkingLevels, levels(&[("lots", "x")])),
        "unknown-key: unknown key `lots` in `thinking_levels`\n",
    );
    expect(&set(INLINE, "a", Field::CostInput, NewValue::Absent), "missing-key: missing key `cost` in a model\n");
}

/// What a retirement changes, and its notes.
fn retire(text: &str, id: &str, replaced_by: Option<&str>, since: Option<&str>) -> String {
    let mut notes = Vec::new();
    let changes = changes(text, |editor| {
        notes = editor.retire(id, replaced_by, since)?;
        Ok(())
    });
    notes.iter().fold(changes, |out, note| out + &format!("line {}: {}\n", note.line, note.message))
}

#[test]
fn a_model_is_retired() {
    let free = RICH.replace("models = [\"a-*\", \"b\"]", "models = [\"*\"]");
    // The default model: its successor takes over. Comments go with it, those of its keys are gone.
    expect(
        &retire(&free, "a-1", Some("b"), Some("2026-07-16")),
        r#"
-default_model = "a-1"
+default_model = "b"
-
-# The first one.
-[[models]]   # listed since May
-id             = "a-1"  # the id
-name           = "A 1"
-# commented = 1
-input          = ["text", "image"]   # images too
-cost           = { input = 0.50, output = 2.0 } # dollars
-context_window = 262_144
-max_tokens     = 8_192
-# an afterthought
+# The first one.
+[[retired]] # listed since May
+id          = "a-1" # the id
+replaced_by = "b"
+since       = 2026-07-16
+# an afterthought
+
line 5: the default model is now `b`
line 12: the comment above `a-1` moved with it
line 16: removed: # commented = 1
line 17: removed: # images too
line 18: removed: # dollars
line 21: the comment below `a-1` moved with it
"#,
    );
    // The models that it replaced keep naming it.
    expect(
        &retire(&free, "b", Some("c"), None),
        r#"
-[[models]]
-id = 'b'
-  name= 'B'
-cost.input = 1
-cost.output = 2
-input = [ 'text' ]
-context_window=0x1000
-max_tokens = 10
-
+[[retired]]
+id          = "b"
+replaced_by = "c"
+
line 52: `z` is replaced by `b`, and so by `c`
"#,
    );
    // With its sub-tables; replaced by nothing, or by one that leads on.
    expect(
        &retire(&free, "c", None, None),
        r#"
-# about c
-[[ models ]]
-	id = "c"
-	name = "C"
-	input = ["text"]
-	max_tokens = 10
-	context_window = 1000
-
-	[models.cost]
-	input = 3 # three
-	[models.thinking_levels]
-	low = "low"
-
+# about c
+[[retired]]
+id = "c"
+
line 34: the comment above `c` moved with it
line 43: removed: # three
"#,
    );
    expect(
        &retire(&free, "c", Some("z"), None),
        r#"
-# about c
-[[ models ]]
-	id = "c"
-	name = "C"
-	input = ["text"]
-	max_tokens = 10
-	context_window = 1000
-
-	[models.cost]
-	input = 3 # three
-	[models.thinking_levels]
-	low = "low"
-
+# about c
+[[retired]]
+id          = "c"
+replaced_by = "z"
+
line 34: the comment above `c` moved with it
line 43: removed: # three
"#,
    );
    // The first one to be retired comes below the models, in their look.
    let bare = RICH.split("# No longer").next().expect("a part").to_owned() + "[regions.x]\nkind=\"list\"\n";
    expect(
        &retire(&bare, "b", Some("c"), None),
        r#"
-[[models]]
-id = 'b'
-  name= 'B'
-cost.input = 1
-cost.output = 2
-input = [ 'text' ]
-context_window=0x1000
-max_tokens = 10
-
+[[ retired ]]
+	id = "b"
+	replaced_by = "c"
+
"#,
    );
    expect(
        &retire(&bare, "c", Some("b"), None),
        r#"
-# --- sub-tables ---
-
-[[ models ]]
-	id = "c"
-	name = "C"
-	input = ["text"]
-	max_tokens = 10
-	context_window = 1000
+[[retired]]
+id = 'c'
+replaced_by = 'b'
-	[models.cost]
-	input = 3 # three
-	[models.thinking_levels]
-	low = "low"
+# --- sub-tables ---
line 34: the comment above `c` moved with it
line 43: removed: # three
"#,
    );
}

#[test]
fn a_model_of_an_inline_array_is_retired() {
    expect(
        &retire(INLINE, "a", Some("b"), None),
        r#"
-default_model = "a"
+default_model = "b"
-  # first
-  { id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, # on a
-retired = [{ id = "z" }]∎
+retired = [{ id = "z" }, { id = "a", replaced_by = "b" }]∎
line 3: the default model is now `b`
line 5: removed: # first
line 6: removed: # on a
"#,
    );
    expect(
        &retire(INLINE, "b", Some("a"), None),
        r#"
-  # second
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
-retired = [{ id = "z" }]∎
+retired = [{ id = "z" }, { id = "b", replaced_by = "a" }]∎
line 7: removed: # second
line 8: removed: # on b
"#,
    );
    expect(
        &retire(&inline(INLINE), "b", Some("z"), None),
        r#"
-models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }]
-retired = [{ id = "z" }]∎
+models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }]
+retired = [{ id = "z" }, { id = "b", replaced_by = "z" }]∎
"#,
    );
    expect(
        &retire(INLINE.split("\nretired").next().expect("a part"), "b", Some("a"), None),
        r#"
+]
+retired = [
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
+  { id = "b", replaced_by = "a" }, # on b
line 7: the comment above `b` moved with it
"#,
    );
    expect(
        &retire(inline(INLINE).split("\nretired").next().expect("a part"), "b", Some("a"), None),
        r#"
-models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }, { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 }]∎
+models = [{ id = "a", name = "A", reasoning = true, input = ["text"], cost = {input=1}, context_window = 9, max_tokens = 9 }]
+retired = [{ id = "b", replaced_by = "a" }]∎
"#,
    );
    expect(
        &retire(&INLINE.replace("[{ id = \"z\" }]", "[]"), "b", None, None),
        r#"
-  # second
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
-retired = []∎
+retired = [{ id = "b" }]∎
line 7: removed: # second
line 8: removed: # on b
"#,
    );
    let mixed = INLINE.replace("retired = [{ id = \"z\" }]", "[[retired]]\nid = \"z\"\n");
    expect(
        &retire(&mixed, "b", None, Some("2026-01-01")),
        r#"
-  # second
-  { id = "b", name = "B", reasoning = true, input = ["text"], cost.input = 1, context_window = 9, max_tokens = 9 } # on b
+# second
+[[retired]]
+id = "b" # on b
+since = 2026-01-01
line 7: the comment above `b` moved with it
"#,
    );
}

#[test]
fn what_cannot_be_retired() {
    expect(
        &retire(RICH, "b", Some("c"), None),
        "bad-pattern: the pattern `b` of the region `some` would match no model any more\n",
    );
    expect(
        &retire(RICH, "b", Some("y"), Some("nope")),
        r"
retired-cycle: `y` cannot replace `b`, which replaces it
bad-value: `since` takes a day, `nope` is none
bad-pattern: the pattern `b` of the region `some` would match no model any more
",
    );
    expect(
        &retire(RICH, "c", None, Some("2026-07-16T10:00:00")),
        "bad-value: `since` takes a day, `2026-07-16T10:00:00` is none\n",
    );
    expect(&retire(RICH, "c", Some("d"), None), "unknown-model: no model, rendered or retired, is called `d`\n");
    expect(&retire(RICH, "c", Some("c"), None), "retired-cycle: `c` cannot replace itself\n");
    expect(
        &retire(RICH, "a-1", None, None),
        r"
unknown-model: `a-1` is the default model, and nothing replaces it
bad-pattern: the pattern `a-*` of the region `some` would match no model any more
",
    );
    expect(&retire(RICH, "y", None, None), "unknown-model: the model `y` is retired, replaced by `z`\n");
    let single = INLINE.replace("[{ id = \"z\" }]", "[]");
    let single = [single.split("  # second").next().expect("a part"), "]"].concat();
    expect(&retire(&single, "a", None, None), "no-models: `a` is the only model of the family\n");
}

#[test]
fn the_default_model_is_set() {
    expect(
        &changes(RICH, |editor| editor.set_default("b")),
        r#"
-default_model = "a-1"
+default_model = "b"
"#,
    );
    expect(&changes(RICH, |editor| editor.set_default("a-1")), "");
    expect(
        &changes(RICH, |editor| editor.set_default("z")),
        "unknown-model: the model `z` is retired, replaced by `b`\n",
    );
    expect(
        &changes(&RICH.replace("\"a-1\"\nids", "'a-1'\nids"), |editor| editor.set_default("b")),
        r"
-default_model = 'a-1'
+default_model = 'b'
",
    );
}

#[test]
fn a_faulty_file_is_not_edited() {
    let faults = Editor::new("k.toml", &RICH.replace("provider", "provide")).expect_err("a fault");
    assert!(faults.iter().any(|fault| fault.code == Code::UnknownKey), "{faults:?}");
}

#[test]
fn edits_add_up() {
    let mut editor = editor(RICH);
    let notes = editor.set("a-1", Field::Input, NewValue::Strings(vec!["audio".to_owned()])).expect("it can be set");
    assert_eq!(notes, []);
    editor.add(&small("n"), &Spot::Last).expect("it can be added");
    editor.set_default("n").expect("it is there");
    editor.retire("c", Some("n"), None).expect("it can be retired");
    assert!(editor.is_changed() && editor.original() == RICH);
    assert_eq!(editor.family().default_model, "n");
    let ids: Vec<&str> = editor.family().models.iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids, ["a-1", "b", "n"]);
}
