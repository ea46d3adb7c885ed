//! `data` of Anthropic's objects: a file's bytes in one, the plain text of a document in another.
//!
//! `type` tells, and may stand behind it; so `data` waits for the end of its object.

use super::encoded::is_of_base64;
use super::walk::Text;

/// What one object has said so far.
#[derive(Default)]
pub(super) struct Source<'d> {
    /// By every `type` that it has.
    is_file: Option<bool>,
    waiting: Vec<Text<'d>>,
}

impl<'d> Source<'d> {
    /// The object's `type` as it is written, with quotes.
    pub(super) fn has_type(&mut self, written: &str) {
        let of_file = matches!(written.trim(), "\"base64\"" | "\"redacted_thinking\"");
        self.is_file = Some(self.is_file.unwrap_or(true) && of_file);
    }

    /// The object's `data`.
    pub(super) fn has_data(&mut self, text: Text<'d>) {
        self.waiting.push(text);
    }

    /// At the object's end: every `data` that is read.
    pub(super) fn texts(self) -> impl Iterator<Item = Text<'d>> {
        let is_file = self.is_file == Some(true);
        self.waiting.into_iter().filter(move |text| !(is_file && is_of_base64(&text.meant)))
    }
}
