//! `general_settings`

use super::notes::{
    ACCESS, ADMIN_UI, BUDGETS, DATABASE, KEEPALIVE, MODELS_OF_DATABASE, NOT_SERVED, NOTHING, PARALLEL,
    UNBOUNDED,
};
use super::{Format, Shape, Unknown, key};

/// `general_settings`
pub static GENERAL: Format = Format {
    name: "general_settings",
    keys: &[&[
        key(
            "master_key",
            Shape::Secret,
            "opens everything; else SPILLWAY_MASTER_KEY, else LITELLM_MASTER_KEY",
        ),
        key(
            "salt_key",
            Shape::Secret,
            "what ids of responses are made with; else LITELLM_SALT_KEY or SPILLWAY_SALT_KEY",
        ),
        key(
            "user_api_key_cache_ttl",
            Shape::Number,
            "for how long a key of the ledger's is known without asking again, in seconds",
        ),
        key(
            "max_request_size_mb",
            Shape::Number,
            "largest request, in MiB, where `spillway_settings.max_body_bytes` is not set",
        ),
        key(
            "disable_admin_endpoints",
            Shape::Flag,
            "the gateway's listener does not lead to the administration of keys",
        ),
        key(
            "dangerously_allow_mock_testing_request_params",
            Shape::Flag,
            "whether requests may ask for mock failures",
        ),
    ]],
    ignored: &[
        (
            "database_* disable_prisma_schema_update proxy_batch_* proxy_budget_rescheduler_* \
             proxy_config_reload_* scheduled_job_stagger use_redis_transaction_buffer coordination_redis key_management_* \
             use_azure_key_vault use_google_kms store_prompts_in_spend_logs disable_spend_* disable_error_logs \
             maximum_spend_logs_* spend_report_frequency spend_capture_rate_check disable_adding_master_key_hash_to_db \
             disable_reset_budget scope_spend_list_* legacy_unscoped_spend_*",
            DATABASE,
        ),
        ("store_model_in_db supported_db_objects", MODELS_OF_DATABASE),
        (
            "allow_requests_on_db_unavailable",
            "while the ledger is away, keys that are known go on working for `spillway_settings.key_lookup.grace`, and \
             others are refused",
        ),
        (
            "user_api_key_cache_max_size",
            "keys that are known are kept in a fixed number of slots of the memory that Envoy's workers share",
        ),
        (
            "enable_jwt_auth litellm_jwtauth enable_oauth2_* oauth2_config_mappings custom_auth* \
             custom_sso custom_key_* custom_ui_* service_account_settings allow_user_auth \
             litellm_key_header_name default_team_disabled user_header_* enforce_rbac \
             control_plane_url allow_cli_sso_* dangerously_permit_weak_*",
            ACCESS,
        ),
        (
            "use_x_forwarded_for trusted_proxy_ranges",
            "a caller's address is that of what connects to Envoy, a proxy too; on an Envoy of your own, `xff_num_trusted_hops` tells",
        ),
        (
            "allowed_routes admin_only_routes public_routes admin_only*",
            "the gateway serves model requests only, and each needs a key; see `spillway_settings.keys`",
        ),
        (
            "max_parallel_requests global_max_parallel_requests \
             disable_retry_on_max_parallel_request_limit_error",
            PARALLEL,
        ),
        (
            "max_in_flight_requests_per_worker max_queued_requests_per_worker admission_queue_timeout_seconds",
            "how much is admitted is Envoy's: set its overload manager and the listener's limits",
        ),
        ("cancel_on_disconnect", "a request whose client leaves is ended towards its provider in any case"),
        (
            "fail_closed_rate_limit_enforcement",
            "limits are counted in Envoy's own memory; for a shared service, write \
             `spillway_settings.rate_limit_service.failure_mode_deny: true`",
        ),
        (
            "fail_closed_budget_enforcement disable_budget_reservation enforce_fallback_budget enforce_fallback_model_access",
            "budgets are reserved before each request, and a key's `models` and budget hold for fallbacks too; its \
             `model_max_budget` and limits of a model are those of the model that is tried first",
        ),
        (
            "max_response_size_mb",
            "an answer that is not streamed is held whole: one that is longer than `spillway_settings.max_body_bytes` \
             and a little more is an error",
        ),
        (
            "background_health_check* health_check_* use_shared_health_check enable_health_check_routing",
            "health checks are Envoy's; set them at the clusters",
        ),
        (
            "enable_drain_endpoint drain_endpoint_token",
            "Envoy drains by itself: `POST /healthcheck/fail` and `POST /drain_listeners` of its admin interface, see docs/DELIVERY.md",
        ),
        (
            "completion_model embedding_model image_generation_model moderation_model infer_model_from_keys",
            "each request names its model",
        ),
        ("alerting* alert_*", "alerts come from Envoy's statistics and the ledger's metrics"),
        (
            "forward_client_headers_to_llm_api forward_openai_org_id \
             forward_llm_provider_auth_headers add_user_information_to_llm_headers \
             use_client_credentials_pass_through_routes allow_client_side_credentials",
            "a client's headers and credentials never reach a provider",
        ),
        (
            "pass_through_* user_mcp_* enable_mcp_* mcp_* require_end_user_mcp_* require_key_mcp_* search_tools \
             enable_public_model_hub vector_stores* max_batch_file_size_mb max_file_size_mb allowed_file_extensions \
             blocked_file_extensions disable_batch_input_* skip_batch_input_*",
            NOT_SERVED,
        ),
        (
            "ui_* disable_master_key_return disable_env_credential_login auto_redirect_ui_login_to_sso plugins \
             max_failed_login_* failed_login_* disable_admin_* disable_auto_add_proxy_admin_to_teams role_permissions",
            ADMIN_UI,
        ),
        (
            "disable_responses_id_security allow_unmanaged_response_ids",
            "ids of stored responses are the key's that got them, in any case",
        ),
        ("sse_keepalive_ping_interval_seconds", KEEPALIVE),
        ("token_rate_limit_type", "limits of tokens count prompt and answer together"),
        (
            "always_include_stream_usage",
            "a stream tells its usage where the request asks for it (`stream_options.include_usage`)",
        ),
        (
            "include_call_id_in_error_body",
            "the header `x-litellm-call-id` stands on every answer, errors too",
        ),
        ("budget_duration", BUDGETS),
        (
            "reject_clientside_metadata_tags missing_session_id litellm_license \
             disable_llm_api_endpoints coordinator* model_group_settings",
            NOTHING,
        ),
    ],
    refused: &[
        (
            "allowed_ips",
            "nobody is turned away by address: use Envoy's RBAC filter or the network's own rules, and take it out",
        ),
        ("max_budget", UNBOUNDED),
        (
            "enforce_user_param enforced_params",
            "a request without them would be served: give each user a key of their own (`user_id`, `max_budget`), and take it out",
        ),
    ],
    unknown: Unknown::Warned,
};
