//! How the tokens of one prompt and its answer come apart by what they cost.

use super::Rates;
use crate::usage::Usage;

/// Every sort of token, how many there are of it, and its rate in femto-dollars: sorts without a rate of their own have
/// that of the whole that they are a part of. No token is in two sorts, unless a provider reports parts of the input, or
/// of the output, that are more than the whole.
///
/// Providers say how much of a prompt was sound, and seldom how much of that the cache had: what does not fit beside the
/// cached tokens was among them.
pub(super) fn of(usage: &Usage, rates: &Rates) -> [(u64, u64); 9] {
    let (input, output) = (rates.input.unwrap_or(0), rates.output.unwrap_or(0));
    let cache_read = rates.cache_read.unwrap_or(input);
    let cache_write = rates.cache_write.unwrap_or(input);
    let audio_input = rates.audio_input.unwrap_or(input);
    let fresh = usage.input.saturating_sub(usage.cache_read).saturating_sub(usage.cache_write);
    let said = usage.output.saturating_sub(usage.reasoning);
    let audio = usage.audio;
    let audio_read = audio.cache_read.min(usage.cache_read);
    let audio_fresh = audio.input.saturating_sub(audio_read).min(fresh);
    let audio_said = audio.output.min(said);
    [
        (fresh - audio_fresh, input),
        (audio_fresh, audio_input),
        (usage.cache_read - audio_read, cache_read),
        (audio_read, rates.audio_cache_read.or(rates.cache_read).unwrap_or(audio_input)),
        (usage.cache_write.saturating_sub(usage.cache_write_1h), cache_write),
        (usage.cache_write_1h, rates.cache_write_1h.unwrap_or(cache_write)),
        (said - audio_said, output),
        (audio_said, rates.audio_output.unwrap_or(output)),
        (usage.reasoning, rates.reasoning.unwrap_or(output)),
    ]
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use crate::pricing::{Prices, Rates, Service, Tier};
    use crate::usage::{Audio, Usage};

    /// 1, 2, … nano-dollars a token, by which what is charged for each sort is known.
    fn prices() -> Prices {
        Prices {
            input: 1_000_000,
            output: 2_000_000,
            cache_read: Some(100_000),
            audio_input: Some(30_000_000),
            audio_cache_read: Some(3_000_000),
            audio_output: Some(60_000_000),
            ..Prices::default()
        }
    }

    fn heard(input: u64, cache_read: u64, audio: (u64, u64)) -> Usage {
        let audio = Audio { input: audio.0, cache_read: audio.1, output: 0 };
        Usage { input, cache_read, audio, ..Usage::default() }
    }

    #[test]
    fn sound_is_charged_once_and_at_its_own_rate() {
        for (usage, nano) in [
            (heard(100, 0, (0, 0)), 100),
            (heard(100, 0, (40, 0)), 60 + 40 * 30),
            // Of what the cache had, ten were sound.
            (heard(100, 50, (40, 10)), 20 + 30 * 30 + 4 + 10 * 3),
            // Nobody said what of the cached tokens was sound; thirty must have been.
            (heard(100, 50, (80, 0)), 50 * 30 + 5),
            // More than the whole.
            (heard(100, 50, (500, 400)), 50 * 30 + 50 * 3),
            (heard(100, 100, (100, 0)), 10),
        ] {
            assert_eq!(prices().cost(&usage), nano, "{usage:?}");
        }
        let said = |output, reasoning, audio| Usage {
            output,
            reasoning,
            audio: Audio { output: audio, ..Audio::default() },
            ..Usage::default()
        };
        for (usage, nano) in [
            (said(100, 0, 30), 70 * 2 + 30 * 60),
            (said(100, 40, 30), 70 * 2 + 30 * 60),
            (said(100, 40, 90), 40 * 2 + 60 * 60),
        ] {
            assert_eq!(prices().cost(&usage), nano, "{usage:?}");
        }
    }

    #[test]
    fn sound_without_a_rate_of_its_own_costs_what_text_costs() {
        let usage = Usage {
            output: 50,
            audio: Audio { input: 40, cache_read: 10, output: 20 },
            ..heard(100, 50, (0, 0))
        };
        let text = Prices { audio_input: None, audio_cache_read: None, audio_output: None, ..prices() };
        assert_eq!(text.cost(&usage), text.cost(&Usage { audio: Audio::default(), ..usage }));
        let uncached = Prices { cache_read: None, audio_cache_read: None, ..prices() };
        assert_eq!(
            uncached.cost(&heard(100, 50, (40, 10))),
            60 + 40 * 30,
            "a cache that makes no difference"
        );
        let of_text = Prices { audio_cache_read: None, ..prices() };
        assert_eq!(of_text.cost(&heard(100, 50, (40, 50))), 50 + 5, "as any other that the cache had");
    }

    #[test]
    fn sound_costs_what_its_service_tier_says() {
        let rates = |audio_input| Rates { input: Some(2_000_000), audio_input, ..Rates::default() };
        let tier = |service, audio_input| Tier { above: 0, service, rates: rates(audio_input) };
        let tiers = vec![tier(Service::Priority, Some(50_000_000)), tier(Service::Flex, None)];
        let prices = Prices { tiers, ..prices() };
        let usage = |service| Usage { service, ..heard(10, 0, (4, 0)) };
        assert_eq!(prices.cost(&usage(Service::Priority)), 6 * 2 + 4 * 50);
        assert_eq!(prices.cost(&usage(Service::Flex)), 6 * 2 + 4 * 30, "the usual one");
    }
}
