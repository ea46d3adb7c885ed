//! Answers everything with a canned answer: a target whose own cost does not show in a benchmark.
//!
//! The path tells the API (`…/messages` is Anthropic's, all else are chat completions), the body whether it is a stream,
//! and the model's name how that comes: a model with `paced` in its name sends the first text with what precedes it and
//! then one event every millisecond, as a model would that is very fast; any other sends the whole stream at once.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Request, Response};
use memchr::memmem;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// Pieces of text in a stream.
pub const EVENTS: usize = 200;
/// Between two events of a paced stream.
const PACE: Duration = Duration::from_millis(1);

const CHAT: &str = concat!(
    r#"{"id":"chatcmpl-mock-fast","object":"chat.completion","created":1767225600,"model":"mock-fast","#,
    r#""choices":[{"index":0,"message":{"role":"assistant","content":"Hello from openai/mock-fast.","#,
    r#""refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"}],"#,
    r#""usage":{"prompt_tokens":12,"completion_tokens":8,"total_tokens":20}}"#,
);

const MESSAGE: &str = concat!(
    r#"{"id":"msg_mock_fast","type":"message","role":"assistant","model":"mock-fast","#,
    r#""content":[{"type":"text","text":"Hello from anthropic/mock-fast."}],"stop_reason":"end_turn","#,
    r#""stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":8}}"#,
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

macro_rules! event {
    ($name:literal, $rest:literal) => {
        concat!("event: ", $name, "\ndata: {\"type\":\"", $name, "\",", $rest, "}\n\n")
    };
}

/// What comes before the text, a piece of it, and what comes after it.
type Parts = (&'static [&'static str], &'static str, &'static [&'static str]);

const CHAT_STREAM: Parts = (
    &[chunk!(r#"{"role":"assistant","content":"","refusal":null}"#, "null")],
    chunk!(r#"{"content":"word "}"#, "null"),
    &[chunk!("{}", r#""stop""#), "data: [DONE]\n\n"],
);

const MESSAGE_STREAM: Parts = (
    &[
        event!(
            "message_start",
            r#""message":{"id":"msg_mock_fast","type":"message","role":"assistant","model":"mock-fast","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":12,"output_tokens":1}}"#
        ),
        event!("content_block_start", r#""index":0,"content_block":{"type":"text","text":""}"#),
    ],
    event!("content_block_delta", r#""index":0,"delta":{"type":"text_delta","text":"word "}"#),
    &[
        event!("content_block_stop", r#""index":0"#),
        event!(
            "message_delta",
            r#""delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":200}"#
        ),
        "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
    ],
);

/// The answers of one API.
struct Api {
    whole: Bytes,
    /// What a paced stream is sent in: up to the first text, whose time is measured and would otherwise be that of a timer,
    /// then event by event.
    paced: Vec<Bytes>,
    stream: Bytes,
}

static CHATS: LazyLock<Api> = LazyLock::new(|| Api::of(CHAT, CHAT_STREAM));
static MESSAGES: LazyLock<Api> = LazyLock::new(|| Api::of(MESSAGE, MESSAGE_STREAM));

impl Api {
    fn of(whole: &'static str, (first, piece, last): Parts) -> Self {
        let beginning = [&first.concat(), piece].concat().into();
        let rest = std::iter::repeat_n(&piece, EVENTS - 1).chain(last).copied();
        let rest = rest.map(|event| Bytes::from_static(event.as_bytes()));
        let paced: Vec<Bytes> = std::iter::once(beginning).chain(rest).collect();
        Self { whole: Bytes::from_static(whole.as_bytes()), stream: paced.concat().into(), paced }
    }
}

/// Reads the request away and answers; a body with `"stream":true` is answered with a stream.
///
/// # Errors
/// If the client left while it sent its body.
pub async fn respond(request: Request<Incoming>) -> Result<Response<Canned>, hyper::Error> {
    let api = if request.uri().path().ends_with("/messages") { &MESSAGES } else { &CHATS };
    let mut body = request.into_body();
    let mut asked = Asked::default();
    while let Some(frame) = body.frame().await {
        if let Some(data) = frame?.data_ref() {
            asked.read(data);
        }
    }
    let (body, media_type) = match asked {
        Asked { stream: false, .. } => (Canned::whole(&api.whole), "application/json"),
        Asked { paced: false, .. } => (Canned::at_once(&api.stream), "text/event-stream"),
        Asked { .. } => (Canned::paced(&api.paced), "text/event-stream"),
    };
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    Ok(response)
}

/// What a body asks for. A guess by bytes, so as not to parse: good for bodies that a benchmark writes itself, which say
/// it in their first [`HEAD`](Self::HEAD) bytes.
#[derive(Default)]
struct Asked {
    stream: bool,
    paced: bool,
    /// How much has been looked at.
    seen: usize,
    /// The end of the piece before, for what lies across two.
    tail: Vec<u8>,
}

impl Asked {
    /// As long as what is looked for may be, less one.
    const TAIL: usize = 13;
    /// The rest of a large body is only read away.
    const HEAD: usize = 16 * 1024;

    fn read(&mut self, piece: &[u8]) {
        if self.seen >= Self::HEAD {
            return;
        }
        self.seen += piece.len();
        let border: Vec<u8> = self.tail.iter().chain(piece.iter().take(Self::TAIL)).copied().collect();
        for text in [border.as_slice(), piece] {
            let has = |what: &str| memmem::find(text, what.as_bytes()).is_some();
            self.stream |= has("\"stream\":true") || has("\"stream\": true");
            self.paced |= has("-paced");
        }
        let end = if piece.len() < Self::TAIL { &border } else { piece };
        self.tail = end.get(end.len().saturating_sub(Self::TAIL)..).unwrap_or_default().to_vec();
    }
}

/// The body of an answer.
pub struct Canned {
    /// Behind `next`, still to be sent.
    events: &'static [Bytes],
    next: Option<Bytes>,
    /// Of what comes after the first piece: even a time that has come takes tokio's timer a millisecond or two to tell.
    pace: Option<Interval>,
    begun: bool,
    /// How long it is, for an answer that tells so beforehand.
    length: Option<u64>,
}

impl Canned {
    fn whole(text: &'static Bytes) -> Self {
        let length = u64::try_from(text.len()).ok();
        Self { length, ..Self::at_once(text) }
    }

    fn at_once(text: &'static Bytes) -> Self {
        Self { events: &[], next: Some(text.clone()), pace: None, begun: false, length: None }
    }

    fn paced(events: &'static [Bytes]) -> Self {
        let mut pace = interval_at(Instant::now() + PACE, PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut body = Self { events, next: None, pace: Some(pace), begun: false, length: None };
        body.advance();
        body
    }

    fn advance(&mut self) -> Option<Bytes> {
        let next = self.events.split_off_first().cloned();
        std::mem::replace(&mut self.next, next)
    }
}

impl Body for Canned {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.begun
            && self.next.is_some()
            && let Some(pace) = &mut self.pace
        {
            std::task::ready!(pace.poll_tick(context));
        }
        self.begun = true;
        Poll::Ready(self.advance().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.next.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        self.length.map(SizeHint::with_exact).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_canned_answers_are_json() {
        for api in [&CHATS, &MESSAGES] {
            assert!(serde_json::from_slice::<Value>(&api.whole).is_ok());
            let stream = std::str::from_utf8(&api.stream).unwrap();
            let data = stream.lines().filter_map(|line| line.strip_prefix("data: "));
            for data in data.filter(|data| *data != "[DONE]") {
                assert!(serde_json::from_str::<Value>(data).is_ok(), "{data}");
            }
            assert_eq!(stream.matches("word ").count(), EVENTS);
        }
    }

    #[test]
    fn a_paced_stream_begins_with_its_first_text() {
        for api in [&CHATS, &MESSAGES] {
            let texts = |piece: &Bytes| String::from_utf8_lossy(piece).matches("word ").count();
            assert_eq!(api.paced.iter().take(EVENTS).map(texts).collect::<Vec<_>>(), [1; EVENTS]);
        }
    }

    #[test]
    fn what_is_asked_for_is_told_by_its_bytes() {
        let cases: [(&[&str], (bool, bool)); 5] = [
            (&[r#"{"model":"m","stream": true}"#], (true, false)),
            (&[r#"{"model":"m","stream":false}"#], (false, false)),
            (&[r#"{"model":"m-paced","stream":true}"#], (true, true)),
            (&[r#"{"model":"m-pa"#, r#"ced","str"#, "eam\":", "tr", "ue}"], (true, true)),
            (&[r#"{"model":"m","stream":"#, "", "true}"], (true, false)),
        ];
        for (pieces, expected) in cases {
            let mut asked = Asked::default();
            pieces.iter().for_each(|piece| asked.read(piece.as_bytes()));
            assert_eq!((asked.stream, asked.paced), expected, "{pieces:?}");
        }
    }
}
