//! From a checked [`Gateway`] to the Envoy v3 bootstrap that runs it.
//!
//! Each file builds one part of the document: [`listener`] (with [`filters`], [`route`] and [`replies`]),
//! [`cluster`] (with [`shape`], [`hop`], [`path`], [`tls`] and [`credential`]), [`administration`] and [`durable`] across both, [`bootstrap`] (with [`allocator`]) for
//! what surrounds them, [`live`] for a gateway that changes while it runs. Knows Envoy's API and nothing about requests; reads no file and opens no socket. The same gateway and options always give
//! the same text, so a rendered file can be committed and its diff reviewed.

mod access_log;
mod administration;
mod allocator;
mod bootstrap;
mod cluster;
mod credential;
mod durable;
mod filters;
mod hop;
mod listener;
mod live;
pub mod mesh;
mod options;
mod path;
mod plugin;
mod replies;
mod route;
mod shape;
mod stats;
mod tls;
mod tries;
mod typed;
mod version;

#[cfg(test)]
pub mod sample;
#[cfg(test)]
mod tests;

use serde_json::Value;
use spillway_filter::config::Gateway;

pub use durable::journal_of;
pub use live::{Live, Part, live};
pub use options::Options;
pub use version::EnvoyVersion;

/// A value that could not be written as JSON or YAML.
#[derive(Debug)]
pub struct Error(String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the Envoy configuration could not be written: {}", self.0)
    }
}

impl std::error::Error for Error {}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<serde_yaml_ng::Error> for Error {
    fn from(error: serde_yaml_ng::Error) -> Self {
        Self(error.to_string())
    }
}

/// The bootstrap as a JSON tree.
///
/// # Errors
/// When a role's settings do not serialise.
pub fn tree(gateway: &Gateway, options: &Options) -> Result<Value, Error> {
    bootstrap::bootstrap(gateway, options)
}

/// The bootstrap as the YAML text that Envoy reads with `-c`.
///
/// # Errors
/// As [`tree`].
pub fn yaml(gateway: &Gateway, options: &Options) -> Result<String, Error> {
    let body = serde_yaml_ng::to_string(&tree(gateway, options)?)?;
    Ok(format!("{}{body}", header(options.envoy)))
}

fn header(envoy: EnvoyVersion) -> String {
    format!(
        "# Rendered by `spillway render`: change the gateway's own file and render again.\n\
         # Needs Envoy {envoy} or newer. Holds no provider's key; those are read through SDS from files. Its\n\
         # `response_secret` is a secret all the same: who reads it can have other callers' stored responses.\n"
    )
}
