//! Between values and PostgreSQL's types. Values are sent as text, which the server reads as the type that the
//! statement needs; answers come in the types' binary forms, as the protocol's documentation states them.

use std::error::Error;
use std::io::Write;

use bytes::{BufMut, BytesMut};
use jiff::Timestamp;
use tokio_postgres::types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};

use super::{Param, Value};
use crate::nul;

type Failure = Box<dyn Error + Sync + Send>;

/// 2000-01-01, from which PostgreSQL counts, in microseconds since the Unix epoch.
const POSTGRES_EPOCH: i64 = 946_684_800_000_000;

/// The base of a `numeric`'s digits.
const NUMERIC_BASE: i64 = 10_000;

impl ToSql for Param<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Failure> {
        match self {
            Self::Null => return Ok(IsNull::Yes),
            Self::Integer(number) => write!(out.writer(), "{number}")?,
            Self::Real(number) => write!(out.writer(), "{number:?}")?,
            Self::Text(text) if *kind == Type::JSONB => out.put_slice(nul::without_escaped(text).as_bytes()),
            Self::Text(text) => out.put_slice(nul::without(text).as_bytes()),
            Self::List(items) => out.put_slice(nul::without(&array(items)).as_bytes()),
        }
        Ok(IsNull::No)
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }

    fn encode_format(&self, _kind: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// The text of an array: `{"one","two"}`.
pub(super) fn array(items: &[String]) -> String {
    let quoted = items.iter().map(|item| format!("\"{}\"", item.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("{{{}}}", quoted.collect::<Vec<_>>().join(","))
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Failure> {
        Ok(match *kind {
            Type::BOOL => Self::Integer(bool::from_sql(kind, raw)?.into()),
            Type::INT2 => Self::Integer(i16::from_sql(kind, raw)?.into()),
            Type::INT4 => Self::Integer(i32::from_sql(kind, raw)?.into()),
            Type::INT8 => Self::Integer(i64::from_sql(kind, raw)?),
            Type::FLOAT4 => Self::Real(f32::from_sql(kind, raw)?.into()),
            Type::FLOAT8 => Self::Real(f64::from_sql(kind, raw)?),
            Type::NUMERIC => Self::Integer(whole(raw).ok_or("a sum that is no whole number of 64 bits")?),
            Type::TIMESTAMP | Type::TIMESTAMPTZ => Self::Text(time(raw)?),
            Type::JSONB => Self::Text(String::from_utf8(raw.get(1..).unwrap_or_default().to_vec())?),
            Type::TEXT_ARRAY => Self::Text(serde_json::to_string(&Vec::<String>::from_sql(kind, raw)?)?),
            _ => Self::Text(String::from_utf8(raw.to_vec())?),
        })
    }

    fn from_sql_null(_kind: &Type) -> Result<Self, Failure> {
        Ok(Self::Null)
    }

    fn accepts(_kind: &Type) -> bool {
        true
    }
}

/// A time in microseconds since 2000.
pub(super) fn since_2000(time: Timestamp) -> i64 {
    time.as_microsecond().saturating_sub(POSTGRES_EPOCH)
}

/// Microseconds since 2000 as a time in text.
fn time(raw: &[u8]) -> Result<String, Failure> {
    let since_2000 = i64::from_be_bytes(raw.try_into()?);
    let time = Timestamp::from_microsecond(since_2000.saturating_add(POSTGRES_EPOCH))?;
    Ok(format!("{time:.6}"))
}

/// A `numeric` that is a whole number, which the sum of a column of integers is: its number of digits, the weight
/// of the first, its sign and its scale, then the digits, each two bytes.
fn whole(raw: &[u8]) -> Option<i64> {
    let mut words =
        raw.chunks_exact(2).map(|word| word.try_into().map(u16::from_be_bytes).unwrap_or_default());
    let (count, weight, sign, _scale) = (words.next()?, words.next()?, words.next()?, words.next()?);
    if count == 0 {
        return Some(0);
    }
    let places = usize::from(weight).checked_add(1)?;
    if usize::from(count) > places {
        return None;
    }
    let digits = words.map(i64::from).chain(std::iter::repeat(0)).take(places);
    let size =
        digits.into_iter().try_fold(0_i64, |sum, digit| sum.checked_mul(NUMERIC_BASE)?.checked_add(digit))?;
    match sign {
        0 => Some(size),
        0x4000 => size.checked_neg(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(words: &[u16]) -> Option<i64> {
        whole(&words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>())
    }

    #[test]
    fn sums_are_whole_numbers() {
        for (words, expected) in [
            (&[0, 0, 0, 0][..], Some(0)),
            (&[1, 0, 0, 0, 7], Some(7)),
            (&[1, 1, 0, 0, 7], Some(70_000)),
            (&[2, 1, 0x4000, 0, 12, 3_456], Some(-123_456)),
            (&[5, 4, 0, 0, 922, 3_372, 368, 5_477, 5_807], Some(i64::MAX)),
            (&[5, 4, 0, 0, 922, 3_372, 368, 5_477, 5_808], None),
            (&[2, 0, 0, 2, 1, 5_000], None),
            (&[1, 0, 0xC000, 0, 1], None),
            (&[1, 0], None),
        ] {
            assert_eq!(numeric(words), expected, "{words:?}");
        }
    }

    #[test]
    fn lists_are_quoted() {
        let items = ["plain", "a,b", r#"quo"te"#, r"back\slash", "", "null", "{}"].map(str::to_owned);
        assert_eq!(array(&items), r#"{"plain","a,b","quo\"te","back\\slash","","null","{}"}"#);
        assert_eq!(array(&[]), "{}");
    }

    #[test]
    fn times_have_microseconds() {
        assert_eq!(time(&0_i64.to_be_bytes()).unwrap(), "2000-01-01T00:00:00.000000Z");
        assert_eq!(time(&(-1_i64).to_be_bytes()).unwrap(), "1999-12-31T23:59:59.999999Z");
    }
}
