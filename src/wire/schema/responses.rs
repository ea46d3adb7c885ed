//! `POST /v1/responses` and `POST /v1/responses/compact`.

use super::Shape::{Objects, TextOr};
use super::items::ITEM;
use super::tools::{TOOL, TOOL_CHOICE};
use super::{MODERATION, PROMPT_CACHE_OPTIONS, Table};

#[rustfmt::skip]
pub(super) static REQUEST: Table = Table {
    plain: &[
        "background", "include", "max_output_tokens", "max_tool_calls", "model", "parallel_tool_calls",
        "previous_response_id", "prompt_cache_key", "prompt_cache_retention", "safety_identifier",
        "service_tier", "store", "stream", "temperature", "top_logprobs", "top_p", "truncation", "user",
    ],
    text: &["instructions"],
    free: &["metadata"],
    deep: &[
        ("input", TextOr(&ITEM)),
        ("tools", Objects(&TOOL)),
        ("tool_choice", Objects(&TOOL_CHOICE)),
        ("text", Objects(&TEXT)),
        ("reasoning", Objects(&REASONING)),
        ("prompt", Objects(&PROMPT)),
        ("conversation", Objects(&CONVERSATION)),
        ("context_management", Objects(&CONTEXT_MANAGEMENT)),
        ("stream_options", Objects(&STREAM_OPTIONS)),
        ("prompt_cache_options", Objects(&CACHE_OPTIONS)),
        ("access_programs", Objects(&ACCESS_PROGRAMS)),
        ("background_options", Objects(&BACKGROUND_OPTIONS)),
        // Of the beta `responses_multi_agent=v1`.
        ("multi_agent", Objects(&MULTI_AGENT)),
        ("image", Objects(&IMAGE)),
        ("moderation", Objects(&MODERATION)),
    ],
    left_out: &["client_metadata"],
    ..Table::NONE
};

/// Compaction takes the conversation and little else. Codex sends the settings of the turn along
/// (`tools`, `reasoning`, `text`, …); the reference does not define them here, so they are left out.
#[rustfmt::skip]
pub(super) static COMPACT: Table = Table {
    plain: &[
        "model", "previous_response_id", "prompt_cache_key", "prompt_cache_retention", "service_tier",
    ],
    text: &["instructions"],
    deep: &[
        ("input", TextOr(&ITEM)),
        ("prompt_cache_options", Objects(&PROMPT_CACHE_OPTIONS)),
        ("image", Objects(&IMAGE)),
    ],
    left_out: &[
        "client_metadata", "include", "parallel_tool_calls", "reasoning", "store", "text", "tool_choice", "tools",
    ],
    ..Table::NONE
};

pub(super) static TEXT: Table =
    Table { plain: &["verbosity"], deep: &[("format", Objects(&FORMAT))], ..Table::NONE };

#[rustfmt::skip]
static FORMAT: Table = Table {
    plain: &["strict", "type"],
    text: &["description", "name"],
    prompt: &["schema"],
    ..Table::NONE
};

#[rustfmt::skip]
pub(super) static REASONING: Table = Table {
    plain: &["context", "effort", "generate_summary", "mode", "summary"],
    ..Table::NONE
};

static PROMPT: Table = Table { plain: &["id", "version"], prompt: &["variables"], ..Table::NONE };
static CONVERSATION: Table = Table { plain: &["id"], ..Table::NONE };
static CONTEXT_MANAGEMENT: Table = Table { plain: &["compact_threshold", "type"], ..Table::NONE };
static STREAM_OPTIONS: Table = Table { plain: &["include_obfuscation"], ..Table::NONE };
static ACCESS_PROGRAMS: Table = Table { plain: &["cyber"], ..Table::NONE };
static BACKGROUND_OPTIONS: Table = Table { plain: &["completion_window", "continuation_id"], ..Table::NONE };
static MULTI_AGENT: Table = Table { plain: &["enabled", "max_concurrent_subagents"], ..Table::NONE };
static IMAGE: Table = Table { plain: &["context_compression"], ..Table::NONE };

/// `prompt_cache_options`. The response that a cache's hits are compared with is left out: its id is the provider's own only
/// behind the gateway, an answer repeats it, and it changes nothing of what is said.
#[rustfmt::skip]
static CACHE_OPTIONS: Table = Table {
    plain: &["mode", "prewarm", "ttl"],
    left_out: &["comparison_response_id"],
    ..Table::NONE
};
