//! Citations: chat completions tell which characters of the answer's text each is about.

use crate::translate::told::Citation;
use crate::wire::write::Elements;

/// How much text there is, and how much of it is cited.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    /// Characters so far.
    characters: u64,
    /// The characters that the last citation without a range of its own was about: from, to.
    cited: (u64, u64),
}

impl Extent {
    /// More text was said.
    pub(super) fn add(&mut self, text: &str) {
        let more = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        self.characters = self.characters.saturating_add(more);
    }

    /// As [`Extent::add`], of a text as JSON has it between its quotes, without escapes by number.
    pub(super) fn add_written(&mut self, text: &[u8]) {
        let mut bytes = text.iter();
        let mut more = 0;
        while let Some(byte) = bytes.next() {
            if *byte == b'\\' {
                // What is escaped is one byte, and both are one character.
                bytes.next();
            }
            // All but the further bytes of a character in UTF-8.
            more += u64::from(byte & 0xc0 != 0x80);
        }
        self.characters = self.characters.saturating_add(more);
    }

    /// What a citation is about: where it does not tell, all text since the last one that did not; several
    /// sources of one text are about the same.
    pub(super) fn of(&mut self, citation: &Citation<'_>) -> (u64, u64) {
        if let Some(range) = citation.range {
            return range;
        }
        if self.cited.1 != self.characters {
            self.cited = (self.cited.1, self.characters);
        }
        self.cited
    }
}

/// Whether chat completions have a word for it: they cite addresses only.
pub(super) fn is_expressible(citation: &Citation<'_>) -> bool {
    citation.url.is_some()
}

/// Writes a citation.
pub(super) fn write(array: &mut Elements<'_>, citation: &Citation<'_>, (start, end): (u64, u64)) {
    array.object(|annotation| {
        annotation.value("type", "url_citation");
        annotation.object("url_citation", |cited| {
            cited.value("start_index", &start);
            cited.value("end_index", &end);
            if let Some(title) = &citation.title {
                cited.value("title", title);
            }
            if let Some(url) = &citation.url {
                cited.value("url", url);
            }
        });
    });
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn characters_are_counted_alike_with_their_escapes_and_without() {
        for text in ["", "word", "\"a\\b\"", "\n\t\r\u{8}\u{c}", "wörld", "日本語 \n 🦀", "\\\\\"\""] {
            let (mut read, mut written) = (Extent::default(), Extent::default());
            read.add(text);
            let json = serde_json::to_string(text).unwrap();
            written.add_written(&json.as_bytes()[1..json.len() - 1]);
            assert_eq!(read.characters, written.characters, "{json}");
        }
    }
}
