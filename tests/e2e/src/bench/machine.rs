//! Where the figures were taken, and with what.

use std::fs;
use std::path::Path;

use tokio::process::Command;

use crate::Failure;

/// Machine and programs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// Processors that this process may use.
    pub cores: usize,
    /// The processor's name.
    pub cpu: String,
    /// Envoy's version.
    pub envoy: String,
    /// wrk's version.
    pub wrk: String,
}

impl Machine {
    /// This machine, and this Envoy.
    ///
    /// # Errors
    /// Envoy does not say its version.
    pub async fn read(envoy: &Path, wrk: String) -> Result<Self, Failure> {
        let said = Command::new(envoy).arg("--version").output().await;
        let said = said.map_err(|error| format!("{}: {error}", envoy.display()))?;
        let said = String::from_utf8_lossy(&said.stdout).into_owned();
        let envoy = envoy_version(&said).ok_or_else(|| format!("{} says: {said}", envoy.display()))?;
        let cores = std::thread::available_parallelism().map_err(|error| error.to_string())?.get();
        let cpu = cpu_model(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default());
        Ok(Self { cores, cpu, envoy, wrk })
    }
}

/// Of `…/envoy  version: {commit}/{version}/{tree}/{build}/{tls}`.
fn envoy_version(said: &str) -> Option<String> {
    let (_, after) = said.split_once("version:")?;
    after.split('/').nth(1).map(str::to_owned)
}

/// Not every architecture tells one.
fn cpu_model(cpuinfo: &str) -> String {
    let named = cpuinfo.lines().filter(|line| line.starts_with("model name"));
    let name = named.filter_map(|line| line.split_once(':')).map(|(_, name)| name.trim()).next();
    name.filter(|name| !name.is_empty()).unwrap_or(std::env::consts::ARCH).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{cpu_model, envoy_version};

    #[test]
    fn versions() {
        let said = "\n/opt/bin/envoy  version: 9e55809337/1.40.0/Clean/RELEASE/BoringSSL\n";
        assert_eq!(envoy_version(said).as_deref(), Some("1.40.0"));
        assert_eq!(envoy_version("no"), None);
    }

    #[test]
    fn models() {
        assert_eq!(cpu_model("processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: AMD EPYC\n"), "AMD EPYC");
        assert_eq!(cpu_model(""), std::env::consts::ARCH);
    }
}
