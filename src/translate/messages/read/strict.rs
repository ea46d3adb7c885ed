//! `strict` of a tool towards OpenAI.
//!
//! OpenAI's strict functions require every property, and have no others:
//! <https://platform.openai.com/docs/guides/structured-outputs#all-fields-must-be-required>. Anthropic's may leave some out
//! of `required`. Where one does, OpenAI would refuse the request; without `strict` the model follows the schema as a rule. So it
//! does where the schema is too long to tell.

use std::collections::BTreeSet;

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::super::json_schema;
use crate::translate::conversation::Place;
use crate::translate::losses::Losses;
use crate::wire::Api;

/// Members whose values are schemas by names, lists of schemas, and one schema. All else in a schema is no schema, whatever
/// it looks like: `default`, `enum`. Source: <https://json-schema.org/draft/2020-12/json-schema-core#section-10>; `items` could
/// be a list, and `definitions` was the name, in drafts before.
const NAMED: &[&str] = &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
const LISTED: &[&str] = &["allOf", "anyOf", "items", "oneOf", "prefixItems"];
const ONE: &[&str] = &[
    "additionalItems",
    "additionalProperties",
    "contains",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// `strict` as the API takes it for the schema.
pub(super) fn strict<'a>(
    strict: Option<&'a RawValue>,
    schema: &RawValue,
    at: Place,
    losses: &mut Losses<'_>,
) -> Option<&'a RawValue> {
    let is_openai = matches!(losses.api, Api::ChatCompletions | Api::Responses);
    let asked = strict.filter(|strict| is_openai && strict.get() == "true");
    if asked.is_some() && !json_schema::tree(schema).is_some_and(|schema| requires_all(&schema)) {
        losses.hint(at.member("strict"));
        return None;
    }
    strict
}

/// Whether every object of a schema requires all that it names; as deep as the parser goes.
fn requires_all(schema: &Value) -> bool {
    let Value::Object(members) = schema else { return true };
    requires_its_own(members)
        && members.iter().all(|(name, value)| {
            let name = name.as_str();
            match value {
                Value::Object(named) if NAMED.contains(&name) => named.values().all(requires_all),
                Value::Array(listed) if LISTED.contains(&name) => listed.iter().all(requires_all),
                schema => !ONE.contains(&name) || requires_all(schema),
            }
        })
}

fn requires_its_own(members: &Map<String, Value>) -> bool {
    let Some(properties) = members.get("properties").and_then(Value::as_object) else { return true };
    let required = members.get("required").and_then(Value::as_array).into_iter().flatten();
    let required: BTreeSet<&str> = required.filter_map(Value::as_str).collect();
    properties.keys().all(|name| required.contains(name.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn object(properties: &Value, required: &Value) -> Value {
        json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
    }

    #[test]
    fn an_optional_property_is_found_wherever_a_schema_stands() {
        let ab = |required| object(&json!({"a": {}, "b": {}}), &required);
        let (whole, half) = (ab(json!(["b", "a"])), ab(json!(["a"])));
        for (schema, all) in [
            (json!({"type": "object", "properties": {}}), true),
            (whole.clone(), true),
            (half.clone(), false),
            (ab(json!(null)), false),
            (object(&json!({"a": half}), &json!(["a"])), false),
            (json!({"items": [whole, half]}), false),
            (json!({"items": half}), false),
            (json!({"additionalProperties": half}), false),
            (json!({"anyOf": [whole, {"not": half}]}), false),
            (json!({"prefixItems": [half]}), false),
            (json!({"$ref": "#/$defs/a", "$defs": {"a": whole, "b": {"if": {}, "then": half}}}), false),
        ] {
            assert_eq!(requires_all(&schema), all, "{schema}");
        }
    }

    #[test]
    fn what_only_looks_like_a_schema_is_none() {
        let named = json!({"properties": {"type": "string"}, "items": {"type": "string"}});
        let half = object(&json!({"a": {}}), &json!([]));
        for schema in [
            object(&named, &json!(["items", "properties"])),
            object(&json!({"properties": object(&json!({"a": {}}), &json!(["a"]))}), &json!(["properties"])),
            json!({"default": half}),
            json!({"const": half}),
            json!({"enum": [half]}),
            json!({"examples": [half]}),
            json!({"properties": true, "required": 1, "items": "properties"}),
        ] {
            assert!(requires_all(&schema), "{schema}");
        }
    }
}
