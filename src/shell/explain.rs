//! `moonsync explain`: what made a region, and why it counts or does not.

use super::Exit;
use super::output::Output;
use crate::cli::{Common, Explain};
use moonsync::diagnostic::{Code, Diagnostic, Sources};

/// Explains a page or a line of it.
pub(crate) fn run(_common: &Common, _explain: &Explain, output: &mut Output) -> Exit {
    output.faults(&[Diagnostic::new(Code::Usage, "", "not built yet")], &Sources::new())
}
