//! The sliding window: what was taken in the last 60 s, second by second.
//!
//! Theory of operation. Takings are summed per second of the wall clock, newest first, 61 seconds deep,
//! because 60 s that end within a second begin within another one. Only that oldest second is in doubt, and
//! it counts as a whole until its *last* taking is 60 s old, which its bucket remembers to the millisecond.
//! So the sum is never less than what an exact log would hold, and more only by what the oldest second
//! took before its last taking. A full window frees each second's takings at one instant; demand that waits
//! takes them at that instant again, and from then on nothing is lost to the rounding.

mod stored;

use super::{Limits, Quota, Quotas};
use crate::memory::{ABSENT, Shared};

/// Length of the window.
pub(super) const WINDOW_MS: u64 = 60_000;
/// Resolution of the sums.
const BUCKET_MS: u64 = 1_000;
/// Age of the oldest second that may count, in seconds.
const OLDEST: u64 = WINDOW_MS / BUCKET_MS;
const BUCKETS: usize = OLDEST as usize + 1;
/// What was taken within one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Bucket {
    tokens: u64,
    requests: u32,
    /// Millisecond of the last taking within the second.
    last: u16,
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

/// What one request wants, and the limits that it has to keep.
pub(super) struct Demand {
    limits: Limits,
    /// Zero where tokens are not limited.
    pub(super) tokens: u64,
}

impl Demand {
    pub(super) fn new(limits: &Limits, tokens: u64) -> Self {
        Self { limits: *limits, tokens: if limits.tokens.is_some() { tokens } else { 0 } }
    }

    /// Whether the window has room for one request.
    pub(super) fn request_fits(&self, sums: Sums) -> bool {
        self.limits.requests.is_none_or(|limit| sums.requests < limit)
    }

    /// Whether the window has room for its tokens. A limit of 0 has none, even for no tokens.
    pub(super) fn tokens_fit(&self, sums: Sums) -> bool {
        self.limits.tokens.is_none_or(|limit| limit > 0 && sums.tokens.saturating_add(self.tokens) <= limit)
    }

    pub(super) fn fits(&self, window: &Window) -> bool {
        let sums = window.sums();
        self.request_fits(sums) && self.tokens_fit(sums)
    }
}

/// One scope's takings, as of [`Window::now_ms`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Changes when takings are moved to other seconds, so that an older reservation does not look for its own there.
    epoch: u64,
    /// The latest time that this window was told.
    now_ms: u64,
    /// Newest second first.
    buckets: [Bucket; BUCKETS],
    /// Whether the clock was set back since it was stored. Not stored itself.
    rebased: bool,
}

impl Window {
    /// The stored window brought to `now_ms`, and the version to store it with. A value that is not a window
    /// counts as an empty one.
    pub(super) fn load(shared: &dyn Shared, key: &str, now_ms: u64) -> (Self, u32) {
        let (value, version) = shared.load(key);
        let mut window = value.and_then(|bytes| Self::decode(&bytes)).unwrap_or_else(|| Self::empty(now_ms));
        window.advance(now_ms);
        (window, version.unwrap_or(ABSENT))
    }

    /// Whether it was stored: not if somebody else wrote since [`Window::load`].
    pub(super) fn store(&self, shared: &dyn Shared, key: &str, version: u32) -> bool {
        shared.store(key, &self.encode(), Some(version))
    }

    fn empty(now_ms: u64) -> Self {
        Self { epoch: now_ms, now_ms, buckets: [Bucket::default(); BUCKETS], rebased: false }
    }

    /// Whether it must be stored though nothing was taken: else it would start its 60 s at the new clock anew each
    /// time that it is loaded.
    pub(super) fn rebased(&self) -> bool {
        self.rebased
    }

    /// The time that takings are recorded at.
    pub(super) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    /// See [`Window::refund`].
    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    fn advance(&mut self, now_ms: u64) {
        if now_ms.saturating_add(BUCKET_MS) < self.now_ms {
            self.rebase(now_ms);
        }
        // Workers read the clock before they win the swap: a little late is the same time.
        let now_ms = now_ms.max(self.now_ms);
        let passed = (now_ms / BUCKET_MS).saturating_sub(self.now_ms / BUCKET_MS);
        let passed = usize::try_from(passed).unwrap_or(BUCKETS).min(BUCKETS);
        self.buckets.rotate_right(passed);
        self.buckets.iter_mut().take(passed).for_each(|bucket| *bucket = Bucket::default());
        self.now_ms = now_ms;
    }

    /// The clock was set back. How old the takings are is no longer known, so those that count now count for
    /// a whole window more.
    fn rebase(&mut self, now_ms: u64) {
        let sums = self.sums();
        *self = Self { epoch: self.epoch.wrapping_add(1), rebased: true, ..Self::empty(now_ms) };
        self.add(u32::try_from(sums.requests).unwrap_or(u32::MAX), sums.tokens);
    }

    /// Records a granted demand.
    pub(super) fn take(&mut self, demand: &Demand) {
        self.add(1, demand.tokens);
    }

    /// Records tokens that were used beyond a reservation.
    pub(super) fn charge(&mut self, tokens: u64) {
        self.add(0, tokens);
    }

    fn add(&mut self, requests: u32, tokens: u64) {
        let last = u16::try_from(self.now_ms % BUCKET_MS).unwrap_or_default();
        if let Some(bucket) = self.buckets.first_mut() {
            bucket.requests = bucket.requests.saturating_add(requests);
            bucket.tokens = bucket.tokens.saturating_add(tokens);
            bucket.last = last;
        }
    }

    /// Gives back what was taken at `at_ms`; false if that is no longer in the window, or not known to be.
    pub(super) fn refund(&mut self, epoch: u64, at_ms: u64, requests: u32, tokens: u64) -> bool {
        let Some(age) = (self.now_ms / BUCKET_MS).checked_sub(at_ms / BUCKET_MS) else { return false };
        let bucket = usize::try_from(age).ok().and_then(|age| self.buckets.get_mut(age));
        let Some(bucket) = bucket.filter(|_| epoch == self.epoch) else { return false };
        bucket.requests = bucket.requests.saturating_sub(requests);
        bucket.tokens = bucket.tokens.saturating_sub(tokens);
        true
    }

    /// Each second's takings that still count, oldest first, with the milliseconds until they no longer do.
    fn counting(&self) -> impl Iterator<Item = (u64, Sums)> {
        let into_second = self.now_ms % BUCKET_MS;
        self.buckets.iter().rev().zip((0..=OLDEST).rev()).filter_map(move |(bucket, age)| {
            let left = (WINDOW_MS + u64::from(bucket.last)).checked_sub(age * BUCKET_MS + into_second)?;
            let sums = Sums { requests: u64::from(bucket.requests), tokens: bucket.tokens };
            (left > 0 && sums != Sums::default()).then_some((left, sums))
        })
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
    fn a_clock_set_back_keeps_takings_for_a_window_more() {
        let mut window = at(1_000_000);
        let epoch = window.epoch();
        window.advance(500_000);
        assert_eq!((window.now_ms(), window.sums()), (500_000, Sums { requests: 3, tokens: 500 }));
        assert!(!window.refund(epoch, 500_000, 3, 500), "the reservation stood in another second");
        window.advance(560_000);
        assert_eq!(window.sums(), Sums::default());
    }

    #[test]
    fn a_clock_a_little_late_stands_still() {
        let mut window = at(1_000_000);
        let epoch = window.epoch();
        window.advance(999_000);
        assert_eq!((window.now_ms(), window.epoch()), (1_000_000, epoch));
    }
}
