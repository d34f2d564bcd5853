//! A link or a `..` leads nowhere else for writing, wherever it stands.

use super::{World, catalog, page};
use std::fs;
use std::os::unix::fs::symlink;

/// A project in `in/`, and things beside it that are none of its own.
fn project() -> World {
    World::new(&[
        ("in/catalog/k.toml", &catalog(&["new", "old"])),
        ("in/docs/a.md", &page(&["old"])),
        ("out/docs/b.md", &page(&["old"])),
        ("out/catalog/k.toml", &catalog(&["new", "old"])),
    ])
}

/// Runs the program in `in/`, and sees to it that nothing beside it changed.
#[track_caller]
fn inside(world: &World, arguments: &[&str]) -> super::Run {
    let outside = |world: &World| {
        let mut tree = world.tree();
        tree.retain(|path, _| !path.starts_with(world.path("in")));
        (tree, world.all().into_iter().filter(|path| !path.starts_with(world.path("in"))).collect::<Vec<_>>())
    };
    let before = outside(world);
    let mut command = world.moonsync(arguments);
    command.current_dir(world.path("in"));
    let run = super::finish(command);
    assert_eq!(outside(world), before, "{arguments:?} wrote outside");
    run
}

#[test]
fn a_link_in_a_folder_is_not_written_through() {
    let world = project();
    symlink("../../out/docs/b.md", world.path("in/docs/b.md")).unwrap();
    symlink("../../out/docs", world.path("in/docs/folder")).unwrap();
    symlink("../../out/docs", world.path("in/docs/fr")).unwrap();
    for command in [&["docs"][..], &["mark", "restore"], &["mark", "convert", "--to", "mdx", "docs"], &["harvest"]] {
        inside(&world, command);
    }
    assert_eq!(world.read("in/docs/a.md").lines().nth(2), Some("{/* k-ids:start */}"));
}

#[test]
fn a_link_that_is_named_stays_a_link() {
    let world = project();
    symlink("../../out/docs/b.md", world.path("in/docs/b.md")).unwrap();
    let mut command = world.moonsync(["docs/b.md"]);
    command.current_dir(world.path("in"));
    super::finish(command).ended(0);
    assert!(fs::symlink_metadata(world.path("in/docs/b.md")).unwrap().is_symlink());
    assert_eq!(world.read("out/docs/b.md"), page(&["new", "old"]));
}

#[test]
fn a_configuration_leads_no_page_outside() {
    let world = project();
    symlink("../../out/docs", world.path("in/docs/folder")).unwrap();
    let b = world.path("out/docs/b.md");
    for pages in ["../out/docs", "docs/folder", "docs/../../out", "docs/folder/b.md", b.to_str().unwrap()] {
        world.write("in/moonsync.toml", &format!("pages = [{pages:?}]\n"));
        inside(&world, &[]).ended(2);
        inside(&world, &["mark", "restore"]).ended(2);
    }
}

#[test]
fn a_configuration_leads_no_catalog_outside() {
    let world = project();
    symlink("../out/catalog", world.path("in/linked")).unwrap();
    fs::create_dir(world.path("in/files")).unwrap();
    symlink("../../out/catalog/k.toml", world.path("in/files/k.toml")).unwrap();
    let list = r#"{"models": [{"id": "newest", "name": "Newest"}]}"#;
    world.write("in/list.json", list);
    for catalogs in ["../out/catalog", "linked", "files", "catalog/../../out/catalog/k.toml"] {
        world.write("in/moonsync.toml", &format!("catalogs = [{catalogs:?}]\n"));
        for command in [&["catalog", "retire", "old"][..], &["catalog", "default", "old"], &["catalog", "add", "n"]] {
            inside(&world, command).ended(2).said("outside the folder of the configuration");
        }
        inside(&world, &["import", "list.json", "--retire"]);
    }
}

#[test]
fn words_are_not_learnt_into_a_linked_folder() {
    let world = project();
    let table = |yes: &str| {
        format!(
            "<!-- k-t:start -->\n| Ref | Reasoning |\n| --- | --- |\n| `p/new` | {yes} |\n| `p/old` | {yes} |\n<!-- k-t:end -->\n"
        )
    };
    let family = catalog(&["new", "old"]) + "\n[regions.t]\nkind = \"table\"\ncolumns = [\"ref\", \"reasoning\"]\n";
    world.write("in/catalog/k.toml", &family);
    world.write("in/docs/a.md", &table("No"));
    world.write("in/docs/fr/a.md", &table("Non"));
    fs::create_dir_all(world.path("out/locales")).unwrap();
    symlink("../../out/locales", world.path("in/catalog/locales")).unwrap();
    inside(&world, &["harvest"]).ended(2).said("outside the folder of the configuration");
    fs::remove_file(world.path("in/catalog/locales")).unwrap();
    fs::create_dir(world.path("in/catalog/locales")).unwrap();
    world.write("out/fr.toml", "[terms]\n");
    symlink("../../../out/fr.toml", world.path("in/catalog/locales/fr.toml")).unwrap();
    inside(&world, &["harvest"]).ended(2).said("outside the folder of the configuration");
    // A link to nothing yet.
    fs::remove_file(world.path("in/catalog/locales/fr.toml")).unwrap();
    symlink("../../../out/none.toml", world.path("in/catalog/locales/fr.toml")).unwrap();
    inside(&world, &["harvest"]).ended(2);
}

#[test]
fn patterns_and_stamps_lead_nowhere_else() {
    let world = project();
    for (key, pattern) in [
        ("path", "[\"../out/{locale}/{page}\"]"),
        ("path", "[\"docs/../../out/{locale}/{page}\"]"),
        ("path", "[\"/tmp/{locale}/{page}\"]"),
        ("source", "\"../out/docs/{page}\""),
    ] {
        world.write("in/moonsync.toml", &format!("[translations]\n{key} = {pattern}\n"));
        inside(&world, &[]).ended(2).said("moonsync.toml");
    }
    // A stamp that names a page outside, which git would know.
    world.write("in/moonsync.toml", "[translations]\nrefresh_source_hash = true\n");
    for path in ["../out/docs/b.md", "../../out/docs/b.md", "--output=x", ":(top)out/docs/b.md"] {
        let stamp = format!("---\nx-i18n:\n  source_hash: {}\n  source_path: {path:?}\n---\n", "0".repeat(64));
        world.write("in/docs/fr/a.md", &(stamp.clone() + &page(&["new", "old"])));
        inside(&world, &["-v"]).ended(0).said("stamp kept");
        assert!(world.read("in/docs/fr/a.md").starts_with(&stamp));
    }
}

#[test]
fn a_stage_that_is_a_link_is_not_written_through() {
    let world = project();
    symlink("../../out/docs/b.md", world.path("in/docs/.a.md.moonsync~")).unwrap();
    inside(&world, &["docs"]).ended(2).said("something else has this name");
    assert_eq!(world.read("in/docs/a.md"), page(&["old"]));
}

#[test]
fn a_project_has_nothing_shown_that_lies_outside_or_is_no_toml() {
    let secret = "token: s3cret = value\n";
    let make = || {
        let world = project();
        fs::create_dir_all(world.path("in/.git")).unwrap();
        for file in ["out/secret", "out/secret.toml", "in/.env", "in/.git/config", "in/.git/config.toml"] {
            world.write(file, secret);
        }
        world
    };
    let refused = |world: &World, arguments: &[&str]| {
        let run = inside(world, arguments).ended(2);
        let said = format!("{}{}", run.out, run.err);
        assert!(!said.contains("s3cret"), "{arguments:?}: {said}");
        assert!(
            said.contains("leads outside the repository") || said.contains("is no TOML file of this project"),
            "{said}"
        );
    };
    let world = make();
    symlink("../out/secret.toml", world.path("in/link.toml")).unwrap();
    symlink(".env", world.path("in/env.toml")).unwrap();
    symlink("../out", world.path("in/folder")).unwrap();
    let named = [
        "../out/secret",
        "../out/secret.toml",
        "../out",
        "link.toml",
        "env.toml",
        "folder",
        ".env",
        ".git/config.toml",
    ];
    for catalogs in named {
        world.write("in/moonsync.toml", &format!("catalogs = [{catalogs:?}]\n"));
        for format in ["human", "json", "github", "sarif"] {
            refused(&world, &["--check", "--format", format]);
        }
    }
    // Links in the places that are looked at without being named, and below a folder that is.
    for (link, target) in [
        ("in/moonsync.toml", "../out/secret"),
        ("in/moonsync.toml", ".env"),
        ("in/catalog/other.toml", "../../out/secret.toml"),
        ("in/catalog/locales", "../../out"),
        ("in/catalog/other.toml", "../.git/config"),
    ] {
        let world = make();
        symlink(target, world.path(link)).unwrap();
        refused(&world, &["--check"]);
        if link != "in/moonsync.toml" {
            refused(&world, &["--check", "--catalog", "catalog"]);
        }
    }
    // Nobody's link: the user's own word.
    let world = make();
    inside(&world, &["--check", "--catalog", "../out/catalog"]).ended(1);
}
