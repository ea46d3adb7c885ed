//! `litellm_settings`

use super::notes::{
    BUDGETS, BUILT, CACHE, KEY_DEFAULTS, LOGGING, NETWORK, NOT_SERVED, NOTHING, OF_ROUTER, UNBOUNDED,
};
use super::router::SHARED;
use super::{Format, Shape, Unknown, key};

/// `litellm_settings`
pub static LITELLM: Format = Format {
    name: "litellm_settings",
    keys: &[
        SHARED,
        &[
            key("request_timeout", Shape::Number, "how long a try may take, in seconds"),
            key("drop_params", Shape::Flag, "whether parameters that a deployment's API lacks are left out"),
            key(
                "route_all_chat_openai_to_responses",
                Shape::Flag,
                "OpenAI's deployments are asked through the Responses API",
            ),
            key(
                "forward_traceparent_to_llm_provider",
                Shape::Flag,
                "whether providers get the request's trace context",
            ),
        ],
    ],
    ignored: &[
        (
            "telemetry success_callback failure_callback callbacks service_callback service_callbacks audit_log_callbacks \
             input_callback *_callback_params redact_* \
             turn_off_message_logging langfuse_* json_logs set_verbose log_raw_request_response \
             store_audit_logs s3_* gcs_* datadog_* prometheus_* custom_prometheus_* otel* \
             enable_end_user_cost_tracking* disable_end_user_cost_tracking* request_correlation_in_logs \
             include_cost_in_streaming_usage extra_spend_tag_headers failure_callbacks \
             suppress_debug_info",
            LOGGING,
        ),
        ("cache cache_params enable_redis_* enable_caching_* disable_cache*", CACHE),
        (
            "allowed_fails_policy disable_cooldowns retry_policy model_group_retry_policy retry_after \
             routing_strategy_args enable_pre_call_checks",
            OF_ROUTER,
        ),
        (
            "force_ipv4 http2 ssl_* client_session_timeout aclient_session disable_aiohttp_* use_aiohttp_* \
             network_mock",
            NETWORK,
        ),
        ("user_url_*", "the gateway fetches no address that a caller names"),
        (
            "budget_duration budget_reset_time max_user_budget internal_user_budget_duration \
             max_internal_user_budget default_max_internal_user_budget max_ui_session_budget",
            BUDGETS,
        ),
        ("budget_exceeded_status_code", "a request past a budget is answered 422, LiteLLM's own default"),
        (
            "default_internal_user_params default_team_settings default_team_params default_key_generate_params \
             upperbound_key_generate_params key_generation_settings enable_key_alias_format_validation key_alias_pattern \
             custom_key_*",
            KEY_DEFAULTS,
        ),
        (
            "skip_system_message_in_guardrail skip_tool_message_in_guardrail",
            "every text of the request is scanned",
        ),
        ("overwrite_user_with_key_hash", "a request's `user` reaches the provider as the caller wrote it"),
        (
            "modify_params enable_preview_features add_function_to_prompt default_in_memory_ttl \
             disable_hf_tokenizer_download disable_token_counter disable_stop_sequence_limit \
             LITELLM_DISABLE_STOP_SEQUENCE_LIMIT enable_json_schema_validation \
             disable_add_transform_inline_image_block disable_copilot_system_to_assistant \
             use_chat_completions_* use_litellm_proxy custom_provider_map model_alias_map \
             cost_discount_config cost_margin_config expose_router_debug_in_errors \
             return_response_headers drop_unknown_params stream_options",
            BUILT,
        ),
        ("require_managed_files mcp_* public_model_groups*", NOT_SERVED),
        ("*_oauth* ui_theme_config default_redis_* priority_reservation*", NOTHING),
        ("num_retries_per_request", "write `router_settings.num_retries`"),
    ],
    refused: &[
        ("max_budget tag_budget*", UNBOUNDED),
        (
            "max_end_user_budget*",
            "end users have limits (`spillway_settings.end_user_limits`) and no budgets: write `max_budget` at keys, teams and \
             users, and take it out",
        ),
        ("guardrails", "an older format; write the guardrails as the file's own section `guardrails`"),
        (
            "banned_keywords_list blocked_user_list blocked_users openai_moderations_model_name \
             presidio_* llamaguard_* llm_guard_* google_moderation_* azure_content_safety_params prompt_injection_params",
            "a check of the requests that would not run; write it under `guardrails`",
        ),
        (
            "pre_call_rules post_call_rules",
            "checks of your own that would not run: write them as a service of the kind `generic_guardrail_api` under \
             `guardrails`, and take them out",
        ),
    ],
    unknown: Unknown::Warned,
};
