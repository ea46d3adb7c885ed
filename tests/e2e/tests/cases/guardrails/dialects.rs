//! The routes that guardrails look at.

use serde_json::{Value, json};
use spillway_e2e::client::Ask;

/// A route, and what is asked there.
pub struct Dialect {
    pub path: &'static str,
    pub model: &'static str,
    pub streams: bool,
    /// Its answer has text.
    pub speaks: bool,
    body: fn(&str) -> Value,
}

pub const DIALECTS: [Dialect; 6] = [
    Dialect {
        path: "/v1/chat/completions",
        model: "guarded",
        streams: true,
        speaks: true,
        body: |text| json!({"messages": [{"role": "user", "content": text}]}),
    },
    Dialect {
        path: "/v1/completions",
        model: "guarded",
        streams: true,
        speaks: true,
        body: |text| json!({"prompt": text}),
    },
    Dialect {
        path: "/v1/responses",
        model: "guarded",
        streams: true,
        speaks: true,
        body: |text| json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": text}]}]}),
    },
    Dialect {
        path: "/v1/responses/compact",
        model: "guarded",
        streams: false,
        speaks: false,
        body: |text| json!({"input": text}),
    },
    Dialect {
        path: "/v1/messages",
        model: "guarded-messages",
        streams: true,
        speaks: true,
        body: |text| json!({"max_tokens": 100, "messages": [{"role": "user", "content": text}]}),
    },
    Dialect {
        path: "/v1/embeddings",
        model: "guarded-embeddings",
        streams: false,
        speaks: false,
        body: |text| json!({"input": text}),
    },
];

impl Dialect {
    /// A request with one text, for which one guardrail is called.
    pub fn ask(&self, key: &str, text: &str, guardrail: &str, stream: bool) -> Ask {
        let mut body = (self.body)(text);
        body["model"] = json!(self.model);
        body["guardrails"] = json!([guardrail]);
        if stream {
            body["stream"] = json!(true);
        }
        Ask::post(self.path, key, &body)
    }
}
