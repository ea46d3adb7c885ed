//! Sealed thoughts, as LiteLLM's clients keep them: `thinking_blocks`.

use serde::Serialize;

use crate::translate::conversation::{Home, Seal};
use crate::wire::write::Elements;

/// Writes a thought with its seal. Chat completions are nobody's home: clients know Anthropic's seals as they
/// are, and others are marked.
pub(super) fn write(array: &mut Elements<'_>, text: &(impl Serialize + ?Sized), seal: &Seal<'_>) {
    array.object(|block| {
        if seal.redacted && seal.home == Home::Anthropic {
            block.value("type", "redacted_thinking");
            block.value("data", &seal.data);
            return;
        }
        block.value("type", "thinking");
        block.value("thinking", text);
        match seal.home {
            Home::Anthropic => block.value("signature", &seal.data),
            Home::OpenAi | Home::Gemini => block.value("signature", &seal.marked()),
        }
    });
}
