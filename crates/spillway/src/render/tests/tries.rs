//! What is rendered for an Envoy that takes no order of clusters from a request.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use spillway_filter::config::Gateway;
use spillway_filter::exchange::{HOP_HEADER, LOST_HEADER};

use super::{admission, cluster, manager, names, plugin_settings, route, upstream_filters};
use crate::render::{EnvoyVersion, Options, sample, tree, yaml};

fn options() -> Options {
    Options { envoy: EnvoyVersion::OLDEST, ..sample::options() }
}

fn rendered_of(gateway: &Gateway) -> Value {
    tree(gateway, &options()).unwrap()
}

fn rendered() -> Value {
    rendered_of(&sample::gateway())
}

/// The attempt role's deployments, in the one cluster of all tries.
fn deployments(document: &Value) -> Vec<Value> {
    let role = plugin_settings(&upstream_filters(cluster(document, "spillway-tries"))[0]);
    assert_eq!(role["role"], "attempts");
    role["settings"].as_array().unwrap().clone()
}

/// The virtual host of the listener behind that cluster.
fn host(document: &Value) -> Value {
    let listener = &document["static_resources"]["listeners"][1];
    assert_eq!(listener["name"], "spillway-tries");
    let manager = &listener["filter_chains"][0]["filters"][0]["typed_config"];
    manager["route_config"]["virtual_hosts"][0].clone()
}

/// The routes there of the deployment with an id.
fn routes_of(document: &Value, id: &str) -> Value {
    let deployments = deployments(document);
    let name = deployments.iter().find(|deployment| deployment["id"] == id).unwrap()["hop"].clone();
    let tree = &host(document)["matcher"]["matcher_tree"];
    tree["exact_match_map"]["map"][name.as_str().unwrap()]["action"]["typed_config"]["routes"].clone()
}

#[test]
fn only_what_those_envoys_know_is_used() {
    let text = yaml(&sample::gateway(), &options()).unwrap();
    for newer in ["priority_group", "refresh_cluster_on_retry", "header_to_metadata", "clear_route_cache"] {
        assert!(!text.contains(newer), "{newer}");
    }
    assert!(text.contains("# Needs Envoy 1.39 or newer."), "{}", text.lines().nth(1).unwrap());
}

#[test]
fn every_try_goes_to_one_cluster_and_the_attempt_role_names_the_deployment() {
    let document = rendered();
    assert_eq!(route(&document, "deployments")["route"]["cluster"], "spillway-tries");
    assert_eq!(plugin_settings(admission(&document))["settings"]["carrier"], "hop");
    let ids: Vec<Value> = deployments(&document).iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, ["m/local", "m/openai"]);
    let tries = cluster(&document, "spillway-tries");
    assert_eq!(
        names(upstream_filters(tries)),
        ["envoy.filters.http.wasm", "envoy.filters.http.upstream_codec"],
        "a credential there would be every deployment's"
    );
    let endpoint = &tries["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"];
    assert_eq!(
        endpoint["address"],
        json!({ "envoy_internal_address": { "server_listener_name": "spillway-tries" } })
    );
    assert_eq!(document["bootstrap_extensions"][0]["name"], "envoy.bootstrap.internal_listener");
}

#[test]
fn each_name_leads_to_its_own_providers_cluster_and_credential() {
    let document = rendered();
    for id in ["m/local", "m/openai"] {
        for route in routes_of(&document, id).as_array().unwrap() {
            assert_eq!(route["route"]["cluster"], format!("{id}:provider"));
        }
    }
    let behind = |id: &str| cluster(&document, &format!("{id}:provider"));
    assert_eq!(names(upstream_filters(behind("m/local"))), ["envoy.filters.http.upstream_codec"]);
    assert_eq!(
        names(upstream_filters(behind("m/openai"))),
        ["envoy.filters.http.credential_injector", "envoy.filters.http.upstream_codec"]
    );
    assert_eq!(behind("m/openai")["transport_socket"]["typed_config"]["sni"], "api.openai.com");
}

#[test]
fn the_name_goes_no_further_than_the_listener_that_reads_it() {
    let host = host(&rendered());
    assert_eq!(host["matcher"]["matcher_tree"]["input"]["typed_config"]["header_name"], HOP_HEADER);
    assert_eq!(host["request_headers_to_remove"], json!(["x-forwarded-proto", HOP_HEADER]));
    assert_eq!(host["response_headers_to_remove"], json!([LOST_HEADER]));
}

#[test]
fn a_name_that_nobody_has_counts_as_a_provider_that_is_lost() {
    let document = rendered();
    let nobody = &host(&document)["matcher"]["on_no_match"]["action"]["typed_config"]["routes"];
    assert_eq!(nobody[0]["direct_response"], json!({ "status": 503 }));
    let listener = &document["static_resources"]["listeners"][1];
    let manager = &listener["filter_chains"][0]["filters"][0]["typed_config"];
    let mapper = &manager["local_reply_config"]["mappers"][0];
    assert_eq!(mapper["headers_to_add"][0]["header"]["key"], LOST_HEADER);
    assert_eq!(mapper["filter"]["status_code_filter"]["comparison"]["value"]["default_value"], 500);
}

#[test]
fn a_request_made_for_one_provider_never_fits_the_next_under_the_same_id() {
    type Change = fn(&mut Gateway);
    let changes: [Change; 5] = [
        |gateway| gateway.deployments[1].upstream.host = "elsewhere.example.com".to_owned(),
        |gateway| gateway.deployments[1].upstream.port = 8443,
        |gateway| gateway.deployments[1].upstream.tls = false,
        |gateway| gateway.deployments[1].credential = None,
        |gateway| gateway.deployments[1].attempt.target.model = "gpt-5".to_owned(),
    ];
    let name = |gateway: &Gateway| deployments(&rendered_of(gateway))[1]["hop"].to_string();
    let mut seen = BTreeSet::from([name(&sample::gateway())]);
    for (index, change) in changes.into_iter().enumerate() {
        let mut gateway = sample::gateway();
        change(&mut gateway);
        assert!(seen.insert(name(&gateway)), "change {index}");
    }
}

#[test]
fn each_deployment_has_its_own_bounds() {
    let mut gateway = sample::gateway();
    gateway.deployments[1].attempt.timeouts.answer_ms = 1_500;
    let document = rendered_of(&gateway);
    let bounds = |id: &str| {
        let routes = routes_of(&document, id);
        let bound = |index: usize| routes[index]["route"]["retry_policy"]["per_try_timeout"].clone();
        (bound(0), bound(1))
    };
    assert_eq!(bounds("m/local"), (json!("45.500s"), json!("30s")));
    assert_eq!(bounds("m/openai"), (json!("45.500s"), json!("1.500s")));
    assert_eq!(document["static_resources"]["listeners"].as_array().unwrap().len(), 2);
}

#[test]
fn administration_switches_off_no_filter_that_is_not_there() {
    let document = rendered();
    let own = route(&document, "administration")["typed_per_filter_config"].as_object().unwrap().clone();
    let chain = names(manager(&document)["http_filters"].as_array().unwrap());
    assert_eq!(chain, ["envoy.filters.http.buffer", "envoy.filters.http.wasm", "envoy.filters.http.router"]);
    let mut switched: Vec<&str> = own.keys().map(String::as_str).collect();
    switched.sort_unstable();
    assert_eq!(switched, ["envoy.filters.http.buffer", "envoy.filters.http.wasm"]);
}
