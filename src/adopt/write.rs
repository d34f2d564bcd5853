//! A draft as a family's file.

use super::{Draft, DraftModel, PRICES};
use crate::catalog::edit::{GUESSED, spelled};
use crate::content::{Number, Value};
use std::fmt::Write as _;

/// What stands behind a value that no page says.
const GAP: &str = "# no page says it: review";

impl Draft {
    /// The family's file. Every value that no page says has a remark that asks for a review.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut out = String::new();
        let string = |text: &str| spelled(&Value::String(text.to_owned()));
        let mut root = vec![("namespace", string(&self.namespace), "")];
        root.push(("provider", string(self.provider()), if self.provider.is_none() { GAP } else { "" }));
        let remark = if self.default_is_said { "" } else { "# no page says which: review" };
        root.push(("default_model", string(&self.default_model), remark));
        let patterns = self.patterns();
        if !patterns.is_empty() {
            root.push(("ids", spelled(&strings(&patterns)), ""));
        }
        rows(&mut out, &root);
        for model in &self.models {
            out.push_str("\n[[models]]\n");
            rows(&mut out, &model.rows());
        }
        for (region, columns) in &self.tables {
            let keys: Vec<String> = columns.iter().map(|column| column.key().to_owned()).collect();
            let _ = writeln!(out, "\n[regions.{region}]");
            let mut rows_of = vec![("layout", string("table"), ""), ("columns", spelled(&strings(&keys)), "")];
            rows_of.extend(self.some.get(region).map(|ids| ("models", spelled(&strings(ids)), "")));
            rows(&mut out, &rows_of);
        }
        for (region, ids) in self.some.iter().filter(|(region, _)| !self.tables.contains_key(*region)) {
            let _ = writeln!(out, "\n[regions.{region}]\nmodels = {}", spelled(&strings(ids)));
        }
        out
    }

    /// The patterns of the ids, by how all of them begin.
    fn patterns(&self) -> Vec<String> {
        let ids: Vec<&str> = self.models.iter().map(|model| model.id.as_str()).collect();
        let [first, others @ ..] = &ids[..] else { return Vec::new() };
        let ends = first.match_indices('-').map(|(at, _)| at + 1);
        let common = ends.filter(|end| others.iter().all(|id| id.starts_with(&first[..*end]))).max();
        common.filter(|_| !others.is_empty()).map(|end| format!("{}*", &first[..end])).into_iter().collect()
    }
}

impl DraftModel {
    fn rows(&self) -> Vec<(&'static str, String, &'static str)> {
        let string = |text: &str| spelled(&Value::String(text.to_owned()));
        let number = |count: u64| spelled(&Value::Number(Number::from(count)));
        let name = Draft::name(self);
        let mut rows =
            vec![("id", string(&self.id), ""), ("name", string(&name), if self.name.is_none() { GUESSED } else { "" })];
        rows.extend(self.alias.as_ref().filter(|alias| **alias != *name).map(|alias| ("alias", string(alias), "")));
        let mut said = |key, value: Option<String>, otherwise: &str| {
            let remark = if value.is_none() { GAP } else { "" };
            rows.push((key, value.unwrap_or_else(|| otherwise.to_owned()), remark));
        };
        said("reasoning", self.reasoning.map(|reasons| reasons.to_string()), "false");
        if let Some(label) = &self.reasoning_label {
            said("reasoning_label", Some(string(label)), "");
        }
        if let Some(levels) = &self.thinking_levels {
            said("thinking_levels", Some(spelled(levels)), "");
        }
        said("input", self.input.as_ref().map(|words| spelled(&strings(words))), "[\"text\"]");
        let prices = self.cost.as_ref().map(|cost| {
            let price = |key: &str| cost.iter().find(|(known, _)| known == key);
            let prices = PRICES.iter().filter_map(|key| price(key));
            spelled(&Value::Object(prices.map(|(key, price)| (key.clone(), Value::Number(price.clone()))).collect()))
        });
        said("cost", prices, "{}");
        said("context_window", self.context_window.map(number), "131072");
        said("max_tokens", self.max_tokens.map(number), "8192");
        // TOML has no null.
        let extra: Vec<(String, Value)> = self.extra.iter().filter(|(_, value)| !holds_null(value)).cloned().collect();
        if !extra.is_empty() {
            said("extra", Some(spelled(&Value::Object(extra))), "");
        }
        rows
    }
}

fn holds_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.iter().any(holds_null),
        Value::Object(members) => members.iter().any(|(_, value)| holds_null(value)),
        _ => false,
    }
}

fn strings(texts: &[String]) -> Value {
    Value::Array(texts.iter().cloned().map(Value::String).collect())
}

/// Keys with their values, the `=` in one column.
fn rows(out: &mut String, rows: &[(&str, String, &str)]) {
    let width = rows.iter().map(|(key, ..)| key.len()).max().unwrap_or(0);
    for (key, value, remark) in rows {
        let _ = write!(out, "{key:width$} = {value}");
        if !remark.is_empty() {
            let _ = write!(out, " {remark}");
        }
        out.push('\n');
    }
}
