//! An answer as one completion with one choice.

use std::borrow::Cow;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use super::cited::{self, Extent};
use super::ending::{Ending, ending};
use super::{call, logprobs, thinking};
use crate::translate::conversation::{Seal, ToolKind, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{Begun, Citation, Finish, MAX_CALLS, Told};
use crate::translate::{View, tokens};
use crate::usage::Usage;
use crate::wire::write::{self, Members};

/// An answer as one body of the dialect.
///
/// # Errors
/// Told pieces that make no answer: an argument without a call, too many calls.
pub(in crate::translate) fn fold(told: Vec<Told<'_>>, view: &View) -> Result<Vec<u8>, Failure> {
    let mut answer = Answer::default();
    told.into_iter().try_for_each(|piece| answer.take(piece))?;
    let mut body = Vec::new();
    write::object(&mut body, |members| answer.write(members, view))?;
    Ok(body)
}

/// Pieces of one text.
#[derive(Default)]
struct Text<'e>(Vec<Words<'e>>);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            // As it was written, escapes and all.
            [whole] => whole.serialize(serializer),
            pieces => pieces.iter().map(Words::text).collect::<String>().serialize(serializer),
        }
    }
}

impl<'e> Text<'e> {
    fn push(&mut self, words: Words<'e>) {
        if !words.is_empty() {
            self.0.push(words);
        }
    }
}

struct Call<'e> {
    kind: ToolKind,
    id: Words<'e>,
    name: Words<'e>,
    argument: Text<'e>,
}

#[derive(Default)]
struct Answer<'e> {
    begun: Begun<'e>,
    text: Option<Text<'e>>,
    refusal: Option<Text<'e>>,
    reasoning: Option<Text<'e>>,
    /// Where in `reasoning` the thought begins that is not sealed yet.
    unsealed: usize,
    sealed: Vec<(Text<'e>, Seal<'e>)>,
    extent: Extent,
    citations: Vec<(Citation<'e>, (u64, u64))>,
    logprobs: Vec<Cow<'e, RawValue>>,
    calls: Vec<Call<'e>>,
    usage: Option<Usage>,
    finish: Option<Finish<'e>>,
}

impl<'e> Answer<'e> {
    fn take(&mut self, piece: Told<'e>) -> Result<(), Failure> {
        match piece {
            Told::Begun(begun) => self.begun = begun,
            Told::Text(text) => {
                self.extent.add(&text.text());
                self.text.get_or_insert_default().push(text);
            }
            Told::Refusal(refusal) => self.refusal.get_or_insert_default().push(refusal),
            Told::Thought(thought) => self.reasoning.get_or_insert_default().push(thought),
            Told::Seal(seal) => self.seal(seal),
            Told::Citation(citation) if cited::is_expressible(&citation) => {
                let range = self.extent.of(&citation);
                self.citations.push((citation, range));
            }
            Told::Logprobs(list) => self.logprobs.push(list),
            Told::Call { kind, id, name } if self.calls.len() < MAX_CALLS => {
                self.calls.push(Call { kind, id, name, argument: Text::default() });
            }
            Told::Call { .. } => {
                return Err(Failure::malformed(format!("more than {MAX_CALLS} tool calls")));
            }
            Told::Argument(piece) => {
                let call = self.calls.last_mut();
                call.ok_or_else(|| Failure::malformed("an argument without a tool call"))?
                    .argument
                    .push(piece);
            }
            Told::Usage(usage) => self.usage = Some(usage),
            Told::Finished(finish) => self.finish = Some(finish),
            Told::Citation(_) | Told::Alive | Told::End => {}
        }
        Ok(())
    }

    fn seal(&mut self, seal: Seal<'e>) {
        let thoughts = self.reasoning.as_ref().map_or(&[][..], |reasoning| &reasoning.0);
        let thought = thoughts.get(self.unsealed..).unwrap_or_default().to_vec();
        self.unsealed = thoughts.len();
        self.sealed.push((Text(thought), seal));
    }

    fn write(&self, members: &mut Members<'_>, view: &View) -> Result<(), Failure> {
        match &self.begun.id {
            Some(id) => members.value("id", id),
            None => members.value("id", &format!("chatcmpl-{}", view.created_s)),
        }
        members.value("object", "chat.completion");
        members.value("created", &view.created_s);
        members.value("model", &view.model);
        let ending = ending(self.finish.as_ref(), !self.calls.is_empty());
        members.array("choices", |choices| choices.object(|choice| self.write_choice(choice, ending)))?;
        if let Some(usage) = &self.usage {
            members.object("usage", |members| tokens::write_chat(members, usage));
        }
        if let Some(tier) = &self.begun.service_tier {
            members.value("service_tier", tier);
        }
        Ok(())
    }

    fn write_choice(&self, choice: &mut Members<'_>, ending: Ending) -> Result<(), Failure> {
        choice.value("index", &0);
        choice.object("message", |message| self.write_message(message, ending));
        match self.logprobs.as_slice() {
            [] => choice.value("logprobs", &()),
            lists => choice.name("logprobs").extend_from_slice(&logprobs::object(lists)?),
        }
        choice.value("finish_reason", ending.reason);
        Ok(())
    }

    fn write_message(&self, message: &mut Members<'_>, ending: Ending) {
        message.value("role", "assistant");
        message.value("content", &self.text);
        message.value("refusal", &self.refusal);
        if let Some(reasoning) = &self.reasoning {
            message.value("reasoning_content", reasoning);
        }
        if !self.sealed.is_empty() {
            message.array("thinking_blocks", |array| {
                self.sealed.iter().for_each(|(thought, seal)| thinking::write(array, thought, seal));
            });
        }
        if !self.citations.is_empty() {
            message.array("annotations", |array| {
                self.citations.iter().for_each(|(citation, range)| cited::write(array, citation, *range));
            });
        }
        if !self.calls.is_empty() {
            message.array("tool_calls", |array| {
                for (at, call) in self.calls.iter().enumerate() {
                    let whole = !ending.cut || at + 1 < self.calls.len();
                    array.object(|members| call.write(members, whole));
                }
            });
        }
    }
}

impl Call<'_> {
    /// `whole`: whether nothing cut the call off.
    fn write(&self, members: &mut Members<'_>, whole: bool) {
        let nothing = self.kind == ToolKind::Function && self.argument.0.is_empty() && whole;
        if nothing {
            call::write(members, self.kind, &self.id, &self.name, call::NOTHING);
        } else {
            call::write(members, self.kind, &self.id, &self.name, &self.argument);
        }
    }
}
