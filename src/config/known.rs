//! LiteLLM's keys that have no effect here, by section, each with what happens instead.
//!
//! Data only. A key that a reader reads does not stand here; see [`super::section`] for how the tables are
//! used. A `*` at an end of a name stands for anything.

mod own;

pub(super) use own::{CALLOUT, CATEGORY_FILE, CONTENT_FILTER, GUARDRAIL, KEY, KEY_ROUTER, MODEL_BUDGET, OWN};

use super::section::{Known, Unknown};

const LOGGING: &str =
    "requests are recorded by the ledger; Envoy's access logs, statistics and tracing give the rest";
const DATABASE: &str = "the ledger keeps its own store; see `spillway_settings.ledger`";
const CACHE: &str = "responses are not cached";
const OTHER_PROVIDER: &str = "it belongs to another provider, or to one that is not served yet";
const PARAMETER_DEFAULT: &str =
    "requests reach the model with the caller's own parameters; no defaults are added";
const SELECTION: &str = "deployments are chosen by `order`, and then by `router_settings.routing_strategy`";
const HEALTH: &str =
    "deployments are judged by the requests that they serve: see `router_settings.cooldown_time`";
/// Also for `retry_after`, which is read: 0 is what is done.
pub(super) const NO_WAIT: &str = "another deployment is tried at once, without waiting";
const OF_ROUTER: &str = "write it under `router_settings`";
const PARALLEL: &str = "concurrency per deployment is not bounded";
const ACCESS: &str =
    "callers show the master key, a key of `spillway_settings.keys`, or one that `POST /key/generate` made";
const MODELS_OF_KEYS: &str =
    "name the models at the keys: `models` of `spillway_settings.keys[]` or of `POST /key/generate`";
const NETWORK: &str = "connections, TLS and addresses are Envoy's; set them there";
const BUDGETS: &str = "budgets belong to keys, teams and users: write `max_budget` at each, here or with `POST /key/generate`, \
     `/team/new`, `/user/new`";
const KEY_DEFAULTS: &str =
    "a key is made as `POST /key/generate` says, with no defaults and no bounds; only the master key may ask";
const AGENTS: &str = "only chat completions and the Responses API are served";
const PROMPTS: &str = "messages are passed on as the caller wrote them";

/// The file's own sections.
pub(super) const ROOT: Known = Known {
    ignored: &[
        ("callback_settings slack_alerting_settings", LOGGING),
        ("credential_list", "write `api_key` and `api_base` at each deployment"),
        (
            "mcp_servers mcp_tools mcp_semantic_tool_filter vector_store_registry search_tools \
             agent_list agents skills assistant_settings finetune_settings files_settings",
            AGENTS,
        ),
        ("prompts", PROMPTS),
        ("model_group_settings worker_startup_hooks", "nothing stands in for it"),
    ],
    refused: &[
        ("include", "put everything in one file: what the included files say would be missing"),
        (
            "policies policy_attachments",
            "write the guardrails with `default_on: true`, or name them at the keys",
        ),
    ],
    unknown: Unknown::Warned,
};

/// `model_list[].litellm_params`
pub(super) const LITELLM_PARAMS: Known = Known {
    ignored: &[
        (
            "organization",
            "the header OpenAI-Organization is not sent; use a key of that organization's project",
        ),
        (
            "*cost* tiered_pricing *uplift_multiplier* output_vector_size",
            "only rates per token are used: input, output, cache read, cache creation, reasoning, and those of long prompts",
        ),
        ("max_parallel_requests", PARALLEL),
        ("retry_policy", "write it for the group: `router_settings.model_group_retry_policy`"),
        ("retry_strategy", NO_WAIT),
        ("disable_cooldowns", "write `cooldown_time: 0`"),
        ("fallbacks max_fallbacks", "write `router_settings.fallbacks`"),
        ("context_window_fallback_dict", "write `router_settings.context_window_fallbacks`"),
        (
            "routing_strategy routing_strategy_args allowed_model_region tags tag_regex enable_tag_filtering \
             fastest_response auto_router_* complexity_router_* adaptive_router_* quality_router_* \
             silent_model",
            SELECTION,
        ),
        (
            "max_budget budget_duration default_api_key_* itpm otpm",
            "limits and budgets belong to keys, teams and users: see `spillway_settings.keys`",
        ),
        ("litellm_credential_name", "write `api_key` and `api_base` at the deployment"),
        (
            "aws_* vertex_* gcs_* s3_* anthropic_* watsonx_* use_xai_oauth fireworks_* bedrock_*",
            OTHER_PROVIDER,
        ),
        (
            "azure_* tenant_id client_id client_secret openai_identity_* openai_service_account_id",
            "Azure deployments are called with `api_key`",
        ),
        ("cache cache_key caching caching_groups ttl preset_cache_key", CACHE),
        (
            "langfuse_* langsmith_* dd_* posthog_* newrelic_* arize_* wandb_* weave_* humanloop_* \
             signoz_* turn_off_message_logging litellm_disabled_callbacks logger_fn verbose no-log \
             log_client_error_tracebacks",
            LOGGING,
        ),
        (
            "cache_control_injection_points enable_prompt_caching prompt_* initial_prompt_value roles final_prompt_value bos_token eos_token hf_model_name \
             custom_prompt_dict supports_system_message ensure_alternating_roles \
             user_continue_message assistant_continue_message litellm_system_prompt",
            PROMPTS,
        ),
        (
            "temperature top_p top_k n stop seed max_tokens max_completion_tokens max_output_tokens \
             presence_penalty frequency_penalty logit_bias logprobs top_logprobs reasoning \
             reasoning_effort thinking verbosity tools tool_choice functions function_call \
             parallel_tool_calls response_format modalities audio prediction service_tier store \
             metadata user stream stream_options web_search_options safety_identifier dimensions \
             encoding_format input_type",
            PARAMETER_DEFAULT,
        ),
        (
            "headers extra_headers default_headers provider_specific_header",
            "no headers are added; `extra_body` adds members to bodies",
        ),
        (
            "vertex_credentials vertex_ai_credentials",
            "no token is fetched with it: write an access token as `api_key`, and renew its SDS file",
        ),
        (
            "merge_reasoning_content_in_choices use_litellm_proxy \
             use_in_pass_through force_timeout keepalive_seconds stream_chunk_size \
             *timeout_by_service_tier mock_response mock_timeout configurable_clientside_auth_params",
            "nothing stands in for it",
        ),
        ("ssl_verify ssl_certificate client shared_session", NETWORK),
        ("hf_token model_config model_list id model_info", "nothing stands in for it"),
    ],
    refused: &[(
        "guardrails",
        "name the guardrails at the keys, or give them `default_on: true`: a deployment's own would not run",
    )],
    unknown: Unknown::Warned,
};

/// `model_list[]`
pub(super) const MODEL: Known = Known { ignored: &[], refused: &[], unknown: Unknown::Warned };

/// `model_list[].model_info`, which is free form: only what would restrict access is named.
pub(super) const MODEL_INFO: Known = Known {
    ignored: &[("access_groups team_id team_public_model_name", MODELS_OF_KEYS)],
    refused: &[],
    unknown: Unknown::Allowed,
};

/// `router_settings`
pub(super) const ROUTER: Known = Known {
    ignored: &[
        ("enable_pre_call_check", "write `enable_pre_call_checks`"),
        ("max_retries", "write `num_retries`"),
        ("retry_strategy", NO_WAIT),
        (
            "enable_weighted_failover",
            "a group's other deployments are tried in any case, as often as `num_retries` says",
        ),
        ("enable_health_check_routing health_check_*", HEALTH),
        ("weights", "write `weight` at the deployments"),
        (
            "routing_groups enable_tag_filtering tag_filtering_match_any tag_routing_prefix \
             optional_pre_call_checks deployment_affinity_* model_group_affinity_config region_routing*",
            SELECTION,
        ),
        ("cache_responses caching_groups client_ttl", CACHE),
        (
            "ignore_invalid_deployments",
            "what is wrong with a deployment is told; one of a provider that is not served is left out",
        ),
        ("provider_budget_config", BUDGETS),
        (
            "redis_* cache_kwargs",
            "limits and plans live in the memory that Envoy's workers share; gateways share limits by \
             `spillway_settings.rate_limit_service`",
        ),
        ("default_max_parallel_requests default_priority polling_interval max_parallel_requests", PARALLEL),
        ("default_litellm_params", PARAMETER_DEFAULT),
        ("debug_level set_verbose alerting_config disable_*", LOGGING),
        ("assistants_config search_tools guardrail_list router_general_settings", "nothing stands in for it"),
    ],
    refused: &[],
    unknown: Unknown::Warned,
};

/// `router_settings.routing_strategy_args` of `latency-based-routing`
pub(super) const LATENCY_ARGUMENTS: Known = Known {
    ignored: &[
        ("max_latency_list_size", "the mean is over recent answers, whatever their number"),
        ("ttft_percentile", "streams are compared by the mean of their times to the first token"),
    ],
    refused: &[],
    unknown: Unknown::Warned,
};

/// `router_settings.routing_strategy_args` of the other strategies
pub(super) const STRATEGY_ARGUMENTS: Known = Known {
    ignored: &[(
        "ttl lowest_latency_buffer max_latency_list_size ttft_percentile",
        "only `latency-based-routing` has arguments",
    )],
    refused: &[],
    unknown: Unknown::Warned,
};

/// `litellm_settings`
pub(super) const LITELLM: Known = Known {
    ignored: &[
        (
            "telemetry success_callback failure_callback callbacks service_callbacks audit_log_callbacks \
             input_callback post_call_rules pre_call_rules *_callback_params redact_* \
             turn_off_message_logging langfuse_* json_logs set_verbose log_raw_request_response \
             store_audit_logs s3_* gcs_* datadog_* prometheus_* custom_prometheus_* otel* \
             enable_end_user_cost_tracking* disable_end_user_cost_tracking* \
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
            "force_ipv4 ssl_* client_session_timeout aclient_session disable_aiohttp_* use_aiohttp_* \
             network_mock",
            NETWORK,
        ),
        (
            "max_budget budget_duration max_user_budget internal_user_budget_duration \
             max_internal_user_budget default_max_internal_user_budget tag_budget*",
            BUDGETS,
        ),
        (
            "max_end_user_budget*",
            "end users have limits and no budgets: see `spillway_settings.end_user_limits`",
        ),
        ("budget_exceeded_status_code", "a request past a budget is answered 422, LiteLLM's own default"),
        (
            "default_internal_user_params default_team_settings default_team_params default_key_generate_params \
             upperbound_key_generate_params key_generation_settings enable_key_alias_format_validation \
             custom_key_*",
            KEY_DEFAULTS,
        ),
        (
            "modify_params enable_preview_features add_function_to_prompt default_in_memory_ttl \
             disable_hf_tokenizer_download disable_token_counter disable_stop_sequence_limit \
             LITELLM_DISABLE_STOP_SEQUENCE_LIMIT enable_json_schema_validation \
             disable_add_transform_inline_image_block disable_copilot_system_to_assistant \
             use_chat_completions_* use_litellm_proxy custom_provider_map model_alias_map \
             cost_discount_config cost_margin_config expose_router_debug_in_errors \
             return_response_headers drop_unknown_params stream_options",
            "requests are built from what the provider's API defines; nothing stands in for it",
        ),
        (
            "public_model_groups* mcp_* *_oauth* ui_theme_config \
             default_redis_* priority_reservation*",
            "nothing stands in for it",
        ),
        ("num_retries_per_request", "write `router_settings.num_retries`"),
    ],
    refused: &[
        ("guardrails", "an older format; write the guardrails as the file's own section `guardrails`"),
        (
            "banned_keywords_list blocked_user_list blocked_users openai_moderations_model_name \
             presidio_* llamaguard_* prompt_injection_params",
            "a check of the requests that would not run; write it under `guardrails`",
        ),
    ],
    unknown: Unknown::Warned,
};

/// `general_settings`
pub(super) const GENERAL: Known = Known {
    ignored: &[
        (
            "database_* store_model_in_db supported_db_objects disable_prisma_schema_update proxy_batch_* proxy_budget_rescheduler_* \
             use_redis_transaction_buffer key_management_* use_azure_key_vault use_google_kms \
             store_prompts_in_spend_logs disable_spend_* disable_error_logs maximum_spend_logs_* \
             spend_report_frequency disable_adding_master_key_hash_to_db disable_reset_budget",
            DATABASE,
        ),
        (
            "allow_requests_on_db_unavailable",
            "while the ledger is away, keys that are known go on working for `spillway_settings.key_lookup.grace`, and \
             others are refused",
        ),
        (
            "enable_jwt_auth litellm_jwtauth enable_oauth2_* oauth2_config_mappings custom_auth* \
             custom_sso custom_key_* custom_ui_* service_account_settings allow_user_auth \
             litellm_key_header_name default_team_disabled user_header_* \
             control_plane_url",
            ACCESS,
        ),
        ("use_x_forwarded_for", "a caller's address is what Envoy says it is; set it there"),
        (
            "allowed_routes admin_only_routes public_routes admin_only* enforced_params",
            "the gateway serves model requests only, and each needs a key; see `spillway_settings.keys`",
        ),
        (
            "max_parallel_requests global_max_parallel_requests \
             disable_retry_on_max_parallel_request_limit_error",
            PARALLEL,
        ),
        (
            "fail_closed_rate_limit_enforcement",
            "limits are counted in Envoy's own memory; for a shared service, write \
             `spillway_settings.rate_limit_service.failure_mode_deny: true`",
        ),
        ("max_request_size_mb", "write `spillway_settings.max_body_bytes`"),
        ("max_response_size_mb", "responses are passed on as they come, and only short ones are held"),
        (
            "background_health_checks health_check_* use_shared_health_check",
            "health checks are Envoy's; set them at the clusters",
        ),
        (
            "alerting* alert_* completion_model embedding_model image_generation_model \
             moderation_model infer_model_from_keys",
            "each request names its model; alerts come from Envoy's statistics",
        ),
        (
            "forward_client_headers_to_llm_api forward_openai_org_id \
             forward_llm_provider_auth_headers add_user_information_to_llm_headers \
             use_client_credentials_pass_through_routes allow_client_side_credentials",
            "a client's headers and credentials never reach a provider",
        ),
        ("pass_through_* user_mcp_* enable_mcp_* mcp_* enable_public_model_hub vector_stores*", AGENTS),
        (
            "enforce_user_param reject_clientside_metadata_tags ui_* litellm_license disable_master_key_return disable_responses_id_security \
             role_permissions token_rate_limit_type \
             always_include_stream_usage disable_llm_api_endpoints disable_admin_* coordinator*",
            "nothing stands in for it",
        ),
    ],
    refused: &[(
        "allowed_ips",
        "nobody is turned away by address: use Envoy's RBAC filter or the network's own rules, and take it out",
    )],
    unknown: Unknown::Warned,
};
