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

    /// Whether there is nothing in it but white space. Its beginning tells, of most texts: a long one is not copied.
    pub(in crate::translate) fn is_blank(&self) -> bool {
        match self {
            Self::Json(raw) => begins_blank(raw).unwrap_or_else(|| self.text().trim().is_empty()),
            Self::Plain(text) => text.trim().is_empty(),
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

/// Whether a string is blank, as far as that can be seen without resolving `\u` escapes.
fn begins_blank(raw: &RawValue) -> Option<bool> {
    let mut written = raw.get().strip_prefix('"')?.chars();
    loop {
        match written.next()? {
            '"' => return Some(true),
            '\\' => match written.next()? {
                'n' | 'r' | 't' | 'f' => {}
                'u' => return None,
                _ => return Some(false),
            },
            other if other.is_whitespace() => {}
            _ => return Some(false),
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

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn white_space_alone_is_blank_however_it_is_written() {
        for blank in [r#""""#, r#"" ""#, r#""\n \t\r\f""#, r#""\u0020\u00a0""#, "\"\u{2003}\"", "7"] {
            assert!(Words::from(serde_json::from_str::<&RawValue>(blank).unwrap()).is_blank(), "{blank}");
        }
        for said in [r#""a""#, r#"" \n a""#, r#""\\""#, r#""\"""#, r#""\b""#, r#""\u0020a""#, r#""\u0061""#] {
            assert!(!Words::from(serde_json::from_str::<&RawValue>(said).unwrap()).is_blank(), "{said}");
        }
        assert!(Words::from(" \n").is_blank() && !Words::from(" a").is_blank());
    }
}
