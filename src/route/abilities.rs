//! `enable_pre_call_checks`: whether a deployment can serve a request at all.

use serde::{Deserialize, Serialize};

/// What a deployment can serve. What is not known is not checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Abilities {
    /// `model_info.max_input_tokens`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_input_tokens: Option<u64>,
    /// `model_info.supports_vision`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vision: Option<bool>,
    /// `model_info.supports_audio_input`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audio: Option<bool>,
    /// `model_info.supports_pdf_input`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<bool>,
    /// `model_info.supports_function_calling`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tools: Option<bool>,
    /// `model_info.supports_response_schema`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_schema: Option<bool>,
    /// `litellm_params.region_name`
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// What a request asks of a deployment.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs<'a> {
    /// A stream is wanted.
    pub stream: bool,
    /// An estimate of the prompt's tokens.
    pub input_tokens: u64,
    /// The prompt has pictures.
    pub vision: bool,
    /// The prompt has sound.
    pub audio: bool,
    /// The prompt has files.
    pub files: bool,
    /// Tools are offered.
    pub tools: bool,
    /// The answer must follow a JSON schema.
    pub response_schema: bool,
    /// `allowed_model_region`
    pub region: Option<&'a str>,
}

/// Why a deployment cannot serve a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// The prompt does not fit.
    ContextWindow,
    /// It does not take something that the request has: pictures, sound, files, tools, a schema.
    Modality(&'static str),
    /// It is not in the region.
    Region,
}

impl Needs<'_> {
    /// What a deployment lacks for this request; `None` where it can serve it, as far as is known.
    #[must_use]
    pub fn lacking(&self, abilities: &Abilities) -> Option<Lack> {
        if self.region.is_some_and(|region| abilities.region.as_deref() != Some(region)) {
            return Some(Lack::Region);
        }
        let modalities = [
            (self.vision, abilities.vision, "images"),
            (self.audio, abilities.audio, "audio"),
            (self.files, abilities.files, "files"),
            (self.tools, abilities.tools, "tools"),
            (self.response_schema, abilities.response_schema, "response schemas"),
        ];
        let missing = modalities.iter().find(|(wanted, able, _)| *wanted && *able == Some(false));
        if let Some((.., name)) = missing {
            return Some(Lack::Modality(name));
        }
        let too_long = abilities.max_input_tokens.is_some_and(|most| self.input_tokens > most);
        too_long.then_some(Lack::ContextWindow)
    }
}
