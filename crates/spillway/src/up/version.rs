//! Whether an Envoy is new enough.

use std::path::Path;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::failure::{Doing, Failure};

/// The first release with the priority group cluster specifier.
const OLDEST: (u32, u32) = (1, 40);
/// How long it may take to say its version.
const PATIENCE: Duration = Duration::from_secs(10);

/// Asks the program for its version.
///
/// # Errors
/// When it does not run, is not Envoy, or is too old.
pub async fn check(envoy: &Path) -> Result<(), Failure> {
    let ask = Command::new(envoy).arg("--version").kill_on_drop(true).output();
    let output = timeout(PATIENCE, ask)
        .await
        .doing(|| format!("{} --version", envoy.display()))?
        .doing(|| format!("{} --version", envoy.display()))?;
    let text = String::from_utf8_lossy(&output.stdout);
    match parse(&text) {
        Some(version) if version >= OLDEST => Ok(()),
        Some((major, minor)) => Err(Failure::new(format!(
            "{} is Envoy {major}.{minor}; fallback needs {}.{} or newer (`make setup` fetches one)",
            envoy.display(),
            OLDEST.0,
            OLDEST.1
        ))),
        None => Err(Failure::new(format!(
            "{} does not say an Envoy's version, but: {}",
            envoy.display(),
            text.trim().lines().next().unwrap_or("nothing")
        ))),
    }
}

/// Major and minor of `…/envoy  version: {commit}/{version}/{tree}/{build}/{tls}`.
fn parse(text: &str) -> Option<(u32, u32)> {
    let (_, after) = text.split_once("version:")?;
    let mut parts = after.split('/').nth(1)?.split(['.', '-']);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn versions() {
        let release = "\n/opt/bin/envoy  version: 9e55809337/1.40.0/Clean/RELEASE/BoringSSL\n";
        assert_eq!(parse(release), Some((1, 40)));
        assert_eq!(parse("envoy version: 0/1.41.0-dev/Modified/DEBUG/BoringSSL"), Some((1, 41)));
        assert_eq!(parse("GNU bash, version 5.2"), None);
    }
}
