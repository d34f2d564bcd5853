//! Tells a list's shape by what it holds, never by its name, and says why a text is no list.

use super::shapes::{self, Entries};
use super::{Listing, Shape};
use crate::diagnostic::{Code, Diagnostic};
use crate::shape::json5::{Data, Member, Node, parse};
use crate::text::visible;

/// Reads a published list: JSON or JSON5 in one of the shapes of [`Shape`].
///
/// What single entries and fields hold that cannot be taken is a [`Gap`](super::Gap) of the listing.
///
/// # Errors
///
/// The text is no JSON, an error that a server answered with, or no list of a known shape.
///
/// ```
/// use moonsync::import::{read, Field, Shape};
/// let text = r#"{"moonshot/kimi-k3": {"litellm_provider": "moonshot", "input_cost_per_token": 3e-06}}"#;
/// let listing = read("prices.json", text).unwrap();
/// assert_eq!(listing.shape, Shape::LiteLlm);
/// assert_eq!(listing.models[0].id, "kimi-k3");
/// assert_eq!(listing.models[0].fact(Field::CostInput).unwrap().to_string(), "3");
/// ```
pub fn read(source: &str, text: &str) -> Result<Listing, Box<Diagnostic>> {
    let fault = |message: String| Diagnostic::new(Code::UnknownList, source, message);
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    if begin.is_empty() {
        let help = "did the download fail? `curl -fsS` says so";
        return Err(Box::new(fault("the list is empty".to_owned()).help(help)));
    }
    if begin.starts_with('<') {
        let help = "look at it: it may be an error page, or the page about the list instead of the list";
        return Err(Box::new(fault("this is a page of HTML or XML, no list of models".to_owned()).help(help)));
    }
    let root = parse(text).map_err(|malformed| {
        let message = format!("this is no JSON: {}", malformed.message);
        let cut = malformed.span.end >= text.trim_end().len();
        let help = if cut { "was the download cut short?" } else { "a list is JSON or JSON5, as it was published" };
        Box::new(fault(message).at(malformed.span).help(help))
    })?;
    let Some((shape, entries)) = detect(&root) else {
        if let Some(said) = error_of(&root) {
            let help = "give the list itself: check the address and the key of the request";
            return Err(Box::new(fault(format!("this is an error, no list of models: {said}")).help(help)));
        }
        let known: Vec<&str> = Shape::ALL.iter().map(|shape| shape.title()).collect();
        let help = format!("the lists that moonsync knows:\n{}", known.join("\n"));
        return Err(Box::new(fault("this is no list of models of a known shape".to_owned()).help(help)));
    };
    Ok(shapes::listing(source, text, shape, &entries))
}

/// The shape of a document, and where its entries are.
fn detect(root: &Node) -> Option<(Shape, Entries<'_>)> {
    let members = match &root.data {
        Data::Array(values) if is_models(root) => return Some((list_shape(values), Entries::List(None, values))),
        Data::Object(members) => members.as_slice(),
        _ => return None,
    };
    let at = |path: &[&str]| path.iter().try_fold(root, |node, key| node.get(key));
    for path in [["modelCatalog", "providers"].as_slice(), &["models", "providers"], &["providers"]] {
        if let Some(providers) = at(path).and_then(Node::members)
            && (path.len() > 1 || providers.iter().any(|member| member.value.get("models").is_some_and(is_array)))
        {
            return Some((Shape::OpenClaw, Entries::Providers(providers)));
        }
    }
    if let Some(Data::Array(values)) = root.get("data").map(|data| &data.data) {
        return Some((list_shape(values), Entries::List(None, values)));
    }
    match root.get("models").map(|models| &models.data) {
        Some(Data::Array(values)) => return Some((Shape::OpenClaw, Entries::List(None, values))),
        Some(Data::Object(models)) => return Some((Shape::ModelsDev, Entries::Provider(root, models))),
        _ => {}
    }
    let count = |is: fn(&Node) -> bool| members.iter().filter(|member| is(&member.value)).count();
    let counts = [
        (count(|value| value.get("litellm_provider").is_some()), Shape::LiteLlm),
        (count(|value| value.get("models").and_then(Node::members).is_some()), Shape::ModelsDev),
        (count(|value| value.get("models").is_some_and(is_array)), Shape::OpenClaw),
        (count(is_api), Shape::PiAi),
    ];
    let (most, shape) = counts.into_iter().max_by_key(|(count, _)| *count)?;
    let entries = if shape == Shape::LiteLlm { Entries::Keyed(members) } else { Entries::Providers(members) };
    (most > 0).then_some((shape, entries))
}

/// A list under `data` is OpenRouter's where its entries have prices and an architecture, a vendor's own otherwise; a
/// bare list whose entries know `contextWindow` comes from OpenClaw.
fn list_shape(values: &[Node]) -> Shape {
    let any = |keys: &[&str]| values.iter().any(|value| keys.iter().any(|key| value.get(key).is_some()));
    if any(&["pricing", "architecture", "top_provider"]) {
        Shape::OpenRouter
    } else if any(&["contextWindow", "maxTokens", "cost"]) {
        Shape::OpenClaw
    } else {
        Shape::Moonshot
    }
}

fn is_array(node: &Node) -> bool {
    matches!(node.data, Data::Array(_))
}

fn is_models(node: &Node) -> bool {
    matches!(&node.data, Data::Array(values) if values.iter().any(|value| value.get("id").is_some()))
}

/// Whether this is what a file of pi-ai has under the name of an API: models that say their provider.
fn is_api(node: &Node) -> bool {
    let is_model = |member: &Member| {
        let has = |key| member.value.get(key).is_some();
        has("provider") && (has("api") || has("contextWindow"))
    };
    node.members().is_some_and(|members| members.iter().any(is_model))
}

/// What a server said instead of a list.
fn error_of(root: &Node) -> Option<String> {
    let said = ["error", "message", "detail"].iter().find_map(|key| root.get(key))?;
    let said = said.get("message").unwrap_or(said);
    match &said.data {
        Data::String(text) => Some(clipped(text)),
        _ => Some("it does not say which".to_owned()),
    }
}

/// A text of a list as a message shows it: on one line, not too long.
pub(super) fn clipped(text: &str) -> String {
    let mut shown = visible(&text.chars().take(80).collect::<String>()).replace('\t', " ");
    if text.chars().nth(80).is_some() {
        shown.push('…');
    }
    shown
}
