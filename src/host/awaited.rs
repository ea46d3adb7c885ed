//! Tells in Envoy's statistics whether services beside Envoy are asked or told something for requests that are over.
//!
//! An event that waits for such an answer is in no outbox yet. Whoever stops Envoy must know of it: on SIGTERM Envoy calls
//! nobody any more.

use std::cell::Cell;

use proxy_wasm::hostcalls;
use proxy_wasm::types::MetricType;

/// How many workers wait for that. What a VM that traps waited for stays counted.
const GAUGE: &str = "spillway.workers_awaiting_services";

/// One root's part of the gauge.
pub struct Awaited {
    gauge: Option<u32>,
    /// This one is counted.
    shows: Cell<bool>,
}

impl Awaited {
    /// Makes the gauge be there from the start, as 0. To be called when a plugin is configured.
    pub fn new() -> Self {
        let gauge = hostcalls::define_metric(MetricType::Gauge, GAUGE).ok();
        Self { gauge, shows: Cell::new(false) }
    }

    /// Says whether this root waits. The host is asked only where that has changed.
    pub fn show(&self, waits: bool) {
        if self.shows.replace(waits) != waits {
            let _ = self.gauge.map(|gauge| hostcalls::increment_metric(gauge, if waits { 1 } else { -1 }));
        }
    }
}
