//! Checks a body against a table.
//!
//! The walk stops at the first problem: fields in the order in which the body has them, then those that are missing.

use serde_json::{Map, Value};

use super::choose::choose;
use super::{Bounds, Field, Kind, Names, Problem, Shape, Step, Table};

impl Table {
    /// Checks a whole body.
    ///
    /// # Errors
    /// The first problem found.
    pub fn check(&self, body: &Value) -> Result<(), Problem> {
        self.against(&Shape::Named(self.root.clone()), body, &mut Vec::new())
    }

    /// Checks one value; `at` is where it stands.
    pub(super) fn against(&self, shape: &Shape, value: &Value, at: &mut Vec<Step>) -> Result<(), Problem> {
        match (self.resolved(shape), value) {
            (Shape::Any, _) | (Shape::Null, Value::Null) | (Shape::Boolean, Value::Bool(_)) => Ok(()),
            (Shape::String(bounds), Value::String(text)) => {
                within(*bounds, "string", count(text.chars()), at)
            }
            (Shape::Words(words), Value::String(text)) => one_of(words, text, at),
            (Shape::Integer(bounds), Value::Number(number)) if number.is_i64() || number.is_u64() => {
                within(*bounds, "integer", number.as_f64().unwrap_or_default(), at)
            }
            (Shape::Number(bounds), Value::Number(number)) => {
                within(*bounds, "number", number.as_f64().unwrap_or_default(), at)
            }
            (Shape::List(inner, bounds), Value::Array(items)) => {
                within(*bounds, "list", count(items.iter()), at)?;
                self.list(inner, items, at)
            }
            (Shape::Map(inner, bounds), Value::Object(entries)) => {
                within(*bounds, "map", count(entries.iter()), at)?;
                self.map(inner, entries, at)
            }
            (Shape::Object(fields), Value::Object(entries)) => self.object(fields, entries, at),
            (Shape::Either(shapes), _) => choose(self, shapes, value, at),
            (shape, _) => Err(wrong_type(vec![type_name(shape)], value, at)),
        }
    }

    /// The shape itself, once names are followed. Tables are loaded only when every name is defined.
    pub(super) fn resolved<'a>(&'a self, mut shape: &'a Shape) -> &'a Shape {
        while let Shape::Named(name) = shape {
            let Some(next) = self.types.get(name) else { return &Shape::Null };
            shape = next;
        }
        shape
    }

    fn list(&self, inner: &Shape, items: &[Value], at: &mut Vec<Step>) -> Result<(), Problem> {
        for (index, item) in items.iter().enumerate() {
            self.below(Step::Index(index), inner, item, at)?;
        }
        Ok(())
    }

    fn map(&self, inner: &Shape, entries: &Map<String, Value>, at: &mut Vec<Step>) -> Result<(), Problem> {
        for (name, value) in entries {
            self.below(Step::Field(name.clone()), inner, value, at)?;
        }
        Ok(())
    }

    fn object(
        &self,
        fields: &[Field],
        entries: &Map<String, Value>,
        at: &mut Vec<Step>,
    ) -> Result<(), Problem> {
        for (name, value) in entries {
            let Some(field) = self.field(fields, name) else { return Err(problem(at, name, Kind::Unknown)) };
            self.below(Step::Field(name.clone()), &field.shape, value, at)?;
        }
        let is_there = |field: &&Field| entries.keys().any(|name| self.same(&field.name, name));
        match fields.iter().filter(|field| field.required).find(|field| !is_there(field)) {
            Some(field) => Err(problem(at, &field.name, Kind::Missing)),
            None => Ok(()),
        }
    }

    fn below(&self, step: Step, shape: &Shape, value: &Value, at: &mut Vec<Step>) -> Result<(), Problem> {
        at.push(step);
        let verdict = self.against(shape, value, at);
        at.pop();
        verdict
    }

    pub(super) fn field<'a>(&self, fields: &'a [Field], name: &str) -> Option<&'a Field> {
        fields.iter().find(|field| self.same(&field.name, name))
    }

    fn same(&self, defined: &str, given: &str) -> bool {
        defined == given || self.names == Names::Protobuf && snake_case(defined) == given
    }
}

/// `maxOutputTokens` → `max_output_tokens`.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

pub(super) fn type_name(shape: &Shape) -> &'static str {
    match shape {
        Shape::Any | Shape::Either(_) | Shape::Named(_) => "any",
        Shape::Null => "null",
        Shape::Boolean => "boolean",
        Shape::String(_) | Shape::Words(_) => "string",
        Shape::Integer(_) => "integer",
        Shape::Number(_) => "number",
        Shape::List(..) => "list",
        Shape::Map(..) | Shape::Object(_) => "object",
    }
}

pub(super) fn wrong_type(expected: Vec<&'static str>, value: &Value, at: &[Step]) -> Problem {
    let kind = Kind::WrongType { expected, found: found(value), value: value.to_string() };
    Problem { at: at.to_vec(), kind }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

fn one_of(words: &[String], text: &str, at: &[Step]) -> Result<(), Problem> {
    if words.iter().any(|word| word == text) {
        return Ok(());
    }
    Err(Problem { at: at.to_vec(), kind: Kind::NotAWord { found: text.to_owned(), allowed: words.to_vec() } })
}

fn within(bounds: Bounds, measured: &'static str, found: f64, at: &[Step]) -> Result<(), Problem> {
    let above = bounds.most.filter(|most| found > *most).map(|bound| (true, bound));
    let passed = above.or(bounds.least.filter(|least| found < *least).map(|bound| (false, bound)));
    match passed {
        None => Ok(()),
        Some((above, bound)) => {
            Err(Problem { at: at.to_vec(), kind: Kind::OutOfBounds { measured, above, bound, found } })
        }
    }
}

#[allow(clippy::cast_precision_loss, reason = "bodies are far shorter than 2^52")]
fn count(items: impl Iterator) -> f64 {
    items.count() as f64
}

fn problem(at: &[Step], name: &str, kind: Kind) -> Problem {
    let mut at = at.to_vec();
    at.push(Step::Field(name.to_owned()));
    Problem { at, kind }
}
