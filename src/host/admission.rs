//! Envoy's callbacks of one request, downstream, turned into inputs of [`Admission`].

use std::cell::RefCell;
use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, BufferType, MapType};

use super::guard::Fallible;
use super::memory::SharedData;
use super::outbox::Courier;
use super::rate_service::{self, Told};
use super::{effects, state};
use crate::exchange::admission::{Admission, Ending, Input, Moment, Setup};

/// Envoy's flag of a request whose client closed the connection (`DC`).
const DOWNSTREAM_TERMINATION: u64 = 0x4000;

pub struct AdmissionHost {
    machine: Admission,
    courier: Rc<RefCell<Courier>>,
    told: Rc<RefCell<Told>>,
    /// The call whose answer the request waits for.
    question: Option<u32>,
    /// The last byte of a response has passed.
    whole: bool,
    /// Response headers have passed.
    answered: bool,
}

impl AdmissionHost {
    pub fn new(setup: Rc<Setup>, courier: Rc<RefCell<Courier>>, told: Rc<RefCell<Told>>) -> Self {
        let machine = Admission::new(setup, state::unique_id());
        Self { machine, courier, told, question: None, whole: false, answered: false }
    }

    fn take(&mut self, input: &Input<'_>) -> Action {
        let moment = Moment { clock: &state::now_us, dice: state::dice(), shared: &SharedData };
        let applied = effects::apply(self.machine.on(input, &moment));
        if let Some(event) = applied.event {
            self.courier.borrow_mut().push(&event);
        }
        if let Some((message, timeout_ms)) = applied.told {
            self.told.borrow_mut().push(message, timeout_ms);
        }
        if let Some((message, timeout_ms)) = applied.question {
            self.question = rate_service::ask(&message, timeout_ms);
            if self.question.is_none() {
                return self.take(&Input::RateLimits(Err("it could not be called")));
            }
        }
        applied.action
    }

    fn request_body(&mut self) -> Action {
        let body = state::buffered(BufferType::HttpRequestBody);
        self.take(&Input::RequestBody { body: &body })
    }
}

impl Context for AdmissionHost {
    fn on_grpc_call_response(&mut self, call: u32, status: u32, size: usize) {
        if self.question != Some(call) {
            return;
        }
        self.question = None;
        let answer = rate_service::answer(status, size);
        let answer = answer.as_deref().map_err(String::as_str);
        if self.take(&Input::RateLimits(answer)) == Action::Continue
            && let Err(status) = proxy_wasm::hostcalls::resume_http_request()
        {
            log::error!("spillway: the host refused to resume a request: {status:?}");
        }
    }
}

impl HttpContext for AdmissionHost {
    fn on_http_request_headers(&mut self, _count: usize, end: bool) -> Action {
        let headers = state::headers(MapType::HttpRequestHeaders);
        self.take(&Input::RequestHeaders { headers: &headers, end })
    }

    fn on_http_request_body(&mut self, _size: usize, end: bool) -> Action {
        if end { self.request_body() } else { Action::Pause }
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        self.request_body()
    }

    fn on_http_response_headers(&mut self, _count: usize, end: bool) -> Action {
        self.answered = true;
        self.whole = end;
        let status = proxy_wasm::hostcalls::get_map_value_bytes(MapType::HttpResponseHeaders, ":status");
        let status = status.ok().flatten().and_then(|value| std::str::from_utf8(&value).ok()?.parse().ok());
        let report = state::property(&[state::REPORT]);
        self.take(&Input::ResponseHeaders { status: status.unwrap_or(0), report: report.as_deref(), end })
    }

    fn on_http_response_body(&mut self, _size: usize, end: bool) -> Action {
        self.whole |= end;
        if !self.machine.replaces_body() {
            return Action::Continue;
        }
        if end {
            return self.take(&Input::ResponseEnd);
        }
        state::replace_buffered(BufferType::HttpResponseBody, b"");
        Action::Continue
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        self.whole = true;
        Action::Continue
    }

    fn on_log(&mut self) {
        let report = state::property(&[state::REPORT]);
        let address = state::text_property(&["source", "address"]);
        let disconnected = !self.whole && client_left();
        let ending = Ending {
            report: report.as_deref(),
            client_ip: address.as_deref().map(without_port),
            disconnected,
            cut: self.answered && !self.whole && !disconnected,
        };
        self.take(&Input::Done(ending));
    }
}

impl Fallible for AdmissionHost {
    const ROLE: &'static str = "admission";

    fn fail(&mut self, begun: bool) {
        self.whole = !begun;
        effects::apply(self.machine.after_panic(begun));
    }
}

/// Whether Envoy ended the request because its client went away.
fn client_left() -> bool {
    let flags = state::number_property(&["response", "flags"]).unwrap_or(0);
    let details = state::text_property(&["response", "code_details"]).unwrap_or_default();
    flags & DOWNSTREAM_TERMINATION != 0
        || details.starts_with("downstream_")
        || details.starts_with("http2.remote")
}

/// `127.0.0.1:1234` and `[::1]:1234` without the port.
fn without_port(address: &str) -> &str {
    address.rsplit_once(':').map_or(address, |(host, _)| host)
}
