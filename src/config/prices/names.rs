//! The names under which a model's price is looked for.

use crate::wire::Provider;

/// A model's names, the most particular first: its own; that of the model that it was tuned from; that without the date
/// of a snapshot; and, for Anthropic's, without `-latest`, which names a model's newest snapshot. What other providers
/// call `-latest` is a model of its own.
pub fn known_as(provider: Provider, model: &str) -> impl Iterator<Item = &str> {
    let tuned = without_owner(model);
    let newest = tuned.strip_suffix("-latest").filter(|_| provider == Provider::Anthropic);
    [Some(model), Some(tuned), Some(without_date(tuned)), newest].into_iter().flatten()
}

/// `ft:gpt-4.1-2025-04-14:acme::B7x` → `ft:gpt-4.1-2025-04-14`: OpenAI's tuned models cost the same whoever tuned them
/// (developers.openai.com/api/docs/pricing).
fn without_owner(model: &str) -> &str {
    let owner = model.match_indices(':').nth(1).filter(|_| model.starts_with("ft:"));
    owner.and_then(|(at, _)| model.get(..at)).unwrap_or(model)
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
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::known_as;
    use crate::wire::Provider::{Anthropic, Mistral, OpenAi};

    #[test]
    fn a_model_is_known_by_what_it_is_a_case_of() {
        for (provider, model, last) in [
            (OpenAi, "gpt-4.1", "gpt-4.1"),
            (OpenAi, "gpt-4.1-2025-04-14", "gpt-4.1"),
            (OpenAi, "ft:gpt-4.1-2025-04-14", "ft:gpt-4.1"),
            (OpenAi, "ft:gpt-4.1-2025-04-14:acme::B7x", "ft:gpt-4.1"),
            (OpenAi, "ft:gpt-4.1-2025-04-14:acme:for-mails:B7x", "ft:gpt-4.1"),
            (OpenAi, "ft:gpt-4o-2024-05-13:acme::B7x", "ft:gpt-4o"),
            (OpenAi, "my:own:model", "my:own:model"),
            (OpenAi, "gpt-5-chat-latest", "gpt-5-chat-latest"),
            (Anthropic, "claude-3-5-haiku-latest", "claude-3-5-haiku"),
            (Mistral, "mistral-large-latest", "mistral-large-latest"),
        ] {
            assert_eq!(known_as(provider, model).last(), Some(last), "{model}");
            assert_eq!(known_as(provider, model).next(), Some(model));
        }
        let names: Vec<&str> = known_as(OpenAi, "ft:gpt-4.1-2025-04-14:acme::B7x").collect();
        assert_eq!(names, ["ft:gpt-4.1-2025-04-14:acme::B7x", "ft:gpt-4.1-2025-04-14", "ft:gpt-4.1"]);
    }
}
