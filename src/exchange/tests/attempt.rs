use std::collections::BTreeMap;
use std::rc::Rc;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{find, headers, response_header};
use crate::config::AttemptSettings;
use crate::exchange::attempt::{Attempt, Deployments, Input, Moment};
use crate::exchange::context::{Context, Report, write};
use crate::exchange::{Effect, Flow, PATH_HEADER, RETRY_HEADER, Step, WAIT_HEADER};
use crate::memory::Memory;
use crate::pricing::{Prices, Written};
use crate::route::{Itinerary, Leg, Retries, Stop, Timeouts};
use crate::translate::Target;
use crate::wire::{Dialect, Provider};

/// One group of `tries` deployments, of which the `attempt`th is ours.
pub(super) fn itinerary(attempt: usize, tries: usize) -> Itinerary {
    let id = |n| if n == attempt { "group/openai-1".to_owned() } else { format!("group/other-{n}") };
    let deployments: Vec<String> = (1..=tries).map(id).collect();
    let stops = deployments.iter().map(|id| Stop { deployment: id.clone(), leg: 0 }).collect();
    let retries = Retries { usual: u32::try_from(tries - 1).unwrap(), ..Retries::default() };
    let leg = Leg { group: "group".to_owned(), deployments, retries, ..Leg::default() };
    Itinerary { stops, legs: vec![leg], chain: vec![0] }
}

pub(super) fn context(stream: bool, itinerary: Itinerary) -> Context {
    Context {
        request_id: "the-request".to_owned(),
        dialect: Dialect::Chat,
        model: "public".to_owned(),
        stream,
        include_usage: false,
        beta: None,
        outline: None,
        itinerary,
        try_timeout_ms: 1_000,
        drop_params: false,
        additional_drop_params: Vec::new(),
        sealer: None,
        input_tokens: 5,
        stored: None,
    }
}

/// A machine, and the memory that it shares with the others.
pub(super) struct Try {
    pub(super) machine: Attempt,
    pub(super) memory: Memory,
}

impl Try {
    pub(super) fn owed_now(&self) -> Option<crate::exchange::context::Spent> {
        self.machine.owed_now()
    }

    pub(super) fn on(&mut self, input: &Input<'_>, now_us: u64) -> Step {
        self.machine.on(input, &Moment { now: &|| now_us, shared: &self.memory })
    }
}

pub(super) fn settings() -> AttemptSettings {
    AttemptSettings {
        id: "group/openai-1".to_owned(),
        authority: "api.example.com".to_owned(),
        base_path: "/v1".to_owned(),
        api_base: "https://api.example.com/v1".to_owned(),
        target: Target::new(Provider::OpenAi, "private"),
        prices: Prices { input: 1_000_000_000, output: 2_000_000_000, ..Prices::default() },
        timeouts: Timeouts { answer_ms: 1_000, first_token_ms: 1_000 },
        prices_of_pattern: BTreeMap::new(),
        rates_of_pattern: Written::default(),
        priced_as_one: false,
        cooldown: None,
        measured: false,
        trace_context: false,
        max_body_bytes: 32 << 20,
        hop: None,
    }
}

pub(super) const QUESTION: &[u8] = br#"{"model":"public","messages":[{"role":"user","content":"hi"}]}"#;

/// A try that nothing has come of yet.
pub(super) fn fresh() -> Try {
    Try { machine: Attempt::new(Rc::new(Deployments::own(settings()))), memory: Memory::default() }
}

/// A try whose request headers have arrived, after `earlier` ones.
pub(super) fn begun(settings: AttemptSettings, context: &Context, earlier: usize) -> (Try, Step) {
    let mut machine =
        Try { machine: Attempt::new(Rc::new(Deployments::own(settings))), memory: Memory::default() };
    let context = write(context);
    let failed =
        crate::event::Attempt { cause: "server_error".to_owned(), status: 500, ..Default::default() };
    let report = write(&Report { attempts: vec![failed; earlier], ..Report::default() });
    let step = machine
        .on(&Input::RequestHeaders { context: Some(&context), report: Some(&report), headers: &[] }, 1_000);
    (machine, step)
}

/// A try whose request was sent: the `attempt`th of `tries`.
pub(super) fn sent(stream: bool, attempt: usize, tries: usize) -> Try {
    let context = context(stream, itinerary(attempt, tries));
    let (mut machine, _) = begun(settings(), &context, attempt - 1);
    let step = machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
    assert_eq!(step.flow, Flow::Continue);
    machine
}

pub(super) fn report(step: &Step) -> Report {
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

fn answer(machine: &mut Try, status: &str, kind: &str, text: &[u8]) -> Step {
    let head = headers(&[(":status", status), ("content-type", kind), ("x-request-id", "provider-7")]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    if step.flow == Flow::Continue {
        return step;
    }
    machine.on(&Input::ResponseBody { body: text, end: true }, 3_000)
}

pub(super) const ANSWER: &[u8] = br#"{"id":"c","object":"chat.completion","created":1,"model":"private","choices":[{"index":0,"message":{"role":"assistant","content":"hello"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#;

#[test]
fn every_try_starts_from_clean_headers() {
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
        "accept",
        "user-agent",
        "content-type",
        "content-length",
    ];
    assert_eq!(all.unwrap(), allowed);
}

#[test]
fn a_providers_limits_and_ids_are_told_under_another_name() {
    let mut machine = sent(false, 1, 1);
    let head = headers(&[
        (":status", "200"),
        ("content-type", "application/json"),
        ("request-id", "req_1"),
        ("x-ratelimit-limit-requests", "9"),
        ("anthropic-ratelimit-input-tokens-remaining", "7"),
        ("anthropic-organization-id", "o"),
    ]);
    machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    let step = machine.on(&Input::ResponseBody { body: ANSWER, end: true }, 3_000);
    for (name, value) in [
        ("llm_provider-request-id", Some("req_1")),
        ("llm_provider-x-ratelimit-limit-requests", Some("9")),
        ("llm_provider-anthropic-ratelimit-input-tokens-remaining", Some("7")),
        ("llm_provider-anthropic-organization-id", None),
    ] {
        assert_eq!(response_header(&step.effects, name).as_deref(), value, "{name}");
    }
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

pub(super) const ROLE: &[u8] = b"data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"private\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
pub(super) const HELLO: &[u8] = b"data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"private\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},\"finish_reason\":null}]}\n\n";

pub(super) fn streaming(attempt: usize, tries: usize) -> Try {
    let mut machine = sent(true, attempt, tries);
    let head = headers(&[(":status", "200"), ("content-type", "text/event-stream; charset=utf-8")]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    assert_eq!(step.flow, Flow::Pause);
    assert!(!machine.machine.wants_whole());
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
    let step = machine.on(&Input::ResponseBody { body: error, end: true }, 3_000);
    assert_eq!(response_header(&step.effects, "content-type").unwrap(), "application/json");
    assert!(body(&step).contains("overloaded"));
}

/// In the response's place: behind what is written into its body would come the rest of the provider's.
#[test]
fn the_last_stream_that_fails_first_and_goes_on_is_a_json_error_and_nothing_else() {
    for error in [
        &b"data: {\"error\":{\"message\":\"overloaded\",\"type\":\"server_error\"}}\n\n"[..],
        b"data: no\n\n",
    ] {
        let mut machine = streaming(2, 2);
        let step = machine.on(&Input::ResponseBody { body: error, end: false }, 3_000);
        let instead = find(&step.effects, |effect| match effect {
            Effect::ReplaceResponse { body, headers, .. } => Some((body.clone(), headers.clone())),
            _ => None,
        });
        let (body, headers) = instead.unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&body).unwrap()["error"]["message"].is_string());
        assert!(headers.contains(&("content-type".to_owned(), "application/json".to_owned())));
        assert_eq!(step.flow, Flow::Pause);
        assert!(
            machine
                .on(&Input::ResponseBody { body: b"data: [DONE]\n\n", end: true }, 4_000)
                .effects
                .is_empty()
        );
    }
}

#[test]
fn a_try_without_a_response_ends_as_a_timeout_or_a_lost_connection() {
    for (now_us, cause) in [(2_000, "connection"), (1_001_000, "timeout")] {
        let step = sent(false, 1, 2).on(&Input::Done { left: false }, now_us);
        assert_eq!(report(&step).attempts[0].cause, cause);
    }
    let mut machine = sent(false, 1, 1);
    answer(&mut machine, "200", "application/json", ANSWER);
    assert_eq!(machine.on(&Input::Done { left: false }, 9_000), Step::pass());
}

#[test]
fn without_admission_nothing_is_sent() {
    let mut machine = sent(false, 1, 1);
    let step = machine.on(&Input::RequestHeaders { context: None, report: None, headers: &[] }, 0);
    let reply = find(&step.effects, |effect| match effect {
        Effect::Reply(reply) => Some(reply.status),
        _ => None,
    });
    assert_eq!((reply, step.flow), (Some(500), Flow::Pause));
}

#[test]
fn a_client_that_leaves_is_no_failure() {
    let mut machine = sent(false, 1, 2);
    assert!(machine.machine.is_open());
    assert_eq!(machine.on(&Input::Done { left: true }, 2_000), Step::pass());
}

#[test]
fn a_try_past_the_plan_answers_that_nothing_is_left() {
    let (_, step) = begun(settings(), &context(false, itinerary(1, 1)), 1);
    let reply = find(&step.effects, |effect| match effect {
        Effect::Reply(reply) => Some(reply.status),
        _ => None,
    });
    assert_eq!(reply, Some(503));
    assert!(!step.effects.iter().any(|effect| matches!(effect, Effect::KeepReport(_))), "it was no try");
}

fn detours() -> Itinerary {
    let mut itinerary = itinerary(1, 1);
    itinerary.legs[0].context_window = Some(vec![1]);
    let deployments = vec!["long/openai-1".to_owned()];
    itinerary.legs.push(Leg { group: "long".to_owned(), deployments, ..Leg::default() });
    itinerary
}

const TOO_LONG: &[u8] = br#"{"error":{"message":"This model's maximum context length is 10 tokens.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#;

#[test]
fn a_prompt_that_does_not_fit_goes_along_another_path() {
    let (mut machine, _) = begun(settings(), &context(false, detours()), 0);
    machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
    let step = answer(&mut machine, "400", "application/json", TOO_LONG);
    assert_eq!(response_header(&step.effects, RETRY_HEADER).as_deref(), Some("1"));
    assert_eq!(response_header(&step.effects, PATH_HEADER).as_deref(), Some("group/openai-1,long/openai-1"));
    let report = report(&step);
    assert_eq!((report.attempts[0].cause.as_str(), report.path.unwrap().len()), ("context_window", 2));
}

#[test]
fn a_key_that_was_refused_is_not_tried_again() {
    let mut plan = itinerary(1, 1);
    plan.legs[0].retries.usual = 2;
    plan.stops = vec![plan.stops[0].clone(); 3];
    let (mut machine, _) = begun(settings(), &context(false, plan), 0);
    machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
    let error = br#"{"error":{"message":"Incorrect API key provided: sk-123456789.","type":"x"}}"#;
    let step = answer(&mut machine, "401", "application/json", error);
    assert_eq!(response_header(&step.effects, RETRY_HEADER), None);
    assert!(body(&step).contains("provided: [redacted]."), "{}", body(&step));
}

#[test]
fn a_second_try_at_the_same_deployment_waits_as_long_as_it_asks() {
    let mut plan = itinerary(1, 1);
    plan.legs[0].retries.usual = 1;
    plan.stops = vec![plan.stops[0].clone(); 2];
    for (retry_after, wait) in [("3", Some("3")), ("0.2", Some("1")), ("600", None), ("soon", None)] {
        let (mut machine, _) = begun(settings(), &context(false, plan.clone()), 0);
        machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
        let head = headers(&[(":status", "429"), ("retry-after", retry_after)]);
        let step = machine.on(&Input::ResponseHeaders { headers: &head, end: true }, 2_000);
        assert_eq!(response_header(&step.effects, WAIT_HEADER).as_deref(), wait, "{retry_after}");
    }
    let mut machine = sent(false, 1, 2);
    let head = headers(&[(":status", "429"), ("retry-after", "3")]);
    let step = machine.on(&Input::ResponseHeaders { headers: &head, end: true }, 2_000);
    assert_eq!(response_header(&step.effects, WAIT_HEADER), None, "the next deployment is asked at once");
}

#[test]
fn a_fallback_s_own_parameters_and_a_pattern_s_name_reach_the_provider() {
    let mut plan = itinerary(1, 1);
    plan.legs[0].overrides = serde_json::json!({"temperature": 0}).as_object().cloned();
    plan.legs[0].captures = vec!["mini".to_owned()];
    let settings =
        AttemptSettings { target: Target { model: "gpt-*".to_owned(), ..settings().target }, ..settings() };
    let (mut machine, _) = begun(settings, &context(false, plan), 0);
    let step = machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
    let sent = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestBody(body) => serde_json::from_slice::<serde_json::Value>(body).ok(),
        _ => None,
    });
    let sent = sent.unwrap();
    assert_eq!((&sent["model"], &sent["temperature"]), (&"gpt-mini".into(), &0.into()));
}

#[test]
fn a_pattern_s_model_is_asked_through_the_only_api_that_has_it() {
    let mut plan = itinerary(1, 1);
    plan.legs[0].captures = vec!["5-codex".to_owned()];
    let settings =
        AttemptSettings { target: Target { model: "gpt-*".to_owned(), ..settings().target }, ..settings() };
    let (mut machine, _) = begun(settings, &context(false, plan), 0);
    let step = machine.on(&Input::RequestBody { body: QUESTION }, 1_500);
    let path = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestHeaders(headers) => {
            headers.iter().find(|(name, _)| *name == ":path").map(|(_, path)| path.clone())
        }
        _ => None,
    });
    assert_eq!(path.as_deref(), Some("/v1/responses"));
}

#[test]
fn a_panic_is_a_500_that_the_report_tells_of_with_the_tries_before_it() {
    let failed = crate::event::Attempt { cause: "server_error".to_owned(), ..Default::default() };
    let kept = write(&Report { attempts: vec![failed], ..Report::default() });
    let context = write(&Context { dialect: Dialect::Messages, ..context(false, itinerary(2, 3)) });
    let fresh =
        Try { machine: Attempt::new(Rc::new(Deployments::own(settings()))), memory: Memory::default() };
    // The same where it panicked before it had read anything.
    for (mut machine, kind) in [(sent(false, 2, 3), "internal_server_error"), (fresh, "api_error")] {
        let moment = Moment { now: &|| 2_000, shared: &machine.memory };
        let step = machine.machine.after_panic(Some(&context), Some(&kept), &moment);
        let report = report(&step);
        assert_eq!(report.attempts.len(), 2);
        assert_eq!(report.attempts.last().unwrap().status, 500);
        assert_eq!(report.answer.error.unwrap().error_class, "internal_server_error");
        let reply = find(&step.effects, |effect| match effect {
            Effect::Reply(reply) => Some(reply.clone()),
            _ => None,
        })
        .unwrap();
        let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((reply.status, body["error"]["type"].as_str()), (500, Some(kind)));
    }
}

#[test]
fn of_a_stream_that_goes_on_only_what_changes_is_given_back() {
    let mut machine = streaming(1, 1);
    let chunk = |model: &str, text: &str| {
        format!(
            "data: {{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"{model}\",\
             \"choices\":[{{\"index\":0,\"delta\":{{\"content\":\"{text}\"}},\"finish_reason\":null}}]}}\n\n"
        )
    };
    let mut on = |body: String| machine.on(&Input::ResponseBody { body: body.as_bytes(), end: false }, 2_000);
    on(chunk("public", "first"));
    let replaced = |step: &Step| {
        find(&step.effects, |effect| match effect {
            Effect::ReplaceResponseBody(bytes) => Some(bytes.clone()),
            _ => None,
        })
    };
    assert_eq!(replaced(&on(chunk("public", "as it is"))), None);
    let told = replaced(&on(chunk("private", "not as it is"))).unwrap();
    assert_eq!(String::from_utf8(told).unwrap(), chunk("public", "not as it is"));
}
