//! What a family says: as a table for a terminal, its models in order and what became of the retired ones, and as JSON.

use crate::catalog::{Family, Model, Retired};
use crate::content::Number;
use crate::render::cell::grouped;
use crate::text::visible;
use anstyle::Style;
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const PLAIN: Style = Style::new();

/// A family as tables. The default model has a `*` in front; a retired model has its final successor behind it, and the
/// ones that lead there.
#[must_use]
pub fn family(family: &Family) -> String {
    let mut out = String::new();
    let (namespace, path) = (visible(&family.namespace), visible(&family.path));
    let _ = writeln!(out, "{BOLD}{namespace}{BOLD:#} {DIM}{path}{DIM:#}, refs {}/ID", visible(&family.provider));
    let aliases = family.models.iter().any(|model| model.alias != model.name);
    let mut head = vec!["Model", "Name"];
    head.extend(aliases.then_some("Alias"));
    head.extend(["Reasoning", "Input", "Context", "Max output", "Price in", "out", "cache read", "cache write"]);
    let right = head.iter().position(|heading| *heading == "Context").unwrap_or(head.len());
    let rows = family.models.iter().map(|model| row(model, aliases)).collect::<Vec<_>>();
    let marked = |at: usize| family.models.get(at).is_some_and(|model| model.id == family.default_model);
    table(&mut out, &head, &rows, right, marked);
    if !family.retired.is_empty() {
        let dated = family.retired.iter().any(|gone| gone.since.is_some());
        let mut head = vec!["Retired"];
        head.extend(dated.then_some("Since"));
        head.push("Replaced by");
        let rows = family.retired.iter().map(|gone| retired(family, gone, dated)).collect::<Vec<_>>();
        out.push('\n');
        table(&mut out, &head, &rows, head.len(), |_| false);
    }
    out
}

/// Families as JSON: what the catalog says, defaults filled in, prices as numbers.
#[must_use]
pub fn json(families: &[&Family]) -> String {
    let price = |price: &Number| serde_json::from_str::<Value>(price.as_str()).unwrap_or(Value::Null);
    let model = |model: &Model| {
        let mut said = Map::new();
        said.insert("id".into(), json!(model.id));
        said.insert("name".into(), json!(model.name));
        said.insert("alias".into(), json!(model.alias));
        said.insert("reasoning".into(), json!(model.reasoning));
        said.extend(model.reasoning_label.as_ref().map(|label| ("reasoning_label".into(), json!(label))));
        said.insert("input".into(), json!(model.input));
        let cost = &model.cost;
        said.insert(
            "cost".into(),
            json!({
                "input": price(&cost.input),
                "output": price(&cost.output),
                "cache_read": price(&cost.cache_read),
                "cache_write": price(&cost.cache_write),
            }),
        );
        said.insert("context_window".into(), json!(model.context_window));
        said.insert("max_tokens".into(), json!(model.max_tokens));
        Value::Object(said)
    };
    let families = families.iter().map(|family| {
        let retired = family.retired.iter().map(|gone| {
            json!({
                "id": gone.id,
                "replaced_by": gone.replaced_by,
                "successor": family.successor(gone),
                "since": gone.since,
            })
        });
        json!({
            "namespace": family.namespace,
            "path": family.path,
            "provider": family.provider,
            "default_model": family.default_model,
            "models": family.models.iter().map(model).collect::<Vec<_>>(),
            "retired": retired.collect::<Vec<_>>(),
            "regions": family.regions.iter().map(|region| &region.name).collect::<Vec<_>>(),
        })
    });
    let all = json!({ "version": 1, "families": families.collect::<Vec<_>>() });
    format!("{all:#}\n")
}

fn row(model: &Model, aliases: bool) -> Vec<String> {
    let mut row = vec![visible(&model.id), visible(&model.name)];
    row.extend(aliases.then(|| if model.alias == model.name { String::new() } else { visible(&model.alias) }));
    let reasoning = model.reasoning_label.as_deref().unwrap_or(if model.reasoning { "Yes" } else { "No" });
    row.extend([visible(reasoning), visible(&model.input.join(", "))]);
    row.extend([grouped(model.context_window, ","), grouped(model.max_tokens, ",")]);
    let cost = &model.cost;
    row.extend([&cost.input, &cost.output, &cost.cache_read, &cost.cache_write].map(ToString::to_string));
    row
}

fn retired(family: &Family, gone: &Retired, dated: bool) -> Vec<String> {
    let mut row = vec![visible(&gone.id)];
    row.extend(dated.then(|| gone.since.clone().unwrap_or_default()));
    let mut chain: Vec<&str> = Vec::new();
    let mut at = gone;
    while let Some(next) = at.replaced_by.as_deref() {
        chain.push(next);
        match family.retired.iter().find(|other| other.id == next) {
            Some(other) if chain.len() <= family.retired.len() => at = other,
            _ => break,
        }
    }
    row.push(match (family.successor(gone), chain.split_last()) {
        (Some(heir), Some((_, []))) => visible(heir),
        (Some(heir), Some((_, way))) => format!("{} (by way of {})", visible(heir), visible(&way.join(", "))),
        (None, Some(_)) => format!("nothing (by way of {})", visible(&chain.join(", "))),
        _ => "nothing".to_owned(),
    });
    row
}

/// Columns that line up; from column `right` on to the right. A row that is `marked` has a `*` in front.
fn table(out: &mut String, head: &[&str], rows: &[Vec<String>], right: usize, marked: impl Fn(usize) -> bool) {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width());
        cells.chain([head[column].width()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut line = |mark: &str, style: Style, cells: &[&str]| {
        let mut text = String::new();
        for (column, cell) in cells.iter().enumerate() {
            let pad = " ".repeat(widths[column] - cell.width());
            text.push_str("  ");
            text.push_str(&if column >= right { pad + cell } else { (*cell).to_owned() + &pad });
        }
        let _ = writeln!(out, "{mark}{style}{}{style:#}", text[1..].trim_end());
    };
    line(" ", BOLD, head);
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        line(if marked(at) { "*" } else { " " }, PLAIN, &cells);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::parse::{CatalogFile, Role, parse};

    #[test]
    fn columns_line_up_and_chains_are_followed() {
        let text = r#"
namespace = "k"
provider = "p"
default_model = "b"
[defaults]
reasoning = true
input = ["text"]
cost = { input = 0.5, output = 12 }
context_window = 262144
max_tokens = 9
[[models]]
id = "a"
name = "月之暗面"
reasoning_label = "low / high"
[[models]]
id = "b"
name = "B b b b b b"
alias = "B"
input = ["text", "image"]
[[retired]]
id = "x"
replaced_by = "y"
[[retired]]
id = "y"
replaced_by = "a"
since = 2026-07-16
[[retired]]
id = "z"
[[retired]]
id = "z2"
replaced_by = "z"
"#;
        let file = CatalogFile { path: "k.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
        let (catalog, faults) = parse(&[file]);
        assert_eq!(faults, []);
        let said = anstream::adapter::strip_str(&family(&catalog.families[0])).to_string();
        let expected = "\
k k.toml, refs p/ID
  Model  Name         Alias  Reasoning   Input        Context  Max output  Price in  out  cache read  cache write
  a      月之暗面            low / high  text         262,144           9       0.5   12           0            0
* b      B b b b b b  B      Yes         text, image  262,144           9       0.5   12           0            0

  Retired  Since       Replaced by
  x                    a (by way of y)
  y        2026-07-16  a
  z                    nothing
  z2                   nothing (by way of z)
";
        assert_eq!(said, expected);
        let said: Value = serde_json::from_str(&json(&[&catalog.families[0]])).expect("JSON");
        assert_eq!(said["families"][0]["models"][0]["cost"]["output"], 12);
        assert_eq!(said["families"][0]["retired"][0]["successor"], "a");
    }
}
