//! A provider's `text_completion` chunks for a completions client.
//!
//! As with chat chunks, the answer is complete when `[DONE]` came, or when every choice that began has its
//! `finish_reason` and the server closes.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use crate::sse::{Event, write_event};
use crate::translate::failure::{self, Failure};
use crate::translate::stream::Step;
use crate::translate::tally::{Tally, bytes_in};
use crate::translate::{View, tokens};
use crate::wire::json::{Fields, elements};
use crate::wire::write;

/// Most choices of one answer: the reference's 2,048 prompts, with 128 choices each.
const MAX_CHOICES: u32 = 262_144;

/// The state between two events.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Chunks {
    view: View,
    tally: Tally,
    begun: bool,
    /// Choices that a chunk had and that have no `finish_reason` yet.
    open: BTreeSet<u32>,
}

impl Chunks {
    pub(in crate::translate) fn new(view: View) -> Self {
        Self { view, tally: Tally::default(), begun: false, open: BTreeSet::new() }
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
        if self.view.include_usage || !choices.is_empty() || usage.is_none() {
            self.pass(&fields, out);
        }
        Ok(step)
    }

    /// The provider closed without `[DONE]`.
    pub(in crate::translate) fn end(&mut self, out: &mut Vec<u8>) -> Result<Step, Failure> {
        if self.open.is_empty() { self.done(out) } else { Err(Failure::cut_off()) }
    }

    fn done(&mut self, out: &mut Vec<u8>) -> Result<Step, Failure> {
        if !self.begun {
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
        self.begun = true;
        self.tally.said(bytes_in(&choice, &["text"]));
        if choice.set("finish_reason").is_some() {
            self.open.remove(&index);
            return Ok(true);
        }
        self.open.insert(index);
        Ok(choice.set("text").is_some_and(|text| text.get() != "\"\""))
    }

    fn pass(&self, fields: &Fields<'_>, out: &mut Vec<u8>) {
        let mut chunk = Vec::new();
        write::object(&mut chunk, |members| {
            for (name, value) in fields.iter() {
                match name {
                    "model" => members.value(name, &self.view.model),
                    "usage" if !self.view.include_usage => {}
                    _ => members.raw(name, value),
                }
            }
        });
        write_event(out, b"", &chunk);
    }
}
