//! What the rate-limit service counts for a request.

use sha2::{Digest, Sha256};

use super::{Admission, Caller};
use crate::keys::{Key, Owner};
use crate::limits::Limits;
use crate::rate_service::Scope;

/// Longest name that is told as it is, in bytes; a longer one by its SHA-256.
const LONGEST_NAME: usize = 256;

impl Admission {
    /// The scopes of a request whose plan is made: none where there is no rate-limit service, or for a caller
    /// without a virtual key. The key's own is always the first.
    pub(super) fn shared_scopes(&self) -> Vec<Scope> {
        let settings = &self.setup.settings;
        let Some(key) = self.caller.as_ref().and_then(Caller::key) else { return Vec::new() };
        if settings.rate_limit_service.is_none() {
            return Vec::new();
        }
        let end_user = self.ask.end_user.as_deref();
        let group = self.ask.plan.as_ref().and_then(|plan| plan.first_leg()).map(|leg| leg.group.as_str());
        let mut scopes = of_holders(key);
        scopes.extend(end_user.map(|name| of_end_user(key, name, &settings.end_user_limits)));
        scopes.extend(group.into_iter().flat_map(|group| of_model(key, group)));
        // A service may refuse a whole question for one empty value.
        scopes.retain(|scope| scope.entries.iter().all(|(_, value)| !value.is_empty()));
        scopes
    }
}

fn of_holders(key: &Key) -> Vec<Scope> {
    let key_scope = scope(vec![("key", named(&key.hash))], key_label(key), &key.limits);
    let holder = |kind: &'static str, id: Option<&String>, owner: Option<&Owner>| {
        let id = owner.map(|owner| &owner.id).or(id)?;
        let limits = owner.map(|owner| owner.limits).unwrap_or_default();
        Some(scope(vec![(kind, named(id))], holder_label(kind, owner), &limits))
    };
    let team = holder("team", key.team_id.as_ref(), key.team.as_ref());
    let user = holder("user", key.user_id.as_ref(), key.user.as_ref());
    [Some(key_scope), team, user].into_iter().flatten().collect()
}

fn of_end_user(key: &Key, name: &str, limits: &Limits) -> Scope {
    let entries = vec![("key", named(&key.hash)), ("end_user", named(name))];
    scope(entries, "this end user".to_owned(), limits)
}

fn of_model(key: &Key, group: &str) -> Vec<Scope> {
    let with_model = |kind: &'static str, id: &str, label: String, limits: Option<&Limits>| {
        let entries = vec![(kind, named(id)), ("model", named(group))];
        scope(entries, format!("{label} with model '{group}'"), &limits.copied().unwrap_or_default())
    };
    let mut scopes = vec![with_model("key", &key.hash, key_label(key), key.model_limits.get(group))];
    if let Some(id) = key.team.as_ref().map(|team| &team.id).or(key.team_id.as_ref()) {
        let limits = key.team.as_ref().and_then(|team| team.model_limits.get(group));
        scopes.push(with_model("team", id, holder_label("team", key.team.as_ref()), limits));
    }
    scopes
}

fn scope(entries: Vec<(&'static str, String)>, label: String, limits: &Limits) -> Scope {
    Scope { entries, label, requests: limits.requests, tokens: limits.tokens }
}

/// Never the hash.
fn key_label(key: &Key) -> String {
    key.alias.clone().unwrap_or_else(|| "this key".to_owned())
}

fn holder_label(kind: &str, owner: Option<&Owner>) -> String {
    match owner.and_then(|owner| owner.alias.as_ref()) {
        Some(alias) => format!("{kind} '{alias}'"),
        None => format!("this key's {kind}"),
    }
}

/// A name as a descriptor's value. Clients choose some of them, in any length.
fn named(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    Sha256::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
