//! The providers, the APIs that they serve, and where.

use crate::schema::{Names, Table, TableError};

/// Whose stand-in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Provider {
    /// OpenAI.
    OpenAi,
    /// Azure OpenAI, through its v1 routes.
    Azure,
    /// Anthropic.
    Anthropic,
    /// Google's Gemini API.
    Gemini,
}

impl Provider {
    /// Every provider.
    pub const ALL: [Self; 4] = [Self::OpenAi, Self::Azure, Self::Anthropic, Self::Gemini];

    /// The name in answers, scripts and paths.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenAi => "openai",
            Self::Azure => "azure",
            Self::Anthropic => "anthropic",
            Self::Gemini => "gemini",
        }
    }

    /// The path prefix below which this provider's own paths begin.
    #[must_use]
    pub fn base(self) -> &'static str {
        match self {
            Self::OpenAi => "/mock-openai/v1/",
            Self::Azure => "/mock-azure/openai/v1/",
            Self::Anthropic => "/mock-anthropic/v1/",
            Self::Gemini => "/mock-gemini/v1beta/models/",
        }
    }
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
    /// The model, where the path names it (Gemini).
    pub model: Option<String>,
    /// The stored response, where the path names one.
    pub response: Option<String>,
}

impl Target {
    /// Reads a path; `None` if no provider serves it.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let (provider, rest) =
            Provider::ALL.into_iter().find_map(|p| path.strip_prefix(p.base()).map(|rest| (p, rest)))?;
        if provider == Provider::Gemini {
            return gemini(rest);
        }
        let api = match (provider, rest) {
            (Provider::Anthropic, "messages") => Api::Messages,
            (Provider::Anthropic, "messages/count_tokens") => Api::CountTokens,
            (Provider::Anthropic, _) => return None,
            (_, "chat/completions") => Api::Chat,
            (_, "responses") => Api::Responses,
            (_, "responses/compact") => Api::Compact,
            (_, "embeddings") => Api::Embeddings,
            (_, "completions") => Api::Completions,
            (Provider::OpenAi, "models") => Api::Models,
            (Provider::OpenAi, "moderations") => Api::Moderations,
            (Provider::OpenAi, "responses/input_tokens") => Api::InputTokens,
            (_, rest) => return stored(provider, rest.strip_prefix("responses/")?),
        };
        Some(Self { provider, api, model: None, response: None })
    }
}

fn stored(provider: Provider, rest: &str) -> Option<Target> {
    let (id, api) = match rest.split_once('/') {
        None => (rest, Api::Response),
        Some((id, "cancel")) => (id, Api::CancelResponse),
        Some((id, "input_items")) => (id, Api::InputItems),
        Some(_) => return None,
    };
    Some(Target { provider, api, model: None, response: Some(id.to_owned()) })
}

fn gemini(rest: &str) -> Option<Target> {
    let (model, verb) = rest.rsplit_once(':')?;
    let api = match verb {
        "generateContent" => Api::Generate,
        "streamGenerateContent" => Api::StreamGenerate,
        "countTokens" => Api::GeminiCountTokens,
        "batchEmbedContents" => Api::BatchEmbed,
        _ => return None,
    };
    let model = percent_encoding::percent_decode_str(model).decode_utf8_lossy().into_owned();
    Some(Target { provider: Provider::Gemini, api, model: Some(model), response: None })
}

/// The tables of every API.
#[derive(Debug)]
pub struct Tables {
    chat: Table,
    responses: Table,
    compact: Table,
    embeddings: Table,
    completions: Table,
    moderations: Table,
    input_tokens: Table,
    messages: Table,
    count_tokens: Table,
    generate: Table,
    gemini_count_tokens: Table,
    batch_embed: Table,
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
        Ok(Self {
            chat: Table::load("ChatRequest", Names::Exact, &chat)?,
            responses: Table::load("ResponsesRequest", Names::Exact, &responses)?,
            compact: Table::load("CompactRequest", Names::Exact, &responses)?,
            embeddings: Table::load("EmbeddingsRequest", Names::Exact, &embeddings)?,
            completions: Table::load("CompletionsRequest", Names::Exact, &files!("openai/completions"))?,
            moderations: Table::load("ModerationsRequest", Names::Exact, &files!("openai/moderations"))?,
            input_tokens: Table::load("InputTokensRequest", Names::Exact, &responses)?,
            messages: Table::load("MessagesRequest", Names::Exact, &messages)?,
            count_tokens: Table::load("CountTokensRequest", Names::Exact, &messages)?,
            generate: Table::load("GenerateContentRequest", Names::Protobuf, &generate)?,
            gemini_count_tokens: Table::load("CountTokensRequest", Names::Protobuf, &generate)?,
            batch_embed: Table::load("BatchEmbedContentsRequest", Names::Protobuf, &generate)?,
        })
    }

    /// The table of an API's request body; `None` for those that take none.
    #[must_use]
    pub fn of(&self, api: Api) -> Option<&Table> {
        match api {
            Api::Chat => Some(&self.chat),
            Api::Responses => Some(&self.responses),
            Api::Compact => Some(&self.compact),
            Api::Embeddings => Some(&self.embeddings),
            Api::Messages => Some(&self.messages),
            Api::Generate | Api::StreamGenerate => Some(&self.generate),
            Api::Completions => Some(&self.completions),
            Api::Moderations => Some(&self.moderations),
            Api::InputTokens => Some(&self.input_tokens),
            Api::CountTokens => Some(&self.count_tokens),
            Api::GeminiCountTokens => Some(&self.gemini_count_tokens),
            Api::BatchEmbed => Some(&self.batch_embed),
            Api::Models | Api::Response | Api::CancelResponse | Api::InputItems => None,
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
        let response = |path| Target::of(path).and_then(|t| Some((t.api, t.response?)));
        assert_eq!(response("/mock-openai/v1/responses/r_1"), Some((Api::Response, "r_1".into())));
        assert_eq!(
            response("/mock-azure/openai/v1/responses/r_1/cancel"),
            Some((Api::CancelResponse, "r_1".into()))
        );
        assert_eq!(response("/mock-openai/v1/responses/r_1/output"), None);
        assert_eq!(target("/mock-anthropic/v1/chat/completions"), None);
        assert_eq!(target("/v1/chat/completions"), None);
    }
}
