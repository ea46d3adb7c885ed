//! LiteLLM's classes of errors, by which `retry_policy` and `allowed_fails_policy` count.

use serde::{Deserialize, Serialize};

use super::Cause;

/// A class of errors, named as in LiteLLM's policies without the suffix `ErrorRetries` or `ErrorAllowedFails`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// `BadRequest`: the caller's faults, prompts that do not fit, and reasoning that another account sealed.
    BadRequest,
    /// `Authentication`
    Authentication,
    /// `Timeout`
    Timeout,
    /// `RateLimit`
    RateLimit,
    /// `ContentPolicyViolation`
    ContentPolicyViolation,
    /// `InternalServer`
    InternalServer,
    /// `ServiceUnavailable`
    ServiceUnavailable,
    /// `BadGateway`
    BadGateway,
    /// `NotFound`
    NotFound,
}

impl Cause {
    /// The class that it counts in.
    #[must_use]
    pub fn class(self) -> Class {
        match self {
            Self::InvalidRequest | Self::RequestTooLarge | Self::ContextWindow | Self::SealedElsewhere => {
                Class::BadRequest
            }
            Self::ContentPolicy => Class::ContentPolicyViolation,
            Self::Authentication | Self::PaymentRequired | Self::Permission => Class::Authentication,
            Self::NotFound => Class::NotFound,
            Self::Timeout => Class::Timeout,
            Self::RateLimit => Class::RateLimit,
            Self::Conflict | Self::ServerError | Self::UnexpectedStatus => Class::InternalServer,
            Self::Unavailable | Self::Overloaded | Self::Connection => Class::ServiceUnavailable,
            Self::MalformedAnswer | Self::NotAStream | Self::StreamCut | Self::AnswerTooLarge => {
                Class::BadGateway
            }
        }
    }
}

/// A number for some classes of errors: `retry_policy`, `allowed_fails_policy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PerClass {
    /// `BadRequestError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad_request: Option<u32>,
    /// `AuthenticationError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authentication: Option<u32>,
    /// `TimeoutError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout: Option<u32>,
    /// `RateLimitError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<u32>,
    /// `ContentPolicyViolationError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_policy_violation: Option<u32>,
    /// `InternalServerError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal_server: Option<u32>,
    /// `ServiceUnavailableError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_unavailable: Option<u32>,
    /// `BadGatewayError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bad_gateway: Option<u32>,
    /// `NotFoundError…`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_found: Option<u32>,
}

impl PerClass {
    /// The number for a class, where one was given.
    #[must_use]
    pub fn of(&self, class: Class) -> Option<u32> {
        match class {
            Class::BadRequest => self.bad_request,
            Class::Authentication => self.authentication,
            Class::Timeout => self.timeout,
            Class::RateLimit => self.rate_limit,
            Class::ContentPolicyViolation => self.content_policy_violation,
            Class::InternalServer => self.internal_server,
            Class::ServiceUnavailable => self.service_unavailable,
            Class::BadGateway => self.bad_gateway,
            Class::NotFound => self.not_found,
        }
    }

    /// The largest number that was given.
    #[must_use]
    pub fn largest(&self) -> Option<u32> {
        [
            self.bad_request,
            self.authentication,
            self.timeout,
            self.rate_limit,
            self.content_policy_violation,
            self.internal_server,
            self.service_unavailable,
            self.bad_gateway,
            self.not_found,
        ]
        .into_iter()
        .flatten()
        .max()
    }
}
