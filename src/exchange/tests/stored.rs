//! Responses that a provider keeps: whose they are, where they are asked for, and what goes on from them.

use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, context, reply, settings, sha256};
use super::attempt::{begun, context as plain_context, itinerary, report, settings as of_attempt};
use super::{find, headers, response_header};
use crate::budgets::Budget;
use crate::config::AdmissionSettings;
use crate::exchange::admission::{Admission, Input, Setup};
use crate::exchange::context::{Context, Report, Stored as Call};
use crate::exchange::{Effect, Flow, RETRY_HEADER, Step, attempt};
use crate::guardrails::{Mode, Modes};
use crate::limits::Limits;
use crate::memory::Memory;
use crate::response_id::{Known, Mark, ResponseId, Sealer, Secret};
use crate::wire::{Dialect, Stored};

fn secret() -> Secret {
    Secret::derived(["test"].into_iter())
}

/// The id of a response that alice's request to deployment `a/openai-1` made.
fn made() -> ResponseId {
    ResponseId {
        kept: true,
        guards: Vec::new(),
        has_many_guards: false,
        owner: Mark::of(&sha256("sk-alice")),
        deployment: Mark::of("a/openai-1"),
        model: "alias".to_owned(),
        provider_id: "resp_raw".to_owned(),
    }
}

fn id() -> String {
    made().sealed(&secret())
}

fn world() -> World {
    let settings = AdmissionSettings { master_key_hash: Some(sha256("sk-master")), ..settings() };
    World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() }
}

/// A request without a body.
fn call(world: &World, key: &str, method: &str, path: &str) -> (Admission, Step) {
    let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
    let authorization = format!("Bearer {key}");
    let head = headers(&[
        (":method", method),
        (":path", path),
        ("authorization", authorization.as_str()),
        ("x-envoy-max-retries", "9"),
        ("openai-beta", "responses_multi_agent=v1"),
    ]);
    let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: true });
    (machine, step)
}

fn ask(key: &str, body: &Value) -> Step {
    ask_of(&world(), key, body)
}

fn ask_of(world: &World, key: &str, body: &Value) -> Step {
    let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
    let authorization = format!("Bearer {key}");
    let head = headers(&[
        (":method", "POST"),
        (":path", "/v1/responses"),
        ("authorization", authorization.as_str()),
    ]);
    world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
    world.on(&mut machine, &Input::RequestBody { body: body.to_string().as_bytes() })
}

fn error(step: &Step) -> (u16, String, String) {
    let reply = reply(step);
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (reply.status, text("code"), text("message"))
}

#[test]
fn a_stored_response_is_asked_for_where_it_is_kept_and_nowhere_else() {
    for (method, path, operation, query, stream) in [
        ("GET", format!("/v1/responses/{}?stream=true&x=1", id()), Stored::Get, "stream=true", true),
        ("DELETE", format!("/responses/{}", id()), Stored::Delete, "", false),
        ("POST", format!("/openai/v1/responses/{}/cancel?api-version=v1", id()), Stored::Cancel, "", false),
        ("GET", format!("/v1/responses/{}/input_items?limit=2", id()), Stored::InputItems, "limit=2", false),
    ] {
        let world = world();
        let (mut machine, step) = call(&world, "sk-alice", method, &path);
        assert_eq!(step.flow, Flow::Continue, "{path}");
        assert_eq!(step.effects[0], Effect::RemoveRequestHeader("x-envoy-max-retries".to_owned()));
        let context = context(&step);
        assert_eq!(context.beta.as_deref(), Some("responses_multi_agent=v1"));
        assert_eq!(
            context.stored,
            Some(Call { operation, id: "resp_raw".to_owned(), query: query.to_owned() })
        );
        assert_eq!((context.dialect, context.stream), (Dialect::Stored(operation), stream));
        let stops: Vec<&str> = context.itinerary.stops.iter().map(|stop| stop.deployment.as_str()).collect();
        assert_eq!(stops, ["a/openai-1"], "no fallback, though the group has one");
        let event = world.event(&mut machine, &Report::default()).unwrap();
        assert_eq!((event.model_group.as_str(), event.cost_nanodollars), ("alias", 0));
        assert!(event.call_type.ends_with("responses") || event.call_type == "alist_input_items");
    }
}

#[test]
fn a_guardrail_that_may_stop_an_answer_sees_a_stream_from_its_beginning() {
    let path = |query: &str| format!("/v1/responses/{}?stream=true{query}", id());
    for (mode, query, passes) in [
        (Mode::PreCall, "&starting_after=4", true),
        (Mode::PostCall, "", true),
        (Mode::PostCall, "&starting_after=4", false),
        // What only tells stops nothing, and sees what passes.
        (Mode::LoggingOnly, "&starting_after=4", true),
    ] {
        let mut settings = settings();
        settings.guardrails[0].modes = Modes { default: vec![mode], ..Modes::default() };
        let setup = Rc::new(Setup::new(settings, None).unwrap());
        let world = World { setup, memory: Memory::default() };
        let (_, step) = call(&world, "sk-alice", "GET", &path(query));
        if passes {
            assert_eq!(step.flow, Flow::Continue, "{mode:?} {query}");
        } else {
            let (status, code, message) = error(&step);
            assert_eq!((status, code.as_str()), (400, "unsupported_value"));
            assert!(message.contains("'starting_after'"), "{message}");
        }
    }
}

#[test]
fn a_guardrail_that_the_request_brought_along_looks_at_its_response_again() {
    let named = |default_on, modes| {
        let mut settings = settings();
        settings.guardrails[0].default_on = default_on;
        settings.guardrails[0].modes = modes;
        World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() }
    };
    let after = || Modes { default: vec![Mode::PostCall], ..Modes::default() };
    let tagged = || Modes {
        default: vec![Mode::LoggingOnly],
        tags: [("strict".to_owned(), vec![Mode::PostCall])].into(),
    };
    for (world, more, guards) in [
        (named(true, after()), json!({"guardrails": ["words"]}), 0),
        (named(false, after()), json!({}), 0),
        (named(false, after()), json!({"guardrails": ["words"]}), 1),
        (named(true, tagged()), json!({"tags": ["strict"]}), 1),
        (named(true, tagged()), json!({"tags": ["other"]}), 0),
    ] {
        let mut body = json!({"model": "a", "input": "hi"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let sealer = context(&ask_of(&world, "sk-alice", &body)).sealer.unwrap();
        assert_eq!(sealer.guards, vec![Mark::of("words"); guards], "{more}");
    }
    // What goes on from such a response brings it along, whatever it names itself.
    for (world, guards, more, expected) in [
        (named(false, after()), vec![Mark::of("words")], json!({}), 1),
        (named(false, after()), vec![Mark::of("words")], json!({"guardrails": ["words"]}), 1),
        (named(false, after()), vec![Mark::of("gone")], json!({}), 0),
        (named(true, tagged()), vec![Mark::of("words")], json!({"tags": ["other"]}), 1),
        (named(true, after()), vec![Mark::of("words")], json!({}), 0),
    ] {
        let previous = ResponseId { guards, ..made() }.sealed(&secret());
        let mut body = json!({"model": "a", "input": "hi", "previous_response_id": previous});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let sealer = context(&ask_of(&world, "sk-alice", &body)).sealer.unwrap();
        assert_eq!(sealer.guards, vec![Mark::of("words"); expected], "{more}");
    }
    for (guards, stops) in [(vec![], false), (vec![Mark::of("words")], true), (vec![Mark::of("gone")], false)]
    {
        let id = ResponseId { guards, ..made() }.sealed(&secret());
        let world = named(false, after());
        let (_, step) =
            call(&world, "sk-alice", "GET", &format!("/v1/responses/{id}?stream=true&starting_after=1"));
        assert_eq!(step.flow == Flow::Pause, stops);
    }
}

#[test]
fn what_is_made_in_the_background_is_not_had_where_tokens_or_money_are_bounded() {
    let budget = Budget { max_nanodollars: Some(1_000_000), ..Budget::default() };
    let soft = Budget { soft_nanodollars: Some(1), ..Budget::default() };
    let requests = Limits { requests: Some(9), ..Limits::default() };
    let tokens = Limits { tokens: Some(9_000), ..Limits::default() };
    let own = json!([{"model": "b", "background": true}]);
    for (limits, budget, more, refused) in [
        (Limits::default(), Budget::default(), json!({"background": true}), None),
        (requests, soft, json!({"background": true}), None),
        (tokens, budget.clone(), json!({"background": false}), None),
        (tokens, Budget::default(), json!({"background": true}), Some("background")),
        (requests, budget.clone(), json!({"background": true, "stream": true}), Some("background")),
        (requests, budget, json!({"fallbacks": own}), Some("fallbacks[0].background")),
    ] {
        let mut settings = settings();
        settings.keys[0].limits = limits;
        settings.keys[0].budget = budget;
        let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), memory: Memory::default() };
        let mut body = json!({"model": "a", "input": "hi"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let step = ask_of(&world, "sk-alice", &body);
        let replied = find(&step.effects, |effect| match effect {
            Effect::Reply(reply) => Some(reply.body.clone()),
            _ => None,
        });
        let param =
            replied.map(|body| serde_json::from_slice::<Value>(&body).unwrap()["error"]["param"].clone());
        assert_eq!(param, refused.map(|param| json!(param)), "{body}");
    }
}

#[test]
fn what_is_not_the_callers_is_not_found() {
    let others = ResponseId { owner: Mark::of("somebody"), ..made() }.sealed(&secret());
    let gone = ResponseId { deployment: Mark::of("gone/openai-1"), ..made() }.sealed(&secret());
    let forged = made().sealed(&Secret::derived(["other"].into_iter()));
    let bridged = ResponseId { kept: false, ..made() }.sealed(&secret());
    for (key, id, found) in [
        ("sk-alice", id(), true),
        ("sk-master", id(), true),
        ("sk-master", others.clone(), true),
        ("sk-alice", others, false),
        ("sk-master", gone, false),
        ("sk-master", forged, false),
        ("sk-master", "resp_raw".to_owned(), false),
        ("sk-alice", bridged, false),
    ] {
        let (_, step) = call(&world(), key, "GET", &format!("/v1/responses/{id}"));
        if found {
            assert_eq!(step.flow, Flow::Continue, "{key} {id}");
            continue;
        }
        let (status, code, message) = error(&step);
        assert_eq!((status, code.as_str()), (404, "response_not_found"), "{id}");
        assert!(message.starts_with(&format!("Response with id '{id}' not found")), "{message}");
    }
}

/// An id carries so many guardrails; the provider may well keep the response.
#[test]
fn a_response_that_more_guardrails_looked_at_than_an_id_carries_is_not_found_for_that_reason() {
    let crowded = ResponseId { guards: vec![Mark::of("words"); 17], ..made() }.sealed(&secret());
    let body = json!({"model": "a", "input": "hi", "previous_response_id": crowded});
    let (_, get) = call(&world(), "sk-alice", "GET", &format!("/v1/responses/{crowded}"));
    for (step, status) in [(get, 404), (ask("sk-alice", &body), 400)] {
        let (found, _, message) = error(&step);
        assert_eq!(found, status);
        assert!(message.contains("more than 16 guardrails") && !message.contains("keeps no"), "{message}");
    }
}

#[test]
fn a_body_is_dropped_from_a_cancellation_and_refused_elsewhere() {
    let world = world();
    let start = |method: &str, path: String| {
        let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
        let head =
            headers(&[(":method", method), (":path", path.as_str()), ("authorization", "Bearer sk-alice")]);
        let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
        (machine, step)
    };
    let (mut machine, step) = start("POST", format!("/v1/responses/{}/cancel", id()));
    assert_eq!((step.effects.len(), step.flow), (0, Flow::Pause));
    let step = world.on(&mut machine, &Input::RequestBody { body: b"{}" });
    assert!(step.effects.contains(&Effect::ReplaceRequestBody(Vec::new())));
    assert_eq!(context(&step).stored.unwrap().operation, Stored::Cancel);
    let (_, step) = start("GET", format!("/v1/responses/{}", id()));
    assert_eq!(reply(&step).status, 400);
}

#[test]
fn a_request_goes_on_from_a_response_where_it_is_kept() {
    let step = ask("sk-alice", &json!({"model": "a", "input": "hi", "previous_response_id": id()}));
    let context = context(&step);
    assert_eq!(context.itinerary.stops.len(), 1);
    let known = Known { id: id(), provider_id: "resp_raw".to_owned() };
    assert_eq!(context.sealer.unwrap().known, Some(known));
    let body = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestBody(body) => serde_json::from_slice::<Value>(body).ok(),
        _ => None,
    });
    assert_eq!(body.unwrap(), json!({"model": "a", "input": "hi", "previous_response_id": "resp_raw"}));
}

#[test]
fn what_a_request_cannot_go_on_from_is_refused() {
    let others = ResponseId { owner: Mark::of("somebody"), ..made() }.sealed(&secret());
    let bridged = ResponseId { kept: false, ..made() }.sealed(&secret());
    let with = |name: &str, value: Value| {
        let mut body = json!({"model": "a", "input": "hi"});
        body[name] = value;
        body
    };
    let previous = |id: &str| with("previous_response_id", json!(id));
    let mut elsewhere = previous(&id());
    elsewhere["model"] = json!("b");
    let own = with("fallbacks", json!([{"model": "b", "previous_response_id": "resp_raw"}]));
    for (body, status, code, words) in [
        (
            previous("resp_raw"),
            400,
            "previous_response_not_found",
            "Previous response with id 'resp_raw' not found.",
        ),
        (previous(&others), 400, "previous_response_not_found", "' not found."),
        (previous(&bridged), 400, "previous_response_not_found", "keeps no responses"),
        (elsewhere, 400, "previous_response_not_found", "was made by model 'alias'"),
        (with("conversation", json!("conv_1")), 404, "conversation_not_found", "'conv_1'"),
        (with("conversation", json!({"id": "conv_1"})), 404, "conversation_not_found", "'conv_1'"),
        (own, 400, "unsupported_parameter", "'fallbacks[0].previous_response_id' cannot be set"),
        (with("previous_response_id", json!(7)), 400, "invalid_type", "previous_response_id"),
    ] {
        let (found, found_code, message) = error(&ask("sk-alice", &body));
        assert_eq!((found, found_code.as_str()), (status, code), "{body}");
        assert!(message.contains(words), "{message}");
    }
}

/// A try about a stored response.
fn tried(operation: Stored, query: &str) -> (super::attempt::Try, Step) {
    tried_by_id(operation, "resp_raw", query)
}

/// A try about a response that the provider calls so.
fn tried_by_id(operation: Stored, id: &str, query: &str) -> (super::attempt::Try, Step) {
    let call = Call { operation, id: id.to_owned(), query: query.to_owned() };
    let sealer = Sealer {
        secret: secret(),
        owner: made().owner,
        deployment: Mark::default(),
        model: "alias".to_owned(),
        guards: Vec::new(),
        known: Some(Known { id: self::id(), provider_id: id.to_owned() }),
    };
    let context = Context {
        dialect: Dialect::Stored(operation),
        stream: operation.streams(query),
        sealer: Some(sealer),
        stored: Some(call),
        beta: Some("a=v1".to_owned()),
        ..plain_context(false, itinerary(1, 2))
    };
    begun(of_attempt(), &context, 0)
}

fn answered(machine: &mut super::attempt::Try, status: &str, kind: &str, body: &[u8]) -> Step {
    let head = headers(&[(":status", status), ("content-type", kind)]);
    machine.on(&attempt::Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    machine.on(&attempt::Input::ResponseBody { body, end: true }, 3_000)
}

fn text(step: &Step) -> String {
    let body = find(&step.effects, |effect| match effect {
        Effect::ReplaceResponseBody(body) | Effect::ReplaceResponse { body, .. } => {
            String::from_utf8(body.clone()).ok()
        }
        _ => None,
    });
    body.unwrap()
}

#[test]
fn the_provider_is_asked_with_its_own_id_and_without_a_body() {
    for (operation, query, method, path, length) in [
        (Stored::Get, "include[]=a", "GET", "/v1/responses/resp_raw?include[]=a", None),
        (Stored::Delete, "", "DELETE", "/v1/responses/resp_raw", None),
        (Stored::Cancel, "", "POST", "/v1/responses/resp_raw/cancel", Some("0")),
        (Stored::InputItems, "limit=2", "GET", "/v1/responses/resp_raw/input_items?limit=2", None),
    ] {
        let (mut machine, step) = tried(operation, query);
        assert_eq!(step.flow, Flow::Continue, "it waits for no body");
        let sent = find(&step.effects, |effect| match effect {
            Effect::ReplaceRequestHeaders(all) => Some(all.clone()),
            _ => None,
        });
        let sent = sent.unwrap();
        let value = |name| sent.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_str());
        assert_eq!((value(":method"), value(":path")), (Some(method), Some(path)));
        assert_eq!((value("content-length"), value("content-type")), (length, None));
        assert_eq!(value("openai-beta"), Some("a=v1"));
        let late = machine.on(&attempt::Input::RequestBody { body: b"" }, 1_500);
        assert_eq!(late, Step::pass(), "a body that came along");
    }
}

#[test]
fn a_provider_s_id_leads_nowhere_else() {
    let (_, step) = tried_by_id(Stored::Get, "../../admin?x=1#/%2e", "stream=true");
    let path = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestHeaders(all) => all.iter().find(|(name, _)| *name == ":path").cloned(),
        _ => None,
    });
    assert_eq!(path.unwrap().1, "/v1/responses/..%2F..%2Fadmin%3Fx=1%23%2F%252e?stream=true");
}

#[test]
fn the_client_sees_its_own_id_and_pays_nothing_again() {
    let stored = br#"{"id":"resp_raw","object":"response","status":"failed","error":{"code":"server_error","message":"m"},"model":"private","output":[],"previous_response_id":"resp_before","usage":{"input_tokens":3,"output_tokens":2}}"#;
    let (mut machine, _) = tried(Stored::Get, "");
    let step = answered(&mut machine, "200", "application/json", stored);
    let body: Value = serde_json::from_str(&text(&step)).unwrap();
    assert_eq!((&body["id"], &body["model"]), (&json!(id()), &json!("public")));
    let previous = ResponseId::open(body["previous_response_id"].as_str().unwrap(), &secret()).unwrap();
    assert_eq!((previous.provider_id.as_str(), previous.owner), ("resp_before", made().owner));
    assert_eq!((report(&step).answer.usage, report(&step).answer.cost_nanodollars), (None, 0));

    let (mut machine, _) = tried(Stored::Delete, "");
    let step = answered(&mut machine, "200", "application/json", b"");
    assert_eq!(text(&step), format!(r#"{{"id":"{}","object":"response","deleted":true}}"#, id()));

    let (mut machine, _) = tried(Stored::InputItems, "");
    let list = br#"{"object":"list","data":[{"id":"msg_1"}],"has_more":false}"#;
    assert_eq!(text(&answered(&mut machine, "200", "application/json", list)).as_bytes(), list);
}

#[test]
fn a_stored_stream_is_played_again_to_its_end_whatever_that_is() {
    let (mut machine, _) = tried(Stored::Get, "stream=true");
    let events = b"event: response.created\ndata: {\"type\":\"response.created\",\"sequence_number\":0,\"response\":{\"id\":\"resp_raw\",\"model\":\"private\"}}\n\nevent: response.failed\ndata: {\"type\":\"response.failed\",\"sequence_number\":1,\"response\":{\"id\":\"resp_raw\",\"error\":{\"code\":\"server_error\",\"message\":\"m\"},\"usage\":{\"input_tokens\":3}}}\n\n";
    let step = answered(&mut machine, "200", "text/event-stream", events);
    let text = text(&step);
    assert!(text.contains("response.failed") && text.contains(&id()) && !text.contains("resp_raw"), "{text}");
    assert_eq!(response_header(&step.effects, RETRY_HEADER), None);
    assert_eq!(report(&step).answer.usage, None);
}

#[test]
fn a_response_that_the_provider_has_not_is_no_failure_of_the_deployment() {
    let (mut machine, _) = tried(Stored::Get, "");
    let error = br#"{"error":{"message":"Response with id 'resp_raw' not found.","type":"invalid_request_error","param":null,"code":null}}"#;
    let step = answered(&mut machine, "404", "application/json", error);
    assert_eq!(report(&step).attempts[0].cause, "invalid_request");
    assert_eq!(response_header(&step.effects, ":status").as_deref(), Some("404"));
    assert!(text(&step).contains(&format!("Response with id '{}' not found.", id())), "{}", text(&step));
    // Whatever else goes wrong is tried again.
    let (mut machine, _) = tried(Stored::Get, "");
    let head = headers(&[(":status", "503")]);
    let step = machine.on(&attempt::Input::ResponseHeaders { headers: &head, end: false }, 2_000);
    assert_eq!(response_header(&step.effects, RETRY_HEADER).as_deref(), Some("1"));
}

#[test]
fn what_a_provider_makes_is_sealed_in_whole_answers_and_in_streams() {
    let sealer = Sealer {
        secret: secret(),
        owner: made().owner,
        deployment: Mark::default(),
        model: "public".to_owned(),
        guards: Vec::new(),
        known: None,
    };
    let opened = |text: &str| {
        let from = text.find("resp_").unwrap();
        let id: String = text.get(from..).unwrap().chars().take_while(|c| *c != '"').collect();
        ResponseId::open(&id, &secret()).unwrap()
    };
    for stream in [false, true] {
        let context = Context {
            dialect: Dialect::Responses,
            sealer: Some(sealer.clone()),
            ..plain_context(stream, itinerary(1, 1))
        };
        let (mut machine, _) = begun(of_attempt(), &context, 0);
        machine.on(&attempt::Input::RequestBody { body: br#"{"model":"public","input":"hi"}"# }, 1_500);
        let (kind, body): (_, &[u8]) = if stream {
            ("text/event-stream", b"data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_raw\",\"output\":[]}}\n\n")
        } else {
            ("application/json", br#"{"id":"resp_raw","object":"response","output":[]}"#)
        };
        let text = text(&answered(&mut machine, "200", kind, body));
        let id = opened(&text);
        assert!(id.kept && id.provider_id == "resp_raw" && id.model == "public", "{text}");
        assert_eq!(id.deployment, Mark::of("group/openai-1"));
    }
}
