//! The services beside Envoy: the ledger's administration of keys, and the rate-limit service.

use serde_json::{Value, json};
use spillway_filter::config::{ClientCertificate, Gateway, LedgerAddress, Upstream};

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
        assert!(own["disabled"] == true || *bound == 64 << 10, "{name} sees requests of the administration");
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

/// How Envoy is told which protocol to speak.
fn spoken(cluster: &Value) -> &Value {
    &cluster["typed_extension_protocol_options"]["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]
}

#[test]
fn http2_to_the_ledger_is_what_tls_agrees_on_or_what_is_asked_for() {
    let (one, two, both) = (json!(["http/1.1"]), Value::Null, json!(["h2", "http/1.1"]));
    for (tls, http2, field, alpn) in [
        (false, None, "/explicit_http_config/http_protocol_options", &two),
        (false, Some(false), "/explicit_http_config/http_protocol_options", &two),
        (false, Some(true), "/explicit_http_config/http2_protocol_options/connection_keepalive", &two),
        (true, None, "/auto_config/http2_protocol_options/connection_keepalive", &both),
        (true, Some(true), "/auto_config/http2_protocol_options/connection_keepalive", &both),
        (true, Some(false), "/explicit_http_config/http_protocol_options", &one),
    ] {
        let mut gateway = sample::gateway();
        gateway.ledger.address = LedgerAddress { host: "ledger.internal".to_owned(), port: 443, tls };
        gateway.ledger.http2 = http2;
        let document = tree(&gateway, &sample::options()).unwrap();
        for name in ["spillway-ledger", "spillway-ledger-admin"] {
            let cluster = cluster(&document, name);
            assert!(spoken(cluster).pointer(field).is_some(), "{tls} {http2:?}: {}", spoken(cluster));
            let common = &cluster["transport_socket"]["typed_config"]["common_tls_context"];
            assert_eq!(common["alpn_protocols"], *alpn, "{tls} {http2:?}");
        }
    }
}

#[test]
fn the_ledgers_certificates_come_by_sds_and_its_name_is_checked() {
    let mut gateway = sample::gateway();
    gateway.ledger.address = LedgerAddress { host: "ledger.internal".to_owned(), port: 4001, tls: true };
    let names = json!([{ "san_type": "DNS", "matcher": { "exact": "ledger.internal" } }]);
    let of_ledger = |gateway: &Gateway| {
        let document = tree(gateway, &sample::options()).unwrap();
        let context = cluster(&document, "spillway-ledger")["transport_socket"]["typed_config"].clone();
        assert_eq!(context["sni"], "ledger.internal");
        context["common_tls_context"].clone()
    };
    let plain = of_ledger(&gateway);
    assert_eq!(plain["validation_context"]["match_typed_subject_alt_names"], names);
    let bundle = &plain["validation_context"]["trusted_ca"]["filename"];
    assert_eq!(bundle, "/etc/ssl/certs/ca-certificates.crt");
    assert_eq!(plain["tls_certificate_sds_secret_configs"], Value::Null);

    gateway.ledger.authorities = Some("/etc/tls/ca.crt".to_owned());
    gateway.ledger.certificate = Some(ClientCertificate {
        certificate: "/etc/tls/tls.crt".to_owned(),
        key: "/etc/tls/tls.key".to_owned(),
    });
    let own = of_ledger(&gateway);
    assert_eq!(own["validation_context"], Value::Null);
    let both = &own["combined_validation_context"];
    assert_eq!(both["default_validation_context"]["match_typed_subject_alt_names"], names);
    let shown = &own["tls_certificate_sds_secret_configs"][0];
    for (secret, name) in
        [(&both["validation_context_sds_secret_config"], "ledger-authorities"), (shown, "ledger-certificate")]
    {
        assert_eq!(secret["name"], name);
        let source = &secret["sds_config"]["path_config_source"];
        assert_eq!(source["path"], format!("/etc/spillway/secrets/{name}.yaml"));
        assert_eq!(source["watched_directory"]["path"], "/etc/spillway/secrets");
    }
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
