//! TLS to PostgreSQL, with the system's certificate authorities. `sslmode` in the address says whether it is
//! needed: `disable`, `prefer` (the default) or `require`.

use std::sync::{Arc, OnceLock};

use rustls::{ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::DbError;

static CONFIG: OnceLock<ClientConfig> = OnceLock::new();

/// What makes connections secure.
pub(super) fn connector() -> Result<MakeRustlsConnect, DbError> {
    if let Some(config) = CONFIG.get() {
        return Ok(MakeRustlsConnect::new(config.clone()));
    }
    let config = configure().map_err(|error| DbError::Failed(format!("TLS cannot be set up: {error}")))?;
    Ok(MakeRustlsConnect::new(CONFIG.get_or_init(|| config).clone()))
}

fn configure() -> Result<ClientConfig, rustls::Error> {
    let mut roots = RootCertStore::empty();
    // A certificate that cannot be read is no reason not to trust the others.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}
