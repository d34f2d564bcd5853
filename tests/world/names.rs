//! Names that are no words: without UTF-8, with spaces, quotes and line breaks.

use super::{World, catalog, finish, page};
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;

/// Names that a shell, a terminal or a patch could take for something else.
const ODD: [&str; 7] = [
    "a b.md",
    "it's \"x\".md",
    "-q.md",
    "line\nbreak.md",
    "tab\tand \\.md",
    "\u{1b}[31mred\u{202e}.md",
    "$(touch evil) `touch evil`; touch evil.md",
];

fn world() -> World {
    let world = World::drifted();
    ODD.iter().for_each(|name| world.write(format!("docs/{name}"), &page(&["old"])));
    world
}

#[test]
fn pages_with_odd_names_are_written_and_named_safely() {
    let world = world();
    let run = world.run(["--check"]).ended(1);
    for text in [&run.out, &run.err] {
        assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t') || c == '\u{202e}'), "{text:?}");
    }
    // A line that a page's name began would look like one of ours.
    assert_eq!(run.out.lines().filter(|line| line.contains(": k-ids")).count(), ODD.len() + 1, "{}", run.out);
    world.run::<&str>([]).ended(0);
    for name in ODD {
        assert_eq!(world.read(format!("docs/{name}")), page(&["new", "old"]), "{name:?}");
    }
}

#[test]
fn the_command_that_mends_can_be_pasted() {
    for name in ODD {
        let world = world();
        let path = format!("docs/{name}");
        let run = world.run(["--check", "--", &path]).ended(1);
        let line = run.out.lines().find_map(|line| line.strip_prefix("to mend it: ")).unwrap();
        let bin = std::path::Path::new(super::MOONSYNC).parent().unwrap().display().to_string();
        let search = format!("{bin}:{}", std::env::var("PATH").unwrap());
        let mut shell = world.command("bash", ["-c", line]);
        shell.env("PATH", search);
        finish(shell).ended(0);
        assert_eq!(world.read(&path), page(&["new", "old"]), "{line}");
        assert!(!world.path("evil").exists(), "{line}");
    }
}

#[test]
fn a_patch_of_odd_names_is_taken_by_git() {
    let world = world();
    let patch = world.run(["--diff"]).ended(0).out;
    world.write("patch", &patch);
    finish(world.command("git", ["apply", "--whitespace=nowarn", "patch"])).ended(0);
    for name in ODD {
        assert_eq!(world.read(format!("docs/{name}")), page(&["new", "old"]), "{name:?}");
    }
}

#[test]
fn a_name_that_is_no_utf8_is_a_name() {
    let world = World::drifted();
    let name = OsStr::from_bytes(b"docs/\xff\xfe.md");
    let path = world.path(name);
    if fs::write(&path, page(&["old"])).is_err() {
        return; // a file system that has no such names has no such fault
    }
    let run = world.run(["--check"]).ended(1);
    assert!(run.out.contains("\\xFF\\xFE.md") || run.out.contains('\u{fffd}'), "{}", run.out);
    world.run::<&str>([]).ended(0);
    assert_eq!(fs::read_to_string(&path).unwrap(), page(&["new", "old"]));
}

#[test]
fn a_catalog_with_an_odd_name_is_named_safely() {
    let world = World::new(&[("docs/a.md", &page(&["old"]))]);
    world.write("cat\u{1b}[2J\nalog/k.toml", &catalog(&["new"]));
    let run = world.run(["--check", "--catalog", "cat\u{1b}[2J\nalog"]).ended(1);
    assert!(!run.err.contains('\u{1b}') && !run.out.contains('\u{1b}'), "{}{}", run.out, run.err);
    assert_eq!(run.err.lines().count(), 1, "{}", run.err);
}
