//! How long a prompt models take, and how long an answer may be, where the file does not say.
//!
//! OpenAI's: the largest prompt, in tokens, as Microsoft publishes it for Azure's global deployments (June 2026,
//! learn.microsoft.com, "Azure OpenAI in Microsoft Foundry models"); OpenAI states the same windows, or the sum of
//! prompt and answer. Anthropic's: window and longest answer as published by October 2026
//! (platform.claude.com/docs/en/about-claude/models/overview), without what a beta header would add. Google's: as
//! published by mid 2026 (ai.google.dev/gemini-api/docs/models). A model whose number could not be checked is not
//! here: what is not known is not checked before the call, and the provider's own refusal leads to the same
//! fallback.

use super::prices::without_date;

/// A model, its longest prompt and its longest answer, in tokens.
type Row = (&'static str, u64, Option<u64>);

#[rustfmt::skip]
const TABLE: &[Row] = &[
    ("gpt-5.4", 922_000, None),
    ("gpt-5.4-mini", 272_000, None),
    ("gpt-5.4-nano", 272_000, None),
    ("gpt-5.4-pro", 922_000, None),
    ("gpt-5.3-codex", 272_000, None),
    ("gpt-5.2", 272_000, None),
    ("gpt-5.2-codex", 272_000, None),
    ("gpt-5.1", 272_000, None),
    ("gpt-5.1-codex", 272_000, None),
    ("gpt-5.1-codex-max", 272_000, None),
    ("gpt-5.1-codex-mini", 272_000, None),
    ("gpt-5", 272_000, None),
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
    ("o4-mini", 200_000, None),
    ("o3", 200_000, None),
    ("o3-pro", 200_000, None),
    ("o3-mini", 200_000, None),
    ("o1", 200_000, None),
    ("claude-fable-5-1", 1_000_000, Some(128_000)),
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
    ("gemini-3.5-flash", 1_048_576, Some(65_536)),
    ("gemini-3.1-pro-preview", 1_048_576, Some(65_536)),
    ("gemini-3.1-flash-lite", 1_048_576, Some(65_536)),
    ("gemini-3-flash-preview", 1_048_576, Some(65_536)),
    ("gemini-2.5-pro", 1_048_576, Some(65_536)),
    ("gemini-2.5-flash", 1_048_576, Some(65_536)),
    ("gemini-2.5-flash-lite", 1_048_576, Some(65_536)),
];

/// The longest prompt that a model takes, by its vendor's name, with or without the date of a snapshot.
pub(super) fn longest_prompt(model: &str) -> Option<u64> {
    find(model).map(|(_, prompt, _)| *prompt)
}

/// The longest answer that a model gives, by its vendor's name, with or without a provider's prefix and the date of
/// a snapshot. Also for deployments whose model only the request tells (`anthropic/*`).
#[must_use]
pub fn longest_answer(model: &str) -> Option<u64> {
    find(model.rsplit('/').next()?).and_then(|(_, _, answer)| *answer)
}

fn find(model: &str) -> Option<&'static Row> {
    let name = without_date(model);
    let name = name.strip_suffix("-latest").unwrap_or(name);
    TABLE.iter().find(|(known, ..)| *known == name)
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{longest_answer, longest_prompt};

    #[test]
    fn a_snapshot_takes_what_its_model_takes() {
        assert_eq!(longest_prompt("gpt-4.1-2025-04-14"), Some(1_047_576));
        assert_eq!(longest_prompt("gpt-5"), Some(272_000));
        assert_eq!(longest_prompt("claude-sonnet-4-5-20250929"), Some(200_000));
        assert_eq!(longest_prompt("llama"), None);
    }

    #[test]
    fn an_answer_is_as_long_as_its_model_allows() {
        for (model, expected) in [
            ("claude-sonnet-4-5-20250929", Some(64_000)),
            ("claude-opus-4-1", Some(32_000)),
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
