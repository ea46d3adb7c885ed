//! Asks the ledger what changed, when it is this worker's turn.

use std::cell::Cell;
use std::rc::Rc;

use super::ledger::{self, Answer};
use super::memory::SharedData;
use super::state;
use crate::exchange::admission::{MOST_CHANGES_BYTES, Setup};
use crate::keys::sync::{self, Turn};

/// Most turns in a row of one worker that is told that there is more; then whoever comes first goes on.
const MOST_TURNS: u32 = 64;

/// The questions of one root, one at a time.
pub struct Changes {
    setup: Rc<Setup>,
    gateway: String,
    under_way: Cell<Option<(u32, Turn)>>,
    /// Turns in a row.
    turns: Cell<u32>,
}

impl Changes {
    pub fn new(setup: Rc<Setup>, gateway: String) -> Self {
        Self { setup, gateway, under_way: Cell::new(None), turns: Cell::new(0) }
    }

    /// Asks, if it is this worker's turn. A question that is under way by then has been lost.
    pub fn tick(&self) {
        if let Some(turn) = self.setup.claim_turn(&SharedData, state::now_us() / 1_000) {
            self.turns.set(0);
            self.ask(turn);
        }
    }

    /// The answer to a call; false if the call was none of these.
    pub fn answered(&self, answer: Answer) -> bool {
        let Some((_, turn)) = self.under_way.get().filter(|(call, _)| *call == answer.call) else {
            return false;
        };
        self.under_way.set(None);
        let body = answer.ok(MOST_CHANGES_BYTES);
        if let Some(turn) = self.take_over(turn, body.as_deref()) {
            self.turns.set(self.turns.get().saturating_add(1));
            match self.turns.get() < MOST_TURNS {
                true => self.ask(turn),
                // The claim runs out, and somebody else goes on.
                false => log::warn!("spillway: the ledger tells of more changes than one worker may ask for"),
            }
        }
        true
    }

    fn ask(&self, turn: Turn) {
        let path = match turn.since {
            Some(cursor) => format!("/v1/changes?gateway={}&since={cursor}", self.gateway),
            None => format!("/v1/changes?gateway={}", self.gateway),
        };
        match ledger::get(&path, sync::TIMEOUT_MS) {
            Ok(call) => self.under_way.set(Some((call, turn))),
            Err(status) => {
                log::error!("spillway: the ledger cannot be asked what changed: {status:?}");
                self.take_over(turn, None);
            }
        }
    }

    fn take_over(&self, turn: Turn, body: Option<&[u8]>) -> Option<Turn> {
        let taken = self.setup.changed(&SharedData, turn, body, state::now_us() / 1_000);
        taken.unwrap_or_else(|wrong| {
            log::error!("spillway: {wrong}");
            None
        })
    }
}
