//! `/user/…`: limits and budgets for all keys of a user together.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::field::{Change, Field};
use super::fields::Fields;
use super::key::NewKey;
use super::rules::RuleChanges;
use super::unsupported::{ANY, CHANGED, KEY, NEW, USER};
use super::{Admin, MOST_KEYS, answer, first_page, minted, missing};
use crate::api::Problem;
use crate::api::params::Params;
use crate::record::UserRow;
use crate::store::KeyFilter;

/// Users in an answer: as many as asked for, up to the second.
const PAGE_SIZES: (u32, u32) = (25, 100);

/// What a request says of a user.
struct UserChanges {
    user_alias: Change<String>,
    user_email: Change<String>,
    rules: RuleChanges,
}

impl UserChanges {
    fn of(fields: &mut Fields) -> Result<Self, Problem> {
        Ok(Self {
            user_alias: fields.take("user_alias").name()?,
            user_email: fields.take("user_email").name()?,
            rules: RuleChanges::of(fields)?,
        })
    }

    fn apply(self, row: &mut UserRow) {
        self.user_alias.apply(&mut row.user_alias);
        self.user_email.apply(&mut row.user_email);
        self.rules.apply(&mut row.rules);
    }
}

/// A new user and, unless `auto_create_key` is false, a key of theirs.
pub(super) async fn new(State(admin): State<Arc<Admin>>, mut fields: Fields) -> Result<Response, Problem> {
    let id = fields.take("user_id").name()?.given().map_or_else(minted::uuid, Ok)?;
    let changes = UserChanges::of(&mut fields)?;
    let with_key = fields.take("auto_create_key").flag()?.given().unwrap_or(true);
    let key = if with_key { Some(NewKey::of(&admin, &mut fields, &id).await?) } else { None };
    fields.close(&[ANY, USER, KEY, NEW])?;

    let mut row = UserRow { user_id: id, ..UserRow::default() };
    changes.apply(&mut row);
    let (row, answer) = match key {
        Some(key) => {
            let (row, shown) = key.make(&admin, row).await?;
            (row, shown.into_response())
        }
        None => {
            let row = admin.store.create_user(row).await?;
            let answer = Json(answer::user(&row)).into_response();
            (row, answer)
        }
    };
    noted("user/new", &row);
    Ok(answer)
}

/// Changes what the request names; null unsets.
pub(super) async fn update(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Value>, Problem> {
    let id = fields.take("user_id").required(Field::name)?;
    let changes = UserChanges::of(&mut fields)?;
    fields.close(&[ANY, USER, CHANGED])?;
    let change = move |row: &mut UserRow| {
        changes.apply(row);
        Ok::<(), Problem>(())
    };
    let row =
        admin.store.update_user(id.clone(), change).await?.ok_or_else(|| missing("user", &id, "user_id"))?;
    noted("user/update", &row);
    Ok(Json(json!({"user_id": row.user_id, "data": answer::user(&row)})))
}

/// Deletes users with all of their keys: all of them, or none.
pub(super) async fn delete(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Value>, Problem> {
    let named = fields.take("user_ids");
    fields.close(&[])?;
    let ids = named.ids(MOST_KEYS)?;
    for id in &ids {
        if admin.store.user(id.clone()).await?.is_none() {
            return Err(missing("user", id, "user_ids"));
        }
    }
    let deleted = admin.store.delete_users(ids).await?;
    for id in &deleted {
        crate::log::info("administered", json!({"action": "user/delete", "user_id": id}));
    }
    Ok(Json(json!({"deleted_users": deleted})))
}

/// One user and their keys.
pub(super) async fn info(State(admin): State<Arc<Admin>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let id = Params::of(&uri, &["user_id"])?.required("user_id")?;
    let row = admin.store.user(id.clone()).await?.ok_or_else(|| missing("user", &id, "user_id"))?;
    let filter = KeyFilter { user_id: Some(id), ..KeyFilter::default() };
    let (keys, total) = admin.store.list_keys(filter, first_page()).await?;
    Ok(Json(json!({
        "user_id": row.user_id,
        "user_info": answer::user(&row),
        "keys": keys.iter().map(answer::key).collect::<Vec<_>>(),
        "total_keys": total,
        "teams": [],
    })))
}

/// Users, newest first.
pub(super) async fn list(State(admin): State<Arc<Admin>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let page = Params::of(&uri, &["page", "page_size"])?.page(PAGE_SIZES.0, PAGE_SIZES.1)?;
    let (rows, total) = admin.store.list_users(page).await?;
    Ok(Json(json!({
        "users": rows.iter().map(answer::user).collect::<Vec<_>>(),
        "total": total,
        "page": page.number,
        "page_size": page.size,
        "total_pages": total.div_ceil(page.size.into()),
    })))
}

fn noted(action: &str, row: &UserRow) {
    let of = json!({"action": action, "user_id": row.user_id, "user_alias": row.user_alias});
    crate::log::info("administered", of);
}
