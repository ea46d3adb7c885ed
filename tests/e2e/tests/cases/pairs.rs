//! Every dialect at every API, whole and as a stream: the answer is said, its tokens are counted, and the error of
//! a provider is in the client's words.

use serde_json::{Value, json};
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};

use super::ensure;

/// A dialect: its route, its name for the error's type of a rate limit.
#[derive(Clone, Copy)]
struct Dialect {
    route: &'static str,
    limited: &'static str,
}

const DIALECTS: [Dialect; 3] = [
    Dialect { route: "/v1/chat/completions", limited: "rate_limit_error" },
    Dialect { route: "/v1/responses", limited: "rate_limit_error" },
    Dialect { route: "/v1/messages", limited: "rate_limit_error" },
];

/// A group, and where its requests arrive, for a client of Responses and for others.
const GROUPS: [(&str, &str); 5] = [
    ("openai-chat", "/mock-openai/v1/chat/completions"),
    ("openai-responses", "/mock-openai/v1/responses"),
    ("azure-chat", "/mock-azure/openai/v1/chat/completions"),
    ("anthropic", "/mock-anthropic/v1/messages"),
    ("gemini", "/mock-gemini/v1beta/models/gemini-2.5-flash~tokens=100%2F50:"),
];

impl Dialect {
    fn ask(self, fixture: &Fixture, model: &str, stream: bool) -> Ask {
        let messages = json!([{"role": "user", "content": "Hello"}]);
        let mut body = match self.route {
            "/v1/responses" => json!({"model": model, "input": "Hello"}),
            "/v1/messages" => json!({"model": model, "max_tokens": 200, "messages": messages}),
            _ => json!({"model": model, "messages": messages}),
        };
        if stream {
            body["stream"] = json!(true);
        }
        Ask::post(self.route, fixture.key("alice"), &body)
    }

    /// Whether a stream ended as the dialect says.
    fn ended(self, answer: &Answer) -> bool {
        let Some(last) = answer.events().pop() else { return false };
        match self.route {
            "/v1/responses" => last.data["type"] == "response.completed",
            "/v1/messages" => last.data["type"] == "message_stop",
            _ => last.data == "[DONE]",
        }
    }

    /// The error object of an answer, or of a stream's last event.
    fn error(self, answer: &Answer) -> Value {
        let streamed =
            answer.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));
        let whole = if streamed { answer.events().pop().map(|last| last.data) } else { Some(answer.json()) };
        let whole = whole.unwrap_or_default();
        match (self.route, streamed) {
            ("/v1/responses", true) => whole,
            _ => whole["error"].clone(),
        }
    }
}

/// Every dialect at every API.
pub async fn meet(fixture: &Fixture) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for dialect in DIALECTS {
        for (group, path) in GROUPS {
            for stream in [false, true] {
                let name = format!("{} at {group}, stream: {stream}", dialect.route);
                if let Err(failure) = answered(fixture, dialect, group, path, stream).await {
                    wrong.push(format!("{name}: {failure}"));
                }
            }
        }
    }
    ensure(wrong.is_empty(), || wrong.join("\n"))
}

async fn answered(
    fixture: &Fixture,
    dialect: Dialect,
    group: &str,
    path: &str,
    stream: bool,
) -> Result<(), Failure> {
    fixture.gateway.mocks.clear();
    let answer = client::send(fixture.gateway.address, &dialect.ask(fixture, group, stream)).await?;
    ensure(answer.status == 200 && answer.complete, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    ensure(answer.spoken().starts_with("Hello from "), || format!("it said: {}", answer.text()))?;
    ensure(!stream || dialect.ended(&answer), || format!("the stream has no end: {}", answer.text()))?;
    let received = fixture.gateway.mocks.received();
    let [only] = received.as_slice() else { return Err(format!("{} upstream requests", received.len())) };
    ensure(only.target.starts_with(path), || format!("it went to {}", only.target))?;
    let id = answer.header("x-litellm-call-id").unwrap_or_default();
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
    let counted = row["prompt_tokens"] == 100 && row["completion_tokens"] == 50 && row["status"] == "success";
    ensure(counted, || format!("the row is {row}"))?;
    fixture.check_leaks()
}

/// A chain through every API, in every dialect.
pub async fn chain(fixture: &Fixture) -> Result<(), Failure> {
    for dialect in DIALECTS {
        for stream in [false, true] {
            fixture.gateway.mocks.clear();
            let answer =
                client::send(fixture.gateway.address, &dialect.ask(fixture, "chain-1", stream)).await?;
            let trail = answer.header("x-spillway-attempts").unwrap_or_default().to_owned();
            let expected =
                "chain-1/openai-1=401, chain-2/azure-1=500, chain-3/gemini-1=503, chain-4/anthropic-1=200";
            let spoken = answer.spoken();
            ensure(trail == expected && spoken == "Hello from anthropic/chain-4.", || {
                format!("{}, stream: {stream}: {trail}: {}", dialect.route, answer.text())
            })?;
            fixture.check_leaks()?;
        }
    }
    Ok(())
}

/// A provider's refusal, in the client's words and with the provider's.
pub async fn errors(fixture: &Fixture) -> Result<(), Failure> {
    for dialect in DIALECTS {
        for group in ["openai-limited", "anthropic-limited", "gemini-limited"] {
            for stream in [false, true] {
                let answer =
                    client::send(fixture.gateway.address, &dialect.ask(fixture, group, stream)).await?;
                let error = dialect.error(&answer);
                let told = answer.status == 429
                    && error["message"].as_str().is_some_and(|message| !message.is_empty())
                    && error["type"].as_str().is_some_and(|kind| !kind.is_empty())
                    && (dialect.route != "/v1/messages" || error["type"] == dialect.limited)
                    && answer.header("retry-after") == Some("7");
                ensure(told, || {
                    format!(
                        "{} at {group}, stream: {stream}: HTTP {}: {}",
                        dialect.route,
                        answer.status,
                        answer.text()
                    )
                })?;
            }
        }
    }
    Ok(())
}

/// A stream that breaks after its first words ends with the dialect's error, and with no made-up end.
pub async fn breaking_streams(fixture: &Fixture) -> Result<(), Failure> {
    for dialect in DIALECTS {
        for group in ["openai-breaking", "anthropic-breaking", "gemini-ending-early"] {
            let answer = client::send(fixture.gateway.address, &dialect.ask(fixture, group, true)).await?;
            let error = dialect.error(&answer);
            let told = answer.status == 200
                && !answer.spoken().is_empty()
                && !dialect.ended(&answer)
                && error["message"].as_str().is_some_and(|message| !message.is_empty());
            ensure(told, || format!("{} at {group}: {}", dialect.route, answer.text()))?;
        }
    }
    Ok(())
}
