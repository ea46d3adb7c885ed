//! The JSON Schema, draft 2020-12.

use serde_json::{Map, Value, json};
use spillway_filter::config::format::{Format, Notes, ROOT, Shape, asks_for_nothing, is_no_budget};

/// The schema of a whole file.
#[must_use]
pub fn json() -> Value {
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Spillway's gateway file: LiteLLM's configuration format, with a section `spillway_settings`",
    });
    let definitions: Map<String, Value> = super::all(&ROOT)
        .into_iter()
        .skip(1)
        .map(|format| (format.name.to_owned(), Value::Object(mapping(format))))
        .chain(simple())
        .collect();
    if let Value::Object(members) = &mut schema {
        members.append(&mut mapping(&ROOT));
        members.insert("$defs".to_owned(), Value::Object(definitions));
    }
    schema
}

/// The schema of a mapping.
fn mapping(format: &Format) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut patterns = Map::new();
    for key in format.keys() {
        properties.insert(key.name.to_owned(), described(optional(key.shape), key.says));
    }
    let without_effect = |_: &str, note: &str| json!({"description": format!("No effect here: {note}")});
    let refused = |name: &str, note: &str| {
        let nothing = [Value::Null, json!(false), json!([]), json!({}), json!(0)]
            .into_iter()
            .filter(|value| asks_for_nothing(name, value) || is_no_budget(name, value));
        json!({"description": format!("Refused: {note}"), "enum": nothing.collect::<Vec<_>>()})
    };
    // What is refused by name is so in spite of a family that is not.
    named(format.refused, &refused, &mut properties, &mut patterns);
    named(format.ignored, &without_effect, &mut properties, &mut patterns);
    let required: Vec<Value> =
        format.keys().filter(|key| key.required).map(|key| Value::String(key.name.to_owned())).collect();
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !patterns.is_empty() {
        schema.insert("patternProperties".to_owned(), Value::Object(patterns));
    }
    if !required.is_empty() {
        schema.insert("required".to_owned(), Value::Array(required));
    }
    schema.insert("additionalProperties".to_owned(), Value::Bool(false));
    schema
}

/// Adds the names of a table to the properties, those with a `*` to the patterns.
fn named(
    notes: Notes,
    schema: &dyn Fn(&str, &str) -> Value,
    properties: &mut Map<String, Value>,
    patterns: &mut Map<String, Value>,
) {
    for (names, note) in notes {
        for name in names.split(' ') {
            let (place, property) = match name.contains('*') {
                true => (&mut *patterns, pattern(name)),
                false => (&mut *properties, name.to_owned()),
            };
            // Of a key that has an effect, or that stands in an earlier table, that is said.
            place.entry(property).or_insert_with(|| schema(name, note));
        }
    }
}

/// `aws_*` → `^aws_`
fn pattern(name: &str) -> String {
    let start = if name.starts_with('*') { "" } else { "^" };
    let end = if name.ends_with('*') { "" } else { "$" };
    format!("{start}{}{end}", name.trim_matches('*'))
}

fn described(schema: Value, says: &str) -> Value {
    match schema {
        Value::Object(mut members) => {
            members.insert("description".to_owned(), Value::String(says.to_owned()));
            Value::Object(members)
        }
        other => other,
    }
}

/// A key's value, which may be left empty: that counts as not written.
fn optional(shape: Shape) -> Value {
    match shape {
        Shape::Of(_) | Shape::Word(_) => json!({"anyOf": [value(shape), {"type": "null"}]}),
        Shape::OneOf(shapes) => {
            let each = shapes.iter().map(|shape| value(*shape));
            json!({"anyOf": each.chain([json!({"type": "null"})]).collect::<Vec<_>>()})
        }
        Shape::List(inner) => json!({"type": ["array", "null"], "items": value(*inner)}),
        Shape::Map(inner) => json!({"type": ["object", "null"], "additionalProperties": value(*inner)}),
        Shape::Any => json!({}),
        Shape::Text | Shape::Secret | Shape::Flag | Shape::Number | Shape::Whole => value(shape),
    }
}

fn value(shape: Shape) -> Value {
    let defined = |name: &str| json!({"$ref": format!("#/$defs/{name}")});
    match shape {
        Shape::Text | Shape::Secret => defined("text"),
        Shape::Flag => defined("flag"),
        Shape::Number => defined("number"),
        Shape::Whole => defined("whole_number"),
        Shape::Word(words) => json!({"enum": words}),
        Shape::List(inner) => json!({"type": "array", "items": value(*inner)}),
        Shape::Map(inner) => json!({"type": "object", "additionalProperties": value(*inner)}),
        Shape::Of(format) => defined(format.name),
        Shape::OneOf(shapes) => {
            json!({"anyOf": shapes.iter().map(|shape| value(*shape)).collect::<Vec<_>>()})
        }
        Shape::Any => Value::Bool(true),
    }
}

/// Values without keys. `os.environ/NAME` may stand for each.
fn simple() -> [(String, Value); 4] {
    const VARIABLE: &str = "^os\\.environ/";
    const NUMBER: &str = "^[0-9_]*\\.?[0-9_]*([eE][-+]?[0-9]+)?$";
    const FLAG: &str = "^([Tt]rue|TRUE|[Ff]alse|FALSE|[Yy]es|YES|[Nn]o|NO|[Oo]n|ON|[Oo]ff|OFF)$";
    let or_spelled = |kind: &str, pattern: &str| json!({"type": [kind, "string", "null"], "minimum": 0, "pattern": format!("{VARIABLE}|{pattern}")});
    let named = |(name, schema): (&str, Value)| (name.to_owned(), schema);
    [
        ("text", json!({"type": ["string", "null"], "minLength": 1})),
        ("flag", or_spelled("boolean", FLAG)),
        ("number", or_spelled("number", NUMBER)),
        ("whole_number", or_spelled("integer", "^[0-9_]+$")),
    ]
    .map(named)
}
