//! The `metadata` column: the part of LiteLLM's `SpendLogsMetadata` that a gateway knows, under its names.
//! What LiteLLM has no name for begins with `spillway_`.

use serde::Serialize;
use serde_json::{Map, Value};
use spillway_filter::event::{Attempt, ErrorInformation, Event, GuardrailInformation, GuardrailStatus};
use spillway_filter::usage::Usage;

use super::non_empty;

/// The object in the column, borrowed from its event.
#[derive(Serialize)]
pub(super) struct Metadata<'a> {
    user_api_key: Option<&'a str>,
    user_api_key_alias: Option<&'a str>,
    user_api_key_team_id: Option<&'a str>,
    user_api_key_user_id: Option<&'a str>,
    requester_ip_address: Option<&'a str>,
    user_agent: Option<&'a str>,
    litellm_call_id: &'a str,
    status: &'a str,
    applied_guardrails: Vec<&'a str>,
    guardrail_information: Option<&'a [GuardrailInformation]>,
    error_information: Option<&'a ErrorInformation>,
    usage_object: UsageObject,
    attempted_retries: u32,
    attempted_fallbacks: u32,
    original_model_group: &'a str,
    spend_logs_metadata: Option<&'a Map<String, Value>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    spillway_soft_budgets_exceeded: &'a [String],
    spillway_attempts: &'a [Attempt],
    spillway_http_status: u16,
    spillway_stream: bool,
    spillway_client_disconnected: bool,
}

impl<'a> Metadata<'a> {
    /// The metadata of an event whose row has this `status`.
    pub(super) fn of(event: &'a Event, status: &'a str) -> Self {
        let caller = &event.caller;
        Self {
            user_api_key: non_empty(&caller.key_hash),
            user_api_key_alias: caller.key_alias.as_deref(),
            user_api_key_team_id: caller.team_id.as_deref(),
            user_api_key_user_id: caller.user_id.as_deref(),
            requester_ip_address: caller.ip.as_deref(),
            user_agent: caller.user_agent.as_deref(),
            litellm_call_id: &event.request_id,
            status,
            applied_guardrails: applied(&event.guardrail_information),
            guardrail_information: (!event.guardrail_information.is_empty())
                .then_some(event.guardrail_information.as_slice()),
            error_information: event.error.as_ref(),
            usage_object: UsageObject::of(event.usage),
            attempted_retries: event.retries,
            attempted_fallbacks: event.fallbacks,
            original_model_group: &event.model_group,
            spend_logs_metadata: (!event.metadata.is_empty()).then_some(&event.metadata),
            spillway_soft_budgets_exceeded: &event.soft_budgets_exceeded,
            spillway_attempts: &event.attempts,
            spillway_http_status: event.http_status,
            spillway_stream: event.stream,
            spillway_client_disconnected: event.client_disconnected,
        }
    }
}

/// Names of the guardrails that ran, each once, in the order in which they first did.
fn applied(told: &[GuardrailInformation]) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for run in told.iter().filter(|run| run.guardrail_status != GuardrailStatus::NotRun) {
        let name = run.guardrail_name.as_str();
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// Token counts in OpenAI's shape with Anthropic's cache counts beside it, as LiteLLM records them.
#[derive(Serialize)]
struct UsageObject {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
    prompt_tokens_details: PromptTokensDetails,
    completion_tokens_details: CompletionTokensDetails,
    cache_read_input_tokens: u64,
    cache_creation_input_tokens: u64,
}

#[derive(Serialize)]
struct PromptTokensDetails {
    cached_tokens: u64,
}

#[derive(Serialize)]
struct CompletionTokensDetails {
    reasoning_tokens: u64,
}

impl UsageObject {
    fn of(usage: Usage) -> Self {
        Self {
            prompt_tokens: usage.input,
            completion_tokens: usage.output,
            total_tokens: usage.total(),
            prompt_tokens_details: PromptTokensDetails { cached_tokens: usage.cache_read },
            completion_tokens_details: CompletionTokensDetails { reasoning_tokens: usage.reasoning },
            cache_read_input_tokens: usage.cache_read,
            cache_creation_input_tokens: usage.cache_write,
        }
    }
}
