//! Token counts between the APIs' own `usage` objects and [`Usage`].
//!
//! A provider's count that is missing or no whole number counts as zero; `usage` that is no object is none.

mod messages;
pub(super) mod searches;
mod sound;

use serde_json::value::RawValue;

pub(super) use messages::MessagesCount;

use crate::usage::{Service, Usage};
use crate::wire::Api;
use crate::wire::json::Fields;
use crate::wire::write::Members;

/// What a chat completion counts, or a chunk of one, and at which service tier it was served.
pub(super) fn in_chat(answer: &Fields<'_>) -> Option<Usage> {
    Some(Usage { service: served_at(answer), ..of_chat(answer.set("usage")?)? })
}

/// What a response counts, and at which service tier it was served. `searched` says how many searches are among what it
/// brought, and is asked only where the response does not count them itself.
pub(super) fn in_responses(answer: &Fields<'_>, searched: impl FnOnce() -> u64) -> Option<Usage> {
    let usage = of_responses(answer.set("usage")?)?;
    let searches = searches::told(answer).unwrap_or_else(searched);
    // Most answers took none: their tools are not looked at.
    let by_preview = searches > 0 && searches::by_preview(answer);
    Some(Usage { service: served_at(answer), searches, by_preview, ..usage })
}

/// What a compaction counts, and at which service tier it was served. What was searched for in the conversation was
/// charged when that was.
pub(super) fn in_compaction(answer: &Fields<'_>) -> Option<Usage> {
    in_responses(answer, || 0)
}

/// `service_tier`: in answers what was done, whatever was asked for.
fn served_at(told: &Fields<'_>) -> Service {
    told.text("service_tier").map_or(Service::Standard, |name| Service::named(&name))
}

/// Reads `usage` of chat completions.
fn of_chat(usage: &RawValue) -> Option<Usage> {
    let usage = Fields::of(usage).ok()?;
    let (input, said) = (count(&usage, "prompt_tokens"), count(&usage, "completion_tokens"));
    let (of_input, of_output) =
        (details(&usage, "prompt_tokens_details"), details(&usage, "completion_tokens_details"));
    let reasoning = count(&of_output, "reasoning_tokens");
    let all = said.saturating_add(reasoning);
    // xAI counts what was thought beside what was said; its total tells:
    // <https://docs.x.ai/docs/guides/reasoning>.
    let is_beside = reasoning > 0 && count(&usage, "total_tokens") == input.saturating_add(all);
    Some(Usage {
        input,
        output: if is_beside { all } else { said },
        // The second is DeepSeek's: <https://api-docs.deepseek.com/guides/kv_cache>.
        cache_read: count(&of_input, "cached_tokens").max(count(&usage, "prompt_cache_hit_tokens")),
        // The second is LiteLLM's, of a proxy that stands before Anthropic.
        cache_write: count(&of_input, "cache_write_tokens").max(count(&usage, "cache_creation_input_tokens")),
        reasoning,
        audio: sound::of_openai(&of_input, &of_output),
        searches: searches::in_usage(&usage).unwrap_or(0),
        ..Usage::default()
    })
}

/// Reads `usage` of Responses and of compactions. Of what the cache took in, only they tell how long it is kept:
/// <https://developers.openai.com/api/docs/guides/prompt-caching>.
fn of_responses(usage: &RawValue) -> Option<Usage> {
    let usage = Fields::of(usage).ok()?;
    let of_input = details(&usage, "input_tokens_details");
    let of_output = details(&usage, "output_tokens_details");
    let lifetimes = details(&of_input, "cache_write_tokens_details");
    Some(Usage {
        input: count(&usage, "input_tokens"),
        output: count(&usage, "output_tokens"),
        cache_read: count(&of_input, "cached_tokens"),
        cache_write: count(&of_input, "cache_write_tokens"),
        cache_write_1h: count(&lifetimes, "ttl_12h_tokens"),
        reasoning: count(&of_output, "reasoning_tokens"),
        audio: sound::of_openai(&of_input, &of_output),
        ..Usage::default()
    })
}

/// Reads `usageMetadata` of Gemini's answers; `None` where nothing was counted yet, as in Vertex's first events.
///
/// Tokens that tools brought in are input. Thoughts are counted beside the candidates, unless the total says that
/// they are in there already. Pictures and films count as text.
pub(super) fn of_gemini(usage: &RawValue) -> Option<Usage> {
    let usage = Fields::of(usage).ok()?;
    if usage.set("promptTokenCount").is_none() && usage.set("candidatesTokenCount").is_none() {
        return None;
    }
    let input = count(&usage, "promptTokenCount").saturating_add(count(&usage, "toolUsePromptTokenCount"));
    let candidates = count(&usage, "candidatesTokenCount");
    let thoughts = count(&usage, "thoughtsTokenCount");
    let both = candidates.saturating_add(thoughts);
    let is_inside = count(&usage, "totalTokenCount") == input.saturating_add(candidates);
    Some(Usage {
        input,
        output: if is_inside && thoughts <= candidates { candidates } else { both },
        cache_read: count(&usage, "cachedContentTokenCount"),
        reasoning: thoughts,
        service: tier_of_gemini(&usage).unwrap_or_default(),
        audio: sound::of_gemini(&usage),
        ..Usage::default()
    })
}

/// At which tier `usageMetadata` of Gemini's answers says that the request was served: `serviceTier`
/// (<https://ai.google.dev/api/generate-content#UsageMetadata>), or on Vertex AI `trafficType`, of which
/// `ON_DEMAND_PRIORITY` and `ON_DEMAND_FLEX` have prices of their own. `None` where it says nothing of one.
pub(super) fn tier_of_gemini(usage: &Fields<'_>) -> Option<Service> {
    let told = usage.text("serviceTier").map(|name| Service::named(&name));
    told.or_else(|| {
        let traffic = usage.text("trafficType")?;
        let name = traffic.strip_prefix("ON_DEMAND")?;
        Some(Service::named(name.trim_start_matches('_')))
    })
}

/// What a body counts, whatever else it is: a 2xx that is no answer may have been charged all the same.
#[must_use]
pub fn counted(api: Api, body: &[u8]) -> Option<Usage> {
    let fields = Fields::parse(body).ok()?;
    match api {
        Api::GenerateContent | Api::BatchEmbedContents => of_gemini(fields.set("usageMetadata")?),
        Api::Responses | Api::StoredResponses => in_responses(&fields, || searches::in_output(&fields)),
        Api::Compact => in_compaction(&fields),
        Api::Messages => MessagesCount::default().take(fields.set("usage")?),
        Api::ChatCompletions | Api::Completions | Api::Embeddings => in_chat(&fields),
        Api::Moderations | Api::CountTokens | Api::GeminiCountTokens | Api::InputTokens => None,
    }
}

/// Writes the members of Messages' `usage`.
pub(super) fn write_messages(members: &mut Members<'_>, usage: &Usage) {
    let cached = usage.cache_read.saturating_add(usage.cache_write);
    members.value("input_tokens", &usage.input.saturating_sub(cached));
    members.value("cache_creation_input_tokens", &usage.cache_write);
    members.value("cache_read_input_tokens", &usage.cache_read);
    members.value("output_tokens", &usage.output);
    if usage.reasoning > 0 {
        members.object("output_tokens_details", |details| {
            details.value("thinking_tokens", &usage.reasoning);
        });
    }
}

/// Writes the members of chat completions' `usage`.
pub(super) fn write_chat(members: &mut Members<'_>, usage: &Usage) {
    members.value("prompt_tokens", &usage.input);
    members.value("completion_tokens", &usage.output);
    members.value("total_tokens", &usage.total());
    members.object("prompt_tokens_details", |details| {
        details.value("cached_tokens", &usage.cache_read);
        details.value("cache_write_tokens", &usage.cache_write);
    });
    members.object("completion_tokens_details", |details| {
        details.value("reasoning_tokens", &usage.reasoning);
    });
}

/// Writes the members of Responses' `usage`.
pub(super) fn write_responses(members: &mut Members<'_>, usage: &Usage) {
    members.value("input_tokens", &usage.input);
    members.object("input_tokens_details", |details| {
        details.value("cached_tokens", &usage.cache_read);
        details.value("cache_write_tokens", &usage.cache_write);
    });
    members.value("output_tokens", &usage.output);
    members.object("output_tokens_details", |details| {
        details.value("reasoning_tokens", &usage.reasoning);
    });
    members.value("total_tokens", &usage.total());
}

fn count(usage: &Fields<'_>, name: &str) -> u64 {
    usage.read(name).unwrap_or_default()
}

/// What a count is made of: nothing, where nobody told.
fn details<'a>(usage: &Fields<'a>, group: &str) -> Fields<'a> {
    usage.set(group).and_then(|details| Fields::of(details).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn chat_counts_of_every_server() {
        let all = |input, output, cache_read, cache_write, reasoning| Usage {
            input,
            output,
            cache_read,
            cache_write,
            reasoning,
            ..Usage::default()
        };
        for (told, usage) in [
            (
                r#"{"prompt_tokens":9,"completion_tokens":7,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":4},
                    "completion_tokens_details":{"reasoning_tokens":3}}"#,
                all(9, 7, 4, 0, 3),
            ),
            // xAI: thoughts beside the answer.
            (
                r#"{"prompt_tokens":32,"completion_tokens":9,"total_tokens":135,
                    "completion_tokens_details":{"reasoning_tokens":94}}"#,
                all(32, 103, 0, 0, 94),
            ),
            (r#"{"prompt_tokens":9,"completion_tokens":1,"prompt_cache_hit_tokens":8}"#, all(9, 1, 8, 0, 0)),
            (
                r#"{"prompt_tokens":9,"completion_tokens":1,"prompt_tokens_details":{"cache_write_tokens":5}}"#,
                all(9, 1, 0, 5, 0),
            ),
            (
                r#"{"prompt_tokens":9,"completion_tokens":1,"cache_creation_input_tokens":5}"#,
                all(9, 1, 0, 5, 0),
            ),
        ] {
            assert_eq!(of_chat(serde_json::from_str(told).unwrap()), Some(usage), "{told}");
        }
    }

    #[test]
    fn an_answer_says_at_which_tier_it_was_served() {
        for (api, body, expected) in [
            (
                Api::ChatCompletions,
                r#"{"service_tier":"priority","usage":{"prompt_tokens":1}}"#,
                Service::Priority,
            ),
            (
                Api::ChatCompletions,
                r#"{"service_tier":"default","usage":{"prompt_tokens":1}}"#,
                Service::Standard,
            ),
            (Api::ChatCompletions, r#"{"service_tier":null,"usage":{"prompt_tokens":1}}"#, Service::Standard),
            (Api::ChatCompletions, r#"{"service_tier":7,"usage":{"prompt_tokens":1}}"#, Service::Standard),
            // OpenAI says that later models will answer with the word that was asked for.
            (
                Api::ChatCompletions,
                r#"{"service_tier":"fast","usage":{"prompt_tokens":1}}"#,
                Service::Priority,
            ),
            (Api::Responses, r#"{"service_tier":"flex","usage":{"input_tokens":1}}"#, Service::Flex),
            (Api::Messages, r#"{"usage":{"input_tokens":1,"service_tier":"priority"}}"#, Service::Priority),
            (Api::Messages, r#"{"usage":{"input_tokens":1,"service_tier":"standard"}}"#, Service::Standard),
        ] {
            assert_eq!(counted(api, body.as_bytes()).unwrap().service, expected, "{body}");
        }
    }
}
