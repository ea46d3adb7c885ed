//! What there is to filter by.

use std::time::Duration;

use super::names::{NamesOf, unnamed};
use crate::calendar::{ago, date_of};
use crate::db::{Connection, DbError, params};
use crate::store::StoreError;
use crate::ui::data::{Choices, MOST_ROWS, Named};

/// How long ago a name was seen at most.
const LATELY: Duration = Duration::from_secs(30 * 24 * 3_600);

/// See [`crate::ui::data::Source::choices`].
pub(super) fn of(db: &Connection) -> Result<Choices, StoreError> {
    let since = ago(LATELY);
    let since = date_of(&since);
    Ok(Choices {
        models: texts(counted(db, "model", since)?),
        keys: named(db, NamesOf::Keys, counted(db, "key", since)?)?,
        teams: named(db, NamesOf::Teams, counted(db, "team", since)?)?,
        tags: texts(counted(db, "tag", since)?),
        guardrails: named(db, NamesOf::Guardrails, guardrails(db, since)?)?,
        dialects: texts(dialects(db, since)?),
    })
}

/// Ids of a dimension of the totals, those with most requests.
fn counted(db: &Connection, dimension: &str, since: &str) -> Result<Vec<String>, DbError> {
    let select = r#"
        SELECT "id" FROM "spillway_daily_totals" WHERE "dimension" = ?1 AND "date" >= ?2 AND "id" <> ''
        GROUP BY "id" ORDER BY sum("api_requests") DESC, "id" LIMIT ?3"#;
    db.all(select, &params![dimension, since, MOST_ROWS], |row| row.get(0))
}

fn guardrails(db: &Connection, since: &str) -> Result<Vec<String>, DbError> {
    let select = r#"
        SELECT "guardrail_id" FROM "spillway_daily_guardrails" WHERE "date" >= ?1
        GROUP BY "guardrail_id" ORDER BY sum("evaluated") DESC, "guardrail_id" LIMIT ?2"#;
    db.all(select, &params![since, MOST_ROWS], |row| row.get(0))
}

fn dialects(db: &Connection, since: &str) -> Result<Vec<String>, DbError> {
    let select = r#"
        SELECT "call_type" FROM "spillway_daily_traffic" WHERE "date" >= ?1
        GROUP BY "call_type" ORDER BY sum("requests") DESC, "call_type" LIMIT ?2"#;
    db.all(select, &params![since, MOST_ROWS], |row| row.get(0))
}

fn texts(mut found: Vec<String>) -> Vec<String> {
    found.sort_unstable();
    found
}

/// By their names, which are what people look for.
fn named(db: &Connection, names: NamesOf, found: Vec<String>) -> Result<Vec<Named>, DbError> {
    let mut named: Vec<Named> = found.into_iter().map(unnamed).collect();
    names.give(db, &mut named)?;
    named.sort_by(|one, other| shown(one).cmp(shown(other)));
    Ok(named)
}

fn shown(named: &Named) -> &str {
    named.name.as_deref().unwrap_or(&named.id)
}
