//! Schemas that are to be followed exactly, between OpenAI's words and Anthropic's.

use serde_json::{Value, json};

use super::asking;
use crate::translate::{Ask, Target, request};
use crate::wire::{Dialect, Provider};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A body as a provider gets it, and what was named.
fn built(dialect: Dialect, provider: Provider, body: &Value) -> (Value, Vec<String>) {
    let body = body.to_string();
    let ask = Ask { dialect, body: body.as_bytes(), stream: false };
    let built = request(&ask, &Target::new(provider, "model")).unwrap();
    (serde_json::from_slice(&built.body).unwrap(), built.dropped)
}

/// A schema of so many bytes with a bound that Anthropic does not take, and all that OpenAI wants.
fn schema(bytes: usize) -> Value {
    let mut schema = json!({
        "type": "object",
        "properties": {"a": {"type": "number", "maximum": 7}},
        "required": ["a"],
        "additionalProperties": false,
        "description": "",
    });
    schema["description"] = "x".repeat(bytes - schema.to_string().len()).into();
    schema
}

fn chat(more: Value) -> Value {
    let mut body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}]});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

fn function(schema: &Value) -> Value {
    json!([{"type": "function", "function": {"name": "f", "strict": true, "parameters": schema}}])
}

const MOST: usize = 256 * 1024;

#[test]
fn a_schema_that_is_too_long_to_be_looked_into_is_a_rule_no_more() {
    let schema = schema(MOST + 1);
    let named = vec!["tools[0].strict".to_owned()];
    let asked = chat(json!({"tools": function(&schema)}));
    let (body, dropped) = built(Dialect::Chat, Provider::Anthropic, &asked);
    assert_eq!(body["tools"], json!([{"name": "f", "input_schema": schema}]));
    assert_eq!(dropped, named);
    let asked = asking(json!({"tools": [{"name": "f", "strict": true, "input_schema": schema}]}));
    let (body, dropped) = built(Dialect::Messages, Provider::OpenAi, &asked);
    assert_eq!(body["tools"], json!([{"type": "function", "function": {"name": "f", "parameters": schema}}]));
    assert_eq!(dropped, named);
}

#[test]
fn a_schema_of_an_answer_that_is_too_long_passes_as_it_is() {
    let schema = schema(MOST + 1);
    let format = json!({"type": "json_schema", "json_schema": {"name": "a", "schema": schema}});
    let asked = chat(json!({"response_format": format}));
    let (body, dropped) = built(Dialect::Chat, Provider::Anthropic, &asked);
    assert_eq!(body["output_config"]["format"]["schema"], schema);
    assert_eq!(dropped, Vec::<String>::new());
}

#[test]
fn the_longest_schema_is_looked_into() {
    let schema = schema(MOST);
    let asked = chat(json!({"tools": function(&schema)}));
    let (body, dropped) = built(Dialect::Chat, Provider::Anthropic, &asked);
    let sent = &body["tools"][0];
    assert_eq!((&sent["strict"], dropped), (&json!(true), vec!["tools[0].parameters".to_owned()]));
    assert_eq!(sent["input_schema"]["properties"]["a"]["description"], "{maximum: 7}");
    let asked = asking(json!({"tools": [{"name": "f", "strict": true, "input_schema": schema}]}));
    let (body, dropped) = built(Dialect::Messages, Provider::OpenAi, &asked);
    assert_eq!((&body["tools"][0]["function"]["strict"], dropped), (&json!(true), vec![]));
}
