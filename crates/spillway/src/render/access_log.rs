//! Envoy's access log: what it tells of each request.

use serde_json::{Value, json};
use spillway_filter::exchange::filter_state::{FROM_WASM, SUMMARY};

use super::typed::any;

/// One JSON object a line on standard output. No header of a client is here, and nothing of a prompt or an answer.
/// A request that is for no model, or of a caller without a valid key, has none of the filter's words.
pub fn access_log() -> Value {
    let word = |name: &str| format!("%FILTER_STATE({FROM_WASM}{SUMMARY}{name}:PLAIN)%");
    let fields = json!({
        "time": "%START_TIME%",
        "request_id": "%STREAM_ID%",
        "method": "%REQ(:METHOD)%",
        "path": "%PATH(NQ)%",
        "status": "%RESPONSE_CODE%",
        "flags": "%RESPONSE_FLAGS%",
        "details": "%RESPONSE_CODE_DETAILS%",
        "duration_ms": "%DURATION%",
        "bytes_in": "%BYTES_RECEIVED%",
        "bytes_out": "%BYTES_SENT%",
        "attempts": "%UPSTREAM_REQUEST_ATTEMPT_COUNT%",
        "trace_id": "%TRACE_ID%",
        "id": word("id"),
        "call_type": word("call_type"),
        "model_group": word("model_group"),
        "deployment": word("deployment"),
        "tries": word("tries"),
        "cause": word("cause"),
        "input_tokens": word("input_tokens"),
        "output_tokens": word("output_tokens"),
        "cost_usd": word("cost_usd"),
        "error": word("error"),
    });
    json!({
        "name": "envoy.access_loggers.stdout",
        "typed_config": any(
            "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog",
            json!({ "log_format": { "json_format": fields, "omit_empty_values": true } }),
        ),
    })
}
