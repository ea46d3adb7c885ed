//! `model_list[]`, and what its entries share.

use super::notes::{
    CACHE, KEEPALIVE, LOGGING, MODELS_OF_KEYS, NETWORK, NO_WAIT, NOTHING, OTHER_PROVIDER, PARALLEL,
    PARAMETER_DEFAULT, PROMPTS, SELECTION, TAGS, UNBOUNDED,
};
use super::rates::RATES;
use super::{ALLOWED_FAILS, Format, Key, Shape, Unknown, key};

/// `model_list[]`
pub static MODEL: Format = Format {
    name: "deployment",
    keys: &[&[
        key(
            "model_name",
            Shape::Text,
            "what clients call the model; entries with one name are its deployments",
        )
        .required(),
        key(
            "litellm_params",
            Shape::Of(&LITELLM_PARAMS),
            "whose API, where, with which key, and how it is chosen",
        )
        .required(),
        key("model_info", Shape::Of(&MODEL_INFO), "what the model is and can"),
    ]],
    ignored: &[
        ("tpm rpm weight order", "write it in `litellm_params`"),
        ("blocked", "write `model_info.blocked`"),
    ],
    refused: &[],
    unknown: Unknown::Warned,
};

/// Where a deployment is called: also what a credential of `credential_list` may hold.
const PLACE: &[Key] = &[
    key("api_base", Shape::Text, "the address below which the API stands"),
    key("base_url", Shape::Text, "another name of `api_base`"),
    key("api_key", Shape::Secret, "the provider's key; else its own variable, such as OPENAI_API_KEY"),
    key(
        "api_version",
        Shape::Text,
        "Azure's API version: a date, or `v1`; else AZURE_API_VERSION, else `v1`",
    ),
    key("vertex_project", Shape::Text, "Vertex AI: the project's id"),
    key("vertex_ai_project", Shape::Text, "another name of `vertex_project`"),
    key("vertex_location", Shape::Text, "Vertex AI: a region, or `global`"),
    key("vertex_ai_location", Shape::Text, "another name of `vertex_location`"),
];

/// When a deployment rests.
const COOLDOWN: &[Key] = &[
    key("cooldown_time", Shape::Number, "for how long it rests after failures, in seconds; 0: never"),
    key("allowed_fails", Shape::Whole, "failures within `cooldown_time` that are let pass"),
    key("allowed_fails_policy", Shape::Of(&ALLOWED_FAILS), "the same by class of error"),
];

/// `model_list[].litellm_params`
pub static LITELLM_PARAMS: Format = Format {
    name: "litellm_params",
    keys: &[
        &[
            key("model", Shape::Text, "`{provider}/{model}`, or OpenAI's own name").required(),
            key("custom_llm_provider", Shape::Text, "the provider, where `model` does not begin with it"),
        ],
        PLACE,
        &[
            key(
                "litellm_credential_name",
                Shape::Text,
                "an entry of `credential_list`, for what does not stand here",
            ),
            key("base_model", Shape::Text, "the model by which prices and windows are known"),
            key("region_name", Shape::Text, "where it stands, for a request's `allowed_model_region`"),
            key("weight", Shape::Number, "its share of the group's requests"),
            key("rpm", Shape::Number, "requests a minute; its share where there is no `weight`"),
            key("tpm", Shape::Number, "tokens a minute; its share where there is neither"),
            key("order", Shape::Whole, "lower ones are tried first"),
            key("num_retries", Shape::Whole, "tries after the first, where this one is tried first"),
            key("max_retries", Shape::Whole, "another name of `num_retries`"),
            key("timeout", Shape::Number, "how long a try may take, in seconds"),
            key("request_timeout", Shape::Number, "another name of `timeout`"),
            key("stream_timeout", Shape::Number, "how long a stream's first content may take, in seconds"),
        ],
        COOLDOWN,
        &[
            key(
                "max_tokens",
                Shape::Whole,
                "the longest answer of a request that asks for none, where the API wants one",
            ),
            key("drop_params", Shape::Flag, "whether parameters that its API lacks are left out"),
            key(
                "additional_drop_params",
                Shape::List(&Shape::Text),
                "parameters that are left out in any case",
            ),
            key(
                "allowed_openai_params",
                Shape::List(&Shape::Text),
                "parameters that are handed on though its API does not define them",
            ),
            key("extra_body", Shape::Map(&Shape::Any), "members that every body gets"),
            key("use_chat_completions_api", Shape::Flag, "the server has chat completions only"),
        ],
        RATES,
    ],
    ignored: &[
        (
            "organization",
            "the header OpenAI-Organization is not sent; use a key of that organization's project",
        ),
        (
            "*_batches *cost* input_cost_per_video_token output_cost_per_video_token *uplift_multiplier* output_vector_size \
             off_peak_pricing",
            "only rates per token are used (input, output, cache read, cache creation, reasoning and sound, by length of \
             the prompt and by service tier), and those of searches",
        ),
        ("max_parallel_requests", PARALLEL),
        ("retry_policy", "write it for the group: `router_settings.model_group_retry_policy`"),
        ("retry_strategy", NO_WAIT),
        ("disable_cooldowns", "write `cooldown_time: 0`"),
        ("fallbacks max_fallbacks", "write `router_settings.fallbacks`"),
        ("context_window_fallback_dict", "write `router_settings.context_window_fallbacks`"),
        (
            "routing_strategy routing_strategy_args allowed_model_region fastest_response auto_router_* \
             complexity_router_* adaptive_router_* quality_router_* silent_model provider_affinity_header data_residency",
            SELECTION,
        ),
        ("tags tag_regex enable_tag_filtering", TAGS),
        (
            "budget_duration default_api_key_* itpm otpm",
            "limits and budgets belong to keys, teams and users: see `spillway_settings.keys`",
        ),
        (
            "aws_* vertex_* gcs_* s3_region_name s3_* anthropic_* watsonx_* use_xai_oauth fireworks_* bedrock_* bucket_name \
             vector_store_id vector_bucket_name index_name embedding_model milvus_* valkey_* search_tool_name \
             max_file_size_mb model_file_id_mapping",
            OTHER_PROVIDER,
        ),
        (
            "azure azure_* tenant_id client_id client_secret openai_identity_* openai_service_account_id",
            "Azure deployments are called with `api_key`",
        ),
        ("cache cache_key caching caching_groups ttl preset_cache_key", CACHE),
        (
            "langfuse_* langsmith_* dd_api_key dd_* posthog_* newrelic_* arize_* wandb_* weave_* humanloop_* \
             signoz_* turn_off_message_logging litellm_disabled_callbacks litellm_trusted_callback_vars logger_fn verbose \
             no-log log_client_error_tracebacks litellm_request_debug litellm_trace_id litellm_session_id \
             litellm_call_id litellm_metadata",
            LOGGING,
        ),
        (
            "cache_control_injection_points enable_prompt_caching prompt_* initial_prompt_value roles final_prompt_value bos_token eos_token hf_model_name \
             custom_prompt_dict supports_system_message ensure_alternating_roles \
             user_continue_message assistant_continue_message litellm_system_prompt",
            PROMPTS,
        ),
        (
            "temperature top_p top_k n stop seed max_completion_tokens max_tokens max_output_tokens \
             presence_penalty frequency_penalty logit_bias logprobs top_logprobs reasoning \
             reasoning_effort thinking verbosity tools tool_choice functions function_call \
             parallel_tool_calls response_format modalities audio prediction service_tier store \
             metadata user stream stream_options web_search_options safety_identifier dimensions \
             encoding_format input_type context_management include_server_side_tool_invocations",
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
        ("keepalive_seconds allow_client_keepalive_override", KEEPALIVE),
        (
            "merge_reasoning_content_in_choices use_litellm_proxy use_in_pass_through force_timeout client_side_timeout \
             stream_chunk_size *timeout_by_service_tier mock_response mock_timeout configurable_clientside_auth_params \
             max_agentic_loops secret_fields proxy_server_request rust",
            NOTHING,
        ),
        ("model_info", "write it beside `litellm_params`"),
        ("ssl_verify ssl_certificate client shared_session use_client", NETWORK),
        (
            "hf_token model_config model_list model_alias_map id enable_json_schema_validation \
             disable_add_transform_inline_image_block complete_response stream_response text_completion acompletion \
             aembedding atext_completion aimg_generation async_call allm_passthrough_route litellm_logging_obj \
             completion_call_id self attempted_targets fallback_depth _*",
            NOTHING,
        ),
    ],
    refused: &[
        (
            "guardrails",
            "name the guardrails at the keys, or give them `default_on: true`: a deployment's own would not run",
        ),
        ("max_budget", UNBOUNDED),
    ],
    unknown: Unknown::Warned,
};

/// The modes of a model that are served; a deployment of another one is left out.
const MODES: Shape = Shape::OneOf(&[
    Shape::Word(&["chat", "responses", "completion", "embedding", "moderation"]),
    Shape::Text,
]);

/// `model_list[].model_info`
pub static MODEL_INFO: Format = Format {
    name: "model_info",
    keys: &[
        &[
            key(
                "id",
                Shape::OneOf(&[Shape::Text, Shape::Whole]),
                "the deployment's id, instead of a numbered one",
            ),
            key("mode", MODES, "which API it is asked through; where unset, as the model wants it"),
            key("base_model", Shape::Text, "the model by which prices and windows are known"),
            key("blocked", Shape::Flag, "the deployment is left out"),
            key("max_input_tokens", Shape::Whole, "the longest prompt, for `enable_pre_call_checks`"),
            key("max_output_tokens", Shape::Whole, "the longest answer, where the API wants one"),
            key("max_tokens", Shape::Whole, "an older name of both"),
            key("supports_vision", Shape::Flag, "whether it reads images, for `enable_pre_call_checks`"),
            key("supports_audio_input", Shape::Flag, "whether it hears"),
            key("supports_pdf_input", Shape::Flag, "whether it reads files"),
            key("supports_function_calling", Shape::Flag, "whether it calls tools"),
            key("supports_response_schema", Shape::Flag, "whether it answers by a JSON Schema"),
            key("order", Shape::Whole, "as in `litellm_params`"),
            key("rpm", Shape::Number, "requests a minute, for `usage-based-routing-v2`"),
            key("tpm", Shape::Number, "tokens a minute, for `usage-based-routing-v2`"),
            key(
                "provider_specific_entry",
                Shape::Of(&PROVIDER_SPECIFIC),
                "how many times as much another way of serving costs",
            ),
        ],
        COOLDOWN,
        RATES,
    ],
    ignored: &[
        ("access_groups team_public_model_name discoverable", MODELS_OF_KEYS),
        (
            "*_batches *cost* input_cost_per_video_token output_cost_per_video_token *uplift_multiplier* output_vector_size \
             off_peak_pricing ptu_*",
            "only rates per token are used (input, output, cache read, cache creation, reasoning and sound, by length of \
             the prompt and by service tier), and those of searches",
        ),
        ("allow_fail_open tier internal_router_model member_auto_router weight", SELECTION),
        ("enable_tag_filtering", TAGS),
        (
            "health_check_* disable_background_health_check",
            "deployments are judged by the requests that they serve: see `router_settings.cooldown_time`",
        ),
        (
            "litellm_provider key supported_* supports_audio_output supports_* deprecation_date source metadata description \
             db_model created_at created_by updated_at updated_by prompt_cache_min_tokens \
             tool_use_system_prompt_tokens max_* comment",
            "for people: nothing here depends on it",
        ),
    ],
    refused: &[
        (
            "access_windows",
            "nobody is turned away by the hour: name the models at the keys (`models`), and take it out",
        ),
        (
            "team_id",
            "every team's requests would reach it: give it a `model_name` of its own, have each key name the models that it \
             may use (`models`), and take it out",
        ),
    ],
    unknown: Unknown::Gathered,
};

/// `model_list[].model_info.provider_specific_entry`, as LiteLLM's price map has it
pub static PROVIDER_SPECIFIC: Format = Format {
    name: "provider_specific_entry",
    keys: &[&[key("fast", Shape::Number, "Anthropic's fast mode, as a factor of all rates")]],
    ignored: &[("us", "what a region costs more is not counted")],
    refused: &[],
    unknown: Unknown::Gathered,
};

/// `credential_list[]`
pub static CREDENTIAL: Format = Format {
    name: "credential",
    keys: &[&[
        key("credential_name", Shape::Text, "what `litellm_credential_name` says").required(),
        key(
            "credential_values",
            Shape::Of(&CREDENTIAL_VALUES),
            "what deployments of that name take from here",
        )
        .required(),
    ]],
    ignored: &[("credential_info", "for people: nothing here depends on it")],
    refused: &[],
    unknown: Unknown::Warned,
};

/// `credential_list[].credential_values`
pub static CREDENTIAL_VALUES: Format = Format {
    name: "credential_values",
    keys: &[PLACE],
    ignored: &[
        ("aws_* vertex_* watsonx_*", OTHER_PROVIDER),
        ("azure_* tenant_id client_id client_secret", "Azure deployments are called with `api_key`"),
        (
            "organization",
            "the header OpenAI-Organization is not sent; use a key of that organization's project",
        ),
    ],
    refused: &[],
    unknown: Unknown::Warned,
};
