//! The keys of prices. LiteLLM has a name for each sort of token, by length of the prompt and by service tier, of which
//! those stand here that it documents; `crate::config::rates` takes the names apart. `crate::config::searches` reads what
//! searches cost.

use super::{Format, Key, Shape, Unknown, key};

const INPUT: &str = "price of a token of the prompt, in US dollars";
const OUTPUT: &str = "price of a token of the answer, in US dollars";
const READ: &str = "price of a token that the provider's cache had";
const WRITE: &str = "price of a token that the provider's cache takes in";
const WRITE_1H: &str = "the same where it is kept for an hour";
const WRITE_12H: &str = "the same where it is kept for 12 hours";
const REASONING: &str = "price of a token of reasoning";
const HEARD: &str = "price of a token of sound in the prompt";
const HEARD_READ: &str = "price of a token of sound that the provider's cache had";
const SPOKEN: &str = "price of a token of sound in the answer";

const TIERS: Shape = Shape::Of(&TIER);

const fn rate(name: &'static str, says: &'static str) -> Key {
    key(name, Shape::Number, says)
}

#[rustfmt::skip]
pub const RATES: &[Key] = &[
    rate("input_cost_per_token", INPUT),
    rate("input_cost_per_token_above_100k_tokens", INPUT),
    rate("input_cost_per_token_above_128k_tokens", INPUT),
    rate("input_cost_per_token_above_200k_tokens", INPUT),
    rate("input_cost_per_token_above_200k_tokens_priority", INPUT),
    rate("input_cost_per_token_above_272k_tokens", INPUT),
    rate("input_cost_per_token_above_272k_tokens_flex", INPUT),
    rate("input_cost_per_token_above_272k_tokens_priority", INPUT),
    rate("input_cost_per_token_above_272k_tokens_ultrafast", INPUT),
    rate("input_cost_per_token_above_512k_tokens", INPUT),
    rate("input_cost_per_token_balanced", INPUT),
    rate("input_cost_per_token_flex", INPUT),
    rate("input_cost_per_token_priority", INPUT),
    rate("input_cost_per_token_ultrafast", INPUT),
    rate("output_cost_per_token", OUTPUT),
    rate("output_cost_per_token_above_100k_tokens", OUTPUT),
    rate("output_cost_per_token_above_128k_tokens", OUTPUT),
    rate("output_cost_per_token_above_200k_tokens", OUTPUT),
    rate("output_cost_per_token_above_200k_tokens_priority", OUTPUT),
    rate("output_cost_per_token_above_272k_tokens", OUTPUT),
    rate("output_cost_per_token_above_272k_tokens_flex", OUTPUT),
    rate("output_cost_per_token_above_272k_tokens_priority", OUTPUT),
    rate("output_cost_per_token_above_272k_tokens_ultrafast", OUTPUT),
    rate("output_cost_per_token_above_512k_tokens", OUTPUT),
    rate("output_cost_per_token_balanced", OUTPUT),
    rate("output_cost_per_token_flex", OUTPUT),
    rate("output_cost_per_token_priority", OUTPUT),
    rate("output_cost_per_token_ultrafast", OUTPUT),
    rate("output_cost_per_reasoning_token", REASONING),
    rate("output_cost_per_reasoning_token_flex", REASONING),
    rate("output_cost_per_reasoning_token_priority", REASONING),
    rate("cache_read_input_token_cost", READ),
    rate("cache_read_input_token_cost_above_100k_tokens", READ),
    rate("cache_read_input_token_cost_above_128k_tokens", READ),
    rate("cache_read_input_token_cost_above_200k_tokens", READ),
    rate("cache_read_input_token_cost_above_200k_tokens_priority", READ),
    rate("cache_read_input_token_cost_above_272k_tokens", READ),
    rate("cache_read_input_token_cost_above_272k_tokens_flex", READ),
    rate("cache_read_input_token_cost_above_272k_tokens_priority", READ),
    rate("cache_read_input_token_cost_above_272k_tokens_ultrafast", READ),
    rate("cache_read_input_token_cost_above_512k_tokens", READ),
    rate("cache_read_input_token_cost_balanced", READ),
    rate("cache_read_input_token_cost_flex", READ),
    rate("cache_read_input_token_cost_priority", READ),
    rate("cache_read_input_token_cost_ultrafast", READ),
    rate("input_cost_per_token_cache_hit", READ),
    rate("cache_creation_input_token_cost", WRITE),
    rate("cache_creation_input_token_cost_above_100k_tokens", WRITE),
    rate("cache_creation_input_token_cost_above_128k_tokens", WRITE),
    rate("cache_creation_input_token_cost_above_200k_tokens", WRITE),
    rate("cache_creation_input_token_cost_above_272k_tokens", WRITE),
    rate("cache_creation_input_token_cost_above_272k_tokens_flex", WRITE),
    rate("cache_creation_input_token_cost_above_272k_tokens_priority", WRITE),
    rate("cache_creation_input_token_cost_above_272k_tokens_ultrafast", WRITE),
    rate("cache_creation_input_token_cost_above_512k_tokens", WRITE),
    rate("cache_creation_input_token_cost_flex", WRITE),
    rate("cache_creation_input_token_cost_priority", WRITE),
    rate("cache_creation_input_token_cost_ultrafast", WRITE),
    rate("cache_creation_input_token_cost_above_1hr", WRITE_1H),
    rate("cache_creation_input_token_cost_above_1hr_above_100k_tokens", WRITE_1H),
    rate("cache_creation_input_token_cost_above_1hr_above_128k_tokens", WRITE_1H),
    rate("cache_creation_input_token_cost_above_1hr_above_200k_tokens", WRITE_1H),
    rate("cache_creation_input_token_cost_above_1hr_above_272k_tokens", WRITE_1H),
    rate("cache_creation_input_token_cost_above_1hr_above_512k_tokens", WRITE_1H),
    rate("cache_creation_input_token_cost_above_12hr", WRITE_12H),
    rate("cache_creation_input_token_cost_above_12hr_above_272k_tokens", WRITE_12H),
    rate("cache_creation_input_token_cost_above_12hr_above_272k_tokens_flex", WRITE_12H),
    rate("cache_creation_input_token_cost_above_12hr_above_272k_tokens_priority", WRITE_12H),
    rate("cache_creation_input_token_cost_above_12hr_above_272k_tokens_ultrafast", WRITE_12H),
    rate("cache_creation_input_token_cost_above_12hr_flex", WRITE_12H),
    rate("cache_creation_input_token_cost_above_12hr_priority", WRITE_12H),
    rate("cache_creation_input_token_cost_above_12hr_ultrafast", WRITE_12H),
    rate("input_cost_per_audio_token", HEARD),
    rate("input_cost_per_audio_token_flex", HEARD),
    rate("input_cost_per_audio_token_priority", HEARD),
    rate("cache_read_input_audio_token_cost", HEARD_READ),
    rate("cache_read_input_audio_token_cost_flex", HEARD_READ),
    rate("cache_read_input_audio_token_cost_priority", HEARD_READ),
    rate("output_cost_per_audio_token", SPOKEN),
    key(
        "search_context_cost_per_query",
        Shape::Of(&SEARCH),
        "price of a search that the provider makes, in US dollars, by how much it may bring in",
    ),
    key(
        "web_search_billing_unit",
        Shape::Word(&["per_query", "per_prompt"]),
        "whether that is charged for each search, or once for an answer that was searched for",
    ),
    key(
        "tiered_pricing",
        Shape::List(&TIERS),
        "rates by length of the prompt: `{range: [0, 32000], input_cost_per_token: 1e-06, …}`",
    ),
];

/// The keys of rates, which a deployment, its `model_info` and a price map may have.
pub fn rate_keys() -> impl Iterator<Item = &'static Key> {
    RATES.iter()
}

/// `search_context_cost_per_query`.
pub static SEARCH: Format = Format {
    name: "search",
    keys: &[&[
        rate("search_context_size_medium", "price of a search of the usual size: the one that counts"),
        rate("search_context_size_high", "the same for a larger one; counts where `medium` has none"),
        rate("search_context_size_low", "the same for a smaller one; counts where the others have none"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Warned,
};

/// An entry of `tiered_pricing`.
pub static TIER: Format = Format {
    name: "tier",
    keys: &[&[
        key(
            "range",
            Shape::List(&Shape::Number),
            "from which length of the prompt on, in tokens, and up to which",
        )
        .required(),
        rate("input_cost_per_token", INPUT),
        rate("output_cost_per_token", OUTPUT),
        rate("output_cost_per_reasoning_token", REASONING),
        rate("cache_read_input_token_cost", READ),
        rate("cache_creation_input_token_cost", WRITE),
        rate("cache_creation_input_token_cost_above_1hr", WRITE_1H),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Warned,
};
