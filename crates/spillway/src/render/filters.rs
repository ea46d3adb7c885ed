//! The HTTP filter chains: the listener's, once per request, and each cluster's, once per try.

use serde_json::{Value, json};
use spillway_filter::config::{AdmissionSettings, Carrier, Deployment, Gateway, Listener, Role};
use spillway_filter::exchange::PLAN_HEADER;
use spillway_filter::route::Router;

use super::typed::extension;
use super::{Error, Options, administration, credential, durable, path, plugin};

/// Dynamic metadata namespace that the route's cluster specifier reads.
pub const PLAN_NAMESPACE: &str = "spillway";
/// Its key; fixed by the priority group specifier.
const PLAN_KEY: &str = "priority_groups";

/// The listener's chain. The order is the design: admission writes the plan and, where the router takes it from
/// metadata, the next filter makes that of it, and the one after clears the route that the first look at the request
/// had cached.
pub fn downstream(gateway: &Gateway, whose: Listener, options: &Options) -> Result<Value, Error> {
    let settings = AdmissionSettings {
        summaries: options.access_log,
        carrier: options.envoy.carrier(),
        listener: whose,
        ..gateway.admission.clone()
    };
    let admission = Role::Admission(Box::new(settings));
    let mut chain = if gateway.serves_administration { vec![administration::buffer()] } else { Vec::new() };
    chain.extend(gateway.admission.delivery.durable.then(|| durable::journal(options)));
    chain.push(plugin::wasm("admission", &admission, &options.wasm)?);
    if options.envoy.carrier() == Carrier::PriorityGroups {
        chain.extend([plan_to_metadata(), refresh_route()]);
    }
    chain.push(router());
    Ok(Value::Array(chain))
}

/// A deployment's chain up to its credential. Responses pass it from its end: the path is read after the attempt
/// role has judged.
pub fn attempt(deployment: &Deployment, router: &Router, options: &Options) -> Result<Vec<Value>, Error> {
    let attempt = Role::Attempt(Box::new(deployment.attempt.clone()));
    let mut chain = if path::needs_paths(router) { vec![path::filter()] } else { Vec::new() };
    chain.push(plugin::wasm("attempt", &attempt, &options.wasm)?);
    Ok(chain)
}

/// What sets a deployment's credential, behind everything else: what wasm can see never holds a key.
pub fn credential(deployment: &Deployment, options: &Options) -> Option<Value> {
    let credential = deployment.credential.as_ref()?;
    Some(credential::injector(&credential.secret, &credential.header, options))
}

/// The filter that ends every upstream chain.
pub fn codec() -> Value {
    extension(
        "envoy.filters.http.upstream_codec",
        "envoy.extensions.filters.http.upstream_codec.v3.UpstreamCodec",
        json!({}),
    )
}

/// A wasm filter cannot set dynamic metadata; it can set a header that this filter decodes and removes.
fn plan_to_metadata() -> Value {
    extension(
        "envoy.filters.http.header_to_metadata",
        "envoy.extensions.filters.http.header_to_metadata.v3.Config",
        json!({
            "request_rules": [{
                "header": PLAN_HEADER,
                "on_header_present": {
                    "metadata_namespace": PLAN_NAMESPACE,
                    "key": PLAN_KEY,
                    "type": "PROTOBUF_VALUE",
                    "encode": "BASE64",
                },
                "remove": true,
            }],
        }),
    )
}

/// The route was chosen before the plan was metadata. Without this the first try ignores the plan.
fn refresh_route() -> Value {
    extension(
        "envoy.filters.http.set_filter_state",
        "envoy.extensions.filters.http.set_filter_state.v3.Config",
        json!({
            "clear_route_cache": true,
            "on_request_headers": [{
                "object_key": "spillway.planned",
                "factory_key": "envoy.string",
                "format_string": { "text_format_source": { "inline_string": "1" } },
            }],
        }),
    )
}

/// `suppress_envoy_headers`: neither providers nor clients are told Envoy's timings.
pub fn router() -> Value {
    extension(
        "envoy.filters.http.router",
        "envoy.extensions.filters.http.router.v3.Router",
        json!({ "suppress_envoy_headers": true }),
    )
}
