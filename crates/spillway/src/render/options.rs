//! Where a rendered gateway finds its files and its addresses.

use std::net::SocketAddr;
use std::path::PathBuf;

use spillway_filter::config::LedgerAddress;

use super::EnvoyVersion;

/// What the machine decides, as opposed to the gateway's own file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where clients connect.
    pub listen: SocketAddr,
    /// Envoy's admin interface. Never expose it: it can drain the gateway.
    pub admin: SocketAddr,
    /// Overrides the ledger's address of the gateway's file; what is spoken there stays as the file says.
    pub ledger: Option<LedgerAddress>,
    /// The filter's module, as Envoy sees the path.
    pub wasm: PathBuf,
    /// Folder of SDS files, as Envoy sees the path; one `{secret}.yaml` each.
    pub secrets: PathBuf,
    /// PEM bundle of the certificate authorities that providers' certificates are checked against.
    pub ca_bundle: PathBuf,
    /// Whether each request is written to standard output, one JSON object a line.
    pub access_log: bool,
    /// The file of events of a gateway with `durable_events`, as Envoy sees the path; the journal stands beside it.
    pub event_log: PathBuf,
    /// The Envoy that it is for.
    pub envoy: EnvoyVersion,
}
