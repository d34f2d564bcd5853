//! Every shape, good and hostile; what differs, what is taken.

use super::*;
use crate::diagnostic::{Code, Diagnostic};
use proptest::prelude::*;

/// A listing as one line a model, for tables: `provider/id field=value …`.
fn said(listing: &Listing) -> Vec<String> {
    let line = |model: &Listed| {
        let provider = model.provider.as_deref().unwrap_or("?");
        let facts: Vec<String> = model.facts.iter().map(|(field, fact)| format!(" {}={fact}", field.key())).collect();
        let ending = match &model.ending {
            None => String::new(),
            Some(Ending::Now) => " (given up)".to_owned(),
            Some(Ending::On(day)) => format!(" (ends {day})"),
        };
        let unfit = model.unfit.map_or(String::new(), |why| format!(" ({why})"));
        format!("{provider} {}{}{ending}{unfit}", model.id, facts.concat())
    };
    listing.models.iter().map(line).collect()
}

fn good(text: &str) -> Listing {
    read("list.json", text).unwrap_or_else(|fault| panic!("{}: {text}", fault.message))
}

fn fault(text: &str) -> Diagnostic {
    *read("list.json", text).map(|listing| said(&listing)).expect_err(text)
}

/// The gaps of a listing, with the id where it is one model's.
fn gaps(text: &str) -> Vec<String> {
    let listing = good(text);
    let of_models = listing.models.iter().flat_map(|model| {
        model.gaps.iter().map(|gap| {
            let fields: Vec<&str> = gap.fields.iter().map(|field| field.key()).collect();
            format!("{} [{}] {}", model.id, fields.join(" "), gap.message)
        })
    });
    listing.gaps.iter().map(|(_, gap)| gap.message.clone()).chain(of_models).collect()
}

#[test]
fn every_shape_is_told_by_what_it_holds() {
    let cases: [(&str, Shape, &[&str]); 16] = [
        (
            r#"{"object": "list", "data": [
                {"id": "a-1", "object": "model", "owned_by": "acme", "context_length": 4096,
                 "supports_image_in": true, "supports_video_in": false, "supports_reasoning": true},
                {"id": "a-2", "object": "model", "owned_by": "acme"}]}"#,
            Shape::Moonshot,
            &["acme a-1 reasoning=true input=text, image context_window=4096", "acme a-2"],
        ),
        (r#"[{"id": "a-1", "object": "model"}]"#, Shape::Moonshot, &["? a-1"]),
        (
            r#"{"acme": {"id": "acme", "models": {
                "a-1": {"id": "a-1", "name": "A 1", "reasoning": false, "cost": {"input": 0.6, "output": 2.50, "cache_read": 0.15},
                        "limit": {"context": 4096, "output": 512}, "modalities": {"input": ["video", "text"], "output": ["text"]}},
                "a-2": {"status": "deprecated"},
                "a-3": {"modalities": {"output": ["image"]}}}},
               "other": {"models": {}}}"#,
            Shape::ModelsDev,
            &[
                "acme a-1 name=A 1 reasoning=false input=text, video cost.input=0.6 cost.output=2.5 \
                 cost.cache_read=0.15 context_window=4096 max_tokens=512",
                "acme a-2 (given up)",
                "acme a-3 (it writes no text)",
            ],
        ),
        (r#"{"id": "acme", "models": {"a-1": {"name": "A 1"}}}"#, Shape::ModelsDev, &["acme a-1 name=A 1"]),
        (
            r#"{"sample_spec": {"litellm_provider": "one of them"},
               "acme/a-1": {"litellm_provider": "acme", "mode": "chat", "input_cost_per_token": 2e-07,
                 "output_cost_per_token": 0.00000285, "cache_read_input_token_cost": 1.4999999999999999e-08,
                 "cache_creation_input_token_cost": 0.0, "max_input_tokens": 4096, "max_output_tokens": 512,
                 "supports_vision": true, "deprecation_date": "2026-08-31"},
               "a-2": {"litellm_provider": "acme", "mode": "embedding"}}"#,
            Shape::LiteLlm,
            &[
                "acme a-1 input=text, image cost.input=0.2 cost.output=2.85 cost.cache_read=0.015 cost.cache_write=0 \
                 context_window=4096 max_tokens=512 (ends 2026-08-31)",
                "acme a-2 (it writes no text)",
            ],
        ),
        (
            r#"{"chat-api": {"chat:a-1": {"id": "a-1", "name": "A 1", "api": "chat-api", "provider": "acme", "reasoning": true,
                 "input": ["text", "image"], "cost": {"input": 2, "output": 10, "cacheRead": 0.2, "cacheWrite": 0},
                 "contextWindow": 4096, "maxTokens": 512, "type": "chat", "compat": {"x": 1}}},
               "other-api": {"chat:a-1": {"id": "a-1", "name": "A 1", "api": "other-api", "provider": "acme", "reasoning": true,
                 "input": ["text", "image"], "cost": {"input": 2, "output": 10, "cacheRead": 0.2, "cacheWrite": 0},
                 "contextWindow": 4096, "maxTokens": 512, "type": "chat"}}}"#,
            Shape::PiAi,
            &["acme a-1 name=A 1 reasoning=true input=text, image cost.input=2 cost.output=10 cost.cache_read=0.2 \
               cost.cache_write=0 context_window=4096 max_tokens=512"],
        ),
        (
            r#"{"data": [
                {"id": "acme/a-1", "name": "Acme AI: A 1", "context_length": 4096,
                 "architecture": {"input_modalities": ["image", "text"], "output_modalities": ["text"]},
                 "pricing": {"prompt": "0.0000006", "completion": "0.0000025", "input_cache_read": "0.00000015"},
                 "top_provider": {"max_completion_tokens": null}, "supported_parameters": ["tools", "reasoning"]},
                {"id": "acme/a-1:free", "pricing": {"prompt": "0", "completion": "0"}}]}"#,
            Shape::OpenRouter,
            &[
                "acme a-1 name=A 1 reasoning=true input=text, image cost.input=0.6 cost.output=2.5 \
                 cost.cache_read=0.15 context_window=4096",
                "acme a-1:free cost.input=0 cost.output=0 (it is a variant that OpenRouter adds)",
            ],
        ),
        // A configuration, a part of one, one provider, its models alone.
        (
            "{ // mine\n models: { mode: 'merge', providers: { acme: { baseUrl: 'x', models: [{ id: 'a-1', cost: { input: .5 }, }], } } } }",
            Shape::OpenClaw,
            &["acme a-1 cost.input=0.5"],
        ),
        ("acme: { baseUrl: 'x', models: [{ id: 'a-1' }] },", Shape::OpenClaw, &["acme a-1"]),
        ("providers: { b: {}, acme: { models: [{ id: 'a-1' }] } }", Shape::OpenClaw, &["acme a-1"]),
        ("{ baseUrl: 'x', models: [{ id: 'a-1' }] }", Shape::OpenClaw, &["? a-1"]),
        ("[{ id: 'a-1', maxTokens: 512 }]", Shape::OpenClaw, &["? a-1 max_tokens=512"]),
        (
            r#"{"id": "acme", "modelCatalog": {"providers": {"acme": {"models": [
                {"id": "a-1", "name": "A 1", "input": ["text", "document"]},
                {"id": "a-0", "status": "deprecated"}]}}, "aliases": {}}}"#,
            Shape::OpenClaw,
            &["acme a-1 name=A 1 input=text, document", "acme a-0 (given up)"],
        ),
        (r#"{"data": []}"#, Shape::Moonshot, &[]),
        (r#"{"modelCatalog": {"providers": {}}}"#, Shape::OpenClaw, &[]),
        (r#"{"data": [], "error": null}"#, Shape::Moonshot, &[]),
    ];
    for (text, shape, models) in cases {
        let listing = good(text);
        assert_eq!(
            (listing.shape, said(&listing)),
            (shape, models.iter().map(|s| (*s).to_owned()).collect()),
            "{text}"
        );
        assert_eq!(gaps(text), [""; 0], "{text}");
    }
}

#[test]
fn texts_that_are_no_list() {
    for (text, message) in [
        ("", "the list is empty"),
        (" \n\t", "the list is empty"),
        ("<!doctype html><p>404", "this is a page of HTML or XML, no list of models"),
        ("404: Not Found", "this is no JSON: a key should stand here"),
        ("Not Found", "this is no JSON: the document ends before this"),
        ("{\"data\": [{\"id\": \"a\"", "this is no JSON: the text ends within an object"),
        ("{\"data\": [] [", "this is no JSON: a comma is missing before this"),
        ("\u{0}\u{1}", "this is no JSON: this is no value"),
        ("42", "this is no list of models of a known shape"),
        ("{}", "this is no list of models of a known shape"),
        ("[]", "this is no list of models of a known shape"),
        ("[[[]]]", "this is no list of models of a known shape"),
        (r#"{"data": {"id": "a"}}"#, "this is no list of models of a known shape"),
        (r#"{"a": {"b": {"c": 1}}}"#, "this is no list of models of a known shape"),
        (
            r#"{"error": {"message": "Invalid \u001b[31mkey", "type": "auth"}}"#,
            "this is an error, no list of models: Invalid \\u{1b}[31mkey",
        ),
        (r#"{"error": "no"}"#, "this is an error, no list of models: no"),
        (r#"{"error": [1]}"#, "this is an error, no list of models: it does not say which"),
        (r#"{"message": "Bad credentials"}"#, "this is an error, no list of models: Bad credentials"),
    ] {
        let fault = fault(text);
        assert_eq!((fault.message.as_str(), fault.code), (message, Code::UnknownList), "{text}");
        assert!(fault.help.is_some());
    }
    let cut = "was the download cut short?";
    assert_eq!(fault("{\"data\": [{\"id\": \"a\"").help.as_deref(), Some(cut));
    assert_eq!(fault("{\"data\": [{\"id\": \"a\n").help.as_deref(), Some(cut));
    assert_ne!(fault("{\"data\": [{\"id\" \"a\"}]}").help.as_deref(), Some(cut));
    assert_eq!(fault(&"[".repeat(10_000_000)).message, "this is no JSON: arrays and objects nest too deeply here");
    assert_eq!(fault(&"a".repeat(10_000_000)).message, "this is no list of models of a known shape");
}

#[test]
fn fields_that_hold_what_they_must_not() {
    let entry = |fields: &str| format!(r#"{{"providers": {{"acme": {{"models": [{{"id": "a", {fields}}}]}}}}}}"#);
    for (fields, gap) in [
        (r#""contextWindow": "4096""#, "[context_window] `contextWindow` is a string, not a number of tokens"),
        (r#""contextWindow": 0"#, "[context_window] `contextWindow` is 0"),
        (r#""contextWindow": -1"#, "[context_window] `contextWindow` is negative"),
        (r#""contextWindow": 40.5"#, "[context_window] `contextWindow` is not a whole number"),
        (r#""contextWindow": 1e400"#, "[context_window] `contextWindow` is too large for a number of tokens"),
        (
            r#""contextWindow": 1e401"#,
            "[context_window] `contextWindow` is `1e401`, which is no value, not a number of tokens",
        ),
        (
            r#""contextWindow": 99999999999999999999"#,
            "[context_window] `contextWindow` is too large for a number of tokens",
        ),
        (r#""maxTokens": NaN"#, "[max_tokens] `maxTokens` is `NaN`, which is no value, not a number of tokens"),
        (r#""maxTokens": []"#, "[max_tokens] `maxTokens` is an array, not a number of tokens"),
        (r#""maxTokens": 1, "maxTokens": 2"#, "[max_tokens] `maxTokens` is given twice"),
        (r#""reasoning": "yes""#, "[reasoning] `reasoning` is a string, not true or false"),
        (r#""reasoning": 1"#, "[reasoning] `reasoning` is a number, not true or false"),
        (r#""name": 7"#, "[name] `name` is a number, not a string"),
        (r#""name": "a\u0007b""#, "[name] `name` holds characters that no page shows"),
        (r#""name": "a\nb""#, "[name] `name` holds characters that no page shows"),
        (r#""name": "\u202eevil""#, "[name] `name` holds characters that no page shows"),
        (r#""name": "\ud800""#, "[name] `name` is `\"\\ud800\"`, which is no value, not a string"),
        (r#""input": "text""#, "[input] `input` is a string, not a list of modalities"),
        (r#""input": []"#, "[input] `input` is empty"),
        (r#""input": ["text", 1]"#, "[input] `input` is a number, not a list of modalities"),
        (r#""input": ["text", "a b"]"#, "[input] `input` holds `a b`, which is no modality"),
        (r#""cost": 3"#, "[cost.input cost.output cost.cache_read cost.cache_write] `cost` is a number, not an object"),
        (r#""cost": {"input": "3"}"#, "[cost.input] `cost.input` is a string, not a price"),
        (r#""cost": {"input": -0.1}"#, "[cost.input] `cost.input` is negative"),
        (
            r#""cost": {"output": Infinity}"#,
            "[cost.output] `cost.output` is `Infinity`, which is no value, not a price",
        ),
        (r#""cost": {"output": 1e300}"#, "[cost.output] `cost.output` is too large for a price"),
        (r#""cost": {"output": 2e-07}"#, "[cost.output] `cost.output` is too small for a price"),
        (r#""cost": {"input": true}"#, "[cost.input] `cost.input` is true or false, not a price"),
    ] {
        assert_eq!(gaps(&entry(fields)), [format!("a {gap}")], "{fields}");
        let model = &good(&entry(fields)).models[0];
        assert_eq!(model.facts, [], "{fields}");
        let span = model.gaps[0].span.clone();
        assert!(entry(fields).get(span).is_some_and(|text| !text.is_empty()), "{fields}");
    }
    for fields in
        [r#""name": null"#, r#""cost": null"#, r#""cost": {"input": null}"#, r#""name": "  ""#, r#""compat": 1"#]
    {
        assert_eq!(gaps(&entry(fields)), [""; 0], "{fields}");
        assert_eq!(good(&entry(fields)).models[0].facts, [], "{fields}");
    }
    let long = format!(r#""name": "{}""#, "n".repeat(101));
    assert_eq!(gaps(&entry(&long)), ["a [name] `name` is too long for a name"]);
}

#[test]
fn entries_that_are_no_model() {
    for (entries, expected) in [
        ("1, null, 'x', []", vec!["this entry is no object"; 4]),
        ("{}", vec!["this entry has no id"]),
        ("{id: 7}", vec!["the id is a number, not a string"]),
        ("{id: ''}", vec!["the id is empty"]),
        ("{id: 'a b'}", vec!["no catalog takes the id `a b`"]),
        ("{id: 'a\\u001b[31m'}", vec!["no catalog takes the id `a\\u{1b}[31m`"]),
        ("{id: '../é'}", vec!["no catalog takes the id `../é`"]),
        ("{id: 'a'}, {id: 'a'}", vec![]),
        (
            "{id: 'a'}, {id: 'a', maxTokens: 1}",
            vec!["a [] the list has this model twice, and says different things: the first entry counts"],
        ),
    ] {
        assert_eq!(gaps(&format!("acme: {{models: [{entries}]}}")), expected, "{entries}");
    }
    let long = format!("acme: {{models: [{{id: '{}'}}]}}", "x".repeat(201));
    assert!(gaps(&long)[0].starts_with("no catalog takes the id `xxx"));
    assert!(gaps(&long)[0].len() < 200);
    assert_eq!(gaps("a: {models: [{id: 'x'}]}, b: {models: 7}"), ["the models of `b` are no list"]);
}

#[test]
fn facts_that_agree() {
    let input = |words: &str, sayable: Option<&str>| Fact::Input {
        words: words.split(' ').map(str::to_owned).collect(),
        sayable: sayable.map(|words| words.split(' ').map(str::to_owned).collect()),
    };
    let text = |text: &str| Fact::Text(text.to_owned());
    for (a, b, agree) in [
        (input("text image", None), input("image text", None), true),
        (input("text image", None), input("text", None), false),
        (input("text image video", None), input("text image", Some("text image")), true),
        (input("text image video", None), input("text", Some("text image")), false),
        (input("text", Some("text image")), input("text video", Some("text video")), true),
        (input("text", Some("text image")), input("text image", None), false),
        (text("Kimi K2.7 Code HighSpeed"), text("kimi k2.7-code highspeed"), true),
        (text("Kimi K2.7"), text("Kimi K27"), false),
        (Fact::Tokens(1), Fact::Tokens(2), false),
        (Fact::Flag(true), Fact::Flag(true), true),
    ] {
        assert_eq!(a.agrees(&b), agree, "{a} {b}");
        assert_eq!(b.agrees(&a), agree, "{b} {a}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_list_or_a_fault(text in ".{0,200}") {
        let _ = read("x", &text);
    }

    #[test]
    fn any_bytes_of_a_list_are_a_list_or_a_fault(
        text in r#"(\{|\}|\[|\]|,|:|"id"|"data"|"models"|"provider"|"api"|"cost"|litellm_provider|'|1e9|null|-| |\n|/\*){0,60}"#
    ) {
        let _ = read("x", &text);
    }
}

mod with_a_family {
    use super::*;
    use crate::catalog::edit::{NewModel, Spot};
    use crate::catalog::parse::{CatalogFile, Role, parse};
    use crate::catalog::{Catalog, Pattern};

    const FAMILY: &str = r#"
namespace = "acme-llm"
provider = "acme"
default_model = "a-3"
ids = ["a-*"]
[defaults]
context_window = 4096
[[models]]
id = "a-3"
name = "A 3"
reasoning = true
input = ["text", "image"]
cost = { input = 3, output = 15, cache_read = 0.3 }
max_tokens = 512
[[models]]
id = "a-2"
name = "A 2"
reasoning = false
input = ["text"]
cost = { input = 2, output = 10 }
max_tokens = 512
[[retired]]
id = "a-1"
"#;

    fn catalog(text: &str) -> Catalog {
        let file = CatalogFile { path: "acme.toml".into(), text: text.into(), role: Role::Family, folder: 0 };
        let (catalog, faults) = parse(&[file]);
        assert_eq!(faults, []);
        catalog
    }

    /// A list in OpenClaw's shape.
    fn list(models: &str) -> String {
        format!("{{ providers: {{ acme: {{ models: [{models}] }} }} }}")
    }

    const A3: &str =
        "{ id: 'a-3', name: 'A 3', reasoning: true, input: ['text', 'image'], contextWindow: 4096, maxTokens: 512,
        cost: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 0 } }";
    const A4: &str = "{ id: 'a-4', name: 'A 4', reasoning: true, input: ['text'], contextWindow: 8192, maxTokens: 512,
        cost: { input: 4, output: 20 } }";

    struct Found {
        news: Vec<String>,
        steps: Vec<String>,
        warnings: Vec<String>,
        rest: Vec<String>,
    }

    fn step(step: &Step) -> String {
        match step {
            Step::Add(model, spot) => format!("add {} {spot:?}", model.id),
            Step::Set(id, field, fact) => format!("set {id} {} {fact}", field.key()),
            Step::Retire(id) => format!("retire {id}"),
        }
    }

    fn run_with(family: &str, lists: &[String], scope: &Scope<'_>, choices: &Choices) -> Result<Found, Vec<String>> {
        let messages = |faults: Vec<Diagnostic>| faults.into_iter().map(|fault| fault.message).collect::<Vec<_>>();
        let catalog = catalog(family);
        let listings: Vec<Listing> = lists.iter().map(|text| good(text)).collect();
        let family = &catalog.families[0];
        let comparison = compare(family, &listings, scope).map_err(messages)?;
        let decision = decide(family, &comparison, choices).map_err(messages)?;
        let mut news = Vec::new();
        for model in comparison.models.iter().filter(|model| model.standing == Standing::Known) {
            for row in model.rows.iter().filter(|row| row.is_news()) {
                let said: Vec<String> = row
                    .said
                    .iter()
                    .map(|said| match said {
                        Said::Nothing => "-".to_owned(),
                        Said::Gap => "?".to_owned(),
                        Said::Same(fact) => format!("={fact}"),
                        Said::Other(fact) => format!("!{fact}"),
                        Said::Zero(fact) => format!("({fact})"),
                    })
                    .collect();
                let own = row.catalog.as_ref().map_or(String::new(), ToString::to_string);
                news.push(format!("{} {} {own}: {}", model.id, row.field.key(), said.join(" ")));
            }
        }
        let mut rest: Vec<String> = comparison.retired.iter().map(|id| format!("retired {id}")).collect();
        rest.extend(comparison.passed_over.iter().map(|(id, why)| format!("{id}: {why}")));
        for model in &comparison.models {
            if let Standing::Unlisted { given_up } = model.standing {
                rest.push(format!("{} {}", model.id, if given_up { "is given up" } else { "is not listed" }));
            }
        }
        let warnings = comparison.gaps.iter().chain(&decision.incomplete).map(|fault| fault.message.clone()).collect();
        Ok(Found { news, steps: decision.steps.iter().map(step).collect(), warnings, rest })
    }

    fn run(lists: &[&str], choices: &Choices) -> Found {
        let lists: Vec<String> = lists.iter().map(|models| list(models)).collect();
        run_with(FAMILY, &lists, &Scope { today: "2026-11-23", ..Scope::default() }, choices).expect("no fault")
    }

    #[test]
    fn nothing_is_overwritten_unless_told() {
        let other =
            A3.replace("4096", "8192").replace("output: 15", "output: 16").replace("cacheRead: 0.3", "cacheRead: 0");
        let found = run(&[&other], &Choices::default());
        assert_eq!(
            found.news,
            ["a-3 cost.output 15: !16", "a-3 cost.cache_read 0.3: (0)", "a-3 context_window 4096: !8192"]
        );
        assert_eq!(found.steps, [""; 0]);
        assert_eq!(found.rest, ["a-2 is not listed"]);
        let take = |take: &[Field], zero: &[Field]| {
            run(&[&other], &Choices { take: take.to_vec(), take_zero: zero.to_vec(), ..Choices::default() }).steps
        };
        assert_eq!(take(&[Field::ContextWindow], &[]), ["set a-3 context_window 8192"]);
        assert_eq!(take(Field::ALL, &[]), ["set a-3 cost.output 16", "set a-3 context_window 8192"]);
        assert_eq!(take(&[Field::CostCacheRead], &[Field::CostCacheRead]), ["set a-3 cost.cache_read 0"]);
        assert_eq!(take(&[Field::CostCacheWrite], &[Field::CostCacheWrite]), [""; 0]);
    }

    #[test]
    fn lists_that_disagree() {
        let second = A3.replace("cacheWrite: 0", "cacheWrite: 3").replace("maxTokens: 512", "maxTokens: 'x'");
        let found = run(&[A3, &second], &Choices { take: vec![Field::CostCacheWrite], ..Choices::default() });
        assert_eq!(found.news, ["a-3 cost.cache_write 0: =0 !3", "a-3 max_tokens 512: =512 ?"]);
        assert_eq!(found.steps, ["set a-3 cost.cache_write 3"]);
        assert_eq!(found.warnings, ["a-3: `maxTokens` is a string, not a number of tokens"]);
        // Of a model that is new, the first list that says something counts, but one in which all is free.
        let lists = [A4.replace("4,", "5,"), A4.to_owned()].map(|model| list(&model));
        let catalog = catalog(FAMILY);
        let pick = |lists: &[String]| {
            let listings: Vec<Listing> = lists.iter().map(|text| good(text)).collect();
            let comparison = compare(&catalog.families[0], &listings, &Scope::default()).expect("no fault");
            let new = comparison.new_models().next().expect("it is new");
            let row = new.rows.iter().find(|row| row.field == Field::CostInput).expect("the field");
            (row.pick.clone().map(|(n, fact)| (n, fact.to_string())), row.is_disputed())
        };
        assert_eq!(pick(&lists), (Some((0, "5".to_owned())), true));
        let free = list(&A4.replace("4,", "0,").replace("20", "0"));
        assert_eq!(pick(&[free.clone(), lists[1].clone()]), (Some((1, "4".to_owned())), false));
        assert_eq!(pick(&[free]), (Some((0, "0".to_owned())), false));
    }

    #[test]
    fn modalities_that_a_list_has_no_word_for() {
        let catalog_with_video = FAMILY.replace(r#"["text", "image"]"#, r#"["text", "video"]"#);
        let lists = [list(A3)];
        let choices = Choices { take: vec![Field::Input], ..Choices::default() };
        let found = run_with(&catalog_with_video, &lists, &Scope::default(), &choices).expect("no fault");
        assert_eq!(found.news, ["a-3 input text, video: !text, image"]);
        assert_eq!(found.steps, ["set a-3 input text, image, video"]);
        let found = run_with(
            &FAMILY.replace(r#"["text", "image"]"#, r#"["text", "image", "video"]"#),
            &lists,
            &Scope::default(),
            &choices,
        );
        assert_eq!(found.expect("no fault").news, [""; 0]);
    }

    #[test]
    fn new_models_go_where_the_list_has_them() {
        let [a4, a5, a2] = [A4.to_owned(), A4.replace("a-4", "a-5"), "{ id: 'a-2' }".to_owned()];
        for (models, place, steps) in [
            (vec![A3, &a4, &a2], Place::Listed, vec!["add a-4 After(\"a-3\")"]),
            (vec![&a4, A3], Place::Listed, vec!["add a-4 Before(\"a-3\")"]),
            (vec![&a4], Place::Listed, vec!["add a-4 Last"]),
            (vec![A3, &a4, &a5, &a2], Place::Listed, vec!["add a-4 After(\"a-3\")", "add a-5 After(\"a-4\")"]),
            (vec![&a4, &a5], Place::Listed, vec!["add a-4 Last", "add a-5 After(\"a-4\")"]),
            (vec![A3, &a4, &a5], Place::First, vec!["add a-4 First", "add a-5 After(\"a-4\")"]),
            (vec![&a4, A3, &a5], Place::After("a-2".into()), vec!["add a-4 After(\"a-2\")", "add a-5 After(\"a-4\")"]),
            // The one that it follows is left out.
            (vec![A3, "{ id: 'a-9' }", &a5], Place::Listed, vec!["add a-5 After(\"a-3\")"]),
            (vec!["{ id: 'a-9' }", &a5, A3], Place::Listed, vec!["add a-5 Before(\"a-3\")"]),
        ] {
            let found = run(&[&models.join(", ")], &Choices { place: place.clone(), ..Choices::default() });
            assert_eq!(found.steps, steps, "{place:?} {models:?}");
        }
    }

    #[test]
    fn a_new_model_takes_what_is_said() {
        let catalog = catalog(FAMILY);
        let new = |models: &str| {
            let listings = [good(&list(models))];
            let comparison = compare(&catalog.families[0], &listings, &Scope::default()).expect("no fault");
            let decision = decide(&catalog.families[0], &comparison, &Choices::default()).expect("no fault");
            match decision.steps.into_iter().next() {
                Some(Step::Add(model, Spot::Last)) => Ok(*model),
                other => {
                    assert_eq!(other, None);
                    let fault = decision.incomplete.into_iter().next().expect("a warning");
                    Err((fault.message, fault.help.unwrap_or_default()))
                }
            }
        };
        let model = new(A4).expect("it is whole");
        let expected = NewModel {
            reasoning: Some(true),
            input: Some(vec!["text".into()]),
            context_window: Some(8192),
            max_tokens: Some(512),
            ..NewModel::new("a-4", "A 4")
        };
        assert_eq!(model, NewModel { cost: model.cost.clone(), ..expected });
        let prices =
            [model.cost.input, model.cost.output, model.cost.cache_read].map(|price| price.map(|p| p.to_string()));
        assert_eq!(prices, [Some("4".into()), Some("20".into()), None]);
        // The window is in [defaults], the name is made from the id.
        let model = new(&A4.replace("contextWindow: 8192,", "").replace("name: 'A 4',", "")).expect("it is whole");
        assert_eq!((model.context_window, model.name.as_str(), model.name_is_guessed), (None, "A 4", true));
        let (message, help) =
            new("{ id: 'a-4', cost: { input: -1, output: 20 }, maxTokens: 512 }").expect_err("incomplete");
        assert_eq!(message, "a-4 is new, but nobody says its reasoning, input, cost.input: it is left out");
        let lines = "[[models]]\nid = \"a-4\"\nname = \"A 4\"\nreasoning = …\ninput = …\ncost = { input = …, output = 20 }\nmax_tokens = 512";
        assert!(help.ends_with(lines), "{help}");
        let whole = help.split_once("acme.toml:\n").expect("lines").1.replace("reasoning = …", "reasoning = true");
        let whole = whole.replace("input = …\n", "input = [\"text\"]\n").replace('…', "1");
        super::with_a_family::catalog(&FAMILY.replace("[[retired]]", &format!("{whole}\n[[retired]]")));
    }

    #[test]
    fn gaps_without_end_are_not_all_told() {
        let many: Vec<String> = (0..50).map(|n| format!("{{ id: 'a {n}' }}")).collect();
        let found = run(&[&format!("{A3}, {}", many.join(", "))], &Choices::default());
        assert_eq!(found.warnings.len(), 31);
        assert_eq!(found.warnings[30], "20 more things in this list cannot be taken");
    }

    #[test]
    fn names_made_from_ids() {
        for (id, name) in [
            ("kimi-k3.1-pro", "Kimi K3.1 Pro"),
            ("vendor/kimi_k2--0905", "Kimi K2 0905"),
            ("k2:free", "Free"),
            ("-", "-"),
            ("a/", "A"),
        ] {
            assert_eq!(super::super::decide::name_of(id), name);
        }
    }

    #[test]
    fn models_that_are_not_candidates() {
        let models = [
            A3,
            "{ id: 'a-1', status: 'available' }",
            "{ id: 'a-5', status: 'deprecated' }",
            "{ id: 'b-1' }",
            "{ id: 'a-2', status: 'disabled' }",
        ]
        .join(", ");
        let found = run(&[&models], &Choices::default());
        assert_eq!(found.rest, ["retired a-1", "a-5: openclaw gives it up", "a-2 is given up"]);
        assert_eq!((found.steps.len(), found.warnings.len()), (0, 0));
        let found = run(&[&models], &Choices { retire: true, ..Choices::default() });
        assert_eq!(found.steps, ["retire a-2"]);
        // Named outright, it is a candidate all the same.
        let only = [Pattern::new("a-5")];
        let scope = Scope { only: &only, ..Scope::default() };
        let found = run_with(FAMILY, &[list(&models)], &scope, &Choices::default()).expect("no fault");
        assert_eq!(found.warnings.len(), 1, "{:?}", found.warnings);
        assert!(found.warnings[0].starts_with("a-5 is new, but nobody says"));
        let only = [Pattern::new("a-*5")];
        let scope = Scope { only: &only, ..Scope::default() };
        let found = run_with(FAMILY, &[list(&models)], &scope, &Choices::default()).expect("no fault");
        assert_eq!(found.rest, ["a-5: openclaw gives it up"]);
    }

    #[test]
    fn a_new_model_takes_its_place_next_to_one_that_goes() {
        let models = [A3, "{ id: 'a-2', status: 'disabled' }", A4].join(", ");
        let choices = Choices { retire: true, ..Choices::default() };
        assert_eq!(run(&[&models], &choices).steps, ["add a-4 After(\"a-2\")", "retire a-2"]);
        let listings = [good(&list(&models))];
        let catalog = catalog(FAMILY);
        let comparison = compare(&catalog.families[0], &listings, &Scope::default()).expect("no fault");
        let decision = decide(&catalog.families[0], &comparison, &choices).expect("no fault");
        let mut editor = crate::catalog::edit::Editor::new("acme.toml", FAMILY).expect("no fault");
        decision.apply(&mut editor).expect("the catalog takes it");
        assert_eq!(editor.family().models.iter().map(|model| &model.id).collect::<Vec<_>>(), ["a-3", "a-4"]);
    }

    #[test]
    fn the_first_of_two_entries_counts_although_providers_differ() {
        let ended = r#""a-7": {"deprecation_date": "2026-08-31"}"#;
        let sold = r#""acme/a-7": {"litellm_provider": "acme"}"#;
        let run = |first: &str, second: &str| {
            let scope = Scope { today: "2026-11-23", ..Scope::default() };
            run_with(FAMILY, &[format!("{{{first}, {second}}}")], &scope, &Choices::default()).expect("no fault")
        };
        let found = run(ended, sold);
        assert!(found.rest.contains(&"a-7: litellm gives it up on 2026-08-31".to_owned()), "{:?}", found.rest);
        assert_eq!(found.warnings.len(), 0, "{:?}", found.warnings);
        let found = run(sold, ended);
        assert!(!found.rest.iter().any(|line| line.contains("a-7")), "{:?}", found.rest);
        assert!(found.warnings[0].starts_with("a-7 is new, but nobody says"), "{:?}", found.warnings);
    }

    #[test]
    fn a_day_on_which_a_model_ends() {
        let lists = [r#"{"acme/a-7": {"litellm_provider": "acme", "deprecation_date": "2026-08-31"}}"#.to_owned()];
        for (today, given_up) in [("2026-08-30", false), ("2026-08-31", true), ("2026-11-23", true)] {
            let found = run_with(FAMILY, &lists, &Scope { today, ..Scope::default() }, &Choices::default());
            let rest = found.expect("no fault").rest;
            assert_eq!(rest.contains(&"a-7: litellm gives it up on 2026-08-31".to_owned()), given_up, "{today}");
        }
    }

    #[test]
    fn faults_of_what_was_asked_for() {
        let faults = |family: &str, models: &str, only: &[&str], choices: &Choices| {
            let only: Vec<Pattern> = only.iter().map(|pattern| Pattern::new(*pattern)).collect();
            let scope = Scope { only: &only, ..Scope::default() };
            run_with(family, &[list(models)], &scope, choices).map(|found| found.steps).expect_err("a fault")
        };
        let plain = Choices::default();
        let place = Choices { place: Place::After("a-33".into()), ..Choices::default() };
        let retire = Choices { retire: true, ..Choices::default() };
        assert_eq!(faults(FAMILY, A3, &["z*"], &plain), ["--only z*: neither the catalog nor a list has such a model"]);
        assert_eq!(faults(FAMILY, A3, &[], &place), ["--after a-33: acme.toml has no such model"]);
        assert_eq!(faults(FAMILY, A4, &[], &retire), ["a-3 is not listed, but it is the default model"]);
        assert_eq!(faults(FAMILY, "", &[], &plain), ["this list has no models"]);
        assert_eq!(
            faults(FAMILY, "{ id: 'b-1' }, { id: 'b-2' }", &[], &plain),
            ["none of the 2 models that this list has of acme has an id of the family (`a-*`)"]
        );
        let many: Vec<String> = (0..201).map(|n| format!("{{ id: 'a-x{n}' }}")).collect();
        assert_eq!(
            faults(FAMILY, &many.join(", "), &[], &plain),
            ["the lists have 201 models that acme.toml lacks: more than a family has"]
        );
        let other = FAMILY.replace("provider = \"acme\"", "provider = \"moonshot\"");
        assert_eq!(faults(&other, A3, &[], &plain), ["this list has no model of acme-llm"]);
    }

    #[test]
    fn whose_models_are_whose() {
        let moonshot = FAMILY.replace("provider = \"acme\"", "provider = \"moonshot\"");
        let sources = |lines: &str| format!("{FAMILY}[sources]\n{lines}\n");
        let api = |owner: &str| format!(r#"{{"data": [{{"id": "a-3", "owned_by": "{owner}"}}, {{"id": "b"}}]}}"#);
        let dev =
            |provider: &str| format!(r#"{{"{provider}": {{"models": {{"a-3": {{}}}}}}, "z": {{"models": {{}}}}}}"#);
        let light = |provider: &str| format!(r#"{{"{provider}/a-3": {{"litellm_provider": "{provider}"}}}}"#);
        for (family, text, found) in [
            (FAMILY.to_owned(), dev("acme"), true),
            (FAMILY.to_owned(), dev("Ac-Me"), true),
            (FAMILY.to_owned(), dev("acme-cn"), false),
            (FAMILY.to_owned(), light("acme"), true),
            (FAMILY.to_owned(), light("acme2"), false),
            (moonshot.clone(), dev("moonshotai"), true),
            (moonshot.clone(), dev("moonshotai-cn"), false),
            (moonshot, api("whoever"), true),
            (FAMILY.to_owned(), api("acme"), true),
            (sources("models-dev = 'other'"), dev("other"), true),
            (sources("\"models.dev\" = ['x', 'other']"), dev("other"), true),
            (sources("models-dev = 'other'"), dev("acme"), false),
            (sources("models-dev = 'other'"), light("acme"), true),
            (sources("litellm = 'other/'"), light("other"), true),
            (sources("api = 'other'"), api("other"), true),
            (sources("api = 'other'"), api("acme"), false),
        ] {
            let catalog = catalog(&family);
            let listing = good(&text);
            let ids: Vec<&str> = entries(&catalog.families[0], &listing).map(|model| model.id.as_str()).collect();
            assert_eq!(ids == ["a-3"], found, "{text}\n{family}");
        }
    }

    #[test]
    fn the_family_that_a_list_is_about() {
        let file = |text: String, path: &str| CatalogFile {
            path: path.into(),
            text: text.into(),
            role: Role::Family,
            folder: 0,
        };
        let second = FAMILY.replace("acme-llm", "other-llm").replace("provider = \"acme\"", "provider = \"other\"");
        let (catalog, faults) = parse(&[file(FAMILY.into(), "acme.toml"), file(second, "other.toml")]);
        assert_eq!(faults, []);
        let pick = |text: &str| choose(&catalog, &[good(text)]).map_err(|fault| fault.message);
        assert_eq!(pick(&list(A3)), Ok(0));
        assert_eq!(pick(&list(A3).replace("acme:", "other:")), Ok(1));
        assert_eq!(pick(r#"{"data": [{"id": "a-3", "owned_by": "other"}]}"#), Ok(1));
        let several = "the lists have models of several families: acme-llm, other-llm".to_owned();
        assert_eq!(pick(r#"{"data": [{"id": "a-3", "owned_by": "x"}]}"#), Err(several));
        let none = "this list has no model of acme-llm, other-llm".to_owned();
        assert_eq!(pick(&list(A3).replace("acme:", "third:")), Err(none));
    }

    #[test]
    fn a_list_of_a_hundred_thousand_models() {
        let many: Vec<String> =
            (0..100_000).map(|n| format!("{{ id: 'a-x{n}', name: 'A {n}', cost: {{ input: {n} }} }}")).collect();
        let text = list(&many.join(",\n"));
        let listing = good(&text);
        let catalog = catalog(FAMILY);
        let comparison =
            compare(&catalog.families[0], std::slice::from_ref(&listing), &Scope::default()).expect("no fault");
        assert_eq!(comparison.new_models().count(), 100_000);
        assert!(decide(&catalog.families[0], &comparison, &Choices::default()).is_err());
    }

    /// What a field of the list may hold, and what a catalog then says as a price, a number of tokens, a flag, modalities
    /// and a name; nothing where it cannot be taken.
    const VALUES: [(&str, [Option<&str>; 5]); 24] = [
        ("null", [None; 5]),
        ("0", [Some("0"), None, None, None, None]),
        ("3", [Some("3"), Some("3"), None, None, None]),
        ("4.0", [Some("4"), Some("4"), None, None, None]),
        ("0.95", [Some("0.95"), None, None, None, None]),
        ("0.30000000000000004", [Some("0.3"), None, None, None, None]),
        ("262144", [None, Some("262144"), None, None, None]),
        ("1e5", [Some("100000"), Some("100000"), None, None, None]),
        ("-1", [None; 5]),
        ("1e-9", [None; 5]),
        ("1e400", [None; 5]),
        ("123456789012345678901234567890", [None; 5]),
        ("NaN", [None; 5]),
        ("true", [None, None, Some("true"), None, None]),
        ("false", [None, None, Some("false"), None, None]),
        ("'3'", [None, None, None, None, Some("3")]),
        ("'Größe \"1\"'", [None, None, None, None, Some("Größe \"1\"")]),
        ("'a\\u001b[31m'", [None; 5]),
        ("' # = '", [None, None, None, None, Some("# =")]),
        ("[]", [None; 5]),
        ("['text', 'image']", [None, None, None, Some("text, image"), None]),
        ("['text', 'a\\nb']", [None; 5]),
        ("[[[]]]", [None; 5]),
        ("{ input: { x: 1 } }", [None; 5]),
    ];

    /// The fields of an entry and which of the five it is.
    const KEYS: [(&str, Field, usize); 9] = [
        ("name", Field::Name, 4),
        ("reasoning", Field::Reasoning, 2),
        ("input", Field::Input, 3),
        ("cost.input", Field::CostInput, 0),
        ("cost.output", Field::CostOutput, 0),
        ("cost.cacheRead", Field::CostCacheRead, 0),
        ("cost.cacheWrite", Field::CostCacheWrite, 0),
        ("contextWindow", Field::ContextWindow, 1),
        ("maxTokens", Field::MaxTokens, 1),
    ];

    fn entry_of(id: &str, values: &[usize]) -> String {
        let member = |(key, _, _): &(&str, Field, usize), value: &usize| {
            format!("{}: {}", key.trim_start_matches("cost."), VALUES[*value].0)
        };
        let (cost, own): (Vec<_>, Vec<_>) = KEYS.iter().zip(values).partition(|((_, field, _), _)| field.is_cost());
        let list = |of: Vec<(&(&str, Field, usize), &usize)>| {
            of.into_iter().map(|(key, value)| member(key, value)).collect::<Vec<_>>().join(", ")
        };
        format!("{{ id: '{id}', {}, cost: {{ {} }} }}", list(own), list(cost))
    }

    fn text_of(model: &crate::catalog::Model, field: Field) -> String {
        match field {
            Field::Name => model.name.clone(),
            Field::Reasoning => model.reasoning.to_string(),
            Field::Input => model.input.join(", "),
            Field::CostInput => model.cost.input.to_string(),
            Field::CostOutput => model.cost.output.to_string(),
            Field::CostCacheRead => model.cost.cache_read.to_string(),
            Field::CostCacheWrite => model.cost.cache_write.to_string(),
            Field::ContextWindow => model.context_window.to_string(),
            Field::MaxTokens => model.max_tokens.to_string(),
        }
    }

    proptest! {
        #[test]
        fn any_value_in_any_field_gives_no_wrong_catalog(
            known in proptest::collection::vec(0usize..VALUES.len(), 9),
            new in proptest::collection::vec(0usize..VALUES.len(), 9),
            take in proptest::bool::ANY,
            // Most entries are sound, so that something is added.
            sound in proptest::option::of(0usize..9),
        ) {
            const SOUND: [usize; 9] = [15, 13, 20, 2, 3, 4, 1, 6, 6];
            let new: Vec<usize> =
                (0..9).map(|n| if sound.is_some_and(|odd| odd != n) { SOUND[n] } else { new[n] }).collect();
            let listing = [good(&list(&format!("{}, {}", entry_of("a-3", &known), entry_of("a-4", &new))))];
            let catalog = catalog(FAMILY);
            let family = &catalog.families[0];
            let comparison = compare(family, &listing, &Scope::default()).expect("no fault");
            let choices = Choices { take: if take { Field::ALL.to_vec() } else { Vec::new() }, ..Choices::default() };
            let decision = decide(family, &comparison, &choices).expect("no fault");
            let mut editor = crate::catalog::edit::Editor::new("acme.toml", FAMILY).expect("it is sound");
            decision.apply(&mut editor).map_err(|faults| TestCaseError::fail(format!("{faults:?}")))?;
            let changed = super::with_a_family::catalog(editor.text());
            let changed = &changed.families[0];

            // A model that was there says what it said, or, where that was asked for, what the list says.
            let (before, after) = (&family.models[0], &changed.models[0]);
            for ((_, field, which), value) in KEYS.iter().zip(&known) {
                let (old, now) = (text_of(before, *field), text_of(after, *field));
                let said = VALUES[*value].1[*which];
                prop_assert!(now == old || take && said == Some(now.as_str()), "{:?}: {} {} {:?}", field, old, now, said);
            }
            prop_assert_eq!(changed.models.iter().find(|model| model.id == "a-2"), Some(&family.models[1]));
            // A new one says what the list says; all else is in [defaults], or 0, or made from the id.
            let added = changed.models.iter().find(|model| model.id == "a-4");
            for ((_, field, which), value) in KEYS.iter().zip(&new) {
                let fallback = match field {
                    Field::Name => Some("A 4"),
                    Field::CostCacheRead | Field::CostCacheWrite => Some("0"),
                    Field::ContextWindow => Some("4096"),
                    _ => None,
                };
                let said = VALUES[*value].1[*which].or(fallback);
                prop_assert!(said.is_some() || added.is_none(), "{:?} is made up", field);
                if let (Some(model), Some(said)) = (added, said) {
                    prop_assert_eq!(text_of(model, *field), said);
                }
            }
            let whole = KEYS.iter().zip(&new).all(|((_, field, which), value)| {
                let optional = [Field::Name, Field::CostCacheRead, Field::CostCacheWrite, Field::ContextWindow];
                VALUES[*value].1[*which].is_some() || optional.contains(field)
            });
            prop_assert_eq!(added.is_some(), whole);
            prop_assert_eq!(decision.incomplete.len(), usize::from(!whole));
        }
    }
}
