//! Deployments that rest after failures. Each test has its own: a cooldown outlives the test.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use mock_providers::{After, Received};
use serde_json::{Value, json};
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask, Connection};
use spillway_e2e::fixture::{Fixture, MASTER_KEY};
use spillway_e2e::{Failure, ledger};

use super::ensure;
use super::load::join_all;

/// A cooldown that is not over by then is not over at all.
const PATIENCE: Duration = Duration::from_secs(20);
/// Enough connections that neither of two workers goes without one.
const CLIENTS: usize = 32;

/// After more failures than are allowed, nobody asks the deployment, on whichever worker; then it is back.
pub async fn rests(fixture: &Fixture) -> Result<(), Failure> {
    set(fixture, "failing", "status=500")?;
    let mut one_worker = Connection::open(fixture.gateway.address, None).await?;
    for _ in 0..3 {
        let answer = one_worker.send(&ask(fixture, "failing")).await?;
        expect(&answer, "failing/openai-1=500, failing/azure-1=200")?;
    }
    for _ in 0..CLIENTS {
        expect(&once(fixture, "failing").await?, "failing/azure-1=200")?;
    }
    let asked = models(&fixture.gateway.mocks.received());
    let mut expected = ["failing", "steady"].repeat(3);
    expected.extend(["steady"; CLIENTS]);
    ensure(asked == expected, || format!("upstream calls {asked:?}"))?;
    set(fixture, "failing", "")?;
    let back = until_asked(fixture, "failing", "failing/openai-1").await?;
    expect(&back, "failing/openai-1=200")?;
    is_probe(fixture, &back, true).await?;
    let after = once(fixture, "failing").await?;
    expect(&after, "failing/openai-1=200")?;
    is_probe(fixture, &after, false).await
}

/// `retry-after` decides the length, which would be a second otherwise.
pub async fn as_told(fixture: &Fixture) -> Result<(), Failure> {
    set(fixture, "telling", "status=429,retry-after=3")?;
    expect(&once(fixture, "telling").await?, "telling/openai-1=429, telling/azure-1=200")?;
    set(fixture, "telling", "")?;
    expect(&until_asked(fixture, "telling", "telling/openai-1").await?, "telling/openai-1=200")?;
    let times: Vec<_> =
        of_model(&fixture.gateway.mocks.received(), "telling").iter().map(|one| one.received_at).collect();
    let [first, second] = times.as_slice() else { return Err(format!("asked {} times", times.len())) };
    let rest = second.duration_since(*first).map_err(|error| error.to_string())?;
    ensure(rest >= Duration::from_secs(3), || format!("asked again after {rest:?}"))
}

/// The gateway tells the ledger of a cooldown while it lasts, though nobody asks for the deployment meanwhile, and of its
/// end.
pub async fn reported(fixture: &Fixture) -> Result<(), Failure> {
    const PATH: &str = "/spillway/cooldowns";
    let told = async |rests: bool| {
        let holds = |answer: &Value| answer["gateways"] != 0 && row(answer).is_some() == rests;
        ledger::until(fixture.gateway.ledger, MASTER_KEY, PATH, holds).await
    };
    let row = |answer: &Value| row(answer).cloned();
    told(false).await?;
    set(fixture, "reported", "status=429,retry-after=5")?;
    expect(&once(fixture, "reported").await?, "reported/openai-1=429, reported/azure-1=200")?;
    let rests = row(&told(true).await?).ok_or("no row")?;
    let (cause, gateways) = (&rests["cause"], &rests["gateways"]);
    ensure(cause == "rate_limit" && gateways == 1, || format!("told {rests}"))?;
    told(false).await?;
    let asked = of_model(&fixture.gateway.mocks.received(), "reported");
    let [only] = asked.as_slice() else { return Err(format!("asked {} times", asked.len())) };
    let length = only.received_at.elapsed().map_err(|error| error.to_string())?;
    ensure(length >= Duration::from_secs(5), || format!("told for {length:?} only"))
}

/// What the ledger tells of the deployment of [`reported`].
fn row(answer: &Value) -> Option<&Value> {
    answer["cooled"].as_array()?.iter().find(|row| row["deployment"] == "reported/openai-1")
}

/// While many clients ask, a deployment that is due is tried by one of them at a time, which fails: so it rests
/// anew. All are answered by the other deployment. One success later it is everybody's.
pub async fn one_probe(fixture: &Fixture) -> Result<(), Failure> {
    const PROBES: usize = 3;
    let mocks = &fixture.gateway.mocks;
    set(fixture, "probed", "delay=100,status=503")?;
    // Bounds what the clients can ask in the meantime.
    set(fixture, "steady-beside-probed", "delay=20")?;
    expect(&once(fixture, "probed").await?, "probed/openai-1=503, probed/azure-1=200")?;
    let enough = || mocks.received().iter().filter(|one| one.json()["model"] == "probed").count() > PROBES;
    let answers = hammer(fixture, "probed", &enough).await?;
    let most = mocks.most_at_once("probed");
    ensure(most == 1, || format!("{most} requests probed at once"))?;
    let bad = answers.iter().find(|one| one.status != 200);
    ensure(bad.is_none(), || format!("a client saw {bad:?}"))?;
    let probes: Vec<_> = answers.iter().filter(|one| trail(one).starts_with("probed/openai-1=503")).collect();
    ensure(probes.len() >= PROBES, || format!("{} probes", probes.len()))?;
    for answer in probes {
        is_probe(fixture, answer, true).await?;
    }
    set(fixture, "probed", "")?;
    expect(&until_asked(fixture, "probed", "probed/openai-1").await?, "probed/openai-1=200")?;
    for _ in 0..CLIENTS {
        expect(&once(fixture, "probed").await?, "probed/openai-1=200")?;
    }
    Ok(())
}

/// Everything rests: the one that is back first is tried, not refused.
pub async fn all_rest(fixture: &Fixture) -> Result<(), Failure> {
    set(fixture, "resting-long", "status=429,retry-after=60")?;
    set(fixture, "resting-short", "status=429,retry-after=30")?;
    let answer = once(fixture, "resting").await?;
    ensure(answer.status == 429, || format!("HTTP {}", answer.status))?;
    expect(&answer, "resting/openai-1=429, resting/azure-1=429")?;
    fixture.gateway.mocks.clear();
    set(fixture, "resting-short", "")?;
    let answer = once(fixture, "resting").await?;
    ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    expect(&answer, "resting/azure-1=200")?;
    let asked = models(&fixture.gateway.mocks.received());
    ensure(asked == ["resting-short"], || format!("upstream calls {asked:?}"))
}

fn set(fixture: &Fixture, model: &str, script: &str) -> Result<(), Failure> {
    fixture.gateway.mocks.set_script(model, &[script], After::Cycle).map_err(|error| error.to_string())
}

fn ask(fixture: &Fixture, model: &str) -> Ask {
    let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}]});
    Ask::post("/v1/chat/completions", fixture.key("alice"), &body)
}

async fn once(fixture: &Fixture, model: &str) -> Result<Answer, Failure> {
    client::send(fixture.gateway.address, &ask(fixture, model)).await
}

/// Asks until a deployment is tried again; that answer.
async fn until_asked(fixture: &Fixture, model: &str, deployment: &str) -> Result<Answer, Failure> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let answer = once(fixture, model).await?;
        if trail(&answer).starts_with(deployment) {
            return Ok(answer);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err(format!("{deployment} was not tried again within {PATIENCE:?}"))
}

/// Many clients ask again and again until `enough`; every answer.
async fn hammer(fixture: &Fixture, model: &str, enough: &dyn Fn() -> bool) -> Result<Vec<Answer>, Failure> {
    let done = AtomicBool::new(false);
    let began = Instant::now();
    let client = async || {
        let mut connection = Connection::open(fixture.gateway.address, None).await?;
        let mut answers = Vec::new();
        while !done.load(Ordering::SeqCst) {
            answers.push(connection.send(&ask(fixture, model)).await?);
            if began.elapsed() > PATIENCE || enough() {
                done.store(true, Ordering::SeqCst);
            }
        }
        Ok::<_, Failure>(answers)
    };
    let mut all = Vec::new();
    for answers in join_all((0..CLIENTS).map(|_| Box::pin(client())).collect()).await {
        all.extend(answers?);
    }
    if enough() { Ok(all) } else { Err(format!("not enough within {PATIENCE:?}")) }
}

fn trail(answer: &Answer) -> &str {
    answer.header("x-spillway-attempts").unwrap_or_default()
}

fn expect(answer: &Answer, expected: &str) -> Result<(), Failure> {
    ensure(trail(answer) == expected, || {
        format!("expected {expected:?}, got {:?} (HTTP {})", trail(answer), answer.status)
    })
}

/// Whether the row of an answer tells its first try as a probe.
async fn is_probe(fixture: &Fixture, answer: &Answer, expected: bool) -> Result<(), Failure> {
    let id = answer.header("x-litellm-call-id").ok_or("no x-litellm-call-id")?;
    let row = ledger::row(fixture.gateway.ledger, MASTER_KEY, id).await?;
    let first = &row["metadata"]["spillway_attempts"][0];
    let probe = first["probe"].as_bool().unwrap_or(false);
    ensure(probe == expected, || format!("expected probe: {expected} in {first}"))
}

fn of_model(received: &[Received], model: &str) -> Vec<Received> {
    received.iter().filter(|one| one.json()["model"] == model).cloned().collect()
}

fn models(received: &[Received]) -> Vec<String> {
    let model = |one: &Received| match &one.json()["model"] {
        Value::String(model) => model.clone(),
        other => other.to_string(),
    };
    received.iter().map(model).collect()
}
