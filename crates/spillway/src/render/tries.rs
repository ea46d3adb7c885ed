//! The one cluster of all tries, for an Envoy that keeps to a request's cluster when it retries ([`Carrier::Hop`]).
//!
//! The attempt role finds in the plan, which filter state holds, whose turn it is, and names that deployment in a
//! header to a listener inside the same Envoy, which removes it. The provider's cluster behind is chosen by that name
//! alone, and has its one credential. Each deployment's bounds are its virtual host's, as in [`hop`].
//!
//! ```text
//! router ─▶ cluster spillway-tries: attempt role ─▶ listener spillway-tries ─▶ cluster {id}:provider ─▶ provider
//! ```
//!
//! [`Carrier::Hop`]: spillway_filter::config::Carrier::Hop

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use spillway_filter::config::{AttemptSettings, Deployment, Gateway, Role};
use spillway_filter::exchange::HOP_HEADER;

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
    let known = gateway.deployments.iter().map(|deployment| {
        let name = name(deployment);
        hop::virtual_host(&name, &name, deployment)
    });
    let hosts: Vec<Value> = known.chain([nobody()]).collect();
    let routes = json!({
        "name": CLUSTER,
        "vhost_header": HOP_HEADER,
        "request_headers_to_remove": [HOP_HEADER],
        "virtual_hosts": hosts,
    });
    hop::internal_listener(CLUSTER, CLUSTER, &routes, buffer)
}

/// Of a request that was made ready for a deployment that has gone, or was changed, since then. Answered as a provider
/// is that cannot be reached, so that the next one is tried.
fn nobody() -> Value {
    json!({
        "name": "nobody",
        "domains": ["*"],
        "routes": [{ "match": { "prefix": "/" }, "direct_response": { "status": 503 } }],
    })
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
