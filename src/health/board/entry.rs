//! One deployment on the board.

use super::{Rest, Standing};
use crate::cause::Cause;
use crate::health::is_ahead;
use crate::memory::Fields;

/// A deployment that is cooled down, due, or being probed. Times in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// [`hash`] of its id.
    pub hash: u64,
    /// When the entry was last changed: in the future, the clock was set back since.
    changed_ms: u64,
    /// End of the cooldown.
    pub until_ms: u64,
    /// End of the probe's lease; 0 where nobody has it.
    lent_until_ms: u64,
    /// Why it was cooled last.
    pub cause: Cause,
}

impl Entry {
    pub fn new(id: &str, rest: Rest, now_ms: u64) -> Self {
        let Rest { until_ms, cause, .. } = rest;
        Self { hash: hash(id), changed_ms: now_ms, until_ms, lent_until_ms: 0, cause }
    }

    pub fn standing(&self, now_ms: u64) -> Standing {
        let until_ms = if now_ms < self.until_ms { self.until_ms } else { self.lent_until_ms };
        if now_ms < until_ms && !is_ahead(self.changed_ms, now_ms) {
            Standing::Cooled { until_ms }
        } else {
            Standing::Due
        }
    }

    /// Whether somebody has the probe.
    pub fn is_lent(&self, now_ms: u64) -> bool {
        now_ms < self.lent_until_ms && !is_ahead(self.changed_ms, now_ms)
    }

    /// Lends the probe of an entry that is due.
    pub fn lend(&mut self, lease_ms: u64, now_ms: u64) {
        self.changed_ms = now_ms;
        // It may be due because the clock was set back: by the new one, too, the cooldown is over.
        self.until_ms = self.until_ms.min(now_ms);
        self.lent_until_ms = now_ms.saturating_add(lease_ms.max(1));
    }

    pub fn take_back(&mut self) {
        self.lent_until_ms = 0;
    }

    /// Begins or lengthens the cooldown; whether anything changed.
    pub fn rest(&mut self, rest: Rest, now_ms: u64) -> bool {
        let before = *self;
        let ahead = is_ahead(self.changed_ms, now_ms);
        let rests = now_ms < self.until_ms && !ahead;
        if !rests {
            self.until_ms = rest.until_ms;
        } else if rest.named || rest.probe {
            self.until_ms = self.until_ms.max(rest.until_ms);
        }
        if rest.probe || ahead {
            self.take_back();
        }
        let changed = *self != before;
        if changed {
            self.changed_ms = now_ms;
            self.cause = rest.cause;
        }
        changed
    }

    pub fn write(&self, bytes: &mut Vec<u8>) {
        for number in [self.hash, self.changed_ms, self.until_ms, self.lent_until_ms] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.push(number(self.cause));
    }

    pub fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let (hash, changed_ms) = (fields.u64()?, fields.u64()?);
        let (until_ms, lent_until_ms) = (fields.u64()?, fields.u64()?);
        let cause = *Cause::ALL.get(usize::from(fields.u8()?))?;
        Some(Self { hash, changed_ms, until_ms, lent_until_ms, cause })
    }
}

/// How a cause is stored: its place among all, which is another only with another [`super::Board::FORMAT`].
fn number(cause: Cause) -> u8 {
    let place = Cause::ALL.iter().position(|other| *other == cause);
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

/// FNV-1a of an id. The ids are the operator's own, at most thousands: that two of them share 64 bits by
/// chance is less likely than any failure that this guards against, and all that they would share then is a
/// cooldown.
pub(in crate::health) fn hash(id: &str) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    id.bytes().fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn the_hash_is_fnv_1a() {
        // Test vectors of the FNV reference.
        let vectors =
            [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)];
        for (id, expected) in vectors {
            assert_eq!(hash(id), expected, "{id}");
        }
    }

    #[test]
    fn a_straggler_neither_lengthens_a_cooldown_nor_ends_a_probe() {
        let late = Rest { until_ms: 9_000, named: false, probe: false, cause: Cause::Timeout };
        let mut entry = Entry::new("d", Rest { until_ms: 5_000, cause: Cause::Overloaded, ..late }, 1_000);
        assert!(!entry.rest(late, 4_999));
        assert_eq!(entry.cause, Cause::Overloaded);
        assert!(entry.rest(Rest { named: true, ..late }, 4_999), "unless the provider named a later time");
        assert_eq!(entry.cause, Cause::Timeout);
        assert_eq!(entry.standing(8_999), Standing::Cooled { until_ms: 9_000 });
        entry.lend(1_000, 9_000);
        assert!(entry.rest(Rest { until_ms: 9_500, ..late }, 9_100));
        assert!(entry.is_lent(9_500));
        assert_eq!(entry.standing(9_500), Standing::Cooled { until_ms: 10_000 });
    }

    #[test]
    fn a_clock_set_back_keeps_nobody_out() {
        let rest = Rest { until_ms: 1_060_000, named: false, probe: false, cause: Cause::Timeout };
        let mut entry = Entry::new("d", rest, 1_000_000);
        assert_eq!(entry.standing(999_000), Standing::Cooled { until_ms: 1_060_000 }, "a little late is now");
        assert_eq!(entry.standing(998_999), Standing::Due);
        entry.lend(500, 1_060_000);
        assert!(!entry.is_lent(5_000));
        assert_eq!(entry.standing(5_000), Standing::Due);
        entry.lend(500, 5_000);
        assert!(entry.is_lent(5_499), "the probe is lent by the new clock");
        assert_eq!(entry.standing(5_500), Standing::Due);
    }
}
