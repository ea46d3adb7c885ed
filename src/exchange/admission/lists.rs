//! What the gateway answers by itself: the models, in OpenAI's shape and in Anthropic's, and its health.

use serde_json::{Value, json};

use super::{Caller, Reply, Setup};
use crate::exchange::{Headers, header};
use crate::reject::Reject;
use crate::wire::path;

/// When a model was made: the gateway does not know, and Anthropic's reference has this for such models.
const UNKNOWN_DATE: &str = "1970-01-01T00:00:00Z";
/// Longest name that an error repeats, in characters.
const LONGEST_NAME: usize = 128;

/// Whose shape a client expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    OpenAi,
    /// With `anthropic-version`, which every client of Anthropic's sends.
    Anthropic,
}

impl Shape {
    pub fn of(headers: &Headers) -> Self {
        if header(headers, "anthropic-version").is_some() { Self::Anthropic } else { Self::OpenAi }
    }

    fn model(self, id: &str) -> Value {
        match self {
            Self::OpenAi => json!({"id": id, "object": "model", "created": 0, "owned_by": "spillway"}),
            Self::Anthropic => {
                json!({"type": "model", "id": id, "display_name": id, "created_at": UNKNOWN_DATE})
            }
        }
    }
}

/// `GET /health`: the filter runs and took its configuration.
pub fn health() -> Reply {
    json_reply(&json!({"status": "healthy"}))
}

/// `GET /v1/models`: what this caller may name, all at once. A pattern is no name to ask by, so it is listed where the query
/// wants it only, which is LiteLLM's.
pub fn models(setup: &Setup, caller: Option<&Caller>, shape: Shape, target: &str) -> Reply {
    let patterns = path::parted(target).1.split('&').any(|pair| pair == "return_wildcard_routes=true");
    let is_listed = |model: &&str| patterns || setup.settings.router.named(model).is_some();
    let names: Vec<&str> = visible(setup, caller).filter(is_listed).collect();
    let data: Vec<Value> = names.iter().map(|name| shape.model(name)).collect();
    json_reply(&match shape {
        Shape::OpenAi => json!({"object": "list", "data": data}),
        Shape::Anthropic => {
            json!({"data": data, "has_more": false, "first_id": names.first(), "last_id": names.last()})
        }
    })
}

/// `GET /v1/models/{model}`: whether this caller may name it. A name that a pattern of the configuration fits
/// is a model, though no list has it.
///
/// # Errors
/// 404 for any other.
pub fn model(setup: &Setup, caller: Option<&Caller>, shape: Shape, target: &str) -> Result<Reply, Reject> {
    let name = path::model(target).unwrap_or_default();
    if setup.settings.router.is_served(&name) && is_visible(setup, caller, &name) {
        return Ok(json_reply(&shape.model(&name)));
    }
    let shown: String = name.chars().take(LONGEST_NAME).collect();
    let message = format!("The model '{shown}' does not exist or you do not have access to it.");
    let kind = if shape == Shape::OpenAi { "invalid_request_error" } else { "not_found_error" };
    Err(Reject::new(404, kind, message).at("model").code("model_not_found"))
}

/// The names that this caller may know of.
pub(super) fn visible<'s>(setup: &'s Setup, caller: Option<&'s Caller>) -> impl Iterator<Item = &'s str> {
    setup.settings.router.models().filter(move |model| is_visible(setup, caller, model))
}

fn is_visible(setup: &Setup, caller: Option<&Caller>, model: &str) -> bool {
    let group = setup.settings.router.named(model).map_or(model, |named| named.group.name.as_str());
    caller.is_some_and(|caller| caller.may_use(group) || caller.may_use(model))
}

pub(super) fn json_reply(body: &Value) -> Reply {
    let headers = vec![("content-type", "application/json".to_owned())];
    Reply { status: 200, headers, body: body.to_string().into_bytes() }
}
