//! Guardrails on an answer's stream, in the client's dialect.
//!
//! Each text of the answer is a channel that grows with the events' pieces of it. Events wait in a queue until
//! all their pieces are decided on, and leave in their order, each with its share of the masks; every other byte
//! stays as it was. Texts that an event holds whole are looked at as those of a whole answer. A tool call's
//! arguments, and any text that is JSON so far, wait for their end: they are looked at as JSON.
//!
//! In chat completions no event says that, for example, the reasoning is over. There a text is let go when another
//! text of its choice goes on without it; if it goes on later, a match over the gap still blocks, but what of it
//! stood before the gap is out.
//!
//! Token probabilities repeat the text, often ahead of it: where a guardrail that blocks or masks looks at a
//! stream, they are left out.
//!
//! Fails closed: what cannot be read, does not end, or is more than may be kept, ends the stream.

mod channel;
mod checks;
mod document;
mod gather;
mod joint;
mod kept;
mod queue;
mod reach;
mod route;
mod texts;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::Compiled;
use super::findings::Findings;
use super::mode::Stage;
use super::reader::unreadable_answer;
use super::record::Report;
use super::selection::{Running, Selection};
use super::zone::Side;
use crate::event::GuardrailInformation;
use crate::reject::Reject;
use crate::sse::{Item, MAX_EVENT, Parser, write_comment};
use crate::wire::Dialect;

use channel::{Channel, Refusal};
pub use kept::KeptStream;
use queue::{Held, Queue};
pub(super) use reach::Reach;
use route::Ends;

/// Whether a stream goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// What was appended may be sent.
    Going,
    /// What was appended may be sent, and nothing behind it but the error: [`StreamGuard::reject`].
    Blocked,
}

/// What ended a stream.
#[derive(Debug)]
enum Stop {
    /// This guardrail blocks.
    Guardrail(usize),
    /// It cannot be looked at.
    Refused(Refusal),
}

/// The guardrails of one request while its answer streams by.
#[derive(Debug)]
pub struct StreamGuard {
    side: Side,
    running: Running,
    /// One of them does more than tell: events wait.
    enforces: bool,
    reach: Reach,
    started_us: u64,
    parser: Parser,
    channels: Vec<Channel>,
    /// Path → channel.
    by_path: BTreeMap<String, usize>,
    /// Paths of whole texts that may be repeated.
    seen: BTreeSet<String>,
    queue: Queue,
    findings: Findings,
    stop: Option<Stop>,
    next_sequence: u64,
}

impl Compiled {
    /// What runs of the local guardrails on an answer that is streamed; `None` where none does. `now_us` is the
    /// clock of the records, in microseconds since the Unix epoch.
    #[must_use]
    pub fn stream(&self, selection: &Selection, dialect: Dialect, now_us: u64) -> Option<StreamGuard> {
        let running = selection.at(Stage::Answer, |index| self.is_local(index));
        if running.is_empty() {
            return None;
        }
        let reaches = self.rules.iter().zip(&self.reaches);
        let ours = reaches.filter(|(rule, _)| running.contains(rule.guardrail));
        let reach = ours.fold(Reach::NONE, |reach, (_, other)| reach.and(*other));
        let enforces = running.iter().any(|guardrail| !running.only_tells(guardrail));
        Some(StreamGuard {
            side: Side { dialect, stage: Stage::Answer },
            enforces,
            running,
            reach,
            started_us: now_us,
            parser: Parser::new(MAX_EVENT),
            channels: Vec::new(),
            by_path: BTreeMap::new(),
            seen: BTreeSet::new(),
            queue: Queue::default(),
            findings: Findings::default(),
            stop: None,
            next_sequence: 0,
        })
    }
}

impl StreamGuard {
    /// Takes a piece of the client's stream, and appends what may be sent now.
    pub fn push(&mut self, compiled: &Compiled, bytes: &[u8], out: &mut Vec<u8>) -> Flow {
        // The parser lends what it gives.
        let mut parser = std::mem::replace(&mut self.parser, Parser::new(0));
        let mut rest = bytes;
        while self.stop.is_none() {
            match parser.next(&mut rest) {
                Ok(None) => break,
                Ok(Some(Item::Comment(text))) => write_comment(out, text),
                Ok(Some(Item::Event(event))) => {
                    let done = self.event(compiled, event.name, event.data);
                    self.advance(compiled, done, out);
                }
                Err(long) => {
                    self.stop =
                        Some(Stop::Refused(Refusal(format!("an event of more than {} bytes", long.bound))))
                }
            }
        }
        self.parser = parser;
        self.flow()
    }

    /// The stream is over: appends what was held back.
    pub fn end(&mut self, compiled: &Compiled, out: &mut Vec<u8>) -> Flow {
        if self.stop.is_none() {
            let done = self.end_texts(compiled, &[Ends::All]);
            self.advance(compiled, done, out);
        }
        self.flow()
    }

    /// Why the stream was blocked: what a whole answer would have been replaced by.
    #[must_use]
    pub fn reject(&self, compiled: &Compiled) -> Option<Reject> {
        Some(match self.stop.as_ref()? {
            Stop::Guardrail(guardrail) => self.report(compiled, self.started_us).reject(*guardrail),
            Stop::Refused(Refusal(why)) => unreadable_answer(why),
        })
    }

    /// Names of the guardrails that look at the stream.
    pub fn names<'c>(&self, compiled: &'c Compiled) -> impl Iterator<Item = &'c str> {
        let named = |guardrail: usize| compiled.guardrails.get(guardrail);
        self.running
            .iter()
            .filter_map(named)
            .map(|guardrail| guardrail.name.as_str())
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// As of a whole answer: one record for each guardrail that ran, and none where the answer could not be read.
    #[must_use]
    pub fn records(&self, compiled: &Compiled, now_us: u64) -> Vec<GuardrailInformation> {
        let last = match &self.stop {
            None => usize::MAX,
            Some(Stop::Guardrail(guardrail)) => *guardrail,
            Some(Stop::Refused(_)) => return Vec::new(),
        };
        let report = self.report(compiled, now_us);
        self.running
            .iter()
            .filter(|guardrail| *guardrail <= last)
            .map(|guardrail| report.record(guardrail))
            .collect()
    }

    /// For Responses: one more than the last `sequence_number` that went out.
    #[must_use]
    pub fn next_sequence(&self) -> u64 {
        self.next_sequence
    }

    fn report<'r>(&'r self, compiled: &'r Compiled, ended_us: u64) -> Report<'r> {
        let (running, findings, started_us) = (&self.running, &self.findings, self.started_us);
        Report { compiled, running, findings, started_us, ended_us }
    }

    fn flow(&self) -> Flow {
        if self.stop.is_some() { Flow::Blocked } else { Flow::Going }
    }

    /// Lets go what may go, or stops. What waits when a match blocks is the match and what is behind it, and the
    /// little before it that a longer match might have needed.
    fn advance(&mut self, compiled: &Compiled, done: Result<(), Refusal>, out: &mut Vec<u8>) {
        if !self.enforces {
            return self.release(out);
        }
        let blocking = self.report(compiled, self.started_us).blocking_guardrail();
        self.stop = match (blocking, done) {
            (Some(guardrail), _) => Some(Stop::Guardrail(guardrail)),
            (None, Err(refusal)) => Some(Stop::Refused(refusal)),
            (None, Ok(())) => return self.release(out),
        };
        self.forget();
    }

    fn release(&mut self, out: &mut Vec<u8>) {
        if let Some(last) = self.queue.release(&mut self.channels, out) {
            self.next_sequence = last.saturating_add(1);
        }
    }

    /// Looks at one event, and puts it into the queue.
    fn event(&mut self, compiled: &Compiled, name: &[u8], data: &[u8]) -> Result<(), Refusal> {
        let mut held = Held { name: name.to_vec(), data: data.to_vec(), ..Held::default() };
        let looked = if data == b"[DONE]" {
            self.end_texts(compiled, &[Ends::All])
        } else {
            self.look(compiled, data, &mut held)
        };
        if self.enforces {
            looked?;
        } else {
            // It waits for nothing, and is not changed. What cannot be looked at any further begins anew.
            held = Held { pieces: Vec::new(), edits: Vec::new(), ..held };
            if looked.is_err() {
                let _ = self.end_texts(compiled, &[Ends::All]);
                self.forget();
            }
        }
        self.queue.push(held)
    }

    fn forget(&mut self) {
        self.queue.clear();
        self.channels.clear();
        self.by_path.clear();
    }
}
