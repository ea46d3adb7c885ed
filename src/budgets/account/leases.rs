//! Requests under way, each for as long as its lease: one whose worker died is forgotten when it ends.
//!
//! A ring of buckets on the grid of the clock. Leases that end in the same cell stand in one bucket, so the
//! size is fixed, whatever the number of requests.

/// Width of a bucket: a lease may last this much longer than it says. Requests give theirs back; only what a dead
/// worker held lasts so long.
const BUCKET_MS: u64 = 240_000;
pub(super) const BUCKETS: usize = 16;
/// The longest lease, so that the ring has room for it from wherever in a bucket it begins.
pub(in crate::budgets) const LONGEST_MS: u64 = BUCKET_MS * (BUCKETS as u64 - 2);

/// Leases that end at the same time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Bucket {
    /// When they end, in widths of a bucket since the Unix epoch.
    pub(super) end: u64,
    /// How many they are.
    pub(super) requests: u64,
    /// What their callers guessed that they cost, together.
    pub(super) guessed: u64,
}

/// The leases of one scope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Leases(pub(super) [Bucket; BUCKETS]);

/// The end of a lease that begins at `now_ms`: what it is found by.
pub(super) fn end(lease_ms: u64, now_ms: u64) -> u64 {
    now_ms.saturating_add(lease_ms.clamp(1, LONGEST_MS)).div_ceil(BUCKET_MS)
}

impl Leases {
    pub(super) fn take(&mut self, end: u64, guess: u64) {
        let Some(bucket) = self.bucket(end) else { return };
        if bucket.end != end {
            *bucket = Bucket { end, ..Bucket::default() };
        }
        bucket.requests = bucket.requests.saturating_add(1);
        bucket.guessed = bucket.guessed.saturating_add(guess);
    }

    /// Whether the lease was still known.
    pub(super) fn release(&mut self, end: u64, guess: u64) -> bool {
        let Some(bucket) = self.bucket(end).filter(|bucket| bucket.end == end) else { return false };
        bucket.requests = bucket.requests.saturating_sub(1);
        bucket.guessed = bucket.guessed.saturating_sub(guess);
        true
    }

    /// How many requests are under way, and what was guessed of them.
    pub(super) fn under_way(&self, now_ms: u64) -> (u64, u64) {
        let now = now_ms / BUCKET_MS;
        // An end beyond the ring was set by a clock that has been set back since.
        let live = |bucket: &&Bucket| (1..=BUCKETS as u64).contains(&bucket.end.saturating_sub(now));
        self.0.iter().filter(live).fold((0, 0), |(requests, guessed), bucket| {
            (bucket.requests.saturating_add(requests), bucket.guessed.saturating_add(guessed))
        })
    }

    fn bucket(&mut self, end: u64) -> Option<&mut Bucket> {
        self.0.get_mut(usize::try_from(end % BUCKETS as u64).ok()?)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn a_lease_lasts_as_long_as_it_says_and_at_most_a_bucket_more() {
        for now in [0, 1, BUCKET_MS - 1, BUCKET_MS, 1_795_258_538_123] {
            for lease in [0, 1, BUCKET_MS, 60_000, LONGEST_MS, u64::MAX] {
                let mut leases = Leases::default();
                let length = lease.clamp(1, LONGEST_MS);
                leases.take(end(lease, now), 5);
                assert_eq!(leases.under_way(now + length - 1), (1, 5), "{now} {lease}");
                assert_eq!(leases.under_way(now + length + BUCKET_MS), (0, 0), "{now} {lease}");
            }
        }
    }

    #[test]
    fn leases_are_released_one_by_one() {
        let mut leases = Leases::default();
        let (short, long) = (end(1_000, 0), end(5 * BUCKET_MS, 0));
        for (end, guess) in [(short, 1), (long, 10), (long, 100)] {
            leases.take(end, guess);
        }
        assert_eq!(leases.under_way(0), (3, 111));
        assert!(leases.release(long, 10));
        assert_eq!(leases.under_way(0), (2, 101));
        assert_eq!(leases.under_way(BUCKET_MS), (1, 100));
        assert!(leases.release(long, 100));
        assert_eq!(leases.under_way(BUCKET_MS), (0, 0));
    }

    #[test]
    fn a_bucket_that_is_used_again_forgets_the_old_leases() {
        let mut leases = Leases::default();
        let old = end(1_000, 0);
        leases.take(old, 1);
        let later = BUCKETS as u64 * BUCKET_MS;
        leases.take(end(1_000, later), 2);
        assert_eq!(leases.under_way(later), (1, 2));
        assert!(!leases.release(old, 1));
        assert_eq!(leases.under_way(later), (1, 2));
    }

    #[test]
    fn a_clock_set_back_forgets_leases() {
        let mut leases = Leases::default();
        leases.take(end(60_000, 1_795_258_538_123), 5);
        assert_eq!(leases.under_way(1_000_000), (0, 0));
    }
}
