//! Where in a JSON text: `messages[0].content[1].foo`.

use std::fmt::{self, Write as _};

/// Most characters that are shown of a field name, after escapes.
const MAX_NAME: usize = 64;

/// A place in a text. Each step borrows the one above it, so that a path costs nothing until it is shown.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    /// The whole text.
    Root,
    /// A field of the object above.
    Field(&'p Path<'p>, &'p str),
    /// An element of the array above.
    Element(&'p Path<'p>, usize),
}

impl Path<'_> {
    pub(super) fn is_root(&self) -> bool {
        matches!(self, Self::Root)
    }

    /// The longest value in bytes that every API takes for the id that stands here; `None` for what is no id, or one that no
    /// API bounds. In chat completions OpenAI takes 40 characters for a call's and 64 for a user's.
    pub(super) fn longest_id(&self) -> Option<usize> {
        match self {
            Self::Field(Self::Root, "user") => Some(64),
            Self::Field(_, "tool_call_id")
            | Self::Field(Self::Element(Self::Field(_, "tool_calls"), _), "id") => Some(40),
            _ => None,
        }
    }
}

/// Shows printable ASCII only, whatever the names hold: paths go into headers and logs.
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Element(above, index) => write!(f, "{above}[{index}]"),
            Self::Field(above, name) if is_plain(name) => {
                let dot = if above.is_root() { "" } else { "." };
                write!(f, "{above}{dot}{name}")
            }
            Self::Field(above, name) => {
                write!(f, "{above}[\"")?;
                let mut shown = name.chars().flat_map(char::escape_default);
                for char in shown.by_ref().take(MAX_NAME) {
                    f.write_char(char)?;
                }
                f.write_str(if shown.next().is_some() { "...\"]" } else { "\"]" })
            }
        }
    }
}

/// Whether a name needs no quotes in a path.
fn is_plain(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    (1..=MAX_NAME).contains(&name.len()) && name.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Path;

    #[test]
    fn a_path_reads_as_code() {
        let messages = Path::Field(&Path::Root, "messages");
        let first = Path::Element(&messages, 0);
        for (name, shown) in [
            ("foo", "messages[0].foo"),
            ("", "messages[0][\"\"]"),
            ("a.b", "messages[0][\"a.b\"]"),
            ("a\"\r\nx: y", "messages[0][\"a\\\"\\r\\nx: y\"]"),
            ("é", "messages[0][\"\\u{e9}\"]"),
        ] {
            assert_eq!(Path::Field(&first, name).to_string(), shown);
        }
    }

    #[test]
    fn a_long_name_is_cut() {
        let name = "x".repeat(1000);
        assert_eq!(Path::Field(&Path::Root, &name).to_string(), format!("[\"{}...\"]", "x".repeat(64)));
        assert!(Path::Field(&Path::Root, &"\u{10ffff}".repeat(1000)).to_string().len() < 80);
    }
}
