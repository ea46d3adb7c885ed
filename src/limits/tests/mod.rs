//! What the limiter promises; here is what its tests share.

mod answers;
mod interleaved;
mod model;
mod parallel;
mod races;
mod scopes;
mod settling;
mod sliding;
mod slots;
mod stepwise;

use super::*;
use crate::memory::{Memory, Shared};
use crate::random::SplitMix;

const WINDOW_MS: u64 = 60_000;
const LEASE_MS: u64 = 30_000;

/// How many of the random histories are played: in Node, which takes several times as long, a fifth of them.
fn histories(all: u64) -> std::ops::Range<u64> {
    0..if cfg!(target_arch = "wasm32") { all.div_ceil(5) } else { all }
}

/// A scope, whatever its limits.
struct Named {
    name: &'static str,
    label: &'static str,
}

const KEY: Named = Named { name: "key/4f2c", label: "key \"batch\"" };

impl Named {
    fn with(&self, limits: &'static Limits) -> Scope<'static> {
        Scope { name: self.name, named_by_caller: false, label: self.label, limits }
    }

    /// The slot that it uses in an empty table.
    fn slot(&self) -> String {
        let scope = self.with(&Limits { requests: None, tokens: None, parallel: None });
        table::key(scope_id::ScopeId::of(&scope).probes().next().unwrap())
    }
}

/// One scope alone.
fn reserve(shared: &dyn Shared, named: &Named, limits: &Limits, tokens: u64, now_ms: u64) -> Outcome {
    let scope = Scope { name: named.name, named_by_caller: false, label: named.label, limits };
    super::reserve(shared, &[scope], tokens, LEASE_MS, now_ms)
}

fn limits(requests: impl Into<Option<u64>>, tokens: impl Into<Option<u64>>) -> Limits {
    Limits { requests: requests.into(), tokens: tokens.into(), parallel: None }
}

fn granted(outcome: Outcome) -> Reservation {
    match outcome {
        Outcome::Granted(reservation) => reservation,
        other => panic!("granted expected, found {other:?}"),
    }
}

fn refused(outcome: Outcome) -> Refusal {
    match outcome {
        Outcome::Refused(refusal) => refusal,
        other => panic!("refused expected, found {other:?}"),
    }
}
