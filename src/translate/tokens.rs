//! Token counts between the APIs' own `usage` objects and [`Usage`].
//!
//! A provider's count that is missing or no whole number counts as zero; `usage` that is no object is none.

use serde_json::value::RawValue;

use crate::usage::Usage;
use crate::wire::json::Fields;
use crate::wire::write::Members;

/// Reads `usage` of chat completions.
pub(super) fn of_chat(usage: &RawValue) -> Option<Usage> {
    let usage = Fields::of(usage).ok()?;
    Some(Usage {
        input: count(&usage, "prompt_tokens"),
        output: count(&usage, "completion_tokens"),
        // The second is DeepSeek's: <https://api-docs.deepseek.com/guides/kv_cache>.
        cache_read: detail(&usage, "prompt_tokens_details", "cached_tokens")
            .max(count(&usage, "prompt_cache_hit_tokens")),
        cache_write: detail(&usage, "prompt_tokens_details", "cache_write_tokens"),
        reasoning: detail(&usage, "completion_tokens_details", "reasoning_tokens"),
    })
}

/// Reads `usage` of Responses and of compactions.
pub(super) fn of_responses(usage: &RawValue) -> Option<Usage> {
    let usage = Fields::of(usage).ok()?;
    Some(Usage {
        input: count(&usage, "input_tokens"),
        output: count(&usage, "output_tokens"),
        cache_read: detail(&usage, "input_tokens_details", "cached_tokens"),
        cache_write: detail(&usage, "input_tokens_details", "cache_write_tokens"),
        reasoning: detail(&usage, "output_tokens_details", "reasoning_tokens"),
    })
}

/// Reads `usageMetadata` of Gemini's answers; `None` where nothing was counted yet, as in Vertex's first events.
///
/// Tokens that tools brought in are input. Thoughts are counted beside the candidates, unless the total says that
/// they are in there already.
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
        cache_write: 0,
        reasoning: thoughts,
    })
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

fn detail(usage: &Fields<'_>, group: &str, name: &str) -> u64 {
    let details = usage.set(group).and_then(|details| Fields::of(details).ok());
    details.map_or(0, |details| count(&details, name))
}
