//! What a deployment's tokens cost: the file's rates, else the built-in ones of the same model.

use super::cursor::Cursor;
use super::deployment::Parts;
use super::prices::known_prices;
use crate::pricing::Prices;
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
        let (cache_read, cache_write) =
            (rate("cache_read_input_token_cost"), rate("cache_creation_input_token_cost"));
        let reasoning = rate("output_cost_per_reasoning_token");
        let built_in = model.and_then(|model| known_prices(provider, model));
        let are_known = built_in.is_some() || (input, output) != (None, None);
        let built_in = built_in.unwrap_or_default();
        let prices = Prices {
            input: input.unwrap_or(built_in.input),
            output: output.unwrap_or(built_in.output),
            cache_read: cache_read.or(built_in.cache_read.filter(|_| input.is_none())),
            cache_write: cache_write.or(built_in.cache_write.filter(|_| input.is_none())),
            reasoning: reasoning.or(built_in.reasoning.filter(|_| output.is_none())),
        };
        Self { prices, are_known }
    }
}

/// US dollars per token, in femto-dollars.
fn femto(at: &Cursor<'_>) -> Option<u64> {
    at.number("US dollars per token as a number from 0 to 1, e.g. `2.5e-06`", |decimal| {
        decimal.rounded(15).filter(|femto| *femto <= 1_000_000_000_000_000)
    })
}
