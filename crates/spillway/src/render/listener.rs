//! The listener and its HTTP connection manager: what clients connect to.

use serde_json::{Value, json};
use spillway_filter::config::{Carrier, Gateway, Listener, body_buffer};

use super::typed::extension;
use super::{Error, Options, access_log, bootstrap, durable, filters, hop, replies, route, tries};

/// Headers of a request, all together.
const MAX_REQUEST_HEADERS_KB: u32 = 64;
/// A client that has not sent its headers by then is not a client.
const REQUEST_HEADERS_TIMEOUT: &str = "10s";
/// The whole request, body included: room for a large body on a slow line, and a bound for the rest.
const REQUEST_TIMEOUT: &str = "120s";
/// Silence within a request for which no route is chosen yet; after that the route's own bound counts.
const STREAM_IDLE_TIMEOUT: &str = "120s";
/// A kept-alive connection without a request.
const CLIENT_IDLE_TIMEOUT: &str = "900s";
/// Requests at once on one HTTP/2 connection.
const HTTP2_STREAMS: u32 = 100;
/// The host of an HTTP/1.0 request that names none.
const HOST_OF_HTTP_10: &str = "spillway";
/// HTTP/2 flow control, per stream and per connection, in bytes.
const HTTP2_WINDOW: u32 = 1 << 20;

/// The clients' listener, and those of second hops. `whose`: a mesh puts what it takes of them into a manager that goes by
/// other settings, and into a chain that may have other filters.
pub fn listeners(gateway: &Gateway, whose: Listener, options: &Options) -> Result<Value, Error> {
    let mut listeners = vec![listener(gateway, whose, options)?];
    let buffer = body_buffer(gateway.admission.max_body_bytes);
    match options.envoy.carrier() {
        Carrier::PriorityGroups => {
            let bounded = gateway.deployments.iter().filter(|deployment| hop::is_needed(deployment, gateway));
            listeners.extend(bounded.map(|deployment| hop::listener(deployment, buffer)));
        }
        Carrier::Hop => listeners.push(tries::listener(gateway, buffer)),
    }
    Ok(Value::Array(listeners))
}

fn listener(gateway: &Gateway, whose: Listener, options: &Options) -> Result<Value, Error> {
    let manager = extension(
        "envoy.filters.network.http_connection_manager",
        "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        connection_manager(gateway, whose, options)?,
    );
    Ok(json!({
        "name": "gateway",
        "address": bootstrap::address(options.listen),
        // A retry needs the whole body: 1 MiB is Envoy's default, and anything larger a bare 413.
        "per_connection_buffer_limit_bytes": body_buffer(gateway.admission.max_body_bytes),
        "filter_chains": [{ "filters": [manager] }],
    }))
}

fn connection_manager(gateway: &Gateway, whose: Listener, options: &Options) -> Result<Value, Error> {
    let mut manager = json!({
        "stat_prefix": "gateway",
        "server_name": "spillway",
        // Every caller counts as external, whatever its address: Envoy then removes the `x-envoy-*` headers
        // that it sends (retries, timeouts), before the filter removes what else is not a client's to say.
        "use_remote_address": true,
        "internal_address_config": { "cidr_ranges": [nobody()] },
        "always_set_request_id_in_response": true,
        "normalize_path": true,
        "merge_slashes": true,
        // A model's name in a path may hold an escaped slash, and no path of a client ever goes upstream.
        "path_with_escaped_slashes_action": "KEEP_UNCHANGED",
        "max_request_headers_kb": MAX_REQUEST_HEADERS_KB,
        "request_headers_timeout": REQUEST_HEADERS_TIMEOUT,
        "request_timeout": REQUEST_TIMEOUT,
        "stream_idle_timeout": STREAM_IDLE_TIMEOUT,
        "common_http_protocol_options": {
            "idle_timeout": CLIENT_IDLE_TIMEOUT,
            "headers_with_underscores_action": "DROP_HEADER",
        },
        // What proxies and health checks speak that nobody told otherwise: nginx's `proxy_pass`, HAProxy's `httpchk`. Such
        // a request may name no host, and no route here goes by it.
        "http_protocol_options": { "accept_http_10": true, "default_host_for_http_10": HOST_OF_HTTP_10 },
        "http2_protocol_options": {
            "max_concurrent_streams": HTTP2_STREAMS,
            "initial_stream_window_size": HTTP2_WINDOW,
            "initial_connection_window_size": HTTP2_WINDOW,
        },
        "local_reply_config": replies::local_reply_config(gateway),
        "route_config": route::route_config(gateway, options.envoy.carrier()),
        "http_filters": filters::downstream(gateway, whose, options)?,
    });
    let durable = gateway.admission.delivery.durable.then(|| durable::access_log(options));
    let logs: Vec<Value> =
        options.access_log.then(access_log::access_log).into_iter().chain(durable).collect();
    if !logs.is_empty()
        && let Some(fields) = manager.as_object_mut()
    {
        fields.insert("access_log".to_owned(), Value::Array(logs));
    }
    Ok(manager)
}

/// An address that no packet comes from. An empty list would mean Envoy's default: all private addresses.
fn nobody() -> Value {
    json!({ "address_prefix": "255.255.255.255", "prefix_len": 32 })
}
