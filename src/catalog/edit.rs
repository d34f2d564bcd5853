//! Edits of a family's file that keep the file: its comments, order, alignment, number spellings, line ends and BOM.

use super::{Family, parse};
use crate::content::{Number, Value};
use crate::diagnostic::{Code, Diagnostic};

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
        let file =
            parse::CatalogFile { path: path.to_owned(), text: text.into(), role: parse::Role::Family, folder: 0 };
        let (mut catalog, diagnostics) = parse::parse(&[file]);
        match catalog.families.pop() {
            Some(family) if !diagnostics.iter().any(Diagnostic::is_error) => {
                Ok(Self { path: path.to_owned(), original: text.to_owned(), text: text.to_owned(), family })
            }
            _ => Err(diagnostics),
        }
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
    /// without what `[defaults]` says already. Only lines are added.
    ///
    /// # Errors
    ///
    /// An id that is taken, a spot that is not there, a value that the format refuses, or one that neither the model
    /// nor `[defaults]` has.
    pub fn add(&mut self, _model: &NewModel, _spot: &Spot) -> Result<(), Vec<Diagnostic>> {
        Err(self.not_yet())
    }

    /// Sets a key of a model. Where the key stands, only the bytes of its value change; where it does not, a line (or a
    /// member of an inline table) is added. Nothing changes where the model says so already, by itself or by
    /// `[defaults]`.
    ///
    /// # Errors
    ///
    /// An id that no model has, or a value that the format refuses for this key.
    pub fn set(&mut self, _id: &str, _field: Field, _value: NewValue) -> Result<Vec<Note>, Vec<Diagnostic>> {
        Err(self.not_yet())
    }

    /// Makes a model a retired one. Models that it replaced keep naming it, so that the chain leads on to its
    /// successor; where it is the default model, its final successor becomes that.
    ///
    /// # Errors
    ///
    /// An id that no model has; a successor that is none, or that is replaced by this model itself; the default model
    /// without a successor; the last model; a region whose pattern would match no model any more.
    pub fn retire(
        &mut self,
        _id: &str,
        _replaced_by: Option<&str>,
        _since: Option<&str>,
    ) -> Result<Vec<Note>, Vec<Diagnostic>> {
        Err(self.not_yet())
    }

    /// Makes a model the default one.
    ///
    /// # Errors
    ///
    /// An id that no model has.
    pub fn set_default(&mut self, _id: &str) -> Result<(), Vec<Diagnostic>> {
        Err(self.not_yet())
    }

    fn not_yet(&self) -> Vec<Diagnostic> {
        vec![Diagnostic::new(Code::Internal, &self.path, "this edit is not yet made")]
    }
}
