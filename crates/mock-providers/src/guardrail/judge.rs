//! How texts are judged: strictly by what the APIs define, and by two words.

use serde_json::{Map, Value, json};

use super::{GENERIC_PATH, MODERATIONS_PATH};

/// A text with it is blocked.
pub const BLOCK_WORD: &str = "callout-block";
/// It is masked.
pub const MASK_WORD: &str = "callout-mask";
/// What stands in its place.
pub const MASKED: &str = "[MASKED]";

/// The fields of LiteLLM's generic guardrail API.
const GENERIC_FIELDS: &[&str] = &[
    "texts",
    "images",
    "tools",
    "tool_calls",
    "structured_messages",
    "request_data",
    "input_type",
    "litellm_call_id",
    "litellm_trace_id",
    "additional_provider_specific_params",
    "model",
];

/// The answer, or a status and what is wrong with the question.
pub fn judge(method: &str, path: &str, question: &Value) -> Result<Value, (u16, String)> {
    if method != "POST" || path != GENERIC_PATH && path != MODERATIONS_PATH {
        return Err((404, format!("no API is at {method} {path}")));
    }
    let texts = texts(path, question).map_err(|why| (400, why))?;
    if path == MODERATIONS_PATH {
        let results: Vec<Value> = texts.iter().map(|text| moderated(text.contains(BLOCK_WORD))).collect();
        return Ok(moderations(&results));
    }
    if texts.iter().any(|text| text.contains(BLOCK_WORD)) {
        return Ok(block(path));
    }
    if texts.iter().any(|text| text.contains(MASK_WORD)) {
        let texts: Vec<String> = texts.iter().map(|text| text.replace(MASK_WORD, MASKED)).collect();
        return Ok(json!({"action": "GUARDRAIL_INTERVENED", "blocked_reason": null, "texts": texts}));
    }
    Ok(json!({"action": "NONE", "blocked_reason": null, "texts": null}))
}

/// The texts that are asked about, or what is wrong with the question.
pub fn texts(path: &str, question: &Value) -> Result<Vec<String>, String> {
    let fields = question.as_object().ok_or("the body is not a JSON object")?;
    let (name, known) = match path {
        MODERATIONS_PATH => ("input", &["input", "model"][..]),
        _ => ("texts", GENERIC_FIELDS),
    };
    if let Some(unknown) = fields.keys().find(|field| !known.contains(&field.as_str())) {
        return Err(format!("the API has no field `{unknown}`"));
    }
    if path != MODERATIONS_PATH {
        check_generic(fields)?;
    }
    let texts = fields.get(name).and_then(Value::as_array).ok_or(format!("`{name}` is not a list"))?;
    let text = |text: &Value| text.as_str().map(str::to_owned).ok_or(format!("`{name}` holds no text"));
    texts.iter().map(text).collect()
}

fn check_generic(fields: &Map<String, Value>) -> Result<(), String> {
    if !fields.get("request_data").is_some_and(Value::is_object) {
        return Err("`request_data` is not an object".to_owned());
    }
    match fields.get("input_type").and_then(Value::as_str) {
        Some("request" | "response") => Ok(()),
        _ => Err("`input_type` is neither `request` nor `response`".to_owned()),
    }
}

/// An answer that puts a text of so many bytes in the place of each.
pub fn swollen(path: &str, question: &Value, bytes: usize) -> Value {
    let count = texts(path, question).map_or(0, |texts| texts.len());
    json!({"action": "GUARDRAIL_INTERVENED", "blocked_reason": null, "texts": vec!["x".repeat(bytes); count]})
}

/// An answer that blocks.
pub fn block(path: &str) -> Value {
    match path {
        MODERATIONS_PATH => moderations(&[moderated(true)]),
        _ => json!({"action": "BLOCKED", "blocked_reason": "the guardrail service does not allow this"}),
    }
}

/// An answer about one text more than there are.
pub fn wrong_number(path: &str, question: &Value) -> Value {
    let texts = texts(path, question).unwrap_or_default();
    let count = texts.len() + 1;
    match path {
        MODERATIONS_PATH => moderations(&vec![moderated(false); count]),
        _ => json!({"action": "GUARDRAIL_INTERVENED", "texts": vec![MASKED; count]}),
    }
}

fn moderations(results: &[Value]) -> Value {
    json!({"id": "modr-mock", "model": "omni-moderation-mock", "results": results})
}

fn moderated(flagged: bool) -> Value {
    json!({
        "flagged": flagged,
        "categories": {"harassment": false, "violence": flagged},
        "category_scores": {"harassment": 0.01, "violence": if flagged { 0.98 } else { 0.02 }},
    })
}
