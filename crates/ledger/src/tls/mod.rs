//! TLS of the ledger's own listener.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{VerifierBuilderError, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use tokio_rustls::TlsAcceptor;

/// What the ledger shows of itself, and whom it asks to show the same.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ServerConfig>,
    mutual: bool,
}

/// Who is at the other end of a secure connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer {
    /// Whether it showed a certificate that a trusted authority signed; any other ends the handshake.
    pub(crate) certified: bool,
}

/// Why TLS cannot be set up: the file, and what is wrong with it.
#[derive(Debug)]
pub enum TlsError {
    /// It cannot be read, or holds nothing of its kind.
    Pem(PathBuf, pem::Error),
    /// It holds no certificate.
    NoCertificate(PathBuf),
    /// The certificate and the key cannot be used, or not together.
    Unusable(PathBuf, rustls::Error),
    /// The authorities cannot be used.
    Authorities(PathBuf, VerifierBuilderError),
}

impl fmt::Display for TlsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pem(file, error) => write!(out, "{}: cannot be read as PEM: {error}", file.display()),
            Self::NoCertificate(file) => {
                write!(out, "{}: holds no certificate; expected PEM, the ledger's own first", file.display())
            }
            Self::Unusable(file, error) => {
                write!(out, "{}: cannot be used with its key: {error}", file.display())
            }
            Self::Authorities(file, error) => {
                write!(out, "{}: holds no authority that can be used: {error}", file.display())
            }
        }
    }
}

impl std::error::Error for TlsError {}

impl Tls {
    /// Reads PEM files: the ledger's certificate with those between it and its authority, and its key. With
    /// `client_ca`, gateways must show a certificate that one of these authorities signed.
    ///
    /// # Errors
    /// [`TlsError`]: a file cannot be used, and why.
    pub fn load(certificate: &Path, key: &Path, client_ca: Option<&Path>) -> Result<Self, TlsError> {
        let chain = certificates(certificate)?;
        let private =
            PrivateKeyDer::from_pem_file(key).map_err(|error| TlsError::Pem(key.to_owned(), error))?;
        let unusable = |error| TlsError::Unusable(certificate.to_owned(), error);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(unusable)?;
        let builder = match client_ca {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let unusable = |error| TlsError::Authorities(file.to_owned(), error);
                let roots = Arc::new(authorities(file)?);
                // People who ask have no certificate; which endpoints need one is the gates' to say.
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                builder.with_client_cert_verifier(verifier.allow_unauthenticated().build().map_err(unusable)?)
            }
        };
        let mut config = builder.with_single_cert(chain, private).map_err(unusable)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { config: Arc::new(config), mutual: client_ca.is_some() })
    }

    /// What shakes hands with whoever connects.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.config))
    }

    /// Whether gateways must show a certificate.
    pub(crate) fn is_mutual(&self) -> bool {
        self.mutual
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(if self.mutual { "Tls(mutual)" } else { "Tls(server)" })
    }
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = |error| TlsError::Pem(file.to_owned(), error);
    let found = CertificateDer::pem_file_iter(file).map_err(unreadable)?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    if found.is_empty() { Err(TlsError::NoCertificate(file.to_owned())) } else { Ok(found) }
}

fn authorities(file: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|error| TlsError::Unusable(file.to_owned(), error))?;
    }
    Ok(roots)
}
