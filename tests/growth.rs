//! Time stays linear, whatever a page holds. A file of its own, so that no other test runs beside it.

#![allow(clippy::unwrap_used)] // a test that can't set itself up has failed

use moonsync::catalog::Catalog;
use moonsync::catalog::parse::{CatalogFile, Role, parse};
use moonsync::plan::{Dialect, Options, PageInput, plan_page};
use std::time::{Duration, Instant};

const PLAIN: &str = r#"
namespace = "k"
provider = "p"
default_model = "a"
[defaults]
reasoning = true
input = ["text"]
cost = { input = 0.5, output = 2 }
context_window = 1000
max_tokens = 100
[[models]]
id = "a"
name = "A | *b* <c>"
[[models]]
id = "b.2"
name = "B \"2\""
[regions.table]
kind = "table"
columns = ["ref", "name", "reasoning", "input", "context"]
"#;

fn plain() -> Catalog {
    let file = CatalogFile { path: "k.toml".into(), text: PLAIN.into(), role: Role::Family, folder: 0 };
    let (catalog, faults) = parse(&[file]);
    assert!(faults.is_empty(), "{faults:?}");
    catalog
}

/// The time that planning a text takes, of several runs the shortest.
fn time(catalog: &Catalog, text: &str, dialect: Dialect) -> Duration {
    let page = PageInput { path: "a.md".into(), text: text.into(), dialect, ..PageInput::default() };
    let once = || {
        let start = Instant::now();
        let plan = plan_page(catalog, &page, Options::default());
        std::hint::black_box(plan);
        start.elapsed()
    };
    (0..3).map(|_| once()).min().unwrap_or_default()
}

#[test]
fn time_stays_linear() {
    let catalog = plain();
    let pieces = [
        "<!-- k-ids:start -->\n<!-- k-ids:end -->\n\n",
        "<!-- k-ids:start -->\n",
        "<!-- k-ids:end -->\n",
        "text <!-- k-ids:start --> text\n",
        "```json5\n[\n// k-models:start\n// k-models:end\n]\n```\n",
        "```json5\n[\n// k-models:start\n",
        "> ",
        "- ",
        "<Tab>\n",
        "<Tab>\n  <!-- k-ids:start -->\n  <!-- k-ids:end -->\n",
        "`",
        "```\n",
        "{/* k-ids:start\n",
        "<!-- k-ids:start\n",
        "[//]: # \"k-table:start\"\n\n[//]: # \"k-table:end\"\n\n",
        "k-ids:start ",
        "k-ids:start\n",
        "{`${",
        "<pre>\n",
        "- x\n  ",
        "| a |\n",
        "import {\n",
        "\\",
        "[",
    ];
    let heads = [
        "",
        "```json5\n[\n",
        "<!-- k-ids:start -->\n",
        "<!-- k-ids:start -->\n| a |\n| - |\n",
        "```json5\n[\n// k-models:start\n",
    ];
    for dialect in [Dialect::CommonMark, Dialect::Mdx] {
        for head in heads {
            for piece in pieces {
                let text = |size: usize| head.to_owned() + &piece.repeat(size / piece.len()) + "\n<!-- k-ids:end -->\n";
                // Eight times the text: eight times the time, and some more. A machine that is busy with other things
                // may take long once, but not again and again.
                let ratio = || {
                    let small = time(&catalog, &text(8_000), dialect).max(Duration::from_micros(300));
                    time(&catalog, &text(64_000), dialect).as_secs_f64() / small.as_secs_f64()
                };
                let linear = (0..6).any(|_| ratio() < 24.0);
                assert!(linear, "{dialect:?} {head:?} {piece:?}: {:.0} times the time for 8 times the text", ratio());
            }
        }
    }
}
