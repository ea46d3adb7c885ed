//! What is spent in one period, as far as it is known here.
//!
//! Theory of operation. The ledger tells two sums, `total` and this gateway's `own` part of it. Within a
//! period both only grow, and so does their difference, what the others spent. So of each the greatest value
//! that was ever told is the newest: answers may arrive late, twice and out of order.
//!
//! What this gateway spent itself (`counted`) is known here before the ledger has heard of it, and normally
//! `counted >= own`. It is less only where this memory has forgotten: its slot was given to another scope, or a
//! settlement was lost. Then what was forgotten is `own - counted` at least, and counting goes on from `own`.
//! That never counts too much, because `own` has only what this gateway did spend. It may count too little by the
//! least amount that was under way to the ledger whenever it told, and by nothing once it told while nothing was.
//!
//! So at any time `told total <= spent`, `spent <= true total`, and `spent` is the true total when everything was
//! delivered.

use crate::budgets::Balance;

/// Spend in one period, in 10⁻⁹ US dollars.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Figures {
    /// When the period began; 0 for a budget without a duration.
    pub(super) period_ms: u64,
    /// Spent by this gateway.
    pub(super) counted: u64,
    /// How much of that the ledger has told that it stored.
    pub(super) stored: u64,
    /// Spent by the other gateways.
    pub(super) others: u64,
}

impl Figures {
    /// Nothing is spent yet.
    pub(super) fn of(period_ms: u64) -> Self {
        Self { period_ms, ..Self::default() }
    }

    pub(super) fn spent(&self) -> u64 {
        self.others.saturating_add(self.counted)
    }

    pub(super) fn count(&mut self, cost: u64) {
        self.counted = self.counted.saturating_add(cost);
    }

    /// Whether `balance`, which is of this period, told anything new.
    pub(super) fn learn(&mut self, balance: &Balance) -> bool {
        let before = (self.others, self.stored);
        self.others = self.others.max(balance.total_nanodollars.saturating_sub(balance.own_nanodollars));
        self.stored = self.stored.max(balance.own_nanodollars);
        self.counted = self.counted.max(self.stored);
        before != (self.others, self.stored)
    }

    /// Whether the ledger knows all that this memory does: forgetting it loses nothing.
    pub(super) fn is_stored(&self) -> bool {
        self.stored >= self.counted
    }
}
