//! The law of imports: whatever a list holds, no value comes into a catalog that the list does not say of that model.
//!
//! The list is read by the `json5` crate as well, which knows none of the shapes: a value must stand in an object that
//! has the model's id, wherever in the list that object is.

use super::{Law, in_text};
use moonsync::catalog::edit::Editor;
use moonsync::catalog::parse::is_id;
use moonsync::catalog::{Family, Model};
use moonsync::content::Number;
use moonsync::import::{
    Choices, Comparison, Decision, Fact, Field, Listing, Place, Scope, Shape, Standing, Step, compare, decide, name_of,
    read,
};
use moonsync::report;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A family that lists of every shape may be about. `{}` is where `[defaults]` may be.
const FAMILY: &str = r#"# a family
namespace     = "k"
provider      = "p"
default_model = "a"

{}
[[models]]
id             = "a" # the first
name           = "A"
reasoning      = true
input          = ["text"]
cost           = { input = 0.5, output = 2 }
context_window = 1000
max_tokens     = 100

[[models]]
id             = "b.2"
name           = "B \"2\""
alias          = "B"
reasoning      = false
input          = ["text", "image"]
cost           = { input = 1, output = 2.5, cache_read = 0.1 }
context_window = 262_144
max_tokens     = 8192

[[retired]]
id          = "old"
replaced_by = "a"
"#;

const DEFAULTS: &str = "[defaults]\nreasoning = false\ninput = [\"text\"]\ncost = { input = 3 }\n\
                        context_window = 4096\nmax_tokens = 64\n";

/// An editor of the family; `choice` says whether it has `[defaults]`.
fn family(choice: usize) -> Result<Editor, String> {
    let text = FAMILY.replace("{}", if choice & 1 == 1 { DEFAULTS } else { "" });
    Editor::new("k.toml", &text).map_err(|faults| format!("the law's own family has faults: {faults:?}"))
}

/// What is asked for, by the bits of a number.
fn choices(choice: usize) -> Choices {
    let all = |bit: usize| if choice & bit == 0 { Vec::new() } else { Field::ALL.to_vec() };
    let place = match choice >> 4 & 3 {
        0 => Place::First,
        1 => Place::After("a".to_owned()),
        _ => Place::Listed,
    };
    Choices { take: all(2), take_zero: all(4), retire: choice & 8 != 0, place }
}

/// A list is read without a panic; what is taken of it stands in it, in an entry of that very model; all else in the
/// catalog is as it was; and a list that was imported has no more news.
pub(crate) fn list(text: &str, choice: usize) -> Law {
    let listing = match read("k.toml", text) {
        Ok(listing) => listing,
        Err(fault) => return in_text(text, &[*fault]),
    };
    sound(text, &listing)?;
    let listings = [listing];
    let mut editor = family(choice)?;
    let before = editor.family().clone();
    let Some(decision) = decided(text, &before, &listings, choice)? else { return Ok(()) };
    let added: usize = decision.steps.iter().filter(|step| matches!(step, Step::Add(..))).count();
    decision.apply(&mut editor).map_err(|faults| format!("the catalog does not take what was decided: {faults:?}"))?;
    let after = editor.family().clone();
    ensure!(
        Editor::new("k.toml", editor.text()).is_ok_and(|editor| *editor.family() == after),
        "the file that was written does not read back"
    );
    ensure!(after.models.len() + after.retired.len() == 3 + added, "models came or went without a step");
    let reader = (depth(text) < 60).then(|| json5::from_str::<Doc>(text).ok()).flatten();
    let entries = reader.as_ref().map(|root| {
        let mut entries = Vec::new();
        root.entries(None, &mut entries);
        entries
    });
    for model in &after.models {
        let old = before.models.iter().find(|old| old.id == model.id);
        changed(&before, old, model, &listings[0], &decision)?;
        for (_, field) in decision.taken.iter().filter(|(id, _)| *id == model.id) {
            let fact = fact(model, *field);
            // A new model whose name nobody says has one made of its id.
            let made = *field == Field::Name && old.is_none() && model.name == name_of(&model.id);
            let Some(entries) = entries.as_ref().filter(|_| !made) else { continue };
            let mut own = entries.iter().filter(|(key, entry)| entry.is_of(*key, &model.id)).map(|(_, entry)| *entry);
            let kept = old.map(|old| old.input.as_slice()).unwrap_or_default();
            ensure!(
                own.any(|entry| entry.says(&fact, kept)),
                "nothing in the list says that {} has {field:?} {fact}",
                model.id
            );
        }
    }
    let again = decided(text, &after, &listings, choice)?;
    let steps = again.map(|decision| decision.steps).unwrap_or_default();
    ensure!(steps.is_empty(), "imported once more, there is more: {steps:?}");
    Ok(())
}

/// A listing holds what its documentation promises.
fn sound(text: &str, listing: &Listing) -> Law {
    let inside = |span: &std::ops::Range<usize>| span.start <= span.end && text.get(span.clone()).is_some();
    let mut seen = std::collections::HashSet::new();
    for model in &listing.models {
        ensure!(is_id(&model.id) && model.id.len() <= 200, "an id that no catalog takes: {:?}", model.id);
        ensure!(seen.insert((&model.provider, &model.id)), "{} of {:?} is there twice", model.id, model.provider);
        ensure!(inside(&model.span), "a model outside its list");
        for (field, fact) in &model.facts {
            ensure!(model.facts.iter().filter(|(other, _)| other == field).count() == 1, "{field:?} is there twice");
            let right = match fact {
                Fact::Text(name) => {
                    *field == Field::Name && !name.trim().is_empty() && !name.contains(char::is_control)
                }
                Fact::Flag(_) => *field == Field::Reasoning,
                Fact::Input { words, .. } => *field == Field::Input && !words.is_empty(),
                Fact::Price(price) => field.is_cost() && !price.is_negative(),
                Fact::Tokens(tokens) => matches!(field, Field::ContextWindow | Field::MaxTokens) && *tokens > 0,
            };
            ensure!(right, "{field:?} is {fact:?}");
        }
    }
    let gaps = listing.models.iter().flat_map(|model| &model.gaps).chain(listing.gaps.iter().map(|(_, gap)| gap));
    for gap in gaps {
        ensure!(inside(&gap.span), "a gap outside its list: {gap:?}");
        ensure!(!gap.message.contains('\n') && !gap.message.is_empty(), "a message of one line: {gap:?}");
    }
    Ok(())
}

/// What is to be done; nothing where it is refused.
fn decided(text: &str, family: &Family, listings: &[Listing], choice: usize) -> Result<Option<Decision>, String> {
    let scope = Scope { today: "2026-11-23", ..Scope::default() };
    let comparison = match compare(family, listings, &scope) {
        Ok(comparison) => comparison,
        Err(faults) => return in_text(text, &faults).map(|()| None),
    };
    in_text(text, &comparison.gaps)?;
    let decision = match decide(family, &comparison, &choices(choice)) {
        Ok(decision) => decision,
        Err(faults) => return in_text(text, &faults).map(|()| None),
    };
    in_text(text, &decision.incomplete)?;
    shown(&comparison, &decision)?;
    Ok(Some(decision))
}

fn shown(comparison: &Comparison<'_>, decision: &Decision) -> Law {
    for verbose in [false, true] {
        let report = report::import::comparison(comparison, decision, verbose);
        let plain = anstream::adapter::strip_str(&report).to_string();
        ensure!(!plain.contains(|c: char| c.is_control() && c != '\n'), "a control character in a report: {plain:?}");
    }
    let new = comparison.models.iter().filter(|model| matches!(model.standing, Standing::New { .. }));
    for model in new {
        let known = decision.steps.iter().any(|step| matches!(step, Step::Add(added, _) if added.id == model.id));
        let left = decision.incomplete.iter().any(|fault| fault.message.starts_with(&format!("{} is new", model.id)));
        ensure!(known != left, "{} is neither added nor left out with a word, or both", model.id);
    }
    Ok(())
}

/// What a model has that nothing was taken for is what it had, or what `[defaults]` say.
fn changed(before: &Family, old: Option<&Model>, new: &Model, listing: &Listing, decision: &Decision) -> Law {
    for field in Field::ALL {
        let taken = decision.taken.iter().any(|(id, taken)| *id == new.id && taken == field);
        let value = fact(new, *field);
        if taken {
            continue;
        }
        let was = match old {
            Some(old) => fact(old, *field),
            None => default(before, *field),
        };
        ensure!(value == was, "{} has {field:?} {value:?}, not {was:?}, and nothing was taken", new.id);
    }
    if let Some(old) = old {
        let rest = |model: &Model| (model.reasoning_label.clone(), model.thinking_levels.clone(), model.extra.clone());
        ensure!(rest(old) == rest(new), "{} has another label or levels", new.id);
    } else {
        ensure!(listing.models.iter().any(|listed| listed.id == new.id), "{} is in no list", new.id);
    }
    Ok(())
}

/// What a model that says nothing of a field has.
fn default(family: &Family, field: Field) -> Fact {
    let defaults = &family.defaults;
    let price =
        |n: usize| defaults.cost.as_ref().and_then(|cost| cost[n].clone()).unwrap_or_else(|| Number::from(0_u64));
    match field {
        Field::Name => Fact::Text(String::new()), // always taken
        Field::Reasoning => Fact::Flag(defaults.reasoning.unwrap_or_default()),
        Field::Input => Fact::Input { words: defaults.input.clone().unwrap_or_default(), sayable: None },
        Field::CostInput => Fact::Price(price(0)),
        Field::CostOutput => Fact::Price(price(1)),
        Field::CostCacheRead => Fact::Price(price(2)),
        Field::CostCacheWrite => Fact::Price(price(3)),
        Field::ContextWindow => Fact::Tokens(defaults.context_window.unwrap_or_default()),
        Field::MaxTokens => Fact::Tokens(defaults.max_tokens.unwrap_or_default()),
    }
}

fn fact(model: &Model, field: Field) -> Fact {
    match field {
        Field::Name => Fact::Text(model.name.clone()),
        Field::Reasoning => Fact::Flag(model.reasoning),
        Field::Input => Fact::Input { words: model.input.clone(), sayable: None },
        Field::CostInput => Fact::Price(model.cost.input.clone()),
        Field::CostOutput => Fact::Price(model.cost.output.clone()),
        Field::CostCacheRead => Fact::Price(model.cost.cache_read.clone()),
        Field::CostCacheWrite => Fact::Price(model.cost.cache_write.clone()),
        Field::ContextWindow => Fact::Tokens(model.context_window),
        Field::MaxTokens => Fact::Tokens(model.max_tokens),
    }
}

/// How deep brackets may nest, at most: the other reader has no limit of its own.
fn depth(text: &str) -> usize {
    text.matches(['[', '{']).count()
}

/// A document as another reader sees it; keys that are given twice stay twice.
#[derive(Debug, Clone)]
enum Doc {
    Null,
    Bool(bool),
    Number(f64),
    String(String),
    Array(Vec<Doc>),
    Object(Vec<(String, Doc)>),
}

impl Doc {
    /// Every object, with the key that leads to it.
    fn entries<'d>(&'d self, key: Option<&'d str>, all: &mut Vec<(Option<&'d str>, &'d Doc)>) {
        match self {
            Self::Array(values) => values.iter().for_each(|value| value.entries(None, all)),
            Self::Object(members) => {
                all.push((key, self));
                members.iter().for_each(|(key, value)| value.entries(Some(key), all));
            }
            _ => {}
        }
    }

    /// Whether an object has the id of a model, in itself or by its key; a provider may stand in front of it.
    fn is_of(&self, key: Option<&str>, id: &str) -> bool {
        let is = |text: &str| text == id || text.strip_suffix(id).is_some_and(|rest| rest.ends_with('/'));
        let Self::Object(members) = self else { return false };
        key.is_some_and(is)
            || members.iter().any(|(key, value)| key == "id" && matches!(value, Self::String(text) if is(text)))
    }

    /// Everything in it that is no list and no object.
    fn scalars<'d>(&'d self, all: &mut Vec<&'d Doc>) {
        match self {
            Self::Array(values) => values.iter().for_each(|value| value.scalars(all)),
            Self::Object(members) => members.iter().for_each(|(_, value)| value.scalars(all)),
            scalar => all.push(scalar),
        }
    }

    /// Whether an entry says this of its model. `kept` are the modalities that the catalog had, which may stay.
    fn says(&self, fact: &Fact, kept: &[String]) -> bool {
        let mut scalars = Vec::new();
        self.scalars(&mut scalars);
        let numbers = || {
            scalars.iter().filter_map(|scalar| match scalar {
                Self::Number(number) => Some(*number),
                Self::String(text) => text.trim().parse().ok(),
                _ => None,
            })
        };
        let strings = || {
            scalars.iter().filter_map(|scalar| match scalar {
                Self::String(text) => Some(text.trim()),
                _ => None,
            })
        };
        let flag = |flag: bool| scalars.iter().any(|scalar| matches!(scalar, Self::Bool(value) if *value == flag));
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        match fact {
            Fact::Text(name) => {
                strings().any(|text| text == name || text.split_once(": ").is_some_and(|(_, own)| own.trim() == name))
            }
            // A list of parameters says it too, by what it has and by what it lacks.
            Fact::Flag(value) => {
                flag(*value)
                    || matches!(self, Self::Object(members) if members.iter().any(|(key, _)| key == "supported_parameters"))
            }
            Fact::Input { words, .. } => words.iter().all(|word| {
                let flagged = ["image", "video", "audio", "pdf"].contains(&word.as_str()) && flag(true);
                word == "text"
                    || flagged
                    || kept.contains(word)
                    || strings().any(|text| text.eq_ignore_ascii_case(word))
            }),
            Fact::Price(price) => {
                let Ok(price) = price.as_str().parse::<f64>() else { return false };
                numbers().any(|number| near(number, price) || near(number * 1e6, price))
            }
            Fact::Tokens(tokens) => numbers().any(|number| number == *tokens as f64),
        }
    }
}

impl<'de> Deserialize<'de> for Doc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Doc;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<Doc, E> {
                Ok(Doc::Null)
            }
            fn visit_none<E>(self) -> Result<Doc, E> {
                Ok(Doc::Null)
            }
            fn visit_bool<E>(self, value: bool) -> Result<Doc, E> {
                Ok(Doc::Bool(value))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Doc, E> {
                Ok(Doc::Number(value as f64))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Doc, E> {
                Ok(Doc::Number(value as f64))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Doc, E> {
                Ok(Doc::Number(value))
            }
            fn visit_str<E>(self, value: &str) -> Result<Doc, E> {
                Ok(Doc::String(value.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Doc, A::Error> {
                let mut all = Vec::new();
                while let Some(value) = values.next_element()? {
                    all.push(value);
                }
                Ok(Doc::Array(all))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Doc, A::Error> {
                let mut all = Vec::new();
                while let Some(member) = members.next_entry()? {
                    all.push(member);
                }
                Ok(Doc::Object(all))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// The shape that a list was read as, for a count of what a generator reaches.
pub(crate) fn shape(text: &str) -> Option<Shape> {
    read("k.toml", text).ok().filter(|listing| !listing.models.is_empty()).map(|listing| listing.shape)
}
