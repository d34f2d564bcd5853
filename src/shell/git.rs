//! Older revisions of a file, asked of git. Reads only, and never the network.
//!
//! A path reaches git literally and after `--`, whatever its characters; all else goes by object id. Where there is no
//! git, no repository, or one that git refuses to read, there are no revisions.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

/// The text of the newest revision of a file that `accept` takes, from the history of what is checked out.
pub(crate) fn revision(file: &Path, mut accept: impl FnMut(&[u8]) -> bool) -> Option<Vec<u8>> {
    let (folder, name) = (file.parent()?, file.file_name()?);
    // Blobs of the file, newest first; `-m` for those that only a merge brought.
    let log = git(folder)
        .args(["--literal-pathspecs", "log", "--format=", "--raw", "--no-abbrev", "--no-ext-diff", "-m", "-z", "--"])
        .arg(name)
        .stdin(Stdio::null())
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let mut blobs = blobs(&log.stdout);
    let mut seen = std::collections::HashSet::new();
    blobs.retain(|blob| seen.insert(blob.clone()));
    if blobs.is_empty() {
        return None;
    }
    let mut child = git(folder)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let (mut asked, answered) = (child.stdin.take()?, child.stdout.take()?);
    let mut answered = BufReader::new(answered);
    let mut found = None;
    for blob in &blobs {
        // One at a time: neither side ever waits for a full pipe.
        let Ok(text) = ask(&mut asked, &mut answered, blob) else { break };
        if let Some(text) = text.filter(|text| accept(text)) {
            found = Some(text);
            break;
        }
    }
    drop(asked);
    drop(answered);
    let _ = child.wait(); // it ends with its input, and its status says nothing of what it answered
    found
}

fn git(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.args(["--no-pager", "--no-replace-objects", "-c", "log.showSignature=false", "-c", "core.fsmonitor=false"])
        .current_dir(folder)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stderr(Stdio::null());
    git
}

/// The ids of the blobs in what `git log --raw -z` prints: `:MODE MODE ID ID STATUS`, then the path.
fn blobs(raw: &[u8]) -> Vec<String> {
    let mut blobs = Vec::new();
    for field in raw.split(|byte| *byte == 0) {
        let Some(words) = std::str::from_utf8(field).ok().and_then(|field| field.trim_start().strip_prefix(':')) else {
            continue;
        };
        let ids: Vec<&str> = words.split(' ').collect();
        if let [_, _, old, new, _] = ids[..] {
            let real = |id: &&str| id.len() >= 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
            let there = |id: &&str| id.bytes().any(|b| b != b'0');
            blobs.extend([new, old].into_iter().filter(|id| real(id) && there(id)).map(str::to_owned));
        }
    }
    blobs
}

/// Asks `git cat-file --batch` for one object; nothing where it is no blob that is here.
fn ask(asked: &mut impl Write, answered: &mut impl BufRead, id: &str) -> io::Result<Option<Vec<u8>>> {
    writeln!(asked, "{id}")?;
    asked.flush()?;
    let mut head = String::new();
    answered.read_line(&mut head)?;
    let mut words = head.split_whitespace();
    let (Some(_), Some(kind), Some(size)) = (words.next(), words.next(), words.next()) else { return Ok(None) };
    let size: u64 = size.parse().map_err(io::Error::other)?;
    let mut text = Vec::new();
    answered.take(size).read_to_end(&mut text)?;
    answered.read_exact(&mut [0])?;
    Ok((kind == "blob" && text.len() as u64 == size).then_some(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shell::testing::Tree;
    use std::fs;

    fn run(folder: &Path, arguments: &[&str]) {
        let done = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false"])
            .args(arguments)
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(done.expect("git is there").success(), "{arguments:?}");
    }

    #[test]
    fn revisions_of_a_file_with_an_odd_name() {
        let name = ":(top)*a b.md";
        let tree = Tree::new(&[("docs/x", "")]);
        let folder = tree.path("");
        run(&folder, &["init", "-q"]);
        for text in ["one\n", "two\n", "three\n"] {
            fs::write(tree.path("docs").join(name), text).expect("a file");
            run(&folder, &["add", "-A"]);
            run(&folder, &["commit", "-q", "-m", text]);
        }
        fs::write(tree.path("docs").join(name), "not committed\n").expect("a file");
        let file = tree.path("docs").join(name);
        assert_eq!(revision(&file, |text| text == b"one\n").as_deref(), Some(&b"one\n"[..]));
        assert_eq!(revision(&file, |text| text.starts_with(b"t")).as_deref(), Some(&b"three\n"[..]));
        assert_eq!(revision(&file, |text| text == b"not committed\n"), None);
        assert_eq!(revision(&tree.path("docs/none"), |_| true), None);
    }

    #[test]
    fn no_repository_is_no_revision() {
        let tree = Tree::new(&[("a.md", "a")]);
        assert_eq!(revision(&tree.path("a.md"), |_| true), None);
        assert_eq!(revision(&tree.path("none/a.md"), |_| true), None);
    }

    #[test]
    fn what_git_prints() {
        let id = |c: &str| c.repeat(40);
        let raw = format!(
            ":100644 100644 {} {} M\0a b.md\0\0:000000 100644 {} {} A\0:x\0",
            id("1"),
            id("2"),
            id("0"),
            id("1")
        );
        assert_eq!(blobs(raw.as_bytes()), [id("2"), id("1"), id("1")]);
    }
}
