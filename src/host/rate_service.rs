//! Carries questions to the rate-limit service, and what it is only told.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{BufferType, MetricType};

use super::lookups::Machine;
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

/// What is under way to the service, and what waits to be told.
#[derive(Default)]
pub struct Questions {
    /// Envoy's number of a call → the context that waits for its answer.
    calls: RefCell<HashMap<u32, u32>>,
    /// A context → its call and its request.
    waiting: RefCell<HashMap<u32, (u32, Machine)>>,
    told: RefCell<VecDeque<(Vec<u8>, u64)>>,
    /// Envoy's numbers of calls that only tell. Each ends with its timeout.
    telling: RefCell<HashSet<u32>>,
}

impl Questions {
    /// Asks for a request; false where Envoy takes no call.
    #[must_use]
    pub fn ask(&self, id: u32, machine: &Machine, message: &[u8], timeout_ms: u64) -> bool {
        let Some(call) = send(message, timeout_ms) else { return false };
        self.calls.borrow_mut().insert(call, id);
        self.waiting.borrow_mut().insert(id, (call, Rc::clone(machine)));
        true
    }

    /// The request that waits for this call, if one does.
    pub fn taken(&self, call: u32) -> Option<(u32, Machine)> {
        self.telling.borrow_mut().remove(&call);
        let id = self.calls.borrow_mut().remove(&call)?;
        Some((id, self.waiting.borrow_mut().remove(&id)?.1))
    }

    /// Forgets a request that is over: Envoy has ended its call.
    pub fn leave(&self, id: u32) {
        if let Some((call, _)) = self.waiting.borrow_mut().remove(&id) {
            self.calls.borrow_mut().remove(&call);
        }
    }

    /// Takes what the service is to be told at the next tick.
    pub fn push(&self, message: (Vec<u8>, u64)) {
        let mut told = self.told.borrow_mut();
        if told.len() >= MOST_TOLD {
            failed("too much is to be told at once");
            return;
        }
        told.push_back(message);
    }

    /// Sends what is only told; in a callback of the root, whose calls outlive the requests that they are about.
    pub fn tell(&self) {
        let told = std::mem::take(&mut *self.told.borrow_mut());
        for (message, timeout_ms) in told {
            let Some(call) = send(&message, timeout_ms) else {
                failed("it could not be called");
                continue;
            };
            self.telling.borrow_mut().insert(call);
        }
    }

    /// Whether something is to be told, or being told.
    pub fn tells(&self) -> bool {
        !self.told.borrow().is_empty() || !self.telling.borrow().is_empty()
    }
}

/// Envoy's number of the call.
fn send(message: &[u8], timeout_ms: u64) -> Option<u32> {
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
