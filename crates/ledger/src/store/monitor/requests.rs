//! The list of requests: first which they are, in the order of an index, then what is shown of them.

mod rows;
mod which;

use crate::db::{Connection, DbError};
use crate::store::StoreError;
use crate::ui::data::{Place, Position, RequestList, RequestQuery};
pub(super) use rows::{named, status, time};
pub(super) use which::Bound;
use which::find;
#[cfg(test)]
pub(super) use which::statement;

/// See [`crate::ui::data::Source::requests`].
pub(super) fn page(db: &Connection, query: &RequestQuery) -> Result<RequestList, StoreError> {
    let size = usize::try_from(query.size.clamp(1, RequestQuery::LARGEST)).unwrap_or(1);
    let (bound, is_newest_first) = match &query.position {
        Position::Newest => (Bound::None, true),
        Position::Older(place) => (Bound::Older(place), true),
        Position::Newer(place) => (Bound::Newer(place), false),
    };
    // One more than is shown tells whether there are more.
    let mut places = find(db, &query.filter, bound, is_newest_first, size + 1)?;
    let has_more = places.len() > size;
    places.truncate(size);
    if !is_newest_first {
        places.reverse();
    }
    let (newer, older) = match &query.position {
        Position::Newest => (false, has_more),
        Position::Older(place) => (beyond(db, query, places.first(), place, true)?, has_more),
        Position::Newer(place) => (has_more, beyond(db, query, places.last(), place, false)?),
    };
    Ok(RequestList { rows: rows::of(db, &places)?, newer, older })
}

/// Whether there are rows on the side of the page that it was reached from: beyond its row at that end, or, where the
/// page is empty, at the place it was asked from or beyond.
fn beyond(
    db: &Connection,
    query: &RequestQuery,
    end: Option<&Place>,
    asked: &Place,
    newer: bool,
) -> Result<bool, DbError> {
    let bound = match (end, newer) {
        (Some(place), true) => Bound::Newer(place),
        (Some(place), false) => Bound::Older(place),
        (None, true) => Bound::NewerOrAt(asked),
        (None, false) => Bound::OlderOrAt(asked),
    };
    Ok(!find(db, &query.filter, bound, !newer, 1)?.is_empty())
}
