//! Anthropic's Messages through both machines.

use std::rc::Rc;

use serde_json::{Value, json};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

use super::admission::{World, context, reply};
use super::attempt::{begun, itinerary, settings};
use super::{find, headers, response_header};
use crate::config::AttemptSettings;
use crate::exchange::admission::{self, Admission};
use crate::exchange::attempt::Input;
use crate::exchange::context::{Context, Report, write};
use crate::exchange::{Effect, Step};
use crate::wire::{Dialect, Provider};

/// A client of Messages, with these betas, up to the answer to its body.
fn asked(beta: &str) -> Step {
    let body = json!({"model": "a", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]});
    asked_with(&World::new(), &[("anthropic-beta", beta)], &body).1
}

fn asked_with(world: &World, more: &[(&str, &str)], body: &Value) -> (Admission, Step) {
    let mut machine = Admission::new(Rc::clone(&world.setup), "id-1".to_owned());
    let mut head = headers(&[
        (":method", "POST"),
        (":path", "/v1/messages?beta=true"),
        ("x-api-key", "sk-alice"),
        ("anthropic-version", "2023-06-01"),
    ]);
    head.extend(headers(more));
    let mut step = world.on(&mut machine, &admission::Input::RequestHeaders { headers: &head, end: false });
    if !step.effects.iter().any(|effect| matches!(effect, Effect::Reply(_))) {
        let body = body.to_string();
        step = world.on(&mut machine, &admission::Input::RequestBody { body: body.as_bytes() });
    }
    (machine, step)
}

/// What a deployment gets of a context's betas.
fn sent(context: &Context, provider: Provider) -> (Option<String>, Option<String>) {
    let mut settings: AttemptSettings = settings();
    settings.target.provider = provider;
    let (mut machine, _) = begun(settings, context, 0);
    let body = br#"{"model":"a","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}"#;
    let step = machine.on(&Input::RequestBody { body }, 1_500);
    let all = find(&step.effects, |effect| match effect {
        Effect::ReplaceRequestHeaders(all) => Some(all.clone()),
        _ => None,
    });
    let all = all.unwrap_or_default();
    let of = |name| all.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    (of("anthropic-version"), of("anthropic-beta"))
}

#[test]
fn betas_reach_anthropic_and_nobody_else() {
    let context = context(&asked("context-1m-2025-08-07, interleaved-thinking-2025-05-14"));
    let beta = Some("context-1m-2025-08-07, interleaved-thinking-2025-05-14".to_owned());
    assert_eq!((context.dialect, &context.beta), (Dialect::Messages, &beta));
    let context = Context { itinerary: itinerary(1, 1), ..context };
    let version = Some("2023-06-01".to_owned());
    assert_eq!(sent(&context, Provider::Anthropic), (version, beta));
    assert_eq!(sent(&context, Provider::OpenAi), (None, None));
}

#[test]
fn betas_that_are_no_names_are_refused_in_anthropics_shape() {
    let reply = reply(&asked("a\u{1}b"));
    let body: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((reply.status, body["error"]["type"].as_str()), (400, Some("invalid_request_error")));
}

#[test]
fn anthropics_own_fallbacks_reach_anthropic_and_nobody_else() {
    let body = json!({
        "model": "a", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}],
        "fallbacks": [{"model": "claude-opus-4-7"}],
    });
    let beta = [("anthropic-beta", "server-side-fallback-2026-07-01")];
    let (_, step) = asked_with(&World::new(), &beta, &body);
    let context = Context { itinerary: itinerary(1, 1), ..context(&step) };
    for (provider, goes_on) in [(Provider::Anthropic, true), (Provider::OpenAi, false)] {
        let mut settings: AttemptSettings = settings();
        settings.target.provider = provider;
        let (mut machine, _) = begun(settings, &context, 0);
        let step = machine.on(&Input::RequestBody { body: body.to_string().as_bytes() }, 1_500);
        let sent = find(&step.effects, |effect| match effect {
            Effect::ReplaceRequestBody(body) => Some(serde_json::from_slice::<Value>(body).unwrap()),
            _ => None,
        });
        let expected = if goes_on { body["fallbacks"].clone() } else { Value::Null };
        assert_eq!(sent.unwrap()["fallbacks"], expected, "{provider:?}");
    }
}

#[test]
fn who_is_billed_is_not_the_callers_to_say_and_it_is_told_so() {
    let body = json!({
        "model": "a", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}], "metadata": {"team": "x"},
    });
    let whose = [("anthropic-user-profile-id", "profile_1"), ("anthropic-workspace-id", "wrkspc_1")];
    let world = World::new();
    let (mut machine, step) = asked_with(&world, &whose, &body);
    assert_eq!(context(&step).beta, None);
    let report = Some(write(&Report::default()));
    let answered = admission::Input::ResponseHeaders { status: 200, report: report.as_deref(), end: false };
    let step = world.on(&mut machine, &answered);
    assert_eq!(
        response_header(&step.effects, "x-spillway-dropped-params").unwrap(),
        "anthropic-user-profile-id, anthropic-workspace-id, metadata.team"
    );
}
