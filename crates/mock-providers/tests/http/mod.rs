//! A client that sees what a client library hides: chunk borders, and how a connection ends.
#![allow(dead_code, reason = "every test program takes what it needs")]
#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by them")]

use std::net::SocketAddr;
use std::time::Duration;

use mock_providers::{Handle, MockProviders};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Long enough for any machine; reached only by a test that fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub async fn start() -> Handle {
    MockProviders::start("127.0.0.1:0").await.expect("a free port")
}

/// A request, before it is sent.
pub struct Ask {
    pub method: &'static str,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Ask {
    pub fn new(method: &'static str, target: &str) -> Self {
        Self { method, target: target.into(), headers: Vec::new(), body: String::new() }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string();
        self.header("content-type", "application/json")
    }

    /// Sends it on a connection of its own, and leaves that open.
    pub async fn open(&self, addr: SocketAddr) -> TcpStream {
        let mut stream = TcpStream::connect(addr).await.expect("the server listens");
        let lines: String = self.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "{} {} HTTP/1.1\r\nhost: mock\r\nconnection: close\r\ncontent-length: {}\r\n{lines}\r\n",
            self.method,
            self.target,
            self.body.len()
        );
        stream.write_all((head + &self.body).as_bytes()).await.expect("the server reads");
        stream
    }

    /// Sends it and reads until the connection ends.
    pub async fn send(&self, addr: SocketAddr) -> Answer {
        let mut stream = self.open(addr).await;
        let mut raw = Vec::new();
        let mut piece = [0; 16 << 10];
        let end = loop {
            match tokio::time::timeout(PATIENCE, stream.read(&mut piece)).await.expect("an answer in time") {
                Ok(0) => break End::Closed,
                Ok(count) => raw.extend_from_slice(&piece[..count]),
                Err(_) => break End::Reset,
            }
        };
        Answer::read(&raw, end)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Closed,
    Reset,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// 0 if there was no head.
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// The HTTP chunks, where the body was chunked.
    pub chunks: Vec<String>,
    /// Whether the body came to the end that its framing promised.
    pub whole: bool,
    pub end: End,
}

impl Answer {
    fn read(raw: &[u8], end: End) -> Self {
        let text = String::from_utf8(raw.to_vec()).expect("answers are text");
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            return Self {
                status: 0,
                headers: Vec::new(),
                body: text,
                chunks: Vec::new(),
                whole: false,
                end,
            };
        };
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers: Vec<(String, String)> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let answer = Self {
            status: status.unwrap_or(0),
            headers,
            body: body.to_owned(),
            chunks: Vec::new(),
            whole: false,
            end,
        };
        answer.framed()
    }

    fn framed(mut self) -> Self {
        if let Some(length) = self.header("content-length").and_then(|length| length.parse::<usize>().ok()) {
            self.whole = self.body.len() == length;
            return self;
        }
        let mut rest = self.body.as_str();
        while let Some((size, more)) = rest.split_once("\r\n") {
            let size = usize::from_str_radix(size, 16).expect("a chunk's size");
            if size == 0 {
                self.whole = true;
                break;
            }
            let Some(chunk) = more.get(..size) else { break };
            self.chunks.push(chunk.to_owned());
            rest = more.get(size + 2..).unwrap_or_default();
        }
        self.body = self.chunks.concat();
        self
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(line, _)| line == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The data of each event, as JSON; `[DONE]` as a string.
    pub fn events(&self) -> Vec<Value> {
        let body = self.body.replace("\r\n", "\n");
        let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
        data.map(|data| serde_json::from_str(data).unwrap_or_else(|_| Value::from(data))).collect()
    }

    /// The `event:` lines.
    pub fn names(&self) -> Vec<&str> {
        self.body.lines().filter_map(|line| line.strip_prefix("event: ")).collect()
    }
}

/// A provider's API as the tests ask it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    Chat,
    AzureChat,
    Responses,
    AzureCompact,
    Messages,
    Gemini,
}

impl To {
    pub const ALL: [Self; 6] =
        [Self::Chat, Self::AzureChat, Self::Responses, Self::AzureCompact, Self::Messages, Self::Gemini];
    pub const STREAMING: [Self; 5] =
        [Self::Chat, Self::AzureChat, Self::Responses, Self::Messages, Self::Gemini];

    /// A request that the provider takes.
    pub fn ask(self, model: &str, stream: bool) -> Ask {
        let mut body = self.body(model);
        if stream && self != Self::Gemini {
            body["stream"] = true.into();
        }
        self.authorised(&self.target(model, stream)).json(&body)
    }

    /// The same with another body.
    pub fn ask_with(self, body: &Value) -> Ask {
        self.authorised(&self.target("m", false)).json(body)
    }

    pub fn target(self, model: &str, stream: bool) -> String {
        match self {
            Self::Chat => "/mock-openai/v1/chat/completions".into(),
            Self::AzureChat => "/mock-azure/openai/v1/chat/completions".into(),
            Self::Responses => "/mock-openai/v1/responses".into(),
            Self::AzureCompact => "/mock-azure/openai/v1/responses/compact".into(),
            Self::Messages => "/mock-anthropic/v1/messages".into(),
            Self::Gemini if stream => {
                format!("/mock-gemini/v1beta/models/{model}:streamGenerateContent?alt=sse")
            }
            Self::Gemini => format!("/mock-gemini/v1beta/models/{model}:generateContent"),
        }
    }

    pub fn body(self, model: &str) -> Value {
        let messages = serde_json::json!([{"role": "user", "content": "hi"}]);
        match self {
            Self::Chat | Self::AzureChat => serde_json::json!({"model": model, "messages": messages}),
            Self::Responses | Self::AzureCompact => serde_json::json!({"model": model, "input": messages}),
            Self::Messages => serde_json::json!({"model": model, "max_tokens": 9, "messages": messages}),
            Self::Gemini => serde_json::json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}),
        }
    }

    fn authorised(self, target: &str) -> Ask {
        let ask = Ask::new("POST", target);
        match self {
            Self::Chat | Self::Responses => ask.header("authorization", "Bearer sk-mock"),
            Self::AzureChat | Self::AzureCompact => ask.header("api-key", "mock"),
            Self::Messages => ask.header("x-api-key", "mock").header("anthropic-version", "2023-06-01"),
            Self::Gemini => ask.header("x-goog-api-key", "mock"),
        }
    }
}
