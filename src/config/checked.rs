//! Checked values. What serialises here is the plugin configuration inside the rendered Envoy file: no
//! provider's credential is ever part of it ([`Secret`] does not serialise).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::carrier::Carrier;

use crate::keys::{Key, LookupSettings};
use crate::limits::Limits;
use crate::{guardrails, health, pricing, response_id, route, sanitise, translate};

/// A whole gateway, as the renderer takes it.
#[derive(Clone, Debug, PartialEq)]
pub struct Gateway {
    /// The admission role's settings.
    pub admission: AdmissionSettings,
    /// Every deployment; one Envoy cluster each. `admission.router.deployments` has the same order.
    pub deployments: Vec<Deployment>,
    /// What the clusters' credential injectors read through SDS.
    pub secrets: Vec<Secret>,
    /// Where events go, and what is spoken on the way.
    pub ledger: Ledger,
    /// Where the rate-limit service listens, if there is one: gRPC over HTTP/2.
    pub rate_limit_service: Option<Upstream>,
    /// Guardrails that are services; one Envoy cluster each.
    pub guardrail_services: Vec<GuardrailService>,
    /// Whether the gateway's listener leads to the ledger's administration of keys, which wants the master key.
    pub serves_administration: bool,
    /// The master key itself, for the ledger's query API; never rendered.
    pub master_key: Option<String>,
}

/// One provider at one address with one credential and one model.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// Settings of the attempt role in this deployment's cluster.
    pub attempt: AttemptSettings,
    /// Where requests go.
    pub upstream: Upstream,
    /// How they are authorised; `None` for servers that want no key.
    pub credential: Option<Credential>,
}

/// A guardrail that is a service of the user's, as the renderer takes it. How it is asked is in its
/// [`Callout`](guardrails::callout::Callout).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardrailService {
    /// The cluster's name: `spillway-guardrail-{number}`.
    pub cluster: String,
    /// Where it listens.
    pub upstream: Upstream,
    /// Headers that are secrets; each wants a credential injector.
    pub credentials: Vec<Credential>,
    /// How long an answer is waited for, in milliseconds.
    pub timeout_ms: u64,
}

/// The address of a provider or a service, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Host name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Whether to speak TLS, verifying the host's certificate.
    pub tls: bool,
}

impl Upstream {
    /// The host by the name that it goes by. A dot at its end is for the resolver, which looks in no search domain then.
    #[must_use]
    pub fn name(&self) -> &str {
        self.host.strip_suffix('.').unwrap_or(&self.host)
    }
}

/// Which header carries which secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Lower-case header name: `authorization`, `api-key`, …
    pub header: String,
    /// Name of the [`Secret`] (also its SDS file's stem).
    pub secret: String,
}

/// A credential's value. Its `Debug` hides it, and it does not serialise.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    /// Name, safe as a file name.
    pub name: String,
    /// The whole header value, e.g. `Bearer sk-…`.
    pub value: String,
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secret({})", self.name)
    }
}

/// The ledger, as a gateway reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Where it listens.
    pub address: LedgerAddress,
    /// File of the authorities that its certificate is checked against, as Envoy sees the path; those of providers'
    /// certificates where there is none. With TLS only.
    pub authorities: Option<String>,
    /// What the gateway shows. With TLS only.
    pub certificate: Option<ClientCertificate>,
    /// Whether HTTP/2 is spoken; where nothing is said, if TLS agrees on it.
    pub http2: Option<bool>,
}

/// Files of a certificate with its chain and of its key, PEM, as Envoy sees the paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientCertificate {
    /// `ssl_certfile`
    pub certificate: String,
    /// `ssl_keyfile`
    pub key: String,
}

/// Where the ledger listens.
pub type LedgerAddress = Upstream;

/// The plugin configuration of a wasm filter: which role, with what.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", content = "settings", rename_all = "snake_case")]
pub enum Role {
    /// Once per request, in the listener's chain.
    Admission(Box<AdmissionSettings>),
    /// Once per try, in the chain of a deployment's cluster.
    Attempt(Box<AttemptSettings>),
    /// Once per try, in the chain of the cluster that every try goes to ([`Carrier::Hop`]).
    Attempts(Vec<AttemptSettings>),
}

/// What the admission role knows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AdmissionSettings {
    /// Model groups, their deployments and fallbacks.
    pub router: route::Router,
    /// SHA-256 of the master key, lower-case hex.
    pub master_key_hash: Option<String>,
    /// Whether a request without a key is served.
    pub allow_anonymous: bool,
    /// Static virtual keys.
    pub keys: Vec<Key>,
    /// How the ledger's keys are looked up.
    #[serde(default)]
    pub key_lookup: LookupSettings,
    /// `end_user_limits`: limits of each end user of each key, by `user` or `safety_identifier`.
    #[serde(default)]
    pub end_user_limits: Limits,
    /// `fallback_on_limits`: a request that a limit of one model refuses goes to the model's fallbacks.
    #[serde(default)]
    pub fallback_on_limits: bool,
    /// `rate_limit_service`: limits that several gateways share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit_service: Option<RateLimitService>,
    /// Guardrails, in the order of the file.
    pub guardrails: Vec<guardrails::Guardrail>,
    /// What is done with parameters that the dialect does not define.
    pub policy: sanitise::Policy,
    /// Largest request body that is buffered, in bytes.
    pub max_body_bytes: u32,
    /// `known_texts`: how many texts each worker knows when they come again.
    #[serde(default = "known_texts", skip_serializing_if = "is_usual")]
    pub known_texts: u32,
    /// Upstream timeouts.
    pub timeouts: Timeouts,
    /// How events go to the ledger.
    pub delivery: Delivery,
    /// Whether Envoy's access log is to tell of each request what the filter knows of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub summaries: bool,
    /// How the plan gets to the router.
    #[serde(default, skip_serializing_if = "Carrier::is_default")]
    pub carrier: Carrier,
    /// Whose the listener is.
    #[serde(default, skip_serializing_if = "Listener::is_default")]
    pub listener: Listener,
    /// What the ids of responses are made with; derived from other secrets, none of which it tells.
    #[serde(default)]
    pub response_secret: response_id::Secret,
}

fn known_texts() -> u32 {
    guardrails::KNOWN_TEXTS
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_usual(texts: &u32) -> bool {
    *texts == guardrails::KNOWN_TEXTS
}

/// How events go to the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// `outbox_bytes`: bound of the gateway's events that the ledger has not taken, in bytes.
    pub outbox_bytes: u32,
    /// `outbox_when_full`: what gives way at that bound.
    #[serde(default)]
    pub when_full: WhenFull,
    /// `durable_events`: whether each event is written to a file as well, by Envoy.
    #[serde(default)]
    pub durable: bool,
}

/// Whose the listener is that admission stands in: what else its chain has, and what Envoy adds to a request there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Listener {
    /// A mesh's: nothing is known of it.
    #[default]
    Mesh,
    /// The gateway's. Envoy has appended the client's address to `x-forwarded-for` there (`use_remote_address`), and
    /// between the attempt and admission no filter changes a response.
    Own,
}

impl Listener {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What gives way when the outbox is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// The oldest events, which are counted.
    #[default]
    DropOldest,
    /// New requests, which get a 503.
    Refuse,
}

/// How the rate-limit service is asked (`envoy.service.ratelimit.v3`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimitService {
    /// `domain`
    pub domain: String,
    /// `timeout`: for how long an answer is waited for, in milliseconds.
    pub timeout_ms: u64,
    /// `failure_mode_deny`: whether a request is refused (503) while the service gives no answer. Otherwise the
    /// gateway's own limits are all that holds.
    pub failure_mode_deny: bool,
}

/// Upstream timeouts of the whole gateway, in milliseconds: the largest of its deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timeouts {
    /// See [`route::Timeouts::answer_ms`].
    pub answer_ms: u64,
    /// See [`route::Timeouts::first_token_ms`].
    pub first_token_ms: u64,
    /// The whole request over all tries.
    pub request_ms: u64,
}

impl Timeouts {
    /// What the route says that one try may take, where a request says nothing else.
    #[must_use]
    pub fn longest_try_ms(&self) -> u64 {
        self.answer_ms.max(self.first_token_ms)
    }
}

/// The largest body, unless the file says otherwise. A conversation with a few images fits; Envoy holds a whole body for as
/// long as it may be tried again.
pub(super) const MAX_BODY_BYTES: u32 = 32 << 20;

fn usual_body_bytes() -> u32 {
    MAX_BODY_BYTES
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_usual_body_bytes(bytes: &u32) -> bool {
    *bytes == MAX_BODY_BYTES
}

/// What the attempt role knows of one deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttemptSettings {
    /// The deployment's id: `{model group}/{name}`. Also its cluster's and its priority group's name.
    pub id: String,
    /// `host[:port]` for the `:authority` header.
    pub authority: String,
    /// Path below which the API stands, e.g. `/v1`; no trailing slash.
    pub base_path: String,
    /// Base address as clients may see it (`x-litellm-model-api-base`); no query, no credential.
    pub api_base: String,
    /// Whose API, and how its body is built.
    pub target: translate::Target,
    /// Rates.
    pub prices: pricing::Prices,
    /// Rates of the models that a pattern stands for, where a price map tells them: by the provider's own names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prices_of_pattern: BTreeMap<String, pricing::Prices>,
    /// What the file says of a pattern's rates: it counts before what is known of the model that is asked for.
    #[serde(default, skip_serializing_if = "pricing::Written::is_empty")]
    pub rates_of_pattern: pricing::Written,
    /// A pattern whose `base_model` tells what it costs, whichever model is asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub priced_as_one: bool,
    /// How long one try may take.
    pub timeouts: route::Timeouts,
    /// When it is cooled down; `None`: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooldown: Option<health::Cooldown>,
    /// Whether the strategy needs to know its traffic.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub measured: bool,
    /// `forward_traceparent_to_llm_provider`: whether the provider gets the request's trace context.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub trace_context: bool,
    /// The largest request, by which Envoy's buffers are measured, which hold answers, too. Not written where it is the
    /// usual one.
    #[serde(default = "usual_body_bytes", skip_serializing_if = "is_usual_body_bytes")]
    pub max_body_bytes: u32,
    /// By what the listener behind [`Carrier::Hop`] knows the deployment; `None` where its cluster is its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hop: Option<String>,
}
