//! JSON that fits a JSON Schema, or Gemini's dialect of one: the least that a model could say.

use serde_json::{Map, Value, json};

/// How deep a schema is followed; one that refers to itself ends there.
const MOST_DEPTH: usize = 10;

/// A value that fits `schema`. Where a string may say anything, it says `word`.
pub fn value(schema: &Value, word: &str) -> Value {
    Fitting { root: schema, word }.value(schema, 0)
}

struct Fitting<'s> {
    /// What `#/…` points into.
    root: &'s Value,
    word: &'s str,
}

impl Fitting<'_> {
    fn value(&self, schema: &Value, depth: usize) -> Value {
        if depth > MOST_DEPTH {
            return Value::Null;
        }
        if let Some(fixed) = schema.get("const").or_else(|| schema.pointer("/enum/0")) {
            return fixed.clone();
        }
        if let Some(other) = self.referred(schema).or_else(|| first_alternative(schema)) {
            return self.value(other, depth + 1);
        }
        match kind(schema).as_str() {
            "object" => self.object(schema, depth),
            "array" => self.array(schema, depth),
            "string" => json!(self.word),
            "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| json!(1)),
            "boolean" => json!(true),
            _ => Value::Null,
        }
    }

    fn referred(&self, schema: &Value) -> Option<&Value> {
        self.root.pointer(schema.get("$ref")?.as_str()?.strip_prefix('#')?)
    }

    fn object(&self, schema: &Value, depth: usize) -> Value {
        let properties = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
        let fields = properties.map(|(name, schema)| (name.clone(), self.value(schema, depth + 1)));
        Value::Object(fields.collect::<Map<_, _>>())
    }

    fn array(&self, schema: &Value, depth: usize) -> Value {
        let item = schema.get("items").map(|schema| self.value(schema, depth + 1));
        Value::Array(item.into_iter().collect())
    }
}

/// The first of several schemas that is not for null alone.
fn first_alternative(schema: &Value) -> Option<&Value> {
    let lists = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|name| schema.get(name)?.as_array());
    lists.flatten().find(|one| kind(one) != "null")
}

/// The type in lower case (Gemini writes capitals), the first that is not null; an object where properties stand
/// without a type.
fn kind(schema: &Value) -> String {
    let written = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().find(|one| *one != "null"),
        other => other,
    };
    let implied = if schema.get("properties").is_some() { "object" } else { "" };
    written.and_then(Value::as_str).unwrap_or(implied).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_fits() {
        let cases = [
            (json!({"type": "string"}), json!("Paris")),
            (json!({"type": "INTEGER", "minimum": 3}), json!(3)),
            (json!({"type": ["null", "boolean"]}), json!(true)),
            (json!({"enum": ["b", "a"], "type": "string"}), json!("b")),
            (json!({"anyOf": [{"type": "null"}, {"type": "number"}]}), json!(1)),
            (
                json!({"properties": {"a": {"type": "array", "items": {"$ref": "#/$defs/x"}}}, "$defs": {"x": {"const": 7}}}),
                json!({"a": [7]}),
            ),
        ];
        for (schema, expected) in cases {
            assert_eq!(value(&schema, "Paris"), expected, "{schema}");
        }
    }

    #[test]
    fn a_schema_of_itself_ends() {
        let schema = json!({"type": "object", "properties": {"again": {"$ref": "#"}}});
        assert!(value(&schema, "").to_string().ends_with(r#"{"again":null}}}}}}"#));
    }
}
