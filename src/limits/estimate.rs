//! How many tokens a request may take, before anybody has counted them.

use crate::usage::BYTES_PER_TOKEN;

/// Most tokens that an answer of unstated length is reserved.
const DEFAULT_OUTPUT: u64 = 1_024;
/// Share of the limit that such an answer takes at most, so that a small limit serves a few requests at once.
const SHARE_OF_LIMIT: u64 = 4;

/// Tokens to reserve for a request.
///
/// * `input_bytes`: bytes of the texts that the model reads; a token for each four, at least one.
/// * `output_cap`: the caller's own bound of the answer (`max_tokens`, `max_completion_tokens`,
///   `max_output_tokens`). Without one, 1,024 tokens, but at most a quarter of `tokens_limit`: an answer that turns out longer is
///   charged when it is settled. The provider is asked for no shorter answer than the caller asked for.
/// * `choices`: how many answers (`n`); 0 counts as 1. Each is reserved its output.
/// * `tokens_limit`: the smallest `tpm_limit` that applies.
#[must_use]
pub fn estimate(input_bytes: u64, output_cap: Option<u64>, choices: u64, tokens_limit: Option<u64>) -> u64 {
    let input = (input_bytes / BYTES_PER_TOKEN).max(1);
    let share = tokens_limit.map_or(DEFAULT_OUTPUT, |limit| (limit / SHARE_OF_LIMIT).max(1));
    let output = output_cap.unwrap_or(share.min(DEFAULT_OUTPUT));
    input.saturating_add(output.saturating_mul(choices.max(1)))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn estimates() {
        for (bytes, cap, choices, limit, tokens) in [
            (2, None, 1, Some(30), 8),
            (0, Some(0), 1, None, 1),
            (400, Some(50), 1, Some(1_000), 150),
            (400, Some(50), 3, None, 250),
            (400, Some(50), 0, None, 150),
            (4, None, 1, None, 1_025),
            (4, None, 1, Some(100_000), 1_025),
            (4, None, 1, Some(2), 2),
            (4, None, 1, Some(0), 2),
            (u64::MAX, Some(u64::MAX), u64::MAX, None, u64::MAX),
        ] {
            assert_eq!(estimate(bytes, cap, choices, limit), tokens, "{bytes} {cap:?} {choices} {limit:?}");
        }
    }
}
