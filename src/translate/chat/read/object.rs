//! Objects of a client's body, each with its path, because an error must name what it is about.

use std::fmt;

use serde_json::value::RawValue;

use crate::reject::Reject;
use crate::translate::conversation::{Place, Words};
use crate::translate::losses::{Losses, invalid, malformed, missing};
use crate::wire::json::{Fields, Kind, elements};

/// Where an object stands. Each step borrows the one above it: a path costs nothing until it is shown.
#[derive(Clone, Copy)]
pub(super) enum At<'p> {
    Top(&'static str),
    Place(Place),
    Member(&'p At<'p>, &'static str),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top(name) => f.write_str(name),
            Self::Place(place) => place.fmt(f),
            Self::Member(above, name) => write!(f, "{above}.{name}"),
        }
    }
}

/// An object and where it stands.
pub(super) struct Object<'a, 'p> {
    fields: Fields<'a>,
    at: At<'p>,
}

impl<'a, 'p> Object<'a, 'p> {
    /// # Errors
    /// 400 for a value that is no object.
    pub(super) fn of(value: &'a RawValue, at: At<'p>) -> Result<Self, Reject> {
        let fields = Fields::of(value).map_err(|error| malformed(at.to_string(), &error))?;
        Ok(Self { fields, at })
    }

    /// A member that is there and not `null`.
    pub(super) fn set(&self, name: &str) -> Option<&'a RawValue> {
        self.fields.set(name)
    }

    /// Whether a member is there, though it be `null`.
    pub(super) fn has(&self, name: &str) -> bool {
        self.fields.get(name).is_some()
    }

    /// The path of a member.
    pub(super) fn path(&self, name: &'static str) -> String {
        At::Member(&self.at, name).to_string()
    }

    /// A member that must be there.
    pub(super) fn required(&self, name: &'static str) -> Result<&'a RawValue, Reject> {
        self.set(name).ok_or_else(|| missing(self.path(name)))
    }

    /// A string that must be there.
    pub(super) fn words(&self, name: &'static str) -> Result<Words<'a>, Reject> {
        self.words_if(name)?.ok_or_else(|| missing(self.path(name)))
    }

    /// A string that may be there.
    pub(super) fn words_if(&self, name: &'static str) -> Result<Option<Words<'a>>, Reject> {
        let Some(value) = self.set(name) else { return Ok(None) };
        match Kind::of(value) {
            Kind::Text => Ok(Some(Words::Json(value))),
            other => Err(invalid(self.path(name), format!("expected a string, found {}", other.name()))),
        }
    }

    /// An object that must be there.
    pub(super) fn object<'s>(&'s self, name: &'static str) -> Result<Object<'a, 's>, Reject> {
        Object::of(self.required(name)?, At::Member(&self.at, name))
    }

    /// An object that may be there.
    pub(super) fn object_if<'s>(&'s self, name: &'static str) -> Result<Option<Object<'a, 's>>, Reject> {
        self.set(name).map(|value| Object::of(value, At::Member(&self.at, name))).transpose()
    }

    /// The elements of an array; none where it is not there.
    pub(super) fn list(&self, name: &'static str) -> Result<Vec<&'a RawValue>, Reject> {
        let list = self.set(name).map_or(Ok(Vec::new()), elements);
        list.map_err(|error| malformed(self.path(name), &error))
    }

    /// Names the members that nobody knows; `null` says nothing.
    pub(super) fn others(&self, known: &[&str], losses: &mut Losses<'_>) {
        for (name, value) in self.fields.iter() {
            if !known.contains(&name) && value.get() != "null" {
                losses.hint(format!("{}.{name}", self.at));
            }
        }
    }
}
