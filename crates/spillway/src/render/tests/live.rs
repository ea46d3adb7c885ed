//! The configuration in files: nothing is lost on the way there, and what changes is not in what must not.

use std::path::Path;

use serde_json::{Value, json};

use crate::render::{Part, live, sample, tree};

fn folder() -> &'static Path {
    Path::new("/run/gateway/envoy")
}

#[test]
fn everything_is_in_one_of_the_files() {
    let (gateway, options) = (sample::gateway(), sample::options());
    let whole = tree(&gateway, &options).unwrap();
    let live = live(&gateway, &options, folder()).unwrap();
    let resources = &whole["static_resources"];
    assert_eq!(Value::Array(live.clusters), resources["clusters"]);
    let manager = &resources["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"];
    assert_eq!(live.routes, manager["route_config"]);
    assert_eq!(live.admission["name"], "envoy.filters.http.wasm", "by this name a route leaves it out");
    let filters = manager["http_filters"].as_array().unwrap();
    let admission = filters.iter().find(|filter| filter["name"] == live.admission["name"]).unwrap();
    assert_eq!(live.admission["typed_config"], admission["typed_config"]);
    assert!(live.bootstrap.get("static_resources").is_none());
    assert_eq!(live.bootstrap["admin"], whole["admin"]);
    assert_eq!(live.bootstrap["node"], whole["node"], "Envoy follows no file without a name of its own");
}

#[test]
fn a_listener_stays_as_it_is_when_models_keys_or_timeouts_change() {
    let (before, options) = (sample::gateway(), sample::options());
    let mut after = before.clone();
    after.admission.allow_anonymous = false;
    after.admission.timeouts.request_ms += 1;
    after.deployments.pop();
    let [before, after] = [before, after].map(|gateway| live(&gateway, &options, folder()).unwrap());
    assert_eq!(before.listeners, after.listeners);
    assert_eq!(before.bootstrap, after.bootstrap);
    assert_ne!(before.routes, after.routes);
    assert_ne!(before.clusters, after.clusters);
    assert_ne!(before.admission, after.admission);
}

#[test]
fn each_file_is_named_where_envoy_looks_for_it() {
    let live = live(&sample::gateway(), &sample::options(), folder()).unwrap();
    let told = [&live.bootstrap, &live.listeners[0]].map(Value::to_string).concat();
    for part in Part::ALL {
        let path = folder().join(part.file());
        assert_eq!(told.matches(path.to_str().unwrap()).count(), 1, "{path:?}");
    }
}

#[test]
fn a_hop_may_come_before_the_cluster_that_it_leads_to() {
    let mut gateway = sample::gateway();
    gateway.deployments[0].attempt.timeouts.answer_ms = 1;
    let live = live(&gateway, &sample::options(), folder()).unwrap();
    let hop = &live.listeners[1]["filter_chains"][0]["filters"][0]["typed_config"];
    assert_eq!(hop["route_config"]["validate_clusters"], false);
    assert_eq!(live.bootstrap["bootstrap_extensions"][0]["name"], "envoy.bootstrap.internal_listener");
}

#[test]
fn a_file_is_a_discovery_response() {
    let document: Value =
        serde_json::from_str(&Part::Clusters.document(&[json!({ "name": "a" })], "7")).unwrap();
    let resource = json!({ "@type": "type.googleapis.com/envoy.config.cluster.v3.Cluster", "name": "a" });
    assert_eq!(document, json!({ "version_info": "7", "resources": [resource] }));
}
