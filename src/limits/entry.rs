//! What shared memory holds for one scope: its takings, its leases, and its clock.
//!
//! The clock never goes back. Where the wall clock is set back, no time has passed, and the entry's time goes
//! on from where it was: takings and leases stay as old as they were, and those who made them still find
//! them. A worker that read the clock a little earlier than another wrote is no clock set back: its time is the
//! entry's.

use serde::{Deserialize, Serialize};

use super::demand::Demand;
use super::leases::Leases;
use super::scope_id::ScopeId;
use super::window::Window;

/// By how much a worker's clock may be behind the entry's before it counts as set back.
const LATE_MS: u64 = 1_000;
/// How long a claim keeps others from a slot. Its worker goes on within microseconds, or is dead.
const CLAIM_MS: u64 = 1_000;

/// What a slot holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Whose it is.
    pub(super) id: ScopeId,
    /// Whether the scope may be counted here; until then it is a claim. See [`super::table`].
    pub(super) firm: bool,
    /// The wall clock when the scope took the slot: tells its stays from each other.
    pub(super) epoch: u64,
    /// By how much the wall clock was set back since.
    pub(super) skew_ms: u64,
    pub(super) window: Window,
    pub(super) leases: Leases,
    /// By how much the worker's clock is behind. Not stored.
    pub(super) late_ms: u64,
}

/// What [`Entry::take`] took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Taking {
    /// When, on the entry's clock.
    pub(super) at_ms: u64,
    pub(super) requests: u32,
    pub(super) tokens: u64,
    /// When its lease ends, if it has one.
    pub(super) lease: Option<u64>,
}

impl Entry {
    pub(super) fn claim(id: ScopeId, clock_ms: u64) -> Self {
        Self { firm: false, ..Self::empty(id, clock_ms) }
    }

    pub(super) fn empty(id: ScopeId, clock_ms: u64) -> Self {
        Self {
            id,
            firm: true,
            epoch: clock_ms,
            skew_ms: 0,
            window: Window::empty(clock_ms),
            leases: Leases::default(),
            late_ms: 0,
        }
    }

    /// The entry's own time.
    pub(super) fn now_ms(&self) -> u64 {
        self.window.now_ms()
    }

    /// Brings it to the wall clock's time. True if the clock was set back: then it must be stored though nothing was
    /// taken, or no time would pass for it until the clock is there again.
    pub(super) fn advance(&mut self, clock_ms: u64) -> bool {
        let before_ms = self.now_ms();
        let set_back = clock_ms.saturating_add(self.skew_ms).saturating_add(LATE_MS) < before_ms;
        if set_back {
            self.skew_ms = before_ms.saturating_sub(clock_ms);
        }
        let now_ms = clock_ms.saturating_add(self.skew_ms);
        self.late_ms = before_ms.saturating_sub(now_ms);
        self.window.advance(now_ms);
        self.leases.expire(self.now_ms());
        set_back && !self.is_idle()
    }

    /// Whether another scope may have the slot.
    pub(super) fn is_idle(&self) -> bool {
        if self.firm {
            self.leases.is_empty() && self.window.is_empty()
        } else {
            self.now_ms().saturating_sub(self.epoch) >= CLAIM_MS
        }
    }

    pub(super) fn fits(&self, demand: &Demand) -> bool {
        let sums = self.window.sums();
        demand.request_fits(sums) && demand.tokens_fit(sums) && demand.parallel_fits(self.leases.running())
    }

    /// Records a granted demand.
    pub(super) fn take(&mut self, demand: &Demand, lease_ms: u64) -> Taking {
        let now_ms = self.now_ms();
        let requests = demand.requests();
        self.window.add(requests, demand.tokens);
        let lease = demand.limits.parallel.map(|_| self.leases.hold(now_ms, lease_ms));
        Taking { at_ms: now_ms, requests, tokens: demand.tokens, lease }
    }

    /// Forgets all that a taking took and that still counts; whether that was anything.
    pub(super) fn give_back(&mut self, taking: &Taking) -> bool {
        let refunded = self.window.refund(taking.at_ms, taking.requests, taking.tokens);
        self.release(taking.lease) || refunded
    }

    /// Gives a lease back; false if it has none, or it is over.
    pub(super) fn release(&mut self, lease: Option<u64>) -> bool {
        lease.is_some_and(|ends_ms| self.leases.release(ends_ms))
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::limits::Limits;
    use crate::limits::window::Sums;

    const DEMAND: Demand =
        Demand { limits: Limits { requests: Some(9), tokens: Some(900), parallel: Some(9) }, tokens: 500 };
    const TAKEN: Sums = Sums { requests: 1, tokens: 500 };

    fn at(now_ms: u64) -> (Entry, Taking) {
        let mut entry = Entry::empty(ScopeId::NOBODY, now_ms);
        let taking = entry.take(&DEMAND, 30_000);
        (entry, taking)
    }

    #[test]
    fn a_clock_set_back_keeps_takings_for_the_rest_of_their_window() {
        let (mut entry, taking) = at(1_000_000);
        assert!(!entry.advance(1_010_000));
        assert!(entry.advance(500_000));
        assert!(!entry.advance(500_000), "that is known by now");
        assert!(!entry.advance(549_999));
        assert_eq!((entry.now_ms(), entry.window.sums()), (1_059_999, TAKEN));
        let mut given_back = entry.clone();
        assert!(given_back.give_back(&taking));
        assert!(given_back.window.is_empty());
        entry.advance(550_000);
        assert_eq!(entry.window.sums(), Sums::default());
    }

    #[test]
    fn a_clock_set_back_leaves_leases_their_length() {
        let (mut entry, taking) = at(1_000_000);
        entry.advance(500_000);
        assert_eq!(entry.leases.running(), 1);
        assert!(entry.clone().release(taking.lease));
        entry.advance(500_000 + 30_000 + 30_000 / 8);
        assert_eq!(entry.leases.running(), 0);
        assert!(!entry.release(taking.lease));
    }

    #[test]
    fn a_clock_a_little_late_stands_still() {
        let (mut entry, _) = at(1_000_000);
        assert!(!entry.advance(999_000));
        assert_eq!((entry.now_ms(), entry.skew_ms, entry.late_ms), (1_000_000, 0, 1_000));
    }

    #[test]
    fn an_entry_is_idle_once_nothing_counts() {
        let (mut entry, taking) = at(1_000_000);
        assert!(!entry.is_idle());
        entry.advance(1_059_999);
        assert!(!entry.is_idle(), "its takings count");
        entry.advance(1_060_000);
        assert!(entry.is_idle());

        let (mut entry, _) = at(1_000_000);
        entry.window.refund(taking.at_ms, 1, 500);
        assert!(!entry.is_idle(), "its lease counts");
        assert!(entry.release(taking.lease) && entry.is_idle());
    }

    #[test]
    fn a_claim_is_respected_for_a_second() {
        let mut claim = Entry::claim(ScopeId::NOBODY, 5_000);
        claim.advance(5_999);
        assert!(!claim.is_idle());
        assert!(claim.advance(1_000), "the clock was set back");
        claim.advance(1_001);
        assert!(claim.is_idle());
    }
}
