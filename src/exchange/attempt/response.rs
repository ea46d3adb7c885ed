//! The response side of a try: judge, hold until known, translate back.

use super::{Attempt, Effect, Headers, State, Step};
use crate::exchange::header;
use crate::route::{Judgement, judge};
use crate::translate::{self, Failure, Progress, Stream, View};
use crate::usage::Usage;

/// Most of a stream that is held back before its first content. What is held is released then.
const MOST_HELD: usize = 256 * 1024;

/// A stream that the client has seen nothing of.
pub(super) struct Held {
    status: u16,
    upstream: Vec<(String, String)>,
    out: Vec<u8>,
}

/// A response that is no answer: the provider's status, what was wrong, and its headers that may be shown.
struct Ended<'a> {
    status: u16,
    cause: &'a str,
    upstream: Vec<(String, String)>,
    now_us: u64,
}

impl Attempt {
    pub(super) fn head(&mut self, headers: &Headers, end: bool, now_us: u64) -> Step {
        if !matches!(self.state, State::Asking) {
            return Step::pass();
        }
        let status = header(headers, ":status").and_then(|status| status.parse().ok()).unwrap_or(502);
        let judgement = judge(status);
        if let (Judgement::Retryable(cause), true) = (judgement, self.another_follows()) {
            return self.retry(status, cause, now_us);
        }
        let upstream = passed_on(headers);
        let sse = header(headers, "content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));
        let wanted = self.context.as_ref().is_some_and(|context| context.stream);
        self.state = if judgement == Judgement::Success && sse && wanted {
            let stream = Box::new(Stream::new(self.dialect(), self.api, self.view(now_us)));
            State::Streaming { stream, held: Some(Held { status, upstream, out: Vec::new() }) }
        } else {
            State::Whole { status, upstream }
        };
        if end { self.body(b"", true, now_us) } else { Step::wait() }
    }

    pub(super) fn body(&mut self, body: &[u8], end: bool, now_us: u64) -> Step {
        match std::mem::replace(&mut self.state, State::Judged) {
            State::Whole { status, upstream } if !end => {
                self.state = State::Whole { status, upstream };
                Step::wait()
            }
            State::Whole { status, upstream } => self.whole(status, upstream, body, now_us),
            State::Streaming { stream, held: Some(held) } => self.held(stream, held, body, end, now_us),
            State::Streaming { stream, held: None } => self.streaming(stream, body, end),
            state => {
                self.state = state;
                Step::pass()
            }
        }
    }

    /// A response that came whole: an answer, or an error.
    fn whole(&mut self, status: u16, upstream: Vec<(String, String)>, body: &[u8], now_us: u64) -> Step {
        let judgement = judge(status);
        if judgement != Judgement::Success {
            let failure = translate::failure(self.api, status, body);
            return self.fail(&failure, Ended { status, cause: judgement.cause(), upstream, now_us });
        }
        if self.context.as_ref().is_some_and(|context| context.stream) {
            let failure = translate::failure(self.api, 502, b"");
            return self.fail_or_retry(&failure, Ended { status, cause: "not_a_stream", upstream, now_us });
        }
        match translate::response(self.dialect(), self.api, body, &self.view(now_us)) {
            Ok(answer) => {
                self.judge(status, "success", now_us);
                self.account(answer.usage);
                self.release(status, upstream, "application/json", answer.body)
            }
            // A 2xx that is no answer of this API.
            Err(failure) => {
                self.fail_or_retry(&failure, Ended { status, cause: "malformed_answer", upstream, now_us })
            }
        }
    }

    /// A stream of which the client has seen nothing yet.
    fn held(&mut self, mut stream: Box<Stream>, mut held: Held, body: &[u8], end: bool, now_us: u64) -> Step {
        match advance(&mut stream, body, end, &mut held.out) {
            Progress::Failed(failure) => {
                let cause = judge(failure.status).cause();
                let cause = if cause == "success" { "stream_error" } else { cause };
                self.fail_or_retry(
                    &failure,
                    Ended { status: held.status, cause, upstream: held.upstream, now_us },
                )
            }
            Progress::Waiting if held.out.len() <= MOST_HELD => {
                self.state = State::Streaming { stream, held: Some(held) };
                Step::hold(vec![Effect::ReplaceResponseBody(Vec::new())])
            }
            _ => {
                self.judge(held.status, "success", now_us);
                self.report.answer.first_token_us = Some(now_us);
                self.account(stream.usage());
                self.state = State::Streaming { stream, held: None };
                self.release(held.status, held.upstream, "text/event-stream", held.out)
            }
        }
    }

    /// A stream that the client is reading: nothing is replayed any more.
    fn streaming(&mut self, mut stream: Box<Stream>, body: &[u8], end: bool) -> Step {
        let mut out = Vec::new();
        let progress = advance(&mut stream, body, end, &mut out);
        let mut effects = vec![Effect::ReplaceResponseBody(out)];
        let over = end || matches!(progress, Progress::Done | Progress::Failed(_));
        if let Progress::Failed(failure) = &progress {
            self.record_failure(failure);
        }
        if over {
            self.account(stream.usage());
            effects.push(self.keep_report());
        }
        self.state = State::Streaming { stream, held: None };
        Step::go(effects)
    }

    fn fail_or_retry(&mut self, failure: &Failure, ended: Ended<'_>) -> Step {
        let callers_fault = matches!(judge(failure.status), Judgement::Fatal(_));
        if self.another_follows() && !callers_fault {
            return self.retry(ended.status, ended.cause, ended.now_us);
        }
        self.fail(failure, ended)
    }

    /// The error that the client gets, in its dialect, with the provider's words.
    fn fail(&mut self, failure: &Failure, ended: Ended<'_>) -> Step {
        self.judge(ended.status, ended.cause, ended.now_us);
        self.record_failure(failure);
        let body = translate::error_body(self.dialect(), failure);
        self.release(failure.status, ended.upstream, "application/json", body)
    }

    fn release(
        &mut self,
        status: u16,
        upstream: Vec<(String, String)>,
        content_type: &str,
        body: Vec<u8>,
    ) -> Step {
        let mut headers = vec![
            (":status".to_owned(), status.to_string()),
            ("content-type".to_owned(), content_type.to_owned()),
        ];
        headers.extend(upstream);
        Step::go(vec![
            self.keep_report(),
            Effect::ReplaceResponseHeaders(headers),
            Effect::ReplaceResponseBody(body),
        ])
    }

    fn account(&mut self, usage: Option<Usage>) {
        if let Some(usage) = usage {
            self.report.answer.usage = Some(usage);
            self.report.answer.cost_nanodollars = self.settings.prices.cost(&usage);
        }
    }

    fn view(&self, now_us: u64) -> View {
        let context = self.context.as_ref();
        View {
            model: context.map(|context| context.model.clone()).unwrap_or_default(),
            include_usage: context.is_some_and(|context| context.include_usage),
            created_s: now_us / 1_000_000,
        }
    }
}

fn advance(stream: &mut Stream, body: &[u8], end: bool, out: &mut Vec<u8>) -> Progress {
    let progress = stream.push(body, out);
    if !end || matches!(progress, Progress::Done | Progress::Failed(_)) {
        return progress;
    }
    match stream.end(out) {
        // Nothing more was wrong: what the last bytes did is what counts.
        Progress::Waiting => progress,
        ended => ended,
    }
}

/// The provider's response headers that a client may see: when to come back, and the ids and limits that a
/// provider's support asks for, under LiteLLM's `llm_provider-` prefix.
fn passed_on(headers: &Headers) -> Vec<(String, String)> {
    let mut passed = Vec::new();
    for (name, value) in headers {
        let Ok(value) = std::str::from_utf8(value) else { continue };
        if name == "retry-after" {
            passed.push((name.clone(), value.to_owned()));
        }
        let told = name.starts_with("x-ratelimit-")
            || matches!(
                name.as_str(),
                "x-request-id" | "request-id" | "apim-request-id" | "openai-processing-ms" | "openai-version"
            );
        if told {
            passed.push((format!("llm_provider-{name}"), value.to_owned()));
        }
    }
    passed
}
