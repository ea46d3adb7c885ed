//! What a whole message and a stream of one say alike.

use std::borrow::Cow;

use crate::translate::conversation::{Home, MARK, Seal, Words};
use crate::translate::told::{Begun, Citation, Finish};
use crate::translate::{View, tokens};
use crate::usage::Usage;
use crate::wire::write::Members;

/// What the seal of a thought says that nobody sealed. Nobody's mark ([`Seal::read`] knows no such home), so that
/// it is known for what it is when it comes back; clients want a signature on every thought.
const UNSEALED: &str = "unsealed";

/// What the index of a citation says that did not come from Anthropic, for the same reason.
const FOREIGN: &str = "foreign";

/// What the ids of Anthropic's own calls begin with, on its platform and on others' (`toolu_bdrk_…`).
pub(in crate::translate) const OWN_CALLS: &str = "toolu_";

/// The id of a call that came by another API. A Claude that is reached so has Anthropic's ids, but not its seals: by its
/// calls, a turn of its must be known for another provider's.
pub(super) fn call_id<'e>(id: &Words<'e>) -> Words<'e> {
    match id.text() {
        text if text.starts_with(OWN_CALLS) => Words::from(format!("call_{text}")),
        _ => id.clone(),
    }
}

/// The id of the answer: Anthropic's begin with `msg_`.
pub(super) fn id(begun: &Begun<'_>, view: &View) -> String {
    match begun.id.as_ref().map(Words::text) {
        Some(id) if id.starts_with("msg_") => id.into_owned(),
        Some(id) if !id.is_empty() => format!("msg_{id}"),
        _ => format!("msg_{}", view.created_s),
    }
}

/// Writes the members that a message begins with, up to its content.
pub(super) fn write_head(members: &mut Members<'_>, id: &str, view: &View) {
    members.value("id", id);
    members.value("type", "message");
    members.value("role", "assistant");
    members.value("model", &view.model);
}

/// The signature of a thought.
pub(super) fn signature<'e>(seal: Option<&Seal<'e>>) -> Words<'e> {
    match seal {
        Some(seal) if seal.home == Home::Anthropic => seal.data.clone(),
        Some(seal) => Words::from(seal.marked()),
        None => Words::from(format!("{MARK}{UNSEALED}")),
    }
}

/// Writes the members of a citation that has an address, in the dialect's word for one.
pub(super) fn write_citation(members: &mut Members<'_>, citation: &Citation<'_>) {
    let empty = Words::from("");
    members.value("type", "web_search_result_location");
    members.value("cited_text", citation.cited.as_ref().unwrap_or(&empty));
    members.value("encrypted_index", &format!("{MARK}{FOREIGN}"));
    members.value("title", &citation.title);
    members.value("url", citation.url.as_ref().unwrap_or(&empty));
}

/// How the answer ended.
#[derive(Clone, Debug, Default)]
pub(super) struct Ending {
    reason: Option<&'static str>,
    sequence: Option<String>,
    /// Whether a tool was called: not every provider's word for the end says so.
    pub called: bool,
    /// Whether the model said why it declines.
    pub declined: bool,
    pub usage: Usage,
}

impl Ending {
    pub(super) fn take(&mut self, finish: &Finish<'_>) {
        self.sequence = None;
        self.reason = Some(match finish {
            Finish::Stop => "end_turn",
            Finish::StopSequence(sequence) => {
                self.sequence = sequence.as_ref().map(|words| words.text().into_owned());
                "stop_sequence"
            }
            Finish::Length => "max_tokens",
            Finish::Calls => "tool_use",
            Finish::Filtered | Finish::Declined => "refusal",
            Finish::Paused => "pause_turn",
        });
    }

    /// Writes `stop_reason` and `stop_sequence`.
    pub(super) fn write(&self, members: &mut Members<'_>) {
        let reason = match self.reason {
            None | Some("end_turn") if self.called => "tool_use",
            None | Some("end_turn") if self.declined => "refusal",
            reason => reason.unwrap_or("end_turn"),
        };
        members.value("stop_reason", reason);
        members.value("stop_sequence", &self.sequence);
    }

    pub(super) fn write_usage(&self, members: &mut Members<'_>) {
        members.object("usage", |usage| tokens::write_messages(usage, &self.usage));
    }
}

/// The words of one thing, as they came. A single piece goes out as it was written.
#[derive(Clone, Debug, Default)]
pub(super) struct Joined<'e>(Vec<Words<'e>>);

impl<'e> Joined<'e> {
    pub(super) fn push(&mut self, words: Words<'e>) {
        self.0.push(words);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(Words::is_empty)
    }

    pub(super) fn text(&self) -> Cow<'e, str> {
        match self.0.as_slice() {
            [one] => one.text(),
            all => Cow::Owned(all.iter().map(Words::text).collect()),
        }
    }

    /// Writes the words as a member.
    pub(super) fn write(&self, members: &mut Members<'_>, name: &str) {
        match self.0.as_slice() {
            [one] => members.value(name, one),
            _ => members.value(name, &self.text()),
        }
    }
}
