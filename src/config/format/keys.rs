//! `spillway_settings.keys[]`, in the words of LiteLLM's own keys.

use super::own::LIMITS;
use super::{Format, Shape, Unknown, key};

const TARGETS: Shape = Shape::List(&Shape::Text);

/// `spillway_settings.keys[]`: fields of LiteLLM's keys that restrict one, and are not enforced, are refused.
pub static KEY: Format = Format {
    name: "key",
    keys: &[
        &[
            key("key", Shape::Secret, "the key"),
            key("key_hash", Shape::Text, "or its SHA-256, in hex"),
            key("key_alias", Shape::Text, "what records call it"),
            key("user_id", Shape::Text, "whose it is"),
            key("team_id", Shape::Text, "whose team's"),
            key(
                "models",
                Shape::List(&Shape::Text),
                "model groups that it may use; all where none stands here",
            ),
            key("aliases", Shape::Map(&Shape::Text), "what its clients call models"),
        ],
        LIMITS,
        &[
            key("max_budget", Shape::Number, "what it may spend, in US dollars"),
            key("soft_budget", Shape::Number, "passing this is told, and refuses nothing"),
            key("budget_duration", Shape::Text, "when the budget begins anew: `24h`, `30d`, `1mo`"),
            key("expires", Shape::Text, "until when it works: `2027-01-31`"),
            key("blocked", Shape::Flag, "whether it is refused"),
            key("metadata", Shape::Map(&Shape::Any), "for the spend log"),
            key(
                "guardrails",
                Shape::List(&Shape::Text),
                "guardrails that run on its requests besides the default ones",
            ),
            key("router_settings", Shape::Of(&KEY_ROUTER), "fallbacks of its own"),
            key("model_rpm_limit", Shape::Map(&Shape::Whole), "requests a minute, by model group"),
            key("model_tpm_limit", Shape::Map(&Shape::Whole), "tokens a minute, by model group"),
            key("model_max_budget", Shape::Map(&Shape::Of(&MODEL_BUDGET)), "budgets, by model group"),
        ],
    ],
    ignored: &[],
    refused: &[
        ("duration", "the file does not know when a key was made: write the moment as `expires`"),
        (
            "budget_id budget_limits budget_fallbacks budget_reset_at tpd_limit throttle_on_budget_exceeded",
            "a key has one budget: `max_budget` and `budget_duration`, and `model_max_budget` for single models",
        ),
        (
            "allowed_routes permissions policies allowed_cache_controls object_permission organization_id \
             access_group_ids tags enforced_params rpm_limit_type tpm_limit_type tag_rpm_limit mcp_rpm_limit",
            "the gateway does not enforce it; what restricts a key is `models`, its limits, budgets and guardrails, \
             `expires` and `blocked`",
        ),
        ("token", "write the key's SHA-256 as `key_hash`"),
    ],
    unknown: Unknown::Refused,
};

/// `router_settings` of a key.
pub static KEY_ROUTER: Format = Format {
    name: "key_router_settings",
    keys: &[&[key("fallbacks", Shape::List(&Shape::Map(&TARGETS)), "they count before the file's")]],
    ignored: &[],
    refused: &[(
        "num_retries timeout routing_strategy* retry_* model_group_* allowed_fails cooldown_time default_fallbacks \
         context_window_fallbacks content_policy_fallbacks enable_pre_call_checks",
        "a key has `fallbacks` of its own and nothing else; the rest stands in the file's `router_settings`",
    )],
    unknown: Unknown::Refused,
};

/// An entry of `model_max_budget`.
pub static MODEL_BUDGET: Format = Format {
    name: "model_max_budget",
    keys: &[&[
        key("budget_limit", Shape::Number, "what may be spent, in US dollars"),
        key("max_budget", Shape::Number, "another name of `budget_limit`"),
        key("time_period", Shape::Text, "when the budget begins anew: `1d`"),
        key("budget_duration", Shape::Text, "another name of `time_period`"),
        key("rpm_limit", Shape::Whole, "requests a minute"),
        key("tpm_limit", Shape::Whole, "tokens a minute"),
    ]],
    ignored: &[],
    refused: &[(
        "soft_budget max_parallel_requests tpd_limit budget_id",
        "for one model there are a budget with its time, `rpm_limit` and `tpm_limit`",
    )],
    unknown: Unknown::Refused,
};
