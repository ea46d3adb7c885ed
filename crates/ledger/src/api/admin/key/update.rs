//! Keys are changed: `/key/update`, `/key/block`, `/key/unblock`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::minted::KeyArgument;
use super::super::unsupported::{ANY, CHANGED, KEY};
use super::super::{ADMINISTRATOR, Admin, answer, missing};
use super::{KeyChanges, argument, no_key, noted};
use crate::api::Problem;
use crate::record::KeyRow;

/// Changes what the request names; null unsets. A key that is not named itself is named by its alias.
pub(in super::super) async fn update(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Map<String, Value>>, Problem> {
    let key = fields.take("key");
    let changes = KeyChanges::of(&mut fields)?;
    fields.close(&[ANY, KEY, CHANGED])?;
    let key = match changes.key_alias() {
        Some(alias) if key.asks_for_nothing() => by_alias(&admin, alias).await?,
        _ => argument(&key)?,
    };
    admin.check_team(changes.team_id()).await?;

    let row = change(&admin, &key, |row| changes.apply(row)).await?;
    noted("key/update", &row);
    let mut answer = Map::from_iter([("key".to_owned(), row.token.clone().into())]);
    answer.extend(answer::key(&row));
    Ok(Json(answer))
}

async fn by_alias(admin: &Admin, alias: &str) -> Result<KeyArgument, Problem> {
    let row = admin.store.key_by_alias(alias.to_owned()).await?;
    let row = row.ok_or_else(|| missing("key with the alias", alias, "key_alias"))?;
    Ok(KeyArgument { masked: row.key_name.unwrap_or_default(), token: row.token })
}

/// Refuses a key's requests, or takes them again.
pub(in super::super) async fn set_blocked<const BLOCKED: bool>(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Map<String, Value>>, Problem> {
    let key = argument(&fields.take("key"))?;
    fields.close(&[])?;
    let row = change(&admin, &key, |row| row.blocked = BLOCKED).await?;
    noted(if BLOCKED { "key/block" } else { "key/unblock" }, &row);
    Ok(Json(answer::key(&row)))
}

async fn change(
    admin: &Admin,
    key: &KeyArgument,
    change: impl FnOnce(&mut KeyRow) + Send + 'static,
) -> Result<KeyRow, Problem> {
    let change = move |row: &mut KeyRow| {
        change(row);
        row.updated_by = Some(ADMINISTRATOR.to_owned());
        Ok::<(), Problem>(())
    };
    admin.store.update_key(key.token.clone(), change).await?.ok_or_else(|| no_key(key, "key"))
}
