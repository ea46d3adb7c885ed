//! `POST /v1/messages` and `POST /v1/messages/count_tokens`, Anthropic's.
//!
//! Source: the request types of Anthropic's SDK for API version 2026-10-21 and its betas (November 2026), and
//! the sampling parameters and `output_format`, which that version removed and 2023-06-01 still takes:
//! <https://platform.claude.com/docs/en/api/migration-2026-10-21>.
//!
//! One field of a beta is not among a body's here: `fallbacks`. The gateway has a control of that name, which its
//! clients on every dialect use; whose a member is, [`crate::sanitise`] tells.

use super::Shape::{Objects, TextOr};
use super::Table;
use super::messages_blocks::{BLOCK, CACHE_CONTROL};
use super::messages_tools::{TOOL, TOOL_CHOICE};

#[rustfmt::skip]
pub(super) static REQUEST: Table = Table {
    plain: &[
        "inference_geo", "max_tokens", "service_tier", "stop_sequences", "stream", "temperature", "top_k",
        "top_p",
    ],
    // Only `user_id` of it is the provider's.
    free: &["metadata"],
    deep: &[
        ("container", Objects(&CONTAINER)),
        ("diagnostics", Objects(&DIAGNOSTICS)),
        ("fallback_credit_token", Objects(&CREDIT_TOKEN)),
        ("output_format", Objects(&FORMAT)),
        ("thread", Objects(&THREAD)),
    ],
    extends: Some(&COUNT_TOKENS),
    ..Table::NONE
};

/// `fallbacks` of the beta `server-side-fallback-2026-07-01`, where it is no text: a model that is asked where the one
/// before it declines, and what it is asked otherwise.
#[rustfmt::skip]
pub(super) static SERVER_FALLBACK: Table = Table {
    plain: &["max_tokens", "model", "speed"],
    deep: &[("output_config", Objects(&OUTPUT_CONFIG)), ("thinking", Objects(&THINKING))],
    ..Table::NONE
};

/// What is counted is what the model would read.
#[rustfmt::skip]
pub(super) static COUNT_TOKENS: Table = Table {
    plain: &["model", "speed"],
    deep: &[
        ("billing_policy", Objects(&BILLING_POLICY)),
        ("cache_control", Objects(&CACHE_CONTROL)),
        ("compaction", Objects(&COMPACTION)),
        ("context_management", Objects(&CONTEXT_MANAGEMENT)),
        ("mcp_servers", Objects(&MCP_SERVER)),
        ("messages", Objects(&MESSAGE)),
        ("output_config", Objects(&OUTPUT_CONFIG)),
        ("system", TextOr(&BLOCK)),
        ("thinking", Objects(&THINKING)),
        ("tool_choice", Objects(&TOOL_CHOICE)),
        ("tools", Objects(&TOOL)),
    ],
    ..Table::NONE
};

/// A message of any role. What an answer carries beyond it is left out when it comes back whole.
#[rustfmt::skip]
static MESSAGE: Table = Table {
    plain: &["clear_at", "role"],
    deep: &[("content", TextOr(&BLOCK)), ("output_config", Objects(&OUTPUT_CONFIG))],
    left_out: &[
        "container", "context_management", "diagnostics", "id", "input_transformations", "model",
        "stop_details", "stop_reason", "stop_sequence", "type", "usage",
    ],
    ..Table::NONE
};

#[rustfmt::skip]
static OUTPUT_CONFIG: Table = Table {
    plain: &["effort"],
    deep: &[("format", Objects(&FORMAT)), ("task_budget", Objects(&TASK_BUDGET))],
    ..Table::NONE
};

static FORMAT: Table = Table { plain: &["type"], prompt: &["schema"], ..Table::NONE };
static TASK_BUDGET: Table = Table { plain: &["remaining", "total", "type"], ..Table::NONE };

#[rustfmt::skip]
static THINKING: Table = Table {
    plain: &["budget_tokens", "display", "type"],
    deep: &[("block_binding", Objects(&BLOCK_BINDING))],
    ..Table::NONE
};

static BLOCK_BINDING: Table = Table { plain: &["prefix_mismatch_behavior"], ..Table::NONE };

/// A string, the container's id, or this.
static CONTAINER: Table = Table { plain: &["id"], deep: &[("skills", Objects(&SKILL))], ..Table::NONE };
static SKILL: Table = Table { plain: &["skill_id", "type", "version"], ..Table::NONE };

#[rustfmt::skip]
static CONTEXT_MANAGEMENT: Table = Table { deep: &[("edits", Objects(&EDIT))], ..Table::NONE };

/// How the context is shortened, of any type.
#[rustfmt::skip]
static EDIT: Table = Table {
    plain: &["clear_tool_inputs", "exclude_tools", "pause_after_compaction", "type"],
    text: &["instructions"],
    deep: &[
        ("clear_at_least", Objects(&AMOUNT)),
        ("keep", Objects(&AMOUNT)),
        ("trigger", Objects(&AMOUNT)),
    ],
    ..Table::NONE
};

static AMOUNT: Table = Table { plain: &["type", "value"], ..Table::NONE };
static COMPACTION: Table = Table { plain: &["type"], text: &["instructions"], ..Table::NONE };

#[rustfmt::skip]
static MCP_SERVER: Table = Table {
    plain: &["authorization_token", "name", "type", "url"],
    deep: &[("tool_configuration", Objects(&MCP_TOOLS))],
    ..Table::NONE
};

static MCP_TOOLS: Table = Table { plain: &["allowed_tools", "enabled"], ..Table::NONE };
static BILLING_POLICY: Table = Table { plain: &["bill_to", "type"], ..Table::NONE };
static CREDIT_TOKEN: Table = Table { plain: &["mode", "token"], ..Table::NONE };
static DIAGNOSTICS: Table = Table { plain: &["previous_message_id"], ..Table::NONE };
static THREAD: Table = Table { plain: &["previous_message_id", "type"], ..Table::NONE };
