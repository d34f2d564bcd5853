//! moonsync keeps the model lists of documentation pages in step with a TOML catalog.
//!
//! A *catalog* holds model families and the words of each language. A *page* is Markdown or MDX; between its *markers*
//! stand *regions*. The library reads both as text and plans what is to change; it opens no file, reads no environment
//! and prints nothing. In reading order:
//!
//! 1. [`catalog`]: families, models, locales; [`catalog::parse`] reads them from TOML, with every fault at its place.
//! 2. [`page`]: where code and prose are in a page, its markers, its regions, and what is wrong with them.
//! 3. [`render`]: what a region should say, as [`content`], in the language of the page.
//! 4. [`shape`]: how content looks: for each form the reader of the old look and the writer.
//! 5. [`plan`]: all of it together: which regions drifted, how, and the edits that mend them.
//! 6. [`status`]: pages by language and region.
//! 7. [`report`]: a plan as text, for people and as a patch.
//!
//! Beside the plan, [`mark`] works on markers and [`harvest`] learns words from translated pages.
//!
//! [`text`] and [`diagnostic`] are beneath all of these.
//!
//! ```
//! use moonsync::catalog::parse::{parse, CatalogFile, Role};
//! use moonsync::plan::{plan_page, Options, PageInput};
//!
//! let toml = r#"
//! namespace     = "kimi"
//! provider      = "moonshot"
//! default_model = "kimi-k3"
//!
//! [[models]]
//! id             = "kimi-k3"
//! name           = "Kimi K3"
//! reasoning      = true
//! input          = ["text", "image"]
//! cost           = { input = 3, output = 15 }
//! context_window = 1048576
//! max_tokens     = 1048576
//! "#;
//! let file = CatalogFile { path: "kimi.toml".into(), text: toml.into(), role: Role::Family, folder: 0 };
//! let (catalog, faults) = parse(&[file]);
//! assert!(faults.is_empty());
//!
//! let page = PageInput {
//!     path: "docs/kimi.md".into(),
//!     text: "[//]: # \"kimi-model-refs:start\"\n\n[//]: # \"kimi-model-refs:end\"\n".into(),
//!     ..PageInput::default()
//! };
//! let plan = plan_page(&catalog, &page, Options::default());
//! assert_eq!(plan.regions[0].drift[0].to_string(), "+ kimi-k3");
//! assert_eq!(
//!     plan.new_text().unwrap(),
//!     "[//]: # \"kimi-model-refs:start\"\n\n- `moonshot/kimi-k3`\n\n[//]: # \"kimi-model-refs:end\"\n"
//! );
//! ```

pub mod adopt;
pub mod catalog;
pub mod content;
pub mod diagnostic;
pub mod harvest;
pub mod import;
pub mod mark;
pub mod page;
pub mod plan;
pub mod refs;
pub mod render;
pub mod report;
pub mod schema;
pub mod shape;
pub mod stamp;
pub mod status;
pub mod text;
