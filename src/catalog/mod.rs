//! The catalog: model families, their regions, and the words of each language.
//!
//! The format is the manual's "Catalog" page. This module holds the values; [`parse`](mod@parse) reads them from TOML,
//! [`edit`](mod@edit) changes the file.

pub mod edit;
pub mod parse;

use crate::content::{Number, Value};
use std::ops::Range;
use std::sync::Arc;

/// Everything that a run knows: the families of all its catalogs.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// The families, in the order of their files.
    pub families: Vec<Family>,
    /// The tag of the source language, which may have a locale file too; empty where nobody says.
    pub source_locale: String,
}

/// One model family, read from one TOML file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The file, as diagnostics name it.
    pub path: String,
    /// The prefix of its markers: a region is called `<namespace>-<region>`.
    pub namespace: String,
    /// The prefix of its model refs: `<provider>/<id>`.
    pub provider: String,
    /// The id of the default model.
    pub default_model: String,
    /// Which ids belong to this family (for `import` and `refs`).
    pub ids: Vec<Pattern>,
    /// What `[defaults]` says; the models have it filled in.
    pub defaults: Defaults,
    /// The models, in the order in which they are rendered.
    pub models: Vec<Model>,
    /// The models that are no longer rendered.
    pub retired: Vec<Retired>,
    /// The regions that the family has: the four built-in ones and its own, sorted by name.
    pub regions: Vec<Region>,
    /// What must exist in every language that has the page.
    pub promises: Vec<Promise>,
    /// What other model lists call this family (`[sources]`): the list, such as `models-dev`, and its names for it.
    pub sources: Vec<(String, Vec<String>)>,
    /// The words of each language, shared by every family of the catalog folder.
    pub locales: Arc<[Locale]>,
}

impl Family {
    /// The region of this name.
    #[must_use]
    pub fn region(&self, name: &str) -> Option<&Region> {
        self.regions.iter().find(|region| region.name == name)
    }

    /// The ref of a model: `<provider>/<id>`.
    #[must_use]
    pub fn model_ref(&self, id: &str) -> String {
        format!("{}/{id}", self.provider)
    }

    /// The listed model that takes a retired one's place, by way of other retired ones; nothing where none does.
    #[must_use]
    pub fn successor<'a>(&'a self, retired: &'a Retired) -> Option<&'a str> {
        let mut at = retired;
        // There is no circle in a catalog that was parsed without a fault; in any other the count ends it.
        for _ in 0..=self.retired.len() {
            let next = at.replaced_by.as_deref()?;
            match self.retired.iter().find(|other| other.id == next) {
                Some(other) => at = other,
                None => return Some(next),
            }
        }
        None
    }

    /// The models that a region renders, in the order of the catalog.
    pub fn models_of<'a>(&'a self, region: &'a Region) -> impl Iterator<Item = &'a Model> {
        self.models.iter().filter(|model| region.takes(&model.id))
    }
}

/// What a model has that does not say it: `[defaults]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// Whether it reasons.
    pub reasoning: Option<bool>,
    /// The modalities.
    pub input: Option<Vec<String>>,
    /// The prices that are given of input, output, cache reads and cache writes; nothing where there is no `cost`.
    pub cost: Option<[Option<Number>; 4]>,
    /// The context window.
    pub context_window: Option<u64>,
    /// The most tokens of an answer.
    pub max_tokens: Option<u64>,
}

/// One model, with the family's defaults filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Model {
    /// The id, unique in its family.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The alias; the name where the catalog gives none.
    pub alias: String,
    /// Whether it reasons.
    pub reasoning: bool,
    /// What the Reasoning column says, where it is not Yes or No.
    pub reasoning_label: Option<String>,
    /// `thinkingLevelMap`: only the keys given, values are strings or null.
    pub thinking_levels: Option<Vec<(String, Value)>>,
    /// The modalities it takes, such as `text` and `image`.
    pub input: Vec<String>,
    /// The prices.
    pub cost: Cost,
    /// The context window in tokens.
    pub context_window: u64,
    /// The most tokens it answers with.
    pub max_tokens: u64,
    /// Keys of a `models` region after the model's own, as they stand.
    pub extra: Vec<(String, Value)>,
}

/// Prices per million tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Input.
    pub input: Number,
    /// Output.
    pub output: Number,
    /// Input read from a cache.
    pub cache_read: Number,
    /// Input written to a cache.
    pub cache_write: Number,
}

/// A model that is no longer rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retired {
    /// Its id.
    pub id: String,
    /// The model, or another retired one, that takes its place.
    pub replaced_by: Option<String>,
    /// The day, as TOML writes it (`2026-07-16`).
    pub since: Option<String>,
}

/// How a region is rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Region {
    /// The name, without the namespace.
    pub name: String,
    /// What it renders.
    pub kind: Kind,
    /// The columns of its table; `None`: the page's own.
    pub columns: Option<Vec<Column>>,
    /// Only the models with these ids; empty: all.
    pub models: Vec<Pattern>,
    /// Keys whose objects are written over several lines where the page has no say.
    pub expand: Vec<String>,
    /// The width past which an object is written over several lines.
    pub width: usize,
}

/// The width where a region gives none.
pub const DEFAULT_WIDTH: usize = 100;

impl Region {
    /// Whether the region renders the model of this id.
    #[must_use]
    pub fn takes(&self, id: &str) -> bool {
        self.models.is_empty() || self.models.iter().any(|pattern| pattern.matches(id))
    }
}

/// What a region renders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// One value a model, as a list or a table.
    List {
        /// What an item of the list says.
        value: ListValue,
        /// List or table.
        layout: Layout,
    },
    /// An object entry a model: `"<ref>": { alias: "…" }`.
    Aliases,
    /// An object a model.
    Models,
    /// Text of the catalog's own.
    Template(String),
}

impl Kind {
    /// The name of the kind, as a catalog gives it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::List { layout: Layout::Table, .. } => "table",
            Self::List { .. } => "list",
            Self::Aliases => "aliases",
            Self::Models => "models",
            Self::Template(_) => "template",
        }
    }
}

/// What an item of a list says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListValue {
    /// The bare id, as code.
    Id,
    /// The ref, as code.
    Ref,
    /// The name, as words.
    Name,
}

/// Whether models are listed or tabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// What the page has; a list where it is empty.
    Keep,
    /// A list.
    List,
    /// A table.
    Table,
}

macro_rules! columns {
    ($($(#[$doc:meta])* $variant:ident = $key:literal, $heading:literal;)+) => {
        /// A column of a table.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Column { $($(#[$doc])* $variant,)+ }

        impl Column {
            /// All columns.
            pub const ALL: &[Column] = &[$(Column::$variant,)+];

            /// The columns of a table that neither the catalog nor the page has a say in.
            pub const DEFAULT: &[Column] =
                &[Column::Ref, Column::Name, Column::Reasoning, Column::Input, Column::Context, Column::MaxOutput];

            /// The key of the column in a catalog or a locale file.
            #[must_use]
            pub fn key(self) -> &'static str {
                match self { $(Column::$variant => $key,)+ }
            }

            /// The heading in the source language.
            #[must_use]
            pub fn heading(self) -> &'static str {
                match self { $(Column::$variant => $heading,)+ }
            }

            /// The column of this key.
            #[must_use]
            pub fn from_key(key: &str) -> Option<Column> {
                match key { $($key => Some(Column::$variant),)+ _ => None }
            }
        }
    };
}

columns! {
    /// The model ref.
    Ref = "ref", "Model ref";
    /// The bare id.
    Id = "id", "Model ID";
    /// The display name.
    Name = "name", "Name";
    /// The alias.
    Alias = "alias", "Alias";
    /// Whether it reasons, or its label.
    Reasoning = "reasoning", "Reasoning";
    /// The modalities.
    Input = "input", "Input";
    /// The context window.
    Context = "context", "Context";
    /// The most tokens it answers with.
    MaxOutput = "max_output", "Max output";
    /// The price of input.
    CostInput = "cost.input", "Input price";
    /// The price of output.
    CostOutput = "cost.output", "Output price";
    /// The price of a cache read.
    CostCacheRead = "cost.cache_read", "Cache read";
    /// The price of a cache write.
    CostCacheWrite = "cost.cache_write", "Cache write";
}

/// Regions that a page must have, in every language that has the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    /// The name of the page, as `providers/moonshot`.
    pub page: String,
    /// The names of its regions.
    pub regions: Vec<String>,
    /// Where the catalog promises it.
    pub span: Range<usize>,
}

/// What digits may be grouped by, so that a number which was written can be read again.
pub const DIGIT_SEPARATORS: &[char] = &[',', '.', ' ', '\'', '’', '_', '\u{a0}', '\u{202f}', '\u{2009}', '٬', '،'];

/// The words of one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Locale {
    /// The file, as diagnostics name it.
    pub path: String,
    /// The language tag: the name of the file.
    pub tag: String,
    /// What stands between the modalities.
    pub list_separator: Option<String>,
    /// What groups the digits of token counts: nothing, or one of [`DIGIT_SEPARATORS`].
    pub thousands: Option<String>,
    /// The headings.
    pub columns: Vec<(Column, String)>,
    /// Words in the catalog's own wording, and their translations.
    pub terms: Vec<(String, String)>,
    /// Templates in this language, by region name.
    pub templates: Vec<(String, String)>,
}

/// Whether two tags name one language: upper and lower case, `-` and `_` are the same.
///
/// ```
/// use moonsync::catalog::same_tag;
/// assert!(same_tag("pt-BR", "pt_br"));
/// assert!(!same_tag("pt-BR", "pt"));
/// ```
#[must_use]
pub fn same_tag(one: &str, other: &str) -> bool {
    tag_key(one) == tag_key(other)
}

/// Whether a tag is `base`, or `base` with subtags: what `base` says holds for it too.
///
/// ```
/// use moonsync::catalog::falls_back_to;
/// assert!(falls_back_to("en-GB", "en"));
/// assert!(!falls_back_to("eng", "en"));
/// assert!(!falls_back_to("en", "en-GB"));
/// ```
#[must_use]
pub fn falls_back_to(tag: &str, base: &str) -> bool {
    tag_key(tag).strip_prefix(&tag_key(base)).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The one spelling by which tags are compared.
pub(crate) fn tag_key(tag: &str) -> String {
    tag.to_ascii_lowercase().replace('_', "-")
}

/// The locale files that speak for a language tag, nearest first: `zh-TW`, then `zh`.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary<'a> {
    files: Vec<&'a Locale>,
}

impl<'a> Vocabulary<'a> {
    /// The files among `locales` for `tag`, whatever the [spelling](same_tag), with fewer and fewer subtags.
    #[must_use]
    pub fn of(locales: &'a [Locale], tag: &str) -> Self {
        let mut files = Vec::new();
        let mut tag = tag;
        loop {
            files.extend(locales.iter().filter(|locale| same_tag(&locale.tag, tag)));
            match tag.rfind(['-', '_']) {
                Some(at) => tag = &tag[..at],
                None => return Self { files },
            }
        }
    }

    /// Whether there is a file at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The files, nearest first.
    #[must_use]
    pub fn files(&self) -> &[&'a Locale] {
        &self.files
    }

    /// The translation of a word of the catalog.
    #[must_use]
    pub fn term(&self, word: &str) -> Option<&'a str> {
        self.first(|locale| locale.terms.iter().find(|(known, _)| known == word).map(|(_, term)| term.as_str()))
    }

    /// The heading of a column.
    #[must_use]
    pub fn heading(&self, column: Column) -> Option<&'a str> {
        self.first(|locale| locale.columns.iter().find(|(known, _)| *known == column).map(|(_, text)| text.as_str()))
    }

    /// What stands between the modalities.
    #[must_use]
    pub fn list_separator(&self) -> Option<&'a str> {
        self.first(|locale| locale.list_separator.as_deref())
    }

    /// What groups the digits of token counts.
    #[must_use]
    pub fn thousands(&self) -> Option<&'a str> {
        self.first(|locale| locale.thousands.as_deref())
    }

    /// The text of a template.
    #[must_use]
    pub fn template(&self, region: &str) -> Option<&'a str> {
        self.first(|locale| locale.templates.iter().find(|(name, _)| name == region).map(|(_, text)| text.as_str()))
    }

    fn first<T>(&self, of: impl Fn(&'a Locale) -> Option<T>) -> Option<T> {
        self.files.iter().find_map(|locale| of(locale))
    }
}

/// An id pattern: `*` stands for any characters, `?` for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern as it was written.
    #[must_use]
    pub fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into())
    }

    /// The pattern as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an id matches, in time linear in both for one `*`, and never worse than their product.
    ///
    /// ```
    /// use moonsync::catalog::Pattern;
    /// assert!(Pattern::new("kimi-k2.7-*").matches("kimi-k2.7-code"));
    /// assert!(!Pattern::new("kimi-k2.7-*").matches("kimi-k2.6"));
    /// ```
    #[must_use]
    pub fn matches(&self, id: &str) -> bool {
        let pattern: Vec<char> = self.0.chars().collect();
        let id: Vec<char> = id.chars().collect();
        let (mut p, mut i) = (0, 0);
        let mut star: Option<(usize, usize)> = None;
        while i < id.len() {
            match pattern.get(p) {
                Some('*') => {
                    star = Some((p, i));
                    p += 1;
                }
                Some(c) if *c == '?' || *c == id[i] => {
                    p += 1;
                    i += 1;
                }
                _ => match &mut star {
                    Some((at, taken)) => {
                        p = *at + 1;
                        *taken += 1;
                        i = *taken;
                    }
                    None => return false,
                },
            }
        }
        pattern[p..].iter().all(|c| *c == '*')
    }
}
