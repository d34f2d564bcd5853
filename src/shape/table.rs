//! Tables as GitHub has them: reading rows and their look by line, and writing them as prettier does.
//!
//! The reader is its own, since a parser that makes events keeps neither what cells a row has too many nor how the
//! rows were padded. What a cell says is [`inline`]'s.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::{Fence, inline, is_blank};
use crate::content::Inline;

/// How a column is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// `---`
    #[default]
    None,
    /// `:---`
    Left,
    /// `:---:`
    Center,
    /// `---:`
    Right,
}

/// How a table looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Whether the cells of a column are as wide as each other.
    pub padded: bool,
    /// Whether spaces stand round the dashes: `| --- |`.
    pub spaced_delimiter: bool,
    /// Whether spaces stand round the cells: `| a |`.
    pub spaced_cells: bool,
    /// Whether colons count among the three characters of an unpadded delimiter: `:-:`, not `:---:`.
    pub narrow: bool,
    /// Whether rows begin with a `|`. What is written always does.
    pub outer_pipes: bool,
    /// The alignment by column; columns beyond have none.
    pub align: Vec<Align>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            padded: true,
            spaced_delimiter: true,
            spaced_cells: true,
            narrow: false,
            outer_pipes: true,
            align: vec![],
        }
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Its Markdown as it stands between the pipes, `\|` included, without the spaces round it.
    pub source: String,
    /// What it says, where that is words or one code span.
    pub content: Option<Inline>,
}

/// A table that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadTable {
    /// The line of the header in the body, from 0; the rows begin two lines below.
    pub at: usize,
    /// The cells of the header.
    pub header: Vec<Cell>,
    /// The rows below. A row has the cells that it is written with, too few or too many ones too.
    pub rows: Vec<Vec<Cell>>,
    /// How it looks.
    pub look: Look,
    /// The lines that are none of the table's, blank ones left out.
    pub foreign: Vec<String>,
}

/// Reads the first table of a body. Gives nothing where there is none.
///
/// ```
/// let table = moonsync::shape::table::read("| Id | Name |\n|---|---|\n| `a` | A |\n").unwrap();
/// assert_eq!(table.rows[0][1].source, "A");
/// assert!(!table.look.padded && !table.look.spaced_delimiter && table.look.spaced_cells);
/// ```
#[must_use]
pub fn read(body: &str) -> Option<ReadTable> {
    let lines: Vec<&str> = body.split('\n').collect();
    let mut fence = Fence::default();
    let at =
        (0..lines.len().saturating_sub(1)).find(|n| !fence.holds(lines[*n]) && is_head(lines[*n], lines[n + 1]))?;
    let header = split(lines[at]);
    let delimiter = split(lines[at + 1]);
    let mut rows: Vec<Vec<&str>> = Vec::new();
    let mut next = at + 2;
    while let Some(line) = lines.get(next).filter(|line| is_row(line, header.len())) {
        rows.push(split(line));
        next += 1;
    }
    let foreign = lines[..at].iter().chain(&lines[next..]).filter(|line| !line.trim().is_empty());
    Some(ReadTable {
        at,
        look: find_look(lines[at], &header, &delimiter, &rows),
        header: cells(&header),
        rows: rows.iter().map(|row| cells(row)).collect(),
        foreign: foreign.map(|line| (*line).to_owned()).collect(),
    })
}

/// Whether a body begins with a table.
pub(super) fn starts(body: &str) -> bool {
    let mut lines = body.lines().skip_while(|line| line.trim().is_empty());
    matches!((lines.next(), lines.next()), (Some(header), Some(delimiter)) if is_head(header, delimiter))
}

/// The table as lines, each ended by `\n`: one line for the header, one for the dashes, one for each row. Cells are
/// inline Markdown as [`inline::write`] gives it for a cell. A short row is filled up with empty cells.
///
/// ```
/// use moonsync::shape::table::{write, Look};
/// let rows = [vec!["`a`".to_owned(), "モデル".to_owned()]];
/// let written = write(&["Id".to_owned(), "Name".to_owned()], &rows, &Look::default());
/// assert_eq!(written, "| Id  | Name   |\n| --- | ------ |\n| `a` | モデル |\n");
/// ```
#[must_use]
pub fn write(header: &[String], rows: &[Vec<String>], look: &Look) -> String {
    let columns = rows.iter().map(Vec::len).fold(header.len(), usize::max);
    if columns == 0 {
        return String::new();
    }
    let space = if look.spaced_cells { " " } else { "" };
    // What the spaces round the dashes take more than those round the cells is taken from the dashes, of which three stay.
    let least = if look.spaced_delimiter && !look.spaced_cells { 5 } else { 3 };
    let mut widths = vec![least; columns];
    if look.padded {
        for row in std::iter::once(header).chain(rows.iter().map(Vec::as_slice)) {
            for (most, cell) in widths.iter_mut().zip(row) {
                *most = width(cell).max(*most);
            }
        }
    }
    let align = |column: usize| look.align.get(column).copied().unwrap_or_default();
    let mut out = String::new();
    let write_row = |out: &mut String, row: &[String]| {
        out.push('|');
        for (column, most) in widths.iter().enumerate() {
            let cell = row.get(column).map_or("", String::as_str);
            let pad = if look.padded { most.saturating_sub(width(cell)) } else { 0 };
            let left = match align(column) {
                Align::None | Align::Left => 0,
                Align::Center => pad / 2,
                Align::Right => pad,
            };
            out.push_str(space);
            out.extend(std::iter::repeat_n(' ', left));
            out.push_str(cell);
            out.extend(std::iter::repeat_n(' ', pad - left));
            out.push_str(space);
            // Two pipes in a row are no cell to every parser, and a pipe behind a backslash, or two, ends none to some.
            if out.ends_with(['|', '\\']) {
                out.push(' ');
            }
            out.push('|');
        }
        out.push('\n');
    };
    write_row(&mut out, header);
    out.push('|');
    for (column, most) in widths.iter().enumerate() {
        let align = align(column);
        let colons = match align {
            Align::None => 0,
            Align::Left | Align::Right => 1,
            Align::Center => 2,
        };
        let dashes = match (look.padded, look.narrow) {
            (true, _) => {
                let all = if look.spaced_cells { most + 2 } else { *most };
                (if look.spaced_delimiter { all - 2 } else { all }) - colons
            }
            (false, true) => 3 - colons,
            (false, false) => 3,
        };
        let space = if look.spaced_delimiter { " " } else { "" };
        let left = if matches!(align, Align::Left | Align::Center) { ":" } else { "" };
        let right = if matches!(align, Align::Right | Align::Center) { ":" } else { "" };
        out.extend([space, left, &"-".repeat(dashes), right, space, "|"]);
    }
    out.push('\n');
    for row in rows {
        write_row(&mut out, row);
    }
    out
}

/// The columns that a text takes, as prettier 3.10 counts them: two for what is wide in East Asia and for an emoji with
/// all that belongs to it, none for the marks above and below a letter, else one. (Up to 3.9 it counted the marks of
/// other scripts than Latin too.)
#[must_use]
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.bytes().filter(|byte| !byte.is_ascii_control()).count();
    }
    let chars: Vec<char> = text.chars().collect();
    let (mut total, mut n) = (0, 0);
    while n < chars.len() {
        let emoji = emoji_end(&chars, n);
        if emoji > n {
            total += 2;
            n = emoji;
            continue;
        }
        total += match chars[n] {
            c if c.is_control() => 0,
            c if c.width() == Some(0) && !is_counted(c) => 0,
            c if c.width() == Some(2) => 2,
            _ => 1,
        };
        n += 1;
    }
    total
}

/// Characters without a width of their own that prettier counts all the same, since they are no nonspacing marks:
/// the vowel signs of India that stand beside their letter, Korean letters in parts, and what is invisible.
fn is_counted(c: char) -> bool {
    matches!(c,
        '\u{9be}' | '\u{9d7}' | '\u{b3e}' | '\u{b57}' | '\u{bbe}' | '\u{bd7}' | '\u{cc0}' | '\u{cc2}'
        | '\u{cc7}'..='\u{cc8}' | '\u{cca}'..='\u{ccb}' | '\u{cd5}'..='\u{cd6}' | '\u{d3e}' | '\u{d57}'
        | '\u{dcf}' | '\u{ddf}' | '\u{1160}'..='\u{11ff}' | '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Where the emoji that begins at `n` ends, where it is made of several characters; else `n`.
fn emoji_end(chars: &[char], n: usize) -> usize {
    let get = |n: usize| chars.get(n).copied().unwrap_or_default();
    let is_flag = |c: char| matches!(c, '\u{1f1e6}'..='\u{1f1ff}');
    let is_style =
        |c: char| matches!(c, '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}');
    // Only where U+FE0F makes a character wide is it an emoji.
    let is_emoji = |c: char| !c.is_ascii() && String::from_iter([c, '\u{fe0f}']).width() == 2;
    const JOINER: char = '\u{200d}';
    if is_flag(get(n)) && is_flag(get(n + 1)) {
        return n + 2;
    }
    if matches!(get(n), '0'..='9' | '#' | '*') {
        let mark = if get(n + 1) == '\u{fe0f}' { n + 2 } else { n + 1 };
        return if get(mark) == '\u{20e3}' { mark + 1 } else { n };
    }
    if !(is_style(get(n + 1)) || get(n + 1) == JOINER) || !is_emoji(get(n)) {
        return n;
    }
    let mut end = n + 1;
    loop {
        while is_style(get(end)) {
            end += 1;
        }
        if get(end) != JOINER || !is_emoji(get(end + 1)) {
            return end;
        }
        end += 2;
    }
}

/// The cells of a row as they stand between its pipes, spaces included. A `|` right after a backslash is no border.
fn split(line: &str) -> Vec<&str> {
    let line = line.trim_matches(is_blank);
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let mut start = 0;
    for pipe in pipes(line) {
        cells.push(&line[start..pipe]);
        start = pipe + 1;
    }
    if !line[start..].trim_matches(is_blank).is_empty() {
        cells.push(&line[start..]);
    }
    cells
}

fn pipes(line: &str) -> impl Iterator<Item = usize> {
    let bytes = line.as_bytes();
    memchr::memchr_iter(b'|', bytes).filter(|at| *at == 0 || bytes[at - 1] != b'\\')
}

fn cells(row: &[&str]) -> Vec<Cell> {
    row.iter()
        .map(|raw| {
            let source = raw.trim_matches(is_blank).to_owned();
            Cell { content: inline::read(&source.replace("\\|", "|")), source }
        })
        .collect()
}

/// Whether two lines are the head of a table.
fn is_head(header: &str, delimiter: &str) -> bool {
    if indentation(header) > 3 || indentation(delimiter) > 3 || header.trim().is_empty() {
        return false;
    }
    let marks = delimiter.trim_matches(is_blank);
    let Some(align) = split(marks).iter().map(|mark| read_align(mark)).collect::<Option<Vec<_>>>() else {
        return false;
    };
    // One column without a pipe is a heading that is underlined.
    let has_pipes = pipes(header).next().is_some() && marks.contains(['|', ':']);
    has_pipes && !align.is_empty() && !begins_block(header) && split(header).len() == align.len()
}

fn read_align(mark: &str) -> Option<Align> {
    let mark = mark.trim_matches(is_blank);
    let (left, rest) = mark.strip_prefix(':').map_or((false, mark), |rest| (true, rest));
    let (right, dashes) = rest.strip_suffix(':').map_or((false, rest), |rest| (true, rest));
    if dashes.is_empty() || dashes.bytes().any(|byte| byte != b'-') {
        return None;
    }
    Some(match (left, right) {
        (false, false) => Align::None,
        (true, false) => Align::Left,
        (true, true) => Align::Center,
        (false, true) => Align::Right,
    })
}

/// Whether a line below the head goes on with the table. To GitHub a line without a pipe does too; here it does only
/// where there is but one column, since a note that is stuck to a table is better told as a note.
fn is_row(line: &str, columns: usize) -> bool {
    !line.trim().is_empty() && !begins_block(line) && (columns == 1 || pipes(line).next().is_some())
}

/// Whether a line begins another block, at which a table ends.
fn begins_block(line: &str) -> bool {
    let text = line.trim_start_matches(is_blank);
    let ends_word = |rest: &str| rest.is_empty() || rest.starts_with(is_blank);
    let hashes = text.bytes().take_while(|byte| *byte == b'#').count();
    text.starts_with(['>', '<'])
        || text.starts_with("```")
        || text.starts_with("~~~")
        || ((1..=6).contains(&hashes) && ends_word(&text[hashes..]))
        || ["-", "*", "+", "1.", "1)"].iter().any(|bullet| text.strip_prefix(bullet).is_some_and(ends_word))
}

fn indentation(line: &str) -> usize {
    let blank = &line[..line.len() - line.trim_start_matches(is_blank).len()];
    blank.bytes().map(|byte| if byte == b'\t' { 4 } else { 1 }).sum()
}

fn find_look(header_line: &str, header: &[&str], delimiter: &[&str], rows: &[Vec<&str>]) -> Look {
    let marks = || delimiter.iter().map(|mark| mark.trim_matches(is_blank));
    let outer_pipes = header_line.trim_start_matches(is_blank).starts_with('|');
    let closed = header_line.trim_end_matches(is_blank).ends_with('|');
    let last = header.len().saturating_sub(1);
    let spaced_cells = header.iter().enumerate().all(|(n, cell)| {
        (cell.starts_with(is_blank) || (n == 0 && !outer_pipes)) && (cell.ends_with(is_blank) || (n == last && !closed))
    });
    let agrees =
        |row: &[&str]| row.len() == delimiter.len() && row.iter().zip(delimiter).all(|(a, b)| width(a) == width(b));
    Look {
        padded: marks().any(|mark| mark.bytes().filter(|byte| *byte == b'-').count() > 3)
            || (agrees(header) && rows.iter().all(|row| agrees(row))),
        spaced_delimiter: delimiter.iter().any(|mark| mark.starts_with(is_blank) || mark.ends_with(is_blank)),
        spaced_cells,
        narrow: marks().any(|mark| mark.contains(':') && mark.len() <= 3),
        outer_pipes,
        align: marks().map(|mark| read_align(mark).unwrap_or_default()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::inline::Position;
    use proptest::prelude::*;

    fn strings(cells: &[&str]) -> Vec<String> {
        cells.iter().map(|cell| (*cell).to_owned()).collect()
    }

    fn sources(row: &[Cell]) -> Vec<&str> {
        row.iter().map(|cell| cell.source.as_str()).collect()
    }

    #[test]
    fn looks() {
        use Align::{Center, Left, None, Right};
        let look = |padded, spaced_delimiter, spaced_cells, align: &[Align]| Look {
            padded,
            spaced_delimiter,
            spaced_cells,
            align: align.to_vec(),
            ..Look::default()
        };
        for (body, expected) in [
            ("| a   | b    |\n| --- | ---- |\n| cde | efgh |\n", look(true, true, true, &[None, None])),
            ("| abc | def |\n| --- | --- |\n", look(true, true, true, &[None, None])),
            ("| abc | def |\n| --- | --- |\n| a | b |\n", look(false, true, true, &[None, None])),
            ("| a | b |\n| --- | --- |\n| c | d |\n", look(false, true, true, &[None, None])),
            ("| a | b |\n| - | - |\n| cd | d |\n", look(false, true, true, &[None, None])),
            ("| a | bc |\n|---|---|\n| `a` | b |\n", look(false, false, true, &[None, None])),
            ("|a|b|\n|---|---|\n|c|d|\n", look(false, false, false, &[None, None])),
            ("| a     |\n|-------|\n| bcdef |\n", look(true, false, true, &[None])),
            ("|a    |\n|-----|\n|bcdef|\n", look(true, false, false, &[None])),
            (
                "| a    |  b   |    c | d |\n| :--- | :--: | ---: | - |\n| bcde | bcde | bcde | e |\n",
                look(true, true, true, &[Left, Center, Right, None]),
            ),
            (
                "| a | b |\n| :-: | --: |\n| cdef | d |\n",
                Look { narrow: true, ..look(false, true, true, &[Center, Right]) },
            ),
            ("| a | b |\n|:---:|---:|\n| cdef | d |\n", look(false, false, true, &[Center, Right])),
            ("a | b\n--- | ---\nc | d\n", Look { outer_pipes: false, ..look(false, true, true, &[None, None]) }),
            ("a|b\n-|-\ncd|d\n", Look { outer_pipes: false, ..look(false, false, false, &[None, None]) }),
            ("| 模型 | b |\n| ---- | --- |\n| a | b |\n", look(true, true, true, &[None, None])),
        ] {
            let table = read(body).expect(body);
            assert_eq!(table.look, expected, "{body}");
            assert!(table.foreign.is_empty());
        }
    }

    /// Each is what prettier 3 makes of it, or of the like without padding.
    #[test]
    fn a_look_that_was_read_is_written_again() {
        for body in [
            "| a   | b    |\n| --- | ---- |\n| cde | efgh |\n",
            "| a    |  b   |    c | d   |\n| :--- | :--: | ---: | --- |\n| bcde | bcde | bcde | e   |\n",
            "|  a  |\n| :-: |\n| cde |\n| fg  |\n",
            "| a     |\n|-------|\n| bcdef |\n| c     |\n",
            "|   a   |\n|:-----:|\n| bcdef |\n|   c   |\n",
            "|a    |\n|-----|\n|bcdef|\n",
            "|a      |\n| ----- |\n|bcdefgh|\n",
            "| a | b |\n| --- | --- |\n| `cde` |  |\n",
            "| a | b |\n|---|---|\n| `cde` | \\| |\n",
            "|a|b|\n|---|---|\n|`cde`| |\n",
            "| a | b |\n| :-: | --: |\n| cdef | d |\n",
            "| a | b |\n|:---:|---:|\n| cdef | d |\n",
            "| 模型参考 | b   |\n| -------- | --- |\n| `a`      | 无  |\n",
            "| مرجع النموذج | لا  |\n| ------------ | --- |\n| `a`          | نعم |\n",
        ] {
            let table = read(body).expect(body);
            let rows: Vec<_> = table.rows.iter().map(|row| strings(&sources(row))).collect();
            assert_eq!(write(&strings(&sources(&table.header)), &rows, &table.look), body);
        }
    }

    #[test]
    fn a_backslash_at_the_end_of_a_cell_stays_there() {
        let read = read("|\\\n|-|\n|`a`|\n").expect("a table");
        assert_eq!(sources(&read.header), ["\\"]);
        assert!(!read.look.spaced_cells);
        let written = write(&["\\".to_owned()], &[vec!["`a`".to_owned()]], &read.look);
        assert_eq!(written, "|\\ |\n|---|\n|`a`|\n");
        let written = write(&["\\\\".to_owned()], &[], &read.look);
        assert_eq!(written, "|\\\\ |\n|---|\n");
    }

    #[test]
    fn reads_cells() {
        let body = "\n| Id | Name | x |\n|---|---|---|\n| `a\\|b` | A\\|B | **c** |\n| d |\n|e||f|g|\n h | \n";
        let table = read(body).expect("a table");
        assert_eq!(sources(&table.header), ["Id", "Name", "x"]);
        let rows: Vec<_> = table.rows.iter().map(|row| sources(row)).collect();
        assert_eq!(rows, [vec![r"`a\|b`", r"A\|B", "**c**"], vec!["d"], vec!["e", "", "f", "g"], vec!["h"]]);
        assert_eq!(table.rows[0][0].content, Some(Inline::Code("a|b".into())));
        assert_eq!(table.rows[0][1].content, Some(Inline::Text("A|B".into())));
        assert_eq!(table.rows[0][2].content, None);
    }

    #[test]
    fn tells_what_is_no_row() {
        for (body, rows, foreign) in [
            ("note\n| a |\n|---|\n| b |\n", 1, vec!["note"]),
            ("| a | b |\n|---|---|\n| b | c |\nnote\n", 1, vec!["note"]),
            ("| a | b |\n|---|---|\n| b | c |\n\n| d | e |\n", 1, vec!["| d | e |"]),
            ("| a | b |\n|---|---|\n<!-- | -->\n| b | c |\n", 0, vec!["<!-- | -->", "| b | c |"]),
            ("| a | b |\n|---|---|\n- b | c\n", 0, vec!["- b | c"]),
            ("| a | b |\n|---|---|\n### b | c\n", 0, vec!["### b | c"]),
            ("```\n| a |\n|---|\n```\n| b |\n|---|\n", 0, vec!["```", "| a |", "|---|", "```"]),
            ("| a |\n|---|\n\n| b |\n|---|\n", 0, vec!["| b |", "|---|"]),
        ] {
            let table = read(body).expect(body);
            assert_eq!((table.rows.len(), table.foreign), (rows, strings(&foreign)), "{body}");
        }
    }

    #[test]
    fn tells_what_is_no_table() {
        for body in [
            "",
            "a\n---\n",
            "| a |\n",
            "| a |\n|---|---|\n",
            "| a | b |\n| -- | b |\n",
            "- a | b\n- --- | ---\n",
            "| a |\n| : |\n",
            "    | a |\n    |---|\n",
            "```\n| a |\n|---|\n",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
    }

    #[test]
    fn widths() {
        for (text, expected) in [
            ("", 0),
            ("abc", 3),
            ("é", 1),
            ("e\u{301}", 1),
            ("模型", 4),
            ("モデル", 6),
            ("한국어", 6),
            ("（）", 4),
            ("لا", 2),
            ("ไม่", 2),
            ("मॉडल", 4),
            ("संदर्भ", 4),
            ("বাংলা", 5),
            ("مُدخَل", 4),
            ("–…“”", 4),
            ("✅", 2),
            ("✔", 1),
            ("✔\u{fe0f}", 2),
            ("©", 1),
            ("👩\u{200d}👩\u{200d}👧", 2),
            ("👍\u{1f3fd}", 2),
            ("🇩🇪", 2),
            ("1\u{fe0f}\u{20e3}", 2),
            ("🌙x", 3),
        ] {
            assert_eq!(width(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_empty_table() {
        assert_eq!(write(&[], &[], &Look::default()), "");
        assert_eq!(
            write(&strings(&["a"]), &[vec![], strings(&["b", "c"])], &Look::default()),
            "| a   |     |\n| --- | --- |\n|     |     |\n| b   | c   |\n"
        );
    }

    fn looks_of_any_kind() -> impl Strategy<Value = Look> {
        let align = prop_oneof![Just(Align::None), Just(Align::Left), Just(Align::Center), Just(Align::Right)];
        (any::<(bool, bool, bool, bool)>(), proptest::collection::vec(align, 0..4)).prop_map(
            |((padded, spaced_delimiter, spaced_cells, narrow), align)| Look {
                padded,
                spaced_delimiter,
                spaced_cells,
                narrow,
                outer_pipes: true,
                align,
            },
        )
    }

    fn contents() -> impl Strategy<Value = Inline> {
        prop_oneof![
            "[^\\p{C}]{0,10}|[-|\\\\`:a #.*]{0,6}".prop_map(Inline::Text),
            "[^\\p{C}\\\\]{1,10}|[-|`: a]{1,6}".prop_map(Inline::Code),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn any_text_is_read(body in "\\PC{0,40}|[-|: a\n\t`>#\\\\漢]{0,40}|(\\| a |---|\\|\n|\n){0,20}") {
            let _ = read(&body);
            let _ = width(&body);
        }

        #[test]
        fn what_is_written_reads_back(
            rows in (1..4usize).prop_flat_map(|n| proptest::collection::vec(proptest::collection::vec(contents(), n), 1..5)),
            look in looks_of_any_kind(),
        ) {
            let written: Vec<Vec<String>> =
                rows.iter().map(|row| row.iter().map(|cell| inline::write(cell, Position::Cell)).collect()).collect();
            // A header without a word is one to this reader only where it has pipes, which it has.
            let text = write(&written[0], &written[1..], &look);
            let table = read(&text).expect(&text);
            prop_assert!(table.foreign.is_empty());
            prop_assert_eq!(table.rows.len() + 1, rows.len(), "{}", text);
            for (read, row) in std::iter::once(&table.header).chain(&table.rows).zip(&rows) {
                let contents: Vec<_> = read.iter().map(|cell| cell.content.clone()).collect();
                let expected: Vec<_> = row.iter().map(|cell| Some(cell.clone())).collect();
                prop_assert_eq!(contents, expected, "{}", text);
            }
            let align: Vec<_> = (0..rows[0].len()).map(|n| look.align.get(n).copied().unwrap_or_default()).collect();
            prop_assert_eq!(table.look.align, align);
            let again: Vec<Vec<String>> = table.rows.iter().map(|row| strings(&sources(row))).collect();
            prop_assert_eq!(write(&strings(&sources(&table.header)), &again, &look), text);
        }
    }
}
