use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::{find, headers, response_header};
use crate::config::{AdmissionSettings, Carrier, Delivery, Listener, Timeouts};
use crate::event::{Attempt, Event};
use crate::exchange::admission::{Admission, Ending, Input, Moment, Setup, Wants};
use crate::exchange::context::{Answer, Context, Report, write};
use crate::exchange::{Effect, Flow, PLAN_HEADER, RETRY_ON, Reply, Step};
use crate::guardrails::{Action, BlockedWord, ContentFilter, Guardrail, Kind};
use crate::keys::{Key, LookupSettings};
use crate::limits::Limits;
use crate::memory::Memory;
use crate::response_id::Secret;
use crate::route::{Candidate, Fallback, Group, Router, Target};
use crate::sanitise::Policy;
use crate::usage::Usage;

pub(super) fn settings() -> AdmissionSettings {
    let candidate = |id: &str| Candidate { id: id.to_owned(), weight: 1, ..Candidate::default() };
    let group = |name: &str, index| Group { name: name.to_owned(), deployments: vec![index] };
    AdmissionSettings {
        router: Router {
            deployments: vec![candidate("a/openai-1"), candidate("b/azure-1")],
            groups: vec![group("a", 0), group("b", 1)],
            fallbacks: vec![Fallback { from: "a".to_owned(), to: vec![Target::group("b")] }],
            max_fallbacks: 5,
            ..Router::default()
        },
        master_key_hash: None,
        allow_anonymous: false,
        keys: vec![Key {
            hash: sha256("sk-alice"),
            alias: Some("alice".to_owned()),
            limits: Limits { requests: Some(2), tokens: Some(1_000), parallel: None },
            ..Key::default()
        }],
        key_lookup: LookupSettings { enabled: false, ..LookupSettings::default() },
        end_user_limits: Limits::default(),
        fallback_on_limits: false,
        rate_limit_service: None,
        guardrails: vec![Guardrail {
            name: "words".to_owned(),
            id: "words".to_owned(),
            default_on: true,
            kind: Kind::ContentFilter(ContentFilter {
                blocked_words: vec![
                    BlockedWord { keyword: "forbidden".to_owned(), action: Action::Block, description: None },
                    BlockedWord { keyword: "secret".to_owned(), action: Action::Mask, description: None },
                ],
                ..ContentFilter::default()
            }),
            ..Guardrail::default()
        }],
        policy: Policy::default(),
        max_body_bytes: 1_000,
        known_texts: 100,
        timeouts: Timeouts { answer_ms: 2_000, first_token_ms: 1_000, request_ms: 9_000 },
        delivery: Delivery { outbox_bytes: 1_000_000, ..Delivery::default() },
        summaries: true,
        carrier: Carrier::default(),
        listener: Listener::default(),
        response_secret: Secret::derived(["test"].into_iter()),
    }
}

pub(super) fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// When everything happens here, in microseconds.
pub(super) const NOW_US: u64 = 1_700_000_000_000_000;

/// One gateway: its settings and its memory.
pub(super) struct World {
    pub(super) setup: Rc<Setup>,
    pub(super) memory: Memory,
}

impl World {
    pub(super) fn new() -> Self {
        Self { setup: Rc::new(Setup::new(settings(), None).unwrap()), memory: Memory::default() }
    }

    pub(super) fn on(&self, machine: &mut Admission, input: &Input<'_>) -> Step {
        machine.on(input, &self.moment())
    }

    pub(super) fn moment(&self) -> Moment<'_> {
        let now: &dyn Fn() -> u64 = &|| NOW_US;
        Moment { now, clock: now, dice: 1, shared: &self.memory }
    }

    /// A request with alice's key, up to the answer to its body.
    pub(super) fn ask(&self, body: &Value) -> (Admission, Step) {
        let mut machine = Admission::new(Rc::clone(&self.setup), "id-1".to_owned());
        let head = chat_headers("Bearer sk-alice");
        assert_eq!(
            self.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false }).flow,
            Flow::Pause
        );
        let step = self.on(&mut machine, &Input::RequestBody { body: body.to_string().as_bytes() });
        (machine, step)
    }

    pub(super) fn event(&self, machine: &mut Admission, report: &Report) -> Option<Event> {
        let report = write(report);
        let ending = Ending { report: Some(&report), client_ip: Some("10.0.0.1"), ..Ending::default() };
        let step = self.on(machine, &Input::Done(ending));
        find(&step.effects, |effect| match effect {
            Effect::Emit(event) => Some((**event).clone()),
            _ => None,
        })
    }
}

fn chat_headers(authorization: &str) -> Vec<(String, Vec<u8>)> {
    headers(&[
        (":method", "POST"),
        (":path", "/v1/chat/completions"),
        ("content-type", "application/json"),
        ("authorization", authorization),
    ])
}

pub(super) fn chat(text: &str) -> Value {
    json!({"model": "a", "messages": [{"role": "user", "content": text}], "max_tokens": 10})
}

pub(super) fn context(step: &Step) -> Context {
    let context = find(&step.effects, |effect| match effect {
        Effect::KeepContext(bytes) => serde_json::from_slice(bytes).ok(),
        _ => None,
    });
    context.unwrap()
}

pub(super) fn reply(step: &Step) -> Reply {
    find(&step.effects, |effect| match effect {
        Effect::Reply(reply) => Some(reply.clone()),
        _ => None,
    })
    .unwrap()
}

pub(super) fn report(usage: u64) -> Report {
    let attempt = Attempt {
        deployment: "a/openai-1".to_owned(),
        status: 200,
        cause: "success".to_owned(),
        ..Attempt::default()
    };
    let usage = Usage { input: usage, ..Usage::default() };
    Report {
        attempts: vec![attempt],
        answer: Answer { usage: Some(usage), ..Answer::default() },
        ..Report::default()
    }
}

#[test]
fn a_request_gets_a_plan_a_context_and_nothing_else_that_is_internal() {
    let (_, step) = World::new().ask(&chat("hi"));
    assert_eq!(step.flow, Flow::Continue);
    let set: Vec<&str> = step
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::SetRequestHeader(name, _) => Some(*name),
            _ => None,
        })
        .collect();
    assert_eq!(
        set,
        [PLAN_HEADER, "x-envoy-upstream-rq-per-try-timeout-ms", "x-envoy-retry-on", "x-envoy-max-retries"]
    );
    let context = context(&step);
    assert_eq!((context.itinerary.stops.len(), context.model.as_str()), (2, "a"));
    assert!(!step.effects.iter().any(|effect| matches!(effect, Effect::ReplaceRequestBody(_))), "untouched");
}

#[test]
fn a_plan_that_attempts_read_themselves_stands_in_no_header() {
    let settings = AdmissionSettings { carrier: Carrier::Hop, ..settings() };
    let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() };
    let (_, step) = world.ask(&chat("hi"));
    let plan = find(&step.effects, |effect| match effect {
        Effect::SetRequestHeader(name, value) if *name == PLAN_HEADER => Some(value.clone()),
        _ => None,
    });
    assert_eq!(plan, None);
    assert_eq!(context(&step).itinerary.stops.len(), 2);
}

#[test]
fn the_router_hears_of_retries_where_there_may_be_one() {
    let mut body = chat("hi");
    for (model, num_retries, said) in
        [("a", 0, Some("1")), ("b", 0, None), ("b", 2, Some("2")), ("a", 1, Some("3"))]
    {
        body["model"] = json!(model);
        body["num_retries"] = json!(num_retries);
        let (_, step) = World::new().ask(&body);
        let header = |wanted: &str| {
            find(&step.effects, |effect| match effect {
                Effect::SetRequestHeader(name, value) if *name == wanted => Some(value.clone()),
                _ => None,
            })
        };
        assert_eq!(header("x-envoy-max-retries").as_deref(), said, "{model} {num_retries}");
        assert_eq!(header("x-envoy-retry-on").as_deref(), said.map(|_| RETRY_ON), "{model} {num_retries}");
    }
}

#[test]
fn headers_that_steer_envoy_are_taken_from_the_client() {
    let world = World::new();
    let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
    let mut head = chat_headers("Bearer sk-alice");
    head.extend(headers(&[("x-envoy-max-retries", "99"), ("x-spillway-plan", "Cg=="), ("x-mine", "1")]));
    let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
    let removed = ["x-envoy-max-retries", "x-spillway-plan"];
    assert_eq!(step.effects, removed.map(|name| Effect::RemoveRequestHeader(name.to_owned())));
}

#[test]
fn an_unknown_key_is_refused_and_leaves_no_event() {
    let world = World::new();
    let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
    let step = world
        .on(&mut machine, &Input::RequestHeaders { headers: &chat_headers("Bearer sk-eve"), end: false });
    let reply = reply(&step);
    assert_eq!(reply.status, 401);
    assert!(!String::from_utf8(reply.body).unwrap().contains("sk-eve"));
    assert_eq!(world.event(&mut machine, &Report::default()), None);
}

#[test]
fn a_block_is_answered_recorded_and_gives_its_tokens_back() {
    let world = World::new();
    let (mut machine, step) = world.ask(&chat("the forbidden thing"));
    let reply = reply(&step);
    assert_eq!(reply.status, 400);
    assert!(
        reply.headers.contains(&("x-litellm-applied-guardrails", "words".to_owned())),
        "{:?}",
        reply.headers
    );
    let event = world.event(&mut machine, &Report::default()).unwrap();
    assert_eq!(event.guardrail_information.len(), 1);
    assert_eq!((event.http_status, event.error.unwrap().error_code.as_str()), (400, "400"));
    let (_, step) = world.ask(&chat("hi"));
    assert_eq!(step.flow, Flow::Continue);
}

#[test]
fn a_mask_changes_what_goes_on() {
    let (_, step) = World::new().ask(&chat("the secret thing"));
    let body = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestBody(body) => String::from_utf8(body.clone()).ok(),
        _ => None,
    });
    assert!(body.unwrap().contains("the [KEYWORD_REDACTED] thing"));
}

#[test]
fn the_third_request_of_two_a_minute_is_refused_with_the_time_to_wait() {
    let world = World::new();
    world.ask(&chat("hi"));
    world.ask(&chat("hi"));
    let (mut machine, step) = world.ask(&chat("hi"));
    let reply = reply(&step);
    assert_eq!(reply.status, 429);
    for name in ["retry-after", "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests"] {
        assert!(reply.headers.iter().any(|(key, _)| *key == name), "{name} in {:?}", reply.headers);
    }
    assert_eq!(world.event(&mut machine, &Report::default()).unwrap().http_status, 429);
}

#[test]
fn the_answer_tells_who_answered_and_what_it_cost() {
    let world = World::new();
    let (mut machine, _) = world.ask(&chat("hi"));
    let bytes = write(&report(30));
    let step =
        world.on(&mut machine, &Input::ResponseHeaders { status: 200, report: Some(&bytes), end: false });
    let expected = [
        ("x-litellm-call-id", "id-1"),
        ("x-litellm-model-id", "a/openai-1"),
        ("x-litellm-model-group", "a"),
        ("x-litellm-attempted-fallbacks", "0"),
        ("x-spillway-attempts", "a/openai-1=200"),
        ("x-ratelimit-limit-tokens", "1000"),
    ];
    for (name, value) in expected {
        assert_eq!(response_header(&step.effects, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(machine.wants_answer(), Wants::Nothing);
    assert_eq!(world.event(&mut machine, &report(30)).unwrap().usage.input, 30);
}

#[test]
fn envoy_s_own_errors_are_put_in_the_client_s_dialect() {
    for (status, kind) in
        [(413, "invalid_request_error"), (503, "service_unavailable_error"), (504, "timeout_error")]
    {
        let world = World::new();
        let (mut machine, _) = world.ask(&chat("hi"));
        world.on(&mut machine, &Input::ResponseHeaders { status, report: None, end: false });
        assert_eq!(machine.wants_answer(), Wants::End);
        let step = world.on(&mut machine, &Input::ResponseBody { body: b"", end: true });
        let [Effect::ReplaceResponseBody(body)] = &step.effects[..] else { panic!("{step:?}") };
        let body: Value = serde_json::from_slice(body).unwrap();
        assert_eq!(body["error"]["type"], kind);
    }
}

#[test]
fn requests_that_are_none_are_refused_before_anything_is_spent() {
    let world = World::new();
    let cases: &[(&[u8], u16)] = &[
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (br#"{"model":"nope","messages":[{"role":"user","content":"x"}]}"#, 400),
        (br#"{"model":"a","messages":[{"role":"user","content":"x"}],"_litellm_x":1}"#, 400),
        (br#"{"model":"a","model":"b","messages":[{"role":"user","content":"x"}]}"#, 400),
    ];
    for (body, status) in cases {
        let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
        world.on(
            &mut machine,
            &Input::RequestHeaders { headers: &chat_headers("Bearer sk-alice"), end: false },
        );
        let step = world.on(&mut machine, &Input::RequestBody { body });
        assert_eq!(reply(&step).status, *status, "{}", String::from_utf8_lossy(body));
    }
    let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
    let headers = chat_headers("Bearer sk-alice");
    let step = world.on(&mut machine, &Input::RequestHeaders { headers: &headers, end: true });
    let body: Value = serde_json::from_slice(&reply(&step).body).unwrap();
    assert_eq!(
        (reply(&step).status, &body["error"]["code"]),
        (400, &json!("invalid_json")),
        "no body at all"
    );
    let (_, step) = world.ask(&chat("hi"));
    assert_eq!(step.flow, Flow::Continue, "both requests of the minute are left");
}

#[test]
fn retries_may_be_asked_for_in_a_header_and_the_body_counts() {
    for (header, body, tries) in [("1", None, Some(4)), ("1", Some(0), Some(2)), ("many", None, None)] {
        let world = World::new();
        let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
        let mut head = chat_headers("Bearer sk-alice");
        head.extend(headers(&[("x-litellm-num-retries", header)]));
        let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
        let Some(tries) = tries else {
            assert_eq!(reply(&step).status, 400);
            continue;
        };
        let mut sent = chat("hi");
        if let Some(retries) = body {
            sent["num_retries"] = json!(retries);
        }
        let step = world.on(&mut machine, &Input::RequestBody { body: sent.to_string().as_bytes() });
        assert_eq!(context(&step).itinerary.stops.len(), tries);
    }
}

/// The answer and the event of a request in the middle of which the machine panicked.
fn panicked(path: &str, begun: bool) -> (Reply, Event) {
    let world = World::new();
    let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
    let head = headers(&[(":method", "POST"), (":path", path), ("authorization", "Bearer sk-alice")]);
    world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
    if begun {
        let body = json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]});
        world.on(&mut machine, &Input::RequestBody { body: body.to_string().as_bytes() });
        let report = write(&Report {
            attempts: vec![Attempt { status: 200, ..Attempt::default() }],
            ..Report::default()
        });
        world.on(&mut machine, &Input::ResponseHeaders { status: 200, report: Some(&report), end: false });
    }
    let step = machine.after_panic(begun, &world.moment());
    assert_eq!(step.flow, Flow::Pause);
    let reply = find(&step.effects, |effect| match effect {
        Effect::Reply(reply) => Some(reply.clone()),
        _ => None,
    });
    (reply.unwrap(), world.event(&mut machine, &Report::default()).unwrap())
}

#[test]
fn a_panic_is_a_500_in_the_clients_dialect_and_an_event() {
    for (path, kind) in [
        ("/v1/chat/completions", "internal_server_error"),
        ("/v1/responses", "internal_server_error"),
        ("/v1/messages", "api_error"),
    ] {
        let (reply, event) = panicked(path, false);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((reply.status, &body["error"]["type"]), (500, &json!(kind)), "{path}");
        assert!(reply.headers.contains(&("x-litellm-call-id", "id-1".to_owned())), "{path}");
        assert_eq!(event.http_status, 500, "{path}");
        assert_eq!(event.error.unwrap().error_class, "internal_server_error", "{path}");
    }
}

#[test]
fn a_panic_in_an_answer_that_has_begun_leaves_its_status_in_the_event() {
    let (_, event) = panicked("/v1/chat/completions", true);
    assert_eq!(event.http_status, 200);
    assert_eq!(event.error.unwrap().error_class, "internal_server_error");
}

#[test]
fn the_client_is_whom_envoy_appended() {
    let told = |listener, header: Option<&str>| {
        let settings = AdmissionSettings { listener, ..settings() };
        let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() };
        let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
        let mut head = chat_headers("Bearer sk-alice");
        head.extend(header.map(|value| ("x-forwarded-for".to_owned(), value.as_bytes().to_vec())));
        world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
        let body = chat("hi").to_string();
        world.on(&mut machine, &Input::RequestBody { body: body.as_bytes() });
        let knows = machine.knows_the_client();
        (knows, world.event(&mut machine, &report(1)).unwrap().caller.ip.unwrap())
    };
    for (header, client) in [
        (Some("192.0.2.1"), (true, "192.0.2.1")),
        (Some("1.2.3.4, 192.0.2.1"), (true, "192.0.2.1")),
        (Some("1.2.3.4,2001:db8::1"), (true, "2001:db8::1")),
        (Some("1.2.3.4,"), (false, "10.0.0.1")),
        (None, (false, "10.0.0.1")),
    ] {
        assert_eq!(told(Listener::Own, header), (client.0, client.1.to_owned()), "{header:?}");
        let mesh = told(Listener::Mesh, header);
        assert_eq!(mesh, (false, "10.0.0.1".to_owned()), "a client may send {header:?} itself");
    }
}
