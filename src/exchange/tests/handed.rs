//! A report reaches admission in the same words whichever way it takes: beside the context in memory, or through filter
//! state. While a new module takes the place of an old one, the tries of one request may be in both.

use std::rc::Rc;

use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, settings};
use super::attempt::{self, Try};
use super::{find, headers};
use crate::config::{AdmissionSettings, Listener};
use crate::event::Event;
use crate::exchange::admission::{Ending, Input as Admitted, Setup};
use crate::exchange::attempt::Input;
use crate::exchange::context::Sent;
use crate::exchange::{Effect, Step};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Vm {
    /// That of the admission.
    Same,
    Other,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Answer,
    Stream,
    ServerError,
    Refused,
    /// No response: Envoy ends the try, and answers by itself if no other follows.
    Nothing,
}

/// What filter state has.
#[derive(Default)]
struct State {
    context: Vec<u8>,
    report: Option<Vec<u8>>,
}

impl State {
    fn keep(&mut self, step: &Step) {
        for effect in &step.effects {
            match effect {
                Effect::KeepContext(bytes) => self.context.clone_from(bytes),
                Effect::KeepReport(bytes) => self.report = Some(bytes.clone()),
                _ => {}
            }
        }
    }

    /// What the host gives to admission.
    fn known(&self, knows: bool) -> Option<&[u8]> {
        if knows { None } else { self.report.as_deref() }
    }
}

/// Another request's context comes in between, so that the next one is read from its bytes.
fn leave_the_vm() {
    let other = attempt::context(false, attempt::itinerary(1, 1));
    let _ = Sent::new(other).hand_on();
}

/// One try; returns its status if the client gets its answer.
fn play(state: &mut State, vm: Vm, end: End) -> Option<u16> {
    if vm == Vm::Other {
        leave_the_vm();
    }
    let mut attempt = attempt::fresh();
    let (context, report) = (state.context.clone(), state.report.clone());
    let mut on = |attempt: &mut Try, input: &Input<'_>, now_us| {
        let step = attempt.on(input, now_us);
        state.keep(&step);
        step
    };
    let begin = Input::RequestHeaders { context: Some(&context), report: report.as_deref(), headers: &[] };
    on(&mut attempt, &begin, 1_000);
    on(&mut attempt, &Input::RequestBody { body: attempt::QUESTION }, 1_100);
    let (status, kind, body): (_, _, &[u8]) = match end {
        End::Answer => ("200", "application/json", attempt::ANSWER),
        End::Stream => ("200", "text/event-stream", attempt::HELLO),
        End::ServerError => ("500", "application/json", b"{\"error\":{\"message\":\"no\"}}"),
        End::Refused => ("400", "application/json", b"{\"error\":{\"message\":\"no\"}}"),
        End::Nothing => {
            on(&mut attempt, &Input::Done { left: false }, 9_000);
            return None;
        }
    };
    let head = headers(&[(":status", status), ("content-type", kind)]);
    let step = on(&mut attempt, &Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    let body = Input::ResponseBody { body, end: true };
    let step = if step.effects.is_empty() { on(&mut attempt, &body, 3_000) } else { step };
    let again = super::response_header(&step.effects, crate::exchange::RETRY_HEADER).is_some();
    on(&mut attempt, &Input::Done { left: false }, 3_000);
    (!again).then(|| status.parse().unwrap())
}

fn chat() -> serde_json::Value {
    json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]})
}

/// A request with such tries: the response's headers that tell of them, and the event.
fn told(tries: &[(Vm, End)]) -> (Vec<(&'static str, String)>, Event) {
    let world = World::new();
    let mut state = State::default();
    let (mut admission, step) = world.ask(&chat());
    state.keep(&step);
    let mut status = None;
    for (vm, end) in tries {
        status = play(&mut state, *vm, *end);
    }
    let report = state.known(admission.knows_the_report());
    let input = Admitted::ResponseHeaders { status: status.unwrap_or(503), report, end: true };
    let head = world.on(&mut admission, &input);
    let head = find(&head.effects, |effect| match effect {
        Effect::EditResponseHeaders { set, .. } => Some(set.clone()),
        _ => None,
    });
    let report = state.known(admission.knows_the_report());
    let ended = world.on(&mut admission, &Admitted::Done(Ending { report, ..Ending::default() }));
    let event = find(&ended.effects, |effect| match effect {
        Effect::Emit(event) => Some((**event).clone()),
        _ => None,
    });
    (head.unwrap(), event.unwrap())
}

#[test]
fn a_report_says_the_same_whichever_way_it_takes() {
    use End::{Answer, Nothing, Refused, ServerError, Stream};
    use Vm::{Other, Same};
    for ends in [
        &[Answer][..],
        &[Stream],
        &[Refused],
        &[Nothing],
        &[ServerError, Answer],
        &[ServerError, Stream],
        &[ServerError, ServerError],
        &[Nothing, Answer],
        &[Nothing, Nothing],
        &[ServerError, Nothing],
    ] {
        let tries = |vms: [Vm; 2]| vms.into_iter().zip(ends.iter().copied()).collect::<Vec<_>>();
        let expected = told(&tries([Other, Other]));
        assert_eq!(expected.1.attempts.len(), ends.len());
        for vms in [[Same, Same], [Same, Other], [Other, Same]] {
            assert_eq!(told(&tries(vms)), expected, "{ends:?} in {vms:?}");
        }
    }
}

#[test]
fn the_last_try_s_report_is_not_in_filter_state_where_it_is_handed_over() {
    let (_, step) = World::new().ask(&chat());
    let mut state = State::default();
    state.keep(&step);
    let shared = Sent::read(&state.context).unwrap();
    assert!(!shared.handed.is_last());
    // As it was before it was read.
    let _ = shared.hand_on();
    assert_eq!(play(&mut state, Vm::Same, End::Answer), Some(200));
    assert!(shared.handed.is_last());
    let begun = String::from_utf8(state.report.unwrap()).unwrap();
    assert!(begun.contains("\"attempts\":[{") && !begun.contains("success"), "{begun}");
}

#[test]
fn headers_are_handed_over_only_where_nobody_else_may_change_them() {
    let handed = |listener| {
        let settings = AdmissionSettings { listener, ..settings() };
        let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), ..World::new() };
        let mut state = State::default();
        let (admission, step) = world.ask(&chat());
        state.keep(&step);
        assert_eq!(play(&mut state, Vm::Same, End::Answer), Some(200));
        admission.handed_head().map(|head| head.into_iter().map(|(name, _)| name).collect::<Vec<_>>())
    };
    assert_eq!(handed(Listener::Own).unwrap(), [":status", "content-type"]);
    assert_eq!(handed(Listener::Mesh), None);
}
