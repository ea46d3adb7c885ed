//! `spillway_settings.outbox_bytes`, `outbox_when_full` and `durable_events`: how events go to the ledger.

use super::checked::{Delivery, WhenFull};
use super::cursor::Cursor;
use super::section::Section;
use super::suggest::did_you_mean;

/// About a minute of 500 requests a second, while the ledger is away. Taken only as far as events wait.
const OUTBOX_BYTES: u32 = 64 << 20;

/// Words of `outbox_when_full`.
const POLICIES: [(&str, WhenFull); 2] = [("drop_oldest", WhenFull::DropOldest), ("refuse", WhenFull::Refuse)];

/// Reads the three keys.
pub(super) fn read(section: Option<&Section<'_>>) -> Delivery {
    let get = |key: &'static str| section.and_then(|section| section.get(key));
    let bytes = get("outbox_bytes").and_then(|at| at.whole(64 << 10..=1 << 30));
    Delivery {
        outbox_bytes: bytes.and_then(|bytes| u32::try_from(bytes).ok()).unwrap_or(OUTBOX_BYTES),
        when_full: get("outbox_when_full").and_then(|at| policy(&at)).unwrap_or_default(),
        durable: get("durable_events").and_then(|at| at.boolean()).unwrap_or(false),
    }
}

fn policy(at: &Cursor<'_>) -> Option<WhenFull> {
    let written = at.text()?;
    let found = POLICIES.iter().find(|(name, _)| *name == written);
    if found.is_none() {
        let names = POLICIES.iter().map(|(name, _)| *name);
        let help = did_you_mean(&written, names);
        at.error(format!("found `{written}`, expected `drop_oldest` or `refuse`"), help);
    }
    found.map(|(_, policy)| *policy)
}
