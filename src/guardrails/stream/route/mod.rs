//! Which text of an answer a string in an event is, and which texts end with the event.

mod choices;
mod messages;
mod responses;

use std::fmt::Write as _;

use serde_json::Value;

use crate::guardrails::place::Step;
use crate::wire::Dialect;

/// What a string in an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    /// Not a text.
    Data,
    /// A piece of the text at this path of the whole answer.
    Piece(String),
    /// A piece of a tool call's arguments; whether they are an object in a whole answer.
    Arguments(String, bool),
    /// The text there, whole, which an earlier event may have held already.
    Repeated(String),
    /// A text of its own. Others may have the same path.
    Whole(String),
}

/// Texts that get no more pieces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    All,
    /// The text at this path, and those below it.
    Below(String),
}

/// An event's own words about itself.
pub(super) struct Head<'e> {
    dialect: Dialect,
    value: &'e Value,
    /// Its `type`.
    kind: &'e str,
}

impl<'e> Head<'e> {
    pub(super) fn new(dialect: Dialect, value: &'e Value) -> Self {
        let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
        Self { dialect, value, kind }
    }

    /// What the string there is.
    pub(super) fn spot(&self, steps: &[Step<'_>]) -> Spot {
        match self.dialect {
            Dialect::Messages => messages::spot(self, steps),
            Dialect::Responses | Dialect::Stored(_) => responses::spot(self, steps),
            _ => choices::spot(self, steps),
        }
    }

    /// What ends before the event's own texts are looked at.
    pub(super) fn ends_before(&self) -> Vec<Ends> {
        match self.dialect {
            Dialect::Messages => messages::ends(self).into_iter().collect(),
            Dialect::Responses | Dialect::Stored(_) => responses::ends(self).into_iter().collect(),
            _ => Vec::new(),
        }
    }

    /// What ends with the event's own texts.
    pub(super) fn ends_after(&self) -> Vec<Ends> {
        match self.dialect {
            Dialect::Messages | Dialect::Responses | Dialect::Stored(_) => Vec::new(),
            _ => choices::ends(self),
        }
    }

    /// A number of the event's own, e.g. `output_index`.
    fn number(&self, name: &str) -> Option<u64> {
        self.value.get(name).and_then(Value::as_u64)
    }

    pub(super) fn sequence(&self) -> Option<u64> {
        self.number("sequence_number")
    }
}

/// `start`, and the steps from there.
fn path(start: &str, steps: &[Step<'_>]) -> String {
    let mut path = start.to_owned();
    for step in steps {
        if !path.is_empty() && !matches!(step, Step::Index(_)) {
            path.push('.');
        }
        // Writing to a string does not fail.
        let _ = write!(path, "{step}");
    }
    path
}
