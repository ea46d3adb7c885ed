//! Takes a request's share of every limit and budget that applies to it, all or nothing.

use super::counted::Counted;
use super::plan::contended;
use super::{Admission, Moment};
use crate::limits::Reservation;
use crate::memory::Shared;
use crate::pricing::FEMTO_PER_NANO;
use crate::reject::Reject;
use crate::route::Candidate;
use crate::sanitise::Request;
use crate::{budgets, limits};

/// How much longer than the request itself may take its share stays taken, if nobody gives it back: in
/// milliseconds.
const LEASE_MARGIN_MS: u64 = 60_000;
/// Tokens that an answer of unstated length is expected to have, as long as nothing is known.
const USUAL_OUTPUT: u64 = 256;
/// What stands for a price that nobody knows.
const UNKNOWN: u64 = 1;

/// Why nothing was taken.
pub(super) struct Held {
    pub reject: Reject,
    /// Another model might serve the request: what refused holds for this one only.
    pub of_a_model: bool,
}

impl Held {
    /// By a scope, or by what holds for all of them.
    fn by(scope: Option<&Counted>, reject: Reject) -> Self {
        Self { reject, of_a_model: scope.is_some_and(|scope| scope.of_a_model) }
    }
}

impl Admission {
    /// Takes one request and its tokens from every limit, and its expected cost from every budget.
    pub(super) fn reserve(&mut self, request: &Request, moment: &Moment<'_>) -> Result<(), Held> {
        let scopes = self.counted();
        if scopes.is_empty() {
            return Ok(());
        }
        let tokens = self.expected_tokens(request, &scopes);
        let cost = self.usual_cost(request, &scopes);
        let (shared, now_ms) = (moment.shared, (moment.now)() / 1_000);
        self.reserve_limits(&scopes, tokens, shared, now_ms)?;
        self.reserve_budgets(&scopes, cost, shared, now_ms).inspect_err(|_| {
            if let Some(reservation) = self.ask.reservation.take() {
                reservation.cancel(shared, now_ms);
                self.ask.limit_headers = reservation.quotas.headers();
            }
        })
    }

    fn reserve_limits(
        &mut self,
        scopes: &[Counted],
        tokens: u64,
        shared: &dyn Shared,
        now_ms: u64,
    ) -> Result<(), Held> {
        let limited: Vec<_> = scopes.iter().map(Counted::limited).collect();
        match limits::reserve(shared, &limited, tokens, self.lease_ms(), now_ms) {
            limits::Outcome::Granted(reservation) => {
                self.ask.reservation = Some(reservation);
                Ok(())
            }
            limits::Outcome::Refused(refusal) => {
                self.ask.limit_headers = refusal.headers();
                self.ask.refused_by = Some(refusal.counted.rate_limit_type());
                Err(Held::by(scopes.get(refusal.index), refusal.reject()))
            }
            limits::Outcome::Contended => Err(Held::by(None, contended())),
            limits::Outcome::Full => Err(Held::by(None, full())),
        }
    }

    fn reserve_budgets(
        &mut self,
        scopes: &[Counted],
        cost: u64,
        shared: &dyn Shared,
        now_ms: u64,
    ) -> Result<(), Held> {
        let funded: Vec<_> = scopes.iter().map(Counted::budgeted).collect();
        match budgets::reserve(shared, &funded, cost, self.lease_ms(), now_ms) {
            budgets::Outcome::Granted(reservation) => {
                self.ask.funds = Some(reservation);
                Ok(())
            }
            budgets::Outcome::Refused(refusal) => {
                self.ask.refusal_headers = refusal.headers();
                self.ask.refused_by = Some("budget");
                Err(Held::by(scopes.get(refusal.index), refusal.reject()))
            }
            budgets::Outcome::Contended => Err(Held::by(None, contended())),
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
        let now_ms = (moment.now)() / 1_000;
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

    /// Tokens of the input and of the longest answer; 0 for a request that no model reads.
    fn expected_tokens(&self, request: &Request, scopes: &[Counted]) -> u64 {
        if !self.dialect.spends_tokens() {
            return 0;
        }
        let smallest = scopes.iter().filter_map(|scope| scope.limits.tokens).min();
        limits::estimate(request.input_bytes, request.output_cap, 1, smallest)
    }

    /// A first guess of the cost, in nano-dollars; 0 where the request is sure to cost nothing, or no budget asks.
    fn usual_cost(&self, request: &Request, scopes: &[Counted]) -> u64 {
        if !self.dialect.spends_tokens() || !scopes.iter().any(Counted::has_budget) {
            return 0;
        }
        let Some(dearest) = self.dearest() else { return 0 };
        let input = limits::estimate(request.input_bytes, Some(0), 1, None);
        let output = request.output_cap.unwrap_or(USUAL_OUTPUT).min(USUAL_OUTPUT);
        // The price is of an input and an output token together.
        let tokens = input.saturating_add(output) / 2;
        (dearest.saturating_mul(tokens) / FEMTO_PER_NANO).max(1)
    }

    /// The dearest price of what the plan may reach, whichever is tried first: after a failure another one answers, and
    /// is paid. `None` where each is sure to cost nothing: its price is 0, or it has none. Where only the answer tells the
    /// model, such a request counts as if it cost next to nothing until its usual cost is known, and not as free.
    fn dearest(&self) -> Option<u64> {
        let legs = self.planned().map_or(&[][..], |plan| plan.legs.as_slice());
        let price = |known: &Candidate| {
            let leg = legs.iter().find(|leg| leg.deployments.contains(&known.id))?;
            known.cost.or_else(|| (!leg.captures.is_empty()).then_some(UNKNOWN))
        };
        let known = self.setup.settings.router.deployments.iter();
        known.filter_map(price).filter(|price| *price > 0).max()
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
