//! `--ledger` of `spillway render`.

use spillway_filter::config::LedgerAddress;

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

#[cfg(test)]
mod tests {
    use super::{LedgerAddress, parse};

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
