//! A gateway that runs.

use std::net::SocketAddr;

use super::backoff::Backoff;
use super::data::Data;
use super::process::{Process, pid_text};
use super::wait;
use crate::failure::Failure;
use crate::reload::Reloader;

/// Both processes, well when this value was made.
pub struct Running {
    pub ledger: Process,
    pub envoy: Process,
    pub reloader: Reloader,
    pub addresses: Addresses,
    /// A model group, for the example.
    pub model: Option<String>,
    /// Whether keys can be made with the master key, through the gateway.
    pub makes_keys: bool,
    /// Who is let into the monitor.
    pub monitor: &'static str,
    /// Keeps the folder ours.
    pub _data: Data,
}

/// Where everything listens.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    pub listen: SocketAddr,
    pub admin: SocketAddr,
    pub ledger: SocketAddr,
}

impl Running {
    /// What a person needs to know now.
    pub fn announcement(&self) -> String {
        let Addresses { listen, admin, ledger } = self.addresses;
        let monitor = self.monitor;
        let model = self.model.as_deref().unwrap_or("MODEL");
        let (envoy_pid, ledger_pid) = (pid_text(self.envoy.pid()), pid_text(self.ledger.pid()));
        let (envoy_log, ledger_log) = (self.envoy.log().path().display(), self.ledger.log().path().display());
        let keys = match self.makes_keys {
            true => format!("keys     POST http://{listen}/key/generate with the master key makes one\n"),
            false => String::new(),
        };
        format!(
            "\
gateway  http://{listen}  (envoy, pid {envoy_pid}, admin http://{admin})
ledger   http://{ledger}  (pid {ledger_pid})
monitor  http://{ledger}/ui  ({monitor})
{keys}logs     {envoy_log}
         {ledger_log}

  curl http://{listen}/v1/chat/completions -H 'content-type: application/json' \\
    -H \"authorization: Bearer $KEY\" \\
    -d '{{\"model\":\"{model}\",\"messages\":[{{\"role\":\"user\",\"content\":\"hello\"}}]}}'

ready; Ctrl-C stops both"
        )
    }

    /// Starts each again when it dies, and has Envoy follow the gateway's file; ends when Envoy cannot be kept running.
    /// That the ledger cannot is no reason to stop serving: its events wait for it.
    pub async fn keep(&mut self) -> Failure {
        let addresses = self.addresses;
        tokio::select! {
            failure = self.ledger.keep_running((addresses.ledger, "/health"), Backoff::without_end()) => failure,
            failure = self.envoy.keep_running((addresses.admin, "/ready"), Backoff::that_gives_up()) => failure,
            never = self.reloader.follow() => match never {},
        }
    }

    /// Lets Envoy finish what it has and deliver the events, which it cannot once it is told to stop; then stops it,
    /// then the ledger.
    pub async fn stop(&mut self) {
        wait::until_drained(self.addresses.admin).await;
        wait::until_delivered(self.addresses.admin).await;
        self.envoy.stop().await;
        self.ledger.stop().await;
    }
}
