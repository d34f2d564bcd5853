//! What two tables teach, and what becomes of it.

use super::*;
use crate::catalog::parse::{CatalogFile, Role, parse};

const FAMILY: &str = r#"
namespace     = "k"
provider      = "p"
default_model = "a"
[defaults]
reasoning      = false
input          = ["text", "image"]
cost           = { input = 0.6, output = 4 }
context_window = 262144
max_tokens     = 8192
[[models]]
id = "a"
name = "A"
[[models]]
id = "b"
name = "B"
reasoning = true
input = ["text"]
[[models]]
id = "c"
name = "C"
reasoning = true
reasoning_label = "Always on"
[[models]]
id = "d"
name = "D"
reasoning_label = "low / high"
"#;

fn catalog(locales: &[(&str, &str)]) -> Catalog {
    let mut files = vec![CatalogFile { path: "c/k.toml".into(), text: FAMILY.into(), role: Role::Family, folder: 0 }];
    files.extend(locales.iter().map(|(tag, text)| CatalogFile {
        path: format!("c/locales/{tag}.toml"),
        text: (*text).into(),
        role: Role::Locale((*tag).to_owned()),
        folder: 0,
    }));
    let (mut catalog, faults) = parse(&files);
    assert_eq!(faults, []);
    catalog.source_locale = "en".to_owned();
    catalog
}

/// A page with a table whose rows and cells stand in one line: `a|b/c|d`.
fn page(locale: Option<&str>, rows: &str) -> PageInput {
    let mut text = String::from("<!-- k-ids:start -->\n");
    for (n, row) in rows.split('\n').enumerate() {
        text.push_str(&format!("| {} |\n", row.trim().replace('|', " | ")));
        if n == 0 {
            text.push_str(&format!("{}|\n", "|-".repeat(row.split('|').count())));
        }
    }
    text.push_str("<!-- k-ids:end -->\n");
    PageInput { path: "x.md".into(), text: text.into(), locale: locale.map(str::to_owned), ..PageInput::default() }
}

/// What a translation teaches, as lines of a locale file: `key = said # count`, conflicts as `key ! said, said`.
fn learn(catalog: &Catalog, pages: &[(&str, &str)]) -> Vec<String> {
    let mut sightings = Vec::new();
    for (source, translation) in pages {
        let found = compare(catalog, &page(None, source), &page(Some("fr"), translation));
        sightings.extend(found.into_iter().map(|(_, sighting)| sighting));
    }
    let families: Vec<&Family> = catalog.families.iter().collect();
    let lessons = lessons(&families, "fr", &sightings);
    let mut out: Vec<String> =
        lessons.learnt.iter().map(|one| format!("{} # {}", one.line(), one.said.places.len())).collect();
    out.extend(lessons.known.iter().map(|one| format!("known {}", one.line())));
    out.extend(lessons.conflicts.iter().map(|one| {
        let said: Vec<String> = one.said.iter().map(|said| format!("{} {}", said.said, said.places.len())).collect();
        format!("{} ! {}", one.word.key(), said.join(", "))
    }));
    out
}

const SOURCE: &str = "Model ref|Name|Reasoning|Input|Context
    `p/a`|A|No|text, image|262,144
    `p/b`|B|Yes|text|262,144
    `p/c`|C|Always on|text, image|1,000
    `p/d`|D|low / high|text|262,144";

#[test]
fn rows_teach_words_by_column() {
    let translation = "Modèle|Nom|Pense|Prend|Contexte
        `p/d`|D|faible / fort|texte|262 144
        `p/a`|A|Non|texte et image|262 144
        `p/b`|B|Oui|texte|262 144
        `p/c`|C|Toujours|texte、image|1000";
    assert_eq!(
        learn(&catalog(&[]), &[(SOURCE, translation)]),
        [
            "list_separator = \"、\" # 1",
            "thousands = \" \" # 3",
            "ref = \"Modèle\" # 1",
            "name = \"Nom\" # 1",
            "reasoning = \"Pense\" # 1",
            "input = \"Prend\" # 1",
            "context = \"Contexte\" # 1",
            "\"Yes\" = \"Oui\" # 1",
            "\"No\" = \"Non\" # 1",
            "\"Always on\" = \"Toujours\" # 1",
            "\"low / high\" = \"faible / fort\" # 1",
            "\"text\" = \"texte\" # 3",
            "\"image\" = \"image\" # 1",
        ]
    );
}

#[test]
fn rows_of_another_day_teach_nothing() {
    let one = |source: &str, translation: &str| {
        let head = "Model ref|Reasoning|Context|Input price";
        learn(&catalog(&[]), &[(&format!("{head}\n{source}"), &format!("{head}\n{translation}"))])
            .into_iter()
            .filter(|line| line.starts_with('"') && !line.starts_with("\"cost"))
            .collect::<Vec<_>>()
    };
    let learnt = ["\"No\" = \"Non\" # 1"];
    assert_eq!(one("`p/a`|No|262,144|0.6", "`p/a`|Non|262 144|0,60 $"), learnt);
    assert_eq!(one("`p/a`|No|256k|free", "`p/a`|Non|256 k|gratuit"), learnt);
    let none: [&str; 0] = [];
    assert_eq!(one("`p/a`|No|262,144|0.6", "`p/a`|Non|131 072|0,60"), none);
    assert_eq!(one("`p/a`|No|262,144|0.6", "`p/a`|Non|262 144|0,95"), none);
    assert_eq!(one("`p/a`|No|262,144|0.6", "`p/a`|Non|262 144"), none);
    assert_eq!(one("`p/a`|No|262,144|0.6", "`p/b`|Non|262 144|0.6"), none);
    assert_eq!(one("`p/a`|No|1|1\n`p/a`|No|1|1", "`p/a`|Non|1|1"), none);
    // A model that the catalog no longer has still shows what a word means.
    assert_eq!(one("`p/old`|No|262,144|0.6", "`p/old`|Non|262 144|0.6"), learnt);
}

#[test]
fn cells_that_are_no_words_teach_nothing() {
    let head = "Model ref|Reasoning|Input";
    let one = |source: &str, translation: &str| {
        let lines = learn(&catalog(&[]), &[(&format!("{head}\n{source}"), &format!("{head}\n{translation}"))]);
        lines.into_iter().filter(|line| line.starts_with('"')).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(one("`p/a`|No|", "`p/a`|`non`|"), none);
    assert_eq!(one("`p/a`|No|", "`p/a`||"), none);
    assert_eq!(one("`p/a`|**No**|", "`p/a`|Non|"), none);
    assert_eq!(one("`p/a`|Perhaps|audio", "`p/a`|Peut-être|son"), none);
    assert_eq!(one("`p/a`||text, image", "`p/a`||texte"), none);
    assert_eq!(one("`p/a`|no|Text", "`p/a`|non|Texte"), ["\"No\" = \"non\" # 1", "\"text\" = \"Texte\" # 1"]);
}

#[test]
fn the_source_language_may_have_words_of_its_own() {
    let english = "[columns]\nref = \"Model\"\n[terms]\n\"Yes\" = \"✓\"\n\"Always on\" = \"✓\"\n\"No\" = \"–\"\n";
    let source = "Model|Reasoning\n`p/a`|–\n`p/b`|✓\n`p/c`|✓";
    let translation = "Modèle|Pense\n`p/a`|non\n`p/b`|oui\n`p/c`|toujours";
    assert_eq!(
        learn(&catalog(&[("en", english)]), &[(source, translation)]),
        [
            "ref = \"Modèle\" # 1",
            "reasoning = \"Pense\" # 1",
            "\"Yes\" = \"oui\" # 1",
            "\"No\" = \"non\" # 1",
            "\"Always on\" = \"toujours\" # 1"
        ]
    );
}

#[test]
fn what_contradicts_is_not_learnt() {
    let head = "Model ref|Reasoning|Input";
    let table = |rows: &str| format!("{head}\n{rows}");
    let source = table("`p/a`|No|text, image\n`p/b`|Yes|text\n`p/c`|Yes|text");
    let learn = |locales: &[(&str, &str)], rows: &str| {
        let lines = learn(&catalog(locales), &[(&source, &table(rows))]);
        lines.into_iter().filter(|line| line.contains('"') && !line.contains("= \"Model")).collect::<Vec<_>>()
    };
    let file =
        "[columns]\nref = \"Model ref\"\nreasoning = \"Reasoning\"\ninput = \"Input\"\n[terms]\n\"Yes\" = \"Oui\"\n";
    let known = ["known reasoning = \"Reasoning\"", "known input = \"Input\""];
    let with = |more: &[&str]| -> Vec<String> {
        let separator = std::iter::once("known list_separator = \", \"");
        separator.chain(known).map(str::to_owned).chain(more.iter().map(|line| (*line).to_owned())).collect()
    };
    let sort = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };

    // Several translations: the most frequent first.
    let several = learn(&[("fr", "[columns]\nref = \"Model ref\"\n")], "`p/a`|Non|t, i\n`p/b`|Oui|t\n`p/c`|Si|x");
    assert!(several.contains(&"\"Yes\" ! Oui 1, Si 1".to_owned()), "{several:?}");
    assert!(several.contains(&"\"text\" ! t 2, x 1".to_owned()), "{several:?}");
    assert!(several.contains(&"\"No\" = \"Non\" # 1".to_owned()), "{several:?}");

    // A file that says otherwise stays as it is, a nearer one before a farther one.
    let other = learn(&[("fr", file)], "`p/a`|Non|t, i\n`p/b`|Ouais|t\n`p/c`|Oui|t");
    let wanted = with(&["\"No\" = \"Non\" # 1", "\"text\" = \"t\" # 3", "\"image\" = \"i\" # 1", "\"Yes\" ! Ouais 1"]);
    assert_eq!(sort(other), sort(wanted));

    // Yes and No, or two modalities, that read alike; with a file's word too.
    let alike = learn(&[("fr", file)], "`p/a`|Oui|t, t\n`p/b`|Oui|t\n`p/c`|Oui|t");
    let wanted = with(&["known \"Yes\" = \"Oui\"", "\"No\" ! Oui 1", "\"text\" ! t 3", "\"image\" ! t 1"]);
    assert_eq!(sort(alike), sort(wanted));
}

#[test]
fn a_conflict_offers_the_lines_to_choose_from() {
    let catalog = catalog(&[("fr", "[terms]\n\"No\" = \"Non\"\n")]);
    let source = "Model ref|Reasoning\n`p/a`|No\n`p/b`|Yes\n`p/c`|Yes\n`p/d`|Yes";
    let translation = "Model ref|Reasoning\n`p/a`|Nan\n`p/b`|Oui\n`p/c`|Si\n`p/d`|Oui";
    let found = compare(&catalog, &page(None, source), &page(Some("fr"), translation));
    let sightings: Vec<Sighting> = found.into_iter().map(|(_, sighting)| sighting).collect();
    let lessons = lessons(&[&catalog.families[0]], "fr", &sightings);
    let told: Vec<Diagnostic> =
        lessons.conflicts.iter().map(|conflict| conflict.diagnostic("fr", "c/locales/fr.toml")).collect();
    assert_eq!(told[0].message, "pages of fr have 2 translations for \"Yes\"");
    let help = told[0].help.as_deref().unwrap_or_default();
    let lines = "[terms]\n\"Yes\" = \"Oui\" # 2 rows, x.md:5, x.md:7\n\"Yes\" = \"Si\" # 1 row, x.md:6";
    assert!(help.ends_with(lines), "{help}");
    let text = page(Some("fr"), translation).text;
    assert_eq!(told[0].span.clone().map(|span| &text[span]), Some("Si"));
    assert_eq!(told[1].message, "pages of fr say \"Nan\" for \"No\", c/locales/fr.toml says \"Non\"");
    assert!(told.iter().all(|told| !told.is_error()));
}

#[test]
fn a_nearer_file_is_completed_with_what_the_farther_one_lacks() {
    let catalog = catalog(&[("fr", "thousands = \".\"\n[terms]\n\"No\" = \"Non\"\n"), ("fr-CA", "")]);
    let source = "Model ref|Reasoning|Context\n`p/a`|No|262,144\n`p/b`|Yes|262,144";
    let translation = "Réf|Reasoning|Context\n`p/a`|Non|262.144\n`p/b`|Oui|262.144";
    let found = compare(&catalog, &page(None, source), &page(Some("fr-CA"), translation));
    let sightings: Vec<Sighting> = found.into_iter().map(|(_, sighting)| sighting).collect();
    let lessons = lessons(&[&catalog.families[0]], "fr-ca", &sightings);
    let learnt: Vec<String> = lessons.learnt.iter().map(Lesson::line).collect();
    assert_eq!(learnt[0], "ref = \"Réf\"");
    assert_eq!(learnt.last().map(String::as_str), Some("\"Yes\" = \"Oui\""));
    let known: Vec<String> = lessons.known.iter().map(Lesson::line).collect();
    assert_eq!(known, ["thousands = \".\"", "\"No\" = \"Non\""]);
}
