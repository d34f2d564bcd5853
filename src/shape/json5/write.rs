//! Writing entries in a style, keeping the spelling of what still says the same.
//!
//! A value is laid out in two steps, so that time stays linear: from the inside out it is found what fits on how many
//! columns and what must take several lines; from the outside in it is printed.

use std::collections::{HashMap, VecDeque};

use unicode_width::UnicodeWidthStr;

use super::lex::{Bracket, Syntax};
use super::read::{Body, Part, ReadEntry, Tree, Whole, base_indent};
use super::style::{Style, Vote, is_bare};
use crate::content::{Entry, Value};

/// A tab counts as this many columns; how wide it shows is the reader's choice.
const TAB: usize = 4;

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    /// The entries, in order.
    pub entries: &'a [Entry],
    /// The keys whose objects and arrays go over several lines where the old body has no say.
    pub expand: &'a [String],
    /// The columns that an object or array on one line may take, with its indentation and a comma.
    pub width: usize,
    /// Whether a comma stands after the last entry, where that is not for the style to say: another entry follows.
    pub comma_after_last: Option<bool>,
    /// Whether entries and members that still say the same keep their spelling.
    pub reuse: bool,
    /// The columns before each line: the prefix of a block quote.
    pub extra_width: usize,
}

impl<'a> Wanted<'a> {
    /// The entries, 100 columns wide, what still says the same kept.
    #[must_use]
    pub fn new(entries: &'a [Entry]) -> Self {
        Self { entries, expand: &[], width: 100, comma_after_last: None, reuse: true, extra_width: 0 }
    }
}

/// Writes the entries as lines, each ended by `\n`. Written and read again, they are the same entries.
///
/// An object or array goes over several lines where one line would be too wide; else where the old body has it so: in
/// this entry, or for this key in most others; else where `expand` names its key; else, or with anything in it on
/// several lines, on one.
#[must_use]
pub fn write(wanted: &Wanted, old: &Body, style: &Style) -> String {
    let writer = Writer::new(wanted, old, style);
    let items = writer.items();
    let comma = wanted.comma_after_last.unwrap_or(style.comma_last);
    let mut out = String::new();
    for (n, item) in items.iter().enumerate() {
        out.push_str(&writer.indents[0]);
        writer.print(&mut out, item, 0);
        out.push_str(if comma || n + 1 < items.len() { ",\n" } else { "\n" });
    }
    out
}

/// Writes a fence that is one whole array or object, `old` being what it holds now; every line is ended by `\n`. It
/// stays on one line where it is on one and fits.
#[must_use]
pub fn write_whole(wanted: &Wanted, old: Option<&Whole>, bracket: Bracket, style: &Style) -> String {
    let empty = super::read("", style.syntax, None);
    let indent = old.map_or("", |old| &old.indent);
    let (open, close) = bracket.pair();
    let body = old.map_or(&empty, |old| &old.body);
    if wanted.entries.is_empty() {
        return format!("{indent}{open}{close}\n");
    }
    if old.is_some_and(|old| old.one_line) {
        let writer = Writer::new(wanted, body, style);
        let doc = writer.list(bracket, writer.items(), false);
        if let Doc::List { flat: Some(width), .. } = doc
            && writer.fits(columns(indent) + width)
        {
            let mut out = indent.to_owned();
            writer.print_flat(&mut out, &doc);
            out.push('\n');
            return out;
        }
    }
    let lines = write(wanted, body, style);
    format!("{indent}{open}\n{lines}{indent}{close}\n")
}

/// A value laid out from the inside.
enum Doc<'a> {
    /// Something on one line.
    Leaf { text: String, width: usize },
    /// Something kept that goes over several lines; its lines but the first begin with the indentation `base`.
    Kept { source: &'a str, base: &'a str },
    /// An array or object.
    List {
        bracket: Bracket,
        items: Vec<Item<'a>>,
        /// How wide it is on one line; nothing where it must take several.
        flat: Option<usize>,
    },
}

impl Doc<'_> {
    fn flat(&self) -> Option<usize> {
        match self {
            Self::Leaf { width, .. } => Some(*width),
            Self::Kept { .. } => None,
            Self::List { flat, .. } => *flat,
        }
    }
}

/// A member with its key, or an element.
struct Item<'a> {
    /// The key with its colon and space; empty where there is none, or where it is kept with its value.
    head: String,
    doc: Doc<'a>,
}

impl Item<'_> {
    fn flat(&self) -> Option<usize> {
        self.doc.flat().map(|width| self.head.width() + width)
    }
}

/// How the objects and arrays at one key path stand in the old body.
#[derive(Default)]
struct Habit {
    /// Several lines or one, of those that could have been either.
    choice: Vote,
    /// Whether there is one on several lines that could not have been on one.
    forced: bool,
    members: HashMap<String, usize>,
    element: Option<usize>,
}

impl Habit {
    fn several(&self) -> Option<bool> {
        self.choice.decide().or(self.forced.then_some(true))
    }
}

struct Writer<'a> {
    wanted: &'a Wanted<'a>,
    old: &'a Body,
    style: &'a Style,
    /// By key path, the entry itself first. Only what could have been on one line has a vote: else what was too wide once
    /// would decide for the next run, and writing twice would not be writing once.
    habits: Vec<Habit>,
    /// The indentation of each level.
    indents: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(wanted: &'a Wanted<'a>, old: &'a Body, style: &'a Style) -> Self {
        let depth = wanted.entries.iter().map(|entry| depth(&entry.value)).max().unwrap_or(0);
        let indents = (0..=depth).map(|level| format!("{}{}", style.indent, style.unit.repeat(level))).collect();
        let mut writer = Self { wanted, old, style, habits: vec![Habit::default()], indents };
        for read in &old.entries {
            let head = read.entry.key.as_ref().map_or(0, |key| writer.head(key).width());
            writer.learn(&read.entry.value, &read.tree, 0, 0, head);
        }
        writer
    }

    fn fits(&self, width: usize) -> bool {
        width + 1 + self.wanted.extra_width <= self.wanted.width
    }

    fn indent_width(&self, level: usize) -> usize {
        columns(&self.style.indent) + level * columns(&self.style.unit)
    }

    /// Learns where an old value stands on several lines. Gives its width on one line, and whether it is on several
    /// lines anywhere.
    fn learn(&mut self, value: &Value, tree: &Tree, habit: usize, level: usize, head: usize) -> (usize, bool) {
        let (bracket, count) = match value {
            Value::Array(values) => (Bracket::Array, values.len()),
            Value::Object(members) => (Bracket::Object, members.len()),
            scalar => return (self.scalar(scalar).width(), false),
        };
        if count == 0 {
            return (2, false);
        }
        let (mut width, mut spread) = (self.frame(bracket, count), false);
        for (n, part) in tree.parts.iter().enumerate() {
            let (key, value) = match value {
                Value::Array(values) => (None, values.get(n)),
                Value::Object(members) => {
                    let member = members.get(n);
                    (member.map(|(key, _)| key.as_str()), member.map(|(_, value)| value))
                }
                _ => (None, None),
            };
            let Some(value) = value else { break };
            let next = self.child(habit, key);
            let head = key.map_or(0, |key| self.head(key).width());
            let (inner, lines) = self.learn(value, &part.tree, next, level + 1, head);
            width += head + inner;
            spread |= lines;
        }
        let fits = self.fits(self.indent_width(level) + head + width);
        let here = &mut self.habits[habit];
        match (tree.lines, spread || !fits) {
            (true, true) => here.forced = true,
            // What begins on its bracket's line though something in it is on several lines is neither.
            (false, _) if spread => {}
            (lines, _) => here.choice.add(lines),
        }
        (width, spread || tree.lines)
    }

    /// The habit of a member, or of the elements of an array, of what has the habit `habit`.
    fn child(&mut self, habit: usize, key: Option<&str>) -> usize {
        if let Some(known) = self.known_child(habit, key) {
            return known;
        }
        let new = self.habits.len();
        self.habits.push(Habit::default());
        match key {
            Some(key) => _ = self.habits[habit].members.insert(key.to_owned(), new),
            None => self.habits[habit].element = Some(new),
        }
        new
    }

    fn known_child(&self, habit: usize, key: Option<&str>) -> Option<usize> {
        match key {
            Some(key) => self.habits[habit].members.get(key).copied(),
            None => self.habits[habit].element,
        }
    }

    /// The entries, laid out.
    fn items(&self) -> Vec<Item<'a>> {
        let old: Vec<Old> = self.old.entries.iter().map(|read| Old::of_entry(self.old, read)).collect();
        let mut pool = Pool::new(old);
        let mut items = Vec::with_capacity(self.wanted.entries.len());
        for entry in self.wanted.entries {
            let key = entry.key.as_deref();
            let old = pool.take(key, &entry.value);
            items.push(self.item(key, &entry.value, old.as_ref(), Some(0), 0));
        }
        items
    }

    /// A member or element, laid out; `habit` is that of its value.
    fn item(
        &self,
        key: Option<&'a str>,
        value: &'a Value,
        old: Option<&Old<'a>>,
        habit: Option<usize>,
        level: usize,
    ) -> Item<'a> {
        let old = old.filter(|_| self.wanted.reuse);
        if let Some(old) = old
            && old.usable
            && old.value == value
            && let Some(doc) = self.kept(old, level)
        {
            return Item { head: String::new(), doc };
        }
        let expand = level > 0 && key.is_some_and(|key| self.wanted.expand.iter().any(|expand| expand == key));
        let head = key.map_or_else(String::new, |key| self.head(key));
        Item { head, doc: self.doc(value, old, habit, level, expand) }
    }

    /// What is kept of an old member or element that still says the same.
    fn kept(&self, old: &Old<'a>, level: usize) -> Option<Doc<'a>> {
        let source = old.source;
        if !source.contains('\n') {
            return Some(Doc::Leaf { text: source.to_owned(), width: source.width() });
        }
        let base = base_indent(&self.old.text, old.start..old.start + source.len());
        // The lines of a string are its content, and cannot be indented anew.
        (!old.tree.stiff || base == self.indents[level]).then_some(Doc::Kept { source, base })
    }

    /// A value, laid out; `old` is what has its place now, `expand` whether its key goes over several lines where the
    /// old body has no say.
    fn doc(
        &self,
        value: &'a Value,
        old: Option<&Old<'a>>,
        habit: Option<usize>,
        level: usize,
        expand: bool,
    ) -> Doc<'a> {
        let (bracket, items) = match value {
            Value::Array(values) => {
                let habit = habit.and_then(|habit| self.known_child(habit, None));
                let mut pool = Pool::new(old.map_or_else(Vec::new, |old| old.parts(&self.old.text)));
                let items = values.iter().map(|value| {
                    let old = pool.take(None, value);
                    self.item(None, value, old.as_ref(), habit, level + 1)
                });
                (Bracket::Array, items.collect::<Vec<_>>())
            }
            Value::Object(members) => {
                let mut pool = Pool::new(old.map_or_else(Vec::new, |old| old.parts(&self.old.text)));
                let items = members.iter().map(|(key, value)| {
                    let old = pool.take(Some(key), value);
                    let habit = habit.and_then(|habit| self.known_child(habit, Some(key)));
                    self.item(Some(key), value, old.as_ref(), habit, level + 1)
                });
                (Bracket::Object, items.collect())
            }
            scalar => {
                let text = self.scalar(scalar);
                return Doc::Leaf { width: text.width(), text };
            }
        };
        let own = old.filter(|old| !old.tree.parts.is_empty()).map(|old| old.tree.lines);
        let several = own.or_else(|| habit.and_then(|habit| self.habits[habit].several()));
        self.list(bracket, items, several.unwrap_or(expand))
    }

    fn list(&self, bracket: Bracket, items: Vec<Item<'a>>, several: bool) -> Doc<'a> {
        let flat = if items.is_empty() {
            Some(2)
        } else if several {
            None
        } else {
            let frame = self.frame(bracket, items.len());
            items.iter().try_fold(frame, |width, item| Some(width + item.flat()?))
        };
        Doc::List { bracket, items, flat }
    }

    /// The columns that brackets, commas and the spaces between take on one line.
    fn frame(&self, bracket: Bracket, count: usize) -> usize {
        let spaces = if self.pads(bracket) { 2 } else { 0 };
        2 + spaces + count.saturating_sub(1) * (1 + usize::from(self.style.comma_space))
    }

    /// Whether there is a space inside the brackets of one line.
    fn pads(&self, bracket: Bracket) -> bool {
        match bracket {
            Bracket::Array => self.style.bracket_space,
            Bracket::Object => self.style.brace_space,
            Bracket::Paren => false,
        }
    }

    /// A key with its colon and the space behind it.
    fn head(&self, key: &str) -> String {
        let mut head = if !self.style.quoted_keys && is_bare(key) { key.to_owned() } else { quoted(key, self.style) };
        head.push_str(if self.style.colon_space { ": " } else { ":" });
        head
    }

    fn scalar(&self, value: &Value) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => number.as_str().to_owned(),
            Value::String(text) => quoted(text, self.style),
            Value::Array(_) => "[]".to_owned(),
            Value::Object(_) => "{}".to_owned(),
        }
    }

    /// Prints a member or element whose line is indented to `level`.
    fn print(&self, out: &mut String, item: &Item, level: usize) {
        if let Some(width) = item.flat()
            && (self.fits(self.indent_width(level) + width) || !matches!(item.doc, Doc::List { .. }))
        {
            out.push_str(&item.head);
            self.print_flat(out, &item.doc);
            return;
        }
        out.push_str(&item.head);
        match &item.doc {
            Doc::Leaf { text, .. } => out.push_str(text),
            Doc::Kept { source, base } => self.print_kept(out, source, base, level),
            Doc::List { bracket, items, .. } if items.is_empty() => {
                let (open, close) = bracket.pair();
                out.extend([open, close]);
            }
            Doc::List { bracket, items, .. } => {
                let (open, close) = bracket.pair();
                out.push(open);
                out.push('\n');
                for (n, item) in items.iter().enumerate() {
                    out.push_str(&self.indents[level + 1]);
                    self.print(out, item, level + 1);
                    out.push_str(if self.style.comma_inner || n + 1 < items.len() { ",\n" } else { "\n" });
                }
                out.push_str(&self.indents[level]);
                out.push(close);
            }
        }
    }

    fn print_flat(&self, out: &mut String, doc: &Doc) {
        match doc {
            Doc::Leaf { text, .. } => out.push_str(text),
            Doc::Kept { source, .. } => out.push_str(source),
            Doc::List { bracket, items, .. } => {
                let (open, close) = bracket.pair();
                let pad = if self.pads(*bracket) && !items.is_empty() { " " } else { "" };
                out.push(open);
                out.push_str(pad);
                for (n, item) in items.iter().enumerate() {
                    if n > 0 {
                        out.push_str(if self.style.comma_space { ", " } else { "," });
                    }
                    out.push_str(&item.head);
                    self.print_flat(out, &item.doc);
                }
                out.push_str(pad);
                out.push(close);
            }
        }
    }

    /// Prints what is kept, its lines indented to `level` in place of `base`.
    fn print_kept(&self, out: &mut String, source: &str, base: &str, level: usize) {
        let indent = &self.indents[level];
        if base == indent {
            out.push_str(source);
            return;
        }
        for (n, line) in source.split('\n').enumerate() {
            if n > 0 {
                out.push('\n');
                let inside = line.strip_prefix(base).unwrap_or_else(|| line.trim_start_matches([' ', '\t']));
                if !inside.trim().is_empty() {
                    out.push_str(indent);
                    out.push_str(inside);
                }
            } else {
                out.push_str(line);
            }
        }
    }
}

/// What stands in a place now.
struct Old<'a> {
    key: Option<&'a str>,
    value: &'a Value,
    source: &'a str,
    start: usize,
    /// Whether it may be written again as it stands.
    usable: bool,
    tree: &'a Tree,
}

impl<'a> Old<'a> {
    fn of_entry(body: &'a Body, read: &'a ReadEntry) -> Self {
        Self {
            key: read.entry.key.as_deref(),
            value: &read.entry.value,
            source: &body.text[read.source.clone()],
            start: read.source.start,
            usable: read.clean && read.proper,
            tree: &read.tree,
        }
    }

    /// Its members or elements.
    fn parts(&self, text: &'a str) -> Vec<Old<'a>> {
        let part = |part: &'a Part, key, value| Old {
            key,
            value,
            source: &text[part.source.clone()],
            start: part.source.start,
            usable: part.clean && part.proper,
            tree: &part.tree,
        };
        let parts = self.tree.parts.iter();
        match self.value {
            Value::Array(values) => parts.zip(values).map(|(tree, value)| part(tree, None, value)).collect(),
            Value::Object(members) => {
                parts.zip(members).map(|(tree, (key, value))| part(tree, Some(key.as_str()), value)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// By what an old entry is known again: its key, the `id` of an object in an array, or what a scalar says.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Name<'a> {
    Key(&'a str),
    Id(&'a str),
    Text(&'a str),
    Number(&'a str),
}

impl<'a> Name<'a> {
    fn of(key: Option<&'a str>, value: &'a Value) -> Option<Self> {
        match (key, value) {
            (Some(key), _) => Some(Self::Key(key)),
            (None, Value::String(text)) => Some(Self::Text(text)),
            (None, Value::Number(number)) => Some(Self::Number(number.as_str())),
            (None, object) => match object.get("id") {
                Some(Value::String(id)) => Some(Self::Id(id)),
                _ => None,
            },
        }
    }
}

/// Old entries, to be taken by name; of several with one name the first comes first.
struct Pool<'a> {
    old: HashMap<Name<'a>, VecDeque<Old<'a>>>,
}

impl<'a> Pool<'a> {
    fn new(old: Vec<Old<'a>>) -> Self {
        let mut pool: HashMap<Name, VecDeque<Old>> = HashMap::new();
        for old in old {
            if let Some(name) = Name::of(old.key, old.value) {
                pool.entry(name).or_default().push_back(old);
            }
        }
        Self { old: pool }
    }

    fn take(&mut self, key: Option<&'a str>, value: &'a Value) -> Option<Old<'a>> {
        self.old.get_mut(&Name::of(key, value)?)?.pop_front()
    }
}

/// How deep arrays and objects lie in one another.
fn depth(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
        _ => 0,
    }
}

/// The columns of an indentation.
fn columns(indent: &str) -> usize {
    indent.width() + indent.matches('\t').count() * (TAB - "\t".width())
}

/// A string or key with its quotes.
fn quoted(text: &str, style: &Style) -> String {
    let hash = style.syntax == Syntax::Hash;
    // In TOML and Ruby, a single-quoted string has no escapes.
    let bare = hash && text.contains(|c: char| c == '\'' || c == '\\' || is_control(c));
    let quote = if style.syntax.is_json() || bare { '"' } else { style.quote };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c if c == quote => out.extend(['\\', c]),
            c if is_control(c) => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            // Ruby would put in a value there.
            '#' if hash && quote == '"' && matches!(chars.peek(), Some('{' | '$' | '@')) => out.push_str("\\u0023"),
            c => out.push(c),
        }
    }
    out.push(quote);
    out
}

/// A character that must not stand in a string as it is: a control character, or what JavaScript took for a line's end.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}
