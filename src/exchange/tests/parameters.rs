//! What a caller may say about its own parameters, and a deployment's configuration about others.

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use serde_json::{Value, json};

use super::attempt::{begun, context, itinerary, settings};
use crate::config::AttemptSettings;
use crate::exchange::Effect;
use crate::exchange::attempt::Input;
use crate::exchange::context::Context;
use crate::translate::Target;
use crate::wire::Provider;

/// What a deployment is sent: the body, or the refusal.
fn sent(target: Target, context: &Context, body: &Value) -> Result<Value, Value> {
    let (mut machine, _) = begun(AttemptSettings { target, ..settings() }, context, 0);
    let step = machine.on(&Input::RequestBody { body: body.to_string().as_bytes() }, 1);
    for effect in &step.effects {
        match effect {
            Effect::ReplaceRequestBody(body) => return Ok(serde_json::from_slice(body).unwrap()),
            Effect::Reply(reply) => return Err(serde_json::from_slice(&reply.body).unwrap()),
            _ => {}
        }
    }
    panic!("neither sent nor refused: {:?}", step.effects);
}

fn body(more: &Value) -> Value {
    let mut body = json!({"model": "public", "messages": [{"role": "user", "content": "hi"}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[test]
fn a_caller_may_let_parameters_be_dropped_and_drop_its_own() {
    let asked = body(&json!({"logprobs": true, "seed": 1}));
    let strict = context(false, itinerary(1, 1));
    let groq = || Target::new(Provider::Groq, "m");
    let refused = sent(groq(), &strict, &asked).unwrap_err();
    assert_eq!(refused["error"]["param"], "logprobs");
    let dropping = Context { drop_params: true, additional_drop_params: vec!["seed".to_owned()], ..strict };
    let body = sent(groq(), &dropping, &asked).unwrap();
    assert_eq!(body, json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]}));
}

#[test]
fn a_deployment_gets_what_it_allows_and_another_does_not() {
    let context = context(false, itinerary(1, 1));
    let asked = body(&json!({"knob": 3}));
    let allowing =
        Target { allowed_params: vec!["knob".to_owned()], ..Target::new(Provider::HostedVllm, "m") };
    assert_eq!(sent(allowing, &context, &asked).unwrap()["knob"], 3);
    assert_eq!(sent(Target::new(Provider::OpenAi, "m"), &context, &asked).unwrap()["knob"], Value::Null);
}
