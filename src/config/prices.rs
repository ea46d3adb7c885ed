//! What OpenAI's models cost where the file does not say.
//!
//! US dollars per million tokens, standard tier, prompts of ordinary length, as OpenAI published them by
//! June 2026 (platform.openai.com/docs/pricing), as far as they could be checked: prices change, and some rows
//! come from secondary sources. Azure's global deployments cost the same. A rate that the file gives always wins.

use crate::pricing::Prices;

/// A model, and its rates in thousandths of a dollar per million tokens: input, cached input, output.
type Row = (&'static str, u64, Option<u64>, u64);

const TABLE: &[Row] = &[
    ("gpt-5.4", 2_500, Some(250), 15_000),
    ("gpt-5.4-mini", 750, Some(75), 4_500),
    ("gpt-5.4-nano", 200, Some(20), 1_250),
    ("gpt-5.4-pro", 30_000, None, 180_000),
    ("gpt-5.3-codex", 1_750, Some(175), 14_000),
    ("gpt-5.2", 1_750, Some(175), 14_000),
    ("gpt-5.2-chat-latest", 1_750, Some(175), 14_000),
    ("gpt-5.2-codex", 1_750, Some(175), 14_000),
    ("gpt-5.2-pro", 21_000, None, 168_000),
    ("gpt-5.1", 1_250, Some(125), 10_000),
    ("gpt-5.1-chat-latest", 1_250, Some(125), 10_000),
    ("gpt-5.1-codex", 1_250, Some(125), 10_000),
    ("gpt-5.1-codex-max", 1_250, Some(125), 10_000),
    ("gpt-5.1-codex-mini", 250, Some(25), 2_000),
    ("gpt-5", 1_250, Some(125), 10_000),
    ("gpt-5-chat-latest", 1_250, Some(125), 10_000),
    ("gpt-5-codex", 1_250, Some(125), 10_000),
    ("gpt-5-mini", 250, Some(25), 2_000),
    ("gpt-5-nano", 50, Some(5), 400),
    ("gpt-5-pro", 15_000, None, 120_000),
    ("codex-mini-latest", 1_500, Some(375), 6_000),
    ("gpt-4.1", 2_000, Some(500), 8_000),
    ("gpt-4.1-mini", 400, Some(100), 1_600),
    ("gpt-4.1-nano", 100, Some(25), 400),
    ("gpt-4o", 2_500, Some(1_250), 10_000),
    ("gpt-4o-mini", 150, Some(75), 600),
    ("gpt-4-turbo", 10_000, None, 30_000),
    ("gpt-3.5-turbo", 500, None, 1_500),
    ("o4-mini", 1_100, Some(275), 4_400),
    ("o3", 2_000, Some(500), 8_000),
    ("o3-pro", 20_000, None, 80_000),
    ("o3-mini", 1_100, Some(550), 4_400),
    ("o1", 15_000, Some(7_500), 60_000),
    ("o1-pro", 150_000, None, 600_000),
    ("gpt-3.5-turbo-instruct", 1_500, None, 2_000),
    ("davinci-002", 2_000, None, 2_000),
    ("babbage-002", 400, None, 400),
    // Vectors and verdicts are no tokens.
    ("text-embedding-3-small", 20, None, 0),
    ("text-embedding-3-large", 130, None, 0),
    ("text-embedding-ada-002", 100, None, 0),
    ("omni-moderation-latest", 0, None, 0),
    ("omni-moderation", 0, None, 0),
];

/// A thousandth of a dollar per million tokens, in femto-dollars per token.
const MILLI_PER_MILLION: u64 = 1_000_000;

/// What a model costs where the file does not say: by its name as a provider knows it, with or without a
/// provider's prefix and the date of a snapshot. For deployments whose model only the request tells (`openai/*`).
#[must_use]
pub fn known_prices(model: &str) -> Option<Prices> {
    known(model.rsplit('/').next().unwrap_or(model))
}

/// The rates of a model by OpenAI's name, with or without the date of a snapshot.
fn known(model: &str) -> Option<Prices> {
    let name = without_date(model);
    let (_, input, cached, output) = TABLE.iter().find(|(known, ..)| *known == model || *known == name)?;
    Some(Prices {
        input: input * MILLI_PER_MILLION,
        output: output * MILLI_PER_MILLION,
        cache_read: cached.map(|rate| rate * MILLI_PER_MILLION),
        cache_write: None,
        reasoning: None,
    })
}

/// `gpt-4.1-2025-04-14` → `gpt-4.1`. The snapshot of gpt-4o that costs more is not confused with it.
pub(super) fn without_date(model: &str) -> &str {
    const DEARER: &str = "gpt-4o-2024-05-13";
    let cut = model.len().saturating_sub("-2025-04-14".len());
    match (model.get(..cut), model.get(cut..)) {
        (Some(name), Some(date)) if model != DEARER && is_date(date) => name,
        _ => model,
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 11
        && text.bytes().enumerate().all(|(at, byte)| match at {
            0 | 5 | 8 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{known, known_prices};

    #[test]
    fn a_snapshot_costs_what_its_model_costs() {
        let rates = known("gpt-4.1-2025-04-14").unwrap();
        assert_eq!(
            (rates.input, rates.cache_read, rates.output),
            (2_000_000_000, Some(500_000_000), 8_000_000_000)
        );
        assert_eq!(known("gpt-4.1"), Some(rates));
        assert_eq!(known_prices("openai/gpt-4.1"), Some(rates));
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for model in ["", "llama", "gpt-4.1-preview", "gpt-4o-2024-05-13", "é-2025-04-14"] {
            assert_eq!(known(model), None, "{model}");
        }
    }
}
