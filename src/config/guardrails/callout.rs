//! `guardrail: generic_guardrail_api` and `openai_moderation`: services that are asked.
//!
//! What is secret in their headers goes to Envoy, which adds it in the service's cluster: the filter never has it.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::headers;
use crate::config::address::Address;
use crate::config::checked::{Credential, GuardrailService};
use crate::config::credentials::Secrets;
use crate::config::cursor::{Cursor, Text};
use crate::config::placeholder;
use crate::config::section::Section;
use crate::guardrails::callout::{Api, Callout, Unreachable};
use crate::wire::KeyHeader;

/// The request waits for it, and a client for the request.
const TIMEOUT_MS: u64 = 5_000;
const TIMEOUTS_MS: RangeInclusive<u64> = 10..=60_000;
const CACHES_MS: RangeInclusive<u64> = 0..=86_400_000;
/// Longest `additional_provider_specific_params`, as JSON: they are sent with every question.
const LONGEST_EXTRA: usize = 16 << 10;
/// Where LiteLLM's generic API stands below its address.
const GENERIC_PATH: &str = "/beta/litellm_basic_guardrail_api";
const OPENAI: &str = "https://api.openai.com/v1";
const OPENAI_KEY: &str = "OPENAI_API_KEY";

/// Reads the service's own keys. `cluster`: the name that its cluster is to have.
pub(super) fn read(
    params: &Section<'_>,
    api: Api,
    cluster: &str,
    secrets: &mut Secrets,
) -> Option<(Callout, GuardrailService)> {
    let address = address(params, api);
    let timeout_ms = params.get("timeout").and_then(|at| at.milliseconds_within(TIMEOUTS_MS));
    let cache_ms = params.get("cache_ttl").and_then(|at| at.milliseconds_within(CACHES_MS));
    let unreachable =
        params.get("unreachable_fallback").map_or(Some(Unreachable::FailClosed), |at| unreachable(&at));
    let mut credentials: Vec<Credential> = key(params, api, secrets, cluster).into_iter().collect();
    let (headers, extra, model) = match api {
        Api::Generic => {
            let headers = headers::read(params, cluster, secrets, &mut credentials);
            (headers, extra(params), None)
        }
        Api::Moderations => (Vec::new(), Map::new(), params.text("model")),
    };
    let (address, unreachable) = (address?, unreachable?);
    let callout = Callout {
        api,
        cluster: cluster.to_owned(),
        authority: address.authority(),
        path: path(&address, api),
        headers,
        timeout_ms: timeout_ms.unwrap_or(TIMEOUT_MS),
        unreachable,
        cache_ms: cache_ms.unwrap_or(0),
        model,
        extra,
    };
    let (cluster, upstream) = (cluster.to_owned(), address.upstream);
    let service = GuardrailService { cluster, upstream, credentials, timeout_ms: callout.timeout_ms };
    Some((callout, service))
}

fn address(params: &Section<'_>, api: Api) -> Option<Address> {
    const EXPECTED: &str = "an address such as `https://guardrail.example.com`";
    let at = match api {
        Api::Generic => params.need("api_base", EXPECTED)?,
        Api::Moderations => match params.get("api_base") {
            Some(at) => at,
            None => return Address::parse(OPENAI).ok(),
        },
    };
    match Address::parse(&at.text()?) {
        Ok(address) => Some(address),
        Err(reason) => {
            at.error(format!("the address is not usable: {reason}"), format!("expected {EXPECTED}"));
            None
        }
    }
}

fn path(address: &Address, api: Api) -> String {
    let route = match api {
        Api::Generic => GENERIC_PATH,
        Api::Moderations => "/moderations",
    };
    // LiteLLM takes the generic API's whole address, too.
    let is_whole = address.path.ends_with(route);
    if is_whole { address.path.clone() } else { format!("{}{route}", address.path) }
}

fn unreachable(at: &Cursor<'_>) -> Option<Unreachable> {
    match at.text()?.as_str() {
        "fail_closed" => Some(Unreachable::FailClosed),
        "fail_open" => Some(Unreachable::FailOpen),
        _ => {
            at.unexpected("`fail_closed` or `fail_open`");
            None
        }
    }
}

/// `api_key`, in the header in which the API wants it.
fn key(params: &Section<'_>, api: Api, secrets: &mut Secrets, owner: &str) -> Option<Credential> {
    let header = match api {
        Api::Generic => KeyHeader { name: "x-api-key", scheme: "" },
        Api::Moderations => KeyHeader { name: "authorization", scheme: "Bearer " },
    };
    let key = match params.get("api_key") {
        Some(at) => at.credential(),
        None if api == Api::Moderations => openai_key(params),
        None => None,
    };
    Some(secrets.credential(header, &key?, owner))
}

/// OpenAI's key from its variable, for OpenAI's own address only: another server is somebody else's, or one's own.
fn openai_key(params: &Section<'_>) -> Option<Text> {
    if params.get("api_base").is_some() {
        return None;
    }
    let value = params.at().context().variable(OPENAI_KEY);
    if value.as_ref().is_none_or(|value| !value.bytes().all(|byte| byte.is_ascii_graphic())) {
        params.at().missing(
            "api_key",
            "missing, expected a key of OpenAI's",
            format!("write `os.environ/{OPENAI_KEY}`, and set {OPENAI_KEY}"),
        );
        return None;
    }
    let value = value.filter(|value| !placeholder::refused(params.at(), "api_key", OPENAI_KEY, value));
    value.map(|value| Text { value, variable: Some(OPENAI_KEY.to_owned()) })
}

/// `additional_provider_specific_params`, which the service gets as they are.
fn extra(params: &Section<'_>) -> Map<String, Value> {
    let Some(at) = params.get("additional_provider_specific_params") else { return Map::new() };
    let Some(fields) = at.fields() else { return Map::new() };
    let written = Value::Object(fields.clone()).to_string();
    if written.contains("\"os.environ/") {
        at.error(
            "a variable's value cannot be sent here: it would stand in the rendered file",
            "write it as one of `headers`, which Envoy adds".to_owned(),
        );
    }
    if written.len() > LONGEST_EXTRA {
        at.error(format!("longer than {LONGEST_EXTRA} bytes as JSON, and sent with every request"), None);
    }
    fields.clone()
}
