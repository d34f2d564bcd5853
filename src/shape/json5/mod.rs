//! The look of entries in JSON5 and its relatives: strict JSON, JSON with comments, object literals of JavaScript,
//! and lists of strings in other languages.
//!
//! Owns: where brackets, strings and comments are (`lex`), what a body says and how far it can be trusted (`read`), the
//! look it has (`style`), and writing entries in that look (`write`). Leaves out: markers, fences, prefixes of block
//! quotes and `\r\n`: every text that comes in has `\n` line ends, and every text that goes out.
//!
//! ```
//! use moonsync::content::{Entry, Value};
//! use moonsync::shape::json5::{Style, Surroundings, Syntax, Wanted, read, write};
//!
//! let fence = "[\n  'kimi-k2',\n]\n";
//! let body = read(&fence[2..15], Syntax::Json5, Some(false));
//! let style = Style::of(&body, &Surroundings::of(fence, &[2..15], Syntax::Json5), "  ");
//! let wanted = [Entry { key: None, value: Value::String("kimi-k3".into()) }];
//! assert!(!body.says(&wanted));
//! assert_eq!(write(&Wanted::new(&wanted), &body, &style), "  'kimi-k3',\n");
//! ```

mod lex;
mod path;
mod read;
mod style;
#[cfg(test)]
mod tests;
mod tree;
mod write;

pub use lex::{Bracket, Enclosing, Syntax, edges, enclosing, enclosing_all, significant};
pub use path::{Located, locate};
pub use read::{Body, ReadEntry, Whole, read, read_whole};
pub use style::{Style, Surroundings};
pub use tree::{Data, Malformed, Member, Node, parse};
pub use write::{Wanted, write, write_whole};
