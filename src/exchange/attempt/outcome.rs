//! How a try ended: its entry in the report, what all workers learn of it, and where the request goes.

use super::{Attempt, Effect, Moment, State, Step};
use crate::cause::Cause;
use crate::exchange::{PATH_HEADER, RETRY_HEADER, STALE_MS, WAIT_HEADER};
use crate::health::{self, Board, Standing, traffic};
use crate::route::{Stop, Turn};

/// Longest wait that a provider may ask for before the next try at the same deployment, in seconds.
const MOST_WAIT_S: u64 = 60;

/// What steers the router after a failed try: a provider that sends these itself is not listened to. The last one is
/// what Envoy's own rate limits answer with, and keeps a router from trying again, whatever else is said
/// (<https://www.envoyproxy.io/docs/envoy/v1.40.0/configuration/http/http_filters/router_filter#x-envoy-ratelimited>).
const STEERING: [&str; 3] = [PATH_HEADER, WAIT_HEADER, "x-envoy-ratelimited"];

/// A failed try.
#[derive(Clone, Copy, Debug)]
pub(super) struct Failed {
    /// The provider's status; 0 where no response came.
    pub status: u16,
    pub cause: Cause,
    /// When the provider asks to come back, in milliseconds from now.
    pub retry_after_ms: Option<u64>,
}

impl Attempt {
    /// Counts the try as under way.
    pub(super) fn begun(&self, moment: &Moment<'_>) {
        if self.settings.measured {
            traffic::began(moment.shared, &self.settings.id, moment.now_ms(), STALE_MS);
        }
    }

    /// Closes the try's entry in the report.
    pub(super) fn close(&mut self, status: u16, cause: &str, moment: &Moment<'_>) {
        if let Some(last) = self.report.attempts.last_mut() {
            last.status = status;
            cause.clone_into(&mut last.cause);
            last.duration_us = moment.now_us().saturating_sub(last.started_us);
        }
        if cause != "success" {
            self.report.answer.owed = None;
        }
    }

    pub(super) fn succeeded(&mut self, status: u16, moment: &Moment<'_>) {
        self.close(status, "success", moment);
        if let Some(cooldown) = &self.settings.cooldown {
            let probe = self.is_probe();
            health::succeeded(moment.shared, &self.settings.id, cooldown, probe, moment.now_ms());
        }
    }

    /// Closes a failed try, and tells where the request goes now.
    pub(super) fn failed(&mut self, failed: &Failed, moment: &Moment<'_>) -> Turn {
        self.close(failed.status, failed.cause.name(), moment);
        self.record(failed, moment);
        let Some(context) = &self.context else { return Turn::Stay };
        let mut itinerary = context.itinerary.clone();
        if let Some(path) = &self.report.path {
            itinerary.stops.clone_from(path);
        }
        let board = self.settings.cooldown.is_some().then(|| Board::load(moment.shared));
        let useless = |id: &str| self.is_useless(id);
        let resting = |id: &str| {
            let standing = board.as_ref().map(|board| board.standing(id, moment.now_ms()));
            useless(id) || standing.is_some_and(|standing| standing != Standing::Well)
        };
        // A deployment that rests is tried only if nothing else is left.
        match itinerary.after(self.at, failed.cause, &resting) {
            Turn::Stay if board.is_some() => itinerary.after(self.at, failed.cause, &useless),
            turn => turn,
        }
    }

    fn record(&self, failed: &Failed, moment: &Moment<'_>) {
        let Some(cooldown) = &self.settings.cooldown else { return };
        let failure = health::Failure {
            cause: self.told_of_deployment(failed.cause),
            retry_after_ms: failed.retry_after_ms,
            probe: self.is_probe(),
        };
        health::failed(moment.shared, &self.settings.id, cooldown, &failure, moment.now_ms());
    }

    /// What a failure tells of the deployment. Behind a pattern the caller has chosen the model's name: that there is
    /// none tells of the request, and others' requests for that deployment are as good as before.
    fn told_of_deployment(&self, cause: Cause) -> Cause {
        let is_the_callers = cause == Cause::NotFound && self.settings.target.model.contains('*');
        if is_the_callers { Cause::InvalidRequest } else { cause }
    }

    /// Gives up the probe that a try is which ends here without an outcome: nobody learnt anything of the deployment,
    /// and others would wait for it until the probe's lease is over. To be called before [`Self::close`].
    pub(super) fn give_probe_back(&self, moment: &Moment<'_>) {
        if self.is_open() && self.is_probe() {
            health::release(moment.shared, &self.settings.id, moment.now_ms());
        }
    }

    /// Whether a deployment has failed this request in a way that asking again does not change.
    fn is_useless(&self, id: &str) -> bool {
        let failed = self.report.attempts.iter().filter(|attempt| attempt.deployment == id);
        failed.filter_map(|attempt| Cause::named(&attempt.cause)).any(Cause::lasts)
    }

    /// Gives the request to the next try: the router sees the header and resets this one.
    pub(super) fn go_on(&mut self, turn: Turn, failed: &Failed) -> Step {
        let mut set = vec![(RETRY_HEADER, "1".to_owned())];
        if let Turn::To(path) = turn {
            let names: Vec<&str> = path.iter().map(|stop| stop.deployment.as_str()).collect();
            set.push((PATH_HEADER, names.join(",")));
            self.report.path = Some(path);
        }
        if let Some(seconds) = self.wait_s(failed) {
            set.push((WAIT_HEADER, seconds.to_string()));
        }
        self.state = State::Judged;
        Step::go(vec![Effect::EditResponseHeaders { remove: &STEERING, set }, self.keep_report()])
    }

    /// What the provider asks to wait, if the next try goes to it again.
    fn wait_s(&self, failed: &Failed) -> Option<u64> {
        let context = self.context.as_ref()?;
        let next: &Stop = self.report.stops(&context.itinerary).get(self.at + 1)?;
        let seconds = failed.retry_after_ms?.div_ceil(1_000);
        (next.deployment == self.settings.id && (1..=MOST_WAIT_S).contains(&seconds)).then_some(seconds)
    }

    /// The try ended. Where no response was judged, it was the client, the connection or the time: which of
    /// the last two, the duration tells, for Envoy gives a filter no reason here.
    pub(super) fn done(&mut self, left: bool, moment: &Moment<'_>) -> Step {
        if matches!(self.state, State::Idle) {
            return Step::pass();
        }
        let open = self.is_open();
        let timed_out = open && !left && self.took_its_time(moment);
        let owed = self.charge_what_was_shown();
        self.measure(timed_out, moment);
        if !open {
            return Step::go(owed.into_iter().collect());
        }
        if left {
            self.give_probe_back(moment);
            self.close(0, "client_disconnected", moment);
            return Step::pass();
        }
        let cause = if timed_out { Cause::Timeout } else { Cause::Connection };
        let failed = Failed { status: 0, cause, retry_after_ms: None };
        self.charge_what_was_counted();
        self.close(0, cause.name(), moment);
        self.record(&failed, moment);
        Step::go(vec![self.keep_report()])
    }

    fn took_its_time(&self, moment: &Moment<'_>) -> bool {
        let Some(bound_ms) = self.bound_ms() else { return false };
        let started_us = self.report.attempts.last().map_or(moment.now_us(), |last| last.started_us);
        // Envoy's timer began a moment before this filter saw the request.
        let almost_ms = bound_ms - bound_ms / 16;
        moment.now_us().saturating_sub(started_us) >= almost_ms.saturating_mul(1_000)
    }

    fn measure(&self, timed_out: bool, moment: &Moment<'_>) {
        if !self.settings.measured {
            return;
        }
        let Some(last) = self.report.attempts.last() else { return };
        let answer = &self.report.answer;
        let stream = self.context.as_ref().is_some_and(|context| context.stream);
        let tokens = answer.usage.map_or(0, |usage| usage.total());
        let spoken = answer.usage.map_or(0, |usage| usage.output);
        let whole = last.cause == "success" && !stream;
        let sample = traffic::Sample {
            stream,
            us_per_token: whole.then(|| last.duration_us.checked_div(spoken)).flatten(),
            first_token_us: answer.first_token_us.map(|first| first.saturating_sub(last.started_us)),
            tokens,
            timed_out,
            began_ms: last.started_us / 1_000,
        };
        traffic::ended(moment.shared, &self.settings.id, &sample, moment.now_ms());
    }
}
