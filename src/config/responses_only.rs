//! Models that only the Responses API serves: a deployment of one is asked through it, whatever its file says of modes.
//!
//! As OpenAI's model pages list the endpoints of each (platform.openai.com/docs/models, June 2026); LiteLLM's price map,
//! which decides there, has them as `mode: responses`.

use super::prices::without_date;
use crate::wire::Provider;

#[rustfmt::skip]
const MODELS: &[&str] = &[
    "codex-mini", "codex-mini-latest", "computer-use-preview",
    "gpt-5-codex", "gpt-5.1-codex", "gpt-5.1-codex-max", "gpt-5.1-codex-mini", "gpt-5.2-codex", "gpt-5.3-codex",
    "gpt-5-pro", "gpt-5.2-pro", "gpt-5.4-pro", "gpt-5.5-pro",
    "o1-pro", "o3-pro", "o3-deep-research", "o4-mini-deep-research",
];

/// Whether a provider's model answers in the Responses API and in no other, by its name with or without a prefix and the
/// date of a snapshot. Also for deployments whose model only the request tells (`openai/*`).
#[must_use]
pub fn is_responses_only(provider: Provider, model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    provider.row().responses && MODELS.contains(&without_date(name))
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::is_responses_only;
    use crate::wire::Provider::{Azure, Groq, OpenAi};

    #[test]
    fn a_model_is_known_by_its_name_and_by_its_snapshots() {
        for (provider, model, expected) in [
            (OpenAi, "gpt-5-codex", true),
            (OpenAi, "o3-pro-2025-06-10", true),
            (Azure, "gpt-5.1-codex-mini", true),
            (Azure, "eu/gpt-5.1-codex", true),
            (OpenAi, "gpt-5", false),
            (OpenAi, "gpt-5-codexes", false),
            (Azure, "my-deployment", false),
            (Groq, "gpt-5-codex", false),
        ] {
            assert_eq!(is_responses_only(provider, model), expected, "{model}");
        }
    }
}
