//! A text that comes in pieces and is said once more whole.

use crate::translate::conversation::Words;
use crate::wire::write;

/// A JSON string as it grows. Pieces stay as they were written: escapes are not resolved and made anew.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept(String);

impl Kept {
    /// Adds a piece. Gives how many bytes it takes.
    pub(super) fn push(&mut self, words: &Words<'_>) -> usize {
        let before = self.0.len();
        match words {
            Words::Json(raw) => self.0.push_str(inside(raw.get())),
            Words::Plain(text) => {
                let mut quoted = Vec::new();
                write::value(&mut quoted, text.as_ref());
                self.0.push_str(inside(&String::from_utf8_lossy(&quoted)));
            }
        }
        self.0.len() - before
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, escapes resolved; empty where they make none.
    pub(super) fn text(&self) -> String {
        let mut quoted = Vec::new();
        self.write(&mut quoted);
        serde_json::from_slice(&quoted).unwrap_or_default()
    }

    /// Writes the text as a JSON string.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        out.extend_from_slice(self.0.as_bytes());
        out.push(b'"');
    }
}

/// What stands between the quotes.
fn inside(quoted: &str) -> &str {
    quoted.strip_prefix('"').and_then(|quoted| quoted.strip_suffix('"')).unwrap_or_default()
}
