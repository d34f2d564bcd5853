//! Reads families and locale files from TOML, and says everything that is wrong with them.
//!
//! Owns what concerns several files: namespaces, languages, and which locale file serves which family. A file's own
//! faults are found by `parse/family.rs`, `parse/ids.rs`, `parse/region.rs` and `parse/locale.rs`, with the means of
//! `parse/reader.rs`. Opens no file.

mod family;
mod ids;
mod locale;
mod reader;
mod region;
#[cfg(test)]
mod tests;

/// The words of the format, for its schema.
pub(crate) mod words {
    pub(crate) use super::family::{LEVELS, OWN};
    pub(crate) use super::region::{BUILT_IN, KINDS, LAYOUTS, VALUES};
}

use super::{Catalog, Family, Locale, tag_key};
use crate::diagnostic::{self, Code, Diagnostic};
use reader::{Charset, Report, shown};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// One file of a catalog folder.
#[derive(Debug, Clone)]
pub struct CatalogFile {
    /// The file, as diagnostics name it.
    pub path: String,
    /// Its text.
    pub text: Arc<str>,
    /// What it is.
    pub role: Role,
    /// Which catalog folder it belongs to: locale files serve the families of their own folder.
    pub folder: usize,
}

/// What a file of a catalog folder is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A model family.
    Family,
    /// The words of the language with this tag.
    Locale(String),
}

/// Whether an id is made of what an id may hold: letters, digits, `.`, `_`, `-`, `/` and `:`.
///
/// ```
/// use moonsync::catalog::parse::is_id;
/// assert!(is_id("kimi-k2.7-code"));
/// assert!(!is_id("kimi k2") && !is_id(""));
/// ```
#[must_use]
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| Charset::Id.takes(c))
}

/// What the families of a folder have in common.
#[derive(Default)]
struct Folder {
    locales: Vec<Locale>,
    /// The tags in lower case, and the file of each.
    tags: HashMap<String, String>,
    /// The names of the families' templates.
    templates: BTreeSet<String>,
    /// Whether a family could not be read, so that not all of its templates are known.
    unknown: bool,
}

/// Reads the files of one or more catalog folders.
///
/// All faults of all files are reported, sorted by file and place. A family or locale file with an error is left out
/// of the catalog, which is therefore of use only where no diagnostic is an error.
pub fn parse(files: &[CatalogFile]) -> (Catalog, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut folders: HashMap<usize, Folder> = HashMap::new();
    let mut namespaces: HashMap<String, (&str, usize)> = HashMap::new();
    let mut families = Vec::new();
    for file in files.iter().filter(|file| file.role == Role::Family) {
        let mut report = Report::new(&file.path, &file.text);
        let outcome = report.toml().map(|root| family::read(&mut report, &root)).unwrap_or_default();
        let folder = folders.entry(file.folder).or_default();
        match outcome.templates {
            Some(templates) => folder.templates.extend(templates),
            None => folder.unknown = true,
        }
        if let Some((namespace, span)) = outcome.namespace {
            if let Some((path, line)) = namespaces.get(&namespace) {
                let message = format!("the namespace {} is taken by {path}, line {line}", shown(&namespace));
                let help = "give one of the two families a namespace of its own, or leave out one of the two files";
                report.fault(Code::DuplicateNamespace, span, message, help);
            } else {
                let line = report.line(span.start);
                namespaces.insert(namespace, (&file.path, line));
            }
        }
        families.extend(outcome.family.filter(|_| !report.has_errors()).map(|family| (file.folder, family)));
        diagnostics.append(&mut report.list);
    }
    for file in files {
        let Role::Locale(tag) = &file.role else { continue };
        let mut report = Report::new(&file.path, &file.text);
        let folder = folders.entry(file.folder).or_default();
        if let Some(first) = folder.tags.get(&tag_key(tag)) {
            let message = format!("the language {} has a file already: {first}", shown(tag));
            let fault = Diagnostic::new(Code::BadName, &file.path, message);
            report.list.push(fault.help("move the words of both into one of the two, and remove the other"));
        } else {
            folder.tags.insert(tag_key(tag), file.path.clone());
        }
        if let Some(root) = report.toml() {
            let (locale, templates) = locale::read(&mut report, &root, tag);
            for (name, span) in templates {
                if !folder.unknown && !folder.templates.contains(&name) {
                    let help = match report.near_of(&name, folder.templates.iter().map(String::as_str)) {
                        Some(meant) => format!("did you mean `{meant}`?"),
                        None => "remove it, or give a family a region of this name and of kind `template`".to_owned(),
                    };
                    let message = format!("no family has a template region {}", shown(&name));
                    report.fault(Code::UnusedKey, span, message, help);
                }
            }
            if !report.has_errors() {
                folder.locales.push(locale);
            }
        }
        diagnostics.append(&mut report.list);
    }
    let locales: HashMap<usize, Arc<[Locale]>> =
        folders.into_iter().map(|(number, folder)| (number, Arc::from(folder.locales))).collect();
    let families = families.into_iter().map(|(folder, mut family)| {
        family.locales = locales.get(&folder).cloned().unwrap_or_else(|| Arc::from([]));
        family
    });
    let catalog = Catalog { families: families.collect(), ..Catalog::default() };
    diagnostic::sort(&mut diagnostics);
    (catalog, diagnostics)
}

/// Reads one locale file, without the families of its folder: whether they have its templates is not asked.
///
/// A file with an error gives nothing but what is wrong with it.
pub fn parse_locale(path: &str, text: &str, tag: &str) -> Result<Locale, Vec<Diagnostic>> {
    let mut report = Report::new(path, text);
    let locale = report.toml().map(|root| locale::read(&mut report, &root, tag).0);
    locale.filter(|_| !report.has_errors()).ok_or(report.list)
}

/// Reads one family's file, without the words of any language.
pub(super) fn parse_family(path: &str, text: &str) -> Result<Family, Vec<Diagnostic>> {
    let mut report = Report::new(path, text);
    let outcome = report.toml().map(|root| family::read(&mut report, &root)).unwrap_or_default();
    diagnostic::sort(&mut report.list);
    match outcome.family {
        Some(family) if !report.has_errors() => Ok(family),
        _ => Err(report.list),
    }
}
