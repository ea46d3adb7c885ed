//! From bytes to characters: Gemini counts a text's UTF-8 bytes, and the clients' dialects its characters.
//!
//! The text is not kept for that, only where the width of its characters changes: once, for plain English.

/// Most changes that are kept. Positions after the last of them are not known.
const MAX_RUNS: usize = 8192;

/// Where characters begin in the text so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Offsets {
    runs: Vec<Run>,
    bytes: u64,
    characters: u64,
    is_over: bool,
}

/// Characters of one width.
#[derive(Clone, Copy, Debug)]
struct Run {
    byte: u64,
    character: u64,
    width: u64,
}

impl Offsets {
    /// The text goes on.
    pub(super) fn push(&mut self, text: &str) {
        for character in text.chars() {
            let width = u64::try_from(character.len_utf8()).unwrap_or(1);
            if self.runs.last().is_none_or(|run| run.width != width) && !self.is_over {
                self.is_over = self.runs.len() == MAX_RUNS;
                if !self.is_over {
                    self.runs.push(Run { byte: self.bytes, character: self.characters, width });
                }
            }
            if !self.is_over {
                self.characters += 1;
            }
            self.bytes += width;
        }
    }

    /// Bytes of the text so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Which character begins at a byte, or that the text ends there.
    pub(super) fn character(&self, byte: u64) -> Option<u64> {
        if byte == 0 {
            return Some(0);
        }
        let before = self.runs.partition_point(|run| run.byte < byte);
        let run = self.runs.get(before.checked_sub(1)?)?;
        let end = self.runs.get(before).map_or(self.characters, |next| next.character);
        let into = byte - run.byte;
        let character = run.character + into / run.width;
        (into.is_multiple_of(run.width) && character <= end).then_some(character)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn every_byte_of_a_text_is_found_or_is_none() {
        let text = "aé日本🙂z é";
        let mut offsets = Offsets::default();
        offsets.push("aé日");
        offsets.push("");
        offsets.push("本🙂z é");
        for byte in 0..=text.len() + 3 {
            let expected = text.get(..byte).map(|head| head.chars().count() as u64);
            assert_eq!(offsets.character(byte as u64), expected, "{byte}");
        }
        assert_eq!(offsets.bytes(), text.len() as u64);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut offsets = Offsets::default();
        offsets.push(&"aé".repeat(MAX_RUNS));
        assert_eq!(offsets.runs.len(), MAX_RUNS);
        let known = 3 * MAX_RUNS as u64 / 2;
        assert_eq!(offsets.character(known), Some(MAX_RUNS as u64));
        assert_eq!(offsets.character(known + 3), None);
    }
}
