//! What Envoy answers by itself, in the words of the API that the client speaks.
//!
//! Envoy puts the filter's own answers through the same mapping. It knows them apart by their response code
//! details, which a wasm filter leaves empty and Envoy never does: every condition here asks for them, so
//! that the filter's bodies pass as they are.

use serde_json::{Value, json};

use spillway_filter::config::Gateway;

use super::administration;
use super::typed::extension;

/// One situation, and what the client is told.
struct Reply {
    /// When it applies, in CEL over Envoy's attributes.
    when: &'static str,
    /// `error.code` of the OpenAI API: the status, as LiteLLM has it.
    code: &'static str,
    /// `error.type` of the OpenAI API.
    kind: &'static str,
    /// `error.type` of the Anthropic API.
    anthropic: &'static str,
    /// What happened and what to do; Envoy's command operators are allowed.
    message: String,
}

impl Reply {
    /// The request is larger than what is behind takes.
    fn too_large(message: String) -> Self {
        Self {
            when: "response.code == 413",
            code: "413",
            kind: "invalid_request_error",
            anthropic: "request_too_large",
            message,
        }
    }

    /// What is behind did not answer in time.
    fn late(message: &str) -> Self {
        Self {
            when: "response.code == 504",
            code: "504",
            kind: "timeout_error",
            anthropic: "api_error",
            message: message.to_owned(),
        }
    }

    /// What is behind could not be reached.
    fn unreachable(message: &str) -> Self {
        Self {
            when: "response.code == 503",
            code: "503",
            kind: "internal_server_error",
            anthropic: "api_error",
            message: message.to_owned(),
        }
    }
}

/// The mapping; the first situation that applies is told.
pub fn local_reply_config(gateway: &Gateway) -> Value {
    let of_administration = if gateway.serves_administration { administration_replies() } else { Vec::new() };
    let of_models = replies(gateway.admission.max_body_bytes);
    let of_models = of_models.iter().flat_map(|reply| [as_anthropic(reply), as_openai(reply)]);
    let mappers: Vec<Value> = of_administration.iter().map(of_route).chain(of_models).collect();
    json!({ "mappers": mappers })
}

/// Where a request went to the ledger.
fn administration_replies() -> Vec<Reply> {
    vec![
        Reply::too_large(format!(
            "The request body is larger than the administration of keys takes ({} bytes).",
            administration::MAX_BODY_BYTES
        )),
        Reply::late(
            "The ledger, which keeps the keys, did not answer in time. Look whether the change was made before you \
             repeat it.",
        ),
        Reply::unreachable(
            "The ledger, which keeps the keys, could not be reached (%RESPONSE_CODE_DETAILS%). Keys that the \
             gateway knows go on working meanwhile.",
        ),
    ]
}

/// From the particular to the general.
fn replies(max_body_bytes: u32) -> Vec<Reply> {
    vec![
        Reply {
            when: "response.code_details == 'wasm_fail_stream'",
            ..Reply::unreachable(
                "The gateway's filter failed on this request and was restarted. Try again; if it fails again, \
                 report request %STREAM_ID%.",
            )
        },
        Reply::too_large(format!(
            "The request body is larger than this gateway takes ({max_body_bytes} bytes)."
        )),
        Reply {
            when: "response.code == 408",
            code: "408",
            kind: "timeout_error",
            anthropic: "invalid_request_error",
            message: "The request did not arrive whole in time. Send headers and body without pauses."
                .to_owned(),
        },
        Reply::late("No deployment of the model answered in time (tries: %UPSTREAM_REQUEST_ATTEMPT_COUNT%)."),
        Reply {
            when: "response.code_details == 'no_healthy_upstream'",
            ..Reply::unreachable(
                "The gateway made no plan for this request, so it went nowhere (request %STREAM_ID%).",
            )
        },
        Reply::unreachable(
            "No deployment of the model could be reached (tries: %UPSTREAM_REQUEST_ATTEMPT_COUNT%; last: \
             %RESPONSE_CODE_DETAILS%).",
        ),
        Reply {
            when: "response.code == 431",
            code: "431",
            kind: "invalid_request_error",
            anthropic: "invalid_request_error",
            message: "The request's headers are more (100) or larger (64 KiB) than this gateway takes."
                .to_owned(),
        },
        Reply {
            when: "response.code < 500",
            code: "%RESPONSE_CODE_DETAILS%",
            kind: "invalid_request_error",
            anthropic: "invalid_request_error",
            message: "The request is not HTTP as this gateway takes it: %RESPONSE_CODE_DETAILS%.".to_owned(),
        },
        Reply {
            when: "true",
            code: "%RESPONSE_CODE_DETAILS%",
            kind: "internal_server_error",
            anthropic: "api_error",
            message: "The gateway failed: %RESPONSE_CODE_DETAILS% (request %STREAM_ID%).".to_owned(),
        },
    ]
}

fn as_openai(reply: &Reply) -> Value {
    mapper(reply.when, openai(reply))
}

fn openai(reply: &Reply) -> Value {
    let error =
        json!({ "message": reply.message, "type": reply.kind, "param": Value::Null, "code": reply.code });
    json!({ "error": error })
}

/// Of the administration's route; its API knows only LiteLLM's errors, which are OpenAI's.
fn of_route(reply: &Reply) -> Value {
    let when = format!("xds.route_name == '{}' && {}", administration::ROUTE, reply.when);
    mapper(&when, openai(reply))
}

fn as_anthropic(reply: &Reply) -> Value {
    let when = format!("request.path.startsWith('/v1/messages') && {}", reply.when);
    let error = json!({ "type": reply.anthropic, "message": reply.message });
    mapper(&when, json!({ "type": "error", "error": error }))
}

fn mapper(when: &str, body: Value) -> Value {
    let filter = extension(
        "envoy.access_loggers.extension_filters.cel",
        "envoy.extensions.access_loggers.filters.cel.v3.ExpressionFilter",
        json!({ "expression": format!("response.code_details != '' && {when}") }),
    );
    json!({
        "filter": { "extension_filter": filter },
        "body_format_override": { "json_format": body, "content_type": "application/json" },
    })
}
