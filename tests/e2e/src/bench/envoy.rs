//! The same Envoy with a configuration that is written down: what the gateway is compared with.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use crate::Failure;
use crate::client::{self, Ask};
use crate::gateway::{free_addresses, root};

/// The module of `tests/bench/floor`, in the repository.
const FLOOR: &str = "target/wasm32-wasip1/release/spillway_floor.wasm";
/// It compiles a small module at most.
const START: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(20);

/// A running Envoy. Dropping it stops it.
pub struct Envoy {
    /// Where clients connect.
    pub address: SocketAddr,
    /// Its administration interface.
    pub admin: SocketAddr,
    child: Child,
}

impl Envoy {
    /// Starts `envoy` with one worker and waits until the upstream answers through it. Its files go to `folder`.
    ///
    /// # Errors
    /// It did not start; the text holds what it logged.
    pub async fn start(
        template: &str,
        envoy: &Path,
        folder: &Path,
        upstream: SocketAddr,
        buffer_bytes: u64,
    ) -> Result<Self, Failure> {
        let [address, admin] = free_addresses()?;
        let text = filled(&super::read_data(template)?, [address, admin, upstream], buffer_bytes);
        Self::run(&text, envoy, &folder.join(template), [address, admin]).await
    }

    /// The same with a whole configuration that has these addresses, of clients and of the administrator. It is written
    /// to `config`.
    ///
    /// # Errors
    /// It did not start; the text holds what it logged.
    pub async fn run(
        text: &str,
        envoy: &Path,
        config: &Path,
        [address, admin]: [SocketAddr; 2],
    ) -> Result<Self, Failure> {
        fs::write(config, text).map_err(|error| format!("{}: {error}", config.display()))?;
        let log = config.with_extension("log");
        let output = fs::File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut command = Command::new(envoy);
        command.arg("--config-path").arg(config).args(["--concurrency", "1", "--disable-hot-restart"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output).kill_on_drop(true);
        let child = command.spawn().map_err(|error| format!("{}: {error}", envoy.display()))?;
        let mut started = Self { address, admin, child };
        let told = |error| format!("{error}\n{}", fs::read_to_string(&log).unwrap_or_default());
        started.wait_until_ready().await.map_err(told)?;
        Ok(started)
    }

    /// Its process, while it runs.
    ///
    /// # Errors
    /// It has ended.
    pub fn pid(&self) -> Result<u32, Failure> {
        self.child.id().ok_or_else(|| "Envoy has ended".to_owned())
    }

    /// Ends it. It has nothing to save.
    ///
    /// # Errors
    /// The system does not let us.
    pub async fn stop(mut self) -> Result<(), Failure> {
        self.child.kill().await.map_err(|error| format!("Envoy cannot be stopped: {error}"))
    }

    async fn wait_until_ready(&mut self) -> Result<(), Failure> {
        let ask = Ask { method: "GET".to_owned(), path: "/".to_owned(), ..Ask::default() };
        let began = Instant::now();
        while !client::send(self.address, &ask).await.is_ok_and(|answer| answer.status == 200) {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("Envoy ended with {status}"));
            }
            if began.elapsed() > START {
                return Err(format!("Envoy is not up after {START:?}"));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

/// The module of the floor, where the build puts it.
#[must_use]
pub fn floor_module() -> String {
    root().join(FLOOR).display().to_string()
}

/// A template with these addresses, of clients, of the administrator and of the upstream.
#[must_use]
pub fn filled(template: &str, [listen, admin, upstream]: [SocketAddr; 3], buffer_bytes: u64) -> String {
    let mut text =
        template.replace("${BUFFER_BYTES}", &buffer_bytes.to_string()).replace("${MODULE}", &floor_module());
    for (name, address) in [("LISTEN", listen), ("ADMIN", admin), ("UPSTREAM", upstream)] {
        text = text.replace(&format!("${{{name}_PORT}}"), &address.port().to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{SocketAddr, filled};
    use crate::bench::read_data;
    use crate::bench::sides::{Kind, SIDES};

    #[test]
    fn templates_are_filled() {
        let addresses = [1, 2, 3].map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        for side in &SIDES {
            let Kind::Envoy(template) = side.kind else { continue };
            let text = filled(&read_data(template).unwrap(), addresses, 4_321);
            let lines = text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
            assert!(!lines.contains("${"), "{lines}");
            assert_eq!(lines.matches("per_connection_buffer_limit_bytes: \"4321\"").count(), 2);
            // The benchmark asks for its statistics by its name.
            assert!(lines.contains(&format!("stat_prefix: {}", side.name)), "{lines}");
        }
    }
}
