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
        assert_eq!((listing.shape, said(&listing)), (shape, models.iter().map(|s| (*s).to_owned()).collect()), "{text}");
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
        ("Not Found", "this is no JSON: the value before this one was the whole text"),
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
        (r#""contextWindow": 1e401"#, "[context_window] `contextWindow` is `1e401`, which is no value, not a number of tokens"),
        (r#""contextWindow": 99999999999999999999"#, "[context_window] `contextWindow` is too large for a number of tokens"),
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
        (r#""cost": {"output": Infinity}"#, "[cost.output] `cost.output` is `Infinity`, which is no value, not a price"),
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
    for fields in [r#""name": null"#, r#""cost": null"#, r#""cost": {"input": null}"#, r#""name": "  ""#, r#""compat": 1"#] {
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
