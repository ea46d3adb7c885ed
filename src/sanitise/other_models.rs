//! Members by which a request has its provider ask other models, by the provider's own names. They are no names of the
//! gateway's file, so a list of models that a key may use cannot be held against them: who has such a list may not use them.
//!
//! Sources: <https://openrouter.ai/docs/features/model-routing> (`models`, `route`),
//! <https://platform.claude.com/docs/en/agents-and-tools/tool-use/advisor-tool> (a tool's `model`).

use serde_json::value::RawValue;

use super::server_fallbacks::Asked;
use crate::reject::Reject;
use crate::wire::Dialect;
use crate::wire::check::Member;
use crate::wire::json::{Fields, elements};

/// Whether the member is left out, and the caller told: the requested model is asked all the same.
///
/// # Errors
/// 403 for a tool that is another model.
pub(super) fn is_left_out(dialect: Dialect, member: &Member<'_>, asked: Asked<'_>) -> Result<bool, Reject> {
    if !asked.some_models_only {
        return Ok(false);
    }
    match (dialect, member.name.as_ref()) {
        (Dialect::Chat, "models" | "route") => Ok(true),
        (Dialect::Messages, "tools") => no_tool_with_a_model(member.raw).map(|()| false),
        _ => Ok(false),
    }
}

fn no_tool_with_a_model(raw: &str) -> Result<(), Reject> {
    let tools = serde_json::from_str::<&RawValue>(raw).ok().and_then(|tools| elements(tools).ok());
    let names_one = |tool: &&RawValue| Fields::of(tool).is_ok_and(|tool| tool.get("model").is_some());
    match tools.unwrap_or_default().iter().position(names_one) {
        Some(index) => Err(refusal(&format!("tools[{index}].model"))),
        None => Ok(()),
    }
}

fn refusal(path: &str) -> Reject {
    let message = format!(
        "'{path}' names a model of the provider's own, and this API key, its team or its user may use some models of \
         this gateway only. Remove the tool."
    );
    Reject::new(403, "key_model_access_denied", message).at(path)
}
