//! Who may use the gateway, and how much.

use spillway_filter::budgets::Budget;
use spillway_filter::calendar;
use spillway_filter::config::Gateway;
use spillway_filter::keys::Key;
use spillway_filter::limits::Limits;

use super::amounts::{duration, money};
use super::outline::Outline;

/// Digits of a hash that tell a key from others to a person who has it.
const SHOWN: usize = 8;

/// Who gets in at all.
pub fn access(gateway: &Gateway) -> Outline {
    let admission = &gateway.admission;
    let mut told = Outline::default();
    told.say("master key", if admission.master_key_hash.is_some() { "set" } else { "none" });
    told.say("without a key", if admission.allow_anonymous { "everybody" } else { "nobody" });
    let lookup = &admission.key_lookup;
    told.say(
        "keys of the ledger",
        match lookup.enabled {
            true => format!(
                "asked for on first use, known for {}, and for {} more while the ledger is away",
                duration(lookup.ttl_ms),
                duration(lookup.grace_ms),
            ),
            false => "none".to_owned(),
        },
    );
    let administered = match gateway.serves_administration {
        true => "/key/, /team/ and /user/ lead to the ledger",
        false => "not through the gateway",
    };
    told.say("administration", administered);
    told.say_some("each end user", limits(&admission.end_user_limits));
    told
}

/// The keys that stand in the file.
pub fn listed(gateway: &Gateway) -> Outline {
    let mut told = Outline::default();
    for key in &gateway.admission.keys {
        told.part(name(key), one(key));
    }
    told
}

fn name(key: &Key) -> String {
    let hash: String = key.hash.chars().take(SHOWN).collect();
    key.alias.clone().unwrap_or_else(|| format!("sha256 {hash}…"))
}

fn one(key: &Key) -> Outline {
    let mut told = Outline::default();
    if key.blocked {
        told.say("blocked", "every request is refused");
    }
    told.say_some("team", key.team_id.as_ref());
    told.say_some("user", key.user_id.as_ref());
    told.say("models", if key.models.is_empty() { "all".to_owned() } else { key.models.join(", ") });
    let aliases: Vec<String> =
        key.aliases.iter().map(|(alias, model)| format!("{alias} for {model}")).collect();
    told.say_some("aliases", (!aliases.is_empty()).then(|| aliases.join(", ")));
    told.say("limits", limits(&key.limits).unwrap_or_else(|| "none".to_owned()));
    for (group, of_group) in &key.model_limits {
        told.say_some(format!("limits of {group}"), limits(of_group));
    }
    told.say("budget", budget(&key.budget).unwrap_or_else(|| "none".to_owned()));
    for (group, of_group) in &key.model_budgets {
        told.say_some(format!("budget of {group}"), budget(of_group));
    }
    told.say_some("guardrails", (!key.guardrails.is_empty()).then(|| key.guardrails.join(", ")));
    for (group, targets) in &key.fallbacks {
        told.say(format!("fallbacks of {group}"), targets.join(", then "));
    }
    told.say_some("expires", key.expires_ms.map(calendar::iso));
    told
}

fn limits(limits: &Limits) -> Option<String> {
    let parts = [
        limits.requests.map(|count| format!("{count} rpm")),
        limits.tokens.map(|count| format!("{count} tpm")),
        limits.parallel.map(|count| format!("{count} at one time")),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn budget(budget: &Budget) -> Option<String> {
    let each = budget.duration.as_ref().map_or_else(String::new, |each| format!(" per {each}"));
    let parts = [
        budget.max_nanodollars.map(|most| format!("{}{each}", money(most))),
        budget.soft_nanodollars.map(|soft| format!("told past {}{each}", money(soft))),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
