//! Strategies, each on a gateway of its own: which of a group's deployments is asked first.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use mock_providers::{After, Handle};
use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;

use super::ensure;
use super::load::join_all;

/// One group of two deployments; `STRATEGY`, `ONE` and `TWO` are filled in.
const CONFIG: &str = r#"
model_list:
  - model_name: group
    litellm_params:
      model: openai/one
      api_base: http://${MOCKS}/mock-openai/v1
      api_key: os.environ/E2E_OPENAI_KEY
      ONE
  - model_name: group
    litellm_params:
      model: openai/two
      api_base: http://${MOCKS}/mock-openai/v1
      api_key: os.environ/E2E_OPENAI_KEY
      TWO
router_settings: {routing_strategy: STRATEGY, num_retries: 1, cooldown_time: 0, timeout: 10}
general_settings: {master_key: os.environ/E2E_MASTER_KEY}
spillway_settings:
  ledger: {url: "http://127.0.0.1:4001"}
  keys: [{key: os.environ/E2E_ALICE_KEY, key_alias: canary-alias-alice}]
"#;

const PATIENCE: Duration = Duration::from_secs(20);

/// The cheapest goes first, the other when that fails.
pub fn cost() -> Result<(), Failure> {
    let prices = |input: &str, output: &str| {
        format!("{{input_cost_per_token: {input}, output_cost_per_token: {output}}}")
    };
    on(
        "cost-based-routing",
        &prices("0.000003", "0.00001"),
        &prices("0.000001", "0.000002"),
        async |fixture| {
            for _ in 0..10 {
                expect(fixture, "two").await?;
            }
            set(fixture, "two", "status=503")?;
            let trail = ask(fixture).await?;
            ensure(trail == "group/openai-2=503, group/openai-1=200", || format!("tried {trail}"))
        },
    )
}

/// Each is measured once; from then on the fast one goes first, on every worker.
pub fn latency() -> Result<(), Failure> {
    on("latency-based-routing", "{}", "{}", async |fixture| {
        set(fixture, "one", "delay=150,tokens=10/10")?;
        set(fixture, "two", "tokens=10/10")?;
        let asked = |model: &str| count(&fixture.gateway.mocks, model);
        for _ in 0..2 {
            ask(fixture).await?;
        }
        ensure(asked("one") == 1 && asked("two") == 1, || "one was not measured".to_owned())?;
        for _ in 0..20 {
            expect(fixture, "two").await?;
        }
        Ok(())
    })
}

/// With each request that is still under way, the next goes to the other.
pub fn least_busy() -> Result<(), Failure> {
    const EACH: usize = 4;
    on("least-busy", "{}", "{}", async |fixture| {
        let mocks = &fixture.gateway.mocks;
        // Each request holds its deployment until all are there.
        set(fixture, "one", "delay=2000")?;
        set(fixture, "two", "delay=2000")?;
        let held = async |before: usize| {
            ensure(mocks.until(PATIENCE, |mocks| mocks.received().len() >= before).await, || {
                format!("request {before} does not come")
            })?;
            ask(fixture).await
        };
        let all = join_all((0..2 * EACH).map(|before| Box::pin(held(before))).collect::<Vec<_>>()).await;
        all.into_iter().collect::<Result<Vec<_>, _>>()?;
        let counts = (count(mocks, "one"), count(mocks, "two"));
        ensure(counts == (EACH, EACH), || format!("asked {counts:?} times"))
    })
}

/// Once its tokens of this minute are used up, a deployment goes last.
pub fn usage() -> Result<(), Failure> {
    on("usage-based-routing-v2", "{tpm: 100}", "{tpm: 1000000}", async |fixture| {
        set(fixture, "one", "tokens=10/90")?;
        set(fixture, "two", "tokens=10/90")?;
        loop {
            fixture.gateway.mocks.clear();
            let began = minute();
            for _ in 0..20 {
                ask(fixture).await?;
            }
            let (one, two) = (count(&fixture.gateway.mocks, "one"), count(&fixture.gateway.mocks, "two"));
            // A minute that ended in between gives its tokens back.
            if minute() == began {
                return ensure(one <= 1 && two >= 19, || format!("asked one {one} times, two {two} times"));
            }
        }
    })
}

fn on(
    strategy: &str,
    one: &str,
    two: &str,
    test: impl AsyncFnOnce(&Fixture) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
    runtime.block_on(async {
        let merged = |parameters: &str| format!("<<: {parameters}");
        let config = CONFIG.replace("STRATEGY", strategy);
        let config = config.replace("ONE", &merged(one)).replace("TWO", &merged(two));
        let fixture = Fixture::with(config, 2, None).await?;
        test(&fixture).await?;
        fixture.check_leaks()?;
        fixture.gateway.stop().await
    })
}

fn set(fixture: &Fixture, model: &str, script: &str) -> Result<(), Failure> {
    fixture.gateway.mocks.set_script(model, &[script], After::Cycle).map_err(|error| error.to_string())
}

/// Asks on a connection of its own, so that both workers are asked; what was tried.
async fn ask(fixture: &Fixture) -> Result<String, Failure> {
    let body = json!({"model": "group", "messages": [{"role": "user", "content": "Hello"}]});
    let ask = Ask::post("/v1/chat/completions", fixture.key("alice"), &body);
    let answer = client::send(fixture.gateway.address, &ask).await?;
    ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    Ok(answer.header("x-spillway-attempts").unwrap_or_default().to_owned())
}

async fn expect(fixture: &Fixture, model: &str) -> Result<(), Failure> {
    let before = count(&fixture.gateway.mocks, model);
    let trail = ask(fixture).await?;
    ensure(count(&fixture.gateway.mocks, model) == before + 1 && !trail.contains(','), || {
        format!("{model} was not the first that was asked: {trail}")
    })
}

fn count(mocks: &Handle, model: &str) -> usize {
    mocks.received().iter().filter(|one| one.json()["model"] == model).count()
}

fn minute() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 60)
}
