//! What requests leave behind: events on their way to the ledger, and counters. As the filter's host keeps them.

use std::collections::BTreeMap;
use std::rc::Rc;

use spillway_filter::event::Event;
use spillway_filter::exchange::outbox::{Outbox, Store};
use spillway_filter::memory::Memory;
use spillway_filter::stats::{self, MOST_NAMES, Names, Request, Sample};

/// Of one worker.
pub struct Books {
    memory: Rc<Memory>,
    most_bytes: u64,
    outbox: Outbox,
    names: Names<u32>,
    /// By the ids of their names.
    counters: BTreeMap<u32, u64>,
}

impl Books {
    /// Empty ones, with a bound of the events that wait, in bytes.
    pub fn new(memory: Rc<Memory>, most_bytes: u64) -> Self {
        let names = Names::new(MOST_NAMES);
        Self { memory, most_bytes, outbox: Outbox::new(1), names, counters: BTreeMap::new() }
    }

    /// Counts a request.
    pub fn count(&mut self, request: &Request) {
        let Self { names, counters, .. } = self;
        stats::of_request(request, &mut |sample| record(names, counters, sample));
    }

    /// Takes an event.
    pub fn push(&mut self, event: &Event) -> Result<(), String> {
        let Self { names, counters, .. } = self;
        stats::of_event(event, &mut |sample| record(names, counters, sample));
        let Self { outbox, memory, most_bytes, .. } = self;
        let lent = event.lend_json(|json| outbox.push(&store(memory, *most_bytes), json));
        lent.map_err(|error| format!("the event: {error}"))
    }

    /// Everything that waits, in batches; the ledger takes each.
    pub fn deliver(&mut self, now_ms: u64) -> Vec<Vec<u8>> {
        let Self { outbox, memory, most_bytes, .. } = self;
        let store = store(memory, *most_bytes);
        let mut batches = Vec::new();
        while let Some(batch) = outbox.batch(&store, now_ms) {
            outbox.answered(&store, Some(200), now_ms, 0);
            batches.push(batch);
        }
        batches
    }
}

fn store(memory: &Memory, most_bytes: u64) -> Store<'_> {
    Store { queue: memory, shared: memory, most_bytes }
}

fn record(names: &mut Names<u32>, counters: &mut BTreeMap<u32, u64>, sample: &Sample<'_>) {
    let next = u32::try_from(names.count()).ok();
    if let Some(id) = names.id(sample, |_| next) {
        *counters.entry(id).or_default() += sample.value;
    }
}
