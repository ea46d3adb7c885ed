//! What all workers know of the deployments: which are cooled down after failures, and how busy each is.
//!
//! Knows deployments by id, causes and clocks. Knows no request, no plan, no host.
//!
//! | module | room |
//! |---|---|
//! | `board` | all cooldowns in one value, so that a request reads them with one call; probes |
//! | `rule` | which failures cool a deployment, and when |
//! | `fails` | the failures of one deployment that are counted |
//! | `outcome` | a try has ended: count, cool down, recover |
//! | [`report`] | what the ledger is told of the cooldowns, by one worker for all |
//! | [`traffic`] | what the measured strategies look at: tries under way, latencies, this minute's use |
//! | `stored` | values in shared memory, and the compare-and-swap around each change |
//!
//! What holds:
//! * A deployment is cooled for all workers from the moment that one of them has stored it.
//! * When its time is over, [`claim`] gives one request a *probe*, a lease; until that request has ended, or
//!   the lease has, the deployment is cooled for everybody else. Success brings it back, failure cools it
//!   anew at once.
//! * Keys are fixed: the board's, the report's, and two for each configured deployment. Values are bounded, and old ones
//!   are known by the time that they carry, since shared memory has neither expiry nor deletion.
//! * A clock that is set back keeps nobody out: what was stored in the future counts as over.

mod board;
mod fails;
mod outcome;
pub mod report;
mod rule;
mod stored;
pub mod traffic;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use board::{Board, Standing, claim, release};
pub use outcome::{Failure, MAX_RETRY_AFTER_MS, failed, succeeded};

use crate::cause::PerClass;

/// When a deployment is cooled down, and for how long. Resolved per deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Cooldown {
    /// `cooldown_time`, in milliseconds. 0: never cooled.
    pub length_ms: u64,
    /// The length is the deployment's own: it counts even where the provider says `retry-after`.
    pub own_length: bool,
    /// `allowed_fails`: failures within the cooldown's length that are let pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed_fails: Option<u32>,
    /// `allowed_fails_policy`
    pub allowed_fails_policy: PerClass,
    /// The deployment is the only one of its group.
    pub alone: bool,
}

/// Workers read the clock before they win a swap: a value from this little into the future is of now.
const SKEW_MS: u64 = 1_000;

/// Whether what was stored at `then_ms` is of a time that `now_ms` has not reached: the clock was set back.
fn is_ahead(then_ms: u64, now_ms: u64) -> bool {
    now_ms.saturating_add(SKEW_MS) < then_ms
}
