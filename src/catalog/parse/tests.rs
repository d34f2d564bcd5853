//! Every fault of the manual's section "What is refused", and catalogs that have none.

use super::*;
use crate::catalog::{Catalog, Column, Kind, Layout, ListValue, Vocabulary};
use crate::content::{Number, Value};
use crate::diagnostic::Severity;
use crate::text::position;
use proptest::prelude::*;

const GOOD: &str = r#"namespace = "acme-llm"
provider = "acme"
default_model = "acme-2"
ids = ["acme-*", "older/?"]

[defaults]
reasoning = false
input = ["text"]
cost = { input = 1, output = 4.0, cache_read = 0.10 }
context_window = 256_000
max_tokens = 8192

[[models]]
id = "acme-1"
name = "Acme 1"
alias = "Acme"

[[models]]
id = "acme-2"
name = "Acme 2"
reasoning = true
reasoning_label = "low / high"
thinking_levels = { low = "low", max = "max" }
input = ["text", "image"]
cost = { input = 3, cache_write = 2.5e-1 }
context_window = 0x100000
max_tokens = 65536
extra = { headers = { "User-Agent" = "cli/0.7" }, compat = { strict = false, n = [1, 2.50] } }

[[retired]]
id = "acme-0"
replaced_by = "acme-0.5"
since = 2026-07-16

[[retired]]
id = "acme-0.5"
replaced_by = "acme-1"

[regions.ids]
layout = "table"
columns = ["ref", "cost.input"]
models = ["*-2"]

[regions.models]
expand = ["compat"]
width = 80

[regions.names]
kind = "list"
value = "name"

[regions.overview]
kind = "table"

[regions.prices]
kind = "template"
template = """
{% for m in models %}- {{ m.name }}
{% endfor %}"""

[pages]
"providers/acme" = ["ids", "prices"]
"/concepts/index.md" = ["model-refs"]

[sources]
pi-ai = "acme"
litellm = ["acme/", "acme_ai/"]
"#;

const FRENCH: &str = r#"list_separator = " ; "
thousands = " "

[columns]
ref = "Référence"
cost.input = "Prix d'entrée"
"cost.output" = "Prix de sortie"

[terms]
"Yes" = "Oui"
"low / high" = "faible / élevé"

[templates]
prices = "{% for m in models %}* {{ m.name }}\n{% endfor %}"
"#;

fn file(path: &str, text: &str) -> CatalogFile {
    let role = match path.rsplit_once("locales/").and_then(|(_, name)| name.strip_suffix(".toml")) {
        Some(tag) => Role::Locale(tag.to_owned()),
        None => Role::Family,
    };
    CatalogFile { path: path.to_owned(), text: Arc::from(text), role, folder: 0 }
}

/// What is wrong with the files, as `path:line:col code message`, after a look at what all diagnostics have in common.
fn faults(files: &[CatalogFile]) -> (Catalog, Vec<String>) {
    let (catalog, diagnostics) = parse(files);
    let mut told = Vec::new();
    for diagnostic in &diagnostics {
        let file = files.iter().find(|file| file.path == diagnostic.path).expect("a file of the run");
        let place = match &diagnostic.span {
            Some(span) => {
                assert!(file.text.get(span.clone()).is_some(), "a span that cuts a character: {diagnostic:?}");
                let at = position(&file.text, span.start);
                format!("{}:{}", at.line, at.column)
            }
            None => "-".to_owned(),
        };
        for text in [Some(&diagnostic.message), diagnostic.help.as_ref()] {
            let text = text.expect("each fault says what mends it");
            assert!(!text.chars().any(char::is_control) && !text.ends_with('.') && !text.is_empty(), "{text:?}");
        }
        assert!(diagnostic.message.chars().count() < 500, "{diagnostic:?}");
        let help = diagnostic.help.as_deref().unwrap_or_default();
        told.push(format!("{}:{place} {}: {} ({help})", file.path, diagnostic.code.name(), diagnostic.message));
    }
    (catalog, told)
}

fn number(text: &str) -> Number {
    Number::parse(text).expect("a number")
}

#[test]
fn reads_a_family_whole() {
    let (catalog, told) = faults(&[file("a.toml", GOOD), file("locales/fr.toml", FRENCH)]);
    assert_eq!(told, Vec::<String>::new());
    let family = &catalog.families[0];
    assert_eq!((family.path.as_str(), family.namespace.as_str()), ("a.toml", "acme-llm"));
    assert_eq!((family.provider.as_str(), family.default_model.as_str()), ("acme", "acme-2"));
    assert_eq!(family.ids.len(), 2);

    let [one, two] = family.models.as_slice() else { panic!("two models") };
    assert_eq!((one.id.as_str(), one.name.as_str(), one.alias.as_str()), ("acme-1", "Acme 1", "Acme"));
    assert_eq!((one.reasoning, one.context_window, one.max_tokens), (false, 256_000, 8192));
    assert_eq!(one.input, ["text"]);
    assert_eq!(one.cost.input, number("1"));
    assert_eq!(one.cost.output, number("4"));
    assert_eq!(one.cost.cache_read, number("0.1"));
    assert_eq!(one.cost.cache_write, number("0"));
    assert_eq!(two.alias, "Acme 2");
    assert_eq!(two.reasoning_label.as_deref(), Some("low / high"));
    let levels = [("low".to_owned(), Value::String("low".into())), ("max".to_owned(), Value::String("max".into()))];
    assert_eq!(two.thinking_levels.as_deref(), Some(&levels[..]));
    assert_eq!((two.context_window, two.max_tokens), (1_048_576, 65_536));
    assert_eq!(two.cost.input, number("3"));
    assert_eq!(two.cost.output, number("4"), "from the defaults");
    assert_eq!(two.cost.cache_write, number("0.25"));
    let extra = Value::Object(two.extra.clone()).to_string();
    assert_eq!(extra, r#"{"headers": {"User-Agent": "cli/0.7"}, "compat": {"strict": false, "n": [1, 2.5]}}"#);

    assert_eq!(family.retired[0].replaced_by.as_deref(), Some("acme-0.5"));
    assert_eq!(family.retired[0].since.as_deref(), Some("2026-07-16"));
    let names: Vec<_> = family.regions.iter().map(|region| (region.name.as_str(), region.kind.name())).collect();
    let wanted = [
        ("aliases", "aliases"),
        ("ids", "table"),
        ("model-refs", "list"),
        ("models", "models"),
        ("names", "list"),
        ("overview", "table"),
        ("prices", "template"),
    ];
    assert_eq!(names, wanted);
    let ids = family.region("ids").expect("built in");
    assert_eq!(ids.kind, Kind::List { value: ListValue::Id, layout: Layout::Table });
    assert_eq!(ids.columns, Some(vec![Column::Ref, Column::CostInput]));
    assert!(ids.takes("acme-2") && !ids.takes("acme-1"));
    let refs = family.region("model-refs").expect("built in");
    assert_eq!(refs.kind, Kind::List { value: ListValue::Ref, layout: Layout::Keep });
    let names = family.region("names").expect("own");
    assert_eq!(names.kind, Kind::List { value: ListValue::Name, layout: Layout::Keep });
    let overview = family.region("overview").expect("own");
    assert_eq!(overview.kind, Kind::List { value: ListValue::Ref, layout: Layout::Table });
    let models = family.region("models").expect("built in");
    assert_eq!((models.width, models.expand.as_slice()), (80, &["compat".to_owned()][..]));

    assert_eq!(family.promises[0].page, "providers/acme");
    assert_eq!(family.promises[1].page, "concepts");
    assert_eq!(family.promises[1].regions, ["model-refs"]);
    let sources = [("pi-ai", vec!["acme"]), ("litellm", vec!["acme/", "acme_ai/"])];
    let sources = sources.map(|(key, to)| (key.to_owned(), to.into_iter().map(str::to_owned).collect::<Vec<_>>()));
    assert_eq!(family.sources, sources);

    let french = Vocabulary::of(&family.locales, "FR-ca");
    assert_eq!(french.heading(Column::CostInput), Some("Prix d'entrée"));
    assert_eq!(french.heading(Column::CostOutput), Some("Prix de sortie"));
    assert_eq!(
        (french.term("Yes"), french.thousands(), french.list_separator()),
        (Some("Oui"), Some(" "), Some(" ; "))
    );
    assert!(french.template("prices").is_some_and(|text| text.ends_with("endfor %}")));
}

/// (what is replaced, by what, and the fault: place, code, a part of the message and its help). The whole report is
/// that one fault: no wrong value leads to a second one.
type Case = (&'static str, &'static str, &'static str);

const FAMILY_FAULTS: &[Case] = &[
    // Syntax.
    ("provider = \"acme\"", "provider = acme", "2:12 toml-syntax: string values must be quoted"),
    ("provider = \"acme\"", "provider = \"acme\"\nprovider = \"b\"", "3:1 toml-syntax: duplicate key (keep one"),
    // A key that is not in the document, at every level.
    (
        "provider =",
        "colour = 1\nprovider =",
        "2:1 unknown-key: unknown key `colour` in a model family (the keys here are `nam",
    ),
    ("ids = [", "idz = [", "4:1 unknown-key: unknown key `idz` in a model family (did you mean `ids`?"),
    ("reasoning = false", "reasoning = false\nalias = \"a\"", "8:1 unknown-key: unknown key `alias` in [defaults]"),
    (
        "alias = \"Acme\"",
        "aliass = \"Acme\"",
        "16:1 unknown-key: unknown key `aliass` in a model (did you mean `alias`",
    ),
    (
        "alias = \"Acme\"",
        "contextWindow = 5",
        "16:1 unknown-key: unknown key `contextWindow` in a model (did you mean `context_window`",
    ),
    (
        "alias = \"Acme\"",
        "headers = {}",
        "16:1 unknown-key: unknown key `headers` in a model (what a page has beyond these keys goes into `extra",
    ),
    ("cost = { input = 3,", "cost = { in = 3,", "25:10 unknown-key: unknown key `in` in a `cost`"),
    (
        "cost = { input = 3,",
        "cost = { cacheRead = 3,",
        "25:10 unknown-key: unknown key `cacheRead` in a `cost` (did you mean `cache_read`",
    ),
    ("low = \"low\", max", "lowest = \"low\", max", "23:21 unknown-key: unknown key `lowest` in `thinking_levels`"),
    ("since = 2026", "sinze = 2026", "33:1 unknown-key: unknown key `sinze` in a retired model (did you mean `since`"),
    ("width = 80", "widht = 80", "46:1 unknown-key: unknown key `widht` in [regions.models] (did you mean `width`"),
    // A missing key.
    ("namespace = \"acme-llm\"", "", "1:1 missing-key: missing key `namespace` in a model family (add `namespace = "),
    ("provider = \"acme\"", "", "1:1 missing-key: missing key `provider`"),
    (
        "default_model = \"acme-2\"",
        "",
        "1:1 missing-key: missing key `default_model` in a model family (add `default_model = \"acme-1\"`",
    ),
    ("id = \"acme-2\"\n", "", "18:1 missing-key: missing key `id` in a model"),
    ("name = \"Acme 2\"", "", "18:1 missing-key: missing key `name` in a model"),
    ("id = \"acme-0\"\n", "", "30:1 missing-key: missing key `id` in a retired model"),
    (
        "reasoning = false",
        "",
        "13:1 missing-key: missing key `reasoning` in a model (add `reasoning = false` to the model, or to `[defaults]`",
    ),
    ("input = [\"text\"]\n", "", "12:1 missing-key: missing key `input`"),
    ("context_window = 256_000\n", "", "12:1 missing-key: missing key `context_window`"),
    ("max_tokens = 8192\n", "", "12:1 missing-key: missing key `max_tokens`"),
    ("cost = { input = 1, output = 4.0, cache_read = 0.10 }\n", "", "12:1 missing-key: missing key `cost`"),
    (
        "template = \"\"\"\n{% for m in models %}- {{ m.name }}\n{% endfor %}\"\"\"",
        "",
        "55:1 missing-key: missing key `template` in [regions.prices]",
    ),
    // A wrong type.
    (
        "namespace = \"acme-llm\"",
        "namespace = 5",
        "1:13 wrong-type: `namespace` takes a string, this is an integer (write `namespace = \"5\"`",
    ),
    ("ids = [\"acme-*\", \"older/?\"]", "ids = \"acme-*\"", "4:7 wrong-type: `ids` takes an array, this is a string"),
    ("\"older/?\"", "1", "4:18 wrong-type: `ids` takes strings, this is an integer"),
    ("[defaults]\n", "defaults = 3\n[defaults_]\n", "6:12 wrong-type: `defaults` takes a table, this is an integer"),
    (
        "reasoning = true",
        "reasoning = \"no\"",
        "21:13 wrong-type: `reasoning` takes true or false, this is a string (write `reasoning = false`",
    ),
    ("input = [\"text\", \"image\"]", "input = \"text\"", "24:9 wrong-type: `input` takes an array"),
    ("cost = { input = 3, cache_write = 2.5e-1 }", "cost = 3", "25:8 wrong-type: `cost` takes a table"),
    (
        "cost = { input = 3,",
        "cost = { input = \"3.50\",",
        "25:18 wrong-type: `input` takes a number, this is a string (write `input = 3.5`",
    ),
    (
        "max_tokens = 65536",
        "max_tokens = \"65536\"",
        "27:14 wrong-type: `max_tokens` takes a whole number, this is a string (write `max_tokens = 65536`",
    ),
    ("max = \"max\" }", "max = true }", "23:40 wrong-type: `max` takes a string, this is a boolean"),
    ("max = \"max\" }", "max = 3 }", "23:40 wrong-type: `max` takes a string, this is an integer"),
    ("extra = {", "extra = 3 # {", "28:9 wrong-type: `extra` takes a table"),
    (
        "since = 2026-07-16",
        "since = \"2026-07-16\"",
        "33:9 wrong-type: `since` takes a day, this is a string (write `since = 2026-07-16`, without",
    ),
    (
        "since = 2026-07-16",
        "since = 2026-07-16T10:00:00Z",
        "33:9 bad-value: `since` takes a day, without a time (write `since = 2026-07-16`",
    ),
    (
        "[regions.names]\nkind = \"list\"\nvalue = \"name\"",
        "[regions]\nnames = \"list\"",
        "49:9 wrong-type: `names` takes a table",
    ),
    ("width = 80", "width = \"80\"", "46:9 wrong-type: `width` takes a whole number"),
    ("kind = \"table\"", "kind = 1", "53:8 wrong-type: `kind` takes a string"),
    ("[\"ids\", \"prices\"]", "\"ids\"", "62:20 wrong-type: `providers/acme` takes an array"),
    ("pi-ai = \"acme\"", "pi-ai = 1", "66:9 wrong-type: `pi-ai` takes a string or an array of strings"),
    // Names.
    (
        "id = \"acme-2\"",
        "id = \"acme 2\"",
        "19:6 bad-name: the id `acme 2` holds a space (it may hold letters, digits, `.`, `_`, `-`, `/` and `:`, as in `\"acme-2\"`",
    ),
    ("id = \"acme-0\"", "id = \"acme-é\"", "31:6 bad-name: the id `acme-é` holds `é`"),
    ("id = \"acme-1\"", "id = \"\"", "14:6 bad-name: the id is empty"),
    ("provider = \"acme\"", "provider = \"acme:x\"", "2:12 bad-name: the provider `acme:x` holds `:`"),
    ("namespace = \"acme-llm\"", "namespace = \"acme llm\"", "1:13 bad-name: the namespace `acme llm` holds a space"),
    (
        "[regions.overview]",
        "[regions.Over_view]",
        "52:10 bad-name: the region name `Over_view` holds `O` (it may hold lower-case letters, digits and `-`, as in `\"over-view\"`",
    ),
    ("[regions.overview]", "[regions.\"\"]", "52:10 bad-name: the region name is empty"),
    ("name = \"Acme 1\"", "name = \"\"", "15:8 bad-name: `name` is empty"),
    ("name = \"Acme 1\"", "name = \"  \"", "15:8 bad-name: `name` is empty"),
    (
        "name = \"Acme 1\"",
        "name = \"Acme 1 \"",
        "15:8 bad-name: `name` begins or ends with white space, which no page shows (write `\"Acme 1\"`",
    ),
    (
        "name = \"Acme 1\"",
        "name = \"Acme\\n1\"",
        "15:8 bad-name: `name` holds a line break (\\u{a}) (write `\"Acme 1\"`",
    ),
    (
        "name = \"Acme 1\"",
        "name = \" \\\"A\\\" \"",
        "15:8 bad-name: `name` begins or ends with white space, which no page shows (write `'\"A\"'`",
    ),
    ("name = \"Acme 1\"", "name = \"Acme\\u0007\"", "15:8 bad-name: `name` holds a control character"),
    ("alias = \"Acme\"", "alias = \"Ac\\u2028me\"", "16:9 bad-name: `alias` holds a line break"),
    ("\"low / high\"", "\"\"", "22:19 bad-name: `reasoning_label` is empty"),
    ("\"image\"]", "\" \"]", "24:18 bad-name: a modality of `input` is empty"),
    ("input = [\"text\", \"image\"]", "input = []", "24:9 bad-value: `input` is empty"),
    ("\"/concepts/index.md\"", "\"/\"", "63:1 bad-name: `/` names no page"),
    ("\"/concepts/index.md\"", "\" a\"", "63:1 bad-name: the name of a page begins"),
    ("litellm = [\"acme/\"", "litellm = [\"\"", "67:12 bad-name: `litellm` is empty"),
    // Ids.
    (
        "alias = \"Acme\"",
        "alias = \"Acme\"\n[[models]]\nid = \"acme-1\"\nname = \"B\"",
        "18:6 duplicate-id: the id `acme-1` is given twice, first to a model on line 14",
    ),
    (
        "id = \"acme-0\"",
        "id = \"acme-2\"",
        "31:6 duplicate-id: the id `acme-2` is given twice, first to a model on line 19 (a model is rendered or retired",
    ),
    (
        "default_model = \"acme-2\"",
        "default_model = \"acme-3\"",
        "3:17 unknown-model: no model is called `acme-3` (did you mean `\"acme-",
    ),
    (
        "default_model = \"acme-2\"",
        "default_model = \"zzz\"",
        "3:17 unknown-model: no model is called `zzz` (name one of the models, as in `default_model = \"acme-1\"`",
    ),
    (
        "default_model = \"acme-2\"",
        "default_model = \"acme-0.5\"",
        "3:17 unknown-model: the default model `acme-0.5` is retired (write `default_model = \"acme-1\"`",
    ),
    (
        "replaced_by = \"acme-1\"",
        "replaced_by = \"acme-7\"",
        "37:15 unknown-model: no model, rendered or retired, is called `acme-7` (did you mean",
    ),
    (
        "replaced_by = \"acme-1\"",
        "replaced_by = \"acme-0\"",
        "32:15 retired-cycle: retired models replace each other in a circle: `acme-0` → `acme-0.5` → `acme-0`",
    ),
    (
        "replaced_by = \"acme-1\"",
        "replaced_by = \"acme-0.5\"",
        "37:15 retired-cycle: retired models replace each other in a circle: `acme-0.5` → `acme-0.5`",
    ),
    // Numbers.
    ("cost = { input = 3,", "cost = { input = -3,", "25:18 bad-number: the price `input` `-3` is negative"),
    ("cost = { input = 3,", "cost = { input = nan,", "25:18 bad-number: the price `input` `nan` is not finite"),
    ("cost = { input = 3,", "cost = { input = inf,", "25:18 bad-number: the price `input` `inf` is not finite"),
    ("output = 4.0", "output = -0.5", "9:30 bad-number: the price `output` `-0.5` is negative"),
    ("cost = { input = 3,", "cost = { input = 1e999,", "25:18 bad-number: the price `input` `1e999` is too long"),
    ("max_tokens = 65536", "max_tokens = 0", "27:14 bad-number: `max_tokens` `0` is not above zero"),
    ("max_tokens = 65536", "max_tokens = -1", "27:14 bad-number: `max_tokens` `-1` is not above zero"),
    ("max_tokens = 65536", "max_tokens = 1.5", "27:14 bad-number: `max_tokens` `1.5` is not a whole number"),
    (
        "context_window = 256_000",
        "context_window = 256000.0",
        "10:18 bad-number: `context_window` `256000.0` is not a whole number",
    ),
    (
        "max_tokens = 65536",
        "max_tokens = 99999999999999999999999",
        "27:14 bad-number: `max_tokens` `99999999999999999999999` is too large",
    ),
    ("width = 80", "width = 0", "46:9 bad-number: `width` `0` is not above zero"),
    // What an object has beyond a model's own keys.
    (
        "extra = { headers",
        "extra = { maxTokens",
        "28:11 bad-extra: `extra` repeats `maxTokens`, which is the model's own key (remove it, and give the model `max_tokens = …`",
    ),
    ("extra = { headers", "extra = { id", "28:11 bad-extra: `extra` repeats `id`"),
    ("strict = false", "strict = 2026-07-16", "28:71 bad-extra: a date has no form in JSON: `2026-07-16`"),
    ("[1, 2.50]", "[1, nan]", "28:86 bad-extra: this number has no form in JSON: `nan`"),
    ("[1, 2.50]", "[1, -inf]", "28:86 bad-extra: this number has no form in JSON: `-inf`"),
    // Regions.
    (
        "kind = \"table\"",
        "",
        "52:1 bad-region: the region `overview` has no kind (add `kind = \"list\"`; the kinds are `list`, `table`",
    ),
    ("kind = \"template\"", "", "55:1 bad-region: the region `prices` has no kind (add `kind = \"template\"`"),
    (
        "[regions.models]",
        "[regions.model]",
        "44:1 bad-region: the region `model` has no kind (did you mean `[regions.models]`?",
    ),
    ("kind = \"table\"", "kind = \"tabel\"", "53:8 bad-region: unknown kind `tabel` (did you mean `\"table\"`?"),
    ("width = 80", "kind = \"list\"", "46:8 bad-region: the built-in region `models` is of kind `models`, not `list`"),
    (
        "layout = \"table\"",
        "layout = \"tables\"",
        "40:10 bad-value: unknown layout `tables` (did you mean `\"table\"`?",
    ),
    ("value = \"name\"", "value = \"label\"", "50:9 bad-value: unknown value `label` (it takes `id`, `ref` and `name`"),
    (
        "kind = \"table\"",
        "kind = \"table\"\nlayout = \"list\"",
        "54:10 bad-value: a region of kind `table` is always a table",
    ),
    (
        "kind = \"table\"",
        "kind = \"table\"\ntemplate = \"x\"",
        "54:1 bad-region: a template in a region of kind `table`",
    ),
    (
        "\"cost.input\"",
        "\"cost.inptu\"",
        "41:19 unknown-column: unknown column `cost.inptu` (did you mean `\"cost.input\"`?",
    ),
    (
        "\"cost.input\"",
        "\"Input price\"",
        "41:19 unknown-column: unknown column `Input price` (did you mean `\"cost.input\"`?",
    ),
    ("\"cost.input\"", "\"ref\"", "41:19 bad-value: the column `ref` is given twice"),
    ("[\"ref\", \"cost.input\"]", "[]", "41:11 bad-value: a table without columns"),
    ("\"*-2\"", "\"*-3\"", "42:11 bad-pattern: no model matches `*-3`"),
    ("\"*-2\"", "\"acme-4\"", "42:11 bad-pattern: no model matches `acme-4` (did you mean `\"acme-"),
    ("\"*-2\"", "\"acme [12]\"", "42:11 bad-pattern: the pattern `acme [12]` can match no id"),
    ("[\"*-2\"]", "[]", "42:10 bad-pattern: a region without a model"),
    ("\"older/?\"", "\"\"", "4:18 bad-pattern: the pattern `` can match no id"),
    ("{% endfor %}\"\"\"", "{% endfr %}\"\"\"", "59:1 bad-template: the template does not parse, in its line 2: "),
    ("{{ m.name }}\n", "{{ m.name }\n", "58:1 bad-template: the template does not parse, in its line 1: "),
    ("\"prices\"]", "\"price\"]", "62:28 bad-region: no region is called `price` (did you mean `\"prices\"`?"),
    (
        "\"prices\"]",
        "\"acme-llm-ids\"]",
        "62:28 bad-region: no region is called `acme-llm-ids` (did you mean `\"ids\"`?",
    ),
    // Keys that do nothing.
    ("width = 80", "columns = [\"ref\"]", "46:1 unused-key: `columns` does nothing in a region of kind `models`"),
    (
        "kind = \"table\"",
        "kind = \"table\"\nvalue = \"id\"",
        "54:1 unused-key: `value` does nothing in a region of kind `table`",
    ),
    ("layout = \"table\"", "layout = \"list\"", "41:1 unused-key: `columns` does nothing where the layout is `list`"),
];

const LOCALE_FAULTS: &[Case] = &[
    (
        "thousands =",
        "thousand =",
        "2:1 unknown-key: unknown key `thousand` in a locale file (did you mean `thousands`?",
    ),
    (
        "ref = \"Référence\"",
        "refs = \"Référence\"",
        "5:1 unknown-column: unknown column `refs` (did you mean `\"ref\"`?",
    ),
    (
        "cost.input =",
        "cost.inputs =",
        "6:6 unknown-column: unknown column `cost.inputs` (did you mean `\"cost.input\"`?",
    ),
    ("\"cost.output\"", "\"cost.input\"", "7:1 bad-value: the heading of `cost.input` is given twice"),
    ("cost.input = \"Prix d'entrée\"", "cost.input = 1", "6:14 wrong-type: `cost.input` takes a string"),
    ("\"Référence\"", "\"\"", "5:7 bad-name: the translation of `ref` is empty"),
    ("\"Oui\"", "\" \"", "10:9 bad-name: the translation of `Yes` is empty"),
    ("\"Oui\"", "\"O\\nui\"", "10:9 bad-name: the translation of `Yes` holds a line break"),
    ("\"Yes\"", "\"Ye\\ts\"", "10:1 bad-name: a word of the catalog holds a control character"),
    ("\"Oui\"", "true", "10:9 wrong-type: `Yes` takes a string, this is a boolean (write `Yes = \"true\"`"),
    ("\" ; \"", "\"\"", "1:18 bad-name: `list_separator` is empty"),
    ("\" ; \"", "\"\\n\"", "1:18 bad-name: `list_separator` holds a line break"),
    ("thousands = \" \"", "thousands = \"\\u0001\"", "2:13 bad-name: `thousands` holds a line break or control"),
    ("thousands = \" \"", "thousands = \"|\"", "2:13 bad-name: `thousands` groups no digits"),
    ("thousands = \" \"", "thousands = \", \"", "2:13 bad-name: `thousands` groups no digits"),
    ("thousands = \" \"", "thousands = 1", "2:13 wrong-type: `thousands` takes a string"),
    ("[terms]", "[[terms]]", "9:1 wrong-type: `terms` takes a table, this is an array"),
    ("{% for m", "{% fro m", "14:10 bad-template: the template does not parse, in its line 1: "),
    ("prices =", "price =", "14:1 unused-key: no family has a template region `price` (did you mean `prices`?"),
    ("prices =", "ids =", "14:1 unused-key: no family has a template region `ids`"),
    ("thousands = \" \"", "thousands =", "2:12 toml-syntax: "),
];

/// The mutated text and its whole report, in the spelling that `spell` gives the file.
fn check(cases: &[Case], good: &str, path: &str, spell: impl Fn(&str) -> String) {
    let mut failures = Vec::new();
    for (from, to, wanted) in cases {
        assert!(good.contains(from), "{from:?} is not in the good file");
        let text = spell(&good.replacen(from, to, 1));
        let mut files = vec![file(path, &text)];
        if path.contains("locales/") {
            files.push(file("a.toml", GOOD));
        }
        let (_, told) = faults(&files);
        let mut told: Vec<_> = told.iter().map(|line| line.trim_start_matches(path).trim_start_matches(':')).collect();
        let first = if told.is_empty() { "" } else { told.remove(0) };
        let mut wrong = !first.starts_with(wanted);
        // What the defaults lack, each model that relies on them lacks; `defaults_` is the test's own.
        told.retain(|line| !line.contains("defaults_"));
        wrong |= !told.is_empty();
        if wrong {
            failures.push(format!("{from:?} -> {to:?}\nwanted {wanted}\nfound  {first}\nand    {told:?}\n"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_fault_of_a_family_is_told_once_at_its_place() {
    check(FAMILY_FAULTS, GOOD, "a.toml", str::to_owned);
}

#[test]
fn every_fault_of_a_locale_file_is_told_once_at_its_place() {
    check(LOCALE_FAULTS, FRENCH, "locales/fr.toml", str::to_owned);
}

#[test]
fn a_byte_order_mark_and_crlf_shift_nothing() {
    let spellings: [fn(&str) -> String; 3] = [
        |text| format!("\u{feff}{text}"),
        |text| text.replace('\n', "\r\n"),
        |text| format!("\u{feff}{}", text.replace('\n', "\r\n")),
    ];
    let plain = faults(&[file("a.toml", GOOD), file("locales/fr.toml", FRENCH)]).0;
    for spell in spellings {
        check(FAMILY_FAULTS, GOOD, "a.toml", spell);
        check(LOCALE_FAULTS, FRENCH, "locales/fr.toml", spell);
        let (catalog, told) = faults(&[file("a.toml", &spell(GOOD)), file("locales/fr.toml", &spell(FRENCH))]);
        assert_eq!(told, Vec::<String>::new());
        assert_eq!(catalog.families[0].models, plain.families[0].models);
        assert_eq!(catalog.families[0].regions, plain.families[0].regions);
        assert_eq!(catalog.families[0].locales, plain.families[0].locales);
    }
}

#[test]
fn a_family_without_models_says_so_and_no_more() {
    let head = "namespace = \"a\"\nprovider = \"a\"\ndefault_model = \"a\"\n";
    for (tail, wanted) in [
        ("", "a.toml:1:1 no-models: the family has no models"),
        ("models = []\n", "a.toml:4:10 no-models: the family has no models"),
        ("[models]\n", "a.toml:4:1 wrong-type: `models` takes an array of tables"),
        ("models = [3]\n", "a.toml:4:11 wrong-type: `models` takes a table, this is an integer"),
    ] {
        let (_, told) = faults(&[file("a.toml", &format!("{head}{tail}[regions.ids]\nmodels = [\"x\"]\n"))]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with(wanted), "{told:?}");
    }
}

#[test]
fn all_faults_of_all_files_are_told_in_one_run() {
    let family = GOOD
        .replace("provider = \"acme\"", "provider = \"a b\"")
        .replace("default_model = \"acme-2\"", "default_model = \"acme 1\"")
        .replace("id = \"acme-1\"", "id = \"acme 1\"")
        .replace("input = 3", "input = -3")
        .replace("width = 80", "widht = 80")
        .replace("replaced_by = \"acme-1\"", "replaced_by = \"acme-0\"");
    let french = FRENCH.replace("\"Oui\"", "\"\"").replace("thousands", "thousand");
    let (catalog, told) = faults(&[
        file("locales/fr.toml", &french),
        file("a.toml", &family),
        file("b.toml", "namespace = "),
        file("c.toml", &GOOD.replace("acme-llm", "other")),
    ]);
    let places: Vec<_> = told.iter().map(|line| line.split(": ").next().unwrap_or_default()).collect();
    let wanted = [
        "a.toml:2:12 bad-name",
        "a.toml:14:6 bad-name",
        "a.toml:25:18 bad-number",
        "a.toml:32:15 retired-cycle",
        "a.toml:46:1 unknown-key",
        "b.toml:1:13 toml-syntax",
        "locales/fr.toml:2:1 unknown-key",
        "locales/fr.toml:10:9 bad-name",
    ];
    assert_eq!(places, wanted);
    assert_eq!(catalog.families.len(), 1, "only the family without a fault");
}

#[test]
fn families_stand_side_by_side() {
    let other =
        GOOD.replace("acme-llm", "acme").replace("[regions.prices]", "[regions.costs]").replace("prices", "costs");
    let mut elsewhere = file("other/c.toml", &GOOD.replace("acme-llm", "elsewhere"));
    elsewhere.folder = 1;
    let mut chinese = file("other/locales/zh.toml", "[terms]\nYes = \"是\"\n");
    chinese.folder = 1;
    let files = [file("a.toml", GOOD), file("b.toml", &other), elsewhere, file("locales/fr.toml", FRENCH), chinese];
    let (catalog, told) = faults(&files);
    assert_eq!(told, Vec::<String>::new());
    let names: Vec<_> = catalog.families.iter().map(|family| family.namespace.as_str()).collect();
    assert_eq!(names, ["acme-llm", "acme", "elsewhere"]);
    let tags: Vec<_> = catalog.families.iter().map(|family| family.locales[0].tag.as_str()).collect();
    assert_eq!(tags, ["fr", "fr", "zh"]);
    assert!(Arc::ptr_eq(&catalog.families[0].locales, &catalog.families[1].locales));
}

#[test]
fn one_namespace_and_one_language_have_one_file() {
    let files = [
        file("a.toml", GOOD),
        file("b.toml", GOOD),
        file("locales/fr.toml", FRENCH),
        file("locales/FR.toml", "[terms]\n"),
        file("locales/pt-BR.toml", "[terms]\n"),
        file("locales/pt_BR.toml", "[terms]\n"),
    ];
    let (catalog, told) = faults(&files);
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told[0].starts_with("b.toml:1:13 duplicate-namespace: the namespace `acme-llm` is taken by a.toml, line 1")
    );
    assert!(told[1].starts_with("locales/FR.toml:- bad-name: the language `FR` has a file already: locales/fr.toml"));
    assert!(told[2].contains("the language `pt_BR` has a file already: locales/pt-BR.toml"), "{}", told[2]);
    assert_eq!(catalog.families.len(), 1);
    assert_eq!(catalog.families[0].locales.len(), 2);
}

#[test]
fn a_region_may_refine_a_built_in_one() {
    let text = GOOD.replace("layout = \"table\"", "kind = \"table\"");
    let (catalog, told) = faults(&[file("a.toml", &text)]);
    assert_eq!(told, Vec::<String>::new());
    let ids = catalog.families[0].region("ids").expect("built in");
    assert_eq!(ids.kind, Kind::List { value: ListValue::Id, layout: Layout::Table });
}

#[test]
fn warnings_do_not_stop_a_run() {
    let text = GOOD.replace("width = 80", "columns = [\"ref\"]");
    let (catalog, diagnostics) = parse(&[file("a.toml", &text)]);
    assert_eq!(catalog.families.len(), 1);
    assert!(diagnostics.iter().all(|diagnostic| diagnostic.severity == Severity::Warning));
}

#[test]
fn a_translated_template_of_a_broken_family_is_no_fault() {
    for broken in
        ["namespace = ", &GOOD.replace("{% endfor %}", "{% endfr %}"), &GOOD.replace("kind = \"template\"", "")]
    {
        let (_, told) = faults(&[file("a.toml", broken), file("locales/fr.toml", FRENCH)]);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("a.toml:"), "{told:?}");
    }
}

#[test]
fn hostile_files_end_in_time_and_without_a_panic() {
    let head = "namespace = \"a\"\nprovider = \"a\"\ndefault_model = \"m\"\n[defaults]\nreasoning = false\ninput = [\"text\"]\n\
                cost = {}\ncontext_window = 1\nmax_tokens = 1\n";
    let mut long = head.to_owned();
    let mut faulty = head.to_owned();
    for n in 0..10_000 {
        long.push_str(&format!("[[models]]\nid = \"m{n}\"\nname = \"M {n}\"\n"));
        faulty.push_str(&format!("[[models]]\nid = \"m\"\nname = \"M {n}\"\n"));
    }
    for n in 0..10_000 {
        long.push_str(&format!("[[retired]]\nid = \"r{n}\"\nreplaced_by = \"r{}\"\n", (n + 1) % 10_000));
        faulty.push_str(&format!("[[retired]]\nid = \"r{n}\"\nreplaced_by = \"x{n}\"\n"));
    }
    let (_, told) = parse(&[file("a.toml", &long)]);
    assert_eq!(told.iter().map(|fault| fault.code.name()).collect::<Vec<_>>(), ["unknown-model", "retired-cycle"]);
    let (_, told) = parse(&[file("b.toml", &faulty)]);
    assert_eq!(told.len(), 19_999);

    let nested = format!("{GOOD}\n[x]\ny = {}{}\n", "[".repeat(50_000), "]".repeat(50_000));
    assert!(!faults(&[file("a.toml", &nested)]).1.is_empty());
    let open = format!("{GOOD}\n[x]\ny = {}", "{ a = ".repeat(50_000));
    assert!(!faults(&[file("a.toml", &open)]).1.is_empty());
    let huge = GOOD.replace("input = 3", &format!("input = {}", "9".repeat(100_000)));
    assert!(!faults(&[file("a.toml", &huge)]).1.is_empty());
    let key = GOOD.replace("width = 80", &format!("{} = 80", "w".repeat(100_000)));
    assert!(!faults(&[file("a.toml", &key)]).1.is_empty());
    let parens = GOOD.replace("{{ m.name }}", &format!("{{{{ {} }}}}", "(".repeat(10_000)));
    assert!(!faults(&[file("a.toml", &parens)]).1.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in "([a-z_]{1,9}|[\\[\\]{}=,.\"'#\n\r\t -]|[0-9]{1,3}|\\PC|\"\"\"|\\[\\[models\\]\\]\n|id = |\\\\|nan|inf){0,60}") {
        faults(&[file("a.toml", &text), file("locales/fr.toml", &text)]);
    }

    #[test]
    fn no_mutation_makes_it_panic(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..40, prop::sample::select(vec![
            "", "[", "]", "{", "}", "\"", "\"\"\"", "'", "=", ",", ".", "\n", "\r", "-", "1e", "nan", "é", "\\", "{%", "}}",
            "[[models]]\n", "[regions.ids]\n", "id = 3\n", "0x", "_", "\u{feff}", "[[models.extra]]\n", "cost.input = 1\n",
        ])), 1..5)
    ) {
        let mut texts = [GOOD.to_owned(), FRENCH.to_owned()];
        for (at, length, insert) in cuts {
            for text in &mut texts {
                let start = crate::text::floor_char(text, at.index(text.len() + 1));
                let end = crate::text::floor_char(text, start + length).max(start);
                text.replace_range(start..end, insert);
            }
        }
        faults(&[file("a.toml", &texts[0]), file("locales/fr.toml", &texts[1])]);
    }
}

/// A file as JSON, as editors hold it against a schema: days are strings, and what JSON cannot say is null.
fn as_json(text: &str) -> Option<serde_json::Value> {
    fn json(value: toml::Value) -> serde_json::Value {
        match value {
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Float(number) => number.into(),
            toml::Value::Boolean(flag) => flag.into(),
            toml::Value::Datetime(day) => day.to_string().into(),
            toml::Value::Array(values) => values.into_iter().map(json).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
        }
    }
    toml::from_str::<toml::Table>(text).ok().map(|table| json(toml::Value::Table(table)))
}

/// Faults that no schema can express: they are about two places of a file at once, about what a text means, or about
/// what JSON does not tell apart.
const BEYOND_A_SCHEMA: &[&str] = &[
    " duplicate-id:",
    " unknown-model:",
    " retired-cycle:",
    " bad-template:",
    " unused-key:",
    "to `[defaults]`",
    "missing key `input`",
    "missing key `context_window`",
    "missing key `max_tokens`",
    "missing key `cost`",
    "no model matches",
    "no region is called",
    "the heading of `cost.input` is given twice",
    "names no page",
    "the name of a page",
    "is always a table",
    "`256000.0` is not a whole number",
    "takes a day",
    "a date has no form",
    "`nan`",
    "`inf`",
    "`-inf`",
    "`1e999`",
];

#[test]
fn what_a_schema_can_express_it_catches() {
    use crate::schema::{File, schema};
    let validator = |file| {
        let schema: serde_json::Value = serde_json::from_str(&schema(file)).expect("JSON");
        jsonschema::validator_for(&schema).expect("a schema")
    };
    for (file, good, cases) in [(File::Family, GOOD, FAMILY_FAULTS), (File::Locale, FRENCH, LOCALE_FAULTS)] {
        let validator = validator(file);
        let sound = as_json(good).expect("TOML");
        let told: Vec<String> = validator.iter_errors(&sound).map(|error| error.to_string()).collect();
        assert_eq!(told, Vec::<String>::new(), "the schema refuses what is sound");
        let (mut caught, mut passed) = (0, Vec::new());
        for (old, new, fault) in cases {
            let Some(json) = as_json(&good.replacen(old, new, 1)) else { continue };
            match (validator.is_valid(&json), BEYOND_A_SCHEMA.iter().any(|part| fault.contains(part))) {
                (false, _) => caught += 1,
                (true, true) => {}
                (true, false) => passed.push(format!("{new}: {fault}")),
            }
        }
        assert!(passed.is_empty(), "the schema lets pass:\n{}", passed.join("\n"));
        assert!(caught * 2 > cases.len(), "only {caught} of {} are caught", cases.len());
    }
}
