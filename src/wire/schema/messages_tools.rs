//! Tools of Anthropic's Messages.

use super::Shape::Objects;
use super::Table;
use super::messages_blocks::{CACHE_CONTROL, CITATION};

/// A tool of any type: the caller's own, and those that Anthropic defines by a dated type.
#[rustfmt::skip]
pub(super) static TOOL: Table = Table {
    plain: &[
        "allowed_callers", "allowed_domains", "blocked_domains", "defer_loading", "display_height_px",
        "display_number", "display_width_px", "eager_input_streaming", "enable_zoom", "max_characters",
        "max_content_tokens", "max_tokens", "max_uses", "mcp_server_name", "model", "response_inclusion",
        "strict", "type", "use_cache",
    ],
    // By the names of a toolset's tools.
    free: &["configs"],
    prompt: &["input_examples"],
    deep: &[
        ("cache_control", Objects(&CACHE_CONTROL)),
        ("caching", Objects(&CACHE_CONTROL)),
        ("citations", Objects(&CITATION)),
        ("default_config", Objects(&TOOLSET_CONFIG)),
        ("tools", Objects(&LISTED_TOOL)),
        ("url_sources", Objects(&URL_SOURCES)),
        ("user_location", Objects(&USER_LOCATION)),
    ],
    extends: Some(&LISTED_TOOL),
    ..Table::NONE
};

/// A tool as an MCP server lists it.
#[rustfmt::skip]
pub(super) static LISTED_TOOL: Table = Table {
    text: &["description", "name"],
    prompt: &["input_schema"],
    ..Table::NONE
};

pub(super) static TOOL_CHOICE: Table =
    Table { plain: &["disable_parallel_tool_use", "name", "type"], ..Table::NONE };

static TOOLSET_CONFIG: Table = Table { plain: &["defer_loading", "enabled"], ..Table::NONE };
static USER_LOCATION: Table =
    Table { plain: &["city", "country", "region", "timezone", "type"], ..Table::NONE };

/// Whose addresses may be fetched.
#[rustfmt::skip]
static URL_SOURCES: Table = Table {
    deep: &[
        ("client_tool_results", Objects(&URL_SOURCE)),
        ("server_tool_results", Objects(&URL_SOURCE)),
        ("user_input", Objects(&URL_SOURCE)),
    ],
    ..Table::NONE
};

static URL_SOURCE: Table =
    Table { plain: &["type"], deep: &[("tools", Objects(&TOOL_REFERENCE))], ..Table::NONE };
static TOOL_REFERENCE: Table = Table { plain: &["name", "type"], ..Table::NONE };
