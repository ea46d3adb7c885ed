//! The file's own sections.

use super::notes::{LOGGING, NOT_SERVED, NOTHING, PROMPTS};
use super::{CREDENTIAL, Format, GENERAL, GUARDRAIL, LITELLM, MODEL, OWN, ROUTER, Shape, Unknown, key};

/// A whole file.
pub static ROOT: Format = Format {
    name: "file",
    keys: &[&[
        key(
            "model_list",
            Shape::List(&Shape::Of(&MODEL)),
            "the deployments, grouped by what clients call them",
        )
        .required(),
        key(
            "router_settings",
            Shape::Of(&ROUTER),
            "fallbacks, retries, cooldowns, and how a deployment is chosen",
        ),
        key(
            "litellm_settings",
            Shape::Of(&LITELLM),
            "parameters and timeouts, and what `router_settings` leaves out",
        ),
        key("general_settings", Shape::Of(&GENERAL), "the master key, and who may do what"),
        key("guardrails", Shape::List(&Shape::Of(&GUARDRAIL)), "what may not pass, in requests and answers"),
        key(
            "environment_variables",
            Shape::Map(&Shape::OneOf(&[Shape::Text, Shape::Number, Shape::Flag])),
            "variables that count before those of the environment",
        ),
        key(
            "credential_list",
            Shape::List(&Shape::Of(&CREDENTIAL)),
            "keys and addresses that several deployments share",
        ),
        key(
            "spillway_settings",
            Shape::Of(&OWN),
            "what LiteLLM has no name for: keys in the file, limits, the ledger",
        ),
    ]],
    ignored: &[
        ("callback_settings slack_alerting_settings", LOGGING),
        (
            "mcp_servers mcp_tools mcp_semantic_tool_filter vector_store_registry search_tools \
             agent_list agents skills assistant_settings finetune_settings files_settings",
            NOT_SERVED,
        ),
        ("prompts global_gitlab_config global_bitbucket_config", PROMPTS),
        ("worker_registry", "each gateway is administered through its own ledger"),
        ("model_group_settings worker_startup_hooks", NOTHING),
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
