//! Findings for programs. The shape is in the manual and in `docs/manual/findings-1.schema.json`: within a version keys are
//! added, never removed or changed.

use super::finding::{Finding, Level, Replacement, Report, Span};
use crate::plan::Difference;
use crate::text::is_hidden;
use serde_json::{Value, json};

/// The version of the shape.
const VERSION: u64 = 1;

/// A report as JSON, with a line end.
#[must_use]
pub fn json(report: &Report) -> String {
    let summary = &report.summary;
    text(&json!({
        "version": VERSION,
        "tool": { "name": "moonsync", "version": env!("CARGO_PKG_VERSION") },
        "command": report.command,
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "summary": {
            "read": summary.read,
            "pages": summary.pages,
            "regions": summary.regions,
            "languages": summary.languages,
            "drifted": summary.drifted,
            "written": summary.written,
            "stamps": { "due": summary.stamps_due, "refreshed": summary.stamps_refreshed },
            "errors": report.count(Level::Error),
            "warnings": report.count(Level::Warning),
            "notes": report.count(Level::Note),
            "catalog": summary.catalog,
            "exit": summary.exit,
        },
    }))
}

/// A value as text, with a line end. What a terminal would obey, and what some readers take for a line end, is escaped
/// as JSON escapes it.
pub(super) fn text(value: &Value) -> String {
    let hidden = |c: char| c != '\n' && is_hidden(c);
    let plain = format!("{value:#}\n");
    if !plain.contains(hidden) {
        return plain;
    }
    // Such characters only ever stand in strings.
    let mut out = String::with_capacity(plain.len());
    for c in plain.chars() {
        if hidden(c) {
            c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

fn finding(finding: &Finding) -> Value {
    json!({
        "rule": finding.rule,
        "level": finding.level.name(),
        "message": finding.message,
        "path": Some(&finding.path).filter(|path| !path.is_empty()),
        "language": finding.locale,
        "region": finding.region,
        "span": finding.span.as_ref().map(span),
        "differences": finding.differences.iter().map(difference).collect::<Vec<_>>(),
        "removed": finding.removed,
        "written": finding.written,
        "help": finding.help,
        "edit": finding.edit.as_ref().map(edit),
        "mention": finding.mention.as_ref().map(|mention| json!({
            "kind": mention.kind,
            "text": mention.text,
            "id": mention.id,
            "namespace": mention.namespace,
            "since": mention.since,
            "default": mention.as_default,
        })),
    })
}

fn span(span: &Span) -> Value {
    json!({
        "start": { "byte": span.bytes.start, "line": span.start.line, "column": span.start.column },
        "end": { "byte": span.bytes.end, "line": span.end.line, "column": span.end.column },
    })
}

fn edit(edit: &Replacement) -> Value {
    json!({ "span": span(&edit.span), "text": edit.text })
}

fn difference(difference: &Difference) -> Value {
    let text = difference.to_string();
    match difference {
        Difference::Missing(what) => json!({ "kind": "missing", "what": what, "text": text }),
        Difference::Extra(what) => json!({ "kind": "extra", "what": what, "text": text }),
        Difference::Changed { model, field, old, new } => {
            json!({ "kind": "changed", "what": model, "field": field, "old": old, "new": new, "text": text })
        }
        Difference::Order => json!({ "kind": "order", "text": text }),
        Difference::Other(_) => json!({ "kind": "other", "text": text }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_escaped_and_means_the_same() {
        for hostile in
            ["\u{7f}\u{9b}31m", "a\u{2028}b\u{2029}", "\u{202e}txt", "\u{feff}\u{0}\n\r\t\"\\", "::error::x", "é"]
        {
            let shown = text(&json!({ hostile: hostile }));
            assert!(shown.lines().all(|line| !line.contains(|c: char| c.is_control())), "{shown:?}");
            assert!(!shown.contains(['\u{2028}', '\u{2029}', '\u{202e}', '\u{feff}']), "{shown:?}");
            let read: Value = serde_json::from_str(&shown).expect("it is JSON");
            assert_eq!(read, json!({ hostile: hostile }));
        }
    }
}
