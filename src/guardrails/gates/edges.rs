//! Whether a part of a pattern begins and ends with a digit.

use regex_syntax::hir::Class;

/// What matches of a part of a pattern begin with and end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edges {
    begins: Edge,
    ends: Edge,
    /// Whether a match may have neither.
    may_be_empty: bool,
}

/// One end of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// There is none.
    None,
    /// A digit of ASCII.
    Digit,
    Other,
}

impl Edges {
    /// Of a part that stands between two characters.
    pub(super) const EMPTY: Self = Self { begins: Edge::None, ends: Edge::None, may_be_empty: true };

    fn both(edge: Edge) -> Self {
        Self { begins: edge, ends: edge, may_be_empty: false }
    }

    pub(super) fn of_text(text: &[u8]) -> Self {
        let edge = |byte: &u8| if byte.is_ascii_digit() { Edge::Digit } else { Edge::Other };
        let Some((first, last)) = text.first().zip(text.last()) else { return Self::EMPTY };
        Self { begins: edge(first), ends: edge(last), may_be_empty: false }
    }

    pub(super) fn of_class(class: &Class) -> Self {
        let is_digits = |start: u32, end: u32| start >= u32::from(b'0') && end <= u32::from(b'9');
        let are_digits = match class {
            Class::Unicode(class) => {
                class.iter().all(|range| is_digits(range.start().into(), range.end().into()))
            }
            Class::Bytes(class) => {
                class.iter().all(|range| is_digits(range.start().into(), range.end().into()))
            }
        };
        Self::both(if are_digits { Edge::Digit } else { Edge::Other })
    }

    /// Of a part that may be left out.
    pub(super) fn or_nothing(self) -> Self {
        Self { may_be_empty: true, ..self }
    }

    /// Of a part with another one behind it.
    pub(super) fn with(self, next: Self) -> Self {
        Self {
            begins: if self.may_be_empty { self.begins.or(next.begins) } else { self.begins },
            ends: if next.may_be_empty { next.ends.or(self.ends) } else { next.ends },
            may_be_empty: self.may_be_empty && next.may_be_empty,
        }
    }

    /// Of one part or another one.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            begins: self.begins.or(other.begins),
            ends: self.ends.or(other.ends),
            may_be_empty: self.may_be_empty || other.may_be_empty,
        }
    }

    /// Whether every match begins with a digit of ASCII.
    pub(super) fn begin_with_digit(self) -> bool {
        self.begins == Edge::Digit && !self.may_be_empty
    }

    /// Whether every match ends with a digit of ASCII.
    pub(super) fn end_with_digit(self) -> bool {
        self.ends == Edge::Digit && !self.may_be_empty
    }
}

impl Edge {
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::None, edge) | (edge, Self::None) => edge,
            (Self::Digit, Self::Digit) => Self::Digit,
            _ => Self::Other,
        }
    }
}
