//! A scenario: what it needs, what is done to it, and what it owes afterwards. And the frame that all are played in.

use std::pin::Pin;

use spillway_e2e::Failure;

use crate::audit::{self, Owed};
use crate::books::Kind;
use crate::load::{Load, Told};
use crate::memory::Memory;
use crate::stage::{Stage, chat};

/// Answered before the disturbance, and after it: a second's.
const AROUND: u64 = crate::load::RATE;

/// What is done to a gateway under load.
pub type Disturbance = for<'s> fn(&'s mut Stage) -> Pin<Box<dyn Future<Output = Result<(), Failure>> + 's>>;

/// What a scenario needs besides Envoy, a ledger and a provider.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// A proxy between Envoy and the ledger.
    pub proxy: bool,
    /// A disk of its own below the ledger.
    pub disk: bool,
    /// `durable_events`.
    pub durable: bool,
    /// Another build of the module, from the repository's root.
    pub module: Option<&'static str>,
}

/// One row of the table.
pub struct Scenario {
    /// What happens, as a sentence.
    pub name: &'static str,
    /// The databases that it is played on.
    pub on: &'static [Kind],
    /// What it needs.
    pub setting: Setting,
    /// What happens.
    pub disturbance: Disturbance,
    /// What must be in the ledger afterwards.
    pub owed: Owed,
}

/// Plays one scenario on one database.
///
/// # Errors
/// Something was lost, doubled, or took too much memory; or the machine was too slow for the load.
pub async fn play(scenario: &Scenario, kind: Kind) -> Result<(), Failure> {
    let short: String = scenario.name.chars().take(30).collect();
    let mut stage = Stage::set(&scenario.setting, kind, &short).await?;
    let memory = Memory::watch(vec![("envoy", stage.envoy.pid()), ("ledger", stage.ledger.pid())]);
    let told = disturbed(&mut stage, scenario).await?;
    stage.ledger.check_alive()?;
    audit::check(&stage.records, &told, scenario.owed).await?;
    audit::report(scenario.name, kind, &told, &memory);
    told.check_pace()?;
    memory.check(&[("envoy", audit::ENVOY_BYTES), ("ledger", audit::LEDGER_BYTES)])
}

/// The load, with the disturbance in the middle of it.
async fn disturbed(stage: &mut Stage, scenario: &Scenario) -> Result<Told, Failure> {
    stage.load = Some(Load::begin(stage.to, chat(&stage.key)));
    stage.load()?.answers(AROUND).await?;
    let done = (scenario.disturbance)(stage).await;
    if scenario.owed != Owed::WhatWasAnsweredBeforeTheEnd && done.is_ok() {
        stage.load()?.answers(AROUND).await?;
    }
    let mut told = match stage.load.take() {
        Some(load) => load.end().await,
        None => Told::default(),
    };
    told.sent += stage.besides;
    done.map(|()| told)
}
