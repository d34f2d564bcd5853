//! A page, or a catalog and a page with a NUL between them: the page is planned.
#![no_main]

#[allow(dead_code)] // the laws of the other targets
#[path = "../../tests/common/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|input: &[u8]| laws::must("plan", input));
