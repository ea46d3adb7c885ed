//! What is done to a gateway under load.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::time::Duration;

use spillway_e2e::Failure;
use spillway_e2e::client::{self, Ask};
use spillway_e2e::program;

use crate::disk::Trouble;
use crate::load::RATE;
use crate::proxy::Manner;
use crate::stage::{Stage, chat};
use crate::{INTERVAL, ensure, until};

/// How often the ledger is killed.
const LEDGER_KILLS: u32 = 10;
/// How long it does nothing.
const PAUSE: Duration = Duration::from_secs(60);
/// How often the database crashes.
const CRASHES: u32 = 5;
/// A restart of the database, recovery included, is over by then.
const RESTART_PATIENCE: Duration = Duration::from_secs(60);
/// How often a VM is ended.
const TRAPS: u32 = 5;
/// How often Envoy is killed.
const ENVOY_KILLS: u32 = 4;
/// Requests that are answered while the disk or the network is bad: ten seconds'.
const LONG: u64 = 10 * RATE;

/// The request header by which a request asks the module of these tests for a panic.
const PANIC: &str = "x-spillway-test-panic";

/// A number of answers after which something happens, by chance: half a second's to one and a half.
fn some_answers() -> u64 {
    RATE / 2 + RandomState::new().build_hasher().finish() % RATE
}

/// `kill -9` at any moment, and a new one at once.
pub async fn kill_the_ledger(stage: &mut Stage) -> Result<(), Failure> {
    for _ in 0..LEDGER_KILLS {
        stage.load()?.answers(some_answers()).await?;
        stage.ledger.kill_and_restart().await?;
    }
    Ok(())
}

/// It keeps its connections and answers nothing.
pub async fn pause_the_ledger(stage: &mut Stage) -> Result<(), Failure> {
    let frozen = stage.ledger.freeze()?;
    tokio::time::sleep(PAUSE).await;
    drop(frozen);
    Ok(())
}

/// No file of the ledger's takes a byte.
pub async fn fill_the_disk(stage: &mut Stage) -> Result<(), Failure> {
    with_disk(stage, Trouble::Full).await
}

/// Each sync takes long, and each write a little.
pub async fn slow_the_disk(stage: &mut Stage) -> Result<(), Failure> {
    with_disk(stage, Trouble::Slow).await
}

async fn with_disk(stage: &mut Stage, trouble: Trouble) -> Result<(), Failure> {
    let disk = stage.disk.as_ref().ok_or("the ledger has no disk of its own")?;
    disk.begin(trouble)?;
    stage.load()?.answers(LONG).await?;
    disk.check_met(trouble)?;
    disk.end(trouble)
}

/// The server is stopped as by a crash, and started again; the ledger is left alone.
pub async fn restart_the_database(stage: &mut Stage) -> Result<(), Failure> {
    let control = std::env::var_os("SPILLWAY_TEST_POSTGRES_CONTROL")
        .ok_or("SPILLWAY_TEST_POSTGRES_CONTROL is missing: run it by tools/with-postgres.sh")?;
    for _ in 0..CRASHES {
        stage.load()?.answers(some_answers()).await?;
        let mut restart = tokio::process::Command::new(&control);
        program::run(restart.args(["restart", "-m", "immediate"]), RESTART_PATIENCE).await?;
    }
    Ok(())
}

/// Every second answer does not come back.
pub async fn lose_answers(stage: &mut Stage) -> Result<(), Failure> {
    by_proxy(stage, Manner::LosesAnswers).await
}

/// Every batch comes twice; some wait until later ones are stored; copies come once more much later.
pub async fn shuffle_batches(stage: &mut Stage) -> Result<(), Failure> {
    by_proxy(stage, Manner::Shuffles).await
}

async fn by_proxy(stage: &mut Stage, manner: Manner) -> Result<(), Failure> {
    let proxy = stage.proxy.as_ref().ok_or("nothing stands before the ledger")?;
    proxy.set(manner);
    stage.load()?.answers(LONG).await?;
    proxy.set(Manner::Passes);
    ensure(proxy.met() > 10, || format!("{} batches met the proxy", proxy.met()))
}

/// By turns a panic, which is caught, and a trap, which ends the VM with all requests that it had.
pub async fn trap_filters(stage: &mut Stage) -> Result<(), Failure> {
    for _ in 0..TRAPS {
        for (place, status) in [("before admission request-body", 500), ("trap admission request-body", 503)]
        {
            stage.load()?.answers(some_answers()).await?;
            let mut fatal = chat(&stage.key);
            fatal.headers.push((PANIC.to_owned(), place.to_owned()));
            stage.besides += 1;
            let answer = client::send(stage.to, &fatal).await?;
            ensure(answer.status == status, || {
                format!("{place}: HTTP {}: {}", answer.status, answer.text())
            })?;
        }
    }
    Ok(())
}

/// The three steps of docs/DELIVERY.md.
pub async fn drain_envoy(stage: &mut Stage) -> Result<(), Failure> {
    for path in ["/healthcheck/fail", "/drain_listeners"] {
        let ask = Ask { method: "POST".to_owned(), path: path.to_owned(), ..Ask::default() };
        let answer = client::send(stage.records.admin, &ask).await?;
        ensure(answer.status == 200, || format!("{path}: HTTP {}: {}", answer.status, answer.text()))?;
    }
    let records = &stage.records;
    let idle = async || {
        let before = records.stat("http.gateway.downstream_rq_total").await?;
        for gauge in [
            "http.gateway.downstream_rq_active",
            "wasmcustom.spillway.workers_awaiting_services",
            "wasmcustom.spillway.outbox_bytes",
        ] {
            if records.stat(gauge).await? != 0 {
                return Ok(None);
            }
        }
        tokio::time::sleep(INTERVAL).await;
        let after = records.stat("http.gateway.downstream_rq_total").await?;
        Ok((before == after).then_some(()))
    };
    until("an Envoy with nothing to do", idle).await?;
    stage.envoy.stop().await
}

/// `kill -9` with all that it had in memory.
pub async fn kill_envoy(stage: &mut Stage) -> Result<(), Failure> {
    for _ in 0..ENVOY_KILLS {
        stage.load()?.answers(some_answers()).await?;
        stage.envoy.kill_and_restart().await?;
        stage.serves().await?;
    }
    Ok(())
}
