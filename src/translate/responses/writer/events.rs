//! Events: their names, their numbers, and where what they tell of stands.

use crate::sse::write_event;
use crate::wire::write::{self, Members};

/// Numbers events from 0.
#[derive(Clone, Debug, Default)]
pub(super) struct Events(u64);

/// Where an item stands in the output.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// The item's id.
    pub(super) id: String,
    /// `output_index`
    pub(super) index: usize,
}

impl Events {
    /// The number of the event that follows.
    pub(super) fn next(&self) -> u64 {
        self.0
    }

    /// Writes an event.
    pub(super) fn write(&mut self, kind: &str, out: &mut Vec<u8>, members: impl FnOnce(&mut Members<'_>)) {
        let mut data = Vec::new();
        write::object(&mut data, |event| {
            event.value("type", kind);
            event.value("sequence_number", &self.0);
            members(event);
        });
        self.0 += 1;
        write_event(out, kind.as_bytes(), &data);
    }

    /// Writes an event about the whole response.
    pub(super) fn with_response(&mut self, kind: &str, response: &[u8], out: &mut Vec<u8>) {
        self.write(kind, out, |event| event.name("response").extend_from_slice(response));
    }

    /// Writes an event about an item: `response.output_item.added` or `.done`.
    pub(super) fn with_item(&mut self, kind: &str, slot: &Slot, item: &[u8], out: &mut Vec<u8>) {
        self.write(kind, out, |event| {
            event.value("output_index", &slot.index);
            event.name("item").extend_from_slice(item);
        });
    }

    /// Writes an event about something inside an item.
    pub(super) fn inside(
        &mut self,
        kind: &str,
        slot: &Slot,
        out: &mut Vec<u8>,
        members: impl FnOnce(&mut Members<'_>),
    ) {
        self.write(kind, out, |event| {
            event.value("item_id", &slot.id);
            event.value("output_index", &slot.index);
            members(event);
        });
    }
}
