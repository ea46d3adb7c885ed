//! The providers, the APIs that they serve, and where.

mod rows;
mod tables;

pub use rows::{Row, Shape};
pub use tables::Tables;

use rows::DATED;

/// Whose stand-in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// OpenAI.
    OpenAi,
    /// Azure OpenAI, through its v1 routes and those of dated versions.
    Azure,
    /// Anthropic.
    Anthropic,
    /// Google's Gemini API.
    Gemini,
    /// Google's Vertex AI, Gemini models.
    Vertex,
    /// Groq.
    Groq,
    /// Mistral.
    Mistral,
    /// DeepSeek.
    DeepSeek,
    /// Together AI.
    Together,
    /// OpenRouter.
    OpenRouter,
    /// vLLM's server.
    Vllm,
    /// Ollama.
    Ollama,
}

/// An API of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    /// `POST chat/completions`
    Chat,
    /// `POST responses`
    Responses,
    /// `POST responses/compact`
    Compact,
    /// `POST embeddings`
    Embeddings,
    /// `GET models`
    Models,
    /// `POST messages`
    Messages,
    /// `POST {model}:generateContent`
    Generate,
    /// `POST {model}:streamGenerateContent`
    StreamGenerate,
    /// `POST completions`
    Completions,
    /// `POST moderations`
    Moderations,
    /// `POST responses/input_tokens`
    InputTokens,
    /// `GET` and `DELETE responses/{id}`
    Response,
    /// `POST responses/{id}/cancel`
    CancelResponse,
    /// `GET responses/{id}/input_items`
    InputItems,
    /// `POST messages/count_tokens`
    CountTokens,
    /// `POST {model}:countTokens`
    GeminiCountTokens,
    /// `POST {model}:batchEmbedContents`
    BatchEmbed,
}

impl Api {
    /// The methods that it takes.
    #[must_use]
    pub fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Models | Self::InputItems => &["GET"],
            Self::Response => &["GET", "DELETE"],
            _ => &["POST"],
        }
    }
}

/// What a path asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Whom.
    pub provider: Provider,
    /// Which of its APIs.
    pub api: Api,
    /// The model, where the path names it (Gemini, and Azure's dated routes).
    pub model: Option<String>,
    /// The stored response, where the path names one.
    pub response: Option<String>,
    /// Whether it is a dated route of Azure's, which wants a version.
    pub dated: bool,
}

impl Target {
    /// Reads a path; `None` if no provider serves it.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let below = |provider: Provider| {
            let bases = provider.row().bases.iter();
            bases.filter_map(move |base| Some((provider, *base, path.strip_prefix(base)?)))
        };
        Provider::ALL
            .into_iter()
            .flat_map(below)
            .find_map(|(provider, base, rest)| Self::below(provider, base, rest))
    }

    fn below(provider: Provider, base: &str, rest: &str) -> Option<Self> {
        let dated = base == DATED;
        let at = |api, model| Some(Self { provider, api, model, response: None, dated });
        match (provider, base) {
            (Provider::Gemini, _) => generate(rest).and_then(|(model, api)| at(api, Some(model))),
            (Provider::Vertex, _) => {
                let (place, models) = rest.split_once("/publishers/google/models/")?;
                let (project, location) = place.split_once("/locations/")?;
                let is_one = |name: &str| !name.is_empty() && !name.contains('/');
                let named = generate(models).filter(|_| is_one(project) && is_one(location));
                // Its embedding models have an API of their own.
                let named = named.filter(|(_, api)| *api != Api::BatchEmbed);
                named.and_then(|(model, api)| at(api, Some(model)))
            }
            (Provider::Azure, DATED) if rest.starts_with("deployments/") => {
                let (model, api) = rest.strip_prefix("deployments/")?.split_once('/')?;
                let api = match api {
                    "chat/completions" => Api::Chat,
                    "completions" => Api::Completions,
                    "embeddings" => Api::Embeddings,
                    _ => return None,
                };
                at(api, Some(decoded(model)))
            }
            (Provider::Azure, DATED) if !rest.starts_with("responses") => None,
            _ => match provider.row().paths.iter().find(|(path, _)| *path == rest) {
                Some((_, api)) => at(*api, None),
                None => {
                    let (id, api) = stored(provider, rest)?;
                    Some(Self { provider, api, model: None, response: Some(id.to_owned()), dated })
                }
            },
        }
    }
}

/// A path below `responses/`, at a provider that has these.
fn stored(provider: Provider, rest: &str) -> Option<(&str, Api)> {
    let has_responses = provider.row().paths.iter().any(|(_, api)| *api == Api::Responses);
    let rest = rest.strip_prefix("responses/").filter(|_| has_responses)?;
    match rest.split_once('/') {
        None => Some((rest, Api::Response)),
        Some((id, "cancel")) => Some((id, Api::CancelResponse)),
        Some((id, "input_items")) => Some((id, Api::InputItems)),
        Some(_) => None,
    }
}

/// `{model}:generateContent`
fn generate(rest: &str) -> Option<(String, Api)> {
    let (model, verb) = rest.rsplit_once(':')?;
    let api = match verb {
        "generateContent" => Api::Generate,
        "streamGenerateContent" => Api::StreamGenerate,
        "countTokens" => Api::GeminiCountTokens,
        "batchEmbedContents" => Api::BatchEmbed,
        _ => return None,
    };
    Some((decoded(model), api))
}

fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_hold_no_mistake() {
        assert_eq!(Tables::load().err(), None);
    }

    #[test]
    fn a_path_tells_provider_api_and_model() {
        let target = |path| Target::of(path).map(|t| (t.provider, t.api, t.model));
        assert_eq!(target("/mock-openai/v1/responses/compact"), Some((Provider::OpenAi, Api::Compact, None)));
        assert_eq!(target("/mock-azure/openai/v1/responses"), Some((Provider::Azure, Api::Responses, None)));
        assert_eq!(
            target("/mock-gemini/v1beta/models/gemini-2.5-pro~delay=1:streamGenerateContent"),
            Some((Provider::Gemini, Api::StreamGenerate, Some("gemini-2.5-pro~delay=1".into())))
        );
        assert_eq!(
            target("/mock-vertex/v1/projects/p/locations/l/publishers/google/models/g:generateContent"),
            Some((Provider::Vertex, Api::Generate, Some("g".into())))
        );
        assert_eq!(
            target("/mock-azure/openai/deployments/gpt%2D4.1/chat/completions"),
            Some((Provider::Azure, Api::Chat, Some("gpt-4.1".into())))
        );
        assert_eq!(target("/mock-azure/openai/responses"), Some((Provider::Azure, Api::Responses, None)));
        assert_eq!(target("/mock-groq/openai/v1/chat/completions"), Some((Provider::Groq, Api::Chat, None)));
        assert_eq!(target("/mock-groq/openai/v1/responses"), None);
        assert_eq!(target("/mock-azure/openai/deployments/d/responses"), None);
        assert_eq!(target("/mock-azure/openai/chat/completions"), None);
        assert_eq!(target("/mock-vertex/v1/projects/p/publishers/google/models/g:generateContent"), None);
        let response = |path| Target::of(path).and_then(|t| Some((t.api, t.response?)));
        assert_eq!(response("/mock-openai/v1/responses/r_1"), Some((Api::Response, "r_1".into())));
        assert_eq!(
            response("/mock-azure/openai/responses/r_1/cancel"),
            Some((Api::CancelResponse, "r_1".into()))
        );
        assert_eq!(response("/mock-openai/v1/responses/r_1/output"), None);
        assert_eq!(response("/mock-groq/openai/v1/responses/r_1"), None);
        assert_eq!(target("/mock-anthropic/v1/chat/completions"), None);
        assert_eq!(target("/v1/chat/completions"), None);
    }
}
