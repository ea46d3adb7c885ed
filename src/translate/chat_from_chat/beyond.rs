//! What a request says inside its messages and tools, and a server has no words for: it must not pass as it was
//! written.
//!
//! Most requests have nothing of it, so a few literals are looked for first, in one pass over the text. Where
//! one is found, the exact walk tells whether it is a caller's own word.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde_json::value::RawValue;

use crate::translate::chat::Flavour;
use crate::wire::json::{Fields, elements};

/// What stands in every request that a server may have no words for.
const LITERALS: &[&str] = &["\"custom\"", "\"allowed_tools\"", "\"refusal\""];

static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(LITERALS).ok());

/// Whether a request says something in `messages`, `tools` or `tool_choice` that the server cannot be told as it
/// was written.
pub(super) fn is_beyond(fields: &Fields<'_>, flavour: &Flavour) -> bool {
    if flavour.custom_tools && flavour.refusals {
        return false;
    }
    let found = |name: &str| fields.set(name).filter(|value| may_be(value));
    let offers = || {
        found("tool_choice").is_some_and(|choice| is_any(choice, &["custom", "allowed_tools"]))
            || found("tools").is_some_and(|tools| has_any(tools, |tool| is_any(tool, &["custom"])))
    };
    (!flavour.custom_tools && offers())
        || found("messages").is_some_and(|messages| has_any(messages, |message| is_message(message, flavour)))
}

/// Parts that are hints as a whole, and the members with their content, without which nothing is left of one.
const PARTS: &[(&str, &str)] = &[
    ("audio_url", "audio_url"),
    ("document_url", "document_url"),
    ("reference", "reference_ids"),
    ("thinking", "thinking"),
    ("video_url", "video_url"),
];

/// Whether a message has a part of a kind that another server defines: by its type, or by what it holds. For requests with
/// hints that were taken out.
pub(super) fn has_foreign_parts(fields: &Fields<'_>, flavour: &Flavour) -> bool {
    let is_unknown = |content: &str| !flavour.message_extras.contains(&content);
    let is_foreign = |part: &RawValue| {
        let part = Fields::of(part).unwrap_or_default();
        match part.text("type") {
            Some(kind) => PARTS.iter().any(|(known, content)| kind == *known && is_unknown(content)),
            // A server that has such parts reads one without a type by what it holds.
            None => PARTS.iter().any(|(_, content)| part.set(content).is_some() && is_unknown(content)),
        }
    };
    let has_one = |message: &RawValue| {
        let content = Fields::of(message).ok().and_then(|message| message.set("content"));
        content.is_some_and(|parts| has_any(parts, is_foreign))
    };
    fields.set("messages").is_some_and(|messages| has_any(messages, has_one))
}

/// Whether a text holds one of the literals.
fn may_be(value: &RawValue) -> bool {
    FINDER.as_ref().is_none_or(|finder| finder.is_match(value.get()))
}

/// Whether a message holds a call of a custom tool or a refusal that the server has no words for.
fn is_message(message: &RawValue, flavour: &Flavour) -> bool {
    if !may_be(message) {
        return false;
    }
    let Ok(message) = Fields::of(message) else { return false };
    let calls = message.set("tool_calls").filter(|_| !flavour.custom_tools);
    let refuses = !flavour.refusals
        && (message.set("refusal").is_some()
            || message.set("content").is_some_and(|parts| has_any(parts, |part| is_any(part, &["refusal"]))));
    refuses || calls.is_some_and(|calls| has_any(calls, |call| is_any(call, &["custom"])))
}

fn has_any(list: &RawValue, is: impl Fn(&RawValue) -> bool) -> bool {
    elements(list).is_ok_and(|list| list.into_iter().any(is))
}

/// Whether an object is of one of these types.
fn is_any(value: &RawValue, types: &[&str]) -> bool {
    let fields = Fields::of(value).unwrap_or_default();
    fields.text("type").is_some_and(|kind| types.contains(&kind.as_ref()))
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::translate::Target;
    use crate::wire::Provider;

    fn beyond(provider: Provider, body: &str) -> bool {
        is_beyond(&Fields::parse(body.as_bytes()).unwrap(), Flavour::of(&Target::new(provider, "m")))
    }

    #[test]
    fn what_a_server_lacks_is_found_wherever_it_may_stand() {
        for body in [
            r#"{"tools":[{"type":"function"},{"type": "custom","custom":{"name":"c"}}]}"#,
            r#"{"tool_choice":{"type":"allowed_tools"}}"#,
            r#"{"tool_choice":{"type":"custom","custom":{"name":"c"}}}"#,
            r#"{"messages":[{"role":"assistant","tool_calls":[{"id":"1","type":"custom"}]}]}"#,
            r#"{"messages":[{"role":"assistant","refusal":"No."}]}"#,
            r#"{"messages":[{"role":"assistant","content":[{"type":"refusal","refusal":"No."}]}]}"#,
        ] {
            assert!(beyond(Provider::Mistral, body), "{body}");
            assert!(!beyond(Provider::OpenAi, body) && !beyond(Provider::OpenAiLike, body), "{body}");
        }
    }

    #[test]
    fn a_part_of_another_servers_is_found_with_a_type_and_without() {
        for (part, vllm, mistral) in [
            (r#"{"type":"video_url","video_url":{"url":"https://a/b.mp4"}}"#, false, true),
            (r#"{"video_url":"https://a/b.mp4"}"#, false, true),
            (r#"{"type":null,"audio_url":"https://a/b.mp3"}"#, false, true),
            (r#"{"document_url":"https://a/b.pdf"}"#, true, false),
            (r#"{"type":"text","text":"a","video_url":null}"#, false, false),
            (r#"{"image_url":"https://a/b.png"}"#, false, false),
        ] {
            let body = format!(r#"{{"messages":[{{"role":"user","content":[{part}]}}]}}"#);
            let fields = Fields::parse(body.as_bytes()).unwrap();
            for (provider, expected) in [(Provider::HostedVllm, vllm), (Provider::Mistral, mistral)] {
                let target = Target::new(provider, "m");
                assert_eq!(has_foreign_parts(&fields, Flavour::of(&target)), expected, "{part}");
            }
        }
    }

    #[test]
    fn a_callers_own_words_are_nothing_of_it() {
        for body in [
            r#"{"messages":[{"role":"user","content":"\"custom\""},{"role":"assistant","refusal":null}]}"#,
            r#"{"tools":[{"type":"function","function":{"parameters":{"enum":["custom","refusal"]}}}]}"#,
            r#"{"metadata":{"type":"custom"},"tool_choice":"custom","messages":"refusal","tools":{"type":"custom"}}"#,
        ] {
            assert!(!beyond(Provider::Mistral, body), "{body}");
        }
    }
}
