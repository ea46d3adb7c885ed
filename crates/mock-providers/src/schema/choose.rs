//! Which of several shapes a value was meant to have.
//!
//! Most unions of objects carry a tag: a field such as `type` or `role` that takes one fixed string in each
//! alternative. A value is judged against the alternatives whose tags it carries, so that a problem inside is reported
//! where it is, not as "matches none of 27".

use serde_json::Value;

use super::check::{type_name, wrong_type};
use super::{Kind, Problem, Shape, Step, Table};

/// Checks `value` against the alternatives.
///
/// # Errors
/// The problem of the alternative that was most likely meant.
pub fn choose(table: &Table, shapes: &[Shape], value: &Value, at: &mut Vec<Step>) -> Result<(), Problem> {
    let alternatives = flattened(table, shapes);
    let fitting: Vec<&Shape> = alternatives.iter().copied().filter(|shape| same_type(shape, value)).collect();
    if fitting.is_empty() {
        let mut expected: Vec<&'static str> = alternatives.iter().map(|shape| type_name(shape)).collect();
        expected.dedup();
        return Err(wrong_type(expected, value, at));
    }
    let tagged: Vec<&Shape> =
        fitting.iter().copied().filter(|shape| wrong_tag(table, shape, value).is_none()).collect();
    if tagged.is_empty() {
        return Err(unknown_tag(table, &fitting, value, at));
    }
    let complete: Vec<&Shape> = tagged.iter().copied().filter(|shape| !lacks_tag(shape, value)).collect();
    let meant = if complete.is_empty() { tagged } else { complete };
    first_match(table, &meant, value, at, fitting.len() > 1)
}

fn first_match(
    table: &Table,
    shapes: &[&Shape],
    value: &Value,
    at: &mut Vec<Step>,
    name_it: bool,
) -> Result<(), Problem> {
    let variant = value.get("type").and_then(Value::as_str).filter(|_| name_it);
    let depth = at.len();
    at.extend(variant.map(|tag| Step::Variant(tag.to_owned())));
    let mut closest: Option<Problem> = None;
    for shape in shapes {
        match table.against(shape, value, at) {
            Ok(()) => {
                closest = None;
                break;
            }
            Err(problem) if closest.as_ref().is_none_or(|best| is_closer(&problem, best)) => {
                closest = Some(problem)
            }
            Err(_) => {}
        }
    }
    at.truncate(depth);
    closest.map_or(Ok(()), Err)
}

/// Whether `problem` tells more than `best`: it lies deeper, or it names a field that is there.
fn is_closer(problem: &Problem, best: &Problem) -> bool {
    let rank = |problem: &Problem| (problem.at.len(), problem.kind != Kind::Missing);
    rank(problem) > rank(best)
}

fn flattened<'a>(table: &'a Table, shapes: &'a [Shape]) -> Vec<&'a Shape> {
    let mut flat = Vec::new();
    for shape in shapes {
        match table.resolved(shape) {
            Shape::Either(inner) => flat.extend(flattened(table, inner)),
            shape => flat.push(shape),
        }
    }
    flat
}

fn same_type(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::Any => true,
        Shape::Null => value.is_null(),
        Shape::Boolean => value.is_boolean(),
        Shape::String(_) | Shape::Words(_) => value.is_string(),
        Shape::Integer(_) => value.is_i64() || value.is_u64(),
        Shape::Number(_) => value.is_number(),
        Shape::List(..) => value.is_array(),
        Shape::Map(..) | Shape::Object(_) => value.is_object(),
        Shape::Either(_) | Shape::Named(_) => false,
    }
}

const TAGS: [&str; 2] = ["type", "role"];

/// Whether `shape` asks for a tag that `value` does not carry at all.
fn lacks_tag(shape: &Shape, value: &Value) -> bool {
    let Shape::Object(fields) = shape else { return false };
    fields
        .iter()
        .any(|field| field.required && TAGS.contains(&&*field.name) && value.get(&field.name).is_none())
}

/// The name of a tag that `value` carries with a string that `shape` does not take.
fn wrong_tag<'a>(table: &Table, shape: &'a Shape, value: &Value) -> Option<&'a str> {
    let Shape::Object(fields) = shape else { return None };
    fields
        .iter()
        .filter(|field| TAGS.contains(&&*field.name))
        .find(|field| value.get(&field.name).is_some_and(|tag| !takes(table, &field.shape, tag)))
        .map(|field| field.name.as_str())
}

fn takes(table: &Table, shape: &Shape, tag: &Value) -> bool {
    table.against(shape, tag, &mut Vec::new()).is_ok()
}

/// The problem of a value that carries the tag of no alternative: it is at the tag.
fn unknown_tag(table: &Table, shapes: &[&Shape], value: &Value, at: &[Step]) -> Problem {
    let Some(name) = shapes.iter().find_map(|shape| wrong_tag(table, shape, value)) else {
        return wrong_type(vec!["object"], value, at);
    };
    let tag = value.get(name).unwrap_or(&Value::Null);
    let mut at = at.to_vec();
    at.push(Step::Field(name.to_owned()));
    match tag.as_str() {
        None => wrong_type(vec!["string"], tag, &at),
        Some(found) => {
            let mut allowed: Vec<String> = Vec::new();
            for word in shapes.iter().flat_map(|shape| tags(table, shape, name)) {
                if !allowed.contains(&word) {
                    allowed.push(word);
                }
            }
            Problem { at, kind: Kind::NotAWord { found: found.to_owned(), allowed } }
        }
    }
}

fn tags(table: &Table, shape: &Shape, name: &str) -> Vec<String> {
    let Shape::Object(fields) = shape else { return Vec::new() };
    let Some(field) = table.field(fields, name) else { return Vec::new() };
    let shapes = [field.shape.clone()];
    let mut words: Vec<String> = Vec::new();
    for shape in flattened(table, &shapes) {
        if let Shape::Words(list) = shape {
            words.extend(list.iter().cloned());
        }
    }
    words
}
