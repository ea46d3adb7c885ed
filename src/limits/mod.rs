//! Request and token limits over a sliding window, in memory shared by every worker.
//!
//! A scope (a key, a team, …) has one value in shared memory: a [`Window`] of fixed size that carries its
//! own time. [`reserve`] takes one request and an estimate of its tokens in one compare-and-swap, or takes
//! nothing; [`Reservation::settle`] corrects the tokens once the provider has counted them.
//!
//! What holds:
//! * In no 60 s are more requests granted than the limit, nor more tokens reserved. Tokens that an answer
//!   used beyond its reservation are charged when they become known, and may exceed the limit by that much.
//! * Under demand that never ends, a limit of `n` grants at least `n` per 61 s (98.3 %) whatever the
//!   arrivals, and `n` per 60 s once they are as bunched as refusals make them: see [`Window`].
//! * A refused request takes nothing.
//!
//! Knows counters and clocks. Knows no key, no body, no host.

mod estimate;
mod key;
mod quota;
mod refusal;
mod reservation;
mod window;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use estimate::estimate;
pub use quota::{Quota, Quotas};
pub use refusal::{Counted, Refusal};
pub use reservation::Reservation;

use crate::memory::Shared;
use window::{Demand, Window};

/// Limits of one scope, per 60 s where nothing else is said; `None` for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// `rpm_limit`
    pub requests: Option<u64>,
    /// `tpm_limit`
    pub tokens: Option<u64>,
    /// `max_parallel_requests`: not per 60 s, but at any time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parallel: Option<u64>,
}

/// What a limit applies to.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// Part of the key in shared memory, e.g. a key's hash. Never shown. Shared memory forgets no key, so
    /// names must come from a bounded set.
    pub name: &'a str,
    /// What the caller calls it: an alias, or `key`. Never a hash.
    pub label: &'a str,
}

/// What came of [`reserve`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The request may pass; its tokens are to be settled.
    Granted(Reservation),
    /// A limit is used up; nothing was taken.
    Refused(Refusal),
    /// Other workers were faster [`ATTEMPTS`] times in a row; nothing was taken.
    Contended,
}

/// Bound of every compare-and-swap loop. A round is lost only when another worker has won it, so this many
/// losses in a row need more workers in step than an Envoy has.
const ATTEMPTS: usize = 64;

/// Takes one request and `tokens` tokens from `scope`'s limits, both or neither.
///
/// `now_ms` is the wall clock in milliseconds since the Unix epoch. Without limits nothing is read or written.
pub fn reserve(shared: &dyn Shared, scope: &Scope<'_>, limits: &Limits, tokens: u64, now_ms: u64) -> Outcome {
    if *limits == Limits::default() {
        return Outcome::Granted(Reservation::unlimited(scope.name));
    }
    let demand = Demand::new(limits, tokens);
    let key = key::key(scope.name);
    for _ in 0..ATTEMPTS {
        let (mut window, version) = Window::load(shared, &key, now_ms);
        if !demand.fits(&window) {
            if window.rebased() {
                // Lost to another worker, it was stored by that one.
                window.store(shared, &key, version);
            }
            return Outcome::Refused(Refusal::new(scope.label, limits, &demand, &window));
        }
        window.take(&demand);
        if window.store(shared, &key, version) {
            return Outcome::Granted(Reservation::new(scope.name, limits, &demand, &window));
        }
    }
    Outcome::Contended
}
