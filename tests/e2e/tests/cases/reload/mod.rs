//! A gateway that follows its file while it runs.

mod file;
mod opinions;
mod refused;
mod states;
mod traffic;

use std::time::{Duration, Instant};

use libtest_mimic::Trial;
use spillway_e2e::fixture::Fixture;
use spillway_e2e::{Failure, process};

use super::ensure;
use file::File;
use traffic::Traffic;

/// Without a choice: see `SPILLWAY_E2E_SECONDS` in the suite's README.
const SECONDS: u64 = 10;
/// How often the file changes in a minute.
const A_MINUTE: u64 = 50;
/// What Envoy's memory may grow by, however many changes there are.
const GROWTH: u64 = 64 << 20;

/// Every test; each has a gateway of its own.
pub fn trials() -> Vec<Trial> {
    vec![
        trial("reload_changes_what_the_file_changes_and_nothing_else", states::kept),
        trial("reload_is_noticed_by_no_request", under_load),
        trial("reload_that_envoy_refuses_is_taken_back", refused::by_envoy),
        trial("reload_loses_no_event_that_waits_for_an_opinion", opinions::awaited),
        trial(
            "a_gateway_that_is_stopped_loses_no_event_that_waits_for_an_opinion",
            opinions::awaited_at_the_end,
        ),
    ]
}

fn trial<F: Future<Output = Result<(), Failure>> + 'static>(name: &str, test: fn() -> F) -> Trial {
    Trial::test(name, move || {
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        Ok(runtime.block_on(test())?)
    })
}

/// A gateway with two workers.
async fn gateway(file: File) -> Result<Fixture, Failure> {
    Fixture::with(file.text(), 2, None).await
}

/// Streams and short requests on kept connections, while the file changes 50 times a minute.
async fn under_load() -> Result<(), Failure> {
    let seconds = std::env::var("SPILLWAY_E2E_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let seconds: u64 = seconds.unwrap_or(SECONDS);
    let reloads = usize::try_from(seconds * A_MINUTE / 60).unwrap_or(1);
    let fixture = gateway(File::numbered(0)).await?;
    let envoy = process::child(fixture.gateway.pid().ok_or("`spillway up` is gone")?, "envoy")?;
    let traffic = Traffic::begin(&fixture);
    let before = process::resident_bytes(envoy)?;
    let began = Instant::now();
    let mut slowest = Duration::ZERO;
    for number in 1..=reloads {
        let due = Duration::from_secs(seconds).mul_f64(number as f64 / reloads as f64);
        tokio::time::sleep(due.saturating_sub(began.elapsed())).await;
        let edited = Instant::now();
        let told = fixture.gateway.reconfigure(&File::numbered(number).text(), number % 2 == 0).await?;
        ensure(told.contains("reloaded in"), || format!("edit {number}: {told}"))?;
        slowest = slowest.max(edited.elapsed());
        fixture.check_received(&fixture.gateway.mocks.take())?;
    }
    let took = began.elapsed();
    let (streams, answers) = traffic.end().await?;
    let after = process::resident_bytes(envoy)?;
    ensure(streams > reloads && answers > reloads, || format!("{streams} streams, {answers} answers"))?;
    ensure(after < before + GROWTH, || format!("Envoy's memory went from {before} to {after} bytes"))?;
    ensure(fixture.gateway.mocks.evicted() == 0, || "requests were not looked at".to_owned())?;
    eprintln!(
        "{reloads} reloads in {:.0} s, the slowest {:.1} s after its edit: {streams} streams and {answers} short \
         requests, none failed, no connection closed; Envoy's memory {} MiB before, {} MiB after",
        took.as_secs_f64(),
        slowest.as_secs_f64(),
        before >> 20,
        after >> 20
    );
    fixture.gateway.stop().await
}
