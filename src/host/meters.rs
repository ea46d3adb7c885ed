//! Envoy's statistics, as the filter's own metrics.
//!
//! Counters are added up here and handed over at the next tick: a request has several, and each call to the host costs
//! as much as a good part of what the filter does for it. What a VM that traps has not handed over is not counted.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

use crate::event::Event;
use crate::stats::{self, Kind, MOST_NAMES, Names, Request, Sample};

thread_local! {
    /// One for all roots of a VM: a metric that is defined again is the same, but that takes a call.
    static NAMES: RefCell<Names<u32>> = RefCell::new(Names::new(MOST_NAMES));
    /// What counters have grown by since the last tick. As many as there are names.
    static GROWN: RefCell<BTreeMap<u32, u64>> = const { RefCell::new(BTreeMap::new()) };
}

/// Hands over what counters have grown by.
pub fn flush() {
    let grown = GROWN.with(|grown| grown.try_borrow_mut().map(|mut grown| std::mem::take(&mut *grown)));
    for (id, value) in grown.unwrap_or_default() {
        let _ = hostcalls::increment_metric(id, i64::try_from(value).unwrap_or(i64::MAX));
    }
}

/// Counts a request.
pub fn count(request: &Request) {
    with_names(|names| stats::of_request(request, &mut |sample| record(names, sample)));
}

/// Counts what an event tells.
pub fn count_event(event: &Event) {
    with_names(|names| stats::of_event(event, &mut |sample| record(names, sample)));
}

fn with_names(run: impl FnOnce(&mut Names<u32>)) {
    // Nothing in `run` comes back here, but to be sure: a sample less is better than a panic.
    NAMES.with(|names| names.try_borrow_mut().map(|mut names| run(&mut names)).ok());
}

/// A name that Envoy does not take is not recorded.
fn record(names: &mut Names<u32>, sample: &Sample<'_>) {
    let kind = match sample.kind {
        Kind::Counter => MetricType::Counter,
        Kind::Histogram => MetricType::Histogram,
    };
    let Some(id) = names.id(sample, |name| hostcalls::define_metric(kind, name).ok()) else { return };
    match sample.kind {
        Kind::Counter => grow(id, sample.value),
        Kind::Histogram => {
            let _ = hostcalls::record_metric(id, sample.value);
        }
    }
}

fn grow(id: u32, by: u64) {
    let add = |mut grown: std::cell::RefMut<'_, BTreeMap<u32, u64>>| {
        let value = grown.entry(id).or_default();
        *value = value.saturating_add(by);
    };
    let _ = GROWN.with(|grown| grown.try_borrow_mut().map(add));
}
