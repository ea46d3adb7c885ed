//! What a provider's response headers say to the gateway, and what of them a client may see.

use crate::exchange::{Headers, header};

/// When the provider asks to come back, in milliseconds from now: `retry-after-ms` (OpenAI, Azure), else
/// `retry-after` in seconds. A date is not understood.
pub(super) fn retry_after_ms(headers: &Headers) -> Option<u64> {
    let number = |name| header(headers, name)?.trim().parse::<f64>().ok().filter(|number| *number >= 0.0);
    let ms = number("retry-after-ms").or_else(|| Some(number("retry-after")? * 1_000.0))?;
    // The cast saturates.
    Some(ms as u64)
}

/// The provider's response headers that a client may see: when to come back, and the ids and limits that a
/// provider's support asks for, under LiteLLM's `llm_provider-` prefix.
pub(super) fn passed_on(headers: &Headers) -> Vec<(String, String)> {
    let mut passed = Vec::new();
    for (name, value) in headers {
        let Ok(value) = std::str::from_utf8(value) else { continue };
        if name == "retry-after" {
            passed.push((name.clone(), value.to_owned()));
        }
        let told = name.starts_with("x-ratelimit-")
            || name.starts_with("anthropic-ratelimit-")
            || matches!(
                name.as_str(),
                "x-request-id" | "request-id" | "apim-request-id" | "openai-processing-ms" | "openai-version"
            );
        if told {
            passed.push((format!("llm_provider-{name}"), value.to_owned()));
        }
    }
    passed
}
