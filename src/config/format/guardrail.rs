//! `guardrails[]`: rules that fail open where one is left aside, so that nothing unknown is.

use super::{Format, Key, Shape, Unknown, key};

const MODES: Shape = Shape::Word(&["pre_call", "during_call", "post_call", "logging_only"]);
const MODE_LIST: Shape = Shape::OneOf(&[MODES, Shape::List(&MODES)]);
/// In either letter case.
const ACTION: Shape = Shape::Word(&["BLOCK", "MASK", "block", "mask"]);
const SEVERITY: Shape = Shape::Word(&["high", "medium", "low", "HIGH", "MEDIUM", "LOW"]);
const SCAN_ALL: &str = "only_scan_new_messages skip_system_message_in_guardrail skip_tool_message_in_guardrail \
     scan_only_tool_results experimental_use_latest_role_message_only";

/// `guardrails[]`
pub static GUARDRAIL: Format = Format {
    name: "guardrail",
    keys: &[&[
        key("guardrail_name", Shape::Text, "what requests, keys and records call it; unique").required(),
        key("guardrail_id", Shape::Text, "its id in records; else the name"),
        key(
            "litellm_params",
            Shape::OneOf(&[Shape::Of(&CONTENT_FILTER), Shape::Of(&GENERIC_API), Shape::Of(&MODERATIONS)]),
            "its kind, when it runs, and what it looks for",
        )
        .required(),
        key("guardrail_info", Shape::Any, "for people"),
    ]],
    ignored: &[],
    refused: &[("policy_template", "write its rules as `patterns`, `blocked_words` and `categories`")],
    unknown: Unknown::Refused,
};

const WHEN: Shape = Shape::OneOf(&[MODES, Shape::List(&MODES), Shape::Of(&MODE)]);

/// What every kind has.
const COMMON: &[Key] = &[
    key("mode", WHEN, "when it runs").required(),
    key("default_on", Shape::Flag, "whether it runs on every request; else on those that name it"),
];

/// `mode` by a request's tags.
pub static MODE: Format = Format {
    name: "mode",
    keys: &[&[
        key("default", MODE_LIST, "of requests without such a tag"),
        key("tags", Shape::Map(&MODE_LIST), "of requests with that tag"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// `litellm_params` of a content filter.
pub static CONTENT_FILTER: Format = Format {
    name: "content_filter",
    keys: &[
        &[key("guardrail", Shape::Word(&["litellm_content_filter"]), "the kind").required()],
        COMMON,
        &[
            key("patterns", Shape::List(&Shape::Of(&PATTERN)), "expressions, prebuilt or the file's own"),
            key("blocked_words", Shape::List(&Shape::Of(&BLOCKED_WORD)), "words and phrases"),
            key(
                "blocked_words_file",
                Shape::Text,
                "a YAML file with a list `blocked_words`, beside this one",
            ),
            key(
                "categories",
                Shape::List(&Shape::Of(&CATEGORY)),
                "lists of words by subject, each in a file",
            ),
            key("severity_threshold", SEVERITY, "of categories that have none; `medium`"),
            key(
                "pattern_redaction_format",
                Shape::Text,
                "what takes a match's place; `[{pattern_name}_REDACTED]`",
            ),
            key("keyword_redaction_tag", Shape::Text, "what takes a word's place; `[KEYWORD_REDACTED]`"),
            key("decode", Shape::OneOf(&[DECODE, Shape::List(&DECODE)]), "encodings that are looked through"),
            key(
                "refuse_unscanned",
                Shape::Flag,
                "whether images, sounds and files, which cannot be read, are refused",
            ),
        ],
    ],
    ignored: &[
        (
            "api_key api_base unreachable_fallback fail_on_error timeout",
            "the content filter runs inside the gateway and calls nobody",
        ),
        ("mask_request_content mask_response_content", "each rule's own `action` says whether it masks"),
        (SCAN_ALL, "every text of the request is scanned"),
        (
            "violation_message_template on_flagged guard_name *_cost* on_violation end_session_after_n_fails \
             realtime_violation_message guardrail_info model",
            "nothing stands in for it",
        ),
    ],
    refused: &[
        (
            "competitor_intent_config presidio_* pii_* output_parse_pii mask_pii_* detect_secrets_config custom_code \
             category_thresholds",
            "not supported: write the rules as `patterns`, `blocked_words` and `categories`",
        ),
        ("image_model", "no model is asked about images; `refuse_unscanned: true` refuses requests with one"),
        (
            "on_sensitive_data sensitive_data_route_to_model sticky_session_routing",
            "a match blocks or masks, and does not choose the model: write `content_policy_fallbacks`, or take it out",
        ),
    ],
    unknown: Unknown::Refused,
};

const DECODE: Shape = Shape::Word(&["html", "base64"]);

/// `patterns[]`
pub static PATTERN: Format = Format {
    name: "pattern",
    keys: &[&[
        key("pattern_type", Shape::Word(&["prebuilt", "regex"]), "whose expression").required(),
        key("pattern_name", Shape::Text, "of a prebuilt one, its name; see docs/GUARDRAILS.md"),
        key("pattern", Shape::Text, "a regular expression"),
        key("name", Shape::Text, "what callers and records are told"),
        key("action", ACTION, "what a match does").required(),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// `blocked_words[]`
pub static BLOCKED_WORD: Format = Format {
    name: "blocked_word",
    keys: &[&[
        key("keyword", Shape::Text, "a word or phrase, found anywhere").required(),
        key("action", ACTION, "what a match does").required(),
        key("description", Shape::Text, "what callers are told"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// `categories[]`
pub static CATEGORY: Format = Format {
    name: "category",
    keys: &[&[
        key("category", Shape::Text, "its name").required(),
        key("category_file", Shape::Text, "the file of its words, beside this one"),
        key("enabled", Shape::Flag, "whether it is looked for; true"),
        key("action", ACTION, "what a match does; else what the file says"),
        key("severity_threshold", SEVERITY, "words that are graver than this, or as grave, count"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// The file that `blocked_words_file` names.
pub static BLOCKED_WORDS_FILE: Format = Format {
    name: "blocked_words_file",
    keys: &[&[key("blocked_words", Shape::List(&Shape::Of(&BLOCKED_WORD)), "words and phrases").required()]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// The file of a content filter's category.
pub static CATEGORY_FILE: Format = Format {
    name: "category_file",
    keys: &[&[
        key("category_name", Shape::Text, "for people"),
        key("description", Shape::Text, "for people"),
        key("default_action", ACTION, "what a match does; `BLOCK`"),
        key("keywords", Shape::List(&Shape::Of(&CATEGORY_KEYWORD)), "words and phrases"),
        key(
            "always_block_keywords",
            Shape::List(&Shape::Of(&CATEGORY_KEYWORD)),
            "the same, all of them grave",
        ),
        key("phrase_patterns", Shape::List(&Shape::Text), "regular expressions"),
        key(
            "identifier_words",
            Shape::List(&Shape::Text),
            "words that count beside one of `additional_block_words`",
        ),
        key("additional_block_words", Shape::List(&Shape::Text), "the others"),
        key("exceptions", Shape::List(&Shape::Text), "phrases around which nothing counts"),
    ]],
    ignored: &[],
    refused: &[("inherit_from", "a category has the words of one file: copy the others' into it")],
    unknown: Unknown::Refused,
};

/// `keywords[]` of a category's file.
pub static CATEGORY_KEYWORD: Format = Format {
    name: "category_keyword",
    keys: &[&[
        key("keyword", Shape::Text, "a word or phrase").required(),
        key("severity", SEVERITY, "how grave it is"),
    ]],
    ignored: &[],
    refused: &[],
    unknown: Unknown::Refused,
};

/// What every guardrail that is a service has.
const SERVICE: &[Key] = &[
    key("api_key", Shape::Secret, "the service's key"),
    key("timeout", Shape::Number, "for how long an answer is waited for, in seconds; 5"),
    key(
        "unreachable_fallback",
        Shape::Word(&["fail_closed", "fail_open"]),
        "what happens while it gives no answer",
    ),
    key("cache_ttl", Shape::Number, "for how long an answer holds for the same text, in seconds; 0"),
];

/// What LiteLLM's services have, and these do not. What would let a text pass that LiteLLM's service would have seen,
/// or seen with more, is refused.
const SERVICE_IGNORED: [(&str, &str); 5] = [
    ("mask_request_content mask_response_content", "the service's answer says what is masked"),
    (SCAN_ALL, "the service is asked about every text of the request"),
    ("violation_message_template", "the caller is told the service's own reason"),
    ("ssl_verify", "a certificate is always verified"),
    (
        "guard_name *_cost* guardrail_info on_violation end_session_after_n_fails realtime_violation_message",
        "nothing stands in for it",
    ),
];

const SERVICE_REFUSED: [(&str, &str); 5] = [
    (
        "fail_on_error",
        "write `unreachable_fallback: fail_open` if a text may pass that the service did not judge",
    ),
    ("on_flagged", "write `mode: logging_only` if the service is only to tell what it finds"),
    ("extra_headers", "no header of the caller's reaches the service; write its own as `headers`"),
    (
        "patterns blocked_words blocked_words_file categories competitor_intent_config image_model \
         severity_threshold presidio_* pii_* output_parse_pii mask_pii_* detect_secrets_config custom_code \
         category_thresholds",
        "it belongs to another kind of guardrail, and the service would not know of it",
    ),
    (
        "on_sensitive_data sensitive_data_route_to_model sticky_session_routing",
        "a finding blocks or masks, and does not choose the model: write `content_policy_fallbacks`, or take it out",
    ),
];

/// `litellm_params` of a service that speaks LiteLLM's generic API.
pub static GENERIC_API: Format = Format {
    name: "generic_guardrail_api",
    keys: &[
        &[
            key("guardrail", Shape::Word(&["generic_guardrail_api"]), "the kind").required(),
            key("api_base", Shape::Text, "where the service listens").required(),
        ],
        COMMON,
        SERVICE,
        &[
            key(
                "headers",
                Shape::Map(&Shape::Text),
                "headers that it gets; those that are secrets are added by Envoy",
            ),
            key(
                "additional_provider_specific_params",
                Shape::Map(&Shape::Any),
                "what it gets with every question",
            ),
        ],
    ],
    ignored: &SERVICE_IGNORED,
    refused: &SERVICE_REFUSED,
    unknown: Unknown::Refused,
};

/// `litellm_params` of OpenAI's moderations.
pub static MODERATIONS: Format = Format {
    name: "openai_moderation",
    keys: &[
        &[
            key("guardrail", Shape::Word(&["openai_moderation"]), "the kind").required(),
            key("api_base", Shape::Text, "where the API stands; OpenAI's own"),
            key("model", Shape::Text, "the model that judges"),
        ],
        COMMON,
        SERVICE,
    ],
    ignored: &SERVICE_IGNORED,
    refused: &SERVICE_REFUSED,
    unknown: Unknown::Refused,
};
