//! One request's whole story: its row, and what its metadata tells.

use super::names::NamesOf;
use super::requests::{named, status, time};
use crate::calendar::microseconds;
use crate::db::{Connection, DbError, Row, params};
use crate::record::ToldMetadata;
use crate::store::StoreError;
use crate::ui::data::{Named, Story, Tokens};

/// See [`crate::ui::data::Source::request`].
pub(super) fn of(db: &Connection, id: &str) -> Result<Option<Story>, StoreError> {
    let select = r#"
        SELECT "request_id", "call_type", "status", "startTime", "endTime", "completionStartTime",
          coalesce("model_group", ''), "model", coalesce("model_id", ''), coalesce("custom_llm_provider", ''),
          coalesce("api_base", ''), "api_key", coalesce("team_id", ''), "user", "end_user", "requester_ip_address",
          "session_id", coalesce("request_tags", '[]'), coalesce("metadata", '{}'), "prompt_tokens",
          "completion_tokens", "spend_nanodollars"
        FROM "LiteLLM_SpendLogs" WHERE "request_id" = ?1"#;
    let Some(mut story) = db.first(select, &params![id], story)? else { return Ok(None) };
    NamesOf::Teams.give(db, story.team.as_mut())?;
    let alias = story.key.as_mut().and_then(|key| key.name.take());
    NamesOf::Keys.give(db, story.key.as_mut())?;
    if let Some(Named { name: name @ None, .. }) = &mut story.key {
        // What has no name now is called what it was called then.
        *name = alias;
    }
    Ok(Some(story))
}

fn story(row: &Row) -> Result<Story, DbError> {
    let first_token: Option<String> = row.get(5)?;
    let told = ToldMetadata::read(&row.get::<String>(18)?);
    let tokens = Tokens {
        input: row.get(19)?,
        output: row.get(20)?,
        cache_read: told.cache_read,
        cache_write: told.cache_write,
        reasoning: told.reasoning,
    };
    let key = named(row.get(11)?).map(|key| Named { name: told.key_alias, ..key });
    Ok(Story {
        id: row.get(0)?,
        dialect: row.get(1)?,
        status: status(row, 2)?,
        http_status: told.http_status,
        started_us: time(row, 3)?,
        ended_us: time(row, 4)?,
        first_token_us: first_token.as_deref().and_then(microseconds),
        stream: told.stream,
        client_disconnected: told.client_disconnected,
        model_group: row.get(6)?,
        model: row.get(7)?,
        deployment: row.get(8)?,
        provider: row.get(9)?,
        api_base: row.get(10)?,
        key,
        team: named(row.get(12)?),
        user: text(row, 13)?,
        end_user: text(row, 14)?,
        ip: text(row, 15)?,
        user_agent: told.user_agent,
        session: text(row, 16)?,
        tags: serde_json::from_str(&row.get::<String>(17)?).unwrap_or_default(),
        metadata: told.of_caller,
        tokens,
        nanodollars: row.get(21)?,
        retries: told.retries,
        fallbacks: told.fallbacks,
        attempts: told.attempts,
        guardrails: told.guardrails,
        error: told.error,
    })
}

/// A text that is not empty.
fn text(row: &Row, column: usize) -> Result<Option<String>, DbError> {
    Ok(row.get::<Option<String>>(column)?.filter(|text| !text.is_empty()))
}
