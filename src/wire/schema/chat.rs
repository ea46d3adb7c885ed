//! `POST /v1/chat/completions`.

use super::Shape::{Objects, TextOr};
use super::{MODERATION, PROMPT_CACHE_BREAKPOINT, PROMPT_CACHE_OPTIONS, Table};

#[rustfmt::skip]
pub(super) static REQUEST: Table = Table {
    plain: &[
        "frequency_penalty", "logprobs", "max_completion_tokens", "max_tokens", "modalities", "model", "n",
        "parallel_tool_calls", "presence_penalty", "prompt_cache_key", "prompt_cache_retention",
        "reasoning_effort", "safety_identifier", "seed", "service_tier", "stop", "store", "stream",
        "temperature", "top_logprobs", "top_p", "user", "verbosity",
    ],
    free: &["logit_bias", "metadata"],
    deep: &[
        ("messages", Objects(&MESSAGE)),
        ("tools", Objects(&TOOL)),
        ("tool_choice", Objects(&TOOL_CHOICE)),
        ("response_format", Objects(&RESPONSE_FORMAT)),
        ("stream_options", Objects(&STREAM_OPTIONS)),
        ("functions", Objects(&LEGACY_FUNCTION)),
        ("function_call", Objects(&NAMED)),
        ("audio", Objects(&AUDIO_OUTPUT)),
        ("prediction", Objects(&PREDICTION)),
        ("web_search_options", Objects(&WEB_SEARCH)),
        ("prompt_cache_options", Objects(&PROMPT_CACHE_OPTIONS)),
        ("moderation", Objects(&MODERATION)),
    ],
    left_out: &["client_metadata"],
    ..Table::NONE
};

/// A message of any role. What an answer's message carries beyond it (`annotations`, reasoning in the forms
/// of several servers, the SDK's `parsed`) is left out when it comes back as history.
#[rustfmt::skip]
static MESSAGE: Table = Table {
    plain: &["role", "tool_call_id"],
    text: &["name", "refusal"],
    deep: &[
        ("content", TextOr(&PART)),
        ("tool_calls", Objects(&TOOL_CALL)),
        ("function_call", Objects(&FUNCTION_CALL)),
        ("audio", Objects(&AUDIO_REFERENCE)),
    ],
    left_out: &[
        "annotations", "cache_control", "images", "parsed", "provider_specific_fields", "reasoning",
        "reasoning_content", "reasoning_details", "reasoning_items", "thinking_blocks",
    ],
    ..Table::NONE
};

/// A part of `content`, of any type.
#[rustfmt::skip]
static PART: Table = Table {
    plain: &["type"],
    text: &["refusal", "text"],
    deep: &[
        ("image_url", Objects(&IMAGE_URL)),
        ("input_audio", Objects(&INPUT_AUDIO)),
        ("file", Objects(&FILE)),
        ("prompt_cache_breakpoint", Objects(&PROMPT_CACHE_BREAKPOINT)),
    ],
    left_out: &["annotations", "cache_control"],
    ..Table::NONE
};

static IMAGE_URL: Table = Table { plain: &["detail", "url"], ..Table::NONE };
static INPUT_AUDIO: Table = Table { plain: &["data", "format"], ..Table::NONE };
static FILE: Table = Table { plain: &["file_data", "file_id", "filename"], ..Table::NONE };

/// Audio of an earlier answer: a request refers to it by id, an answer carries the rest.
#[rustfmt::skip]
static AUDIO_REFERENCE: Table = Table {
    plain: &["id"],
    left_out: &["data", "expires_at", "transcript"],
    ..Table::NONE
};

/// A tool call of an earlier answer; `index` is how streams number them.
#[rustfmt::skip]
static TOOL_CALL: Table = Table {
    plain: &["id", "type"],
    deep: &[("function", Objects(&FUNCTION_CALL)), ("custom", Objects(&CUSTOM_CALL))],
    left_out: &["cache_control", "extra_content", "index", "provider_specific_fields"],
    ..Table::NONE
};

#[rustfmt::skip]
static FUNCTION_CALL: Table = Table {
    text: &["arguments", "name"],
    left_out: &["parsed_arguments", "provider_specific_fields"],
    ..Table::NONE
};

static CUSTOM_CALL: Table = Table { text: &["input", "name"], ..Table::NONE };

#[rustfmt::skip]
static TOOL: Table = Table {
    plain: &["type"],
    deep: &[("function", Objects(&FUNCTION)), ("custom", Objects(&CUSTOM_TOOL))],
    left_out: &["cache_control"],
    ..Table::NONE
};

#[rustfmt::skip]
static FUNCTION: Table = Table {
    plain: &["strict"],
    text: &["description", "name"],
    prompt: &["parameters"],
    left_out: &["cache_control"],
    ..Table::NONE
};

/// `functions`, which `tools` replaced.
#[rustfmt::skip]
static LEGACY_FUNCTION: Table = Table {
    text: &["description", "name"],
    prompt: &["parameters"],
    ..Table::NONE
};

#[rustfmt::skip]
static CUSTOM_TOOL: Table = Table {
    text: &["description", "name"],
    deep: &[("format", Objects(&CUSTOM_FORMAT))],
    ..Table::NONE
};

#[rustfmt::skip]
static CUSTOM_FORMAT: Table = Table {
    plain: &["type"],
    deep: &[("grammar", Objects(&GRAMMAR))],
    ..Table::NONE
};

static GRAMMAR: Table = Table { plain: &["syntax"], text: &["definition"], ..Table::NONE };

#[rustfmt::skip]
static TOOL_CHOICE: Table = Table {
    plain: &["type"],
    deep: &[
        ("function", Objects(&NAMED)),
        ("custom", Objects(&NAMED)),
        ("allowed_tools", Objects(&ALLOWED_TOOLS)),
    ],
    ..Table::NONE
};

static NAMED: Table = Table { plain: &["name"], ..Table::NONE };
static ALLOWED_TOOLS: Table = Table { plain: &["mode"], free: &["tools"], ..Table::NONE };

#[rustfmt::skip]
static RESPONSE_FORMAT: Table = Table {
    plain: &["type"],
    deep: &[("json_schema", Objects(&JSON_SCHEMA))],
    ..Table::NONE
};

#[rustfmt::skip]
static JSON_SCHEMA: Table = Table {
    plain: &["strict"],
    text: &["description", "name"],
    prompt: &["schema"],
    ..Table::NONE
};

static STREAM_OPTIONS: Table = Table { plain: &["include_obfuscation", "include_usage"], ..Table::NONE };

#[rustfmt::skip]
static AUDIO_OUTPUT: Table = Table {
    plain: &["format"],
    deep: &[("voice", Objects(&VOICE))],
    ..Table::NONE
};

static VOICE: Table = Table { plain: &["id"], ..Table::NONE };
static PREDICTION: Table =
    Table { plain: &["type"], deep: &[("content", TextOr(&TEXT_PART))], ..Table::NONE };

#[rustfmt::skip]
static TEXT_PART: Table = Table {
    plain: &["type"],
    text: &["text"],
    deep: &[("prompt_cache_breakpoint", Objects(&PROMPT_CACHE_BREAKPOINT))],
    ..Table::NONE
};

#[rustfmt::skip]
static WEB_SEARCH: Table = Table {
    plain: &["search_context_size"],
    deep: &[("user_location", Objects(&USER_LOCATION))],
    ..Table::NONE
};

#[rustfmt::skip]
static USER_LOCATION: Table = Table {
    plain: &["type"],
    deep: &[("approximate", Objects(&APPROXIMATE))],
    ..Table::NONE
};

static APPROXIMATE: Table = Table { plain: &["city", "country", "region", "timezone"], ..Table::NONE };
