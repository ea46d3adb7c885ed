//! The time that a deployment has, from its response's headers on.
//!
//! Until headers come, Envoy's routers count: the gateway's, with the largest bound of the plan, and that of a
//! deployment's second hop, with its own. They stop when this filter holds the response. So where the
//! deployment's own bound is the smaller one, the host wakes the try when it is over.

use super::outcome::Failed;
use super::{Attempt, Headers, Moment, State, Step};
use crate::cause::Cause;
use crate::exchange::{LOST_HEADER, header};
use crate::reject::Reject;
use crate::route::Turn;

impl Attempt {
    /// When the host is to give [`Input::Deadline`](super::Input::Deadline), in microseconds since the epoch.
    /// `None` while there is nothing to wake the try for. It may change with every input.
    #[must_use]
    pub fn deadline_us(&self) -> Option<u64> {
        let context = self.context.as_ref()?;
        let own_ms = self.own_bound_ms()?;
        if own_ms >= context.try_timeout_ms || !self.is_held() {
            return None;
        }
        let started_us = self.report.attempts.last()?.started_us;
        Some(started_us.saturating_add(own_ms.saturating_mul(1_000)))
    }

    /// How long this try may take: the deployment's own bound, or the router's where that is the smaller one.
    pub(super) fn bound_ms(&self) -> Option<u64> {
        let of_router = self.context.as_ref()?.try_timeout_ms;
        Some(self.own_bound_ms()?.min(of_router))
    }

    fn own_bound_ms(&self) -> Option<u64> {
        let own = self.settings.timeouts;
        Some(if self.context.as_ref()?.stream { own.first_token_ms } else { own.answer_ms })
    }

    /// A response has begun, and the client has seen nothing of it.
    fn is_held(&self) -> bool {
        matches!(self.state, State::Whole(_) | State::Streaming { held: Some(_), .. })
    }

    /// Time is up. The host must not have been late: a response that is no longer held goes on.
    pub(super) fn expire(&mut self, moment: &Moment<'_>) -> Step {
        if !self.is_held() {
            return Step::wait();
        }
        self.charge_what_was_counted();
        // Where the status alone has decided, only the error's body is waited for.
        if self.is_open() {
            let failed = Failed { status: 0, cause: Cause::Timeout, retry_after_ms: None };
            match self.failed(&failed, moment) {
                Turn::Stay => {}
                turn => return self.go_on(turn, &failed),
            }
        }
        self.unanswered(504)
    }

    /// Ends the last try, which brought no response of the provider's. Admission says it in its own words.
    fn unanswered(&mut self, status: u16) -> Step {
        self.state = State::Judged;
        let reject = Reject::new(status, "service_unavailable_error", "No answer came.");
        self.last(super::answer(&reject, self.dialect()))
    }

    /// A response that the second hop made, which is none: the cause is told by its status. A provider that
    /// marks its own like this is taken at its word: nothing of it reaches the client.
    pub(super) fn lost(&mut self, headers: &Headers, status: u16, moment: &Moment<'_>) -> Option<Step> {
        header(headers, LOST_HEADER)?;
        let cause = if status == 504 { Cause::Timeout } else { Cause::Connection };
        let failed = Failed { status: 0, cause, retry_after_ms: None };
        Some(match self.failed(&failed, moment) {
            Turn::Stay => self.unanswered(if status == 504 { 504 } else { 503 }),
            turn => self.go_on(turn, &failed),
        })
    }
}
