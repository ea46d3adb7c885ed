//! What models cost where the file does not say.
//!
//! One table for each provider whose prices could be checked; each says as of when. Prices change, so a rate that the
//! file gives always wins. Together's and OpenRouter's depend on where a model is served: they are not here, as is none
//! that could not be checked.

mod anthropic;
mod deepseek;
mod gemini;
mod groq;
mod mistral;
mod names;
mod openai;
mod row;

pub use names::{known_as, without_date};
use row::Row;

use crate::pricing::Prices;
use crate::wire::Provider;

fn table(provider: Provider) -> &'static [Row] {
    match provider {
        Provider::OpenAi | Provider::Azure => openai::TABLE,
        Provider::Anthropic => anthropic::TABLE,
        Provider::Gemini | Provider::VertexAi => gemini::TABLE,
        Provider::Groq => groq::TABLE,
        Provider::Mistral => mistral::TABLE,
        Provider::DeepSeek => deepseek::TABLE,
        _ => &[],
    }
}

/// What a model costs where the file does not say: by its name as the provider knows it, or as LiteLLM does, with
/// another provider's prefix; or by any other that [`known_as`] gives. Also for deployments whose model only the
/// request tells (`openai/*`).
#[must_use]
pub fn known_prices(provider: Provider, model: &str) -> Option<Prices> {
    let of_another = || {
        let (prefix, rest) = model.split_once('/')?;
        find(Provider::named(prefix)?, rest)
    };
    let last = || find(provider, model.rsplit('/').next()?);
    let row = find(provider, model).or_else(of_another).or_else(last)?;
    Some(Prices { fast: anthropic::fast_mode(row.name), ..row.prices() })
}

/// The models of a provider's that answer, and are charged for it.
#[cfg(test)]
pub(super) fn answering(provider: Provider) -> impl Iterator<Item = &'static str> {
    table(provider).iter().filter(|row| row.standard.usual.output > 0).map(|row| row.name)
}

fn find(provider: Provider, model: &str) -> Option<Row> {
    let mut known = known_as(provider, model);
    let row = known.find_map(|name| table(provider).iter().find(|row| row.name == name))?;
    Some(if provider == Provider::Azure { row.at_azure() } else { *row })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{known_prices, table};
    use crate::pricing::{Prices, Search, Service, Tier};
    use crate::usage::{Audio, Usage};
    use crate::wire::Provider::{
        self, Anthropic, Azure, DeepSeek, Gemini, Groq, HostedVllm, Mistral, OpenAi, VertexAi,
    };

    #[test]
    fn a_snapshot_costs_what_its_model_costs() {
        let rates = known_prices(OpenAi, "gpt-4.1-2025-04-14").unwrap();
        assert_eq!(
            (rates.input, rates.cache_read, rates.output),
            (2_000_000_000, Some(500_000_000), 8_000_000_000)
        );
        assert_eq!(known_prices(OpenAi, "openai/gpt-4.1").as_ref(), Some(&rates));
        let at_azure = Prices { search: Some(Search::Each(14_000_000_000_000)), ..rates };
        assert_eq!(known_prices(Azure, "gpt-4.1"), Some(at_azure));
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
    fn a_rate_of_less_than_a_tenth_of_a_cent_is_held() {
        let read = |provider, model| known_prices(provider, model).unwrap().cache_read;
        assert_eq!(read(Groq, "openai/gpt-oss-20b"), Some(37_500_000));
        assert_eq!(read(Mistral, "mistral-large-2512"), Some(50_000_000));
    }

    /// What a prompt with 2,000 cached tokens and an answer of 1,000 cost at a service tier, in nano-dollars.
    fn cost(provider: Provider, model: &str, prompt: u64, service: Service) -> u64 {
        let usage = Usage { input: prompt, cache_read: 2_000, output: 1_000, service, ..Usage::default() };
        known_prices(provider, model).unwrap().cost(&usage)
    }

    #[test]
    fn another_service_tier_has_its_own_rates() {
        for (provider, model, prompt, service, nano) in [
            (OpenAi, "gpt-5.4", 10_000, Service::Standard, 35_500_000),
            (OpenAi, "gpt-5.4", 10_000, Service::Priority, 71_000_000),
            (OpenAi, "gpt-5.4", 10_000, Service::Flex, 17_750_000),
            // Long prompts are not served with priority.
            (OpenAi, "gpt-5.4", 302_000, Service::Priority, 1_523_500_000),
            (OpenAi, "gpt-5.4", 302_000, Service::Flex, 761_750_000),
            (OpenAi, "gpt-5-mini", 10_000, Service::Priority, 7_290_000),
            (OpenAi, "gpt-5.4-nano", 10_000, Service::Priority, 2_890_000),
            (Gemini, "gemini-2.5-flash", 10_000, Service::Priority, 8_928_000),
            // The cache costs as much as at the standard tier.
            (Gemini, "gemini-2.5-flash", 10_000, Service::Flex, 2_510_000),
            (Gemini, "gemini-2.5-pro", 302_000, Service::Priority, 1_377_900_000),
            (Gemini, "gemini-2.5-pro", 302_000, Service::Flex, 383_000_000),
        ] {
            assert_eq!(cost(provider, model, prompt, service), nano, "{model} {prompt} {service:?}");
        }
    }

    #[test]
    fn current_models_have_a_price() {
        for (provider, model, nano) in [
            (OpenAi, "gpt-5.5", 71_000_000),
            (OpenAi, "gpt-5.5-2026-04-23", 71_000_000),
            (OpenAi, "gpt-6.1-sol", 26_200_000),
            (Azure, "gpt-6-luna", 1_320_000),
            (OpenAi, "ft:gpt-4.1-mini-2025-04-14:acme::B7x", 10_000_000),
            (Anthropic, "claude-fable-5-2", 104_400_000),
            (Anthropic, "claude-3-5-haiku-latest", 10_560_000),
            (Gemini, "gemini-4-argon", 26_200_000),
            (VertexAi, "gemini-pro-latest", 28_400_000),
            (Groq, "qwen/qwen3.8-27b", 12_000_000),
            (Mistral, "mistral-large-latest", 5_600_000),
            (DeepSeek, "deepseek-flash", 3_612_000),
        ] {
            assert_eq!(cost(provider, model, 10_000, Service::Standard), nano, "{model}");
        }
    }

    #[test]
    fn what_a_cache_takes_in_costs_more_since_gpt_5_6() {
        let wrote = |cache_write_1h| Usage {
            input: 10_000,
            cache_read: 2_000,
            cache_write: 4_000,
            cache_write_1h,
            output: 1_000,
            ..Usage::default()
        };
        let prices = known_prices(OpenAi, "gpt-6.1-sol").unwrap();
        assert_eq!((prices.cost(&wrote(0)), prices.cost(&wrote(4_000))), (28_200_000, 38_200_000));
        let long = Usage { input: 302_000, service: Service::Ultrafast, ..wrote(4_000) };
        assert_eq!(prices.cost(&long), (296_000 * 24_000) + (2_000 * 1_200) + (4_000 * 60_000) + 90_000_000);
    }

    #[test]
    fn searches_cost_what_the_model_or_its_provider_says() {
        for (provider, model, nano) in [
            (OpenAi, "gpt-6.1-sol", 30_000_000),
            (OpenAi, "gpt-4.1-2025-04-14", 30_000_000),
            (OpenAi, "gpt-audio-1.5", 0),
            (OpenAi, "text-embedding-3-small", 0),
            (Azure, "gpt-6.1-sol", 42_000_000),
            (Azure, "gpt-4-turbo", 0),
            (Azure, "anthropic/claude-haiku-5-5", 30_000_000),
            (Anthropic, "claude-haiku-5-5", 30_000_000),
            // Of an answer, however often it was searched for.
            (Gemini, "gemini-2.5-pro", 35_000_000),
            (VertexAi, "gemini-2.5-flash", 35_000_000),
            (Gemini, "gemini-4-argon", 42_000_000),
            (Gemini, "gemini-3.1-pro-preview", 42_000_000),
            (Mistral, "mistral-large-4", 0),
        ] {
            let usage = Usage { searches: 3, ..Usage::default() };
            assert_eq!(known_prices(provider, model).unwrap().cost(&usage), nano, "{model}");
        }
    }

    #[test]
    fn the_older_tool_is_dearer_with_models_that_do_not_reason() {
        let usage = Usage { searches: 3, by_preview: true, ..Usage::default() };
        for (provider, model, nano) in [
            (OpenAi, "gpt-4.1", 75_000_000),
            (OpenAi, "gpt-4o-mini", 75_000_000),
            (OpenAi, "o3", 30_000_000),
            (OpenAi, "gpt-6.1-sol", 30_000_000),
            (Azure, "gpt-4.1", 42_000_000),
        ] {
            assert_eq!(known_prices(provider, model).unwrap().cost(&usage), nano, "{model}");
        }
    }

    #[test]
    fn sound_costs_what_the_model_says() {
        let audio = Audio { input: 3_000, cache_read: 1_000, output: 500 };
        for (provider, model, service, nano) in [
            (OpenAi, "gpt-audio-1.5", Service::Standard, 2_000 * 32_000 + 1_000 * 32_000 + 500 * 64_000),
            (Gemini, "gemini-2.5-flash", Service::Standard, 2_000 * 1_000 + 1_000 * 100 + 500 * 2_500),
            (Gemini, "gemini-2.5-flash", Service::Priority, 2_000 * 1_800 + 1_000 * 180 + 500 * 4_500),
            (Gemini, "gemini-2.5-flash", Service::Flex, 2_000 * 500 + 1_000 * 100 + 500 * 1_250),
            (Gemini, "gemini-3.1-flash-lite", Service::Flex, 2_000 * 250 + 1_000 * 25 + 500 * 750),
            // As text.
            (Gemini, "gemini-3.8-flash", Service::Standard, 2_000 * 750 + 1_000 * 75 + 500 * 3_750),
        ] {
            let usage =
                Usage { input: 3_000, cache_read: 1_000, output: 500, audio, service, ..Usage::default() };
            assert_eq!(known_prices(provider, model).unwrap().cost(&usage), nano, "{model} {service:?}");
        }
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
        for model in [
            "",
            "llama",
            "gpt-4.1-preview",
            "gpt-4.1-latest",
            "gpt-4o-2024-05-13",
            "ft:gpt-5.5:acme::B7x",
            "é-2025-04-14",
            "é2025-04-14",
        ] {
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
