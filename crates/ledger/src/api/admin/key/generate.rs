//! Keys are made: `/key/generate`, `/key/regenerate`. Only these answers show a key.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, HeaderName};
use serde_json::{Map, Value};

use super::super::fields::Fields;
use super::super::minted::{KeyArgument, PlainKey};
use super::super::unsupported::{ANY, CHANGED, KEY, NEW};
use super::super::{ADMINISTRATOR, Admin, answer};
use super::{KeyChanges, argument, no_key, noted};
use crate::api::Problem;
use crate::record::KeyRow;

/// An answer that nobody on the way may keep.
pub(in super::super) type Shown = ([(HeaderName, &'static str); 1], Json<Map<String, Value>>);

/// An answer that shows a key.
pub(in super::super) fn shown(key: &PlainKey, fields: Map<String, Value>) -> Shown {
    let mut answer = Map::from_iter([("key".to_owned(), key.reveal().into())]);
    answer.extend(fields);
    ([(CACHE_CONTROL, "no-store")], Json(answer))
}

/// A new key.
pub(in super::super) async fn generate(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Shown, Problem> {
    let chosen = fields.take("key");
    let changes = KeyChanges::of(&mut fields)?;
    fields.close(&[ANY, KEY, NEW])?;
    let key = admin.plain_key(&chosen)?;
    admin.check_team(changes.team_id()).await?;

    let mut row = made(&key);
    changes.apply(&mut row);
    let row = admin.store.create_key(row).await?;
    noted("key/generate", &row);
    Ok(shown(&key, answer::key(&row)))
}

/// The row of a new key without settings.
pub(in super::super) fn made(key: &PlainKey) -> KeyRow {
    KeyRow {
        token: key.token(),
        key_name: Some(key.masked()),
        created_by: Some(ADMINISTRATOR.to_owned()),
        updated_by: Some(ADMINISTRATOR.to_owned()),
        ..KeyRow::default()
    }
}

/// Another key in place of the one that the body names.
pub(in super::super) async fn regenerate(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Shown, Problem> {
    let old = argument(&fields.take("key"))?;
    replace(&admin, old, fields).await
}

/// Another key in place of the one that the path names.
pub(in super::super) async fn regenerate_at(
    State(admin): State<Arc<Admin>>,
    path: Result<Path<String>, PathRejection>,
    mut fields: Fields,
) -> Result<Shown, Problem> {
    let wrong = |message: String| Problem::invalid(format!("`key` in the path: {message}")).at("key");
    let Path(text) = path.map_err(|error| wrong(error.body_text()))?;
    let old = KeyArgument::read(&text).map_err(wrong)?;
    let repeated = fields.take("key");
    if let Some(text) = repeated.text()?.given()
        && KeyArgument::read(&text).map_err(|message| repeated.wrong(message))?.token != old.token
    {
        return Err(repeated.wrong("is another key than the path names"));
    }
    replace(&admin, old, fields).await
}

/// Settings and spend stay, unless the request changes them; the old key is refused from now on.
async fn replace(admin: &Admin, old: KeyArgument, mut fields: Fields) -> Result<Shown, Problem> {
    let chosen = fields.take("new_key");
    let changes = KeyChanges::of(&mut fields)?;
    fields.close(&[ANY, KEY, CHANGED])?;
    let key = admin.plain_key(&chosen)?;
    if key.token() == old.token {
        return Err(chosen.wrong("is the old key: choose another, or leave it out"));
    }
    admin.check_team(changes.team_id()).await?;

    let (token, key_name) = (key.token(), key.masked());
    let change = move |row: &mut KeyRow| {
        changes.apply(row);
        (row.token, row.key_name) = (token, Some(key_name));
        row.updated_by = Some(ADMINISTRATOR.to_owned());
        Ok::<(), Problem>(())
    };
    let row = admin.store.update_key(old.token.clone(), change).await?.ok_or_else(|| no_key(&old, "key"))?;
    noted("key/regenerate", &row);
    Ok(shown(&key, answer::key(&row)))
}
