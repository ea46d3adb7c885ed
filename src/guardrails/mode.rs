//! When a guardrail runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// LiteLLM's modes of guardrails on requests for models.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Before the request leaves.
    #[default]
    PreCall,
    /// Beside the call: the answer is withheld until the guardrail has said its part. What runs inside the
    /// gateway is done before the request leaves.
    DuringCall,
    /// On the answer.
    PostCall,
    /// On the request and the answer, of which it only tells.
    LoggingOnly,
}

impl Mode {
    /// As it is written in a configuration and in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCall => "pre_call",
            Self::DuringCall => "during_call",
            Self::PostCall => "post_call",
            Self::LoggingOnly => "logging_only",
        }
    }

    /// The mode of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::PreCall, Self::DuringCall, Self::PostCall, Self::LoggingOnly]
            .into_iter()
            .find(|mode| mode.name() == name)
    }
}

/// The modes of one guardrail: those of the first of its tags that a request has, or else the default ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Modes {
    /// `mode`, or `mode.default`.
    pub default: Vec<Mode>,
    /// `mode.tags`
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, Vec<Mode>>,
}

impl Default for Modes {
    fn default() -> Self {
        Self { default: vec![Mode::PreCall], tags: BTreeMap::new() }
    }
}

impl Modes {
    /// The modes for a request with these tags.
    pub(super) fn with(&self, tags: &[String]) -> &[Mode] {
        tags.iter().find_map(|tag| self.tags.get(tag)).unwrap_or(&self.default)
    }
}

/// One way of a call: what a guardrail looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The client's request.
    Request,
    /// The answer, in the client's dialect.
    Answer,
}

impl Stage {
    /// The mode in which a guardrail of these modes runs here, inside the gateway. One that enforces goes before
    /// one that only tells.
    pub(super) fn mode(self, modes: &[Mode]) -> Option<Mode> {
        let order: &[Mode] = match self {
            Self::Request => &[Mode::PreCall, Mode::DuringCall, Mode::LoggingOnly],
            Self::Answer => &[Mode::PostCall, Mode::LoggingOnly],
        };
        order.iter().copied().find(|mode| modes.contains(mode))
    }
}
