//! Regions of the catalog's own text: minijinja, strict, with a fuel limit.

use super::words::Words;
use crate::catalog::{Family, Model, Region, Retired};
use crate::content::{Number, Value};
use minijinja::value::Value as Jinja;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many instructions a template may take: a thousand a model for ten thousand models, and no end for none.
const FUEL: u64 = 10_000_000;

/// How values are made fit for the place that they go to.
#[derive(Debug, Clone, Copy)]
pub struct Escape {
    /// Makes words fit.
    pub text: fn(&str) -> String,
    /// Makes code of something, for the filter `code`.
    pub code: fn(&str) -> String,
}

/// Renders a region's template, in the source text or in that of a locale.
///
/// # Errors
///
/// What is wrong, with the line of the template, where it fails: a name that is not defined, a value of the wrong
/// type, no fuel left.
pub fn render(
    family: &Family,
    region: &Region,
    source: &str,
    locale: &str,
    words: &Words<'_>,
    escape: Escape,
) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_formatter(move |out, _, value| {
        if value.is_undefined() {
            return Err(Error::from(ErrorKind::UndefinedError));
        }
        let text = value.to_string();
        let raw = value.is_safe() || value.is_number() || matches!(text.as_str(), "true" | "false");
        out.write_str(&if raw { text } else { (escape.text)(&text) }).map_err(Error::from)
    });
    environment.add_filter("code", move |text: String| Jinja::from_safe_string((escape.code)(&text)));
    let known: BTreeMap<String, String> = words.known();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let record = Arc::clone(&asked);
    environment.add_function("term", move |word: String| match known.get(&word) {
        Some(term) => term.clone(),
        None => {
            record.lock().unwrap_or_else(PoisonError::into_inner).push(word.clone());
            word
        }
    });
    let context = minijinja::context! {
        models => family.models_of(region).map(|each| model(family, each)).collect::<Vec<_>>(),
        retired => family.retired.iter().map(|each| retired(family, each)).collect::<Vec<_>>(),
        default_model => name(&family.default_model),
        provider => name(&family.provider),
        locale => locale,
    };
    let rendered = environment.render_str(source, context).map_err(|error| {
        let detail = error.detail().map_or_else(|| error.kind().to_string(), ToOwned::to_owned);
        match error.line() {
            Some(line) => format!("line {line} of the template: {detail}"),
            None => detail,
        }
    })?;
    for word in asked.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        let _ = words.term(word);
    }
    Ok(rendered)
}

/// An id, a ref or a provider: what they may hold acts nowhere, but for an underscore at the edge of a word.
fn name(text: &str) -> Jinja {
    let bytes = text.as_bytes();
    let inside = |at: usize| {
        at > 0 && bytes[at - 1].is_ascii_alphanumeric() && bytes.get(at + 1).is_some_and(u8::is_ascii_alphanumeric)
    };
    let plain = bytes.iter().enumerate().all(|(at, byte)| *byte != b'_' || inside(at));
    if plain { Jinja::from_safe_string(text.to_owned()) } else { Jinja::from(text) }
}

fn number(number: &Number) -> Jinja {
    match number.as_str().parse::<i64>() {
        Ok(whole) => Jinja::from(whole),
        Err(_) => number.as_str().parse::<f64>().map_or_else(|_| Jinja::from(number.as_str()), Jinja::from),
    }
}

fn model(family: &Family, model: &Model) -> Jinja {
    let cost = &model.cost;
    minijinja::context! {
        id => name(&model.id),
        ref => name(&family.model_ref(&model.id)),
        name => &model.name,
        alias => &model.alias,
        reasoning => model.reasoning,
        reasoning_label => model.reasoning_label.as_deref().unwrap_or(if model.reasoning { "Yes" } else { "No" }),
        thinking_levels => model.thinking_levels.as_ref().map(|levels| members(levels)),
        input => &model.input,
        cost => minijinja::context! {
            input => number(&cost.input),
            output => number(&cost.output),
            cache_read => number(&cost.cache_read),
            cache_write => number(&cost.cache_write),
        },
        context_window => model.context_window,
        max_tokens => model.max_tokens,
        extra => members(&model.extra),
        default => model.id == family.default_model,
    }
}

fn retired(family: &Family, retired: &Retired) -> Jinja {
    minijinja::context! {
        id => name(&retired.id),
        ref => name(&family.model_ref(&retired.id)),
        replaced_by => retired.replaced_by.as_deref().map(name),
        since => &retired.since,
    }
}

fn members(members: &[(String, Value)]) -> Jinja {
    members.iter().map(|(key, value)| (key.clone(), jinja(value))).collect()
}

fn jinja(value: &Value) -> Jinja {
    match value {
        Value::Null => Jinja::from(()),
        Value::Bool(flag) => Jinja::from(*flag),
        Value::Number(each) => number(each),
        Value::String(text) => Jinja::from(text.as_str()),
        Value::Array(values) => values.iter().map(jinja).collect(),
        Value::Object(each) => members(each),
    }
}
