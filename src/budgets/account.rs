//! What is known of one scope: its spend, what its requests cost, and those under way.

mod figures;
mod leases;
mod mean;
mod periods;
mod stored;

pub(super) use leases::LONGEST_MS as LONGEST_LEASE_MS;

use super::Balance;
use figures::Figures;
use leases::Leases;
use mean::Mean;
use periods::Periods;

/// How far another worker's or replica's clock may be ahead of this one's.
const SKEW_MS: u64 = 60_000;
/// For how long a scope is remembered that was used here, once the ledger knows everything of it.
const IDLE_MS: u64 = 3_600_000;
/// For how long it is remembered where the ledger does not.
const FORGOTTEN_MS: u64 = 24 * IDLE_MS;
/// How often a refusal says that its scope is in use.
const TOUCH_MS: u64 = IDLE_MS / 6;

/// One scope's account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Account {
    /// Hash of the scope's name.
    name: u128,
    /// The period that requests are charged to.
    period_ms: u64,
    periods: Periods,
    mean: Mean,
    /// When a request of this gateway's used it last; 0: never.
    used_ms: u64,
    /// When the ledger told of it last; 0: never.
    learned_ms: u64,
    leases: Leases,
}

/// A request's place among those under way. Without a guess it takes none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lease {
    pub(super) end: u64,
    pub(super) guess: u64,
}

impl Lease {
    pub(super) fn new(guess: u64, lease_ms: u64, now_ms: u64) -> Self {
        Self { end: leases::end(lease_ms, now_ms), guess }
    }
}

/// What a request would bring a budget to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) spent: u64,
    /// What requests under way are expected to cost, this one among them; 0 where it is the only one.
    pub(super) expected: u64,
}

impl Standing {
    /// Whether the request may pass. One alone passes while anything is left, whatever is expected of it.
    pub(super) fn fits(self, max: u64) -> bool {
        self.spent < max && self.spent.saturating_add(self.expected) <= max
    }
}

impl Account {
    /// An account that nothing is known of.
    pub(super) fn new(name: u128, period_ms: u64) -> Self {
        Self { name, period_ms, ..Self::default() }
    }

    pub(super) fn name(&self) -> u128 {
        self.name
    }

    /// The period that requests are charged to.
    pub(super) fn period_ms(&self) -> u64 {
        self.period_ms
    }

    pub(super) fn spent(&self) -> u64 {
        self.periods.get(self.period_ms).map_or(0, Figures::spent)
    }

    /// Turns to the period that now counts. An earlier one than before is another duration's, unless the period
    /// has only just begun by the clock of somebody faster.
    pub(super) fn enter(&mut self, period_ms: u64, now_ms: u64) {
        let just_begun = self.period_ms > now_ms && self.period_ms <= now_ms.saturating_add(SKEW_MS);
        if period_ms > self.period_ms || !just_begun {
            self.period_ms = period_ms;
        }
        self.periods.using(self.period_ms, self.period_ms);
    }

    /// How the budget would stand with one request more.
    pub(super) fn standing(&self, guess: u64, now_ms: u64) -> Standing {
        let (requests, guessed) = self.leases.under_way(now_ms);
        let expected = match self.mean.known() {
            _ if requests == 0 || guess == 0 => 0,
            Some(mean) => mean.saturating_mul(requests.saturating_add(1)),
            None => guessed.saturating_add(guess),
        };
        Standing { spent: self.spent(), expected }
    }

    /// A request begins.
    pub(super) fn take(&mut self, lease: Lease, now_ms: u64) {
        self.touch(now_ms);
        if lease.guess > 0 {
            self.leases.take(lease.end, lease.guess);
        }
    }

    /// A request is over, or goes on under another lease. Whether it was still known.
    pub(super) fn release(&mut self, lease: Lease) -> bool {
        lease.guess > 0 && self.leases.release(lease.end, lease.guess)
    }

    /// A request that was charged to the period from `period_ms` did cost so much.
    pub(super) fn charge(&mut self, period_ms: u64, cost: u64, now_ms: u64) {
        self.touch(now_ms);
        self.mean.observe(cost);
        self.periods.using(period_ms, self.period_ms).count(cost);
    }

    /// Whether `balance` told anything new.
    pub(super) fn learn(&mut self, balance: &Balance, now_ms: u64) -> bool {
        let new = self.periods.using(balance.period_ms, self.period_ms).learn(balance);
        if new {
            self.learned_ms = now_ms;
        }
        new
    }

    fn touch(&mut self, now_ms: u64) {
        self.used_ms = self.used_ms.max(now_ms);
    }

    /// A request was refused. Whether that is worth writing down, so that a scope which is used up and asked for
    /// all the time is not forgotten.
    pub(super) fn refused(&mut self, now_ms: u64) -> bool {
        let worth = self.touched_ms() > 0 && now_ms >= self.used_ms.saturating_add(TOUCH_MS);
        if worth {
            self.touch(now_ms);
        }
        worth
    }

    /// When it was used or told of last: the least of several is given up first.
    pub(super) fn touched_ms(&self) -> u64 {
        self.used_ms.max(self.learned_ms)
    }

    /// Whether its slot may be given to another scope: nobody here uses it, and the ledger knows it all, or has
    /// not learned it for so long that it never will.
    pub(super) fn is_idle(&self, now_ms: u64) -> bool {
        let idle = now_ms.saturating_sub(self.used_ms);
        let forgettable = idle >= FORGOTTEN_MS || (idle >= IDLE_MS && self.is_stored());
        self.leases.under_way(now_ms).0 == 0 && (self.used_ms == 0 || forgettable)
    }

    /// Whether the ledger has told that it knows all that was spent here.
    fn is_stored(&self) -> bool {
        self.periods.get(self.period_ms).is_none_or(Figures::is_stored)
    }
}
