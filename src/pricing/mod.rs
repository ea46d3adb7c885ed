//! What an answer costs: integers in, integer nano-dollars out, rounded once.

use serde::{Deserialize, Serialize};

pub use crate::usage::Service;
use crate::usage::{Beside, Usage};

/// Rates of one deployment, in 10⁻¹⁵ US dollars (femto-dollars) per token, so that LiteLLM's
/// `input_cost_per_token: 7.5e-08` is a whole number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Prices {
    /// `input_cost_per_token`
    pub input: u64,
    /// `output_cost_per_token`
    pub output: u64,
    /// `cache_read_input_token_cost`; the input rate where unset.
    pub cache_read: Option<u64>,
    /// `cache_creation_input_token_cost`; the input rate where unset.
    pub cache_write: Option<u64>,
    /// `cache_creation_input_token_cost_above_1hr`, `…_above_12hr`: for what is kept for so long; as for any other where
    /// unset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h: Option<u64>,
    /// `output_cost_per_reasoning_token`; the output rate where unset.
    pub reasoning: Option<u64>,
    /// What long prompts and other service tiers cost; none where they make no difference.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
}

/// Rates of requests whose prompt is longer than a bound, or that are served at another tier than the standard one:
/// they hold for all tokens of the request, not only for those beyond the bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tier {
    /// A prompt has more tokens than this, cached ones included; 0 for any.
    pub above: u64,
    /// At which service tier the provider says that it served the request.
    #[serde(skip_serializing_if = "Service::is_standard")]
    pub service: Service,
    /// A rate that is not set is the usual one.
    pub rates: Rates,
}

/// Rates of which some may be unset, in femto-dollars per token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rates {
    /// `input_cost_per_token…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<u64>,
    /// `output_cost_per_token…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<u64>,
    /// `cache_read_input_token_cost…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read: Option<u64>,
    /// `cache_creation_input_token_cost…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<u64>,
    /// `cache_creation_input_token_cost_above_1hr…`, `…_above_12hr…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write_1h: Option<u64>,
    /// `output_cost_per_reasoning_token…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<u64>,
}

impl Rates {
    /// Puts the rates of another that are set before these.
    pub fn overrule(&mut self, other: Self) {
        self.input = other.input.or(self.input);
        self.output = other.output.or(self.output);
        self.cache_read = other.cache_read.or(self.cache_read);
        self.cache_write = other.cache_write.or(self.cache_write);
        self.cache_write_1h = other.cache_write_1h.or(self.cache_write_1h);
        self.reasoning = other.reasoning.or(self.reasoning);
    }
}

/// Rates as they are written for a deployment, of which some may be unset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Written {
    /// Of any prompt, at the standard tier.
    pub base: Rates,
    /// As [`Prices::tiers`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
}

impl Written {
    /// Whether nothing is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an input or an output rate is written.
    #[must_use]
    pub fn tells_the_base(&self) -> bool {
        (self.base.input, self.base.output) != (None, None)
    }

    /// The prices, with what is known of the same model where nothing is written. A written rate also takes the place
    /// of the known rates that are derived from it.
    #[must_use]
    pub fn over(&self, known: &Prices) -> Prices {
        let base = self.base;
        let of_input = |known: Option<u64>| known.filter(|_| base.input.is_none());
        let are_known = !self.tells_the_base() && self.tiers.is_empty();
        Prices {
            input: base.input.unwrap_or(known.input),
            output: base.output.unwrap_or(known.output),
            cache_read: base.cache_read.or(of_input(known.cache_read)),
            cache_write: base.cache_write.or(of_input(known.cache_write)),
            cache_write_1h: base.cache_write_1h.or(of_input(known.cache_write_1h)),
            reasoning: base.reasoning.or(known.reasoning.filter(|_| base.output.is_none())),
            tiers: if are_known { known.tiers.clone() } else { self.tiers.clone() },
        }
    }
}

/// Femto-dollars in a nano-dollar.
const FEMTO_PER_NANO: u128 = 1_000_000;

impl Prices {
    /// What `usage` costs, in 10⁻⁹ US dollars, rounded half up once; [`u64::MAX`] where it is more than that.
    ///
    /// Cached tokens are charged at their own rates and the rest of the input at `input`; likewise reasoning
    /// and the rest of the output. Parts that a provider reports as more than the whole are charged as reported.
    /// `usage` is of one request: the length of its prompt, and the service tier, choose the rates. What was sampled
    /// beside its answer is priced as a prompt of its own.
    #[must_use]
    pub fn cost(&self, usage: &Usage) -> u64 {
        let [own, beside] = usage.prompts();
        let beside = if usage.beside == Beside::default() { 0 } else { self.femto(&beside) };
        let femto = self.femto(&own).saturating_add(beside);
        let nano = femto.saturating_add(FEMTO_PER_NANO / 2) / FEMTO_PER_NANO;
        u64::try_from(nano).unwrap_or(u64::MAX)
    }

    /// The rates at the standard service tier, of prompts of a length that has none of its own.
    #[must_use]
    pub fn usual(&self) -> Rates {
        Rates {
            input: Some(self.input),
            output: Some(self.output),
            cache_read: self.cache_read,
            cache_write: self.cache_write,
            cache_write_1h: self.cache_write_1h,
            reasoning: self.reasoning,
        }
    }

    /// What the tokens of one prompt and its answer cost, in 10⁻¹⁵ US dollars.
    fn femto(&self, usage: &Usage) -> u128 {
        let rates = self.rates(usage.input, usage.service);
        let (input, output) = (rates.input.unwrap_or(0), rates.output.unwrap_or(0));
        let cache_read = rates.cache_read.unwrap_or(input);
        let cache_write = rates.cache_write.unwrap_or(input);
        let cache_write_1h = rates.cache_write_1h.unwrap_or(cache_write);
        let text_in = usage.input.saturating_sub(usage.cache_read).saturating_sub(usage.cache_write);
        let text_out = usage.output.saturating_sub(usage.reasoning);
        [
            (text_in, input),
            (usage.cache_read, cache_read),
            (usage.cache_write.saturating_sub(usage.cache_write_1h), cache_write),
            (usage.cache_write_1h, cache_write_1h),
            (text_out, output),
            (usage.reasoning, rates.reasoning.unwrap_or(output)),
        ]
        .into_iter()
        .map(|(tokens, rate)| u128::from(tokens).saturating_mul(u128::from(rate)))
        .fold(0_u128, u128::saturating_add)
    }

    /// The rates of a prompt of so many tokens: of the highest bound that it exceeds at its service tier, else at the
    /// standard one, else of any length, likewise. (LiteLLM, too, takes the rate of the length where the service tier
    /// has none for it.)
    fn rates(&self, input: u64, service: Service) -> Rates {
        let above =
            self.tiers.iter().map(|tier| tier.above).filter(|above| input > *above).max().unwrap_or(0);
        let mut rates = self.usual();
        for (bound, tier) in [(0, service), (above, Service::Standard), (above, service)] {
            let found = self.tiers.iter().filter(|row| row.above == bound && row.service == tier);
            found.for_each(|row| rates.overrule(row.rates));
        }
        rates
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    const GPT_4O: Prices = Prices {
        input: 2_500_000_000,
        output: 10_000_000_000,
        cache_read: Some(1_250_000_000),
        cache_write: None,
        reasoning: None,
        cache_write_1h: None,
        tiers: Vec::new(),
    };
    const CLAUDE_SONNET_4_5: Prices = Prices {
        input: 3_000_000_000,
        output: 15_000_000_000,
        cache_read: Some(300_000_000),
        cache_write: Some(3_750_000_000),
        reasoning: None,
        cache_write_1h: None,
        tiers: Vec::new(),
    };
    const GEMINI_2_5_FLASH: Prices = Prices {
        input: 300_000_000,
        output: 2_500_000_000,
        cache_read: Some(30_000_000),
        cache_write: None,
        reasoning: Some(2_500_000_000),
        cache_write_1h: None,
        tiers: Vec::new(),
    };

    fn usage(input: u64, cache_read: u64, cache_write: u64, output: u64, reasoning: u64) -> Usage {
        Usage { input, output, cache_read, cache_write, reasoning, ..Usage::default() }
    }

    /// The sums that LiteLLM computes for the same answers, in nano-dollars.
    #[test]
    fn agrees_with_litellm() {
        for (prices, usage, nano) in [
            (GPT_4O, usage(10, 0, 0, 4, 0), 65_000),
            (CLAUDE_SONNET_4_5, usage(12 + 3 + 2, 3, 2, 9, 0), 179_400),
            (GEMINI_2_5_FLASH, usage(12, 3, 0, 9 + 5, 5), 37_790),
        ] {
            assert_eq!(prices.cost(&usage), nano, "{prices:?} {usage:?}");
        }
    }

    #[test]
    fn unset_rates_are_those_of_the_whole() {
        let prices = Prices { input: 1_000_000, output: 10_000_000, ..Prices::default() };
        assert_eq!(prices.cost(&usage(9, 2, 3, 7, 5)), prices.cost(&usage(9, 0, 0, 7, 0)));
        assert_eq!(prices.cost(&usage(9, 2, 3, 7, 5)), 79);
    }

    #[test]
    fn reasoning_has_its_own_rate() {
        let prices = Prices { output: 1_000_000, reasoning: Some(3_000_000), ..Prices::default() };
        assert_eq!(prices.cost(&usage(0, 0, 0, 10, 4)), 6 + 12);
    }

    #[test]
    fn a_cache_that_is_kept_for_an_hour_costs_more() {
        let prices = Prices { cache_write_1h: Some(6_000_000_000), ..CLAUDE_SONNET_4_5 };
        let written = Usage { input: 1_000, cache_write: 1_000, cache_write_1h: 400, ..Usage::default() };
        assert_eq!(prices.cost(&written), 600 * 3_750 + 400 * 6_000);
        assert_eq!(CLAUDE_SONNET_4_5.cost(&written), 1_000 * 3_750, "without a rate of its own");
    }

    #[test]
    fn a_long_prompt_reprices_the_whole_request() {
        let tier = |above, input, output, cache_read| Tier {
            above,
            rates: Rates { input, output, cache_read, ..Rates::default() },
            ..Tier::default()
        };
        let prices = Prices {
            tiers: vec![
                tier(200_000, Some(6_000_000_000), Some(22_500_000_000), Some(600_000_000)),
                tier(500_000, Some(9_000_000_000), None, None),
            ],
            ..CLAUDE_SONNET_4_5
        };
        for (input, cached, output, nano) in [
            (200_000, 0, 1, 200_000 * 3_000 + 15_000),
            (200_001, 0, 1, 200_001 * 6_000 + 22_500),
            // Cached tokens are part of the prompt's length.
            (200_001, 200_000, 0, 200_000 * 600 + 6_000),
            // What a tier leaves out is the usual rate.
            (500_001, 1, 1, 500_000 * 9_000 + 300 + 15_000),
        ] {
            assert_eq!(prices.cost(&usage(input, cached, 0, output, 0)), nano, "{input} {cached} {output}");
        }
    }

    #[test]
    fn what_is_sampled_beside_the_answer_has_a_length_of_its_own() {
        let long = Rates { input: Some(6_000_000_000), output: Some(22_500_000_000), ..Rates::default() };
        let tiers = vec![Tier { above: 200_000, rates: long, ..Tier::default() }];
        let prices = Prices { tiers, ..CLAUDE_SONNET_4_5 };
        let compaction = Beside { input: 180_000, output: 3_500, cache_read: 1_000, ..Beside::default() };
        let own = usage(23_000, 500, 0, 1_000, 200);
        let (first, second) = (22_500 * 3_000 + 500 * 300 + 1_000 * 15_000, 179_000 * 3_000 + 1_000 * 300);
        assert_eq!(prices.cost(&own.with(compaction)), first + second + 3_500 * 15_000);
        let long = Beside { input: 200_001, output: 1, ..Beside::default() };
        assert_eq!(prices.cost(&own.with(long)), first + 200_001 * 6_000 + 22_500);
        let together = Usage { service: Service::Priority, ..own.with(compaction) };
        assert!(together.prompts().iter().all(|prompt| prompt.service == Service::Priority));
    }

    #[test]
    fn a_service_tier_has_the_rates_of_its_own_that_it_has() {
        let tier = |above, service, input, output| Tier {
            above,
            service,
            rates: Rates { input, output, ..Rates::default() },
        };
        let prices = Prices {
            tiers: vec![
                tier(0, Service::Priority, Some(4_375_000_000), Some(17_500_000_000)),
                tier(0, Service::Flex, Some(1_250_000_000), None),
                tier(272_000, Service::Standard, Some(5_000_000_000), Some(15_000_000_000)),
                tier(272_000, Service::Priority, Some(8_750_000_000), None),
            ],
            ..GPT_4O
        };
        for (service, input, nano) in [
            (Service::Standard, 1_000, 1_000 * 2_500 + 10_000),
            (Service::Priority, 1_000, 1_000 * 4_375 + 17_500),
            (Service::Flex, 1_000, 1_000 * 1_250 + 10_000),
            (Service::Ultrafast, 1_000, 1_000 * 2_500 + 10_000),
            (Service::Standard, 272_001, 272_001 * 5_000 + 15_000),
            // Of a long prompt, the rate of its length counts before that of its tier alone.
            (Service::Priority, 272_001, 272_001 * 8_750 + 15_000),
            (Service::Flex, 272_001, 272_001 * 5_000 + 15_000),
        ] {
            let usage = Usage { input, output: 1, service, ..Usage::default() };
            assert_eq!(prices.cost(&usage), nano, "{service:?} {input}");
        }
        let cached = Usage { input: 10, cache_read: 10, service: Service::Priority, ..Usage::default() };
        assert_eq!(prices.cost(&cached), 12_500, "the standard rate of the cache");
    }

    #[test]
    fn rounds_half_up_and_once() {
        let prices = Prices { input: 250_000, output: 249_999, ..Prices::default() };
        for (input, output, nano) in [(1, 0, 0), (1, 1, 0), (2, 0, 1), (0, 2, 0), (3, 3, 1), (3, 4, 2)] {
            assert_eq!(prices.cost(&usage(input, 0, 0, output, 0)), nano, "{input} {output}");
        }
    }

    #[test]
    fn never_overflows_or_goes_below_the_parts() {
        let most = u64::MAX;
        let prices = Prices {
            input: most,
            output: most,
            cache_read: Some(most),
            cache_write: Some(most),
            reasoning: Some(most),
            ..Prices::default()
        };
        assert_eq!(prices.cost(&usage(most, most, most, most, most)), u64::MAX);
        assert_eq!(GPT_4O.cost(&usage(1, 4, 0, 0, 0)), 5_000);
        assert_eq!(GPT_4O.cost(&Usage::default()), 0);
        assert_eq!(Prices::default().cost(&usage(most, 0, 0, most, 0)), 0);
    }
}
