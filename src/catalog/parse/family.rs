//! Reads a model family: its models, what they take from `[defaults]`, and what pages promise.

use super::ids::{self, Ids};
use super::reader::{Charset, Item, Read, Report, Table, Text, bare, listed, quoted, shown};
use super::region;
use crate::catalog::{Cost, Defaults, Family, Model, Promise};
use crate::content::{Number, Value};
use crate::diagnostic::Code;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;
use toml::de::DeTable;

const KEYS: &[&str] =
    &["namespace", "provider", "default_model", "ids", "defaults", "models", "retired", "regions", "pages", "sources"];
const DEFAULTS: &[&str] = &["reasoning", "input", "cost", "context_window", "max_tokens"];
const MODEL: &[&str] = &[
    "id",
    "name",
    "alias",
    "reasoning",
    "reasoning_label",
    "thinking_levels",
    "input",
    "cost",
    "context_window",
    "max_tokens",
    "extra",
];
const COST: &[&str] = &["input", "output", "cache_read", "cache_write"];
pub(crate) const LEVELS: &[&str] = &["off", "minimal", "low", "medium", "high", "xhigh", "max"];

/// The keys that a `models` region writes itself, and the catalog's key for each.
pub(crate) const OWN: &[(&str, &str)] = &[
    ("id", "id"),
    ("name", "name"),
    ("reasoning", "reasoning"),
    ("thinkingLevelMap", "thinking_levels"),
    ("input", "input"),
    ("cost", "cost"),
    ("contextWindow", "context_window"),
    ("maxTokens", "max_tokens"),
];

/// What was read of a family's file.
#[derive(Default)]
pub(super) struct Outcome {
    /// The family, where the file has no error.
    pub(super) family: Option<Family>,
    /// Its namespace and where it stands, whatever else is wrong.
    pub(super) namespace: Option<(String, Range<usize>)>,
    /// The names of its templates; nothing where they could not be read.
    pub(super) templates: Option<HashSet<String>>,
}

/// A cost as it was given: the keys that it says, in the order of [`COST`].
type Prices = [Option<Number>; 4];

/// What a model that does not say it has.
struct Fallbacks {
    reasoning: Read<bool>,
    input: Read<Vec<String>>,
    cost: Read<Prices>,
    context_window: Read<u64>,
    max_tokens: Read<u64>,
}

impl Fallbacks {
    fn good(self) -> Defaults {
        Defaults {
            reasoning: self.reasoning.good(),
            input: self.input.good(),
            cost: self.cost.good(),
            context_window: self.context_window.good(),
            max_tokens: self.max_tokens.good(),
        }
    }
}

/// Reads a family.
pub(super) fn read(report: &mut Report<'_>, root: &DeTable<'_>) -> Outcome {
    let root = Table { entries: root, span: 0..0, place: "a model family" };
    report.known(&root, KEYS, None);
    let string = |report: &mut Report<'_>, key: &str, value: &Item<'_>| report.string(key, value);
    let namespace = report.required(&root, "namespace", "namespace = \"moonshot-kimi-k2\"", string);
    let provider = report.required(&root, "provider", "provider = \"moonshot\"", string);
    for (what, said) in [("the namespace", &namespace), ("the provider", &provider)] {
        if let Some(said) = said {
            report.check_name(what, &said.text, said.span.clone(), Charset::Name);
        }
    }
    let family_ids = report.read(&root, "ids", |report, key, value| region::patterns(report, key, value, None));
    let defaults = defaults(report, &root);
    let mut ids = Ids::default();
    let models = models(report, &root, &defaults, &mut ids);
    let retired = ids::retired(report, &root, &mut ids);
    ids::duplicates(report, &ids);
    let default_model = ids::default_model(report, &root, &ids, &retired);
    ids::replacements(report, &ids, &retired);
    let regions = region::read(report, &root, &ids);
    let promises = promises(report, &root, &regions, namespace.as_ref());
    let sources = sources(report, &root);

    let mut outcome = Outcome {
        family: None,
        namespace: namespace.map(|said| (said.text, said.span)),
        templates: regions.whole.then_some(regions.templates),
    };
    if report.has_errors() {
        return outcome;
    }
    if let (Some((namespace, _)), Some(provider), Some(default_model)) = (&outcome.namespace, provider, default_model) {
        outcome.family = Some(Family {
            path: report.path.to_owned(),
            namespace: namespace.clone(),
            provider: provider.text,
            default_model,
            ids: family_ids.good().unwrap_or_default(),
            defaults: defaults.good(),
            models,
            retired: retired.into_iter().map(|(retired, _)| retired).collect(),
            regions: regions.regions,
            promises,
            sources,
            locales: Arc::from([]),
        });
    }
    outcome
}

fn defaults(report: &mut Report<'_>, root: &Table<'_, '_>) -> Fallbacks {
    match root.entries.get("defaults") {
        None => Fallbacks {
            reasoning: Read::Absent,
            input: Read::Absent,
            cost: Read::Absent,
            context_window: Read::Absent,
            max_tokens: Read::Absent,
        },
        Some(value) => match report.table("defaults", value, "[defaults]", "[defaults]") {
            // What is wrong with it has been said; that the models lack what it gives would be no news.
            None => Fallbacks {
                reasoning: Read::Bad,
                input: Read::Bad,
                cost: Read::Bad,
                context_window: Read::Bad,
                max_tokens: Read::Bad,
            },
            Some(table) => {
                report.known(&table, DEFAULTS, None);
                settings(report, &table)
            }
        },
    }
}

/// The keys that a model and `[defaults]` share.
fn settings(report: &mut Report<'_>, table: &Table<'_, '_>) -> Fallbacks {
    Fallbacks {
        reasoning: report.read(table, "reasoning", |report, key, value| report.boolean(key, value)),
        input: report.read(table, "input", modalities),
        cost: report.read(table, "cost", prices),
        context_window: report.read(table, "context_window", |report, key, value| report.positive(key, value)),
        max_tokens: report.read(table, "max_tokens", |report, key, value| report.positive(key, value)),
    }
}

fn modalities(report: &mut Report<'_>, key: &str, value: &Item<'_>) -> Option<Vec<String>> {
    let input = report.array(key, value, "[\"text\"]", |report, value| {
        let said = report.element(key, value)?;
        report.check_words("a modality of `input`", &said.text, said.span).then_some(said.text)
    })?;
    if input.is_empty() {
        let message = "`input` is empty: a model takes something";
        report.fault(Code::BadValue, value.span(), message, "write `input = [\"text\"]`");
        return None;
    }
    Some(input)
}

fn prices(report: &mut Report<'_>, key: &str, value: &Item<'_>) -> Option<Prices> {
    let table = report.table(key, value, "a `cost`", "cost = { input = 0.6, output = 2.5 }")?;
    report.known(&table, COST, None);
    let mut prices = Prices::default();
    let mut whole = true;
    for (place, key) in prices.iter_mut().zip(COST) {
        match report.read(&table, key, |report, key, value| report.price(key, value)) {
            Read::Good(price) => *place = Some(price),
            Read::Absent => {}
            Read::Bad => whole = false,
        }
    }
    whole.then_some(prices)
}

fn models(report: &mut Report<'_>, root: &Table<'_, '_>, defaults: &Fallbacks, ids: &mut Ids) -> Vec<Model> {
    let help = "add a model: `[[models]]`, `id = \"kimi-k2.5\"`, `name = \"Kimi K2.5\"`";
    let Some(value) = root.entries.get("models") else {
        report.fault(Code::NoModels, root.span.clone(), "the family has no models", help);
        return Vec::new();
    };
    let Some(values) = value.get_ref().as_array() else {
        ids.unreadable();
        report.wrong_type("models", value, "an array of tables", "write `[[models]]`, once a model");
        return Vec::new();
    };
    if values.is_empty() {
        report.fault(Code::NoModels, value.span(), "the family has no models", help);
    }
    let mut models = Vec::new();
    for value in values {
        match report.table("models", value, "a model", "[[models]]") {
            Some(table) => models.extend(model(report, &table, defaults, ids)),
            None => ids.unreadable(),
        }
    }
    models
}

fn model(report: &mut Report<'_>, table: &Table<'_, '_>, defaults: &Fallbacks, ids: &mut Ids) -> Option<Model> {
    let otherwise = "what a page has beyond these keys goes into `extra = { … }`";
    report.known(table, MODEL, Some(otherwise));
    let id = report.required(table, "id", "id = \"kimi-k2.5\"", |report, key, value| report.string(key, value));
    ids.model(report, id.as_ref());
    let words = |report: &mut Report<'_>, key: &str, value: &Item<'_>| report.words(key, value);
    let name = report.required(table, "name", "name = \"Kimi K2.5\"", words);
    let alias = report.read(table, "alias", words).good();
    let reasoning_label = report.read(table, "reasoning_label", words).good();
    let thinking_levels = report.read(table, "thinking_levels", thinking_levels).good();
    let own = settings(report, table);
    let reasoning = either(report, table, "reasoning", "false", own.reasoning, &defaults.reasoning);
    let input = either(report, table, "input", "[\"text\"]", own.input, &defaults.input);
    let example = "{ input = 0.6, output = 2.5 }";
    let cost = either(report, table, "cost", example, own.cost, &defaults.cost);
    let context_window =
        either(report, table, "context_window", "262144", own.context_window, &defaults.context_window);
    let max_tokens = either(report, table, "max_tokens", "8192", own.max_tokens, &defaults.max_tokens);
    let extra = report.read(table, "extra", extra).good();

    let fallback = match &defaults.cost {
        Read::Good(prices) => prices.clone(),
        _ => Prices::default(),
    };
    let zero = Number::from(0_u64);
    let mut prices = cost?.into_iter().zip(fallback).map(|(own, other)| own.or(other).unwrap_or_else(|| zero.clone()));
    let cost =
        Cost { input: prices.next()?, output: prices.next()?, cache_read: prices.next()?, cache_write: prices.next()? };
    let name = name?;
    Some(Model {
        id: id?.text,
        alias: alias.unwrap_or_else(|| name.clone()),
        name,
        reasoning: reasoning?,
        reasoning_label,
        thinking_levels,
        input: input?,
        cost,
        context_window: context_window?,
        max_tokens: max_tokens?,
        extra: extra.unwrap_or_default(),
    })
}

/// What a model says, else what `[defaults]` says, else a fault.
fn either<T: Clone>(
    report: &mut Report<'_>,
    table: &Table<'_, '_>,
    key: &str,
    example: &str,
    own: Read<T>,
    default: &Read<T>,
) -> Option<T> {
    match (own, default) {
        (Read::Good(value), _) => Some(value),
        (Read::Absent, Read::Good(value)) => Some(value.clone()),
        (Read::Absent, Read::Absent) => {
            report.missing(table, key, format!("add `{key} = {example}` to the model, or to `[defaults]`"));
            None
        }
        _ => None,
    }
}

fn thinking_levels(report: &mut Report<'_>, key: &str, value: &Item<'_>) -> Option<Vec<(String, Value)>> {
    let table =
        report.table(key, value, "`thinking_levels`", "thinking_levels = { low = \"low\", high = \"high\" }")?;
    report.known(&table, LEVELS, None);
    let mut levels = Vec::new();
    for (level, value) in table.entries {
        let key: &str = level.get_ref();
        if value.get_ref().is_bool() {
            let help = "leave out a level that the model does not have; for one it has, write what it is called there";
            report.wrong_type(key, value, "a string", help);
        } else if let Some(said) = report.words(key, value) {
            levels.push((key.to_owned(), Value::String(said)));
        }
    }
    Some(levels)
}

fn extra(report: &mut Report<'_>, key: &str, value: &Item<'_>) -> Option<Vec<(String, Value)>> {
    let table = report.table(key, value, "`extra`", "extra = { compat = { … } }")?;
    let mut members = Vec::new();
    for (member, value) in table.entries {
        let name: &str = member.get_ref();
        if let Some((_, own)) = OWN.iter().find(|(own, _)| *own == name) {
            let message = format!("`extra` repeats `{name}`, which is the model's own key");
            report.fault(Code::BadExtra, member.span(), message, format!("remove it, and give the model `{own} = …`"));
        } else if let Some(value) = report.json(value) {
            members.push((name.to_owned(), value));
        }
    }
    Some(members)
}

fn promises(
    report: &mut Report<'_>,
    root: &Table<'_, '_>,
    regions: &region::Regions,
    namespace: Option<&Text>,
) -> Vec<Promise> {
    let mut promises = Vec::new();
    let example = "[pages]` with `\"providers/moonshot\" = [\"ids\"]";
    let Some(table) = report.subtable(root, "pages", "[pages]", example) else { return promises };
    let mut sorted: Vec<_> = regions.names.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let prefix = namespace.map(|namespace| format!("{}-", namespace.text));
    for (key, value) in table.entries {
        let said: &str = key.get_ref();
        let named = report.check_words("the name of a page", said, key.span());
        let page = page_name(said);
        if named && page.is_empty() {
            let message = format!("{} names no page", shown(said));
            report.fault(
                Code::BadName,
                key.span(),
                message,
                "write the path of the page, as in `\"providers/moonshot\"`",
            );
        }
        let names = report.array(said, value, "[\"ids\"]", |report, value| {
            let name = report.element(said, value)?;
            if regions.names.contains(&name.text) || !regions.whole {
                return Some(name.text);
            }
            let short = prefix.as_ref().and_then(|prefix| name.text.strip_prefix(prefix.as_str()));
            let meant = short.filter(|short| regions.names.contains(*short));
            let help = match meant.or_else(|| report.near_of(&name.text, sorted.iter().copied())) {
                Some(meant) => format!("did you mean {}?", quoted(meant)),
                None => format!("the regions are {}", listed(&sorted)),
            };
            report.fault(Code::BadRegion, name.span, format!("no region is called {}", shown(&name.text)), help);
            None
        });
        if let Some(regions) = names {
            promises.push(Promise { page: page.to_owned(), regions, span: key.span() });
        }
    }
    promises
}

/// The name of a page, however it was written: `/x/index.md` is `x`.
fn page_name(said: &str) -> &str {
    let name = said.trim_matches('/');
    let name = name.strip_suffix(".mdx").or_else(|| name.strip_suffix(".md")).unwrap_or(name);
    name.strip_suffix("/index").unwrap_or(name).trim_end_matches('/')
}

fn sources(report: &mut Report<'_>, root: &Table<'_, '_>) -> Vec<(String, Vec<String>)> {
    let mut sources = Vec::new();
    let example = "[sources]` with `models-dev = \"moonshotai\"";
    let Some(table) = report.subtable(root, "sources", "[sources]", example) else { return sources };
    for (key, value) in table.entries {
        let name: &str = key.get_ref();
        report.check_name("the source", name, key.span(), Charset::Name);
        let words = if value.get_ref().is_array() {
            report.array(name, value, "[\"…\"]", |report, value| {
                let said = report.element(name, value)?;
                report.check_words(&shown(name), &said.text, said.span).then_some(said.text)
            })
        } else if value.get_ref().is_str() {
            report.words(name, value).map(|word| vec![word])
        } else {
            let help = format!("write `{} = \"…\"`", bare(name));
            report.wrong_type(name, value, "a string or an array of strings", help);
            None
        };
        sources.extend(words.map(|words| (name.to_owned(), words)));
    }
    sources
}
