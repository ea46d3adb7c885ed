//! So many times all of a deployment's rates.

use serde::{Deserialize, Serialize};

use super::Rates;

/// A thousandth part, in which factors are kept.
const THOUSANDTHS: u64 = 1_000;

/// How many times as much something costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Factor {
    thousandths: u64,
}

impl Factor {
    /// A whole one.
    #[must_use]
    pub const fn times(times: u64) -> Self {
        Self { thousandths: times.saturating_mul(THOUSANDTHS) }
    }

    /// One in thousandths.
    #[must_use]
    pub const fn thousandths(thousandths: u64) -> Self {
        Self { thousandths }
    }

    /// So many times each of the rates that are set.
    #[must_use]
    pub fn of(self, rates: Rates) -> Rates {
        Rates {
            input: self.of_rate(rates.input),
            output: self.of_rate(rates.output),
            cache_read: self.of_rate(rates.cache_read),
            cache_write: self.of_rate(rates.cache_write),
            cache_write_1h: self.of_rate(rates.cache_write_1h),
            reasoning: self.of_rate(rates.reasoning),
            audio_input: self.of_rate(rates.audio_input),
            audio_cache_read: self.of_rate(rates.audio_cache_read),
            audio_output: self.of_rate(rates.audio_output),
        }
    }

    fn of_rate(self, rate: Option<u64>) -> Option<u64> {
        let times = |rate: u64| u128::from(rate) * u128::from(self.thousandths) / u128::from(THOUSANDTHS);
        rate.map(|rate| u64::try_from(times(rate)).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::pricing::{Prices, Service, Tier};
    use crate::usage::Usage;

    #[test]
    fn fast_mode_is_a_multiple_of_every_rate_of_every_length() {
        let long = Rates { input: Some(60_000_000), cache_read: Some(6_000_000), ..Rates::default() };
        let prices = Prices {
            input: 30_000_000,
            output: 150_000_000,
            cache_write_1h: Some(62_000_000),
            fast: Some(Factor::thousandths(1_500)),
            tiers: vec![
                Tier { above: 1_000, rates: long, ..Tier::default() },
                Tier { service: Service::Priority, rates: long, ..Tier::default() },
            ],
            ..Prices::default()
        };
        let served = |input, service| Usage {
            input,
            output: 10,
            cache_read: 100,
            cache_write: 200,
            cache_write_1h: 200,
            service,
            ..Usage::default()
        };
        for (input, nano) in [
            // Without a rate of its own, what the cache gave costs as any other input.
            (400, 200 * 30 + 200 * 62 + 10 * 150),
            (2_000, 1_700 * 60 + 100 * 6 + 200 * 62 + 10 * 150),
        ] {
            assert_eq!(prices.cost(&served(input, Service::Standard)), nano, "{input}");
            assert_eq!(prices.cost(&served(input, Service::Fast)), nano * 3 / 2, "{input}");
        }
        let plain = Prices { fast: None, ..prices };
        assert_eq!(plain.cost(&served(400, Service::Fast)), plain.cost(&served(400, Service::Standard)));
    }

    /// As it was rendered before there were factors.
    #[test]
    fn fast_mode_may_be_a_tier() {
        let rates = Rates { input: Some(2_000_000), ..Rates::default() };
        let tiers = vec![Tier { service: Service::Fast, rates, ..Tier::default() }];
        let prices = Prices { input: 1_000_000, tiers, ..Prices::default() };
        let usage = |service| Usage { input: 10, service, ..Usage::default() };
        assert_eq!((prices.cost(&usage(Service::Standard)), prices.cost(&usage(Service::Fast))), (10, 20));
    }

    #[test]
    fn a_factor_never_overflows() {
        let most = Rates { input: Some(u64::MAX), ..Rates::default() };
        assert_eq!(Factor::times(2).of(most).input, Some(u64::MAX));
        assert_eq!(Factor::thousandths(500).of(most).input, Some(u64::MAX / 2));
    }
}
