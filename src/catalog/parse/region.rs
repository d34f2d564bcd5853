//! Reads the `[regions.*]` of a family: what each renders, and how.

use super::ids::Ids;
use super::reader::{Charset, Item, Read, Report, Table, Text, bare, listed, near, quoted, shown};
use crate::catalog::{Column, DEFAULT_WIDTH, Kind, Layout, ListValue, Pattern, Region};
use crate::diagnostic::Code;
use std::collections::HashSet;
use toml::de::DeTable;

const KEYS: &[&str] = &["kind", "value", "layout", "columns", "models", "expand", "width", "template"];
pub(crate) const KINDS: &[&str] = &["list", "table", "aliases", "models", "template"];
pub(crate) const LAYOUTS: &[&str] = &["keep", "list", "table"];
pub(crate) const VALUES: &[&str] = &["id", "ref", "name"];

/// The regions that need no entry, and the kinds that an entry may give them.
pub(crate) const BUILT_IN: &[(&str, &[&str])] =
    &[("aliases", &["aliases"]), ("ids", &["list", "table"]), ("model-refs", &["list"]), ("models", &["models"])];

/// The regions of a family.
pub(super) struct Regions {
    /// Those without a fault, and the built-in ones, sorted by name.
    pub(super) regions: Vec<Region>,
    /// All names, those of regions with a fault too.
    pub(super) names: HashSet<String>,
    /// The names of those that are, or may be meant to be, templates.
    pub(super) templates: HashSet<String>,
    /// Whether the entries could be read at all.
    pub(super) whole: bool,
}

/// Reads the regions.
pub(super) fn read(report: &mut Report<'_>, root: &Table<'_, '_>, ids: &Ids) -> Regions {
    let mut found = Regions { regions: Vec::new(), names: HashSet::new(), templates: HashSet::new(), whole: true };
    if let Some(value) = root.entries.get("regions") {
        match report.table("regions", value, "[regions]", "[regions.ids]") {
            Some(table) => entries(report, table.entries, ids, &mut found),
            None => found.whole = false,
        }
    }
    for (name, kinds) in BUILT_IN {
        if found.names.insert((*name).to_owned()) {
            let kind = kind(name, kinds[0], None, None, String::new());
            let region = Region {
                name: (*name).to_owned(),
                kind,
                columns: None,
                models: Vec::new(),
                expand: Vec::new(),
                width: DEFAULT_WIDTH,
            };
            found.regions.push(region);
        }
    }
    found.regions.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

fn entries(report: &mut Report<'_>, entries: &DeTable<'_>, ids: &Ids, found: &mut Regions) {
    for (key, value) in entries {
        let name: &str = key.get_ref();
        found.names.insert(name.to_owned());
        let named = report.check_name("the region name", name, key.span(), Charset::Region);
        let place = format!("[regions.{}]", bare(name));
        let Some(table) = report.table(name, value, &place, &place) else { continue };
        // A region whose kind is not known may be a template: a translation of it is then no fault.
        let region = region(report, name, &table, ids);
        if region.as_ref().is_none_or(|region| matches!(region.kind, Kind::Template(_))) {
            found.templates.insert(name.to_owned());
        }
        found.regions.extend(region.filter(|_| named));
    }
}

fn region(report: &mut Report<'_>, name: &str, table: &Table<'_, '_>, ids: &Ids) -> Option<Region> {
    report.known(table, KEYS, None);
    let kind_word = kind_word(report, name, table);
    let value = choice(report, table, "value", VALUES);
    let layout = choice(report, table, "layout", LAYOUTS);
    let columns = report.read(table, "columns", columns).good();
    let models = report.read(table, "models", |report, key, value| patterns(report, key, value, Some(ids)));
    let expand = report.read(table, "expand", |report, key, value| {
        report.array(key, value, "[\"compat\"]", |report, value| {
            let text = report.element(key, value)?;
            report.check_words("a key of `expand`", &text.text, text.span).then_some(text.text)
        })
    });
    let width = report.read(table, "width", |report, key, value| report.positive(key, value));
    let template = report.read(table, "template", |report, key, value| report.template(key, value));
    let word = kind_word?;

    unused(report, table, word, layout);
    if word == "template" && matches!(template, Read::Absent) {
        let help = "add `template = \"\"\"…\"\"\"`, or give the region another kind";
        report.missing(table, "template", help);
    }
    let text = match template {
        Read::Good(text) => text,
        _ if word == "template" => return None,
        _ => String::new(),
    };
    Some(Region {
        name: name.to_owned(),
        kind: kind(name, word, value, layout, text),
        columns,
        models: models.good().unwrap_or_default(),
        expand: expand.good().unwrap_or_default(),
        width: width.good().map_or(DEFAULT_WIDTH, |width| usize::try_from(width).unwrap_or(usize::MAX)),
    })
}

/// The kind of this word, for the region of this name.
fn kind(name: &str, word: &str, value: Option<&str>, layout: Option<&str>, text: String) -> Kind {
    let value = match value {
        Some("id") => ListValue::Id,
        Some("ref") => ListValue::Ref,
        Some("name") => ListValue::Name,
        // In a table of its own nothing is listed; where the page's is kept, ids are told by what they are.
        _ if name == "model-refs" || (word == "table" && name != "ids") => ListValue::Ref,
        _ => ListValue::Id,
    };
    let layout = match layout {
        _ if word == "table" => Layout::Table,
        Some("list") => Layout::List,
        Some("table") => Layout::Table,
        _ => Layout::Keep,
    };
    match word {
        "aliases" => Kind::Aliases,
        "models" => Kind::Models,
        "template" => Kind::Template(text),
        _ => Kind::List { value, layout },
    }
}

/// The kind that a region has by its entry or by its name.
fn kind_word(report: &mut Report<'_>, name: &str, table: &Table<'_, '_>) -> Option<&'static str> {
    let allowed = BUILT_IN.iter().find(|(built_in, _)| *built_in == name).map(|(_, kinds)| *kinds);
    let said = report.read(table, "kind", |report, key, value| report.string(key, value));
    let said = match (said, allowed) {
        (Read::Bad, _) => return None,
        (Read::Absent, Some(kinds)) => return kinds.first().copied(),
        (Read::Absent, None) => {
            let built_in = near(name, BUILT_IN.iter().map(|(name, _)| *name));
            let help = if table.entries.contains_key("template") {
                "add `kind = \"template\"`".to_owned()
            } else if let Some(meant) = built_in {
                format!("did you mean `[regions.{meant}]`? Otherwise add `kind = \"list\"`, or {}", listed(&KINDS[1..]))
            } else {
                format!("add `kind = \"list\"`; the kinds are {}", listed(KINDS))
            };
            let message = format!("the region {} has no kind", shown(name));
            report.fault(Code::BadRegion, table.span.clone(), message, help);
            return None;
        }
        (Read::Good(said), _) => said,
    };
    let Some(word) = KINDS.iter().find(|kind| **kind == said.text).copied() else {
        let help = match near(&said.text, KINDS.iter().copied()) {
            Some(meant) => format!("did you mean {}?", quoted(meant)),
            None => format!("the kinds are {}", listed(KINDS)),
        };
        report.fault(Code::BadRegion, said.span, format!("unknown kind {}", shown(&said.text)), help);
        return None;
    };
    if let Some(kinds) = allowed.filter(|kinds| !kinds.contains(&word)) {
        let message = format!("the built-in region `{name}` is of kind `{}`, not `{word}`", kinds[0]);
        let help = format!("remove the key, or give a region of kind `{word}` a name of its own");
        report.fault(Code::BadRegion, said.span, message, help);
        return None;
    }
    Some(word)
}

/// Reports keys that do nothing in a region of this kind.
fn unused(report: &mut Report<'_>, table: &Table<'_, '_>, word: &str, layout: Option<&str>) {
    let used: &[&str] = match word {
        "list" => &["kind", "models", "value", "layout", "columns"],
        "table" => &["kind", "models", "layout", "columns"],
        "aliases" | "models" => &["kind", "models", "expand", "width"],
        _ => &["kind", "models", "template"],
    };
    for (key, value) in table.entries {
        let key_word: &str = key.get_ref();
        if !KEYS.contains(&key_word) {
            continue;
        }
        if key_word == "template" && word != "template" {
            let message = format!("a template in a region of kind `{word}`");
            let help = "write `kind = \"template\"`, in a region with a name of its own, or remove the template";
            report.fault(Code::BadRegion, key.span(), message, help);
        } else if !used.contains(&key_word) {
            let message = format!("`{key_word}` does nothing in a region of kind `{word}`");
            let help = format!("remove the key; here are {}", listed(used));
            report.fault(Code::UnusedKey, key.span(), message, help);
        } else if word == "table" && key_word == "layout" && layout.is_some_and(|layout| layout != "table") {
            let message = "a region of kind `table` is always a table";
            report.fault(Code::BadValue, value.span(), message, "remove the key, or write `kind = \"list\"`");
        } else if key_word == "columns" && layout == Some("list") && word == "list" {
            let message = "`columns` does nothing where the layout is `list`";
            report.fault(Code::UnusedKey, key.span(), message, "remove the key, or write `layout = \"table\"`");
        }
    }
}

/// One of a few words.
fn choice(report: &mut Report<'_>, table: &Table<'_, '_>, key: &str, words: &'static [&str]) -> Option<&'static str> {
    let said = report.read(table, key, |report, key, value| report.string(key, value)).good()?;
    let found = words.iter().find(|word| **word == said.text).copied();
    if found.is_none() {
        let help = match near(&said.text, words.iter().copied()) {
            Some(meant) => format!("did you mean {}?", quoted(meant)),
            None => format!("it takes {}", listed(words)),
        };
        report.fault(Code::BadValue, said.span, format!("unknown {key} {}", shown(&said.text)), help);
    }
    found
}

fn columns(report: &mut Report<'_>, key: &str, value: &Item<'_>) -> Option<Vec<Column>> {
    let mut seen = HashSet::new();
    let columns = report.array(key, value, "[\"ref\", \"name\"]", |report, value| {
        let said = report.element(key, value)?;
        let column = column(report, &said)?;
        if !seen.insert(column) {
            let message = format!("the column `{}` is given twice", column.key());
            report.fault(Code::BadValue, said.span, message, "remove one of the two");
            return None;
        }
        Some(column)
    })?;
    if columns.is_empty() {
        let help = "leave the key out: the columns are then those of the page's table";
        report.fault(Code::BadValue, value.span(), "a table without columns", help);
        return None;
    }
    Some(columns)
}

/// The column of a key.
pub(super) fn column(report: &mut Report<'_>, said: &Text) -> Option<Column> {
    let column = Column::from_key(&said.text);
    if column.is_none() {
        let keys: Vec<_> = Column::ALL.iter().map(|column| column.key()).collect();
        let by_heading = Column::ALL.iter().find(|column| column.heading().eq_ignore_ascii_case(&said.text));
        let meant = by_heading.map(|column| column.key()).or_else(|| near(&said.text, keys.iter().copied()));
        let help = match meant {
            Some(meant) => format!("did you mean {}?", quoted(meant)),
            None => format!("the columns are {}", listed(&keys)),
        };
        report.fault(Code::UnknownColumn, said.span.clone(), format!("unknown column {}", shown(&said.text)), help);
    }
    column
}

/// Id patterns; with `ids`, each of them must match a model.
pub(super) fn patterns(
    report: &mut Report<'_>,
    key: &str,
    value: &Item<'_>,
    ids: Option<&Ids>,
) -> Option<Vec<Pattern>> {
    let patterns = report.array(key, value, "[\"kimi-*\"]", |report, value| {
        let said = report.element(key, value)?;
        let id = |c: char| c.is_ascii_alphanumeric() || "._-/:*?".contains(c);
        if said.text.is_empty() || !said.text.chars().all(id) {
            let message = format!("the pattern {} can match no id", shown(&said.text));
            let help = "a pattern is made of letters, digits, `.`, `_`, `-`, `/`, `:`, with `*` for any characters \
                        and `?` for one";
            report.fault(Code::BadPattern, said.span, message, help);
            return None;
        }
        let pattern = Pattern::new(said.text.as_str());
        if let Some(ids) = ids.filter(|ids| ids.models_sound() && !ids.any_model(&pattern)) {
            let help = match report.near_of(&said.text, ids.models()) {
                Some(meant) => format!("did you mean {}?", quoted(meant)),
                None => "`*` stands for any characters, as in `\"kimi-*\"`; retired models are not rendered".to_owned(),
            };
            report.fault(Code::BadPattern, said.span, format!("no model matches {}", shown(&said.text)), help);
            return None;
        }
        Some(pattern)
    })?;
    if patterns.is_empty() && ids.is_some() {
        let message = "a region without a model";
        report.fault(Code::BadPattern, value.span(), message, "leave the key out to have all models");
        return None;
    }
    Some(patterns)
}
