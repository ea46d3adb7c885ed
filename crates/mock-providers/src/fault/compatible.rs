//! How servers that speak like OpenAI tell a wrong field in words of their own.

use serde_json::{Value, json};

use crate::schema::{Kind, Problem, Step};

use super::openai;

/// Groq's body: its own words for what it does not have.
pub fn groq(problem: &Problem) -> Value {
    match problem.kind {
        Kind::Unknown => {
            let message = format!("property '{}' is unsupported", problem.field());
            json!({"error": {"message": message, "type": "invalid_request_error"}})
        }
        _ => openai::problem(problem),
    }
}

/// Mistral's body: the list of its validator.
pub fn mistral(problem: &Problem) -> Value {
    let (kind, message) = match problem.kind {
        Kind::Unknown => ("extra_forbidden", "Extra inputs are not permitted"),
        Kind::Missing => ("missing", "Field required"),
        Kind::WrongType { .. } => ("type_error", "Input should be another type"),
        Kind::NotAWord { .. } => ("enum", "Input should be one of those that are defined"),
        Kind::OutOfBounds { .. } => ("value_error", "Input is out of bounds"),
    };
    let steps = problem.at.iter().filter_map(|step| match step {
        Step::Field(name) => Some(json!(name)),
        Step::Index(index) => Some(json!(index)),
        Step::Variant(_) => None,
    });
    let place: Vec<Value> = std::iter::once(json!("body")).chain(steps).collect();
    let detail = json!([{"type": kind, "loc": place, "msg": message}]);
    json!({
        "object": "error", "message": {"detail": detail}, "type": "invalid_request_error", "param": null, "code": null,
    })
}
