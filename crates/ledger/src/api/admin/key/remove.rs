//! Keys are deleted: `/key/delete`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::super::field::Field;
use super::super::fields::Fields;
use super::super::minted::prefix;
use super::super::{Admin, MOST_KEYS};
use super::argument;
use crate::api::Problem;

/// Deletes the keys that `keys` and `key_aliases` name: all of them, or none.
pub(in super::super) async fn delete(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Value>, Problem> {
    let keys = fields.take("keys");
    let aliases = fields.take("key_aliases");
    fields.close(&[])?;
    let named = keys.list()?.given().unwrap_or_default();
    let aliased = aliases.names()?.given().unwrap_or_default();
    if named.is_empty() && aliased.is_empty() {
        return Err(keys.wrong("and `key_aliases` name no key"));
    }
    if named.len() + aliased.len() > MOST_KEYS as usize {
        return Err(keys.wrong(format!("more than {MOST_KEYS} keys: delete them in parts")));
    }

    let tokens = tokens(&admin, &named, aliased).await?;
    let deleted = admin.store.delete_keys(tokens).await?;
    for token in &deleted {
        let of = json!({"action": "key/delete", "token": prefix(token)});
        crate::log::info("administered", of);
    }
    Ok(Json(json!({"deleted_keys": deleted})))
}

/// The tokens of keys that there are all of.
async fn tokens(admin: &Admin, named: &[Field], aliased: Vec<String>) -> Result<Vec<String>, Problem> {
    let (mut tokens, mut unknown) = (Vec::new(), Vec::new());
    for key in named {
        let key = argument(key)?;
        match admin.store.key(key.token.clone()).await? {
            Some(_) => tokens.push(key.token),
            None => unknown.push(key.masked),
        }
    }
    let field = if unknown.is_empty() { "key_aliases" } else { "keys" };
    for alias in aliased {
        match admin.store.key_by_alias(alias.clone()).await? {
            Some(row) => tokens.push(row.token),
            None => unknown.push(alias),
        }
    }
    if unknown.is_empty() {
        tokens.sort_unstable();
        tokens.dedup();
        return Ok(tokens);
    }
    let message =
        format!("{} of the keys do not exist, so none was deleted: {}", unknown.len(), unknown.join(", "));
    Err(Problem::new(404, "not_found_error", message).at(field))
}
