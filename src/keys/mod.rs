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
//! | `cache` | what the ledger told, for all workers, in a fixed number of slots |
//! | `epoch` | that an answer which a change has overtaken is not kept |
//! | [`bound`] | how often one gateway may ask |
//! | [`sync`] | whose turn it is to ask what changed |
//! | `gateway` | the id of one Envoy process |

pub mod bound;
mod cache;
mod epoch;
mod gateway;
mod record;
mod settings;
pub mod sync;
mod wire;

pub use cache::{Cache, Found};
pub use epoch::{Asked, Epoch};
pub use gateway::gateway_id;
pub use record::{Key, Owner};
pub use settings::LookupSettings;
pub use wire::{Changes, Lookup};

/// Characters of an id, an alias or a name of a key, a team or a user. Budgets are named by them, and the ledger takes
/// charges to what it can name only.
pub const LONGEST_NAME: usize = 256;
