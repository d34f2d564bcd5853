//! A plan as text: what people and machines read. Decides nothing.

use std::fmt::Write as _;

/// A text as it may be shown in a terminal: control characters and marks that reorder text are escaped.
///
/// ```
/// assert_eq!(moonsync::report::visible("a\u{1b}[31m"), "a\\u{1b}[31m");
/// ```
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() || is_invisible(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

/// Characters that change how the text around them is shown, and are not seen themselves.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// A moonsync command line that a shell takes as it stands.
///
/// ```
/// assert_eq!(moonsync::report::command(&["mark", "repair", "a b.md"]), "moonsync mark repair 'a b.md'");
/// ```
#[must_use]
pub fn command(arguments: &[&str]) -> String {
    let mut out = String::from("moonsync");
    for argument in arguments {
        out.push(' ');
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
        if !argument.is_empty() && argument.chars().all(plain) {
            out.push_str(argument);
        } else {
            out.push('\'');
            out.push_str(&visible(argument).replace('\'', "'\\''"));
            out.push('\'');
        }
    }
    out
}
