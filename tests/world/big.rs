//! A page that is far too long, in one line, costs at most three times itself.

use super::{World, catalog, finish};

/// In cargo's tests the page has 16 MB; `MOONSYNC_BIG=100` makes it the 100 MB of the promise.
fn megabytes() -> usize {
    std::env::var("MOONSYNC_BIG").ok().and_then(|text| text.parse().ok()).unwrap_or(16)
}

/// Runs the program with as much memory as three times the page, and a fixed sum that every run takes.
#[track_caller]
fn within_three_times(world: &World, arguments: &str) -> super::Run {
    const FIXED: usize = 96 << 10; // the program itself, its stacks and its tables, in KiB of addresses
    let limit = FIXED + 3 * (megabytes() << 10);
    let script = format!("ulimit -v {limit} && exec \"$0\" -j 1 {arguments}");
    finish(world.command("sh", ["-c", &script, super::MOONSYNC]))
}

#[test]
fn a_page_of_one_long_line_costs_three_times_itself() {
    let long = "x".repeat(megabytes() << 20);
    let world = World::new(&[
        ("catalog/k.toml", &catalog(&["new"])),
        ("docs/a.md", &format!("<!-- k-ids:start -->\n- `old`\n<!-- k-ids:end -->\n\n{long}")),
    ]);
    within_three_times(&world, "--check").ended(1);
    within_three_times(&world, "").ended(0);
    assert!(world.read("docs/a.md").starts_with("<!-- k-ids:start -->\n- `new`\n"));
}

#[test]
fn a_long_page_without_a_region_is_passed_over() {
    let long = "x".repeat(megabytes() << 20);
    let world = World::new(&[("catalog/k.toml", &catalog(&["new"])), ("docs/a.md", &long)]);
    within_three_times(&world, "--check").ended(0);
}
