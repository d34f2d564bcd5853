//! Any text is a list of models: it is imported.
#![no_main]

#[allow(dead_code)] // the laws of the other targets
#[path = "../../tests/common/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|input: &[u8]| laws::must("list", input));
