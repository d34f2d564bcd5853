//! A page that is far too long costs at most three times itself; a region that is far too long is refused.

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
    // Not every system can limit addresses: there the run is only held to its result.
    let script = format!("ulimit -v {limit} 2>/dev/null || echo NOT LIMITED >&2; exec \"$0\" -j 1 {arguments}");
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

#[test]
fn a_region_that_is_far_too_long_is_refused() {
    // What costs a reader of Markdown the most: runs of what may be emphasis and tags.
    let body = "a<b* [".repeat((9 << 20) / 6);
    for region in ["ids", "models"] {
        let page = format!("<!-- k-{region}:start -->\n{body}\n<!-- k-{region}:end -->\n");
        let world = World::new(&[("catalog/k.toml", &catalog(&["new"])), ("docs/a.md", &page)]);
        within_three_times(&world, "")
            .ended(2)
            .said("swallowed-text")
            .said("more than 8 MiB")
            .said("nothing was written");
        assert_eq!(world.read("docs/a.md"), page);
    }
}
