//! Keeps the model lists of documentation pages in step with a TOML catalog.
pub mod catalog;
pub mod content;
pub mod diagnostic;
pub mod mark;
pub mod page;
pub mod plan;
pub mod render;
pub mod report;
pub mod shape;
pub mod text;
