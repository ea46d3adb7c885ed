//! Answers that are larger than Envoy's buffers.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::attempt::{ANSWER, QUESTION, Try, begun, context, itinerary, report, sent, settings, streaming};
use super::{find, headers, response_header};
use crate::config::{AttemptSettings, body_buffer};
use crate::exchange::attempt::Input;
use crate::exchange::{Effect, Flow, PATH_HEADER, RETRY_HEADER, Step};
use crate::route::{Leg, Stop};

/// What of it has come: forty bytes of text, which are ten tokens.
const PART: &[u8] = br#"{"id":"c-1","choices":[{"index":0,"message":{"role":"assistant","content":"It was a dark and stormy night, when the"#;

/// How the gateway hears of it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Heard {
    Announced,
    Came,
}

fn answered(machine: &mut Try, status: &str, heard: Heard) -> Step {
    let length = if heard == Heard::Announced { "41943040" } else { "1000" };
    let head = [(":status", status), ("content-type", "application/json"), ("content-length", length)];
    let step = machine.on(&Input::ResponseHeaders { headers: &headers(&head), end: false }, 2_000);
    if heard == Heard::Announced || step.flow == Flow::Continue {
        return step;
    }
    machine.on(&Input::Overflow { body: PART }, 3_000)
}

/// Status and message of the answer in the response's place.
fn told(step: &Step) -> (u16, String) {
    let found = find(&step.effects, |effect| match effect {
        Effect::ReplaceResponse { status, body, .. } => Some((*status, body.clone())),
        _ => None,
    });
    let (status, body) = found.unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    (status, body["error"]["message"].as_str().unwrap().to_owned())
}

/// A try at the first of two deployments of a group, behind which is a fallback.
fn with_a_fallback() -> Try {
    let mut itinerary = itinerary(1, 2);
    let leg =
        Leg { group: "fallback".to_owned(), deployments: vec!["fallback/1".to_owned()], ..Leg::default() };
    itinerary.legs.push(leg);
    itinerary.chain.push(1);
    itinerary.stops.push(Stop { deployment: "fallback/1".to_owned(), leg: 1 });
    let (mut machine, _) = begun(settings(), &context(false, itinerary), 0);
    machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
    machine
}

#[test]
fn the_next_group_is_tried_and_what_came_is_charged() {
    for (heard, tokens, cost) in [(Heard::Announced, 5, 5_000), (Heard::Came, 15, 25_000)] {
        let step = answered(&mut with_a_fallback(), "200", heard);
        assert_eq!(response_header(&step.effects, RETRY_HEADER).as_deref(), Some("1"), "{heard:?}");
        let path = response_header(&step.effects, PATH_HEADER);
        assert_eq!(path.as_deref(), Some("group/openai-1,fallback/1"), "{heard:?}");
        let report = report(&step);
        let first = &report.attempts[0];
        assert_eq!((first.status, first.cause.as_str()), (200, "answer_too_large"), "{heard:?}");
        let spent = report.spent().unwrap();
        assert_eq!((spent.usage.total(), spent.cost_nanodollars, spent.estimated), (tokens, cost, true));
    }
}

#[test]
fn no_other_deployment_of_the_group_is_asked_for_the_same() {
    for heard in [Heard::Announced, Heard::Came] {
        let step = answered(&mut sent(false, 1, 2), "200", heard);
        assert_eq!((told(&step).0, response_header(&step.effects, RETRY_HEADER)), (502, None), "{heard:?}");
    }
}

#[test]
fn the_last_one_is_a_bad_gateway_that_says_so() {
    for (heard, tokens) in [(Heard::Announced, 5), (Heard::Came, 15)] {
        let mut machine = sent(false, 1, 1);
        let step = answered(&mut machine, "200", heard);
        let (status, message) = told(&step);
        assert_eq!((status, step.flow), (502, Flow::Pause), "{heard:?}");
        assert!(message.contains("larger than the 34635776 bytes"), "{message}");
        let report = report(&step);
        assert_eq!(report.answer.error.unwrap().error_code, "upstream_answer_too_large");
        assert_eq!(report.answer.usage.unwrap().total(), tokens, "{heard:?}");
        // What still comes of it goes nowhere.
        let late = machine.on(&Input::ResponseBody { body: b"more", end: true }, 4_000);
        assert!(late.effects.is_empty());
    }
}

#[test]
fn an_error_of_that_size_keeps_its_status_and_costs_nothing() {
    for heard in [Heard::Announced, Heard::Came] {
        for status in ["400", "429", "500"] {
            let step = answered(&mut sent(false, 1, 1), status, heard);
            assert_eq!(told(&step).0.to_string(), status, "{heard:?}");
            assert!(report(&step).spent().is_none(), "{heard:?} {status}");
        }
    }
}

#[test]
fn a_stream_has_no_such_bound() {
    let mut machine = streaming(1, 1);
    assert_eq!(machine.on(&Input::Overflow { body: PART }, 3_000), Step::pass());
    assert!(machine.machine.is_open());
    let mut machine = sent(true, 1, 1);
    let head =
        headers(&[(":status", "200"), ("content-type", "text/event-stream"), ("content-length", "41943040")]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    assert_eq!(step, Step::wait());
}

#[test]
fn a_small_bound_of_requests_leaves_room_for_usual_answers() {
    for (max_body_bytes, most) in [
        (16 << 10, (16 << 10) + (512 << 10)),
        (8 << 20, (8 << 20) + (512 << 10)),
        (32 << 20, 34_635_776),
        (u32::MAX, u32::MAX),
    ] {
        let (machine, _) =
            begun(AttemptSettings { max_body_bytes, ..settings() }, &context(false, itinerary(1, 1)), 0);
        assert_eq!(machine.machine.most_held(), most, "{max_body_bytes}");
    }
}

/// Whether it came so, or its translation has made it so.
#[test]
fn what_is_put_in_an_answers_place_has_the_same_bound() {
    for more in [false, true] {
        let settings = AttemptSettings { max_body_bytes: 1_000, ..settings() };
        let (mut machine, _) = begun(settings, &context(false, itinerary(1, 1)), 0);
        machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
        let head = headers(&[(":status", "200"), ("content-type", "application/json")]);
        machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
        let fits = machine.machine.most_held() as usize - ANSWER.len();
        let longer = "x".repeat(if more { fits + 100 } else { fits });
        let body = String::from_utf8_lossy(ANSWER).replace("hello", &longer);
        let step = machine.on(&Input::ResponseBody { body: body.as_bytes(), end: true }, 3_000);
        let report = report(&step);
        assert_eq!(report.answer.usage.unwrap().total(), 5, "it is paid for");
        let code = report.answer.error.map(|error| error.error_code);
        assert_eq!(code.as_deref(), more.then_some("upstream_answer_too_large"));
    }
}

/// What is held of a stream, until its content begins, waits in a buffer of Envoy's, too.
#[test]
fn a_streams_beginning_has_a_bound_as_well() {
    for more in [false, true] {
        let settings = AttemptSettings { max_body_bytes: 1_000, ..settings() };
        let (mut machine, _) = begun(settings, &context(true, itinerary(1, 1)), 0);
        machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
        let head = headers(&[(":status", "200"), ("content-type", "text/event-stream")]);
        machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
        let role = br#"data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant"}}]}

"#;
        assert_eq!(machine.on(&Input::ResponseBody { body: role, end: false }, 3_000).flow, Flow::Pause);
        let text = "x".repeat(body_buffer(1_000) as usize - if more { 0 } else { 1_000 });
        let event = format!(
            "data: {{\"id\":\"c\",\"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}}}}]}}\n\n"
        );
        let step = machine.on(&Input::ResponseBody { body: event.as_bytes(), end: false }, 4_000);
        let put = find(&step.effects, |effect| match effect {
            Effect::ReplaceResponseBody(body) => Some(body.len()),
            _ => None,
        });
        assert_eq!(put.is_some_and(|length| length > 1_000_000), !more);
    }
}
