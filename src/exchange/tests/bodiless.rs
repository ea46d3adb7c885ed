//! Responses without a body, as load balancers before a provider give them. Envoy has no buffer then, and to write into
//! one that is not there fails.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::attempt::{Try, report, sent};
use super::{find, headers, response_header};
use crate::exchange::attempt::Input;
use crate::exchange::{Effect, Flow, RETRY_HEADER, Step};

/// Where a response ends that has no body.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ends {
    WithItsHeaders,
    WithTrailers,
}

const ENDS: [Ends; 2] = [Ends::WithItsHeaders, Ends::WithTrailers];

fn ended(machine: &mut Try, status: &str, kind: &str, ends: Ends) -> Step {
    let head = headers(&[
        (":status", status),
        ("content-type", kind),
        ("retry-after", "9"),
        ("x-request-id", "provider-7"),
        ("content-length", "0"),
    ]);
    let end = ends == Ends::WithItsHeaders;
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end }, 2_000);
    if end || step.flow == Flow::Continue {
        return step;
    }
    machine.on(&Input::ResponseBody { body: b"", end: true }, 3_000)
}

fn writes_a_body(step: &Step) -> bool {
    step.effects
        .iter()
        .any(|effect| matches!(effect, Effect::ReplaceResponseBody(_) | Effect::PutResponseBody { .. }))
}

/// Status and body of the answer that takes the response's place.
fn instead(step: &Step) -> Option<(u16, serde_json::Value)> {
    find(&step.effects, |effect| match effect {
        Effect::ReplaceResponse { status, body, .. } => {
            Some((*status, serde_json::from_slice(body).unwrap()))
        }
        _ => None,
    })
}

#[test]
fn the_last_one_is_answered_with_its_status_and_headers_and_no_buffer_is_written() {
    for status in ["400", "401", "403", "404", "422", "429", "500", "502", "503", "529"] {
        for (stream, ends) in [(false, ENDS[0]), (false, ENDS[1]), (true, ENDS[0]), (true, ENDS[1])] {
            let step = ended(&mut sent(stream, 2, 2), status, "application/json", ends);
            let of = format!("{status} {stream} {ends:?}");
            assert!(!writes_a_body(&step), "{of}");
            let (told, body) = instead(&step).expect(&of);
            assert_eq!((told.to_string().as_str(), step.flow), (status, Flow::Pause), "{of}");
            assert!(body["error"]["message"].is_string(), "{of}: {body}");
            for (name, value) in [
                ("content-type", "application/json"),
                ("retry-after", "9"),
                ("llm_provider-x-request-id", "provider-7"),
            ] {
                assert_eq!(response_header(&step.effects, name).as_deref(), Some(value), "{of} {name}");
            }
            let report = report(&step);
            assert_eq!(report.attempts.last().unwrap().status.to_string(), status, "{of}");
            assert!(report.answer.error.is_some(), "{of}");
        }
    }
}

#[test]
fn one_that_should_be_an_answer_is_a_bad_gateway() {
    for (status, kind, stream, cause) in [
        ("200", "application/json", false, "malformed_answer"),
        ("204", "application/json", false, "malformed_answer"),
        ("204", "application/json", true, "not_a_stream"),
        ("200", "text/event-stream", true, "stream_cut"),
    ] {
        for ends in ENDS {
            let step = ended(&mut sent(stream, 1, 1), status, kind, ends);
            let of = format!("{status} {kind} {ends:?}");
            assert!(!writes_a_body(&step), "{of}");
            assert_eq!(instead(&step).expect(&of).0, 502, "{of}");
            assert_eq!(response_header(&step.effects, "content-type").unwrap(), "application/json", "{of}");
            assert_eq!(report(&step).attempts[0].cause, cause, "{of}");

            let step = ended(&mut sent(stream, 1, 2), status, kind, ends);
            assert_eq!(response_header(&step.effects, RETRY_HEADER).as_deref(), Some("1"), "{of}");
        }
    }
}
