//! The admission role: once per request, in the listener's chain.
//!
//! Knows the caller, the limits, the guardrails and the plan; knows no provider's API. What it decides goes
//! three ways: a plan for Envoy's router, a [`Context`](super::context::Context) for the attempts, and one
//! [`Event`] for the ledger when all is over.
//!
//! ```text
//! RequestHeaders ─▶ route, caller (─▶ LookUp ─▶ KeyFound) ─▶ RequestBody ─▶ sanitise, plan, limits, guardrails
//!     (─▶ AskGuardrails ─▶ Opinion) (─▶ AskRateLimits ─▶ RateLimits) ─▶ Envoy
//! ResponseHeaders ─▶ gateway headers;  Envoy's own errors are put in the client's dialect
//! Done ─▶ settle the reservation, emit the event
//! ```

mod answer;
mod around;
mod background;
mod beta;
mod caller;
mod counted;
mod delivery;
mod event;
mod guard;
mod head;
mod ledger;
mod lists;
mod model_info;
mod own_fallbacks;
mod plan;
mod reserve;
mod scopes;
mod setup;
mod shared_limits;
mod shared_scopes;
mod stored;
mod summary;
mod timeouts;

use std::rc::Rc;

use super::context::{Report, Sent, Spent};
use super::lookups::LookupOutcome;
use super::{Asker, Effect, Headers, Reply, Step, header, internal_error};
use crate::budgets;
use crate::config::Listener;
use crate::event::{Charge, Event, GuardrailInformation};
use crate::guardrails::Tally;
use crate::limits::Reservation;
use crate::memory::Shared;
use crate::reject::Reject;
use crate::sanitise::ByHeader;
use crate::wire::Dialect;

use guard::Admitted;
use head::stripped;

pub use caller::{Caller, Denied};
pub use guard::{MOST_OPINION_BYTES, Wants};
pub use ledger::{MOST_CHANGES_BYTES, MOST_LOOKUP_BYTES};
pub use setup::{Setup, SetupError};

/// What happened.
pub enum Input<'a> {
    /// The client's request headers.
    RequestHeaders {
        /// With `:method` and `:path`; names in lower case.
        headers: &'a Headers,
        /// No body follows.
        end: bool,
    },
    /// The lookup that [`Effect::LookUp`] asked for is over.
    KeyFound {
        /// What came of it.
        outcome: &'a LookupOutcome,
        /// The request headers, once more, as they are now.
        headers: &'a Headers,
    },
    /// The whole request body is there, while [`Admission::looks_up`]. It is given later, when
    /// [`Admission::takes_body`].
    BodyWaits,
    /// The whole request body.
    RequestBody {
        /// As the client sent it.
        body: &'a [u8],
    },
    /// The answer to [`Effect::AskRateLimits`], or why there is none.
    RateLimits(Result<&'a [u8], &'a str>),
    /// Response headers, of an attempt or of Envoy's own making.
    ResponseHeaders {
        /// `:status`.
        status: u16,
        /// The attempts' [`Report`](super::context::Report), out of filter state; not needed where
        /// [`Admission::knows_the_report`].
        report: Option<&'a [u8]>,
        /// No body follows.
        end: bool,
    },
    /// Response body, as [`Admission::wants_answer`] says.
    ResponseBody {
        /// Raw bytes.
        body: &'a [u8],
        /// No more follows.
        end: bool,
    },
    /// What a guardrail's service answered to a question.
    Opinion {
        /// Who asked.
        asker: Asker,
        /// Status and body; `None` where none came.
        answer: Option<(u16, &'a [u8])>,
    },
    /// The request is over, however it went.
    Done(Ending<'a>),
}

/// What Envoy knows when a request is over.
#[derive(Clone, Copy, Default)]
pub struct Ending<'a> {
    /// The attempts' report, out of filter state; not needed where [`Admission::knows_the_report`].
    pub report: Option<&'a [u8]>,
    /// What a stream costs that ended before its end.
    pub owed: Option<Spent>,
    /// The client's address, without a port; not needed where [`Admission::knows_the_client`].
    pub client_ip: Option<&'a str>,
    /// The client left before the answer was whole.
    pub disconnected: bool,
    /// The answer was cut on its way from the provider, after the client had seen its beginning.
    pub cut: bool,
}

/// What an input comes with: time, randomness, and the memory that all workers share.
pub struct Moment<'a> {
    /// When the input came, in microseconds since the epoch. The host is asked where it is wanted, and once.
    pub now: &'a dyn Fn() -> u64,
    /// What the time is now, in microseconds since the epoch, at every call anew: guardrails time themselves.
    pub clock: &'a dyn Fn() -> u64,
    /// A random number, fresh for every input.
    pub dice: u64,
    /// Counters of the limits.
    pub shared: &'a dyn Shared,
}

/// One request.
pub struct Admission {
    setup: Rc<Setup>,
    id: String,
    started_us: u64,
    state: State,
    dialect: Dialect,
    caller: Option<Caller>,
    ask: Ask,
    guard: guard::Guard,
    /// What the attempts did, once nothing can be added to it.
    report: Option<Report>,
}

/// What is known of an admitted request, for headers and the event.
#[derive(Default)]
struct Ask {
    /// A dialect's path was called: such a request leaves an event.
    for_a_model: bool,
    /// The key that the ledger is asked for.
    sought: Option<Sought>,
    user_agent: Option<String>,
    /// The client's address, where the request tells it.
    client_ip: Option<String>,
    model: String,
    stream: bool,
    /// The model that the path names, as Azure's clients do.
    deployed_model: Option<String>,
    /// What headers of LiteLLM's say.
    by_header: ByHeader,
    /// `anthropic-beta` or `openai-beta`
    beta: Option<String>,
    tags: Vec<String>,
    metadata: serde_json::Map<String, serde_json::Value>,
    end_user: Option<String>,
    dropped: Vec<String>,
    /// Until the request goes on with it.
    plan: Option<crate::route::Itinerary>,
    /// What the attempts are told, once the request has gone on.
    sent: Option<Rc<Sent>>,
    /// What makes the ids of the answer, where it has ids of responses.
    sealer: Option<crate::response_id::Sealer>,
    /// Path and query of a request about a stored response whose body is awaited.
    target: Option<String>,
    /// What the input is taken for.
    input_tokens: u64,
    reservation: Option<Reservation>,
    /// What is taken from budgets.
    funds: Option<budgets::Reservation>,
    /// The budgets that the cost was charged to.
    charges: Vec<Charge>,
    /// Labels of the scopes that have spent their soft budget.
    over_soft: Vec<String>,
    /// What the rate-limit service was asked.
    shared: shared_limits::Shared,
    limit_headers: Vec<(&'static str, String)>,
    /// What a refusal says besides.
    refusal_headers: Vec<(&'static str, String)>,
    /// Records of the guardrails that ran.
    guardrails: Vec<GuardrailInformation>,
    /// How many of its texts they looked at.
    texts: Tally,
    rejected: Option<Reject>,
    /// What the limit counts that refused the request, for the statistics.
    refused_by: Option<&'static str>,
    status: u16,
    /// The last byte of the answer has come.
    whole: bool,
    /// The ledger has been told, or is not to be.
    told: bool,
}

/// A request that waits for its key.
struct Sought {
    /// SHA-256 of the key.
    hash: String,
    /// No body follows.
    end: bool,
    /// The whole body is there.
    body_waits: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Headers were not seen yet.
    New,
    /// The ledger is asked for the caller's key.
    LookingUp,
    /// The body is awaited.
    Reading,
    /// Services that guardrails are have been asked, and the request waits for them.
    Guarding,
    /// The rate-limit service's answer is awaited.
    Asking,
    /// The request went on to the router.
    Sent,
    /// Envoy answers by itself; its body is to be replaced.
    Replacing,
    /// The client is answered, or being answered.
    Answered,
}

impl Admission {
    /// A request, by an id that no other request has.
    #[must_use]
    pub fn new(setup: Rc<Setup>, id: String) -> Self {
        Self {
            setup,
            id,
            started_us: 0,
            state: State::New,
            dialect: Dialect::Chat,
            caller: None,
            ask: Ask::default(),
            guard: guard::Guard::default(),
            report: None,
        }
    }

    /// The request's id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the attempts' report is known already, and need not be asked of filter state.
    #[must_use]
    pub fn knows_the_report(&self) -> bool {
        self.report.is_some() || self.ask.sent.as_ref().is_some_and(|context| context.handed.is_last())
    }

    /// Whether the client's address is known already.
    #[must_use]
    pub fn knows_the_client(&self) -> bool {
        self.ask.client_ip.is_some()
    }

    /// The response's headers as the attempt has left them, once, where that told this in memory and no filter of somebody
    /// else's may have changed them since.
    #[must_use]
    pub fn handed_head(&self) -> Option<Vec<(String, Vec<u8>)>> {
        if self.setup.settings.listener == Listener::Mesh {
            return None;
        }
        self.ask.sent.as_ref()?.handed.take_head()
    }

    /// The attempts' report; `bytes` are those of filter state, where they are not known to be of no use.
    fn reported(&self, bytes: Option<&[u8]>) -> Report {
        match &self.ask.sent {
            Some(context) => context.handed.or(|| Report::read(bytes)),
            None => Report::read(bytes),
        }
    }

    /// Whether the request waits for its key, so that nothing can be done with a body.
    #[must_use]
    pub fn looks_up(&self) -> bool {
        self.state == State::LookingUp
    }

    /// Whether the body that came while the request waited for its key is to be given now.
    #[must_use]
    pub fn takes_body(&self) -> bool {
        self.state == State::Reading && self.ask.sought.as_ref().is_some_and(|sought| sought.body_waits)
    }

    /// Takes what happened, and answers what is to be done.
    pub fn on(&mut self, input: &Input<'_>, moment: &Moment<'_>) -> Step {
        match input {
            Input::RequestHeaders { headers, end } => self.head(headers, *end, moment),
            Input::KeyFound { outcome, headers } => self.key_found(outcome, headers, moment),
            Input::BodyWaits => self.body_waits(),
            Input::RequestBody { body } => self.body(body, moment),
            Input::RateLimits(answer) => self.rate_limits(*answer, moment),
            Input::ResponseHeaders { status, report, end } => {
                self.answer_head(*status, *report, *end, moment)
            }
            Input::ResponseBody { body, end } => self.answer_body(body, *end, moment),
            Input::Opinion { asker, answer } => self.opinion(*asker, *answer, moment),
            Input::Done(ending) => self.done(ending, moment),
        }
    }

    /// Ends a request in the middle of which this machine panicked: the answer, of which only what cannot be
    /// half done is used. `begun`: the client has seen response headers, and so gets none of it; the event
    /// tells of it then. Only [`Input::Done`] may follow.
    pub fn after_panic(&mut self, begun: bool, moment: &Moment<'_>) -> Step {
        // Once a try has begun, it is the try's.
        if !matches!(self.state, State::Sent | State::Replacing | State::Answered) {
            self.give_probes_back(moment);
        }
        let reject = internal_error();
        let headers =
            vec![(answer::CALL_ID, self.id.clone()), ("content-type", "application/json".to_owned())];
        let reply = Reply { status: reject.status, headers, body: reject.body(self.dialect) };
        let status = if begun { self.ask.status } else { reject.status };
        self.ask.rejected = Some(reject);
        self.guard.services.forget_beside();
        let step = self.reply(reply);
        self.ask.status = status;
        step
    }

    fn body(&mut self, body: &[u8], moment: &Moment<'_>) -> Step {
        if self.state != State::Reading {
            return Step::pass();
        }
        // Envoy's own buffers are larger than this, for a rewritten body to fit.
        if body.len() as u64 > u64::from(self.setup.settings.max_body_bytes) {
            return self.refuse(self.too_large(), moment);
        }
        let admitted = match self.dialect {
            Dialect::Stored(operation) => self.stored_with_body(operation, moment).map(Admitted::Go),
            _ => self.admit(body, moment),
        };
        match admitted {
            Ok(Admitted::Go(effects)) => self.go_or_ask(effects),
            Ok(Admitted::Held(step)) => step,
            Err(reject) => self.refuse(reject, moment),
        }
    }

    /// Answers an error of the gateway's own, in the client's dialect.
    fn refuse(&mut self, reject: Reject, moment: &Moment<'_>) -> Step {
        self.give_probes_back(moment);
        // They were to be asked with the request.
        self.guard.services.forget_beside();
        let mut headers = self.gateway_headers();
        headers.push(("content-type", "application/json".to_owned()));
        if let Some(seconds) = reject.retry_after {
            headers.push(("retry-after", seconds.to_string()));
        }
        if reject.status == 501 {
            // The SDKs take every 5xx for one that passes.
            headers.push(("x-should-retry", "false".to_owned()));
        }
        headers.append(&mut self.ask.refusal_headers);
        let reply = Reply { status: reject.status, headers, body: reject.body(self.dialect) };
        self.ask.rejected = Some(reject);
        self.reply(reply)
    }

    fn reply(&mut self, reply: Reply) -> Step {
        self.state = State::Answered;
        self.ask.status = reply.status;
        Step::hold(vec![Effect::Reply(reply)])
    }

    fn done(&mut self, ending: &Ending<'_>, moment: &Moment<'_>) -> Step {
        let mut report = self.report.take().unwrap_or_else(|| self.reported(ending.report));
        // Who stops reading at a stream's own end has had all of it.
        let has_all = report.answer.stream_done && !self.withholds_answer();
        let ending = &match has_all {
            true => Ending { disconnected: false, cut: false, ..*ending },
            false => *ending,
        };
        if ending.disconnected || ending.cut || self.guard.refused_beside {
            report.end_early(ending.owed);
        }
        if matches!(self.state, State::Asking | State::Guarding) {
            self.give_back(moment);
            self.give_probes_back(moment);
            self.guard.services.forget_beside();
        }
        let mut effects = Vec::new();
        if ending.disconnected {
            effects.push(Effect::KeepDeparture);
        }
        if std::mem::replace(&mut self.ask.told, true) {
            return Step::go(effects);
        }
        self.close_guardrails(moment);
        self.settle(&report, ending.disconnected, moment);
        effects.extend(self.tell_rate_limits(&report));
        effects.extend(self.count_request());
        let event: Option<Box<Event>> = self.event(report, ending, (moment.now)());
        if let Some(event) = event.as_deref().filter(|_| self.setup.settings.summaries) {
            effects.push(Effect::KeepSummary(summary::summary(event)));
        }
        effects.extend(event.into_iter().flat_map(|event| self.deliver(event)));
        Step::go(effects)
    }
}
