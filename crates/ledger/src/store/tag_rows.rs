//! By which tags requests are found.

use crate::db::{Connection, DbError, Insert, params};
use crate::record::Entry;

/// Inserts a row for each tag of each request.
pub(super) fn insert(db: &Connection, new: &[&Entry]) -> Result<(), DbError> {
    let insert = Insert::new("spillway_request_tags", &["tag", "start_time", "request_id"]);
    let rows = new.iter().flat_map(|entry| {
        let row = &entry.spend_log;
        entry.counted.tags.iter().map(|tag| params![tag, &row.start_time, &row.request_id])
    });
    db.insert(&insert, &rows.collect::<Vec<_>>())
}
