//! What happens between reading and writing: a page that is changed, deleted or made a link, a catalog that is edited,
//! another run.
//!
//! A run that refreshes stamps asks git for older revisions after it has read all pages and before it writes the first:
//! a `git` of the test's own does the mischief right then.

use super::{MOONSYNC, World, catalog, finish, page};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Stdio;

/// A project whose run will call `git`, which does this (a shell script in the project's folder).
fn project(mischief: &str) -> World {
    let stamp = format!("---\nx-i18n:\n  source_hash: {}\n  source_path: a.md\n---\n", "0".repeat(64));
    let world = World::new(&[
        ("catalog/k.toml", &catalog(&["new", "old"])),
        ("moonsync.toml", "[translations]\nrefresh_source_hash = true\n"),
        ("docs/a.md", &page(&["old"])),
        ("docs/b.md", &page(&["old"])),
        ("docs/fr/a.md", &(stamp + &page(&["old"]))),
    ]);
    let root = world.path("");
    world
        .write("bin/git", &format!("#!/bin/sh\ncd '{}' || exit 1\n{mischief}\ntouch called\nexit 1\n", root.display()));
    fs::set_permissions(world.path("bin/git"), fs::Permissions::from_mode(0o755)).unwrap();
    world
}

#[track_caller]
fn run(world: &World) -> super::Run {
    let path = std::env::var("PATH").unwrap();
    let mut command = world.moonsync(["docs"]);
    command.env("PATH", format!("{}:{path}", world.path("bin").display()));
    let run = finish(command);
    assert!(world.path("called").exists(), "the run did not call git");
    assert_eq!(world.litter(), Vec::<PathBuf>::new());
    run
}

/// All pages but `b.md` are as they were.
#[track_caller]
fn nothing_else_was_written(world: &World) {
    assert_eq!(world.read("docs/a.md"), page(&["old"]));
    assert!(world.read("docs/fr/a.md").ends_with(&page(&["old"])));
}

#[test]
fn a_page_that_changed_meanwhile_stops_the_run() {
    for mischief in ["echo more >>docs/b.md", "sed -i.bak s/old/odd/ docs/b.md && rm docs/b.md.bak"] {
        let world = project(mischief);
        run(&world).ended(2).said("docs/b.md").said("changed on disk").said("nothing was written");
        nothing_else_was_written(&world);
        assert_ne!(world.read("docs/b.md"), page(&["old"]));
    }
}

#[test]
fn a_page_that_was_deleted_meanwhile_stops_the_run() {
    let world = project("rm docs/b.md");
    run(&world).ended(2).said("docs/b.md");
    nothing_else_was_written(&world);
    assert!(!world.path("docs/b.md").exists());
}

#[test]
fn a_page_that_became_a_link_meanwhile_stops_the_run() {
    let world = project("mv docs/b.md precious && ln -s ../precious docs/b.md");
    run(&world).ended(2).said("docs/b.md").said("no regular file any more");
    nothing_else_was_written(&world);
    assert_eq!(world.read("precious"), page(&["old"]));
}

#[test]
fn a_page_that_became_a_pipe_meanwhile_stops_the_run() {
    let world = project("rm docs/b.md && mkfifo docs/b.md");
    run(&world).ended(2).said("docs/b.md").said("no regular file any more");
    nothing_else_was_written(&world);
}

#[test]
fn a_folder_that_became_a_link_meanwhile_stops_the_run() {
    let world = project("cp -r docs other && rm other/b.md && mv docs moved && ln -s other docs");
    run(&world).ended(2).said("docs/b.md");
    assert_eq!(world.read("other/a.md"), page(&["old"]));
    assert_eq!(world.read("moved/a.md"), page(&["old"]));
}

#[test]
fn a_catalog_that_was_edited_meanwhile_does_not_mix_in() {
    let world = project("sed -i.bak s/new/newer/g catalog/k.toml");
    run(&world).ended(0);
    // What was read at the beginning goes into every page; the next run brings the rest.
    for path in ["docs/a.md", "docs/b.md"] {
        assert_eq!(world.read(path), page(&["new", "old"]));
    }
    world.run(["--check", "docs"]).ended(1);
}

#[test]
fn a_run_within_a_run_leaves_the_pages_of_one() {
    let inner =
        format!("sed -i.bak s/new/newer/g catalog/k.toml; PATH=/usr/bin:/bin '{MOONSYNC}' -q docs; echo $? >inner");
    let world = project(&inner);
    run(&world).ended(2).said("changed on disk");
    assert_eq!(world.read("inner"), "0\n");
    for path in ["docs/a.md", "docs/b.md"] {
        assert_eq!(world.read(path), page(&["newer", "old"]));
    }
}

#[test]
fn a_family_that_was_edited_meanwhile_is_not_written_over() {
    let world = World::drifted();
    let mut command = world.moonsync(["import", "-", "--take", "name"]);
    let err = world.path("err");
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(fs::File::create(&err).unwrap());
    let mut child = command.spawn().unwrap();
    // It has read the catalog when it has taken more than a pipe holds.
    let mut list = child.stdin.take().unwrap();
    list.write_all(&vec![b' '; 1 << 20]).unwrap();
    let list_of_models = r#"{"id": "p", "providers": ["p"], "modelCatalog": {"providers": {"p": {"models": [
        {"id": "new", "name": "Another name"}, {"id": "old", "name": "Model old"}]}}}}"#;
    let edited = catalog(&["new", "old", "newest"]);
    world.write("catalog/k.toml", &edited);
    list.write_all(list_of_models.as_bytes()).unwrap();
    drop(list);
    let status = super::end(&mut child);
    let said = world.read("err");
    assert_eq!(status.code(), Some(2), "{said}");
    assert!(said.contains("changed on disk"), "{said}");
    assert_eq!(world.read("catalog/k.toml"), edited);
}

#[test]
fn runs_at_once_leave_the_pages_of_one() {
    let names: Vec<PathBuf> = (0..12).map(|n| format!("docs/{n}.md").into()).collect();
    let world = World::new(&[]);
    for first in ["one", "two", "three"] {
        world.write(format!("{first}/k.toml"), &catalog(&[first, "old"]));
    }
    for round in 0..4 {
        names.iter().for_each(|name| world.write(name, &page(&["old"])));
        let start = |catalog: &str| {
            let mut command = world.moonsync(["--catalog", catalog, "docs"]);
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
        };
        let mut runs: Vec<_> = ["one", "two", "three", "one"].map(start).into();
        let ends: Vec<_> = runs.iter_mut().map(|run| super::end(run).code()).collect();
        assert!(ends.iter().all(|code| matches!(code, Some(0 | 2))), "{ends:?}");
        let first = world.read(&names[0]);
        assert!(names.iter().all(|name| world.read(name) == first), "round {round}: the pages of two runs");
        assert_eq!(first != page(&["old"]), ends.contains(&Some(0)), "{ends:?}");
        assert_eq!(world.litter(), Vec::<PathBuf>::new());
    }
}

#[test]
fn a_run_does_not_build_on_pages_that_another_has_replaced_in_part() {
    let names: Vec<PathBuf> = (0..8).map(|n| format!("docs/{n}.md").into()).collect();
    let world = World::new(&[]);
    for first in ["one", "two"] {
        world.write(format!("{first}/k.toml"), &catalog(&[first, "old"]));
    }
    names.iter().for_each(|name| world.write(name, &page(&["one", "old"])));
    if !super::kill::can_trace(&world) {
        return;
    }
    // The first run stops for a while when it has replaced four of eight pages.
    let renames = "?rename,?renameat,?renameat2";
    let mut slow = world.command("strace", ["-f", "-qq", "-o", "/dev/null"]);
    slow.args(["-e", &format!("trace={renames}"), "-e", &format!("inject={renames}:delay_exit=2000000:when=4")]);
    slow.args([MOONSYNC, "-q", "--catalog", "two", "docs"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut slow = slow.spawn().unwrap();
    while !names.iter().skip(3).any(|name| world.read(name) == page(&["two", "old"])) {
        assert!(slow.try_wait().unwrap().is_none(), "it has ended too early");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // For this catalog half of the pages have drifted, and the other half are in sync, as yet.
    let other = world.run(["--catalog", "one", "docs"]).ended(2).said("nothing was written").err;
    assert!(other.contains("another moonsync is writing this page") || other.contains("changed on disk"), "{other}");
    assert_eq!(super::end(&mut slow).code(), Some(0));
    assert!(names.iter().all(|name| world.read(name) == page(&["two", "old"])));
    assert_eq!(world.litter(), Vec::<PathBuf>::new());
}
