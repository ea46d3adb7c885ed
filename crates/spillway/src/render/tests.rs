//! Properties of the rendered document that somebody's traffic depends on. What the whole looks like is in
//! `envoy/examples`; whether Envoy takes it, `make check-examples` asks Envoy.

mod durable;
mod live;
mod services;
mod tries;

use serde_json::{Value, json};
use spillway_filter::config::LedgerAddress;
use spillway_filter::exchange::{LOST_HEADER, PATH_HEADER, RETRY_HEADER, WAIT_HEADER};
use spillway_filter::route::Timeouts;

use super::{sample, tree, yaml};

fn rendered() -> Value {
    tree(&sample::gateway(), &sample::options()).unwrap()
}

fn manager(document: &Value) -> &Value {
    &document["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
}

/// The route of the clients' listener with a name.
fn route<'a>(document: &'a Value, name: &str) -> &'a Value {
    let routes = manager(document)["route_config"]["virtual_hosts"][0]["routes"].as_array().unwrap();
    routes.iter().find(|route| route["name"] == name).unwrap()
}

fn admission(document: &Value) -> &Value {
    let filters = manager(document)["http_filters"].as_array().unwrap();
    filters.iter().find(|filter| filter["name"] == "envoy.filters.http.wasm").unwrap()
}

fn cluster<'a>(document: &'a Value, name: &str) -> &'a Value {
    let clusters = document["static_resources"]["clusters"].as_array().unwrap();
    clusters.iter().find(|cluster| cluster["name"] == name).unwrap()
}

fn upstream_filters(cluster: &Value) -> &Vec<Value> {
    cluster["typed_extension_protocol_options"]["envoy.extensions.upstreams.http.v3.HttpProtocolOptions"]
        ["http_filters"]
        .as_array()
        .unwrap()
}

fn names(filters: &[Value]) -> Vec<&str> {
    filters.iter().map(|filter| filter["name"].as_str().unwrap()).collect()
}

fn plugin_settings(filter: &Value) -> Value {
    let text = filter["typed_config"]["config"]["configuration"]["value"].as_str().unwrap();
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_chain_is_admission_then_plan_then_route_refresh_then_router() {
    let document = rendered();
    let filters = manager(&document)["http_filters"].as_array().unwrap();
    assert_eq!(
        names(filters),
        [
            "envoy.filters.http.buffer",
            "envoy.filters.http.wasm",
            "envoy.filters.http.header_to_metadata",
            "envoy.filters.http.set_filter_state",
            "envoy.filters.http.router",
        ]
    );
    assert_eq!(plugin_settings(admission(&document))["role"], "admission");
}

#[test]
fn both_roles_survive_a_panic_and_see_bodies() {
    let document = rendered();
    let admission = admission(&document);
    let attempt = &upstream_filters(cluster(&document, "m/openai"))[1];
    for filter in [admission, attempt] {
        let config = &filter["typed_config"]["config"];
        assert_eq!(config["allow_on_headers_stop_iteration"], true);
        assert_eq!(config["failure_policy"], "FAIL_RELOAD");
        assert_eq!(config["vm_config"]["vm_id"], "spillway");
        assert_eq!(config["vm_config"]["code"]["local"]["filename"], "/etc/spillway/spillway.wasm");
    }
}

#[test]
fn the_credential_is_set_after_wasm() {
    let document = rendered();
    assert_eq!(
        names(upstream_filters(cluster(&document, "m/openai"))),
        [
            "envoy.filters.http.match_delegate",
            "envoy.filters.http.wasm",
            "envoy.filters.http.credential_injector",
            "envoy.filters.http.upstream_codec",
        ]
    );
    let injector = &upstream_filters(cluster(&document, "m/openai"))[2]["typed_config"];
    assert_eq!(injector["overwrite"], true);
    assert_eq!(injector["allow_request_without_credential"], false);
    let credential = &injector["credential"]["typed_config"];
    assert_eq!(credential["header"], "authorization");
    assert_eq!(
        credential["credential"]["sds_config"]["path_config_source"]["path"],
        "/etc/spillway/secrets/openai-0.yaml"
    );
}

#[test]
fn a_server_without_a_key_gets_none() {
    let document = rendered();
    let filters = upstream_filters(cluster(&document, "m/local"));
    assert_eq!(
        names(filters),
        ["envoy.filters.http.match_delegate", "envoy.filters.http.wasm", "envoy.filters.http.upstream_codec"]
    );
}

#[test]
fn a_single_deployment_needs_no_other_path() {
    let mut gateway = sample::gateway();
    gateway.deployments.truncate(1);
    gateway.admission.router.deployments.truncate(1);
    let document = tree(&gateway, &sample::options()).unwrap();
    let filters = upstream_filters(cluster(&document, "m/local"));
    assert_eq!(names(filters), ["envoy.filters.http.wasm", "envoy.filters.http.upstream_codec"]);
}

#[test]
fn renderer_and_filter_mean_the_same_headers() {
    let document = rendered();
    let path = &upstream_filters(cluster(&document, "m/local"))[0]["typed_config"];
    let script = &path["extension_config"]["typed_config"]["default_source_code"];
    let unless = &path["xds_matcher"]["matcher_list"]["matchers"][0]["predicate"]["not_matcher"];
    assert_eq!(unless["single_predicate"]["input"]["typed_config"]["header_name"], PATH_HEADER);
    assert!(script["inline_string"].as_str().unwrap().contains(&format!("\"{PATH_HEADER}\"")));
    let action = &route(&document, "deployments")["route"];
    let policy = &action["retry_policy"];
    assert_eq!(policy["retriable_headers"][0]["name"], RETRY_HEADER);
    assert_eq!(policy["rate_limited_retry_back_off"]["reset_headers"][0]["name"], WAIT_HEADER);
}

#[test]
fn no_secret_is_in_the_file() {
    let mut gateway = sample::gateway();
    gateway.master_key = Some("sk-master".to_owned());
    let text = yaml(&gateway, &sample::options()).unwrap();
    for secret in ["sk-test", "sk-master"] {
        assert!(!text.contains(secret), "{secret} is in the rendered file");
    }
}

#[test]
fn a_request_without_a_plan_reaches_nobody() {
    let document = rendered();
    let action = &route(&document, "deployments")["route"];
    let specifier = &action["inline_cluster_specifier_plugin"]["extension"]["typed_config"];
    let groups: Vec<&str> = specifier["priority_groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            assert_eq!(group["clusters"], json!([{ "cluster_name": group["name"], "weight": 1 }]));
            group["name"].as_str().unwrap()
        })
        .collect();
    assert_eq!(groups, ["spillway-unplanned", "m/local", "m/openai"]);
    assert_eq!(cluster(&document, "spillway-unplanned")["load_assignment"]["endpoints"], json!([]));
    assert_eq!(action["retry_policy"]["num_retries"], 0);
    assert_eq!(action["retry_policy"].get("retry_on"), None, "the router would keep a copy of every body");
}

#[test]
fn timeouts_are_the_gateways() {
    let document = rendered();
    let action = &route(&document, "deployments")["route"];
    assert_eq!(action["timeout"], "600s");
    assert_eq!(action["retry_policy"]["per_try_timeout"], "45.500s");
}

#[test]
fn names_are_resolved_and_addresses_are_not() {
    let document = rendered();
    assert_eq!(cluster(&document, "m/local")["type"], "STATIC");
    assert_eq!(cluster(&document, "m/openai")["cluster_type"]["name"], "envoy.clusters.dns");
}

#[test]
fn a_name_that_does_not_resolve_fails_in_a_way_that_is_retried() {
    let document = rendered();
    let hosts = |name: &str| -> Vec<(Value, Value)> {
        let localities = cluster(&document, name)["load_assignment"]["endpoints"].as_array().unwrap();
        let port = |locality: &Value| {
            locality["lb_endpoints"][0]["endpoint"]["address"]["socket_address"]["port_value"].clone()
        };
        localities.iter().map(|locality| (locality["priority"].clone(), port(locality))).collect()
    };
    assert_eq!(hosts("m/openai"), [(json!(0), json!(443)), (json!(1), json!(0))]);
    assert_eq!(hosts("m/local"), [(json!(0), json!(9001))]);
}

#[test]
fn a_provider_must_prove_its_name() {
    let document = rendered();
    let context = &cluster(&document, "m/openai")["transport_socket"]["typed_config"];
    assert_eq!(context["sni"], "api.openai.com");
    let validation = &context["common_tls_context"]["validation_context"];
    assert_eq!(validation["trusted_ca"]["filename"], "/etc/ssl/certs/ca-certificates.crt");
    assert_eq!(
        validation["match_typed_subject_alt_names"],
        json!([{ "san_type": "DNS", "matcher": { "exact": "api.openai.com" } }])
    );
    assert_eq!(cluster(&document, "m/local")["transport_socket"], Value::Null);
}

/// The dot is for the resolver: it looks in no search domain then. No certificate has it, nor may a server name.
#[test]
fn a_fully_qualified_name_is_proved_without_its_dot() {
    let mut gateway = sample::gateway();
    gateway.deployments.last_mut().unwrap().upstream.host = "api.openai.com.".to_owned();
    let document = tree(&gateway, &sample::options()).unwrap();
    let with_dot = cluster(&document, "m/openai");
    let context = &with_dot["transport_socket"]["typed_config"];
    assert_eq!(context["sni"], "api.openai.com");
    let names = &context["common_tls_context"]["validation_context"]["match_typed_subject_alt_names"];
    assert_eq!(*names, json!([{ "san_type": "DNS", "matcher": { "exact": "api.openai.com" } }]));
    let endpoint = &with_dot["load_assignment"]["endpoints"][0]["lb_endpoints"][0]["endpoint"];
    assert_eq!(endpoint["address"]["socket_address"]["address"], "api.openai.com.");
}

#[test]
fn a_body_of_the_largest_size_fits_after_a_rewrite_and_a_usual_answer_in_any_case() {
    let mut gateway = sample::gateway();
    for (largest, buffer) in
        [(16 << 10, 8_929_280), (1 << 20, 9_961_472), (32 << 20, 43_024_384), (u32::MAX, u32::MAX)]
    {
        gateway.admission.max_body_bytes = largest;
        let document = tree(&gateway, &sample::options()).unwrap();
        let listener = &document["static_resources"]["listeners"][0];
        let virtual_host = &manager(&document)["route_config"]["virtual_hosts"][0];
        assert_eq!(listener["per_connection_buffer_limit_bytes"], buffer);
        assert_eq!(virtual_host["request_body_buffer_limit"], buffer);
        assert_eq!(cluster(&document, "m/local")["per_connection_buffer_limit_bytes"], 256 << 10);
    }
}

#[test]
fn a_proxy_may_speak_http_1_0_and_name_no_host() {
    let document = rendered();
    let manager = manager(&document);
    let options = json!({ "accept_http_10": true, "default_host_for_http_10": "spillway" });
    assert_eq!(manager["http_protocol_options"], options);
    assert_eq!(manager["route_config"]["virtual_hosts"][0]["domains"], json!(["*"]));
}

#[test]
fn envoys_own_answers_are_told_apart_from_the_filters() {
    let document = rendered();
    let mappers = manager(&document)["local_reply_config"]["mappers"].as_array().unwrap();
    for mapper in mappers {
        let expression = mapper["filter"]["extension_filter"]["typed_config"]["expression"].as_str().unwrap();
        assert!(expression.starts_with("response.code_details != '' && "), "{expression}");
    }
    assert_eq!(manager(&document)["local_reply_config"]["body_format"], Value::Null);
}

#[test]
fn options_move_addresses_and_turn_on_the_access_log() {
    let mut options = sample::options();
    options.listen = ([0, 0, 0, 0], 8080).into();
    options.ledger = Some(LedgerAddress { host: "ledger.internal".to_owned(), port: 443, tls: true });
    options.access_log = true;
    let document = tree(&sample::gateway(), &options).unwrap();
    let listener = &document["static_resources"]["listeners"][0];
    assert_eq!(listener["address"]["socket_address"], json!({ "address": "0.0.0.0", "port_value": 8080 }));
    assert_eq!(manager(&document)["access_log"][0]["name"], "envoy.access_loggers.stdout");
    let ledger = cluster(&document, "spillway-ledger");
    assert_eq!(ledger["cluster_type"]["name"], "envoy.clusters.dns");
    assert_eq!(ledger["transport_socket"]["typed_config"]["sni"], "ledger.internal");
    assert_eq!(manager(&rendered())["access_log"], Value::Null);
}

#[test]
fn rendering_twice_gives_the_same_text() {
    let text = || yaml(&sample::gateway(), &sample::options()).unwrap();
    assert_eq!(text(), text());
}

#[test]
fn memory_is_given_back() {
    let manager = &rendered()["memory_allocator_manager"];
    assert_eq!(*manager, json!({ "bytes_to_release": 8 << 20, "memory_release_interval": "1s" }));
}

/// The sample, whose second deployment has a smaller bound than the gateway's.
fn with_a_hop() -> Value {
    let mut gateway = sample::gateway();
    gateway.deployments[1].attempt.timeouts = Timeouts { answer_ms: 1_500, first_token_ms: 700 };
    tree(&gateway, &sample::options()).unwrap()
}

#[test]
fn only_a_deployment_with_a_smaller_bound_has_a_second_hop() {
    let document = rendered();
    assert_eq!(document["static_resources"]["listeners"].as_array().unwrap().len(), 1);
    assert_eq!(document["bootstrap_extensions"], Value::Null);
    let document = with_a_hop();
    let listeners = document["static_resources"]["listeners"].as_array().unwrap();
    let names: Vec<&str> = listeners.iter().map(|listener| listener["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["gateway", "m/openai"]);
    assert_eq!(document["bootstrap_extensions"][0]["name"], "envoy.bootstrap.internal_listener");
    let endpoint = &cluster(&document, "m/openai")["load_assignment"]["endpoints"][0]["lb_endpoints"][0];
    assert_eq!(
        endpoint["endpoint"]["address"],
        json!({ "envoy_internal_address": { "server_listener_name": "m/openai" } })
    );
}

#[test]
fn credential_and_tls_are_behind_the_second_hop() {
    let document = with_a_hop();
    let first = cluster(&document, "m/openai");
    let behind = cluster(&document, "m/openai:provider");
    assert_eq!(
        names(upstream_filters(first)),
        ["envoy.filters.http.match_delegate", "envoy.filters.http.wasm", "envoy.filters.http.upstream_codec"]
    );
    assert_eq!(
        names(upstream_filters(behind)),
        ["envoy.filters.http.credential_injector", "envoy.filters.http.upstream_codec"]
    );
    assert_eq!(first["transport_socket"]["name"], "envoy.transport_sockets.internal_upstream");
    assert_eq!(behind["transport_socket"]["typed_config"]["sni"], "api.openai.com");
    assert_eq!(behind["connect_timeout"], "0.700s");
}

#[test]
fn the_second_hop_bounds_streams_and_answers_apart_and_adds_nothing() {
    let document = with_a_hop();
    let listener = &document["static_resources"]["listeners"][1];
    let manager = &listener["filter_chains"][0]["filters"][0]["typed_config"];
    let host = &manager["route_config"]["virtual_hosts"][0];
    let bounds: Vec<&Value> = host["routes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|route| &route["route"]["retry_policy"]["per_try_timeout"])
        .collect();
    assert_eq!(bounds, ["0.700s", "1.500s"]);
    assert_eq!(host["routes"][0]["match"]["headers"][0]["string_match"]["exact"], "text/event-stream");
    assert_eq!(manager["delayed_close_timeout"], "0s");
    assert_eq!(host["request_headers_to_remove"], json!(["x-forwarded-proto"]));
    assert_eq!(host["response_headers_to_remove"], json!([LOST_HEADER]));
    for (setting, value) in
        [("generate_request_id", false), ("use_remote_address", false), ("skip_xff_append", true)]
    {
        assert_eq!(manager[setting], value, "{setting}");
    }
}
