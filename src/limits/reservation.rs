//! What was granted, and how it is settled.

use serde::{Deserialize, Serialize};

use super::entry::{Entry, Taking};
use super::quota::Quotas;
use super::table::{self, Place};
use crate::memory::Shared;

/// One granted request. Plain data, so that it can travel in the request's context.
///
/// It is over with the first [`settle`](Self::settle) or [`cancel`](Self::cancel): call one of them, once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// What each limited scope gave.
    held: Vec<Held>,
    /// Length of the leases.
    lease_ms: u64,
    /// When they are to be renewed, on the wall clock; none where there are none.
    renew_at_ms: Option<u64>,
    /// How the limits stood after it: of each kind, the one with the least left.
    pub quotas: Quotas,
}

impl Reservation {
    pub(super) fn new(held: Vec<Held>, quotas: Quotas, lease_ms: u64, now_ms: u64) -> Self {
        let mut reservation = Self { held, lease_ms, renew_at_ms: None, quotas };
        reservation.plan_renewal(now_ms);
        reservation
    }

    /// Ends it: replaces the estimate by the tokens that were used, 0 where the provider failed, and releases the
    /// place among the requests that run. `None` where nobody knows what was used: the estimate stands.
    ///
    /// What was not used is free again at once. What was used beyond the reservation is charged at `now_ms`,
    /// even past the limit. The request stays counted. False if other workers were faster too often, or a scope
    /// has lost its place in memory to others: then the estimate stands there.
    pub fn settle(&self, shared: &dyn Shared, used_tokens: Option<u64>, now_ms: u64) -> bool {
        self.held.iter().filter(|held| !held.settle(shared, used_tokens, now_ms)).count() == 0
    }

    /// Undoes the grant, request and tokens: for a request that was never made, because something else refused
    /// it. False if other workers were faster too often: then it stands somewhere, for a minute.
    pub fn cancel(&self, shared: &dyn Shared, now_ms: u64) -> bool {
        self.held.iter().filter(|held| !held.cancel(shared, now_ms)).count() == 0
    }

    /// When to call [`Reservation::renew`], on the wall clock: half a lease after the last time. `None` where no
    /// scope limits the requests that run at one time.
    #[must_use]
    pub fn renew_at_ms(&self) -> Option<u64> {
        self.renew_at_ms
    }

    /// Makes the leases last from `now_ms` anew. One that is over is taken again even past the limit: the request
    /// does run. False if other workers were faster too often, or a scope's place in memory is lost to others;
    /// then it is to be called again.
    pub fn renew(&mut self, shared: &dyn Shared, now_ms: u64) -> bool {
        let lease_ms = self.lease_ms;
        let failed =
            self.held.iter_mut().map(|held| held.renew(shared, lease_ms, now_ms)).filter(|done| !done);
        let all = failed.count() == 0;
        if all {
            self.plan_renewal(now_ms);
        }
        all
    }

    fn plan_renewal(&mut self, now_ms: u64) {
        let leased = self.held.iter().any(|held| held.taking.lease.is_some());
        self.renew_at_ms = leased.then(|| now_ms.saturating_add(self.lease_ms / 2));
    }
}

/// What one scope gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Held {
    place: Place,
    taking: Taking,
    /// Whether the scope limits tokens.
    counts_tokens: bool,
    /// Whether the scope left its place and got another one: then nothing of the window is left to be refunded.
    moved: bool,
}

impl Held {
    pub(super) fn new(place: Place, taking: Taking, counts_tokens: bool) -> Self {
        Self { place, taking, counts_tokens, moved: false }
    }

    fn settle(&self, shared: &dyn Shared, used_tokens: Option<u64>, now_ms: u64) -> bool {
        let reserved = self.taking.tokens;
        let used = used_tokens.filter(|_| self.counts_tokens).unwrap_or(reserved);
        let excess = used.saturating_sub(reserved);
        if used == reserved && self.taking.lease.is_none() {
            return true;
        }
        let unused = Taking { requests: 0, tokens: reserved.saturating_sub(used), ..self.taking };
        let settled = table::update_at(shared, &self.place, now_ms, |entry| {
            entry.window.add(0, excess);
            self.give_back(entry, &unused) || excess > 0
        });
        // A stay that is over has nothing left to refund, but the excess counts from now.
        settled.unwrap_or_else(|| excess == 0 || self.charge(shared, excess, now_ms))
    }

    fn charge(&self, shared: &dyn Shared, excess: u64, now_ms: u64) -> bool {
        let charge = |entry: &mut Entry| {
            entry.window.add(0, excess);
            true
        };
        table::update(shared, self.place.id, now_ms, None, charge).is_ok()
    }

    pub(super) fn cancel(&self, shared: &dyn Shared, now_ms: u64) -> bool {
        let cancel = |entry: &mut Entry| self.give_back(entry, &self.taking);
        table::update_at(shared, &self.place, now_ms, cancel).unwrap_or(true)
    }

    fn give_back(&self, entry: &mut Entry, taking: &Taking) -> bool {
        if self.moved { entry.release(taking.lease) } else { entry.give_back(taking) }
    }

    fn renew(&mut self, shared: &dyn Shared, lease_ms: u64, now_ms: u64) -> bool {
        let Some(old) = self.taking.lease else { return true };
        let mut new = old;
        let mut hold = |entry: &mut Entry| {
            new = entry.leases.hold(entry.now_ms(), lease_ms);
            true
        };
        let renewed = table::update_at(shared, &self.place, now_ms, |entry| {
            entry.release(Some(old));
            hold(entry)
        });
        let renewed = renewed.unwrap_or_else(|| {
            let place = table::update(shared, self.place.id, now_ms, None, hold);
            let place = place.ok().flatten();
            if let Some(place) = place {
                (self.place, self.moved) = (place, true);
            }
            place.is_some()
        });
        if renewed {
            self.taking.lease = Some(new);
        }
        renewed
    }
}
