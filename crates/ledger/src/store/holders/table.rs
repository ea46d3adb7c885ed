//! The statements that all three tables share.

use super::WriteError;
use crate::calendar::now;
use crate::db::{Connection, DbError, OwnedParam, Param, Row, params};
use crate::store::budgets;

/// A row of one of the tables.
pub(crate) trait Holder: Sized {
    /// The table.
    const TABLE: &'static str;
    /// The column that is its primary key.
    const ID: &'static str;
    /// Other columns in which no two rows have the same value.
    const UNIQUE: &'static [&'static str] = &[];
    /// What the names of its budgets begin with.
    const SCOPE: &'static str;

    /// The value in the column [`Holder::ID`].
    fn id(&self) -> &str;

    /// The columns that a write sets: all but times and spend.
    fn cells(&self) -> Vec<Cell>;

    /// The row, by names of columns.
    fn read(row: &Row) -> Result<Self, DbError>;

    /// Tells the gateways that keep something that follows from the row with this id.
    fn note(db: &Connection, id: &str) -> Result<(), DbError>;

    /// Tells the gateways that keep something that follows from the row with this id, which is new.
    fn note_made(db: &Connection, id: &str) -> Result<(), DbError> {
        Self::note(db, id)
    }

    /// Deletes what must not outlive the row with this id, and tells the gateways of it.
    fn delete_dependents(_db: &Connection, _id: &str) -> Result<(), WriteError> {
        Ok(())
    }
}

/// A column and its value.
pub(crate) type Cell = (&'static str, OwnedParam);

/// See [`crate::store::Store::create_key`].
pub(in crate::store) fn create<T: Holder>(db: &Connection, row: T) -> Result<T, WriteError> {
    let mut cells = row.cells();
    refuse_taken::<T>(db, &cells, None)?;
    let now = OwnedParam::Text(now());
    cells.extend([("created_at", now.clone()), ("updated_at", now)]);
    let names: Vec<String> = cells.iter().map(|(name, _)| format!(r#""{name}""#)).collect();
    let places: Vec<String> = (1..=cells.len()).map(|number| format!("?{number}")).collect();
    let insert =
        format!(r#"INSERT INTO "{}" ({}) VALUES ({})"#, T::TABLE, names.join(", "), places.join(", "));
    db.execute(&insert, &values(&cells))?;
    T::note_made(db, row.id())?;
    stored(db, row.id())
}

/// See [`crate::store::Store::update_key`].
pub(super) fn update<T: Holder, E: From<WriteError>>(
    db: &Connection,
    id: &str,
    change: impl FnOnce(&mut T) -> Result<(), E>,
) -> Result<Option<T>, E> {
    let Some(mut row) = read::<T>(db, id).map_err(WriteError::from)? else { return Ok(None) };
    change(&mut row)?;
    Ok(Some(replace(db, id, &row)?))
}

fn replace<T: Holder>(db: &Connection, id: &str, row: &T) -> Result<T, WriteError> {
    let mut cells = row.cells();
    refuse_taken::<T>(db, &cells, Some(id))?;
    let now = now();
    cells.push(("updated_at", OwnedParam::Text(now.clone())));
    let set = |(number, (name, _)): (usize, &Cell)| format!(r#""{name}" = ?{number}"#);
    let sets: Vec<String> = (2..).zip(&cells).map(set).collect();
    let update = format!(r#"UPDATE "{}" SET {} WHERE "{}" = ?1"#, T::TABLE, sets.join(", "), T::ID);
    let mut bound = values(&cells);
    bound.insert(0, Param::from(id));
    db.execute(&update, &bound)?;
    T::note(db, id)?;
    if row.id() != id {
        budgets::rename(db, T::SCOPE, id, row.id(), &now)?;
        T::note_made(db, row.id())?;
    }
    stored(db, row.id())
}

/// See [`crate::store::Store::delete_keys`].
pub(super) fn delete<T: Holder>(db: &Connection, ids: Vec<String>) -> Result<Vec<String>, WriteError> {
    let delete = format!(r#"DELETE FROM "{}" WHERE "{}" = ?1"#, T::TABLE, T::ID);
    let mut deleted = Vec::new();
    for id in ids {
        if db.execute(&delete, &params![&id])? == 0 {
            continue;
        }
        T::delete_dependents(db, &id)?;
        budgets::forget(db, T::SCOPE, &id)?;
        T::note(db, &id)?;
        deleted.push(id);
    }
    Ok(deleted)
}

/// The row with this id.
pub(in crate::store) fn read<T: Holder>(db: &Connection, id: &str) -> Result<Option<T>, DbError> {
    read_by(db, T::ID, id)
}

/// The row with this value in a column of unique values.
pub(super) fn read_by<T: Holder>(
    db: &Connection,
    column: &'static str,
    value: &str,
) -> Result<Option<T>, DbError> {
    db.first(&select_by::<T>(column), &params![value], T::read)
}

/// The statement of [`read_by`].
pub(in crate::store) fn select_by<T: Holder>(column: &'static str) -> String {
    format!(r#"SELECT * FROM "{}" WHERE "{column}" = ?1"#, T::TABLE)
}

/// The row that was just written.
fn stored<T: Holder>(db: &Connection, id: &str) -> Result<T, WriteError> {
    read(db, id)?.ok_or_else(|| DbError::Failed("the row that was written is not there".to_owned()).into())
}

/// Looks for a value that another row than `own` has already. The writer's lock is held, so none comes after.
fn refuse_taken<T: Holder>(db: &Connection, cells: &[Cell], own: Option<&str>) -> Result<(), WriteError> {
    for (column, value) in cells.iter().filter(|(name, _)| *name == T::ID || T::UNIQUE.contains(name)) {
        let select = format!(
            r#"SELECT EXISTS (SELECT 1 FROM "{}" WHERE "{column}" = ?1 AND (CAST(?2 AS TEXT) IS NULL OR "{}" <> ?2))"#,
            T::TABLE,
            T::ID
        );
        let taken: bool = db.one(&select, &params![value, own], |row| row.get(0))?;
        if let (true, OwnedParam::Text(value)) = (taken, value) {
            return Err(WriteError::Taken { column, value: value.clone() });
        }
    }
    Ok(())
}

fn values(cells: &[Cell]) -> Vec<Param<'_>> {
    cells.iter().map(|(_, value)| Param::from(value)).collect()
}
