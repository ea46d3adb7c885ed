//! What in a body the model reads.
//!
//! Everything, but for what is listed here: an unknown field is read.

use crate::wire::Dialect;

/// What a value is, judged by the fields that lead to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// The body itself.
    Root,
    /// Fields of the dialect: their names are the API's, their strings the caller's.
    Protocol,
    /// A name that the API gives meaning to, or its reference to something: not read.
    Label,
    /// An address or data: read unless it is base64.
    Encoded,
    /// A JSON Schema: its strings are read; numbers and keywords are the schema's.
    Schema,
    /// An object in a schema whose members' names are the caller's.
    Names,
    /// The caller's own JSON, e.g. the arguments of a tool call: read with its names and numbers.
    Free,
    /// Not sent to the model.
    Unread,
}

impl Zone {
    /// The zone of the member `key` of an object in this zone.
    pub(super) fn member(self, dialect: Dialect, key: &str) -> Self {
        match self {
            Self::Root if is_unread_at_root(key) => Self::Unread,
            Self::Root | Self::Protocol | Self::Label | Self::Encoded => field(dialect, key),
            Self::Schema if has_names(key) => Self::Names,
            Self::Schema | Self::Names => Self::Schema,
            Self::Free => Self::Free,
            Self::Unread => Self::Unread,
        }
    }

    /// Whether names of an object's members are read.
    pub(super) fn reads_names(self) -> bool {
        matches!(self, Self::Names | Self::Free)
    }

    /// Whether a number is read as text.
    pub(super) fn reads_numbers(self) -> bool {
        self == Self::Free
    }

    /// Whether a string that means `text` is read.
    pub(super) fn reads(self, text: &str) -> bool {
        match self {
            Self::Label | Self::Unread => false,
            Self::Encoded => !is_base64(text),
            _ => true,
        }
    }
}

/// Fields of the whole request that steer the API or the gateway, and that no model reads.
fn is_unread_at_root(key: &str) -> bool {
    matches!(
        key,
        "metadata"
            | "litellm_metadata"
            | "model"
            | "user"
            | "safety_identifier"
            | "prompt_cache_key"
            | "previous_response_id"
            | "service_tier"
            | "guardrails"
            | "tags"
    )
}

fn field(dialect: Dialect, key: &str) -> Zone {
    let responses = matches!(dialect, Dialect::Responses | Dialect::Compact);
    match key {
        "type" | "role" | "id" | "call_id" | "tool_call_id" | "tool_use_id" | "file_id" | "media_type"
        | "signature" | "encrypted_content" => Zone::Label,
        "data" | "file_data" | "url" | "image_url" | "file_url" | "result" => Zone::Encoded,
        "parameters" | "input_schema" | "schema" => Zone::Schema,
        "arguments" | "variables" => Zone::Free,
        // Of a tool call; in the Responses dialects `input` is the conversation.
        "input" if dialect == Dialect::Messages => Zone::Free,
        // Credentials for an MCP server.
        "headers" | "authorization" if responses => Zone::Unread,
        "authorization_token" if dialect == Dialect::Messages => Zone::Unread,
        _ => Zone::Protocol,
    }
}

fn has_names(key: &str) -> bool {
    matches!(key, "properties" | "patternProperties" | "dependentRequired" | "$defs" | "definitions")
}

/// Shorter text may be a word: it is read.
const SHORTEST_BASE64: usize = 128;

/// Whether it is a file's bytes and not text: base64 by itself or in a data URL. What such a file says is not
/// known here.
fn is_base64(text: &str) -> bool {
    let data = match text.strip_prefix("data:") {
        Some(rest) => rest.split_once(";base64,").map_or(rest, |(_, data)| data),
        None => text,
    };
    let of_base64 = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=-_\r\n".contains(&byte);
    data.len() >= SHORTEST_BASE64 && data.bytes().all(of_base64)
}
