//! The requests that are counted, and what must become of each. They are those of `make bench`, with all of its policies.

use serde_json::{Value, json};

use crate::answers::{self, Answer, WORDS};
use crate::exchange::Headers;

const BODY: &str = include_str!("../../../e2e/bench-body.json");
/// What a turn of a long conversation says, again and again.
const TURN: &str = include_str!("../../../e2e/bench-turn.txt");
const REPEATS: usize = 12;
const KB: usize = 1024;

const KEY: &str = "sk-bench-key";
const CHAT: &str = "gpt-4.1";
const CLAUDE: &str = "claude";

/// One kind of request.
pub struct Scenario {
    /// As the golden file names it.
    pub name: &'static str,
    /// The client's.
    pub headers: Headers,
    /// The client's.
    pub body: Vec<u8>,
    /// Where the plan leads.
    pub deployment: &'static str,
    /// The provider's.
    pub answer: Answer,
    /// What must become of it.
    pub expected: Expected,
    /// Whether guardrails know its texts when they come again. Else each is looked at as a new one is.
    pub texts_are_known: bool,
}

/// What must become of a request.
pub struct Expected {
    /// What the client is told.
    pub status: u16,
    /// Path and model that the provider is asked for; `None`: it is not asked.
    pub asked: Option<(&'static str, &'static str)>,
    /// A text in what the client gets, and how often it stands there.
    pub text: (&'static str, usize),
    /// Whether the ledger is told.
    pub event: bool,
}

/// All of them, in the order of the golden file.
pub fn all() -> Vec<Scenario> {
    let stream = ("word ", WORDS);
    vec![
        to_openai("chat-1kb", body(CHAT, false, None), answers::chat(), HELLO),
        to_openai("chat-1kb-stream", body(CHAT, true, None), answers::chat_stream(), stream),
        to_anthropic("anthropic-1kb", body(CLAUDE, false, None), answers::message(), HELLO),
        to_anthropic("anthropic-1kb-stream", body(CLAUDE, true, None), answers::message_stream(), stream),
        to_openai("chat-16kb", body(CHAT, false, Some(conversation(16 * KB))), answers::chat(), HELLO),
        to_openai("chat-128kb", body(CHAT, false, Some(conversation(128 * KB))), answers::chat(), HELLO),
        Scenario {
            texts_are_known: true,
            ..to_openai(
                "chat-128kb-again",
                body(CHAT, false, Some(conversation(128 * KB))),
                answers::chat(),
                HELLO,
            )
        },
        refused("unknown-key", "sk-nobody", body(CHAT, false, None), 401, "token_not_found_in_db"),
        refused(
            "blocked",
            KEY,
            body(CHAT, false, Some(blocked())),
            400,
            "\"guardrail_name\":\"confidential\"",
        ),
    ]
}

/// The one of this name.
pub fn named(name: &str) -> Option<Scenario> {
    all().into_iter().find(|scenario| scenario.name == name)
}

const HELLO: (&str, usize) = ("Hello.", 1);

fn to_openai(name: &'static str, body: Value, answer: Answer, text: (&'static str, usize)) -> Scenario {
    let asked = Some(("/v1/chat/completions", "gpt-4.1"));
    let expected = Expected { status: 200, asked, text, event: true };
    scenario(name, KEY, body, "gpt-4.1/openai-1", answer, expected)
}

fn to_anthropic(name: &'static str, body: Value, answer: Answer, text: (&'static str, usize)) -> Scenario {
    let asked = Some(("/v1/messages", "claude-sonnet-4-5"));
    let expected = Expected { status: 200, asked, text, event: true };
    scenario(name, KEY, body, "claude/anthropic-1", answer, expected)
}

fn refused(name: &'static str, key: &str, body: Value, status: u16, text: &'static str) -> Scenario {
    // A caller without a valid key cannot write into the ledger.
    let expected = Expected { status, asked: None, text: (text, 1), event: key == KEY };
    scenario(name, key, body, "", answers::none(), expected)
}

fn scenario(
    name: &'static str,
    key: &str,
    body: Value,
    deployment: &'static str,
    answer: Answer,
    expected: Expected,
) -> Scenario {
    let body = body.to_string().into_bytes();
    let headers = headers(key, body.len());
    Scenario { name, headers, body, deployment, answer, expected, texts_are_known: false }
}

fn headers(key: &str, length: usize) -> Headers {
    let (key, length) = (format!("Bearer {key}"), length.to_string());
    let pairs = [
        (":authority", "127.0.0.1:10000"),
        (":path", "/v1/chat/completions"),
        (":method", "POST"),
        (":scheme", "http"),
        ("content-type", "application/json"),
        ("authorization", &key),
        ("content-length", &length),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-proto", "http"),
        ("x-request-id", "6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
    ];
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.as_bytes().to_vec())).collect()
}

/// The benchmark's body, with other messages where some are given.
fn body(model: &str, stream: bool, messages: Option<Value>) -> Value {
    let usual: Value = serde_json::from_str(BODY).unwrap_or_default();
    let mut body = json!({"model": model});
    let own = if stream { Some(("stream", json!(true))) } else { None };
    let usual = usual.as_object().into_iter().flatten().filter(|(name, _)| *name != "model");
    let usual = usual.map(|(name, value)| (name.as_str(), value.clone()));
    let messages = messages.map(|messages| ("messages", messages));
    if let Some(members) = body.as_object_mut() {
        for (name, value) in own.into_iter().chain(usual).chain(messages) {
            members.insert(name.to_owned(), value);
        }
    }
    body
}

/// Turns, no two the same, of so many bytes in all as JSON, about.
fn conversation(bytes: usize) -> Value {
    let words = TURN.repeat(REPEATS);
    let turn = |number: usize| {
        let role = if number.is_multiple_of(2) { "user" } else { "assistant" };
        json!({"role": role, "content": format!("{number}. {words}")})
    };
    let turns = bytes / turn(0).to_string().len();
    (0..turns.max(1)).map(turn).collect()
}

/// The usual messages, and a word that a rule blocks.
fn blocked() -> Value {
    let usual: Value = serde_json::from_str(BODY).unwrap_or_default();
    let mut messages = usual.get("messages").and_then(Value::as_array).cloned().unwrap_or_default();
    messages.push(json!({"role": "user", "content": "And what is new of project bluebird?"}));
    Value::Array(messages)
}
