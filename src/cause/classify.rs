//! The table: status, code, type and message of a provider's error → [`Cause`].
//!
//! Sources of the codes: OpenAI <https://platform.openai.com/docs/guides/error-codes>, Azure
//! <https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter>, Anthropic
//! <https://docs.anthropic.com/en/api/errors>, Gemini <https://ai.google.dev/gemini-api/docs/troubleshooting>.
//! Some providers report a prompt that is too long by its text alone; those texts stand in [`TOO_LONG`].

use super::Cause;

/// What a provider's error says.
#[derive(Clone, Copy, Debug, Default)]
pub struct Symptoms<'a> {
    /// HTTP status; for an error inside a stream, the one that the provider answers with elsewhere.
    pub status: u16,
    /// `error.type`, or Gemini's `error.status`.
    pub kind: &'a str,
    /// `error.code`, Azure's `error.innererror.code`, or Anthropic's `error.details.error_code`.
    pub code: &'a str,
    /// `error.message`
    pub message: &'a str,
}

/// Codes of a prompt that does not fit.
const WINDOW_CODES: &[&str] = &["context_length_exceeded", "context_window_exceeded"];

/// OpenAI's code of a string that is too long: a text of the prompt, or any other one, as a `user` or a call's id.
const LONG_STRING: &str = "string_above_max_length";

/// Codes of refused content.
const POLICY_CODES: &[&str] = &[
    "content_policy_violation",
    "content_filter",
    "ResponsibleAIPolicyViolation",
    "moderation_blocked",
    "bio_policy",
    "cyber_policy",
    "image_content_policy_violation",
    "misalignment_policy_violation",
];

/// OpenAI's and Azure's code for reasoning that they did not seal. Each account has seals of its own, so the request is
/// right, and another deployment of the same provider may know them.
const SEALED_ELSEWHERE: &str = "invalid_encrypted_content";

/// Anthropic's codes of a turn that its thread does not take, because the thread is not there (any more, or with this
/// account), or is continued already, or does not go with what the request asks: the caller sends the whole conversation
/// then. Each stands in `error.details.error_code`.
const THREADS: &[&str] = &[
    "thread_not_found",
    "thread_already_continued",
    "thread_continue_in_flight",
    "thread_fingerprint_mismatch",
    "thread_unsupported_request",
];

/// What a message about a prompt that does not fit contains, in lower case. All parts of one row must be there.
const TOO_LONG: &[&[&str]] = &[
    // OpenAI and the servers that copy it (vLLM, Together, Groq, …).
    &["maximum context length is"],
    &["exceeds the context window"],
    &["input tokens exceed the configured limit"],
    // Anthropic: "prompt is too long: 210000 tokens > 200000 maximum", "input length and `max_tokens` exceed
    // context limit".
    &["prompt is too long"],
    &["exceed context limit"],
    // Gemini: "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576)."
    &["exceeds the maximum number of tokens allowed"],
    // Text generation inference, llama.cpp, Mistral.
    &["`inputs` tokens + `max_new_tokens` must be"],
    &["exceeds the available context size"],
    &["too large for model with", "maximum context length"],
];

/// What a message about refused content contains, in lower case.
const REFUSED: &[&[&str]] = &[
    // Azure: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."
    &["content management policy"],
    // OpenAI's pictures: "Your request was rejected as a result of our safety system."
    &["rejected as a result of our safety system"],
    // OpenAI: "Invalid prompt: your prompt was flagged as potentially violating our usage policy."
    &["flagged as potentially violating our usage policy"],
    // Anthropic: "Output blocked by content filtering policy".
    &["blocked by content filtering policy"],
];

/// How messages begin that come with a 400 and blame the request for what only the gateway's operator can change.
const OPERATOR: &[(&str, Cause)] = &[
    // Gemini.
    ("API key not valid", Cause::Authentication),
    ("API key expired", Cause::Authentication),
    ("User location is not supported", Cause::Permission),
    // Anthropic.
    ("Your credit balance is too low", Cause::PaymentRequired),
];

/// Why a provider gave no answer, from what its error says.
///
/// Context windows and content policies are looked for only where the provider blames the request (400, 413,
/// 422, and 403 for content): a rate limit that mentions tokens stays a rate limit.
#[must_use]
pub fn classify(symptoms: &Symptoms<'_>) -> Cause {
    let Symptoms { status, code, kind, message } = *symptoms;
    if matches!(status, 400 | 403 | 413 | 422) {
        let message = message.to_lowercase();
        if POLICY_CODES.contains(&code) || POLICY_CODES.contains(&kind) || matches(&message, REFUSED) {
            return Cause::ContentPolicy;
        }
        let is_window = || match code {
            LONG_STRING => is_of_the_prompt(&message),
            code => WINDOW_CODES.contains(&code) || matches(&message, TOO_LONG),
        };
        if status != 403 && is_window() {
            return Cause::ContextWindow;
        }
    }
    if (400..500).contains(&status) && THREADS.contains(&code) {
        return Cause::InvalidRequest;
    }
    if status == 400 && code == SEALED_ELSEWHERE {
        return Cause::SealedElsewhere;
    }
    if status == 400 {
        let blamed = OPERATOR.iter().find(|(start, _)| message.starts_with(start));
        if let Some((_, cause)) = blamed {
            return *cause;
        }
    }
    by_status(status)
}

/// Whether "invalid 'messages[0].content': string too long" names something that the model reads, a picture too, and no
/// id or name.
fn is_of_the_prompt(message: &str) -> bool {
    let Some(name) = message.split('\'').nth(1) else { return true };
    let last = name.rsplit('.').next().unwrap_or_default();
    let is_label = last == "id" || last.ends_with("_id") || last == "name" || last.ends_with("_name");
    match name.split(['[', '.']).next() {
        Some("messages" | "input") => !is_label,
        Some("prompt" | "instructions") => true,
        _ => false,
    }
}

fn matches(message: &str, rows: &[&[&str]]) -> bool {
    rows.iter().any(|row| row.iter().all(|part| message.contains(part)))
}

fn by_status(status: u16) -> Cause {
    match status {
        401 => Cause::Authentication,
        402 => Cause::PaymentRequired,
        403 => Cause::Permission,
        404 => Cause::NotFound,
        408 | 504 => Cause::Timeout,
        409 => Cause::Conflict,
        413 => Cause::RequestTooLarge,
        // Azure: a service behind the deployment failed.
        424 => Cause::ServerError,
        429 => Cause::RateLimit,
        400..=499 => Cause::InvalidRequest,
        503 => Cause::Unavailable,
        529 => Cause::Overloaded,
        500..=599 => Cause::ServerError,
        _ => Cause::UnexpectedStatus,
    }
}
