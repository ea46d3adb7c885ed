//! Configuration: what a person writes → every problem at once → checked values.
//!
//! Raw and checked are different types. [`check`] takes LiteLLM's format as generic JSON (the command line
//! reads the YAML) and reports every problem with its key path; the checked values are what the filter and
//! the renderer take, and cannot be built from a file that has an error.
//!
//! | module | room |
//! |---|---|
//! | `check` | the sections put together |
//! | `models` `deployment` `router` `general` `guardrails` `keys` `own` | one section each |
//! | `callbacks` | what of `litellm_settings.callbacks` cannot be left aside |
//! | `key_lookup` `ledger` `rate_limit_service` `limits` | one side of `spillway_settings` each |
//! | `candidate` `abilities` `rates` `patterns` `place` `key` `pass_through` | one side of a deployment each |
//! | `delivery` | how events go to the ledger |
//! | `azure` `vertex` | where their APIs stand |
//! | `response_ids` | what ids of stored responses are made with |
//! | `fallbacks` `targets` `retries` `cooldowns` `strategy` `timeouts` | one side of routing each |
//! | `names` `providers` `prices` `searches` `fast_mode` `windows` `responses_only` `address` `credentials` `shared_credentials` `price_map` | what sections refer to |
//! | `cursor` `context` `section` `per_class` `decimal` `moment` `placeholder` `gathered` `suggest` | typed reads that answer or leave a finding |
//! | [`format`] | every key as data: what it is for, or what happens instead |
//! | `path` `report` `checked` `carrier` `buffers` | what comes out |

mod abilities;
mod address;
mod azure;
mod buffers;
mod callbacks;
mod candidate;
mod carrier;
mod check;
mod checked;
mod context;
mod cooldowns;
mod credentials;
mod cursor;
mod decimal;
mod delivery;
mod deployment;
mod fallbacks;
mod fast_mode;
pub mod format;
mod gathered;
mod general;
mod guardrails;
mod key;
mod key_lookup;
mod keys;
mod ledger;
mod limits;
mod models;
mod moment;
mod names;
mod own;
mod pass_through;
mod path;
mod patterns;
mod per_class;
mod place;
mod placeholder;
mod price_map;
mod prices;
mod providers;
mod rate_limit_service;
mod rates;
mod report;
mod response_ids;
mod responses_only;
mod retries;
mod router;
mod searches;
mod section;
mod shared_credentials;
mod strategy;
mod suggest;
mod targets;
mod timeouts;
mod vertex;
mod windows;

#[cfg(test)]
mod tests;

pub use buffers::{PIECE, body_buffer, most_held};
pub use carrier::Carrier;
pub use check::check;
pub use checked::{
    AdmissionSettings, AttemptSettings, ClientCertificate, Credential, Delivery, Deployment, Gateway,
    GuardrailService, Ledger, LedgerAddress, Listener, RateLimitService, Role, Secret, Timeouts, Upstream,
    WhenFull,
};
pub use credentials::{LEDGER_AUTHORITIES, LEDGER_CERTIFICATE, LEDGER_TOKEN};
pub use decimal::Decimal;
pub use path::{Path, Segment};
pub use prices::{known_as, known_prices};
pub use report::{Problem, Report};
pub use responses_only::is_responses_only;
pub use suggest::nearest;
pub use windows::longest_answer;
