//! What a deployment can serve, for `enable_pre_call_checks`: `model_info`, and its region.

use super::deployment::Parts;
use super::windows;
use crate::route::Abilities;
use crate::wire::{Api, Provider};

/// Reads an entry's abilities. `model` is what it serves, where that does not depend on the request.
pub(super) fn read(parts: &Parts<'_>, provider: Provider, model: Option<&str>) -> Abilities {
    let info = parts.info.as_ref();
    let able = |key: &'static str| info?.boolean(key);
    let tokens = |key: &'static str| info?.get(key)?.whole(1..=u64::MAX);
    // LiteLLM, too, takes the older name where neither the newer one nor the model itself tells. It may mean the
    // answer, so it comes last. Both are read, to tell their problems.
    let (window, older) = (tokens("max_input_tokens"), tokens("max_tokens"));
    let built_in = || windows::longest_prompt(provider, model?);
    Abilities {
        max_input_tokens: window.or_else(built_in).or(older),
        vision: able("supports_vision"),
        // Messages have no part for sound.
        audio: able("supports_audio_input").or((provider.row().api == Api::Messages).then_some(false)),
        files: able("supports_pdf_input"),
        tools: able("supports_function_calling"),
        response_schema: able("supports_response_schema"),
        region: parts.params.text("region_name"),
    }
}
