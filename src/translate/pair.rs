//! Which API serves which dialect, and how the one becomes the other.

use super::bridge::{Made, Side};
use super::{Failure, Target, count_tokens};
use crate::reject::Reject;
use crate::wire::{Api, Dialect, Provider, Stored};

/// How a dialect and an API meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    /// They are the same: what passes is not taken apart.
    ChatFromChat,
    ResponsesFromResponses,
    CompactFromCompact,
    MessagesFromMessages,
    CompletionsFromCompletions,
    EmbeddingsFromEmbeddings,
    ModerationsFromModerations,
    /// Gemini's embeddings.
    EmbeddingsFromGemini,
    /// A count of tokens, whose answers all say the same.
    Count(Api),
    /// About a response that the provider keeps.
    Stored(Stored),
    /// They are not.
    Bridge(Side, Made),
}

impl Pair {
    /// The translation between a dialect and an API.
    pub(super) fn of(dialect: Dialect, api: Api) -> Result<Self, Failure> {
        let (side, made) = match (dialect, api) {
            (Dialect::Chat, Api::ChatCompletions) => return Ok(Self::ChatFromChat),
            (Dialect::Responses, Api::Responses) => return Ok(Self::ResponsesFromResponses),
            (Dialect::Compact, Api::Compact) => return Ok(Self::CompactFromCompact),
            (Dialect::Messages, Api::Messages) => return Ok(Self::MessagesFromMessages),
            (Dialect::Completions, Api::Completions) => return Ok(Self::CompletionsFromCompletions),
            (Dialect::Embeddings, Api::Embeddings) => return Ok(Self::EmbeddingsFromEmbeddings),
            (Dialect::Embeddings, Api::BatchEmbedContents) => return Ok(Self::EmbeddingsFromGemini),
            (Dialect::CountTokens, Api::CountTokens | Api::GeminiCountTokens | Api::InputTokens) => {
                return Ok(Self::Count(api));
            }
            (Dialect::Stored(operation), Api::StoredResponses) => return Ok(Self::Stored(operation)),
            (Dialect::Moderations, Api::Moderations) => return Ok(Self::ModerationsFromModerations),
            (dialect, api) => (side(dialect), made(api)),
        };
        match (side, made) {
            (Some(side), Some(made)) => Ok(Self::Bridge(side, made)),
            _ => Err(Failure::unsupported(format!(
                "Spillway does not translate {} to a {}.",
                api.name(),
                name(dialect)
            ))),
        }
    }

    /// The translation that a deployment wants for a dialect, and the API that it serves.
    pub(super) fn of_target(dialect: Dialect, target: &Target) -> Result<(Self, Api), Reject> {
        let api = serving(dialect, target).ok_or_else(|| {
            Reject::new(
                501,
                "not_implemented_error",
                format!(
                    "Spillway does not translate a {} for the provider `{}`: use a deployment of another \
                     provider, or another endpoint.",
                    name(dialect),
                    target.provider.name()
                ),
            )
            .code("unsupported_translation")
        })?;
        let pair = Self::of(dialect, api).map_err(|failure| {
            Reject::new(501, "not_implemented_error", failure.message).code("unsupported_translation")
        })?;
        Ok((pair, api))
    }
}

/// The API of a deployment that serves a dialect.
fn serving(dialect: Dialect, target: &Target) -> Option<Api> {
    let row = target.provider.row();
    let responses = row.responses && !target.chat_only;
    let conversation = if target.bridge_to_responses && responses { Api::Responses } else { row.api };
    match dialect {
        Dialect::Chat | Dialect::Messages => Some(conversation),
        Dialect::Responses if responses => Some(Api::Responses),
        Dialect::Responses => Some(conversation),
        Dialect::Compact => responses.then_some(Api::Compact),
        Dialect::Embeddings => match target.provider {
            // Vertex AI's embedding models have an API of their own.
            Provider::Anthropic | Provider::VertexAi => None,
            Provider::Gemini => Some(Api::BatchEmbedContents),
            _ => Some(Api::Embeddings),
        },
        Dialect::Moderations => (target.provider == Provider::OpenAi).then_some(Api::Moderations),
        Dialect::Stored(_) => responses.then_some(Api::StoredResponses),
        Dialect::Completions if target.completions => Some(Api::Completions),
        Dialect::Completions => Some(conversation),
        Dialect::CountTokens => count_tokens::api(target),
    }
}

fn side(dialect: Dialect) -> Option<Side> {
    match dialect {
        Dialect::Chat => Some(Side::Chat),
        Dialect::Responses => Some(Side::Responses),
        Dialect::Messages => Some(Side::Messages),
        Dialect::Completions => Some(Side::Completions),
        _ => None,
    }
}

fn made(api: Api) -> Option<Made> {
    match api {
        Api::ChatCompletions => Some(Made::Chat),
        Api::Responses => Some(Made::Responses),
        Api::Messages => Some(Made::Messages),
        Api::GenerateContent => Some(Made::Gemini),
        _ => None,
    }
}

fn name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Chat => "chat completions request",
        Dialect::Responses => "Responses request",
        Dialect::Compact => "compaction request",
        Dialect::Messages => "Messages request",
        Dialect::CountTokens => "call for a token count",
        Dialect::Completions => "completions request",
        Dialect::Embeddings => "call for embeddings",
        Dialect::Moderations => "moderation request",
        Dialect::Stored(_) => "call about a stored response",
    }
}
