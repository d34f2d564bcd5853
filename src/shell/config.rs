//! `moonsync.toml`: where it is, what it says, and everything that is wrong with it.
//!
//! Paths and patterns in it are seen from its folder, the project's root. What a key does is not this file's business.

use super::locale::Pattern;
use super::paths;
use globset::{GlobBuilder, GlobMatcher};
use moonsync::diagnostic::{Code, Diagnostic, nearest};
use moonsync::plan::Dialect;
use std::ops::Range;
use std::path::{Component, Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The name of the file.
pub(crate) const FILE: &str = "moonsync.toml";

/// What `moonsync.toml` says, or would say by default.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// `catalogs`.
    pub(crate) catalogs: Option<Vec<PathBuf>>,
    /// `pages`.
    pub(crate) pages: Option<Vec<PathBuf>>,
    /// `exclude`.
    pub(crate) exclude: Vec<Glob>,
    /// `dialect`: the first glob that matches decides; no glob stands for every page.
    pub(crate) dialects: Vec<(Option<Glob>, Dialect)>,
    /// `[translations]`.
    pub(crate) translations: Translations,
    /// `[refs]`.
    pub(crate) refs: Refs,
}

/// `[translations]`.
#[derive(Debug, Clone)]
pub(crate) struct Translations {
    /// `source_locale`.
    pub(crate) source_locale: String,
    /// `source`.
    pub(crate) source: Pattern,
    /// `path`.
    pub(crate) paths: Vec<Pattern>,
    /// `refresh_source_hash`.
    pub(crate) refresh_source_hash: bool,
}

/// `[refs]`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Refs {
    /// `level`.
    pub(crate) level: RefLevel,
    /// `allow`.
    pub(crate) allow: Vec<Glob>,
}

/// How bad an unknown or retired ref is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum RefLevel {
    /// Not looked for.
    Off,
    /// A warning.
    #[default]
    Warn,
    /// An error.
    Error,
}

/// A pattern of paths below the project's root. One that names a folder stands for all in it.
#[derive(Debug, Clone)]
pub(crate) struct Glob {
    own: GlobMatcher,
    below: GlobMatcher,
}

impl Glob {
    fn new(pattern: &str) -> Result<Self, globset::Error> {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        let build = |pattern: &str| Ok(GlobBuilder::new(pattern).literal_separator(true).build()?.compile_matcher());
        Ok(Self { own: build(pattern)?, below: build(&format!("{pattern}/**"))? })
    }

    /// Whether the pattern stands for the path (with forward slashes, from the root).
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.own.is_match(path) || self.below.is_match(path)
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            catalogs: None,
            pages: None,
            exclude: Vec::new(),
            dialects: Vec::new(),
            translations: Translations {
                source_locale: "en".to_owned(),
                source: Pattern::source(),
                paths: vec![Pattern::translation()],
                refresh_source_hash: false,
            },
            refs: Refs::default(),
        }
    }
}

impl Config {
    /// By which rules the page is read that lies at `path` from the root.
    pub(crate) fn dialect(&self, path: Option<&str>) -> Dialect {
        let speaks = |glob: &Option<Glob>| match (glob, path) {
            (None, _) => true,
            (Some(glob), Some(path)) => glob.matches(path),
            (Some(_), None) => false,
        };
        self.dialects.iter().find(|(glob, _)| speaks(glob)).map_or(Dialect::Auto, |(_, dialect)| *dialect)
    }

    /// Whether `exclude` leaves out what lies at `path` from the root.
    pub(crate) fn excludes(&self, path: &str) -> bool {
        self.exclude.iter().any(|glob| glob.matches(path))
    }
}

/// Where the project is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    /// The folder of `moonsync.toml`, else the git root, else the working directory.
    pub(crate) folder: PathBuf,
    /// `moonsync.toml`, where there is one.
    pub(crate) file: Option<PathBuf>,
}

/// Looks for the project from the working directory upwards, not beyond the git root or the home folder.
pub(crate) fn find_root(cwd: &Path, home: Option<&Path>) -> Root {
    for folder in cwd.ancestors() {
        let file = folder.join(FILE);
        if file.is_file() {
            return Root { folder: folder.to_owned(), file: Some(file) };
        }
        if folder.join(".git").exists() {
            return Root { folder: folder.to_owned(), file: None };
        }
        if home == Some(folder) {
            break;
        }
    }
    Root { folder: cwd.to_owned(), file: None }
}

/// Reads a configuration. With an error among the faults, the values are not to be used.
pub(crate) fn parse(path: &str, text: &str) -> (Config, Vec<Diagnostic>) {
    let mut reader = Reader { path, faults: Vec::new() };
    let mut config = Config::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reader.fault(Code::TomlSyntax, error.span().unwrap_or(0..0), error.message().to_owned(), None);
    }
    if reader.faults.is_empty() && reader.version(table.get_ref()) {
        reader.config(table.get_ref(), &mut config);
    }
    (config, reader.faults)
}

type Value<'a> = Spanned<DeValue<'a>>;

struct Reader<'p> {
    path: &'p str,
    faults: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn fault(&mut self, code: Code, span: Range<usize>, message: String, help: Option<String>) {
        let mut fault = Diagnostic::new(code, self.path, message).at(span);
        fault.help = help;
        self.faults.push(fault);
    }

    /// Whether this program is one that the configuration takes. If not, that alone is reported: other keys of a
    /// newer format would only be noise.
    fn version(&mut self, table: &DeTable<'_>) -> bool {
        let Some(value) = table.get("required_version") else { return true };
        let Some(wanted) = self.string("required_version", value) else { return true };
        let own = env!("CARGO_PKG_VERSION");
        match (semver::VersionReq::parse(&wanted), semver::Version::parse(own)) {
            (Ok(wanted), Ok(own)) if wanted.matches(&own) => true,
            (Err(error), _) => {
                let help = Some("write it as required_version = \">=0.1\"".to_owned());
                self.fault(
                    Code::BadValue,
                    value.span(),
                    format!("`{wanted}` is no version requirement: {error}"),
                    help,
                );
                true
            }
            _ => {
                let message = format!("this project asks for moonsync {wanted}, but this is {own}");
                let help = Some(format!("install a version that is {wanted}: cargo install --locked moonsync"));
                self.fault(Code::VersionRequired, value.span(), message, help);
                false
            }
        }
    }

    fn config(&mut self, table: &DeTable<'_>, config: &mut Config) {
        const KEYS: [&str; 7] = ["required_version", "catalogs", "pages", "exclude", "dialect", "translations", "refs"];
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "required_version" => {}
                "catalogs" => config.catalogs = self.paths("catalogs", value, false),
                "pages" => config.pages = self.paths("pages", value, true),
                "exclude" => config.exclude = self.globs("exclude", value),
                "dialect" => config.dialects = self.dialects(value),
                "translations" => self.translations(value, &mut config.translations),
                "refs" => self.refs(value, &mut config.refs),
                _ => self.unknown(key, "", &KEYS),
            }
        }
    }

    fn translations(&mut self, value: &Value<'_>, out: &mut Translations) {
        const KEYS: [&str; 4] = ["source_locale", "source", "path", "refresh_source_hash"];
        let Some(table) = self.table("translations", value) else { return };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "source_locale" => {
                    if let Some(tag) = self.string("source_locale", value) {
                        out.source_locale = tag;
                    }
                }
                "source" => {
                    if let Some(text) = self.string("source", value) {
                        out.source = self.pattern((text, value.span()), false).unwrap_or_else(|| out.source.clone());
                    }
                }
                "path" => {
                    let list = match value.get_ref() {
                        DeValue::String(text) => Some(vec![(text.to_string(), value.span())]),
                        _ => self.strings("path", value),
                    };
                    if let Some(list) = list {
                        out.paths = list.into_iter().filter_map(|item| self.pattern(item, true)).collect();
                    }
                }
                "refresh_source_hash" => {
                    if let Some(flag) = self.bool("refresh_source_hash", value) {
                        out.refresh_source_hash = flag;
                    }
                }
                _ => self.unknown(key, "translations.", &KEYS),
            }
        }
    }

    fn refs(&mut self, value: &Value<'_>, out: &mut Refs) {
        let Some(table) = self.table("refs", value) else { return };
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "level" => {
                    let levels = [("off", RefLevel::Off), ("warn", RefLevel::Warn), ("error", RefLevel::Error)];
                    if let Some(level) = self.choice("level", value, &levels) {
                        out.level = level;
                    }
                }
                "allow" => out.allow = self.globs("allow", value),
                _ => self.unknown(key, "refs.", &["level", "allow"]),
            }
        }
    }

    fn dialects(&mut self, value: &Value<'_>) -> Vec<(Option<Glob>, Dialect)> {
        let names = [("auto", Dialect::Auto), ("mdx", Dialect::Mdx), ("commonmark", Dialect::CommonMark)];
        let DeValue::Table(table) = value.get_ref() else {
            if !matches!(value.get_ref(), DeValue::String(_)) {
                self.wrong_type("dialect", "a string or a table of patterns", value);
                return Vec::new();
            }
            return self.choice("dialect", value, &names).map(|dialect| (None, dialect)).into_iter().collect();
        };
        let mut out = Vec::new();
        for (key, value) in table {
            let glob = self.glob((key.get_ref().to_string(), key.span()));
            let dialect = self.choice(key.get_ref(), value, &names);
            if let (Some(glob), Some(dialect)) = (glob, dialect) {
                out.push((Some(glob), dialect));
            }
        }
        out
    }

    fn choice<T: Copy>(&mut self, key: &str, value: &Value<'_>, choices: &[(&str, T)]) -> Option<T> {
        let word = self.string(key, value)?;
        if let Some((_, found)) = choices.iter().find(|(name, _)| *name == word) {
            return Some(*found);
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let help = match nearest(&word, names.iter().copied()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("one of \"{}\"", names.join("\", \"")),
        };
        self.fault(Code::BadValue, value.span(), format!("`{key}` cannot be `{word}`"), Some(help));
        None
    }

    /// The paths of a list; `inside` the folder of the configuration only.
    fn paths(&mut self, key: &str, value: &Value<'_>, inside: bool) -> Option<Vec<PathBuf>> {
        let list = self.strings(key, value)?;
        let span = value.span();
        let mut out = Vec::new();
        if list.is_empty() {
            let help = format!("leave `{key}` out for the default");
            self.fault(Code::BadValue, span, format!("`{key}` names nothing"), Some(help));
        }
        for (text, span) in list {
            let path = PathBuf::from(&text);
            let normal = paths::normal(&path);
            let leads_out = path.is_absolute() || matches!(normal.components().next(), Some(Component::ParentDir));
            if text.is_empty() {
                let help = Some("write \".\" for the folder of the configuration".to_owned());
                self.fault(Code::BadValue, span, "an empty path".to_owned(), help);
            } else if inside && leads_out {
                let message = format!("`{text}` leads outside the folder of the configuration");
                let help = "pages are written below that folder only; name others on the command line".to_owned();
                self.fault(Code::BadValue, span, message, Some(help));
            } else {
                out.push(path);
            }
        }
        Some(out)
    }

    fn pattern(&mut self, (text, span): (String, Range<usize>), locale: bool) -> Option<Pattern> {
        match Pattern::parse(&text, locale) {
            Ok(pattern) => Some(pattern),
            Err(what) => {
                let example = if locale { "docs/{locale}/{page}" } else { "docs/{page}" };
                self.fault(Code::BadPattern, span, format!("`{text}`: {what}"), Some(format!("as in \"{example}\"")));
                None
            }
        }
    }

    fn globs(&mut self, key: &str, value: &Value<'_>) -> Vec<Glob> {
        let list = self.strings(key, value).unwrap_or_default();
        list.into_iter().filter_map(|item| self.glob(item)).collect()
    }

    fn glob(&mut self, (text, span): (String, Range<usize>)) -> Option<Glob> {
        match Glob::new(&text) {
            Ok(glob) => Some(glob),
            Err(error) => {
                self.fault(Code::BadPattern, span, format!("`{text}` is no pattern: {}", error.kind()), None);
                None
            }
        }
    }

    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, table: &str, keys: &[&str]) {
        let name = key.get_ref();
        let help = match nearest(name, keys.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the keys here are {}", keys.join(", ")),
        };
        self.fault(Code::UnknownKey, key.span(), format!("unknown key `{table}{name}`"), Some(help));
    }

    fn wrong_type(&mut self, key: &str, wanted: &str, value: &Value<'_>) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.fault(Code::WrongType, value.span(), format!("`{key}` is {found}, and should be {wanted}"), None);
    }

    fn table<'v, 'a>(&mut self, key: &str, value: &'v Value<'a>) -> Option<&'v DeTable<'a>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong_type(key, "a table", value);
            return None;
        };
        Some(table)
    }

    fn string(&mut self, key: &str, value: &Value<'_>) -> Option<String> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(key, "a string", value);
            return None;
        };
        Some(text.to_string())
    }

    fn bool(&mut self, key: &str, value: &Value<'_>) -> Option<bool> {
        let DeValue::Boolean(flag) = value.get_ref() else {
            self.wrong_type(key, "true or false", value);
            return None;
        };
        Some(*flag)
    }

    fn strings(&mut self, key: &str, value: &Value<'_>) -> Option<Vec<(String, Range<usize>)>> {
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong_type(key, "an array of strings", value);
            return None;
        };
        Some(list.iter().filter_map(|item| Some((self.string(key, item)?, item.span()))).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<(Code, &str, Option<String>)> {
        let (_, faults) = parse(FILE, text);
        faults.into_iter().map(|f| (f.code, &text[f.span.unwrap_or(0..0)], f.help)).collect()
    }

    #[test]
    fn the_manual_s_example() {
        let text = r#"
required_version = ">=0.1"
catalogs = ["catalog", "../shared"]
pages    = ["docs"]
exclude  = ["docs/internal/**"]
dialect  = "auto"

[translations]
source_locale       = "de"
source              = "docs/{page}"
path                = ["docs/{locale}/{page}"]
refresh_source_hash = true

[refs]
level = "error"
allow = ["docs/releases/**"]
"#;
        let (config, faults) = parse(FILE, text);
        assert_eq!(faults, []);
        assert_eq!(config.catalogs, Some(vec!["catalog".into(), "../shared".into()]));
        assert_eq!(config.translations.source_locale, "de");
        assert!(config.excludes("docs/internal/a/b.md") && !config.excludes("docs/a.md"));
    }

    #[test]
    fn a_folder_is_excluded_with_all_in_it_and_a_star_is_one_folder() {
        let (config, faults) = parse(FILE, "exclude = ['docs/a', 'x/*.md']");
        assert_eq!(faults, []);
        assert!(config.excludes("docs/a/b/c.md") && config.excludes("x/a.md"));
        assert!(!config.excludes("docs/ab.md") && !config.excludes("x/y/a.md"));
    }

    #[test]
    fn dialects_by_pattern_the_first_decides() {
        let (config, faults) = parse(FILE, "[dialect]\n'docs/mdx/**' = 'mdx'\n'docs/**' = 'commonmark'");
        assert_eq!(faults, []);
        assert_eq!(config.dialect(Some("docs/mdx/a.md")), Dialect::Mdx);
        assert_eq!(config.dialect(Some("docs/a.md")), Dialect::CommonMark);
        assert_eq!(config.dialect(Some("a.md")), Dialect::Auto);
        assert_eq!(parse(FILE, "dialect = 'mdx'").0.dialect(None), Dialect::Mdx);
    }

    #[test]
    fn all_faults_at_once() {
        let text = "page = 1\npages = 'docs'\ndialect = 'mdxx'\nexclude = ['a{']\n[translations]\npath = 'docs/x'\n\
                    refresh_source_hash = 1\n[refs]\nlevels = 'off'\n";
        let found = codes(text);
        let short: Vec<(&str, &str)> = found.iter().map(|(code, at, _)| (code.name(), *at)).collect();
        assert_eq!(
            short,
            [
                ("unknown-key", "page"),
                ("wrong-type", "'docs'"),
                ("bad-value", "'mdxx'"),
                ("bad-pattern", "'a{'"),
                ("bad-pattern", "'docs/x'"),
                ("wrong-type", "1"),
                ("unknown-key", "levels"),
            ]
        );
        assert_eq!(found[0].2.as_deref(), Some("did you mean `pages`?"));
        assert_eq!(found[2].2.as_deref(), Some("did you mean \"mdx\"?"));
    }

    #[test]
    fn pages_stay_inside() {
        let found = codes("pages = ['../x', '/etc', 'a/../../b', 'a/../b']");
        assert_eq!(found.iter().map(|f| f.1).collect::<Vec<_>>(), ["'../x'", "'/etc'", "'a/../../b'"]);
    }

    #[test]
    fn versions() {
        assert_eq!(codes("required_version = '>=99'\nfuture = 1")[0].0, Code::VersionRequired);
        assert_eq!(codes("required_version = '>=99'\nfuture = 1").len(), 1);
        assert_eq!(codes("required_version = 'new'")[0].0, Code::BadValue);
        assert_eq!(codes("catalogs = []")[0].0, Code::BadValue);
        assert_eq!(codes("a = \n")[0].0, Code::TomlSyntax);
    }

    #[test]
    fn the_search_stops_at_git_and_home() {
        let tmp = tempfile::tempdir().expect("a folder");
        let root = tmp.path();
        std::fs::create_dir_all(root.join("repo/docs/fr")).expect("folders");
        std::fs::write(root.join(FILE), "").expect("a file");
        let found = find_root(&root.join("repo/docs"), None);
        assert_eq!(found, Root { folder: root.to_owned(), file: Some(root.join(FILE)) });
        assert_eq!(find_root(&root.join("repo/docs"), Some(&root.join("repo"))).file, None);
        std::fs::create_dir(root.join("repo/.git")).expect("a folder");
        let found = find_root(&root.join("repo/docs"), None);
        assert_eq!(found, Root { folder: root.join("repo"), file: None });
        std::fs::write(root.join("repo").join(FILE), "").expect("a file");
        assert!(find_root(&root.join("repo/docs"), None).file.is_some());
    }
}
