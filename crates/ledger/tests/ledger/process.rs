//! The program itself: killed under load, told to stop under load, started wrongly.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;
use spillway_filter::event::Event;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::database::Place;
use crate::events::blocked;
use crate::http::Http;
use crate::running::{KEY, TOKEN, deliver};

const GATEWAYS: usize = 4;
const BATCH: usize = 5;
/// Batches after which the program is hit, while the next ones are under way.
const ENOUGH: usize = 60;

/// The program; killed, if it still runs, when the test ends.
pub struct Program {
    child: Child,
    pub address: SocketAddr,
}

impl Program {
    fn start(place: &Place) -> Self {
        Self::started(Command::new(env!("CARGO_BIN_EXE_spillway-ledger")), place)
    }

    /// One that may have so many files open.
    pub fn start_with_files(place: &Place, files: usize) -> Self {
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -n {files}; exec \"$0\" \"$@\"")]);
        command.arg(env!("CARGO_BIN_EXE_spillway-ledger"));
        Self::started(command, place)
    }

    fn started(mut command: Command, place: &Place) -> Self {
        match &place.address {
            Some(address) => command.env("DATABASE_URL", address),
            None => command.arg("--data").arg(place.file()),
        };
        let mut child = command
            .args(["--listen", "127.0.0.1:0"])
            .env("SPILLWAY_LEDGER_TOKEN", TOKEN)
            .env("SPILLWAY_MASTER_KEY", KEY)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = lines.next().expect("a first line").unwrap();
        let started: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(started["event"], "started", "{line}");
        // Read on, so that the program never waits for a full pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address: started["listen"].as_str().unwrap().parse().unwrap() }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn batch(gateway: usize, number: usize) -> Vec<Event> {
    (0..BATCH).map(|event| blocked(&format!("{gateway}/{number}/{event}"), "aresponses")).collect()
}

/// Delivers from several gateways, strikes after [`ENOUGH`] acknowledgements, and waits until each gateway
/// has noticed. The acknowledged batches.
async fn strike_under_load(program: &mut Program, strike: impl Fn(&mut Child)) -> BTreeSet<(usize, usize)> {
    let (acknowledged, mut acknowledgements) = mpsc::unbounded_channel();
    let struck = Arc::new(AtomicBool::new(false));
    let mut gateways = JoinSet::new();
    for gateway in 0..GATEWAYS {
        let (http, acknowledged, struck) =
            (Http::to(program.address), acknowledged.clone(), Arc::clone(&struck));
        gateways.spawn(async move {
            for number in 0.. {
                match deliver(&http, &batch(gateway, number)).await {
                    Ok(answer) if answer.status == 200 => acknowledged.send((gateway, number)).unwrap(),
                    refused => return assert!(struck.load(Ordering::SeqCst), "{refused:?}"),
                }
            }
        });
    }
    drop(acknowledged);
    let mut seen = BTreeSet::new();
    while let Some(batch) = acknowledgements.recv().await {
        seen.insert(batch);
        if seen.len() == ENOUGH {
            struck.store(true, Ordering::SeqCst);
            strike(&mut program.child);
        }
    }
    gateways.join_all().await;
    assert!(seen.len() >= ENOUGH);
    seen
}

/// Every acknowledged batch is there, every batch is there whole or not at all, and the counts agree.
async fn check(place: &Place, acknowledged: &BTreeSet<(usize, usize)>) {
    if place.address.is_none() {
        assert_eq!(place.rows("PRAGMA integrity_check").await, [["ok"]]);
    }
    let stored = place.rows(r#"SELECT "request_id" FROM "LiteLLM_SpendLogs""#).await.concat();
    let distinct: BTreeSet<&String> = stored.iter().collect();
    assert_eq!(stored.len(), distinct.len(), "each once");
    assert_eq!(stored.len() % BATCH, 0, "no part of a batch");
    for (gateway, number) in acknowledged {
        for event in batch(*gateway, *number) {
            let id = &event.request_id;
            assert!(distinct.contains(id), "{id} was acknowledged and is lost");
        }
    }
    let rows = i64::try_from(stored.len()).unwrap();
    let blocked = r#"SELECT sum("blocked_count") FROM "LiteLLM_DailyGuardrailMetrics""#;
    assert_eq!(place.number(blocked).await, rows);
    assert_eq!(place.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogGuardrailIndex""#).await, rows);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_survives_a_kill_under_load() {
    let place = Place::new().await;
    let mut program = Program::start(&place);
    let acknowledged = strike_under_load(&mut program, |child| child.kill().unwrap()).await;
    drop(program);

    // Gateways that got no answer send again what they hold; some of it is stored already.
    let program = Program::start(&place);
    check(&place, &acknowledged).await;
    let http = Http::to(program.address);
    for gateway in 0..GATEWAYS {
        let held = acknowledged.iter().filter(|(of, _)| *of == gateway).count();
        assert_eq!(deliver(&http, &batch(gateway, held)).await.unwrap().status, 200);
    }
    check(&place, &acknowledged).await;
    let expected = i64::try_from((acknowledged.len() + GATEWAYS) * BATCH).unwrap();
    assert_eq!(place.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_under_load_it_finishes_and_exits_well() {
    for signal in ["TERM", "INT"] {
        let place = Place::new().await;
        let mut program = Program::start(&place);
        let acknowledged = strike_under_load(&mut program, |child| {
            let sent = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
            assert!(sent.success());
        })
        .await;
        assert_eq!(program.child.wait().unwrap().code(), Some(0), "{signal}");
        let log = place.folder.path().join("ledger.sqlite-wal");
        assert!(!log.exists(), "{signal}: the log is folded into the file");
        check(&place, &acknowledged).await;
    }
}

#[test]
fn a_start_that_cannot_be_says_why_and_fails() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_spillway-ledger"))
        .args(["--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .env("SPILLWAY_LEDGER_TOKEN", "very-secret")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("cannot be created"), "{said}");
    assert!(!said.contains("very-secret"), "{said}");
}
