//! Which ids a family has: the retired models, and the names that must lead to a model.

use super::reader::{Charset, Item, Report, Table, Text, quoted, shown};
use crate::catalog::{Pattern, Retired};
use crate::diagnostic::Code;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use toml::de::DeValue;

const RETIRED: &[&str] = &["id", "replaced_by", "since"];

/// The ids of a family as they were said, well-formed or not, so that one fault does not lead to the next.
#[derive(Default)]
pub(super) struct Ids {
    models: Vec<Text>,
    known: HashSet<String>,
    retired: Vec<Text>,
    retired_known: HashMap<String, usize>,
    malformed: Vec<String>,
    unknown: bool,
}

impl Ids {
    /// Notes the id of a model, well-formed or not.
    pub(super) fn model(&mut self, report: &mut Report<'_>, id: Option<&Text>) {
        let Some(id) = id else {
            self.unknown = true;
            return;
        };
        if !report.check_name("the id", &id.text, id.span.clone(), Charset::Id) {
            self.malformed(&id.text);
        }
        self.known.insert(id.text.clone());
        self.models.push(id.clone());
    }

    /// Notes that there are models whose ids could not be read.
    pub(super) fn unreadable(&mut self) {
        self.unknown = true;
    }

    /// Notes an id that is at fault: what it was meant to be is not known, but it looks like this.
    fn malformed(&mut self, id: &str) {
        self.unknown |= id.trim().is_empty();
        self.malformed.push(id.to_owned());
    }

    /// Whether a pattern that matches none of the models is at fault: where an id is, the pattern may be right.
    pub(super) fn models_sound(&self) -> bool {
        self.models_known() && self.malformed.is_empty()
    }

    /// Whether all models have an id, and there is one.
    fn models_known(&self) -> bool {
        !self.unknown && !self.models.is_empty()
    }

    /// The ids of the models.
    pub(super) fn models(&self) -> impl ExactSizeIterator<Item = &str> {
        self.models.iter().map(|id| id.text.as_str())
    }

    /// Whether a name may be what a malformed id was meant to be.
    fn may_be_meant(&self, report: &mut Report<'_>, name: &str) -> bool {
        report.near_of(name, self.malformed.iter().map(String::as_str)).is_some()
    }

    /// Whether a model matches.
    pub(super) fn any_model(&self, pattern: &Pattern) -> bool {
        if pattern.as_str().contains(['*', '?']) {
            self.models.iter().any(|id| pattern.matches(&id.text))
        } else {
            self.known.contains(pattern.as_str())
        }
    }
}

/// A retired model, and where its `replaced_by` stands.
pub(super) type Gone = (Retired, Range<usize>);

pub(super) fn retired(report: &mut Report<'_>, root: &Table<'_, '_>, ids: &mut Ids) -> Vec<Gone> {
    let mut retired = Vec::new();
    let Some(value) = root.entries.get("retired") else { return retired };
    let Some(values) = value.get_ref().as_array() else {
        ids.unknown = true;
        report.wrong_type("retired", value, "an array of tables", "write `[[retired]]`, once a model");
        return retired;
    };
    for value in values {
        let Some(table) = report.table("retired", value, "a retired model", "[[retired]]") else {
            ids.unknown = true;
            continue;
        };
        report.known(&table, RETIRED, None);
        let id =
            report.required(&table, "id", "id = \"kimi-k2-turbo\"", |report, key, value| report.string(key, value));
        let replaced_by = report.read(&table, "replaced_by", |report, key, value| report.string(key, value)).good();
        let since = report.read(&table, "since", day).good();
        let Some(id) = id else {
            ids.unknown = true;
            continue;
        };
        if !report.check_name("the id", &id.text, id.span.clone(), Charset::Id) {
            ids.malformed(&id.text);
        }
        ids.retired_known.entry(id.text.clone()).or_insert(retired.len());
        ids.retired.push(id.clone());
        let span = replaced_by.as_ref().map_or(0..0, |said| said.span.clone());
        retired.push((Retired { id: id.text, replaced_by: replaced_by.map(|said| said.text), since }, span));
    }
    retired
}

fn day(report: &mut Report<'_>, key: &str, value: &Item<'_>) -> Option<String> {
    match value.get_ref() {
        DeValue::Datetime(moment) => match (&moment.date, &moment.time) {
            (Some(day), None) => return Some(day.to_string()),
            (day, _) => {
                let day = day.as_ref().map_or_else(|| "2026-07-16".to_owned(), ToString::to_string);
                let help = format!("write `{key} = {day}`");
                report.fault(Code::BadValue, value.span(), format!("`{key}` takes a day, without a time"), help);
            }
        },
        DeValue::String(text) => {
            let help = format!("write `{key} = {}`, without quotes", shown(text).trim_matches('`'));
            report.wrong_type(key, value, "a day", help);
        }
        _ => report.wrong_type(key, value, "a day", format!("write `{key} = 2026-07-16`")),
    }
    None
}

/// Reports ids that are given twice, at the second place.
pub(super) fn duplicates(report: &mut Report<'_>, ids: &Ids) {
    let models = ids.models.iter().map(|id| (id, "model"));
    let mut all: Vec<_> = models.chain(ids.retired.iter().map(|id| (id, "retired model"))).collect();
    all.sort_by_key(|(id, _)| id.span.start);
    let mut seen: HashMap<&str, (usize, &str)> = HashMap::with_capacity(all.len());
    for (id, what) in all {
        match seen.get(id.text.as_str()) {
            None => {
                seen.insert(&id.text, (id.span.start, what));
            }
            Some((first, other)) => {
                let line = report.line(*first);
                let message = format!("the id {} is given twice, first to a {other} on line {line}", shown(&id.text));
                let help = if *other == what {
                    "remove one of the two, or give it an id of its own"
                } else {
                    "a model is rendered or retired, not both: remove one of the two"
                };
                report.fault(Code::DuplicateId, id.span.clone(), message, help);
            }
        }
    }
}

pub(super) fn default_model(
    report: &mut Report<'_>,
    root: &Table<'_, '_>,
    ids: &Ids,
    retired: &[Gone],
) -> Option<String> {
    let example = match ids.models().next() {
        Some(id) => format!("default_model = \"{id}\""),
        None => "default_model = \"kimi-k2.5\"".to_owned(),
    };
    let said = report.required(root, "default_model", &example, |report, key, value| report.string(key, value))?;
    if ids.known.contains(&said.text) || !ids.models_known() {
        return Some(said.text);
    }
    if let Some(gone) = ids.retired_known.get(&said.text) {
        let message = format!("the default model {} is retired", shown(&said.text));
        let heir = retired.get(*gone).and_then(|(retired, _)| retired.replaced_by.as_deref());
        let help = match heir {
            Some(heir) => format!("write `default_model = {}`", quoted(heir).trim_matches('`')),
            None => format!("name a model that is rendered: `{example}`"),
        };
        report.fault(Code::UnknownModel, said.span, message, help);
        return None;
    }
    if ids.may_be_meant(report, &said.text) {
        return None;
    }
    let help = match report.near_of(&said.text, ids.models()) {
        Some(meant) => format!("did you mean {}?", quoted(meant)),
        None => format!("name one of the models, as in `{example}`"),
    };
    report.fault(Code::UnknownModel, said.span, format!("no model is called {}", shown(&said.text)), help);
    None
}

/// Reports a `replaced_by` that names nothing, and circles of them, each once.
pub(super) fn replacements(report: &mut Report<'_>, ids: &Ids, retired: &[Gone]) {
    for (gone, span) in retired {
        let Some(heir) = &gone.replaced_by else { continue };
        if ids.unknown || ids.known.contains(heir) || ids.retired_known.contains_key(heir) {
            continue;
        }
        if ids.may_be_meant(report, heir) {
            continue;
        }
        let near = report
            .near_of(heir, ids.models())
            .or_else(|| report.near_of(heir, ids.retired.iter().map(|id| id.text.as_str())));
        let help = match near {
            Some(meant) => format!("did you mean {}?", quoted(meant)),
            None => "name a model or another retired one, or leave the key out".to_owned(),
        };
        let message = format!("no model, rendered or retired, is called {}", shown(heir));
        report.fault(Code::UnknownModel, span.clone(), message, help);
    }

    let next = |at: usize| -> Option<usize> {
        let heir = retired[at].0.replaced_by.as_ref().filter(|heir| !ids.known.contains(*heir))?;
        ids.retired_known.get(heir).copied()
    };
    // Each retired model has one heir at most: a walk either ends, or comes to one seen before. In the same walk
    // that is a circle, in an earlier one it has been dealt with.
    let mut walks = vec![0_usize; retired.len()];
    for start in 0..retired.len() {
        let mut at = Some(start);
        while let Some(here) = at.filter(|here| walks[*here] == 0) {
            walks[here] = start + 1;
            at = next(here);
        }
        let Some(entry) = at.filter(|entry| walks[*entry] == start + 1) else { continue };
        let mut circle = vec![entry];
        let mut here = next(entry);
        while let Some(step) = here.filter(|step| *step != entry) {
            circle.push(step);
            here = next(step);
        }
        let first = circle.iter().copied().min_by_key(|at| retired[*at].1.start).unwrap_or(entry);
        let turn = circle.iter().position(|at| *at == first).unwrap_or(0);
        circle.rotate_left(turn);
        let mut path: Vec<_> = circle.iter().take(8).map(|at| shown(&retired[*at].0.id)).collect();
        if circle.len() > path.len() {
            path.push("…".to_owned());
        }
        path.push(shown(&retired[first].0.id));
        let message = format!("retired models replace each other in a circle: {}", path.join(" → "));
        let help = "let one of them be replaced by a model that is rendered, or leave its `replaced_by` out";
        report.fault(Code::RetiredCycle, retired[first].1.clone(), message, help);
    }
}
