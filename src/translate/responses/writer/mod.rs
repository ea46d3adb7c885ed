//! Told pieces → a stream of the dialect.
//!
//! The dialect says everything three times: as it comes, when its part and item are done, and in the response
//! at the end. So the answer is kept, up to a bound. An item is opened at its first piece and closed when
//! another kind of piece comes. Events are numbered from 0, and there is no `[DONE]`.

mod call;
mod events;
mod head;
mod kept;
mod message;
mod reasoning;

use crate::sse::write_comment;
use crate::translate::View;
use crate::translate::conversation::{Seal, ToolKind, Words};
use crate::translate::failure::Failure;
use crate::translate::told::{Begun, Finish, Told};
use crate::usage::Usage;
use call::Call;
use events::{Events, Slot};
use head::{Ending, Head};
use message::{Message, Spoken};
use reasoning::Reasoning;

/// Most bytes of an answer: what is kept of it.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// Most items of an answer.
const MAX_ITEMS: usize = 4096;

/// Writes an answer as a stream of the dialect.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Writer {
    head: Head,
    events: Events,
    begun: bool,
    open: Option<Open>,
    /// The items that are done, as JSON.
    done: Vec<Vec<u8>>,
    /// Characters of the answer's text before the item that is open.
    characters: u64,
    /// Bytes of the answer so far.
    kept: usize,
    usage: Option<Usage>,
    ending: Ending,
}

/// The item that is being written.
#[derive(Clone, Debug)]
enum Open {
    Message(Message),
    Reasoning(Reasoning),
    Call(Call),
}

impl Writer {
    pub(in crate::translate) fn new(view: View) -> Self {
        Self {
            head: Head::new(view),
            events: Events::default(),
            begun: false,
            open: None,
            done: Vec::new(),
            characters: 0,
            kept: 0,
            usage: None,
            ending: Ending::Completed,
        }
    }

    /// The number of the event that follows.
    pub(in crate::translate) fn next_sequence(&self) -> u64 {
        self.events.next()
    }

    /// Writes one piece.
    ///
    /// # Errors
    /// An answer that is too long, and an argument without a call.
    pub(in crate::translate) fn write(&mut self, told: Told<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        match told {
            Told::Alive => write_comment(out, b" keep-alive"),
            Told::Begun(begun) => self.begin(Some(&begun), out),
            Told::Text(words) => self.say(Spoken::Text, &words, out)?,
            Told::Refusal(words) => self.say(Spoken::Refusal, &words, out)?,
            Told::Thought(words) => self.think(&words, out)?,
            Told::Seal(seal) => self.seal(&seal, out)?,
            Told::Citation(citation) => {
                if let Some(Open::Message(message)) = &mut self.open {
                    self.kept += message.cite(&citation, &mut self.events, out);
                }
            }
            Told::Logprobs(logprobs) => {
                if let Some(Open::Message(message)) = &mut self.open {
                    self.kept += message.logprobs(&logprobs, &mut self.events, out)?;
                }
            }
            Told::Call { kind, id, name } => self.call(kind, &id, &name, out)?,
            Told::Argument(words) => self.argue(&words, out)?,
            Told::Usage(usage) => self.usage = Some(usage),
            Told::Finished(finish) => self.ending = ending(&finish),
            Told::End => {
                self.finish(out);
            }
        }
        if self.kept > MAX_ANSWER || self.done.len() > MAX_ITEMS {
            return Err(Failure::malformed(format!(
                "an answer of more than {MAX_ANSWER} bytes or {MAX_ITEMS} items"
            )));
        }
        Ok(())
    }

    /// Closes what is open and writes the last event. Gives the whole response.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>) -> Vec<u8> {
        self.begin(None, out);
        self.close(self.ending.of_item(), out);
        let mut response = Vec::new();
        self.head.response(&mut response, Some(self.ending), &self.done, self.usage.as_ref());
        self.events.with_response(self.ending.event(), &response, out);
        response
    }

    fn begin(&mut self, begun: Option<&Begun<'_>>, out: &mut Vec<u8>) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        if let Some(begun) = begun {
            self.head.take(begun);
        }
        let mut response = Vec::new();
        self.head.response(&mut response, None, &[], None);
        for kind in ["response.created", "response.in_progress"] {
            self.events.with_response(kind, &response, out);
        }
    }

    fn say(&mut self, spoken: Spoken, words: &Words<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        if words.is_empty() {
            return Ok(());
        }
        if !matches!(self.open, Some(Open::Message(_))) {
            let slot = self.next("msg", out);
            self.open = Some(Open::Message(Message::open(slot, self.characters, &mut self.events, out)));
        }
        if let Some(Open::Message(message)) = &mut self.open {
            self.kept += message.say(spoken, words, &mut self.events, out);
        }
        Ok(())
    }

    fn think(&mut self, words: &Words<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        if words.is_empty() {
            return Ok(());
        }
        self.open_reasoning(out);
        if let Some(Open::Reasoning(reasoning)) = &mut self.open {
            self.kept += reasoning.think(words, &mut self.events, out);
        }
        Ok(())
    }

    fn seal(&mut self, seal: &Seal<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        self.open_reasoning(out);
        if let Some(Open::Reasoning(reasoning)) = &mut self.open {
            self.kept += reasoning.seal(seal);
        }
        self.close("completed", out);
        Ok(())
    }

    fn open_reasoning(&mut self, out: &mut Vec<u8>) {
        if !matches!(self.open, Some(Open::Reasoning(_))) {
            let slot = self.next("rs", out);
            self.open = Some(Open::Reasoning(Reasoning::open(slot, &mut self.events, out)));
        }
    }

    fn call(
        &mut self,
        kind: ToolKind,
        id: &Words<'_>,
        name: &Words<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), Failure> {
        let prefix = match self.head.called(kind, name).kind {
            ToolKind::Function => "fc",
            ToolKind::Custom => "ctc",
        };
        let slot = self.next(prefix, out);
        let called = self.head.called(kind, name);
        let (call, kept) = Call::open(slot, kind, id, called, &mut self.events, out);
        self.kept += kept;
        self.open = Some(Open::Call(call));
        Ok(())
    }

    fn argue(&mut self, words: &Words<'_>, out: &mut Vec<u8>) -> Result<(), Failure> {
        let Some(Open::Call(call)) = &mut self.open else {
            return Err(Failure::malformed("an argument without a tool call"));
        };
        if !words.is_empty() {
            self.kept += call.argue(words, &mut self.events, out);
        }
        Ok(())
    }

    /// Closes what is open, and makes place for the next item.
    fn next(&mut self, prefix: &str, out: &mut Vec<u8>) -> Slot {
        self.begin(None, out);
        self.close("completed", out);
        self.head.slot(prefix, self.done.len())
    }

    fn close(&mut self, status: &str, out: &mut Vec<u8>) {
        let item = match self.open.take() {
            None => return,
            Some(Open::Message(message)) => {
                self.characters = message.characters();
                message.close(status, &mut self.events, out)
            }
            Some(Open::Reasoning(reasoning)) => reasoning.close(&mut self.events, out),
            Some(Open::Call(call)) => call.close(status, &mut self.events, out),
        };
        self.done.push(item);
    }
}

/// How the response ends. Responses have two words for an answer that is not whole; one that a provider
/// paused is told as cut off at a bound, which is how a client knows that there is more to come.
fn ending(finish: &Finish<'_>) -> Ending {
    match finish {
        Finish::Stop | Finish::StopSequence(_) | Finish::Calls => Ending::Completed,
        Finish::Length | Finish::Paused => Ending::Length,
        Finish::Filtered | Finish::Declined => Ending::Filtered,
    }
}
