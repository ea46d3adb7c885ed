//! The wasm filters' configurations as resources of their own, for Istio.
//!
//! Istio's agent, beside Envoy in the proxy's container, fetches modules: it reads the extension configurations (ECDS)
//! that istiod sends, and where one names a module of a registry puts the file that it has fetched. In a listener or a
//! cluster it looks at none.

use serde_json::{Value, json};

use super::place::Module;

const WASM: &str = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
const CODE: &str = "/typed_config/config/vm_config/code";
/// How long a listener or a cluster waits for it: a registry that is away must not keep a proxy from serving others.
const PATIENCE: &str = "30s";
/// How long the agent may take to fetch the module.
const FETCH: &str = "30s";

/// Takes the configuration out of a wasm filter, which then asks for it by `name`. Nothing of another filter.
pub fn take(filter: &mut Value, name: &str, module: &Module) -> Option<Value> {
    if filter.pointer("/typed_config/@type")?.as_str() != Some(WASM) {
        return None;
    }
    *filter.pointer_mut(CODE)? = json!({ "remote": {
        // Envoy's API asks for a cluster and for a sum; it is the agent that fetches. It needs no cluster, and by
        // "nil" it understands that there is no sum beside the image's own.
        "http_uri": { "uri": module.url(), "cluster": "_", "timeout": FETCH },
        "sha256": "nil",
    } });
    let fields = filter.as_object_mut()?;
    let typed_config = fields.remove("typed_config")?;
    let source = json!({ "ads": {}, "initial_fetch_timeout": PATIENCE, "resource_api_version": "V3" });
    fields.insert("config_discovery".to_owned(), json!({ "config_source": source, "type_urls": [WASM] }));
    // By this name the configuration is asked for.
    fields.insert("name".to_owned(), json!(name));
    Some(json!({ "name": name, "typed_config": typed_config }))
}
