//! A plan as text: for people, and as a patch. Prints nothing itself, and decides nothing about the plan.

pub mod catalog;
pub mod human;
pub mod import;
pub mod lessons;
pub mod patch;
pub mod refs;
pub mod status;
