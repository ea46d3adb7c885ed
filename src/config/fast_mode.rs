//! What Anthropic's fast mode costs: so many times all of a model's rates, for prompts of any length
//! (<https://platform.claude.com/docs/en/build-with-claude/fast-mode>).

use super::section::Section;
use crate::pricing::Factor;

/// Nothing costs a thousand times as much only for being faster: in thousandths.
const MOST: u64 = 1_000_000;

/// What an entry of a price map says, or a deployment's `model_info`: `provider_specific_entry: {fast: 2.0}`.
pub(super) fn factor(entry: &Section<'_>) -> Option<Factor> {
    let at = entry.section("provider_specific_entry")?.get("fast")?;
    let thousandths = at.number("a factor from 0 to 1000, e.g. `2.0`", |decimal| {
        decimal.rounded(3).filter(|thousandths| *thousandths <= MOST)
    });
    thousandths.map(Factor::thousandths)
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use crate::config::known_prices;
    use crate::pricing::Service;
    use crate::usage::Usage;
    use crate::wire::Provider;

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
