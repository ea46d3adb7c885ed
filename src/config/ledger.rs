//! `spillway_settings.ledger`: where events go, and what is spoken on the way.

use super::address::Address;
use super::checked::{ClientCertificate, Ledger, LedgerAddress};
use super::cursor::Cursor;
use super::format;
use super::section::Section;

/// Where the ledger listens unless the file says otherwise.
const HOST: &str = "127.0.0.1";
const PORT: u16 = 4001;
const EXPECTED: &str = "an address such as `http://127.0.0.1:4001`";
/// Keys that mean nothing without TLS.
const OF_TLS: [&str; 3] = ["ssl_ca_certs", "ssl_certfile", "ssl_keyfile"];

impl Default for Ledger {
    fn default() -> Self {
        let address = LedgerAddress { host: HOST.to_owned(), port: PORT, tls: false };
        Self { address, authorities: None, certificate: None, http2: None }
    }
}

/// Reads the section.
pub(super) fn read(at: &Cursor<'_>) -> Option<Ledger> {
    if !at.value().is_object() {
        at.unexpected_secret("a mapping", "write `ledger: {url: http://127.0.0.1:4001}`".to_owned());
        return None;
    }
    let section = at.section()?;
    let address = section.need("url", EXPECTED).and_then(|url| address(&url));
    let authorities = section.get("ssl_ca_certs").and_then(|at| file(&at));
    let certificate = certificate(&section);
    let http2 = section.boolean("http2");
    if address.as_ref().is_some_and(|address| !address.tls) {
        refuse_without_tls(&section);
    }
    section.close(&format::LEDGER);
    Some(Ledger { address: address?, authorities, certificate, http2 })
}

fn address(url: &Cursor<'_>) -> Option<LedgerAddress> {
    match Address::parse(&url.text()?) {
        Ok(address) if address.path.is_empty() => Some(address.upstream),
        Ok(_) => {
            url.error("the ledger's address has a path", format!("expected {EXPECTED}"));
            None
        }
        Err(reason) => {
            url.error(format!("the address is not usable: {reason}"), format!("expected {EXPECTED}"));
            None
        }
    }
}

/// Both files or neither.
fn certificate(section: &Section<'_>) -> Option<ClientCertificate> {
    let (certificate, key) = (section.get("ssl_certfile"), section.get("ssl_keyfile"));
    match (&certificate, &key) {
        (Some(_), None) => {
            section.at().missing("ssl_keyfile", "missing, expected the key of `ssl_certfile`", None)
        }
        (None, Some(_)) => {
            section.at().missing("ssl_certfile", "missing, expected the certificate of `ssl_keyfile`", None);
        }
        _ => {}
    }
    let (certificate, key) = (certificate.and_then(|at| file(&at)), key.and_then(|at| file(&at)));
    Some(ClientCertificate { certificate: certificate?, key: key? })
}

/// A file that Envoy opens, wherever it was started.
fn file(at: &Cursor<'_>) -> Option<String> {
    let path = at.text()?;
    if !path.starts_with('/') {
        at.error(
            format!("found `{path}`, expected a path from the root, as Envoy sees it"),
            "Envoy opens the file itself, and looks at it again when it is replaced".to_owned(),
        );
        return None;
    }
    Some(path)
}

/// To leave them aside would send what they are to protect, unprotected.
fn refuse_without_tls(section: &Section<'_>) {
    for at in OF_TLS.into_iter().filter_map(|key| section.get(key)) {
        at.error(
            "the ledger's address is plain `http`, where no certificate is shown or looked at",
            "write `https://` in `url`, or take this out".to_owned(),
        );
    }
}
