//! A `message` item: text and refusals, with what annotates the text.

use serde_json::value::RawValue;

use super::events::{Events, Slot};
use super::kept::Kept;
use crate::translate::conversation::Words;
use crate::translate::failure::Failure;
use crate::translate::told::Citation;
use crate::wire::json::{Fields, elements, text};
use crate::wire::write::{self, Elements, Members};

/// The two kinds of parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    Text,
    Refusal,
}

/// A message that is being written.
#[derive(Clone, Debug)]
pub(super) struct Message {
    slot: Slot,
    /// The parts that are done, as JSON.
    done: Vec<Vec<u8>>,
    part: Option<Part>,
    /// Characters of the answer's text so far.
    characters: u64,
}

#[derive(Clone, Debug)]
struct Part {
    spoken: Spoken,
    index: usize,
    words: Kept,
    /// Characters of the answer's text before this part.
    start: u64,
    /// Which characters of the answer's text were cited last.
    cited: (u64, u64),
    /// As JSON.
    annotations: Vec<Vec<u8>>,
    /// As JSON, token by token.
    logprobs: Vec<Vec<u8>>,
}

impl Message {
    pub(super) fn open(slot: Slot, characters: u64, events: &mut Events, out: &mut Vec<u8>) -> Self {
        let message = Self { slot, done: Vec::new(), part: None, characters };
        let item = message.item("in_progress");
        events.with_item("response.output_item.added", &message.slot, &item, out);
        message
    }

    /// Characters of the answer's text so far.
    pub(super) fn characters(&self) -> u64 {
        self.characters
    }

    /// Writes the next words. Gives how many bytes they take.
    pub(super) fn say(
        &mut self,
        spoken: Spoken,
        words: &Words<'_>,
        events: &mut Events,
        out: &mut Vec<u8>,
    ) -> usize {
        if self.part.as_ref().is_some_and(|part| part.spoken != spoken) {
            self.close_part(events, out);
        }
        let (index, start) = (self.done.len(), self.characters);
        let part = self.part.get_or_insert_with(|| {
            let part = Part::new(spoken, index, start);
            events.inside("response.content_part.added", &self.slot, out, |event| {
                event.value("content_index", &index);
                part.write(event.name("part"));
            });
            part
        });
        let kind = match spoken {
            Spoken::Text => "response.output_text.delta",
            Spoken::Refusal => "response.refusal.delta",
        };
        events.inside(kind, &self.slot, out, |event| {
            event.value("content_index", &index);
            event.value("delta", words);
            if spoken == Spoken::Text {
                event.array("logprobs", |_| ());
            }
        });
        if spoken == Spoken::Text {
            let characters = u64::try_from(words.text().chars().count()).unwrap_or(u64::MAX);
            self.characters = self.characters.saturating_add(characters);
        }
        part.words.push(words)
    }

    /// Writes a source of the text. One without an address has no form here. Gives how many bytes it takes.
    pub(super) fn cite(&mut self, citation: &Citation<'_>, events: &mut Events, out: &mut Vec<u8>) -> usize {
        let Some(part) = self.part.as_mut().filter(|part| part.spoken == Spoken::Text) else { return 0 };
        let Some(url) = &citation.url else { return 0 };
        let (from, to) = citation.range.unwrap_or_else(|| part.uncited(self.characters));
        part.cited = (from, to);
        let mut annotation = Vec::new();
        write::object(&mut annotation, |members| {
            members.value("type", "url_citation");
            members.value("start_index", &from.saturating_sub(part.start));
            members.value("end_index", &to.saturating_sub(part.start));
            members.value("url", url);
            match &citation.title {
                Some(title) => members.value("title", title),
                None => members.value("title", ""),
            }
        });
        events.inside("response.output_text.annotation.added", &self.slot, out, |event| {
            event.value("content_index", &part.index);
            event.value("annotation_index", &part.annotations.len());
            event.name("annotation").extend_from_slice(&annotation);
        });
        let kept = annotation.len();
        part.annotations.push(annotation);
        kept
    }

    /// Writes log probabilities of the text that was said last: as a delta without text, because they come
    /// after it. Gives how many bytes they take.
    pub(super) fn logprobs(
        &mut self,
        logprobs: &RawValue,
        events: &mut Events,
        out: &mut Vec<u8>,
    ) -> Result<usize, Failure> {
        let Some(part) = self.part.as_mut().filter(|part| part.spoken == Spoken::Text) else { return Ok(0) };
        let tokens = tokens(logprobs)?;
        events.inside("response.output_text.delta", &self.slot, out, |event| {
            event.value("content_index", &part.index);
            event.value("delta", "");
            event.array("logprobs", |array| write_each(array, &tokens));
        });
        let kept = tokens.iter().map(Vec::len).sum();
        part.logprobs.extend(tokens);
        Ok(kept)
    }

    /// Writes the end of the message. Gives the item.
    pub(super) fn close(mut self, status: &str, events: &mut Events, out: &mut Vec<u8>) -> Vec<u8> {
        self.close_part(events, out);
        let item = self.item(status);
        events.with_item("response.output_item.done", &self.slot, &item, out);
        item
    }

    fn close_part(&mut self, events: &mut Events, out: &mut Vec<u8>) {
        let Some(part) = self.part.take() else { return };
        let (kind, member) = match part.spoken {
            Spoken::Text => ("response.output_text.done", "text"),
            Spoken::Refusal => ("response.refusal.done", "refusal"),
        };
        events.inside(kind, &self.slot, out, |event| {
            event.value("content_index", &part.index);
            part.words.write(event.name(member));
            if part.spoken == Spoken::Text {
                event.array("logprobs", |array| write_each(array, &part.logprobs));
            }
        });
        let mut whole = Vec::new();
        part.write(&mut whole);
        events.inside("response.content_part.done", &self.slot, out, |event| {
            event.value("content_index", &part.index);
            event.name("part").extend_from_slice(&whole);
        });
        self.done.push(whole);
    }

    fn item(&self, status: &str) -> Vec<u8> {
        let mut item = Vec::new();
        write::object(&mut item, |members| {
            members.value("id", &self.slot.id);
            members.value("type", "message");
            members.value("status", status);
            members.value("role", "assistant");
            members.array("content", |parts| write_each(parts, &self.done));
        });
        item
    }
}

impl Part {
    fn new(spoken: Spoken, index: usize, start: u64) -> Self {
        Self {
            spoken,
            index,
            words: Kept::default(),
            start,
            cited: (start, start),
            annotations: Vec::new(),
            logprobs: Vec::new(),
        }
    }

    /// Writes the part as far as it has come.
    fn write(&self, out: &mut Vec<u8>) {
        write::object(out, |members: &mut Members<'_>| match self.spoken {
            Spoken::Text => {
                members.value("type", "output_text");
                self.words.write(members.name("text"));
                members.array("annotations", |array| write_each(array, &self.annotations));
                members.array("logprobs", |array| write_each(array, &self.logprobs));
            }
            Spoken::Refusal => {
                members.value("type", "refusal");
                self.words.write(members.name("refusal"));
            }
        });
    }

    /// What of the text was said since the last citation; several sources of one text cite the same of it.
    fn uncited(&self, characters: u64) -> (u64, u64) {
        let (_, to) = self.cited;
        if to < characters { (to, characters) } else { self.cited }
    }
}

fn write_each(array: &mut Elements<'_>, elements: &[Vec<u8>]) {
    elements.iter().for_each(|element| array.element().extend_from_slice(element));
}

/// Each token of `logprobs` in chat completions' words, in those of Responses: `bytes` is never `null`.
fn tokens(logprobs: &RawValue) -> Result<Vec<Vec<u8>>, Failure> {
    let malformed = |error| Failure::malformed(format!("`logprobs`: {error}"));
    let mut tokens = Vec::new();
    for token in elements(logprobs).map_err(malformed)? {
        let token = Fields::of(token).map_err(malformed)?;
        let likely = token.set("top_logprobs").map_or(Ok(Vec::new()), elements).map_err(malformed)?;
        let likely: Vec<_> = likely.into_iter().filter_map(|token| Fields::of(token).ok()).collect();
        let mut written = Vec::new();
        write::object(&mut written, |members| {
            write_token(members, &token);
            members.array("top_logprobs", |array| {
                likely.iter().for_each(|token| array.object(|members| write_token(members, token)));
            });
        });
        tokens.push(written);
    }
    Ok(tokens)
}

fn write_token(members: &mut Members<'_>, token: &Fields<'_>) {
    members.raw_if("token", token.get("token"));
    members.raw_if("logprob", token.get("logprob"));
    match token.set("bytes") {
        Some(bytes) => members.raw("bytes", bytes),
        None => {
            let token = token.get("token").and_then(text).unwrap_or_default();
            members.value("bytes", token.as_bytes());
        }
    }
}
