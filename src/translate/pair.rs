//! Which translations exist. The one place to add another.

use super::{Failure, Target};
use crate::reject::Reject;
use crate::wire::{Api, Dialect, Provider};

/// A dialect and an API that have a translation between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    ChatFromChat,
    ResponsesFromChat,
    ResponsesFromResponses,
    CompactFromCompact,
}

impl Pair {
    /// The translation between a dialect and an API.
    pub(super) fn of(dialect: Dialect, api: Api) -> Result<Self, Failure> {
        match (dialect, api) {
            (Dialect::Chat, Api::ChatCompletions) => Ok(Self::ChatFromChat),
            (Dialect::Chat, Api::Responses) => Ok(Self::ResponsesFromChat),
            (Dialect::Responses, Api::Responses) => Ok(Self::ResponsesFromResponses),
            (Dialect::Compact, Api::Compact) => Ok(Self::CompactFromCompact),
            (dialect, api) => Err(Failure::unsupported(format!(
                "Spillway does not translate `{}` to a {}.",
                api.path(),
                name(dialect)
            ))),
        }
    }

    /// The translation that a deployment wants for a dialect.
    pub(super) fn of_target(dialect: Dialect, target: &Target) -> Result<Self, Reject> {
        match (dialect, target.provider) {
            (Dialect::Chat, Provider::OpenAi | Provider::Azure) if target.bridge_to_responses => {
                Ok(Self::ResponsesFromChat)
            }
            (Dialect::Chat, Provider::OpenAi | Provider::Azure) => Ok(Self::ChatFromChat),
            (Dialect::Responses, Provider::OpenAi | Provider::Azure) => Ok(Self::ResponsesFromResponses),
            (Dialect::Compact, Provider::OpenAi | Provider::Azure) => Ok(Self::CompactFromCompact),
            (dialect @ Dialect::Messages, provider) => Err(Reject::new(
                501,
                "not_implemented_error",
                format!(
                    "Spillway does not translate a {} for the provider `{}`: use a deployment of another \
                     provider, or another endpoint.",
                    name(dialect),
                    provider.name()
                ),
            )
            .code("unsupported_translation")),
        }
    }

    /// The API that the provider's body is for.
    pub(super) fn api(self) -> Api {
        match self {
            Self::ChatFromChat => Api::ChatCompletions,
            Self::ResponsesFromChat | Self::ResponsesFromResponses => Api::Responses,
            Self::CompactFromCompact => Api::Compact,
        }
    }
}

fn name(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Chat => "chat completions request",
        Dialect::Responses => "Responses request",
        Dialect::Compact => "compaction request",
        Dialect::Messages => "Messages request",
    }
}
