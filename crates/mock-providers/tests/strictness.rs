//! What is refused, what is taken, and what is kept of it.

mod http;

use http::{Ask, PATIENCE, To, start};
use mock_providers::Ended;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::test]
async fn an_unknown_field_is_refused_in_the_providers_words() {
    let server = start().await;
    for name in [
        "_litellm_rate_limit_descriptors",
        "mock_testing_fallbacks",
        "litellm_metadata",
        "proxy_server_request",
    ] {
        for to in To::ALL {
            let mut body = to.body("m");
            body[name] = json!({"user_api_key": "hash"});
            let answer = to.ask_with(&body).send(server.addr()).await;
            assert_eq!(answer.status, 400, "{to:?}");
            let error = &answer.json()["error"];
            match to {
                To::Messages => {
                    assert_eq!(error["message"], format!("{name}: Extra inputs are not permitted"))
                }
                To::Gemini => assert_eq!(error["status"], "INVALID_ARGUMENT"),
                _ => {
                    assert_eq!((&error["param"], &error["code"]), (&json!(name), &json!("unknown_parameter")))
                }
            }
        }
    }
}

#[tokio::test]
async fn metadata_is_taken_only_where_it_is_defined() {
    let server = start().await;
    let cases = [
        (To::Chat, json!({"custom_key": "value"}), 200),
        (To::Responses, json!({"custom_key": "value"}), 200),
        (To::Responses, json!({"custom_key": {"nested": 1}}), 400),
        (To::AzureCompact, json!({"custom_key": "value"}), 400),
        (To::Messages, json!({"user_id": "u"}), 200),
        (To::Messages, json!({"custom_key": "value"}), 400),
        (To::Gemini, json!({}), 400),
    ];
    for (to, metadata, status) in cases {
        let mut body = to.body("m");
        body["metadata"] = metadata.clone();
        assert_eq!(to.ask_with(&body).send(server.addr()).await.status, status, "{to:?} {metadata}");
    }
}

#[tokio::test]
async fn claude_follows_no_bounds_and_keeps_threads() {
    let server = start().await;
    let format = |score: Value| {
        let schema = json!({"type": "object", "properties": {"score": score}, "additionalProperties": false});
        json!({"output_config": {"format": {"type": "json_schema", "schema": schema}}})
    };
    let cases = [
        (format(json!({"type": "number", "description": "{minimum: 0}"})), 200),
        (format(json!({"type": "number", "minimum": 0})), 400),
        (format(json!({"type": "array", "items": {"type": "string"}, "minItems": 1})), 200),
        (format(json!({"type": "array", "items": {"type": "string"}, "minItems": 2})), 400),
        (format(json!({"oneOf": [{"const": 1}]})), 400),
        (json!({"thread": {"type": "create"}}), 200),
        (json!({"thread": {"type": "continue", "previous_message_id": "msg_1"}}), 200),
        (json!({"thread": {"type": "continue"}}), 400),
    ];
    for (more, status) in cases {
        let mut body = To::Messages.body("m");
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        assert_eq!(To::Messages.ask_with(&body).send(server.addr()).await.status, status, "{more}");
    }
}

#[tokio::test]
async fn a_full_request_is_taken() {
    let server = start().await;
    let schema = json!({"type": "object", "properties": {"a": {"type": "string", "x-anything": [1]}}, "additionalProperties": false});
    let cases = [
        (
            To::Chat,
            json!({
                "model": "m", "temperature": 0.5, "max_completion_tokens": 100, "stop": ["a"], "seed": 3, "user": "u", "n": 1,
                "response_format": {"type": "json_schema", "json_schema": {"name": "s", "schema": schema, "strict": true}},
                "tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": schema, "strict": true}}],
                "tool_choice": {"type": "function", "function": {"name": "f"}}, "parallel_tool_calls": false,
                "reasoning_effort": "low", "logit_bias": {"50256": -100}, "stream_options": null, "metadata": {"a": "b"},
                "messages": [
                    {"role": "developer", "content": "d"},
                    {"role": "user", "content": [{"type": "text", "text": "t"}, {"type": "image_url", "image_url": {"url": "data:", "detail": "low"}}], "name": "n"},
                    {"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
                    {"role": "tool", "tool_call_id": "c", "content": "r"}
                ]
            }),
        ),
        (
            To::Responses,
            json!({
                "model": "m", "instructions": "i", "store": false, "include": ["reasoning.encrypted_content"], "max_output_tokens": 64,
                "reasoning": {"effort": "high", "summary": "auto"}, "text": {"format": {"type": "json_schema", "name": "s", "schema": schema}},
                "tools": [{"type": "function", "name": "f", "parameters": schema, "strict": false}, {"type": "web_search"}],
                "tool_choice": {"type": "function", "name": "f"}, "metadata": {"custom_key": "value"},
                "input": [
                    {"role": "user", "content": [{"type": "input_text", "text": "t"}, {"type": "input_image", "image_url": "data:", "detail": "auto"}]},
                    {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "s"}], "encrypted_content": "e"},
                    {"type": "message", "id": "msg", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "t", "annotations": [], "logprobs": []}]},
                    {"role": "assistant", "content": [{"type": "output_text", "text": "t"}]},
                {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
                    {"type": "function_call_output", "call_id": "c", "output": "r"}
                ]
            }),
        ),
        (
            To::Messages,
            json!({
                "model": "m", "max_tokens": 9, "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}],
                "thinking": {"type": "enabled", "budget_tokens": 2048}, "stop_sequences": ["a"], "top_k": 3, "metadata": {"user_id": "u"},
                "tools": [{"name": "f", "description": "d", "input_schema": schema}, {"type": "web_search_20250305", "name": "web_search", "max_uses": 2}],
                "tool_choice": {"type": "auto", "disable_parallel_tool_use": true},
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "t"}, {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "aa"}}]},
                    {"role": "assistant", "content": [{"type": "thinking", "thinking": "t", "signature": "s"}, {"type": "tool_use", "id": "c", "name": "f", "input": {"any": [1]}}]},
                    {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": [{"type": "text", "text": "r"}], "is_error": false}]}
                ]
            }),
        ),
        (
            To::Gemini,
            json!({
                "systemInstruction": {"parts": [{"text": "s"}]}, "safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}],
                "generation_config": {"max_output_tokens": 9, "stopSequences": ["a"], "thinkingConfig": {"thinkingBudget": 0}, "responseJsonSchema": schema},
                "tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}, {"name": "g", "parametersJsonSchema": schema}]}],
                "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
                "contents": [
                    {"role": "user", "parts": [{"text": "t"}, {"inlineData": {"mimeType": "image/png", "data": "aa"}}]},
                    {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {"any": [1]}}, "thoughtSignature": "s"}]},
                    {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"any": 1}}}]}
                ]
            }),
        ),
    ];
    for (to, body) in cases {
        let answer = to.ask_with(&body).send(server.addr()).await;
        assert_eq!(answer.status, 200, "{to:?}: {}", answer.body);
    }
}

#[tokio::test]
async fn keys_are_refused_with_the_providers_own_body() {
    let server = start().await;
    let without_key = |to: To| {
        Ask::new("POST", &to.target("m", false)).header("anthropic-version", "2023-06-01").json(&to.body("m"))
    };
    let cases = [
        (To::Chat, ("authorization", "Bearer sk-bad"), 401, "/error/code", json!("invalid_api_key")),
        (To::AzureChat, ("api-key", "bad"), 401, "/error/code", json!("401")),
        (To::Messages, ("x-api-key", "bad"), 401, "/error/type", json!("authentication_error")),
        (
            To::Gemini,
            ("x-goog-api-key", "bad"),
            400,
            "/error/message",
            json!("API key not valid. Please pass a valid API key."),
        ),
    ];
    for (to, (name, value), status, pointer, expected) in cases {
        let bad = without_key(to).header(name, value).send(server.addr()).await;
        assert_eq!((bad.status, bad.json().pointer(pointer)), (status, Some(&expected)), "{to:?}");
        let none = without_key(to).send(server.addr()).await;
        assert_eq!(none.status, if to == To::Gemini { 403 } else { 401 }, "{to:?}");
    }
}

#[tokio::test]
async fn another_providers_credential_is_named() {
    let server = start().await;
    for (to, stray) in [
        (To::Messages, "authorization"),
        (To::Gemini, "authorization"),
        (To::Chat, "x-api-key"),
        (To::AzureCompact, "x-goog-api-key"),
    ] {
        let answer = to.ask("m", false).header(stray, "Bearer sk-of-another").send(server.addr()).await;
        assert_eq!(answer.status, 400, "{to:?}");
        let message = answer.json()["error"]["message"].as_str().expect("a message").to_owned();
        assert!(message.contains(&format!("'{stray}'")), "{message}");
    }
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let server = start().await;
    for to in To::ALL {
        let mut ask = to.ask("m", false);
        ask.body = "{".into();
        assert_eq!(ask.send(server.addr()).await.status, 400, "{to:?}");
        let mut ask = to.ask("m", false);
        ask.headers.retain(|(name, _)| name != "content-type");
        assert_eq!(ask.send(server.addr()).await.status, 400, "{to:?}");
        let mut ask = to.ask("m", false);
        ask.method = "PUT";
        assert_eq!(ask.send(server.addr()).await.status, 405, "{to:?}");
    }
    assert_eq!(Ask::new("POST", "/v1/chat/completions").send(server.addr()).await.status, 404);
}

#[tokio::test]
async fn everything_is_kept_as_it_came() {
    let server = start().await;
    let ask = To::Chat.ask("m~status=400", false).header("x-a", "1").header("X-B", "2").header("x-a", "3");
    assert_eq!(ask.send(server.addr()).await.status, 400);
    let received = server.received();
    let request = &received[0];
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/mock-openai/v1/chat/completions")
    );
    assert_eq!(request.header("x-a"), ["1", "3"]);
    assert_eq!(request.header("x-b"), ["2"]);
    assert_eq!(request.body, ask.body.as_bytes());
    assert_eq!(request.json()["model"], "m~status=400");
    assert_eq!((request.status, request.ended.map(|(how, _)| how)), (Some(400), Some(Ended::Whole)));
    assert_eq!(request.places_of("sk-MOCK"), ["header authorization"]);
}

#[tokio::test]
async fn other_processes_see_the_same() {
    let server = start().await;
    let get = |target: &str| Ask::new("GET", target);
    assert_eq!(get("/_mock/health").send(server.addr()).await.json(), json!({"status": "ok"}));
    To::Chat.ask("m", false).send(server.addr()).await;
    To::Gemini.ask("m", false).send(server.addr()).await;
    let all = get("/_mock/received").send(server.addr()).await.json();
    assert_eq!(all["received"].as_array().map(Vec::len), Some(2));
    assert_eq!((&all["evicted"], &all["in_flight"]), (&json!(0), &json!(0)));
    let later = get("/_mock/received?since=1").send(server.addr()).await.json();
    assert_eq!(later["received"][0]["target"], "/mock-gemini/v1beta/models/m:generateContent");
    assert_eq!(later["received"][0]["body"], To::Gemini.body("m").to_string());
    assert_eq!(later["received"][0]["ended"], "whole");
    assert_eq!(Ask::new("DELETE", "/_mock/received").send(server.addr()).await.status, 200);
    assert_eq!(get("/_mock/received").send(server.addr()).await.json()["received"], json!([]));
    assert_eq!(get("/_mock/nothing").send(server.addr()).await.status, 404);
}

#[tokio::test]
async fn a_client_that_leaves_while_it_sends_is_seen() {
    let server = start().await;
    let mut ask = To::Chat.ask("m", false);
    let whole = ask.body.clone();
    ask.body.clear();
    let mut client = tokio::net::TcpStream::connect(server.addr()).await.expect("the server listens");
    let head = format!("POST {} HTTP/1.1\r\nhost: mock\r\ncontent-length: 1000\r\n\r\n{whole}", ask.target);
    client.write_all(head.as_bytes()).await.expect("the server reads");
    assert!(server.until(PATIENCE, |server| server.in_flight() == 1).await);
    drop(client);
    assert!(server.until(PATIENCE, |server| server.in_flight() == 0).await);
    assert!(server.received()[0].client_left());
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let server = start().await;
    let mut client = tokio::net::TcpStream::connect(server.addr()).await.expect("the server listens");
    for _ in 0..3 {
        let body = To::Chat.body("m").to_string();
        let head = format!(
            "POST /mock-openai/v1/chat/completions HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer sk-1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        client.write_all(head.as_bytes()).await.expect("the server reads");
        let mut seen = String::new();
        while !seen.ends_with("\"system_fingerprint\":\"fp_mock\"}") {
            let mut piece = [0; 4096];
            let count = client.read(&mut piece).await.expect("an answer");
            assert_ne!(count, 0, "{seen}");
            seen.push_str(&String::from_utf8_lossy(&piece[..count]));
        }
    }
    assert_eq!((server.received().len(), server.connections()), (3, 1));
    let whole = |request: &mock_providers::Received| request.ended.map(|(how, _)| how) == Some(Ended::Whole);
    assert!(server.received().iter().all(whole));
    let _: Value = server.received()[2].json();
}
