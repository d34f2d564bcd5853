//! What the cells of a table say of a model, and whether a cell of a page says the same.

use super::words::Words;
use crate::catalog::{Column, DIGIT_SEPARATORS, Family, Model};
use crate::content::{Inline, Number};

/// What a cell should say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A ref or an id, as code.
    Code(String),
    /// A name, as words.
    Text(String),
    /// A token count.
    Tokens(u64),
    /// A price.
    Price(Number),
    /// Words of the catalog, which a language has its own for.
    Words(Vec<String>),
}

/// What a column says of a model.
#[must_use]
pub fn cell(family: &Family, model: &Model, column: Column) -> Cell {
    match column {
        Column::Ref => Cell::Code(family.model_ref(&model.id)),
        Column::Id => Cell::Code(model.id.clone()),
        Column::Name => Cell::Text(model.name.clone()),
        Column::Alias => Cell::Text(model.alias.clone()),
        Column::Reasoning => {
            let plain = if model.reasoning { "Yes" } else { "No" };
            Cell::Words(vec![model.reasoning_label.clone().unwrap_or_else(|| plain.to_owned())])
        }
        Column::Input => Cell::Words(model.input.clone()),
        Column::Context => Cell::Tokens(model.context_window),
        Column::MaxOutput => Cell::Tokens(model.max_tokens),
        Column::CostInput => Cell::Price(model.cost.input.clone()),
        Column::CostOutput => Cell::Price(model.cost.output.clone()),
        Column::CostCacheRead => Cell::Price(model.cost.cache_read.clone()),
        Column::CostCacheWrite => Cell::Price(model.cost.cache_write.clone()),
    }
}

impl Cell {
    /// What the cell says in a language, newly written.
    #[must_use]
    pub fn say(&self, words: &Words<'_>) -> Inline {
        match self {
            Self::Code(code) => Inline::Code(code.clone()),
            Self::Text(text) => Inline::Text(text.clone()),
            Self::Tokens(count) => Inline::Text(grouped(*count, words.thousands())),
            Self::Price(price) => Inline::Text(price.to_string()),
            Self::Words(list) => {
                let terms: Vec<String> = list.iter().map(|word| words.term(word)).collect();
                Inline::Text(terms.join(words.list_separator()))
            }
        }
    }

    /// Whether a cell of a page says the same: numbers by value, all else by its words.
    #[must_use]
    pub fn is_said_by(&self, content: &Inline, words: &Words<'_>) -> bool {
        match (self, content) {
            (Self::Tokens(count), Inline::Text(text)) => tokens(text) == Some(*count),
            (Self::Price(price), Inline::Text(text)) => Number::parse(text).as_ref() == Some(price),
            _ => self.say(words) == *content,
        }
    }
}

/// A number with its digits in groups of three.
pub(crate) fn grouped(number: u64, separator: &str) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            out.push_str(separator);
        }
        out.push(digit);
    }
    out
}

/// Reads a token count, its digits grouped by whatever a language groups them by, or not at all.
fn tokens(text: &str) -> Option<u64> {
    token_count(text).map(|(count, _)| count)
}

/// Reads a token count and what groups its digits, if anything does.
#[must_use]
pub fn token_count(text: &str) -> Option<(u64, Option<char>)> {
    let Some(separator) = text.chars().find(|c| DIGIT_SEPARATORS.contains(c)) else {
        return Some((plain(text)?, None));
    };
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let sound = (1..=3).contains(&first.len()) && text.split(separator).skip(1).all(|group| group.len() == 3);
    if sound { Some((plain(&text.replace(separator, ""))?, Some(separator))) } else { None }
}

fn plain(digits: &str) -> Option<u64> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_counts_are_grouped_as_the_language_has_it() {
        assert_eq!(grouped(262_144, ","), "262,144");
        assert_eq!(grouped(1_048_576, "\u{202f}"), "1\u{202f}048\u{202f}576");
        assert_eq!(grouped(512, ","), "512");
    }

    #[test]
    fn token_counts_are_read_however_they_are_grouped() {
        for text in ["262,144", "262144", "262 144", "262.144", "262\u{a0}144", "262\u{202f}144", "262'144"] {
            assert_eq!(tokens(text), Some(262_144), "{text}");
        }
        for text in ["", ",", "262,14", "2621,44", "262,144.0", "262k", "-1", "262,144 tokens", "1,048.576"] {
            assert_eq!(tokens(text), None, "{text}");
        }
    }
}
