//! What was typed, as data. No effects: `shell` makes sense of it.

use clap::{ArgGroup, Args, ColorChoice, Parser, Subcommand, ValueEnum};
use moonsync::content::Number;
use std::num::NonZeroUsize;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  moonsync                        rewrite the regions that drifted
  moonsync --check docs           exit 1 if a region drifted, and say how
  moonsync --diff | git apply     the same as moonsync, as a patch

A page named like a command is given as ./mark. Exit: 0 in sync or written, 1 drift, 2 a fault.";

const TEMPLATE: &str = "{about}\n\n{usage-heading} {usage}\n\n{all-args}{after-help}\n";

/// Keeps the model lists of documentation pages in step with a TOML catalog, in every language.
#[derive(Debug, Parser)]
#[command(
    name = "moonsync",
    version,
    about,
    override_usage = "moonsync [--check] [--diff] [OPTIONS] [PATHS]...\n       moonsync <COMMAND>",
    help_template = TEMPLATE,
    after_help = EXAMPLES,
    subcommand_precedence_over_arg = false
)]
pub(crate) struct Cli {
    /// What to do other than syncing.
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    /// Which pages, and whether to write.
    #[command(flatten)]
    pub(crate) sync: Sync,
    /// What every command takes.
    #[command(flatten)]
    pub(crate) common: Common,
}

/// The main run: write, `--check`, `--diff`.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Sync {
    /// Pages and folders [default: `pages` of moonsync.toml, else docs, else .]
    pub(crate) paths: Vec<PathBuf>,
    /// How to deliver.
    #[command(flatten)]
    pub(crate) mode: Mode,
}

/// How a plan is delivered: written, unless one of these is given.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct Mode {
    /// Write nothing; exit 1 where a run would write
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; print a patch
    #[arg(long)]
    pub(crate) diff: bool,
}

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// A family file or a catalog folder; repeatable
    #[arg(long, value_name = "PATH", global = true)]
    pub(crate) catalog: Vec<PathBuf>,
    /// The configuration [default: the nearest moonsync.toml]
    #[arg(long, value_name = "FILE", global = true)]
    pub(crate) config: Option<PathBuf>,
    /// human, json, github, sarif; status: human, json, markdown
    #[arg(
        long,
        value_enum,
        default_value = "human",
        value_name = "FORMAT",
        global = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
    /// Colours
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN", global = true, hide_short_help = true)]
    pub(crate) color: ColorChoice,
    /// Print faults only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print every difference
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    /// Threads [default: one a core, twelve at most]
    #[arg(short = 'j', long = "threads", value_name = "N", global = true, hide_short_help = true, value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// The page comes on stdin, goes to stdout, and has this path
    #[arg(long, value_name = "PATH", global = true, hide_short_help = true)]
    pub(crate) stdin_path: Option<PathBuf>,
    /// Write every region anew, drifted or not
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) rewrite: bool,
    /// Write the sound pages though others have faults
    #[arg(long, global = true, hide_short_help = true)]
    pub(crate) keep_going: bool,
    /// Fail on warnings
    #[arg(long, global = true)]
    pub(crate) strict: bool,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people
    Human,
    /// For programs
    Json,
    /// For GitHub Actions: annotations and the summary of the job
    Github,
    /// For code scanning
    Sarif,
    /// For a pull request
    Markdown,
}

impl Format {
    /// Whether it is made of findings, so that nothing else may be on stdout.
    pub(crate) fn lists_findings(self) -> bool {
        matches!(self, Self::Json | Self::Github | Self::Sarif)
    }
}

/// What to do other than syncing.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Command {
    /// Pages by language and region: in sync, drifted, broken, missing
    #[command(after_help = "Examples:\n  moonsync status                         all languages at a glance\n\
        \x20 moonsync status --format markdown       the same as a table, for a pull request")]
    Status(Status),
    /// Mentions of models outside regions that are retired or unknown
    #[command(
        after_help = "Examples:\n  moonsync refs docs                      where pages mention retired or unknown models\n\
        \x20 moonsync refs --level error             the same, and exit 1 if any does"
    )]
    Refs(Refs),
    /// What made a region, and why it counts or does not
    #[command(after_help = "Examples:\n  moonsync explain docs/models.md         all markers of a page\n\
        \x20 moonsync explain docs/models.md:12      what line 12 is")]
    Explain(Explain),
    /// Learn a language's words from its translated pages
    #[command(
        after_help = "Examples:\n  moonsync harvest --check                exit 1 if a page has a word that no locale file has\n\
        \x20 moonsync harvest --locale fr --diff     what the French pages teach"
    )]
    Harvest(Harvest),
    /// Insert, convert, repair and restore markers
    #[command(subcommand)]
    Mark(Mark),
    /// Adopt a repository: a catalog from its pages, a configuration, a CI job
    #[command(after_help = "Examples:\n  moonsync init                           show what would be made, and ask\n\
        \x20 moonsync init docs --yes                make it")]
    Init(Init),
    /// Bring a family up to published lists of models
    #[command(
        after_help = "Examples:\n  moonsync import models.json             add the models that the catalog lacks\n\
        \x20 moonsync import models.json --check     exit 1 if it lacks one, or says something else\n\
        \x20 moonsync import a.json b.json --take context_window,max_tokens"
    )]
    Import(Import),
    /// Show, check and edit the catalog
    #[command(subcommand)]
    Catalog(Catalog),
    /// Print the JSON Schema of a file, for editors
    #[command(after_help = "Examples:\n  moonsync schema family > family.schema.json")]
    Schema(Schema),
    /// Print the completions of a shell
    #[command(
        after_help = "Examples:\n  moonsync completions bash > ~/.local/share/bash-completion/completions/moonsync"
    )]
    Completions(Completions),
    /// Print a manual page
    #[command(after_help = "Examples:\n  moonsync man mark-insert | man -l -\n\
        \x20 moonsync man --list")]
    Man(Man),
}

/// `moonsync status`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Status {
    /// Pages and folders [default: `pages` of moonsync.toml, else docs, else .]
    pub(crate) paths: Vec<PathBuf>,
}

/// `moonsync refs`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Refs {
    /// Pages and folders [default: `pages` of moonsync.toml, else docs, else .]
    pub(crate) paths: Vec<PathBuf>,
    /// How bad a mention is [default: `level` of `[refs]`, else warn]
    #[arg(long, value_enum)]
    pub(crate) level: Option<RefsLevel>,
}

/// How bad a mention is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum RefsLevel {
    /// Not looked for
    Off,
    /// Told
    Warn,
    /// Told, and the exit code is 1
    Error,
}

/// `moonsync explain`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Explain {
    /// A page, and a line of it
    #[arg(value_name = "PATH[:LINE]")]
    pub(crate) place: PathBuf,
}

/// `moonsync harvest`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Harvest {
    /// Pages and folders [default: `pages` of moonsync.toml, else docs, else .]
    pub(crate) paths: Vec<PathBuf>,
    /// Only this language; repeatable
    #[arg(long = "locale", value_name = "TAG")]
    pub(crate) locales: Vec<String>,
    /// Write nothing; exit 1 if there is a word to learn
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; print a patch of the locale files
    #[arg(long)]
    pub(crate) diff: bool,
}

/// `moonsync schema`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Schema {
    /// Of which file
    #[arg(value_enum)]
    pub(crate) file: SchemaFile,
}

/// A file that people write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaFile {
    /// A model family of a catalog
    Family,
    /// The words of a language
    Locale,
    /// moonsync.toml
    Config,
}

/// `moonsync completions`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// `moonsync man`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Man {
    /// The page, such as mark-insert [default: moonsync]
    pub(crate) page: Option<String>,
    /// Print the names of all pages
    #[arg(long, conflicts_with = "page")]
    pub(crate) list: bool,
}

/// `moonsync init`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Init {
    /// Pages and folders [default: docs, else .]
    pub(crate) paths: Vec<PathBuf>,
    /// Write without asking
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Write nothing; print a patch
    #[arg(long, conflicts_with = "yes")]
    pub(crate) diff: bool,
    /// Leave the CI job out
    #[arg(long)]
    pub(crate) no_ci: bool,
}

/// `moonsync import`.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Import {
    /// Lists of models: files, and - for stdin
    pub(crate) sources: Vec<PathBuf>,
    /// The family, where the catalog has several
    #[arg(long, value_name = "NAMESPACE")]
    pub(crate) family: Option<String>,
    /// Take these fields of models that the catalog has, whatever it says: name, reasoning, input, cost, cost.input,
    /// cost.output, cost.cache_read, cost.cache_write, context_window, max_tokens, all
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIELDS", hide_possible_values = true)]
    pub(crate) take: Vec<ImportField>,
    /// Leave these fields of models that the catalog has out of the comparison
    #[arg(long, value_enum, value_delimiter = ',', value_name = "FIELDS", hide_possible_values = true)]
    pub(crate) ignore: Vec<ImportField>,
    /// Retire the models that no list has any more
    #[arg(long)]
    pub(crate) retire: bool,
    /// Put new models after this one [default: where the list has them]
    #[arg(long, value_name = "ID", conflicts_with = "first")]
    pub(crate) after: Option<String>,
    /// Put new models before all others
    #[arg(long)]
    pub(crate) first: bool,
    /// Look at models with these ids only, such as `kimi-k3*`; repeatable
    #[arg(long, value_name = "PATTERN")]
    pub(crate) only: Vec<String>,
    /// Write nothing; exit 1 if the catalog lacks a model or contradicts a list
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing; print a patch of the family's file
    #[arg(long)]
    pub(crate) diff: bool,
}

/// A field of a model, or several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum ImportField {
    /// All fields
    All,
    /// The name
    Name,
    /// Whether it reasons
    Reasoning,
    /// The modalities
    Input,
    /// The four prices
    Cost,
    /// The price of input
    #[value(name = "cost.input")]
    CostInput,
    /// The price of output
    #[value(name = "cost.output")]
    CostOutput,
    /// The price of a cache read
    #[value(name = "cost.cache_read")]
    CostCacheRead,
    /// The price of a cache write
    #[value(name = "cost.cache_write")]
    CostCacheWrite,
    /// The context window
    ContextWindow,
    /// The most tokens of an answer
    MaxTokens,
}

/// `moonsync catalog`.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Catalog {
    /// Print the models, and what became of the retired ones
    #[command(after_help = "Examples:\n  moonsync catalog show\n\
        \x20 moonsync catalog show --format json")]
    Show(CatalogShow),
    /// Say what is wrong with the catalog, its locale files and the configuration; read no page
    Check,
    /// Add a model
    #[command(after_help = "Examples:\n  moonsync catalog add acme-nano --like acme-large --context-window 262_144\n\
        \x20 moonsync catalog add acme-nano --cost input=0.6,output=2.5 --first --diff")]
    Add(Box<CatalogAdd>),
    /// Make a model a retired one
    #[command(after_help = "Examples:\n  moonsync catalog retire acme-old --replaced-by acme-large")]
    Retire(CatalogRetire),
    /// Make a model the default one
    #[command(after_help = "Examples:\n  moonsync catalog default acme-large")]
    Default(CatalogDefault),
}

/// `moonsync catalog show`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CatalogShow {
    /// Only this family; repeatable
    #[arg(long = "family", value_name = "NAMESPACE")]
    pub(crate) families: Vec<String>,
}

/// How an edit of a family's file is delivered, and which family it is.
#[derive(Debug, Clone, Args)]
pub(crate) struct CatalogEdit {
    /// The family, where the id doesn't say
    #[arg(long, value_name = "NAMESPACE")]
    pub(crate) family: Option<String>,
    /// Write nothing; print a patch of the family's file
    #[arg(long)]
    pub(crate) diff: bool,
}

/// `moonsync catalog add`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CatalogAdd {
    /// The id of the new model
    pub(crate) id: String,
    /// Its name [default: made from the id]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Its alias [default: its name]
    #[arg(long)]
    pub(crate) alias: Option<String>,
    /// Whether it reasons
    #[arg(long, value_name = "true|false")]
    pub(crate) reasoning: Option<bool>,
    /// What the Reasoning column says, where it is not Yes or No
    #[arg(long, value_name = "TEXT")]
    pub(crate) reasoning_label: Option<String>,
    /// The modalities, such as text,image
    #[arg(long, value_name = "MODALITIES", value_delimiter = ',')]
    pub(crate) input: Vec<String>,
    /// Prices per million tokens, such as input=0.6,output=2.5,cache_read=0.1
    #[arg(long, value_name = "PRICES", value_delimiter = ',', value_parser = price)]
    pub(crate) cost: Vec<(usize, Number)>,
    /// The context window in tokens
    #[arg(long, value_name = "TOKENS", value_parser = tokens)]
    pub(crate) context_window: Option<u64>,
    /// The most tokens of an answer
    #[arg(long, value_name = "TOKENS", value_parser = tokens)]
    pub(crate) max_tokens: Option<u64>,
    /// Take what isn't given from this model [default: from `[defaults]`]
    #[arg(long, value_name = "ID")]
    pub(crate) like: Option<String>,
    /// Put it after this model [default: after the one of --like, else after all]
    #[arg(long, value_name = "ID", conflicts_with_all = ["before", "first"])]
    pub(crate) after: Option<String>,
    /// Put it before this model
    #[arg(long, value_name = "ID", conflicts_with = "first")]
    pub(crate) before: Option<String>,
    /// Put it before all others
    #[arg(long)]
    pub(crate) first: bool,
    /// Where, and how.
    #[command(flatten)]
    pub(crate) edit: CatalogEdit,
}

/// `moonsync catalog retire`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CatalogRetire {
    /// The id of the model
    pub(crate) id: String,
    /// The model that takes its place
    #[arg(long, value_name = "ID")]
    pub(crate) replaced_by: Option<String>,
    /// Since when [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) since: Option<String>,
    /// Where, and how.
    #[command(flatten)]
    pub(crate) edit: CatalogEdit,
}

/// `moonsync catalog default`.
#[derive(Debug, Clone, Args)]
pub(crate) struct CatalogDefault {
    /// The id of the model
    pub(crate) id: String,
    /// Where, and how.
    #[command(flatten)]
    pub(crate) edit: CatalogEdit,
}

/// The keys of `cost`, in the order of a catalog.
pub(crate) const PRICES: [&str; 4] = ["input", "output", "cache_read", "cache_write"];

/// Reads `input=0.6`: which price, and how much.
fn price(text: &str) -> Result<(usize, Number), String> {
    let (key, number) = text.split_once('=').ok_or("a price is given as input=0.6")?;
    let at = PRICES.iter().position(|known| *known == key.trim());
    let at = at.ok_or_else(|| format!("the prices are {}", PRICES.join(", ")))?;
    let number = Number::parse(number.trim()).filter(|number| !number.is_negative());
    Ok((at, number.ok_or("a price is a number from 0 up")?))
}

/// Reads a number of threads.
fn threads(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "a number of threads, from 1 up".to_owned())
}

/// Reads a number of tokens, its digits grouped as in TOML, or not.
fn tokens(text: &str) -> Result<u64, String> {
    let digits = text.replace(['_', ','], "");
    digits.parse().map_err(|_| "a number of tokens is a whole number, such as 262_144".to_owned())
}

/// `moonsync mark`.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Mark {
    /// Mend the markers that a formatter mangled
    #[command(after_help = "Examples:\n  moonsync mark repair docs/fr\n\
        \x20 moonsync mark repair --diff")]
    Repair(Sync),
    /// Write markers in another form
    #[command(after_help = "Examples:\n  moonsync mark convert --to definition docs")]
    Convert(Convert),
    /// Set a region's markers into a page
    #[command(after_help = "Examples:\n  moonsync mark insert docs/models.md acme-ids --after-heading Models\n\
        \x20 moonsync mark insert docs/models.md acme-models --at providers.acme.models")]
    Insert(Insert),
    /// Put markers that translations lost back where their source pages have them
    #[command(after_help = "Examples:\n  moonsync mark restore docs/fr/models.md\n\
        \x20 moonsync mark restore --diff")]
    Restore(Sync),
}

/// `moonsync mark convert`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Convert {
    /// The form that markers of prose shall have
    #[arg(long, value_enum)]
    pub(crate) to: Form,
    /// Which pages, and whether to write.
    #[command(flatten)]
    pub(crate) sync: Sync,
}

/// `moonsync mark insert`.
#[derive(Debug, Clone, Args)]
#[command(group(ArgGroup::new("place").required(true).args(["line", "after_heading", "at"])))]
pub(crate) struct Insert {
    /// The page
    pub(crate) page: PathBuf,
    /// The region, with its namespace where there is more than one family
    pub(crate) region: String,
    /// Before this line
    #[arg(long, value_name = "N")]
    pub(crate) line: Option<NonZeroUsize>,
    /// After the heading with this text
    #[arg(long, value_name = "TEXT")]
    pub(crate) after_heading: Option<String>,
    /// In a fence, at the value with this path (`models.providers.moonshot.models`)
    #[arg(long, value_name = "PATH.IN.FENCE")]
    pub(crate) at: Option<String>,
    /// The form of the markers [default: what the page has, else what its dialect takes]
    #[arg(long, value_enum)]
    pub(crate) form: Option<Form>,
    /// How to deliver.
    #[command(flatten)]
    pub(crate) mode: Mode,
}

/// The form of a marker in prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// `[//]: # "x:start"`
    Definition,
    /// `<!-- x:start -->`
    Html,
    /// `{/* x:start */}`
    Mdx,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn declaration_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn paths_and_modes() {
        let cli = parse("moonsync --check docs --diff a.md --catalog x --catalog y -j 2").expect("it parses");
        assert!(cli.command.is_none() && cli.sync.mode.check && cli.sync.mode.diff);
        assert_eq!(cli.sync.paths, [PathBuf::from("docs"), PathBuf::from("a.md")]);
        assert_eq!(cli.common.catalog.len(), 2);
        assert!(parse("moonsync -j 0").is_err());
    }

    #[test]
    fn commands_take_common_options_on_either_side() {
        for line in ["moonsync --catalog x mark repair docs --check", "moonsync mark repair docs --check --catalog x"] {
            let cli = parse(line).expect("it parses");
            let Some(Command::Mark(Mark::Repair(sync))) = cli.command else { panic!("{line}") };
            assert!(sync.mode.check && sync.paths == [PathBuf::from("docs")]);
            assert_eq!(cli.common.catalog, [PathBuf::from("x")], "{line}");
        }
    }

    #[test]
    fn a_page_named_like_a_command() {
        let cli = parse("moonsync ./mark").expect("it parses");
        assert_eq!(cli.sync.paths, [PathBuf::from("./mark")]);
        let cli = parse("moonsync docs explain").expect("it parses");
        assert_eq!(cli.sync.paths, [PathBuf::from("docs"), PathBuf::from("explain")]);
    }

    #[test]
    fn fields_to_take() {
        let cli =
            parse("moonsync import a.json - --take context_window,cost.input --take all --first").expect("it parses");
        let Some(Command::Import(import)) = cli.command else { panic!("no import") };
        assert_eq!(import.take, [ImportField::ContextWindow, ImportField::CostInput, ImportField::All]);
        assert_eq!(import.sources, [PathBuf::from("a.json"), PathBuf::from("-")]);
        assert!(parse("moonsync import a.json --take price").is_err());
        assert!(parse("moonsync import a.json --first --after x").is_err());
    }

    #[test]
    fn a_model_by_its_values() {
        let cli = parse(
            "moonsync catalog add k3 --cost input=0.60,cache_read=1e-1 --context-window 1_048_576 --input text,image",
        )
        .expect("it parses");
        let Some(Command::Catalog(Catalog::Add(add))) = cli.command else { panic!("no add") };
        let cost: Vec<_> = add.cost.iter().map(|(at, price)| (*at, price.to_string())).collect();
        assert_eq!(cost, [(0, "0.6".to_owned()), (2, "0.1".to_owned())]);
        assert_eq!((add.context_window, add.input.len()), (Some(1_048_576), 2));
        for wrong in ["--cost 3", "--cost in=3", "--cost input=-1", "--context-window 1.5", "--first --after x"] {
            assert!(parse(&format!("moonsync catalog add k3 {wrong}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_place_is_needed_to_insert() {
        assert!(parse("moonsync mark insert a.md ids").is_err());
        assert!(parse("moonsync mark insert a.md ids --line 3").is_ok());
        assert!(parse("moonsync mark insert a.md ids --line 3 --at x").is_err());
    }

    /// The manual: every page of it, and the chapter on diagnostics.
    fn manual() -> (String, String) {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/manual");
        let pages = std::fs::read_dir(&folder).expect("a manual").flatten().map(|entry| entry.path());
        let pages = pages.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
        let read = |path: &std::path::Path| std::fs::read_to_string(path).expect("it reads");
        (pages.map(|page| read(&page)).collect(), read(&folder.join("diagnostics.md")))
    }

    #[test]
    fn every_command_and_option_is_in_the_manual() {
        fn missing(command: &clap::Command, name: &str, manual: &str, out: &mut Vec<String>) {
            for argument in command.get_arguments().filter(|a| !["help", "version"].contains(&a.get_id().as_str())) {
                let Some(long) = argument.get_long() else { continue };
                let there = manual.match_indices(&format!("--{long}")).any(|(at, word)| {
                    !manual[at + word.len()..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
                });
                if !there {
                    out.push(format!("{name} --{long}"));
                }
            }
            for inner in command.get_subcommands() {
                let name = format!("{name} {}", inner.get_name());
                if !manual.contains(&name) {
                    out.push(name.clone());
                }
                missing(inner, &name, manual, out);
            }
        }
        let mut out = Vec::new();
        missing(&Cli::command(), "moonsync", &manual().0, &mut out);
        assert_eq!(out, Vec::<String>::new());
    }

    #[test]
    fn every_key_and_every_code_is_in_the_manual() {
        use moonsync::diagnostic::Code;
        use moonsync::schema::{File, schema};
        fn keys(schema: &serde_json::Value, out: &mut Vec<String>) {
            if let Some(properties) = schema["properties"].as_object() {
                for (key, inner) in properties {
                    out.push(key.clone());
                    keys(inner, out);
                }
            }
            for inner in ["items", "additionalProperties"].iter().filter_map(|key| schema.get(key)) {
                keys(inner, out);
            }
        }
        let (all, diagnostics) = manual();
        let mut wanted = Vec::new();
        for file in [File::Family, File::Locale, File::Config] {
            keys(&serde_json::from_str(&schema(file)).expect("JSON"), &mut wanted);
        }
        let is_there =
            |key: &&String| ["`", "\"", "\n", " ", ".", "["].iter().any(|c| all.contains(&format!("{c}{key}")));
        let out: Vec<&String> = wanted.iter().filter(|key| !is_there(key)).collect();
        assert_eq!(out, Vec::<&String>::new());
        let headings: Vec<&str> = diagnostics.lines().filter_map(|line| line.strip_prefix("### ")).collect();
        let untold = Code::ALL
            .iter()
            .map(|code| code.name())
            .filter(|name| !headings.iter().any(|heading| heading.split([' ', ',', '`']).any(|word| word == *name)));
        assert_eq!(untold.collect::<Vec<_>>(), Vec::<&str>::new());
    }

    /// The commands below one, and itself, with what is typed for them.
    fn all(command: clap::Command, name: String) -> Vec<(String, clap::Command)> {
        let below = command.get_subcommands().filter(|below| below.get_name() != "help").cloned();
        let below = below.flat_map(|below| {
            let name = format!("{name} {}", below.get_name());
            all(below, name)
        });
        let below: Vec<_> = below.collect();
        std::iter::once((name, command)).chain(below).collect()
    }

    #[test]
    fn help_fits_a_screen() {
        for (name, mut command) in all(Cli::command(), "moonsync".to_owned()) {
            let help = command.render_help().to_string();
            assert!(help.lines().count() <= 40, "{name}: {help}");
            assert!(help.lines().all(|line| line.chars().count() <= 100), "{name}: {help}");
        }
    }

    #[test]
    fn every_help_has_examples_that_can_be_typed() {
        for (name, mut command) in all(Cli::command(), "moonsync".to_owned()) {
            if command.has_subcommands() && name != "moonsync" || name == "moonsync catalog check" {
                continue; // what there is to choose from, or nothing to choose
            }
            let help = command.render_help().to_string();
            let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("{name} has no examples"));
            for line in examples.lines().take_while(|line| !line.is_empty()) {
                let typed = line.trim_start().split("  ").next().unwrap_or_default();
                let typed = typed.split(['|', '>']).next().unwrap_or_default();
                assert!(typed.starts_with(&name), "{name}: {line}");
                let parsed = Cli::try_parse_from(typed.split_whitespace());
                assert!(parsed.is_ok(), "{line}: {}", parsed.err().map(|e| e.to_string()).unwrap_or_default());
            }
        }
    }
}
