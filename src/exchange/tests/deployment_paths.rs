//! Paths that name the model, as Azure's clients ask: through both machines.

use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, context, reply};
use super::attempt::{begun, itinerary, settings};
use super::{find, headers};
use crate::exchange::admission::{self, Admission};
use crate::exchange::attempt::Input;
use crate::exchange::context::Context;
use crate::exchange::{Effect, Step};
use crate::wire::Provider;

fn asked(path: &str, body: &Value) -> Step {
    let world = World::new();
    let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
    let head = headers(&[(":method", "POST"), (":path", path), ("api-key", "sk-alice")]);
    let step = world.on(&mut machine, &admission::Input::RequestHeaders { headers: &head, end: false });
    if step.effects.iter().any(|effect| matches!(effect, Effect::Reply(_))) {
        return step;
    }
    world.on(&mut machine, &admission::Input::RequestBody { body: body.to_string().as_bytes() })
}

/// The body that a deployment of `provider-model` gets.
fn sent(context: Context, provider: Provider, body: &Value) -> Value {
    let context = Context { itinerary: itinerary(1, 1), ..context };
    let mut settings = settings();
    settings.target.provider = provider;
    settings.target.model = "provider-model".to_owned();
    let (mut machine, _) = begun(settings, &context, 0);
    let step = machine.on(&Input::RequestBody { body: body.to_string().as_bytes() }, 1_500);
    let sent = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestBody(sent) => Some(sent.clone()),
        _ => None,
    });
    serde_json::from_slice(&sent.unwrap()).unwrap()
}

#[test]
fn the_paths_model_is_asked_whatever_the_body_says() {
    let path = "/openai/deployments/a/chat/completions?api-version=2024-10-21";
    let messages = json!([{"role": "user", "content": "hi"}]);
    for body in [
        json!({"messages": messages}),
        json!({"model": "b", "messages": messages}),
        json!({"model": "provider-model", "messages": messages}),
        json!({"model": null, "messages": messages}),
    ] {
        let told = context(&asked(path, &body));
        assert_eq!((told.model.as_str(), told.itinerary.stops[0].deployment.as_str()), ("a", "a/openai-1"));
        assert!(told.outline.is_none(), "the body's model is not the one that goes on");
        for provider in [Provider::OpenAi, Provider::Azure, Provider::Anthropic, Provider::Groq] {
            let went = sent(context(&asked(path, &body)), provider, &body);
            assert_eq!(went["model"], "provider-model", "{body} {provider:?}");
        }
    }
    let same = json!({"model": "a", "messages": messages});
    assert!(context(&asked(path, &same)).outline.is_some(), "as fast as without");
}

#[test]
fn completions_and_embeddings_have_such_paths_too() {
    for (path, body) in [
        ("/openai/deployments/a/completions", json!({"prompt": "hi"})),
        ("/engines/a/completions", json!({"prompt": "hi"})),
        ("/engines/%61/chat/completions", json!({"messages": [{"role": "user", "content": "hi"}]})),
        ("/openai/deployments/a/embeddings?api-version=x", json!({"input": "hi"})),
    ] {
        assert_eq!(context(&asked(path, &body)).model, "a", "{path}");
    }
}

#[test]
fn a_paths_model_is_held_to_what_a_bodys_is() {
    let body = json!({"model": "a", "messages": [{"role": "user", "content": "hi"}]});
    for path in ["%0a", "%ff", "%20", &"x".repeat(257), "unknown"] {
        let refused = reply(&asked(&format!("/openai/deployments/{path}/chat/completions"), &body));
        assert_eq!(refused.status, 400, "{path}");
    }
}

#[test]
fn what_is_not_served_is_not_worth_trying_again() {
    let refused = reply(&asked("/openai/deployments/a/images/generations", &json!({})));
    assert_eq!(refused.status, 501);
    assert!(refused.headers.contains(&("x-should-retry", "false".to_owned())));
}
