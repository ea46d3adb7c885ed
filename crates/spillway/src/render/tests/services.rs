//! The services beside Envoy: the ledger's administration of keys, and the rate-limit service.

use serde_json::{Value, json};
use spillway_filter::config::{LedgerAddress, Upstream};

use super::{cluster, manager, names, rendered, route, upstream_filters};
use crate::render::{sample, tree};

fn has_cluster(document: &Value, name: &str) -> bool {
    let clusters = document["static_resources"]["clusters"].as_array().unwrap();
    clusters.iter().any(|cluster| cluster["name"] == name)
}

#[test]
fn administration_comes_first_and_passes_no_filter_of_ours() {
    let document = rendered();
    let routes = manager(&document)["route_config"]["virtual_hosts"][0]["routes"].as_array().unwrap();
    assert_eq!(names(routes), ["administration", "deployments"]);
    let route = route(&document, "administration");
    assert_eq!(route["match"], json!({ "safe_regex": { "regex": "/(key|team|user)/.*" } }));
    assert_eq!(route["route"], json!({ "cluster": "spillway-ledger-admin", "timeout": "15s" }));
    let chain = manager(&document)["http_filters"].as_array().unwrap();
    for name in names(chain).into_iter().filter(|name| *name != "envoy.filters.http.router") {
        let own = &route["typed_per_filter_config"][name];
        let bound = &own["buffer"]["max_request_bytes"];
        assert!(own["disabled"] == true || *bound == 1 << 20, "{name} sees requests of the administration");
    }
}

#[test]
fn only_administration_is_buffered_whole() {
    let document = rendered();
    let buffer = &manager(&document)["http_filters"][0];
    assert_eq!(
        (buffer["name"].as_str(), &buffer["disabled"]),
        (Some("envoy.filters.http.buffer"), &json!(true))
    );
    assert_eq!(route(&document, "deployments")["typed_per_filter_config"], Value::Null);
}

#[test]
fn a_client_reaches_the_ledger_without_the_gateways_credential() {
    let mut options = sample::options();
    options.ledger = Some(LedgerAddress { host: "ledger.internal".to_owned(), port: 443, tls: true });
    let document = tree(&sample::gateway(), &options).unwrap();
    let (own, clients) = (cluster(&document, "spillway-ledger"), cluster(&document, "spillway-ledger-admin"));
    assert_eq!(
        names(upstream_filters(own)),
        ["envoy.filters.http.credential_injector", "envoy.filters.http.upstream_codec"]
    );
    assert_eq!(
        names(upstream_filters(clients)),
        ["envoy.filters.http.header_mutation", "envoy.filters.http.upstream_codec"]
    );
    assert_eq!(own["load_assignment"]["endpoints"], clients["load_assignment"]["endpoints"]);
    assert_eq!(own["transport_socket"], clients["transport_socket"]);
    let mutations = &upstream_filters(clients)[0]["typed_config"]["mutations"]["request_mutations"];
    let prefixes: Vec<&Value> = mutations
        .as_array()
        .unwrap()
        .iter()
        .map(|m| &m["remove_on_match"]["key_matcher"]["prefix"])
        .collect();
    assert_eq!(prefixes, ["x-envoy-", "x-spillway-"]);
}

#[test]
fn administration_has_words_of_its_own_ahead_of_the_models() {
    let document = rendered();
    let mappers = manager(&document)["local_reply_config"]["mappers"].as_array().unwrap();
    let of_route = |mapper: &Value| {
        let expression = &mapper["filter"]["extension_filter"]["typed_config"]["expression"];
        expression.as_str().unwrap().contains("xds.route_name == 'administration'")
    };
    let own: Vec<bool> = mappers.iter().map(of_route).collect();
    assert_eq!(own.iter().position(|own| !own), Some(3));
    assert!(own.iter().skip(3).all(|own| !own));
}

#[test]
fn without_administration_nothing_of_it_is_rendered() {
    let mut gateway = sample::gateway();
    gateway.serves_administration = false;
    let document = tree(&gateway, &sample::options()).unwrap();
    let text = document.to_string();
    for trace in ["spillway-ledger-admin", "administration", "envoy.filters.http.buffer"] {
        assert!(!text.contains(trace), "{trace}");
    }
}

#[test]
fn the_rate_limit_service_is_a_cluster_that_speaks_http2() {
    let mut gateway = sample::gateway();
    assert!(!has_cluster(&rendered(), "spillway-rate-limit"));
    for (host, tls) in [("127.0.0.1", false), ("limits.example.com", true)] {
        gateway.rate_limit_service = Some(Upstream { host: host.to_owned(), port: 8081, tls });
        let document = tree(&gateway, &sample::options()).unwrap();
        let cluster = cluster(&document, "spillway-rate-limit");
        let protocol = &cluster["typed_extension_protocol_options"]["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]
            ["explicit_http_config"];
        assert!(protocol["http2_protocol_options"]["connection_keepalive"].is_object());
        assert_eq!(names(upstream_filters(cluster)), ["envoy.filters.http.upstream_codec"]);
        let tls_context = &cluster["transport_socket"]["typed_config"];
        let alpn = &tls_context["common_tls_context"]["alpn_protocols"];
        assert_eq!(*alpn, if tls { json!(["h2"]) } else { Value::Null });
        assert_eq!(tls_context["sni"], if tls { json!(host) } else { Value::Null });
    }
}
