//! Limits of requests, tokens and requests at one time, in memory shared by every worker.
//!
//! A scope (a key, a team, an end user, …) has one [`Entry`](entry::Entry) in shared memory, found through a
//! [`table`] of fixed size: a sliding window, the leases of the requests that run, and a clock of its own.
//! [`reserve`] takes one request and an estimate of its tokens from every scope that it belongs to, or from
//! none; [`Reservation::settle`] corrects the tokens once the provider has counted them.
//!
//! What holds:
//! * In no 60 s are more requests granted than the limit, nor more tokens reserved. Tokens that an answer
//!   used beyond its reservation are charged when they become known, and may exceed the limit by that much.
//! * Under demand that never ends, a limit of `n` grants at least `n` per 61 s (98.3 %) whatever the
//!   arrivals, and `n` per 60 s once they are as bunched as refusals make them: see [`window`].
//! * Never do more requests run at one time than the limit, of those whose lease is renewed in time. What a
//!   dead VM held is free again when its lease ends: see [`leases`].
//! * A refused request takes nothing. (What it took of one scope before another refused is given back; in
//!   between, a few instructions, others see it.)
//! * What no limit counts is not recorded: a limit that is set later begins with nothing taken.
//!
//! Knows counters and clocks. Knows no key, no body, no host.

mod demand;
mod entry;
mod estimate;
mod leases;
mod quota;
mod refusal;
mod reservation;
mod reserve;
mod scope_id;
mod seconds;
mod seen;
mod stored;
mod table;
mod window;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use estimate::estimate;
pub use quota::{Quota, Quotas};
pub use refusal::{Counted, Refusal};
pub use reservation::Reservation;
pub use reserve::{Outcome, reserve};

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

/// What limits apply to.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// What tells it from every other, e.g. `key/<hash>`. Never shown, and stored as a hash only.
    pub name: &'a str,
    /// Whether callers make the name up, as they do end users': such scopes have slots of their
    /// own, so that a flood of names takes no room from keys and teams.
    pub named_by_caller: bool,
    /// What the caller calls it: an alias, or `key`. Never a hash.
    pub label: &'a str,
    /// Where none is set, the scope is not looked at.
    pub limits: &'a Limits,
}
