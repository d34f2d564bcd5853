//! The lines of a fence, or of front matter, that lie in a string or comment of several lines: what looks like a marker
//! there is text. Just enough of each language to see where such a string begins and ends; what never ends is none.

use super::js;

/// Which of some lines begin within a string or comment of several lines. `language` is that of the fence, in lower case;
/// front matter is `yaml` or `toml`. The lines have no line ends.
pub(super) fn lines(language: &str, lines: &[&str]) -> Vec<bool> {
    match language {
        "yaml" | "yml" => yaml(lines),
        "json" | "json5" | "jsonc" | "js" | "mjs" | "cjs" | "javascript" | "jsx" | "ts" | "typescript" | "tsx"
        | "css" | "scss" | "c" | "cpp" | "go" => slashes(lines),
        "rust" | "java" | "kotlin" | "swift" | "csharp" => union(slashes(lines), quoted(lines, language)),
        "php" => union(slashes(lines), heredocs(lines, language)),
        "toml" | "python" | "py" => quoted(lines, language),
        "sh" | "bash" | "shell" | "zsh" | "dockerfile" => heredocs(lines, language),
        "ruby" | "rb" => union(heredocs(lines, language), begin_end(lines)),
        _ => vec![false; lines.len()],
    }
}

fn union(mut one: Vec<bool>, other: Vec<bool>) -> Vec<bool> {
    one.iter_mut().zip(other).for_each(|(one, other)| *one |= other);
    one
}

/// Template literals and block comments.
fn slashes(lines: &[&str]) -> Vec<bool> {
    let mut scanner = js::Scanner::statements();
    let enclosed = |line: &&str| {
        let enclosed = scanner.is_verbatim();
        scanner.feed(line, true);
        enclosed
    };
    lines.iter().map(enclosed).collect()
}

/// Block scalars, and quoted scalars that go on behind their line.
fn yaml(lines: &[&str]) -> Vec<bool> {
    let mut out = vec![false; lines.len()];
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let mut n = 0;
    while n < lines.len() {
        let line = lines[n];
        let Some((column, value)) = yaml_value(line) else {
            n += 1;
            continue;
        };
        let mut end = n + 1;
        if is_block_header(value) {
            while end < lines.len() && (lines[end].trim().is_empty() || indent(lines[end]) > column) {
                end += 1;
            }
        } else if let Some(quote @ ('"' | '\'')) = value.chars().next()
            && !closes(&value[1..], quote)
            && let Some(more) = lines[end..].iter().position(|line| closes(line, quote))
        {
            end += more + 1;
        }
        out[n + 1..end].fill(true);
        n = end;
    }
    out
}

/// The value that stands on a line of YAML behind its dashes and its key, and the column of the node that it belongs to.
fn yaml_value(line: &str) -> Option<(usize, &str)> {
    let mut rest = line.trim_start_matches(' ');
    let mut column = line.len() - rest.len();
    while let Some(item) = rest.strip_prefix("- ") {
        let value = item.trim_start_matches(' ');
        if is_block_header(value) || value.starts_with(['"', '\'']) && key(value).is_none() {
            return Some((column, value));
        }
        column += rest.len() - value.len();
        rest = value;
    }
    let value = key(rest)?;
    (!value.is_empty()).then_some((column, value))
}

/// What stands behind the key of a line, and behind a tag or an anchor.
fn key(text: &str) -> Option<&str> {
    if text.starts_with('#') {
        return None;
    }
    let from = match text.chars().next()? {
        quote @ ('"' | '\'') => 1 + text[1..].find(quote)? + 1,
        _ => 0,
    };
    let at = from + text[from..].find(": ")?;
    let mut value = text[at + 1..].trim_start();
    while value.starts_with(['!', '&']) {
        value = value.split_once(' ').map_or("", |(_, rest)| rest.trim_start());
    }
    Some(value)
}

/// `|`, `>-`, `|2+` and the like, perhaps with a comment.
fn is_block_header(value: &str) -> bool {
    let Some(rest) = value.strip_prefix(['|', '>']) else { return false };
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '-');
    rest.trim().is_empty() || rest.starts_with(' ') && rest.trim_start().starts_with('#')
}

/// Whether a quoted scalar of YAML ends in a text.
fn closes(text: &str, quote: char) -> bool {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\\' && quote == '"' {
            chars.next();
        } else if c == quote && (quote == '"' || chars.next_if_eq(&quote).is_none()) {
            return true;
        }
    }
    false
}

/// Strings in three quotes, and Rust's raw strings.
fn quoted(lines: &[&str], language: &str) -> Vec<bool> {
    let mut out = vec![false; lines.len()];
    let comment = if matches!(language, "toml" | "python" | "py") { "#" } else { "//" };
    let mut n = 0;
    let mut from = 0;
    while n < lines.len() {
        let Some((at, mark)) = opening(&lines[n][from..], language, comment) else {
            (n, from) = (n + 1, 0);
            continue;
        };
        let inside = from + at;
        if let Some(end) = find(&lines[n][inside..], &mark) {
            from = inside + end + mark.len();
        } else if let Some(more) = lines[n + 1..].iter().position(|line| find(line, &mark).is_some()) {
            out[n + 1..=n + 1 + more].fill(true);
            n += 1 + more;
            from = find(lines[n], &mark).map_or(0, |end| end + mark.len());
        } else {
            (n, from) = (n + 1, 0);
        }
    }
    out
}

/// Where the first string of several lines begins on a line (behind its quotes), and what ends it.
fn opening(text: &str, language: &str, comment: &str) -> Option<(usize, String)> {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if rest.starts_with(comment) {
            return None;
        }
        if language == "rust" {
            let hashes = rest.strip_prefix('r').map(|rest| rest.len() - rest.trim_start_matches('#').len());
            if let Some(hashes) = hashes
                && rest[1 + hashes..].starts_with('"')
            {
                return Some((at + 2 + hashes, format!("\"{}", "#".repeat(hashes))));
            }
        } else if let Some(mark) = ["\"\"\"", "'''"].into_iter().find(|mark| rest.starts_with(mark)) {
            return Some((at + 3, mark.to_owned()));
        }
        // A string of one line; a lone `'` is a lifetime or an apostrophe.
        at += match c {
            '"' | '\'' => string_end(&rest[1..], c).map_or(1, |end| end + 2),
            other => other.len_utf8(),
        };
    }
    None
}

/// Where a string of one line ends.
fn string_end(text: &str, quote: char) -> Option<usize> {
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote {
            return Some(at);
        }
    }
    None
}

/// Where a mark stands that no backslash is in front of.
fn find(text: &str, mark: &str) -> Option<usize> {
    text.match_indices(mark).map(|(at, _)| at).find(|at| !text[..*at].ends_with('\\'))
}

/// Here-documents of shells, Ruby and PHP.
fn heredocs(lines: &[&str], language: &str) -> Vec<bool> {
    let mut out = vec![false; lines.len()];
    let mut n = 0;
    while n < lines.len() {
        let end = heredoc(lines[n], language).and_then(|word| {
            lines[n + 1..].iter().position(|line| line.trim().trim_end_matches([';', ')', ',']) == word)
        });
        if let Some(more) = end {
            out[n + 1..=n + 1 + more].fill(true);
            n += more + 1;
        }
        n += 1;
    }
    out
}

/// The word that ends the here-document of a line.
fn heredoc<'l>(line: &'l str, language: &str) -> Option<&'l str> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    let mark = if language == "php" { "<<<" } else { "<<" };
    let (_, rest) = line.split_once(mark)?;
    if language != "php" && rest.starts_with('<') {
        return None; // a here-string
    }
    let word = rest.trim_start_matches(['-', '~']);
    // In Ruby `a << B` appends.
    let word = if matches!(language, "ruby" | "rb") { word } else { word.trim_start() };
    let word = word.strip_prefix(['"', '\'', '\\']).unwrap_or(word);
    let end = word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(word.len());
    (end > 0 && !word.starts_with(|c: char| c.is_ascii_digit())).then(|| &word[..end])
}

/// Ruby's `=begin` and `=end`.
fn begin_end(lines: &[&str]) -> Vec<bool> {
    let mut open = false;
    let enclosed = |line: &&str| {
        let enclosed = open;
        open = if open { !line.starts_with("=end") } else { line.starts_with("=begin") };
        enclosed
    };
    lines.iter().map(enclosed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with a `>` before each line that is enclosed.
    fn shown(language: &str, text: &str) -> String {
        let all: Vec<&str> = text.lines().collect();
        let enclosed = lines(language, &all);
        assert_eq!(enclosed.len(), all.len());
        enclosed.iter().map(|enclosed| if *enclosed { '>' } else { '.' }).collect()
    }

    #[test]
    fn strings_and_comments_of_several_lines() {
        for (language, text, wanted) in [
            ("yaml", "a: |\n  # x\n\n  y\nb: 1", ".>>>."),
            ("yaml", "a: >-  # why\n  # x\nb: |2+\n    c", ".>.>"),
            ("yaml", "- |\n  # x\n- a: |\n    # x\n  b: 1\n  # x", ".>.>.."),
            ("yaml", "- a:\n    - |\n      # x\n    # x\n", "..>."),
            ("yaml", "a: !!str |\n  # x\nb: &c >\n  # x", ".>.>"),
            ("yaml", "a: \"b\n  # x\n  c\"\n# x", ".>>."),
            ("yaml", "a: 'it''s\n  # x'\n# x", ".>."),
            ("yaml", "- \"b\n  # x\"\n# x", ".>."),
            ("yaml", "a: \"b\"\n# x\nc: don't\n# x\n'k': \"v\n# x", "......"),
            ("yaml", "# a: |\n  # x\na: b | c\n  # x\na|\n# x", "......"),
            ("yaml", "\"k: x\": |\n  # x\n", ".>"),
            ("toml", "a = '''\n# x\n''' # y\n# x", ".>>."),
            ("toml", "a = \"\"\"b\"\"\"\n# x\nb = \"'''\"\n# x\n# '''\n# x\n'''", "......."),
            ("python", "a = \"\"\"\n# x\n\\\"\"\"\n\"\"\"; b = '''\n# x\n'''\n# x", ".>>>>>."),
            ("python", "a = \"\"\"\n# x", ".."),
            ("rust", "let a = r#\"\n// x\n\"#;\n// x\nlet b: &'a str = r\"\n// x\n\";", ".>>..>>"),
            ("rust", "/*\n// x\n*/\n// x", ".>>."),
            ("java", "a = \"\"\"\n// x\n\"\"\";\n// x", ".>>."),
            ("sh", "cat <<EOF\n# x\nEOF\n# x", ".>>."),
            ("bash", "cat <<-'E_1' > f\n\t# x\n\tE_1\ncat <<< x\n# x", ".>>.."),
            ("sh", "cat <<EOF\n# x", ".."),
            ("sh", "# cat <<EOF\n# x\nEOF", "..."),
            ("ruby", "a << B\n# x\nB\nx = <<~T\n# x\nT\n=begin\n# x\n=end\n# x", "....>>.>>."),
            ("php", "$a = <<<X\n// x\nX;\n// x", ".>>."),
            ("js", "a = `\n// x\n`\n/*\n// x\n*/ b", ".>>.>>"),
            ("ini", "a = '''\n# x\n'''", "..."),
        ] {
            assert_eq!(shown(language, text), wanted, "{language}: {text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_looked_at(
            language in "yaml|toml|python|rust|sh|ruby|php|java|js",
            text in "(\"\"\"|'''|<<EOF|EOF|\n|a: |  |- |\\||>|\"|'|#|é|\\\\|r#|=begin|=end|: |<<<|~){0,40}",
        ) {
            let all: Vec<&str> = text.lines().collect();
            proptest::prop_assert_eq!(lines(&language, &all).len(), all.len());
        }
    }
}
