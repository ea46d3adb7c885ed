//! Budgets: how much money a scope may spend per period, in memory shared by every worker.
//!
//! Knows money, clocks and names of scopes. Knows no key, no price, no host.
//!
//! ## What is known of a scope's spend
//!
//! A gateway knows at once what it spent itself, and hears from the ledger, a little later, what all gateways
//! spent together. Its answer ([`Balance`]) tells the total and how much of it came from this very gateway, so
//! that
//!
//! ```text
//! spent = total − own share of it + what this gateway spent itself
//! ```
//!
//! counts nothing twice and forgets nothing, however late events arrive.

use serde::{Deserialize, Serialize};

/// How much a scope may spend.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Budget {
    /// `max_budget`, in 10⁻⁹ US dollars; `None`: no bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_nanodollars: Option<u64>,
    /// `soft_budget`, in 10⁻⁹ US dollars: told in the event once it is passed, and nothing refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soft_nanodollars: Option<u64>,
    /// `budget_duration` as LiteLLM writes it (`30d`, `1mo`, …); `None`: the budget never begins anew.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
}

/// What the ledger knows of one scope's spend in one period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balance {
    /// The scope's name, e.g. `key/<hash>`.
    pub scope: String,
    /// When the period began, in milliseconds since the Unix epoch; 0 for a budget without a duration.
    pub period_ms: u64,
    /// Spent by all gateways together, in 10⁻⁹ US dollars.
    pub total_nanodollars: u64,
    /// Spent by the gateway that is told, in 10⁻⁹ US dollars: a part of the total.
    pub own_nanodollars: u64,
}

/// Takes over what the ledger tells. (Its room is built on another branch: this line gives way to it.)
pub fn learn(_shared: &dyn crate::memory::Shared, _balances: &[Balance]) {}
