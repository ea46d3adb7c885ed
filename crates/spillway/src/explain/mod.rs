//! `spillway check --explain`: a gateway as it was understood, for whoever wrote its file.
//!
//! Told from the checked values alone, so that what is shown is what runs. In the order of the file where that has one,
//! else sorted; the same file gives the same text. No credential is among the values, and keys are told by their
//! alias, or by the beginning of their hash.
//!
//! | module | room |
//! |---|---|
//! | `outline` | names with what is said of them, as aligned text or as JSON |
//! | `amounts` | durations, money, sizes and prices as people write them |
//! | `routing` `models` `keys` `guardrails` `services` | one part each |

mod amounts;
mod guardrails;
mod keys;
mod models;
mod outline;
mod routing;
mod services;

#[cfg(test)]
mod tests;

use spillway_filter::config::Gateway;

pub use outline::Outline;

/// Everything that is to be said of a gateway.
#[must_use]
pub fn gateway(gateway: &Gateway) -> Outline {
    let mut all = Outline::default();
    all.part("model groups", models::groups(gateway));
    all.part("routing", routing::settings(gateway));
    all.part("guardrails", guardrails::all(gateway));
    all.part("access", keys::access(gateway));
    all.part("keys of the file", keys::listed(gateway));
    all.part("requests", services::requests(gateway));
    all.part("ledger", services::ledger(gateway));
    all
}
