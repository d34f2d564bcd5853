//! Findings in the machine formats: where files lie in the repository, and the summary of a job.

use super::{builtin, paths};
use crate::cli::Format;
use moonsync::diagnostic::{Code, Diagnostic, Severity, Sources};
use moonsync::report::finding::{self, Place, Report};
use moonsync::report::{github, json, sarif};
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The most bytes that GitHub takes as the summary of a step.
const SUMMARY_ROOM: u64 = 1 << 20;

/// The document that a run prints. `closing` is the line in which the run ends, `mend` the command that mends drift.
///
/// In GitHub's format the summary of the job is written too; where that fails, the document warns of it.
pub(crate) fn document(format: Format, mut report: Report, closing: &str, mend: Option<&str>) -> String {
    let root = Root::find();
    let place = |path: &str| root.place(path);
    match format {
        Format::Github => {
            if let Some(file) = env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty())
                && let Err(error) = append(Path::new(&file), |room| github::summary(&report, closing, mend, room))
            {
                let message = format!("the summary of the job cannot be written: {error}");
                let mut warning = Diagnostic::new(Code::Io, "", message);
                warning.severity = Severity::Warning;
                report.findings.extend(finding::diagnostics(&[warning], &[], &Sources::new()));
                finding::sort(&mut report.findings);
            }
            github::github(&report, &place)
        }
        Format::Sarif => sarif::sarif(&report, &place),
        _ => json::json(&report),
    }
}

/// Appends a text to a file, made for the room that is left in it.
fn append(file: &Path, text: impl FnOnce(usize) -> String) -> io::Result<()> {
    let mut stream = OpenOptions::new().append(true).create(true).open(file)?;
    let there = stream.metadata()?.len();
    let text = text(usize::try_from(SUMMARY_ROOM.saturating_sub(there)).unwrap_or_default());
    stream.write_all(text.as_bytes())
}

/// The working directory, and the root of its repository.
struct Root {
    cwd: PathBuf,
    top: PathBuf,
}

impl Root {
    fn find() -> Self {
        let cwd = env::current_dir().unwrap_or_default();
        let top = cwd.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(&cwd).to_owned();
        Self { cwd, top }
    }

    /// Where a file lies that the user calls `path`.
    fn place(&self, path: &str) -> Place {
        if path.is_empty() || builtin::holds(path) {
            return Place::Nowhere;
        }
        let whole = paths::normal(&self.cwd.join(path));
        let inside = |whole: &Path| whole.strip_prefix(&self.top).map(|inside| Place::Inside(paths::slashes(inside)));
        // A repository may have been reached by a link.
        inside(&whole)
            .or_else(|_| fs::canonicalize(&whole).map_err(|_| ()).and_then(|real| inside(&real).map_err(|_| ())))
            .unwrap_or_else(|()| Place::Outside(paths::slashes(&whole)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::testing::Tree;

    #[test]
    fn places() {
        let root = Root { cwd: "/r/repo/docs".into(), top: "/r/repo".into() };
        let inside = |path: &str| Place::Inside(path.to_owned());
        for (path, expected) in [
            ("a.md", inside("docs/a.md")),
            ("../b.md", inside("b.md")),
            ("x/../a b.md", inside("docs/a b.md")),
            ("/r/repo/docs/a.md", inside("docs/a.md")),
            ("../../other/a.md", Place::Outside("/r/other/a.md".to_owned())),
            ("/r/repository/a.md", Place::Outside("/r/repository/a.md".to_owned())),
            ("", Place::Nowhere),
            ("<built-in>/locales/fr.toml", Place::Nowhere),
        ] {
            assert_eq!(root.place(path), expected, "{path}");
        }
    }

    #[test]
    fn a_summary_is_appended_in_the_room_that_is_left() {
        let tree = Tree::new(&[("summary", "before\n")]);
        let file = tree.path("summary");
        append(&file, |room| {
            assert_eq!(room, (1 << 20) - 7);
            "after\n".to_owned()
        })
        .expect("it is appended");
        assert_eq!(fs::read_to_string(&file).expect("it is there"), "before\nafter\n");
        append(&tree.path("new"), |room| format!("{room}")).expect("it is made");
        assert_eq!(fs::read_to_string(tree.path("new")).expect("it is there"), "1048576");
        assert!(append(&tree.path("none/summary"), |_| String::new()).is_err());
    }
}
