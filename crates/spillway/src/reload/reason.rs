//! Why Envoy does not take a configuration, in its own words.

use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::Target;
use crate::failure::{Doing, Failure};
use crate::replace;

/// It compiles the filter's module on the way.
const PATIENCE: Duration = Duration::from_secs(30);
/// What stands before the reason, after the file's name.
const BEFORE: &str = "error initializing configuration '";

/// Has another Envoy look at the whole configuration; none where that one finds nothing.
///
/// # Errors
/// When it cannot be started, or is not done in time.
pub async fn of(target: &Target, text: &str) -> Result<Option<String>, Failure> {
    let path = target.folder.join("refused.yaml");
    replace::private_file(&path, text).doing(|| format!("writing {}", path.display()))?;
    let doing = || "asking Envoy for its reason".to_owned();
    let mut command = Command::new(&target.envoy);
    command
        .args(["--mode", "validate", "--log-level", "critical", "--config-path"])
        .arg(&path)
        .kill_on_drop(true);
    let output = timeout(PATIENCE, command.output()).await.doing(doing)?.doing(doing)?;
    let told = [output.stdout, output.stderr].concat();
    Ok((!output.status.success()).then(|| last_words(&String::from_utf8_lossy(&told))).flatten())
}

fn last_words(told: &str) -> Option<String> {
    let reason = told.split_once(BEFORE).and_then(|(_, after)| after.split_once("': "));
    let text = reason.map_or_else(|| told.trim().lines().last(), |(_, reason)| reason.lines().next())?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::last_words;

    #[test]
    fn the_reason_is_found_in_what_envoy_prints() {
        let told =
            "[warning] something\nerror initializing configuration '/a/b.yaml': Invalid path: /no/ca.pem\n";
        assert_eq!(last_words(told).as_deref(), Some("Invalid path: /no/ca.pem"));
        assert_eq!(last_words("one\nSegmentation fault\n").as_deref(), Some("Segmentation fault"));
        assert_eq!(last_words(""), None);
    }
}
