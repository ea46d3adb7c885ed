//! Takes a request's share of every limit and budget that applies to it, all or nothing.

use super::plan::contended;
use super::scopes::Scope;
use super::{Admission, Moment};
use crate::limits::Reservation;
use crate::reject::Reject;
use crate::sanitise::Request;
use crate::{budgets, limits};

/// How much longer than the request itself may take its share stays taken, if nobody gives it back: in
/// milliseconds.
const LEASE_MARGIN_MS: u64 = 60_000;
/// Tokens that an answer of unstated length is expected to have, as long as nothing is known.
const USUAL_OUTPUT: u64 = 256;
/// Prices are in 10⁻¹⁵ dollars a token.
const FEMTO_PER_NANO: u64 = 1_000_000;

/// Why nothing was taken.
pub(super) struct Held {
    pub reject: Reject,
    /// Another model might serve the request: what refused holds for this one only.
    pub of_a_model: bool,
}

impl Admission {
    /// Takes one request and its tokens from every limit, and its expected cost from every budget.
    pub(super) fn reserve(&mut self, request: &Request, moment: &Moment<'_>) -> Result<(), Held> {
        let scopes = self.scopes(self.models());
        if scopes.is_empty() {
            return Ok(());
        }
        let now_ms = (moment.clock)() / 1_000;
        self.reserve_limits(&scopes, request, moment, now_ms)?;
        self.reserve_budgets(&scopes, request, moment, now_ms).inspect_err(|_| {
            if let Some(reservation) = self.ask.reservation.take() {
                reservation.cancel(moment.shared, now_ms);
                self.ask.limit_headers = reservation.quotas.headers();
            }
        })
    }

    /// What limits and budgets of a model may call it: as the client does, as its group is called. One that stands
    /// in for the model asked for has its group's name only.
    fn models(&self) -> [&str; 2] {
        let first = self.ask.plan.as_ref().and_then(|plan| plan.first_leg());
        let group = first.map_or("", |leg| leg.group.as_str());
        let asked = self.setup.settings.router.named(&self.ask.model);
        match asked.is_none_or(|named| named.group.name == group) {
            true => [&self.ask.model, group],
            false => [group, group],
        }
    }

    fn reserve_limits(
        &mut self,
        scopes: &[Scope],
        request: &Request,
        moment: &Moment<'_>,
        now_ms: u64,
    ) -> Result<(), Held> {
        let limited: Vec<&Scope> = scopes.iter().filter(|scope| scope.is_limited()).collect();
        if limited.is_empty() {
            return Ok(());
        }
        let smallest = limited.iter().filter_map(|scope| scope.limits.tokens).min();
        let tokens = match self.dialect.spends_tokens() {
            true => limits::estimate(request.input_chars, request.output_cap, 1, smallest),
            false => 0,
        };
        let as_limits: Vec<limits::Scope<'_>> = limited.iter().map(|scope| scope.limited()).collect();
        match limits::reserve(moment.shared, &as_limits, tokens, self.lease_ms(), now_ms) {
            limits::Outcome::Granted(reservation) => {
                self.ask.reservation = Some(reservation);
                Ok(())
            }
            limits::Outcome::Refused(refusal) => {
                self.ask.limit_headers = refusal.headers();
                let of_a_model = limited.get(refusal.index).is_some_and(|scope| scope.of_a_model);
                Err(Held { reject: refusal.reject(), of_a_model })
            }
            limits::Outcome::Contended => Err(Held { reject: contended(), of_a_model: false }),
            limits::Outcome::Full => Err(Held { reject: full(), of_a_model: false }),
        }
    }

    fn reserve_budgets(
        &mut self,
        scopes: &[Scope],
        request: &Request,
        moment: &Moment<'_>,
        now_ms: u64,
    ) -> Result<(), Held> {
        let funded: Vec<&Scope> = scopes.iter().filter(|scope| scope.has_budget()).collect();
        if funded.is_empty() {
            return Ok(());
        }
        let as_budgets: Vec<budgets::Scope<'_>> = funded.iter().map(|scope| scope.budgeted()).collect();
        let usual = self.usual_cost(request);
        match budgets::reserve(moment.shared, &as_budgets, usual, self.lease_ms(), now_ms) {
            budgets::Outcome::Granted(reservation) => {
                self.ask.funds = Some(reservation);
                Ok(())
            }
            budgets::Outcome::Refused(refusal) => {
                self.ask.refusal_headers = refusal.headers();
                let of_a_model = funded.get(refusal.index).is_some_and(|scope| scope.of_a_model);
                Err(Held { reject: refusal.reject(), of_a_model })
            }
            budgets::Outcome::Contended => Err(Held { reject: contended(), of_a_model: false }),
        }
    }

    /// Whether something of what was taken is to be renewed while the request goes on.
    #[must_use]
    pub fn holds_leases(&self) -> bool {
        let limits = self.ask.reservation.as_ref().and_then(Reservation::renew_at_ms);
        let funds = self.ask.funds.as_ref().and_then(budgets::Reservation::renew_at_ms);
        limits.or(funds).is_some()
    }

    /// Renews what is half over: a stream may go on for longer than a lease may last.
    pub fn renew(&mut self, moment: &Moment<'_>) {
        let now_ms = (moment.clock)() / 1_000;
        let due = |at_ms: Option<u64>| at_ms.is_some_and(|at_ms| at_ms <= now_ms);
        if let Some(reservation) = self.ask.reservation.as_mut().filter(|held| due(held.renew_at_ms())) {
            reservation.renew(moment.shared, now_ms);
        }
        if let Some(funds) = self.ask.funds.as_mut().filter(|held| due(held.renew_at_ms())) {
            funds.renew(moment.shared, now_ms);
        }
    }

    /// An answer that does not stream outlives this by no means: Envoy ends the request before.
    fn lease_ms(&self) -> u64 {
        self.setup.settings.timeouts.request_ms.saturating_add(LEASE_MARGIN_MS)
    }

    /// A first guess of the cost, in nano-dollars: the price is of an input and an output token together. 0 where none
    /// is known.
    fn usual_cost(&self, request: &Request) -> u64 {
        let plan = self.ask.plan.as_ref().and_then(|plan| plan.first_leg());
        let first = plan.and_then(|leg| leg.deployments.first());
        let mut known = self.setup.settings.router.deployments.iter();
        let price = known.find(|known| Some(&known.id) == first).and_then(|known| known.cost);
        let Some(price) = price.filter(|price| *price > 0) else { return 0 };
        let input = limits::estimate(request.input_chars, Some(0), 1, None);
        let output = request.output_cap.unwrap_or(USUAL_OUTPUT).min(USUAL_OUTPUT);
        let tokens = input.saturating_add(output) / 2;
        (price.saturating_mul(tokens) / FEMTO_PER_NANO).max(1)
    }
}

/// Memory for limits is bounded: what cannot be counted is not let through.
fn full() -> Reject {
    let mut reject = Reject::new(
        503,
        "service_unavailable_error",
        "The gateway counts the limits of as many keys, teams and end users as it can. Try again.",
    );
    reject.retry_after = Some(1);
    reject
}
