//! Text that passes from one API to another, as it was written or as it was made.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::translate::tally::bytes_of;
use crate::wire::json::text;

/// A text. What came as JSON goes out as the same JSON: escapes are not resolved and made anew.
#[derive(Clone, Debug)]
pub(in crate::translate) enum Words<'a> {
    /// A JSON string as it was written.
    Json(&'a RawValue),
    /// Any other text.
    Plain(Cow<'a, str>),
}

impl<'a> Words<'a> {
    /// The text, escapes resolved; empty for a value that is no string.
    pub(in crate::translate) fn text(&self) -> Cow<'a, str> {
        match self {
            Self::Json(raw) => text(raw).unwrap_or_default(),
            Self::Plain(text) => text.clone(),
        }
    }

    /// How many bytes it has, as it is written.
    pub(in crate::translate) fn bytes(&self) -> u64 {
        match self {
            Self::Json(raw) => bytes_of(raw),
            Self::Plain(text) => text.len() as u64,
        }
    }

    /// Whether there is nothing in it.
    pub(in crate::translate) fn is_empty(&self) -> bool {
        match self {
            Self::Json(raw) => raw.get() == "\"\"",
            Self::Plain(text) => text.is_empty(),
        }
    }
}

impl From<String> for Words<'_> {
    fn from(text: String) -> Self {
        Self::Plain(Cow::Owned(text))
    }
}

impl<'a> From<&'a str> for Words<'a> {
    fn from(text: &'a str) -> Self {
        Self::Plain(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a RawValue> for Words<'a> {
    fn from(raw: &'a RawValue) -> Self {
        Self::Json(raw)
    }
}

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Json(raw) => raw.serialize(serializer),
            Self::Plain(text) => text.serialize(serializer),
        }
    }
}
