// What the regions of a page say, read without moonsync: TOML by smol-toml, pages by remark, values by json5 and yaml;
// held against the catalog. Opens no file.
import { isDeepStrictEqual } from "node:util";
import JSON5 from "json5";
import remarkFrontmatter from "remark-frontmatter";
import remarkGfm from "remark-gfm";
import remarkMdx from "remark-mdx";
import remarkParse from "remark-parse";
import { parse as parseToml } from "smol-toml";
import { unified } from "unified";
import { parse as parseYaml } from "yaml";

const LEVELS = ["off", "minimal", "low", "medium", "high", "xhigh", "max"];
const HEADINGS = {
  ref: "Model ref", id: "Model ID", name: "Name", alias: "Alias", reasoning: "Reasoning", input: "Input", context: "Context", max_output: "Max output",
  "cost.input": "Input price", "cost.output": "Output price", "cost.cache_read": "Cache read", "cost.cache_write": "Cache write",
};

/** A family's file, with all that its models have. */
export function family(toml) {
  const { defaults, models, ...rest } = JSON.parse(JSON.stringify(parseToml(toml)));
  const whole = (model) => {
    const cost = { input: 0, output: 0, cache_read: 0, cache_write: 0, ...defaults?.cost, ...model.cost };
    return { ...defaults, ...model, cost, alias: model.alias ?? model.name, ref: `${rest.provider}/${model.id}` };
  };
  return { ...rest, models: models.map(whole) };
}

/** The words of a language. */
export const locale = (toml) => parseToml(toml);

function object(model) {
  const levels = model.thinking_levels && Object.fromEntries(LEVELS.map((level) => [level, model.thinking_levels[level] ?? null]));
  const { input, output, cache_read: cacheRead, cache_write: cacheWrite } = model.cost;
  return {
    id: model.id, name: model.name, reasoning: model.reasoning, ...(levels ? { thinkingLevelMap: levels } : {}), input: model.input,
    cost: { input, output, cacheRead, cacheWrite }, contextWindow: model.context_window, maxTokens: model.max_tokens, ...model.extra,
  };
}

const isCode = (column) => column === "ref" || column === "id";

function cell(model, column, words) {
  const term = (word) => words.terms?.[word] ?? word;
  switch (column) {
    case "ref": case "id": case "name": case "alias": return model[column];
    case "reasoning": return term(model.reasoning_label ?? (model.reasoning ? "Yes" : "No"));
    case "input": return model.input.map(term).join(words.list_separator ?? ", ");
    case "context": return model.context_window;
    case "max_output": return model.max_tokens;
    default: return model.cost[column.slice("cost.".length)];
  }
}

const plain = (node) => (node.children ? node.children.map(plain).join("") : (node.value ?? ""));
const nodes = (node) => [node, ...(node.children ?? []).flatMap(nodes)];
const same = (found, wanted, what) => {
  // Keys in their order, which a deep comparison leaves out.
  if (!isDeepStrictEqual(found, wanted) || JSON.stringify(found) !== JSON.stringify(wanted)) {
    const show = (value) => JSON.stringify(value)?.slice(0, 2000);
    throw new Error(`${what}\n  page:    ${show(found)}\n  catalog: ${show(wanted)}`);
  }
};

// remark-gfm makes links of addresses even where they are escaped, which nobody else does: they say what they said.
const isAddress = (node) => node.type === "link" && [plain(node), `http://${plain(node)}`, `mailto:${plain(node)}`].includes(node.url);

/** Text, or code, and nothing that a reader of Markdown would see otherwise. */
function text(node, code) {
  const inner = nodes(node).filter((one) => !one.children);
  const kinds = nodes(node).filter((one) => one !== node && one.type !== "paragraph" && !isAddress(one)).map((one) => one.type);
  const wanted = code ? "inlineCode" : "text";
  if (kinds.some((kind) => kind !== wanted)) throw new Error(`${kinds.join(", ")} where ${wanted} should be: ${plain(node)}`);
  return inner.map((one) => one.value).join("");
}

function table(node, models, columns, words) {
  const [head, ...rows] = node.children.map((row) => row.children);
  const heading = (column) => words.columns?.[column] ?? HEADINGS[column];
  const found = head.map((one) => {
    const column = Object.keys(HEADINGS).find((column) => heading(column) === plain(one));
    if (!column) throw new Error(`no column is called ${plain(one)}`);
    return column;
  });
  if (columns) same(found, columns, "columns");
  same(rows.length, models.length, "rows");
  let cells = 0;
  rows.forEach((row, at) => row.forEach((one, column) => {
    const wanted = cell(models[at], found[column], words);
    const said = text(one, isCode(found[column]));
    const grouped = typeof wanted === "number" && !found[column].startsWith("cost.");
    same(typeof wanted !== "number" ? said : Number(grouped ? said.replace(/\D/g, "") : said), wanted, `${models[at].id}, ${found[column]}`);
    cells += 1;
  }));
  return cells;
}

function list(node, wanted, code) {
  same(node.children.map((item) => text(item, code)), wanted, "items");
  return wanted.length;
}

/** That `whole` has somewhere an array with `entries` next to each other, or an object with them. */
function holds(whole, entries) {
  const within = (value) => {
    if (typeof value !== "object" || value === null) return false;
    if (Array.isArray(value) && Array.isArray(entries)) {
      if (value.some((_, at) => isDeepStrictEqual(value.slice(at, at + entries.length), entries))) return true;
    } else if (!Array.isArray(value) && !Array.isArray(entries)) {
      if (Object.entries(entries).every(([key, entry]) => isDeepStrictEqual(value[key], entry))) return true;
    }
    return Object.values(value).some(within);
  };
  if (!within(whole)) throw new Error("the whole value does not hold the region's entries");
}

function value(language, whole, lines, wanted) {
  switch (language) {
    case "json5": case "jsonc": case "json": case "js": case "ts": {
      const [open, close] = Array.isArray(wanted) ? "[]" : "{}";
      same(JSON5.parse(`${open}\n${lines.join("\n")}\n${close}`), wanted, "entries");
      holds(JSON5.parse(whole.replace(/^export default /, "").replace(/;\s*$/, "")), wanted);
      return;
    }
    case "yaml":
      same(parseYaml(lines.join("\n")), wanted, "items");
      holds(parseYaml(whole), wanted);
      return;
    case "toml":
      same(parseToml(`x = [\n${lines.join("\n")}\n]`).x, wanted, "items");
      holds(parseToml(whole), wanted);
      return;
    case "html":
      same(lines.join("\n").match(/<option value="[^"]*"/g).map((one) => one.slice(15, -1)), wanted, "options");
      return;
    default:
      throw new Error(`no reader of ${language}`);
  }
}

const MARKER = /([a-z][a-z0-9-]*):(start|end)\b/;

/**
 * Holds the regions of a page against the catalog: how many there are of each kind of reader, and what is wrong.
 * A page that MDX cannot read is read as CommonMark, which sees no fence that is indented in a component: `unseen`.
 */
export function agree(page, families, words) {
  const tree = parse(page);
  const all = nodes(tree);
  const lines = page.replace(/^\uFEFF/, "").split(/\r?\n/);
  const seen = { values: 0, cells: 0, items: 0, unseen: 0, wrong: [] };
  let start = null;
  lines.forEach((line, at) => {
    const [, name, end] = MARKER.exec(line) ?? [];
    const of = families.find((one) => name?.startsWith(`${one.namespace}-`));
    if (!of) return;
    if (end === "start") {
      start = at;
      return;
    }
    try {
      region(name.slice(of.namespace.length + 1), of, start + 1, at + 1);
    } catch (error) {
      seen.wrong.push(`line ${start + 1}, ${name}: ${error.message}`);
    }
  });
  return seen;

  // Lines count from 1, and are those of the markers.
  function region(name, of, from, to) {
    const said = of.regions?.[name] ?? {};
    const { models } = of;
    const listed = models.map((one) => (name === "names" ? one.name : name === "ids" ? one.id : name === "table" ? one.id : one.ref));
    const wanted = name === "models" ? models.map(object) : name === "aliases" ? Object.fromEntries(models.map((one) => [one.ref, { alias: one.alias }])) : listed;
    const around = all.find((node) => ["code", "yaml"].includes(node.type) && node.position.start.line < from && node.position.end.line > to);
    if (around) {
      const inner = around.value.split(/\r?\n/);
      const first = from - around.position.start.line - 1;
      value(around.lang?.toLowerCase() ?? around.type, around.value, inner.slice(first + 1, to - around.position.start.line - 1), wanted);
      seen.values += 1;
      return;
    }
    const inside = all.filter((node) => node.position?.start.line > from && node.position.end.line < to);
    const body = inside.find((node) => ["code", "table", "list"].includes(node.type) && (node.type !== "code" || node.lang));
    if (body?.type === "code") {
      same(JSON.parse(body.value), wanted, "the value of the fence");
      seen.values += 1;
    } else if (body?.type === "table") {
      seen.cells += table(body, models, said.columns, words);
    } else if (body?.type === "list" && said.kind === "template") {
      const number = (one) => one.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 20 });
      seen.items += list(body, models.map((one) => `${one.name}: ${number(one.cost.input)} in`), false);
    } else if (body?.type === "list") {
      seen.items += list(body, wanted, name !== "names");
    } else if (tree.mdx) {
      throw new Error("the body is no list, no table and no fence");
    } else {
      seen.unseen += 1;
    }
  }
}

function parse(page) {
  try {
    return Object.assign(unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter).use(remarkMdx).parse(page), { mdx: true });
  } catch {
    return unified().use(remarkParse).use(remarkGfm).use(remarkFrontmatter).parse(page);
  }
}
