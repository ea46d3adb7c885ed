//! Tells the ledger which deployments are cooled, when it is this worker's turn.

use std::cell::Cell;
use std::rc::Rc;

use super::ledger::{self, Answer};
use super::memory::SharedData;
use super::state;
use crate::exchange::admission::Setup;
use crate::health::report;

const PATH: &str = "/v1/cooldowns";
/// How long an answer is waited for.
const TIMEOUT_MS: u64 = 2_000;

/// The reports of one root.
pub struct Cooldowns {
    setup: Rc<Setup>,
    gateway: String,
    /// Envoy's number of the last call.
    under_way: Cell<Option<u32>>,
    /// Whether the ledger took none of the last reports: said once.
    away: Cell<bool>,
}

impl Cooldowns {
    pub fn new(setup: Rc<Setup>, gateway: String) -> Self {
        Self { setup, gateway, under_way: Cell::new(None), away: Cell::new(false) }
    }

    /// Tells, if it is this worker's turn and there is something to tell. What is under way by then is not waited for.
    pub fn tick(&self) {
        let report = self.setup.cooldowns_to_tell(&SharedData, &self.gateway, state::now_us() / 1_000);
        let Some(report) = report else { return };
        match ledger::post(PATH, &report, TIMEOUT_MS) {
            Ok(call) => self.under_way.set(Some(call)),
            Err(_) => self.ended(None),
        }
    }

    /// The answer to a call; false if the call was none of these.
    pub fn answered(&self, answer: Answer) -> bool {
        if self.under_way.get() != Some(answer.call) {
            return false;
        }
        self.under_way.set(None);
        self.ended(answer.status());
        true
    }

    fn ended(&self, status: Option<u16>) {
        let taken = status == Some(200);
        if !taken {
            report::lost(&SharedData, state::now_us() / 1_000);
        }
        if self.away.replace(!taken) == taken {
            match (taken, status) {
                (true, _) => log::info!("spillway: the ledger takes reports of cooldowns again"),
                (false, None) => log::warn!("spillway: the ledger gives no answer to reports of cooldowns"),
                (false, Some(status)) => {
                    log::warn!("spillway: the ledger refuses reports of cooldowns: {status}");
                }
            }
        }
    }
}
