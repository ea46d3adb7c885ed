//! Envoy's callbacks of one request, downstream, turned into inputs of [`Admission`].

use std::cell::RefCell;
use std::rc::Rc;

use proxy_wasm::traits::{Context, HttpContext};
use proxy_wasm::types::{Action, BufferType, MapType};

use super::desk::Desk;
use super::effects::{self, Applied};
use super::guard::Fallible;
use super::ledger::Answer;
use super::lookups::{Lookups, Machine, Place};
use super::memory::SharedData;
use super::meters;
use super::{size, state, streams, vm};
use crate::exchange::admission::{Admission, Ending, Input, Moment, Setup, Wants};
use crate::exchange::context::Spent;
use crate::exchange::lookups::LookupOutcome;

/// Envoy's flag of a request whose client closed the connection (`DC`).
const DOWNSTREAM_TERMINATION: u64 = 0x4000;

pub struct AdmissionHost {
    machine: Machine,
    /// Where it waits for its key.
    place: Place,
    desk: Rc<Desk>,
    /// Of this context.
    id: u32,
    /// The last byte of a response has come.
    whole: bool,
    /// Response headers have passed.
    answered: bool,
}

impl AdmissionHost {
    pub fn new(setup: Rc<Setup>, desk: Rc<Desk>, lookups: Rc<Lookups>, id: u32) -> Self {
        let id_of_request = state::unique_id(state::now_and_next_us());
        let machine = Rc::new(RefCell::new(Admission::new(setup, id_of_request)));
        let place = Place::new(lookups, id);
        Self { machine, place, desk, id, whole: false, answered: false }
    }

    fn take(&mut self, input: &Input<'_>) -> Action {
        let applied = self.desk.take(&self.machine, input);
        self.desk.follow(self.id, &self.machine, applied)
    }

    /// All headers of the response. Those that the attempt left are had for nothing: the map's size tells whether anybody
    /// has changed them meanwhile.
    fn head(&self) -> Vec<(String, Vec<u8>)> {
        const MAP: MapType = MapType::HttpResponseHeaders;
        let handed = self.machine.borrow().handed_head();
        let same = handed.filter(|head| {
            let bytes = head.iter().map(|(name, value)| name.len() + value.len()).sum();
            size::of_map(MAP) == Some(bytes)
        });
        same.unwrap_or_else(|| state::headers(MAP))
    }

    fn response_headers(&mut self, end: bool) -> Action {
        let headers = self.head();
        let status = headers.iter().find(|(name, _)| name == ":status");
        let status = status.and_then(|(_, value)| std::str::from_utf8(value).ok()?.parse().ok());
        let report = report(&self.machine);
        let input = Input::ResponseHeaders { status: status.unwrap_or(0), report: report.as_deref(), end };
        let applied = self.desk.take_head(&self.machine, &input, headers);
        self.desk.follow(self.id, &self.machine, applied)
    }

    fn request_headers(&mut self, end: bool) -> Action {
        let headers = state::headers(MapType::HttpRequestHeaders);
        let taken = self.desk.take(&self.machine, &Input::RequestHeaders { headers: &headers, end });
        match &taken.look_up {
            Some(hash) if !self.place.enter(hash, &self.machine) => {
                self.take(&Input::KeyFound { outcome: &LookupOutcome::Unreachable, headers: &headers })
            }
            _ => self.desk.follow(self.id, &self.machine, taken),
        }
    }

    fn request_body(&mut self, size: usize) -> Action {
        if self.machine.borrow().looks_up() {
            return self.take(&Input::BodyWaits);
        }
        vm::make_room(size);
        let body = state::buffered(BufferType::HttpRequestBody);
        self.take(&Input::RequestBody { body: &body })
    }

    /// Where nothing may be lost, the request is on record before the end of its answer, which has come, goes on.
    fn close(&self, end: bool) {
        if end {
            self.machine.borrow_mut().answer_came_whole();
            record_early(&self.machine, &self.desk);
        }
    }

    /// A step that the answer leads to.
    fn answer(&mut self, size: usize, end: bool) -> Action {
        let wants = self.machine.borrow().wants_answer();
        match wants {
            Wants::Nothing => Action::Continue,
            // It stays in Envoy's buffer, which is bounded.
            Wants::Whole if !end => Action::Pause,
            Wants::Whole => {
                vm::make_room(size);
                self.answer_body(0, end)
            }
            Wants::Pieces { held } => self.answer_body(held, end),
            Wants::End => self.take(&Input::ResponseBody { body: b"", end }),
        }
    }

    /// Gives what of the answer has come behind `held` bytes.
    fn answer_body(&mut self, held: usize, end: bool) -> Action {
        let body = state::buffered_from(BufferType::HttpResponseBody, held);
        self.take(&Input::ResponseBody { body: &body, end })
    }

    /// What a stream costs that has ended before its end: its try says so, or has left word if it is over already.
    fn owed(&self) -> Option<Spent> {
        let shown = streams::owed(self.machine.borrow().id());
        shown.or_else(|| Spent::read(&state::property(&[state::OWED])?))
    }

    /// Most requests hold nothing that is to be renewed, and pay nothing for this.
    fn renew(&self) {
        let mut machine = self.machine.borrow_mut();
        if machine.holds_leases() {
            machine.renew(&moment());
        }
    }
}

fn moment() -> Moment<'static> {
    Moment { now: &state::now_us, clock: &state::clock_us, dice: state::dice(), shared: &SharedData }
}

/// Gives an input to a request, and applies what it answers. What nobody waits for is on its way then: a request may
/// end with a step that is not followed.
///
/// `head` are the response's headers, where they are known already.
pub fn take(
    machine: &Machine,
    input: &Input<'_>,
    head: Option<Vec<(String, Vec<u8>)>>,
    desk: &Desk,
) -> Applied {
    let step = machine.borrow_mut().on(input, &moment());
    let mut applied = effects::apply_with(step, head);
    if let Some(event) = applied.record.take() {
        desk.courier.borrow().record(event);
    }
    if let Some(event) = applied.event.take() {
        meters::count_event(&event);
        desk.courier.borrow_mut().push(event);
    }
    if let Some(told) = applied.told.take() {
        desk.tell_at_tick(told);
    }
    applied
}

/// Answers the client of a request whose machine panicked.
pub fn fail(machine: &Machine, begun: bool) {
    let step = machine.borrow_mut().after_panic(begun, &moment());
    effects::apply(step);
}

impl Context for AdmissionHost {
    fn on_grpc_call_response(&mut self, call: u32, status: u32, size: usize) {
        self.desk.granted(call, status, size);
    }

    fn on_http_call_response(&mut self, call: u32, headers: usize, body: usize, _trailers: usize) {
        self.desk.told(Answer { call, headers, body });
    }

    fn on_done(&mut self) -> bool {
        self.place.leave();
        self.desk.leave(self.id);
        true
    }
}

impl HttpContext for AdmissionHost {
    fn on_http_request_headers(&mut self, _count: usize, end: bool) -> Action {
        self.request_headers(end)
    }

    fn on_http_request_body(&mut self, size: usize, end: bool) -> Action {
        if end { self.request_body(size) } else { Action::Pause }
    }

    fn on_http_request_trailers(&mut self, _count: usize) -> Action {
        self.request_body(0)
    }

    fn on_http_response_headers(&mut self, _count: usize, end: bool) -> Action {
        self.place.leave();
        self.desk.questions.leave(self.id);
        self.answered = true;
        self.whole = end;
        let action = self.response_headers(end);
        self.close(end);
        action
    }

    fn on_http_response_body(&mut self, size: usize, end: bool) -> Action {
        self.whole |= end;
        self.renew();
        let action = self.answer(size, end);
        self.close(end);
        action
    }

    fn on_http_response_trailers(&mut self, _count: usize) -> Action {
        self.whole = true;
        let action = self.answer(0, true);
        self.close(true);
        action
    }

    fn on_log(&mut self) {
        self.place.leave();
        let whole = self.whole && !self.machine.borrow().withholds_answer();
        let disconnected = !whole && client_left();
        let cut = self.answered && !whole && !disconnected;
        // Only where the try could not tell the whole.
        let owed = if whole { None } else { self.owed() };
        with_ending(&self.machine.clone(), |ending| {
            self.take(&Input::Done(Ending { owed, disconnected, cut, ..ending }));
        });
    }
}

/// Tells of a request whose answer is whole and about to go on, where nothing may be lost. To be called in a callback
/// of the request.
pub fn record_early(machine: &Machine, desk: &Desk) {
    if machine.borrow().records_before_its_end() {
        with_ending(machine, |ending| {
            desk.take(machine, &Input::Done(ending));
        });
    }
}

/// The attempts' report out of filter state, where it is not known already.
fn report(machine: &Machine) -> Option<Vec<u8>> {
    let known = machine.borrow().knows_the_report();
    if known { None } else { state::property(&[state::REPORT]) }
}

/// What Envoy knows of a request that ends well.
fn with_ending(machine: &Machine, end: impl FnOnce(Ending<'_>)) {
    let report = report(machine);
    let knows = machine.borrow().knows_the_client();
    let address = if knows { None } else { state::text_property(&["source", "address"]) };
    end(Ending {
        report: report.as_deref(),
        client_ip: address.as_deref().map(without_port),
        ..Ending::default()
    });
}

impl Fallible for AdmissionHost {
    const ROLE: &'static str = "admission";

    fn fail(&mut self, begun: bool) {
        self.place.leave();
        self.whole = !begun;
        fail(&self.machine, begun);
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

/// `127.0.0.1` of `127.0.0.1:1234`, and `::1` of `[::1]:1234`.
fn without_port(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    host.trim_matches(['[', ']'])
}
