//! The one cluster of all tries, for an Envoy that takes no order of clusters from a request ([`Carrier::Hop`]).
//!
//! The attempt role finds in the plan, which filter state holds, whose turn it is, and names that deployment in a
//! header to a listener inside the same Envoy, which removes it. The provider's cluster behind is chosen by that name
//! alone, and has its one credential. Each deployment's bounds are its routes', as in [`hop`].
//!
//! ```text
//! router ─▶ cluster spillway-tries: attempt role ─▶ listener spillway-tries ─▶ cluster {id}:provider ─▶ provider
//! ```
//!
//! [`Carrier::Hop`]: spillway_filter::config::Carrier::Hop

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use spillway_filter::config::{AttemptSettings, Deployment, Gateway, Role};
use spillway_filter::exchange::HOP_HEADER;

use super::typed::extension;
use super::{Error, Options, hop, plugin};

/// The cluster, and the listener that it leads to.
pub const CLUSTER: &str = "spillway-tries";
/// Bytes of a digest that tell one deployment from all others.
const NAME_BYTES: usize = 16;

/// The attempt role of all deployments.
pub fn filter(gateway: &Gateway, options: &Options) -> Result<Value, Error> {
    let settings = |deployment| AttemptSettings { hop: Some(name(deployment)), ..deployment.attempt.clone() };
    let deployments = gateway.deployments.iter().map(settings).collect();
    plugin::wasm("attempt", &Role::Attempts(deployments), &options.wasm)
}

/// The listener. `buffer`: bytes of a body that may be under way.
pub fn listener(gateway: &Gateway, buffer: u32) -> Value {
    let host =
        hop::virtual_host("matcher", by_name(&gateway.deployments), &["x-forwarded-proto", HOP_HEADER]);
    hop::internal_listener(CLUSTER, CLUSTER, &host, buffer)
}

/// The routes of each deployment, found by the header in one look, however many there are.
fn by_name(deployments: &[Deployment]) -> Value {
    let header = extension(
        "envoy.matching.inputs.request_headers",
        "envoy.type.matcher.v3.HttpRequestHeaderMatchInput",
        json!({ "header_name": HOP_HEADER }),
    );
    let entry = |deployment| (name(deployment), action("deployment", hop::routes(deployment)));
    let known: Map<String, Value> = deployments.iter().map(entry).collect();
    json!({
        "matcher_tree": { "input": header, "exact_match_map": { "map": known } },
        "on_no_match": action("nobody", nobody()),
    })
}

fn action(name: &str, routes: Value) -> Value {
    json!({ "action": extension(name, "envoy.config.route.v3.RouteList", json!({ "routes": routes })) })
}

/// Of a request that was made ready for a deployment that has gone, or was changed, since then. Answered as a provider
/// is that cannot be reached, so that the next one is tried.
fn nobody() -> Value {
    json!([{ "match": { "prefix": "/" }, "direct_response": { "status": 503 } }])
}

/// What the listener knows a deployment by. It changes with where the deployment leads and what it shows there: a
/// request that is under way while the configuration changes reaches the provider that it was made for, or nobody.
fn name(deployment: &Deployment) -> String {
    let Deployment { attempt, upstream, credential } = deployment;
    let credential = credential.as_ref().map(|own| (&own.header, &own.secret));
    let told = json!([attempt.id, attempt.target, upstream.host, upstream.port, upstream.tls, credential]);
    let digest = Sha256::digest(told.to_string());
    digest.iter().take(NAME_BYTES).map(|byte| format!("{byte:02x}")).collect()
}
