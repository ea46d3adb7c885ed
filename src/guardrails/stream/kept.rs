//! A stream that is held to its end, as texts for whoever judges them elsewhere, and back.

use std::collections::BTreeMap;
use std::ops::Range;

use super::gather::{Gathered, gather};
use super::joint::{self, Joint};
use super::route::{Head, Spot};
use crate::guardrails::edit::{self, Edit};
use crate::guardrails::mode::Stage;
use crate::guardrails::scan::without_logprobs;
use crate::guardrails::texts::{MAX_BYTES, MAX_TEXTS, Passage, Unasked, in_place};
use crate::guardrails::walk::{Form, Text, is_json};
use crate::guardrails::zone::Side;
use crate::sse::{Item, MAX_EVENT, Parser, write_comment, write_event};
use crate::wire::Dialect;

/// A whole stream in the client's dialect.
pub struct KeptStream {
    items: Vec<Kept>,
    /// Each text of the answer, put together from its pieces.
    texts: Vec<Said>,
}

/// An event or a comment.
#[derive(Default)]
struct Kept {
    name: Vec<u8>,
    data: String,
    is_comment: bool,
    strings: Vec<Occurrence>,
    /// Where token probabilities stand, which repeat the text.
    logprobs: Vec<Range<usize>>,
}

/// A text, or a piece of one, in an event.
struct Occurrence {
    text: usize,
    /// Where in the event's data it is written, without quotes.
    raw: Range<usize>,
    form: Form,
    /// All of a changed text stands here.
    holds_all: bool,
}

#[derive(Default)]
struct Said {
    text: String,
    joint: Joint,
    is_json: bool,
    begun: bool,
}

impl KeptStream {
    /// Takes a stream apart.
    ///
    /// # Errors
    /// If an event is not JSON, or there is more than anybody is asked about.
    pub fn read(bytes: &[u8], dialect: Dialect) -> Result<Self, Unasked> {
        let mut reading = Reading { side: Side { dialect, stage: Stage::Answer }, ..Reading::default() };
        let (mut parser, mut rest) = (Parser::new(MAX_EVENT), bytes);
        loop {
            match parser.next(&mut rest) {
                Ok(None) => break,
                Ok(Some(Item::Comment(text))) => {
                    let data = String::from_utf8_lossy(text).into_owned();
                    reading.items.push(Kept { data, is_comment: true, ..Kept::default() });
                }
                Ok(Some(Item::Event(event))) => reading.event(event.name, event.data)?,
                Err(_) => return Err(Unasked::TooLong),
            }
        }
        Ok(Self { items: reading.items, texts: reading.texts })
    }

    /// The texts, for as long as they are asked about.
    #[must_use]
    pub fn passages(&self) -> Vec<Passage> {
        let passage = |said: &Said| Passage {
            text: said.text.clone(),
            is_json: said.is_json && said.text.trim_start().starts_with(['{', '[']) && is_json(&said.text),
        };
        self.texts.iter().map(passage).collect()
    }

    /// The stream with these texts in place of its own: a changed text stands in the event in which it began, and what
    /// followed of it is empty. `None` if they are not as many.
    #[must_use]
    pub fn replaced(&self, replacements: &[String]) -> Option<Vec<u8>> {
        if replacements.len() != self.texts.len() {
            return None;
        }
        let mut out = Vec::new();
        for item in &self.items {
            if item.is_comment {
                write_comment(&mut out, item.data.as_bytes());
            } else {
                let data = edit::splice(&item.data, &edit::merge(self.edits(item, replacements)));
                write_event(&mut out, &item.name, data.as_bytes());
            }
        }
        Some(out)
    }

    fn edits(&self, item: &Kept, replacements: &[String]) -> Vec<Edit> {
        let is_changed = |index: usize| {
            self.texts.get(index).zip(replacements.get(index)).is_some_and(|(said, with)| said.text != *with)
        };
        let mut edits = Vec::new();
        for Occurrence { text, raw, form, holds_all } in &item.strings {
            let with = replacements.get(*text).filter(|_| is_changed(*text));
            let with = with.map(|with| if *holds_all { with.as_str() } else { "" });
            edits.extend(with.map(|with| Edit { range: raw.clone(), with: in_place(*form, with) }));
        }
        // Probabilities may stand in another event than the text that they repeat.
        if (0..self.texts.len()).any(is_changed) {
            edits.extend(item.logprobs.iter().map(|value| without_logprobs(&item.data, value.clone())));
        }
        edits
    }
}

struct Reading {
    side: Side,
    items: Vec<Kept>,
    texts: Vec<Said>,
    by_path: BTreeMap<String, usize>,
    bytes: usize,
}

impl Default for Reading {
    fn default() -> Self {
        let side = Side { dialect: Dialect::Chat, stage: Stage::Answer };
        Self { side, items: Vec::new(), texts: Vec::new(), by_path: BTreeMap::new(), bytes: 0 }
    }
}

impl Reading {
    fn event(&mut self, name: &[u8], data: &[u8]) -> Result<(), Unasked> {
        let malformed = |at: usize| Unasked::Malformed { at, expected: "an event of JSON" };
        let text = std::str::from_utf8(data).map_err(|error| malformed(error.valid_up_to()))?;
        let mut kept = Kept { name: name.to_vec(), data: text.to_owned(), ..Kept::default() };
        if data != b"[DONE]" {
            let value = joint::value(text).map_err(|error| malformed(error.column()))?;
            let head = Head::new(self.side.dialect, &value);
            let Gathered { texts, logprobs } =
                gather(text, self.side, &head).map_err(|error| malformed(error.at))?;
            kept.logprobs = logprobs;
            for (spot, text) in texts {
                let raw = text.range();
                let Some((index, holds_all)) = self.said(spot, &text)? else { continue };
                kept.strings.push(Occurrence { text: index, raw, form: text.form, holds_all });
            }
        }
        self.items.push(kept);
        Ok(())
    }

    /// Which text a string is of, and whether all of the text is to stand there if it changes.
    fn said(&mut self, spot: Spot, text: &Text<'_>) -> Result<Option<(usize, bool)>, Unasked> {
        let (path, piece, is_json) = match spot {
            Spot::Data => return Ok(None),
            Spot::Piece(path) => (Some(path), true, false),
            Spot::Arguments(path, _) => (Some(path), true, true),
            Spot::Repeated(path) => (Some(path), false, false),
            Spot::Whole(_) => (None, false, false),
        };
        let known = path.as_ref().and_then(|path| self.by_path.get(path).copied());
        let index = match known {
            Some(index) => index,
            None => self.begin(path)?,
        };
        let Some(said) = self.texts.get_mut(index) else { return Ok(None) };
        said.is_json |= is_json;
        let is_first = !std::mem::replace(&mut said.begun, true);
        if piece || is_first {
            self.bytes += text.meant.len();
            said.joint.append(&mut said.text, text.raw, &text.meant);
        }
        if self.bytes > MAX_BYTES { Err(Unasked::TooLong) } else { Ok(Some((index, !piece || is_first))) }
    }

    fn begin(&mut self, path: Option<String>) -> Result<usize, Unasked> {
        let index = self.texts.len();
        if index >= MAX_TEXTS {
            return Err(Unasked::TooMany);
        }
        self.texts.push(Said::default());
        if let Some(path) = path {
            self.by_path.insert(path, index);
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    const CHAT: &str = concat!(
        ": hello\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"It is a se\"}}]}\n\n",
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"cret \\u00fc.\"}}]}\n\n",
        "data: [DONE]\n\n",
    );

    fn texts(kept: &KeptStream) -> Vec<String> {
        kept.passages().into_iter().map(|passage| passage.text).collect()
    }

    #[test]
    fn a_text_is_put_together_from_its_pieces() {
        let kept = KeptStream::read(CHAT.as_bytes(), Dialect::Chat).unwrap();
        assert_eq!(texts(&kept), ["It is a secret ü."]);
        let same = kept.replaced(&texts(&kept)).unwrap();
        assert_eq!(String::from_utf8(same).unwrap(), CHAT);
        let masked = kept.replaced(&["It is \"*\".".to_owned()]).unwrap();
        let expected = CHAT.replace("It is a se", "It is \\\"*\\\".").replace("cret \\u00fc.", "");
        assert_eq!(String::from_utf8(masked).unwrap(), expected);
        assert_eq!(kept.replaced(&[]), None);
    }

    #[test]
    fn a_character_may_be_cut_over_events() {
        let stream = CHAT.replace("It is a se", r"a \ud83d").replace(r"cret \u00fc.", r"\ude00 b");
        let kept = KeptStream::read(stream.as_bytes(), Dialect::Chat).unwrap();
        assert_eq!(texts(&kept), ["a 😀 b"]);
        let same = kept.replaced(&texts(&kept)).unwrap();
        assert_eq!(String::from_utf8(same).unwrap(), stream);
        let masked = kept.replaced(&["a * b".to_owned()]).unwrap();
        let expected = stream.replace(r"a \ud83d", "a * b").replace(r"\ude00 b", "");
        assert_eq!(String::from_utf8(masked).unwrap(), expected);
    }

    #[test]
    fn half_a_character_stays_one() {
        let stream = CHAT.replace("It is a se", r"a \ud83d").replace(r"cret \u00fc.", r"b \ude00");
        let kept = KeptStream::read(stream.as_bytes(), Dialect::Chat).unwrap();
        assert_eq!(texts(&kept), ["a \u{fffd}b \u{fffd}"]);
        let same = kept.replaced(&texts(&kept)).unwrap();
        assert_eq!(String::from_utf8(same).unwrap(), stream);
    }

    #[test]
    fn what_repeats_a_text_is_the_same_text() {
        let stream = concat!(
            "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"a se\"}\n\n",
            "data: {\"type\":\"response.output_text.delta\",\"output_index\":0,\"content_index\":0,\"delta\":\"cret\"}\n\n",
            "data: {\"type\":\"response.output_text.done\",\"output_index\":0,\"content_index\":0,\"text\":\"a secret\"}\n\n",
        );
        let kept = KeptStream::read(stream.as_bytes(), Dialect::Responses).unwrap();
        assert_eq!(texts(&kept), ["a secret"]);
        let masked = String::from_utf8(kept.replaced(&["a *".to_owned()]).unwrap()).unwrap();
        assert!(!masked.contains("secret") && !masked.contains("a se"), "{masked}");
        assert_eq!(masked.matches("a *").count(), 2, "{masked}");
    }

    #[test]
    fn what_is_no_json_cannot_be_asked_about() {
        let unasked = KeptStream::read(b"data: {\n\n", Dialect::Chat).err();
        assert!(matches!(unasked, Some(Unasked::Malformed { .. })), "{unasked:?}");
    }
}
