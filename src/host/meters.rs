//! Envoy's statistics, as the filter's own metrics.

use std::cell::RefCell;

use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

use crate::event::Event;
use crate::stats::{self, Kind, MOST_NAMES, Names, Request, Sample};

thread_local! {
    /// One for all roots of a VM: a metric that is defined again is the same, but that takes a call.
    static NAMES: RefCell<Names<u32>> = RefCell::new(Names::new(MOST_NAMES));
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
    let _ = match sample.kind {
        Kind::Counter => hostcalls::increment_metric(id, i64::try_from(sample.value).unwrap_or(i64::MAX)),
        Kind::Histogram => hostcalls::record_metric(id, sample.value),
    };
}
