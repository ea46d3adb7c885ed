//! `--ledger` of `spillway render` and `spillway serve`: another address than the file's.

use spillway_filter::config::{Ledger, LedgerAddress};

use crate::failure::Failure;

/// Reads `host:port`, `http://host:port` or `https://host[:port]`.
///
/// # Errors
/// What was expected, for the terminal.
pub fn parse(text: &str) -> Result<LedgerAddress, String> {
    let (tls, rest) = match text.split_once("://") {
        None => (false, text),
        Some(("http", rest)) => (false, rest),
        Some(("https", rest)) => (true, rest),
        Some((scheme, _)) => return Err(format!("scheme `{scheme}` is neither http nor https")),
    };
    let rest = rest.trim_end_matches('/');
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !host.ends_with(':') && !port.contains(']') => {
            (host, port.parse().map_err(|_| format!("`{port}` is not a port"))?)
        }
        _ if tls => (rest, 443),
        _ => return Err(format!("`{text}` has no port; expected HOST:PORT")),
    };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || host.contains('/') {
        return Err(format!("`{text}` is not HOST:PORT"));
    }
    Ok(LedgerAddress { host: host.to_owned(), port, tls })
}

/// Makes sure that an address instead of the file's does not take away what the file says of TLS.
///
/// # Errors
/// When it does: the gateway's token would go over the wire as it is.
pub fn check(ledger: &Ledger, instead: Option<&LedgerAddress>) -> Result<(), Failure> {
    let wants_tls = ledger.authorities.is_some() || ledger.certificate.is_some();
    match instead {
        Some(at) if wants_tls && !at.tls => Err(Failure::new(format!(
            "--ledger {}:{} is plain http, and `spillway_settings.ledger` has certificates: write https://{0}:{1}, or \
             take its `ssl_…` out",
            at.host, at.port
        ))),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Ledger, LedgerAddress, check, parse};

    #[test]
    fn certificates_are_not_left_aside() {
        let with_authorities = Ledger { authorities: Some("/ca.crt".to_owned()), ..Ledger::default() };
        let (plain, secure) = (parse("ledger:4001").unwrap(), parse("https://ledger:4001").unwrap());
        assert!(check(&with_authorities, Some(&secure)).is_ok() && check(&with_authorities, None).is_ok());
        assert!(check(&Ledger::default(), Some(&plain)).is_ok());
        let told = check(&with_authorities, Some(&plain)).unwrap_err().to_string();
        assert!(told.contains("write https://ledger:4001"), "{told}");
    }

    #[test]
    fn addresses() {
        let at = |host: &str, port, tls| Ok(LedgerAddress { host: host.to_owned(), port, tls });
        for (text, expected) in [
            ("127.0.0.1:4001", at("127.0.0.1", 4001, false)),
            ("http://ledger:80/", at("ledger", 80, false)),
            ("https://ledger.internal", at("ledger.internal", 443, true)),
            ("https://ledger.internal:8443", at("ledger.internal", 8443, true)),
            ("[::1]:4001", at("::1", 4001, false)),
            ("ledger", Err("`ledger` has no port; expected HOST:PORT".to_owned())),
            ("ledger:x", Err("`x` is not a port".to_owned())),
            ("tcp://ledger:1", Err("scheme `tcp` is neither http nor https".to_owned())),
            ("http://ledger/path:1", Err("`http://ledger/path:1` is not HOST:PORT".to_owned())),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
