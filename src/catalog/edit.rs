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

mod block;
mod layout;
mod look;
mod retire;
mod splice;
#[cfg(test)]
mod tests;
mod tree;

use super::parse;
use super::{Cost, Family, Model, Retired};
use crate::content::{Number, Value};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::text::{self, Edit};
use block::{Around, Block, Said, insert_block};
use layout::{Layout, NodeKind};
use look::Look;
use retire::{retired_edits, take_out};
use splice::{Element, Site};
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use tree::{Listing, Owner, Scope};

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

/// A value as TOML spells it on one line, where there is no file whose look it could take.
pub(crate) fn spelled(value: &Value) -> String {
    Look::plain().write(value)
}

/// What stands behind a name that was guessed.
pub(crate) const GUESSED: &str = "# derived from the id: review";

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
}

impl Editor {
    /// Takes a family's file. `path` is what diagnostics call it.
    ///
    /// # Errors
    ///
    /// The faults of the file: one that has any cannot be edited.
    pub fn new(path: &str, text: &str) -> Result<Self, Vec<Diagnostic>> {
        let family = parse::parse_family(path, text)?;
        Ok(Self { path: path.to_owned(), original: text.to_owned(), text: text.to_owned(), family })
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

    /// The line on which a model, or a retired one, begins, from 1.
    #[must_use]
    pub fn line(&self, id: &str) -> Option<usize> {
        let layout = Layout::of(&self.text);
        let models = self.family.models.iter().position(|model| model.id == id).map(|at| ("models", at));
        let retired = || self.family.retired.iter().position(|gone| gone.id == id).map(|at| ("retired", at));
        let (name, at) = models.or_else(retired)?;
        let scope = Listing::of(&layout, name).scope(&layout, at);
        let start = match scope.parts.first()?.owner {
            Owner::Section(section) => section.span()?.start,
            Owner::Inline(node) => node.span.start,
        };
        Some(layout.line(start) + 1)
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
        let text = match &value {
            None => self.without(self.text.clone(), index, path),
            // Level by level, so that those that stay keep their place and spelling.
            Some(Value::Object(new)) if !new.is_empty() && stands(path) => {
                let old = self.family.models[index].thinking_levels.iter().flatten();
                let mut text = self.text.clone();
                for (name, value) in new.iter().filter(|level| !old.clone().any(|known| known == *level)) {
                    text = self.with(&text, index, &[path, &[name.as_str()]].concat(), value);
                }
                for (name, _) in old.filter(|(name, _)| !new.iter().any(|(known, _)| known == name)) {
                    text = self.without(text, index, &[path, &[name.as_str()]].concat());
                }
                text
            }
            Some(value @ Value::Object(_)) => {
                let text = self.without(self.text.clone(), index, path);
                self.with(&text, index, path, value)
            }
            // Value by value too, where that leads there.
            Some(value @ Value::Array(new)) if stands(path) => {
                let texts = self.family.models[index].input.iter();
                let old: Vec<Value> = texts.map(|text| Value::String(text.clone())).collect();
                let kept: Vec<&Value> = old.iter().filter(|value| new.contains(value)).collect();
                if kept.is_empty() || !new.iter().take(kept.len()).eq(kept.iter().copied()) {
                    self.with(&self.text, index, path, value)
                } else {
                    let mut text = self.text.clone();
                    for at in (0..old.len()).rev().filter(|at| !new.contains(&old[*at])) {
                        text = text::apply(&text, &self.in_model(&text, index, |site| site.remove_value(path, at)));
                    }
                    for value in &new[kept.len()..] {
                        text = text::apply(&text, &self.in_model(&text, index, |site| site.add_value(path, value)));
                    }
                    text
                }
            }
            Some(value) => self.with(&self.text, index, path, value),
        };
        self.prove(text, intended)
    }

    /// Makes a model a retired one, the last of them. Models that it replaced keep naming it, so that the chain leads
    /// on to its successor; where it is the default model, its final successor becomes that. The comments right above
    /// and below it, and those behind its header and its id, go with it. Gives the comments that moved or went, the
    /// new default model, and what becomes of the models that it replaced.
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
        notes.extend(self.followers(id, replaced_by, &layout));

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

    /// What becomes of the models that this one replaced.
    fn followers(&self, id: &str, heir: Option<&str>, layout: &Layout<'_>) -> Vec<Note> {
        let retired = Listing::of(layout, "retired");
        let followers = self.family.retired.iter().enumerate();
        let followers = followers.filter(|(_, gone)| gone.replaced_by.as_deref() == Some(id));
        let note = |(at, gone): (usize, &Retired)| {
            let place = retired.scope(layout, at).find(&["replaced_by"]).map_or(0, |leaf| leaf.entry.value.span.start);
            let message = match heir {
                Some(heir) => format!("{} is replaced by {}, and so by {}", shown(&gone.id), shown(id), shown(heir)),
                None => format!("{} is replaced by {}, and so by nothing", shown(&gone.id), shown(id)),
            };
            Note { line: layout.line(place) + 1, message }
        };
        followers.map(note).collect()
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
        let family = parse::parse_family(&self.path, &text).map_err(|faults| {
            if faults.iter().any(|fault| fault.code == Code::TomlSyntax) {
                return internal("the edit would make the file no TOML");
            }
            // Their places are of a text that nobody has.
            faults.into_iter().filter(Diagnostic::is_error).map(|fault| Diagnostic { span: None, ..fault }).collect()
        })?;
        if normal(family.clone()) != normal(intended) {
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

    /// A text in which a path of a model leads to a value.
    fn with(&self, text: &str, index: usize, path: &[&str], value: &Value) -> String {
        text::apply(text, &self.in_model(text, index, |site| site.set(path, value)))
    }

    /// A text in which a path of a model leads to nothing.
    fn without(&self, mut text: String, index: usize, path: &[&str]) -> String {
        loop {
            let edits = self.in_model(&text, index, |site| site.remove(path));
            let next = text::apply(&text, &edits);
            if next == text {
                return text;
            }
            text = next;
        }
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
        let given = &self.family.defaults;
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
        let given = self.family.defaults.cost.as_ref().and_then(|prices| prices[at].clone());
        given.unwrap_or_else(|| Number::from(0_u64))
    }

    /// What the file is to say of a new model: not what `[defaults]` says already.
    fn said(&self, new: &NewModel, around: &Around<'_, '_>) -> Vec<(&'static str, Said)> {
        let given = &self.family.defaults;
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
        let given = &self.family.defaults;
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
