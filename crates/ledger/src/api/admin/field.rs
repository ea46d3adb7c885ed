//! One member of a request's object, and the types that it may have.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use spillway_filter::config::Decimal;
use spillway_filter::keys::LONGEST_NAME;
use spillway_filter::wire::value;

use super::fields::Object;
use crate::api::Problem;

/// What a request says of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change<T> {
    /// Nothing: it stays, or takes its default.
    Keep,
    /// `null`: there shall be none.
    Unset,
    /// This value.
    Set(T),
}

impl<T> Change<T> {
    /// Changes a setting whose absence is `None`.
    pub(super) fn apply(self, setting: &mut Option<T>) {
        match self {
            Self::Keep => {}
            Self::Unset => *setting = None,
            Self::Set(value) => *setting = Some(value),
        }
    }

    /// Reads further.
    pub(super) fn try_map<U>(self, read: impl FnOnce(T) -> Result<U, Problem>) -> Result<Change<U>, Problem> {
        Ok(match self {
            Self::Keep => Change::Keep,
            Self::Unset => Change::Unset,
            Self::Set(value) => Change::Set(read(value)?),
        })
    }

    /// The value, where one is given.
    pub(super) fn given(self) -> Option<T> {
        match self {
            Self::Set(value) => Some(value),
            Self::Keep | Self::Unset => None,
        }
    }
}

impl Change<String> {
    /// The text, where one is given.
    pub(super) fn as_given(&self) -> Option<&str> {
        match self {
            Self::Set(text) => Some(text),
            Self::Keep | Self::Unset => None,
        }
    }
}

impl<T: Default> Change<T> {
    /// Changes a setting whose absence is its empty value.
    pub(super) fn apply_or_empty(self, setting: &mut T) {
        match self {
            Self::Keep => {}
            Self::Unset => *setting = T::default(),
            Self::Set(value) => *setting = value,
        }
    }
}

/// The largest integer that a JSON reader with binary fractions keeps exact, 2⁵³ − 1.
const LARGEST: u64 = 9_007_199_254_740_991;

/// The largest sum that a 64-bit signed column holds, in 10⁻⁹ US dollars.
const MOST_NANODOLLARS: u64 = i64::MAX.unsigned_abs();

/// A member's path and value; a value that is absent can be read as every type.
pub(super) struct Field {
    path: String,
    raw: Option<Box<RawValue>>,
}

impl Field {
    /// The value at a path, if there is one.
    pub(super) fn new(path: String, raw: Option<Box<RawValue>>) -> Self {
        Self { path, raw }
    }

    /// An error of this field.
    pub(super) fn wrong(&self, message: impl std::fmt::Display) -> Problem {
        Problem::invalid(format!("`{}`: {message}", self.path)).at(self.path.clone())
    }

    /// A limit: a whole number from 1. Nothing at all may pass a limit of 0, which `blocked` says better.
    pub(super) fn limit(&self) -> Result<Change<u64>, Problem> {
        self.read(|raw| {
            let number = Decimal::parse(raw).and_then(|decimal| decimal.exact(0));
            number.filter(|number| (1..=LARGEST).contains(number)).ok_or_else(|| {
                let found = found(raw);
                format!("found {found}, expected a whole number from 1 to {LARGEST}; to stop all requests, set `blocked`")
            })
        })
    }

    /// US dollars, to the nearest 10⁻⁹.
    pub(super) fn money(&self) -> Result<Change<u64>, Problem> {
        self.read(|raw| {
            let number = Decimal::parse(raw).and_then(|decimal| decimal.rounded(9));
            number.filter(|number| *number <= MOST_NANODOLLARS).ok_or_else(|| {
                let (found, most) = (found(raw), MOST_NANODOLLARS / 1_000_000_000);
                format!("found {found}, expected a number of US dollars from 0 to {most}")
            })
        })
    }

    /// `true` or `false`.
    pub(super) fn flag(&self) -> Result<Change<bool>, Problem> {
        self.read(|raw| match raw {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(format!("found {}, expected true or false", found(raw))),
        })
    }

    /// Any text.
    pub(super) fn text(&self) -> Result<Change<String>, Problem> {
        self.parse("a string")
    }

    /// The text of an id, an alias or a name.
    pub(super) fn name(&self) -> Result<Change<String>, Problem> {
        self.text()?.try_map(|name| self.check_name(&name).map(|()| name))
    }

    /// What every name is made of. It stands in logs and headers, so it has no control characters.
    fn check_name(&self, name: &str) -> Result<(), Problem> {
        let length = name.chars().count();
        if !(1..=LONGEST_NAME).contains(&length) {
            let message = format!("has {length} characters, expected 1 to {LONGEST_NAME}");
            return Err(self.wrong(message));
        }
        if name.chars().any(char::is_control) || name.trim() != name {
            return Err(self.wrong("has control characters, or white space at an end: remove them"));
        }
        Ok(())
    }

    /// A list of names, each once.
    pub(super) fn names(&self) -> Result<Change<Vec<String>>, Problem> {
        self.list()?.try_map(|items| {
            let mut seen = HashSet::with_capacity(items.len());
            let names: Result<Vec<String>, Problem> =
                items.iter().map(|item| item.required(Self::name)).collect();
            Ok(names?.into_iter().filter(|name| seen.insert(name.clone())).collect())
        })
    }

    /// A list that names something, and not too much at once.
    pub(super) fn ids(&self, most: u32) -> Result<Vec<String>, Problem> {
        let ids = self.required(Self::names)?;
        match ids.len() {
            0 => Err(self.wrong("the list is empty")),
            count if count > most as usize => {
                Err(self.wrong(format!("has {count} entries, expected at most {most} at a time")))
            }
            _ => Ok(ids),
        }
    }

    /// A list, each item with its own path.
    pub(super) fn list(&self) -> Result<Change<Vec<Self>>, Problem> {
        let items: Change<Vec<Box<RawValue>>> = self.parse("a list")?;
        let item = |(index, raw)| Self::new(format!("{}[{index}]", self.path), Some(raw));
        items.try_map(|items| Ok(items.into_iter().enumerate().map(item).collect()))
    }

    /// An object's members, each with its own path.
    pub(super) fn members(&self) -> Result<Change<Vec<(String, Self)>>, Problem> {
        let member = |(name, raw): (String, Box<RawValue>)| {
            let member = Self::new(format!("{}.{name}", self.path), Some(raw));
            member.check_name(&name)?;
            Ok((name, member))
        };
        let object: Change<Object> = self.parse("an object that names nothing twice")?;
        object.try_map(|Object(members)| members.into_iter().map(member).collect())
    }

    /// Whether it is written as an object.
    pub(super) fn is_object(&self) -> bool {
        self.raw.as_deref().is_some_and(|raw| raw.get().starts_with('{'))
    }

    /// Whether it is null or empty.
    pub(super) fn asks_for_nothing(&self) -> bool {
        self.raw.as_deref().is_none_or(asks_for_nothing)
    }

    /// An object, taken as it is.
    pub(super) fn object(&self) -> Result<Change<Map<String, Value>>, Problem> {
        self.parse("an object")
    }

    /// A value that can be neither absent nor null.
    pub(super) fn required<T>(
        &self,
        read: impl FnOnce(&Self) -> Result<Change<T>, Problem>,
    ) -> Result<T, Problem> {
        read(self)?.given().ok_or_else(|| match self.raw {
            Some(_) => self.wrong("found null, expected a value"),
            None => self.wrong("is missing"),
        })
    }

    fn read<T>(&self, read: impl FnOnce(&str) -> Result<T, String>) -> Result<Change<T>, Problem> {
        match self.raw.as_deref().map(RawValue::get) {
            None => Ok(Change::Keep),
            Some("null") => Ok(Change::Unset),
            Some(raw) => read(raw).map(Change::Set).map_err(|message| self.wrong(message)),
        }
    }

    fn parse<T: DeserializeOwned>(&self, expected: &str) -> Result<Change<T>, Problem> {
        self.read(|raw| {
            serde_json::from_str(raw).map_err(|error| match value::parse(raw.as_bytes()) {
                Ok(_) => format!("found {}, expected {expected}", found(raw)),
                // Nothing of its type: nested too deeply, half of a character, a number that is out of range.
                Err(_) => format!("found {} that cannot be read: {error}", found(raw)),
            })
        })
    }
}

/// Whether a value is one with which LiteLLM's clients fill a request up, whatever the field.
pub(super) fn asks_for_nothing(value: &RawValue) -> bool {
    ["null", "false", "[]", "{}", "\"\""].contains(&value.get())
}

/// A value as a message may name it. Texts are not repeated: one may be a key.
fn found(raw: &str) -> String {
    match raw.as_bytes().first() {
        Some(b'"') => "a string".to_owned(),
        Some(b'[') => "a list".to_owned(),
        Some(b'{') => "an object".to_owned(),
        _ => raw.chars().take(40).collect(),
    }
}
