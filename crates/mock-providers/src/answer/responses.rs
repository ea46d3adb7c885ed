//! The Responses API, as OpenAI and Azure answer it.

mod stream;

use serde_json::{Value, json};

use super::said::CREATED;
use super::{Call, Event, Said, Usage, with};
use crate::script::Finish;

/// A finished `response`.
pub fn whole(said: &Said, request: &Value) -> Value {
    let output: Vec<Value> = items(said).iter().map(Item::finished).collect();
    let fields = match incomplete_reason(said.finish) {
        None => json!({"completed_at": CREATED + 1}),
        Some(reason) => json!({"incomplete_details": {"reason": reason}}),
    };
    let response = with(unfinished(said, request, final_status(said.finish)), fields);
    with(response, json!({"output": output, "usage": usage(said.usage)}))
}

/// `completed` or `incomplete`.
fn final_status(finish: Finish) -> &'static str {
    if finish == Finish::Stop { "completed" } else { "incomplete" }
}

/// The events of a stream, from `response.created` to `response.completed` (or `response.incomplete`).
pub fn events(said: &Said, request: &Value) -> Vec<Event> {
    stream::events(said, request)
}

/// `error`, then `response.failed` where the response had already begun.
pub fn failure(body: &Value, said: &Said, request: &Value, sent: usize) -> Vec<Event> {
    let error = body.get("error").unwrap_or(&Value::Null);
    let code =
        error.get("code").filter(|code| code.is_string()).cloned().unwrap_or_else(|| json!("server_error"));
    let message = error.get("message").cloned().unwrap_or_default();
    let event = json!({"type": "error", "sequence_number": sent, "code": code, "message": message, "param": error.get("param")});
    let mut events = vec![Event::named("error", &event)];
    if sent > 0 {
        let error = json!({"error": {"code": code, "message": message}});
        let response = with(unfinished(said, request, "failed"), error);
        let failed = json!({"type": "response.failed", "sequence_number": sent + 1, "response": response});
        events.push(Event::named("response.failed", &failed));
    }
    events
}

/// The usage object, which compaction has, too.
pub fn usage(usage: Usage) -> Value {
    json!({
        "input_tokens": usage.input,
        "input_tokens_details": {"cached_tokens": usage.cache_read, "cache_write_tokens": usage.cache_write},
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": usage.input + usage.output,
    })
}

/// A response that has no output yet. It repeats what the request set.
fn unfinished(said: &Said, request: &Value, status: &str) -> Value {
    let given = |name: &str, default: Value| {
        request.get(name).filter(|value| !value.is_null()).cloned().unwrap_or(default)
    };
    json!({
        "id": format!("resp_mock{}", said.id),
        "object": "response",
        "created_at": CREATED,
        "status": status,
        "background": given("background", json!(false)),
        "completed_at": null,
        "error": null,
        "incomplete_details": null,
        "instructions": given("instructions", Value::Null),
        "max_output_tokens": given("max_output_tokens", Value::Null),
        "max_tool_calls": given("max_tool_calls", Value::Null),
        "model": said.model,
        "output": [],
        "parallel_tool_calls": given("parallel_tool_calls", json!(true)),
        "previous_response_id": given("previous_response_id", Value::Null),
        "prompt_cache_key": given("prompt_cache_key", Value::Null),
        "reasoning": given("reasoning", json!({"effort": null, "summary": null})),
        "safety_identifier": given("safety_identifier", Value::Null),
        "service_tier": "default",
        "store": given("store", json!(true)),
        "temperature": given("temperature", json!(1.0)),
        "text": given("text", json!({"format": {"type": "text"}, "verbosity": "medium"})),
        "tool_choice": given("tool_choice", json!("auto")),
        "tools": given("tools", json!([])),
        "top_logprobs": given("top_logprobs", json!(0)),
        "top_p": given("top_p", json!(1.0)),
        "truncation": given("truncation", json!("disabled")),
        "usage": null,
        "user": given("user", Value::Null),
        "metadata": given("metadata", json!({})),
    })
}

fn incomplete_reason(finish: Finish) -> Option<&'static str> {
    match finish {
        Finish::Stop => None,
        Finish::Length => Some("max_output_tokens"),
        Finish::ContentFilter => Some("content_filter"),
    }
}

/// One item of the output.
enum Item<'a> {
    Reasoning(&'a Said, &'a str),
    Message(&'a Said, &'a str),
    Call(&'a Call),
}

fn items(said: &Said) -> Vec<Item<'_>> {
    let reasoning = said.reasoning.as_deref().map(|text| Item::Reasoning(said, text));
    let message = said.text.as_deref().map(|text| Item::Message(said, text));
    reasoning.into_iter().chain(message).chain(said.calls.iter().map(Item::Call)).collect()
}

impl Item<'_> {
    fn id(&self) -> String {
        match self {
            Self::Reasoning(said, _) => format!("rs_mock{}", said.id),
            Self::Message(said, _) => format!("msg_mock{}", said.id),
            Self::Call(call) => format!("fc_{}", call.id),
        }
    }

    fn finished(&self) -> Value {
        match self {
            Self::Reasoning(_, text) => {
                json!({"id": self.id(), "type": "reasoning", "summary": [{"type": "summary_text", "text": text}]})
            }
            Self::Message(said, text) => {
                let status = final_status(said.finish);
                json!({"id": self.id(), "type": "message", "role": "assistant", "status": status, "content": [text_part(text)]})
            }
            Self::Call(call) => self.call(call, &call.arguments, "completed"),
        }
    }

    fn begun(&self) -> Value {
        match self {
            Self::Reasoning(..) => json!({"id": self.id(), "type": "reasoning", "summary": []}),
            Self::Message(..) => {
                json!({"id": self.id(), "type": "message", "role": "assistant", "status": "in_progress", "content": []})
            }
            Self::Call(call) => self.call(call, "", "in_progress"),
        }
    }

    fn call(&self, call: &Call, arguments: &str, status: &str) -> Value {
        json!({
            "id": self.id(), "type": "function_call", "status": status,
            "call_id": format!("call_{}", call.id), "name": call.name, "arguments": arguments,
        })
    }
}

fn text_part(text: &str) -> Value {
    json!({"type": "output_text", "annotations": [], "logprobs": [], "text": text})
}
