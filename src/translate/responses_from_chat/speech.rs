//! Words of a stream: text, refusals and reasoning, with what annotates them.

use super::chunk::Head;
use super::fold::REASONING_BREAK;
use super::output_text::{is_citation, write_citation};
use crate::translate::Failure;
use crate::wire::json::{Fields, text};

/// How far the words went.
#[derive(Clone, Debug, Default)]
pub(super) struct Speech {
    text: Parts,
    refusal: Parts,
    reasoning: Parts,
    /// Characters of the text so far.
    characters: u64,
    /// Characters of the text before the part that is being written.
    part_start: u64,
}

/// Which part came last: (index of the output item, index of the part in it). Parts come one after another.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    last: Option<(u64, u64)>,
}

/// Where words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channel {
    Text,
    Refusal,
    Reasoning,
}

/// What an event says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    channel: Channel,
    /// The member that numbers the part.
    part: &'static str,
    /// The member that holds the words: `delta`, or all words of a part that is done.
    member: &'static str,
}

/// The events that hold words.
pub(super) fn said(kind: &str) -> Option<Said> {
    let (channel, part, member) = match kind {
        "response.output_text.delta" => (Channel::Text, "content_index", "delta"),
        "response.output_text.done" => (Channel::Text, "content_index", "text"),
        "response.refusal.delta" => (Channel::Refusal, "content_index", "delta"),
        "response.refusal.done" => (Channel::Refusal, "content_index", "refusal"),
        "response.reasoning_summary_text.delta" => (Channel::Reasoning, "summary_index", "delta"),
        "response.reasoning_summary_text.done" => (Channel::Reasoning, "summary_index", "text"),
        "response.reasoning_text.delta" => (Channel::Reasoning, "content_index", "delta"),
        "response.reasoning_text.done" => (Channel::Reasoning, "content_index", "text"),
        _ => return None,
    };
    Some(Said { channel, part, member })
}

impl Speech {
    /// Whether any words were written.
    pub(super) fn begun(&self) -> bool {
        [self.text, self.refusal, self.reasoning].iter().any(|parts| parts.last.is_some())
    }

    /// The next words, or all words of a part that had no deltas.
    pub(super) fn say(
        &mut self,
        head: &Head,
        said: Said,
        event: &Fields<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let Said { channel, part, member } = said;
        let piece = event.get(member).and_then(|piece| Some((piece, text(piece)?)));
        let (piece, words) =
            piece.ok_or_else(|| Failure::malformed(format!("an event without its `{member}`")))?;
        let at = (index(event, "output_index"), index(event, part));
        let parts = self.parts(channel);
        if words.is_empty() || (member != "delta" && parts.had(at)) {
            return Ok(());
        }
        let before = parts.last.replace(at);
        if channel == Channel::Text {
            self.count(&words, before != Some(at));
        }
        if channel == Channel::Reasoning && before.is_some_and(|before| before != at) {
            head.delta(out, None, |delta| {
                delta.value(channel.member(), REASONING_BREAK);
                Ok(())
            })?;
        }
        let logprobs = event.set("logprobs").filter(|logprobs| logprobs.get() != "[]");
        head.delta(out, logprobs, |delta| {
            delta.raw(channel.member(), piece);
            Ok(())
        })
    }

    /// A citation of the part that is being written.
    pub(super) fn annotation(
        &mut self,
        head: &Head,
        event: &Fields<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let Some(annotation) = event.set("annotation") else { return Ok(()) };
        let annotation = Fields::of(annotation).map_err(Failure::malformed)?;
        if !is_citation(&annotation) {
            return Ok(());
        }
        head.delta(out, None, |delta| {
            delta.array("annotations", |array| {
                array.object(|members| write_citation(members, &annotation, self.part_start));
            });
            Ok(())
        })
    }

    fn parts(&mut self, channel: Channel) -> &mut Parts {
        match channel {
            Channel::Text => &mut self.text,
            Channel::Refusal => &mut self.refusal,
            Channel::Reasoning => &mut self.reasoning,
        }
    }

    fn count(&mut self, words: &str, new_part: bool) {
        if new_part {
            self.part_start = self.characters;
        }
        let characters = u64::try_from(words.chars().count()).unwrap_or(u64::MAX);
        self.characters = self.characters.saturating_add(characters);
    }
}

impl Parts {
    fn had(self, at: (u64, u64)) -> bool {
        self.last.is_some_and(|last| at <= last)
    }
}

impl Channel {
    /// The member of a chat delta.
    fn member(self) -> &'static str {
        match self {
            Self::Text => "content",
            Self::Refusal => "refusal",
            Self::Reasoning => "reasoning_content",
        }
    }
}

/// A number that the reference requires; servers that leave it out have one part.
pub(super) fn index(event: &Fields<'_>, name: &str) -> u64 {
    event.read(name).unwrap_or_default()
}
