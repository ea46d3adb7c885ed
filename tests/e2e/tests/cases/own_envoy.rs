//! An Envoy beside that of `spillway up`, with what was rendered for that one and a test has changed.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use spillway_e2e::Failure;
use tokio::process::{Child, Command};

/// Seconds that Envoy gives an old listener.
const DRAIN_S: &str = "1";

/// What was rendered for the gateway of this folder.
pub fn rendered(data: &Path) -> Result<Value, Failure> {
    let text = std::fs::read_to_string(data.join("envoy.yaml")).map_err(|error| error.to_string())?;
    serde_yaml_ng::from_str(&text).map_err(|error| error.to_string())
}

/// Starts it with one worker, until what is returned is dropped. The folder gets its configuration and its log.
pub fn start(folder: &Path, config: &Value) -> Result<Child, Failure> {
    let envoy = std::env::var_os("SPILLWAY_ENVOY").ok_or("SPILLWAY_ENVOY does not say where Envoy is")?;
    let file = folder.join("envoy.json");
    std::fs::write(&file, config.to_string()).map_err(|error| error.to_string())?;
    let log = std::fs::File::create(folder.join("envoy.log")).map_err(|error| error.to_string())?;
    let mut command = Command::new(envoy);
    command.arg("-c").arg(file).args([
        "--disable-hot-restart",
        "--concurrency",
        "1",
        "--drain-time-s",
        DRAIN_S,
    ]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).kill_on_drop(true);
    command.spawn().map_err(|error| format!("cannot start Envoy: {error}"))
}
