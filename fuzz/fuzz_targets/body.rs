//! Any text is the body of a region: every reader reads it, and every writer writes what was read.
#![no_main]

#[allow(dead_code)] // the laws of the other targets
#[path = "../../tests/common/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|input: &[u8]| laws::must("body", input));
