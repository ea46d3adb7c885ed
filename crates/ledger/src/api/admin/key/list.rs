//! Keys are told: `/key/info`, `/key/list`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use serde_json::{Value, json};

use super::super::minted::KeyArgument;
use super::super::{Admin, answer};
use super::no_key;
use crate::api::Problem;
use crate::api::params::Params;
use crate::store::{KeyFilter, Page};

/// Keys in an answer: as many as asked for, up to the second.
const PAGE_SIZES: (u32, u32) = (10, 100);

/// One key.
pub(in super::super) async fn info(
    State(admin): State<Arc<Admin>>,
    uri: Uri,
) -> Result<Json<Value>, Problem> {
    let text = Params::of(&uri, &["key"])?.required("key")?;
    let key = KeyArgument::read(&text)
        .map_err(|message| Problem::invalid(format!("`key`: {message}")).at("key"))?;
    let row = admin.store.key(key.token.clone()).await?.ok_or_else(|| no_key(&key, "key"))?;
    Ok(Json(json!({"key": row.token, "info": answer::key(&row)})))
}

/// Keys, newest first: their tokens, or all of them with `return_full_object`.
pub(in super::super) async fn list(
    State(admin): State<Arc<Admin>>,
    uri: Uri,
) -> Result<Json<Value>, Problem> {
    let known = ["user_id", "team_id", "key_alias", "page", "size", "return_full_object"];
    let params = Params::of(&uri, &known)?;
    let filter = KeyFilter {
        user_id: params.owned("user_id"),
        team_id: params.owned("team_id"),
        key_alias: params.owned("key_alias"),
        token: None,
    };
    let page = Page {
        number: params.number("page", 1, 1..=u32::MAX)?,
        size: params.number("size", PAGE_SIZES.0, 1..=PAGE_SIZES.1)?,
    };
    let full = params.word("return_full_object", &["true", "false", "True", "False"])?;
    let full = full.is_some_and(|word| word.eq_ignore_ascii_case("true"));

    let (rows, total) = admin.store.list_keys(filter, page).await?;
    let told = |row| if full { Value::Object(answer::key(row)) } else { json!(row.token) };
    Ok(Json(json!({
        "keys": rows.iter().map(told).collect::<Vec<_>>(),
        "total_count": total,
        "current_page": page.number,
        "total_pages": total.div_ceil(page.size.into()),
    })))
}
