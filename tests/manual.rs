//! The manual's first page, followed word for word: its files are made, its commands run, and what it shows is compared
//! with what they print.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test that can't set itself up has failed

use std::fs;
use std::path::Path;
use std::process::Command;

/// A fence: its language and its text.
fn fences(page: &str) -> Vec<(&str, String)> {
    let mut found: Vec<(&str, String)> = Vec::new();
    let mut open = false;
    for line in page.lines() {
        match line.strip_prefix("```") {
            Some(language) if !open => {
                found.push((language, String::new()));
                open = true;
            }
            Some(_) => open = false,
            None if open => {
                let text = &mut found.last_mut().unwrap().1;
                text.push_str(line);
                text.push('\n');
            }
            None => {}
        }
    }
    found
}

/// Runs a transcript, and gives it with what its commands print now.
fn replay(folder: &Path, transcript: &str) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_moonsync")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let mut script = String::new();
    let commands: Vec<&str> = transcript.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    for command in &commands {
        // `echo $?` sees the code of the command before.
        script.push_str(&format!("{command}\nlast=$?; printf '\\001'; (exit $last)\n"));
    }
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .current_dir(folder)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    commands.iter().zip(said.split('\u{1}')).map(|(command, said)| format!("$ {command}\n{said}")).collect()
}

#[test]
fn the_first_page_holds_from_an_empty_repository_to_a_check_that_passes() {
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/manual/getting-started.md");
    let page = fs::read_to_string(manual).unwrap();
    let fences = fences(&page);
    let of = |language: &str| -> Vec<&str> {
        fences.iter().filter(|(known, _)| *known == language).map(|(_, text)| text.as_str()).collect()
    };
    let (toml, md, text) = (of("toml"), of("md"), of("text"));
    let place = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = place.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let read = |name: &str| fs::read_to_string(place.path().join(name)).unwrap();
    fs::create_dir(place.path().join(".git")).unwrap();

    assert!(toml[0].contains("namespace") && toml[1].starts_with("catalogs") && toml[3].starts_with("[[models]]"));
    write("catalog/acme.toml", toml[0]);
    write("moonsync.toml", toml[1]);
    write("docs/models.md", md[0]);
    assert!(of("sh").contains(&"moonsync\n"));
    replay(place.path(), "$ moonsync\n");
    assert_eq!(read("docs/models.md"), md[1]);

    write("catalog/acme.toml", &format!("{}\n{}", toml[0], toml[3]));
    assert!(text[0].contains("; 1 drifted") && text[0].ends_with("$ echo $?\n1\n"), "{}", text[0]);
    assert_eq!(replay(place.path(), text[0]), text[0]);
    assert!(text[1].ends_with("$ echo $?\n0\n"), "{}", text[1]);
    assert_eq!(replay(place.path(), text[1]), text[1]);

    // The translation, in the words of the page's own locale file.
    let table = "[//]: # \"acme-ids:start\"\n\n| Model |\n| --- |\n\n[//]: # \"acme-ids:end\"\n";
    let locale = toml.iter().find(|text| text.contains("[terms]")).unwrap();
    write("catalog/locales/fr.toml", locale);
    write("docs/fr/models.md", table);
    let said = replay(place.path(), "$ moonsync --strict\n$ echo $?\n");
    assert!(said.contains("in 2 languages") && said.ends_with("$ echo $?\n0\n"), "{said}");
    assert!(read("docs/fr/models.md").contains("`acme/acme-nano`"), "{}", read("docs/fr/models.md"));
}
