//! The format of a gateway's file, written for editors and for people, from the tables that the check reads by
//! ([`config::format`](spillway_filter::config::format)).
//!
//! What the schema marks is what the check tells: a value of another shape and a key that nobody knows are wrong;
//! LiteLLM's keys without effect are described as such. Names, bounds and what belongs together only the check knows.
//!
//! | module | room |
//! |---|---|
//! | `json` | the JSON Schema |
//! | `markdown` | the same as tables for people |

mod json;
mod markdown;

use std::io::{self, Write};

use spillway_filter::config::format::{Format, Shape};

pub use json::json;
pub use markdown::markdown;

/// Arguments of `spillway schema`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// As what it is written.
    #[arg(long, value_enum, default_value_t)]
    format: As,
}

#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum As {
    /// A JSON Schema, draft 2020-12.
    #[default]
    Json,
    /// Tables for people.
    Markdown,
}

/// Writes the format to standard output.
///
/// # Errors
/// What writing fails with.
pub fn run(arguments: &Arguments) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match arguments.format {
        As::Json => writeln!(out, "{:#}", json()),
        As::Markdown => out.write_all(markdown().as_bytes()),
    }
}

/// A mapping and every mapping that can stand in it, each once, in the order in which they are named.
#[must_use]
pub fn all(root: &'static Format) -> Vec<&'static Format> {
    let mut found = Vec::new();
    add(root, &mut found);
    found
}

fn add(format: &'static Format, found: &mut Vec<&'static Format>) {
    if found.iter().any(|known| known.name == format.name) {
        return;
    }
    found.push(format);
    format.keys().for_each(|key| add_within(key.shape, found));
}

fn add_within(shape: Shape, found: &mut Vec<&'static Format>) {
    match shape {
        Shape::Of(format) => add(format, found),
        Shape::List(inner) | Shape::Map(inner) => add_within(*inner, found),
        Shape::OneOf(shapes) => shapes.iter().for_each(|shape| add_within(*shape, found)),
        _ => {}
    }
}
