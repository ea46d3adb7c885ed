//! Carries questions to the rate-limit service, and what it is only told.

use std::cell::Cell;
use std::collections::VecDeque;
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, MetricType};

use super::state;
use crate::rate_service::{METHOD, SERVICE};

/// The cluster that `spillway render` writes.
const CLUSTER: &str = "spillway-rate-limit";
/// How often the service gave no answer, in Envoy's statistics.
const COUNTER: &str = "spillway.rate_limit_service_failures";
/// Most messages that wait for the next tick: what is told beyond that is lost.
const MOST_TOLD: usize = 4_096;
/// A service that is down is logged this often by each worker, in microseconds.
const LOG_EVERY_US: u64 = 60_000_000;

thread_local! {
    /// Defined once per VM.
    static FAILURES: Option<u32> = hostcalls::define_metric(MetricType::Counter, COUNTER).ok();
    static LOGGED_US: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Makes the counter be there from the start, as 0. To be called when a plugin is configured.
pub fn prepare() {
    FAILURES.with(|_| ());
}

/// Asks; Envoy's number of the call. The answer comes to the context that asked.
pub fn ask(message: &[u8], timeout_ms: u64) -> Option<u32> {
    let timeout = Duration::from_millis(timeout_ms);
    hostcalls::dispatch_grpc_call(CLUSTER, SERVICE, METHOD, vec![], Some(message), timeout).ok()
}

/// The answer's message, in the callback that brings it.
pub fn answer(status: u32, size: usize) -> Result<Vec<u8>, String> {
    if status != 0 {
        return Err(format!("gRPC status {status}"));
    }
    let bytes = hostcalls::get_buffer(BufferType::GrpcReceiveBuffer, 0, size).ok().flatten();
    Ok(bytes.unwrap_or_default())
}

/// Counts that the service gave no answer.
pub fn failed(reason: &str) {
    FAILURES.with(|counter| counter.map(|counter| hostcalls::increment_metric(counter, 1)));
    let now_us = state::now_us();
    let recently = |logged: u64| now_us.saturating_sub(logged) < LOG_EVERY_US;
    LOGGED_US.with(|logged| {
        if !logged.get().is_some_and(recently) {
            logged.set(Some(now_us));
            log::warn!("spillway: the rate-limit service gave no answer: {reason}");
        }
    });
}

/// What the service is to be told by the root context, whose calls outlive the requests that they are about.
#[derive(Default)]
pub struct Told(VecDeque<(Vec<u8>, u64)>);

impl Told {
    /// Takes a message for the next tick.
    pub fn push(&mut self, message: Vec<u8>, timeout_ms: u64) {
        if self.0.len() >= MOST_TOLD {
            failed("too much is to be told at once");
            return;
        }
        self.0.push_back((message, timeout_ms));
    }

    /// Sends all.
    pub fn flush(&mut self) {
        for (message, timeout_ms) in self.0.drain(..) {
            if ask(&message, timeout_ms).is_none() {
                failed("it could not be called");
            }
        }
    }
}
