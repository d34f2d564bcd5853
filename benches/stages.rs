//! How long each stage takes: a catalog parsed, a page scanned, a page planned in sync and drifted.

#![allow(missing_docs)] // criterion's macros make public functions

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use moonsync::catalog::Catalog;
use moonsync::catalog::parse::{CatalogFile, Role, parse};
use moonsync::plan::{Options, PageInput, plan_page, scan_page};
use std::fmt::Write as _;
use std::hint::black_box;

fn catalog_text(models: usize) -> String {
    let mut text = String::from("namespace = \"kimi\"\nprovider = \"moonshot\"\ndefault_model = \"kimi-0\"\n");
    for n in 0..models {
        let _ = write!(
            text,
            "\n[[models]]\nid = \"kimi-{n}\"\nname = \"Kimi {n}\"\nreasoning = true\ninput = [\"text\", \"image\"]\n\
             cost = {{ input = 0.95, output = 4 }}\ncontext_window = 262144\nmax_tokens = 262144\n"
        );
    }
    text
}

fn catalog(models: usize) -> Catalog {
    let text = catalog_text(models).into();
    let (catalog, faults) = parse(&[CatalogFile { path: "kimi.toml".into(), text, role: Role::Family, folder: 0 }]);
    assert!(faults.is_empty(), "{faults:?}");
    catalog
}

fn page() -> PageInput {
    let mut text = String::from("---\ntitle: Kimi\n---\n\n# Kimi\n\n");
    for n in 0..200 {
        let _ = write!(text, "Paragraph {n} of some `code` and [links](#a), as pages have them.\n\n- one\n- two\n\n");
    }
    text.push_str(
        "<!-- kimi-ids:start -->\n<!-- kimi-ids:end -->\n\n```json5\n{\n  models: [\n    // kimi-models:start\n",
    );
    text.push_str("    // kimi-models:end\n  ],\n}\n```\n");
    PageInput { path: "page.md".into(), text: text.into(), ..PageInput::default() }
}

fn stages(c: &mut Criterion) {
    let mut group = c.benchmark_group("stages");
    for models in [10, 1_000] {
        let text = catalog_text(models);
        group.throughput(Throughput::Elements(models as u64));
        group.bench_function(format!("parse {models} models"), |b| {
            b.iter(|| {
                let file =
                    CatalogFile { path: "kimi.toml".into(), text: text.as_str().into(), role: Role::Family, folder: 0 };
                parse(black_box(&[file]))
            });
        });
        let catalog = catalog(models);
        let drifted = page();
        let plan = plan_page(&catalog, &drifted, Options::default());
        let new = plan.new_text().expect("the page is empty, so it drifted");
        let in_sync = PageInput { text: new.into(), ..drifted.clone() };
        group.bench_function(format!("scan {models} models"), |b| b.iter(|| scan_page(&catalog, black_box(&in_sync))));
        group.bench_function(format!("plan {models} models in sync"), |b| {
            b.iter(|| plan_page(&catalog, black_box(&in_sync), Options::default()));
        });
        group.bench_function(format!("plan {models} models drifted"), |b| {
            b.iter(|| plan_page(&catalog, black_box(&drifted), Options::default()));
        });
    }
    group.finish();
}

criterion_group!(benches, stages);
criterion_main!(benches);
