//! What holds on every pair, whatever the case.

use serde_json::json;

use super::defined::defines;
use super::*;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn target(bridge: bool) -> Target {
    Target {
        bridge_to_responses: bridge,
        drop_params: true,
        ..Target::new(Provider::OpenAi, "provider-model")
    }
}

fn view() -> View {
    View { model: "public-name".to_owned(), include_usage: false, created_s: 1, echo: Vec::new(), ids: None }
}

fn built(dialect: Dialect, body: &str, bridge: bool) -> Built {
    request(&Ask { dialect, body: body.as_bytes(), stream: false }, &target(bridge)).unwrap()
}

/// Names as gateways and clients put them into bodies, between two that pass everywhere.
const UNDEFINED: &str = r#"{"model":"group","messages":[{"role":"user","content":"hi"}],"input":"hi",
    "metadata_":1,"_litellm_tpm_reserved_tokens":1,"user_api_key_hash":"h","extra_body":{"metadata":{}},
    "proxy_server_request":{},"model_info":{},"Messages":[],"model ":"x","":0,"\u0000":0,"service_tier":"auto"}"#;

#[test]
fn only_what_an_api_defines_leaves() {
    for (dialect, bridge) in [
        (Dialect::Chat, false),
        (Dialect::Chat, true),
        (Dialect::Responses, false),
        (Dialect::Compact, false),
    ] {
        let built = built(dialect, UNDEFINED, bridge);
        for (name, _) in Fields::parse(&built.body).unwrap().iter() {
            assert!(defines(built.api, name), "{dialect:?} {name:?}");
        }
        assert!(built.dropped.iter().any(|name| name == "proxy_server_request"), "{dialect:?}");
        assert!(String::from_utf8(built.body).unwrap().contains(r#""service_tier":"auto""#), "{dialect:?}");
    }
}

#[test]
fn values_leave_as_they_were_written() {
    let content = r#""\u00e9\/ \ud83d\ude00""#;
    let schema = r#"{ "maximum":1.0000000000000000001e400, "b":[ ],"a":-0.0 }"#;
    let chat = format!(
        r#"{{"messages":[{{"role":"user","content":{content}}}],"tools":[{{"type":"function","function":
            {{"name":"f","parameters":{schema}}}}}]}}"#
    );
    for bridge in [false, true] {
        let body = String::from_utf8(built(Dialect::Chat, &chat, bridge).body).unwrap();
        assert!(body.contains(content) && body.contains(schema), "{body}");
    }
}

#[test]
fn pairs_without_a_translation_are_refused_by_name() {
    let ask = Ask { dialect: Dialect::Compact, body: b"{}", stream: false };
    let anthropic = Target { provider: Provider::Anthropic, ..target(false) };
    let refused = request(&ask, &anthropic).unwrap_err();
    assert_eq!((refused.status, refused.code), (501, Some("unsupported_translation")));
    let failed = response(Dialect::Compact, Api::ChatCompletions, b"{}", &view()).unwrap_err();
    assert_eq!(
        failed.message,
        "Spillway does not translate the chat completions API to a compaction request."
    );
    let mut stream = Stream::new(Dialect::Compact, Api::Compact, view());
    assert!(
        matches!(stream.push(b"data: {}\n\n", &mut Vec::new()), Progress::Failed(why) if why.status == 501)
    );
}

#[test]
fn a_stream_that_the_gateway_fails_says_so_once() {
    let created = b"data: {\"type\":\"response.created\",\"sequence_number\":6}\n\n";
    let timeout = Failure {
        status: 504,
        message: "too slow".to_owned(),
        kind: "timeout_error".to_owned(),
        code: None,
        param: None,
        details: None,
    };
    let mut stream = Stream::new(Dialect::Responses, Api::Responses, view());
    let mut out = Vec::new();
    assert_eq!(stream.push(created, &mut out), Progress::Waiting);
    out.clear();
    assert_eq!(stream.fail(timeout.clone(), &mut out), Progress::Failed(timeout.clone()));
    assert_eq!(out, error_event(Dialect::Responses, &timeout, 7));
    out.clear();
    assert_eq!(stream.push(created, &mut out), Progress::Failed(timeout.clone()));
    assert_eq!(stream.end(&mut out), Progress::Failed(timeout));
    assert!(out.is_empty());
}

#[test]
fn an_event_over_the_bound_fails_the_stream() {
    for (dialect, api) in [(Dialect::Chat, Api::ChatCompletions), (Dialect::Responses, Api::Responses)] {
        let mut stream = Stream::new(dialect, api, view());
        let mut out = Vec::new();
        let mut progress = stream.push(b"data: \"", &mut out);
        for _ in 0..161 {
            progress = stream.push(&[b'x'; 64 * 1024], &mut out);
        }
        let Progress::Failed(failure) = progress else { panic!("{progress:?}") };
        assert_eq!(
            failure.message,
            "The provider's answer is malformed: an event of more than 10485760 bytes."
        );
        assert!(out.len() < 1024);
    }
}

#[test]
fn a_long_name_of_a_tool_comes_back_whole() {
    let long = "mcp__".to_owned() + &"n".repeat(70);
    let body = format!(
        r#"{{"model":"m","max_tokens":9,"messages":[{{"role":"user","content":"a"}}],"tools":[{{"name":"{long}","input_schema":{{"type":"object"}}}}]}}"#
    );
    let ask = Ask { dialect: Dialect::Messages, body: body.as_bytes(), stream: true };
    let built = request(&ask, &Target::new(Provider::OpenAi, "p")).unwrap();
    let sent: Value = serde_json::from_slice(&built.body).unwrap();
    let name = sent["tools"][0]["function"]["name"].as_str().unwrap();
    assert_eq!(name.len(), 64);
    let call = json!({"index": 0, "id": "call_1", "type": "function", "function": {"name": name, "arguments": "{}"}});
    let view = View { echo: built.echo, ..view() };
    let chunk = json!({"id": "c", "choices": [{"index": 0, "delta": {"tool_calls": [call]}}]});
    let mut out = Vec::new();
    Stream::new(Dialect::Messages, Api::ChatCompletions, view.clone())
        .push(format!("data: {chunk}\n\n").as_bytes(), &mut out);
    assert!(String::from_utf8(out).unwrap().contains(&long));
    let message = json!({"role": "assistant", "content": null, "tool_calls": [call]});
    let whole =
        json!({"id": "c", "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}]});
    let answer =
        response(Dialect::Messages, Api::ChatCompletions, whole.to_string().as_bytes(), &view).unwrap();
    assert!(String::from_utf8(answer.body).unwrap().contains(&long));
}

#[test]
fn a_picture_in_a_stream_passes() {
    let picture = "iVBORw0KGgo".repeat(200_000);
    let event = format!(
        "event: response.image_generation_call.partial_image\ndata: {{\"type\":\"response.image_generation_call.partial_image\",\
         \"sequence_number\":3,\"partial_image_index\":0,\"partial_image_b64\":\"{picture}\"}}\n\n"
    );
    let mut stream = Stream::new(Dialect::Responses, Api::Responses, view());
    let mut out = Vec::new();
    for piece in event.as_bytes().chunks(16 * 1024) {
        let progress = stream.push(piece, &mut out);
        assert!(!matches!(progress, Progress::Failed(_)), "{progress:?}");
    }
    assert!(out.ends_with(b"\"}\n\n") && out.len() > picture.len());
}

#[test]
fn bytes_that_are_no_utf8_fail_the_stream() {
    let mut stream = Stream::new(Dialect::Chat, Api::ChatCompletions, view());
    let event = b"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\xff\"}}]}\n\n";
    assert!(matches!(stream.push(event, &mut Vec::new()), Progress::Failed(why) if why.status == 502));
}

#[test]
fn an_error_event_is_in_the_words_of_its_dialect() {
    let failure = failure(Api::Responses, 429, br#"{"error":{"message":"slow down","type":"tokens"}}"#);
    for (dialect, event) in [
        (
            Dialect::Chat,
            "data: {\"error\":{\"message\":\"slow down\",\"type\":\"tokens\",\"param\":null,\"code\":null}}\n\n",
        ),
        (
            Dialect::Responses,
            "event: error\ndata: {\"type\":\"error\",\"code\":null,\"message\":\"slow down\",\"param\":null,\
             \"sequence_number\":3}\n\n",
        ),
        (
            Dialect::Messages,
            "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\
             \"message\":\"slow down\"}}\n\n",
        ),
    ] {
        assert_eq!(String::from_utf8(error_event(dialect, &failure, 3)).unwrap(), event);
    }
}
