//! `/team/…`: limits and budgets for all keys of a team together.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderName, Uri};
use serde_json::{Map, Value, json};

use super::field::{Change, Field};
use super::fields::Fields;
use super::rules::RuleChanges;
use super::unsupported::{ANY, CHANGED, NEW, TEAM};
use super::{Admin, MOST_KEYS, answer, first_page, minted, missing};
use crate::api::Problem;
use crate::api::params::Params;
use crate::record::TeamRow;
use crate::store::KeyFilter;

/// What a request says of a team.
struct TeamChanges {
    team_alias: Change<String>,
    rules: RuleChanges,
    blocked: Change<bool>,
}

impl TeamChanges {
    fn of(fields: &mut Fields) -> Result<Self, Problem> {
        Ok(Self {
            team_alias: fields.take("team_alias").name()?,
            rules: RuleChanges::of(fields)?,
            blocked: fields.take("blocked").flag()?,
        })
    }

    fn apply(self, row: &mut TeamRow) {
        self.team_alias.apply(&mut row.team_alias);
        self.rules.apply(&mut row.rules);
        self.blocked.apply_or_empty(&mut row.blocked);
    }
}

/// A new team, with an id of its own unless one is given.
pub(super) async fn new(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Map<String, Value>>, Problem> {
    let id = id(&fields.take("team_id"))?.given();
    let changes = TeamChanges::of(&mut fields)?;
    fields.close(&[ANY, TEAM, NEW])?;
    let mut row = TeamRow { team_id: id.map_or_else(minted::uuid, Ok)?, ..TeamRow::default() };
    changes.apply(&mut row);
    let row = admin.store.create_team(row).await?;
    noted("team/new", &row);
    Ok(Json(answer::team(&row)))
}

/// Gateways count for `team/<id>`, and for `team/<id>/model/<group>`: neither may look like the other.
fn id(field: &Field) -> Result<Change<String>, Problem> {
    field.name()?.try_map(|id| match id.contains("/model/") {
        true => Err(field.wrong("has `/model/` in it, which separates a team from a model: choose another")),
        false => Ok(id),
    })
}

/// Changes what the request names; null unsets.
pub(super) async fn update(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Value>, Problem> {
    let id = fields.take("team_id").required(Field::name)?;
    let changes = TeamChanges::of(&mut fields)?;
    fields.close(&[ANY, TEAM, CHANGED])?;
    let row = change(&admin, id, |row| changes.apply(row)).await?;
    noted("team/update", &row);
    Ok(Json(json!({"team_id": row.team_id, "data": answer::team(&row)})))
}

/// Refuses the requests of all of a team's keys, or takes them again.
pub(super) async fn set_blocked<const BLOCKED: bool>(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Map<String, Value>>, Problem> {
    let id = fields.take("team_id").required(Field::name)?;
    fields.close(&[])?;
    let row = change(&admin, id, |row| row.blocked = BLOCKED).await?;
    noted(if BLOCKED { "team/block" } else { "team/unblock" }, &row);
    Ok(Json(answer::team(&row)))
}

async fn change(
    admin: &Admin,
    id: String,
    change: impl FnOnce(&mut TeamRow) + Send + 'static,
) -> Result<TeamRow, Problem> {
    let change = move |row: &mut TeamRow| {
        change(row);
        Ok::<(), Problem>(())
    };
    admin.store.update_team(id.clone(), change).await?.ok_or_else(|| missing("team", &id, "team_id"))
}

/// Deletes teams with all of their keys: all of them, or none.
pub(super) async fn delete(
    State(admin): State<Arc<Admin>>,
    mut fields: Fields,
) -> Result<Json<Value>, Problem> {
    let named = fields.take("team_ids");
    fields.close(&[])?;
    let ids = named.ids(MOST_KEYS)?;
    for id in &ids {
        if admin.store.team(id.clone()).await?.is_none() {
            return Err(missing("team", id, "team_ids"));
        }
    }
    let deleted = admin.store.delete_teams(ids).await?;
    for id in &deleted {
        crate::log::info("administered", json!({"action": "team/delete", "team_id": id}));
    }
    Ok(Json(json!({"deleted_teams": deleted})))
}

/// One team and its keys.
pub(super) async fn info(State(admin): State<Arc<Admin>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let id = Params::of(&uri, &["team_id"])?.required("team_id")?;
    let row = admin.store.team(id.clone()).await?.ok_or_else(|| missing("team", &id, "team_id"))?;
    let filter = KeyFilter { team_id: Some(id), ..KeyFilter::default() };
    let (keys, total) = admin.store.list_keys(filter, first_page()).await?;
    Ok(Json(json!({
        "team_id": row.team_id,
        "team_info": answer::team(&row),
        "keys": keys.iter().map(answer::key).collect::<Vec<_>>(),
        "total_keys": total,
        "team_memberships": [],
    })))
}

/// Teams, newest first. The list is the whole body, as LiteLLM's is; how many there are stands in a header.
pub(super) async fn list(
    State(admin): State<Arc<Admin>>,
    uri: Uri,
) -> Result<([(HeaderName, String); 1], Json<Vec<Map<String, Value>>>), Problem> {
    let page = Params::of(&uri, &["page", "page_size"])?.page(100, MOST_KEYS)?;
    let (rows, total) = admin.store.list_teams(page).await?;
    let count = (HeaderName::from_static("x-total-count"), total.to_string());
    Ok(([count], Json(rows.iter().map(answer::team).collect())))
}

fn noted(action: &str, row: &TeamRow) {
    let of = json!({"action": action, "team_id": row.team_id, "team_alias": row.team_alias});
    crate::log::info("administered", of);
}
