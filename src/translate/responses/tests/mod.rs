mod answers;
mod history;
mod offers;
mod requests;
mod streams;

use serde_json::{Value, json};

use crate::reject::Reject;
use crate::translate::bridge::{self, Made, Side};
use crate::translate::told::Told;
use crate::translate::{Target, View};
use crate::usage::Usage;
use crate::wire::json::Fields;

/// A body read and written again in the same API, and what was left out.
fn there_and_back(body: &Value, drop: bool) -> Result<(Value, Vec<String>), Reject> {
    let text = body.to_string();
    let target = target(drop);
    let fields = Fields::parse(text.as_bytes()).unwrap();
    let stream = fields.read("stream") == Some(true);
    let mut dropped = Vec::new();
    let built = bridge::request(Side::Responses, Made::Responses, &fields, stream, &target, &mut dropped)?;
    Ok((serde_json::from_slice(&built).unwrap(), dropped))
}

fn target(drop: bool) -> Target {
    serde_json::from_value(json!({
        "provider": "openai", "model": "provider-model", "bridge_to_responses": true, "drop_params": drop,
        "additional_drop_params": [],
    }))
    .unwrap()
}

/// The `input` that comes back for items.
fn input_of(items: Value) -> Value {
    let (mut body, _) = there_and_back(&json!({"input": items}), true).unwrap();
    body["input"].take()
}

fn view(echo: &str) -> View {
    View {
        model: "public-name".to_owned(),
        include_usage: false,
        created_s: 7,
        echo: echo.as_bytes().to_vec(),
        ids: None,
    }
}

/// The events of a stream: each one's name must be its type, and its number the next.
fn events(out: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(out).unwrap();
    let events: Vec<Value> = text
        .split_terminator("\n\n")
        .filter(|event| !event.starts_with(':'))
        .map(|event| {
            let (name, data) = event.split_once('\n').unwrap();
            let data: Value = serde_json::from_str(data.strip_prefix("data: ").unwrap()).unwrap();
            assert_eq!(name.strip_prefix("event: ").unwrap(), data["type"]);
            data
        })
        .collect();
    for (number, event) in events.iter().enumerate() {
        assert_eq!(event["sequence_number"], json!(number), "{event}");
    }
    events
}

/// The events that pieces are written as, between those that begin and end every stream, and the last one's
/// response.
fn written(told: Vec<Told<'_>>, echo: &str) -> (Vec<Value>, Value) {
    let mut writer = super::Writer::new(view(echo));
    let mut out = Vec::new();
    for piece in told.clone() {
        writer.write(piece, &mut out).unwrap();
    }
    let mut events = events(&out);
    assert_eq!(writer.next_sequence(), u64::try_from(events.len()).unwrap());
    let mut last = events.pop().unwrap();
    let folded = super::fold(told, &view(echo)).unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&folded).unwrap(), last["response"]);
    assert_eq!(events[0]["type"], "response.created");
    assert_eq!(events[1]["type"], "response.in_progress");
    (events.split_off(2), last["response"].take())
}

fn usage() -> Usage {
    Usage { input: 10, output: 5, cache_read: 4, cache_write: 1, reasoning: 2, ..Usage::default() }
}
