//! A real ledger with a real database file, asked over HTTP as gateways and people do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect must fail"
)]

mod database;
mod events;
mod holders;
mod http;
mod running;

mod admin;
mod admin_fields;
mod admin_keys;
mod admin_secrecy;
mod admin_teams;
mod budgets;
mod cooldowns;
mod delivery;
mod every_dialect;
mod exports;
mod import;
mod injection;
mod large_numbers;
mod lookups;
mod metrics;
mod monitor;
mod monitor_pages;
mod odd_texts;
mod process;
mod protocols;
mod refusals;
mod reports;
mod retention;
mod secured;
mod silent;
mod spend_filters;
mod spend_queries;
mod storage_failures;
