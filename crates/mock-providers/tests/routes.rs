//! The APIs beside conversations, and responses that are kept.

mod http;

use http::{Answer, Ask, start};
use mock_providers::Handle;
use serde_json::{Value, json};

async fn openai(server: &Handle, method: &'static str, path: &str, body: Option<Value>) -> Answer {
    let ask = Ask::new(method, &format!("/mock-openai/v1/{path}")).header("authorization", "Bearer sk-mock");
    let ask = match body {
        Some(body) => ask.json(&body),
        None => ask,
    };
    ask.send(server.addr()).await
}

async fn gemini(server: &Handle, path: &str, body: Value) -> Answer {
    let ask = Ask::new("POST", &format!("/mock-gemini/v1beta/models/{path}"));
    ask.header("x-goog-api-key", "mock").json(&body).send(server.addr()).await
}

#[tokio::test]
async fn completions() {
    let server = start().await;
    let ask = |more: Value| {
        let mut body = json!({"model": "m~text=a%20b", "prompt": "hi"});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        body
    };
    let body = openai(&server, "POST", "completions", Some(ask(json!({"n": 2})))).await.json();
    let choice = |index| json!({"index": index, "text": "a b", "logprobs": null, "finish_reason": "stop"});
    assert_eq!(
        (&body["object"], &body["choices"]),
        (&json!("text_completion"), &json!([choice(0), choice(1)]))
    );
    let streamed = ask(json!({"stream": true, "stream_options": {"include_usage": true}}));
    let events = openai(&server, "POST", "completions", Some(streamed)).await.events();
    let text: String = events.iter().filter_map(|event| event.pointer("/choices/0/text")?.as_str()).collect();
    assert_eq!((text.as_str(), events.last()), ("a b", Some(&json!("[DONE]"))));
    assert_eq!(events[events.len() - 2]["usage"]["total_tokens"], 20);
    let refused = openai(&server, "POST", "completions", Some(ask(json!({"messages": []})))).await;
    assert_eq!((refused.status, &refused.json()["error"]["param"]), (400, &json!("messages")));
}

#[tokio::test]
async fn moderations() {
    let server = start().await;
    let body = json!({"model": "m", "input": ["calm", "violent"]});
    let body = openai(&server, "POST", "moderations", Some(body)).await.json();
    let flagged: Vec<&Value> =
        body["results"].as_array().expect("results").iter().map(|one| &one["flagged"]).collect();
    assert_eq!(flagged, [false, true]);
    assert_eq!(openai(&server, "POST", "moderations", Some(json!({"model": "m"}))).await.status, 400);
}

#[tokio::test]
async fn geminis_embeddings_and_counts() {
    let server = start().await;
    let one = |text: &str| json!({"model": "models/m", "content": {"parts": [{"text": text}]}, "outputDimensionality": 2});
    let body =
        gemini(&server, "m:batchEmbedContents", json!({"requests": [one("a"), one("b")]})).await.json();
    assert_eq!(body["embeddings"], json!([{"values": [0.0, 0.0078125]}, {"values": [0.0078125, 0.015625]}]));
    let contents = json!([{"role": "user", "parts": [{"text": "hi"}]}]);
    let counted = json!({"generateContentRequest": {"model": "models/m", "contents": contents}});
    assert_eq!(gemini(&server, "m:countTokens", counted).await.json(), json!({"totalTokens": 12}));
    let stray = json!({"contents": contents, "metadata": {}});
    assert_eq!(gemini(&server, "m:countTokens", stray).await.status, 400);
}

#[tokio::test]
async fn counts_of_anthropic_and_openai() {
    let server = start().await;
    let messages = json!([{"role": "user", "content": "hi"}]);
    let count = |body: Value| {
        let ask = Ask::new("POST", "/mock-anthropic/v1/messages/count_tokens").header("x-api-key", "mock");
        ask.header("anthropic-version", "2023-06-01").json(&body)
    };
    let body = count(json!({"model": "m", "messages": messages})).send(server.addr()).await.json();
    assert_eq!(body, json!({"input_tokens": 12}));
    let with_bound = count(json!({"model": "m", "messages": messages, "max_tokens": 5}));
    assert_eq!(with_bound.send(server.addr()).await.status, 400);

    let body = json!({"model": "m", "input": "hi"});
    let counted = openai(&server, "POST", "responses/input_tokens", Some(body)).await.json();
    assert_eq!(counted, json!({"object": "response.input_tokens", "input_tokens": 12}));
}

#[tokio::test]
async fn responses_are_kept_until_they_are_deleted() {
    let server = start().await;
    let created =
        openai(&server, "POST", "responses", Some(json!({"model": "m", "input": "hi"}))).await.json();
    let path = format!("responses/{}", created["id"].as_str().expect("an id"));
    assert_eq!(openai(&server, "GET", &path, None).await.json(), created);

    let events = openai(&server, "GET", &format!("{path}?stream=true&starting_after=1"), None).await.events();
    assert_eq!(events[0]["sequence_number"], 2);
    assert_eq!(events.last().expect("events")["response"], created);

    let items = openai(&server, "GET", &format!("{path}/input_items?limit=5"), None).await.json();
    assert_eq!((&items["data"][0]["content"][0]["text"], &items["has_more"]), (&json!("hi"), &json!(false)));

    let next = json!({"model": "m", "input": "on", "previous_response_id": created["id"]});
    assert_eq!(openai(&server, "POST", "responses", Some(next.clone())).await.status, 200);
    assert_eq!(openai(&server, "POST", &format!("{path}/cancel"), None).await.status, 400);

    let deleted = openai(&server, "DELETE", &path, None).await.json();
    assert_eq!(deleted, json!({"id": created["id"], "object": "response", "deleted": true}));
    assert_eq!(openai(&server, "GET", &path, None).await.status, 404);
    let lost = openai(&server, "POST", "responses", Some(next)).await;
    assert_eq!(lost.json()["error"]["code"], "previous_response_not_found");
}

#[tokio::test]
async fn what_is_not_kept_or_not_defined_is_refused() {
    let server = start().await;
    let ask = |more: Value| {
        let mut body = json!({"model": "m", "input": "hi"});
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        Some(body)
    };
    let path_of = |created: Value| format!("responses/{}", created["id"].as_str().expect("an id"));
    let unstored = openai(&server, "POST", "responses", ask(json!({"store": false}))).await.json();
    assert_eq!(openai(&server, "GET", &path_of(unstored), None).await.status, 404);

    let background = openai(&server, "POST", "responses", ask(json!({"background": true}))).await.json();
    let path = path_of(background);
    let cancelled = openai(&server, "POST", &format!("{path}/cancel"), None).await.json();
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(openai(&server, "GET", &path, None).await.json()["status"], "cancelled");
    for (method, path, status) in [
        ("GET", format!("{path}?api-version=v1"), 400),
        ("DELETE", format!("{path}?stream=true"), 400),
        ("POST", path.clone(), 405),
        ("GET", format!("{path}/output"), 404),
    ] {
        assert_eq!(openai(&server, method, &path, None).await.status, status, "{method} {path}");
    }
    assert_eq!(openai(&server, "GET", &path, Some(json!({}))).await.status, 400, "a body");
    let azures = Ask::new("GET", &format!("/mock-azure/openai/v1/{path}")).header("api-key", "mock");
    assert_eq!(azures.send(server.addr()).await.status, 404, "each provider keeps its own");
}
