//! Moderations.

use serde_json::{Value, json};

use super::Said;

/// Text that holds this word is flagged.
const FLAGGED: &str = "violent";

/// A verdict for each text; parts are one input together.
pub fn whole(said: &Said, request: &Value) -> Value {
    let verdict = |input: &Value| {
        let flagged = input.to_string().contains(FLAGGED);
        let score = if flagged { 0.9 } else { 0.01 };
        json!({
            "flagged": flagged,
            "categories": {"violence": flagged, "hate": false},
            "category_scores": {"violence": score, "hate": 0.01},
            "category_applied_input_types": {"violence": ["text"], "hate": ["text"]},
        })
    };
    let input = request.get("input").unwrap_or(&Value::Null);
    let results: Vec<Value> = match input.as_array() {
        Some(texts) if texts.iter().all(Value::is_string) => texts.iter().map(verdict).collect(),
        _ => vec![verdict(input)],
    };
    json!({"id": format!("modr-mock-{}", said.id), "model": said.model, "results": results})
}
