//! The document's outermost level.

use std::net::SocketAddr;

use serde_json::{Value, json};
use spillway_filter::config::{Gateway, Listener};

use super::typed::extension;
use super::{Error, Options, allocator, cluster, hop, listener, stats};

/// Connections that clients may hold open at once. Envoy has no default and warns about it; past the bound
/// it refuses new ones instead of running out of descriptors in the middle of somebody's answer.
const MAX_CLIENT_CONNECTIONS: u32 = 50_000;

pub fn bootstrap(gateway: &Gateway, options: &Options) -> Result<Value, Error> {
    let mut bootstrap = json!({
        // Envoy refuses SDS from files when the node has no name.
        "node": { "id": "spillway", "cluster": "spillway" },
        "admin": admin(options.admin),
        "overload_manager": overload_manager(),
        "memory_allocator_manager": allocator::manager(),
        "stats_config": stats::config(),
        "static_resources": {
            "listeners": listener::listeners(gateway, Listener::Own, options)?,
            "clusters": cluster::clusters(gateway, options)?,
        },
    });
    if hop::is_used(gateway, options.envoy.carrier())
        && let Some(fields) = bootstrap.as_object_mut()
    {
        fields.insert("bootstrap_extensions".to_owned(), json!([hop::bootstrap_extension()]));
    }
    Ok(bootstrap)
}

/// The admin interface has no key, and answers whatever a browser on the machine is led to send: it does what the
/// gateway is watched and stopped by. What shows keys (`/logging`, `/config_dump`) or ends Envoy is not answered.
fn admin(at: SocketAddr) -> Value {
    let exact = ["/ready", "/healthcheck/fail", "/healthcheck/ok"].map(|path| json!({ "exact": path }));
    // Envoy compares the whole of what is asked for: `/drain_listeners?graceful`.
    let prefixes = ["/drain_listeners", "/stats"].map(|path| json!({ "prefix": path }));
    let paths: Vec<Value> = exact.into_iter().chain(prefixes).collect();
    json!({ "address": address(at), "allow_paths": paths })
}

/// An address and a port in Envoy's notation.
pub fn address(at: SocketAddr) -> Value {
    socket_address(&at.ip().to_string(), at.port())
}

/// A host (name or address) and a port in Envoy's notation.
pub fn socket_address(host: &str, port: u16) -> Value {
    json!({ "socket_address": { "address": host, "port_value": port } })
}

fn overload_manager() -> Value {
    let monitor = extension(
        "envoy.resource_monitors.global_downstream_max_connections",
        "envoy.extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
        json!({ "max_active_downstream_connections": MAX_CLIENT_CONNECTIONS }),
    );
    json!({ "resource_monitors": [monitor] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_admin_interface_shows_no_key_and_ends_nothing() {
        let admin = admin(([127, 0, 0, 1], 9901).into());
        let allowed = |path: &str| {
            let rules = admin["allow_paths"].as_array().unwrap().iter();
            rules.clone().any(|rule| rule["exact"] == path)
                || rules.filter_map(|rule| rule["prefix"].as_str()).any(|prefix| path.starts_with(prefix))
        };
        for path in [
            "/ready",
            "/stats",
            "/stats/prometheus",
            "/healthcheck/fail",
            "/drain_listeners",
            "/drain_listeners?graceful&skip_exit",
        ] {
            assert!(allowed(path), "{path}");
        }
        for path in ["/", "/config_dump", "/logging", "/quitquitquit", "/runtime_modify", "/certs"] {
            assert!(!allowed(path), "{path}");
        }
    }
}
