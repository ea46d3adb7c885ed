//! The servers that speak like OpenAI, each with its own table; Azure's dated routes; Vertex.
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by them")]

mod http;

use http::{Ask, start};
use mock_providers::Provider;
use serde_json::{Value, json};

fn body(more: Value) -> Value {
    let mut body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
    if let (Value::Object(body), Value::Object(more)) = (&mut body, more) {
        body.extend(more);
    }
    body
}

/// A chat request to a provider, with a key of its own.
fn ask(provider: Provider, body: &Value) -> Ask {
    let row = provider.row();
    let ask = Ask::new("POST", &format!("{}chat/completions", row.bases[0])).json(body);
    ask.header("authorization", &format!("Bearer {}mock", row.key_prefix))
}

fn compatible() -> impl Iterator<Item = Provider> {
    Provider::ALL.into_iter().filter(|provider| provider.row().chat.is_some())
}

#[tokio::test]
async fn each_answers_what_it_takes_and_nothing_of_a_gateways() {
    let server = start().await;
    for provider in compatible() {
        let answer =
            ask(provider, &body(json!({"temperature": 0.5, "max_tokens": 9}))).send(server.addr()).await;
        assert_eq!(answer.status, 200, "{provider:?}: {}", answer.body);
        let text = &answer.json()["choices"][0]["message"]["content"];
        assert_eq!(*text, format!("Hello from {}/m.", provider.name()));
        for name in ["user_api_key", "litellm_metadata", "verbosity_", "store", "safety_identifier"] {
            let refused = ask(provider, &body(json!({name: "x"}))).send(server.addr()).await;
            assert!([400, 422].contains(&refused.status), "{provider:?} {name}: {}", refused.status);
        }
    }
}

#[tokio::test]
async fn they_differ_by_their_tables() {
    let server = start().await;
    let status = async |provider, more: Value| ask(provider, &body(more)).send(server.addr()).await.status;
    for (provider, more, expected) in [
        (Provider::Groq, json!({"logprobs": true}), 400),
        (Provider::Groq, json!({"n": 2}), 400),
        (Provider::Groq, json!({"seed": 1, "max_completion_tokens": 5}), 200),
        (Provider::Mistral, json!({"seed": 1}), 422),
        (Provider::Mistral, json!({"random_seed": 1, "safe_prompt": true}), 200),
        (Provider::Mistral, json!({"stream": true, "stream_options": {"include_usage": true}}), 422),
        (Provider::DeepSeek, json!({"max_completion_tokens": 5}), 400),
        (Provider::DeepSeek, json!({"thinking": {"type": "disabled"}}), 200),
        (Provider::Together, json!({"logprobs": true}), 400),
        (Provider::Together, json!({"top_k": 4}), 200),
        (Provider::OpenRouter, json!({"provider": {"sort": "price"}, "verbosity": "low"}), 200),
        (Provider::Vllm, json!({"guided_json": {"type": "object"}, "top_k": 4}), 200),
        (Provider::Ollama, json!({"parallel_tool_calls": true}), 400),
        (Provider::Ollama, json!({"reasoning_effort": "low"}), 200),
    ] {
        assert_eq!(status(provider, more.clone()).await, expected, "{provider:?} {more}");
    }
}

#[tokio::test]
async fn a_wrong_field_is_told_in_their_own_words() {
    let server = start().await;
    let groq = ask(Provider::Groq, &body(json!({"foo": 1}))).send(server.addr()).await.json();
    assert_eq!(groq["error"]["message"], "property 'foo' is unsupported");
    let mistral = ask(Provider::Mistral, &body(json!({"foo": 1}))).send(server.addr()).await;
    let detail = &mistral.json()["message"]["detail"][0];
    assert_eq!((mistral.status, &detail["type"]), (422, &json!("extra_forbidden")));
    assert_eq!(detail["loc"], json!(["body", "foo"]));
}

#[tokio::test]
async fn mistral_tells_the_usage_of_a_stream_unasked() {
    let server = start().await;
    let events = ask(Provider::Mistral, &body(json!({"stream": true}))).send(server.addr()).await.events();
    let [.., last, done] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(*done, "[DONE]");
    assert_eq!(
        (&last["choices"][0]["finish_reason"], &last["usage"]["total_tokens"]),
        (&json!("stop"), &json!(20))
    );
}

#[tokio::test]
async fn ones_own_servers_want_no_key() {
    let server = start().await;
    for provider in compatible() {
        let mut ask = ask(provider, &body(json!({})));
        ask.headers.retain(|(name, _)| name != "authorization");
        let expected = if provider.row().needs_key { 401 } else { 200 };
        assert_eq!(ask.send(server.addr()).await.status, expected, "{provider:?}");
    }
}

#[tokio::test]
async fn azures_dated_routes_want_a_date_and_its_others_none() {
    let server = start().await;
    let ask = |path: &str, body: &Value| {
        Ask::new("POST", &format!("/mock-azure/openai/{path}")).json(body).header("api-key", "mock")
    };
    let chat = body(json!({}));
    let responses = json!({"model": "m", "input": "hi"});
    for (path, body, status) in [
        ("deployments/d/chat/completions?api-version=2024-10-21", &chat, 200),
        ("deployments/d/chat/completions", &chat, 404),
        ("responses?api-version=2025-04-01-preview", &responses, 200),
        ("responses", &responses, 404),
        ("v1/chat/completions?api-version=2024-10-21", &chat, 400),
        ("v1/chat/completions?api-version=preview", &chat, 200),
    ] {
        let answer = ask(path, body).send(server.addr()).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
    let answer = ask("deployments/d~status=429/chat/completions?api-version=2024-10-21", &chat)
        .send(server.addr())
        .await;
    assert_eq!(answer.status, 429, "the deployment is the path's");
}

#[tokio::test]
async fn vertex_takes_a_bearer_token() {
    let server = start().await;
    let path =
        "/mock-vertex/v1/projects/p/locations/l/publishers/google/models/gemini-2.5-pro:generateContent";
    let contents = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]});
    let ask = |name: &str, value: &str| Ask::new("POST", path).json(&contents).header(name, value);
    let answer = ask("authorization", "Bearer ya29.mock").send(server.addr()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(ask("x-goog-api-key", "mock").send(server.addr()).await.status, 400);
}
