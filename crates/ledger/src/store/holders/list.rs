//! Pages of keys, teams and users, newest first.

use rusqlite::Connection;
use rusqlite::types::ToSql;

use super::table::Holder;
use crate::store::conditions::Conditions;
use crate::store::{Page, StoreError};

/// Which keys; a field that is none does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct KeyFilter {
    /// One key.
    pub(crate) token: Option<String>,
    /// The key with this alias.
    pub(crate) key_alias: Option<String>,
    /// Keys of one user.
    pub(crate) user_id: Option<String>,
    /// Keys of one team.
    pub(crate) team_id: Option<String>,
}

impl KeyFilter {
    pub(super) fn conditions(&self) -> Conditions {
        Conditions::default()
            .and(r#""token" = ?"#, self.token.as_ref())
            .and(r#""key_alias" = ?"#, self.key_alias.as_ref())
            .and(r#""user_id" = ?"#, self.user_id.as_ref())
            .and(r#""team_id" = ?"#, self.team_id.as_ref())
    }
}

/// Every row.
pub(super) fn all() -> Conditions {
    Conditions::default()
}

/// See [`crate::store::Store::list_keys`].
pub(super) fn page<T: Holder>(
    db: &Connection,
    conditions: &Conditions,
    page: Page,
) -> Result<(Vec<T>, u64), StoreError> {
    // One snapshot for both statements, so that the total is the list's.
    let snapshot = db.unchecked_transaction()?;
    let count = format!(r#"SELECT count(*) FROM "{}" {}"#, T::TABLE, conditions.sql());
    let total =
        snapshot.prepare_cached(&count)?.query_row(conditions.values().as_slice(), |row| row.get(0))?;
    let select = format!(
        r#"SELECT * FROM "{}" {} ORDER BY "created_at" DESC, "{}" DESC LIMIT ? OFFSET ?"#,
        T::TABLE,
        conditions.sql(),
        T::ID
    );
    let (size, offset) = (page.size, page.offset());
    let mut values = conditions.values();
    values.extend([&size as &dyn ToSql, &offset]);
    let mut statement = snapshot.prepare_cached(&select)?;
    let rows = statement.query_map(values.as_slice(), T::read)?.collect::<rusqlite::Result<_>>()?;
    Ok((rows, total))
}
