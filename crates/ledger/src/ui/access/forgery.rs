//! Guards forms against other sites, twice: a token that only our page has, and what the browser says of where the
//! form was. `SameSite=Strict` is a third.

use axum::http::{HeaderMap, Uri, header};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::hex;

/// A form that was not ours, or is too old.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ui) struct NotOurs;

/// Makes tokens, and knows its own.
pub(in crate::ui) struct Forgery {
    key: [u8; 32],
}

impl Forgery {
    /// With a key that nobody else has.
    pub(super) fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The token of forms for who has this cookie. Both inputs have a fixed length, so the plain hash is no less
    /// than an HMAC here: nothing can be appended.
    pub(in crate::ui) fn token(&self, cookie: &str) -> String {
        let cookie: [u8; 32] = Sha256::digest(cookie).into();
        hex(&Sha256::new().chain_update(self.key).chain_update(cookie).finalize())
    }

    /// Whether a form may be acted on.
    pub(in crate::ui) fn check(&self, headers: &HeaderMap, cookie: &str, token: &str) -> Result<(), NotOurs> {
        let same = bool::from(self.token(cookie).as_bytes().ct_eq(token.as_bytes()));
        if same && same_origin(headers) { Ok(()) } else { Err(NotOurs) }
    }
}

/// Whether the browser says that the form was on a page of ours. Where the connection is not one that browsers trust
/// they do not send `Sec-Fetch-Site`, but every one of them sends `Origin`.
fn same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let origin = text(header::ORIGIN.as_str()).and_then(|origin| origin.parse::<Uri>().ok());
    let host = text(header::HOST.as_str());
    match (origin.as_ref().and_then(Uri::authority), host) {
        (Some(origin), Some(host)) => origin.as_str().eq_ignore_ascii_case(host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_browser_must_say_that_the_page_was_ours() {
        for (pairs, expected) in [
            (&[("sec-fetch-site", "same-origin"), ("origin", "http://evil")][..], true),
            (&[("sec-fetch-site", "same-site"), ("origin", "http://a"), ("host", "a")], false),
            (&[("sec-fetch-site", "cross-site")], false),
            (&[("sec-fetch-site", "none")], false),
            (&[("origin", "http://ledger:4001"), ("host", "Ledger:4001")], true),
            (&[("origin", "http://ledger"), ("host", "ledger:4001")], false),
            (&[("origin", "null"), ("host", "ledger")], false),
            (&[("host", "ledger")], false),
            (&[], false),
        ] {
            assert_eq!(same_origin(&headers(pairs)), expected, "{pairs:?}");
        }
    }

    #[test]
    fn a_token_belongs_to_one_cookie_and_one_process() {
        let ours = headers(&[("sec-fetch-site", "same-origin")]);
        let forgery = Forgery::new([1; 32]);
        assert_eq!(forgery.check(&ours, "a", &forgery.token("a")), Ok(()));
        for token in [forgery.token("b"), Forgery::new([2; 32]).token("a"), String::new()] {
            assert_eq!(forgery.check(&ours, "a", &token), Err(NotOurs));
        }
        assert_eq!(forgery.check(&headers(&[]), "a", &forgery.token("a")), Err(NotOurs));
    }
}
