//! What a deployment's tokens cost, and its searches: the file's rates, else those of its price map, else the built-in
//! ones of the same model.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::deployment::Parts;
use super::fast_mode;
use super::format;
use super::price_map::PriceMap;
use super::prices::known_prices;
use super::searches;
use super::section::Section;
use crate::pricing::{self, Prices, Rates as Row, Search, Service, Tier};
use crate::wire::Provider;

/// The rates of one deployment.
pub(super) struct Rates {
    pub prices: Prices,
    /// The file's alone.
    pub written: pricing::Written,
    /// Whether anything is known: without it, `prices` are 0 for want of better.
    pub are_known: bool,
    /// Whether `prices` depend on the model that a request asks for.
    by_request: bool,
}

impl Rates {
    /// An input and an output token together, in femto-dollars, for `cost-based-routing` and as a first guess of what a
    /// request takes from a budget; `None` where only the request tells. Never 0 where searches cost something, because no
    /// budget holds room for what is sure to cost nothing.
    pub fn together(&self) -> Option<u64> {
        let are_told = self.are_known && !self.by_request;
        let tokens = self.prices.input.saturating_add(self.prices.output);
        let is_free = self.prices.search.is_none_or(|search| search.price() == 0);
        are_told.then(|| tokens.max(u64::from(!is_free)))
    }

    /// Reads a deployment's rates. `model` is what it serves, where that does not depend on the request.
    pub fn read(parts: &Parts<'_>, provider: Provider, model: Option<&str>, map: &PriceMap<'_>) -> Self {
        let of_info = parts.info.as_ref().map(|info| Written::read(info, provider));
        let mut written = of_info.unwrap_or_default();
        written.overrule(Written::read(&parts.params, provider));
        let known =
            model.and_then(|model| map.prices(provider, model).or_else(|| known_prices(provider, model)));
        let fast = parts.info.as_ref().and_then(own_factor);
        let written = pricing::Written { fast, ..written.settled() };
        let are_known = known.is_some() || written.tells_the_base();
        let by_request = model.is_none() && !written.tells_the_whole_base();
        Self { prices: written.over(&known.unwrap_or_default()), written, are_known, by_request }
    }
}

/// How many times as much fast mode costs, by a deployment's own `model_info`.
fn own_factor(info: &Section<'_>) -> Option<pricing::Factor> {
    let factor = fast_mode::factor(info);
    if let Some(entry) = info.section("provider_specific_entry") {
        entry.close_shared(&format::PROVIDER_SPECIFIC);
    }
    factor
}

/// Rates as they are written, by length of the prompt and service tier.
#[derive(Default)]
pub(super) struct Written {
    rows: BTreeMap<(u64, Service), Row>,
    search: Option<Search>,
}

impl Written {
    /// Reads every rate of a mapping that is about a provider's model.
    pub fn read(section: &Section<'_>, provider: Provider) -> Self {
        let mut written = Self { search: searches::read(section, provider), ..Self::default() };
        for key in format::rate_keys() {
            let Some((sort, above, service)) = taken_apart(key.name) else { continue };
            let Some(rate) = section.get(key.name).and_then(|at| femto(&at)) else { continue };
            *sort(written.rows.entry((above, service)).or_default()) = Some(rate);
        }
        if let Some(list) = section.get("tiered_pricing") {
            list.list("a list of tiers").iter().for_each(|at| written.tier(at));
        }
        written
    }

    /// An entry of `tiered_pricing`: `{range: [0, 32000], input_cost_per_token: …}`.
    fn tier(&mut self, at: &Cursor<'_>) {
        let Some(section) = at.section() else { return };
        let range = section.need("range", "a list of two lengths of prompts, in tokens: `[0, 32000]`");
        let range = range.map(|at| at.list("a list of two lengths of prompts, in tokens"));
        let above = range.and_then(|bounds| bounds.first()?.whole(0..=u64::MAX));
        let mut row = Row::default();
        for key in format::TIER.keys() {
            let Some((sort, ..)) = taken_apart(key.name) else { continue };
            *sort(&mut row) = section.get(key.name).and_then(|at| femto(&at));
        }
        section.close(&format::TIER);
        if let Some(above) = above {
            self.rows.entry((above, Service::Standard)).or_default().overrule(row);
        }
    }

    /// Puts other rates before these.
    fn overrule(&mut self, other: Self) {
        self.search = other.search.or(self.search);
        for (place, row) in other.rows {
            self.rows.entry(place).or_default().overrule(row);
        }
    }

    /// The rates, apart from their places.
    pub fn settled(mut self) -> pricing::Written {
        let base = self.rows.remove(&(0, Service::Standard)).unwrap_or_default();
        let tiers = self.rows.into_iter().map(|((above, service), rates)| Tier { above, service, rates });
        pricing::Written { base, search: self.search, fast: None, tiers: tiers.collect() }
    }
}

type Sort = fn(&mut Row) -> &mut Option<u64>;

/// What LiteLLM's names begin with. The longer of two that begin alike stands first.
const SORTS: [(&str, Sort); 11] = [
    ("input_cost_per_token_cache_hit", |row| &mut row.cache_read),
    ("input_cost_per_token", |row| &mut row.input),
    ("output_cost_per_token", |row| &mut row.output),
    ("output_cost_per_reasoning_token", |row| &mut row.reasoning),
    ("cache_read_input_token_cost", |row| &mut row.cache_read),
    // A provider keeps what is to stay for an hour or for 12, and counts no other.
    ("cache_creation_input_token_cost_above_12hr", |row| &mut row.cache_write_1h),
    ("cache_creation_input_token_cost_above_1hr", |row| &mut row.cache_write_1h),
    ("cache_creation_input_token_cost", |row| &mut row.cache_write),
    ("input_cost_per_audio_token", |row| &mut row.audio_input),
    ("cache_read_input_audio_token_cost", |row| &mut row.audio_cache_read),
    ("output_cost_per_audio_token", |row| &mut row.audio_output),
];

/// `cache_read_input_token_cost_above_200k_tokens_priority`: of which tokens, from which length of the prompt on, at
/// which service tier.
fn taken_apart(name: &str) -> Option<(Sort, u64, Service)> {
    let (name, service) = Service::ALL
        .iter()
        .find_map(|service| Some((name.strip_suffix(service.name())?.strip_suffix('_')?, *service)))
        .unwrap_or((name, Service::Standard));
    let (sort, rest) = SORTS.iter().find_map(|(start, sort)| Some((*sort, name.strip_prefix(start)?)))?;
    if rest.is_empty() {
        return Some((sort, 0, service));
    }
    let thousands = rest.strip_prefix("_above_")?.strip_suffix("k_tokens")?;
    Some((sort, thousands.parse::<u64>().ok()?.checked_mul(1_000)?, service))
}

/// US dollars per token, in femto-dollars.
fn femto(at: &Cursor<'_>) -> Option<u64> {
    at.number("US dollars per token as a number from 0 to 1, e.g. `2.5e-06`", |decimal| {
        decimal.rounded(15).filter(|femto| *femto <= 1_000_000_000_000_000)
    })
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{Service, format, taken_apart};

    #[test]
    fn every_name_of_the_format_is_understood() {
        const OTHERS: [&str; 3] =
            ["tiered_pricing", "search_context_cost_per_query", "web_search_billing_unit"];
        for key in format::rate_keys().filter(|key| !OTHERS.contains(&key.name)) {
            assert!(taken_apart(key.name).is_some(), "{}", key.name);
        }
    }

    #[test]
    fn names_say_length_and_service() {
        for (name, expected) in [
            ("input_cost_per_token", Some((0, Service::Standard))),
            ("output_cost_per_token_flex", Some((0, Service::Flex))),
            ("cache_read_input_token_cost_above_272k_tokens_priority", Some((272_000, Service::Priority))),
            (
                "cache_creation_input_token_cost_above_1hr_above_200k_tokens",
                Some((200_000, Service::Standard)),
            ),
            (
                "cache_creation_input_token_cost_above_12hr_above_272k_tokens_flex",
                Some((272_000, Service::Flex)),
            ),
            ("cache_read_input_audio_token_cost_flex", Some((0, Service::Flex))),
            ("input_cost_per_token_batches", None),
            ("input_cost_per_audio_per_second", None),
            ("input_cost_per_token_above_2k", None),
            ("input_cost_per_second", None),
        ] {
            assert_eq!(taken_apart(name).map(|(_, above, service)| (above, service)), expected, "{name}");
        }
    }
}
