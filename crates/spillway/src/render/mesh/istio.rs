//! For Istio's ingress gateway: one `EnvoyFilter`, and a `ServiceEntry` for the providers.
//!
//! One object, so that istiod never sends half of a change. Not a `WasmPlugin`, which cannot say
//! `allow_on_headers_stop_iteration`: without it, admission waits for ever for a body.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde_json::{Value, json};
use spillway_filter::config::{Gateway, Upstream};

use super::document::{self, NAME};
use super::parts::Parts;
use super::place::Place;
use super::{extension_config, scope};
use crate::failure::Failure;
use crate::render::typed::any;
use crate::render::{EnvoyVersion, Options};

const MANAGER: &str = "envoy.filters.network.http_connection_manager";
const MANAGER_MESSAGE: &str =
    "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager";
const ROUTER: &str = "envoy.filters.http.router";
/// Where a cluster has its upstream filters.
const UPSTREAM_FILTERS: &str =
    "/typed_extension_protocol_options/envoy.extensions.upstreams.http.v3.HttpProtocolOptions/http_filters";
/// The objects.
pub fn render(gateway: &Gateway, options: &Options, place: &Place) -> Result<String, Failure> {
    // Istio chooses what it builds into its Envoy: the cluster specifier of newer ones is not there, whatever the version.
    let options = &Options { envoy: EnvoyVersion::OLDEST, ..options.clone() };
    let mut parts = Parts::of(gateway, options)?;
    scope::narrow(&mut parts, &[NAME.to_owned()]);
    let labels: serde_json::Map<String, Value> =
        place.selector.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let filter = document::object(
        "networking.istio.io/v1alpha3",
        "EnvoyFilter",
        &place.namespace,
        json!({ "workloadSelector": { "labels": labels }, "configPatches": patches(parts, place) }),
    );
    let mut objects = vec![filter];
    objects.extend(providers(gateway, place));
    let mut about = document::about_credentials(&objects, &options.secrets.display().to_string());
    about.push("Apply it with `kubectl apply --server-side`: it is too large for an annotation.".to_owned());
    document::yaml(&about, &objects)
}

/// In the order in which istiod applies what is of one kind.
fn patches(mut parts: Parts, place: &Place) -> Vec<Value> {
    let configurations = extension_configs(&mut parts, place);
    let add = |apply_to: &'static str| move |value| patch(apply_to, json!({}), "ADD", value);
    let mut patches: Vec<Value> = configurations.into_iter().map(add("EXTENSION_CONFIG")).collect();
    patches.extend(parts.clusters.drain(..).map(add("CLUSTER")));
    patches.extend(parts.hops.drain(..).map(add("LISTENER")));
    let buffer = json!({ "per_connection_buffer_limit_bytes": parts.buffer });
    patches.push(patch("LISTENER", json!({}), "MERGE", buffer));
    patches.push(replies(&parts));
    patches.extend(parts.filters.drain(..).map(before_the_router));
    let here = json!({ "routeConfiguration": { "portNumber": place.port } });
    patches.push(patch("VIRTUAL_HOST", here, "ADD", virtual_host(parts, place)));
    patches
}

fn patch(apply_to: &str, mut matching: Value, operation: &str, value: Value) -> Value {
    if let Value::Object(fields) = &mut matching {
        fields.insert("context".to_owned(), json!("GATEWAY"));
    }
    json!({
        "applyTo": apply_to,
        "match": matching,
        "patch": { "operation": operation, "value": value },
    })
}

fn extension_configs(parts: &mut Parts, place: &Place) -> Vec<Value> {
    let mut found = Vec::new();
    for filter in &mut parts.filters {
        let name = filter.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        found.extend(extension_config::take(filter, &name, &place.module));
    }
    for cluster in &mut parts.clusters {
        let name = cluster.get("name").and_then(Value::as_str).unwrap_or_default();
        let name = format!("{NAME}.attempt/{name}");
        let filters = cluster.pointer_mut(UPSTREAM_FILTERS).and_then(Value::as_array_mut);
        for filter in filters.into_iter().flatten() {
            found.extend(extension_config::take(filter, &name, &place.module));
        }
    }
    found
}

/// Of all listeners, which do not know our hosts by then: the rules say themselves where they apply.
fn replies(parts: &Parts) -> Value {
    let manager = any(MANAGER_MESSAGE, json!({ "local_reply_config": { "mappers": parts.replies } }));
    let value = json!({ "name": MANAGER, "typed_config": manager });
    let here = json!({ "listener": { "filterChain": { "filter": { "name": MANAGER } } } });
    patch("NETWORK_FILTER", here, "MERGE", value)
}

fn before_the_router(filter: Value) -> Value {
    let router = json!({ "name": MANAGER, "subFilter": { "name": ROUTER } });
    let here = json!({ "listener": { "filterChain": { "filter": router } } });
    patch("HTTP_FILTER", here, "INSERT_BEFORE", filter)
}

fn virtual_host(parts: Parts, place: &Place) -> Value {
    let mut fields = parts.virtual_host;
    fields.insert("name".to_owned(), json!(NAME));
    // Istio's routes do not look at the port that a client may write behind the host.
    fields.insert("domains".to_owned(), json!(place.hosts));
    Value::Object(fields)
}

/// Tells the mesh of the hosts outside, for those who look at it and for its policies; the proxies do without.
fn providers(gateway: &Gateway, place: &Place) -> Option<Value> {
    let upstreams = gateway.deployments.iter().map(|deployment| &deployment.upstream);
    let outside: Vec<&Upstream> = upstreams
        .filter(|at| at.tls && at.name().parse::<IpAddr>().is_err() && !at.name().ends_with(".cluster.local"))
        .collect();
    let hosts: BTreeSet<&str> = outside.iter().map(|at| at.name()).collect();
    let ports: BTreeSet<u16> = outside.iter().map(|at| at.port).collect();
    let port = |number| json!({ "name": format!("tls-{number}"), "number": number, "protocol": "TLS" });
    let ports: Vec<Value> = ports.into_iter().map(port).collect();
    let spec = json!({
        "hosts": hosts,
        "exportTo": ["."],
        "location": "MESH_EXTERNAL",
        "resolution": "DNS",
        "ports": ports,
    });
    (!hosts.is_empty())
        .then(|| document::object("networking.istio.io/v1", "ServiceEntry", &place.namespace, spec))
}
