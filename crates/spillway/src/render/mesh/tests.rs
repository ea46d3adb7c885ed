//! What the two control planes are told is what a plain Envoy is told, for the gateway's own hosts only. Whether the
//! objects are valid, and whether Envoy answers by them, `make check-mesh` asks.

use serde_json::{Value, json};
use spillway_filter::config::{Gateway, LedgerAddress, Upstream};

use super::{Mesh, Module, Place, render};
use crate::render::{EnvoyVersion, Options, sample, tree};

/// What admission is told in a listener of the gateway's own.
const OWN: &str = r#"\"listener\": \"own\""#;

fn options() -> Options {
    let ledger = LedgerAddress { host: "ledger.spillway.svc".to_owned(), port: 4001, tls: false };
    Options { ledger: Some(ledger), ..sample::options() }
}

fn place() -> Place {
    Place {
        namespace: "ns".to_owned(),
        hosts: vec!["llm.example.com".to_owned(), "llm.example.org".to_owned()],
        module: Module::parse("oci://registry.example/filter:1").unwrap(),
        selector: vec![("istio".to_owned(), "ingress".to_owned())],
        port: 443,
        gateway: "gw".to_owned(),
        listener: "https".to_owned(),
        envoy_image: "envoy:1".to_owned(),
    }
}

/// The objects by kind, as one tree.
fn objects(mesh: Mesh, gateway: &Gateway) -> Value {
    let rendered = render(mesh, gateway, &options(), &place()).unwrap();
    let mut found = json!({});
    for text in rendered.split("---\n").skip(1) {
        let object: Value = serde_yaml_ng::from_str(text).unwrap();
        let kind = object["kind"].as_str().unwrap().to_owned();
        found[kind] = object;
    }
    found
}

/// Values of Istio's patches of one kind and operation.
fn istio(gateway: &Gateway, apply_to: &str, operation: &str) -> Vec<Value> {
    let found = objects(Mesh::Istio, gateway);
    let patches = found["EnvoyFilter"]["spec"]["configPatches"].as_array().unwrap();
    let wanted = |one: &&Value| one["applyTo"] == apply_to && one["patch"]["operation"] == operation;
    patches.iter().filter(wanted).map(|one| one["patch"]["value"].clone()).collect()
}

/// Envoy Gateway's operations on resources whose type ends so.
fn envoy_gateway(gateway: &Gateway, message: &str) -> Vec<Value> {
    let found = objects(Mesh::EnvoyGateway, gateway);
    let patches = found["EnvoyPatchPolicy"]["spec"]["jsonPatches"].as_array().unwrap();
    let wanted = |one: &&Value| one["type"].as_str().unwrap().ends_with(message);
    patches.iter().filter(wanted).map(|one| one["operation"].clone()).collect()
}

/// Its values at a path, without those of whole resources.
fn envoy_gateway_at(gateway: &Gateway, message: &str, path: &str) -> Vec<Value> {
    let found = envoy_gateway(gateway, message);
    found.into_iter().filter(|one| one["path"] == path).map(|one| one["value"].clone()).collect()
}

/// As it is rendered for an Envoy that nobody else configures.
fn plain(mesh: Mesh, gateway: &Gateway) -> Value {
    let envoy = match mesh {
        Mesh::Istio => EnvoyVersion::OLDEST,
        Mesh::EnvoyGateway => EnvoyVersion::NEWEST,
    };
    tree(gateway, &Options { envoy, ..options() }).unwrap()["static_resources"].take()
}

fn plain_manager(mesh: Mesh, gateway: &Gateway) -> Value {
    plain(mesh, gateway)["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"].take()
}

/// The chain's names as a plain Envoy has them, without the router.
fn plain_chain(mesh: Mesh, gateway: &Gateway) -> Vec<String> {
    let filters = plain_manager(mesh, gateway)["http_filters"].take();
    let names = filters.as_array().unwrap().iter().map(|filter| filter["name"].as_str().unwrap());
    let own = names.filter(|name| !name.ends_with(".router"));
    own.map(|name| name.replace("envoy.filters.http.", "spillway.")).collect()
}

fn names(values: &[Value]) -> Vec<&str> {
    values.iter().map(|value| value["name"].as_str().unwrap()).collect()
}

/// With a second hop for one deployment.
fn bounded() -> Gateway {
    let mut gateway = sample::gateway();
    gateway.deployments[0].attempt.timeouts.answer_ms = 1_000;
    gateway
}

#[test]
fn the_chain_is_the_plain_one_and_off_for_other_hosts() {
    let gateway = sample::gateway();
    let of_istio = istio(&gateway, "HTTP_FILTER", "INSERT_BEFORE");
    // Each of these takes the first place.
    let mut of_envoy_gateway = envoy_gateway_at(&gateway, "Listener", "http_filters/0");
    of_envoy_gateway.reverse();
    for (mesh, filters) in [(Mesh::Istio, of_istio), (Mesh::EnvoyGateway, of_envoy_gateway)] {
        assert_eq!(names(&filters), plain_chain(mesh, &gateway));
        assert!(filters.iter().all(|filter| filter["disabled"] == true), "{filters:?}");
    }
}

#[test]
fn the_gateways_hosts_switch_the_chain_on() {
    let gateway = sample::gateway();
    let of_istio = istio(&gateway, "VIRTUAL_HOST", "ADD").remove(0);
    assert_eq!(of_istio["domains"], json!(place().hosts));
    let of_envoy_gateway = envoy_gateway_at(&gateway, "RouteConfiguration", "typed_per_filter_config");
    assert_eq!(of_envoy_gateway.len(), 2, "one a host");
    let switched_on =
        json!({ "@type": "type.googleapis.com/envoy.config.route.v3.FilterConfig", "config": {} });
    for (mesh, settings) in [
        (Mesh::Istio, &of_istio["typed_per_filter_config"]),
        (Mesh::EnvoyGateway, &of_envoy_gateway[0]),
        (Mesh::EnvoyGateway, &of_envoy_gateway[1]),
    ] {
        // The buffer is for the administration's route, which switches it on itself.
        for name in plain_chain(mesh, &gateway).iter().filter(|name| *name != "spillway.buffer") {
            assert_eq!(settings[name], switched_on, "{name}");
        }
        assert_eq!(settings["spillway.buffer"], Value::Null);
    }
    let administration = &of_istio["routes"][0]["typed_per_filter_config"];
    assert_eq!(administration["spillway.wasm"]["disabled"], true);
    assert_eq!(administration["spillway.buffer"]["buffer"]["max_request_bytes"], 65_536);
}

#[test]
fn every_cluster_and_hop_of_the_plain_gateway_is_there() {
    let gateway = bounded();
    for (mesh, clusters, hops) in [
        (Mesh::Istio, istio(&gateway, "CLUSTER", "ADD"), istio(&gateway, "LISTENER", "ADD")),
        (
            Mesh::EnvoyGateway,
            envoy_gateway_at(&gateway, "Cluster", ""),
            envoy_gateway_at(&gateway, "Listener", ""),
        ),
    ] {
        let plain = plain(mesh, &gateway);
        assert_eq!(names(&clusters), names(plain["clusters"].as_array().unwrap()), "{mesh:?}");
        assert_eq!(hops, plain["listeners"].as_array().unwrap()[1..], "{mesh:?}");
        assert_eq!(hops.len(), 1, "{mesh:?}");
    }
    let bootstrap = objects(Mesh::EnvoyGateway, &gateway)["EnvoyProxy"]["spec"]["bootstrap"]["value"].take();
    assert!(bootstrap.as_str().unwrap().contains("envoy.bootstrap.internal_listener"));
}

#[test]
fn istios_agent_finds_every_module() {
    let gateway = sample::gateway();
    let configurations = istio(&gateway, "EXTENSION_CONFIG", "ADD");
    assert_eq!(names(&configurations), ["spillway.wasm", "spillway.attempt/spillway-tries"]);
    for configuration in &configurations {
        let code = &configuration["typed_config"]["config"]["vm_config"]["code"];
        assert_eq!(code["remote"]["http_uri"]["uri"], "oci://registry.example/filter:1");
    }
    let asked = json!([istio(&gateway, "CLUSTER", "ADD"), istio(&gateway, "HTTP_FILTER", "INSERT_BEFORE")]);
    let asked = asked.to_string();
    assert!(!asked.contains("vm_config"), "a module that the agent does not see");
    for name in names(&configurations) {
        assert!(asked.contains(&format!("\"name\":\"{name}\"")), "{name}");
    }
}

#[test]
fn envoy_gateway_need_not_know_the_specifier() {
    let gateway = sample::gateway();
    let specifier = |routes: &Value| {
        let route = routes.as_array().unwrap().iter().find(|route| route["name"] == "deployments").unwrap();
        route["route"]["inline_cluster_specifier_plugin"]["extension"]["typed_config"].clone()
    };
    let manager = plain_manager(Mesh::EnvoyGateway, &gateway);
    let plain = specifier(&manager["route_config"]["virtual_hosts"][0]["routes"]);
    let mut wrapped = specifier(&envoy_gateway_at(&gateway, "RouteConfiguration", "routes")[0]);
    assert_eq!(wrapped["@type"], "type.googleapis.com/udpa.type.v1.TypedStruct");
    assert_eq!(wrapped["type_url"], plain["@type"]);
    wrapped["value"]["@type"] = plain["@type"].clone();
    assert_eq!(wrapped["value"], plain);
}

#[test]
fn istios_envoy_need_not_have_the_specifier() {
    let routes = istio(&sample::gateway(), "VIRTUAL_HOST", "ADD")[0]["routes"].take();
    let deployments = routes.as_array().unwrap().iter().find(|route| route["name"] == "deployments").unwrap();
    assert_eq!(deployments["route"]["cluster"], "spillway-tries");
    assert_eq!(deployments["route"]["retry_policy"]["refresh_cluster_on_retry"], Value::Null);
}

#[test]
fn words_of_the_gateway_are_said_for_its_hosts_only() {
    let gateway = sample::gateway();
    let of_istio = istio(&gateway, "NETWORK_FILTER", "MERGE").remove(0);
    let of_istio = &of_istio["typed_config"]["local_reply_config"]["mappers"];
    let of_envoy_gateway = envoy_gateway_at(&gateway, "Listener", "local_reply_config").remove(0);
    for (mappers, hosts) in [
        (of_istio, "xds.virtual_host_name in ['spillway'] && ("),
        (
            &of_envoy_gateway["mappers"],
            "xds.virtual_host_name in ['ns/gw/https/llm_example_com', 'ns/gw/https/llm_example_org'] && (",
        ),
    ] {
        let mappers = mappers.as_array().unwrap();
        assert!(mappers.len() > 10);
        for mapper in mappers {
            let condition = &mapper["filter"]["extension_filter"]["typed_config"]["expression"];
            assert!(condition.as_str().unwrap().starts_with(hosts), "{condition}");
        }
    }
}

#[test]
fn providers_outside_are_told_to_the_mesh() {
    let found = objects(Mesh::Istio, &sample::gateway());
    let entry = &found["ServiceEntry"]["spec"];
    assert_eq!(entry["hosts"], json!(["api.openai.com"]), "no address, and nothing in plain HTTP");
    assert_eq!(entry["ports"], json!([{ "name": "tls-443", "number": 443, "protocol": "TLS" }]));
}

#[test]
fn a_host_is_told_by_the_name_that_its_certificate_has() {
    for (host, told) in [
        ("api.example.com.", json!(["api.example.com"])),
        ("api.example.com", json!(["api.example.com"])),
        ("llm.ns.svc.cluster.local.", Value::Null),
    ] {
        let mut gateway = sample::gateway();
        for deployment in &mut gateway.deployments {
            deployment.upstream = Upstream { host: host.to_owned(), port: 443, tls: true };
        }
        assert_eq!(objects(Mesh::Istio, &gateway)["ServiceEntry"]["spec"]["hosts"], told, "{host}");
    }
}

#[test]
fn no_credential_is_in_the_objects() {
    let mut gateway = sample::gateway();
    gateway.master_key = Some("sk-master".to_owned());
    for mesh in [Mesh::Istio, Mesh::EnvoyGateway] {
        let text = render(mesh, &gateway, &options(), &place()).unwrap();
        for secret in ["sk-test", "sk-master"] {
            assert!(!text.contains(secret), "{secret} is in what is rendered for {mesh:?}");
        }
        assert!(text.contains("#   ledger-token.yaml\n#   openai-0.yaml\n"), "{text}");
    }
}

#[test]
fn what_a_mesh_cannot_do_is_refused() {
    let mut durable = sample::gateway();
    durable.admission.delivery.durable = true;
    let near = Options { ledger: None, ..options() };
    for mesh in [Mesh::Istio, Mesh::EnvoyGateway] {
        for (gateway, options, words) in [
            (&durable, &options(), "spillway_settings.durable_events"),
            (&sample::gateway(), &near, "127.0.0.1:4001 is the proxy's own pod"),
        ] {
            let error = render(mesh, gateway, options, &place()).unwrap_err().to_string();
            assert!(error.contains(words), "{mesh:?}: {error}");
        }
    }
}

#[test]
fn nothing_is_taken_for_granted_in_a_mesh_s_own_listener() {
    let gateway = sample::gateway();
    for (mesh, kind) in [(Mesh::Istio, "istio"), (Mesh::EnvoyGateway, "envoy-gateway")] {
        assert!(plain(mesh, &gateway).to_string().contains(OWN), "{kind}: it is the gateway's");
    }
    let filters = [
        istio(&gateway, "HTTP_FILTER", "INSERT_BEFORE"),
        envoy_gateway_at(&gateway, "Listener", "http_filters/0"),
    ];
    assert!(!json!(filters).to_string().contains(OWN));
}
