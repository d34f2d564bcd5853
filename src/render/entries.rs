//! The entries of `aliases` and `models` regions: code, the same in every language.

use crate::catalog::{Family, Model, Region};
use crate::content::{Entry, Value};

/// The keys of `thinkingLevelMap`, in their order; one that the catalog does not give is null.
const THINKING_LEVELS: &[&str] = &["off", "minimal", "low", "medium", "high", "xhigh", "max"];

/// `"<ref>": { alias: "…" }` for each model, with the id of the model.
#[must_use]
pub fn aliases(family: &Family, region: &Region) -> Vec<(String, Entry)> {
    let entry = |model: &Model| Entry {
        key: Some(family.model_ref(&model.id)),
        value: Value::Object(vec![("alias".to_owned(), Value::String(model.alias.clone()))]),
    };
    family.models_of(region).map(|model| (model.id.clone(), entry(model))).collect()
}

/// An object for each model, with the id of the model.
#[must_use]
pub fn models(family: &Family, region: &Region) -> Vec<(String, Entry)> {
    family.models_of(region).map(|model| (model.id.clone(), Entry { key: None, value: object(model) })).collect()
}

/// The members of a model in the order of the format.
fn object(model: &Model) -> Value {
    let string = |text: &str| Value::String(text.to_owned());
    let mut members = vec![
        ("id".to_owned(), string(&model.id)),
        ("name".to_owned(), string(&model.name)),
        ("reasoning".to_owned(), Value::Bool(model.reasoning)),
    ];
    if let Some(levels) = &model.thinking_levels {
        let level = |key: &&str| {
            let given = levels.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone());
            ((*key).to_owned(), given.unwrap_or(Value::Null))
        };
        members.push(("thinkingLevelMap".to_owned(), Value::Object(THINKING_LEVELS.iter().map(level).collect())));
    }
    let cost = &model.cost;
    let price = |key: &str, number: &crate::content::Number| (key.to_owned(), Value::Number(number.clone()));
    members.extend([
        ("input".to_owned(), Value::Array(model.input.iter().map(|word| string(word)).collect())),
        (
            "cost".to_owned(),
            Value::Object(vec![
                price("input", &cost.input),
                price("output", &cost.output),
                price("cacheRead", &cost.cache_read),
                price("cacheWrite", &cost.cache_write),
            ]),
        ),
        ("contextWindow".to_owned(), Value::Number(model.context_window.into())),
        ("maxTokens".to_owned(), Value::Number(model.max_tokens.into())),
    ]);
    members.extend(model.extra.iter().cloned());
    Value::Object(members)
}
