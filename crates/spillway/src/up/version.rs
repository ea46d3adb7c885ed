//! Which Envoy it is that somebody named.

use std::path::Path;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::failure::{Doing, Failure};
use crate::render::EnvoyVersion;

/// How long it may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the program for its version.
///
/// # Errors
/// When it does not run, is not Envoy, or is too old.
pub async fn of(envoy: &Path) -> Result<EnvoyVersion, Failure> {
    let ask = Command::new(envoy).arg("--version").kill_on_drop(true).output();
    let output = timeout(PATIENCE, ask)
        .await
        .doing(|| format!("{} --version", envoy.display()))?
        .doing(|| format!("{} --version", envoy.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    let Some(version) = parse(&text) else {
        return Err(Failure::new(format!(
            "{} does not say an Envoy's version, but: {}",
            envoy.display(),
            text.trim().lines().next().unwrap_or("nothing")
        )));
    };
    version.supported().map_err(|why| {
        Failure::new(format!("{}: {why} (`make setup` fetches {})", envoy.display(), EnvoyVersion::NEWEST))
    })
}

/// The version of `…/envoy  version: {commit}/{version}/{tree}/{build}/{tls}`.
fn parse(text: &str) -> Option<EnvoyVersion> {
    let (_, after) = text.split_once("version:")?;
    after.split('/').nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{EnvoyVersion, parse};

    #[test]
    fn versions() {
        let release = "\n/opt/bin/envoy  version: 9e55809337/1.40.0/Clean/RELEASE/BoringSSL\n";
        assert_eq!(parse(release), Some(EnvoyVersion { major: 1, minor: 40 }));
        let development = "envoy version: 0/1.41.0-dev/Modified/DEBUG/BoringSSL";
        assert_eq!(parse(development), Some(EnvoyVersion { major: 1, minor: 41 }));
        assert_eq!(parse("GNU bash, version 5.2"), None);
    }
}
