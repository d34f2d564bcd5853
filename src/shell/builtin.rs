//! The catalog that is compiled into the program: this project's own `catalog/`.
//!
//! It serves where a project brings no catalog, and promises nothing.

use moonsync::catalog::parse::{CatalogFile, Role};

/// The day on which the built-in catalog was last brought up to date.
pub(crate) const DATE: &str = "2026-11-23";

/// Where its files seem to lie, as diagnostics name them.
const FOLDER: &str = "<built-in>";

const FAMILIES: [(&str, &str); 2] = [
    ("moonshot-kimi-k2.toml", include_str!("../../catalog/moonshot-kimi-k2.toml")),
    ("kimi-coding.toml", include_str!("../../catalog/kimi-coding.toml")),
];

const LOCALES: [(&str, &str); 5] = [
    ("ar", include_str!("../../catalog/locales/ar.toml")),
    ("fr", include_str!("../../catalog/locales/fr.toml")),
    ("ja", include_str!("../../catalog/locales/ja.toml")),
    ("pt-BR", include_str!("../../catalog/locales/pt-BR.toml")),
    ("zh-CN", include_str!("../../catalog/locales/zh-CN.toml")),
];

/// Whether a file of a catalog is compiled in.
pub(crate) fn holds(path: &str) -> bool {
    path.strip_prefix(FOLDER).is_some_and(|rest| rest.starts_with('/'))
}

/// Its files, as folder number `folder`.
pub(crate) fn files(folder: usize) -> Vec<CatalogFile> {
    let family = |(name, text): (&str, &str)| CatalogFile {
        path: format!("{FOLDER}/{name}"),
        text: text.into(),
        role: Role::Family,
        folder,
    };
    let locale = |(tag, text): (&str, &str)| CatalogFile {
        path: format!("{FOLDER}/locales/{tag}.toml"),
        text: text.into(),
        role: Role::Locale(tag.to_owned()),
        folder,
    };
    FAMILIES.into_iter().map(family).chain(LOCALES.into_iter().map(locale)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_is_listed() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("catalog");
        let count = |folder: &std::path::Path| {
            let entries = std::fs::read_dir(folder).expect("the folder is there").flatten();
            entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "toml")).count()
        };
        assert_eq!(count(&folder), FAMILIES.len());
        assert_eq!(count(&folder.join("locales")), LOCALES.len());
    }
}
