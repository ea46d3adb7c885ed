//! Content blocks of Anthropic's Messages.

use super::Shape::{Objects, TextOr};
use super::Table;
use super::messages_tools::{LISTED_TOOL, TOOL};

/// A block of any type, and what stands in the `content` of one: blocks again, or a server tool's result.
/// `parsed_output` is the SDK's own, on blocks of answers.
#[rustfmt::skip]
pub(super) static BLOCK: Table = Table {
    plain: &[
        "data", "encrypted_content", "encrypted_stdout", "error_code", "file_id", "file_type", "id",
        "is_error", "is_file_update", "mcp_server_name", "name", "new_lines", "new_start", "num_lines",
        "old_lines", "old_start", "page_age", "retrieved_at", "return_code", "server_name", "signature",
        "start_line", "stop_reason", "tool_name", "tool_use_id", "toolset_name", "total_lines", "type", "url",
    ],
    text: &["context", "error_message", "lines", "stderr", "stdout", "text", "thinking", "title"],
    // What a refusal of an earlier model was about.
    free: &["trigger"],
    // The arguments of a call.
    prompt: &["input"],
    deep: &[
        ("cache_control", Objects(&CACHE_CONTROL)),
        ("caller", Objects(&CALLER)),
        ("citations", Objects(&CITATION)),
        ("content", TextOr(&BLOCK)),
        ("from", Objects(&MODEL)),
        ("source", Objects(&SOURCE)),
        ("state_changes", Objects(&BROWSER_CHANGE)),
        ("tabs", Objects(&BROWSER_TAB)),
        ("to", Objects(&MODEL)),
        ("tool", Objects(&CHANGED_TOOL)),
        ("tool_changes", Objects(&BLOCK)),
        ("tool_references", Objects(&BLOCK)),
        ("tools", Objects(&LISTED_TOOL)),
        ("transformations", Objects(&TRANSFORMATIONS)),
    ],
    left_out: &["parsed_output"],
    ..Table::NONE
};

/// `scope` is of the beta `prompt-caching-scope-2026-01-05`. The SDK's types have no word of it; Claude Code
/// marks its system prompt with it, and Anthropic takes it.
pub(super) static CACHE_CONTROL: Table = Table { plain: &["scope", "ttl", "type"], ..Table::NONE };

/// Where a picture's or a document's content is; of a search result, a string.
#[rustfmt::skip]
static SOURCE: Table = Table {
    plain: &["data", "file_id", "media_type", "type", "url"],
    deep: &[("content", TextOr(&BLOCK))],
    ..Table::NONE
};

/// Where a text has something from; of a document, whether it is to be cited.
#[rustfmt::skip]
pub(super) static CITATION: Table = Table {
    plain: &[
        "document_index", "document_title", "enabled", "encrypted_index", "end_block_index",
        "end_char_index", "end_page_number", "file_id", "search_result_index", "source",
        "start_block_index", "start_char_index", "start_page_number", "title", "type", "url",
    ],
    text: &["cited_text"],
    ..Table::NONE
};

static CALLER: Table = Table { plain: &["tool_id", "type"], ..Table::NONE };
static MODEL: Table = Table { plain: &["model"], ..Table::NONE };
static TRANSFORMATIONS: Table = Table { plain: &["oversized_image"], ..Table::NONE };

/// A tool that is added or taken away in the middle of a conversation.
#[rustfmt::skip]
static CHANGED_TOOL: Table = Table {
    plain: &["name", "server_name", "type"],
    deep: &[("definition", Objects(&TOOL))],
    ..Table::NONE
};

static BROWSER_TAB: Table = Table { plain: &["active", "tab_id", "title", "url"], ..Table::NONE };

#[rustfmt::skip]
static BROWSER_CHANGE: Table = Table {
    plain: &["download_id", "error", "path", "size_bytes", "tab_id", "type", "url"],
    ..Table::NONE
};
