//! Deletes sums by the hour, one hour of one table at a time.

use super::Left;
use crate::calendar::hour_of;
use crate::db::{Connection, DbError, params};

/// Tables, and the conditions on which their primary keys begin with the hour.
const TABLES: [(&str, &str); 8] = [
    ("spillway_hourly_totals", r#""dimension" = 'model' AND "#),
    ("spillway_hourly_totals", r#""dimension" = 'key' AND "#),
    ("spillway_hourly_totals", r#""dimension" = 'team' AND "#),
    ("spillway_hourly_totals", r#""dimension" = 'tag' AND "#),
    ("spillway_hourly_team_spend", ""),
    ("spillway_hourly_tag_spend", ""),
    ("spillway_hourly_traffic", ""),
    ("spillway_hourly_guardrails", ""),
];

/// Deletes the oldest hour of the first table that has one of before this time.
pub(super) fn step(db: &Connection, before: &str) -> Result<Left, DbError> {
    for (table, condition) in TABLES {
        let oldest = format!(r#"SELECT min("hour") FROM "{table}" WHERE {condition} "hour" < ?1"#);
        let hour: Option<String> = db.one(&oldest, &params![hour_of(before)], |row| row.get(0))?;
        if let Some(hour) = hour {
            let delete = format!(r#"DELETE FROM "{table}" WHERE {condition} "hour" = ?1"#);
            db.execute(&delete, &params![&hour])?;
            return Ok(Left::Something);
        }
    }
    Ok(Left::Nothing)
}
