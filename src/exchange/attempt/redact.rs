//! Takes credentials out of a provider's words.
//!
//! A provider may quote the key that it refuses (OpenAI: "Incorrect API key provided: sk-…"). The gateway's
//! credential is none of the client's business, not even in part.

use serde_json::Value;

use crate::translate::Failure;

const REDACTED: &str = "[redacted]";

/// Prefixes of the providers' keys: OpenAI's, Anthropic's, DeepSeek's and OpenRouter's begin with `sk-`, Google's with
/// `AIza` or `AQ.` and its access tokens with `ya29.`, Groq's with `gsk_`, Together's with `tgp_`. Mistral's have none:
/// they are long.
const PREFIXES: &[&str] =
    &["sk-", "sk_", "pk-", "AIza", "AQ.", "ya29.", "gsk_", "tgp_", "hf_", "key-", "xai-"];
/// Shortest run of letters, digits and mask characters that is taken for a key without a prefix: Azure's
/// keys are 32 hexadecimal digits, or 84 letters.
const LONG: usize = 32;

/// A failure with keys taken out of its message and its details.
pub(super) fn failure(failure: &Failure) -> Failure {
    let mut redacted = Failure { message: text(&failure.message), ..failure.clone() };
    for (_, value) in redacted.details.iter_mut().flat_map(|details| details.iter_mut()) {
        texts_of(value);
    }
    redacted
}

/// As [`text`], for every text of a value. What a parser took is no deeper than it goes.
fn texts_of(value: &mut Value) {
    match value {
        Value::String(said) => *said = text(said),
        Value::Array(list) => list.iter_mut().for_each(texts_of),
        Value::Object(members) => members.iter_mut().for_each(|(_, value)| texts_of(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn text(message: &str) -> String {
    let is_key = |c: char| c.is_ascii_alphanumeric() || "-_*•.".contains(c);
    let mut out = String::with_capacity(message.len());
    for run in message.split_inclusive(|c| !is_key(c)) {
        let word = run.trim_end_matches(|c| !is_key(c));
        if looks_like_a_key(word.trim_end_matches('.')) {
            out.push_str(REDACTED);
            out.push_str(run.get(word.trim_end_matches('.').len()..).unwrap_or_default());
        } else {
            out.push_str(run);
        }
    }
    out
}

fn looks_like_a_key(word: &str) -> bool {
    let prefixed =
        PREFIXES.iter().any(|prefix| word.strip_prefix(prefix).is_some_and(|rest| rest.len() >= 4));
    let masked = word.contains("***");
    let mixed = word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(|c| c.is_ascii_alphabetic());
    prefixed || masked || (word.len() >= LONG && mixed && !word.contains('.') && !is_id(word))
}

/// Request ids are for the provider's support, and stay; so do the ids of responses.
fn is_id(word: &str) -> bool {
    let is_uuid = word.len() == 36 && word.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    is_uuid || word.starts_with("resp_")
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use serde_json::json;

    use super::{text, texts_of};

    #[test]
    fn keys_go_out_of_details_at_any_depth() {
        let mut details =
            json!({"error_code": "thread_not_found", "a": [{"key": "sk-ant-api03-abc", "n": 1}]});
        texts_of(&mut details);
        assert_eq!(details, json!({"error_code": "thread_not_found", "a": [{"key": "[redacted]", "n": 1}]}));
    }

    #[test]
    fn keys_go_and_words_stay() {
        for (said, shown) in [
            (
                "Incorrect API key provided: sk-proj-abc123. You can find yours at https://a.example.com/keys.",
                "Incorrect API key provided: [redacted]. You can find yours at https://a.example.com/keys.",
            ),
            ("Key sk-pro*****************1234 is invalid", "Key [redacted] is invalid"),
            ("key '0123456789abcdef0123456789abcdef'", "key '[redacted]'"),
            ("x-api-key: sk-ant-api03-abc_DEF.", "x-api-key: [redacted]."),
            ("API key AIzaSyA1234 not valid", "API key [redacted] not valid"),
            ("token ya29.a0Af_x.y-z expired", "token [redacted] expired"),
            ("gsk_abcd1234, tgp_v1_abcd", "[redacted], [redacted]"),
            ("Unauthorized: bearer Zx9yW8vU7tS6rQ5pO4nM3lK2jI1hG0fE", "Unauthorized: bearer [redacted]"),
            (
                "request 123e4567-e89b-12d3-a456-426614174000 failed",
                "request 123e4567-e89b-12d3-a456-426614174000 failed",
            ),
            (
                "Response with id 'resp_68d2c1f0a1b48190a0e4f4b2d7c1a9f0' not found.",
                "Response with id 'resp_68d2c1f0a1b48190a0e4f4b2d7c1a9f0' not found.",
            ),
            ("the task-oriented sk- prefix is é", "the task-oriented sk- prefix is é"),
        ] {
            assert_eq!(text(said), shown);
        }
    }
}
