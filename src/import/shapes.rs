//! What each shape calls a model's fields, and the reading of single values: whatever a catalog could not hold, or no
//! vendor would say, is a gap.

use super::read::clipped;
use super::{Ending, Fact, Field, Gap, Listed, Listing, Shape};
use crate::catalog::parse::is_id;
use crate::content::Number;
use crate::shape::json5::{Data, Member, Node};
use crate::text::visible;
use std::collections::HashMap;
use std::ops::Range;

/// Where the entries of a document are.
pub(super) enum Entries<'d> {
    /// Providers or APIs by name, each with its models.
    Providers(&'d [Member]),
    /// The models of one provider that stands alone.
    Provider(&'d Node, &'d [Member]),
    /// A list of models.
    List(Option<&'d str>, &'d [Node]),
    /// Models by their refs.
    Keyed(&'d [Member]),
}

/// A name longer than this is no name of a model.
const LONGEST_NAME: usize = 100;

/// An id longer than this is no id of a model.
const LONGEST_ID: usize = 200;

/// More tokens than this is no window of a model.
const MOST_TOKENS: u64 = 1_000_000_000_000;

/// More than this for a million tokens, or less but not nothing, is no price: a list of another unit, most often.
const PRICES: std::ops::RangeInclusive<f64> = 0.000_001..=100_000.0;

/// A price with more digits than this has been calculated with in binary.
const DIGITS: usize = 12;

/// The modalities in the order in which catalogs have them.
const USUAL: [&str; 6] = ["text", "image", "video", "audio", "pdf", "document"];

/// Reads the entries of a document.
pub(super) fn listing(source: &str, text: &str, shape: Shape, entries: &Entries<'_>) -> Listing {
    let mut all = Reader {
        text,
        shape,
        seen: HashMap::new(),
        listing: Listing { source: source.to_owned(), shape, models: Vec::new(), gaps: Vec::new() },
    };
    match entries {
        Entries::Providers(providers) => {
            for provider in *providers {
                all.provider(&provider.key, &provider.value);
            }
        }
        Entries::Provider(provider, models) => {
            let name = match provider.get("id").map(|id| &id.data) {
                Some(Data::String(name)) => Some(name.as_str()),
                _ => None,
            };
            models.iter().for_each(|model| all.model(name, Some(&model.key), &model.value));
        }
        Entries::List(provider, values) => values.iter().for_each(|value| all.model(*provider, None, value)),
        Entries::Keyed(models) => {
            // The first entry of LiteLLM's list explains the format.
            for model in models.iter().filter(|model| model.key != "sample_spec") {
                all.model(None, Some(&model.key), &model.value);
            }
        }
    }
    all.listing
}

/// An entry that is no model: its provider, what is at fault, and why.
type Stray<'e> = (Option<&'e str>, Range<usize>, String);

struct Reader<'d> {
    text: &'d str,
    shape: Shape,
    /// Which entry of the listing has a provider and id.
    seen: HashMap<(Option<String>, String), usize>,
    listing: Listing,
}

impl Reader<'_> {
    fn provider(&mut self, name: &str, value: &Node) {
        let models = if self.shape == Shape::PiAi { Some(value) } else { value.get("models") };
        match models.map(|models| &models.data) {
            Some(Data::Array(models)) => models.iter().for_each(|model| self.model(Some(name), None, model)),
            Some(Data::Object(models)) => {
                // In a file of pi-ai the outer key is an API, and each model says its provider.
                let name = (self.shape != Shape::PiAi).then_some(name);
                models.iter().for_each(|model| self.model(name, Some(&model.key), &model.value));
            }
            None | Some(Data::Null) => {} // a provider may be there for its settings alone
            Some(_) => {
                let message = format!("the models of {} are no list", quoted(name));
                let gap = Gap { span: value.span.clone(), fields: Vec::new(), message };
                self.listing.gaps.push((Some(name.to_owned()), gap));
            }
        }
    }

    /// Reads one entry into the listing.
    fn model(&mut self, provider: Option<&str>, key: Option<&str>, node: &Node) {
        let read = match node.members() {
            Some(_) => self.listed(provider, key, node),
            None => Err((provider, node.span.clone(), "this entry is no object".to_owned())),
        };
        let model = match read {
            Ok(model) => model,
            Err((provider, span, message)) => {
                let gap = Gap { span, fields: Vec::new(), message };
                self.listing.gaps.push((provider.map(str::to_owned), gap));
                return;
            }
        };
        match self.seen.entry((model.provider.clone(), model.id.clone())) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(self.listing.models.len());
                self.listing.models.push(model);
            }
            // pi-ai has a model once for each API that serves it.
            std::collections::hash_map::Entry::Occupied(place) => {
                let first = &mut self.listing.models[*place.get()];
                if first.facts != model.facts || first.gaps.len() != model.gaps.len() {
                    let message = "the list has this model twice, and says different things: the first entry counts";
                    first.gaps.push(Gap { span: model.span, fields: Vec::new(), message: message.to_owned() });
                }
            }
        }
    }

    fn listed<'e>(&self, provider: Option<&'e str>, key: Option<&'e str>, node: &'e Node) -> Result<Listed, Stray<'e>> {
        let string = |key: &str| match node.get(key).map(|value| &value.data) {
            Some(Data::String(text)) => Some(text.as_str()),
            _ => None,
        };
        let (said, span) = match (self.shape, key, node.get("id")) {
            (Shape::LiteLlm, Some(key), _) | (_, Some(key), None) => (key, node.span.clone()),
            (_, _, Some(Node { data: Data::String(id), span })) => (id.as_str(), span.clone()),
            (_, _, Some(id)) => {
                return Err((provider, id.span.clone(), format!("the id is {}, not a string", kind(&id.data))));
            }
            (_, None, None) => return Err((provider, node.span.clone(), "this entry has no id".to_owned())),
        };
        let (provider, id) = match self.shape {
            Shape::LiteLlm => {
                let provider = string("litellm_provider");
                let short = provider.and_then(|provider| said.strip_prefix(provider)?.strip_prefix('/'));
                (provider, short.unwrap_or(said))
            }
            Shape::OpenRouter => said.split_once('/').map_or((None, said), |(provider, id)| (Some(provider), id)),
            Shape::PiAi => (string("provider"), said),
            Shape::Moonshot => (string("owned_by"), said),
            Shape::ModelsDev | Shape::OpenClaw => (provider, said),
        };
        if id.is_empty() {
            return Err((provider, span, "the id is empty".to_owned()));
        }
        if !is_id(id) || id.len() > LONGEST_ID {
            return Err((provider, span, format!("no catalog takes the id {}", quoted(id))));
        }
        let mut entry = Entry { text: self.text, node, facts: Vec::new(), gaps: Vec::new() };
        let (ending, unfit) = match self.shape {
            Shape::Moonshot => entry.moonshot(),
            Shape::ModelsDev => entry.models_dev(),
            Shape::LiteLlm => entry.litellm(),
            Shape::PiAi => entry.pi_ai(),
            Shape::OpenRouter => entry.openrouter(id),
            Shape::OpenClaw => entry.openclaw(),
        };
        let Entry { mut facts, gaps, .. } = entry;
        facts.sort_by_key(|(field, _)| *field);
        let provider = provider.map(str::to_owned);
        Ok(Listed { provider, id: id.to_owned(), span, facts, gaps, ending, unfit })
    }
}

/// One entry while it is read.
struct Entry<'d> {
    text: &'d str,
    node: &'d Node,
    facts: Vec<(Field, Fact)>,
    gaps: Vec<Gap>,
}

/// How the list gives the model up, and why it is no model for a catalog.
type Standing = (Option<Ending>, Option<&'static str>);

const NO_TEXT: &str = "it writes no text";

impl<'d> Entry<'d> {
    fn moonshot(&mut self) -> Standing {
        let name = if self.node.get("name").is_some() { "name" } else { "display_name" };
        self.name(&[name]);
        self.flag(&["supports_reasoning"]);
        self.supported(&[("supports_image_in", "image"), ("supports_video_in", "video")]);
        self.tokens(&["context_length"], Field::ContextWindow);
        (None, None)
    }

    fn models_dev(&mut self) -> Standing {
        self.name(&["name"]);
        self.flag(&["reasoning"]);
        self.input(&["modalities", "input"], None);
        for (key, field) in ["input", "output", "cache_read", "cache_write"].iter().zip(Field::COST) {
            self.price(&["cost", key], *field, 0, false);
        }
        self.tokens(&["limit", "context"], Field::ContextWindow);
        self.tokens(&["limit", "output"], Field::MaxTokens);
        (self.status(&["deprecated"]), self.writes(&["modalities", "output"]))
    }

    fn litellm(&mut self) -> Standing {
        self.flag(&["supports_reasoning"]);
        self.supported(&[
            ("supports_vision", "image"),
            ("supports_video_input", "video"),
            ("supports_audio_input", "audio"),
            ("supports_pdf_input", "pdf"),
        ]);
        let keys = [
            "input_cost_per_token",
            "output_cost_per_token",
            "cache_read_input_token_cost",
            "cache_creation_input_token_cost",
        ];
        for (key, field) in keys.iter().zip(Field::COST) {
            self.price(&[key], *field, 6, false);
        }
        self.tokens(&["max_input_tokens"], Field::ContextWindow);
        self.tokens(&["max_output_tokens"], Field::MaxTokens);
        let mode = self.node.get("mode").map(|mode| &mode.data);
        let unfit =
            matches!(mode, Some(Data::String(mode)) if !["chat", "completion", "responses"].contains(&mode.as_str()));
        (self.day(&["deprecation_date"]), unfit.then_some(NO_TEXT))
    }

    fn pi_ai(&mut self) -> Standing {
        self.entry_of_pi(&["text", "image"]);
        let other = matches!(self.node.get("type").map(|kind| &kind.data), Some(Data::String(kind)) if kind != "chat");
        (None, other.then_some(NO_TEXT))
    }

    fn openclaw(&mut self) -> Standing {
        self.entry_of_pi(&["text", "image", "document"]);
        (self.status(&["deprecated", "disabled"]), None)
    }

    /// What pi-ai and OpenClaw have in common, which were one project once.
    fn entry_of_pi(&mut self, sayable: &[&str]) {
        self.name(&["name"]);
        self.flag(&["reasoning"]);
        self.input(&["input"], Some(sayable));
        for (key, field) in ["input", "output", "cacheRead", "cacheWrite"].iter().zip(Field::COST) {
            self.price(&["cost", key], *field, 0, false);
        }
        self.tokens(&["contextWindow"], Field::ContextWindow);
        self.tokens(&["maxTokens"], Field::MaxTokens);
    }

    fn openrouter(&mut self, id: &str) -> Standing {
        // OpenRouter puts the vendor before the name: `MoonshotAI: Kimi K2 0905`.
        self.name(&["name"]);
        for (field, fact) in &mut self.facts {
            if let (Field::Name, Fact::Text(name)) = (field, fact)
                && let Some((_, own)) = name.split_once(": ")
                && !own.trim().is_empty()
            {
                *name = own.trim().to_owned();
            }
        }
        if let Some(Data::Array(parameters)) =
            self.find(&["supported_parameters"], &[Field::Reasoning]).map(|n| &n.data)
        {
            let is = |node: &Node, word: &str| matches!(&node.data, Data::String(text) if text == word);
            let reasons = parameters.iter().any(|node| is(node, "reasoning") || is(node, "include_reasoning"));
            self.facts.push((Field::Reasoning, Fact::Flag(reasons)));
        }
        self.input(&["architecture", "input_modalities"], None);
        let keys = ["prompt", "completion", "input_cache_read", "input_cache_write"];
        for (key, field) in keys.iter().zip(Field::COST) {
            self.price(&["pricing", key], *field, 6, true);
        }
        self.tokens(&["context_length"], Field::ContextWindow);
        self.tokens(&["top_provider", "max_completion_tokens"], Field::MaxTokens);
        let variant = id.contains(':').then_some("it is a variant that OpenRouter adds");
        (self.day(&["expiration_date"]), variant.or_else(|| self.writes(&["architecture", "output_modalities"])))
    }

    fn gap(&mut self, span: &Range<usize>, fields: &[Field], message: String) {
        match self.gaps.iter_mut().find(|gap| gap.span == *span && gap.message == message) {
            Some(known) => known.fields.extend_from_slice(fields),
            None => self.gaps.push(Gap { span: span.clone(), fields: fields.to_vec(), message }),
        }
    }

    /// The value at a path; nothing where it is not there or null, or where the way to it is a gap.
    fn find(&mut self, path: &[&str], fields: &[Field]) -> Option<&'d Node> {
        let mut node = self.node;
        for (depth, key) in path.iter().enumerate() {
            let Some(members) = node.members() else {
                let message = format!("`{}` is {}, not an object", path[..depth].join("."), self.shown(node));
                self.gap(&node.span, fields, message);
                return None;
            };
            let mut found = members.iter().filter(|member| member.key == *key);
            let first = found.next()?;
            if let Some(second) = found.next() {
                let message = format!("`{}` is given twice", path[..=depth].join("."));
                self.gap(&second.span, fields, message);
                return None;
            }
            if first.value.data == Data::Null {
                return None;
            }
            node = &first.value;
        }
        Some(node)
    }

    /// A value that is of the wrong type: what it is, and what it looks like.
    fn shown(&self, node: &Node) -> String {
        match &node.data {
            Data::Odd => format!("`{}`, which is no value", clipped(&self.text[node.span.clone()])),
            data => kind(data).to_owned(),
        }
    }

    fn wrong(&mut self, path: &[&str], field: Field, node: &Node, wanted: &str) {
        let message = format!("`{}` is {}, not {wanted}", path.join("."), self.shown(node));
        self.gap(&node.span, &[field], message);
    }

    fn name(&mut self, path: &[&str]) {
        let field = Field::Name;
        let Some(node) = self.find(path, &[field]) else { return };
        let Data::String(text) = &node.data else { return self.wrong(path, field, node, "a string") };
        let text = text.trim();
        let fault = if text.is_empty() {
            return; // as good as not there
        } else if visible(text) != text || text.contains(['\t', '\u{2028}', '\u{2029}']) {
            "holds characters that no page shows"
        } else if text.chars().count() > LONGEST_NAME {
            "is too long for a name"
        } else {
            self.facts.push((field, Fact::Text(text.to_owned())));
            return;
        };
        self.gap(&node.span, &[field], format!("`{}` {fault}", path.join(".")));
    }

    fn flag(&mut self, path: &[&str]) {
        let field = Field::Reasoning;
        let Some(node) = self.find(path, &[field]) else { return };
        match node.data {
            Data::Bool(flag) => self.facts.push((field, Fact::Flag(flag))),
            _ => self.wrong(path, field, node, "true or false"),
        }
    }

    /// The modalities that flags of their own stand for; the model takes text in any case. A list whose flags are all
    /// absent says nothing.
    fn supported(&mut self, flags: &[(&str, &str)]) {
        let (mut words, mut sayable) = (vec!["text".to_owned()], vec!["text".to_owned()]);
        for (key, word) in flags {
            let Some(node) = self.find(&[key], &[Field::Input]) else { continue };
            let Data::Bool(flag) = node.data else {
                self.wrong(&[key], Field::Input, node, "true or false");
                continue;
            };
            sayable.push((*word).to_owned());
            words.extend(flag.then(|| (*word).to_owned()));
        }
        if sayable.len() > 1 {
            self.facts.push((Field::Input, Fact::Input { words, sayable: Some(sayable) }));
        }
    }

    /// The modalities of a list; `sayable` are those that the shape has.
    fn input(&mut self, path: &[&str], sayable: Option<&[&str]>) {
        let field = Field::Input;
        let Some(node) = self.find(path, &[field]) else { return };
        let Data::Array(values) = &node.data else { return self.wrong(path, field, node, "a list of modalities") };
        let mut words: Vec<String> = Vec::new();
        for value in values {
            let Data::String(text) = &value.data else {
                return self.wrong(path, field, value, "a list of modalities");
            };
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
            let word = text.trim().to_ascii_lowercase();
            if word.is_empty() || word.len() > 30 || !word.chars().all(plain) || words.len() > 20 {
                let message = format!("`{}` holds {}, which is no modality", path.join("."), quoted(text));
                return self.gap(&value.span, &[field], message);
            }
            if !words.contains(&word) {
                words.push(word);
            }
        }
        if words.is_empty() {
            return self.gap(&node.span, &[field], format!("`{}` is empty", path.join(".")));
        }
        words.sort_by_key(|word| USUAL.iter().position(|usual| usual == word).unwrap_or(USUAL.len()));
        let sayable = sayable.map(|sayable| {
            let mut all: Vec<String> = sayable.iter().map(|word| (*word).to_owned()).collect();
            all.extend(words.iter().filter(|word| !sayable.contains(&word.as_str())).cloned());
            all
        });
        self.facts.push((field, Fact::Input { words, sayable }));
    }

    /// A price: `power` makes it one per million tokens. Only some lists write numbers as strings.
    fn price(&mut self, path: &[&str], field: Field, power: i16, strings: bool) {
        let Some(node) = self.find(path, &[field]) else { return };
        let number = match &node.data {
            Data::Number(number) => Some(number.clone()),
            Data::String(text) if strings => Number::parse(text.trim()),
            _ => None,
        };
        let Some(number) = number else { return self.wrong(path, field, node, "a price") };
        let price = number.shifted(power).rounded(DIGITS);
        let size = price.as_str().parse::<f64>().unwrap_or(f64::INFINITY);
        let fault = if number.is_negative() {
            "is negative"
        } else if price.is_zero() || PRICES.contains(&size) {
            self.facts.push((field, Fact::Price(price)));
            return;
        } else if size > 1.0 {
            "is too large for a price"
        } else {
            "is too small for a price"
        };
        self.gap(&node.span, &[field], format!("`{}` {fault}", path.join(".")));
    }

    fn tokens(&mut self, path: &[&str], field: Field) {
        let Some(node) = self.find(path, &[field]) else { return };
        let Data::Number(number) = &node.data else { return self.wrong(path, field, node, "a number of tokens") };
        let fault = match number.as_str().parse::<u64>() {
            Ok(tokens @ 1..=MOST_TOKENS) => {
                self.facts.push((field, Fact::Tokens(tokens)));
                return;
            }
            Ok(0) => "is 0",
            _ if number.is_negative() => "is negative",
            _ if !number.is_integer() => "is not a whole number",
            _ => "is too large for a number of tokens",
        };
        self.gap(&node.span, &[field], format!("`{}` {fault}", path.join(".")));
    }

    /// Whether `status` is one of the words for a model that is given up.
    fn status(&self, given_up: &[&str]) -> Option<Ending> {
        match self.node.get("status").map(|status| &status.data) {
            Some(Data::String(status)) if given_up.contains(&status.as_str()) => Some(Ending::Now),
            _ => None,
        }
    }

    /// The day at a path, where it is one.
    fn day(&self, path: &[&str]) -> Option<Ending> {
        let node = path.iter().try_fold(self.node, |node, key| node.get(key))?;
        let Data::String(text) = &node.data else { return None };
        let day = text.get(..10)?;
        let is_day = day
            .bytes()
            .enumerate()
            .all(|(n, byte)| if n == 4 || n == 7 { byte == b'-' } else { byte.is_ascii_digit() });
        is_day.then(|| Ending::On(day.to_owned()))
    }

    /// Why a model is unfit that writes something, but no text.
    fn writes(&self, path: &[&str]) -> Option<&'static str> {
        let node = path.iter().try_fold(self.node, |node, key| node.get(key))?;
        let Data::Array(values) = &node.data else { return None };
        let text = |node: &Node| matches!(&node.data, Data::String(word) if word == "text");
        (!values.is_empty() && !values.iter().any(text)).then_some(NO_TEXT)
    }
}

fn quoted(text: &str) -> String {
    format!("`{}`", clipped(text))
}

fn kind(data: &Data) -> &'static str {
    match data {
        Data::Null => "null",
        Data::Bool(_) => "true or false",
        Data::Number(_) => "a number",
        Data::String(_) => "a string",
        Data::Array(_) => "an array",
        Data::Object(_) => "an object",
        Data::Odd => "no value",
    }
}
