//! JSON Schemas of the files that people write: a family, a locale file, `moonsync.toml`.
//!
//! For editors: Taplo and its kin check a TOML file against the schema that it names (`#:schema …`) while it is
//! written. The keys, columns and words are those of the parser; what a schema cannot say (that an id is there twice,
//! that a successor exists) only `moonsync catalog check` knows.

use crate::catalog::parse::words;
use crate::catalog::{Column, DIGIT_SEPARATORS};
use serde_json::{Map, Value, json};

/// Which file a schema is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// A model family.
    Family,
    /// The words of a language.
    Locale,
    /// `moonsync.toml`.
    Config,
}

/// The draft of JSON Schema that Taplo and other editors read.
const DRAFT: &str = "http://json-schema.org/draft-07/schema#";

/// The schema of a file, as text.
///
/// ```
/// use moonsync::schema::{File, schema};
/// assert!(schema(File::Family).contains("\"default_model\""));
/// ```
#[must_use]
pub fn schema(file: File) -> String {
    let value = match file {
        File::Family => family(),
        File::Locale => locale(),
        File::Config => config(),
    };
    format!("{value:#}\n")
}

/// A table with these keys and no others.
fn table(about: &str, required: &[&str], keys: &[(&str, Value)]) -> Value {
    let properties: Map<String, Value> = keys.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
    let mut table = json!({
        "description": about,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    });
    if !required.is_empty() {
        table["required"] = json!(required);
    }
    table
}

fn root(title: &str, mut table: Value) -> Value {
    let mut root = Map::new();
    root.insert("$schema".to_owned(), json!(DRAFT));
    root.insert("title".to_owned(), json!(title));
    if let Some(table) = table.as_object_mut() {
        root.append(table);
    }
    Value::Object(root)
}

fn string(about: &str) -> Value {
    json!({ "description": about, "type": "string" })
}

/// Words that a page shows: not empty, without a line break or a control character, not blank at its edges.
fn shown(about: &str) -> Value {
    // `\p{Cc}` is not for every reader of patterns; these are all of them, and the two line ends of Unicode.
    let pattern = "^[^\\s\\u0000-\\u001f\\u007f-\\u009f](?:[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*\
                   [^\\s\\u0000-\\u001f\\u007f-\\u009f])?$";
    json!({ "description": about, "type": "string", "pattern": pattern })
}

fn name(about: &str) -> Value {
    json!({ "description": about, "type": "string", "pattern": "^[A-Za-z0-9._/-]+$" })
}

fn id(about: &str) -> Value {
    json!({ "description": about, "type": "string", "pattern": "^[A-Za-z0-9._/:-]+$" })
}

fn one_of(about: &str, words: &[&str]) -> Value {
    json!({ "description": about, "type": "string", "enum": words })
}

fn flag(about: &str) -> Value {
    json!({ "description": about, "type": "boolean" })
}

fn count(about: &str) -> Value {
    json!({ "description": about, "type": "integer", "minimum": 1 })
}

fn list(about: &str, least: usize, items: Value) -> Value {
    json!({ "description": about, "type": "array", "minItems": least, "items": items })
}

fn patterns(about: &str, least: usize) -> Value {
    let item = json!({ "type": "string", "pattern": "^[A-Za-z0-9._/:*?-]+$" });
    list(about, least, item)
}

/// What a model and `[defaults]` share.
fn settings() -> Vec<(&'static str, Value)> {
    let price = |about: &str| json!({ "description": about, "type": "number", "minimum": 0 });
    let cost = table(
        "Prices per million tokens. What is not given comes from [defaults], else it is 0.",
        &[],
        &[
            ("input", price("Input.")),
            ("output", price("Output.")),
            ("cache_read", price("Input read from a cache.")),
            ("cache_write", price("Input written to a cache.")),
        ],
    );
    vec![
        ("reasoning", flag("Whether the model reasons.")),
        ("input", list("The modalities it takes.", 1, shown("Such as text or image."))),
        ("cost", cost),
        ("context_window", count("The context window in tokens.")),
        ("max_tokens", count("The most tokens of an answer.")),
    ]
}

fn model() -> Value {
    let level = shown("What the level is called there.");
    let levels: Vec<(&str, Value)> = words::LEVELS.iter().map(|key| (*key, level.clone())).collect();
    let own: Vec<&str> = words::OWN.iter().map(|(key, _)| *key).collect();
    let mut keys = vec![
        ("id", id("The id, unique in the family.")),
        ("name", shown("The name that pages show.")),
        ("alias", shown("The alias; without it, the name.")),
        ("reasoning_label", shown("What the Reasoning column says, where it is not Yes or No.")),
        ("thinking_levels", table("`thinkingLevelMap`: the levels that the model has.", &[], &levels)),
        (
            "extra",
            json!({
                "description": "Keys of a `models` region after the model's own, as they stand.",
                "type": "object",
                "propertyNames": { "not": { "enum": own } },
            }),
        ),
    ];
    keys.extend(settings());
    table("A model.", &["id", "name"], &keys)
}

fn region() -> Value {
    let columns: Vec<&str> = Column::ALL.iter().map(|column| column.key()).collect();
    let column = one_of("A column.", &columns);
    let mut columns = list("The columns of the table; without it, those of the page.", 1, column);
    columns["uniqueItems"] = json!(true);
    table(
        "How a region is rendered.",
        &[],
        &[
            ("kind", one_of("What it renders.", words::KINDS)),
            ("layout", one_of("List or table, or what the page has.", words::LAYOUTS)),
            ("value", one_of("What an item of a list says.", words::VALUES)),
            ("columns", columns),
            ("models", patterns("Only models with these ids.", 1)),
            ("expand", list("Keys whose objects are written over several lines.", 0, shown("A key."))),
            ("width", count("The width past which an object is written over several lines.")),
            ("template", string("The text of the region, as a template.")),
        ],
    )
}

fn regions() -> Value {
    let mut properties = Map::new();
    for (name, kinds) in words::BUILT_IN {
        let mut region = region();
        region["properties"]["kind"]["enum"] = json!(kinds);
        region["properties"]["template"] = json!(false);
        properties.insert((*name).to_owned(), region);
    }
    // A region of one's own says its kind, and a template its text.
    let mut own = region();
    own["required"] = json!(["kind"]);
    own["if"] = json!({ "properties": { "kind": { "const": "template" } } });
    own["then"] = json!({ "required": ["template"] });
    own["else"] = json!({ "properties": { "template": false } });
    json!({
        "description": "How regions are rendered. `ids`, `model-refs`, `aliases` and `models` are built in.",
        "type": "object",
        "properties": properties,
        "propertyNames": { "pattern": "^[a-z0-9-]+$" },
        "additionalProperties": own,
    })
}

fn family() -> Value {
    let retired = table(
        "A model that is no longer rendered.",
        &["id"],
        &[
            ("id", id("Its id.")),
            ("replaced_by", id("The model, or another retired one, that takes its place.")),
            ("since", json!({ "description": "The day, as 2026-07-16 without quotes.", "type": "string" })),
        ],
    );
    let promises = json!({
        "description": "Regions that a page must have, in every language that has the page.",
        "type": "object",
        "additionalProperties": { "type": "array", "items": { "type": "string" } },
    });
    let sources = json!({
        "description": "What published lists, such as models-dev, call the provider.",
        "type": "object",
        "propertyNames": { "pattern": name("")["pattern"] },
        "additionalProperties": { "anyOf": [shown("A name."), { "type": "array", "items": shown("A name.") }] },
    });
    root(
        "A family of models, as moonsync reads it",
        table(
            "The single source of truth of a family of models.",
            &["namespace", "provider", "default_model", "models"],
            &[
                ("namespace", name("The prefix of its markers: a region is called <namespace>-<region>.")),
                ("provider", name("The prefix of its refs: <provider>/<id>.")),
                ("default_model", id("The id of the default model.")),
                ("ids", patterns("Which ids belong to the family, for `import` and `refs`.", 0)),
                ("defaults", table("What a model that does not say it has.", &[], &settings())),
                ("models", list("The models, in the order in which they are rendered.", 1, model())),
                ("retired", list("Models that are no longer rendered.", 0, retired)),
                ("regions", regions()),
                ("pages", promises),
                ("sources", sources),
            ],
        ),
    )
}

fn locale() -> Value {
    let mut headings: Vec<(&str, Value)> =
        Column::ALL.iter().map(|column| (column.key(), shown(&format!("For `{}`.", column.heading())))).collect();
    // `cost.input = "…"` is a table in a table to TOML.
    let prices = Column::ALL.iter().filter_map(|column| column.key().strip_prefix("cost."));
    let prices: Vec<(&str, Value)> = prices.map(|key| (key, shown("The heading."))).collect();
    headings.push(("cost", table("The headings of prices.", &[], &prices)));
    let separator = |about: &str| {
        let pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$";
        json!({ "description": about, "type": "string", "minLength": 1, "pattern": pattern })
    };
    let marks: Vec<String> =
        std::iter::once(String::new()).chain(DIGIT_SEPARATORS.iter().map(char::to_string)).collect();
    let terms = json!({
        "description": "Whatever the catalog says in words, in the catalog's own wording.",
        "type": "object",
        "propertyNames": { "pattern": shown("")["pattern"] },
        "additionalProperties": shown("The translation."),
    });
    root(
        "The words of a language, as moonsync reads them",
        table(
            "What a language calls the catalog's words.",
            &[],
            &[
                ("list_separator", separator("What stands between modalities.")),
                (
                    "thousands",
                    json!({ "description": "What groups the digits of token counts.", "type": "string", "enum": marks }),
                ),
                ("columns", table("The headings of tables.", &[], &headings)),
                ("terms", terms),
                (
                    "templates",
                    json!({
                        "description": "Templates in the language, by region.",
                        "type": "object",
                        "additionalProperties": { "type": "string" },
                    }),
                ),
            ],
        ),
    )
}

fn config() -> Value {
    let paths = |about: &str, least| list(about, least, json!({ "type": "string", "minLength": 1 }));
    let dialects = ["auto", "mdx", "commonmark"];
    let source = json!({ "description": "Where the source language is.", "type": "string", "pattern": "\\{page\\}" });
    let path = json!({
        "type": "string",
        "allOf": [{ "pattern": "\\{locale\\}" }, { "pattern": "\\{page\\}" }],
    });
    let translations = table(
        "Where pages of which language are.",
        &[],
        &[
            ("source_locale", string("The tag of the source language.")),
            ("source", source),
            (
                "path",
                json!({
                    "description": "Where translations are.",
                    "anyOf": [path, { "type": "array", "items": path }],
                }),
            ),
            (
                "refresh_source_hash",
                flag("Give a translation the stamp of its source page where only regions changed."),
            ),
        ],
    );
    let refs = table(
        "Mentions of models outside regions.",
        &[],
        &[
            ("level", one_of("How bad one is.", &["off", "warn", "error"])),
            ("allow", paths("Pages that may mention any model.", 0)),
        ],
    );
    root(
        "moonsync.toml",
        table(
            "The configuration of moonsync. Paths and patterns are seen from its folder.",
            &[],
            &[
                ("required_version", string("The versions of moonsync that may read this, such as >=0.1.")),
                ("catalogs", paths("Catalog folders and family files.", 1)),
                ("pages", paths("Pages, and folders of pages.", 1)),
                ("exclude", paths("Pages and folders that are left out.", 0)),
                (
                    "dialect",
                    json!({
                        "description": "By which rules pages are read; also by pattern.",
                        "anyOf": [
                            { "type": "string", "enum": dialects },
                            { "type": "object", "additionalProperties": { "type": "string", "enum": dialects } },
                        ],
                    }),
                ),
                ("translations", translations),
                ("refs", refs),
            ],
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::path::Path;

    #[test]
    fn the_committed_schemas_are_current() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog/schema");
        for (file, name) in [(File::Family, "family"), (File::Locale, "locale"), (File::Config, "config")] {
            let path = folder.join(format!("{name}.schema.json"));
            let there = fs::read_to_string(&path).unwrap_or_default();
            assert_eq!(
                there,
                schema(file),
                "write it anew: moonsync schema {name} > catalog/schema/{name}.schema.json"
            );
        }
    }
}
