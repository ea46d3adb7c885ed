//! What Anthropic's fast mode costs: so many times all of a model's rates, for prompts of any length
//! (<https://platform.claude.com/docs/en/build-with-claude/fast-mode>).

use super::section::Section;
use crate::pricing::{Prices, Rates, Service, Tier};

/// A thousandth part, in which factors are kept.
const THOUSANDTHS: u64 = 1_000;
/// Nothing costs a thousand times as much only for being faster.
const MOST: u64 = 1_000 * THOUSANDTHS;

/// How many times as much fast mode costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Factor {
    thousandths: u64,
}

impl Factor {
    /// A whole one.
    pub const fn times(times: u64) -> Self {
        Self { thousandths: times * THOUSANDTHS }
    }

    /// What an entry of a price map says: `provider_specific_entry: {fast: 2.0}`.
    pub fn read(entry: &Section<'_>) -> Option<Self> {
        let at = entry.section("provider_specific_entry")?.get("fast")?;
        at.number("a factor from 0 to 1000, e.g. `2.0`", |decimal| {
            decimal.rounded(3).filter(|thousandths| *thousandths <= MOST)
        })
        .map(|thousandths| Self { thousandths })
    }

    fn tier(self, above: u64, usual: Rates) -> Tier {
        let rates = Rates {
            input: self.of(usual.input),
            output: self.of(usual.output),
            cache_read: self.of(usual.cache_read),
            cache_write: self.of(usual.cache_write),
            cache_write_1h: self.of(usual.cache_write_1h),
            reasoning: self.of(usual.reasoning),
            audio_input: self.of(usual.audio_input),
            audio_cache_read: self.of(usual.audio_cache_read),
            audio_output: self.of(usual.audio_output),
        };
        Tier { above, service: Service::Fast, rates }
    }

    fn of(self, rate: Option<u64>) -> Option<u64> {
        let times = |rate: u64| u128::from(rate) * u128::from(self.thousandths) / u128::from(THOUSANDTHS);
        rate.map(|rate| u64::try_from(times(rate)).unwrap_or(u64::MAX))
    }
}

/// The prices, with those of fast mode for every length of prompts that has prices of its own.
pub(super) fn added(mut prices: Prices, factor: Option<Factor>) -> Prices {
    let Some(factor) = factor else { return prices };
    let usual = factor.tier(0, prices.usual());
    let standard = prices.tiers.iter().filter(|tier| tier.service.is_standard());
    let longer: Vec<Tier> = standard.map(|tier| factor.tier(tier.above, tier.rates)).collect();
    prices.tiers.push(usual);
    prices.tiers.extend(longer);
    prices
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::config::known_prices;
    use crate::usage::Usage;
    use crate::wire::Provider;

    #[test]
    fn every_rate_of_every_length_is_a_multiple() {
        let long = Rates { input: Some(60), cache_read: Some(6), ..Rates::default() };
        let prices = Prices {
            input: 30,
            output: 150,
            cache_write_1h: Some(61),
            tiers: vec![
                Tier { above: 1_000, rates: long, ..Tier::default() },
                Tier { service: Service::Priority, rates: long, ..Tier::default() },
            ],
            ..Prices::default()
        };
        assert_eq!(added(prices.clone(), None), prices);
        let fast = added(prices.clone(), Some(Factor { thousandths: 1_500 }));
        assert_eq!((fast.input, fast.output, fast.tiers.len()), (30, 150, 4));
        assert_eq!(fast.tiers.get(..2), prices.tiers.get(..2));
        let rates = |input, output, cache_read, cache_write_1h| Rates {
            input,
            output,
            cache_read,
            cache_write_1h,
            ..Rates::default()
        };
        let expected =
            [(0, rates(Some(45), Some(225), None, Some(91))), (1_000, rates(Some(90), None, Some(9), None))];
        for (tier, (above, rates)) in fast.tiers.iter().skip(2).zip(expected) {
            assert_eq!((tier.above, tier.service, tier.rates), (above, Service::Fast, rates));
        }
    }

    #[test]
    fn the_models_that_have_it_cost_twice_as_much() {
        let tokens =
            |service| Usage { input: 23_000, output: 1_000, cache_read: 500, service, ..Usage::default() };
        for (model, times) in [
            ("claude-opus-5-5", 2),
            ("claude-opus-5", 2),
            ("claude-opus-4-8", 2),
            ("claude-opus-4-8-20260528", 2),
            // It was taken from these: a request runs, and costs, as usual.
            ("claude-opus-4-7", 1),
            ("claude-opus-4-6", 1),
            ("claude-sonnet-5-5", 1),
        ] {
            let prices = known_prices(Provider::Anthropic, model).unwrap();
            let (usual, fast) =
                (prices.cost(&tokens(Service::Standard)), prices.cost(&tokens(Service::Fast)));
            assert_eq!(fast, times * usual, "{model}");
        }
    }
}
