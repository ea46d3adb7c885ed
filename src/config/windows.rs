//! How long a prompt models take, and how long an answer may be, where the file does not say.
//!
//! OpenAI's: the largest prompt, in tokens, as Microsoft publishes it for Azure's global deployments (June 2026,
//! learn.microsoft.com, "Azure OpenAI in Microsoft Foundry models"); OpenAI states the same windows, or the sum of
//! prompt and answer; those since GPT-5.5, and the older ones that chat only, as OpenAI publishes them
//! (developers.openai.com/api/docs/models, November 2026). Anthropic's: window and longest answer as published by
//! November 2026 (platform.claude.com/docs/en/about-claude/models/overview), without what a beta header would add. By
//! November 2026 as well: Google's (ai.google.dev/gemini-api/docs/models), Groq's (console.groq.com/docs/models), Mistral's
//! (docs.mistral.ai/getting-started/models) and DeepSeek's (api-docs.deepseek.com/quick_start/pricing). A model whose
//! number could not be checked is not here: what is not known is not checked before the call, and the provider's own
//! refusal leads to the same fallback.

use super::prices::{known_as, without_date};
use crate::wire::Provider;

/// A model, its longest prompt and its longest answer, in tokens.
type Row = (&'static str, u64, Option<u64>);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("gpt-6.1-sol", 922_000, None),
    ("gpt-6.1-terra", 922_000, None),
    ("gpt-6-astra", 922_000, None),
    ("gpt-6-sol", 922_000, None),
    ("gpt-6-luna", 922_000, None),
    ("gpt-5.6", 922_000, None),
    ("gpt-5.6-sol", 922_000, None),
    ("gpt-5.6-terra", 922_000, None),
    ("gpt-5.6-luna", 922_000, None),
    ("gpt-5.5", 922_000, None),
    ("gpt-5.5-pro", 922_000, None),
    ("chat-latest", 272_000, None),
    ("gpt-5.4", 922_000, None),
    ("gpt-5.4-mini", 272_000, None),
    ("gpt-5.4-nano", 272_000, None),
    ("gpt-5.4-pro", 922_000, None),
    ("gpt-5.3-codex", 272_000, None),
    ("gpt-5.2", 272_000, None),
    ("gpt-5.2-chat-latest", 128_000, None),
    ("gpt-5.2-pro", 272_000, None),
    ("gpt-5.2-codex", 272_000, None),
    ("gpt-5.1", 272_000, None),
    ("gpt-5.1-chat-latest", 128_000, None),
    ("gpt-5.1-codex", 272_000, None),
    ("gpt-5.1-codex-max", 272_000, None),
    ("gpt-5.1-codex-mini", 272_000, None),
    ("gpt-5", 272_000, None),
    ("gpt-5-chat-latest", 128_000, None),
    ("gpt-5-search-api", 272_000, None),
    ("gpt-5-codex", 272_000, None),
    ("gpt-5-mini", 272_000, None),
    ("gpt-5-nano", 272_000, None),
    ("gpt-5-pro", 272_000, None),
    ("codex-mini-latest", 200_000, None),
    ("gpt-4.1", 1_047_576, None),
    ("gpt-4.1-mini", 1_047_576, None),
    ("gpt-4.1-nano", 1_047_576, None),
    ("gpt-4o", 128_000, None),
    ("gpt-4o-mini", 128_000, None),
    ("gpt-audio-1.5", 128_000, None),
    ("gpt-4-turbo", 128_000, None),
    ("gpt-3.5-turbo", 16_385, None),
    ("o4-mini", 200_000, None),
    ("o3", 200_000, None),
    ("o3-pro", 200_000, None),
    ("o3-mini", 200_000, None),
    ("o1", 200_000, None),
    ("o1-pro", 200_000, None),
    ("claude-fable-5-2", 1_000_000, Some(128_000)),
    ("claude-fable-5-1", 1_000_000, Some(128_000)),
    ("claude-fable-5", 1_000_000, Some(128_000)),
    ("claude-mythos-5-1", 1_000_000, Some(128_000)),
    ("claude-mythos-5", 1_000_000, Some(128_000)),
    ("claude-opus-5-5", 1_000_000, Some(128_000)),
    ("claude-opus-5", 1_000_000, Some(128_000)),
    ("claude-opus-4-8", 1_000_000, Some(128_000)),
    ("claude-opus-4-7", 1_000_000, Some(128_000)),
    ("claude-opus-4-6", 1_000_000, Some(128_000)),
    ("claude-opus-4-5", 200_000, Some(64_000)),
    ("claude-opus-4-1", 200_000, Some(32_000)),
    ("claude-opus-4-0", 200_000, Some(32_000)),
    ("claude-opus-4", 200_000, Some(32_000)),
    ("claude-sonnet-5-5", 1_000_000, Some(128_000)),
    ("claude-sonnet-5", 1_000_000, Some(128_000)),
    ("claude-sonnet-4-6", 1_000_000, Some(128_000)),
    ("claude-sonnet-4-5", 200_000, Some(64_000)),
    ("claude-sonnet-4-0", 200_000, Some(64_000)),
    ("claude-sonnet-4", 200_000, Some(64_000)),
    ("claude-3-7-sonnet", 200_000, Some(64_000)),
    ("claude-haiku-5-5", 1_000_000, Some(128_000)),
    ("claude-haiku-4-5", 200_000, Some(64_000)),
    ("claude-3-5-haiku", 200_000, Some(8_192)),
    ("claude-3-haiku", 200_000, Some(4_096)),
    // How long an answer of this one may be could not be checked.
    ("gemini-4-argon", 1_048_576, None),
    ("gemini-3.8-flash", 1_048_576, Some(65_536)),
    ("gemini-3.7-flash", 1_048_576, Some(65_536)),
    ("gemini-3.6-flash", 1_048_576, Some(65_536)),
    ("gemini-3.5-flash-lite", 1_048_576, Some(65_536)),
    ("gemini-3.5-flash", 1_048_576, Some(65_536)),
    ("gemini-3.1-pro-preview", 1_048_576, Some(65_536)),
    ("gemini-3.1-flash-lite", 1_048_576, Some(65_536)),
    ("gemini-3-flash-preview", 1_048_576, Some(65_536)),
    ("gemini-2.5-pro", 1_048_576, Some(65_536)),
    ("gemini-2.5-flash", 1_048_576, Some(65_536)),
    ("gemini-2.5-flash-lite", 1_048_576, Some(65_536)),
    ("gemini-pro-latest", 1_048_576, Some(65_536)),
    ("gemini-flash-latest", 1_048_576, Some(65_536)),
    ("gemini-flash-lite-latest", 1_048_576, Some(65_536)),
    ("gpt-oss-120b", 131_072, Some(65_536)),
    ("gpt-oss-20b", 131_072, Some(65_536)),
    ("llama-3.3-70b-versatile", 131_072, Some(32_768)),
    ("llama-3.1-8b-instant", 131_072, Some(131_072)),
    ("mistral-large-4", 1_048_576, None),
    ("mistral-large-4-0", 1_048_576, None),
    ("mistral-large-latest", 262_144, None),
    ("mistral-large-3", 262_144, None),
    ("mistral-large-2512", 262_144, None),
    ("mistral-medium-latest", 262_144, None),
    ("mistral-medium-3.5", 262_144, None),
    ("mistral-medium-3-5", 262_144, None),
    ("mistral-medium-2604", 262_144, None),
    ("magistral-medium-latest", 262_144, None),
    ("mistral-small-latest", 262_144, None),
    ("mistral-small-2603", 262_144, None),
    ("magistral-small-latest", 262_144, None),
    ("ministral-14b-latest", 262_144, None),
    ("ministral-14b-2512", 262_144, None),
    ("ministral-8b-latest", 262_144, None),
    ("ministral-8b-2512", 262_144, None),
    ("ministral-3b-latest", 131_072, None),
    ("ministral-3b-2512", 131_072, None),
    ("codestral-latest", 128_000, None),
    ("codestral-2508", 128_000, None),
    ("devstral-latest", 256_000, None),
    ("devstral-medium-latest", 256_000, None),
    ("devstral-small-latest", 256_000, None),
    ("deepseek-v4-pro", 1_000_000, Some(393_216)),
    ("deepseek-v4-flash", 1_000_000, Some(393_216)),
    ("deepseek-flash", 1_000_000, Some(393_216)),
];

/// What Groq takes of a model that others serve with a window of their own.
const GROQ: &[Row] = &[("qwen/qwen3.8-27b", 131_072, Some(16_384))];

/// The longest prompt that a model takes, by its provider's name or its vendor's, tuned or not, with or without the date
/// of a snapshot.
pub(super) fn longest_prompt(provider: Provider, model: &str) -> Option<u64> {
    let own = if provider == Provider::Groq { GROQ } else { &[] };
    let own = own.iter().find(|(known, ..)| *known == model);
    own.or_else(|| find(model)).map(|(_, prompt, _)| *prompt)
}

/// The longest answer that a model gives, by its vendor's name, with or without a provider's prefix and the date of
/// a snapshot. Also for deployments whose model only the request tells (`anthropic/*`).
#[must_use]
pub fn longest_answer(model: &str) -> Option<u64> {
    find(model).and_then(|(_, _, answer)| *answer)
}

/// A model's row, whoever serves it: that of its own name, or of the model that it is a case of.
fn find(model: &str) -> Option<&'static Row> {
    let model = model.rsplit('/').next()?;
    let of = |name: &str| TABLE.iter().find(|(known, ..)| *known == name);
    let tuned_from = |name: &str| of(name.strip_prefix("ft:").unwrap_or(name));
    let newest = || of(without_date(model).strip_suffix("-latest")?);
    known_as(Provider::OpenAi, model).find_map(tuned_from).or_else(newest)
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{longest_answer, longest_prompt};
    use crate::config::prices::answering;
    use crate::wire::Provider::{self, Anthropic, Groq, OpenAi, OpenRouter};

    /// Models that complete texts, and do not chat.
    const COMPLETING: [&str; 3] = ["gpt-3.5-turbo-instruct", "davinci-002", "babbage-002"];

    #[test]
    fn a_snapshot_takes_what_its_model_takes() {
        for (provider, model, expected) in [
            (OpenAi, "gpt-4.1-2025-04-14", Some(1_047_576)),
            (OpenAi, "gpt-5", Some(272_000)),
            (OpenAi, "ft:gpt-4.1-2025-04-14:acme::B7x", Some(1_047_576)),
            (OpenAi, "azure/gpt-4.1", Some(1_047_576)),
            (Anthropic, "claude-sonnet-4-5-20250929", Some(200_000)),
            (Groq, "qwen/qwen3.8-27b", Some(131_072)),
            (OpenRouter, "qwen/qwen3.8-27b", None),
            (OpenAi, "llama", None),
        ] {
            assert_eq!(longest_prompt(provider, model), expected, "{model}");
        }
    }

    #[test]
    fn every_priced_chat_model_has_a_window() {
        for provider in Provider::ALL {
            for model in answering(*provider).filter(|model| !COMPLETING.contains(model)) {
                assert!(longest_prompt(*provider, model).is_some(), "{} {model}", provider.name());
            }
        }
        // Its API wants a bound on every answer.
        for model in answering(Anthropic) {
            assert!(longest_answer(model).is_some(), "{model}");
        }
    }

    #[test]
    fn an_answer_is_as_long_as_its_model_allows() {
        for (model, expected) in [
            ("claude-sonnet-4-5-20250929", Some(64_000)),
            ("claude-opus-4-1", Some(32_000)),
            ("claude-fable-5-2", Some(128_000)),
            ("claude-fable-5", Some(128_000)),
            ("anthropic/claude-opus-4-6", Some(128_000)),
            ("claude-3-5-haiku-latest", Some(8_192)),
            ("claude-3-haiku-20240307", Some(4_096)),
            ("gpt-4.1", None),
            ("claude-next", None),
        ] {
            assert_eq!(longest_answer(model), expected, "{model}");
        }
    }
}
