//! What was granted, and how it ends.

use serde::{Deserialize, Serialize};

use super::account::{LONGEST_LEASE_MS, Lease};
use super::slot;
use crate::event::Charge;
use crate::memory::Shared;

/// One granted request, in every scope that has a budget. Plain data, so that it can travel in the request's
/// context. Ends with [`Reservation::settle`] or [`Reservation::cancel`], once; one that never ends is forgotten
/// when its lease does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    parts: Vec<Part>,
    /// How long a lease is.
    lease_ms: u64,
    renew_at_ms: u64,
    /// Labels of the scopes that have spent their soft budget.
    pub over_soft: Vec<String>,
}

/// The request in one scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Part {
    scope: String,
    period_ms: u64,
    /// See [`Lease::end`].
    lease_end: u64,
    /// What it was guessed to cost.
    guess: u64,
}

impl Part {
    fn lease(&self) -> Lease {
        Lease { end: self.lease_end, guess: self.guess }
    }

    fn settle(&self, shared: &dyn Shared, cost: u64, now_ms: u64) -> bool {
        slot::change(shared, &self.scope, self.period_ms, now_ms, |account| {
            let released = account.release(self.lease());
            if cost > 0 {
                account.charge(self.period_ms, cost, now_ms);
            }
            released || cost > 0
        })
    }

    fn renew(&mut self, shared: &dyn Shared, lease_ms: u64, now_ms: u64) -> bool {
        let lease = Lease::new(self.guess, lease_ms, now_ms);
        let renewed = slot::change(shared, &self.scope, self.period_ms, now_ms, |account| {
            account.release(self.lease());
            account.take(lease, now_ms);
            true
        });
        if renewed {
            self.lease_end = lease.end;
        }
        renewed
    }
}

impl Reservation {
    pub(super) fn new(lease_ms: u64, now_ms: u64) -> Self {
        let lease_ms = lease_ms.min(LONGEST_LEASE_MS);
        Self { lease_ms, renew_at_ms: renew_at(lease_ms, now_ms), ..Self::default() }
    }

    pub(super) fn add(&mut self, scope: &str, period_ms: u64, lease: Lease) {
        let Lease { end, guess } = lease;
        self.parts.push(Part { scope: scope.to_owned(), period_ms, lease_end: end, guess });
    }

    /// The budgets that the cost is charged to, for the event.
    #[must_use]
    pub fn charges(&self) -> Vec<Charge> {
        let charge = |part: &Part| Charge { scope: part.scope.clone(), period_ms: part.period_ms };
        self.parts.iter().map(charge).collect()
    }

    /// The request is over and did cost so much, in 10⁻⁹ US dollars: charged to the period that it began in. False if
    /// in some scope other workers were faster too often: its cost is counted there when the ledger tells of it.
    pub fn settle(&self, shared: &dyn Shared, cost_nanodollars: u64, now_ms: u64) -> bool {
        // Every part is settled, whatever became of the one before.
        let lost = self.parts.iter().filter(|part| !part.settle(shared, cost_nanodollars, now_ms)).count();
        lost == 0
    }

    /// The request is over and no provider was asked. Returns as [`Reservation::settle`].
    pub fn cancel(&self, shared: &dyn Shared, now_ms: u64) -> bool {
        self.settle(shared, 0, now_ms)
    }

    /// The request goes on: its lease begins anew. False as [`Reservation::settle`]; there the old lease stands.
    pub fn renew(&mut self, shared: &dyn Shared, now_ms: u64) -> bool {
        let lease_ms = self.lease_ms;
        self.renew_at_ms = renew_at(lease_ms, now_ms);
        let leased = self.parts.iter_mut().filter(|part| part.guess > 0);
        let renewed = leased.map(|part| part.renew(shared, lease_ms, now_ms));
        renewed.filter(|renewed| !renewed).count() == 0
    }

    /// When to call [`Reservation::renew`]: half a lease before it ends; `None` where nothing is leased.
    #[must_use]
    pub fn renew_at_ms(&self) -> Option<u64> {
        self.parts.iter().any(|part| part.guess > 0).then_some(self.renew_at_ms)
    }
}

fn renew_at(lease_ms: u64, now_ms: u64) -> u64 {
    now_ms.saturating_add(lease_ms / 2)
}
