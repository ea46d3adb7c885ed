//! What is wrong with a body, and where.

/// The first thing found wrong with a body.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Where, from the outside inwards. For [`Kind::Unknown`] and [`Kind::Missing`] the last step is the field itself.
    pub at: Vec<Step>,
    /// What.
    pub kind: Kind,
}

/// One step into a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into the field of this name.
    Field(String),
    /// Into the element of this index.
    Index(usize),
    /// Not a place in the body: which of several alternatives was taken to be meant, by its `type`.
    Variant(String),
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// The API defines no such field.
    Unknown,
    /// A required field is not there.
    Missing,
    /// The value has another type.
    WrongType {
        /// The types that would do, by their names in the tables.
        expected: Vec<&'static str>,
        /// The type that was found.
        found: &'static str,
        /// The value found, as JSON.
        value: String,
    },
    /// The string is none of those that are defined.
    NotAWord {
        /// The string found.
        found: String,
        /// The words that are defined.
        allowed: Vec<String>,
    },
    /// Too small or too great, by the measure of the type.
    OutOfBounds {
        /// The type, by its name in the tables.
        measured: &'static str,
        /// Whether it is above the most; otherwise it is below the least.
        above: bool,
        /// The bound that was passed.
        bound: f64,
        /// What was measured.
        found: f64,
    },
}

impl Problem {
    /// The deepest field name on the way.
    #[must_use]
    pub fn field(&self) -> &str {
        let name = |step: &Step| matches!(step, Step::Field(_));
        match self.at.iter().rev().find(|step| name(step)) {
            Some(Step::Field(name)) => name,
            _ => "",
        }
    }
}
