//! Messages that a control plane does not know.
//!
//! Istiod and Envoy Gateway read a patch by the messages that they were built with, and refuse it whole for one that
//! they do not know. Within a `TypedStruct` Envoy reads the message, and they do not.

use serde_json::{Value, json};

use super::parts::Parts;

const TYPED_STRUCT: &str = "type.googleapis.com/udpa.type.v1.TypedStruct";
const SPECIFIER: &str = "/route/inline_cluster_specifier_plugin/extension/typed_config";

/// Wraps the routes' cluster specifiers, which are younger than the control planes.
pub fn wrap_specifiers(parts: &mut Parts) {
    for message in parts.routes_mut().filter_map(|route| route.pointer_mut(SPECIFIER)) {
        wrap(message);
    }
}

fn wrap(message: &mut Value) {
    let Value::Object(fields) = message else { return };
    let Some(type_url) = fields.remove("@type") else { return };
    *message = json!({ "@type": TYPED_STRUCT, "type_url": type_url, "value": message.take() });
}
