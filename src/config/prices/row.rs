//! A row of a table of prices: one model, with what its tokens cost for usual and for long prompts.
//!
//! Amounts are in millionths of a US dollar per million tokens (pico-dollars per token): `2_500_000` is $2.50. A row
//! can hold what a price page says to the hundredth of a cent, and the half of it.

use crate::pricing::{Prices, Rates, Service, Tier};

/// A model's rates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    /// The provider's own name, without the date of a snapshot.
    pub name: &'static str,
    pub usual: Sorts,
    /// The rates of a prompt that has more tokens than this.
    pub long: Option<(u64, Sorts)>,
}

/// The rates of each sort of token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sorts {
    pub input: u64,
    pub cached: Option<u64>,
    pub cache_write: Option<u64>,
    pub cache_write_1h: Option<u64>,
    pub output: u64,
}

/// A factor: so many by so many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times(pub u64, pub u64);

impl Times {
    const fn of(self, amount: u64) -> u64 {
        amount * self.0 / self.1
    }
}

impl Sorts {
    const fn new(input: u64, cached: Option<u64>, output: u64) -> Self {
        Self { input, cached, cache_write: None, cache_write_1h: None, output }
    }

    const fn writing(self, short: Times, long: Times) -> Self {
        Self { cache_write: Some(short.of(self.input)), cache_write_1h: Some(long.of(self.input)), ..self }
    }

    fn rates(&self) -> Rates {
        Rates {
            input: Some(femto(self.input)),
            output: Some(femto(self.output)),
            cache_read: self.cached.map(femto),
            cache_write: self.cache_write.map(femto),
            cache_write_1h: self.cache_write_1h.map(femto),
            reasoning: None,
        }
    }
}

impl Row {
    pub const fn new(name: &'static str, input: u64, cached: Option<u64>, output: u64) -> Self {
        Self { name, usual: Sorts::new(input, cached, output), long: None }
    }

    /// With what prompts of more tokens than `above` cost.
    pub const fn above(self, above: u64, input: u64, cached: Option<u64>, output: u64) -> Self {
        Self { long: Some((above, Sorts::new(input, cached, output))), ..self }
    }

    /// With what writing the cache costs, by the input: for as long as is usual, and for hours.
    pub const fn writing(self, short: Times, long: Times) -> Self {
        let longer = match self.long {
            Some((above, sorts)) => Some((above, sorts.writing(short, long))),
            None => None,
        };
        Self { usual: self.usual.writing(short, long), long: longer, ..self }
    }

    pub fn prices(&self) -> Prices {
        let usual = self.usual.rates();
        let long = |(above, sorts): &(u64, Sorts)| Tier {
            above: *above,
            service: Service::Standard,
            rates: sorts.rates(),
        };
        Prices {
            input: femto(self.usual.input),
            output: femto(self.usual.output),
            cache_read: usual.cache_read,
            cache_write: usual.cache_write,
            cache_write_1h: usual.cache_write_1h,
            reasoning: None,
            tiers: self.long.iter().map(long).collect(),
        }
    }
}

/// A row's amount in femto-dollars per token.
const fn femto(amount: u64) -> u64 {
    amount.saturating_mul(1_000)
}
