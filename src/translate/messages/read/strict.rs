//! `strict` of a tool towards OpenAI.
//!
//! OpenAI's strict functions require every property, and have no others:
//! <https://platform.openai.com/docs/guides/structured-outputs#all-fields-must-be-required>. Anthropic's may leave some out
//! of `required`. Where one does, OpenAI would refuse the request; without `strict` the model follows the schema as a rule. So it
//! does where the schema is too long to tell.

use serde_json::Value;
use serde_json::value::RawValue;

use super::super::json_schema;
use crate::translate::conversation::Place;
use crate::translate::losses::Losses;
use crate::wire::Api;

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
    match schema {
        Value::Object(members) => {
            let properties = members.get("properties").and_then(Value::as_object);
            let required = members.get("required").and_then(Value::as_array);
            let is_required = |name: &String| required.is_some_and(|list| list.iter().any(|one| one == name));
            properties.is_none_or(|properties| properties.keys().all(is_required))
                && members.values().all(requires_all)
        }
        Value::Array(list) => list.iter().all(requires_all),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_optional_property_is_found_at_any_depth() {
        let object = |required: Value| json!({"properties": {"a": {}, "b": {}}, "required": required});
        for (schema, all) in [
            (json!({"type": "object", "properties": {}}), true),
            (object(json!(["b", "a"])), true),
            (object(json!(["a"])), false),
            (object(json!(null)), false),
            (json!({"items": [object(json!(["a", "b"])), object(json!([]))]}), false),
        ] {
            assert_eq!(requires_all(&schema), all, "{schema}");
        }
    }
}
