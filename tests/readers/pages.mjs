// Pages of every marker form, place and line end, all of them behind the catalog, and a family of names that Markdown,
// MDX and formatters would act on. Knows no formatter and no program.

const NS = "moonshot-kimi-k2";

/** Each form, its spellings in turn. */
export const FORMS = {
  definition: [
    (name) => `[//]: # "${name}"`,
    (name) => `[//]: # '${name}'`,
    (name) => `[//]: # (${name})`,
    (name) => `[//]: <> "${name}"`,
    (name) => `[//]: <> '${name}'`,
    (name) => `[//]: <> (${name})`,
  ],
  comment: [
    (name) => `[comment]: # "${name}"`,
    (name) => `[comment]: # '${name}'`,
    (name) => `[comment]: # (${name})`,
    (name) => `[comment]: <> "${name}"`,
    (name) => `[comment]: <> '${name}'`,
    (name) => `[comment]: <> (${name})`,
  ],
  html: [(name) => `<!-- ${name} -->`, (name) => `<!--${name}-->`],
  mdx: [(name) => `{/* ${name} */}`, (name) => `{/*${name}*/}`],
  null: [(name) => `{/* ${name} */ && null}`],
};

/** Names that something between a catalog and a reader would take for more than text. */
export const NAMES = [
  "Pipe | pipe ||",
  "Star *one* **two** ***",
  "Under _one_ __two__ a_b",
  "Tick `code` ``two``",
  "Back\\slash \\| \\",
  "Angle <b> </b> <Foo/> a<b>c <",
  "Brace {x} {/* y */}",
  "Amp &amp; & &lt; &#42;",
  "Dollar $x$ $$ ${y}",
  "Tilde ~~two~~ ~one~",
  "Link [a](b) ![c](d) [e] [^1]",
  "At https://example.com www.example.com a@b.co",
  "# Heading #",
  "1. one",
  "1) one",
  "- dash",
  "+ plus",
  "> quote",
  "[ ] task",
  "***",
  "---",
  "===",
  "```",
  "~~~",
  "| a | b |",
  "Quote \"double\" 'single'",
  "全角 モデル（日本語）",
  "نموذج عربي",
  "Emoji 🚀 :rocket: 👩‍💻",
  "Space\u00a0no-break",
  "End */ // --> <!-- ]]>",
  "Jinja {{ x }} {% y %} {# z #}",
  "=mark= ==two== ^sup^ ++ins++",
  ":::note",
  "a -- b --- c ... (c) (tm)",
  "https://example.com/a_b_c?d=e&f=g",
];

/** A family of those names, its numbers of every spelling. */
export const HOSTILE = `namespace = "hostile"
provider = "hostile/lab"
default_model = "model-0"

[regions.names]
kind = "list"
value = "name"

[regions.table]
kind = "table"
columns = ["id", "name", "alias", "reasoning", "input", "context", "max_output", "cost.input", "cost.output", "cost.cache_read", "cost.cache_write"]

[regions.prices]
kind = "template"
template = """
{% for m in models %}- {{ m.name }}: {{ m.cost.input }} in
{% endfor %}"""

${NAMES.map((name, at) => `[[models]]
id = "model-${at}"
name = ${JSON.stringify(name)}
${at % 3 ? `alias = ${JSON.stringify(`Alias of ${name}`)}` : ""}
reasoning = ${at % 2 === 0}
${at % 5 ? "" : `reasoning_label = ${JSON.stringify(`label | ${name}`)}`}
${at % 4 ? "" : 'thinking_levels = { low = "low", max = "x|y" }'}
input = ["text"${at % 2 ? ', "image"' : ""}]
cost = { input = ${["0", "1", "0.1", "1e-7", "4.0", "1234567.25"][at % 6]}, output = ${["1e3", "0.000001", "15"][at % 3]} }
context_window = ${[1, 999, 1000, 262144, 10000000][at % 5]}
max_tokens = ${1 << (at % 30)}
${at % 7 ? "" : `extra = { "not-an-identifier" = ${JSON.stringify(name)}, nested = { list = [1, "two", { three = 3.5 }] } }`}
`).join("\n")}`;

const TABLE = ["| Model ref | Name | Context |", "| --- | :---: | ---: |", "| `moonshot/kimi-k0` | Kimi K0 | 1 |"];
const COMPACT = ["|Model ID|Name|", "|-|-|", "|`kimi-k0`|Kimi K0|"];
const list = (bullet, loose) => [`${bullet} \`moonshot/kimi-k0\``, ...(loose ? [""] : []), `${bullet} \`moonshot/kimi-k1\``];
const fence = (language, ...body) => [`\`\`\`${language}`, ...body, "```"];
const indented = (prefix, lines, first = prefix) => lines.map((line, at) => ((at ? prefix : first) + line).trimEnd());
const item = (bullet, lines) => indented(" ".repeat(bullet.length + 1), lines, `${bullet} `);

/** A page with markers of one form in every place of prose. */
export function prose(form, mdx) {
  let turn = 0;
  const spelled = (name) => FORMS[form][turn % FORMS[form].length](name);
  function region(name, body, tight = false) {
    const blank = tight ? [] : [""];
    const lines = [spelled(`${name}:start`), ...blank, ...body, ...(body.length ? blank : []), spelled(`${name}:end`)];
    turn += 1;
    return lines;
  }
  const refs = (...body) => region(`${NS}-model-refs`, body);
  const lines = [
    "---", `title: "Markers of the form ${form}"`, "---", "",
    `# Markers of the form ${form}`, "", "Words before.", "",
    "## At the margin", "",
    ...refs(...list("-")), "", "Words between, with `code` and *emphasis*.", "",
    ...refs(...list("*", true)), "", "Words between.", "",
    ...refs(...list("+")), "", "Words between.", "",
    ...refs(...list("1.")), "", "Words between.", "",
    ...refs(), "", "Words between.", "",
    ...region(`${NS}-ids`, TABLE), "", "Words between.", "",
    ...region(`${NS}-ids`, COMPACT), "", "Words between.", "",
    ...region(`${NS}-aliases`, fence("json", "{", '  "moonshot/kimi-k0": { "alias": "Kimi K0" }', "}")), "", "Words between.", "",
    ...region(`${NS}-models`, fence("json", "[]")), "",
    ...(form === "html" ? ["Words before a region that is not set off.", "", ...region(`${NS}-model-refs`, list("-"), true), "", "Words between.", "", ...region(`${NS}-ids`, TABLE, true), ""] : []),
    "## In a list", "",
    ...item("-", ["An item:", "", ...refs(...list("-"))]), "",
    ...item("-", ["An item with a table:", "", ...region(`${NS}-ids`, TABLE)]), "", "Words between.", "",
    ...item("1.", ["A step:", "", ...refs(...list("-")), "", "More of the step."]), "",
    ...item("2.", ["A step with a table:", "", ...region(`${NS}-ids`, TABLE)]), "",
    "## In a quote", "",
    ...indented("> ", ["Words of a quote.", "", ...refs(...list("-")), "", "Words.", "", ...region(`${NS}-ids`, TABLE)]), "", "Words between.", "",
    ...item("-", ["An item with a quote:", "", ...indented("> ", refs(...list("-")))]), "", "Words between.", "",
    ...indented("> ", item("-", ["A quote with an item:", "", ...refs(...list("-"))])), "",
    "## In a component", "",
    "<Note>", "", ...refs(...list("-")), "", ...region(`${NS}-ids`, TABLE), "", "</Note>", "",
    ...(mdx ? ["<Tabs>", '  <Tab title="One">', ...indented("    ", ["Words.", "", ...refs(...list("-")), "", ...region(`${NS}-ids`, TABLE)]), "  </Tab>", "</Tabs>", ""] : []),
    "The last words.", "",
    ...refs(...list("-")),
  ];
  return `${lines.join("\n")}\n`;
}

/** A page of all the names, in every shape that prose has. */
export function names(form) {
  const region = (name, ...body) => [FORMS[form][0](`${name}:start`), "", ...body, ...(body.length ? [""] : []), FORMS[form][0](`${name}:end`), "", "Words between.", ""];
  const lines = [
    "# Names", "", ...region("hostile-names"), ...region("hostile-table"), ...region("hostile-prices"),
    ...region("hostile-aliases", ...fence("json", "{}")), ...region("hostile-models", ...fence("json", "[]")), ...HOSTILE_FENCES.flatMap((one) => [...one, ""]),
  ];
  return `${lines.join("\n").trimEnd()}\n`;
}

const SLASHES = (name) => `// ${name}`;
const STARS = (name) => `/* ${name} */`;
const HASH = (name) => `# ${name}`;
const HTML = (name) => `<!-- ${name} -->`;

function code(comment, name, indent, ...body) {
  return [comment(`${name}:start`), ...body, comment(`${name}:end`)].map((line) => indent + line);
}

const FENCES = [
  fence("json5", "{", "  models: {", ...code(SLASHES, `${NS}-aliases`, "    ", '"moonshot/kimi-k0": { alias: "Kimi K0" },'), "    'other/model': { alias: 'Other' },", "  },", "  list: [", ...code(STARS, `${NS}-models`, "    "), "  ],", "}"),
  fence("jsonc", "{", '  "refs": [', ...code(SLASHES, `${NS}-model-refs`, "    ", '"moonshot/kimi-k0"'), "  ],", '  "list": [', ...code(SLASHES, "kimi-coding-models", "    "), "  ]", "}"),
  fence("json", "{", '  "refs": [', ...code(SLASHES, `${NS}-model-refs`, "    "), "  ]", "}"),
  fence("js", "export default {", "  refs: [", ...code(SLASHES, `${NS}-model-refs`, "    ", "'moonshot/kimi-k0',"), "  ],", "  models: [", ...code(STARS, "kimi-coding-models", "    "), "  ],", "};"),
  fence("ts", "export default {", "  aliases: {", ...code(SLASHES, "kimi-coding-aliases", "    "), "  },", "};"),
  fence("yaml", "models:", ...code(HASH, `${NS}-model-refs`, "  ", "- moonshot/kimi-k0")),
  fence("toml", "models = [", ...code(HASH, `${NS}-model-refs`, "  ", '"moonshot/kimi-k0",'), "]"),
  fence("html", "<select>", ...code(HTML, `${NS}-options`, "  "), "</select>"),
];

const HOSTILE_FENCES = [
  fence("json5", "{", "  list: [", "    { id: 'mine' },", ...code(SLASHES, "hostile-models", "    "), "  ],", "  aliases: {", ...code(STARS, "hostile-aliases", "    "), "  },", "  names: [", ...code(SLASHES, "hostile-names", "    "), "  ]", "}"),
  fence("jsonc", "{", '  "names": [', ...code(SLASHES, "hostile-names", "    "), "  ]", "}"),
  fence("ts", "export default {", "  aliases: {", ...code(SLASHES, "hostile-aliases", "    "), "  },", "};"),
  fence("yaml", "names:", ...code(HASH, "hostile-names", "  ")),
  fence("toml", "names = [", ...code(HASH, "hostile-names", "  "), "]"),
];

/** A page with markers in fences of every language, and in front matter, in every place. */
export function fences(mdx) {
  const tilde = ([open, ...rest]) => [open.replace("```", "~~~"), ...rest.slice(0, -1), "~~~"];
  const long = ([open, ...rest]) => [`\`\`${open}`, ...rest.slice(0, -1), "`````"];
  const lines = [
    "---", "title: Fences", "models:", ...code(HASH, `${NS}-model-refs`, "  ", "- moonshot/kimi-k0"), "---", "",
    "# Fences", "", "Words before.", "",
    "## At the margin", "", ...FENCES.flatMap((one) => [...one, "", "Words between.", ""]),
    "## Of other marks", "", ...tilde(FENCES[0]), "", ...long(FENCES[0]), "",
    "## In a list", "",
    ...FENCES.flatMap((one) => [...item("-", ["An item:", "", ...one]), ""]), "Words between.", "",
    ...FENCES.flatMap((one, at) => [...item(`${at + 1}.`, ["A step:", "", ...one, "", "More."]), ""]),
    "## In a quote", "",
    ...FENCES.flatMap((one) => [...indented("> ", ["Words of a quote.", "", ...one]), "", "Words between.", ""]),
    "## In a component", "",
    "<Note>", "", ...FENCES.flatMap((one) => [...one, ""]), "</Note>", "",
    ...(mdx ? ["<Tabs>", '  <Tab title="One">', "    Words.", "", ...FENCES.flatMap((one) => [...indented("    ", one), ""]), "  </Tab>", "</Tabs>", ""] : []),
    "The last words.",
  ];
  return `${lines.join("\n")}\n`;
}

/** All pages, by path; `{ text, form }`. */
export function generated() {
  const pages = {};
  for (const form of Object.keys(FORMS)) {
    for (const ending of ["md", "mdx"]) {
      // MDX takes no HTML comment, and readers of Markdown would see `&& null`.
      if (form === (ending === "mdx" ? "html" : "null")) continue;
      if (form === "comment" && ending === "mdx") continue; // what holds of one definition holds of the other
      pages[`${ending}/${form}.${ending}`] = prose(form, ending === "mdx");
    }
  }
  pages["md/fences.md"] = fences(false);
  pages["mdx/fences.mdx"] = fences(true);
  pages["md/names.md"] = names("html");
  pages["mdx/names.mdx"] = names("mdx");
  const crlf = (text) => text.replaceAll("\n", "\r\n");
  pages["crlf/definition.mdx"] = crlf(prose("definition", true));
  pages["crlf/html.md"] = crlf(prose("html", false));
  pages["crlf/fences.mdx"] = crlf(fences(true));
  const short = ["Words.", "", `<!-- ${NS}-ids:start -->`, `<!-- ${NS}-ids:end -->`, "", `<!-- ${NS}-model-refs:start -->`, ...list("-"), `<!-- ${NS}-model-refs:end -->`, ""].join("\n");
  pages["odd/a name with spaces.md"] = short;
  pages["odd/naïve – 日本.md"] = short;
  pages["odd/no line end.md"] = short.trimEnd();
  pages["odd/no line end, crlf.md"] = crlf(short.trimEnd());
  pages["odd/byte order mark.md"] = `\uFEFF${short}`;
  return pages;
}
