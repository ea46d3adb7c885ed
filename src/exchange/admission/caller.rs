//! Who calls: a virtual key, the master key, or, where the configuration says so, anybody.

use std::rc::Rc;

use sha2::{Digest, Sha256};

use super::Setup;
use crate::event;
use crate::exchange::{Headers, header};
use crate::keys::Key;
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

impl Setup {
    /// Who calls, by `authorization: Bearer`, `x-api-key` or `api-key`. The plain key is hashed here and
    /// kept nowhere.
    pub(super) fn caller(&self, headers: &Headers) -> Result<Caller, Reject> {
        let Some(plain) = presented(headers) else {
            return if self.settings.allow_anonymous { Ok(Caller::Anonymous) } else { Err(no_key()) };
        };
        let hash = hex(&Sha256::digest(plain.as_bytes()));
        if self.settings.master_key_hash.as_ref() == Some(&hash) {
            return Ok(Caller::Master(hash));
        }
        match self.keys.get(&hash) {
            Some(key) => Ok(Caller::Key(Rc::clone(key))),
            None if self.settings.allow_anonymous => Ok(Caller::Anonymous),
            None => Err(unknown_key()),
        }
    }
}

impl Caller {
    /// Whether the caller may use a model: a key lists names and patterns.
    pub fn may_use(&self, group: &str) -> bool {
        match self {
            Self::Key(key) => {
                key.models.is_empty() || key.models.iter().any(|model| route::matches(model, group))
            }
            Self::Anonymous | Self::Master(_) => true,
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

fn presented(headers: &Headers) -> Option<&str> {
    let bearer = header(headers, "authorization").map(|value| {
        let scheme = value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("bearer "));
        scheme.and_then(|_| value.get(7..)).unwrap_or(value)
    });
    let key = bearer.or_else(|| header(headers, "x-api-key")).or_else(|| header(headers, "api-key"))?;
    Some(key.trim()).filter(|key| !key.is_empty())
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

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
