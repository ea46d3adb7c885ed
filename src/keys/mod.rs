//! Virtual keys: what is known of one, whoever told it.
//!
//! A key stands in the gateway's file, or the ledger owns it. The ledger's are asked for by their SHA-256 on
//! first use ([`Lookup`]) and kept in memory that all workers share; what changes there is told by
//! [`Changes`].
//!
//! | module | room |
//! |---|---|
//! | `record` | the key, its team and its user |
//! | `settings` | how keys are looked up |
//! | `wire` | how gateway and ledger talk about keys |

mod record;
mod settings;
mod wire;

pub use record::{Key, Owner};
pub use settings::LookupSettings;
pub use wire::{Changes, Lookup};
