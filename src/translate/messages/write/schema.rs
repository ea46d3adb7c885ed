//! JSON schemas that Claude must follow exactly: of `output_config.format`, and of strict tools.
//!
//! Anthropic makes a grammar of such a schema, and refuses it with 400 where it says what that grammar does not: bounds of
//! numbers, texts and lists, some formats and patterns, `oneOf`, and objects that are not closed. OpenAI and Gemini take
//! them, and so clients' libraries write them. They are told to the model in the description instead, as Anthropic's own
//! SDKs do. A schema that has nothing of the kind passes as it was written, and what has no such way out (recursion, maps
//! with free names) is left to the provider to judge.
//!
//! Source: <https://platform.claude.com/docs/en/build-with-claude/structured-outputs>, on the limitations of JSON Schema.

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value};

use super::super::json_schema;

/// Keywords that are never taken.
const BOUNDS: &[&str] = &[
    "contains",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "maxContains",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minContains",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "uniqueItems",
];

/// Formats that are.
const FORMATS: &[&str] =
    &["date", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "time", "uri", "uuid"];

/// Members whose values are schemas by names, one schema, and lists of schemas.
const NAMED: &[&str] = &["$defs", "definitions", "properties"];
const ONE: &str = "items";
const LISTED: &[&str] = &["allOf", "anyOf", "oneOf"];

/// What an object may have besides what it names; and that it may not.
const OTHERS: &str = "additionalProperties";
const CLOSED: Value = Value::Bool(false);

/// A schema in words that Anthropic takes.
#[derive(Debug)]
pub(super) struct Fitted {
    pub schema: Box<RawValue>,
    /// Whether something of it is no longer enforced, or enforced otherwise: an answer may pass that did not, or the reverse.
    pub loosened: bool,
}

/// The schema in such words; `None` where it passes as it is, as one does that is too long to be looked into.
pub(super) fn fitted(schema: &RawValue) -> Option<Fitted> {
    let mut value = json_schema::tree(schema)?;
    let mut fit = Fit::default();
    fit.schema(&mut value);
    let schema = fit.changed.then(|| to_raw_value(&value).ok()).flatten()?;
    Some(Fitted { schema, loosened: fit.loosened })
}

#[derive(Debug, Default)]
struct Fit {
    changed: bool,
    loosened: bool,
}

impl Fit {
    /// As deep as the parser goes.
    fn schema(&mut self, schema: &mut Value) {
        let Value::Object(members) = schema else { return };
        self.tell(members);
        self.loosened |= is_closed_in_parts(members);
        self.close(members);
        self.any_of(members);
        for (name, value) in members.iter_mut() {
            let name = name.as_str();
            match value {
                Value::Object(named) if NAMED.contains(&name) => {
                    named.iter_mut().for_each(|(_, schema)| self.schema(schema));
                }
                Value::Array(listed) if LISTED.contains(&name) => {
                    listed.iter_mut().for_each(|schema| self.schema(schema));
                }
                schema if name == ONE => self.schema(schema),
                _ => {}
            }
        }
    }

    /// Moves what is not taken into the description: `A share.\n\n{minimum: 0, maximum: 1}`.
    fn tell(&mut self, members: &mut Map<String, Value>) {
        let mut told = Vec::new();
        members.retain(|name, value| {
            let taken = is_taken(name, value);
            if !taken {
                told.push(format!("{name}: {value}"));
            }
            taken
        });
        if told.is_empty() {
            return;
        }
        (self.changed, self.loosened) = (true, true);
        let told = format!("{{{}}}", told.join(", "));
        let description = match members.get("description").and_then(Value::as_str) {
            Some(description) => format!("{description}\n\n{told}"),
            None => told,
        };
        members.insert("description".to_owned(), Value::from(description));
    }

    /// An object has the members that it names and no more. One without `properties`, or with none in them and a word on others,
    /// is a map, of which Anthropic has none: closed it would be an empty object, which nobody meant.
    fn close(&mut self, members: &mut Map<String, Value>) {
        if !is_to_be_closed(members) {
            return;
        }
        let others = members.insert(OTHERS.to_owned(), CLOSED);
        self.changed |= others != Some(CLOSED);
        self.loosened |= others.is_some_and(|others| others != CLOSED);
    }

    /// What tells alternatives apart goes with the word: each has its own constant.
    fn any_of(&mut self, members: &mut Map<String, Value>) {
        if members.contains_key("anyOf") {
            return;
        }
        if let Some(alternatives) = members.shift_remove("oneOf") {
            members.shift_remove("discriminator");
            members.insert("anyOf".to_owned(), alternatives);
            self.changed = true;
        }
    }
}

fn is_to_be_closed(members: &Map<String, Value>) -> bool {
    let properties = members.get("properties").and_then(Value::as_object);
    let says_of_others = || members.contains_key(OTHERS) || members.contains_key("patternProperties");
    properties.is_some_and(|properties| !properties.is_empty() || !says_of_others())
}

/// Whether an object is made of several (`allOf`) of which some were open: once each is closed, none has the members of the
/// others, and only what is empty is all of them.
fn is_closed_in_parts(members: &Map<String, Value>) -> bool {
    let Some(Value::Array(parts)) = members.get("allOf") else { return false };
    let objects = parts.iter().filter_map(Value::as_object).chain([members]);
    // What is referred to is closed where it stands.
    let mut objects = objects.filter(|part| part.contains_key("$ref") || is_to_be_closed(part));
    objects.clone().count() > 1 && objects.any(|part| part.get(OTHERS) != Some(&CLOSED))
}

fn is_taken(name: &str, value: &Value) -> bool {
    match name {
        "minItems" => matches!(value.as_u64(), Some(0 | 1)),
        "format" => value.as_str().is_some_and(|format| FORMATS.contains(&format)),
        "pattern" => value.as_str().is_some_and(is_plain),
        name => !BOUNDS.contains(&name),
    }
}

/// Whether a pattern looks neither around nor back, and asks for no edge of a word.
fn is_plain(pattern: &str) -> bool {
    let mut rest = pattern;
    while let Some((_, after)) = rest.split_once('\\') {
        let mut escaped = after.chars();
        if escaped.next().is_some_and(|letter| matches!(letter, 'b' | 'B' | 'k' | '1'..='9')) {
            return false;
        }
        rest = escaped.as_str();
    }
    !["(?=", "(?!", "(?<"].iter().any(|around| pattern.contains(around))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn fit(schema: &Value) -> Option<(Value, bool)> {
        let fitted = fitted(&to_raw_value(schema).unwrap())?;
        Some((serde_json::from_str(fitted.schema.get()).unwrap(), fitted.loosened))
    }

    #[test]
    fn what_is_taken_passes_as_it_was_written() {
        for schema in [
            json!({"type": "object", "properties": {"minimum": {"type": "number"}}, "additionalProperties": false}),
            json!({"type": "object", "properties": {}, "additionalProperties": false}),
            json!({"type": "array", "items": {"type": ["string", "null"], "format": "uuid"}, "minItems": 1}),
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            json!({"type": "object", "properties": {}, "additionalProperties": {"type": "number"}}),
            json!({"type": "object", "properties": {}, "additionalProperties": true}),
            json!({"type": "object", "properties": {}, "patternProperties": {"^x": {}}}),
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"const": 1}, {"enum": ["maxItems"]}]}}}),
            json!({"type": "string", "pattern": r"^\d{4}-(?:a|b)\\1$", "default": {"minLength": 1}}),
            json!(true),
        ] {
            assert_eq!(fit(&schema), None, "{schema}");
        }
    }

    #[test]
    fn bounds_go_into_the_description() {
        for (schema, fitted) in [
            (json!({"type": "number", "minimum": 0, "maximum": 1.5}), "{minimum: 0, maximum: 1.5}"),
            (
                json!({"type": "string", "description": "A code.", "maxLength": 4, "format": "color"}),
                "A code.\n\n{maxLength: 4, format: \"color\"}",
            ),
            (
                json!({"type": "array", "minItems": 2, "uniqueItems": true}),
                "{minItems: 2, uniqueItems: true}",
            ),
            (json!({"type": "string", "pattern": "^(?!x)"}), "{pattern: \"^(?!x)\"}"),
            (json!({"type": "string", "pattern": r"\bx"}), r#"{pattern: "\\bx"}"#),
        ] {
            let expected = json!({"type": schema["type"], "description": fitted});
            assert_eq!(fit(&schema), Some((expected, true)), "{schema}");
        }
    }

    #[test]
    fn objects_are_closed_and_alternatives_are_any_of() {
        let schema = json!({
            "type": "object",
            "properties": {"pet": {"oneOf": [{"$ref": "#/$defs/Cat"}], "discriminator": {"propertyName": "kind"}}},
            "$defs": {"Cat": {"type": "object", "properties": {"kind": {"const": "cat"}}}},
        });
        let expected = json!({
            "type": "object",
            "properties": {"pet": {"anyOf": [{"$ref": "#/$defs/Cat"}]}},
            "$defs": {
                "Cat": {"type": "object", "properties": {"kind": {"const": "cat"}}, "additionalProperties": false},
            },
            "additionalProperties": false,
        });
        assert_eq!(fit(&schema), Some((expected, false)));
        let open = json!({"type": "object", "properties": {"a": {}}, "additionalProperties": true});
        let closed = json!({"type": "object", "properties": {"a": {}}, "additionalProperties": false});
        assert_eq!(fit(&open), Some((closed, true)));
    }

    #[test]
    fn an_object_without_members_is_closed_where_nothing_is_said_of_others() {
        let closed = json!({"type": "object", "properties": {}, "additionalProperties": false});
        assert_eq!(fit(&json!({"type": "object", "properties": {}})), Some((closed, false)));
    }

    #[test]
    fn an_object_that_is_made_of_closed_ones_is_named() {
        let object = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
        let closed = |name: &str| {
            let mut closed = object(name);
            closed["additionalProperties"] = json!(false);
            closed
        };
        let reference = json!({"$ref": "#/$defs/a"});
        let (mut own, mut own_closed) = (object("b"), closed("b"));
        own["allOf"] = json!([reference]);
        own_closed["allOf"] = json!([reference]);
        for (schema, fitted, loosened) in [
            (
                json!({"allOf": [object("a"), object("b")]}),
                json!({"allOf": [closed("a"), closed("b")]}),
                true,
            ),
            (
                json!({"allOf": [closed("a"), object("b")]}),
                json!({"allOf": [closed("a"), closed("b")]}),
                true,
            ),
            (json!({"allOf": [reference, object("b")]}), json!({"allOf": [reference, closed("b")]}), true),
            (own, own_closed, true),
            (
                json!({"allOf": [object("a"), {"description": "A."}]}),
                json!({"allOf": [closed("a"), {"description": "A."}]}),
                false,
            ),
        ] {
            assert_eq!(fit(&schema), Some((fitted, loosened)), "{schema}");
        }
        assert_eq!(fit(&json!({"allOf": [reference]})), None);
        assert_eq!(fit(&json!({"allOf": [closed("a"), closed("b")]})), None);
    }
}
