//! Laws of catalog edits over generated files: they change only the lines that they are about, and say what was meant.

#![allow(clippy::unwrap_used)] // a test that can't set itself up has failed

use moonsync::catalog::edit::{Editor, Field, NewCost, NewModel, NewValue, Spot};
use moonsync::catalog::parse::{CatalogFile, Role, parse};
use moonsync::catalog::{Family, Model};
use moonsync::content::{Number, Value};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// How one model, or a retired one, is spelled.
#[derive(Debug, Clone)]
struct Spelling {
    eq: &'static str,
    aligned: bool,
    indent: &'static str,
    literal: bool,
    cost: u8,
    levels: u8,
    sayings: [bool; 6],
    lead: &'static str,
    blank: usize,
    number: &'static str,
}

impl Spelling {
    /// What stands above a header: what is free, blank lines and comments, and the comment right above.
    fn above(&self) -> (String, &'static str) {
        let free = self.lead.ends_with("\n\n");
        let blank = "\n".repeat(self.blank.max(usize::from(free)));
        if free { (blank + self.lead, "") } else { (blank, self.lead) }
    }
}

/// A file: its pieces, of which some are models and some retired ones.
#[derive(Debug, Clone)]
struct File {
    pieces: Vec<Piece>,
    inline: bool,
    crlf: bool,
    bom: bool,
    open: bool,
}

#[derive(Debug, Clone)]
struct Piece {
    text: String,
    /// The id, where it is a model.
    model: Option<String>,
}

impl File {
    fn text(&self) -> String {
        let mut text: String = self.pieces.iter().map(|piece| piece.text.as_str()).collect();
        if self.open {
            text.truncate(text.trim_end_matches('\n').len());
        }
        if self.crlf {
            text = text.replace('\n', "\r\n");
        }
        if self.bom { format!("\u{feff}{text}") } else { text }
    }

    /// A piece as it stands in the text.
    fn shown(&self, piece: &Piece) -> String {
        let text = piece.text.trim_end_matches('\n');
        if self.crlf { text.replace('\n', "\r\n") } else { text.to_owned() }
    }
}

fn spelling() -> impl Strategy<Value = Spelling> {
    let looks = (select(&["=", " = ", "  =\t"][..]), any::<bool>(), select(&["", "  ", "\t"][..]), any::<bool>());
    let rest = (
        0..4_u8,
        0..4_u8,
        any::<[bool; 6]>(),
        select(&["", "# a\n", "# [[models]]\n# b = 1\n", "# free\n\n"][..]),
        0..3_usize,
        select(&["4096", "4_096", "0x1000", "262_144", "262144"][..]),
    );
    (looks, rest).prop_map(|((eq, aligned, indent, literal), (cost, levels, sayings, lead, blank, number))| Spelling {
        eq,
        aligned,
        indent,
        literal,
        cost,
        levels,
        sayings,
        lead,
        blank,
        number,
    })
}

fn quoted(spelling: &Spelling, text: &str) -> String {
    if spelling.literal { format!("'{text}'") } else { format!("\"{text}\"") }
}

/// The keys and values of a model; those of tables of their own apart.
fn rows(id: &str, spelling: &Spelling) -> (Vec<(String, String)>, String) {
    let Spelling { sayings, number, .. } = spelling;
    let mut rows =
        vec![("id".to_owned(), quoted(spelling, id)), ("name".to_owned(), quoted(spelling, &format!("N {id}")))];
    let mut sections = String::new();
    let mut row = |key: &str, value: &str| rows.push((key.to_owned(), value.to_owned()));
    if sayings[0] {
        row("reasoning", "true");
    }
    if sayings[1] {
        row("input", "[ 'text',  \"image\" ]");
    }
    match spelling.levels {
        0 => row("thinking_levels", "{low=\"l\", high = 'h'}"),
        1 => row("thinking_levels.low", "\"l\""),
        2 => sections.push_str("[models.thinking_levels] # levels\nmax = \"m\" # the most\n"),
        _ => {}
    }
    match spelling.cost {
        0 => row("cost", "{ input = 1.50, output = 2 }"),
        1 => {
            row("cost.input", "1.50");
            row("cost . output", "2e0");
        }
        2 => sections.push_str("\n[models . cost]\ninput = 1 # dollars\n"),
        _ => {}
    }
    if sayings[2] {
        row("context_window", number);
    }
    (rows, sections)
}

/// A model as `[[models]]`.
fn table(id: &str, spelling: &Spelling) -> String {
    let (rows, sections) = rows(id, spelling);
    let width = rows.iter().map(|(key, _)| key.len()).max().unwrap();
    let Spelling { indent, sayings, .. } = spelling;
    let mut text = spelling.above().1.to_owned();
    text.push_str(&format!("{indent}[[models]]{}\n", if sayings[3] { " # head" } else { "" }));
    for (n, (key, value)) in rows.iter().enumerate() {
        let key = if spelling.aligned { format!("{key:width$} = ") } else { format!("{key}{}", spelling.eq) };
        text.push_str(&format!("{indent}{key}{value}{}\n", if n == 1 && sayings[4] { "   # on name" } else { "" }));
        if n == 0 && sayings[5] {
            text.push_str("# between = \"\"\"\n");
        }
    }
    text + &sections
}

/// A model as an inline table of an array with a line for each.
fn element(id: &str, spelling: &Spelling, comma: bool) -> String {
    let dotted = Spelling { cost: spelling.cost.min(1), levels: spelling.levels % 2, ..spelling.clone() };
    let (rows, _) = rows(id, &dotted);
    let members: Vec<String> = rows.iter().map(|(key, value)| format!("{key}{}{value}", spelling.eq)).collect();
    let (comma, comment) = (if comma { "," } else { "" }, if spelling.sayings[3] { " # on it" } else { "" });
    let lead = spelling.lead.replace("\n\n", "\n");
    format!("{lead}{}{{ {} }}{comma}{comment}\n", spelling.indent, members.join(", "))
}

fn file() -> impl Strategy<Value = File> {
    let models = vec(spelling(), 2..5);
    let retired = vec(spelling(), 0..3);
    (models, retired, any::<[bool; 7]>()).prop_map(
        |(models, retired, [inline, crlf, bom, open, comma, dotted, region])| {
            let ids: Vec<String> = (0..models.len()).map(|n| format!("m-{n}")).collect();
            let mut pieces = Vec::new();
            let mut push = |text: String, model: Option<&String>| pieces.push(Piece { text, model: model.cloned() });
            push(
                "# top\nnamespace = 'k' # k\nprovider=\"p\"\ndefault_model   = \"m-0\" # the first\n\n".to_owned(),
                None,
            );
            if dotted {
                let defaults = "defaults.reasoning = false\ndefaults.input = [\"text\"]\ndefaults.cost.input = 1\n\
                            defaults.context_window = 9\ndefaults.max_tokens = 9 # nine\n";
                push(defaults.to_owned(), None);
            }
            let count = models.len();
            if inline {
                push("models = [ # all\n".to_owned(), None);
                for (n, (id, model)) in ids.iter().zip(&models).enumerate() {
                    push(element(id, model, comma || n + 1 < count), Some(id));
                }
                push("] # end\n".to_owned(), None);
            }
            if !dotted {
                let defaults = "[defaults]\nreasoning = false\ninput = [\"text\"]\ncost = { input = 1 } # one\n\
                            context_window = 9\nmax_tokens = 9\n";
                push(defaults.to_owned(), None);
            }
            if !inline {
                for (id, model) in ids.iter().zip(&models) {
                    push(table(id, model), Some(id));
                }
            }
            for (n, spelling) in retired.iter().enumerate() {
                let heir = if n == 0 { "m-1".to_owned() } else { format!("r-{}", n - 1) };
                push(spelling.above().0, None);
                let text = format!(
                    "{}[[retired]]\nid{}\"r-{n}\"\nreplaced_by{}{} # heir\n",
                    spelling.above().1,
                    spelling.eq,
                    spelling.eq,
                    quoted(spelling, &heir),
                );
                push(text, None);
            }
            if region {
                push("\n# regions\n[regions.x]\nkind = \"list\"\nmodels = [\"m-*\"]\n".to_owned(), None);
            }
            File { pieces, inline, crlf, bom, open }
        },
    )
}

fn family(text: &str) -> Family {
    let file = CatalogFile { path: "k.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
    let (mut catalog, faults) = parse(&[file]);
    assert!(faults.is_empty(), "{text}\n{faults:?}");
    catalog.families.remove(0)
}

fn new_model(say: [bool; 4]) -> NewModel {
    let cost = NewCost { input: Number::parse("1"), output: Number::parse("0.25"), ..NewCost::default() };
    NewModel {
        name_is_guessed: say[0],
        reasoning: Some(say[1]),
        thinking_levels: say[2].then(|| vec![("high".to_owned(), Value::String("very".to_owned()))]),
        cost: if say[3] { cost } else { NewCost::default() },
        context_window: Some(100_000),
        ..NewModel::new("new", "A \"new\" one")
    }
}

/// Every piece but those of `changed` stands in the text as it was, in its order.
fn hold_pieces(file: &File, text: &str, changed: &[&str]) -> Result<(), TestCaseError> {
    let mut at = 0;
    for piece in &file.pieces {
        if piece.model.as_ref().is_some_and(|id| changed.contains(&id.as_str())) {
            continue;
        }
        let shown = file.shown(piece);
        match text[at..].find(shown.trim()) {
            Some(found) => at += found + shown.trim().len(),
            None => return Err(TestCaseError::fail(format!("lost:\n{shown}\nin:\n{text}"))),
        }
    }
    prop_assert_eq!(text.starts_with('\u{feff}'), file.bom);
    let bare = text.replace("\r\n", "");
    prop_assert!(if file.crlf { !bare.contains('\n') } else { !text.contains('\r') }, "line ends: {text:?}");
    Ok(())
}

fn without<'m>(models: &'m [Model], id: &str) -> Vec<&'m Model> {
    models.iter().filter(|model| model.id != id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn adding_only_adds_lines(file in file(), say in any::<[bool; 4]>(), spot in 0..4_u8) {
        let old = file.text();
        let before = family(&old);
        let (spot, index) = match spot {
            0 => (Spot::First, 0),
            1 => (Spot::Last, before.models.len()),
            2 => (Spot::After("m-0".to_owned()), 1),
            _ => (Spot::Before("m-1".to_owned()), 1),
        };
        let mut editor = Editor::new("k.toml", &old).unwrap();
        let new = new_model(say);
        editor.add(&new, &spot).unwrap_or_else(|faults| panic!("{old}\n{faults:?}"));
        let text = editor.text();
        let after = family(text);
        prop_assert_eq!(&after.models[index].id, "new");
        prop_assert_eq!(&after.models[index].name, "A \"new\" one");
        prop_assert_eq!(after.models[index].reasoning, say[1]);
        prop_assert_eq!(&after.models[index].thinking_levels, &new.thinking_levels);
        prop_assert_eq!(after.models[index].cost.output.as_str(), if say[3] { "0.25" } else { "0" });
        prop_assert_eq!(after.models[index].context_window, 100_000);
        prop_assert_eq!(without(&after.models, "new"), without(&before.models, "new"));
        prop_assert_eq!(say[0], text.contains("derived from the id: review"));
        let last = [before.models[before.models.len() - 1].id.as_str()];
        hold_pieces(&file, text, if file.inline && spot == Spot::Last { &last } else { &[] })?;
        // Taking the added lines out again gives the old text, but for a comma behind the last value of an array.
        let shared = old.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count();
        let rest = old.len() - shared;
        if text.as_bytes()[text.len() - rest..] != old.as_bytes()[shared..] {
            prop_assert!(file.inline && spot == Spot::Last, "{old}\n---\n{text}");
            let added = text.len() - old.len();
            let comma = (0..=shared).rev().find(|at| text.as_bytes()[*at] == b',').unwrap();
            let bare = format!("{}{}", &text[..comma], &text[comma + 1..]);
            let again = (0..=bare.len() + 1 - added).any(|at| {
                bare.is_char_boundary(at)
                    && bare.is_char_boundary(at + added - 1)
                    && format!("{}{}", &bare[..at], &bare[at + added - 1..]) == old
            });
            prop_assert!(again, "{old}\n---\n{text}");
        }
    }

    #[test]
    fn retiring_moves_one_model(file in file(), at in 0..2_usize, heir in 0..3_u8, day in any::<bool>()) {
        let old = file.text();
        let before = family(&old);
        let (id, other) = (before.models[at].id.clone(), before.models[1 - at].id.clone());
        let heir = match heir {
            0 if at == 1 => None,
            1 if at == 0 && !before.retired.is_empty() => Some("r-0".to_owned()),
            _ => Some(other.clone()),
        };
        let mut editor = Editor::new("k.toml", &old).unwrap();
        let notes = editor.retire(&id, heir.as_deref(), day.then_some("2026-07-16"));
        let notes = notes.unwrap_or_else(|faults| panic!("{old}\n{faults:?}"));
        let text = editor.text();
        let after = family(text);
        prop_assert_eq!(without(&after.models, ""), without(&before.models, &id));
        prop_assert_eq!(after.default_model, if at == 0 { other } else { before.default_model });
        let (last, others) = after.retired.split_last().unwrap();
        prop_assert_eq!(others, &before.retired[..]);
        prop_assert_eq!((&last.id, &last.replaced_by, last.since.is_some()), (&id, &heir, day));
        // Every comment is there still, or was said to be gone.
        let comments = |text: &str| text.lines().filter_map(|line| Some(line.split_once('#')?.1.trim().to_owned())).collect::<Vec<_>>();
        let mut left = comments(text);
        left.extend(notes.iter().filter_map(|note| Some(note.message.strip_prefix("removed: #")?.trim().to_owned())));
        for comment in comments(&old) {
            let found = left.iter().position(|other| *other == comment);
            prop_assert!(found.is_some(), "{comment}: {old}\n---\n{text}\n{notes:?}");
            left.swap_remove(found.unwrap());
        }
        let changed = File { pieces: file.pieces.iter().enumerate().filter(|(n, _)| *n > 0 || at == 1).map(|(_, p)| p.clone()).collect(), ..file.clone() };
        hold_pieces(&changed, text, &[&id])?;
    }

    #[test]
    fn a_default_model_is_a_few_bytes(file in file()) {
        let old = file.text();
        let mut editor = Editor::new("k.toml", &old).unwrap();
        editor.set_default("m-1").unwrap();
        prop_assert_eq!(editor.text(), old.replacen("= \"m-0\" # the first", "= \"m-1\" # the first", 1));
    }

    #[test]
    fn a_value_is_one_line(file in file(), at in 0..2_usize, field in 0..8_u8, absent in any::<bool>()) {
        let old = file.text();
        let before = family(&old);
        let model = &before.models[at];
        let mut wanted = model.clone();
        let number = |text: &str| NewValue::Number(Number::parse(text).unwrap());
        let levels = vec![("high".to_owned(), Value::String("h".to_owned())), ("max".to_owned(), Value::String("x".to_owned()))];
        let (field, value) = match field {
            0 => { wanted.name = "X".to_owned(); wanted.alias = "X".to_owned(); (Field::Name, NewValue::String("X".to_owned())) }
            1 => { wanted.reasoning = true; (Field::Reasoning, NewValue::Bool(true)) }
            2 => { wanted.input = vec!["text".to_owned(), "audio".to_owned()]; (Field::Input, NewValue::Strings(wanted.input.clone())) }
            3 => { wanted.cost.input = Number::from(7_u64); (Field::CostInput, number("7")) }
            4 => { wanted.cost.cache_write = Number::parse("0.5").unwrap(); (Field::CostCacheWrite, number("0.5")) }
            5 => { wanted.context_window = 123_456; (Field::ContextWindow, number("123456")) }
            6 if absent => { wanted.thinking_levels = None; (Field::ThinkingLevels, NewValue::Absent) }
            6 => { wanted.thinking_levels = Some(levels.clone()); (Field::ThinkingLevels, NewValue::Levels(levels)) }
            _ => { wanted.reasoning_label = Some("l".to_owned()); (Field::ReasoningLabel, NewValue::String("l".to_owned())) }
        };
        let mut editor = Editor::new("k.toml", &old).unwrap();
        editor.set(&model.id, field, value).unwrap_or_else(|faults| panic!("{old}\n{faults:?}"));
        let text = editor.text();
        let mut after = family(text);
        for model in &mut after.models {
            model.thinking_levels.iter_mut().for_each(|levels| levels.sort_by(|a, b| a.0.cmp(&b.0)));
        }
        let mut models = before.models.clone();
        models[at] = wanted;
        for model in &mut models {
            model.thinking_levels.iter_mut().for_each(|levels| levels.sort_by(|a, b| a.0.cmp(&b.0)));
        }
        prop_assert_eq!(after.models, models);
        hold_pieces(&file, text, &[&model.id])?;
        let count = |text: &str| text.lines().count();
        prop_assert!(count(&old).abs_diff(count(text)) <= 3, "{old}\n---\n{text}");
    }
}
