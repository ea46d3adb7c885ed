//! The sliding window: what was taken in the last 60 s, second by second.
//!
//! Theory of operation. Takings are summed per second of the wall clock, newest first, 61 seconds deep,
//! because 60 s that end within a second begin within another one. Only that oldest second is in doubt, and
//! it counts as a whole until its *last* taking is 60 s old, which its bucket remembers to the millisecond.
//! So the sum is never less than what an exact log would hold, and more only by what the oldest second
//! took before its last taking. A full window frees each second's takings at one instant; demand that waits
//! takes them at that instant again, and from then on nothing is lost to the rounding.

use super::{Limits, Quota, Quotas};

/// Length of the window.
pub(super) const WINDOW_MS: u64 = 60_000;
/// Resolution of the sums.
pub(super) const BUCKET_MS: u64 = 1_000;
/// Age of the oldest second that may count, in seconds.
const OLDEST: u64 = WINDOW_MS / BUCKET_MS;
pub(super) const BUCKETS: usize = OLDEST as usize + 1;

/// What was taken within one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bucket {
    pub(super) tokens: u64,
    pub(super) requests: u32,
    /// Millisecond of the last taking within the second.
    pub(super) last: u16,
}

impl Bucket {
    pub(super) fn is_empty(&self) -> bool {
        self.requests == 0 && self.tokens == 0
    }
}

/// Sums over the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) requests: u64,
    pub(super) tokens: u64,
}

impl Sums {
    fn plus(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(other.requests),
            tokens: self.tokens.saturating_add(other.tokens),
        }
    }
}

/// One scope's takings, as of [`Window::now_ms`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    now_ms: u64,
    /// Newest second first.
    buckets: [Bucket; BUCKETS],
}

impl Window {
    pub(super) fn empty(now_ms: u64) -> Self {
        Self::new(now_ms, [Bucket::default(); BUCKETS])
    }

    pub(super) fn new(now_ms: u64, buckets: [Bucket; BUCKETS]) -> Self {
        Self { now_ms, buckets }
    }

    /// The time that takings are recorded at.
    pub(super) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// Newest second first.
    pub(super) fn buckets(&self) -> &[Bucket; BUCKETS] {
        &self.buckets
    }

    /// Brings it to `now_ms`, unless it is there already.
    pub(super) fn advance(&mut self, now_ms: u64) {
        let now_ms = now_ms.max(self.now_ms);
        let passed = (now_ms / BUCKET_MS).saturating_sub(self.now_ms / BUCKET_MS);
        let passed = usize::try_from(passed).unwrap_or(BUCKETS).min(BUCKETS);
        self.buckets.rotate_right(passed);
        self.buckets.iter_mut().take(passed).for_each(|bucket| *bucket = Bucket::default());
        self.now_ms = now_ms;
    }

    /// Records what is taken now.
    pub(super) fn add(&mut self, requests: u32, tokens: u64) {
        if requests == 0 && tokens == 0 {
            return;
        }
        let last = u16::try_from(self.now_ms % BUCKET_MS).unwrap_or_default();
        if let Some(bucket) = self.buckets.first_mut() {
            bucket.requests = bucket.requests.saturating_add(requests);
            bucket.tokens = bucket.tokens.saturating_add(tokens);
            bucket.last = last;
        }
    }

    /// Gives back what was taken at `at_ms`; false if that is nothing, or no longer in the window.
    pub(super) fn refund(&mut self, at_ms: u64, requests: u32, tokens: u64) -> bool {
        if requests == 0 && tokens == 0 {
            return false;
        }
        let Some(age) = (self.now_ms / BUCKET_MS).checked_sub(at_ms / BUCKET_MS) else { return false };
        let bucket = usize::try_from(age).ok().and_then(|age| self.buckets.get_mut(age));
        let Some(bucket) = bucket else { return false };
        bucket.requests = bucket.requests.saturating_sub(requests);
        bucket.tokens = bucket.tokens.saturating_sub(tokens);
        true
    }

    /// Each second's takings that still count, oldest first, with the milliseconds until they no longer do.
    fn counting(&self) -> impl Iterator<Item = (u64, Sums)> {
        let into_second = self.now_ms % BUCKET_MS;
        self.buckets.iter().rev().zip((0..=OLDEST).rev()).filter_map(move |(bucket, age)| {
            // Most seconds are.
            if bucket.is_empty() {
                return None;
            }
            let left = (WINDOW_MS + u64::from(bucket.last)).checked_sub(age * BUCKET_MS + into_second)?;
            let sums = Sums { requests: u64::from(bucket.requests), tokens: bucket.tokens };
            (left > 0).then_some((left, sums))
        })
    }

    /// Whether nothing counts.
    pub(super) fn is_empty(&self) -> bool {
        self.counting().next().is_none()
    }

    /// What was taken in the last 60 s.
    pub(super) fn sums(&self) -> Sums {
        self.counting().fold(Sums::default(), |sums, (_, taken)| sums.plus(taken))
    }

    /// Milliseconds until `fits` holds if nothing more is taken: 0 where it does, `None` where it never will.
    pub(super) fn wait_ms(&self, fits: impl Fn(Sums) -> bool) -> Option<u64> {
        let mut sums = self.sums();
        let mut waited = 0;
        let mut oldest = self.counting();
        while !fits(sums) {
            let (left, freed) = oldest.next()?;
            waited = left;
            sums.requests = sums.requests.saturating_sub(freed.requests);
            sums.tokens = sums.tokens.saturating_sub(freed.tokens);
        }
        Some(waited)
    }

    /// How the limits stand.
    pub(super) fn quotas(&self, limits: &Limits) -> Quotas {
        let mut sums = Sums::default();
        let mut reset_ms = Sums::default();
        for (left, taken) in self.counting() {
            sums = sums.plus(taken);
            if taken.requests > 0 {
                reset_ms.requests = left;
            }
            if taken.tokens > 0 {
                reset_ms.tokens = left;
            }
        }
        Quotas {
            requests: limits.requests.map(|limit| Quota::new(limit, sums.requests, reset_ms.requests)),
            tokens: limits.tokens.map(|limit| Quota::new(limit, sums.tokens, reset_ms.tokens)),
        }
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    fn at(now_ms: u64) -> Window {
        let mut window = Window::empty(now_ms);
        window.add(3, 500);
        window
    }

    #[test]
    fn a_taking_counts_for_sixty_seconds_to_the_millisecond() {
        for taken in [0, 1, 999, 1_000, 59_999, 60_000, 1_234_567, u64::MAX - WINDOW_MS] {
            let mut window = at(taken);
            window.advance(taken + WINDOW_MS - 1);
            assert_eq!(window.sums(), Sums { requests: 3, tokens: 500 }, "{taken}");
            assert_eq!(window.wait_ms(|sums| sums.tokens == 0), Some(1), "{taken}");
            window.advance(taken + WINDOW_MS);
            assert_eq!(window.sums(), Sums::default(), "{taken}");
        }
    }

    #[test]
    fn a_refund_finds_its_second_as_long_as_there_is_one() {
        let mut window = at(1_000_000);
        assert!(!window.refund(1_001_000, 3, 500), "the future");
        window.advance(1_060_999);
        assert!(window.refund(1_000_000, 1, 100));
        window.advance(1_061_000);
        assert!(!window.refund(1_000_000, 1, 100), "it is gone");
    }
}
