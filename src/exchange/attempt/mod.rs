//! The attempt role: one try at one deployment.
//!
//! Knows one deployment and, through the [`Context`], what the client asked for. It starts from clean headers
//! (Envoy keeps one request-header map for all tries of a request, so what an earlier try left there would
//! reach this provider), builds the body that this provider's API defines, holds the response until it is
//! known to be worth showing, and tells Envoy's router when it is not.
//!
//! ```text
//! RequestHeaders ─▶ hold ─▶ RequestBody ─▶ built ─▶ ResponseHeaders ─┬▶ retry     (another try will answer)
//!                                                                   ├▶ whole     hold to the end, then judge
//!                                                                   └▶ streaming hold to the first content
//! ```

mod request;
mod response;

use std::rc::Rc;

use super::context::{self, Context, Report};
use super::{Effect, Headers, RETRY_HEADER, Reply, Step, internal_error};
use crate::config::AttemptSettings;
use crate::event::{Attempt as Try, ErrorInformation};
use crate::reject::Reject;
use crate::translate::{Failure, Stream};
use crate::wire::{Api, Dialect};

/// What happened.
pub enum Input<'a> {
    /// The request reached this deployment's cluster.
    RequestHeaders {
        /// [`Context`] out of filter state.
        context: Option<&'a [u8]>,
        /// [`Report`] of the tries before this one, out of filter state.
        report: Option<&'a [u8]>,
    },
    /// The whole request body as admission left it.
    RequestBody {
        /// JSON in the client's dialect.
        body: &'a [u8],
    },
    /// The provider's response headers.
    ResponseHeaders {
        /// As the provider sent them, `:status` included.
        headers: &'a Headers,
        /// No body follows.
        end: bool,
    },
    /// Response body: everything, where [`Attempt::wants_whole`], else what has come since the last input.
    ResponseBody {
        /// Raw bytes.
        body: &'a [u8],
        /// No more follows.
        end: bool,
    },
    /// The try is over, however it went.
    Done,
}

/// One try.
pub struct Attempt {
    settings: Rc<AttemptSettings>,
    context: Option<Context>,
    report: Report,
    api: Api,
    state: State,
}

enum State {
    /// Nothing was answered yet.
    Asking,
    /// The response is held to its end.
    Whole { status: u16, upstream: Vec<(String, String)> },
    /// The response is a stream.
    Streaming { stream: Box<Stream>, held: Option<response::Held> },
    /// Judged; what still comes is passed, or thrown away by the router.
    Judged,
}

impl Attempt {
    /// A try at the deployment of these settings.
    #[must_use]
    pub fn new(settings: Rc<AttemptSettings>) -> Self {
        let api = Api::ChatCompletions;
        Self { settings, context: None, report: Report::default(), api, state: State::Asking }
    }

    /// Whether the next response body is to be given whole, at its end.
    #[must_use]
    pub fn wants_whole(&self) -> bool {
        matches!(self.state, State::Whole { .. })
    }

    /// Takes what happened, and answers what is to be done. `now_us`: microseconds since the epoch.
    pub fn on(&mut self, input: &Input<'_>, now_us: u64) -> Step {
        match input {
            Input::RequestHeaders { context, report } => self.begin(*context, *report, now_us),
            Input::RequestBody { body } => self.build(body, now_us),
            Input::ResponseHeaders { headers, end } => self.head(headers, *end, now_us),
            Input::ResponseBody { body, end } => self.body(body, *end, now_us),
            Input::Done => self.done(now_us),
        }
    }

    /// Ends a try in the middle of which this machine panicked: the answer, and a report that tells of it. The
    /// context and the report are as for [`Input::RequestHeaders`], should that not have come through. Only
    /// [`Input::Done`] may follow.
    pub fn after_panic(&mut self, context: Option<&[u8]>, report: Option<&[u8]>, now_us: u64) -> Step {
        if self.context.is_none() {
            self.begin(context, report, now_us);
        }
        self.refuse(&internal_error(), self.dialect(), now_us)
    }

    fn begin(&mut self, context: Option<&[u8]>, report: Option<&[u8]>, now_us: u64) -> Step {
        self.report = Report::read(report);
        self.context = context.and_then(|bytes| serde_json::from_slice(bytes).ok());
        if self.context.is_none() {
            return self.refuse(&missing_context(), Dialect::Chat, now_us);
        }
        self.report.attempts.push(Try {
            deployment: self.settings.id.clone(),
            started_us: now_us,
            ..Try::default()
        });
        self.report.answer = context::Answer {
            model: self.settings.target.model.clone(),
            provider: self.settings.target.provider.name().to_owned(),
            api_base: self.settings.api_base.clone(),
            ..context::Answer::default()
        };
        Step::hold(vec![self.keep_report()])
    }

    /// Closes the try's entry in the report.
    fn judge(&mut self, status: u16, cause: &str, now_us: u64) {
        if let Some(last) = self.report.attempts.last_mut() {
            last.status = status;
            cause.clone_into(&mut last.cause);
            last.duration_us = now_us.saturating_sub(last.started_us);
        }
    }

    /// Whether the plan goes on after this try.
    fn another_follows(&self) -> bool {
        let tries = self.report.attempts.len() as u64;
        self.context.as_ref().is_some_and(|context| tries < context.tries)
    }

    fn keep_report(&self) -> Effect {
        Effect::KeepReport(context::write(&self.report))
    }

    /// Gives the request to the next try: the router sees the header and resets this one.
    fn retry(&mut self, status: u16, cause: &str, now_us: u64) -> Step {
        self.judge(status, cause, now_us);
        self.state = State::Judged;
        Step::go(vec![self.keep_report(), Effect::SetResponseHeader(RETRY_HEADER, "1".to_owned())])
    }

    /// Answers the client from here. Envoy does not retry such an answer, so this is for requests that no
    /// deployment could serve.
    fn refuse(&mut self, reject: &Reject, dialect: Dialect, now_us: u64) -> Step {
        self.judge(reject.status, "refused", now_us);
        self.report.answer.error = Some(ErrorInformation {
            error_class: reject.kind.to_owned(),
            error_code: reject.code.map_or_else(|| reject.status.to_string(), str::to_owned),
            error_message: reject.message.clone(),
        });
        self.state = State::Judged;
        let headers = vec![("content-type", "application/json".to_owned())];
        let reply = Reply { status: reject.status, headers, body: reject.body(dialect) };
        Step::hold(vec![self.keep_report(), Effect::Reply(reply)])
    }

    /// The try ended. Where no response was judged, it was the connection or the time: which of the two, the
    /// duration tells, for Envoy gives a filter no reason here.
    fn done(&mut self, now_us: u64) -> Step {
        let Some(context) = &self.context else { return Step::pass() };
        let open = self.report.attempts.last().is_some_and(|last| last.cause.is_empty());
        if !open {
            return Step::pass();
        }
        let started_us = self.report.attempts.last().map_or(now_us, |last| last.started_us);
        // Envoy's timer began a moment before this filter saw the request.
        let almost_ms = context.try_timeout_ms - context.try_timeout_ms / 16;
        let timed_out = now_us.saturating_sub(started_us) >= almost_ms.saturating_mul(1_000);
        let cause = if timed_out { "timeout" } else { "connection" };
        self.judge(0, cause, now_us);
        Step::go(vec![self.keep_report()])
    }

    fn record_failure(&mut self, failure: &Failure) {
        self.report.answer.error = Some(ErrorInformation {
            error_class: failure.kind.clone(),
            error_code: failure.code.clone().unwrap_or_else(|| failure.status.to_string()),
            error_message: failure.message.clone(),
        });
    }
}

fn missing_context() -> Reject {
    Reject::new(
        500,
        "internal_server_error",
        "The request reached a provider's cluster without the gateway's admission filter. Check that the \
         listener's filter chain is the rendered one.",
    )
}
