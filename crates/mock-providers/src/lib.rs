//! Strict stand-ins for providers of language models, for tests of whatever stands in front of them.
//!
//! One server plays every provider; the path says which: `/mock-openai/v1/…`, `/mock-anthropic/v1/…`, and so on: see
//! [`provider::Row`]. It is
//!
//! * strict: a field that the provider's API does not define, a value of another type, a credential of another
//!   provider is refused, with the provider's own error body;
//! * scripted: a request's model name, its `x-mock-script` header, or a script set beforehand says what it meets, see
//!   [`script`];
//! * a witness: every request is kept as it came, see [`Received`].
//!
//! | module | room |
//! |---|---|
//! | [`server`] | connections, and the way of a request from its first byte to its answer |
//! | [`delivery`] | how an answer goes over the wire: piece by piece, stalled, cut |
//! | [`answer`] | what a model says, in the shape of each API |
//! | [`script`] | what a request is made to meet |
//! | [`credentials`] [`fault`] | what each provider refuses, and how |
//! | [`provider`] [`schema`] | the APIs and what they take, from `tables/` |
//! | [`journal`] [`received`] | what came |
//! | [`guardrail`] | a service that judges texts, of its own |
//! | `kept` | responses that were created, for as long as there is room |

pub mod answer;
pub mod credentials;
pub mod delivery;
pub mod fault;
pub mod guardrail;
pub mod journal;
mod kept;
pub mod provider;
pub mod received;
pub mod schema;
pub mod script;
pub mod server;

pub use provider::Provider;
pub use received::{Ended, Received};
pub use script::{After, ScriptError};
pub use server::{Handle, MockProviders};
