//! The files from which Envoy reads credentials (SDS): one a secret, readable by their owner only.

use std::path::{Path, PathBuf};

use serde_json::json;
use spillway_filter::config::Secret;

use crate::failure::{Doing, Failure};
use crate::replace;

/// Writes `{folder}/{name}.yaml` for each secret. Envoy takes a changed file up without a restart.
///
/// # Errors
/// When the folder or a file cannot be written.
pub fn write(folder: &Path, secrets: &[Secret]) -> Result<(), Failure> {
    replace::private_folder(folder).doing(|| format!("creating {}", folder.display()))?;
    for secret in secrets {
        let path = file(folder, secret);
        let text = document(secret).doing(|| format!("writing secret {}", secret.name))?;
        replace::private_file(&path, &text).doing(|| format!("writing {}", path.display()))?;
    }
    Ok(())
}

fn file(folder: &Path, secret: &Secret) -> PathBuf {
    folder.join(format!("{}.yaml", secret.name))
}

fn document(secret: &Secret) -> Result<String, serde_yaml_ng::Error> {
    serde_yaml_ng::to_string(&json!({
        "resources": [{
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
            "name": secret.name,
            "generic_secret": { "secret": { "inline_string": secret.value } },
        }],
    }))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use serde_json::Value;

    use super::{Secret, write};

    #[test]
    fn only_the_owner_reads_a_secret() {
        let folder = std::env::temp_dir().join(format!("spillway-sds-{}", std::process::id()));
        let secret = |value: &str| Secret { name: "k".to_owned(), value: value.to_owned() };
        write(&folder, &[secret("Bearer a: \"1\"")]).unwrap();
        write(&folder, &[secret("Bearer b")]).unwrap();

        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("k.yaml")), 0o600);
        let text = fs::read_to_string(folder.join("k.yaml")).unwrap();
        let document: Value = serde_yaml_ng::from_str(&text).unwrap();
        assert_eq!(document["resources"][0]["generic_secret"]["secret"]["inline_string"], "Bearer b");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");
        fs::remove_dir_all(folder).unwrap();
    }
}
