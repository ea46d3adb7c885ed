//! What the ledger is told of the cooldowns: `POST /v1/cooldowns`, by one worker for all of its gateway.
//!
//! The ledger keeps the latest report of each gateway for [`KNOWN_FOR_MS`], in memory. So a report is whole, never a
//! difference, and it is told again while nothing changes: a ledger that was restarted, or heard nothing of a report,
//! knows soon.

use serde::{Deserialize, Serialize};

use super::board::{Board, hash};
use super::is_ahead;
use super::stored::{Step, Stored, swap};
use crate::memory::{Fields, Shared};

/// Most deployments of a report: those that rest longest.
pub const MOST: usize = 256;
/// For how long the ledger takes a report for what is so now, in milliseconds.
pub const KNOWN_FOR_MS: u64 = 60_000;

/// A report that says nothing new is due after this many milliseconds.
const EVERY_MS: u64 = 20_000;
/// One that says something new is due after this many.
const SOONEST_MS: u64 = 500;
/// One that the ledger did not take is due after this many.
const AGAIN_MS: u64 = 5_000;

/// Where it stands what was told last.
const KEY: &str = "health/told";

/// What a gateway tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Which gateway: an id that lives as long as one Envoy process.
    pub gateway: String,
    /// When it is so, in milliseconds since the Unix epoch: a report that was overtaken by a later one says nothing.
    pub at_ms: u64,
    /// Its cooled deployments, those that rest longest first.
    pub cooled: Vec<Cooled>,
}

/// A deployment that gets no requests for a while.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cooled {
    /// The deployment's id, e.g. `gpt-4.1/azure-eu`.
    pub deployment: String,
    /// Name of the [`Cause`](crate::cause::Cause) that cooled it last.
    pub cause: String,
    /// Milliseconds since the Unix epoch: the end of its cooldown, or of the probe that somebody has.
    pub until_ms: u64,
}

/// Claims the turn to tell what is cooled among these deployments, if there is one; what to tell.
///
/// A worker that ends before it has told costs the ledger the news until the next regular report.
pub fn claim<'a>(
    shared: &dyn Shared,
    ids: impl Iterator<Item = &'a str>,
    now_ms: u64,
) -> Option<Vec<Cooled>> {
    let cooled = cooled(&Board::load(shared), ids, now_ms);
    let digest = digest(&cooled);
    let claimed = swap(shared, KEY, |told: &mut Told| {
        if !told.is_due(digest, now_ms) {
            return Step::Keep(false);
        }
        *told = Told { at_ms: now_ms, digest };
        Step::Store(true)
    });
    claimed.unwrap_or(false).then_some(cooled)
}

/// The ledger did not take what was told last: it is told again, but not at once.
pub fn lost(shared: &dyn Shared, now_ms: u64) {
    swap(shared, KEY, |told: &mut Told| {
        told.at_ms = now_ms.saturating_add(AGAIN_MS).saturating_sub(EVERY_MS);
        Step::Store(())
    });
}

fn cooled<'a>(board: &Board, ids: impl Iterator<Item = &'a str>, now_ms: u64) -> Vec<Cooled> {
    let rests = ids.filter_map(|id| {
        let (until_ms, cause) = board.rest(id, now_ms)?;
        Some(Cooled { deployment: id.to_owned(), cause: cause.name().to_owned(), until_ms })
    });
    let mut cooled: Vec<Cooled> = rests.collect();
    cooled
        .sort_by(|one, other| other.until_ms.cmp(&one.until_ms).then(one.deployment.cmp(&other.deployment)));
    cooled.truncate(MOST);
    cooled
}

/// Another one where something else is to be told.
fn digest(cooled: &[Cooled]) -> u64 {
    let lines = cooled
        .iter()
        .map(|Cooled { deployment, cause, until_ms }| format!("{deployment}\n{cause}\n{until_ms}\n"));
    hash(&lines.collect::<String>())
}

/// What was told last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Told {
    at_ms: u64,
    digest: u64,
}

impl Told {
    fn is_due(self, digest: u64, now_ms: u64) -> bool {
        let pause_ms = if digest == self.digest { EVERY_MS } else { SOONEST_MS };
        now_ms >= self.at_ms.saturating_add(pause_ms) || is_ahead(self.at_ms, now_ms)
    }
}

impl Stored for Told {
    const FORMAT: u8 = 1;

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.at_ms.to_le_bytes());
        bytes.extend_from_slice(&self.digest.to_le_bytes());
    }

    fn read(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self { at_ms: fields.u64()?, digest: fields.u64()? })
    }
}

#[cfg(test)]
mod tests {
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    use super::*;
    use crate::cause::Cause;
    use crate::health::{Cooldown, Failure, claim as probe, failed, succeeded};
    use crate::memory::Memory;

    const NOW: u64 = 1_700_000_000_000;
    const COOLDOWN: u64 = 30_000;

    fn cool(memory: &Memory, id: &str, cause: Cause, retry_after_ms: Option<u64>, now_ms: u64) {
        let cooldown = Cooldown { length_ms: COOLDOWN, ..Cooldown::default() };
        assert!(failed(memory, id, &cooldown, &Failure { cause, retry_after_ms, probe: false }, now_ms));
    }

    fn told(memory: &Memory, now_ms: u64) -> Option<Vec<Cooled>> {
        claim(memory, ["a", "b", "c"].into_iter(), now_ms)
    }

    fn rests(deployment: &str, cause: &str, until_ms: u64) -> Cooled {
        Cooled { deployment: deployment.to_owned(), cause: cause.to_owned(), until_ms }
    }

    #[test]
    fn one_worker_tells_and_again_only_after_a_while() {
        let memory = Memory::default();
        assert_eq!(told(&memory, NOW), Some(vec![]), "that nothing is cooled is told too");
        assert_eq!(told(&memory, NOW), None);
        assert_eq!(told(&memory, NOW + EVERY_MS - 1), None);
        assert_eq!(told(&memory, NOW + EVERY_MS), Some(vec![]));
    }

    #[test]
    fn a_cooldown_is_told_soon_with_its_cause_and_so_is_its_end() {
        let memory = Memory::default();
        told(&memory, NOW).unwrap();
        cool(&memory, "b", Cause::RateLimit, Some(7_000), NOW + 100);
        cool(&memory, "unconfigured", Cause::Permission, None, NOW + 100);
        assert_eq!(told(&memory, NOW + SOONEST_MS - 1), None);
        let first = rests("b", "rate_limit", NOW + 7_100);
        assert_eq!(told(&memory, NOW + SOONEST_MS), Some(vec![first.clone()]));
        cool(&memory, "a", Cause::Authentication, None, NOW + 2_000);
        let longest = rests("a", "authentication", NOW + 2_000 + COOLDOWN);
        assert_eq!(told(&memory, NOW + 2_000), Some(vec![longest.clone(), first]));
        assert_eq!(told(&memory, NOW + 7_099), None);
        assert_eq!(told(&memory, NOW + 7_100), Some(vec![longest]));
    }

    #[test]
    fn what_is_probed_is_told_until_the_probe_has_ended() {
        let memory = Memory::default();
        cool(&memory, "a", Cause::NotFound, None, NOW);
        let due = NOW + COOLDOWN;
        assert_eq!(told(&memory, due), Some(vec![]));
        assert!(probe(&memory, "a", 4_000, due + 600));
        assert_eq!(told(&memory, due + 600), Some(vec![rests("a", "not_found", due + 4_600)]));
        succeeded(&memory, "a", &Cooldown::default(), true, due + 1_200);
        assert_eq!(told(&memory, due + 1_200), Some(vec![]));
    }

    #[test]
    fn what_the_ledger_did_not_take_is_told_again() {
        let memory = Memory::default();
        told(&memory, NOW).unwrap();
        lost(&memory, NOW + 1_000);
        assert_eq!(told(&memory, NOW + 1_000 + AGAIN_MS - 1), None);
        assert_eq!(told(&memory, NOW + 1_000 + AGAIN_MS), Some(vec![]));
    }

    #[test]
    fn a_report_is_bounded_to_those_that_rest_longest() {
        let memory = Memory::default();
        let ids: Vec<String> = (0..MOST + 3).map(|number| format!("d{number}")).collect();
        for (id, later) in ids.iter().zip(0..) {
            cool(&memory, id, Cause::RateLimit, None, NOW + later);
        }
        let cooled = claim(&memory, ids.iter().map(String::as_str), NOW + 1_000).unwrap();
        assert_eq!(cooled.len(), MOST);
        assert_eq!((cooled[0].deployment.as_str(), cooled[MOST - 1].deployment.as_str()), ("d258", "d3"));
    }

    #[test]
    fn a_clock_that_was_set_back_stops_nothing() {
        let memory = Memory::default();
        told(&memory, NOW).unwrap();
        assert!(told(&memory, NOW - 60_000).is_some());
    }

    #[test]
    fn bytes_that_are_nothing_told_are_told_over() {
        let memory = Memory::default();
        memory.store(KEY, b"\x01short", None);
        assert!(told(&memory, NOW).is_some());
    }
}
