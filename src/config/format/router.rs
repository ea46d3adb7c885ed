//! `router_settings`, and the mappings that stand in it.

use super::notes::{
    CACHE, HEALTH, KEEPALIVE, LOGGING, NO_WAIT, NOTHING, PARALLEL, PARAMETER_DEFAULT, SELECTION, TAGS,
    UNBOUNDED,
};
use super::{Format, Key, Shape, Unknown, key};

/// `[{group: [targets]}]`
const CHAINS: Shape = Shape::List(&Shape::Map(&TARGETS));
/// Names, or names with parameters of their own.
const TARGETS: Shape = Shape::List(&Shape::OneOf(&[Shape::Text, Shape::Map(&Shape::Any)]));

/// A group, or a group with whether the alias is shown.
const MEANT: Shape = Shape::OneOf(&[Shape::Text, Shape::Of(&ALIAS)]);
/// The routing strategies that are honoured; another one is told.
const STRATEGIES: Shape = Shape::OneOf(&[
    Shape::Word(&[
        "simple-shuffle",
        "least-busy",
        "latency-based-routing",
        "usage-based-routing-v2",
        "cost-based-routing",
    ]),
    Shape::Text,
]);

/// What `router_settings` and `litellm_settings` may both hold; the former counts.
pub const SHARED: &[Key] = &[
    key("routing_strategy", STRATEGIES, "how a deployment is chosen among those of its group"),
    key("fallbacks", CHAINS, "where a request goes when its whole group has failed"),
    key("default_fallbacks", TARGETS, "the same for groups without an entry of their own"),
    key("context_window_fallbacks", CHAINS, "where a prompt goes that is too long for its group"),
    key("content_policy_fallbacks", CHAINS, "where a request goes whose content the provider refused"),
    key("max_fallbacks", Shape::Whole, "most groups that one request falls back to; 5"),
    key("num_retries", Shape::Whole, "tries after the first within one group"),
    key("timeout", Shape::Number, "how long a try may take, in seconds"),
    key("stream_timeout", Shape::Number, "how long a stream's first content may take, in seconds"),
    key(
        "cooldown_time",
        Shape::Number,
        "for how long a deployment rests after failures, in seconds; 0: never",
    ),
    key("allowed_fails", Shape::Whole, "failures within `cooldown_time` that are let pass"),
    key("model_group_alias", Shape::Map(&MEANT), "further names of groups"),
];

/// `router_settings`
pub static ROUTER: Format = Format {
    name: "router_settings",
    keys: &[
        SHARED,
        &[
            key(
                "routing_strategy_args",
                Shape::OneOf(&[Shape::Of(&LATENCY_ARGUMENTS), Shape::Of(&STRATEGY_ARGUMENTS)]),
                "of `latency-based-routing`",
            ),
            key(
                "enable_pre_call_checks",
                Shape::Flag,
                "deployments that cannot serve a request are left out",
            ),
            key("disable_cooldowns", Shape::Flag, "no deployment ever rests"),
            key("allowed_fails_policy", Shape::Of(&ALLOWED_FAILS), "`allowed_fails` by class of error"),
            key("retry_policy", Shape::Of(&RETRY_POLICY), "`num_retries` by class of error"),
            key("model_group_retry_policy", Shape::Map(&Shape::Of(&RETRY_POLICY)), "the same for one group"),
            key(
                "ignore_invalid_deployments",
                Shape::Flag,
                "a group none of whose deployments is served is a warning instead of an error",
            ),
            key("retry_after", Shape::Number, "only 0: another deployment is tried at once"),
        ],
    ],
    ignored: &[
        ("enable_pre_call_check", "write `enable_pre_call_checks`"),
        ("max_retries", "write `num_retries`"),
        ("retry_strategy", NO_WAIT),
        (
            "enable_weighted_failover",
            "a group's other deployments are tried in any case, as often as `num_retries` says",
        ),
        ("enable_health_check_routing health_check_* background_health_check_*", HEALTH),
        ("weights", "write `weight` at the deployments"),
        (
            "routing_groups optional_pre_call_checks deployment_affinity_* session_affinity_* model_group_affinity_config \
             region_routing* auto_router_* heuristic_*",
            SELECTION,
        ),
        ("enable_tag_filtering tag_filtering_match_any tag_routing_prefix", TAGS),
        ("cache_responses caching_groups client_ttl", CACHE),
        (
            "redis_* cache_kwargs",
            "limits and plans live in the memory that Envoy's workers share; gateways share limits by \
             `spillway_settings.rate_limit_service`",
        ),
        ("default_max_parallel_requests default_priority polling_interval max_parallel_requests", PARALLEL),
        ("default_litellm_params", PARAMETER_DEFAULT),
        ("keepalive_seconds allow_client_keepalive_override", KEEPALIVE),
        (
            "fallback_access_check fallback_budget_check",
            "a key's own `models` and its budget hold for a fallback as for any other model; its `model_max_budget` and limits of a \
             model are those of the model that is tried first",
        ),
        ("debug_level set_verbose alerting_config disable_*", LOGGING),
        ("model_list", "write it at the top of the file"),
        ("assistants_config search_tools guardrail_list router_general_settings", NOTHING),
    ],
    refused: &[("provider_budget_config", UNBOUNDED)],
    unknown: Unknown::Warned,
};

/// An entry of `model_group_alias` with more than a name.
pub static ALIAS: Format = Format {
    name: "alias",
    keys: &[&[
        key("model", Shape::Text, "the group that is meant").required(),
        key("hidden", Shape::Flag, "whether `/v1/models` leaves the alias out"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// `routing_strategy_args` of `latency-based-routing`
pub static LATENCY_ARGUMENTS: Format = Format {
    name: "latency_arguments",
    keys: &[&[
        key("ttl", Shape::Number, "for how long a measured latency counts, in seconds; 3600"),
        key(
            "lowest_latency_buffer",
            Shape::Number,
            "deployments within this share of the lowest latency count as equal; 0",
        ),
    ]],
    ignored: &[
        ("max_latency_list_size", "the mean is over recent answers, whatever their number"),
        ("ttft_percentile", "streams are compared by the mean of their times to the first token"),
    ],
    refused: &[],
    unknown: Unknown::Warned,
};

/// `routing_strategy_args` of the other strategies
pub static STRATEGY_ARGUMENTS: Format = Format {
    name: "strategy_arguments",
    keys: &[],
    ignored: &[(
        "ttl lowest_latency_buffer max_latency_list_size ttft_percentile",
        "only `latency-based-routing` has arguments",
    )],
    refused: &[],
    unknown: Unknown::Warned,
};

const RETRIES: &str = "tries after the first, after such an error";

/// `retry_policy`
pub static RETRY_POLICY: Format = Format {
    name: "retry_policy",
    keys: &[&[
        key("BadRequestErrorRetries", Shape::Whole, RETRIES),
        key("AuthenticationErrorRetries", Shape::Whole, RETRIES),
        key("TimeoutErrorRetries", Shape::Whole, RETRIES),
        key("RateLimitErrorRetries", Shape::Whole, RETRIES),
        key("ContentPolicyViolationErrorRetries", Shape::Whole, RETRIES),
        key("InternalServerErrorRetries", Shape::Whole, RETRIES),
        key("ServiceUnavailableErrorRetries", Shape::Whole, RETRIES),
        key("BadGatewayErrorRetries", Shape::Whole, RETRIES),
        key("NotFoundErrorRetries", Shape::Whole, RETRIES),
        key("DefaultRetries", Shape::Whole, "tries after the first, after any other error"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Warned,
};

const FAILS: &str = "such errors within `cooldown_time` that are let pass";

/// `allowed_fails_policy`
pub static ALLOWED_FAILS: Format = Format {
    name: "allowed_fails_policy",
    keys: &[&[
        key("BadRequestErrorAllowedFails", Shape::Whole, FAILS),
        key("AuthenticationErrorAllowedFails", Shape::Whole, FAILS),
        key("TimeoutErrorAllowedFails", Shape::Whole, FAILS),
        key("RateLimitErrorAllowedFails", Shape::Whole, FAILS),
        key("ContentPolicyViolationErrorAllowedFails", Shape::Whole, FAILS),
        key("InternalServerErrorAllowedFails", Shape::Whole, FAILS),
        key("ServiceUnavailableErrorAllowedFails", Shape::Whole, FAILS),
        key("BadGatewayErrorAllowedFails", Shape::Whole, FAILS),
        key("NotFoundErrorAllowedFails", Shape::Whole, FAILS),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Warned,
};
