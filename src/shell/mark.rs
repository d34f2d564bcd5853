//! `moonsync mark`: inserts, converts and repairs markers.

use super::Exit;
use super::output::Output;
use crate::cli::{Common, Mark};
use moonsync::diagnostic::{Code, Diagnostic, Sources};

/// Inserts, converts or repairs markers.
pub(crate) fn run(_common: &Common, _mark: &Mark, output: &mut Output) -> Exit {
    output.faults(&[Diagnostic::new(Code::Usage, "", "not built yet")], &Sources::new())
}
