//! Rows as PostgreSQL takes them fastest: copied into the table, each value in its type's binary form.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use jiff::Timestamp;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use super::postgres_insert::text;
use super::postgres_types::since_2000;
use super::{Insert, Param};

/// Before the text of a `jsonb`: the only version of its binary form.
const JSONB_VERSION: u8 = 1;

/// The statement, for rows that are all new.
pub(super) fn statement(insert: &Insert) -> String {
    format!(r#"COPY "{}" ({}) FROM STDIN (FORMAT binary)"#, insert.table, insert.names())
}

/// A value on its way into a column, of whose type it is made.
#[derive(Debug)]
pub(super) struct Binary<'a>(pub(super) &'a Param<'a>);

impl ToSql for Binary<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match (self.0, kind) {
            (Param::Null, _) => return Ok(IsNull::Yes),
            (Param::Integer(number), &Type::BOOL) => out.put_u8(u8::from(*number != 0)),
            (Param::Integer(number), &Type::INT2) => out.put_i16(i16::try_from(*number)?),
            (Param::Integer(number), &Type::INT4) => out.put_i32(i32::try_from(*number)?),
            (Param::Integer(number), &Type::INT8) => out.put_i64(*number),
            #[allow(clippy::cast_precision_loss, reason = "a column of reals holds no more")]
            (Param::Integer(number), &Type::FLOAT8) => out.put_f64(*number as f64),
            (Param::Real(number), &Type::FLOAT8) => out.put_f64(*number),
            (Param::Text(time), &Type::TIMESTAMP | &Type::TIMESTAMPTZ) => {
                out.put_i64(since_2000(time.parse::<Timestamp>()?));
            }
            (Param::List(items), &Type::TEXT_ARRAY) => return items.to_sql(kind, out),
            (value, &Type::TEXT | &Type::VARCHAR | &Type::JSON | &Type::JSONB) => {
                if *kind == Type::JSONB {
                    out.put_u8(JSONB_VERSION);
                }
                out.put_slice(text(kind, value).unwrap_or_default().as_bytes());
            }
            (value, _) => return Err(format!("{value:?} for a column of {kind}").into()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(value: &Param<'_>, kind: &Type) -> Result<Vec<u8>, String> {
        let mut out = BytesMut::new();
        let sent = Binary(value).to_sql(kind, &mut out);
        sent.map(|_| out.to_vec()).map_err(|error| error.to_string())
    }

    #[test]
    fn values_are_in_the_columns_binary_form() {
        for (value, kind, expected) in [
            (Param::Integer(-2), Type::INT8, &[255, 255, 255, 255, 255, 255, 255, 254][..]),
            (Param::Integer(258), Type::INT4, &[0, 0, 1, 2]),
            (Param::Integer(3), Type::BOOL, &[1]),
            (Param::Integer(1), Type::FLOAT8, &[63, 240, 0, 0, 0, 0, 0, 0]),
            (Param::Integer(7), Type::TEXT, b"7"),
            (Param::Text("a\0b"), Type::TEXT, "a\u{fffd}b".as_bytes()),
            (Param::Text("[]"), Type::JSONB, b"\x01[]"),
            (Param::Text("2000-01-01T00:00:00.000002Z"), Type::TIMESTAMP, &[0, 0, 0, 0, 0, 0, 0, 2]),
        ] {
            assert_eq!(sent(&value, &kind).as_deref(), Ok(expected), "{value:?} as {kind}");
        }
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for (value, kind) in [
            (Param::Integer(1 << 40), Type::INT4),
            (Param::Text("yesterday"), Type::TIMESTAMP),
            (Param::Text("1"), Type::INT8),
        ] {
            assert!(sent(&value, &kind).is_err(), "{value:?} as {kind}");
        }
    }
}
