//! From catalogs and pages to a plan: which regions drifted, how, and the edits that mend them.
//!
//! The one module that sees all others. It decides no output: writing, `--check` and `--diff` differ only after it.

use crate::catalog::Catalog;
use crate::diagnostic::Diagnostic;
use crate::text::Edit;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// By which rules a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// MDX for `.mdx`; CommonMark with components for all else.
    #[default]
    Auto,
    /// MDX: indentation never makes code.
    Mdx,
    /// CommonMark, in which indentation is free between the lines of a component.
    CommonMark,
}

/// One page as the planner takes it.
#[derive(Debug, Clone)]
pub struct PageInput {
    /// The page as the user names it; diagnostics use it.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// The language tag; `None` for the source language.
    pub locale: Option<String>,
    /// The name in any language (`providers/moonshot`), which promises go by; `None` where the path has none.
    pub name: Option<String>,
    /// By which rules it is read.
    pub dialect: Dialect,
}

/// What differs between the catalog and a region, in the catalog's terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// A model that the region lacks: `+ kimi-k3`.
    Missing(String),
    /// A model, or something else, that the region should not have: `- kimi-k2-turbo`.
    Extra(String),
    /// A value: `~ kimi-k2.6 maxTokens 8192 -> 262144`.
    Changed {
        /// The model, or the heading's column.
        model: String,
        /// The field.
        field: String,
        /// What the page says.
        old: String,
        /// What the catalog says.
        new: String,
    },
    /// The right things in another order.
    Order,
    /// Something else that a reader would see, in words: `a list, not a table`.
    Other(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "+ {what}"),
            Self::Extra(what) => write!(f, "- {what}"),
            Self::Changed { model, field, old, new } => write!(f, "~ {model} {field} {old} -> {new}"),
            Self::Order => f.write_str("order"),
            Self::Other(what) => f.write_str(what),
        }
    }
}

/// One region of a page, as planned.
#[derive(Debug, Clone)]
pub struct RegionPlan {
    /// The full name, namespace included.
    pub name: String,
    /// The family, as an index into [`Catalog::families`].
    pub family: usize,
    /// The line of its start marker, from 1.
    pub line: usize,
    /// The bytes of its start marker's line (without its line end).
    pub marker: Range<usize>,
    /// The bytes between its marker lines.
    pub body: Range<usize>,
    /// What differs; empty where the region says what the catalog says.
    pub drift: Vec<Difference>,
    /// Whether it is written anew (it drifted, or `rewrite` was asked for and the text differs).
    pub edited: bool,
    /// Lines of the old body that are no catalog content and go with the rewriting: notes, comments, prose.
    pub removed: Vec<String>,
}

/// One page, as planned.
#[derive(Debug, Clone)]
pub struct PagePlan {
    /// The page as the user names it.
    pub path: String,
    /// Its language; `None` for the source language.
    pub locale: Option<String>,
    /// The text as it was read.
    pub text: Arc<str>,
    /// Its regions, from top to bottom.
    pub regions: Vec<RegionPlan>,
    /// The edits, sorted and apart; empty where nothing drifted or the page has a fault.
    pub edits: Vec<Edit>,
    /// What is wrong with the page.
    pub diagnostics: Vec<Diagnostic>,
}

impl PagePlan {
    /// The page as it is to be; `None` where nothing changes.
    #[must_use]
    pub fn new_text(&self) -> Option<String> {
        (!self.edits.is_empty()).then(|| crate::text::apply(&self.text, &self.edits))
    }

    /// Whether the page has a fault, so that nothing may be written to it.
    #[must_use]
    pub fn is_faulty(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// How to plan.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Write every region anew, drifted or not.
    pub rewrite: bool,
}

/// Plans one page. Pages do not depend on each other, so they may be planned in parallel.
///
/// Everything that is wrong with the page is in [`PagePlan::diagnostics`]; with an error among them there are no edits.
#[must_use]
pub fn plan_page(catalog: &Catalog, page: &PageInput, options: Options) -> PagePlan {
    let _ = (catalog, page, options);
    unimplemented!()
}
