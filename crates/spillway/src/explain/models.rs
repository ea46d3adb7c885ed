//! Model groups: their deployments, and where their requests go after a failure.

use spillway_filter::config::{Deployment, Gateway};
use spillway_filter::health::Cooldown;
use spillway_filter::pricing::Prices;
use spillway_filter::route::{Abilities, Alias, Candidate, Fallback, Group, Router, Target};
use spillway_filter::translate;

use super::amounts::{duration, prices};
use super::outline::Outline;

/// Every group, in the order of the file.
pub fn groups(gateway: &Gateway) -> Outline {
    let mut groups = Outline::default();
    for group in &gateway.admission.router.groups {
        groups.part(title(&gateway.admission.router, group), one(gateway, group));
    }
    groups
}

/// The group's name, with what else it is called.
fn title(router: &Router, group: &Group) -> String {
    let is_meant =
        |alias: &&Alias| router.named(&alias.alias).is_some_and(|named| named.group.name == group.name);
    let name = |alias: &Alias| match alias.hidden {
        true => format!("{} (hidden)", alias.alias),
        false => alias.alias.clone(),
    };
    let aliases: Vec<String> = router.aliases.iter().filter(is_meant).map(name).collect();
    match aliases.is_empty() {
        true => group.name.clone(),
        false => format!("{}, also {}", group.name, aliases.join(", ")),
    }
}

fn one(gateway: &Gateway, group: &Group) -> Outline {
    let router = &gateway.admission.router;
    let mut told = Outline::default();
    let members = || {
        let both = |index: &usize| Some((gateway.deployments.get(*index)?, router.deployments.get(*index)?));
        group.deployments.iter().filter_map(both)
    };
    if group.deployments.is_empty() {
        told.say("deployments", "none is served");
    }
    for (deployment, candidate) in members() {
        let rivals =
            members().filter(|(_, other)| other.order == candidate.order).map(|(_, other)| other.weight);
        told.part(&candidate.id, one_deployment(deployment, candidate, rivals.sum()));
    }
    chains(&mut told, router, group);
    told
}

/// `together`: the weights of the deployments of the same order.
fn one_deployment(deployment: &Deployment, candidate: &Candidate, together: u64) -> Outline {
    let attempt = &deployment.attempt;
    let mut told = Outline::default();
    told.say("model", model(&attempt.target));
    told.say("address", address(deployment));
    let key =
        deployment.credential.as_ref().map(|key| format!("secret {} in header {}", key.secret, key.header));
    told.say("credential", key.unwrap_or_else(|| "none".to_owned()));
    told.say("chosen", format!("order {}, weight {} of {together}", candidate.order, candidate.weight));
    told.say_some("limits", limits(candidate));
    told.say_some(
        "retries",
        candidate.num_retries.map(|retries| format!("{retries} where it is tried first")),
    );
    let timeouts = &attempt.timeouts;
    told.say(
        "timeouts",
        format!(
            "{}, a stream's first content {}",
            duration(timeouts.answer_ms),
            duration(timeouts.first_token_ms)
        ),
    );
    told.say("cooldown", attempt.cooldown.as_ref().map_or_else(|| "never".to_owned(), cooldown));
    tell_prices(&mut told, deployment);
    told.say_some("can", abilities(&candidate.abilities));
    tell_parameters(&mut told, &attempt.target);
    told
}

fn model(target: &translate::Target) -> String {
    let api = if target.bridge_to_responses {
        ", through the Responses API"
    } else if target.completions {
        ", completes texts"
    } else if target.chat_only {
        ", chat completions only"
    } else {
        ""
    };
    format!("{} {}{api}", target.provider.name(), target.model)
}

fn address(deployment: &Deployment) -> String {
    let version = deployment.attempt.target.api_version.as_ref();
    let version = version.map_or_else(String::new, |version| format!(", API version {version}"));
    format!("{}{version}", deployment.attempt.api_base)
}

fn limits(candidate: &Candidate) -> Option<String> {
    let parts =
        [candidate.rpm.map(|rpm| format!("{rpm} rpm")), candidate.tpm.map(|tpm| format!("{tpm} tpm"))];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("{}, heeded by usage-based-routing-v2", parts.join(", ")))
}

fn cooldown(cooldown: &Cooldown) -> String {
    let own = if cooldown.own_length { ", whatever retry-after says" } else { "" };
    let allowed = cooldown
        .allowed_fails
        .map_or_else(String::new, |fails| format!(", after more than {fails} failures"));
    let by_class = match cooldown.allowed_fails_policy == spillway_filter::cause::PerClass::default() {
        true => "",
        false => ", with numbers by class of error",
    };
    format!("{}{own}{allowed}{by_class}", duration(cooldown.length_ms))
}

fn tell_prices(told: &mut Outline, deployment: &Deployment) {
    let attempt = &deployment.attempt;
    let by_request = attempt.target.model.contains('*') && !attempt.priced_as_one;
    if by_request && !attempt.rates_of_pattern.tells_the_whole_base() {
        let listed = match attempt.prices_of_pattern.len() {
            0 => String::new(),
            count => format!(", {count} of them by the price map"),
        };
        let own = if attempt.rates_of_pattern.is_empty() { "" } else { ", with rates of its own" };
        told.say("price per 1M", format!("of the model that is asked for{listed}{own}"));
    } else if attempt.prices != Prices::default() {
        prices(&attempt.prices).into_iter().for_each(|(name, says)| told.say(name, says));
    } else {
        told.say("price per 1M", "nothing");
    }
}

fn abilities(can: &Abilities) -> Option<String> {
    let able = |name: &str, able: Option<bool>| {
        able.map(|able| if able { name.to_owned() } else { format!("no {name}") })
    };
    let parts = [
        can.max_input_tokens.map(|tokens| format!("{tokens} tokens of prompt")),
        able("images", can.vision),
        able("sound", can.audio),
        able("files", can.files),
        able("tools", can.tools),
        able("JSON Schemas", can.response_schema),
        can.region.as_ref().map(|region| format!("in region {region}")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn tell_parameters(told: &mut Outline, target: &translate::Target) {
    let list = |names: Vec<&str>| (!names.is_empty()).then(|| names.join(", "));
    told.say_some("takes also", list(target.allowed_params.iter().map(String::as_str).collect()));
    told.say_some("gets also", list(target.extra_body.keys().map(String::as_str).collect()));
    told.say_some("never gets", list(target.additional_drop_params.iter().map(String::as_str).collect()));
    if target.drop_params {
        told.say("unsupported", "parameters that its API lacks are left out");
    }
}

/// Where a group's requests go after a failure, a line for each kind that has somewhere to go.
fn chains(told: &mut Outline, router: &Router, group: &Group) {
    let own = router.fallbacks.iter().any(|entry| entry.from == group.name);
    let general = if own { "fallbacks" } else { "fallbacks (default)" };
    let kinds = [
        (general, router.fallbacks_of(&group.name)),
        ("too long a prompt", entry(&router.context_window_fallbacks, group)),
        ("refused content", entry(&router.content_policy_fallbacks, group)),
    ];
    for (kind, targets) in kinds {
        let others = targets.iter().filter(|target| target.model != group.name || target.overrides.is_some());
        let names: Vec<String> = others.map(target).collect();
        told.say_some(kind, (!names.is_empty()).then(|| names.join(", then ")));
    }
    let of_names = [
        ("fallbacks", &router.fallbacks),
        ("too long a prompt", &router.context_window_fallbacks),
        ("refused content", &router.content_policy_fallbacks),
    ];
    for (kind, fallbacks) in of_names {
        for entry in router.of_names(fallbacks, group) {
            let names: Vec<String> = entry.to.iter().map(target).collect();
            told.say(format!("{kind} of {}", entry.from), names.join(", then "));
        }
    }
}

/// A group's own entry of one kind, else the one for every group.
fn entry<'r>(fallbacks: &'r [Fallback], group: &Group) -> &'r [Target] {
    let of = |name: &str| fallbacks.iter().find(|entry| entry.from == name);
    of(&group.name).or_else(|| of("*")).map_or(&[], |entry| &entry.to)
}

/// A target, with the names of the parameters that it changes.
fn target(target: &Target) -> String {
    match &target.overrides {
        Some(fields) => {
            let names: Vec<&str> = fields.keys().map(String::as_str).collect();
            format!("{} (with its own {})", target.model, names.join(", "))
        }
        None => target.model.clone(),
    }
}
