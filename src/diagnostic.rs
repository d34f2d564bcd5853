//! What can be wrong, as data: a code, a place, what is wrong, and the line that mends it.
//!
//! Knows no catalog and no page; how a diagnostic is shown is the report's business.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The run goes on; `--strict` makes it fail.
    Warning,
    /// Nothing is written.
    Error,
}

impl Severity {
    /// The word that people see.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $severity:ident;)+) => {
        /// The closed list of what can be wrong. The names are stable; each has a paragraph in the manual.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)+ }

        impl Code {
            /// All codes, in the order of the manual.
            pub const ALL: &[Code] = &[$(Code::$variant,)+];

            /// The stable name, as in `error[missing-end]`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)+ }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)+ }
            }
        }
    };
}

codes! {
    // Catalogs, locale files and the configuration.
    /// The file is no TOML.
    TomlSyntax = "toml-syntax", Error;
    /// A key that the format does not have.
    UnknownKey = "unknown-key", Error;
    /// A key that is required is not there.
    MissingKey = "missing-key", Error;
    /// A value of another type than the key takes.
    WrongType = "wrong-type", Error;
    /// A value of the right type that the key does not take.
    BadValue = "bad-value", Error;
    /// An id, provider, namespace, region or display name that is empty or holds what it must not.
    BadName = "bad-name", Error;
    /// Two models, or a model and a retired one, with one id.
    DuplicateId = "duplicate-id", Error;
    /// `default_model` or `replaced_by` names nothing.
    UnknownModel = "unknown-model", Error;
    /// Retired models that replace each other in a circle.
    RetiredCycle = "retired-cycle", Error;
    /// A family without a model.
    NoModels = "no-models", Error;
    /// A price or a limit out of its range.
    BadNumber = "bad-number", Error;
    /// An `extra` that repeats a model's own key, or that JSON cannot say.
    BadExtra = "bad-extra", Error;
    /// A region without a known kind.
    BadRegion = "bad-region", Error;
    /// A column that no table has.
    UnknownColumn = "unknown-column", Error;
    /// A template that does not parse, or fails when it is rendered.
    BadTemplate = "bad-template", Error;
    /// A pattern that cannot be read, or that no model matches.
    BadPattern = "bad-pattern", Error;
    /// Two families with one namespace.
    DuplicateNamespace = "duplicate-namespace", Error;
    /// The configuration asks for another version of moonsync.
    VersionRequired = "version-required", Error;

    // Published lists of models.
    /// A source that is no list of models of a known shape.
    UnknownList = "unknown-list", Error;
    /// A source that lists no model of the family.
    NothingListed = "nothing-listed", Error;
    /// A field or an entry of a list that cannot be taken.
    ListGap = "list-gap", Warning;
    /// A new model that the catalog cannot take without more being said of it.
    IncompleteModel = "incomplete-model", Warning;

    // Pages.
    /// A start marker without its end.
    MissingEnd = "missing-end", Error;
    /// An end marker without its start.
    MissingStart = "missing-start", Error;
    /// A start marker inside a region.
    NestedStart = "nested-start", Error;
    /// A start and an end in different places.
    SplitRegion = "split-region", Error;
    /// A region name that the namespace does not have.
    UnknownRegion = "unknown-region", Error;
    /// A comment that begins like a marker and is none.
    MalformedMarker = "malformed-marker", Error;
    /// A marker with something else on its line.
    GluedMarker = "glued-marker", Error;
    /// A region that holds what no list or table holds, as when a marker was lost.
    SwallowedText = "swallowed-text", Error;
    /// A region whose kind cannot be written where it stands.
    NoForm = "no-form", Error;
    /// The entry before a region lacks its comma.
    MissingComma = "missing-comma", Error;
    /// A region that the catalog promises is gone from a page.
    PromisedRegion = "promised-region", Error;
    /// A page with regions that is not UTF-8.
    NotUtf8 = "not-utf8", Error;
    /// moonsync is about to write something that it would not read back: a bug, reported instead of written.
    Internal = "internal", Error;
    /// A file that cannot be read or written.
    Io = "io", Error;
    /// An argument or a path that cannot be used.
    Usage = "usage", Error;

    /// A marker that a formatter mangled; it counts.
    MangledMarker = "mangled-marker", Warning;
    /// An end marker that a formatter pulled into the last item of a list; it counts.
    IndentedMarker = "indented-marker", Warning;
    /// A marker that readers will see as text.
    VisibleMarker = "visible-marker", Warning;
    /// A marker that an MDX compiler refuses.
    BreakingMarker = "breaking-marker", Warning;
    /// A marker in a fence whose language has other comments; it does not count.
    ForeignComment = "foreign-comment", Warning;
    /// A word of a table that has no translation.
    MissingWord = "missing-word", Warning;
    /// A template that has no text in a language.
    MissingTemplate = "missing-template", Warning;
    /// A key that is given twice along the languages, or that does nothing.
    UnusedKey = "unused-key", Warning;
    /// A word for which translated pages, or a page and a locale file, do not agree.
    HarvestConflict = "harvest-conflict", Warning;
    /// A translation whose regions are not those of its source page: more, fewer, in another order or kind of place.
    Parity = "parity", Warning;
    /// A model that is retired and mentioned outside a region; `[refs]` says how bad it is.
    RetiredRef = "retired-ref", Warning;
    /// A ref of a family that no catalog knows, mentioned outside a region; `[refs]` says how bad it is.
    UnknownRef = "unknown-ref", Warning;
    /// A region that a translation lost, and whose place can't be told.
    CannotRestore = "cannot-restore", Warning;
    /// A run that found no region at all.
    NoRegion = "no-region", Warning;
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of thing.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The file, as the user named it; empty where no file is concerned.
    pub path: String,
    /// The bytes of the file that are meant; `None` for the whole file.
    pub span: Option<Range<usize>>,
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// The command or the lines that mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic of the code's own severity, without a place or a mend.
    #[must_use]
    pub fn new(code: Code, path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code, severity: code.severity(), path: path.into(), span: None, message: message.into(), help: None }
    }

    /// The same with its place in the file.
    #[must_use]
    pub fn at(mut self, span: Range<usize>) -> Self {
        self.span = Some(span);
        self
    }

    /// The same with what mends it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether it stops the run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Sorts diagnostics by file, place and code, and drops exact repetitions.
pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
    let key = |d: &Diagnostic| (d.path.clone(), d.span.as_ref().map(|s| (s.start, s.end)), d.code, d.message.clone());
    diagnostics.sort_by_cached_key(key);
    diagnostics.dedup();
}

/// The texts of the files that diagnostics speak of, by path, so that a report can show the line.
pub type Sources = BTreeMap<String, Arc<str>>;

/// The candidate that was probably meant by `word`, where one is near enough.
///
/// ```
/// use moonsync::diagnostic::nearest;
/// assert_eq!(nearest("alisases", ["ids", "aliases"]), Some("aliases"));
/// assert_eq!(nearest("prices", ["ids", "aliases"]), None);
/// ```
#[must_use]
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase().replace('_', "-");
    candidates
        .into_iter()
        .map(|candidate| {
            let other = candidate.to_lowercase().replace('_', "-");
            (strsim::damerau_levenshtein(&folded, &other), candidate)
        })
        .filter(|(distance, candidate)| *distance <= (word.len().max(candidate.len()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}
