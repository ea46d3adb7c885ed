//! An account as the bytes in shared memory: always as many, little endian.

use std::iter;

use super::Account;
use super::figures::Figures;
use super::leases::{BUCKETS, Bucket, Leases};
use super::mean::Mean;
use super::periods::{PERIODS, Periods};

/// First bytes of a stored account, so that a foreign or an older value is told from one.
const MAGIC: [u8; 4] = *b"SWB1";
const WORD_BYTES: usize = 8;
const WORDS: usize = 7 + 4 * PERIODS + 3 * BUCKETS;
/// Size of a stored account.
const BYTES: usize = MAGIC.len() + WORDS * WORD_BYTES;

impl Account {
    /// Magic, name, period, mean, times; then the figures of each period; then each bucket of leases.
    pub(in crate::budgets) fn encode(&self) -> Vec<u8> {
        let [low, high] = halves(self.name);
        let figures = |known: &Figures| [known.period_ms, known.counted, known.stored, known.others];
        let bucket = |leases: &Bucket| [leases.end, leases.requests, leases.guessed];
        let words = [low, high, self.period_ms, self.mean.cost, self.mean.requests]
            .into_iter()
            .chain([self.used_ms, self.learned_ms])
            .chain(self.periods.0.iter().flat_map(figures))
            .chain(self.leases.0.iter().flat_map(bucket));
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.extend_from_slice(&MAGIC);
        words.for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        bytes
    }

    /// The account that `encode` wrote; none if it did not write these bytes.
    pub(in crate::budgets) fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(&MAGIC).filter(|_| bytes.len() == BYTES)?;
        let mut words = iter::from_fn(|| {
            let (word, after) = rest.split_first_chunk()?;
            rest = after;
            Some(u64::from_le_bytes(*word))
        });
        let mut account = Self::new(whole([words.next()?, words.next()?]), words.next()?);
        account.mean = Mean { cost: words.next()?, requests: words.next()? };
        account.used_ms = words.next()?;
        account.learned_ms = words.next()?;
        let Periods(periods) = &mut account.periods;
        for figures in periods {
            *figures = Figures {
                period_ms: words.next()?,
                counted: words.next()?,
                stored: words.next()?,
                others: words.next()?,
            };
        }
        let Leases(buckets) = &mut account.leases;
        for bucket in buckets {
            *bucket = Bucket { end: words.next()?, requests: words.next()?, guessed: words.next()? };
        }
        Some(account)
    }
}

fn halves(name: u128) -> [u64; 2] {
    let low = u64::try_from(name & u128::from(u64::MAX)).unwrap_or_default();
    let high = u64::try_from(name >> u64::BITS).unwrap_or_default();
    [low, high]
}

fn whole([low, high]: [u64; 2]) -> u128 {
    u128::from(high) << u64::BITS | u128::from(low)
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::super::Lease;
    use super::*;
    use crate::budgets::Balance;

    fn account() -> Account {
        let mut account = Account::new(u128::MAX / 3, 1_000);
        account.take(Lease::new(70, 60_000, 2_000), 2_000);
        account.charge(1_000, 50, 3_000);
        let balance =
            Balance { scope: String::new(), period_ms: 9_000, total_nanodollars: 40, own_nanodollars: 10 };
        assert!(account.learn(&balance, 4_000));
        account
    }

    #[test]
    fn an_account_survives_its_encoding() {
        let account = account();
        let bytes = account.encode();
        assert_eq!(bytes.len(), BYTES);
        assert_eq!(Account::decode(&bytes), Some(account));
    }

    #[test]
    fn what_is_no_account_is_not_decoded() {
        let good = account().encode();
        let mut foreign = good.clone();
        foreign[0] = b'x';
        let longer = [&good[..], b"!"].concat();
        for bytes in [&[][..], &good[..BYTES - 1], &foreign, &longer] {
            assert_eq!(Account::decode(bytes), None);
        }
    }
}
