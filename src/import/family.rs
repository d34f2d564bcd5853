//! Which entries of a list are a family's: by provider, as `[sources]` or a sensible default has it, and by `ids`.

use super::read::clipped;
use super::{Listed, Listing, Shape};
use crate::catalog::{Catalog, Family};
use crate::diagnostic::{Code, Diagnostic, nearest};

/// Names under which lists know one provider; the first is the one that OpenClaw's refs have.
const SAME: [&[&str]; 2] = [&["moonshot", "moonshotai"], &["kimi", "kimicoding", "kimiforcoding"]];

/// The family that the lists are about: the only one, or the only one of which they have models.
///
/// # Errors
///
/// The lists have models of several families, or of none.
pub fn choose(catalog: &Catalog, listings: &[Listing]) -> Result<usize, Box<Diagnostic>> {
    if catalog.families.len() == 1 {
        return Ok(0);
    }
    let found = |own: fn(&Family, &Listing) -> bool| -> Vec<usize> {
        let lists = |family: &Family| listings.iter().any(|listing| own(family, listing));
        (0..catalog.families.len()).filter(|n| lists(&catalog.families[*n])).collect()
    };
    let mut families = found(|family, listing| entries(family, listing).any(|model| is_named(family, listing, model)));
    if families.is_empty() {
        families = found(|family, listing| entries(family, listing).next().is_some());
    }
    let namespaces = |families: &[usize]| -> Vec<&str> {
        families.iter().map(|n| catalog.families[*n].namespace.as_str()).collect()
    };
    match families.as_slice() {
        [one] => Ok(*one),
        [] => match listings.first().zip(catalog.families.first()) {
            Some((listing, family)) => {
                let all: Vec<usize> = (0..catalog.families.len()).collect();
                let message = format!("this list has no model of {}", namespaces(&all).join(", "));
                let fault = Diagnostic::new(Code::NothingListed, &listing.source, message);
                Err(Box::new(fault.help(name_the_provider(family, listing))))
            }
            None => Err(Box::new(Diagnostic::new(Code::Usage, "", "there is no list, or no family"))),
        },
        several => {
            let message = format!("the lists have models of several families: {}", namespaces(several).join(", "));
            let help = format!("say which: --family {}", namespaces(several)[0]);
            Err(Box::new(Diagnostic::new(Code::Usage, "", message).help(help)))
        }
    }
}

/// The entries of a list that are the family's.
pub fn entries<'l>(family: &'l Family, listing: &'l Listing) -> impl Iterator<Item = &'l Listed> {
    let anyone = is_anyones(family, listing);
    listing.models.iter().filter(move |model| {
        let of_provider = anyone || is_named(family, listing, model) || model.provider.is_none();
        of_provider && has_id(family, &model.id)
    })
}

/// Whether the family may have a model of this id.
fn has_id(family: &Family, id: &str) -> bool {
    family.ids.is_empty()
        || family.ids.iter().any(|pattern| pattern.matches(id))
        || family.models.iter().any(|model| model.id == id)
        || family.retired.iter().any(|retired| retired.id == id)
}

/// The names that `[sources]` gives the family in lists of a shape.
fn given(family: &Family, shape: Shape) -> impl Iterator<Item = &str> {
    let of_shape = move |key: &str| {
        let key = folded(key);
        key == folded(shape.key()) || (shape == Shape::Moonshot && key == "api")
    };
    let names = family.sources.iter().filter(move |(key, _)| of_shape(key)).flat_map(|(_, names)| names);
    names.map(|name| name.trim_end_matches('/'))
}

/// Whether a list calls the provider of an entry by a name of the family.
fn is_named(family: &Family, listing: &Listing, model: &Listed) -> bool {
    model.provider.as_deref().is_some_and(|provider| is_provider(family, listing.shape, provider))
}

/// Whether a name of a provider is one of the family's in lists of a shape.
pub(super) fn is_provider(family: &Family, shape: Shape, provider: &str) -> bool {
    if given(family, shape).next().is_some() {
        return given(family, shape).any(|name| name.eq_ignore_ascii_case(provider));
    }
    let (provider, own) = (folded(provider), folded(&family.provider));
    provider == own || SAME.iter().any(|same| same.contains(&provider.as_str()) && same.contains(&own.as_str()))
}

/// Whether a list is a vendor's own, so that all of its entries may be the family's: who owns a model is then said in a
/// way of the vendor's.
fn is_anyones(family: &Family, listing: &Listing) -> bool {
    listing.shape == Shape::Moonshot
        && given(family, listing.shape).next().is_none()
        && !listing.models.iter().any(|model| is_named(family, listing, model))
}

/// The fault of a list that has no model of the family.
pub(super) fn nothing(family: &Family, listing: &Listing) -> Diagnostic {
    let named = listing.models.iter().filter(|model| is_named(family, listing, model)).count();
    let (message, help) = if listing.models.is_empty() {
        ("this list has no models".to_owned(), "look at it: was it answered to another request?".to_owned())
    } else if named > 0 || is_anyones(family, listing) {
        let count = if named > 0 { named } else { listing.models.len() };
        let patterns: Vec<String> = family.ids.iter().map(|pattern| format!("`{}`", pattern.as_str())).collect();
        let message = format!(
            "none of the {count} models that this list has of {} has an id of the family ({})",
            family.provider,
            patterns.join(", ")
        );
        (message, format!("see `ids` in {}", family.path))
    } else {
        let message = format!("this list has no model of {}", family.namespace);
        (message, name_the_provider(family, listing))
    };
    Diagnostic::new(Code::NothingListed, &listing.source, message).help(help)
}

/// The line that says which provider of a list is the family's.
fn name_the_provider(family: &Family, listing: &Listing) -> String {
    let mut providers: Vec<&str> = listing.models.iter().filter_map(|model| model.provider.as_deref()).collect();
    providers.sort_unstable();
    providers.dedup();
    if providers.is_empty() {
        return "is it the right list?".to_owned();
    }
    let near = nearest(&family.provider, providers.iter().copied())
        .or_else(|| providers.iter().find(|name| name.contains(&family.provider)).copied());
    let example = near.unwrap_or(if providers.len() == 1 { providers[0] } else { "…" });
    let shown: Vec<String> = providers.iter().take(8).map(|name| clipped(name)).collect();
    let more = if providers.len() > shown.len() {
        format!(" and {} more", providers.len() - shown.len())
    } else {
        String::new()
    };
    format!(
        "its providers: {}{more}; where one of them is the family's, say so in {}:\n[sources]\n{} = \"{}\"",
        shown.join(", "),
        family.path,
        listing.shape.key(),
        clipped(example)
    )
}

/// A name as lists spell it in their ways: `models.dev`, `models-dev`.
fn folded(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
