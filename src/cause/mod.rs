//! Why a try gave no answer, and whose fault that is: the one table that fallbacks, retries and cooldowns read.
//!
//! Knows statuses and the words of the providers' errors. Knows no request, no deployment, no host.

mod class;
mod classify;

use serde::{Deserialize, Serialize};

pub use class::{Class, PerClass};
pub use classify::{Symptoms, classify};

/// Why a try gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The request itself is wrong: 400, 405, 415, 422, … And Anthropic's errors about a thread, whatever their status.
    InvalidRequest,
    /// The body is larger than the provider takes: 413.
    RequestTooLarge,
    /// The prompt does not fit into the model's context window.
    ContextWindow,
    /// The provider refuses the content.
    ContentPolicy,
    /// The gateway's credential was refused: 401.
    Authentication,
    /// The gateway's account is out of money: 402.
    PaymentRequired,
    /// The credential may not use the model: 403.
    Permission,
    /// The model or route is missing at the deployment: 404.
    NotFound,
    /// The provider gave up waiting: 408, 504.
    Timeout,
    /// 409.
    Conflict,
    /// 429.
    RateLimit,
    /// 500, 502 and the rest of 5xx.
    ServerError,
    /// 503.
    Unavailable,
    /// 529.
    Overloaded,
    /// Refused, reset, TLS, or a name without an address: no response came, or its connection was lost before
    /// anything of it could be shown.
    Connection,
    /// A 2xx that is no answer of its API.
    MalformedAnswer,
    /// A whole answer where a stream was asked for.
    NotAStream,
    /// A stream that ended in good order before its first content.
    StreamCut,
    /// 1xx and redirects, which would carry the credential to an address that nobody configured.
    UnexpectedStatus,
    /// Reasoning that another account sealed: only the deployment that made it can read it.
    SealedElsewhere,
    /// An answer that is larger than the gateway holds.
    AnswerTooLarge,
}

/// Who could do something about a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The caller: every deployment would refuse the request, so it is not replayed.
    Caller,
    /// A model with a larger window: `context_window_fallbacks`.
    Window,
    /// A provider with other rules: `content_policy_fallbacks`.
    Policy,
    /// The gateway's operator, the provider, or nobody: the next deployment may answer.
    Provider,
}

impl Cause {
    /// Every cause, for tables that must be complete.
    pub const ALL: [Self; 21] = [
        Self::InvalidRequest,
        Self::RequestTooLarge,
        Self::ContextWindow,
        Self::ContentPolicy,
        Self::Authentication,
        Self::PaymentRequired,
        Self::Permission,
        Self::NotFound,
        Self::Timeout,
        Self::Conflict,
        Self::RateLimit,
        Self::ServerError,
        Self::Unavailable,
        Self::Overloaded,
        Self::Connection,
        Self::MalformedAnswer,
        Self::NotAStream,
        Self::StreamCut,
        Self::UnexpectedStatus,
        Self::SealedElsewhere,
        Self::AnswerTooLarge,
    ];

    /// The word for the event, the headers and the monitor.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::RequestTooLarge => "request_too_large",
            Self::ContextWindow => "context_window",
            Self::ContentPolicy => "content_policy",
            Self::Authentication => "authentication",
            Self::PaymentRequired => "payment_required",
            Self::Permission => "permission",
            Self::NotFound => "not_found",
            Self::Timeout => "timeout",
            Self::Conflict => "conflict",
            Self::RateLimit => "rate_limit",
            Self::ServerError => "server_error",
            Self::Unavailable => "unavailable",
            Self::Overloaded => "overloaded",
            Self::Connection => "connection",
            Self::MalformedAnswer => "malformed_answer",
            Self::NotAStream => "not_a_stream",
            Self::StreamCut => "stream_cut",
            Self::UnexpectedStatus => "unexpected_status",
            Self::SealedElsewhere => "sealed_elsewhere",
            Self::AnswerTooLarge => "answer_too_large",
        }
    }

    /// The cause of that [`Self::name`].
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.name() == name)
    }

    /// Who could do something about it.
    #[must_use]
    pub fn fault(self) -> Fault {
        match self {
            Self::InvalidRequest | Self::RequestTooLarge => Fault::Caller,
            Self::ContextWindow => Fault::Window,
            Self::ContentPolicy => Fault::Policy,
            _ => Fault::Provider,
        }
    }

    /// Whether the group's other deployments would fail the same way: they have the same model, which says as much to the
    /// same request, for the same money. Another group's may say less.
    #[must_use]
    pub fn is_of_the_group(self) -> bool {
        self == Self::AnswerTooLarge
    }

    /// Whether asking the same deployment again within this request is of no use: its credential, its account,
    /// its configuration or the conversation would have to change first.
    #[must_use]
    pub fn lasts(self) -> bool {
        matches!(
            self,
            Self::Authentication
                | Self::PaymentRequired
                | Self::Permission
                | Self::NotFound
                | Self::NotAStream
                | Self::UnexpectedStatus
                | Self::SealedElsewhere
                | Self::AnswerTooLarge
        )
    }
}
