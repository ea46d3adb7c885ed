//! Nothing internal in anything that an upstream received: line, headers or body.

use mock_providers::Received;

use crate::Failure;

/// What must never be found upstream.
#[derive(Clone, Debug, Default)]
pub struct Canaries {
    /// Values: keys, hashes, aliases, e-mails, teams, addresses, limits, names of guardrails.
    pub values: Vec<String>,
    /// Each provider's credential, and the part of the path by which that provider is known.
    pub credentials: Vec<(String, String)>,
}

/// Names that belong to a gateway, as they would stand in a header or a body.
const INTERNAL: &[&str] = &[
    "_litellm_",
    "x-litellm",
    "x-spillway",
    "x-envoy",
    "x-forwarded",
    "x-request-id",
    "user_api_key",
    "mock_testing_fallbacks",
    "proxy_server_request",
    "model_group",
    "spillway.context",
];

impl Canaries {
    /// Looks through everything that the upstreams received.
    ///
    /// # Errors
    /// What was found, where.
    pub fn check(&self, received: &[Received]) -> Result<(), Failure> {
        received.iter().try_for_each(|request| self.check_one(request))
    }

    fn check_one(&self, request: &Received) -> Result<(), Failure> {
        let text = whole(request);
        let lower = text.to_lowercase();
        for value in &self.values {
            if lower.contains(&value.to_lowercase()) {
                return Err(format!("canary {value:?} reached an upstream:\n{text}"));
            }
        }
        for name in INTERNAL {
            if lower.contains(name) {
                return Err(format!("internal name {name:?} reached an upstream:\n{text}"));
            }
        }
        for (credential, provider) in &self.credentials {
            if text.contains(credential) && !request.target.contains(provider) {
                return Err(format!("the credential of {provider} reached another provider:\n{text}"));
            }
        }
        Ok(())
    }
}

/// A request as text: line, headers, body.
#[must_use]
pub fn whole(request: &Received) -> String {
    let mut text = format!("{} {}\n", request.method, request.target);
    for (name, value) in &request.headers {
        text.push_str(&format!("{name}: {}\n", String::from_utf8_lossy(value)));
    }
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(&request.body));
    text
}
