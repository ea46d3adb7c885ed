//! Contains a panic: the request whose callback panicked fails, and no other.
//!
//! A worker's VM serves every request of that worker, so a panic that leaves the module ends them all. Every
//! callback therefore runs inside [`contained`]. That catches only in a build with unwinding, which is what
//! `make module` makes; in one that aborts, the same panic traps, and Envoy starts a new VM for the worker.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proxy_wasm::hostcalls;
use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, MetricType};

use super::{state, vm};

/// How many panics were caught, in Envoy's statistics.
const COUNTER: &str = "spillway.panics";

thread_local! {
    /// Defined once per VM.
    static PANICS: Option<u32> = hostcalls::define_metric(MetricType::Counter, COUNTER).ok();
}

/// Makes the counter be there from the start, as 0, and logs where a panic was. The panic's message is logged
/// only where it is a constant: one that is put together may quote a body.
///
/// To be called when a plugin is configured, before which Envoy takes no metric.
pub fn prepare() {
    PANICS.with(|_| ());
    vm::prepare();
    std::panic::set_hook(Box::new(|panic| {
        let said = panic.payload().downcast_ref::<&str>().unwrap_or(&"(not shown, it may hold data)");
        match panic.location() {
            Some(place) => log::error!("spillway: panicked at {place}: {said}"),
            None => log::error!("spillway: panicked: {said}"),
        }
    }));
}

/// Runs a callback, named by its role and itself. `None` where it panicked, which is logged and counted.
///
/// What the callback could change is seen again afterwards, half changed maybe: the caller must put it out of
/// use, or into an order that it can go on from.
pub fn contained<T>(role: &str, callback: &str, run: impl FnOnce() -> T) -> Option<T> {
    state::begin();
    let caught = catch_unwind(AssertUnwindSafe(|| {
        #[cfg(feature = "test-panic")]
        super::injected::panic_if_asked("before", role, callback);
        let done = run();
        #[cfg(feature = "test-panic")]
        super::injected::panic_if_asked("after", role, callback);
        done
    }));
    if caught.is_err() {
        log::error!("spillway: the {role} role panicked in {callback}; no other request is affected");
        PANICS.with(|counter| counter.map(|counter| hostcalls::increment_metric(counter, 1)));
    }
    caught.ok()
}

/// Answers the client of a machine that panicked: as `fail` does, or, should that panic as well, with a bare status.
pub fn failing(role: &str, fail: impl FnOnce()) {
    if contained(role, "failing", fail).is_none() {
        contained(role, "failing", || hostcalls::send_http_response(500, vec![], None));
    }
}

/// One request, or one try, of which a panic makes a failure.
pub trait Fallible: HttpContext {
    /// For the log.
    const ROLE: &'static str;

    /// The machine panicked and gets no further input but the end: answers the client. Where the client has
    /// seen a beginning (`begun`), Envoy cuts the stream instead of passing on what is given here.
    fn fail(&mut self, begun: bool);
}

/// Contains the panics of all callbacks of a request.
pub struct Guarded<C> {
    inner: C,
    /// The response's headers have been passed on.
    begun: bool,
    failed: bool,
}

impl<C: Fallible> Guarded<C> {
    /// Nothing has happened yet.
    pub fn new(inner: C) -> Self {
        Self { inner, begun: false, failed: false }
    }

    /// Runs a callback. `failed` is what it answers when an earlier one has panicked.
    fn run(&mut self, name: &str, failed: Action, callback: impl FnOnce(&mut C) -> Action) -> Action {
        if self.failed {
            return failed;
        }
        let inner = &mut self.inner;
        contained(C::ROLE, name, || callback(inner)).unwrap_or_else(|| self.fail())
    }

    fn request(&mut self, name: &str, callback: impl FnOnce(&mut C) -> Action) -> Action {
        self.run(name, Action::Pause, callback)
    }

    /// Once failed, what passes here is the answer of [`Fallible::fail`].
    fn response(&mut self, name: &str, callback: impl FnOnce(&mut C) -> Action) -> Action {
        let action = self.run(name, Action::Continue, callback);
        self.begun |= action == Action::Continue;
        action
    }

    /// Envoy acts on the answer after this callback has returned, and lets nothing else of the request pass.
    fn fail(&mut self) -> Action {
        self.failed = true;
        let (inner, begun) = (&mut self.inner, self.begun);
        failing(C::ROLE, || inner.fail(begun));
        Action::Pause
    }
}

impl<C: Fallible> Context for Guarded<C> {
    fn on_done(&mut self) -> bool {
        contained(C::ROLE, "done", || self.inner.on_done()).unwrap_or(true)
    }

    fn on_http_call_response(&mut self, call: u32, headers: usize, body: usize, trailers: usize) {
        self.request("http-call-response", |inner| {
            inner.on_http_call_response(call, headers, body, trailers);
            Action::Pause
        });
    }

    fn on_grpc_call_response(&mut self, call: u32, status: u32, size: usize) {
        self.request("grpc-call-response", |inner| {
            inner.on_grpc_call_response(call, status, size);
            Action::Pause
        });
    }
}

impl<C: Fallible> HttpContext for Guarded<C> {
    fn on_http_request_headers(&mut self, count: usize, end: bool) -> Action {
        self.request("request-headers", |inner| inner.on_http_request_headers(count, end))
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        self.request("request-body", |inner| inner.on_http_request_body(size, end))
    }

    fn on_http_request_trailers(&mut self, count: usize) -> Action {
        self.request("request-trailers", |inner| inner.on_http_request_trailers(count))
    }

    fn on_http_response_headers(&mut self, count: usize, end: bool) -> Action {
        self.response("response-headers", |inner| inner.on_http_response_headers(count, end))
    }

    fn on_http_response_body(&mut self, size: usize, end: bool) -> Action {
        let name = if self.begun { "stream" } else { "response-body" };
        self.response(name, |inner| inner.on_http_response_body(size, end))
    }

    fn on_http_response_trailers(&mut self, count: usize) -> Action {
        self.response("response-trailers", |inner| inner.on_http_response_trailers(count))
    }

    /// What it tells is owed for failed requests too. One that panicked is given a second chance: the ledger
    /// stores an event once, should both have come as far as to send it.
    fn on_log(&mut self) {
        if contained(C::ROLE, "log", || self.inner.on_log()).is_none() {
            contained(C::ROLE, "log", || self.inner.on_log());
        }
    }
}
