//! The providers, and the APIs that they serve.
//!
//! All that depends on who a provider is stands in its [`Row`]: a new provider of a known API is one row.

mod rows;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use rows::Provider;

/// What is known of a provider.
#[derive(Debug)]
pub struct Row {
    /// LiteLLM's name, in model prefixes (`groq/…`) and spend logs.
    pub name: &'static str,
    /// Further prefixes of the same provider.
    pub aliases: &'static [&'static str],
    /// As texts name it: `Groq`.
    pub title: &'static str,
    /// Where it stands.
    pub base: Base,
    /// Environment variables with its address, where a file names none. The first that is set counts.
    pub base_variables: &'static [&'static str],
    /// What follows the address that a person writes.
    pub below: Below,
    /// Environment variables with its key, where a file names none. The first that is set counts.
    pub key_variables: &'static [&'static str],
    /// The header that carries the key.
    pub key_header: KeyHeader,
    /// Whether it turns away requests without a key.
    pub needs_key: bool,
    /// The API that conversations go to.
    pub api: Api,
    /// Whether it serves OpenAI's Responses API, and compaction, as well.
    pub responses: bool,
    /// What the names of the models that are served begin with; any, if empty.
    pub families: &'static [&'static str],
}

/// Where a provider stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// At the same address for everybody.
    Public(&'static str),
    /// At one's own address, by default.
    Local(&'static str),
    /// At an address that the file must name, such as this one.
    Own(&'static str),
    /// At a region's address, below a path of one's project.
    Vertex,
}

/// What follows the address that a person writes, up to the API's own paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Below {
    /// Nothing.
    Nothing,
    /// A version such as `/v1`, unless the address ends in one.
    Version(&'static str),
    /// A version, unless the address ends in one, of the provider's own host and of an address without a path. Another
    /// one is taken as it stands.
    OwnVersion(&'static str),
    /// `/openai/v1`, or for a dated API version `/openai`.
    Azure,
    /// The path of the project's models.
    Vertex,
}

/// A header that carries a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyHeader {
    /// In lower case.
    pub name: &'static str,
    /// What stands before the key in its value: `Bearer `.
    pub scheme: &'static str,
}

impl KeyHeader {
    const BEARER: Self = Self { name: "authorization", scheme: "Bearer " };

    const fn plain(name: &'static str) -> Self {
        Self { name, scheme: "" }
    }
}

impl Provider {
    /// The name in LiteLLM's model prefixes and spend logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The provider that a prefix of LiteLLM's names.
    #[must_use]
    pub fn named(prefix: &str) -> Option<Self> {
        let is_meant = |row: &Row| row.name == prefix || row.aliases.contains(&prefix);
        Self::ALL.iter().copied().find(|provider| is_meant(provider.row()))
    }
}

impl Serialize for Provider {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Provider {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl de::Visitor<'_> for NameVisitor {
    type Value = Provider;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a provider's name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Provider, E> {
        Provider::named(name).ok_or_else(|| E::invalid_value(de::Unexpected::Str(name), &self))
    }
}

/// An API as a provider serves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Api {
    /// OpenAI's chat completions: `POST {base}/chat/completions`
    ChatCompletions,
    /// OpenAI's Responses: `POST {base}/responses`
    Responses,
    /// Compaction of a conversation: `POST {base}/responses/compact`
    Compact,
    /// Anthropic's Messages: `POST {base}/messages`
    Messages,
    /// Gemini's `POST {base}/models/{model}:generateContent`, and `:streamGenerateContent?alt=sse`
    GenerateContent,
    /// OpenAI's completions, before chat: `POST {base}/completions`
    Completions,
    /// OpenAI's embeddings: `POST {base}/embeddings`
    Embeddings,
    /// Gemini's `POST {base}/models/{model}:batchEmbedContents`
    BatchEmbedContents,
    /// OpenAI's moderations: `POST {base}/moderations`
    Moderations,
    /// OpenAI's stored responses: `{base}/responses/{id}` and below
    StoredResponses,
    /// Anthropic's counting: `POST {base}/messages/count_tokens`
    CountTokens,
    /// Gemini's `POST {base}/models/{model}:countTokens`
    GeminiCountTokens,
    /// OpenAI's counting: `POST {base}/responses/input_tokens`
    InputTokens,
}

impl Api {
    /// For texts: `the Responses API`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ChatCompletions => "the chat completions API",
            Self::Responses => "the Responses API",
            Self::Compact => "the compaction API",
            Self::Messages => "Anthropic's Messages API",
            Self::GenerateContent => "the Gemini API",
            Self::Completions => "the completions API",
            Self::Embeddings => "the embeddings API",
            Self::BatchEmbedContents => "the Gemini embeddings API",
            Self::Moderations => "the moderations API",
            Self::StoredResponses => "the API of stored responses",
            Self::CountTokens => "Anthropic's token counting API",
            Self::GeminiCountTokens => "the Gemini token counting API",
            Self::InputTokens => "OpenAI's token counting API",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;

    #[test]
    fn a_prefix_names_one_provider() {
        let mut seen = BTreeSet::new();
        for provider in Provider::ALL {
            let row = provider.row();
            for prefix in row.aliases.iter().chain([&row.name]) {
                assert!(seen.insert(*prefix), "{prefix} stands in two rows");
                assert_eq!(Provider::named(prefix), Some(*provider));
            }
        }
        assert_eq!(Provider::named("bedrock"), None);
    }

    #[test]
    fn a_provider_is_written_as_its_name() {
        for provider in Provider::ALL {
            let text = serde_json::to_string(provider).unwrap();
            assert_eq!(text, format!("\"{}\"", provider.name()));
            assert_eq!(serde_json::from_str::<Provider>(&text).unwrap(), *provider);
        }
        assert!(serde_json::from_str::<Provider>("\"bedrock\"").is_err());
    }

    #[test]
    fn rows_agree_with_themselves() {
        for provider in Provider::ALL {
            let row = provider.row();
            assert_eq!(row.key_header.name, row.key_header.name.to_ascii_lowercase());
            let openai_like = row.api == Api::ChatCompletions;
            assert!(openai_like || !row.responses, "{}: Responses beside another API", row.name);
        }
    }
}
