//! One strict pass over a JSON text.
//!
//! It proves that the text is UTF-8 and JSON, that no field stands twice in any object, that it is not
//! nested too deeply; and, guided by a [`Table`], it finds every field that the table does not define, at
//! any depth. No tree is built: the result borrows the text.

mod lexer;
mod malformed;
mod path;
pub(crate) mod run;
mod walk;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::ops::Range;

pub use malformed::Malformed;

use super::schema::{Shape, Standing, Table};

/// Deepest nesting of objects and arrays, the body itself included. Below `serde_json`'s own bound (128),
/// so that what passes here can be parsed later on.
pub const MAX_DEPTH: usize = 100;
/// Most undefined fields below the top level; each costs a few bytes to remember until it is cut out.
pub const MAX_STRAYS: usize = 65_536;
/// Most fields of one object, the objects around it included: their names are held to find duplicates.
pub const MAX_FIELDS: usize = 65_536;
/// Most undefined fields that are named.
pub const MAX_NAMED: usize = 32;
/// Strings shorter than this, in bytes, are found again as quickly as they are looked up.
pub const LONG: usize = 256;

/// A JSON object that was checked.
#[derive(Debug)]
pub struct Checked<'a> {
    /// The whole text.
    pub text: &'a str,
    /// The top-level fields, in order.
    pub members: Vec<Member<'a>>,
    /// What stands below the top level and is not defined.
    pub strays: Strays,
    /// Whether a hint for another API stands below the top level.
    pub has_hints: bool,
    /// Whether an id stands in it that some APIs find too long.
    pub has_long_ids: bool,
    /// Bytes of what the model reads, escapes and JSON Schemas as they are written; no images, no files.
    pub prompt_bytes: u64,
    /// What stands between the quotes of each string that is long, in order.
    long_strings: Vec<Range<usize>>,
}

/// A text that was walked over: it is JSON, and where its long strings end need not be found out again.
#[derive(Clone, Debug)]
pub struct Walked<'a> {
    /// The whole text.
    pub text: &'a str,
    /// What stands between the quotes of each string of [`LONG`] bytes or more, in order.
    pub long_strings: Vec<Range<usize>>,
}

/// A top-level field.
#[derive(Debug)]
pub struct Member<'a> {
    /// Its name, escapes resolved.
    pub name: Cow<'a, str>,
    /// Its value as it was written.
    pub raw: &'a str,
    /// What the table says of it.
    pub standing: Standing,
    /// Where name and value stand in the text.
    pub span: Range<usize>,
    /// Where the value starts in the text.
    pub value_at: usize,
}

impl<'a> Checked<'a> {
    /// What there is to know for whoever reads the text next.
    #[must_use]
    pub fn into_walked(self) -> Walked<'a> {
        Walked { text: self.text, long_strings: self.long_strings }
    }
}

impl Strays {
    /// `text` without the cuts, which are in order.
    #[must_use]
    pub fn cut_from(&self, text: &str) -> String {
        let mut rest = String::with_capacity(text.len());
        let mut from = 0;
        for cut in &self.cuts {
            rest.push_str(text.get(from..cut.start).unwrap_or_default());
            from = cut.end;
        }
        rest.push_str(text.get(from..).unwrap_or_default());
        rest
    }
}

impl Member<'_> {
    /// The name as it may be shown: printable ASCII, of bounded length.
    #[must_use]
    pub fn path(&self) -> String {
        path_to(&self.name)
    }
}

/// Fields below the top level that the table does not define.
#[derive(Debug, Default)]
pub struct Strays {
    /// Paths of undefined fields, the first [`MAX_NAMED`].
    pub undefined: Vec<String>,
    /// Paths of [`Standing::LeftOut`] fields, the first [`MAX_NAMED`]; in [`hints`], of hints as well.
    pub left_out: Vec<String>,
    /// What to cut out of the text to be rid of all of them, in order, commas included.
    pub cuts: Vec<Range<usize>>,
}

/// Checks a text that should be an object with the fields of `table`.
///
/// # Errors
/// The first thing that makes the text unacceptable. Undefined fields are no error here.
pub fn object<'a>(text: &'a [u8], table: &'static Table) -> Result<Checked<'a>, Malformed> {
    if text.starts_with(b"\xEF\xBB\xBF") {
        return Err(Malformed::ByteOrderMark);
    }
    let text = utf8(text)?;
    walk::Walk::new(text).whole(table)
}

/// The bytes as text. Only a text that is wrong is looked at for where it is.
fn utf8(bytes: &[u8]) -> Result<&str, Malformed> {
    simdutf8::basic::from_utf8(bytes)
        .or_else(|_| std::str::from_utf8(bytes))
        .map_err(|error| Malformed::NotUtf8 { at: error.valid_up_to() })
}

/// Finds what stands in the value of a top-level field and is not for an API that defines no more than the
/// tables do: hints (see [`Table::hints`]), except those that are `kept`.
///
/// The cuts are offsets into `value`.
///
/// # Errors
/// As [`object`].
pub fn hints(
    name: &str,
    value: &str,
    shape: Shape,
    kept: &'static [&'static str],
) -> Result<Strays, Malformed> {
    walk::Walk::new(value).member(name, shape, kept)
}

/// How the path to a top-level field reads: printable ASCII, of bounded length, whatever the name.
#[must_use]
pub fn path_to(name: &str) -> String {
    path::Path::Field(&path::Path::Root, name).to_string()
}

/// How the path to `field` of a top-level field reads: `metadata.tags`, `metadata["a b"]`.
#[must_use]
pub fn path_below(top: &str, field: &str) -> String {
    path::Path::Field(&path::Path::Field(&path::Path::Root, top), field).to_string()
}
