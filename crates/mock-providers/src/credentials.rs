//! Whether a request carries the provider's own credential, and no other's.

use hyper::HeaderMap;

use crate::fault::Wrong;
use crate::provider::{Provider, Row};

/// Every header that any provider takes a key from.
///
/// The bearer is last: where there are two keys, it is the one that is more likely to be left from another provider.
const KEY_HEADERS: [&str; 4] = ["api-key", "x-api-key", "x-goog-api-key", "authorization"];

/// The versions of Anthropic's API.
const VERSIONS: [&str; 2] = ["2023-06-01", "2023-01-01"];

/// Checks the credentials of a request to `provider`.
///
/// # Errors
/// What is wrong: a stray credential before a missing one, a missing one before a bad one.
pub fn check(provider: Provider, headers: &HeaderMap, query: Option<&str>) -> Result<(), Wrong> {
    no_stray(provider, headers, query)?;
    let row = provider.row();
    let key = match key(row, headers) {
        Some(key) => key,
        None if row.needs_key => return Err(Wrong::NoKey),
        None => return Ok(()),
    };
    if key.contains("bad") || !key.starts_with(row.key_prefix) {
        return Err(Wrong::BadKey);
    }
    if provider == Provider::Anthropic { version(headers) } else { Ok(()) }
}

/// One credential, of the provider's own kind, once.
fn no_stray(provider: Provider, headers: &HeaderMap, query: Option<&str>) -> Result<(), Wrong> {
    let stray = |name: &str| Err(Wrong::StrayCredential(name.to_owned()));
    let in_query = query.unwrap_or_default().split('&').any(|pair| pair == "key" || pair.starts_with("key="));
    if in_query {
        return stray("key (in the query)");
    }
    let mut found = 0;
    for name in KEY_HEADERS {
        let lines = headers.get_all(name).iter().count();
        found += lines;
        if lines > 0 && (!provider.row().key_headers.contains(&name) || found > 1) {
            return stray(name);
        }
    }
    Ok(())
}

fn key(row: &Row, headers: &HeaderMap) -> Option<String> {
    let line = |name: &&'static str| {
        headers.get(*name).map(|value| (*name, String::from_utf8_lossy(value.as_bytes()).into_owned()))
    };
    let (name, value) = row.key_headers.iter().find_map(line)?;
    let key = if name == "authorization" { bearer(&value)? } else { value.trim().to_owned() };
    (!key.is_empty()).then_some(key)
}

fn bearer(value: &str) -> Option<String> {
    let (scheme, key) = value.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| key.trim().to_owned())
}

fn version(headers: &HeaderMap) -> Result<(), Wrong> {
    let Some(line) = headers.get("anthropic-version") else { return Err(Wrong::Version(None)) };
    let version = String::from_utf8_lossy(line.as_bytes()).into_owned();
    if VERSIONS.contains(&version.as_str()) { Ok(()) } else { Err(Wrong::Version(Some(version))) }
}

#[cfg(test)]
mod tests {
    use hyper::header::{HeaderName, HeaderValue};

    use super::*;

    fn verdict(
        provider: Provider,
        lines: &[(&'static str, &'static str)],
        query: Option<&str>,
    ) -> Result<(), Wrong> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        check(provider, &headers, query)
    }

    const VERSION: (&str, &str) = ("anthropic-version", "2023-06-01");

    #[test]
    fn the_providers_own_key_opens() {
        assert_eq!(verdict(Provider::OpenAi, &[("authorization", "Bearer sk-1")], None), Ok(()));
        assert_eq!(verdict(Provider::Azure, &[("api-key", "k")], None), Ok(()));
        assert_eq!(verdict(Provider::Azure, &[("authorization", "Bearer ey")], None), Ok(()));
        assert_eq!(verdict(Provider::Anthropic, &[("x-api-key", "k"), VERSION], None), Ok(()));
        assert_eq!(verdict(Provider::Gemini, &[("x-goog-api-key", "k")], Some("alt=sse")), Ok(()));
    }

    #[test]
    fn a_key_that_is_missing_or_bad_does_not() {
        for provider in Provider::ALL {
            let expected = if provider.row().needs_key { Err(Wrong::NoKey) } else { Ok(()) };
            assert_eq!(verdict(provider, &[], None), expected, "{provider:?}");
        }
        assert_eq!(verdict(Provider::OpenAi, &[("authorization", "sk-1")], None), Err(Wrong::NoKey));
        assert_eq!(verdict(Provider::OpenAi, &[("authorization", "Bearer key")], None), Err(Wrong::BadKey));
        assert_eq!(
            verdict(Provider::OpenAi, &[("authorization", "Bearer sk-bad")], None),
            Err(Wrong::BadKey)
        );
        assert_eq!(verdict(Provider::Gemini, &[("x-goog-api-key", "bad-key")], None), Err(Wrong::BadKey));
    }

    #[test]
    fn anthropic_wants_its_version() {
        let key = ("x-api-key", "k");
        assert_eq!(verdict(Provider::Anthropic, &[key], None), Err(Wrong::Version(None)));
        assert_eq!(
            verdict(Provider::Anthropic, &[key, ("anthropic-version", "v1")], None),
            Err(Wrong::Version(Some("v1".into())))
        );
    }

    #[test]
    fn a_stray_credential_is_named() {
        let stray = |name: &str| Err(Wrong::StrayCredential(name.to_owned()));
        let bearer = ("authorization", "Bearer sk-1");
        assert_eq!(
            verdict(Provider::Anthropic, &[("x-api-key", "k"), bearer, VERSION], None),
            stray("authorization")
        );
        assert_eq!(
            verdict(Provider::OpenAi, &[bearer, ("x-goog-api-key", "k")], None),
            stray("x-goog-api-key")
        );
        assert_eq!(verdict(Provider::Azure, &[("api-key", "k"), bearer], None), stray("authorization"));
        assert_eq!(verdict(Provider::OpenAi, &[bearer, bearer], None), stray("authorization"));
        assert_eq!(
            verdict(Provider::Gemini, &[("x-goog-api-key", "k")], Some("alt=sse&key=k")),
            stray("key (in the query)")
        );
    }
}
