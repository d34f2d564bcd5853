//! Reads families and locale files from TOML, and says everything that is wrong with them.

use super::Catalog;
use crate::diagnostic::Diagnostic;
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

/// Reads the files of one or more catalog folders.
pub fn parse(files: &[CatalogFile]) -> (Catalog, Vec<Diagnostic>) {
    let _ = files;
    unimplemented!()
}
