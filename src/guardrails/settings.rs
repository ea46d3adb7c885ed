//! What a person configures.

use serde::{Deserialize, Serialize};

/// One configured guardrail (`guardrail: litellm_content_filter`, mode `pre_call`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guardrail {
    /// `guardrail_name`, unique.
    pub name: String,
    /// `guardrail_id`, or the name.
    pub id: String,
    /// Runs on every request.
    pub default_on: bool,
    /// `blocked_words`: found anywhere, letter case ignored.
    pub blocked_words: Vec<BlockedWord>,
    /// `patterns` of type `regex`.
    pub patterns: Vec<Pattern>,
    /// `pattern_redaction_format`, `[{pattern_name}_REDACTED]` by default.
    pub pattern_redaction_format: String,
    /// `keyword_redaction_tag`, `[KEYWORD_REDACTED]` by default.
    pub keyword_redaction_tag: String,
}

/// What happens to a match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Action {
    /// The request is refused.
    #[default]
    Block,
    /// The match is replaced.
    Mask,
}

/// One entry of `blocked_words`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BlockedWord {
    /// The word or phrase.
    pub keyword: String,
    /// What happens.
    pub action: Action,
    /// Shown to the caller.
    pub description: Option<String>,
}

/// One entry of `patterns`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pattern {
    /// Shown to the caller, and upper-cased in the redaction.
    pub name: String,
    /// In the syntax of the `regex` crate; letter case ignored.
    pub regex: String,
    /// What happens.
    pub action: Action,
}
