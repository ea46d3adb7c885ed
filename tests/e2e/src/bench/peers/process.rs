//! A peer, started and shown to answer.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::process::{Child, Command};

use super::table::{FILES, Peer, TOOLS};
use crate::Failure;
use crate::bench::loads::LOADS;
use crate::bench::running::{KEY, Way};
use crate::client::{self, Ask};
use crate::gateway::{free_addresses, root};
use crate::program::Group;

/// A Python program with many packages, on a busy machine.
const START: Duration = Duration::from_secs(120);
const PAUSE: Duration = Duration::from_millis(100);
/// What the upstream says.
const UPSTREAM_SAYS: &str = "Hello from openai/mock-fast.";
/// So much of the end of a log is told.
const LOG_BYTES: usize = 2_000;

/// A peer that runs. Dropping it ends it, and all that it started.
pub struct Started {
    /// Where clients connect.
    pub address: SocketAddr,
    peer: &'static Peer,
    headers: String,
    // Before the child, whose process is the group's leader.
    group: Group,
    child: Child,
}

impl Started {
    /// Starts it, and waits until the upstream answers through it. Its files go to `folder`.
    ///
    /// # Errors
    /// It is not installed or did not start; the text holds the end of what it printed.
    pub async fn start(
        name: &str,
        peer: &'static Peer,
        folder: &Path,
        upstream: SocketAddr,
    ) -> Result<Self, Failure> {
        let [address] = free_addresses()?;
        let config = folder.join(name);
        let filled = |text: &str| filled(text, address, upstream, &config);
        if let Some(template) = peer.config {
            let template = root().join(FILES).join(template);
            let text =
                fs::read_to_string(&template).map_err(|error| format!("{}: {error}", template.display()))?;
            fs::write(&config, filled(&text)).map_err(|error| format!("{}: {error}", config.display()))?;
        }
        let log = folder.join(format!("{name}.log"));
        let child = spawn(peer, filled, folder, &log)?;
        let group = Group::of(&child);
        let headers = filled(peer.headers);
        let mut started = Self { address, peer, headers, group, child };
        let told = |error| format!("{error}{}", end_of(&log));
        started.wait_until_ready(&log).await.map_err(told)?;
        Ok(started)
    }

    /// Its first process, while it runs.
    ///
    /// # Errors
    /// It has ended.
    pub fn pid(&self) -> Result<u32, Failure> {
        self.child.id().ok_or_else(|| "it has ended".to_owned())
    }

    /// What it is asked, and how.
    #[must_use]
    pub fn way(&self) -> Way<'_> {
        Way { path: self.peer.path, headers: &self.headers, model: self.peer.model }
    }

    /// Ends it and all that it started. It has nothing to save.
    ///
    /// # Errors
    /// It is still there.
    pub async fn stop(mut self) -> Result<(), Failure> {
        drop(self.group);
        self.child.wait().await.map(|_| ()).map_err(|error| format!("a peer cannot be stopped: {error}"))
    }

    async fn wait_until_ready(&mut self, log: &Path) -> Result<(), Failure> {
        let body = LOADS.first().ok_or("there is no load")?.body_for(self.peer.model)?;
        let began = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("it ended with {status}"));
            }
            let last = match self.ask(&body, log).await {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            if began.elapsed() > START {
                return Err(format!("it does not answer after {START:?}: {last}"));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn ask(&mut self, body: &Value, log: &Path) -> Result<(), Failure> {
        if self.peer.prints_address {
            let printed = fs::read_to_string(log).map_err(|error| error.to_string())?;
            self.address = printed_address(&printed).ok_or("it has not printed its address")?;
        }
        let mut ask = Ask::post(self.peer.path, KEY, body);
        let headers = self.headers.lines().filter_map(|line| line.split_once(": "));
        ask.headers.extend(headers.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let answer = client::send(self.address, &ask).await?;
        if answer.status == 200 && answer.text().contains(UPSTREAM_SAYS) {
            return Ok(());
        }
        Err(format!("HTTP {}: {}", answer.status, answer.text()))
    }
}

fn spawn(peer: &Peer, filled: impl Fn(&str) -> String, folder: &Path, log: &Path) -> Result<Child, Failure> {
    let told = |error: std::io::Error| format!("{}: {error}", log.display());
    let output = File::create(log).map_err(told)?;
    let program = filled(peer.program);
    let mut command = Command::new(&program);
    command.args(peer.arguments.iter().map(|argument| filled(argument))).current_dir(folder);
    command.envs(peer.environment.iter().copied()).env("NO_PROXY", "127.0.0.1");
    command.stdin(Stdio::null()).stdout(output.try_clone().map_err(told)?).stderr(output);
    // A group of its own, so that what it starts can be ended with it.
    let child = command.process_group(0).kill_on_drop(true).spawn();
    child.map_err(|error| format!("{program}: {error}; `make bench-peers` installs it"))
}

fn filled(text: &str, address: SocketAddr, upstream: SocketAddr, config: &Path) -> String {
    let folder = |name: &str| -> PathBuf { root().join(name) };
    text.replace("${TOOLS}", &folder(TOOLS).display().to_string())
        .replace("${FILES}", &folder(FILES).display().to_string())
        .replace("${CONFIG}", &config.display().to_string())
        .replace("${PORT}", &address.port().to_string())
        .replace("${UPSTREAM}", &upstream.to_string())
}

/// Of the last URL of this machine that stands in a line by itself.
fn printed_address(printed: &str) -> Option<SocketAddr> {
    let urls = printed.lines().filter_map(|line| line.strip_prefix("http://"));
    urls.filter_map(|url| url.split('/').next()?.parse().ok()).next_back()
}

fn end_of(log: &Path) -> String {
    let printed = fs::read(log).unwrap_or_default();
    let end = printed.get(printed.len().saturating_sub(LOG_BYTES)..).unwrap_or_default();
    let end = String::from_utf8_lossy(end);
    let end = end.trim();
    if end.is_empty() { String::new() } else { format!("; the end of what it printed:\n{end}") }
}

#[cfg(test)]
mod tests {
    use super::{filled, printed_address};
    use crate::bench::peers::table::PEERS;
    use crate::bench::sides::Kind;

    #[test]
    fn an_address_stands_in_a_line() {
        let printed = "INFO calls http://127.0.0.1:1/v1\nhttp://127.0.0.1:4321/openai/v1/\n";
        assert_eq!(printed_address(printed), Some(([127, 0, 0, 1], 4321).into()));
        assert_eq!(printed_address("INFO\n"), None);
    }

    #[test]
    fn nothing_is_left_to_fill_in() {
        for side in &PEERS {
            let Kind::Peer(peer) = side.kind else { continue };
            let texts = peer.arguments.iter().chain([&peer.program, &peer.headers]);
            for text in texts {
                let address = ([127, 0, 0, 1], 1).into();
                let text = filled(text, address, address, std::path::Path::new("config"));
                assert!(!text.contains("${"), "{text}");
            }
        }
    }
}
