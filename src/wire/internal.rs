//! Names that gateways use among themselves and that no provider may ever see.
//!
//! The names are LiteLLM's (1.106.2: its internal parameters, router carriers and the notes that its proxy
//! writes into `metadata`); clients that were written for it, and requests that passed through it, may carry
//! them. Nothing depends on these lists for safety: a request body keeps only what [`super::schema`] defines.
//! They tell an internal name from a misspelt one, and they part `metadata`, where any name is allowed.

/// Whether `name`, at the top level of a body, is internal to a gateway.
///
/// Some of these names are common words; a field that the dialect defines goes before this list.
#[must_use]
pub fn at_top_level(name: &str) -> bool {
    name.starts_with('_')
        || ["litellm_", "mock_", "user_api_"].iter().any(|prefix| name.starts_with(prefix))
        || is_price(name)
        || TOP_LEVEL.binary_search(&name).is_ok()
}

/// Whether `name`, inside a caller's `metadata`, is a note that only a gateway writes.
///
/// Far fewer than at the top level, and not even logged: see [`stays_here`] for the others.
#[must_use]
pub fn in_metadata(name: &str) -> bool {
    ["_litellm_", "litellm_", "user_api_"].iter().any(|prefix| name.starts_with(prefix))
        || METADATA.binary_search(&name).is_ok()
}

/// Whether `name`, inside a caller's `metadata`, stays with the gateway: no provider gets it.
///
/// Every internal name, wherever gateways use it, and the words by which LiteLLM's clients steer its logging.
/// Some a caller may well have chosen itself (`id`, `client`, `order`); such an entry goes to the spend log.
#[must_use]
pub fn stays_here(name: &str) -> bool {
    at_top_level(name) || in_metadata(name) || STEERING.contains(&name)
}

/// What steers LiteLLM's logging, and controls of a request that LiteLLM reads here as well.
const STEERING: &[&str] = &[
    "fallbacks",
    "guardrails",
    "mask_input",
    "mask_output",
    "metadata",
    "num_retries",
    "session_id",
    "tags",
    "trace_id",
    "trace_metadata",
    "trace_name",
    "trace_release",
    "trace_user_id",
    "trace_version",
];

/// LiteLLM's rates: `input_cost_per_token_above_200k_tokens_priority` and some 120 more.
fn is_price(name: &str) -> bool {
    name.contains("_cost_per_")
        || name.starts_with("cache_creation_input_")
        || name.starts_with("cache_read_input_")
}

/// Sorted.
#[rustfmt::skip]
const TOP_LEVEL: &[&str] = &[
    "acompletion", "adaptive_router_config", "adaptive_router_default_model", "aembedding",
    "aimg_generation", "allm_passthrough_route", "allow_client_keepalive_override", "allowed_model_region",
    "allowed_openai_params", "anthropic_disable_workload_identity_federation",
    "anthropic_federation_rule_id", "anthropic_federation_workspace_id", "anthropic_identity_source",
    "anthropic_identity_token", "anthropic_identity_token_file", "anthropic_issuer_audience",
    "anthropic_issuer_signing_key_ref", "anthropic_issuer_subject", "anthropic_issuer_ttl_seconds",
    "anthropic_issuer_url", "anthropic_keycloak_auth_method", "anthropic_keycloak_client_id",
    "anthropic_keycloak_client_secret_ref", "anthropic_keycloak_scope", "anthropic_keycloak_token_url",
    "anthropic_organization_id", "anthropic_service_account_id", "api_base", "api_key", "api_version",
    "applied_guardrails", "applied_policies", "arize_api_key", "arize_error_sampling_rate",
    "arize_otlp_protocol", "arize_space_id", "arize_space_key", "arize_success_sampling_rate",
    "assistant_continue_message", "async_call", "atext_completion", "attempted_fallbacks",
    "attempted_retries", "attempted_targets", "auto_router_config", "auto_router_config_path",
    "auto_router_default_model", "auto_router_embedding_model", "auto_router_max_input_chars",
    "auto_router_model_compression", "auto_router_routing_compression", "aws_batch_role_arn", "azure",
    "azure_ad_token_provider", "azure_password", "azure_scope", "azure_username", "base_model",
    "bedrock_tags", "bos_token", "budget_duration", "cache", "cache_key", "caching", "caching_groups",
    "callbacks", "client", "client_disconnected", "client_id", "client_secret", "client_side_timeout",
    "complete_response", "completion_call_id", "complexity_router_config",
    "complexity_router_default_model", "configurable_clientside_auth_params",
    "context_window_fallback_dict", "cooldown_time", "cost_per_query", "cost_per_second",
    "custom_llm_provider", "custom_prompt_dict", "data_residency", "dd_agent_host", "dd_agent_port",
    "dd_api_key", "dd_site", "default_api_key_rpm_limit", "default_api_key_tpm_limit", "default_fallbacks",
    "deployment", "disable_add_transform_inline_image_block", "disable_global_guardrail",
    "disable_global_guardrails", "enable_json_schema_validation", "enable_prompt_caching",
    "enable_tag_filtering", "enforced_params", "ensure_alternating_roles", "eos_token",
    "error_information", "failure_callback", "fallback_depth", "fallback_model_group", "fastest_response",
    "final_prompt_value", "fireworks_forward_user_id", "force_timeout", "gcs_bucket_name",
    "gcs_path_service_account", "guardrail_config", "guardrail_scan_ids", "guardrail_scan_metadata",
    "headers", "hf_model_name", "humanloop_api_key", "id", "include_fallback_errors",
    "internal_call_origin", "itpm", "keepalive_seconds", "langfuse_environment", "langfuse_host",
    "langfuse_prompt_version", "langfuse_public_key", "langfuse_secret", "langfuse_secret_key",
    "langfuse_span_scope", "langsmith_api_key", "langsmith_base_url", "langsmith_project",
    "langsmith_sampling_rate", "langsmith_tenant_id", "log_client_error_tracebacks", "logger_fn",
    "max_agentic_loops", "max_budget", "max_fallbacks", "max_file_size_mb", "max_parallel_requests",
    "max_retries", "mcp_handler_context", "merge_reasoning_content_in_choices", "model_alias_map",
    "model_config", "model_file_id_mapping", "model_group", "model_group_retry_policy", "model_info",
    "model_list", "newrelic_api_key", "newrelic_region", "no-log", "openai_identity_provider_id",
    "openai_identity_token_file", "openai_service_account_id", "opted_out_global_guardrails", "order",
    "original_function", "original_generic_function", "original_model_group", "otpm", "output_vector_size",
    "pillar_evidence", "pillar_evidence_truncated", "pillar_flagged", "pillar_response_headers",
    "pillar_scanners", "pillar_session_id_response", "policy_sources", "posthog_api_key",
    "posthog_api_url", "pre_routing_selected_model", "preset_cache_key", "previous_models",
    "prompt_environment", "prompt_id", "prompt_label", "prompt_variables", "prompt_version",
    "provider_affinity_header", "provider_specific_header", "proxy_server_request",
    "quality_router_config", "quality_router_default_model", "region_name",
    "regional_endpoint_uplift_multiplier", "regional_processing_uplift_multiplier_eu",
    "regional_processing_uplift_multiplier_us", "request_retry_count", "request_timeout",
    "requester_metadata", "retry_policy", "retry_strategy", "roles", "routing_decision",
    "routing_strategy", "rpm", "rust", "s3_access_key_id", "s3_bucket_name", "s3_bucket_owner",
    "s3_encryption_key_id", "s3_endpoint_url", "s3_output_bucket_name", "s3_region_name",
    "s3_secret_access_key", "search_tool_name", "secret_fields", "self", "service_callback",
    "shared_session", "signoz_ingestion_endpoint", "signoz_ingestion_key", "silent_model",
    "skip_mcp_handler", "specific_deployment", "ssl_verify", "standard_logging_object",
    "stream_chunk_size", "stream_response", "stream_timeout", "stream_timeout_by_service_tier",
    "success_callback", "supports_system_message", "tag_regex", "tenant_id", "text_completion",
    "tiered_pricing", "timeout_by_service_tier", "tpm", "ttl", "turn_off_message_logging",
    "use_chat_completions_api", "use_client", "use_in_pass_through", "use_litellm_proxy", "use_xai_oauth",
    "user_continue_message", "verbose", "wandb_api_key", "weave_project_id", "weight", "weights",
];

/// Sorted.
#[rustfmt::skip]
const METADATA: &[&str] = &[
    "_client_output_ceiling", "_consumed_request_tags", "_disable_fallbacks", "_failover_excluded_ids",
    "_guardrail_pipelines", "_latency_per_deployment", "_pillar_response_headers_trusted",
    "_pipeline_managed_guardrails", "_pre_call_executed_guardrails", "_router_weights",
    "_routing_request_tags", "_session_deployment_affinity_ttl", "_target_order", "applied_guardrails",
    "applied_policies", "attempted_fallbacks", "client_disconnected", "disable_global_guardrail",
    "disable_global_guardrails", "error_information", "guardrail_config", "guardrail_scan_ids",
    "guardrail_scan_metadata", "hidden_params", "internal_call_origin", "model_info",
    "opted_out_global_guardrails", "original_model_group", "pillar_evidence", "pillar_evidence_truncated",
    "pillar_flagged", "pillar_response_headers", "pillar_scanners", "pillar_session_id_response",
    "policy_sources", "pre_routing_selected_model", "preset_cache_key", "previous_models",
    "proxy_server_request", "request_retry_count", "requester_custom_headers", "requester_ip_address",
    "requester_metadata", "routing_decision", "secret_fields", "standard_logging_guardrail_information",
    "standard_logging_object", "used_client_oauth_token",
];

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::{METADATA, TOP_LEVEL, at_top_level, in_metadata, stays_here};

    /// Names that are controls of a request, or fields of a dialect.
    const NOT_INTERNAL: &[&str] = &["fallbacks", "guardrails", "metadata", "num_retries", "tags"];

    fn names(lists: &[&str]) -> Vec<String> {
        let all: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/internal-keys.json")).unwrap();
        let names = lists.iter().flat_map(|list| all[*list].as_array().unwrap());
        names.map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn every_known_name_is_recognised() {
        for name in names(&["all_litellm_params", "pricing_fields", "untrusted_root"]) {
            assert!(at_top_level(&name) || NOT_INTERNAL.contains(&name.as_str()), "{name}");
        }
        let all = ["all_litellm_params", "pricing_fields", "untrusted_root", "trace_control_metadata"];
        for name in names(&all) {
            assert!(stays_here(&name), "{name}");
        }
        for name in names(&["untrusted_metadata", "router_reserved_metadata", "proxy_internal_metadata"]) {
            assert!(in_metadata(&name) || name == "guardrails", "{name}");
        }
        for name in ["user_api_key", "user_api_key_hash", "_litellm_anything", "user_api_key_user_email"] {
            assert!(at_top_level(name) && in_metadata(name), "{name}");
        }
    }

    #[test]
    fn a_callers_own_words_are_not_internal() {
        for name in ["id", "client", "order", "tenant_id", "session_id", "trace_id", "custom_key", "_mine"] {
            assert!(!in_metadata(name), "{name}");
        }
        for name in ["model", "messages", "input", "max_tokns", "foo"] {
            assert!(!at_top_level(name), "{name}");
        }
    }

    #[test]
    fn lists_are_sorted_and_hold_no_name_twice() {
        for list in [TOP_LEVEL, METADATA] {
            assert!(list.is_sorted_by(|one, next| one < next));
        }
    }
}
