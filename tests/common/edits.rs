//! The law of a catalog's edits: what is accepted stays parseable, says what was meant, and is read alike by others.

use super::Law;
use moonsync::catalog::Family;
use moonsync::catalog::edit::{Editor, Field, NewCost, NewModel, NewValue, Spot};
use moonsync::content::{Number, Value};
use moonsync::diagnostic::{Code, Diagnostic};

const FIELDS: &[Field] = &[
    Field::Name,
    Field::Alias,
    Field::Reasoning,
    Field::ReasoningLabel,
    Field::ThinkingLevels,
    Field::Input,
    Field::CostInput,
    Field::CostOutput,
    Field::CostCacheRead,
    Field::CostCacheWrite,
    Field::ContextWindow,
    Field::MaxTokens,
];

/// A file that is accepted says the same with other line ends and a byte order mark; every edit of it is refused in words,
/// with the file as it was, or leads to a file that is accepted too and that other readers read alike. `choice` says
/// which edits are made.
pub(crate) fn edits(text: &str, choice: usize) -> Law {
    let Ok(mut editor) = Editor::new("k.toml", text) else { return Ok(()) };
    agreed(text, editor.family())?;
    let lines = text.replace("\r\n", "\n").replace('\n', "\r\n");
    for twin in [lines, format!("\u{feff}{}", text.trim_start_matches('\u{feff}'))] {
        let read = Editor::new("k.toml", &twin).map_err(|faults| format!("a twin has faults: {faults:?}\n{twin:?}"))?;
        ensure!(words(read.family()) == words(editor.family()), "a twin says something else:\n{twin:?}");
    }
    for step in 0..4 {
        let (old, before) = (editor.text().to_owned(), editor.family().clone());
        match edit(&mut editor, choice.wrapping_add(step * 7)) {
            Ok(()) => {
                let read = Editor::new("k.toml", editor.text());
                let read = read.map_err(|faults| format!("an edit led to faults: {faults:?}\n{}", editor.text()))?;
                ensure!(read.family() == editor.family(), "an edit does not read back:\n{}", editor.text());
                agreed(editor.text(), editor.family())?;
            }
            Err(faults) => {
                let internal = faults.iter().find(|fault| fault.code == Code::Internal);
                ensure!(internal.is_none(), "an edit that is sound failed: {internal:?}\n{old}");
                ensure!(!faults.is_empty() && faults.iter().all(Diagnostic::is_error), "refused without a word");
                ensure!(editor.text() == old && *editor.family() == before, "a refused edit changed the file");
            }
        }
    }
    Ok(())
}

/// One of the edits that there are.
fn edit(editor: &mut Editor, choice: usize) -> Result<(), Vec<Diagnostic>> {
    let models: Vec<String> = editor.family().models.iter().map(|model| model.id.clone()).collect();
    let model = models[choice / 4 % models.len()].clone();
    let other = models[choice / 8 % models.len()].clone();
    match choice % 4 {
        0 => {
            let spot = match choice / 4 % 4 {
                0 => Spot::First,
                1 => Spot::Last,
                2 => Spot::After(model),
                _ => Spot::Before(model),
            };
            let bare = NewModel::new("new-1", "New \"1\"");
            let whole = NewModel {
                name_is_guessed: choice.is_multiple_of(3),
                reasoning: Some(true),
                thinking_levels: Some(vec![("high".to_owned(), Value::String("h # \"h\"".to_owned()))]),
                input: Some(vec!["text".to_owned(), "image".to_owned()]),
                cost: NewCost { input: Number::parse("0.25"), output: Number::parse("1"), ..NewCost::default() },
                context_window: Some(262_144),
                max_tokens: Some(1),
                ..bare.clone()
            };
            editor.add(if choice.is_multiple_of(5) { &bare } else { &whole }, &spot)
        }
        1 => {
            let field = FIELDS[choice / 16 % FIELDS.len()];
            let string = |text: &str| Value::String(text.to_owned());
            let value = match field {
                _ if choice.is_multiple_of(5) => NewValue::Absent,
                Field::Name | Field::Alias | Field::ReasoningLabel => NewValue::String("x # 'y' \"z\" \\".to_owned()),
                Field::Reasoning => NewValue::Bool(choice.is_multiple_of(3)),
                Field::ThinkingLevels => {
                    NewValue::Levels(vec![("low".to_owned(), string("l")), ("max".to_owned(), string("m"))])
                }
                Field::Input => NewValue::Strings(vec!["text".to_owned(), "audio".to_owned()]),
                Field::ContextWindow | Field::MaxTokens => NewValue::Number(Number::from(4096_u64)),
                _ => NewValue::Number(Number::parse("0.125").unwrap_or_else(|| Number::from(1_u64))),
            };
            editor.set(&model, field, value).map(|_| ())
        }
        2 => {
            let heir = (!choice.is_multiple_of(3)).then_some(other.as_str());
            editor.retire(&model, heir, (choice % 5 > 1).then_some("2026-07-16")).map(|_| ())
        }
        _ => editor.set_default(&model),
    }
}

/// What a family says in words, none of which may hold a line end.
fn words(family: &Family) -> (Vec<[String; 3]>, Vec<String>, String) {
    let model = |model: &moonsync::catalog::Model| [model.id.clone(), model.name.clone(), model.alias.clone()];
    let retired = family.retired.iter().map(|retired| retired.id.clone());
    (family.models.iter().map(model).collect(), retired.collect(), family.default_model.clone())
}

/// The file as the `toml` crate reads it by itself: the same models in the same order.
fn agreed(text: &str, family: &Family) -> Law {
    let table: toml::Table =
        toml::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| format!("no TOML: {error}\n{text}"))?;
    let strings = |list: &str, key: &str| -> Vec<Option<String>> {
        let entries = table.get(list).and_then(toml::Value::as_array).into_iter().flatten();
        entries.map(|entry| entry.get(key).and_then(toml::Value::as_str).map(str::to_owned)).collect()
    };
    let (models, retired, default) = words(family);
    let is = |key: &str, at: usize| {
        strings("models", key).into_iter().eq(models.iter().map(|model| Some(model[at].clone())))
    };
    ensure!(is("id", 0) && is("name", 1), "another reader sees other models:\n{text}");
    ensure!(strings("retired", "id").into_iter().eq(retired.into_iter().map(Some)), "other retired models:\n{text}");
    ensure!(table.get("default_model").and_then(toml::Value::as_str) == Some(&default), "another default:\n{text}");
    Ok(())
}
