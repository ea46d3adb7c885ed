//! Rows on their way out of a query.

use std::fmt::Display;
use std::rc::Rc;

use super::DbError;

/// A value of one column. Times are text as [`crate::calendar::timestamp`] writes them, JSON and lists are JSON
/// text, truth values are 0 and 1.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    /// No value.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number.
    Real(f64),
    /// Any text.
    Text(String),
}

/// One row.
pub(crate) struct Row {
    names: Rc<[String]>,
    values: Vec<Value>,
}

impl Row {
    /// A row with values in the order of its columns' names.
    pub(super) fn new(names: &Rc<[String]>, values: Vec<Value>) -> Self {
        Self { names: Rc::clone(names), values }
    }

    /// The columns' names and values, in order.
    pub(crate) fn into_cells(self) -> impl Iterator<Item = (String, Value)> {
        let names = Rc::clone(&self.names);
        self.values
            .into_iter()
            .enumerate()
            .filter_map(move |(index, value)| Some((names.get(index)?.clone(), value)))
    }

    /// The value in a column, by its place from 0 or its name, as the type that is asked for.
    ///
    /// # Errors
    /// There is no such column, or its value is of another kind: both name the column.
    pub(crate) fn get<T: FromValue>(&self, column: impl Column) -> Result<T, DbError> {
        let unreadable =
            |found: &str| DbError::unreadable(&column, format!("holds {found}, not {}", T::EXPECTED));
        let value = column.index(&self.names).and_then(|index| self.values.get(index));
        let value = value.ok_or_else(|| DbError::unreadable(&column, "is not in the answer"))?;
        T::from_value(value).ok_or_else(|| unreadable(value.kind()))
    }
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Integer(_) => "another integer",
            Self::Real(_) => "a number",
            Self::Text(_) => "text",
        }
    }
}

/// What a column is named by.
pub(crate) trait Column: Display {
    /// Its place.
    fn index(&self, names: &[String]) -> Option<usize>;
}

impl Column for usize {
    fn index(&self, _names: &[String]) -> Option<usize> {
        Some(*self)
    }
}

impl Column for &str {
    fn index(&self, names: &[String]) -> Option<usize> {
        names.iter().position(|name| name == self)
    }
}

/// A type that a column can be read as.
pub(crate) trait FromValue: Sized {
    /// What it is, for errors.
    const EXPECTED: &'static str;

    /// The value, where it is of this type.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    const EXPECTED: &'static str = "an integer";

    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Integer(number) = value { Some(*number) } else { None }
    }
}

impl FromValue for u64 {
    const EXPECTED: &'static str = "an integer of at least 0";

    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for u32 {
    const EXPECTED: &'static str = "an integer of at least 0";

    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for f64 {
    const EXPECTED: &'static str = "a number";

    #[allow(clippy::cast_precision_loss, reason = "a whole number in a column of numbers is a small one")]
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Real(number) => Some(*number),
            Value::Integer(number) => Some(*number as Self),
            _ => None,
        }
    }
}

impl FromValue for bool {
    const EXPECTED: &'static str = "0 or 1";

    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(0) => Some(false),
            Value::Integer(1) => Some(true),
            _ => None,
        }
    }
}

impl FromValue for String {
    const EXPECTED: &'static str = "text";

    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text.clone()) } else { None }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn from_value(value: &Value) -> Option<Self> {
        if *value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}
