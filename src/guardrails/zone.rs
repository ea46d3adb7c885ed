//! What in a body the model reads.
//!
//! Everything, but for what is listed here: an unknown field is read.

use super::encoded::{is_base64, is_data_url, is_identifier};
use super::schema;
use crate::wire::Dialect;

/// What a value is, judged by the fields that lead to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// The body itself.
    Root,
    /// Fields of the dialect: their names are the API's, their strings the caller's.
    Protocol,
    /// One of the API's own words, or a reference to something: read where it is more than one word.
    Label,
    /// An address: read unless it is a data URL.
    Address,
    /// A file: read unless it is base64.
    File,
    /// `data` of Anthropic's, a file or a text: the object's `type` tells which.
    Source,
    /// A JSON Schema: its strings are read; numbers and keywords are the schema's.
    Schema,
    /// An object in a schema whose members' names are the caller's.
    Names,
    /// The caller's own JSON, e.g. the arguments of a tool call: read with its names, numbers and literals.
    Free,
    /// Not sent to the model.
    Unread,
}

impl Zone {
    /// The zone of the member `key` of an object in this zone.
    pub(super) fn member(self, dialect: Dialect, key: &str) -> Self {
        match self {
            Self::Root if is_unread_at_root(key) => Self::Unread,
            Self::Root | Self::Protocol | Self::Label | Self::Address | Self::File | Self::Source => {
                field(dialect, key)
            }
            Self::Schema => schema::keyword(key),
            Self::Names => Self::Schema,
            Self::Free => Self::Free,
            Self::Unread => Self::Unread,
        }
    }

    /// Whether the names of an object's members are the API's fields.
    pub(super) fn has_fields(self) -> bool {
        !matches!(self, Self::Schema | Self::Names | Self::Free | Self::Unread)
    }

    /// Whether the name of an object's member is read.
    pub(super) fn reads_name(self, name: &str) -> bool {
        match self {
            Self::Names | Self::Free => true,
            Self::Schema => !schema::is_keyword(name),
            _ => false,
        }
    }

    /// Whether a number, `true`, `false` or `null` is read as text.
    pub(super) fn reads_scalars(self) -> bool {
        self == Self::Free
    }

    /// Whether a string that means `text` is read.
    pub(super) fn reads(self, text: &str) -> bool {
        match self {
            Self::Unread => false,
            Self::Label => !is_identifier(text),
            Self::Address => !is_data_url(text),
            Self::File => !is_data_url(text) && !is_base64(text),
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
        "url" | "image_url" | "file_url" => Zone::Address,
        "data" if dialect.is_anthropic() => Zone::Source,
        "data" | "file_data" => Zone::File,
        // Of a generated image.
        "result" if responses => Zone::File,
        "parameters" | "input_schema" | "schema" => Zone::Schema,
        "arguments" | "variables" | "attributes" | "env" => Zone::Free,
        // Of a tool call; in the Responses dialects `input` is the conversation.
        "input" if dialect.is_anthropic() => Zone::Free,
        // Credentials for an MCP server.
        "headers" | "authorization" if responses => Zone::Unread,
        "authorization_token" if dialect.is_anthropic() => Zone::Unread,
        _ if is_label(key) => Zone::Label,
        _ => Zone::Protocol,
    }
}

/// Fields whose strings are words that the API defines, ids that it gave, or what it encrypted. A rule's word
/// may well be part of one (`auto`, `high`), and no caller can do without them.
fn is_label(key: &str) -> bool {
    matches!(
        key,
        "type"
            | "role"
            | "id"
            | "call_id"
            | "tool_call_id"
            | "tool_use_id"
            | "file_id"
            | "container"
            | "container_id"
            | "media_type"
            | "signature"
            | "encrypted_content"
            | "encrypted_index"
            | "detail"
            | "effort"
            | "format"
            | "include"
            | "modalities"
            | "mode"
            | "phase"
            | "status"
            | "tool_choice"
            | "truncation"
            | "ttl"
            | "verbosity"
            | "voice"
    )
}
