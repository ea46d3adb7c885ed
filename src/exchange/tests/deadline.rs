#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::attempt::{HELLO, QUESTION, ROLE, Try, begun, context, itinerary, report, settings};
use super::{find, headers, response_header};
use crate::config::AttemptSettings;
use crate::exchange::attempt::Input;
use crate::exchange::{Effect, Flow, LOST_HEADER, RETRY_HEADER, Step};
use crate::route::Timeouts;

/// When the tries of these tests begin, in microseconds, and the bounds of the deployment, in milliseconds. The
/// router's is 1 s.
const BEGAN_US: u64 = 1_000;
const ANSWER_MS: u64 = 500;
const FIRST_TOKEN_MS: u64 = 300;

/// The `attempt`th of two tries, whose request was sent, at a deployment with these bounds.
fn asked(stream: bool, attempt: usize, answer_ms: u64, first_token_ms: u64) -> Try {
    let settings = AttemptSettings { timeouts: Timeouts { answer_ms, first_token_ms }, ..settings() };
    let (mut machine, _) = begun(settings, &context(stream, itinerary(attempt, 2)), attempt - 1);
    machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
    machine
}

/// As [`asked`], with the response's headers.
fn held(stream: bool, attempt: usize) -> Try {
    let mut machine = asked(stream, attempt, ANSWER_MS, FIRST_TOKEN_MS);
    let kind = if stream { "text/event-stream" } else { "application/json" };
    let head = headers(&[(":status", "200"), ("content-type", kind)]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    assert_eq!(step.flow, Flow::Pause);
    machine
}

fn reply(step: &Step) -> Option<u16> {
    find(&step.effects, |effect| match effect {
        Effect::Reply(reply) => Some(reply.status),
        _ => None,
    })
}

#[test]
fn a_held_response_is_due_when_the_deployment_s_own_time_is_over() {
    assert_eq!(
        asked(false, 1, ANSWER_MS, FIRST_TOKEN_MS).machine.deadline_us(),
        None,
        "routers count so far"
    );
    assert_eq!(held(false, 1).machine.deadline_us(), Some(BEGAN_US + ANSWER_MS * 1_000));
    assert_eq!(held(true, 1).machine.deadline_us(), Some(BEGAN_US + FIRST_TOKEN_MS * 1_000));
}

#[test]
fn a_bound_that_is_the_router_s_needs_no_waking() {
    let mut machine = asked(false, 1, 1_000, FIRST_TOKEN_MS);
    let head = headers(&[(":status", "200"), ("content-type", "application/json")]);
    machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    assert_eq!(machine.machine.deadline_us(), None);
}

#[test]
fn events_without_content_gain_no_time_and_content_ends_the_count() {
    let mut machine = held(true, 1);
    machine.on(&Input::ResponseBody { body: ROLE, end: false }, 200_000);
    assert_eq!(machine.machine.deadline_us(), Some(BEGAN_US + FIRST_TOKEN_MS * 1_000));
    machine.on(&Input::ResponseBody { body: HELLO, end: false }, 250_000);
    assert_eq!(machine.machine.deadline_us(), None);
    // A host that is late wakes it all the same.
    let step = machine.on(&Input::Deadline, 400_000);
    assert_eq!((step.effects.len(), step.flow), (0, Flow::Pause));
}

#[test]
fn the_next_try_takes_over_when_time_is_up() {
    for stream in [false, true] {
        let mut machine = held(stream, 1);
        let step = machine.on(&Input::Deadline, 501_000);
        assert_eq!(step.flow, Flow::Continue);
        assert_eq!(response_header(&step.effects, RETRY_HEADER).as_deref(), Some("1"));
        let first = report(&step).attempts[0].clone();
        assert_eq!((first.status, first.cause.as_str(), first.duration_us), (0, "timeout", 500_000));
        assert_eq!(machine.machine.deadline_us(), None);
    }
}

#[test]
fn the_last_try_is_a_504_when_time_is_up() {
    let mut machine = held(true, 2);
    let step = machine.on(&Input::Deadline, 301_000);
    assert_eq!((reply(&step), step.flow), (Some(504), Flow::Pause));
    assert!(!report(&step).answered(), "admission says it in its own words");
}

#[test]
fn what_the_second_hop_answers_itself_is_no_response() {
    for (status, cause, told) in [
        ("504", "timeout", 504),
        ("503", "connection", 503),
        ("502", "connection", 503),
        ("500", "connection", 503),
    ] {
        let head = headers(&[(":status", status), (LOST_HEADER, "1")]);
        let input = Input::ResponseHeaders { headers: &head, end: false };
        let step = asked(false, 1, ANSWER_MS, FIRST_TOKEN_MS).on(&input, 2_000);
        assert_eq!(response_header(&step.effects, RETRY_HEADER).as_deref(), Some("1"));
        assert_eq!((report(&step).attempts[0].status, report(&step).attempts[0].cause.as_str()), (0, cause));

        let step = asked(false, 2, ANSWER_MS, FIRST_TOKEN_MS).on(&input, 2_000);
        assert_eq!((step.flow, report(&step).answered()), (Flow::Pause, false));
        assert_eq!(reply(&step), Some(told), "nothing of what was marked is passed on");
    }
}
