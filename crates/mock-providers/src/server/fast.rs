//! Answers everything with one canned chat completion: a target whose own cost does not show in a benchmark.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response};

const WHOLE: &str = concat!(
    r#"{"id":"chatcmpl-mock-fast","object":"chat.completion","created":1767225600,"model":"mock-fast","#,
    r#""choices":[{"index":0,"message":{"role":"assistant","content":"Hello from openai/mock-fast.","#,
    r#""refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"#,
    r#""usage":{"prompt_tokens":12,"completion_tokens":8,"total_tokens":20}}"#,
);

macro_rules! chunk {
    ($delta:literal, $finish:literal) => {
        concat!(
            r#"data: {"id":"chatcmpl-mock-fast","object":"chat.completion.chunk","created":1767225600,"#,
            r#""model":"mock-fast","choices":[{"index":0,"delta":"#,
            $delta,
            r#","logprobs":null,"finish_reason":"#,
            $finish,
            "}]}\n\n"
        )
    };
}

const STREAM: &str = concat!(
    chunk!(r#"{"role":"assistant","content":"","refusal":null}"#, "null"),
    chunk!(r#"{"content":"Hello "}"#, "null"),
    chunk!(r#"{"content":"from "}"#, "null"),
    chunk!(r#"{"content":"openai/mock-fast."}"#, "null"),
    chunk!("{}", r#""stop""#),
    "data: [DONE]\n\n",
);

/// Reads the request away and answers; a body with `"stream":true` is answered with a stream.
///
/// # Errors
/// If the client left while it sent its body.
pub async fn respond(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let mut body = request.into_body();
    let mut streams = false;
    while let Some(frame) = body.frame().await {
        streams |= frame?.data_ref().is_some_and(|data| asks_for_stream(data));
    }
    let (text, media_type) =
        if streams { (STREAM, "text/event-stream") } else { (WHOLE, "application/json") };
    let mut response = Response::new(Full::new(Bytes::from_static(text.as_bytes())));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    Ok(response)
}

/// A guess by bytes, so as not to parse: good for bodies that a benchmark writes itself.
fn asks_for_stream(body: &[u8]) -> bool {
    const ASKS: [&[u8]; 2] = [b"\"stream\":true", b"\"stream\": true"];
    ASKS.into_iter().any(|ask| body.windows(ask.len()).any(|window| window == ask))
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_canned_answers_are_json() {
        assert!(serde_json::from_str::<Value>(WHOLE).is_ok());
        let events = STREAM.split("\n\n").filter_map(|event| event.strip_prefix("data: "));
        for data in events.filter(|data| *data != "[DONE]") {
            assert!(serde_json::from_str::<Value>(data).is_ok(), "{data}");
        }
    }

    #[test]
    fn a_stream_is_told_by_its_field() {
        assert!(asks_for_stream(br#"{"model":"m","stream": true}"#));
        assert!(!asks_for_stream(br#"{"model":"m","stream":false}"#));
    }
}
