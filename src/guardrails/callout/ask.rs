//! What a service is asked, in the words of its API.

use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{Api, Callout};
use crate::event::Caller;
use crate::guardrails::Stage;

/// OpenAI's own default.
const MODEL: &str = "omni-moderation-latest";

/// A request to a service, for the host to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Envoy's cluster that leads there.
    pub cluster: String,
    /// Pseudo-headers first.
    pub headers: Vec<(String, String)>,
    /// JSON.
    pub body: Vec<u8>,
    /// How long an answer is waited for, in milliseconds.
    pub timeout_ms: u64,
}

/// Whose texts they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Who called.
    pub caller: Caller,
    /// The caller's `user` or `safety_identifier`.
    pub end_user: Option<String>,
    /// The model that the caller named.
    pub model: String,
    /// The gateway's id of the request (`x-litellm-call-id`).
    pub call_id: String,
}

/// What a service is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// Whether the texts are of the request or of the answer.
    pub stage: Stage,
    /// The texts.
    pub texts: &'q [String],
    /// Whose they are.
    pub about: &'q About,
}

/// Body of LiteLLM's generic guardrail API, as far as the gateway fills it.
#[derive(Serialize)]
struct Generic<'q> {
    texts: &'q [String],
    request_data: Map<String, Value>,
    input_type: &'static str,
    litellm_call_id: &'q str,
    /// A request of the gateway's is a trace of its own.
    litellm_trace_id: &'q str,
    additional_provider_specific_params: &'q Map<String, Value>,
    #[serde(skip_serializing_if = "str::is_empty")]
    model: &'q str,
}

/// Body of OpenAI's moderations.
#[derive(Serialize)]
struct Moderations<'q> {
    model: &'q str,
    input: &'q [String],
}

/// The request that puts a question to a service.
#[must_use]
pub fn ask(callout: &Callout, question: &Question<'_>) -> Request {
    let head = [(":method", "POST"), (":path", &callout.path), (":authority", &callout.authority)];
    let fixed = [("content-type", "application/json"), ("accept", "application/json")];
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let headers = head.into_iter().chain(fixed).map(own);
    Request {
        cluster: callout.cluster.clone(),
        headers: headers.chain(callout.headers.iter().cloned()).collect(),
        body: body(callout, question),
        timeout_ms: callout.timeout_ms,
    }
}

fn body(callout: &Callout, question: &Question<'_>) -> Vec<u8> {
    let about = question.about;
    let written = match callout.api {
        Api::Generic => serde_json::to_vec(&Generic {
            texts: question.texts,
            request_data: request_data(about),
            input_type: input_type(question.stage),
            litellm_call_id: &about.call_id,
            litellm_trace_id: &about.call_id,
            additional_provider_specific_params: &callout.extra,
            model: &about.model,
        }),
        Api::Moderations => serde_json::to_vec(&Moderations { model: model(callout), input: question.texts }),
    };
    // Texts, and maps with texts as keys: nothing in them cannot be written.
    written.unwrap_or_default()
}

/// `request_data`: what LiteLLM tells of the key, as far as it is known.
fn request_data(about: &About) -> Map<String, Value> {
    holder(about)
        .into_iter()
        .filter_map(|(name, value)| Some((format!("user_api_key_{name}"), value?.into())))
        .collect()
}

fn holder(about: &About) -> [(&'static str, Option<&str>); 5] {
    let Caller { key_hash, key_alias, user_id, team_id, .. } = &about.caller;
    [
        ("hash", (!key_hash.is_empty()).then_some(key_hash)),
        ("alias", key_alias.as_deref()),
        ("user_id", user_id.as_deref()),
        ("team_id", team_id.as_deref()),
        ("end_user_id", about.end_user.as_deref()),
    ]
}

fn input_type(stage: Stage) -> &'static str {
    match stage {
        Stage::Request => "request",
        Stage::Answer => "response",
    }
}

fn model(callout: &Callout) -> &str {
    callout.model.as_deref().unwrap_or(MODEL)
}

/// Names a question of one guardrail: equal for questions that differ in their id only. SHA-256, since whoever
/// could make two texts that are told apart by nothing would have one judged by the other's answer.
pub(super) fn fingerprint(guardrail: usize, callout: &Callout, question: &Question<'_>) -> [u8; 32] {
    let mut digest = Sha256::new();
    // Each part with its length: no two lists of parts are written alike.
    let mut add = |part: &str| {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    };
    add(&guardrail.to_string());
    add(callout.api.name());
    add(input_type(question.stage));
    match callout.api {
        Api::Moderations => add(model(callout)),
        Api::Generic => {
            add(&question.about.model);
            for (_, value) in holder(question.about) {
                add(if value.is_some() { "+" } else { "-" });
                add(value.unwrap_or_default());
            }
        }
    }
    question.texts.iter().for_each(|text| add(text));
    digest.finalize().into()
}
