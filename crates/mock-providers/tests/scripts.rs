//! What scripts do to a request, seen from the other end of the connection.

mod http;

use http::{Ask, End, PATIENCE, To, start};
use mock_providers::{After, Ended};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;

fn ends(handle: &mock_providers::Handle) -> Vec<Option<Ended>> {
    handle.received().iter().map(|request| request.ended.map(|(how, _)| how)).collect()
}

#[tokio::test]
async fn a_status_has_the_providers_own_body() {
    let server = start().await;
    for to in To::ALL {
        for status in [401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 529] {
            let model = format!("m~status={status},retry-after=7");
            let answer = to.ask(&model, false).send(server.addr()).await;
            assert_eq!((answer.status, answer.header("retry-after")), (status, Some("7")), "{to:?}");
            let body = answer.json();
            match to {
                To::Messages => {
                    assert!(body["error"]["type"].is_string() && body["request_id"].is_string(), "{body}")
                }
                To::Gemini => assert_eq!(body["error"]["code"], status),
                _ => assert!(body["error"]["message"].is_string(), "{body}"),
            }
        }
    }
}

#[tokio::test]
async fn an_empty_answer_has_its_headers_and_no_body() {
    let server = start().await;
    let plain = To::ALL.map(|to| (to, false));
    for (to, stream) in plain.into_iter().chain([(To::Chat, true)]) {
        for (script, status, wait) in
            [("empty", 200, None), ("status=429,retry-after=7,empty", 429, Some("7"))]
        {
            let answer = to.ask(&format!("m~{script}"), stream).send(server.addr()).await;
            let told = (answer.status, answer.header("content-length"), answer.header("retry-after"));
            assert_eq!(told, (status, Some("0"), wait), "{to:?} {script}");
            assert_eq!((answer.body.as_str(), answer.whole), ("", true), "{to:?} {script}");
        }
    }
    assert!(ends(&server).iter().all(|end| *end == Some(Ended::Whole)), "{:?}", ends(&server));
}

#[tokio::test]
async fn a_named_error_is_the_documented_one() {
    let server = start().await;
    let cases = [
        (To::Chat, "context_length_exceeded", 400, "/error/code", json!("context_length_exceeded")),
        (
            To::AzureChat,
            "content_filter",
            400,
            "/error/innererror/code",
            json!("ResponsibleAIPolicyViolation"),
        ),
        (
            To::Messages,
            "context_length_exceeded",
            400,
            "/error/message",
            json!("prompt is too long: 200123 tokens > 200000 maximum"),
        ),
        (To::Messages, "overloaded_error", 529, "/error/type", json!("overloaded_error")),
        (To::Gemini, "invalid_api_key", 400, "/error/details/0/reason", json!("API_KEY_INVALID")),
        (To::Gemini, "content_filter", 200, "/promptFeedback/blockReason", json!("SAFETY")),
    ];
    for (to, name, status, pointer, value) in cases {
        let answer = to.ask(&format!("m~error={name}"), false).send(server.addr()).await;
        assert_eq!((answer.status, answer.json().pointer(pointer)), (status, Some(&value)), "{to:?} {name}");
    }
}

#[tokio::test]
async fn a_script_that_cannot_be_read_is_a_500_that_names_the_verb() {
    let server = start().await;
    for (script, complaint) in
        [("explode", "no script verb 'explode'"), ("error=nonsense", "names 'nonsense'")]
    {
        let answer = To::Chat.ask(&format!("m~{script}"), false).send(server.addr()).await;
        let message = answer.json()["error"]["message"].as_str().expect("a message").to_owned();
        assert_eq!(answer.status, 500);
        assert!(message.contains(complaint), "{message}");
    }
}

#[tokio::test]
async fn the_header_has_the_same_syntax() {
    let server = start().await;
    let answer = To::Chat.ask("m", false).header("x-mock-script", "status=429").send(server.addr()).await;
    assert_eq!(answer.status, 429);
}

#[tokio::test]
async fn a_sequence_flaps() {
    let server = start().await;
    server.set_script("azure/m", &["status=500", ""], After::Cycle).expect("known verbs");
    let mut statuses = Vec::new();
    for to in [To::AzureChat, To::AzureChat, To::Chat, To::AzureChat] {
        statuses.push(to.ask("m", false).send(server.addr()).await.status);
    }
    assert_eq!(statuses, [500, 200, 200, 500]);
}

#[tokio::test]
async fn scripts_are_set_over_http() {
    let server = start().await;
    let put = |body: Value| Ask::new("PUT", "/_mock/script/org%2Fm").json(&body);
    assert_eq!(
        put(json!({"scripts": ["status=503"], "after": "last"})).send(server.addr()).await.status,
        200
    );
    assert_eq!(To::Chat.ask("org/m", false).send(server.addr()).await.status, 503);
    let wrong = put(json!({"scripts": ["bogus"]})).send(server.addr()).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.body.contains("no script verb 'bogus'"), "{}", wrong.body);
    assert_eq!(Ask::new("DELETE", "/_mock/script").send(server.addr()).await.status, 200);
    assert_eq!(To::Chat.ask("org/m", false).send(server.addr()).await.status, 200);
}

#[tokio::test]
async fn a_cut_ends_the_connection_and_a_reset_ends_it_hard() {
    let server = start().await;
    for (script, end) in [("cut", End::Closed), ("reset", End::Reset)] {
        let answer = To::Chat.ask(&format!("m~{script}"), true).send(server.addr()).await;
        assert_eq!((answer.status, answer.end), (0, end), "{script}");
    }
    assert_eq!(ends(&server), [Some(Ended::Scripted), Some(Ended::Scripted)]);
}

#[tokio::test]
async fn a_stream_is_cut_after_whole_events() {
    let server = start().await;
    for (script, end) in [("cut-after=3", End::Closed), ("cut-after=3,reset", End::Reset)] {
        for to in To::STREAMING {
            let answer = to.ask(&format!("m~events=9,{script}"), true).send(server.addr()).await;
            assert_eq!((answer.status, answer.whole), (200, false), "{to:?}");
            if end == End::Closed {
                assert_eq!(answer.events().len(), 3, "{to:?}");
            }
            assert_eq!(answer.end, end, "{to:?}");
        }
    }
}

#[tokio::test]
async fn a_plain_answer_is_cut_in_half() {
    let server = start().await;
    for to in To::ALL {
        let whole = to.ask("m", false).send(server.addr()).await;
        let cut = to.ask("m", false).header("x-mock-script", "cut-after=1").send(server.addr()).await;
        assert!(whole.whole && !cut.whole, "{to:?}");
        assert_eq!(whole.body.get(..whole.body.len() / 2), Some(cut.body.as_str()), "{to:?}");
    }
}

#[tokio::test]
async fn a_stalled_request_is_given_up_when_its_client_leaves() {
    let server = start().await;
    let stalls = [
        ("stall", None),
        ("stall-after-headers", Some("200")),
        ("stall-after=1", Some("event: message_start")),
    ];
    for (script, sign) in stalls {
        server.clear();
        let mut client = To::Messages.ask(&format!("m~{script}"), true).open(server.addr()).await;
        if let Some(sign) = sign {
            let mut seen = String::new();
            while !seen.contains(sign) {
                let mut piece = [0; 1024];
                let count = client.read(&mut piece).await.expect("the answer begins");
                seen.push_str(&String::from_utf8_lossy(&piece[..count]));
            }
        }
        assert!(
            server.until(PATIENCE, |server| server.in_flight() == 1 && server.connections() == 1).await,
            "{script}"
        );
        assert_eq!(ends(&server), [None], "{script}");
        drop(client);
        assert!(
            server.until(PATIENCE, |server| server.in_flight() == 0 && server.connections() == 0).await,
            "{script}"
        );
        assert!(server.received()[0].client_left(), "{script}");
    }
}

#[tokio::test]
async fn a_shutdown_ends_a_stall() {
    let mut server = start().await;
    let stalled = To::Chat.ask("m~stall", false).open(server.addr()).await;
    assert!(server.until(PATIENCE, |server| server.in_flight() == 1).await);
    tokio::time::timeout(PATIENCE, server.shutdown()).await.expect("a prompt end");
    assert_eq!(ends(&server), [Some(Ended::ServerStopped)]);
    server.shutdown().await;
    drop(stalled);
}

#[tokio::test]
async fn a_stream_fails_at_its_first_event_or_later() {
    let server = start().await;
    for to in To::STREAMING {
        let first = to.ask("m~sse-error", true).send(server.addr()).await;
        assert_eq!((first.status, first.whole), (200, true), "{to:?}");
        assert!(first.events()[0].get("error").or(first.events()[0].get("code")).is_some(), "{}", first.body);
        assert!(!first.body.contains("[DONE]"), "{}", first.body);
        let later =
            to.ask("m~sse-error-after=2,error=context_length_exceeded", true).send(server.addr()).await;
        let events = later.events();
        assert!(events[1].get("error").is_none_or(Value::is_null), "{}", later.body);
        assert!(events[2].get("error").or(events[2].get("code")).is_some(), "{}", later.body);
    }
}

#[tokio::test]
async fn a_failed_response_is_told_twice() {
    let server = start().await;
    let answer =
        To::Responses.ask("m~sse-error-after=2,error=rate_limit_exceeded", true).send(server.addr()).await;
    assert_eq!(answer.names(), ["response.created", "response.in_progress", "error", "response.failed"]);
    assert_eq!(answer.events()[2]["code"], "rate_limit_exceeded");
    assert_eq!(answer.events()[3]["response"]["error"]["code"], "rate_limit_exceeded");
    let numbers: Vec<_> = answer.events().iter().map(|event| event["sequence_number"].clone()).collect();
    assert_eq!(numbers, [0, 1, 2, 3]);
}

#[tokio::test]
async fn an_answer_is_written_in_pieces() {
    let server = start().await;
    for to in To::STREAMING {
        let whole = to.ask("m", true).send(server.addr()).await;
        let pieces = to.ask("m", true).header("x-mock-script", "chunk=3").send(server.addr()).await;
        assert_eq!(pieces.body, whole.body, "{to:?}");
        assert!(pieces.chunks.iter().all(|chunk| chunk.len() <= 3), "{to:?}");
    }
}

#[tokio::test]
async fn lines_end_as_asked() {
    let server = start().await;
    let answer = To::Messages.ask("m~crlf", true).send(server.addr()).await;
    assert!(answer.body.starts_with("event: message_start\r\ndata: "), "{}", answer.body);
    assert!(!answer.body.replace("\r\n", "").contains('\n'));
}

#[tokio::test]
async fn a_large_text_is_as_large_as_asked() {
    let server = start().await;
    for stream in [false, true] {
        let answer = To::Chat.ask("m~large=300000,text=ab", stream).send(server.addr()).await;
        assert!(answer.body.matches("ab").count() >= 100_000, "stream: {stream}");
    }
}

#[tokio::test]
async fn a_delay_holds_the_answer_back() {
    let server = start().await;
    assert_eq!(To::Chat.ask("m~delay=1", false).send(server.addr()).await.status, 200);
    let waiting = To::Chat.ask("m~delay=120000", false).open(server.addr()).await;
    assert!(server.until(PATIENCE, |server| server.in_flight() == 1).await);
    drop(waiting);
    assert!(server.until(PATIENCE, |server| server.in_flight() == 0).await);
    let late = &server.received()[1];
    assert!(late.client_left() && late.status.is_none());
}

#[tokio::test]
async fn a_redirect_leads_nowhere() {
    let server = start().await;
    for to in To::ALL {
        let answer = to.ask("m~status=307", false).send(server.addr()).await;
        assert_eq!((answer.status, answer.header("location")), (307, Some("http://127.0.0.1:9/")), "{to:?}");
    }
}

#[tokio::test]
async fn a_stream_may_end_without_the_end_of_its_answer() {
    let server = start().await;
    for to in To::STREAMING {
        let answer = to.ask("m~events=9,end-after=3", true).send(server.addr()).await;
        assert_eq!((answer.status, answer.whole, answer.events().len()), (200, true, 3), "{to:?}");
        assert_eq!(to.ask("m~end-after=0", true).send(server.addr()).await.body, "", "{to:?}");
    }
}

#[tokio::test]
async fn an_answer_may_come_unstreamed() {
    let server = start().await;
    for to in To::STREAMING {
        let whole = to.ask("m", false).send(server.addr()).await.json();
        let answer = to.ask("m~unstreamed", true).send(server.addr()).await;
        assert_eq!(answer.header("content-type"), Some("application/json"), "{to:?}");
        let fields = |body: &Value| body.as_object().map(|body| body.keys().cloned().collect::<Vec<_>>());
        assert_eq!(fields(&answer.json()), fields(&whole), "{to:?}");
    }
}

#[tokio::test]
async fn garbage_is_no_answer_of_any_api() {
    let server = start().await;
    for to in To::ALL {
        let answer = to.ask("m~garbage", false).send(server.addr()).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/html")), "{to:?}");
    }
    for to in To::STREAMING {
        let answer = to.ask("m~garbage", true).send(server.addr()).await;
        assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")));
        assert!(answer.events()[0].as_str().is_some_and(|data| data.starts_with("<html>")), "{to:?}");
    }
}

#[tokio::test]
async fn requests_of_one_model_at_once_are_counted() {
    let server = start().await;
    let stalled = [
        To::Chat.ask("m~stall", false).open(server.addr()).await,
        To::AzureChat.ask("m~stall", false).open(server.addr()).await,
    ];
    let _answered = To::Chat.ask("other", false).send(server.addr()).await;
    assert!(server.until(PATIENCE, |server| server.most_at_once("m~stall") == 2).await);
    assert_eq!(server.most_at_once("other"), 1);
    assert_eq!(server.take().len(), 1);
    drop(stalled);
}
