//! The end of a request: the reservation is settled, and the ledger is told, whatever happened.

use super::{Admission, Ending, Moment};
use crate::event::{ErrorInformation, Event};
use crate::exchange::Effect;
use crate::exchange::context::Report;
use crate::guardrails::Tally;
use crate::stats;

impl Admission {
    /// Charges what was used, tries that failed included. A request that failed used nothing, unless a provider counted
    /// something, or an answer was too large to be held; one that its client left is charged what had come by then, and at least its input.
    pub(super) fn settle(&mut self, report: &Report, disconnected: bool, moment: &Moment<'_>) {
        let now_ms = (moment.now)() / 1_000;
        if let Some(reservation) = self.ask.reservation.take() {
            let failed = self.ask.status >= 400 || (self.ask.status == 0 && !disconnected);
            let used = match report.spent() {
                Some(spent) => Some(spent.usage.total()),
                None if failed => Some(0),
                None if disconnected => Some(self.ask.input_tokens),
                None => None,
            };
            reservation.settle(moment.shared, used, now_ms);
        }
        if let Some(mut funds) = self.ask.funds.take() {
            self.ask.over_soft = std::mem::take(&mut funds.over_soft);
            let cost = report.spent().unwrap_or_default().cost_nanodollars;
            if cost > 0 {
                self.ask.charges = funds.charges();
            }
            funds.settle(moment.shared, cost, now_ms);
        }
    }

    /// The event of an authenticated request for a model; `None` for everything else. A caller without a
    /// valid key cannot write into the ledger.
    pub(super) fn event(
        &mut self,
        mut report: Report,
        ending: &Ending<'_>,
        now_us: u64,
    ) -> Option<Box<Event>> {
        let caller = self.caller.as_ref()?;
        if !self.ask.for_a_model {
            return None;
        }
        let (retries, fallbacks) = self.retries_and_fallbacks(&report);
        let mut identity = caller.identity();
        identity.ip = self.ask.client_ip.take().or_else(|| ending.client_ip.map(str::to_owned));
        identity.user_agent = self.ask.user_agent.take();
        if ending.disconnected {
            close_the_last(&mut report, "client_disconnected", now_us);
        } else if self.guard.refused_beside {
            close_the_last(&mut report, "refused", now_us);
        }
        let error = self.error(&report, ending);
        let spent = report.spent().unwrap_or_default();
        let deployment = report.attempts.last().map(|last| last.deployment.clone()).unwrap_or_default();
        Some(Box::new(Event {
            request_id: self.id.clone(),
            call_type: self.dialect.call_type().to_owned(),
            started_us: self.started_us,
            ended_us: now_us,
            first_token_us: report.answer.first_token_us,
            http_status: self.ask.status,
            stream: self.ask.stream,
            client_disconnected: ending.disconnected,
            caller: identity,
            model_group: std::mem::take(&mut self.ask.model),
            deployment,
            model: report.answer.model,
            provider: report.answer.provider,
            api_base: report.answer.api_base,
            usage: spent.usage,
            usage_estimated: spent.estimated,
            cost_nanodollars: spent.cost_nanodollars,
            attempts: report.attempts,
            retries,
            fallbacks,
            guardrail_information: std::mem::take(&mut self.ask.guardrails),
            error,
            tags: std::mem::take(&mut self.ask.tags),
            metadata: std::mem::take(&mut self.ask.metadata),
            end_user: self.ask.end_user.take(),
            route: self.requested_group(),
            // The host knows it.
            gateway: String::new(),
            soft_budgets_exceeded: std::mem::take(&mut self.ask.over_soft),
            charges: std::mem::take(&mut self.ask.charges),
        }))
    }

    fn requested_group(&self) -> String {
        let legs = self.planned().map_or(&[][..], |plan| &plan.legs);
        legs.first().map(|leg| leg.group.clone()).unwrap_or_default()
    }

    /// What is counted of the request in Envoy's statistics, whoever sent it.
    pub(super) fn count_request(&self) -> Option<Effect> {
        let refused_by = self.ask.refused_by.filter(|_| self.ask.rejected.is_some());
        let Tally { new: new_texts, known: known_texts } = self.ask.texts;
        let (dialect, status) = (self.dialect, self.ask.status);
        let request = stats::Request { dialect, status, refused_by, new_texts, known_texts };
        self.ask.for_a_model.then_some(Effect::Count(request))
    }

    fn error(&self, report: &Report, ending: &Ending<'_>) -> Option<ErrorInformation> {
        if let Some(reject) = &self.ask.rejected {
            return Some(ErrorInformation {
                error_class: reject.kind.to_owned(),
                error_code: reject.code.map_or_else(|| reject.status.to_string(), str::to_owned),
                error_message: reject.message.clone(),
            });
        }
        if ending.disconnected {
            return Some(broken(
                "client_disconnected",
                "499",
                "The client left before the answer was whole.",
            ));
        }
        let told = report.answer.error.clone();
        told.or_else(|| ending.cut.then(|| broken("upstream_cut", "502", "The provider cut its answer.")))
    }
}

/// The try that a client's leaving ended, or a guardrail's refusal beside it: it has not reported by now.
fn close_the_last(report: &mut Report, cause: &str, now_us: u64) {
    if let Some(last) = report.attempts.last_mut().filter(|last| last.cause.is_empty()) {
        cause.clone_into(&mut last.cause);
        last.duration_us = now_us.saturating_sub(last.started_us);
    }
}

fn broken(class: &str, code: &str, message: &str) -> ErrorInformation {
    ErrorInformation {
        error_class: class.to_owned(),
        error_code: code.to_owned(),
        error_message: message.to_owned(),
    }
}
