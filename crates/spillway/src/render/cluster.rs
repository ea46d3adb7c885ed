//! The clusters: one per deployment, one for the ledger, and one with nobody in it.

use std::net::IpAddr;

use serde_json::{Map, Value, json};
use spillway_filter::config::{Deployment, Gateway, LedgerAddress};
use spillway_filter::route::Timeouts;

use super::bootstrap::socket_address;
use super::listener::body_buffer;
use super::typed::{any, extension, millis};
use super::{Error, LEDGER_TOKEN, Options, credential, filters, hop, tls};

/// Where a request without a plan goes: nowhere.
pub const UNPLANNED: &str = "spillway-unplanned";
/// The cluster that the filter's outbox names.
const LEDGER: &str = "spillway-ledger";

/// Nobody can listen on port 0, so no request, and no credential in it, ever gets there.
const NOWHERE: (&str, u16) = ("127.0.0.1", 0);

/// To a provider, possibly on another continent; a dead one must not hold up the next deployment.
const CONNECT_TIMEOUT_MS: u64 = 5_000;
/// To the ledger, which is near.
const LEDGER_CONNECT_TIMEOUT: &str = "1s";
/// Shorter than the keep-alive of every provider's front, so that Envoy closes first.
const IDLE_TIMEOUT: &str = "55s";
/// Envoy's circuit breakers are raised out of the way: three retries at once per cluster, the default,
/// turns a dead primary into 503s though the fallback is well. Limits are the filter's work.
const NO_LIMIT: u32 = 1_000_000;
/// Events are batched, so few requests at once go to the ledger; more than this is a fault.
const LEDGER_REQUESTS: u32 = 10_000;

pub fn clusters(gateway: &Gateway, options: &Options) -> Result<Value, Error> {
    let mut clusters = vec![unplanned()];
    for deployment in &gateway.deployments {
        clusters.extend(of_deployment(deployment, gateway, options)?);
    }
    clusters.push(ledger(options.ledger.as_ref().unwrap_or(&gateway.ledger), options));
    Ok(Value::Array(clusters))
}

/// The cluster of a deployment's tries, and the one behind its second hop where it has that.
fn of_deployment(deployment: &Deployment, gateway: &Gateway, options: &Options) -> Result<Vec<Value>, Error> {
    let buffer = body_buffer(gateway.max_body_bytes);
    let mut filters = filters::attempt(deployment, &gateway.admission.router, options)?;
    let credential = filters::credential(deployment, options);
    if !hop::is_needed(deployment, gateway) {
        filters.extend(credential);
        return Ok(vec![provider(&deployment.attempt.id, deployment, filters, buffer, options)]);
    }
    let behind = hop::provider_cluster(deployment);
    let filters_behind = credential.into_iter().collect();
    Ok(vec![
        first_hop(deployment, filters, buffer),
        provider(&behind, deployment, filters_behind, buffer, options),
    ])
}

fn unplanned() -> Value {
    json!({
        "name": UNPLANNED,
        "type": "STATIC",
        "load_assignment": { "cluster_name": UNPLANNED, "endpoints": [] },
    })
}

fn provider(
    name: &str,
    deployment: &Deployment,
    filters: Vec<Value>,
    buffer: u32,
    options: &Options,
) -> Value {
    let upstream = &deployment.upstream;
    let shape = Shape {
        name,
        host: &upstream.host,
        port: upstream.port,
        tls: upstream.tls,
        connect_timeout: &connect_timeout(deployment.attempt.timeouts),
        limit: NO_LIMIT,
        filters,
    };
    let mut cluster = shape.cluster(options);
    // The attempt role holds an answer whole to translate it.
    cluster.insert("per_connection_buffer_limit_bytes".to_owned(), json!(buffer));
    Value::Object(cluster)
}

/// A connection that is not there yet is not waited for longer than an answer.
fn connect_timeout(own: Timeouts) -> String {
    millis(own.answer_ms.min(own.first_token_ms).min(CONNECT_TIMEOUT_MS))
}

/// A cluster that leads to a listener of this Envoy.
fn first_hop(deployment: &Deployment, filters: Vec<Value>, buffer: u32) -> Value {
    let name = &deployment.attempt.id;
    json!({
        "name": name,
        "type": "STATIC",
        "connect_timeout": "1s",
        "circuit_breakers": circuit_breakers(NO_LIMIT),
        "transport_socket": hop::transport_socket(),
        "load_assignment": { "cluster_name": name, "endpoints": [hop::endpoint(deployment)] },
        "typed_extension_protocol_options": protocol_options(filters),
        "per_connection_buffer_limit_bytes": buffer,
    })
}

fn ledger(at: &LedgerAddress, options: &Options) -> Value {
    let shape = Shape {
        name: LEDGER,
        host: &at.host,
        port: at.port,
        tls: at.tls,
        connect_timeout: LEDGER_CONNECT_TIMEOUT,
        limit: LEDGER_REQUESTS,
        filters: vec![credential::injector(LEDGER_TOKEN, "authorization", options)],
    };
    Value::Object(shape.cluster(options))
}

/// What all clusters with an endpoint have in common.
struct Shape<'a> {
    name: &'a str,
    host: &'a str,
    port: u16,
    tls: bool,
    connect_timeout: &'a str,
    limit: u32,
    /// Those before the codec.
    filters: Vec<Value>,
}

impl Shape<'_> {
    fn cluster(self, options: &Options) -> Map<String, Value> {
        let mut cluster = Map::new();
        cluster.insert("name".to_owned(), json!(self.name));
        self.resolution(&mut cluster);
        cluster.insert("connect_timeout".to_owned(), json!(self.connect_timeout));
        cluster.insert("circuit_breakers".to_owned(), circuit_breakers(self.limit));
        cluster.insert(
            "upstream_connection_options".to_owned(),
            json!({ "tcp_keepalive": { "keepalive_time": 60, "keepalive_interval": 15 } }),
        );
        if self.tls {
            let socket = tls::transport_socket(self.host, &options.ca_bundle);
            cluster.insert("transport_socket".to_owned(), socket);
        }
        cluster.insert("load_assignment".to_owned(), self.load_assignment());
        cluster.insert("typed_extension_protocol_options".to_owned(), protocol_options(self.filters));
        cluster
    }

    /// An address stands for itself; a name is looked up as long as its record lives.
    fn resolution(&self, cluster: &mut Map<String, Value>) {
        if self.is_address() {
            cluster.insert("type".to_owned(), json!("STATIC"));
        } else {
            cluster.insert("cluster_type".to_owned(), dns());
        }
    }

    /// Envoy answers 503 by itself for a cluster without hosts, and does not try the next deployment. So
    /// behind a name that does not resolve stands a host whose connections fail at once: that is retried.
    fn load_assignment(&self) -> Value {
        let mut endpoints = vec![locality(0, self.host, self.port)];
        if !self.is_address() {
            endpoints.push(locality(1, NOWHERE.0, NOWHERE.1));
        }
        json!({ "cluster_name": self.name, "endpoints": endpoints })
    }

    fn is_address(&self) -> bool {
        self.host.parse::<IpAddr>().is_ok()
    }
}

fn dns() -> Value {
    extension(
        "envoy.clusters.dns",
        "envoy.extensions.clusters.dns.v3.DnsCluster",
        json!({
            "respect_dns_ttl": true,
            // Many containers have IPv6 addresses in DNS and no route to them.
            "dns_lookup_family": "V4_PREFERRED",
        }),
    )
}

/// Hosts that are used while there is none of a lower priority.
fn locality(priority: u32, host: &str, port: u16) -> Value {
    let endpoint = json!({ "endpoint": { "address": socket_address(host, port) } });
    json!({ "priority": priority, "lb_endpoints": [endpoint] })
}

fn circuit_breakers(limit: u32) -> Value {
    json!({
        "thresholds": [{
            "max_connections": limit,
            "max_pending_requests": limit,
            "max_requests": limit,
            "max_retries": limit,
        }],
    })
}

/// `filters` and the codec behind them.
fn protocol_options(mut filters: Vec<Value>) -> Value {
    filters.push(filters::codec());
    json!({
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": any(
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
            json!({
                "common_http_protocol_options": { "idle_timeout": IDLE_TIMEOUT },
                "explicit_http_config": { "http_protocol_options": {} },
                "http_filters": filters,
            }),
        ),
    })
}
