//! The providers, the APIs that they serve, and where.

use crate::schema::{Names, Table, TableError};

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

/// What a provider's requests, answers and refusals look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// OpenAI's.
    OpenAi,
    /// OpenAI's, with Azure's additions.
    Azure,
    /// Anthropic's.
    Anthropic,
    /// Gemini's.
    Gemini,
    /// OpenAI's, but for how a wrong field is told.
    Groq,
    /// As Groq's; streams tell their usage unasked.
    Mistral,
}

/// What is known of a provider.
#[derive(Debug)]
pub struct Row {
    /// The name in answers, scripts and paths.
    pub name: &'static str,
    /// The path prefixes below which its own paths begin.
    pub bases: &'static [&'static str],
    /// What it looks like.
    pub shape: Shape,
    /// The headers from which it takes a key, in the order in which it looks.
    pub key_headers: &'static [&'static str],
    /// What its keys begin with.
    pub key_prefix: &'static str,
    /// Whether it turns away requests without a key.
    pub needs_key: bool,
    /// Its paths below the base, where the model is not part of them.
    pub paths: &'static [(&'static str, Api)],
    /// Its chat completions, where they are not OpenAI's: the type, and the table that defines it.
    pub chat: Option<(&'static str, &'static str)>,
}

const OPENAI: Row = Row {
    name: "openai",
    bases: &["/mock-openai/v1/"],
    shape: Shape::OpenAi,
    key_headers: &["authorization"],
    key_prefix: "sk-",
    needs_key: true,
    paths: &[
        ("chat/completions", Api::Chat),
        ("responses", Api::Responses),
        ("responses/compact", Api::Compact),
        ("embeddings", Api::Embeddings),
        ("models", Api::Models),
    ],
    chat: None,
};

/// Has OpenAI's chat completions, in words of its own.
const COMPATIBLE: Row = Row { key_prefix: "", paths: &[("chat/completions", Api::Chat)], ..OPENAI };

macro_rules! chat {
    ($type_name:literal, $file:literal) => {
        Some(($type_name, include_str!(concat!("../tables/compatible/", $file, ".yaml"))))
    };
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 12] = [
        Self::OpenAi,
        Self::Azure,
        Self::Anthropic,
        Self::Gemini,
        Self::Vertex,
        Self::Groq,
        Self::Mistral,
        Self::DeepSeek,
        Self::Together,
        Self::OpenRouter,
        Self::Vllm,
        Self::Ollama,
    ];

    /// What is known of it.
    #[must_use]
    #[rustfmt::skip]
    pub fn row(self) -> &'static Row {
        match self {
            Self::OpenAi => &OPENAI,
            Self::Azure => &Row {
                name: "azure",
                bases: &["/mock-azure/openai/v1/", DATED],
                shape: Shape::Azure,
                key_headers: &["api-key", "authorization"],
                key_prefix: "",
                paths: &[
                    ("chat/completions", Api::Chat),
                    ("responses", Api::Responses),
                    ("responses/compact", Api::Compact),
                    ("embeddings", Api::Embeddings),
                ],
                ..OPENAI
            },
            Self::Anthropic => &Row {
                name: "anthropic",
                bases: &["/mock-anthropic/v1/"],
                shape: Shape::Anthropic,
                key_headers: &["x-api-key"],
                paths: &[("messages", Api::Messages)],
                ..COMPATIBLE
            },
            Self::Gemini => &Row {
                name: "gemini",
                bases: &["/mock-gemini/v1beta/models/"],
                shape: Shape::Gemini,
                key_headers: &["x-goog-api-key"],
                paths: &[],
                ..COMPATIBLE
            },
            Self::Vertex => &Row {
                name: "vertex",
                bases: &["/mock-vertex/v1/projects/"],
                shape: Shape::Gemini,
                paths: &[],
                ..COMPATIBLE
            },
            Self::Groq => &Row {
                name: "groq",
                bases: &["/mock-groq/openai/v1/"],
                shape: Shape::Groq,
                key_prefix: "gsk_",
                chat: chat!("GroqChatRequest", "groq"),
                ..COMPATIBLE
            },
            Self::Mistral => &Row {
                name: "mistral",
                bases: &["/mock-mistral/v1/"],
                shape: Shape::Mistral,
                chat: chat!("MistralChatRequest", "mistral"),
                ..COMPATIBLE
            },
            Self::DeepSeek => &Row {
                name: "deepseek",
                bases: &["/mock-deepseek/v1/"],
                key_prefix: "sk-",
                chat: chat!("DeepSeekChatRequest", "deepseek"),
                ..COMPATIBLE
            },
            Self::Together => &Row {
                name: "together",
                bases: &["/mock-together/v1/"],
                chat: chat!("TogetherChatRequest", "together"),
                ..COMPATIBLE
            },
            Self::OpenRouter => &Row {
                name: "openrouter",
                bases: &["/mock-openrouter/api/v1/"],
                key_prefix: "sk-or-",
                chat: chat!("OpenRouterChatRequest", "openrouter"),
                ..COMPATIBLE
            },
            Self::Vllm => &Row {
                name: "vllm",
                bases: &["/mock-vllm/v1/"],
                needs_key: false,
                chat: chat!("VllmChatRequest", "vllm"),
                ..COMPATIBLE
            },
            Self::Ollama => &Row {
                name: "ollama",
                bases: &["/mock-ollama/v1/"],
                needs_key: false,
                chat: chat!("OllamaChatRequest", "ollama"),
                ..COMPATIBLE
            },
        }
    }

    /// The name in answers, scripts and paths.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().name
    }
}

/// Below which Azure's dated routes stand.
const DATED: &str = "/mock-azure/openai/";

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

/// The tables of every API.
#[derive(Debug)]
pub struct Tables {
    chat: Table,
    /// Of those whose chat completions are not OpenAI's.
    flavours: Vec<(Provider, Table)>,
    responses: Table,
    compact: Table,
    embeddings: Table,
    messages: Table,
    generate: Table,
}

macro_rules! files {
    ($($file:literal),*) => { [$(include_str!(concat!("../tables/", $file, ".yaml"))),*] };
}

impl Tables {
    /// Reads the tables that are part of the program.
    ///
    /// # Errors
    /// The first mistake in a table.
    pub fn load() -> Result<Self, TableError> {
        let chat = files!("openai/shared", "openai/chat");
        let embeddings = files!("openai/embeddings");
        let responses = files!(
            "openai/shared",
            "openai/responses",
            "openai/responses_items",
            "openai/responses_hosted_items",
            "openai/responses_tools"
        );
        let messages = files!(
            "anthropic/messages",
            "anthropic/blocks",
            "anthropic/server_tool_results",
            "anthropic/tools"
        );
        let generate = files!("gemini/generate_content", "gemini/tools");
        let flavour = |provider: Provider| {
            let (root, own) = provider.row().chat?;
            let files = chat.iter().copied().chain([own]).collect::<Vec<_>>();
            Some(Table::load(root, Names::Exact, &files).map(|table| (provider, table)))
        };
        Ok(Self {
            flavours: Provider::ALL.into_iter().filter_map(flavour).collect::<Result<_, _>>()?,
            chat: Table::load("ChatRequest", Names::Exact, &chat)?,
            responses: Table::load("ResponsesRequest", Names::Exact, &responses)?,
            compact: Table::load("CompactRequest", Names::Exact, &responses)?,
            embeddings: Table::load("EmbeddingsRequest", Names::Exact, &embeddings)?,
            messages: Table::load("MessagesRequest", Names::Exact, &messages)?,
            generate: Table::load("GenerateContentRequest", Names::Protobuf, &generate)?,
        })
    }

    /// The table of an API's request body; `None` for [`Api::Models`], which takes none.
    #[must_use]
    pub fn of(&self, provider: Provider, api: Api) -> Option<&Table> {
        let flavour = || self.flavours.iter().find(|(known, _)| *known == provider).map(|(_, table)| table);
        match api {
            Api::Chat => Some(flavour().unwrap_or(&self.chat)),
            Api::Responses => Some(&self.responses),
            Api::Compact => Some(&self.compact),
            Api::Embeddings => Some(&self.embeddings),
            Api::Messages => Some(&self.messages),
            Api::Generate | Api::StreamGenerate => Some(&self.generate),
            Api::Models => None,
        }
    }
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
