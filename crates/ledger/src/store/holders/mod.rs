//! Keys, teams and users: one table each, written and read alike.
//!
//! Every write tells the gateways in its own transaction: see [`super::changes`]. Who changes a row reads it
//! in the transaction that writes it, so that two who change different fields both succeed.

mod cell;
mod keys;
mod list;
mod table;
mod teams;
mod users;

#[cfg(test)]
pub(super) mod tests;

pub(crate) use list::KeyFilter;
#[cfg(test)]
pub(super) use table::select_by;
pub(super) use table::{Holder, create, read};

use std::fmt;

use super::{Page, Store, StoreError};
use crate::db::DbError;
use crate::record::{KeyRow, TeamRow, UserRow};

/// Why a row was not written. Nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WriteError {
    /// Another row has this value in a column in which values are unique.
    Taken {
        /// The column, which is the field of LiteLLM's API: `key_alias`, `token`, `team_id`, `user_id`.
        column: &'static str,
        /// The value.
        value: String,
    },
    /// The database did not do it.
    Store(StoreError),
}

impl fmt::Display for WriteError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // A token is a key's hash, which no answer tells.
            Self::Taken { column: "token", .. } => out.write_str("this key exists already"),
            Self::Taken { column, value } => write!(out, "the {column} `{value}` is taken: choose another"),
            Self::Store(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for WriteError {}

impl From<StoreError> for WriteError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<DbError> for WriteError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

impl From<WriteError> for StoreError {
    /// For writes that meet no value that is taken.
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Store(error) => error,
            WriteError::Taken { .. } => Self::Database(error.to_string()),
        }
    }
}

/// Keys.
impl Store {
    /// Stores a new key, and answers with its row as it is stored.
    pub(crate) async fn create_key(&self, row: KeyRow) -> Result<KeyRow, WriteError> {
        self.writer.change(move |db| create(db, row)).await
    }

    /// The key with this hash.
    pub(crate) async fn key(&self, token: String) -> Result<Option<KeyRow>, StoreError> {
        self.readers.run(move |db| Ok(read(db, &token)?)).await
    }

    /// The key with this alias.
    pub(crate) async fn key_by_alias(&self, alias: String) -> Result<Option<KeyRow>, StoreError> {
        self.readers.run(move |db| Ok(table::read_by(db, "key_alias", &alias)?)).await
    }

    /// Changes a key in one transaction, and answers with its row as it is stored; none where there is no
    /// such key. What `change` refuses is not written. Where `change` sets another `token`, the key is a
    /// regenerated one: what was spent is carried over, and the old one is refused.
    pub(crate) async fn update_key<E: From<WriteError> + Send + 'static>(
        &self,
        token: String,
        change: impl FnOnce(&mut KeyRow) -> Result<(), E> + Send + 'static,
    ) -> Result<Option<KeyRow>, E> {
        self.writer.change(move |db| table::update(db, &token, change)).await
    }

    /// Deletes keys; answers with the hashes of those that there were.
    pub(crate) async fn delete_keys(&self, tokens: Vec<String>) -> Result<Vec<String>, WriteError> {
        self.writer.change(move |db| table::delete::<KeyRow>(db, tokens)).await
    }

    /// A page of keys, newest first, and how many there are in all.
    pub(crate) async fn list_keys(
        &self,
        filter: KeyFilter,
        page: Page,
    ) -> Result<(Vec<KeyRow>, u64), StoreError> {
        self.readers.run(move |db| list::page(db, &filter.conditions(), page)).await
    }
}

/// Teams.
impl Store {
    /// Stores a new team, and answers with its row as it is stored.
    pub(crate) async fn create_team(&self, row: TeamRow) -> Result<TeamRow, WriteError> {
        self.writer.change(move |db| create(db, row)).await
    }

    /// The team with this id.
    pub(crate) async fn team(&self, id: String) -> Result<Option<TeamRow>, StoreError> {
        self.readers.run(move |db| Ok(read(db, &id)?)).await
    }

    /// Changes a team in one transaction: see [`Store::update_key`]. Its id stays as it is.
    pub(crate) async fn update_team<E: From<WriteError> + Send + 'static>(
        &self,
        id: String,
        change: impl FnOnce(&mut TeamRow) -> Result<(), E> + Send + 'static,
    ) -> Result<Option<TeamRow>, E> {
        let changed = |row: &mut TeamRow| {
            let id = row.team_id.clone();
            change(row)?;
            row.team_id = id;
            Ok(())
        };
        self.writer.change(move |db| table::update(db, &id, changed)).await
    }

    /// Deletes teams with all of their keys; answers with the ids of those that there were.
    pub(crate) async fn delete_teams(&self, ids: Vec<String>) -> Result<Vec<String>, WriteError> {
        self.writer.change(move |db| table::delete::<TeamRow>(db, ids)).await
    }

    /// A page of teams, newest first, and how many there are in all.
    pub(crate) async fn list_teams(&self, page: Page) -> Result<(Vec<TeamRow>, u64), StoreError> {
        self.readers.run(move |db| list::page(db, &list::all(), page)).await
    }
}

/// Users.
impl Store {
    /// Stores a new user, and answers with their row as it is stored.
    pub(crate) async fn create_user(&self, row: UserRow) -> Result<UserRow, WriteError> {
        self.writer.change(move |db| create(db, row)).await
    }

    /// Stores a new user and a key of theirs, both or neither, and answers with the rows as they are stored.
    pub(crate) async fn create_user_with_key(
        &self,
        user: UserRow,
        key: KeyRow,
    ) -> Result<(UserRow, KeyRow), WriteError> {
        self.writer.change(move |db| Ok((create(db, user)?, create(db, key)?))).await
    }

    /// The user with this id.
    pub(crate) async fn user(&self, id: String) -> Result<Option<UserRow>, StoreError> {
        self.readers.run(move |db| Ok(read(db, &id)?)).await
    }

    /// Changes a user in one transaction: see [`Store::update_key`]. Their id stays as it is.
    pub(crate) async fn update_user<E: From<WriteError> + Send + 'static>(
        &self,
        id: String,
        change: impl FnOnce(&mut UserRow) -> Result<(), E> + Send + 'static,
    ) -> Result<Option<UserRow>, E> {
        let changed = |row: &mut UserRow| {
            let id = row.user_id.clone();
            change(row)?;
            row.user_id = id;
            Ok(())
        };
        self.writer.change(move |db| table::update(db, &id, changed)).await
    }

    /// Deletes users with all of their keys; answers with the ids of those that there were.
    pub(crate) async fn delete_users(&self, ids: Vec<String>) -> Result<Vec<String>, WriteError> {
        self.writer.change(move |db| table::delete::<UserRow>(db, ids)).await
    }

    /// A page of users, newest first, and how many there are in all.
    pub(crate) async fn list_users(&self, page: Page) -> Result<(Vec<UserRow>, u64), StoreError> {
        self.readers.run(move |db| list::page(db, &list::all(), page)).await
    }
}
