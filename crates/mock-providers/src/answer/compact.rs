//! Compaction of a conversation.

use serde_json::{Value, json};

use super::Said;
use super::responses::usage;
use super::said::CREATED;

/// `response.compaction`: the user's messages as they were, and one item that stands for the rest, at least as long as an
/// answer's text would be.
pub fn whole(said: &Said, request: &Value) -> Value {
    let mut output = users_messages(request.get("input").unwrap_or(&Value::Null));
    let length = said.text.as_ref().map_or(0, String::len);
    let sealed = format!("mock-compaction-{}", said.id);
    let rest = "=".repeat(length.saturating_sub(sealed.len()));
    output.push(json!({
        "id": format!("cmp_mock{}", said.id),
        "type": "compaction",
        "encrypted_content": sealed + &rest,
    }));
    json!({
        "id": format!("resp_mock{}", said.id),
        "object": "response.compaction",
        "created_at": CREATED,
        "output": output,
        "usage": usage(said.usage),
    })
}

fn users_messages(input: &Value) -> Vec<Value> {
    let message = |index: usize, content: Value| json!({"id": format!("msg_mock{index:016}"), "type": "message", "status": "completed", "role": "user", "content": content});
    match input {
        Value::String(text) => vec![message(0, parts(&json!(text)))],
        Value::Array(items) => {
            let users = items.iter().filter(|item| item.get("role").is_some_and(|role| role == "user"));
            users
                .enumerate()
                .map(|(index, item)| message(index, parts(item.get("content").unwrap_or(&Value::Null))))
                .collect()
        }
        _ => Vec::new(),
    }
}

fn parts(content: &Value) -> Value {
    match content {
        Value::String(text) => json!([{"type": "input_text", "text": text}]),
        parts => parts.clone(),
    }
}
