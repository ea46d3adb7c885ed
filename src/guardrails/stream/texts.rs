//! The texts of one event, and what they do to the channels.

use std::collections::{BTreeMap, BTreeSet};

use super::StreamGuard;
use super::channel::{Channel, Refusal};
use super::checks::Checks;
use super::document::Json;
use super::gather::{Gathered, gather};
use super::joint;
use super::queue::{Held, Piece};
use super::route::{Ends, Head, Spot};
use crate::guardrails::Compiled;
use crate::guardrails::edit::Edit;
use crate::guardrails::scan::without_logprobs;
use crate::guardrails::walk::Text;

/// Most texts of one answer.
const MAX_CHANNELS: usize = 8192;
/// Most texts that are known again when they are repeated. Matches in others count twice.
const MAX_SEEN: usize = 8192;

impl StreamGuard {
    /// Looks at an event's texts, and notes in `held` what it waits for and what is to change.
    pub(super) fn look(&mut self, compiled: &Compiled, data: &[u8], held: &mut Held) -> Result<(), Refusal> {
        let not_json = |what: &dyn std::fmt::Display| Refusal(format!("an event that is not JSON ({what})"));
        let text = std::str::from_utf8(data).map_err(|error| not_json(&error))?;
        let value = joint::value(text).map_err(|error| not_json(&error))?;
        let head = Head::new(self.side.dialect, &value);
        let Gathered { texts, logprobs } =
            gather(text, self.side, &head).map_err(|error| not_json(&error.expected))?;
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

    pub(super) fn end_texts(&mut self, compiled: &Compiled, ends: &[Ends]) -> Result<(), Refusal> {
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
