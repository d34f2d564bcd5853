#!/usr/bin/env bash
# moonsync beside a plain search and beside its peers, on one generated tree. Prints ratios, in Markdown.
#
# Usage: benches/tree.sh [PAGES]          (16,000 pages; growth is measured up to 100,000)
# Needs python3, hyperfine and ripgrep; cog (`pip install cogapp`) and md-magic (`npm i -g markdown-magic`) join where
# they are there. Quote ratios: seconds differ from machine to machine, and ratios between busy runs too.
set -euo pipefail
cd "$(dirname "$0")/.."

pages=${1:-16000}
cargo build --release --locked --quiet
program=$PWD/target/release/moonsync
for tool in python3 hyperfine rg; do
    command -v "$tool" > /dev/null || { printf 'benches/tree.sh needs %s\n' "$tool" >&2; exit 2; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

exec 3>&1
python3 - "$pages" "$program" "$work" <<'PYTHON'
import json, os, pathlib, platform, random, shutil, statistics, subprocess, sys, time

pages, program, work = int(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3])
WORDS = ("gateway channel token provider session agent config model request answer stream retry limit plugin reply "
         "workspace memory header region prompt schedule secret client device bridge thread queue").split()
LANGUAGES = ["", "de/", "fr/", "ja-JP/", "pt-BR/", "zh-CN/"]


def model(n):
    return f"""[[models]]
id = "bench-{n}"
name = "Bench {n}"
reasoning = {"true" if n % 2 else "false"}
input = ["text", "image"]
cost = {{ input = 0.{n % 9 + 1}, output = 2, cache_read = 0.1, cache_write = 0 }}
context_window = 262144
max_tokens = 8192
"""


def catalog(folder, models):
    folder.mkdir(parents=True, exist_ok=True)
    head = 'namespace = "bench-llm"\nprovider = "bench"\ndefault_model = "bench-0"\nids = ["bench-*"]\n'
    regions = '[regions.ids]\nlayout = "table"\n'
    retired = '[[retired]]\nid = "bench-old"\nreplaced_by = "bench-0"\n'
    (folder / "bench.toml").write_text(head + "".join(map(model, models)) + retired + regions)


REGIONS = """<!-- bench-llm-ids:start -->

| Model ref | Name |
| --- | --- |

<!-- bench-llm-ids:end -->

```json5
{
  models: {
    providers: {
      bench: {
        models: [
          // bench-llm-models:start
          // bench-llm-models:end
        ],
      },
    },
  },
}
```
"""


def tree(folder, count, marked):
    """`count` pages of 18 KB in the middle, `marked` of them with regions, as many folders as a site has."""
    rng = random.Random(7)
    paragraphs = [" ".join(rng.choice(WORDS) for _ in range(rng.randrange(20, 90))) + "." for _ in range(400)]
    every = max(1, count // max(1, marked))
    for n in range(count):
        page = folder / f"{LANGUAGES[n % 6]}s{n % 37}" / f"p{n // 6}.md"
        page.parent.mkdir(parents=True, exist_ok=True)
        text = "\n\n".join(rng.choice(paragraphs) for _ in range(rng.randrange(10, 90)))
        if n % every == 0 and n // every < marked:
            text = f"# Page {n}\n\n{REGIONS}\n{text}\n\nSee `bench/bench-old`.\n"
        page.write_text(text + "\n")


def seconds(*command, cwd, runs=5):
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def version(*command):
    said = subprocess.run(command, capture_output=True, text=True)
    return ((said.stdout or said.stderr).strip().splitlines() or ["?"])[0]


def memory():
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    except (ValueError, OSError):
        return "?"


site = work / "site"
(site / ".git").mkdir(parents=True)
catalog(site / "catalog", range(8))
marked = 42
tree(site / "docs", pages, marked)
subprocess.run([program, "-q"], cwd=site, check=True)
size = sum(page.stat().st_size for page in (site / "docs").rglob("*.md")) / 1e6
catalog(site / "later", range(9))
shutil.copytree(site / "docs", work / "kept")
(work / "files").write_text("\n".join(map(str, (page.relative_to(site) for page in (site / "docs").rglob("*.md")))))

search = "rg -l 'bench-llm-[a-z-]+:start' docs"
commands = {
    "`rg -l`": search,
    "`moonsync --check`": f"'{program}' --check",
    "`moonsync refs`": f"'{program}' refs",
    "`moonsync status`": f"'{program}' status",
}
slow = {}
if shutil.which("cog"):
    slow["`cog --check`"] = f"cog --check @'{work}/files'"
if shutil.which("md-magic"):
    slow["`md-magic --dry`"] = "md-magic --dry --path 'docs/**/*.md'"

out = work / "times.json"
bare = ["hyperfine", "--ignore-failure", "--style", "none", "--export-json", str(out)]
run = [*bare, "--shell", "sh"]
times = {}
for names, runs in ((commands, ["--warmup", "3", "--runs", "15"]), (slow, ["--warmup", "1", "--runs", "3"])):
    if names:
        subprocess.run([*run, *runs, *names.values()], cwd=site, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        results = json.loads(out.read_text())["results"]
        times.update({name: result["median"] for name, result in zip(names, results)})
restore = f"cp -r '{work}/kept/.' docs/"
subprocess.run([*run, "--warmup", "1", "--runs", "7", "--prepare", restore,
                f"'{program}' -q --catalog later"], cwd=site, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
times["`moonsync`, after a release"] = json.loads(out.read_text())["results"][0]["median"]
subprocess.run(restore, shell=True, cwd=site, check=True)
base = times["`rg -l`"]

print(f"# {time.strftime('%Y-%m-%d')}\n")
print(f"{os.cpu_count()} cores, {memory()}, {platform.system()} {platform.release()}, {platform.machine()}; "
      f"{version(program, '--version')}, {version('rg', '--version')}, {version('hyperfine', '--version')}"
      + (f", cog {version('cog', '-v').removeprefix('Cog version ')}" if "`cog --check`" in times else "")
      + (f", {version('md-magic', '--version')}" if "`md-magic --dry`" in times else "") + ".\n")
print(f"{pages:,} pages, {size:.0f} MB, {marked} with regions, cache warm, medians.\n")
print("| Command | Seconds | Beside `rg -l` |\n| --- | ---: | ---: |")
for name, median in times.items():
    print(f"| {name} | {median:.3f} | {median / base:.2f} |")
per_page = (times["`moonsync`, after a release"] - base) / marked * 1000
print(f"\nThe write of {marked} pages took the search and {per_page:.2f} ms a page.\n")

print("## One page\n")
one = work / "one"
(one / ".git").mkdir(parents=True)
catalog(one / "catalog", range(8))
(one / "page.md").write_text("# Page\n\n" + REGIONS)
subprocess.run([program, "-q", "page.md"], cwd=one, check=True)
subprocess.run([*bare, "-N", "--warmup", "20", "--runs", "200", f"{program} --check page.md", "rg -l bench-llm page.md"],
               cwd=one, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
check, rg = (result["median"] * 1000 for result in json.loads(out.read_text())["results"])
print(f"`moonsync --check page.md` as a whole process: {check:.2f} ms; `rg -l` on that page: {rg:.2f} ms; "
      f"{check / rg:.2f} times.\n")

print("## Growth\n")
print("| What | How many | Seconds | Microseconds each |\n| --- | ---: | ---: | ---: |")


def row(what, count, total):
    print(f"| {what} | {count:,} | {total:.3f} | {total / count * 1e6:.1f} |", flush=True)


for count in (1_000, 10_000, 100_000):
    folder = work / "grow"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ".git").mkdir(parents=True)
    catalog(folder / "catalog", range(8))
    tree(folder / "docs", count, marked)
    row("pages", count, seconds(program, "--check", cwd=folder))
shutil.rmtree(work / "grow", ignore_errors=True)
for count in (1, 100, 10_000):
    (one / "page.md").write_text("".join(f"<!-- bench-llm-model-refs:start -->\n- `bench/bench-{n % 9}`\n"
                                         "<!-- bench-llm-model-refs:end -->\n\n" for n in range(count)))
    row("regions on a page", count, seconds(program, "--check", "page.md", cwd=one))
for count in (10, 1_000, 10_000):
    catalog(one / "catalog", range(count))
    (one / "page.md").write_text("# Page\n\n" + REGIONS)
    start = time.perf_counter()
    for _ in range(3):
        with open(one / "page.md") as page:
            subprocess.run([program, "-q", "--stdin-path", "page.md"], cwd=one, stdin=page, stdout=subprocess.DEVNULL)
    row("models, written to a table and a fence", count, (time.perf_counter() - start) / 3)
PYTHON
