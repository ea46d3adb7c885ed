//! Who may ask. Without a configured secret nobody may.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;

use super::Problem;
use crate::secret::Secret;

/// The credential of one group of endpoints.
pub(crate) struct Gate {
    secret: Option<Secret>,
    name: &'static str,
    settings: &'static str,
}

impl Gate {
    /// For gateways that deliver events.
    pub(crate) fn for_gateways(token: Option<Secret>) -> Self {
        let settings = "SPILLWAY_LEDGER_TOKEN or --ingest-token-file";
        Self { secret: token, name: "ingest token", settings }
    }

    /// For people that ask.
    pub(crate) fn for_administrators(key: Option<Secret>) -> Self {
        let settings = "SPILLWAY_MASTER_KEY, LITELLM_MASTER_KEY or --master-key-file";
        Self { secret: key, name: "master key", settings }
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), Problem> {
        let (name, settings) = (self.name, self.settings);
        let Some(secret) = &self.secret else {
            let message =
                format!("this ledger has no {name}, so it lets nobody in: set {settings} and restart it");
            return Err(Problem::unavailable("not_configured", message));
        };
        match bearer(headers) {
            Some(presented) if secret.matches(presented) => Ok(()),
            Some(_) => {
                Err(unauthorized(format!("the presented credential is not the ledger's {name} ({settings})")))
            }
            None => Err(unauthorized(format!("send the ledger's {name} as `authorization: Bearer …`"))),
        }
    }
}

fn unauthorized(message: String) -> Problem {
    Problem::new(401, "auth_error", message)
}

/// The credential of the only `authorization` header; two are as good as none.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (only, further) = (values.next()?, values.next());
    let (scheme, credential) = only.to_str().ok()?.split_once(' ')?;
    (further.is_none() && scheme.eq_ignore_ascii_case("bearer")).then_some(credential)
}

/// Lets a request through to its handler, before its body is read, or answers it.
pub(super) async fn require(
    State(gate): State<Arc<Gate>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    gate.check(request.headers())?;
    Ok(next.run(request).await)
}
