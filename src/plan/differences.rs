//! What differs between a region and the catalog, in the catalog's terms.

use super::Difference;
use crate::content::{Entry, Value};
use std::collections::{HashMap, HashSet};

/// Compares two lists of named things: which are missing, which are too many, and whether the rest has another order.
/// Gives the pairs (wanted, found) of those that both have.
pub(super) fn align(wanted: &[&str], found: &[&str], out: &mut Vec<Difference>) -> Vec<(usize, usize)> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut repeated = Vec::new();
    for (at, name) in found.iter().enumerate() {
        if places.contains_key(name) {
            repeated.push(*name);
        } else {
            places.insert(name, at);
        }
    }
    let known: HashSet<&str> = wanted.iter().copied().collect();
    let mut pairs = Vec::new();
    for (at, name) in wanted.iter().enumerate() {
        match places.get(name) {
            Some(place) => pairs.push((at, *place)),
            None => out.push(Difference::Missing((*name).to_owned())),
        }
    }
    out.extend(found.iter().filter(|name| !known.contains(**name)).map(|name| Difference::Extra((*name).to_owned())));
    out.extend(
        repeated.iter().filter(|name| known.contains(**name)).map(|name| Difference::Extra(format!("{name} (again)"))),
    );
    if pairs.windows(2).any(|pair| pair[0].1 > pair[1].1) {
        out.push(Difference::Order);
    }
    pairs
}

/// What an entry says differently from what it should.
pub(super) fn entry(model: &str, wanted: &Entry, found: &Entry, out: &mut Vec<Difference>) {
    if wanted.key != found.key {
        let text = |entry: &Entry| entry.key.clone().unwrap_or_else(|| "none".to_owned());
        out.push(changed(model, "key", text(found), text(wanted)));
    }
    value(model, "", &wanted.value, &found.value, out);
}

fn value(model: &str, path: &str, wanted: &Value, found: &Value, out: &mut Vec<Difference>) {
    match (wanted, found) {
        _ if wanted == found => {}
        (Value::Object(want), Value::Object(have)) => {
            let before = out.len();
            let join = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            for (key, each) in want {
                match found.get(key) {
                    Some(other) => value(model, &join(key), each, other, out),
                    None => out.push(changed(model, &join(key), "nothing".to_owned(), each.to_string())),
                }
            }
            for (key, each) in have.iter().filter(|(key, _)| wanted.get(key).is_none()) {
                out.push(changed(model, &join(key), each.to_string(), "nothing".to_owned()));
            }
            if out.len() == before {
                let keys = |members: &[(String, Value)]| {
                    members.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(", ")
                };
                out.push(changed(model, &join("keys"), keys(have), keys(want)));
            }
        }
        _ => {
            let field = if path.is_empty() { "value" } else { path };
            out.push(changed(model, field, found.to_string(), wanted.to_string()));
        }
    }
}

/// One field that differs.
pub(super) fn changed(model: &str, field: &str, old: String, new: String) -> Difference {
    Difference::Changed { model: model.to_owned(), field: field.to_owned(), old, new }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(differences: &[Difference]) -> Vec<String> {
        differences.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn lists_are_compared_by_name() {
        for (wanted, found, differences) in [
            (&["a", "b"][..], &["a", "b"][..], &[][..]),
            (&["a", "b"], &["a"], &["+ b"]),
            (&["a"], &["a", "b"], &["- b"]),
            (&["a", "b"], &["b", "a"], &["order"]),
            (&["a"], &["a", "a"], &["- a (again)"]),
            (&["a", "b", "c"], &["c", "x", "b"], &["+ a", "- x", "order"]),
        ] {
            let mut out = Vec::new();
            align(wanted, found, &mut out);
            assert_eq!(shown(&out), differences, "{wanted:?} {found:?}");
        }
    }

    #[test]
    fn entries_are_compared_by_key() {
        let object = |text: &str| {
            let body = crate::shape::json5::read(text, crate::shape::json5::Syntax::Json5, Some(false));
            body.entries[0].entry.clone()
        };
        for (wanted, found, differences) in [
            ("{a: 1, b: {c: 2}}", "{a: 1.0, 'b': {c: 2}}", &[][..]),
            ("{a: 1, b: {c: 2}}", "{a: 2, b: {c: 3}}", &["~ m a 2 -> 1", "~ m b.c 3 -> 2"]),
            ("{a: 1, b: 2}", "{b: 2, a: 1}", &["~ m keys b, a -> a, b"]),
            ("{a: 1}", "{a: 1, b: \"x\"}", &["~ m b \"x\" -> nothing"]),
            ("{a: 1, b: 2}", "{a: 1}", &["~ m b nothing -> 2"]),
            ("{a: [1]}", "{a: [1, 2]}", &["~ m a [1, 2] -> [1]"]),
        ] {
            let mut out = Vec::new();
            entry("m", &object(wanted), &object(found), &mut out);
            assert_eq!(shown(&out), differences, "{wanted} {found}");
        }
    }
}
