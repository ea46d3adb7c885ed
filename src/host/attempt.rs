//! Envoy's callbacks of one try, upstream, turned into inputs of [`Attempt`].

use std::cell::RefCell;
use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, BufferType, MapType};

use super::deadline::{Deadlines, Machine, Place};
use super::guard::Fallible;
use super::memory::SharedData;
use super::streams::Shown;
use super::{effects, state, vm};
use crate::exchange::attempt::{Attempt, Deployments, Input, Moment};

pub struct AttemptHost {
    machine: Machine,
    place: Place,
    shown: Shown,
}

impl AttemptHost {
    pub fn new(deployments: Rc<Deployments>, deadlines: Rc<Deadlines>, id: u32) -> Self {
        let machine = Rc::new(RefCell::new(Attempt::new(deployments)));
        Self { machine, place: Place::new(deadlines, id), shown: Shown::default() }
    }

    fn take(&mut self, input: &Input<'_>) -> Action {
        let step = self.machine.borrow_mut().on(input, &moment());
        let action = effects::apply(step).action;
        self.place.update(&self.machine);
        self.shown.update(&self.machine);
        action
    }

    fn request_body(&mut self, size: usize) -> Action {
        // To copy a body into this module is worth its cost only where it is read.
        let reads = self.machine.borrow().reads_the_body();
        let body = if reads {
            vm::make_room(size);
            state::buffered(BufferType::HttpRequestBody)
        } else {
            Vec::new()
        };
        self.take(&Input::RequestBody { body: &body })
    }

    fn response_body(&mut self, size: usize, end: bool) -> Action {
        // A body that is judged whole stays in Envoy's buffer, which is bounded, until its end.
        let waits = self.machine.borrow().wants_whole() && !end;
        let overflows = waits && size as u64 > u64::from(self.machine.borrow().most_held());
        if waits && !overflows {
            return Action::Pause;
        }
        vm::make_room(size);
        let body = state::buffered(BufferType::HttpResponseBody);
        let input = if overflows {
            Input::Overflow { body: &body }
        } else {
            Input::ResponseBody { body: &body, end }
        };
        self.take(&input)
    }
}

impl Context for AttemptHost {
    fn on_done(&mut self) -> bool {
        self.place.leave();
        // Admission hears first of a client that leaves, and says so.
        let left = self.machine.borrow().is_open() && state::property(&[state::DEPARTED]).is_some();
        let step = self.machine.borrow_mut().on(&Input::Done { left }, &moment());
        effects::apply(step);
        self.shown.leave();
        true
    }
}

impl HttpContext for AttemptHost {
    fn on_http_request_headers(&mut self, _count: usize, _end: bool) -> Action {
        let context = state::property(&[state::CONTEXT]);
        let report = state::property(&[state::REPORT]);
        let reads = self.machine.borrow().reads_the_headers();
        let headers = if reads { state::headers(MapType::HttpRequestHeaders) } else { Vec::new() };
        let (context, report) = (context.as_deref(), report.as_deref());
        self.take(&Input::RequestHeaders { context, report, headers: &headers })
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        if !end {
            return Action::Pause;
        }
        self.request_body(size)
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        self.request_body(0)
    }

    fn on_http_response_headers(&mut self, _count: usize, end: bool) -> Action {
        let headers = state::headers(MapType::HttpResponseHeaders);
        self.take(&Input::ResponseHeaders { headers: &headers, end })
    }

    fn on_http_response_body(&mut self, size: usize, end: bool) -> Action {
        self.response_body(size, end)
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        self.response_body(0, true)
    }
}

impl Fallible for AttemptHost {
    const ROLE: &'static str = "attempt";

    fn fail(&mut self, _begun: bool) {
        self.place.leave();
        self.shown.leave();
        fail(&self.machine);
    }
}

/// Answers the client of a try whose machine panicked. The machine takes nothing but the end any more.
pub fn fail(machine: &Machine) {
    let context = state::property(&[state::CONTEXT]);
    let report = state::property(&[state::REPORT]);
    let step = machine.borrow_mut().after_panic(context.as_deref(), report.as_deref(), &moment());
    effects::apply(step);
}

/// Now, and what all workers share.
pub fn moment() -> Moment<'static> {
    Moment { now: &state::now_us, shared: &SharedData }
}
