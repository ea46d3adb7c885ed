//! Sections whose rules fail open where one is left aside: guardrails, and Spillway's own.

use crate::config::section::{Known, Unknown};

/// `guardrails[]`
pub const GUARDRAIL: Known = Known { ignored: &[], refused: &[], unknown: Unknown::Refused };

/// `guardrails[].litellm_params` of a content filter. A rule that is skipped would let through what it was
/// written to stop, so nothing that adds rules is ignored.
pub const CONTENT_FILTER: Known = Known {
    ignored: &[
        (
            "api_key api_base unreachable_fallback fail_on_error timeout",
            "the content filter runs inside the gateway and calls nobody",
        ),
        ("mask_request_content mask_response_content", "each rule's own `action` says whether it masks"),
        (
            "only_scan_new_messages skip_system_message_in_guardrail skip_tool_message_in_guardrail \
             scan_only_tool_results experimental_use_latest_role_message_only",
            "every text of the request is scanned",
        ),
        ("violation_message_template on_flagged guard_name *_cost*", "nothing stands in for it"),
    ],
    refused: &[
        (
            "competitor_intent_config presidio_* pii_*",
            "not supported: write the rules as `patterns`, `blocked_words` and `categories`",
        ),
        ("image_model", "no model is asked about images; `refuse_unscanned: true` refuses requests with one"),
    ],
    unknown: Unknown::Refused,
};

/// The file of a content filter's category.
pub const CATEGORY_FILE: Known = Known {
    ignored: &[],
    refused: &[("inherit_from", "a category has the words of one file: copy the others' into it")],
    unknown: Unknown::Refused,
};

/// `guardrails[].litellm_params` of a guardrail that is a service. What would let a text pass that LiteLLM's service
/// would have seen, or seen with more, is refused.
pub const CALLOUT: Known = Known {
    ignored: &[
        ("mask_request_content mask_response_content", "the service's answer says what is masked"),
        (
            "only_scan_new_messages skip_system_message_in_guardrail skip_tool_message_in_guardrail \
             scan_only_tool_results experimental_use_latest_role_message_only",
            "the service is asked about every text of the request",
        ),
        ("violation_message_template", "the caller is told the service's own reason"),
        ("ssl_verify", "a certificate is always verified"),
        ("guard_name *_cost* guardrail_info", "nothing stands in for it"),
    ],
    refused: &[
        (
            "fail_on_error",
            "write `unreachable_fallback: fail_open` if a text may pass that the service did not judge",
        ),
        ("on_flagged", "write `mode: logging_only` if the service is only to tell what it finds"),
        ("extra_headers", "no header of the caller's reaches the service; write its own as `headers`"),
        (
            "patterns blocked_words blocked_words_file categories competitor_intent_config image_model \
             severity_threshold presidio_* pii_*",
            "it belongs to another kind of guardrail, and the service would not know of it",
        ),
    ],
    unknown: Unknown::Refused,
};

/// A section of Spillway's own.
pub const OWN: Known = Known { ignored: &[], refused: &[], unknown: Unknown::Refused };

/// `spillway_settings.keys[]`: fields of LiteLLM's keys that restrict one, and are not enforced.
pub const KEY: Known = Known {
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

/// `spillway_settings.keys[].router_settings`
pub const KEY_ROUTER: Known = Known {
    ignored: &[],
    refused: &[(
        "num_retries timeout routing_strategy* retry_* model_group_* allowed_fails cooldown_time default_fallbacks \
         context_window_fallbacks content_policy_fallbacks enable_pre_call_checks",
        "a key has `fallbacks` of its own and nothing else; the rest stands in the file's `router_settings`",
    )],
    unknown: Unknown::Refused,
};

/// `spillway_settings.keys[].model_max_budget[]`
pub const MODEL_BUDGET: Known = Known {
    ignored: &[],
    refused: &[(
        "soft_budget max_parallel_requests tpd_limit budget_id",
        "for one model there are a budget with its time, `rpm_limit` and `tpm_limit`",
    )],
    unknown: Unknown::Refused,
};
