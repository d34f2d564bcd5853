//! Edits as a patch that `git apply` and `patch -p1` take.
//!
//! Made from the edits, not from two texts, so that the cost grows with what changes. The same edits always give the
//! same patch: within an edit lines are compared up to a size, and never against a clock.

use crate::text::{self, Edit};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::ops::Range;

/// Lines around a change.
const CONTEXT: usize = 3;

/// An edit of more lines than this, old or new, is shown as a whole.
const COMPARED: usize = 5_000;

/// Lines of the old text that go, and the lines that come in their place.
#[derive(Debug, PartialEq, Eq)]
struct Change<'t> {
    old: Range<usize>,
    new: Vec<&'t str>,
}

/// The patch of one page. Its path has forward slashes and is seen from where the patch will be applied.
///
/// The edits must be sorted and must not overlap.
#[must_use]
pub fn patch(path: &[u8], old: &str, edits: &[Edit]) -> String {
    let lines: Vec<&str> = text::lines(old).iter().map(|line| &old[line.whole()]).collect();
    let blocks = blocks(old, edits);
    let changes: Vec<Change<'_>> = blocks.iter().flat_map(|(range, new)| compare(&lines, range.clone(), new)).collect();
    if changes.is_empty() {
        return String::new();
    }
    let mut out = format!("--- {}\n+++ {}\n", name(b"a/", path), name(b"b/", path));
    let mut grown: isize = 0;
    for hunk in changes.chunk_by(|a, b| b.old.start - a.old.end <= 2 * CONTEXT) {
        grown = write_hunk(&mut out, &lines, hunk, grown);
    }
    out
}

/// The patch that creates a file.
///
/// ```
/// let patch = moonsync::report::patch::creation(b"a.toml", "a\nb\n");
/// assert_eq!(patch, "--- /dev/null\n+++ b/a.toml\n@@ -0,0 +1,2 @@\n+a\n+b\n");
/// ```
#[must_use]
pub fn creation(path: &[u8], text: &str) -> String {
    let edits = [Edit { range: 0..0, text: text.to_owned() }];
    let whole = patch(path, "", &edits);
    whole.find('\n').map_or(whole.clone(), |end| format!("--- /dev/null{}", &whole[end..]))
}

/// The edits as whole lines: which lines go, and the text that comes. Edits that share a line are one.
fn blocks(old: &str, edits: &[Edit]) -> Vec<(Range<usize>, String)> {
    let starts: Vec<usize> = text::lines(old).iter().map(|line| line.text.start).collect();
    let mut out: Vec<(Range<usize>, String)> = Vec::new();
    let mut bytes: Vec<Range<usize>> = Vec::new();
    let mut pending: Vec<Vec<Edit>> = Vec::new();
    for edit in edits {
        let from = old[..edit.range.start].rfind('\n').map_or(0, |at| at + 1);
        // The edit ends between two lines: only then is the next line untouched.
        let whole = |end: usize| end == 0 || old[..end].ends_with('\n');
        let clean =
            whole(edit.range.end) && (edit.text.is_empty() || edit.text.ends_with('\n')) && from == edit.range.start;
        let to = if clean {
            edit.range.end
        } else {
            old[edit.range.end..].find('\n').map_or(old.len(), |at| edit.range.end + at + 1)
        };
        match bytes.last_mut() {
            Some(last) if from < last.end => {
                last.end = last.end.max(to);
                pending.last_mut().into_iter().for_each(|list| list.push(edit.clone()));
            }
            _ => {
                bytes.push(from..to);
                pending.push(vec![edit.clone()]);
            }
        }
    }
    for (range, edits) in bytes.into_iter().zip(pending) {
        let moved: Vec<Edit> = edits
            .into_iter()
            .map(|edit| Edit { range: edit.range.start - range.start..edit.range.end - range.start, text: edit.text })
            .collect();
        let new = text::apply(&old[range.clone()], &moved);
        let line = |offset: usize| starts.partition_point(|start| *start < offset);
        out.push((line(range.start)..line(range.end), new));
    }
    out
}

/// The changes that lead from some of the old lines to the new text.
fn compare<'t>(lines: &[&'t str], range: Range<usize>, new: &'t str) -> Vec<Change<'t>> {
    let old = &lines[range.clone()];
    let new: Vec<&str> = text::lines(new).iter().map(|line| &new[line.whole()]).collect();
    if old.len() > COMPARED || new.len() > COMPARED {
        return vec![Change { old: range, new }];
    }
    let changes = capture_diff_slices(Algorithm::Myers, old, &new).into_iter().filter_map(|op| {
        let (gone, come) = match op {
            DiffOp::Equal { .. } => return None,
            op => (op.old_range(), op.new_range()),
        };
        Some(Change { old: range.start + gone.start..range.start + gone.end, new: new[come].to_vec() })
    });
    let mut joined: Vec<Change<'_>> = Vec::new();
    for change in changes {
        match joined.last_mut() {
            Some(last) if last.old.end == change.old.start => {
                last.old.end = change.old.end;
                last.new.extend(change.new);
            }
            _ => joined.push(change),
        }
    }
    joined
}

/// Writes changes that are near each other; gives how many lines the new text is longer by then.
fn write_hunk(out: &mut String, lines: &[&str], changes: &[Change<'_>], grown: isize) -> isize {
    let (Some(first), Some(last)) = (changes.first(), changes.last()) else { return grown };
    let start = first.old.start.saturating_sub(CONTEXT);
    let end = (last.old.end + CONTEXT).min(lines.len());
    let growth: isize = changes.iter().map(|change| signed(change.new.len()) - signed(change.old.len())).sum();
    let (old_count, new_start) = (end - start, signed(start) + grown);
    let new_count = signed(old_count) + growth;
    // Of nothing, the line before it is named.
    let old_line = if old_count == 0 { start } else { start + 1 };
    let new_line = if new_count == 0 { new_start } else { new_start + 1 };
    out.push_str(&format!("@@ -{old_line},{old_count} +{new_line},{new_count} @@\n"));
    let mut at = start;
    for change in changes {
        lines[at..change.old.start].iter().for_each(|line| write_line(out, ' ', line));
        lines[change.old.clone()].iter().for_each(|line| write_line(out, '-', line));
        change.new.iter().for_each(|line| write_line(out, '+', line));
        at = change.old.end;
    }
    lines[at..end].iter().for_each(|line| write_line(out, ' ', line));
    grown + growth
}

fn signed(count: usize) -> isize {
    isize::try_from(count).unwrap_or(isize::MAX)
}

fn write_line(out: &mut String, sign: char, line: &str) {
    out.push(sign);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// A file's name as git writes it: in C's quotes where it is unusual, with a tab behind it where it has a space.
fn name(side: &[u8], path: &[u8]) -> String {
    let unusual = |byte: &u8| !matches!(byte, b' '..=b'~') || matches!(byte, b'"' | b'\\');
    let bytes = side.iter().chain(path).copied();
    if !path.iter().any(unusual) {
        let end = if path.contains(&b' ') { "\t" } else { "" };
        return bytes.map(char::from).chain(end.chars()).collect();
    }
    let mut out = String::from("\"");
    for byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            b' '..=b'~' => out.push(char::from(byte)),
            byte => out.push_str(&format!("\\{byte:03o}")),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(range: Range<usize>, text: &str) -> Edit {
        Edit { range, text: text.to_owned() }
    }

    #[test]
    fn one_line_with_its_context() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";
        assert_eq!(
            patch(b"docs/a.md", old, &[edit(8..10, "five\nand\n")]),
            "--- a/docs/a.md\n+++ b/docs/a.md\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+and\n 6\n 7\n 8\n"
        );
    }

    #[test]
    fn near_changes_share_a_hunk_and_far_ones_do_not() {
        let old: String = (1..=30).map(|n| format!("{n:02}\n")).collect();
        let both = |second: usize| patch(b"a", &old, &[edit(0..3, ""), edit(second..second + 3, "x\n")]);
        assert_eq!(both(21).matches("@@ -").count(), 1);
        assert_eq!(both(24).matches("@@ -").count(), 2);
        assert!(both(24).contains("@@ -6,7 +5,7 @@"), "{}", both(24));
    }

    #[test]
    fn equal_lines_of_an_edit_are_context() {
        let old = "a\r\nb\r\nc\r\n";
        assert_eq!(
            patch(b"a", old, &[edit(0..9, "a\r\nB\r\nc\r\n")]),
            "--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n a\r\n-b\r\n+B\r\n c\r\n"
        );
        assert_eq!(patch(b"a", old, &[edit(0..3, "a\r\n")]), "");
        assert_eq!(patch(b"a", old, &[]), "");
    }

    #[test]
    fn a_last_line_without_its_end() {
        assert_eq!(
            patch(b"a", "a\nb", &[edit(2..3, "c")]),
            "--- a/a\n+++ b/a\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n"
        );
        assert_eq!(patch(b"a", "", &[edit(0..0, "x\n")]), "--- a/a\n+++ b/a\n@@ -0,0 +1,1 @@\n+x\n");
    }

    #[test]
    fn names() {
        assert_eq!(name(b"a/", b"docs/a.md"), "a/docs/a.md");
        assert_eq!(name(b"a/", b"a b.md"), "a/a b.md\t");
        assert_eq!(name(b"a/", "é\"\n.md".as_bytes()), "\"a/\\303\\251\\\"\\n.md\"");
        assert_eq!(name(b"b/", b"\xff.md"), "\"b/\\377.md\"");
    }

    /// What a patch leads to, read as `patch` reads it.
    fn applied(old: &str, patch: &str) -> String {
        let lines: Vec<&str> = old.split_inclusive('\n').collect();
        let (mut out, mut at) = (String::new(), 0);
        let mut rows = patch.split_inclusive('\n').skip(2).peekable();
        while let Some(row) = rows.next() {
            let bare = rows.next_if(|next| next.starts_with('\\')).is_some();
            let text = if bare { row[1..].trim_end_matches('\n') } else { &row[1..] };
            match row.as_bytes()[0] {
                b'@' => {
                    let range = row[4..].split_once(' ').expect("a range").0;
                    let (start, count) = range.split_once(',').expect("two numbers");
                    let start: usize = start.parse().expect("a number");
                    let start = if count == "0" { start } else { start - 1 };
                    lines[at..start].iter().for_each(|line| out.push_str(line));
                    at = start;
                }
                b'+' => out.push_str(text),
                sign => {
                    assert_eq!(lines[at], text);
                    at += 1;
                    if sign == b' ' {
                        out.push_str(text);
                    }
                }
            }
        }
        lines[at..].iter().for_each(|line| out.push_str(line));
        out
    }

    proptest! {
        #[test]
        fn a_patch_leads_to_the_edited_text(
            old in "([ab]{0,2}\r?\n){0,20}[ab]?",
            cuts in proptest::collection::vec((0usize..70, "([ab]?\n){0,3}[ab]?"), 0..4),
        ) {
            let mut edits: Vec<Edit> = Vec::new();
            for (length, text) in cuts {
                let from = edits.last().map_or(0, |edit| edit.range.end);
                let start = (from + length % 11).min(old.len());
                let end = (start + length / 11).min(old.len());
                // Between `\r` and `\n` nothing is edited.
                edits.push(edit(start..end, &text));
            }
            let new = text::apply(&old, &edits);
            prop_assert_eq!(applied(&old, &patch(b"a", &old, &edits)), new);
        }
    }
}
