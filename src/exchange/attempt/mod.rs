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

mod charge;
mod deadline;
mod deployments;
mod headers;
mod outcome;
mod redact;
mod request;
mod response;
mod too_large;
mod trace;

use std::rc::Rc;

pub use deployments::Deployments;

use super::context::{self, Report, Sent};
use super::{Effect, Headers, Reply, Step, internal_error};
use crate::cause::Cause;
use crate::config::AttemptSettings;
use crate::event::{Attempt as Try, ErrorInformation};
use crate::memory::Shared;
use crate::reject::Reject;
use crate::route::Leg;
use crate::translate::{Edit, Failure, Stream};
use crate::wire::{Api, Dialect};

/// What happened.
pub enum Input<'a> {
    /// The request reached this deployment's cluster.
    RequestHeaders {
        /// [`Context`] out of filter state.
        context: Option<&'a [u8]>,
        /// [`Report`] of the tries before this one, out of filter state.
        report: Option<&'a [u8]>,
        /// The request's headers, where [`Attempt::reads_the_headers`].
        headers: &'a Headers,
    },
    /// The whole request body as admission left it.
    RequestBody {
        /// JSON in the client's dialect; not looked at unless [`Attempt::reads_the_body`].
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
    /// Of a response body that is to be given whole, more than [`Attempt::most_held`] has come, and not its end.
    Overflow {
        /// What has come.
        body: &'a [u8],
    },
    /// The time of [`Attempt::deadline_us`] has come.
    Deadline,
    /// The try is over, however it went.
    Done {
        /// It ended because the client left.
        left: bool,
    },
}

/// What an input comes with: the time, and the memory that all workers share.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// Microseconds since the epoch. The host is asked where it is wanted, and once.
    pub now: &'a dyn Fn() -> u64,
    /// Cooldowns and traffic.
    pub shared: &'a dyn Shared,
}

impl Moment<'_> {
    fn now_us(&self) -> u64 {
        (self.now)()
    }

    fn now_ms(&self) -> u64 {
        self.now_us() / 1_000
    }
}

/// One try.
pub struct Attempt {
    deployments: Rc<Deployments>,
    /// Settings of the try's deployment, once the context tells which one that is.
    settings: Rc<AttemptSettings>,
    context: Option<Rc<Sent>>,
    report: Report,
    /// Which stop of the path this is.
    at: usize,
    api: Api,
    /// What the answer repeats of the request.
    echo: Vec<u8>,
    /// Headers with the request's trace context, where the provider is to have it.
    trace: Vec<(&'static str, String)>,
    /// How the body changes, where it need not be read.
    edit: Option<Edit>,
    state: State,
}

enum State {
    /// The request was not taken up: it is not in the plan, or its context is missing.
    Idle,
    /// Nothing was answered yet.
    Asking,
    /// The response is held to its end.
    Whole(response::Held),
    /// The response is a stream.
    Streaming { stream: Box<Stream>, held: Option<response::Held> },
    /// Judged; what still comes is passed, or thrown away by the router.
    Judged,
}

impl Attempt {
    /// A try at one of these deployments.
    #[must_use]
    pub fn new(deployments: Rc<Deployments>) -> Self {
        let api = Api::ChatCompletions;
        let settings = deployments.unknown_yet();
        Self {
            deployments,
            settings,
            context: None,
            report: Report::default(),
            at: 0,
            api,
            echo: Vec::new(),
            trace: Vec::new(),
            edit: None,
            state: State::Idle,
        }
    }

    /// Whether the request's body is to be given: it need not be where only its beginning changes.
    #[must_use]
    pub fn reads_the_body(&self) -> bool {
        self.edit.is_none()
    }

    /// Whether the next response body is to be given whole, at its end.
    #[must_use]
    pub fn wants_whole(&self) -> bool {
        matches!(self.state, State::Whole(_))
    }

    /// Whether the try has no outcome yet.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !matches!(self.state, State::Idle)
            && self.report.attempts.last().is_some_and(|last| last.cause.is_empty())
    }

    /// Takes what happened, and answers what is to be done.
    pub fn on(&mut self, input: &Input<'_>, moment: &Moment<'_>) -> Step {
        match input {
            Input::RequestHeaders { context, report, headers } => {
                self.begin(*context, *report, headers, moment)
            }
            Input::RequestBody { body } => self.build(body, moment),
            Input::ResponseHeaders { headers, end } => self.head(headers, *end, moment),
            Input::ResponseBody { body, end } => self.body(body, *end, moment),
            Input::Overflow { body } => self.overflow(body, moment),
            Input::Deadline => self.expire(moment),
            Input::Done { left } => self.done(*left, moment),
        }
    }

    /// Ends a try in the middle of which this machine panicked: the answer, and a report that tells of it. The
    /// context and the report are as for [`Input::RequestHeaders`], should that not have come through. Only
    /// [`Input::Done`] may follow.
    pub fn after_panic(
        &mut self,
        context: Option<&[u8]>,
        report: Option<&[u8]>,
        moment: &Moment<'_>,
    ) -> Step {
        if self.context.is_none() {
            self.begin(context, report, &[], moment);
        }
        self.refuse(&internal_error(), self.dialect(), moment)
    }

    fn begin(
        &mut self,
        context: Option<&[u8]>,
        report: Option<&[u8]>,
        headers: &Headers,
        moment: &Moment<'_>,
    ) -> Step {
        self.report = Report::read(report);
        self.at = self.report.attempts.len();
        self.context = context.and_then(Sent::read);
        let Some(context) = &self.context else { return answer(&missing_context(), Dialect::Chat) };
        let Some(stop) = self.report.stops(&context.itinerary).get(self.at) else {
            return self.past_the_plan();
        };
        let Some(settings) = self.deployments.named(&stop.deployment) else {
            return answer(&unknown_deployment(), self.dialect());
        };
        self.settings = settings;
        self.edit = self.planned_edit();
        self.take_trace(headers);
        self.state = State::Asking;
        self.report.attempts.push(Try {
            deployment: self.settings.id.clone(),
            provider: self.settings.target.provider.name().to_owned(),
            probe: self.is_probe(),
            started_us: moment.now_us(),
            ..Try::default()
        });
        self.report.answer = context::Answer {
            model: self.model(),
            provider: self.settings.target.provider.name().to_owned(),
            api_base: self.settings.api_base.clone(),
            ..context::Answer::default()
        };
        self.report.answer.owed = self.owed_for_the_input();
        self.begun(moment);
        self.ask_stored(moment).unwrap_or_else(|| Step::hold(vec![self.report_begun()]))
    }

    /// The group that this try belongs to.
    fn leg(&self) -> Option<&Leg> {
        let context = self.context.as_ref()?;
        let stop = self.report.stops(&context.itinerary).get(self.at)?;
        context.itinerary.legs.get(stop.leg)
    }

    /// Whether this is the first try after a cooldown, which nobody else makes meanwhile.
    fn is_probe(&self) -> bool {
        self.leg().is_some_and(|leg| leg.probe && leg.deployments.first() == Some(&self.settings.id))
    }

    /// The provider's own name of the model: a pattern's stars take what the client wrote there.
    fn model(&self) -> String {
        let pattern = &self.settings.target.model;
        let captures = self.leg().map_or(&[][..], |leg| &leg.captures);
        if captures.is_empty() {
            return pattern.clone();
        }
        captures.iter().fold(pattern.clone(), |model, capture| model.replacen('*', capture, 1))
    }

    /// The router goes on by itself after a try without a response, and may be allowed more tries than a path
    /// that was changed has. Admission puts the answer into words.
    fn past_the_plan(&self) -> Step {
        let timed_out = self.report.attempts.last().is_some_and(|last| last.cause == Cause::Timeout.name());
        let status = if timed_out { 504 } else { 503 };
        let reject = Reject::new(status, "service_unavailable_error", "No deployment is left to try.");
        answer(&reject, self.dialect())
    }

    /// The report of a try that has begun: read only if it ends without an answer, by whoever comes then.
    fn report_begun(&self) -> Effect {
        let is_first = self.at == 0 && self.report.path.is_none();
        let begun = self.hand_over(false) && is_first;
        Effect::KeepReport(if begun { self.report.begun() } else { context::write(&self.report) })
    }

    /// The report, for the next try or whoever else comes.
    fn keep_report(&self) -> Effect {
        self.hand_over(false);
        Effect::KeepReport(self.report.hand_on())
    }

    /// The report of a try that none follows: only admission reads it.
    fn keep_last_report(&self) -> Option<Effect> {
        let is_handed = self.hand_over(true);
        (!is_handed).then(|| Effect::KeepReport(self.report.hand_on()))
    }

    /// Lays the report beside the context; false where admission does not look there.
    fn hand_over(&self, is_last: bool) -> bool {
        self.context.as_ref().is_some_and(|context| context.handed.put(&self.report, is_last))
    }

    /// Answers the client from here. Envoy does not retry such an answer, so this is for requests that no
    /// deployment could serve.
    fn refuse(&mut self, reject: &Reject, dialect: Dialect, moment: &Moment<'_>) -> Step {
        self.give_probe_back(moment);
        self.close(reject.status, "refused", moment);
        self.report.answer.error = Some(ErrorInformation {
            error_class: reject.kind.to_owned(),
            error_code: reject.code.map_or_else(|| reject.status.to_string(), str::to_owned),
            error_message: reject.message.clone(),
        });
        self.state = State::Judged;
        self.last(answer(reject, dialect))
    }

    /// A step of a try that none follows.
    fn last(&self, mut step: Step) -> Step {
        step.effects.splice(..0, self.keep_last_report());
        step
    }

    fn record_failure(&mut self, failure: &Failure) {
        self.report.answer.error = Some(ErrorInformation {
            error_class: failure.kind.clone(),
            error_code: failure.code.clone().unwrap_or_else(|| failure.status.to_string()),
            error_message: failure.message.clone(),
        });
    }
}

fn answer(reject: &Reject, dialect: Dialect) -> Step {
    let headers = vec![("content-type", "application/json".to_owned())];
    let reply = Reply { status: reject.status, headers, body: reject.body(dialect) };
    Step::hold(vec![Effect::Reply(reply)])
}

/// Of a plan that was made before a change of the gateway's file took the deployment away.
fn unknown_deployment() -> Reject {
    Reject::new(
        503,
        "service_unavailable_error",
        "The deployment that the request was to go to is no longer configured. Try again.",
    )
}

fn missing_context() -> Reject {
    Reject::new(
        500,
        "internal_server_error",
        "The request reached a provider's cluster without the gateway's admission filter. Check that the \
         listener's filter chain is the rendered one.",
    )
}
