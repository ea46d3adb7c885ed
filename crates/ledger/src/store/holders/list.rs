//! Pages of keys, teams and users, newest first.

use super::table::Holder;
use crate::db::Connection;
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
    let count = format!(r#"SELECT count(*) FROM "{}" {}"#, T::TABLE, conditions.sql());
    let select = format!(
        r#"SELECT * FROM "{}" {} ORDER BY "created_at" DESC, "{}" DESC {}"#,
        T::TABLE,
        conditions.sql(),
        T::ID,
        conditions.limit()
    );
    // One snapshot for both statements, so that the total is the list's.
    db.snapshot(|db| {
        let total = db.one(&count, &conditions.params(), |row| row.get(0))?;
        Ok((db.all(&select, &conditions.params_of(page), T::read)?, total))
    })
}
