# What CI runs, one recipe a step. `just ci` runs them all.

# Format check
fmt:
    cargo fmt --all --check

# Lints, warnings denied
lint:
    cargo clippy --locked --all-targets -- -D warnings

# Every test
test:
    cargo test --locked

# The laws of tests/common/laws.rs, each that long: all at once, so have some cores free
laws seconds="600":
    MOONSYNC_LAWS_SECONDS={{seconds}} MOONSYNC_LAWS_LINES=6 cargo test --locked --release --test laws -- --nocapture --test-threads=64
    MOONSYNC_PLACES_SECONDS={{seconds}} MOONSYNC_PLACES_LINES=3 cargo test --locked --release --test places -- --nocapture

# One law under a fuzzer: scan, plan, catalog, body or list (needs nightly Rust and cargo-fuzz)
fuzz target seconds="600":
    mkdir -p fuzz/corpus/{{target}}
    cargo +nightly fuzz run {{target}} fuzz/corpus/{{target}} tests/seeds/{{target}} -- -dict=tests/dictionaries/{{target}} -max_len=4000 -timeout=20 -max_total_time={{seconds}}

# The crate's documentation, warnings denied
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps

# The project's own pages follow its own catalog
check:
    cargo run --locked --quiet -- --check --strict

# The project's own pages, written anew where they drifted
sync:
    cargo run --locked

# Benchmarks of the stages
bench:
    cargo bench --locked

# A check of a generated site beside rg, cog and markdown-magic, and how time grows (python3, hyperfine, ripgrep)
bench-tree:
    benches/tree.sh

# Pages held against other readers and formatters, from npm and PyPI; or those of a folder with a catalog
readers folder="":
    cargo build --locked
    tests/readers/run target/debug/moonsync {{ if folder == "" { "" } else { quote(folder) } }}

# Licences, sources and advisories of all dependencies (cargo install cargo-deny)
deny:
    cargo deny check

# Completions and manual pages, loaded by the shells and formatters that are there
shells:
    cargo build --locked
    tests/shells target/debug/moonsync

# All that CI runs
ci:
    .ci/run
