//! The latest requests that guardrails stopped.

use super::names::{NamesOf, unnamed};
use super::search::Search;
use crate::calendar::{microseconds, timestamp};
use crate::db::{Connection, DbError, Row};
use crate::record::key_text;
use crate::ui::data::{Action, Block, Filter};

/// Blocks that are looked through for those of one team or call type, which their index does not tell.
const LOOKED_AT: usize = 2_000;

/// The newest blocks in the filter's span, at most `most`.
pub(super) fn latest(db: &Connection, filter: &Filter, most: usize) -> Result<Vec<Block>, DbError> {
    let is_narrowed = filter.team.is_some() || filter.dialect.is_some();
    let looked_at = if is_narrowed { LOOKED_AT } else { most };
    let mut search = Search::default();
    search.that(BLOCKED);
    search.with(r#""start_time" >= ?"#, timestamp(filter.span.from_us));
    search.with(r#""start_time" < ?"#, timestamp(filter.span.to_us));
    search.with_any(GUARDRAIL, filter.guardrail.as_deref());
    let blocked = search.take_sql();
    search.that("1 = 1");
    search.with_any(r#"coalesce("log"."team_id", '') = ?"#, filter.team.as_deref().map(key_text));
    search.with_any(r#""log"."call_type" = ?"#, filter.dialect.as_deref());
    let select = format!(
        r#"SELECT "run"."request_id", "run"."start_time", "run"."guardrail_id", "run"."reason",
             "log"."call_type", coalesce("log"."model_group", ''), coalesce("log"."team_id", '')
           FROM (SELECT "request_id", "start_time", "guardrail_id", "reason" FROM "LiteLLM_SpendLogGuardrailIndex"
                 WHERE {blocked} ORDER BY "start_time" DESC, "request_id" DESC LIMIT {looked_at}) AS "run"
           JOIN "LiteLLM_SpendLogs" AS "log" ON "log"."request_id" = "run"."request_id"
           WHERE {} ORDER BY "run"."start_time" DESC, "run"."request_id" DESC LIMIT {most}"#,
        search.take_sql(),
    );
    let mut blocks = db.all(&select, &search.params(), block)?;
    NamesOf::Guardrails.give(db, blocks.iter_mut().map(|block| &mut block.guardrail))?;
    NamesOf::Teams.give(db, blocks.iter_mut().filter_map(|block| block.team.as_mut()))?;
    Ok(blocks)
}

/// SQLite takes an index of a part of the rows where the query says that part's condition in the same words.
const BLOCKED: &str = r#""action" = 'blocked' AND "action" <> 'passed'"#;

/// As it stands, the guardrail's own index would be taken, which has all that it let through.
const GUARDRAIL: &str = r#""guardrail_id" || '' = ?"#;

fn block(row: &Row) -> Result<Block, DbError> {
    let start: String = row.get(1)?;
    let team: String = row.get(6)?;
    Ok(Block {
        request_id: row.get(0)?,
        at_us: microseconds(&start).ok_or_else(|| DbError::unreadable("start_time", "holds no time"))?,
        guardrail: unnamed(row.get(2)?),
        action: Action::Blocked,
        dialect: row.get(4)?,
        model: row.get(5)?,
        team: (!team.is_empty()).then(|| unnamed(team)),
        reason: row.get(3)?,
    })
}
