//! Google's error objects: `code`, `message`, `status`, and `details` with the field violations.

use serde_json::{Value, json};

use crate::schema::{Kind, Problem, Step, snake_case};

use super::number;

/// The body for a wrong field.
pub fn problem(problem: &Problem) -> Value {
    let (name, parent) = name_and_parent(&problem.at);
    let whole = joined(&parent, &name);
    let message = match &problem.kind {
        Kind::Unknown if parent.is_empty() => {
            format!("Invalid JSON payload received. Unknown name \"{name}\": Cannot find field.")
        }
        Kind::Unknown => {
            format!(
                "Invalid JSON payload received. Unknown name \"{name}\" at '{parent}': Cannot find field."
            )
        }
        Kind::Missing => format!("* GenerateContentRequest.{whole}: {name} is not specified"),
        Kind::WrongType { expected, value, .. } => {
            format!(
                "Invalid value at '{whole}' ({}), {value}",
                expected.first().map_or("TYPE_MESSAGE", |t| proto(t))
            )
        }
        Kind::NotAWord { found, .. } => format!("Invalid value at '{whole}' (TYPE_ENUM), \"{found}\""),
        Kind::OutOfBounds { bound, above, found, .. } => {
            let side = if *above { "at most" } else { "at least" };
            format!(
                "* GenerateContentRequest.{whole}: must be {side} {}, got {}",
                number(*bound),
                number(*found)
            )
        }
    };
    let violation = json!({"field": violated(&problem.kind, &parent, &whole), "description": message});
    let mut body = plain(400, &message);
    if let Some(error) = body.get_mut("error").and_then(Value::as_object_mut) {
        let details =
            json!([{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]);
        error.insert("details".to_owned(), details);
    }
    body
}

/// The body for any other refusal.
pub fn plain(status: u16, message: &str) -> Value {
    let name = match status {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        409 => "ABORTED",
        429 => "RESOURCE_EXHAUSTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        500.. => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    };
    json!({"error": {"code": status, "message": message, "status": name}})
}

/// Google names the parent of a field that it cannot find, and the field itself otherwise.
fn violated<'a>(kind: &Kind, parent: &'a str, whole: &'a str) -> &'a str {
    if *kind == Kind::Unknown { parent } else { whole }
}

/// The last field's name as the caller spelt it, and the path to its parent in protobuf's own names.
fn name_and_parent(at: &[Step]) -> (String, String) {
    let Some((Step::Field(name), parents)) = at.split_last() else { return (String::new(), path(at)) };
    (name.clone(), path(parents))
}

fn joined(parent: &str, name: &str) -> String {
    match (parent.is_empty(), name.is_empty()) {
        (true, _) => snake_case(name),
        (false, true) => parent.to_owned(),
        (false, false) => format!("{parent}.{}", snake_case(name)),
    }
}

fn path(at: &[Step]) -> String {
    let mut path = String::new();
    for step in at {
        match step {
            Step::Field(name) if path.is_empty() => path.push_str(&snake_case(name)),
            Step::Field(name) => path.push_str(&format!(".{}", snake_case(name))),
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Variant(_) => {}
        }
    }
    path
}

fn proto(type_name: &str) -> &'static str {
    match type_name {
        "string" => "TYPE_STRING",
        "integer" => "TYPE_INT32",
        "number" => "TYPE_FLOAT",
        "boolean" => "TYPE_BOOL",
        _ => "TYPE_MESSAGE",
    }
}
