//! What a run prints: results to stdout, all else to stderr. A closed pipe is no error.

use super::{Exit, findings};
use crate::cli::{Common, Format};
use anstream::adapter::strip_str;
use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use moonsync::diagnostic::{Code, Diagnostic, Sources};
use moonsync::report::finding::{self, Report, Summary};
use moonsync::report::{github, human};
use std::io::{self, Write};

/// The streams of a run.
pub(crate) struct Output {
    color: ColorChoice,
    quiet: bool,
    format: Format,
    command: &'static str,
    failed: Option<io::Error>,
}

impl Output {
    /// The streams, with colours and in the format asked for; machine formats name the command.
    pub(crate) fn new(common: &Common, command: &'static str) -> Self {
        let color = match common.color {
            clap::ColorChoice::Auto => ColorChoice::Auto,
            clap::ColorChoice::Always => ColorChoice::Always,
            clap::ColorChoice::Never => ColorChoice::Never,
        };
        Self { color, quiet: common.quiet, format: common.format, command, failed: None }
    }

    /// Prints a result, with styles where the terminal takes them.
    pub(crate) fn result(&mut self, text: &str) {
        if self.is_plain(&io::stdout()) {
            return self.raw(bare(text).as_bytes());
        }
        let mut stream = AutoStream::new(io::stdout(), self.color).lock();
        let done = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
        drop(stream);
        self.note_failure(done);
    }

    /// Whether a stream takes no styles.
    fn is_plain(&self, stream: &impl RawStream) -> bool {
        let choice = if self.color == ColorChoice::Auto { AutoStream::choice(stream) } else { self.color };
        choice == ColorChoice::Never
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
        if self.is_plain(&io::stderr()) {
            let _ = io::stderr().lock().write_all(bare(text).as_bytes());
            return;
        }
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
        let errors = faults.iter().filter(|fault| fault.is_error()).count();
        let closing = format!("moonsync: {}; nothing was written", human::plural(errors, "fault"));
        if self.format.lists_findings() {
            let findings = finding::diagnostics(faults, &[], sources);
            self.findings(findings, Summary { exit: Exit::Fault as u8, ..Summary::default() }, &closing, None);
        } else {
            self.diagnostics(faults, sources, false);
        }
        self.closing(&closing);
        Exit::Fault
    }

    /// Prints the findings of a run in its machine format, as the one thing on stdout.
    pub(crate) fn findings(
        &mut self,
        findings: Vec<finding::Finding>,
        summary: Summary,
        closing: &str,
        mend: Option<&str>,
    ) {
        let report = Report { command: self.command, findings, summary };
        let text = findings::document(self.format, report, closing, mend);
        self.raw(text.as_bytes());
    }

    /// Prints the line in which every run ends.
    pub(crate) fn closing(&mut self, line: &str) {
        if !self.quiet {
            // What goes to stderr is in the same log.
            let line = if self.format == Format::Github { github::line(line) } else { line.to_owned() };
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

/// A text without its styles, in one piece: a stream that strips them writes many.
fn bare(text: &str) -> String {
    strip_str(text).to_string()
}
