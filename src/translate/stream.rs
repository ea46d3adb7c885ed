//! A provider's stream → the client's, event by event, whatever pieces the bytes come in.
//!
//! A stream ends once: with the event that its API ends with, or with an error event. After either, whatever
//! the provider still sends is ignored.

use super::bridge::Bridge;
use super::failure::{Failure, error_event};
use super::pair::Pair;
use super::tally::Tally;
use super::{
    View, chat_from_chat, completions_from_completions, messages_from_messages, responses_from_responses,
};
use crate::sse::{Event, Item, MAX_EVENT, Parser, write_comment};
use crate::usage::Usage;
use crate::wire::{Api, Dialect, Stored};

/// How far a stream is. Once `Content`, never `Waiting` again; `Done` and `Failed` stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Nothing that counts: role chunks, `response.created` and the like, comments. What was written may be
    /// held back or thrown away without a loss.
    Waiting,
    /// Content was written.
    Content,
    /// The answer is complete.
    Done,
    /// The answer will not be complete. The client's error event was written; nothing may follow it.
    Failed(Failure),
}

/// What one event did.
#[derive(Debug)]
pub(super) enum Step {
    Waiting,
    Content,
    Done,
    /// As an `Err`, but the provider's own error event was passed on: no other is due.
    Failed(Failure),
}

#[derive(Clone, Debug)]
enum Translation {
    ChatFromChat(chat_from_chat::Chunks),
    CompletionsFromCompletions(completions_from_completions::Chunks),
    ResponsesFromResponses(responses_from_responses::Events),
    MessagesFromMessages(messages_from_messages::Events),
    Bridge(Box<Bridge>),
    /// No such pair streams: the first bytes say so.
    None(Failure),
}

/// A stream translator.
#[derive(Clone, Debug)]
pub struct Stream {
    dialect: Dialect,
    parser: Parser,
    translation: Translation,
    progress: Progress,
}

impl Stream {
    /// A translator at the stream's start.
    #[must_use]
    pub fn new(dialect: Dialect, api: Api, view: View) -> Self {
        let translation = match Pair::of(dialect, api) {
            Ok(Pair::ChatFromChat) => Translation::ChatFromChat(chat_from_chat::Chunks::new(view)),
            Ok(Pair::CompletionsFromCompletions) => {
                Translation::CompletionsFromCompletions(completions_from_completions::Chunks::new(view))
            }
            Ok(Pair::ResponsesFromResponses) => {
                Translation::ResponsesFromResponses(responses_from_responses::Events::new(view))
            }
            Ok(Pair::MessagesFromMessages) => {
                Translation::MessagesFromMessages(messages_from_messages::Events::new(view))
            }
            Ok(Pair::Stored(Stored::Get)) => {
                Translation::ResponsesFromResponses(responses_from_responses::Events::again(view))
            }
            Ok(Pair::Bridge(to, from)) => Translation::Bridge(Box::new(Bridge::new(from, to, view))),
            Ok(
                Pair::CompactFromCompact
                | Pair::EmbeddingsFromEmbeddings
                | Pair::EmbeddingsFromGemini
                | Pair::ModerationsFromModerations
                | Pair::Count(_)
                | Pair::Stored(_),
            ) => Translation::None(Failure::unsupported(format!("There is no stream of {}.", api.name()))),
            Err(failure) => Translation::None(failure),
        };
        Self { dialect, parser: Parser::new(MAX_EVENT), translation, progress: Progress::Waiting }
    }

    /// Takes a piece of the provider's stream and appends what the client gets.
    ///
    /// One piece may hold content *and* a failure: `Failed` then, with both in `out`.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Progress {
        let mut rest = bytes;
        while !self.is_over() {
            let result = match self.parser.next(&mut rest) {
                Ok(None) => break,
                Ok(Some(Item::Comment(text))) => {
                    write_comment(out, text);
                    Ok(Step::Waiting)
                }
                Ok(Some(Item::Event(event))) => self.translation.event(event, out),
                Err(long) => Err(Failure::malformed(format!("an event of more than {} bytes", long.bound))),
            };
            self.advance(result, out);
        }
        self.progress.clone()
    }

    /// The provider closed. Before the event that ends its answer, that is a failure, and the client is told;
    /// no ending is made up.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Progress {
        if !self.is_over() {
            let result = self.translation.end(out);
            self.advance(result, out);
        }
        self.progress.clone()
    }

    /// Ends the stream for a reason of the gateway's own (a timeout, a guardrail) and tells the client, unless
    /// the stream is over already.
    pub fn fail(&mut self, failure: Failure, out: &mut Vec<u8>) -> Progress {
        if !self.is_over() {
            self.advance(Err(failure), out);
        }
        self.progress.clone()
    }

    /// What the provider counted, as far as it has said.
    #[must_use]
    pub fn usage(&self) -> Option<Usage> {
        self.tally().usage()
    }

    /// Bytes of text that came since the provider counted last.
    #[must_use]
    pub fn said_since(&self) -> u64 {
        self.tally().said_since()
    }

    /// Searches that came, for where the provider has counted nothing: else they are in its count.
    #[must_use]
    pub fn searches(&self) -> u64 {
        self.tally().searches()
    }

    fn tally(&self) -> Tally {
        match &self.translation {
            Translation::ChatFromChat(chunks) => chunks.tally(),
            Translation::CompletionsFromCompletions(chunks) => chunks.tally(),
            Translation::ResponsesFromResponses(events) => events.tally(),
            Translation::MessagesFromMessages(events) => events.tally(),
            Translation::Bridge(bridge) => bridge.tally(),
            Translation::None(_) => Tally::default(),
        }
    }

    /// How far the stream is.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.progress
    }

    fn is_over(&self) -> bool {
        matches!(self.progress, Progress::Done | Progress::Failed(_))
    }

    fn advance(&mut self, result: Result<Step, Failure>, out: &mut Vec<u8>) {
        self.progress = match result {
            Ok(Step::Waiting) => return,
            Ok(Step::Content) => Progress::Content,
            Ok(Step::Done) => Progress::Done,
            Ok(Step::Failed(failure)) => Progress::Failed(failure),
            Err(failure) => {
                out.extend(error_event(self.dialect, &failure, self.translation.next_sequence()));
                Progress::Failed(failure)
            }
        };
    }
}

impl Translation {
    fn event(&mut self, event: Event<'_>, out: &mut Vec<u8>) -> Result<Step, Failure> {
        match self {
            Self::ChatFromChat(chunks) => chunks.event(event, out),
            Self::CompletionsFromCompletions(chunks) => chunks.event(event, out),
            Self::ResponsesFromResponses(events) => events.event(event, out),
            Self::MessagesFromMessages(events) => events.event(event, out),
            Self::Bridge(bridge) => bridge.event(event, out),
            Self::None(failure) => Err(failure.clone()),
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) -> Result<Step, Failure> {
        match self {
            Self::ChatFromChat(chunks) => chunks.end(out),
            Self::CompletionsFromCompletions(chunks) => chunks.end(out),
            Self::ResponsesFromResponses(events) => events.end(),
            Self::MessagesFromMessages(_) => Err(Failure::cut_off()),
            Self::Bridge(bridge) => bridge.end(out),
            Self::None(failure) => Err(failure.clone()),
        }
    }

    fn next_sequence(&self) -> u64 {
        match self {
            Self::ResponsesFromResponses(events) => events.next_sequence(),
            Self::Bridge(bridge) => bridge.next_sequence(),
            Self::ChatFromChat(_)
            | Self::CompletionsFromCompletions(_)
            | Self::MessagesFromMessages(_)
            | Self::None(_) => 0,
        }
    }
}
