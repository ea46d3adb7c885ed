//! A provider's answer in no API's words, piece by piece.
//!
//! Each API's answers are *read* into these, whole ones and streams alike: a whole answer is a stream whose
//! pieces come at once. Each dialect *writes* them, as a stream or folded into one body.
//!
//! The order is: [`Told::Begun`] first, then what is said, thought and called, in the provider's order; then
//! [`Told::Usage`] and [`Told::Finished`] in any order and any number, the last of each counts; [`Told::End`]
//! last, once, and only where the answer is complete. Calls come one after another: a piece of an argument
//! belongs to the call that began last.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::conversation::{Seal, ToolKind, Words};
use crate::usage::Usage;

/// Most tool calls that one answer may tell of: who reads, folds or writes one more fails.
pub(super) const MAX_CALLS: usize = 1024;

/// One piece of an answer.
#[derive(Clone, Debug)]
pub(super) enum Told<'e> {
    /// The answer has begun.
    Begun(Begun<'e>),
    /// The next of its text.
    Text(Words<'e>),
    /// The next of why it was declined.
    Refusal(Words<'e>),
    /// The next of what the model thought.
    Thought(Words<'e>),
    /// The thought so far is sealed; what is thought next is another one. A seal without a thought before it
    /// stands alone.
    Seal(Seal<'e>),
    /// A source of the text that was said last.
    Citation(Citation<'e>),
    /// A tool is called.
    Call {
        kind: ToolKind,
        /// The provider's, or one that was made up where it has none.
        id: Words<'e>,
        name: Words<'e>,
    },
    /// The next of the call's argument: of a function's, the next of a JSON object's text.
    Argument(Words<'e>),
    /// Log probabilities of the text that was said last: an array in the words of chat completions.
    Logprobs(Cow<'e, RawValue>),
    /// What was counted.
    Usage(Usage),
    /// How it ended.
    Finished(Finish<'e>),
    /// The provider is still there.
    Alive,
    /// The answer is complete.
    End,
}

impl Told<'_> {
    /// Whether it is something that the client waits for, and not only about the answer.
    pub(super) fn is_content(&self) -> bool {
        match self {
            Self::Text(words) | Self::Refusal(words) | Self::Thought(words) => !words.is_empty(),
            Self::Seal(_) | Self::Citation(_) | Self::Call { .. } | Self::Argument(_) => true,
            Self::Finished(_) => true,
            Self::Begun(_) | Self::Logprobs(_) | Self::Usage(_) | Self::Alive | Self::End => false,
        }
    }
}

impl Told<'_> {
    /// Bytes of what the model said, thought or called in it.
    pub(super) fn bytes_said(&self) -> u64 {
        match self {
            Self::Text(words) | Self::Refusal(words) | Self::Thought(words) | Self::Argument(words) => {
                words.bytes()
            }
            Self::Call { name, .. } => name.bytes(),
            _ => 0,
        }
    }
}

/// What is known at the beginning.
#[derive(Clone, Debug, Default)]
pub(super) struct Begun<'e> {
    /// The provider's id of the answer.
    pub id: Option<Words<'e>>,
    /// How it was served, in OpenAI's words where those have one.
    pub service_tier: Option<Words<'e>>,
}

/// Where a text has something from.
#[derive(Clone, Debug, Default)]
pub(super) struct Citation<'e> {
    pub url: Option<Words<'e>>,
    pub title: Option<Words<'e>>,
    /// The words that are cited.
    pub cited: Option<Words<'e>>,
    /// Which characters of the answer's text it is a source of; `None` for the text that was said last.
    pub range: Option<(u64, u64)>,
}

/// How an answer ended.
#[derive(Clone, Debug)]
pub(super) enum Finish<'e> {
    /// The model had said everything.
    Stop,
    /// One of the request's stop sequences came.
    StopSequence(Option<Words<'e>>),
    /// The bound on its tokens was reached.
    Length,
    /// Its tools were called.
    Calls,
    /// A filter of the provider's cut it off.
    Filtered,
    /// The model declined.
    Declined,
    /// The provider paused a long turn, to be asked to go on: Anthropic's `pause_turn`.
    Paused,
}
