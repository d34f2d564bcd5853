//! The look of JSON5 entries.
