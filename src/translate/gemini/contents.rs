//! Turns → `systemInstruction` and `contents`.
//!
//! Gemini knows the roles `user` and `model`, in turns, and the user begins. What follows from that:
//!
//! * what the same one says in several turns becomes one content;
//! * a system or developer turn after the beginning becomes parts of the user's, between [`OPERATOR`] and
//!   [`OPERATOR_END`], so that the model knows whose words they are;
//! * before a conversation that the assistant begins stands [`BEGINS`];
//! * a conversation that nobody but the system speaks in is refused: there is nothing to answer.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::calls;
use super::media;
use super::model::Model;
use super::signatures::{UNSIGNED, assign, signature};
use crate::reject::Reject;
use crate::translate::conversation::{Call, Part, Role, Said, Turn, Words};
use crate::translate::losses::{Losses, invalid};
use crate::wire::write::{self, Members};

/// What stands before the words of a system turn in the middle of a conversation.
const OPERATOR: &str = "[System message, from the operator and not from the user:]";
/// What stands after them.
const OPERATOR_END: &str = "[End of the system message.]";
/// What stands before a conversation that the assistant begins.
const BEGINS: &str = "[The assistant begins the conversation.]";

/// What was written.
pub(super) struct Written {
    /// The parts of the system instruction: the elements of a JSON array; empty where there is none.
    pub system: Vec<u8>,
    /// A JSON array.
    pub contents: Vec<u8>,
}

impl Written {
    /// Of a body that has this in it, about.
    pub(super) fn length(&self) -> usize {
        const MORE: usize = 1024;
        self.system.len() + self.contents.len() + MORE
    }
}

/// Writes every turn, into `room`.
pub(super) fn write(
    turns: &[Turn<'_>],
    room: Vec<u8>,
    model: Model,
    losses: &mut Losses<'_>,
) -> Result<Written, Reject> {
    let leading = turns.iter().take_while(|turn| is_system(turn)).count();
    let (leading, rest) = turns.split_at_checked(leading).unwrap_or_default();
    let mut system = Speech::default();
    for turn in leading {
        name_speaker(turn, losses);
        turn.parts.iter().try_for_each(|part| system_part(&mut system, Speaker::System, part, losses))?;
    }
    let speech = Speech { out: room, ..Speech::default() };
    let mut writer = Writer { speech, calls: BTreeMap::new(), model, losses };
    for step in rest.chunk_by(|one, next| is_assistant(one) == is_assistant(next)) {
        writer.step(step)?;
    }
    let contents = writer.speech.contents().ok_or_else(|| nobody(turns))?;
    Ok(Written { system: system.out, contents })
}

fn is_system(turn: &Turn<'_>) -> bool {
    matches!(turn.role, Role::System | Role::Developer)
}

fn is_assistant(turn: &Turn<'_>) -> bool {
    turn.role == Role::Assistant
}

/// 400: the system alone has spoken, or nobody.
fn nobody(turns: &[Turn<'_>]) -> Reject {
    let place = turns.first().map(|turn| turn.at.to_string());
    let list = place.as_deref().and_then(|place| place.split('[').next()).unwrap_or("messages");
    invalid(list, "found nothing that the user or the assistant says, and Gemini answers to that only")
}

fn name_speaker(turn: &Turn<'_>, losses: &mut Losses<'_>) {
    if turn.name.is_some() {
        losses.hint(turn.at.member("name"));
    }
}

fn name_cache(part: &Part<'_>, losses: &mut Losses<'_>) {
    if part.cache.is_some() {
        losses.hint(part.at.member("cache_control"));
    }
}

/// The system says texts only.
fn system_part(
    speech: &mut Speech,
    speaker: Speaker,
    part: &Part<'_>,
    losses: &mut Losses<'_>,
) -> Result<(), Reject> {
    name_cache(part, losses);
    let Said::Text(words) = &part.said else { return Err(losses.part(part.at)) };
    speech.text(speaker, words);
    Ok(())
}

/// Who says a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    /// In `systemInstruction`, which has no role.
    System,
    User,
    Model,
}

/// Contents, as they grow.
#[derive(Default)]
pub(super) struct Speech {
    /// The elements of a JSON array; the last content is still open.
    out: Vec<u8>,
    speaker: Option<Speaker>,
}

impl Speech {
    /// Starts a part; the caller writes its members.
    pub(super) fn part<R>(&mut self, speaker: Speaker, members: impl FnOnce(&mut Members<'_>) -> R) -> R {
        if self.speaker.is_none() && speaker == Speaker::Model {
            self.text(Speaker::User, &Words::from(BEGINS));
        }
        match (self.speaker, speaker) {
            (Some(before), _) if before == speaker => self.out.push(b','),
            (None, Speaker::System) => {}
            (before, _) => {
                if before.is_some() {
                    self.out.extend_from_slice(b"]},");
                }
                let role = if speaker == Speaker::Model { "model" } else { "user" };
                self.out.extend_from_slice(format!("{{\"role\":\"{role}\",\"parts\":[").as_bytes());
            }
        }
        self.speaker = Some(speaker);
        write::object(&mut self.out, members)
    }

    /// A part of text. An empty one says nothing, and Gemini refuses it.
    pub(super) fn text(&mut self, speaker: Speaker, words: &Words<'_>) {
        if !words.is_empty() {
            self.part(speaker, |members| members.value("text", words));
        }
    }

    /// The whole array, where anybody said anything.
    fn contents(self) -> Option<Vec<u8>> {
        self.speaker?;
        let mut out = self.out;
        out.insert(0, b'[');
        out.extend_from_slice(b"]}]");
        Some(out)
    }
}

struct Writer<'w, 'd, 'a> {
    speech: Speech,
    /// The calls so far, by their ids: of several with one id, a result is of the last.
    calls: BTreeMap<Cow<'w, str>, &'w Call<'a>>,
    model: Model,
    losses: &'w mut Losses<'d>,
}

impl<'w, 'a> Writer<'w, '_, 'a> {
    /// Turns of the same one.
    fn step(&mut self, turns: &'w [Turn<'a>]) -> Result<(), Reject> {
        for turn in turns {
            name_speaker(turn, self.losses);
        }
        if turns.first().is_some_and(is_assistant) {
            return self.assistant(turns);
        }
        for turn in turns {
            if is_system(turn) {
                self.operator(turn)?;
            } else {
                turn.parts.iter().try_for_each(|part| self.user_part(part))?;
            }
        }
        Ok(())
    }

    fn operator(&mut self, turn: &Turn<'_>) -> Result<(), Reject> {
        let says_something = |part: &Part<'_>| !matches!(&part.said, Said::Text(words) if words.is_empty());
        if !turn.parts.iter().any(says_something) {
            return Ok(());
        }
        self.speech.text(Speaker::User, &Words::from(OPERATOR));
        for part in &turn.parts {
            system_part(&mut self.speech, Speaker::User, part, self.losses)?;
        }
        self.speech.text(Speaker::User, &Words::from(OPERATOR_END));
        Ok(())
    }

    fn user_part(&mut self, part: &Part<'a>) -> Result<(), Reject> {
        name_cache(part, self.losses);
        let Said::Result(result) = &part.said else {
            return media::write(&mut self.speech, Speaker::User, part, self.model, self.losses);
        };
        let id = result.call_id.text();
        let call = self.calls.get(&id).ok_or_else(|| calls::unknown(part.at))?;
        calls::write_result(&mut self.speech, &call.name, result, part.at, self.model, self.losses)
    }

    fn assistant(&mut self, turns: &'w [Turn<'a>]) -> Result<(), Reject> {
        let parts: Vec<&Part<'a>> = turns.iter().flat_map(|turn| &turn.parts).collect();
        let signatures = assign(&parts);
        let mut unsigned = self.model.wants_signatures().then(|| Words::from(UNSIGNED));
        for (part, carried) in parts.into_iter().zip(&signatures.carried) {
            name_cache(part, self.losses);
            match &part.said {
                Said::Thought(_) => {
                    if signature(part).is_none() {
                        self.losses.hint(part.at.to_string());
                    }
                }
                Said::Call(call) => {
                    self.calls.insert(call.id.text(), call);
                    // Of calls that were made at once, only the first has a signature.
                    let instead = unsigned.take();
                    let signature = carried.or(instead.as_ref());
                    calls::write_call(&mut self.speech, call, signature, part.at, self.losses)?;
                }
                Said::Text(words) | Said::Refusal(words) => match carried {
                    Some(signature) => self.signed_text(words, signature),
                    None => self.speech.text(Speaker::Model, words),
                },
                _ => media::write(&mut self.speech, Speaker::Model, part, self.model, self.losses)?,
            }
        }
        for signature in signatures.trailing {
            self.signed_text(&Words::from(""), signature);
        }
        Ok(())
    }

    fn signed_text(&mut self, words: &Words<'_>, signature: &Words<'_>) {
        self.speech.part(Speaker::Model, |members| {
            members.value("text", words);
            members.value("thoughtSignature", signature);
        });
    }
}
