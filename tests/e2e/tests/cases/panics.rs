//! Panics of the module, injected by a build that only this test uses (feature `test-panic`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::gateway::root;
use spillway_e2e::{Failure, ledger};
use tokio::task::JoinHandle;

use super::ensure;
use super::keys::generate;

/// The request header by which a request asks that build for a panic.
pub const HEADER: &str = "x-spillway-test-panic";

/// Where `make module-test-panic` puts that build.
pub const MODULE: &str = "target/test-panic/wasm32-wasip1/release/spillway_filter.wasm";

/// Streams that are being read while the filter panics. Each takes about 2.5 s; Envoy takes 1 s to close the
/// connection of one that it cuts.
const STREAMS: usize = 6;

/// Clients that send one short request after the other meanwhile.
const CLIENTS: usize = 3;

/// Callbacks in which memory runs out: where bodies are taken apart and written.
const EXHAUSTED: [&str; 2] = ["admission request-body", "attempt request-body"];

/// Panics of one round.
const AT_ONCE: usize = 8;

/// What a request held is free by then, or lost: its lease is much longer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A request under way.
type Answering = JoinHandle<Result<Answer, Failure>>;

/// What becomes of a request in which the filter panics.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// A JSON error, and a row that tells of it.
    Refused,
    /// The same without a row, for nobody knows yet whose request it is.
    RefusedUnknown,
    /// A stream that breaks off, and a row that tells of it.
    Cut,
    /// The client has everything by then, and so has the ledger.
    Answered,
}

/// Where a request that waited goes on: the ledger has been asked for its key, which is used for the first time.
const KEY_FOUND: &str = "admission key-found";

/// A callback by role and name, whether the request is a stream, and what becomes of it when the filter panics
/// before, and after, the callback has done its work.
const CALLBACKS: &[(&str, bool, [Fate; 2])] = &[
    ("admission request-headers", false, [Fate::RefusedUnknown, Fate::Refused]),
    (KEY_FOUND, false, [Fate::RefusedUnknown, Fate::Refused]),
    ("admission request-body", false, [Fate::Refused, Fate::Refused]),
    ("admission response-headers", false, [Fate::Refused, Fate::Refused]),
    ("admission stream", true, [Fate::Cut, Fate::Cut]),
    ("admission log", false, [Fate::Answered, Fate::Answered]),
    ("attempt request-headers", false, [Fate::Refused, Fate::Refused]),
    ("attempt request-body", true, [Fate::Refused, Fate::Refused]),
    ("attempt response-headers", true, [Fate::Refused, Fate::Refused]),
    ("attempt response-body", false, [Fate::Refused, Fate::Refused]),
    ("attempt stream", true, [Fate::Cut, Fate::Cut]),
    ("attempt done", false, [Fate::Answered, Fate::Answered]),
];

/// Wherever the filter panics: its own request fails in an orderly way, is on record and holds no place among those
/// that run; and requests that are under way in the same VM (there is one worker), streams too, never learn of it.
pub fn contained() -> Result<(), Failure> {
    let wasm = root().join(MODULE);
    ensure(wasm.exists(), || format!("{} is missing; run `make module-test-panic`", wasm.display()))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let fixture = Fixture::one_worker(wasm).await?;
        let places = places();
        for some in places.chunks(AT_ONCE) {
            beside(&fixture, some).await?;
        }
        counted(&fixture, places.len()).await?;
        fixture.gateway.stop().await
    })
}

/// Where to panic, as the module is told, whether in a stream, and what becomes of it.
type Place = (String, bool, Fate);

fn places() -> Vec<Place> {
    let sides = CALLBACKS.iter().flat_map(|(callback, stream, [before, after])| {
        [("before", before), ("after", after)]
            .map(|(side, fate)| (format!("{side} {callback}"), *stream, *fate))
    });
    let exhausted = EXHAUSTED.map(|callback| (format!("exhaust {callback}"), false, Fate::Refused));
    // A batch of events that was about to be posted, with this request's among them, is posted later.
    sides.chain(exhausted).chain([("in root posting".to_owned(), false, Fate::Answered)]).collect()
}

/// A key for each place, of which one request may run at a time. The gateway knows it, unless it is to ask for it.
async fn keys(fixture: &Fixture, places: &[Place]) -> Result<Vec<String>, Failure> {
    let fields = json!({"max_parallel_requests": 1, "metadata": {"note": "canary"}});
    let mut keys = Vec::new();
    for (place, ..) in places {
        let key = generate(fixture, &fields).await?;
        if !place.ends_with(KEY_FOUND) {
            whole(&client::send(fixture.gateway.address, &ask(&key, false)).await)?;
        }
        keys.push(key);
    }
    Ok(keys)
}

/// Panics at each of the places, while streams and short requests are under way.
async fn beside(fixture: &Fixture, places: &[Place]) -> Result<(), Failure> {
    let keys = keys(fixture, places).await?;
    fixture.gateway.mocks.clear();
    let streams: Vec<_> = (0..STREAMS).map(|_| spawn_stream(fixture)).collect();
    let begun = |mocks: &mock_providers::Handle| mocks.received().len() >= STREAMS;
    ensure(fixture.gateway.mocks.until(Duration::from_secs(10), begun).await, || {
        "the streams did not begin".to_owned()
    })?;
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..CLIENTS).map(|_| spawn_client(fixture, Arc::clone(&stop))).collect();
    let keyed = || places.iter().zip(&keys);
    // They wait for the same keys, and need no place among those that run.
    let waiting = keyed().filter(|((place, ..), _)| place.ends_with(KEY_FOUND));
    let waiting: Vec<_> = waiting.map(|(_, key)| spawn(fixture, Ask::get("/v1/models", key))).collect();
    let fatal: Vec<_> =
        keyed().map(|((place, stream, _), key)| spawn_fatal(fixture, key, *stream, place)).collect();
    let mut answers = Vec::new();
    for ((place, _, fate), answer) in places.iter().zip(fatal) {
        let answer = answer.await.map_err(|error| error.to_string())?;
        let met = answer.and_then(|answer| meets(&answer, *fate).map(|()| answer));
        answers.push(met.map_err(|failure| format!("{place}: {failure}"))?);
    }
    for answer in waiting {
        let answer = answer.await.map_err(|error| error.to_string())??;
        ensure(answer.status == 200, || format!("beside {KEY_FOUND}: HTTP {}", answer.status))?;
    }
    let ended = streams.iter().filter(|stream| stream.is_finished()).count();
    for stream in streams {
        whole(&stream.await.map_err(|error| error.to_string())?)
            .map_err(|failure| format!("a stream beside it: {failure}"))?;
    }
    ensure(ended == 0, || format!("{ended} streams were over before the panics were"))?;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client
            .await
            .map_err(|error| error.to_string())?
            .map_err(|failure| format!("beside it: {failure}"))?;
    }
    for (((place, _, fate), answer), key) in places.iter().zip(answers).zip(keys) {
        recorded(fixture, &answer, *fate).await.map_err(|failure| format!("{place}: {failure}"))?;
        free_again(fixture, &key).await.map_err(|failure| format!("after {place}: {failure}"))?;
    }
    fixture.check_leaks()
}

fn ask(key: &str, stream: bool) -> Ask {
    let model = if stream { "slow" } else { "plain" };
    let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}], "stream": stream});
    Ask::post("/v1/chat/completions", key, &body)
}

fn spawn_stream(fixture: &Fixture) -> Answering {
    spawn(fixture, ask(fixture.key("alice"), true))
}

fn spawn_fatal(fixture: &Fixture, key: &str, stream: bool, place: &str) -> Answering {
    let mut ask = ask(key, stream);
    ask.headers.push((HEADER.to_owned(), place.to_owned()));
    spawn(fixture, ask)
}

fn spawn(fixture: &Fixture, ask: Ask) -> Answering {
    let to = fixture.gateway.address;
    tokio::spawn(async move { client::send(to, &ask).await })
}

/// Sends one request after the other until it is stopped, or one is not answered.
fn spawn_client(fixture: &Fixture, stop: Arc<AtomicBool>) -> JoinHandle<Result<(), Failure>> {
    let (to, ask) = (fixture.gateway.address, ask(fixture.key("alice"), false));
    tokio::spawn(async move {
        while !stop.load(Ordering::Relaxed) {
            whole(&client::send(to, &ask).await)?;
        }
        Ok(())
    })
}

fn whole(answer: &Result<Answer, Failure>) -> Result<(), Failure> {
    let answer = answer.as_ref().map_err(Clone::clone)?;
    let streamed = answer.header("content-type") == Some("text/event-stream");
    let ended = !streamed || answer.events().last().is_some_and(|event| event.data == "[DONE]");
    ensure(answer.status == 200 && answer.complete && ended && !answer.spoken().is_empty(), || {
        format!("HTTP {}, not whole: {}", answer.status, answer.text())
    })
}

/// What the client of the request sees.
fn meets(answer: &Answer, fate: Fate) -> Result<(), Failure> {
    let json = || answer.header("content-type") == Some("application/json");
    let kind = || answer.json()["error"]["type"] == "internal_server_error";
    let fits = match fate {
        Fate::Refused | Fate::RefusedUnknown => answer.status == 500 && answer.complete && json() && kind(),
        Fate::Cut => answer.status == 200 && !answer.complete,
        Fate::Answered => answer.status == 200 && answer.complete,
    };
    ensure(fits && answer.header("x-litellm-call-id").is_some(), || {
        format!("expected {fate:?}, got {answer:?}: {}", answer.text())
    })
}

/// What the ledger has of it.
async fn recorded(fixture: &Fixture, answer: &Answer, fate: Fate) -> Result<(), Failure> {
    if fate == Fate::RefusedUnknown {
        return Ok(());
    }
    let id = answer.header("x-litellm-call-id").unwrap_or_default();
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
    let class = &row["metadata"]["error_information"]["error_class"];
    let fits = match fate {
        Fate::Answered => row["status"] == "success",
        _ => row["status"] == "failure" && class == "internal_server_error",
    };
    ensure(fits, || format!("the row does not tell of {fate:?}: {row}"))
}

/// Another request with the key may run. A client may learn the end of its answer a little before the gateway does.
async fn free_again(fixture: &Fixture, key: &str) -> Result<(), Failure> {
    let began = Instant::now();
    loop {
        let answer = client::send(fixture.gateway.address, &ask(key, false)).await;
        let held = answer.as_ref().is_ok_and(|answer| answer.status == 429);
        if !held || began.elapsed() > PATIENCE {
            return whole(&answer);
        }
    }
}

/// Envoy's counter has each of them, and none that nobody asked for.
async fn counted(fixture: &Fixture, panics: usize) -> Result<(), Failure> {
    let ask = Ask::get("/stats?format=json&filter=spillway.panics", "");
    let stats = client::send(fixture.gateway.admin, &ask).await?.json();
    ensure(stats["stats"][0]["value"] == panics, || format!("{panics} panics, but Envoy counted {stats}"))
}
