//! The second hop of a deployment whose own timeouts are smaller than the gateway's largest.
//!
//! Envoy's router takes one bound for all tries of a request, whatever they try. So such a deployment's
//! cluster leads to a listener inside the same Envoy, whose router knows that deployment's bounds, and from
//! there to the provider. When time is up before response headers came, this router closes the provider's
//! connection and answers by itself, which the attempt role, on the first hop, sees as a response. From the
//! response headers on, the attempt role watches the time.
//!
//! ```text
//! router ─▶ cluster {id}: attempt role ─▶ listener {id} ─▶ cluster {id}:provider: credential, TLS ─▶ provider
//! ```

use serde_json::{Value, json};
use spillway_filter::config::{Carrier, Deployment, Gateway};
use spillway_filter::exchange::LOST_HEADER;
use spillway_filter::route::Timeouts;

use super::filters;
use super::typed::{extension, millis};

/// Envoy's word for no timeout.
const NONE: &str = "0s";

/// Whether any request takes such a hop.
pub fn is_used(gateway: &Gateway, carrier: Carrier) -> bool {
    carrier == Carrier::Hop || gateway.deployments.iter().any(|deployment| is_needed(deployment, gateway))
}

/// Whether a deployment needs the hop for its bounds.
pub fn is_needed(deployment: &Deployment, gateway: &Gateway) -> bool {
    let own = deployment.attempt.timeouts;
    let largest = gateway.admission.timeouts;
    own.answer_ms < largest.answer_ms || own.first_token_ms < largest.first_token_ms
}

/// What the bootstrap needs, where there is such a listener.
pub fn bootstrap_extension() -> Value {
    extension(
        "envoy.bootstrap.internal_listener",
        "envoy.extensions.bootstrap.internal_listener.v3.InternalListener",
        json!({}),
    )
}

/// Name of the cluster behind the hop. No deployment's id has a colon.
pub fn provider_cluster(deployment: &Deployment) -> String {
    format!("{}:provider", deployment.attempt.id)
}

/// The address of a hop's listener.
pub fn endpoint(listener: &str) -> Value {
    let address = json!({ "envoy_internal_address": { "server_listener_name": listener } });
    json!({ "lb_endpoints": [{ "endpoint": { "address": address } }] })
}

/// How the first hop's cluster connects.
pub fn transport_socket() -> Value {
    let plain = extension(
        "envoy.transport_sockets.raw_buffer",
        "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer",
        json!({}),
    );
    extension(
        "envoy.transport_sockets.internal_upstream",
        "envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport",
        json!({ "transport_socket": plain }),
    )
}

/// The hop's listener. `buffer`: bytes of a body that may be under way.
pub fn listener(deployment: &Deployment, buffer: u32) -> Value {
    let id = &deployment.attempt.id;
    let host = virtual_host("routes", routes(deployment), &["x-forwarded-proto"]);
    internal_listener(id, &format!("hop.{id}"), &host, buffer)
}

/// A listener that this Envoy itself connects to, and its one virtual host.
pub fn internal_listener(name: &str, stat_prefix: &str, host: &Value, buffer: u32) -> Value {
    let manager = extension(
        "envoy.filters.network.http_connection_manager",
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        connection_manager(stat_prefix, host),
    );
    json!({
        "name": name,
        "internal_listener": {},
        // Its connections are not clients'.
        "ignore_global_conn_limit": true,
        "per_connection_buffer_limit_bytes": buffer,
        "filter_chains": [{ "filters": [manager] }],
    })
}

/// Passes requests on as they are: everything that Envoy would add is switched off or taken out again.
fn connection_manager(stat_prefix: &str, host: &Value) -> Value {
    json!({
        "stat_prefix": stat_prefix,
        "codec_type": "HTTP1",
        "use_remote_address": false,
        "skip_xff_append": true,
        "generate_request_id": false,
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        "server_header_transformation": "PASS_THROUGH",
        "stream_idle_timeout": NONE,
        // A provider's connection that breaks in the middle of a response must break here at once, not after the
        // second that Envoy gives a client to read the rest.
        "delayed_close_timeout": NONE,
        "local_reply_config": { "mappers": [lost()] },
        "route_config": { "name": "hop", "virtual_hosts": [host] },
        "http_filters": [filters::router()],
    })
}

/// A virtual host for every request. `field`: by what its routes are chosen; `removed`: headers that go no further.
pub fn virtual_host(field: &str, routes: Value, removed: &[&str]) -> Value {
    json!({
        "name": "hop",
        "domains": ["*"],
        "request_headers_to_remove": removed,
        // A provider does not say that it is lost.
        "response_headers_to_remove": [LOST_HEADER],
        field: routes,
    })
}

/// Marks what this Envoy answers by itself: the attempt role takes it for a try without a response. Of a provider that
/// could not be reached that is 503, of one that is late 504, and of one whose response is no HTTP 502.
fn lost() -> Value {
    let no_answer = json!({ "comparison": {
        "op": "GE", "value": { "default_value": 500, "runtime_key": "spillway.lost" },
    } });
    let mark = json!({ "header": { "key": LOST_HEADER, "value": "1" } });
    json!({ "filter": { "status_code_filter": no_answer }, "headers_to_add": [mark] })
}

/// A deployment's. A request for a stream is known by what it accepts, which the attempt role writes.
pub fn routes(deployment: &Deployment) -> Value {
    let own = deployment.attempt.timeouts;
    let streams = json!({
        "prefix": "/",
        "headers": [{ "name": "accept", "string_match": { "exact": "text/event-stream" } }],
    });
    let action = |per_try_ms| action(deployment, own, per_try_ms);
    json!([
        { "match": streams, "route": action(own.first_token_ms) },
        { "match": { "prefix": "/" }, "route": action(own.answer_ms) },
    ])
}

/// The bound of a try holds until response headers come, which is what is wanted: a stream may go on. It is
/// silence that ends one.
fn action(deployment: &Deployment, own: Timeouts, per_try_ms: u64) -> Value {
    json!({
        "cluster": provider_cluster(deployment),
        "timeout": NONE,
        "idle_timeout": millis(own.answer_ms.max(own.first_token_ms)),
        "retry_policy": { "per_try_timeout": millis(per_try_ms) },
    })
}
