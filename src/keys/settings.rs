//! `spillway_settings.key_lookup`: how the ledger's keys are asked for, and for how long an answer counts.

use serde::{Deserialize, Serialize};

/// How keys that do not stand in the file are looked up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LookupSettings {
    /// `enabled`: without it, only the file's keys are known.
    pub enabled: bool,
    /// `ttl`: for how long a key is used before it is asked for again, in milliseconds. Changes are told
    /// meanwhile: this only bounds what a lost message could do.
    pub ttl_ms: u64,
    /// `grace`: for how long after that a key that is known goes on working while the ledger is away, in
    /// milliseconds.
    pub grace_ms: u64,
    /// `refused_ttl`: for how long a key that does not exist is not asked for again, in milliseconds.
    pub refused_ttl_ms: u64,
    /// `interval`: how often the gateway asks what changed, in milliseconds.
    pub interval_ms: u64,
    /// `timeout`: for how long a lookup is waited for, in milliseconds.
    pub timeout_ms: u64,
    /// `max_per_second`: most lookups of one gateway in a second; past it, keys that are not known get 503.
    pub max_per_second: u32,
}

impl Default for LookupSettings {
    fn default() -> Self {
        Self {
            enabled: true,
            ttl_ms: 60_000,
            grace_ms: 3_600_000,
            refused_ttl_ms: 10_000,
            interval_ms: 500,
            timeout_ms: 2_000,
            max_per_second: 200,
        }
    }
}
