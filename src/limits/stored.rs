//! An entry as the bytes in shared memory: a head, the seconds that are not empty, the leases; little endian.

use super::entry::Entry;
use super::leases::Leases;
use super::scope_id::ScopeId;
use super::seconds::{SECOND_BYTES, Seconds};
use super::window::Window;

/// First bytes of a stored entry, so that a foreign or an older value is told from one. Then id, count of seconds,
/// epoch, skew, time.
const MAGIC: [u8; 4] = *b"SWL2";
/// The bit beside the count of seconds: not firm.
const CLAIM: u8 = 0x80;

impl Entry {
    /// Its bytes: those that it was read from, with what has changed.
    pub(super) fn encode(self) -> Vec<u8> {
        let now_ms = self.now_ms();
        let seconds = self.window.into_seconds();
        let count = u8::try_from(seconds.count()).unwrap_or_default();
        let mut bytes = seconds.into_bytes();
        let rest = put(&mut bytes, MAGIC);
        let rest = put(rest, self.id.0);
        let rest = put(rest, [count | if self.firm { 0 } else { CLAIM }]);
        let rest = put(rest, self.epoch.to_le_bytes());
        let rest = put(rest, self.skew_ms.to_le_bytes());
        put(rest, now_ms.to_le_bytes());
        self.leases.encode(now_ms, &mut bytes);
        bytes
    }

    /// The entry that `encode` wrote; none if it did not write these bytes.
    pub(super) fn decode(bytes: Vec<u8>) -> Option<Self> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (id, rest) = rest.split_first_chunk()?;
        let (count, rest) = rest.split_first()?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (skew_ms, rest) = rest.split_first_chunk()?;
        let (now_ms, rest) = rest.split_first_chunk()?;
        let now_ms = u64::from_le_bytes(*now_ms);
        let (id, firm) = (ScopeId(*id), count & CLAIM == 0);
        let (epoch, skew_ms) = (u64::from_le_bytes(*epoch), u64::from_le_bytes(*skew_ms));
        let count = usize::from(count & !CLAIM);
        let leases = Leases::decode(now_ms, rest.get(count * SECOND_BYTES..)?)?;
        let (seconds, all) = Seconds::read(bytes, count)?;
        let window = Window::new(now_ms, seconds, all);
        Some(Self { id, firm, epoch, skew_ms, window, leases, late_ms: 0 })
    }
}

/// Writes a value, and tells what is behind it.
fn put<const N: usize>(bytes: &mut [u8], value: [u8; N]) -> &mut [u8] {
    let Some((place, rest)) = bytes.split_first_chunk_mut() else { return &mut [] };
    *place = value;
    rest
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::limits::leases;
    use crate::limits::scope_id::{KNOWN, MADE_UP};
    use crate::limits::seconds::HEAD_BYTES;
    use crate::limits::window::OLDEST;

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
                assert_eq!(Entry::decode(entry.clone().encode()), Some(Entry { late_ms: 0, ..entry }));
            }
        }
        assert_eq!(entry(0).encode().len(), HEAD_BYTES);
    }

    #[test]
    fn the_table_is_bounded() {
        let most = HEAD_BYTES + (OLDEST as usize + 1) * SECOND_BYTES + leases::MOST * 6;
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
        let same_second_twice = changed(HEAD_BYTES + SECOND_BYTES, &good[HEAD_BYTES..HEAD_BYTES + 2]);
        for bytes in
            [vec![], cut, longer, foreign, too_many_seconds, impossible_millisecond, same_second_twice]
        {
            assert_eq!(Entry::decode(bytes.clone()), None, "{bytes:?}");
        }
    }
}
