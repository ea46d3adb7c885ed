//! What can be wrong with a text that should be a JSON object.

use std::fmt;

use super::{MAX_DEPTH, MAX_FIELDS, MAX_STRAYS};

/// Why a text is not accepted, before anything is known of what it asks for.
///
/// Displays as a sentence for the sender; nothing of the text but field names and one character is quoted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Nothing, or white space only.
    Empty,
    /// A byte order mark stands first.
    ByteOrderMark,
    /// Not UTF-8 from this byte on.
    NotUtf8 {
        /// Offset of the first wrong byte.
        at: usize,
    },
    /// Not JSON.
    Syntax {
        /// Counted from 1.
        line: usize,
        /// In characters, counted from 1.
        column: usize,
        /// What may stand there.
        expected: &'static str,
        /// What stands there; `None` where the text ends.
        found: Option<char>,
    },
    /// JSON, but no object.
    NotAnObject {
        /// E.g. `an array`.
        found: &'static str,
    },
    /// Objects and arrays are nested further than [`MAX_DEPTH`].
    TooDeep {
        /// Where.
        path: String,
    },
    /// A field stands twice in one object: two readers of the text may take different ones.
    Duplicate {
        /// Which.
        path: String,
    },
    /// A field has a name that readers of JSON keep for themselves: see [`crate::wire::value`].
    Reserved {
        /// Which.
        path: String,
    },
    /// An object has more than [`MAX_FIELDS`] fields.
    TooManyFields,
    /// More than [`MAX_STRAYS`] fields that the API does not define.
    TooManyStrays,
}

impl Malformed {
    /// The field at fault, where there is one.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::TooDeep { path } | Self::Duplicate { path } | Self::Reserved { path } => Some(path),
            _ => None,
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("The request has no body. Send a JSON object."),
            Self::ByteOrderMark => {
                f.write_str("The request body starts with a byte order mark. Send UTF-8 without one.")
            }
            Self::NotUtf8 { at } => {
                write!(f, "The request body is not valid UTF-8: byte {at} is wrong. Send JSON in UTF-8.")
            }
            Self::Syntax { line, column, expected, found } => {
                write!(
                    f,
                    "The request body is not valid JSON: expected {expected} at line {line}, column {column}, "
                )?;
                match found {
                    Some(char) if char.is_ascii_graphic() => write!(f, "found `{char}`."),
                    Some(char) => write!(f, "found the character U+{:04X}.", u32::from(*char)),
                    None => f.write_str("but the body ends there."),
                }
            }
            Self::NotAnObject { found } => {
                write!(f, "The request body must be a JSON object, found {found}.")
            }
            Self::TooDeep { path } => write!(
                f,
                "The request body is nested too deeply: '{path}' is more than {MAX_DEPTH} levels down."
            ),
            Self::Duplicate { path } => {
                write!(f, "Duplicate parameter: '{path}' stands more than once in its object. Send it once.")
            }
            Self::Reserved { path } => {
                write!(f, "Reserved name: '{path}' begins as names do that are not for a request's fields.")
            }
            Self::TooManyFields => {
                write!(f, "An object in the request body has more than {MAX_FIELDS} fields.")
            }
            Self::TooManyStrays => {
                write!(f, "The request body has more than {MAX_STRAYS} fields that this API does not define.")
            }
        }
    }
}

impl std::error::Error for Malformed {}
