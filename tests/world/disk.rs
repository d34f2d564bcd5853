//! No space, no rights, a file system that is only read: a clear fault, and every page as it was.

use super::{Nobody, World, catalog, finish, page};
use std::path::PathBuf;

/// A catalog and pages that all drifted, the last of them big.
fn project() -> World {
    let big = format!("{}{}", page(&["old"]), "Prose that takes room.\n".repeat(20_000));
    World::new(&[
        ("catalog/k.toml", &catalog(&["new", "old"])),
        ("docs/a.md", &page(&["old"])),
        ("docs/b.md", &page(&["old"])),
        ("docs/z.md", &big),
    ])
}

#[test]
fn a_short_write_writes_no_page() {
    let world = project();
    let before = world.tree();
    // The shell lets go of the signal that else ends a program which writes past its limit.
    let limited = "trap '' XFSZ; ulimit -f 64; exec \"$0\" \"$@\"";
    let run = finish(world.command("sh", ["-c", limited, super::MOONSYNC, "docs"])).ended(2);
    run.said("docs/z.md").said("cannot be written: File too large").said("nothing was written");
    assert_eq!(world.tree(), before);
    assert_eq!(world.litter(), Vec::<PathBuf>::new());
}

#[test]
fn a_limit_that_ends_the_program_writes_no_page() {
    let world = project();
    let before = world.tree();
    let run = finish(world.command("sh", ["-c", "ulimit -f 64; exec \"$0\" \"$@\"", super::MOONSYNC, "docs"]));
    assert_ne!(run.code, Some(0));
    for (path, text) in before {
        assert_eq!(std::fs::read(&path).unwrap(), text, "{}", path.display());
    }
    world.run(["docs"]).ended(0);
    assert_eq!(world.litter(), Vec::<PathBuf>::new());
}

#[test]
fn a_full_disk_writes_no_page() {
    let world = project();
    let before = world.tree();
    // A disk of its own, in a name space of its own: room for the tree, and hardly more.
    let full = "mkdir disk && mount -t tmpfs -o size=640k tmpfs disk && cp -r docs catalog disk && cd disk && \
                { \"$0\" docs; echo \"exit $?\" >&2; ls -A docs >&2; cat docs/a.md docs/b.md docs/z.md >../after; }";
    let can = |program| {
        world.has(program) || {
            println!("NOT TRIED: there is no {program} here");
            false
        }
    };
    if !can("unshare") {
        return;
    }
    let run = finish(world.command("unshare", ["-rm", "sh", "-c", full, super::MOONSYNC]));
    if run.code != Some(0) {
        println!("NOT TRIED: no file system can be mounted here ({}); the short write has to do", run.err.trim());
        return;
    }
    let run = run.said("No space left").said("nothing was written").said("exit 2\n");
    assert!(!run.err.contains("moonsync~\n"), "{}", run.err);
    let pages = before.iter().filter(|(path, _)| path.extension().is_some_and(|ending| ending == "md"));
    assert_eq!(world.read("after").into_bytes(), pages.flat_map(|(_, text)| text.clone()).collect::<Vec<_>>());
}

#[test]
fn a_full_disk_behind_stdout_is_a_fault() {
    let world = project();
    let full = "exec \"$0\" --diff docs >/dev/full";
    if !std::path::Path::new("/dev/full").exists() {
        println!("NOT TRIED: no /dev/full");
        return;
    }
    finish(world.command("sh", ["-c", full, super::MOONSYNC])).ended(2).said("stdout cannot be written");
    finish(world.command("sh", ["-c", "\"$0\" --diff docs | head -c 1 >/dev/null", super::MOONSYNC])).ended(0);
}

#[test]
fn a_page_that_may_not_be_written_stops_the_run() {
    let world = project();
    world.hand_over();
    world.mode("docs/b.md", 0o444);
    let before = world.tree();
    world.run_as_nobody(["docs"]).ended(2).said("docs/b.md").said("write-protected").said("nothing was written");
    assert_eq!(world.tree(), before);
    assert_eq!(world.litter(), Vec::<PathBuf>::new());
}

#[test]
fn a_page_that_may_not_be_read_stops_the_run() {
    let world = project();
    world.hand_over();
    let before = world.tree();
    world.mode("docs/b.md", 0o000);
    world.run_as_nobody(["docs"]).ended(2).said("docs/b.md").said("cannot be read: Permission denied");
    world.mode("docs/b.md", 0o644);
    assert_eq!(world.tree(), before);
}

#[test]
fn a_folder_that_may_not_be_written_stops_the_run() {
    let world = project();
    world.write("docs/sub/c.md", &page(&["old"]));
    world.hand_over();
    let before = world.tree();
    world.mode("docs/sub", 0o555);
    world.run_as_nobody(["docs"]).ended(2).said("docs/sub/c.md").said("cannot create").said("nothing was written");
    assert_eq!(world.tree(), before);
    assert_eq!(world.litter(), Vec::<PathBuf>::new());
}

#[test]
fn a_folder_that_may_not_be_read_stops_the_run() {
    let world = project();
    world.write("docs/sub/c.md", &page(&["old"]));
    world.hand_over();
    let before = world.tree();
    world.mode("docs/sub", 0o000);
    world.run_as_nobody(["docs"]).ended(2).said("docs/sub").said("cannot be read: Permission denied");
    world.mode("docs/sub", 0o755);
    assert_eq!(world.tree(), before);
}

#[test]
fn a_page_that_would_lose_its_owner_stops_the_run() {
    if Nobody::new().is_none() {
        println!("NOT TRIED: only root can make a page of another owner");
        return;
    }
    let world = project();
    world.hand_over();
    std::os::unix::fs::chown(world.path("docs/b.md"), Some(0), Some(0)).unwrap();
    world.mode("docs/b.md", 0o666);
    let before = world.tree();
    world.run_as_nobody(["docs"]).ended(2).said("docs/b.md").said("would lose its owner");
    assert_eq!(world.tree(), before);
    assert_eq!(world.litter(), Vec::<PathBuf>::new());
}

#[test]
fn what_only_looks_needs_no_right_to_write() {
    let world = project();
    world.hand_over();
    let before = world.tree();
    for path in world.all() {
        let folder = path.is_dir();
        world.mode(path, if folder { 0o555 } else { 0o444 });
    }
    world.run_as_nobody(["--check", "docs"]).ended(1).said("3 drifted, 0 written");
    world.run_as_nobody(["--diff", "docs"]).ended(0);
    world.run_as_nobody(["status", "docs"]);
    world.run_as_nobody(["explain", "docs/a.md"]).ended(0);
    world.run_as_nobody(["refs", "docs"]).ended(0);
    assert_eq!(world.tree(), before);
}
