//! The files from which Envoy reads credentials (SDS): one a secret, readable by their owner only.
//!
//! Keys of providers stand in them. Certificates do not: their files are named, and Envoy watches the folders in which
//! they are.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use spillway_filter::config::{ClientCertificate, LEDGER_AUTHORITIES, LEDGER_CERTIFICATE, Ledger, Secret};

use crate::failure::{Doing, Failure};
use crate::replace;

/// A file of one secret.
pub struct Document {
    name: String,
    /// Fields of Envoy's `Secret` besides its name.
    fields: Value,
}

impl Document {
    /// A header's whole value.
    pub fn credential(secret: &Secret) -> Self {
        let fields = json!({ "generic_secret": { "secret": { "inline_string": secret.value } } });
        Self { name: secret.name.clone(), fields }
    }

    /// What the gateway shows to the ledger. (Without a folder to be watched, Envoy watches that of each file.)
    fn certificate(files: &ClientCertificate) -> Self {
        let fields = json!({ "tls_certificate": {
            "certificate_chain": { "filename": files.certificate },
            "private_key": { "filename": files.key },
        } });
        Self { name: LEDGER_CERTIFICATE.to_owned(), fields }
    }

    /// Who signs what the ledger shows.
    fn authorities(file: &str) -> Self {
        let fields = json!({ "validation_context": { "trusted_ca": { "filename": file } } });
        Self { name: LEDGER_AUTHORITIES.to_owned(), fields }
    }

    fn text(&self) -> Result<String, serde_yaml_ng::Error> {
        let mut resource = json!({
            "@type": "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret",
            "name": self.name,
        });
        if let (Some(resource), Some(fields)) = (resource.as_object_mut(), self.fields.as_object()) {
            resource.extend(fields.clone());
        }
        serde_yaml_ng::to_string(&json!({ "resources": [resource] }))
    }
}

/// What the way to the ledger needs besides its token.
///
/// # Errors
/// When a file of it cannot be opened: Envoy would start, and deliver nothing.
pub fn of_ledger(ledger: &Ledger) -> Result<Vec<Document>, Failure> {
    let mut documents = Vec::new();
    if let Some(file) = &ledger.authorities {
        can_be_opened("ssl_ca_certs", file)?;
        documents.push(Document::authorities(file));
    }
    if let Some(files) = &ledger.certificate {
        can_be_opened("ssl_certfile", &files.certificate)?;
        can_be_opened("ssl_keyfile", &files.key)?;
        documents.push(Document::certificate(files));
    }
    Ok(documents)
}

fn can_be_opened(key: &str, file: &str) -> Result<(), Failure> {
    File::open(file).map(drop).doing(|| format!("spillway_settings.ledger.{key}: {file}"))
}

/// Writes `{folder}/{name}.yaml` for each secret. Envoy takes a changed file up without a restart; one that is the same
/// is left alone. Whether there was any to write.
///
/// # Errors
/// When the folder or a file cannot be written.
pub fn write(folder: &Path, documents: &[Document]) -> Result<bool, Failure> {
    replace::private_folder(folder).doing(|| format!("creating {}", folder.display()))?;
    let mut is_different = false;
    for document in documents {
        let path = file(folder, document);
        let text = document.text().doing(|| format!("writing secret {}", document.name))?;
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

fn file(folder: &Path, document: &Document) -> PathBuf {
    folder.join(format!("{}.yaml", document.name))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use serde_json::Value;

    use spillway_filter::config::Ledger;

    use super::{ClientCertificate, Document, Secret, keep_only, of_ledger, write};

    #[test]
    fn only_the_owner_reads_a_secret() {
        let folder = std::env::temp_dir().join(format!("spillway-sds-{}", std::process::id()));
        let secret =
            |value: &str| Document::credential(&Secret { name: "k".to_owned(), value: value.to_owned() });
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

    #[test]
    fn certificates_are_named_and_must_be_there() {
        let folder = std::env::temp_dir().join(format!("spillway-sds-tls-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let named = |name: &str| folder.join(name).display().to_string();
        let files = ClientCertificate { certificate: named("tls.crt"), key: named("tls.key") };
        let ledger =
            Ledger { authorities: Some(named("ca.crt")), certificate: Some(files), ..Ledger::default() };
        for (missing, key) in
            [("ca.crt", "ssl_ca_certs"), ("tls.crt", "ssl_certfile"), ("tls.key", "ssl_keyfile")]
        {
            let told = of_ledger(&ledger).err().unwrap().to_string();
            assert!(
                told.starts_with(&format!("spillway_settings.ledger.{key}: {}", named(missing))),
                "{told}"
            );
            fs::write(folder.join(missing), "not looked at").unwrap();
        }
        write(&folder, &of_ledger(&ledger).unwrap()).unwrap();
        let resource = |name: &str| -> Value {
            let text = fs::read_to_string(folder.join(format!("{name}.yaml"))).unwrap();
            assert!(!text.contains("not looked at"));
            serde_yaml_ng::from_str::<Value>(&text).unwrap()["resources"][0].take()
        };
        let shown = &resource("ledger-certificate")["tls_certificate"];
        assert_eq!(shown["certificate_chain"]["filename"], named("tls.crt"));
        assert_eq!(shown["private_key"]["filename"], named("tls.key"));
        let trusted = &resource("ledger-authorities")["validation_context"]["trusted_ca"];
        assert_eq!(trusted["filename"], named("ca.crt"));
        fs::remove_dir_all(folder).unwrap();
    }
}
