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
        let at = |api, model| Some(Self { provider, api, model, dated: base == DATED });
        match (provider, base) {
            (Provider::Gemini, _) => generate(rest).and_then(|(model, api)| at(api, Some(model))),
            (Provider::Vertex, _) => {
                let (place, models) = rest.split_once("/publishers/google/models/")?;
                let (project, location) = place.split_once("/locations/")?;
                let is_one = |name: &str| !name.is_empty() && !name.contains('/');
                let named = generate(models).filter(|_| is_one(project) && is_one(location));
                named.and_then(|(model, api)| at(api, Some(model)))
            }
            (Provider::Azure, DATED) if rest.starts_with("deployments/") => {
                let (model, api) = rest.strip_prefix("deployments/")?.split_once('/')?;
                let api = if api == "chat/completions" { Api::Chat } else { return None };
                at(api, Some(decoded(model)))
            }
            (Provider::Azure, DATED) if !matches!(rest, "responses" | "responses/compact") => None,
            _ => {
                let (_, api) = provider.row().paths.iter().find(|(path, _)| *path == rest)?;
                at(*api, None)
            }
        }
    }
}

/// `{model}:generateContent`
fn generate(rest: &str) -> Option<(String, Api)> {
    let (model, verb) = rest.rsplit_once(':')?;
    let api = match verb {
        "generateContent" => Api::Generate,
        "streamGenerateContent" => Api::StreamGenerate,
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
        assert_eq!(target("/mock-anthropic/v1/chat/completions"), None);
        assert_eq!(target("/v1/chat/completions"), None);
    }
}
