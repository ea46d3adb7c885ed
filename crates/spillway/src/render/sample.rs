//! A gateway built by hand, for the tests of this folder.

use std::path::PathBuf;

use spillway_filter::config::{
    AdmissionSettings, AttemptSettings, Carrier, Credential, Delivery, Deployment, Gateway, Ledger, Listener,
    Secret, Timeouts, Upstream,
};
use spillway_filter::keys::LookupSettings;
use spillway_filter::limits::Limits;
use spillway_filter::route::{Candidate, Group, Router};
use spillway_filter::{pricing, route, sanitise, translate, wire};

use super::{EnvoyVersion, Options};

/// Two deployments of one group: a plain local server without a key, and a provider behind TLS with one.
pub fn gateway() -> Gateway {
    let deployments = vec![
        deployment("m/local", "127.0.0.1", 9001, None),
        deployment("m/openai", "api.openai.com", 443, Some(("authorization", "openai-0"))),
    ];
    Gateway {
        admission: admission(&deployments),
        deployments,
        secrets: vec![Secret { name: "openai-0".to_owned(), value: "Bearer sk-test".to_owned() }],
        rate_limit_service: None,
        guardrail_services: Vec::new(),
        serves_administration: true,
        ledger: Ledger::default(),
        master_key: None,
    }
}

/// The defaults of the command line.
pub fn options() -> Options {
    Options {
        listen: ([127, 0, 0, 1], 10000).into(),
        admin: ([127, 0, 0, 1], 9901).into(),
        ledger: None,
        wasm: PathBuf::from("/etc/spillway/spillway.wasm"),
        secrets: PathBuf::from("/etc/spillway/secrets"),
        ca_bundle: PathBuf::from("/etc/ssl/certs/ca-certificates.crt"),
        access_log: false,
        event_log: PathBuf::from("/var/log/spillway/events.log"),
        envoy: EnvoyVersion::NEWEST,
    }
}

fn admission(deployments: &[Deployment]) -> AdmissionSettings {
    let candidate = |deployment: &Deployment| Candidate {
        id: deployment.attempt.id.clone(),
        weight: 1,
        timeouts: deployment.attempt.timeouts,
        ..Candidate::default()
    };
    AdmissionSettings {
        router: Router {
            deployments: deployments.iter().map(candidate).collect(),
            groups: vec![Group { name: "m".to_owned(), deployments: (0..deployments.len()).collect() }],
            ..Router::default()
        },
        master_key_hash: None,
        allow_anonymous: true,
        keys: Vec::new(),
        key_lookup: LookupSettings::default(),
        end_user_limits: Limits::default(),
        fallback_on_limits: false,
        rate_limit_service: None,
        guardrails: Vec::new(),
        policy: sanitise::Policy::default(),
        max_body_bytes: 32 << 20,
        known_texts: spillway_filter::guardrails::KNOWN_TEXTS,
        timeouts: Timeouts { answer_ms: 30_000, first_token_ms: 45_500, request_ms: 600_000 },
        delivery: Delivery { outbox_bytes: 4 << 20, ..Delivery::default() },
        summaries: false,
        carrier: Carrier::default(),
        listener: Listener::default(),
        response_secret: spillway_filter::response_id::Secret::default(),
    }
}

fn deployment(id: &str, host: &str, port: u16, credential: Option<(&str, &str)>) -> Deployment {
    let credential = credential
        .map(|(header, secret)| Credential { header: header.to_owned(), secret: secret.to_owned() });
    Deployment {
        attempt: AttemptSettings {
            id: id.to_owned(),
            authority: host.to_owned(),
            base_path: "/v1".to_owned(),
            api_base: format!("https://{host}/v1"),
            target: translate::Target::new(wire::Provider::OpenAi, "gpt-4.1"),
            prices: pricing::Prices::default(),
            timeouts: route::Timeouts { answer_ms: 30_000, first_token_ms: 45_500 },
            prices_of_pattern: std::collections::BTreeMap::new(),
            rates_of_pattern: pricing::Written::default(),
            priced_as_one: false,
            cooldown: None,
            measured: false,
            trace_context: false,
            max_body_bytes: 32 << 20,
            hop: None,
        },
        upstream: Upstream { host: host.to_owned(), port, tls: port == 443 },
        credential,
    }
}
