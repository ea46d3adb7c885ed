//! Tools of the Responses API.

use super::Shape::Objects;
use super::Table;

/// A tool of any type. Namespaces hold tools. `index_gated_web_access` is a setting of Codex's own search.
#[rustfmt::skip]
pub(super) static TOOL: Table = Table {
    plain: &[
        "action", "allowed_callers", "authorization", "background", "complexity", "connector_id",
        "defer_loading", "display_height", "display_width", "execution", "external_web_access", "frame_count",
        "frame_duration_ms", "input_fidelity",
        "max_num_results", "model", "moderation", "output_compression", "output_format", "partial_images",
        "quality", "search_content_types", "search_context_size", "server_label", "server_url", "size",
        "strict", "tunnel_id", "type", "vector_store_ids",
    ],
    text: &["description", "name", "server_description"],
    free: &["headers"],
    prompt: &["output_schema", "parameters"],
    deep: &[
        ("tools", Objects(&TOOL)),
        ("format", Objects(&FORMAT)),
        ("filters", Objects(&FILTER)),
        ("ranking_options", Objects(&RANKING)),
        ("user_location", Objects(&USER_LOCATION)),
        ("allowed_tools", Objects(&TOOL_FILTER)),
        ("require_approval", Objects(&APPROVAL)),
        ("container", Objects(&CONTAINER)),
        ("environment", Objects(&ENVIRONMENT)),
        ("input_image_mask", Objects(&IMAGE_MASK)),
        ("svg", Objects(&SVG)),
    ],
    left_out: &["cache_control", "index_gated_web_access"],
    ..Table::NONE
};

/// A tool as items list it: those that an MCP server offers carry two more fields.
#[rustfmt::skip]
pub(super) static LISTED_TOOL: Table = Table {
    free: &["annotations"],
    prompt: &["input_schema"],
    extends: Some(&TOOL),
    ..Table::NONE
};

#[rustfmt::skip]
pub(super) static TOOL_CHOICE: Table = Table {
    plain: &["mode", "name", "server_label", "type"],
    free: &["tools"],
    ..Table::NONE
};

/// Where code runs.
#[rustfmt::skip]
static CONTAINER: Table = Table {
    plain: &["file_ids", "memory_limit", "type"],
    deep: &[("network_policy", Objects(&NETWORK_POLICY))],
    ..Table::NONE
};

/// Where a shell runs.
#[rustfmt::skip]
static ENVIRONMENT: Table = Table {
    plain: &["container_id"],
    deep: &[("skills", Objects(&SKILL))],
    extends: Some(&CONTAINER),
    ..Table::NONE
};

#[rustfmt::skip]
static NETWORK_POLICY: Table = Table {
    plain: &["allowed_domains", "type"],
    deep: &[("domain_secrets", Objects(&DOMAIN_SECRET))],
    ..Table::NONE
};

static DOMAIN_SECRET: Table = Table { plain: &["domain", "name", "value"], ..Table::NONE };

#[rustfmt::skip]
static SKILL: Table = Table {
    plain: &["path", "skill_id", "type", "version"],
    text: &["description", "name"],
    deep: &[("source", Objects(&SKILL_SOURCE))],
    ..Table::NONE
};

static SKILL_SOURCE: Table = Table { plain: &["data", "media_type", "type"], ..Table::NONE };
static FORMAT: Table = Table { plain: &["syntax", "type"], text: &["definition"], ..Table::NONE };

/// A comparison, a compound of them, or a web search's domains.
#[rustfmt::skip]
static FILTER: Table = Table {
    plain: &["allowed_domains", "key", "type", "value"],
    deep: &[("filters", Objects(&FILTER))],
    ..Table::NONE
};

#[rustfmt::skip]
static RANKING: Table = Table {
    plain: &["ranker", "score_threshold"],
    deep: &[("hybrid_search", Objects(&HYBRID_SEARCH))],
    ..Table::NONE
};

static HYBRID_SEARCH: Table = Table { plain: &["embedding_weight", "text_weight"], ..Table::NONE };
static USER_LOCATION: Table =
    Table { plain: &["city", "country", "region", "timezone", "type"], ..Table::NONE };
static TOOL_FILTER: Table = Table { plain: &["read_only", "tool_names"], ..Table::NONE };

#[rustfmt::skip]
static APPROVAL: Table = Table {
    deep: &[("always", Objects(&TOOL_FILTER)), ("never", Objects(&TOOL_FILTER))],
    ..Table::NONE
};

static IMAGE_MASK: Table = Table { plain: &["file_id", "image_url"], ..Table::NONE };

/// Who draws.
#[rustfmt::skip]
static SVG: Table = Table {
    plain: &["model"],
    deep: &[("reasoning", Objects(&SVG_REASONING))],
    ..Table::NONE
};

static SVG_REASONING: Table = Table { plain: &["effort"], ..Table::NONE };
