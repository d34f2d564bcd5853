//! What must hold whatever a page, a catalog or a body holds. Each law takes one input and says how it was broken.
//!
//! `tests/laws.rs` runs them over generated inputs, `fuzz/` over those of a fuzzer. What is written is read back by other
//! readers than the program's own: pulldown-cmark for lists and tables, the `json5` crate for entries.

use moonsync::catalog::parse::{CatalogFile, Role, parse};
use moonsync::catalog::{Catalog, Column, Family, Kind, Layout, ListValue, Model, Region};
use moonsync::content::{Inline, Number};
use moonsync::diagnostic::{Diagnostic, Sources};
use moonsync::plan::{Dialect, Options, PageInput, PagePlan, RegionPlan, Standing, plan_page, scan_page};
use moonsync::report::{human, patch};
use moonsync::text::{apply, visible};
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// A law holds, or it was broken like this.
pub(crate) type Law = Result<(), String>;

macro_rules! ensure {
    ($holds:expr, $($what:tt)+) => {
        if !$holds {
            return Err(format!($($what)+));
        }
    };
}

mod edits;
pub(crate) mod imports;

pub(crate) use edits::edits;
pub(crate) use imports::list;

/// A family of which most pages here are.
pub(crate) const PLAIN: &str = r#"
namespace = "k"
provider = "p"
default_model = "a"
[defaults]
reasoning = true
input = ["text"]
cost = { input = 0.5, output = 2 }
context_window = 1000
max_tokens = 100
[[models]]
id = "a"
name = "A | *b* <c>"
[[models]]
id = "b.2"
name = "B \"2\""
[regions.table]
kind = "table"
columns = ["ref", "name", "reasoning", "input", "context"]
"#;

/// A law of any bytes, by the name of its target.
pub(crate) type Target = (&'static str, fn(&[u8]) -> Law);

/// The laws as a fuzzer holds them, by the names of its targets: any bytes are an input.
pub(crate) const TARGETS: &[Target] = &[
    ("scan", |input| in_dialects(|dialect| scan(&read_catalog(PLAIN).0, &String::from_utf8_lossy(input), dialect))),
    ("plan", |input| {
        // A catalog and a page with a NUL between them, or a page.
        let text = String::from_utf8_lossy(input);
        let (given, page) = text.split_once('\0').unwrap_or(("", &text));
        let (catalog, faults) = read_catalog(given);
        let catalog = if faults.iter().any(Diagnostic::is_error) { read_catalog(PLAIN).0 } else { catalog };
        in_dialects(|dialect| plan(&catalog, page, dialect))
    }),
    ("catalog", |input| {
        let text = String::from_utf8_lossy(input);
        catalog(&text)?;
        edits(&text, text.len())
    }),
    ("body", |input| body(&String::from_utf8_lossy(input))),
    ("list", |input| {
        let text = String::from_utf8_lossy(input);
        list(&text, text.len())
    }),
];

fn in_dialects(law: impl Fn(Dialect) -> Law) -> Law {
    [Dialect::CommonMark, Dialect::Mdx].into_iter().try_for_each(law)
}

/// Holds a target's law against an input.
///
/// # Panics
///
/// Where it is broken: that is how a fuzzer learns of it.
pub(crate) fn must(target: &str, input: &[u8]) {
    for (_, law) in TARGETS.iter().filter(|(name, _)| *name == target) {
        if let Err(why) = law(input) {
            panic!("{target}: {why}");
        }
    }
}

/// A catalog of one family, or its faults.
pub(crate) fn read_catalog(text: &str) -> (Catalog, Vec<Diagnostic>) {
    let file = CatalogFile { path: "k.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
    parse(&[file])
}

/// A page that is planned.
pub(crate) fn page(text: &str, dialect: Dialect) -> PageInput {
    PageInput { path: "docs/a.md".into(), text: text.into(), dialect, ..PageInput::default() }
}

fn in_text(text: &str, faults: &[Diagnostic]) -> Law {
    for fault in faults {
        if let Some(span) = &fault.span {
            ensure!(span.start <= span.end && span.end <= text.len(), "a fault outside its text: {fault:?}");
            ensure!(text.is_char_boundary(span.start), "a fault within a character: {fault:?}");
        }
        ensure!(!fault.message.is_empty() && !fault.message.contains('\n'), "a message of one line: {fault:?}");
    }
    let sources = Sources::from([("docs/a.md".to_owned(), text.into()), ("k.toml".to_owned(), text.into())]);
    let shown = human::diagnostics(faults, &sources);
    // The printer's own styles are escape sequences; nothing else may be one.
    let plain = anstream::adapter::strip_str(&shown).to_string();
    ensure!(plain.lines().all(|line| visible(line) == line), "a character that terminals act on: {plain:?}");
    Ok(())
}

/// A page is scanned without a panic, and what was found lies in it, in order and apart.
pub(crate) fn scan(catalog: &Catalog, text: &str, dialect: Dialect) -> Law {
    let scan = scan_page(catalog, &page(text, dialect));
    in_text(text, &scan.diagnostics)?;
    let mut last = 0;
    for region in &scan.regions {
        let (start, end) = (&region.start.span, &region.end.span);
        ensure!(last <= start.start && start.end <= end.start && end.end <= text.len(), "regions overlap");
        ensure!(region.start.line < region.end.line, "a region ends before it starts");
        last = end.end;
    }
    let lines: Vec<_> = scan.host.lines.iter().map(|line| line.line.whole()).collect();
    let whole = lines.iter().try_fold(0, |at, line| (line.start == at).then_some(line.end));
    ensure!(whole == Some(text.len()), "the lines are not the page");
    Ok(())
}

/// Bytes outside regions are kept; written twice is written once; a check then passes; what is written says what the
/// catalog says; the patch leads to the page that is written.
pub(crate) fn plan(catalog: &Catalog, text: &str, dialect: Dialect) -> Law {
    for rewrite in [false, true] {
        plan_with(catalog, text, dialect, Options { rewrite })?;
    }
    Ok(())
}

fn plan_with(catalog: &Catalog, text: &str, dialect: Dialect, options: Options) -> Law {
    let first = plan_page(catalog, &page(text, dialect), options);
    in_text(text, &first.diagnostics)?;
    let internal = first.diagnostics.iter().find(|fault| fault.code.name() == "internal");
    ensure!(internal.is_none(), "what would be written does not hold: {}", internal.map_or("", |fault| &fault.message));
    let Some(new) = first.new_text() else {
        ensure!(
            first.is_faulty() || first.regions.iter().all(|region| region.drift.is_empty()),
            "drift without an edit: {:?}",
            first.regions
        );
        return Ok(());
    };
    ensure!(!first.is_faulty(), "a page with a fault is written");
    patched(text, &first, &new)?;
    let second = plan_page(catalog, &page(&new, dialect), options);
    ensure!(!second.is_faulty(), "what was written has a fault: {:?}\n{new}", second.diagnostics);
    ensure!(outside(text, &first) == outside(&new, &second), "text outside the regions changed:\n{new}");
    ensure!(second.new_text().is_none(), "written twice is not written once:\n{new}");
    let check = plan_page(catalog, &page(&new, dialect), Options::default());
    let drift = check.regions.iter().find(|region| !region.drift.is_empty());
    ensure!(drift.is_none(), "a check fails after the run: {drift:?}\n{new}");
    for region in &second.regions {
        says(catalog, &new, region).map_err(|what| format!("{what}\n{new}"))?;
    }
    Ok(())
}

/// The page without what stands in its regions.
fn outside(text: &str, plan: &PagePlan) -> String {
    let mut out = String::new();
    let mut at = 0;
    for region in &plan.regions {
        out.push_str(&text[at..region.body.start]);
        at = region.body.end;
    }
    out + &text[at..]
}

/// The patch, applied as `patch` applies one, gives the page that is written.
fn patched(old: &str, plan: &PagePlan, new: &str) -> Law {
    ensure!(apply(old, &plan.edits) == *new, "the edits do not give the new text");
    let patch = patch::patch(b"docs/a.md", old, &plan.edits);
    let given = apply_patch(old, &patch).ok_or_else(|| format!("the patch does not apply:\n{patch}"))?;
    ensure!(given == new, "the patch gives another page:\n{patch}");
    Ok(())
}

fn apply_patch(old: &str, patch: &str) -> Option<String> {
    let old: Vec<&str> = old.split_inclusive('\n').collect();
    let mut lines = patch.split_inclusive('\n').skip(2).peekable();
    let (mut at, mut out) = (0, String::new());
    while let Some(head) = lines.next() {
        let from = head.strip_prefix("@@ -")?.split([',', ' ']).next()?.parse::<usize>().ok()?;
        let none = head.split(' ').nth(1)?.ends_with(",0");
        let from = if none { from } else { from.checked_sub(1)? };
        out.push_str(&old.get(at..from)?.concat());
        at = from;
        while let Some(line) = lines.next_if(|line| !line.starts_with("@@ -")) {
            let (mark, words) = line.split_at(1);
            // `\ No newline at end of file`: the line before it has none.
            let cut = lines.next_if(|next| next.starts_with('\\')).is_some();
            let words = if cut { words.strip_suffix('\n')? } else { words };
            if mark != "+" {
                if *old.get(at)? != words {
                    return None;
                }
                at += 1;
            }
            if mark != "-" {
                out.push_str(words);
            }
        }
    }
    out.push_str(&old.get(at..)?.concat());
    Some(out)
}

/// A region says what the catalog says, as another reader than the program's own sees it.
fn says(catalog: &Catalog, text: &str, planned: &RegionPlan) -> Law {
    let family = &catalog.families[planned.family];
    let region = family.region(&planned.region).ok_or("a region that the family does not have")?;
    let models: Vec<&Model> = family.models_of(region).collect();
    let line = text[..planned.marker.start].rfind('\n').map_or(0, |newline| newline + 1);
    let prefix = text[line..planned.marker.start].trim_start_matches('\u{feff}');
    let lines = text[planned.body.clone()].lines().map(|line| {
        // The whole prefix; of blank lines what is left of it.
        line.strip_prefix(prefix).unwrap_or_else(|| line.trim_start_matches(['>', ' ', '\t']))
    });
    let body: String = lines.flat_map(|line| [line, "\n"]).collect();
    if body.contains('\r') {
        return Ok(()); // a line end to other readers also where no line feed follows, and to us a character
    }
    match (&region.kind, &planned.standing) {
        (Kind::List { value, layout }, Standing::Prose) => {
            let table = *layout == Layout::Table || body.trim_start().starts_with('|');
            if table { table_says(family, region, &models, &body) } else { list_says(family, *value, &models, &body) }
        }
        (Kind::Models, Standing::Fence(language)) => models_say(family, &models, language, &body),
        (Kind::Aliases, Standing::Fence(language)) => aliases_say(family, &models, language, &body),
        _ => Ok(()),
    }
}

fn wanted(family: &Family, value: ListValue, model: &Model) -> String {
    match value {
        ListValue::Id => model.id.clone(),
        ListValue::Ref => family.model_ref(&model.id),
        ListValue::Name => model.name.clone(),
    }
}

/// The white space of Markdown's reading of words: runs and edges do not count.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn list_says(family: &Family, value: ListValue, models: &[&Model], body: &str) -> Law {
    let mut items: Vec<String> = Vec::new();
    for event in Parser::new(body) {
        match event {
            Event::Start(Tag::Item) => items.push(String::new()),
            Event::Text(words) | Event::Code(words) => {
                items.last_mut().ok_or("words outside the items of a list")?.push_str(&words);
            }
            _ => {}
        }
    }
    let wanted: Vec<String> = models.iter().map(|model| folded(&wanted(family, value, model))).collect();
    let items: Vec<String> = items.iter().map(|item| folded(item)).collect();
    ensure!(items == wanted, "a reader sees {items:?}, not {wanted:?}");
    Ok(())
}

fn table_says(family: &Family, region: &Region, models: &[&Model], body: &str) -> Law {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for event in Parser::new_ext(body, pulldown_cmark::Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::TableHead | Tag::TableRow) => rows.push(Vec::new()),
            Event::Start(Tag::TableCell) => rows.last_mut().ok_or("a cell outside a row")?.push(String::new()),
            Event::Text(words) | Event::Code(words) => {
                let cell = rows.last_mut().and_then(|row| row.last_mut());
                cell.ok_or("words outside the cells of a table")?.push_str(&words);
            }
            Event::End(TagEnd::Table) => break,
            _ => {}
        }
    }
    ensure!(rows.len() == models.len() + 1, "a reader sees {} rows for {} models", rows.len(), models.len());
    let head = rows[0].clone();
    // Known by their headings; a page's own heading says nothing here.
    let columns: Vec<Option<Column>> =
        head.iter().map(|head| Column::ALL.iter().copied().find(|column| column.heading() == head)).collect();
    if let Some(wanted) = &region.columns {
        ensure!(head.len() == wanted.len(), "a reader sees {} columns, not {}", head.len(), wanted.len());
    }
    for (row, model) in rows[1..].iter().zip(models) {
        for (cell, column) in row.iter().zip(&columns) {
            let wanted = match column {
                Some(Column::Ref) => family.model_ref(&model.id),
                Some(Column::Id) => model.id.clone(),
                Some(Column::Name) => model.name.clone(),
                Some(Column::Alias) => model.alias.clone(),
                Some(Column::Reasoning) => match &model.reasoning_label {
                    Some(label) => label.clone(),
                    None => if model.reasoning { "Yes" } else { "No" }.to_owned(),
                },
                Some(Column::Input) => model.input.join(", "),
                _ => continue,
            };
            ensure!(folded(cell) == folded(&wanted), "a reader sees {cell:?}, not {wanted:?}");
        }
    }
    Ok(())
}

fn json5(source: &str) -> Result<serde_json::Value, String> {
    json5::from_str(source).map_err(|error| format!("no JSON5: {error}"))
}

fn models_say(family: &Family, models: &[&Model], language: &str, body: &str) -> Law {
    if !matches!(language, "json" | "json5" | "jsonc" | "js" | "javascript" | "ts") {
        return Ok(());
    }
    let value = json5(&format!("[{body}]"))?;
    let entries = value.as_array().ok_or("no array")?;
    ensure!(entries.len() == models.len(), "a reader sees {} entries, not {}", entries.len(), models.len());
    for (entry, model) in entries.iter().zip(models) {
        let number = |value: &serde_json::Value| Number::parse(&value.to_string());
        let cost = |key: &str| number(&entry["cost"][key]);
        let input: Vec<&str> = entry["input"].as_array().into_iter().flatten().filter_map(|v| v.as_str()).collect();
        let right = entry["id"].as_str() == Some(&model.id)
            && entry["name"].as_str() == Some(&model.name)
            && entry["reasoning"].as_bool() == Some(model.reasoning)
            && input == model.input
            && cost("input").as_ref() == Some(&model.cost.input)
            && cost("output").as_ref() == Some(&model.cost.output)
            && cost("cacheRead").as_ref() == Some(&model.cost.cache_read)
            && cost("cacheWrite").as_ref() == Some(&model.cost.cache_write)
            && number(&entry["contextWindow"]) == Some(Number::from(model.context_window))
            && number(&entry["maxTokens"]) == Some(Number::from(model.max_tokens));
        ensure!(right, "a reader sees {entry}, not {model:?} of {}", family.provider);
    }
    Ok(())
}

fn aliases_say(family: &Family, models: &[&Model], language: &str, body: &str) -> Law {
    if !matches!(language, "json" | "json5" | "jsonc" | "js" | "javascript" | "ts") {
        return Ok(());
    }
    let value = json5(&format!("{{{body}}}"))?;
    let entries = value.as_object().ok_or("no object")?;
    ensure!(entries.len() == models.len(), "a reader sees {} entries, not {}", entries.len(), models.len());
    for model in models {
        let alias = entries.get(&family.model_ref(&model.id)).and_then(|entry| entry["alias"].as_str());
        ensure!(alias == Some(&model.alias), "a reader sees {alias:?}, not {:?}", model.alias);
    }
    Ok(())
}

/// A catalog is read without a panic; with no fault, it holds what its format promises.
pub(crate) fn catalog(text: &str) -> Law {
    let (catalog, faults) = read_catalog(text);
    in_text(text, &faults)?;
    if faults.iter().any(Diagnostic::is_error) {
        return Ok(());
    }
    for family in &catalog.families {
        let ids: std::collections::HashSet<&str> = family.models.iter().map(|model| model.id.as_str()).collect();
        ensure!(ids.len() == family.models.len() && !ids.is_empty(), "models are one or more, each with its own id");
        ensure!(ids.contains(family.default_model.as_str()), "the default model is a model");
        for retired in &family.retired {
            ensure!(!ids.contains(retired.id.as_str()), "a model is retired and is not");
            let mut at = retired;
            for _ in 0..=family.retired.len() {
                let Some(next) = &at.replaced_by else { break };
                match family.retired.iter().find(|other| other.id == *next) {
                    Some(other) => at = other,
                    None => {
                        ensure!(ids.contains(next.as_str()), "what replaces a model is one");
                        break;
                    }
                }
            }
        }
        for model in &family.models {
            let words = [&model.name, &model.alias].into_iter().chain(&model.reasoning_label).chain(&model.input);
            for word in words {
                ensure!(!word.is_empty() && !word.contains(char::is_control), "a word of a page: {word:?}");
            }
            ensure!(model.context_window > 0 && model.max_tokens > 0, "limits are above zero");
        }
    }
    Ok(())
}

/// A body is read by every reader without a panic, and what is written from what was read says the same.
pub(crate) fn body(text: &str) -> Law {
    use moonsync::shape::json5::{Style, Surroundings, Syntax, Wanted, read, write};
    use moonsync::shape::{inline, kind, list, table};
    let text = &text.replace('\r', "");
    let _ = kind(text);
    let _ = list::read(text);
    if let Some(read) = table::read(text) {
        let cells = |row: &[table::Cell]| row.iter().map(|cell| cell.source.clone()).collect::<Vec<_>>();
        let width = read.header.len();
        let rows: Vec<Vec<String>> = read.rows.iter().map(|row| cells(row).into_iter().take(width).collect()).collect();
        let written = table::write(&cells(&read.header), &rows, &read.look);
        let again = table::read(&written).ok_or_else(|| format!("a table that was written is none:\n{written}"))?;
        ensure!(cells(&again.header) == cells(&read.header), "another head:\n{written}");
        ensure!(again.rows.len() == rows.len(), "another number of rows:\n{written}");
    }
    for line in text.lines() {
        // Control characters have no spelling: `inline::write` says that it leaves them out.
        let spelled = |content: &Inline| !content.text().contains(char::is_control);
        if let Some(content) = inline::read(line).filter(spelled) {
            let written = inline::write(&content, inline::Position::Item);
            ensure!(inline::read(&written).as_ref() == Some(&content), "{content:?} written as {written:?}");
        }
    }
    for syntax in [Syntax::Json5, Syntax::Json, Syntax::JavaScript, Syntax::Hash] {
        let read_body = read(text, syntax, None);
        let entries: Vec<_> = read_body.entries.iter().map(|read| read.entry.clone()).collect();
        let keyed = entries.iter().filter(|entry| entry.key.is_some()).count();
        if keyed != 0 && keyed != entries.len() {
            continue; // an array and an object in one: nothing that is ever written
        }
        let style = Style::of(&read_body, &Surroundings::of(text, &[], syntax), "  ");
        let written = write(&Wanted::new(&entries), &read_body, &style);
        let again = read(&written, syntax, Some(keyed > 0));
        ensure!(again.says(&entries), "{entries:?} written as\n{written}");
    }
    Ok(())
}
