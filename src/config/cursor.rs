//! A value of the file, with where it stands: every typed read either answers or leaves a finding.

use std::ops::RangeInclusive;
use std::time::Duration;

use serde_json::{Map, Value};

use super::context::Context;
use super::decimal::Decimal;
use super::path::Path;
use super::placeholder;
use super::report::{Finding, Severity};
use super::section::Section;

/// How LiteLLM says "the value of this environment variable".
const VARIABLE: &str = "os.environ/";
/// Longest piece of a value that a message repeats, in characters.
const LONGEST_QUOTE: usize = 60;

/// A text, and the variable that held it.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub value: String,
    pub variable: Option<String>,
}

/// A value and its place.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    value: &'a Value,
    path: Path,
    context: &'a Context<'a>,
}

impl<'a> Cursor<'a> {
    pub fn root(value: &'a Value, context: &'a Context<'a>) -> Self {
        Self { value, path: Path::default(), context }
    }

    pub fn value(&self) -> &'a Value {
        self.value
    }

    pub fn context(&self) -> &'a Context<'a> {
        self.context
    }

    /// The value under a key of this mapping.
    pub fn at_key(&self, key: &str, value: &'a Value) -> Self {
        Self { value, path: self.path.key(key), context: self.context }
    }

    /// Something that keeps the file from being used.
    pub fn error(&self, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.find(self.path.clone(), Severity::Error, message.into(), help.into());
    }

    /// Something that is not done as the file says.
    pub fn warning(&self, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.find(self.path.clone(), Severity::Warning, message.into(), help.into());
    }

    /// Something without effect that is told once for the whole file.
    pub fn gather(&self, key: &str) {
        self.context.gather(&self.path, key);
    }

    /// A key of this mapping that is missing.
    pub fn missing(&self, key: &str, message: impl Into<String>, help: impl Into<Option<String>>) {
        self.find(self.path.key(key), Severity::Error, message.into(), help.into());
    }

    /// A value of the wrong shape.
    pub fn unexpected(&self, expected: &str) {
        self.error(format!("found {}, expected {expected}", describe(self.value)), None);
    }

    /// A value of the wrong shape where a secret may stand: it is not repeated.
    pub fn unexpected_secret(&self, expected: &str, help: impl Into<Option<String>>) {
        self.error(format!("found {}, expected {expected}", kind(self.value)), help);
    }

    fn find(&self, path: Path, severity: Severity, message: String, help: Option<String>) {
        let finding = Finding { path, severity, message, help };
        self.context.add(finding);
    }

    /// A mapping.
    pub fn section(&self) -> Option<Section<'a>> {
        self.fields().map(|fields| Section::new(self.clone(), fields))
    }

    /// A mapping's entries.
    pub fn fields(&self) -> Option<&'a Map<String, Value>> {
        let fields = self.value.as_object();
        if fields.is_none() {
            self.unexpected("a mapping");
        }
        fields
    }

    /// The elements of a list; none if it is not one.
    pub fn list(&self, expected: &str) -> Vec<Self> {
        let Value::Array(items) = self.value else {
            self.unexpected(expected);
            return Vec::new();
        };
        let at = |(index, value)| Self { value, path: self.path.index(index), context: self.context };
        items.iter().enumerate().map(at).collect()
    }

    /// A text that is not empty, from the file or from a variable.
    pub fn text(&self) -> Option<String> {
        self.sourced_text().map(|text| text.value)
    }

    /// A text that is not empty, and where it came from.
    pub fn sourced_text(&self) -> Option<Text> {
        match self.value {
            Value::String(text) if text.is_empty() => self.error("found an empty text", None),
            Value::String(text) => return self.resolved(text),
            Value::Number(_) | Value::Bool(_) => {
                self.error(
                    format!("found {}, expected a text", describe(self.value)),
                    "put it in quotes".to_owned(),
                );
            }
            _ => self.unexpected("a text"),
        }
        None
    }

    fn resolved(&self, text: &str) -> Option<Text> {
        let Some(name) = text.strip_prefix(VARIABLE) else {
            return Some(Text { value: text.to_owned(), variable: None });
        };
        let found = self.context.set(name);
        let problem = match &found {
            Some(value) if !value.is_empty() => None,
            Some(_) => Some("is empty"),
            None => Some("is not set"),
        };
        if let Some(problem) = problem {
            self.error(
                format!("`{text}`: the environment variable {name} {problem}"),
                format!("set {name} in the environment of `spillway`"),
            );
            return None;
        }
        found.map(|value| Text { value, variable: Some(name.to_owned()) })
    }

    /// A credential: visible ASCII from a variable, or from the file with a warning. Never repeated.
    pub fn credential(&self) -> Option<Text> {
        if !self.value.is_string() {
            self.unexpected_secret("a credential", "write `os.environ/NAME` and set NAME".to_owned());
            return None;
        }
        if self.value.as_str().is_some_and(str::is_empty) {
            self.error(
                "found an empty text, expected a credential",
                "leave the key out if there is none".to_owned(),
            );
            return None;
        }
        let text = self.sourced_text()?;
        if let Some(form) = placeholder::form(&text.value) {
            placeholder::report(self, form, text.variable.as_deref());
            return None;
        }
        if !text.value.bytes().all(|byte| byte.is_ascii_graphic()) {
            self.error(
                "the credential has a space, a line break or another character that no header can carry",
                "look for a line break at its end".to_owned(),
            );
            return None;
        }
        if text.variable.is_none() {
            self.warning(
                "a credential is written in the file",
                "write `os.environ/NAME` and set NAME: files are copied, committed and backed up".to_owned(),
            );
        }
        Some(text)
    }

    /// `true` or `false`, also in the spellings that YAML 1.1 (and so LiteLLM) reads as such.
    pub fn boolean(&self) -> Option<bool> {
        let spelled = match self.value {
            Value::Bool(value) => return Some(*value),
            Value::String(text) => self.resolved(text)?.value.to_ascii_lowercase(),
            _ => String::new(),
        };
        match spelled.as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => {
                self.unexpected("`true` or `false`");
                None
            }
        }
    }

    /// A whole number within bounds.
    pub fn whole(&self, bounds: RangeInclusive<u64>) -> Option<u64> {
        let expected = match (bounds.start(), bounds.end()) {
            (low, &u64::MAX) => format!("a whole number from {low}"),
            (low, high) => format!("a whole number from {low} to {high}"),
        };
        self.number(&expected, |decimal| decimal.exact(0).filter(|value| bounds.contains(value)))
    }

    /// A whole number from 0 to `most`.
    pub fn count(&self, most: u64) -> Option<u32> {
        self.whole(0..=most).and_then(|count| u32::try_from(count).ok())
    }

    /// A duration: written in seconds, answered in milliseconds.
    pub fn milliseconds(&self) -> Option<u64> {
        const DAY: u64 = 86_400_000;
        self.number("seconds, more than 0 and at most 86400 (a day), as a number", |decimal| {
            decimal.rounded(3).filter(|value| (1..=DAY).contains(value))
        })
    }

    /// A duration within bounds, in milliseconds: written in seconds, answered in milliseconds.
    pub fn milliseconds_within(&self, bounds: RangeInclusive<u64>) -> Option<u64> {
        let seconds = |ms: &u64| Duration::from_millis(*ms).as_secs_f64();
        let (low, high) = (seconds(bounds.start()), seconds(bounds.end()));
        self.number(&format!("seconds from {low} to {high}, as a number"), |decimal| {
            decimal.rounded(3).filter(|value| bounds.contains(value))
        })
    }

    /// An amount of money: written in US dollars, answered in 10⁻⁹ of them. Never rounded.
    pub fn nanodollars(&self) -> Option<u64> {
        self.number("US dollars from 0, with at most 9 decimals, as a number", |decimal| decimal.exact(9))
    }

    /// A decimal number from 0 that `read` accepts.
    pub fn number<T>(&self, expected: &str, read: impl FnOnce(Decimal) -> Option<T>) -> Option<T> {
        let text = match self.value {
            Value::Number(number) => number.to_string(),
            Value::String(text) => self.resolved(text)?.value,
            _ => String::new(),
        };
        let value = Decimal::parse(&text).and_then(read);
        if value.is_none() {
            self.unexpected(expected);
        }
        value
    }
}

/// A value as a message names it. What looks like a key is not repeated.
fn describe(value: &Value) -> String {
    match value {
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(number) => format!("`{number}`"),
        Value::String(text) if text.starts_with("sk-") => "a text".to_owned(),
        Value::String(text) => match text.char_indices().nth(LONGEST_QUOTE) {
            Some((end, _)) => format!("`{}…`", text.get(..end).unwrap_or_default()),
            None => format!("`{text}`"),
        },
        _ => kind(value).to_owned(),
    }
}

/// A value's type.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "a mapping",
    }
}
