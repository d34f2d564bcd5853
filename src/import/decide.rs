//! What is to be done to a catalog, by what was asked for: new models are added, the rest only where told.

use super::{Comparison, Compared, Fact, Field, Row, Said, Standing};
use crate::catalog::Family;
use crate::diagnostic::{Code, Diagnostic, nearest};
use std::collections::HashMap;

/// What was asked for.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// Fields that are taken although the catalog says something else.
    pub take: Vec<Field>,
    /// Fields of which a price of 0 is taken too, where the catalog has another.
    pub take_zero: Vec<Field>,
    /// Whether models that no list has any more are retired.
    pub retire: bool,
    /// Where new models go.
    pub place: Place,
}

/// Where new models go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Place {
    /// Behind the model that they follow in the list.
    #[default]
    Listed,
    /// Before all others.
    First,
    /// Behind this model.
    After(String),
}

/// What is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decision {
    /// The changes, in the order in which they are to be made.
    pub steps: Vec<Step>,
    /// Values that are taken over, of new models and of known ones.
    pub taken: Vec<Taken>,
    /// New models that cannot be added, as warnings.
    pub incomplete: Vec<Diagnostic>,
}

/// One change to a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A model is added.
    Add(NewEntry, Spot),
    /// A field of a model gets another value.
    Set(String, Field, Fact),
    /// A model is retired.
    Retire(String),
}

/// A model that is added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEntry {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether the name was made from the id, and wants a look.
    pub name_is_guessed: bool,
    /// All else that the lists say, in the order of a catalog.
    pub facts: Vec<(Field, Fact)>,
}

/// Where in the catalog a model goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Before all others.
    First,
    /// Behind all others.
    Last,
    /// Behind this model.
    After(String),
    /// Before this model.
    Before(String),
}

/// A value that is taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The model.
    pub id: String,
    /// The field.
    pub field: Field,
    /// The value.
    pub fact: Fact,
}

/// Says what is to be done.
///
/// A new model is added with all that the lists say of it, from the first list that says it; one of which neither they
/// nor `[defaults]` say enough is left out, with a warning. What the catalog says stays, but for the fields to take.
///
/// # Errors
///
/// A place that is no model of the catalog; and a model to retire that is the default one, or the last.
pub fn decide(family: &Family, comparison: &Comparison<'_>, choices: &Choices) -> Result<Decision, Vec<Diagnostic>> {
    let mut decision = Decision::default();
    let mut faults = Vec::new();
    if let Place::After(id) = &choices.place
        && !family.models.iter().any(|model| model.id == *id)
    {
        let fault = Diagnostic::new(Code::Usage, "", format!("--after {id}: {} has no such model", family.path));
        let near = nearest(id, family.models.iter().map(|model| model.id.as_str()));
        faults.push(match near {
            Some(near) => fault.help(format!("did you mean {near}?")),
            None => fault,
        });
    }
    let mut left_out: HashMap<String, Spot> = HashMap::new();
    for model in &comparison.models {
        match &model.standing {
            Standing::Known => set(model, choices, &mut decision),
            Standing::New { after, before } => {
                // Where the model that it follows is left out, it stands where that one would.
                let stand_in = after.as_ref().and_then(|after| left_out.get(after)).cloned();
                let spot = match (&choices.place, after, before) {
                    (Place::Listed, ..) if stand_in.is_some() => stand_in.unwrap_or(Spot::Last),
                    (Place::Listed, Some(after), _) => Spot::After(after.clone()),
                    (Place::Listed, None, Some(before)) => Spot::Before(before.clone()),
                    (Place::Listed, None, None) => Spot::Last,
                    (Place::First, ..) => Spot::First,
                    (Place::After(id), ..) => Spot::After(id.clone()),
                };
                if let Err(warning) = add(family, comparison, model, spot.clone(), choices, &mut decision) {
                    decision.incomplete.push(*warning);
                    left_out.insert(model.id.clone(), spot);
                }
            }
            Standing::Unlisted { .. } if choices.retire => {
                if model.id == family.default_model {
                    let message = format!("{} is no longer listed, but it is the default model", model.id);
                    let help = format!("give {} another `default_model` first", family.path);
                    faults.push(Diagnostic::new(Code::Usage, &family.path, message).help(help));
                }
                decision.steps.push(Step::Retire(model.id.clone()));
            }
            Standing::Unlisted { .. } => {}
        }
    }
    if faults.is_empty() { Ok(decision) } else { Err(faults) }
}

fn set(model: &Compared<'_>, choices: &Choices, decision: &mut Decision) {
    for row in model.rows.iter().filter(|row| choices.take.contains(&row.field)) {
        let taken = row.said.iter().find_map(|said| match said {
            Said::Other(fact) => Some(fact),
            Said::Zero(fact) if choices.take_zero.contains(&row.field) => Some(fact),
            _ => None,
        });
        let (Some(fact), Some(catalog)) = (taken, &row.catalog) else { continue };
        let fact = fact.clone().with(catalog);
        decision.taken.push(Taken { id: model.id.clone(), field: row.field, fact: fact.clone() });
        decision.steps.push(Step::Set(model.id.clone(), row.field, fact));
    }
}

fn add(
    family: &Family,
    comparison: &Comparison<'_>,
    model: &Compared<'_>,
    spot: Spot,
    choices: &Choices,
    decision: &mut Decision,
) -> Result<(), Box<Diagnostic>> {
    let missing: Vec<Field> = model.rows.iter().filter(|row| is_missing(row)).map(|row| row.field).collect();
    if !missing.is_empty() {
        return Err(Box::new(incomplete(family, comparison, model, &missing)));
    }
    let mut entry = entry(model);
    // Models that go to one place stand there in the order of the list.
    let last = decision.steps.iter().rev().find_map(|step| match step {
        Step::Add(last, _) if choices.place != Place::Listed => Some(last.id.clone()),
        _ => None,
    });
    let spot = last.map_or(spot, Spot::After);
    let of_entry = entry.facts.iter().map(|(field, fact)| (*field, fact.clone()));
    let name = [(Field::Name, Fact::Text(entry.name.clone()))];
    let all: Vec<(Field, Fact)> = name.into_iter().chain(of_entry).collect();
    decision.taken.extend(all.into_iter().map(|(field, fact)| Taken { id: model.id.clone(), field, fact }));
    entry.facts.retain(|(field, _)| *field != Field::Name);
    decision.steps.push(Step::Add(entry, spot));
    Ok(())
}

/// Whether a new model cannot do without this field, and has it from nowhere. A price of cached tokens that nobody says is
/// 0, as in a catalog.
fn is_missing(row: &Row) -> bool {
    !matches!(row.field, Field::Name | Field::CostCacheRead | Field::CostCacheWrite)
        && row.pick.is_none()
        && row.catalog.is_none()
}

fn entry(model: &Compared<'_>) -> NewEntry {
    let picked = |row: &Row| row.pick.as_ref().map(|(_, fact)| (row.field, fact.clone()));
    let (names, facts): (Vec<_>, Vec<_>) =
        model.rows.iter().filter_map(picked).partition(|(field, _)| *field == Field::Name);
    let said = names.into_iter().find_map(|(_, fact)| match fact {
        Fact::Text(name) => Some(name),
        _ => None,
    });
    let name_is_guessed = said.is_none();
    NewEntry { id: model.id.clone(), name: said.unwrap_or_else(|| name_of(&model.id)), name_is_guessed, facts }
}

/// A name made from an id: `kimi-k3.1-pro` is `Kimi K3.1 Pro`.
pub(super) fn name_of(id: &str) -> String {
    let last = id.rsplit(['/', ':']).find(|part| !part.is_empty()).unwrap_or(id);
    let words = last.split(['-', '_']).filter(|word| !word.is_empty()).map(|word| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    });
    let name = words.collect::<Vec<_>>().join(" ");
    if name.is_empty() { id.to_owned() } else { name }
}

/// The warning of a new model of which too little is known, with the lines to add.
fn incomplete(family: &Family, comparison: &Comparison<'_>, model: &Compared<'_>, missing: &[Field]) -> Diagnostic {
    let keys: Vec<&str> = missing.iter().map(|field| field.key()).collect();
    let message = format!("{} is new, but nobody says its {}: it is left out", model.id, keys.join(", "));
    let first = comparison.listings.iter().zip(&model.listed).find_map(|(listing, model)| Some((listing, (*model)?)));
    let fault = match first {
        Some((listing, model)) => {
            Diagnostic::new(Code::IncompleteModel, &listing.source, message).at(model.span.clone())
        }
        None => Diagnostic::new(Code::IncompleteModel, "", message),
    };
    let lines = lines(&entry(model), missing);
    let help = format!(
        "add a list that says it (moonsync import LIST LIST), say it in [defaults], or add the model to {}:\n{lines}",
        family.path
    );
    fault.help(help)
}

/// A model as lines of a catalog, with `…` for what is missing.
fn lines(entry: &NewEntry, missing: &[Field]) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let value = |field: Field| match entry.facts.iter().find(|(known, _)| *known == field) {
        Some((_, Fact::Input { words, .. })) => {
            Some(format!("[{}]", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")))
        }
        Some((_, fact)) => Some(fact.to_string()),
        None => missing.contains(&field).then(|| "…".to_owned()),
    };
    let mut out = vec!["[[models]]".to_owned(), format!("id = {}", quoted(&entry.id)), format!("name = {}", quoted(&entry.name))];
    for field in [Field::Reasoning, Field::Input] {
        out.extend(value(field).map(|value| format!("{} = {value}", field.key())));
    }
    let short = |field: Field| field.key().trim_start_matches("cost.");
    let cost: Vec<String> =
        Field::COST.iter().filter_map(|field| Some(format!("{} = {}", short(*field), value(*field)?))).collect();
    if !cost.is_empty() {
        out.push(format!("cost = {{ {} }}", cost.join(", ")));
    }
    for field in [Field::ContextWindow, Field::MaxTokens] {
        out.extend(value(field).map(|value| format!("{} = {value}", field.key())));
    }
    out.join("\n")
}
