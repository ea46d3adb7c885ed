//! What the rate-limit service counts for a request.

use sha2::{Digest, Sha256};

use super::Admission;
use super::scopes::Scope;
use crate::{hex, rate_service};

/// Longest name that is told as it is, in bytes; a longer one by its SHA-256.
const LONGEST_NAME: usize = 256;

impl Admission {
    /// The scopes of a request whose plan is made, also those without limits, for which the service may have rules
    /// of its own: none where there is no rate-limit service. The key's own is always the first.
    pub(super) fn shared_scopes(&self) -> Vec<rate_service::Scope> {
        if self.setup.settings.rate_limit_service.is_none() {
            return Vec::new();
        }
        // A service may refuse a whole question for one empty value.
        let whole = |scope: &&Scope<'_>| scope.entries().all(|(_, name)| !name.is_empty());
        self.scopes().iter().filter(whole).map(rate_service::Scope::from).collect()
    }
}

impl From<&Scope<'_>> for rate_service::Scope {
    fn from(scope: &Scope<'_>) -> Self {
        Self {
            entries: scope.entries().map(|(kind, name)| (kind, told(name))).collect(),
            label: scope.label(),
            requests: scope.limits.requests,
            tokens: scope.limits.tokens,
        }
    }
}

/// A name as a descriptor's value. Clients choose some of them, in any length.
fn told(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    hex::encode(&Sha256::digest(name.as_bytes()))
}
