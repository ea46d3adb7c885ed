//! The sliding window: what was taken in the last 60 s, second by second.
//!
//! Theory of operation. Takings are summed per second of the wall clock, newest first, 61 seconds deep,
//! because 60 s that end within a second begin within another one. Only that oldest second is in doubt, and
//! it counts as a whole until its *last* taking is 60 s old, which its bucket remembers to the millisecond.
//! So the sum is never less than what an exact log would hold, and more only by what the oldest second
//! took before its last taking. A full window frees each second's takings at one instant; demand that waits
//! takes them at that instant again, and from then on nothing is lost to the rounding.

use super::seconds::{Second, Seconds};
use super::{Limits, Quota, Quotas};

/// Length of the window.
pub(super) const WINDOW_MS: u64 = 60_000;
/// Resolution of the sums.
pub(super) const BUCKET_MS: u64 = 1_000;
/// Age of the oldest second that may count, in seconds.
pub(super) const OLDEST: u64 = WINDOW_MS / BUCKET_MS;

/// Sums over the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) requests: u64,
    pub(super) tokens: u64,
}

impl Sums {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(other.requests),
            tokens: self.tokens.saturating_add(other.tokens),
        }
    }
}

/// One scope's takings, as of [`Window::now_ms`].
#[derive(Clone, Debug)]
pub(super) struct Window {
    now_ms: u64,
    seconds: Seconds,
    /// What all seconds took, whether or not they still count, as long as that is known.
    all: Option<Sums>,
}

impl PartialEq for Window {
    fn eq(&self, other: &Self) -> bool {
        (self.now_ms, &self.seconds) == (other.now_ms, &other.seconds)
    }
}

impl Eq for Window {}

impl Window {
    pub(super) fn empty(now_ms: u64) -> Self {
        Self::new(now_ms, Seconds::none(), Sums::default())
    }

    /// `all`: what all seconds took.
    pub(super) fn new(now_ms: u64, seconds: Seconds, all: Sums) -> Self {
        Self { now_ms, seconds, all: Some(all) }
    }

    /// The time that takings are recorded at.
    pub(super) fn now_ms(&self) -> u64 {
        self.now_ms
    }

    pub(super) fn into_seconds(self) -> Seconds {
        self.seconds
    }

    /// Brings it to `now_ms`, unless it is there already.
    pub(super) fn advance(&mut self, now_ms: u64) {
        let now_ms = now_ms.max(self.now_ms);
        let passed = (now_ms / BUCKET_MS).saturating_sub(self.now_ms / BUCKET_MS);
        if passed > 0 && self.seconds.grow_older(u16::try_from(passed).unwrap_or(u16::MAX)) {
            self.all = None;
        }
        self.now_ms = now_ms;
    }

    /// Records what is taken now.
    pub(super) fn add(&mut self, requests: u32, tokens: u64) {
        if requests == 0 && tokens == 0 {
            return;
        }
        let last = u16::try_from(self.now_ms % BUCKET_MS).unwrap_or_default();
        self.seconds.add(last, requests, tokens);
        self.all = self.all.map(|all| all.plus(Sums { requests: u64::from(requests), tokens }));
    }

    /// Gives back what was taken at `at_ms`; false if that is nothing, or no longer in the window.
    pub(super) fn refund(&mut self, at_ms: u64, requests: u32, tokens: u64) -> bool {
        if requests == 0 && tokens == 0 {
            return false;
        }
        let Some(age) = (self.now_ms / BUCKET_MS).checked_sub(at_ms / BUCKET_MS) else { return false };
        let Some(age) = u16::try_from(age).ok().filter(|_| age <= OLDEST) else { return false };
        self.seconds.take_back(age, requests, tokens);
        self.all = None;
        true
    }

    /// Milliseconds until a second's takings no longer count; `None` where they do not.
    fn left_ms(&self, second: &Second) -> Option<u64> {
        let ago = u64::from(second.age) * BUCKET_MS + self.now_ms % BUCKET_MS;
        let left = (WINDOW_MS + u64::from(second.last)).checked_sub(ago)?;
        (left > 0).then_some(left)
    }

    /// Each second's takings that still count, oldest first, with the milliseconds until they no longer do.
    fn counting(&self) -> impl Iterator<Item = (u64, Sums)> {
        self.seconds.iter().rev().filter_map(|second| Some((self.left_ms(&second)?, second.sums())))
    }

    /// Whether nothing counts.
    pub(super) fn is_empty(&self) -> bool {
        self.counting().all(|(_, taken)| taken == Sums::default())
    }

    /// What was taken in the last 60 s.
    pub(super) fn sums(&self) -> Sums {
        // Of all seconds, only the oldest may count no longer.
        let all =
            self.all.filter(|_| self.seconds.oldest().is_none_or(|oldest| self.left_ms(&oldest).is_some()));
        all.unwrap_or_else(|| self.counting().fold(Sums::default(), |sums, (_, taken)| sums.plus(taken)))
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
        let sums = self.sums();
        // All is left again when the newest of the seconds that took something counts no longer.
        let reset_ms = |took: fn(&Second) -> bool| {
            self.seconds.iter().find(took).and_then(|newest| self.left_ms(&newest)).unwrap_or_default()
        };
        let requests = || reset_ms(|second| second.requests > 0);
        let tokens = || reset_ms(|second| second.tokens > 0);
        Quotas {
            requests: limits.requests.map(|limit| Quota::new(limit, sums.requests, requests())),
            tokens: limits.tokens.map(|limit| Quota::new(limit, sums.tokens, tokens())),
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
