//! The requests that run now, each for as long as its lease lasts.
//!
//! Theory of operation. A request that ends gives its lease back; one whose VM dies cannot, and its lease ends by
//! itself. Leases are counted by the time at which they end, and that time is rounded up to a grid whose
//! pitch is a sixteenth of the lease's length (rounded up to a power of two, and a second at least): so a
//! lease lasts at most an eighth longer than asked, or a second, and leases of one length end at no more than
//! 18 different times. Grids of longer leases are parts of those of shorter ones; over all lengths there are
//! never more than [`MOST`] counters.

/// The longest lease. A request that runs longer renews it.
const LONGEST_MS: u64 = 3_600_000;
/// Pitch of the finest grid: 2¹⁰ ms. A lease ends with the last millisecond of a cell.
const FINEST_MS: u64 = 1 << UNIT_BITS;
const UNIT_BITS: u32 = 10;
/// Cells of its grid that a lease spans, at most.
const CELLS: u64 = 16;
/// How many times at which leases end there are at most: 18 for the shortest leases, and 10 more for each of the
/// eight doublings of their length up to the longest.
#[cfg(test)]
pub(super) const MOST: usize = 98;

/// Leases that end together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Lease {
    /// The last millisecond in which they count.
    ends_ms: u64,
    count: u32,
}

/// The leases of one scope, the first to end first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Leases(Vec<Lease>);

/// A lease's length as it is granted: the longest at most.
pub(super) fn length_ms(asked_ms: u64) -> u64 {
    asked_ms.min(LONGEST_MS)
}

impl Leases {
    /// How many requests run.
    pub(super) fn running(&self) -> u64 {
        self.0.iter().map(|lease| u64::from(lease.count)).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets those that ended before `now_ms`.
    pub(super) fn expire(&mut self, now_ms: u64) {
        let over = self.0.partition_point(|lease| lease.ends_ms < now_ms);
        self.0.drain(..over);
    }

    /// Adds a lease; the time at which it ends is its name in [`Leases::release`].
    pub(super) fn hold(&mut self, now_ms: u64, lease_ms: u64) -> u64 {
        let lease_ms = length_ms(lease_ms);
        let pitch_ms = (lease_ms / CELLS).next_power_of_two().max(FINEST_MS);
        let ends_ms = now_ms.saturating_add(lease_ms) | (pitch_ms - 1);
        match self.0.binary_search_by_key(&ends_ms, |lease| lease.ends_ms) {
            Ok(found) => {
                if let Some(lease) = self.0.get_mut(found) {
                    lease.count = lease.count.saturating_add(1);
                }
            }
            Err(place) => self.0.insert(place, Lease { ends_ms, count: 1 }),
        }
        ends_ms
    }

    /// Gives a lease back; false, and nothing done, if none that ends then is left.
    pub(super) fn release(&mut self, ends_ms: u64) -> bool {
        let found = self.0.binary_search_by_key(&ends_ms, |lease| lease.ends_ms);
        let Ok(found) = found else { return false };
        if let Some(lease) = self.0.get_mut(found) {
            lease.count = lease.count.saturating_sub(1);
        }
        self.0.retain(|lease| lease.count > 0);
        true
    }
}

/// A counter as bytes: by how many finest cells later it ends than `now_ms`, then how many end.
const LEASE_BYTES: usize = 6;

impl Leases {
    pub(super) fn encode(&self, now_ms: u64, bytes: &mut Vec<u8>) {
        for lease in &self.0 {
            let cells = (lease.ends_ms >> UNIT_BITS).saturating_sub(now_ms >> UNIT_BITS);
            bytes.extend_from_slice(&u16::try_from(cells).unwrap_or(u16::MAX).to_le_bytes());
            bytes.extend_from_slice(&lease.count.to_le_bytes());
        }
    }

    /// None if [`Leases::encode`] did not write these bytes.
    pub(super) fn decode(now_ms: u64, bytes: &[u8]) -> Option<Self> {
        let counters = bytes.chunks_exact(LEASE_BYTES);
        if !counters.remainder().is_empty() {
            return None;
        }
        let mut leases = Vec::with_capacity(counters.len());
        let mut before = None;
        for counter in counters {
            let (cells, rest) = counter.split_first_chunk()?;
            let (cells, count) = (u16::from_le_bytes(*cells), u32::from_le_bytes(*rest.first_chunk()?));
            if count == 0 || before.is_some_and(|before| before >= cells) {
                return None;
            }
            before = Some(cells);
            let cell = (now_ms >> UNIT_BITS).checked_add(u64::from(cells))?;
            let ends_ms = cell.checked_mul(FINEST_MS)? | (FINEST_MS - 1);
            leases.push(Lease { ends_ms, count });
        }
        Some(Self(leases))
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::random::SplitMix;

    #[test]
    fn a_lease_lasts_as_long_as_asked_and_at_most_an_eighth_more() {
        let mut random = SplitMix(1);
        for _ in 0..10_000 {
            let (now, length) = (random.below(1 << 41), random.below(LONGEST_MS + 1));
            let mut leases = Leases::default();
            let ends = leases.hold(now, length);
            assert!((now + length..=now + length + (length / 8).max(FINEST_MS)).contains(&ends));
            leases.expire(ends);
            assert_eq!(leases.running(), 1);
            leases.expire(ends + 1);
            assert!(leases.is_empty());
        }
    }

    #[test]
    fn counters_are_bounded_whatever_the_lengths() {
        for seed in 0..20 {
            let mut random = SplitMix(seed);
            let mut leases = Leases::default();
            let (mut now, mut most) = (1_700_000_000_000, 0);
            for _ in 0..20_000 {
                now += random.below(1 << (seed % 13));
                leases.expire(now);
                // Lengths of every magnitude, the longest more often.
                let magnitude = random.below(12);
                let length = random.below(1 + (LONGEST_MS >> magnitude));
                let same = if seed % 2 == 0 { LONGEST_MS - random.below(10) } else { length };
                leases.hold(now, if random.below(2) == 0 { same } else { length });
                most = most.max(leases.0.len());
            }
            assert!(most <= MOST, "seed {seed}: {most}");
        }
    }

    #[test]
    fn releasing_twice_frees_no_more_than_its_counter() {
        let mut leases = Leases::default();
        let first = leases.hold(1_000, 1_000);
        let later = leases.hold(100_000, 1_000);
        assert!(leases.release(first));
        assert!(!leases.release(first), "it is given back once");
        assert!(!leases.release(7));
        assert_eq!(leases.running(), 1);
        assert!(leases.release(later) && leases.is_empty());
    }

    #[test]
    fn leases_survive_their_encoding() {
        let mut random = SplitMix(3);
        for now in [0, 1_023, 1_024, 1_700_000_000_000, u64::MAX] {
            let mut leases = Leases::default();
            for _ in 0..50 {
                leases.hold(now, random.below(2 * LONGEST_MS));
            }
            let mut bytes = Vec::new();
            leases.encode(now, &mut bytes);
            assert_eq!(bytes.len(), leases.0.len() * LEASE_BYTES);
            assert_eq!(Leases::decode(now, &bytes), Some(leases));
        }
    }

    #[test]
    fn what_are_no_leases_is_not_decoded() {
        let twice = [1, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0];
        for bytes in [&[1, 0, 0, 0, 0, 0][..], &[1, 0, 1, 0, 0], &twice] {
            assert_eq!(Leases::decode(5_000, bytes), None, "{bytes:?}");
        }
        assert_eq!(Leases::decode(5_000, &[]), Some(Leases::default()));
    }
}
