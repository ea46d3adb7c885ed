//! A try has ended: count it, cool the deployment down, or bring it back.

use super::Cooldown;
use super::board::{Rest, cool, recover};
use super::fails::{Fails, key};
use super::rule::{Rule, cools, is_alive, rule, shares};
use super::stored::{Step, swap};
use crate::cause::Cause;
use crate::memory::Shared;

/// Longest `retry-after` that is honoured: a provider's mistake shall not cost a deployment for a day.
pub const MAX_RETRY_AFTER_MS: u64 = 3_600_000;

/// A try that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Why.
    pub cause: Cause,
    /// The answer's `retry-after`, in milliseconds from now. 0 counts as none.
    pub retry_after_ms: Option<u64>,
    /// The try was a probe: the caller had [`super::claim`]ed it.
    pub probe: bool,
}

/// Counts a failure, and cools the deployment down where the rules say so; whether this failure has.
///
/// A failed probe cools at once, whatever the counters say. One that fails for a cause of which a deployment
/// is alive, as a wrong request, brings it back like a success.
pub fn failed(shared: &dyn Shared, id: &str, cooldown: &Cooldown, failure: &Failure, now_ms: u64) -> bool {
    if failure.probe && (is_alive(failure.cause) || cooldown.length_ms == 0) {
        come_back(shared, id);
        return false;
    }
    if !(failure.probe || exceeds(shared, id, cooldown, failure.cause, now_ms)) {
        return false;
    }
    let (length_ms, named) = length(cooldown, failure.retry_after_ms);
    let until_ms = now_ms.saturating_add(length_ms);
    let rest = Rest { until_ms, named, probe: failure.probe, cause: failure.cause };
    cool(shared, id, rest, now_ms)
}

/// Counts a success where failures are being watched, so that a deployment that answers costs one read; a
/// probe's success brings the deployment back, with all its counts at zero.
pub fn succeeded(shared: &dyn Shared, id: &str, cooldown: &Cooldown, probe: bool, now_ms: u64) {
    if probe {
        come_back(shared, id);
    } else if shares(cooldown) {
        swap(
            shared,
            &key(id),
            |fails: &mut Fails| {
                if fails.share_success(now_ms) { Step::Store(()) } else { Step::Keep(()) }
            },
        );
    }
}

/// Counts a failure; whether the deployment is to be cooled. A count that is lost to other workers
/// ([`crate::memory::ROUNDS`]) cools nothing.
fn exceeds(shared: &dyn Shared, id: &str, cooldown: &Cooldown, cause: Cause, now_ms: u64) -> bool {
    let exceeds = match rule(cooldown, cause) {
        Rule::Pass => Some(false),
        Rule::AtOnce => Some(true),
        Rule::Share => swap(shared, &key(id), |fails: &mut Fails| {
            Step::Store(cools(&fails.share_failure(now_ms), cooldown.alone))
        }),
        Rule::Allowed { counter, most } => swap(shared, &key(id), |fails: &mut Fails| {
            Step::Store(fails.count(counter, cooldown.length_ms, now_ms) > most)
        }),
    };
    exceeds.unwrap_or(false)
}

/// The length of a cooldown, and whether the provider named it.
fn length(cooldown: &Cooldown, retry_after_ms: Option<u64>) -> (u64, bool) {
    match retry_after_ms.filter(|wait| *wait > 0 && !cooldown.own_length) {
        Some(wait) => (wait.min(MAX_RETRY_AFTER_MS), true),
        None => (cooldown.length_ms, false),
    }
}

fn come_back(shared: &dyn Shared, id: &str) {
    // The counts first: once the deployment is back, what fails there counts.
    swap(shared, &key(id), |fails: &mut Fails| {
        let empty = fails.is_empty();
        *fails = Fails::default();
        if empty { Step::Keep(()) } else { Step::Store(()) }
    });
    recover(shared, id);
}
