use std::rc::Rc;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{find, headers, response_header};
use crate::config::AttemptSettings;
use crate::exchange::attempt::{Attempt, Input};
use crate::exchange::context::{Context, Report, write};
use crate::exchange::{Effect, Flow, RETRY_HEADER, Step};
use crate::pricing::Prices;
use crate::translate::Target;
use crate::wire::{Dialect, Provider};

fn context(stream: bool, tries: u64) -> Context {
    Context {
        dialect: Dialect::Chat,
        model: "public".to_owned(),
        stream,
        include_usage: false,
        tries,
        try_timeout_ms: 1_000,
    }
}

/// A try whose request was sent: the `attempt`th of `tries`.
fn sent(stream: bool, attempt: usize, tries: u64) -> Attempt {
    let settings = AttemptSettings {
        id: "group/openai-1".to_owned(),
        authority: "api.example.com".to_owned(),
        base_path: "/v1".to_owned(),
        api_base: "https://api.example.com/v1".to_owned(),
        target: Target {
            provider: Provider::OpenAi,
            model: "private".to_owned(),
            bridge_to_responses: false,
            drop_params: false,
            additional_drop_params: Vec::new(),
        },
        prices: Prices { input: 1_000_000_000, output: 2_000_000_000, ..Prices::default() },
    };
    let mut machine = Attempt::new(Rc::new(settings));
    let context = write(&context(stream, tries));
    let earlier =
        Report { attempts: vec![crate::event::Attempt::default(); attempt - 1], ..Report::default() };
    let report = write(&earlier);
    machine.on(&Input::RequestHeaders { context: Some(&context), report: Some(&report) }, 1_000);
    let body = br#"{"model":"public","messages":[{"role":"user","content":"hi"}]}"#;
    let step = machine.on(&Input::RequestBody { body }, 1_500);
    assert_eq!(step.flow, Flow::Continue);
    machine
}

fn report(step: &Step) -> Report {
    let bytes = find(&step.effects, |effect| match effect {
        Effect::KeepReport(bytes) => Some(bytes.clone()),
        _ => None,
    });
    Report::read(Some(&bytes.unwrap()))
}

fn body(step: &Step) -> String {
    let bytes = find(&step.effects, |effect| match effect {
        Effect::ReplaceResponseBody(bytes) => Some(bytes.clone()),
        _ => None,
    });
    String::from_utf8(bytes.unwrap()).unwrap()
}

fn answer(machine: &mut Attempt, status: &str, kind: &str, text: &[u8]) -> Step {
    let head = headers(&[(":status", status), ("content-type", kind), ("x-request-id", "provider-7")]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    if step.flow == Flow::Continue {
        return step;
    }
    machine.on(&Input::ResponseBody { body: text, end: true }, 3_000)
}

const ANSWER: &[u8] = br#"{"id":"c","object":"chat.completion","created":1,"model":"private","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#;

#[test]
fn every_try_starts_from_clean_headers() {
    let settings = sent(false, 1, 1);
    drop(settings);
    let mut machine = sent(false, 2, 2);
    let body = br#"{"model":"public","messages":[]}"#;
    let step = machine.on(&Input::RequestBody { body }, 0);
    let all = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestHeaders(all) => Some(all.iter().map(|(name, _)| *name).collect::<Vec<_>>()),
        _ => None,
    });
    let allowed = [
        ":method",
        ":scheme",
        ":authority",
        ":path",
        "content-type",
        "content-length",
        "accept",
        "user-agent",
    ];
    assert_eq!(all.unwrap(), allowed);
}

#[test]
fn a_whole_answer_is_translated_priced_and_released() {
    let mut machine = sent(false, 1, 1);
    let step = answer(&mut machine, "200", "application/json", ANSWER);
    assert_eq!(step.flow, Flow::Continue);
    assert!(body(&step).contains(r#""model":"public""#), "{}", body(&step));
    assert_eq!(response_header(&step.effects, "llm_provider-x-request-id").unwrap(), "provider-7");
    let report = report(&step);
    assert_eq!(report.answer.usage.unwrap().total(), 5);
    assert_eq!(report.answer.cost_nanodollars, 3 * 1_000 + 2 * 2_000);
    assert_eq!(report.attempts[0].cause, "success");
    assert_eq!(report.attempts[0].duration_us, 2_000);
}

#[test]
fn a_failed_try_asks_for_the_next_without_waiting_for_its_body() {
    let mut machine = sent(false, 1, 2);
    let head = headers(&[(":status", "503")]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    assert_eq!(step.flow, Flow::Continue);
    assert_eq!(response_header(&step.effects, RETRY_HEADER).unwrap(), "1");
    assert_eq!(report(&step).attempts[0].cause, "unavailable");
}

#[test]
fn the_last_try_gives_the_provider_s_error_in_the_client_s_dialect() {
    let mut machine = sent(false, 2, 2);
    let error =
        br#"{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}"#;
    let step = answer(&mut machine, "429", "application/json", error);
    assert_eq!(response_header(&step.effects, RETRY_HEADER), None);
    assert_eq!(response_header(&step.effects, ":status").unwrap(), "429");
    assert!(body(&step).contains("slow down"), "{}", body(&step));
    assert_eq!(report(&step).answer.error.unwrap().error_code, "rate_limit_exceeded");
}

#[test]
fn the_caller_s_fault_is_not_replayed() {
    let mut machine = sent(false, 1, 5);
    let error = br#"{"error":{"message":"bad","type":"invalid_request_error","param":"x","code":null}}"#;
    let step = answer(&mut machine, "400", "application/json", error);
    assert_eq!(response_header(&step.effects, RETRY_HEADER), None);
    assert_eq!(response_header(&step.effects, ":status").unwrap(), "400");
}

#[test]
fn an_answer_that_is_none_moves_on() {
    for text in [&b"<html>"[..], b"", b"[]", br#"{"error":{"message":"x"}}"#] {
        let mut machine = sent(false, 1, 2);
        let step = answer(&mut machine, "200", "application/json", text);
        assert_eq!(response_header(&step.effects, RETRY_HEADER).as_deref(), Some("1"), "{text:?}");
    }
}

const ROLE: &[u8] = b"data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"private\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
const HELLO: &[u8] = b"data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"private\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},\"finish_reason\":null}]}\n\n";

fn streaming(attempt: usize, tries: u64) -> Attempt {
    let mut machine = sent(true, attempt, tries);
    let head = headers(&[(":status", "200"), ("content-type", "text/event-stream; charset=utf-8")]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    assert_eq!(step.flow, Flow::Pause);
    assert!(!machine.wants_whole());
    machine
}

#[test]
fn a_stream_is_held_until_its_first_content() {
    let mut machine = streaming(1, 2);
    let step = machine.on(&Input::ResponseBody { body: ROLE, end: false }, 3_000);
    assert_eq!((step.flow, body(&step)), (Flow::Pause, String::new()));
    let step = machine.on(&Input::ResponseBody { body: HELLO, end: false }, 4_000);
    assert_eq!(step.flow, Flow::Continue);
    let text = body(&step);
    assert!(text.contains("assistant") && text.contains("hello"), "{text}");
    assert_eq!(report(&step).answer.first_token_us, Some(4_000));
}

#[test]
fn a_stream_whose_first_event_is_an_error_moves_on() {
    let mut machine = streaming(1, 2);
    let error = b"data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n";
    let step = machine.on(&Input::ResponseBody { body: error, end: false }, 3_000);
    assert_eq!(response_header(&step.effects, RETRY_HEADER).unwrap(), "1");
}

#[test]
fn a_stream_that_closes_before_its_first_content_moves_on() {
    let mut machine = streaming(1, 2);
    let step = machine.on(&Input::ResponseBody { body: ROLE, end: true }, 3_000);
    assert_eq!(response_header(&step.effects, RETRY_HEADER).unwrap(), "1");
}

#[test]
fn nothing_is_replayed_after_the_first_content_and_no_ending_is_made_up() {
    let mut machine = streaming(1, 2);
    machine.on(&Input::ResponseBody { body: HELLO, end: false }, 3_000);
    let step = machine.on(&Input::ResponseBody { body: b"", end: true }, 4_000);
    assert_eq!(response_header(&step.effects, RETRY_HEADER), None);
    let text = body(&step);
    assert!(text.contains("\"error\"") && !text.contains("[DONE]") && !text.contains("stop"), "{text}");
}

#[test]
fn the_last_stream_that_fails_first_is_a_json_error() {
    let mut machine = streaming(2, 2);
    let error = b"data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n";
    let step = machine.on(&Input::ResponseBody { body: error, end: false }, 3_000);
    assert_eq!(response_header(&step.effects, "content-type").unwrap(), "application/json");
    assert!(body(&step).contains("overloaded"));
}

#[test]
fn a_try_without_a_response_ends_as_a_timeout_or_a_lost_connection() {
    for (now_us, cause) in [(2_000, "connection"), (1_001_000, "timeout")] {
        let step = sent(false, 1, 2).on(&Input::Done, now_us);
        assert_eq!(report(&step).attempts[0].cause, cause);
    }
    let mut machine = sent(false, 1, 1);
    answer(&mut machine, "200", "application/json", ANSWER);
    assert_eq!(machine.on(&Input::Done, 9_000), Step::pass());
}

#[test]
fn without_admission_nothing_is_sent() {
    let mut machine = sent(false, 1, 1);
    let step = machine.on(&Input::RequestHeaders { context: None, report: None }, 0);
    let reply = find(&step.effects, |effect| match effect {
        Effect::Reply(reply) => Some(reply.status),
        _ => None,
    });
    assert_eq!((reply, step.flow), (Some(500), Flow::Pause));
}
