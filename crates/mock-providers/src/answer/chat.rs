//! Chat completions, as OpenAI and Azure answer them.

use serde_json::{Value, json};

use super::said::CREATED;
use super::{Call, Event, Said, Usage, with};
use crate::provider::{Provider, Shape};
use crate::script::Finish;

/// `chat.completion`.
pub fn whole(said: &Said) -> Value {
    let (in_choice, in_body) = match said.provider {
        Provider::Azure => (
            json!({"content_filter_results": filter_results()}),
            json!({"prompt_filter_results": prompt_filter_results()}),
        ),
        _ => (json!({}), json!({})),
    };
    let choice =
        json!({"index": 0, "message": message(said), "logprobs": null, "finish_reason": finish_reason(said)});
    let body = json!({
        "id": id(said), "object": "chat.completion", "created": CREATED, "model": said.model,
        "choices": [with(choice, in_choice)], "usage": usage(said.usage),
        "service_tier": "default", "system_fingerprint": "fp_mock",
    });
    with(body, in_body)
}

fn message(said: &Said) -> Value {
    let message = json!({"role": "assistant", "content": said.text, "refusal": null, "annotations": []});
    if said.calls.is_empty() {
        return message;
    }
    let calls: Vec<Value> = said.calls.iter().map(tool_call).collect();
    with(message, json!({"tool_calls": calls}))
}

/// `chat.completion.chunk`s, a usage chunk if the request asks for one, and `[DONE]`.
pub fn events(said: &Said, request: &Value) -> Vec<Event> {
    let unasked = said.provider.row().shape == Shape::Mistral;
    let with_usage =
        request.pointer("/stream_options/include_usage").and_then(Value::as_bool).unwrap_or(false);
    let choice = |delta: Value, finish: Value| {
        let choice = json!({"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish});
        Event::of(&chunk(said, json!([choice]), with_usage.then_some(Value::Null)))
    };
    let mut events = Vec::new();
    if said.provider == Provider::Azure {
        events.push(azure_preface());
    }
    events.push(choice(
        json!({"role": "assistant", "content": said.text.as_ref().map(|_| ""), "refusal": null}),
        Value::Null,
    ));
    events.extend(said.deltas.iter().map(|delta| choice(json!({"content": delta}), Value::Null)));
    for (index, call) in said.calls.iter().enumerate() {
        let deltas = tool_call_deltas(index, call);
        events.extend(deltas.into_iter().map(|delta| choice(json!({"tool_calls": [delta]}), Value::Null)));
    }
    let mut last = choice(json!({}), json!(finish_reason(said)));
    if unasked {
        let choice = json!({"index": 0, "delta": {"content": ""}, "finish_reason": finish_reason(said)});
        last = Event::of(&chunk(said, json!([choice]), Some(usage(said.usage))));
    }
    events.push(last);
    if with_usage {
        events.push(Event::of(&chunk(said, json!([]), Some(usage(said.usage)))));
    }
    events.push(Event::done());
    events
}

fn chunk(said: &Said, choices: Value, usage: Option<Value>) -> Value {
    let chunk = json!({
        "id": id(said), "object": "chat.completion.chunk", "created": CREATED, "model": said.model,
        "service_tier": "default", "system_fingerprint": "fp_mock", "choices": choices,
    });
    with(chunk, usage.map_or(Value::Null, |usage| json!({"usage": usage})))
}

/// Azure's first chunk has no choices: it tells how the prompt passed the filters.
fn azure_preface() -> Event {
    Event::of(&json!({
        "choices": [], "created": 0, "id": "", "model": "", "object": "",
        "prompt_filter_results": prompt_filter_results(),
    }))
}

fn prompt_filter_results() -> Value {
    json!([{"prompt_index": 0, "content_filter_results": filter_results()}])
}

fn filter_results() -> Value {
    let safe = json!({"filtered": false, "severity": "safe"});
    json!({"hate": safe, "self_harm": safe, "sexual": safe, "violence": safe})
}

fn id(said: &Said) -> String {
    format!("chatcmpl-mock-{}", said.id)
}

fn tool_call(call: &Call) -> Value {
    tool_call_with(call, &call.arguments)
}

fn tool_call_with(call: &Call, arguments: &str) -> Value {
    json!({"id": format!("call_{}", call.id), "type": "function", "function": {"name": call.name, "arguments": arguments}})
}

/// The name first, then the arguments in two halves.
fn tool_call_deltas(index: usize, call: &Call) -> Vec<Value> {
    let (first, second) =
        call.arguments.split_at_checked(call.arguments.len() / 2).unwrap_or((&call.arguments, ""));
    let opening = with(json!({"index": index}), tool_call_with(call, ""));
    let more = |part: &str| json!({"index": index, "function": {"arguments": part}});
    vec![opening, more(first), more(second)]
}

fn finish_reason(said: &Said) -> &'static str {
    match said.finish {
        Finish::Length => "length",
        Finish::ContentFilter => "content_filter",
        Finish::Stop if said.calls.is_empty() => "stop",
        Finish::Stop => "tool_calls",
    }
}

fn usage(usage: Usage) -> Value {
    json!({
        "prompt_tokens": usage.input,
        "completion_tokens": usage.output,
        "total_tokens": usage.input + usage.output,
        "prompt_tokens_details": {"cached_tokens": usage.cache_read, "audio_tokens": 0},
        "completion_tokens_details": {
            "reasoning_tokens": usage.reasoning, "audio_tokens": 0,
            "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
        },
    })
}
