//! Many clients at once.

use std::net::SocketAddr;

use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{Ask, Connection};
use spillway_e2e::fixture::Fixture;

use super::ensure;

const CLIENTS: usize = 64;
const REQUESTS_EACH: usize = 10;

/// `clients` connections, each sending `each` requests one after another; every answer.
pub async fn storm(to: SocketAddr, clients: usize, each: usize, ask: &Ask) -> Result<Vec<Answer>, Failure> {
    let client = async |ask: Ask| {
        let mut connection = Connection::open(to, None).await?;
        let mut answers = Vec::with_capacity(each);
        for _ in 0..each {
            answers.push(connection.send(&ask).await?);
        }
        Ok::<_, Failure>(answers)
    };
    let running: Vec<_> = (0..clients).map(|_| Box::pin(client(ask.clone()))).collect();
    let mut all = Vec::new();
    for answers in join_all(running).await {
        all.extend(answers?);
    }
    Ok(all)
}

/// Polls all at once, on this task.
pub async fn join_all<F: Future + Unpin>(mut futures: Vec<F>) -> Vec<F::Output> {
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_none() {
                match std::pin::Pin::new(future).poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

/// Nobody notices that the primary refuses connections. Envoy's default of three concurrent retries per
/// cluster would answer most of these with 503.
pub async fn primary_down(fixture: &Fixture) -> Result<(), Failure> {
    for model in ["dead", "unavailable"] {
        let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}]});
        let ask = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
        let answers = storm(fixture.gateway.address, CLIENTS, REQUESTS_EACH, &ask).await?;
        ensure(answers.len() == CLIENTS * REQUESTS_EACH, || format!("{} answers", answers.len()))?;
        if let Some(bad) =
            answers.iter().find(|one| one.status != 200 || one.spoken() != "Hello from azure/good.")
        {
            return Err(format!("{model}: HTTP {} {:?}: {}", bad.status, bad.headers, bad.text()));
        }
    }
    Ok(())
}
