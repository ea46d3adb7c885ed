//! Envoy's callbacks of one try, upstream, turned into inputs of [`Attempt`].

use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, BufferType, MapType};

use super::guard::Fallible;
use super::{effects, state};
use crate::config::AttemptSettings;
use crate::exchange::attempt::{Attempt, Input};

pub struct AttemptHost {
    machine: Attempt,
}

impl AttemptHost {
    pub fn new(settings: Rc<AttemptSettings>) -> Self {
        Self { machine: Attempt::new(settings) }
    }

    fn take(&mut self, input: &Input<'_>) -> Action {
        let (action, _) = effects::apply(self.machine.on(input, state::now_us()));
        action
    }

    fn response_body(&mut self, end: bool) -> Action {
        // A body that is judged whole stays in Envoy's buffer, which is bounded, until its end.
        if self.machine.wants_whole() && !end {
            return Action::Pause;
        }
        let body = state::buffered(BufferType::HttpResponseBody);
        self.take(&Input::ResponseBody { body: &body, end })
    }
}

impl Context for AttemptHost {
    fn on_done(&mut self) -> bool {
        self.take(&Input::Done);
        true
    }
}

impl HttpContext for AttemptHost {
    fn on_http_request_headers(&mut self, _count: usize, _end: bool) -> Action {
        let context = state::property(&[state::CONTEXT]);
        let report = state::property(&[state::REPORT]);
        self.take(&Input::RequestHeaders { context: context.as_deref(), report: report.as_deref() })
    }

    fn on_http_request_body(&mut self, _size: usize, end: bool) -> Action {
        if !end {
            return Action::Pause;
        }
        let body = state::buffered(BufferType::HttpRequestBody);
        self.take(&Input::RequestBody { body: &body })
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        let body = state::buffered(BufferType::HttpRequestBody);
        self.take(&Input::RequestBody { body: &body })
    }

    fn on_http_response_headers(&mut self, _count: usize, end: bool) -> Action {
        let headers = state::headers(MapType::HttpResponseHeaders);
        self.take(&Input::ResponseHeaders { headers: &headers, end })
    }

    fn on_http_response_body(&mut self, _size: usize, end: bool) -> Action {
        self.response_body(end)
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        self.response_body(true)
    }
}

impl Fallible for AttemptHost {
    const ROLE: &'static str = "attempt";

    fn fail(&mut self, _begun: bool) {
        let context = state::property(&[state::CONTEXT]);
        let report = state::property(&[state::REPORT]);
        effects::apply(self.machine.after_panic(context.as_deref(), report.as_deref(), state::now_us()));
    }
}
