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
mod queue;
mod reach;
mod route;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::Compiled;
use super::edit::Edit;
use super::findings::Findings;
use super::mode::Stage;
use super::reader::unreadable_answer;
use super::record::Report;
use super::scan::without_logprobs;
use super::selection::{Running, Selection};
use super::walk::Text;
use super::zone::Side;
use crate::event::GuardrailInformation;
use crate::reject::Reject;
use crate::sse::{Item, Parser, write_comment};
use crate::wire::Dialect;

use channel::{Channel, Refusal};
use checks::Checks;
use document::Json;
use gather::Gathered;
use queue::{Held, Piece, Queue};
pub(super) use reach::Reach;
use route::{Ends, Head, Spot};

/// Longest event, in bytes: the last one of a Responses stream holds the whole answer.
const MAX_EVENT: usize = 10 * 1024 * 1024;
/// Most texts of one answer.
const MAX_CHANNELS: usize = 8192;
/// Most texts that are known again when they are repeated. Matches in others count twice.
const MAX_SEEN: usize = 8192;

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

    fn look(&mut self, compiled: &Compiled, data: &[u8], held: &mut Held) -> Result<(), Refusal> {
        let not_json = |what: &dyn std::fmt::Display| Refusal(format!("an event that is not JSON ({what})"));
        let text = std::str::from_utf8(data).map_err(|error| not_json(&error))?;
        let value = serde_json::from_str(text)
            .or_else(|_| serde_json::from_str(&joint::without_halves(text)))
            .map_err(|error| not_json(&error))?;
        let head = Head::new(self.side.dialect, &value);
        let Gathered { texts, logprobs } =
            gather::gather(text, self.side, &head).map_err(|error| not_json(&error.expected))?;
        held.sequence = head.sequence();
        held.edits = logprobs.into_iter().map(|value| without_logprobs(text, value)).collect();
        self.end_texts(compiled, &head.ends_before())?;
        let mut grown = BTreeSet::new();
        for (spot, text) in texts {
            match spot {
                Spot::Data => {}
                Spot::Piece(path) => held.pieces.push(self.piece(&path, Json::START, &text, &mut grown)?),
                Spot::Arguments(path, is_object) => {
                    held.pieces.push(self.piece(&path, Json::Arguments { is_object }, &text, &mut grown)?);
                }
                Spot::Repeated(path) => held.edits.extend(self.repeated(compiled, path, &text)),
                Spot::Whole(path) => held.edits.extend(self.checks(compiled).0.whole(&path, &text, false)),
            }
        }
        self.grow(compiled, &grown)?;
        self.end_texts(compiled, &head.ends_after())
    }

    /// A piece of a text that grows.
    fn piece(
        &mut self,
        path: &str,
        json: Json,
        text: &Text<'_>,
        grown: &mut BTreeSet<usize>,
    ) -> Result<Piece, Refusal> {
        let index = match self.by_path.get(path) {
            Some(index) => *index,
            None if self.channels.len() == MAX_CHANNELS => {
                return Err(Refusal(format!("an answer of more than {MAX_CHANNELS} texts")));
            }
            None => {
                self.by_path.insert(path.to_owned(), self.channels.len());
                self.channels.push(Channel::new(path, json));
                self.channels.len() - 1
            }
        };
        grown.insert(index);
        let append = |channel: &mut Channel| channel.append(text.raw, &text.meant);
        let share = self.channels.get_mut(index).map(append);
        let share = share.ok_or_else(|| Refusal("a text that nobody began".to_owned()))?;
        Ok(Piece { channel: index, share, raw: text.range() })
    }

    /// A text that may be known from its pieces, or from an earlier event.
    fn repeated(&mut self, compiled: &Compiled, path: String, text: &Text<'_>) -> Vec<Edit> {
        let seen = self.by_path.contains_key(&path) || self.seen.contains(&path);
        let edits = self.checks(compiled).0.whole(&path, text, seen);
        if !seen && self.seen.len() < MAX_SEEN {
            self.seen.insert(path);
        }
        edits
    }

    /// Decides on what the new pieces allow to decide on.
    fn grow(&mut self, compiled: &Compiled, grown: &BTreeSet<usize>) -> Result<(), Refusal> {
        let idle = self.idle(grown);
        let (mut checks, channels) = self.checks(compiled);
        for index in grown {
            channels.get_mut(*index).map_or(Ok(()), |channel| channel.grow(&mut checks))?;
        }
        for index in idle {
            channels.get_mut(index).map_or(Ok(()), |channel| channel.end_here(&mut checks))?;
        }
        Ok(())
    }

    /// Texts that hold back while another of their choice goes on, where nobody says that they are over.
    fn idle(&self, grown: &BTreeSet<usize>) -> Vec<usize> {
        let choices = grown.iter().filter_map(|index| self.channels.get(*index)?.choice());
        let choices: BTreeSet<&str> = choices.collect();
        let below = choices.into_iter().flat_map(|choice| below(&self.by_path, choice));
        let idle = below.filter(|index| {
            let channel = self.channels.get(*index);
            !grown.contains(index)
                && channel.is_some_and(|channel| channel.holds() && !channel.is_arguments())
        });
        idle.collect()
    }

    fn end_texts(&mut self, compiled: &Compiled, ends: &[Ends]) -> Result<(), Refusal> {
        for end in ends {
            let ended: Vec<usize> = match end {
                Ends::All => (0..self.channels.len()).collect(),
                Ends::Below(path) => below(&self.by_path, path).collect(),
            };
            let (mut checks, channels) = self.checks(compiled);
            for index in ended {
                channels.get_mut(index).map_or(Ok(()), |channel| channel.end_here(&mut checks))?;
            }
        }
        Ok(())
    }

    fn checks<'c>(&'c mut self, compiled: &'c Compiled) -> (Checks<'c>, &'c mut [Channel]) {
        let (side, reach, running) = (self.side, self.reach, &self.running);
        (Checks { compiled, running, side, reach, findings: &mut self.findings }, &mut self.channels)
    }
}

/// The channels whose paths begin so.
fn below<'p>(by_path: &'p BTreeMap<String, usize>, prefix: &'p str) -> impl Iterator<Item = usize> + 'p {
    let from = by_path.range::<str, _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded));
    from.take_while(move |(path, _)| path.starts_with(prefix)).map(|(_, index)| *index)
}
