//! Spillway's ledger: what the gateways report, stored once each, and the queries over it.
//!
//! The modules, in the direction in which they may name each other (each names only those below it):
//!
//! | module | room |
//! |---|---|
//! | `server` | binds, starts, stops |
//! | `connections` | takes connections, and closes those that are of no use |
//! | `tls` | certificates, and who showed one |
//! | `api` | HTTP: who may ask, what was asked, how it is answered |
//! | `reconcile` | events out of Envoy's access log, for what the gateway could not deliver |
//! | `cooldowns` | what gateways let rest now, in memory |
//! | `ui` | the monitor: pages for people, over what `Source` answers |
//! | `import` | LiteLLM's database → the store |
//! | `intake` | bytes of a batch → checked events, or where it is malformed |
//! | `store` | what is stored and asked: who writes (one thread on SQLite, two on PostgreSQL), several readers, migrations |
//! | `db` | the only code that knows that it is SQLite or PostgreSQL |
//! | `record` | rows: of an event, of a key, a team, a user; no I/O |
//! | `secret` `calendar` `log` `metrics` `nul` | credentials, times as text, one-line logs, counters, the character that is not stored |
//!
//! `store` takes rows and answers with rows; no SQL passes its boundary. `ui::data` is what it tells the monitor: plain
//! values, below both.

mod api;
mod calendar;
mod connections;
mod cooldowns;
mod db;
mod import;
mod intake;
mod log;
mod metrics;
mod nul;
mod reconcile;
mod record;
mod secret;
mod server;
mod store;
mod tls;
pub mod ui;

pub use connections::Connections;
pub use db::{Database, OpenError, PostgresUrl, PostgresUrlError};
pub use import::{ImportError, Imported, Progress, Summary, import, litellm_address};
pub use reconcile::{ReconcileError, Reconciled};
pub use secret::{EmptySecret, Secret};
pub use server::{Handle, Ledger, Options, ShutdownError, StartError, reconcile};
pub use store::{Retention, StoreError};
pub use tls::{Tls, TlsError};
