//! Rows that may be there already, as PostgreSQL takes them fastest within a statement: each column as one array.

use std::borrow::Cow;
use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::postgres_types::array;
use super::{DbError, Insert, Param};
use crate::nul;

/// Rows of one statement.
pub(super) const ROWS: usize = 2_048;

/// The statement that asks for the types of the columns.
pub(super) fn types(insert: &Insert) -> String {
    format!(r#"SELECT {} FROM "{}" LIMIT 0"#, insert.names(), insert.table)
}

/// The statement for columns of these types: each is sent as an array of what [`Array`] has for it, and cast.
pub(super) fn statement(insert: &Insert, types: &[Type]) -> String {
    let list = |part: &dyn Fn(usize, &Type) -> String| {
        let parts: Vec<String> = types.iter().zip(1..).map(|(kind, number)| part(number, kind)).collect();
        parts.join(", ")
    };
    insert.statement(&format!(
        r#"SELECT {} FROM unnest({}) AS "new" ({})"#,
        list(&|number, kind| format!(r#"CAST("c{number}" AS {})"#, kind.name())),
        list(&|number, kind| format!("CAST(?{number} AS {}[])", sent_as(kind).name())),
        list(&|number, _| format!(r#""c{number}""#)),
    ))
}

/// What a value of a column is sent as.
fn sent_as(kind: &Type) -> Type {
    match *kind {
        Type::INT2 | Type::INT4 | Type::INT8 => Type::INT8,
        Type::FLOAT4 | Type::FLOAT8 => Type::FLOAT8,
        _ => Type::TEXT,
    }
}

/// The values of one column.
#[derive(Debug)]
pub(super) enum Array<'a> {
    Integers(Vec<Option<i64>>),
    Reals(Vec<Option<f64>>),
    Texts(Vec<Option<Cow<'a, str>>>),
}

impl<'a> Array<'a> {
    /// The column of this type and place in these rows.
    pub(super) fn of<'p: 'a>(
        kind: &Type,
        rows: &'a [impl AsRef<[Param<'p>]>],
        place: usize,
    ) -> Result<Self, DbError> {
        let values = rows.iter().map(|row| row.as_ref().get(place).unwrap_or(&Param::Null));
        Ok(match sent_as(kind) {
            Type::INT8 => Self::Integers(values.map(integer).collect::<Result<_, _>>()?),
            Type::FLOAT8 => Self::Reals(values.map(real).collect::<Result<_, _>>()?),
            _ => Self::Texts(values.map(|value| text(kind, value)).collect()),
        })
    }
}

fn integer(value: &Param<'_>) -> Result<Option<i64>, DbError> {
    match value {
        Param::Null => Ok(None),
        Param::Integer(number) => Ok(Some(*number)),
        _ => Err(DbError::Failed("a column of whole numbers was given something else".to_owned())),
    }
}

#[allow(clippy::cast_precision_loss, reason = "a column of reals holds no more")]
fn real(value: &Param<'_>) -> Result<Option<f64>, DbError> {
    match value {
        Param::Null => Ok(None),
        Param::Real(number) => Ok(Some(*number)),
        Param::Integer(number) => Ok(Some(*number as f64)),
        _ => Err(DbError::Failed("a column of numbers was given something else".to_owned())),
    }
}

/// A value as the text of a column of this type; none where there is no value.
pub(super) fn text<'a>(kind: &Type, value: &'a Param<'_>) -> Option<Cow<'a, str>> {
    Some(match value {
        Param::Null => return None,
        Param::Integer(number) => number.to_string().into(),
        Param::Real(number) => format!("{number:?}").into(),
        Param::Text(text) if *kind == Type::JSONB => nul::without_escaped(text),
        Param::Text(text) => nul::without(text),
        Param::List(items) => nul::without(&array(items)).into_owned().into(),
    })
}

impl ToSql for Array<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Integers(values) => values.to_sql(kind, out),
            Self::Reals(values) => values.to_sql(kind, out),
            Self::Texts(values) => values.to_sql(kind, out),
        }
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_column_is_an_array_that_is_cast() {
        let insert = Insert {
            table: "t",
            columns: vec!["a", "b", "c"],
            on_conflict: Some(r#"("a") DO NOTHING"#.to_owned()),
        };
        assert_eq!(
            statement(&insert, &[Type::TEXT, Type::INT4, Type::TIMESTAMP]),
            r#"INSERT INTO "t" AS "kept" ("a", "b", "c") SELECT CAST("c1" AS text), CAST("c2" AS int4), CAST("c3" AS timestamp) FROM unnest(CAST(?1 AS text[]), CAST(?2 AS int8[]), CAST(?3 AS text[])) AS "new" ("c1", "c2", "c3") ON CONFLICT ("a") DO NOTHING"#
        );
    }
}
