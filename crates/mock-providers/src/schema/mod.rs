//! What a provider's API takes, as data, and the check of a body against it.
//!
//! The tables are in `tables/`; its README is the notation's manual. This module knows shapes and nothing of any
//! provider: how a refusal is worded is for [`crate::fault`].

mod check;
mod choose;
mod notation;
mod problem;
mod table;

pub use check::snake_case;
pub use problem::{Kind, Problem, Step};
pub use table::{Table, TableError};

/// The set of values that a field takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Free-form: nothing inside is looked at.
    Any,
    /// JSON `null`.
    Null,
    /// JSON `true` or `false`.
    Boolean,
    /// A string; the bounds are on its characters.
    String(Bounds),
    /// A number without a fraction; the bounds are on its value.
    Integer(Bounds),
    /// A number; the bounds are on its value.
    Number(Bounds),
    /// One of these strings.
    Words(Vec<String>),
    /// An array; the bounds are on its length.
    List(Box<Shape>, Bounds),
    /// An object with free names; the bounds are on their count.
    Map(Box<Shape>, Bounds),
    /// An object with these fields and no others.
    Object(Vec<Field>),
    /// Any of these.
    Either(Vec<Shape>),
    /// The type of this name in the same table.
    Named(String),
}

/// One field of an object.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name, as the reference spells it.
    pub name: String,
    /// Whether the object is refused without it.
    pub required: bool,
    /// What it takes.
    pub shape: Shape,
}

/// Inclusive bounds; what they measure depends on the shape.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bounds {
    /// The least, if there is one.
    pub least: Option<f64>,
    /// The most, if there is one.
    pub most: Option<f64>,
}

/// How field names are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Names {
    /// As they are spelt in the table.
    Exact,
    /// As in protobuf's JSON mapping: camelCase as in the table, or the same name in snake_case.
    Protobuf,
}
