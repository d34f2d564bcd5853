//! One family's file as a run may change it: which family, where its file is, and the file's new text written or shown.

use super::{Project, builtin, replace};
use crate::cli::Common;
use moonsync::catalog::Family;
use moonsync::catalog::edit::Editor;
use moonsync::diagnostic::{Code, Diagnostic, Sources, nearest};
use moonsync::report::patch;
use moonsync::text::Edit;
use std::fs;
use std::path::PathBuf;

impl Project {
    /// The number of the family with this namespace.
    pub(super) fn family_named(&self, namespace: &str) -> Result<usize, Diagnostic> {
        let families = &self.catalog.families;
        families.iter().position(|family| family.namespace == namespace).ok_or_else(|| {
            let names: Vec<&str> = families.iter().map(|family| family.namespace.as_str()).collect();
            let fault =
                Diagnostic::new(Code::Usage, "", format!("--family {namespace}: the catalog has no such family"));
            fault.help(match nearest(namespace, names.iter().copied()) {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the families are {}", names.join(", ")),
            })
        })
    }
}

/// The fault of a run that would change what is compiled in; `otherwise`: what can be done instead.
pub(super) fn built_in(otherwise: &str) -> Diagnostic {
    let help = format!(
        "{otherwise}give the project a catalog of its own (moonsync init makes one), or name one with --catalog"
    );
    Diagnostic::new(Code::Usage, "", "the built-in catalog cannot be changed").help(help)
}

/// A family's file.
pub(super) struct FamilyFile {
    /// The file as the user names it.
    pub(super) shown: String,
    /// The file with links resolved; nothing where it is compiled in.
    file: PathBuf,
    /// What it held when it was read.
    pub(super) old: String,
}

impl FamilyFile {
    /// A family's file, which may be one that is compiled in, and which a run may then not write.
    ///
    /// # Errors
    ///
    /// A file outside the folder of the configuration that was not named with `--catalog`.
    pub(super) fn new(
        project: &Project,
        common: &Common,
        family: &Family,
        sources: &Sources,
    ) -> Result<Self, Diagnostic> {
        let fault = |code, message: String| Diagnostic::new(code, &family.path, message);
        let old = sources.get(&family.path).map(ToString::to_string).unwrap_or_default();
        let mut file = Self { shown: family.path.clone(), file: PathBuf::new(), old };
        if builtin::holds(&family.path) {
            return Ok(file);
        }
        let real = fs::canonicalize(&family.path);
        file.file = real.map_err(|error| fault(Code::Io, format!("cannot be read: {error}")))?;
        let given = common.catalog.iter().filter_map(|path| fs::canonicalize(path).ok());
        if !project.holds(&file.file) && !given.into_iter().any(|given| file.file.starts_with(given)) {
            let message = "lies outside the folder of the configuration".to_owned();
            return Err(fault(Code::Usage, message).help("name it with --catalog to have it written"));
        }
        Ok(file)
    }

    /// An editor of the file.
    pub(super) fn editor(&self) -> Result<Editor, Vec<Diagnostic>> {
        Editor::new(&self.shown, &self.old)
    }

    /// The patch that leads to a new text.
    pub(super) fn patch(&self, project: &Project, new: &str) -> Result<String, Diagnostic> {
        let name = project.name_in_patch(&self.file).ok_or_else(|| {
            let message = "this file lies outside the working directory: a patch cannot name it";
            Diagnostic::new(Code::Usage, &self.shown, message).help("run --diff from a folder that holds the catalog")
        })?;
        Ok(patch::patch(&name, &self.old, &[Edit { range: 0..self.old.len(), text: new.to_owned() }]))
    }

    /// Replaces the file, where there is a new text; removes what a killed run left beside it.
    pub(super) fn write(&self, new: Option<&str>) -> Result<(), Vec<Diagnostic>> {
        replace::sweep(&self.file);
        let Some(new) = new else { return Ok(()) };
        let item = replace::Replacement { file: &self.file, shown: &self.shown, old: &self.old, new: new.to_owned() };
        replace::replace(&[item], &[]).map_err(|failure| failure.diagnostics)
    }
}
