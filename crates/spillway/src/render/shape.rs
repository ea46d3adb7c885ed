//! What all clusters with an endpoint have in common.

use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::bootstrap::socket_address;
use super::typed::{any, extension};
use super::{Options, filters, tls};

/// Nobody can listen on port 0, so no request, and no credential in it, ever gets there.
const NOWHERE: (&str, u16) = ("127.0.0.1", 0);

/// Shorter than the keep-alive of every provider's front, so that Envoy closes first.
const IDLE_TIMEOUT: &str = "55s";

/// What is spoken to an upstream.
#[derive(Clone, Copy)]
pub enum Protocol {
    Http1,
    /// By prior knowledge, and with TLS as all that is offered: for gRPC.
    Http2,
    /// HTTP/2 if TLS agrees on it, else HTTP/1.1.
    Agreed,
}

impl Protocol {
    /// The field that says so, and its value.
    fn options(self) -> (&'static str, Value) {
        // A connection that is dead without a word would cost every request its time.
        let http2 = json!({ "connection_keepalive": { "interval": "10s", "timeout": "2s" } });
        match self {
            Self::Http1 => ("explicit_http_config", json!({ "http_protocol_options": {} })),
            Self::Http2 => ("explicit_http_config", json!({ "http2_protocol_options": http2 })),
            Self::Agreed => {
                ("auto_config", json!({ "http_protocol_options": {}, "http2_protocol_options": http2 }))
            }
        }
    }

    /// What TLS calls it, the best first.
    fn alpn(self) -> &'static [&'static str] {
        match self {
            Self::Http1 => &["http/1.1"],
            Self::Http2 => &["h2"],
            Self::Agreed => &["h2", "http/1.1"],
        }
    }
}

/// A cluster with an endpoint.
pub struct Shape<'a> {
    pub name: &'a str,
    pub host: &'a str,
    pub port: u16,
    pub tls: bool,
    /// What is particular to its TLS.
    pub own: tls::Own,
    pub connect_timeout: &'a str,
    pub limit: u32,
    pub protocol: Protocol,
    /// The filters of the cluster's chain, before the codec.
    pub filters: Vec<Value>,
}

impl Shape<'_> {
    /// The cluster, without what only some have.
    pub fn cluster(self, options: &Options) -> Map<String, Value> {
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
            let socket = tls::transport_socket(self.host, self.protocol.alpn(), self.own, options);
            cluster.insert("transport_socket".to_owned(), socket);
        }
        cluster.insert("load_assignment".to_owned(), self.load_assignment());
        cluster.insert(
            "typed_extension_protocol_options".to_owned(),
            protocol_options(self.protocol, self.filters),
        );
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

/// One bound for everything that Envoy bounds.
pub fn circuit_breakers(limit: u32) -> Value {
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
pub fn protocol_options(protocol: Protocol, mut filters: Vec<Value>) -> Value {
    filters.push(filters::codec());
    let (field, spoken) = protocol.options();
    json!({
        "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": any(
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
            json!({
                "common_http_protocol_options": { "idle_timeout": IDLE_TIMEOUT },
                field: spoken,
                "http_filters": filters,
            }),
        ),
    })
}
