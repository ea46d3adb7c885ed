//! The clusters: one per deployment, those of the services beside Envoy, and one with nobody in it.

use serde_json::{Value, json};
use spillway_filter::config::{
    Carrier, Credential, Deployment, Gateway, GuardrailService, LEDGER_TOKEN, Ledger, PIECE, Upstream,
};
use spillway_filter::route::Timeouts;

use super::shape::{Protocol, Shape, circuit_breakers, protocol_options};
use super::typed::millis;
use super::{Error, Options, administration, credential, filters, hop, tls, tries};

/// Where a request without a plan goes: nowhere.
pub const UNPLANNED: &str = "spillway-unplanned";
/// The cluster that the filter's outbox and its lookups of keys name.
const LEDGER: &str = "spillway-ledger";
/// The cluster that the filter names when it asks the rate-limit service.
const RATE_LIMIT: &str = "spillway-rate-limit";

/// To a provider, possibly on another continent; a dead one must not hold up the next deployment.
const CONNECT_TIMEOUT_MS: u64 = 5_000;
/// To the ledger and to the rate-limit service, which are near.
const NEAR_CONNECT_TIMEOUT: &str = "1s";
/// Envoy's circuit breakers are raised out of the way: three retries at once per cluster, the default,
/// turns a dead primary into 503s though the fallback is well. Limits are the filter's work.
const NO_LIMIT: u32 = 1_000_000;
/// Events are batched, so few requests at once go to the ledger; more than this is a fault.
const LEDGER_REQUESTS: u32 = 10_000;

/// The field of a cluster that bounds what is taken from a connection at once. What filters hold of an answer is bounded by
/// the listener's field of that name.
const PIECES: &str = "per_connection_buffer_limit_bytes";

pub fn clusters(gateway: &Gateway, options: &Options) -> Result<Value, Error> {
    let mut clusters = match options.envoy.carrier() {
        Carrier::PriorityGroups => of_each_deployment(gateway, options)?,
        Carrier::Hop => of_all_tries(gateway, options)?,
    };
    let at = &gateway.ledger;
    let token = credential::injector(LEDGER_TOKEN, "authorization", options);
    clusters.push(ledger(LEDGER, at, token, options));
    if gateway.serves_administration {
        let scrubbed = administration::without_internal_headers();
        clusters.push(ledger(administration::CLUSTER, at, scrubbed, options));
    }
    clusters.extend(gateway.rate_limit_service.as_ref().map(|service| rate_limit(service, options)));
    clusters.extend(gateway.guardrail_services.iter().map(|service| guardrail(service, options)));
    Ok(Value::Array(clusters))
}

/// The clusters that the route's cluster specifier chooses from, and those behind them.
fn of_each_deployment(gateway: &Gateway, options: &Options) -> Result<Vec<Value>, Error> {
    let mut clusters = vec![unplanned()];
    for deployment in &gateway.deployments {
        clusters.extend(of_deployment(deployment, gateway, options)?);
    }
    Ok(clusters)
}

/// The one of all tries, and those behind it.
fn of_all_tries(gateway: &Gateway, options: &Options) -> Result<Vec<Value>, Error> {
    let filters = vec![tries::filter(gateway, options)?];
    let mut clusters = vec![first_hop(tries::CLUSTER, filters)];
    clusters.extend(gateway.deployments.iter().map(|deployment| behind_a_hop(deployment, options)));
    Ok(clusters)
}

/// The cluster of a deployment's tries, and the one behind its second hop where it has that.
fn of_deployment(deployment: &Deployment, gateway: &Gateway, options: &Options) -> Result<Vec<Value>, Error> {
    let id = &deployment.attempt.id;
    let mut filters = filters::attempt(deployment, &gateway.admission.router, options)?;
    if hop::is_needed(deployment, gateway) {
        return Ok(vec![first_hop(id, filters), behind_a_hop(deployment, options)]);
    }
    filters.extend(filters::credential(deployment, options));
    Ok(vec![provider(id, deployment, filters, options)])
}

/// The provider of requests that the attempt role has made ready on the hop before.
fn behind_a_hop(deployment: &Deployment, options: &Options) -> Value {
    let credential = filters::credential(deployment, options).into_iter().collect();
    provider(&hop::provider_cluster(deployment), deployment, credential, options)
}

fn unplanned() -> Value {
    json!({
        "name": UNPLANNED,
        "type": "STATIC",
        "load_assignment": { "cluster_name": UNPLANNED, "endpoints": [] },
    })
}

fn provider(name: &str, deployment: &Deployment, filters: Vec<Value>, options: &Options) -> Value {
    let upstream = &deployment.upstream;
    let shape = Shape {
        name,
        host: &upstream.host,
        port: upstream.port,
        tls: upstream.tls,
        own: tls::Own::default(),
        connect_timeout: &connect_timeout(deployment.attempt.timeouts),
        limit: NO_LIMIT,
        protocol: Protocol::Http1,
        filters,
    };
    let mut cluster = shape.cluster(options);
    cluster.insert(PIECES.to_owned(), json!(PIECE));
    Value::Object(cluster)
}

/// A connection that is not there yet is not waited for longer than an answer.
fn connect_timeout(own: Timeouts) -> String {
    millis(own.answer_ms.min(own.first_token_ms).min(CONNECT_TIMEOUT_MS))
}

/// A cluster that leads to the listener of the same name in this Envoy.
fn first_hop(name: &str, filters: Vec<Value>) -> Value {
    json!({
        "name": name,
        "type": "STATIC",
        "connect_timeout": "1s",
        "circuit_breakers": circuit_breakers(NO_LIMIT),
        "transport_socket": hop::transport_socket(),
        "load_assignment": { "cluster_name": name, "endpoints": [hop::endpoint(name)] },
        "typed_extension_protocol_options": protocol_options(Protocol::Http1, filters),
        PIECES: PIECE,
    })
}

/// A way to the ledger, with what is done to the requests that take it. An address of the options counts before the
/// file's.
fn ledger(name: &str, ledger: &Ledger, filter: Value, options: &Options) -> Value {
    let at = options.ledger.as_ref().unwrap_or(&ledger.address);
    let shape = Shape {
        name,
        host: &at.host,
        port: at.port,
        tls: at.tls,
        own: tls::Own {
            authorities: ledger.authorities.is_some(),
            certificate: ledger.certificate.is_some(),
        },
        connect_timeout: NEAR_CONNECT_TIMEOUT,
        limit: LEDGER_REQUESTS,
        protocol: match (ledger.http2, at.tls) {
            (Some(false), _) | (None, false) => Protocol::Http1,
            (Some(true), false) => Protocol::Http2,
            (Some(true) | None, true) => Protocol::Agreed,
        },
        filters: vec![filter],
    };
    Value::Object(shape.cluster(options))
}

/// A way to a guardrail's service. Its credentials are added here, so that the filter never has them.
fn guardrail(service: &GuardrailService, options: &Options) -> Value {
    let GuardrailService { cluster, upstream, credentials, timeout_ms } = service;
    let injector = |own: &Credential| credential::injector(&own.secret, &own.header, options);
    // A call's router tells Envoy's own timeout, and whose request it is.
    let scrubbed = std::iter::once(administration::without_internal_headers());
    let shape = Shape {
        name: cluster,
        host: &upstream.host,
        port: upstream.port,
        tls: upstream.tls,
        own: tls::Own::default(),
        connect_timeout: &millis(CONNECT_TIMEOUT_MS.min(*timeout_ms)),
        limit: NO_LIMIT,
        protocol: Protocol::Http1,
        filters: scrubbed.chain(credentials.iter().map(injector)).collect(),
    };
    Value::Object(shape.cluster(options))
}

/// gRPC: every request of a model is one stream here, so nothing is bounded.
fn rate_limit(at: &Upstream, options: &Options) -> Value {
    let shape = Shape {
        name: RATE_LIMIT,
        host: &at.host,
        port: at.port,
        tls: at.tls,
        own: tls::Own::default(),
        connect_timeout: NEAR_CONNECT_TIMEOUT,
        limit: NO_LIMIT,
        protocol: Protocol::Http2,
        filters: Vec::new(),
    };
    Value::Object(shape.cluster(options))
}
