// What moonsync writes, held against other readers and other formatters. Started by `run`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { compile } from "@mdx-js/mdx";
import { createContext } from "@dprint/formatter";
import * as dprintMarkdown from "@dprint/markdown";
import JSON5 from "json5";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkMdx from "remark-mdx";
import remarkParse from "remark-parse";
import { parse as parseToml } from "smol-toml";
import { unified } from "unified";
import { visit } from "unist-util-visit";

const [program, project, cache] = process.argv.slice(2);
const work = fs.mkdtempSync(path.join(os.tmpdir(), "moonsync-readers-"));
process.on("exit", () => fs.rmSync(work, { recursive: true, force: true }));
let failures = 0;

function fail(what, why) {
  failures += 1;
  console.log(`FAILED ${what}: ${String(why).split("\n").slice(0, 12).join("\n    ")}`);
}

function run(command, args, cwd, input) {
  const done = spawnSync(command, args, { cwd, input, encoding: "utf8", maxBuffer: 1 << 28, env: { ...process.env, NO_COLOR: "1" } });
  return { code: done.status, out: done.stdout, err: done.stderr + (done.error ?? "") };
}

function moonsync(cwd, ...args) {
  return run(program, args, cwd);
}

function files(folder, below = "") {
  return fs.readdirSync(path.join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(below, entry.name);
    return entry.isDirectory() ? files(folder, name) : [name];
  });
}

const isPage = (name) => /\.mdx?$/.test(name);
const read = (folder, name) => fs.readFileSync(path.join(folder, name), "utf8");

function write(folder, name, text) {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

function copy(from, name) {
  const to = path.join(work, name);
  fs.cpSync(from, to, { recursive: true });
  fs.mkdirSync(path.join(to, ".git"), { recursive: true });
  return to;
}

// ---------------------------------------------------------------------------------------------------------------------
// The pages: the project's own, and one of each form, place and dialect, all of them behind the catalog.

const NS = "moonshot-kimi-k2";
const FORMS = {
  definition: (name) => `[//]: # "${NS}-${name}"`,
  comment: (name) => `[comment]: # (${NS}-${name})`,
  html: (name) => `<!-- ${NS}-${name} -->`,
  mdx: (name) => `{/* ${NS}-${name} */}`,
};
const TABLE = "| Model ref | Name | Context |\n| --- | --- | --- |\n| `moonshot/kimi-k0` | Kimi K0 | 1 |";

function page(form) {
  const pair = (name, body, indent = "") =>
    [FORMS[form](`${name}:start`), "", ...body.split("\n"), "", FORMS[form](`${name}:end`)]
      .map((line) => (line ? indent + line : indent.trimEnd())).join("\n");
  return `---
title: "Page"
---

# Page of ${form} markers

Some words before.

${pair("ids", TABLE)}

Words between, with a \`code\` span.

${pair("model-refs", "- `moonshot/kimi-k0`")}

> A quote.
>
${pair("model-refs", "- `moonshot/kimi-k0`", "> ")}

## Configuration

\`\`\`json5
{
  agents: {
    defaults: {
      models: {
        // ${NS}-aliases:start
        // ${NS}-aliases:end
        "other/model": { alias: "Other" },
      },
    },
  },
  models: {
    providers: {
      moonshot: {
        models: [
          // ${NS}-models:start
          // ${NS}-models:end
        ],
      },
    },
  },
}
\`\`\`

The end.
`;
}

const component = (form) => `${page(form)}
<Tabs>
  <Tab title="One">
    Words in a component.

    \`\`\`json5
    {
      models: {
        /* ${NS}-aliases:start */
        /* ${NS}-aliases:end */
      },
    }
    \`\`\`

  </Tab>
</Tabs>
`;

const GENERATED = {
  "generated/definition.md": page("definition"),
  "generated/comment.md": page("comment"),
  "generated/html.md": page("html"),
  "generated/definition.mdx": component("definition"),
  "generated/mdx.mdx": component("mdx"),
  "generated/mdx.md": component("mdx"),
  "generated/a name with spaces.md": page("html"),
  "generated/crlf.md": page("html").replaceAll("\n", "\r\n"),
  "generated/no newline.md": page("html").trimEnd(),
};

const before = path.join(work, "before");
fs.cpSync(path.join(project, "docs"), path.join(before, "docs"), { recursive: true });
fs.cpSync(path.join(project, "catalog"), path.join(before, "catalog"), { recursive: true });
fs.mkdirSync(path.join(before, ".git"));
for (const [name, text] of Object.entries(GENERATED)) write(before, `docs/${name}`, text);
for (const edit of [
  ["add", "kimi-k9", "--like", "kimi-k3", "--name", 'Kimi | *K9* <b> "q" `c`', "--cost", "input=0.125,output=1e1"],
  ["add", "kimi-k8_mini", "--like", "kimi-k2.7-code", "--context-window", "1234567"],
  ["retire", "kimi-k2.7-code-highspeed", "--replaced-by", "kimi-k9", "--since", "2026-11-23"],
]) {
  const done = moonsync(before, "catalog", ...edit);
  if (done.code !== 0) fail(`moonsync catalog ${edit.join(" ")}`, done.err);
}

const after = copy(before, "after");
const written = moonsync(after);
if (written.code !== 0) fail("moonsync", written.err);
const changed = files(after).filter((name) => isPage(name) && read(before, name) !== read(after, name));
console.log(`${changed.length} pages were written: ${written.err.trim().split("\n").pop()}`);
if (changed.length < Object.keys(GENERATED).length + 10) fail("moonsync", "too few pages were behind");
if (moonsync(after, "--check").code !== 0) fail("--check after the run", moonsync(after, "--check").out);

// ---------------------------------------------------------------------------------------------------------------------
// The patch, taken by git and by patch.

const patch = run(program, ["--diff"], before).out;
for (const [tool, args] of [["git", ["apply", "--whitespace=nowarn", "-"]], ["patch", ["-p1", "--quiet", "--binary"]]]) {
  const place = copy(before, `patched-${tool}`);
  fs.rmSync(path.join(place, ".git"), { recursive: true });
  const done = run(tool, args, place, patch);
  if (done.code !== 0) fail(`the patch by ${tool}`, done.err + done.out);
  for (const name of files(place)) {
    if (isPage(name) && read(place, name) !== read(after, name)) fail(`the patch by ${tool}`, `${name} differs`);
  }
  console.log(`ok: ${tool} takes the patch`);
}

// ---------------------------------------------------------------------------------------------------------------------
// The catalog, read by another TOML parser, and what pages say, read by other parsers.

const families = files(path.join(after, "catalog")).filter((name) => /^[^/]+\.toml$/.test(name))
  .map((name) => JSON.parse(JSON.stringify(parseToml(read(path.join(after, "catalog"), name)))));

function model(family, said) {
  const all = { ...family.defaults, ...said };
  const cost = { input: 0, output: 0, cache_read: 0, cache_write: 0, ...family.defaults?.cost, ...said.cost };
  return { ...all, cost, alias: said.alias ?? said.name };
}

function* arraysAndObjects(value) {
  if (typeof value !== "object" || value === null) return;
  yield value;
  for (const inner of Object.values(value)) yield* arraysAndObjects(inner);
}

let fences = 0;
function checkFence(text, family, where) {
  const value = JSON5.parse(text);
  const wanted = family.models.map((said) => model(family, said));
  if (text.includes(`${family.namespace}-models:start`)) {
    const ids = new Set(wanted.map((one) => one.id));
    const list = [...arraysAndObjects(value)].find((one) => Array.isArray(one) && one.some((entry) => ids.has(entry?.id)));
    assert.ok(list, "no list of models");
    for (const one of wanted) {
      const found = list.find((entry) => entry.id === one.id);
      assert.ok(found, `${one.id} is missing`);
      const cost = { input: one.cost.input, output: one.cost.output, cacheRead: one.cost.cache_read, cacheWrite: one.cost.cache_write };
      const said = { name: one.name, reasoning: one.reasoning, input: one.input, cost, contextWindow: one.context_window, maxTokens: one.max_tokens };
      for (const [key, expected] of Object.entries(said)) assert.deepEqual(found[key], expected, `${one.id} ${key}`);
      for (const [key, expected] of Object.entries(one.extra ?? {})) assert.deepEqual(found[key], expected, `${one.id} ${key}`);
    }
    fences += 1;
  }
  if (text.includes(`${family.namespace}-aliases:start`)) {
    for (const one of wanted) {
      const ref = `${family.provider}/${one.id}`;
      const entries = [...arraysAndObjects(value)].find((object) => Object.hasOwn(object, ref));
      assert.equal(entries?.[ref]?.alias, one.alias, ref);
    }
    fences += 1;
  }
}

const plain = (node) => node.children ? node.children.map(plain).join("") : (node.value ?? "");
let cells = 0;
function checkTable(node, family, name) {
  const rows = node.children.slice(1).map((row) => row.children.map(plain));
  for (const row of rows) {
    const one = family.models.find((said) => row[0] === `${family.provider}/${said.id}` || row[0] === said.id);
    if (!one) continue;
    const wanted = model(family, one);
    if (!row.includes(wanted.name) && row.length > 2) fail(`the table of ${name}`, `${row} does not say ${wanted.name}`);
    const numbers = row.map((cell) => Number(cell.replace(/[^\d]/g, "")));
    if (row.length > 4 && !numbers.includes(wanted.context_window)) fail(`the table of ${name}`, `${row} does not say ${wanted.context_window}`);
    cells += row.length;
  }
  for (const said of family.models) {
    const ref = `${family.provider}/${said.id}`;
    if (rows.length && !rows.some((row) => row[0] === ref || row[0] === said.id)) fail(`the table of ${name}`, `${ref} is missing`);
  }
}

for (const name of files(after).filter((name) => isPage(name) && !name.includes("manual"))) {
  const text = read(after, name);
  const family = families.find((one) => text.includes(`${one.namespace}-`));
  if (!family) continue;
  // Components of Markdown pages are HTML to CommonMark, which then sees no fence in them: MDX is asked where it can read.
  let tree;
  try {
    tree = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter).use(remarkMdx).parse(text);
  } catch {
    tree = unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter).parse(text);
  }
  visit(tree, "code", (node) => {
    if (!["json5", "jsonc", "js", "ts"].includes(node.lang ?? "")) return;
    for (const one of families.filter((one) => node.value.includes(`${one.namespace}-`) && /:start/.test(node.value))) {
      try {
        checkFence(node.value.replace(/^export default |;\s*$/g, ""), one, name);
      } catch (error) {
        fail(`a fence of ${name}, line ${node.position.start.line}`, error.message);
      }
    }
  });
  visit(tree, "table", (node) => {
    const first = plain(node.children[1]?.children[0] ?? { value: "" });
    const one = families.find((one) => first.startsWith(`${one.provider}/`));
    if (one) checkTable(node, one, name);
  });
}
console.log(`ok: ${fences} regions in fences read by json5, ${cells} cells by remark-gfm`);
if (fences < 15 || cells < 200) fail("the readers", "too little was read");

// ---------------------------------------------------------------------------------------------------------------------
// An MDX compiler takes every page that it took before.

let compiled = 0;
for (const name of files(after).filter((name) => name.endsWith(".mdx"))) {
  const compiles = async (text) => compile(text, { remarkPlugins: [remarkGfm, remarkFrontmatter] }).then(() => null, (error) => error);
  if (await compiles(read(before, name))) continue;
  const error = await compiles(read(after, name));
  if (error) fail(`MDX of ${name}`, error.message);
  compiled += 1;
}
console.log(`ok: ${compiled} pages compiled by @mdx-js/mdx before and after`);
if (compiled < 4) fail("MDX", "too few pages compile");

// ---------------------------------------------------------------------------------------------------------------------
// Formatters.

const bin = (name, file) => ["node", path.join(cache, "node_modules", name, file)];
const over = ([command, ...args]) => (place, pages) => run(command, [...args, ...pages], place);
const dprint = createContext({ lineWidth: 80, indentWidth: 2 });
dprint.addPlugin(fs.readFileSync(dprintMarkdown.getPath()));

const markdownOnly = (pages) => pages.filter((name) => name.endsWith(".md"));
const FORMATTERS = {
  "prettier 2.8": over([...bin("prettier-2.8", "bin-prettier.js"), "--write", "--loglevel=warn"]),
  "prettier 3.8": over([...bin("prettier-3.8", "bin/prettier.cjs"), "--write", "--log-level=warn"]),
  "prettier 3.10": over([...bin("prettier-3.10", "bin/prettier.cjs"), "--write", "--log-level=warn"]),
  "oxfmt 0.57": over(bin("oxfmt-0.57", "bin/oxfmt")),
  "oxfmt 0.67": over(bin("oxfmt-0.67", "bin/oxfmt")),
  "oxfmt 0.79": over(bin("oxfmt-0.79", "bin/oxfmt")),
  "markdownlint": (place, pages) => {
    const done = run("node", [path.join(cache, "node_modules/markdownlint-cli2/markdownlint-cli2-bin.mjs"), "--fix", ...pages.map((name) => `:${name}`)], place);
    return done.code === 2 ? done : { code: 0 }; // 1: there is more that it would have people fix
  },
  "mdformat": (place, pages) => {
    const start = `import sys; sys.path.insert(0, ${JSON.stringify(path.join(cache, "python"))}); import mdformat._cli as cli; sys.exit(cli.run(sys.argv[1:]))`;
    return run("python3", ["-c", start, ...markdownOnly(pages)], place);
  },
  "dprint": (place, pages) => {
    for (const name of pages) write(place, name, dprint.formatText({ filePath: name.replace(/mdx$/, "md"), fileText: read(place, name) }));
    return { code: 0 };
  },
};

// What the manual promises: in sync, but for these.
const DELETED = { mdformat: ["definition.md", "comment.md", "mdx.md"], markdownlint: ["comment.md"] };
const MANGLED = { "prettier 2.8": ["mdx.md"], "prettier 3.8": ["mdx.md"], "oxfmt 0.57": ["mdx.md"], mdformat: [] };
// A formatter for Markdown that knows no MDX is not asked for it.
const NOT_ASKED = { mdformat: [".mdx"], dprint: [".mdx"], markdownlint: [".mdx"] };

function standing(place, name) {
  const done = moonsync(place, "--check", "--format", "json", name);
  const { summary, findings } = JSON.parse(done.out);
  const rules = [...new Set(findings.map((finding) => finding.rule))];
  const kind = findings.some((finding) => finding.level === "error" && finding.rule !== "drift") ? "fault"
    : summary.drifted ? "drift" : rules.some((rule) => /mangled|indented/.test(rule)) ? "mangled" : "in sync";
  const detail = findings.map((finding) => `${finding.path}:${finding.span?.start.line} ${finding.rule} ${finding.message}`);
  return { kind, regions: summary.regions, detail: detail.join("\n") };
}

const pages = Object.keys(GENERATED).map((name) => `docs/${name}`);
const own = changed.filter((name) => !name.includes("generated") && !name.includes("manual"));
const wanted = Object.fromEntries([...pages, ...own].map((name) => [name, standing(after, name).regions]));
console.log(`\n| Formatter | ${Object.keys(GENERATED).map((name) => path.basename(name)).join(" | ")} | own pages |`);
console.log(`| --- |${" --- |".repeat(Object.keys(GENERATED).length + 1)}`);
for (const [formatter, format] of Object.entries(FORMATTERS)) {
  const place = copy(after, `formatted-${formatter.replaceAll(" ", "-")}`);
  const asked = [...pages, ...own].filter((name) => !(NOT_ASKED[formatter] ?? []).some((ending) => name.endsWith(ending)));
  const done = format(place, asked);
  if (done.code !== 0) fail(formatter, done.err + done.out);
  const row = [];
  const ofOwn = new Set();
  for (const name of [...pages, ...own]) {
    if (!asked.includes(name)) {
      if (pages.includes(name)) row.push("-");
      continue;
    }
    const short = path.basename(name);
    const may = (table) => (table[formatter] ?? []).includes(short);
    const found = standing(place, name);
    const kind = found.regions < wanted[name] && found.kind !== "fault" ? "deleted" : found.kind;
    pages.includes(name) ? row.push(kind) : ofOwn.add(kind);
    // Own pages have every form: what holds for one of them holds for it.
    const isOwn = !pages.includes(name);
    const fine = kind === "in sync" || kind === "mangled" && (isOwn ? formatter in MANGLED : may(MANGLED))
      || (kind === "deleted" || kind === "fault" && isOwn) && (isOwn ? formatter in DELETED : may(DELETED));
    if (!fine) fail(`${formatter}, ${name}`, `${kind}\n${found.detail}`);
  }
  console.log(`| ${formatter} | ${row.join(" | ")} | ${[...ofOwn].sort().join(", ")} |`);

  // What was mangled is mended, and formatting once more changes nothing that a check would see.
  const sound = asked.filter((name) => ["in sync", "mangled"].includes(standing(place, name).kind));
  if (sound.length) {
    moonsync(place, "mark", "repair", ...sound);
    const again = moonsync(place, ...sound);
    if (again.code !== 0) fail(`${formatter}, mended`, again.err);
    for (const name of sound) {
      const found = standing(place, name);
      if (found.kind !== "in sync") fail(`${formatter}, ${name} mended`, `${found.kind}\n${found.detail}`);
    }
    format(place, sound);
    for (const name of sound) {
      const found = standing(place, name);
      if (!["in sync", "mangled"].includes(found.kind)) fail(`${formatter} twice, ${name}`, `${found.kind}\n${found.detail}`);
    }
  }
}

console.log(failures ? `\n${failures} failed` : "\nall readers agree");
process.exitCode = failures ? 1 : 0;
