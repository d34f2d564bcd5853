//! What pages teach, as people read it.

use super::human::plural;
use crate::harvest::{Lesson, Lessons};
use crate::text::visible;
use anstyle::{AnsiColor, Style};
use std::fmt::Write as _;
use unicode_width::UnicodeWidthStr;

const BOLD: Style = Style::new().bold();
const GREEN: Style = AnsiColor::Green.on_default();

/// Longer words do not push the places of the others away.
const WIDEST: usize = 60;

/// What is learnt in one language, word by word, with where the pages have it. With what is known already where
/// `verbose`. `file` is the locale file; `new` says that there is none yet.
#[must_use]
pub fn lessons(tag: &str, file: &str, new: bool, lessons: &Lessons, verbose: bool) -> String {
    let mut counts = Vec::new();
    if !lessons.learnt.is_empty() {
        counts.push(format!(
            "{} for {}{}",
            plural(lessons.learnt.len(), "word"),
            visible(file),
            if new { ", a new file" } else { "" }
        ));
    }
    if !lessons.known.is_empty() {
        counts.push(format!("{} known", lessons.known.len()));
    }
    if !lessons.conflicts.is_empty() {
        counts.push(plural(lessons.conflicts.len(), "conflict"));
    }
    if counts.is_empty() {
        counts.push("nothing to learn".to_owned());
    }
    let mut out = format!("{BOLD}{}{BOLD:#}: {}\n", visible(tag), counts.join("; "));
    let known = lessons.known.iter().filter(|_| verbose);
    let all: Vec<(char, &Lesson)> =
        lessons.learnt.iter().map(|one| ('+', one)).chain(known.map(|one| ('=', one))).collect();
    let says: Vec<String> = all.iter().map(|(_, lesson)| lesson.line()).collect();
    let width = says.iter().map(|line| line.width()).filter(|width| *width <= WIDEST).max().unwrap_or(0);
    for ((sign, lesson), line) in all.iter().zip(says) {
        let style = if *sign == '+' { GREEN } else { Style::new() };
        let pad = " ".repeat(width.saturating_sub(line.width()));
        let same = if lesson.said.said == lesson.word.in_source() { ", as in the source language" } else { "" };
        let seen = lesson.said.seen(&lesson.word, 1);
        let _ = writeln!(out, "  {style}{sign} {line}{style:#}{pad}   {}{same}", visible(&seen));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Column;
    use crate::harvest::{Place, Said, Word};

    #[test]
    fn places_line_up_whatever_the_script() {
        let place = |line| Place { path: "docs/ja/a.md".into(), line, span: 0..0 };
        let lesson = |word, said: &str, places: &[usize]| {
            let places = places.iter().copied().map(place).collect();
            Lesson { word, said: Said { said: said.into(), places } }
        };
        let learnt =
            vec![lesson(Word::Heading(Column::Name), "名前", &[3]), lesson(Word::Term("text".into()), "text", &[5, 6])];
        let known = vec![lesson(Word::Term("No".into()), "なし", &[7])];
        let all = Lessons { learnt, known, conflicts: Vec::new() };
        let plain = |verbose| anstream::adapter::strip_str(&lessons("ja", "ja.toml", true, &all, verbose)).to_string();
        let learnt = "ja: 2 words for ja.toml, a new file; 1 known
  + name = \"名前\"     1 table, docs/ja/a.md:3
  + \"text\" = \"text\"   2 rows, docs/ja/a.md:5, as in the source language
";
        assert_eq!(plain(false), learnt);
        assert_eq!(plain(true), format!("{learnt}  = \"No\" = \"なし\"     1 row, docs/ja/a.md:7\n"));
    }
}
