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

# All that CI runs
ci:
    .ci/run
