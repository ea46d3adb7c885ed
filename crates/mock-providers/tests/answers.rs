//! The shapes of the answers.

mod http;

use http::{Ask, To, start};
use mock_providers::{After, MockProviders};
use serde_json::{Value, json};

const SCRIPT: &str = "m~text=Hi%20you,reasoning,tool-call=2,tokens=20/10";

#[tokio::test]
async fn chat_completions() {
    let server = start().await;
    let body = To::Chat.ask(SCRIPT, false).send(server.addr()).await.json();
    assert_eq!(body["model"], SCRIPT);
    let choice = &body["choices"][0];
    assert_eq!(
        (&choice["message"]["content"], &choice["finish_reason"]),
        (&json!("Hi you"), &json!("tool_calls"))
    );
    assert_eq!(
        choice["message"]["tool_calls"][1]["function"],
        json!({"name": "get_weather", "arguments": "{\"location\":\"Rome\"}"})
    );
    let usage = &body["usage"];
    assert_eq!(
        (&usage["prompt_tokens"], &usage["completion_tokens"], &usage["total_tokens"]),
        (&json!(20), &json!(10), &json!(30))
    );
    assert_eq!(usage["completion_tokens_details"]["reasoning_tokens"], 4);
}

#[tokio::test]
async fn chat_chunks() {
    let server = start().await;
    let plain = To::Chat.ask("m", true).send(server.addr()).await;
    assert_eq!(plain.header("content-type"), Some("text/event-stream; charset=utf-8"));
    let events = plain.events();
    let text: String =
        events.iter().filter_map(|event| event.pointer("/choices/0/delta/content")?.as_str()).collect();
    assert_eq!(text, "Hello from openai/m.");
    assert_eq!(events.last(), Some(&json!("[DONE]")));
    assert!(events.iter().all(|event| event.get("usage").is_none()), "usage was not asked for");

    let mut body = To::Chat.body(SCRIPT);
    body["stream"] = json!(true);
    body["stream_options"] = json!({"include_usage": true});
    let events = To::Chat.ask_with(&body).send(server.addr()).await.events();
    let usage = &events[events.len() - 2];
    assert_eq!((&usage["choices"], &usage["usage"]["total_tokens"]), (&json!([]), &json!(30)));
    assert_eq!(events[0]["usage"], Value::Null);
    let calls: Vec<&Value> =
        events.iter().filter_map(|event| event.pointer("/choices/0/delta/tool_calls/0")).collect();
    let arguments: String = calls
        .iter()
        .filter(|call| call["index"] == 1)
        .filter_map(|call| call["function"]["arguments"].as_str())
        .collect();
    assert_eq!(arguments, "{\"location\":\"Rome\"}");
}

#[tokio::test]
async fn azure_tells_how_the_prompt_was_filtered() {
    let server = start().await;
    let events = To::AzureChat.ask("m", true).send(server.addr()).await.events();
    assert_eq!(events[0]["choices"], json!([]));
    assert!(events[0]["prompt_filter_results"].is_array());
}

#[tokio::test]
async fn responses() {
    let server = start().await;
    let body = To::Responses.ask(SCRIPT, false).send(server.addr()).await.json();
    let kinds: Vec<_> =
        body["output"].as_array().expect("items").iter().map(|item| item["type"].clone()).collect();
    assert_eq!(kinds, ["reasoning", "message", "function_call", "function_call"]);
    assert_eq!((&body["status"], &body["usage"]["total_tokens"]), (&json!("completed"), &json!(30)));

    let answer = To::Responses.ask(SCRIPT, true).send(server.addr()).await;
    let events = answer.events();
    assert_eq!(answer.names().len(), events.len());
    for (number, (event, name)) in events.iter().zip(answer.names()).enumerate() {
        assert_eq!((&event["sequence_number"], &event["type"]), (&json!(number), &json!(name)));
    }
    let last = events.last().expect("events");
    assert_eq!(last["type"], "response.completed");
    let done = events.iter().filter(|event| event["type"] == "response.output_item.done");
    assert_eq!(last["response"]["output"], done.map(|event| event["item"].clone()).collect::<Value>());
    let text: String = events
        .iter()
        .filter(|event| event["type"] == "response.output_text.delta")
        .filter_map(|event| event["delta"].as_str())
        .collect();
    assert_eq!(text, "Hi you");
}

#[tokio::test]
async fn a_response_may_be_incomplete() {
    let server = start().await;
    let answer = To::Responses.ask("m~finish=length", true).send(server.addr()).await;
    assert_eq!(answer.names().last(), Some(&"response.incomplete"));
    assert_eq!(
        answer.events().last().expect("events")["response"]["incomplete_details"]["reason"],
        "max_output_tokens"
    );
}

#[tokio::test]
async fn a_compaction() {
    let server = start().await;
    let body = To::AzureCompact.ask("m", false).send(server.addr()).await.json();
    assert_eq!(body["object"], "response.compaction");
    assert_eq!(body["output"][0]["content"], json!([{"type": "input_text", "text": "hi"}]));
    assert_eq!(body["output"][1]["type"], "compaction");
    assert!(body["usage"]["total_tokens"].is_u64());
    assert!(body.get("model").is_none() && body.get("metadata").is_none());
}

#[tokio::test]
async fn messages() {
    let server = start().await;
    let body = To::Messages.ask(SCRIPT, false).send(server.addr()).await.json();
    let kinds: Vec<_> =
        body["content"].as_array().expect("blocks").iter().map(|block| block["type"].clone()).collect();
    assert_eq!(kinds, ["thinking", "text", "tool_use", "tool_use"]);
    assert_eq!((&body["stop_reason"], &body["usage"]["output_tokens"]), (&json!("tool_use"), &json!(10)));

    let answer = To::Messages.ask("m", true).send(server.addr()).await;
    assert_eq!(
        answer.names(),
        [
            "message_start",
            "content_block_start",
            "ping",
            "content_block_delta",
            "content_block_delta",
            "content_block_delta",
            "content_block_stop",
            "message_delta",
            "message_stop"
        ]
    );
    let text: String = answer
        .events()
        .iter()
        .filter_map(|event| event.pointer("/delta/text")?.as_str().map(str::to_owned))
        .collect();
    assert_eq!(text, "Hello from anthropic/m.");
}

#[tokio::test]
async fn gemini() {
    let server = start().await;
    let body = To::Gemini.ask(SCRIPT, false).send(server.addr()).await.json();
    let parts = &body["candidates"][0]["content"]["parts"];
    assert_eq!((&parts[0]["thought"], &parts[1]["text"]), (&json!(true), &json!("Hi you")));
    assert_eq!(parts[2]["functionCall"]["args"], json!({"location": "Paris"}));
    let usage = &body["usageMetadata"];
    assert_eq!(
        (&usage["candidatesTokenCount"], &usage["thoughtsTokenCount"], &usage["totalTokenCount"]),
        (&json!(6), &json!(4), &json!(30))
    );

    let events = To::Gemini.ask("m", true).send(server.addr()).await.events();
    let reasons: Vec<_> =
        events.iter().filter_map(|event| event["candidates"][0].get("finishReason")).collect();
    assert_eq!(reasons, ["STOP"]);
    assert_eq!(events.last().expect("events")["candidates"][0]["finishReason"], "STOP");
}

#[tokio::test]
async fn gemini_signs_the_first_call_or_the_text() {
    let server = start().await;
    let parts = |body: &Value| body["candidates"][0]["content"]["parts"].clone();
    let signed = |part: &Value| part["thoughtSignature"].is_string();

    let calls = parts(&To::Gemini.ask(SCRIPT, false).send(server.addr()).await.json());
    let signatures: Vec<bool> = calls.as_array().expect("parts").iter().map(signed).collect();
    assert_eq!(signatures, [false, false, true, false]);
    assert!(calls[2]["functionCall"]["id"].is_string());

    let text = parts(&To::Gemini.ask("m~reasoning", false).send(server.addr()).await.json());
    assert!(text[0]["thought"] == json!(true) && signed(&text[1]));
    let events = To::Gemini.ask("m~reasoning", true).send(server.addr()).await.events();
    let last = parts(events.last().expect("events"));
    assert!(last[0]["text"] == json!("") && signed(&last[0]));

    let older = To::Gemini.ask("gemini-2.5-flash~tool-call", false).send(server.addr()).await.json();
    let call = &parts(&older)[0];
    assert!(call["functionCall"].get("id").is_none() && !signed(call));
}

#[tokio::test]
async fn gemini_streams_an_array_where_sse_is_not_asked_for() {
    let server = start().await;
    let mut ask = To::Gemini.ask("m", true);
    ask.target = ask.target.replace("?alt=sse", "");
    let answer = ask.send(server.addr()).await;
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.json().as_array().map(Vec::len), Some(3));
}

#[tokio::test]
async fn embeddings_and_models() {
    let server = start().await;
    let key = ("authorization", "Bearer sk-mock");
    let ask = |body: Value| Ask::new("POST", "/mock-openai/v1/embeddings").header(key.0, key.1).json(&body);
    let floats =
        ask(json!({"model": "e", "input": ["a", "b"], "dimensions": 3})).send(server.addr()).await.json();
    assert_eq!(floats["data"][1]["embedding"], json!([0.0078125, 0.015625, 0.0234375]));
    let base64 = ask(json!({"model": "e", "input": [1, 2], "dimensions": 1, "encoding_format": "base64"}))
        .send(server.addr())
        .await;
    assert_eq!(base64.json()["data"], json!([{"object": "embedding", "index": 0, "embedding": "AAAAAA=="}]));
    let models = Ask::new("GET", "/mock-openai/v1/models").header(key.0, key.1).send(server.addr()).await;
    assert_eq!(models.json()["object"], "list");
}

#[tokio::test]
async fn the_same_request_has_the_same_answer() {
    let server = start().await;
    for to in To::ALL {
        let one = to.ask("m", false).send(server.addr()).await;
        let other = to.ask("m", false).send(server.addr()).await;
        assert_eq!((one.status, &one.body), (200, &other.body), "{to:?}");
    }
}

#[tokio::test]
async fn several_servers_run_at_once() {
    let (one, other) = (start().await, start().await);
    one.set_script("m", &["status=500"], After::Last).expect("known verb");
    assert_eq!(To::Chat.ask("m", false).send(one.addr()).await.status, 500);
    assert_eq!(To::Chat.ask("m", false).send(other.addr()).await.status, 200);
    assert_eq!((one.received().len(), other.received().len()), (1, 1));
}

#[tokio::test]
async fn fast_answers_anything_and_keeps_nothing() {
    let server = MockProviders::start_fast("127.0.0.1:0").await.expect("a free port");
    let plain = Ask::new("POST", "/whatever").json(&json!({"foo": 1})).send(server.addr()).await;
    assert_eq!((plain.status, &plain.json()["object"]), (200, &json!("chat.completion")));
    let stream = Ask::new("POST", "/whatever").json(&json!({"stream": true})).send(server.addr()).await;
    assert_eq!(stream.events().last(), Some(&json!("[DONE]")));
    let paced = json!({"stream": true, "model": "m-paced"});
    let paced = Ask::new("POST", "/whatever").json(&paced).send(server.addr()).await;
    assert_eq!(paced.events(), stream.events());
    let message = Ask::new("POST", "/v1/messages").json(&json!({"foo": 1})).send(server.addr()).await;
    assert_eq!((message.status, &message.json()["type"]), (200, &json!("message")));
    let stream = Ask::new("POST", "/v1/messages").json(&json!({"stream": true})).send(server.addr()).await;
    assert_eq!(stream.events().last(), Some(&json!({"type": "message_stop"})));
    assert_eq!(server.received().len(), 0);
}
