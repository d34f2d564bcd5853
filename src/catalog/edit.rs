//! Edits of a family's file that keep the file: its comments, order, alignment, number spellings, line ends and BOM.
//!
//! An edit is made on the text, by the bytes of what stands there (`edit/layout.rs`), in the look of what stands around
//! it (`edit/look.rs`), and is then proved: the catalog's own parser must read the new text, without a fault, as exactly
//! the family that was meant, and no comment may be gone that is not reported. A library that prints a document from its
//! tree, as `toml_edit` does, would have to be mistrusted more: it drops the BOM and every `\r`, adds a line end at the
//! end and regroups dotted keys. Here what is not in an edit cannot change.
//!
//! Models are edited however they are spelled: `[[models]]` with sub-tables and dotted keys, or `models = [{ … }]`.
//! Limits: where the last value of an inline array has no comma behind it, it gets one when another is added; a key
//! longer than those that a model's `=` are aligned to is added out of line, so that the other lines stay as they are.

mod layout;
mod look;
mod splice;
#[cfg(test)]
mod tests;
mod tree;

use super::parse::{self, Given};
use super::{Cost, Family, Model, Retired};
use crate::content::{Number, Value};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::text::{self, Edit};
use layout::{Entry, Layout, NodeKind, Section};
use look::{Align, Look, Spacing};
use splice::{Element, Site};
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use tree::{Listing, Owner, Scope, runs};

/// The keys of a model, in the order that they have where the file does not say otherwise.
const MODEL: &[&str] = &[
    "id",
    "name",
    "alias",
    "reasoning",
    "reasoning_label",
    "thinking_levels",
    "input",
    "cost",
    "context_window",
    "max_tokens",
];
const COST: [&str; 4] = ["input", "output", "cache_read", "cache_write"];
const RETIRED: &[&str] = &["id", "replaced_by", "since"];

/// What stands behind a name that was guessed.
const GUESSED: &str = "# derived from the id: review";

/// A model to be added. What is `None` is taken from `[defaults]`; where these lack it too, it is a fault.
///
/// ```
/// use moonsync::catalog::edit::NewModel;
/// let model = NewModel { reasoning: Some(true), ..NewModel::new("kimi-k3", "Kimi K3") };
/// assert_eq!(model.id, "kimi-k3");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewModel {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// Whether the name is a guess: it then gets a remark that asks for a review.
    pub name_is_guessed: bool,
    /// The alias; not written where it equals the name.
    pub alias: Option<String>,
    /// Whether it reasons.
    pub reasoning: Option<bool>,
    /// What the Reasoning column says.
    pub reasoning_label: Option<String>,
    /// The thinking levels: strings.
    pub thinking_levels: Option<Vec<(String, Value)>>,
    /// The modalities.
    pub input: Option<Vec<String>>,
    /// The prices.
    pub cost: NewCost,
    /// The context window in tokens.
    pub context_window: Option<u64>,
    /// The most tokens it answers with.
    pub max_tokens: Option<u64>,
}

impl NewModel {
    /// A model of which nothing is known but its id and its name.
    #[must_use]
    pub fn new(id: impl Into<String>, name: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), ..Self::default() }
    }
}

/// Prices of a model to be added. What is `None` is taken from `[defaults]`, else it is 0; but a model without any
/// price, in a family whose `[defaults]` have no `cost`, is a fault.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewCost {
    /// Input.
    pub input: Option<Number>,
    /// Output.
    pub output: Option<Number>,
    /// Input read from a cache.
    pub cache_read: Option<Number>,
    /// Input written to a cache.
    pub cache_write: Option<Number>,
}

/// Where a model is added, in the order in which models are rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// Before all models.
    First,
    /// After all models.
    Last,
    /// Right after the model of this id.
    After(String),
    /// Right before the model of this id.
    Before(String),
}

/// What can be changed in a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `name`: a string.
    Name,
    /// `alias`: a string.
    Alias,
    /// `reasoning`: a bool.
    Reasoning,
    /// `reasoning_label`: a string.
    ReasoningLabel,
    /// `thinking_levels`: levels.
    ThinkingLevels,
    /// `input`: strings.
    Input,
    /// `cost.input`: a number.
    CostInput,
    /// `cost.output`: a number.
    CostOutput,
    /// `cost.cache_read`: a number.
    CostCacheRead,
    /// `cost.cache_write`: a number.
    CostCacheWrite,
    /// `context_window`: a whole number.
    ContextWindow,
    /// `max_tokens`: a whole number.
    MaxTokens,
}

/// What a key of a model is to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    /// A string.
    String(String),
    /// `true` or `false`.
    Bool(bool),
    /// Strings, such as modalities.
    Strings(Vec<String>),
    /// A number; `Number::from(262144_u64)` for a whole one.
    Number(Number),
    /// Thinking levels: strings by level.
    Levels(Vec<(String, Value)>),
    /// Nothing: the key goes, and what `[defaults]` says holds.
    Absent,
}

/// What an edit did beside what it was asked to do, for people: a comment that went, a default model that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The line it is about, from 1, in the text as it was before the edit.
    pub line: usize,
    /// What was done.
    pub message: String,
}

/// One family's file, and the edits made to it so far.
///
/// Each edit is proved before it counts: the new text parses without a fault, by the catalog's own parser, to exactly
/// the family that was meant. Where an edit is refused, the text is as it was.
///
/// ```
/// use moonsync::catalog::edit::Editor;
/// let text = r#"
/// namespace     = "k" # short
/// provider      = "p"
/// default_model = "a"
/// models        = [
///   { id = "a", name = "A", reasoning = true, input = ["text"], cost = {}, context_window = 4_096, max_tokens = 8 },
///   { id = "b", name = "B", reasoning = true, input = ["text"], cost = {}, context_window = 4_096, max_tokens = 8 },
/// ]
/// "#;
/// let mut editor = Editor::new("k.toml", text).unwrap();
/// editor.set_default("b").unwrap();
/// assert_eq!(editor.text(), text.replace("default_model = \"a\"", "default_model = \"b\""));
/// ```
#[derive(Debug, Clone)]
pub struct Editor {
    path: String,
    original: String,
    text: String,
    family: Family,
    given: Given,
}

impl Editor {
    /// Takes a family's file. `path` is what diagnostics call it.
    ///
    /// # Errors
    ///
    /// The faults of the file: one that has any cannot be edited.
    pub fn new(path: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let (family, given) = parse::parse_family(path, text)?;
        Ok(Self { path: path.to_owned(), original: text.to_owned(), text: text.to_owned(), family, given })
    }

    /// The file as it now is.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The file as it was given.
    #[must_use]
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Whether the text differs from the one that was given.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.text != self.original
    }

    /// What the text now says (without the words of any language).
    #[must_use]
    pub fn family(&self) -> &Family {
        &self.family
    }

    /// Adds a model: in the look of the models around it (the order, alignment and quoting of their keys), and
    /// without what `[defaults]` says already. Only lines are added, but for the comma behind the last value of an
    /// array `models = […]`. A guessed name gets a remark where its line can hold one.
    ///
    /// # Errors
    ///
    /// An id that is taken, a spot that is not there, a value that the format refuses, or one that neither the model
    /// nor `[defaults]` has.
    pub fn add(&mut self, model: &NewModel, spot: &Spot) -> Result<(), Vec<Diagnostic>> {
        let index = match spot {
            Spot::First => 0,
            Spot::Last => self.family.models.len(),
            Spot::After(id) => self.index(id)? + 1,
            Spot::Before(id) => self.index(id)?,
        };
        self.check_free(&model.id)?;
        let mut intended = self.family.clone();
        intended.models.insert(index, self.filled(model)?);

        // The model that the new one stands next to, and whose look it takes.
        let below = matches!(spot, Spot::After(_) | Spot::Last);
        let near = if below { index.saturating_sub(1) } else { index };
        let layout = Layout::of(&self.text);
        let listing = Listing::of(&layout, "models");
        let around = Around::of(&layout, &listing, near, MODEL);
        let new = Block {
            said: self.said(model, &around),
            remarks: model.name_is_guessed.then(|| ("name", GUESSED.to_owned())).into_iter().collect(),
            ..Block::default()
        };
        let edits = match &listing {
            Listing::Tables(tables) => {
                let lines = new.lines(&around, &layout.sections[tables[near][0]], "models");
                vec![insert_block(&layout, tables, index, below, lines)]
            }
            Listing::Inline(entry, nodes) => {
                let text = new.inline(&around, nodes.get(near));
                let comment = model.name_is_guessed.then(|| GUESSED.replace("# ", "# name "));
                let element = Element { text: &text, lead: &[], comment: comment.as_deref() };
                splice::insert_element(&layout, &entry.value, index, &element)
            }
            Listing::Absent => Vec::new(),
        };
        let text = text::apply(&self.text, &edits);
        self.prove(text, intended).map(|_| ())
    }

    /// Sets a key of a model. Where the key stands, only the bytes of its value change; where it does not, a line (or a
    /// member of an inline table) is added. Nothing changes where the model says so already, by itself or by
    /// `[defaults]`. Gives the comments that went.
    ///
    /// # Errors
    ///
    /// An id that no model has, or a value that the format refuses for this key.
    pub fn set(&mut self, id: &str, field: Field, value: NewValue) -> Result<Vec<Note>, Vec<Diagnostic>> {
        let index = self.index(id)?;
        let path = field.path();
        let stands = |path: &[&str]| self.in_model(&self.text, index, |site| site.has(path));
        let mut intended = self.family.clone();
        self.assign(&mut intended.models[index], field, &value, stands(&["alias"]))?;
        let value = value.into_value();
        let done = if value.is_none() { !stands(path) } else { self.family == intended };
        if done {
            return Ok(Vec::new());
        }
        let change = |text: &str, path: &[&str], value: Option<&Value>| {
            let edits = self
                .in_model(text, index, |site| value.map_or_else(|| site.remove(path), |value| site.set(path, value)));
            text::apply(text, &edits)
        };
        let text = match &value {
            // Level by level, so that those that stay keep their place and spelling.
            Some(Value::Object(new)) if !new.is_empty() && stands(path) => {
                let old = self.family.models[index].thinking_levels.iter().flatten();
                let mut text = self.text.clone();
                for (name, value) in new.iter().filter(|level| !old.clone().any(|known| known == *level)) {
                    text = change(&text, &[path, &[name.as_str()]].concat(), Some(value));
                }
                for (name, _) in old.filter(|(name, _)| !new.iter().any(|(known, _)| known == name)) {
                    text = change(&text, &[path, &[name.as_str()]].concat(), None);
                }
                text
            }
            Some(Value::Object(_)) => change(&change(&self.text, path, None), path, value.as_ref()),
            // Value by value too, where that leads there.
            Some(Value::Array(new)) if stands(path) => {
                let texts = self.family.models[index].input.iter();
                let old: Vec<Value> = texts.map(|text| Value::String(text.clone())).collect();
                let kept = old.iter().filter(|value| new.contains(value)).count();
                if kept > 0 && old.iter().filter(|value| new.contains(value)).eq(&new[..kept.min(new.len())]) {
                    let mut text = self.text.clone();
                    for at in (0..old.len()).rev().filter(|at| !new.contains(&old[*at])) {
                        text = text::apply(&text, &self.in_model(&text, index, |site| site.remove_value(path, at)));
                    }
                    for value in &new[kept..] {
                        text = text::apply(&text, &self.in_model(&text, index, |site| site.add_value(path, value)));
                    }
                    text
                } else {
                    change(&self.text, path, value.as_ref())
                }
            }
            value => change(&self.text, path, value.as_ref()),
        };
        self.prove(text, intended)
    }

    /// Makes a model a retired one, the last of them. Models that it replaced keep naming it, so that the chain leads
    /// on to its successor; where it is the default model, its final successor becomes that. The comments right above
    /// and below it, and those behind its header and its id, go with it. Gives the comments that moved or went, and
    /// the new default model.
    ///
    /// # Errors
    ///
    /// An id that no model has; a successor that is none, or that is replaced by this model itself; a day that is none;
    /// the default model without a successor; the last model; a region whose pattern would match no model any more.
    pub fn retire(
        &mut self,
        id: &str,
        replaced_by: Option<&str>,
        since: Option<&str>,
    ) -> Result<Vec<Note>, Vec<Diagnostic>> {
        let index = self.index(id)?;
        let heir = self.check_retirement(id, replaced_by, since)?;
        let mut intended = self.family.clone();
        intended.models.remove(index);
        intended.retired.push(Retired {
            id: id.to_owned(),
            replaced_by: replaced_by.map(str::to_owned),
            since: since.map(str::to_owned),
        });

        let mut notes = Vec::new();
        let layout = Layout::of(&self.text);
        let listing = Listing::of(&layout, "models");
        let (mut edits, moved) = take_out(&layout, &listing, index);
        for (place, lines) in [("above", &moved.above), ("below", &moved.below)] {
            if let (Some(line), Some(_)) = (lines.start, lines.lines.first()) {
                let what = match lines.lines.len() {
                    1 => "the comment".to_owned(),
                    count => format!("{count} lines of comment"),
                };
                notes.push(Note { line: line + 1, message: format!("{what} {place} {} moved with it", shown(id)) });
            }
        }
        if let Some(heir) = heir.filter(|_| self.family.default_model == id) {
            let root = Scope::root(&layout);
            let place = root.find(&["default_model"]).map_or(0, |leaf| leaf.entry.value.span.start);
            let message = format!("the default model is now {}", shown(&heir));
            notes.push(Note { line: layout.line(place) + 1, message });
            edits.extend(set_root(&layout, "default_model", &heir));
            intended.default_model = heir;
        }
        edits.sort_by_key(|edit| edit.range.start);
        let text = text::apply(&self.text, &edits);

        let block = Block {
            said: [("id", Some(Said::Value(Value::String(id.to_owned()))))]
                .into_iter()
                .chain([("replaced_by", replaced_by.map(|heir| Said::Value(Value::String(heir.to_owned()))))])
                .chain([("since", since.map(|day| Said::Day(day.to_owned())))])
                .filter_map(|(key, said)| Some((key, said?)))
                .collect(),
            remarks: moved.on_id.iter().map(|comment| ("id", comment.clone())).collect(),
            above: moved.above.lines,
            on_header: moved.on_header,
            below: moved.below.lines,
        };
        let text = text::apply(&text, &retired_edits(&Layout::of(&text), &block));
        let mut all = self.prove(text, intended)?;
        notes.retain(|note| !all.iter().any(|lost| lost.line == note.line)); // there was no line for it
        all.extend(notes);
        all.sort_by_key(|note| note.line);
        Ok(all)
    }

    /// Makes a model the default one.
    ///
    /// # Errors
    ///
    /// An id that no model has.
    pub fn set_default(&mut self, id: &str) -> Result<(), Vec<Diagnostic>> {
        self.index(id)?;
        if self.family.default_model == id {
            return Ok(());
        }
        let mut intended = self.family.clone();
        id.clone_into(&mut intended.default_model);
        let text = text::apply(&self.text, &set_root(&Layout::of(&self.text), "default_model", id));
        self.prove(text, intended).map(|_| ())
    }

    /// Takes a new text over where it says exactly what was meant; gives the comments that it lost.
    fn prove(&mut self, text: String, intended: Family) -> Result<Vec<Note>, Vec<Diagnostic>> {
        let internal = |message: &str| {
            let help = "the file is as it was; please report this, with the file";
            vec![Diagnostic::new(Code::Internal, &self.path, message).help(help)]
        };
        let (family, given) = parse::parse_family(&self.path, &text).map_err(|faults| {
            if faults.iter().any(|fault| fault.code == Code::TomlSyntax) {
                return internal("the edit would make the file no TOML");
            }
            // Their places are of a text that nobody has.
            faults.into_iter().filter(Diagnostic::is_error).map(|fault| Diagnostic { span: None, ..fault }).collect()
        })?;
        if normal(family.clone()) != normal(intended) || given != self.given {
            return Err(internal("the edit would make the file say something else than was meant"));
        }
        let lost = lost_comments(&self.text, &text);
        self.family = family;
        self.text = text;
        Ok(lost)
    }

    /// Does something at a model of a text.
    fn in_model<T>(&self, text: &str, index: usize, work: impl FnOnce(&Site<'_, '_, '_>) -> T) -> T {
        let layout = Layout::of(text);
        let listing = Listing::of(&layout, "models");
        let around = Around::of(&layout, &listing, index, MODEL);
        let scope = listing.scope(&layout, index);
        work(&Site { layout: &layout, scope, look: &around.look, order: &around.order })
    }

    /// Which of the models has this id.
    fn index(&self, id: &str) -> Result<usize, Vec<Diagnostic>> {
        if let Some(index) = self.family.models.iter().position(|model| model.id == id) {
            return Ok(index);
        }
        let fault = match self.family.retired.iter().find(|gone| gone.id == id) {
            Some(gone) => {
                let heir = gone.replaced_by.as_ref().map(|heir| format!(", replaced by {}", shown(heir)));
                let message = format!("the model {} is retired{}", shown(id), heir.unwrap_or_default());
                Diagnostic::new(Code::UnknownModel, &self.path, message).help("name a model that is rendered")
            }
            None => {
                let help = match nearest(id, self.family.models.iter().map(|model| model.id.as_str())) {
                    Some(meant) => format!("did you mean {}?", shown(meant)),
                    None => "`moonsync catalog show` lists the models".to_owned(),
                };
                Diagnostic::new(Code::UnknownModel, &self.path, format!("no model is called {}", shown(id))).help(help)
            }
        };
        Err(vec![fault])
    }

    /// That no model, rendered or retired, has this id.
    fn check_free(&self, id: &str) -> Result<(), Vec<Diagnostic>> {
        let fault = if self.family.models.iter().any(|model| model.id == id) {
            let message = format!("there is a model {} already", shown(id));
            Diagnostic::new(Code::DuplicateId, &self.path, message).help("edit its lines in the file")
        } else if self.family.retired.iter().any(|gone| gone.id == id) {
            let message = format!("the id {} is that of a retired model", shown(id));
            let help = "to list it again, remove its `[[retired]]` lines first";
            Diagnostic::new(Code::DuplicateId, &self.path, message).help(help)
        } else {
            return Ok(());
        };
        Err(vec![fault])
    }

    /// A model with what `[defaults]` says; the faults are what neither has.
    fn filled(&self, new: &NewModel) -> Result<Model, Vec<Diagnostic>> {
        let given = &self.given;
        let NewCost { input, output, cache_read, cache_write } = &new.cost;
        let prices = [input, output, cache_read, cache_write];
        let has_cost = given.cost.is_some() || prices.iter().any(|price| price.is_some());
        let cost = |at: usize| prices[at].clone().unwrap_or_else(|| self.default_price(at));
        let missing = [
            ("reasoning", "false", new.reasoning.is_some() || given.reasoning.is_some()),
            ("input", "[\"text\"]", new.input.is_some() || given.input.is_some()),
            ("cost", "{ input = 0.6, output = 2.5 }", has_cost),
            ("context_window", "262144", new.context_window.is_some() || given.context_window.is_some()),
            ("max_tokens", "8192", new.max_tokens.is_some() || given.max_tokens.is_some()),
        ];
        let faults: Vec<_> = missing
            .iter()
            .filter(|(_, _, is_there)| !is_there)
            .map(|(key, example, _)| {
                let message = format!("the model {} has no `{key}`, and `[defaults]` has none", shown(&new.id));
                let help = format!("give the model one, or add `{key} = {example}` to `[defaults]`");
                Diagnostic::new(Code::MissingKey, &self.path, message).help(help)
            })
            .collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Model {
            id: new.id.clone(),
            name: new.name.clone(),
            alias: new.alias.clone().unwrap_or_else(|| new.name.clone()),
            reasoning: new.reasoning.or(given.reasoning).unwrap_or_default(),
            reasoning_label: new.reasoning_label.clone(),
            thinking_levels: new.thinking_levels.clone(),
            input: new.input.clone().or_else(|| given.input.clone()).unwrap_or_default(),
            cost: Cost { input: cost(0), output: cost(1), cache_read: cost(2), cache_write: cost(3) },
            context_window: new.context_window.or(given.context_window).unwrap_or_default(),
            max_tokens: new.max_tokens.or(given.max_tokens).unwrap_or_default(),
            extra: Vec::new(),
        })
    }

    /// The price that a model without one has, by its place in [`COST`].
    fn default_price(&self, at: usize) -> Number {
        let given = self.given.cost.as_ref().and_then(|prices| prices[at].clone());
        given.unwrap_or_else(|| Number::from(0_u64))
    }

    /// What the file is to say of a new model: not what `[defaults]` says already.
    fn said(&self, new: &NewModel, around: &Around<'_, '_>) -> Vec<(&'static str, Said)> {
        let given = &self.given;
        let text = |text: &str| Value::String(text.to_owned());
        let texts = |texts: &[String]| Value::Array(texts.iter().map(|one| text(one)).collect());
        let count = |count: u64| Value::Number(Number::from(count));
        let NewCost { input, output, cache_read, cache_write } = &new.cost;
        let habit = around.scopes.iter().map(|scope| scope.children(&["cost"])).find(|keys| !keys.is_empty());
        let habit = habit.unwrap_or_default();
        let mut prices = Vec::new();
        let mut news = given.cost.is_none();
        for (at, (key, price)) in COST.into_iter().zip([input, output, cache_read, cache_write]).enumerate() {
            let Some(price) = price else { continue };
            let is_news = *price != self.default_price(at);
            news |= is_news;
            if is_news || habit.contains(&key) {
                prices.push((key.to_owned(), Value::Number(price.clone())));
            }
        }
        let cost = news.then_some(Value::Object(prices));
        let all = [
            ("id", Some(text(&new.id))),
            ("name", Some(text(&new.name))),
            ("alias", new.alias.as_deref().filter(|alias| *alias != new.name).map(text)),
            ("reasoning", new.reasoning.filter(|_| new.reasoning != given.reasoning).map(Value::Bool)),
            ("reasoning_label", new.reasoning_label.as_deref().map(text)),
            ("thinking_levels", new.thinking_levels.clone().map(Value::Object)),
            ("input", new.input.as_deref().filter(|_| new.input != given.input).map(texts)),
            ("cost", cost),
            ("context_window", new.context_window.filter(|_| new.context_window != given.context_window).map(count)),
            ("max_tokens", new.max_tokens.filter(|_| new.max_tokens != given.max_tokens).map(count)),
        ];
        all.into_iter().filter_map(|(key, value)| Some((key, Said::Value(value?)))).collect()
    }

    /// Sets a key of a model that has been read; `own_alias`: whether the file gives it an alias.
    fn assign(
        &self,
        model: &mut Model,
        field: Field,
        value: &NewValue,
        own_alias: bool,
    ) -> Result<(), Vec<Diagnostic>> {
        let key = field.path().join(".");
        let fault =
            |code: Code, message: String, help: &str| vec![Diagnostic::new(code, &self.path, message).help(help)];
        let missing = || {
            let message = format!("the model {} would have no `{key}`", shown(&model.id));
            fault(Code::MissingKey, message, "set another value, or give `[defaults]` one first")
        };
        let whole = |number: &Number| {
            let message = format!("`{key}` {number} is not a positive whole number");
            number.as_str().parse().map_err(|_| fault(Code::BadNumber, message, "tokens are counted, as in 8192"))
        };
        let given = &self.given;
        match (field, value) {
            (Field::Name, NewValue::String(text)) => {
                if !own_alias {
                    model.alias.clone_from(text);
                }
                model.name.clone_from(text);
            }
            (Field::Name, NewValue::Absent) => return Err(missing()),
            (Field::Alias, NewValue::String(text)) => model.alias.clone_from(text),
            (Field::Alias, NewValue::Absent) => model.alias.clone_from(&model.name),
            (Field::Reasoning, NewValue::Bool(value)) => model.reasoning = *value,
            (Field::Reasoning, NewValue::Absent) => model.reasoning = given.reasoning.ok_or_else(missing)?,
            (Field::ReasoningLabel, NewValue::String(text)) => model.reasoning_label = Some(text.clone()),
            (Field::ReasoningLabel, NewValue::Absent) => model.reasoning_label = None,
            (Field::ThinkingLevels, NewValue::Levels(levels)) => model.thinking_levels = Some(levels.clone()),
            (Field::ThinkingLevels, NewValue::Absent) => model.thinking_levels = None,
            (Field::Input, NewValue::Strings(texts)) => model.input.clone_from(texts),
            (Field::Input, NewValue::Absent) => model.input = given.input.clone().ok_or_else(missing)?,
            (Field::ContextWindow, NewValue::Number(number)) => model.context_window = whole(number)?,
            (Field::ContextWindow, NewValue::Absent) => {
                model.context_window = given.context_window.ok_or_else(missing)?;
            }
            (Field::MaxTokens, NewValue::Number(number)) => model.max_tokens = whole(number)?,
            (Field::MaxTokens, NewValue::Absent) => model.max_tokens = given.max_tokens.ok_or_else(missing)?,
            (Field::CostInput | Field::CostOutput | Field::CostCacheRead | Field::CostCacheWrite, value) => {
                let (price, at) = match field {
                    Field::CostInput => (&mut model.cost.input, 0),
                    Field::CostOutput => (&mut model.cost.output, 1),
                    Field::CostCacheRead => (&mut model.cost.cache_read, 2),
                    _ => (&mut model.cost.cache_write, 3),
                };
                *price = match value {
                    NewValue::Number(number) => number.clone(),
                    NewValue::Absent => self.default_price(at),
                    _ => return Err(fault(Code::WrongType, format!("`{key}` takes a number"), "give it a number")),
                };
            }
            _ => {
                let message = format!("`{key}` does not take a value of this type");
                return Err(fault(Code::WrongType, message, "the manual lists what the keys of a model take"));
            }
        }
        Ok(())
    }

    /// Where a retired model's chain ends: at a model, where it may be retired so.
    fn check_retirement(
        &self,
        id: &str,
        replaced_by: Option<&str>,
        since: Option<&str>,
    ) -> Result<Option<String>, Vec<Diagnostic>> {
        let layout = Layout::of(&self.text);
        let root = Scope::root(&layout);
        let fault = |code: Code, place: Option<Range<usize>>, message: String, help: String| {
            let fault = Diagnostic::new(code, &self.path, message).help(help);
            // Places are of the text that people have.
            match place.filter(|_| !self.is_changed()) {
                Some(span) => fault.at(span),
                None => fault,
            }
        };
        let mut faults = Vec::new();
        let mut heir = None;
        if let Some(first) = replaced_by {
            match self.successor(id, first) {
                Ok(found) => heir = found,
                Err(fault) => faults.push(*fault),
            }
        }
        if let Some(day) = since
            && !day.parse::<toml::value::Datetime>().is_ok_and(|moment| moment.date.is_some() && moment.time.is_none())
        {
            let message = format!("`since` takes a day, {} is none", shown(day));
            faults.push(fault(Code::BadValue, None, message, "a day is written 2026-07-16".to_owned()));
        }
        let others = || self.family.models.iter().filter(|model| model.id != id);
        if others().next().is_none() {
            let message = format!("{} is the only model of the family", shown(id));
            faults.push(fault(Code::NoModels, None, message, "add another one first".to_owned()));
        } else if self.family.default_model == id && heir.is_none() && faults.is_empty() {
            let place = root.find(&["default_model"]).map(|leaf| leaf.entry.value.span.clone());
            let message = format!("{} is the default model, and nothing replaces it", shown(id));
            let other = others().next().map_or("ID", |model| model.id.as_str());
            let help = format!(
                "name a successor, or another default first: {}",
                text::command(&["catalog", "default", other])
            );
            faults.push(fault(Code::UnknownModel, place, message, help));
        }
        for region in &self.family.regions {
            for (at, pattern) in region.models.iter().enumerate() {
                if others().any(|model| pattern.matches(&model.id)) {
                    continue;
                }
                let place = root.find(&["regions", &region.name, "models"]).map(|leaf| match &leaf.entry.value.kind {
                    NodeKind::Array(nodes, _) => {
                        nodes.get(at).map_or(leaf.entry.value.span.clone(), |node| node.span.clone())
                    }
                    _ => leaf.entry.value.span.clone(),
                });
                let message = format!(
                    "the pattern {} of the region `{}` would match no model any more",
                    shown(pattern.as_str()),
                    region.name
                );
                let help = "change the pattern first, or remove it".to_owned();
                faults.push(fault(Code::BadPattern, place, message, help));
            }
        }
        if faults.is_empty() { Ok(heir) } else { Err(faults) }
    }

    /// The model at the end of the chain that begins with `first`, a successor of `id`; nothing where it ends before.
    fn successor(&self, id: &str, first: &str) -> Result<Option<String>, Box<Diagnostic>> {
        let mut at = first;
        let mut seen = HashSet::new();
        loop {
            if at == id {
                let message = match seen.len() {
                    0 => format!("{} cannot replace itself", shown(id)),
                    _ => format!("{} cannot replace {}, which replaces it", shown(first), shown(id)),
                };
                let fault = Diagnostic::new(Code::RetiredCycle, &self.path, message);
                return Err(Box::new(fault.help("name a model that is rendered as the successor")));
            }
            if self.family.models.iter().any(|model| model.id == at) {
                return Ok(Some(at.to_owned()));
            }
            match self.family.retired.iter().find(|gone| gone.id == at) {
                Some(gone) if seen.insert(at) => match &gone.replaced_by {
                    Some(next) => at = next,
                    None => return Ok(None),
                },
                Some(_) => return Ok(None),
                None => {
                    let names = self.family.models.iter().map(|model| model.id.as_str());
                    let help = match nearest(at, names) {
                        Some(meant) => format!("did you mean {}?", shown(meant)),
                        None => "name a model, or another retired one".to_owned(),
                    };
                    let message = format!("no model, rendered or retired, is called {}", shown(at));
                    return Err(Box::new(Diagnostic::new(Code::UnknownModel, &self.path, message).help(help)));
                }
            }
        }
    }
}

impl Field {
    /// The key in the catalog.
    #[must_use]
    pub fn path(self) -> &'static [&'static str] {
        match self {
            Self::Name => &["name"],
            Self::Alias => &["alias"],
            Self::Reasoning => &["reasoning"],
            Self::ReasoningLabel => &["reasoning_label"],
            Self::ThinkingLevels => &["thinking_levels"],
            Self::Input => &["input"],
            Self::CostInput => &["cost", "input"],
            Self::CostOutput => &["cost", "output"],
            Self::CostCacheRead => &["cost", "cache_read"],
            Self::CostCacheWrite => &["cost", "cache_write"],
            Self::ContextWindow => &["context_window"],
            Self::MaxTokens => &["max_tokens"],
        }
    }
}

impl NewValue {
    fn into_value(self) -> Option<Value> {
        Some(match self {
            Self::String(text) => Value::String(text),
            Self::Bool(value) => Value::Bool(value),
            Self::Strings(texts) => Value::Array(texts.into_iter().map(Value::String).collect()),
            Self::Number(number) => Value::Number(number),
            Self::Levels(levels) => Value::Object(levels),
            Self::Absent => return None,
        })
    }
}

/// A value that a new table is to hold.
#[derive(Debug, Clone)]
enum Said {
    Value(Value),
    /// A day, as TOML writes it.
    Day(String),
}

impl Said {
    fn write(&self, look: &Look) -> String {
        match self {
            Self::Value(value) => look.write(value),
            Self::Day(day) => day.clone(),
        }
    }
}

/// The tables around one that is to be added or changed, nearest first, and what they have in common.
struct Around<'l, 't> {
    layout: &'l Layout<'t>,
    scopes: Vec<Scope<'l>>,
    look: Look,
    order: Vec<String>,
}

impl<'l, 't> Around<'l, 't> {
    fn of(layout: &'l Layout<'t>, listing: &Listing<'l>, near: usize, canonical: &[&str]) -> Self {
        let mut indexes: Vec<usize> = (0..listing.len()).collect();
        indexes.sort_by_key(|index| (index.abs_diff(near), *index > near));
        let scopes: Vec<Scope<'l>> = indexes.into_iter().map(|index| listing.scope(layout, index)).collect();
        let entries = scopes.iter().flat_map(|scope| scope.parts.iter().flat_map(|part| part.entries));
        let look = Look::of(layout, entries);
        let order = order(&scopes, canonical);
        Self { layout, scopes, look, order }
    }

    /// How the nearest table that has one spells a table within it: this one, or else any.
    fn form(&self, key: &str) -> Form<'l> {
        let own = self.scopes.iter().find_map(|scope| {
            let others = scope.keys().into_iter().filter(|other| *other != key);
            std::iter::once(key).chain(others).find_map(|key| form(scope, key))
        });
        own.unwrap_or(Form::Inline)
    }
}

/// How a table within a model is spelled, where it has it.
fn form<'l>(scope: &Scope<'l>, key: &str) -> Option<Form<'l>> {
    if let Some(leaf) = scope.find(&[key]) {
        return matches!(leaf.entry.value.kind, NodeKind::Inline(..)).then_some(Form::Inline);
    }
    if let Some(Owner::Section(section)) = scope.part(&[key]).map(|part| part.owner) {
        return Some(Form::Section(section));
    }
    (!scope.children(&[key]).is_empty()).then_some(Form::Dotted)
}

/// How a table within a model is spelled.
enum Form<'l> {
    /// `cost = { input = 1 }`
    Inline,
    /// `cost.input = 1`
    Dotted,
    /// `[models.cost]`, as this section.
    Section(&'l Section),
}

/// The order of keys: that of the nearest table, then what others have in theirs, then the canonical one.
fn order(scopes: &[Scope<'_>], canonical: &[&str]) -> Vec<String> {
    let mut order: Vec<String> = Vec::new();
    let own = scopes.iter().map(Scope::order);
    for keys in own.chain([canonical.to_vec()]) {
        let mut after = 0;
        for key in keys {
            match order.iter().position(|known| known == key) {
                Some(at) => after = at + 1,
                None => {
                    order.insert(after, key.to_owned());
                    after += 1;
                }
            }
        }
    }
    order
}

/// A table that is to be added.
#[derive(Default)]
struct Block {
    said: Vec<(&'static str, Said)>,
    /// What stands behind the value of a key.
    remarks: Vec<(&'static str, String)>,
    /// Lines of comment.
    above: Vec<String>,
    on_header: Option<String>,
    below: Vec<String>,
}

impl Block {
    /// What is said, in the order of the tables around it.
    fn ordered<'b>(&'b self, around: &'b Around<'_, '_>) -> impl Iterator<Item = &'b (&'static str, Said)> {
        around.order.iter().filter_map(|key| self.said.iter().find(|(said, _)| said == key))
    }

    /// The rows of the table's own entries, tables within it written inline or dotted.
    fn rows(&self, around: &Around<'_, '_>, sections: bool) -> Vec<(String, String)> {
        let mut rows = Vec::new();
        for (key, said) in self.ordered(around) {
            match (said, around.form(key)) {
                (Said::Value(Value::Object(members)), Form::Dotted) if !members.is_empty() => {
                    let member = |(name, value): &(String, Value)| {
                        (format!("{key}.{}", look::key(name)), around.look.write(value))
                    };
                    rows.extend(members.iter().map(member));
                }
                (Said::Value(Value::Object(_)), Form::Section(_)) if sections => {}
                _ => rows.push(((*key).to_owned(), said.write(&around.look))),
            }
        }
        rows
    }

    /// The lines of `[[name]]`, spelled as `like` is.
    fn lines(&self, around: &Around<'_, '_>, like: &Section, name: &str) -> Vec<String> {
        let layout = around.layout;
        let indent = |offset: usize| layout.indent(offset).unwrap_or("");
        let head = |section: &Section| section.header.as_ref().map_or("", |header| indent(header.span.start));
        let inner = |section: &Section| {
            section.entries.first().map_or_else(|| head(section), |entry| indent(entry.span().start)).to_owned()
        };
        let outer = head(like);
        let mut lines: Vec<String> = self.above.iter().map(|line| format!("{outer}{line}")).collect();
        let comment = |comment: Option<&String>| comment.map(|comment| format!(" {comment}")).unwrap_or_default();
        lines.push(format!("{outer}{}{}", header_like(layout, like, name), comment(self.on_header.as_ref())));
        let rows = self.rows(around, true);
        let align = Align::of(layout, &like.entries).for_keys(rows.iter().map(|(key, _)| key.as_str()));
        for (key, value) in &rows {
            let remark = self.remarks.iter().find(|(known, _)| known == key).map(|(_, remark)| remark);
            lines.push(format!("{}{}{}", inner(like), align.line(key, value), comment(remark)));
        }
        let mut sections: Vec<(usize, &str, &Section, &[(String, Value)])> = Vec::new();
        for (key, said) in self.ordered(around) {
            if let (Said::Value(Value::Object(members)), Form::Section(section)) = (said, around.form(key)) {
                let at = section.span().map_or(0, |span| layout.line(span.start));
                sections.push((at, key, section, members));
            }
        }
        sections.sort_by_key(|section| section.0);
        for (at, key, section, members) in sections {
            lines.extend(vec![String::new(); layout.blank_above(layout.lead(at))]);
            lines.push(format!("{}{}", head(section), header_like(layout, section, &format!("{name}.{key}"))));
            let rows: Vec<(String, String)> =
                members.iter().map(|(name, value)| (look::key(name), around.look.write(value))).collect();
            let align = Align::of(layout, &section.entries).for_keys(rows.iter().map(|(key, _)| key.as_str()));
            lines.extend(rows.iter().map(|(key, value)| format!("{}{}", inner(section), align.line(key, value))));
        }
        lines.extend(self.below.iter().map(|line| format!("{outer}{line}")));
        lines
    }

    /// The inline table, spelled as `like` is.
    fn inline(&self, around: &Around<'_, '_>, like: Option<&layout::Node>) -> String {
        let text = around.layout.text;
        let spacing = like.and_then(|like| Spacing::of(text, like)).unwrap_or_else(|| around.look.spacing(false));
        let rows = self.rows(around, false);
        match like.map(|like| &like.kind) {
            Some(NodeKind::Inline(entries, _)) if spacing.comma.contains('\n') => {
                let align = Align::of(around.layout, entries).for_keys(rows.iter().map(|(key, _)| key.as_str()));
                let lines: Vec<String> = rows.iter().map(|(key, value)| align.line(key, value)).collect();
                format!("{{{}{}{}}}", spacing.open, lines.join(&spacing.comma), spacing.close)
            }
            _ => look::table(&rows, &spacing),
        }
    }
}

/// The header of a section, as the header of another table.
fn header_like(layout: &Layout<'_>, section: &Section, path: &str) -> String {
    let keys = section.header.as_ref().map(|header| (header.keys.first(), header.keys.last(), &header.span));
    let Some((Some(first), Some(last), span)) = keys else { return format!("[[{path}]]") };
    if section.path().join(".") == path {
        return layout.text[span.clone()].to_owned();
    }
    format!("{}{path}{}", &layout.text[span.start..first.span.start], &layout.text[last.span.end..span.end])
}

/// Adds a table among those of `[[…]]`, below the one before `index`, or above that at `index`.
fn insert_block(layout: &Layout<'_>, tables: &[Vec<usize>], index: usize, below: bool, block: Vec<String>) -> Edit {
    let all: Vec<_> = tables.iter().map(|sections| runs(layout, sections)).collect();
    let blank = blank_between(layout, &all);
    let blank = vec![String::new(); blank];
    if below {
        let end = index.checked_sub(1).and_then(|at| all[at].last()).map_or(layout.line_count(), |run| run.whole.end);
        let follows = end < layout.line_count() && layout.blank_from(end) == 0;
        let lines = [blank.clone(), block, if follows { blank } else { Vec::new() }].concat();
        splice::insert_lines(layout, end, &lines)
    } else {
        let start = all[index].first().map_or(layout.line_count(), |run| run.whole.start);
        splice::insert_lines(layout, start, &[block, blank].concat())
    }
}

/// How many blank lines stand between tables of `[[…]]`.
fn blank_between(layout: &Layout<'_>, all: &[Vec<tree::Run>]) -> usize {
    let above = |runs: &Vec<tree::Run>| runs.first().map_or(0, |run| layout.blank_above(run.whole.start));
    match all {
        [] => 1,
        [only] => above(only).min(1),
        [_, rest @ ..] => {
            let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
            rest.iter().for_each(|runs| *counts.entry(above(runs)).or_default() += 1);
            let best = counts.values().copied().max().unwrap_or(0);
            counts.into_iter().find(|(_, count)| *count == best).map_or(1, |(blank, _)| blank)
        }
    }
}

/// The comments of a model that go with it.
#[derive(Default)]
struct Moved {
    above: Comments,
    on_header: Option<String>,
    on_id: Option<String>,
    below: Comments,
}

/// Lines of comment, and the first of them, from 0.
#[derive(Default)]
struct Comments {
    start: Option<usize>,
    lines: Vec<String>,
}

impl Comments {
    fn add(&mut self, layout: &Layout<'_>, lines: Range<usize>) {
        for line in lines {
            self.start.get_or_insert(line);
            let text = &layout.text[layout.start_of(line)..layout.start_of(line + 1)];
            self.lines.push(text.trim().to_owned());
        }
    }
}

/// The edits that take a model out of the list, and the comments that are to go with it.
fn take_out(layout: &Layout<'_>, listing: &Listing<'_>, index: usize) -> (Vec<Edit>, Moved) {
    let mut moved = Moved::default();
    let comment =
        |offset: usize| layout.comment_on(layout.line(offset)).map(|span| layout.text[span.clone()].to_owned());
    let edits = match listing {
        Listing::Absent => Vec::new(),
        Listing::Tables(tables) => {
            let all = runs(layout, &tables[index]);
            for run in &all {
                moved.above.add(layout, run.whole.start..run.code.start);
                moved.below.add(layout, run.code.end..run.whole.end);
            }
            let section = &layout.sections[tables[index][0]];
            moved.on_header = section.header.as_ref().and_then(|header| comment(header.span.start));
            let id = section.entries.iter().find(|entry| entry.keys.len() == 1 && entry.keys[0].name == "id");
            moved.on_id = id.and_then(|entry| comment(entry.span().end - 1));
            all.into_iter().map(|run| splice::remove_block(layout, run.whole)).collect()
        }
        Listing::Inline(entry, nodes) => {
            let edit = splice::remove_element(layout, &entry.value, index);
            let start = layout.line(nodes[index].span.start);
            if splice::has_own_lines(layout, &entry.value, index) {
                moved.above.add(layout, layout.lead(start)..start);
                moved.on_id = comment(edit.range.end.max(1) - 1);
            }
            vec![edit]
        }
    };
    (edits, moved)
}

/// The edits that add a retired model, as the last one.
fn retired_edits(layout: &Layout<'_>, block: &Block) -> Vec<Edit> {
    let listing = Listing::of(layout, "retired");
    let models = Listing::of(layout, "models");
    let around = Around::of(layout, &listing, listing.len(), RETIRED);
    match (&listing, &models) {
        (Listing::Tables(tables), _) => {
            let like = &layout.sections[tables[tables.len() - 1][0]];
            vec![insert_block(layout, tables, tables.len(), true, block.lines(&around, like, "retired"))]
        }
        (Listing::Inline(entry, nodes), _) => {
            let text = block.inline(&around, nodes.last());
            let element =
                Element { text: &text, lead: &block.above, comment: block.remarks.first().map(|(_, c)| c.as_str()) };
            splice::insert_element(layout, &entry.value, nodes.len(), &element)
        }
        (Listing::Absent, Listing::Tables(tables)) => {
            let around = Around { order: around.order, ..Around::of(layout, &models, models.len(), MODEL) };
            let like = &layout.sections[tables[tables.len() - 1][0]];
            vec![insert_block(layout, tables, tables.len(), true, block.lines(&around, like, "retired"))]
        }
        (Listing::Absent, Listing::Inline(entry, nodes)) => {
            let around = Around { order: around.order, ..Around::of(layout, &models, models.len(), MODEL) };
            vec![retired_array(layout, entry, nodes.last(), &around, block)]
        }
        (Listing::Absent, Listing::Absent) => Vec::new(),
    }
}

/// `retired = [ … ]` below `models = [ … ]`.
fn retired_array(
    layout: &Layout<'_>,
    models: &Entry,
    like: Option<&layout::Node>,
    around: &Around<'_, '_>,
    block: &Block,
) -> Edit {
    let span = models.span();
    let outer = layout.indent(span.start).unwrap_or("");
    let key = Align::of(layout, std::slice::from_ref(models));
    let own = like.filter(|like| layout.line(like.span.start) > layout.line(models.value.span.start));
    let indent = own.and_then(|like| layout.indent(like.span.start));
    let text =
        block.inline(around, like.filter(|like| Spacing::of(layout.text, like).is_some_and(|s| s.is_on_one_line())));
    let lines = match indent {
        Some(indent) => {
            let remark = block.remarks.first().map(|(_, remark)| format!(" {remark}")).unwrap_or_default();
            let mut lines = vec![format!("{outer}{}", key.line("retired", "["))];
            lines.extend(block.above.iter().map(|line| format!("{indent}{line}")));
            lines.extend([format!("{indent}{text},{remark}"), format!("{outer}]")]);
            lines
        }
        None => vec![format!("{outer}{}", key.line("retired", &format!("[{text}]")))],
    };
    splice::insert_lines(layout, layout.line(span.end - 1) + 1, &lines)
}

/// Replaces a string of the file's own table.
fn set_root(layout: &Layout<'_>, key: &str, value: &str) -> Vec<Edit> {
    let look = Look::of(layout, []);
    let site = Site { layout, scope: Scope::root(layout), look: &look, order: &[] };
    site.set(&[key], &Value::String(value.to_owned()))
}

/// A family without what is not said: where promises stand, and the order of thinking levels.
fn normal(mut family: Family) -> Family {
    for promise in &mut family.promises {
        promise.span = 0..0;
    }
    for levels in family.models.iter_mut().filter_map(|model| model.thinking_levels.as_mut()) {
        levels.sort_by(|a, b| a.0.cmp(&b.0));
    }
    family
}

/// The comments that the new text has less often than the old one.
fn lost_comments(old: &str, new: &str) -> Vec<Note> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    let (old, new) = (Layout::of(old), Layout::of(new));
    for comment in &new.comments {
        *left.entry(new.text[comment.clone()].trim_end()).or_default() += 1;
    }
    let mut lost = Vec::new();
    for comment in &old.comments {
        let text = old.text[comment.clone()].trim_end();
        match left.get_mut(text) {
            Some(count) if *count > 0 => *count -= 1,
            _ => lost.push(Note { line: old.line(comment.start) + 1, message: format!("removed: {text}") }),
        }
    }
    lost
}

/// A name as a message shows it.
fn shown(name: &str) -> String {
    format!("`{name}`")
}
