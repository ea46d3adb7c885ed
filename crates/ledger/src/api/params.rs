//! The query string, read strictly: a parameter that is misspelt or malformed is an error, not all rows.

use std::ops::RangeInclusive;

use axum::extract::Query;
use axum::http::Uri;
use spillway_filter::config::Decimal;

use super::Problem;
use crate::calendar::{self, Day};
use crate::store::{Days, Page, Span};

/// The parameters of a request, each known and given once.
#[derive(Debug)]
pub(super) struct Params {
    given: Vec<(String, String)>,
}

impl Params {
    /// Reads the query of `uri`, which may have the parameters `known`.
    pub(super) fn of(uri: &Uri, known: &[&str]) -> Result<Self, Problem> {
        let Query(given) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|error| Problem::invalid(format!("the query string cannot be read: {error}")))?;
        let mut params = Self { given: Vec::new() };
        for (name, value) in given {
            if !known.contains(&name.as_str()) {
                let message = format!("unknown parameter `{name}`; expected: {}", known.join(", "));
                return Err(Problem::invalid(message).code("unknown_parameter").at(name));
            }
            if params.text(&name).is_some() {
                return Err(Problem::invalid(format!("`{name}` is given twice")).at(name));
            }
            params.given.push((name, value));
        }
        Ok(params)
    }

    /// A parameter as it is.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// A parameter as it is, owned.
    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A parameter that must be given.
    pub(super) fn required(&self, name: &str) -> Result<String, Problem> {
        self.owned(name).ok_or_else(|| Problem::invalid(format!("`{name}` is missing")).at(name))
    }

    /// A parameter that must be one of these words.
    pub(super) fn word(&self, name: &str, words: &[&str]) -> Result<Option<String>, Problem> {
        match self.text(name) {
            Some(word) if !words.contains(&word) => {
                Err(Problem::invalid(format!("`{name}` is `{word}`; expected one of: {}", words.join(", ")))
                    .at(name))
            }
            word => Ok(word.map(str::to_owned)),
        }
    }

    /// `start_date` and `end_date`, both included.
    pub(super) fn days(&self) -> Result<Days, Problem> {
        let days = Days { from: self.day("start_date")?, to: self.day("end_date")? };
        match (days.from, days.to) {
            (Some(from), Some(to)) if from > to => {
                Err(Problem::invalid("`start_date` is after `end_date`").at("start_date"))
            }
            _ => Ok(days),
        }
    }

    /// `start_date` and `end_date`, each a UTC date or a time, both included: of a time, its whole second.
    pub(super) fn span(&self) -> Result<Span, Problem> {
        let bound = |name: &str| -> Result<Option<(String, String)>, Problem> {
            self.text(name).map(|text| bounds(name, text)).transpose()
        };
        let (from, to) = (bound("start_date")?, bound("end_date")?);
        let span = Span { from: from.map(|(first, _)| first), before: to.map(|(_, after)| after) };
        match (&span.from, &span.before) {
            (Some(from), Some(before)) if from >= before => {
                Err(Problem::invalid("`start_date` is after `end_date`").at("start_date"))
            }
            _ => Ok(span),
        }
    }

    /// US dollars as nanodollars, read as the decimal number that is written.
    pub(super) fn nanodollars(&self, name: &str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match Decimal::parse(text).and_then(|dollars| dollars.rounded(9)) {
            Some(amount) if i64::try_from(amount).is_ok() => Ok(Some(amount)),
            _ => Err(Problem::invalid(format!(
                "`{name}` is `{text}`; expected an amount of US dollars, such as 0.25"
            ))
            .at(name)),
        }
    }

    /// `true` or `false`, if it is given.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        Ok(self.word(name, &["true", "false"])?.map(|word| word == "true"))
    }

    /// Whether a parameter is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// `page` from 1, and `page_size` up to `largest`.
    pub(super) fn page(&self, usual: u32, largest: u32) -> Result<Page, Problem> {
        Ok(Page {
            number: self.number("page", 1, 1..=u32::MAX)?,
            size: self.number("page_size", usual, 1..=largest)?,
        })
    }

    /// A number that may be missing.
    pub(super) fn optional_number(&self, name: &str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let wrong = || Problem::invalid(format!("`{name}` is `{text}`; expected a whole number")).at(name);
        text.parse().map(Some).map_err(|_| wrong())
    }

    fn day(&self, name: &str) -> Result<Option<Day>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        match Day::parse(text) {
            Some(day) => Ok(Some(day)),
            None => {
                Err(Problem::invalid(format!("`{name}` is `{text}`; expected a UTC date, YYYY-MM-DD"))
                    .at(name))
            }
        }
    }

    /// A parameter that is a whole number in a range.
    pub(super) fn number(
        &self,
        name: &str,
        otherwise: u32,
        range: RangeInclusive<u32>,
    ) -> Result<u32, Problem> {
        let Some(text) = self.text(name) else { return Ok(otherwise) };
        text.parse().ok().filter(|number| range.contains(number)).ok_or_else(|| {
            let (first, last) = range.into_inner();
            Problem::invalid(format!("`{name}` is `{text}`; expected a number from {first} to {last}"))
                .at(name)
        })
    }
}

/// The first moment of a date or a time, and the first one after it.
fn bounds(name: &str, text: &str) -> Result<(String, String), Problem> {
    if let Some(day) = Day::parse(text) {
        return Ok((day.to_string(), day.plus(1).to_string()));
    }
    calendar::moment(text).ok_or_else(|| {
        let expected = "a UTC date, YYYY-MM-DD, or a time, YYYY-MM-DD HH:MM:SS";
        Problem::invalid(format!("`{name}` is `{text}`; expected {expected}")).at(name)
    })
}
