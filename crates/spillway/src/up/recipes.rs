//! The command lines of the two children.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use super::data::Data;
use super::process::Recipe;
use crate::render::journal_of;

const MASTER_KEY: &str = "LITELLM_MASTER_KEY";
/// Opens the ledger's monitor and nothing else.
const MONITOR_TOKEN: &str = "SPILLWAY_MONITOR_TOKEN";
/// Variables that are the ledger's own, which it gets as they are.
const OF_THE_LEDGER: [&str; 5] = [
    MONITOR_TOKEN,
    "SPILLWAY_LEDGER_KEEP_LOGS",
    "SPILLWAY_LEDGER_KEEP_HOURS",
    "SPILLWAY_LEDGER_CONNECTIONS",
    "SPILLWAY_LEDGER_CONNECTIONS_PER_ADDRESS",
];

/// The ledger: events in, spend log and monitor out.
pub fn ledger(
    program: PathBuf,
    listen: SocketAddr,
    data: &Data,
    token: &str,
    master_key: Option<&str>,
) -> Recipe {
    let mut environment = vec![("SPILLWAY_LEDGER_TOKEN", token.to_owned())];
    environment.extend(master_key.map(|key| (MASTER_KEY, key.to_owned())));
    environment.extend(OF_THE_LEDGER.into_iter().filter_map(|name| Some((name, variable(name)?))));
    Recipe {
        name: "ledger",
        program,
        arguments: vec!["--listen".into(), listen.to_string().into(), "--data".into(), data.ledger().into()],
        environment,
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Who is let into the monitor of a ledger that is started so.
pub fn who_sees_the_monitor(ledger: &Recipe) -> &'static str {
    let has = |name| ledger.environment.iter().any(|(known, _)| *known == name);
    match (has(MASTER_KEY), has(MONITOR_TOKEN)) {
        (true, true) => "opens with the master key, or with the token in SPILLWAY_MONITOR_TOKEN",
        (true, false) => "opens with the master key",
        (false, true) => "opens with the token in SPILLWAY_MONITOR_TOKEN",
        (false, false) => "lets nobody in: set SPILLWAY_MONITOR_TOKEN, or a master key in the file",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_of_the_ledgers_is_handed_on_unless_it_is_said_otherwise() {
        let settings = include_str!("../../../ledger/src/settings.rs");
        let names = settings.split("env = \"").skip(1).filter_map(|rest| rest.split('"').next());
        let ours = ["SPILLWAY_LEDGER_LISTEN", "SPILLWAY_LEDGER_DATA"];
        let (told, others): (Vec<_>, Vec<_>) = names.partition(|name| ours.contains(name));
        assert_eq!((told.len(), others.is_empty()), (ours.len(), false), "{settings}");
        for name in others {
            assert!(OF_THE_LEDGER.contains(&name), "{name}");
        }
    }

    #[test]
    fn the_monitor_is_promised_to_those_whom_it_lets_in() {
        let who = |names: &[&'static str]| {
            let environment = names.iter().map(|name| (*name, "x".to_owned())).collect();
            who_sees_the_monitor(&Recipe {
                name: "ledger",
                program: PathBuf::new(),
                arguments: Vec::new(),
                environment,
            })
        };
        assert_eq!(who(&[MASTER_KEY]), "opens with the master key");
        assert_eq!(who(&[MONITOR_TOKEN]), "opens with the token in SPILLWAY_MONITOR_TOKEN");
        assert!(who(&[MONITOR_TOKEN, MASTER_KEY]).contains("master key, or with the token"));
        assert!(who(&["SPILLWAY_LEDGER_TOKEN"]).starts_with("lets nobody in"));
    }
}
