//! Counting the tokens of a Messages request, by the provider that would answer it.
//!
//! The provider's body is built as if the request was to be answered, and what a count does not take is left out.
//! A provider without an API for it is not asked, and nothing is estimated: a client that wants an estimate can
//! make one, and would not know this one from a count.

use super::failure::Failure;
use super::{Answer, Ask, Built, Target, endpoint};
use crate::reject::Reject;
use crate::wire::json::Fields;
use crate::wire::schema::{self, Standing};
use crate::wire::write::{self, Members};
use crate::wire::{Api, Dialect, Provider};

/// What `POST /responses/input_tokens` takes:
/// <https://platform.openai.com/docs/api-reference/responses/input-tokens>
const INPUT_TOKENS: &[&str] = &[
    "conversation",
    "input",
    "instructions",
    "model",
    "parallel_tool_calls",
    "previous_response_id",
    "reasoning",
    "text",
    "tool_choice",
    "tools",
    "truncation",
];

/// What Vertex AI's `countTokens` takes: <https://cloud.google.com/vertex-ai/generative-ai/docs/reference/rest>
const VERTEX: &[&str] = &["contents", "generationConfig", "systemInstruction", "tools"];

/// The API by which a deployment's provider counts. Of the servers that are like OpenAI's, only its own has one.
pub(super) fn api(target: &Target) -> Option<Api> {
    match target.provider {
        Provider::Anthropic => Some(Api::CountTokens),
        Provider::Gemini | Provider::VertexAi => Some(Api::GeminiCountTokens),
        Provider::OpenAi if !target.chat_only => Some(Api::InputTokens),
        _ => None,
    }
}

/// Builds the provider's body, for the API that [`api`] names.
pub(super) fn request(ask: &Ask<'_>, api: Api, target: &Target) -> Result<Built, Reject> {
    let answering = Target { bridge_to_responses: api == Api::InputTokens, ..target.clone() };
    let asked = Ask { dialect: Dialect::Messages, stream: false, ..*ask };
    let built = super::request(&asked, &answering)?;
    let fields = Fields::parse(&built.body).map_err(super::unreadable)?;
    let mut body = Vec::new();
    write::object(&mut body, |members| match (api, target.provider) {
        (Api::CountTokens, _) => only(members, &fields, is_counted),
        (Api::InputTokens, _) => only(members, &fields, |name| INPUT_TOKENS.contains(&name)),
        (_, Provider::VertexAi) => only(members, &fields, |name| VERTEX.contains(&name)),
        _ => members.object("generateContentRequest", |request| {
            request.value("model", &endpoint::resource(target));
            fields.iter().for_each(|(name, value)| request.raw(name, value));
        }),
    });
    let path = endpoint::path(api, target, false);
    Ok(Built { api, path, headers: endpoint::headers(api), body, echo: Vec::new(), dropped: built.dropped })
}

/// Whether Anthropic's count takes a field of its Messages.
fn is_counted(name: &str) -> bool {
    matches!(schema::request(Dialect::CountTokens).standing(name), Standing::Defined(_))
}

fn only(members: &mut Members<'_>, fields: &Fields<'_>, is_taken: impl Fn(&str) -> bool) {
    for (name, value) in fields.iter().filter(|(name, _)| is_taken(name)) {
        members.raw(name, value);
    }
}

/// The count in Anthropic's words. It is no use of tokens: none are counted against anybody.
pub(super) fn response(api: Api, fields: &Fields<'_>) -> Result<Answer, Failure> {
    let name = if api == Api::GeminiCountTokens { "totalTokens" } else { "input_tokens" };
    let count: u64 =
        fields.read(name).ok_or_else(|| Failure::malformed(format!("a token count without `{name}`")))?;
    let mut body = Vec::new();
    write::object(&mut body, |members| {
        members.value("input_tokens", &count);
        // What Anthropic says beyond the count: what it would have cleared.
        members.raw_if(
            "context_management",
            fields.set("context_management").filter(|_| api == Api::CountTokens),
        );
    });
    Ok(Answer { body, usage: None })
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::response;
    use crate::wire::Api;
    use crate::wire::json::Fields;

    #[test]
    fn every_count_is_in_anthropics_words() {
        for (api, answer, counted) in [
            (Api::CountTokens, r#"{"input_tokens":14}"#, Some(r#"{"input_tokens":14}"#)),
            (
                Api::CountTokens,
                r#"{"input_tokens":14,"context_management":{"original_input_tokens":20}}"#,
                Some(r#"{"input_tokens":14,"context_management":{"original_input_tokens":20}}"#),
            ),
            (
                Api::GeminiCountTokens,
                r#"{"totalTokens":31,"promptTokensDetails":[{"modality":"TEXT","tokenCount":31}]}"#,
                Some(r#"{"input_tokens":31}"#),
            ),
            (
                Api::InputTokens,
                r#"{"object":"response.input_tokens","input_tokens":11}"#,
                Some(r#"{"input_tokens":11}"#),
            ),
            (Api::InputTokens, r#"{"object":"response.input_tokens"}"#, None),
            (Api::GeminiCountTokens, r#"{"totalTokens":-1}"#, None),
        ] {
            let found = response(api, &Fields::parse(answer.as_bytes()).unwrap()).ok();
            let found = found.map(|answer| String::from_utf8(answer.body).unwrap());
            assert_eq!(found.as_deref(), counted, "{answer}");
        }
    }
}
