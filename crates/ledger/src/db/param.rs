//! Values on their way into a statement.

/// A value for one `?n` of a statement.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Param<'a> {
    /// No value.
    Null,
    /// A whole number, or a truth value as 0 or 1.
    Integer(i64),
    /// A number.
    Real(f64),
    /// A text, a time as [`crate::calendar::timestamp`] writes it, or JSON.
    Text(&'a str),
    /// A list of texts, for the columns that are lists in PostgreSQL and JSON text in SQLite.
    List(&'a [String]),
}

/// A value that owns its text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OwnedParam {
    /// See [`Param::Null`].
    Null,
    /// See [`Param::Integer`].
    Integer(i64),
    /// See [`Param::Text`].
    Text(String),
    /// See [`Param::List`].
    List(Vec<String>),
}

impl<'a> From<&'a OwnedParam> for Param<'a> {
    fn from(value: &'a OwnedParam) -> Self {
        match value {
            OwnedParam::Null => Self::Null,
            OwnedParam::Integer(number) => Self::Integer(*number),
            OwnedParam::Text(text) => Self::Text(text),
            OwnedParam::List(items) => Self::List(items),
        }
    }
}

impl<'a> From<&'a str> for Param<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Param<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a [String]> for Param<'a> {
    fn from(items: &'a [String]) -> Self {
        Self::List(items)
    }
}

impl From<i64> for Param<'_> {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u64> for Param<'_> {
    /// Both databases' integers end at 2⁶³ − 1, and no amount of ours is meant to come near it.
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Param<'_> {
    fn from(number: usize) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u32> for Param<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<bool> for Param<'_> {
    fn from(truth: bool) -> Self {
        Self::Integer(truth.into())
    }
}

impl From<f64> for Param<'_> {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl<'a, T: Into<Param<'a>>> From<Option<T>> for Param<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The values of a statement, in the order of its numbers: `params![id, count]`.
macro_rules! params {
    ($($value:expr),* $(,)?) => { [$($crate::db::Param::from($value)),*] };
}
pub(crate) use params;
