//! `litellm_settings.callbacks`: LiteLLM starts loggers by this list, and checks of requests as well. A logger is left
//! aside with a warning; of what may refuse or change a request, that would let through what it is there to stop.

use super::cursor::Cursor;
use super::router::Settings;

/// LiteLLM's own checks (its `initialize_callbacks_on_proxy`).
const CHECKS: [&str; 12] = [
    "aporia_prompt_injection",
    "azure_content_safety",
    "banned_keywords",
    "blocked_user_check",
    "detect_prompt_injection",
    "google_text_moderation",
    "hide_secrets",
    "lakera_prompt_injection",
    "llamaguard_moderations",
    "llmguard_moderations",
    "openai_moderations",
    "presidio",
];

/// Reports the entries that would not run, and may check requests. If there are others, the key itself is told when the
/// section is closed.
pub(super) fn check(settings: &Settings<'_>) {
    const KEY: &str = "callbacks";
    let Some(section) = settings.of_litellm() else { return };
    let Some(at) = section.peeked(KEY) else { return };
    let entries = if at.value().is_array() { at.list("a list of names") } else { vec![at] };
    let refused = entries.iter().filter(|entry| is_refused(entry)).count();
    if refused == entries.len() && refused > 0 {
        section.settle(KEY);
    }
}

/// Whether an entry may check requests, which is reported.
fn is_refused(at: &Cursor<'_>) -> bool {
    let Some(name) = at.value().as_str() else { return false };
    if CHECKS.contains(&name) {
        at.error(
            format!("`{name}` is a check of the requests that would not run"),
            "write it under `guardrails`, as a kind that is supported, and take it out here".to_owned(),
        );
        return true;
    }
    // `module.instance`, as Python names it.
    let is_own = name.contains('.');
    if is_own {
        at.error(
            format!("`{name}` is a handler of your own, which would not run: it may refuse or change requests"),
            "if it does, write it as a service of the kind `generic_guardrail_api` under `guardrails`; take it out here"
                .to_owned(),
        );
    }
    is_own
}
