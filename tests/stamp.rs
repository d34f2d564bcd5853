//! `refresh_source_hash` over real git repositories: exactly the right translations get the stamp of their source page.

#![allow(clippy::unwrap_used)] // a test that can't set itself up has failed

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const CATALOG: &str = r#"
namespace = "k"
provider = "p"
default_model = "new"
[defaults]
reasoning = true
input = ["text"]
cost = { input = 0, output = 0 }
context_window = 1000
max_tokens = 100
[[models]]
id = "new"
name = "New"
[[models]]
id = "old"
name = "Old"
[regions.prices]
kind = "template"
template = "{{ models | length }} models"
"#;

const FR: &str = "[columns]\nreasoning = \"Raisonnement\"\n[terms]\n\"Yes\" = \"Oui\"\n\"text\" = \"texte\"\n";

const CONFIG: &str = "[translations]\nrefresh_source_hash = true\n";

/// The source page as of a day: its prose, and what its list says.
fn source(prose: &str, list: &[&str]) -> String {
    let items: String = list.iter().map(|id| format!("- `{id}`\n")).collect();
    format!(
        "---\ntitle: A\n---\n\n{prose}\n\n<!-- k-ids:start -->\n{items}<!-- k-ids:end -->\n\n\
         ```json5\n{{\n  // k-aliases:start\n  // k-aliases:end\n}}\n```\n"
    )
}

/// Its translation with a stamp, and a body of its own.
fn translation(stamp: &str, path: &str, body: &str) -> String {
    format!("---\ntitle: Un\nx-i18n:\n  source_hash: {stamp}\n  source_path: {path}\n---\n\nTexte.\n\n{body}")
}

const WHOLE: &str = "<!-- k-ids:start -->\n- `old`\n<!-- k-ids:end -->\n\n\
     ```json5\n{\n  // k-aliases:start\n  // k-aliases:end\n}\n```\n";

/// SHA-256 by FIPS 180-4, written here so that the program's own is held against another one.
fn sha256(message: &[u8]) -> String {
    let primes: Vec<u64> =
        (2_u64..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0)).take(64).collect();
    // The first 32 bits of the fractional part of a root of `n`, found by exact integer search.
    let fraction = |n: u64, root: u32| -> u32 {
        let n = u128::from(n) << (32 * root);
        let (mut low, mut high) = (0_u128, 1_u128 << 40);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if middle.pow(root) <= n { low = middle } else { high = middle }
        }
        (low & 0xffff_ffff) as u32
    };
    let constants: Vec<u32> = primes.iter().map(|prime| fraction(*prime, 3)).collect();
    let mut state: Vec<u32> = primes[..8].iter().map(|prime| fraction(*prime, 2)).collect();
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> =
            block.chunks(4).map(|word| u32::from_be_bytes([word[0], word[1], word[2], word[3]])).collect();
        for t in 16..64 {
            let a = w[t - 15].rotate_right(7) ^ w[t - 15].rotate_right(18) ^ (w[t - 15] >> 3);
            let b = w[t - 2].rotate_right(17) ^ w[t - 2].rotate_right(19) ^ (w[t - 2] >> 10);
            w.push(w[t - 16].wrapping_add(a).wrapping_add(w[t - 7]).wrapping_add(b));
        }
        let mut v = state.clone();
        for t in 0..64 {
            let e = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
            let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
            let first = v[7].wrapping_add(e).wrapping_add(choice).wrapping_add(constants[t]).wrapping_add(w[t]);
            let a = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
            let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
            let second = a.wrapping_add(majority);
            v = vec![first.wrapping_add(second), v[0], v[1], v[2], v[3].wrapping_add(first), v[4], v[5], v[6]];
        }
        for (state, v) in state.iter_mut().zip(v) {
            *state = state.wrapping_add(v);
        }
    }
    state.iter().map(|word| format!("{word:08x}")).collect()
}

#[test]
fn the_other_hash_is_that_of_the_standard() {
    assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/// A repository in which files come and go.
struct Repository(tempfile::TempDir);

impl Repository {
    fn new() -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.git(&["init", "-q"]);
        repository.write("moonsync.toml", CONFIG);
        repository.write("catalog/k.toml", CATALOG);
        repository.write("catalog/locales/fr.toml", FR);
        repository
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn git(&self, arguments: &[&str]) {
        let done = Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "-c",
                "commit.gpgsign=false",
                "-c",
                "core.autocrlf=false",
            ])
            .args(arguments)
            .current_dir(self.0.path())
            .output()
            .unwrap();
        assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "x"]);
    }

    fn run(&self, arguments: &[&str]) -> Output {
        run_in(self.0.path(), arguments)
    }

    /// Whether a page has another stamp than it had, which then must be that of its source page as it is now.
    fn is_stamped(&self, name: &str, source: &str, before: &str) -> bool {
        let hash = sha256(&fs::read(self.path(source)).unwrap());
        let digits = |text: &str| -> Vec<String> {
            let words = text.split(|c: char| !c.is_ascii_hexdigit());
            words.filter(|word| word.len() == 64).map(str::to_ascii_lowercase).collect()
        };
        let (old, new) = (digits(before), digits(&self.read(name)));
        assert!(old == new || new == [hash], "a stamp that is neither the old nor the right one: {old:?} {new:?}");
        old != new
    }
}

fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_moonsync"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// One translation in a run, and whether it is to be stamped.
struct Trial {
    what: &'static str,
    /// The source page of the stamp's day, of days between, and of today.
    days: Vec<String>,
    /// Whether today's page is committed.
    committed: bool,
    translation: String,
    arguments: &'static [&'static str],
    stamped: bool,
}

fn trials() -> Vec<Trial> {
    let first = source("Text.", &["old"]);
    let only_regions = source("Text.", &["old", "older"]);
    let only_prose = source("More text.", &["old"]);
    let both = source("More text.", &["old", "older"]);
    let hash = sha256(first.as_bytes());
    let good = translation(&hash, "a.md", WHOLE);
    let trial = |what, days: &[&String], translation: &str, stamped| Trial {
        what,
        days: days.iter().map(|day| (*day).clone()).collect(),
        committed: true,
        translation: translation.to_owned(),
        arguments: &[],
        stamped,
    };
    let with = |body: &str| translation(&hash, "a.md", body);
    vec![
        trial("the source page is that of the stamp", &[&first], &good, true),
        trial("only regions changed since", &[&first, &only_regions], &good, true),
        Trial {
            committed: false,
            ..trial("only regions changed, not committed", &[&first, &only_regions], &good, true)
        },
        trial("only prose changed since", &[&first, &only_prose], &good, false),
        trial("both changed since", &[&first, &both], &good, false),
        Trial { committed: false, ..trial("both changed, not committed", &[&first, &both], &good, false) },
        trial("prose changed and changed back", &[&first, &only_prose, &only_regions], &good, true),
        trial("a path from the root", &[&first], &translation(&hash, "docs/a.md", WHOLE), true),
        trial(
            "an upper-case stamp in quotes",
            &[&first],
            &translation(&format!("\"{}\"", hash.to_uppercase()), "'a.md'", WHOLE),
            true,
        ),
        trial("a page with CRLF", &[&first], &good.replace('\n', "\r\n"), true),
        trial(
            "a source page with CRLF",
            &[&first.replace('\n', "\r\n")],
            &translation(&sha256(first.replace('\n', "\r\n").as_bytes()), "a.md", WHOLE),
            true,
        ),
        trial(
            "a source page with a byte order mark",
            &[&format!("\u{feff}{first}")],
            &translation(&sha256(format!("\u{feff}{first}").as_bytes()), "a.md", WHOLE),
            true,
        ),
        trial("a stamp of no revision", &[&first, &only_regions], &translation(&sha256(b"x"), "a.md", WHOLE), false),
        trial("a marker is lost", &[&first], &with(&WHOLE.replace("<!-- k-ids:end -->\n", "")), false),
        trial(
            "a pair is lost",
            &[&first],
            &with(&WHOLE.replace("<!-- k-ids:start -->\n", "").replace("<!-- k-ids:end -->\n", "")),
            false,
        ),
        trial(
            "a region more",
            &[&first],
            &with(&format!("{WHOLE}\n<!-- k-ids:start -->\n<!-- k-ids:end -->\n")),
            false,
        ),
        trial("another region in its place", &[&first], &with(&WHOLE.replace("k-ids", "k-model-refs")), false),
        trial(
            "a table with words that are known",
            &[&first],
            &with(&WHOLE.replace(
                "- `old`\n",
                "| Ref | Raisonnement | Modalités |\n|---|---|---|\n| `p/old` | Oui | texte |\n",
            )),
            true,
        ),
        Trial { arguments: &["docs/fr"], ..trial("the source page is not in the run", &[&first], &good, false) },
        Trial { arguments: &["docs/a.md"], ..trial("the translation is not in the run", &[&first], &good, false) },
        Trial { arguments: &["--check"], ..trial("nothing is written", &[&first], &good, false) },
        trial("no source_path", &[&first], &good.replace("  source_path: a.md\n", ""), false),
        trial("another page's path", &[&first], &translation(&hash, "b.md", WHOLE), false),
        trial("a path that leads out", &[&first], &translation(&hash, "../docs/a.md", WHOLE), false),
        trial("an absolute path", &[&first], &translation(&hash, "/etc/passwd", WHOLE), false),
        trial("a path of patterns", &[&first], &translation(&hash, "*.md", WHOLE), false),
        trial("a path like an option", &[&first], &translation(&hash, "--output=x", WHOLE), false),
        trial(
            "a stamp twice",
            &[&first],
            &good.replace("  source_path", &format!("  source_hash: {hash}\n  source_path")),
            false,
        ),
        trial(
            "a stamp outside the front matter",
            &[&first],
            &format!("Texte.\n\nx-i18n:\n  source_hash: {hash}\n  source_path: a.md\n\n{WHOLE}"),
            false,
        ),
        trial("its own source page", &[&first], &translation(&hash, "fr/a.md", WHOLE), false),
    ]
}

#[test]
fn exactly_the_right_translations_are_stamped() {
    for trial in trials() {
        let repository = Repository::new();
        let last = trial.days.len() - 1;
        for (day, text) in trial.days.iter().enumerate() {
            repository.write("docs/a.md", text);
            if day < last || trial.committed {
                repository.commit();
            }
        }
        repository.write("docs/fr/a.md", &trial.translation);
        let arguments: Vec<&str> = std::iter::once("--keep-going").chain(trial.arguments.iter().copied()).collect();
        let output = repository.run(&arguments);
        let what = format!("{}\n{}\n{}", trial.what, stderr(&output), repository.read("docs/fr/a.md"));
        assert_eq!(repository.is_stamped("docs/fr/a.md", "docs/a.md", &trial.translation), trial.stamped, "{what}");
        assert_eq!(stderr(&output).contains("1 translation spared"), trial.stamped, "{what}");
        if trial.stamped {
            let again = repository.run(&[]);
            assert!(stderr(&again).contains("0 drifted, 0 written; catalog"), "a second run: {what}");
            assert_eq!(repository.run(&["--check"]).status.code(), Some(0), "{what}");
            // Nothing else outside the regions changed.
            let blank = |text: &str| {
                let hash = moonsync::stamp::read(text).unwrap();
                text[..hash.place.start].to_owned() + &text[hash.place.end..]
            };
            let front = |text: &str| blank(text).split("Texte").next().unwrap().to_owned();
            assert_eq!(front(&trial.translation), front(&repository.read("docs/fr/a.md")), "{what}");
        }
    }
}

#[test]
fn a_missing_word_keeps_the_stamp_and_is_named() {
    let repository = Repository::new();
    let page = source("Text.", &["old"]);
    repository.write("docs/a.md", &page);
    let table = WHOLE.replace("- `old`\n", "| Ref | Reasoning |\n|---|---|\n| `p/old` | Ja |\n");
    let german = translation(&sha256(page.as_bytes()), "a.md", &table);
    repository.write("docs/de/a.md", &german);
    let output = repository.run(&["-v"]);
    assert!(!repository.is_stamped("docs/de/a.md", "docs/a.md", &german));
    assert!(
        stderr(&output).contains("docs/de/a.md: stamp kept: a word, a heading or a template is missing"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_template_without_a_text_keeps_the_stamp() {
    let repository = Repository::new();
    let region = "<!-- k-prices:start -->\n<!-- k-prices:end -->\n";
    let page = format!("Text.\n\n{region}");
    repository.write("docs/a.md", &page);
    let french = translation(&sha256(page.as_bytes()), "a.md", region);
    repository.write("docs/fr/a.md", &french);
    repository.run(&[]);
    assert!(!repository.is_stamped("docs/fr/a.md", "docs/a.md", &french));
    // With one it is.
    repository.write(
        "catalog/locales/fr.toml",
        &format!("{FR}[templates]\nprices = \"{{{{ models | length }}}} modèles\"\n"),
    );
    repository.write("docs/a.md", &page);
    repository.run(&[]);
    assert!(repository.is_stamped("docs/fr/a.md", "docs/a.md", &french));
}

#[test]
fn a_fault_anywhere_keeps_every_stamp_unless_told_to_go_on() {
    let page = source("Text.", &["old"]);
    let good = translation(&sha256(page.as_bytes()), "a.md", WHOLE);
    for (faulty, arguments, stamped) in
        [("docs/b.md", &[][..], false), ("docs/b.md", &["--keep-going"], true), ("docs/a.md", &["--keep-going"], false)]
    {
        let repository = Repository::new();
        repository.write("docs/a.md", &page);
        repository.write("docs/fr/a.md", &good);
        let broken = format!("{}<!-- k-ids:start -->\n", if faulty == "docs/a.md" { page.as_str() } else { "" });
        repository.write(faulty, &broken);
        let output = repository.run(arguments);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(repository.is_stamped("docs/fr/a.md", "docs/a.md", &good), stamped, "{faulty} {arguments:?}");
        assert_eq!(stderr(&output).contains("spared"), stamped);
    }
}

#[test]
fn a_patch_holds_the_stamp_and_a_check_names_it() {
    let repository = Repository::new();
    let page = source("Text.", &["old"]);
    repository.write("docs/a.md", &page);
    let french = translation(&sha256(page.as_bytes()), "a.md", WHOLE);
    repository.write("docs/fr/a.md", &french);
    repository.commit();
    let check = repository.run(&["--check"]);
    assert_eq!(check.status.code(), Some(1));
    assert!(stderr(&check).contains("; 1 stamp to refresh"), "{}", stderr(&check));
    let patch = repository.run(&["--diff"]).stdout;
    fs::write(repository.path("patch"), patch).unwrap();
    repository.git(&["apply", "patch"]);
    assert!(repository.is_stamped("docs/fr/a.md", "docs/a.md", &french));
    // A stamp alone is no drift.
    let old = repository.read("docs/fr/a.md");
    let hash = sha256(&fs::read(repository.path("docs/a.md")).unwrap());
    repository.write("docs/fr/a.md", &old.replace(&hash, &sha256(page.as_bytes())));
    let check = repository.run(&["--check"]);
    assert_eq!(check.status.code(), Some(0), "{}", stderr(&check));
    assert!(stderr(&check).contains("; 1 stamp to refresh"), "{}", stderr(&check));
    repository.run(&[]);
    assert_eq!(repository.read("docs/fr/a.md"), old);
}

#[test]
fn without_the_key_no_stamp_is_touched() {
    let repository = Repository::new();
    fs::remove_file(repository.path("moonsync.toml")).unwrap();
    let page = source("Text.", &["old"]);
    repository.write("docs/a.md", &page);
    repository.write("docs/fr/a.md", &translation(&sha256(page.as_bytes()), "a.md", WHOLE));
    let output = repository.run(&[]);
    assert!(repository.read("docs/fr/a.md").contains(&sha256(page.as_bytes())));
    assert!(!stderr(&output).contains("spared"));
}
