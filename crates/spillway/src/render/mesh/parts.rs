//! What is rendered for a plain Envoy, taken apart.
//!
//! Of the listener only what the filter cannot be without is taken: its chain, its routes, the room for a body and
//! the answers that Envoy gives by itself. Timeouts, limits of headers and access logs of a listener that others use
//! too are the control plane's to say.

use serde_json::{Map, Value};
use spillway_filter::config::{Gateway, Listener};

use crate::failure::{Doing, Failure};
use crate::render::{Options, cluster, listener};

const MANAGER: &str = "/filter_chains/0/filters/0/typed_config";
const VIRTUAL_HOST: &str = "/filter_chains/0/filters/0/typed_config/route_config/virtual_hosts/0";
const ROUTER: &str = "envoy.filters.http.router";

/// The pieces of a gateway.
#[derive(Debug)]
pub struct Parts {
    /// The clients' chain, without the router.
    pub filters: Vec<Value>,
    /// Rules for what Envoy answers by itself; the first that applies counts.
    pub replies: Vec<Value>,
    /// `per_connection_buffer_limit_bytes` of the clients' listener.
    pub buffer: Value,
    /// The virtual host's fields, without its name and its domains.
    pub virtual_host: Map<String, Value>,
    /// All clusters.
    pub clusters: Vec<Value>,
    /// Listeners inside this Envoy.
    pub hops: Vec<Value>,
}

impl Parts {
    /// Renders a gateway and takes it apart.
    ///
    /// # Errors
    /// When it cannot be rendered, or is not built as this expects.
    pub fn of(gateway: &Gateway, options: &Options) -> Result<Self, Failure> {
        let rendering = || "rendering".to_owned();
        let mut listeners = elements(listener::listeners(gateway, Listener::Mesh, options).doing(rendering)?);
        let hops = listeners.split_off(listeners.len().min(1));
        let mut clients = listeners.pop().ok_or_else(|| missing("a listener"))?;
        let mut filters = elements(take(&mut clients, &format!("{MANAGER}/http_filters"))?);
        filters.retain(|filter| filter.get("name").and_then(Value::as_str) != Some(ROUTER));
        let Value::Object(mut virtual_host) = take(&mut clients, VIRTUAL_HOST)? else {
            return Err(missing("a virtual host"));
        };
        virtual_host.retain(|key, _| key != "name" && key != "domains");
        Ok(Self {
            filters,
            replies: elements(take(&mut clients, &format!("{MANAGER}/local_reply_config/mappers"))?),
            buffer: take(&mut clients, "/per_connection_buffer_limit_bytes")?,
            virtual_host,
            clusters: elements(cluster::clusters(gateway, options).doing(rendering)?),
            hops,
        })
    }

    /// The virtual host's routes.
    pub fn routes_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.virtual_host.get_mut("routes").and_then(Value::as_array_mut).into_iter().flatten()
    }
}

fn elements(array: Value) -> Vec<Value> {
    match array {
        Value::Array(elements) => elements,
        _ => Vec::new(),
    }
}

fn take(tree: &mut Value, pointer: &str) -> Result<Value, Failure> {
    tree.pointer_mut(pointer).map(Value::take).ok_or_else(|| missing(pointer))
}

fn missing(what: &str) -> Failure {
    Failure::new(format!("the rendered listener has no {what}: this is a fault of the program"))
}
