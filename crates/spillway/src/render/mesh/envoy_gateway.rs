//! For Envoy Gateway: a route that is closed by itself, the patch that makes it the gateway's, and the proxies' pods.
//!
//! Not an `EnvoyExtensionPolicy`, which can say neither `allow_on_headers_stop_iteration` nor how a fault ends; and no
//! `Backend`: a cluster that is made of one has no place for the attempt role, and would take requests past it.

use serde_json::{Value, json};
use spillway_filter::config::Gateway;

use super::document::{self, CREDENTIALS, NAME};
use super::parts::Parts;
use super::place::Place;
use super::{scope, typed_struct};
use crate::failure::{Doing, Failure};
use crate::render::{Options, allocator, hop, stats};

const API: &str = "gateway.envoyproxy.io/v1alpha1";
const LISTENER: &str = "type.googleapis.com/envoy.config.listener.v3.Listener";
const ROUTES: &str = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
const CLUSTER: &str = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
/// The connection managers of a listener: one each host that has a certificate of its own.
const MANAGERS: &str = "$..filters[?(@.name=='envoy.filters.network.http_connection_manager')].typed_config";
/// Where the module's image is mounted.
const MODULE_FOLDER: &str = "/etc/spillway/module";
/// What clients are told by a proxy that was not patched.
const CLOSED: &str = r#"{"error":{"message":"The gateway is not set up: its EnvoyPatchPolicy was not applied.","type":"internal_server_error","param":null,"code":"503"}}"#;

/// The objects.
pub fn render(gateway: &Gateway, options: &Options, place: &Place) -> Result<String, Failure> {
    let mut options = options.clone();
    options.wasm = format!("{MODULE_FOLDER}/plugin.wasm").into();
    let mut parts = Parts::of(gateway, &options)?;
    scope::narrow(&mut parts, &place.hosts.iter().map(|host| virtual_host(host, place)).collect::<Vec<_>>());
    typed_struct::wrap_specifiers(&mut parts);
    let object = |kind, spec| document::object(API, kind, &place.namespace, spec);
    let objects = [
        object("EnvoyProxy", proxies(&parts, &options, place)?),
        object("HTTPRouteFilter", closed()),
        document::object("gateway.networking.k8s.io/v1", "HTTPRoute", &place.namespace, route(place)),
        object("EnvoyPatchPolicy", policy(parts, place)),
    ];
    let mut about = document::about_credentials(&objects, &options.secrets.display().to_string());
    about.push("Apply it with `kubectl apply --server-side`: it is too large for an annotation.".to_owned());
    document::yaml(&about, &objects)
}

/// Envoy Gateway's name for a listener, and for the listener's routes.
fn listener(place: &Place) -> String {
    format!("{}/{}/{}", place.namespace, place.gateway, place.listener)
}

/// Envoy Gateway's name for a host of a listener.
fn virtual_host(host: &str, place: &Place) -> String {
    format!("{}/{}", listener(place), host.replace('.', "_"))
}

/// The pods: which Envoy, and what is mounted.
fn proxies(parts: &Parts, options: &Options, place: &Place) -> Result<Value, Failure> {
    let mount = |name: &str, folder: &str| json!({ "name": name, "mountPath": folder, "readOnly": true });
    let container = json!({
        "image": place.envoy_image,
        "volumeMounts": [
            mount(CREDENTIALS, &options.secrets.display().to_string()),
            mount("spillway-module", MODULE_FOLDER),
        ],
    });
    let pod = json!({ "volumes": [
        { "name": CREDENTIALS, "secret": { "secretName": CREDENTIALS } },
        { "name": "spillway-module", "image": { "reference": place.module.image(), "pullPolicy": "IfNotPresent" } },
    ] });
    let deployment = json!({ "container": container, "pod": pod });
    let bootstrap = serde_yaml_ng::to_string(&bootstrap(parts)).doing(|| "writing YAML".to_owned())?;
    Ok(json!({
        "provider": { "type": "Kubernetes", "kubernetes": { "envoyDeployment": deployment } },
        "bootstrap": { "type": "Merge", "value": bootstrap },
    }))
}

/// What an Envoy is told when it starts, and by no discovery service.
fn bootstrap(parts: &Parts) -> Value {
    let mut bootstrap =
        json!({ "stats_config": stats::config(), "memory_allocator_manager": allocator::manager() });
    if !parts.hops.is_empty()
        && let Some(fields) = bootstrap.as_object_mut()
    {
        fields.insert("bootstrap_extensions".to_owned(), json!([hop::bootstrap_extension()]));
    }
    bootstrap
}

fn closed() -> Value {
    json!({ "directResponse": {
        "contentType": "application/json",
        "statusCode": 503,
        "body": { "type": "Inline", "inline": CLOSED },
    } })
}

/// Has the hosts made. It leads nowhere: a request that meets it was not admitted by anybody.
fn route(place: &Place) -> Value {
    let closed = json!({ "group": "gateway.envoyproxy.io", "kind": "HTTPRouteFilter", "name": NAME });
    json!({
        "parentRefs": [{ "name": place.gateway, "sectionName": place.listener }],
        "hostnames": place.hosts,
        "rules": [{ "filters": [{ "type": "ExtensionRef", "extensionRef": closed }] }],
    })
}

fn policy(parts: Parts, place: &Place) -> Value {
    json!({
        "targetRef": { "group": "gateway.networking.k8s.io", "kind": "Gateway", "name": place.gateway },
        "type": "JSONPatch",
        "jsonPatches": patches(parts, place),
    })
}

/// First what the others name.
fn patches(parts: Parts, place: &Place) -> Vec<Value> {
    let whole = |kind: &'static str| {
        move |resource: Value| {
            let name = resource.get("name").cloned().unwrap_or_default();
            json!({ "type": kind, "name": name, "operation": { "op": "add", "path": "", "value": resource } })
        }
    };
    let mut patches: Vec<Value> = parts.clusters.into_iter().map(whole(CLUSTER)).collect();
    patches.extend(parts.hops.into_iter().map(whole(LISTENER)));
    let name = listener(place);
    let within = |kind: &str, json_path: &str, path: &str, value: &Value| {
        let operation = json!({ "op": "add", "jsonPath": json_path, "path": path, "value": value });
        json!({ "type": kind, "name": name, "operation": operation })
    };
    patches.push(json!({ "type": LISTENER, "name": name, "operation": {
        "op": "add", "path": "/per_connection_buffer_limit_bytes", "value": parts.buffer,
    } }));
    let replies = json!({ "mappers": parts.replies });
    patches.push(within(LISTENER, MANAGERS, "local_reply_config", &replies));
    // Each takes the first place, so the last comes first.
    let filters = parts.filters.iter().rev();
    patches.extend(filters.map(|filter| within(LISTENER, MANAGERS, "http_filters/0", filter)));
    for host in &place.hosts {
        let json_path = format!("$.virtual_hosts[?(@.name=='{}')]", virtual_host(host, place));
        let fields = parts.virtual_host.iter();
        patches.extend(fields.map(|(key, value)| within(ROUTES, &json_path, key, value)));
    }
    patches
}
