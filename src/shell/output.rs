//! What a run prints: results to stdout, all else to stderr. A closed pipe is no error.

use super::Exit;
use crate::cli::Common;
use anstream::{AutoStream, ColorChoice};
use moonsync::diagnostic::{Code, Diagnostic, Sources};
use moonsync::report::human;
use std::io::{self, Write};

/// The streams of a run.
pub(crate) struct Output {
    color: ColorChoice,
    quiet: bool,
    failed: Option<io::Error>,
}

impl Output {
    /// The streams, with colours as asked for.
    pub(crate) fn new(common: &Common) -> Self {
        let color = match common.color {
            clap::ColorChoice::Auto => ColorChoice::Auto,
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
        };
        Self { color, quiet: common.quiet, failed: None }
    }

    /// Prints a result, with styles where the terminal takes them.
    pub(crate) fn result(&mut self, text: &str) {
        let mut stream = AutoStream::new(io::stdout(), self.color).lock();
        let done = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        drop(stream);
        self.note_failure(done);
    }

    /// Prints a result byte for byte: a page or a patch.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        let mut stream = io::stdout().lock();
        let done = stream.write_all(bytes).and_then(|()| stream.flush());
        drop(stream);
        self.note_failure(done);
    }

    fn note_failure(&mut self, done: io::Result<()>) {
        if let Err(error) = done
            && error.kind() != io::ErrorKind::BrokenPipe
        {
            self.failed.get_or_insert(error);
        }
    }

    /// Prints what is no result.
    pub(crate) fn note(&mut self, text: &str) {
        // Where stderr is closed, there is no place left to say so.
        let mut stream = AutoStream::new(io::stderr(), self.color).lock();
        let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
    }

    /// Prints diagnostics: with `-q` only errors, unless warnings fail the run.
    pub(crate) fn diagnostics(&mut self, diagnostics: &[Diagnostic], sources: &Sources, strict: bool) {
        let shown: Vec<Diagnostic> =
            diagnostics.iter().filter(|diagnostic| diagnostic.is_error() || strict || !self.quiet).cloned().collect();
        self.note(&human::diagnostics(&shown, sources));
    }

    /// Prints faults that keep a run from beginning.
    pub(crate) fn faults(&mut self, faults: &[Diagnostic], sources: &Sources) -> Exit {
        self.diagnostics(faults, sources, false);
        let errors = faults.iter().filter(|fault| fault.is_error()).count();
        self.closing(&format!("moonsync: {}; nothing was written", human::plural(errors, "fault")));
        Exit::Fault
    }

    /// Prints the line in which every run ends.
    pub(crate) fn closing(&mut self, line: &str) {
        if !self.quiet {
            self.note(&format!("{line}\n"));
        }
    }

    /// The exit code: a result that could not be printed is a fault.
    pub(crate) fn end(&mut self, exit: Exit) -> Exit {
        let Some(error) = self.failed.take() else { return exit };
        let fault = Diagnostic::new(Code::Io, "", format!("stdout cannot be written: {error}"));
        self.note(&human::diagnostics(&[fault], &Sources::new()));
        Exit::Fault
    }
}
