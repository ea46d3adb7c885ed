//! A gateway that runs follows its file.
//!
//! ```text
//! watch ─▶ load (check) ─▶ names ─▶ render::live ─▶ generation (+ what requests under way may want) ─▶ handover
//! ```
//!
//! A change takes effect whole or not at all: a file with an error is told as `spillway check` tells it, and what
//! Envoy does not take is taken back. Either way the gateway goes on with the last file that was good. Nothing here
//! touches a request: new ones meet the new configuration, and those under way end with the one that they began with.
//! Limits, cooldowns and events are in Envoy's shared memory, which belongs to no configuration.

mod again;
mod fixed;
mod generation;
mod handover;
mod names;
mod reason;
mod source;
mod summary;
mod target;
mod verdict;
mod watch;

use std::convert::Infallible;
use std::time::{Duration, Instant};

use spillway_filter::config::Gateway;

use crate::console;
use crate::failure::{Doing, Failure};
use crate::render;
use again::Again;
use generation::Generation;
use handover::Handover;
use names::Names;
pub use source::Source;
use summary::Summary;
pub use target::{LedgerToken, Target};

/// Between two looks at the files. A change counts when the second look finds it unchanged.
const LOOK: Duration = Duration::from_millis(100);
/// Added to the longest time that a request may take, before what it may still want is taken away.
const SPARE: Duration = Duration::from_secs(5);

/// A gateway whose files are written, and its own file, which is watched.
pub struct Reloader {
    source: Source,
    target: Target,
    /// What Envoy has.
    gateway: Gateway,
    names: Names,
    generation: Generation,
    handover: Handover,
    /// A change that waits for better times.
    again: Option<Again>,
}

impl Reloader {
    /// Writes everything that Envoy reads at its start.
    ///
    /// # Errors
    /// When a file cannot be written, or the ledger's token is missing.
    pub fn begin(source: Source, mut gateway: Gateway, target: Target) -> Result<Self, Failure> {
        let mut names = Names::default();
        names.settle(&mut gateway);
        target.write_secrets(&gateway, &source)?;
        target.remove_other_secrets(&gateway)?;
        target.write_whole(&gateway)?;
        let live = target.live(&gateway)?;
        target.write_bootstrap(&live)?;
        let generation = Generation::first(live);
        let handover = Handover::begin(&target.folder, target.options.admin, &generation)?;
        Ok(Self { source, target, gateway, names, generation, handover, again: None })
    }

    /// Waits until Envoy, which has started, has taken all files: without them it would be ready and serve nothing.
    ///
    /// # Errors
    /// Why it does not take them.
    pub async fn started(&self) -> Result<(), Failure> {
        match self.handover.taken().await {
            Ok(()) => Ok(()),
            Err(refusal) => Err(self.with_reason(refusal, &self.gateway).await),
        }
    }

    /// Takes every change of the file to Envoy, and tells of each.
    pub async fn follow(&mut self) -> Infallible {
        loop {
            tokio::time::sleep(LOOK).await;
            if self.source.has_changed() {
                self.again = None;
                let changed = self.source.changed();
                self.reload(changed).await;
            } else if let Some(again) = self.again.take_if(|again| again.is_due(Instant::now())) {
                self.reload_again(again).await;
            }
            if self.generation.due().is_some_and(|due| due <= Instant::now()) {
                self.trim().await;
            }
        }
    }

    /// One change, and what is told of it.
    async fn reload(&mut self, changed: String) {
        let began = Instant::now();
        match self.change().await {
            Ok(summary) => tell(&summary, &changed, began),
            Err(failure) if failure.passes() => {
                console::warn(&format!("{changed} changed, and cannot be taken up now:\n{failure}"));
                console::say(
                    "the old configuration stays; the change is tried again until it can be taken up",
                );
                self.again = Some(Again::soon(changed, Instant::now()));
            }
            Err(failure) => tell_refusal(&changed, &failure),
        }
    }

    /// A change that could not be taken up before. That it still cannot has been told.
    async fn reload_again(&mut self, again: Again) {
        let began = Instant::now();
        match self.change().await {
            Ok(summary) => tell(&summary, &again.changed, began),
            Err(failure) if failure.passes() => self.again = Some(again.later(Instant::now())),
            Err(failure) => tell_refusal(&again.changed, &failure),
        }
    }

    async fn change(&mut self) -> Result<Summary, Failure> {
        let mut gateway = self.source.read()?;
        let needs_restart = fixed::keep(&self.gateway, &mut gateway, self.target.ledger_is_ours);
        self.names.settle(&mut gateway);
        let live = self.target.live(&gateway)?;
        let rotated = self.target.write_secrets(&gateway, &self.source)?;
        let longest = Duration::from_millis(self.gateway.admission.timeouts.request_ms);
        let next = self.generation.next(live, Instant::now() + longest + SPARE);
        let is_different = match self.handover.change(&next).await {
            Ok(is_different) => is_different,
            // Of a file that it was not given, or has not answered for yet, Envoy has no reason to tell.
            Err(refusal) if refusal.passes() => return Err(refusal),
            Err(refusal) => return Err(self.with_reason(refusal, &gateway).await),
        };
        let mut summary = Summary::between(&self.gateway, &gateway);
        (summary.is_different, summary.needs_restart) = (is_different || rotated, needs_restart);
        (self.generation, self.gateway) = (next, gateway);
        // For people: the change is in effect without it.
        if let Err(failure) = self.target.write_whole(&self.gateway) {
            console::warn(&failure.to_string());
        }
        Ok(summary)
    }

    /// Takes away what no request can want any more.
    async fn trim(&mut self) {
        let Some(trimmed) = self.generation.trimmed(Instant::now()) else { return };
        if let Err(failure) = self.handover.trim(&trimmed).await {
            console::warn(&format!("what an earlier configuration had stays in Envoy: {failure}"));
        }
        self.generation = trimmed;
        if self.generation.due().is_none() {
            self.names.forget_others(&self.gateway);
            if let Err(failure) = self.target.remove_other_secrets(&self.gateway) {
                console::warn(&failure.to_string());
            }
        }
    }

    /// Adds what Envoy says when it is started with all of it, which is more than it says of a file.
    async fn with_reason(&self, refusal: Failure, gateway: &Gateway) -> Failure {
        let asked = async {
            let text = render::yaml(gateway, &self.target.options).doing(|| "rendering".to_owned())?;
            reason::of(&self.target, &text).await
        };
        match asked.await {
            Ok(Some(reason)) => Failure::new(format!("{refusal}: {reason}")),
            Ok(None) | Err(_) => Failure::new(format!("{refusal}; its log tells why")),
        }
    }
}

/// A change that is in effect.
fn tell(summary: &Summary, changed: &str, began: Instant) {
    for key in &summary.needs_restart {
        console::warn(&format!("{key} needs a restart; until then it stays as it was"));
    }
    console::say(&summary.told(changed, began.elapsed()));
}

/// A change that is of no use as it is.
fn tell_refusal(changed: &str, failure: &Failure) {
    console::warn(&format!("{changed} changed, and cannot be used:\n{failure}"));
    console::say("the old configuration stays");
}
