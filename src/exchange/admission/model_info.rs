//! `GET /v1/model/info`: LiteLLM's list of deployments, by which its clients learn what a model can do.
//!
//! It tells what admission knows: names, ids, and what the file says that a deployment serves. What only the attempts know
//! (the provider's name of the model, its address, its rates) is left out, so no client learns whose model it uses.

use serde_json::{Map, Value, json};

use super::lists::{json_reply, visible};
use super::{Caller, Reply, Setup};
use crate::route::Candidate;

/// One entry for each deployment of each model that the caller may name, in the order of `/v1/models`. A pattern's
/// are not there: nobody can ask for its name.
pub(super) fn answer(setup: &Setup, caller: Option<&Caller>) -> Reply {
    let router = &setup.settings.router;
    let data: Vec<Value> = visible(setup, caller)
        .filter_map(|model| Some((model, router.named(model)?.group)))
        .flat_map(|(model, group)| group.deployments.iter().map(move |index| (model, *index)))
        .filter_map(|(model, index)| Some(entry(model, router.deployments.get(index)?)))
        .collect();
    json_reply(&json!({"data": data}))
}

/// `litellm_params.model` is the name to ask by once more: Roo Code takes no entry without.
/// Source: <https://github.com/RooCodeInc/Roo-Code/blob/main/src/api/providers/fetchers/litellm.ts>.
fn entry(model: &str, candidate: &Candidate) -> Value {
    let can = &candidate.abilities;
    let known = [
        ("max_input_tokens", can.max_input_tokens.map(Value::from)),
        ("supports_vision", can.vision.map(Value::from)),
        ("supports_audio_input", can.audio.map(Value::from)),
        ("supports_pdf_input", can.files.map(Value::from)),
        ("supports_function_calling", can.tools.map(Value::from)),
        ("supports_response_schema", can.response_schema.map(Value::from)),
    ];
    let mut info: Map<String, Value> =
        known.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    info.insert("id".to_owned(), candidate.id.as_str().into());
    json!({"model_name": model, "litellm_params": {"model": model}, "model_info": info})
}
