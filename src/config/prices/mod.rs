//! What models cost where the file does not say.
//!
//! One table for each provider whose prices could be checked; each says as of when. Prices change, so a rate that the
//! file gives always wins. DeepSeek's depend on the hour, and Together's and OpenRouter's on where a model is
//! served: they are not here, as is none that could not be checked.

mod anthropic;
mod gemini;
mod groq;
mod mistral;
mod openai;

use super::fast_mode;
use crate::pricing::{Prices, Rates, Service, Tier};
use crate::wire::Provider;

/// A model's rates, in thousandths of a US dollar per million tokens.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// The provider's own name, without the date of a snapshot.
    name: &'static str,
    input: u64,
    cached: Option<u64>,
    cache_write: Option<u64>,
    cache_write_1h: Option<u64>,
    output: u64,
    long: Option<Long>,
}

/// What a request with a long prompt costs, in the same unit.
#[derive(Clone, Copy, Debug)]
struct Long {
    /// The prompt has more tokens than this.
    above: u64,
    input: u64,
    cached: Option<u64>,
    cache_write: Option<u64>,
    cache_write_1h: Option<u64>,
    output: u64,
}

impl Row {
    const fn new(name: &'static str, input: u64, cached: Option<u64>, output: u64) -> Self {
        Self { name, input, cached, cache_write: None, cache_write_1h: None, output, long: None }
    }

    /// With what longer prompts cost.
    const fn above(self, above: u64, input: u64, cached: Option<u64>, output: u64) -> Self {
        let long = Long { above, input, cached, cache_write: None, cache_write_1h: None, output };
        Self { long: Some(long), ..self }
    }

    fn prices(&self) -> Prices {
        /// A thousandth of a dollar per million tokens, in femto-dollars per token.
        const MILLI_PER_MILLION: u64 = 1_000_000;
        let femto = |rate: u64| rate * MILLI_PER_MILLION;
        Prices {
            input: femto(self.input),
            output: femto(self.output),
            cache_read: self.cached.map(femto),
            cache_write: self.cache_write.map(femto),
            cache_write_1h: self.cache_write_1h.map(femto),
            reasoning: None,
            tiers: self.long.iter().map(|long| tier(long, femto)).collect(),
        }
    }
}

fn tier(long: &Long, femto: impl Fn(u64) -> u64) -> Tier {
    let rates = Rates {
        input: Some(femto(long.input)),
        output: Some(femto(long.output)),
        cache_read: long.cached.map(&femto),
        cache_write: long.cache_write.map(&femto),
        cache_write_1h: long.cache_write_1h.map(&femto),
        reasoning: None,
    };
    Tier { above: long.above, service: Service::Standard, rates }
}

fn table(provider: Provider) -> &'static [Row] {
    match provider {
        Provider::OpenAi | Provider::Azure => openai::TABLE,
        Provider::Anthropic => anthropic::TABLE,
        Provider::Gemini | Provider::VertexAi => gemini::TABLE,
        Provider::Groq => groq::TABLE,
        Provider::Mistral => mistral::TABLE,
        _ => &[],
    }
}

/// What a model costs where the file does not say: by its name as the provider knows it, or as LiteLLM does, with
/// another provider's prefix; with or without the date of a snapshot. Also for deployments whose model only the
/// request tells (`openai/*`).
#[must_use]
pub fn known_prices(provider: Provider, model: &str) -> Option<Prices> {
    let of_another = || {
        let (prefix, rest) = model.split_once('/')?;
        find(Provider::named(prefix)?, rest)
    };
    let last = || find(provider, model.rsplit('/').next()?);
    let row = find(provider, model).or_else(of_another).or_else(last)?;
    Some(fast_mode::added(row.prices(), anthropic::fast_mode(row.name)))
}

fn find(provider: Provider, model: &str) -> Option<&'static Row> {
    let name = without_date(model);
    table(provider).iter().find(|row| row.name == model || row.name == name)
}

/// `gpt-4.1-2025-04-14` → `gpt-4.1`, `claude-sonnet-4-5-20250929` → `claude-sonnet-4-5`. The snapshot of gpt-4o that
/// costs more is not confused with it.
#[must_use]
pub fn without_date(model: &str) -> &str {
    const DEARER: &str = "gpt-4o-2024-05-13";
    const DATES: [&str; 2] = ["-0000-00-00", "-00000000"];
    if model == DEARER {
        return model;
    }
    let cut = |date: &&str| {
        let (name, end) = model.split_at_checked(model.len().checked_sub(date.len())?)?;
        is_like(end, date).then_some(name)
    };
    DATES.iter().find_map(cut).unwrap_or(model)
}

/// Whether a text has a digit wherever the pattern has a zero, and is the same elsewhere.
fn is_like(text: &str, pattern: &str) -> bool {
    let pairs = text.bytes().zip(pattern.bytes());
    text.len() == pattern.len()
        && pairs
            .into_iter()
            .all(|(byte, like)| if like == b'0' { byte.is_ascii_digit() } else { byte == like })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{Tier, known_prices, table};
    use crate::wire::Provider::{self, Anthropic, Azure, Gemini, Groq, HostedVllm, OpenAi, VertexAi};

    #[test]
    fn a_snapshot_costs_what_its_model_costs() {
        let rates = known_prices(OpenAi, "gpt-4.1-2025-04-14").unwrap();
        assert_eq!(
            (rates.input, rates.cache_read, rates.output),
            (2_000_000_000, Some(500_000_000), 8_000_000_000)
        );
        assert_eq!(known_prices(Azure, "gpt-4.1"), Some(rates.clone()));
        assert_eq!(known_prices(OpenAi, "openai/gpt-4.1"), Some(rates));
        let claude = known_prices(Anthropic, "claude-sonnet-4-5-20250929").unwrap();
        assert_eq!(known_prices(Anthropic, "claude-sonnet-4-5").as_ref(), Some(&claude));
        assert_eq!(
            (claude.input, claude.cache_read, claude.cache_write, claude.output),
            (3_000_000_000, Some(300_000_000), Some(3_750_000_000), 15_000_000_000)
        );
        assert_eq!(claude.cache_write_1h, Some(6_000_000_000));
        let Tier { above, rates: long, .. } = claude.tiers.first().copied().unwrap();
        assert_eq!(
            (above, long.input, long.cache_read, long.cache_write, long.cache_write_1h, long.output),
            (
                200_000,
                Some(6_000_000_000),
                Some(600_000_000),
                Some(7_500_000_000),
                Some(12_000_000_000),
                Some(22_500_000_000)
            )
        );
    }

    #[test]
    fn a_name_means_what_its_provider_means() {
        assert!(known_prices(Groq, "openai/gpt-oss-20b").is_some());
        assert_eq!(known_prices(OpenAi, "gpt-oss-20b"), None);
        assert_eq!(known_prices(VertexAi, "gemini-2.5-pro"), known_prices(Gemini, "gemini-2.5-pro"));
        assert_eq!(
            known_prices(Azure, "anthropic/claude-opus-4-1"),
            known_prices(Anthropic, "claude-opus-4-1")
        );
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for model in ["", "llama", "gpt-4.1-preview", "gpt-4o-2024-05-13", "é-2025-04-14", "é2025-04-14"] {
            assert_eq!(known_prices(OpenAi, model), None, "{model}");
        }
        assert_eq!(known_prices(HostedVllm, "gpt-4.1"), None);
    }

    #[test]
    fn a_table_prices_a_model_once() {
        for provider in Provider::ALL {
            let mut seen = BTreeSet::new();
            assert!(table(*provider).iter().all(|row| seen.insert(row.name)), "{}", provider.name());
        }
    }
}
