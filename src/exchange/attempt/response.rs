//! The response side of a try: judge, hold until known, translate back.

use super::headers::{passed_on, retry_after_ms};
use super::outcome::Failed;
use super::{Attempt, Effect, Headers, Moment, State, Step, redact};
use crate::cause::{Cause, Symptoms, classify};
use crate::config::body_buffer;
use crate::exchange::header;
use crate::response_id::{Mark, Sealer};
use crate::route::Turn;
use crate::translate::{self, Failure, Progress, Stream, View};
use crate::wire::Dialect;

/// Most of a stream that is held back before its first content. What is held is released then.
const MOST_HELD: usize = 256 * 1024;

/// A response of which the client has seen nothing.
pub(super) struct Held {
    pub(super) status: u16,
    /// Headers that may be shown.
    upstream: Vec<(String, String)>,
    retry_after_ms: Option<u64>,
    /// What of a stream is to be released.
    out: Vec<u8>,
    /// Something of a body has come.
    has_body: bool,
}

impl Attempt {
    pub(super) fn head(&mut self, headers: &Headers, end: bool, moment: &Moment<'_>) -> Step {
        if !matches!(self.state, State::Asking) {
            return Step::pass();
        }
        let status = header(headers, ":status").and_then(|status| status.parse().ok()).unwrap_or(502);
        if let Some(step) = self.lost(headers, status, moment) {
            return step;
        }
        let success = (200..300).contains(&status);
        let held = Held {
            status,
            upstream: passed_on(headers),
            retry_after_ms: retry_after_ms(headers),
            out: Vec::new(),
            has_body: false,
        };
        if !success && !blames_the_request(status) && !self.is_of_what_was_asked(status) {
            let cause = classify(&Symptoms { status, ..Symptoms::default() });
            let failed = held.failed(cause);
            match self.failed(&failed, moment) {
                Turn::Stay => {}
                turn => return self.go_on(turn, &failed),
            }
        }
        let sse = header(headers, "content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));
        let wanted = self.context.as_ref().is_some_and(|context| context.stream);
        let streams = success && sse && wanted;
        if !streams && self.announces_too_much(headers) {
            return self.too_large(held, b"", moment);
        }
        self.state = if streams {
            let stream = Box::new(Stream::new(self.dialect(), self.api, self.view(moment.now_us())));
            State::Streaming { stream, held: Some(held) }
        } else {
            State::Whole(held)
        };
        if end { self.body(b"", true, moment) } else { Step::wait() }
    }

    pub(super) fn body(&mut self, body: &[u8], end: bool, moment: &Moment<'_>) -> Step {
        match std::mem::replace(&mut self.state, State::Judged) {
            State::Whole(held) if !end => {
                self.state = State::Whole(held);
                Step::wait()
            }
            State::Whole(held) => self.whole(held, body, moment),
            State::Streaming { stream, held: Some(held) } => self.held(stream, held, body, end, moment),
            State::Streaming { stream, held: None } => self.streaming(stream, body, end),
            state => {
                self.state = state;
                Step::pass()
            }
        }
    }

    /// A response that came whole: an answer, or an error.
    fn whole(&mut self, mut held: Held, body: &[u8], moment: &Moment<'_>) -> Step {
        held.has_body |= !body.is_empty();
        if !held.is_success() {
            let failure = translate::failure(self.api, held.status, body);
            let about_it = self.is_of_what_was_asked(held.status);
            let cause = if about_it { Cause::InvalidRequest } else { failure.cause() };
            return self.fail_or_go_on(&failure, cause, held, moment);
        }
        if self.context.as_ref().is_some_and(|context| context.stream) {
            let failure = translate::failure(self.api, 502, b"");
            self.charge_failure(translate::counted(self.api, body));
            return self.fail_or_go_on(&failure, Cause::NotAStream, held, moment);
        }
        match translate::response(self.dialect(), self.api, body, &self.view(moment.now_us())) {
            Ok(answer) if answer.body.len() as u64 > u64::from(self.most_held()) => {
                self.charge_answer(answer.usage, &answer.body);
                let failure = Failure::too_large(self.most_held());
                self.fail_or_go_on(&failure, failure.cause(), held, moment)
            }
            Ok(answer) => {
                self.succeeded(held.status, moment);
                self.charge_answer(answer.usage, &answer.body);
                self.release(held.status, held, "application/json", answer.body)
            }
            // A 2xx that is no answer of this API.
            Err(failure) => {
                let cause = failure.cause();
                self.charge_failure(translate::counted(self.api, body));
                self.fail_or_go_on(&failure, cause, held, moment)
            }
        }
    }

    /// A stream of which the client has seen nothing yet.
    fn held(
        &mut self,
        mut stream: Box<Stream>,
        mut held: Held,
        body: &[u8],
        end: bool,
        moment: &Moment<'_>,
    ) -> Step {
        held.has_body |= !body.is_empty();
        match advance(&mut stream, body, end, &mut held.out) {
            Progress::Failed(failure) => {
                let cause = failure.cause();
                self.charge_failure(stream.usage());
                // An error that is written into a body has behind it what still comes of that.
                let held = if end { held } else { held.without_body() };
                self.fail_or_go_on(&failure, cause, held, moment)
            }
            Progress::Waiting if held.out.len() <= MOST_HELD => {
                self.state = State::Streaming { stream, held: Some(held) };
                Step::hold(vec![Effect::ReplaceResponseBody(Vec::new())])
            }
            _ if held.out.len() as u64 > u64::from(body_buffer(self.settings.max_body_bytes)) => {
                self.charge_stream(&stream);
                let failure = Failure::too_large(body_buffer(self.settings.max_body_bytes));
                self.fail_or_go_on(&failure, failure.cause(), held.without_body(), moment)
            }
            progress => {
                self.succeeded(held.status, moment);
                self.report.answer.first_token_us = Some(moment.now_us());
                self.report.answer.stream_done = progress == Progress::Done;
                if end || progress == Progress::Done {
                    self.charge_stream(&stream);
                } else {
                    self.report.answer.owed = self.owed_for(&stream);
                }
                self.state = State::Streaming { stream, held: None };
                let out = std::mem::take(&mut held.out);
                self.release(held.status, held, "text/event-stream", out)
            }
        }
    }

    /// A stream that the client is reading: nothing is replayed any more.
    fn streaming(&mut self, mut stream: Box<Stream>, body: &[u8], end: bool) -> Step {
        let mut out = Vec::new();
        let progress = advance(&mut stream, body, end, &mut out);
        let over = end || matches!(progress, Progress::Done | Progress::Failed(_));
        let mut effects = Vec::with_capacity(1 + usize::from(over));
        // What goes on as it came stays where it is.
        if out != body {
            effects.push(Effect::ReplaceResponseBody(out));
        }
        if let Progress::Failed(failure) = &progress {
            self.record_failure(failure);
        }
        self.report.answer.stream_done = progress == Progress::Done;
        if over {
            self.charge_stream(&stream);
            effects.extend(self.keep_last_report());
        }
        self.state = State::Streaming { stream, held: None };
        Step::go(effects)
    }

    /// A response that is no answer. Where its status alone decided, that has been done.
    pub(super) fn fail_or_go_on(
        &mut self,
        failure: &Failure,
        cause: Cause,
        held: Held,
        moment: &Moment<'_>,
    ) -> Step {
        if self.is_open() {
            let failed = held.failed(cause);
            match self.failed(&failed, moment) {
                Turn::Stay => {}
                turn => return self.go_on(turn, &failed),
            }
        }
        self.fail(failure, held)
    }

    /// The error that the client gets, in its dialect, with the provider's words.
    fn fail(&mut self, failure: &Failure, held: Held) -> Step {
        let mut failure = redact::failure(failure);
        if let Some(sealer) = self.context.as_ref().and_then(|context| context.sealer.as_ref()) {
            failure.message = sealer.in_words(&failure.message);
        }
        self.record_failure(&failure);
        let body = translate::error_body(self.dialect(), &failure);
        self.release(failure.status, held, "application/json", body)
    }

    /// What the client gets. A response without a body cannot be given one: it is answered from here instead, which
    /// Envoy does not retry either.
    fn release(&mut self, status: u16, held: Held, content_type: &str, body: Vec<u8>) -> Step {
        let mut headers = vec![
            (":status".to_owned(), status.to_string()),
            ("content-type".to_owned(), content_type.to_owned()),
        ];
        headers.extend(held.upstream);
        if !held.has_body {
            headers.retain(|(name, _)| name != ":status");
            return self.last(Step::hold(vec![Effect::ReplaceResponse { status, headers, body }]));
        }
        let mut step = self.last(Step::go(Vec::new()));
        if let Some(context) = &self.context {
            context.handed.put_head(&headers);
        }
        step.effects.extend([Effect::ReplaceResponseHeaders(headers), Effect::ReplaceResponseBody(body)]);
        step
    }

    /// Whether a status says nothing of the deployment: it is about the stored response that was asked for, or the
    /// server, though it is like OpenAI's, counts no tokens.
    fn is_of_what_was_asked(&self, status: u16) -> bool {
        match self.dialect() {
            Dialect::Stored(_) => matches!(status, 404 | 409 | 410),
            Dialect::CountTokens => matches!(status, 404 | 405 | 501),
            _ => false,
        }
    }

    fn view(&self, now_us: u64) -> View {
        let context = self.context.as_ref();
        let sealer = context.and_then(|context| context.sealer.clone());
        View {
            model: context.map(|context| context.model.clone()).unwrap_or_default(),
            include_usage: context.is_some_and(|context| context.include_usage),
            created_s: now_us / 1_000_000,
            echo: self.echo.clone(),
            ids: sealer.map(|sealer| Sealer { deployment: Mark::of(&self.settings.id), ..sealer }),
        }
    }
}

impl Held {
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The same as if nothing of its body had come: what has is thrown away.
    pub(super) fn without_body(self) -> Self {
        Self { has_body: false, ..self }
    }

    fn failed(&self, cause: Cause) -> Failed {
        Failed { status: self.status, cause, retry_after_ms: self.retry_after_ms }
    }
}

/// Statuses whose body tells a prompt that does not fit, or refused content, from a request that is wrong.
fn blames_the_request(status: u16) -> bool {
    matches!(status, 400 | 403 | 413 | 422)
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
