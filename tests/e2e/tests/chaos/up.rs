//! `spillway up` is told to stop under load: it drains Envoy, and has the last events delivered.

use spillway_e2e::Failure;
use spillway_e2e::gateway::{Gateway, Options, free_addresses};

use crate::audit::{self, Owed};
use crate::books::Books;
use crate::load::{Load, RATE};
use crate::program::Program;
use crate::recipes;
use crate::records::Records;
use crate::stage::{chat, new_key};
use crate::until;

/// Answered before it is told.
const BEFORE: u64 = 5 * RATE;

/// Whoever got a whole answer has a row, when another ledger opens the same file afterwards.
pub async fn told_to_stop() -> Result<(), Failure> {
    let config = recipes::gateway("${MOCKS}", false);
    let mut gateway = Gateway::start(&Options { config, ..Options::default() }).await?;
    let key = new_key(gateway.address).await?;
    let load = Load::begin(gateway.address, chat(&key));
    load.answers(BEFORE).await?;
    gateway.end().await?;
    let told = load.end().await;
    let [address] = free_addresses()?;
    let books = Books::File(gateway.data.join("ledger.sqlite"));
    let mut again = Program::start(recipes::ledger(&gateway.data, address, &books, None, None))?;
    let records = Records { admin: gateway.admin, ledger: address, books };
    let answers = async || Ok(records.query("/spillway/summary").await.ok());
    until("a ledger that answers", answers).await?;
    again.check_alive()?;
    audit::check(&records, &told, Owed::WhatWasAnsweredBeforeTheEnd).await
}
