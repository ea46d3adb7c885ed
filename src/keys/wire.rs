//! How a gateway and the ledger talk about keys. Both requests carry the gateway's credential, and `gateway`, an
//! id that lives as long as one Envoy process.

use serde::{Deserialize, Serialize};

use super::Key;
use crate::budgets::Balance;

/// The answer to `GET /v1/keys/{sha256}?gateway={id}`: 200 whether or not there is such a key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lookup {
    /// The key with its team and its user; `None`: there is no such key. One that is blocked or has expired
    /// is told as it is.
    pub key: Option<Box<Key>>,
    /// What is spent by now in every scope of the key that has a budget.
    pub balances: Vec<Balance>,
}

/// The answer to `GET /v1/changes?gateway={id}&since={cursor}`: what became different after `since`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Changes {
    /// What to ask with next time. Without `since`, the answer has nothing but this.
    pub cursor: u64,
    /// `since` is too old, or of another database: every key that is kept must be asked for again.
    pub reset: bool,
    /// There is more: ask again at once.
    pub more: bool,
    /// Hashes of keys that were made, and so exist now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<String>,
    /// Hashes of keys that were changed, blocked or deleted, or whose team or user was.
    pub keys: Vec<String>,
    /// Scopes in which money was spent.
    pub balances: Vec<Balance>,
}
