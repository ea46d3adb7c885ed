//! Envoy's statistics, as the filter's own metrics.
//!
//! Counters are added up here and handed over at the next tick: a request has several, and each call to the host costs
//! as much as a good part of what the filter does for it. What a VM that traps has not handed over is not counted.

use std::cell::RefCell;

use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

use crate::event::Event;
use crate::stats::{self, Kind, MOST_NAMES, Names, Request, Sample};

thread_local! {
    /// One for all roots of a VM: a metric that is defined again is the same, but that takes a call.
    static METERS: RefCell<Meters> = RefCell::new(Meters { names: Names::new(MOST_NAMES), counters: Vec::new() });
}

struct Meters {
    names: Names<Meter>,
    /// By Envoy's ids, what counters have grown by since the last tick.
    counters: Vec<(u32, u64)>,
}

#[derive(Clone, Copy)]
enum Meter {
    /// Where it stands among the counters.
    Counter(usize),
    /// By Envoy's id.
    Histogram(u32),
}

/// Hands over what counters have grown by.
pub fn flush() {
    with_meters(|meters| {
        for (id, value) in meters.counters.iter_mut().filter(|(_, value)| *value > 0) {
            let value = std::mem::take(value);
            let _ = hostcalls::increment_metric(*id, i64::try_from(value).unwrap_or(i64::MAX));
        }
    });
}

/// Counts a request.
pub fn count(request: &Request) {
    with_meters(|meters| stats::of_request(request, &mut |sample| meters.record(sample)));
}

/// Counts what an event tells.
pub fn count_event(event: &Event) {
    with_meters(|meters| stats::of_event(event, &mut |sample| meters.record(sample)));
}

fn with_meters(run: impl FnOnce(&mut Meters)) {
    // Nothing in `run` comes back here, but to be sure: a sample less is better than a panic.
    METERS.with(|meters| meters.try_borrow_mut().map(|mut meters| run(&mut meters)).ok());
}

impl Meters {
    /// A name that Envoy does not take is not recorded.
    fn record(&mut self, sample: &Sample<'_>) {
        let Self { names, counters } = self;
        match names.id(sample, |name| defined(sample.kind, name, counters)) {
            Some(Meter::Counter(place)) => {
                if let Some((_, value)) = counters.get_mut(place) {
                    *value = value.saturating_add(sample.value);
                }
            }
            Some(Meter::Histogram(id)) => {
                let _ = hostcalls::record_metric(id, sample.value);
            }
            None => (),
        }
    }
}

fn defined(kind: Kind, name: &str, counters: &mut Vec<(u32, u64)>) -> Option<Meter> {
    match kind {
        Kind::Counter => {
            counters.push((hostcalls::define_metric(MetricType::Counter, name).ok()?, 0));
            Some(Meter::Counter(counters.len() - 1))
        }
        Kind::Histogram => hostcalls::define_metric(MetricType::Histogram, name).ok().map(Meter::Histogram),
    }
}
