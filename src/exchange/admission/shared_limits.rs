//! Limits that several gateways share: the rate-limit service is asked before a request goes on, and told of what
//! the answer used.
//!
//! The gateway's own limits were granted by then, so that the service is not asked in vain. It is asked for the request
//! first, then for the tokens of the input: what one answer refuses, the other has not counted. What it has counted
//! it keeps, because its protocol takes nothing back.

use super::{Admission, Effect, Moment, State, Step};
use crate::config::RateLimitService;
use crate::exchange::context::Report;
use crate::rate_service::{self, Answer, Over, Scope, Unit};
use crate::reject::Reject;

/// What was asked for a request.
#[derive(Default)]
pub(super) struct Shared {
    scopes: Vec<Scope>,
    /// What the question under way is about.
    unit: Option<Unit>,
    /// What the request does once it may go on.
    kept: Vec<Effect>,
    /// Tokens that the service has counted; `None` before it was asked, or where it gave no answer.
    counted: Option<u64>,
}

impl Admission {
    /// Lets an admitted request go on, after the rate-limit service was asked where there is one.
    pub(super) fn go_or_ask(&mut self, effects: Vec<Effect>) -> Step {
        let scopes = self.shared_scopes();
        if scopes.is_empty() {
            self.state = State::Sent;
            return Step::go(effects);
        }
        self.ask.shared = Shared { scopes, kept: effects, ..Shared::default() };
        self.state = State::Asking;
        self.question(Unit::Requests, 1)
    }

    /// The service's answer to the question under way, or why there is none.
    pub(super) fn rate_limits(&mut self, answer: Result<&[u8], &str>, moment: &Moment<'_>) -> Step {
        if self.state != State::Asking {
            return Step::wait();
        }
        let read = answer
            .map_err(str::to_owned)
            .and_then(|bytes| rate_service::read(bytes).map_err(|malformed| malformed.to_string()));
        match read {
            Ok(Answer::Ok) => self.granted(),
            Ok(Answer::Over(over)) => {
                let reject = self.over(&over);
                self.ask.refused_by = Some("shared");
                self.give_back(moment);
                self.refuse(reject, moment)
            }
            Err(reason) => self.unanswered(reason, moment),
        }
    }

    fn granted(&mut self) -> Step {
        let tokens = self.input_tokens();
        if self.ask.shared.unit == Some(Unit::Requests) && tokens > 0 {
            return self.question(Unit::Tokens, tokens);
        }
        self.ask.shared.counted = Some(tokens);
        self.go_on(Vec::new())
    }

    /// The gateway's own limits hold on; or, if the file wishes it so, nobody passes.
    fn unanswered(&mut self, reason: String, moment: &Moment<'_>) -> Step {
        let failed = Effect::RateLimitsFailed(reason);
        if !self.setup.settings.rate_limit_service.as_ref().is_some_and(|service| service.failure_mode_deny) {
            return self.go_on(vec![failed]);
        }
        self.give_back(moment);
        let mut step = self.refuse(unavailable(), moment);
        step.effects.insert(0, failed);
        step
    }

    fn go_on(&mut self, mut effects: Vec<Effect>) -> Step {
        self.state = State::Sent;
        effects.append(&mut self.ask.shared.kept);
        Step::go(effects)
    }

    /// Undoes the gateway's own reservations: the request was never made.
    pub(super) fn give_back(&mut self, moment: &Moment<'_>) {
        let now_ms = (moment.now)() / 1_000;
        if let Some(reservation) = self.ask.reservation.take() {
            reservation.cancel(moment.shared, now_ms);
        }
        if let Some(funds) = self.ask.funds.take() {
            funds.cancel(moment.shared, now_ms);
        }
    }

    fn question(&mut self, unit: Unit, hits: u64) -> Step {
        self.ask.shared.unit = Some(unit);
        let Some(service) = &self.setup.settings.rate_limit_service else { return self.go_on(Vec::new()) };
        let message = rate_service::ask(&service.domain, &self.ask.shared.scopes, unit, hits);
        Step::hold(vec![Effect::AskRateLimits { message, timeout_ms: service.timeout_ms }])
    }

    /// Tells the service of the tokens that were used beyond those of the input. Nobody waits for its answer.
    pub(super) fn tell_rate_limits(&self, report: &Report) -> Option<Effect> {
        let service: &RateLimitService = self.setup.settings.rate_limit_service.as_ref()?;
        let used = report.spent()?.usage.total();
        let excess = used.saturating_sub(self.ask.shared.counted?);
        if excess == 0 {
            return None;
        }
        let message = rate_service::ask(&service.domain, &self.ask.shared.scopes, Unit::Tokens, excess);
        Some(Effect::TellRateLimits { message, timeout_ms: service.timeout_ms })
    }

    /// Tokens of the input, roughly; none for a request that no model reads.
    fn input_tokens(&self) -> u64 {
        if self.dialect.spends_tokens() { self.ask.input_tokens } else { 0 }
    }

    fn over(&self, over: &Over) -> Reject {
        let shared = &self.ask.shared;
        let scope = over.scope.and_then(|index| shared.scopes.get(index));
        let whose = scope.map(|scope| format!(" for {}", scope.label)).unwrap_or_default();
        let unit = match shared.unit {
            Some(Unit::Tokens) => "tokens",
            _ => "requests",
        };
        let wait =
            over.retry_after_s.map(|seconds| format!(" Try again in {seconds} s.")).unwrap_or_default();
        let message = format!(
            "Rate limit exceeded{whose}: the limit of {unit} that all gateways share is used up.{wait}"
        );
        let mut reject = Reject::new(429, "throttling_error", message).code("rate_limit_exceeded");
        reject.retry_after = over.retry_after_s;
        reject
    }
}

fn unavailable() -> Reject {
    let mut reject = Reject::new(
        503,
        "service_unavailable_error",
        "The gateway could not learn how far the limits are used: the rate-limit service gave no answer. Try again.",
    );
    reject.retry_after = Some(1);
    reject
}
