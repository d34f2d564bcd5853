//! Reads a locale file: the headings, words and templates of one language.

use super::reader::{Item, Report, Table, Text, bare, shown};
use super::region;
use crate::catalog::{Column, DIGIT_SEPARATORS, Locale};
use crate::diagnostic::Code;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

const KEYS: &[&str] = &["list_separator", "thousands", "columns", "terms", "templates"];

/// A template's region, and where the locale file names it.
pub(super) type Named = (String, Range<usize>);

/// Reads a locale file; also gives the places of its templates, which the families must know.
pub(super) fn read(report: &mut Report<'_>, root: &DeTable<'_>, tag: &str) -> (Locale, Vec<Named>) {
    let root = Table { entries: root, span: 0..0, place: "a locale file" };
    report.known(&root, KEYS, None);
    let mut locale = Locale {
        path: report.path.to_owned(),
        tag: tag.to_owned(),
        list_separator: report
            .read(&root, "list_separator", |report, key, value| separator(report, key, value, 1))
            .good(),
        thousands: report.read(&root, "thousands", |report, key, value| separator(report, key, value, 0)).good(),
        ..Locale::default()
    };
    if let Some(table) = report.subtable(&root, "columns", "[columns]", "[columns]` with `ref = \"…\"") {
        for (key, value) in table.entries {
            match value.get_ref() {
                // `cost.input = "…"` is a table in a table to TOML.
                DeValue::Table(inner) if key.get_ref() == "cost" => {
                    for (inner, value) in inner {
                        heading(report, &mut locale, format!("cost.{}", inner.get_ref()), inner, value);
                    }
                }
                _ => heading(report, &mut locale, key.get_ref().to_string(), key, value),
            }
        }
    }
    if let Some(table) = report.subtable(&root, "terms", "[terms]", "[terms]` with `\"Yes\" = \"…\"") {
        for (key, value) in table.entries {
            let word: &str = key.get_ref();
            let known = report.check_words("a word of the catalog", word, key.span());
            if let Some(term) = translation(report, word, value).filter(|_| known) {
                locale.terms.push((word.to_owned(), term));
            }
        }
    }
    let mut named = Vec::new();

    let example = "[templates]` with `prices = \"\"\"…\"\"\"";
    if let Some(table) = report.subtable(&root, "templates", "[templates]", example) {
        for (key, value) in table.entries {
            let name = key.get_ref().to_string();
            if let Some(text) = report.template(&name, value) {
                locale.templates.push((name.clone(), text));
            }
            named.push((name, key.span()));
        }
    }
    (locale, named)
}

/// What stands between words or digits: blanks are welcome, line breaks are not.
fn separator(report: &mut Report<'_>, key: &str, value: &Item<'_>, least: usize) -> Option<String> {
    let said = report.string(key, value)?;
    let default = if key == "thousands" { "," } else { ", " };
    let fault = if said.text.chars().count() < least {
        "is empty"
    } else if said.text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        "holds a line break or control character"
    } else {
        let mut marks = said.text.chars();
        let one_or_none = marks.next().is_none_or(|mark| DIGIT_SEPARATORS.contains(&mark)) && marks.next().is_none();
        if key != "thousands" || one_or_none {
            return Some(said.text);
        }
        // Its numbers could not be read again.
        "groups no digits"
    };
    let help = if fault.starts_with("groups") {
        "it takes nothing, or one of: comma, full stop, apostrophe, `_`, a space (also `\\u00A0`, `\\u2009`, `\\u202F`)"
            .to_owned()
    } else {
        format!("leave the key out to have `{key} = \"{default}\"`")
    };
    report.fault(Code::BadName, said.span, format!("`{key}` {fault}"), help);
    None
}

/// A translation; an empty one is refused.
fn translation(report: &mut Report<'_>, word: &str, value: &Item<'_>) -> Option<String> {
    let said = report.string(word, value)?;
    if said.text.trim().is_empty() {
        let message = format!("the translation of {} is empty", shown(word));
        let help = format!("write `{} = \"…\"`, or remove the line until there is a translation", bare(word));
        report.fault(Code::BadName, said.span, message, help);
        return None;
    }
    report.check_words(&format!("the translation of {}", shown(word)), &said.text, said.span).then_some(said.text)
}

fn heading(report: &mut Report<'_>, locale: &mut Locale, name: String, key: &Spanned<DeString<'_>>, value: &Item<'_>) {
    let column: Option<Column> = region::column(report, &Text { text: name.clone(), span: key.span() });
    let heading = translation(report, &name, value);
    let (Some(column), Some(heading)) = (column, heading) else { return };
    if locale.columns.iter().any(|(known, _)| *known == column) {
        let message = format!("the heading of `{name}` is given twice");
        report.fault(Code::BadValue, key.span(), message, "remove one of the two");
        return;
    }
    locale.columns.push((column, heading));
}
