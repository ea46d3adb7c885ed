//! Chaos: what happens to events on their way to the ledger while something breaks under load.
//!
//! A table of scenarios, each on a gateway and a ledger of its own, in one frame: a load by a fixed schedule, a
//! disturbance in the middle of it, and an audit when all has arrived.
//!
//! | module | room |
//! |---|---|
//! | [`scenario`] | what a scenario is, and the frame that it is played in |
//! | [`disturb`] | what is done to programs: kills, pauses, restarts |
//! | [`load`] | requests by a schedule that waits for nobody |
//! | [`audit`] | rows, sums and counters, when all has arrived |
//! | [`memory`] | the most memory that a program had |
//! | [`stage`] [`recipes`] [`program`] | a provider, Envoy, a ledger: set up, started, stopped, killed |
//! | [`records`] [`books`] | what the ledger and Envoy tell; the ledger's database as others see it |
//! | [`proxy`] | between Envoy and the ledger: loses answers, doubles and delays batches |
//! | [`disk`] | a disk that is full, or slow, for one program |
//! | [`up`] | the same load on `spillway up`, which is told to stop |

#![allow(clippy::indexing_slicing, reason = "indexing JSON gives null where nothing is")]

mod audit;
mod books;
mod disk;
mod disturb;
mod load;
mod memory;
mod program;
mod proxy;
mod recipes;
mod records;
mod scenario;
mod stage;
mod up;

use std::process::ExitCode;
use std::time::Duration;

use audit::Owed;
use books::Kind;
use libtest_mimic::{Arguments, Failed, Trial};
use scenario::{Scenario, Setting};
use spillway_e2e::Failure;
use tokio::runtime::Runtime;

/// The build whose VM a request can trap: see `make module-test-panic`.
const TRAPPING: &str = "target/test-panic/wasm32-wasip1/release/spillway_filter.wasm";

const BOTH: &[Kind] = &[Kind::Sqlite, Kind::Postgres];
const SQLITE: &[Kind] = &[Kind::Sqlite];
const POSTGRES: &[Kind] = &[Kind::Postgres];

const PLAIN: Setting = Setting { proxy: false, disk: false, durable: false, module: None };

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "the_ledger_is_killed_ten_times",
        on: BOTH,
        setting: PLAIN,
        disturbance: |stage| Box::pin(disturb::kill_the_ledger(stage)),
        owed: Owed::Everything,
    },
    Scenario {
        name: "the_ledger_is_paused_for_a_minute",
        on: BOTH,
        setting: PLAIN,
        disturbance: |stage| Box::pin(disturb::pause_the_ledger(stage)),
        owed: Owed::Everything,
    },
    Scenario {
        name: "the_disk_is_full",
        on: SQLITE,
        setting: Setting { disk: true, ..PLAIN },
        disturbance: |stage| Box::pin(disturb::fill_the_disk(stage)),
        owed: Owed::Everything,
    },
    Scenario {
        name: "the_disk_is_slow",
        on: SQLITE,
        setting: Setting { disk: true, ..PLAIN },
        disturbance: |stage| Box::pin(disturb::slow_the_disk(stage)),
        owed: Owed::Everything,
    },
    Scenario {
        name: "the_database_crashes_five_times",
        on: POSTGRES,
        setting: PLAIN,
        disturbance: |stage| Box::pin(disturb::restart_the_database(stage)),
        owed: Owed::Everything,
    },
    Scenario {
        name: "answers_are_lost_after_the_commit",
        on: BOTH,
        setting: Setting { proxy: true, ..PLAIN },
        disturbance: |stage| Box::pin(disturb::lose_answers(stage)),
        owed: Owed::Everything,
    },
    Scenario {
        name: "batches_come_twice_and_out_of_order",
        on: BOTH,
        setting: Setting { proxy: true, ..PLAIN },
        disturbance: |stage| Box::pin(disturb::shuffle_batches(stage)),
        owed: Owed::Everything,
    },
    Scenario {
        name: "filters_panic_and_trap",
        on: SQLITE,
        setting: Setting { module: Some(TRAPPING), ..PLAIN },
        disturbance: |stage| Box::pin(disturb::trap_filters(stage)),
        owed: Owed::WhatWasAnswered,
    },
    Scenario {
        name: "envoy_is_drained",
        on: BOTH,
        setting: PLAIN,
        disturbance: |stage| Box::pin(disturb::drain_envoy(stage)),
        owed: Owed::WhatWasAnsweredBeforeTheEnd,
    },
    Scenario {
        name: "envoy_is_killed_with_durable_events",
        on: BOTH,
        setting: Setting { durable: true, ..PLAIN },
        disturbance: |stage| Box::pin(disturb::kill_envoy(stage)),
        owed: Owed::WhatWasAnswered,
    },
];

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    // Each has the machine to itself.
    arguments.test_threads = Some(1);
    let played =
        SCENARIOS.iter().flat_map(|scenario| scenario.on.iter().map(move |kind| trial(scenario, *kind)));
    let stopped = Trial::test("spillway_up_is_told_to_stop", || run(up::told_to_stop()));
    libtest_mimic::run(&arguments, played.chain([stopped]).collect()).exit_code()
}

/// Ignored where there is no server, except in CI: there must be one.
fn trial(scenario: &'static Scenario, kind: Kind) -> Trial {
    let name = format!("{}_on_{kind}", scenario.name);
    let absent = kind == Kind::Postgres && !books::has_server() && std::env::var_os("CI").is_none();
    Trial::test(name, move || run(scenario::play(scenario, kind))).with_ignored_flag(absent)
}

fn run(test: impl Future<Output = Result<(), Failure>>) -> Result<(), Failed> {
    let runtime = Runtime::new().map_err(|error| error.to_string())?;
    Ok(runtime.block_on(test)?)
}

/// Fails with a text unless the condition holds.
fn ensure(condition: bool, text: impl FnOnce() -> String) -> Result<(), Failure> {
    if condition { Ok(()) } else { Err(text()) }
}

/// The longest that anything is waited for.
const PATIENCE: Duration = Duration::from_secs(120);
/// Between two looks.
const INTERVAL: Duration = Duration::from_millis(50);

/// Waits until there is something.
///
/// # Errors
/// There never was, or looking failed.
async fn until<T>(what: &str, look: impl AsyncFn() -> Result<Option<T>, Failure>) -> Result<T, Failure> {
    let found = async {
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            tokio::time::sleep(INTERVAL).await;
        }
    };
    tokio::time::timeout(PATIENCE, found)
        .await
        .map_err(|_| format!("there was never {what} in {PATIENCE:?}"))?
}
