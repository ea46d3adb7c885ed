//! Between the dialect that a client speaks and the API that a provider defines.
//!
//! Where both are the same, what passes is not taken apart: `chat_from_chat`, `responses_from_responses`,
//! `compact_from_compact`, `messages_from_messages`, `completions_from_completions`, `moderations`. Every other
//! conversation goes over the `bridge`: a dialect is read into a `conversation`, which is no API's, and each API is
//! written from one; an answer is read into `told` pieces, and each dialect is written from those. `embeddings` are
//! no conversation.
//!
//! | module | dialect: `read`, `Writer`, `fold` | API: `write`, `Reader` |
//! |---|---|---|
//! | `chat` | chat completions | chat completions |
//! | `responses` | Responses | Responses ([`Target::bridge_to_responses`]) |
//! | `messages` | Anthropic's Messages | the same |
//! | `gemini` | | Gemini's generateContent |
//! | `completions` | completions, the API before chat | |
//!
//! A new API is a folder with `write` and `Reader`, a line in each `match` of `bridge`, and its row among the
//! providers. Errors have no direction: [`failure`](failure()) reads a provider's, and [`error_body`] and
//! [`error_event`] write a client's.
//!
//! Bodies are *built* from the fields that the target API defines; nothing is copied because it was there. The
//! values of those fields are copied as the client wrote them.

mod alike;
mod bridge;
mod chat;
mod chat_from_chat;
mod compact_from_compact;
mod completions;
mod completions_from_completions;
#[cfg(test)]
mod contract_tests;
mod conversation;
mod count_tokens;
mod defined;
mod edit;
mod embeddings;
mod end_user;
mod endpoint;
mod failure;
mod gemini;
#[cfg(test)]
mod golden_cases;
mod hints;
mod logprobs;
mod losses;
mod messages;
mod messages_from_messages;
mod moderations;
mod pair;
mod pass_through;
mod paths;
mod public;
mod responses;
mod responses_from_responses;
mod same_dialect;
mod splice;
mod stored;
mod stream;
mod tally;
mod tokens;
mod told;
mod tool_names;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use edit::{Edit, edit};
pub use failure::{Failure, error_body, error_event, failure};
pub use paths::is_path as is_drop_path;
pub use splice::splice;
pub use stored::stored;
pub use stream::{Progress, Stream};
pub use tally::bytes_said;
pub use tokens::counted;

use losses::Losses;
use pair::Pair;

use crate::reject::Reject;
use crate::response_id::Sealer;
use crate::usage::Usage;
use crate::wire::json::{Fields, Malformed};
use crate::wire::{Api, Dialect, Provider};

/// How one deployment wants its bodies.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Target {
    /// Whose API.
    pub provider: Provider,
    /// The provider's own name of the model.
    pub model: String,
    /// Whether chat requests go to the Responses API (`mode: responses`).
    pub bridge_to_responses: bool,
    /// Whether an OpenAI-like server has no Responses API (`use_chat_completions_api`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chat_only: bool,
    /// Whose server an `openai/…` deployment is at, where that is neither OpenAI's nor Azure's: a public provider's, else
    /// [`Provider::OpenAiLike`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stands_at: Option<Provider>,
    /// Whether an OpenAI-like deployment serves completions, the API before chat (`mode: completion`). Such a
    /// request is a chat to every other.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub completions: bool,
    /// Parameters that the target API cannot express are dropped (and named) instead of refused.
    pub drop_params: bool,
    /// `additional_drop_params`: always removed. Paths: `metadata`, `tools[*].function.strict`.
    pub additional_drop_params: Vec<String>,
    /// A dated version of Azure's API, e.g. `2024-10-21`; `None` for the v1 routes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_version: Option<String>,
    /// Most tokens of an answer, for an API that wants a bound where the client gives none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output_tokens: Option<u64>,
    /// `allowed_openai_params`: the client's top-level members that pass as they are, though the API has none of
    /// that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed_params: Vec<String>,
    /// Members that every body gets that has none of that name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub extra_body: Map<String, Value>,
}

impl Target {
    /// A deployment that wants nothing special.
    #[must_use]
    pub fn new(provider: Provider, model: impl Into<String>) -> Self {
        Self {
            provider,
            model: model.into(),
            bridge_to_responses: false,
            chat_only: false,
            stands_at: None,
            completions: false,
            drop_params: false,
            additional_drop_params: Vec::new(),
            api_version: None,
            max_output_tokens: None,
            allowed_params: Vec::new(),
            extra_body: Map::new(),
        }
    }
}

impl Target {
    /// Whether a body of the API's own dialect is neither to be cut nor added to.
    fn passes_as_it_is(&self) -> bool {
        self.additional_drop_params.is_empty() && self.allowed_params.is_empty() && self.extra_body.is_empty()
    }
}

/// A client's request as the attempt sees it.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// What the client speaks.
    pub dialect: Dialect,
    /// A JSON object in that dialect, already sanitised.
    pub body: &'a [u8],
    /// Whether the client asked for a stream.
    pub stream: bool,
}

/// A request as the provider gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Built {
    /// Which of the provider's APIs it goes to.
    pub api: Api,
    /// Its path below the deployment's base path, with its query.
    pub path: String,
    /// Request headers that this API wants besides the usual ones: `anthropic-version`.
    pub headers: Vec<(&'static str, String)>,
    /// The request body, JSON.
    pub body: Vec<u8>,
    /// What an answer repeats of its request, where a translation has to write it: see [`View::echo`].
    pub echo: Vec<u8>,
    /// Paths of the client's parameters that the provider does not get, for `x-spillway-dropped-params`. The
    /// names are the client's: whoever puts them into a header escapes and bounds them.
    pub dropped: Vec<String>,
}

/// A whole answer as the client gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The response body, JSON.
    pub body: Vec<u8>,
    /// What the provider counted.
    pub usage: Option<Usage>,
}

/// What the client may see of the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The public name of the model.
    pub model: String,
    /// Whether a chat stream ends with a usage chunk (`stream_options.include_usage`).
    pub include_usage: bool,
    /// When the answer was made, in seconds since the Unix epoch, where a translation has to say so.
    pub created_s: u64,
    /// What a Responses answer repeats of its request: the members of a JSON object, as text without the
    /// braces; empty where the provider writes them itself. For embeddings, how vectors are to be written; for Messages,
    /// the names of tools that had to be cut, as a JSON array.
    pub echo: Vec<u8>,
    /// What ids of responses are made with; `None` where the provider's own are shown.
    pub ids: Option<Sealer>,
}

impl View {
    /// The id of an answer of Responses, as the client sees it. `kept`: the provider keeps it under its own id.
    pub(crate) fn response_id(&self, provider_id: &str, kept: bool) -> String {
        match &self.ids {
            Some(ids) => ids.seal(provider_id, kept),
            None => provider_id.to_owned(),
        }
    }
}

/// Builds the provider's body from a client's.
///
/// # Errors
/// 400 for a body that is none of its dialect, 400 `unsupported_parameter` for one that says what the
/// provider's API cannot, 501 for a pair of dialect and provider that has no translation.
pub fn request(ask: &Ask<'_>, target: &Target) -> Result<Built, Reject> {
    let (pair, api) = Pair::of_target(ask.dialect, target)?;
    if let Pair::Count(api) = pair {
        return count_tokens::request(ask, api, target);
    }
    let (body, mut dropped) = paths::without(ask.body, &target.additional_drop_params).map_err(unreadable)?;
    let mut fields = Fields::parse(&body).map_err(unreadable)?;
    let mut passed = pass_through::Passed::take(&mut fields, ask.dialect, api, target);
    let built = loop {
        let before = dropped.len();
        match build(pair, &fields, ask.stream, target, &mut dropped) {
            // What the API has no word for, and the deployment takes all the same.
            Err(reject) if passed.take_refused(&mut fields, &reject, target) => dropped.truncate(before),
            built => break built?,
        }
    };
    passed.take_dropped(&fields, &mut dropped, target);
    let built = passed.add_to(built, api, target);
    let echo = match pair {
        Pair::Bridge(bridge::Side::Responses, _) => responses::echo(&fields),
        Pair::Bridge(bridge::Side::Messages, _) => tool_names::echo(&fields),
        Pair::EmbeddingsFromGemini => embeddings::gemini::echo(&fields)?,
        _ => Vec::new(),
    };
    let path = endpoint::path(api, target, ask.stream);
    Ok(Built { api, path, headers: endpoint::headers(api), body: built, echo, dropped })
}

fn build(
    pair: Pair,
    fields: &Fields<'_>,
    stream: bool,
    target: &Target,
    dropped: &mut Vec<String>,
) -> Result<Vec<u8>, Reject> {
    Ok(match pair {
        Pair::ChatFromChat => chat_from_chat::request(fields, stream, target, dropped)?,
        Pair::ResponsesFromResponses => responses_from_responses::request(fields, stream, target, dropped),
        Pair::CompactFromCompact => compact_from_compact::request(fields, target, dropped),
        Pair::MessagesFromMessages => messages_from_messages::request(fields, stream, target, dropped)?,
        Pair::CompletionsFromCompletions => {
            completions_from_completions::request(fields, stream, target, dropped)
        }
        Pair::EmbeddingsFromEmbeddings => embeddings::request(fields, target, dropped),
        Pair::EmbeddingsFromGemini => {
            let api = Api::BatchEmbedContents;
            let mut losses = Losses { api, drop: target.drop_params, dropped };
            embeddings::gemini::request(fields, target, &mut losses)?
        }
        Pair::ModerationsFromModerations => moderations::request(fields, target, dropped),
        Pair::Bridge(from, to) => bridge::request(from, to, fields, stream, target, dropped)?,
        Pair::Count(_) | Pair::Stored(_) => return Err(Reject::invalid("This call has no body of its own.")),
    })
}

fn unreadable(error: Malformed) -> Reject {
    Reject::invalid(format!("The request body is not a JSON object: {error}."))
}

/// Translates a provider's whole 2xx answer.
///
/// # Errors
/// An answer that is none: not of the API's shape, or an error inside a 2xx. Either is the provider's
/// fault, and another deployment may do better.
pub fn response(dialect: Dialect, api: Api, body: &[u8], view: &View) -> Result<Answer, Failure> {
    let fields = || {
        let fields = Fields::parse(body).map_err(Failure::malformed)?;
        match fields.set("error") {
            Some(error) => Err(failure::of_error(error)),
            None => Ok(fields),
        }
    };
    match Pair::of(dialect, api)? {
        Pair::ChatFromChat => chat_from_chat::response(&fields()?, view),
        Pair::ResponsesFromResponses => responses_from_responses::response(&fields()?, view),
        Pair::CompactFromCompact => compact_from_compact::response(&fields()?, view),
        Pair::MessagesFromMessages => messages_from_messages::response(&fields()?, view),
        Pair::EmbeddingsFromEmbeddings => embeddings::response(&fields()?, view),
        Pair::EmbeddingsFromGemini => embeddings::gemini::response(&fields()?, view),
        Pair::CompletionsFromCompletions => completions_from_completions::response(&fields()?, view),
        Pair::ModerationsFromModerations => moderations::response(&fields()?, view),
        // A stored response may well be one that failed.
        Pair::Stored(operation) => stored::response(operation, body, view),
        Pair::Count(api) => count_tokens::response(api, &fields()?),
        Pair::Bridge(to, from) => bridge::response(from, to, &fields()?, view),
    }
}
