//! An entry as the bytes in shared memory: a head, the seconds that are not empty, the leases; little endian.

use std::array;

use super::entry::Entry;
use super::leases::Leases;
use super::scope_id::ScopeId;
use super::window::{BUCKET_MS, BUCKETS, Bucket, Window};

/// First bytes of a stored entry, so that a foreign or an older value is told from one.
const MAGIC: [u8; 4] = *b"SWL2";
/// Magic, id, count of seconds, epoch, skew, time.
const HEAD_BYTES: usize = 45;
/// Age and last millisecond, requests, tokens.
const BUCKET_BYTES: usize = 14;
/// The bit beside the count of seconds: not firm.
const CLAIM: u8 = 0x80;
/// Bits of a second's last millisecond; the others of its 16 tell its age.
const LAST_BITS: u16 = 10;

impl Entry {
    pub(super) fn encode(&self) -> Vec<u8> {
        let filled = || (0_u16..).zip(self.window.buckets()).filter(|(_, bucket)| !bucket.is_empty());
        let count = filled().count();
        let size = HEAD_BYTES + count.saturating_mul(BUCKET_BYTES);
        let mut bytes = Vec::with_capacity(size.saturating_add(self.leases.encoded_len()));
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&self.id.0);
        bytes.push(u8::try_from(count).unwrap_or_default() | if self.firm { 0 } else { CLAIM });
        bytes.extend_from_slice(&self.epoch.to_le_bytes());
        bytes.extend_from_slice(&self.skew_ms.to_le_bytes());
        bytes.extend_from_slice(&self.now_ms().to_le_bytes());
        for (age, bucket) in filled() {
            bytes.extend_from_slice(&((age << LAST_BITS) | bucket.last).to_le_bytes());
            bytes.extend_from_slice(&bucket.requests.to_le_bytes());
            bytes.extend_from_slice(&bucket.tokens.to_le_bytes());
        }
        self.leases.encode(self.now_ms(), &mut bytes);
        bytes
    }

    /// The entry that `encode` wrote; none if it did not write these bytes.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (id, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first()?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (skew_ms, rest) = rest.split_first_chunk()?;
        let (now_ms, rest) = rest.split_first_chunk()?;
        let now_ms = u64::from_le_bytes(*now_ms);
        let (seconds, leases) = rest.split_at_checked(usize::from(count & !CLAIM) * BUCKET_BYTES)?;
        Some(Self {
            id: ScopeId(*id),
            firm: count & CLAIM == 0,
            epoch: u64::from_le_bytes(*epoch),
            skew_ms: u64::from_le_bytes(*skew_ms),
            window: Window::new(now_ms, buckets(seconds)?),
            leases: Leases::decode(now_ms, leases)?,
            late_ms: 0,
        })
    }
}

/// The buckets of seconds that come in order.
fn buckets(bytes: &[u8]) -> Option<[Bucket; BUCKETS]> {
    let mut buckets = array::from_fn(|_| Bucket::default());
    let mut next = 0;
    for second in bytes.chunks_exact(BUCKET_BYTES) {
        let (age_and_last, rest) = second.split_first_chunk()?;
        let (requests, tokens) = rest.split_first_chunk()?;
        let age_and_last = u16::from_le_bytes(*age_and_last);
        let (age, last) = (age_and_last >> LAST_BITS, age_and_last & ((1 << LAST_BITS) - 1));
        let age = usize::from(age);
        let bucket = buckets.get_mut(age).filter(|_| age >= next && u64::from(last) < BUCKET_MS)?;
        next = age + 1;
        *bucket = Bucket {
            requests: u32::from_le_bytes(*requests),
            tokens: u64::from_le_bytes(*tokens.first_chunk()?),
            last,
        };
    }
    Some(buckets)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::limits::leases;
    use crate::limits::scope_id::{KNOWN, MADE_UP};

    fn entry(seconds: u64) -> Entry {
        let mut entry = Entry::empty(ScopeId([7; 16]), 1_234_567);
        entry.skew_ms = 5;
        for _ in 0..seconds {
            entry.window.add(3, 500);
            entry.leases.hold(entry.now_ms(), 30_000);
            entry.advance(entry.now_ms() + 1_000);
        }
        entry
    }

    #[test]
    fn an_entry_survives_its_encoding() {
        for seconds in [0, 1, 10, 61, 100] {
            let firm = entry(seconds);
            let claim = Entry { firm: false, ..firm.clone() };
            for entry in [firm, claim] {
                assert_eq!(Entry::decode(&entry.encode()), Some(Entry { late_ms: 0, ..entry }));
            }
        }
        assert_eq!(entry(0).encode().len(), HEAD_BYTES);
    }

    #[test]
    fn the_table_is_bounded() {
        let most = HEAD_BYTES + BUCKETS * BUCKET_BYTES + leases::MOST * 6;
        assert_eq!(most, 1_487);
        let megabytes = |slots: u32| most * slots as usize / 1_000_000;
        assert_eq!((megabytes(KNOWN), megabytes(MADE_UP)), (779, 97));
    }

    #[test]
    fn what_is_no_entry_is_not_decoded() {
        let good = entry(2).encode();
        let changed = |at: usize, to: &[u8]| {
            let mut bytes = good.clone();
            bytes[at..at + to.len()].copy_from_slice(to);
            bytes
        };
        let cut = good[..good.len() - 1].to_vec();
        let longer = [&good[..], b"!"].concat();
        let foreign = changed(0, b"x");
        let too_many_seconds = changed(20, &[127]);
        let impossible_millisecond = changed(HEAD_BYTES, &1_000_u16.to_le_bytes());
        let same_second_twice = changed(HEAD_BYTES + BUCKET_BYTES, &good[HEAD_BYTES..HEAD_BYTES + 2]);
        for bytes in
            [vec![], cut, longer, foreign, too_many_seconds, impossible_millisecond, same_second_twice]
        {
            assert_eq!(Entry::decode(&bytes), None, "{bytes:?}");
        }
    }
}
