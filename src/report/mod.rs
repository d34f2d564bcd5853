//! A plan as text: for people, for programs, and as a patch. Prints nothing itself, and decides nothing about the plan.

pub mod catalog;
pub mod finding;
pub mod github;
pub mod human;
pub mod import;
pub mod json;
pub mod lessons;
pub mod patch;
pub mod refs;
pub mod rules;
pub mod sarif;
pub mod status;
