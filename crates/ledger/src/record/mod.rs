//! Rows. An event as those that tell it: one in the spend log, and one for each guardrail that ran. Keys,
//! teams and users as those that hold them.
//!
//! Pure mapping. Knows LiteLLM's column meanings; knows neither SQL nor HTTP.

mod counted;
mod failure;
mod guardrail;
mod holders;
mod metadata;
mod spend;
mod told;

pub(crate) use counted::{Counted, key_tags};
pub(crate) use failure::Failure;
pub(crate) use guardrail::{Action, GuardrailRun};
pub(crate) use holders::{KeyRow, ModelBudget, Rules, TeamRow, UserRow};
pub(crate) use spend::{SpendLog, dollars};
pub(crate) use told::ToldMetadata;

use spillway_filter::event::{Charge, Event};

/// All that is stored of one event.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The row of `LiteLLM_SpendLogs`.
    pub(crate) spend_log: SpendLog,
    /// Each run of a guardrail, in the order of the event; those that did not run are left out.
    pub(crate) guardrail_runs: Vec<GuardrailRun>,
    /// Which gateway told it; empty where it does not say.
    pub(crate) gateway: String,
    /// The budgets that the price is charged to.
    pub(crate) charges: Vec<Charge>,
    /// What is summed of it besides the row's columns.
    pub(crate) counted: Counted,
    /// Its row of `LiteLLM_ErrorLogs`, where it failed.
    pub(crate) failure: Option<Failure>,
    /// What it calls its key, empty where it has no name for it. None where there is no key, or nothing new is told.
    pub(crate) key_alias: Option<String>,
}

impl Entry {
    /// The rows of an event that [`crate::intake`] has checked.
    pub(crate) fn of(mut event: Event) -> Self {
        let (counted, failure) = (Counted::of(&event), Failure::of(&event));
        let spend_log = SpendLog::take(&mut event);
        let has_key = !spend_log.api_key.is_empty();
        Self {
            spend_log,
            key_alias: has_key.then(|| event.caller.key_alias.take().unwrap_or_default()),
            guardrail_runs: event.guardrail_information.into_iter().filter_map(GuardrailRun::of).collect(),
            gateway: event.gateway,
            charges: event.charges,
            counted,
            failure,
        }
    }
}

/// An empty text as none, as LiteLLM's nullable columns have it.
fn non_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

/// A text, or another in place of an empty one.
fn non_empty_or(text: String, other: &str) -> String {
    if text.is_empty() { other.to_owned() } else { text }
}

/// Characters of a text that is part of a key or of an index: PostgreSQL's have a largest size, and callers choose
/// some of them.
pub(crate) const KEY_CHARACTERS: usize = 128;

/// The beginning of a text, as far as it may be part of a key.
pub(crate) fn key_text(text: &str) -> &str {
    match text.char_indices().nth(KEY_CHARACTERS) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}
