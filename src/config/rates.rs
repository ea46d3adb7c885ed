//! What a deployment's tokens cost: the file's rates, else the built-in ones of the same model.

use super::cursor::Cursor;
use super::deployment::Parts;
use super::prices::known_prices;
use crate::pricing::{Prices, Tier};
use crate::wire::Provider;

/// The rates of one deployment.
pub(super) struct Rates {
    pub prices: Prices,
    /// Whether anything is known: without it, `prices` are 0 for want of better.
    pub are_known: bool,
}

impl Rates {
    /// An input and an output token together, in femto-dollars, for `cost-based-routing`.
    pub fn together(&self) -> Option<u64> {
        self.are_known.then(|| self.prices.input.saturating_add(self.prices.output))
    }

    /// Reads a deployment's rates. `model` is what it serves, where that does not depend on the request.
    ///
    /// A rate of the file also replaces the built-in rates that are derived from it.
    pub fn read(parts: &Parts<'_>, provider: Provider, model: Option<&str>) -> Self {
        let rate = |key: &'static str| {
            let informed = parts.info.as_ref().and_then(|info| femto(&info.get(key)?));
            parts.params.get(key).and_then(|at| femto(&at)).or(informed)
        };
        let (input, output) = (rate("input_cost_per_token"), rate("output_cost_per_token"));
        let tiers: Vec<Tier> = TIERS.iter().filter_map(|names| names.read(&rate)).collect();
        let built_in = model.and_then(|model| known_prices(provider, model));
        let are_known = built_in.is_some() || (input, output) != (None, None);
        let built_in = built_in.unwrap_or_default();
        let of_input = |built_in: Option<u64>| built_in.filter(|_| input.is_none());
        let is_built_in = (input, output) == (None, None) && tiers.is_empty();
        let prices = Prices {
            input: input.unwrap_or(built_in.input),
            output: output.unwrap_or(built_in.output),
            cache_read: rate("cache_read_input_token_cost").or(of_input(built_in.cache_read)),
            cache_write: rate("cache_creation_input_token_cost").or(of_input(built_in.cache_write)),
            cache_write_1h: rate("cache_creation_input_token_cost_above_1hr")
                .or(of_input(built_in.cache_write_1h)),
            reasoning: rate("output_cost_per_reasoning_token")
                .or(built_in.reasoning.filter(|_| output.is_none())),
            tiers: if is_built_in { built_in.tiers } else { tiers },
        };
        Self { prices, are_known }
    }
}

/// The names of one tier's rates.
struct TierNames {
    above: u64,
    input: &'static str,
    output: &'static str,
    cache_read: &'static str,
    cache_write: &'static str,
    cache_write_1h: &'static str,
}

impl TierNames {
    fn read(&self, rate: &dyn Fn(&'static str) -> Option<u64>) -> Option<Tier> {
        let tier = Tier {
            above: self.above,
            input: rate(self.input),
            output: rate(self.output),
            cache_read: rate(self.cache_read),
            cache_write: rate(self.cache_write),
            cache_write_1h: rate(self.cache_write_1h),
        };
        (tier != Tier { above: self.above, ..Tier::default() }).then_some(tier)
    }
}

/// LiteLLM's names, by the number that they end in.
macro_rules! tier_names {
    ($above:literal, $number:literal) => {
        TierNames {
            above: $above,
            input: concat!("input_cost_per_token_above_", $number, "_tokens"),
            output: concat!("output_cost_per_token_above_", $number, "_tokens"),
            cache_read: concat!("cache_read_input_token_cost_above_", $number, "_tokens"),
            cache_write: concat!("cache_creation_input_token_cost_above_", $number, "_tokens"),
            cache_write_1h: concat!("cache_creation_input_token_cost_above_1hr_above_", $number, "_tokens"),
        }
    };
}

/// The bounds that LiteLLM has names for.
const TIERS: [TierNames; 5] = [
    tier_names!(100_000, "100k"),
    tier_names!(128_000, "128k"),
    tier_names!(200_000, "200k"),
    tier_names!(272_000, "272k"),
    tier_names!(512_000, "512k"),
];

/// US dollars per token, in femto-dollars.
fn femto(at: &Cursor<'_>) -> Option<u64> {
    at.number("US dollars per token as a number from 0 to 1, e.g. `2.5e-06`", |decimal| {
        decimal.rounded(15).filter(|femto| *femto <= 1_000_000_000_000_000)
    })
}
