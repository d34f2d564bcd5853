//! Published lists of models, held against a family: what is new, what differs, what to take over.
//!
//! [`read()`] makes a [`Listing`] of a list, whichever of the known shapes it has; [`compare()`] holds listings against a
//! family; [`decide()`] says what is to be done, by what was asked for. Nothing here trusts a list: what a field holds that
//! it must not is a [`Gap`], and no value. Fetches nothing, and changes no catalog: `catalog::edit` does.

mod compare;
mod decide;
mod fact;
mod family;
mod read;
mod shapes;
#[cfg(test)]
mod tests;

pub use compare::{Compared, Comparison, Row, Said, Scope, Standing, compare};
pub use decide::{Choices, Decision, Place, Step, decide, is_missing, name_of};
pub use fact::{Fact, Field, Gap};
pub use family::{choose, entries};
pub use read::read;

use std::ops::Range;

/// The shape of a published list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// `GET /v1/models` as Moonshot answers it; other vendors' answers are read as far as they go.
    Moonshot,
    /// `api.json` of models.dev, or one provider of it.
    ModelsDev,
    /// `model_prices_and_context_window.json` of LiteLLM.
    LiteLlm,
    /// A provider file of pi-ai.
    PiAi,
    /// `/api/v1/models` of OpenRouter.
    OpenRouter,
    /// A configuration of OpenClaw, a provider of one, or a plugin's manifest with its `modelCatalog`.
    OpenClaw,
}

impl Shape {
    /// All shapes.
    pub const ALL: &[Shape] =
        &[Self::Moonshot, Self::ModelsDev, Self::LiteLlm, Self::PiAi, Self::OpenRouter, Self::OpenClaw];

    /// Its key in `[sources]`, which is also what reports call it.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Moonshot => "moonshot",
            Self::ModelsDev => "models-dev",
            Self::LiteLlm => "litellm",
            Self::PiAi => "pi-ai",
            Self::OpenRouter => "openrouter",
            Self::OpenClaw => "openclaw",
        }
    }

    /// What it is, in words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Moonshot => "the answer of GET /v1/models",
            Self::ModelsDev => "api.json of models.dev",
            Self::LiteLlm => "model_prices_and_context_window.json of LiteLLM",
            Self::PiAi => "a provider file of pi-ai",
            Self::OpenRouter => "/api/v1/models of OpenRouter",
            Self::OpenClaw => "a provider block or plugin manifest of OpenClaw",
        }
    }
}

/// What a published list says.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The list, as diagnostics name it.
    pub source: String,
    /// Its shape.
    pub shape: Shape,
    /// The models of all its providers, in its order. No two of one provider have the same id.
    pub models: Vec<Listed>,
    /// Entries that could not be read as a model, with the provider where that is known.
    pub gaps: Vec<(Option<String>, Gap)>,
}

/// One model of a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The provider that the list gives it to; nothing where it does not say.
    pub provider: Option<String>,
    /// The id, without the provider; one that a catalog takes.
    pub id: String,
    /// Where the entry stands.
    pub span: Range<usize>,
    /// What the list says of it, each field once.
    pub facts: Vec<(Field, Fact)>,
    /// Fields that hold what cannot be taken.
    pub gaps: Vec<Gap>,
    /// Whether the list gives the model up, or says when it will.
    pub ending: Option<Ending>,
    /// Why it is no model for a catalog, whatever its id: it writes no text, or is a variant of the list's own.
    pub unfit: Option<&'static str>,
}

impl Listed {
    /// What the list says of a field.
    #[must_use]
    pub fn fact(&self, field: Field) -> Option<&Fact> {
        self.facts.iter().find(|(known, _)| *known == field).map(|(_, fact)| fact)
    }
}

/// How a list gives a model up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// It is called deprecated or disabled.
    Now,
    /// It ends on this day, `2026-08-31`.
    On(String),
}

impl Ending {
    /// The day, where it is known.
    #[must_use]
    pub fn day(&self) -> Option<&str> {
        match self {
            Self::Now => None,
            Self::On(day) => Some(day),
        }
    }

    /// Whether the model is given up on a day, such as `2026-11-23`.
    #[must_use]
    pub fn is_past(&self, today: &str) -> bool {
        match self {
            Self::Now => true,
            // Days in this form sort as they follow each other.
            Self::On(day) => day.as_str() <= today,
        }
    }
}
