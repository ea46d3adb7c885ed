//! The administration of keys on the clients' listener: LiteLLM's paths lead to the ledger, whose answers pass as
//! they are.
//!
//! No filter of ours takes part: the ledger itself asks for the master key. Its cluster is another one than that
//! of the filter's own calls, because that one adds the gateway's credential to whatever passes it.

use serde_json::{Value, json};
use spillway_filter::config::Carrier;

use super::typed::{any, extension};

/// The cluster: the ledger's address, without the gateway's credential.
pub const CLUSTER: &str = "spillway-ledger-admin";
/// Also for the conditions of Envoy's own answers.
pub const ROUTE: &str = "administration";
/// Everything below these paths, whether or not the ledger has it; the paths themselves are the filter's.
const PATHS: &str = "/(key|team|user)/.*";
/// A change of the ledger's tables is a matter of milliseconds, and nobody repeats it: a key is made once.
const TIMEOUT: &str = "15s";
/// As much as the ledger takes of one change. It is held for whoever sends it: nobody has been asked for a key by then.
pub const MAX_BODY_BYTES: u32 = 64 << 10;
/// A filter of the listener's chain that has no part in it.
const LEFT_OUT: &str = "envoy.filters.http.wasm";
/// Further ones, where they are.
const CARRYING: [&str; 2] = ["envoy.filters.http.header_to_metadata", "envoy.filters.http.set_filter_state"];
const BUFFER: &str = "envoy.filters.http.buffer";
/// Headers that Envoy and the filter tell each other. No client's reach the ledger.
const INTERNAL: [&str; 2] = ["x-envoy-", "x-spillway-"];

/// The route, which stands before the deployments'.
pub fn route(carrier: Carrier) -> Value {
    let mut filters = serde_json::Map::new();
    let carrying = CARRYING.into_iter().filter(|_| carrier == Carrier::PriorityGroups);
    for name in std::iter::once(LEFT_OUT).chain(carrying) {
        let disabled = any("envoy.config.route.v3.FilterConfig", json!({ "disabled": true }));
        filters.insert(name.to_owned(), disabled);
    }
    let bound = json!({ "buffer": { "max_request_bytes": MAX_BODY_BYTES } });
    filters.insert(BUFFER.to_owned(), any("envoy.extensions.filters.http.buffer.v3.BufferPerRoute", bound));
    json!({
        "name": ROUTE,
        "match": { "safe_regex": { "regex": PATHS } },
        "route": { "cluster": CLUSTER, "timeout": TIMEOUT },
        "request_body_buffer_limit": MAX_BODY_BYTES,
        "typed_per_filter_config": filters,
    })
}

/// Holds a body of the route until it is whole, and refuses one that is too large. For no other route.
pub fn buffer() -> Value {
    let mut filter = extension(
        BUFFER,
        "envoy.extensions.filters.http.buffer.v3.Buffer",
        json!({ "max_request_bytes": MAX_BODY_BYTES }),
    );
    if let Some(fields) = filter.as_object_mut() {
        fields.insert("disabled".to_owned(), json!(true));
    }
    filter
}

/// A cluster's filter: takes out what no client may say, and what nobody else is told.
pub fn without_internal_headers() -> Value {
    let removals =
        INTERNAL.map(|prefix| json!({ "remove_on_match": { "key_matcher": { "prefix": prefix } } }));
    extension(
        "envoy.filters.http.header_mutation",
        "envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
        json!({ "mutations": { "request_mutations": removals } }),
    )
}
