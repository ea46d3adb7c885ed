//! A gateway's own file, read and checked.

use std::fs;
use std::path::Path;

use serde_json::Value;
use spillway_filter::config::{self, Gateway, Problem};

use crate::failure::{Doing, Failure};

/// A usable gateway, and what is not done as its file says.
pub struct Loaded {
    /// The checked values.
    pub gateway: Gateway,
    /// For the terminal.
    pub warnings: Vec<Problem>,
}

/// Reads a gateway's file (YAML or JSON); `os.environ/NAME` is looked up in this process's environment.
///
/// # Errors
/// When the file cannot be read or parsed, and with every problem of the check at once.
pub fn gateway(file: &Path) -> Result<Loaded, Failure> {
    let text = fs::read_to_string(file).doing(|| file.display().to_string())?;
    let tree: Value = serde_yaml_ng::from_str(&text).doing(|| file.display().to_string())?;
    let report = config::check(&tree, &|name| std::env::var(name).ok());
    match report.gateway {
        Some(gateway) => Ok(Loaded { gateway, warnings: report.warnings }),
        None => Err(Failure::new(listing(file, &report.errors))),
    }
}

fn listing(file: &Path, errors: &[Problem]) -> String {
    let lines: Vec<String> = errors.iter().map(|error| format!("error: {error}")).collect();
    format!("{} cannot be used ({} found)\n{}", file.display(), errors.len(), lines.join("\n"))
}
