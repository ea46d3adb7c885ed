//! Narrows a gateway to its own hosts, on a listener that others use too.

use serde_json::{Map, Value, json};

use super::parts::Parts;
use crate::render::typed::any;

/// Envoy's names of filters begin so; ours so, since a chain may have another filter of the same kind.
const ENVOYS: &str = "envoy.filters.http.";
const OURS: &str = "spillway.";
/// Where a rule for Envoy's own answers has its condition.
const CONDITION: &str = "/filter/extension_filter/typed_config/expression";

/// Switches the filters off for whatever is not for one of `virtual_hosts`, Envoy's names for the gateway's hosts, and
/// has the gateway's words be said there only.
pub fn narrow(parts: &mut Parts, virtual_hosts: &[String]) {
    let mut switched_on = Map::new();
    for filter in parts.filters.iter_mut().filter_map(Value::as_object_mut) {
        let name = ours(filter.get("name").and_then(Value::as_str).unwrap_or_default());
        filter.insert("name".to_owned(), json!(name));
        // One that was off already is for some of the routes, which switch it on themselves.
        let was_off = filter.insert("disabled".to_owned(), json!(true)) == Some(json!(true));
        if !was_off {
            switched_on.insert(name, any("envoy.config.route.v3.FilterConfig", json!({ "config": {} })));
        }
    }
    parts.routes_mut().filter_map(|route| route.get_mut("typed_per_filter_config")).for_each(rename);
    parts.virtual_host.insert("typed_per_filter_config".to_owned(), Value::Object(switched_on));
    let here = condition(virtual_hosts);
    for expression in parts.replies.iter_mut().filter_map(|reply| reply.pointer_mut(CONDITION)) {
        let general = expression.as_str().unwrap_or_default();
        *expression = json!(format!("{here} && ({general})"));
    }
}

fn ours(name: &str) -> String {
    format!("{OURS}{}", name.strip_prefix(ENVOYS).unwrap_or(name))
}

/// The names of what a route says about filters.
fn rename(settings: &mut Value) {
    if let Value::Object(settings) = settings {
        *settings = std::mem::take(settings).into_iter().map(|(name, value)| (ours(&name), value)).collect();
    }
}

/// In CEL, over Envoy's attributes.
fn condition(virtual_hosts: &[String]) -> String {
    let names: Vec<String> = virtual_hosts.iter().map(|name| format!("'{name}'")).collect();
    format!("xds.virtual_host_name in [{}]", names.join(", "))
}
