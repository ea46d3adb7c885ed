//! OpenAI's error objects (Azure's v1 routes give the same): `message`, `type`, `param`, `code`.

use serde_json::{Value, json};

use crate::schema::{Kind, Problem, Step};

use super::number;

/// The body for a wrong field, worded as OpenAI words it: `param` is the path, such as `messages[0].foo`.
pub fn problem(problem: &Problem) -> Value {
    let path = path(&problem.at);
    let (code, message) = match &problem.kind {
        Kind::Unknown => ("unknown_parameter", format!("Unknown parameter: '{path}'.")),
        Kind::Missing => ("missing_required_parameter", format!("Missing required parameter: '{path}'.")),
        Kind::WrongType { expected, found, .. } => ("invalid_type", wrong_type(&path, expected, found)),
        Kind::NotAWord { found, allowed } => (
            "invalid_value",
            format!("Invalid value: '{found}'. Supported values are: {}.", enumerated(allowed)),
        ),
        Kind::OutOfBounds { measured, above, bound, found } => {
            out_of_bounds(&path, measured, *above, *bound, *found)
        }
    };
    error(&message, Some(&path), Some(code))
}

/// The body for anything else that is the caller's mistake.
pub fn plain(message: &str) -> Value {
    error(message, None, None)
}

fn error(message: &str, param: Option<&str>, code: Option<&str>) -> Value {
    json!({"error": {"message": message, "type": "invalid_request_error", "param": param, "code": code}})
}

fn path(at: &[Step]) -> String {
    let mut path = String::new();
    for step in at {
        match step {
            Step::Field(name) if path.is_empty() => path.push_str(name),
            Step::Field(name) => path.push_str(&format!(".{name}")),
            Step::Index(index) => path.push_str(&format!("[{index}]")),
            Step::Variant(_) => {}
        }
    }
    path
}

fn wrong_type(path: &str, expected: &[&str], found: &str) -> String {
    let named: Vec<&str> = expected.iter().map(|name| article(name)).collect();
    let expected = match named.split_last() {
        None => "another type".to_owned(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("one of {} or {last}", others.join(", ")),
    };
    format!("Invalid type for '{path}': expected {expected}, but got {} instead.", article(found))
}

fn article(type_name: &str) -> &'static str {
    match type_name {
        "string" => "a string",
        "integer" => "an integer",
        "number" => "a decimal",
        "boolean" => "a boolean",
        "list" => "an array",
        "object" => "an object",
        "null" => "null",
        _ => "any value",
    }
}

fn enumerated(words: &[String]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    match quoted.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, [first])) => format!("{first} and {last}"),
        Some((last, others)) => format!("{}, and {last}", others.join(", ")),
    }
}

fn out_of_bounds(path: &str, measured: &str, above: bool, bound: f64, found: f64) -> (&'static str, String) {
    let (bound, found) = (number(bound), number(found));
    let side = if above { "maximum" } else { "minimum" };
    let least = if above { "at most" } else { "at least" };
    let sign = if above { "<=" } else { ">=" };
    match measured {
        "string" => (
            if above { "string_above_max_length" } else { "string_below_min_length" },
            format!(
                "Invalid '{path}': string too {}. Expected a string with {side} length {bound}, but got a string with length {found} instead.",
                if above { "long" } else { "short" }
            ),
        ),
        "list" => (
            if above { "array_above_max_length" } else { "array_below_min_length" },
            format!(
                "Invalid '{path}': array too {}. Expected an array with {side} length {bound}, but got an array with length {found} instead.",
                if above { "long" } else { "short" }
            ),
        ),
        "map" => (
            if above { "object_above_max_properties" } else { "object_below_min_properties" },
            format!(
                "Invalid '{path}': too {} properties. Expected an object with {least} {bound} properties, but got an object with {found} properties instead.",
                if above { "many" } else { "few" }
            ),
        ),
        other => {
            let kind = if other == "integer" { "integer" } else { "decimal" };
            let code = match (kind, above) {
                ("integer", true) => "integer_above_max_value",
                ("integer", false) => "integer_below_min_value",
                (_, true) => "decimal_above_max_value",
                (_, false) => "decimal_below_min_value",
            };
            let where_to = if above { "above maximum" } else { "below minimum" };
            (
                code,
                format!(
                    "Invalid '{path}': {kind} {where_to} value. Expected a value {sign} {bound}, but got {found} instead."
                ),
            )
        }
    }
}
