//! A provider's chat chunks for a chat client.
//!
//! The answer is complete when `[DONE]` came, or when every choice that began has its `finish_reason`: a
//! server that closes then, without the marker, has still said everything, and the client gets the marker.
//! Anything less is a cut, and is reported as one.

use serde_json::value::RawValue;

use crate::sse::{Event, write_event};
use crate::translate::alike::Alike;
use crate::translate::failure::{self, Failure};
use crate::translate::stream::Step;
use crate::translate::tally::{Tally, bytes_of_delta};
use crate::translate::{View, tokens};
use crate::wire::json::{Fields, Kind, elements};
use crate::wire::write;

use super::alike::template;

/// Most choices of one completion: the reference's maximum of `n`.
const MAX_CHOICES: u32 = 128;

/// The state between two events.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Chunks {
    view: View,
    tally: Tally,
    /// One bit for each choice that a chunk had.
    begun: u128,
    /// One bit for each choice that has its `finish_reason`.
    finished: u128,
    /// What Azure's first event tells of the prompt: names and values.
    preface: Vec<(String, Box<RawValue>)>,
    pub(super) alike: Alike,
}

impl Chunks {
    pub(in crate::translate) fn new(view: View) -> Self {
        Self {
            view,
            tally: Tally::default(),
            begun: 0,
            finished: 0,
            preface: Vec::new(),
            alike: Alike::default(),
        }
    }

    pub(in crate::translate) fn tally(&self) -> Tally {
        self.tally
    }

    pub(in crate::translate) fn event(
        &mut self,
        event: Event<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Step, Failure> {
        if event.data == b"[DONE]" {
            return self.done(out);
        }
        if let Some(said) = self.alike.pass(event.data, out) {
            self.tally.said(said.len() as u64);
            return Ok(Step::Content);
        }
        let fields = Fields::parse(event.data).map_err(Failure::malformed)?;
        if let Some(error) = fields.set("error") {
            return Err(failure::of_error(error));
        }
        let choices = fields.get("choices").ok_or_else(|| Failure::malformed("a chunk without `choices`"))?;
        let choices = elements(choices).map_err(|error| Failure::malformed(format!("`choices`: {error}")))?;
        let mut step = Step::Waiting;
        for choice in &choices {
            if self.choice(choice)? {
                step = Step::Content;
            }
        }
        let usage = fields.set("usage");
        self.tally.counts(tokens::in_chat(&fields));
        let only_usage = choices.is_empty() && usage.is_some();
        if choices.is_empty() && usage.is_none() && fields.text("id").is_some_and(|id| id.is_empty()) {
            self.hold(&fields);
        } else if self.view.include_usage || !only_usage {
            let (begin, learns) = (out.len(), self.preface.is_empty());
            self.pass(&fields, out);
            if learns && matches!(step, Step::Content) {
                let out = out.get(begin..).unwrap_or_default();
                self.alike.learn(|| template(event.data, &fields, out));
            }
        }
        Ok(step)
    }

    /// The provider closed without `[DONE]`.
    pub(in crate::translate) fn end(&mut self, out: &mut Vec<u8>) -> Result<Step, Failure> {
        if self.begun == self.finished { self.done(out) } else { Err(Failure::cut_off()) }
    }

    fn done(&mut self, out: &mut Vec<u8>) -> Result<Step, Failure> {
        if self.begun == 0 {
            return Err(Failure::cut_off());
        }
        write_event(out, b"", b"[DONE]");
        Ok(Step::Done)
    }

    /// Notes how far a choice is, and says whether its chunk has content.
    fn choice(&mut self, choice: &RawValue) -> Result<bool, Failure> {
        let choice = Fields::of(choice).map_err(|error| Failure::malformed(format!("a choice: {error}")))?;
        let index = choice.read::<u32>("index").unwrap_or(0);
        if index >= MAX_CHOICES {
            return Err(Failure::malformed(format!("choice {index} of at most {MAX_CHOICES}")));
        }
        self.begun |= 1 << index;
        // OpenRouter's, where the server behind it failed.
        if let Some(error) = choice.set("error") {
            return Err(failure::of_error(error));
        }
        let is_last = choice.set("finish_reason").is_some();
        if is_last {
            self.finished |= 1 << index;
        }
        let Some(delta) = choice.set("delta") else { return Ok(is_last) };
        let delta = match Fields::of(delta) {
            Ok(delta) => delta,
            Err(_) if is_last => return Ok(true),
            Err(error) => return Err(Failure::malformed(format!("a delta: {error}"))),
        };
        self.tally.said(bytes_of_delta(&delta));
        Ok(is_last || delta.iter().any(|(name, value)| name != "role" && !is_empty(value)))
    }

    /// Azure's first event is no chunk: its `id`, and its `object`, may be empty, and clients keep the first that
    /// they see. What else it has goes with the first chunk.
    fn hold(&mut self, fields: &Fields<'_>) {
        const OF_CHUNKS: [&str; 5] = ["id", "object", "created", "model", "choices"];
        let more = fields.iter().filter(|(name, _)| !OF_CHUNKS.contains(name));
        self.preface = more.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    }

    fn pass(&mut self, fields: &Fields<'_>, out: &mut Vec<u8>) {
        let mut chunk = Vec::new();
        write::object(&mut chunk, |members| {
            for (name, value) in fields.iter() {
                match name {
                    "model" => members.value(name, &self.view.model),
                    "usage" if !self.view.include_usage => {}
                    _ => members.raw(name, value),
                }
            }
            for (name, value) in self.preface.drain(..).filter(|(name, _)| fields.get(name).is_none()) {
                members.raw(&name, &value);
            }
        });
        write_event(out, b"", &chunk);
    }
}

fn is_empty(value: &RawValue) -> bool {
    Kind::of(value) == Kind::Null || matches!(value.get(), "\"\"" | "[]" | "{}")
}
