//! Events that wait until every text in them is decided on. They leave in the order in which they came.

use std::collections::VecDeque;
use std::ops::Range;

use super::channel::{Channel, Refusal, Share};
use crate::guardrails::edit::{self, Edit};
use crate::guardrails::escape::edits_of_raw;
use crate::sse::write_event;

/// Most that waits, in bytes of events.
const MAX_WAITING: usize = 12 * 1024 * 1024;
/// What an event takes besides its text, in bytes.
const EVENT_BYTES: usize = 128;

/// A piece of a text that grows, in an event.
#[derive(Debug)]
pub(super) struct Piece {
    /// Index of its channel.
    pub(super) channel: usize,
    pub(super) share: Share,
    /// Where in the event's data it is written.
    pub(super) raw: Range<usize>,
}

/// One event.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) name: Vec<u8>,
    pub(super) data: Vec<u8>,
    pub(super) pieces: Vec<Piece>,
    /// Of what does not grow.
    pub(super) edits: Vec<Edit>,
    /// Its `sequence_number`.
    pub(super) sequence: Option<u64>,
}

impl Held {
    fn cost(&self) -> usize {
        self.data.len() + EVENT_BYTES * (1 + self.pieces.len())
    }

    fn write(self, channels: &mut [Channel], out: &mut Vec<u8>) {
        let Self { name, data, pieces, mut edits, .. } = self;
        // It was read as UTF-8.
        let text = std::str::from_utf8(&data).unwrap_or_default();
        for piece in &pieces {
            let Some(channel) = channels.get_mut(piece.channel) else { continue };
            let of_piece = channel.edits_of(&piece.share);
            let raw = text.get(piece.raw.clone()).unwrap_or_default();
            edits.extend(edits_of_raw(raw, piece.raw.start, of_piece));
        }
        if edits.is_empty() {
            write_event(out, &name, &data);
        } else {
            write_event(out, &name, edit::splice(text, &edit::merge(edits)).as_bytes());
        }
    }
}

/// The events that wait.
#[derive(Debug, Default)]
pub(super) struct Queue {
    events: VecDeque<Held>,
    bytes: usize,
}

impl Queue {
    pub(super) fn push(&mut self, event: Held) -> Result<(), Refusal> {
        self.bytes += event.cost();
        self.events.push_back(event);
        if self.bytes > MAX_WAITING {
            return Err(Refusal(format!(
                "more than {MAX_WAITING} bytes of events wait for the end of a text"
            )));
        }
        Ok(())
    }

    /// Writes what need not wait any longer, and returns the last `sequence_number` of it.
    pub(super) fn release(&mut self, channels: &mut [Channel], out: &mut Vec<u8>) -> Option<u64> {
        let mut last = None;
        while let Some(event) = self.events.pop_front_if(|event| may_go(event, channels)) {
            self.bytes -= event.cost();
            last = event.sequence.or(last);
            event.write(channels, out);
        }
        last
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

fn may_go(event: &Held, channels: &[Channel]) -> bool {
    event.pieces.iter().all(|piece| {
        channels.get(piece.channel).is_none_or(|channel| channel.is_settled(piece.share.range.end))
    })
}
