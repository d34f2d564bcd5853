//! What is to be done to a catalog, by what was asked for: new models are added, the rest only where told.

use super::{Compared, Comparison, Fact, Field, Row, Said, Standing};
use crate::catalog::Family;
use crate::catalog::edit::{self, Editor, NewModel, NewValue, Note, Spot};
use crate::diagnostic::{Code, Diagnostic, nearest};
use std::collections::HashMap;

/// More new models than this are a list of something else.
const MOST_NEW: usize = 200;

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
    /// The models and fields whose values are taken over, of new models and of known ones.
    pub taken: Vec<(String, Field)>,
    /// New models that cannot be added, as warnings.
    pub incomplete: Vec<Diagnostic>,
}

/// One change to a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A model is added.
    Add(Box<NewModel>, Spot),
    /// A field of a model gets another value.
    Set(String, Field, Fact),
    /// A model is retired.
    Retire(String),
}

impl Decision {
    /// Makes the changes; gives what else was done, for people.
    ///
    /// # Errors
    ///
    /// What the catalog would not take. The editor then holds some of the changes: it is of no use.
    pub fn apply(&self, editor: &mut Editor) -> Result<Vec<Note>, Vec<Diagnostic>> {
        let mut notes = Vec::new();
        for step in &self.steps {
            match step {
                Step::Add(model, spot) => editor.add(model, spot)?,
                Step::Set(id, field, fact) => notes.extend(editor.set(id, (*field).into(), fact.clone().into())?),
                Step::Retire(id) => notes.extend(editor.retire(id, None, None)?),
            }
        }
        Ok(notes)
    }
}

impl From<Field> for edit::Field {
    fn from(field: Field) -> Self {
        match field {
            Field::Name => Self::Name,
            Field::Reasoning => Self::Reasoning,
            Field::Input => Self::Input,
            Field::CostInput => Self::CostInput,
            Field::CostOutput => Self::CostOutput,
            Field::CostCacheRead => Self::CostCacheRead,
            Field::CostCacheWrite => Self::CostCacheWrite,
            Field::ContextWindow => Self::ContextWindow,
            Field::MaxTokens => Self::MaxTokens,
        }
    }
}

impl From<Fact> for NewValue {
    fn from(fact: Fact) -> Self {
        match fact {
            Fact::Text(text) => Self::String(text),
            Fact::Flag(flag) => Self::Bool(flag),
            Fact::Input { words, .. } => Self::Strings(words),
            Fact::Price(price) => Self::Number(price),
            Fact::Tokens(tokens) => Self::Number(tokens.into()),
        }
    }
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
    let new = comparison.new_models().count();
    if new > MOST_NEW {
        let message = format!("the lists have {new} models that {} lacks: more than a family has", family.path);
        let help = "say which ids are the family's with `ids` in that file, or which are wanted with --only";
        return Err(vec![Diagnostic::new(Code::Usage, "", message).help(help)]);
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
                    let message = format!("{} is not listed, but it is the default model", model.id);
                    let help = format!("give {} another `default_model` first", family.path);
                    faults.push(Diagnostic::new(Code::Usage, &family.path, message).help(help));
                }
                decision.steps.push(Step::Retire(model.id.clone()));
            }
            Standing::Unlisted { .. } => {}
        }
    }
    // A new model may stand next to one that goes.
    decision.steps.sort_by_key(|step| matches!(step, Step::Retire(_)));
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
        decision.taken.push((model.id.clone(), row.field));
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
    // Models that go to one place stand there in the order of the list.
    let last = decision.steps.iter().rev().find_map(|step| match step {
        Step::Add(last, _) if choices.place != Place::Listed => Some(last.id.clone()),
        _ => None,
    });
    let spot = last.map_or(spot, Spot::After);
    let said = model.rows.iter().filter(|row| row.pick.is_some() || row.field == Field::Name);
    decision.taken.extend(said.map(|row| (model.id.clone(), row.field)));
    decision.steps.push(Step::Add(Box::new(new_model(model)), spot));
    Ok(())
}

/// Whether a new model cannot do without this field, and has it from nowhere. A price of cached tokens that nobody says is
/// 0, as in a catalog.
#[must_use]
pub fn is_missing(row: &Row) -> bool {
    !matches!(row.field, Field::Name | Field::CostCacheRead | Field::CostCacheWrite)
        && row.pick.is_none()
        && row.catalog.is_none()
}

/// A new model as the lists have it.
fn new_model(model: &Compared<'_>) -> NewModel {
    let mut new = NewModel { name_is_guessed: true, ..NewModel::new(&model.id, name_of(&model.id)) };
    for row in &model.rows {
        let Some((_, fact)) = row.pick.clone() else { continue };
        match (row.field, fact) {
            (Field::Name, Fact::Text(name)) => (new.name, new.name_is_guessed) = (name, false),
            (Field::Reasoning, Fact::Flag(flag)) => new.reasoning = Some(flag),
            (Field::Input, Fact::Input { words, .. }) => new.input = Some(words),
            (Field::CostInput, Fact::Price(price)) => new.cost.input = Some(price),
            (Field::CostOutput, Fact::Price(price)) => new.cost.output = Some(price),
            (Field::CostCacheRead, Fact::Price(price)) => new.cost.cache_read = Some(price),
            (Field::CostCacheWrite, Fact::Price(price)) => new.cost.cache_write = Some(price),
            (Field::ContextWindow, Fact::Tokens(tokens)) => new.context_window = Some(tokens),
            (Field::MaxTokens, Fact::Tokens(tokens)) => new.max_tokens = Some(tokens),
            _ => {}
        }
    }
    new
}

/// A name made from an id: `kimi-k3.1-pro` is `Kimi K3.1 Pro`.
#[must_use]
pub fn name_of(id: &str) -> String {
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
    let lines = lines(model, missing);
    let help = format!(
        "add a list that says it (moonsync import LIST LIST), say it in [defaults], or add the model to {}:\n{lines}",
        family.path
    );
    fault.help(help)
}

/// A model as lines of a catalog, with `…` for what is missing.
fn lines(model: &Compared<'_>, missing: &[Field]) -> String {
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let value = |field: Field| match model.rows.iter().find(|row| row.field == field)?.pick.as_ref() {
        Some((_, Fact::Input { words, .. })) => {
            Some(format!("[{}]", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")))
        }
        Some((_, Fact::Text(text))) => Some(quoted(text)),
        Some((_, fact)) => Some(fact.to_string()),
        None if field == Field::Name => Some(quoted(&name_of(&model.id))),
        None => missing.contains(&field).then(|| "…".to_owned()),
    };
    let mut out = vec!["[[models]]".to_owned(), format!("id = {}", quoted(&model.id))];
    let mut add = |field: Field| out.extend(value(field).map(|value| format!("{} = {value}", field.key())));
    [Field::Name, Field::Reasoning, Field::Input].into_iter().for_each(&mut add);
    let short = |field: Field| field.key().trim_start_matches("cost.");
    let cost: Vec<String> =
        Field::COST.iter().filter_map(|field| Some(format!("{} = {}", short(*field), value(*field)?))).collect();
    let limits = [Field::ContextWindow, Field::MaxTokens].map(|field| (field, value(field)));
    if !cost.is_empty() {
        out.push(format!("cost = {{ {} }}", cost.join(", ")));
    }
    out.extend(limits.into_iter().filter_map(|(field, value)| Some(format!("{} = {}", field.key(), value?))));
    out.join("\n")
}
