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

#[test]
fn a_model_is_added_in_the_look_of_its_neighbour() {
    let after = |id: &str| Spot::After(id.to_owned());
    expect(
        &changes(RICH, |editor| editor.add(&whole("n"), &after("a-1"))),
        r#"
+[[models]]
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
"#,
    );
}
