//! `--gateway`: where the gateway's clients connect.

use std::fmt;
use std::str::FromStr;

use hyper::Uri;

/// A host and a port, in plain HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name or an address; IPv6 without brackets.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

impl FromStr for Address {
    type Err = String;

    /// Reads `http://host[:port]`.
    fn from_str(text: &str) -> Result<Self, String> {
        let uri: Uri = text.parse().map_err(|error| format!("{error}; expected http://HOST:PORT"))?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => {
                return Err(
                    "TLS is not spoken here: name the gateway's own listener, http://HOST:PORT, or send \
                            the requests of LiteLLM's API with another client"
                        .to_owned(),
                );
            }
            _ => return Err("expected http://HOST:PORT".to_owned()),
        }
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() || uri.path() != "/" || uri.query().is_some() {
            return Err("expected http://HOST:PORT and nothing behind it".to_owned());
        }
        Ok(Self { host: host.to_owned(), port: uri.port_u16().unwrap_or(80) })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') { write!(f, "[{host}]:{port}") } else { write!(f, "{host}:{port}") }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn addresses() {
        for (text, expected) in [
            ("http://127.0.0.1:10000", Some("127.0.0.1:10000")),
            ("http://gateway.internal/", Some("gateway.internal:80")),
            ("http://[::1]:4000", Some("[::1]:4000")),
            ("https://gateway.internal", None),
            ("gateway.internal:4000", None),
            ("http://gateway/v1", None),
            ("http://gateway/?a", None),
            ("http://", None),
            ("", None),
        ] {
            let address = text.parse::<Address>().ok().map(|address| address.to_string());
            assert_eq!(address.as_deref(), expected, "{text}");
        }
    }
}
