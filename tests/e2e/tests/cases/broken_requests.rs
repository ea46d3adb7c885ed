//! Bytes that are no request, or not a whole one.

use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;

use super::ensure;

/// What becomes of such bytes.
#[derive(Clone, Copy, PartialEq)]
enum End {
    /// An error of this status.
    Refused(u16),
    /// The client leaves in the middle: the connection closes, without a byte.
    Dropped,
}

/// Each is refused or dropped, and the gateway answers the next request.
pub async fn raw(fixture: &Fixture) -> Result<(), Failure> {
    let key = fixture.key("alice");
    let head =
        format!("POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\nauthorization: Bearer {key}\r\n");
    let json = "content-type: application/json\r\n";
    let deep = format!(r#"{{"model":"plain","messages":{}{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
    let deep = format!("{head}{json}connection: close\r\ncontent-length: {}\r\n\r\n{deep}", deep.len());
    let broken: Vec<(&str, Vec<u8>, End)> = vec![
        (
            "a body cut off",
            format!("{head}{json}content-length: 100\r\n\r\n{{\"model\"").into_bytes(),
            End::Dropped,
        ),
        ("no HTTP at all", b"\x16\x03\x01\x02\x00 nonsense\r\n\r\n".to_vec(), End::Refused(400)),
        ("a body that nests 20,000 deep", deep.into_bytes(), End::Refused(400)),
        (
            "a chunked body that is cut",
            format!("{head}{json}transfer-encoding: chunked\r\n\r\n5\r\n{{\"mod").into_bytes(),
            End::Dropped,
        ),
        (
            "invalid UTF-8",
            [
                format!("{head}{json}connection: close\r\ncontent-length: 14\r\n\r\n").as_bytes(),
                b"{\"model\":\"\xff\xfe\"}",
            ]
            .concat(),
            End::Refused(400),
        ),
        (
            "a body of no bytes",
            format!("{head}{json}connection: close\r\ncontent-length: 0\r\n\r\n").into(),
            End::Refused(400),
        ),
    ];
    for (what, bytes, end) in broken {
        let answer = client::send_raw(fixture.gateway.address, &bytes, end == End::Dropped).await;
        let answer = answer.map_err(|error| format!("{what}: {error}"))?;
        let text = String::from_utf8_lossy(&answer);
        match end {
            End::Refused(status) => ensure(text.starts_with(&format!("HTTP/1.1 {status} ")), || {
                format!("{what}: expected {status}, got {text:?}")
            })?,
            End::Dropped => ensure(text.is_empty(), || format!("{what}: expected nothing, got {text:?}"))?,
        }
        let json_error = !text.contains("\r\n\r\n{") || text.contains("\"error\"");
        ensure(json_error, || format!("{what}: not an error in JSON: {text:?}"))?;
        let body = serde_json::json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
        let next =
            client::send(fixture.gateway.address, &Ask::post("/v1/chat/completions", key, &body)).await?;
        ensure(next.status == 200, || format!("after {what}: HTTP {}: {}", next.status, next.text()))?;
    }
    Ok(())
}

/// What a proxy speaks that nobody told otherwise, with and without a host. The end of the connection is the answer's.
pub async fn http_1_0(fixture: &Fixture) -> Result<(), Failure> {
    let body = r#"{"model":"plain","stream":true,"messages":[{"role":"user","content":"Hello"}]}"#;
    let key = fixture.key("alice");
    let head = format!("authorization: Bearer {key}\r\ncontent-type: application/json\r\n");
    let stream =
        format!("POST /v1/chat/completions HTTP/1.0\r\n{head}content-length: {}\r\n\r\n{body}", body.len());
    for (what, request, end) in [
        ("a health check", "GET /health HTTP/1.0\r\n\r\n".to_owned(), "}"),
        ("one with a host", "GET /health HTTP/1.0\r\nhost: gateway\r\n\r\n".to_owned(), "}"),
        ("a stream", stream, "data: [DONE]\n\n"),
    ] {
        let answer = client::send_raw(fixture.gateway.address, request.as_bytes(), false).await?;
        let text = String::from_utf8_lossy(&answer);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
        let is_served = head.contains(" 200 ") && !head.contains("transfer-encoding") && body.ends_with(end);
        ensure(is_served, || format!("{what}: {text:?}"))?;
    }
    Ok(())
}
