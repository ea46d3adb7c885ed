//! Who calls: a virtual key, the master key, or, where the configuration says so, anybody.

use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::{Moment, Setup};
use crate::budgets::Budget;
use crate::calendar::iso;
use crate::event;
use crate::exchange::lookups::LookupOutcome;
use crate::exchange::{Headers, header};
use crate::hex;
use crate::keys::{Found, Key, Owner};
use crate::memory::Shared;
use crate::reject::Reject;
use crate::route;

/// Who calls, as far as the gateway knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Caller {
    /// No key, and none is asked for.
    Anonymous,
    /// The master key; its hash.
    Master(String),
    /// A virtual key.
    Key(Rc<Key>),
}

/// Whose list refuses a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The key's own.
    Key,
    /// Its team's.
    Team,
    /// Its user's.
    User,
}

/// What is known of a caller by the headers alone.
pub(super) enum Presented {
    /// Everything.
    Caller(Caller),
    /// The ledger must be asked for the key with this SHA-256.
    LookUp(String),
}

impl Setup {
    /// Who calls, by `x-litellm-api-key`, `authorization: Bearer`, `x-api-key` or `api-key`: the first that has
    /// one. The plain key is hashed here and kept nowhere.
    pub(super) fn caller(&self, headers: &Headers, moment: &Moment<'_>) -> Result<Presented, Reject> {
        let Some(plain) = presented(headers) else {
            return match self.settings.allow_anonymous {
                true => Ok(Presented::Caller(Caller::Anonymous)),
                false => Err(no_key()),
            };
        };
        let hash = hex::encode(&Sha256::digest(plain.as_bytes()));
        if self.settings.master_key_hash.as_ref() == Some(&hash) {
            return Ok(Presented::Caller(Caller::Master(hash)));
        }
        let now_ms = (moment.now)() / 1_000;
        if let Some(key) = self.keys.get(&hash) {
            let caller = usable(key, Origin::File, now_ms)?;
            let asks = self.must_hear_of(key, moment.shared, now_ms);
            return Ok(if asks { Presented::LookUp(hash) } else { Presented::Caller(caller) });
        }
        self.of_the_ledger(hash, moment.shared, now_ms)
    }

    fn of_the_ledger(&self, hash: String, shared: &dyn Shared, now_ms: u64) -> Result<Presented, Reject> {
        let lookups = &self.settings.key_lookup;
        if !lookups.enabled {
            return self.nobody().map(Presented::Caller);
        }
        let found = self.cache.find(shared, &hash, lookups, now_ms);
        let asks = matches!(found, Found::Stale(_) | Found::Missing);
        if asks && self.could_look_up(shared, &hash, now_ms) {
            return Ok(Presented::LookUp(hash));
        }
        self.without_asking(found, now_ms).map(Presented::Caller)
    }

    /// Who calls, now that the ledger was asked for the key with this SHA-256.
    pub(super) fn caller_found(
        &self,
        hash: &str,
        outcome: &LookupOutcome,
        moment: &Moment<'_>,
    ) -> Result<Caller, Reject> {
        let now_ms = (moment.now)() / 1_000;
        if let Some(key) = self.keys.get(hash) {
            return usable(key, Origin::File, now_ms);
        }
        match outcome {
            LookupOutcome::Known(key) => usable(key, Origin::Ledger, now_ms),
            LookupOutcome::Unknown => self.nobody(),
            LookupOutcome::Unreachable => {
                let found = self.cache.find(moment.shared, hash, &self.settings.key_lookup, now_ms);
                self.without_asking(found, now_ms)
            }
        }
    }

    fn without_asking(&self, found: Found, now_ms: u64) -> Result<Caller, Reject> {
        match found {
            Found::Fresh(key) | Found::Stale(key) => usable(&key, Origin::Ledger, now_ms),
            Found::Unknown => self.nobody(),
            Found::Missing => Err(unavailable()),
        }
    }

    /// The key of somebody whom nobody knows.
    fn nobody(&self) -> Result<Caller, Reject> {
        if self.settings.allow_anonymous { Ok(Caller::Anonymous) } else { Err(unknown_key()) }
    }

    /// Whether the ledger is to be asked what a key of the file has spent.
    fn must_hear_of(&self, key: &Key, shared: &dyn Shared, now_ms: u64) -> bool {
        let lookups = &self.settings.key_lookup;
        let has_budget = key.budget != Budget::default() || !key.model_budgets.is_empty();
        has_budget
            && lookups.enabled
            && self.cache.is_due(shared, &key.hash, lookups, now_ms)
            && self.could_look_up(shared, &key.hash, now_ms)
    }
}

/// Where a key is from.
#[derive(Clone, Copy)]
enum Origin {
    /// The gateway's file, of which the ledger's API knows nothing.
    File,
    Ledger,
}

/// A key that may be used now. Looked at for every request: a key expires while it is kept.
fn usable(key: &Rc<Key>, origin: Origin, now_ms: u64) -> Result<Caller, Reject> {
    if key.blocked {
        return Err(match origin {
            Origin::File => blocked("Key", " in the gateway's file"),
            Origin::Ledger => blocked("Key", " with `/key/unblock`"),
        });
    }
    if key.team.as_ref().is_some_and(|team| team.blocked) {
        return Err(blocked("Team of the key", ""));
    }
    if key.user.as_ref().is_some_and(|user| user.blocked) {
        return Err(blocked("User of the key", ""));
    }
    match key.expires_ms.filter(|expires_ms| *expires_ms <= now_ms) {
        Some(expires_ms) => Err(expired(expires_ms, now_ms)),
        None => Ok(Caller::Key(Rc::clone(key))),
    }
}

impl Caller {
    /// Whether the caller may use a model.
    pub fn may_use(&self, group: &str) -> bool {
        self.denied(group).is_none()
    }

    /// Whether no list of models is in the caller's way, or such a one only as has every name, the empty one, too.
    pub fn may_use_any(&self) -> bool {
        self.may_use("")
    }

    /// Whose list of models, of names and patterns, this one is not in: the key's, its team's and its user's must
    /// all have it. An empty list has every model.
    pub fn denied(&self, group: &str) -> Option<Denied> {
        let key = self.key()?;
        let misses = |models: &[String]| {
            !models.is_empty() && !models.iter().any(|model| route::matches(model, group))
        };
        let owner_misses = |owner: &Option<Owner>| owner.as_ref().is_some_and(|owner| misses(&owner.models));
        if misses(&key.models) {
            Some(Denied::Key)
        } else if owner_misses(&key.team) {
            Some(Denied::Team)
        } else if owner_misses(&key.user) {
            Some(Denied::User)
        } else {
            None
        }
    }

    /// SHA-256 of the key, in hex; empty for anybody.
    pub fn hash(&self) -> &str {
        match self {
            Self::Key(key) => &key.hash,
            Self::Master(hash) => hash,
            Self::Anonymous => "",
        }
    }

    /// The virtual key, if that is who calls.
    pub fn key(&self) -> Option<&Key> {
        match self {
            Self::Key(key) => Some(key),
            Self::Anonymous | Self::Master(_) => None,
        }
    }

    /// Guardrails that run on its requests besides the default ones.
    pub(super) fn guardrails(&self) -> Vec<String> {
        let Self::Key(key) = self else { return Vec::new() };
        let owners = key.team.iter().chain(&key.user).flat_map(|owner| &owner.guardrails);
        key.guardrails.iter().chain(owners).cloned().collect()
    }

    /// For the event.
    pub(super) fn identity(&self) -> event::Caller {
        match self {
            Self::Anonymous => event::Caller::default(),
            Self::Master(hash) => event::Caller {
                key_hash: hash.clone(),
                key_alias: Some("master_key".to_owned()),
                ..event::Caller::default()
            },
            Self::Key(key) => event::Caller {
                key_hash: key.hash.clone(),
                key_alias: key.alias.clone(),
                user_id: key.user_id.clone(),
                team_id: key.team_id.clone(),
                ..event::Caller::default()
            },
        }
    }
}

/// The first that is there. One that is empty, such as a field of a form that nobody filled in, hides none beside it.
fn presented(headers: &Headers) -> Option<&str> {
    let plain = |name: &str| header(headers, name).map(str::trim).filter(|key| !key.is_empty());
    let bearer = |name: &str| plain(name).map(without_scheme).filter(|key| !key.is_empty());
    let bearer = bearer("x-litellm-api-key").or_else(|| bearer("authorization"));
    bearer.or_else(|| plain("x-api-key")).or_else(|| plain("api-key"))
}

/// What stands behind `Bearer`, where that is there. On its way here a header without a key has lost the space behind it.
fn without_scheme(value: &str) -> &str {
    let (scheme, key) = value.split_once(' ').unwrap_or((value, ""));
    if scheme.eq_ignore_ascii_case("bearer") { key.trim_start() } else { value }
}

fn no_key() -> Reject {
    let message = "Authentication Error, no API key passed in. Send it as 'Authorization: Bearer <key>'.";
    Reject::new(401, "auth_error", message).code("401")
}

/// LiteLLM's type; neither the key nor its hash is repeated.
fn unknown_key() -> Reject {
    let message = "Authentication Error, invalid API key: the gateway does not know the key that was sent.";
    Reject::new(401, "token_not_found_in_db", message).at("key").code("401")
}

/// LiteLLM's type. `how`: with what.
fn blocked(what: &str, how: &str) -> Reject {
    let message = format!("Authentication Error, {what} is blocked. An administrator can change that{how}.");
    Reject::new(401, "auth_error", message).code("401")
}

/// LiteLLM's type.
fn expired(expires_ms: u64, now_ms: u64) -> Reject {
    let message = format!(
        "Authentication Error, the key expired at {}. It is {} now: ask for a new key.",
        iso(expires_ms),
        iso(now_ms)
    );
    Reject::new(401, "expired_key", message).at("key").code("401")
}

/// Not a free pass, and no 401 either: the key may be a good one.
fn unavailable() -> Reject {
    let message = "The gateway cannot check the API key right now: what keeps the keys gives no answer, or was \
                   asked for too many. Try again.";
    let mut reject = Reject::new(503, "service_unavailable_error", message);
    reject.retry_after = Some(1);
    reject
}
