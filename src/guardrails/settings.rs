//! What a person configures.

use serde::{Deserialize, Serialize};

use super::callout::Callout;
use super::mode::Modes;

/// One configured guardrail.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Guardrail {
    /// `guardrail_name`, unique.
    pub name: String,
    /// `guardrail_id`, or the name.
    pub id: String,
    /// Runs on every request.
    pub default_on: bool,
    /// `mode`
    pub modes: Modes,
    /// `guardrail`, with what that kind is configured with.
    pub kind: Kind,
}

/// The kinds of guardrails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// `litellm_content_filter`: runs inside the gateway.
    ContentFilter(ContentFilter),
    /// A service of the user's is asked.
    Callout(Box<Callout>),
}

impl Default for Kind {
    fn default() -> Self {
        Self::ContentFilter(ContentFilter::default())
    }
}

/// `guardrail: litellm_content_filter`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContentFilter {
    /// `blocked_words`: found anywhere, letter case ignored.
    pub blocked_words: Vec<BlockedWord>,
    /// `patterns`, of type `regex` and `prebuilt`.
    pub patterns: Vec<Pattern>,
    /// `categories` that are enabled, with their files' contents.
    pub categories: Vec<Category>,
    /// `pattern_redaction_format`, `[{pattern_name}_REDACTED]` by default.
    pub pattern_redaction_format: String,
    /// `keyword_redaction_tag`, `[KEYWORD_REDACTED]` by default.
    pub keyword_redaction_tag: String,
    /// `decode`: what is scanned decoded besides.
    pub decode: Decode,
    /// `refuse_unscanned`: a request with an image, a sound, a film or a file, which no rule can read, is refused.
    pub refuse_unscanned: bool,
}

/// What a match does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Action {
    /// The request is refused, or the answer.
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
    /// Shown to the caller, and upper-cased in the redaction. For a prebuilt one, its name in the list of
    /// [prebuilt](super::prebuilt) patterns.
    pub name: String,
    /// In the syntax of the `regex` crate; letter case ignored. `None` for a prebuilt one.
    pub regex: Option<String>,
    /// What happens.
    pub action: Action,
}

/// Encodings that a content filter looks through, which cost a second look each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Decode {
    /// `html`: entities such as `&#102;` and `&lt;`.
    pub html: bool,
    /// `base64`: runs of base64 of 16 characters or more that decode to UTF-8.
    pub base64: bool,
}

/// How grave a category's keyword is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// `low`
    Low,
    /// `medium`
    #[default]
    Medium,
    /// `high`
    High,
}

impl Severity {
    /// As it is written in a configuration and in records.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The severity of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::Low, Self::Medium, Self::High].into_iter().find(|severity| severity.name() == name)
    }
}

/// A category of keywords (`categories[]`, and the file that it names).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Category {
    /// `category`, shown to the caller.
    pub name: String,
    /// What its keywords do.
    pub action: Action,
    /// `severity_threshold`: keywords of less are not looked for.
    pub threshold: Severity,
    /// `keywords[]` and `always_block_keywords[]` of the file. `*` in one stands for at most one character.
    pub keywords: Vec<Keyword>,
    /// `phrase_patterns[]`: regular expressions.
    pub phrases: Vec<String>,
    /// `identifier_words[]`: blocked where one of `additional_block_words` stands in the same sentence.
    pub identifiers: Vec<String>,
    /// `additional_block_words[]`
    pub companions: Vec<String>,
    /// `exceptions[]`: a text that holds one of these is not matched by the category.
    pub exceptions: Vec<String>,
}

/// A category's keyword.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Keyword {
    /// The word or phrase; a single word is found as a whole word only.
    pub keyword: String,
    /// How grave it is.
    pub severity: Severity,
}
