//! What `render`, `up` and `serve` need of a gateway's file: checked values, or why there are none.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use spillway_filter::config::Gateway;

use crate::config_file::{ConfigFile, colours};
use crate::failure::{Doing, Failure};
use crate::variables::Variables;

/// A gateway's file that was read.
pub struct Loaded {
    /// Its values, or every problem of the check at once.
    pub gateway: Result<Gateway, Failure>,
    /// The files that it names. None where it cannot be read or parsed.
    pub named: Vec<PathBuf>,
    /// What is not done as it says, to be told; empty where there is nothing.
    pub warnings: String,
}

/// Reads a gateway's file. What is not done as it says goes to standard error.
///
/// # Errors
/// When the file cannot be read or parsed, and with every problem of the check at once.
pub fn gateway(file: &Path, variables: &Variables) -> Result<Gateway, Failure> {
    let Loaded { gateway, warnings, .. } = read(file, variables);
    tell(&warnings);
    gateway
}

/// Reads a gateway's file, and tells nothing.
pub fn read(file: &Path, variables: &Variables) -> Loaded {
    let (named, checked) = match ConfigFile::read(file) {
        Ok(file) => (file.named().to_vec(), checked(&file, variables)),
        Err(failure) => (Vec::new(), Err(failure)),
    };
    match checked {
        Ok((gateway, warnings)) => Loaded { gateway: Ok(gateway), named, warnings },
        Err(failure) => Loaded { gateway: Err(failure), named, warnings: String::new() },
    }
}

/// Tells the warnings of a file that was read.
pub fn tell(warnings: &str) {
    // Nobody may listen any more: the file is good all the same.
    let _ = io::stderr().lock().write_all(warnings.as_bytes());
}

/// The values of a file that is good, and its warnings.
fn checked(file: &ConfigFile, variables: &Variables) -> Result<(Gateway, String), Failure> {
    let report = file.check_with(variables);
    let mut told = Vec::new();
    file.write_problems(&mut told, &report, colours(&io::stderr()))
        .doing(|| "telling the file's problems".to_owned())?;
    let told = String::from_utf8_lossy(&told);
    match report.gateway {
        Some(gateway) if report.warnings.is_empty() => Ok((gateway, String::new())),
        Some(gateway) => Ok((gateway, told.into_owned())),
        None => Err(Failure::new(told.trim_end())),
    }
}
