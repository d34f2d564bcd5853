//! Files that are none: pipes, sockets, devices, loops of links. Nothing may wait for them, and nothing is read for ever.

use super::{World, catalog, page};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::process::Command;

fn pipe(world: &World, path: &str) {
    let made = Command::new("mkfifo").arg(world.path(path)).status();
    assert!(made.is_ok_and(|status| status.success()), "mkfifo {path}");
}

#[test]
fn what_is_no_file_is_passed_over_in_a_folder() {
    let world = World::drifted();
    pipe(&world, "docs/pipe.md");
    let _socket = UnixListener::bind(world.path("docs/socket.md")).unwrap();
    symlink("/dev/zero", world.path("docs/device.md")).unwrap();
    symlink("nowhere", world.path("docs/dangling.md")).unwrap();
    std::fs::create_dir(world.path("docs/folder.md")).unwrap();
    world.run(["docs"]).ended(0).said("1 region in 1 page");
    assert_eq!(world.read("docs/a.md"), page(&["new", "old"]));
    world.run(["status"]).ended(0);
    world.run(["refs"]).ended(0);
    world.run(["mark", "restore"]).ended(0);
}

#[test]
fn what_is_no_file_is_refused_where_named() {
    let world = World::drifted();
    pipe(&world, "pipe.md");
    pipe(&world, "pipe.toml");
    let _socket = UnixListener::bind(world.path("socket.md")).unwrap();
    symlink("/dev/zero", world.path("device.md")).unwrap();
    symlink("nowhere", world.path("dangling.md")).unwrap();
    for page in ["pipe.md", "socket.md", "device.md", "/dev/zero", "dangling.md"] {
        for arguments in [
            &[page][..],
            &["--check", page],
            &["status", page],
            &["refs", page],
            &["explain", page],
            &["explain", &format!("{page}:3")],
            &["mark", "repair", page],
            &["mark", "restore", page],
            &["mark", "insert", page, "ids", "--line", "1"],
            &["harvest", page],
        ] {
            let run = world.run(arguments);
            assert_eq!(run.code, Some(2), "{arguments:?}: {}{}", run.out, run.err);
        }
    }
    for file in ["pipe.toml", "/dev/zero"] {
        world.run(["--config", file, "docs"]).ended(2);
        world.run(["--catalog", file, "docs"]).ended(2);
    }
    world.run(["import", "/dev/zero"]).ended(2).said("64 MiB");
}

#[test]
fn what_is_no_file_is_passed_over_beside_pages() {
    // Where the program looks on its own: source pages, words, catalogs, configurations, ignore files.
    let world = World::drifted();
    world.write("docs/fr/b.md", &page(&["old"]));
    world.write("docs/fr/a.md", "Rien.\n");
    pipe(&world, "docs/b.md");
    std::fs::create_dir(world.path("catalog/locales")).unwrap();
    pipe(&world, "catalog/other.toml");
    pipe(&world, "catalog/locales/fr.toml");
    symlink("/dev/zero", world.path("catalog/zero.toml")).unwrap();
    symlink("/dev/zero", world.path("catalog/locales/de.toml")).unwrap();
    pipe(&world, "moonsync.toml");
    for command in [&["--check"][..], &["status"], &["refs"], &["mark", "restore"], &["harvest"]] {
        let run = world.run(command);
        assert!(run.code.is_some_and(|code| code <= 2), "{command:?}: {}", run.err);
    }
}

#[test]
fn an_ignore_file_that_is_none_is_a_fault() {
    for name in [".gitignore", ".ignore", ".rgignore"] {
        let world = World::drifted();
        world.write("docs/sub/b.md", &page(&["old"]));
        pipe(&world, &format!("docs/sub/{name}"));
        world.run(["--check", "docs"]).ended(2).said(&format!("docs/sub/{name}")).said("no regular file");
        let world = World::drifted();
        symlink("/dev/zero", world.path(format!("docs/{name}"))).unwrap();
        world.run(["docs"]).ended(2).said(&format!("docs/{name}"));
        assert_eq!(world.read("docs/a.md"), page(&["old"]));
        world.run(["--check", "docs/a.md"]).ended(1);
    }
}

#[test]
fn links_that_lead_in_a_circle_end() {
    let world = World::drifted();
    symlink(".", world.path("docs/here")).unwrap();
    symlink("..", world.path("docs/up")).unwrap();
    symlink("one.md", world.path("docs/two.md")).unwrap();
    symlink("two.md", world.path("docs/one.md")).unwrap();
    world.run(["--check", "docs"]).ended(1).said("1 region in 1 page");
    world.run(["--check", "docs/here/up/docs", "docs/up/docs/a.md", "docs"]).ended(1).said("1 region in 1 page");
    world.run(["docs/one.md"]).ended(2).said("docs/one.md");
    world.write("moonsync.toml", "catalogs = [\"docs/one.md\"]\n");
    world.run(["docs"]).ended(2);
}

#[test]
fn a_catalog_that_is_no_text_is_a_fault() {
    let world = World::new(&[("docs/a.md", &page(&["old"]))]);
    std::fs::create_dir(world.path("catalog")).unwrap();
    std::fs::write(world.path("catalog/k.toml"), b"namespace = \"\xff\"").unwrap();
    world.run(["--catalog", "catalog"]).ended(2).said("not UTF-8");
    std::fs::write(world.path("catalog/k.toml"), [0_u8; 4096]).unwrap();
    let run = world.run(["--catalog", "catalog"]).ended(2);
    assert!(!run.err.contains('\0'), "a raw NUL");
    let deep = format!("{}x = {}\n", catalog(&["new"]), "[".repeat(100_000));
    world.write("catalog/k.toml", &deep);
    world.run(["--catalog", "catalog"]).ended(2);
    assert_eq!(world.read("docs/a.md"), page(&["old"]));
}
