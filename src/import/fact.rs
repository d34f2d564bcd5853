//! What a list can say of a model: fields, their values, and values that cannot be taken.

use crate::content::Number;
use std::fmt;
use std::ops::Range;

/// A field of a model that lists know too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// `name`
    Name,
    /// `reasoning`
    Reasoning,
    /// `input`
    Input,
    /// `cost.input`
    CostInput,
    /// `cost.output`
    CostOutput,
    /// `cost.cache_read`
    CostCacheRead,
    /// `cost.cache_write`
    CostCacheWrite,
    /// `context_window`
    ContextWindow,
    /// `max_tokens`
    MaxTokens,
}

impl Field {
    /// All fields, in the order of a catalog.
    pub const ALL: &[Field] = &[
        Self::Name,
        Self::Reasoning,
        Self::Input,
        Self::CostInput,
        Self::CostOutput,
        Self::CostCacheRead,
        Self::CostCacheWrite,
        Self::ContextWindow,
        Self::MaxTokens,
    ];

    /// The four prices.
    pub const COST: &[Field] = &[Self::CostInput, Self::CostOutput, Self::CostCacheRead, Self::CostCacheWrite];

    /// Its key in a catalog.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Reasoning => "reasoning",
            Self::Input => "input",
            Self::CostInput => "cost.input",
            Self::CostOutput => "cost.output",
            Self::CostCacheRead => "cost.cache_read",
            Self::CostCacheWrite => "cost.cache_write",
            Self::ContextWindow => "context_window",
            Self::MaxTokens => "max_tokens",
        }
    }

    /// Whether it is a price.
    #[must_use]
    pub fn is_cost(self) -> bool {
        Self::COST.contains(&self)
    }
}

/// What is said of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// A name.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// Modalities.
    Input {
        /// The modalities, the usual ones first.
        words: Vec<String>,
        /// All that the list could have said here; nothing where it can say any. What it cannot say, it does not deny.
        sayable: Option<Vec<String>>,
    },
    /// A price per million tokens, not below zero.
    Price(Number),
    /// A number of tokens, above zero.
    Tokens(u64),
}

impl Fact {
    /// Whether two facts about one field can both be true. Names agree whatever their case, spaces and hyphens;
    /// modalities in any order, and as far as both sides can name them.
    #[must_use]
    pub fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => folded(a) == folded(b),
            (Self::Input { words: a, sayable: of_a }, Self::Input { words: b, sayable: of_b }) => {
                let within = |words: &[String], sayable: &Option<Vec<String>>, other: &[String]| {
                    let denied = |word: &String| sayable.as_ref().is_none_or(|sayable| sayable.contains(word));
                    other.iter().all(|word| words.contains(word) || !denied(word))
                };
                within(a, of_a, b) && within(b, of_b, a)
            }
            (a, b) => a == b,
        }
    }

    /// The same with the modalities that another source names and this one has no word for. Of other facts, the same.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        let (Self::Input { mut words, sayable: Some(mut sayable) }, Self::Input { words: more, .. }) =
            (self.clone(), other)
        else {
            return self;
        };
        for word in more.iter().filter(|word| !sayable.contains(word)) {
            words.push(word.clone());
        }
        sayable.extend(more.iter().cloned());
        Self::Input { words, sayable: Some(sayable) }
    }

    /// Whether it is a price of zero: one that is free, or one that nobody knows.
    #[must_use]
    pub fn is_zero_price(&self) -> bool {
        matches!(self, Self::Price(number) if number.is_zero())
    }
}

/// The value as a report shows it.
impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Input { words, .. } => f.write_str(&words.join(", ")),
            Self::Price(number) => write!(f, "{number}"),
            Self::Tokens(tokens) => write!(f, "{tokens}"),
        }
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || *c == '.').flat_map(char::to_lowercase).collect()
}

/// Something in a list that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Where it stands.
    pub span: Range<usize>,
    /// The fields that stay without a value for it; none where it is the whole entry.
    pub fields: Vec<Field>,
    /// What is wrong with it, in one line without a full stop.
    pub message: String,
}
