//! The same configuration for a gateway that changes while it runs: a bootstrap that names files, and what the files
//! hold.
//!
//! What changes with the gateway's file is taken out of the listeners: the routes (RDS) and the wasm filter (ECDS). So
//! a listener stays as it is in nearly every change, and with it the connections of its clients: Envoy drains one that
//! changes. The rest comes by LDS and CDS, of which Envoy takes what differs.

use std::path::Path;

use serde_json::{Map, Value, json};
use spillway_filter::config::Gateway;

use super::typed::any;
use super::{Error, Options, hop, tree};

/// The filter that is discovered.
const FILTER: &str = "envoy.filters.http.wasm";
/// What its configuration is.
const FILTER_TYPE: &str = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";

/// What a file holds, by the discovery service that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Listeners: the clients', and those of deployments with a second hop.
    Listeners,
    /// Clusters.
    Clusters,
    /// Routes of the clients' listener: one resource.
    Routes,
    /// The admission role: one resource.
    Admission,
}

impl Part {
    /// In the order in which a change is safe: what is named comes before what names it.
    pub const ALL: [Self; 4] = [Self::Listeners, Self::Clusters, Self::Routes, Self::Admission];

    /// The file's name in the folder.
    pub fn file(self) -> &'static str {
        match self {
            Self::Listeners => "listeners.json",
            Self::Clusters => "clusters.json",
            Self::Routes => "routes.json",
            Self::Admission => "admission.json",
        }
    }

    /// What the names of Envoy's statistics of this file begin with.
    pub fn statistics(self) -> &'static str {
        match self {
            Self::Listeners => "listener_manager.lds",
            Self::Clusters => "cluster_manager.cds",
            Self::Routes => "http.gateway.rds.gateway",
            Self::Admission => "extension_config_discovery.http_filter.envoy.filters.http.wasm",
        }
    }

    /// The type of its resources.
    fn message(self) -> &'static str {
        match self {
            Self::Listeners => "envoy.config.listener.v3.Listener",
            Self::Clusters => "envoy.config.cluster.v3.Cluster",
            Self::Routes => "envoy.config.route.v3.RouteConfiguration",
            Self::Admission => "envoy.config.core.v3.TypedExtensionConfig",
        }
    }

    /// A file's text.
    pub fn document(self, resources: &[Value], version: &str) -> String {
        let tagged: Vec<Value> = resources.iter().map(|one| any(self.message(), one.clone())).collect();
        json!({ "version_info": version, "resources": tagged }).to_string()
    }
}

/// A whole gateway, in parts.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// What Envoy is started with. Nothing of it can change while it runs.
    pub bootstrap: Value,
    /// Resources of [`Part::Listeners`]; each has a `name`.
    pub listeners: Vec<Value>,
    /// Resources of [`Part::Clusters`]; each has a `name`.
    pub clusters: Vec<Value>,
    /// The resource of [`Part::Routes`].
    pub routes: Value,
    /// The resource of [`Part::Admission`].
    pub admission: Value,
}

/// The parts of a gateway whose files are in `folder`, as Envoy sees the path.
///
/// # Errors
/// As [`tree`].
pub fn live(gateway: &Gateway, options: &Options, folder: &Path) -> Result<Live, Error> {
    let mut bootstrap = tree(gateway, options)?;
    let resources = bootstrap.as_object_mut().and_then(|fields| fields.remove("static_resources"));
    let mut resources = resources.unwrap_or_default();
    let mut listeners = taken(&mut resources, "listeners");
    let (mut routes, mut admission) = (Value::Null, Value::Null);
    for listener in &mut listeners {
        let Some(manager) = manager(listener) else { continue };
        if manager.get("stat_prefix") == Some(&json!("gateway")) {
            routes = discover_routes(manager, folder);
            admission = discover_admission(manager, folder);
        } else if let Some(routes) = manager.get_mut("route_config").and_then(Value::as_object_mut) {
            // A hop's listener comes before the cluster that it leads to, or its own cluster would lead nowhere.
            routes.insert("validate_clusters".to_owned(), json!(false));
        }
    }
    if let Some(fields) = bootstrap.as_object_mut() {
        fields.insert("dynamic_resources".to_owned(), dynamic_resources(folder));
        // The first deployment with a hop may come later.
        fields.insert("bootstrap_extensions".to_owned(), json!([hop::bootstrap_extension()]));
    }
    let clusters = taken(&mut resources, "clusters");
    Ok(Live { bootstrap, listeners, clusters, routes, admission })
}

fn dynamic_resources(folder: &Path) -> Value {
    json!({ "lds_config": source(Part::Listeners, folder), "cds_config": source(Part::Clusters, folder) })
}

/// Envoy looks again when another file takes the name by a rename.
fn source(part: Part, folder: &Path) -> Value {
    let file = folder.join(part.file()).display().to_string();
    json!({ "path_config_source": { "path": file }, "resource_api_version": "V3" })
}

fn taken(resources: &mut Value, key: &str) -> Vec<Value> {
    match resources.get_mut(key).map(Value::take) {
        Some(Value::Array(list)) => list,
        _ => Vec::new(),
    }
}

/// The HTTP connection manager of a listener.
fn manager(listener: &mut Value) -> Option<&mut Map<String, Value>> {
    listener.pointer_mut("/filter_chains/0/filters/0/typed_config")?.as_object_mut()
}

/// Takes the routes out of a connection manager.
fn discover_routes(manager: &mut Map<String, Value>, folder: &Path) -> Value {
    let routes = manager.remove("route_config").unwrap_or_default();
    let name = routes.get("name").cloned().unwrap_or_default();
    manager.insert(
        "rds".to_owned(),
        json!({ "route_config_name": name, "config_source": source(Part::Routes, folder) }),
    );
    routes
}

/// Takes the admission role out of a connection manager. Without a default configuration the listener waits for it.
fn discover_admission(manager: &mut Map<String, Value>, folder: &Path) -> Value {
    let filters = manager.get_mut("http_filters").and_then(Value::as_array_mut);
    let filter = filters.into_iter().flatten().find(|filter| filter.get("name") == Some(&json!(FILTER)));
    let Some(filter) = filter.and_then(Value::as_object_mut) else { return Value::Null };
    let config = filter.remove("typed_config").unwrap_or_default();
    filter.insert(
        "config_discovery".to_owned(),
        json!({ "config_source": source(Part::Admission, folder), "type_urls": [FILTER_TYPE] }),
    );
    json!({ "name": FILTER, "typed_config": config })
}
