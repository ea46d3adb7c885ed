//! What an answer costs: integers in, integer nano-dollars out, rounded once.

use serde::{Deserialize, Serialize};

use crate::usage::Usage;

/// Rates of one deployment, in 10⁻¹⁵ US dollars (femto-dollars) per token, so that LiteLLM's
/// `input_cost_per_token: 7.5e-08` is a whole number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// `output_cost_per_reasoning_token`; the output rate where unset.
    pub reasoning: Option<u64>,
}

/// Femto-dollars in a nano-dollar.
const FEMTO_PER_NANO: u128 = 1_000_000;

impl Prices {
    /// What `usage` costs, in 10⁻⁹ US dollars, rounded half up once; [`u64::MAX`] where it is more than that.
    ///
    /// Cached tokens are charged at their own rates and the rest of the input at `input`; likewise reasoning
    /// and the rest of the output. Parts that a provider reports as more than the whole are charged as reported.
    #[must_use]
    pub fn cost(&self, usage: &Usage) -> u64 {
        let text_in = usage.input.saturating_sub(usage.cache_read).saturating_sub(usage.cache_write);
        let text_out = usage.output.saturating_sub(usage.reasoning);
        let femto = [
            (text_in, self.input),
            (usage.cache_read, self.cache_read.unwrap_or(self.input)),
            (usage.cache_write, self.cache_write.unwrap_or(self.input)),
            (text_out, self.output),
            (usage.reasoning, self.reasoning.unwrap_or(self.output)),
        ]
        .into_iter()
        .map(|(tokens, rate)| u128::from(tokens).saturating_mul(u128::from(rate)))
        .fold(0_u128, u128::saturating_add);
        let nano = femto.saturating_add(FEMTO_PER_NANO / 2) / FEMTO_PER_NANO;
        u64::try_from(nano).unwrap_or(u64::MAX)
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
    };
    const CLAUDE_SONNET_4_5: Prices = Prices {
        input: 3_000_000_000,
        output: 15_000_000_000,
        cache_read: Some(300_000_000),
        cache_write: Some(3_750_000_000),
        reasoning: None,
    };
    const GEMINI_2_5_FLASH: Prices = Prices {
        input: 300_000_000,
        output: 2_500_000_000,
        cache_read: Some(30_000_000),
        cache_write: None,
        reasoning: Some(2_500_000_000),
    };

    fn usage(input: u64, cache_read: u64, cache_write: u64, output: u64, reasoning: u64) -> Usage {
        Usage { input, output, cache_read, cache_write, reasoning }
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
        };
        assert_eq!(prices.cost(&usage(most, most, most, most, most)), u64::MAX);
        assert_eq!(GPT_4O.cost(&usage(1, 4, 0, 0, 0)), 5_000);
        assert_eq!(GPT_4O.cost(&Usage::default()), 0);
        assert_eq!(Prices::default().cost(&usage(most, 0, 0, most, 0)), 0);
    }
}
