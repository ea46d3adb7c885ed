//! `openai-beta` through both machines; `anthropic-beta` is among what [`super::messages`] plays.

use std::rc::Rc;

use serde_json::json;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, context, reply};
use super::attempt::{begun, itinerary, report, settings};
use super::{find, headers};
use crate::exchange::admission::{self, Admission};
use crate::exchange::attempt::Input;
use crate::exchange::context::Context;
use crate::exchange::{Effect, Step};
use crate::wire::Provider;

/// A client of this path, with these betas of OpenAI's, up to the answer to its body.
fn asked(path: &str, beta: &str) -> Step {
    let world = World::new();
    let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
    let head = headers(&[
        (":method", "POST"),
        (":path", path),
        ("authorization", "Bearer sk-alice"),
        ("openai-beta", beta),
    ]);
    let step = world.on(&mut machine, &admission::Input::RequestHeaders { headers: &head, end: false });
    if step.effects.iter().any(|effect| matches!(effect, Effect::Reply(_))) {
        return step;
    }
    let body = json!({"model": "a", "input": "hi"}).to_string();
    world.on(&mut machine, &admission::Input::RequestBody { body: body.as_bytes() })
}

/// The betas that a deployment gets.
fn sent(context: &Context, provider: Provider, chat_only: bool) -> Vec<(&'static str, String)> {
    let mut settings = settings();
    settings.target.provider = provider;
    settings.target.chat_only = chat_only;
    let (mut machine, _) = begun(settings, context, 0);
    let step = machine.on(&Input::RequestBody { body: br#"{"model":"a","input":"hi"}"# }, 1_500);
    let all = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestHeaders(all) => Some(all.clone()),
        _ => None,
    });
    all.unwrap().into_iter().filter(|(name, _)| name.ends_with("-beta")).collect()
}

#[test]
fn openais_betas_reach_its_responses_and_nobody_else() {
    let beta = "responses_multi_agent=v1";
    let context = context(&asked("/v1/responses?beta=true", beta));
    let context = Context { itinerary: itinerary(1, 1), ..context };
    let told = vec![("openai-beta", beta.to_owned())];
    assert_eq!(sent(&context, Provider::OpenAi, false), told);
    assert_eq!(sent(&context, Provider::Azure, false), told);
    assert_eq!(sent(&context, Provider::OpenAi, true), []);
    assert_eq!(sent(&context, Provider::Anthropic, false), []);
    assert_eq!(sent(&context, Provider::Groq, false), []);
}

#[test]
fn a_beta_that_does_not_go_on_is_named() {
    let context = Context { itinerary: itinerary(1, 1), ..context(&asked("/v1/responses", "a=v1")) };
    for (provider, dropped) in [
        (Provider::OpenAi, &[][..]),
        (Provider::Anthropic, &["openai-beta"]),
        (Provider::Gemini, &["openai-beta"]),
    ] {
        let mut settings = settings();
        settings.target.provider = provider;
        let (mut machine, _) = begun(settings, &context, 0);
        machine.on(&Input::RequestBody { body: br#"{"model":"a","input":"hi"}"# }, 1_500);
        let step = machine
            .on(&Input::ResponseHeaders { headers: &headers(&[(":status", "429")]), end: true }, 2_000);
        assert_eq!(report(&step).answer.dropped, dropped, "{provider:?}");
    }
}

#[test]
fn openais_betas_are_of_all_that_belongs_to_responses() {
    let compact =
        Context { itinerary: itinerary(1, 1), ..context(&asked("/v1/responses/compact?beta=true", "a=v1")) };
    let told = vec![("openai-beta", "a=v1".to_owned())];
    assert_eq!(
        (sent(&compact, Provider::OpenAi, false), sent(&compact, Provider::Azure, false)),
        (told.clone(), told)
    );
    assert_eq!(context(&asked("/v1/embeddings", "a=v1")).beta, None);
    let reply = reply(&asked("/v1/responses", "a;b"));
    let body: serde_json::Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((reply.status, body["error"]["param"].as_str()), (400, Some("openai-beta")));
}
