//! Parameters in no API's words: each is taken by the writer that can express it, and what nobody took shows.

use serde_json::value::RawValue;

use super::{Choice, Words};

/// A parameter whose value passes as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::translate) enum Param {
    Temperature,
    TopP,
    TopK,
    /// Most tokens of the answer, reasoning included.
    MaxTokens,
    /// A string or an array of strings.
    Stop,
    Seed,
    /// `n`
    Choices,
    FrequencyPenalty,
    PresencePenalty,
    LogitBias,
    /// A boolean.
    Logprobs,
    TopLogprobs,
    Prediction,
    Modalities,
    /// How the answer is spoken.
    AudioOutput,
    Verbosity,
    ServiceTier,
    MaxToolCalls,
    Truncation,
    Background,
    PreviousResponse,
    /// OpenAI's `conversation`.
    StoredConversation,
    /// OpenAI's `prompt`, a template by id.
    PromptTemplate,
    /// OpenAI's `context_management`, a list: when to compact.
    ContextManagement,
    /// Anthropic's `container`.
    Container,
    /// Anthropic's `mcp_servers`.
    McpServers,
    Moderation,

    // From here on: what does not change the answer. Left out and named where an API has no word for it.
    /// The person for whom the request is made: `user`, Anthropic's `metadata.user_id`.
    EndUser,
    SafetyIdentifier,
    Metadata,
    Store,
    PromptCacheKey,
    PromptCacheRetention,
    PromptCacheOptions,
    /// `stream_options.include_obfuscation`
    Obfuscation,
    /// Anthropic's `context_management`, an object: what of earlier turns the provider clears before the model
    /// reads them. It saves tokens, and the conversation is whole without it; agents send it with every request.
    ContextEdits,
    /// Anthropic's `inference_geo`.
    InferenceGeo,
}

impl Param {
    /// Whether the answer would be another one without it, so that a request is rather refused than served
    /// without.
    pub(in crate::translate) fn alters_the_answer(self) -> bool {
        !matches!(
            self,
            Self::EndUser
                | Self::SafetyIdentifier
                | Self::Metadata
                | Self::Store
                | Self::PromptCacheKey
                | Self::PromptCacheRetention
                | Self::PromptCacheOptions
                | Self::Obfuscation
                | Self::ContextEdits
        )
    }

    /// Whether a value asks for nothing but what is so anyway.
    fn is_neutral(self, value: &RawValue) -> bool {
        let value: String = value.get().chars().take(64).filter(|c| !c.is_ascii_whitespace()).collect();
        let neutral: &[&str] = match self {
            Self::FrequencyPenalty | Self::PresencePenalty => &["0", "0.0"],
            Self::LogitBias => &["{}"],
            Self::Modalities => &["[\"text\"]"],
            Self::Choices => &["1"],
            Self::Stop | Self::McpServers => &["[]"],
            Self::Logprobs | Self::Background | Self::Store => &["false"],
            Self::TopLogprobs => &["0"],
            Self::ServiceTier => &["\"auto\"", "\"default\""],
            Self::Truncation => &["\"disabled\""],
            Self::Verbosity => &["\"medium\""],
            _ => &[],
        };
        neutral.contains(&value.as_str())
    }
}

/// A parameter as the client gave it.
#[derive(Clone, Copy, Debug)]
pub(in crate::translate) struct Given<'a> {
    /// The client's name for it: `max_completion_tokens`, `metadata.user_id`.
    pub name: &'static str,
    /// Never `null`.
    pub value: &'a RawValue,
}

/// How much the model is to think.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::translate) struct Reasoning<'a> {
    /// `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`: a string.
    pub effort: Option<&'a RawValue>,
    /// Most tokens of thought: a number.
    pub budget: Option<&'a RawValue>,
    /// Not at all: Anthropic's `disabled`.
    pub off: bool,
    /// As the model likes: Anthropic's `adaptive`.
    pub adaptive: bool,
    /// `auto`, `concise`, `detailed`: a string.
    pub summary: Option<&'a RawValue>,
    /// The client's name for it: `reasoning_effort`, `reasoning`, `thinking`.
    pub name: &'static str,
}

/// What the answer must look like.
#[derive(Clone, Debug)]
pub(in crate::translate) enum Format<'a> {
    Text,
    /// Any JSON object.
    Json,
    Schema(Schema<'a>),
}

/// A JSON Schema for the answer.
#[derive(Clone, Debug)]
pub(in crate::translate) struct Schema<'a> {
    /// Anthropic's has none.
    pub name: Option<Words<'a>>,
    pub description: Option<Words<'a>>,
    pub schema: Option<&'a RawValue>,
    pub strict: Option<&'a RawValue>,
}

/// The parameters of a request.
#[derive(Clone, Debug, Default)]
pub(in crate::translate) struct Params<'a> {
    given: Vec<(Param, Given<'a>)>,
    /// With the client's name for it.
    pub choice: Option<(&'static str, Choice<'a>)>,
    /// Whether several tools may be called at once; with the client's name for it.
    pub parallel_calls: Option<(&'static str, bool)>,
    /// With the client's name for it.
    pub format: Option<(&'static str, Format<'a>)>,
    pub reasoning: Option<Reasoning<'a>>,
}

impl<'a> Params<'a> {
    /// Notes a parameter; `null` says nothing.
    pub(in crate::translate) fn give(
        &mut self,
        param: Param,
        name: &'static str,
        value: Option<&'a RawValue>,
    ) {
        if let Some(value) = value.filter(|value| value.get() != "null") {
            self.given.push((param, Given { name, value }));
        }
    }

    /// Takes a parameter, to express it.
    pub(in crate::translate) fn take(&mut self, param: Param) -> Option<Given<'a>> {
        let at = self.given.iter().position(|(known, _)| *known == param)?;
        Some(self.given.remove(at).1)
    }

    /// What was not taken and asks for something: for each, whether the answer would be another one without it,
    /// and the client's name. [`Losses::rest`](crate::translate::losses::Losses::rest) reads this.
    pub(in crate::translate) fn left(self) -> impl Iterator<Item = (bool, &'static str)> {
        let given = self.given.into_iter().filter(|(param, given)| !param.is_neutral(given.value));
        let parallel = self.parallel_calls.filter(|(_, parallel)| !parallel).map(|(name, _)| name);
        let choice = self.choice.filter(|(_, choice)| !matches!(choice, Choice::Auto)).map(|(name, _)| name);
        let format = self.format.filter(|(_, format)| !matches!(format, Format::Text)).map(|(name, _)| name);
        let reasoning = self.reasoning.map(|reasoning| reasoning.name);
        let typed = [parallel, choice, format, reasoning].into_iter().flatten().map(|name| (true, name));
        given.map(|(param, given)| (param.alters_the_answer(), given.name)).chain(typed)
    }
}
