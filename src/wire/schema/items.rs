//! Items of a Responses `input`: messages, calls of tools and their outputs, reasoning.

use super::Shape::{Objects, TextOr};
use super::responses::{REASONING, TEXT};
use super::tools::LISTED_TOOL;
use super::{PROMPT_CACHE_BREAKPOINT, Table};

/// An item of any type. `created_by` stands on items of answers only; those after it are Codex's notes.
///
/// `author`, `recipient` and `encrypted_function_args` are of Codex's agents, which speak with each other: see
/// <https://github.com/openai/codex/pull/28368> and <https://github.com/openai/codex/pull/35845>.
#[rustfmt::skip]
pub(super) static ITEM: Table = Table {
    plain: &[
        "approval_request_id", "approve", "author", "background", "call_id", "container_id", "encrypted_content",
        "encrypted_function_args", "execution", "fingerprint", "id", "max_output_length", "namespace",
        "output_format", "phase", "quality", "recipient", "result", "role", "server_label", "size", "status", "type",
    ],
    text: &["code", "input", "name", "queries", "reason", "revised_prompt"],
    // A string, but an object where a tool is searched for.
    prompt: &["arguments"],
    deep: &[
        ("content", TextOr(&PART)),
        ("output", TextOr(&OUTPUT)),
        ("summary", Objects(&SUMMARY)),
        ("action", Objects(&ACTION)),
        ("actions", Objects(&COMPUTER_ACTION)),
        ("pending_safety_checks", Objects(&SAFETY_CHECK)),
        ("acknowledged_safety_checks", Objects(&SAFETY_CHECK)),
        ("results", Objects(&SEARCH_RESULT)),
        ("outputs", Objects(&CODE_OUTPUT)),
        ("operation", Objects(&PATCH)),
        ("environment", Objects(&ENVIRONMENT)),
        ("tools", Objects(&LISTED_TOOL)),
        ("caller", Objects(&CALLER)),
        ("error", TextOr(&ERROR)),
        ("svg_usage", Objects(&SVG_USAGE)),
        // Of the beta `responses_multi_agent=v1`: whose item it is.
        ("agent", Objects(&AGENT)),
        // Of an update of the configuration.
        ("reasoning", Objects(&REASONING)),
        ("text", Objects(&TEXT)),
    ],
    left_out: &["cache_control", "created_by", "end_turn", "internal_chat_message_metadata_passthrough"],
    ..Table::NONE
};

/// A part of `content`, of any type.
#[rustfmt::skip]
static PART: Table = Table {
    plain: &[
        "detail", "encrypted_content", "file_data", "file_id", "file_url", "filename", "image_url", "type",
    ],
    text: &["refusal", "text"],
    deep: &[
        ("annotations", Objects(&ANNOTATION)),
        ("logprobs", Objects(&LOGPROB)),
        ("input_audio", Objects(&INPUT_AUDIO)),
        ("prompt_cache_breakpoint", Objects(&PROMPT_CACHE_BREAKPOINT)),
    ],
    left_out: &["cache_control", "parsed"],
    ..Table::NONE
};

static INPUT_AUDIO: Table = Table { plain: &["data", "format"], ..Table::NONE };

#[rustfmt::skip]
static ANNOTATION: Table = Table {
    plain: &[
        "container_id", "end_index", "file_id", "filename", "index", "start_index", "title", "type", "url",
    ],
    ..Table::NONE
};

#[rustfmt::skip]
static LOGPROB: Table = Table {
    plain: &["bytes", "logprob", "token"],
    deep: &[("top_logprobs", Objects(&LOGPROB))],
    ..Table::NONE
};

/// An output of a tool: text, content parts, a screenshot, or a shell's streams.
#[rustfmt::skip]
static OUTPUT: Table = Table {
    plain: &["detail", "file_data", "file_id", "file_url", "filename", "image_url", "type"],
    text: &["stderr", "stdout", "text"],
    deep: &[
        ("annotations", Objects(&ANNOTATION)),
        ("outcome", Objects(&OUTCOME)),
        ("prompt_cache_breakpoint", Objects(&PROMPT_CACHE_BREAKPOINT)),
    ],
    left_out: &["cache_control", "created_by"],
    ..Table::NONE
};

static OUTCOME: Table = Table { plain: &["exit_code", "type"], ..Table::NONE };
static SUMMARY: Table = Table { plain: &["type"], text: &["text"], ..Table::NONE };

/// What a computer was asked to do.
#[rustfmt::skip]
static COMPUTER_ACTION: Table = Table {
    plain: &["button", "keys", "scroll_x", "scroll_y", "type", "x", "y"],
    text: &["text"],
    deep: &[("path", Objects(&POINT))],
    ..Table::NONE
};

/// What a computer, a shell or a web search was asked to do.
#[rustfmt::skip]
static ACTION: Table = Table {
    plain: &["max_output_length", "timeout_ms", "url", "user", "working_directory"],
    text: &["command", "commands", "pattern", "queries", "query"],
    free: &["env"],
    deep: &[("sources", Objects(&SOURCE))],
    extends: Some(&COMPUTER_ACTION),
    ..Table::NONE
};

/// Where a shell ran.
#[rustfmt::skip]
static ENVIRONMENT: Table = Table {
    plain: &["container_id", "type"],
    deep: &[("skills", Objects(&SKILL))],
    ..Table::NONE
};

static SKILL: Table = Table { plain: &["path"], text: &["description", "name"], ..Table::NONE };
static POINT: Table = Table { plain: &["x", "y"], ..Table::NONE };
static SOURCE: Table = Table { plain: &["type", "url"], ..Table::NONE };
static SAFETY_CHECK: Table = Table { plain: &["code", "id", "message"], ..Table::NONE };

#[rustfmt::skip]
static SEARCH_RESULT: Table = Table {
    plain: &["file_id", "filename", "score"],
    text: &["text"],
    free: &["attributes"],
    ..Table::NONE
};

static CODE_OUTPUT: Table = Table { plain: &["type", "url"], text: &["logs"], ..Table::NONE };
static PATCH: Table = Table { plain: &["path", "type"], text: &["diff"], ..Table::NONE };
static AGENT: Table = Table { plain: &["agent_name"], ..Table::NONE };
static CALLER: Table = Table { plain: &["caller_id", "type"], ..Table::NONE };

#[rustfmt::skip]
static ERROR: Table = Table {
    plain: &["code", "param", "type"],
    text: &["message"],
    prompt: &["content"],
    deep: &[("moderation_details", Objects(&MODERATION_DETAILS))],
    ..Table::NONE
};

/// Why a picture was not made.
static MODERATION_DETAILS: Table = Table { plain: &["categories", "moderation_stage"], ..Table::NONE };

/// What a drawing took.
#[rustfmt::skip]
static SVG_USAGE: Table = Table {
    plain: &["input_tokens", "model", "output_tokens", "reasoning_tokens", "total_tokens"],
    ..Table::NONE
};
