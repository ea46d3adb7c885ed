//! `http(s)://host[:port][/path]` and `grpc(s)://host:port`, taken apart.

use std::net::Ipv6Addr;

use super::checked::Upstream;

/// A base address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub upstream: Upstream,
    /// Without a trailing slash; empty for the root.
    pub path: String,
}

impl Address {
    /// Reads a base address. The error says what is wrong with it and never repeats it: an address may
    /// hold a credential by mistake.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let (scheme, rest) = url.split_once("://").ok_or("it does not start with `http://` or `https://`")?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return Err("its scheme is neither `http` nor `https`"),
        };
        let default = if tls { 443 } else { 80 };
        let (host, port, path) = split(rest)?;
        Ok(Self {
            upstream: Upstream { host, port: port.unwrap_or(default), tls },
            path: checked_path(path)?,
        })
    }

    /// Reads the address of a gRPC service, which has a port and no path; otherwise as [`Address::parse`].
    pub fn parse_grpc(url: &str) -> Result<Upstream, &'static str> {
        let (scheme, rest) = url.split_once("://").ok_or("it does not start with `grpc://` or `grpcs://`")?;
        let tls = match scheme.to_ascii_lowercase().as_str() {
            "grpcs" => true,
            "grpc" => false,
            _ => return Err("its scheme is neither `grpc` nor `grpcs`"),
        };
        match split(rest)? {
            (host, Some(port), "") => Ok(Upstream { host, port, tls }),
            (_, None, _) => Err("it has no port"),
            _ => Err("it has a path"),
        }
    }

    /// The host by the name that it goes by.
    pub fn name(&self) -> &str {
        self.upstream.name()
    }

    /// `host[:port]` as the `:authority` header says it: no default port, no dot at the end, IPv6 in brackets.
    pub fn authority(&self) -> String {
        let (Upstream { port, tls, .. }, host) = (&self.upstream, self.name());
        let host = if host.contains(':') { format!("[{host}]") } else { host.to_owned() };
        match (tls, port) {
            (true, 443) | (false, 80) => host,
            _ => format!("{host}:{port}"),
        }
    }

    /// The whole address again, in one normal form.
    pub fn url(&self) -> String {
        let scheme = if self.upstream.tls { "https" } else { "http" };
        format!("{scheme}://{}{}", self.authority(), self.path)
    }
}

/// Host, port and path of what follows a scheme; the path without its first slash.
fn split(rest: &str) -> Result<(String, Option<u16>, &str), &'static str> {
    if rest.contains('?') {
        return Err("it has a query (`?…`)");
    }
    if rest.contains('#') {
        return Err("it has a fragment (`#…`)");
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if authority.contains('@') {
        return Err("it has a user name or password before the host (`…@`)");
    }
    let (host, port) = host_and_port(authority)?;
    let number = |port: &str| port.parse().ok().filter(|port| *port > 0);
    let port = port.map(|port| number(port).ok_or("its port is not from 1 to 65535")).transpose()?;
    Ok((host, port, path))
}

fn host_and_port(authority: &str) -> Result<(String, Option<&str>), &'static str> {
    if let Some(bracketed) = authority.strip_prefix('[') {
        let (host, rest) = bracketed.split_once(']').ok_or("its IPv6 address has no closing `]`")?;
        let host: Ipv6Addr = host.parse().map_err(|_| "what stands in brackets is not an IPv6 address")?;
        return match rest.strip_prefix(':') {
            Some(port) => Ok((host.to_string(), Some(port))),
            None if rest.is_empty() => Ok((host.to_string(), None)),
            None => Err("only `:port` may follow the `]`"),
        };
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_name = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    if host.is_empty() {
        return Err("it names no host");
    }
    // One dot at the end is a fully qualified name.
    if !host.strip_suffix('.').unwrap_or(host).split('.').all(is_name) {
        return Err("its host is neither a host name nor an address (IPv6 stands in `[…]`)");
    }
    Ok((host.to_ascii_lowercase(), port))
}

fn checked_path(path: &str) -> Result<String, &'static str> {
    let path = path.trim_end_matches('/');
    if path.is_empty() {
        return Ok(String::new());
    }
    if !path.chars().all(|c| c.is_ascii_alphanumeric() || "-._~%!$&'()*+,;=:@/".contains(c)) {
        return Err("its path has a character that must be percent-encoded");
    }
    if path.split('/').any(|segment| segment.is_empty() || segment == "." || segment == "..") {
        return Err("its path has an empty, `.` or `..` segment");
    }
    Ok(format!("/{path}"))
}

#[cfg(test)]
mod tests {
    #[cfg(all(test, target_arch = "wasm32"))]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::Address;

    #[test]
    fn addresses_have_one_normal_form() {
        for (written, host, port, normal) in [
            ("https://api.openai.com/v1/", "api.openai.com", 443, "https://api.openai.com/v1"),
            ("HTTPS://API.OpenAI.com:443", "api.openai.com", 443, "https://api.openai.com"),
            ("http://127.0.0.1:9000/a/b//", "127.0.0.1", 9000, "http://127.0.0.1:9000/a/b"),
            ("http://my_service", "my_service", 80, "http://my_service"),
            ("https://[2001:DB8::1]:8443/v1", "2001:db8::1", 8443, "https://[2001:db8::1]:8443/v1"),
            ("http://[::1]", "::1", 80, "http://[::1]"),
            ("https://api.openai.com./v1", "api.openai.com.", 443, "https://api.openai.com/v1"),
            ("http://Local.:9000", "local.", 9000, "http://local:9000"),
        ] {
            let address = Address::parse(written).unwrap();
            assert_eq!((address.upstream.host.as_str(), address.upstream.port), (host, port), "{written}");
            assert_eq!(address.url(), normal, "{written}");
        }
    }

    #[test]
    fn what_is_no_base_address_is_refused() {
        for (written, reason) in [
            ("api.openai.com", "it does not start with `http://` or `https://`"),
            ("ftp://a", "its scheme is neither `http` nor `https`"),
            ("https://u:p@a/v1", "it has a user name or password before the host (`…@`)"),
            ("https://a/v1?key=1", "it has a query (`?…`)"),
            ("https://a/v1#x", "it has a fragment (`#…`)"),
            ("https://", "it names no host"),
            ("https://a:0", "its port is not from 1 to 65535"),
            ("https://a:65536", "its port is not from 1 to 65535"),
            ("https://a:", "its port is not from 1 to 65535"),
            ("https://::1/", "it names no host"),
            ("https://fe80::1/", "its port is not from 1 to 65535"),
            ("https://[::1", "its IPv6 address has no closing `]`"),
            ("https://[::1]x", "only `:port` may follow the `]`"),
            ("https://[a]", "what stands in brackets is not an IPv6 address"),
            ("https://a b/", "its host is neither a host name nor an address (IPv6 stands in `[…]`)"),
            ("https://a..b/", "its host is neither a host name nor an address (IPv6 stands in `[…]`)"),
            ("https://a/b c", "its path has a character that must be percent-encoded"),
            ("https://a/../b", "its path has an empty, `.` or `..` segment"),
        ] {
            assert_eq!(Address::parse(written), Err(reason), "{written}");
        }
    }

    #[test]
    fn a_grpc_service_has_a_port_and_no_path() {
        for (written, expected) in [
            ("grpc://127.0.0.1:8081", Ok(("127.0.0.1", 8081, false))),
            ("GRPCS://Limits.example.com:443/", Ok(("limits.example.com", 443, true))),
            ("grpc://[::1]:8081", Ok(("::1", 8081, false))),
            ("grpc://limits", Err("it has no port")),
            ("grpc://limits:1/v1", Err("it has a path")),
            ("grpc://u@limits:1", Err("it has a user name or password before the host (`…@`)")),
            ("http://limits:1", Err("its scheme is neither `grpc` nor `grpcs`")),
            ("limits:1", Err("it does not start with `grpc://` or `grpcs://`")),
        ] {
            let expected =
                expected.map(|(host, port, tls)| super::Upstream { host: host.to_owned(), port, tls });
            assert_eq!(Address::parse_grpc(written), expected, "{written}");
        }
    }
}
