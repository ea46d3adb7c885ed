//! The first page.

use super::{blocks, guardrails, spend, traffic};
use crate::db::Connection;
use crate::store::StoreError;
use crate::ui::data::{Filter, Overview};

/// Model groups and blocks that the page lists.
const LISTED: usize = 5;

/// See [`crate::ui::data::Source::overview`].
pub(super) fn of(db: &Connection, filter: &Filter) -> Result<Overview, StoreError> {
    let filter = Filter::over(filter.span);
    let went = traffic::report(db, &filter)?;
    let spent = spend::headline(db, &filter, LISTED)?;
    let (outcomes, guardrails) = guardrails::headline(db, &filter)?;
    Ok(Overview {
        volume: went.total,
        traffic: went.over_time,
        latency: went.latency,
        spending: spent.total,
        spend: spent.over_time,
        top_models: spent.by_model,
        outcomes,
        guardrails,
        latest_blocks: blocks::latest(db, &filter, LISTED)?,
    })
}
