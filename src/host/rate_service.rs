//! Carries questions to the rate-limit service, and what it is only told.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use proxy_wasm::hostcalls;
use proxy_wasm::types::{Action, BufferType, MetricType};

use super::admission::{self, AdmissionHost};
use super::effects::Applied;
use super::guard::{Fallible, contained};
use super::lookups::Machine;
use super::outbox::Courier;
use super::state;
use crate::exchange::admission::Input;
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
}

impl Questions {
    /// Carries out what a step has for the service, in the callback that took the step; whether the phase goes on.
    /// To be called with the request's context as the effective one: with it, Envoy ends the call.
    pub fn follow(&self, id: u32, machine: &Machine, applied: Applied, courier: &RefCell<Courier>) -> Action {
        if let Some(told) = applied.told {
            self.push(told);
        }
        let Some((message, timeout_ms)) = applied.question else { return applied.action };
        let Some(call) = send(&message, timeout_ms) else {
            let failed = Input::RateLimits(Err("it could not be called"));
            return self.follow(id, machine, admission::take(machine, &failed, courier), courier);
        };
        self.calls.borrow_mut().insert(call, id);
        self.waiting.borrow_mut().insert(id, (call, Rc::clone(machine)));
        applied.action
    }

    /// The answer to a call. It comes to the context that was called back when the question was asked: the request's,
    /// or the root that woke it.
    pub fn answered(&self, call: u32, status: u32, size: usize, courier: &RefCell<Courier>) {
        let id = self.calls.borrow_mut().remove(&call);
        let Some((id, machine)) = id.and_then(|id| Some((id, self.waiting.borrow_mut().remove(&id)?.1)))
        else {
            return;
        };
        if let Err(status) = hostcalls::set_effective_context(id) {
            log::error!("spillway: a request that asked is not there any more: {status:?}");
            return;
        }
        if contained(AdmissionHost::ROLE, "rate-limits", || self.go_on(id, &machine, (status, size), courier))
            .is_none()
            && contained(AdmissionHost::ROLE, "failing", || admission::fail(&machine, false)).is_none()
        {
            contained(AdmissionHost::ROLE, "failing", || hostcalls::send_http_response(500, vec![], None));
        }
    }

    fn go_on(&self, id: u32, machine: &Machine, (status, size): (u32, usize), courier: &RefCell<Courier>) {
        let answer = answer(status, size);
        let input = Input::RateLimits(answer.as_deref().map_err(String::as_str));
        let applied = admission::take(machine, &input, courier);
        if self.follow(id, machine, applied, courier) == Action::Continue
            && let Err(status) = hostcalls::resume_http_request()
        {
            log::error!("spillway: cannot resume a request: {status:?}");
        }
    }

    /// Forgets a request that is over: Envoy has ended its call.
    pub fn leave(&self, id: u32) {
        if let Some((call, _)) = self.waiting.borrow_mut().remove(&id) {
            self.calls.borrow_mut().remove(&call);
        }
    }

    fn push(&self, message: (Vec<u8>, u64)) {
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
            if send(&message, timeout_ms).is_none() {
                failed("it could not be called");
            }
        }
    }
}

/// Envoy's number of the call.
fn send(message: &[u8], timeout_ms: u64) -> Option<u32> {
    let timeout = Duration::from_millis(timeout_ms);
    hostcalls::dispatch_grpc_call(CLUSTER, SERVICE, METHOD, vec![], Some(message), timeout).ok()
}

/// The answer's message, in the callback that brings it.
fn answer(status: u32, size: usize) -> Result<Vec<u8>, String> {
    if status != 0 {
        return Err(format!("gRPC status {status}"));
    }
    let bytes = hostcalls::get_buffer(BufferType::GrpcReceiveBuffer, 0, size).ok().flatten();
    Ok(bytes.unwrap_or_default())
}
