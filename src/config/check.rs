//! The sections, read one after the other and put together.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::callbacks;
use super::carrier::Carrier;
use super::checked::{AdmissionSettings, Gateway, Listener};
use super::context::Context;
use super::cursor::Cursor;
use super::format;
use super::general::{self, General};
use super::guardrails;
use super::keys::{self, Referred};
use super::models::{self, Defaults, Models};
use super::own;
use super::placeholder;
use super::price_map::PriceMap;
use super::report::{self, Report};
use super::response_ids;
use super::router::{self, Settings};
use super::section::Section;
use super::timeouts;
use crate::sanitise::Policy;

/// Checks a whole file: LiteLLM's configuration format, with a section `spillway_settings` of our own, as
/// generic JSON. `env` looks up an environment variable, for `os.environ/NAME` and for the variables that
/// LiteLLM reads by itself (OPENAI_API_KEY, …).
pub fn check(raw: &Value, env: &dyn Fn(&str) -> Option<String>) -> Report {
    let variables = raw.get("environment_variables").and_then(Value::as_object);
    let lookup = |name: &str| variables.and_then(|own| own_variable(own, name, env)).or_else(|| env(name));
    let context = Context::new(&lookup);
    let gateway = gateway(&Cursor::root(raw, &context));
    let (errors, warnings) = report::sorted(context.findings(), raw);
    Report { gateway: gateway.filter(|_| errors.is_empty()), errors, warnings }
}

/// A variable that the file itself sets, as LiteLLM does before it reads the rest.
fn own_variable(
    own: &Map<String, Value>,
    name: &str,
    env: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    match own.get(name)? {
        Value::String(text) => match text.strip_prefix("os.environ/") {
            Some(other) => env(other),
            None => Some(text.clone()),
        },
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Warns of variables that the file sets to something else than a text ([`own_variable`] reads none there), or to what
/// a shell was to put in.
fn check_variables(file: &Section<'_>) {
    let Some(at) = file.get("environment_variables") else { return };
    for (name, value) in at.fields().into_iter().flatten() {
        let at = at.at_key(name, value);
        match value {
            Value::Array(_) | Value::Object(_) => at.warning(
                "found a list or a mapping, expected a text: the variable is not set",
                "put it in quotes".to_owned(),
            ),
            Value::String(text) => placeholder::warn(&at, text),
            _ => {}
        }
    }
}

/// The values of a file; meaningless if there are errors.
fn gateway(root: &Cursor<'_>) -> Option<Gateway> {
    let file = root.section()?;
    check_variables(&file);
    let general = general::read(&file);
    let settings = Settings::read(&file);
    let drop_params = settings.litellm("drop_params").and_then(|at| at.boolean()).unwrap_or(false);
    let responses = settings.litellm("route_all_chat_openai_to_responses").and_then(|at| at.boolean());
    let ignored = settings.router("ignore_invalid_deployments").and_then(|at| at.boolean());
    let defaults = Defaults {
        drop_params,
        responses: responses.unwrap_or(false),
        ignore_unserved: ignored.unwrap_or(false),
    };
    let own_section = file.section("spillway_settings");
    let prices = PriceMap::read(own_section.as_ref());
    let mut models = models::read(&file, defaults, &prices);
    let trace_context = settings.litellm("forward_traceparent_to_llm_provider").and_then(|at| at.boolean());
    for deployment in &mut models.deployments {
        deployment.attempt.trace_context = trace_context.unwrap_or(false);
    }
    let names = router::names(&settings, &models);
    let guardrails = guardrails::read(&file, &mut models.secrets);

    let own = own::read(own_section.as_ref(), &general);
    for deployment in &mut models.deployments {
        deployment.attempt.max_body_bytes = own.max_body_bytes;
    }
    let timeouts = timeouts::resolve(&settings, own_section.as_ref(), &mut models);
    let master_key_hash = general.master_key.as_deref().map(keys::hash);
    let listed = own_section.as_ref().and_then(|section| section.get("keys"));
    let referred =
        Referred { names: &names, guardrails: &guardrails, master_key_hash: master_key_hash.as_deref() };
    let keys = listed.as_ref().map(|list| keys::read(list, &referred)).unwrap_or_default();
    check_access(&file, &general, listed.is_some() || own.allow_anonymous || own.names_key_lookup);

    let router = router::read(&settings, names, &mut models);
    callbacks::check(&settings);
    settings.close();
    if let Some(section) = &own_section {
        section.close(&format::OWN);
    }
    file.close(&format::ROOT);
    let allowed = allowed(&models);
    let secrets = models.secrets.into_secrets();
    let (rate_limit_upstream, rate_limit_service) = own.rate_limit_service.unzip();
    let response_secret = response_ids::secret(&general, &keys, &secrets);
    let serves_administration = own.key_lookup.enabled && !general.disable_administration;
    Some(Gateway {
        admission: AdmissionSettings {
            router,
            master_key_hash,
            allow_anonymous: own.allow_anonymous,
            keys,
            key_lookup: own.key_lookup,
            end_user_limits: own.end_user_limits,
            fallback_on_limits: own.fallback_on_limits,
            rate_limit_service,
            guardrails: guardrails.guardrails,
            policy: Policy { drop_params, allow_mock_testing: general.allow_mock_testing, allowed },
            max_body_bytes: own.max_body_bytes,
            known_texts: own.known_texts,
            timeouts,
            delivery: own.delivery,
            // These three are the renderer's to say.
            summaries: false,
            carrier: Carrier::default(),
            listener: Listener::default(),
            response_secret,
        },
        deployments: models.deployments,
        secrets,
        ledger: own.ledger,
        rate_limit_service: rate_limit_upstream,
        guardrail_services: guardrails.services,
        serves_administration,
        master_key: general.master_key,
    })
}

/// What any deployment takes besides what its API defines, each name once.
fn allowed(models: &Models) -> Vec<String> {
    let targets = models.deployments.iter().map(|deployment| &deployment.attempt.target);
    let names: BTreeSet<&String> = targets.flat_map(|target| &target.allowed_params).collect();
    names.into_iter().cloned().collect()
}

fn check_access(file: &Section<'_>, general: &General, others_may: bool) {
    if general.master_key.is_none() && !general.names_master_key && !others_may {
        general::report_no_access(file);
    }
}
