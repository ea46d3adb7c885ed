//! The failures of one deployment that are counted, in one value per deployment.
//!
//! Every count begins with a failure and is over a fixed time later. So nothing is written for a deployment
//! that answers, and the share of failures is the share *since the first failure*: successes before it do
//! not count.

use super::is_ahead;
use super::stored::Stored;
use crate::cause::Class;
use crate::memory::Fields;

/// How long a share of failures is watched from the first one on.
const SHARE_MS: u64 = 60_000;

/// Which failures are counted together against a number that is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counter {
    /// All failures that no policy names.
    All,
    /// Failures of one class, which the policy names.
    Class(Class),
}

impl Counter {
    /// Most counters of one deployment.
    const MOST: usize = 10;

    /// How it is stored: never give a number another meaning.
    fn number(self) -> u8 {
        match self {
            Self::All => 0,
            Self::Class(Class::BadRequest) => 1,
            Self::Class(Class::Authentication) => 2,
            Self::Class(Class::Timeout) => 3,
            Self::Class(Class::RateLimit) => 4,
            Self::Class(Class::ContentPolicyViolation) => 5,
            Self::Class(Class::InternalServer) => 6,
            Self::Class(Class::ServiceUnavailable) => 7,
            Self::Class(Class::BadGateway) => 8,
            Self::Class(Class::NotFound) => 9,
        }
    }
}

/// Requests since the first failure. Nothing is watched where there are no failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    /// Time of the first failure, in milliseconds since the epoch.
    pub since_ms: u64,
    pub failures: u32,
    pub successes: u32,
}

/// Failures counted against a number that is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Count {
    counter: u8,
    since_ms: u64,
    failures: u32,
}

/// What is counted of one deployment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fails {
    share: Share,
    /// At most [`Counter::MOST`], each counter once.
    counts: Vec<Count>,
}

/// Where the counts of a deployment stand in shared memory.
pub(super) fn key(id: &str) -> String {
    ["health/fails/", id].concat()
}

fn is_open(since_ms: u64, length_ms: u64, now_ms: u64) -> bool {
    now_ms < since_ms.saturating_add(length_ms) && !is_ahead(since_ms, now_ms)
}

impl Fails {
    pub(super) fn is_empty(&self) -> bool {
        self.share.failures == 0 && self.counts.is_empty()
    }

    /// Counts a failure in the share, which it begins anew where the last one is over.
    pub(super) fn share_failure(&mut self, now_ms: u64) -> Share {
        if !self.is_watched(now_ms) {
            self.share = Share { since_ms: now_ms, ..Share::default() };
        }
        self.share.failures = self.share.failures.saturating_add(1);
        self.share
    }

    /// Counts a success where a share is watched; whether one is.
    pub(super) fn share_success(&mut self, now_ms: u64) -> bool {
        let watched = self.is_watched(now_ms);
        if watched {
            self.share.successes = self.share.successes.saturating_add(1);
        }
        watched
    }

    fn is_watched(&self, now_ms: u64) -> bool {
        self.share.failures > 0 && is_open(self.share.since_ms, SHARE_MS, now_ms)
    }

    /// Counts a failure, and returns how many there were within `length_ms`. Counts that are over are
    /// forgotten.
    pub(super) fn count(&mut self, counter: Counter, length_ms: u64, now_ms: u64) -> u32 {
        self.counts.retain(|count| is_open(count.since_ms, length_ms, now_ms));
        let counter = counter.number();
        match self.counts.iter_mut().find(|count| count.counter == counter) {
            Some(count) => {
                count.failures = count.failures.saturating_add(1);
                count.failures
            }
            None => {
                self.counts.push(Count { counter, since_ms: now_ms, failures: 1 });
                1
            }
        }
    }
}

impl Stored for Fails {
    const FORMAT: u8 = 1;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.share.since_ms.to_le_bytes());
        bytes.extend_from_slice(&self.share.failures.to_le_bytes());
        bytes.extend_from_slice(&self.share.successes.to_le_bytes());
        for count in &self.counts {
            bytes.push(count.counter);
            bytes.extend_from_slice(&count.since_ms.to_le_bytes());
            bytes.extend_from_slice(&count.failures.to_le_bytes());
        }
    }

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let share = Share { since_ms: fields.u64()?, failures: fields.u32()?, successes: fields.u32()? };
        let mut counts: Vec<Count> = Vec::new();
        while !fields.is_empty() {
            let count = Count { counter: fields.u8()?, since_ms: fields.u64()?, failures: fields.u32()? };
            let known = counts.iter().any(|other| other.counter == count.counter);
            if known || usize::from(count.counter) >= Counter::MOST {
                return None;
            }
            counts.push(count);
        }
        Some(Self { share, counts })
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::cause::Cause;

    fn fails() -> Fails {
        let mut fails = Fails::default();
        fails.share_failure(1_000);
        fails.share_success(2_000);
        fails.count(Counter::All, 5_000, 3_000);
        Cause::ALL.iter().for_each(|cause| {
            fails.count(Counter::Class(cause.class()), 5_000, 4_000);
        });
        fails
    }

    #[test]
    fn counts_survive_their_encoding() {
        let fails = fails();
        assert_eq!(fails.counts.len(), Counter::MOST, "a cause of each class");
        for fails in [Fails::default(), fails] {
            assert_eq!(Fails::decode(&fails.encode()), Some(fails));
        }
    }

    #[test]
    fn what_are_no_counts_are_none() {
        let good = fails().encode();
        let count = 13;
        let head = good.len() - Counter::MOST * count;
        let mut newer = good.clone();
        newer[0] += 1;
        let mut unknown = good.clone();
        unknown[head] = Counter::MOST as u8;
        let twice = [&good[..], &good[head..head + count]].concat();
        let mut hostile = vec![newer, unknown, twice, [&good[..], b"!"].concat()];
        hostile.extend(
            (0..good.len())
                .filter(|len| *len < head || !(len - head).is_multiple_of(count))
                .map(|len| good[..len].to_vec()),
        );
        for bytes in hostile {
            assert_eq!(Fails::decode(&bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn a_share_is_watched_for_a_minute_from_its_first_failure() {
        let mut fails = Fails::default();
        assert!(!fails.share_success(0), "successes before it do not count");
        fails.share_failure(1_000);
        assert!(fails.share_success(60_999));
        assert_eq!(fails.share_failure(60_999), Share { since_ms: 1_000, failures: 2, successes: 1 });
        assert!(!fails.share_success(61_000));
        assert_eq!(fails.share_failure(61_000), Share { since_ms: 61_000, failures: 1, successes: 0 });
        assert!(!fails.share_success(59_999), "the clock was set back");
    }

    #[test]
    fn a_count_lasts_as_long_as_a_cooldown() {
        let mut fails = Fails::default();
        let timeouts = Counter::Class(Class::Timeout);
        assert_eq!(fails.count(timeouts, 5_000, 1_000), 1);
        assert_eq!(fails.count(timeouts, 5_000, 5_999), 2);
        assert_eq!(fails.count(Counter::All, 5_000, 5_999), 1, "each counts for itself");
        assert_eq!(fails.count(timeouts, 5_000, 6_000), 1);
        assert_eq!(fails.counts.len(), 2);
        assert_eq!(fails.count(timeouts, 5_000, 60_000), 1);
        assert_eq!(fails.counts.len(), 1, "what is over is forgotten");
    }
}
