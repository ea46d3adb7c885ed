//! Spillway's ledger: what the gateways report, stored once each, and the queries over it.
//!
//! The modules, in the direction in which they may name each other (each names only those below it):
//!
//! | module | room |
//! |---|---|
//! | `server` | binds, serves, stops |
//! | `api` | HTTP: who may ask, what was asked, how it is answered |
//! | `ui` | the monitor: pages for people, over what `Source` answers |
//! | `intake` | bytes of a batch → checked events, or where it is malformed |
//! | `store` | what is stored and asked: one writer, several readers, migrations |
//! | `db` | the only code that knows that it is SQLite or PostgreSQL |
//! | `record` | rows: of an event, of a key, a team, a user; no I/O |
//! | `secret` `calendar` `log` | credentials, times as text, one-line logs |
//!
//! `store` takes rows and answers with rows; no SQL passes its boundary. `ui::data` is what it tells the monitor: plain
//! values, below both.

mod api;
mod calendar;
mod db;
mod intake;
mod log;
mod record;
mod secret;
mod server;
mod store;
pub mod ui;

pub use db::{Database, OpenError, PostgresUrl, PostgresUrlError};
pub use secret::{EmptySecret, Secret};
pub use server::{Handle, Ledger, Options, ShutdownError, StartError};
pub use store::{Retention, StoreError};
