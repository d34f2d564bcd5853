//! What a region should say: from a family and a language to content. One file a kind of region.
//!
//! Sees no page, no spelling, no layout and no path.

pub mod cell;
pub mod entries;
pub mod template;
pub mod words;

use crate::catalog::{Family, ListValue, Model, Region};
use crate::content::Inline;

/// What the item of a list says of a model.
#[must_use]
pub fn item(family: &Family, model: &Model, value: ListValue) -> Inline {
    match value {
        ListValue::Id => Inline::Code(model.id.clone()),
        ListValue::Ref => Inline::Code(family.model_ref(&model.id)),
        ListValue::Name => Inline::Text(model.name.clone()),
    }
}

/// The items of a list, each with the id of its model.
#[must_use]
pub fn items(family: &Family, region: &Region, value: ListValue) -> Vec<(String, Inline)> {
    family.models_of(region).map(|model| (model.id.clone(), item(family, model, value))).collect()
}
