//! `LiteLLM_VerificationToken`.

use std::collections::BTreeMap;

use serde::Serialize;

use super::WriteError;
use super::cell::{json, number, read_json, read_rules, read_time, rules, text, time};
use super::table::{Cell, Holder};
use crate::db::{Connection, DbError, OwnedParam, Row, params};
use crate::record::{KeyRow, ModelBudget, dollars};
use crate::store::{budgets, changes};

impl Holder for KeyRow {
    const TABLE: &'static str = "LiteLLM_VerificationToken";
    const ID: &'static str = "token";
    const UNIQUE: &'static [&'static str] = &["key_alias"];
    const SCOPE: &'static str = "key";

    fn id(&self) -> &str {
        &self.token
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![
            ("token", OwnedParam::Text(self.token.clone())),
            ("key_name", text(self.key_name.as_ref())),
            ("key_alias", text(self.key_alias.as_ref())),
            ("user_id", text(self.user_id.as_ref())),
            ("team_id", text(self.team_id.as_ref())),
            ("model_max_budget", json(&in_dollars_too(&self.model_max_budget))),
            ("aliases", json(&self.aliases)),
            ("router_settings", json(&self.router_settings)),
            ("config", json(&self.config)),
            ("permissions", json(&self.permissions)),
            ("expires", time(self.expires_ms)),
            ("blocked", number(Some(self.blocked.into()))),
            ("created_by", text(self.created_by.as_ref())),
            ("updated_by", text(self.updated_by.as_ref())),
        ];
        cells.extend(rules(&self.rules));
        cells
    }

    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            token: row.get("token")?,
            key_name: row.get("key_name")?,
            key_alias: row.get("key_alias")?,
            user_id: row.get("user_id")?,
            team_id: row.get("team_id")?,
            rules: read_rules(row)?,
            model_max_budget: read_json(row, "model_max_budget")?,
            aliases: read_json(row, "aliases")?,
            router_settings: read_json(row, "router_settings")?,
            config: read_json(row, "config")?,
            permissions: read_json(row, "permissions")?,
            expires_ms: read_time(row, "expires")?,
            blocked: row.get::<Option<bool>>("blocked")?.unwrap_or_default(),
            created_by: row.get("created_by")?,
            updated_by: row.get("updated_by")?,
            spend_nanodollars: row.get("spend_nanodollars")?,
            created_at_ms: read_time(row, "created_at")?.unwrap_or_default(),
            updated_at_ms: read_time(row, "updated_at")?.unwrap_or_default(),
            last_active_ms: read_time(row, "last_active")?,
        })
    }

    fn note(db: &Connection, id: &str) -> Result<(), DbError> {
        changes::note_key(db, id)
    }

    fn note_made(db: &Connection, id: &str) -> Result<(), DbError> {
        changes::note_made(db, id)
    }
}

/// LiteLLM's field beside ours.
#[derive(Serialize)]
struct InDollarsToo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    max_budget: Option<f64>,
    #[serde(flatten)]
    budget: &'a ModelBudget,
}

impl<'a> InDollarsToo<'a> {
    fn of(budget: &'a ModelBudget) -> Self {
        Self { max_budget: budget.max_budget_nanodollars.map(dollars), budget }
    }
}

fn in_dollars_too(budgets: &BTreeMap<String, ModelBudget>) -> BTreeMap<&str, InDollarsToo<'_>> {
    budgets.iter().map(|(model, budget)| (model.as_str(), InDollarsToo::of(budget))).collect()
}

/// Deletes the keys of a team or of a user.
pub(super) fn delete_keys_where(db: &Connection, column: &'static str, id: &str) -> Result<(), WriteError> {
    changes::note_keys_where(db, column, id)?;
    let delete =
        format!(r#"DELETE FROM "LiteLLM_VerificationToken" WHERE "{column}" = ?1 RETURNING "token""#);
    let deleted: Vec<String> = db.all(&delete, &params![id], |row| row.get(0))?;
    for token in deleted {
        budgets::forget(db, KeyRow::SCOPE, &token)?;
    }
    Ok(())
}
