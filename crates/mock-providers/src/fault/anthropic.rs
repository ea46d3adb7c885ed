//! Anthropic's error objects: `{"type":"error","error":{"type":…,"message":…}}`; the request id is added on sending.

use serde_json::{Value, json};

use crate::schema::{Kind, Problem, Step};

use super::number;

/// The body for a wrong field: the path with dots, then the validator's sentence.
pub fn problem(problem: &Problem) -> Value {
    let path = path(&problem.at);
    let sentence = match &problem.kind {
        Kind::Unknown => "Extra inputs are not permitted".to_owned(),
        Kind::Missing => "Field required".to_owned(),
        Kind::WrongType { expected, .. } => wrong_type(expected),
        Kind::NotAWord { found, allowed } => not_a_word(problem.field(), found, allowed),
        Kind::OutOfBounds { measured, above, bound, found } => {
            out_of_bounds(measured, *above, *bound, *found)
        }
    };
    plain(400, &format!("{path}: {sentence}"))
}

/// The body for any other refusal.
pub fn plain(status: u16, message: &str) -> Value {
    let kind = match status {
        401 => "authentication_error",
        403 => "permission_error",
        404 => "not_found_error",
        413 => "request_too_large",
        429 => "rate_limit_error",
        529 => "overloaded_error",
        500.. => "api_error",
        _ => "invalid_request_error",
    };
    json!({"type": "error", "error": {"type": kind, "message": message}})
}

fn path(at: &[Step]) -> String {
    let steps = at.iter().map(|step| match step {
        Step::Field(name) | Step::Variant(name) => name.clone(),
        Step::Index(index) => index.to_string(),
    });
    steps.collect::<Vec<_>>().join(".")
}

fn wrong_type(expected: &[&str]) -> String {
    let noun = match expected.first().copied().unwrap_or_default() {
        "string" => "a valid string",
        "integer" => "a valid integer",
        "number" => "a valid number",
        "boolean" => "a valid boolean",
        "list" => "a valid array",
        "object" => "an object",
        _ => "of another type",
    };
    format!("Input should be {noun}")
}

fn not_a_word(field: &str, found: &str, allowed: &[String]) -> String {
    let quoted: Vec<String> = allowed.iter().map(|word| format!("'{word}'")).collect();
    if field == "type" {
        return format!(
            "Input tag '{found}' found using 'type' does not match any of the expected tags: {}",
            quoted.join(", ")
        );
    }
    let listed = match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
    };
    format!("Input should be {listed}")
}

fn out_of_bounds(measured: &str, above: bool, bound: f64, found: f64) -> String {
    let (bound, found) = (number(bound), number(found));
    let most = if above { "most" } else { "least" };
    match measured {
        "string" => format!("String should have at {most} {bound} characters"),
        "list" => format!("List should have at {most} {bound} items after validation, not {found}"),
        "map" => format!("Dictionary should have at {most} {bound} items after validation, not {found}"),
        _ if above => format!("Input should be less than or equal to {bound}"),
        _ => format!("Input should be greater than or equal to {bound}"),
    }
}
