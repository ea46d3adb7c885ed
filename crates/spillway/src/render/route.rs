//! The routes. Of a model's requests: which deployment each try goes to, and when there is another try.

use serde_json::{Map, Value, json};
use spillway_filter::config::{Carrier, Gateway, Timeouts, body_buffer};
use spillway_filter::exchange::{RETRY_HEADER, WAIT_HEADER};

use super::cluster::UNPLANNED;
use super::filters::PLAN_NAMESPACE;
use super::typed::{extension, millis};
use super::{administration, tries};

/// A longer wait is none: Envoy then takes the usual back-off.
const LONGEST_WAIT: &str = "60s";
/// Whether the specifier is asked again for each retry; said only where there is one.
const REFRESH: &str = "refresh_cluster_on_retry";

pub fn route_config(gateway: &Gateway, carrier: Carrier) -> Value {
    let action = action(gateway, carrier);
    let deployments = json!({ "name": "deployments", "match": { "prefix": "/" }, "route": action });
    let administration = gateway.serves_administration.then(|| administration::route(carrier));
    let routes: Vec<Value> = administration.into_iter().chain([deployments]).collect();
    json!({
        "name": "gateway",
        "virtual_hosts": [{
            "name": "gateway",
            "domains": ["*"],
            // What is buffered for a retry; a body that does not fit could be tried only once.
            "request_body_buffer_limit": body_buffer(gateway.admission.max_body_bytes),
            "routes": routes,
        }],
    })
}

fn action(gateway: &Gateway, carrier: Carrier) -> Value {
    let timeouts = gateway.admission.timeouts;
    let (to, whom) = match carrier {
        Carrier::PriorityGroups => {
            ("inline_cluster_specifier_plugin", json!({ "extension": priority_groups(gateway) }))
        }
        Carrier::Hop => ("cluster", json!(tries::CLUSTER)),
    };
    json!({
        "timeout": millis(timeouts.request_ms),
        // A provider may think for as long as the whole request may take.
        "idle_timeout": millis(timeouts.request_ms),
        "retry_policy": retry_policy(timeouts, carrier),
        to: whom,
    })
}

/// Admission says per request whether and for what there is another try (`x-envoy-retry-on`), how many
/// (`x-envoy-max-retries`) and, where it is not what stands here, how long one may take
/// (`x-envoy-upstream-rq-per-try-timeout-ms`). Without its word
/// there is no second try, and the router, which copies and keeps every body that it may have to send again,
/// keeps none: so no `retry_on` stands here.
fn retry_policy(timeouts: Timeouts, carrier: Carrier) -> Value {
    let longest = timeouts.longest_try_ms();
    let mut policy = json!({
        "retriable_headers": [{ "name": RETRY_HEADER, "present_match": true }],
        "num_retries": 0,
        "per_try_timeout": millis(longest),
        // A stream that says nothing for so long, in its middle, has ended.
        "per_try_idle_timeout": millis(longest),
        REFRESH: true,
        // The next try goes to somebody else: there is nothing to wait for, unless the attempt role says so.
        "retry_back_off": { "base_interval": "0.001s", "max_interval": "0.010s" },
        "rate_limited_retry_back_off": {
            "reset_headers": [{ "name": WAIT_HEADER, "format": "SECONDS" }],
            "max_interval": LONGEST_WAIT,
        },
    });
    if carrier == Carrier::Hop
        && let Some(fields) = policy.as_object_mut()
    {
        fields.shift_remove(REFRESH);
    }
    policy
}

/// One group per deployment, of the same name; the plan is an order of names. A request without a plan
/// takes the order written here, whose first group has nobody in it.
fn priority_groups(gateway: &Gateway) -> Value {
    let deployments = gateway.deployments.iter().map(|deployment| deployment.attempt.id.as_str());
    let groups: Vec<Value> = std::iter::once(UNPLANNED).chain(deployments).map(group).collect();
    extension(
        "envoy.router.cluster_specifier_plugin.priority_group",
        "envoy.extensions.router.cluster_specifiers.priority_group.v3.PriorityGroupClusterSpecifier",
        json!({ "priority_groups": groups, "override_metadata_namespace": PLAN_NAMESPACE }),
    )
}

fn group(name: &str) -> Value {
    let mut group = Map::new();
    group.insert("name".to_owned(), json!(name));
    group.insert("clusters".to_owned(), json!([{ "cluster_name": name, "weight": 1 }]));
    Value::Object(group)
}
