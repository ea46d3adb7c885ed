//! What in a request the model reads, and what in an answer it wrote.
//!
//! Everything, but for what is listed here: an unknown field is read.

use super::encoded::{is_base64, is_data_url, is_identifier};
use super::mode::Stage;
use super::schema;
use crate::wire::Dialect;

/// Whose fields they are: an API's, in a request or in an answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    pub(super) dialect: Dialect,
    pub(super) stage: Stage,
}

impl Side {
    fn is_answer(self) -> bool {
        self.stage == Stage::Answer
    }

    fn is_responses(self) -> bool {
        matches!(self.dialect, Dialect::Responses | Dialect::Compact | Dialect::Stored(_))
    }

    fn is_anthropic(self) -> bool {
        self.dialect.is_anthropic()
    }

    /// Whether a model writes such answers.
    fn is_written(self) -> bool {
        !matches!(self.dialect, Dialect::Embeddings | Dialect::Moderations | Dialect::CountTokens)
    }
}

/// What a value is, judged by the fields that lead to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// The body itself.
    Root,
    /// An event of an answer's stream.
    Event,
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
    /// What an answer says aloud: its `data` is the sound, everything else is read.
    Sound,
    /// How likely an answer's tokens were: repeats its text, token by token, and is not read.
    Logprobs,
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
    pub(super) fn member(self, side: Side, key: &str) -> Self {
        match self {
            Self::Root if is_unread_at_root(side, key) => Self::Unread,
            Self::Event => of_event(side, key),
            Self::Sound if key == "data" => Self::Unread,
            Self::Root
            | Self::Protocol
            | Self::Label
            | Self::Address
            | Self::File
            | Self::Source
            | Self::Sound => field(side, key),
            Self::Schema => schema::keyword(key),
            Self::Names => Self::Schema,
            Self::Free => Self::Free,
            Self::Logprobs | Self::Unread => Self::Unread,
        }
    }

    /// Whether the names of an object's members are the API's fields.
    pub(super) fn has_fields(self) -> bool {
        !matches!(self, Self::Schema | Self::Names | Self::Free | Self::Logprobs | Self::Unread)
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

    /// Whether every string is read, whatever it means.
    pub(super) fn reads_all(self) -> bool {
        !matches!(self, Self::Logprobs | Self::Unread | Self::Label | Self::Address | Self::File)
    }

    /// Whether a string that means `text` is read.
    pub(super) fn reads(self, text: &str) -> bool {
        match self {
            Self::Logprobs | Self::Unread => false,
            Self::Label => !is_identifier(text),
            Self::Address => !is_data_url(text),
            Self::File => !is_data_url(text) && !is_base64(text),
            _ => true,
        }
    }
}

fn is_unread_at_root(side: Side, key: &str) -> bool {
    match side.stage {
        Stage::Request => steers(key),
        Stage::Answer => !side.is_written() || tells(key) || side.is_responses() && repeats(key),
    }
}

/// Fields of the whole request that steer the API or the gateway, and that no model reads.
fn steers(key: &str) -> bool {
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

/// Fields of the whole answer that tell of it, and that no model wrote.
fn tells(key: &str) -> bool {
    matches!(key, "model" | "usage" | "system_fingerprint" | "service_tier")
}

/// Fields of a Responses answer that repeat the request: the caller's own words.
fn repeats(key: &str) -> bool {
    steers(key)
        || matches!(
            key,
            "background"
                | "conversation"
                | "include"
                | "input"
                | "instructions"
                | "prompt"
                | "reasoning"
                | "text"
                | "tool_choice"
                | "tools"
                | "truncation"
        )
}

/// The zone of a field of a stream's event.
fn of_event(side: Side, key: &str) -> Zone {
    match key {
        "response" if side.is_responses() => Zone::Root,
        "message" if side.is_anthropic() => Zone::Root,
        // As long as it takes to hide how long the text is.
        "obfuscation" if side.is_responses() => Zone::Unread,
        // Of an answer's parts, not of a request.
        "text" | "input" => Zone::Protocol,
        _ if is_unread_at_root(side, key) => Zone::Unread,
        _ => field(side, key),
    }
}

fn field(side: Side, key: &str) -> Zone {
    let (responses, anthropic, answer) = (side.is_responses(), side.is_anthropic(), side.is_answer());
    match key {
        "url" | "image_url" | "file_url" | "document_url" => Zone::Address,
        "data" if anthropic => Zone::Source,
        "data" | "file_data" => Zone::File,
        // Of a generated image.
        "result" if responses => Zone::File,
        "partial_image_b64" if answer => Zone::Unread,
        "audio" if answer => Zone::Sound,
        "logprobs" if answer => Zone::Logprobs,
        "parameters" | "input_schema" | "schema" => Zone::Schema,
        "arguments" | "variables" | "attributes" | "env" => Zone::Free,
        // Of a tool call; in the Responses dialects `input` is the conversation.
        "input" if anthropic => Zone::Free,
        // Credentials for an MCP server.
        "headers" | "authorization" if responses => Zone::Unread,
        "authorization_token" if anthropic => Zone::Unread,
        _ if is_label(key) || answer && is_label_of_answer(key) => Zone::Label,
        _ => Zone::Protocol,
    }
}

/// As [`is_label`], in answers.
fn is_label_of_answer(key: &str) -> bool {
    matches!(
        key,
        "object" | "finish_reason" | "native_finish_reason" | "stop_reason" | "item_id" | "response_id"
    )
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
            | "thought_signature"
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
