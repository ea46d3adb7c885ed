//! The files from which Envoy reads credentials (SDS): one a secret, readable by their owner only.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use spillway_filter::config::Secret;

use crate::failure::{Doing, Failure};
use crate::replace;

/// Writes `{folder}/{name}.yaml` for each secret. Envoy takes a changed file up without a restart; one that is the same
/// is left alone. Whether there was any to write.
///
/// # Errors
/// When the folder or a file cannot be written.
pub fn write(folder: &Path, secrets: &[Secret]) -> Result<bool, Failure> {
    replace::private_folder(folder).doing(|| format!("creating {}", folder.display()))?;
    let mut is_different = false;
    for secret in secrets {
        let path = file(folder, secret);
        let text = document(secret).doing(|| format!("writing secret {}", secret.name))?;
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        replace::private_file(&path, &text).doing(|| format!("writing {}", path.display()))?;
        is_different = true;
    }
    Ok(is_different)
}

/// Removes the files of all secrets but these.
///
/// # Errors
/// When the folder cannot be read, or a file not removed.
pub fn keep_only(folder: &Path, names: &[&str]) -> Result<(), Failure> {
    let doing = || format!("removing old secrets of {}", folder.display());
    for entry in fs::read_dir(folder).doing(doing)? {
        let path = entry.doing(doing)?.path();
        let is_secret = path.extension().is_some_and(|extension| extension == "yaml");
        let is_kept = path.file_stem().is_some_and(|stem| names.iter().any(|name| stem == *name));
        if is_secret && !is_kept {
            fs::remove_file(&path).doing(doing)?;
        }
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

    use super::{Secret, keep_only, write};

    #[test]
    fn only_the_owner_reads_a_secret() {
        let folder = std::env::temp_dir().join(format!("spillway-sds-{}", std::process::id()));
        let secret = |value: &str| Secret { name: "k".to_owned(), value: value.to_owned() };
        write(&folder, &[secret("Bearer a: \"1\"")]).unwrap();
        assert!(write(&folder, &[secret("Bearer b")]).unwrap());
        assert!(!write(&folder, &[secret("Bearer b")]).unwrap());

        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("k.yaml")), 0o600);
        let text = fs::read_to_string(folder.join("k.yaml")).unwrap();
        let document: Value = serde_yaml_ng::from_str(&text).unwrap();
        assert_eq!(document["resources"][0]["generic_secret"]["secret"]["inline_string"], "Bearer b");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "no draft is left");
        keep_only(&folder, &["other"]).unwrap();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        fs::remove_dir_all(folder).unwrap();
    }
}
