//! Any text is a catalog: it is read, and edited where it is accepted.
#![no_main]

#[allow(dead_code)] // the laws of the other targets
#[path = "../../tests/common/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|input: &[u8]| laws::must("catalog", input));
