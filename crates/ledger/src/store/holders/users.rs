//! `LiteLLM_UserTable`.

use super::WriteError;
use super::cell::{list, read_json, read_rules, read_time, rules, text};
use super::keys::delete_keys_where;
use super::table::{Cell, Holder};
use crate::db::{Connection, DbError, OwnedParam, Row};
use crate::record::UserRow;
use crate::store::changes;

impl Holder for UserRow {
    const TABLE: &'static str = "LiteLLM_UserTable";
    const ID: &'static str = "user_id";
    const SCOPE: &'static str = "user";

    fn id(&self) -> &str {
        &self.user_id
    }

    fn cells(&self) -> Vec<Cell> {
        let mut cells = vec![
            ("user_id", OwnedParam::Text(self.user_id.clone())),
            ("user_alias", text(self.user_alias.as_ref())),
            ("user_email", text(self.user_email.as_ref())),
            ("user_role", text(self.user_role.as_ref())),
            ("teams", list(&self.teams)),
        ];
        cells.extend(rules(&self.rules));
        cells
    }

    fn read(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            user_id: row.get("user_id")?,
            user_alias: row.get("user_alias")?,
            user_email: row.get("user_email")?,
            user_role: row.get("user_role")?,
            teams: read_json(row, "teams")?,
            rules: read_rules(row)?,
            spend_nanodollars: row.get("spend_nanodollars")?,
            created_at_ms: read_time(row, "created_at")?.unwrap_or_default(),
            updated_at_ms: read_time(row, "updated_at")?.unwrap_or_default(),
        })
    }

    fn note(db: &Connection, id: &str) -> Result<(), DbError> {
        changes::note_keys_where(db, "user_id", id)
    }

    /// As LiteLLM does.
    fn delete_dependents(db: &Connection, id: &str) -> Result<(), WriteError> {
        delete_keys_where(db, "user_id", id)
    }
}
