//! Who may ask. Without a configured secret nobody may.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Problem;
use crate::secret::Secret;
use crate::tls::Peer;

/// The credential of one group of endpoints.
pub(crate) struct Gate {
    secret: Option<Secret>,
    name: &'static str,
    settings: &'static str,
    /// Headers, besides `authorization`, in which it may be presented.
    headers: &'static [&'static str],
    /// Whether the connection must show a client certificate too.
    certificate: bool,
}

/// Where clients of LiteLLM's may send a key too.
const KEY_HEADERS: [&str; 2] = ["x-litellm-api-key", "x-api-key"];

impl Gate {
    /// For gateways that deliver events: by the token, by a client certificate, or, where both are configured, by both.
    pub(crate) fn for_gateways(token: Option<Secret>, certificate: bool) -> Self {
        let settings = "SPILLWAY_LEDGER_TOKEN or --ingest-token-file";
        Self { secret: token, name: "ingest token", settings, headers: &[], certificate }
    }

    /// For people that ask.
    pub(crate) fn for_administrators(key: Option<Secret>) -> Self {
        let settings = "SPILLWAY_MASTER_KEY, LITELLM_MASTER_KEY or --master-key-file";
        Self { secret: key, name: "master key", settings, headers: &KEY_HEADERS, certificate: false }
    }

    /// For Prometheus. Who has the master key needs no token for it.
    pub(crate) fn for_scrapers(token: Option<Secret>) -> Self {
        Self {
            secret: token,
            name: "metrics token",
            settings: "--metrics-token-file",
            headers: &[],
            certificate: false,
        }
    }

    /// Lets a request in that comes over a connection, which showed a client certificate or did not.
    fn admit(&self, headers: &HeaderMap, certified: bool) -> Result<(), Problem> {
        match (self.certificate, certified) {
            (false, _) => self.check(headers),
            (true, false) => Err(unauthorized(
                "show a client certificate that an authority of --client-ca signed".to_owned(),
            )),
            (true, true) if self.secret.is_none() => Ok(()),
            (true, true) => self.check(headers),
        }
    }

    /// Whether a request presents the credential.
    pub(super) fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let (name, settings) = (self.name, self.settings);
        let Some(secret) = &self.secret else {
            let message =
                format!("this ledger has no {name}, so it lets nobody in: set {settings} and restart it");
            return Err(Problem::unavailable("not_configured", message));
        };
        match self.presented(headers) {
            Some(presented) if secret.matches(presented) => Ok(()),
            Some(_) => {
                Err(unauthorized(format!("the presented credential is not the ledger's {name} ({settings})")))
            }
            None => Err(unauthorized(format!("send the ledger's {name} as `authorization: Bearer …`"))),
        }
    }

    /// The only credential of a request; two are as good as none.
    fn presented<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let authorization =
            headers.get_all(header::AUTHORIZATION).iter().map(|value| (value, bearer as Read));
        let elsewhere = self.headers.iter().flat_map(|name| headers.get_all(*name));
        let mut values = authorization.chain(elsewhere.map(|value| (value, bare as Read)));
        let ((only, read), further) = (values.next()?, values.next());
        if further.is_some() { None } else { read(only.to_str().ok()?) }
    }

    /// Whether a key that somebody chose is the secret itself.
    pub(super) fn is_secret(&self, key: &str) -> bool {
        self.secret.as_ref().is_some_and(|secret| secret.matches(key))
    }
}

fn unauthorized(message: String) -> Problem {
    Problem::new(401, "auth_error", message)
}

/// The credential of an `authorization` header; `None` for another scheme.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, credential) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(credential)
}

/// The credential of another header; LiteLLM takes its own with and without the scheme.
fn bare(value: &str) -> Option<&str> {
    Some(bearer(value).unwrap_or(value))
}

type Read = fn(&str) -> Option<&str>;

/// Lets a request through to its handler, before its body is read, or answers it.
pub(super) async fn require(
    State(gate): State<Arc<Gate>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let certified = peer.is_some_and(|ConnectInfo(peer)| peer.certified);
    gate.admit(request.headers(), certified)?;
    Ok(next.run(request).await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn let_in(gate: &Gate, headers: &[(&'static str, &str)]) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        gate.check(&map).is_ok()
    }

    #[test]
    fn the_master_key_may_come_in_litellms_headers_and_only_once() {
        let gate = Gate::for_administrators(Some(Secret::new("sk-master").unwrap()));
        for (headers, expected) in [
            (&[("authorization", "Bearer sk-master")][..], true),
            (&[("authorization", "bearer sk-master")], true),
            (&[("authorization", "sk-master")], false),
            (&[("authorization", "Basic sk-master")], false),
            (&[("x-api-key", "sk-master")], true),
            (&[("x-litellm-api-key", "sk-master")], true),
            (&[("x-litellm-api-key", "Bearer sk-master")], true),
            (&[("x-api-key", "sk-maste")], false),
            (&[("x-api-key", "")], false),
            (&[("api-key", "sk-master")], false),
            (&[("x-api-key", "sk-master"), ("x-api-key", "sk-master")], false),
            (&[("authorization", "Bearer sk-master"), ("x-api-key", "sk-other")], false),
            (&[("authorization", "Basic x"), ("x-api-key", "sk-master")], false),
        ] {
            assert_eq!(let_in(&gate, headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn a_gateway_presents_its_token_as_bearer_only() {
        let gate = Gate::for_gateways(Some(Secret::new("token").unwrap()), false);
        assert!(let_in(&gate, &[("authorization", "Bearer token")]));
        assert!(!let_in(&gate, &[("x-api-key", "token")]));
    }

    #[test]
    fn a_certificate_stands_in_for_a_token_that_is_not_configured() {
        let token = || Some(Secret::new("token").unwrap());
        for (secret, needs_certificate, presented, certified, expected) in [
            (token(), false, "token", false, true),
            (token(), false, "", true, false),
            (token(), true, "token", false, false),
            (token(), true, "", true, false),
            (token(), true, "token", true, true),
            (None, true, "", true, true),
            (None, true, "token", false, false),
            (None, false, "token", true, false),
        ] {
            let case = format!("{secret:?} {needs_certificate} {presented} {certified}");
            let mut headers = HeaderMap::new();
            headers.insert("authorization", format!("Bearer {presented}").parse().unwrap());
            let gate = Gate::for_gateways(secret, needs_certificate);
            assert_eq!(gate.admit(&headers, certified).is_ok(), expected, "{case}");
        }
    }
}
