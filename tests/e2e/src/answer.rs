//! What came back.

use serde_json::Value;

/// A response, whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers in order, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it came.
    pub body: Vec<u8>,
    /// Whether the body ended as its framing says it should.
    pub complete: bool,
}

/// One server-sent event.
#[derive(Clone, Debug, PartialEq)]
pub struct Sse {
    /// The `event:` field, or empty.
    pub name: String,
    /// The `data:` field, or its JSON.
    pub data: Value,
}

impl Answer {
    /// The first value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; a string of the raw text where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| Value::String(self.text()))
    }

    /// The body as server-sent events. Written for well-formed streams only: the gateway's must be.
    #[must_use]
    pub fn events(&self) -> Vec<Sse> {
        let text = self.text();
        text.split("\n\n").filter(|block| !block.trim().is_empty()).map(event).collect()
    }

    /// The answer's text: of a whole answer or put together from a stream, in any dialect.
    #[must_use]
    pub fn spoken(&self) -> String {
        if self.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream")) {
            return self.events().iter().filter_map(|event| delta(&event.data)).collect();
        }
        let body = self.json();
        let chat = body.pointer("/choices/0/message/content");
        let responses = body.pointer("/output/0/content/0/text");
        let messages = body.pointer("/content/0/text");
        let completion = body.pointer("/choices/0/text");
        let found = chat.or(responses).or(messages).or(completion);
        found.and_then(Value::as_str).unwrap_or_default().to_owned()
    }
}

fn delta(data: &Value) -> Option<String> {
    let chat = data.pointer("/choices/0/delta/content");
    let responses = data.get("delta").filter(|_| data["type"] == "response.output_text.delta");
    let messages = data.pointer("/delta/text").filter(|_| data["type"] == "content_block_delta");
    let completion = data.pointer("/choices/0/text");
    chat.or(responses).or(messages).or(completion)?.as_str().map(str::to_owned)
}

fn event(block: &str) -> Sse {
    let field = |name: &str| {
        let lines = block.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    };
    let data = field("data");
    Sse { name: field("event"), data: serde_json::from_str(&data).unwrap_or(Value::String(data)) }
}
