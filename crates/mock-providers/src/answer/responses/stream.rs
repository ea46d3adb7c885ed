//! A response as events: each has an `event:` line, its own type in its data, and the next sequence number.

use serde_json::{Value, json};

use super::{Event, Item, Said, final_status, items, text_part, unfinished, whole, with};

pub fn events(said: &Said, request: &Value) -> Vec<Event> {
    let mut stream = Stream { events: Vec::new() };
    for kind in ["response.created", "response.in_progress"] {
        stream.push(kind, json!({"response": unfinished(said, request, "in_progress")}));
    }
    for (index, item) in items(said).iter().enumerate() {
        stream.item(index, item);
    }
    stream
        .push(&format!("response.{}", final_status(said.finish)), json!({"response": whole(said, request)}));
    stream.events
}

struct Stream {
    events: Vec<Event>,
}

impl Stream {
    fn push(&mut self, kind: &str, fields: Value) {
        let data = with(json!({"type": kind, "sequence_number": self.events.len()}), fields);
        self.events.push(Event::named(kind, &data));
    }

    fn item(&mut self, index: usize, item: &Item<'_>) {
        self.push("response.output_item.added", json!({"output_index": index, "item": item.begun()}));
        let place = json!({"item_id": item.id(), "output_index": index});
        match item {
            Item::Reasoning(_, text) => self.reasoning(&place, text),
            Item::Message(said, text) => self.text(&place, &said.deltas, text),
            Item::Call(call) => self.arguments(&place, &call.name, &call.arguments),
        }
        self.push("response.output_item.done", json!({"output_index": index, "item": item.finished()}));
    }

    fn text(&mut self, place: &Value, deltas: &[String], text: &str) {
        let place = &with(place.clone(), json!({"content_index": 0}));
        self.push("response.content_part.added", with(place.clone(), json!({"part": text_part("")})));
        for delta in deltas {
            self.push(
                "response.output_text.delta",
                with(place.clone(), json!({"delta": delta, "logprobs": []})),
            );
        }
        self.push("response.output_text.done", with(place.clone(), json!({"text": text, "logprobs": []})));
        self.push("response.content_part.done", with(place.clone(), json!({"part": text_part(text)})));
    }

    fn reasoning(&mut self, place: &Value, text: &str) {
        let place = &with(place.clone(), json!({"summary_index": 0}));
        let part = |text: &str| json!({"part": {"type": "summary_text", "text": text}});
        self.push("response.reasoning_summary_part.added", with(place.clone(), part("")));
        self.push("response.reasoning_summary_text.delta", with(place.clone(), json!({"delta": text})));
        self.push("response.reasoning_summary_text.done", with(place.clone(), json!({"text": text})));
        self.push("response.reasoning_summary_part.done", with(place.clone(), part(text)));
    }

    fn arguments(&mut self, place: &Value, name: &str, arguments: &str) {
        let (first, second) = arguments.split_at_checked(arguments.len() / 2).unwrap_or((arguments, ""));
        for delta in [first, second] {
            self.push("response.function_call_arguments.delta", with(place.clone(), json!({"delta": delta})));
        }
        self.push(
            "response.function_call_arguments.done",
            with(place.clone(), json!({"name": name, "arguments": arguments})),
        );
    }
}
