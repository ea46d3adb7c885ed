//! The routes beside conversations: lists of models, and prompts of numbers.

use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, reply, settings};
use super::{find, headers};
use crate::config::AdmissionSettings;
use crate::exchange::Effect;
use crate::exchange::admission::{Admission, Input, Setup};
use crate::exchange::context::Report;
use crate::route::{Abilities, Alias, Candidate, Group};

/// The gateway's own answer to a request without a body.
fn asked(method: &str, path: &str, more: &[(&str, &str)]) -> (u16, Value) {
    let world = World::new();
    let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
    let mut head = headers(&[(":method", method), (":path", path), ("authorization", "Bearer sk-alice")]);
    head.extend(headers(more));
    let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: true });
    let reply = reply(&step);
    assert_eq!(world.event(&mut machine, &Report::default()), None, "it is no model call");
    (reply.status, serde_json::from_slice(&reply.body).unwrap())
}

#[test]
fn models_are_listed_in_the_shape_that_the_client_knows() {
    let openai = |id: &str| json!({"id": id, "object": "model", "created": 0, "owned_by": "spillway"});
    let anthropic = |id: &str| json!({"type": "model", "id": id, "display_name": id, "created_at": "1970-01-01T00:00:00Z"});
    let version = [("anthropic-version", "2023-06-01")];
    for (path, more, status, body) in [
        ("/v1/models", &[][..], 200, json!({"object": "list", "data": [openai("a"), openai("b")]})),
        ("/v1/models/a", &[], 200, openai("a")),
        ("/openai/v1/models/%61/", &[], 200, openai("a")),
        (
            "/v1/models?limit=1000",
            &version,
            200,
            json!({"data": [anthropic("a"), anthropic("b")], "has_more": false, "first_id": "a", "last_id": "b"}),
        ),
        ("/v1/models/b", &version, 200, anthropic("b")),
        (
            "/v1/models/c",
            &[],
            404,
            json!({"error": {
                "message": "The model 'c' does not exist or you do not have access to it.",
                "type": "invalid_request_error", "param": "model", "code": "model_not_found",
            }}),
        ),
        (
            "/v1/models/c",
            &version,
            404,
            json!({"type": "error", "error": {
                "type": "not_found_error", "message": "The model 'c' does not exist or you do not have access to it.",
            }}),
        ),
    ] {
        assert_eq!(asked("GET", path, more), (status, body), "{path} {more:?}");
    }
    assert_eq!(asked("POST", "/v1/models/a", &version).1["type"], "error");
}

#[test]
fn what_is_known_of_models_is_told_of_those_that_the_key_may_use() {
    let mut settings = settings();
    let able = Abilities { max_input_tokens: Some(1_000), vision: Some(true), ..Abilities::default() };
    let candidate = |id: &str, abilities| Candidate { id: id.to_owned(), abilities, ..Candidate::default() };
    let more = [candidate("a/azure-2", able), candidate("any/openai-1", Abilities::default())];
    settings.router.deployments.extend(more);
    settings.router.groups[0].deployments.push(2);
    settings.router.groups.push(Group { name: "openai/*".to_owned(), deployments: vec![3] });
    let alias = |alias: &str, hidden| Alias { alias: alias.to_owned(), group: "a".to_owned(), hidden };
    settings.router.aliases = vec![alias("shown", false), alias("hidden", true)];
    settings.keys[0].models = vec!["a".to_owned(), "openai/*".to_owned()];
    let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), ..World::new() };
    let told = |path: &str, key: &str| {
        let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
        let head = headers(&[(":method", "GET"), (":path", path), ("authorization", key)]);
        let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: true });
        let reply = reply(&step);
        (reply.status, serde_json::from_slice::<Value>(&reply.body).unwrap())
    };
    let entry = |name: &str, info: Value| json!({"model_name": name, "litellm_params": {"model": name}, "model_info": info});
    let first = json!({"id": "a/openai-1"});
    let second = json!({"id": "a/azure-2", "max_input_tokens": 1_000, "supports_vision": true});
    let all = [("a", &first), ("a", &second), ("shown", &first), ("shown", &second)];
    let data: Vec<Value> = all.iter().map(|(name, info)| entry(name, (*info).clone())).collect();
    for path in ["/v1/model/info", "/model/info?litellm_model_id=x"] {
        assert_eq!(told(path, "Bearer sk-alice"), (200, json!({"data": data})), "{path}");
    }
    assert_eq!(told("/v1/model/info", "Bearer sk-nobody").0, 401);
    let listed = |path: &str| {
        let (_, list) = told(path, "Bearer sk-alice");
        let names =
            list["data"].as_array().unwrap().iter().map(|model| model["id"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(listed("/v1/models"), ["a", "shown"], "nobody can ask for a pattern");
    assert_eq!(listed("/v1/models?x&return_wildcard_routes=true"), ["a", "openai/*", "shown"]);
}

#[test]
fn guardrails_do_not_let_token_numbers_pass() {
    for (input, status) in [(json!([1, 2]), Some(400)), (json!([[1], [2]]), Some(400)), (json!(["hi"]), None)]
    {
        let world = World::new();
        let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
        let head = headers(&[
            (":method", "POST"),
            (":path", "/v1/embeddings"),
            ("authorization", "Bearer sk-alice"),
        ]);
        world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
        let body = json!({"model": "a", "input": input}).to_string();
        let step = world.on(&mut machine, &Input::RequestBody { body: body.as_bytes() });
        let found = find(&step.effects, |effect| match effect {
            Effect::Reply(reply) => Some(reply.status),
            _ => None,
        });
        assert_eq!(found, status, "{body}");
    }
}

#[test]
fn without_a_key_a_body_is_taken_that_is_said_to_be_json() {
    let begun = |anonymous: bool, more: &[(&str, &str)]| {
        let settings = AdmissionSettings { allow_anonymous: anonymous, ..settings() };
        let world = World { setup: Rc::new(Setup::new(settings, None).unwrap()), ..World::new() };
        let mut machine = Admission::new(Rc::clone(&world.setup), "id".to_owned());
        let mut head = headers(&[(":method", "POST"), (":path", "/v1/chat/completions")]);
        head.extend(headers(more));
        let step = world.on(&mut machine, &Input::RequestHeaders { headers: &head, end: false });
        find(&step.effects, |effect| match effect {
            Effect::Reply(reply) => Some(reply.status),
            _ => None,
        })
    };
    let (json, plain) = (("content-type", "application/json; charset=utf-8"), ("content-type", "text/plain"));
    let alice = ("authorization", "Bearer sk-alice");
    for (anonymous, more, refused) in [
        (true, &[json][..], None),
        (true, &[], Some(415)),
        (true, &[plain], Some(415)),
        (true, &[alice], None),
        (false, &[alice], None),
        (false, &[], Some(401)),
    ] {
        assert_eq!(begun(anonymous, more), refused, "{anonymous} {more:?}");
    }
}
