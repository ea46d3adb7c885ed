//! LiteLLM's fields that Spillway does not enforce. Each is refused and told what to do instead, since a limit
//! that silently does nothing is worse than none. A value that asks for nothing is taken: clients of
//! LiteLLM's fill their requests with such.

use serde_json::value::RawValue;

use super::field::asks_for_nothing;
use crate::api::Problem;

/// Fields that are refused for one reason.
pub(super) struct Unsupported {
    /// Their names.
    fields: &'static [&'static str],
    /// What to do instead.
    advice: &'static str,
    /// A value, as JSON, that asks for no more than what holds anyway.
    usual: Option<&'static str>,
}

impl Unsupported {
    const fn new(fields: &'static [&'static str], advice: &'static str) -> Self {
        Self { fields, advice, usual: None }
    }

    const fn usually(self, value: &'static str) -> Self {
        Self { usual: Some(value), ..self }
    }

    /// Whether a field is one of these.
    pub(super) fn names(&self, field: &str) -> bool {
        self.fields.contains(&field)
    }

    /// Refuses a value that asks for something.
    pub(super) fn check(&self, field: &str, value: &RawValue) -> Result<(), Problem> {
        if asks_for_nothing(value) || self.usual == Some(value.get()) {
            return Ok(());
        }
        let message = format!("`{field}` is LiteLLM's, and Spillway does not enforce it: {}", self.advice);
        Err(Problem::invalid(message).code("unsupported_field").at(field))
    }
}

/// Of every request.
pub(super) const ANY: &[Unsupported] = &[
    Unsupported::new(
        &["permissions", "allowed_routes", "allowed_passthrough_routes"],
        "every key may call every endpoint of the models that it may use; leave it out",
    ),
    Unsupported::new(
        &["organization_id", "project_id", "agent_id", "access_group_ids", "object_permission"],
        "keys belong to a `team_id` and a `user_id`; leave it out",
    ),
    Unsupported::new(
        &["budget_id", "budget_limits", "budget_fallbacks", "temp_budget_increase", "temp_budget_expiry"],
        "write `max_budget`, `soft_budget` and `budget_duration`",
    ),
    Unsupported::new(&["throttle_on_budget_exceeded"], "what is over its budget is refused; leave it out"),
    Unsupported::new(
        &["tpd_limit", "tag_rpm_limit", "mcp_rpm_limit"],
        "write `rpm_limit`, `tpm_limit`, `model_rpm_limit` or `model_tpm_limit`",
    ),
    Unsupported::new(
        &["default_estimated_output_tokens", "default_estimated_output_tokens_per_model"],
        "1,024 tokens are reserved for an answer whose request names no bound; leave it out",
    ),
    Unsupported::new(&["tags", "prompts"], "note what is for the spend log in `metadata`"),
    Unsupported::new(&["policies"], "name `guardrails`"),
    Unsupported::new(&["disable_global_guardrails"], "default guardrails run on every request; leave it out"),
    Unsupported::new(&["config"], "write `aliases` or `router_settings.fallbacks`"),
    Unsupported::new(
        &[
            "allowed_cache_controls",
            "enable_prompt_caching",
            "enforced_params",
            "allowed_vector_store_indexes",
        ],
        "nothing stands in for it; leave it out",
    ),
    Unsupported::new(&["send_invite_email"], "Spillway sends no mail: hand the key over yourself"),
];

/// Of requests about a key.
pub(super) const KEY: &[Unsupported] = &[
    Unsupported::new(&["key_type"], "every key is for the models' endpoints; leave it out")
        .usually("\"default\""),
    Unsupported::new(&["rpm_limit_type", "tpm_limit_type"], "a limit holds at any time; leave it out")
        .usually("\"best_effort_throughput\""),
    Unsupported::new(&["auto_rotate", "rotation_interval"], "call /key/regenerate when a key shall change"),
    Unsupported::new(
        &["grace_period"],
        "the old key stops working at once: make a second key, then delete the first",
    ),
    Unsupported::new(&["new_master_key"], "the master key is a setting of the gateway and the ledger"),
];

/// Of requests about a team.
pub(super) const TEAM: &[Unsupported] = &[
    Unsupported::new(
        &["members_with_roles", "members", "admins", "users", "team_member_permissions"],
        "a user is in a team through keys that have both a `team_id` and a `user_id`",
    ),
    Unsupported::new(
        &[
            "team_member_budget",
            "team_member_budget_duration",
            "team_member_rpm_limit",
            "team_member_tpm_limit",
            "team_member_key_duration",
        ],
        "limit the user, or the key that has the `team_id` and the `user_id`",
    ),
    Unsupported::new(&["model_aliases"], "write `aliases` in the keys"),
    Unsupported::new(&["model_max_budget"], "write `model_max_budget` in the keys"),
    Unsupported::new(&["router_settings"], "write `router_settings` in the keys"),
    Unsupported::new(&["rpm_limit_type", "tpm_limit_type"], "a limit holds at any time; leave it out")
        .usually("\"best_effort_throughput\""),
];

/// Of requests about a user.
pub(super) const USER: &[Unsupported] = &[
    Unsupported::new(&["teams", "organizations"], "a user is in a team through keys that have both ids"),
    Unsupported::new(&["user_role"], "nobody but the holder of the master key administers")
        .usually("\"internal_user\""),
    Unsupported::new(&["blocked"], "block the user's keys, or delete them"),
    Unsupported::new(&["password", "sso_user_id"], "users do not log in; leave it out"),
    Unsupported::new(&["aliases", "model_max_budget", "router_settings"], "write it in the keys"),
];

/// Of requests that make something: nothing is spent yet.
pub(super) const NEW: &[Unsupported] = &[Unsupported::new(&["spend"], FROM_EVENTS).usually("0")];

/// Of requests that change something.
pub(super) const CHANGED: &[Unsupported] = &[Unsupported::new(&["spend"], FROM_EVENTS)];

const FROM_EVENTS: &str = "what is spent is counted from the requests, and begins at 0";
