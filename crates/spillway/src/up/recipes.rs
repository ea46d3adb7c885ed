//! The command lines of the two children.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::data::Data;
use super::process::Recipe;
use crate::render::journal_of;

/// The ledger: events in, spend log and monitor out.
pub fn ledger(
    program: PathBuf,
    listen: SocketAddr,
    data: &Data,
    token: &str,
    master_key: Option<&str>,
) -> Recipe {
    let mut environment = vec![("SPILLWAY_LEDGER_TOKEN", token.to_owned())];
    environment.extend(master_key.map(|key| ("LITELLM_MASTER_KEY", key.to_owned())));
    Recipe {
        name: "ledger",
        program,
        arguments: vec!["--listen".into(), listen.to_string().into(), "--data".into(), data.ledger().into()],
        environment,
    }
}

/// Envoy, with a worker a processor unless `workers` says otherwise.
pub fn envoy(program: PathBuf, bootstrap: PathBuf, workers: Option<u32>) -> Recipe {
    let mut arguments: Vec<OsString> = vec![
        "--config-path".into(),
        bootstrap.into(),
        // Several gateways may run on one machine, and none hands over to a successor.
        "--disable-hot-restart".into(),
    ];
    if let Some(workers) = workers {
        arguments.push("--concurrency".into());
        arguments.push(workers.to_string().into());
    }
    Recipe { name: "envoy", program, arguments, environment: Vec::new() }
}

/// What has the ledger read the events that Envoy writes.
pub fn reconciling(data: &Data) -> Vec<OsString> {
    let log = data.event_log();
    let journal = journal_of(&log);
    ["--access-log".into(), log.into(), "--access-log".into(), journal.into()].into()
}

/// What has Envoy write each line of an access log as soon as its log thread gets to it.
pub fn prompt_access_log() -> Vec<OsString> {
    ["--file-flush-min-size-kb", "0", "--file-flush-interval-msec", "100"].map(OsString::from).into()
}
