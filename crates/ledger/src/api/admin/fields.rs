//! A request's JSON object, read strictly: every member is asked for by name, once, and what nobody asked
//! for is refused.

use std::collections::BTreeMap;
use std::fmt;

use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use spillway_filter::config::nearest;

use super::field::Field;
use super::unsupported::Unsupported;
use crate::api::{Problem, body};

/// Members of an object as they were written, so that a number is read as its decimal digits.
pub(super) type Members = BTreeMap<String, Box<RawValue>>;

/// Bytes of the largest body.
const LARGEST_BODY: usize = 64 << 10;

/// The members that nobody has asked for yet.
pub(super) struct Fields {
    members: Members,
    asked: Vec<&'static str>,
}

impl<S: Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    /// Reads the body, which must be JSON if its type is told.
    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let told = request.headers().get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
        if !told.is_none_or(is_json) {
            let message = "the body's type is not JSON: send `content-type: application/json`";
            return Err(Problem::new(415, "invalid_request_error", message));
        }
        match body::read(request.into_body(), LARGEST_BODY).await? {
            Some(body) => Self::of(&body),
            None => {
                let message = format!("the body is larger than {LARGEST_BODY} bytes");
                Err(Problem::new(413, "invalid_request_error", message).code("body_too_large"))
            }
        }
    }
}

fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

impl Fields {
    /// Reads a body; an empty one has no members.
    fn of(body: &[u8]) -> Result<Self, Problem> {
        let members = if body.trim_ascii().is_empty() { Members::new() } else { object(body)? };
        Ok(Self { members, asked: Vec::new() })
    }

    /// Takes a member.
    pub(super) fn take(&mut self, name: &'static str) -> Field {
        self.asked.push(name);
        Field::new(name.to_owned(), self.members.remove(name))
    }

    /// What is left must be nothing, or a member of LiteLLM's that asks for nothing.
    pub(super) fn close(self, unsupported: &[&[Unsupported]]) -> Result<(), Problem> {
        for (name, value) in &self.members {
            match unsupported.iter().copied().flatten().find(|known| known.names(name)) {
                Some(known) => known.check(name, value)?,
                None => return Err(self.unknown(name)),
            }
        }
        Ok(())
    }

    fn unknown(&self, name: &str) -> Problem {
        let hint = match nearest(name, self.asked.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected: {}", self.asked.join(", ")),
        };
        Problem::invalid(format!("unknown field `{name}`: {hint}")).code("unknown_field").at(name)
    }
}

fn object(body: &[u8]) -> Result<Members, Problem> {
    let object: Object = serde_json::from_slice(body).map_err(|error| malformed(body, &error))?;
    Ok(object.0)
}

/// Where it is malformed. The parser's own words may quote a key.
fn malformed(body: &[u8], error: &serde_json::Error) -> Problem {
    let message = match error.classify() {
        serde_json::error::Category::Data if body.trim_ascii().starts_with(b"{") => error.to_string(),
        serde_json::error::Category::Data => "the body is no JSON object".to_owned(),
        _ => format!("the body is no JSON: line {}, column {}", error.line(), error.column()),
    };
    Problem::invalid(message).code("malformed_body")
}

/// An object of which no member is written twice.
pub(super) struct Object(pub(super) Members);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;

        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Object;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut members = Members::new();
                while let Some(name) = map.next_key::<String>()? {
                    if members.contains_key(&name) {
                        return Err(serde::de::Error::custom(format!("`{name}` is written twice")));
                    }
                    members.insert(name, map.next_value()?);
                }
                Ok(Object(members))
            }
        }

        deserializer.deserialize_map(ObjectVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_by_its_type() {
        for json in ["application/json", "Application/JSON", "application/json; charset=utf-8"] {
            assert!(is_json(json), "{json}");
        }
        for other in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
            assert!(!is_json(other), "{other:?}");
        }
    }
}
