//! `LiteLLM_TeamTable`.

use super::WriteError;
use super::cell::{json, number, read_json, read_rules, read_time, rules, text};
use super::keys::delete_keys_where;
use super::table::{Cell, Holder};
use crate::db::{Connection, DbError, OwnedParam, Row};
use crate::record::TeamRow;
use crate::store::changes;

impl Holder for TeamRow {
    const TABLE: &'static str = "LiteLLM_TeamTable";
    const ID: &'static str = "team_id";
    const SCOPE: &'static str = "team";

    fn id(&self) -> &str {
        &self.team_id
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![
            ("team_id", OwnedParam::Text(self.team_id.clone())),
            ("team_alias", text(self.team_alias.as_ref())),
            ("organization_id", text(self.organization_id.as_ref())),
            ("members_with_roles", json(&self.members_with_roles)),
            ("blocked", number(Some(self.blocked.into()))),
        ];
        cells.extend(rules(&self.rules));
        cells
    }

    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            team_id: row.get("team_id")?,
            team_alias: row.get("team_alias")?,
            organization_id: row.get("organization_id")?,
            members_with_roles: read_json(row, "members_with_roles")?,
            rules: read_rules(row)?,
            blocked: row.get("blocked")?,
            spend_nanodollars: row.get("spend_nanodollars")?,
            created_at_ms: read_time(row, "created_at")?.unwrap_or_default(),
            updated_at_ms: read_time(row, "updated_at")?.unwrap_or_default(),
        })
    }

    fn note(db: &Connection, id: &str) -> Result<(), DbError> {
        changes::note_keys_where(db, "team_id", id)
    }

    /// As LiteLLM does: a key without its team would be one without its team's bounds.
    fn delete_dependents(db: &Connection, id: &str) -> Result<(), WriteError> {
        delete_keys_where(db, "team_id", id)
    }
}
