//! Certificates, made for a test, in a folder whose files are replaced as Kubernetes replaces those of a mounted Secret.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};
use spillway_e2e::Failure;

/// Signs certificates.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// PEM texts of a certificate and its key.
pub struct Issued {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    /// One that nobody trusts yet.
    pub fn new() -> Result<Self, Failure> {
        let mut params = CertificateParams::new(Vec::new()).map_err(text)?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name = named("authority");
        let key = KeyPair::generate().map_err(text)?;
        CertifiedIssuer::self_signed(params, key).map(Self).map_err(text)
    }

    /// Its own certificate.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a host.
    pub fn issue(&self, host: &str) -> Result<Issued, Failure> {
        let key = KeyPair::generate().map_err(text)?;
        let mut params = CertificateParams::new(vec![host.to_owned()]).map_err(text)?;
        // With its signer's name it would pass for one that signed itself.
        params.distinguished_name = named(host);
        let signed = params.signed_by(&key, &self.0).map_err(text)?;
        Ok(Issued { certificate: signed.pem(), key: key.serialize_pem() })
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut named = DistinguishedName::new();
    named.push(DnType::CommonName, name);
    named
}

/// `tls.crt`, `tls.key` and `ca.crt`, each a link through `..data`, which leads to a folder of their contents.
pub struct Mounted {
    folder: PathBuf,
    versions: usize,
}

impl Mounted {
    pub fn new(folder: PathBuf, own: &Issued, authorities: &Authority) -> Result<Self, Failure> {
        fs::create_dir_all(&folder).map_err(text)?;
        let mut mounted = Self { folder, versions: 0 };
        mounted.replace(own, authorities)?;
        for name in ["tls.crt", "tls.key", "ca.crt"] {
            symlink(Path::new("..data").join(name), mounted.file(name)).map_err(text)?;
        }
        Ok(mounted)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// All files at once, by a rename of the link that they lead through.
    pub fn replace(&mut self, own: &Issued, authorities: &Authority) -> Result<(), Failure> {
        self.versions += 1;
        let version = format!("..{}", self.versions);
        let contents = self.folder.join(&version);
        fs::create_dir(&contents).map_err(text)?;
        for (name, pem) in
            [("tls.crt", &own.certificate), ("tls.key", &own.key), ("ca.crt", &authorities.pem())]
        {
            fs::write(contents.join(name), pem).map_err(text)?;
        }
        let next = self.folder.join("..data_tmp");
        symlink(version, &next).map_err(text)?;
        fs::rename(next, self.folder.join("..data")).map_err(text)
    }
}

fn text(error: impl std::fmt::Display) -> Failure {
    error.to_string()
}
