//! What `render` and `up` need of a gateway's file: checked values, or why there are none.

use std::io::{self, Write};
use std::path::Path;

use spillway_filter::config::Gateway;

use crate::config_file::{ConfigFile, colours};
use crate::failure::{Doing, Failure};

/// Reads a gateway's file. What is not done as it says goes to standard error; `os.environ/NAME` is looked up
/// in this process's environment.
///
/// # Errors
/// When the file cannot be read or parsed, and with every problem of the check at once.
pub fn gateway(file: &Path) -> Result<Gateway, Failure> {
    let file = ConfigFile::read(file)?;
    let report = file.check();
    let mut told = Vec::new();
    let stderr = io::stderr();
    let telling = || "telling the file's problems".to_owned();
    file.write_problems(&mut told, &report, colours(&stderr)).doing(telling)?;
    let Some(gateway) = report.gateway else {
        return Err(Failure::new(String::from_utf8_lossy(&told).trim_end()));
    };
    if !report.warnings.is_empty() {
        stderr.lock().write_all(&told).doing(telling)?;
    }
    Ok(gateway)
}
