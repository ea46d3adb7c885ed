//! Clients that ask on and on, each on one connection.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{Ask, Connection};
use spillway_e2e::fixture::Fixture;
use tokio::task::JoinSet;

use super::super::ensure;

/// Enough for both workers to have some of each sort.
const STREAMING: usize = 6;
const SHORT: usize = 6;

/// The name of a model is part of its answer.
const STREAMED: &str = "Hello from openai/streaming~events=20,pause=25.";

/// Load that goes on until it is ended.
pub struct Traffic {
    clients: JoinSet<Result<(), Failure>>,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    over: AtomicBool,
    streams: AtomicUsize,
    answers: AtomicUsize,
}

impl Traffic {
    /// Begins.
    pub fn begin(fixture: &Fixture) -> Self {
        let shared = Arc::new(Shared::default());
        let mut clients = JoinSet::new();
        for number in 0..STREAMING + SHORT {
            let streaming = number < STREAMING;
            let model = if streaming { "streaming" } else { "plain" };
            let body = json!({"model": model, "stream": streaming, "messages": [{"role": "user", "content": "Hello"}]});
            let ask = Ask::post("/v1/chat/completions", fixture.key("survivor"), &body);
            clients.spawn(client(fixture.gateway.address, ask, streaming, Arc::clone(&shared)));
        }
        Self { clients, shared }
    }

    /// Streams and short answers so far, all whole.
    pub fn answered(&self) -> (usize, usize) {
        (self.shared.streams.load(Ordering::SeqCst), self.shared.answers.load(Ordering::SeqCst))
    }

    /// Ends, with the first failure of any client.
    pub async fn end(mut self) -> Result<(usize, usize), Failure> {
        self.shared.over.store(true, Ordering::SeqCst);
        while let Some(ended) = self.clients.join_next().await {
            ended.map_err(|error| error.to_string())??;
        }
        Ok(self.answered())
    }
}

/// A connection is never closed by the gateway: one that was would fail the next request on it.
async fn client(to: SocketAddr, ask: Ask, streaming: bool, shared: Arc<Shared>) -> Result<(), Failure> {
    let mut connection = Connection::open(to, None).await?;
    let expected = if streaming { STREAMED } else { "Hello from openai/plain." };
    while !shared.over.load(Ordering::SeqCst) {
        let answer = connection.send(&ask).await?;
        let whole = answer.status == 200 && answer.complete && answer.spoken() == expected;
        let kept = answer.header("connection").is_none();
        ensure(whole && kept, || format!("HTTP {} {:?}: {}", answer.status, answer.headers, answer.text()))?;
        let count = if streaming { &shared.streams } else { &shared.answers };
        count.fetch_add(1, Ordering::SeqCst);
        if !streaming {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }
    Ok(())
}
