//! Two gateways that share limits through a rate-limit service and Redis.

use std::net::SocketAddr;

use libtest_mimic::Trial;
use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::answer::Answer;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;
use spillway_e2e::gateway::free_addresses;
use spillway_e2e::rate_limits::{Server, redis_server};

use super::load::storm;
use super::own_envoy::{self, rendered};
use super::{ensure, until};

/// `URL`, `OPTIONS`, `LIMITS` and `DURABLE` are filled in. An answer takes 150 tokens.
const CONFIG: &str = r#"
model_list:
  - model_name: model
    litellm_params:
      model: openai/plain~tokens=100/50
      api_base: http://${MOCKS}/mock-openai/v1
      api_key: os.environ/E2E_OPENAI_KEY
general_settings: {master_key: os.environ/E2E_MASTER_KEY}
spillway_settings:
  ledger: {url: "http://127.0.0.1:4001"}
  keys: [{key: os.environ/E2E_ALICE_KEY, key_alias: canary-alias-alice, LIMITS}]
  rate_limit_service: {url: "grpc://URL", OPTIONS}
  durable_events: DURABLE
"#;

/// Of a gateway whose requests wait for another service before.
const GUARDRAIL: &str = r#"
guardrails:
  - guardrail_name: before
    litellm_params:
      guardrail: generic_guardrail_api
      mode: pre_call
      default_on: true
      api_base: http://${GUARDRAILS}
      api_key: os.environ/E2E_GUARDRAIL_KEY
"#;

/// Requests of a key in a minute, and its tokens.
const SHARED: [usize; 2] = [20, 300];
/// `rpm_limit` of a key at one gateway, where it has one.
const OWN: usize = 40;

/// Without Redis all that need it are skipped, but not in CI: what is skipped there would never be run.
pub fn trials() -> Vec<Trial> {
    let skipped = redis_server().is_none() && std::env::var_os("CI").is_none();
    if skipped {
        eprintln!("skipped: limits that gateways share: there is no Redis; run `make setup`");
    }
    let trial = |name: &str, test: fn() -> Result<(), Failure>| {
        Trial::test(name, move || test().map_err(Into::into)).with_ignored_flag(skipped)
    };
    vec![
        trial("two_gateways_share_a_limit_of_requests", || block_on(share_requests())),
        trial("two_gateways_share_a_limit_of_tokens", || block_on(share_tokens(false))),
        trial("two_gateways_with_durable_events_share_a_limit_of_tokens", || block_on(share_tokens(true))),
        trial("shared_limits_outlive_a_killed_redis", || block_on(outlive_redis())),
        trial("a_rate_limit_service_that_starts_late_is_found", || block_on(start_late())),
        Trial::test("a_request_that_waited_goes_on_where_no_rate_limit_service_can_be_called", || {
            block_on(go_on_uncalled()).map_err(Into::into)
        }),
    ]
}

/// Of 60 requests over both, 20 pass, however they race.
async fn share_requests() -> Result<(), Failure> {
    let redis = Server::redis().await?;
    let mut service = Server::rate_limit_service(redis.address, &limits("requests", SHARED[0]))?;
    service.start().await?;
    let [one, two] = gateways(&service, ["", ""], 10, "").await?;
    let ask = ask(&one);
    let answers =
        tokio::join!(storm(one.gateway.address, 5, 6, &ask), storm(two.gateway.address, 5, 6, &ask));
    let answers = [answers.0?, answers.1?].concat();
    let [granted, refused] = [200, 429].map(|status| count(&answers, status));
    ensure([granted, refused] == [20, 40], || format!("{granted} passed and {refused} were refused"))?;
    let received = one.gateway.mocks.received().len() + two.gateway.mocks.received().len();
    ensure(received == 20, || format!("{received} requests reached an upstream"))?;
    for answer in answers.iter().filter(|answer| answer.status == 429) {
        let wait = answer.header("retry-after").and_then(|value| value.parse::<u64>().ok());
        ensure(wait.is_some_and(|wait| (1..=60).contains(&wait)), || format!("retry-after: {wait:?}"))?;
    }
    close([one, two]).await
}

/// Two answers of 150 tokens use up 300: the service was asked for the input, and told of the rest. With durable events
/// that is known before the end of the answer goes on, else when the request is over.
async fn share_tokens(durable: bool) -> Result<(), Failure> {
    let redis = Server::redis().await?;
    let mut service = Server::rate_limit_service(redis.address, &limits("tokens", SHARED[1]))?;
    service.start().await?;
    let [one, two] = gateways_with(durable, &service, ["", ""], 10, "").await?;
    for gateway in [&one, &two] {
        let answer = send(gateway).await?;
        ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
        // For the request, for its input, and of the rest.
        until("the service was called three times", async || Ok(calls(gateway).await? == 3)).await?;
    }
    for gateway in [&one, &two] {
        let answer = send(gateway).await?;
        ensure(answer.status == 429 && answer.text().contains("limit of tokens"), || {
            format!("HTTP {}: {}", answer.status, answer.text())
        })?;
    }
    close([one, two]).await
}

/// While Redis is away, one gateway's own limits are all that holds, and the other refuses; afterwards both share
/// a limit again. Requests are under way all the time.
async fn outlive_redis() -> Result<(), Failure> {
    let mut redis = Server::redis().await?;
    let mut service = Server::rate_limit_service(redis.address, &limits("requests", SHARED[0]))?;
    service.start().await?;
    let [open, closed] = gateways(&service, ["", "failure_mode_deny: true,"], 2, "rpm_limit").await?;
    let ask = ask(&open);
    let answers = storm(open.gateway.address, 10, 3, &ask).await?;
    ensure(count(&answers, 200) == SHARED[0], || format!("{} passed with Redis", count(&answers, 200)))?;

    // Killed with the first of them under way.
    let load = storm(open.gateway.address, 20, 3, &ask);
    let (answers, killed) = tokio::join!(load, redis.kill());
    killed?;
    let answers = answers?;
    let (granted, refused) = (count(&answers, 200), count(&answers, 429));
    ensure(granted + SHARED[0] == OWN && granted + refused == answers.len(), || {
        format!("without Redis {granted} passed and {refused} of {} were refused", answers.len())
    })?;
    let answer = send(&closed).await?;
    ensure(answer.status == 503, || format!("HTTP {}: {}", answer.status, answer.text()))?;

    // Started again with requests under way; it has forgotten what it had counted.
    let load = until("a request is answered", async || Ok(send(&closed).await?.status == 200));
    let (back, started) = tokio::join!(load, redis.start());
    started?;
    back?;
    let answers = storm(closed.gateway.address, 10, 3, &ask).await?;
    let (granted, refused) = (count(&answers, 200) + 1, count(&answers, 429));
    ensure(granted == SHARED[0] && granted + refused == answers.len() + 1, || {
        format!("with Redis again {granted} passed and {refused} of {} were refused", answers.len())
    })?;
    close([open, closed]).await
}

/// Down at the start, the service counts as soon as it is there.
async fn start_late() -> Result<(), Failure> {
    let redis = Server::redis().await?;
    let mut service = Server::rate_limit_service(redis.address, &limits("requests", SHARED[0]))?;
    let [open, closed] = gateways(&service, ["", "failure_mode_deny: true,"], 2, "").await?;
    let answer = send(&open).await?;
    ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    let answer = send(&closed).await?;
    ensure(answer.status == 503 && answer.header("retry-after") == Some("1"), || {
        format!("HTTP {}: {}", answer.status, answer.text())
    })?;
    for gateway in [&open, &closed] {
        let failures = stat(gateway.gateway.admin, "spillway.rate_limit_service_failures").await?;
        ensure(failures == 1, || format!("{failures} failures were counted"))?;
    }
    service.start().await?;
    until("a request is answered", async || Ok(send(&closed).await?.status == 200)).await?;
    close([open, closed]).await
}

/// An Envoy that knows no such cluster takes no call: the request, which has waited for a guardrail's service, is not
/// left waiting for that.
async fn go_on_uncalled() -> Result<(), Failure> {
    let config = CONFIG.replace("URL", "127.0.0.1:9").replace("OPTIONS", "").replace("LIMITS", "");
    let config = config.replace("DURABLE", "false") + GUARDRAIL;
    let fixture = Fixture::with(config, 1, None).await?;
    let [to, admin] = free_addresses()?;
    let mut rendered = rendered(&fixture.gateway.data)?;
    rendered["admin"]["address"]["socket_address"]["port_value"] = json!(admin.port());
    let resources = &mut rendered["static_resources"];
    resources["listeners"][0]["address"]["socket_address"]["port_value"] = json!(to.port());
    let clusters = resources["clusters"].as_array_mut().ok_or("no clusters")?;
    clusters.retain(|cluster| cluster["name"] != "spillway-rate-limit");
    let folder = fixture.gateway.data.join("uncalled");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut envoy = own_envoy::start(&folder, &rendered)?;
    let health = Ask::get("/health", "");
    until("Envoy answers", async || Ok(client::send(to, &health).await.is_ok_and(|one| one.status == 200)))
        .await?;
    let answer = client::send(to, &ask(&fixture)).await?;
    ensure(answer.status == 200, || format!("HTTP {}: {}", answer.status, answer.text()))?;
    let failures = stat(admin, "spillway.rate_limit_service_failures").await?;
    ensure(failures == 1, || format!("{failures} failures were counted"))?;
    envoy.kill().await.map_err(|error| error.to_string())?;
    fixture.check_leaks()?;
    fixture.gateway.stop().await
}

/// Limitador's, for each key by itself.
fn limits(unit: &str, most: usize) -> String {
    format!(
        "[{{namespace: spillway, max_value: {most}, seconds: 60, conditions: ['unit == \"{unit}\"'], variables: [key]}}]"
    )
}

/// Two gateways on one service, each with its options; `timeout` in seconds. With `own`, the first has a limit of
/// its own besides.
async fn gateways(
    service: &Server,
    options: [&str; 2],
    timeout: u32,
    own: &str,
) -> Result<[Fixture; 2], Failure> {
    gateways_with(false, service, options, timeout, own).await
}

/// The same, with durable events or without.
async fn gateways_with(
    durable: bool,
    service: &Server,
    options: [&str; 2],
    timeout: u32,
    own: &str,
) -> Result<[Fixture; 2], Failure> {
    let gateway = async |options: &str, limits: &str| {
        let options = format!("{options} timeout: {timeout}");
        let config = CONFIG.replace("URL", &service.address.to_string());
        let config = config.replace("DURABLE", &durable.to_string());
        let config = config.replace("OPTIONS", &options).replace("LIMITS", limits);
        Fixture::with(config, 2, None).await
    };
    let own = if own.is_empty() { String::new() } else { format!("{own}: {OWN}") };
    Ok([gateway(options[0], &own).await?, gateway(options[1], "").await?])
}

async fn close(gateways: [Fixture; 2]) -> Result<(), Failure> {
    for fixture in gateways {
        fixture.check_leaks()?;
        fixture.gateway.stop().await?;
    }
    Ok(())
}

fn ask(fixture: &Fixture) -> Ask {
    let body = json!({"model": "model", "messages": [{"role": "user", "content": "Hello"}]});
    Ask::post("/v1/chat/completions", fixture.key("alice"), &body)
}

async fn send(fixture: &Fixture) -> Result<Answer, Failure> {
    client::send(fixture.gateway.address, &ask(fixture)).await
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Calls of the service that were answered.
async fn calls(fixture: &Fixture) -> Result<u64, Failure> {
    stat(fixture.gateway.admin, "cluster.spillway-rate-limit.upstream_rq_completed").await
}

/// One of Envoy's counters; 0 where it is not there.
async fn stat(admin: SocketAddr, name: &str) -> Result<u64, Failure> {
    let ask = Ask::get(&format!("/stats?format=json&filter={name}$"), "");
    let stats = client::send(admin, &ask).await?.json();
    Ok(stats["stats"][0]["value"].as_u64().unwrap_or_default())
}

fn block_on(test: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
    tokio::runtime::Runtime::new().map_err(|error| error.to_string())?.block_on(test)
}
