//! The master key: of a file or of the environment.

use std::path::Path;

use crate::failure::{Doing, Failure};

/// As the gateway itself looks for it, and the ledger: the first that is set wins.
const VARIABLES: [&str; 2] = ["SPILLWAY_MASTER_KEY", "LITELLM_MASTER_KEY"];

/// Reads the master key from `file`, if one is named, else from the environment.
///
/// # Errors
/// There is none, or it cannot be sent.
pub fn read(file: Option<&Path>) -> Result<String, Failure> {
    let key = match file {
        Some(path) => std::fs::read_to_string(path).doing(|| path.display().to_string())?,
        None => of_environment().ok_or_else(|| {
            Failure::new(
                "the master key is missing: set SPILLWAY_MASTER_KEY or LITELLM_MASTER_KEY, or name a file that \
                 has it with --master-key-file",
            )
        })?,
    };
    let key = key.trim();
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        let place =
            file.map_or_else(|| "of the environment".to_owned(), |path| format!("in {}", path.display()));
        return Err(Failure::new(format!("the master key {place} is empty, or no header can carry it")));
    }
    Ok(key.to_owned())
}

fn of_environment() -> Option<String> {
    VARIABLES.iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}
