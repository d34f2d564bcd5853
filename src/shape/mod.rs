//! How content looks: for each form the reader of the old look and the writer, in one file.
//! Nothing here knows what a model is.

pub mod json5;
