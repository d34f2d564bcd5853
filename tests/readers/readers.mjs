// What moonsync writes, held against other readers and other formatters. Started by `run`.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { compile } from "@mdx-js/mdx";
import { createContext } from "@dprint/formatter";
import * as dprintMarkdown from "@dprint/markdown";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import { agree, family, locale } from "./agree.mjs";
import { generated, HOSTILE } from "./pages.mjs";

const [program, cache, project, folder] = process.argv.slice(2);
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
// Readers: the patch, the catalog's values, an MDX compiler.

/** The patch of `before`, taken by git and by patch, leads to the pages of `after`. */
function patches(before, after) {
  const patch = moonsync(before, "--diff").out;
  for (const [tool, args] of [["git", ["apply", "--whitespace=nowarn", "-"]], ["patch", ["-p1", "--quiet", "--binary"]]]) {
    const place = copy(before, `patched-${tool}`);
    fs.rmSync(path.join(place, ".git"), { recursive: true });
    const done = run(tool, args, place, patch);
    if (done.code !== 0) fail(`the patch by ${tool}`, done.err + done.out);
    const wrong = files(after).filter((name) => !fs.readFileSync(path.join(place, name)).equals(fs.readFileSync(path.join(after, name))));
    for (const name of wrong) fail(`the patch by ${tool}`, `${name} differs`);
    const more = files(place).length - files(after).length;
    if (more) fail(`the patch by ${tool}`, `${more} files more`);
    fs.rmSync(place, { recursive: true });
  }
  console.log("ok: git and patch take the patch");
}

/** The catalog of a place, as `agree` wants it. */
function catalog(place) {
  const names = files(path.join(place, "catalog")).filter((name) => name.endsWith(".toml"));
  const toml = (name) => read(place, path.join("catalog", name));
  const words = names.filter((name) => name.startsWith("locales/")).map((name) => [path.basename(name, ".toml"), locale(toml(name))]);
  return { families: names.filter((name) => !name.includes("/")).map((name) => family(toml(name))), words: Object.fromEntries(words) };
}

/** The pages say what the catalog says. */
function values(place, pages, what) {
  const { families, words } = catalog(place);
  const seen = { values: 0, cells: 0, items: 0, unseen: 0 };
  for (const name of pages) {
    const [, language] = name.split("/");
    const found = agree(read(place, name), families, words[language] ?? words[language.split("-")[0]] ?? {});
    for (const wrong of found.wrong) fail(`${what}, ${name}`, wrong);
    for (const key of Object.keys(seen)) seen[key] += found[key];
  }
  return seen;
}

/** An MDX compiler takes every page that it took before. */
async function mdx(before, after) {
  const compiles = (text) => compile(text, { remarkPlugins: [remarkGfm, remarkFrontmatter] }).then(() => null, (error) => error);
  let compiled = 0;
  for (const name of files(after).filter((name) => name.endsWith(".mdx"))) {
    if (await compiles(read(before, name))) continue;
    const error = await compiles(read(after, name));
    if (error) fail(`MDX of ${name}`, error.message);
    compiled += 1;
  }
  console.log(`ok: ${compiled} pages compiled by @mdx-js/mdx before and after`);
  return compiled;
}

// ---------------------------------------------------------------------------------------------------------------------
// Formatters.

const bin = (name, file) => ["node", path.join(cache, "node_modules", name, file)];
const over = ([command, ...args]) => (place, pages) => run(command, [...args, ...pages], place);
const dprint = createContext({ lineWidth: 80, indentWidth: 2 });
dprint.addPlugin(fs.readFileSync(dprintMarkdown.getPath()));

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
    return run("python3", ["-c", start, ...pages], place);
  },
  "dprint": (place, pages) => {
    for (const name of pages) {
      // It has nothing to say where a page stays as it is.
      const text = dprint.formatText({ filePath: name, fileText: read(place, name) });
      if (text !== undefined) write(place, name, text);
    }
    return { code: 0 };
  },
};
// These know no MDX.
const MARKDOWN_ONLY = ["markdownlint", "mdformat", "dprint"];
// It stops at names that, unescaped by it, would render as something else.
const NOT_ASKED = { mdformat: ["names.md"] };

/** The forms of a page's markers in prose. */
function formsOf(text) {
  const start = "^[>\\s\\d.*+-]*";
  const forms = { definition: "\\[//\\]: .*", comment: "\\[comment\\]: .*", mdx: "\\{/\\* [a-z0-9-]*", tight: "\\{/\\*[a-z0-9-]*", null: "\\{/\\* *[a-z0-9-]*:(start|end) *\\*/ && null" };
  return Object.keys(forms).filter((form) => new RegExp(`${start}${forms[form]}${form === "null" ? "" : ":(start|end)"}`, "m").test(text));
}

/** What the manual promises of a page after a formatter: `docs/manual/markers.md`. */
function promised(formatter, name, text) {
  const forms = formsOf(text);
  if (formatter === "mdformat" && (forms.includes("definition") || forms.includes("comment"))) return "deleted";
  // It knows no components: what is indented in them is code to it.
  if (formatter === "mdformat" && /^ {4,}```.*\n(?: {4,}.*\n|\n)*? *(?:\/\/|\/\*|#|<!--) [a-z0-9-]+:start/m.test(text)) return "deleted";
  if (formatter === "markdownlint" && forms.includes("comment")) return "deleted";
  // dprint knows no braces, but to it `* x *` is no emphasis.
  if (formatter === "dprint" && forms.includes("tight")) return "mangled";
  // MDX as MDX knows it is left alone; what newer versions leave alone in Markdown too is the form with spaces.
  const mangled = (forms.includes("null") && formatter !== "mdformat") || (name.endsWith(".md") && forms.includes("tight"))
    || (name.endsWith(".md") && forms.includes("mdx") && ["prettier 2.8", "prettier 3.8", "oxfmt 0.57", "mdformat"].includes(formatter));
  if (mangled && !["markdownlint", "dprint"].includes(formatter)) return "mangled";
  return "in sync";
}

/** How each page of a place stands: how many regions it has, and how a check finds them. */
function standing(place) {
  const { findings } = JSON.parse(moonsync(place, "--check", "--format", "json").out);
  const status = JSON.parse(moonsync(place, "status", "--format", "json").out);
  const counts = Object.fromEntries(status.pages.flatMap((page) => page.languages).filter((one) => one.exists).map((one) => [one.path, one.regions.filter((region) => region && region.state !== "missing").length]));
  return (name) => {
    const of = findings.filter((finding) => finding.path === name);
    const kind = of.some((finding) => finding.level === "error" && finding.rule !== "drift") ? "fault"
      : of.some((finding) => finding.rule === "drift") ? "drift"
        : of.some((finding) => /^(mangled|indented)-marker$/.test(finding.rule)) ? "mangled" : "in sync";
    const detail = of.slice(0, 8).map((finding) => `${name}:${finding.span?.start.line} ${finding.rule} ${finding.message}`);
    return { kind, regions: counts[name] ?? 0, detail: detail.join("\n") };
  };
}

/** Holds what `--check` says after each formatter against what is promised; prints the table. */
function formatters(after, pages, columns) {
  const sound = standing(after);
  console.log(`\n| Formatter | ${Object.keys(columns).join(" | ")} |\n| --- |${" --- |".repeat(Object.keys(columns).length)}`);
  for (const [formatter, format] of Object.entries(FORMATTERS)) {
    const place = copy(after, "formatted");
    const asked = pages.filter((name) => (!MARKDOWN_ONLY.includes(formatter) || name.endsWith(".md")) && !(NOT_ASKED[formatter] ?? []).includes(path.basename(name)));
    const done = format(place, asked);
    if (done.code !== 0) fail(formatter, done.err + done.out);
    const found = standing(place);
    const kinds = {};
    for (const name of asked) {
      const { kind, regions, detail } = found(name);
      const wanted = promised(formatter, name, read(after, name));
      // Where a formatter deletes markers, what is left of a page may be a fault: a start without its end.
      kinds[name] = regions < sound(name).regions && (kind !== "fault" || wanted === "deleted") ? "deleted" : kind;
      if (kinds[name] !== wanted) fail(`${formatter}, ${name}`, `${kinds[name]}, where ${wanted} is promised (${regions} of ${sound(name).regions} regions)\n${detail}`);
    }
    for (const column of Object.values(columns)) column.row = [...new Set(asked.filter((name) => column.has(name)).map((name) => kinds[name]))].sort().join(", ") || "-";
    console.log(`| ${formatter} | ${Object.values(columns).map((column) => column.row).join(" | ")} |`);

    // Other readers agree that what passes a check is in sync.
    const kept = asked.filter((name) => ["in sync", "mangled"].includes(kinds[name]));
    values(place, kept, formatter);

    // What was mangled is mended, and formatting once more changes nothing that a check would see.
    if (!kept.length) {
      fs.rmSync(place, { recursive: true });
      continue;
    }
    const formatted = Object.fromEntries(kept.map((name) => [name, read(place, name)]));
    for (const args of [["mark", "repair", ...kept], kept]) {
      const mended = moonsync(place, ...args);
      if (mended.code !== 0) fail(`${formatter}, mended`, mended.err);
    }
    const mended = standing(place);
    for (const name of kept) {
      const { kind, regions, detail } = mended(name);
      if (kind !== "in sync" || regions !== sound(name).regions) fail(`${formatter}, ${name} mended`, `${kind}\n${detail}`);
    }
    const again = Object.fromEntries(kept.map((name) => [name, promised(formatter, name, read(place, name))]));
    const changed = kept.filter((name) => read(place, name) !== formatted[name]);
    if (changed.length) format(place, changed);
    const twice = standing(place);
    for (const name of changed) {
      const { kind, regions, detail } = twice(name);
      if (kind !== again[name] || regions !== sound(name).regions) fail(`${formatter} twice, ${name}`, `${kind}\n${detail}`);
    }
    fs.rmSync(place, { recursive: true });
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// The pages: the project's own and generated ones, all of them behind the catalog; or those of a folder.

/** Everything, on the pages of `before`. */
async function hold(before, columns, least) {
  const after = copy(before, "after");
  const written = moonsync(after);
  if (written.code !== 0) fail("moonsync", written.err);
  const changed = files(after).filter((name) => isPage(name) && read(before, name) !== read(after, name));
  console.log(`${changed.length} pages were written: ${written.err.trim().split("\n").pop()}`);
  const check = moonsync(after, "--check");
  if (check.code !== 0) fail("--check after the run", check.out + check.err);
  if (changed.length) patches(before, after);
  // In a folder pages may be in sync already.
  const has = standing(after);
  const pages = files(after).filter((name) => isPage(name) && has(name).regions);
  const seen = values(after, pages, "the readers");
  console.log(`ok: ${seen.values} regions in fences, ${seen.cells} cells and ${seen.items} items of lists say what the catalog says; ${seen.unseen} not seen`);
  const compiled = await mdx(before, after);
  if (changed.length < least.pages || seen.values < least.values || seen.cells < least.cells || seen.items < least.items || compiled < least.mdx) fail("the readers", "too little was read");
  formatters(after, pages, columns);
  fs.rmSync(after, { recursive: true });
}

async function own() {
  const before = path.join(work, "before");
  for (const name of ["docs", "catalog"]) fs.cpSync(path.join(project, name), path.join(before, name), { recursive: true });
  fs.rmSync(path.join(before, "docs/manual"), { recursive: true });
  fs.mkdirSync(path.join(before, ".git"));
  const pages = generated();
  for (const [name, text] of Object.entries(pages)) write(before, `docs/generated/${name}`, text);
  write(before, "catalog/hostile.toml", HOSTILE);
  for (const edit of [
    ["add", "kimi-k9", "--like", "kimi-k3", "--name", "Kimi K9", "--cost", "input=0.125,output=1e1"],
    ["add", "kimi-k8_mini", "--like", "kimi-k2.7-code", "--context-window", "1234567"],
    ["add", "kimi-for-testing", "--like", "kimi-for-coding", "--name", "Kimi for *Testing*", "--alias", "Testing"],
    ["retire", "kimi-k2.7-code-highspeed", "--replaced-by", "kimi-k9", "--since", "2026-11-23"],
  ]) {
    const done = moonsync(before, "catalog", ...edit);
    if (done.code !== 0) fail(`moonsync catalog ${edit.join(" ")}`, done.err);
  }
  const columns = {};
  for (const name of Object.keys(pages)) {
    const column = name.startsWith("crlf/") ? "CRLF" : name.startsWith("odd/") ? "odd names and ends" : path.basename(name);
    (columns[column] ??= new Set()).add(`docs/generated/${name}`);
  }
  columns["own pages"] = new Set(files(before).filter((name) => isPage(name) && !name.includes("generated")));
  await hold(before, columns, { pages: Object.keys(pages).length + 12, values: 200, cells: 1200, items: 400, mdx: 7 });
}

/** A folder is a project, or holds some: folders with a `catalog`, and pages in `before` or beside it. */
async function foreign(place) {
  const project = fs.existsSync(path.join(place, "catalog"));
  const inner = project ? [] : fs.readdirSync(place, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const entry of inner) await foreign(path.join(place, entry.name));
  if (!project) return;
  console.log(`\n== ${place}`);
  const before = path.join(work, "before");
  const pages = path.join(place, "before");
  fs.cpSync(fs.existsSync(pages) ? pages : place, before, { recursive: true });
  fs.cpSync(path.join(place, "catalog"), path.join(before, "catalog"), { recursive: true });
  fs.mkdirSync(path.join(before, ".git"), { recursive: true });
  await hold(before, { pages: new Set(files(before).filter(isPage)) }, { pages: 0, values: 0, cells: 0, items: 0, mdx: 0 });
  fs.rmSync(before, { recursive: true });
}

await (folder ? foreign(folder) : own());
console.log(failures ? `\n${failures} failed` : "\nall readers agree");
process.exitCode = failures ? 1 : 0;
