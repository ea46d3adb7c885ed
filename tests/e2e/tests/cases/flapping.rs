//! A primary that fails in another way every few hundred milliseconds, and groups of which nothing answers, under
//! load.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mock_providers::{After, Received};
use serde_json::{Value, json};
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask, Connection};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};

use super::ensure;
use super::load::{join_all, storm};

const CLIENTS: usize = 64;
/// What the primary does in turn, and for how long.
const TURNS: [&str; 5] = ["", "status=429", "status=503", "stall", "reset"];
const TURN: Duration = Duration::from_millis(200);
/// Without a choice: see `SPILLWAY_E2E_SECONDS` in the suite's README.
const SECONDS: u64 = 8;
/// Between a client's requests, so that the mock's journal and the ledger hold what a run produces.
const PAUSE: Duration = Duration::from_millis(40);
/// Tries of one group: `num_retries` is 1.
const TRIES: usize = 2;
/// Rows of one page.
const PAGE: usize = 1_000;

/// One answer, as far as it is looked at later.
struct Seen {
    attempts: Vec<String>,
}

/// Nobody notices: every request is answered, by the primary or its fallback, with no more tries than the plan has,
/// and a cooled primary is never probed by two requests at once.
pub async fn primary(fixture: &Fixture) -> Result<(), Failure> {
    let seconds = std::env::var("SPILLWAY_E2E_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let length = Duration::from_secs(seconds.unwrap_or(SECONDS));
    let over = AtomicBool::new(false);
    let clients = (0..CLIENTS).map(|number| Box::pin(client(fixture, number, length))).collect();
    let load = async {
        let seen = join_all(clients).await;
        over.store(true, Ordering::SeqCst);
        seen
    };
    let (seen, upstream, turned) = tokio::join!(load, collect(fixture, &over), flap(fixture, &over));
    turned?;
    let upstream = upstream?;
    let seen: Vec<Seen> = seen.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let tries: usize = seen.iter().map(|one| one.attempts.len()).sum();
    // A connection that broke before the provider saw the request was a try, too.
    ensure(upstream <= tries, || format!("{upstream} upstream calls, {tries} tries told"))?;
    ensure(tries <= seen.len() * 2 * TRIES, || format!("{tries} tries for {} requests", seen.len()))?;
    probes(fixture, seen.len()).await
}

/// Each client asks in one way: chat or responses, streaming or not.
async fn client(fixture: &Fixture, number: usize, length: Duration) -> Result<Vec<Seen>, Failure> {
    let stream = number.is_multiple_of(2);
    let (route, prompt) =
        if number % 4 < 2 { ("chat/completions", "messages") } else { ("responses", "input") };
    let mut body = json!({"model": "flapping", "stream": stream});
    body[prompt] = json!([{"role": "user", "content": "Hello"}]);
    let ask = Ask::post(&format!("/v1/{route}"), fixture.key("survivor"), &body);
    let mut connection = Connection::open(fixture.gateway.address, None).await?;
    let mut seen = Vec::new();
    let began = Instant::now();
    while began.elapsed() < length {
        let answer = connection.send(&ask).await?;
        seen.push(answered(&answer).map_err(|failure| {
            format!("{failure}: HTTP {} {:?}: {}", answer.status, answer.headers, answer.text())
        })?);
        tokio::time::sleep(PAUSE).await;
    }
    Ok(seen)
}

fn answered(answer: &Answer) -> Result<Seen, Failure> {
    ensure(answer.status == 200 && answer.complete, || "a client saw a failure".to_owned())?;
    let attempts: Vec<String> =
        answer.header("x-spillway-attempts").unwrap_or_default().split(", ").map(str::to_owned).collect();
    let of = |group: &str| attempts.iter().filter(|one| one.starts_with(group)).count();
    let (primary, fallback) = (of("flapping/"), of("healthy/"));
    ensure(primary <= TRIES && fallback <= TRIES, || "more tries than the plan has".to_owned())?;
    let text = if fallback == 0 { "Hello from openai/flapping." } else { "Hello from azure/healthy." };
    ensure(answer.spoken() == text, || format!("not {text:?}"))?;
    Ok(Seen { attempts })
}

async fn flap(fixture: &Fixture, over: &AtomicBool) -> Result<(), Failure> {
    for script in TURNS.into_iter().cycle() {
        if over.load(Ordering::SeqCst) {
            break;
        }
        set(fixture, script)?;
        tokio::time::sleep(TURN).await;
    }
    set(fixture, "")
}

fn set(fixture: &Fixture, script: &str) -> Result<(), Failure> {
    fixture.gateway.mocks.set_script("flapping", &[script], After::Cycle).map_err(|error| error.to_string())
}

/// Takes what the upstreams receive out of the journal, which would not hold all of it, and looks through it as after
/// any test. How many requests there were.
async fn collect(fixture: &Fixture, over: &AtomicBool) -> Result<usize, Failure> {
    let mut count = 0;
    loop {
        let last = over.load(Ordering::SeqCst);
        let taken: Vec<Received> = fixture.gateway.mocks.take();
        fixture.check_received(&taken)?;
        count += taken.len();
        if last {
            return Ok(count + fixture.gateway.mocks.received().len());
        }
        tokio::time::sleep(TURN).await;
    }
}

/// The rows tell every probe, and when it was.
async fn probes(fixture: &Fixture, requests: usize) -> Result<(), Failure> {
    let mut probes = Vec::new();
    for page in 1..=requests.div_ceil(PAGE) {
        let expected = PAGE.min(requests - (page - 1) * PAGE);
        let path = format!("/spend/logs?user_id=canary-survivor&page_size={PAGE}&page={page}");
        let there = |rows: &Value| rows.as_array().is_some_and(|rows| rows.len() == expected);
        let rows = ledger::until(fixture.gateway.ledger, MASTER_KEY, &path, there).await?;
        for row in rows.as_array().into_iter().flatten() {
            let attempts = row["metadata"]["spillway_attempts"].as_array().into_iter().flatten();
            let told = |attempt: &Value| format!("{} of {}", attempt, row["request_id"]);
            probes.extend(attempts.filter(|one| one["probe"] == true).map(|one| (span(one), told(one))));
        }
    }
    probes.sort_unstable();
    ensure(!probes.is_empty(), || "the primary was never probed".to_owned())?;
    let overlap = probes.iter().zip(probes.iter().skip(1)).find(|((one, _), (next, _))| next.0 < one.1);
    ensure(overlap.is_none(), || format!("two of {} probes overlap: {overlap:#?}", probes.len()))
}

/// When a try began and ended, in microseconds.
fn span(attempt: &Value) -> (u64, u64) {
    let number = |name: &str| attempt[name].as_u64().unwrap_or_default();
    (number("started_us"), number("started_us") + number("duration_us"))
}

/// Nothing answers, with and without cooldowns: every client gets a well-formed error after no more tries than the plan
/// has, and the gateway serves afterwards.
pub async fn retry_storm(fixture: &Fixture) -> Result<(), Failure> {
    const EACH: usize = 10;
    for model in ["doomed", "doomed-and-cooled"] {
        fixture.gateway.mocks.clear();
        let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}]});
        let ask = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
        let answers = storm(fixture.gateway.address, CLIENTS, EACH, &ask).await?;
        ensure(answers.len() == CLIENTS * EACH, || format!("{} answers", answers.len()))?;
        for answer in &answers {
            let tries = answer.header("x-spillway-attempts").unwrap_or_default().split(", ").count();
            let error = &answer.json()["error"];
            let told = error["message"].is_string() && error["type"].is_string();
            let fine = answer.status >= 400 && told && (1..=2 * TRIES).contains(&tries);
            ensure(fine, || {
                format!("{model}: HTTP {} {:?}: {}", answer.status, answer.headers, answer.text())
            })?;
        }
        let upstream = fixture.gateway.mocks.received().len();
        ensure(upstream <= answers.len() * 2 * TRIES, || format!("{model}: {upstream} upstream calls"))?;
    }
    let body = json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
    let ask = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
    let answer = client::send(fixture.gateway.address, &ask).await?;
    ensure(answer.status == 200, || format!("afterwards: HTTP {}: {}", answer.status, answer.text()))
}
