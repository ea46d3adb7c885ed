//! An entry as the bytes in shared memory.

use crate::hex;
use crate::memory::Fields;

/// First byte of an entry. Another one is of an older or a newer program, and reads as nothing.
const FORMAT: u8 = 1;

/// SHA-256 of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hash([u8; 32]);

impl Hash {
    /// From 64 hexadecimal digits.
    pub fn parse(hex: &str) -> Option<Self> {
        hex::decode(hex).map(Self)
    }

    /// Two numbers that do not depend on each other: a digest's bits are as good as random.
    pub fn numbers(&self) -> [u32; 2] {
        let mut fields = Fields(&self.0);
        [fields.u32().unwrap_or_default(), fields.u32().unwrap_or_default()]
    }
}

/// What a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub hash: Hash,
    /// When the ledger was asked, in milliseconds since the Unix epoch; 0: never yet.
    pub asked_ms: u64,
    /// Not to be asked for again before this: the ledger was away.
    pub retry_ms: u64,
    /// See [`Epoch`](crate::keys::Epoch).
    pub generation: u32,
    /// The key in JSON; empty where there is nothing to tell of it.
    pub key: &'a [u8],
}

impl<'a> Entry<'a> {
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.hash.0);
        bytes.extend_from_slice(&self.asked_ms.to_le_bytes());
        bytes.extend_from_slice(&self.retry_ms.to_le_bytes());
        bytes.extend_from_slice(&self.generation.to_le_bytes());
        bytes.extend_from_slice(self.key);
        bytes
    }

    /// `None` for an empty slot, and for what [`Self::encode`] did not write.
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        if fields.u8()? != FORMAT {
            return None;
        }
        Some(Self {
            hash: Hash(fields.array()?),
            asked_ms: fields.u64()?,
            retry_ms: fields.u64()?,
            generation: fields.u32()?,
            key: fields.rest(),
        })
    }

    /// How long ago the ledger was asked. A clock that was set back makes it older, not younger.
    pub fn age_ms(&self, now_ms: u64) -> u64 {
        now_ms.abs_diff(self.asked_ms)
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn a_hash_is_64_hexadecimal_digits() {
        assert!(Hash::parse(&"0aF1".repeat(16)).is_some());
        for wrong in ["", "0a", &"g".repeat(64), &"0".repeat(65), &"+1".repeat(32), &"é".repeat(32)] {
            assert_eq!(Hash::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_entry_survives_its_encoding_and_nothing_else_is_one() {
        let entry = Entry {
            hash: Hash::parse(&"5c".repeat(32)).unwrap(),
            asked_ms: 1,
            retry_ms: 2,
            generation: 3,
            key: b"{}",
        };
        let bytes = entry.encode();
        assert_eq!(Entry::decode(&bytes), Some(entry));
        let foreign = [&[9], &bytes[1..]].concat();
        for bytes in [&[][..], &bytes[..20], &foreign] {
            assert_eq!(Entry::decode(bytes), None);
        }
    }
}
