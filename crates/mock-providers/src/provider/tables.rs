//! What each API takes: the tables of `tables/`.

use super::{Api, Provider};
use crate::schema::{Names, Table, TableError};

/// The tables of every API.
#[derive(Debug)]
pub struct Tables {
    chat: Table,
    /// Of those whose chat completions are not OpenAI's.
    flavours: Vec<(Provider, Table)>,
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
    vertex_count_tokens: Table,
    batch_embed: Table,
}

macro_rules! files {
    ($($file:literal),*) => { [$(include_str!(concat!("../../tables/", $file, ".yaml"))),*] };
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
            completions: Table::load("CompletionsRequest", Names::Exact, &files!("openai/completions"))?,
            moderations: Table::load("ModerationsRequest", Names::Exact, &files!("openai/moderations"))?,
            input_tokens: Table::load("InputTokensRequest", Names::Exact, &responses)?,
            messages: Table::load("MessagesRequest", Names::Exact, &messages)?,
            count_tokens: Table::load("CountTokensRequest", Names::Exact, &messages)?,
            generate: Table::load("GenerateContentRequest", Names::Protobuf, &generate)?,
            gemini_count_tokens: Table::load("CountTokensRequest", Names::Protobuf, &generate)?,
            vertex_count_tokens: Table::load("VertexCountTokensRequest", Names::Protobuf, &generate)?,
            batch_embed: Table::load("BatchEmbedContentsRequest", Names::Protobuf, &generate)?,
        })
    }

    /// The table of an API's request body; `None` for those that take none.
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
            Api::Completions => Some(&self.completions),
            Api::Moderations => Some(&self.moderations),
            Api::InputTokens => Some(&self.input_tokens),
            Api::CountTokens => Some(&self.count_tokens),
            Api::GeminiCountTokens if provider == Provider::Vertex => Some(&self.vertex_count_tokens),
            Api::GeminiCountTokens => Some(&self.gemini_count_tokens),
            Api::BatchEmbed => Some(&self.batch_embed),
            Api::Models | Api::Response | Api::CancelResponse | Api::InputItems => None,
        }
    }
}
