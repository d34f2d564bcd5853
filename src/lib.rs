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
//! 7. [`report`]: a plan as text: for people, as a patch, as JSON, as annotations, as SARIF.
//!
//! Beside the plan, [`mark`] works on markers, [`harvest`] learns words from translated pages, [`refs`] finds mentions
//! of models outside regions, [`stamp`] refreshes what a translation pipeline goes by, [`import`] and
//! [`catalog::edit`] bring a catalog up to published lists, [`adopt`] reads a first catalog back from pages, and
//! [`schema`] says what editors need to know. [`text`] and [`diagnostic`] are beneath all of these.
//!
//! # A catalog, a page, a plan
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
//!
//! # What is wrong
//!
//! Nothing panics on any text, and a fault of a catalog or a page is no `Err` but a [`Diagnostic`](diagnostic::Diagnostic):
//! a [code](diagnostic::Code) that stays, a place, what is wrong, and what mends it. A page with an error has no edits.
//!
//! ```
//! use moonsync::catalog::Catalog;
//! use moonsync::catalog::parse::{parse, CatalogFile, Role};
//! use moonsync::diagnostic::{Code, Sources};
//! use moonsync::plan::{plan_page, Options, PageInput};
//! use moonsync::report::human;
//!
//! // All faults of a catalog are found at once; here it is the one that is not there.
//! let file = CatalogFile { path: "kimi.toml".into(), text: "provider = 3".into(), role: Role::Family, folder: 0 };
//! let (_, faults) = parse(&[file]);
//! assert!(faults.iter().any(|fault| fault.code == Code::WrongType && fault.span == Some(11..12)));
//!
//! // Those of a page, as people see them.
//! # let toml = "namespace = \"kimi\"\nprovider = \"p\"\ndefault_model = \"a\"\n[[models]]\nid = \"a\"\nname = \"A\"\n\
//! #     reasoning = true\ninput = [\"text\"]\ncost = {}\ncontext_window = 9\nmax_tokens = 9\n";
//! # let file = CatalogFile { path: "kimi.toml".into(), text: toml.into(), role: Role::Family, folder: 0 };
//! # let catalog: Catalog = parse(&[file]).0;
//! let text = "# Models\n\n<!-- kimi-ids:start -->\n- `kimi-k2`\n";
//! let page = PageInput { path: "docs/a.md".into(), text: text.into(), ..PageInput::default() };
//! let plan = plan_page(&catalog, &page, Options::default());
//! assert_eq!(plan.diagnostics[0].code, Code::MissingEnd);
//! assert_eq!(plan.new_text(), None);
//!
//! let sources = Sources::from([("docs/a.md".to_owned(), text.into())]);
//! let said = human::diagnostics(&plan.diagnostics, &sources);
//! assert!(said.contains("docs/a.md:3:1") && said.contains("<!-- kimi-ids:end -->"));
//! ```
//!
//! # What stays
//!
//! The crate follows [semantic versioning](https://semver.org). Before 1.0, a minor version may change the library; the
//! command line, the format of catalogs and configurations, the names of diagnostics and the version 1 of
//! `--format json` change in it only as the changelog says, with what to do. The words of messages, and which of two
//! right ways a region is written, are not part of the promise.

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
