//! What requests cost: cached tokens, long prompts, and requests that end before their provider has counted.

use serde_json::{Value, json};
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};

use super::ensure;

const ROUTES: [&str; 3] = ["/v1/chat/completions", "/v1/responses", "/v1/messages"];

/// A group, and what 100 tokens of input (60 read from the cache, 20 written, 5 of them for an hour) and 50 of output
/// cost there, in nanodollars. Chat completions and Gemini do not tell what was written, and only Anthropic tells for
/// how long.
const GROUPS: [(&str, u64); 5] = [
    ("openai-chat", 40 * 2_000 + 60 * 200 + 50 * 8_000),
    ("openai-responses", 20 * 2_000 + 60 * 200 + 20 * 2_500 + 50 * 8_000),
    ("azure-chat", 40 * 2_000 + 60 * 200 + 50 * 8_000),
    ("anthropic", 20 * 2_000 + 60 * 200 + 15 * 2_500 + 5 * 4_000 + 50 * 8_000),
    ("gemini", 40 * 2_000 + 60 * 200 + 50 * 8_000),
];

fn ask(fixture: &Fixture, route: &str, model: &str, stream: bool) -> Ask {
    let messages = json!([{"role": "user", "content": "Hello"}]);
    let mut body = match route {
        "/v1/responses" => json!({"model": model, "input": "Hello"}),
        "/v1/messages" => json!({"model": model, "max_tokens": 200, "messages": messages}),
        _ => json!({"model": model, "messages": messages}),
    };
    body["stream"] = json!(stream);
    Ask::post(route, fixture.key("alice"), &body)
}

/// Cached tokens are told and priced apart, from every provider, in every dialect, whole or in a stream.
pub async fn cached_tokens(fixture: &Fixture) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for route in ROUTES {
        for (group, nanodollars) in GROUPS {
            for stream in [false, true] {
                let name = format!("{route} at {group}, stream: {stream}");
                if let Err(failure) = one(fixture, &ask(fixture, route, group, stream), nanodollars).await {
                    wrong.push(format!("{name}: {failure}"));
                }
            }
        }
    }
    ensure(wrong.is_empty(), || wrong.join("\n"))
}

async fn one(fixture: &Fixture, ask: &Ask, nanodollars: u64) -> Result<(), Failure> {
    let answer = client::send(fixture.gateway.address, ask).await?;
    ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    let id = answer.header("x-litellm-call-id").ok_or("no id")?;
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
    let tokens = (&row["prompt_tokens"], &row["completion_tokens"]);
    ensure(tokens == (&json!(100), &json!(50)), || format!("tokens: {tokens:?}"))?;
    let read = &row["metadata"]["usage_object"]["cache_read_input_tokens"];
    ensure(read == 60, || format!("read from the cache: {read}"))?;
    costs(&row, nanodollars)
}

fn costs(row: &Value, nanodollars: u64) -> Result<(), Failure> {
    let spend = row["spend"].as_f64().unwrap_or(f64::NAN) * 1e9;
    ensure((spend - nanodollars as f64).abs() < 0.5, || {
        format!("it cost {spend} nanodollars, and not {nanodollars}")
    })
}

/// A prompt beyond the bound prices the whole request at the higher rates.
pub async fn long_prompts(fixture: &Fixture) -> Result<(), Failure> {
    let answer =
        client::send(fixture.gateway.address, &ask(fixture, ROUTES[0], "long-prompt", false)).await?;
    let id = answer.header("x-litellm-call-id").ok_or("no id")?;
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
    costs(&row, 100_001 * 4_000 + 50 * 16_000)
}

/// A stream that its client leaves, or that breaks, is charged what came of it: the input as the provider counted it,
/// or as it is taken for, and the output by its length.
pub async fn streams_that_end_early(fixture: &Fixture) -> Result<(), Failure> {
    for (model, user, input) in
        [("left", "leaver-chat", 1), ("left-messages", "leaver-messages", 100), ("broken", "breaker", 1)]
    {
        let mut ask = ask(fixture, ROUTES[0], model, true);
        let mut body: Value = serde_json::from_slice(&ask.body).map_err(|error| error.to_string())?;
        body["user"] = json!(user);
        ask.body = body.to_string().into_bytes();
        if model == "broken" {
            client::send(fixture.gateway.address, &ask).await?;
        } else {
            let spoken = |seen: &[u8]| String::from_utf8_lossy(seen).matches("\"content\":\"").count() > 2;
            client::leave_when(fixture.gateway.address, &ask, spoken).await?;
        }
        let row = row_of(fixture, user).await?;
        let usage = (row["prompt_tokens"].as_u64(), row["completion_tokens"].as_u64().unwrap_or_default());
        ensure(usage.0 == Some(input) && (1..50).contains(&usage.1), || {
            format!("{model}: tokens {usage:?}")
        })?;
        let tried = &row["metadata"]["spillway_attempts"][0];
        ensure(tried["usage_estimated"] == true, || format!("{model}: {tried}"))?;
        // Anthropic counts what it read from its cache, and wrote there, before it says anything.
        let output = usage.1 * 8_000;
        costs(&row, input * 2_000 + output).map_err(|failure| format!("{model}: {failure}"))?;
    }
    Ok(())
}

async fn row_of(fixture: &Fixture, user: &str) -> Result<Value, Failure> {
    let is_it = |row: &&Value| row["end_user"] == user;
    let there = |rows: &Value| rows.as_array().is_some_and(|rows| rows.iter().any(|row| is_it(&row)));
    let path = "/spend/logs?page_size=100";
    let rows = ledger::until(fixture.gateway.ledger, MASTER_KEY, path, there).await?;
    let row = rows.as_array().and_then(|rows| rows.iter().find(is_it)).cloned();
    row.ok_or_else(|| format!("no row of {user}"))
}

/// A provider gets the request's trace context where the file says so, and nothing else of its headers.
pub async fn trace_context(fixture: &Fixture) -> Result<(), Failure> {
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let mut ask = ask(fixture, ROUTES[0], "failing", false);
    for (name, value) in [("traceparent", parent), ("tracestate", "a=b"), ("baggage", "user=canary")] {
        ask.headers.push((name.to_owned(), value.to_owned()));
    }
    client::send(fixture.gateway.address, &ask).await?;
    let received = fixture.gateway.mocks.received();
    ensure(received.len() == 2, || format!("{} tries", received.len()))?;
    for request in &received {
        let value = |name: &str| {
            let found = request.headers.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| String::from_utf8_lossy(value).into_owned())
        };
        let found = (value("traceparent"), value("tracestate"), value("baggage"));
        let expected = (Some(parent.to_owned()), Some("a=b".to_owned()), None);
        ensure(found == expected, || format!("{found:?}"))?;
    }
    Ok(())
}
