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
    audio_input: None,
    audio_cache_read: None,
    audio_output: None,
    search: None,
    fast: None,
    tiers: Vec::new(),
};
const CLAUDE_SONNET_4_5: Prices = Prices {
    input: 3_000_000_000,
    output: 15_000_000_000,
    cache_read: Some(300_000_000),
    cache_write: Some(3_750_000_000),
    reasoning: None,
    cache_write_1h: None,
    audio_input: None,
    audio_cache_read: None,
    audio_output: None,
    search: None,
    fast: None,
    tiers: Vec::new(),
};
const GEMINI_2_5_FLASH: Prices = Prices {
    input: 300_000_000,
    output: 2_500_000_000,
    cache_read: Some(30_000_000),
    cache_write: None,
    reasoning: Some(2_500_000_000),
    cache_write_1h: None,
    audio_input: None,
    audio_cache_read: None,
    audio_output: None,
    search: None,
    fast: None,
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
