//! Clients speak HTTP/1.1 or HTTP/2 to the same listener, as their connection begins.

use http_body_util::BodyExt;
use hyper::body::Body;
use serde_json::{Value, json};
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask, Connection, Http2};
use spillway_e2e::fixture::Fixture;

use super::ensure;

/// Requests at once on one connection.
const AT_ONCE: usize = 20;

fn chat(fixture: &Fixture, model: &str, stream: bool) -> Ask {
    let body = json!({"model": model, "stream": stream, "messages": [{"role": "user", "content": "Hello"}]});
    Ask::post("/v1/chat/completions", fixture.key("alice"), &body)
}

/// The same question in each dialect, whole and as a stream.
fn questions(fixture: &Fixture) -> Vec<Ask> {
    let messages = json!([{"role": "user", "content": "Hello"}]);
    let of = |path: &str, body: &Value| {
        [false, true].map(|stream| {
            let mut body = body.clone();
            body["stream"] = json!(stream);
            Ask::post(path, fixture.key("alice"), &body)
        })
    };
    let chat = of("/v1/chat/completions", &json!({"model": "good", "messages": messages}));
    let responses = of("/v1/responses", &json!({"model": "good", "input": "Hello"}));
    let messages = of("/v1/messages", &json!({"model": "good", "max_tokens": 99, "messages": messages}));
    [chat, responses, messages].concat()
}

/// Either version gets the same answers and the same refusals, in every dialect; tries and fallbacks too.
pub async fn answer_alike(fixture: &Fixture) -> Result<(), Failure> {
    let to = fixture.gateway.address;
    let (mut one, two) = (Connection::open(to, None).await?, Http2::open(to).await?);
    let others = [
        chat(fixture, "unavailable", false),
        chat(fixture, "no-such-model", false),
        Ask::post("/v1/chat/completions", "sk-nobodys", &json!({})),
        Ask { method: "GET".to_owned(), path: "/health".to_owned(), ..Ask::default() },
        Ask::get("/v1/nothing", fixture.key("alice")),
    ];
    for ask in questions(fixture).iter().chain(&others) {
        let first = one.send(ask).await?;
        // It closes after some refusals.
        if first.header("connection") == Some("close") {
            one = Connection::open(to, None).await?;
        }
        let second = two.send(ask).await?;
        let told = |answer: &spillway_e2e::answer::Answer| {
            let error = answer.json()["error"]["message"].clone();
            (answer.status, answer.complete, answer.spoken(), answer.events().len(), error)
        };
        ensure(told(&first) == told(&second), || {
            format!("{}: {:?}, over HTTP/2 {:?}", ask.path, told(&first), told(&second))
        })?;
    }
    Ok(())
}

/// On one connection a stream comes piece by piece while others ask and one gives up; nobody waits for anybody.
pub async fn share_a_connection(fixture: &Fixture) -> Result<(), Failure> {
    let connection = Http2::open(fixture.gateway.address).await?;
    let mut slow = connection.begin(&chat(fixture, "slow", true)).await?;
    let first = slow.body_mut().frame().await;
    ensure(first.is_some_and(|frame| frame.is_ok()), || "the stream does not begin".to_owned())?;
    // A reset of one stream is no end of the connection.
    drop(connection.begin(&chat(fixture, "slow", true)).await?);
    let mut asked = tokio::task::JoinSet::new();
    for number in 0..AT_ONCE {
        let (connection, ask) = (connection.clone(), chat(fixture, "good", number % 2 == 0));
        asked.spawn(async move { connection.send(&ask).await });
    }
    while let Some(answer) = asked.join_next().await {
        let answer = answer.map_err(|error| error.to_string())??;
        ensure(answer.status == 200 && answer.spoken() == "Hello from azure/good.", || {
            format!("HTTP {}: {}", answer.status, answer.text())
        })?;
    }
    ensure(!slow.body().is_end_stream(), || "the stream was over before the others".to_owned())?;
    let slow = client::read(slow).await?;
    ensure(slow.complete && slow.text().trim_end().ends_with("data: [DONE]"), || slow.text())
}
