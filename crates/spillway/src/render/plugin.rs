//! The wasm filter, in either role.

use std::path::Path;

use serde_json::{Value, json};
use spillway_filter::config::Role;

use super::Error;
use super::typed::{any, extension};

/// Constant over renders: each other value would be one more VM that Envoy keeps beside the old one.
const VM_ID: &str = "spillway";

/// How long after a VM's start its successor may start: Envoy's own default is a second of 503s for every
/// request of that worker. Not less: Envoy 1.40 divides by half of it, and with 1 ms dies of that (SIGFPE).
const RELOAD_AFTER: &str = "0.002s";
/// The bound of that interval when VMs keep dying.
const RELOAD_AT_MOST: &str = "0.100s";

/// The wasm filter as `role`. Its configuration is the role's settings as indented JSON, for the diff.
pub fn wasm(name: &str, role: &Role, module: &Path) -> Result<Value, Error> {
    let settings = serde_json::to_string_pretty(role)?;
    let config = json!({
        "name": name,
        "root_id": name,
        // Without it, a pause in the headers never sees the body, and the request hangs.
        "allow_on_headers_stop_iteration": true,
        // A trap costs what is under way on that worker. The default costs every later request there, too.
        "failure_policy": "FAIL_RELOAD",
        "reload_config": { "backoff": { "base_interval": RELOAD_AFTER, "max_interval": RELOAD_AT_MOST } },
        "vm_config": {
            "vm_id": VM_ID,
            "runtime": "envoy.wasm.runtime.v8",
            "code": { "local": { "filename": module.display().to_string() } },
        },
        "configuration": any("google.protobuf.StringValue", json!({ "value": settings })),
    });
    Ok(extension(
        "envoy.filters.http.wasm",
        "envoy.extensions.filters.http.wasm.v3.Wasm",
        json!({ "config": config }),
    ))
}
