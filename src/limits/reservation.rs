//! What was granted, and how it is settled.

use serde::{Deserialize, Serialize};

use super::key::key;
use super::quota::Quotas;
use super::window::{Demand, Window};
use super::{ATTEMPTS, Limits};
use crate::memory::Shared;

/// One granted request. Plain data, so that it can travel in the request's context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reservation {
    /// The scope's name.
    scope: String,
    /// Which timeline `at_ms` belongs to.
    epoch: u64,
    /// When the request was taken, on the window's clock.
    at_ms: u64,
    /// Tokens that stand in the window for it.
    tokens: u64,
    /// How the limits stood after it.
    pub quotas: Quotas,
}

impl Reservation {
    /// A grant where nothing is limited: settling it does nothing.
    pub(super) fn unlimited(scope: &str) -> Self {
        Self { scope: scope.to_owned(), epoch: 0, at_ms: 0, tokens: 0, quotas: Quotas::default() }
    }

    pub(super) fn new(scope: &str, limits: &Limits, demand: &Demand, window: &Window) -> Self {
        Self {
            scope: scope.to_owned(),
            epoch: window.epoch(),
            at_ms: window.now_ms(),
            tokens: demand.tokens,
            quotas: window.quotas(limits),
        }
    }

    /// Replaces the estimate by the tokens that were used: 0 where the provider failed. Call once.
    ///
    /// What was not used is free again at once. What was used beyond the reservation is charged at `now_ms`,
    /// even past the limit. The request stays counted. False if other workers were faster too often: then the
    /// estimate stands.
    pub fn settle(&self, shared: &dyn Shared, used_tokens: u64, now_ms: u64) -> bool {
        if self.quotas.tokens.is_none() || used_tokens == self.tokens {
            return true;
        }
        let unused = self.tokens.saturating_sub(used_tokens);
        let excess = used_tokens.saturating_sub(self.tokens);
        self.change(shared, now_ms, |window| {
            if excess > 0 {
                window.charge(excess);
                return true;
            }
            window.refund(self.epoch, self.at_ms, 0, unused)
        })
    }

    /// Undoes the grant, request and tokens: for a request that another scope refused, and that therefore was
    /// never made. Instead of [`Reservation::settle`]. False as there.
    pub fn cancel(&self, shared: &dyn Shared, now_ms: u64) -> bool {
        if self.quotas == Quotas::default() {
            return true;
        }
        self.change(shared, now_ms, |window| window.refund(self.epoch, self.at_ms, 1, self.tokens))
    }

    /// Swaps in the window that `change` made; `change` says whether it made one.
    fn change(&self, shared: &dyn Shared, now_ms: u64, change: impl Fn(&mut Window) -> bool) -> bool {
        let key = key(&self.scope);
        (0..ATTEMPTS).any(|_| {
            let (mut window, version) = Window::load(shared, &key, now_ms);
            !change(&mut window) || window.store(shared, &key, version)
        })
    }

    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}` as of the grant; none for what is not limited.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        self.quotas.headers()
    }
}
