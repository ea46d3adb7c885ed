//! A gateway as objects of Kubernetes, for an Envoy that a control plane configures: Istio's or Envoy Gateway's.
//!
//! There the listener, its certificate and the pods belong to the control plane, and other hosts share them. So what
//! is rendered for a plain Envoy is taken apart ([`parts`]), narrowed to the gateway's own hosts ([`scope`]) and put
//! into patches of what the control plane makes ([`istio`], [`envoy_gateway`]). No fragment of Envoy's configuration is
//! written here a second time.

mod document;
mod envoy_gateway;
mod extension_config;
mod istio;
mod parts;
mod place;
mod scope;
mod typed_struct;

#[cfg(test)]
mod tests;

use spillway_filter::config::Gateway;

use super::Options;
use crate::failure::Failure;

pub use place::{Module, Place, label, name};

/// Whose objects are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mesh {
    /// Istio's ingress gateway.
    Istio,
    /// Envoy Gateway.
    EnvoyGateway,
}

/// The objects of a gateway, as the YAML that `kubectl apply` takes.
///
/// # Errors
/// When the gateway's file asks for what a mesh's proxy cannot do, or nothing can be written.
pub fn render(mesh: Mesh, gateway: &Gateway, options: &Options, place: &Place) -> Result<String, Failure> {
    refuse(gateway, options)?;
    match mesh {
        Mesh::Istio => istio::render(gateway, options, place),
        Mesh::EnvoyGateway => envoy_gateway::render(gateway, options, place),
    }
}

/// What cannot be, whatever the mesh.
fn refuse(gateway: &Gateway, options: &Options) -> Result<(), Failure> {
    if gateway.admission.delivery.durable {
        return Err(Failure::new(
            "spillway_settings.durable_events: the ledger reads events from the gateway's own disk, which it does not \
             share with a mesh's proxies. Take it out, or run the gateway by the Helm chart",
        ));
    }
    let ledger = options.ledger.as_ref().unwrap_or(&gateway.ledger.address);
    let address = ledger.host.parse::<std::net::IpAddr>();
    if ledger.host == "localhost" || address.is_ok_and(|address| address.is_loopback()) {
        return Err(Failure::new(format!(
            "the ledger's address {}:{} is the proxy's own pod. Name the ledger's Service: \
             --ledger spillway-ledger.spillway.svc.cluster.local:4001",
            ledger.host, ledger.port
        )));
    }
    Ok(())
}
