//! Words of an answer: text, refusals and reasoning, with what annotates them.

use serde_json::value::RawValue;

use super::logprobs::in_words_of_chat;
use super::{index, members_of};
use crate::translate::conversation::Words;
use crate::translate::failure::Failure;
use crate::translate::told::{Citation, Told};
use crate::wire::json::{Fields, elements, text};

/// Between two parts of reasoning, which Responses keep apart.
const BREAK: &str = "\n\n";

/// How far the words went.
#[derive(Clone, Debug, Default)]
pub(super) struct Heard {
    text: Parts,
    refusal: Parts,
    summary: Parts,
    reasoning: Parts,
    /// Where the thought is that is not sealed yet.
    thought: Option<(Channel, At)>,
    /// Whether any thought was sealed.
    sealed: bool,
    /// Characters of the text so far.
    characters: u64,
    /// Characters of the text before the part that is being told.
    part_start: u64,
}

/// Index of an output item, and index of a part in it.
type At = (u64, u64);

/// Which part came last. Parts come one after another.
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    last: Option<At>,
}

/// Where words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Channel {
    Text,
    Refusal,
    Summary,
    Reasoning,
}

/// What an event or a part says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    channel: Channel,
    /// The member that numbers the part.
    part: &'static str,
    /// The member that holds the words: `delta`, or all words of a part that is done.
    member: &'static str,
}

/// The events that hold words.
pub(super) fn piece(kind: &str) -> Option<Piece> {
    let (channel, part, member) = match kind {
        "response.output_text.delta" => (Channel::Text, "content_index", "delta"),
        "response.output_text.done" => (Channel::Text, "content_index", "text"),
        "response.refusal.delta" => (Channel::Refusal, "content_index", "delta"),
        "response.refusal.done" => (Channel::Refusal, "content_index", "refusal"),
        "response.reasoning_summary_text.delta" => (Channel::Summary, "summary_index", "delta"),
        "response.reasoning_summary_text.done" => (Channel::Summary, "summary_index", "text"),
        "response.reasoning_text.delta" => (Channel::Reasoning, "content_index", "delta"),
        "response.reasoning_text.done" => (Channel::Reasoning, "content_index", "text"),
        _ => return None,
    };
    Some(Piece { channel, part, member })
}

impl Piece {
    /// A part of an item that is whole.
    pub(super) fn of_part(part: &Fields<'_>) -> Option<Self> {
        let (channel, member) = match part.text("type").as_deref() {
            Some("output_text") => (Channel::Text, "text"),
            Some("refusal") => (Channel::Refusal, "refusal"),
            Some("summary_text") => (Channel::Summary, "text"),
            Some("reasoning_text") => (Channel::Reasoning, "text"),
            _ => return None,
        };
        Some(Self { channel, part: "content_index", member })
    }
}

impl Heard {
    /// Whether any words or seals were told.
    pub(super) fn any(&self) -> bool {
        self.sealed
            || [self.text, self.refusal, self.summary, self.reasoning]
                .iter()
                .any(|parts| parts.last.is_some())
    }

    /// The thought so far was sealed.
    pub(super) fn sealed(&mut self) {
        self.thought = None;
        self.sealed = true;
    }

    /// The next words, or all words of a part that had no deltas.
    pub(super) fn event<'e>(
        &mut self,
        piece: Piece,
        event: &Fields<'e>,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let at = (index(event, "output_index"), index(event, piece.part));
        self.say(piece, event, at, told).map(|_| ())
    }

    /// A part of an item that is whole, with its annotations, unless its words were told before.
    pub(super) fn part<'e>(
        &mut self,
        piece: Piece,
        part: &Fields<'e>,
        at: At,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        if !self.say(piece, part, at, told)? {
            return Ok(());
        }
        let annotations = part.set("annotations").map_or(Ok(Vec::new()), elements);
        for annotation in
            annotations.map_err(|error| Failure::malformed(format!("`annotations`: {error}")))?
        {
            self.annotation(annotation, told)?;
        }
        Ok(())
    }

    /// Says whether there was anything to tell.
    fn say<'e>(
        &mut self,
        piece: Piece,
        fields: &Fields<'e>,
        at: At,
        told: &mut Vec<Told<'e>>,
    ) -> Result<bool, Failure> {
        let Piece { channel, member, .. } = piece;
        let raw = fields.get(member).and_then(|raw| Some((raw, text(raw)?)));
        let (raw, words) =
            raw.ok_or_else(|| Failure::malformed(format!("words without their `{member}`")))?;
        let parts = self.parts(channel);
        if words.is_empty() || (member != "delta" && parts.had(at)) {
            return Ok(false);
        }
        let before = parts.last.replace(at);
        let words_of = Words::Json(raw);
        match channel {
            Channel::Text => {
                self.count(&words, before != Some(at));
                told.push(Told::Text(words_of));
                let logprobs = fields.set("logprobs").filter(|logprobs| logprobs.get() != "[]");
                if let Some(logprobs) = logprobs {
                    told.push(Told::Logprobs(in_words_of_chat(logprobs)?));
                }
            }
            Channel::Refusal => told.push(Told::Refusal(words_of)),
            Channel::Summary | Channel::Reasoning => {
                let before = self.thought.replace((channel, at));
                if before.is_some_and(|before| before != (channel, at)) {
                    told.push(Told::Thought(Words::from(BREAK)));
                }
                told.push(Told::Thought(words_of));
            }
        }
        Ok(true)
    }

    /// A source of the part that is being told. Of the kinds of annotations, only addresses mean something
    /// outside the provider.
    pub(super) fn annotation<'e>(
        &mut self,
        annotation: &'e RawValue,
        told: &mut Vec<Told<'e>>,
    ) -> Result<(), Failure> {
        let annotation = members_of(annotation)?;
        if annotation.text("type").as_deref() != Some("url_citation") {
            return Ok(());
        }
        let place = |name| annotation.read::<u64>(name).map(|index| index.saturating_add(self.part_start));
        told.push(Told::Citation(Citation {
            url: annotation.set("url").map(Words::Json),
            title: annotation.set("title").map(Words::Json),
            cited: None,
            range: place("start_index").zip(place("end_index")),
        }));
        Ok(())
    }

    fn parts(&mut self, channel: Channel) -> &mut Parts {
        match channel {
            Channel::Text => &mut self.text,
            Channel::Refusal => &mut self.refusal,
            Channel::Summary => &mut self.summary,
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
    fn had(self, at: At) -> bool {
        self.last.is_some_and(|last| at <= last)
    }
}
