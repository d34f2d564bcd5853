//! The words of a table in the language of a page: from the locale files, else learnt from the page, else missing.

use crate::catalog::{Column, Model, Vocabulary};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What a page's language calls the catalog's words.
#[derive(Debug, Default)]
pub struct Words<'a> {
    vocabulary: Vocabulary<'a>,
    /// The source language says what the catalog says.
    is_source: bool,
    /// Words that the page's own table taught, by the catalog's wording.
    learnt: Vec<(String, String)>,
    /// The separator of modalities that the page's own table has.
    separator: Option<String>,
    missing: RefCell<BTreeSet<Missing>>,
}

/// A word that a language lacks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// The heading of a column.
    Heading(Column),
    /// A word of the catalog.
    Term(String),
}

impl<'a> Words<'a> {
    /// The words of the files, for a translation or for the source language.
    #[must_use]
    pub fn new(vocabulary: Vocabulary<'a>, is_source: bool) -> Self {
        Self { vocabulary, is_source, ..Self::default() }
    }

    /// The locale files.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary<'a> {
        &self.vocabulary
    }

    /// Every word that has a translation.
    #[must_use]
    pub fn known(&self) -> BTreeMap<String, String> {
        let files = self.vocabulary.files().iter().rev().flat_map(|file| &file.terms);
        self.learnt.iter().chain(files).cloned().collect()
    }

    /// The words that were learnt from the page.
    #[must_use]
    pub fn learnt(&self) -> &[(String, String)] {
        &self.learnt
    }

    /// Takes what a page's own table teaches; files come first, and the source language learns nothing.
    pub fn learn(&mut self, lesson: Lesson) {
        if !self.is_source {
            self.learnt.extend(lesson.terms);
        }
        self.separator = self.separator.take().or(lesson.separator);
    }

    /// The translation of a word of the catalog; a word that is missing is written as the catalog has it, and noted.
    #[must_use]
    pub fn term(&self, word: &str) -> String {
        if let Some(term) = self.vocabulary.term(word) {
            return term.to_owned();
        }
        if let Some((_, term)) = self.learnt.iter().find(|(known, _)| known == word) {
            return term.clone();
        }
        if !self.is_source {
            self.missing.borrow_mut().insert(Missing::Term(word.to_owned()));
        }
        word.to_owned()
    }

    /// The heading of a column, where the files have one.
    #[must_use]
    pub fn heading(&self, column: Column) -> Option<&'a str> {
        self.vocabulary.heading(column)
    }

    /// The heading of a column that is new to the page.
    #[must_use]
    pub fn new_heading(&self, column: Column) -> String {
        if let Some(heading) = self.heading(column) {
            return heading.to_owned();
        }
        if !self.is_source {
            self.missing.borrow_mut().insert(Missing::Heading(column));
        }
        column.heading().to_owned()
    }

    /// What stands between modalities.
    #[must_use]
    pub fn list_separator(&self) -> &str {
        self.vocabulary.list_separator().or(self.separator.as_deref()).unwrap_or(", ")
    }

    /// What groups the digits of token counts.
    #[must_use]
    pub fn thousands(&self) -> &'a str {
        self.vocabulary.thousands().unwrap_or(",")
    }

    /// The words that were asked for and are missing.
    #[must_use]
    pub fn missing(&self) -> Vec<Missing> {
        self.missing.borrow().iter().cloned().collect()
    }
}

/// What a table teaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lesson {
    /// Words of the catalog and what the table calls them.
    pub terms: Vec<(String, String)>,
    /// What stands between modalities.
    pub separator: Option<String>,
}

/// How often a word was seen with a translation.
#[derive(Debug, Default)]
struct Sightings(Vec<(String, Vec<(String, usize)>)>);

impl Sightings {
    fn see(&mut self, word: &str, term: &str) {
        let at = self.0.iter().position(|(known, _)| known == word).unwrap_or_else(|| {
            self.0.push((word.to_owned(), Vec::new()));
            self.0.len() - 1
        });
        let terms = &mut self.0[at].1;
        match terms.iter_mut().find(|(known, _)| known == term) {
            Some((_, count)) => *count += 1,
            None => terms.push((term.to_owned(), 1)),
        }
    }

    /// The words that at least two rows agree on and none disagrees, and whose translation no other word has.
    fn agreed(self) -> Vec<(String, String)> {
        let sure: Vec<(String, String)> = self
            .0
            .iter()
            .filter_map(|(word, terms)| match &terms[..] {
                [(term, count)] if *count >= 2 => Some((word.clone(), term.clone())),
                _ => None,
            })
            .collect();
        let shared = |word: &str, term: &str| {
            self.0.iter().any(|(other, terms)| other != word && terms.iter().any(|(seen, _)| seen == term))
        };
        sure.iter().filter(|(word, term)| !shared(word, term)).cloned().collect()
    }
}

/// What a column of Yes and No teaches. Free labels are no lesson: two models may share one by chance.
#[must_use]
pub fn reasoning_lesson<'a>(rows: impl Iterator<Item = (&'a Model, &'a str)>) -> Lesson {
    let mut sightings = Sightings::default();
    for (model, cell) in rows {
        if model.reasoning_label.is_none() && !cell.is_empty() {
            sightings.see(if model.reasoning { "Yes" } else { "No" }, cell);
        }
    }
    Lesson { terms: sightings.agreed(), separator: None }
}

/// What separates modalities in one language or another.
const SEPARATORS: &[char] = &[',', '،', '、', '，', ';', '؛', '；', '/', '・', '·', '|', '+'];

/// The modalities that a cell names, and what stands between them, one fewer. Gives nothing where one is empty.
#[must_use]
pub fn modalities(cell: &str) -> Option<(Vec<&str>, Vec<&str>)> {
    let words: Vec<&str> = cell.split(SEPARATORS).map(str::trim).collect();
    if words.iter().any(|word| word.is_empty()) {
        return None;
    }
    let mut separators = Vec::new();
    let mut from = 0;
    for pair in words.windows(2) {
        let start = from + cell[from..].find(pair[0]).unwrap_or(0) + pair[0].len();
        let end = start + cell[start..].find(pair[1]).unwrap_or(0);
        separators.push(&cell[start..end]);
        from = end;
    }
    Some((words, separators))
}

/// What a column of modalities teaches: the words, and what stands between them.
#[must_use]
pub fn input_lesson<'a>(rows: impl Iterator<Item = (&'a Model, &'a str)>) -> Lesson {
    let mut sightings = Sightings::default();
    let mut separators: Vec<&str> = Vec::new();
    for (model, cell) in rows {
        let Some((words, between)) = modalities(cell).filter(|(words, _)| words.len() == model.input.len()) else {
            continue;
        };
        for (word, term) in model.input.iter().zip(&words) {
            sightings.see(word, term);
        }
        separators.extend(between);
    }
    let separator = separators.first().filter(|first| separators.iter().all(|other| other == *first));
    Lesson { terms: sightings.agreed(), separator: separator.map(|separator| (*separator).to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Number;

    fn model(reasoning: bool, input: &[&str]) -> Model {
        let free = Number::from(0_u64);
        Model {
            id: "m".into(),
            name: "M".into(),
            alias: "M".into(),
            reasoning,
            reasoning_label: None,
            thinking_levels: None,
            input: input.iter().map(|word| (*word).to_owned()).collect(),
            cost: crate::catalog::Cost {
                input: free.clone(),
                output: free.clone(),
                cache_read: free.clone(),
                cache_write: free,
            },
            context_window: 1,
            max_tokens: 1,
            extra: Vec::new(),
        }
    }

    fn pairs(terms: &[(&str, &str)]) -> Vec<(String, String)> {
        terms.iter().map(|(word, term)| ((*word).to_owned(), (*term).to_owned())).collect()
    }

    #[test]
    fn two_rows_that_agree_teach_a_word_and_one_that_disagrees_takes_it_back() {
        let (yes, no) = (model(true, &["text"]), model(false, &["text"]));
        let lesson = |rows: &[(&Model, &str)]| reasoning_lesson(rows.iter().copied()).terms;
        assert_eq!(lesson(&[(&yes, "Oui"), (&yes, "Oui"), (&no, "Non")]), pairs(&[("Yes", "Oui")]));
        assert_eq!(lesson(&[(&yes, "Oui"), (&yes, "Oui"), (&yes, "Si")]), pairs(&[]));
        assert_eq!(lesson(&[(&yes, "Oui"), (&yes, "Oui"), (&no, "Oui")]), pairs(&[]));
        let mut labelled = model(true, &["text"]);
        labelled.reasoning_label = Some("Always on".into());
        assert_eq!(lesson(&[(&labelled, "Toujours"), (&labelled, "Toujours")]), pairs(&[]));
    }

    #[test]
    fn modalities_are_learnt_by_their_order_with_what_separates_them() {
        let (text, both) = (model(true, &["text"]), model(true, &["text", "image"]));
        let rows = [(&both, "文本，图像"), (&both, "文本，图像"), (&text, "文本")];
        let lesson = input_lesson(rows.into_iter());
        assert_eq!(lesson.terms, pairs(&[("text", "文本"), ("image", "图像")]));
        assert_eq!(lesson.separator.as_deref(), Some("，"));
        let rows = [(&both, "a, b"), (&both, "a / b")];
        assert_eq!(input_lesson(rows.into_iter()).separator, None);
        let rows = [(&text, "a, b"), (&text, "a, b")];
        assert_eq!(input_lesson(rows.into_iter()), Lesson::default());
    }
}
