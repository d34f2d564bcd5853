//! A first catalog, read back from what a repository's pages already say.
//!
//! [`namespaces`] finds the families that pages have markers of; [`drafts`] reads their regions, and the JSON5 blocks
//! around, into a [`Draft`] of each family, which [`Draft::to_toml`] writes as a family's file. Where pages contradict
//! each other the first that says it counts, and what no page says is marked in the file. Opens no file.

mod said;
#[cfg(test)]
mod tests;
mod write;

use crate::catalog::parse::{CatalogFile, Role, is_id, parse};
use crate::catalog::{Catalog, Column, Family, Kind, Model};
use crate::content::{Number, Value};
use crate::diagnostic::{Code, Diagnostic};
use crate::import::{self, Fact, Field, name_of};
use crate::plan::{self, Difference, Options, PageInput};
use crate::render::cell::token_count;
use said::{Said, Seen};
use std::collections::BTreeMap;

/// The regions that every family has.
const REGIONS: [&str; 4] = ["model-refs", "ids", "aliases", "models"];

/// The provider of a family of which no page says it.
const NO_PROVIDER: &str = "provider";

/// What the pages of a repository say of a family.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// The prefix of its markers.
    pub namespace: String,
    /// The prefix of its refs; nothing where no page says it.
    pub provider: Option<String>,
    /// The id of the default model.
    pub default_model: String,
    /// Where pages say which model is the default one; otherwise it is the first.
    pub default_is_said: bool,
    /// Its models, in the order of the region that has the most of them.
    pub models: Vec<DraftModel>,
    /// The columns of `ids` and `model-refs` where pages have tables, by region.
    tables: BTreeMap<String, Vec<Column>>,
    /// The regions that have some of the models only, by name.
    some: BTreeMap<String, Vec<String>>,
    /// What a person should look at.
    pub notes: Vec<String>,
}

/// One model, as far as pages say what it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftModel {
    /// The id.
    pub id: String,
    /// Where it is read from, such as `docs/a.md:12`.
    pub from: String,
    name: Option<String>,
    alias: Option<String>,
    reasoning: Option<bool>,
    reasoning_label: Option<String>,
    thinking_levels: Option<Value>,
    input: Option<Vec<String>>,
    cost: Option<Vec<(String, Number)>>,
    context_window: Option<u64>,
    max_tokens: Option<u64>,
    extra: Vec<(String, Value)>,
    /// The keys of objects that hold what they can't, such as a `name` that is a number.
    odd: Vec<String>,
}

impl DraftModel {
    /// The keys of which no page says anything.
    #[must_use]
    pub fn gaps(&self) -> Vec<&'static str> {
        let all = [
            ("name", self.name.is_none()),
            ("reasoning", self.reasoning.is_none()),
            ("input", self.input.is_none()),
            ("cost", self.cost.is_none()),
            ("context_window", self.context_window.is_none()),
            ("max_tokens", self.max_tokens.is_none()),
        ];
        all.into_iter().filter(|(_, gap)| *gap).map(|(key, _)| key).collect()
    }
}

/// The namespaces that markers of a page may have, by what markers of the regions that every family has are called.
/// Whether a marker counts is not looked at: [`drafts`] leaves out a family without a region.
///
/// ```
/// let page = "<!-- kimi-model-refs:start -->\n<!-- acme-ids:end -->";
/// assert_eq!(moonsync::adopt::namespaces(page), ["acme", "kimi"]);
/// ```
#[must_use]
pub fn namespaces(page: &str) -> Vec<String> {
    let mut found = Vec::new();
    for edge in [":start", ":end"] {
        for (at, _) in page.match_indices(edge) {
            let before = &page[..at];
            let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let name = &before[before.rfind(|c| !is_name(c)).map_or(0, |start| start + char_len(before, start))..];
            let namespace = REGIONS.iter().find_map(|region| name.strip_suffix(region)?.strip_suffix('-'));
            found.extend(namespace.filter(|name| !name.is_empty()).map(str::to_owned));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn char_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// What pages in the source language say of the families with these namespaces. `known` are families that are known
/// otherwise: what they say of the same provider's models fills gaps.
#[must_use]
pub fn drafts(namespaces: &[String], pages: &[&PageInput], known: &[Family]) -> Vec<Draft> {
    let empty: Vec<Draft> =
        namespaces.iter().map(|name| Draft { namespace: name.clone(), ..Draft::default() }).collect();
    let Some(skeleton) = catalog(&empty, |_| PLACEHOLDER.to_owned()) else { return Vec::new() };
    let mut seen = Vec::new();
    for page in pages {
        seen.extend(said::regions(&skeleton, page));
    }
    let mut drafts: Vec<Draft> = empty
        .into_iter()
        .enumerate()
        .filter_map(|(family, draft)| {
            let own: Vec<&Seen> = seen.iter().filter(|seen| seen.family == family).collect();
            (!own.is_empty()).then(|| first_pass(draft, &own, pages))
        })
        .filter(|draft| !draft.models.is_empty())
        .collect();
    drafts.iter_mut().for_each(be_sound);
    for draft in &mut drafts {
        from_blocks(draft, pages);
    }
    from_tables(&mut drafts, pages);
    for draft in &mut drafts {
        from_known(draft, known);
    }
    drafts.iter_mut().for_each(be_sound);
    drafts.retain(|draft| !draft.models.is_empty());
    for draft in &mut drafts {
        let (name, all) = (&draft.namespace, draft.models.len());
        let note = |(region, ids): (&String, &Vec<String>)| {
            let some = ids.len();
            format!("{name}-{region} lists {some} of {all} models wherever it stands: [regions.{region}] keeps it so")
        };
        draft.notes.extend(draft.some.iter().map(note).collect::<Vec<_>>());
    }
    labels(&mut drafts, pages);
    drafts
}

/// Why a family of which pages have markers gives no draft: the faults of those markers, and the regions that list no
/// model.
#[must_use]
pub fn undrafted(namespaces: &[String], pages: &[&PageInput]) -> Vec<Diagnostic> {
    let empty: Vec<Draft> =
        namespaces.iter().map(|name| Draft { namespace: name.clone(), ..Draft::default() }).collect();
    let Some(skeleton) = catalog(&empty, |_| PLACEHOLDER.to_owned()) else { return Vec::new() };
    let mut found = Vec::new();
    for page in pages {
        let scan = plan::scan_page(&skeleton, page);
        found.extend(scan.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).cloned());
        found.extend(scan.regions.iter().map(|region| {
            let name = format!("{}-{}", namespaces[region.start.family], region.start.region);
            let message = format!("the region `{name}` lists no model that a catalog could be made of");
            let help = format!(
                "list a model there, or write catalog/{}.toml and a moonsync.toml by hand",
                namespaces[region.start.family]
            );
            let fault = Diagnostic::new(Code::Usage, page.path.clone(), message);
            fault.at(region.start.span.clone()).help(help)
        }));
    }
    found
}

/// A part of a model that may be left out, and how.
type Clear = (&'static str, fn(&mut DraftModel));

/// Leaves out what no catalog can hold, and says so.
fn be_sound(draft: &mut Draft) {
    let is_sound = |model: &DraftModel| is_id(&model.id);
    let (sound, others): (Vec<_>, Vec<_>) = std::mem::take(&mut draft.models).into_iter().partition(is_sound);
    draft.models = sound;
    if !others.is_empty() {
        draft.some.values_mut().for_each(|ids| ids.retain(|id| is_id(id)));
        draft.some.retain(|_, ids| !ids.is_empty() && ids.len() < draft.models.len());
    }
    draft
        .notes
        .extend(others.iter().map(|model| format!("{} has {:?}, which is no id: left out", model.from, model.id)));
    if !draft.models.iter().any(|model| model.id == draft.default_model) {
        draft.default_model = draft.models.first().map_or_else(String::new, |model| model.id.clone());
        draft.default_is_said = false;
    }
    let (namespace, provider) = (draft.namespace.clone(), draft.provider.clone());
    let faults = |model: &DraftModel| {
        let alone = Draft {
            namespace: namespace.clone(),
            provider: provider.clone(),
            default_model: model.id.clone(),
            models: vec![model.clone()],
            ..Draft::default()
        };
        let text = alone.to_toml().into();
        let file = CatalogFile { path: String::new(), text, role: Role::Family, folder: 0 };
        parse(&[file]).1.into_iter().filter(Diagnostic::is_error).count()
    };
    for model in &mut draft.models {
        let mut left_out = std::mem::take(&mut model.odd);
        let mut count = faults(model);
        let clear: [Clear; 6] = [
            ("name", |model| model.name = None),
            ("alias", |model| model.alias = None),
            ("input", |model| model.input = None),
            ("cost", |model| model.cost = None),
            ("thinkingLevelMap", |model| model.thinking_levels = None),
            ("extra keys", |model| model.extra.clear()),
        ];
        for (key, clear) in clear {
            if count == 0 {
                break;
            }
            let mut without = model.clone();
            clear(&mut without);
            let fewer = faults(&without);
            if fewer < count {
                (*model, count) = (without, fewer);
                left_out.push(key.to_owned());
            }
        }
        if !left_out.is_empty() {
            let keys = left_out.join(", ");
            draft.notes.push(format!(
                "{}: what it says of {} is left out, no catalog can hold it: {keys}",
                model.from, model.id
            ));
        }
    }
}

/// The models of a family that says nothing yet.
const PLACEHOLDER: &str = "provider = \"p\"\ndefault_model = \"m\"\n[[models]]\nid = \"m\"\nname = \"M\"\n\
                           reasoning = false\ninput = [\"text\"]\ncost = {}\ncontext_window = 1\nmax_tokens = 1\n";

/// A catalog of drafts, where it is one.
fn catalog(drafts: &[Draft], text: impl Fn(&Draft) -> String) -> Option<Catalog> {
    let file = |draft: &Draft| {
        let namespace = Value::String(draft.namespace.clone());
        let text = text(draft);
        let text = if text == PLACEHOLDER { format!("namespace = {namespace}\n{text}") } else { text };
        CatalogFile { path: format!("{}.toml", draft.namespace), text: text.into(), role: Role::Family, folder: 0 }
    };
    let (catalog, faults) = parse(&drafts.iter().map(file).collect::<Vec<_>>());
    (!faults.iter().any(Diagnostic::is_error)).then_some(catalog)
}

/// Which models there are, in which order, whose they are, and what objects and aliases say of them.
fn first_pass(mut draft: Draft, seen: &[&Seen], pages: &[&PageInput]) -> Draft {
    let ids: Vec<&str> = seen.iter().filter_map(|seen| seen.said.objects()).flatten().map(|(id, _)| id).collect();
    draft.provider = provider(seen, &ids);
    let own = |name: &str| bare(draft.provider.as_deref(), name);

    // The region with the most models gives the order, one of objects before others.
    let mut lists: Vec<(&Seen, Vec<String>)> =
        seen.iter().map(|seen| (*seen, seen.said.names().into_iter().map(own).collect())).collect();
    lists.sort_by_key(|(seen, ids)| std::cmp::Reverse((ids.len(), seen.said.objects().is_some())));
    let mut all: Vec<DraftModel> = Vec::new();
    for (seen, ids) in &lists {
        let mut after = None;
        for id in ids {
            let known = all.iter().position(|model| model.id == *id);
            after = Some(known.unwrap_or_else(|| {
                let at = after.map_or(all.len(), |at: usize| at + 1);
                let from = format!("{}:{}", seen.path, seen.line);
                all.insert(at, DraftModel { id: id.clone(), from, ..DraftModel::default() });
                at
            }));
        }
    }
    draft.notes = missing(&lists, &all);
    draft.notes.extend(seen.iter().flat_map(|seen| &seen.unread).cloned());
    draft.some = parts(&lists, &all);
    for (seen, _) in &lists {
        for (id, object) in seen.said.objects().into_iter().flatten() {
            if let Some(model) = all.iter_mut().find(|model| model.id == id) {
                model.take_object(object);
            }
        }
        if let Said::Aliases(aliases) = &seen.said {
            for (name, alias) in aliases {
                let id = own(name);
                if let Some(model) = all.iter_mut().find(|model| model.id == id) {
                    model.alias = model.alias.take().or_else(|| alias.clone());
                }
            }
        }
    }
    (draft.default_model, draft.default_is_said) = default_model(draft.provider.as_deref(), &all, pages);
    draft.models = all;
    draft
}

/// The provider: what stands before the ids in refs, else the key of the object that has the models.
fn provider(seen: &[&Seen], ids: &[&str]) -> Option<String> {
    let refs = || seen.iter().flat_map(|seen| seen.said.names()).filter(|name| name.contains('/'));
    let known = refs().find_map(|name| {
        let id = ids.iter().filter(|id| name.ends_with(**id)).max_by_key(|id| id.len())?;
        name.strip_suffix(id)?.strip_suffix('/')
    });
    let key = || seen.iter().find_map(|seen| seen.provider.clone());
    let first = || refs().find_map(|name| Some(name.split_once('/')?.0));
    known.map(str::to_owned).or_else(key).or_else(|| first().map(str::to_owned)).filter(|name| !name.is_empty())
}

fn bare(provider: Option<&str>, name: &str) -> String {
    let rest = provider.and_then(|provider| name.strip_prefix(provider)?.strip_prefix('/'));
    rest.unwrap_or(name).to_owned()
}

/// What a person should look at: models that some regions have and others do not.
fn missing(lists: &[(&Seen, Vec<String>)], all: &[DraftModel]) -> Vec<String> {
    let whole = |region: &str| lists.iter().any(|(seen, ids)| seen.region == region && ids.len() == all.len());
    all.iter()
        .filter_map(|model| {
            // Of a region that has all models somewhere, another place without this one is stale, or this one is.
            let lacks = |(seen, ids): &&(&Seen, Vec<String>)| whole(&seen.region) && !ids.contains(&model.id);
            let places: Vec<String> =
                lists.iter().filter(lacks).map(|(seen, _)| format!("{}:{}", seen.path, seen.line)).collect();
            let place = places.first()?;
            let more = if places.len() > 1 { format!(" and {} more", places.len() - 1) } else { String::new() };
            Some(format!("{} is in {} but not in {place}{more}", model.id, model.from))
        })
        .collect()
}

/// The regions that have the same part of the models wherever they stand.
fn parts(lists: &[(&Seen, Vec<String>)], all: &[DraftModel]) -> BTreeMap<String, Vec<String>> {
    let mut parts = BTreeMap::new();
    for region in REGIONS {
        let mut of = lists.iter().filter(|(seen, ids)| seen.region == region && !ids.is_empty());
        let Some((_, first)) = of.next() else { continue };
        let same = |ids: &[String]| ids.len() == first.len() && ids.iter().all(|id| first.contains(id));
        if first.len() < all.len() && of.all(|(_, ids)| same(ids)) {
            let ids = all.iter().map(|model| &model.id).filter(|id| first.contains(id));
            parts.insert(region.to_owned(), ids.cloned().collect());
        }
    }
    parts
}

/// The model that configurations name as `primary`, most often of all; else the first.
fn default_model(provider: Option<&str>, models: &[DraftModel], pages: &[&PageInput]) -> (String, bool) {
    let mut counts = vec![0; models.len()];
    for line in pages.iter().flat_map(|page| page.text.lines()).filter(|line| line.contains("primary")) {
        for name in line.split(['"', '\'', '`']) {
            let Some(id) = provider.and_then(|provider| name.strip_prefix(provider)?.strip_prefix('/')) else {
                continue;
            };
            if let Some(at) = models.iter().position(|model| model.id == id) {
                counts[at] += 1;
            }
        }
    }
    let most = counts.iter().copied().max().unwrap_or(0);
    let at = counts.iter().position(|count| *count == most).unwrap_or(0);
    (models.get(at).map_or_else(String::new, |model| model.id.clone()), most > 0)
}

impl DraftModel {
    /// What an object of a `models` region says, where nothing is known yet.
    fn take_object(&mut self, object: &Value) {
        let Value::Object(members) = object else { return };
        let first = self.reasoning.is_none() && self.cost.is_none();
        for (key, value) in members {
            match (key.as_str(), value) {
                ("id", _) => {}
                ("name", Value::String(name)) => self.name = self.name.take().or_else(|| Some(name.clone())),
                ("reasoning", Value::Bool(reasons)) => self.reasoning = self.reasoning.or(Some(*reasons)),
                ("input", Value::Array(values)) => {
                    let words = values.iter().map(|value| match value {
                        Value::String(word) => Some(word.clone()),
                        _ => None,
                    });
                    self.input = self.input.take().or_else(|| words.collect());
                }
                ("cost", Value::Object(prices)) => {
                    let prices = prices.iter().filter_map(|(key, price)| match price {
                        Value::Number(number) => Some((price_key(key)?.to_owned(), number.clone())),
                        _ => None,
                    });
                    self.cost = self.cost.take().or_else(|| Some(prices.collect()));
                }
                ("contextWindow", Value::Number(number)) => {
                    self.context_window = self.context_window.or_else(|| number.as_str().parse().ok());
                }
                ("maxTokens", Value::Number(number)) => {
                    self.max_tokens = self.max_tokens.or_else(|| number.as_str().parse().ok());
                }
                ("thinkingLevelMap", Value::Object(levels)) => {
                    let given: Vec<_> = levels.iter().filter(|(_, level)| *level != Value::Null).cloned().collect();
                    self.thinking_levels = self.thinking_levels.take().or(Some(Value::Object(given)));
                }
                (own, _) if OWN_KEYS.contains(&own) => self.odd.push(key.clone()),
                _ if first => self.extra.push((key.clone(), value.clone())),
                _ => {}
            }
        }
    }

    /// What a list of models says, where nothing is known yet.
    fn take_fact(&mut self, field: Field, fact: &Fact) {
        let mut price = |key: &str, number: &Number| {
            let cost = self.cost.get_or_insert_default();
            if !cost.iter().any(|(known, _)| known == key) {
                cost.push((key.to_owned(), number.clone()));
            }
        };
        match (field, fact) {
            (Field::Name, Fact::Text(name)) => self.name = self.name.take().or_else(|| Some(name.clone())),
            (Field::Reasoning, Fact::Flag(reasons)) => self.reasoning = self.reasoning.or(Some(*reasons)),
            (Field::Input, Fact::Input { words, .. }) => self.input = self.input.take().or_else(|| Some(words.clone())),
            (Field::CostInput, Fact::Price(number)) => price("input", number),
            (Field::CostOutput, Fact::Price(number)) => price("output", number),
            (Field::CostCacheRead, Fact::Price(number)) => price("cache_read", number),
            (Field::CostCacheWrite, Fact::Price(number)) => price("cache_write", number),
            (Field::ContextWindow, Fact::Tokens(count)) => self.context_window = self.context_window.or(Some(*count)),
            (Field::MaxTokens, Fact::Tokens(count)) => self.max_tokens = self.max_tokens.or(Some(*count)),
            _ => {}
        }
    }

    /// What a cell of a table says, where nothing is known yet.
    fn take_cell(&mut self, column: Column, text: &str) {
        if text.is_empty() {
            return;
        }
        let tokens = || token_count(text).map(|(count, _)| count).filter(|count| *count > 0);
        match column {
            Column::Name => self.name = self.name.take().or_else(|| Some(text.to_owned())),
            Column::Alias => self.alias = self.alias.take().or_else(|| Some(text.to_owned())),
            Column::Context => self.context_window = self.context_window.or_else(tokens),
            Column::MaxOutput => self.max_tokens = self.max_tokens.or_else(tokens),
            Column::Input => {
                let words = text.split([',', '、', '،', '/']).map(|word| word.trim().to_lowercase());
                self.input = self.input.take().or_else(|| Some(words.filter(|word| !word.is_empty()).collect()));
            }
            Column::Reasoning if self.reasoning.is_none() => {
                self.reasoning = Some(!text.eq_ignore_ascii_case("no"));
            }
            _ => {}
        }
    }

    /// What a catalog says, where nothing is known yet.
    fn take_model(&mut self, model: &Model) {
        self.name.get_or_insert_with(|| model.name.clone());
        self.reasoning.get_or_insert(model.reasoning);
        self.input.get_or_insert_with(|| model.input.clone());
        self.context_window.get_or_insert(model.context_window);
        self.max_tokens.get_or_insert(model.max_tokens);
        self.cost.get_or_insert_with(|| {
            let cost = &model.cost;
            let all = [&cost.input, &cost.output, &cost.cache_read, &cost.cache_write];
            PRICES.iter().zip(all).map(|(key, price)| ((*key).to_owned(), price.clone())).collect()
        });
    }
}

/// The keys of a model's object that a catalog has keys of its own for.
const OWN_KEYS: [&str; 7] = ["name", "reasoning", "input", "cost", "contextWindow", "maxTokens", "thinkingLevelMap"];

/// The keys of `cost` in a catalog.
const PRICES: [&str; 4] = ["input", "output", "cache_read", "cache_write"];

fn price_key(key: &str) -> Option<&'static str> {
    match key {
        "cacheRead" => Some("cache_read"),
        "cacheWrite" => Some("cache_write"),
        _ => PRICES.into_iter().find(|known| *known == key),
    }
}

/// What provider blocks in fences say of models that the regions name.
fn from_blocks(draft: &mut Draft, pages: &[&PageInput]) {
    let Some(provider) = draft.provider.clone() else { return };
    if draft.models.iter().all(|model| model.gaps().is_empty()) {
        return;
    }
    for page in pages {
        for block in said::blocks(page).iter().filter(|block| block.contains(&provider)) {
            let Ok(listing) = import::read(&page.path, block) else { continue };
            for listed in listing.models.iter().filter(|listed| listed.provider.as_ref() == Some(&provider)) {
                if let Some(model) = draft.models.iter_mut().find(|model| model.id == listed.id) {
                    listed.facts.iter().for_each(|(field, fact)| model.take_fact(*field, fact));
                }
            }
        }
    }
}

/// What the tables in regions say, and which columns they have.
fn from_tables(drafts: &mut [Draft], pages: &[&PageInput]) {
    let Some(catalog) = catalog(drafts, Draft::to_toml) else { return };
    let mut lists: BTreeMap<(usize, String), bool> = BTreeMap::new();
    for page in pages {
        let scan = plan::scan_page(&catalog, page);
        let tables = plan::tables(&catalog, page, &scan);
        for region in &scan.regions {
            *lists.entry((region.start.family, region.start.region.clone())).or_default() |=
                !tables.iter().any(|table| {
                    let first = region.start.line + 1;
                    table.family == region.start.family && (first..region.end.line + 1).contains(&(table.line - 1))
                });
        }
        for table in &tables {
            let columns = plan::columns(&catalog, None, table, None);
            let draft = &mut drafts[table.family];
            for (row, owner) in table.read.rows.iter().zip(&table.owners) {
                let Some(model) = draft.models.iter_mut().find(|model| owner.as_ref() == Some(&model.id)) else {
                    continue;
                };
                for (column, cell) in columns.iter().zip(row) {
                    if let (Some(column), Some(content)) = (column, &cell.content) {
                        model.take_cell(*column, content.text());
                    }
                }
            }
            if let Some(columns) = columns.into_iter().collect::<Option<Vec<_>>>() {
                draft.tables.entry(table.region.clone()).or_insert(columns);
            }
        }
    }
    for ((family, region), listed) in lists {
        if listed {
            drafts[family].tables.remove(&region);
        }
    }
}

/// Fills gaps from families that are known otherwise, and says so.
fn from_known(draft: &mut Draft, known: &[Family]) {
    let same = |family: &&Family| draft.provider.as_ref() == Some(&family.provider);
    let Some(family) = known.iter().find(same) else { return };
    for model in draft.models.iter_mut().filter(|model| !model.gaps().is_empty()) {
        if let Some(told) = family.models.iter().find(|told| told.id == model.id) {
            let gaps = model.gaps().join(", ");
            draft.notes.push(format!("no page says the {gaps} of {}: taken from the built-in catalog", model.id));
            model.take_model(told);
        }
    }
}

/// Labels of the Reasoning column: what still differs from Yes and No.
fn labels(drafts: &mut [Draft], pages: &[&PageInput]) {
    let Some(catalog) = catalog(drafts, Draft::to_toml) else { return };
    for page in pages {
        let plan = plan::plan_page(&catalog, page, Options::default());
        // Objects have a `reasoning` of their own, which is no label.
        let in_table = plan.regions.iter().filter(|region| {
            let kind = catalog.families[region.family].region(&region.region).map(|region| &region.kind);
            matches!(kind, Some(Kind::List { .. }))
        });
        for (region, difference) in in_table.flat_map(|region| region.drift.iter().map(move |d| (region, d))) {
            let Difference::Changed { model, field, old, .. } = difference else { continue };
            let is_plain = old.is_empty() || ["yes", "no"].iter().any(|plain| old.eq_ignore_ascii_case(plain));
            let model = drafts[region.family].models.iter_mut().find(|known| known.id == *model);
            if let (true, false, Some(model)) = (field == Column::Reasoning.key(), is_plain, model) {
                model.reasoning_label.get_or_insert_with(|| old.clone());
            }
        }
    }
}

impl Draft {
    /// The family's provider, or what stands in the file for it.
    fn provider(&self) -> &str {
        self.provider.as_deref().unwrap_or(NO_PROVIDER)
    }

    /// How many values of the file no page says.
    #[must_use]
    pub fn gaps(&self) -> usize {
        let of_models = self.models.iter().map(|model| model.gaps().len()).sum::<usize>();
        of_models + usize::from(self.provider.is_none()) + usize::from(!self.default_is_said)
    }

    /// The name that a model has, or is given.
    fn name<'a>(model: &'a DraftModel) -> std::borrow::Cow<'a, str> {
        let said = model.name.as_deref().or(model.alias.as_deref());
        said.map_or_else(|| name_of(&model.id).into(), Into::into)
    }
}
