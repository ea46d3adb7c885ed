//! `budget_duration`: how long a budget's period is, and when the present one ends.

use jiff::Timestamp;
use spillway_filter::budgets::Every;

use super::duration::milliseconds;
use super::field::{Change, Field};
use crate::api::Problem;
use crate::calendar::timestamp;

/// Reads a duration that the gateways' grid of periods has.
pub(super) fn duration(field: &Field) -> Result<Change<String>, Problem> {
    field.text()?.try_map(|text| match Every::parse(&text) {
        Ok(_) => Ok(text),
        Err(message) => Err(field.wrong(message)),
    })
}

/// `budget_reset_at`: when the period that runs now ends. `None` for a budget that never begins anew.
pub(super) fn reset_at(duration: Option<&str>) -> Option<String> {
    let every = Every::parse(duration?).ok()?;
    let end_ms = every.end_ms(milliseconds(Timestamp::now()));
    Some(timestamp(end_ms.saturating_mul(1_000)))
}
