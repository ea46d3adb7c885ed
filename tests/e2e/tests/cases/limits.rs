//! Limits of a key.

use serde_json::json;
use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::fixture::Fixture;

use super::ensure;
use super::load::storm;

/// 64 connections over two workers, and a limit of 100 a minute: exactly 100 pass, however they race. The
/// window is longer than the test, so no grant falls out of it.
pub async fn across_workers(fixture: &Fixture) -> Result<(), Failure> {
    let body = json!({"model": "plain", "messages": [{"role": "user", "content": "Hello"}]});
    let ask = Ask::post("/v1/chat/completions", fixture.key("race"), &body);
    let answers = storm(fixture.gateway.address, 64, 5, &ask).await?;
    let granted = answers.iter().filter(|answer| answer.status == 200).count();
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status == 429).collect();
    ensure(granted == 100, || format!("{granted} of 320 requests passed a limit of 100"))?;
    ensure(refused.len() == 220, || format!("{} were refused", refused.len()))?;
    ensure(fixture.gateway.mocks.received().len() == 100, || {
        "refused requests reached an upstream".to_owned()
    })?;
    for answer in refused {
        let wait: Option<u64> = answer.header("retry-after").and_then(|value| value.parse().ok());
        ensure(wait.is_some_and(|wait| (1..=61).contains(&wait)), || format!("retry-after: {wait:?}"))?;
    }
    Ok(())
}

/// The limit is 400 tokens and each answer uses 150 (see `counting`): two fit, and what the reservations took
/// beyond that is given back. A request that failed upstream costs nothing.
pub async fn settled(fixture: &Fixture) -> Result<(), Failure> {
    let remaining = async |model: &str, stream: bool| {
        let body = json!({"model": model, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 110,
            "stream": stream});
        let ask = Ask::post("/v1/chat/completions", fixture.key("tokens"), &body);
        let answer = client::send(fixture.gateway.address, &ask).await?;
        let left = answer.header("x-ratelimit-remaining-tokens").and_then(|left| left.parse::<u64>().ok());
        Ok::<_, Failure>((answer.status, left))
    };
    let (status, first) = remaining("failing-alone", false).await?;
    ensure(status == 500, || format!("the failing model answered {status}"))?;
    let (status, after_failure) = remaining("counting", false).await?;
    ensure(status == 200 && after_failure == first, || {
        format!(
            "a failed request was charged: {first:?} left before, {after_failure:?} after (HTTP {status})"
        )
    })?;
    let (status, second) = remaining("counting", true).await?;
    let used = after_failure.zip(second).map(|(before, after)| before - after);
    ensure(status == 200 && used == Some(150), || {
        format!("charged {used:?} instead of 150 (HTTP {status})")
    })?;
    let (status, _) = remaining("counting", false).await?;
    ensure(status == 429, || {
        format!("300 of 400 tokens are used and at least 110 are asked for, but HTTP {status}")
    })
}
