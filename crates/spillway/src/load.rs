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
}

/// Reads a gateway's file. What is not done as it says goes to standard error.
///
/// # Errors
/// When the file cannot be read or parsed, and with every problem of the check at once.
pub fn gateway(file: &Path, variables: &Variables) -> Result<Gateway, Failure> {
    read(file, variables).gateway
}

/// Reads a gateway's file as [`gateway`], and tells the files that it names.
pub fn read(file: &Path, variables: &Variables) -> Loaded {
    match ConfigFile::read(file) {
        Ok(file) => Loaded { named: file.named().to_vec(), gateway: checked(&file, variables) },
        Err(failure) => Loaded { gateway: Err(failure), named: Vec::new() },
    }
}

fn checked(file: &ConfigFile, variables: &Variables) -> Result<Gateway, Failure> {
    let report = file.check_with(variables);
    let mut told = Vec::new();
    let stderr = io::stderr();
    file.write_problems(&mut told, &report, colours(&stderr))
        .doing(|| "telling the file's problems".to_owned())?;
    let Some(gateway) = report.gateway else {
        return Err(Failure::new(String::from_utf8_lossy(&told).trim_end()));
    };
    if !report.warnings.is_empty() {
        // Nobody may listen any more: the file is good all the same.
        let _ = stderr.lock().write_all(&told);
    }
    Ok(gateway)
}
