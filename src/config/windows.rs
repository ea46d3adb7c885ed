//! How long a prompt OpenAI's models take, where the file does not say.
//!
//! The largest prompt, in tokens, as Microsoft publishes it for Azure's global deployments (June 2026,
//! learn.microsoft.com, "Azure OpenAI in Microsoft Foundry models"); OpenAI states the same windows, or the sum of
//! prompt and answer. A model whose number could not be checked is not here: what is not known is not checked
//! before the call, and the provider's own refusal leads to the same fallback.

use super::prices::without_date;

const TABLE: &[(&str, u64)] = &[
    ("gpt-5.4", 922_000),
    ("gpt-5.4-mini", 272_000),
    ("gpt-5.4-nano", 272_000),
    ("gpt-5.4-pro", 922_000),
    ("gpt-5.3-codex", 272_000),
    ("gpt-5.2", 272_000),
    ("gpt-5.2-codex", 272_000),
    ("gpt-5.1", 272_000),
    ("gpt-5.1-codex", 272_000),
    ("gpt-5.1-codex-max", 272_000),
    ("gpt-5.1-codex-mini", 272_000),
    ("gpt-5", 272_000),
    ("gpt-5-codex", 272_000),
    ("gpt-5-mini", 272_000),
    ("gpt-5-nano", 272_000),
    ("gpt-5-pro", 272_000),
    ("codex-mini-latest", 200_000),
    ("gpt-4.1", 1_047_576),
    ("gpt-4.1-mini", 1_047_576),
    ("gpt-4.1-nano", 1_047_576),
    ("gpt-4o", 128_000),
    ("gpt-4o-mini", 128_000),
    ("o4-mini", 200_000),
    ("o3", 200_000),
    ("o3-pro", 200_000),
    ("o3-mini", 200_000),
    ("o1", 200_000),
];

/// The longest prompt that a model takes, by OpenAI's name, with or without the date of a snapshot.
pub(super) fn known(model: &str) -> Option<u64> {
    let name = without_date(model);
    TABLE.iter().find(|(known, _)| *known == name).map(|(_, tokens)| *tokens)
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::known;

    #[test]
    fn a_snapshot_takes_what_its_model_takes() {
        assert_eq!(known("gpt-4.1-2025-04-14"), Some(1_047_576));
        assert_eq!(known("gpt-5"), Some(272_000));
        assert_eq!(known("llama"), None);
    }
}
